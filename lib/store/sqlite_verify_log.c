/* The payloads and the tree nodes of a log, recomputed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "base/mem.h"
#include "store/sqlite_verify.h"

/* --- payloads --- */

static void
remember_bad(struct dx_verify *v, const struct dx_sha256 *name)
{
	if (v->bad == NULL)
		v->bad = dx_alloc(DX_VERIFY_BAD * sizeof(*v->bad));
	if (v->bad_count < DX_VERIFY_BAD)
		v->bad[v->bad_count++] = *name;
	else
		dx_verify_say(v, DX_R_PAYLOAD_HASH_MISMATCH, -1, "and more payloads");
}

static bool
is_bad(const struct dx_verify *v, const struct dx_sha256 *name)
{
	for (size_t i = 0; i < v->bad_count; i++)
		if (memcmp(&v->bad[i], name, sizeof(*name)) == 0)
			return true;
	return false;
}

int
dx_verify_payloads(struct dx_verify *v)
{
	struct dx_sha256 name, got;
	sqlite3_stmt *st;
	int rc = dx_sql_row(&v->s->sql, DX_SQL_PAYLOADS, &st, v->err, "t", v->s->tenant);

	while (rc > 0) {
		size_t n = (size_t)sqlite3_column_bytes(st, 1);
		const void *bytes = sqlite3_column_blob(st, 1);
		char text[128];

		dx_sha256(n > 0 ? bytes : "", n, &got);
		if (dx_sql_digest_at(st, 0, &name) && !dx_same(&name, &got, sizeof(name))) {
			char hex[DX_SHA256_HEX];

			dx_sha256_hex(&name, hex);
			(void)snprintf(text, sizeof(text), "payload %s has other bytes", hex);
			dx_verify_say(v, DX_R_PAYLOAD_HASH_MISMATCH, -1, text);
			remember_bad(v, &name);
		}
		rc = dx_sql_next(&v->s->sql, st, v->err);
	}
	return rc;
}

/* A payload that the entry at hand needs. */
int
dx_verify_named(void *verify, const char *sha256_hex)
{
	struct dx_verify *v = verify;
	struct dx_sha256 name;
	sqlite3_stmt *st;
	char text[128];
	int rc;

	if (!dx_sha256_unhex(sha256_hex, &name) || (v->ahead != NULL && dx_verify_ahead_has(v->ahead, &name)))
		return 0;
	rc = dx_sql_row(&v->s->sql, DX_SQL_PAYLOAD_HAS, &st, v->err, "th", v->s->tenant, &name);
	if (rc < 0)
		return v->fatal = -1;
	if (rc > 0)
		dx_sql_done(st);
	if (rc > 0 && !is_bad(v, &name))
		return 0;
	(void)snprintf(text, sizeof(text), "payload %s %s", sha256_hex, rc > 0 ? "has other bytes" : "is missing");
	dx_verify_say(v, rc > 0 ? DX_R_PAYLOAD_HASH_MISMATCH : DX_R_PAYLOAD_MISSING, v->seq, text);
	v->named_missing = true;
	return 0;
}

/* The rule documents that a response names are payloads too (page 1, L04). */
static void
check_rules(struct dx_verify *v, const struct dx_json *doc)
{
	const struct dx_json *rules = dx_json_get(doc, "rules"), *item;
	const char *hex;

	for (size_t i = 0; (item = dx_json_item(rules, i)) != NULL; i++)
		if ((hex = dx_json_get_str(item, "sha256")) != NULL)
			(void)dx_verify_named(v, hex);
}

/* The bytes of a payload in the arena, NULL where there is none. */
static char *
payload_bytes(struct dx_verify *v, const struct dx_sha256 *name, size_t *n)
{
	const struct dx_buf *at_hand = v->ahead != NULL ? dx_verify_ahead_bytes(v->ahead, name) : NULL;
	sqlite3_stmt *st;
	char *bytes;
	int rc;

	if (at_hand != NULL) {
		*n = at_hand->len;
		return dx_arena_dup(&v->arena, at_hand->data, *n);
	}
	rc = dx_sql_row(&v->s->sql, DX_SQL_PAYLOAD, &st, v->err, "th", v->s->tenant, name);
	if (rc < 0)
		v->fatal = -1;
	if (rc <= 0)
		return NULL;
	*n = (size_t)sqlite3_column_bytes(st, 0);
	bytes = dx_arena_dup(&v->arena, sqlite3_column_blob(st, 0), *n);
	dx_sql_done(st);
	return bytes;
}

