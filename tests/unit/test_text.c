/* base/text: hex, base64, integers, UTF-8, globs. */
#include <stdlib.h>

#include "base/text.h"
#include "tap.h"

static void
test_hex(void)
{
	unsigned char all[256], back[256];
	char text[513];

	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	dx_hex_encode(all, 3, text);
	is_str(text, "000102", "hex: lower case, two digits a byte");
	dx_hex_encode("\xab\xcd", 2, text);
	is_str(text, "abcd", "hex: letters are lower case");
	dx_hex_encode(all, 0, text);
	is_str(text, "", "hex: of nothing");
	dx_hex_encode(all, 256, text);
	ok(dx_hex_decode(text, 512, back, 256) && memcmp(all, back, 256) == 0, "hex: every byte comes back");
	ok(dx_hex_decode("ABcd", 4, back, 2) && back[0] == 0xab && back[1] == 0xcd, "hex: either case is read");
	ok(!dx_hex_decode("abc", 3, back, 1) && !dx_hex_decode("abcd", 4, back, 1) && !dx_hex_decode("ab", 2, back, 2),
	    "hex: another length is refused");
	ok(!dx_hex_decode("ag", 2, back, 1) && !dx_hex_decode(" a", 2, back, 1) && !dx_hex_decode("+1", 2, back, 1),
	    "hex: other characters are refused");
	ok(dx_hex_is("00ff", 4) && dx_hex_is("", 0), "hex: lower-case digits are recognised");
	ok(!dx_hex_is("00fF", 4) && !dx_hex_is("00f", 4) && !dx_hex_is("00ff0", 4) && !dx_hex_is("00fg", 4),
	    "hex: upper case, another number of digits or a letter are not");
}

static void
test_base64(void)
{
	static const struct { const char *plain, *code; } rfc4648[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xff\xef\xbf\xfb", "/++/+w==" },
	};
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zm8", "Zg===", "Zg==Zg==", "Zm=v", "=", "==", "===", "====", "A===", "Zh==", "Zm9=",
		"Zm 9", "Zm9v\n", " Zm9", "Zm9-", "Zm9_", "Zg= =",
	};
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	unsigned char bytes[96], back[96];
	char code[132], again[132];
	int wrong = 0;
	size_t n, len;

	for (size_t i = 0; i < sizeof(rfc4648) / sizeof(*rfc4648); i++) {
		len = dx_base64_encode(rfc4648[i].plain, strlen(rfc4648[i].plain), code);
		ok(strcmp(code, rfc4648[i].code) == 0 && len == strlen(code), "base64: writes %s", rfc4648[i].code);
		ok(dx_base64_decode(code, len, back, &n) == 0 && n == strlen(rfc4648[i].plain) &&
		    memcmp(back, rfc4648[i].plain, n) == 0, "base64: reads %s", rfc4648[i].code);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_int(dx_base64_decode(bad[i], strlen(bad[i]), back, &n), -1, "base64: refuses case %zu", i);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 151 + 7);
	for (size_t i = 0; i <= sizeof(bytes); i++) {
		len = dx_base64_encode(bytes, i, code);
		wrong += dx_base64_decode(code, len, back, &n) != 0 || n != i || memcmp(back, bytes, i) != 0;
	}
	is_int(wrong, 0, "base64: every length comes back");
	/* Every last group: read only if it is what would be written. */
	for (size_t a = 0; a < 65; a++)
		for (size_t b = 0; b < 65; b++)
			for (size_t c = 0; c < 65; c++) {
				char group[] = { digits[a], digits[b], digits[c], '=', '\0' };

				if (dx_base64_decode(group, 4, back, &n) == 0) {
					dx_base64_encode(back, n, again);
					wrong += strcmp(group, again) != 0;
				}
			}
	is_int(wrong, 0, "base64: one value has one spelling");
}

static void
test_int(void)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1", "1 ", "01", "00", "1a", "0x1", "1.0", "1e1", "9223372036854775808",
		"92233720368547758070", "99999999999999999999999999",
	};
	int64_t v = 7;

	ok(dx_int_parse("0", 0, 10, &v) && v == 0, "int: zero");
	ok(dx_int_parse("9223372036854775807", 0, INT64_MAX, &v) && v == INT64_MAX, "int: the largest");
	ok(dx_int_parse("10", 10, 10, &v) && v == 10, "int: bounds are inclusive");
	v = 7;
	ok(!dx_int_parse("9", 10, 20, &v) && !dx_int_parse("21", 10, 20, &v) && v == 7, "int: outside the bounds is refused");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!dx_int_parse(bad[i], INT64_MIN, INT64_MAX, &v) && v == 7, "int: refuses \"%s\"", bad[i]);
}

