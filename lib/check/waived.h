/* waived: what waivers make of a result (release-gates page 1.7). */
#ifndef DX_CHECK_WAIVED_H
#define DX_CHECK_WAIVED_H

#include "check/result.h"
#include "check/waivers.h"

#define DX_DETAIL_NAMES	20	/* of failed tests in a result's detail */

/* The detail of a result whose tests failed: their names, those first that no waiver covers (covered NULL: none is), at most
 * DX_DETAIL_NAMES of them. */
void	dx_result_list_failing(struct dx_result *r, const bool *covered, struct dx_arena *a);

/* Applies the waivers (NULL: none) of this check of the gate, as of now.  A FAIL that they cover is WAIVED and keeps its reason; one
 * that they do not cover says first what kept them: waiver_forbidden, waiver_not_yet, waiver_expired.  An ERROR is never covered.
 * r->waiver and r->unused are filled; memory is the arena's. */
void	dx_waivers_apply(const struct dx_waivers *w, const char *gate, const struct dx_check *c, int64_t now, struct dx_arena *a,
	    struct dx_result *r);

/* What a set of waivers gets wrong about the gates of a call: waiver_dangling, field_invalid for a match of a check that lists no
 * tests. */
void	dx_waivers_fit(const struct dx_waivers *w, const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults);

#endif
