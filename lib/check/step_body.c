/* What the members of several types have in common. */
#include <string.h>

#include "base/text.h"
#include "check/step_inner.h"
#include "contract/pattern.h"

bool
dx_body_stays(const char *path)
{
	if (path[0] == '/' || dx_has_control(path))
		return false;
	for (const char *p = path; p != NULL; p = strchr(p, '/') != NULL ? strchr(p, '/') + 1 : NULL)
		if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == '\0'))
			return false;
	return true;
}

const char *
dx_body_spelling(struct dx_body *b, const char *given)
{
	char *out = dx_arena_dup(b->arena, given, strlen(given)), *to = out;

	for (const char *from = given; *from != '\0';) {
		size_t n = strcspn(from, "/"), slash = from[n] == '/';

		if (n > 0 && !(n == 1 && from[0] == '.')) {
			memcpy(to, from, n + slash);
			to += n + slash;
		}
		from += n + slash;
	}
	*to = '\0';
	return out;
}

const char *
dx_body_path(struct dx_body *b, const char *name)
{
	const struct dx_json *v = dx_pick_any(b->pick, name);
	const char *s = v == NULL || v->type == DX_JSON_NULL ? NULL : dx_pick_text(b->pick, name, 1, 4096, true);

	if (s != NULL && !dx_body_stays(s))
		dx_fault_add(b->faults, DX_R_PATH_ESCAPE, b->pick->at, "%s \"%s\" leaves the root", name, s);
	return s != NULL ? dx_body_spelling(b, s) : NULL;
}

struct dx_texts
dx_body_texts(struct dx_body *b, const char *name, bool required)
{
	const struct dx_json *v = dx_pick_type(b->pick, name, DX_JSON_ARRAY, required);
	struct dx_texts t = { 0 };

	if (v == NULL)
		return t;
	t.item = dx_arena_alloc(b->arena, ((size_t)v->count + 1) * sizeof(*t.item));
	for (; t.count < v->count; t.count++) {
		t.item[t.count] = dx_json_str(&v->u.items[t.count]);
		if (t.item[t.count] == NULL || v->u.items[t.count].count > 65536)
			dx_pick_fail(b->pick, name, "must be a list of texts");
	}
	t.item[t.count] = NULL;
	return t;
}

bool
dx_body_is_pattern(const char *ere)
{
	struct dx_buf why = { 0 };
	struct dx_pattern *p = dx_pattern_new(ere, false, &why);
	bool good = p != NULL;

	dx_pattern_free(p);
	dx_buf_release(&why);
	return good;
}
