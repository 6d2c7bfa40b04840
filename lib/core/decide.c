/* The verdict: steps 2 to 7 of decisions page 8.2, and the fail-safe of page 11.  One judgement is made for each mode: the one in
 * force, and soft and hard for `would`; what they have in common is worked out once. */
#include <string.h>
#include "core/decide.h"
#include "core/scope.h"

/* What steps 4a to 4e object to; at most one thing. */
enum subject { NOTHING, UNAVAILABLE, STALE, HARD_DENY, PLAN_LIMIT, BUDGET, ENTERPRISE, BUDGET_MISSING };

struct objection { enum dx_reason reason, suffix[DX_MODE_COUNT]; };
static const struct objection objections[] = {
	[UNAVAILABLE] = { DX_R_COMPUTED_CONTEXT_UNAVAILABLE, { DX_R_SHADOW_MODE_COST_CONTEXT_OVERRIDE,
	    DX_R_SOFT_MODE_COST_CONTEXT_ESCALATION, DX_R_HARD_MODE_COST_CONTEXT_CLOSED } },
	[STALE] = { DX_R_COMPUTED_CONTEXT_STALE, { DX_R_SHADOW_MODE_COST_CONTEXT_OVERRIDE,
	    DX_R_SOFT_MODE_COST_CONTEXT_ESCALATION, DX_R_HARD_MODE_COST_CONTEXT_CLOSED } },
	[HARD_DENY] = { DX_R_HARD_DENY_THRESHOLD_EXCEEDED, { DX_R_SHADOW_MODE_OVERRIDE, DX_R_SOFT_MODE_ESCALATION, DX_OK } },
	[PLAN_LIMIT] = { DX_R_PLAN_LIMIT_EXCEEDED, { DX_R_SHADOW_MODE_PLAN_LIMIT_OVERRIDE,
	    DX_R_SOFT_MODE_PLAN_LIMIT_ESCALATION, DX_OK } },
	[BUDGET] = { DX_R_BUDGET_EXCEEDED, { DX_R_SHADOW_MODE_BUDGET_OVERRIDE, DX_R_SOFT_MODE_BUDGET_ESCALATION, DX_OK } },
	[ENTERPRISE] = { DX_R_ENTERPRISE_CEILING_EXCEEDED, { DX_R_SHADOW_MODE_ENTERPRISE_CEILING_OVERRIDE,
	    DX_R_SOFT_MODE_ENTERPRISE_CEILING_ESCALATION, DX_OK } },
	[BUDGET_MISSING] = { DX_R_BUDGET_MISSING, { DX_R_SHADOW_MODE_BUDGET_MISSING_OVERRIDE,
	    DX_R_SOFT_MODE_BUDGET_MISSING_ESCALATION, DX_OK } },
};
static const enum dx_verdict by_mode[DX_MODE_COUNT] = { DX_ALLOW, DX_REQUIRE_APPROVAL, DX_DENY };

struct hearing {
	const struct dx_decision	*d;
	enum subject	subject;
	bool		found[4], error;	/* what the rules said, by enum dx_effect; one of them broke */
	bool		denies, violates, asks;	/* and what that does, a broken rule included */
	bool		approval_level;	/* the request asks for people */
};

struct judgement {
	enum dx_verdict	verdict;
	bool		escalated;	/* REQUIRE_APPROVAL stems from a violation */
	struct dx_money	reserved, emergency;	/* credits taken */
	unsigned	count;
	enum dx_reason	reason[DX_REASONS_MAX];
};

int64_t
dx_gate_lock_ms(int64_t gate_timeout_ms)
{
	int64_t ms = gate_timeout_ms / 5 * 4 + gate_timeout_ms % 5 * 4 / 5;

	return ms < 50 ? 50 : ms > 5000 ? 5000 : ms;
}

static void
say(struct judgement *j, enum dx_reason reason)
{
	for (unsigned i = 0; i < j->count; i++)
		if (j->reason[i] == reason)
			return;
	if (reason != DX_OK && j->count < DX_REASONS_MAX)
		j->reason[j->count++] = reason;
}

static void
at_least(struct judgement *j, enum dx_verdict verdict)
{
	if (j->verdict < verdict)
		j->verdict = verdict;
}

/* --- what every mode sees alike --- */

