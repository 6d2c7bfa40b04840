/* contract: a document dealix.evidence.contract.v1, strictly read (evidence page 2.1). */
#include "contract/contract.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/inner.h"
#include "json/pick.h"
#include "json/pointer.h"

#define INVALID		DX_R_EVIDENCE_CONTRACT_INVALID
#define TEMPLATES_MAX	64
#define INCLUDES_MAX	16
#define RECOGNISE_MAX	16

const char *const dx_level_names[] = { "base", "strict", NULL };

static const char *const schema_names[] = { "dealix.evidence.contract.v1", NULL };

bool
dx_name_is(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n == 0 || n > max || s[0] < 'a' || s[0] > 'z')
		return false;
	return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

bool
dx_name_reserved(const char *s)
{
	static const char *const names[] = { "now", "i", "key", "sha256", "included", "failed" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(s, names[i]) == 0)
			return true;
	return false;
}

int
dx_formula_compile(struct dx_contract_reader *r, const char *text, const char *at, const struct dx_formula **out)
{
	struct dx_err err = { 0 };

	if (dx_formula_parse(&r->c->arena, text, r->known, out, &err) == 0)
		return 0;
	return dx_err_set_at(r->err, INVALID, at, "%s", err.text);
}

/* An array of the object, with at least min and at most max items; NULL when absent and not required. */
static const struct dx_json *
pick_list(struct dx_pick *p, const char *name, uint32_t min, uint32_t max, bool required)
{
	const struct dx_json *list = dx_pick_type(p, name, DX_JSON_ARRAY, required);

	if (list != NULL && (list->count < min || list->count > max)) {
		dx_pick_fail(p, name, "must have %" PRIu32 " to %" PRIu32 " items, has %" PRIu32, min, max, list->count);
		return NULL;
	}
	return list;
}

/* A name that nothing else of the contract has. */
static int
know(struct dx_contract_reader *r, const char *name, const char *at)
{
	if (!dx_name_is(name, 64))
		return dx_err_set_at(r->err, INVALID, at, "\"%.70s\" is no name: [a-z][a-z0-9_]*", name);
	if (dx_name_reserved(name))
		return dx_err_set_at(r->err, INVALID, at, "the name \"%s\" is taken", name);
	for (size_t i = 0; i < r->known_count; i++)
		if (strcmp(r->known[i], name) == 0)
			return dx_err_set_at(r->err, INVALID, at, "a second \"%s\" among params, lets and roles", name);
	r->known[r->known_count++] = name;
	return 0;
}

/* --- inputs --- */

static const char *const *
read_names(struct dx_contract_reader *r, struct dx_pick *p, const char *name)
{
	const struct dx_json *list = pick_list(p, name, 1, RECOGNISE_MAX, false);
	const char **out;

	if (list == NULL)
		return NULL;
	out = dx_arena_alloc(&r->c->arena, (list->count + 1u) * sizeof(*out));
	for (uint32_t i = 0; i < list->count; i++)
		if ((out[i] = dx_json_str(&list->u.items[i])) == NULL) {
			dx_pick_fail(p, name, "must be a list of texts");
			return NULL;
		}
	out[list->count] = NULL;
	return out;
}

static const char *const file_rules[] = { "json.missing", "json.syntax", "json.not_object", "json.duplicate_key", "json.number_range",
    "media.syntax", "media.too_large", "xml_rejected", "artifact.template", NULL };

static void
read_as(struct dx_pick *p, struct dx_contract_input_spec *out)
{
	out->as = dx_pick_type(p, "as", DX_JSON_OBJECT, false);
	for (uint32_t i = 0; out->as != NULL && i < out->as->count; i++) {
		const struct dx_member *m = &out->as->u.members[i];
		size_t k = 0;

		while (file_rules[k] != NULL && strcmp(file_rules[k], m->name) != 0)
			k++;
		if (file_rules[k] == NULL || dx_json_str(&m->value) == NULL || !dx_rule_id_is(m->value.u.text))
			dx_pick_fail(p, "as", "\"%.40s\" must be a file rule and its value a rule id", m->name);
	}
}

