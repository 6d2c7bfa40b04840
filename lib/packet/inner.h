/* What the files of packet share.  Nobody else includes it. */
#ifndef DX_PACKET_INNER_H
#define DX_PACKET_INNER_H

#include "base/err.h"
#include "num/num.h"
#include "packet/finance.h"

#define TIERS	4
extern const char *const dx_finance_tiers[TIERS];

struct tier {
	const struct dx_num *price, *factor, *mix, *active, *dunning, *p95;	/* as read */
	const struct dx_num *gross, *effective, *llm, *infra, *support;		/* rounded to cents */
	const struct dx_num *margin;						/* percent; NULL: no revenue */
};
enum metric { BLENDED, P95_SHARE, DISCOUNT, GROWTH_DELTA, PRO_DELTA, STRESS, METRICS };
extern const char *const dx_finance_metrics[METRICS];
enum threshold { MIN_BLENDED, MAX_P95, MAX_DISCOUNT, MIN_GROWTH, MIN_PRO, MIN_STRESS, THRESHOLDS };
extern const char *const dx_finance_thresholds[THRESHOLDS];
#define GATES	5
extern const char *const dx_finance_gates[GATES];

struct scenario { const char *name; const struct dx_num *effective, *margin /* NULL: no revenue */; };
struct model {
	const struct dx_finance_in *in;
	struct dx_arena		*a;
	struct dx_nums		*n;
	struct dx_err		*err;
	struct tier		 tier[TIERS];
	struct tier		 sum;		/* gross, effective, llm, infra, support */
	const struct dx_num	*metric[METRICS], *threshold[THRESHOLDS], *multiplier;
	int64_t			 closes;	/* required */
	struct dx_json		 history;	/* with the current close */
	bool			 gate[GATES];
	struct scenario		*scenario;
	size_t			 scenario_count;
	const struct dx_num	*tco;
};

/* Reading: NULL and an error when it is not there, no number, below min or above max (NULL: no bound). */
const struct dx_num	*dx_finance_number(struct model *m, const struct dx_json *object, const char *at, const char *name, const char *min,
			    const char *max);
const struct dx_json	*dx_finance_object(struct model *m, const struct dx_json *parent, const char *at, const char *name);
int	dx_finance_read(struct model *m);
int	dx_finance_scenarios(struct model *m);
/* (revenue - cost) / revenue * 100; NULL without revenue. */
const struct dx_num	*dx_finance_margin(struct dx_nums *n, const struct dx_num *revenue, const struct dx_num *cost);
struct dx_json	dx_finance_json(struct dx_arena *a, const struct dx_num *v, unsigned places);	/* null for NULL */
void	dx_finance_documents(struct model *m, struct dx_finance *out);

#endif
