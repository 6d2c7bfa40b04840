/* The sink of apply: the state tables of ledger page 6.1 changed by named statements.  The same for the store and for the
 * private database that a verification fills. */
#include "base/err.h"
#include "store/sqlite.h"

/* One row must change; none means that the entry tells of a row that is not there. */
static int
one_row(int changed, const char *what, struct dx_err *err)
{
	if (changed == 1)
		return 0;
	return changed < 0 ? -1 : dx_err_set(err, DX_R_SEMANTIC_VIOLATION, "%s", what);
}

static int
tenant_open(void *s, const char *origin, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	t->moved = true;
	return one_row(dx_sql_run(t->sql, DX_SQL_TENANT_OPEN, err, "tt", t->tenant, origin), "log_opened_once", err);
}

static int
tenant_size(void *s, int64_t size, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	t->moved = true;
	return one_row(dx_sql_run(t->sql, DX_SQL_TENANT_SIZE, err, "ti", t->tenant, size),
	    "log_opened_first: the log was not opened", err);
}

static int
money_seq(void *s, int64_t seq, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	t->moved = true;
	return one_row(dx_sql_run(t->sql, DX_SQL_TENANT_MONEY, err, "ti", t->tenant, seq),
	    "log_opened_first: the log was not opened", err);
}

static int
document_put(struct dx_sql_state *t, enum dx_sql_id step, enum dx_sql_id put, const struct dx_policy_row *r, struct dx_err *err)
{
	t->moved = true;
	if (one_row(dx_sql_run(t->sql, step, err, "tiX", t->tenant, r->version, r->parent_sha256),
	    "version_order: the version or the parent does not follow the one before", err) != 0)
		return -1;
	return one_row(dx_sql_run(t->sql, put, err, "tixXtt", t->tenant, r->version, r->sha256, r->parent_sha256, r->actor_id,
	    r->created_at), "version_order", err);
}

static int
policy_put(void *s, const struct dx_policy_row *r, struct dx_err *err)
{
	return document_put(s, DX_SQL_TENANT_POLICY, DX_SQL_POLICY_PUT, r, err);
}

static int
principals_put(void *s, const struct dx_policy_row *r, struct dx_err *err)
{
	return document_put(s, DX_SQL_TENANT_PRINCIPALS, DX_SQL_PRINCIPALS_PUT, r, err);
}

static int
rules_put(void *s, const char *rules_id, int64_t seq, const char *version, const char *sha256, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	return one_row(dx_sql_run(t->sql, DX_SQL_RULES_PUT, err, "ttitx", t->tenant, rules_id, seq, version, sha256),
	    "rules_seq", err);
}

static int
budget_put(void *s, const char *scope_key, int64_t limit_micro, bool active, const char *created_by, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	return one_row(dx_sql_run(t->sql, DX_SQL_BUDGET_PUT, err, "ttiit", t->tenant, scope_key, limit_micro, (int64_t)active,
	    created_by), "budget_set", err);
}

/* allocation on the budget, all of it on the tenant; negative amounts give back. */
static int
hold(struct dx_sql_state *t, const char *scope_key, int64_t allocation, int64_t total, struct dx_err *err)
{
	if (scope_key != NULL && allocation != 0 && one_row(dx_sql_run(t->sql, DX_SQL_BUDGET_HOLD, err, "tti", t->tenant,
	    scope_key, allocation), "budget_known: the decision is charged to a budget that is not there", err) != 0)
		return -1;
	if (total == 0)
		return 0;
	t->moved = true;
	return one_row(dx_sql_run(t->sql, DX_SQL_TENANT_HOLD, err, "ti", t->tenant, total),
	    "log_opened_first: the log was not opened", err);
}

static int
decision_put(void *s, const struct dx_decision_row *r, struct dx_err *err)
{
	struct dx_sql_state *t = s;
	int64_t total = r->reserved_allocation_micro + r->reserved_credit_micro + r->reserved_unbudgeted_micro;
	int n = dx_sql_run(t->sql, DX_SQL_DECISION_PUT, err, "ttititiixttttixxxxttTiiiii", t->tenant, r->decision_id, r->seq,
	    r->source, (int64_t)r->dry_run, r->idempotency_key, (int64_t)r->derived_key, r->generation, r->request_fingerprint,
	    r->project_id, r->environment, r->decision, r->mode, (int64_t)r->failsafe, r->policy_sha256, r->rules_sha256,
	    r->request_sha256, r->response_sha256, r->decided_at, r->budget_month, r->budget_scope_key,
	    (int64_t)r->reservation_active, r->reserved_allocation_micro, r->reserved_credit_micro, r->reserved_unbudgeted_micro,
	    r->unfunded_micro);

	if (one_row(n, "decision_unique", err) != 0)
		return -1;
	return hold(t, r->budget_scope_key, r->reserved_allocation_micro, total, err);
}

static int
decision_release(void *s, const char *decision_id, struct dx_err *err)
{
	struct dx_sql_state *t = s;
	struct dx_arena a = { 0 };
	const char *scope;
	int64_t allocation, total;
	sqlite3_stmt *st;
	int rc = dx_sql_row(t->sql, DX_SQL_DECISION_HOLDS, &st, err, "tt", t->tenant, decision_id);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return dx_err_set(err, DX_R_SEMANTIC_VIOLATION, "decision_known: there is no decision %s", decision_id);
	scope = dx_sql_text_at(&a, st, 0);
	allocation = sqlite3_column_int64(st, 1);
	total = allocation + sqlite3_column_int64(st, 2) + sqlite3_column_int64(st, 3);
	dx_sql_done(st);
	rc = total == 0 ? 0 : hold(t, scope, -allocation, -total, err);
	if (rc == 0 && total != 0)
		rc = one_row(dx_sql_run(t->sql, DX_SQL_DECISION_RELEASE, err, "tt", t->tenant, decision_id), "decision_known", err);
	dx_arena_release(&a);
	return rc;
}

static int
approval_put(void *s, const struct dx_approval_row *r, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	return one_row(dx_sql_run(t->sql, DX_SQL_APPROVAL_PUT, err, "ttttTTtttt", t->tenant, r->approval_id, r->decision_id,
	    r->status, r->requested_by, r->routing_rule_id, r->routing_trace, r->expires_at, r->created_at, r->updated_at),
	    "approval_unique", err);
}

static int
approval_status(void *s, const char *approval_id, const char *status, const char *updated_at, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	return one_row(dx_sql_run(t->sql, DX_SQL_APPROVAL_STATUS, err, "tttt", t->tenant, approval_id, status, updated_at),
	    "approval_pending: there is no such pending approval", err);
}

static int
evidence_put(void *s, const struct dx_evidence_row *r, struct dx_err *err)
{
	struct dx_sql_state *t = s;

	return one_row(dx_sql_run(t->sql, DX_SQL_EVIDENCE_PUT, err, "tittTT", t->tenant, r->seq, r->event, r->subject_id, r->kind,
	    r->commit_id), "evidence_seq", err);
}

const struct dx_state_ops dx_sql_state_ops = {
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
