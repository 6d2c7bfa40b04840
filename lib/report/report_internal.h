/* What the files of report share: one vtable of functions a format. */
#ifndef DX_REPORT_INTERNAL_H
#define DX_REPORT_INTERNAL_H

#include "base/err.h"
#include "report/report.h"

/* One answer of the run, kept for formats that write at the end. */
struct dx_report_item {
	struct dx_json	 reply;		/* a copy of its own; null type: refused */
	struct dx_err	 err;
	unsigned	 line;
};

struct dx_report {
	enum dx_format	 format;
	bool		 batch;
	bool		 evidence;	/* of artifacts, not of decisions */
	struct dx_arena	 arena;
	struct dx_json	 rules;		/* array of rule documents */
	struct dx_report_item	*item;
	size_t		 count, room;
	unsigned	 number;	/* tap: of the last line; also how many cases */
};

/* Each writes one answer (text, tap, github) or all that were kept (sarif, junit). */
void	dx_report_text(const struct dx_json *reply, unsigned line, struct dx_buf *out);
void	dx_report_tap(struct dx_report *r, const struct dx_json *reply, struct dx_buf *out);
void	dx_report_tap_error(struct dx_report *r, const struct dx_err *why, unsigned line, struct dx_buf *out);
void	dx_report_github(const struct dx_json *reply, struct dx_buf *out);
void	dx_report_github_error(const struct dx_err *why, unsigned line, struct dx_buf *out);
void	dx_report_sarif(const struct dx_report *r, struct dx_buf *out);
void	dx_report_junit(const struct dx_report *r, struct dx_buf *out);

/* The same of evidence. */
void	dx_report_evidence_text(const struct dx_json *report, struct dx_buf *out);
void	dx_report_evidence_tap(struct dx_report *r, const struct dx_json *report, struct dx_buf *out);
void	dx_report_evidence_github(const struct dx_json *report, struct dx_buf *out);
void	dx_report_evidence_junit(const struct dx_report *r, struct dx_buf *out);
void	dx_report_evidence_sarif(const struct dx_report *r, struct dx_buf *out);

/* A failure of a report on evidence, or a finding of one on a document: lent texts, "" where there is none, line and column 0. */
struct dx_report_failure {
	const char	*rule, *path, *at, *message, *expected, *found, *remedy;
	int64_t		 line, column;
	bool		 warning;
};
uint32_t	dx_report_failures(const struct dx_json *report);	/* how many */
struct dx_report_failure	dx_report_failure(const struct dx_json *report, uint32_t i);
enum dx_reason	dx_report_reason(const char *rule);
bool	dx_report_evidence_passes(const struct dx_json *report);
/* "slo_burn slo.json", unescaped: the kind and the files; and "pass, strict, 12 rules judged". */
void	dx_report_evidence_subject(const struct dx_json *report, struct dx_buf *out);
void	dx_report_evidence_verdict(const struct dx_json *report, struct dx_buf *out);
/* "message, expected X, found Y", unescaped. */
void	dx_report_failure_text(const struct dx_report_failure *f, struct dx_buf *out);

/* Parts of the formats. */
void	dx_junit_open(struct dx_buf *out, const char *class_name, const char *name);
void	dx_junit_failure(struct dx_buf *out, const char *message, const char *text);
void	dx_junit_error(struct dx_buf *out, const struct dx_err *why);

/* Member as text, "" when absent. */
const char	*dx_report_member(const struct dx_json *o, const char *name);
/* "DENY: budget_exceeded, rule_denied" */
void	dx_report_verdict(const struct dx_json *reply, struct dx_buf *out);
/* False for DENY and REQUIRE_APPROVAL: what makes a case `decision` fail. */
bool	dx_report_passes(const struct dx_json *reply);
/* Findings of one rule in a reply: how many of `rules_id`/`rule_id`. */
unsigned	dx_report_fired(const struct dx_json *reply, const char *rules_id, const char *rule_id);
/* Whether a rule is meant for the source and environment of a reply: one that is not did not run. */
bool	dx_report_ran(const struct dx_json *reply, const struct dx_json *rule);
/* Calls fn for each rule of each document that ran for the reply: the enabled ones of documents listed in its rules[]. */
typedef void	dx_report_rule_fn(void *ctx, const struct dx_json *document, const struct dx_json *rule);
void	dx_report_each_rule(const struct dx_report *r, dx_report_rule_fn *fn, void *ctx);

#endif
