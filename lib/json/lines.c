/* lines: documents from a descriptor, read in large pieces and parsed where they lie. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "json/inner.h"
#include "json/lines.h"

#define CHUNK	(64u << 10)	/* what a pipe holds */

enum { NONE = 0, LINE = 1, LONG = 2 };		/* and -1: cannot be read */

/* Whether a line that cannot be parsed starts with a bracket and its brackets and quotes balance: then its first
 * document ends on it.  What is no JSON at all is refused once, not line by line. */
struct shape {
	size_t	depth;
	bool	begun;
	bool	bracket;
	bool	ended;
	bool	in_string;
	bool	escaped;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
shape_byte(struct shape *s, char c)
{
	if (s->in_string) {
		if (s->escaped)
			s->escaped = false;
		else if (c == '\\')
			s->escaped = true;
		else if (c == '"')
			s->in_string = false;
	} else if (c == '"') {
		s->in_string = true;
	} else if (c == '{' || c == '[') {
		s->depth++;
	} else if ((c == '}' || c == ']') && s->depth > 0) {
		s->depth--;
	}
	if (!s->begun)
		s->bracket = s->depth > 0;
	s->begun = true;
	s->ended = s->bracket && s->depth == 0 && !s->in_string;
}

static void
shape_feed(struct shape *s, const char *text, size_t len)
{
	for (size_t i = 0; i < len && !s->ended; i++) {
		if (s->begun || !is_blank(text[i]))
			shape_byte(s, text[i]);
	}
}

void
dx_lines_init(struct dx_lines *l, int fd, const char *name, size_t max, unsigned how)
{
	*l = (struct dx_lines){ .fd = fd, .name = name, .max = max, .how = how };
}

void
dx_lines_release(struct dx_lines *l)
{
	dx_buf_release(&l->in);
	dx_arena_release(&l->arena);
	*l = (struct dx_lines){ .fd = -1, .eof = true, .started = true };
}

/* Nothing more will come. */
static void
finish(struct dx_lines *l)
{
	l->eof = true;
	l->at = l->in.len;
}

/* Goes behind the line of that length. */
static void
advance(struct dx_lines *l, size_t len)
{
	l->at += len;
	l->at += l->at < l->in.len;
}

/* More bytes behind those that are there, which move to the front.  1; 0: the end; -1. */
static int
fill(struct dx_lines *l, struct dx_err *err)
{
	struct dx_buf *in = &l->in;
	ssize_t n;

	if (l->eof)
		return 0;
	if (l->at > 0) {
		memmove(in->data, in->data + l->at, in->len - l->at);
		in->len -= l->at;
		l->at = 0;
	}
	if (in->cap - in->len <= CHUNK / 2)
		dx_buf_grow(in, in->len > CHUNK ? in->len : CHUNK);
	while ((n = read(l->fd, in->data + in->len, in->cap - in->len - 1)) < 0) {
		if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = l->fd, .events = POLLIN }, 1, -1);
		else if (errno != EINTR)
			break;
	}
	if (n < 0) {
		dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot be read", l->name);
		finish(l);
		return -1;
	}
	in->len += (size_t)n;
	in->data[in->len] = '\0';
	l->eof = n == 0;
	return n > 0;
}

/* The line at l->at, without its newline. */
static int
measure(struct dx_lines *l, size_t *len, struct dx_err *err)
{
	size_t seen = 0;
	const char *text, *newline;

	for (;;) {
		text = l->in.data + l->at;
		*len = l->in.len - l->at;
		newline = memchr(text + seen, '\n', *len - seen);
		if (newline != NULL || *len > l->max + 1)
			break;
		seen = *len;
		switch (fill(l, err)) {
		case -1:
			return -1;
		case 0:
			return *len == 0 ? NONE : *len > l->max ? LONG : LINE;
		default:
			break;
		}
	}
	if (newline != NULL)
		*len = (size_t)(newline - text);
	return *len > l->max + (*len > 0 && text[*len - 1] == '\r') ? LONG : LINE;
}

/* The next line that is not blank. */
static int
find(struct dx_lines *l, size_t *len, struct dx_err *err)
{
	int r;

	while ((r = measure(l, len, err)) == LINE) {
		const char *text = l->in.data + l->at;
		size_t i = 0;

		l->number++;
		while (i < *len && is_blank(text[i]))
			i++;
		if (i < *len)
			return LINE;
		advance(l, *len);
	}
	l->number += r == LONG;
	return r;
}

/* Goes behind a line of which only the start may be there. */
static int
drop(struct dx_lines *l, struct shape *shape, struct dx_err *err)
{
	for (;;) {
		const char *text = l->in.data + l->at;
		size_t len = l->in.len - l->at;
		const char *newline = memchr(text, '\n', len);
		int r;

		if (newline != NULL)
			len = (size_t)(newline - text);
		shape_feed(shape, text, len);
		advance(l, len);
		if (newline != NULL)
			return 0;
		r = fill(l, err);
		if (r <= 0)
			return r;
	}
}

