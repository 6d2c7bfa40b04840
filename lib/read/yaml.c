/* yaml: one YAML 1.2 document of the core schema as JSON values (evidence page 2.3).  What makes YAML more than JSON in another dress
 * (anchors, aliases, tags, keys that are no scalars) is refused, so nothing grows while it is read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "read/inner.h"
#include "read/library.h"

#define PLACE_MAX	100000000	/* lines and columns of 16 MiB fit, whatever a mark says */

struct yaml {
	struct dx_reading	*r;
	const struct dx_yaml	*lib;
	yaml_parser_t		 parser;
	struct dx_buf		 places;
	uint32_t		 count;		/* of places */
	unsigned		 depth;
};

static int	node(struct yaml *y, yaml_event_t *e, struct dx_json *out);

static struct dx_spot_place
place_of(const yaml_mark_t *m)
{
	return (struct dx_spot_place){ (unsigned)(m->line < PLACE_MAX ? m->line : PLACE_MAX) + 1,
	    (unsigned)(m->column < PLACE_MAX ? m->column : PLACE_MAX) + 1 };
}

static int
refuse(struct yaml *y, const yaml_mark_t *at, const char *what)
{
	return dx_reading_fail(y->r, DX_R_MEDIA_SYNTAX, place_of(at), "%s", what);
}

/* The next event; the caller deletes it. */
static int
next(struct yaml *y, yaml_event_t *e)
{
	yaml_parser_t *p = &y->parser;

	if (y->lib->yaml_parser_parse(p, e) != 0)
		return 0;
	if (p->error == YAML_READER_ERROR)
		return dx_reading_fail_at(y->r, DX_R_MEDIA_SYNTAX, p->problem_offset, "%s", p->problem);
	if (p->error == YAML_MEMORY_ERROR)
		return refuse(y, &p->mark, "no memory to read it");
	return refuse(y, &p->problem_mark, p->problem != NULL ? p->problem : "not YAML");
}

/* Index of a place that is kept. */
static int
keep_place(struct yaml *y, const yaml_mark_t *at, uint32_t *index)
{
	struct dx_spot_place place = place_of(at);

	if (y->count == 2 * DX_KEEP_NODES)
		return dx_reading_fail(y->r, DX_R_MEDIA_TOO_LARGE, place, "more than %u values", DX_KEEP_NODES);
	dx_buf_add(&y->places, &place, sizeof(place));
	*index = y->count++;
	return 0;
}

/* --- scalars --- */

static bool
one_of(const char *s, const char *const *words)
{
	while (*words != NULL && strcmp(s, *words) != 0)
		words++;
	return *words != NULL;
}

static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? of the core schema, as JSON text into out. */
static bool
decimal(const char *s, struct dx_buf *out)
{
	const char *at = s + (*s == '-' || *s == '+'), *whole = at, *fraction;
	size_t n = digits(at), m = 0;

	at += n;
	fraction = at + 1;
	if (*at == '.') {
		m = digits(fraction);
		at = fraction + m;
	}
	if (n + m == 0)
		return false;
	while (n > 1 && *whole == '0') {
		whole++;
		n--;
	}
	if (*s == '-')
		dx_buf_putc(out, '-');
	dx_buf_add(out, n > 0 ? whole : "0", n > 0 ? n : 1);
	if (m > 0) {
		dx_buf_putc(out, '.');
		dx_buf_add(out, fraction, m);
	}
	if (*at == 'e' || *at == 'E') {
		const char *exponent = at + 1 + (at[1] == '-' || at[1] == '+');

		if (digits(exponent) == 0)
			return false;
		dx_buf_puts(out, at);
		at = exponent + digits(exponent);
	}
	return *at == '\0';
}

/* 0x1F, 0o17.  *wide: it is one, beyond 64 bits. */
static bool
based(const char *s, struct dx_buf *out, bool *wide)
{
	bool hex = s[0] == '0' && s[1] == 'x', octal = s[0] == '0' && s[1] == 'o';
	const char *digit = hex ? "0123456789abcdefABCDEF" : "01234567", *at = s + 2;

	if ((!hex && !octal) || *at == '\0' || at[strspn(at, digit)] != '\0')
		return false;
	while (*at == '0' && at[1] != '\0')
		at++;
	*wide = hex ? strlen(at) > 16 : strlen(at) > 22 || (strlen(at) == 22 && *at > '1');
	if (!*wide)
		dx_buf_printf(out, "%llu", strtoull(at, NULL, hex ? 16 : 8));
	return true;
}

