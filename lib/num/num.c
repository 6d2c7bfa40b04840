/* num: the pool, and arithmetic.  What fits in a fraction of two int64 is computed here; big.c takes over where a result does not,
 * and hands back what fits again. */
#include <stdlib.h>

#include "num/inner.h"

const int64_t dx_pow10[DX_POW10_MAX + 1] = {
	INT64_C(1), INT64_C(10), INT64_C(100), INT64_C(1000), INT64_C(10000), INT64_C(100000), INT64_C(1000000),
	INT64_C(10000000),
	INT64_C(100000000), INT64_C(1000000000), INT64_C(10000000000), INT64_C(100000000000), INT64_C(1000000000000),
	INT64_C(10000000000000), INT64_C(100000000000000), INT64_C(1000000000000000), INT64_C(10000000000000000),
	INT64_C(100000000000000000), INT64_C(1000000000000000000),
};

struct dx_nums {
	struct dx_arena	 arena;
	struct dx_nums	*scratch;
};

/* --- the pool --- */

struct dx_nums *
dx_nums_new(void)
{
	struct dx_nums *p = dx_alloc(sizeof(*p));

	p->arena = (struct dx_arena){ 0 };
	p->scratch = NULL;
	return p;
}

void
dx_nums_reset(struct dx_nums *p)
{
	dx_arena_reset(&p->arena);
	if (p->scratch != NULL)
		dx_nums_reset(p->scratch);
}

void
dx_nums_free(struct dx_nums *p)
{
	if (p == NULL)
		return;
	dx_nums_free(p->scratch);
	dx_arena_release(&p->arena);
	free(p);
}

struct dx_nums *
dx_nums_scratch(struct dx_nums *p)
{
	if (p->scratch == NULL)
		p->scratch = dx_nums_new();
	return p->scratch;
}

/* --- keeping --- */

const struct dx_num *
dx_num_small(struct dx_arena *a, int64_t n, int64_t d)
{
	struct dx_num *out = dx_arena_alloc(a, sizeof(*out));

	out->n = n;
	out->d = d;
	return out;
}

const struct dx_num *
dx_num_copy(struct dx_nums *p, const struct dx_num *a)
{
	return a->d != 0 ? dx_num_small(&p->arena, a->n, a->d) : dx_big_copy(&p->arena, a);
}

const struct dx_num *
dx_num_int(struct dx_nums *p, int64_t value)
{
	return value != INT64_MIN ? dx_num_small(&p->arena, value, 1) : dx_big_parse(&p->arena, "9223372036854775808", true, 0);
}

const struct dx_num *
dx_num_parse(struct dx_nums *p, const char *text, size_t n)
{
	return dx_num_constant(&p->arena, text, n);
}

/* --- small ones --- */

static bool
add_small(struct dx_num a, struct dx_num b, struct dx_num *out)
{
	int64_t x, y;

	if (a.d == b.d) {
		out->d = a.d;
		return !__builtin_add_overflow(a.n, b.n, &out->n) && out->n != INT64_MIN;
	}
	/* decimals: one denominator mostly divides the other, and then need not grow */
	if (a.d % b.d == 0) {
		out->d = a.d;
		return !__builtin_mul_overflow(b.n, a.d / b.d, &y) && !__builtin_add_overflow(a.n, y, &out->n) &&
		    out->n != INT64_MIN;
	}
	if (b.d % a.d == 0) {
		out->d = b.d;
		return !__builtin_mul_overflow(a.n, b.d / a.d, &x) && !__builtin_add_overflow(x, b.n, &out->n) &&
		    out->n != INT64_MIN;
	}
	return !__builtin_mul_overflow(a.n, b.d, &x) && !__builtin_mul_overflow(b.n, a.d, &y) &&
	    !__builtin_add_overflow(x, y, &out->n) && !__builtin_mul_overflow(a.d, b.d, &out->d) && out->n != INT64_MIN;
}

static bool
mul_small(struct dx_num a, struct dx_num b, struct dx_num *out)
{
	return !__builtin_mul_overflow(a.n, b.n, &out->n) && !__builtin_mul_overflow(a.d, b.d, &out->d) && out->n != INT64_MIN;
}

static dx_uwide
gcd(dx_uwide x, dx_uwide y)
{
	while (y != 0) {
		dx_uwide rest = x % y;

		x = y;
		y = rest;
	}
	return x;
}

/* n/d in lowest terms, |n| and d below 2^127.  False: it does not fit. */
static bool
lowest(dx_wide n, dx_wide d, struct dx_num *out)
{
	dx_wide g = (dx_wide)gcd((dx_uwide)(n < 0 ? -n : n), (dx_uwide)d);

	n /= g;
	d /= g;
	*out = (struct dx_num){ (int64_t)n, (int64_t)d };
	return n <= INT64_MAX && n >= -INT64_MAX && d <= INT64_MAX;
}

