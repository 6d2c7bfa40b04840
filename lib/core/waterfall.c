#include <string.h>
#include "core/value.h"
#include "core/waterfall.h"

static const char *const stage_names[] = {
	"plan_limit", "project_allocation", "reserved_credits", "org_emergency_credits", "enterprise_ceiling"
};

static struct dx_money
less(struct dx_money a, struct dx_money b)
{
	return a.micro < b.micro ? a : b;
}

static void
row(struct dx_waterfall *w, enum dx_stage stage, const char *status, struct dx_opt_money available, int64_t consumed,
    int64_t remaining)
{
	w->row[stage] = (struct dx_stage_row){ status, available, { consumed }, { remaining } };
	w->row_count = (unsigned)stage + 1;
}

/* Takes what it can from *rest. */
static struct dx_money
take(struct dx_waterfall *w, enum dx_stage stage, struct dx_money available, int64_t *rest)
{
	struct dx_money taken = less((struct dx_money){ *rest }, available);
	const char *status = available.micro == 0 ? "skipped" : *rest == taken.micro ? "pass" : "partial";

	*rest -= taken.micro;
	row(w, stage, status, (struct dx_opt_money){ true, available }, taken.micro, *rest);
	return taken;
}

/* True when the plan limit stops it. */
static bool
plan(const struct dx_waterfall_in *in, struct dx_waterfall *w)
{
	int64_t r = in->requested.micro;

	if (in->plan.given && r > in->plan.m.micro) {
		row(w, DX_STAGE_PLAN, "fail", in->plan, 0, r);
		w->reason = DX_R_PLAN_LIMIT_EXCEEDED;
		w->first_limiting_stage = stage_names[DX_STAGE_PLAN];
		return true;
	}
	row(w, DX_STAGE_PLAN, in->plan.given ? "pass" : "skipped", in->plan, r, r);
	return false;
}

static void
allocate(const struct dx_waterfall_in *in, struct dx_waterfall *w, int64_t *rest)
{
	if (!in->allocation.given) {		/* no budget: the stage absorbs everything */
		row(w, DX_STAGE_ALLOCATION, "skipped", in->allocation, *rest, 0);
		*rest = 0;
		return;
	}
	w->allocation = less((struct dx_money){ *rest }, in->allocation.m);
	*rest -= w->allocation.micro;
	row(w, DX_STAGE_ALLOCATION, *rest == 0 ? "pass" : "partial", in->allocation, w->allocation.micro, *rest);
}

void
dx_waterfall(const struct dx_waterfall_in *in, struct dx_waterfall *out)
{
	int64_t total = in->requested.micro, rest;
	bool over = in->enterprise.given && total > in->enterprise.m.micro;

	memset(out, 0, sizeof *out);
	if (plan(in, out))
		return;
	if (over)
		total = in->enterprise.m.micro;
	rest = total;
	allocate(in, out, &rest);
	out->reserved = take(out, DX_STAGE_RESERVED, in->reserved, &rest);
	out->emergency = take(out, DX_STAGE_EMERGENCY, in->emergency, &rest);
	row(out, DX_STAGE_ENTERPRISE, over ? "fail" : in->enterprise.given ? "pass" : "skipped", in->enterprise, total,
	    in->requested.micro - total);
	if (rest > 0) {
		out->reason = DX_R_BUDGET_EXCEEDED;
		out->first_limiting_stage = stage_names[DX_STAGE_ALLOCATION];
	} else if (over) {
		out->reason = DX_R_ENTERPRISE_CEILING_EXCEEDED;
		out->first_limiting_stage = stage_names[DX_STAGE_ENTERPRISE];
	}
}

struct dx_json
dx_waterfall_trace(struct dx_arena *a, const struct dx_waterfall *w)
{
	struct dx_json trace = dx_json_array();

	for (unsigned i = 0; i < w->row_count; i++) {
		const struct dx_stage_row *r = &w->row[i];
		struct dx_json o = dx_value_object(a, 5);

		DX_PUT(&o, "available_usd", r->available.given ?
		    dx_value_money(a, r->available.m, DX_MONTHLY) : dx_json_text("unbounded"));
		DX_PUT(&o, "consumed_usd", dx_value_money(a, r->consumed, DX_MONTHLY));
		DX_PUT(&o, "remaining_after_stage_usd", dx_value_money(a, r->remaining, DX_MONTHLY));
		DX_PUT(&o, "stage", dx_json_text(stage_names[i]));
		DX_PUT(&o, "status", dx_json_text(r->status));
		dx_json_push(a, &trace, o);
	}
	return trace;
}
