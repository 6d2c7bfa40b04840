/* State tables read; texts are copied into the caller's arena. */
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "store/sqlite.h"

static int
read_tenant(struct dx_store *s, struct dx_tenant_row *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_TENANT, &st, err, "t", s->tenant);

	memset(out, 0, sizeof(*out));
	if (rc <= 0)
		return rc;
	out->open = true;
	(void)snprintf(out->origin, sizeof(out->origin), "%s", (const char *)sqlite3_column_text(st, 0));
	out->size = sqlite3_column_int64(st, 1);
	out->policy_version = sqlite3_column_int64(st, 2);
	out->principals_version = sqlite3_column_int64(st, 3);
	out->money_seq = sqlite3_column_int64(st, 4);
	out->held_micro = sqlite3_column_int64(st, 5);
	dx_sql_done(st);
	return 0;
}

/* Nobody else changes the row while a transaction lasts, so it is read when this one has. */
int
dx_store_tenant(struct dx_store *s, struct dx_tenant_row *out, struct dx_err *err)
{
	struct dx_tip *t = &s->tip;

	if (!t->row_known || s->sink.moved) {
		if (read_tenant(s, &t->row, err) != 0)
			return -1;
		t->row_known = true;
		s->sink.moved = false;
	}
	*out = t->row;
	if (out->open && t->size_due)
		out->size = t->head.size;
	if (out->open && t->money_due)
		out->money_seq = t->money_seq;
	return 0;
}

/* --- rows --- each 0, or -1 with store_corrupt when the row cannot be one of ours */

typedef int	read_row(struct dx_arena *a, sqlite3_stmt *st, void *out, struct dx_err *err);

static int
damaged(const char *table, struct dx_err *err)
{
	return dx_err_set(err, DX_R_STORE_CORRUPT, "a row of table %s is damaged", table);
}

static int
read_document(struct dx_arena *a, sqlite3_stmt *st, void *out, struct dx_err *err)
{
	struct dx_policy_row *r = out;

	r->version = sqlite3_column_int64(st, 0);
	r->sha256 = dx_sql_hex_at(a, st, 1);
	r->parent_sha256 = dx_sql_hex_at(a, st, 2);
	r->actor_id = dx_sql_text_at(a, st, 3);
	r->created_at = dx_sql_text_at(a, st, 4);
	return r->sha256 != NULL && r->actor_id != NULL && r->created_at != NULL ? 0 : damaged("policy or principals", err);
}

static int
read_rules(struct dx_arena *a, sqlite3_stmt *st, void *out, struct dx_err *err)
{
	struct dx_rules_row *r = out;

	r->rules_id = dx_sql_text_at(a, st, 0);
	r->version = dx_sql_text_at(a, st, 1);
	r->sha256 = dx_sql_hex_at(a, st, 2);
	return r->rules_id != NULL && r->version != NULL && r->sha256 != NULL ? 0 : damaged("rules", err);
}

static int
read_budget(struct dx_arena *a, sqlite3_stmt *st, void *out, struct dx_err *err)
{
	struct dx_budget_row *r = out;

	r->scope_key = dx_sql_text_at(a, st, 0);
	r->created_by = dx_sql_text_at(a, st, 1);
	r->limit_micro = sqlite3_column_int64(st, 2);
	r->held_micro = sqlite3_column_int64(st, 3);
	r->active = sqlite3_column_int(st, 4) != 0;
	return r->scope_key != NULL && r->created_by != NULL ? 0 : damaged("budget", err);
}