/* `approval_level` of 1 or more in whatever way the number is written. */
static bool
asks_for_people(const struct dx_request *r)
{
	const struct dx_json *v = dx_json_get(&r->metadata, "approval_level");
	char text[32];
	int64_t n;

	if (!dx_json_is(v, DX_JSON_NUMBER))
		return false;
	if (dx_json_int64(v, &n))
		return n >= 1;
	(void)dx_json_number(v->u.text, v->count, text);
	return text[0] != '-' && text[0] != '0' && strstr(text, "e-") == NULL;
}

static void
hear_rules(struct hearing *h, const struct dx_findings *f)
{
	for (size_t i = 0; f != NULL && i < f->count; i++) {
		enum dx_effect effect = f->item[i].effect;
		bool broken = f->item[i].code != NULL;

		if (broken)
			h->error = true;
		else
			h->found[effect] = true;
		if (effect == DX_EFFECT_DENY)
			h->denies = true;
		else if (broken || effect == DX_EFFECT_VIOLATION)
			h->violates = true;
		else if (effect == DX_EFFECT_REQUIRE_APPROVAL)
			h->asks = true;
	}
}

static bool
stale(const struct dx_decision *d)
{
	const struct dx_context *c = &d->context;

	return d->policy->max_cost_age_days >= 0 &&
	    (c->mode == DX_COST_NONE || c->age_days < 0 || c->age_days > d->policy->max_cost_age_days);
}

static enum subject
entitled(struct dx_decision *d)
{
	struct dx_waterfall_in in = { d->request->monthly, d->plan_headroom, d->allocation_headroom, d->enterprise_headroom,
	    d->snapshot->reserved_credits, d->snapshot->emergency_credits };

	dx_waterfall(&in, &d->waterfall);
	d->has_waterfall = true;
	d->entitlement_reason = d->waterfall.reason;
	d->first_limiting_stage = d->waterfall.first_limiting_stage;
	if (d->waterfall.reason == DX_R_PLAN_LIMIT_EXCEEDED)
		return PLAN_LIMIT;
	if (d->waterfall.reason == DX_R_ENTERPRISE_CEILING_EXCEEDED)
		return ENTERPRISE;
	if (d->waterfall.reason != DX_OK)
		return BUDGET;
	if (d->snapshot->has_budget || !d->policy->missing_budget_violates)
		return NOTHING;
	d->entitlement_reason = DX_R_BUDGET_MISSING;
	d->first_limiting_stage = "project_allocation";
	return BUDGET_MISSING;
}

static enum subject
object(struct dx_decision *d)
{
	int64_t delta = d->request->monthly.micro;

	if (delta > 0 && d->context.mode == DX_COST_UNAVAILABLE)
		return UNAVAILABLE;
	if (delta > 0 && stale(d))
		return STALE;
	return delta > d->policy->hard_deny_above.micro ? HARD_DENY : entitled(d);
}

/* max(0, limit - used). */
static bool
headroom(struct dx_opt_money limit, struct dx_money used, struct dx_opt_money *out)
{
	*out = limit;
	if (!limit.given)
		return true;
	if (!dx_money_sub(limit.m, used, &out->m))
		return false;
	if (out->m.micro < 0)
		out->m.micro = 0;
	return true;
}

/* False on overflow. */
static bool
headrooms(struct dx_decision *d)
{
	const struct dx_snapshot *s = d->snapshot;
	struct dx_opt_money limit = { s->has_budget, s->budget_limit };
	struct dx_money credits;

	d->plan_ceiling = d->policy->plan_ceiling.given ? d->policy->plan_ceiling : s->plan_ceiling;
	d->enterprise_ceiling = d->policy->enterprise_ceiling.given ? d->policy->enterprise_ceiling : s->enterprise_ceiling;
	return headroom(d->plan_ceiling, s->ceiling_used, &d->plan_headroom) &&
	    headroom(d->enterprise_ceiling, s->ceiling_used, &d->enterprise_headroom) &&
	    headroom(limit, s->allocation_used, &d->allocation_headroom) &&
	    dx_money_add(s->reserved_credits, s->emergency_credits, &credits);
}

/* --- one mode's judgement --- */

static void
judge_money(const struct hearing *h, enum dx_mode mode, struct judgement *j)
{
	const struct dx_waterfall *w = &h->d->waterfall;

	if (!h->d->snapshot->has_budget)
		say(j, DX_R_NO_BUDGET_CONFIGURED);
	if (h->subject != NOTHING) {
		say(j, objections[h->subject].reason);
		say(j, objections[h->subject].suffix[mode]);
		at_least(j, by_mode[mode]);
		j->escalated = mode == DX_MODE_SOFT;
	}
	if (!h->d->has_waterfall || (h->subject != NOTHING && mode != DX_MODE_SOFT))
		return;
	j->reserved = w->reserved;
	j->emergency = w->emergency;
	if (j->reserved.micro == 0 && j->emergency.micro == 0)
		return;
	at_least(j, DX_ALLOW_WITH_CREDITS);
	say(j, DX_R_CREDIT_WATERFALL_USED);
	say(j, j->reserved.micro > 0 ? DX_R_RESERVED_CREDIT_WATERFALL_USED : DX_OK);
	say(j, j->emergency.micro > 0 ? DX_R_EMERGENCY_CREDIT_WATERFALL_USED : DX_OK);
}

