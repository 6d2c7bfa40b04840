/* budget: allocation budgets (approvals page 9.1). */
#ifndef DX_OP_BUDGET_H
#define DX_OP_BUDGET_H

#include "core/money.h"
#include "op/session.h"

/* Scope keys are trimmed and lower-cased, "" means "default"; 1..128 characters.  *answer is the row as `budget list` prints it. */
int	dx_op_budget_set(struct dx_session *s, const char *scope_key, struct dx_money limit, bool active, struct dx_arena *a,
	    struct dx_json *answer, struct dx_err *err);
/* `[{scope_key, monthly_limit_usd, active, held_usd, headroom_usd, created_by}]` by scope. */
int	dx_op_budget_list(struct dx_session *s, struct dx_arena *a, struct dx_json *out, struct dx_err *err);

#endif
