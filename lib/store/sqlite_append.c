/* Appending: head, entry, payloads, tree nodes, state (ledger page 6, "Append protocol"). */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "base/time.h"
#include "store/sqlite.h"

#define GUARDED	16	/* appends of a handle */

/* --- the head --- */

/* recorded_at of the newest entry stands in its bytes only. */
static int
read_time(struct dx_store *s, sqlite3_stmt *st, int64_t *at)
{
	struct dx_arena a = { 0 };
	struct dx_json doc;
	size_t n = (size_t)sqlite3_column_bytes(st, 1);
	char *text = dx_arena_dup(&a, sqlite3_column_blob(st, 1), n);
	const char *time = NULL;
	int rc = -1;

	(void)s;
	if (dx_json_parse(&a, text, n, DX_JSON_OURS, &doc, NULL) == 0)
		time = dx_json_get_str(&doc, "recorded_at");
	if (time != NULL)
		rc = dx_time_parse(time, at, NULL);
	dx_arena_release(&a);
	return rc;
}

static int
load_newest(struct dx_store *s, struct dx_head *h, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_HEAD, &st, err, "t", s->tenant);

	h->size = 0;
	h->recorded_at = INT64_MIN;
	if (rc <= 0)
		return rc;
	h->size = sqlite3_column_int64(st, 0) + 1;
	rc = dx_sql_digest_at(st, 2, &h->leaf) && read_time(s, st, &h->recorded_at) == 0 ? 0 :
	    dx_err_set(err, DX_R_STORE_CORRUPT, "entry %lld cannot be read", (long long)h->size - 1);
	dx_sql_done(st);
	return rc;
}

int
dx_store_head(struct dx_store *s, const struct dx_head **out, struct dx_err *err)
{
	struct dx_tip *t = &s->tip;
	struct dx_tenant_row row;

	if (!t->known) {
		t->have = 0;
		memcpy(t->head.tenant_id, s->tenant, sizeof(t->head.tenant_id));
		if (dx_store_tenant(s, &row, err) != 0 || load_newest(s, &t->head, err) != 0)
			return -1;
		if (row.size != t->head.size)
			return dx_err_set(err, DX_R_STORE_CORRUPT, "tenant %s has %lld entries, its row says %lld", s->tenant,
			    (long long)t->head.size, (long long)row.size);
		memcpy(t->head.origin, row.origin, sizeof(t->head.origin));
		t->known = true;
	}
	*out = &t->head;
	return 0;
}

int
dx_store_size_later(void *sink, int64_t size, struct dx_err *err)
{
	(void)sink;
	(void)size;
	(void)err;
	return 0;		/* dx_store_append notes it when all the rest has succeeded */
}

int
dx_store_money_later(void *sink, int64_t seq, struct dx_err *err)
{
	struct dx_store *s = (struct dx_store *)(void *)((char *)sink - offsetof(struct dx_store, sink));

	(void)err;
	s->tip.money_due = true;
	s->tip.money_seq = seq;
	return 0;
}

int
dx_store_size_now(struct dx_store *s, struct dx_err *err)
{
	struct dx_tip *t = &s->tip;
	bool size = t->size_due, money = t->money_due;

	t->size_due = t->money_due = false;
	if (size && dx_sql_state_ops.tenant_size(&s->sink, t->head.size, err) != 0)
		return -1;
	return money ? dx_sql_state_ops.money_seq(&s->sink, t->money_seq, err) : 0;
}

/* --- payloads --- */

static const struct dx_json *
parse_payload(struct dx_arena *a, const void *bytes, size_t n)
{
	struct dx_json *doc = dx_arena_alloc(a, sizeof(*doc));

	return dx_json_parse(a, dx_arena_dup(a, bytes, n), n, DX_JSON_FOREIGN, doc, NULL) == 0 ? doc : NULL;
}

const struct dx_json *
dx_store_apply_payload(void *store, const char *sha256_hex)
{
	struct dx_store *s = store;
	char *bytes;
	size_t n;

	for (size_t i = 0; i < s->payload_count; i++) {
		const struct dx_payload *p = &s->payloads[i];

		if (strcmp(p->sha256, sha256_hex) == 0)
			return p->doc != NULL ? p->doc : parse_payload(&s->arena, p->bytes, p->len);
	}
	return dx_store_payload(s, &s->arena, sha256_hex, &bytes, &n, NULL) == 1 ? parse_payload(&s->arena, bytes, n) : NULL;
}

static int
put_payload(struct dx_store *s, const struct dx_payload *p, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = p->fresh ? 0 : dx_sql_row(&s->sql, DX_SQL_PAYLOAD_HAS, &st, err, "tx", s->tenant, p->sha256);

	if (rc > 0)
		dx_sql_done(st);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return dx_sql_run(&s->sql, DX_SQL_PAYLOAD_PUT, err, "txb", s->tenant, p->sha256, p->len > 0 ? p->bytes : "", p->len) < 0 ?
	    -1 : 0;
}

