/* checks: gates that ran (dealix.gate.result.v1) as reports for people and machines (release-gates pages 1.5 and 14, rules page 5).
 * Reads finished documents; changes no outcome. */
#ifndef DX_REPORT_CHECKS_H
#define DX_REPORT_CHECKS_H

#include "check/gates.h"
#include "report/report.h"

/* All gates of a call, in any format but json and ndjson.  all: what dx_gates_document says of them.  one_line: text is the score line
 * alone. */
void	dx_report_checks(enum dx_format format, bool one_line, const struct dx_gate_run *g, size_t n, const struct dx_json *all,
	    struct dx_buf *out);

#endif
