#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check/settings.h"
#include "json/pointer.h"
#include "num/num.h"

enum type { TYPE_PATH, TYPE_NUMBER, TYPE_INTEGER, TYPE_TEXT, TYPE_BOOL, TYPE_NONE };
static const char *const types[] = { "path", "number", "integer", "text", "bool", NULL };

static enum type
type_of(const struct dx_json *setting)
{
	const char *name = dx_json_get_str(setting, "type");
	int t = 0;

	while (name != NULL && types[t] != NULL && strcmp(types[t], name) != 0)
		t++;
	return name == NULL || types[t] == NULL ? TYPE_NONE : (enum type)t;
}

static bool
name_valid(const char *s)
{
	if (*s < 'a' || *s > 'z' || strlen(s) > 64)
		return false;
	return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

/* --- the definitions --- */

static void
check_member(const char *name, const struct dx_json *setting, const char *at, struct dx_faults *faults)
{
	static const char *const known[] = { "type", "min", "above", "default", "title" };
	bool found;

	for (uint32_t i = 0; i < setting->count; i++) {
		found = false;
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			found = found || strcmp(known[k], setting->u.members[i].name) == 0;
		if (!found)
			dx_fault_add(faults, DX_R_GATE_UNKNOWN_FIELD, at, "setting %s: \"%s\" is not a member that is known here", name,
			    setting->u.members[i].name);
	}
	/* A bound that is not understood would bound nothing. */
	for (size_t k = 1; k < 3; k++) {
		const struct dx_json *bound = dx_json_get(setting, known[k]);
		enum type type = type_of(setting);

		if (bound != NULL && (!dx_json_is(bound, DX_JSON_NUMBER) || (type != TYPE_NUMBER && type != TYPE_INTEGER)))
			dx_fault_add(faults, DX_R_FIELD_INVALID, at, "setting %s: %s must be a number, and goes with a number", name, known[k]);
	}
}

static void
check_definition(const char *name, const struct dx_json *setting, struct dx_faults *faults)
{
	char at[128];

	(void)snprintf(at, sizeof(at), "/settings/%.64s", name);
	if (strcmp(name, "head") == 0)
		dx_fault_add(faults, DX_R_FIELD_INVALID, at, "$head stands for the commit that is checked out");
	else if (!name_valid(name))
		dx_fault_add(faults, DX_R_FIELD_INVALID, "/settings", "a setting is named [a-z][a-z0-9_]*, at most 64 characters");
	else if (!dx_json_is(setting, DX_JSON_OBJECT) || type_of(setting) == TYPE_NONE)
		dx_fault_add(faults, DX_R_FIELD_INVALID, at, "a setting needs a type: path, number, integer, text or bool");
	else
		check_member(name, setting, at, faults);
}

/* --- values --- */

/* The words of a command line as a value of that type; false: they are none. */
static bool
value_of_text(enum type type, const char *text, struct dx_arena *a, struct dx_json *out)
{
	struct dx_nums *nums;
	bool ok;

	if (type == TYPE_BOOL) {
		*out = dx_json_bool(strcmp(text, "true") == 0);
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	}
	if (type == TYPE_PATH || type == TYPE_TEXT) {
		*out = dx_json_string(a, text);
		return dx_utf8_valid(text, strlen(text)) && !dx_has_control(text);
	}
	nums = dx_nums_new();
	ok = dx_num_parse(nums, text, strlen(text)) != NULL;
	dx_nums_free(nums);
	*out = dx_json_string(a, text);
	out->type = DX_JSON_NUMBER;
	return ok;
}

/* Why the value may not stand, or DX_OK. */
static enum dx_reason
judge_number(enum type type, const struct dx_json *setting, const struct dx_json *v, char why[static 128])
{
	const struct dx_json *min = dx_json_get(setting, "min"), *above = dx_json_get(setting, "above");
	struct dx_nums *nums = dx_nums_new();
	const struct dx_num *n = dx_num_parse(nums, v->u.text, v->count), *low;
	enum dx_reason reason = DX_OK;

	if (n == NULL || (type == TYPE_INTEGER && !dx_num_is_integer(n))) {
		(void)snprintf(why, 128, "must be %s", type == TYPE_INTEGER ? "an integer" : "a number");
		reason = DX_R_PLAN_USAGE;
	} else if (dx_json_is(above, DX_JSON_NUMBER) && (low = dx_num_parse(nums, above->u.text, above->count)) != NULL &&
	    dx_num_cmp(n, low) <= 0) {
		(void)snprintf(why, 128, "must be above %.*s", (int)(above->count < 40 ? above->count : 40), above->u.text);
		reason = DX_R_PLAN_POSITIVE;
	} else if (dx_json_is(min, DX_JSON_NUMBER) && (low = dx_num_parse(nums, min->u.text, min->count)) != NULL &&
	    dx_num_cmp(n, low) < 0) {
		(void)snprintf(why, 128, "must be at least %.*s", (int)(min->count < 40 ? min->count : 40), min->u.text);
		reason = DX_R_PLAN_POSITIVE;
	}
	dx_nums_free(nums);
	return reason;
}

static bool
blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

static bool
ends(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && strcmp(s + n - m, tail) == 0;
}

static enum dx_reason
judge(const char *name, const struct dx_json *setting, const struct dx_json *v, char why[static 128])
{
	enum type type = type_of(setting);

	if (type == TYPE_NUMBER || type == TYPE_INTEGER) {
		if (dx_json_is(v, DX_JSON_NUMBER))
			return judge_number(type, setting, v, why);
		(void)snprintf(why, 128, "must be a number");
		return DX_R_PLAN_USAGE;
	}
	if (type == TYPE_BOOL) {
		(void)snprintf(why, 128, "must be true or false");
		return dx_json_is_bool(v) ? DX_OK : DX_R_PLAN_USAGE;
	}
	if (dx_json_is(v, DX_JSON_STRING) && !blank(v->u.text))
		return DX_OK;
	(void)snprintf(why, 128, "must be text that is not blank");
	return ends(name, "_engine") ? DX_R_PLAN_ENGINE : DX_R_PLAN_USAGE;
}

static const char *
text_given(const struct dx_plan_given *given, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < given->set_count; i++)
		if (strncmp(given->set[i], name, n) == 0 && given->set[i][n] == '=')
			return given->set[i] + n + 1;
	return NULL;
}

