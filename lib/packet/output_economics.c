/* The economics model (release-gates page 11): net, payback, scenarios. */
#include <string.h>

#include "packet/output_inner.h"

/* 12 cost / upside to one place, half to even; without upside never, unless there is no cost. */
static void
payback(struct output *o, struct dx_json *object, const struct dx_num *upside, const struct dx_num *cost)
{
	const struct dx_num *months;

	if (dx_num_sign(upside) <= 0 && dx_num_sign(cost) != 0) {
		if (!dx_output_lacks(object, "payback_months"))
			return;
		dx_json_put(o->a, object, "payback_months", dx_json_null());
		dx_output_fill(o, object, "payback_reason", dx_json_text(dx_reason_code(DX_R_PAYBACK_NEVER)));
		return;
	}
	months = dx_num_sign(cost) == 0 ? cost : dx_num_div(o->n, dx_num_mul(o->n, dx_num_int(o->n, 12), cost), upside);
	dx_output_fill_num(o, object, "payback_months", months != NULL ? dx_num_round(o->n, months, 1) : NULL, 1);
}

static void
figures(struct output *o, struct dx_json *object, const struct dx_num *upside, const struct dx_num *cost)
{
	dx_output_fill_num(o, object, "net_value_sar", dx_num_sub(o->n, upside, cost), 4);
	payback(o, object, upside, cost);
}

/* The multiplier acts on the upside only. */
static void
scenario(struct output *o, struct dx_json *s, const struct dx_num *upside, const struct dx_num *cost)
{
	const struct dx_num *m = dx_output_num(o, s, "multiplier"), *own;

	if (m == NULL || (own = dx_num_mul(o->n, upside, m)) == NULL)
		return;
	own = dx_num_round(o->n, own, 4);
	dx_output_fill_num(o, s, "revenue_upside_sar", own, 4);
	figures(o, s, own, cost);
}

/* They come as `scenarios`, and as `sensitivity_scenarios` from a document that is made anew. */
static int
rename_scenarios(struct output *o)
{
	const struct dx_json *given = dx_json_get(&o->doc, "scenarios");
	struct dx_json list;

	if (given == NULL)
		return 0;
	if (dx_json_get(&o->doc, "sensitivity_scenarios") != NULL)
		return dx_err_set_at(o->err, DX_R_FIELD_INVALID, "/scenarios", "scenarios and sensitivity_scenarios exclude each other");
	list = *given;
	dx_output_drop(&o->doc, "scenarios");
	dx_json_put(o->a, &o->doc, "sensitivity_scenarios", list);
	return 0;
}

/* The nets have the sign; what they are made of has none. */
static int
refuse_negative(struct output *o, const struct dx_num *v, const char *at)
{
	if (v == NULL || dx_num_sign(v) >= 0)
		return 0;
	return dx_err_set_at(o->err, DX_R_MONEY_NEGATIVE, at, "%s must be 0 or more", at + 1);
}

int
dx_output_economics(struct output *o)
{
	const struct dx_num *upside, *cost;
	struct dx_json assumptions = dx_json_array(), *list;

	if (rename_scenarios(o) != 0)
		return -1;
	if (o->in->dossier != NULL && dx_json_get(o->in->dossier, "revenue_potential_sar") != NULL)
		dx_output_fill(o, &o->doc, "revenue_upside_sar", *dx_json_get(o->in->dossier, "revenue_potential_sar"));
	if (o->in->dossier != NULL)
		dx_output_fill_text(o, "entity_type", "partnership");
	dx_output_fill_text(o, "entity_id", o->in->trace_id);
	dx_output_fill(o, &o->doc, "sensitivity_scenarios", dx_json_array());
	upside = dx_output_num(o, &o->doc, "revenue_upside_sar");
	cost = dx_output_num(o, &o->doc, "cost_sar");
	if (refuse_negative(o, upside, "/revenue_upside_sar") != 0 || refuse_negative(o, cost, "/cost_sar") != 0)
		return -1;
	if (upside != NULL && cost != NULL)
		figures(o, &o->doc, upside, cost);
	list = dx_output_member(&o->doc, "sensitivity_scenarios");
	for (uint32_t i = 0; upside != NULL && cost != NULL && list->type == DX_JSON_ARRAY && i < list->count; i++)
		if (list->u.items[i].type == DX_JSON_OBJECT)
			scenario(o, &list->u.items[i], upside, cost);
	dx_json_push(o->a, &assumptions, dx_json_text("revenue_upside_sar is what twelve months bring; cost_sar is spent once"));
	dx_json_push(o->a, &assumptions, dx_json_text("a scenario's multiplier acts on the upside only"));
	dx_output_fill(o, &o->doc, "assumptions", assumptions);
	return 0;
}
