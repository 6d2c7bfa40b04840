/* What the reports on gates share.  Within lib/report. */
#ifndef DX_REPORT_CHECKS_INNER_H
#define DX_REPORT_CHECKS_INNER_H

#include "report/checks.h"
#include "report/report_internal.h"

/* How a result counts outside: a harness, or a reader of JUnit, must come to the verdict of the gates. */
enum dx_outcome {
	DX_OUTCOME_GOOD,
	DX_OUTCOME_BAD,		/* FAIL or ERROR of a mandatory gate */
	DX_OUTCOME_WAIVED,
	DX_OUTCOME_OPTIONAL,	/* FAIL or ERROR of a gate that is not mandatory */
	DX_OUTCOME_SKIPPED	/* does not apply */
};
enum dx_outcome	dx_check_outcome(const struct dx_gate_run *g, const struct dx_result *r);

/* Unescaped: "reason: detail", and "waived KI-7, KI-8" with the reasons behind it when long. */
void	dx_check_why(const struct dx_result *r, struct dx_buf *out);
void	dx_check_waived(const struct dx_result *r, bool in_full, struct dx_buf *out);

void	dx_report_checks_text(bool one_line, const struct dx_gate_run *g, size_t n, const struct dx_json *all, struct dx_buf *out);
void	dx_report_checks_tap(const struct dx_gate_run *g, size_t n, struct dx_buf *out);
void	dx_report_checks_junit(const struct dx_gate_run *g, size_t n, struct dx_buf *out);
void	dx_report_checks_github(const struct dx_gate_run *g, size_t n, struct dx_buf *out);
void	dx_report_checks_sarif(const struct dx_gate_run *g, size_t n, struct dx_buf *out);

#endif
