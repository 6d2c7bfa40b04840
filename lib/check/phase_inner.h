/* Parts of lib/check/phase*.c among themselves: the table of release-gates page 5.2. */
#ifndef DX_CHECK_PHASE_INNER_H
#define DX_CHECK_PHASE_INNER_H

#include "check/phase.h"

enum dx_metric { DX_M_ERRORS, DX_M_SLA, DX_M_DOWN, DX_M_HEALTH, DX_M_QUEUE, DX_M_CONNECTIONS, DX_M_P95, DX_M_P99 };
extern const char *const dx_metrics[DX_METRICS];

/* Bad of whole: good while bad / whole < good_num / good_den, a roll back from above back_num / back_den on (back_den 0: never).  At
 * exactly a threshold neither holds. */
struct dx_threshold {
	enum dx_phase	phase;
	enum dx_metric	metric;
	bool		each;		/* each sample by itself; else the sums of the window */
	int64_t		good_num, good_den, back_num, back_den;
	enum dx_reason	back;
};
#define DX_THRESHOLDS	11
extern const struct dx_threshold dx_thresholds[DX_THRESHOLDS];

struct dx_phase_rule {
	int64_t		window_us;	/* of the whole phase */
	int64_t		step_us;	/* of one step */
	int64_t		least;		/* requests that show anything */
	unsigned	needs;		/* members of each sample, bits */
	unsigned	back;		/* incidents that roll back, bits; others hold */
	int		back_step;	/* where that leads */
};
extern const struct dx_phase_rule dx_phase_rules[DX_PHASE_COUNT];

/* bad and whole of a metric, of the counts of a sample or the sums of a window. */
void	dx_metric_parts(enum dx_metric m, const int64_t counts[static DX_S_COUNT], int64_t *bad, int64_t *whole);
/* Whether a sample has all that the metric is made of. */
bool	dx_metric_there(enum dx_metric m, unsigned has);
bool	dx_metric_good(const struct dx_threshold *t, int64_t bad, int64_t whole);
/* least: fewer than so many count as so many, so that one error of two requests is no rate of 50 %. */
bool	dx_metric_back(const struct dx_threshold *t, int64_t bad, int64_t whole, int64_t least);

#define DX_GAP_US	(INT64_C(300) * 1000000)	/* samples may be so far apart */
#define DX_AHEAD_US	(INT64_C(300) * 1000000)	/* what a clock may be ahead of ours */

#endif
