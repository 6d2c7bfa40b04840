/* What the kinds of release-gates page 10 compute, each where it is absent. */
#include <string.h>

#include "packet/output_inner.h"

static bool
member_int(const struct output *o, const char *name, int64_t *out)
{
	return dx_json_int64(dx_json_get(&o->doc, name), out);
}

static uint32_t
count(const struct output *o, const char *list)
{
	const struct dx_json *l = dx_json_get(&o->doc, list);

	return dx_json_is(l, DX_JSON_ARRAY) ? l->count : 0;
}

static uint32_t
count_status(const struct output *o, const char *list, const char *status)
{
	const struct dx_json *l = dx_json_get(&o->doc, list);
	uint32_t n = 0;

	for (uint32_t i = 0; dx_json_is(l, DX_JSON_ARRAY) && i < l->count; i++) {
		const char *s = dx_json_get_str(&l->u.items[i], "status");
		n += s != NULL && strcasecmp(s, status) == 0;
	}
	return n;
}

static int
score_card(struct output *o)
{
	static const char *const parts[] = { "company_size_score", "industry_fit_score", "engagement_score", "budget_signal_score",
	    "timing_score" };
	int64_t sum = 0, part, score;
	bool all = true;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && all; i++) {
		all = member_int(o, parts[i], &part) && part >= 0 && part <= 100;
		sum += all ? part : 0;
	}
	if (all)
		dx_output_fill_int(o, "score", sum);
	if (!member_int(o, "score", &score))
		return 0;
	dx_output_fill_text(o, "tier", score >= 80 ? "hot" : score >= 50 ? "warm" : "cold");
	dx_output_fill_text(o, "recommendation", score >= 70 ? "qualify" : score >= 40 ? "nurture" : "disqualify");
	return 0;
}

/* A discount from 10 % on is not the manager's to give. */
static bool
needs_approval(struct output *o, bool *needed)
{
	const struct dx_num *discount = dx_output_num(o, &o->doc, "discount_percent");

	if (discount != NULL)
		*needed = dx_num_cmp(discount, dx_num_int(o->n, 10)) >= 0;
	return discount != NULL;
}

static int
proposal(struct output *o)
{
	const struct dx_json *items = dx_json_get(&o->doc, "line_items");
	const struct dx_num *sum = dx_num_int(o->n, 0), *amount;
	bool needed;

	for (uint32_t i = 0; sum != NULL && dx_json_is(items, DX_JSON_ARRAY) && i < items->count; i++)
		sum = (amount = dx_output_num(o, &items->u.items[i], "amount_sar")) != NULL ? dx_num_add(o->n, sum, amount) : NULL;
	if (count(o, "line_items") > 0)
		dx_output_fill_num(o, &o->doc, "total_value_sar", sum, 4);
	if (needs_approval(o, &needed))
		dx_output_fill_bool(o, "discount_requires_approval", needed);
	dx_output_fill_int(o, "validity_days", 30);
	return 0;
}

static int
pricing(struct output *o)
{
	const struct dx_num *base = dx_output_num(o, &o->doc, "base_price_sar"), *discount = dx_output_num(o, &o->doc, "discount_percent"),
	    *hundred = dx_num_int(o->n, 100), *final;
	bool needed;

	if (!needs_approval(o, &needed))
		return 0;
	if (base != NULL) {
		final = dx_num_div(o->n, dx_num_mul(o->n, base, dx_num_sub(o->n, hundred, discount)), hundred);
		dx_output_fill_num(o, &o->doc, "final_price_sar", final != NULL ? dx_num_round(o->n, final, 2) : NULL, 4);
	}
	dx_output_fill_bool(o, "approval_required", needed);
	dx_output_fill_text(o, "policy_class", needed ? "B" : "A");
	return 0;
}

