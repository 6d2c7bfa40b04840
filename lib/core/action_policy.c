/* The tables of action classes (release-gates page 6.1): the built-in one, and a project's over it. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "core/action.h"
#include "core/action_inner.h"
#include "core/scope.h"
#include "core/words.h"
#include "json/pick.h"
#include "json/pointer.h"

#define ACTIONS_MAX	4096
#define TENANTS_MAX	4096

const char *const dx_action_class_names[] = { "A", "B", "B+", "C", NULL };

/* The assembler reads the file, from the folder that the compiler runs in. */
__asm__(".pushsection .rodata\n"
    "dx_action_text:\n"
    ".incbin \"policies/actions/default.json\"\n"
    "dx_action_text_end:\n"
    ".byte 0\n"
    ".popsection\n");
extern const char dx_action_text[], dx_action_text_end[];

const char *
dx_action_shipped(size_t *len)
{
	*len = (size_t)(dx_action_text_end - dx_action_text);
	return dx_action_text;
}

bool
dx_action_name_valid(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

	return n > 0 && n <= DX_ACTION_NAME_MAX && s[n] == '\0';
}

static bool
find(const struct dx_json *table, const char *action, enum dx_action_class *out)
{
	const char *word = table->type == DX_JSON_OBJECT ? dx_json_get_str(table, action) : NULL;

	if (word == NULL)
		return false;
	*out = (enum dx_action_class)dx_word(dx_action_class_names, word);
	return true;
}

enum dx_action_class
dx_action_class_of(const struct dx_action_policy *p, const char *action, bool *known)
{
	enum dx_action_class class = DX_ACTION_B;

	*known = find(&p->project, action, &class) || find(&p->builtin, action, &class);
	return class;
}

/* --- a project's document --- */

static int
wrong(const char *table, const char *name, enum dx_reason reason, const char *what, struct dx_err *err)
{
	struct dx_buf at = { 0 };

	dx_buf_puts(&at, table);
	dx_pointer_name(&at, name);
	(void)dx_err_set_at(err, reason, at.data, "%s", what);
	dx_buf_release(&at);
	return -1;
}

static int
check_actions(const struct dx_json *actions, struct dx_err *err)
{
	if (actions->count > ACTIONS_MAX)
		return dx_err_set_at(err, DX_R_FIELD_INVALID, "/actions", "%u actions, at most %d are allowed", actions->count, ACTIONS_MAX);
	for (uint32_t i = 0; i < actions->count; i++) {
		const struct dx_member *m = &actions->u.members[i];

		if (!dx_action_name_valid(m->name))
			return wrong("/actions", m->name, DX_R_FIELD_INVALID, "an action is 1 to 128 of a to z, 0 to 9, _ . and -", err);
		if (dx_json_str(&m->value) == NULL || dx_word(dx_action_class_names, dx_json_str(&m->value)) < 0)
			return wrong("/actions", m->name, DX_R_FIELD_INVALID, "the class of an action is A, B, B+ or C", err);
	}
	return 0;
}

/* Only towards stricter: what no table names is of class B, so that calling it automatic is laxer too. */
static int
check_strictness(const struct dx_action_policy *builtin, const struct dx_json *actions, struct dx_err *err)
{
	for (uint32_t i = 0; i < actions->count; i++) {
		const struct dx_member *m = &actions->u.members[i];
		enum dx_action_class mine = (enum dx_action_class)dx_word(dx_action_class_names, dx_json_str(&m->value)), before;
		struct dx_buf what = { 0 };
		bool known;

		before = dx_action_class_of(builtin, m->name, &known);
		if (mine >= before)
			continue;
		dx_buf_printf(&what, "%s%s is of class %s, and %s is laxer", m->name, known ? "" : " is in no table, so it",
		    dx_action_class_names[before], dx_action_class_names[mine]);
		(void)wrong("/actions", m->name, DX_R_POLICY_LOOSENED, what.data, err);
		dx_buf_release(&what);
		return -1;
	}
	return 0;
}

static int
read_canary(const struct dx_json *canary, struct dx_action_policy *out, struct dx_err *err)
{
	struct dx_pick p;

	if (canary == NULL)
		return 0;
	dx_pick_begin(&p, canary, "/canary", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	out->canary_enforced = dx_pick_bool(&p, "enforced", false);
	out->canary = dx_pick_type(&p, "tenants", DX_JSON_ARRAY, false);
	if (out->canary != NULL && out->canary->count > TENANTS_MAX)
		dx_pick_fail(&p, "tenants", "%u tenants, at most %d are allowed", out->canary->count, TENANTS_MAX);
	for (uint32_t i = 0; !p.failed && out->canary != NULL && i < out->canary->count; i++)
		if (!dx_tenant_valid(dx_json_str(&out->canary->u.items[i])))
			dx_pick_fail(&p, "tenants", "item %u is no name of a tenant", i);
	return dx_pick_end(&p);
}

static void
digest(const struct dx_json *doc, struct dx_action_policy *out)
{
	struct dx_buf text = { 0 };
	struct dx_sha256 d;

	dx_json_canon(doc, &text);
	dx_sha256(text.data, text.len, &d);
	dx_sha256_hex(&d, out->sha256);
	dx_buf_release(&text);
}

static int
read_document(const struct dx_json *doc, struct dx_json *actions, struct dx_action_policy *out, struct dx_err *err)
{
	static const char *const schemas[] = { DX_ACTION_POLICY_SCHEMA, NULL };
	const struct dx_json *table, *canary;
	struct dx_pick p;

	dx_pick_begin(&p, doc, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	(void)dx_pick_enum(&p, "schema", schemas, -1);
	(void)dx_pick_text(&p, "title", 1, 200, false);
	table = dx_pick_type(&p, "actions", DX_JSON_OBJECT, true);
	canary = dx_pick_type(&p, "canary", DX_JSON_OBJECT, false);
	if (dx_pick_end(&p) != 0 || check_actions(table, err) != 0 || read_canary(canary, out, err) != 0)
		return -1;
	*actions = *table;
	digest(doc, out);
	return 0;
}

int
dx_action_policy_read(struct dx_arena *a, const struct dx_json *doc, struct dx_action_policy *out, struct dx_err *err)
{
	struct dx_json shipped;
	size_t len;
	const char *text = dx_action_shipped(&len);

	*out = (struct dx_action_policy){ .builtin = dx_json_null(), .project = dx_json_null() };
	if (dx_json_parse(a, dx_arena_dup(a, text, len), len, DX_JSON_OURS, &shipped, err) != 0 ||
	    read_document(&shipped, &out->builtin, out, err) != 0)
		DX_BUG("the built-in table of actions cannot be read");
	if (doc == NULL)
		return 0;
	if (read_document(doc, &out->project, out, err) != 0)
		return -1;
	{
		struct dx_action_policy builtin = { .builtin = out->builtin, .project = dx_json_null() };
		return check_strictness(&builtin, &out->project, err);
	}
}
