/* A sink of apply that holds the rows of the store against what the entries give as they give it: in the order of the log, one
 * pass over each table.  Sums and what a later entry must still explain are noted in memory, so many at most; it never says what
 * is wrong, only that the state is sound or has to be looked at in the thorough way. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/mem.h"
#include "store/sqlite_verify.h"

/* A budget: word its creator, a its limit, b what is held of it, on whether it is active.
 * A hold that a later entry must release: word its budget or NULL, a its allocation, b all of it.
 * An approval that a later entry must close: word its status then, stamp the time. */

enum run { RUN_POLICY, RUN_PRINCIPALS, RUN_RULES, RUN_DECISION, RUN_APPROVAL, RUN_EVIDENCE, RUNS };

struct dx_verify_state {
	struct dx_store	*s;
	const int64_t	*seq;		/* of the entry at hand */
	int64_t		 version;	/* of the schema */
	bool		 open;
	char		 origin[DX_ORIGIN_MAX + 1];
	int64_t		 money_seq, held;
	struct { int64_t version; struct dx_sha256 sha256; } newest[2];	/* [RUN_POLICY], [RUN_PRINCIPALS] */
	sqlite3_stmt	*run[RUNS];
	struct dx_notes	 budgets, holds, closings;
};

static int
unsure(struct dx_err *err)
{
	return dx_err_set(err, DX_R_PROJECTION_MISMATCH, "to be looked at in the thorough way");
}

/* --- rows --- */

static bool
is_digest(sqlite3_stmt *st, int col, const char *hex)
{
	struct dx_sha256 stored, want;

	if (hex == NULL)
		return sqlite3_column_type(st, col) == SQLITE_NULL;
	return sqlite3_column_type(st, col) == SQLITE_BLOB && dx_sql_digest_at(st, col, &stored) && dx_sha256_unhex(hex, &want) &&
	    memcmp(&stored, &want, sizeof(want)) == 0;
}

static bool
is_text(sqlite3_stmt *st, int col, const char *want)
{
	const void *stored;
	size_t n;

	if (want == NULL)
		return sqlite3_column_type(st, col) == SQLITE_NULL;
	if (sqlite3_column_type(st, col) != SQLITE_TEXT)
		return false;
	stored = sqlite3_column_text(st, col);
	n = strlen(want);
	return stored != NULL && (size_t)sqlite3_column_bytes(st, col) == n && memcmp(stored, want, n) == 0;
}

static bool
is_int(sqlite3_stmt *st, int col, int64_t want)
{
	return sqlite3_column_type(st, col) == SQLITE_INTEGER && sqlite3_column_int64(st, col) == want;
}

/* The first columns of a row, by the letters that bind them (sqlite.h). */
static bool
row_is(sqlite3_stmt *st, const char *types, ...)
{
	bool same = true;
	va_list ap;

	va_start(ap, types);
	for (int i = 0; types[i] != '\0' && same; i++) {
		if (types[i] == 'i')
			same = is_int(st, i, va_arg(ap, int64_t));
		else if (types[i] == 'x')
			same = is_digest(st, i, va_arg(ap, const char *));
		else
			same = is_text(st, i, va_arg(ap, const char *));
	}
	va_end(ap);
	return same;
}

/* The next row of a table: 1 with it in t->run[which], 0 when there is none, -1. */
static int
next_row(struct dx_verify_state *t, enum run which)
{
	static const enum dx_sql_id ids[RUNS] = { DX_SQL_RUN_POLICY, DX_SQL_RUN_PRINCIPALS, DX_SQL_RUN_RULES, DX_SQL_RUN_DECISION,
	    DX_SQL_RUN_APPROVAL, DX_SQL_RUN_EVIDENCE };
	sqlite3_stmt **st = &t->run[which];

	if (*st == NULL && dx_sql_cursor(&t->s->sql, ids[which], st, NULL, "t", t->s->tenant) != 0)
		return -1;
	return dx_sql_next(&t->s->sql, *st, NULL);
}

