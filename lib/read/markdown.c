/* markdown: key and value lines, and rows of a register (evidence pages 2.3, 3.8, 3.10). */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "read/inner.h"

/* One thing found: of several with one name, `at` (an offset) tells the order. */
struct found {
	const char	*name;		/* in the arena */
	const char	*value;
	uint32_t	 at;		/* of what it was read from */
	uint32_t	 place;		/* that a failure names */
	bool		 again;		/* not the first of its name */
	bool		 second;
};

struct finds { struct dx_reading *r; struct dx_buf all; size_t count; };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
keep(struct finds *f, struct found one)
{
	if (f->count == DX_KEEP_NODES)
		return dx_reading_fail_at(f->r, DX_R_MEDIA_TOO_LARGE, one.at, "more than %u fields or statuses", DX_KEEP_NODES);
	dx_buf_add(&f->all, &one, sizeof(one));
	f->count++;
	return 0;
}

/* The line from `at`, without its end; *next is the start of the following one, or the end. */
static const char *
line_end(const char *at, const char *end, const char **next)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	*next = newline != NULL ? newline + 1 : end;
	return newline != NULL ? newline : end;
}

static const char *
trimmed(struct dx_arena *a, const char *at, const char *end)
{
	while (at < end && (is_blank(*at) || *at == '\r'))
		at++;
	while (end > at && (is_blank(end[-1]) || end[-1] == '\r'))
		end--;
	return dx_arena_dup(a, at, (size_t)(end - at));
}

static int
by_name(const void *a, const void *b)
{
	const struct found *const *x = a, *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);

	return order != 0 ? order : (*x)->at < (*y)->at ? -1 : 1;
}

/* Pointers to all that was found, sorted by name, then as in the file. */
static struct found **
sorted(struct found *all, size_t count)
{
	struct found **list = dx_alloc(dx_size_mul(count, sizeof(struct found *)));

	for (size_t i = 0; i < count; i++)
		list[i] = &all[i];
	qsort(list, count, sizeof(struct found *), by_name);
	for (size_t i = 1; i < count; i++) {
		list[i]->again = strcmp(list[i - 1]->name, list[i]->name) == 0;
		list[i]->second = list[i]->again && !list[i - 1]->again;
	}
	return list;
}

/* --- kv-md --- */

/* `- key: value`, blanks before and after the dash; any other line is none of ours. */
static int
field(struct finds *f, const char *line, const char *end)
{
	const char *key, *at = line;
	struct found one = { .place = (uint32_t)(line - f->r->doc->text) };

	while (at < end && is_blank(*at))
		at++;
	if (end - at < 2 || *at != '-' || !is_blank(at[1]))
		return 0;
	for (at++; at < end && is_blank(*at); at++)
		;
	for (key = at; at < end && ((*at >= 'a' && *at <= 'z') || is_digit(*at) || *at == '_'); at++)
		;
	if (at == key || at == end || *at != ':')
		return 0;
	one.at = one.place;
	one.name = dx_arena_dup(f->r->arena, key, (size_t)(at - key));
	one.value = trimmed(f->r->arena, at + 1, end);
	return keep(f, one);
}

static void
kv_document(struct finds *f)
{
	struct dx_json fields = dx_json_object(), duplicates = dx_json_array(), v;
	struct found *all = (void *)f->all.data;
	struct dx_doc *d = f->r->doc;

	fields.offset = duplicates.offset = d->root.offset = 0;
	free(sorted(all, f->count));
	for (size_t i = 0; i < f->count; i++) {
		v = dx_json_text(all[i].again ? all[i].name : all[i].value);
		v.offset = all[i].place;
		if (!all[i].again)
			dx_json_put(f->r->arena, &fields, all[i].name, v);
		else if (all[i].second)
			dx_json_push(f->r->arena, &duplicates, v);
	}
	dx_json_put(f->r->arena, &d->root, "fields", fields);
	dx_json_put(f->r->arena, &d->root, "duplicates", duplicates);
}

int
dx_read_kv_md(struct dx_reading *r)
{
	const char *at = r->doc->text, *end = at + r->doc->len, *next;
	struct finds f = { .r = r };
	int rc = 0;

	for (; rc == 0 && at < end; at = next) {
		const char *stop = line_end(at, end, &next);

		rc = field(&f, at, stop);
	}
	r->doc->root = dx_json_object();
	if (rc == 0)
		kv_document(&f);
	dx_buf_release(&f.all);
	return rc;
}

/* --- table-md --- */

/* Bytes of an id at `at`: letters, a dash, three digits and no fourth; 0: none. */
static size_t
id_at(const char *at, const char *end, bool any_case)
{
	const char *p = at;

	while (p < end && (is_upper(*p) || (any_case && is_letter(*p))))
		p++;
	if (p == at || end - p < 4 || *p != '-' || !is_digit(p[1]) || !is_digit(p[2]) || !is_digit(p[3]))
		return 0;
	p += 4;
	return p < end && is_digit(*p) ? 0 : (size_t)(p - at);
}

