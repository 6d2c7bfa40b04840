/* formula_list: values of paths, and what is read of lists. */
#include "base/err.h"
#include "contract/formula_inner.h"

#define KEPT	4	/* a value that is kept takes the memory of so many that are only looked at */

static int
read_spot(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_spot *spot, struct dx_value *out)
{
	if (dx_value_of(run->scope, spot, out) == 0)
		return 0;
	return dx_eval_fail(run, n, "is a number of more than %d digits or an exponent beyond %d", DX_NUM_DIGITS,
	    DX_NUM_EXPONENT);
}

/* --- a path as a value --- */

struct collect {
	struct dx_formula_run		*run;
	const struct dx_formula_node	*path;
	struct dx_value			*items;
	size_t				 count, room;
};

static int
collect_one(void *ctx, const struct dx_spot *spot, const struct dx_value *v)
{
	struct collect *c = ctx;

	c->count++;
	if (spot != NULL)
		return read_spot(c->run, c->path, spot, c->items);
	*c->items = *v;
	return 0;
}

static int
collect_all(void *ctx, const struct dx_spot *spot, const struct dx_value *v)
{
	struct collect *c = ctx;

	if (dx_eval_spend(c->run, c->path, KEPT) != 0)
		return -1;
	if (c->count == c->room) {
		size_t room = c->room != 0 ? c->room * 2 : 8;
		struct dx_value *more = dx_arena_alloc(c->run->scope->arena, dx_size_mul(room, sizeof(*more)));

		if (c->count != 0)
			memcpy(more, c->items, c->count * sizeof(*more));
		c->items = more;
		c->room = room;
	}
	if (spot != NULL)
		return read_spot(c->run, c->path, spot, &c->items[c->count++]);
	c->items[c->count++] = *v;
	return 0;
}

/* A list where the path has [] or [n:].  One with [key=x] alone is the element that it finds, absent when there is none. */
int
dx_eval_path(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	const struct dx_formula_path *path = n->u.path;
	struct collect c = { .run = run, .path = n, .items = out };

	if (!path->many)
		return dx_eval_walk(run, n, false, collect_one, &c);
	c.items = NULL;
	if (dx_eval_walk(run, n, true, collect_all, &c) != 0)
		return -1;
	if (path->lists)
		*out = (struct dx_value){ .type = DX_VALUE_LIST, .items = c.items, .count = c.count };
	else if (c.count > 1)
		return dx_eval_fail(run, n, "is found %zu times, where one value is needed", c.count);
	else
		*out = c.count == 1 ? c.items[0] : (struct dx_value){ .type = DX_VALUE_NULL };
	return 0;
}

/* --- the values of a list --- */

