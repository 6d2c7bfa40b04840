#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check/phrases.h"
#include "contract/formula.h"

#define TAG_MAX	200	/* bytes between < and > */
#define LINK_MAX	500	/* of what a link leads to */
#define STOP	'\x01'

/* --- plain text --- */

static bool
is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void
mark(struct dx_plain *p, unsigned line)
{
	if (p->marks > 0 && p->mark[p->marks - 1].at == p->text.len) {
		p->mark[p->marks - 1].line = line;
		return;
	}
	if (p->marks == p->room) {
		p->room = p->room == 0 ? 64 : p->room * 2;
		p->mark = dx_realloc(p->mark, dx_size_mul(p->room, sizeof(*p->mark)));
	}
	p->mark[p->marks++] = (struct dx_plain_mark){ p->text.len, line };
}

static char
last(const struct dx_plain *p)
{
	return p->text.len > 0 ? p->text.data[p->text.len - 1] : STOP;
}

static void
blank(struct dx_plain *p)
{
	if (last(p) != ' ' && last(p) != STOP)
		dx_buf_putc(&p->text, ' ');
}

/* Arabic written in one way, and the apostrophe: DX_NO_POINT for what is left out. */
static uint32_t
one_way(uint32_t c)
{
	if (c == 0x640 || (c >= 0x64b && c <= 0x65f) || c == 0x670)
		return DX_NO_POINT;
	if (c == 0x622 || c == 0x623 || c == 0x625 || c == 0x671)
		return 0x627;
	return c == 0x649 ? 0x64a : c == 0x629 ? 0x647 : c == 0x2019 ? '\'' : c;
}

/* "<!-- ... -->", its bytes; one that does not end hides nothing, and none behind it does. */
static size_t
comment(const char *s, size_t n, bool *ends)
{
	const char *close;

	if (!*ends || n < 7 || memcmp(s, "<!--", 4) != 0)
		return 0;
	close = memmem(s + 4, n - 4, "-->", 3);
	*ends = close != NULL;
	return close != NULL ? (size_t)(close + 3 - s) : 0;
}

static size_t
tag(const char *s, size_t n, bool *ends)
{
	if (n < 3 || !(is_word((unsigned char)s[1]) || s[1] == '/'))
		return comment(s, n, ends);
	for (size_t i = 1; i < n && i < TAG_MAX && s[i] != '<'; i++)
		if (s[i] == '>')
			return i + 1;
	return 0;
}

/* A character by its number, "&#79;" or "&#x4f;", or by a name that hides one; 0 for what shows nothing.  Its bytes, 0 for none. */
static size_t
entity(const char *s, size_t n, uint32_t *point)
{
	static const struct { const char *name; uint32_t point; } names[] = { { "&nbsp;", ' ' }, { "&ensp;", ' ' }, { "&emsp;", ' ' },
	    { "&thinsp;", ' ' }, { "&shy;", 0 }, { "&zwj;", 0 }, { "&zwnj;", 0 }, { "&lrm;", 0 }, { "&rlm;", 0 }, { "&hyphen;", '-' } };
	bool hex = n > 3 && s[1] == '#' && (s[2] == 'x' || s[2] == 'X');
	size_t i = hex ? 3 : 2, from = i;

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		if (n >= strlen(names[k].name) && memcmp(s, names[k].name, strlen(names[k].name)) == 0) {
			*point = names[k].point;
			return strlen(names[k].name);
		}
	if (n < 4 || s[1] != '#')
		return 0;
	for (*point = 0; i < n && i < from + 8; i++) {
		const char *digits = "0123456789abcdef", *d = memchr(digits, s[i] >= 'A' && s[i] <= 'F' ? s[i] + 32 : s[i], hex ? 16 : 10);
		if (d == NULL)
			break;
		*point = *point * (hex ? 16 : 10) + (uint32_t)(d - digits);
	}
	if (*point > 0x10ffff || (*point >= 0xd800 && *point < 0xe000))
		*point = '?';
	return i > from && i < n && s[i] == ';' ? i + 1 : 0;
}

