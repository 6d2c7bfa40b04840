/* decide: policy, request, snapshot, findings and time in, decision out (decisions pages 8, 11, 17, 19).  No clock, store,
 * environment or network: the same inputs give the same bytes. */
#ifndef DX_CORE_DECIDE_H
#define DX_CORE_DECIDE_H

#include "core/context.h"
#include "core/findings.h"
#include "core/policy.h"
#include "core/request.h"
#include "core/waterfall.h"

#define DX_DECISION_SCHEMA	"dealix.gate.decision.v1"
#define DX_REASONS_MAX		40
/* Digest of the default policy document.  A decision made without any usable policy names it, and its time to live is the
 * default one: no other document is known, and nothing but DENY follows. */
#define DX_POLICY_DEFAULT_SHA256	"e490e7ace08fa5d19eabf66a79385cb2c7ce9e79ca6170996de18861368d8aa9"

/* What identifies the decision; given by the caller, copied into it. */
struct dx_decide_ids {
	const char	*tenant_id, *decision_id, *approval_id;	/* approval_id is used when an approval row is made */
	const char	*actor_id;
	const char	*supersedes;		/* NULL, or a decision id */
	int64_t		 generation;		/* from 1 */
	int64_t		 policy_version;
};

struct dx_decision {
	struct dx_decide_ids	ids;
	const struct dx_policy	*policy;	/* borrowed */
	const struct dx_request	*request;	/* borrowed */
	const struct dx_snapshot	*snapshot;	/* borrowed */
	const struct dx_findings	*findings;	/* borrowed; NULL without rule documents */
	struct dx_context	context;
	enum dx_mode	mode;
	const char	*mode_scope;
	enum dx_verdict	verdict;
	unsigned	reason_count;
	enum dx_reason	reason[DX_REASONS_MAX];
	enum dx_verdict	would_soft, would_hard;
	bool		approval_created;	/* an approval row goes with it */
	bool		has_waterfall;
	struct dx_waterfall	waterfall;
	enum dx_reason	entitlement_reason;	/* DX_OK: null */
	const char	*first_limiting_stage;	/* NULL: null */
	struct dx_opt_money	plan_ceiling, enterprise_ceiling;	/* in force */
	struct dx_opt_money	plan_headroom, enterprise_headroom, allocation_headroom;
	/* holds */
	struct dx_money	held_allocation, held_reserved, held_emergency, held_unbudgeted, unfunded;
	/* fail-safe */
	bool		failsafe;
	enum dx_reason	trigger;
	struct dx_json	trigger_details;	/* object, or null */
};

/* What a request holds the writer's lock for at most: 4/5 of the gate's time limit, within 50 and 5000 ms (page 11). */
int64_t	dx_gate_lock_ms(int64_t gate_timeout_ms);

/* The request must be finished (or loaded).  Always gives a decision; *overflow of money* makes it a fail-safe one with trigger
 * money_overflow. */
void	dx_decide(const struct dx_policy *policy, const struct dx_request *request, const struct dx_snapshot *snapshot,
	    const struct dx_findings *findings, const struct dx_decide_ids *ids, struct dx_decision *out);
/* The fail-safe decision for a trigger (page 11).  policy may be NULL (no usable copy): mode hard, scope fallback:unknown, as
 * always for policy_integrity_error.  A request of an approval level is not let through by shadow mode (page 8.5).  details: an
 * object; an empty one is null. */
void	dx_decide_failsafe(const struct dx_policy *policy, const struct dx_request *request, const struct dx_snapshot *snapshot,
	    enum dx_reason trigger, struct dx_json details, const struct dx_decide_ids *ids, struct dx_decision *out);

bool	dx_decision_active(const struct dx_decision *d);	/* reservation_active: any hold above zero */

/* The request object that is stored and hashed: dx_request_object, whose metadata has gained computed_risk_class and
 * computed_risk_score, and risk_level where it stated none (page 10). */
struct dx_json	dx_decision_request(struct dx_arena *a, const struct dx_decision *d);
/* The response object that is stored and hashed (page 17): the reply without replayed, persisted, reservation_active,
 * approval_status, approval_token, explanation and positions, plus `snapshot`. */
struct dx_json	dx_decision_response(struct dx_arena *a, const struct dx_decision *d);

/* What the reply adds to a stored response. */
struct dx_reply_state {
	bool		 replayed, persisted, reservation_active;
	const char	*approval_status;	/* NULL: none */
	/* for the facts of the explanation; each NULL: those facts are left out */
	const struct dx_policy	*policy;	/* counts when it is the one that judged */
	const struct dx_json	*routing_trace;	/* of the approval */
};
/* The reply from a response object: fresh or loaded from a store, by one way. */
struct dx_json	dx_decision_reply(struct dx_arena *a, const struct dx_json *response, const struct dx_reply_state *state);
/* The `decision` columns of a ledger entry (ledger page 1.1) from the stored request and response objects and their digests. */
struct dx_json	dx_decision_columns(struct dx_arena *a, const struct dx_json *request, const struct dx_json *response,
	    const char *request_sha256, const char *response_sha256, const char *created_by);
/* explanation[] of a response, by table look-up (page 19): text_id is the code, and remedy_id too, or "none"; dealix-reasons(7)
 * is the catalogue of both. */
struct dx_json	dx_explain(struct dx_arena *a, const struct dx_json *response);
struct dx_json	dx_explain_with(struct dx_arena *a, const struct dx_json *response, const struct dx_policy *policy,
	    const struct dx_json *routing_trace);

#endif
