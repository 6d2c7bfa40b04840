/* Decisions at their edges: boundaries of one quantum, order of reasons, rules, modes, fail-safe, explanations. */
#include "gate_case.h"

struct edge {
	const char	*name, *settings, *environment, *amount;
	const char	*budget, *reserved, *emergency, *plan, *enterprise;	/* NULL: none */
	const char	*more;		/* members of the request */
	const char	*rules;		/* effects found: d v a w; capitals: broken rules of that effect */
	const char	*want;		/* verdict and reasons */
};

#define SOFT	""
#define HARD	"mode_matrix.terraform_nonprod=hard mode_matrix.terraform_prod=hard"
#define SHADOW	"mode_matrix.terraform_nonprod=shadow mode_matrix.terraform_prod=shadow"
#define STALE	" execution.max_cost_data_age_days=7"

static const struct edge edges[] = {
	/* 24.6: equal passes, one quantum more trips */
	{ "auto-approve at", SOFT, "prod", "25", "500", .want = "ALLOW: auto_approved_below_threshold" },
	{ "auto-approve above", SOFT, "prod", "25.0001", "500", .want = "REQUIRE_APPROVAL: approval_required" },
	{ "auto-approve below", SOFT, "prod", "24.9999", "500", .want = "ALLOW: auto_approved_below_threshold" },
	{ "hard deny at", HARD, "nonprod", "5000", "9000", .want = "ALLOW" },
	{ "hard deny above", HARD, "nonprod", "5000.0001", "9000", .want = "DENY: hard_deny_threshold_exceeded" },
	{ "plan at", HARD, "nonprod", "50", "500", .plan = "50", .want = "ALLOW" },
	{ "plan above", HARD, "nonprod", "50.0001", "500", .plan = "50", .want = "DENY: plan_limit_exceeded" },
	{ "enterprise at", HARD, "nonprod", "50", "500", .enterprise = "50", .want = "ALLOW" },
	{ "enterprise above", HARD, "nonprod", "50.0001", "500", .enterprise = "50",
	    .want = "DENY: enterprise_ceiling_exceeded" },
	{ "allocation at", HARD, "nonprod", "100", "100", .want = "ALLOW" },
	{ "allocation above", HARD, "nonprod", "100.0001", "100", .want = "DENY: budget_exceeded" },
	{ "credit fills up to", HARD, "nonprod", "100.0001", "100", "0.0001", .want =
	    "ALLOW_WITH_CREDITS: credit_waterfall_used,reserved_credit_waterfall_used" },
	/* 24.7: a ceiling of 0 is not none */
	{ "ceiling none", HARD, "nonprod", "0.0001", "500", .want = "ALLOW" },
	{ "ceiling 0", HARD, "nonprod", "0.0001", "500", .plan = "0", .want = "DENY: plan_limit_exceeded" },
	{ "ceiling 0, nothing asked", HARD, "nonprod", "0", "500", .plan = "0", .want = "ALLOW" },
	{ "ceiling 0.0001", HARD, "nonprod", "0.0001", "500", .plan = "0.0001", .want = "ALLOW" },
	{ "ceiling 0.0001, more asked", HARD, "nonprod", "0.0002", "500", .plan = "0.0001", .want = "DENY: plan_limit_exceeded" },
	{ "the policy's ceiling counts before the tier's", HARD " entitlements.plan_monthly_ceiling_usd=0", "nonprod", "1", "500",
	    .plan = "500", .want = "DENY: plan_limit_exceeded" },
	/* 24.9 */
	{ "order of reasons", SOFT, "prod", "100", "10", "5", "3", .want = "REQUIRE_APPROVAL: budget_exceeded,"
	    "soft_mode_budget_escalation,credit_waterfall_used,reserved_credit_waterfall_used,emergency_credit_waterfall_used" },
	/* what every step says in every mode */
	{ "plan, soft", SOFT, "nonprod", "60", "500", .plan = "50", .want = "REQUIRE_APPROVAL: plan_limit_exceeded,"
	    "soft_mode_plan_limit_escalation" },
	{ "plan, shadow", SHADOW, "nonprod", "60", "500", .plan = "50", .want = "ALLOW: plan_limit_exceeded,"
	    "shadow_mode_plan_limit_override" },
	{ "enterprise, soft", SOFT, "nonprod", "60", "500", .enterprise = "50", .want = "REQUIRE_APPROVAL: "
	    "enterprise_ceiling_exceeded,soft_mode_enterprise_ceiling_escalation" },
	{ "enterprise, shadow", SHADOW, "nonprod", "60", "500", .enterprise = "50", .want = "ALLOW: enterprise_ceiling_exceeded,"
	    "shadow_mode_enterprise_ceiling_override" },
	{ "budget, shadow", SHADOW, "nonprod", "60.0001", "50", "5", "5", .want = "ALLOW: budget_exceeded,shadow_mode_budget_override" },
	{ "credits, shadow", SHADOW, "nonprod", "60", "50", "5", "5", .want = "ALLOW_WITH_CREDITS: credit_waterfall_used,"
	    "reserved_credit_waterfall_used,emergency_credit_waterfall_used" },
	{ "no budget", SOFT, "nonprod", "60", .want = "ALLOW: no_budget_configured" },
	{ "no budget violates, soft", "entitlements.missing_budget=violate", "nonprod", "60", .want = "REQUIRE_APPROVAL: "
	    "no_budget_configured,budget_missing,soft_mode_budget_missing_escalation" },
	{ "no budget violates, shadow", SHADOW " entitlements.missing_budget=violate", "nonprod", "60", .want = "ALLOW: "
	    "no_budget_configured,budget_missing,shadow_mode_budget_missing_override" },
	{ "no budget violates, hard", HARD " entitlements.missing_budget=violate", "nonprod", "60", .want = "DENY: "
	    "no_budget_configured,budget_missing" },
	{ "stale, soft", STALE, "nonprod", "60", "500", .want = "REQUIRE_APPROVAL: computed_context_stale,"
	    "soft_mode_cost_context_escalation" },
	{ "stale, hard", HARD STALE, "nonprod", "60", "500", .want = "DENY: computed_context_stale,hard_mode_cost_context_closed" },
	{ "stale, shadow", SHADOW STALE, "nonprod", "60", "500", .want = "ALLOW: computed_context_stale,"
	    "shadow_mode_cost_context_override" },
	{ "stale, nothing asked", HARD STALE, "nonprod", "0", "500", .want = "ALLOW" },
	{ "hard deny, soft", SOFT, "nonprod", "6000", "500", .want = "REQUIRE_APPROVAL: hard_deny_threshold_exceeded,"
	    "soft_mode_escalation" },
	{ "hard deny, shadow", SHADOW, "nonprod", "6000", "500", .want = "ALLOW: hard_deny_threshold_exceeded,"
	    "shadow_mode_override" },
	{ "dry run comes last", HARD, "nonprod", "6000", .more = ",\"dry_run\":true", .want = "DENY: no_budget_configured,"
	    "hard_deny_threshold_exceeded,dry_run" },
	/* approvals */
	{ "approval, shadow", SHADOW, "prod", "60", "500", .want = "ALLOW: shadow_mode_approval_override" },
	{ "approval off", "approval.require_approval_prod=false", "prod", "60", "500", .want = "ALLOW" },
	{ "approval of nonprod", "approval.require_approval_nonprod=true", "qa", "60", "500", .want =
	    "REQUIRE_APPROVAL: approval_required" },
	{ "destruction is not waived", SOFT, "prod", "0", "500", .more = ",\"metadata\":{\"changes\":{\"delete\":1}}", .want =
	    "REQUIRE_APPROVAL: auto_approve_withheld_high_risk,approval_required" },
	{ "destruction is not waived in shadow either", SHADOW, "prod", "0", "500",
	    .more = ",\"metadata\":{\"changes\":{\"replace\":2}}", .want =
	    "ALLOW: auto_approve_withheld_high_risk,shadow_mode_approval_override" },
	{ "unless the policy says so", "approval.auto_approve_withhold_high_risk=false", "prod", "0", "500",
	    .more = ",\"metadata\":{\"changes\":{\"delete\":1}}", .want = "ALLOW: auto_approved_below_threshold" },
	{ "approval level", SOFT, "nonprod", "0", "500", .more = ",\"metadata\":{\"approval_level\":1}", .want =
	    "REQUIRE_APPROVAL: approval_required" },
	{ "approval level is never waived", SOFT, "prod", "0", "500", .more = ",\"metadata\":{\"approval_level\":2}", .want =
	    "REQUIRE_APPROVAL: approval_required" },
	{ "approval level in shadow", SHADOW, "nonprod", "0", "500", .more = ",\"metadata\":{\"approval_level\":1.5}", .want =
	    "REQUIRE_APPROVAL: approval_required" },
	{ "approval level of a denied request", HARD, "nonprod", "6000", "500", .more = ",\"metadata\":{\"approval_level\":3}",
	    .want = "DENY: hard_deny_threshold_exceeded" },
	{ "approval level 0", SHADOW, "nonprod", "0", "500", .more = ",\"metadata\":{\"approval_level\":0}", .want = "ALLOW" },
	{ "approval level below 1", SHADOW, "nonprod", "0", "500", .more = ",\"metadata\":{\"approval_level\":0.9}", .want = "ALLOW" },
	{ "approval level as a word", SHADOW, "nonprod", "0", "500", .more = ",\"metadata\":{\"approval_level\":\"1\"}",
	    .want = "ALLOW" },
	/* rules */
	{ "rules, shadow", SHADOW, "nonprod", "1", "500", .rules = "dvawV", .want = "ALLOW: rule_denied,rule_violated,"
	    "rule_approval_required,rule_warned,rule_error,shadow_mode_rules_override" },
	{ "rules, soft", SOFT, "nonprod", "1", "500", .rules = "vaw", .want = "REQUIRE_APPROVAL: rule_violated,"
	    "rule_approval_required,rule_warned,soft_mode_rules_escalation" },
	{ "rules, hard", HARD, "nonprod", "1", "500", .rules = "vaw", .want = "DENY: rule_violated,rule_approval_required,rule_warned,"
	    "hard_mode_rules_closed" },
	{ "a rule denies in soft", SOFT, "nonprod", "1", "500", .rules = "d", .want = "DENY: rule_denied" },
	{ "a rule asks in hard", HARD, "nonprod", "1", "500", .rules = "a", .want = "REQUIRE_APPROVAL: rule_approval_required" },
	{ "a rule warns", HARD, "nonprod", "1", "500", .rules = "w", .want = "ALLOW: rule_warned" },
	{ "a rule warns in shadow", SHADOW, "nonprod", "1", "500", .rules = "w", .want = "ALLOW: rule_warned" },
	{ "a broken warning fails closed", HARD, "nonprod", "1", "500", .rules = "W", .want = "DENY: rule_error,"
	    "hard_mode_rules_closed" },
	{ "a broken request for approval asks", SOFT, "nonprod", "1", "500", .rules = "A", .want = "REQUIRE_APPROVAL: rule_error,"
	    "soft_mode_rules_escalation" },
	{ "a broken denial denies", SOFT, "nonprod", "1", "500", .rules = "D", .want = "DENY: rule_error" },
	{ "the waiver is not for rules", SOFT, "prod", "1", "500", .rules = "a", .want = "REQUIRE_APPROVAL: "
	    "rule_approval_required" },
	{ "a warning leaves the waiver", SOFT, "prod", "1", "500", .rules = "w", .want = "ALLOW: rule_warned,"
	    "auto_approved_below_threshold" },
	{ "credits and a rule", SOFT, "nonprod", "20", "10", "10", .rules = "a", .want = "REQUIRE_APPROVAL: credit_waterfall_used,"
	    "reserved_credit_waterfall_used,rule_approval_required" },
	{ "money denies, rules ask", HARD, "nonprod", "20", "10", .rules = "a", .want = "DENY: budget_exceeded,"
	    "rule_approval_required" },
};

