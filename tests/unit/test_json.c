/* test_json: what is read and what is refused, for which reason, and where. */
#include "tap.h"

#include "json_doc.h"

/* --- the suite of parsing files --- */

static bool
taken_although(const char *name)
{
	static const char *const refused[] = {
		"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
		"y_object_escaped_null_in_key.json", "y_string_null_escape.json", NULL
	};

	for (int i = 0; refused[i] != NULL; i++) {
		if (strcmp(name, refused[i]) == 0)
			return false;
	}
	return name[0] == 'y' || strncmp(name, "i_number_", 9) == 0;
}

static void
suite(void)
{
	DIR *dir = opendir(FIXTURES "/parsing");
	struct dx_buf text = { 0 };
	unsigned seen[128] = { 0 }, taken[128] = { 0 }, wrong = 0;
	struct dirent *e;

	if (dir == NULL) {
		skip("no " FIXTURES "/parsing here");
		return;
	}
	while ((e = readdir(dir)) != NULL) {
		unsigned kind = (unsigned char)e->d_name[0] & 127u;
		char path[512];
		struct doc d;

		snprintf(path, sizeof(path), FIXTURES "/parsing/%s", e->d_name);
		if (e->d_name[0] == '.' || !file_text(path, &text))
			continue;
		seen[kind]++;
		taken[kind] += doc_parse_n(&d, text.data != NULL ? text.data : "", text.len, DX_JSON_FOREIGN);
		if (d.good != taken_although(e->d_name)) {
			diag("%s: %s", e->d_name, d.good ? "accepted" : d.err.text);
			wrong++;
		}
		doc_free(&d);
	}
	closedir(dir);
	dx_buf_release(&text);
	is_int(wrong, 0, "every parsing file is taken or refused as the ledger page says");
	is_int(seen['n'] * 1000 + taken['n'], 188000, "188 n_ files, none taken");
	is_int(seen['y'] * 1000 + taken['y'], 95091, "95 y_ files, all but four taken");
	is_int(seen['i'] * 1000 + taken['i'], 35010, "35 i_ files, the ten numbers taken");
}

/* --- reasons and places --- */

struct refusal {
	const char	*text;
	size_t		 len;		/* 0: up to the NUL */
	unsigned	 how;
	const char	*code;
	const char	*said;		/* how the error starts */
};