/* What was asked for, the default, or null. */
static struct dx_json
value(const char *name, const struct dx_json *setting, const struct dx_plan_given *given, struct dx_arena *a, struct dx_faults *faults)
{
	const char *text = text_given(given, name);
	const struct dx_json *v = dx_json_get(given->settings, name);
	struct dx_json made = dx_json_null();
	enum dx_reason reason;
	char at[128], why[128];

	(void)snprintf(at, sizeof(at), "/settings/%.64s", name);
	if (text != NULL) {
		if (!value_of_text(type_of(setting), text, a, &made)) {
			dx_fault_add(faults, DX_R_PLAN_USAGE, at, "--set %s: not a value of type %s", name,
			    dx_json_get_str(setting, "type"));
			return dx_json_null();
		}
		v = &made;
	} else if (v == NULL)
		v = dx_json_get(setting, "default");
	if (v == NULL || v->type == DX_JSON_NULL)
		return dx_json_null();
	reason = judge(name, setting, v, why);
	if (reason != DX_OK)
		dx_fault_add(faults, reason, at, "setting %s %s", name, why);
	return *v;
}

static void
check_given(const struct dx_json *settings, const struct dx_plan_given *given, struct dx_faults *faults)
{
	for (size_t i = 0; i < given->set_count; i++) {
		size_t n = strcspn(given->set[i], "=");
		char name[80];

		(void)snprintf(name, sizeof(name), "%.*s", n < 79 ? (int)n : 79, given->set[i]);
		if (given->set[i][n] != '=')
			dx_fault_add(faults, DX_R_PLAN_USAGE, "", "--set takes NAME=VALUE");
		else if (dx_json_get(settings, name) == NULL)
			dx_fault_add(faults, DX_R_PLAN_USAGE, "", "--set %s: the plan has no such setting", name);
		for (size_t k = 0; k < i; k++)
			if (strncmp(given->set[k], given->set[i], n + 1) == 0)
				dx_fault_add(faults, DX_R_PLAN_USAGE, "", "--set %s is given twice", name);
	}
	for (uint32_t i = 0; given->settings != NULL && i < given->settings->count; i++)
		if (dx_json_get(settings, given->settings->u.members[i].name) == NULL)
			dx_fault_add(faults, DX_R_PLAN_USAGE, "", "the settings file: the plan has no setting %s",
			    given->settings->u.members[i].name);
}

