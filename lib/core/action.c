/* The rules of actions in their order (release-gates page 6.1). */
#include <string.h>

#include "core/action.h"

static bool
in_canary(const struct dx_action_policy *p, const char *tenant)
{
	if (p->canary == NULL || p->canary->count == 0)
		return true;
	for (uint32_t i = 0; tenant != NULL && i < p->canary->count; i++)
		if (strcmp(dx_json_str(&p->canary->u.items[i]), tenant) == 0)
			return true;
	return false;
}

enum outcome { NO_RULE, DENY, PENDING, ALLOW };

static enum outcome
rule(struct dx_action_answer *o, unsigned number, enum outcome outcome, enum dx_reason reason)
{
	o->rule = number;
	o->reason = reason;
	return outcome;
}

/* Rules 1 to 5: what no approval helps. */
static enum outcome
never(const struct dx_action *r, struct dx_action_answer *o)
{
	if (r->tenant_id == NULL)
		return rule(o, 1, DENY, DX_R_MISSING_TENANT_ID);
	if (r->action == NULL)
		return rule(o, 2, DENY, DX_R_EMPTY_ACTION);
	if (r->malformed)
		return rule(o, 3, DENY, DX_R_MALFORMED_ACTION);
	if (o->class == DX_ACTION_C)
		return rule(o, 4, DENY, DX_R_FORBIDDEN_ACTION);
	return r->cross_tenant ? rule(o, 5, DENY, DX_R_CROSS_TENANT_CONTEXT_BLOCKED) : NO_RULE;
}

/* Rules 6 to 12. */
static enum outcome
otherwise(const struct dx_action *r, const struct dx_action_facts *f, struct dx_action_answer *o)
{
	bool approved = o->class != DX_ACTION_A, token = r->token != NULL;

	if (approved && r->correlation_id == NULL)
		return rule(o, 6, DENY, DX_R_MISSING_CORRELATION_ID);
	if (r->correlation_differs)
		return rule(o, 7, DENY, DX_R_CORRELATION_ID_MISMATCH);
	if (!approved && o->canary_enforced && !o->in_canary && !(token && f->token == DX_OK))
		return rule(o, 8, PENDING, DX_R_APPROVAL_REQUIRED_OUTSIDE_CANARY);
	if (approved && !token)
		return rule(o, 9, PENDING, DX_R_APPROVAL_REQUIRED);
	if (token && f->token != DX_OK)
		return rule(o, 10, DENY, f->token);
	if (o->class == DX_ACTION_BPLUS && !f->pack)
		return rule(o, 11, DENY, DX_R_EVIDENCE_REQUIRED);
	return rule(o, 12, ALLOW, DX_R_OK);
}

void
dx_action_judge(const struct dx_action_policy *p, const struct dx_action *r, const struct dx_action_facts *facts,
    struct dx_action_answer *out)
{
	enum outcome outcome;

	*out = (struct dx_action_answer){ .class = DX_ACTION_C, .canary_enforced = p->canary_enforced,
	    .in_canary = in_canary(p, r->tenant_id) };
	if (r->tenant_id != NULL && r->action != NULL && !r->malformed)
		out->class = dx_action_class_of(p, r->action, &out->known);
	outcome = never(r, out);
	if (outcome == NO_RULE) {
		outcome = otherwise(r, facts, out);
		out->requires_approval = out->class != DX_ACTION_A || outcome == PENDING;
	}
	out->allowed = outcome == ALLOW;
	out->pending = outcome == PENDING;
}