static int
each_item(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_spot *list, dx_formula_emit *emit, void *ctx)
{
	int rc;

	for (uint32_t i = 0; i < list->node->count; i++) {
		struct dx_spot s = { .up = list, .index = i, .input = list->input, .node = &list->node->u.items[i] };

		if (dx_eval_spend(run, n, list->input < 0) != 0)
			return -1;
		dx_eval_touch(run, &s);
		rc = emit(ctx, &s, NULL);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int
dx_eval_each(struct dx_formula_run *run, const struct dx_formula_node *n, dx_formula_emit *emit, void *ctx)
{
	struct dx_value v;
	int rc = 0;

	if (n->op == DX_FORMULA_PATH && n->u.path->many)
		return dx_eval_walk(run, n, false, emit, ctx);
	if (dx_eval_node(run, n, &v) != 0)
		return -1;
	if (dx_formula_is_array(&v))
		return each_item(run, n, v.spot, emit, ctx);
	if (v.type != DX_VALUE_LIST)
		return dx_eval_wrong(run, n, &v, "a list");
	for (size_t i = 0; i < v.count && rc == 0; i++)
		rc = dx_eval_spend(run, n, 1) != 0 ? -1 : emit(ctx, NULL, &v.items[i]);
	return rc;
}

/* --- figures of a list --- */

#define STRETCH	256	/* items whose figures on the way are kept */

struct figures {
	struct dx_formula_run		*run;
	const struct dx_formula_node	*list;
	enum dx_formula_figure		 what;
	struct dx_scope			 scope;		/* figures on the way go to a pool of their own */
	const struct dx_num		*so_far;
	size_t				 count;
};

static int
item_wrong(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_value *v, const char *wanted)
{
	struct dx_buf at = { 0 };

	if (v->spot != NULL)
		dx_spot_pointer(v->spot, &at);
	dx_eval_fail(run, n, "yields %s%s%s, where %s is needed", at.len != 0 ? at.data : "", at.len != 0 ? ", which is " : "",
	    dx_formula_kind(v), wanted);
	dx_buf_release(&at);
	return -1;
}

static int
item_value(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_scope *scope,
    const struct dx_spot *spot,
    const struct dx_value *v, struct dx_value *out)
{
	if (spot == NULL) {
		*out = *v;
		return 0;
	}
	if (dx_value_of(scope, spot, out) == 0)
		return 0;
	return read_spot(run, n, spot, out);
}

static int
add_figure(void *ctx, const struct dx_spot *spot, const struct dx_value *v)
{
	struct figures *f = ctx;
	struct dx_value item;

	if (item_value(f->run, f->list, &f->scope, spot, v, &item) != 0)
		return -1;
	if (item.type != DX_VALUE_NUMBER)
		return item_wrong(f->run, f->list, &item, "a number");
	if (dx_eval_spend(f->run, f->list, dx_num_weight(item.number) + (f->so_far != NULL ? dx_num_weight(f->so_far) : 0)) != 0)
		return -1;
	if (f->count++ == 0)
		f->so_far = item.number;
	else if (f->what == DX_FIGURE_SUM || f->what == DX_FIGURE_AVG)
		f->so_far = dx_num_add(f->scope.nums, f->so_far, item.number);
	else if ((dx_num_cmp(item.number, f->so_far) < 0) == (f->what == DX_FIGURE_MIN))
		f->so_far = item.number;
	if (f->so_far == NULL)
		return dx_eval_figure(f->run, f->list, NULL, &item);
	if (f->count % STRETCH == 0) {
		f->so_far = dx_num_copy(f->run->scope->nums, f->so_far);
		dx_nums_reset(f->scope.nums);
	}
	return 0;
}

int
dx_eval_figures(struct dx_formula_run *run, const struct dx_formula_node *n, enum dx_formula_figure what, struct dx_value *out)
{
	struct dx_nums *p = run->scope->nums;
	struct figures f = { .run = run, .list = n->u.operand[0], .what = what, .scope = *run->scope };
	const struct dx_num *figure;

	f.scope.nums = dx_nums_scratch(p);
	if (dx_eval_each(run, f.list, add_figure, &f) != 0)
		return -1;
	if (f.count == 0)
		return dx_eval_fail(run, f.list, "yields nothing, and %s of nothing is no number", n->call->name);
	figure = dx_num_copy(p, f.so_far);
	dx_nums_reset(f.scope.nums);
	if (what == DX_FIGURE_AVG)
		figure = dx_num_div(p, figure, dx_num_int(p, (int64_t)f.count));
	return dx_eval_figure(run, n, figure, out);
}

/* --- how many --- */

static int
add_count(void *ctx, const struct dx_spot *spot, const struct dx_value *v)
{
	if (spot == NULL)
		spot = v->spot;
	if (spot != NULL ? spot->node != NULL : v->type != DX_VALUE_NULL)
		++*(int64_t *)ctx;
	return 0;
}

int
dx_eval_count(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	const struct dx_formula_node *list = n->u.operand[0];
	struct dx_value v;
	int64_t count = 0;

	if (list->op == DX_FORMULA_PATH && !list->u.path->many) {
		if (dx_eval_node(run, list, &v) != 0)
			return -1;
		if (dx_formula_is_array(&v)) {
			*out = dx_formula_number(dx_num_int(run->scope->nums, v.spot->node->count));
			return 0;
		}
	}
	if (dx_eval_each(run, list, add_count, &count) != 0)
		return -1;
	*out = dx_formula_number(dx_num_int(run->scope->nums, count));
	return 0;
}

/* --- all, any --- */

struct votes {
	struct dx_formula_run		*run;
	const struct dx_formula_node	*list;
	size_t				 yes, no;
};

static int
add_vote(void *ctx, const struct dx_spot *spot, const struct dx_value *v)
{
	struct votes *t = ctx;
	struct dx_value item;

	if (item_value(t->run, t->list, t->run->scope, spot, v, &item) != 0)
		return -1;
	if (item.type != DX_VALUE_BOOL)
		return item_wrong(t->run, t->list, &item, "a boolean");
	if (item.b)
		t->yes++;
	else
		t->no++;
	return 0;
}

int
dx_eval_votes(struct dx_formula_run *run, const struct dx_formula_node *n, bool all, struct dx_value *out)
{
	struct votes t = { .run = run, .list = n->u.operand[0] };

	if (dx_eval_each(run, t.list, add_vote, &t) != 0)
		return -1;
	if (t.yes + t.no == 0)
		return dx_eval_fail(run, t.list, "yields nothing, and %s of nothing is neither true nor false", n->call->name);
	*out = dx_formula_bool(all ? t.no == 0 : t.yes != 0);
	return 0;
}

/* --- in --- */

struct search {
	struct dx_formula_run		*run;
	const struct dx_formula_node	*list;
	struct dx_value			 wanted;
	struct dx_value			 other;		/* one that cannot be compared */
	bool				 found, differs;
};

static int
look(void *ctx, const struct dx_spot *spot, const struct dx_value *v)
{
	struct search *s = ctx;
	struct dx_value item;
	int same;

	if (item_value(s->run, s->list, s->run->scope, spot, v, &item) != 0)
		return -1;
	same = dx_formula_same(s->run->scope, &item, &s->wanted);
	s->found = s->found || same == 1;
	if (same < 0 && !s->differs) {
		s->differs = true;
		s->other = item;
		s->other.spot = NULL;
	}
	return 0;
}

int
dx_eval_in(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	struct search s = { .run = run, .list = n->u.operand[1] };

	if (dx_eval_node(run, n->u.operand[0], &s.wanted) != 0)
		return -1;
	if (s.wanted.type == DX_VALUE_NULL || s.wanted.type == DX_VALUE_LIST || s.wanted.type == DX_VALUE_NODE)
		return dx_eval_wrong(run, n->u.operand[0], &s.wanted, "a scalar");
	if (dx_eval_each(run, s.list, look, &s) != 0)
		return -1;
	if (!s.found && s.differs)
		return dx_eval_fail(run, n, "compares %s with %s", dx_formula_kind(&s.wanted),
		    s.other.type == DX_VALUE_NODE ? "a list or an object" : dx_formula_kind(&s.other));
	*out = dx_formula_bool(s.found);
	return 0;
}
