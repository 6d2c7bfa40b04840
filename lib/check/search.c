#include <stdint.h>
#include <string.h>

#include "check/search.h"

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* How often a byte stands in source and prose, roughly, 0 seldom to 9. */
static unsigned
common(unsigned char c)
{
	static const char by_frequency[] = "etaoinsrlcdupmfhg_-.,y\"(){}b=vw;/*xk0T1S'j:ERq2z";
	const char *at = c != '\0' ? strchr(by_frequency, c) : NULL;

	if (at == NULL)
		return c == '\0' || c == '\n' ? 9 : c >= 'A' && c <= 'Z' ? 1 : 0;
	return 9 - (unsigned)(at - by_frequency) / 6;
}

/* Bytes that are two when case is ignored are looked for twice. */
static unsigned
cost(const struct dx_search *s, char c)
{
	return 2 * common((unsigned char)c) + (s->ignore_case && c >= 'a' && c <= 'z' ? 5 : 0);
}

bool
dx_search_new(const char *phrase, bool ignore_case, struct dx_search *out)
{
	unsigned best = UINT32_MAX;

	*out = (struct dx_search){ .ignore_case = ignore_case };
	for (; *phrase != '\0'; phrase++) {
		if (blank(*phrase) && out->len > 0 && out->text[out->len - 1] == ' ')
			continue;
		if (out->len == DX_SEARCH_MAX)
			return false;
		out->text[out->len++] = blank(*phrase) ? ' ' : ignore_case ? lower(*phrase) : *phrase;
	}
	out->anchor = out->len;
	for (size_t i = 0; i < out->len; i++)
		if (out->text[i] != ' ' && cost(out, out->text[i]) < best) {
			best = cost(out, out->text[i]);
			out->anchor = i;
		}
	return out->len > 0;
}

static bool
same(const struct dx_search *s, char text, char want)
{
	return text == want || (s->ignore_case && lower(text) == want);
}

/* Where the part of the phrase before the anchor begins, when it ends at `at`; not below `low`.  NULL: nowhere; *cut: the bytes end
 * before that is known. */
static const char *
back(const struct dx_search *s, const char *at, const char *low, bool *cut)
{
	for (size_t i = s->anchor; i-- > 0;) {
		if (at == low) {
			*cut = true;
			return NULL;
		}
		if (s->text[i] != ' ') {
			if (!same(s, *--at, s->text[i]))
				return NULL;
			continue;
		}
		if (!blank(at[-1]))
			return NULL;
		while (at > low && blank(at[-1]))
			at--;
	}
	return at;
}

/* Where the phrase from index i on ends, when it begins at `at`. */
static const char *
ahead(const struct dx_search *s, size_t i, const char *at, const char *end, bool *cut)
{
	for (; i < s->len; i++) {
		if (at == end) {
			*cut = true;
			return NULL;
		}
		if (s->text[i] != ' ') {
			if (!same(s, *at++, s->text[i]))
				return NULL;
			continue;
		}
		if (!blank(*at))
			return NULL;
		while (at < end && blank(*at))
			at++;
	}
	return at;
}

static const char *
find(const char *at, const char *end, char c)
{
	const char *found = at < end ? memchr(at, c, (size_t)(end - at)) : NULL;

	return found != NULL ? found : end;
}

/* White space alone: the next run of it. */
static const char *
next_blank(const char *at, const char *end, size_t *len)
{
	const char *stop;

	while (at < end && !blank(*at))
		at++;
	for (stop = at; stop < end && blank(*stop);)
		stop++;
	*len = (size_t)(stop - at);
	return at < end ? at : NULL;
}

/* The next place of the anchor, in either case. */
struct scan { const char *one, *two, *end; char c, other; };

static struct scan
scan_from(const struct dx_search *s, const char *at, const char *end)
{
	struct scan n = { .end = end, .c = s->text[s->anchor] };

	n.other = s->ignore_case && n.c >= 'a' && n.c <= 'z' ? (char)(n.c - 32) : n.c;
	n.one = find(at, end, n.c);
	n.two = n.other != n.c ? find(at, end, n.other) : end;
	return n;
}

static const char *
scan_next(struct scan *n)
{
	const char *seen;

	if (n->one < n->two) {
		seen = n->one;
		n->one = find(seen + 1, n->end, n->c);
	} else {
		seen = n->two;
		n->two = seen < n->end ? find(seen + 1, n->end, n->other) : seen;
	}
	return seen < n->end ? seen : NULL;
}

bool
dx_search_may(const struct dx_search *s, const char *at, const char *end)
{
	struct scan n;
	const char *seen;

	if (s->anchor == s->len)
		return at < end;
	n = scan_from(s, at, end);
	while ((seen = scan_next(&n)) != NULL) {
		bool before = false, behind = false;

		if ((back(s, seen, at, &before) != NULL || before) && (ahead(s, s->anchor, seen, end, &behind) != NULL || behind))
			return true;
	}
	return false;
}

const char *
dx_search_next(const struct dx_search *s, const char *at, const char *end, size_t *len)
{
	const char *seen, *begin, *stop;
	struct scan n;
	bool cut;

	if (s->anchor == s->len)
		return next_blank(at, end, len);
	n = scan_from(s, at, end);
	while ((seen = scan_next(&n)) != NULL) {
		begin = back(s, seen, at, &cut);
		stop = begin != NULL ? ahead(s, s->anchor, seen, end, &cut) : NULL;
		if (stop != NULL) {
			*len = (size_t)(stop - begin);
			return begin;
		}
	}
	return NULL;
}
