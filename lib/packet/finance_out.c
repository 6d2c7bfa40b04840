/* The figures as documents and tables. */
#include <string.h>

#include "crypt/digest.h"
#include "packet/inner.h"

struct dx_json
dx_finance_json(struct dx_arena *a, const struct dx_num *v, unsigned places)
{
	struct dx_buf text = { 0 };
	struct dx_json n;

	if (v == NULL)
		return dx_json_null();
	dx_num_print(v, places, &text);
	n = dx_json_string(a, text.data);
	n.type = DX_JSON_NUMBER;
	n.flags = 0;
	dx_buf_release(&text);
	return n;
}

void
dx_finance_text(const struct dx_json *doc, struct dx_buf *out)
{
	dx_json_pretty(doc, out);
	if (out->len == 0 || out->data[out->len - 1] != '\n')
		dx_buf_putc(out, '\n');
}

static void
put(struct model *m, struct dx_json *o, const char *name, const struct dx_num *v, unsigned places)
{
	dx_json_put(m->a, o, name, dx_finance_json(m->a, v, places));
}

/* --- members --- */

static struct dx_json
metrics(struct model *m)
{
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < METRICS; i++)
		put(m, &o, dx_finance_metrics[i], m->metric[i], i == GROWTH_DELTA || i == PRO_DELTA ? 4 : 2);
	return o;
}

static struct dx_json
gates(struct model *m)
{
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < GATES; i++)
		dx_json_put(m->a, &o, dx_finance_gates[i], dx_json_bool(m->gate[i]));
	return o;
}

static struct dx_json
tiers(struct model *m, bool whole)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < TIERS; i++) {
		const struct tier *t = &m->tier[i];
		struct dx_json o = dx_json_object();
		if (whole) {
			put(m, &o, "active_subscriptions", t->active, 0);
			put(m, &o, "dunning_events", t->dunning, 0);
		}
		put(m, &o, "effective_mrr_usd", t->effective, 2);
		put(m, &o, "gross_margin_percent", t->margin, 2);
		put(m, &o, "infra_cogs_usd", t->infra, 2);
		put(m, &o, "llm_cogs_usd", t->llm, 2);
		put(m, &o, "mrr_usd", t->gross, 2);
		put(m, &o, "support_cogs_usd", t->support, 2);
		dx_json_put(m->a, &o, "tier", dx_json_text(dx_finance_tiers[i]));
		dx_json_push(m->a, &list, o);
	}
	return list;
}

static struct dx_json
thresholds(struct model *m)
{
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < THRESHOLDS; i++)
		put(m, &o, dx_finance_thresholds[i], m->threshold[i], 12);
	dx_json_put(m->a, &o, "required_consecutive_margin_closes", dx_json_int(m->a, m->closes));
	return o;
}

static struct dx_json
scenarios(struct model *m)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < m->scenario_count; i++) {
		struct dx_json o = dx_json_object();
		put(m, &o, "effective_mrr_usd", m->scenario[i].effective, 2);
		put(m, &o, "projected_margin_percent", m->scenario[i].margin, 2);
		dx_json_put(m->a, &o, "scenario", dx_json_text(m->scenario[i].name));
		dx_json_push(m->a, &list, o);
	}
	return list;
}

static bool
all_gates(const struct model *m)
{
	for (size_t i = 0; i < GATES; i++)
		if (!m->gate[i])
			return false;
	return true;
}

static struct dx_json
summary(struct model *m)
{
	struct dx_json o = dx_json_object();
	const struct dx_num *year = dx_num_mul(m->n, m->sum.effective, dx_num_int(m->n, 12));

	put(m, &o, "hosted_arr_run_rate_usd", year, 2);
	put(m, &o, "hosted_vs_self_hosted_delta_usd", dx_num_sub(m->n, year, m->tco), 2);
	dx_json_put(m->a, &o, "overall_finance_gates_passed", dx_json_bool(all_gates(m)));
	put(m, &o, "self_hosted_tco_estimate_usd", m->tco, 2);
	put(m, &o, "total_effective_mrr_usd", m->sum.effective, 2);
	put(m, &o, "total_infra_cogs_usd", m->sum.infra, 2);
	put(m, &o, "total_llm_cogs_usd", m->sum.llm, 2);
	put(m, &o, "total_mrr_usd", m->sum.gross, 2);
	put(m, &o, "total_support_cogs_usd", m->sum.support, 2);
	return o;
}

/* Whether each of the committee's items has figures behind it. */
static struct dx_json
tracking(struct model *m)
{
	static const char *const names[] = { "fin_001", "fin_002", "fin_003", "fin_004", "fin_005", "fin_006", "fin_007", "fin_008" };
	bool revenue = true, paying = false, done[8];
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < TIERS; i++) {
		revenue = revenue && m->tier[i].margin != NULL;
		paying = paying || (dx_num_sign(m->tier[i].active) > 0 && dx_num_sign(m->tier[i].effective) > 0);
	}
	done[0] = revenue;						/* economics of every tier */
	done[1] = paying;						/* a share of what tenants cost */
	done[2] = dx_num_sign(m->sum.gross) > 0;			/* the effect of discounts */
	done[3] = m->metric[GROWTH_DELTA] != NULL;			/* expansion */
	done[4] = dx_num_cmp(m->multiplier, dx_num_int(m->n, 1)) > 0;	/* a stress that is one */
	done[5] = done[6] = m->scenario_count > 0;
	done[7] = dx_num_sign(m->tco) > 0;
	for (size_t i = 0; i < 8; i++)
		dx_json_put(m->a, &o, names[i], dx_json_bool(done[i]));
	return o;
}

