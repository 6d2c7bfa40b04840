/* step: one step of a plan, its settings filled in, as a check. Within lib/check. */
#ifndef DX_CHECK_STEP_H
#define DX_CHECK_STEP_H

#include "check/plan.h"

/* step: the filled-in object; of_plan: it may be optional and need others; ids of `needs` are resolved by the caller.  Faults are added; the check is then not to be used. */
void	dx_check_step(const struct dx_json *step, const char *at, bool strict, bool of_plan, struct dx_arena *a, struct dx_check *out,
	    struct dx_faults *faults);

#endif
