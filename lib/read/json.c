/* json: strict documents, every number within the range of a double (evidence page 1). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "json/pointer.h"
#include "read/inner.h"

struct step {
	const struct step	*up;
	const char		*name;		/* NULL: an item */
	uint32_t		 index;
};

/* A number's text is followed by a byte that ends it, also for strtod: a blank, a bracket, a comma or the NUL behind the text. */
static bool
in_range(const struct dx_json *number)
{
	bool small = number->count <= 300;

	for (uint32_t i = 0; small && i < number->count; i++)
		small = (number->u.text[i] | 0x20) != 'e';
	return small || isfinite(strtod(number->u.text, NULL));
}

static void
pointer(const struct step *s, struct dx_buf *out)
{
	if (s->up == NULL)
		return;
	pointer(s->up, out);
	if (s->name != NULL)
		dx_pointer_name(out, s->name);
	else
		dx_pointer_index(out, s->index);
}

/* The first number out of range below v, with its pointer in `at`; NULL: none. */
static const struct dx_json *
out_of_range(const struct dx_json *v, const struct step *here, struct dx_buf *at)
{
	struct step next = { .up = here };
	const struct dx_json *bad = NULL;

	if (v->type == DX_JSON_NUMBER && !in_range(v)) {
		pointer(here, at);
		return v;
	}
	if (v->type == DX_JSON_ARRAY) {
		for (next.index = 0; bad == NULL && next.index < v->count; next.index++)
			bad = out_of_range(&v->u.items[next.index], &next, at);
	} else if (v->type == DX_JSON_OBJECT) {
		for (uint32_t i = 0; bad == NULL && i < v->count; i++) {
			next.name = v->u.members[i].name;
			bad = out_of_range(&v->u.members[i].value, &next, at);
		}
	}
	return bad;
}

/* lib/json says "line L, column C: what" of a place. */
static int
refused(struct dx_reading *r, const struct dx_err *why, bool whole, const char *part)
{
	enum dx_reason reason = why->reason == DX_R_JSON_DUPLICATE_MEMBER ? DX_R_JSON_DUPLICATE_KEY : DX_R_JSON_SYNTAX;
	unsigned line = 1, column = 1;

	if (whole && (sscanf(why->text, "line %u, column %u: ", &line, &column) == 2 || why->reason == DX_R_INPUT_EMPTY)) {
		r->doc->line = line;
		r->doc->column = column;
	}
	return dx_err_set(r->err, reason, "%s: %s%s", r->name, part, why->text);
}

int
dx_read_json_text(struct dx_reading *r, char *text, size_t len, bool whole, const char *part, struct dx_json *out)
{
	const struct step top = { .up = NULL };
	struct dx_err why = { .reason = DX_OK };
	struct dx_buf at = { 0 };
	struct dx_json v;
	const struct dx_json *bad;
	unsigned line, column;

	if (dx_json_parse(r->arena, text, len, DX_JSON_FOREIGN, &v, &why) != 0)
		return refused(r, &why, whole, part);
	bad = out_of_range(&v, &top, &at);
	if (bad != NULL) {
		dx_json_position(text, len, bad->offset, &line, &column);
		if (whole) {
			r->doc->line = line;
			r->doc->column = column;
		}
		dx_err_set_at(r->err, DX_R_JSON_NUMBER_RANGE, at.data != NULL ? at.data : "",
		    "%s: %sline %u, column %u: a number that no double can hold, found %.*s", r->name, part, line, column,
		    bad->count < 40 ? (int)bad->count : 40, bad->u.text);
		dx_buf_release(&at);
		return -1;
	}
	*out = v;
	return 0;
}

int
dx_read_json(struct dx_reading *r)
{
	return dx_read_json_text(r, r->doc->text, r->doc->len, true, "", &r->doc->root);
}
