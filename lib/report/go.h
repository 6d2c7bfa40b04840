/* go: decisions on releases and verdicts on their phases as points (release-gates page 5).  Reads finished documents. */
#ifndef DX_REPORT_GO_H
#define DX_REPORT_GO_H

#include "report/points.h"

/* Of dealix.go.decision.v1: one point an item, those of risks and sign-offs, and the decision. */
void	dx_report_go(enum dx_format format, const struct dx_json *document, struct dx_buf *out);
/* Of dealix.phase_verdict.v1: one point a reason, and the verdict. */
void	dx_report_phase(enum dx_format format, const struct dx_json *document, struct dx_buf *out);

#endif
