/* formula_walk: what a path yields.  The expressions in its brackets do not depend on the place, so they are evaluated once
 * before it is followed. */
#include "base/err.h"
#include "base/text.h"
#include "contract/formula_inner.h"

#define KEPT	4	/* a place that is kept takes the memory of so many that are only looked at */

/* What a bracket asks for. */
struct operand {
	struct dx_value	 value;
	int64_t		 index;		/* AT with a number, FROM */
	bool		 by_index;
};

struct walk {
	struct dx_formula_run		*run;
	const struct dx_formula_node	*path_node;	/* for what is said of it */
	const struct dx_formula_path	*path;
	const struct operand		*operands;	/* one a step; NULL where no step has an expression */
	struct dx_spot			*spots;		/* one a step */
	bool				 keep;
	dx_formula_emit			*emit;
	void				*ctx;
};

void
dx_eval_touch(const struct dx_formula_run *run, const struct dx_spot *spot)
{
	if (run->scope->touch != NULL && spot != NULL && spot->input >= 0)
		run->scope->touch(run->scope->ctx, spot);
}

/* --- brackets --- */

/* An index that no list has, where it is beyond int64. */
static int64_t
index_of(const struct dx_num *n)
{
	int64_t i;

	return dx_num_int64(n, &i) ? i : dx_num_sign(n) < 0 ? INT64_MIN : INT64_MAX;
}

static int
read_operand(struct dx_formula_run *run, const struct dx_formula_step *step, struct operand *out)
{
	struct dx_value *v = &out->value;
	struct dx_buf folded = { 0 };

	if (dx_eval_node(run, step->expr, v) != 0)
		return -1;
	if (step->glob) {
		if (v->type == DX_VALUE_TEXT || v->type == DX_VALUE_LIST || dx_formula_is_array(v))
			return 0;
		return dx_eval_wrong(run, step->expr, v, "a pattern or a list of them");
	}
	if (step->kind == DX_STEP_KEY || step->kind == DX_STEP_ALSO) {
		if (v->type == DX_VALUE_LIST || v->type == DX_VALUE_NODE || (v->spot != NULL && v->spot->node == NULL))
			return dx_eval_wrong(run, step->expr, v, "a scalar to look for");
		if (v->type == DX_VALUE_TEXT) {
			if (dx_eval_spend(run, step->expr, strlen(v->text) / DX_FORMULA_BYTES) != 0)
				return -1;
			dx_text_fold(v->text, &folded);
			v->text = dx_arena_dup(run->scope->arena, folded.data, folded.len);
			dx_buf_release(&folded);
		}
		return 0;
	}
	out->by_index = v->type == DX_VALUE_NUMBER && dx_num_is_integer(v->number);
	if (out->by_index)
		out->index = index_of(v->number);
	else if (v->type == DX_VALUE_NUMBER)
		return dx_eval_fail(run, step->expr, "is not a whole number, which an index must be");
	else if (v->type != DX_VALUE_TEXT || step->kind == DX_STEP_FROM)
		return dx_eval_wrong(run, step->expr, v, step->kind == DX_STEP_FROM ? "a number" : "a number or a text");
	return 0;
}

static int
read_operands(struct walk *w)
{
	struct operand *all;

	if (!w->path->computed)
		return 0;
	all = dx_arena_alloc(w->run->scope->arena, w->path->count * sizeof(*all));
	for (size_t i = 0; i < w->path->count; i++) {
		if (w->path->steps[i].expr != NULL && read_operand(w->run, &w->path->steps[i], &all[i]) != 0)
			return -1;
	}
	w->operands = all;
	return 0;
}

/* Item i of n, counted from the end when negative; n or more: there is none. */
static uint32_t
item_of(int64_t i, uint32_t n)
{
	if (i < 0)
		return i >= -(int64_t)n ? (uint32_t)(n + i) : UINT32_MAX;
	return i < UINT32_MAX ? (uint32_t)i : UINT32_MAX;
}

/* The first of n items that [i:] yields. */
static uint32_t
first_of(int64_t i, uint32_t n)
{
	if (i < 0)
		return i > -(int64_t)n ? (uint32_t)(n + i) : 0;
	return i < n ? (uint32_t)i : n;
}

/* --- in a document --- */

static struct dx_spot *
spot_for(const struct walk *w, size_t step)
{
	return w->keep && w->path->many ? dx_arena_alloc(w->run->scope->arena, sizeof(struct dx_spot)) : &w->spots[step];
}

