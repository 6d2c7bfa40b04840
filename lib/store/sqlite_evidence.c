/* The table of evidence: entries about evidence, found by what they are about without reading the log.  A store of an older schema gets
 * it when it is next written; who only reads such a store makes it in memory, for one transaction. */
#include <string.h>
#include "base/err.h"
#include "store/sqlite.h"

/* --- filling --- */

/* What is no sound entry has no row: that is for a verification to say. */
static int
fill_row(struct dx_sql *q, sqlite3_stmt *st, struct dx_arena *a, struct dx_err *err)
{
	struct dx_sql_state sink = { .sql = q, .tenant = dx_sql_text_at(a, st, 0) };
	size_t len = (size_t)sqlite3_column_bytes(st, 1);
	char *bytes = dx_arena_dup(a, sqlite3_column_blob(st, 1), len);
	struct dx_evidence_row row;
	struct dx_json entry;

	if (sink.tenant == NULL || dx_json_parse(a, bytes, len, DX_JSON_OURS, &entry, NULL) != 0 || !dx_evidence_row(&entry, &row))
		return 0;
	return dx_sql_state_ops.evidence_put(&sink, &row, err);
}

int
dx_sql_fill_evidence(struct dx_sql *q, const char *tenant, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	sqlite3_stmt *st;
	int rc = dx_sql_row(q, DX_SQL_EVIDENCE_ENTRIES, &st, err, "T", tenant);

	while (rc > 0) {
		if (fill_row(q, st, &a, err) != 0) {
			dx_sql_done(st);
			rc = -1;
			break;
		}
		dx_arena_reset(&a);
		rc = dx_sql_next(q, st, err);
	}
	dx_arena_release(&a);
	return rc;
}

static int
need_table(struct dx_store *s, struct dx_err *err)
{
	int64_t version;

	if (s->evidence_made)
		return 0;
	if (dx_sql_int(&s->sql, DX_SQL_USER_VERSION, &version, err) != 0)
		return -1;
	if (version >= DX_SQL_VERSION_EVIDENCE)
		return 0;
	if (dx_sql_exec(&s->sql, dx_sql_evidence_temp, "temporary table", err) != 0 || dx_sql_fill_evidence(&s->sql, s->tenant, err) != 0)
		return -1;
	s->evidence_made = true;
	return 0;
}

/* --- reading --- */

static void
push(struct dx_arena *a, sqlite3_stmt *st, struct dx_evidence_row **rows, size_t *count, size_t *room)
{
	struct dx_evidence_row *more;

	if (*count == *room) {
		*room = *room * 2 + 8;
		more = dx_arena_alloc(a, dx_size_mul(*room, sizeof(*more)));
		if (*count > 0)
			memcpy(more, *rows, *count * sizeof(*more));
		*rows = more;
	}
	(*rows)[(*count)++] = (struct dx_evidence_row){ .seq = sqlite3_column_int64(st, 0), .event = dx_sql_text_at(a, st, 1),
	    .subject_id = dx_sql_text_at(a, st, 2), .kind = dx_sql_text_at(a, st, 3), .commit_id = dx_sql_text_at(a, st, 4) };
}

int
dx_store_evidence(struct dx_store *s, struct dx_arena *a, const struct dx_evidence_filter *f, struct dx_evidence_row **out, size_t *n,
    struct dx_err *err)
{
	sqlite3_stmt *st;
	size_t room = 0;
	int rc;

	*out = NULL;
	*n = 0;
	if (need_table(s, err) != 0)
		return -1;
	rc = f->subject_id != NULL ? dx_sql_row(&s->sql, DX_SQL_EVIDENCE_OF, &st, err, "ttt", s->tenant, f->event, f->subject_id) :
	    f->commit_id != NULL ? dx_sql_row(&s->sql, DX_SQL_EVIDENCE_AT, &st, err, "ttt", s->tenant, f->event, f->commit_id) :
	    dx_sql_row(&s->sql, DX_SQL_EVIDENCE, &st, err, "tt", s->tenant, f->event);
	while (rc > 0 && (f->limit == 0 || *n < f->limit)) {
		const char *kind = (const char *)sqlite3_column_text(st, 3), *commit = (const char *)sqlite3_column_text(st, 4);

		if ((f->kind == NULL || (kind != NULL && strcmp(kind, f->kind) == 0)) &&
		    (f->commit_id == NULL || (commit != NULL && strcmp(commit, f->commit_id) == 0)))
			push(a, st, out, n, &room);
		rc = dx_sql_next(&s->sql, st, err);
	}
	if (rc > 0)
		dx_sql_done(st);
	return rc < 0 ? -1 : 0;
}

int
dx_store_evidence_named(struct dx_store *s, struct dx_arena *a, const char *event, const char *beginning, const char **out,
    struct dx_err *err)
{
	sqlite3_stmt *st;
	int found = 0, rc;

	if (need_table(s, err) != 0)
		return -1;
	rc = dx_sql_row(&s->sql, DX_SQL_EVIDENCE_NAMED, &st, err, "ttt", s->tenant, event, beginning);
	for (; rc > 0; rc = dx_sql_next(&s->sql, st, err))
		if (found++ == 0)
			*out = dx_sql_text_at(a, st, 0);
	return rc < 0 ? -1 : found;
}
