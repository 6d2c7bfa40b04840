/* formula_eval: operators.  `and`, `or`, `if` and `??` look no further than they must. */
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "contract/formula_inner.h"

#define SHOWN	120	/* characters of an expression in words */

/* --- in words --- */

int
dx_eval_fail(struct dx_formula_run *run, const struct dx_formula_node *n, const char *fmt, ...)
{
	const char *s = run->formula->text + n->from;
	size_t len = (size_t)(n->to - n->from), shown = dx_utf8_cut(s, len, SHOWN);
	char words[256];
	va_list ap;

	if (run->why == NULL)
		return -1;
	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	dx_buf_add(run->why, s, shown);
	if (shown < len)
		dx_buf_puts(run->why, "...");
	dx_buf_printf(run->why, " %s", words);
	return -1;
}

int
dx_eval_wrong(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_value *v, const char *wanted)
{
	if (v->type == DX_VALUE_NULL)
		return dx_eval_fail(run, n, "is %s, where %s is needed", dx_formula_kind(v), wanted);
	return dx_eval_fail(run, n, "is %s, not %s", dx_formula_kind(v), wanted);
}

int
dx_eval_figure(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_num *x, struct dx_value *out)
{
	if (x == NULL)
		return dx_eval_fail(run, n, "is a figure of more than %d bits", DX_NUM_BITS);
	*out = dx_formula_number(x);
	return 0;
}

bool
dx_scope_spend(const struct dx_scope *scope, uint64_t n)
{
	if (scope->left == NULL)
		return true;
	*scope->left -= n < *scope->left ? n : *scope->left;
	return *scope->left > 0;
}

int
dx_eval_spend(struct dx_formula_run *run, const struct dx_formula_node *n, uint64_t values)
{
	return dx_scope_spend(run->scope, values) ? 0 : dx_eval_fail(run, n, "looks at more values than one run may");
}

/* --- operands of one type --- */

int
dx_eval_number(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_num **out)
{
	struct dx_value v;

	if (dx_eval_node(run, n, &v) != 0)
		return -1;
	if (v.type != DX_VALUE_NUMBER) {
		dx_eval_wrong(run, n, &v, "a number");
		return -1;
	}
	*out = v.number;
	return 0;
}

int
dx_eval_text(struct dx_formula_run *run, const struct dx_formula_node *n, const char **out)
{
	struct dx_value v;

	if (dx_eval_node(run, n, &v) != 0)
		return -1;
	if (v.type != DX_VALUE_TEXT) {
		dx_eval_wrong(run, n, &v, "a text");
		return -1;
	}
	*out = v.text;
	return 0;
}

static int
eval_bool(struct dx_formula_run *run, const struct dx_formula_node *n, bool *out)
{
	struct dx_value v;

	if (dx_eval_node(run, n, &v) != 0)
		return -1;
	if (v.type != DX_VALUE_BOOL) {
		dx_eval_wrong(run, n, &v, "a boolean");
		return -1;
	}
	*out = v.b;
	return 0;
}

/* --- operators --- */

static int
eval_if(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	bool holds;

	if (eval_bool(run, n->u.operand[0], &holds) != 0)
		return -1;
	return dx_eval_node(run, n->u.operand[holds ? 1 : 2], out);
}

/* Ends at the first operand that is `last`. */
static int
eval_logic(struct dx_formula_run *run, const struct dx_formula_node *n, bool last, struct dx_value *out)
{
	bool b = !last;

	for (size_t i = 0; i < n->count && b != last; i++) {
		if (eval_bool(run, n->u.operand[i], &b) != 0)
			return -1;
	}
	*out = dx_formula_bool(b);
	return 0;
}

static int
eval_alt(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	for (size_t i = 0; i < n->count; i++) {
		if (dx_eval_node(run, n->u.operand[i], out) != 0)
			return -1;
		if (out->type != DX_VALUE_NULL)
			break;
	}
	return 0;
}

#define JOINED_MAX	(64 << 10)	/* bytes */

/* Texts behind each other. */
static int
eval_joined(struct dx_formula_run *run, const struct dx_formula_node *n, const char *first, struct dx_value *out)
{
	struct dx_buf all = { 0 };
	const char *s = "";
	int rc = 0;

	if (strlen(first) > JOINED_MAX)
		return dx_eval_fail(run, n, "is a text of more than %d bytes", JOINED_MAX);
	dx_buf_puts(&all, first);
	for (size_t i = 1; i < n->count && rc == 0; i++) {
		rc = n->sign[i] != '+' ? dx_eval_fail(run, n, "subtracts from a text") : dx_eval_text(run, n->u.operand[i], &s);
		if (rc == 0 && all.len + strlen(s) > JOINED_MAX)
			rc = dx_eval_fail(run, n, "is a text of more than %d bytes", JOINED_MAX);
		if (rc == 0)
			dx_buf_puts(&all, s);
	}
	if (rc == 0)
		*out = dx_formula_text(dx_arena_dup(run->scope->arena, all.len > 0 ? all.data : "", all.len));
	dx_buf_release(&all);
	return rc;
}