static bool
compute_small(struct dx_num a, struct dx_num b, char op, struct dx_num *out)
{
	if (op == '-')
		b.n = -b.n;
	else if (op == '/')
		b = b.n < 0 ? (struct dx_num){ -b.d, -b.n } : (struct dx_num){ b.d, b.n };
	if (op == '+' || op == '-')
		return add_small(a, b, out) || lowest((dx_wide)a.n * b.d + (dx_wide)b.n * a.d, (dx_wide)a.d * b.d, out);
	return mul_small(a, b, out) || lowest((dx_wide)a.n * b.n, (dx_wide)a.d * b.d, out);
}

static const struct dx_num *
compute(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b, char op)
{
	struct dx_num out;

	if (a->d != 0 && b->d != 0 && compute_small(*a, *b, op, &out))
		return dx_num_small(&p->arena, out.n, out.d);
	return dx_big_compute(&p->arena, a, b, op);
}

/* --- arithmetic --- */

const struct dx_num *
dx_num_add(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return compute(p, a, b, '+');
}

const struct dx_num *
dx_num_sub(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return compute(p, a, b, '-');
}

const struct dx_num *
dx_num_mul(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return compute(p, a, b, '*');
}

const struct dx_num *
dx_num_div(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return dx_num_sign(b) == 0 ? NULL : compute(p, a, b, '/');
}

const struct dx_num *
dx_num_neg(struct dx_nums *p, const struct dx_num *a)
{
	return a->d != 0 ? dx_num_small(&p->arena, -a->n, a->d) : dx_big_neg(&p->arena, a);
}

const struct dx_num *
dx_num_abs(struct dx_nums *p, const struct dx_num *a)
{
	return dx_num_sign(a) < 0 ? dx_num_neg(p, a) : a;
}

dx_wide
dx_num_scale(const struct dx_num *a, unsigned places)
{
	dx_wide n = (dx_wide)a->n * dx_pow10[places], q = n / a->d, rest = n % a->d;

	if (rest < 0)
		rest = -rest;
	if (rest * 2 > a->d || (rest * 2 == a->d && (q & 1) != 0))
		q += a->n < 0 ? -1 : 1;
	return q;
}

const struct dx_num *
dx_num_round(struct dx_nums *p, const struct dx_num *a, unsigned places)
{
	dx_wide q = a->d != 0 && places <= DX_POW10_MAX ? dx_num_scale(a, places) : INT64_MIN;

	if (q <= INT64_MAX && q >= -INT64_MAX)
		return dx_num_small(&p->arena, (int64_t)q, dx_pow10[places]);
	return dx_big_round(&p->arena, a, places);
}

/* --- asking --- */

int
dx_num_sign(const struct dx_num *a)
{
	return a->d != 0 ? (a->n > 0) - (a->n < 0) : dx_big_sign(a);
}

int
dx_num_cmp(const struct dx_num *a, const struct dx_num *b)
{
	dx_wide x, y;

	if (a->d == 0)
		return dx_big_cmp(a, b);
	if (b->d == 0)
		return -dx_big_cmp(b, a);
	if (a->d == b->d)
		return (a->n > b->n) - (a->n < b->n);
	x = (dx_wide)a->n * b->d;
	y = (dx_wide)b->n * a->d;
	return (x > y) - (x < y);
}

size_t
dx_num_weight(const struct dx_num *a)
{
	return a->d != 0 ? 0 : dx_big_weight(a);
}

bool
dx_num_is_integer(const struct dx_num *a)
{
	return a->d != 0 ? a->n % a->d == 0 : dx_big_is_integer(a);
}

bool
dx_num_int64(const struct dx_num *a, int64_t *out)
{
	if (a->d == 0)
		return dx_big_int64(a, out);
	if (a->n % a->d != 0)
		return false;
	*out = a->n / a->d;
	return true;
}

/* The bound of section 1 as a fraction: 0.5 * 10^-places + 10^-9. */
static struct dx_num
tolerance(unsigned places)
{
	if (places <= 9)
		return (struct dx_num){ dx_pow10[9 - places] + 2, 2 * dx_pow10[9] };
	return (struct dx_num){ 2 * dx_pow10[places - 9] + 1, 2 * dx_pow10[places] };
}

/* a * b < c * d, or equal. */
static bool
products_ordered(dx_uwide a, uint64_t b, dx_uwide c, uint64_t d)
{
	dx_uwide low_ab = (dx_uwide)(uint64_t)a * b, low_cd = (dx_uwide)(uint64_t)c * d;
	dx_uwide high_ab = (a >> 64) * b + (low_ab >> 64), high_cd = (c >> 64) * d + (low_cd >> 64);

	return high_ab < high_cd || (high_ab == high_cd && (uint64_t)low_ab <= (uint64_t)low_cd);
}

bool
dx_num_approx(const struct dx_num *a, const struct dx_num *b, unsigned places)
{
	struct dx_num bound = tolerance(places <= 12 ? places : 12);
	dx_wide apart;

	if (a->d == 0 || b->d == 0)
		return dx_big_within(a, b, bound);
	apart = (dx_wide)a->n * b->d - (dx_wide)b->n * a->d;
	return products_ordered((dx_uwide)(apart < 0 ? -apart : apart), (uint64_t)bound.d, (dx_uwide)((dx_wide)a->d * b->d),
	    (uint64_t)bound.n);
}