void
dx_settings_read(const struct dx_json *settings, const struct dx_plan_given *given, struct dx_arena *a, struct dx_json *values,
    struct dx_faults *faults)
{
	size_t before;

	*values = dx_json_object();
	dx_json_put(a, values, "head", dx_json_text(given->head));
	if (settings != NULL && !dx_json_is(settings, DX_JSON_OBJECT)) {
		dx_fault_add(faults, DX_R_FIELD_INVALID, "/settings", "must be an object");
		return;
	}
	check_given(settings, given, faults);
	for (uint32_t i = 0; settings != NULL && i < settings->count; i++) {
		const struct dx_member *m = &settings->u.members[i];

		before = faults->count;
		check_definition(m->name, &m->value, faults);
		dx_json_put(a, values, m->name, faults->count == before ? value(m->name, &m->value, given, a, faults) : dx_json_null());
	}
}

bool
dx_settings_defaulted(const struct dx_json *settings, const struct dx_plan_given *given, const char *name)
{
	const struct dx_json *setting = dx_json_get(settings, name);

	return type_of(setting) == TYPE_PATH && dx_json_is(dx_json_get(setting, "default"), DX_JSON_STRING) &&
	    text_given(given, name) == NULL && dx_json_get(given->settings, name) == NULL;
}

static struct dx_json
fill_text(const struct dx_json *v, const struct dx_json *values, const char *at, struct dx_faults *faults)
{
	const struct dx_json *found;

	if (v->u.text[0] != '$')
		return *v;
	found = dx_json_get(values, v->u.text + 1);
	/* A setting may be left open; a commit that is not there would switch off what is compared with it. */
	if (found != NULL && (found->type != DX_JSON_NULL || strcmp(v->u.text, "$head") != 0))
		return *found;
	if (found != NULL)
		dx_fault_add(faults, DX_R_PLAN_USAGE, at, "$head: no commit is checked out at the root");
	else
		dx_fault_add(faults, DX_R_PLAN_USAGE, at, "%s names no setting of the plan", v->u.text);
	return dx_json_null();
}

struct dx_json
dx_settings_fill(const struct dx_json *v, const struct dx_json *values, const char *at, struct dx_arena *a, struct dx_faults *faults)
{
	struct dx_json out;
	struct dx_buf below = { 0 };

	if (dx_json_is(v, DX_JSON_STRING))
		return fill_text(v, values, at, faults);
	if (!dx_json_is(v, DX_JSON_ARRAY) && !dx_json_is(v, DX_JSON_OBJECT))
		return *v;
	out = dx_json_is(v, DX_JSON_ARRAY) ? dx_json_array() : dx_json_object();
	for (uint32_t i = 0; i < v->count; i++) {
		dx_buf_reset(&below);
		dx_buf_puts(&below, at);
		if (out.type == DX_JSON_ARRAY) {
			dx_pointer_index(&below, i);
			dx_json_push(a, &out, dx_settings_fill(&v->u.items[i], values, below.data, a, faults));
		} else {
			dx_pointer_name(&below, v->u.members[i].name);
			dx_json_put(a, &out, v->u.members[i].name,
			    dx_settings_fill(&v->u.members[i].value, values, below.data, a, faults));
		}
	}
	dx_buf_release(&below);
	return out;
}