static struct dx_finding items[8];

static void
find(const char *effects, struct dx_findings *f)
{
	f->item = items;
	for (; *effects != '\0'; effects++) {
		const char *all = "dvawDVAW";
		size_t i = (size_t)(strchr(all, *effects) - all);

		items[f->count++] = (struct dx_finding){ .rules_id = "r", .rule_id = dx_arena_printf(&arena, "rule-%c", *effects),
		    .message = "m", .pointer = "", .code = i >= 4 ? "rule_error" : NULL, .effect = (enum dx_effect)(i % 4),
		    .severity = DX_HIGH };
	}
}

static struct dx_snapshot
snapshot_for(const struct edge *e)
{
	struct dx_snapshot s = snapshot_budget(e->budget != NULL ? e->budget : "0", e->reserved != NULL ? e->reserved : "0",
	    e->emergency != NULL ? e->emergency : "0");

	s.has_budget = e->budget != NULL;
	s.plan_ceiling = (struct dx_opt_money){ e->plan != NULL, usd(e->plan != NULL ? e->plan : "0") };
	s.enterprise_ceiling = (struct dx_opt_money){ e->enterprise != NULL, usd(e->enterprise != NULL ? e->enterprise : "0") };
	return s;
}

static bool seen[DX_REASON_COUNT];