static int
read_decision(struct dx_arena *a, sqlite3_stmt *st, void *out, struct dx_err *err)
{
	struct dx_decision_row *r = out;
	const char *const texts[] = {
		r->decision_id = dx_sql_text_at(a, st, 0),
		r->source = dx_sql_text_at(a, st, 2),
		r->idempotency_key = dx_sql_text_at(a, st, 4),
		r->request_fingerprint = dx_sql_hex_at(a, st, 7),
		r->project_id = dx_sql_text_at(a, st, 8),
		r->environment = dx_sql_text_at(a, st, 9),
		r->decision = dx_sql_text_at(a, st, 10),
		r->mode = dx_sql_text_at(a, st, 11),
		r->policy_sha256 = dx_sql_hex_at(a, st, 13),
		r->rules_sha256 = dx_sql_hex_at(a, st, 14),
		r->request_sha256 = dx_sql_hex_at(a, st, 15),
		r->response_sha256 = dx_sql_hex_at(a, st, 16),
		r->decided_at = dx_sql_text_at(a, st, 17),
		r->budget_month = dx_sql_text_at(a, st, 18),
	};

	r->seq = sqlite3_column_int64(st, 1);
	r->dry_run = sqlite3_column_int64(st, 3) != 0;
	r->derived_key = sqlite3_column_int64(st, 5) != 0;
	r->generation = sqlite3_column_int64(st, 6);
	r->failsafe = sqlite3_column_int64(st, 12) != 0;
	r->budget_scope_key = dx_sql_text_at(a, st, 19);
	r->reservation_active = sqlite3_column_int64(st, 20) != 0;
	r->reserved_allocation_micro = sqlite3_column_int64(st, 21);
	r->reserved_credit_micro = sqlite3_column_int64(st, 22);
	r->reserved_unbudgeted_micro = sqlite3_column_int64(st, 23);
	r->unfunded_micro = sqlite3_column_int64(st, 24);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i] == NULL)
			return damaged("decision", err);
	return 0;
}

static int
read_approval(struct dx_arena *a, sqlite3_stmt *st, void *out, struct dx_err *err)
{
	struct dx_approval_row *r = out;

	r->approval_id = dx_sql_text_at(a, st, 0);
	r->decision_id = dx_sql_text_at(a, st, 1);
	r->status = dx_sql_text_at(a, st, 2);
	r->requested_by = dx_sql_text_at(a, st, 3);
	r->routing_rule_id = dx_sql_text_at(a, st, 4);
	r->routing_trace = dx_sql_text_at(a, st, 5);
	r->expires_at = dx_sql_text_at(a, st, 6);
	r->created_at = dx_sql_text_at(a, st, 7);
	r->updated_at = dx_sql_text_at(a, st, 8);
	return r->approval_id != NULL && r->decision_id != NULL && r->status != NULL && r->routing_trace != NULL &&
	    r->expires_at != NULL && r->created_at != NULL && r->updated_at != NULL ? 0 : damaged("approval", err);
}

/* The one row a statement has stepped to (rc 1); it is done then. */
static int
one(int rc, sqlite3_stmt *st, read_row *read, struct dx_arena *a, void *out, struct dx_err *err)
{
	if (rc > 0) {
		rc = read(a, st, out, err) == 0 ? 1 : -1;
		dx_sql_done(st);
	}
	return rc;
}

/* All rows of a statement that has stepped to the first (rc 1), as an array of items of `size` bytes in the arena. */
static int
all(struct dx_store *s, int rc, sqlite3_stmt *st, read_row *read, size_t size, struct dx_arena *a, void **out, size_t *n,
    struct dx_err *err)
{
	char *rows = NULL;
	size_t room = 0, count = 0;

	while (rc > 0) {
		if (count == room) {
			char *more = dx_arena_alloc(a, dx_size_mul(room = room * 2 + 8, size));

			if (count > 0)
				memcpy(more, rows, count * size);
			rows = more;
		}
		if (read(a, st, rows + count++ * size, err) != 0) {
			dx_sql_done(st);
			return -1;
		}
		rc = dx_sql_next(&s->sql, st, err);
	}
	if (rc < 0)
		return -1;
	*out = rows;
	*n = count;
	return 0;
}

/* --- the calls --- */

int
dx_store_policy(struct dx_store *s, struct dx_arena *a, int64_t version, struct dx_policy_row *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_POLICY, &st, err, "ti", s->tenant, version);

	return one(rc, st, read_document, a, out, err);
}

int
dx_store_policies(struct dx_store *s, struct dx_arena *a, struct dx_policy_row **out, size_t *n, struct dx_err *err)
{
	sqlite3_stmt *st;
	void *rows = NULL;
	int rc = dx_sql_row(&s->sql, DX_SQL_POLICIES, &st, err, "t", s->tenant);

	rc = all(s, rc, st, read_document, sizeof(**out), a, &rows, n, err);
	*out = rows;
	return rc;
}

int
dx_store_principals(struct dx_store *s, struct dx_arena *a, int64_t version, struct dx_policy_row *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_PRINCIPALS, &st, err, "ti", s->tenant, version);

	return one(rc, st, read_document, a, out, err);
}

