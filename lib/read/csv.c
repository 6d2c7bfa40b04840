/* csv: RFC 4180 with a header (evidence page 2.3).  Lines may end with LF alone. */
#include <string.h>

#include "base/buf.h"
#include "read/inner.h"

struct csv {
	struct dx_reading	*r;
	char			*copy;		/* of the text: fields end with NUL there, and lose their quotes */
	char			*at;
	char			*end;
	struct dx_buf		 fields;	/* struct dx_json of the record being read */
	struct dx_buf		 rows;		/* struct dx_json */
	size_t			 cells;
};

static int
refuse(struct csv *c, const char *at, const char *what)
{
	return dx_reading_fail_at(c->r, DX_R_MEDIA_SYNTAX, (size_t)(at - c->copy), "%s", what);
}

/* Behind the opening quote; *to becomes the end of the text without doubled quotes, c->at is behind the closing one. */
static int
quoted(struct csv *c, char **to)
{
	char *open = c->at - 1, *out = c->at, *next;

	for (;;) {
		next = memchr(c->at, '"', (size_t)(c->end - c->at));
		if (next == NULL)
			return refuse(c, open, "a quote that is not closed");
		memmove(out, c->at, (size_t)(next - c->at));
		out += next - c->at;
		c->at = next + 1;
		if (c->at == c->end || *c->at != '"')
			break;
		*out++ = '"';
		c->at++;
	}
	*to = out;
	if (c->at < c->end && strchr(",\r\n", *c->at) == NULL)
		return refuse(c, c->at, "something between a closing quote and the next comma");
	return 0;
}

static int
bare(struct csv *c, char **to)
{
	while (c->at < c->end && strchr(",\r\n\"", *c->at) == NULL)
		c->at++;
	*to = c->at;
	return c->at < c->end && *c->at == '"' ? refuse(c, c->at, "a quote within a field that does not start with one") : 0;
}

/* One field and the comma or line end behind it; *last: it was the line's end, or the text's. */
static int
field(struct csv *c, bool *last)
{
	bool quote = c->at < c->end && *c->at == '"';
	char *from = c->at += quote, *to = from;
	struct dx_json v;

	if ((quote ? quoted(c, &to) : bare(c, &to)) != 0)
		return -1;
	*last = c->at == c->end || *c->at != ',';
	if (c->at < c->end) {
		if (*c->at == '\r' && (c->at + 1 == c->end || c->at[1] != '\n'))
			return refuse(c, c->at, "a carriage return without a line feed");
		c->at += *c->at == '\r' ? 2 : 1;
	}
	*to = '\0';
	if (c->cells++ == DX_KEEP_CELLS)
		return dx_reading_fail_at(c->r, DX_R_MEDIA_TOO_LARGE, (size_t)(from - c->copy), "more than %u fields", DX_KEEP_CELLS);
	v = dx_json_text_n(from, (size_t)(to - from));
	dx_buf_add(&c->fields, &v, sizeof(v));
	return 0;
}

static int
record(struct csv *c, size_t *width)
{
	bool last = false;

	dx_buf_reset(&c->fields);
	while (!last) {
		if (field(c, &last) != 0)
			return -1;
	}
	*width = c->fields.len / sizeof(struct dx_json);
	return 0;
}

/* The record as an object of the header's names. */
static struct dx_json
row(struct csv *c, const struct dx_json *header, uint32_t offset)
{
	struct dx_member *members = dx_arena_alloc(c->r->arena, header->count * sizeof(*members));
	const struct dx_json *fields = (const void *)c->fields.data;
	struct dx_json v = { .type = DX_JSON_OBJECT, .offset = offset, .count = header->count, .u.members = members };

	for (uint32_t i = 0; i < header->count; i++) {
		const struct dx_json *name = &header->u.items[i];

		members[i] = (struct dx_member){ name->u.text, name->count, DX_JSON_NOWHERE, fields[i] };
	}
	return v;
}

static struct dx_json
kept(struct dx_reading *r, const struct dx_buf *items, uint32_t offset)
{
	struct dx_json *copy = dx_arena_alloc(r->arena, items->len), v;

	if (items->len > 0)
		memcpy(copy, items->data, items->len);
	v = dx_read_array(copy, items->len / sizeof(*copy));
	v.offset = offset;
	return v;
}

static int
head(struct csv *c, struct dx_json *header)
{
	const struct dx_member *twin;
	struct dx_json names;
	size_t width;

	if (c->at == c->end)
		return refuse(c, c->at, "there is no header");
	if (record(c, &width) != 0)
		return -1;
	*header = kept(c->r, &c->fields, 0);
	names = row(c, header, 0);
	twin = dx_read_twin(&names);
	if (twin != NULL)
		return dx_reading_fail_at(c->r, DX_R_MEDIA_SYNTAX, 0, "a column stands twice, found \"%.40s\"", twin->name);
	return 0;
}

static int
body(struct csv *c, const struct dx_json *header)
{
	struct dx_json v;
	char *start;
	size_t width;

	while (c->at < c->end) {
		start = c->at;
		if (record(c, &width) != 0)
			return -1;
		if (width != header->count)
			return dx_reading_fail_at(c->r, DX_R_MEDIA_SYNTAX, (size_t)(start - c->copy),
			    "%zu fields where the header has %u", width, header->count);
		v = row(c, header, (uint32_t)(start - c->copy));
		dx_buf_add(&c->rows, &v, sizeof(v));
	}
	return 0;
}

int
dx_read_csv(struct dx_reading *r)
{
	struct csv c = { .r = r, .copy = dx_arena_dup(r->arena, r->doc->text, r->doc->len) };
	struct dx_json header;
	int rc;

	c.at = c.copy;
	c.end = c.copy + r->doc->len;
	rc = head(&c, &header);
	if (rc == 0)
		rc = body(&c, &header);
	if (rc == 0) {
		r->doc->root = dx_json_object();
		r->doc->root.offset = 0;
		dx_json_put(r->arena, &r->doc->root, "header", header);
		dx_json_put(r->arena, &r->doc->root, "rows", kept(r, &c.rows, 0));
	}
	dx_buf_release(&c.fields);
	dx_buf_release(&c.rows);
	return rc;
}
