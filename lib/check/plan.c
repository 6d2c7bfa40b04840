#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/made.h"
#include "check/settings.h"
#include "check/step.h"
#include "json/pick.h"

#define PLAN_SCHEMA	"dealix.gate.plan.v1"
#define GATE_SCHEMA	"dealix.gate.v1"
#define PLAN_MAX	(1u << 20)

static const char *const levels[] = { "base", "strict", NULL };

/* --- what steps say of each other --- */

static const struct dx_check *
step_of(const struct dx_check_plan *p, const char *id, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (p->check[i].id != NULL && strcmp(p->check[i].id, id) == 0)
			return &p->check[i];
	return NULL;
}

/* `needs` names steps that stand earlier, so there is no cycle. */
static void
link_needs(struct dx_check_plan *p, size_t i, const struct dx_json *step, struct dx_faults *faults)
{
	const struct dx_json *needs = dx_json_get(step, "needs");
	struct dx_check *c = &p->check[i];

	if (!dx_json_is(needs, DX_JSON_ARRAY))
		return;
	c->needs = dx_arena_alloc(&p->arena, ((size_t)needs->count + 1) * sizeof(*c->needs));
	for (uint32_t k = 0; k < needs->count; k++) {
		const char *id = dx_json_str(&needs->u.items[k]);
		const struct dx_check *found = id != NULL ? step_of(p, id, i) : NULL;
		if (found == NULL)
			dx_fault_add(faults, DX_R_FIELD_INVALID, c->at, "needs: \"%s\" is no step that stands before this one",
			    id != NULL ? id : "");
		else
			c->needs[c->need_count++] = (size_t)(found - p->check);
	}
}

/* --- paths --- */

/* The setting that a member of `files` names, or NULL. */
static const char *
setting_named(const struct dx_json *raw, const char *role)
{
	const char *text = dx_json_get_str(dx_json_get(raw, "files"), role);

	return text != NULL && text[0] == '$' ? text + 1 : NULL;
}

/* Evidence may lie outside the root: it is handed over by an absolute path then. */
static void
check_file(const struct dx_check *c, const char *role, const char *path, struct dx_tree *root, struct dx_faults *faults)
{
	struct dx_tree_fact fact = { .kind = DX_TREE_MISSING };

	if (path[0] == '/') {
		struct dx_tree *whole;
		if (dx_tree_open("/", &whole, NULL) == 0) {
			fact = dx_tree_look(whole, path + strspn(path, "/"));
			dx_tree_free(whole);
		}
	} else
		fact = dx_tree_look(root, path);
	if (fact.kind == DX_TREE_REGULAR)
		return;
	dx_fault_add(faults, DX_R_PLAN_FILE, c->at, "step %s, %s: \"%s\" %s", c->id, role, path,
	    fact.kind == DX_TREE_MISSING ? "is not there" : fact.kind == DX_TREE_OUTSIDE ? "leads out of the root" :
	    fact.kind == DX_TREE_UNREADABLE ? "cannot be looked at" : "is no regular file");
}

/* A command that the step needs makes it, or one that stands before the check, so it need not be there yet. */
static bool
made_before(const struct dx_check_plan *p, const struct dx_check *c, const char *path)
{
	for (size_t i = 0; i < c->need_count; i++)
		if (dx_check_makes(&p->check[c->needs[i]], path))
			return true;
	for (size_t i = 0; !p->steps && i < p->count; i++)
		if (dx_check_makes(&p->check[i], path))
			return true;
	return false;
}

