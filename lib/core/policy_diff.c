/* policy_diff: what differs between two policy documents.  Paths are those of --setting; lists count as one value. */
#include <stdlib.h>
#include <string.h>

#include "core/policy.h"

struct diff {
	struct dx_arena	*a;
	struct dx_json	 list;
};

static void
report(struct diff *d, const char *path, const struct dx_json *from, const struct dx_json *to)
{
	struct dx_json row = dx_json_object();

	if (from != NULL)
		dx_json_put(d->a, &row, "from", *from);
	dx_json_put(d->a, &row, "path", dx_json_text(path));
	if (to != NULL)
		dx_json_put(d->a, &row, "to", *to);
	dx_json_push(d->a, &d->list, row);
}

static void	compare(struct diff *d, const char *path, const struct dx_json *from, const struct dx_json *to);

static void
compare_member(struct diff *d, const char *path, const char *name, const struct dx_json *from, const struct dx_json *to)
{
	compare(d, path[0] == '\0' ? name : dx_arena_printf(d->a, "%s.%s", path, name), from, to);
}

static void
compare(struct diff *d, const char *path, const struct dx_json *from, const struct dx_json *to)
{
	if (!dx_json_is(from, DX_JSON_OBJECT) || !dx_json_is(to, DX_JSON_OBJECT)) {
		if (!dx_json_equal(from, to))
			report(d, path, from, to);
		return;
	}
	for (uint32_t i = 0; i < from->count; i++) {
		const struct dx_member *m = &from->u.members[i];

		compare_member(d, path, m->name, &m->value, dx_json_get(to, m->name));
	}
	for (uint32_t i = 0; i < to->count; i++) {
		const struct dx_member *m = &to->u.members[i];

		if (dx_json_get(from, m->name) == NULL)
			compare_member(d, path, m->name, NULL, &m->value);
	}
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(dx_json_get_str(a, "path"), dx_json_get_str(b, "path"));
}

struct dx_json
dx_policy_diff(struct dx_arena *a, const struct dx_json *from, const struct dx_json *to)
{
	struct diff d = { .a = a, .list = dx_json_array() };

	compare(&d, "", from, to);
	if (d.list.count > 1)
		qsort(d.list.u.items, d.list.count, sizeof(*d.list.u.items), by_path);
	return d.list;
}