static void
judge_rules(const struct hearing *h, enum dx_mode mode, struct judgement *j)
{
	say(j, h->found[DX_EFFECT_DENY] ? DX_R_RULE_DENIED : DX_OK);
	say(j, h->found[DX_EFFECT_VIOLATION] ? DX_R_RULE_VIOLATED : DX_OK);
	say(j, h->found[DX_EFFECT_REQUIRE_APPROVAL] ? DX_R_RULE_APPROVAL_REQUIRED : DX_OK);
	say(j, h->found[DX_EFFECT_WARN] ? DX_R_RULE_WARNED : DX_OK);
	say(j, h->error ? DX_R_RULE_ERROR : DX_OK);
	if (mode == DX_MODE_SHADOW) {
		say(j, h->denies || h->violates || h->asks ? DX_R_SHADOW_MODE_RULES_OVERRIDE : DX_OK);
		return;
	}
	if (h->denies)
		at_least(j, DX_DENY);
	if (h->asks)
		at_least(j, DX_REQUIRE_APPROVAL);
	if (!h->violates)
		return;
	at_least(j, by_mode[mode]);
	j->escalated |= mode == DX_MODE_SOFT;
	say(j, mode == DX_MODE_SOFT ? DX_R_SOFT_MODE_RULES_ESCALATION : DX_R_HARD_MODE_RULES_CLOSED);
}

static bool
high_risk(const struct dx_context *c)
{
	bool prod = false, destroys = false;

	for (unsigned i = 0; i < c->factor_count; i++) {
		prod |= strcmp(c->factors[i], "production_environment") == 0;
		destroys |= strcmp(c->factors[i], "destructive_action") == 0;
	}
	return strcmp(c->risk_class, "high") == 0 || (prod && destroys);
}

/* Whether the small amount goes through without people (D23, D24). */
static bool
waived(const struct dx_decision *d, struct judgement *j)
{
	bool blind = d->policy->requires_estimate && !d->request->cost_estimate_present;
	bool risky = d->policy->withhold_high_risk && high_risk(&d->context);

	if (d->request->monthly.micro > d->policy->auto_approve_below.micro)
		return false;
	say(j, blind ? DX_R_AUTO_APPROVE_WITHHELD_MISSING_ESTIMATE : DX_OK);
	say(j, risky ? DX_R_AUTO_APPROVE_WITHHELD_HIGH_RISK : DX_OK);
	say(j, !blind && !risky ? DX_R_AUTO_APPROVED_BELOW_THRESHOLD : DX_OK);
	return !blind && !risky;
}

static void
judge_approval(const struct hearing *h, enum dx_mode mode, struct judgement *j)
{
	const struct dx_policy *p = h->d->policy;
	bool required = dx_environment_is_prod(h->d->request->environment) ? p->require_approval_prod :
	    p->require_approval_nonprod;

	if (j->verdict > DX_ALLOW_WITH_CREDITS)
		return;
	if (!h->approval_level) {
		if (!required || waived(h->d, j))
			return;
		if (mode == DX_MODE_SHADOW) {
			say(j, DX_R_SHADOW_MODE_APPROVAL_OVERRIDE);
			return;
		}
	}
	j->verdict = DX_REQUIRE_APPROVAL;
	say(j, DX_R_APPROVAL_REQUIRED);
}

static void
judge(const struct hearing *h, enum dx_mode mode, struct judgement *j)
{
	memset(j, 0, offsetof(struct judgement, reason));
	judge_money(h, mode, j);
	judge_rules(h, mode, j);
	judge_approval(h, mode, j);
	if (h->d->request->dry_run)
		say(j, DX_R_DRY_RUN);
}

/* --- the decision --- */

