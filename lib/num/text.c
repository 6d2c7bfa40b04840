/* text: numbers from their digits and back. */
#include <math.h>
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
	char digits[DX_NUM_DIGITS + 1];
	size_t n = 0;

	for (const char *s = w->from; s < w->end; s++) {
		if (*s != '.')
			digits[n++] = *s;
	}
	digits[n] = '\0';
	return dx_big_parse(a, digits, w->neg, (int64_t)w->fraction - w->exponent);
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
print_num(const struct dx_num *a, unsigned places, bool trim, struct dx_buf *out)
{
	char text[48], *at = text + sizeof(text), *big;
	dx_uwide rest;
	dx_wide q;

	if (places > DX_NUM_DIGITS)
		places = DX_NUM_DIGITS;
	if (a->d == 0 || places > DX_POW10_MAX) {
		big = dx_big_digits(a, places);
		put_scaled(big, strlen(big), places, trim, out);
		free(big);
		return;
	}
	q = dx_num_scale(a, places);
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

/* Bits of x, which is not 0. */
static int
bits(uint64_t x)
{
	return 64 - __builtin_clzll(x);
}

double
dx_num_double(const struct dx_num *a)
{
	const uint64_t exact = UINT64_C(1) << 53;
	uint64_t n = a->n < 0 ? -(uint64_t)a->n : (uint64_t)a->n, d = (uint64_t)a->d;
	dx_uwide shifted, q;
	double x;
	int up;

	if (d == 0)
		return dx_big_double(a);
	/* both are doubles, and a quotient of doubles is rounded correctly */
	if (n == 0 || (n <= exact && d <= exact))
		return (double)a->n / (double)a->d;
	/* 64 bits of the quotient or more, the last one set for what is left: rounded once, to 53 */
	up = 127 - bits(n);
	shifted = (dx_uwide)n << up;
	q = shifted / d;
	x = ldexp((double)(q | (shifted % d != 0)), -up);
	return a->n < 0 ? -x : x;
}
