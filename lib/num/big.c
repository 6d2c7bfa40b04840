/* big: numbers that do not fit in a fraction of two int64. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/inner.h"
#include "num/library.h"

/* In lowest terms.  The limbs lie in an arena, so nothing of it is ever cleared. */
struct big {
	struct dx_num	head;
	mpq_t		q;
};

/* --- keeping --- */

static mpq_srcptr
big_of(const struct dx_num *x)
{
	return ((const struct big *)(const void *)x)->q;
}

/* The number as mpq in lowest terms: its own, or `tmp` (initialised by the caller). */
static mpq_srcptr
view(const struct dx_gmp *gmp, const struct dx_num *x, mpq_ptr tmp)
{
	if (x->d == 0)
		return big_of(x);
	gmp->mpz_set_si(mpq_numref(tmp), x->n);
	gmp->mpz_set_si(mpq_denref(tmp), x->d);
	gmp->mpq_canonicalize(tmp);
	return tmp;
}

static bool
fits(const struct dx_gmp *gmp, mpz_srcptr z)
{
	return gmp->mpz_fits_slong_p(z) != 0 && gmp->mpz_get_si(z) != INT64_MIN;
}

static void
keep_limbs(const struct dx_gmp *gmp, struct dx_arena *a, mpz_ptr out, mpz_srcptr z)
{
	size_t n = gmp->mpz_size(z);
	mp_limb_t *limbs = dx_arena_alloc(a, n * sizeof(*limbs));

	memcpy(limbs, gmp->mpz_limbs_read(z), n * sizeof(*limbs));
	gmp->mpz_roinit_n(out, limbs, mpz_sgn(z) < 0 ? -(mp_size_t)n : (mp_size_t)n);
}

/* q in lowest terms as a number in the arena. */
static const struct dx_num *
store(const struct dx_gmp *gmp, struct dx_arena *a, mpq_srcptr q)
{
	mpz_srcptr n = mpq_numref(q), d = mpq_denref(q);
	struct big *out;

	if (fits(gmp, n) && fits(gmp, d))
		return dx_num_small(a, gmp->mpz_get_si(n), gmp->mpz_get_si(d));
	if (gmp->mpz_sizeinbase(n, 2) > DX_NUM_BITS || gmp->mpz_sizeinbase(d, 2) > DX_NUM_BITS)
		return NULL;
	out = dx_arena_alloc(a, sizeof(*out));
	out->head = (struct dx_num){ 0 };
	keep_limbs(gmp, a, mpq_numref(out->q), n);
	keep_limbs(gmp, a, mpq_denref(out->q), d);
	return &out->head;
}

const struct dx_num *
dx_big_copy(struct dx_arena *a, const struct dx_num *x)
{
	return store(dx_gmp(), a, big_of(x));
}

const struct dx_num *
dx_big_parse(struct dx_arena *a, const char *digits, bool neg, int64_t down)
{
	const struct dx_gmp *gmp = dx_gmp();
	const struct dx_num *out;
	mpz_t power;
	mpq_t q;

	gmp->mpz_init(power);
	gmp->mpq_init(q);
	gmp->mpz_ui_pow_ui(power, 10, (unsigned long)(down < 0 ? -down : down));
	gmp->mpz_set_str(mpq_numref(q), digits, 10);
	if (down < 0)
		gmp->mpz_mul(mpq_numref(q), mpq_numref(q), power);
	else
		gmp->mpz_set(mpq_denref(q), power);
	gmp->mpq_canonicalize(q);
	if (neg)
		gmp->mpq_neg(q, q);
	out = store(gmp, a, q);
	gmp->mpq_clear(q);
	gmp->mpz_clear(power);
	return out;
}

/* --- arithmetic --- */

static void
compute(const struct dx_gmp *gmp, mpq_ptr out, mpq_srcptr x, mpq_srcptr y, char op)
{
	if (op == '+')
		gmp->mpq_add(out, x, y);
	else if (op == '-')
		gmp->mpq_sub(out, x, y);
	else if (op == '*')
		gmp->mpq_mul(out, x, y);
	else
		gmp->mpq_div(out, x, y);
}

const struct dx_num *
dx_big_compute(struct dx_arena *a, const struct dx_num *x, const struct dx_num *y, char op)
{
	const struct dx_gmp *gmp = dx_gmp();
	const struct dx_num *out;
	mpq_t r, s, t;

	gmp->mpq_inits(r, s, t, NULL);
	compute(gmp, r, view(gmp, x, s), view(gmp, y, t), op);
	out = store(gmp, a, r);
	gmp->mpq_clears(r, s, t, NULL);
	return out;
}

const struct dx_num *
dx_big_neg(struct dx_arena *a, const struct dx_num *x)
{
	const struct dx_gmp *gmp = dx_gmp();
	const struct dx_num *out;
	mpq_t r;

	gmp->mpq_init(r);
	gmp->mpq_neg(r, big_of(x));
	out = store(gmp, a, r);
	gmp->mpq_clear(r);
	return out;
}