static void
hold(struct dx_decision *d, const struct hearing *h, const struct judgement *j)
{
	int64_t requested = d->request->monthly.micro;
	bool ceiling = d->plan_ceiling.given || d->enterprise_ceiling.given;

	if (d->verdict == DX_DENY || d->mode == DX_MODE_SHADOW || d->request->dry_run)
		return;
	if (d->has_waterfall) {
		d->held_allocation = d->waterfall.allocation;
		d->held_reserved = j->reserved;
		d->held_emergency = j->emergency;
	}
	if (h->subject == NOTHING && ceiling && !d->snapshot->has_budget)	/* D25 */
		d->held_unbudgeted.micro = requested;
	if (d->verdict == DX_REQUIRE_APPROVAL && j->escalated)			/* D26 */
		d->unfunded.micro = requested - d->held_allocation.micro - d->held_reserved.micro -
		    d->held_emergency.micro - d->held_unbudgeted.micro;
}

static void
begin(const struct dx_policy *policy, const struct dx_request *request, const struct dx_snapshot *snapshot,
    const struct dx_decide_ids *ids, struct dx_decision *out)
{
	memset(out, 0, sizeof *out);
	out->ids = *ids;
	out->policy = policy;
	out->request = request;
	out->snapshot = snapshot;
	out->trigger_details = dx_json_null();
	dx_context_compute(snapshot, &out->context);
	dx_context_risk(request, &out->context);
}

static void
conclude(struct dx_decision *d, const struct judgement *j, bool asked)
{
	d->verdict = j->verdict;
	d->reason_count = j->count;
	memcpy(d->reason, j->reason, j->count * sizeof j->reason[0]);
	d->approval_created = d->verdict == DX_REQUIRE_APPROVAL && !d->request->dry_run &&
	    (d->mode != DX_MODE_SHADOW || asked);
}

void
dx_decide(const struct dx_policy *policy, const struct dx_request *request, const struct dx_snapshot *snapshot,
    const struct dx_findings *findings, const struct dx_decide_ids *ids, struct dx_decision *out)
{
	struct hearing h = { .d = out };
	struct judgement j;

	begin(policy, request, snapshot, ids, out);
	if (out->context.overflow || !headrooms(out)) {
		dx_decide_failsafe(policy, request, snapshot, DX_R_MONEY_OVERFLOW, dx_json_null(), ids, out);
		out->findings = findings;
		return;
	}
	out->findings = findings;
	out->mode = dx_policy_mode(policy, request->source, request->environment, &out->mode_scope);
	h.subject = object(out);
	h.approval_level = asks_for_people(request);
	hear_rules(&h, findings);
	judge(&h, DX_MODE_SOFT, &j);
	out->would_soft = j.verdict;
	judge(&h, DX_MODE_HARD, &j);
	out->would_hard = j.verdict;
	judge(&h, out->mode, &j);
	conclude(out, &j, h.approval_level);
	hold(out, &h, &j);
}

void
dx_decide_failsafe(const struct dx_policy *policy, const struct dx_request *request, const struct dx_snapshot *snapshot,
    enum dx_reason trigger, struct dx_json details, const struct dx_decide_ids *ids, struct dx_decision *out)
{
	static const enum dx_reason named[DX_MODE_COUNT] = {
		DX_R_SHADOW_MODE_FAIL_OPEN, DX_R_SOFT_MODE_FAIL_SAFE_ESCALATION, DX_R_HARD_MODE_FAIL_CLOSED
	};
	struct judgement j = { 0 };
	bool asked = asks_for_people(request);

	begin(policy, request, snapshot, ids, out);
	out->failsafe = true;
	out->trigger = trigger != DX_OK ? trigger : DX_R_GATE_EVALUATION_ERROR;
	if (details.type == DX_JSON_OBJECT && details.count > 0)
		out->trigger_details = details;
	out->mode = DX_MODE_HARD;
	out->mode_scope = "fallback:unknown";
	if (policy != NULL && out->trigger != DX_R_POLICY_INTEGRITY_ERROR)
		out->mode = dx_policy_mode(policy, request->source, request->environment, &out->mode_scope);
	out->would_soft = DX_REQUIRE_APPROVAL;
	out->would_hard = DX_DENY;
	j.verdict = asked && out->mode == DX_MODE_SHADOW ? DX_REQUIRE_APPROVAL : by_mode[out->mode];
	say(&j, out->trigger);
	say(&j, named[out->mode]);
	say(&j, request->dry_run ? DX_R_DRY_RUN : DX_OK);
	conclude(out, &j, asked);
}

bool
dx_decision_active(const struct dx_decision *d)
{
	return d->held_allocation.micro > 0 || d->held_reserved.micro > 0 || d->held_emergency.micro > 0 ||
	    d->held_unbudgeted.micro > 0;
}
