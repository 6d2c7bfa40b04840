/* Blocks of a Markdown document. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "read/inner.h"
#include "read/prose_inner.h"

#define FRONT_LINES	200	/* of front matter */
#define RUNS		33	/* backticks in a row that can open a span, and 1 */
#define MARKERS		16	/* of lists, on one line */

struct scan {
	struct dx_prose	*p;
	struct dx_arena	*a;
	char		*bytes, *end;
	unsigned	 line;
	/* the paragraph under way */
	struct dx_buf	 text, lines;		/* lines: struct dx_prose_line */
	bool		 item;			/* it is that of a list */
	bool		 in_list, after_blank, comment, unclosed, table, code;	/* unclosed: no comment ends from here on; code: the last block is one of indented lines */
	char		 fence;			/* its character; 0: none; '<': a tag whose content is no Markdown */
	size_t		 fence_len;
};

static void *
more(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room == 0 ? 64 : *room * 2;
	return dx_realloc(items, dx_size_mul(*room, size));
}

void
dx_prose_part(struct dx_prose *p, enum dx_prose_kind kind, const char *s, size_t n, unsigned line)
{
	p->part = more(p->part, p->parts, &p->part_room, sizeof(*p->part));
	p->part[p->parts++] = (struct dx_prose_part){ kind, line, s, n };
	p->block[p->blocks - 1].count++;
}

static void
block(struct scan *x, enum dx_prose_block_kind kind, unsigned line)
{
	x->p->block = more(x->p->block, x->p->blocks, &x->p->block_room, sizeof(*x->p->block));
	x->p->block[x->p->blocks++] = (struct dx_prose_block){ kind, line, x->p->parts, 0 };
}

/* --- the paragraph under way --- */

static void
add_line(struct scan *x, const char *s, size_t n)
{
	struct dx_prose_line l;

	if (x->text.len > 0)
		dx_buf_putc(&x->text, '\n');
	l = (struct dx_prose_line){ x->text.len, x->line };
	dx_buf_add(&x->lines, &l, sizeof(l));
	dx_buf_add(&x->text, s, n);
}

static void
flush(struct scan *x, enum dx_prose_block_kind kind)
{
	struct dx_prose_text t = { .n = x->text.len, .lines = x->lines.len / sizeof(struct dx_prose_line) };
	struct dx_prose_line *line;

	if (t.lines > 0) {
		line = dx_arena_alloc(x->a, x->lines.len);
		memcpy(line, x->lines.data, x->lines.len);
		t.line = line;
		t.s = dx_arena_dup(x->a, x->text.data, x->text.len);
		block(x, kind, line[0].line);
		dx_prose_inline(x->p, &t);
	}
	dx_buf_reset(&x->text);
	dx_buf_reset(&x->lines);
	x->item = false;
}

static void
one_line(struct scan *x, enum dx_prose_block_kind kind, const char *s, size_t n)
{
	flush(x, DX_PROSE_PARAGRAPH);
	add_line(x, s, n);
	flush(x, kind);
}

/* --- lines --- */

static size_t
blanks(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	return i;
}

static size_t
columns(const char *s, size_t n)
{
	size_t c = 0;

	for (size_t i = 0; i < n; i++)
		c = s[i] == '\t' ? (c / 4 + 1) * 4 : c + 1;
	return c;
}

static size_t
run(const char *s, size_t n, char c)
{
	size_t i = 0;

	while (i < n && s[i] == c)
		i++;
	return i;
}

static bool
only(const char *s, size_t n, const char *chars)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\0' || strchr(chars, s[i]) == NULL)
			return false;
	return true;
}

static bool
begins(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word);

	if (n < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((s[i] | (word[i] >= 'a' ? 32 : 0)) != word[i])
			return false;
	return true;
}

/* Behind a run of backticks and what it holds; behind the run alone when nothing on the line closes it. */
static size_t
behind_code(const char *s, size_t n, size_t at, bool none[static RUNS])
{
	size_t ticks = run(s + at, n - at, '`'), m;

	for (size_t k = at + ticks; ticks < RUNS && !none[ticks] && k < n; k += m > 0 ? m : 1)
		if ((m = run(s + k, n - k, '`')) == ticks)
			return k + ticks;
	if (ticks < RUNS)
		none[ticks] = true;
	return at + ticks;
}

/* Whether a comment begins there: within a line one that ends somewhere, at its start (`first`) any. */
static bool
opens_comment(struct scan *x, const char *s, size_t n, size_t at, size_t first)
{
	if (!begins(s + at, n - at, "<!--"))
		return false;
	if (first != at && !x->unclosed)
		x->unclosed = memmem(s + at, (size_t)(x->end - s) - at, "-->", 3) == NULL;
	return first == at || !x->unclosed;
}