const struct dx_json *
dx_verify_payload(void *verify, const char *sha256_hex)
{
	struct dx_verify *v = verify;
	struct dx_sha256 name;
	struct dx_json *doc;
	char *text;
	size_t n;

	if (!dx_sha256_unhex(sha256_hex, &name) || is_bad(v, &name) || (text = payload_bytes(v, &name, &n)) == NULL)
		return NULL;
	doc = dx_arena_alloc(&v->arena, sizeof(*doc));
	if (dx_json_parse(&v->arena, text, n, DX_JSON_FOREIGN, doc, NULL) != 0)
		return NULL;
	if (v->payloads && strcmp(sha256_hex, dx_json_get_str(dx_json_get(v->entry, "decision"), "response_payload_sha256")) == 0)
		check_rules(v, doc);
	return doc;
}

/* --- tree nodes --- */

static int
open_level(struct dx_verify *v, unsigned level)
{
	if (v->level[level].st != NULL)
		return 0;
	if (dx_sql_cursor(&v->s->sql, DX_SQL_NODE_LEVEL, &v->level[level].st, v->err, "ti", v->s->tenant, (int64_t)level) != 0)
		return v->fatal = -1;
	v->level[level].more = true;
	return 0;
}

static int
step_level(struct dx_verify *v, unsigned level)
{
	int rc = dx_sql_next(&v->s->sql, v->level[level].st, v->err);

	v->level[level].more = rc > 0;
	return rc < 0 ? v->fatal = -1 : 0;
}

void
dx_verify_node(struct dx_verify *v, unsigned level, int64_t idx, const struct dx_sha256 *hash)
{
	bool first = v->level[level].st == NULL;
	struct dx_sha256 stored;
	char text[96];

	if (open_level(v, level) != 0 || (first && step_level(v, level) != 0))
		return;
	if (!v->level[level].more || sqlite3_column_int64(v->level[level].st, 0) != idx) {
		(void)snprintf(text, sizeof(text), "table ledger_node, level %u, idx %" PRId64 ": missing", level, idx);
		dx_verify_say(v, DX_R_PROJECTION_MISMATCH, v->seq, text);
		return;
	}
	if (!dx_sql_digest_at(v->level[level].st, 1, &stored) || memcmp(&stored, hash, sizeof(stored)) != 0) {
		(void)snprintf(text, sizeof(text), "the root of node %u/%" PRId64 " is not that of its entries", level, idx);
		dx_verify_say(v, DX_R_ROOT_MISMATCH, v->seq, text);
	}
	(void)step_level(v, level);
}

int
dx_verify_surplus(struct dx_verify *v)
{
	char text[96];
	sqlite3_stmt *st;
	int64_t top = 0;
	int rc = dx_sql_row(&v->s->sql, DX_SQL_NODE_TOP, &st, v->err, "t", v->s->tenant);

	if (rc < 0)
		return -1;
	if (rc > 0) {
		top = sqlite3_column_int64(st, 0);
		dx_sql_done(st);
	}
	for (unsigned level = 1; level <= top && level <= DX_MERKLE_DEPTH; level++) {
		bool first = v->level[level].st == NULL;

		if (open_level(v, level) != 0 || (first && step_level(v, level) != 0))
			return -1;
		if (!v->level[level].more)
			continue;
		(void)snprintf(text, sizeof(text), "table ledger_node, level %u, idx %lld: not in the ledger", level,
		    (long long)sqlite3_column_int64(v->level[level].st, 0));
		dx_verify_say(v, DX_R_PROJECTION_MISMATCH, -1, text);
	}
	return 0;
}

void
dx_verify_nodes_release(struct dx_verify *v)
{
	for (unsigned i = 1; i <= DX_MERKLE_DEPTH; i++) {
		(void)sqlite3_finalize(v->level[i].st);
		v->level[i].st = NULL;
	}
}
