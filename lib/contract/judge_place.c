/* judge_place: what `at` yields at one place of a rule, and what is said of it. */
#include <string.h>

#include "contract/judge_place.h"

/* What a failure found, where no check said more. */
static void
say_found(struct dx_verdict *v, const struct dx_subject *s)
{
	if (v->found.len > 0)
		return;
	if (s->unreadable)
		dx_buf_puts(&v->found, "a number beyond all bounds");
	else if (s->absent && (s->spot->node == NULL || s->spot->node->type != DX_JSON_NULL))
		dx_buf_puts(&v->found, "absent");
	else
		dx_value_show(&s->value, &v->found);
}

void
dx_place_fail(struct dx_place *p, const struct dx_subject *s)
{
	say_found(&p->v, s);
	dx_tally_fail(p->r, p->rule, s->spot, &p->v);
	p->failed = true;
}

void
dx_place_fail_at(struct dx_place *p, const struct dx_spot *where)
{
	dx_tally_fail(p->r, p->rule, where, &p->v);
	p->failed = true;
}

void
dx_place_skip(struct dx_place *p, const struct dx_spot *where)
{
	dx_tally_skip(p->r, p->rule, where);
	p->skipped = true;
}

const struct dx_spot *
dx_place_list(struct dx_run *r, const struct dx_path *path)
{
	const struct dx_spot *const *spots;
	struct dx_buf why = { 0 };
	size_t count = 0;
	bool before = r->read_failed;
	int rc;

	if (path->list == NULL)
		return NULL;
	rc = dx_formula_spots(path->list, &r->scope, &spots, &count, &why);
	r->read_failed = before;
	dx_buf_release(&why);
	return rc == 0 && count > 0 ? spots[0] : NULL;
}

void
dx_place_unevaluable(struct dx_place *p, const char *text, const struct dx_buf *why)
{
	dx_buf_puts(&p->v.expected, text);
	dx_buf_puts(&p->v.found, why->len > 0 ? why->data : "no value");
	p->judged = true;
	dx_place_fail_at(p, p->where);
}

/* One path of `at`: its places behind those before.  -1: it cannot be walked, and the rule has failed or is skipped. */
static int
gather(struct dx_place *p, const struct dx_path *path, const struct dx_spot ***all, size_t *n)
{
	struct dx_run *r = p->r;
	const struct dx_spot *const *spots, **joined;
	struct dx_buf why = { 0 };
	size_t count;
	int rc = dx_formula_spots(path->formula, &r->scope, &spots, &count, &why);

	if (rc != 0) {
		if (r->read_failed)
			dx_place_skip(p, p->where);
		else
			dx_place_unevaluable(p, path->text, &why);
		dx_buf_release(&why);
		return -1;
	}
	dx_buf_release(&why);
	joined = dx_arena_alloc(&r->place, dx_size_mul(*n + count + 1, sizeof(struct dx_spot *)));
	if (*n > 0)
		memcpy(joined, *all, *n * sizeof(*joined));
	if (count > 0)
		memcpy(joined + *n, spots, count * sizeof(*joined));
	*all = joined;
	*n += count;
	return 0;
}

int
dx_place_gather(struct dx_place *p, const struct dx_spot *dot)
{
	struct dx_run *r = p->r;
	const struct dx_spot **spots = &dot, *list;
	size_t n = p->rule->at_count == 0;

	for (size_t i = 0; i < p->rule->at_count; i++)
		if (gather(p, &p->rule->at[i], &spots, &n) != 0)
			return -1;
	r->tally->places += n;
	if (dx_tally_over(r->tally))
		return -1;
	p->subjects = dx_arena_alloc(&r->place, dx_size_mul(n + 1, sizeof(*p->subjects)));
	p->passed = dx_arena_alloc(&r->place, n + 1);
	memset(p->passed, 0, n + 1);
	p->count = n;
	for (size_t i = 0; i < n; i++)
		dx_judge_subject(r, p->rule, spots[i], &p->subjects[i]);
	if (n > 0)
		p->where = spots[0];
	else if ((list = dx_place_list(r, &p->rule->at[0])) != NULL)
		p->where = list;
	return 0;
}
