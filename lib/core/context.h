/* context: the computed context of daily costs, and risk (decisions pages 9 and 10).  Pure. */
#ifndef DX_CORE_CONTEXT_H
#define DX_CORE_CONTEXT_H

#include "core/money.h"
#include "core/policy.h"
#include "core/request.h"
#include "core/words.h"

#define DX_COST_DAYS	36		/* [today-35, today] */

struct dx_cost_day { int64_t day; struct dx_money amount; };	/* days since 1970; may be negative */

/* Everything decide() reads from a store (page 8.1). */
struct dx_snapshot {
	int64_t		 now;				/* microseconds */
	const char	*tenant_tier;
	struct dx_opt_money	plan_ceiling, enterprise_ceiling;	/* of the tier */
	struct dx_money	 ceiling_used, allocation_used;
	bool		 has_budget;
	const char	*budget_scope;
	struct dx_money	 budget_limit;
	struct dx_money	 reserved_credits, emergency_credits;	/* headrooms */
	enum dx_cost_mode	cost_mode;
	unsigned	 day_count;
	struct dx_cost_day	days[DX_COST_DAYS];		/* ascending, at most one a day */
};

struct dx_context {
	enum dx_cost_mode	mode;
	int64_t		 month_first, month_last;	/* days since 1970 */
	int		 elapsed_days, total_days, observed_days;
	int64_t		 latest_day;			/* INT64_MIN: none */
	int64_t		 age_days;			/* -1: none */
	struct dx_money	 mtd, burn, forecast, anomaly_delta;
	bool		 has_percent;
	int64_t		 percent;			/* hundredths of a percent */
	const char	*anomaly_kind;			/* NULL, "new_spend", "spike" */
	bool		 overflow;			/* money_overflow: fail-safe */
	/* risk */
	const char	*risk_class;			/* "low", "medium", "high" */
	int		 risk_score;
	unsigned	 factor_count;
	const char	*factors[8];			/* static, in page order */
};

void	dx_context_compute(const struct dx_snapshot *s, struct dx_context *out);
/* Fills the risk members; needs a finished request and a computed context. */
void	dx_context_risk(const struct dx_request *r, struct dx_context *c);
/* The computed_context object of the reply, generated_at = now. */
struct dx_json	dx_context_object(struct dx_arena *a, const struct dx_context *c, int64_t now, int64_t policy_version);
/* Digest of the object without generated_at (D28), as a text. */
struct dx_json	dx_context_digest(struct dx_arena *a, const struct dx_json *object);
struct dx_json	dx_snapshot_object(struct dx_arena *a, const struct dx_snapshot *s);
/* A snapshot again from its object.  False when it is not one. */
bool	dx_snapshot_load(const struct dx_json *object, struct dx_snapshot *out);

#endif
