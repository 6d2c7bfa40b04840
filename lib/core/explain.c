/* The explanation of a decision (decisions page 19): one entry a reason code, from a table; it reads the finished response and
 * nothing of it depends on what is written here. */
#include <string.h>
#include "base/time.h"
#include "core/decide.h"
#include "core/value.h"

#define MAX_TTL	86400		/* seconds, of any policy */

enum facts {
	F_NONE, F_PLAN, F_BUDGET, F_ENTERPRISE, F_SCOPE, F_THRESHOLD, F_COST, F_APPROVAL, F_FACTORS, F_WAIVER, F_AMOUNT,
	F_CREDITS, F_RULES, F_MODE, F_TRIGGER
};

struct text { enum dx_reason reason; const char *kind; enum facts facts; };

static const char violation[] = "violation", approval[] = "approval", note[] = "note", mode[] = "mode",
    infrastructure[] = "infrastructure";

static const struct text table[] = {
	{ DX_R_PLAN_LIMIT_EXCEEDED, violation, F_PLAN },
	{ DX_R_BUDGET_EXCEEDED, violation, F_BUDGET },
	{ DX_R_ENTERPRISE_CEILING_EXCEEDED, violation, F_ENTERPRISE },
	{ DX_R_BUDGET_MISSING, violation, F_SCOPE },
	{ DX_R_HARD_DENY_THRESHOLD_EXCEEDED, violation, F_THRESHOLD },
	{ DX_R_COMPUTED_CONTEXT_UNAVAILABLE, violation, F_COST },
	{ DX_R_COMPUTED_CONTEXT_STALE, violation, F_COST },
	{ DX_R_RULE_DENIED, violation, F_RULES },
	{ DX_R_RULE_VIOLATED, violation, F_RULES },
	{ DX_R_RULE_ERROR, violation, F_RULES },
	{ DX_R_APPROVAL_REQUIRED, approval, F_APPROVAL },
	{ DX_R_RULE_APPROVAL_REQUIRED, approval, F_RULES },
	{ DX_R_AUTO_APPROVE_WITHHELD_MISSING_ESTIMATE, approval, F_FACTORS },
	{ DX_R_AUTO_APPROVE_WITHHELD_HIGH_RISK, approval, F_FACTORS },
	{ DX_R_AUTO_APPROVED_BELOW_THRESHOLD, note, F_WAIVER },
	{ DX_R_NO_BUDGET_CONFIGURED, note, F_AMOUNT },
	{ DX_R_CREDIT_WATERFALL_USED, note, F_CREDITS },
	{ DX_R_RESERVED_CREDIT_WATERFALL_USED, note, F_CREDITS },
	{ DX_R_EMERGENCY_CREDIT_WATERFALL_USED, note, F_CREDITS },
	{ DX_R_DRY_RUN, note, F_AMOUNT },
	{ DX_R_RULE_WARNED, note, F_RULES },
	{ DX_R_SHADOW_MODE_COST_CONTEXT_OVERRIDE, mode, F_MODE },
	{ DX_R_SOFT_MODE_COST_CONTEXT_ESCALATION, mode, F_MODE },
	{ DX_R_HARD_MODE_COST_CONTEXT_CLOSED, mode, F_MODE },
	{ DX_R_SHADOW_MODE_OVERRIDE, mode, F_MODE },
	{ DX_R_SOFT_MODE_ESCALATION, mode, F_MODE },
	{ DX_R_SHADOW_MODE_PLAN_LIMIT_OVERRIDE, mode, F_MODE },
	{ DX_R_SOFT_MODE_PLAN_LIMIT_ESCALATION, mode, F_MODE },
	{ DX_R_SHADOW_MODE_BUDGET_OVERRIDE, mode, F_MODE },
	{ DX_R_SOFT_MODE_BUDGET_ESCALATION, mode, F_MODE },
	{ DX_R_SHADOW_MODE_ENTERPRISE_CEILING_OVERRIDE, mode, F_MODE },
	{ DX_R_SOFT_MODE_ENTERPRISE_CEILING_ESCALATION, mode, F_MODE },
	{ DX_R_SHADOW_MODE_BUDGET_MISSING_OVERRIDE, mode, F_MODE },
	{ DX_R_SOFT_MODE_BUDGET_MISSING_ESCALATION, mode, F_MODE },
	{ DX_R_SHADOW_MODE_RULES_OVERRIDE, mode, F_MODE },
	{ DX_R_SOFT_MODE_RULES_ESCALATION, mode, F_MODE },
	{ DX_R_HARD_MODE_RULES_CLOSED, mode, F_MODE },
	{ DX_R_SHADOW_MODE_APPROVAL_OVERRIDE, mode, F_MODE },
	{ DX_R_GATE_TIMEOUT, infrastructure, F_TRIGGER },
	{ DX_R_GATE_LOCK_TIMEOUT, infrastructure, F_TRIGGER },
	{ DX_R_GATE_LOCK_CONTENDED, infrastructure, F_TRIGGER },
	{ DX_R_GATE_EVALUATION_ERROR, infrastructure, F_TRIGGER },
	{ DX_R_STORE_UNAVAILABLE, infrastructure, F_TRIGGER },
	{ DX_R_STORE_CORRUPT, infrastructure, F_TRIGGER },
	{ DX_R_POLICY_INTEGRITY_ERROR, infrastructure, F_TRIGGER },
	{ DX_R_RESERVATION_CONFLICT, infrastructure, F_TRIGGER },
	{ DX_R_MONEY_OVERFLOW, infrastructure, F_TRIGGER },
	{ DX_R_RULE_TIMEOUT, infrastructure, F_TRIGGER },
	{ DX_R_RULE_MEMORY, infrastructure, F_TRIGGER },
	{ DX_R_SHADOW_MODE_FAIL_OPEN, infrastructure, F_MODE },
	{ DX_R_SOFT_MODE_FAIL_SAFE_ESCALATION, infrastructure, F_MODE },
	{ DX_R_HARD_MODE_FAIL_CLOSED, infrastructure, F_MODE },
	{ DX_R_FAIL_SAFE_UNPERSISTED, infrastructure, F_MODE },
};

