/* deal_close: the evidence pack of a deal that was won, made when it is closed (release-gates page 12). */
#ifndef DX_OP_DEAL_CLOSE_H
#define DX_OP_DEAL_CLOSE_H

#include "op/session.h"
#include "pack/deal.h"

/* Where the sections come from, each borrowed. */
struct dx_deal_files {
	const char	*event;		/* NULL or "-": stdin */
	const char	*all;		/* a folder with <section>.json, or a JSON object of sections; NULL: none */
	const char	*section[DX_DEAL_SECTIONS];	/* files that win over `all`; NULL: none */
};
/* The event, before a store is opened: its tenant says which log.  Lends from the arena. */
int	dx_op_deal_event(const struct dx_deal_files *f, struct dx_arena *a, struct dx_deal_event *out, struct dx_err *err);

struct dx_deal_closed {
	struct dx_json	answer;		/* {status, ...} of the page */
	struct dx_json	pack;		/* null where none is due */
	bool		replayed, complete;
};
/* One transaction: the pack and its entry pack_sealed under the key of the transition; a repeat gives the first one.  deal_not_found,
 * idempotency_key_reused (the transition says something else now), field_invalid, file_unreadable.  Whatever keeps the pack from being
 * assembled, but for a deal that is not there, is left in the ledger as evidence_pending. */
int	dx_op_deal_close(struct dx_session *s, const struct dx_deal_files *f, const struct dx_deal_event *e, struct dx_arena *a,
	    struct dx_deal_closed *out, struct dx_err *err);

#endif
