/* A step that runs a contract on files (release-gates page 1.3). */
#include <stdlib.h>
#include <string.h>

#include "check/made.h"
#include "op/check_inner.h"
#include "op/evidence.h"

/* A parameter as the command line would give it. */
static const char *
param_text(struct dx_arena *a, const struct dx_member *m)
{
	struct dx_buf b = { 0 };
	const char *text;

	dx_buf_printf(&b, "%s=", m->name);
	if (m->value.type == DX_JSON_STRING)
		dx_buf_puts(&b, m->value.u.text);
	else if (m->value.type == DX_JSON_NUMBER)
		dx_buf_add(&b, m->value.u.text, m->value.count);
	else
		dx_json_canon(&m->value, &b);
	text = dx_arena_dup(a, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

/* A shipped kind, or the contract's file as this process sees it: paths of a plan start at its root.  NULL: err. */
static const char *
contract_of(struct dx_tree *root, const char *root_path, struct dx_arena *a, const char *kind, struct dx_err *err)
{
	struct dx_tree_fact fact;
	size_t unused;

	if (kind[0] == '/' || dx_contract_shipped(kind, &unused) != NULL)
		return kind;
	fact = dx_tree_look(root, kind);
	if (fact.kind == DX_TREE_OUTSIDE)
		(void)dx_err_set(err, DX_R_PATH_ESCAPE, "contract \"%s\" leaves the root", kind);
	else if (fact.kind == DX_TREE_MISSING && strpbrk(kind, "/.-") == NULL)
		(void)dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "no contract of the kind \"%s\" is shipped, and the root has no such file",
		    kind);
	else
		return dx_arena_printf(a, "%s/%s", root_path, kind);
	return NULL;
}

/* The digest of what was read: one file's own, or that of the list of all. */
static const char *
inputs_digest(struct dx_arena *a, const struct dx_json *inputs)
{
	struct dx_buf list = { 0 };
	struct dx_sha256 digest;
	char hex[DX_SHA256_HEX];

	if (inputs == NULL || inputs->count == 0)
		return NULL;
	if (inputs->count == 1)
		return dx_json_get_str(&inputs->u.items[0], "sha256");
	dx_json_canon(inputs, &list);
	dx_sha256(list.data, list.len, &digest);
	dx_sha256_hex(&digest, hex);
	dx_buf_release(&list);
	return dx_arena_dup(a, hex, sizeof(hex) - 1);
}

static void
take_report(struct dx_step *s, const struct dx_json *report)
{
	const struct dx_json *failures, *first;
	const char *verdict, *rule, *message;

	s->report = dx_json_copy(&s->arena, report);
	verdict = dx_json_get_str(&s->report, "verdict");
	s->result.inputs_sha256 = inputs_digest(&s->arena, dx_json_get(&s->report, "inputs"));
	if (verdict != NULL && strcmp(verdict, "pass") == 0)
		return;
	failures = dx_json_get(&s->report, "failures");
	first = dx_json_item(failures, 0);
	rule = dx_json_get_str(first, "rule");
	message = dx_json_get_str(first, "message");
	s->result.state = DX_STATE_FAIL;
	s->result.reason = rule != NULL ? dx_evidence_code(&s->arena, rule) : "evidence_invalid";
	s->result.detail = dx_arena_printf(&s->arena, "%u failure%s, the first %s: %s", failures != NULL ? failures->count : 0,
	    failures != NULL && failures->count == 1 ? "" : "s", rule != NULL ? rule : "-", message != NULL ? message : "");
	if (failures != NULL)
		s->result.failures = *failures;
}

static const char *const *
params_of(const struct dx_check_evidence *e, struct dx_arena *a)
{
	const char **params = dx_arena_alloc(a, ((size_t)e->params.count + 1) * sizeof(*params));

	for (uint32_t i = 0; i < e->params.count; i++)
		params[i] = param_text(a, &e->params.u.members[i]);
	return params;
}

/* --- before anything runs --- */

/* A contract that a command is to write is read when it is there. */
static bool
is_output(const struct dx_check_plan *p, const char *kind)
{
	for (size_t i = 0; i < p->count; i++)
		if (dx_check_makes(&p->check[i], kind))
			return true;
	return false;
}

static void
examine(const struct dx_check *c, struct dx_tree *root, const char *root_path, int64_t now, struct dx_faults *faults)
{
	const struct dx_check_evidence *e = &c->u.evidence;
	struct dx_arena a = { 0 };
	struct dx_evidence_options o = { .now = now, .root = root_path, .params = params_of(e, &a), .param_count = e->params.count };
	const char *roles[DX_PLAN_ROLES];
	struct dx_err err = { 0 };

	for (size_t i = 0; i < e->file_count; i++)
		roles[i] = e->file[i].role;
	o.contract = contract_of(root, root_path, &a, e->kind, &err);
	if (o.contract != NULL)
		(void)dx_evidence_examine(&o, roles, e->file_count, &err);
	if (err.reason != DX_OK)
		dx_fault_add(faults, err.reason == DX_R_USAGE ? DX_R_FIELD_INVALID : err.reason, c->at, "%s", err.text);
	dx_arena_release(&a);
}

void
dx_check_contracts(const struct dx_check_plan *p, struct dx_tree *root, const char *root_path, int64_t now, struct dx_faults *faults)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->check[i].type == DX_CHECK_EVIDENCE && p->check[i].applicable && p->check[i].u.evidence.subject == NULL &&
		    !is_output(p, p->check[i].u.evidence.kind))
			examine(&p->check[i], root, root_path, now, faults);
}

