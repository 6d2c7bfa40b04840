/* string: JSON strings read in place; only those with escapes are copied. */
#include <string.h>

#include "base/text.h"
#include "json/inner.h"
#include "json/scan.h"

unsigned
dx_utf8_at(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xBF;
	unsigned n, i;

	if (u[0] < 0x80)
		return u[0] != 0;
	if (u[0] < 0xC2 || u[0] > 0xF4)
		return 0;
	n = u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
	switch (u[0]) {
	case 0xE0:	/* overlong below */
		low = 0xA0;
		break;
	case 0xED:	/* surrogates above */
		high = 0x9F;
		break;
	case 0xF0:
		low = 0x90;
		break;
	case 0xF4:	/* beyond U+10FFFF above */
		high = 0x8F;
		break;
	default:
		break;
	}
	for (i = 1; i < n; i++) {	/* the NUL behind the text stops this: it is no continuation byte */
		if (u[i] < low || u[i] > high)
			return 0;
		low = 0x80;
		high = 0xBF;
	}
	return n;
}

/* The next byte that ends a run of ordinary text: a quote, a backslash, or something that may not be there. */
static const char *
run_end(const char *at, const char *end)
{
	for (;;) {
		unsigned n;

		at = dx_scan(at, end, true);
		if ((unsigned char)*at < 0x80)
			return at;
		n = dx_utf8_at(at);
		if (n == 0)
			return at;
		at += n;
	}
}

/* Why the byte at `at` cannot stand in a string. */
static void
blame(const char *at, const char *end, struct dx_fault *f)
{
	f->reason = DX_R_JSON_INVALID;
	if (at >= end) {
		f->what = "a closing quote was expected";
	} else if (*at == '\0') {
		f->reason = DX_R_JSON_NUL;
		f->what = "a NUL byte in a string";
	} else if ((unsigned char)*at >= 0x80) {
		f->reason = DX_R_JSON_BAD_UTF8;
		f->what = "a byte that is not UTF-8 in a string";
	} else {
		f->what = "a control character in a string, which must be written as an escape";
	}
}

/* Four hex digits, or -1. */
static int
hex4(const char *s)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v * 16 + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* \uXXXX, one or a pair, at `at` behind the backslash.  Returns the byte behind it, or NULL. */
static const char *
escape_u(const char *at, char **to, struct dx_fault *f)
{
	int v = hex4(at + 1), low;
	uint32_t cp;

	f->reason = DX_R_JSON_BAD_UTF8;
	f->what = "half of a surrogate pair";
	if (v < 0) {
		f->reason = DX_R_JSON_INVALID;
		f->what = "four hexadecimal digits were expected after \\u";
		return NULL;
	}
	if (v == 0) {
		f->reason = DX_R_JSON_NUL;
		f->what = "\\u0000 in a string";
		return NULL;
	}
	at += 5;
	cp = (uint32_t)v;
	if (v >= 0xD800 && v <= 0xDFFF) {
		if (v >= 0xDC00 || at[0] != '\\' || at[1] != 'u')
			return NULL;
		low = hex4(at + 2);
		if (low < 0xDC00 || low > 0xDFFF)
			return NULL;
		cp = 0x10000 + (((uint32_t)v - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
		at += 6;
	}
	*to += dx_utf8_put(cp, *to);
	return at;
}

/* The escape at `at` behind the backslash. */
static const char *
escape(const char *at, char **to, struct dx_fault *f)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *hit;

	if (*at == 'u')
		return escape_u(at, to, f);
	hit = *at == '\0' ? NULL : strchr(from, *at);
	if (hit == NULL) {
		f->reason = DX_R_JSON_INVALID;
		f->what = "an escape that JSON does not have";
		return NULL;
	}
	*(*to)++ = into[hit - from];
	return at + 1;
}

/* Bytes up to the closing quote, or to the end of the text: room enough for what is decoded from them. */
static size_t
room_of(const char *at, const char *end)
{
	const char *s = at;

	while (s < end && *s != '"')
		s += *s == '\\' && s + 1 < end ? 2 : 1;
	return (size_t)(s - at);
}

/* A string with escapes: `at` is its first byte, `from` its first backslash.  Decoded text is never longer. */
static char *
decode(struct dx_arena *a, char *at, const char *from, const char *end, struct dx_string *out, struct dx_fault *f,
    const char **bad)
{
	size_t lead = (size_t)(from - at);
	char *text = dx_arena_alloc(a, lead + room_of(from, end) + 1), *to = text;
	const char *run = at;

	for (;;) {
		size_t n = (size_t)(from - run);

		memcpy(to, run, n);
		to += n;
		*bad = from;
		if (*from != '\\')
			break;
		run = escape(from + 1, &to, f);
		if (run == NULL)
			return NULL;
		from = run_end(run, end);
	}
	if (*from != '"') {
		blame(from, end, f);
		return NULL;
	}
	*to = '\0';
	*out = (struct dx_string){ text, (uint32_t)(to - text), false };
	at += from - at;
	*at = '\0';
	return at + 1;
}

char *
dx_string_read(struct dx_arena *a, char *at, const char *end, struct dx_string *out, struct dx_fault *fault,
    const char **bad)
{
	const char *stop = run_end(at, end);
	size_t n = (size_t)(stop - at);

	if (*stop == '"') {
		*out = (struct dx_string){ at, (uint32_t)n, true };
		at[n] = '\0';
		return at + n + 1;
	}
	if (*stop == '\\')
		return decode(a, at, stop, end, out, fault, bad);
	blame(stop, end, fault);
	*bad = stop;
	return NULL;
}
