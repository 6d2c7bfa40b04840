/* The changes of a plan, counted and named (inputs page 1.2). */
#include <stdlib.h>
#include <string.h>
#include "adapt/change.h"
#include "base/err.h"
#include "json/pointer.h"

static enum dx_change
from_actions(const struct dx_json *actions)
{
	static const char *const words[] = { "create", "update", "delete", "", "read", "forget", "no-op" };
	const char *first = dx_json_str(dx_json_item(actions, 0)), *second = dx_json_str(dx_json_item(actions, 1));

	if (first == NULL)
		return DX_CHANGE_COUNT;
	if (actions->count == 1) {
		for (unsigned i = 0; i < DX_CHANGE_COUNT; i++)
			if (strcmp(first, words[i]) == 0 && *first != '\0')
				return (enum dx_change)i;
	} else if (actions->count == 2 && second != NULL) {
		if ((strcmp(first, "create") == 0 && strcmp(second, "delete") == 0) ||
		    (strcmp(first, "delete") == 0 && strcmp(second, "create") == 0))
			return DX_CHANGE_REPLACE;
	}
	return DX_CHANGE_COUNT;
}

static bool
is_data(const struct dx_json *resource_change)
{
	const char *mode = dx_json_get_str(resource_change, "mode");

	return mode != NULL && strcmp(mode, "data") == 0;
}

enum dx_change
dx_change_of(const struct dx_json *resource_change)
{
	enum dx_change c = from_actions(dx_json_get(dx_json_get(resource_change, "change"), "actions"));

	return c != DX_CHANGE_COUNT && is_data(resource_change) ? DX_CHANGE_READ : c;
}

static int
unknown(uint32_t i, struct dx_err *err)
{
	struct dx_buf at = { 0 };

	dx_buf_puts(&at, "/resource_changes");
	dx_pointer_index(&at, i);
	dx_buf_puts(&at, "/change/actions");
	dx_err_set_at(err, DX_R_PLAN_ACTION_UNKNOWN, at.data,
	    "change %u of the plan has a list of actions that is not known", i);
	dx_buf_release(&at);
	return -1;
}

static bool
outputs_change(const struct dx_json *outputs)
{
	if (!dx_json_is(outputs, DX_JSON_OBJECT))
		return false;
	for (uint32_t i = 0; i < outputs->count; i++)
		if (from_actions(dx_json_get(&outputs->u.members[i].value, "actions")) != DX_CHANGE_NO_OP)
			return true;
	return false;
}

int
dx_change_tally(const struct dx_json *plan, struct dx_tally *out, struct dx_err *err)
{
	const struct dx_json *changes = dx_json_get(plan, "resource_changes"), *item;
	struct dx_tally t = { 0 };
	const char *address;
	enum dx_change c;

	t.outputs = outputs_change(dx_json_get(plan, "output_changes"));
	if (changes != NULL && changes->type != DX_JSON_NULL && changes->type != DX_JSON_ARRAY)
		return dx_err_set_at(err, DX_R_PLAN_NOT_RECOGNISED, "/resource_changes", "resource_changes is not a list");
	for (uint32_t i = 0; dx_json_is(changes, DX_JSON_ARRAY) && i < changes->count; i++) {
		item = &changes->u.items[i];
		c = dx_change_of(item);
		if (c == DX_CHANGE_COUNT)
			return unknown(i, err);
		t.count[c]++;
		if (dx_json_is(dx_json_get(dx_json_get(item, "change"), "importing"), DX_JSON_OBJECT))
			t.imports++;
		address = dx_json_get_str(item, "address");
		if ((c == DX_CHANGE_DELETE || c == DX_CHANGE_REPLACE) && address != NULL &&
		    t.destructive_count < DX_DESTRUCTIVE_MAX)
			t.destructive[t.destructive_count++] = address;
	}
	*out = t;
	return 0;
}

const char *
dx_change_action(const struct dx_tally *t)
{
	int64_t gone = t->count[DX_CHANGE_DELETE] + t->count[DX_CHANGE_REPLACE];
	int64_t others = t->count[DX_CHANGE_CREATE] + t->count[DX_CHANGE_UPDATE] + t->count[DX_CHANGE_REPLACE] +
	    t->count[DX_CHANGE_FORGET] + t->imports;

	if (gone == 0 && others == 0)
		return t->outputs ? "terraform.apply" : "terraform.noop";
	if (gone == 0)
		return "terraform.apply";
	return others == 0 ? "terraform.destroy" : "terraform.apply_with_destroy";
}

static int
by_text(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;

	return strcmp(*a, *b);
}

struct dx_json
dx_change_names(struct dx_arena *a, const char **names, size_t n)
{
	struct dx_json out = dx_json_array();

	qsort(names, n, sizeof(*names), by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			dx_json_push(a, &out, dx_json_text(names[i]));
	return out;
}

/* The text member `name` of every item of `list`; *n of them. */
static const char **
texts(struct dx_arena *a, const struct dx_json *list, const char *name, size_t *n)
{
	uint32_t count = dx_json_is(list, DX_JSON_ARRAY) ? list->count : 0;
	const char **out = dx_arena_alloc(a, dx_size_mul(count, sizeof(*out))), *text;

	*n = 0;
	for (uint32_t i = 0; i < count; i++) {
		text = dx_json_get_str(&list->u.items[i], name);
		if (text != NULL)
			out[(*n)++] = text;
	}
	return out;
}

struct dx_json
dx_change_types(struct dx_arena *a, const struct dx_json *plan)
{
	struct dx_json out = dx_json_object();
	size_t n, first = 0;
	const char **type = texts(a, dx_json_get(plan, "resource_changes"), "type", &n);

	qsort(type, n, sizeof(*type), by_text);
	for (size_t i = 1; i <= n; i++)
		if (i == n || strcmp(type[i], type[first]) != 0) {
			dx_json_put(a, &out, type[first], dx_json_int(a, (int64_t)(i - first)));
			first = i;
		}
	return out;
}

struct dx_json
dx_change_providers(struct dx_arena *a, const struct dx_json *plan)
{
	const struct dx_json *configs = dx_json_get(dx_json_get(plan, "configuration"), "provider_config");
	uint32_t count = dx_json_is(configs, DX_JSON_OBJECT) ? configs->count : 0;
	const char **name = dx_arena_alloc(a, dx_size_mul(count, sizeof(*name))), *full;
	size_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		full = dx_json_get_str(&configs->u.members[i].value, "full_name");
		if (full != NULL)
			name[n++] = full;
	}
	if (n == 0)
		name = texts(a, dx_json_get(plan, "resource_changes"), "provider_name", &n);
	return dx_change_names(a, name, n);
}
