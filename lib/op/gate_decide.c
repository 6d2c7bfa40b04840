/* One request decided, or answered from what the store holds; all within a write transaction, but for replays. */
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/time.h"
#include "core/once.h"
#include "op/gate_internal.h"

#define EXPIRE_MAX	100	/* lapsed approvals that one gate call expires (approvals page A06) */

/* --- what the store knows --- */

struct stored {
	struct dx_decision_row	 row;
	struct dx_approval_row	 approval;
	bool			 found, has_approval;
	bool			 lapsed;	/* its approval is pending in the table, and its time is over */
};

/* One rule everywhere: expired iff now >= expires_at (approvals page A04), whether or not the row says so yet. */
static int
find_approval(struct dx_gate *g, int64_t now, struct stored *out, struct dx_err *err)
{
	char text[DX_TIME_TEXT];
	int rc = dx_store_approval_of(g->session.store, &g->arena, out->row.decision_id, &out->approval, err);

	if (rc < 0)
		return -1;
	out->has_approval = rc == 1;
	dx_time_print(now, text);
	out->lapsed = rc == 1 && strcmp(out->approval.status, "pending") == 0 && strcmp(out->approval.expires_at, text) <= 0;
	if (out->lapsed)
		out->approval.status = "expired";
	return 0;
}

static int
find_stored(struct dx_gate *g, const struct dx_gate_item *it, int64_t now, struct stored *out, struct dx_err *err)
{
	int rc = dx_store_decision_by_key(g->session.store, &g->arena, dx_source_names[it->request.source], it->request.dry_run,
	    it->key, &out->row, err);

	if (rc < 0)
		return -1;
	out->found = rc == 1;
	out->has_approval = out->lapsed = false;
	return out->found ? find_approval(g, now, out, err) : 0;
}

static int
judge(struct dx_gate *g, const struct dx_gate_item *it, const struct stored *st, int64_t now, enum dx_once_answer *answer,
    bool *replaces, struct dx_err *err)
{
	struct dx_tenant_row tenant = { 0 };
	struct dx_once o = {
		.stored = st->found ? &st->row : NULL,
		.approval_status = st->has_approval ? st->approval.status : NULL,
		.fingerprint = it->request.fingerprint,
		.derived = it->derived,
		.reopen = it->request.reopen,
		.now = now,
		.policy = g->session.policy,
		.rules_sha256 = g->session.rules_sha256,
	};

	if (st->found && dx_store_tenant(g->session.store, &tenant, err) != 0)
		return -1;
	o.money_seq = tenant.money_seq;
	*answer = dx_once_judge(&o, replaces);
	return 0;
}

static int
answer_stored(struct dx_gate *g, struct dx_gate_item *it, const struct stored *st, struct dx_err *err)
{
	struct dx_reply_state state = {
		.replayed = true,
		.persisted = true,
		.reservation_active = st->row.reservation_active,
		.approval_status = st->has_approval ? st->approval.status : NULL,
		.policy = strcmp(st->row.policy_sha256, g->session.policy->sha256) == 0 ? g->session.policy : NULL,
	};
	struct dx_json response;
	char *bytes;
	size_t len;
	int rc = dx_store_payload(g->session.store, &g->arena, st->row.response_sha256, &bytes, &len, err);

	if (rc == 0)
		return dx_err_set(err, DX_R_STORE_CORRUPT, "decision %s: its response is missing", st->row.decision_id);
	if (rc < 0)
		return -1;
	if (dx_json_parse(&g->arena, bytes, len, DX_JSON_OURS, &response, err) != 0) {
		dx_err_clear(err);
		return dx_err_set(err, DX_R_STORE_CORRUPT, "decision %s: its response cannot be read", st->row.decision_id);
	}
	it->reply = dx_decision_reply(&g->arena, &response, &state);
	it->exit = dx_gate_verdict_exit(st->row.decision);
	it->fresh = false;
	it->done = true;
	return 0;
}

static void
refuse_reuse(struct dx_gate_item *it, const struct stored *st)
{
	(void)dx_err_set(&it->err, DX_R_IDEMPOTENCY_KEY_REUSED, "this key belongs to another request, decided as %s",
	    st->row.decision_id);
}

int
dx_gate_replay(struct dx_gate *g, struct dx_gate_item *it, int64_t now, struct dx_err *err)
{
	struct stored st;
	enum dx_once_answer answer;
	bool replaces;

	if (find_stored(g, it, now, &st, err) != 0 || judge(g, it, &st, now, &answer, &replaces, err) != 0)
		return -1;
	if (answer == DX_ONCE_REUSED) {
		refuse_reuse(it, &st);
		return 1;
	}
	if (answer != DX_ONCE_REPLAY)
		return 0;
	return answer_stored(g, it, &st, err) == 0 ? 1 : -1;
}

/* --- approvals that end --- */