static int
plain_number(struct yaml *y, const yaml_mark_t *at, const char *s, struct dx_json *out)
{
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", NULL }, *const nan[] = { ".nan", ".NaN", ".NAN", NULL };
	struct dx_buf text = { 0 };
	bool wide = false;
	int rc = 0;

	if (one_of(s, nan) || one_of(s + (*s == '-' || *s == '+'), infinite))
		return refuse(y, at, "an infinite number, or none");
	if (based(s, &text, &wide) || decimal(s, &text)) {
		if (wide || !isfinite(strtod(text.data, NULL)))
			rc = refuse(y, at, "a number beyond what a double, or 64 bits, can hold");
		else
			*out = (struct dx_json){ .type = DX_JSON_NUMBER, .count = (uint32_t)text.len,
			    .u.text = dx_arena_dup(y->r->arena, text.data, text.len) };
	}
	dx_buf_release(&text);
	return rc;
}

static int
scalar(struct yaml *y, const yaml_event_t *e, struct dx_json *out)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const yes[] = { "true", "True", "TRUE", NULL }, *const no[] = { "false", "False", "FALSE", NULL };
	const char *s = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;

	if (memchr(s, '\0', n) != NULL)
		return refuse(y, &e->start_mark, "a NUL character");
	*out = dx_json_text_n(dx_arena_dup(y->r->arena, s, n), n);
	if (e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return 0;
	if (one_of(s, nulls))
		*out = dx_json_null();
	else if (one_of(s, yes) || one_of(s, no))
		*out = dx_json_bool(one_of(s, yes));
	else
		return plain_number(y, &e->start_mark, s, out);
	return 0;
}

/* --- containers --- */

static int
enter(struct yaml *y, const yaml_event_t *e)
{
	if (y->depth == DX_JSON_DEPTH)
		return refuse(y, &e->start_mark, "more than 64 levels");
	y->depth++;
	return 0;
}

static int
sequence(struct yaml *y, const yaml_event_t *start, struct dx_json *out)
{
	struct dx_json item;
	yaml_event_t e;
	int rc;

	if (enter(y, start) != 0)
		return -1;
	*out = dx_json_array();
	while ((rc = next(y, &e)) == 0) {
		bool end = e.type == YAML_SEQUENCE_END_EVENT;

		rc = end ? 0 : node(y, &e, &item);
		y->lib->yaml_event_delete(&e);
		if (end || rc != 0)
			break;
		dx_json_push(y->r->arena, out, item);
	}
	y->depth--;
	return rc;
}

/* Name of a member, in the arena; its place becomes *index. */
static int
key(struct yaml *y, yaml_event_t *e, const char **name, uint32_t *index)
{
	const char *s = (const char *)e->data.scalar.value;

	if (e->type == YAML_ALIAS_EVENT)
		return refuse(y, &e->start_mark, "an alias");
	if (e->type != YAML_SCALAR_EVENT)
		return refuse(y, &e->start_mark, "a key that is no scalar");
	if (e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL)
		return refuse(y, &e->start_mark, "an anchor or a tag");
	if (memchr(s, '\0', e->data.scalar.length) != NULL)
		return refuse(y, &e->start_mark, "a NUL character");
	*name = dx_arena_dup(y->r->arena, s, e->data.scalar.length);
	return keep_place(y, &e->start_mark, index);
}

static int
pair(struct yaml *y, yaml_event_t *first, struct dx_json *object)
{
	struct dx_json value;
	const char *name = NULL;
	uint32_t at = 0;
	yaml_event_t e;
	int rc;

	if (key(y, first, &name, &at) != 0 || next(y, &e) != 0)
		return -1;
	rc = node(y, &e, &value);
	y->lib->yaml_event_delete(&e);
	if (rc != 0)
		return -1;
	dx_json_put(y->r->arena, object, name, value);
	object->u.members[object->count - 1].name_offset = at;
	return 0;
}

