/* cases: the cases of a test run, and remarks on a document, as reports for people and machines (rules page 4, evidence page 5).  Texts
 * come from documents; what is printed is masked here. */
#ifndef DX_REPORT_CASES_H
#define DX_REPORT_CASES_H

#include "base/buf.h"
#include "json/json.h"

/* One case.  Texts are borrowed. */
struct dx_case {
	const char	*group, *name;	/* group: its document */
	const char	*title;		/* for TAP, instead of "group: name"; NULL: those */
	const char	*message;	/* of a failure, in short */
	struct dx_buf	 why;		/* lines, masked already */
	bool		 ok;
};
/* Starts as { .suite = NAME }. */
struct dx_cases { const char *suite; struct dx_case *item; size_t count, room; };

/* Adds one; lent until the next is added. */
struct dx_case	*dx_cases_add(struct dx_cases *c, const char *group, const char *name, bool ok, const char *message);
/* A line of why it failed. */
void	dx_case_why(struct dx_case *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Those lines, a mark in front of each. */
void	dx_case_lines(const struct dx_case *c, const char *mark, struct dx_buf *out);
/* TAP 13, the plan first; why a case failed, and whatever else is to be said, as comments behind it. */
void	dx_cases_tap(const struct dx_cases *c, struct dx_buf *out);
void	dx_cases_junit(const struct dx_cases *c, struct dx_buf *out);
void	dx_cases_release(struct dx_cases *c);

/* {file, findings: [{severity, detail, at, code, line, column}]}, a line each; "FILE: none" when there are none (NULL: nothing). */
void	dx_report_findings(const struct dx_json *report, const char *none, struct dx_buf *out);

#endif
