#include <string.h>

#include "base/text.h"
#include "check/waived.h"

#define NAME_POINTS	200	/* characters of a test's name in a detail */

/* --- one result --- */

static const struct dx_waiver **
room(struct dx_arena *a, size_t n)
{
	return dx_arena_alloc(a, dx_size_mul(n, sizeof(const struct dx_waiver *)));
}

/* How many failing tests a waiver speaks of, each marked; a waiver of the whole check speaks of all. */
static size_t
mark(const struct dx_waiver *w, const struct dx_result *r, bool *covered)
{
	size_t n = 0;

	for (size_t i = 0; i < r->failing_count; i++)
		if (dx_waiver_matches(w, r->failing[i].group, r->failing[i].name)) {
			covered[i] = true;
			n++;
		}
	return n;
}

/* Names of tests for the detail. */
static void
add_names(const struct dx_result *r, const bool *covered, bool which, struct dx_arena *a, struct dx_texts *out, size_t *left)
{
	for (size_t i = 0; i < r->failing_count && *left > 0; i++) {
		const char *name = r->failing[i].name;

		if (covered != NULL ? covered[i] != which : which)
			continue;
		out->item[out->count++] = dx_arena_dup(a, name, dx_utf8_cut(name, strlen(name), NAME_POINTS));
		--*left;
	}
}

static void
list_failing(const struct dx_result *r, const bool *covered, struct dx_arena *a, struct dx_texts *out)
{
	size_t left = DX_DETAIL_NAMES;

	add_names(r, covered, false, a, out, &left);
	add_names(r, covered, true, a, out, &left);
}

void
dx_result_list_failing(struct dx_result *r, const bool *covered, struct dx_arena *a)
{
	struct dx_texts out = { .item = dx_arena_alloc(a, (DX_DETAIL_NAMES + 1) * sizeof(*out.item)) };

	list_failing(r, covered, a, &out);
	r->details = out;
}

struct hand {				/* of one check */
	const struct dx_waiver	**active, **held;
	enum dx_reason		 *why;		/* what keeps each of `held` */
	size_t			  active_count, held_count;
	bool			  whole;	/* an active one without match */
};

static void
sort_out(const struct dx_waivers *all, const char *gate, const struct dx_check *c, int64_t now, struct dx_arena *a, struct hand *h)
{
	const struct dx_waiver *w = NULL;

	h->active = room(a, all->count);
	h->held = room(a, all->count);
	h->why = dx_arena_alloc(a, dx_size_mul(all->count, sizeof(*h->why)));
	while ((w = dx_waivers_next(all, gate, c->id, w)) != NULL) {
		enum dx_waiver_state state = dx_waiver_state(w, now);

		if (c->waivable && !c->never_waivable && state == DX_WAIVER_ACTIVE) {
			h->active[h->active_count++] = w;
			h->whole = h->whole || w->match == NULL;
			continue;
		}
		h->why[h->held_count] = !c->waivable || c->never_waivable ? DX_R_WAIVER_FORBIDDEN :
		    state == DX_WAIVER_EXPIRED ? DX_R_WAIVER_EXPIRED : DX_R_WAIVER_NOT_YET;
		h->held[h->held_count++] = w;
	}
}

static const char *
held_text(struct dx_arena *a, const struct dx_waiver *w, enum dx_reason why)
{
	if (why == DX_R_WAIVER_FORBIDDEN)
		return dx_arena_printf(a, "%s: this check cannot be waived", w->id);
	return why == DX_R_WAIVER_EXPIRED ? dx_arena_printf(a, "%s ended at %s", w->id, w->expires_at) :
	    dx_arena_printf(a, "%s begins at %s", w->id, w->created_at);
}

