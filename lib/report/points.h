/* points: a verdict with the points it is made of, in any format: what verbs share whose answer is a list of things that are good, bad
 * or open (rules page 5, spec README 3).  Knows no document. */
#ifndef DX_REPORT_POINTS_H
#define DX_REPORT_POINTS_H

#include "report/report.h"

/* Open: neither good nor bad yet, so that the whole is not good; waived: bad, and let pass. */
enum dx_point_state { DX_POINT_GOOD, DX_POINT_OPEN, DX_POINT_BAD, DX_POINT_WAIVED };

/* Texts are borrowed, valid UTF-8, "" where there is nothing to say. */
struct dx_point {
	enum dx_point_state	 state;
	const char		*label;		/* for people: "NO_GO" */
	const char		*name;
	const char		*reason;	/* a code */
	const char		*detail;
};
struct dx_points {
	const char		*tool;		/* "dealix-gate" */
	const char		*suite;		/* what is judged */
	const struct dx_point	*item;
	size_t			 count;
	enum dx_point_state	 verdict;
	const char		*line;		/* the verdict: "DECISION: GO" */
};
/* Any format but json and ndjson.  The verdict is a point of its own, so that a reader of points alone sees it. */
void	dx_report_points(enum dx_format format, const struct dx_points *p, struct dx_buf *out);

#endif