int
dx_store_rules(struct dx_store *s, struct dx_arena *a, struct dx_rules_row **out, size_t *n, struct dx_err *err)
{
	sqlite3_stmt *st;
	void *rows = NULL;
	int rc = dx_sql_row(&s->sql, DX_SQL_RULES, &st, err, "t", s->tenant);

	rc = all(s, rc, st, read_rules, sizeof(**out), a, &rows, n, err);
	*out = rows;
	return rc;
}

int
dx_store_budget(struct dx_store *s, struct dx_arena *a, const char *scope_key, struct dx_budget_row *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_BUDGET, &st, err, "tt", s->tenant, scope_key);

	return one(rc, st, read_budget, a, out, err);
}

int
dx_store_budgets(struct dx_store *s, struct dx_arena *a, struct dx_budget_row **out, size_t *n, struct dx_err *err)
{
	sqlite3_stmt *st;
	void *rows = NULL;
	int rc = dx_sql_row(&s->sql, DX_SQL_BUDGETS, &st, err, "t", s->tenant);

	rc = all(s, rc, st, read_budget, sizeof(**out), a, &rows, n, err);
	*out = rows;
	return rc;
}

int
dx_store_decision_by_key(struct dx_store *s, struct dx_arena *a, const char *source, bool dry_run, const char *key,
    struct dx_decision_row *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_DECISION_BY_KEY, &st, err, "ttit", s->tenant, source, (int64_t)dry_run, key);

	return one(rc, st, read_decision, a, out, err);
}

int
dx_store_decision_holding(struct dx_store *s, struct dx_arena *a, const char *source, bool dry_run, const char *key,
    struct dx_decision_row *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_DECISION_HOLDING, &st, err, "ttit", s->tenant, source, (int64_t)dry_run, key);

	return one(rc, st, read_decision, a, out, err);
}

int
dx_store_decision(struct dx_store *s, struct dx_arena *a, const char *decision_id, struct dx_decision_row *out,
    struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_DECISION, &st, err, "tt", s->tenant, decision_id);

	return one(rc, st, read_decision, a, out, err);
}

int
dx_store_approval_of(struct dx_store *s, struct dx_arena *a, const char *decision_id, struct dx_approval_row *out,
    struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_APPROVAL_OF, &st, err, "tt", s->tenant, decision_id);

	return one(rc, st, read_approval, a, out, err);
}

int
dx_store_approvals_lapsed(struct dx_store *s, struct dx_arena *a, const char *now_text, size_t max, struct dx_approval_row **out,
    size_t *n, struct dx_err *err)
{
	sqlite3_stmt *st;
	void *rows = NULL;
	int rc = dx_sql_row(&s->sql, DX_SQL_APPROVALS_LAPSED, &st, err, "tti", s->tenant, now_text, (int64_t)max);

	rc = all(s, rc, st, read_approval, sizeof(**out), a, &rows, n, err);
	*out = rows;
	return rc;
}

static int
read_name(struct dx_arena *a, sqlite3_stmt *st, void *out, struct dx_err *err)
{
	const char **name = out;

	*name = dx_sql_text_at(a, st, 0);
	return *name != NULL ? 0 : damaged("tenant", err);
}

int
dx_store_domain(struct dx_store *s, struct dx_arena *a, const char **out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&s->sql, DX_SQL_ANY_ORIGIN, &st, err, "");
	const char *origin, *tenant;

	*out = NULL;
	if (rc <= 0)
		return rc;
	origin = (const char *)sqlite3_column_text(st, 0);
	tenant = (const char *)sqlite3_column_text(st, 1);
	/* origin is "<domain>/<tenant>" */
	if (origin != NULL && tenant != NULL && strlen(origin) > strlen(tenant) + 1)
		*out = dx_arena_dup(a, origin, strlen(origin) - strlen(tenant) - 1);
	(void)sqlite3_reset(st);
	return 0;
}

int
dx_store_tenants(struct dx_store *s, struct dx_arena *a, const char ***out, size_t *n, struct dx_err *err)
{
	sqlite3_stmt *st = NULL;
	void *rows = NULL;
	int64_t version;
	int rc = dx_sql_int(&s->sql, DX_SQL_USER_VERSION, &version, err);

	if (rc == 0)
		rc = dx_sql_row(&s->sql, version < DX_SQL_VERSION_EVIDENCE ? DX_SQL_TENANTS_1 : DX_SQL_TENANTS, &st, err, "");

	rc = all(s, rc, st, read_name, sizeof(**out), a, &rows, n, err);
	*out = rows;
	return rc;
}
