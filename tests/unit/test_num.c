/* num: exact rationals, against vectors that Python's fractions made (tests/data/gen-num.py). */
#include <stdlib.h>

#include "num/num.h"
#include "tap.h"

static struct dx_nums *pool;

static const struct dx_num *
number(const char *text)
{
	return dx_num_parse(pool, text, strlen(text));
}

/* "n/d", or a number as written. */
static const struct dx_num *
ratio(const char *text)
{
	const char *bar = strchr(text, '/');
	const struct dx_num *n, *d;

	if (bar == NULL)
		return number(text);
	n = dx_num_parse(pool, text, (size_t)(bar - text));
	d = number(bar + 1);
	return n != NULL && d != NULL ? dx_num_div(pool, n, d) : NULL;
}

static bool
same(const struct dx_num *got, const char *want)
{
	const struct dx_num *x;

	if (strcmp(want, "none") == 0)
		return got == NULL;
	x = ratio(want);
	return got != NULL && x != NULL && dx_num_cmp(got, x) == 0 && dx_num_cmp(x, got) == 0;
}

static bool
same_text(void (*fn)(const struct dx_num *a, unsigned places, struct dx_buf *out), const char *a, const char *places,
    const char *want)
{
	struct dx_buf out = { 0 };
	bool held;

	fn(ratio(a), (unsigned)atol(places), &out);
	held = out.data != NULL && strcmp(out.data, want) == 0;
	dx_buf_release(&out);
	return held;
}

static int
sign(long v)
{
	return (v > 0) - (v < 0);
}

static bool
holds(char *col[5])
{
	const struct dx_num *a = ratio(col[1]);
	const char *op = col[0], *want = col[3];

	if (a == NULL)
		return false;
	if (strcmp(op, "add") == 0)
		return same(dx_num_add(pool, a, number(col[2])), want);
	if (strcmp(op, "sub") == 0)
		return same(dx_num_sub(pool, a, number(col[2])), want);
	if (strcmp(op, "mul") == 0)
		return same(dx_num_mul(pool, a, number(col[2])), want);
	if (strcmp(op, "div") == 0)
		return same(dx_num_div(pool, a, number(col[2])), want);
	if (strcmp(op, "cmp") == 0)
		return sign(dx_num_cmp(a, number(col[2]))) == atol(want) && sign(dx_num_cmp(number(col[2]), a)) == -atol(want);
	if (strcmp(op, "round") == 0)
		return same(dx_num_round(pool, a, (unsigned)atol(col[2])), want);
	if (strcmp(op, "print") == 0)
		return same_text(dx_num_print, col[1], col[2], want);
	if (strcmp(op, "fixed") == 0)
		return same_text(dx_num_fixed, col[1], col[2], want);
	if (strcmp(op, "double") == 0) {
		double got = dx_num_double(a), expected = strtod(want, NULL);

		return memcmp(&got, &expected, sizeof(got)) == 0 || (got == 0 && expected == 0);
	}
	return strcmp(op, "approx") == 0 && col[4] != NULL &&
	    dx_num_approx(a, ratio(col[2]), (unsigned)atol(col[3])) == (*col[4] == '1') &&
	    dx_num_approx(ratio(col[2]), a, (unsigned)atol(col[3])) == (*col[4] == '1');
}

static void
test_vectors(void)
{
	static const char *const ops[] = { "add", "sub", "mul", "div", "cmp", "approx", "print", "fixed", "round", "double" };
	FILE *f = fopen("tests/data/num-vectors.txt", "r");
	size_t seen[10] = { 0 }, wrong[10] = { 0 }, room = 0;
	char *line = NULL;

	if (!ok(f != NULL, "num: the vectors are there"))
		return;
	while (getline(&line, &room, f) > 0) {
		char *col[5] = { 0 }, *rest = line;

		line[strcspn(line, "\n")] = '\0';
		for (int i = 0; i < 5 && rest != NULL; i++)
			col[i] = strsep(&rest, "\t");
		for (size_t i = 0; i < 10; i++) {
			if (strcmp(col[0], ops[i]) != 0)
				continue;
			seen[i]++;
			if (!holds(col)) {
				wrong[i]++;
				diag("%s %s %s %s", col[0], col[1], col[2], col[3]);
			}
		}
		dx_nums_reset(pool);
	}
	for (size_t i = 0; i < 10; i++)
		ok(seen[i] >= 200 && wrong[i] == 0, "num: %zu times %s as Python's fractions have it", seen[i], ops[i]);
	free(line);
	fclose(f);
}

