#include "base/text.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const char hex_digits[] = "0123456789abcdef";

void
dx_hex_encode(const void *bytes, size_t n, char *out)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < n; i++) {
		*out++ = hex_digits[b[i] >> 4];
		*out++ = hex_digits[b[i] & 15];
	}
	*out = '\0';
}

/* What a digit stands for, and LOWER when it is one that dx_hex_encode writes; 0 of anything else. */
#define DIGIT	0x10
#define LOWER	0x20
#define D(c, v)	[c] = DIGIT | LOWER | (v)
#define U(c, v)	[c] = DIGIT | (v)
static const unsigned char nibbles[256] = {
	D('0', 0), D('1', 1), D('2', 2), D('3', 3), D('4', 4), D('5', 5), D('6', 6), D('7', 7), D('8', 8), D('9', 9),
	D('a', 10), D('b', 11), D('c', 12), D('d', 13), D('e', 14), D('f', 15),
	U('A', 10), U('B', 11), U('C', 12), U('D', 13), U('E', 14), U('F', 15),
};
#undef D
#undef U

#ifdef __SSE2__
static inline __m128i
within(__m128i v, char first, char last)
{
	return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(first - 1))), _mm_cmplt_epi8(v, _mm_set1_epi8((char)(last + 1))));
}

/* Sixteen digits at a time: as many as are of the given case. */
static size_t
hex_run(const char *s, size_t digits, int lower)
{
	size_t i = 0;

	for (; digits - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
		__m128i letter = lower ? v : _mm_or_si128(v, _mm_set1_epi8(0x20));

		if (_mm_movemask_epi8(_mm_or_si128(within(v, '0', '9'), within(letter, 'a', 'f'))) != 0xffff)
			break;
	}
	return i;
}

/* What that many digits, of which all are some, stand for. */
static void
hex_bytes(const char *s, size_t digits, unsigned char *out)
{
	for (size_t i = 0; i < digits; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
		__m128i nibble = _mm_add_epi8(_mm_and_si128(v, _mm_set1_epi8(15)),
		    _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('9')), _mm_set1_epi8(9)));
		__m128i byte = _mm_or_si128(_mm_and_si128(_mm_slli_epi16(nibble, 4), _mm_set1_epi16(0xf0)), _mm_srli_epi16(nibble, 8));

		_mm_storel_epi64((__m128i *)(void *)(out + i / 2), _mm_packus_epi16(byte, byte));
	}
}
#else
static size_t
hex_run(const char *s, size_t digits, int lower)
{
	(void)s;
	(void)digits;
	(void)lower;
	return 0;
}

static void
hex_bytes(const char *s, size_t digits, unsigned char *out)
{
	(void)s;
	(void)digits;
	(void)out;
}
#endif

bool
dx_hex_decode(const char *s, size_t len, void *out, size_t n)
{
	unsigned char *o = out;
	unsigned seen = DIGIT;
	size_t done;

	if (len % 2 != 0 || len / 2 != n)
		return false;
	done = hex_run(s, len, 0);
	hex_bytes(s, done, o);
	for (size_t i = done / 2; i < n; i++) {
		unsigned high = nibbles[(unsigned char)s[2 * i]], low = nibbles[(unsigned char)s[2 * i + 1]];

		seen &= high & low;
		o[i] = (unsigned char)(high << 4 | (low & 15));
	}
	return seen != 0;
}

bool
dx_hex_is(const char *s, size_t digits)
{
	unsigned seen = LOWER;

	if (strnlen(s, digits + 1) != digits)
		return false;
	for (size_t i = hex_run(s, digits, 1); i < digits; i++)
		seen &= nibbles[(unsigned char)s[i]];
	return seen != 0;
}

size_t
dx_base64_encode(const void *bytes, size_t n, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = bytes;
	char *o = out;

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t v = (uint32_t)b[i] << 16;

		if (left > 1)
			v |= (uint32_t)b[i + 1] << 8;
		if (left > 2)
			v |= b[i + 2];
		*o++ = digits[v >> 18];
		*o++ = digits[v >> 12 & 63];
		*o++ = '=';
		*o++ = '=';
		if (left > 1)
			o[-2] = digits[v >> 6 & 63];
		if (left > 2)
			o[-1] = digits[v & 63];
	}
	*o = '\0';
	return (size_t)(o - out);
}

