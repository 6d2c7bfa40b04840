#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check/step.h"
#include "json/pick.h"
#include "num/num.h"

const char *const dx_check_types[] = { "evidence", "command", "junit", "tap", "cobertura", "file_exists", "dir_exists",
	"text_present", "text_absent", "json_predicate", NULL };
static const char *const levels[] = { "base", "strict", NULL };
static const char *const strengths[] = { "structural", "behavioural", NULL };

#define TIMEOUT_MAX	86400	/* seconds of a command */
#define AGE_MAX		INT64_C(3153600000)

/* A path stays below the root: relative, no "..", no NUL, no control characters. */
static bool
path_stays(const char *path)
{
	if (path[0] == '/' || dx_has_control(path))
		return false;
	for (const char *p = path; p != NULL; p = strchr(p, '/') != NULL ? strchr(p, '/') + 1 : NULL)
		if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == '\0'))
			return false;
	return true;
}

/* The same path in one spelling: without "." parts and repeated slashes.  A slash at the end stays: what is named so is a folder. */
static const char *
one_spelling(const char *given, struct dx_arena *a)
{
	char *out = dx_arena_dup(a, given, strlen(given)), *to = out;

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

/* NULL: not given, or a setting without a value. */
static const char *
path(struct dx_pick *p, const char *name, struct dx_arena *a, struct dx_faults *faults)
{
	const struct dx_json *v = dx_pick_any(p, name);
	const char *s = v == NULL || v->type == DX_JSON_NULL ? NULL : dx_pick_text(p, name, 1, 4096, true);

	if (s != NULL && !path_stays(s))
		dx_fault_add(faults, DX_R_PATH_ESCAPE, p->at, "%s \"%s\" leaves the root", name, s);
	return s != NULL ? one_spelling(s, a) : NULL;
}

static struct dx_texts
texts(struct dx_pick *p, const char *name, bool required, struct dx_arena *a)
{
	const struct dx_json *v = dx_pick_type(p, name, DX_JSON_ARRAY, required);
	struct dx_texts t = { 0 };

	if (v == NULL)
		return t;
	t.item = dx_arena_alloc(a, ((size_t)v->count + 1) * sizeof(*t.item));
	for (; t.count < v->count; t.count++) {
		t.item[t.count] = dx_json_str(&v->u.items[t.count]);
		if (t.item[t.count] == NULL || v->u.items[t.count].count > 65536)
			dx_pick_fail(p, name, "must be a list of texts");
	}
	t.item[t.count] = NULL;
	return t;
}

static bool
is_pattern(const char *ere)
{
	regex_t re;
	int rc = regcomp(&re, ere, REG_EXTENDED | REG_NEWLINE | REG_NOSUB);

	if (rc == 0)
		regfree(&re);
	return rc == 0;
}

/* A number, or a decimal as text, of 0 to 100. */
static bool
is_percent(const struct dx_json *v)
{
	struct dx_nums *nums = dx_nums_new();
	const struct dx_num *n = NULL;
	bool good;

	if (dx_json_is(v, DX_JSON_NUMBER) || dx_json_is(v, DX_JSON_STRING))
		n = dx_num_parse(nums, v->u.text, v->count);
	good = n != NULL && dx_num_sign(n) >= 0 && dx_num_cmp(n, dx_num_int(nums, 100)) <= 0;
	dx_nums_free(nums);
	return good;
}

/* --- one function a type --- */

static bool
role_valid(const char *s)
{
	return *s >= 'a' && *s <= 'z' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

static void
evidence(struct dx_pick *p, bool strict, struct dx_arena *a, struct dx_check_evidence *e, struct dx_faults *faults)
{
	const struct dx_json *files = dx_pick_type(p, "files", DX_JSON_OBJECT, false), *params;
	struct dx_pick roles;
	int level;

	(void)faults;
	e->kind = dx_pick_text(p, "kind", 1, 4096, true);
	level = dx_pick_enum(p, "level", levels, strict ? 1 : 0);
	e->strict = level == 1;
	params = dx_pick_type(p, "params", DX_JSON_OBJECT, false);
	e->params = dx_json_object();
	for (uint32_t i = 0; params != NULL && i < params->count; i++)
		if (strchr(params->u.members[i].name, '=') != NULL)
			dx_pick_fail(p, "params", "must have names without \"=\"");
		else if (params->u.members[i].value.type != DX_JSON_NULL)
			dx_json_put(a, &e->params, params->u.members[i].name, params->u.members[i].value);
	if (files == NULL)
		return;
	if (files->count > DX_PLAN_ROLES) {
		dx_pick_fail(p, "files", "has more than %d roles", DX_PLAN_ROLES);
		return;
	}
	dx_pick_begin(&roles, files, p->at, DX_R_FIELD_INVALID, DX_OK, p->err);
	for (; e->file_count < files->count; e->file_count++) {
		const struct dx_json *v = &files->u.members[e->file_count].value;
		if (!role_valid(files->u.members[e->file_count].name))
			dx_pick_fail(p, "files", "must have roles [a-z][a-z0-9_]*");
		e->file[e->file_count].role = files->u.members[e->file_count].name;
		e->file[e->file_count].path = NULL;
		if (v->type != DX_JSON_NULL)
			e->file[e->file_count].path = dx_pick_text(&roles, e->file[e->file_count].role, 1, 4096, true);
		if (e->file[e->file_count].path != NULL && e->file[e->file_count].path[0] != '/')
			e->file[e->file_count].path = one_spelling(e->file[e->file_count].path, a);
	}
	p->failed = p->failed || roles.failed;
}

static const char *
output(struct dx_pick *p, const char *given, struct dx_arena *a)
{
	const char *out = one_spelling(given, a);

	if (out[0] == '\0' || out[strlen(out) - 1] == '/')
		dx_pick_fail(p, "outputs", "must be names of files");
	return out;
}

static void
command(struct dx_pick *p, struct dx_arena *a, struct dx_check_command *c, struct dx_faults *faults)
{
	const struct dx_json *exits;
	int64_t n;

	c->argv = texts(p, "argv", true, a);
	if (!p->failed && (c->argv.count == 0 || c->argv.item[0][0] == '\0'))
		dx_pick_fail(p, "argv", "must name a command");
	c->env = texts(p, "env", false, a);
	for (size_t i = 0; i < c->env.count; i++)
		if (c->env.item[i] != NULL && strchr(c->env.item[i], '=') != NULL)
			dx_pick_fail(p, "env", "must be names of variables, not assignments");
	c->outputs = texts(p, "outputs", false, a);
	for (size_t i = 0; i < c->outputs.count; i++)
		if (c->outputs.item[i] != NULL && (c->outputs.item[i][0] == '\0' || !path_stays(c->outputs.item[i])))
			dx_fault_add(faults, DX_R_PATH_ESCAPE, p->at, "output \"%s\" leaves the root", c->outputs.item[i]);
		else if (c->outputs.item[i] != NULL)
			c->outputs.item[i] = output(p, c->outputs.item[i], a);
	c->cwd = path(p, "cwd", a, faults);
	c->stdout_ere = dx_pick_text(p, "stdout_ere", 1, 1024, false);
	if (c->stdout_ere != NULL && !is_pattern(c->stdout_ere))
		dx_pick_fail(p, "stdout_ere", "must be an extended regular expression");
	c->timeout_s = dx_pick_int(p, "timeout_s", 1, TIMEOUT_MAX, 60);
	exits = dx_pick_type(p, "expect_exit", DX_JSON_ARRAY, false);
	c->expect_count = 1;
	if (exits == NULL)
		return;
	if (exits->count == 0 || exits->count > 16)
		dx_pick_fail(p, "expect_exit", "must be 1 to 16 exit statuses");
	for (c->expect_count = 0; !p->failed && c->expect_count < exits->count; c->expect_count++) {
		if (!dx_json_int64(&exits->u.items[c->expect_count], &n) || n < 0 || n > 255)
			dx_pick_fail(p, "expect_exit", "must be exit statuses, 0 to 255");
		else
			c->expect_exit[c->expect_count] = (int)n;
	}
}

static void
tests(struct dx_pick *p, struct dx_arena *a, struct dx_check_tests *t, struct dx_faults *faults)
{
	t->path = path(p, "path", a, faults);
	t->glob = path(p, "glob", a, faults);
	if (!p->failed && (dx_json_get(p->object, "path") == NULL) == (dx_json_get(p->object, "glob") == NULL))
		dx_pick_fail(p, "path", "one of path and glob is needed");
	t->max_age_s = dx_pick_int(p, "max_age_s", 1, AGE_MAX, -1);
	t->min_tests = dx_pick_int(p, "min_tests", 1, 1000000000, 1);
	t->max_skipped = dx_pick_int(p, "max_skipped", 0, 1000000000, -1);
	t->max_failures = dx_pick_int(p, "max_failures", 0, 1000000000, 0);
	if (dx_json_is(dx_json_get(p->object, "required"), DX_JSON_ARRAY))	/* else it says whether the step is */
		t->required = texts(p, "required", false, a);
	t->allow_duplicates = dx_pick_bool(p, "allow_duplicates", false);
}

static void
cobertura(struct dx_pick *p, struct dx_arena *a, struct dx_check_cobertura *c, struct dx_faults *faults)
{
	const struct dx_json *percent = dx_pick_any(p, "min_percent");

	if (dx_json_get(p->object, "path") == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	c->path = path(p, "path", a, faults);
	c->include = texts(p, "include", false, a);
	c->min_percent = percent != NULL ? *percent : dx_json_null();
	if (percent != NULL && !is_percent(percent))
		dx_pick_fail(p, "min_percent", "must be a number of 0 to 100, or one as text");
	c->min_line_bp = dx_pick_int(p, "min_line_bp", 0, 10000, -1);
	c->min_branch_bp = dx_pick_int(p, "min_branch_bp", 0, 10000, -1);
	if (!p->failed && percent == NULL && c->min_line_bp < 0 && c->min_branch_bp < 0)
		dx_pick_fail(p, "min_percent", "one of min_percent, min_line_bp and min_branch_bp is needed");
	c->max_age_s = dx_pick_int(p, "max_age_s", 1, AGE_MAX, -1);
	c->per_file = dx_pick_bool(p, "per_file", false);
	c->files = dx_pick_text(p, "files", 1, 1024, false);
}

static void
file(struct dx_pick *p, struct dx_arena *a, struct dx_check_file *f, struct dx_faults *faults)
{
	f->path = path(p, "path", a, faults);
	if (f->path == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	f->min_bytes = dx_pick_int(p, "min_bytes", 0, INT64_MAX / 2, 1);
}

static void
dir(struct dx_pick *p, struct dx_arena *a, struct dx_check_dir *d, struct dx_faults *faults)
{
	d->path = path(p, "path", a, faults);
	if (d->path == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	d->glob = dx_pick_text(p, "glob", 1, 1024, false);
	d->min_entries = dx_pick_int(p, "min_entries", 0, 1000000, 0);
}

static void
text(struct dx_pick *p, bool absent, struct dx_arena *a, struct dx_check_text *t, struct dx_faults *faults)
{
	static const char *const modes[] = { "literal", "ere", NULL }, *const pers[] = { "any", "every", NULL };

	t->path = path(p, "path", a, faults);
	t->glob = path(p, "glob", a, faults);
	if (!p->failed && (t->path == NULL) == (t->glob == NULL))
		dx_pick_fail(p, "path", "one of path and glob is needed");
	t->pattern = dx_pick_text(p, "pattern", 1, 1024, true);
	t->ere = dx_pick_enum(p, "mode", modes, 0) == 1;
	t->ignore_case = dx_pick_bool(p, "ignore_case", false);
	t->min_count = 1;
	if (absent)
		t->allow_no_files = dx_pick_bool(p, "allow_no_files", false);
	else {
		t->min_count = dx_pick_int(p, "min_count", 1, 1000000000, 1);
		t->every = dx_pick_enum(p, "per", pers, 0) == 1;
	}
}

static void
json(struct dx_pick *p, struct dx_arena *a, struct dx_check_json *j, struct dx_faults *faults)
{
	j->path = dx_json_get_str(p->object, "path") != NULL && strcmp(dx_json_get_str(p->object, "path"), "-") == 0 ?
	    dx_pick_text(p, "path", 1, 1, true) : path(p, "path", a, faults);
	if (j->path == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	j->jq = dx_pick_text(p, "jq", 1, 16384, true);
}

/* --- any step --- */

static bool
id_valid(const char *s)
{
	return s[0] != '\0' && strlen(s) <= 64 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(s);
}

static int
type_of(const struct dx_json *step, const char *at, struct dx_faults *faults)
{
	const char *name = dx_json_get_str(step, "type");
	int t = 0;

	while (name != NULL && dx_check_types[t] != NULL && strcmp(dx_check_types[t], name) != 0)
		t++;
	if (name != NULL && dx_check_types[t] != NULL)
		return t;
	dx_fault_add(faults, DX_R_GATE_UNKNOWN_CHECK, at, "type \"%s\" is no type of check that is known here", name != NULL ? name : "");
	return -1;
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

static void
members(struct dx_pick *p, struct dx_check *c, bool strict, struct dx_arena *a, struct dx_faults *faults)
{
	switch (c->type) {
	case DX_CHECK_EVIDENCE:
		evidence(p, strict, a, &c->u.evidence, faults);
		break;
	case DX_CHECK_COMMAND:
		command(p, a, &c->u.command, faults);
		break;
	case DX_CHECK_JUNIT:
	case DX_CHECK_TAP:
		tests(p, a, &c->u.tests, faults);
		break;
	case DX_CHECK_COBERTURA:
		cobertura(p, a, &c->u.cobertura, faults);
		break;
	case DX_CHECK_FILE_EXISTS:
		file(p, a, &c->u.file, faults);
		break;
	case DX_CHECK_DIR_EXISTS:
		dir(p, a, &c->u.dir, faults);
		break;
	case DX_CHECK_TEXT_PRESENT:
	case DX_CHECK_TEXT_ABSENT:
		text(p, c->type == DX_CHECK_TEXT_ABSENT, a, &c->u.text, faults);
		break;
	case DX_CHECK_JSON_PREDICATE:
		json(p, a, &c->u.json, faults);
		break;
	}
}

void
dx_check_step(const struct dx_json *step, const char *at, bool strict, bool of_plan, struct dx_arena *a, struct dx_check *out,
    struct dx_faults *faults)
{
	struct dx_err err = { 0 };
	struct dx_pick p;
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
	out->behavioural = dx_pick_enum(&p, "strength", strengths, type < DX_CHECK_FILE_EXISTS || type == DX_CHECK_JSON_PREDICATE) == 1;
	out->required = true;
	if (of_plan) {
		out->required = required(&p, out->type);
		(void)dx_pick_type(&p, "needs", DX_JSON_ARRAY, false);
	}
	members(&p, out, strict, a, faults);
	if (dx_pick_end(&p) != 0)
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
}