static int
read_input(struct dx_contract_reader *r, const struct dx_json *v, const char *at, size_t of, struct dx_contract_input_spec *out)
{
	struct dx_pick p;
	int media;

	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	out->role = dx_pick_text(&p, "role", 1, 64, of > 1);
	if (out->role == NULL)
		out->role = "artifact";
	if ((media = dx_pick_enum(&p, "media", dx_media_names, -1)) >= 0)
		out->media = (enum dx_media)media;
	out->optional = dx_pick_bool(&p, "optional", false);
	out->recognise = read_names(r, &p, "recognise");
	out->scan = dx_pick_type(&p, "scan", DX_JSON_OBJECT, out->media == DX_MEDIA_SCAN);
	if (out->scan != NULL && out->media != DX_MEDIA_SCAN)
		dx_pick_fail(&p, "scan", "belongs to media scan");
	read_as(&p, out);
	if (of == 1 && strcmp(out->role, "artifact") != 0)
		dx_pick_fail(&p, "role", "the only input is called artifact");
	if (dx_pick_end(&p) != 0)
		return -1;
	return know(r, out->role, at);
}

static int
read_inputs(struct dx_contract_reader *r, struct dx_pick *top)
{
	const struct dx_json *list = pick_list(top, "inputs", 0, DX_CONTRACT_INPUTS, true);
	char at[64];

	if (list == NULL)
		return -1;
	r->c->input_count = list->count;
	for (uint32_t i = 0; i < list->count; i++) {
		snprintf(at, sizeof(at), "/inputs/%" PRIu32, i);
		if (read_input(r, &list->u.items[i], at, list->count, &r->c->inputs[i]) != 0)
			return -1;
	}
	return 0;
}

/* --- templates, includes --- */

static int
read_templates(struct dx_contract_reader *r, struct dx_pick *top)
{
	const struct dx_json *list = pick_list(top, "templates", 0, TEMPLATES_MAX, false);

	if (list == NULL)
		return top->failed ? -1 : 0;
	r->c->templates = dx_arena_alloc(&r->c->arena, list->count * sizeof(*r->c->templates));
	for (uint32_t i = 0; i < list->count; i++, r->c->template_count++) {
		const char *hex = dx_json_str(&list->u.items[i]);

		if (hex == NULL || !dx_sha256_unhex(hex, &r->c->templates[i])) {
			dx_pick_fail(top, "templates", "item %" PRIu32 " is no SHA-256 in lower-case hex", i);
			return -1;
		}
	}
	return 0;
}

static int
include_params(struct dx_contract_reader *r, const struct dx_json *params, const char *at)
{
	const struct dx_formula *formula;

	for (uint32_t i = 0; params != NULL && i < params->count; i++) {
		const char *text = dx_json_str(&params->u.members[i].value);

		if (text != NULL && text[0] == '$' && dx_formula_compile(r, text, at, &formula) != 0)
			return -1;
	}
	return 0;
}

static int
read_include(struct dx_contract_reader *r, const struct dx_json *v, const char *at, struct dx_contract_include *out)
{
	const struct dx_formula *path;
	struct dx_err why = { 0 };
	struct dx_pick p;
	bool known = false;

	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	out->kind = dx_pick_text(&p, "kind", 1, 64, true);
	out->role = dx_pick_text(&p, "role", 1, 64, true);
	out->at = dx_pick_text(&p, "at", 1, DX_FORMULA_MAX, false);
	out->level = (enum dx_level)dx_pick_enum(&p, "level", dx_level_names, DX_LEVEL_BASE);
	out->params = dx_pick_type(&p, "params", DX_JSON_OBJECT, false);
	if (dx_pick_end(&p) != 0)
		return -1;
	if (!dx_name_is(out->kind, 64) || strcmp(out->kind, r->c->kind) == 0)
		return dx_err_set_at(r->err, INVALID, at, "\"%s\" is no other kind", out->kind);
	for (size_t i = 0; i < r->c->input_count; i++)
		known |= strcmp(r->c->inputs[i].role, out->role) == 0;
	if (!known)
		return dx_err_set_at(r->err, INVALID, at, "no input has the role \"%s\"", out->role);
	if (out->at != NULL && dx_formula_parse_path(&r->c->arena, out->at, r->known, &path, &why) != 0)
		return dx_err_set_at(r->err, INVALID, at, "%s", why.text);
	return include_params(r, out->params, at);
}

