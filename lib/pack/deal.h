/* deal: the evidence pack of a deal that was won (release-gates page 12, "On close"): the event, the sections, what is missing.  Pure. */
#ifndef DX_PACK_DEAL_H
#define DX_PACK_DEAL_H

#include "json/json.h"

struct dx_err;

#define DX_DEAL_SECTIONS	7
#define DX_DEAL_KEY		400	/* bytes of the key, with its NUL */
extern const char *const dx_deal_sections[];	/* "deal", "lead", "activities" ... NULL at the end */

struct dx_deal_event {
	const char	*tenant_id, *deal_id, *from, *to, *at, *transition_id, *trace_id;
	char		 key[DX_DEAL_KEY];	/* deal-close:<tenant>:<deal>:<transition>, the same for the same transition */
};
/* Strict.  field_missing, field_invalid, bad_stage, with the pointer.  Lends from the document. */
int	dx_deal_event_read(const struct dx_json *doc, struct dx_deal_event *out, struct dx_err *err);
/* Whether the transition asks for a pack: to closed_won from any other stage. */
bool	dx_deal_is_won(const struct dx_deal_event *e);

struct dx_deal_close {
	const struct dx_deal_event *event;
	const struct dx_json	*section[DX_DEAL_SECTIONS];	/* in the order of the names; NULL: not given */
	const char		*assembled_by, *previous;	/* previous: id of the deal's pack before; NULL: none */
};
struct dx_deal_pack {
	struct dx_json	doc;		/* dealix.pack.v1, in the arena */
	struct dx_json	missing;	/* list: approvals that are required and not there */
	uint32_t	contents;
};
/* Of another tenant's deal: deal_not_found; its lead and its rows are left out as if they were not there.  field_invalid where a section
 * is none. */
int	dx_deal_pack_make(const struct dx_deal_close *c, struct dx_arena *a, struct dx_deal_pack *out, struct dx_err *err);

#endif
