/* What the files of rc share.  Within lib/check. */
#ifndef DX_CHECK_RC_INNER_H
#define DX_CHECK_RC_INNER_H

#include "base/reason.h"
#include "check/rc.h"

/* A step being judged. */
struct dx_rc_case {
	const struct dx_rc	*rc;
	int			 step;
	const struct dx_rc_facts *facts;
	const struct dx_rc_known *known;
	struct dx_arena		*a;
	struct dx_json		 reasons;
};

/* A reason with its code; members are put into what comes back, which is pushed by dx_rc_push. */
struct dx_json	dx_rc_reason(struct dx_rc_case *c, enum dx_reason code);
void	dx_rc_push(struct dx_rc_case *c, struct dx_json reason);
/* The same in one: a reason with a member that is a text (name NULL: none). */
void	dx_rc_add(struct dx_rc_case *c, enum dx_reason code, const char *name, const char *value);

/* Whether somebody is an author of the range: of git's authors, or of those stated without a repository. */
bool	dx_rc_wrote(const struct dx_rc_case *c, const char *who);

/* What holds at every step: the name, the facts, other candidates, older versions, the order. */
void	dx_rc_general(struct dx_rc_case *c);
void	dx_rc_order(struct dx_rc_case *c);
/* Steps 2, 4 and 5. */
void	dx_rc_gates_local(struct dx_rc_case *c);
void	dx_rc_gates_ci(struct dx_rc_case *c);
void	dx_rc_gates_review(struct dx_rc_case *c);

#endif
