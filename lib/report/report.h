/* report: decisions as reports for people and machines (rules page 5, spec README 3): text, SARIF 2.1.0, JUnit, TAP, GitHub
 * annotations.  Reads finished documents; changes no outcome. */
#ifndef DX_REPORT_REPORT_H
#define DX_REPORT_REPORT_H

#include "base/buf.h"
#include "json/json.h"

struct dx_err;

enum dx_format { DX_FORMAT_JSON, DX_FORMAT_NDJSON, DX_FORMAT_TEXT, DX_FORMAT_SARIF, DX_FORMAT_JUNIT, DX_FORMAT_TAP, DX_FORMAT_GITHUB };
extern const char *const dx_format_names[];	/* "json", "ndjson", "text", "sarif", "junit", "tap", "github", NULL */

/* One report of a run.  What a format can write at once goes to `out` at once; sarif and junit write at the end. */
struct dx_report;
/* batch: several documents are expected, each has its line. */
struct dx_report	*dx_report_new(enum dx_format format, bool batch);
/* A rule document (dealix.rules.v1) that judged, for titles and help; borrowed until the end. */
void	dx_report_rules(struct dx_report *r, const struct dx_json *rules);
/* A reply (dealix.gate.decision.v1); its findings may carry line, column and file.  line: of the batch, 0 otherwise. */
void	dx_report_decision(struct dx_report *r, const struct dx_json *reply, unsigned line, struct dx_buf *out);
/* A refused line. */
void	dx_report_error(struct dx_report *r, const struct dx_err *why, unsigned line, struct dx_buf *out);
void	dx_report_end(struct dx_report *r, struct dx_buf *out);	/* writes the rest */
void	dx_report_free(struct dx_report *r);

#endif
