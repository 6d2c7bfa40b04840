/* Structured outputs computed (release-gates pages 10 and 11): the page's vectors, and every computed member of every kind. */
#include "base/buf.h"
#include "base/err.h"
#include "packet/output.h"
#include "tap.h"

#define TRACE	"0f6d1c2b3a4958677584930211abcdef"

static struct dx_json
parse(struct dx_arena *a, const char *text)
{
	struct dx_json v = dx_json_null();
	struct dx_err err = { 0 };
	size_t n = strlen(text);

	if (dx_json_parse(a, dx_arena_dup(a, text, n), n, DX_JSON_OURS, &v, &err) != 0)
		diag("%s: %s", text, err.text);
	return v;
}

/* The member of what is made, as canonical JSON; "-" where there is none, "!code" where it is refused. */
static const char *
made(struct dx_arena *a, const char *kind, const char *given, const char *member)
{
	struct dx_json in = parse(a, given), out;
	struct dx_output_in o = { .kind = kind, .given = &in, .now = "2026-04-17T10:00:00.000000Z", .by = "test", .trace_id = TRACE,
	    .tenant_id = "acme", .requested_by = "ana" };
	const struct dx_json *v = &out;
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };
	const char *text, *name;

	if (dx_output_make(&o, a, &out, &err) != 0)
		return dx_arena_printf(a, "!%s", dx_reason_code(err.reason));
	for (name = member; v != NULL && *name != '\0'; name += strcspn(name, "/") + (strchr(name, '/') != NULL)) {
		size_t n = strcspn(name, "/");
		v = v->type == DX_JSON_ARRAY ? dx_json_item(v, (size_t)(name[0] - '0')) : dx_json_get_n(v, name, n);
	}
	if (v == NULL)
		return "-";
	dx_json_canon(v, &b);
	text = dx_arena_dup(a, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

static void
test_economics(void)
{
	static const struct { const char *upside, *cost, *net, *payback, *reason; } vectors[] = {
		{ "100000", "20000", "\"80000.0000\"", "\"2.4\"", "-" },
		{ "0", "20000", "\"-20000.0000\"", "null", "\"payback_never\"" },
		{ "12000", "250", "\"11750.0000\"", "\"0.2\"", "-" },
		{ "12000", "750", "\"11250.0000\"", "\"0.8\"", "-" },
		{ "100000", "0", "\"100000.0000\"", "\"0.0\"", "-" },
		{ "0", "0", "\"0.0000\"", "\"0.0\"", "-" },
		{ "0.3", "0.1", "\"0.2000\"", "\"4.0\"", "-" },
		{ "99999999999.9999", "0.0001", "\"99999999999.9998\"", "\"0.0\"", "-" },
	};
	static const struct { const char *multiplier, *upside, *net, *payback; } scenarios[] = {
		{ "1.3", "\"130000.0000\"", "\"110000.0000\"", "\"1.8\"" }, { "0.7", "\"70000.0000\"", "\"50000.0000\"", "\"3.4\"" },
		{ "10", "\"1000000.0000\"", "\"980000.0000\"", "\"0.2\"" }, { "0.00000000015", "\"0.0000\"", "\"-20000.0000\"", "null" },
	};
	struct dx_arena a = { 0 };

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const char *in = dx_arena_printf(&a, "{\"revenue_upside_sar\":\"%s\",\"cost_sar\":%s}", vectors[i].upside, vectors[i].cost);
		is_str(made(&a, "economics_model", in, "net_value_sar"), vectors[i].net, "net of %s and %s", vectors[i].upside, vectors[i].cost);
		is_str(made(&a, "economics_model", in, "payback_months"), vectors[i].payback, "and payback");
		is_str(made(&a, "economics_model", in, "payback_reason"), vectors[i].reason, "and why");
	}
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const char *in = dx_arena_printf(&a, "{\"revenue_upside_sar\":\"100000\",\"cost_sar\":20000,\"scenarios\":[{\"scenario\":\"s\","
		    "\"multiplier\":\"%s\"}]}", scenarios[i].multiplier);
		is_str(made(&a, "economics_model", in, "sensitivity_scenarios/0/revenue_upside_sar"), scenarios[i].upside, "times %s",
		    scenarios[i].multiplier);
		is_str(made(&a, "economics_model", in, "sensitivity_scenarios/0/net_value_sar"), scenarios[i].net, "and net");
		is_str(made(&a, "economics_model", in, "sensitivity_scenarios/0/payback_months"), scenarios[i].payback, "and payback");
	}
	is_str(made(&a, "economics_model", "{\"cost_sar\":\"1.00005\"}", "cost_sar"), "\"1.00005\"", "an amount that would be rounded stays");
	is_str(made(&a, "economics_model", "{\"cost_sar\":\"x\",\"revenue_upside_sar\":1}", "net_value_sar"), "-", "of what is no amount nothing is computed");
	is_str(made(&a, "economics_model", "{\"cost_sar\":1,\"revenue_upside_sar\":2,\"net_value_sar\":\"7\"}", "net_value_sar"), "\"7.0000\"",
	    "what is handed in stays, for the contract to refuse");
	is_str(made(&a, "economics_model", "{\"scenarios\":[],\"sensitivity_scenarios\":[]}", "schema"), "!field_invalid", "scenarios twice");
	is_str(made(&a, "economics_model", "{\"scenarios\":7,\"cost_sar\":1,\"revenue_upside_sar\":1}", "sensitivity_scenarios"), "7", "scenarios that are no list");
	is_str(made(&a, "economics_model", "{\"scenarios\":[7,{\"multiplier\":true}],\"cost_sar\":1,\"revenue_upside_sar\":1}", "entity_id"),
	    "\"" TRACE "\"", "nor objects; the entity is the trace");
	dx_arena_release(&a);
}

