/* Exact addition of decimal texts, so that a difference of two totals is rounded once and not three times. */
#include <string.h>
#include "adapt/decimal.h"

struct decimal {
	bool		 negative;
	const char	*whole, *part;
	size_t		 whole_n, part_n;
};

static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

bool
dx_decimal_valid(const char *text)
{
	const char *s = text + (*text == '-');
	size_t n = digits(s);

	if (n == 0 || (n > 1 && s[0] == '0'))
		return false;
	s += n;
	if (*s == '\0')
		return true;
	if (*s != '.')
		return false;
	n = digits(++s);
	return n > 0 && s[n] == '\0';
}

static struct decimal
split(const char *text)
{
	struct decimal d = { .negative = *text == '-' };

	d.whole = text + d.negative;
	d.whole_n = digits(d.whole);
	d.part = d.whole + d.whole_n;
	if (*d.part == '.')
		d.part++;
	d.part_n = strlen(d.part);
	return d;
}

/* The digits of d, `whole` before the point and `part` behind it, as values 0 to 9 in out. */
static void
spread(const struct decimal *d, size_t whole, size_t part, char *out)
{
	memset(out, 0, whole + part);
	for (size_t i = 0; i < d->whole_n; i++)
		out[whole - d->whole_n + i] = (char)(d->whole[i] - '0');
	for (size_t i = 0; i < d->part_n && i < part; i++)
		out[whole + i] = (char)(d->part[i] - '0');
}

static void
add_digits(char *x, const char *y, size_t n)
{
	int carry = 0;

	for (size_t i = n; i-- > 0;) {
		int sum = x[i] + y[i] + carry;

		carry = sum > 9;
		x[i] = (char)(carry ? sum - 10 : sum);
	}
}

/* x >= y */
static void
sub_digits(char *x, const char *y, size_t n)
{
	int borrow = 0;

	for (size_t i = n; i-- > 0;) {
		int rest = x[i] - y[i] - borrow;

		borrow = rest < 0;
		x[i] = (char)(borrow ? rest + 10 : rest);
	}
}

static const char *
print(struct dx_arena *a, bool negative, const char *d, size_t whole, size_t part)
{
	char *text = dx_arena_alloc(a, whole + part + 3), *p = text;
	size_t first = 0;
	bool zero = true;

	for (size_t i = 0; i < whole + part; i++)
		zero = zero && d[i] == 0;
	while (first + 1 < whole && d[first] == 0)
		first++;
	if (negative && !zero)
		*p++ = '-';
	for (size_t i = first; i < whole + part; i++) {
		if (i == whole)
			*p++ = '.';
		*p++ = (char)('0' + d[i]);
	}
	*p = '\0';
	return text;
}

static const char *
sum(struct dx_arena *a, const struct decimal *x, const struct decimal *y)
{
	size_t whole = (x->whole_n > y->whole_n ? x->whole_n : y->whole_n) + 1;
	size_t part = x->part_n > y->part_n ? x->part_n : y->part_n, n = whole + part;
	char *dx = dx_arena_alloc(a, n), *dy = dx_arena_alloc(a, n);

	spread(x, whole, part, dx);
	spread(y, whole, part, dy);
	if (x->negative == y->negative) {
		add_digits(dx, dy, n);
		return print(a, x->negative, dx, whole, part);
	}
	if (memcmp(dx, dy, n) >= 0) {
		sub_digits(dx, dy, n);
		return print(a, x->negative, dx, whole, part);
	}
	sub_digits(dy, dx, n);
	return print(a, y->negative, dy, whole, part);
}

const char *
dx_decimal_add(struct dx_arena *a, const char *x, const char *y)
{
	struct decimal dx = split(x), dy = split(y);

	return sum(a, &dx, &dy);
}

const char *
dx_decimal_sub(struct dx_arena *a, const char *x, const char *y)
{
	struct decimal dx = split(x), dy = split(y);

	dy.negative = !dy.negative;
	return sum(a, &dx, &dy);
}
