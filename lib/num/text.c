/* text: numbers from their digits and back. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#include "num/inner.h"

/* --- reading --- */

struct written {
	bool		 neg, few;	/* few: `value` is all of the digits */
	const char	*from, *end;	/* the digits, and a point among them */
	size_t		 digits, fraction;
	int64_t		 exponent;	/* stops growing beyond the bound */
	int64_t		 value;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One digit or more; behind them, or NULL. */
static const char *
read_digits(const char *s, const char *end, struct written *w)
{
	const char *from = s;

	for (; s < end && is_digit(*s); s++) {
		if (w->value < dx_pow10[DX_POW10_MAX - 1])
			w->value = w->value * 10 + (*s - '0');
		else
			w->few = false;
	}
	w->digits += (size_t)(s - from);
	return s > from ? s : NULL;
}

static const char *
read_exponent(const char *s, const char *end, struct written *w)
{
	bool neg = s < end && *s == '-';
	const char *from;

	s += s < end && (*s == '-' || *s == '+');
	for (from = s; s < end && is_digit(*s); s++) {
		if (w->exponent <= DX_NUM_EXPONENT)
			w->exponent = w->exponent * 10 + (*s - '0');
	}
	if (neg)
		w->exponent = -w->exponent;
	return s > from ? s : NULL;
}

static bool
read_written(const char *s, const char *end, struct written *w)
{
	*w = (struct written){ .neg = s < end && *s == '-', .few = true };
	w->from = s += w->neg;
	if (s < end && *s == '0') {
		w->digits = 1;
		s++;
	} else if ((s = read_digits(s, end, w)) == NULL) {
		return false;
	}
	if (s < end && *s == '.') {
		size_t whole = w->digits;

		if ((s = read_digits(s + 1, end, w)) == NULL)
			return false;
		w->fraction = w->digits - whole;
	}
	w->end = s;
	if (s < end && (*s == 'e' || *s == 'E') && (s = read_exponent(s + 1, end, w)) == NULL)
		return false;
	return s == end && w->digits <= DX_NUM_DIGITS && w->exponent <= DX_NUM_EXPONENT && w->exponent >= -DX_NUM_EXPONENT;
}

static const struct dx_num *
read_big(struct dx_arena *a, const struct written *w)
{
	int64_t down = (int64_t)w->fraction - w->exponent;
	char digits[DX_NUM_DIGITS + 1];
	const struct dx_num *out;
	size_t n = 0;
	mpz_t power;
	mpq_t q;

	for (const char *s = w->from; s < w->end; s++) {
		if (*s != '.')
			digits[n++] = *s;
	}
	digits[n] = '\0';
	mpz_init(power);
	mpq_init(q);
	mpz_ui_pow_ui(power, 10, (unsigned long)(down < 0 ? -down : down));
	mpz_set_str(mpq_numref(q), digits, 10);
	if (down < 0)
		mpz_mul(mpq_numref(q), mpq_numref(q), power);
	else
		mpz_set(mpq_denref(q), power);
	mpq_canonicalize(q);
	if (w->neg)
		mpq_neg(q, q);
	out = dx_num_store(a, q);
	mpq_clear(q);
	mpz_clear(power);
	return out;
}

const struct dx_num *
dx_num_constant(struct dx_arena *a, const char *text, size_t n)
{
	struct written w;
	int64_t down, value;

	if (!read_written(text, text + n, &w))
		return NULL;
	down = (int64_t)w.fraction - w.exponent;
	if (!w.few || down > DX_POW10_MAX || down < -DX_POW10_MAX)
		return read_big(a, &w);
	value = w.neg ? -w.value : w.value;
	if (down >= 0)
		return dx_num_small(a, value, dx_pow10[down]);
	if (__builtin_mul_overflow(value, dx_pow10[-down], &value) || value == INT64_MIN)
		return read_big(a, &w);
	return dx_num_small(a, value, 1);
}

/* --- writing --- */

/* The integer of `digits` (with its sign) divided by 10^places, trimmed or not. */
static void
put_scaled(const char *digits, size_t n, unsigned places, bool trim, struct dx_buf *out)
{
	size_t end;

	if (trim && *digits == '0') {
		dx_buf_putc(out, '0');
		return;
	}
	if (*digits == '-') {
		dx_buf_putc(out, '-');
		digits++;
		n--;
	}
	if (n <= places)
		dx_buf_putc(out, '0');
	else
		dx_buf_add(out, digits, n - places);
	for (end = n; trim && end > 0 && n - end < places && digits[end - 1] == '0'; )
		end--;
	if (places == 0 || n - end == places)
		return;
	dx_buf_putc(out, '.');
	for (size_t zeros = n; zeros < places; zeros++)
		dx_buf_putc(out, '0');
	dx_buf_add(out, digits + (n > places ? n - places : 0), end - (n > places ? n - places : 0));
}

static void
print_big(const struct dx_num *a, unsigned places, bool trim, struct dx_buf *out)
{
	mpz_t scaled, power;
	mpq_srcptr q;
	mpq_t tmp;
	char *text;

	mpz_inits(scaled, power, NULL);
	mpq_init(tmp);
	q = dx_num_view(a, tmp);
	mpz_ui_pow_ui(power, 10, places);
	mpz_mul(scaled, mpq_numref(q), power);
	dx_num_half_even(power, scaled, mpq_denref(q));
	text = dx_alloc(mpz_sizeinbase(power, 10) + 2);
	mpz_get_str(text, 10, power);
	put_scaled(text, strlen(text), places, trim, out);
	free(text);
	mpq_clear(tmp);
	mpz_clears(scaled, power, NULL);
}

/* n * 10^places / d, half to even. */
static dx_wide
scale_small(const struct dx_num *a, unsigned places)
{
	dx_wide n = (dx_wide)a->n * dx_pow10[places], q = n / a->d, rest = n % a->d;

	if (rest < 0)
		rest = -rest;
	if (rest * 2 > a->d || (rest * 2 == a->d && (q & 1) != 0))
		q += a->n < 0 ? -1 : 1;
	return q;
}

static void
print_num(const struct dx_num *a, unsigned places, bool trim, struct dx_buf *out)
{
	char text[48], *at = text + sizeof(text);
	dx_uwide rest;
	dx_wide q;

	if (places > DX_NUM_DIGITS)
		places = DX_NUM_DIGITS;
	if (a->d == 0 || places > 12) {
		print_big(a, places, trim, out);
		return;
	}
	q = scale_small(a, places);
	rest = q < 0 ? (dx_uwide)-q : (dx_uwide)q;
	do
		*--at = (char)('0' + (int)(rest % 10));
	while ((rest /= 10) != 0);
	if (q < 0)
		*--at = '-';
	put_scaled(at, (size_t)(text + sizeof(text) - at), places, trim, out);
}

void
dx_num_print(const struct dx_num *a, unsigned places, struct dx_buf *out)
{
	print_num(a, places, true, out);
}

void
dx_num_fixed(const struct dx_num *a, unsigned places, struct dx_buf *out)
{
	print_num(a, places, false, out);
}

#define DIGITS	800	/* no double and no midpoint of two has more than 768 */

/* Decimal digits, cut behind some 800 of them, a 1 for what was cut: only the order to a midpoint matters to strtod. */
static double
double_big(const struct dx_num *a)
{
	mpz_t digits, power;
	mpq_srcptr q;
	mpq_t tmp;
	long up;
	char *text;
	size_t n;
	double x;

	mpz_inits(digits, power, NULL);
	mpq_init(tmp);
	q = dx_num_view(a, tmp);
	up = DIGITS + (long)mpz_sizeinbase(mpq_denref(q), 10) - (long)mpz_sizeinbase(mpq_numref(q), 10);
	mpz_ui_pow_ui(power, 10, (unsigned long)labs(up));
	if (up >= 0) {
		mpz_mul(digits, mpq_numref(q), power);
		mpz_tdiv_qr(digits, power, digits, mpq_denref(q));
	} else {
		mpz_mul(power, mpq_denref(q), power);
		mpz_tdiv_qr(digits, power, mpq_numref(q), power);
	}
	text = dx_alloc(DIGITS + 64);
	mpz_get_str(text, 10, digits);
	n = strlen(text);
	snprintf(text + n, 64, "%de%ld", mpz_sgn(power) != 0, -up - 1);
	x = strtod(text, NULL);
	free(text);
	mpq_clear(tmp);
	mpz_clears(digits, power, NULL);
	return x > DBL_MAX ? DBL_MAX : x < -DBL_MAX ? -DBL_MAX : x;
}

double
dx_num_double(const struct dx_num *a)
{
	const int64_t exact = INT64_C(1) << 53;

	/* both are doubles, and a quotient of doubles is rounded correctly */
	if (a->d != 0 && a->n <= exact && a->n >= -exact && a->d <= exact)
		return (double)a->n / (double)a->d;
	return double_big(a);
}