static void
check_evidence(struct dx_check_plan *p, struct dx_check *c, const struct dx_json *raw, const struct dx_plan_given *given,
    bool runtime_only, struct dx_tree *root, struct dx_faults *faults)
{
	const struct dx_check_evidence *e = &c->u.evidence;
	size_t set = 0;

	for (size_t i = 0; i < e->file_count; i++)
		set += e->file[i].path != NULL;
	if (e->file_count > 0 && set == 0 && !c->required) {
		c->applicable = false;
		return;
	}
	for (size_t i = 0; i < e->file_count; i++) {
		const char *setting = setting_named(raw, e->file[i].role);
		if (e->file[i].path == NULL)
			dx_fault_add(faults, DX_R_PLAN_REQUIRED_WITHOUT_PATH, c->at, "step %s needs a file for %s: give --set %s=PATH", c->id,
			    e->file[i].role, setting != NULL ? setting : e->file[i].role);
		else if (runtime_only && setting != NULL && dx_settings_defaulted(dx_json_get(&p->document, "settings"), given, setting))
			dx_fault_add(faults, DX_R_PLAN_RUNTIME_ONLY, c->at, "step %s may not rest on the default path \"%s\": give --set %s=PATH",
			    c->id, e->file[i].path, setting);
		else if (!made_before(p, c, e->file[i].path))
			check_file(c, e->file[i].role, e->file[i].path, root, faults);
	}
}

/* A report that a setting leaves open. */
static void
check_report(struct dx_check *c, const struct dx_json *raw, struct dx_faults *faults)
{
	const char *path = c->type == DX_CHECK_COBERTURA ? c->u.cobertura.path :
	    c->u.tests.path != NULL ? c->u.tests.path : c->u.tests.glob;
	const char *setting = dx_json_get_str(raw, "path") != NULL ? dx_json_get_str(raw, "path") : dx_json_get_str(raw, "glob");

	if (path != NULL)
		return;
	if (!c->required)
		c->applicable = false;
	else
		dx_fault_add(faults, DX_R_PLAN_REQUIRED_WITHOUT_PATH, c->at, "step %s needs a file: give --set %s=PATH", c->id,
		    setting != NULL && setting[0] == '$' ? setting + 1 : "NAME");
}

/* --- the document --- */

static void
read_steps(struct dx_check_plan *p, const struct dx_json *steps, bool strict, const struct dx_plan_given *given, bool runtime_only,
    struct dx_tree *root, struct dx_faults *faults)
{
	p->check = dx_arena_alloc(&p->arena, dx_size_mul(steps->count, sizeof(*p->check)));
	memset(p->check, 0, steps->count * sizeof(*p->check));
	for (p->count = 0; p->count < steps->count; p->count++) {
		const struct dx_json *raw = &steps->u.items[p->count];
		struct dx_check *c = &p->check[p->count];
		struct dx_json filled;
		size_t before = faults->count;

		(void)snprintf(c->at, sizeof(c->at), "/steps/%zu", p->count);
		c->applicable = true;
		filled = dx_settings_fill(raw, &p->settings, c->at, &p->arena, faults);
		dx_check_step(&filled, c->at, strict, true, &p->arena, c, faults);
		if (c->id != NULL && step_of(p, c->id, p->count) != NULL)
			dx_fault_add(faults, DX_R_GATE_DUPLICATE_ID, c->at, "id \"%s\" stands on two steps", c->id);
		link_needs(p, p->count, &filled, faults);
		if (faults->count == before && c->type == DX_CHECK_EVIDENCE)
			check_evidence(p, c, raw, given, runtime_only, root, faults);
		else if (faults->count == before && c->type >= DX_CHECK_JUNIT && c->type <= DX_CHECK_COBERTURA)
			check_report(c, raw, faults);
	}
}

static bool
runtime_only(struct dx_check_plan *p, struct dx_faults *faults)
{
	const struct dx_json *v = dx_json_get(&p->document, "runtime_only");
	struct dx_json filled;

	if (v == NULL)
		return false;
	filled = dx_settings_fill(v, &p->settings, "/runtime_only", &p->arena, faults);
	if (!dx_json_is_bool(&filled) && filled.type != DX_JSON_NULL)
		dx_fault_add(faults, DX_R_FIELD_INVALID, "/runtime_only", "must be true or false");
	return filled.type == DX_JSON_TRUE;
}

