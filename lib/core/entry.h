/* entry: ledger entries, dealix.ledger.entry.v1 (ledger pages 1, 2, 5.1): made, checked, linked.  Pure; where they are kept is
 * not known here. */
#ifndef DX_CORE_ENTRY_H
#define DX_CORE_ENTRY_H

#include "core/words.h"
#include "crypt/digest.h"
#include "json/json.h"

#define DX_ENTRY_SCHEMA	"dealix.ledger.entry.v1"
#define DX_ENTRY_MAX	65535
#define DX_ORIGIN_MAX	255

struct dx_err;

/* The events this program writes and knows; the closed table of page 2.1 grows with the parts.  A verifier meets events of
 * later parts: any name of page 2.1 is known to it. */
enum dx_event {
	DX_EVENT_LOG_OPENED,
	DX_EVENT_DECISION_CREATED,
	DX_EVENT_DECISION_FAILSAFE,
	DX_EVENT_APPROVAL_CANCELLED,
	DX_EVENT_APPROVAL_EXPIRED,
	DX_EVENT_BUDGET_SET,
	DX_EVENT_POLICY_UPDATED,
	DX_EVENT_RULES_UPDATED,
	DX_EVENT_PRINCIPALS_UPDATED,
	DX_EVENT_EVIDENCE_RECORDED,
	DX_EVENT_EVIDENCE_VERIFIED,
	DX_EVENT_EVIDENCE_ATTESTED,
	DX_EVENT_PACK_SEALED,
	DX_EVENT_GATE_EVALUATED,
	DX_EVENT_WAIVER_USED,
	DX_EVENT_RELEASE_DECIDED,
	DX_EVENT_PHASE_CHANGED,
	DX_EVENT_RC_STEP,
	DX_EVENT_SETTINGS_CHECKED,
	DX_EVENT_ACTION_EVALUATED,
	DX_EVENT_EVIDENCE_PENDING,
	DX_EVENT_PACK_REVIEWED,
	DX_EVENT_REGISTER_AUDITED,
	DX_EVENT_COUNT
};
const char	*dx_event_name(enum dx_event e);

struct dx_actor { const char *id; const char *role; const char *auth; };	/* spellings of page 1.2 */
extern const struct dx_actor dx_actor_system;

/* Where a log ends: what the next entry is linked to. */
struct dx_head {
	char		 tenant_id[64];
	char		 origin[DX_ORIGIN_MAX + 1];
	int64_t		 size;			/* entries */
	struct dx_sha256 leaf;			/* of entry size-1; undefined when size is 0 */
	int64_t		 recorded_at;		/* of entry size-1; INT64_MIN when size is 0 */
};

/* A new entry; texts and trees are borrowed. */
struct dx_entry_draft {
	enum dx_event	 event;
	const char	*ledger_id;		/* new UUID */
	struct dx_actor	 actor;
	const char	*subject_id;		/* the type follows from the event */
	struct dx_json	 decision;		/* object or null type: absent */
	const char	*approval_id, *approval_status;	/* NULL: absent */
	struct dx_json	 details;		/* object */
};

/* The genesis `prev` of an origin. */
void	dx_entry_genesis(const char *origin, struct dx_sha256 *out);
/* The entry object that follows `head` at time `now`.  A draft that breaks page 2.1 is a bug (70). */
struct dx_json	dx_entry_make(struct dx_arena *a, const struct dx_head *head, const struct dx_entry_draft *d, int64_t now);
/* Canonical bytes into out (reset first) and the leaf hash; entry_too_large. */
int	dx_entry_seal(const struct dx_json *entry, struct dx_buf *out, struct dx_sha256 *leaf, struct dx_err *err);
/* Exactly the members of pages 1.1, 1.2 and 2.1 with right types and enums; entry_schema with the pointer, and for an event
 * outside the table too. */
int	dx_entry_check(const struct dx_json *entry, struct dx_err *err);
/* The id of its subject, and a text of its details; NULL when it has none. */
const char	*dx_entry_subject(const struct dx_json *entry);
const char	*dx_entry_detail(const struct dx_json *entry, const char *name);
/* The payload digests an entry names (page L04), and for evidence_recorded the artifact itself, its subject: calls fn for each,
 * in a fixed order.  Stops and answers -1 when fn does. */
int	dx_entry_payloads(const struct dx_json *entry, int (*fn)(void *ctx, const char *sha256_hex), void *ctx);

#endif
