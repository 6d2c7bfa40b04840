/* contract/formula on texts that nobody meant: random tokens, and expressions with a byte changed, added or lost.  Each is
 * refused in words or evaluated; under ASan nothing else happens. */
#include <time.h>

#include "formula_case.h"

#define ROUNDS	40000

static uint32_t
next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

static size_t
random_tokens(uint64_t *state, char *out, size_t room)
{
	static const char *const tokens[] = {
		".", ".", ".a", ".n", ".rows", ".s", "$.", "$", "$i", "$list", "$second", "$nothing", "$broken", "[]", "[0]",
		"[-1]", "[1:]",
		"[k=", "[k=\"a\"]", "[", "]", ":", "(", ")", ",", "+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "??",
		"=", "not ", " and ",
		" or ", "if ", " then ", " else ", "true", "false", "null", "1", "0", "2.5", "1e300", "1e-1100",
		"9999999999999999999", "\"a\"",
		"\"", "\\", "count(", "sum(", "min(", "avg(", "all(", "any(", "approx(", "margin(", "abs(", "ts(", "date(",
		"month(", "lower(",
		"starts(", "in(", "ident(", "engine(", "\"2026-02-27\"", ".\"x y\"", " ", "\xc3\xa9", "\xff",
	};
	size_t n = 0, count = 1 + next(state) % 24;

	for (size_t i = 0; i < count; i++) {
		const char *t = tokens[next(state) % (sizeof(tokens) / sizeof(*tokens))];
		size_t len = strlen(t);

		if (n + len + 1 > room)
			break;
		memcpy(out + n, t, len);
		n += len;
	}
	out[n] = '\0';
	return n;
}

static void
mutated(uint64_t *state, const char *from, char *out, size_t room)
{
	size_t n = strlen(from);

	if (n + 8 > room)
		n = room - 8;
	memcpy(out, from, n);
	for (uint32_t changes = 1 + next(state) % 3; changes > 0 && n > 0; changes--) {
		size_t at = next(state) % n;
		uint32_t how = next(state) % 3;

		if (how == 0) {
			out[at] = (char)(1 + next(state) % 255);
		} else if (how == 1) {
			memmove(out + at, out + at + 1, n - at - 1);
			n--;
		} else {
			memmove(out + at + 1, out + at, n - at);
			out[at] = "()[].$\"+-*/<>=? ,:0a"[next(state) % 20];
			n++;
		}
	}
	out[n] = '\0';
}

static void
test_random(void)
{
	static const char *const good[] = {
		".a + .n[0] * 2 == 3 and not .t", "sum(.n[]) / count(.n) >= avg(.n[1:]) ?? 1", ".rows[k=\"a\"].v ?? .rows[0].v",
		"if ts($now) - ts(.at) > 3600 then \"late\" else lower(\" X \")", "in(.s, $list) or starts(.s, \"P\")",
		"approx(margin(.a, .b), 97.25, 2)", ".\"x y\".\"z\\u00e9\"[-1]", "max(ts(.times[])) - min(date(.times[]))",
	};
	uint64_t state = 20260227;
	size_t values = 0, none = 0, refused = 0, wordless = 0;
	struct formula_case c;
	struct dx_buf shown = { 0 };
	char text[512];

	for (int i = 0; i < ROUNDS; i++) {
		struct dx_value v;
		int rc;

		if (i % 500 == 0) {
			if (i != 0)
				case_end(&c);
			case_begin(&c,
			    "{\"a\":1,\"b\":2.5,\"t\":true,\"s\":\"Pro\",\"n\":[5,3,4],\"x y\":{\"z\":1},"
			    "\"rows\":[{\"k\":\"a\",\"v\":1},"
			    "{\"k\":2},{}],\"at\":\"2026-02-27T10:00:00Z\",\"times\":[\"2026-02-27T10:00:00Z\"]}");
			c.scope.touch = i % 1000 == 0 ? case_touch : NULL;
		}
		if (i % 2 == 0)
			random_tokens(&state, text, sizeof(text));
		else
			mutated(&state, good[next(&state) % (sizeof(good) / sizeof(*good))], text, sizeof(text));
		rc = case_eval(&c, text, &v);
		if (rc == 0) {
			dx_buf_reset(&shown);
			dx_value_show(&v, &shown);
			values++;
		} else if (rc == -1) {
			none++;
		} else {
			refused++;
		}
		wordless += rc != 0 && c.why.len == 0;
	}
	case_end(&c);
	dx_buf_release(&shown);
	diag("%zu values, %zu without, %zu refused", values, none, refused);
	ok(values > 500 && none > 500 && refused > 5000 && wordless == 0,
	    "hostile: %d texts, each refused in words or evaluated", ROUNDS);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Large figures in a document and an expression that multiplies them. */
static void
test_figures(void)
{
	struct dx_buf text = { 0 }, expr = { 0 };
	struct formula_case c;
	double from, took;

	dx_buf_puts(&text, "{\"n\":[0");
	for (int i = 0; i < 200; i++) {
		dx_buf_putc(&text, ',');
		for (int k = 0; k < 4096; k++)
			dx_buf_putc(&text, (char)('1' + (i + k) % 9));
		dx_buf_printf(&text, "e%d", i % 2 == 0 ? 1100 - i : i - 1100);
	}
	dx_buf_puts(&text, "]}");
	case_begin(&c, text.data);
	from = seconds();
	ok(strncmp(case_show(&c, "sum(.n[])"), "number ", 7) == 0, "hostile: a sum of long numbers");
	dx_buf_puts(&expr, "1");
	for (int i = 1; i < 200; i++)
		dx_buf_printf(&expr, "%c.n[%d]", i % 3 == 0 ? '/' : '+', i);
	ok(strstr(case_show(&c, expr.data), "is a figure of more than 65536 bits") != NULL ||
	    strncmp(case_show(&c, expr.data), "number ", 7) == 0, "hostile: sums and quotients of long numbers");
	dx_buf_reset(&expr);
	dx_buf_puts(&expr, "1");
	for (int i = 1; i < 200; i++)
		dx_buf_printf(&expr, "*.n[%d]/.n[%d]", i, i % 7 + 1);
	case_show(&c, expr.data);
	took = seconds() - from;
	ok(took < 20, "hostile: all of that took %.2f s of CPU", took);
	case_end(&c);
	dx_buf_release(&text);
	dx_buf_release(&expr);
}

int
main(void)
{
	test_random();
	test_figures();
	return done();
}
