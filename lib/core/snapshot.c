/* The snapshot of a decision as a document (decisions page 8.1), and back. */
#include <string.h>
#include "base/time.h"
#include "core/context.h"
#include "core/value.h"

static struct dx_json
cost(struct dx_arena *a, const struct dx_snapshot *s)
{
	struct dx_json days = dx_json_array(), o = dx_value_object(a, 2);

	for (unsigned i = 0; i < s->day_count; i++) {
		struct dx_json day = dx_value_object(a, 2);

		DX_PUT(&day, "amount", dx_value_money(a, s->days[i].amount, DX_MONTHLY));
		DX_PUT(&day, "date", dx_value_date(a, s->days[i].day));
		dx_json_push(a, &days, day);
	}
	DX_PUT(&o, "data_source_mode", dx_json_text(dx_cost_mode_names[s->cost_mode]));
	DX_PUT(&o, "days", days);
	return o;
}

struct dx_json
dx_snapshot_object(struct dx_arena *a, const struct dx_snapshot *s)
{
	struct dx_json o = dx_value_object(a, 9);

	if (s->has_budget)
		DX_PUT(&o, "budget", dx_value_two(a, "monthly_limit_usd", dx_value_money(a, s->budget_limit, DX_MONTHLY),
		    "scope_key", dx_json_text(s->budget_scope)));
	DX_PUT(&o, "committed", dx_value_two(a, "allocation_used_usd", dx_value_money(a, s->allocation_used, DX_MONTHLY),
	    "ceiling_used_usd", dx_value_money(a, s->ceiling_used, DX_MONTHLY)));
	DX_PUT(&o, "cost", cost(a, s));
	DX_PUT(&o, "emergency_credits_headroom_usd", dx_value_money(a, s->emergency_credits, DX_MONTHLY));
	if (s->enterprise_ceiling.given)
		DX_PUT(&o, "enterprise_ceiling", dx_value_opt(a, s->enterprise_ceiling));
	DX_PUT(&o, "now", dx_value_time(a, s->now));
	if (s->plan_ceiling.given)
		DX_PUT(&o, "plan_ceiling", dx_value_opt(a, s->plan_ceiling));
	DX_PUT(&o, "reserved_credits_headroom_usd", dx_value_money(a, s->reserved_credits, DX_MONTHLY));
	DX_PUT(&o, "tenant_tier", dx_json_text(s->tenant_tier));
	return o;
}

/* An amount that is not negative, as all of a snapshot are but the costs of a day. */
static bool
amount(const struct dx_json *o, const char *name, struct dx_money *out)
{
	return dx_value_read_money(dx_json_get(o, name), DX_MONTHLY, out) && out->micro >= 0;
}

static bool
ceiling(const struct dx_json *o, const char *name, struct dx_opt_money *out)
{
	out->given = dx_json_get(o, name) != NULL;
	return !out->given || amount(o, name, &out->m);
}

static bool
load_cost(const struct dx_json *o, struct dx_snapshot *out)
{
	const struct dx_json *days = dx_json_get(o, "days");
	int mode = dx_word(dx_cost_mode_names, dx_json_get_str(o, "data_source_mode"));

	if (mode < 0 || !dx_json_is(days, DX_JSON_ARRAY) || days->count > DX_COST_DAYS)
		return false;
	out->cost_mode = (enum dx_cost_mode)mode;
	for (; out->day_count < days->count; out->day_count++) {
		struct dx_cost_day *d = &out->days[out->day_count];
		const struct dx_json *item = dx_json_item(days, out->day_count);
		const char *date = dx_json_get_str(item, "date");

		if (date == NULL || !dx_date_parse(date, &d->day) || (out->day_count > 0 && d->day <= d[-1].day) ||
		    !dx_value_read_money(dx_json_get(item, "amount"), DX_MONTHLY, &d->amount))
			return false;
	}
	return true;
}

bool
dx_snapshot_load(const struct dx_json *object, struct dx_snapshot *out)
{
	const struct dx_json *used = dx_json_get(object, "committed"), *budget = dx_json_get(object, "budget");
	const char *now = dx_json_get_str(object, "now");

	memset(out, 0, sizeof *out);
	out->tenant_tier = dx_json_get_str(object, "tenant_tier");
	out->has_budget = budget != NULL;
	out->budget_scope = dx_json_get_str(budget, "scope_key");
	return now != NULL && dx_time_parse(now, &out->now, NULL) == 0 && out->tenant_tier != NULL &&
	    (budget == NULL || (out->budget_scope != NULL && amount(budget, "monthly_limit_usd", &out->budget_limit))) &&
	    ceiling(object, "plan_ceiling", &out->plan_ceiling) &&
	    ceiling(object, "enterprise_ceiling", &out->enterprise_ceiling) &&
	    amount(used, "ceiling_used_usd", &out->ceiling_used) &&
	    amount(used, "allocation_used_usd", &out->allocation_used) &&
	    amount(object, "reserved_credits_headroom_usd", &out->reserved_credits) &&
	    amount(object, "emergency_credits_headroom_usd", &out->emergency_credits) &&
	    load_cost(dx_json_get(object, "cost"), out);
}
