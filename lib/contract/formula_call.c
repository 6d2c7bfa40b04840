/* formula_call: functions. */
#include <stdlib.h>

#include "base/text.h"
#include "base/time.h"
#include "contract/formula_inner.h"

static const struct dx_formula_node *
operand(const struct dx_formula_node *n, size_t i)
{
	return n->u.operand[i];
}

/* --- lists --- */

static int
call_sum(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return dx_eval_figures(run, n, DX_FIGURE_SUM, out);
}

static int
call_min(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return dx_eval_figures(run, n, DX_FIGURE_MIN, out);
}

static int
call_max(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return dx_eval_figures(run, n, DX_FIGURE_MAX, out);
}

static int
call_avg(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return dx_eval_figures(run, n, DX_FIGURE_AVG, out);
}

static int
call_all(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return dx_eval_votes(run, n, true, out);
}

static int
call_any(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return dx_eval_votes(run, n, false, out);
}

/* --- figures --- */

static int
call_abs(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	const struct dx_num *x;

	if (dx_eval_number(run, operand(n, 0), &x) != 0)
		return -1;
	*out = dx_formula_number(dx_num_abs(run->scope->nums, x));
	return 0;
}

static int
call_approx(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	const struct dx_num *a, *b, *places;
	int64_t p;

	if (dx_eval_number(run, operand(n, 0), &a) != 0 || dx_eval_number(run, operand(n, 1), &b) != 0 ||
	    dx_eval_number(run, operand(n, 2), &places) != 0)
		return -1;
	if (!dx_num_int64(places, &p) || p < 0 || p > 12)
		return dx_eval_fail(run, operand(n, 2), "is not a whole number of places from 0 to 12");
	*out = dx_formula_bool(dx_num_approx(a, b, (unsigned)p));
	return 0;
}

static int
call_round(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	const struct dx_num *x, *places;
	int64_t p;

	if (dx_eval_number(run, operand(n, 0), &x) != 0 || dx_eval_number(run, operand(n, 1), &places) != 0)
		return -1;
	if (!dx_num_int64(places, &p) || p < 0 || p > 12)
		return dx_eval_fail(run, operand(n, 1), "is not a whole number of places from 0 to 12");
	return dx_eval_figure(run, n, dx_num_round(run->scope->nums, x, (unsigned)p), out);
}

static int
call_margin(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	struct dx_nums *p = run->scope->nums;
	const struct dx_num *revenue, *cost, *left;

	if (dx_eval_number(run, operand(n, 0), &revenue) != 0 || dx_eval_number(run, operand(n, 1), &cost) != 0)
		return -1;
	if (dx_num_sign(revenue) == 0)
		return dx_eval_fail(run, operand(n, 0), "is zero, which has no margin");
	left = dx_num_sub(p, revenue, cost);
	if (left != NULL)
		left = dx_num_div(p, left, revenue);
	if (left != NULL)
		left = dx_num_mul(p, left, dx_num_int(p, 100));
	return dx_eval_figure(run, n, left, out);
}

/* --- times --- */

#define YEAR_1		(INT64_C(-62135596800) * 1000000)	/* times that base/time knows */
#define YEAR_10000	(INT64_C(253402300800) * 1000000)

typedef bool	moment_fn(struct dx_nums *p, const struct dx_value *v, const struct dx_num **out);

/* A time as text, or a computed number of seconds ($now, what ts gave); a number in a document is no time. */
static bool
time_of(struct dx_nums *p, const struct dx_value *v, int64_t *us)
{
	const struct dx_num *x;

	if (v->type == DX_VALUE_TEXT)
		return dx_time_parse(v->text, us, NULL) == 0;
	if (v->type != DX_VALUE_NUMBER || v->spot != NULL)
		return false;
	x = dx_num_mul(p, v->number, dx_num_int(p, 1000000));
	return x != NULL && dx_num_int64(x, us) && *us >= YEAR_1 && *us < YEAR_10000;
}

static bool
seconds(struct dx_nums *p, const struct dx_value *v, const struct dx_num **out)
{
	int64_t us;

	if (!time_of(p, v, &us))
		return false;
	*out = us % 1000000 == 0 ? dx_num_int(p, us / 1000000) : dx_num_div(p, dx_num_int(p, us), dx_num_int(p, 1000000));
	return true;
}

/* The day of a date, or in UTC of a time. */
static bool
day_of(struct dx_nums *p, const struct dx_value *v, int64_t *day)
{
	int64_t us;

	if (v->type == DX_VALUE_TEXT && dx_date_parse(v->text, day))
		return true;
	if (!time_of(p, v, &us))
		return false;
	*day = dx_day_of(us);
	return true;
}

static bool
days(struct dx_nums *p, const struct dx_value *v, const struct dx_num **out)
{
	int64_t day;

	if (!day_of(p, v, &day))
		return false;
	*out = dx_num_int(p, day);
	return true;
}

