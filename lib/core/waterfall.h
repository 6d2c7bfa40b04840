/* waterfall: the five stages of entitlement (decisions page 8.4).  Pure arithmetic. */
#ifndef DX_CORE_WATERFALL_H
#define DX_CORE_WATERFALL_H

#include "base/reason.h"
#include "core/money.h"
#include "core/policy.h"
#include "json/json.h"

struct dx_waterfall_in {
	struct dx_money		requested;
	struct dx_opt_money	plan, allocation, enterprise;	/* headrooms; not given: none */
	struct dx_money		reserved, emergency;
};

enum dx_stage { DX_STAGE_PLAN, DX_STAGE_ALLOCATION, DX_STAGE_RESERVED, DX_STAGE_EMERGENCY, DX_STAGE_ENTERPRISE };

struct dx_stage_row {
	const char		*status;		/* pass, fail, partial, skipped; static */
	struct dx_opt_money	 available;		/* not given: unbounded */
	struct dx_money		 consumed, remaining;
};

struct dx_waterfall {
	enum dx_reason		reason;			/* DX_OK, plan_limit_exceeded, budget_exceeded, enterprise_ceiling_exceeded */
	const char		*first_limiting_stage;	/* NULL, or as D21; static */
	struct dx_money		allocation, reserved, emergency;	/* a, r, e */
	unsigned		row_count;		/* 1 when the plan limit stopped it, else 5 */
	struct dx_stage_row	row[5];
};

void	dx_waterfall(const struct dx_waterfall_in *in, struct dx_waterfall *out);
struct dx_json	dx_waterfall_trace(struct dx_arena *a, const struct dx_waterfall *w);

#endif
