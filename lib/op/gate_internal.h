/* What the files of op/gate share. */
#ifndef DX_OP_GATE_INTERNAL_H
#define DX_OP_GATE_INTERNAL_H

#include "base/id.h"
#include "base/text.h"
#include "core/action.h"
#include "core/decide.h"
#include "core/trace.h"
#include "op/gate.h"
#include "rule/expr.h"

/* An action request at work. */
struct dx_gate_action {
	struct dx_action	 request;
	struct dx_action_facts	 facts;
	struct dx_action_answer	 answer;
	char			 trace_id[DX_TRACE_ID];
	char			 payload_sha256[DX_SHA256_HEX];	/* "": no payload */
	char			 evaluation_id[DX_ID_TEXT];	/* "": not in the ledger */
};

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
	struct dx_action_policy	 actions;
	struct dx_arena		 actions_arena;	/* of the run */
};

/* --- gate_action.c --- */
/* The table of action classes. */
int	dx_gate_action_open(struct dx_gate *g, struct dx_err *err);
/* An action request judged: a refusal, or it is to be noted alone, or, waiting for people, it has become a gate request too. */
void	dx_gate_action_prepare(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy);
/* An action request without a gate request. */
bool	dx_gate_action_alone(const struct dx_gate_item *it);
/* Such a one, under the lock: judged to the end and noted.  Without a store: only judged. */
int	dx_gate_action_decide(struct dx_gate *g, struct dx_gate_item *it, struct dx_err *err);
void	dx_gate_action_unkept(struct dx_gate *g, struct dx_gate_item *it);
/* action_evaluated, beside the entry of its gate decision; nothing for other items and dry runs. */
int	dx_gate_action_note(struct dx_gate *g, struct dx_gate_item *it, int64_t now, struct dx_err *err);
/* Without the ledger no action goes ahead. */
void	dx_gate_action_refuse(struct dx_gate *g, const struct dx_err *why);
/* Its name as it is kept and shown: one that is malformed may be anything, so it is cut, printable and no secret. */
const char	*dx_gate_action_shown(struct dx_gate *g, const struct dx_gate_action *x);
/* The replies of action requests, once the group is decided. */
void	dx_gate_action_answers(struct dx_gate *g);

/* --- gate_prepare.c: before the lock --- */
/* it->err is the answer of the item, under the best policy known (NULL: none). */
void	dx_gate_refuse(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy);
/* The request of an item, and its key; or its refusal. */
void	dx_gate_prepare(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy);
bool	dx_gate_all_done(const struct dx_gate *g);
/* Within a read transaction: replays are answered; all of them, or those in front of the first request that is new. */
int	dx_gate_look_up(struct dx_gate *g, bool all, struct dx_err *err);
/* Requests made, replays answered, rules run.  -1: a fault of the store, or of the caller's standing. */
int	dx_gate_before_lock(struct dx_gate *g, struct dx_err *err);

/* --- gate_lock.c: under it --- */
/* Decides and keeps what one transaction takes; deadlines are of dx_clock_mono_ms.  0 committed; 1 policy or rules changed since the
 * rules ran: start again; -1 a fault, nothing kept. */
int	dx_gate_under_lock(struct dx_gate *g, int64_t lock_deadline, int64_t deadline, struct dx_err *err);
/* Nothing but dry runs, and no log yet: a dry run never makes one, also where the document says it is one. */
bool	dx_gate_only_dry_runs(const struct dx_gate *g);
/* All that is left, decided and kept nowhere. */
void	dx_gate_decide_unkept(struct dx_gate *g);

/* --- gate_fault.c --- */
/* Gives every item that has none an answer: a refusal, or a fail-safe decision. */
void	dx_gate_settle_fault(struct dx_gate *g, struct dx_err *why);

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
/* What is known without a store: no budget, nothing held. */
void	dx_gate_snapshot_empty(const struct dx_gate *g, int64_t now, struct dx_snapshot *out);

/* --- gate_failsafe.c --- */
/* Whether a fault is one that a fail-safe decision answers, and its trigger. */
bool	dx_gate_is_failsafe(enum dx_reason r, enum dx_reason *trigger);
/* One that cannot be kept. */
void	dx_gate_failsafe_unpersisted(struct dx_gate *g, struct dx_gate_item *it, enum dx_reason trigger, struct dx_json details);

/* --- gate_record.c --- */
/* Seals the decision's payloads, appends its entry, makes the reply.  ends: the decision whose holds end with it, or NULL. */
int	dx_gate_record(struct dx_gate *g, struct dx_gate_item *it, const struct dx_decision *d, const char *ends,
	    struct dx_err *err);
/* The reply of a decision that is not kept. */
void	dx_gate_answer(struct dx_gate *g, struct dx_gate_item *it, const struct dx_decision *d);
enum dx_exit	dx_gate_verdict_exit(const char *decision);

#endif
