/* Code spans, links, tags and text of one block.  Each look ahead is bounded, or remembers how far it went in vain, so that the whole is
 * linear. */
#include <string.h>

#include "base/text.h"
#include "read/prose_inner.h"

#define RUNS		33	/* backticks in a row that can open a span, and 1 */
#define PARENS		32	/* open at once in a target */
#define LABEL_MAX	999

struct inline_ {
	struct dx_prose		*p;
	const struct dx_prose_text *t;
	size_t			 at, text;	/* where text not yet given begins */
	size_t			 line;		/* index, moves on */
	bool			 runs_known;
	size_t			 last_run[RUNS];	/* where the last run of so many backticks begins, + 1 */
	size_t			 closer[3];	/* where the next " ' ) is known to be, from some place on; n: nowhere */
	size_t			 closer_from[3];
	size_t			 open;		/* brackets */
};

static unsigned
line_of(struct inline_ *x, size_t at)
{
	while (x->line + 1 < x->t->lines && x->t->line[x->line + 1].at <= at)
		x->line++;
	while (x->line > 0 && x->t->line[x->line].at > at)
		x->line--;
	return x->t->line[x->line].line;
}

static void
give_text(struct inline_ *x, size_t to)
{
	if (to > x->text)
		dx_prose_part(x->p, DX_PROSE_TEXT, x->t->s + x->text, to - x->text, line_of(x, x->text));
}

/* Text up to here, then goes on behind `next`. */
static void
move(struct inline_ *x, size_t next)
{
	give_text(x, x->at);
	x->at = x->text = next;
}

static size_t
run(const struct inline_ *x, size_t at, char c)
{
	size_t n = at;

	while (n < x->t->n && x->t->s[n] == c)
		n++;
	return n - at;
}

static void
know_runs(struct inline_ *x)
{
	size_t n;

	for (size_t i = x->at; i < x->t->n; i += n) {
		n = run(x, i, '`');
		if (n > 0 && n < RUNS)
			x->last_run[n] = i + 1;
		n = n > 0 ? n : 1;
	}
	x->runs_known = true;
}

static void
code_span(struct inline_ *x)
{
	size_t n = run(x, x->at, '`'), i, m;

	if (!x->runs_known)
		know_runs(x);
	if (n >= RUNS || x->last_run[n] <= x->at + n) {
		x->at += n;		/* nothing closes it: backticks */
		return;
	}
	for (i = x->at + n; i < x->t->n; i += m > 0 ? m : 1)
		if ((m = run(x, i, '`')) == n)
			break;
	if (i >= x->t->n) {
		x->at += n;
		return;
	}
	give_text(x, x->at);
	dx_prose_part(x->p, DX_PROSE_CODE, x->t->s + x->at + n, i - x->at - n, line_of(x, x->at));
	x->at = x->text = i + n;
}

/* The next closing mark from there on; n: none. */
static size_t
closing(struct inline_ *x, size_t from, int which)
{
	const char *found;

	if (from >= x->closer_from[which] && from <= x->closer[which] && x->closer_from[which] > 0)
		return x->closer[which];
	found = from < x->t->n ? memchr(x->t->s + from, "\"')"[which], x->t->n - from) : NULL;
	x->closer_from[which] = from;
	x->closer[which] = found != NULL ? (size_t)(found - x->t->s) : x->t->n;
	return x->closer[which];
}

static size_t
skip_blanks(const struct inline_ *x, size_t at)
{
	while (at < x->t->n && (x->t->s[at] == ' ' || x->t->s[at] == '\t' || x->t->s[at] == '\n'))
		at++;
	return at;
}

/* The end of a target that begins there; at when there is none. */
static size_t
target_end(const struct inline_ *x, size_t at)
{
	size_t i = at;
	unsigned depth = 0;

	if (at < x->t->n && x->t->s[at] == '<') {
		for (i = at + 1; i < x->t->n && x->t->s[i] != '>' && x->t->s[i] != '<' && x->t->s[i] != '\n'; i++)
			;
		return i < x->t->n && x->t->s[i] == '>' ? i + 1 : at;
	}
	for (; i < x->t->n && (unsigned char)x->t->s[i] > ' '; i++) {
		if (x->t->s[i] == '\\' && i + 1 < x->t->n)
			i++;
		else if (x->t->s[i] == '(' && ++depth > PARENS)
			return at;
		else if (x->t->s[i] == ')' && depth-- == 0)
			break;
	}
	return i < x->t->n ? i : x->t->n;
}

