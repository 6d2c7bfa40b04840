/* report: decisions and verdicts on evidence as reports for people and machines (rules page 5, evidence page 2.4, spec README 3):
 * text, SARIF 2.1.0, JUnit, TAP, GitHub annotations.  Reads finished documents; changes no outcome. */
#ifndef DX_REPORT_REPORT_H
#define DX_REPORT_REPORT_H

#include <stdbool.h>

#include "base/buf.h"
#include "json/json.h"

struct dx_err;

enum dx_format { DX_FORMAT_JSON, DX_FORMAT_NDJSON, DX_FORMAT_TEXT, DX_FORMAT_SARIF, DX_FORMAT_JUNIT, DX_FORMAT_TAP, DX_FORMAT_GITHUB };
extern const char *const dx_format_names[];	/* "json", "ndjson", "text", "sarif", "junit", "tap", "github", NULL */

/* One report of a run.  What a format can write at once goes to `out` at once; sarif and junit write at the end. */
struct dx_report;
/* batch: several documents are expected, each has its line. */
struct dx_report	*dx_report_new(enum dx_format format, bool batch);
/* One of verdicts on evidence instead of decisions. */
struct dx_report	*dx_report_new_evidence(enum dx_format format);
/* Of one artifact: dealix.evidence.report.v1, or dealix.verify.report.v1 of a document. */
void	dx_report_evidence(struct dx_report *r, const struct dx_json *report, struct dx_buf *out);
/* A rule document (dealix.rules.v1) that judged, for titles and help; borrowed until the end. */
void	dx_report_rules(struct dx_report *r, const struct dx_json *rules);
/* A reply (dealix.gate.decision.v1); its findings may carry line, column and file.  line: of the batch, 0 otherwise. */
void	dx_report_decision(struct dx_report *r, const struct dx_json *reply, unsigned line, struct dx_buf *out);
/* The answer to an action request (dealix.action.decision.v1), in the same places. */
bool	dx_report_is_action(const struct dx_json *reply);
void	dx_report_action(struct dx_report *r, const struct dx_json *reply, unsigned line, struct dx_buf *out);
/* A refused line, or an artifact without a report (line 0; its text names the file). */
void	dx_report_error(struct dx_report *r, const struct dx_err *why, unsigned line, struct dx_buf *out);
void	dx_report_end(struct dx_report *r, struct dx_buf *out);	/* writes the rest */
void	dx_report_free(struct dx_report *r);

#endif