static int
read_includes(struct dx_contract_reader *r, struct dx_pick *top)
{
	const struct dx_json *list = pick_list(top, "include", 0, INCLUDES_MAX, false);
	char at[64];

	if (list == NULL)
		return top->failed ? -1 : 0;
	r->c->includes = dx_arena_alloc(&r->c->arena, list->count * sizeof(*r->c->includes));
	for (uint32_t i = 0; i < list->count; i++) {
		snprintf(at, sizeof(at), "/include/%" PRIu32, i);
		if (read_include(r, &list->u.items[i], at, &r->c->includes[i]) != 0)
			return -1;
		r->c->include_count++;
	}
	return 0;
}

/* --- rules --- */

static int
read_let(struct dx_contract_reader *r, const struct dx_json *v, const char *at, struct dx_contract_rule *out)
{
	struct dx_pick p;
	const char *text;

	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	out->let = dx_pick_text(&p, "let", 1, 64, true);
	text = dx_pick_text(&p, "value", 1, DX_FORMULA_MAX, true);
	if (dx_pick_end(&p) != 0 || dx_formula_compile(r, text, at, &out->value) != 0)
		return -1;
	/* A let cannot name itself: known only from here on. */
	return know(r, out->let, at);
}

static int
read_rules(struct dx_contract_reader *r, struct dx_pick *top)
{
	const struct dx_json *list = pick_list(top, "rules", 1, DX_RULES_MAX, true);
	char at[64];

	if (list == NULL)
		return -1;
	r->c->rules = dx_arena_alloc(&r->c->arena, list->count * sizeof(*r->c->rules));
	memset(r->c->rules, 0, list->count * sizeof(*r->c->rules));
	for (uint32_t i = 0; i < list->count; i++) {
		const struct dx_json *v = &list->u.items[i];
		struct dx_contract_rule *rule = &r->c->rules[i];

		snprintf(at, sizeof(at), "/rules/%" PRIu32, i);
		r->c->rule_count++;
		if ((dx_json_get(v, "let") != NULL ? read_let(r, v, at, rule) : dx_rule_parse(r, v, at, rule)) != 0)
			return -1;
		r->c->uses_jq |= rule->jq != NULL;
	}
	return 0;
}

/* --- scans --- */

/* The members of a scan, by name only: what they are is seen when the params are known. */
static int
check_scan(struct dx_contract_reader *r, size_t input)
{
	static const char *const members[] = { "roots", "extensions", "patterns", "ignore_case", "strip", "allow", "prefix",
	    "allow_missing_roots", NULL };
	const struct dx_json *scan = r->c->inputs[input].scan;
	char at[64];

	snprintf(at, sizeof(at), "/inputs/%zu/scan", input);
	for (uint32_t i = 0; i < scan->count; i++) {
		const char *text = dx_json_str(&scan->u.members[i].value);
		size_t k = 0;

		while (members[k] != NULL && strcmp(members[k], scan->u.members[i].name) != 0)
			k++;
		if (members[k] == NULL)
			return dx_err_set_at(r->err, INVALID, at, "unknown member \"%.64s\"", scan->u.members[i].name);
		if (text != NULL && text[0] == '$' && dx_json_get(dx_json_get(&r->c->document, "params"), text + 1) == NULL)
			return dx_err_set_at(r->err, INVALID, at, "there is no param \"%.64s\"", text);
	}
	for (size_t k = 0; k < 3; k++)
		if (dx_json_get(scan, members[k]) == NULL)
			return dx_err_set_at(r->err, INVALID, at, "%s is missing", members[k]);
	return dx_json_get(scan, "prefix") != NULL ? 0 : dx_err_set_at(r->err, INVALID, at, "prefix is missing");
}

/* --- the whole --- */

