/* check: evidence plans run (evidence page 4): each step judged, independent ones side by side, the verdict in the ledger.  Reads clock,
 * files and repository, runs commands. */
#ifndef DX_OP_CHECK_H
#define DX_OP_CHECK_H

#include "base/time.h"
#include "check/plan.h"
#include "check/result.h"
#include "facts/git.h"
#include "op/session.h"

struct dx_check_options {
	struct dx_session_options session;
	const char	*root;		/* -C; NULL: the top of the work tree, else here */
	struct dx_plan_given given;	/* head is filled in here */
	unsigned	 jobs;		/* commands at once, from 1 */
	int64_t		 now;		/* us; only steps without commands may see another time than the clock's */
	bool		 keep;		/* write to the ledger */
	const char	*traceparent;	/* what commands get in their environment; NULL: nothing */
	void		(*progress)(void *ctx, const struct dx_result *r, size_t done, size_t total);	/* NULL: none */
	void		*progress_ctx;
};

struct dx_step;		/* op/check_inner.h */
struct dx_checked {
	struct dx_arena		 arena;
	char			*root;
	char			 commit[DX_GIT_ID];	/* HEAD there; "" without one */
	struct dx_check_plan	*plan;
	struct dx_step		*step;
	struct dx_result	*result;	/* plan->count of them, in the order of the plan, once run */
	struct dx_score		 score;
	struct dx_json		 document;	/* dealix.gate.result.v1 */
	char			 evaluated_at[DX_TIME_TEXT];
};

/* Reads a plan and everything that can be known before a step runs; file "-" is stdin.  -1 with every fault in `faults`, or err. */
int	dx_check_read(const struct dx_check_options *o, const char *file, struct dx_checked **out, struct dx_faults *faults,
	    struct dx_err *err);
/* The steps with their members as they will run: {"step", "type", ...} each; for --dry-run. */
struct dx_json	dx_check_preview(struct dx_checked *c);
/* Runs them.  0 whatever they found. */
int	dx_check_run(struct dx_checked *c, const struct dx_check_options *o, struct dx_err *err);
/* One gate_evaluated for the plan and one a step, in one transaction of this session. */
int	dx_check_keep(struct dx_checked *c, struct dx_session *s, struct dx_err *err);
void	dx_check_free(struct dx_checked *c);

#endif