static const struct refusal refusals[] = {
	{ "", 0, 0, "input_empty", "there is no document" },
	{ " \t\r\n ", 0, 0, "input_empty", "there is no document" },
	{ "{\"a\":1,}", 0, 0, "json_invalid", "line 1, column 8: a name in quotes was expected, found '}'" },
	{ "[1,]", 0, 0, "json_invalid", "line 1, column 4: a value was expected, found ']'" },
	{ "[,1]", 0, 0, "json_invalid", "line 1, column 2: " },
	{ "[1 2]", 0, 0, "json_invalid", "line 1, column 4: a comma or ] was expected, found '2'" },
	{ "{\n \"a\": 1\n \"b\": 2 }", 0, 0, "json_invalid", "line 3, column 2: a comma or } was expected, found '\"'" },
	{ "{\"a\" 1}", 0, 0, "json_invalid", "line 1, column 6: a colon was expected, found '1'" },
	{ "{a:1}", 0, 0, "json_invalid", "line 1, column 2: a name in quotes or } was expected, found 'a'" },
	{ "[", 0, 0, "json_invalid", "line 1, column 2: a value was expected, found the end" },
	{ "{} {}", 0, 0, "json_invalid", "line 1, column 4: something follows the document, found '{'" },
	{ "nul", 0, 0, "json_invalid", "line 1, column 1: a value was expected, found 'n'" },
	{ "NaN", 0, 0, "json_invalid", "line 1, column 1: " },
	{ "01", 0, 0, "json_invalid", "line 1, column 2: " },
	{ "1.", 0, 0, "json_invalid", "line 1, column 3: a digit was expected, found the end" },
	{ "1e+", 0, 0, "json_invalid", "line 1, column 4: a digit was expected" },
	{ "-", 0, 0, "json_invalid", "line 1, column 2: a digit was expected" },
	{ "-a", 0, 0, "json_invalid", "line 1, column 2: a digit was expected, found 'a'" },
	{ "\"abc", 0, 0, "json_invalid", "line 1, column 5: a closing quote was expected, found the end" },
	{ "\"a\nb\"", 0, 0, "json_invalid", "line 1, column 3: a control character in a string" },
	{ "\"a\\x\"", 0, 0, "json_invalid", "line 1, column 3: an escape that JSON does not have, found '\\'" },
	{ "\"\\u12G4\"", 0, 0, "json_invalid", "line 1, column 2: four hexadecimal digits" },
	{ "\"\\", 0, 0, "json_invalid", "line 1, column 2: " },
	{ "\xEF\xBB\xBF{}", 0, 0, "json_invalid", "line 1, column 1: a byte order mark, found byte 0xEF" },
	{ "[\xC3\xA9]", 0, 0, "json_invalid", "line 1, column 2: a value was expected, found byte 0xC3" },
	{ "[\xE9]", 0, 0, "json_bad_utf8", "line 1, column 2: a byte that is not UTF-8" },
	{ "[\"\xC3\xA9\xC3\xA9\", \"\xFF\"]", 0, 0, "json_bad_utf8", "line 1, column 9: a byte that is not UTF-8" },
	{ "\"\xC0\xAF\"", 0, 0, "json_bad_utf8", "line 1, column 2: " },
	{ "\"\xED\xA0\x80\"", 0, 0, "json_bad_utf8", "line 1, column 2: " },
	{ "\"\xF4\x90\x80\x80\"", 0, 0, "json_bad_utf8", "line 1, column 2: " },
	{ "\"\xE2\x82", 0, 0, "json_bad_utf8", "line 1, column 2: " },
	{ "\"\\ud800\"", 0, 0, "json_bad_utf8", "line 1, column 2: half of a surrogate pair" },
	{ "\"\\ud800\\u0041\"", 0, 0, "json_bad_utf8", "line 1, column 2: " },
	{ "\"\\udc00\\ud800\"", 0, 0, "json_bad_utf8", "line 1, column 2: " },
	{ "\"a\\u0000\"", 0, 0, "json_nul", "line 1, column 3: \\u0000 in a string" },
	{ "\"a\0b\"", 5, 0, "json_nul", "line 1, column 3: a NUL byte in a string" },
	{ "[1\0]", 4, 0, "json_nul", "line 1, column 3: a NUL byte" },
	{ "{}\0", 3, 0, "json_nul", "line 1, column 3: a NUL byte" },
	{ "{\"a\":1,\"a\":1}", 0, 0, "json_duplicate_member",
	    "line 1, column 8: a member stands twice in one object, found \"a\" again" },
	{ "{\"a\":1,\"b\":{},\n\"\\u0061\":1}", 0, 0, "json_duplicate_member", "line 2, column 1: " },
	{ "[{\"\":1,\"\":1}]", 0, 0, "json_duplicate_member", "line 1, column 8: " },
	{ "9007199254740992", 0, DX_JSON_OURS, "number_not_exact",
	    "line 1, column 1: a number must be an integer within +-(2^53-1) or a decimal of at most 15 significant "
	    "digits, found 9007199254740992" },
	{ "{\"n\":\n  -0}", 0, DX_JSON_OURS, "number_not_exact", "line 2, column 3: " },
	{ "[-0.0]", 0, DX_JSON_OURS, "number_not_exact", "line 1, column 2: " },
	{ "[1E400]", 0, DX_JSON_OURS, "number_not_exact", "line 1, column 2: " },
	{ "[0.1234567890123456]", 0, DX_JSON_OURS, "number_not_exact", "line 1, column 2: " },
};

static void
reasons(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		size_t len = r->len != 0 ? r->len : strlen(r->text);
		struct doc d;

		ok(!doc_parse_n(&d, r->text, len, r->how), "refusal %zu is refused", i);
		is_str(dx_reason_code(d.err.reason), r->code, "refusal %zu: reason", i);
		if (!ok(strncmp(d.err.text, r->said, strlen(r->said)) == 0, "refusal %zu: words", i))
			diag("got: %s", d.err.text);
		ok(memcmp(d.text, r->text, len + 1) == 0, "refusal %zu: the text is what it was", i);
		doc_free(&d);
	}
}

/* --- depth and size --- */

static enum dx_reason
nested(unsigned depth, const char *open, const char *close)
{
	struct dx_buf b = { 0 };
	enum dx_reason reason;
	struct doc d;

	for (unsigned i = 0; i < depth; i++)
		dx_buf_puts(&b, open);
	if (close != NULL)
		dx_buf_puts(&b, "1");
	for (unsigned i = 0; close != NULL && i < depth; i++)
		dx_buf_puts(&b, close);
	doc_parse_n(&d, b.data, b.len, DX_JSON_OURS);
	reason = d.err.reason;
	doc_free(&d);
	dx_buf_release(&b);
	return reason;
}

