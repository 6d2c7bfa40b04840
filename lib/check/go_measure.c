/* Figures of a release: a target, what was measured, and how they compare (release-gates page 5.1, execution page 23). */
#include <string.h>

#include "check/go_inner.h"

#define FIGURE_MAX	40	/* characters of one that is text */

/* The floors of execution page 23, per second.  A document may ask for more, not for less. */
static const struct { const char *name, *floor; } rows[] = {
	{ "idempotency", "1000" }, { "lock", "500" }, { "queue", "500" }, { "progress", "200" }, { "events", "1000" }, { "mask", "2000" },
};

static const char *const compares[] = { ">=", ">", "<=", "<", NULL };

static const char *
floor_of(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].floor;
	return NULL;
}

/* Digits, a point among them, a sign before them: as text nothing else is a figure, above all no power of ten. */
static bool
is_plain(const struct dx_json *v)
{
	return v->type == DX_JSON_NUMBER || (v->count <= FIGURE_MAX && strspn(v->u.text, "-.0123456789") == v->count);
}

/* A number, or a decimal as text. */
static const struct dx_num *
figure(struct dx_go *g, struct dx_pick *p, const char *name, const struct dx_json *v, const char **text)
{
	const struct dx_num *n = NULL;

	if ((dx_json_is(v, DX_JSON_NUMBER) || dx_json_is(v, DX_JSON_STRING)) && is_plain(v)) {
		*text = dx_arena_dup(&g->arena, v->u.text, v->count);
		n = dx_num_constant(&g->arena, v->u.text, v->count);
	}
	if (n == NULL)
		dx_pick_fail(p, name, "must be a number, or a decimal as text");
	return n;
}

static bool
unknown(const struct dx_json *v)
{
	const char *s = dx_json_str(v);

	return v == NULL || v->type == DX_JSON_NULL || (s != NULL && strcmp(s, "unknown") == 0);
}

bool
dx_go_measure_read(struct dx_go *g, struct dx_pick *p, struct dx_go_item *item)
{
	const struct dx_json *target = dx_pick_any(p, "target"), *measured = dx_pick_any(p, "measured");
	const char *floor_text = floor_of(item->name);
	struct dx_go_measure *m;
	const struct dx_num *least;
	bool compares_given = dx_json_get(p->object, "compare") != NULL;
	int compare = dx_pick_enum(p, "compare", compares, DX_GO_AT_LEAST);

	const char *unit = dx_go_said(p, "unit", 40);

	if (p->failed || (target == NULL && measured == NULL && floor_text == NULL && !compares_given))
		return false;
	m = dx_arena_alloc(&g->arena, sizeof(*m));
	*m = (struct dx_go_measure){ .compare = (enum dx_go_compare)compare, .unit = unit, .row = floor_text != NULL };
	if (target != NULL || floor_text == NULL)
		m->target = figure(g, p, "target", target, &m->target_text);
	if (!unknown(measured))
		m->measured = figure(g, p, "measured", measured, &m->measured_text);
	if (!p->failed && floor_text != NULL) {
		least = dx_num_constant(&g->arena, floor_text, strlen(floor_text));
		if (compare != DX_GO_AT_LEAST && compare != DX_GO_ABOVE)
			dx_pick_fail(p, "compare", "must be >= or >: %s has a floor", item->name);
		if (m->target == NULL || dx_num_cmp(m->target, least) < 0) {
			m->target = least;
			m->target_text = floor_text;
		}
	}
	item->measure = m;
	return !p->failed;
}

enum dx_go_status
dx_go_measure_status(struct dx_arena *a, const struct dx_go_measure *m, const char **detail)
{
	const char *blank = m->unit != NULL ? " " : "", *unit = m->unit != NULL ? m->unit : "";
	int order;
	bool met;

	if (m->measured == NULL) {
		*detail = dx_arena_printf(a, "not measured, must be %s %s%s%s", compares[m->compare], m->target_text, blank, unit);
		return DX_GO_PENDING;
	}
	order = dx_num_cmp(m->measured, m->target);
	met = m->compare == DX_GO_AT_LEAST ? order >= 0 : m->compare == DX_GO_ABOVE ? order > 0 :
	    m->compare == DX_GO_AT_MOST ? order <= 0 : order < 0;
	*detail = dx_arena_printf(a, "measured %s, must be %s %s%s%s", m->measured_text, compares[m->compare],
	    m->target_text, blank, unit);
	return met ? DX_GO_COMPLETE : DX_GO_FAILED;
}
