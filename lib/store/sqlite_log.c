/* Reading the log: entries, payloads, tree nodes. */
#include <inttypes.h>
#include <string.h>
#include "base/err.h"
#include "crypt/merkle.h"
#include "store/sqlite.h"

int
dx_store_payload(struct dx_store *s, struct dx_arena *a, const char *sha256_hex, char **bytes, size_t *len, struct dx_err *err)
{
	struct dx_sha256 want, got;
	sqlite3_stmt *st;
	int rc;

	if (!dx_sha256_unhex(sha256_hex, &want))
		return 0;
	rc = dx_sql_row(&s->sql, DX_SQL_PAYLOAD, &st, err, "th", s->tenant, &want);
	if (rc <= 0)
		return rc;
	*len = (size_t)sqlite3_column_bytes(st, 0);
	*bytes = dx_arena_dup(a, sqlite3_column_blob(st, 0), *len);
	dx_sql_done(st);
	dx_sha256(*bytes, *len, &got);
	if (!dx_same(&want, &got, sizeof(want)))
		return dx_err_set(err, DX_R_STORE_CORRUPT, "payload %s has other bytes", sha256_hex);
	return 1;
}

/* --- nodes --- */

int
dx_store_node(struct dx_store *s, unsigned level, uint64_t idx, struct dx_sha256 *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = level == 0 ? dx_sql_row(&s->sql, DX_SQL_LEAF, &st, err, "ti", s->tenant, (int64_t)idx) :
	    dx_sql_row(&s->sql, DX_SQL_NODE, &st, err, "tii", s->tenant, (int64_t)level, (int64_t)idx);

	if (rc < 0)
		return -1;
	if (rc > 0) {
		rc = dx_sql_digest_at(st, 0, out);
		dx_sql_done(st);
	}
	return rc > 0 ? 0 :
	    dx_err_set(err, DX_R_STORE_CORRUPT, "tree node %u/%" PRIu64 " is missing or damaged", level, idx);
}

struct nodes { struct dx_store *store; struct dx_err *err; };

static int
node_of(void *ctx, unsigned level, uint64_t idx, struct dx_sha256 *out)
{
	struct nodes *n = ctx;

	return dx_store_node(n->store, level, idx, out, n->err);
}

int
dx_store_root(struct dx_store *s, uint64_t size, struct dx_sha256 *out, struct dx_err *err)
{
	struct nodes n = { s, err };

	return dx_merkle_root_at(size, node_of, &n, out);
}

/* --- entries --- */

static bool
is_text(const struct dx_json *object, const char *member, const char *want)
{
	const char *s = dx_json_get_str(object, member);

	return s != NULL && strcmp(s, want) == 0;
}

/* Whether the bytes can hold the word at all: most do not, and need not be parsed. */
static bool
may_hold(const struct dx_stored_entry *e, const char *word)
{
	struct dx_buf quoted = { 0 };
	bool found;

	if (word == NULL)
		return true;
	dx_json_quote(word, strlen(word), &quoted);
	found = memmem(e->bytes, e->len, quoted.data, quoted.len) != NULL;
	dx_buf_release(&quoted);
	return found;
}

enum match { MATCH, NO_MATCH, PAST };	/* PAST: nor will a later one match */

static enum match
match(const struct dx_entry_filter *f, const struct dx_json *doc)
{
	const char *at = dx_json_get_str(doc, "recorded_at");

	if (at == NULL)
		return NO_MATCH;
	if (f->start_at != NULL && strcmp(at, f->start_at) < 0)
		return f->newest_first ? PAST : NO_MATCH;
	if (f->end_at != NULL && strcmp(at, f->end_at) > 0)
		return f->newest_first ? NO_MATCH : PAST;
	if ((f->event != NULL && !is_text(doc, "event", f->event)) ||
	    (f->subject_id != NULL && !is_text(dx_json_get(doc, "subject"), "id", f->subject_id)) ||
	    (f->decision_id != NULL && !is_text(dx_json_get(doc, "decision"), "decision_id", f->decision_id)))
		return NO_MATCH;
	return MATCH;
}

static enum match
match_bytes(const struct dx_entry_filter *f, const struct dx_stored_entry *e, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json doc;

	if (f->event == NULL && f->subject_id == NULL && f->decision_id == NULL && f->start_at == NULL && f->end_at == NULL)
		return MATCH;
	if (f->start_at == NULL && f->end_at == NULL &&
	    (!may_hold(e, f->event) || !may_hold(e, f->subject_id) || !may_hold(e, f->decision_id)))
		return NO_MATCH;
	dx_arena_reset(a);
	if (dx_json_parse(a, dx_arena_dup(a, e->bytes, e->len), e->len, DX_JSON_FOREIGN, &doc, err) != 0)
		return PAST;
	return match(f, &doc);
}

/* The row's entry with a NUL behind it, in text. */
static int
lend(sqlite3_stmt *st, struct dx_buf *text, struct dx_sha256 *leaf, struct dx_sha256 *prev, struct dx_stored_entry *e,
    struct dx_err *err)
{
	e->seq = sqlite3_column_int64(st, 0);
	dx_buf_reset(text);
	dx_buf_add(text, sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1));
	e->bytes = text->data;
	e->len = text->len;
	e->leaf = leaf;
	e->prev = prev;
	if (text->len == 0 || !dx_sql_digest_at(st, 2, leaf) || !dx_sql_digest_at(st, 3, prev))
		return dx_err_set(err, DX_R_STORE_CORRUPT, "entry %lld cannot be read", (long long)e->seq);
	return 0;
}

static int
walk(struct dx_store *s, sqlite3_stmt *st, const struct dx_entry_filter *f, dx_entry_fn *fn, void *ctx, struct dx_err *err)
{
	struct dx_err bad = { 0 };
	struct dx_buf text = { 0 };
	struct dx_arena a = { 0 };
	struct dx_sha256 leaf, prev;
	struct dx_stored_entry e;
	int64_t given = 0;
	int rc = 1;

	while (rc > 0 && (f->limit == 0 || given < f->limit)) {
		if ((rc = lend(st, &text, &leaf, &prev, &e, err)) != 0)
			break;
		enum match m = match_bytes(f, &e, &a, &bad);
		if (bad.reason != DX_OK)
			rc = dx_err_set(err, DX_R_STORE_CORRUPT, "entry %lld: %s", (long long)e.seq, bad.text);
		if (m == PAST)
			break;
		if (m == MATCH) {
			given++;
			if ((rc = fn(ctx, &e, err)) != 0)
				break;
		}
		rc = dx_sql_next(&s->sql, st, err);
	}
	dx_arena_release(&a);
	dx_buf_release(&text);
	return rc < 0 ? rc : 0;
}

int
dx_store_entries(struct dx_store *s, const struct dx_entry_filter *f, dx_entry_fn *fn, void *ctx, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, f->newest_first ? DX_SQL_ENTRIES_DOWN : DX_SQL_ENTRIES_UP, &st, err, "ti", s->tenant,
	    f->before_seq < 0 ? INT64_MAX : f->before_seq);

	if (rc > 0) {
		rc = walk(s, st, f, fn, ctx, err);
		dx_sql_done(st);
	}
	return rc;
}
