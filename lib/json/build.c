/* build: values made by us.  Containers grow in the arena; what they outgrow stays there until its reset. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "json/inner.h"

#define ROOM_FIRST	8

static struct dx_json
node(enum dx_json_type type)
{
	return (struct dx_json){ .type = (uint8_t)type, .offset = DX_JSON_NOWHERE };
}

static uint32_t
count_of(size_t n)
{
	if (n >= UINT32_MAX)
		DX_BUG("a JSON value of 4 GiB");
	return (uint32_t)n;
}

struct dx_json
dx_json_null(void)
{
	return node(DX_JSON_NULL);
}

struct dx_json
dx_json_bool(bool b)
{
	return node(b ? DX_JSON_TRUE : DX_JSON_FALSE);
}

struct dx_json
dx_json_text_n(const char *s, size_t n)
{
	struct dx_json v = node(DX_JSON_STRING);

	v.count = count_of(n);
	v.u.text = s;
	return v;
}

struct dx_json
dx_json_text(const char *s)
{
	return s == NULL ? dx_json_null() : dx_json_text_n(s, strlen(s));
}

struct dx_json
dx_json_string(struct dx_arena *a, const char *s)
{
	size_t n;

	if (s == NULL)
		return dx_json_null();
	n = strlen(s);
	return dx_json_text_n(dx_arena_dup(a, s, n), n);
}

struct dx_json
dx_json_words(struct dx_arena *a, const char *s)
{
	char *copy;

	if (s == NULL)
		return dx_json_null();
	copy = dx_arena_dup(a, s, strlen(s));
	dx_utf8_mend(copy);
	return dx_json_text(copy);
}

struct dx_json
dx_json_int(struct dx_arena *a, int64_t n)
{
	struct dx_json v = node(DX_JSON_NUMBER);
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char text[24], *end = text + sizeof(text), *at = end;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (n < 0)
		*--at = '-';
	v.count = (uint32_t)(end - at);
	v.u.text = dx_arena_dup(a, at, v.count);
	if (n >= -DX_JSON_EXACT_MAX && n <= DX_JSON_EXACT_MAX)
		v.flags = DX_JSON_PLAIN;
	return v;
}

struct dx_json
dx_json_object(void)
{
	struct dx_json v = node(DX_JSON_OBJECT);

	v.flags = DX_JSON_SORTED;
	return v;
}

struct dx_json
dx_json_array(void)
{
	return node(DX_JSON_ARRAY);
}

/* Children in an array that has room for one more.  What was parsed has room 0, so its own array is never written. */
static void *
grown(struct dx_arena *a, struct dx_json *v, const void *children, size_t size)
{
	void *bigger;

	v->room = count_of(v->count < ROOM_FIRST ? ROOM_FIRST : (size_t)v->count * 2);
	bigger = dx_arena_alloc(a, v->room * size);
	if (v->count > 0)
		memcpy(bigger, children, v->count * size);
	return bigger;
}

void
dx_json_put(struct dx_arena *a, struct dx_json *object, const char *name, struct dx_json value)
{
	struct dx_member m = { name, count_of(strlen(name)), DX_JSON_NOWHERE, value };
	const struct dx_member *last;

	if (object->type != DX_JSON_OBJECT)
		DX_BUG("a member put into a value that is no object");
	if (object->count >= object->room)
		object->u.members = grown(a, object, object->u.members, sizeof(m));
	if (object->count > 0) {
		last = &object->u.members[object->count - 1];
		if (dx_json_name_cmp(last->name, last->name_len, m.name, m.name_len) >= 0)
			object->flags &= (uint8_t)~DX_JSON_SORTED;
	}
	object->flags &= (uint8_t)~DX_JSON_PLAIN;
	object->u.members[object->count++] = m;
}

void
dx_json_set(struct dx_arena *a, struct dx_json *object, const char *name, struct dx_json value)
{
	size_t len = strlen(name);

	for (uint32_t i = 0; dx_json_is(object, DX_JSON_OBJECT) && i < object->count; i++) {
		struct dx_member *m = &object->u.members[i];

		if (m->name_len == len && memcmp(m->name, name, len) == 0) {
			m->value = value;
			return;
		}
	}
	dx_json_put(a, object, name, value);
}

void
dx_json_push(struct dx_arena *a, struct dx_json *array, struct dx_json value)
{
	if (array->type != DX_JSON_ARRAY)
		DX_BUG("an item pushed onto a value that is no array");
	if (array->count >= array->room)
		array->u.items = grown(a, array, array->u.items, sizeof(value));
	array->u.items[array->count++] = value;
}

/* n children of a size, copied; NULL for none. */
static void *
twin_of(struct dx_arena *a, const void *children, size_t n, size_t size)
{
	void *kept = NULL;

	if (n > 0) {
		kept = dx_arena_alloc(a, dx_size_mul(n, size));
		memcpy(kept, children, n * size);
	}
	return kept;
}

struct dx_json
dx_json_copy_top(struct dx_arena *a, const struct dx_json *v)
{
	struct dx_json c = *v;

	if (v->type == DX_JSON_ARRAY) {
		c.u.items = twin_of(a, v->u.items, v->count, sizeof(*v->u.items));
		c.room = v->count;
	} else if (v->type == DX_JSON_OBJECT) {
		c.u.members = twin_of(a, v->u.members, v->count, sizeof(*v->u.members));
		c.room = v->count;
	}
	return c;
}

struct dx_json
dx_json_copy(struct dx_arena *a, const struct dx_json *v)
{
	struct dx_json c = dx_json_copy_top(a, v);
	uint32_t i;

	if (v->type == DX_JSON_STRING || v->type == DX_JSON_NUMBER) {
		c.u.text = dx_arena_dup(a, v->u.text, v->count);
	} else if (v->type == DX_JSON_ARRAY) {
		for (i = 0; i < c.count; i++)
			c.u.items[i] = dx_json_copy(a, &v->u.items[i]);
	} else if (v->type == DX_JSON_OBJECT) {
		for (i = 0; i < c.count; i++) {
			struct dx_member *m = &c.u.members[i];

			m->name = dx_arena_dup(a, m->name, m->name_len);
			m->value = dx_json_copy(a, &v->u.members[i].value);
		}
	}
	return c;
}
