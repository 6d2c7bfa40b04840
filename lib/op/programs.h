/* programs: the rules of a set of documents as numbered jq programs: document by document, enabled rules only.  Every walk uses
 * this order. */
#ifndef DX_OP_PROGRAMS_H
#define DX_OP_PROGRAMS_H

#include "core/rules.h"
#include "op/session.h"
#include "rule/expr.h"

struct dx_err;

/* Starts as { .set = ... }. */
struct dx_program_walk { const struct dx_rule_set *set; size_t doc, rule; };

bool	dx_programs_next(struct dx_program_walk *w, const struct dx_rules **doc, const struct dx_rule **rule);
size_t	dx_programs_count(const struct dx_rule_set *set);
/* The evaluator of a set, compiling; *out is NULL when the set has no program. */
int	dx_programs_start(const struct dx_rule_set *set, struct dx_expr **out, struct dx_err *err);
/* The rule documents given by option compile: what is kept in a store must judge.  rules_compile_error, rule_builtin_refused. */
int	dx_programs_check(const struct dx_session *s, struct dx_err *err);

#endif
