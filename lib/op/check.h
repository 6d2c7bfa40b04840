/* check: gate documents (release-gates page 1) and evidence plans (evidence page 4) run: each check judged, independent ones side by
 * side, waivers applied, the verdicts in the ledger.  Reads clock, files and repository, runs commands. */
#ifndef DX_OP_CHECK_H
#define DX_OP_CHECK_H

#include "base/time.h"
#include "check/plan.h"
#include "check/result.h"
#include "check/waivers.h"
#include "facts/git.h"
#include "op/session.h"

struct dx_check_repo { bool tried; struct dx_git *git; /* NULL: none */ struct dx_err err; };
/* Where a call looks; the same for all its documents. */
struct dx_check_place {
	char	*root;			/* -C; else the top of the work tree, else here */
	struct dx_check_repo *repo;	/* the repository around it, once a check has asked for it */
	char	 commit[DX_GIT_ID];	/* HEAD there; "" without one */
};
int	dx_check_place_find(const char *given, struct dx_check_place *out, struct dx_err *err);
void	dx_check_place_release(struct dx_check_place *p);

struct dx_keys;		/* crypt/dsse.h */
struct dx_checked;
struct dx_check_options {
	const struct dx_check_place *place;
	struct dx_plan_given given;	/* head is filled in here */
	unsigned	 jobs;		/* commands at once, from 1 */
	int64_t		 now;		/* us; a command sees the clock's all the same */
	const char	*traceparent;	/* what commands get in their environment; NULL: nothing */
	const char	*trace_id;	/* that the results belong to; NULL: none */
	const struct dx_waivers *waivers;	/* NULL: none */
	const char	*release;	/* name, NULL: none */
	struct dx_session *session;	/* for checks that look into the store; its store is NULL when there is none */
	const struct dx_keys *trust;	/* keys whose envelopes count; NULL: none */
	struct dx_checked *const *call;	/* documents of this call: what those that ran have found goes before the store */
	size_t		 call_count;
	void		(*progress)(void *ctx, const char *gate, const struct dx_result *r, size_t done, size_t total);	/* NULL: none */
	void		*progress_ctx;
};

struct dx_step;		/* op/check_inner.h */
struct dx_checked {
	struct dx_arena		 arena;
	const struct dx_check_place *place;
	struct dx_check_plan	*plan;
	struct dx_step		*step;
	struct dx_predicates	*predicates;	/* op/check_inner.h */
	struct dx_result	*result;	/* plan->count of them, in the order of the plan, once run */
	struct dx_score		 score;
	struct dx_json		 document;	/* dealix.gate.result.v1 */
	char			 evaluated_at[DX_TIME_TEXT];
};

/* Reads a document and everything that can be known before a check runs; file "-" is stdin.  -1 with every fault in `faults`, or err. */
int	dx_check_read(const struct dx_check_options *o, const char *file, struct dx_checked **out, struct dx_faults *faults,
	    struct dx_err *err);
/* The steps of a plan with their members as they will run: {"step", "type", ...} each; for --dry-run. */
struct dx_json	dx_check_preview(struct dx_checked *c);
/* Runs the checks.  0 whatever they found. */
int	dx_check_run(struct dx_checked *c, const struct dx_check_options *o, struct dx_err *err);
/* One gate_evaluated for each, for a plan also one a step, and one waiver_used for each use of a waiver, in one transaction of this
 * session. */
int	dx_check_keep(struct dx_checked *const *c, size_t n, struct dx_session *s, struct dx_err *err);
void	dx_check_free(struct dx_checked *c);

#endif