static int
keep_decision(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct dx_gate *g = ctx;
	struct dx_json entry;
	const struct dx_json *decision;

	if (dx_json_parse(&g->arena, dx_arena_dup(&g->arena, e->bytes, e->len), e->len, DX_JSON_OURS, &entry, err) != 0)
		return -1;
	decision = dx_json_get(&entry, "decision");
	g->columns = decision != NULL ? dx_json_copy_top(&g->arena, decision) : dx_json_null();
	return 1;
}

/* The decision columns of an entry about an old decision: those of its first entry, with the holds as they are after it. */
static int
closed_columns(struct dx_gate *g, const char *decision_id, int64_t seq, struct dx_err *err)
{
	static const char *const holds[] = { "reserved_allocation_usd", "reserved_credit_usd", "reserved_total_usd",
	    "reserved_unbudgeted_usd" };
	struct dx_entry_filter f = { .before_seq = seq + 1, .newest_first = true, .limit = 1 };

	g->columns = dx_json_null();
	if (dx_store_entries(g->session.store, &f, keep_decision, g, err) < 0)
		return -1;
	if (g->columns.type != DX_JSON_OBJECT)
		return dx_err_set(err, DX_R_STORE_CORRUPT, "decision %s: its ledger entry is missing", decision_id);
	for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++)
		dx_json_set(&g->arena, &g->columns, holds[i], dx_json_text("0.0000"));
	return 0;
}

static int
end_approval(struct dx_gate *g, const struct dx_approval_row *ap, int64_t decision_seq, enum dx_event event, const char *status,
    struct dx_actor actor, const char *reason, int64_t now, struct dx_err *err)
{
	struct dx_entry_draft d = { .event = event, .actor = actor, .subject_id = ap->approval_id,
	    .approval_id = ap->approval_id, .approval_status = status, .details = dx_json_object() };
	char id[DX_ID_TEXT];
	int64_t seq;

	if (closed_columns(g, ap->decision_id, decision_seq, err) != 0)
		return -1;
	d.decision = g->columns;
	dx_id_new(now, id);
	d.ledger_id = id;
	if (reason != NULL)
		dx_json_put(&g->arena, &d.details, "reason", dx_json_text(reason));
	return dx_store_append(g->session.store, &d, NULL, 0, now, &seq, err);
}