/* Blanks comments out, outside of code. */
static void
hide_comments(struct scan *x, char *s, size_t n)
{
	bool none[RUNS] = { false };
	size_t i = 0, from, first = blanks(s, n);

	if (!x->comment && memmem(s, n, "<!--", 4) == NULL)
		return;
	while (i < n) {
		if (x->comment) {
			char *end = memmem(s + i, n - i, "-->", 3);
			from = i;
			i = end != NULL ? (size_t)(end - s) + 3 : n;
			x->comment = end == NULL;
			memset(s + from, ' ', i - from);
		} else if (s[i] == '`')
			i = behind_code(s, n, i, none);
		else if (opens_comment(x, s, n, i, first)) {
			x->comment = true;
			memset(s + i, ' ', 4);
			i += 4;
		} else
			i++;
	}
}

static bool
in_fence(struct scan *x, const char *s, size_t n)
{
	size_t from = 0, len;
	static const char *const ends[] = { "</pre>", "</script>", "</style>" };

	if (x->fence == 0)
		return false;
	if (x->fence == '<') {
		for (size_t i = 0; i < 3; i++)
			if (memmem(s, n, ends[i], strlen(ends[i])) != NULL)
				x->fence = 0;
	} else {
		while (from < n && (s[from] == ' ' || s[from] == '\t' || s[from] == '>'))
			from++;
		len = run(s + from, n - from, x->fence);
		if (len >= x->fence_len && only(s + from + len, n - from - len, " \t")) {
			x->fence = 0;
			return true;
		}
	}
	dx_prose_part(x->p, DX_PROSE_CODE, s, n, x->line);
	return true;
}

static bool
opens_tag(const char *s, size_t n, const char *name)
{
	size_t len = strlen(name);

	return begins(s, n, name) && (n == len || s[len] == '>' || s[len] == ' ' || s[len] == '\t');
}

static bool
opens_fence(struct scan *x, const char *s, size_t n)
{
	size_t len = n > 0 && (*s == '`' || *s == '~') ? run(s, n, *s) : 0;
	bool html = opens_tag(s, n, "<pre") || opens_tag(s, n, "<script") || opens_tag(s, n, "<style");

	if (!html && (len < 3 || (*s == '`' && memchr(s + len, '`', n - len) != NULL)))
		return false;
	flush(x, DX_PROSE_PARAGRAPH);
	block(x, DX_PROSE_FENCE, x->line);
	x->fence = html ? '<' : *s;
	x->fence_len = len;
	if (html)
		(void)in_fence(x, s, n);
	return true;
}

static bool
heading(struct scan *x, const char *s, size_t n)
{
	size_t level = run(s, n, '#'), to = n;

	if (level == 0 || level > 6 || (level < n && s[level] != ' ' && s[level] != '\t'))
		return false;
	while (to > level && (s[to - 1] == ' ' || s[to - 1] == '\t'))
		to--;
	for (n = to; to > level && s[to - 1] == '#'; to--)
		;
	if (to > level && to < n && s[to - 1] != ' ' && s[to - 1] != '\t')
		to = n;			/* "C#": part of the words */
	one_line(x, DX_PROSE_HEADING, s + level, to - level);
	return true;
}

/* The line under a heading, or a rule. */
static bool
underline(struct scan *x, const char *s, size_t n)
{
	size_t to = n;

	while (to > 0 && (s[to - 1] == ' ' || s[to - 1] == '\t'))
		to--;
	if (x->text.len > 0 && !x->item && to > 0 && (run(s, to, '=') == to || run(s, to, '-') == to)) {
		flush(x, DX_PROSE_HEADING);
		return true;
	}
	if (to >= 3 && (*s == '-' || *s == '*' || *s == '_') && only(s, to, *s == '-' ? "- \t" : *s == '*' ? "* \t" : "_ \t")) {
		flush(x, DX_PROSE_PARAGRAPH);
		return true;
	}
	return false;
}

/* Bytes of the marker of a list's item; 0: it is none. */
static size_t
marker(const struct scan *x, const char *s, size_t n)
{
	size_t digits = 0;

	if (n > 0 && (*s == '-' || *s == '+' || *s == '*'))
		return n == 1 || s[1] == ' ' || s[1] == '\t' ? 1 : 0;
	while (digits < n && digits < 10 && s[digits] >= '0' && s[digits] <= '9')
		digits++;
	if (digits == 0 || digits > 9 || digits >= n || (s[digits] != '.' && s[digits] != ')') ||
	    (digits + 1 < n && s[digits + 1] != ' ' && s[digits + 1] != '\t'))
		return 0;
	/* "in\n14. May" goes on with the sentence */
	return x->text.len > 0 && !x->item && !(digits == 1 && *s == '1') ? 0 : digits + 1;
}

/* "[label]: target" */
static bool
definition(struct scan *x, const char *s, size_t n)
{
	const char *close = n > 0 && *s == '[' ? memchr(s, ']', n) : NULL;
	size_t from, to, label;
	struct dx_prose_part part = { .kind = DX_PROSE_REF, .line = x->line };

	if (close == NULL || (label = (size_t)(close - s) - 1) == 0 || s[1] == '^' || label + 2 >= n || close[1] != ':' || x->text.len > 0)
		return false;
	from = label + 3;
	from += blanks(s + from, n - from);
	for (to = from; to < n && (unsigned char)s[to] > ' '; to++)
		;
	if (to == from)
		return false;
	part.s = dx_arena_dup(x->a, s + 1, label);
	part.n = label;
	x->p->label = more(x->p->label, x->p->labels, &x->p->label_room, sizeof(*x->p->label));
	x->p->label[x->p->labels++] = part;
	if (s[from] == '<' && s[to - 1] == '>' && to - from > 2) {
		from++;
		to--;
	}
	block(x, DX_PROSE_PARAGRAPH, x->line);
	dx_prose_part(x->p, DX_PROSE_LINK, dx_arena_dup(x->a, s + from, to - from), to - from, x->line);
	return true;
}

