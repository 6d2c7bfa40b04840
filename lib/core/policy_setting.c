/* policy_setting: PATH=VALUE patches of a policy document (decisions page 6, D15: what a patch does not name stays). */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "core/policy_parts.h"

#define INVALID	DX_R_POLICY_DOCUMENT_INVALID

static bool
section_known(const char *name)
{
	for (const struct dx_policy_member *m = dx_policy_members; m->section != NULL; m++) {
		if (strcmp(m->section, name) == 0)
			return true;
	}
	return false;
}

static const struct dx_policy_member *
member_find(const char *section, const char *name)
{
	for (const struct dx_policy_member *m = dx_policy_members; m->section != NULL; m++) {
		if (strcmp(m->section, section) == 0 && strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}

static bool
is_map(const struct dx_policy_member *m)
{
	return m->read == dx_policy_read_aliases || m->read == dx_policy_read_namespaces ||
	    m->read == dx_policy_read_action_types;
}

/* The JSON that the text is, else the text itself. */
static int
read_value(struct dx_arena *a, const char *text, struct dx_json *out, struct dx_err *err)
{
	struct dx_err why = { 0 };
	size_t n = strlen(text);

	if (!dx_utf8_valid(text, n))
		return dx_err_set(err, DX_R_JSON_BAD_UTF8, "a setting that is not UTF-8");
	if (dx_json_parse(a, dx_arena_dup(a, text, n), n, DX_JSON_OURS, out, &why) == 0)
		return 0;
	/* JSON of another fault, a member given twice, was meant as JSON. */
	if (why.reason != DX_R_JSON_INVALID && why.reason != DX_R_INPUT_EMPTY)
		return dx_err_set(err, why.reason, "%s", why.text);
	*out = dx_json_string(a, text);
	return 0;
}

/* The member of that name made a container of its own, so that what shares it stays as it is; an object where there is
 * none.  NULL when it is something else. */
static struct dx_json *
own(struct dx_arena *a, struct dx_json *object, const char *name)
{
	const struct dx_json *old = dx_json_get(object, name);

	if (old != NULL && old->type != DX_JSON_OBJECT)
		return NULL;
	dx_json_set(a, object, name, old != NULL ? dx_json_copy_top(a, old) : dx_json_object());
	for (uint32_t i = 0; i < object->count; i++) {
		if (strcmp(object->u.members[i].name, name) == 0)
			return &object->u.members[i].value;
	}
	return NULL;
}

/* rest is NULL for the member itself, else a name within a map. */
static int
set_member(struct dx_arena *a, struct dx_json *section, const struct dx_policy_member *m, const char *rest,
    struct dx_json value, struct dx_err *err)
{
	struct dx_json *map = section;
	const char *name = m->name;

	if (rest != NULL) {
		if (!is_map(m) || *rest == '\0')
			return dx_err_set(err, INVALID, "%s.%s has no member \"%s\"", m->section, m->name, rest);
		map = own(a, section, m->name);
		name = rest;
	}
	if (map == NULL)
		return dx_err_set(err, INVALID, "%s.%s is not an object in the document", m->section, m->name);
	dx_json_set(a, map, name, value);
	return 0;
}

static int
unknown(struct dx_err *err, const char *path)
{
	return dx_err_set(err, INVALID, "a policy has no member \"%.*s\"", (int)dx_utf8_cut(path, strlen(path), 100), path);
}

/* A whole section: each member of the value is set, the others stay. */
static int
set_section(struct dx_arena *a, struct dx_json *section, const char *name, const struct dx_json *value, struct dx_err *err)
{
	if (value->type != DX_JSON_OBJECT)
		return dx_err_set(err, INVALID, "%s is a section: name one of its members, or give an object", name);
	for (uint32_t i = 0; i < value->count; i++) {
		const struct dx_member *member = &value->u.members[i];
		const struct dx_policy_member *m = member_find(name, member->name);

		if (m == NULL)
			return unknown(err, member->name);
		dx_json_set(a, section, m->name, member->value);
	}
	return 0;
}

static int
set_path(struct dx_arena *a, struct dx_json *root, char *path, const struct dx_json *value, struct dx_err *err)
{
	const char *whole = dx_arena_dup(a, path, strlen(path));
	char *name = strchr(path, '.'), *rest;
	const struct dx_policy_member *m;
	struct dx_json *section;

	if (name == NULL && (strcmp(path, "schema") == 0 || strcmp(path, "schema_version") == 0)) {
		dx_json_set(a, root, path, *value);
		return 0;
	}
	if (name != NULL)
		*name++ = '\0';
	if (!section_known(path))
		return unknown(err, whole);
	section = own(a, root, path);
	if (section == NULL)
		return dx_err_set(err, INVALID, "%s is not an object in the document", path);
	if (name == NULL)
		return set_section(a, section, path, value, err);
	rest = strchr(name, '.');
	if (rest != NULL)
		*rest++ = '\0';
	m = member_find(path, name);
	return m == NULL ? unknown(err, whole) : set_member(a, section, m, rest, *value, err);
}

int
dx_policy_setting(struct dx_arena *a, struct dx_json *doc, const char *setting, struct dx_err *err)
{
	const char *equals = strchr(setting, '=');
	struct dx_json value, root;

	if (equals == NULL || equals == setting)
		return dx_err_set(err, DX_R_USAGE, "a setting is PATH=VALUE, not \"%.*s\"",
		    (int)dx_utf8_cut(setting, strlen(setting), 100), setting);
	if (doc->type != DX_JSON_OBJECT)
		return dx_err_set_at(err, INVALID, "", "must be an object");
	if (read_value(a, equals + 1, &value, err) != 0)
		return -1;
	root = dx_json_copy_top(a, doc);
	if (set_path(a, &root, dx_arena_dup(a, setting, (size_t)(equals - setting)), &value, err) != 0)
		return -1;
	*doc = root;
	return 0;
}
