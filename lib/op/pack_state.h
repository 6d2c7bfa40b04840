/* pack_state: packs that the store knows (release-gates page 12): found, checked, reviewed; and the decisions that a trace has. */
#ifndef DX_OP_PACK_STATE_H
#define DX_OP_PACK_STATE_H

#include "op/session.h"

struct dx_pack_known {
	const char	*id, *sha256;	/* of the pack, of its pack.json as it stands */
	struct dx_json	 doc;
};
/* By id, or the first 8 or more digits of the SHA-256 of its pack.json, as it stands now.  pack_not_found, payload_missing,
 * pack_invalid.  Within a transaction. */
int	dx_pack_known(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_pack_known *out, struct dx_err *err);
/* Its hash, the digests of its data, and that the store has its files: pack_hash, pack_item_hash, pack_source_gone. */
int	dx_pack_known_sound(struct dx_session *s, const struct dx_pack_known *k, struct dx_arena *a, struct dx_err *err);
/* ready to reviewed, by somebody else than assembled it, or reviewed to archived; noted as pack_reviewed.  *doc is the pack.json from
 * here on: its hash is what it was.  pack_bad_transition, pack_self_review, and what the two above give. */
int	dx_op_pack_review(struct dx_session *s, const char *what, bool archive, struct dx_arena *a, struct dx_json *doc, struct dx_err *err);

/* Entries in which something under this trace was decided for good, oldest first, appended to the array: decisions that allow or deny,
 * votes that ended an approval, actions allowed or denied.  One that waits for people is none. */
int	dx_trace_decisions(struct dx_session *s, const char *trace_id, struct dx_arena *a, struct dx_json *out, struct dx_err *err);

#endif
