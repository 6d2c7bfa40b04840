/* pick: typed members of one object, with errors that name the place. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "json/pick.h"
#include "json/pointer.h"

static const char *const kinds[] = {
	[DX_JSON_NULL] = "null", [DX_JSON_FALSE] = "false", [DX_JSON_TRUE] = "true", [DX_JSON_NUMBER] = "a number",
	[DX_JSON_STRING] = "a string", [DX_JSON_ARRAY] = "an array", [DX_JSON_OBJECT] = "an object"
};

/* s into a room of that size, cut at a character. */
static void
fit(char *out, size_t room, const char *s)
{
	size_t n = strlen(s);

	if (n >= room) {
		n = room - 1;
		while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
			n--;
	}
	memcpy(out, s, n);
	out[n] = '\0';
}

void
dx_pick_begin(struct dx_pick *p, const struct dx_json *object, const char *at, enum dx_reason wrong,
    enum dx_reason unknown, struct dx_err *err)
{
	p->object = object;
	fit(p->at, sizeof(p->at), at);
	p->wrong = wrong;
	p->unknown = unknown;
	p->err = err;
	p->failed = false;
	p->asked_count = 0;
	if (dx_json_is(object, DX_JSON_OBJECT))
		return;
	p->failed = true;
	dx_err_set_at(err, wrong, p->at, "must be an object, is %s",
	    object == NULL ? "missing" : kinds[object->type]);
}

void
dx_pick_where(const struct dx_pick *p, const char *name, char out[static 320])
{
	struct dx_buf b = { 0 };

	dx_buf_puts(&b, p->at);
	dx_pointer_name(&b, name);
	fit(out, 320, b.data);
	dx_buf_release(&b);
}

static void __attribute__((format(printf, 4, 0)))
fault(struct dx_pick *p, enum dx_reason reason, const char *name, const char *fmt, va_list ap)
{
	char where[320], text[DX_ERR_TEXT];

	if (p->failed)
		return;
	p->failed = true;
	dx_pick_where(p, name, where);
	vsnprintf(text, sizeof(text), fmt, ap);
	dx_err_set_at(p->err, reason, where, "%s", text);
}

void
dx_pick_fail(struct dx_pick *p, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault(p, p->wrong, name, fmt, ap);
	va_end(ap);
}

const struct dx_json *
dx_pick_any(struct dx_pick *p, const char *name)
{
	if (p->failed)
		return NULL;
	if (p->asked_count == DX_PICK_MAX)
		DX_BUG("too many members asked of one object");
	p->asked[p->asked_count++] = name;
	return dx_json_get(p->object, name);
}

static void
wrong_type(struct dx_pick *p, const char *name, const char *want, const struct dx_json *v)
{
	if (v == NULL)
		dx_pick_fail(p, name, "is missing, must be %s", want);
	else
		dx_pick_fail(p, name, "must be %s, is %s", want, kinds[v->type]);
}

const struct dx_json *
dx_pick_type(struct dx_pick *p, const char *name, enum dx_json_type type, bool required)
{
	const struct dx_json *v = dx_pick_any(p, name);

	if (p->failed || (v == NULL && !required))
		return NULL;
	if (dx_json_is(v, type))
		return v;
	wrong_type(p, name, kinds[type], v);
	return NULL;
}

const char *
dx_pick_text(struct dx_pick *p, const char *name, size_t min, size_t max, bool required)
{
	const struct dx_json *v = dx_pick_type(p, name, DX_JSON_STRING, required);
	size_t points;

	if (v == NULL)
		return NULL;
	points = dx_utf8_count(v->u.text, v->count);
	if (points < min || points > max)
		dx_pick_fail(p, name, "must have %zu to %zu characters, has %zu", min, max, points);
	else if (dx_has_control(v->u.text))
		dx_pick_fail(p, name, "must not have control characters");
	return p->failed ? NULL : v->u.text;
}

bool
dx_pick_bool(struct dx_pick *p, const char *name, bool otherwise)
{
	const struct dx_json *v = dx_pick_any(p, name);

	if (v == NULL)
		return otherwise;
	if (dx_json_is_bool(v))
		return v->type == DX_JSON_TRUE;
	wrong_type(p, name, "true or false", v);
	return otherwise;
}

int64_t
dx_pick_int(struct dx_pick *p, const char *name, int64_t min, int64_t max, int64_t otherwise)
{
	const struct dx_json *v = dx_pick_any(p, name);
	int64_t n;

	if (v == NULL)
		return otherwise;
	if (!dx_json_is(v, DX_JSON_NUMBER)) {
		wrong_type(p, name, "an integer", v);
		return otherwise;
	}
	if (dx_json_int64(v, &n) && n >= min && n <= max)
		return n;
	dx_pick_fail(p, name, "must be an integer of %" PRId64 " to %" PRId64 ", is %.*s", min, max,
	    (int)(v->count < 40 ? v->count : 40), v->u.text);
	return otherwise;
}

/* "a, b or c", as far as it fits. */
static void
list(const char *const names[], char *out, size_t room)
{
	struct dx_buf b = { 0 };

	for (size_t i = 0; names[i] != NULL; i++) {
		if (i > 0)
			dx_buf_puts(&b, names[i + 1] != NULL ? ", " : " or ");
		dx_buf_puts(&b, names[i]);
	}
	fit(out, room, b.data != NULL ? b.data : "");
	dx_buf_release(&b);
}

int
dx_pick_enum(struct dx_pick *p, const char *name, const char *const names[], int otherwise)
{
	const struct dx_json *v = dx_pick_type(p, name, DX_JSON_STRING, otherwise < 0);
	char choices[512];

	if (v == NULL)
		return otherwise;
	for (int i = 0; names[i] != NULL; i++) {
		if (strcmp(names[i], v->u.text) == 0)
			return i;
	}
	list(names, choices, sizeof(choices));
	dx_pick_fail(p, name, "must be %s, is \"%.*s\"", choices, (int)dx_utf8_cut(v->u.text, v->count, 40),
	    v->u.text);
	return otherwise;
}

static bool
was_asked(const struct dx_pick *p, const char *name)
{
	for (unsigned i = 0; i < p->asked_count; i++) {
		if (strcmp(p->asked[i], name) == 0)
			return true;
	}
	return false;
}

/* Reports a member that nobody asked for, under a reason of its own. */
static void __attribute__((format(printf, 3, 4)))
stranger(struct dx_pick *p, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault(p, p->unknown, name, fmt, ap);
	va_end(ap);
}

int
dx_pick_end(struct dx_pick *p)
{
	for (uint32_t i = 0; p->unknown != DX_OK && !p->failed && i < p->object->count; i++) {
		const char *name = p->object->u.members[i].name;

		if (!was_asked(p, name))
			stranger(p, name, "is not a member that is known here");
	}
	return p->failed ? -1 : 0;
}
