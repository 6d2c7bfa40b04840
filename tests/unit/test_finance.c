/* The finance packet's figures, by hand (evidence page 3.5). */
#include <stdlib.h>

#include "base/err.h"
#include "packet/finance.h"
#include "tap.h"

#define ROW(tier, active, dunning)	"{\"tier\":\"" tier "\",\"active_subscriptions\":" active ",\"dunning_events\":" dunning "}"
#define LLM(tier, cost, p95)		"{\"tier\":\"" tier "\",\"total_cost_usd\":" cost \
	",\"tenant_monthly_cost_percentiles_usd\":{\"p50\":0,\"p95\":" p95 ",\"p99\":" p95 "}}"
#define PRICE(tier, price, factor)	"\"" tier "\":{\"monthly_price_usd\":" price ",\"annual_monthly_factor\":" factor "}"
#define EACH(s, g, p, e)		"{\"starter\":" s ",\"growth\":" g ",\"pro\":" p ",\"enterprise\":" e "}"

/* One tier sells: 10 subscriptions at 100, half of them annual at a factor of 0.8, so 900 of 1000. */
static const char telemetry[] = "{\"window\":{\"label\":\"2031-05\"},\"pricing_reference\":{" PRICE("starter", "100", "0.8") ","
    PRICE("growth", "50", "0.8") "," PRICE("pro", "70", "0.8") "," PRICE("enterprise", "90", "0.8") "},"
    "\"tier_subscription_snapshot\":[" ROW("starter", "10", "4") "," ROW("growth", "0", "0") "," ROW("pro", "0", "0") ","
    ROW("enterprise", "0", "0") "],\"tier_llm_usage\":[" LLM("starter", "45.005", "4.5") "," LLM("growth", "0", "0") ","
    LLM("pro", "0", "0") "," LLM("enterprise", "0", "0") "]}";
static const char assumptions[] = "{\"annual_mix_by_tier\":" EACH("0.5", "0", "0", "0") ",\"infra_cogs_percent_of_effective_mrr_by_tier\":"
    EACH("10", "0", "0", "0") ",\"support_cogs_per_active_subscription_usd_by_tier\":" EACH("1.5", "0", "0", "0")
    ",\"support_cogs_per_dunning_event_usd\":0.25,\"conversion_signals\":{\"growth_to_pro_conversion_mom_delta_percent\":0.00005,"
    "\"pro_to_enterprise_conversion_mom_delta_percent\":-0.00005},\"stress_scenario\":{\"infra_cost_multiplier\":2},\"thresholds\":{"
    "\"min_blended_gross_margin_percent\":83.22,\"max_p95_tenant_llm_cogs_pct_mrr\":5,\"max_annual_discount_impact_percent\":10,"
    "\"min_growth_to_pro_conversion_mom_delta_percent\":0,\"min_pro_to_enterprise_conversion_mom_delta_percent\":0,"
    "\"min_stress_margin_percent\":73.22,\"required_consecutive_margin_closes\":1},\"scenario_models\":{\"price_sensitivity\":[{"
    "\"name\":\"a,\\\"b\\\"\",\"subscription_multipliers_by_tier\":" EACH("0.5", "9", "9", "9") ",\"monthly_price_multipliers_by_tier\":"
    EACH("2", "1", "1", "1") "}]},\"self_hosted_tco_inputs\":{\"annual_tooling_usd\":800.005}}";

struct made { struct dx_arena a; struct dx_finance f; struct dx_err err; int rc; };

/* `find` replaced by `with` in the text; NULL: the text as it is. */
static struct dx_json
parse(struct dx_arena *a, const char *text, const char *find, const char *with)
{
	const char *at = find != NULL ? strstr(text, find) : NULL;
	char *copy = at == NULL ? dx_arena_dup(a, text, strlen(text)) :
	    dx_arena_printf(a, "%.*s%s%s", (int)(at - text), text, with, at + strlen(find));
	struct dx_json doc = { 0 };
	struct dx_err err = { 0 };

	if (dx_json_parse(a, copy, strlen(copy), DX_JSON_FOREIGN, &doc, &err) != 0 || (find != NULL && at == NULL)) {
		diag("no sample: %s %s", find, err.text);
		exit(1);
	}
	return doc;
}