/* What a link leads to, "](place" and ")" or "][label]": its bytes after "]", 0 for none. */
static size_t
destination(const char *s, size_t n)
{
	char close = n > 0 && s[0] == '(' ? ')' : n > 0 && s[0] == '[' ? ']' : '\0';

	for (size_t i = 1; close != '\0' && i < n && i < LINK_MAX && (unsigned char)s[i] > ' ' && s[i] != '<'; i++)
		if (s[i] == close)
			return i + 1;
	return 0;
}

static void
letter(struct dx_plain *p, uint32_t c)
{
	char utf8[4];

	if (c > ' ' && c < 0x7f)
		dx_buf_putc(&p->text, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
	else if (dx_point_blank(c))
		blank(p);
	else if (!dx_point_invisible(c) && (c = one_way(c)) != DX_NO_POINT)
		dx_buf_add(&p->text, utf8, dx_utf8_put(dx_fold_point(c), utf8));
}

/* Emphasis: a star, a backtick, an underscore that is not within a word; a backslash that escapes. */
static bool
is_mark(const struct dx_plain *p, char c, const char *next, const char *end)
{
	bool word_follows = next < end && is_word((unsigned char)*next);

	if (c == '\\')
		return next < end && !word_follows && (unsigned char)*next > ' ' && (unsigned char)*next < 0x7f;
	return c == '*' || c == '`' || (c == '_' && !(word_follows && is_word((unsigned char)last(p))));
}

/* Markup that begins at s: its bytes, with the character that it stands for, 0 for nothing; 0 bytes: none. */
static size_t
markup(const char *s, const char *end, bool *ends, uint32_t *point)
{
	size_t n = (size_t)(end - s);

	*point = 0;
	switch (*s) {
	case '<':
		return tag(s, n, ends);
	case '&':
		return entity(s, n, point);
	case '[':
		return 1;
	case ']':
		return 1 + destination(s + 1, n - 1);
	default:
		return 0;
	}
}

void
dx_plain_add(struct dx_plain *p, const char *s, size_t n, unsigned line)
{
	const char *end = s + n;
	bool ends = true;

	mark(p, line);
	while (s < end) {
		const char *from = s;
		uint32_t c = dx_utf8_next(&s, end), point;
		size_t skip = p->markup ? markup(from, end, &ends, &point) : 0;

		if (skip > 0) {
			for (s = from; s < from + skip; s++)
				if (*s == '\n')
					mark(p, ++line);
			if (point != 0)
				letter(p, point);
		} else if (c == '\n') {
			blank(p);
			mark(p, ++line);
		} else if (c == DX_NO_POINT)
			dx_buf_putc(&p->text, '?');
		else if (c != 0 && !(c < 0x80 && is_mark(p, (char)c, s, end)))	/* NUL shows nothing: so UTF-16 reads as what it says */
			letter(p, c);
	}
}

void
dx_plain_stop(struct dx_plain *p)
{
	dx_buf_putc(&p->text, STOP);
}

unsigned
dx_plain_line(const struct dx_plain *p, size_t at)
{
	size_t lo = 0, hi = p->marks;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (p->mark[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	return p->marks > 0 ? p->mark[lo].line : 0;
}

void
dx_plain_reset(struct dx_plain *p)
{
	dx_buf_reset(&p->text);
	p->marks = 0;
}

void
dx_plain_release(struct dx_plain *p)
{
	dx_buf_release(&p->text);
	free(p->mark);
	*p = (struct dx_plain){ 0 };
}

/* --- phrases --- */

bool
dx_phrases_add(struct dx_phrases *set, struct dx_arena *a, const char *words, size_t tag)
{
	struct dx_plain p = { 0 };
	size_t len;

	dx_plain_add(&p, words, strlen(words), 1);
	len = p.text.len;
	if (len > 0 && p.text.data[len - 1] == ' ')
		len--;
	if (len > 0 && len <= DX_PHRASE_MAX) {
		if (set->count == set->room) {
			set->room = set->room == 0 ? 16 : set->room * 2;
			set->item = dx_realloc(set->item, dx_size_mul(set->room, sizeof(*set->item)));
		}
		set->item[set->count++] = (struct dx_phrase){ dx_arena_dup(a, p.text.data, len), len, tag };
	}
	dx_plain_release(&p);
	return len > 0 && len <= DX_PHRASE_MAX;
}

static int
by_text(const void *va, const void *vb)
{
	const struct dx_phrase *a = va, *b = vb;
	int c = strcmp(a->text, b->text);

	return c != 0 ? c : a->tag < b->tag ? -1 : a->tag > b->tag;
}

void
dx_phrases_sort(struct dx_phrases *set)
{
	size_t kept = 0;

	if (set->count > 0)
		qsort(set->item, set->count, sizeof(*set->item), by_text);
	for (size_t i = 0; i < set->count; i++)
		if (kept == 0 || strcmp(set->item[kept - 1].text, set->item[i].text) != 0)
			set->item[kept++] = set->item[i];
	set->count = kept;
}

void
dx_phrases_release(struct dx_phrases *set)
{
	free(set->item);
	*set = (struct dx_phrases){ .names = set->names };
}

/* Whether a word ends here and another may begin: Arabic is written together with its prefixes and suffixes, so there any place does. */
static bool
before_is_free(const struct dx_phrases *set, const struct dx_buf *text, size_t at)
{
	unsigned char before = at > 0 ? (unsigned char)text->data[at - 1] : ' ';

	if (!is_word((unsigned char)text->data[at]))
		return true;
	if (is_word(before) || before == '_' || before == '-')
		return false;
	return !set->names || (before != '/' && before != '.');
}

static bool
after_is_free(const struct dx_phrases *set, const struct dx_buf *text, size_t at)
{
	unsigned char after = at < text->len ? (unsigned char)text->data[at] : ' ';

	if (!is_word((unsigned char)text->data[at - 1]))
		return true;
	if (is_word(after) || after == '_')
		return false;
	if (!set->names)
		return true;
	/* "gate-x", "gate.c", "gate/x" are other names than "gate"; "gate." ends a sentence */
	return !((after == '-' || after == '.' || after == '/') && at + 1 < text->len && is_word((unsigned char)text->data[at + 1]));
}

/* The first phrase of [lo, hi), which agree in their first `depth` bytes, whose next byte is at least c. */
static size_t
narrow(const struct dx_phrases *set, size_t lo, size_t hi, size_t depth, unsigned c)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if ((unsigned char)set->item[mid].text[depth] < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* All that begin at `at`, the shortest first.  False: stop. */
static bool
at_place(const struct dx_phrases *set, const struct dx_buf *text, size_t at, dx_hit_fn *fn, void *ctx)
{
	size_t lo = 0, hi = set->count;

	for (size_t depth = 0; at + depth < text->len && lo < hi; ) {
		unsigned char c = (unsigned char)text->data[at + depth];
		lo = narrow(set, lo, hi, depth, c);
		hi = narrow(set, lo, hi, depth, c + 1u);
		depth++;
		if (lo == hi || set->item[lo].len != depth)
			continue;
		if (after_is_free(set, text, at + depth)) {
			struct dx_hit hit = { at, depth, set->item[lo].tag };
			if (!fn(ctx, &hit))
				return false;
		}
		lo++;		/* ended; the others are longer */
	}
	return true;
}

void
dx_phrases_each(const struct dx_phrases *set, const struct dx_buf *text, size_t from, size_t to, dx_hit_fn *fn, void *ctx)
{
	if (set->count == 0)
		return;
	for (size_t at = from; at < to && at < text->len; at++)
		if (before_is_free(set, text, at) && !at_place(set, text, at, fn, ctx))
			return;
}

static bool
take_first(void *ctx, const struct dx_hit *hit)
{
	*(struct dx_hit *)ctx = *hit;
	return false;
}

bool
dx_phrases_any(const struct dx_phrases *set, const struct dx_buf *text, size_t from, size_t to, struct dx_hit *hit)
{
	struct dx_hit first = { .len = 0 };

	dx_phrases_each(set, text, from, to, take_first, &first);
	if (hit != NULL)
		*hit = first;
	return first.len > 0;
}
