/* outputs_audit: what the store holds of structured outputs: whether they validate, how many of the kinds are used, and whether each week
 * has its pack and a reader (release-gates page 13.3).  Reads the store. */
#ifndef DX_OP_OUTPUTS_AUDIT_H
#define DX_OP_OUTPUTS_AUDIT_H

#include "op/session.h"

#define DX_OUTPUT_KINDS	17

/* Of the last `days`; weeks: so many windows of seven days back from now need an exec_weekly_pack, 0: none asked for.  *report is
 * dealix.outputs.report.v1 `{schema, since, checked, used, of: 17, checks: {validate, weekly, opened}, errors[]}` in the arena; weekly and
 * opened only where weeks are asked for. */
int	dx_op_outputs_audit(const struct dx_session_options *o, int64_t days, int64_t weeks, int64_t now, struct dx_arena *a,
	    struct dx_json *report, struct dx_err *err);

#endif