/* "](target "title")" at a "]".  False: it is none. */
static bool
link_(struct inline_ *x)
{
	size_t from = skip_blanks(x, x->at + 2), to = target_end(x, from), end = skip_blanks(x, to);
	const char *title;

	if (end < x->t->n && end > to && (title = strchr("\"'(", x->t->s[end])) != NULL && *title != '\0') {
		end = closing(x, end + 1, (int)(title - "\"'("));
		end = end < x->t->n ? skip_blanks(x, end + 1) : end;
	}
	if (end >= x->t->n || x->t->s[end] != ')')
		return false;
	give_text(x, x->at);
	if (to > from + 1 && x->t->s[from] == '<')
		dx_prose_part(x->p, DX_PROSE_LINK, x->t->s + from + 1, to - from - 2, line_of(x, from));
	else if (to > from)
		dx_prose_part(x->p, DX_PROSE_LINK, x->t->s + from, to - from, line_of(x, from));
	x->at = x->text = end + 1;
	return true;
}

/* "][label]" at a "]". */
static bool
reference(struct inline_ *x)
{
	size_t from = x->at + 2, i = from;

	while (i < x->t->n && i - from <= LABEL_MAX && x->t->s[i] != ']' && x->t->s[i] != '[')
		i++;
	if (i >= x->t->n || x->t->s[i] != ']' || i == from)
		return false;
	give_text(x, x->at);
	dx_prose_part(x->p, DX_PROSE_REF, x->t->s + from, i - from, line_of(x, from));
	x->at = x->text = i + 1;
	return true;
}

/* The value of one attribute of a tag; its length, 0: not there. */
static size_t
attribute(const char *tag, size_t n, const char *name, const char **value)
{
	size_t len = strlen(name);

	for (size_t i = 1; i + len + 2 < n; i++) {
		char quote;
		if (memcmp(tag + i, name, len) != 0 || ((unsigned char)tag[i - 1] > ' ' && tag[i - 1] != '"' && tag[i - 1] != '\'') ||
		    tag[i + len] != '=')
			continue;
		*value = tag + i + len + 1;
		quote = **value;
		if (quote == '"' || quote == '\'') {
			const char *end;
			++*value;
			end = memchr(*value, quote, n - (size_t)(*value - tag));
			return end != NULL ? (size_t)(end - *value) : 0;
		}
		for (i += len + 1; i < n && (unsigned char)tag[i] > ' ' && tag[i] != '>'; i++)
			;
		return (size_t)(tag + i - *value);
	}
	return 0;
}

/* "<...>": a tag, or an address. */
static void
tag(struct inline_ *x)
{
	static const struct { const char *name; enum dx_prose_kind kind; } wanted[] = { { "id", DX_PROSE_ANCHOR }, { "name", DX_PROSE_ANCHOR },
	    { "href", DX_PROSE_LINK }, { "src", DX_PROSE_LINK } };
	const char *s = x->t->s + x->at, *value;
	size_t left = x->t->n - x->at, i = 1, n;

	if (left < 3 || !(s[1] == '/' || s[1] == '!' || (s[1] >= 'a' && s[1] <= 'z') || (s[1] >= 'A' && s[1] <= 'Z'))) {
		x->at++;
		return;
	}
	while (i < left && s[i] != '>' && s[i] != '<')
		i++;
	if (i >= left || s[i] != '>') {
		x->at++;
		return;
	}
	give_text(x, x->at);
	for (size_t k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++)
		if ((n = attribute(s, i, wanted[k].name, &value)) > 0)
			dx_prose_part(x->p, wanted[k].kind, value, n, line_of(x, (size_t)(value - x->t->s)));
	x->at = x->text = x->at + i + 1;
}

static void
bracket(struct inline_ *x)
{
	char next = x->at + 1 < x->t->n ? x->t->s[x->at + 1] : '\0';

	if (x->open > 0) {
		x->open--;
		if ((next == '(' && link_(x)) || (next == '[' && reference(x)))
			return;
	}
	x->at++;
}

void
dx_prose_inline(struct dx_prose *p, const struct dx_prose_text *t)
{
	struct inline_ x = { .p = p, .t = t };

	while (x.at < t->n)
		switch (t->s[x.at]) {
		case '\\':
			x.at += x.at + 1 < t->n ? 2 : 1;
			break;
		case '`':
			code_span(&x);
			break;
		case '<':
			tag(&x);
			break;
		case '[':
			x.open++;
			x.at++;
			break;
		case ']':
			bracket(&x);
			break;
		default:
			x.at++;
		}
	move(&x, t->n);
}
