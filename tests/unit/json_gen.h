/* json_gen: documents at random, and damage to them.  The same state gives the same documents everywhere. */
#ifndef DX_TESTS_JSON_GEN_H
#define DX_TESTS_JSON_GEN_H

#include "json_doc.h"

static void DOC_FN
gen_blank(struct dx_buf *b, uint64_t *state)
{
	static const char *const blanks[] = { " ", "\n", "\t", "\r\n", "  ", "\n    ", "          " };

	if (pick(state, 6) == 0)
		dx_buf_puts(b, blanks[pick(state, 7)]);
}

static void DOC_FN
gen_string(struct dx_buf *b, uint64_t *state)
{
	static const char *const parts[] = {
		"a", "b", "name", "some longer text", "\\n", "\\\"", "\\\\", "\\/", "\\b\\f\\r\\t", "\\u0041", "\\u00e9",
		"\\u20AC", "\\ud83d\\ude00", "\\u0001", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBF", "/",
		"\x7F", "{[,:]}", "'", "  ", "0", "\xED\x9F\xBF", "abcdefghijklmnopqrstuvwxyz"
	};
	unsigned n = pick(state, 5);

	dx_buf_putc(b, '"');
	while (n-- > 0)
		dx_buf_puts(b, parts[pick(state, sizeof(parts) / sizeof(parts[0]))]);
	dx_buf_putc(b, '"');
}

static void DOC_FN
gen_digits(struct dx_buf *b, uint64_t *state, unsigned max)
{
	unsigned n = 1 + pick(state, max);

	while (n-- > 0)
		dx_buf_putc(b, (char)('0' + pick(state, 10)));
}

static void DOC_FN
gen_number(struct dx_buf *b, uint64_t *state)
{
	if (pick(state, 4) == 0)
		dx_buf_putc(b, '-');
	if (pick(state, 5) == 0) {
		dx_buf_putc(b, '0');
	} else {
		dx_buf_putc(b, (char)('1' + pick(state, 9)));
		if (pick(state, 2) == 0)
			gen_digits(b, state, pick(state, 8) == 0 ? 25 : 6);
	}
	if (pick(state, 4) == 0) {
		dx_buf_putc(b, '.');
		gen_digits(b, state, pick(state, 4) == 0 ? 20 : 4);
	}
	if (pick(state, 8) == 0) {
		dx_buf_puts(b, pick(state, 2) ? "e" : "E");
		dx_buf_puts(b, (const char *const[]){ "", "+", "-" }[pick(state, 3)]);
		gen_digits(b, state, pick(state, 8) == 0 ? 4 : 2);
	}
}

static void gen_value(struct dx_buf *b, uint64_t *state, unsigned depth);

static void DOC_FN
gen_container(struct dx_buf *b, uint64_t *state, unsigned depth, bool object)
{
	unsigned n = pick(state, 8) == 0 ? pick(state, 50) : pick(state, 5);

	dx_buf_putc(b, object ? '{' : '[');
	gen_blank(b, state);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0) {
			dx_buf_putc(b, ',');
			gen_blank(b, state);
		}
		if (object) {
			gen_string(b, state);
			b->len--;		/* mostly a name of its own */
			if (pick(state, 40) != 0)
				dx_buf_printf(b, "%u", (i * 7 + 3) % 64);
			dx_buf_putc(b, '"');
			gen_blank(b, state);
			dx_buf_putc(b, ':');
			gen_blank(b, state);
		}
		gen_value(b, state, depth + 1);
		gen_blank(b, state);
	}
	dx_buf_putc(b, object ? '}' : ']');
}

static void DOC_FN
gen_value(struct dx_buf *b, uint64_t *state, unsigned depth)
{
	static const char *const words[] = { "true", "false", "null" };
	unsigned kind = pick(state, depth == 0 ? 4 : depth < 6 ? 8 : 5);

	if (depth == 0 && pick(state, 10) != 0)
		kind = 6 + pick(state, 2);
	switch (kind) {
	case 0:
	case 1:
		gen_string(b, state);
		break;
	case 2:
	case 3:
		gen_number(b, state);
		break;
	case 4:
	case 5:
		dx_buf_puts(b, words[pick(state, 3)]);
		break;
	default:
		gen_container(b, state, depth, kind == 6);
		break;
	}
}

static void DOC_FN
gen_document(struct dx_buf *b, uint64_t *state)
{
	dx_buf_reset(b);
	gen_blank(b, state);
	gen_value(b, state, 0);
	gen_blank(b, state);
}

/* n bytes at `at` give way to others. */
static void DOC_FN
gen_splice(struct dx_buf *b, size_t at, size_t n, const char *with, size_t len)
{
	char *tail = malloc(b->len - at - n + 1);
	size_t rest = b->len - at - n;

	memcpy(tail, b->data + at + n, rest);
	b->len = at;
	dx_buf_add(b, with, len);
	dx_buf_add(b, tail, rest);
	free(tail);
}

/* One damage. */
static void DOC_FN
gen_damage(struct dx_buf *b, uint64_t *state)
{
	static const char *const bits[] = {
		"\"", "\\", "{", "}", "[", "]", ",", ":", "-", "0", ".", "e", "1e400", "-0", "\\u0000", "\\ud800", "\\udc00",
		"null", "tru", "\x01", "\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xEF\xBB\xBF",
		"[[[[[[[[[[", "9007199254740993", "/*x*/", "\n", "{\"a\":1,\"a\":2}", "]]]]", "\\u12", "+1", "\"\""
	};
	size_t at = pick(state, (unsigned)b->len + 1), left = b->len - at, n;
	char byte = (char)pick(state, 256);
	const char *bit = bits[pick(state, sizeof(bits) / sizeof(bits[0]))];

	switch (pick(state, 7)) {
	case 0:		/* one byte changed */
		gen_splice(b, at, left > 0, &byte, 1);
		break;
	case 1:		/* one bit changed */
		byte = (char)(left > 0 ? b->data[at] ^ 1 << pick(state, 8) : byte);
		gen_splice(b, at, left > 0, &byte, 1);
		break;
	case 2:		/* some lost */
		n = pick(state, 8);
		gen_splice(b, at, n < left ? n : left, "", 0);
		break;
	case 3:		/* the end lost */
		gen_splice(b, at, left, "", 0);
		break;
	case 4:		/* a run repeated */
		n = pick(state, 40);
		n = n < left ? n : left;
		dx_buf_grow(b, n);
		memmove(b->data + at + n, b->data + at, left + 1);
		b->len += n;
		break;
	case 5:		/* something in the way */
		gen_splice(b, at, 0, bit, strlen(bit));
		break;
	default:	/* something instead */
		n = pick(state, 4);
		gen_splice(b, at, n < left ? n : left, bit, strlen(bit));
		break;
	}
}

#endif