/* Room for every name there can be; the page's own stand first. */
static void
begin_names(struct dx_contract_reader *r)
{
	static const char *const own[] = { "now", "i", "key", "sha256", "included", "failed" };
	const struct dx_json *doc = &r->c->document, *params = dx_json_get(doc, "params"), *rules = dx_json_get(doc, "rules");
	size_t room = sizeof(own) / sizeof(own[0]) + DX_CONTRACT_INPUTS + 1;

	room += dx_json_is(params, DX_JSON_OBJECT) ? params->count : 0;
	room += dx_json_is(rules, DX_JSON_ARRAY) ? rules->count : 0;
	r->known = dx_arena_alloc(&r->c->arena, room * sizeof(*r->known));
	memset(r->known, 0, room * sizeof(*r->known));
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		r->known[r->known_count++] = own[i];
}

static int
read_params(struct dx_contract_reader *r, struct dx_pick *top)
{
	const struct dx_json *params = dx_pick_type(top, "params", DX_JSON_OBJECT, false);

	if (params == NULL)
		return top->failed ? -1 : 0;
	for (uint32_t i = 0; i < params->count; i++)
		if (know(r, params->u.members[i].name, "/params") != 0)
			return -1;
	return dx_params_parse(r, params);
}

static int
read_document(struct dx_contract_reader *r)
{
	struct dx_contract *c = r->c;
	struct dx_pick p;

	begin_names(r);
	dx_pick_begin(&p, &c->document, "", INVALID, INVALID, r->err);
	(void)dx_pick_enum(&p, "schema", schema_names, -1);
	c->kind = dx_pick_text(&p, "kind", 1, 64, true);
	c->title = dx_pick_text(&p, "title", 1, 200, true);
	c->version = dx_pick_int(&p, "version", 1, INT32_MAX, -1);
	if (c->version < 0)
		dx_pick_fail(&p, "version", "must be an integer from 1 on");
	c->time = dx_pick_text(&p, "time", 1, DX_FORMULA_MAX, false);
	if (c->time == NULL)
		c->time = ".captured_at";
	if (!p.failed && !dx_name_is(c->kind, 64))
		dx_pick_fail(&p, "kind", "must be [a-z][a-z0-9_]{0,63}, is \"%.70s\"", c->kind);
	if (p.failed || read_inputs(r, &p) != 0 || read_params(r, &p) != 0 || read_templates(r, &p) != 0 ||
	    read_includes(r, &p) != 0 || read_rules(r, &p) != 0)
		return -1;
	for (size_t i = 0; i < c->input_count; i++)
		if (c->inputs[i].scan != NULL && check_scan(r, i) != 0)
			return -1;
	return dx_pick_end(&p);
}

static int
check_time(struct dx_contract_reader *r)
{
	const struct dx_formula *path;
	struct dx_err err = { 0 };

	if (dx_formula_parse_path(&r->c->arena, r->c->time, r->known, &path, &err) == 0)
		return 0;
	return dx_err_set_at(r->err, INVALID, "/time", "%s", err.text);
}

static void
digest(struct dx_contract *c)
{
	struct dx_buf bytes = { 0 };

	dx_json_canon(&c->document, &bytes);
	dx_sha256(bytes.data, bytes.len, &c->sha256);
	dx_buf_release(&bytes);
}

int
dx_contract_parse(const char *text, size_t len, struct dx_contract **out, struct dx_err *err)
{
	struct dx_contract *c = dx_alloc(sizeof(*c));
	struct dx_contract_reader r = { .c = c, .err = err };
	struct dx_err why = { 0 };

	memset(c, 0, sizeof(*c));
	c->nums = dx_nums_new();
	if (len > DX_JSON_MAX) {
		dx_err_set(err, INVALID, "a contract has at most %u bytes", DX_JSON_MAX);
	} else if (dx_json_parse(&c->arena, dx_arena_dup(&c->arena, text, len), len, DX_JSON_OURS, &c->document, &why) != 0) {
		dx_err_set_at(err, INVALID, why.at, "%s: %s", dx_reason_code(why.reason), why.text);
	} else if (read_document(&r) == 0 && check_time(&r) == 0) {
		digest(c);
		*out = c;
		return 0;
	}
	dx_contract_free(c);
	return -1;
}

void
dx_contract_free(struct dx_contract *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->rule_count; i++)
		dx_pattern_free(c->rules[i].compiled);
	dx_nums_free(c->nums);
	dx_arena_release(&c->arena);
	free(c);
}
