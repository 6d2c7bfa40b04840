/* lint: what is legal in a policy or rule document and still likely wrong (rules page 3).  Pure; knows no jq. */
#ifndef DX_CORE_LINT_H
#define DX_CORE_LINT_H

#include "base/reason.h"
#include "core/policy.h"
#include "core/rules.h"

/* One remark: at is the JSON Pointer of what it is about. All are lent for the call. */
typedef void	dx_lint_fn(void *ctx, enum dx_reason reason, const char *at, const char *text);

/* lint_route_shadowed: an earlier routing rule takes every request of a later one. */
void	dx_lint_policy(const struct dx_policy *p, dx_lint_fn *fn, void *ctx);
/* lint_promotion_skips: a mode row goes from shadow to hard, past soft. */
void	dx_lint_policy_change(const struct dx_policy *from, const struct dx_policy *to, dx_lint_fn *fn, void *ctx);
/* lint_remedy_missing, lint_references_missing (severity high and above), lint_never_fires. */
void	dx_lint_rules(const struct dx_rules *r, dx_lint_fn *fn, void *ctx);

#endif