/* The detail of a failure that stands: what kept its waivers, then what it said itself. */
static void
tell(const struct hand *h, const bool *covered, struct dx_arena *a, struct dx_result *r)
{
	struct dx_texts out = { .item = dx_arena_alloc(a, dx_size_mul(2 * h->held_count + r->details.count + DX_DETAIL_NAMES + 1,
	    sizeof(*out.item))) };

	for (size_t i = 0; i < h->held_count; i++) {
		out.item[out.count++] = dx_reason_code(h->why[i]);
		out.item[out.count++] = held_text(a, h->held[i], h->why[i]);
	}
	if (strcmp(r->reason, dx_reason_code(DX_R_TESTS_FAILED)) == 0)
		list_failing(r, covered, a, &out);
	else if (r->details.count > 0)
		for (size_t i = 0; i < r->details.count; i++)
			out.item[out.count++] = r->details.item[i];
	else if (r->detail[0] != '\0')
		out.item[out.count++] = r->detail;
	r->details = out;
}

static void
none_used(const struct dx_waivers *all, const char *gate, const struct dx_check *c, struct dx_arena *a, struct dx_result *r)
{
	const struct dx_waiver *w = NULL;

	r->unused = room(a, all->count);
	while ((w = dx_waivers_next(all, gate, c->id, w)) != NULL)
		r->unused[r->unused_count++] = w;
}

static void
apply_failed(const struct hand *h, struct dx_arena *a, struct dx_result *r)
{
	bool *covered = dx_arena_alloc(a, r->failing_count + 1), all = r->failing_count > 0 && r->failing_only;

	memset(covered, 0, r->failing_count + 1);
	r->waiver = room(a, h->active_count);
	r->unused = room(a, h->active_count);
	for (size_t i = 0; i < h->active_count; i++) {
		if (mark(h->active[i], r, covered) > 0 || h->active[i]->match == NULL)
			r->waiver[r->waiver_count++] = h->active[i];
		else
			r->unused[r->unused_count++] = h->active[i];
	}
	for (size_t i = 0; i < r->failing_count; i++)
		all = all && covered[i];
	if (h->whole || (all && h->active_count > 0)) {
		r->state = DX_STATE_WAIVED;
		return;
	}
	r->waiver_count = 0;
	tell(h, covered, a, r);
}

void
dx_waivers_apply(const struct dx_waivers *w, const char *gate, const struct dx_check *c, int64_t now, struct dx_arena *a,
    struct dx_result *r)
{
	struct hand h = { 0 };

	if (dx_waivers_next(w, gate, c->id, NULL) == NULL || r->state == DX_STATE_ERROR)
		return;
	if (r->state != DX_STATE_FAIL) {
		none_used(w, gate, c, a, r);
		return;
	}
	sort_out(w, gate, c, now, a, &h);
	apply_failed(&h, a, r);
}

/* --- all gates of a call --- */

struct gates { const struct dx_check_plan *const *plan; size_t n; };

static const struct dx_check *
find(const struct gates *g, const char *gate, const char *check)
{
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; strcmp(g->plan[i]->id, gate) == 0 && k < g->plan[i]->count; k++)
			if (strcmp(g->plan[i]->check[k].id, check) == 0)
				return &g->plan[i]->check[k];
	return NULL;
}

static bool
known(const void *ctx, const char *gate, const char *check)
{
	return find(ctx, gate, check) != NULL;
}

void
dx_waivers_fit(const struct dx_waivers *w, const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults)
{
	struct gates g = { plan, n };

	dx_waivers_dangling(w, known, &g, faults);
	for (size_t i = 0; i < w->count; i++) {
		const struct dx_check *c = w->item[i].match != NULL ? find(&g, w->item[i].gate, w->item[i].check) : NULL;

		if (c != NULL && c->type != DX_CHECK_JUNIT && c->type != DX_CHECK_TAP)
			dx_fault_add(faults, DX_R_FIELD_INVALID, w->item[i].at, "%s: match is for checks of type junit and tap, \"%s\" is %s",
			    w->item[i].id, c->id, dx_check_type_name(c->type));
	}
}
