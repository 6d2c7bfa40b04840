#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "json/pick.h"
#include "op/evidence_case.h"

#define INVALID	DX_R_EVIDENCE_TEST_INVALID

static bool
is_json(enum dx_media m)
{
	return m == DX_MEDIA_JSON || m == DX_MEDIA_DSSE;
}

/* Compact, members in their order, numbers as they were written: what is judged is what the test says. */
static void
print(const struct dx_json *v, struct dx_buf *out)
{
	if (dx_json_is(v, DX_JSON_OBJECT)) {
		for (uint32_t i = 0; i < v->count; i++) {
			dx_buf_putc(out, i == 0 ? '{' : ',');
			dx_json_quote(v->u.members[i].name, v->u.members[i].name_len, out);
			dx_buf_putc(out, ':');
			print(&v->u.members[i].value, out);
		}
		dx_buf_puts(out, v->count == 0 ? "{}" : "}");
	} else if (dx_json_is(v, DX_JSON_ARRAY)) {
		for (uint32_t i = 0; i < v->count; i++) {
			dx_buf_putc(out, i == 0 ? '[' : ',');
			print(&v->u.items[i], out);
		}
		dx_buf_puts(out, v->count == 0 ? "[]" : "]");
	} else if (dx_json_is(v, DX_JSON_NUMBER))
		dx_buf_add(out, v->u.text, v->count);
	else
		dx_json_canon(v, out);
}

/* --- loading --- */

static int
load_value(enum dx_media media, const struct dx_json *v, const char *at, struct dx_case_input *out, struct dx_err *err)
{
	*out = (struct dx_case_input){ .given = true };
	if (is_json(media)) {
		out->is_tree = true;
		out->tree = *v;
		return 0;
	}
	if (!dx_json_is(v, DX_JSON_STRING))
		return dx_err_set_at(err, INVALID, at, "the input is of media %s and so must be a text", dx_media_names[media]);
	out->text = v->u.text;
	out->len = v->count;
	return 0;
}

static int
load_text(const struct dx_json *v, const char *at, struct dx_case_input *out, struct dx_err *err)
{
	if (!dx_json_is(v, DX_JSON_STRING))
		return dx_err_set_at(err, INVALID, at, "must be a text");
	*out = (struct dx_case_input){ .given = true, .text = v->u.text, .len = v->count };
	return 0;
}

static int
load_file(const struct dx_json *v, const char *folder, const char *at, struct dx_arena *a, struct dx_case_input *out,
    struct dx_err *err)
{
	const char *name = dx_json_str(v), *path;
	struct dx_buf bytes = { 0 };

	if (name == NULL || name[0] == '\0')
		return dx_err_set_at(err, INVALID, at, "must be a path");
	path = name[0] == '/' ? name : dx_arena_printf(a, "%s%s", folder, name);
	if (dx_file_read(path, DX_READ_MAX, DX_R_JSON_TOO_LARGE, &bytes, err) != 0)
		return -1;
	*out = (struct dx_case_input){ .given = true, .text = dx_arena_dup(a, bytes.data, bytes.len), .len = bytes.len };
	dx_buf_release(&bytes);
	return 0;
}

enum how { HOW_INPUT, HOW_FILE, HOW_TEXT };
static const char *const how_names[] = { "input", "input_file", "text" };

static int
load_one(const struct dx_kind *k, size_t i, enum how how, const struct dx_json *v, const char *folder, const char *at,
    struct dx_arena *a, struct dx_case_input *out, struct dx_err *err)
{
	if (how == HOW_FILE)
		return load_file(v, folder, at, a, out, err);
	return how == HOW_TEXT ? load_text(v, at, out, err) : load_value(k->contract->inputs[i].media, v, at, out, err);
}

static int
load(const struct dx_kind *k, enum how how, const struct dx_json *v, const char *folder, const char *at, struct dx_arena *a,
    struct dx_case_inputs *out, struct dx_err *err)
{
	if (k->files == 0)
		return dx_err_set_at(err, INVALID, at, "the contract reads no file");
	if (k->files == 1)
		return load_one(k, dx_kind_file(k), how, v, folder, at, a, &out->of[dx_kind_file(k)], err);
	if (!dx_json_is(v, DX_JSON_OBJECT))
		return dx_err_set_at(err, INVALID, at, "the contract has several files: an object of them by role");
	for (uint32_t i = 0; i < v->count; i++) {
		int role = dx_kind_role(k, v->u.members[i].name);

		if (role < 0 || !dx_kind_is_file(k->contract->inputs[role].media))
			return dx_err_set_at(err, INVALID, at, "the contract has no file of the role \"%.64s\"", v->u.members[i].name);
		if (load_one(k, (size_t)role, how, &v->u.members[i].value, folder, at, a, &out->of[role], err) != 0)
			return -1;
	}
	return 0;
}

