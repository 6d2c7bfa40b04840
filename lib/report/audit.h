/* audit: reports of truth registers and of documents (release-gates pages 13.1, 13.2) for people and machines.  Reads finished
 * documents; changes no outcome. */
#ifndef DX_REPORT_AUDIT_H
#define DX_REPORT_AUDIT_H

#include "report/report.h"

/* A finding is {code, detail, file?, line?, column?, at?}. */
struct dx_audit_report {
	const char	*name;				/* "register", "docs" */
	const struct dx_json *checks;			/* object: name -> "PASS" or "FAIL" */
	const struct dx_json *errors, *warnings;	/* arrays; warnings may be NULL */
	const char	*summary;			/* last line of text, without its end */
	bool		 passes;
};
/* In any format but json and ndjson. */
void	dx_report_audit(enum dx_format format, const struct dx_audit_report *r, struct dx_buf *out);

#endif
