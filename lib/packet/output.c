#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "packet/output_inner.h"

/* --- members --- */

struct dx_json *
dx_output_member(struct dx_json *object, const char *name)
{
	for (uint32_t i = 0; object->type == DX_JSON_OBJECT && i < object->count; i++)
		if (strcmp(object->u.members[i].name, name) == 0)
			return &object->u.members[i].value;
	return NULL;
}

void
dx_output_drop(struct dx_json *object, const char *name)
{
	struct dx_json *m = dx_output_member(object, name);
	uint32_t i;

	if (m == NULL)
		return;
	for (i = 0; &object->u.members[i].value != m; i++)
		;
	memmove(&object->u.members[i], &object->u.members[i + 1], (object->count - i - 1) * sizeof(object->u.members[0]));
	object->count--;
}

bool
dx_output_lacks(const struct dx_json *object, const char *name)
{
	return dx_json_get(object, name) == NULL;
}

static const struct dx_num *
num_of(struct output *o, const struct dx_json *v)
{
	if (!dx_json_is(v, DX_JSON_NUMBER) && !dx_json_is(v, DX_JSON_STRING))
		return NULL;
	return dx_num_parse(o->n, v->u.text, v->count);
}

const struct dx_num *
dx_output_num(struct output *o, const struct dx_json *object, const char *name)
{
	return num_of(o, dx_json_get(object, name));
}

void
dx_output_fill(struct output *o, struct dx_json *object, const char *name, struct dx_json value)
{
	if (dx_output_lacks(object, name))
		dx_json_put(o->a, object, name, value);
}

void
dx_output_fill_text(struct output *o, const char *name, const char *value)
{
	if (value != NULL)
		dx_output_fill(o, &o->doc, name, dx_json_string(o->a, value));
}

void
dx_output_fill_bool(struct output *o, const char *name, bool value)
{
	dx_output_fill(o, &o->doc, name, dx_json_bool(value));
}

void
dx_output_fill_int(struct output *o, const char *name, int64_t value)
{
	dx_output_fill(o, &o->doc, name, dx_json_int(o->a, value));
}

static struct dx_json
fixed(struct output *o, const struct dx_num *v, unsigned places)
{
	struct dx_buf text = { 0 };
	struct dx_json out;

	dx_num_fixed(v, places, &text);
	out = dx_json_string(o->a, text.data);
	dx_buf_release(&text);
	return out;
}

void
dx_output_fill_num(struct output *o, struct dx_json *object, const char *name, const struct dx_num *v, unsigned places)
{
	if (v != NULL)
		dx_output_fill(o, object, name, fixed(o, v, places));
}

/* --- the form of figures --- */

static bool
is_amount(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, "_sar") == 0;
}

static bool
is_decimal(const char *name)
{
	static const char *const names[] = { "discount_percent", "irr_percent", "multiplier", "confidence", "freshness_hours",
	    "saudization_ratio", "threshold" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Amounts get four decimals and other decimals become text.  One that would have to be rounded stays, and is refused. */
static void
normalise(struct output *o, struct dx_json *object)
{
	for (uint32_t i = 0; i < object->count; i++) {
		const char *name = object->u.members[i].name;
		struct dx_json *v = &object->u.members[i].value;
		bool amount = is_amount(name);
		const struct dx_num *x = amount || (is_decimal(name) && v->type == DX_JSON_NUMBER) ? num_of(o, v) : NULL, *near;
		struct dx_buf text = { 0 };

		near = x != NULL ? dx_num_round(o->n, x, amount ? 4 : 12) : NULL;
		if (near == NULL || dx_num_cmp(near, x) != 0)
			continue;
		if (amount)
			*v = fixed(o, x, 4);
		else {
			dx_num_print(x, 12, &text);
			*v = dx_json_string(o->a, text.data);
			dx_buf_release(&text);
		}
	}
}

static void
normalise_all(struct output *o)
{
	normalise(o, &o->doc);
	for (uint32_t i = 0; i < o->doc.count; i++) {
		struct dx_json *list = &o->doc.u.members[i].value;
		for (uint32_t k = 0; list->type == DX_JSON_ARRAY && k < list->count; k++)
			if (list->u.items[k].type == DX_JSON_OBJECT)
				normalise(o, &list->u.items[k]);
	}
}

/* --- provenance --- */

/* Hours from the oldest source to the making, to one place; "0.0" without sources, NULL where a time is none. */
static const struct dx_num *
freshness(struct output *o, const struct dx_json *provenance)
{
	const struct dx_json *sources = dx_json_get(provenance, "sources");
	const char *made = dx_json_get_str(provenance, "generated_at"), *at;
	int64_t now, t, oldest;

	if (made == NULL || dx_time_parse(made, &now, NULL) != 0 || !dx_json_is(sources, DX_JSON_ARRAY))
		return NULL;
	oldest = now;
	for (uint32_t i = 0; i < sources->count; i++) {
		at = dx_json_get_str(&sources->u.items[i], "collected_at");
		if (at == NULL || dx_time_parse(at, &t, NULL) != 0)
			return NULL;
		oldest = i == 0 || t < oldest ? t : oldest;
	}
	return dx_num_round(o->n, dx_num_div(o->n, dx_num_int(o->n, now - oldest), dx_num_int(o->n, INT64_C(3600000000))), 1);
}

static void
fill_provenance(struct output *o)
{
	struct dx_json *p;

	dx_output_fill(o, &o->doc, "provenance", dx_json_object());
	p = dx_output_member(&o->doc, "provenance");
	if (p->type != DX_JSON_OBJECT)
		return;
	normalise(o, p);
	dx_output_fill(o, p, "generated_at", dx_json_string(o->a, o->in->now));
	dx_output_fill(o, p, "generated_by", dx_json_string(o->a, o->in->by));
	/* Nobody said how sure it is. */
	dx_output_fill(o, p, "confidence", dx_json_text("0"));
	dx_output_fill(o, p, "sources", dx_json_array());
	dx_output_fill_num(o, p, "freshness_hours", freshness(o, p), 1);
	dx_output_fill(o, p, "trace_id", dx_json_string(o->a, o->in->trace_id));
}

int
dx_output_make(const struct dx_output_in *in, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct output o = { .in = in, .a = a, .n = dx_nums_new(), .doc = dx_json_copy(a, in->given), .err = err };
	int rc;

	dx_output_fill_text(&o, "schema", dx_arena_printf(a, "dealix.%s.v1", in->kind));
	dx_output_drop(&o.doc, "trace_id");
	normalise_all(&o);
	rc = dx_output_compute(&o);
	fill_provenance(&o);
	dx_nums_free(o.n);
	*out = o.doc;
	return rc;
}