static void
make(struct made *m, bool of_telemetry, const char *find, const char *with)
{
	struct dx_json tel = { 0 }, asm_ = { 0 };
	struct dx_finance_in in = { &tel, &asm_, "t", "a", "2031-06-02T00:00:00.000000Z" };

	memset(m, 0, sizeof(*m));
	tel = parse(&m->a, telemetry, of_telemetry ? find : NULL, with);
	asm_ = parse(&m->a, assumptions, of_telemetry ? NULL : find, with);
	m->rc = dx_finance_make(&in, &m->a, &m->f, &m->err);
}

static void
drop(struct made *m)
{
	dx_finance_release(&m->f);
	dx_arena_release(&m->a);
}

static const char *
shown(struct made *m, const struct dx_json *v)
{
	struct dx_buf b = { 0 };
	const char *out;

	if (v == NULL)
		return "absent";
	dx_json_canon(v, &b);
	out = dx_arena_dup(&m->a, b.data, b.len);
	dx_buf_release(&b);
	return out;
}

static void
test_figures(void)
{
	struct made m;
	const struct dx_json *p = &m.f.packet;

	make(&m, false, NULL, NULL);
	is_int(m.rc, 0, "a packet is made");
	is_str(shown(&m, dx_json_item(dx_json_get(p, "tiers"), 0)), "{\"active_subscriptions\":10,\"dunning_events\":4,"
	    "\"effective_mrr_usd\":900,\"gross_margin_percent\":83.22,\"infra_cogs_usd\":90,\"llm_cogs_usd\":45,\"mrr_usd\":1000,"
	    "\"support_cogs_usd\":16,\"tier\":\"starter\"}", "money half to even, the margin from rounded money");
	is_str(shown(&m, dx_json_item(dx_json_get(p, "tiers"), 1)), "{\"active_subscriptions\":0,\"dunning_events\":0,"
	    "\"effective_mrr_usd\":0,\"gross_margin_percent\":null,\"infra_cogs_usd\":0,\"llm_cogs_usd\":0,\"mrr_usd\":0,"
	    "\"support_cogs_usd\":0,\"tier\":\"growth\"}", "no revenue, no margin");
	is_str(shown(&m, dx_json_get(p, "metrics")), "{\"annual_discount_impact_percent\":10,\"blended_gross_margin_percent\":83.22,"
	    "\"growth_to_pro_conversion_mom_delta_percent\":0,\"p95_tenant_llm_cogs_pct_mrr\":5,"
	    "\"pro_to_enterprise_conversion_mom_delta_percent\":0,\"stress_margin_percent\":73.22}", "metrics, deltas to four places");
	is_str(shown(&m, dx_json_get(p, "gate_results")), "{\"fin_gate_1_gross_margin_floor\":true,\"fin_gate_2_llm_cogs_containment\":true,"
	    "\"fin_gate_3_annual_discount_impact\":true,\"fin_gate_4_expansion_signal\":true,\"fin_gate_5_stress_resilience\":true}",
	    "every gate holds at its bound");
	ok(m.f.gates_passed, "and that is said");
	/* 5 at 200, 900 effective: llm 22.5, support 8, infra 90. */
	is_str(shown(&m, dx_json_item(dx_json_get(p, "scenarios"), 0)),
	    "{\"effective_mrr_usd\":900,\"projected_margin_percent\":86.61,\"scenario\":\"a,\\\"b\\\"\"}", "a scenario");
	is_str(shown(&m, dx_json_get(p, "summary")), "{\"hosted_arr_run_rate_usd\":10800,\"hosted_vs_self_hosted_delta_usd\":10000,"
	    "\"overall_finance_gates_passed\":true,\"self_hosted_tco_estimate_usd\":800,\"total_effective_mrr_usd\":900,"
	    "\"total_infra_cogs_usd\":90,\"total_llm_cogs_usd\":45,\"total_mrr_usd\":1000,\"total_support_cogs_usd\":16}", "the summary");
	is_str(m.f.scenarios_csv.data, "scenario,effective_mrr_usd,projected_margin_percent\r\n\"a,\"\"b\"\"\",900.00,86.61\r\n", "a table");
	is_str(m.f.label, "2031-05", "the label");
	drop(&m);
}

