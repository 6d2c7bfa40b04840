/* What the files of rc share.  Nobody else includes it. */
#ifndef DX_OP_RC_INNER_H
#define DX_OP_RC_INNER_H

#include "check/rc.h"
#include "op/rc.h"

/* Within a transaction: steps, runs of the gates, other candidates, people.  Everything in the arena; borrows the session. */
int	dx_rc_history(struct dx_session *s, const struct dx_rc *rc, struct dx_arena *a, struct dx_rc_known *out, struct dx_err *err);

#endif