/* The one place that the step leads to, whether there is a value or not. */
static const struct dx_spot *
single(const struct walk *w, const struct dx_spot *up, size_t i)
{
	const struct dx_formula_step *step = &w->path->steps[i];
	struct dx_spot *s = spot_for(w, i);

	*s = (struct dx_spot){ .up = up, .input = up->input };
	if (step->kind == DX_STEP_NAME) {
		s->name = step->name;
	} else if (!w->operands[i].by_index) {
		s->name = w->operands[i].value.text;
	} else {
		bool list = dx_json_is(up->node, DX_JSON_ARRAY);

		s->index = item_of(w->operands[i].index, list ? up->node->count : 0);
		s->node = list ? dx_json_item(up->node, s->index) : NULL;
		return s;
	}
	s->node = dx_json_get(up->node, s->name);
	return s;
}

/* Whether the text matches the pattern, or one of the list. */
static bool
is_like(const struct dx_scope *scope, const char *text, const struct dx_value *want)
{
	size_t len = strlen(text);
	size_t n = want->type == DX_VALUE_LIST ? want->count : want->type == DX_VALUE_NODE ? want->spot->node->count : 1;

	for (size_t i = 0; i < n; i++) {
		const char *pattern = want->text;

		if (want->type == DX_VALUE_LIST)
			pattern = want->items[i].type == DX_VALUE_TEXT ? want->items[i].text : NULL;
		else if (want->type == DX_VALUE_NODE)
			pattern = dx_json_str(dx_json_item(want->spot->node, i));
		/* the worst that a pattern of stars can take */
		if (pattern != NULL && !dx_scope_spend(scope, 1 + strlen(pattern) / DX_FORMULA_BYTES * (len / DX_FORMULA_BYTES)))
			return false;
		if (pattern != NULL && dx_glob(pattern, text))
			return true;
	}
	return false;
}

/* Whether the value at `spot` is what [key=x] looks for. */
static bool
is_wanted(const struct walk *w, const struct dx_spot *spot, size_t step)
{
	const struct dx_value *want = &w->operands[step].value;
	const char *name = w->path->steps[step].name;
	struct dx_spot *key = spot_for(w, step);
	struct dx_value v;

	if (!dx_json_is(spot->node, DX_JSON_OBJECT)) {
		dx_eval_touch(w->run, spot);
		return false;
	}
	*key = (struct dx_spot){ .up = spot, .name = name, .input = spot->input, .node = dx_json_get(spot->node, name) };
	dx_eval_touch(w->run, key);
	if (dx_value_of(w->run->scope, key, &v) != 0)
		return false;
	if (w->path->steps[step].glob)
		return v.type == DX_VALUE_TEXT && is_like(w->run->scope, v.text, want);
	if (v.type != want->type)
		return false;
	return v.type == DX_VALUE_TEXT ? dx_text_same_folded(v.text, want->text) : dx_formula_same(w->run->scope, &v,
	    want) == 1;
}

static int	follow(struct walk *w, const struct dx_spot *spot, size_t step);

static void
set_child(struct dx_spot *s, const struct dx_spot *up, uint32_t i)
{
	*s = (struct dx_spot){ .up = up, .index = i, .input = up->input };
	if (up->node->type == DX_JSON_ARRAY) {
		s->node = &up->node->u.items[i];
	} else {
		s->name = up->node->u.members[i].name;
		s->node = &up->node->u.members[i].value;
	}
}

/* Every item or member that the step yields.  Where it yields none, what should have held them was read. */
static int
children(struct walk *w, const struct dx_spot *up, size_t step)
{
	enum dx_formula_step_kind kind = w->path->steps[step].kind;
	bool list = dx_json_is(up->node, DX_JSON_ARRAY), object = dx_json_is(up->node, DX_JSON_OBJECT), any = false;
	uint32_t n = list || (object && kind != DX_STEP_FROM) ? up->node->count : 0;

	for (uint32_t i = kind == DX_STEP_FROM ? first_of(w->operands[step].index, n) : 0; i < n; i++) {
		struct dx_spot local, *s = kind == DX_STEP_KEY && !w->keep ? &local : spot_for(w, step);
		int rc;

		set_child(s, up, i);
		if (dx_eval_spend(w->run, w->path_node, 0) != 0)
			return -1;
		if (kind == DX_STEP_KEY && !is_wanted(w, s, step))
			continue;
		any = true;
		rc = follow(w, s, step + 1);
		if (rc != 0)
			return rc;
	}
	if (!any)
		dx_eval_touch(w->run, up);
	return 0;
}

static int
follow(struct walk *w, const struct dx_spot *spot, size_t step)
{
	for (; step < w->path->count; step++) {
		enum dx_formula_step_kind kind = w->path->steps[step].kind;

		if (kind == DX_STEP_ALSO) {
			if (!is_wanted(w, spot, step))
				return 0;
			continue;
		}
		if (kind != DX_STEP_NAME && kind != DX_STEP_AT)
			return children(w, spot, step);
		spot = single(w, spot, step);
	}
	dx_eval_touch(w->run, spot);
	return w->emit(w->ctx, spot, NULL);
}

