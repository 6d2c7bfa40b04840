/* What the files of op/gate share. */
#ifndef DX_OP_GATE_INTERNAL_H
#define DX_OP_GATE_INTERNAL_H

#include "core/decide.h"
#include "op/gate.h"
#include "rule/expr.h"

struct dx_gate {
	struct dx_gate_options	 opt;
	struct dx_session	 session;
	struct dx_err		 broken;	/* why the store cannot be used; DX_OK: it can */
	struct dx_expr		*expr;		/* NULL: no rule documents */
	struct dx_json		 columns;	/* decision columns of an old entry, while an approval ends */
	struct dx_gate_item	*item;
	size_t			 count, room;
	struct dx_arena		 arena;		/* of the group */
	struct dx_buf		 request_bytes, response_bytes;
	bool			 told_created;
	bool			 rules_stale;	/* the rule set is another than the one the evaluator runs */
	int64_t			 waited_ms;	/* for the writer, at the last failure */
	struct dx_err		 failure;	/* why the last group was answered by fail-safe decisions */
};

/* --- gate_rules.c --- */
/* Starts the evaluator for the session's rule set; stops the one there was. */
int	dx_gate_rules_start(struct dx_gate *g, struct dx_err *err);
/* Runs the rules on one item, outside the lock: fills item->findings, or item->trigger, or item->err. */
void	dx_gate_rules_run(struct dx_gate *g, struct dx_gate_item *it);

/* --- gate_decide.c --- all within a write transaction */
/* Pending approvals whose time is over become expired (A06). */
int	dx_gate_expire(struct dx_gate *g, int64_t now, struct dx_err *err);
/* One item decided and appended, or answered from the store.  A refusal of this item is in it->err (0 is returned); -1 is a fault
 * of the transaction. */
int	dx_gate_decide_one(struct dx_gate *g, struct dx_gate_item *it, struct dx_err *err);
/* Answered from the store if it is a replay; within any transaction.  1 answered, 0 not, -1. */
int	dx_gate_replay(struct dx_gate *g, struct dx_gate_item *it, int64_t now, struct dx_err *err);

/* --- gate_failsafe.c --- */
/* Whether a fault is one that a fail-safe decision answers, and its trigger. */
bool	dx_gate_is_failsafe(enum dx_reason r, enum dx_reason *trigger);
/* One that cannot be kept. */
void	dx_gate_failsafe_unpersisted(struct dx_gate *g, struct dx_gate_item *it, enum dx_reason trigger, struct dx_json details);

/* Shared by decide and failsafe: seals the decision's payloads, appends its entry, makes the reply.  ends: the
 * decision whose holds end with it, or NULL. */
int	dx_gate_record(struct dx_gate *g, struct dx_gate_item *it, const struct dx_decision *d, const char *ends,
	    struct dx_err *err);
/* The reply of a decision that is not kept. */
void	dx_gate_answer(struct dx_gate *g, struct dx_gate_item *it, const struct dx_decision *d);
void	dx_gate_snapshot_empty(const struct dx_gate *g, int64_t now, struct dx_snapshot *out);
enum dx_exit	dx_gate_verdict_exit(const char *decision);

#endif