/* Whether anything but blanks stands behind the first `from` bytes. */
static int
follows(struct dx_lines *l, size_t from, struct dx_err *err)
{
	size_t limit = from + l->max + CHUNK;
	int r;

	for (;;) {
		for (; l->at + from < l->in.len; from++) {
			if (!is_blank(l->in.data[l->at + from]))
				return 1;
		}
		if (from > limit)	/* so many blanks count as something: memory stays bounded */
			return 1;
		r = fill(l, err);
		if (r <= 0)
			return r;
	}
}

static int
too_large(const struct dx_lines *l, struct dx_err *err)
{
	if (l->batch)
		return dx_err_set(err, DX_R_JSON_TOO_LARGE, "line %u: the document has more than %zu bytes", l->number,
		    l->max);
	return dx_err_set(err, DX_R_JSON_TOO_LARGE, "the document has more than %zu bytes", l->max);
}

/* The document of that length at l->at, which stays there, or one of many, which may be kept. */
static bool
parse(struct dx_lines *l, size_t len, bool many, struct dx_fault *fault)
{
	struct dx_arena *a = many && l->keep != NULL ? l->keep : &l->arena;
	char *text = l->in.data + l->at;

	text[len] = '\0';	/* the newline, or NUL already */
	if (a == l->keep)
		text = dx_arena_dup(a, text, len);
	l->text = text;
	l->text_len = len;
	return dx_json_read(a, text, len, l->how, &l->doc, NULL, NULL, fault);
}

static int
refused(const struct dx_lines *l, const struct dx_fault *fault, struct dx_err *err)
{
	return dx_fault_report(fault, l->text, l->text_len, l->number, l->batch, err);
}

/* All that is left is one document. */
static int
whole(struct dx_lines *l, struct dx_err *err)
{
	struct dx_fault fault;
	int r;

	do {
		size_t i = l->max;

		while (l->at + i < l->in.len && is_blank(l->in.data[l->at + i]))
			i++;
		if (l->at + i < l->in.len) {
			finish(l);
			return too_large(l, err);
		}
		if (l->in.len - l->at > l->max)		/* blanks behind the document */
			l->in.len = l->at + l->max;
		r = fill(l, err);
	} while (r > 0);
	if (r < 0)
		return -1;
	r = parse(l, l->in.len - l->at, false, &fault) ? 1 : refused(l, &fault, err);
	finish(l);
	return r;
}

/* The first line is too long: what it is the start of is told from its shape alone. */
static int
first_long(struct dx_lines *l, struct dx_err *err)
{
	struct shape shape = { 0 };
	int more;

	if (drop(l, &shape, err) < 0)
		return -1;
	more = shape.ended ? follows(l, 0, err) : 0;
	if (more < 0)
		return -1;
	l->batch = more > 0;
	if (!l->batch)
		finish(l);
	return too_large(l, err);
}

/* The first document.  It decides whether there are more. */
static int
first(struct dx_lines *l, struct dx_err *err)
{
	struct shape shape = { 0 };
	struct dx_fault fault;
	size_t len;
	bool good;
	int r, more;

	dx_buf_grow(&l->in, CHUNK);
	r = find(l, &len, err);
	if (r == NONE)
		return dx_err_set(err, DX_R_INPUT_EMPTY, "there is no document");
	if (r != LINE)
		return r == LONG ? first_long(l, err) : -1;
	more = follows(l, len, err);
	if (more < 0)
		return -1;
	good = parse(l, len, more > 0, &fault);
	if (!good && more > 0)
		shape_feed(&shape, l->text, len);
	/* with a whole document in front the rule decides, else what the line looks like */
	if (!good && more > 0 && !fault.behind && !shape.ended) {
		l->in.data[l->at + len] = '\n';
		dx_arena_reset(&l->arena);
		return whole(l, err);
	}
	l->batch = more > 0 || (!good && fault.behind);
	advance(l, len);
	if (more == 0)
		finish(l);
	return good ? 1 : refused(l, &fault, err);
}

int
dx_lines_next(struct dx_lines *l, struct dx_err *err)
{
	struct shape unused = { 0 };
	struct dx_fault fault;
	size_t len;
	int r;

	dx_arena_reset(&l->arena);
	if (!l->started) {
		l->started = true;
		return first(l, err);
	}
	if (l->in.data == NULL)		/* released */
		return 0;
	r = find(l, &len, err);
	if (r == LONG)
		return drop(l, &unused, err) < 0 ? -1 : too_large(l, err);
	if (r != LINE)
		return r;
	r = parse(l, len, true, &fault) ? 1 : refused(l, &fault, err);
	advance(l, len);
	return r;
}

bool
dx_lines_would_wait(const struct dx_lines *l)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	size_t at = l->at;

	if (l->eof)
		return false;
	while (at < l->in.len && is_blank(l->in.data[at]))
		at++;
	if (at < l->in.len && memchr(l->in.data + at, '\n', l->in.len - at) != NULL)
		return false;
	return poll(&p, 1, 0) == 0;
}
