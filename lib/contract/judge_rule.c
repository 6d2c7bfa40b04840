/* judge_rule: one rule over the places that it is judged at (evidence page 2.1, "Order and skipping"). */
#include "contract/judge_place.h"

/* 1: the rule applies here; 0: it does not, or has failed or is skipped already. */
static int
applies(struct dx_place *p)
{
	struct dx_run *r = p->r;
	struct dx_value v = { .type = DX_VALUE_NULL };
	struct dx_buf why = { 0 };
	int rc;

	if (p->rule->when == NULL)
		return 1;
	r->read_failed = false;
	rc = dx_judge_eval(r, p->rule->when, &v, &why);
	if (r->read_failed) {
		dx_place_skip(p, p->where);
	} else if (rc != 0 || v.type != DX_VALUE_BOOL) {
		if (rc == 0)
			dx_value_show(&v, &why);
		dx_place_unevaluable(p, "true or false from `when`", &why);
	}
	dx_buf_release(&why);
	return !p->failed && !p->skipped && v.type == DX_VALUE_BOOL && v.b;
}

/* A path that yields nothing because its list has failed: that is worth a line. */
static bool
empty_of_failed(struct dx_place *p, const struct dx_path *path)
{
	const struct dx_spot *list = path != NULL ? dx_place_list(p->r, path) : NULL;

	if (list == NULL || !dx_failed_covers(&p->r->failed, list))
		return false;
	dx_place_skip(p, list);
	return true;
}

static int
judge_place(struct dx_place *p, const struct dx_spot *dot)
{
	const struct dx_contract_rule *rule = p->rule;

	p->where = dot;
	p->r->scope.dot = dot;
	p->failed = p->skipped = false;
	dx_verdict_reset(&p->v);
	if (!applies(p) || dx_place_gather(p, dot) != 0)
		return 0;
	if (p->count == 0 && rule->at_count == 1 && empty_of_failed(p, &rule->at[0]))
		return 0;
	if (dx_rule_checks_single(rule) && rule->some)
		dx_place_some(p);
	else if (dx_rule_checks_single(rule))
		dx_place_each(p);
	if (!p->failed || rule->unique)
		dx_place_together(p);
	if (!p->failed && !p->skipped && rule->is != NULL) {
		if (rule->at_count > 0 && dx_failed_covers(&p->r->failed, p->where))
			dx_place_skip(p, p->where);
		else
			dx_place_is(p);
	}
	if (!p->failed && !p->skipped && rule->jq != NULL)
		return dx_place_jq(p, dot);
	return 0;
}

static int
judge_for(struct dx_place *p)
{
	struct dx_run *r = p->r;
	const struct dx_spot *const *spots, *document = r->scope.dot;
	struct dx_buf why = { 0 };
	size_t count = 0;
	int rc = 0;

	r->scope.arena = &r->each;
	r->read_failed = false;
	if (dx_formula_spots(p->rule->each.formula, &r->scope, &spots, &count, &why) != 0) {
		p->where = document;
		if (r->read_failed)
			dx_place_skip(p, document);
		else
			dx_place_unevaluable(p, p->rule->each.text, &why);
	} else if (count == 0) {
		(void)empty_of_failed(p, &p->rule->each);
	}
	dx_buf_release(&why);
	r->scope.arena = &r->place;
	r->in_for = true;
	for (size_t i = 0; i < count && rc == 0 && !dx_tally_over(r->tally); i++) {
		dx_arena_reset(&r->place);
		dx_nums_reset(r->scratch);
		r->tally->places++;
		r->for_index = i;
		r->for_spot = spots[i];
		rc = judge_place(p, spots[i]);
	}
	r->in_for = false;
	r->scope.dot = document;
	return rc;
}

int
dx_judge_rule(struct dx_run *r, size_t n)
{
	struct dx_place p = { .r = r, .n = n, .rule = &r->contract->rules[n] };
	const struct dx_spot *document = r->scope.dot;
	int rc;

	dx_arena_reset(&r->each);
	dx_arena_reset(&r->place);
	dx_nums_reset(r->scratch);
	rc = p.rule->each.formula != NULL ? judge_for(&p) : judge_place(&p, document);
	dx_verdict_release(&p.v);
	r->tally->judged += p.judged;
	dx_failed_settle(&r->failed);
	return rc;
}
