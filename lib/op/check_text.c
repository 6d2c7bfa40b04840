/* Checks of what stands in files (release-gates page 1.1): bytes, never decoded, so that nothing hides in a file that is not UTF-8. */
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "op/check_inner.h"

#define TEXT_MAX	(64u << 20)	/* bytes of a file that are looked at */
#define FILES_MAX	1000000

struct hunt {
	struct dx_step	*s;
	const struct dx_check_text *c;
	regex_t		 re;
	int64_t		 files, hits;
	bool		 short_one;	/* a file with fewer than min_count, where every file must have them */
	char		 first[256];	/* "file:line:column" of the first hit */
};

static bool
blank(unsigned char b)
{
	return b == ' ' || (b >= '\t' && b <= '\r');
}

static bool
same(unsigned char a, unsigned char b, bool ignore_case)
{
	return a == b || (ignore_case && tolower(a) == tolower(b));
}

/* Length of the match at `at`, 0: none.  A run of white space in the pattern is any such run in the text. */
static size_t
literal_at(const char *at, const char *end, const char *pattern, bool ignore_case)
{
	const char *from = at;

	while (*pattern != '\0') {
		if (blank((unsigned char)*pattern)) {
			if (at == end || !blank((unsigned char)*at))
				return 0;
			while (blank((unsigned char)*pattern))
				pattern++;
			while (at < end && blank((unsigned char)*at))
				at++;
		} else if (at == end || !same((unsigned char)*at++, (unsigned char)*pattern++, ignore_case))
			return 0;
	}
	return (size_t)(at - from);
}

/* The next place where a match may begin, or NULL. */
static const char *
candidate(const char *at, const char *end, const char *pattern, bool ignore_case)
{
	size_t n = strcspn(pattern, " \t\n\v\f\r");

	if (n == 0 || ignore_case)
		for (; at < end; at++) {
			if (n == 0 ? blank((unsigned char)*at) : same((unsigned char)*at, (unsigned char)*pattern, true))
				return at;
		}
	else
		return memmem(at, (size_t)(end - at), pattern, n);
	return NULL;
}

static void
note(struct hunt *h, const char *path, const struct dx_buf *text, const char *at)
{
	unsigned line = 1;
	const char *start = text->data, *lf;

	if (h->first[0] != '\0')
		return;
	while ((lf = memchr(start, '\n', (size_t)(at - start))) != NULL) {
		start = lf + 1;
		line++;
	}
	(void)snprintf(h->first, sizeof(h->first), "%s:%u:%zu", path, line, (size_t)(at - start) + 1);
}

static int64_t
count_literal(struct hunt *h, const char *path, const struct dx_buf *text)
{
	const char *at = text->data, *end = text->data + text->len;
	int64_t hits = 0;
	size_t n;

	while (at != NULL && at < end && (at = candidate(at, end, h->c->pattern, h->c->ignore_case)) != NULL) {
		n = literal_at(at, end, h->c->pattern, h->c->ignore_case);
		if (n > 0) {
			note(h, path, text, at);
			hits++;
		}
		at += n > 0 ? n : 1;
	}
	return hits;
}

/* Line by line, the CR of a CRLF left out, so that $ stands where a person sees the end. */
static int64_t
count_ere(struct hunt *h, const char *path, const struct dx_buf *text)
{
	const char *at = text->data, *end = text->data + text->len, *lf;
	int64_t hits = 0;

	for (; at < end; at = lf + 1) {
		regmatch_t m = { 0 };
		size_t from = 0, n;

		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL)
			lf = end;
		n = (size_t)(lf - at) - (lf > at && lf[-1] == '\r');
		while (from <= n) {
			m.rm_so = (regoff_t)from;
			m.rm_eo = (regoff_t)n;
			if (regexec(&h->re, at, 1, &m, REG_STARTEND | (from > 0 ? REG_NOTBOL : 0)) != 0)
				break;
			note(h, path, text, at + m.rm_so);
			hits++;
			from = (size_t)m.rm_eo + (m.rm_eo == m.rm_so);
		}
	}
	return hits;
}

static int
hunt_file(struct hunt *h, const char *path, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int64_t hits = 0;
	int rc = dx_tree_read(h->s->root, path, TEXT_MAX, DX_R_FILE_TOO_BIG, &text, err);

	if (rc == 0 && text.len > 0)
		hits = h->c->ere ? count_ere(h, path, &text) : count_literal(h, path, &text);
	dx_buf_release(&text);
	if (rc != 0)
		return -1;
	h->files++;
	h->hits = h->c->every || hits > h->hits ? hits : h->hits;
	h->short_one = h->short_one || hits < h->c->min_count;
	return 0;
}

static int
hunt_all(struct hunt *h, struct dx_err *err)
{
	const char **path;
	size_t n;

	if (h->c->path != NULL) {
		struct dx_tree_fact fact = dx_tree_look(h->s->root, h->c->path);
		if (fact.kind == DX_TREE_MISSING)
			return 0;
		if (fact.kind == DX_TREE_FOLDER || fact.kind == DX_TREE_OTHER)
			return dx_err_set(err, DX_R_NOT_A_FILE, "%s is no regular file", h->c->path);
		return hunt_file(h, h->c->path, err);
	}
	if (dx_tree_walk(h->s->root, ".", FILES_MAX, &h->s->arena, &path, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (dx_glob_path(h->c->glob, path[i]) && hunt_file(h, path[i], err) != 0)
			return -1;
	return 0;
}

static void
judge(struct hunt *h)
{
	bool absent = h->s->check->type == DX_CHECK_TEXT_ABSENT;
	const char *where = h->c->path != NULL ? h->c->path : h->c->glob;

	if (h->files == 0 && !(absent && h->c->allow_no_files))
		dx_step_fail(h->s, DX_R_NO_FILES_MATCHED, "no file is or matches %s", where);
	else if (absent && h->first[0] != '\0')
		dx_step_fail(h->s, DX_R_TEXT_FOUND, "\"%s\" stands at %s", h->c->pattern, h->first);
	else if (!absent && (h->c->every ? h->short_one : h->hits < h->c->min_count))
		dx_step_fail(h->s, DX_R_TEXT_ABSENT, "\"%s\" is found %lld times in %s, must be %lld", h->c->pattern, (long long)h->hits, where,
		    (long long)h->c->min_count);
}

void
dx_step_text(struct dx_step *s)
{
	struct hunt h = { .s = s, .c = &s->check->u.text };
	struct dx_err err = { 0 };

	if (h.c->ere && regcomp(&h.re, h.c->pattern, REG_EXTENDED | (h.c->ignore_case ? REG_ICASE : 0)) != 0) {
		dx_step_fail(s, DX_R_FIELD_INVALID, "pattern is no extended regular expression");
		return;
	}
	if (hunt_all(&h, &err) != 0)
		dx_step_error(s, &err);
	else
		judge(&h);
	if (h.c->ere)
		regfree(&h.re);
}

void
dx_preview_text(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	const struct dx_check_text *t = &c->u.text;

	dx_json_put(a, o, t->path != NULL ? "path" : "glob", dx_json_text(t->path != NULL ? t->path : t->glob));
	dx_json_put(a, o, "pattern", dx_json_text(t->pattern));
}
