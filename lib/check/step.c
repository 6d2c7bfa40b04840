#include <stdio.h>
#include <string.h>

#include "check/step.h"
#include "check/step_inner.h"

static const char *const strengths[] = { "structural", "behavioural", NULL };

/* The types of check: a name, whether a pass shows more than that something is there, and who reads its members. */
static const struct kind { const char *name; bool behavioural; dx_body_fn *read; } kinds[] = {
	[DX_CHECK_EVIDENCE] = { "evidence", true, dx_body_evidence },
	[DX_CHECK_COMMAND] = { "command", true, dx_body_command },
	[DX_CHECK_JUNIT] = { "junit", true, dx_body_tests },
	[DX_CHECK_TAP] = { "tap", true, dx_body_tests },
	[DX_CHECK_COBERTURA] = { "cobertura", true, dx_body_cobertura },
	[DX_CHECK_FILE_EXISTS] = { "file_exists", false, dx_body_file },
	[DX_CHECK_DIR_EXISTS] = { "dir_exists", false, dx_body_dir },
	[DX_CHECK_TEXT_PRESENT] = { "text_present", false, dx_body_text },
	[DX_CHECK_TEXT_ABSENT] = { "text_absent", false, dx_body_text },
	[DX_CHECK_JSON_PREDICATE] = { "json_predicate", true, dx_body_json },
	[DX_CHECK_GATE] = { "gate", true, dx_body_gate },
	[DX_CHECK_APPROVAL] = { "approval", true, dx_body_approval },
	[DX_CHECK_LEDGER_INTACT] = { "ledger_intact", true, dx_body_ledger },
	[DX_CHECK_GIT] = { "git", true, dx_body_git },
	[DX_CHECK_SETTINGS] = { "settings", true, dx_body_settings },
};
#define KINDS	((int)(sizeof(kinds) / sizeof(kinds[0])))

const char *
dx_check_type_name(enum dx_check_type type)
{
	return kinds[type].name;
}

static bool
id_valid(const char *s)
{
	return s[0] != '\0' && strlen(s) <= 64 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(s);
}

static int
type_of(const struct dx_json *step, const char *at, struct dx_faults *faults)
{
	const char *name = dx_json_get_str(step, "type");

	for (int t = 0; name != NULL && t < KINDS; t++)
		if (strcmp(kinds[t].name, name) == 0)
			return t;
	dx_fault_add(faults, DX_R_GATE_UNKNOWN_CHECK, at, "type \"%s\" is no type of check that is known here", name != NULL ? name : "");
	return -1;
}

/* Checks that have their names from the page: nobody may be excused from the trust rule and from the scan for secrets (page 1.7). */
static bool
reserved(const char *id)
{
	return strcmp(id, "trust-rule") == 0 || strcmp(id, "secret-scan") == 0;
}

static bool
required(struct dx_pick *p, enum dx_check_type type)
{
	const struct dx_json *v = dx_json_get(p->object, "required");

	/* a setting without a value says nothing; of test results a list names tests */
	if (dx_json_is(v, DX_JSON_NULL) || (dx_json_is(v, DX_JSON_ARRAY) && (type == DX_CHECK_JUNIT || type == DX_CHECK_TAP))) {
		(void)dx_pick_any(p, "required");
		return true;
	}
	return dx_pick_bool(p, "required", true);
}

/* The body of a check that says when the other one is made: a type and its members. */
static void
read_when(struct dx_pick *outer, const struct dx_body *of, struct dx_check *check)
{
	const struct dx_json *object = dx_pick_type(outer, "when", DX_JSON_OBJECT, false);
	struct dx_check *when;
	struct dx_err err = { 0 };
	struct dx_pick p;
	struct dx_body body = { &p, of->arena, of->faults, of->strict };
	int type;

	if (object == NULL)
		return;
	when = dx_arena_alloc(of->arena, sizeof(*when));
	*when = (struct dx_check){ .id = check->id, .required = true, .applicable = true };
	(void)snprintf(when->at, sizeof(when->at), "%.*s/when", (int)(sizeof(when->at) - sizeof("/when")), check->at);
	type = type_of(object, when->at, of->faults);
	if (type < 0)
		return;
	if (type != DX_CHECK_GIT && type != DX_CHECK_JSON_PREDICATE) {
		dx_fault_add(of->faults, DX_R_FIELD_INVALID, when->at, "type \"%s\": only git and json_predicate say when", kinds[type].name);
		return;
	}
	when->type = (enum dx_check_type)type;
	dx_pick_begin(&p, object, when->at, DX_R_FIELD_INVALID, DX_R_GATE_UNKNOWN_FIELD, &err);
	(void)dx_pick_any(&p, "type");
	kinds[type].read(&body, when);
	if (dx_pick_end(&p) != 0)
		dx_fault_add(of->faults, err.reason, err.at, "%s", err.text);
	check->when = when;
}

void
dx_check_step(const struct dx_json *step, const char *at, bool strict, bool of_plan, struct dx_arena *a, struct dx_check *out,
    struct dx_faults *faults)
{
	struct dx_err err = { 0 };
	struct dx_pick p;
	struct dx_body body = { &p, a, faults, strict };
	int type = type_of(step, at, faults);

	if (type < 0)
		return;
	out->type = (enum dx_check_type)type;
	dx_pick_begin(&p, step, at, DX_R_FIELD_INVALID, DX_R_GATE_UNKNOWN_FIELD, &err);
	out->id = dx_pick_text(&p, "id", 1, 64, true);
	if (out->id != NULL && !id_valid(out->id))
		dx_pick_fail(&p, "id", "must be [a-z0-9._-]{1,64}");
	(void)dx_pick_any(&p, "type");
	out->title = dx_pick_text(&p, "title", 1, 200, false);
	out->title_ar = dx_pick_text(&p, "title_ar", 1, 200, false);
	out->remedy = dx_pick_text(&p, "remedy", 1, 1000, false);
	out->waivable = dx_pick_bool(&p, "waivable", true);
	out->behavioural = dx_pick_enum(&p, "strength", strengths, kinds[type].behavioural) == 1;
	out->never_waivable = out->id != NULL && reserved(out->id);
	out->required = true;
	if (of_plan) {
		out->required = required(&p, out->type);
		(void)dx_pick_type(&p, "needs", DX_JSON_ARRAY, false);
	}
	read_when(&p, &body, out);
	kinds[type].read(&body, out);
	if (dx_pick_end(&p) != 0)
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
}