static int
mapping(struct yaml *y, const yaml_event_t *start, struct dx_json *out)
{
	const struct dx_member *twin = NULL;
	const struct dx_spot_place *places;
	yaml_event_t e;
	int rc;

	if (enter(y, start) != 0)
		return -1;
	*out = dx_json_object();
	while ((rc = next(y, &e)) == 0) {
		bool end = e.type == YAML_MAPPING_END_EVENT;

		rc = end ? 0 : pair(y, &e, out);
		y->lib->yaml_event_delete(&e);
		if (end || rc != 0)
			break;
	}
	y->depth--;
	if (rc == 0 && (out->flags & DX_JSON_SORTED) == 0)	/* sorted names are all different */
		twin = dx_read_twin(out);
	if (twin == NULL)
		return rc;
	places = (const void *)y->places.data;
	return dx_reading_fail(y->r, DX_R_MEDIA_SYNTAX, places[twin->name_offset], "a key stands twice, found \"%.40s\"", twin->name);
}

static int
node(struct yaml *y, yaml_event_t *e, struct dx_json *out)
{
	uint32_t at;
	int rc;

	if (keep_place(y, &e->start_mark, &at) != 0)
		return -1;
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		if (e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL)
			return refuse(y, &e->start_mark, "an anchor or a tag");
		rc = scalar(y, e, out);
		break;
	case YAML_SEQUENCE_START_EVENT:
		if (e->data.sequence_start.anchor != NULL || e->data.sequence_start.tag != NULL)
			return refuse(y, &e->start_mark, "an anchor or a tag");
		rc = sequence(y, e, out);
		break;
	case YAML_MAPPING_START_EVENT:
		if (e->data.mapping_start.anchor != NULL || e->data.mapping_start.tag != NULL)
			return refuse(y, &e->start_mark, "an anchor or a tag");
		rc = mapping(y, e, out);
		break;
	case YAML_ALIAS_EVENT:
		return refuse(y, &e->start_mark, "an alias");
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
	default:
		return refuse(y, &e->start_mark, "a value was expected");
	}
	out->offset = at;
	return rc;
}

/* --- the document --- */

/* The next event, which must be of that type. */
static int
expect(struct yaml *y, yaml_event_type_t type, const char *otherwise)
{
	yaml_event_t e;
	int rc;

	if (next(y, &e) != 0)
		return -1;
	rc = e.type == type ? 0 : refuse(y, &e.start_mark, otherwise);
	y->lib->yaml_event_delete(&e);
	return rc;
}

static int
document(struct yaml *y)
{
	yaml_event_t e;
	int rc;

	if (expect(y, YAML_STREAM_START_EVENT, "not YAML") != 0 || expect(y, YAML_DOCUMENT_START_EVENT, "there is no document") != 0 ||
	    next(y, &e) != 0)
		return -1;
	rc = node(y, &e, &y->r->doc->root);
	y->lib->yaml_event_delete(&e);
	if (rc != 0 || expect(y, YAML_DOCUMENT_END_EVENT, "something follows the document") != 0)
		return -1;
	return expect(y, YAML_STREAM_END_EVENT, "a second document");
}

/* A directive %TAG serves tags alone, and libyaml compares each with all before it: 16 MiB of them would take for ever. */
static const char *
tag_directive(const char *text)
{
	const char *at = text;

	while ((at = strstr(at, "%TAG")) != NULL) {
		/* the last bytes of LF, CR, NEL, LS and PS */
		if (at == text || strchr("\n\r\x85\xA8\xA9", at[-1]) != NULL)
			return at;
		at++;
	}
	return NULL;
}

int
dx_read_yaml(struct dx_reading *r)
{
	struct yaml y = { .r = r };
	const char *tag = tag_directive(r->doc->text), *why;
	int rc;

	if (tag != NULL)
		return dx_reading_fail_at(r, DX_R_MEDIA_SYNTAX, (size_t)(tag - r->doc->text), "a %%TAG directive");
	y.lib = dx_yaml(&why);
	if (y.lib == NULL)
		return dx_reading_fail(r, DX_R_LIBRARY_UNAVAILABLE, (struct dx_spot_place){ 0, 0 }, "no libyaml to read it with: %s", why);
	if (y.lib->yaml_parser_initialize(&y.parser) == 0)
		return dx_reading_fail(r, DX_R_MEDIA_SYNTAX, (struct dx_spot_place){ 0, 0 }, "no memory to read it");
	y.lib->yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
	y.lib->yaml_parser_set_input_string(&y.parser, (const unsigned char *)r->doc->text, r->doc->len);
	rc = document(&y);
	y.lib->yaml_parser_delete(&y.parser);
	if (rc == 0) {
		r->doc->places = dx_arena_alloc(r->arena, y.places.len);
		memcpy(r->doc->places, y.places.data, y.places.len);
		r->doc->place_count = y.count;
	}
	dx_buf_release(&y.places);
	return rc;
}
