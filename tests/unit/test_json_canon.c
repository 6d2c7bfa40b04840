/* test_json_canon: RFC 8785 bytes. */
#include "tap.h"

#include <math.h>

#include "json_doc.h"

static void
pairs(void)
{
	static const char *const names[] = { "arrays", "french", "structures", "unicode", "values", "weird" };
	struct dx_buf in = { 0 }, want = { 0 };

	for (size_t i = 0; i < 6; i++) {
		char path[256], *got;
		bool values = strcmp(names[i], "values") == 0;

		snprintf(path, sizeof(path), FIXTURES "/jcs/output/%s.json", names[i]);
		if (!file_text(path, &want)) {
			skip("no %s here", path);
			continue;
		}
		snprintf(path, sizeof(path), FIXTURES "/jcs/input/%s.json", names[i]);
		ok(file_text(path, &in), "%s: input", names[i]);
		got = canon_of(in.data, DX_JSON_FOREIGN);
		is_str(got, want.data, "%s: canonical bytes of a foreign document", names[i]);
		free(got);
		got = canon_of(in.data, DX_JSON_OURS);
		is_str(got, values ? "number_not_exact" : want.data, "%s: as a document of ours", names[i]);
		free(got);
	}
	dx_buf_release(&in);
	dx_buf_release(&want);
}

struct number {
	const char	*text;
	const char	*canon;
	bool		 exact;
};

static const struct number numbers[] = {
	{ "0", "0", true }, { "-0", "0", false }, { "0.0", "0", true }, { "-0.0", "0", false }, { "0e5", "0", true },
	{ "-0E-5", "0", false }, { "1", "1", true }, { "-1", "-1", true }, { "1.0", "1", true }, { "1e2", "100", true },
	{ "-1.50", "-1.5", true }, { "4.50", "4.5", true }, { "2e-3", "0.002", true }, { "0.1415", "0.1415", true },
	{ "9007199254740991", "9007199254740991", true }, { "-9007199254740991", "-9007199254740991", true },
	{ "9007199254740992", "9007199254740992", false }, { "9007199254740993", "9007199254740992", false },
	{ "9007199254740991.0", "9007199254740991", true }, { "9007199254740991e0", "9007199254740991", true },
	{ "900719925474099.1", "900719925474099.1", false }, { "123456789012345", "123456789012345", true },
	{ "1234567890123456", "1234567890123456", true }, { "0.123456789012345", "0.123456789012345", true },
	{ "0.1234567890123456", "0.1234567890123456", false }, { "1.23456789012345e0", "1.23456789012345", true },
	{ "0.100000000000000000000", "0.1", true }, { "12345678901234500000", "12345678901234500000", true },
	{ "1e20", "100000000000000000000", true }, { "1e21", "1e+21", true }, { "1E30", "1e+30", true },
	{ "123456789012345e7", "1.23456789012345e+21", true }, { "0.000001", "0.000001", true },
	{ "0.0000001", "1e-7", true }, { "1e-7", "1e-7", true }, { "-1.5E-7", "-1.5e-7", true },
	{ "0.00000123", "0.00000123", true }, { "0.000000123", "1.23e-7", true },
	{ "0.000000000000000000000000001", "1e-27", true }, { "333333333.33333329", "333333333.3333333", false },
	{ "295147905179352830000", "295147905179352830000", false }, { "5e-324", "5e-324", true },
	{ "3e-324", "5e-324", false }, { "2.4703282292062327208e-324", "0", false },
	{ "2.4703282292062328e-324", "5e-324", false }, { "1e-310", "1e-310", true },
	{ "1.23456789012345e-320", "1.2347e-320", false }, { "2.2250738585072014e-308", "2.2250738585072014e-308", false },
	{ "2.22507385850720e-308", "2.2250738585072e-308", true }, { "1e-400", "0", false }, { "-1e-400", "0", false },
	{ "1e308", "1e+308", true }, { "1.79769313486231e308", "1.79769313486231e+308", true },
	{ "1.79769313486232e308", "1.7976931348623157e+308", false },
	{ "1.7976931348623157e308", "1.7976931348623157e+308", false },
	{ "1E400", "1.7976931348623157e+308", false }, { "-1E400", "-1.7976931348623157e+308", false },
	{ "1e99999999999999999999", "1.7976931348623157e+308", false }, { "1e-99999999999999999999", "0", false },
	{ "5.684341886080801486968994140625e-14", "5.684341886080802e-14", false },
	{ "9.5367431640625e-7", "9.5367431640625e-7", true }, { "1e23", "1e+23", true },
	{ "72057594037927945", "72057594037927950", false }, { "72057594037927936", "72057594037927940", false },
	{ "123456789012345678901", "123456789012345680000", false },
	{ "1.00000000000000011102230246251565404236316680908203125", "1", false },
	{ "1.00000000000000011102230246251565404236316680908203126", "1.0000000000000002", false },
};