/* --- the tree --- */

/* Root of the complete subtree of 2^level leaves that ends just before leaf `size`, whose bit `level` is set. */
static int
left_sibling(struct dx_store *s, struct dx_tip *t, unsigned level, struct dx_sha256 *out, struct dx_err *err)
{
	uint64_t size = (uint64_t)t->head.size;

	if (level == 0)
		*out = t->head.leaf;
	else if ((t->have >> level & 1) != 0)
		*out = t->frontier[level];
	else
		return dx_store_node(s, level, (size >> level) - 1, out, err);
	return 0;
}

/* Stores the nodes that leaf number head.size completes. */
static int
put_nodes(struct dx_store *s, const struct dx_sha256 *leaf, struct dx_err *err)
{
	struct dx_tip *t = &s->tip;
	uint64_t size = (uint64_t)t->head.size;
	struct dx_sha256 left, node = *leaf;
	unsigned level = 0;

	for (; (size >> level & 1) != 0; level++) {
		if (left_sibling(s, t, level, &left, err) != 0)
			return -1;
		dx_sha256_node(&left, &node, &node);
		if (dx_sql_run(&s->sql, DX_SQL_NODE_PUT, err, "tiih", s->tenant, (int64_t)level + 1,
		    (int64_t)(size >> (level + 1)), &node) < 0)
			return -1;
	}
	t->frontier[level] = node;
	t->have |= UINT64_C(1) << level;
	return 0;
}

/* --- the append --- */

/* With its guards SQLite copies each page that it changes, for each row, half of the cost of an append.  They are there for other
 * programs; what they ask is what is done here anyway, so a long batch, once its first appends went through them, does without:
 * - an entry follows the newest and names its leaf: the newest was read from ledger_entry in this transaction, which nobody else
 *   can write in, and each append moves it on; a seq that is there already is refused by the primary key;
 * - a payload and a node are new: their primary keys refuse a second one, and no insert names a rowid;
 * - nothing is changed or removed: no statement of sqlite_sql.c does that to the log, none says OR REPLACE.
 * It is this connection alone that goes without; for others, and for whatever this program is asked to do with the file by hand,
 * they stand. */
static void
spare_guards(struct dx_store *s)
{
	if (++s->appended == GUARDED)
		sqlite3_db_config(s->sql.db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
}

static int
write_entry(struct dx_store *s, const struct dx_json *entry, const struct dx_sha256 *leaf, struct dx_err *err)
{
	struct dx_head *h = &s->tip.head;
	struct dx_sha256 prev = h->leaf;

	if (h->size == 0)
		dx_entry_genesis(h->origin, &prev);
	for (size_t i = 0; i < s->payload_count; i++)
		if (put_payload(s, &s->payloads[i], err) != 0)
			return -1;
	if (dx_sql_run(&s->sql, DX_SQL_ENTRY_PUT, err, "tibhh", s->tenant, h->size, s->bytes.data, s->bytes.len, leaf, &prev) < 0)
		return -1;
	if (put_nodes(s, leaf, err) != 0)
		return -1;
	return dx_apply_entry(&s->apply, &s->arena, entry, err);
}

static int
first_origin(struct dx_head *h, const struct dx_entry_draft *d, struct dx_err *err)
{
	if (d->event != DX_EVENT_LOG_OPENED)
		return dx_err_set(err, DX_R_TENANT_UNKNOWN, "the store has no tenant %s", h->tenant_id);
	if (strlen(d->subject_id) > DX_ORIGIN_MAX)
		DX_BUG("an origin that is too long");
	memcpy(h->origin, d->subject_id, strlen(d->subject_id) + 1);
	return 0;
}

int
dx_store_append(struct dx_store *s, const struct dx_entry_draft *d, const struct dx_payload *payloads, size_t n, int64_t now,
    int64_t *seq, struct dx_err *err)
{
	const struct dx_head *head;
	struct dx_head *h = &s->tip.head;
	struct dx_sha256 leaf;
	struct dx_json entry;
	int rc;

	if (s->txn != DX_TXN_WRITE || s->failed)
		DX_BUG("an append outside a write transaction, or after one that failed");
	if (dx_store_head(s, &head, err) != 0 || (head->size == 0 && first_origin(h, d, err) != 0))
		return -1;
	dx_arena_reset(&s->arena);
	entry = dx_entry_make(&s->arena, head, d, now);
	if (dx_entry_seal(&entry, &s->bytes, &leaf, err) != 0)
		return -1;
	s->payloads = payloads;
	s->payload_count = n;
	rc = write_entry(s, &entry, &leaf, err);
	s->payloads = NULL;
	s->payload_count = 0;
	if (rc != 0) {
		s->failed = true;
		return -1;
	}
	spare_guards(s);
	*seq = h->size++;
	s->tip.size_due = true;
	h->leaf = leaf;
	if (h->recorded_at < now)
		h->recorded_at = now;
	return 0;
}