/* Each reason must have a text of its own in the explanation. */
static void
explained(const struct dx_decision *d, const char *name)
{
	struct dx_json response = dx_decision_response(&arena, d), list = dx_explain(&arena, &response);
	bool good = list.count == d->reason_count;

	for (unsigned i = 0; good && i < d->reason_count; i++) {
		const struct dx_json *one = dx_json_item(&list, i);

		seen[d->reason[i]] = true;
		good = strcmp(dx_json_get_str(one, "code"), dx_reason_code(d->reason[i])) == 0 &&
		    strcmp(dx_json_get_str(one, "kind"), "unknown") != 0 &&
		    dx_json_is(dx_json_get(one, "facts"), DX_JSON_OBJECT);
	}
	ok(good, "%s: explained", name);
}

static void
test_edges(void)
{
	for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
		const struct edge *e = &edges[i];
		struct dx_policy *p = policy_with(e->settings);
		struct dx_request r = request_from(dx_arena_printf(&arena, "{\"source\":\"terraform\",\"action\":\"apply\","
		    "\"resource_reference\":\"x\",\"environment\":\"%s\",\"estimated_monthly_delta_usd\":\"%s\"%s}",
		    e->environment, e->amount, e->more != NULL ? e->more : ""), p);
		struct dx_snapshot s = snapshot_for(e);
		struct dx_findings f = { 0 };
		struct dx_decision d;

		find(e->rules != NULL ? e->rules : "", &f);
		dx_decide(p, &r, &s, e->rules != NULL ? &f : NULL, &ids_1, &d);
		is_str(summary(&d), e->want, "%s", e->name);
		explained(&d, e->name);
		dx_policy_free(p);
	}
}

