/* number: numbers read from a text, and their canonical form: from their digits where that is exact, else by way of
 * the nearest double.  strtod and printf round correctly in the C library; no tool sets a locale, so the point is a
 * point. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/inner.h"

#define DIGITS		800	/* no double and no midpoint of two has more than 768 */
#define EXPONENT_MAX	(INT64_C(1) << 56)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Behind one digit or more; NULL when there is none. */
static char *
digits(char *at, const char **bad)
{
	*bad = at;
	if (!is_digit(*at))
		return NULL;
	while (is_digit(*at))
		at++;
	return at;
}

char *
dx_number_read(char *at, struct dx_json *out, const char **bad)
{
	char *start = at, *whole;
	bool plain;

	at += *at == '-';
	whole = at;
	at = *at == '0' ? at + 1 : digits(at, bad);
	if (at == NULL)
		return NULL;
	/* up to 15 digits are canonical as they stand, but for -0 */
	plain = at - whole <= 15 && (*whole != '0' || whole == start);
	if (*at == '.') {
		at = digits(at + 1, bad);
		if (at == NULL)
			return NULL;
		/* so they are with a point, but for zeros at the end, and many in front */
		plain = at - whole <= 16 && at[-1] != '0' && (*whole != '0' || whole[2] != '0');
	}
	if (*at == 'e' || *at == 'E') {
		plain = false;
		at = digits(at + (at[1] == '+' || at[1] == '-' ? 2 : 1), bad);
		if (at == NULL)
			return NULL;
	}
	out->type = DX_JSON_NUMBER;
	out->flags = plain ? DX_JSON_PLAIN : 0;
	out->count = (uint32_t)(at - start);
	out->u.text = start;
	return at;
}

/* 0.DIGITS * 10^point; no zero at either end of the digits, none at all for zero. */
struct decimal {
	bool		neg;
	bool		cut;		/* more digits followed, not all zero */
	unsigned	n;
	int64_t		point;
	char		digits[DIGITS + 1];
};

static int64_t
read_exponent(const char *s, const char *end)
{
	bool neg = *s == '-';
	int64_t e = 0;

	for (s += *s == '-' || *s == '+'; s < end; s++) {
		if (e < EXPONENT_MAX)		/* beyond that it is out of range with any digits */
			e = e * 10 + (*s - '0');
	}
	return neg ? -e : e;
}

static void
read_decimal(const char *s, size_t len, struct decimal *d)
{
	const char *end = s + len;
	bool fraction = false;
	size_t zeros = 0;		/* kept back until another digit follows */

	d->neg = *s == '-';
	d->cut = false;
	d->n = 0;
	d->point = 0;
	for (s += d->neg; s < end && (*s | 0x20) != 'e'; s++) {
		if (*s == '.') {
			fraction = true;
			continue;
		}
		if (d->n == 0 && *s == '0') {
			d->point -= fraction;
			continue;
		}
		d->point += !fraction;
		if (*s == '0') {
			zeros++;
		} else if (d->cut || zeros >= DIGITS - d->n) {
			d->cut = true;
		} else {
			memset(d->digits + d->n, '0', zeros);
			d->n += (unsigned)zeros;
			d->digits[d->n++] = *s;
			zeros = 0;
		}
	}
	if (s < end)
		d->point += read_exponent(s + 1, end);
}

/* The nearest double of the digits, without the sign; HUGE_VAL and 0 where it overflows or vanishes. */
static double
nearest(const struct decimal *d)
{
	char text[DIGITS + 32], *at = text;

	if (d->point > 400)
		return HUGE_VAL;
	if (d->point < -400)
		return 0;
	*at++ = '.';
	memcpy(at, d->digits, d->n);
	at += d->n;
	if (d->cut)		/* only the order to a midpoint matters, and one more digit gives that */
		*at++ = '1';
	snprintf(at, 16, "e%d", (int)d->point);
	return strtod(text, NULL);
}

/* The closest decimal of p digits; whether it reads back as x. */
static bool
closest(double x, int p, struct decimal *d)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%.*e", p - 1, x);

	read_decimal(text, (size_t)n, d);
	return strtod(text, NULL) == x;
}

