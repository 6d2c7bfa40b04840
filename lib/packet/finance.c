#include <stdlib.h>
#include <string.h>

#include "packet/inner.h"

const struct dx_num *
dx_finance_margin(struct dx_nums *n, const struct dx_num *revenue, const struct dx_num *cost)
{
	const struct dx_num *share = dx_num_div(n, dx_num_sub(n, revenue, cost), revenue);

	return share == NULL ? NULL : dx_num_mul(n, share, dx_num_int(n, 100));
}

static const struct dx_num *
cost(struct model *m, const struct dx_num *infra)
{
	return dx_num_add(m->n, m->sum.llm, dx_num_add(m->n, infra, m->sum.support));
}

/* The dearest tenant of a tier as a share of what one subscription of it brings.  NULL and an error when subscribers bring nothing and
 * cost something: no number says that, and leaving the tier out would let the gate pass. */
static const struct dx_num *
p95_share(struct model *m)
{
	const struct dx_num *most = dx_num_int(m->n, 0);

	for (size_t i = 0; i < TIERS; i++) {
		const struct tier *t = &m->tier[i];
		const struct dx_num *each = dx_num_div(m->n, t->effective, t->active), *share;
		if (each == NULL || (dx_num_sign(each) == 0 && dx_num_sign(t->p95) == 0))
			continue;		/* nobody subscribes, or for nothing and at no cost */
		if (dx_num_sign(each) == 0) {
			(void)dx_err_set_at(m->err, DX_R_PKT_VALUE, "telemetry/tier_llm_usage",
			    "telemetry/tier_llm_usage: tenants of %s cost something and bring nothing, so there is no share",
			    dx_finance_tiers[i]);
			return NULL;
		}
		share = dx_num_mul(m->n, dx_num_div(m->n, t->p95, each), dx_num_int(m->n, 100));
		if (dx_num_cmp(share, most) > 0)
			most = share;
	}
	return most;
}

static int
measure(struct model *m)
{
	struct dx_nums *n = m->n;
	const struct dx_num *blended = dx_finance_margin(n, m->sum.effective, cost(m, m->sum.infra)),
	    *stress = dx_finance_margin(n, m->sum.effective, cost(m, dx_num_mul(n, m->sum.infra, m->multiplier))),
	    *discount = dx_num_div(n, dx_num_sub(n, m->sum.gross, m->sum.effective), m->sum.gross), *share;

	if (blended == NULL || stress == NULL || discount == NULL)
		return dx_err_set(m->err, DX_R_PKT_VALUE, "no tier has revenue, so there is no margin");
	if ((share = p95_share(m)) == NULL)
		return -1;
	m->metric[BLENDED] = dx_num_round(n, blended, 2);
	m->metric[STRESS] = dx_num_round(n, stress, 2);
	m->metric[DISCOUNT] = dx_num_round(n, dx_num_mul(n, discount, dx_num_int(n, 100)), 2);
	m->metric[P95_SHARE] = dx_num_round(n, share, 2);
	m->metric[GROWTH_DELTA] = dx_num_round(n, m->metric[GROWTH_DELTA], 4);
	m->metric[PRO_DELTA] = dx_num_round(n, m->metric[PRO_DELTA], 4);
	return 0;
}

/* The current window closes the history. */
static int
close_month(struct model *m, const char *label)
{
	struct dx_json row = dx_json_object();

	dx_json_put(m->a, &row, dx_finance_metrics[BLENDED], dx_finance_json(m->a, m->metric[BLENDED], 2));
	dx_json_put(m->a, &row, "month", dx_json_text(label));
	dx_json_push(m->a, &m->history, row);
	if ((int64_t)m->history.count >= m->closes)
		return 0;
	return dx_err_set_at(m->err, DX_R_PKT_CLOSE_HISTORY, "assumptions/close_history",
	    "assumptions/close_history: %u closes with the current one, the thresholds ask for %lld", m->history.count, (long long)m->closes);
}

static bool
closes_hold(const struct model *m)
{
	for (uint32_t i = m->history.count - (uint32_t)m->closes; i < m->history.count; i++) {
		const struct dx_json *v = dx_json_get(&m->history.u.items[i], dx_finance_metrics[BLENDED]);
		const struct dx_num *margin = dx_num_parse(m->n, v->u.text, v->count);
		if (margin == NULL || dx_num_cmp(margin, m->threshold[MIN_BLENDED]) < 0)
			return false;
	}
	return true;
}

static void
judge(struct model *m)
{
	m->gate[0] = dx_num_cmp(m->metric[BLENDED], m->threshold[MIN_BLENDED]) >= 0 && closes_hold(m);
	m->gate[1] = dx_num_cmp(m->metric[P95_SHARE], m->threshold[MAX_P95]) <= 0;
	m->gate[2] = dx_num_cmp(m->metric[DISCOUNT], m->threshold[MAX_DISCOUNT]) <= 0;
	m->gate[3] = dx_num_cmp(m->metric[GROWTH_DELTA], m->threshold[MIN_GROWTH]) >= 0 &&
	    dx_num_cmp(m->metric[PRO_DELTA], m->threshold[MIN_PRO]) >= 0;
	m->gate[4] = dx_num_cmp(m->metric[STRESS], m->threshold[MIN_STRESS]) >= 0;
}

/* Runs of other characters than letters, digits, - and _ become one _; none at the ends; never empty. */
static void
file_label(const char *label, char out[static DX_FINANCE_LABEL])
{
	bool run = false;
	size_t n = 0;

	for (; *label != '\0' && n < DX_FINANCE_LABEL - 1; label++) {
		bool plain = (*label >= 'A' && *label <= 'Z') || (*label >= 'a' && *label <= 'z') || (*label >= '0' && *label <= '9') ||
		    *label == '-' || *label == '_';
		if (plain && (*label != '_' || n > 0))
			out[n++] = *label;
		else if (!plain && !run && n > 0)
			out[n++] = '_';
		run = !plain;
	}
	while (n > 0 && out[n - 1] == '_')
		n--;
	out[n] = '\0';
	if (n == 0)
		memcpy(out, "snapshot", sizeof("snapshot"));
}

int
dx_finance_make(const struct dx_finance_in *in, struct dx_arena *a, struct dx_finance *out, struct dx_err *err)
{
	struct dx_err own = { 0 };
	struct model m = { .in = in, .a = a, .n = dx_nums_new(), .err = err != NULL ? err : &own };
	const char *label = dx_json_get_str(dx_json_get(in->telemetry, "window"), "label");
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (label == NULL)
		rc = dx_err_set_at(m.err, DX_R_PKT_NAME, "telemetry/window/label", "telemetry/window/label must be text");
	if (rc == 0 && (rc = dx_finance_read(&m)) == 0 && (rc = measure(&m)) == 0 && (rc = close_month(&m, label)) == 0 &&
	    (rc = dx_finance_scenarios(&m)) == 0) {
		judge(&m);
		file_label(label, out->label);
		dx_finance_documents(&m, out);
	}
	dx_nums_free(m.n);
	return rc;
}

void
dx_finance_release(struct dx_finance *f)
{
	dx_buf_release(&f->tiers_csv);
	dx_buf_release(&f->scenarios_csv);
}
