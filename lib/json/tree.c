/* tree: looking at values. */
#include <string.h>

#include "json/inner.h"

#define BISECT_FROM	16	/* members; fewer are looked through */

bool
dx_json_is_bool(const struct dx_json *v)
{
	return v != NULL && (v->type == DX_JSON_TRUE || v->type == DX_JSON_FALSE);
}

const struct dx_json *
dx_json_item(const struct dx_json *array, size_t i)
{
	return dx_json_is(array, DX_JSON_ARRAY) && i < array->count ? &array->u.items[i] : NULL;
}

static const struct dx_json *
bisect(const struct dx_json *object, const char *name, size_t len)
{
	size_t low = 0, high = object->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct dx_member *m = &object->u.members[mid];
		int c = dx_json_name_cmp(name, len, m->name, m->name_len);

		if (c == 0)
			return &m->value;
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct dx_json *
dx_json_get_n(const struct dx_json *object, const char *name, size_t len)
{
	if (!dx_json_is(object, DX_JSON_OBJECT))
		return NULL;
	if (object->count >= BISECT_FROM && (object->flags & DX_JSON_SORTED) != 0)
		return bisect(object, name, len);
	for (uint32_t i = 0; i < object->count; i++) {
		const struct dx_member *m = &object->u.members[i];

		if (m->name_len == len && memcmp(m->name, name, len) == 0)
			return &m->value;
	}
	return NULL;
}

static bool
same_members(const struct dx_json *a, const struct dx_json *b)
{
	struct dx_order oa, ob;
	bool same = true;

	dx_order_begin(&oa, a);
	dx_order_begin(&ob, b);
	for (uint32_t i = 0; i < a->count && same; i++) {
		const struct dx_member *x = dx_order_at(&oa, i), *y = dx_order_at(&ob, i);

		same = x->name_len == y->name_len && memcmp(x->name, y->name, x->name_len) == 0 &&
		    dx_json_equal(&x->value, &y->value);
	}
	dx_order_end(&ob);
	dx_order_end(&oa);
	return same;
}

static bool
same_items(const struct dx_json *a, const struct dx_json *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		if (!dx_json_equal(&a->u.items[i], &b->u.items[i]))
			return false;
	}
	return true;
}

static bool
same_text(const struct dx_json *a, const struct dx_json *b)
{
	return a->count == b->count && memcmp(a->u.text, b->u.text, a->count) == 0;
}

static bool
same_number(const struct dx_json *a, const struct dx_json *b)
{
	char x[32], y[32];

	if (same_text(a, b))
		return true;
	dx_json_number(a->u.text, a->count, x);
	dx_json_number(b->u.text, b->count, y);
	return strcmp(x, y) == 0;
}

bool
dx_json_equal(const struct dx_json *a, const struct dx_json *b)
{
	if (a == NULL || b == NULL || a->type != b->type)
		return a == NULL && b == NULL;
	switch ((enum dx_json_type)a->type) {
	case DX_JSON_NUMBER:
		return same_number(a, b);
	case DX_JSON_STRING:
		return same_text(a, b);
	case DX_JSON_ARRAY:
		return a->count == b->count && same_items(a, b);
	case DX_JSON_OBJECT:
		return a->count == b->count && same_members(a, b);
	case DX_JSON_NULL:
	case DX_JSON_FALSE:
	case DX_JSON_TRUE:
		break;
	}
	return true;
}
