/* rc: a step of a release candidate judged with what git and the ledger know (release-gates page 2). */
#ifndef DX_OP_RC_H
#define DX_OP_RC_H

#include "op/session.h"

struct dx_rc_options {
	int		 step;		/* 1..7 */
	const char	*root;		/* of the working copy */
	bool		 record;	/* append rc_step; the session is one for writing */
	const char *const *require;	/* status checks that must be stated */
	size_t		 requires;
	int64_t		 now;
};
/* The answer `{rc, step, head, facts, pass, reasons, evaluated_at}` in the arena.  The session's store may be NULL.  With record the
 * entry is durable when it returns 0. */
int	dx_op_rc(struct dx_session *s, const struct dx_rc_options *o, const struct dx_json *doc, struct dx_arena *a,
	    struct dx_json *answer, bool *pass, struct dx_err *err);

#endif