static void
test_text(void)
{
	static const char *const bad[] = {
		"", "-", "+1", "01", "-01", "1.", ".5", "1.e5", "1e", "1e+", "1e5.5", "0x10", "1 ", " 1", "1,5", "NaN",
		"Infinity", "--1",
		"1e1101", "1e-1101", "1e999999", "1e-999999", "1e99999999999999999999999999", "1.5.5", "1e5e5", "1f", "٣",
	};
	static const char *const good[] = {
		"0", "-0", "0.0", "1e1100", "1e-1100", "1E5", "1e+5", "1e05", "123456789012345678901234567890", "0e0",
		"-1.5e-3",
	};
	static char many[DX_NUM_DIGITS + 16];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(number(bad[i]) == NULL, "num: \"%s\" is refused", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		ok(number(good[i]) != NULL, "num: \"%s\" is read", good[i]);
	memset(many, '7', sizeof(many));
	ok(dx_num_parse(pool, many, DX_NUM_DIGITS) != NULL, "num: as many digits as allowed");
	ok(dx_num_parse(pool, many, DX_NUM_DIGITS + 1) == NULL, "num: one more is refused");
	many[10] = '.';
	ok(dx_num_parse(pool, many, DX_NUM_DIGITS + 1) != NULL, "num: the point is no digit");
	memcpy(many + DX_NUM_DIGITS + 1, "e-1100", 6);
	ok(dx_num_parse(pool, many, DX_NUM_DIGITS + 7) != NULL, "num: with the largest exponent");
	ok(dx_num_parse(pool, "12", 1) != NULL && dx_num_cmp(dx_num_parse(pool, "12", 1), number("1")) == 0,
	    "num: n bytes are read, no more");
}

static void
test_small(void)
{
	int64_t n;
	struct dx_buf out = { 0 };

	ok(dx_num_cmp(dx_num_add(pool, number("0.1"), number("0.2")), number("0.3")) == 0, "num: 0.1 + 0.2 is 0.3");
	ok(dx_num_int64(dx_num_int(pool, INT64_MIN), &n) && n == INT64_MIN, "num: the least int64");
	ok(dx_num_int64(dx_num_int(pool, INT64_MAX), &n) && n == INT64_MAX, "num: the greatest int64");
	ok(dx_num_int64(number("1.50e1"), &n) && n == 15, "num: 1.50e1 is an integer");
	ok(dx_num_int64(number("-9223372036854775808"), &n) && n == INT64_MIN, "num: the least int64 as written");
	ok(!dx_num_int64(number("9223372036854775808"), &n) && !dx_num_int64(number("0.5"), &n) &&
	    !dx_num_int64(number("1e30"), &n),
	    "num: what is no int64");
	ok(dx_num_is_integer(number("3.0")) && dx_num_is_integer(number("1e30")) && dx_num_is_integer(number("0.0")) &&
	    !dx_num_is_integer(number("3.5")) && !dx_num_is_integer(number("1e-30")), "num: integers by value");
	ok(dx_num_sign(number("-0")) == 0 && dx_num_sign(number("-1e-300")) < 0 && dx_num_sign(number("1e300")) > 0,
	    "num: signs");
	ok(dx_num_cmp(dx_num_neg(pool, dx_num_int(pool, INT64_MIN)), number("9223372036854775808")) == 0,
	    "num: the least int64 negated");
	ok(dx_num_cmp(dx_num_abs(pool, number("-1e40")), number("1e40")) == 0 && dx_num_cmp(dx_num_abs(pool, number("2")),
	    number("2")) == 0,
	    "num: abs");
	ok(dx_num_div(pool, number("1"), number("0.00")) == NULL, "num: nothing is divided by zero");
	dx_num_print(number("-0.0004"), 2, &out);
	is_str(out.data, "0", "num: no minus before zero");
	dx_num_fixed(number("-0.0004"), 2, &out);
	is_str(out.data, "00.00", "num: appended");
	dx_buf_reset(&out);
	dx_num_print(number("1e-20"), 20, &out);
	is_str(out.data, "0.00000000000000000001", "num: more decimals than the fast path has");
	dx_buf_release(&out);
}

/* What was kept in one pool outlives the other. */
static void
test_long_sum(void)
{
	struct dx_nums *other = dx_nums_scratch(pool);
	const struct dx_num *all = dx_num_int(pool, 0);
	struct dx_buf text = { 0 };

	for (int i = 0; i < 20000; i++) {
		const char *term = i % 3 == 0 ? "0.0001" : i % 3 == 1 ? "12.50" : "1e-25";

		all = dx_num_add(other, all, dx_num_parse(other, term, strlen(term)));
		if (i % 100 == 99) {
			all = dx_num_copy(pool, all);
			dx_nums_reset(other);
		}
	}
	dx_num_print(all, 30, &text);
	is_str(text.data, "83338.1667000000000000000006666", "num: a long sum by way of a scratch pool");
	dx_buf_release(&text);
}

static void
test_bounds(void)
{
	const struct dx_num *x = number("1e1000"), *y = x, *tiny;
	int turns = 0;

	for (; y != NULL && turns < 1000; turns++)
		y = dx_num_mul(pool, y, x);
	ok(y == NULL && turns < 25, "num: a chain of products ends at the bound, after %d", turns);
	tiny = number("1e-1000");
	for (y = tiny, turns = 0; y != NULL && turns < 1000; turns++)
		y = dx_num_div(pool, y, x);
	ok(y == NULL && turns < 25, "num: so does one of quotients, after %d", turns);
	for (y = number("3"), turns = 0; y != NULL && turns < 1000; turns++)
		y = dx_num_mul(pool, y, y);
	ok(y == NULL && turns < 20, "num: and one of squares, after %d", turns);
}

int
main(void)
{
	pool = dx_nums_new();
	test_text();
	test_small();
	test_long_sum();
	test_bounds();
	test_vectors();
	dx_nums_free(pool);
	dx_nums_free(NULL);
	return done();
}