static bool
months(struct dx_nums *p, const struct dx_value *v, const struct dx_num **out)
{
	struct dx_value first = *v;
	char date[DX_DATE_TEXT];
	int64_t day, month, year;

	if (v->type == DX_VALUE_TEXT && strlen(v->text) == 7) {
		memcpy(date, v->text, 7);
		memcpy(date + 7, "-01", 4);
		first.text = date;
	}
	if (!day_of(p, &first, &day))
		return false;
	dx_date_print(day, date);
	year = (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + (date[3] - '0');
	month = (date[5] - '0') * 10 + (date[6] - '0');
	*out = dx_num_int(p, year * 12 + month - 1);
	return true;
}

static int
moment(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_value *v, moment_fn *fn, const char *wanted,
    struct dx_value *out)
{
	const struct dx_num *x;

	if (fn(run->scope->nums, v, &x)) {
		*out = dx_formula_number(x);
		return 0;
	}
	if (v->type != DX_VALUE_TEXT)
		return dx_eval_wrong(run, operand(n, 0), v, wanted);
	return dx_eval_fail(run, operand(n, 0), "is \"%.*s\", not %s", (int)dx_utf8_cut(v->text, strlen(v->text), 40),
	    v->text, wanted);
}

/* Of a list, a list. */
static int
moments(struct dx_formula_run *run, const struct dx_formula_node *n, moment_fn *fn, const char *wanted, struct dx_value *out)
{
	struct dx_value *items;
	struct dx_value v;

	if (dx_eval_node(run, operand(n, 0), &v) != 0)
		return -1;
	if (v.type != DX_VALUE_LIST)
		return moment(run, n, &v, fn, wanted, out);
	items = dx_arena_alloc(run->scope->arena, dx_size_mul(v.count, sizeof(*items)));
	for (size_t i = 0; i < v.count; i++) {
		if (moment(run, n, &v.items[i], fn, wanted, &items[i]) != 0)
			return -1;
	}
	*out = (struct dx_value){ .type = DX_VALUE_LIST, .items = items, .count = v.count };
	return 0;
}

/* A decimal as text, which documents of ours have; a number is one already. */
static bool
decimal(struct dx_nums *p, const struct dx_value *v, const struct dx_num **out)
{
	*out = v->type == DX_VALUE_NUMBER ? v->number : v->type == DX_VALUE_TEXT ? dx_num_parse(p, v->text, strlen(v->text)) : NULL;
	return *out != NULL;
}

static int
call_num(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return moments(run, n, decimal, "a decimal", out);
}

static int
call_ts(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return moments(run, n, seconds, "a time", out);
}

static int
call_date(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return moments(run, n, days, "a date", out);
}

static int
call_month(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return moments(run, n, months, "a month", out);
}

/* --- texts --- */

static int
rewritten(struct dx_formula_run *run, const struct dx_formula_node *n, void (*fn)(const char *s, struct dx_buf *to),
    struct dx_value *out)
{
	struct dx_buf to = { 0 };
	const char *s;

	if (dx_eval_text(run, operand(n, 0), &s) != 0 || dx_eval_spend(run, n, strlen(s) / DX_FORMULA_BYTES) != 0)
		return -1;
	fn(s, &to);
	*out = dx_formula_text(dx_arena_dup(run->scope->arena, to.data, to.len));
	dx_buf_release(&to);
	return 0;
}

static int
call_lower(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return rewritten(run, n, dx_text_lower, out);
}

static int
call_ident(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return rewritten(run, n, dx_text_identity, out);
}

/* The canonical name of a database engine (3.1). */
static void
engine(const char *s, struct dx_buf *to)
{
	size_t before = to->len;
	char *name, *cut;

	dx_text_fold(s, to);
	if (to->len == before)
		return;
	name = to->data + before;
	if ((cut = strstr(name, "://")) != NULL)
		*cut = '\0';
	if ((cut = strchr(name, '+')) != NULL)
		*cut = '\0';
	to->len = before + strlen(name);
	if (dx_starts(name, "postgres") || dx_starts(name, "sqlite")) {
		const char *plain = *name == 'p' ? "postgresql" : "sqlite";

		to->len = before;
		dx_buf_puts(to, plain);
	}
}

static int
call_engine(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	return rewritten(run, n, engine, out);
}

static int
call_starts(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out)
{
	const char *s, *with;

	if (dx_eval_text(run, operand(n, 0), &s) != 0 || dx_eval_text(run, operand(n, 1), &with) != 0)
		return -1;
	*out = dx_formula_bool(dx_starts(s, with));
	return 0;
}

/* --- the table --- */

static const struct dx_formula_call calls[] = {
	{ "abs", 1, call_abs },
	{ "all", 1, call_all },
	{ "any", 1, call_any },
	{ "approx", 3, call_approx },
	{ "avg", 1, call_avg },
	{ "count", 1, dx_eval_count },
	{ "date", 1, call_date },
	{ "engine", 1, call_engine },
	{ "ident", 1, call_ident },
	{ "in", 2, dx_eval_in },
	{ "lower", 1, call_lower },
	{ "margin", 2, call_margin },
	{ "max", 1, call_max },
	{ "min", 1, call_min },
	{ "month", 1, call_month },
	{ "num", 1, call_num },
	{ "round", 2, call_round },
	{ "starts", 2, call_starts },
	{ "sum", 1, call_sum },
	{ "ts", 1, call_ts },
};

const struct dx_formula_call *
dx_formula_call_find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (strlen(calls[i].name) == len && memcmp(calls[i].name, name, len) == 0)
			return &calls[i];
	}
	return NULL;
}