/* min(100, revenue / 10000 + employees / 2), half to even. */
static int
target(struct output *o)
{
	const struct dx_num *revenue = dx_output_num(o, &o->doc, "revenue_sar"), *most = dx_num_int(o->n, 100), *score;
	int64_t employees, value;

	if (revenue != NULL && member_int(o, "employee_count", &employees) && dx_num_sign(revenue) >= 0 && employees >= 0) {
		score = dx_num_add(o->n, dx_num_div(o->n, revenue, dx_num_int(o->n, 10000)),
		    dx_num_div(o->n, dx_num_int(o->n, employees), dx_num_int(o->n, 2)));
		score = dx_num_cmp(score, most) > 0 ? most : dx_num_round(o->n, score, 0);
		if (dx_num_int64(score, &value))
			dx_output_fill_int(o, "strategic_fit_score", value);
	}
	if (member_int(o, "strategic_fit_score", &value))
		dx_output_fill_text(o, "recommendation", value >= 70 ? "short_list" : value >= 40 ? "watch" : "reject");
	return 0;
}

static int
due_diligence(struct output *o)
{
	dx_output_fill_int(o, "total_workstreams", count(o, "workstreams"));
	dx_output_fill_int(o, "completed", count_status(o, "workstreams", "completed"));
	return 0;
}

/* Comparables value a company at 2, 3.5 and 5 times its revenue, which is handed in and is no member of the memo. */
static int
valuation(struct output *o)
{
	static const struct { const char *name; int tenths; } of[] = { { "low_sar", 20 }, { "mid_sar", 35 }, { "high_sar", 50 } };
	const char *methodology = dx_json_get_str(&o->doc, "methodology");
	const struct dx_num *revenue = dx_output_num(o, &o->doc, "revenue_sar"), *value;

	if (methodology == NULL || strcmp(methodology, "comparable") != 0 || revenue == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		value = dx_num_div(o->n, dx_num_mul(o->n, revenue, dx_num_int(o->n, of[i].tenths)), dx_num_int(o->n, 10));
		dx_output_fill_num(o, &o->doc, of[i].name, value != NULL ? dx_num_round(o->n, value, 4) : NULL, 4);
	}
	dx_output_drop(&o->doc, "revenue_sar");
	return 0;
}

static int
synergies(struct output *o)
{
	const struct dx_num *revenue = dx_output_num(o, &o->doc, "revenue_synergies_sar"),
	    *cost = dx_output_num(o, &o->doc, "cost_synergies_sar"), *integration = dx_output_num(o, &o->doc, "integration_costs_sar");

	if (revenue != NULL && cost != NULL && integration != NULL)
		dx_output_fill_num(o, &o->doc, "net_synergy_sar", dx_num_sub(o->n, dx_num_add(o->n, revenue, cost), integration), 4);
	return 0;
}

static int
stop_loss(struct output *o)
{
	static const struct { const char *metric, *threshold, *action; int days; } usual[] = {
		{ "conversion", "5", "pause", 30 }, { "complaints", "10", "investigate", 14 }, { "revenue_vs_forecast", "50", "review", 60 },
		{ "violations", "1", "halt", 1 },
	};
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		struct dx_json m = dx_json_object();
		dx_json_put(o->a, &m, "metric", dx_json_text(usual[i].metric));
		dx_json_put(o->a, &m, "threshold", dx_json_text(usual[i].threshold));
		dx_json_put(o->a, &m, "action", dx_json_text(usual[i].action));
		dx_json_put(o->a, &m, "evaluation_period_days", dx_json_int(o->a, usual[i].days));
		dx_json_push(o->a, &list, m);
	}
	dx_output_fill(o, &o->doc, "metrics", list);
	dx_output_fill_bool(o, "active", true);
	return 0;
}

/* Basis points of actual over target, half to even, and what they mean. */
static int
weekly(struct output *o)
{
	const struct dx_num *actual = dx_output_num(o, &o->doc, "revenue_actual_sar"), *goal = dx_output_num(o, &o->doc, "revenue_target_sar"), *v;
	int64_t bp;

	if (actual == NULL || goal == NULL || dx_num_sign(goal) <= 0) {
		if (goal == NULL || dx_num_sign(goal) == 0)
			dx_output_fill_text(o, "health", "no_target");
		dx_output_fill(o, &o->doc, "variance_bp", dx_json_null());
		return 0;
	}
	v = dx_num_div(o->n, dx_num_mul(o->n, dx_num_sub(o->n, actual, goal), dx_num_int(o->n, 10000)), goal);
	if (v == NULL || !dx_num_int64(dx_num_round(o->n, v, 0), &bp))
		return 0;
	dx_output_fill_int(o, "variance_bp", bp);
	dx_output_fill_text(o, "health", bp >= -1000 ? "on_track" : "at_risk");
	return 0;
}