/* Decodes by the definition and asks whether encoding gives the same bytes. */
static bool
plain_utf8(const unsigned char *s, size_t n)
{
	while (n > 0) {
		size_t more = s[0] < 0x80 ? 0 : s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
		uint32_t cp = more == 0 ? s[0] : s[0] & (0x3fu >> more);
		char back[4];

		if (n <= more || (s[0] >= 0x80 && s[0] < 0xc0) || s[0] >= 0xf8)
			return false;
		for (size_t i = 1; i <= more; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return false;
			cp = cp << 6 | (s[i] & 0x3f);
		}
		if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) || dx_utf8_put(cp, back) != more + 1 ||
		    memcmp(back, s, more + 1) != 0)
			return false;
		s += more + 1;
		n -= more + 1;
	}
	return true;
}

static void
test_utf8(void)
{
	static const unsigned char edge[] = {
		0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
		0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff,
	};
	const size_t e = sizeof(edge);
	const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";	/* 1, 2, 3, 4 and 1 bytes */
	int wrong = 0;
	char out[4], long_text[64];

	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		size_t n = dx_utf8_put(cp, out);

		wrong += dx_utf8_valid(out, n) != (cp < 0xd800 || cp > 0xdfff);
		wrong += n != (cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4);
	}
	is_int(wrong, 0, "utf8: every code point is valid but surrogates");
	for (size_t i = 0; i < e * e * e * e; i++) {
		unsigned char s[4] = { edge[i % e], edge[i / e % e], edge[i / e / e % e], edge[i / e / e / e] };

		for (size_t n = 1; n <= 4; n++)
			wrong += dx_utf8_valid(s, n) != plain_utf8(s, n);
	}
	is_int(wrong, 0, "utf8: agrees with the definition on all runs of edge bytes");
	for (size_t at = 0; at < sizeof(long_text); at++) {
		memset(long_text, 'x', sizeof(long_text));
		long_text[at] = (char)0x80;
		wrong += dx_utf8_valid(long_text, sizeof(long_text));
		wrong += !dx_utf8_valid(long_text, at);
	}
	is_int(wrong, 0, "utf8: a bad byte is found wherever it stands");
	ok(dx_utf8_valid("", 0) && dx_utf8_valid("a\0b", 3), "utf8: nothing and NUL are valid");
	is_int((intmax_t)dx_utf8_count(text, strlen(text)), 5, "utf8: counts code points");
	for (size_t points = 0; points <= 6; points++) {
		static const size_t want[] = { 0, 1, 3, 6, 10, 11, 11 };

		is_int((intmax_t)dx_utf8_cut(text, strlen(text), points), (intmax_t)want[points], "utf8: cut to %zu", points);
	}
}

static bool
plain_glob(const char *p, const char *s)
{
	if (*p == '\0')
		return *s == '\0';
	if (*p == '*')
		return plain_glob(p + 1, s) || (*s != '\0' && plain_glob(p, s + 1));
	return *s != '\0' && (*p == '?' || *p == *s) && plain_glob(p + 1, s + 1);
}

/* The i-th word over the letters, all lengths from 0 on. */
static void
word(unsigned i, const char *letters, char *out)
{
	unsigned n = (unsigned)strlen(letters);

	for (; i > 0; i = (i - 1) / n)
		*out++ = letters[(i - 1) % n];
	*out = '\0';
}