/* --- documents --- */

static void
put_lineage(struct model *m, struct dx_json *o)
{
	dx_json_put(m->a, o, "assumptions_sha256", dx_json_string(m->a, m->in->assumptions_sha256));
	dx_json_put(m->a, o, "telemetry_sha256", dx_json_string(m->a, m->in->telemetry_sha256));
}

static struct dx_json
guardrails(struct model *m)
{
	struct dx_json o = dx_json_object(), stress = dx_json_object(), inputs = dx_json_object();

	put(m, &stress, "infra_cost_multiplier", m->multiplier, 12);
	put(m, &stress, "projected_margin_percent", m->metric[STRESS], 2);
	put_lineage(m, &inputs);
	dx_json_put(m->a, &o, "captured_at", dx_json_string(m->a, m->in->captured_at));
	dx_json_put(m->a, &o, "close_history", m->history);
	dx_json_put(m->a, &o, "gate_results", gates(m));
	dx_json_put(m->a, &o, "inputs", inputs);
	dx_json_put(m->a, &o, "metrics", metrics(m));
	dx_json_put(m->a, &o, "stress_scenario", stress);
	dx_json_put(m->a, &o, "thresholds", thresholds(m));
	dx_json_put(m->a, &o, "tier_unit_economics", tiers(m, false));
	dx_json_put(m->a, &o, "window", *dx_json_get(m->in->telemetry, "window"));
	return o;
}

static struct dx_json
packet(struct model *m, const struct dx_json *rails)
{
	struct dx_json o = dx_json_object(), inputs = dx_json_object();
	struct dx_buf text = { 0 };
	struct dx_sha256 digest;
	char hex[DX_SHA256_HEX];

	dx_finance_text(rails, &text);
	dx_sha256(text.data, text.len, &digest);
	dx_sha256_hex(&digest, hex);
	dx_buf_release(&text);
	put_lineage(m, &inputs);
	dx_json_put(m->a, &inputs, "guardrails_sha256", dx_json_string(m->a, hex));
	dx_json_put(m->a, &o, "captured_at", dx_json_string(m->a, m->in->captured_at));
	dx_json_put(m->a, &o, "fin_tracking", tracking(m));
	dx_json_put(m->a, &o, "gate_results", gates(m));
	dx_json_put(m->a, &o, "inputs", inputs);
	dx_json_put(m->a, &o, "metrics", metrics(m));
	dx_json_put(m->a, &o, "scenarios", scenarios(m));
	dx_json_put(m->a, &o, "summary", summary(m));
	dx_json_put(m->a, &o, "tiers", tiers(m, true));
	dx_json_put(m->a, &o, "window", *dx_json_get(m->in->telemetry, "window"));
	return o;
}

/* --- tables --- */

static void
cell(struct dx_buf *out, const char *s, char behind)
{
	if (s[strcspn(s, ",\"\r\n")] == '\0')
		dx_buf_puts(out, s);
	else {
		dx_buf_putc(out, '"');
		for (; *s != '\0'; s++) {
			if (*s == '"')
				dx_buf_putc(out, '"');
			dx_buf_putc(out, *s);
		}
		dx_buf_putc(out, '"');
	}
	dx_buf_puts(out, behind == ',' ? "," : "\r\n");
}

static void
figure(struct dx_buf *out, const struct dx_num *v, unsigned places, char behind)
{
	if (v != NULL)
		dx_num_fixed(v, places, out);
	dx_buf_puts(out, behind == ',' ? "," : "\r\n");
}

static void
tables(struct model *m, struct dx_finance *out)
{
	struct dx_buf *b = &out->tiers_csv;

	dx_buf_puts(b, "tier,mrr_usd,effective_mrr_usd,llm_cogs_usd,infra_cogs_usd,support_cogs_usd,gross_margin_percent,"
	    "active_subscriptions,dunning_events\r\n");
	for (size_t i = 0; i < TIERS; i++) {
		const struct tier *t = &m->tier[i];
		cell(b, dx_finance_tiers[i], ',');
		figure(b, t->gross, 2, ',');
		figure(b, t->effective, 2, ',');
		figure(b, t->llm, 2, ',');
		figure(b, t->infra, 2, ',');
		figure(b, t->support, 2, ',');
		figure(b, t->margin, 2, ',');
		figure(b, t->active, 0, ',');
		figure(b, t->dunning, 0, '\n');
	}
	b = &out->scenarios_csv;
	if (m->scenario_count > 0)
		dx_buf_puts(b, "scenario,effective_mrr_usd,projected_margin_percent\r\n");
	for (size_t i = 0; i < m->scenario_count; i++) {
		cell(b, m->scenario[i].name, ',');
		figure(b, m->scenario[i].effective, 2, ',');
		figure(b, m->scenario[i].margin, 2, '\n');
	}
}

void
dx_finance_documents(struct model *m, struct dx_finance *out)
{
	out->guardrails = guardrails(m);
	out->packet = packet(m, &out->guardrails);
	out->gates_passed = all_gates(m);
	tables(m, out);
}
