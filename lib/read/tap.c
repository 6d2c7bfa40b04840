/* tap: the test points of TAP 12 to 14 (release-gates page 1.2).  What the grammar calls a point, a plan or a directive is what
 * prove(1) takes for one; lines that are none of these are output of the program under test. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "read/inner.h"

#define NUMBER_MAX	UINT32_MAX	/* of a test or a plan; larger ones become this */

enum directive { NONE, SKIP, TODO };

struct point { const char *name; uint32_t offset, number, line; bool ok; enum directive directive; };

struct tap {
	struct dx_reading	*r;
	struct dx_json		 problems;
	struct dx_buf		 points;
	uint32_t		 count;
	uint32_t		 line;		/* the one being read */
	uint32_t		 plan, plan_line, plan_at;	/* at: points before it */
	bool			 planned;
	bool			 strict;	/* pragma +strict */
	bool			 started;	/* a version, plan or point was there */
	bool			 diagnostic;	/* in a YAML block of a point */
	bool			 versioned;	/* 13 or later */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static const char *
number(const char *s, uint32_t *out)
{
	uint64_t n = 0;

	for (; is_digit(*s); s++)
		n = n < NUMBER_MAX ? n * 10 + (uint64_t)(*s - '0') : n;
	*out = n < NUMBER_MAX ? (uint32_t)n : NUMBER_MAX;
	return s;
}

static int
refuse(struct tap *t, const char *what)
{
	return dx_reading_fail(t->r, DX_R_MEDIA_SYNTAX, (struct dx_spot_place){ t->line, 1 }, "%s", what);
}

/* --- lines --- */

/* TAP version N */
static bool
version(struct tap *t, const char *s, int *rc)
{
	uint32_t n;

	if (strncasecmp(s, "TAP", 3) != 0 || !is_blank(s[3]))
		return false;
	s = blanks(s + 3);
	if (strncasecmp(s, "version", 7) != 0 || !is_blank(s[7]))
		return false;
	s = blanks(s + 7);
	if (!is_digit(*s) || *blanks(number(s, &n)) != '\0')
		return false;
	if (t->started)
		*rc = refuse(t, "a TAP version behind tests or a plan");
	else if (n < 13 || n > 14)
		*rc = refuse(t, "a TAP version other than 13 and 14");
	t->started = t->versioned = true;
	return true;
}

/* 1..N, and a comment */
static bool
plan(struct tap *t, const char *s)
{
	uint32_t n;

	if (strncmp(s, "1..", 3) != 0 || !is_digit(s[3]))
		return false;
	s = blanks(number(s + 3, &n));
	if (*s != '\0' && *s != '#')
		return false;
	if (t->planned) {
		dx_read_problem(t->r, &t->problems, DX_R_TAP_PLAN_MISMATCH, t->line, "a second plan");
	} else {
		t->planned = true;
		t->plan = n;
		t->plan_line = t->line;
		t->plan_at = t->count;
	}
	return t->started = true;
}

/* The first # that no backslash stands before, or the end. */
static const char *
hash(const char *s)
{
	while (*s != '\0' && *s != '#')
		s += *s == '\\' && s[1] != '\0' ? 2 : 1;
	return s;
}

static enum directive
directive(const char *s)
{
	if (*s != '#')
		return NONE;
	s = blanks(s + 1);
	if (strncasecmp(s, "SKIP", 4) == 0 && !is_word(s[4]))
		return SKIP;
	return strncasecmp(s, "TODO", 4) == 0 && !is_word(s[4]) ? TODO : NONE;
}

/* Without the dash in front, blanks around and the backslashes of \# and \\. */
static const char *
description(struct dx_arena *a, const char *s, const char *end)
{
	char *copy, *out;

	s = blanks(s);
	if (*s == '-' && (s + 1 == end || is_blank(s[1])))
		s = blanks(s + 1);
	while (end > s && is_blank(end[-1]))
		end--;
	copy = out = dx_arena_dup(a, s, end > s ? (size_t)(end - s) : 0);
	for (const char *p = copy; *p != '\0'; p++) {
		if (*p == '\\' && (p[1] == '#' || p[1] == '\\'))
			p++;
		*out++ = *p;
	}
	*out = '\0';
	return copy;
}

/* ok, not ok */
static bool
test(struct tap *t, const char *s, const char *line, int *rc)
{
	struct point p = { .offset = (uint32_t)(line - t->r->doc->text), .line = t->line };
	const char *end;

	p.ok = strncmp(s, "not ", 4) != 0;
	s += p.ok ? 0 : 4;
	if (strncmp(s, "ok", 2) != 0 || is_word(s[2]))
		return false;
	s = blanks(s + 2);
	p.number = t->count + 1;
	if (is_digit(*s))
		s = number(s, &p.number);
	end = hash(s);
	p.directive = directive(end);
	p.name = description(t->r->arena, s, p.directive == NONE ? s + strlen(s) : end);
	if (t->count == DX_KEEP_TESTS) {
		*rc = dx_reading_fail(t->r, DX_R_MEDIA_TOO_LARGE, (struct dx_spot_place){ t->line, 1 }, "more than %u tests",
		    DX_KEEP_TESTS);
		return true;
	}
	dx_buf_add(&t->points, &p, sizeof(p));
	t->count++;
	return t->started = true;
}

/* pragma +strict, -strict */
static bool
pragma(struct tap *t, const char *s)
{
	if (!t->versioned || strncmp(s, "pragma", 6) != 0 || !is_blank(s[6]))
		return false;
	for (s = blanks(s + 6); *s == '+' || *s == '-'; s = blanks(s)) {
		const char *word = s + 1, *end = word;
		bool on = *s == '+';

		while (is_word(*end))
			end++;
		if (end - word == 6 && memcmp(word, "strict", 6) == 0)
			t->strict = on;
		s = blanks(end);
		s += *s == ',';
	}
	return true;
}

/* An indented line: a subtest's, a diagnostic's, or nobody's; only giving up counts from there. */
static void
indented(struct tap *t, const char *s)
{
	s = blanks(s);
	if (t->diagnostic)
		t->diagnostic = strcmp(s, "...") != 0;
	else if (t->versioned && strncmp(s, "---", 3) == 0)
		t->diagnostic = true;
	else if (strncasecmp(s, "Bail out!", 9) == 0)
		dx_read_problem(t->r, &t->problems, DX_R_TAP_BAIL_OUT, t->line, "%.200s", s);
}

/* s is the line, with a NUL behind; line is where it stands in the text. */
static int
take_line(struct tap *t, const char *s, const char *line)
{
	int rc = 0;

	if (is_blank(*s)) {
		indented(t, s);
		return 0;
	}
	t->diagnostic = false;
	if (*s == '\0' || *s == '#' || test(t, s, line, &rc) || plan(t, s) || version(t, s, &rc) || pragma(t, s))
		return rc;
	if (strncasecmp(s, "Bail out!", 9) == 0)
		dx_read_problem(t->r, &t->problems, DX_R_TAP_BAIL_OUT, t->line, "%.200s", s);
	else if (t->strict)
		return refuse(t, "a line that is not TAP, after pragma +strict");
	return 0;
}

static int
lines(struct tap *t)
{
	const char *at = t->r->doc->text, *end = at + t->r->doc->len, *newline;
	struct dx_buf line = { 0 };
	int rc = 0;

	while (rc == 0 && at < end) {
		newline = memchr(at, '\n', (size_t)(end - at));
		dx_buf_reset(&line);
		dx_buf_add(&line, at, (size_t)((newline != NULL ? newline : end) - at));
		if (line.len > 0 && line.data[line.len - 1] == '\r')
			line.data[--line.len] = '\0';
		t->line++;
		rc = take_line(t, line.data, at);
		at = newline != NULL ? newline + 1 : end;
	}
	dx_buf_release(&line);
	return rc;
}

/* --- the document --- */

static int
by_number(const void *a, const void *b)
{
	const struct point *const *x = a, *const *y = b;

	if ((*x)->number != (*y)->number)
		return (*x)->number < (*y)->number ? -1 : 1;
	return (*x)->line < (*y)->line ? -1 : 1;
}

/* Numbers that are repeated, or not in the plan. */
static void
check_numbers(struct tap *t)
{
	const struct point *points = (const void *)t->points.data, **list;

	if (t->count == 0)
		return;
	list = dx_alloc(t->count * sizeof(const struct point *));
	for (uint32_t i = 0; i < t->count; i++)
		list[i] = &points[i];
	qsort(list, t->count, sizeof(const struct point *), by_number);
	for (uint32_t i = 0; i < t->count; i++) {
		const struct point *p = list[i];

		if (i > 0 && list[i - 1]->number == p->number)
			dx_read_problem(t->r, &t->problems, DX_R_TAP_SEQUENCE, p->line, "test number %u is repeated", p->number);
		else if (p->number == 0 || (t->planned && p->number > t->plan))
			dx_read_problem(t->r, &t->problems, DX_R_TAP_SEQUENCE, p->line, "test number %u is outside of the plan",
			    p->number);
	}
	free(list);
}

static void
check_plan(struct tap *t)
{
	if (!t->planned) {
		dx_read_problem(t->r, &t->problems, DX_R_TAP_NO_PLAN, t->line > 0 ? t->line : 1, "no plan in %u lines", t->line);
		return;
	}
	if (t->plan_at != 0 && t->plan_at != t->count)
		dx_read_problem(t->r, &t->problems, DX_R_TAP_PLAN_MISMATCH, t->plan_line, "the plan stands between tests");
	if (t->plan != t->count)
		dx_read_problem(t->r, &t->problems, DX_R_TAP_PLAN_MISMATCH, t->plan_line, "%u planned, %u seen", t->plan, t->count);
}

static const char *
status(const struct point *p)
{
	if (p->directive == SKIP && p->ok)
		return "skip";
	if (p->directive == TODO && !p->ok)
		return "todo";
	return p->ok ? "pass" : "fail";
}

static struct dx_json
tests(struct tap *t, int64_t counts[static 5])
{
	struct dx_json *items = dx_arena_alloc(t->r->arena, t->count * sizeof(*items)), v;
	const struct point *points = (const void *)t->points.data;

	for (uint32_t i = 0; i < t->count; i++) {
		const struct point *p = &points[i];
		const char *word = status(p);
		bool unexpected = p->ok && p->directive == TODO;

		items[i] = dx_json_object();
		items[i].offset = p->offset;
		dx_json_put(t->r->arena, &items[i], "suite", dx_json_text(""));
		dx_json_put(t->r->arena, &items[i], "name", dx_json_text(p->name));
		dx_json_put(t->r->arena, &items[i], "status", dx_json_text(word));
		if (unexpected)
			dx_json_put(t->r->arena, &items[i], "unexpected", dx_json_bool(true));
		counts[*word == 'p' ? 0 : *word == 'f' ? 1 : *word == 's' ? 2 : 3]++;
		counts[4] += unexpected;
	}
	v = dx_read_array(items, t->count);
	v.offset = 0;
	return v;
}

static void
document(struct tap *t)
{
	static const char *const names[] = { "passed", "failed", "skipped", "todo", "unexpected" };
	struct dx_json *root = &t->r->doc->root;
	int64_t counts[5] = { 0 };

	*root = dx_json_object();
	root->offset = 0;
	dx_json_put(t->r->arena, root, "tests", tests(t, counts));
	dx_json_put(t->r->arena, root, "total", dx_json_int(t->r->arena, t->count));
	for (int i = 0; i < 5; i++)
		dx_json_put(t->r->arena, root, names[i], dx_json_int(t->r->arena, counts[i]));
	dx_json_put(t->r->arena, root, "problems", t->problems);
}

int
dx_read_tap(struct dx_reading *r)
{
	struct tap t = { .r = r, .problems = dx_json_array() };
	int rc = lines(&t);

	if (rc == 0) {
		check_plan(&t);
		check_numbers(&t);
		document(&t);
	}
	dx_buf_release(&t.points);
	return rc;
}