static void
test_glob(void)
{
	char p[16], s[16], many[4001], stars[64];
	int wrong = 0;

	for (unsigned i = 0; i < 1365; i++) {		/* up to five letters */
		word(i, "a*?b", p);
		for (unsigned k = 0; k < 127; k++) {	/* up to six */
			word(k, "ab", s);
			wrong += dx_glob(p, s) != plain_glob(p, s);
		}
	}
	is_int(wrong, 0, "glob: agrees with the definition on all short patterns");
	ok(dx_glob("aws_*.prod", "aws_db.x.prod") && !dx_glob("aws_*.prod", "aws_db.prod2"), "glob: a run in the middle");
	ok(dx_glob("[a]\\", "[a]\\") && !dx_glob("[a]", "a"), "glob: brackets and backslashes are plain");
	memset(many, 'a', 4000);
	many[4000] = '\0';
	for (size_t i = 0; i < 60; i += 2)
		memcpy(stars + i, "*a", 2);
	strcpy(stars + 60, "*b");
	ok(!dx_glob(stars, many), "glob: many stars do not explode");
}

/* The same of paths, as the words say it: `*` and `?` stop at `/`, `**` does not, and with the `/` behind it may be nothing. */
static bool
plain_path(const char *begin, const char *p, const char *s)
{
	bool deep = p[0] == '*' && p[1] == '*';

	if (*p == '\0')
		return *s == '\0';
	if (deep && p[2] == '/' && (p == begin || p[-1] == '/') && plain_path(begin, p + 3, s))
		return true;
	if (*p == '*') {
		for (p += deep ? 2 : 1;; s++) {
			if (plain_path(begin, p, s))
				return true;
			if (*s == '\0' || (*s == '/' && !deep))
				return false;
		}
	}
	return *s != '\0' && (*p == '?' ? *s != '/' : *p == *s) && plain_path(begin, p + 1, s + 1);
}

static void
test_glob_path(void)
{
	char p[16], s[16], many[4001], pattern[200];
	int wrong = 0;

	for (unsigned i = 0; i < 3906; i++) {		/* up to five letters */
		word(i, "a*/?b", p + 1);
		p[0] = '/';				/* for the whole path */
		for (unsigned k = 0; k < 364; k++) {
			word(k, "a/b", s);
			wrong += dx_glob_path(p, s) != plain_path(p + 1, p + 1, s);
		}
	}
	is_int(wrong, 0, "glob: paths agree with the definition on all short patterns");
	ok(dx_glob_path("*.pem", "a/b/c.pem") && !dx_glob_path("*.pem", "a/c.pem/x"), "glob: without a slash it is for the last component");
	ok(dx_glob_path("/main", "main") && !dx_glob_path("/main", "topic/main") && dx_glob_path("main", "topic/main"),
	    "glob: one that begins with a slash is for the whole path");
	ok(dx_glob_path("**/x", "x") && dx_glob_path("a/**/x", "a/x") && dx_glob_path("a/**", "a/b/c") && !dx_glob_path("a**/b", "ab"),
	    "glob: folders, none and many");
	memset(many, 'a', 4000);
	many[4000] = '\0';
	for (size_t i = 0; i < 180; i += 3)
		memcpy(pattern + i, i % 2 == 0 ? "**a" : "*aa", 3);
	strcpy(pattern + 180, "*b");
	ok(!dx_glob_path(pattern, many), "glob: many stars over a long path do not explode");
	pattern[181] = 'a';
	ok(dx_glob_path(pattern, many), "glob: nor are they given up");
}

static void
test_strings(void)
{
	char s[] = "AbZ[`{\xc3\x89 09";
	size_t n;
	const char *t;

	dx_lower(s);
	is_str(s, "abz[`{\xc3\x89 09", "lower: only ASCII letters change");
	ok(!dx_has_control("") && !dx_has_control("a b\xc2\x85") && dx_has_control("a\tb") && dx_has_control("\x7f") &&
	    dx_has_control("\x1f") && !dx_has_control(" "), "control: C0 and DEL");
	t = dx_trim(" \t\n\v\f\r a b \n", &n);
	ok(n == 3 && strncmp(t, "a b", n) == 0, "trim: white space around");
	dx_trim(" \n ", &n);
	is_int((intmax_t)n, 0, "trim: nothing but white space");
	t = dx_trim("\xc2\xa0x", &n);
	ok(n == 3 && *t == '\xc2', "trim: other white space stays");
	ok(dx_starts("abc", "ab") && dx_starts("abc", "") && dx_starts("", "") && !dx_starts("a", "ab"), "starts");
}

int
main(void)
{
	test_hex();
	test_base64();
	test_int();
	test_utf8();
	test_glob();
	test_glob_path();
	test_strings();
	return done();
}