/* That row, NULL where there is none. */
static sqlite3_stmt *
row_of(struct dx_verify_state *t, enum run which)
{
	return next_row(t, which) > 0 ? t->run[which] : NULL;
}

/* --- the sink --- */

static int
tenant_open(void *s, const char *origin, struct dx_err *err)
{
	struct dx_verify_state *t = s;

	if (t->open || strlen(origin) > DX_ORIGIN_MAX)
		return unsure(err);
	t->open = true;
	memcpy(t->origin, origin, strlen(origin) + 1);
	return 0;
}

static int
tenant_size(void *s, int64_t size, struct dx_err *err)
{
	struct dx_verify_state *t = s;

	(void)size;		/* compared once, at the end */
	return t->open ? 0 : unsure(err);
}

static int
money_seq(void *s, int64_t seq, struct dx_err *err)
{
	struct dx_verify_state *t = s;

	t->money_seq = seq;
	return t->open ? 0 : unsure(err);
}

static int
document_put(struct dx_verify_state *t, enum run which, const struct dx_policy_row *r, struct dx_err *err)
{
	struct dx_sha256 parent;
	sqlite3_stmt *st;

	if (!t->open || r->version != t->newest[which].version + 1 || (r->version > 1) != (r->parent_sha256 != NULL))
		return unsure(err);
	if (r->version > 1 && (!dx_sha256_unhex(r->parent_sha256, &parent) ||
	    memcmp(&parent, &t->newest[which].sha256, sizeof(parent)) != 0))
		return unsure(err);
	st = row_of(t, which);
	if (st == NULL || !row_is(st, "ixxtt", r->version, r->sha256, r->parent_sha256, r->actor_id, r->created_at))
		return unsure(err);
	t->newest[which].version = r->version;
	return dx_sql_digest_at(st, 1, &t->newest[which].sha256) ? 0 : unsure(err);
}

static int
policy_put(void *s, const struct dx_policy_row *r, struct dx_err *err)
{
	return document_put(s, RUN_POLICY, r, err);
}

static int
principals_put(void *s, const struct dx_policy_row *r, struct dx_err *err)
{
	return document_put(s, RUN_PRINCIPALS, r, err);
}

static int
rules_put(void *s, const char *rules_id, int64_t seq, const char *version, const char *sha256, struct dx_err *err)
{
	sqlite3_stmt *st = row_of(s, RUN_RULES);

	return st != NULL && row_is(st, "titx", rules_id, seq, version, sha256) ? 0 : unsure(err);
}

static int
budget_put(void *s, const char *scope_key, int64_t limit_micro, bool active, const char *created_by, struct dx_err *err)
{
	struct dx_verify_state *t = s;
	struct dx_note *b = dx_note_find(&t->budgets, scope_key);

	if (b == NULL)
		b = dx_note_put(&t->budgets, scope_key, created_by, NULL, 0, 0);
	if (b == NULL)
		return unsure(err);
	b->a = limit_micro;
	b->on = active;
	return 0;
}

/* allocation on the budget, all of it on the tenant; negative amounts give back. */
static int
hold(struct dx_verify_state *t, const char *scope_key, int64_t allocation, int64_t total, struct dx_err *err)
{
	struct dx_note *b = scope_key != NULL && allocation != 0 ? dx_note_find(&t->budgets, scope_key) : NULL;

	if (scope_key != NULL && allocation != 0 &&
	    (b == NULL || __builtin_add_overflow(b->b, allocation, &b->b) || b->b < 0))
		return unsure(err);
	return !t->open || __builtin_add_overflow(t->held, total, &t->held) || t->held < 0 ? unsure(err) : 0;
}

