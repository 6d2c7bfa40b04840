/* tool: what every main shares: start-up, -h and -V, verbs, errors on stderr, answers on stdout, exit status.  Knows no domain. */
#ifndef DX_TOOL_TOOL_H
#define DX_TOOL_TOOL_H

#include "base/err.h"
#include "base/exit.h"
#include "tool/opt.h"

struct dx_span;

/* A run of one verb. */
struct dx_call {
	const struct dx_tool	*tool;
	const struct dx_verb	*verb;
	void			*args;		/* the verb's argument struct */
	char			**operands;
	int			 operand_count;
	bool			 errors_json;	/* --errors json */
	struct dx_buf		 out;		/* answers not yet written */
	enum dx_exit		 exit;		/* worst so far */
	bool			 stdout_lost;
	enum dx_reason		 first_error;	/* told on stderr; DX_OK: none */
	bool			 verbose;	/* --verbose */
	struct dx_span		*span;		/* of this call, made by the tool's around; NULL: none */
};

/* Runs the tool: leaves with an exit status, 70 never but for a bug.  Options every verb has: -h, -V, --errors json|text. */
int	dx_tool_main(const struct dx_tool *t, int argc, char *argv[]);

/* Remembers the status of one answer. */
void	dx_tool_exit(struct dx_call *c, enum dx_exit e);
/* One line on stderr (or a JSON document), and its status remembered.  err is cleared. */
void	dx_tool_error(struct dx_call *c, struct dx_err *err);
/* The value of --now, an RFC 3339 time; NULL: *us stays.  -1: err, which names the option. */
int	dx_tool_now(const char *text, int64_t *us, struct dx_err *err);
/* A note for people on stderr: "tool: text".  No status. */
void	dx_tool_note(const struct dx_call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The dealix.error.v1 document of an error as one line without LF; line 0: no member `line`. */
void	dx_tool_error_document(const struct dx_err *err, unsigned line, struct dx_buf *out);
/* Writes what stands in c->out to stdout.  -1 once stdout is lost (output_failed, reported once). */
int	dx_tool_flush(struct dx_call *c);

/* Why option values are wrong: `usage` in one line. Returns the exit status, for `return dx_tool_usage(...)`. */
enum dx_exit	dx_tool_usage(struct dx_call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
