#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "op/gate_internal.h"

bool
dx_gate_is_failsafe(enum dx_reason r, enum dx_reason *trigger)
{
	if (r == DX_R_GATE_TIMEOUT || r == DX_R_GATE_EVALUATION_ERROR) {	/* of class reason: they explain a decision */
		*trigger = r;
		return true;
	}
	/* Only faults of the machinery; whatever refuses the caller or the request stays a refusal. */
	switch (dx_reason_class(r)) {
	case DX_CLASS_UNAVAILABLE:
	case DX_CLASS_INTEGRITY:
		break;
	case DX_CLASS_NONE:
	case DX_CLASS_INVALID:
	case DX_CLASS_UNAUTHENTICATED:
	case DX_CLASS_FORBIDDEN:
	case DX_CLASS_NOT_FOUND:
	case DX_CLASS_CONFLICT:
	case DX_CLASS_THROTTLED:
	case DX_CLASS_WAITING:
	case DX_CLASS_FINDING:
	case DX_CLASS_REASON:
	case DX_CLASS_WARNING:
		return false;
	}
	if (r == DX_R_STORE_BUSY)
		*trigger = DX_R_GATE_LOCK_TIMEOUT;
	else if (r == DX_R_LEDGER_CONTENDED)
		*trigger = DX_R_GATE_LOCK_CONTENDED;
	else if (r == DX_R_STORE_CORRUPT || r == DX_R_POLICY_INTEGRITY_ERROR)
		*trigger = r;
	else
		*trigger = DX_R_STORE_UNAVAILABLE;
	return true;
}

/* The policy whose mode counts: the one in force when it was read, else the last good copy, else none (hard). */
static struct dx_policy *
policy_for(const struct dx_gate *g, enum dx_reason trigger, struct dx_policy **kept)
{
	*kept = NULL;
	if (trigger == DX_R_POLICY_INTEGRITY_ERROR)
		return NULL;
	if (g->session.policy != NULL)
		return g->session.policy;
	if (g->session.policy_given != NULL)	/* a pin counts here too: the copy beside the store may be anybody's */
		return g->session.policy_given;
	*kept = dx_session_kept_policy(&g->opt.session);
	return *kept;
}

/* An unkept decision cannot have an approval, so what asks for one is denied; and it says that nothing was kept. */
static void
mark_unpersisted(struct dx_decision *d)
{
	if (d->verdict == DX_REQUIRE_APPROVAL)
		d->verdict = DX_DENY;
	d->approval_created = false;
	if (d->reason_count < DX_REASONS_MAX)
		d->reason[d->reason_count++] = DX_R_FAIL_SAFE_UNPERSISTED;
}

void
dx_gate_failsafe_unpersisted(struct dx_gate *g, struct dx_gate_item *it, enum dx_reason trigger, struct dx_json details)
{
	int64_t now = dx_clock_now();
	struct dx_policy *kept, *policy = policy_for(g, trigger, &kept);
	char *decision_id = dx_arena_alloc(&g->arena, DX_ID_TEXT), *approval_id = dx_arena_alloc(&g->arena, DX_ID_TEXT);
	struct dx_snapshot snapshot;
	struct dx_decision d;
	struct dx_decide_ids ids = {
		.tenant_id = g->opt.session.tenant != NULL ? g->opt.session.tenant : "default",
		.decision_id = decision_id,
		.approval_id = approval_id,
		.actor_id = g->session.caller != NULL ? g->session.caller->id : NULL,
		.generation = 1,
		.policy_version = g->session.policy_version,
	};

	dx_id_new(now, decision_id);
	dx_id_new(now, approval_id);
	dx_gate_snapshot_empty(g, now, &snapshot);
	snapshot.cost_mode = DX_COST_UNAVAILABLE;
	dx_decide_failsafe(policy, &it->request, &snapshot, trigger, details, &ids, &d);
	mark_unpersisted(&d);
	dx_gate_answer(g, it, &d);
	it->exit = DX_EXIT_RETRY;
	/* The reply borrows from the policy, and this copy goes away now. */
	it->reply = dx_json_copy(&g->arena, &it->reply);
	dx_policy_free(kept);
}