static size_t
status_at(const char *at, const char *end, bool any_case)
{
	const char *p = at;

	while (p < end && (is_upper(*p) || *p == '_' || (any_case && is_letter(*p))))
		p++;
	return (size_t)(p - at);
}

static const char *
upper(struct dx_arena *a, const char *s, size_t n)
{
	char *copy = dx_arena_dup(a, s, n);

	for (char *p = copy; *p != '\0'; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	return copy;
}

/* The next cell of a row whose bar is at *at: trimmed bounds, *at becomes the bar behind it.  False: no such cell. */
static bool
cell(const char **at, const char *end, const char **from, const char **to)
{
	const char *p;

	if (*at >= end || **at != '|')
		return false;
	for (p = *at + 1; p < end && *p != '|'; p++)
		p += *p == '\\' && p + 1 < end;	/* a bar that is escaped is text */
	if (p >= end)
		return false;
	*from = *at + 1;
	*to = p;
	*at = p;
	while (*from < *to && is_blank(**from))
		++*from;
	while (*to > *from && is_blank((*to)[-1]))
		--*to;
	return true;
}

/* | ID | any | STATUS | */
static int
row(struct finds *f, const char *line, const char *end)
{
	const char *at = line, *id, *id_end, *any, *any_end, *status, *status_end;
	struct found one = { .place = (uint32_t)(line - f->r->doc->text) };

	while (at < end && is_blank(*at))
		at++;
	if (!cell(&at, end, &id, &id_end) || id == id_end || id_at(id, id_end, false) != (size_t)(id_end - id) ||
	    !cell(&at, end, &any, &any_end) || !cell(&at, end, &status, &status_end) || status == status_end ||
	    status_at(status, status_end, false) != (size_t)(status_end - status))
		return 0;
	one.at = (uint32_t)(status - f->r->doc->text);
	one.name = dx_arena_dup(f->r->arena, id, (size_t)(id_end - id));
	one.value = dx_arena_dup(f->r->arena, status, (size_t)(status_end - status));
	return keep(f, one);
}

/* `ID` (`STATUS` with anything behind: at is the first back quote.  White space between the two may be a line's end. */
static int
prose(struct finds *f, const char *at, const char *end)
{
	size_t id = id_at(at + 1, end, true), status;
	const char *p = at + 1 + id;
	struct found one = { .place = (uint32_t)(at - f->r->doc->text) };

	if (id == 0 || p == end || *p != '`')
		return 0;
	for (p++; p < end && (is_blank(*p) || *p == '\r' || *p == '\n'); p++)
		;
	if (end - p < 2 || p[0] != '(' || p[1] != '`')
		return 0;
	status = status_at(p + 2, end, true);
	if (status == 0 || p + 2 + status == end || p[2 + status] != '`')
		return 0;
	one.at = (uint32_t)(p + 2 - f->r->doc->text);
	one.name = upper(f->r->arena, at + 1, id);
	one.value = upper(f->r->arena, p + 2, status);
	return keep(f, one);
}

static int
find_statuses(struct finds *f, const char *text, size_t len)
{
	const char *end = text + len, *at, *next;
	int rc = 0;

	for (at = text; rc == 0 && at < end; at = next) {
		const char *stop = line_end(at, end, &next);

		rc = row(f, at, stop);
	}
	for (at = text; rc == 0 && (at = memchr(at, '`', (size_t)(end - at))) != NULL; at++)
		rc = prose(f, at, end);
	return rc;
}

static struct dx_json
items(struct finds *f)
{
	struct found **list = sorted((void *)f->all.data, f->count);
	struct dx_json all = dx_json_object(), statuses = dx_json_array(), v;

	all.offset = 0;
	for (size_t i = 0; i < f->count; i++) {
		v = dx_json_text(list[i]->value);
		v.offset = list[i]->place;
		if (!list[i]->again) {
			statuses = dx_json_array();
			statuses.offset = v.offset;
		}
		dx_json_push(f->r->arena, &statuses, v);
		if (i + 1 == f->count || !list[i + 1]->again)
			dx_json_put(f->r->arena, &all, list[i]->name, statuses);
	}
	free(list);
	return all;
}

int
dx_read_table_md(struct dx_reading *r)
{
	struct finds f = { .r = r };
	struct dx_doc *d = r->doc;
	struct dx_json text;
	int rc = find_statuses(&f, d->text, d->len);

	if (rc == 0) {
		text = dx_json_text_n(d->text, d->len);
		text.offset = 0;
		d->root = dx_json_object();
		d->root.offset = 0;
		dx_json_put(r->arena, &d->root, "items", items(&f));
		dx_json_put(r->arena, &d->root, "text", text);
	}
	dx_buf_release(&f.all);
	return rc;
}
