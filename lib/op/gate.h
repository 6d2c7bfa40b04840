/* gate: gate calls (decisions pages 5, 8, 11, 12): requests in, durable decisions out.  Reads the clock, runs the rules outside the
 * lock, takes the writer, calls core, appends, commits; only then is an answer there to be printed.
 *
 * Order: dx_gate_open, then for each group of requests dx_gate_add..., dx_gate_commit, dx_gate_item..., dx_gate_clear; dx_gate_close. */
#ifndef DX_OP_GATE_H
#define DX_OP_GATE_H

#include "adapt/adapt.h"
#include "base/err.h"
#include "op/session.h"

#define DX_GATE_GROUP_MAX	1000	/* requests of one transaction */
#define DX_GATE_GROUP_MS	50	/* work of one transaction */

enum dx_from { DX_FROM_REQUEST, DX_FROM_PLAN, DX_FROM_ADMISSION };

struct dx_gate_options {
	struct dx_session_options session;	/* trace_id: one that came in with the call, or NULL */
	enum dx_from	 from;
	struct dx_stated stated;
	struct dx_plan_options plan;	/* DX_FROM_PLAN */
	int64_t		 timeout_ms;	/* gate.timeout_ms, 50..30000 */
	const struct dx_json	*actions;	/* a project's table of action classes; NULL: the built-in one */
	bool		 no_store;	/* judge by the documents given, keep nothing, look for no store */
};

struct dx_gate_action;

/* One request and its answer.  Everything lives until dx_gate_clear. */
struct dx_gate_item {
	unsigned	 line;		/* of a batch, from 1 */
	const char	*text;		/* the incoming document's text, for positions; NULL: none */
	size_t		 text_len;
	struct dx_json	 doc;		/* the incoming document */
	/* the answer */
	struct dx_err	 err;		/* refused when set */
	struct dx_json	 reply;		/* dealix.gate.decision.v1 otherwise; of an action request dealix.action.decision.v1 */
	const char	*uid;		/* of an AdmissionReview, once it is readable */
	bool		 shadow;	/* the mode a refused review would have had */
	bool		 fresh;		/* not a replay: findings have positions in `text` */
	enum dx_exit	 exit;		/* of the decision or the refusal */
	/* private */
	struct dx_request request;
	const char	*ledger_id;	/* of its entry */
	const char	*key;
	struct dx_gate_action	*action;	/* of a dealix.action.request.v1; NULL: another document */
	bool		 derived;
	bool		 done;
	struct dx_findings *findings;
	enum dx_reason	 trigger;	/* why a fail-safe decision is due; DX_OK: none */
	struct dx_json	 trigger_details;	/* object, or null */
};

struct dx_gate;

/* Options and given documents are read, the store opened, the rule programs started.  Options are borrowed until close.  A store
 * that cannot be opened is no failure here: each call answers with a fail-safe decision. */
int	dx_gate_open(const struct dx_gate_options *o, struct dx_gate **out, struct dx_err *err);
/* What the operator states for the requests that follow; borrowed. */
void	dx_gate_state(struct dx_gate *g, const struct dx_stated *stated);
/* A document joins the group.  Text and tree are lent until dx_gate_clear. */
struct dx_gate_item	*dx_gate_add(struct dx_gate *g, const struct dx_json *doc, const char *text, size_t text_len,
	    unsigned line);
/* A line that could not be read joins the group with its error. */
void	dx_gate_add_error(struct dx_gate *g, const struct dx_err *why, unsigned line);
size_t	dx_gate_count(const struct dx_gate *g);
/* Decides the group.  Always gives every item an answer. */
void	dx_gate_commit(struct dx_gate *g);
struct dx_gate_item	*dx_gate_item(struct dx_gate *g, size_t i);
struct dx_arena	*dx_gate_arena(struct dx_gate *g);	/* of the group: for its documents, and what is printed of it */
/* The rule documents consulted, for reports. */
const struct dx_rule_set	*dx_gate_rules(const struct dx_gate *g);
/* Why the last group was answered by fail-safe decisions; reason DX_OK when it was not. */
const struct dx_err	*dx_gate_failure(const struct dx_gate *g);
/* The folder of a store that this run created, or NULL; told once. */
const char	*dx_gate_created(struct dx_gate *g);
void	dx_gate_clear(struct dx_gate *g);
void	dx_gate_close(struct dx_gate *g);

#endif