/* What both kinds of document begin with; true for a gate document. */
static bool
read_head(struct dx_check_plan *p, struct dx_pick *pick, int64_t *expected)
{
	const char *schema = dx_pick_text(pick, "schema", 1, 64, true);
	bool gate = schema != NULL && strcmp(schema, GATE_SCHEMA) == 0;

	if (schema != NULL && !gate && strcmp(schema, PLAN_SCHEMA) != 0)
		dx_pick_fail(pick, "schema", "must be " GATE_SCHEMA " or " PLAN_SCHEMA ", is \"%s\"", schema);
	p->id = dx_pick_text(pick, "id", 1, 64, true);
	p->version = dx_pick_text(pick, "version", 1, 32, true);
	p->title = dx_pick_text(pick, "title", 1, 200, true);
	p->title_ar = dx_pick_text(pick, "title_ar", 1, 200, false);
	p->mandatory = dx_pick_bool(pick, "mandatory", true);
	p->score_label = dx_pick_text(pick, "score_label", 1, 64, false);
	p->ready_label = dx_pick_text(pick, "ready_label", 1, 64, false);
	*expected = dx_pick_int(pick, "expected_total", 0, DX_PLAN_STEPS, -1);
	return gate;
}

/* --- a gate document --- */

static void
read_check(struct dx_check_plan *p, const struct dx_json *raw, size_t group, uint32_t i, struct dx_tree *root, struct dx_faults *faults)
{
	struct dx_check *c = &p->check[p->count];
	struct dx_plan_given none = { 0 };
	size_t before = faults->count;

	(void)snprintf(c->at, sizeof(c->at), "/groups/%zu/checks/%u", group, i);
	c->applicable = true;
	dx_check_step(raw, c->at, true, false, &p->arena, c, faults);
	if (c->id != NULL && step_of(p, c->id, p->count) != NULL)
		dx_fault_add(faults, DX_R_GATE_DUPLICATE_ID, c->at, "id \"%s\" stands on two checks", c->id);
	/* A file that a check is about may be missing: that is for the check to say; only evidence must be there to be judged. */
	if (faults->count == before && c->type == DX_CHECK_EVIDENCE)
		check_evidence(p, c, raw, &none, false, root, faults);
	p->count++;
}

static void
read_group(struct dx_check_plan *p, const struct dx_json *raw, size_t i, struct dx_tree *root, struct dx_faults *faults)
{
	struct dx_check_group *g = &p->group[i];
	struct dx_err err = { 0 };
	struct dx_pick pick;
	char at[64];
	const struct dx_json *checks;

	(void)snprintf(at, sizeof(at), "/groups/%zu", i);
	dx_pick_begin(&pick, raw, at, DX_R_FIELD_INVALID, DX_R_GATE_UNKNOWN_FIELD, &err);
	g->id = dx_pick_text(&pick, "id", 1, 64, true);
	g->label = dx_pick_text(&pick, "label", 1, 200, false);
	g->label_ar = dx_pick_text(&pick, "label_ar", 1, 200, false);
	checks = dx_pick_type(&pick, "checks", DX_JSON_ARRAY, true);
	if (dx_pick_end(&pick) != 0) {
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
		return;
	}
	g->first = p->count;
	for (uint32_t k = 0; k < checks->count && p->count < DX_PLAN_STEPS; k++)
		read_check(p, &checks->u.items[k], i, k, root, faults);
	g->count = p->count - g->first;
	if (g->count < checks->count)
		dx_fault_add(faults, DX_R_FIELD_INVALID, at, "more than %d checks", DX_PLAN_STEPS);
}

static void
read_groups(struct dx_check_plan *p, const struct dx_json *groups, struct dx_tree *root, struct dx_faults *faults)
{
	size_t room = 0;

	for (uint32_t i = 0; i < groups->count; i++) {
		const struct dx_json *checks = dx_json_get(&groups->u.items[i], "checks");
		room += dx_json_is(checks, DX_JSON_ARRAY) ? checks->count : 0;
	}
	room = room < DX_PLAN_STEPS ? room : DX_PLAN_STEPS;
	p->check = dx_arena_alloc(&p->arena, dx_size_mul(room, sizeof(*p->check)));
	memset(p->check, 0, room * sizeof(*p->check));
	p->group = dx_arena_alloc(&p->arena, dx_size_mul(groups->count, sizeof(*p->group)));
	memset(p->group, 0, groups->count * sizeof(*p->group));
	for (p->group_count = 0; p->group_count < groups->count; p->group_count++)
		read_group(p, &groups->u.items[p->group_count], p->group_count, root, faults);
	if (faults->count == 0)
		dx_check_link_made(p);
}