/* Whether the row's holds are those of the entry, or none because a later entry must release them. */
static bool
holds_are(struct dx_verify_state *t, sqlite3_stmt *st, const struct dx_decision_row *r, int64_t total)
{
	enum { ACTIVE = 20, ALLOCATION, CREDIT, UNBUDGETED, UNFUNDED };

	if (!is_int(st, UNFUNDED, r->unfunded_micro))
		return false;
	if (is_int(st, ACTIVE, r->reservation_active))
		return is_int(st, ALLOCATION, r->reserved_allocation_micro) && is_int(st, CREDIT, r->reserved_credit_micro) &&
		    is_int(st, UNBUDGETED, r->reserved_unbudgeted_micro);
	return total > 0 && is_int(st, ACTIVE, 0) && is_int(st, ALLOCATION, 0) && is_int(st, CREDIT, 0) &&
	    is_int(st, UNBUDGETED, 0) &&
	    dx_note_find(&t->holds, r->decision_id) == NULL &&
	    dx_note_put(&t->holds, r->decision_id, r->budget_scope_key, NULL, r->reserved_allocation_micro, total) != NULL;
}

static int
decision_put(void *s, const struct dx_decision_row *r, struct dx_err *err)
{
	struct dx_verify_state *t = s;
	int64_t total = r->reserved_allocation_micro + r->reserved_credit_micro + r->reserved_unbudgeted_micro;
	sqlite3_stmt *st = row_of(t, RUN_DECISION);

	if (st == NULL || !row_is(st, "tititiixttttixxxxttt", r->decision_id, r->seq, r->source, (int64_t)r->dry_run,
	    r->idempotency_key, (int64_t)r->derived_key, r->generation, r->request_fingerprint, r->project_id, r->environment,
	    r->decision, r->mode, (int64_t)r->failsafe, r->policy_sha256, r->rules_sha256, r->request_sha256, r->response_sha256,
	    r->decided_at, r->budget_month, r->budget_scope_key) || !holds_are(t, st, r, total))
		return unsure(err);
	return hold(t, r->budget_scope_key, r->reserved_allocation_micro, total, err);
}

/* A decision of an earlier entry that holds nothing at the end: it never did, or was released already. */
static bool
holds_nothing(struct dx_verify_state *t, const char *decision_id)
{
	sqlite3_stmt *st;
	bool so;

	if (dx_sql_row(&t->s->sql, DX_SQL_DECISION, &st, NULL, "tt", t->s->tenant, decision_id) <= 0)
		return false;
	so = sqlite3_column_int64(st, 1) < *t->seq && is_int(st, 20, 0);
	dx_sql_done(st);
	return so;
}

static int
decision_release(void *s, const char *decision_id, struct dx_err *err)
{
	struct dx_verify_state *t = s;
	struct dx_note *h = dx_note_find(&t->holds, decision_id);
	int rc;

	if (h == NULL)
		return holds_nothing(t, decision_id) ? 0 : unsure(err);
	rc = hold(t, h->word, -h->a, -h->b, err);
	dx_note_drop(&t->holds, h);
	return rc;
}

static int
approval_put(void *s, const struct dx_approval_row *r, struct dx_err *err)
{
	enum { STATUS = 2, UPDATED_AT = 8 };
	struct dx_verify_state *t = s;
	sqlite3_stmt *st = row_of(t, RUN_APPROVAL);
	const char *status, *at;

	if (st == NULL || !row_is(st, "tt", r->approval_id, r->decision_id) || !is_text(st, 3, r->requested_by) ||
	    !is_text(st, 4, r->routing_rule_id) || !is_text(st, 5, r->routing_trace) || !is_text(st, 6, r->expires_at) ||
	    !is_text(st, 7, r->created_at))
		return unsure(err);
	if (is_text(st, STATUS, r->status))
		return is_text(st, UPDATED_AT, r->updated_at) ? 0 : unsure(err);
	status = (const char *)sqlite3_column_text(st, STATUS);
	at = (const char *)sqlite3_column_text(st, UPDATED_AT);
	if (status == NULL || at == NULL || !is_text(st, STATUS, status) || !is_text(st, UPDATED_AT, at))
		return unsure(err);
	return dx_note_find(&t->closings, r->approval_id) == NULL && dx_note_put(&t->closings, r->approval_id, status, at, 0, 0) != NULL ? 0 :
	    unsure(err);
}

