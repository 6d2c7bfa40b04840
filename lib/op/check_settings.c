/* Checks of a snapshot of repository settings (release-gates page 4). */
#include <string.h>

#include "check/said.h"
#include "op/check_inner.h"
#include "op/settings.h"

static int
read_snapshot(struct dx_step *s, struct dx_json *out)
{
	const char *path = s->check->u.settings.snapshot;
	struct dx_tree_fact fact = dx_tree_look(s->root, path);
	struct dx_buf text = { 0 };
	struct dx_err err = { 0 };
	struct dx_sha256 digest;
	char hex[DX_SHA256_HEX];
	int rc = -1;

	if (fact.kind == DX_TREE_MISSING)
		dx_step_fail(s, DX_R_FILE_MISSING, "%s is not there", path);
	else if (dx_step_stale(s, path, fact.changed))
		;	/* it says so itself */
	else if (dx_tree_read(s->root, path, 2 * DX_SETTINGS_MAX, DX_R_JSON_TOO_LARGE, &text, &err) != 0)
		dx_step_error(s, &err);
	else {
		dx_sha256(text.data != NULL ? text.data : "", text.len, &digest);
		dx_sha256_hex(&digest, hex);
		s->result.inputs_sha256 = dx_arena_dup(&s->arena, hex, sizeof(hex) - 1);
		rc = dx_json_parse(&s->arena, dx_arena_dup(&s->arena, text.data != NULL ? text.data : "", text.len), text.len, DX_JSON_OURS, out,
		    &err);
		if (rc != 0)
			dx_step_error(s, &err);
	}
	dx_buf_release(&text);
	return rc;
}

/* As a report lists what failed: the code, the rule it belongs to, and what was seen. */
static struct dx_json
failure(struct dx_arena *a, const struct dx_json *reason)
{
	struct dx_json o = dx_json_object();
	struct dx_buf words = { 0 };
	const char *rule = dx_json_get_str(reason, "rule");

	dx_said_members(reason, "rule", &words);
	dx_json_put(a, &o, "at", dx_json_text(rule != NULL ? rule : ""));
	dx_json_put(a, &o, "message", dx_json_string(a, words.data != NULL ? words.data : ""));
	dx_json_put(a, &o, "rule", *dx_json_get(reason, "code"));
	dx_buf_release(&words);
	return o;
}

/* The first reason stands for the check; all of them are its failures. */
static void
judged(struct dx_step *s, const struct dx_json *answer, const struct dx_repo_verdict *v)
{
	const struct dx_json *first = dx_json_item(&v->reasons, 0), *rules = dx_json_get(answer, "rules");

	if (rules != NULL)
		s->result.observed = *rules;
	if (v->pass)
		return;
	s->result.failures = dx_json_array();
	for (uint32_t i = v->reasons.count; i > 0; i--)
		if (strcmp(dx_json_get_str(&v->reasons.u.items[i - 1], "code"), dx_reason_code(v->worst)) == 0)
			first = &v->reasons.u.items[i - 1];
	for (uint32_t i = 0; i < v->reasons.count; i++)
		dx_json_push(&s->arena, &s->result.failures, failure(&s->arena, &v->reasons.u.items[i]));
	dx_step_fail(s, v->worst, "%s%s%s", dx_json_get_str(first, "rule") != NULL ? dx_json_get_str(first, "rule") : "",
	    dx_json_get_str(first, "rule") != NULL ? ": " : "", dx_reason_text(v->worst));
}

void
dx_step_settings(struct dx_step *s)
{
	const struct dx_check_settings *c = &s->check->u.settings;
	struct dx_settings_options o = { .root = s->root_path, .now = s->now, .asked = { .require = c->require.item,
	    .requires = c->require.count, .protect = c->protect.item, .protects = c->protect.count } };
	struct dx_json doc, answer;
	const struct dx_json *snapshot;
	struct dx_repo_verdict verdict;
	struct dx_err err = { 0 };

	for (int r = 0; r < DX_REPO_RULES; r++)
		o.asked.rule[r] = (c->rules & 1u << r) != 0;
	if (read_snapshot(s, &doc) != 0)
		return;
	if (dx_op_settings(&doc, &o, &s->arena, &answer, &verdict, &snapshot, &err) == 0)
		judged(s, &answer, &verdict);
	else
		dx_step_error(s, &err);
}

void
dx_preview_settings(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	const struct dx_check_settings *s = &c->u.settings;
	struct dx_json rules = dx_json_array();

	for (int r = 0; r < DX_REPO_RULES; r++)
		if ((s->rules & 1u << r) != 0)
			dx_json_push(a, &rules, dx_json_text(dx_repo_rule_id((enum dx_repo_rule)r)));
	if (s->protect.count > 0)
		dx_json_put(a, o, "protect", dx_preview_list(a, &s->protect));
	if (s->require.count > 0)
		dx_json_put(a, o, "require", dx_preview_list(a, &s->require));
	dx_json_put(a, o, "rules", rules);
	dx_json_put(a, o, "snapshot", dx_json_text(s->snapshot));
}