static void
known_numbers(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number *n = &numbers[i];
		char out[32], *got;

		ok(dx_json_number(n->text, strlen(n->text), out) == n->exact, "whether %s is exact", n->text);
		is_str(out, n->canon, "canonical form of %s", n->text);
		got = canon_of(n->text, DX_JSON_OURS);
		is_str(got, n->exact ? n->canon : "number_not_exact", "%s as ours", n->text);
		free(got);
	}
}

/* Digits without end: exactly a midpoint of two doubles, and a hair above it. */
static void
long_numbers(void)
{
	struct dx_buf b = { 0 };
	char out[32];

	dx_buf_puts(&b, "1.00000000000000011102230246251565404236316680908203125");
	for (int i = 0; i < 5000; i++)
		dx_buf_putc(&b, '0');
	dx_json_number(b.data, b.len, out);
	is_str(out, "1", "a midpoint, written with zeros behind it");
	dx_buf_putc(&b, '1');
	dx_json_number(b.data, b.len, out);
	is_str(out, "1.0000000000000002", "and with a one behind those");
	dx_buf_reset(&b);
	dx_buf_puts(&b, "0.");
	for (int i = 0; i < 5000; i++)
		dx_buf_putc(&b, '0');
	dx_buf_puts(&b, "12e5001");
	ok(dx_json_number(b.data, b.len, out), "zeros and exponent in balance");
	is_str(out, "1.2", "come to little");
	dx_buf_reset(&b);
	for (int i = 0; i < 2000; i++)
		dx_buf_putc(&b, '9');
	dx_buf_puts(&b, "e-2000");
	ok(!dx_json_number(b.data, b.len, out), "two thousand nines");
	is_str(out, "1", "are nearly one");
	dx_buf_release(&b);
}

/* FNV-1a of the canonical forms, each with a newline: compared with those of ECMAScript (String(x), node 20). */
struct tally {
	uint64_t	hash;
	unsigned	count;
	unsigned	unstable;	/* whose form has another form */
};

static void
tally_text(struct tally *t, const char *text)
{
	char out[32], again[32];

	dx_json_number(text, strlen(text), out);
	dx_json_number(out, strlen(out), again);
	t->unstable += strcmp(out, again) != 0;
	for (const char *s = out; *s != '\0'; s++)
		t->hash = (t->hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	t->hash = (t->hash ^ '\n') * UINT64_C(0x100000001b3);
	t->count++;
}

static void
tally(struct tally *t, double x)
{
	char text[32];

	if (!isfinite(x))
		return;
	snprintf(text, sizeof(text), "%.17g", x);
	tally_text(t, text);
}

static void
is_tally(const struct tally *t, uint64_t want, unsigned count, const char *what)
{
	char got[20], wanted[20];

	snprintf(got, sizeof(got), "%016" PRIx64, t->hash);
	snprintf(wanted, sizeof(wanted), "%016" PRIx64, want);
	is_str(got, wanted, "%s print as ECMAScript prints them", what);
	is_int(t->count, count, "%s: count", what);
	is_int(t->unstable, 0, "%s: what is canonical stays as it is", what);
}

#define TALLY	{ UINT64_C(0xcbf29ce484222325), 0, 0 }

/* The double next to a positive one. */
static double
neighbour(double x, int step)
{
	int64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	bits += step;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

static void
many_numbers(void)
{
	struct tally powers = TALLY, neighbours = TALLY, random = TALLY, decimals = TALLY;
	uint64_t state = 1, bits;
	double x;

	for (int k = -1074; k <= 1023; k++) {
		x = ldexp(1, k);
		tally(&powers, x);
		if (k > -1074)
			tally(&neighbours, neighbour(x, -1));
		tally(&neighbours, neighbour(x, 1));
	}
	while (random.count < 100000) {
		bits = draw(&state);
		memcpy(&x, &bits, sizeof(x));
		tally(&random, x);
	}
	state = 2;
	for (int i = 0; i < 100000; i++) {
		char text[48];
		uint64_t limit = 1, digits = draw(&state) % 19 + 1, m;

		while (digits-- > 0)
			limit *= 10;
		m = draw(&state) % limit;
		snprintf(text, sizeof(text), "%" PRIu64 "e%d", m, (int)(draw(&state) % 60) - 30);
		tally_text(&decimals, text);
	}
	is_tally(&powers, UINT64_C(0x5115e8c46ea2a06d), 2098, "all powers of two");
	is_tally(&neighbours, UINT64_C(0xee906f20c09a7bac), 4195, "their neighbours");
	is_tally(&random, UINT64_C(0x453aa7bd04d4a1b4), 100000, "doubles of random bits");
	is_tally(&decimals, UINT64_C(0xc2510d532fa81513), 100000, "decimals of 1 to 19 digits");
}

static void
order(void)
{
	/* ascending by UTF-16 code units */
	static const char *const names[] = {
		"", "\x01", "\n", "\r", "1", "A", "a", "aa", "aaaaaaaa", "aaaaaaaa\xF0\x90\x80\x80", "aaaaaaaa\xEE\x80\x80",
		"aaaaaaab", "b", "\x7F", "\xC2\x80", "\xC3\xB6", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xF0\x90\x80\x80",
		"\xF0\x9F\x98\x82", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80", "\xEF\xAC\xB3", "\xEF\xBF\xBF",
	};
	size_t n = sizeof(names) / sizeof(names[0]);
	unsigned wrong = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			int c = dx_json_name_cmp(names[i], strlen(names[i]), names[j], strlen(names[j]));

			wrong += i < j ? c >= 0 : i > j ? c <= 0 : c != 0;
		}
	}
	is_int(wrong, 0, "names compare by UTF-16 code units");
}