/* --- running --- */

static void
judge_files(struct dx_step *s)
{
	const struct dx_check_evidence *e = &s->check->u.evidence;
	struct dx_arena *a = &s->arena;
	char *words[DX_PLAN_ROLES];
	struct dx_evidence_options o = { .level = e->strict ? DX_LEVEL_STRICT : DX_LEVEL_BASE, .now = s->now,
	    .root = s->root_path, .params = params_of(e, a), .param_count = e->params.count, .beneath = true };
	struct dx_evidence_answer answer;
	struct dx_evidence *run = NULL;
	struct dx_err err = { 0 };
	int got;

	for (size_t i = 0; i < e->file_count; i++)
		words[i] = dx_arena_printf(a, "%s=%s", e->file[i].role, e->file[i].path);
	for (size_t i = 0; i < e->file_count; i++)
		if (dx_step_stale(s, e->file[i].path, dx_tree_look(s->root, e->file[i].path).changed))
			return;
	o.contract = contract_of(s->root, s->root_path, a, e->kind, &err);
	got = o.contract == NULL ? -1 : dx_evidence_open(&o, &run, &err);
	if (got == 0)
		got = dx_evidence_operands(run, words, e->file_count, &err) != 0 ? -1 : dx_evidence_next(run, &answer, &err);
	if (got == 1)
		take_report(s, &answer.report);
	else if (got == 0)
		(void)dx_err_set(&err, DX_R_EVIDENCE_NOTHING_JUDGED, "nothing was judged");
	if (err.reason != DX_OK)
		dx_step_error(s, &err);
	dx_evidence_close(run);
}

void
dx_step_evidence(struct dx_step *s)
{
	if (s->check->u.evidence.subject != NULL)
		dx_step_subject(s);
	else
		judge_files(s);
}

void
dx_preview_evidence(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	const struct dx_check_evidence *e = &c->u.evidence;
	struct dx_json files = dx_json_object();

	dx_json_put(a, o, "kind", dx_json_text(e->kind));
	dx_json_put(a, o, "level", dx_json_text(e->strict ? "strict" : "base"));
	if (e->subject != NULL) {
		dx_json_put(a, o, "min_count", dx_json_int(a, e->min_count));
		dx_json_put(a, o, "subject", dx_json_text(e->subject));
		return;
	}
	for (size_t i = 0; i < e->file_count; i++)
		dx_json_put(a, &files, e->file[i].role, dx_json_text(e->file[i].path));
	dx_json_put(a, o, "files", files);
	dx_json_put(a, o, "params", e->params);
}