static int
checklist(struct output *o)
{
	if (count(o, "items") > 0)
		dx_output_fill_bool(o, "all_complete", count_status(o, "items", "done") == count(o, "items"));
	return 0;
}

/* --- approval packets --- */

static bool
is_among(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

/* The built-in table of page 6.1; what it does not know is of class B. */
static const char *
class_of(const char *action)
{
	static const char *const a[] = { "read_status", "collect_signals", "summarize", "classify", "tag", "internal_status_update",
	    "research", "generate_draft", "plan", "predictive_analysis", NULL }, *const b_plus[] = { "partner_data_sharing", NULL };

	return is_among(action, a) ? "A" : is_among(action, b_plus) ? "B+" : "B";
}

/* What the reviewers are told of a partner: the dossier's own words. */
static void
from_dossier(struct output *o)
{
	const struct dx_json *risks = dx_json_get(o->in->dossier, "risk_assessment");
	const char *name = dx_json_get_str(o->in->dossier, "partner_name"), *net = dx_json_get_str(o->in->economics, "net_value_sar");
	struct dx_buf text = { 0 };

	dx_output_fill_text(o, "action", "activate_partnership");
	dx_output_fill_text(o, "resource_type", "partner");
	dx_buf_printf(&text, "Activate the partnership with %s", name != NULL ? name : "the partner");
	if (net != NULL)
		dx_buf_printf(&text, "; net value %s SAR", net);
	dx_output_fill_text(o, "context", text.data);
	dx_buf_reset(&text);
	for (uint32_t i = 0; dx_json_is(risks, DX_JSON_ARRAY) && i < risks->count; i++)
		if (dx_json_str(&risks->u.items[i]) != NULL)
			dx_buf_printf(&text, "%s%s", i > 0 ? "; " : "", dx_json_str(&risks->u.items[i]));
	dx_output_fill_text(o, "risk_summary", text.len > 0 ? text.data : "the dossier states no risk");
	dx_output_fill_text(o, "reversibility", "partially_reversible");
	dx_buf_release(&text);
}

static int
approval(struct output *o)
{
	const char *action;

	if (o->in->dossier != NULL)
		from_dossier(o);
	action = dx_json_get_str(&o->doc, "action");
	if (action != NULL)
		dx_output_fill_text(o, "action_class", class_of(action));
	if (action != NULL && strcmp(action, "activate_partnership") == 0) {
		dx_output_fill_text(o, "priority", "high");
		if (dx_output_lacks(&o->doc, "sla_hours"))
			dx_output_fill_int(o, "warn_hours", 8);
		dx_output_fill_int(o, "sla_hours", 24);
	}
	dx_output_fill_text(o, "resource_id", o->in->trace_id);
	dx_output_fill_text(o, "tenant_id", o->in->tenant_id);
	dx_output_fill_text(o, "requested_by", o->in->requested_by);
	return 0;
}

int
dx_output_compute(struct output *o)
{
	static const struct { const char *kind; int (*fn)(struct output *o); } kinds[] = {
		{ "approval_packet", approval }, { "dd_plan", due_diligence }, { "economics_model", dx_output_economics },
		{ "exec_weekly_pack", weekly }, { "handoff_checklist", checklist }, { "lead_score_card", score_card },
		{ "pricing_decision_record", pricing }, { "proposal_pack", proposal }, { "stop_loss_policy", stop_loss },
		{ "synergy_model", synergies }, { "target_profile", target }, { "valuation_memo", valuation },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, o->in->kind) == 0)
			return kinds[i].fn(o);
	return 0;
}