struct explain {
	struct dx_arena			*a;
	const struct dx_json		*response, *context;
	const struct dx_policy		*policy;	/* NULL, or the one that judged */
	const struct dx_json		*trace;
	enum dx_reason			 reason;
	struct dx_json			 facts;
};

/* A fact that is there; null is not one. */
static void
fact(struct explain *x, const char *name, const struct dx_json *value)
{
	if (value != NULL && value->type != DX_JSON_NULL)
		dx_json_put(x->a, &x->facts, name, *value);
}

static void
figure(struct explain *x, const char *name)
{
	fact(x, name, dx_json_get(x->response, name));
}

static void
requested(struct explain *x)
{
	fact(x, "requested_usd", dx_json_get(x->response, "estimated_monthly_delta_usd"));
}

static const struct dx_json *
stage(const struct explain *x, size_t i, const char *name)
{
	return dx_json_get(dx_json_item(dx_json_get(x->response, "entitlement_waterfall"), i), name);
}

static void
threshold(struct explain *x, bool hard_deny)
{
	struct dx_json v;

	if (x->policy == NULL)
		return;
	v = dx_value_money(x->a, hard_deny ? x->policy->hard_deny_above : x->policy->auto_approve_below, DX_MONTHLY);
	fact(x, "threshold_usd", &v);
}

static void
budget(struct explain *x)
{
	figure(x, "allocation_headroom_usd");
	figure(x, "emergency_credits_headroom_usd");
	figure(x, "first_limiting_stage");
	fact(x, "missing_usd", stage(x, DX_STAGE_EMERGENCY, "remaining_after_stage_usd"));
	requested(x);
	figure(x, "reserved_credits_headroom_usd");
}

static void
reviewers(struct explain *x)
{
	const char *decided = dx_json_get_str(x->response, "decided_at");
	struct dx_json at = dx_json_null();
	int64_t us, ttl;

	figure(x, "approval_request_id");
	if (x->facts.count > 0 && decided != NULL && dx_time_parse(decided, &us, NULL) == 0 &&
	    dx_json_int64(dx_json_get(x->response, "ttl_seconds"), &ttl) && ttl >= 0 && ttl <= MAX_TTL)
		at = dx_value_time(x->a, us + ttl * 1000000);
	fact(x, "expires_at", &at);
	fact(x, "roles", dx_json_get(x->trace, "allowed_reviewer_roles"));
	fact(x, "route_id", dx_json_get(x->trace, "rule_id"));
}

/* Whether a finding is one of those that the reason is about. */
static bool
concerns(enum dx_reason reason, const struct dx_json *finding)
{
	int effect = dx_word(dx_effect_names, dx_json_get_str(finding, "effect"));

	if (dx_json_get(finding, "code") != NULL)
		return reason == DX_R_RULE_ERROR;
	return (reason == DX_R_RULE_DENIED && effect == DX_EFFECT_DENY) ||
	    (reason == DX_R_RULE_VIOLATED && effect == DX_EFFECT_VIOLATION) ||
	    (reason == DX_R_RULE_APPROVAL_REQUIRED && effect == DX_EFFECT_REQUIRE_APPROVAL) ||
	    (reason == DX_R_RULE_WARNED && effect == DX_EFFECT_WARN);
}

static bool
listed(const struct dx_json *list, const char *text)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strcmp(list->u.items[i].u.text, text) == 0)
			return true;
	return false;
}