/* --- either --- */

static void
read_plan(struct dx_check_plan *p, const struct dx_json *steps, bool strict, const struct dx_plan_given *given, struct dx_tree *root,
    struct dx_faults *faults)
{
	bool only;

	dx_settings_read(dx_json_get(&p->document, "settings"), given, &p->arena, &p->settings, faults);
	only = runtime_only(p, faults);
	if (steps->count > DX_PLAN_STEPS)
		dx_fault_add(faults, DX_R_FIELD_INVALID, "/steps", "more than %d steps", DX_PLAN_STEPS);
	else
		read_steps(p, steps, strict, given, only, root, faults);
}

static void
read_document(struct dx_check_plan *p, const struct dx_plan_given *given, struct dx_tree *root, struct dx_faults *faults)
{
	const struct dx_json *list;
	struct dx_err err = { 0 };
	struct dx_pick pick;
	int64_t expected;
	bool gate, strict = true;

	dx_pick_begin(&pick, &p->document, "", DX_R_FIELD_INVALID, DX_R_GATE_UNKNOWN_FIELD, &err);
	gate = read_head(p, &pick, &expected);
	p->steps = !gate;
	if (!gate) {
		strict = dx_pick_enum(&pick, "level", levels, 1) == 1;
		(void)dx_pick_any(&pick, "settings");
		(void)dx_pick_any(&pick, "runtime_only");
	}
	list = dx_pick_type(&pick, gate ? "groups" : "steps", DX_JSON_ARRAY, true);
	if (dx_pick_end(&pick) != 0) {
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
		return;
	}
	if (gate && given->set_count > 0)
		dx_fault_add(faults, DX_R_PLAN_USAGE, "", "a gate document has no settings; plans have");
	if (gate)
		read_groups(p, list, root, faults);
	else
		read_plan(p, list, strict, given, root, faults);
	if (p->count == 0 && faults->count == 0)
		dx_fault_add(faults, DX_R_GATE_EMPTY, gate ? "/groups" : "/steps", gate ? "no checks" : "no steps");
	if (expected >= 0 && (size_t)expected != p->count && p->count > 0)
		dx_fault_add(faults, DX_R_GATE_TOTAL_MISMATCH, "/expected_total", "%zu %s stand here, expected_total says %lld", p->count,
		    gate ? "checks" : "steps", (long long)expected);
}

int
dx_check_plan_parse(const char *text, size_t len, const struct dx_plan_given *given, struct dx_tree *root, struct dx_check_plan **out,
    struct dx_faults *faults)
{
	struct dx_check_plan *p = dx_alloc(sizeof(*p));
	struct dx_err err = { 0 };
	struct dx_buf canon = { 0 };
	size_t before = faults->count;

	memset(p, 0, sizeof(*p));
	p->settings = dx_json_object();
	if (len > PLAN_MAX)
		(void)dx_err_set(&err, DX_R_JSON_TOO_LARGE, "more than %u bytes", PLAN_MAX);
	else if (dx_json_parse(&p->arena, dx_arena_dup(&p->arena, text, len), len, DX_JSON_OURS, &p->document, &err) == 0)
		read_document(p, given, root, faults);
	if (err.reason != DX_OK)
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
	if (faults->count > before) {
		dx_check_plan_free(p);
		return -1;
	}
	dx_json_canon(&p->document, &canon);
	dx_sha256(canon.data, canon.len, &p->sha256);
	dx_buf_release(&canon);
	*out = p;
	return 0;
}

void
dx_check_plan_free(struct dx_check_plan *p)
{
	if (p == NULL)
		return;
	dx_arena_release(&p->arena);
	free(p);
}
