/* formula_value: values: from nodes, compared, printed. */
#include "base/text.h"
#include "contract/formula_inner.h"

#define SHOWN	80	/* characters of `expected` and `found` */

struct dx_value
dx_formula_bool(bool b)
{
	return (struct dx_value){ .type = DX_VALUE_BOOL, .b = b };
}

struct dx_value
dx_formula_number(const struct dx_num *n)
{
	return (struct dx_value){ .type = DX_VALUE_NUMBER, .number = n };
}

struct dx_value
dx_formula_text(const char *s)
{
	return (struct dx_value){ .type = DX_VALUE_TEXT, .text = s };
}

int
dx_value_of(const struct dx_scope *scope, const struct dx_spot *spot, struct dx_value *out)
{
	const struct dx_json *node = spot->node;

	*out = (struct dx_value){ .type = DX_VALUE_NULL, .spot = spot };
	if (node == NULL)
		return 0;
	switch ((enum dx_json_type)node->type) {
	case DX_JSON_NULL:
		break;
	case DX_JSON_FALSE:
	case DX_JSON_TRUE:
		out->type = DX_VALUE_BOOL;
		out->b = node->type == DX_JSON_TRUE;
		break;
	case DX_JSON_NUMBER:
		(void)dx_scope_spend(scope, node->count / DX_FORMULA_BYTES);
		out->type = DX_VALUE_NUMBER;
		out->number = dx_num_parse(scope->nums, node->u.text, node->count);
		return out->number != NULL ? 0 : -1;
	case DX_JSON_STRING:
		(void)dx_scope_spend(scope, node->count / DX_FORMULA_BYTES);
		out->type = DX_VALUE_TEXT;
		out->text = node->u.text;
		break;
	case DX_JSON_ARRAY:
	case DX_JSON_OBJECT:
		out->type = DX_VALUE_NODE;
		break;
	}
	return 0;
}

bool
dx_formula_is_array(const struct dx_value *v)
{
	return v->type == DX_VALUE_NODE && v->spot->node->type == DX_JSON_ARRAY;
}

const char *
dx_formula_kind(const struct dx_value *v)
{
	switch (v->type) {
	case DX_VALUE_NULL:
		return v->spot != NULL && v->spot->node != NULL ? "null" : "absent";
	case DX_VALUE_BOOL:
		return "a boolean";
	case DX_VALUE_NUMBER:
		return "a number";
	case DX_VALUE_TEXT:
		return "a text";
	case DX_VALUE_LIST:
		return "a list";
	case DX_VALUE_NODE:
		break;
	}
	return dx_formula_is_array(v) ? "a list" : "an object";
}

/* --- comparing --- */

static bool	same_node(const struct dx_scope *scope, const struct dx_json *a, const struct dx_json *b);

static bool
same_number(const struct dx_scope *scope, const struct dx_json *a, const struct dx_json *b)
{
	const struct dx_num *x, *y;

	if (a->count == b->count && memcmp(a->u.text, b->u.text, a->count) == 0)
		return true;
	x = dx_num_parse(scope->nums, a->u.text, a->count);
	y = dx_num_parse(scope->nums, b->u.text, b->count);
	return x != NULL && y != NULL && dx_num_cmp(x, y) == 0;
}

static bool
same_members(const struct dx_scope *scope, const struct dx_json *a, const struct dx_json *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		const struct dx_member *m = &a->u.members[i], *twin = &b->u.members[i];
		/* mostly they stand in the same order */
		const struct dx_json *other = strcmp(m->name, twin->name) == 0 ? &twin->value : dx_json_get(b, m->name);

		if (other == NULL || !same_node(scope, &m->value, other))
			return false;
	}
	return true;
}

static bool
same_items(const struct dx_scope *scope, const struct dx_json *a, const struct dx_json *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		if (!same_node(scope, &a->u.items[i], &b->u.items[i]))
			return false;
	}
	return true;
}

/* As JSON values, numbers exactly. */
static bool
same_node(const struct dx_scope *scope, const struct dx_json *a, const struct dx_json *b)
{
	if (a->type != b->type || !dx_scope_spend(scope, 1))
		return false;
	switch ((enum dx_json_type)a->type) {
	case DX_JSON_NUMBER:
		return same_number(scope, a, b);
	case DX_JSON_STRING:
		return a->count == b->count && memcmp(a->u.text, b->u.text, a->count) == 0;
	case DX_JSON_ARRAY:
		return a->count == b->count && same_items(scope, a, b);
	case DX_JSON_OBJECT:
		return a->count == b->count && same_members(scope, a, b);
	case DX_JSON_NULL:
	case DX_JSON_FALSE:
	case DX_JSON_TRUE:
		break;
	}
	return true;
}

static size_t
list_count(const struct dx_value *v)
{
	return v->type == DX_VALUE_LIST ? v->count : v->spot->node->count;
}

static int
list_item(const struct dx_scope *scope, const struct dx_value *v, size_t i, struct dx_spot *at, struct dx_value *out)
{
	if (v->type == DX_VALUE_LIST) {
		*out = v->items[i];
		return 0;
	}
	*at = (struct dx_spot){ .up = v->spot, .index = (uint32_t)i, .input = -1, .node = &v->spot->node->u.items[i] };
	return dx_value_of(scope, at, out);
}

