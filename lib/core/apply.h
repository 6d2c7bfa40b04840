/* apply: the one function that turns an entry and its payloads into changes of the state tables (ledger page 1, L04): used by
 * every operation, by rebuild and by dealix-verify store, which compares.  Pure but for the calls to its sink. */
#ifndef DX_CORE_APPLY_H
#define DX_CORE_APPLY_H

#include "core/money.h"
#include "core/policy.h"
#include "core/words.h"
#include "json/json.h"

struct dx_err;

/* Rows as the tables of ledger page 6.1 have them.  Texts are borrowed. */
struct dx_policy_row { int64_t version; const char *sha256, *parent_sha256 /* NULL */, *actor_id, *created_at; };	/* principals too */
struct dx_decision_row {
	const char	*decision_id;
	int64_t		 seq;
	const char	*source;
	bool		 dry_run;
	const char	*idempotency_key;
	bool		 derived_key;
	int64_t		 generation;
	const char	*request_fingerprint;	/* digests are hex here */
	const char	*project_id, *environment, *decision, *mode;
	bool		 failsafe;
	const char	*policy_sha256, *rules_sha256, *request_sha256, *response_sha256;
	const char	*decided_at, *budget_month;	/* "2026-03" */
	const char	*budget_scope_key;	/* NULL: none */
	bool		 reservation_active;
	int64_t		 reserved_allocation_micro, reserved_credit_micro, reserved_unbudgeted_micro, unfunded_micro;
};
struct dx_approval_row {
	const char	*approval_id, *decision_id, *status, *requested_by, *routing_rule_id, *routing_trace /* JSON text */;
	const char	*expires_at, *created_at, *updated_at;
};

/* An entry about evidence: the events evidence_*, gate_evaluated and pack_*.  kind: of what was recorded, the contract that judged, the
 * type of a pack; NULL where there is none.  commit_id NULL: none. */
struct dx_evidence_row { int64_t seq; const char *event, *subject_id, *kind, *commit_id; };

/* The sink: each returns 0, or -1 with its own error.  All of one tenant. */
struct dx_state_ops {
	int	(*tenant_open)(void *s, const char *origin, struct dx_err *err);
	int	(*tenant_size)(void *s, int64_t size, struct dx_err *err);
	int	(*money_seq)(void *s, int64_t seq, struct dx_err *err);
	int	(*policy_put)(void *s, const struct dx_policy_row *r, struct dx_err *err);	/* also tenant.policy_version */
	int	(*principals_put)(void *s, const struct dx_policy_row *r, struct dx_err *err);
	int	(*rules_put)(void *s, const char *rules_id, int64_t seq, const char *version, const char *sha256, struct dx_err *err);
	int	(*budget_put)(void *s, const char *scope_key, int64_t limit_micro, bool active, const char *created_by,
		    struct dx_err *err);		/* upsert; the creator and held_micro are kept */
	int	(*decision_put)(void *s, const struct dx_decision_row *r, struct dx_err *err);	/* adds its holds to budget and tenant */
	int	(*decision_release)(void *s, const char *decision_id, struct dx_err *err);	/* holds to 0, taken off budget and tenant */
	int	(*approval_put)(void *s, const struct dx_approval_row *r, struct dx_err *err);
	int	(*approval_status)(void *s, const char *approval_id, const char *status, const char *updated_at,
		    struct dx_err *err);
	int	(*evidence_put)(void *s, const struct dx_evidence_row *r, struct dx_err *err);
};

struct dx_apply {
	const struct dx_state_ops	*ops;
	void				*state;
	/* The payload of a digest as a tree, or NULL when it is not there; borrowed until the next dx_apply_entry. */
	const struct dx_json		*(*payload)(void *ctx, const char *sha256_hex);
	void				*payload_ctx;
	/* private: the policy of the last decision, so that a batch parses it once */
	struct dx_policy		*policy;
};

/* An entry that passed dx_entry_check.  semantic_violation (with the rule's name in the text), payload_missing, or what the sink
 * said. */
int	dx_apply_entry(struct dx_apply *ap, struct dx_arena *a, const struct dx_json *entry, struct dx_err *err);
void	dx_apply_release(struct dx_apply *ap);
/* The row of an entry, borrowed from it; false when it is about something else, or is no such entry. */
bool	dx_evidence_row(const struct dx_json *entry, struct dx_evidence_row *out);

#endif