static void
rules(struct explain *x)
{
	const struct dx_json *findings = dx_json_get(x->response, "findings"), *one;
	struct dx_json ids = dx_json_array(), count;
	int64_t n = 0;

	for (size_t i = 0; (one = dx_json_item(findings, i)) != NULL; i++) {
		const char *id = dx_json_get_str(one, "rule_id");

		if (id == NULL || !concerns(x->reason, one))
			continue;
		n++;
		if (!listed(&ids, id))
			dx_json_push(x->a, &ids, dx_json_text(id));
	}
	count = dx_json_int(x->a, n);
	fact(x, "findings", &count);
	fact(x, "rules", &ids);
}

static void
trigger(struct explain *x)
{
	const struct dx_json *details = dx_json_get(x->response, "fail_safe_details");

	if (dx_json_is(details, DX_JSON_OBJECT))
		x->facts = *details;
}

/* Figures that the decision holds already, in canonical order. */
static void
state(struct explain *x, enum facts facts)
{
	switch (facts) {
	case F_NONE:
		break;
	case F_PLAN:
		figure(x, "plan_headroom_usd");
		requested(x);
		break;
	case F_BUDGET:
		budget(x);
		break;
	case F_ENTERPRISE:
		figure(x, "enterprise_headroom_usd");
		requested(x);
		break;
	case F_SCOPE:
		fact(x, "scope_key", dx_json_get(x->response, "project_id"));
		break;
	case F_THRESHOLD:
	case F_WAIVER:
		requested(x);
		threshold(x, facts == F_THRESHOLD);
		break;
	case F_COST:
		fact(x, "cost_data_age_days", dx_json_get(x->context, "cost_data_age_days"));
		fact(x, "data_source_mode", dx_json_get(x->context, "data_source_mode"));
		fact(x, "latest_cost_date", dx_json_get(x->context, "latest_cost_date"));
		break;
	case F_APPROVAL:
		reviewers(x);
		break;
	case F_FACTORS:
		fact(x, "risk_factors", dx_json_get(x->context, "risk_factors"));
		break;
	case F_AMOUNT:
		requested(x);
		break;
	case F_CREDITS:
		fact(x, "emergency_usd", stage(x, DX_STAGE_EMERGENCY, "consumed_usd"));
		fact(x, "reserved_usd", stage(x, DX_STAGE_RESERVED, "consumed_usd"));
		break;
	case F_RULES:
		rules(x);
		break;
	case F_MODE:
		figure(x, "mode");
		figure(x, "mode_scope");
		break;
	case F_TRIGGER:
		trigger(x);
		break;
	}
}

static const struct text *
look_up(enum dx_reason reason)
{
	static const struct text unknown = { DX_OK, "unknown", F_NONE };

	for (size_t i = 0; reason != DX_OK && i < sizeof table / sizeof table[0]; i++)
		if (table[i].reason == reason)
			return &table[i];
	return &unknown;
}

static struct dx_json
entry(struct explain *x, const char *code)
{
	struct dx_json o = dx_value_object(x->a, 5);
	const struct text *t;
	bool cure;

	x->reason = dx_reason_find(code);
	x->facts = dx_json_object();
	t = look_up(x->reason);
	/* What is only noted, or follows from the mode, has no cure; nor has the risk of a change. */
	cure = t->kind != note && t->kind != mode && t->reason != DX_OK && t->reason != DX_R_AUTO_APPROVE_WITHHELD_HIGH_RISK;
	state(x, t->facts);
	DX_PUT(&o, "code", dx_json_text(code));
	DX_PUT(&o, "facts", x->facts);
	DX_PUT(&o, "kind", dx_json_text(t->kind));
	DX_PUT(&o, "remedy_id", dx_json_text(cure ? code : "none"));
	DX_PUT(&o, "text_id", dx_json_text(code));
	return o;
}

struct dx_json
dx_explain_with(struct dx_arena *a, const struct dx_json *response, const struct dx_policy *policy,
    const struct dx_json *routing_trace)
{
	const struct dx_json *codes = dx_json_get(response, "reason_codes"), *one;
	const char *judged = dx_json_get_str(response, "policy_document_sha256");
	struct dx_json list = dx_json_array();
	struct explain x = { .a = a, .response = response, .trace = routing_trace };

	x.context = dx_json_get(response, "computed_context");
	if (policy != NULL && judged != NULL && strcmp(policy->sha256, judged) == 0)
		x.policy = policy;
	for (size_t i = 0; (one = dx_json_item(codes, i)) != NULL; i++)
		if (dx_json_str(one) != NULL)
			dx_json_push(a, &list, entry(&x, dx_json_str(one)));
	return list;
}

struct dx_json
dx_explain(struct dx_arena *a, const struct dx_json *response)
{
	return dx_explain_with(a, response, NULL, NULL);
}
