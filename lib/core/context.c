#include <string.h>
#include "base/time.h"
#include "core/context.h"
#include "core/value.h"

#define CONTEXT_VERSION	"enforcement_computed_context_v1"
#define LOOK_BACK	35		/* days before today */
#define BASELINE_DAYS	7
#define ANOMALY_MIN	INT64_C(100000000)	/* micro-USD */
#define SPIKE_PERCENT	3000		/* hundredths of a percent */
#define QUANTUM		100		/* micro-USD of the fourth decimal */

/* n/d at four decimals. */
static struct dx_money
per(struct dx_money m, int64_t d)
{
	return (struct dx_money){ dx_round_div(m.micro / QUANTUM, d) * QUANTUM };
}

static bool
totals(const struct dx_snapshot *s, int64_t today, struct dx_context *c, struct dx_money *now, struct dx_money *week)
{
	for (unsigned i = 0; i < s->day_count; i++) {
		const struct dx_cost_day *d = &s->days[i];

		if (d->day < today - LOOK_BACK || d->day > today)
			continue;
		c->latest_day = d->day;
		if (d->day == today)
			*now = d->amount;
		else if (d->day >= today - BASELINE_DAYS && !dx_money_add(*week, d->amount, week))
			return false;
		if (d->day < c->month_first)
			continue;
		if (!dx_money_add(c->mtd, d->amount, &c->mtd))
			return false;
		if (d->amount.micro > 0)
			c->observed_days++;
	}
	return true;
}

static bool
anomaly(struct dx_context *c, struct dx_money now, struct dx_money week)
{
	struct dx_money baseline = per(week, BASELINE_DAYS);
	dx_int128 scaled;

	if (!dx_money_sub(now, baseline, &c->anomaly_delta))
		return false;
	if (baseline.micro <= 0) {
		if (now.micro >= ANOMALY_MIN)
			c->anomaly_kind = "new_spend";
		return true;
	}
	scaled = (dx_int128)c->anomaly_delta.micro * 10000;
	if (scaled / baseline.micro >= INT64_MAX || scaled / baseline.micro <= -INT64_MAX)
		return false;
	c->has_percent = true;
	c->percent = dx_round_div(scaled, baseline.micro);
	if (c->anomaly_delta.micro >= ANOMALY_MIN && c->percent >= SPIKE_PERCENT)
		c->anomaly_kind = "spike";
	return true;
}

static bool
figures(const struct dx_snapshot *s, int64_t today, struct dx_context *c)
{
	struct dx_money now = { 0 }, week = { 0 };
	dx_int128 forecast;

	if (!totals(s, today, c, &now, &week))
		return false;
	if (c->latest_day != INT64_MIN)
		c->age_days = today - c->latest_day;
	c->burn = per(c->mtd, c->elapsed_days);
	forecast = (dx_int128)c->burn.micro * c->total_days;
	if (forecast > INT64_MAX || forecast < -INT64_MAX)
		return false;
	c->forecast.micro = (int64_t)forecast;
	return anomaly(c, now, week);
}

static void
calendar(struct dx_context *c, int64_t today)
{
	int64_t next;

	memset(c, 0, sizeof *c);
	dx_month_of(today, &c->month_first, &next);
	c->month_last = next - 1;
	c->elapsed_days = (int)(today - c->month_first) + 1;
	c->total_days = (int)(next - c->month_first);
	c->latest_day = INT64_MIN;
	c->age_days = -1;
}

void
dx_context_compute(const struct dx_snapshot *s, struct dx_context *out)
{
	int64_t today = dx_day_of(s->now);

	calendar(out, today);
	out->mode = s->cost_mode;
	if (s->cost_mode == DX_COST_NONE || s->cost_mode == DX_COST_UNAVAILABLE || figures(s, today, out))
		return;
	calendar(out, today);			/* no half-made figures */
	out->mode = DX_COST_UNAVAILABLE;
	out->overflow = true;
}

static struct dx_json
percent(struct dx_arena *a, const struct dx_context *c)
{
	uint64_t n = c->percent < 0 ? -(uint64_t)c->percent : (uint64_t)c->percent;

	if (!c->has_percent)
		return dx_json_null();
	return dx_json_text(dx_arena_printf(a, "%s%llu.%02u", c->percent < 0 ? "-" : "",
	    (unsigned long long)(n / 100), (unsigned)(n % 100)));
}

static struct dx_json
factors(struct dx_arena *a, const struct dx_context *c)
{
	struct dx_json list = dx_json_array();

	for (unsigned i = 0; i < c->factor_count; i++)
		dx_json_push(a, &list, dx_json_text(c->factors[i]));
	return list;
}

struct dx_json
dx_context_object(struct dx_arena *a, const struct dx_context *c, int64_t now, int64_t policy_version)
{
	struct dx_json o = dx_value_object(a, 22);
	bool dated = c->latest_day != INT64_MIN;

	DX_PUT(&o, "anomaly_delta_usd", dx_value_money(a, c->anomaly_delta, DX_MONTHLY));
	DX_PUT(&o, "anomaly_kind", dx_json_text(c->anomaly_kind));
	DX_PUT(&o, "anomaly_percent", percent(a, c));
	DX_PUT(&o, "anomaly_signal", dx_json_bool(c->anomaly_kind != NULL));
	DX_PUT(&o, "burn_rate_daily_usd", dx_value_money(a, c->burn, DX_MONTHLY));
	DX_PUT(&o, "context_version", dx_json_text(CONTEXT_VERSION));
	DX_PUT(&o, "cost_data_age_days", dated ? dx_json_int(a, c->age_days) : dx_json_null());
	DX_PUT(&o, "data_source_mode", dx_json_text(dx_cost_mode_names[c->mode]));
	DX_PUT(&o, "forecast_eom_usd", dx_value_money(a, c->forecast, DX_MONTHLY));
	DX_PUT(&o, "generated_at", dx_value_time(a, now));
	DX_PUT(&o, "latest_cost_date", dated ? dx_value_date(a, c->latest_day) : dx_json_null());
	DX_PUT(&o, "month_elapsed_days", dx_json_int(a, c->elapsed_days));
	DX_PUT(&o, "month_end", dx_value_date(a, c->month_last));
	DX_PUT(&o, "month_start", dx_value_date(a, c->month_first));
	DX_PUT(&o, "month_total_days", dx_json_int(a, c->total_days));
	DX_PUT(&o, "mtd_spend_usd", dx_value_money(a, c->mtd, DX_MONTHLY));
	DX_PUT(&o, "observed_cost_days", dx_json_int(a, c->observed_days));
	DX_PUT(&o, "policy_version", dx_json_int(a, policy_version));
	DX_PUT(&o, "risk_class", dx_json_text(c->risk_class));
	DX_PUT(&o, "risk_factors", factors(a, c));
	DX_PUT(&o, "risk_score", dx_json_int(a, c->risk_score));
	return o;
}

struct dx_json
dx_context_digest(struct dx_arena *a, const struct dx_json *object)
{
	struct dx_json o = dx_value_object(a, object->count);

	for (uint32_t i = 0; i < object->count; i++)
		if (strcmp(object->u.members[i].name, "generated_at") != 0)
			o.u.members[o.count++] = object->u.members[i];
	o.flags = object->flags;
	return dx_value_digest(a, &o);
}