/* The next larger decimal of p digits. */
static void
next_up(struct decimal *d, unsigned p)
{
	unsigned i = p;

	memset(d->digits + d->n, '0', p - d->n);
	while (i > 0 && d->digits[i - 1] == '9')
		i--;
	if (i == 0) {
		d->digits[0] = '1';
		d->n = 1;
		d->point++;
		return;
	}
	d->digits[i - 1]++;
	d->n = i;
}

/* The fewest digits that read back as x (> 0, finite); of several the closest to x. */
static void
shortest(double x, struct decimal *d)
{
	/* a normal double that has a decimal of up to 15 digits is found at 15: those lie further apart than doubles */
	unsigned p = x < DBL_MIN ? 1 : 15;
	int exponent;

	for (; p < 17; p++) {
		if (closest(x, (int)p, d))
			return;
		/* below a power of two doubles lie closer than above it: the second closest decimal may read back
		 * as x although the closest, which lies below, does not */
		if (frexp(x, &exponent) == 0.5) {
			next_up(d, p);
			if (nearest(d) == x)
				return;
		}
	}
	closest(x, 17, d);
}

/* ECMAScript Number::toString. */
static void
print(const struct decimal *d, char out[static 32])
{
	int n = (int)d->n, point = (int)d->point, e = point - 1;
	const char *s = d->digits, *sign = d->neg && n > 0 ? "-" : "";

	if (n == 0)
		snprintf(out, 32, "0");
	else if (n <= point && point <= 21)
		snprintf(out, 32, "%s%.*s%.*s", sign, n, s, point - n, "000000000000000000000");
	else if (0 < point && point <= 21)
		snprintf(out, 32, "%s%.*s.%.*s", sign, point, s, n - point, s + point);
	else if (-6 < point && point <= 0)
		snprintf(out, 32, "%s0.%.*s%.*s", sign, -point, "00000", n, s);
	else
		snprintf(out, 32, "%s%c%s%.*se%+d", sign, s[0], n > 1 ? "." : "", n - 1, s + 1, e);
}

/* Few enough digits, as written. */
static bool
few_digits(const struct decimal *d)
{
	int64_t v = 0;

	if (d->n <= 15)
		return true;
	if (d->n != 16 || d->point != 16)
		return false;
	for (unsigned i = 0; i < d->n; i++)
		v = v * 10 + (d->digits[i] - '0');
	return v <= DX_JSON_EXACT_MAX;
}

bool
dx_json_number(const char *text, size_t n, char out[static 32])
{
	struct decimal d, s;
	bool exact;
	double x;

	read_decimal(text, n, &d);
	exact = d.n > 0 ? few_digits(&d) : !d.neg;
	if (d.n == 0 || (exact && d.point > -300 && d.point < 300)) {
		print(&d, out);
		return exact;
	}
	x = nearest(&d);
	s.n = 0;
	s.point = 0;
	if (x > 0)
		shortest(x > DBL_MAX ? DBL_MAX : x, &s);
	s.neg = d.neg;
	print(&s, out);
	/* near the ends of the range a double may not tell even few digits apart */
	return exact && s.n == d.n && s.point == d.point && memcmp(s.digits, d.digits, d.n) == 0;
}

bool
dx_number_exact(const struct dx_json *v)
{
	char canon[32];

	return dx_json_number(v->u.text, v->count, canon);
}

/* Digits alone, so few that they fit; false of any other number. */
static bool
small(const char *s, uint32_t len, int64_t *out)
{
	int64_t n = 0;

	if (len > 18)
		return false;
	for (uint32_t i = 0; i < len; i++) {
		if (!is_digit(s[i]))
			return false;
		n = n * 10 + (s[i] - '0');
	}
	*out = n;
	return true;
}

bool
dx_json_int64(const struct dx_json *v, int64_t *out)
{
	struct decimal d;
	uint64_t n = 0, limit;

	if (!dx_json_is(v, DX_JSON_NUMBER))
		return false;
	if (small(v->u.text, v->count, out))
		return true;
	read_decimal(v->u.text, v->count, &d);
	if (d.n > 0 && (d.point < d.n || d.point > 19))
		return false;
	for (unsigned i = 0; d.n > 0 && i < d.point; i++)
		n = n * 10 + (i < d.n ? (uint64_t)(d.digits[i] - '0') : 0);
	limit = (uint64_t)INT64_MAX + d.neg;
	if (n > limit)
		return false;
	*out = d.neg && n > 0 ? -(int64_t)(n - 1) - 1 : (int64_t)n;
	return true;
}
