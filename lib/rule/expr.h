/* expr: jq programs over documents, in a child process with bounds (rules page 2, measured "libjq").  The only home of libjq.
 * Knows nothing of what an answer decides.
 *
 * Order of a run: dx_expr_new (forks the child, which compiles at once), any number of dx_expr_run, dx_expr_free.  The child has
 * no environment, files, cores or terminal; it is killed when its budget is over. */
#ifndef DX_RULE_EXPR_H
#define DX_RULE_EXPR_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "json/json.h"

struct dx_err;

struct dx_expr_program {
	const char	*name;		/* "terraform-aws/public-bucket", for errors */
	const char	*text;		/* jq */
};

/* Text checks that need no compiler: balanced and well tokenised (so that wrapping cannot change its meaning), no refused
 * builtin by name, no import, include or module.  rules_compile_error, rule_builtin_refused with the line in the text. */
int	dx_expr_check(const struct dx_expr_program *p, struct dx_err *err);

struct dx_expr;
/* Starts the child and lets it compile the programs (borrowed during the call only).  Errors of the compile come from the first
 * dx_expr_ready or dx_expr_run. */
int	dx_expr_new(const struct dx_expr_program *programs, size_t n, struct dx_expr **out, struct dx_err *err);
/* Waits until the programs are compiled.  rules_compile_error (names the program, its line, jq's words), rule_builtin_refused. */
int	dx_expr_ready(struct dx_expr *x, struct dx_err *err);

struct dx_expr_result {
	size_t		 program;	/* index */
	struct dx_json	 output;	/* when message is NULL; [] for what no document of ours can hold (deeper than
					 * DX_JSON_DEPTH, a NUL in a string) */
	const char	*message;	/* the error the program raised, printable, at most some 500 bytes; or NULL */
};
/* Runs the programs whose flag in `want` is set on one document: doc is canonical bytes, the variables are $request, $context,
 * and for program i $rules = vars[i] (canonical bytes each).  Results come in program order, in the arena.  rule_timeout,
 * rule_memory, gate_evaluation_error (child lost for another reason). After a failure the child is gone; the next run starts a
 * new one. */
struct dx_expr_input { const char *bytes; size_t len; };
int	dx_expr_run(struct dx_expr *x, struct dx_expr_input doc, struct dx_expr_input request, struct dx_expr_input context,
	    const struct dx_expr_input *rules, const bool *want, struct dx_arena *a, struct dx_expr_result **out, size_t *count,
	    struct dx_err *err);
/* Microseconds of processor time that all runs from now on may take together, besides the bounds of each; when they are used up,
 * rule_timeout.  Said before the first document of several rules, and again before the next one. */
void	dx_expr_allow(struct dx_expr *x, int64_t us);
void	dx_expr_free(struct dx_expr *x);		/* kills and reaps */

/* "1.6", "1.7" or "1.8": of the library in use.  Starts no interpreter: "missing" where it cannot be opened.  Static. */
const char	*dx_expr_version(void);

#endif
