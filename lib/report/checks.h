/* checks: results of gate documents and plans (dealix.gate.result.v1) as reports for people and machines (release-gates page 1.5,
 * rules page 5).  Reads finished documents; changes no outcome. */
#ifndef DX_REPORT_CHECKS_H
#define DX_REPORT_CHECKS_H

#include "check/plan.h"
#include "check/result.h"
#include "report/report.h"

/* One document of the run. */
struct dx_checks {
	const struct dx_json	*document;	/* dealix.gate.result.v1 */
	struct dx_score		 score;
	const char		*title, *score_label, *ready_label;	/* labels NULL: SCORE, READY */
	const struct dx_check_group *group;	/* of a gate document, for text; NULL: none */
	size_t			 group_count;
};
/* All of them, in any format but json and ndjson.  one_line: text is the score line alone. */
void	dx_report_checks(enum dx_format format, bool one_line, const struct dx_checks *c, size_t n, struct dx_buf *out);
/* The texts of a result's detail, "; " between them. */
void	dx_report_check_detail(const struct dx_json *result, struct dx_buf *out);
void	dx_report_checks_sarif(const struct dx_checks *c, size_t n, struct dx_buf *out);

#endif