static void
is_gate(const char *find, const char *with, bool of_telemetry, const char *gate)
{
	struct made m;

	make(&m, of_telemetry, find, with);
	is_str(shown(&m, dx_json_get(dx_json_get(&m.f.packet, "gate_results"), gate)), "false", "%s: %s is false", with, gate);
	ok(!m.f.gates_passed, "and so are all together");
	drop(&m);
}

static void
test_gates(void)
{
	is_gate(":83.22", ":83.23", false, "fin_gate_1_gross_margin_floor");
	is_gate("\"max_p95_tenant_llm_cogs_pct_mrr\":5", "\"max_p95_tenant_llm_cogs_pct_mrr\":4.99", false, "fin_gate_2_llm_cogs_containment");
	is_gate("\"max_annual_discount_impact_percent\":10", "\"max_annual_discount_impact_percent\":9.99", false,
	    "fin_gate_3_annual_discount_impact");
	is_gate("-0.00005", "-0.000051", false, "fin_gate_4_expansion_signal");
	is_gate(":73.22", ":73.23", false, "fin_gate_5_stress_resilience");
	is_gate("\"total_cost_usd\":45.005", "\"total_cost_usd\":2000", true, "fin_gate_1_gross_margin_floor");
}

static void
refused(bool of_telemetry, const char *find, const char *with, enum dx_reason reason)
{
	struct made m;

	make(&m, of_telemetry, find, with);
	ok(m.rc == -1 && m.err.reason == reason, "%s for %s: %s", with, find, dx_reason_code(reason));
	if (m.err.reason != reason)
		diag("%d %s", m.rc, m.err.text);
	drop(&m);
}

static void
test_refused(void)
{
	refused(true, "\"label\":\"2031-05\"", "\"label\":5", DX_R_PKT_NAME);
	refused(true, "\"annual_monthly_factor\"", "\"x\"", DX_R_PKT_VALUE);
	refused(true, "{\"tier\":\"growth\",\"active", "{\"tier\":\"grown\",\"active", DX_R_PKT_OBJECT);
	refused(true, ":100,", ":-1,", DX_R_PKT_VALUE);
	refused(true, "\"active_subscriptions\":10", "\"active_subscriptions\":0", DX_R_PKT_VALUE);
	refused(true, "\"active_subscriptions\":10", "\"active_subscriptions\":\"10\"", DX_R_PKT_VALUE);
	refused(false, "\"infra_cost_multiplier\":2", "\"infra_cost_multiplier\":0.999", DX_R_PKT_VALUE);
	refused(false, "\"required_consecutive_margin_closes\":1", "\"required_consecutive_margin_closes\":2", DX_R_PKT_CLOSE_HISTORY);
	refused(false, "\"required_consecutive_margin_closes\":1", "\"required_consecutive_margin_closes\":99999999999999999999", DX_R_PKT_VALUE);
	refused(false, "\"annual_mix_by_tier\"", "\"annual\"", DX_R_PKT_OBJECT);
	refused(false, "\"price_sensitivity\":[", "\"price_sensitivity\":[1,", DX_R_PKT_NAME);
	refused(false, "\"scenario_models\":{", "\"scenario_models\":7,\"x\":{", DX_R_PKT_OBJECT);
	refused(false, "800.005", "1e999999999", DX_R_PKT_VALUE);
	refused(false, "\"starter\":0.5", "\"starter\":1.000001", DX_R_PKT_VALUE);
}

static void
test_labels(void)
{
	static const char *const rows[][2] = { { "a b", "a_b" }, { "a__b", "a__b" }, { "_-x_", "-x" }, { "../x", "x" }, { "a \\u00e9 b", "a_b" },
		{ "?", "snapshot" }, { "", "snapshot" }, { "___", "snapshot" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m;
		char with[64];
		snprintf(with, sizeof(with), "\"label\":\"%s\"", rows[i][0]);
		make(&m, true, "\"label\":\"2031-05\"", with);
		is_str(m.f.label, rows[i][1], "label %s", rows[i][0]);
		drop(&m);
	}
}

int
main(void)
{
	test_figures();
	test_gates();
	test_refused();
	test_labels();
	return done();
}