static int
approval_status(void *s, const char *approval_id, const char *status, const char *updated_at, struct dx_err *err)
{
	struct dx_verify_state *t = s;
	struct dx_note *c = dx_note_find(&t->closings, approval_id);

	if (c == NULL || strcmp(c->word, status) != 0 || strcmp(c->stamp, updated_at) != 0)
		return unsure(err);
	dx_note_drop(&t->closings, c);
	return 0;
}

static int
evidence_put(void *s, const struct dx_evidence_row *r, struct dx_err *err)
{
	struct dx_verify_state *t = s;
	sqlite3_stmt *st;

	if (t->version < DX_SQL_VERSION_EVIDENCE)
		return 0;
	st = row_of(t, RUN_EVIDENCE);
	return st != NULL && row_is(st, "itttt", r->seq, r->event, r->subject_id, r->kind, r->commit_id) ? 0 : unsure(err);
}

const struct dx_state_ops dx_verify_state_ops = {
	.tenant_open = tenant_open,
	.tenant_size = tenant_size,
	.money_seq = money_seq,
	.policy_put = policy_put,
	.principals_put = principals_put,
	.rules_put = rules_put,
	.budget_put = budget_put,
	.decision_put = decision_put,
	.decision_release = decision_release,
	.approval_put = approval_put,
	.approval_status = approval_status,
	.evidence_put = evidence_put,
};

/* --- from the first entry to the last --- */

struct dx_verify_state *
dx_verify_state_new(struct dx_store *s, int64_t version, const int64_t *seq)
{
	struct dx_verify_state *t = dx_alloc(sizeof(*t));

	memset(t, 0, sizeof(*t));
	t->s = s;
	t->version = version;
	t->seq = seq;
	return t;
}

void
dx_verify_state_free(struct dx_verify_state *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < RUNS; i++)
		(void)sqlite3_finalize(t->run[i]);
	dx_notes_release(&t->budgets);
	dx_notes_release(&t->holds);
	dx_notes_release(&t->closings);
	free(t);
}

/* Every budget's row is one of those noted, and there are as many. */
static bool
budgets_are(struct dx_verify_state *t)
{
	sqlite3_stmt *st;
	unsigned n = 0;
	int rc = dx_sql_row(&t->s->sql, DX_SQL_BUDGETS, &st, NULL, "t", t->s->tenant);

	while (rc > 0) {
		const char *key = (const char *)sqlite3_column_text(st, 0);
		const struct dx_note *b = key != NULL ? dx_note_find(&t->budgets, key) : NULL;

		if (b == NULL || !row_is(st, "ttiii", b->key, b->word, b->a, b->b, (int64_t)b->on)) {
			dx_sql_done(st);
			return false;
		}
		n++;
		rc = dx_sql_next(&t->s->sql, st, NULL);
	}
	return rc == 0 && n == t->budgets.count;
}

static bool
tenant_is(struct dx_verify_state *t, int64_t size)
{
	sqlite3_stmt *st;
	bool so;

	if (dx_sql_row(&t->s->sql, DX_SQL_TENANT, &st, NULL, "t", t->s->tenant) <= 0)
		return false;
	so = row_is(st, "tiiiii", t->origin, size, t->newest[RUN_POLICY].version, t->newest[RUN_PRINCIPALS].version, t->money_seq,
	    t->held);
	dx_sql_done(st);
	return so;
}

bool
dx_verify_state_sound(struct dx_verify_state *t, int64_t size)
{
	if (!t->open || t->holds.count > 0 || t->closings.count > 0)
		return false;
	for (unsigned i = 0; i < RUNS; i++)
		if ((i != RUN_EVIDENCE || t->version >= DX_SQL_VERSION_EVIDENCE) && next_row(t, i) != 0)
			return false;
	return budgets_are(t) && tenant_is(t, size);
}