/* A code point at random, of any length in UTF-8. */
static size_t
some_point(uint64_t *state, char *out)
{
	static const unsigned starts[] = { 'a', 0xE0, 0xD7F0, 0xE000, 0xFFF0, 0x10000, 0x10FFF0 };
	unsigned cp = starts[pick(state, 7)] + pick(state, 3);

	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 63));
		out[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 63));
	out[2] = (char)(0x80 | (cp >> 6 & 63));
	out[3] = (char)(0x80 | (cp & 63));
	return 4;
}

/* Few and many members of such names: the order that is written is the order of the comparison. */
static void
sorted_output(void)
{
	uint64_t state = 3;
	unsigned wrong = 0;

	for (int round = 0; round < 600; round++) {
		unsigned count = 2 + pick(&state, round % 20 == 0 ? 300 : 40);
		struct dx_arena a = { 0 };
		struct dx_json o = dx_json_object();
		struct doc d;
		char *text;

		for (unsigned i = 0; i < count; i++) {
			char name[64];
			size_t len = 0;

			for (unsigned n = 1 + pick(&state, 12); n > 0; n--)
				len += some_point(&state, name + len);
			name[len] = '\0';
			dx_json_set(&a, &o, dx_arena_dup(&a, name, len), dx_json_null());
		}
		text = canon(&o);
		wrong += !doc_parse(&d, text, DX_JSON_OURS) || (d.v.flags & DX_JSON_SORTED) == 0 || d.v.count != o.count ||
		    !dx_json_equal(&d.v, &o);
		doc_free(&d);
		free(text);
		dx_arena_release(&a);
	}
	is_int(wrong, 0, "members are written in that order, be they few or many");
}

/* Texts of every short length with one byte to escape at every place. */
static void
escape_places(void)
{
	static const char odd[] = { '"', '\\', '\n', 0x1f, 0x7f };
	char text[80], want[96];
	struct dx_buf b = { 0 };
	int wrong = 0;

	for (size_t n = 0; n < 70; n++)
		for (size_t at = 0; at <= n; at++)
			for (size_t i = 0; i < sizeof(odd); i++) {
				static const char *const written[] = { "\\\"", "\\\\", "\\n", "\\u001f", "\x7f" };
				bool none = at == n;

				memset(text, 'x', n);
				if (!none)
					text[at] = odd[i];
				text[n] = '\0';
				snprintf(want, sizeof(want), "\"%.*s%s%s\"", (int)at, text, none ? "" : written[i], none ? "" : text + at + 1);
				dx_buf_reset(&b);
				dx_json_quote(text, n, &b);
				wrong += strcmp(b.data, want) != 0;
			}
	is_int(wrong, 0, "a byte to escape is seen at every place of a text");
	dx_buf_release(&b);
}

static void
escapes(void)
{
	char all[32], *got;
	struct dx_buf b = { 0 };
	struct dx_json v;

	for (int i = 1; i < 32; i++)
		all[i - 1] = (char)i;
	all[31] = '\0';
	v = dx_json_text(all);
	got = canon(&v);
	is_str(got, "\"\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
	    "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e"
	    "\\u001f\"", "control characters");
	free(got);
	dx_json_quote("a\"b\\c/\x7F\xE2\x80\xA8", 10, &b);
	is_str(b.data, "\"a\\\"b\\\\c/\x7F\xE2\x80\xA8\"", "quotes and what stays raw");
	dx_buf_release(&b);
	b.max = 4;
	dx_json_canon(&v, &b);
	ok(b.over && b.len <= 4, "a buffer with a ceiling keeps it");
	dx_buf_reset(&b);
	v = dx_json_bool(true);
	dx_json_canon(&v, &b);
	ok(!b.over && b.len == 4, "and takes what fits");
	dx_buf_release(&b);
	b.max = 0;
	dx_buf_puts(&b, "x=");
	dx_json_canon(&v, &b);
	is_str(b.data, "x=true", "bytes are appended");
	dx_buf_release(&b);
}

static void
pretty(void)
{
	struct dx_buf b = { 0 };
	struct doc d;

	doc_parse(&d, "{\"b\":[1,[],{}],\"a\\n\":{\"x\":\"y\"}}", DX_JSON_OURS);
	dx_json_pretty(&d.v, &b);
	is_str(b.data, "{\n  \"a\\n\": {\n    \"x\": \"y\"\n  },\n  \"b\": [\n    1,\n    [],\n    {}\n  ]\n}", "for people");
	dx_buf_release(&b);
	doc_free(&d);
}

int
main(void)
{
	pairs();
	known_numbers();
	long_numbers();
	many_numbers();
	order();
	sorted_output();
	escapes();
	escape_places();
	pretty();
	return done();
}