/* Of several files some may be given as documents and some as files, so all three members are looked at. */
int
dx_case_load(const struct dx_kind *k, const struct dx_json *a_case, const char *folder, const char *at, struct dx_arena *a,
    struct dx_case_inputs *out, struct dx_err *err)
{
	unsigned seen = 0;

	for (int how = HOW_INPUT; how <= HOW_TEXT; how++) {
		const struct dx_json *v = dx_json_get(a_case, how_names[how]);
		const char *where = dx_arena_printf(a, "%s/%s", at, how_names[how]);

		if (v == NULL)
			continue;
		if (seen++ > 0 && k->files == 1)
			return dx_err_set_at(err, INVALID, where, "the input is given twice");
		if (load(k, (enum how)how, v, folder, where, a, out, err) != 0)
			return -1;
	}
	return 0;
}

/* --- edits --- */

/* The next name of a pointer, unescaped, in the arena; *p moves behind it. */
static char *
next_name(const char **p, struct dx_arena *a)
{
	size_t n = strcspn(*p + 1, "/"), len = 0;
	char *name = dx_arena_dup(a, *p + 1, n);

	for (size_t i = 0; i < n; i++, len++) {
		name[len] = name[i];
		if (name[i] == '~' && i + 1 < n)
			name[len] = name[++i] == '1' ? '/' : '~';
	}
	name[len] = '\0';
	*p += n + 1;
	return name;
}

struct change { const struct dx_json *set; const char *at; struct dx_arena *a; struct dx_err *err; };	/* set NULL: delete */

static int	change_value(const struct change *c, struct dx_json *v, const char *p);

static int
no_place(const struct change *c, const char *name)
{
	return dx_err_set_at(c->err, INVALID, c->at, "the input has no \"%.64s\" there", name);
}

static int
change_member(const struct change *c, struct dx_json *object, const char *name, const char *rest)
{
	struct dx_json out = dx_json_object(), child;
	bool found = false;

	for (uint32_t i = 0; i < object->count; i++) {
		const struct dx_member *m = &object->u.members[i];

		child = m->value;
		if (strcmp(m->name, name) == 0) {
			found = true;
			if (rest[0] == '\0' && c->set == NULL)
				continue;
			if (change_value(c, &child, rest) != 0)
				return -1;
		}
		dx_json_put(c->a, &out, m->name, child);
	}
	if (!found && (rest[0] != '\0' || c->set == NULL))
		return no_place(c, name);
	if (!found)
		dx_json_put(c->a, &out, name, *c->set);
	*object = out;
	return 0;
}

static int
change_item(const struct change *c, struct dx_json *array, const char *name, const char *rest)
{
	struct dx_json out = dx_json_array(), child;
	bool append = strcmp(name, "-") == 0 && rest[0] == '\0' && c->set != NULL;
	int64_t at = array->count;

	if (!append && (!dx_int_parse(name, 0, UINT32_MAX, &at) || at >= (int64_t)array->count))
		return no_place(c, name);
	for (uint32_t i = 0; i < array->count; i++) {
		child = array->u.items[i];
		if (i == at && rest[0] == '\0' && c->set == NULL)
			continue;
		if (i == at && change_value(c, &child, rest) != 0)
			return -1;
		dx_json_push(c->a, &out, child);
	}
	if (append)
		dx_json_push(c->a, &out, *c->set);
	*array = out;
	return 0;
}

/* The value becomes one of its own where the pointer leads; what else it holds stays shared. */
static int
change_value(const struct change *c, struct dx_json *v, const char *p)
{
	const char *name;

	if (p[0] == '\0') {
		if (c->set == NULL)
			return dx_err_set_at(c->err, INVALID, c->at, "a whole document cannot be deleted");
		*v = *c->set;
		return 0;
	}
	if (p[0] != '/')
		return dx_err_set_at(c->err, INVALID, c->at, "at is no JSON Pointer");
	name = next_name(&p, c->a);
	if (dx_json_is(v, DX_JSON_OBJECT))
		return change_member(c, v, name, p);
	return dx_json_is(v, DX_JSON_ARRAY) ? change_item(c, v, name, p) : no_place(c, name);
}

/* A document that came as a text is parsed for its first edit. */
static int
make_tree(struct dx_case_input *in, const char *at, struct dx_arena *a, struct dx_err *err)
{
	struct dx_err why = { 0 };

	if (in->is_tree)
		return 0;
	if (dx_json_parse(a, dx_arena_dup(a, in->text, in->len), in->len, DX_JSON_FOREIGN, &in->tree, &why) != 0)
		return dx_err_set_at(err, INVALID, at, "the input cannot be edited: %s", why.text);
	in->is_tree = true;
	return 0;
}

