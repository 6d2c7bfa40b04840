/* The two inputs: every figure typed and within its bounds. */
#include <stdio.h>
#include <string.h>

#include "packet/inner.h"

const char *const dx_finance_tiers[TIERS] = { "starter", "growth", "pro", "enterprise" };
const char *const dx_finance_metrics[METRICS] = { "blended_gross_margin_percent", "p95_tenant_llm_cogs_pct_mrr",
	"annual_discount_impact_percent", "growth_to_pro_conversion_mom_delta_percent", "pro_to_enterprise_conversion_mom_delta_percent",
	"stress_margin_percent" };
const char *const dx_finance_thresholds[THRESHOLDS] = { "min_blended_gross_margin_percent", "max_p95_tenant_llm_cogs_pct_mrr",
	"max_annual_discount_impact_percent", "min_growth_to_pro_conversion_mom_delta_percent",
	"min_pro_to_enterprise_conversion_mom_delta_percent", "min_stress_margin_percent" };
const char *const dx_finance_gates[GATES] = { "fin_gate_1_gross_margin_floor", "fin_gate_2_llm_cogs_containment",
	"fin_gate_3_annual_discount_impact", "fin_gate_4_expansion_signal", "fin_gate_5_stress_resilience" };

static const struct dx_num *
literal(struct model *m, const char *text)
{
	return dx_num_parse(m->n, text, strlen(text));
}

static void
fail(struct model *m, enum dx_reason reason, const char *at, const char *name, const char *what)
{
	char where[DX_ERR_AT];

	(void)snprintf(where, sizeof(where), "%s/%s", at, name);
	(void)dx_err_set_at(m->err, reason, where, "%s %s", where, what);
}

const struct dx_json *
dx_finance_object(struct model *m, const struct dx_json *parent, const char *at, const char *name)
{
	const struct dx_json *v = dx_json_get(parent, name);

	if (dx_json_is(v, DX_JSON_OBJECT))
		return v;
	fail(m, DX_R_PKT_OBJECT, at, name, "must be an object");
	return NULL;
}

const struct dx_num *
dx_finance_number(struct model *m, const struct dx_json *object, const char *at, const char *name, const char *min, const char *max)
{
	const struct dx_json *v = dx_json_get(object, name);
	const struct dx_num *n = dx_json_is(v, DX_JSON_NUMBER) ? dx_num_parse(m->n, v->u.text, v->count) : NULL;

	if (n == NULL) {
		fail(m, DX_R_PKT_VALUE, at, name, "must be a number");
		return NULL;
	}
	if ((min != NULL && dx_num_cmp(n, literal(m, min)) < 0) || (max != NULL && dx_num_cmp(n, literal(m, max)) > 0)) {
		char text[96];
		(void)snprintf(text, sizeof(text), "must be %s%s%s%s", min != NULL ? "at least " : "", min != NULL ? min : "",
		    max != NULL ? " and at most " : "", max != NULL ? max : "");
		fail(m, DX_R_PKT_VALUE, at, name, text);
		return NULL;
	}
	return n;
}

/* --- telemetry --- */

static const struct dx_json *
row_of(struct model *m, const char *list, const char *tier)
{
	const struct dx_json *rows = dx_json_get(m->in->telemetry, list);

	for (uint32_t i = 0; dx_json_is(rows, DX_JSON_ARRAY) && i < rows->count; i++) {
		const char *name = dx_json_get_str(&rows->u.items[i], "tier");
		if (name != NULL && strcmp(name, tier) == 0)
			return &rows->u.items[i];
	}
	fail(m, DX_R_PKT_OBJECT, "telemetry", list, tier);
	return NULL;
}

