/* lint: places of a rule that mean different things, or nothing, in the versions of jq that Dealix builds with (rules
 * page 2).  Looks at the text only. */
#ifndef DX_RULE_LINT_H
#define DX_RULE_LINT_H

#include "rule/expr.h"

/* line is within the program; word and why make a sentence without a full stop.  Both are static. */
typedef void	dx_expr_lint_fn(void *ctx, unsigned line, const char *word, const char *why);

/* Returns how many were reported.  Of a program that dx_expr_check refuses, only what stands before the fault is seen. */
size_t	dx_expr_lint(const struct dx_expr_program *p, dx_expr_lint_fn *report, void *ctx);

#endif