static void
test_kinds(void)
{
#define CARD(a, b, c, d, e)	"{\"company_size_score\":" #a ",\"industry_fit_score\":" #b ",\"engagement_score\":" #c ",\"budget_signal_score\":" \
	    #d ",\"timing_score\":" #e "}"
	static const struct { const char *kind, *given, *member, *want; } cases[] = {
		{ "lead_score_card", CARD(20, 25, 30, 15, 10), "score", "100" }, { "lead_score_card", CARD(20, 25, 30, 5, 0), "tier", "\"hot\"" },
		{ "lead_score_card", CARD(20, 25, 30, 4, 0), "tier", "\"warm\"" }, { "lead_score_card", CARD(20, 25, 4, 0, 0), "tier", "\"cold\"" },
		{ "lead_score_card", CARD(20, 25, 25, 0, 0), "recommendation", "\"qualify\"" },
		{ "lead_score_card", CARD(20, 25, 24, 0, 0), "recommendation", "\"nurture\"" },
		{ "lead_score_card", CARD(14, 25, 0, 0, 0), "recommendation", "\"disqualify\"" },
		{ "lead_score_card", CARD(1, 2, 3, 4, "x"), "score", "-" }, { "lead_score_card", "{\"score\":1e300}", "tier", "-" },
		{ "proposal_pack", "{\"line_items\":[{\"amount_sar\":0.1},{\"amount_sar\":\"0.2\"}]}", "total_value_sar", "\"0.3000\"" },
		{ "proposal_pack", "{\"line_items\":[{\"amount_sar\":0.1},{}]}", "total_value_sar", "-" },
		{ "proposal_pack", "{\"line_items\":[]}", "total_value_sar", "-" }, { "proposal_pack", "{}", "validity_days", "30" },
		{ "proposal_pack", "{\"discount_percent\":10}", "discount_requires_approval", "true" },
		{ "proposal_pack", "{\"discount_percent\":\"9.99\"}", "discount_requires_approval", "false" },
		{ "proposal_pack", "{\"discount_percent\":9.5}", "discount_percent", "\"9.5\"" },
		{ "pricing_decision_record", "{\"base_price_sar\":\"0.05\",\"discount_percent\":\"50\"}", "final_price_sar", "\"0.0200\"" },
		{ "pricing_decision_record", "{\"base_price_sar\":\"1000.1\",\"discount_percent\":\"12.5\"}", "final_price_sar", "\"875.0900\"" },
		{ "pricing_decision_record", "{\"discount_percent\":\"10\"}", "policy_class", "\"B\"" },
		{ "pricing_decision_record", "{\"discount_percent\":\"9.9\"}", "policy_class", "\"A\"" },
		{ "pricing_decision_record", "{\"discount_percent\":\"10\"}", "approval_required", "true" },
		{ "target_profile", "{\"revenue_sar\":500000,\"employee_count\":60}", "strategic_fit_score", "80" },
		{ "target_profile", "{\"revenue_sar\":5000,\"employee_count\":0}", "strategic_fit_score", "0" },
		{ "target_profile", "{\"revenue_sar\":15000,\"employee_count\":0}", "strategic_fit_score", "2" },
		{ "target_profile", "{\"revenue_sar\":\"99999999999.9999\",\"employee_count\":0}", "strategic_fit_score", "100" },
		{ "target_profile", "{\"revenue_sar\":500000,\"employee_count\":60}", "recommendation", "\"short_list\"" },
		{ "target_profile", "{\"strategic_fit_score\":69}", "recommendation", "\"watch\"" },
		{ "target_profile", "{\"strategic_fit_score\":39}", "recommendation", "\"reject\"" },
		{ "dd_plan", "{\"workstreams\":[{\"status\":\"completed\"},{\"status\":\"open\"},{}]}", "completed", "1" },
		{ "dd_plan", "{\"workstreams\":[{\"status\":\"completed\"},{\"status\":\"open\"},{}]}", "total_workstreams", "3" },
		{ "valuation_memo", "{\"methodology\":\"comparable\",\"revenue_sar\":\"500000\"}", "low_sar", "\"1000000.0000\"" },
		{ "valuation_memo", "{\"methodology\":\"comparable\",\"revenue_sar\":\"500000\"}", "mid_sar", "\"1750000.0000\"" },
		{ "valuation_memo", "{\"methodology\":\"comparable\",\"revenue_sar\":\"500000\"}", "high_sar", "\"2500000.0000\"" },
		{ "valuation_memo", "{\"methodology\":\"comparable\",\"revenue_sar\":\"500000\"}", "revenue_sar", "-" },
		{ "valuation_memo", "{\"methodology\":\"dcf\",\"revenue_sar\":\"500000\"}", "low_sar", "-" },
		{ "synergy_model", "{\"revenue_synergies_sar\":3,\"cost_synergies_sar\":\"1.2\",\"integration_costs_sar\":5}", "net_synergy_sar", "\"-0.8000\"" },
		{ "stop_loss_policy", "{}", "metrics/3/action", "\"halt\"" }, { "stop_loss_policy", "{}", "active", "true" },
		{ "stop_loss_policy", "{\"metrics\":[{\"threshold\":0.5}]}", "metrics/0/threshold", "\"0.5\"" },
		{ "handoff_checklist", "{\"items\":[{\"status\":\"done\"},{\"status\":\"open\"}]}", "all_complete", "false" },
		{ "handoff_checklist", "{\"items\":[{\"status\":\"done\"}]}", "all_complete", "true" },
		{ "exec_weekly_pack", "{\"revenue_actual_sar\":950000,\"revenue_target_sar\":1000000}", "variance_bp", "-500" },
		{ "exec_weekly_pack", "{\"revenue_actual_sar\":899900,\"revenue_target_sar\":1000000}", "health", "\"at_risk\"" },
		{ "exec_weekly_pack", "{\"revenue_actual_sar\":900000,\"revenue_target_sar\":1000000}", "health", "\"on_track\"" },
		{ "exec_weekly_pack", "{\"revenue_actual_sar\":900000,\"revenue_target_sar\":0}", "health", "\"no_target\"" },
		{ "exec_weekly_pack", "{\"revenue_actual_sar\":900000}", "variance_bp", "null" },
		{ "approval_packet", "{\"action\":\"partner_data_sharing\"}", "action_class", "\"B+\"" },
		{ "approval_packet", "{\"action\":\"research\"}", "action_class", "\"A\"" }, { "approval_packet", "{\"action\":\"launch\"}", "action_class", "\"B\"" },
		{ "approval_packet", "{\"action\":\"activate_partnership\"}", "sla_hours", "24" },
		{ "approval_packet", "{\"action\":\"activate_partnership\"}", "warn_hours", "8" },
		{ "approval_packet", "{\"action\":\"activate_partnership\",\"sla_hours\":4}", "warn_hours", "-" },
		{ "approval_packet", "{\"action\":\"activate_partnership\"}", "priority", "\"high\"" },
		{ "approval_packet", "{}", "resource_id", "\"" TRACE "\"" }, { "approval_packet", "{}", "tenant_id", "\"acme\"" },
		{ "ic_memo", "{\"trace_id\":\"x\"}", "trace_id", "-" }, { "ic_memo", "{}", "schema", "\"dealix.ic_memo.v1\"" },
		{ "ic_memo", "{}", "provenance/trace_id", "\"" TRACE "\"" }, { "ic_memo", "{}", "provenance/confidence", "\"0\"" },
		{ "ic_memo", "{}", "provenance/freshness_hours", "\"0.0\"" },
		{ "ic_memo", "{\"provenance\":{\"confidence\":0.5}}", "provenance/confidence", "\"0.5\"" }, { "ic_memo", "{\"provenance\":7}", "provenance", "7" },
		{ "ic_memo", "{\"provenance\":{\"sources\":[{\"collected_at\":\"2026-04-17T08:30:00Z\"},{\"collected_at\":\"2026-04-17T09:00:00Z\"}]}}",
		    "provenance/freshness_hours", "\"1.5\"" },
		{ "ic_memo", "{\"provenance\":{\"sources\":[{\"collected_at\":\"2026-04-17T11:00:00Z\"}]}}", "provenance/freshness_hours", "\"-1.0\"" },
		{ "ic_memo", "{\"provenance\":{\"sources\":[{}]}}", "provenance/freshness_hours", "-" },
		{ "ic_memo", "{\"provenance\":{\"sources\":{}}}", "provenance/freshness_hours", "-" },
	};
	struct dx_arena a = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(made(&a, cases[i].kind, cases[i].given, cases[i].member), cases[i].want, "%s %s of %.60s", cases[i].kind, cases[i].member,
		    cases[i].given);
	dx_arena_release(&a);
}

int
main(void)
{
	test_economics();
	test_kinds();
	return done();
}