/* --- in a computed list --- */

static int	follow_value(struct walk *w, const struct dx_value *v, size_t step);

static int
follow_items(struct walk *w, const struct dx_value *v, size_t step)
{
	enum dx_formula_step_kind kind = w->path->steps[step].kind;
	size_t i = kind == DX_STEP_FROM ? first_of(w->operands[step].index, (uint32_t)v->count) : 0;

	for (; i < v->count; i++) {
		const struct dx_value *item = &v->items[i];
		int rc;

		if (dx_eval_spend(w->run, w->path_node, item->spot == NULL) != 0)
			return -1;
		if (kind == DX_STEP_KEY && (item->spot == NULL || !is_wanted(w, item->spot, step)))
			continue;
		rc = follow_value(w, item, step + 1);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
follow_value(struct walk *w, const struct dx_value *v, size_t step)
{
	static const struct dx_value absent = { .type = DX_VALUE_NULL };
	enum dx_formula_step_kind kind;
	uint32_t i = UINT32_MAX;

	if (step < w->path->count && v->spot != NULL)
		return follow(w, v->spot, step);
	if (step == w->path->count) {
		dx_eval_touch(w->run, v->spot);
		return w->emit(w->ctx, NULL, v);
	}
	kind = w->path->steps[step].kind;
	if (kind != DX_STEP_NAME && kind != DX_STEP_AT)
		return v->type == DX_VALUE_LIST ? follow_items(w, v, step) : 0;
	if (kind == DX_STEP_AT && v->type == DX_VALUE_LIST && w->operands[step].by_index)
		i = item_of(w->operands[step].index, (uint32_t)v->count);
	return follow_value(w, i < v->count ? &v->items[i] : &absent, step + 1);
}

/* --- from the root --- */

static int
follow_name(struct walk *w, const char *name)
{
	const struct dx_scope *scope = w->run->scope;
	struct dx_buf spare = { .max = 1024 };
	struct dx_value v;
	int rc;

	if (scope->name == NULL)
		DX_BUG("an expression with names, and nobody to answer them");
	rc = scope->name(scope->ctx, name, &v, w->run->why != NULL ? w->run->why : &spare);
	dx_buf_release(&spare);
	return rc != 0 ? -1 : follow_value(w, &v, 0);
}

int
dx_eval_walk(struct dx_formula_run *run, const struct dx_formula_node *n, bool keep, dx_formula_emit *emit, void *ctx)
{
	const struct dx_formula_path *path = n->u.path;
	struct walk w = { .run = run, .path_node = n, .path = path, .keep = keep, .emit = emit, .ctx = ctx };
	const struct dx_spot *root = path->root == DX_ROOT_DOT ? run->scope->dot : run->scope->document;

	if (read_operands(&w) != 0)
		return -1;
	if (path->count != 0)
		w.spots = dx_arena_alloc(run->scope->arena, path->count * sizeof(*w.spots));
	if (path->root == DX_ROOT_NAME)
		return follow_name(&w, path->name);
	return root != NULL ? follow(&w, root, 0) :
	    dx_eval_fail(run, n, "has no document: there are several inputs, and a path names one of them");
}

/* --- all of them as places --- */

struct places {
	struct dx_formula_run		*run;
	const struct dx_formula_node	*path;
	const struct dx_spot		**spots;
	size_t				 count, room;
};

static int
add_place(void *ctx, const struct dx_spot *spot, const struct dx_value *v)
{
	struct places *p = ctx;

	if (spot == NULL)
		spot = v->spot;
	if (spot == NULL)
		return dx_eval_fail(p->run, p->path, "is computed and has no place in a document");
	if (dx_eval_spend(p->run, p->path, KEPT) != 0)
		return -1;
	if (p->count == p->room) {
		size_t room = p->room != 0 ? p->room * 2 : 4;
		const struct dx_spot **more = dx_arena_alloc(p->run->scope->arena, dx_size_mul(room, sizeof(*more)));

		if (p->count != 0)
			memcpy(more, p->spots, p->count * sizeof(*more));
		p->spots = more;
		p->room = room;
	}
	p->spots[p->count++] = spot;
	return 0;
}

int
dx_formula_spots(const struct dx_formula *path, const struct dx_scope *scope, const struct dx_spot *const **out, size_t *count,
    struct dx_buf *why)
{
	struct dx_formula_run run = { .formula = path, .scope = scope, .why = why };
	struct places p = { .run = &run, .path = path->root };

	if (path->root->op != DX_FORMULA_PATH)
		DX_BUG("the places of an expression that is no path");
	if (dx_eval_walk(&run, path->root, true, add_place, &p) != 0)
		return -1;
	*out = p.spots;
	*count = p.count;
	return 0;
}