/* --- money that is held --- */

static void
decide(const char *settings, const char *environment, const char *amount, struct dx_snapshot *s, const char *rules,
    struct dx_decision *d)
{
	static struct dx_policy *p;
	static struct dx_request r;
	static struct dx_findings f;

	dx_policy_free(p);
	p = policy_with(settings);
	r = request_of(environment, amount, p);
	f = (struct dx_findings){ 0 };
	find(rules, &f);
	dx_decide(p, &r, s, &f, &ids_1, d);
}

static void
test_holds(void)
{
	struct dx_snapshot s = snapshot_empty(), b = snapshot_budget("10", "5", "3");
	struct dx_decision d;

	decide(SOFT, "nonprod", "100", &b, "", &d);
	is_int(d.held_allocation.micro + d.held_reserved.micro + d.held_emergency.micro, 18000000, "soft keeps partial holds");
	is_int(d.unfunded.micro, 82000000, "what they leave is unfunded");
	decide(SOFT, "nonprod", "100", &b, "d", &d);
	ok(d.verdict == DX_DENY && !dx_decision_active(&d) && d.unfunded.micro == 0, "a denial by rule holds no money");
	decide(SOFT, "nonprod", "10", &b, "v", &d);
	ok(d.held_allocation.micro == 10000000 && d.unfunded.micro == 0, "a violated rule holds what the waterfall passed");
	decide(SOFT, "nonprod", "10", &s, "a", &d);
	ok(!dx_decision_active(&d) && d.unfunded.micro == 0, "asked by a rule: nothing is unfunded");
	decide(SOFT, "nonprod", "10", &s, "v", &d);
	is_int(d.unfunded.micro, 10000000, "a violation without a budget is unfunded");
	s.enterprise_ceiling = (struct dx_opt_money){ true, usd("100") };
	decide(SOFT, "nonprod", "10", &s, "v", &d);
	ok(d.held_unbudgeted.micro == 10000000 && d.unfunded.micro == 0, "under a ceiling it is held unbudgeted");
	s.ceiling_used = usd("95");
	decide(SOFT, "nonprod", "10", &s, "", &d);
	ok(d.held_unbudgeted.micro == 0 && d.unfunded.micro == 10000000, "what does not pass is not held unbudgeted");
	s.ceiling_used = usd("1000");
	decide(SOFT, "nonprod", "0", &s, "", &d);
	ok(d.enterprise_headroom.m.micro == 0 && d.verdict == DX_ALLOW, "more used than the ceiling: headroom 0, nothing asked passes");
	s.ceiling_used = usd("0");
	decide("entitlements.missing_budget=violate", "nonprod", "10", &s, "", &d);
	ok(d.held_unbudgeted.micro == 0 && d.unfunded.micro == 10000000, "a missing budget does not pass either");
	decide(SHADOW, "nonprod", "10", &s, "", &d);
	ok(!dx_decision_active(&d), "shadow holds nothing");
}

