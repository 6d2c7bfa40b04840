/* waivers: known issues, dealix.waivers.v1 (release-gates page 1.7): who lets which check fail, why, and until when.  Pure: it knows no
 * clock and no gate; both are handed in. */
#ifndef DX_CHECK_WAIVERS_H
#define DX_CHECK_WAIVERS_H

#include "check/plan.h"

#define DX_WAIVERS_MAX	1000		/* in one document */
#define DX_WAIVER_DAYS	30		/* longest lifetime */
#define DX_WAIVER_RENEWALS	1

/* Texts are the document's. */
struct dx_waiver {
	const char	*id, *gate, *check, *reason, *owner, *approved_by;
	const char	*match, *issue;			/* NULL: none */
	const char	*created_at, *expires_at;	/* six digits, Z */
	int64_t		 created, expires;		/* the same, us */
	int64_t		 renewals;
	char		 at[64];			/* pointer of the waiver */
};

struct dx_waivers {
	struct dx_arena		 arena;
	struct dx_json		 document;
	struct dx_sha256	 sha256;	/* of the canonical document */
	struct dx_waiver	*item;
	size_t			 count;
};

/* The document and all that can be said of it without a gate: field_invalid, unknown_field, time_invalid, time_without_offset,
 * waiver_bad_range, waiver_too_long, waiver_self_approved, waiver_renewed_too_often, waiver_duplicate, and those of reading JSON.
 * 0 and *out, which the caller frees; or -1 with every fault in `faults`. */
int	dx_waivers_parse(const char *text, size_t len, struct dx_waivers **out, struct dx_faults *faults);
void	dx_waivers_free(struct dx_waivers *w);

/* waiver_dangling for each waiver whose gate and check `known` does not know. */
void	dx_waivers_dangling(const struct dx_waivers *w, bool (*known)(const void *ctx, const char *gate, const char *check),
	    const void *ctx, struct dx_faults *faults);

/* The waivers of one check, in the order of the document: the first one for after = NULL, then the next; NULL: no more.  w may be
 * NULL: none. */
const struct dx_waiver	*dx_waivers_next(const struct dx_waivers *w, const char *gate, const char *check, const struct dx_waiver *after);

enum dx_waiver_state { DX_WAIVER_NOT_YET, DX_WAIVER_ACTIVE, DX_WAIVER_EXPIRED };
/* Active from created_at on; at expires_at it is expired (page 0). */
enum dx_waiver_state	dx_waiver_state(const struct dx_waiver *w, int64_t now);

/* Whether it speaks of that test: no `match`, or `match` is the name or "group.name" ("*" any run, "?" any one byte).  group may be
 * "". */
bool	dx_waiver_matches(const struct dx_waiver *w, const char *group, const char *name);

#endif