static void
depth(void)
{
	is_int(nested(64, "[", "]"), DX_OK, "64 arrays");
	is_int(nested(65, "[", "]"), DX_R_JSON_TOO_DEEP, "65 arrays");
	is_int(nested(64, "{\"a\":", "}"), DX_OK, "64 objects");
	is_int(nested(65, "{\"a\":", "}"), DX_R_JSON_TOO_DEEP, "65 objects");
	is_int(nested(32, "[{\"a\":", "}]"), DX_OK, "32 of each");
	is_int(nested(33, "[{\"a\":", "}]"), DX_R_JSON_TOO_DEEP, "33 of each");
	is_int(nested(100000, "[", NULL), DX_R_JSON_TOO_DEEP, "100000 opening brackets");
	is_int(nested(64, "[", NULL), DX_R_JSON_INVALID, "64 opening brackets");
}

static void
too_large(void)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	char text[] = "{}";
	struct dx_json v;

	ok(dx_json_parse(&a, text, UINT32_MAX, 0, &v, &err) == -1 && err.reason == DX_R_JSON_TOO_LARGE,
	    "a text of 2^32-1 bytes is json_too_large, unread");
	dx_arena_release(&a);
}

/* Text of n members "k<i * step % n>"; with twin < n the last one is named as that one is. */
static void
members(struct dx_buf *b, unsigned n, unsigned step, unsigned twin)
{
	dx_buf_reset(b);
	dx_buf_putc(b, '{');
	for (unsigned i = 0; i < n; i++) {
		unsigned name = i == n - 1 && twin < n ? twin : i;

		dx_buf_printf(b, "%s\"k%07u\":%u", i > 0 ? "," : "", (unsigned)((uint64_t)name * step % n), i);
	}
	dx_buf_putc(b, '}');
}

static void
duplicates(void)
{
	static const unsigned counts[] = { 2, 3, 5, 8, 16, 31, 32, 33, 34, 63, 64, 65, 100, 1000, 5000 };
	struct dx_buf b = { 0 };
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		unsigned n = counts[i], steps[] = { 1, n - 1, 7919 };	/* sorted, backwards, shuffled */

		for (size_t j = 0; j < 3; j++) {
			unsigned twins[] = { n, 0, n / 2, n - 2 };

			for (size_t k = 0; k < 4; k++) {
				struct doc d;

				members(&b, n, steps[j], twins[k]);
				doc_parse_n(&d, b.data, b.len, DX_JSON_OURS);
				wrong += d.err.reason != (twins[k] < n - 1 ? DX_R_JSON_DUPLICATE_MEMBER : DX_OK);
				doc_free(&d);
			}
		}
	}
	is_int(wrong, 0, "one name twice is found among 2 to 5000 members, in any order");
	dx_buf_release(&b);
}

static void
huge(void)
{
	struct dx_buf b = { 0 };
	struct doc d;
	char name[16];
	unsigned wrong = 0;

	members(&b, 1000000, 7919, 1000000);
	doc_parse_n(&d, b.data, b.len, DX_JSON_OURS);
	is_int(d.v.count, 1000000, "an object of a million members in no order");
	doc_free(&d);
	members(&b, 100000, 1, 100000);
	doc_parse_n(&d, b.data, b.len, DX_JSON_OURS);
	for (unsigned i = 0; i < 100000; i++) {
		int64_t n = -1;

		snprintf(name, sizeof(name), "k%07u", i);
		wrong += !dx_json_int64(dx_json_get(&d.v, name), &n) || n != i;
	}
	is_int(wrong, 0, "each of a hundred thousand sorted members is found");
	ok(dx_json_get(&d.v, "k") == NULL && dx_json_get(&d.v, "k9999999") == NULL &&
	    dx_json_get(&d.v, "k0000000x") == NULL, "and no other");
	doc_free(&d);
	dx_buf_release(&b);
}

/* --- positions, parts, texts --- */

static void
positions(void)
{
	static const char text[] = "\n{\"a\": [1,\r\n  \"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\", true],\n\"b\\n\":{\"c\":null}}";
	const struct dx_json *a;
	unsigned line, column;
	struct doc d;

	doc_parse(&d, text, DX_JSON_OURS);
	dx_json_position(d.text, d.len, d.v.offset, &line, &column);
	ok(line == 2 && column == 1, "the root");
	a = dx_json_get(&d.v, "a");
	dx_json_position(d.text, d.len, a->offset, &line, &column);
	ok(line == 2 && column == 7, "an array");
	dx_json_position(d.text, d.len, dx_json_item(a, 1)->offset, &line, &column);
	ok(line == 3 && column == 3, "a string behind CR LF");
	dx_json_position(d.text, d.len, dx_json_item(a, 2)->offset, &line, &column);
	ok(line == 3 && column == 10, "columns count characters");
	dx_json_position(d.text, d.len, d.v.u.members[1].name_offset, &line, &column);
	ok(line == 4 && column == 1, "a name with an escape");
	dx_json_position(d.text, d.len, dx_json_get(dx_json_get(&d.v, "b\n"), "c")->offset, &line, &column);
	ok(line == 4 && column == 12, "a value behind it");
	dx_json_position(d.text, d.len, DX_JSON_NOWHERE, &line, &column);
	ok(line == 4 && column == 18, "nowhere is the end");
	doc_free(&d);
}