/* --- fail-safe --- */

static void
fail_safe(const char *settings, enum dx_reason trigger, const char *more, const char *want, bool approval)
{
	struct dx_policy *p = settings != NULL ? policy_with(settings) : NULL;
	struct dx_request r = request_from(dx_arena_printf(&arena, "{\"source\":\"terraform\",\"action\":\"apply\","
	    "\"resource_reference\":\"x\",\"estimated_monthly_delta_usd\":\"9\"%s}", more), p);
	struct dx_snapshot s = snapshot_budget("10", "5", "3");
	struct dx_json details = json("{\"error_kind\":\"io\"}"), response;
	struct dx_decision d;

	dx_decide_failsafe(p, &r, &s, trigger, details, &ids_1, &d);
	response = dx_decision_response(&arena, &d);
	is_str(summary(&d), want, "fail-safe %s", want);
	ok(d.approval_created == approval && !dx_decision_active(&d), "  approval and holds");
	ok(dx_json_is(dx_json_get(&response, "allocation_headroom_usd"), DX_JSON_NULL) &&
	    dx_json_is(dx_json_get(&response, "credits_headroom_usd"), DX_JSON_NULL), "  no figures of money");
	is_str(dx_json_get_str(&response, "fail_safe_trigger"), dx_reason_code(d.trigger), "  trigger");
	is_str(dx_json_get_str(dx_json_get(&response, "fail_safe_details"), "error_kind"), "io", "  details");
	is_str(dx_json_get_str(&response, "evaluation_path"), "failsafe", "  path");
	is_str(dx_json_get_str(dx_json_get(&response, "computed_context"), "risk_class"), "low", "  risk is filled");
	if (p == NULL)
		is_str(dx_json_get_str(&response, "mode_scope"), "fallback:unknown", "  scope");
	explained(&d, want);
	dx_policy_free(p);
}

static void
test_overflow(void)
{
	struct dx_snapshot s = snapshot_budget("10", "5", "3");
	struct dx_policy *p = policy_with("");
	struct dx_request r = request_of("nonprod", "1", p);
	struct dx_json response;
	struct dx_decision d;

	s.cost_mode = DX_COST_FINAL;
	s.day_count = 2;
	s.days[0] = (struct dx_cost_day){ dx_day_of(NOW) - 2, { INT64_MAX / 100 * 100 } };
	s.days[1] = (struct dx_cost_day){ dx_day_of(NOW) - 1, { INT64_MAX / 100 * 100 } };
	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	is_str(summary(&d), "REQUIRE_APPROVAL: money_overflow,soft_mode_fail_safe_escalation", "costs that overflow");
	explained(&d, "costs that overflow");
	response = dx_decision_response(&arena, &d);
	is_str(dx_json_get_str(dx_json_get(&response, "computed_context"), "data_source_mode"), "unavailable", "  no figures are shown");
	s.day_count = 0;
	s.reserved_credits.micro = INT64_MAX - 1;
	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	ok(d.failsafe && d.trigger == DX_R_MONEY_OVERFLOW, "credits that overflow");
	s.days[0] = (struct dx_cost_day){ dx_day_of(NOW) - 1, { 100 } };
	s.days[1] = (struct dx_cost_day){ dx_day_of(NOW), { INT64_MAX / 100 * 100 } };
	s.day_count = 2;
	s.reserved_credits.micro = 0;
	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	ok(d.failsafe && d.trigger == DX_R_MONEY_OVERFLOW, "a forecast that overflows");
	dx_policy_free(p);
}