static int
read_tier(struct model *m, size_t i)
{
	const char *name = dx_finance_tiers[i];
	const struct dx_json *prices = dx_finance_object(m, m->in->telemetry, "telemetry", "pricing_reference"), *price, *subs, *llm, *share;
	struct tier *t = &m->tier[i];

	if (prices == NULL || (price = dx_finance_object(m, prices, "telemetry/pricing_reference", name)) == NULL ||
	    (subs = row_of(m, "tier_subscription_snapshot", name)) == NULL || (llm = row_of(m, "tier_llm_usage", name)) == NULL ||
	    (share = dx_finance_object(m, llm, "telemetry/tier_llm_usage", "tenant_monthly_cost_percentiles_usd")) == NULL)
		return -1;
	t->price = dx_finance_number(m, price, "telemetry/pricing_reference", "monthly_price_usd", "0", NULL);
	t->factor = dx_finance_number(m, price, "telemetry/pricing_reference", "annual_monthly_factor", "0", "1");
	t->active = dx_finance_number(m, subs, "telemetry/tier_subscription_snapshot", "active_subscriptions", "0", NULL);
	t->dunning = dx_finance_number(m, subs, "telemetry/tier_subscription_snapshot", "dunning_events", "0", NULL);
	t->llm = dx_finance_number(m, llm, "telemetry/tier_llm_usage", "total_cost_usd", "0", NULL);
	t->p95 = dx_finance_number(m, share, "telemetry/tier_llm_usage", "p95", "0", NULL);
	return m->err->reason == DX_OK ? 0 : -1;
}

/* --- assumptions --- */

/* A figure a tier; NULL and an error when one is missing. */
static const struct dx_num *
by_tier(struct model *m, const char *table, size_t i, const char *max)
{
	const struct dx_json *o = dx_finance_object(m, m->in->assumptions, "assumptions", table);
	char at[128];

	(void)snprintf(at, sizeof(at), "assumptions/%s", table);
	return o == NULL ? NULL : dx_finance_number(m, o, at, dx_finance_tiers[i], "0", max);
}

static const struct dx_num *
cents(struct model *m, const struct dx_num *v)
{
	return dx_num_round(m->n, v, 2);
}

/* gross = price * active; effective = gross * (1 - mix * (1 - factor)); costs; each rounded, the margin from the rounded ones. */
static int
economics(struct model *m, size_t i)
{
	struct dx_nums *n = m->n;
	struct tier *t = &m->tier[i];
	const struct dx_num *one = dx_num_int(n, 1), *hundred = dx_num_int(n, 100), *percent, *each, *dunning, *gross, *effective;

	t->mix = by_tier(m, "annual_mix_by_tier", i, "1");
	percent = by_tier(m, "infra_cogs_percent_of_effective_mrr_by_tier", i, NULL);
	each = by_tier(m, "support_cogs_per_active_subscription_usd_by_tier", i, NULL);
	dunning = dx_finance_number(m, m->in->assumptions, "assumptions", "support_cogs_per_dunning_event_usd", "0", NULL);
	if (t->mix == NULL || percent == NULL || each == NULL || dunning == NULL)
		return -1;
	gross = dx_num_mul(n, t->price, t->active);
	effective = dx_num_mul(n, gross, dx_num_sub(n, one, dx_num_mul(n, t->mix, dx_num_sub(n, one, t->factor))));
	t->gross = cents(m, gross);
	t->effective = cents(m, effective);
	t->llm = cents(m, t->llm);
	t->infra = cents(m, dx_num_div(n, dx_num_mul(n, effective, percent), hundred));
	t->support = cents(m, dx_num_add(n, dx_num_mul(n, t->active, each), dx_num_mul(n, t->dunning, dunning)));
	t->margin = dx_finance_margin(n, t->effective, dx_num_add(n, t->llm, dx_num_add(n, t->infra, t->support)));
	m->sum.gross = dx_num_add(n, m->sum.gross, t->gross);
	m->sum.effective = dx_num_add(n, m->sum.effective, t->effective);
	m->sum.llm = dx_num_add(n, m->sum.llm, t->llm);
	m->sum.infra = dx_num_add(n, m->sum.infra, t->infra);
	m->sum.support = dx_num_add(n, m->sum.support, t->support);
	return 0;
}

