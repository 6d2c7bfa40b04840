/* lint: one policy or rule document looked over (rules page 3): the parser that judges, the compiler that runs, and remarks.  A test
 * document is only recognised, so that a folder of both can be named: `policy test` looks it over by running it. */
#ifndef DX_OP_LINT_H
#define DX_OP_LINT_H

#include "json/json.h"

struct dx_err;

/* `{file, kind: policy|rules|test, ok, findings: [{code, severity: error|warning, at, line?, column?, detail}]}` in the arena; *errors
 * counts the error findings.  against (may be NULL) is a policy file that a policy is compared with.  -1 when the file cannot be
 * read or is not JSON (json_*), or is no document of either kind (unknown schema: field_invalid). */
int	dx_op_lint(const char *path, const char *against, struct dx_arena *a, struct dx_json *out, unsigned *errors,
	    struct dx_err *err);
/* The same of a text that was read from path; it is written to. */
int	dx_op_lint_text(const char *path, struct dx_buf *text, const char *against, struct dx_arena *a, struct dx_json *out,
	    unsigned *errors, struct dx_err *err);

#endif