static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int
dx_base64_decode(const char *s, size_t len, void *out, size_t *n)
{
	unsigned char *o = out;
	size_t pad = 0, done = 0;

	if (len % 4 != 0)
		return -1;
	if (len != 0)
		pad = s[len - 1] != '=' ? 0 : s[len - 2] != '=' ? 1 : 2;
	for (size_t i = 0; i < len; i += 4) {
		size_t digits = i + 4 < len ? 4 : 4 - pad;
		uint32_t v = 0;

		for (size_t k = 0; k < 4; k++) {
			int six = k < digits ? sextet(s[i + k]) : 0;

			if (six < 0)
				return -1;
			v = v << 6 | (uint32_t)six;
		}
		/* What the padding leaves over must be zero, or one value would have several spellings. */
		if ((digits < 4 && (v & 0xff) != 0) || (digits < 3 && (v & 0xff00) != 0))
			return -1;
		o[done++] = (unsigned char)(v >> 16);
		if (digits > 2)
			o[done++] = (unsigned char)(v >> 8);
		if (digits > 3)
			o[done++] = (unsigned char)v;
	}
	*n = done;
	return 0;
}

bool
dx_int_parse(const char *s, int64_t min, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (s[0] == '\0' || (s[0] == '0' && s[1] != '\0'))
		return false;
	for (; *s != '\0'; s++)
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *s - '0', &v))
			return false;
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

bool
dx_utf8_valid(const void *bytes, size_t n)
{
	const unsigned char *p = bytes, *end = p + n;

	while (p < end) {
		unsigned char c = *p, low = 0x80, high = 0xbf;	/* bounds of the second byte */
		size_t more;
		uint64_t eight;

		if (end - p >= 8) {
			memcpy(&eight, p, 8);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				p += 8;
				continue;
			}
		}
		p++;
		if (c < 0x80)
			continue;
		if (c >= 0xc2 && c <= 0xdf)
			more = 1;
		else if (c >= 0xe0 && c <= 0xef)
			more = 2;
		else if (c >= 0xf0 && c <= 0xf4)
			more = 3;
		else
			return false;
		if (c == 0xe0)
			low = 0xa0;	/* shorter forms exist below */
		else if (c == 0xed)
			high = 0x9f;	/* surrogates above */
		else if (c == 0xf0)
			low = 0x90;
		else if (c == 0xf4)
			high = 0x8f;	/* beyond U+10FFFF above */
		if ((size_t)(end - p) < more || *p < low || *p > high)
			return false;
		for (size_t i = 1; i < more; i++)
			if ((p[i] & 0xc0) != 0x80)
				return false;
		p += more;
	}
	return true;
}

static bool
continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t
dx_utf8_count(const char *s, size_t n)
{
	size_t points = n, i = 0;
	uint64_t eight;

	for (; n - i >= 8; i += 8) {
		memcpy(&eight, s + i, 8);
		eight &= ~(eight << 1) & UINT64_C(0x8080808080808080);	/* 10xxxxxx */
		if (eight != 0)
			points -= (size_t)__builtin_popcountll(eight);
	}
	for (; i < n; i++)
		points -= continues(s[i]);
	return points;
}

size_t
dx_utf8_cut(const char *s, size_t n, size_t points)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!continues(s[i]) && points-- == 0)
			break;
	return i;
}

void
dx_utf8_mend(char *s)
{
	size_t left = strlen(s), n;

	for (; left > 0; s += n, left -= n) {
		for (n = 1; n <= 4 && n <= left && !dx_utf8_valid(s, n); n++)
			;
		if (n > 4 || n > left) {
			*s = '?';
			n = 1;
		}
	}
}

