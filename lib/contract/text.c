/* text: how texts compare (evidence page 1: types, separation of duties, placeholders). */
#include <strings.h>

#include "base/text.h"
#include "contract/formula_inner.h"

/* The code point that ends before s, and in *at where it begins. */
static uint32_t
point_before(const char *begin, const char *s, const char **at)
{
	*at = s - 1;
	while (*at > begin && s - *at < 4 && ((unsigned char)**at & 0xc0) == 0x80)
		--*at;
	begin = *at;
	return dx_utf8_next(&begin, s);
}

bool
dx_text_blank(const char *s)
{
	const char *end = s + strlen(s);
	uint32_t point;

	while (s < end) {
		point = dx_utf8_next(&s, end);
		if (!dx_point_blank(point) && !dx_point_invisible(point))
			return false;
	}
	return true;
}

/* Narrows s..*end to what is between the white space around it. */
static const char *
trimmed(const char *s, const char **end)
{
	const char *at;

	for (at = s; at < *end && dx_point_blank(dx_utf8_next(&at, *end)); )
		s = at;
	while (*end > s && dx_point_blank(point_before(s, *end, &at)))
		*end = at;
	return s;
}

static void
fold_range(const char *s, const char *end, bool full, struct dx_buf *out)
{
	while (s < end) {
		const char *from = s, *several;
		uint32_t point = dx_utf8_next(&s, end);
		char utf8[4];

		if (point < 0x80)
			dx_buf_putc(out, (char)(point >= 'A' && point <= 'Z' ? point + 32 : point));
		else if (point == DX_NO_POINT)
			dx_buf_add(out, from, (size_t)(s - from));
		else if (full && (several = dx_fold_full(point)) != NULL)
			dx_buf_puts(out, several);
		else
			dx_buf_add(out, utf8, dx_utf8_put(dx_fold_point(point), utf8));
	}
}

void
dx_text_trim(const char *s, struct dx_buf *out)
{
	const char *end = s + strlen(s);

	s = trimmed(s, &end);
	dx_buf_add(out, s, (size_t)(end - s));
}

void
dx_text_lower(const char *s, struct dx_buf *out)
{
	fold_range(s, s + strlen(s), false, out);
}

void
dx_text_fold(const char *s, struct dx_buf *out)
{
	const char *end = s + strlen(s);

	s = trimmed(s, &end);
	fold_range(s, end, false, out);
}

bool
dx_text_same_folded(const char *s, const char *folded)
{
	const char *end = s + strlen(s), *folded_end = folded + strlen(folded);

	for (s = trimmed(s, &end); s < end && folded < folded_end; ) {
		const char *a = s, *b = folded;
		uint32_t x = dx_utf8_next(&s, end), y = dx_utf8_next(&folded, folded_end);

		if (x == DX_NO_POINT || y == DX_NO_POINT ? x != y || *a != *b : dx_fold_point(x) != y)
			return false;
	}
	return s == end && folded == folded_end;
}

/* --- separation of duties --- */

/* The opening parenthesis of the one that ends at `end`; NULL when there is none. */
static const char *
role_begin(const char *s, const char *end)
{
	size_t open = 0;

	for (const char *at = end; at > s; ) {
		at--;
		if (*at == ')')
			open++;
		else if (*at == '(' && --open == 0)
			return at;
	}
	return NULL;
}

/* Drops from a "+" up to the "@" behind it, within one word. */
static void
drop_tags(char *s, size_t *len)
{
	size_t to = 0, plus = SIZE_MAX;

	for (size_t i = 0; i < *len; i++) {
		char c = s[i];

		if (c == '+' && plus == SIZE_MAX)
			plus = to;
		if (c == '@' && plus != SIZE_MAX)
			to = plus;
		if (c == '@' || strchr(" \t\r\n<>(),;:\"", c) != NULL)
			plus = SIZE_MAX;
		s[to++] = c;
	}
	s[to] = '\0';
	*len = to;
}

static void
drop_invisible(const char *s, struct dx_buf *out)
{
	const char *end = s + strlen(s), *from;

	for (dx_buf_grow(out, 1); s < end;) {
		from = s;
		if (!dx_point_invisible(dx_utf8_next(&s, end)))
			dx_buf_add(out, from, (size_t)(s - from));
	}
}

void
dx_text_identity(const char *s, struct dx_buf *out)
{
	struct dx_buf seen = { 0 };
	const char *end, *role;
	size_t before = out->len, len;

	drop_invisible(s, &seen);
	s = seen.data;
	end = s + seen.len;
	s = trimmed(s, &end);
	while (end > s && end[-1] == ')' && (role = role_begin(s, end)) != NULL) {
		end = role;
		s = trimmed(s, &end);
	}
	dx_buf_grow(out, 1);
	fold_range(s, end, true, out);
	len = out->len - before;
	drop_tags(out->data + before, &len);
	out->len = before + len;
	dx_buf_release(&seen);
}

bool
dx_text_same_person(const char *a, const char *b)
{
	struct dx_buf x = { 0 }, y = { 0 };
	bool same;

	dx_text_identity(a, &x);
	dx_text_identity(b, &y);
	same = x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	dx_buf_release(&x);
	dx_buf_release(&y);
	return same;
}

/* --- placeholders --- */

/* Part of a word; of other scripts than those with upper and lower case nothing is, so that a marker among them is seen. */
static bool
in_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return c == 0xaa || c == 0xb5 || c == 0xba || (c >= 0xc0 && c <= 0x2af && c != 0xd7 && c != 0xf7) ||
	    (c >= 0x300 && c <= 0x52f) || (c >= 0x1e00 && c <= 0x1fff);
}

static bool
word_ends(const char *at, const char *end)
{
	return at == end || !in_word(dx_utf8_next(&at, end));
}

static bool
word_begins(const char *s, const char *at)
{
	const char *before;

	return at == s || !in_word(point_before(s, at, &before));
}

struct mark { const char *text; size_t n; bool begins, ends; };
#define MARK(text, begins, ends)	{ text, sizeof(text) - 1, begins, ends }
static const struct mark marks[] = {
	MARK("todo", true, true), MARK("tbd", true, true), MARK("placeholder", true, true), MARK("replace_me", true, true),
	MARK("replace-me", true, true), MARK("replaceme", true, true), MARK("changeme", true, true),
	MARK("example.com", false, false), MARK(".example", false, true), MARK("yyyy", false, false),
};

/* The same for a letter of either case; some others share it. */
static uint32_t
letter_bit(char c)
{
	return UINT32_C(1) << (c & 31);
}

static bool
mark_stands(const struct mark *m, const char *s, const char *at, const char *end)
{
	return strncasecmp(at, m->text, m->n) == 0 && (!m->begins || word_begins(s, at)) && (!m->ends || word_ends(at + m->n, end));
}

bool
dx_text_placeholder(const char *s)
{
	const char *end = s + strlen(s);
	uint32_t first = 0, second = 0;

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		first |= letter_bit(marks[i].text[0]);
		second |= letter_bit(marks[i].text[1]);
	}
	for (const char *at = s; at < end; at++) {
		if ((letter_bit(at[0]) & first) == 0 || (letter_bit(at[1]) & second) == 0)
			continue;	/* nearly all of a text */
		for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
			if ((at[0] | 0x20) == marks[i].text[0] && mark_stands(&marks[i], s, at, end))
				return true;
		}
	}
	return false;
}
