/* What other prices and other numbers of subscriptions would bring. */
#include <stdio.h>
#include <string.h>

#include "packet/inner.h"

#define SCENARIOS_MAX	1000

static const struct dx_num *
at_least_one(struct model *m, const struct dx_num *v)
{
	const struct dx_num *one = dx_num_int(m->n, 1);

	return dx_num_cmp(v, one) < 0 ? one : v;
}

static const struct dx_num *
multiplier(struct model *m, const struct dx_json *row, const char *at, const char *table, size_t tier)
{
	const struct dx_json *o = dx_finance_object(m, row, at, table);

	return o == NULL ? NULL : dx_finance_number(m, o, at, dx_finance_tiers[tier], "0", NULL);
}

/* One tier's part, added to the sums. */
static int
add_tier(struct model *m, const struct dx_json *row, const char *at, size_t i, const struct dx_num **effective, const struct dx_num **cost)
{
	struct dx_nums *n = m->n;
	const struct tier *t = &m->tier[i];
	const struct dx_num *one = dx_num_int(n, 1), *before = at_least_one(m, t->active), *active, *price, *eff, *llm, *support, *infra;
	const struct dx_num *more = multiplier(m, row, at, "subscription_multipliers_by_tier", i),
	    *dearer = more == NULL ? NULL : multiplier(m, row, at, "monthly_price_multipliers_by_tier", i);

	if (dearer == NULL)
		return -1;
	active = dx_num_mul(n, t->active, more);
	price = dx_num_mul(n, dx_num_div(n, t->gross, before), dearer);
	eff = dx_num_mul(n, dx_num_mul(n, active, price), dx_num_sub(n, one, dx_num_mul(n, t->mix, dx_num_sub(n, one, t->factor))));
	llm = dx_num_mul(n, dx_num_div(n, t->llm, before), active);
	support = dx_num_mul(n, dx_num_div(n, t->support, before), active);
	infra = dx_num_mul(n, dx_num_div(n, t->infra, at_least_one(m, t->effective)), eff);
	*effective = dx_num_add(n, *effective, eff);
	*cost = dx_num_add(n, *cost, dx_num_add(n, llm, dx_num_add(n, support, infra)));
	return 0;
}

static int
scenario(struct model *m, const struct dx_json *row, size_t index, struct scenario *out)
{
	const struct dx_num *effective = dx_num_int(m->n, 0), *cost = dx_num_int(m->n, 0);
	char at[96];

	(void)snprintf(at, sizeof(at), "assumptions/scenario_models/price_sensitivity/%zu", index);
	out->name = dx_json_get_str(row, "name");
	if (out->name == NULL || out->name[strspn(out->name, " \t")] == '\0')
		return dx_err_set_at(m->err, DX_R_PKT_NAME, at, "%s/name must be text", at);
	for (size_t i = 0; i < TIERS; i++)
		if (add_tier(m, row, at, i, &effective, &cost) != 0)
			return -1;
	out->margin = dx_finance_margin(m->n, effective, cost);
	out->effective = effective;
	return 0;
}

int
dx_finance_scenarios(struct model *m)
{
	const struct dx_json *models = dx_json_get(m->in->assumptions, "scenario_models"), *rows = dx_json_get(models, "price_sensitivity");

	if (models != NULL && !dx_json_is(models, DX_JSON_OBJECT))
		return dx_err_set_at(m->err, DX_R_PKT_OBJECT, "assumptions/scenario_models", "assumptions/scenario_models must be an object");
	if (rows == NULL)
		return 0;
	if (!dx_json_is(rows, DX_JSON_ARRAY) || rows->count > SCENARIOS_MAX)
		return dx_err_set_at(m->err, DX_R_PKT_OBJECT, "assumptions/scenario_models/price_sensitivity",
		    "assumptions/scenario_models/price_sensitivity must be a list of at most %d", SCENARIOS_MAX);
	m->scenario = dx_arena_alloc(m->a, dx_size_mul(rows->count, sizeof(*m->scenario)));
	for (; m->scenario_count < rows->count; m->scenario_count++)
		if (scenario(m, &rows->u.items[m->scenario_count], m->scenario_count, &m->scenario[m->scenario_count]) != 0)
			return -1;
	return 0;
}
