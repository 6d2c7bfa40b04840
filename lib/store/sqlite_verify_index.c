/* Whether the index of the payloads holds the rows of the table, each once, and nothing else: both read from one end to the other,
 * where SQLite's own check looks every row up.  The rows of either side are summed as a keyed digest each, under a key made for this
 * run, so that nobody can have fitted two different sets to one sum; the index must rise, so that what stands in it is found. */
#include <stdlib.h>
#include <string.h>
#include "base/id.h"
#include "base/mem.h"
#include "store/sqlite_verify.h"

struct sum { uint64_t part[2]; };

struct dx_verify_index {
	unsigned char	 key[32];
	char		 tenant[64];		/* of the last row, and its key */
	size_t		 tenant_len;
	struct dx_sha256 tenant_key;
	struct sum	 table;
};

struct dx_verify_index *
dx_verify_index_new(void)
{
	struct dx_verify_index *x = dx_alloc(sizeof(*x));

	memset(x, 0, sizeof(*x));
	dx_random(x->key, sizeof(x->key));
	return x;
}

void
dx_verify_index_free(struct dx_verify_index *x)
{
	free(x);
}

static void
take_tenant(struct dx_verify_index *x, const char *tenant, size_t n)
{
	unsigned char text[sizeof(x->key) + sizeof(x->tenant)];

	memcpy(text, x->key, sizeof(x->key));
	memcpy(text + sizeof(x->key), tenant, n);
	dx_sha256(text, sizeof(x->key) + n, &x->tenant_key);
	memcpy(x->tenant, tenant, n);
	x->tenant_len = n;
}

/* 52 bytes, which SHA-256 takes in one step. */
static void
add(struct dx_verify_index *x, struct sum *s, int64_t rowid, const struct dx_sha256 *name)
{
	unsigned char text[12 + sizeof(rowid) + DX_SHA256_SIZE];
	struct dx_sha256 digest;
	struct sum one;

	memcpy(text, x->tenant_key.b, 12);
	memcpy(text + 12, &rowid, sizeof(rowid));
	memcpy(text + 12 + sizeof(rowid), name->b, DX_SHA256_SIZE);
	dx_sha256(text, sizeof(text), &digest);
	memcpy(&one, digest.b, sizeof(one));
	s->part[0] += one.part[0];
	s->part[1] += one.part[1];
}

/* The row that a statement is at: tenant, name, rowid. */
static bool
add_row(struct dx_verify_index *x, struct sum *s, sqlite3_stmt *st, struct dx_sha256 *name, bool *other_tenant)
{
	const char *tenant;
	size_t n;

	if (sqlite3_column_type(st, 0) != SQLITE_TEXT || sqlite3_column_type(st, 1) != SQLITE_BLOB || !dx_sql_digest_at(st, 1, name))
		return false;
	tenant = (const char *)sqlite3_column_text(st, 0);
	n = (size_t)sqlite3_column_bytes(st, 0);
	if (tenant == NULL || n == 0 || n > sizeof(x->tenant))
		return false;
	*other_tenant = n != x->tenant_len || memcmp(tenant, x->tenant, n) != 0;
	if (*other_tenant)
		take_tenant(x, tenant, n);
	add(x, s, sqlite3_column_int64(st, 2), name);
	return true;
}

bool
dx_verify_index_row(struct dx_verify_index *x, sqlite3_stmt *st)
{
	struct dx_sha256 name;
	bool other;

	return add_row(x, &x->table, st, &name, &other);
}

/* Whether the second tenant, or of one tenant the second name, comes behind the first. */
static bool
rises(const char *tenant, size_t len, const struct dx_verify_index *x, bool other, const struct dx_sha256 *before,
    const struct dx_sha256 *name)
{
	size_t n = len < x->tenant_len ? len : x->tenant_len;
	int c = other ? memcmp(tenant, x->tenant, n) : 0;

	if (other)
		return c < 0 || (c == 0 && len < x->tenant_len);
	return memcmp(before, name, sizeof(*name)) < 0;
}

bool
dx_verify_index_sound(struct dx_verify_index *x, struct dx_sql *q)
{
	struct dx_sha256 before = { { 0 } }, name;
	struct sum index = { { 0, 0 } };
	char tenant[sizeof(x->tenant)];
	bool first = true, sound = true, other;
	sqlite3_stmt *st;
	int rc = dx_sql_row(q, DX_SQL_RUN_PAYLOAD_INDEX, &st, NULL, "");

	for (; rc > 0 && sound; rc = sound ? dx_sql_next(q, st, NULL) : rc) {
		size_t len = x->tenant_len;

		memcpy(tenant, x->tenant, len);
		sound = add_row(x, &index, st, &name, &other) && (first || rises(tenant, len, x, other, &before, &name));
		before = name;
		first = false;
	}
	if (rc > 0)
		dx_sql_done(st);
	return sound && rc == 0 && memcmp(&index, &x->table, sizeof(index)) == 0;
}
