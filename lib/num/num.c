/* num: the pool, and arithmetic.  What fits in a fraction of two int64 is computed there; GMP takes over where an operation
 * overflows, and hands back what fits again. */
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
	mpq_t		 x, y, r;	/* two operands and a result */
};

/* --- the pool --- */

static void *
regrow(void *p, size_t before, size_t size)
{
	(void)before;
	return dx_realloc(p, size);
}

static void
drop(void *p, size_t size)
{
	(void)size;
	free(p);
}

struct dx_nums *
dx_nums_new(void)
{
	struct dx_nums *p = dx_alloc(sizeof(*p));
	void *(*alloc)(size_t);

	mp_get_memory_functions(&alloc, NULL, NULL);
	if (alloc != dx_alloc)		/* else GMP ends the process in its own way when memory runs out */
		mp_set_memory_functions(dx_alloc, regrow, drop);
	p->arena = (struct dx_arena){ 0 };
	p->scratch = NULL;
	mpq_inits(p->x, p->y, p->r, NULL);
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
	mpq_clears(p->x, p->y, p->r, NULL);
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

static mpq_srcptr
big_of(const struct dx_num *a)
{
	return ((const struct dx_big *)(const void *)a)->q;
}

const struct dx_num *
dx_num_small(struct dx_arena *a, int64_t n, int64_t d)
{
	struct dx_num *out = dx_arena_alloc(a, sizeof(*out));

	out->n = n;
	out->d = d;
	return out;
}

mpq_srcptr
dx_num_view(const struct dx_num *a, mpq_ptr tmp)
{
	if (a->d == 0)
		return big_of(a);
	mpz_set_si(mpq_numref(tmp), a->n);
	mpz_set_si(mpq_denref(tmp), a->d);
	mpq_canonicalize(tmp);
	return tmp;
}

static bool
fits(mpz_srcptr z)
{
	return mpz_fits_slong_p(z) != 0 && mpz_get_si(z) != INT64_MIN;
}

static void
keep_limbs(struct dx_arena *a, mpz_ptr out, mpz_srcptr z)
{
	size_t n = mpz_size(z);
	mp_limb_t *limbs = dx_arena_alloc(a, n * sizeof(*limbs));

	mpn_copyi(limbs, mpz_limbs_read(z), (mp_size_t)n);
	mpz_roinit_n(out, limbs, mpz_sgn(z) < 0 ? -(mp_size_t)n : (mp_size_t)n);
}

const struct dx_num *
dx_num_store(struct dx_arena *a, mpq_srcptr q)
{
	mpz_srcptr n = mpq_numref(q), d = mpq_denref(q);
	struct dx_big *out;

	if (fits(n) && fits(d))
		return dx_num_small(a, mpz_get_si(n), mpz_get_si(d));
	if (mpz_sizeinbase(n, 2) > DX_NUM_BITS || mpz_sizeinbase(d, 2) > DX_NUM_BITS)
		return NULL;
	out = dx_arena_alloc(a, sizeof(*out));
	out->head = (struct dx_num){ 0 };
	keep_limbs(a, mpq_numref(out->q), n);
	keep_limbs(a, mpq_denref(out->q), d);
	return &out->head;
}

const struct dx_num *
dx_num_copy(struct dx_nums *p, const struct dx_num *a)
{
	return a->d != 0 ? dx_num_small(&p->arena, a->n, a->d) : dx_num_store(&p->arena, big_of(a));
}

const struct dx_num *
dx_num_int(struct dx_nums *p, int64_t value)
{
	if (value != INT64_MIN)
		return dx_num_small(&p->arena, value, 1);
	mpq_set_si(p->r, value, 1);
	return dx_num_store(&p->arena, p->r);
}

const struct dx_num *
dx_num_parse(struct dx_nums *p, const char *text, size_t n)
{
	return dx_num_constant(&p->arena, text, n);
}

/* --- small ones --- */

static int64_t
gcd(int64_t a, int64_t b)
{
	uint64_t x = a < 0 ? -(uint64_t)a : (uint64_t)a, y = (uint64_t)b;

	while (y != 0) {
		uint64_t rest = x % y;

		x = y;
		y = rest;
	}
	return (int64_t)x;
}

static struct dx_num
lowest(struct dx_num a)
{
	int64_t g = gcd(a.n, a.d);

	return (struct dx_num){ a.n / g, a.d / g };
}

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

typedef bool	small_fn(struct dx_num a, struct dx_num b, struct dx_num *out);
typedef void	big_fn(mpq_ptr out, mpq_srcptr a, mpq_srcptr b);

static const struct dx_num *
compute(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b, small_fn *small, big_fn *big)
{
	struct dx_num out;

	if (a->d != 0 && b->d != 0 && (small(*a, *b, &out) || small(lowest(*a), lowest(*b), &out)))
		return dx_num_small(&p->arena, out.n, out.d);
	big(p->r, dx_num_view(a, p->x), dx_num_view(b, p->y));
	return dx_num_store(&p->arena, p->r);
}

/* --- arithmetic --- */

const struct dx_num *
dx_num_add(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return compute(p, a, b, add_small, mpq_add);
}

static bool
sub_small(struct dx_num a, struct dx_num b, struct dx_num *out)
{
	b.n = -b.n;
	return add_small(a, b, out);
}

const struct dx_num *
dx_num_sub(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return compute(p, a, b, sub_small, mpq_sub);
}

const struct dx_num *
dx_num_mul(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return compute(p, a, b, mul_small, mpq_mul);
}

static bool
div_small(struct dx_num a, struct dx_num b, struct dx_num *out)
{
	struct dx_num inverse = b.n < 0 ? (struct dx_num){ -b.d, -b.n } : (struct dx_num){ b.d, b.n };

	return mul_small(a, inverse, out);
}

const struct dx_num *
dx_num_div(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b)
{
	return dx_num_sign(b) == 0 ? NULL : compute(p, a, b, div_small, mpq_div);
}

const struct dx_num *
dx_num_neg(struct dx_nums *p, const struct dx_num *a)
{
	if (a->d != 0)
		return dx_num_small(&p->arena, -a->n, a->d);
	mpq_neg(p->r, big_of(a));
	return dx_num_store(&p->arena, p->r);
}

const struct dx_num *
dx_num_abs(struct dx_nums *p, const struct dx_num *a)
{
	return dx_num_sign(a) < 0 ? dx_num_neg(p, a) : a;
}

void
dx_num_half_even(mpz_ptr out, mpz_srcptr num, mpz_srcptr den)
{
	mpz_t rest;
	int half;

	mpz_init(rest);
	mpz_fdiv_qr(out, rest, num, den);
	mpz_mul_2exp(rest, rest, 1);
	half = mpz_cmp(rest, den);
	if (half > 0 || (half == 0 && mpz_odd_p(out)))
		mpz_add_ui(out, out, 1);
	mpz_clear(rest);
}

const struct dx_num *
dx_num_round(struct dx_nums *p, const struct dx_num *a, unsigned places)
{
	mpq_srcptr q = dx_num_view(a, p->x);

	mpz_ui_pow_ui(mpq_denref(p->y), 10, places);
	mpz_mul(mpq_numref(p->y), mpq_numref(q), mpq_denref(p->y));
	dx_num_half_even(mpq_numref(p->r), mpq_numref(p->y), mpq_denref(q));
	mpz_set(mpq_denref(p->r), mpq_denref(p->y));
	mpq_canonicalize(p->r);
	return dx_num_store(&p->arena, p->r);
}

/* --- asking --- */

int
dx_num_sign(const struct dx_num *a)
{
	return a->d != 0 ? (a->n > 0) - (a->n < 0) : mpq_sgn(big_of(a));
}

int
dx_num_cmp(const struct dx_num *a, const struct dx_num *b)
{
	dx_wide x, y;

	if (a->d == 0)
		return b->d == 0 ? mpq_cmp(big_of(a), big_of(b)) : mpq_cmp_si(big_of(a), b->n, (unsigned long)b->d);
	if (b->d == 0)
		return -mpq_cmp_si(big_of(b), a->n, (unsigned long)a->d);
	if (a->d == b->d)
		return (a->n > b->n) - (a->n < b->n);
	x = (dx_wide)a->n * b->d;
	y = (dx_wide)b->n * a->d;
	return (x > y) - (x < y);
}

size_t
dx_num_weight(const struct dx_num *a)
{
	return a->d != 0 ? 0 : mpz_size(mpq_numref(big_of(a))) + mpz_size(mpq_denref(big_of(a)));
}

bool
dx_num_is_integer(const struct dx_num *a)
{
	return a->d != 0 ? a->n % a->d == 0 : mpz_cmp_ui(mpq_denref(big_of(a)), 1) == 0;
}

bool
dx_num_int64(const struct dx_num *a, int64_t *out)
{
	if (!dx_num_is_integer(a) || (a->d == 0 && mpz_fits_slong_p(mpq_numref(big_of(a))) == 0))
		return false;
	*out = a->d != 0 ? a->n / a->d : mpz_get_si(mpq_numref(big_of(a)));
	return true;
}

/* Bits of x, 0 for 0. */
static int
bits(dx_uwide x)
{
	uint64_t high = (uint64_t)(x >> 64), low = (uint64_t)x;

	return high != 0 ? 128 - __builtin_clzll(high) : low != 0 ? 64 - __builtin_clzll(low) : 0;
}

/* The bound of section 1 as a fraction: 0.5 * 10^-places + 10^-9. */
static struct dx_num
tolerance(unsigned places)
{
	if (places <= 9)
		return (struct dx_num){ dx_pow10[9 - places] + 2, 2 * dx_pow10[9] };
	return (struct dx_num){ 2 * dx_pow10[places - 9] + 1, 2 * dx_pow10[places] };
}

static bool
approx_big(const struct dx_num *a, const struct dx_num *b, struct dx_num bound)
{
	mpq_t x, y;
	bool held;

	mpq_inits(x, y, NULL);
	mpq_sub(x, dx_num_view(a, x), dx_num_view(b, y));
	mpq_abs(x, x);
	held = mpq_cmp_si(x, bound.n, (unsigned long)bound.d) <= 0;
	mpq_clears(x, y, NULL);
	return held;
}

bool
dx_num_approx(const struct dx_num *a, const struct dx_num *b, unsigned places)
{
	struct dx_num bound = tolerance(places <= 12 ? places : 12);
	dx_uwide apart, of, scale = (dx_uwide)bound.d, most = (dx_uwide)bound.n;
	dx_wide d;

	if (a->d == 0 || b->d == 0)
		return approx_big(a, b, bound);
	d = (dx_wide)a->n * b->d - (dx_wide)b->n * a->d;
	apart = d < 0 ? (dx_uwide)-d : (dx_uwide)d;
	of = (dx_uwide)((dx_wide)a->d * b->d);
	if (bits(apart) + bits(scale) > 128 || bits(of) + bits(most) > 128)
		return approx_big(a, b, bound);
	return apart * scale <= of * most;
}