static int
eval_arithmetic(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	struct dx_nums *p = run->scope->nums;
	const struct dx_num *all, *x;
	struct dx_value first;

	if (dx_eval_node(run, n->u.operand[0], &first) != 0)
		return -1;
	if (first.type == DX_VALUE_TEXT && n->op == DX_FORMULA_SUM)
		return eval_joined(run, n, first.text, out);
	if (first.type != DX_VALUE_NUMBER)
		return dx_eval_wrong(run, n->u.operand[0], &first, "a number");
	all = first.number;
	for (size_t i = 1; i < n->count && all != NULL; i++) {
		if (dx_eval_number(run, n->u.operand[i], &x) != 0)
			return -1;
		if (dx_eval_spend(run, n, dx_num_weight(all) + dx_num_weight(x)) != 0)
			return -1;
		if (n->sign[i] == '/' && dx_num_sign(x) == 0)
			return dx_eval_fail(run, n, "divides by zero");
		all = n->sign[i] == '+' ? dx_num_add(p, all, x) : n->sign[i] == '-' ? dx_num_sub(p, all, x) :
		    n->sign[i] == '*' ? dx_num_mul(p, all, x) : dx_num_div(p, all, x);
	}
	return dx_eval_figure(run, n, all, out);
}

static int
differ(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_value *a, const struct dx_value *b)
{
	return dx_eval_fail(run, n, "compares %s with %s", dx_formula_kind(a), dx_formula_kind(b));
}

static int
eval_equal(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_value *a, const struct dx_value *b,
    struct dx_value *out)
{
	int same = dx_formula_same(run->scope, a, b);

	if (same < 0)
		return differ(run, n, a, b);
	*out = dx_formula_bool((same == 1) == (n->sign[0] == DX_CMP_EQ));
	return 0;
}

static int
eval_compare(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	enum dx_formula_compare how = (enum dx_formula_compare)n->sign[0];
	struct dx_value a, b;
	int c;

	if (dx_eval_node(run, n->u.operand[0], &a) != 0 || dx_eval_node(run, n->u.operand[1], &b) != 0)
		return -1;
	if (how == DX_CMP_EQ || how == DX_CMP_NE)
		return eval_equal(run, n, &a, &b, out);
	if (a.type != b.type || (a.type != DX_VALUE_NUMBER && a.type != DX_VALUE_TEXT))
		return differ(run, n, &a, &b);
	c = a.type == DX_VALUE_NUMBER ? dx_num_cmp(a.number, b.number) : strcmp(a.text, b.text);
	*out = dx_formula_bool(how == DX_CMP_LT ? c < 0 : how == DX_CMP_LE ? c <= 0 : how == DX_CMP_GT ? c > 0 : c >= 0);
	return 0;
}

static int
eval_not(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	bool b;

	if (eval_bool(run, n->u.operand[0], &b) != 0)
		return -1;
	*out = dx_formula_bool(!b);
	return 0;
}

static int
eval_negate(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	const struct dx_num *x;

	if (dx_eval_number(run, n->u.operand[0], &x) != 0)
		return -1;
	*out = dx_formula_number(dx_num_neg(run->scope->nums, x));
	return 0;
}

int
dx_eval_node(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	switch (n->op) {
	case DX_FORMULA_CONSTANT:
		*out = *n->u.constant;
		return 0;
	case DX_FORMULA_PATH:
		return dx_eval_path(run, n, out);
	case DX_FORMULA_CALL:
		return n->call->fn(run, n, out);
	case DX_FORMULA_IF:
		return eval_if(run, n, out);
	case DX_FORMULA_OR:
		return eval_logic(run, n, true, out);
	case DX_FORMULA_AND:
		return eval_logic(run, n, false, out);
	case DX_FORMULA_ALT:
		return eval_alt(run, n, out);
	case DX_FORMULA_SUM:
	case DX_FORMULA_PRODUCT:
		return eval_arithmetic(run, n, out);
	case DX_FORMULA_NOT:
		return eval_not(run, n, out);
	case DX_FORMULA_NEGATE:
		return eval_negate(run, n, out);
	case DX_FORMULA_COMPARE:
		return eval_compare(run, n, out);
	}
	return -1;
}

int
dx_formula_eval(const struct dx_formula *f, const struct dx_scope *scope, struct dx_value *out, struct dx_buf *why)
{
	struct dx_formula_run run = { .formula = f, .scope = scope, .why = why };

	return dx_eval_node(&run, f->root, out);
}