static int
read_thresholds(struct model *m)
{
	static const struct { const char *min, *max; } bounds[THRESHOLDS] = {
		{ "0", "100" }, { "0", NULL }, { "0", "100" }, { NULL, NULL }, { NULL, NULL }, { "0", "100" }
	};
	const struct dx_json *o = dx_finance_object(m, m->in->assumptions, "assumptions", "thresholds"), *closes;

	if (o == NULL)
		return -1;
	for (size_t i = 0; i < THRESHOLDS; i++) {
		m->threshold[i] = dx_finance_number(m, o, "assumptions/thresholds", dx_finance_thresholds[i], bounds[i].min, bounds[i].max);
		if (m->threshold[i] == NULL)
			return -1;
	}
	m->closes = 2;
	closes = dx_json_get(o, "required_consecutive_margin_closes");
	if (closes != NULL && (!dx_json_int64(closes, &m->closes) || m->closes < 1 || m->closes > 1200)) {
		fail(m, DX_R_PKT_VALUE, "assumptions/thresholds", "required_consecutive_margin_closes", "must be an integer from 1");
		return -1;
	}
	return 0;
}

static int
read_history(struct model *m)
{
	const struct dx_json *list = dx_json_get(m->in->assumptions, "close_history");

	m->history = dx_json_array();
	if (list == NULL)
		return 0;
	if (!dx_json_is(list, DX_JSON_ARRAY)) {
		fail(m, DX_R_PKT_OBJECT, "assumptions", "close_history", "must be a list");
		return -1;
	}
	for (uint32_t i = 0; i < list->count; i++) {
		struct dx_json row = dx_json_object();
		const struct dx_json *entry = &list->u.items[i];
		if (dx_json_get_str(entry, "month") == NULL) {
			fail(m, DX_R_PKT_VALUE, "assumptions/close_history", "month", "must be text");
			return -1;
		}
		if (dx_finance_number(m, entry, "assumptions/close_history", dx_finance_metrics[BLENDED], NULL, "100") == NULL)
			return -1;
		dx_json_put(m->a, &row, dx_finance_metrics[BLENDED], *dx_json_get(entry, dx_finance_metrics[BLENDED]));
		dx_json_put(m->a, &row, "month", *dx_json_get(entry, "month"));
		dx_json_push(m->a, &m->history, row);
	}
	return 0;
}

static int
read_tco(struct model *m)
{
	static const char *const names[] = { "annual_staffing_usd", "annual_oncall_usd", "annual_security_compliance_usd",
		"annual_infra_ops_usd", "annual_tooling_usd" };
	const struct dx_json *o = dx_json_get(m->in->assumptions, "self_hosted_tco_inputs");

	m->tco = dx_num_int(m->n, 0);
	if (o != NULL && !dx_json_is(o, DX_JSON_OBJECT)) {
		fail(m, DX_R_PKT_OBJECT, "assumptions", "self_hosted_tco_inputs", "must be an object");
		return -1;
	}
	for (size_t i = 0; o != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		const struct dx_num *v;
		if (dx_json_get(o, names[i]) == NULL)
			continue;
		v = dx_finance_number(m, o, "assumptions/self_hosted_tco_inputs", names[i], "0", NULL);
		if (v == NULL)
			return -1;
		m->tco = dx_num_add(m->n, m->tco, v);
	}
	return 0;
}

static int
read_signals(struct model *m)
{
	const struct dx_json *signals = dx_finance_object(m, m->in->assumptions, "assumptions", "conversion_signals"),
	    *stress = signals == NULL ? NULL : dx_finance_object(m, m->in->assumptions, "assumptions", "stress_scenario");

	if (stress == NULL)
		return -1;
	m->metric[GROWTH_DELTA] = dx_finance_number(m, signals, "assumptions/conversion_signals", dx_finance_metrics[GROWTH_DELTA], NULL, NULL);
	m->metric[PRO_DELTA] = dx_finance_number(m, signals, "assumptions/conversion_signals", dx_finance_metrics[PRO_DELTA], NULL, NULL);
	m->multiplier = dx_finance_number(m, stress, "assumptions/stress_scenario", "infra_cost_multiplier", "1", NULL);
	return m->err->reason == DX_OK ? 0 : -1;
}

int
dx_finance_read(struct model *m)
{
	const struct dx_num *zero = dx_num_int(m->n, 0);

	m->sum = (struct tier){ .gross = zero, .effective = zero, .llm = zero, .infra = zero, .support = zero };
	for (size_t i = 0; i < TIERS; i++)
		if (read_tier(m, i) != 0 || economics(m, i) != 0)
			return -1;
	if (read_thresholds(m) != 0 || read_history(m) != 0 || read_signals(m) != 0 || read_tco(m) != 0)
		return -1;
	return 0;
}
