/* judge_each: the checks of the values of one place, each by itself and all together. */
#include <string.h>

#include "contract/judge_place.h"

bool
dx_rule_checks_single(const struct dx_contract_rule *rule)
{
	return dx_rule_checks_values(rule) || dx_rule_checks_files(rule);
}

/* 1 passed, 0 failed (the verdict says why), -1 it reads what has failed. */
static int
check_one(struct dx_place *p, const struct dx_subject *s)
{
	struct dx_run *r = p->r;

	dx_verdict_reset(&p->v);
	if (dx_failed_covers(&r->failed, s->spot))
		return -1;
	r->read_failed = false;
	dx_judge_check(r, p->rule, s, &p->v);
	if (!p->v.failed && dx_rule_checks_files(p->rule) && r->c->left_out != NULL)
		*r->c->left_out = true;
	else if (!p->v.failed && dx_rule_checks_files(p->rule))
		dx_judge_file(r, p->rule, s, &p->v);
	return r->read_failed ? -1 : !p->v.failed;
}

void
dx_place_each(struct dx_place *p)
{
	for (size_t i = 0; i < p->count && !dx_tally_over(p->r->tally); i++) {
		int rc = check_one(p, &p->subjects[i]);

		if (rc < 0) {
			dx_place_skip(p, p->subjects[i].spot);
			continue;
		}
		p->judged = true;
		p->passed[i] = rc == 1;
		if (rc == 0)
			dx_place_fail(p, &p->subjects[i]);
	}
}

/* The list that `some` and `covers` speak of. */
static const struct dx_spot *
list_place(struct dx_place *p)
{
	const struct dx_spot *list = p->rule->at_count > 0 ? dx_place_list(p->r, &p->rule->at[0]) : NULL;

	return list != NULL ? list : p->where;
}

void
dx_place_some(struct dx_place *p)
{
	const struct dx_spot *list = list_place(p);
	bool unread = dx_failed_covers(&p->r->failed, list);

	for (size_t i = 0; i < p->count && !dx_tally_over(p->r->tally); i++) {
		int rc = check_one(p, &p->subjects[i]);

		if (rc == 1) {
			memset(p->passed, 1, p->count);
			p->judged = true;
			return;
		}
		unread |= rc < 0;
	}
	if (unread) {
		dx_place_skip(p, list);
		return;
	}
	p->judged = true;
	if (p->count == 0)
		dx_buf_puts(&p->v.expected, "one value that passes");
	dx_buf_reset(&p->v.found);
	dx_buf_printf(&p->v.found, "none of %zu", p->count);
	p->v.sub = NULL;
	dx_place_fail_at(p, list);
}

/* --- all values together --- */

/* The values among which nothing has failed, neither here nor before. */
static size_t
sound(struct dx_place *p, struct dx_subject **out)
{
	size_t n = 0;

	*out = dx_arena_alloc(&p->r->place, dx_size_mul(p->count + 1, sizeof(**out)));
	for (size_t i = 0; i < p->count; i++)
		if (dx_rule_checks_single(p->rule) ? p->passed[i] : !dx_failed_covers(&p->r->failed, p->subjects[i].spot))
			(*out)[n++] = p->subjects[i];
	return n;
}

static void
check_unique(struct dx_place *p, const struct dx_subject *s, size_t n)
{
	size_t *repeated = dx_arena_alloc(&p->r->place, dx_size_mul(n + 1, sizeof(*repeated)));
	size_t found = dx_judge_repeated(p->r, p->rule, s, n, repeated);

	p->judged |= n > 0;
	for (size_t i = 0; i < n; i++) {
		if (!s[i].unreadable)
			continue;
		dx_verdict_reset(&p->v);
		dx_buf_puts(&p->v.expected, "a number that can be compared");
		dx_place_fail(p, &s[i]);
	}
	for (size_t i = 0; i < found; i++) {
		dx_verdict_reset(&p->v);
		dx_buf_puts(&p->v.expected, "no value twice");
		dx_place_fail(p, &s[repeated[i]]);
	}
}

static void
check_covers(struct dx_place *p, const struct dx_subject *s, size_t n)
{
	const struct dx_spot *list = list_place(p);

	dx_verdict_reset(&p->v);
	p->r->read_failed = false;
	dx_judge_covers(p->r, p->rule, s, n, &p->v);
	if (!p->v.failed) {
		p->judged = true;
	} else if (p->r->read_failed || n < p->count || dx_failed_covers(&p->r->failed, list)) {
		if (!p->failed)
			dx_place_skip(p, list);
	} else {
		p->judged = true;
		dx_place_fail_at(p, list);
	}
}

void
dx_place_together(struct dx_place *p)
{
	struct dx_subject *s;
	size_t n;

	if (!p->rule->unique && !p->rule->covers.given)
		return;
	n = sound(p, &s);
	if (p->rule->unique)
		check_unique(p, s, n);
	if (p->rule->covers.given)
		check_covers(p, s, n);
}