static void
many_positions(void)
{
	static const char text[] = "\xC3\xA9\n\xE2\x82\xAC\xE2\x82\xAC 12345678 \xF0\x9F\x98\x80\xF0\x9F\x98\x80 abc\n\n end";
	struct dx_json_place place[2 * sizeof(text)];
	const size_t n = sizeof(place) / sizeof(*place);
	unsigned line, column;
	int wrong = 0;

	for (size_t i = 0; i < n; i++)		/* backwards, each twice, and beyond the end */
		place[i] = (struct dx_json_place){ .offset = (uint32_t)((n - i) / 2 + 2), .tag = i };
	dx_json_places(text, sizeof(text) - 1, place, n);
	for (size_t i = 0; i < n; i++) {
		dx_json_position(text, sizeof(text) - 1, place[i].offset, &line, &column);
		wrong += place[i].line != line || place[i].column != column;
		wrong += place[i].offset != (n - place[i].tag) / 2 + 2 || (i > 0 && place[i].offset < place[i - 1].offset);
	}
	is_int(wrong, 0, "many places at once are those found one by one");
	dx_json_places(text, sizeof(text) - 1, place, 0);
}

static void
parts(void)
{
	char text[] = " {\"a\":[1]} \"x\" 12[]";
	size_t len = strlen(text), at = 0, used;
	unsigned types[] = { DX_JSON_OBJECT, DX_JSON_STRING, DX_JSON_NUMBER, DX_JSON_ARRAY }, ends[] = { 10, 14, 17, 19 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json v;

	for (size_t i = 0; i < 4; i++) {
		ok(dx_json_parse_first(&a, text + at, len - at, 0, &v, &used, &err) == 0 && v.type == types[i],
		    "document %zu of a text", i);
		at += used;
		is_int((intmax_t)at, ends[i], "ends where it ends");
	}
	ok(dx_json_parse_first(&a, text + at, len - at, 0, &v, &used, &err) == -1 && err.reason == DX_R_INPUT_EMPTY,
	    "behind the last there is none");
	dx_arena_release(&a);
}

static void
strings(void)
{
	static const char *const cases[][2] = {
		{ "\"\"", "" }, { "\"plain\"", "plain" }, { "\"sixteen bytes ok\"", "sixteen bytes ok" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
		{ "\"a\\u0041\\u00e9\\u20AC\\ud83d\\uDE00z\"", "aA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z" },
		{ "\"\xF0\x9F\x98\x80 long text with \xC3\xA9 in the middle and \\\" there\"",
		    "\xF0\x9F\x98\x80 long text with \xC3\xA9 in the middle and \" there" },
		{ "\"\x7F\xC2\x80\xEF\xBF\xBF\xF4\x8F\xBF\xBF\"", "\x7F\xC2\x80\xEF\xBF\xBF\xF4\x8F\xBF\xBF" },
		{ "\"\\uFFFF\\ud800\\udc00\\udbff\\udfff\"", "\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doc d;

		ok(doc_parse(&d, cases[i][0], DX_JSON_OURS) && d.v.count == strlen(cases[i][1]), "string %zu", i);
		is_str(dx_json_str(&d.v), cases[i][1], "string %zu: its text", i);
		doc_free(&d);
	}
}

/* Every place of a special byte within words of every alignment. */
static void
string_places(void)
{
	static const char *const odd[] = { "\\n", "\xC3\xA9", "\x01", "\xFF", "\"" };
	unsigned wrong = 0;
	char text[128];

	for (unsigned lead = 0; lead < 40; lead++) {
		for (unsigned tail = 0; tail < 40; tail++) {
			for (unsigned i = 0; i < 5; i++) {
				struct doc d;

				snprintf(text, sizeof(text), "\"%.*s%s%.*s\"", (int)lead,
				    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr", odd[i], (int)tail,
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQR");
				doc_parse(&d, text, 0);
				wrong += d.good != (i < 2);
				wrong += d.good && d.v.count != lead + tail + (i == 0 ? 1 : 2);
				doc_free(&d);
			}
		}
	}
	is_int(wrong, 0, "an odd byte is seen at every place of a string");
}

int
main(void)
{
	suite();
	reasons();
	depth();
	too_large();
	duplicates();
	huge();
	positions();
	many_positions();
	parts();
	strings();
	string_places();
	return done();
}