static int
edit_text(struct dx_case_input *in, const char *what, const struct dx_json *set, const char *at, struct dx_arena *a,
    struct dx_err *err)
{
	const char *with = set != NULL ? dx_json_str(set) : "", *found = strstr(in->text, what);
	struct dx_buf out = { 0 };

	if (with == NULL)
		return dx_err_set_at(err, INVALID, at, "what is set in a text must be a text");
	if (what[0] == '\0' || found == NULL || strstr(found + 1, what) != NULL)
		return dx_err_set_at(err, INVALID, at, "\"%.64s\" does not stand in the input exactly once", what);
	dx_buf_add(&out, in->text, (size_t)(found - in->text));
	dx_buf_puts(&out, with);
	dx_buf_add(&out, found + strlen(what), in->len - (size_t)(found - in->text) - strlen(what));
	in->text = dx_arena_dup(a, out.data, out.len);
	in->len = out.len;
	dx_buf_release(&out);
	return 0;
}

/* Which input an edit is in; *where becomes what is left of its pointer. */
static int
edited_input(const struct dx_kind *k, const char *role, const char **where, const char *at, struct dx_arena *a,
    struct dx_err *err)
{
	const char *p = *where;
	int i;

	if (k->files == 0)
		return dx_err_set_at(err, INVALID, at, "the contract reads no file");
	if (role == NULL && k->files == 1)
		return (int)dx_kind_file(k);
	if (role == NULL) {
		if (p[0] != '/')
			return dx_err_set_at(err, INVALID, at, "the contract has several files: at begins with the role, or role says it");
		role = next_name(&p, a);
		*where = p;
	}
	i = dx_kind_role(k, role);
	if (i < 0 || !dx_kind_is_file(k->contract->inputs[i].media))
		return dx_err_set_at(err, INVALID, at, "the contract has no file of the role \"%.64s\"", role);
	return i;
}

int
dx_case_edit(const struct dx_kind *k, const struct dx_json *edit, const char *at, struct dx_arena *a, struct dx_case_inputs *in,
    struct dx_err *err)
{
	const char *where, *role;
	const struct dx_json *set;
	struct dx_pick p;
	bool delete;
	int i;

	dx_pick_begin(&p, edit, at, INVALID, INVALID, err);
	/* As it is: a literal of a text may hold line ends, which pick_text refuses. */
	where = dx_json_str(dx_pick_type(&p, "at", DX_JSON_STRING, true));
	role = dx_pick_text(&p, "role", 1, 64, false);
	set = dx_pick_any(&p, "set");
	delete = dx_pick_bool(&p, "delete", false);
	if (dx_pick_end(&p) != 0)
		return -1;
	if ((set != NULL) == delete)
		return dx_err_set_at(err, INVALID, at, "an edit has either set or delete");
	i = edited_input(k, role, &where, at, a, err);
	if (i < 0)
		return -1;
	if (!in->of[i].given)
		return dx_err_set_at(err, INVALID, at, "there is no input to edit");
	if (!is_json(k->contract->inputs[i].media) || (!in->of[i].is_tree && where[0] != '/' && where[0] != '\0'))
		return edit_text(&in->of[i], where, set, at, a, err);
	return make_tree(&in->of[i], at, a, err) != 0 ? -1 :
	    change_value(&(struct change){ set, at, a, err }, &in->of[i].tree, where);
}

/* --- for judging --- */

void
dx_case_read(const struct dx_kind *k, const struct dx_case_inputs *in, struct dx_tree *tree, struct dx_arena *a,
    struct dx_contract_input *out)
{
	const struct dx_contract *c = k->contract;
	struct dx_buf text = { 0 };

	for (size_t i = 0; i < c->input_count; i++) {
		const struct dx_case_input *one = &in->of[i];
		const char *name = c->inputs[i].role;

		out[i] = (struct dx_contract_input){ .state = c->inputs[i].optional ? DX_INPUT_NOT_GIVEN : DX_INPUT_MISSING, .path = name };
		if (!one->given || !dx_kind_is_file(c->inputs[i].media))
			continue;
		out[i].state = DX_INPUT_READ;
		dx_buf_reset(&text);
		if (one->is_tree)
			print(&one->tree, &text);
		else
			dx_buf_add(&text, one->text, one->len);
		if (dx_read_bytes(c->inputs[i].media, text.data != NULL ? text.data : "", text.len, name, tree, a, &out[i].doc,
		    &out[i].why) != 0)
			out[i].state = DX_INPUT_REFUSED;
	}
	dx_buf_release(&text);
}