/* x * 10^places half to even; power becomes 10^places. */
static void
scale(const struct dx_gmp *gmp, const struct dx_num *x, unsigned places, mpz_ptr out, mpz_ptr power)
{
	mpz_t rest, scaled;
	mpq_srcptr q;
	mpq_t tmp;
	int half;

	gmp->mpz_inits(rest, scaled, NULL);
	gmp->mpq_init(tmp);
	q = view(gmp, x, tmp);
	gmp->mpz_ui_pow_ui(power, 10, places);
	gmp->mpz_mul(scaled, mpq_numref(q), power);
	gmp->mpz_fdiv_qr(out, rest, scaled, mpq_denref(q));
	gmp->mpz_mul_2exp(rest, rest, 1);
	half = gmp->mpz_cmp(rest, mpq_denref(q));
	if (half > 0 || (half == 0 && mpz_odd_p(out)))
		gmp->mpz_add_ui(out, out, 1);
	gmp->mpq_clear(tmp);
	gmp->mpz_clears(rest, scaled, NULL);
}

const struct dx_num *
dx_big_round(struct dx_arena *a, const struct dx_num *x, unsigned places)
{
	const struct dx_gmp *gmp = dx_gmp();
	const struct dx_num *out;
	mpq_t r;

	gmp->mpq_init(r);
	scale(gmp, x, places, mpq_numref(r), mpq_denref(r));
	gmp->mpq_canonicalize(r);
	out = store(gmp, a, r);
	gmp->mpq_clear(r);
	return out;
}

char *
dx_big_digits(const struct dx_num *x, unsigned places)
{
	const struct dx_gmp *gmp = dx_gmp();
	mpz_t scaled, power;
	char *text;

	gmp->mpz_inits(scaled, power, NULL);
	scale(gmp, x, places, scaled, power);
	text = dx_alloc(gmp->mpz_sizeinbase(scaled, 10) + 2);
	gmp->mpz_get_str(text, 10, scaled);
	gmp->mpz_clears(scaled, power, NULL);
	return text;
}

/* --- asking --- */

int
dx_big_sign(const struct dx_num *x)
{
	return mpq_sgn(big_of(x));
}

int
dx_big_cmp(const struct dx_num *x, const struct dx_num *y)
{
	const struct dx_gmp *gmp = dx_gmp();

	return y->d == 0 ? gmp->mpq_cmp(big_of(x), big_of(y)) : gmp->_mpq_cmp_si(big_of(x), y->n, (unsigned long)y->d);
}

size_t
dx_big_weight(const struct dx_num *x)
{
	const struct dx_gmp *gmp = dx_gmp();

	return gmp->mpz_size(mpq_numref(big_of(x))) + gmp->mpz_size(mpq_denref(big_of(x)));
}

bool
dx_big_is_integer(const struct dx_num *x)
{
	const struct dx_gmp *gmp = dx_gmp();
	mpz_srcptr d = mpq_denref(big_of(x));

	return gmp->mpz_fits_slong_p(d) != 0 && gmp->mpz_get_si(d) == 1;
}

bool
dx_big_int64(const struct dx_num *x, int64_t *out)
{
	const struct dx_gmp *gmp = dx_gmp();

	if (!dx_big_is_integer(x) || gmp->mpz_fits_slong_p(mpq_numref(big_of(x))) == 0)
		return false;
	*out = gmp->mpz_get_si(mpq_numref(big_of(x)));
	return true;
}

bool
dx_big_within(const struct dx_num *x, const struct dx_num *y, struct dx_num bound)
{
	const struct dx_gmp *gmp = dx_gmp();
	mpq_t s, t;
	bool held;

	gmp->mpq_inits(s, t, NULL);
	gmp->mpq_sub(s, view(gmp, x, s), view(gmp, y, t));
	gmp->mpq_abs(s, s);
	held = gmp->_mpq_cmp_si(s, bound.n, (unsigned long)bound.d) <= 0;
	gmp->mpq_clears(s, t, NULL);
	return held;
}

#define DIGITS	800	/* no double and no midpoint of two has more than 768 */

/* Decimal digits, cut behind some 800 of them, a 1 for what was cut: only the order to a midpoint matters to strtod. */
double
dx_big_double(const struct dx_num *x)
{
	const struct dx_gmp *gmp = dx_gmp();
	mpz_srcptr n = mpq_numref(big_of(x)), d = mpq_denref(big_of(x));
	long up = DIGITS + (long)gmp->mpz_sizeinbase(d, 10) - (long)gmp->mpz_sizeinbase(n, 10);
	mpz_t digits, power;
	size_t len;
	char *text;
	double out;

	gmp->mpz_inits(digits, power, NULL);
	gmp->mpz_ui_pow_ui(power, 10, (unsigned long)labs(up));
	if (up >= 0) {
		gmp->mpz_mul(digits, n, power);
		gmp->mpz_tdiv_qr(digits, power, digits, d);
	} else {
		gmp->mpz_mul(power, d, power);
		gmp->mpz_tdiv_qr(digits, power, n, power);
	}
	text = dx_alloc(DIGITS + 64);
	gmp->mpz_get_str(text, 10, digits);
	len = strlen(text);
	snprintf(text + len, 64, "%de%ld", mpz_sgn(power) != 0, -up - 1);
	out = strtod(text, NULL);
	free(text);
	gmp->mpz_clears(digits, power, NULL);
	return out > DBL_MAX ? DBL_MAX : out < -DBL_MAX ? -DBL_MAX : out;
}