int
dx_gate_expire(struct dx_gate *g, int64_t now, struct dx_err *err)
{
	struct dx_approval_row *row;
	char text[DX_TIME_TEXT];
	size_t n;

	dx_time_print(now, text);
	if (dx_store_approvals_lapsed(g->session.store, &g->arena, text, EXPIRE_MAX, &row, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct dx_decision_row d;
		int rc = dx_store_decision(g->session.store, &g->arena, row[i].decision_id, &d, err);
		if (rc == 0)
			return dx_err_set(err, DX_R_STORE_CORRUPT, "approval %s: its decision is missing", row[i].approval_id);
		if (rc < 0 || end_approval(g, &row[i], d.seq, DX_EVENT_APPROVAL_EXPIRED, "expired", dx_actor_system, NULL, now,
		    err) != 0)
			return -1;
	}
	return 0;
}

/* --- evaluation --- */

void
dx_gate_snapshot_empty(const struct dx_gate *g, int64_t now, struct dx_snapshot *out)
{
	memset(out, 0, sizeof(*out));
	out->now = now;
	out->tenant_tier = g->session.principals != NULL ? g->session.principals->tier : "enterprise";
	out->cost_mode = DX_COST_NONE;
}

static int
find_budget(struct dx_gate *g, const char *project, struct dx_budget_row *out, struct dx_err *err)
{
	int rc = dx_store_budget(g->session.store, &g->arena, project, out, err);

	if (rc < 0 || (rc == 1 && out->active))
		return rc;
	rc = dx_store_budget(g->session.store, &g->arena, "default", out, err);
	return rc == 1 && !out->active ? 0 : rc;
}

/* What is held once the decision that this one replaces has let go; its row is still there. */
static int64_t
without(int64_t held, const struct dx_decision_row *replaced, bool of_budget, const char *scope)
{
	if (replaced == NULL || !replaced->reservation_active)
		return held;
	if (!of_budget)
		return held - replaced->reserved_allocation_micro - replaced->reserved_credit_micro -
		    replaced->reserved_unbudgeted_micro;
	if (replaced->budget_scope_key == NULL || strcmp(replaced->budget_scope_key, scope) != 0)
		return held;
	return held - replaced->reserved_allocation_micro;
}

static int
read_snapshot(struct dx_gate *g, const struct dx_gate_item *it, const struct dx_decision_row *replaced, int64_t now,
    struct dx_snapshot *out, struct dx_err *err)
{
	struct dx_tenant_row tenant;
	struct dx_budget_row budget;
	int rc;

	dx_gate_snapshot_empty(g, now, out);
	if (dx_store_tenant(g->session.store, &tenant, err) != 0)
		return -1;
	out->ceiling_used.micro = without(tenant.held_micro, replaced, false, NULL);
	rc = find_budget(g, it->request.project_id, &budget, err);
	if (rc <= 0)
		return rc;
	out->has_budget = true;
	out->budget_scope = budget.scope_key;
	out->budget_limit.micro = budget.limit_micro;
	out->allocation_used.micro = without(budget.held_micro, replaced, true, budget.scope_key);
	return 0;
}

static void
name_decision(struct dx_gate *g, struct dx_gate_item *it, struct dx_decide_ids *ids, const struct dx_decision_row *before,
    int64_t now)
{
	char (*id)[DX_ID_TEXT] = dx_arena_alloc(&g->arena, 3 * sizeof(*id));

	dx_ids_new(now, 3, id);
	it->ledger_id = id[2];
	*ids = (struct dx_decide_ids){
		.tenant_id = g->session.tenant,
		.decision_id = id[0],
		.approval_id = id[1],
		.actor_id = g->session.caller != NULL ? g->session.caller->id : NULL,
		.supersedes = before != NULL ? before->decision_id : NULL,
		.generation = before != NULL ? before->generation + 1 : 1,
		.policy_version = g->session.policy_version,
	};
}

/* A fail-safe decision has no findings, but it too says which documents were to judge: a replay compares them. */
static const struct dx_findings *
consulted(struct dx_gate *g, const struct dx_gate_item *it)
{
	struct dx_findings *f;

	if (it->findings == NULL)
		return NULL;
	f = dx_arena_alloc(&g->arena, sizeof(*f));
	*f = *it->findings;
	f->count = 0;
	return f;
}

/* What ends before a key is judged afresh: a lapsed approval, and under D47 (a) the pending approval and the holds of the newest
 * generation that has any, which need not be the last one: a fail-safe answer in between holds nothing and lets nothing go. */
static int
let_go(struct dx_gate *g, const struct dx_gate_item *it, const struct stored *st, bool replaces, int64_t now, struct stored *held,
    struct dx_err *err)
{
	struct dx_actor actor = dx_session_actor(&g->session);
	int rc;

	held->found = false;
	if (!st->found)
		return 0;
	if (st->lapsed && end_approval(g, &st->approval, st->row.seq, DX_EVENT_APPROVAL_EXPIRED, "expired", dx_actor_system, NULL,
	    now, err) != 0)
		return -1;
	if (!it->derived || it->trigger != DX_OK || !(replaces || st->row.failsafe))
		return 0;
	if (st->has_approval && strcmp(st->approval.status, "pending") == 0 && end_approval(g, &st->approval, st->row.seq,
	    DX_EVENT_APPROVAL_CANCELLED, "cancelled", actor, "superseded", now, err) != 0)
		return -1;
	rc = dx_store_decision_holding(g->session.store, &g->arena, dx_source_names[it->request.source], it->request.dry_run, it->key,
	    &held->row, err);
	if (rc <= 0)
		return rc;
	held->found = true;
	if (find_approval(g, now, held, err) != 0)
		return -1;
	if (held->has_approval && strcmp(held->approval.status, "pending") == 0) {
		held->row.reservation_active = false;	/* cancelling lets its holds go */
		return end_approval(g, &held->approval, held->row.seq, DX_EVENT_APPROVAL_CANCELLED, "cancelled", actor, "superseded",
		    now, err);
	}
	return 0;
}

int
dx_gate_decide_one(struct dx_gate *g, struct dx_gate_item *it, struct dx_err *err)
{
	int64_t now = dx_clock_now();
	struct stored st, held;
	enum dx_once_answer answer;
	bool replaces;
	struct dx_snapshot snapshot;
	struct dx_decide_ids ids;
	struct dx_decision d;

	if (dx_gate_action_alone(it))
		return dx_gate_action_decide(g, it, err);
	if (find_stored(g, it, now, &st, err) != 0 || judge(g, it, &st, now, &answer, &replaces, err) != 0)
		return -1;
	if (answer == DX_ONCE_REPLAY)
		return answer_stored(g, it, &st, err);
	if (answer == DX_ONCE_REUSED) {
		refuse_reuse(it, &st);
		return 0;
	}
	if (let_go(g, it, &st, replaces, now, &held, err) != 0)
		return -1;
	name_decision(g, it, &ids, st.found ? &st.row : NULL, now);
	if (read_snapshot(g, it, held.found ? &held.row : NULL, now, &snapshot, err) != 0)
		return -1;
	if (it->trigger != DX_OK) {
		dx_decide_failsafe(g->session.policy, &it->request, &snapshot, it->trigger, it->trigger_details, &ids, &d);
		d.findings = consulted(g, it);
	} else
		dx_decide(g->session.policy, &it->request, &snapshot, it->findings, &ids, &d);
	if (dx_gate_record(g, it, &d, held.found ? held.row.decision_id : replaces ? st.row.decision_id : NULL, err) != 0)
		return -1;
	return dx_gate_action_note(g, it, now, err);
}