static bool
same_list(const struct dx_scope *scope, const struct dx_value *a, const struct dx_value *b)
{
	size_t n = list_count(a);

	if (n != list_count(b))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct dx_value x, y;
		struct dx_spot at, bt;

		if (!dx_scope_spend(scope, 1) || list_item(scope, a, i, &at, &x) != 0 || list_item(scope, b, i, &bt, &y) != 0 ||
		    dx_formula_same(scope, &x, &y) != 1)
			return false;
	}
	return true;
}

int
dx_formula_same(const struct dx_scope *scope, const struct dx_value *a, const struct dx_value *b)
{
	bool lists = (a->type == DX_VALUE_LIST || dx_formula_is_array(a)) && (b->type == DX_VALUE_LIST ||
	    dx_formula_is_array(b));

	if (a->type == DX_VALUE_NULL || b->type == DX_VALUE_NULL)
		return a->type == b->type;
	if (lists && (a->type == DX_VALUE_LIST || b->type == DX_VALUE_LIST))
		return same_list(scope, a, b);
	if (a->type != b->type)
		return -1;
	switch (a->type) {
	case DX_VALUE_BOOL:
		return a->b == b->b;
	case DX_VALUE_NUMBER:
		return dx_num_cmp(a->number, b->number) == 0;
	case DX_VALUE_TEXT:
		return strcmp(a->text, b->text) == 0;
	case DX_VALUE_NODE:
		return a->spot->node->type == b->spot->node->type ? same_node(scope, a->spot->node, b->spot->node) : -1;
	case DX_VALUE_NULL:
	case DX_VALUE_LIST:
		break;
	}
	return -1;
}

/* --- printing --- */

/* Whether out has more than can be shown: what follows would be cut. */
static bool
is_full(const struct dx_buf *out)
{
	return out->len > SHOWN && dx_utf8_count(out->data, out->len) > SHOWN;
}

static void
print_text(const char *s, size_t n, bool quoted, struct dx_buf *out)
{
	n = dx_utf8_cut(s, n, SHOWN + 1);
	if (quoted)
		dx_json_quote(s, n, out);
	else
		dx_buf_add(out, s, n);
}

/* The member that follows `after` in canonical order (NULL: the first of all); no more than some twenty are shown. */
static const struct dx_member *
next_member(const struct dx_json *object, const struct dx_member *after)
{
	const struct dx_member *best = NULL;

	for (uint32_t i = 0; i < object->count; i++) {
		const struct dx_member *m = &object->u.members[i];

		if ((after == NULL || dx_json_name_cmp(m->name, m->name_len, after->name, after->name_len) > 0) &&
		    (best == NULL || dx_json_name_cmp(m->name, m->name_len, best->name, best->name_len) < 0))
			best = m;
	}
	return best;
}

/* Canonical JSON, as much of it as can be shown. */
static void
print_node(const struct dx_json *node, struct dx_buf *out)
{
	const struct dx_member *m = NULL;

	if (node->type == DX_JSON_ARRAY) {
		dx_buf_putc(out, '[');
		for (uint32_t i = 0; i < node->count && !is_full(out); i++) {
			if (i != 0)
				dx_buf_putc(out, ',');
			print_node(&node->u.items[i], out);
		}
		dx_buf_putc(out, ']');
	} else if (node->type == DX_JSON_OBJECT) {
		dx_buf_putc(out, '{');
		while (!is_full(out) && (m = next_member(node, m)) != NULL) {
			if (out->data[out->len - 1] != '{')
				dx_buf_putc(out, ',');
			print_text(m->name, m->name_len, true, out);
			dx_buf_putc(out, ':');
			print_node(&m->value, out);
		}
		dx_buf_putc(out, '}');
	} else if (node->type == DX_JSON_STRING) {
		print_text(node->u.text, node->count, true, out);
	} else {
		dx_json_canon(node, out);
	}
}

static void	print_value(const struct dx_value *v, bool quoted, struct dx_buf *out);

static void
print_list(const struct dx_value *v, struct dx_buf *out)
{
	dx_buf_putc(out, '[');
	for (size_t i = 0; i < v->count && !is_full(out); i++) {
		if (i != 0)
			dx_buf_putc(out, ',');
		print_value(&v->items[i], true, out);
	}
	dx_buf_putc(out, ']');
}

static void
print_value(const struct dx_value *v, bool quoted, struct dx_buf *out)
{
	switch (v->type) {
	case DX_VALUE_NULL:
		dx_buf_puts(out, "null");
		break;
	case DX_VALUE_BOOL:
		dx_buf_puts(out, v->b ? "true" : "false");
		break;
	case DX_VALUE_NUMBER:
		if (v->spot != NULL && dx_json_is(v->spot->node, DX_JSON_NUMBER))
			print_text(v->spot->node->u.text, v->spot->node->count, false, out);
		else
			dx_num_print(v->number, 12, out);
		break;
	case DX_VALUE_TEXT:
		print_text(v->text, strlen(v->text), quoted, out);
		break;
	case DX_VALUE_LIST:
		print_list(v, out);
		break;
	case DX_VALUE_NODE:
		print_node(v->spot->node, out);
		break;
	}
}

void
dx_value_show(const struct dx_value *v, struct dx_buf *out)
{
	struct dx_buf all = { 0 };

	print_value(v, false, &all);
	if (is_full(&all)) {
		dx_buf_add(out, all.data, dx_utf8_cut(all.data, all.len, SHOWN - 3));
		dx_buf_puts(out, "...");
	} else if (all.len != 0) {
		dx_buf_add(out, all.data, all.len);
	}
	dx_buf_release(&all);
}