uint32_t
dx_utf8_next(const char **s, const char *end)
{
	unsigned char c = (unsigned char)*(*s)++;
	unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	uint32_t point = c & (0x3fu >> more);

	if (c < 0x80)
		return c;
	if (more == 0 || (size_t)(end - *s) < more)
		return DX_NO_POINT;
	for (unsigned i = 0; i < more; i++) {
		if (((unsigned char)(*s)[i] & 0xc0) != 0x80)
			return DX_NO_POINT;
		point = point << 6 | ((unsigned char)(*s)[i] & 0x3f);
	}
	*s += more;
	return point < DX_NO_POINT ? point : DX_NO_POINT;
}

bool
dx_point_blank(uint32_t c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* What Unicode says may be ignored by default. */
bool
dx_point_invisible(uint32_t c)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{ 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfff8 }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; c >= 0x80 && i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

size_t
dx_utf8_put(uint32_t cp, char out[static 4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 63));
		out[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 63));
	out[2] = (char)(0x80 | (cp >> 6 & 63));
	out[3] = (char)(0x80 | (cp & 63));
	return 4;
}

void
dx_lower(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + ('a' - 'A'));
}

bool
dx_has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

const char *
dx_trim(const char *s, size_t *len)
{
	size_t n;

	while (blank(*s))
		s++;
	n = strlen(s);
	while (n > 0 && blank(s[n - 1]))
		n--;
	*len = n;
	return s;
}

bool
dx_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
dx_glob(const char *pattern, const char *s)
{
	const char *star = NULL, *from = NULL;	/* behind the last '*', and where its run ends so far */

	while (*s != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			from = s;
		} else if (*pattern == '?' || (*pattern == *s && *pattern != '\0')) {
			pattern++;
			s++;
		} else if (star != NULL) {
			/* Only the last '*' need take more: the earlier ones already left the most behind them. */
			pattern = star;
			s = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* Places of a pattern that may come next, one bit each: all of them are followed at once, so that no path takes long. */
#define GLOB_WORDS	64
struct places { uint64_t bit[GLOB_WORDS]; };

/* fresh: the path is at the beginning of a component because the pattern is. */
static void
enter(const char *p, size_t i, bool fresh, struct places *at)
{
	for (;;) {
		bool deep = p[i] == '*' && p[i + 1] == '*';

		at->bit[i / 64] |= UINT64_C(1) << i % 64;
		if (p[i] != '*')
			return;
		if (deep && fresh && p[i + 2] == '/' && (i == 0 || p[i - 1] == '/'))
			enter(p, i + 3, true, at);	/* it may stand for no folder at all */
		i += deep ? 2 : 1;
		fresh = false;
	}
}

static void
step(const char *p, size_t i, char c, struct places *next)
{
	if (p[i] == '*') {
		if (c != '/' || p[i + 1] == '*')
			enter(p, i, false, next);
	} else if (p[i] == c || (p[i] == '?' && c != '/')) {
		enter(p, i + 1, c == '/', next);
	}
}

static bool
glob_path(const char *p, const char *s)
{
	size_t len = strlen(p), words = len / 64 + 1;
	struct places at = { 0 }, next;
	bool any = true;

	if (len >= 64 * GLOB_WORDS)
		return false;
	enter(p, 0, true, &at);
	for (; *s != '\0' && any; s++) {
		memset(next.bit, 0, words * sizeof(next.bit[0]));
		any = false;
		for (size_t w = 0; w < words; w++)
			for (uint64_t left = at.bit[w]; left != 0; left &= left - 1)
				step(p, w * 64 + (size_t)__builtin_ctzll(left), *s, &next);
		for (size_t w = 0; w < words; w++)
			any = (at.bit[w] = next.bit[w]) != 0 || any;
	}
	return any && (at.bit[len / 64] >> len % 64 & 1) != 0;
}

bool
dx_glob_path(const char *pattern, const char *path)
{
	const char *last = strrchr(path, '/');

	if (pattern[0] == '/')
		return glob_path(pattern + 1, path);
	if (strchr(pattern, '/') == NULL && last != NULL)
		path = last + 1;
	return glob_path(pattern, path);
}
