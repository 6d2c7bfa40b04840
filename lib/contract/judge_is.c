/* judge_is: expressions and jq programs as checks. */
#include <string.h>

#include "contract/judge_place.h"

static bool
same_spot(const struct dx_spot *a, const struct dx_spot *b)
{
	return a != NULL && b != NULL && (a == b || (a->node != NULL && a->node == b->node));
}

/* `op` as seen from the other side. */
static const char *
flipped(const char *op)
{
	if (op[0] == '<')
		return op[1] == '=' ? ">=" : ">";
	if (op[0] == '>')
		return op[1] == '=' ? "<=" : "<";
	return op;
}

/* expected and found of a comparison that did not hold: what is declared was found, the other side was expected. */
static bool
say_sides(struct dx_place *p)
{
	const struct dx_comparison *c = &p->rule->sides;
	struct dx_value left, right, swap;
	struct dx_buf unused = { 0 };
	const char *op = c->op;
	bool both;

	if (c->left == NULL)
		return false;
	both = dx_judge_eval(p->r, c->left, &left, &unused) == 0 && dx_judge_eval(p->r, c->right, &right, &unused) == 0;
	dx_buf_release(&unused);
	/* Seconds say less than the time they were made of; of a decimal as text the number says all. */
	if (!both || (left.type == DX_VALUE_NUMBER && p->count > 0 && p->subjects[0].value.type == DX_VALUE_TEXT &&
	    strstr(p->rule->is_text, "num(") == NULL))
		return false;
	if (same_spot(right.spot, p->where) && !same_spot(left.spot, p->where)) {
		swap = left;
		left = right;
		right = swap;
		op = flipped(op);
	}
	if (strcmp(op, "==") != 0 && strcmp(op, "~") != 0)
		dx_buf_printf(&p->v.expected, "%s ", op);
	dx_value_show(&right, &p->v.expected);
	dx_value_show(&left, &p->v.found);
	return true;
}

static void
fail_is(struct dx_place *p, const struct dx_value *v)
{
	p->judged = true;
	if (v->type != DX_VALUE_BOOL || !say_sides(p)) {
		dx_buf_reset(&p->v.expected);
		dx_buf_reset(&p->v.found);
		dx_buf_puts(&p->v.expected, p->rule->is_text);
		if (v->type != DX_VALUE_BOOL)
			dx_value_show(v, &p->v.found);
	}
	if (p->v.found.len == 0 && p->count > 0 && p->rule->at_count + (p->rule->each.formula != NULL) > 0)
		dx_place_fail(p, &p->subjects[0]);
	else {
		if (p->v.found.len == 0)
			dx_buf_puts(&p->v.found, "false");
		dx_place_fail_at(p, p->where);
	}
}

void
dx_place_is(struct dx_place *p)
{
	struct dx_run *r = p->r;
	struct dx_value v = { .type = DX_VALUE_NULL };
	struct dx_buf why = { 0 };
	int rc;

	dx_verdict_reset(&p->v);
	r->read_failed = false;
	rc = dx_judge_eval(r, p->rule->is, &v, &why);
	if (r->read_failed)
		dx_place_skip(p, p->where);
	else if (rc != 0)
		dx_place_unevaluable(p, p->rule->is_text, &why);
	else if (v.type != DX_VALUE_BOOL || !v.b)
		fail_is(p, &v);
	else
		p->judged = true;
	dx_buf_release(&why);
}

int
dx_place_jq(struct dx_place *p, const struct dx_spot *dot)
{
	struct dx_run *r = p->r;
	struct dx_json none = dx_json_null();
	int rc;

	if (r->c->jq == NULL || r->depth > 0)
		return dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID, "%s: a jq rule cannot be judged here", p->rule->id);
	if (dx_failed_covers(&r->failed, dot)) {
		dx_place_skip(p, p->where);
		return 0;
	}
	dx_verdict_reset(&p->v);
	rc = r->c->jq(r->c->ctx, p->n, dot->node != NULL ? dot->node : &none, r->c->params, &r->computed, &p->v.found, r->err);
	if (rc < 0)
		return -1;
	p->judged = true;
	if (rc == 1)
		return 0;
	dx_buf_puts(&p->v.expected, "exactly one true");
	dx_place_fail_at(p, p->where);
	return 0;
}
