/* closure: the six closure tests (release-gates page 13.3), each a gate document, run one after the other.  Runs commands; writes nothing. */
#ifndef DX_OP_CLOSURE_H
#define DX_OP_CLOSURE_H

#include "op/check.h"

#define DX_CLOSURES	6
extern const char *const dx_closure_names[];	/* "truth", "schema", "workflow", "trust", "release", "executive", NULL */

struct dx_closure_options {
	struct dx_session_options session;
	const char	*root, *dir;		/* dir: of the documents, as given; NULL: policies/closure of the root */
	const char	*const *set;		/* NAME=VALUE; each goes to the documents that have such a setting */
	size_t		 set_count;
	unsigned	 jobs;
	int64_t		 now;			/* us */
	const char	*traceparent;
};
struct dx_closure {
	struct dx_check_place	 place;
	struct dx_checked	*checked[DX_CLOSURES];
	struct dx_result	 result[DX_CLOSURES];	/* PASS with a gate that is ready, else FAIL, or ERROR where nothing failed */
	struct dx_score		 score;
	struct dx_json		 document;		/* dealix.closure.report.v1 */
	struct dx_arena		 arena;
};
/* 0 whatever they found; -1 with every fault in `faults`, or err.  The caller releases it either way. */
int	dx_op_closure(const struct dx_closure_options *o, struct dx_closure *out, struct dx_faults *faults, struct dx_err *err);
/* "PASS", "PARTIAL" (some of its conditions), "FAIL". */
const char	*dx_closure_word(const struct dx_closure *c, size_t i);
void	dx_closure_release(struct dx_closure *c);

#endif