static void
test_fail_safe(void)
{
	static const enum dx_reason triggers[] = { DX_R_GATE_TIMEOUT, DX_R_GATE_LOCK_TIMEOUT, DX_R_GATE_LOCK_CONTENDED,
	    DX_R_GATE_EVALUATION_ERROR, DX_R_STORE_UNAVAILABLE, DX_R_STORE_CORRUPT, DX_R_RESERVATION_CONFLICT, DX_R_RULE_TIMEOUT,
	    DX_R_RULE_MEMORY };

	for (size_t i = 0; i < sizeof triggers / sizeof triggers[0]; i++)
		fail_safe(HARD, triggers[i], "", dx_arena_printf(&arena, "DENY: %s,hard_mode_fail_closed",
		    dx_reason_code(triggers[i])), false);
	fail_safe(SOFT, DX_R_GATE_TIMEOUT, "", "REQUIRE_APPROVAL: gate_timeout,soft_mode_fail_safe_escalation", true);
	fail_safe(SOFT, DX_R_GATE_TIMEOUT, ",\"dry_run\":true",
	    "REQUIRE_APPROVAL: gate_timeout,soft_mode_fail_safe_escalation,dry_run", false);
	fail_safe(SHADOW, DX_R_GATE_TIMEOUT, "", "ALLOW: gate_timeout,shadow_mode_fail_open", false);
	fail_safe(SHADOW, DX_R_GATE_TIMEOUT, ",\"metadata\":{\"approval_level\":1}",
	    "REQUIRE_APPROVAL: gate_timeout,shadow_mode_fail_open", true);
	fail_safe(SHADOW, DX_R_POLICY_INTEGRITY_ERROR, "", "DENY: policy_integrity_error,hard_mode_fail_closed", false);
	fail_safe(NULL, DX_OK, "", "DENY: gate_evaluation_error,hard_mode_fail_closed", false);
}

static void
test_estimate(void)
{
	struct dx_policy *p = policy_with(""), *trusting = policy_with("approval.auto_approve_requires_estimate=false");
	struct dx_request r = request_of("prod", "1", p);
	struct dx_snapshot s = snapshot_budget("10", "0", "0");
	struct dx_decision d;

	r.cost_estimate_present = false;
	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	is_str(summary(&d), "REQUIRE_APPROVAL: auto_approve_withheld_missing_estimate,approval_required", "no estimate, no waiver");
	explained(&d, "no estimate");
	dx_decide(trusting, &r, &s, NULL, &ids_1, &d);
	is_str(summary(&d), "ALLOW: auto_approved_below_threshold", "unless the policy does without");
	s.cost_mode = DX_COST_UNAVAILABLE;
	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	is_str(summary(&d), "REQUIRE_APPROVAL: computed_context_unavailable,soft_mode_cost_context_escalation", "no costs");
	explained(&d, "no costs");
	dx_policy_free(p);
	dx_policy_free(trusting);
}

/* A caller may state the members that the engine writes; the stored object is canonical all the same. */
static void
test_stated_risk(void)
{
	struct dx_policy *p = policy_with("");
	struct dx_request r = request_of("prod", "1", p);
	struct dx_snapshot s = snapshot_budget("10", "0", "0");
	struct dx_json object, again;
	struct dx_decision d;

	r.metadata = json("{\"computed_risk_class\":\"x\",\"computed_risk_score\":1,\"zone\":\"a\"}");
	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	object = dx_decision_request(&arena, &d);
	again = json(canon(&object));
	is_str(canon(&object), canon(&again), "the stored request is canonical whatever risk its metadata states");
	dx_policy_free(p);
}

/* Whatever decide() can say was said above. */
static void
test_all_said(void)
{
	static const char *const others[] = { "approval_consumed", "fail_safe_unpersisted", NULL };
	const char *kind;

	for (int r = DX_OK + 1; r < DX_REASON_COUNT; r++) {
		const char *code = dx_reason_code((enum dx_reason)r);
		struct dx_json response = json(dx_arena_printf(&arena, "{\"reason_codes\":[\"%s\"]}", code));
		struct dx_json list = dx_explain(&arena, &response);

		kind = dx_json_get_str(dx_json_item(&list, 0), "kind");
		if (strcmp(kind, "unknown") != 0 && dx_word(others, code) < 0)
			ok(seen[r], "%s was produced", code);
	}
}

int
main(void)
{
	test_edges();
	test_estimate();
	test_stated_risk();
	test_holds();
	test_fail_safe();
	test_overflow();
	test_all_said();
	dx_arena_release(&arena);
	return done();
}