static bool
row(struct scan *x, const char *s, size_t n)
{
	bool delimiter = n > 0 && memchr(s, '|', n) != NULL && memchr(s, '-', n) != NULL && only(s, n, "|:- \t");

	if (delimiter && (x->text.len > 0 || x->table)) {
		flush(x, DX_PROSE_ROW);
		x->table = true;
		return true;
	}
	if (n == 0 || !(*s == '|' || (x->table && memchr(s, '|', n) != NULL)))
		return false;
	one_line(x, DX_PROSE_ROW, s, n);
	x->table = true;
	return true;
}

/* What stands on a line behind quotation marks and markers. */
static void
content(struct scan *x, const char *s, size_t n)
{
	size_t indent, skip;

	for (unsigned depth = 0;; depth++) {
		indent = blanks(s, n);
		if (x->text.len == 0 && !x->in_list && columns(s, indent) >= 4 && indent < n && (x->after_blank || x->code)) {
			if (!x->code)
				block(x, DX_PROSE_FENCE, x->line);
			x->code = true;
			dx_prose_part(x->p, DX_PROSE_CODE, s, n, x->line);
			return;
		}
		x->code = false;
		s += indent;
		n -= indent;
		if (opens_fence(x, s, n) || heading(x, s, n) || row(x, s, n) || underline(x, s, n) || definition(x, s, n))
			return;
		skip = depth < MARKERS ? marker(x, s, n) : 0;
		if (skip == 0 || skip >= n)
			break;
		flush(x, DX_PROSE_PARAGRAPH);
		x->item = x->in_list = true;
		s += skip;
		n -= skip;
	}
	if (skip == 0 && n > 0)
		add_line(x, s, n);
}

static void
line(struct scan *x, char *s, size_t n)
{
	size_t from = 0, blank;

	if (n > 0 && s[n - 1] == '\r')
		n--;
	if (in_fence(x, s, n))
		return;
	hide_comments(x, s, n);
	blank = blanks(s, n);
	while (columns(s + from, blank) < 4 && from + blank < n && s[from + blank] == '>') {
		from += blank + 1;
		from += from < n && s[from] == ' ';
		blank = blanks(s + from, n - from);
	}
	if (from + blank == n) {
		flush(x, DX_PROSE_PARAGRAPH);
		x->after_blank = true;
		x->table = false;
		return;
	}
	if (x->after_blank && blank == 0 && marker(x, s + from, n - from) == 0)
		x->in_list = false;
	content(x, s + from, n - from);
	x->after_blank = false;
}

/* "---" on the first line and again: what is between is no text. */
static char *
behind_front_matter(struct scan *x)
{
	char *at = x->bytes;

	if ((size_t)(x->end - at) < 4 || memcmp(at, "---", 3) != 0 || (at[3] != '\n' && at[3] != '\r'))
		return at;
	for (unsigned i = 1; i <= FRONT_LINES; i++) {
		char *next = memchr(at, '\n', (size_t)(x->end - at));
		if (next == NULL)
			break;
		at = next + 1;
		if (begins(at, (size_t)(x->end - at), "---") && (at + 3 == x->end || at[3] == '\n' || at[3] == '\r')) {
			next = memchr(at, '\n', (size_t)(x->end - at));
			x->line = i + 1;
			return next != NULL ? next + 1 : x->end;
		}
	}
	return x->bytes;
}

int
dx_prose_read(const char *bytes, size_t len, struct dx_arena *a, struct dx_prose *out, struct dx_err *err)
{
	struct scan x = { .p = out, .a = a, .after_blank = true };
	char *at;
	int rc = 0;

	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		bytes += 3;
		len -= 3;
	}
	x.bytes = dx_arena_dup(a, bytes, len);
	x.end = x.bytes + len;
	for (at = behind_front_matter(&x); at < x.end && rc == 0; ) {
		char *next = memchr(at, '\n', (size_t)(x.end - at));
		size_t n = next != NULL ? (size_t)(next - at) : (size_t)(x.end - at);
		x.line++;
		line(&x, at, n);
		at += n + 1;
		if (out->parts > DX_KEEP_NODES)
			rc = dx_err_set(err, DX_R_MEDIA_TOO_LARGE, "line %u: more than %u parts of text, code and links", x.line, DX_KEEP_NODES);
	}
	if (rc == 0)
		flush(&x, DX_PROSE_PARAGRAPH);
	dx_buf_release(&x.text);
	dx_buf_release(&x.lines);
	return rc;
}

void
dx_prose_release(struct dx_prose *p)
{
	free(p->block);
	free(p->part);
	free(p->label);
	*p = (struct dx_prose){ 0 };
}
