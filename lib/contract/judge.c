/* judge: a contract over its inputs (evidence page 2): the files themselves, includes, then the rules in their order. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/inner.h"

#define INVALID		DX_R_EVIDENCE_CONTRACT_INVALID

static int	run(struct dx_run *r);

/* --- the files themselves --- */

/* The dotted id of a file rule, or what the contract calls it. */
static const char *
file_rule(struct dx_arena *a, const struct dx_contract_input_spec *spec, const struct dx_contract_input *in)
{
	const char *code, *as;
	char *id;

	if (in->state == DX_INPUT_REFUSED && in->rule != NULL)
		return dx_arena_dup(a, in->rule, strlen(in->rule));
	code = in->state == DX_INPUT_REFUSED ? dx_reason_code(in->why.reason) : in->state == DX_INPUT_READ ? "json_not_object" : "json_missing";
	id = dx_arena_dup(a, code, strlen(code));
	if (strncmp(id, "json_", 5) == 0)
		id[4] = '.';
	else if (strncmp(id, "media_", 6) == 0)
		id[5] = '.';
	as = dx_json_get_str(spec->as, id);
	return as != NULL ? dx_arena_dup(a, as, strlen(as)) : id;
}

/* What is wrong with a file, without its name, which the report has already. */
static const char *
behind_path(const struct dx_contract_input *in)
{
	const char *path = in->path != NULL && strcmp(in->path, "-") == 0 ? "stdin" : in->path;
	size_t n = path != NULL ? strlen(path) : 0;

	return n > 0 && strncmp(in->why.text, path, n) == 0 && strncmp(in->why.text + n, ": ", 2) == 0 ? in->why.text + n + 2 : in->why.text;
}

/* Cut like every value of a report. */
static const char *
shown(struct dx_arena *a, const char *words)
{
	const struct dx_value v = { .type = DX_VALUE_TEXT, .text = words };
	struct dx_buf out = { 0 };
	const char *cut;

	dx_value_show(&v, &out);
	cut = out.len > 0 ? dx_arena_dup(a, out.data, out.len) : "";
	dx_buf_release(&out);
	return cut;
}

static void
judge_file(struct dx_run *r, size_t i)
{
	const struct dx_contract_input_spec *spec = &r->contract->inputs[i];
	const struct dx_contract_input *in = &r->c->inputs[i];
	struct dx_arena *a = r->tally->a;
	struct dx_failure f = { .at = "", .offset = DX_JSON_NOWHERE };

	if (in->state == DX_INPUT_NOT_GIVEN && spec->optional)
		return;
	if (in->state == DX_INPUT_READ && (spec->media != DX_MEDIA_JSON || in->doc.root.type == DX_JSON_OBJECT))
		return;
	f.rule = file_rule(a, spec, in);
	switch (in->state) {
	case DX_INPUT_READ:
		f.expected = "an object";
		f.found = "another value at the top";
		f.offset = in->doc.root.offset;
		break;
	case DX_INPUT_NOT_GIVEN:
	case DX_INPUT_MISSING:
		f.expected = "a regular file";
		f.found = in->why.reason != DX_OK ? shown(a, behind_path(in)) : "no file";
		break;
	case DX_INPUT_REFUSED:
		f.expected = dx_media_names[spec->media];
		f.found = shown(a, behind_path(in));
		f.line = in->doc.line;
		f.column = in->doc.column;
		break;
	}
	f.message = dx_arena_printf(a, "expected %s, found %s", f.expected, f.found);
	f.remedy = in->state == DX_INPUT_REFUSED ? NULL : "Give the file, or write it anew.";
	dx_tally_fail_input(r->tally, r->outer[i], &f);
}

static void
digest_of(const struct dx_doc *d, struct dx_sha256 *out)
{
	struct dx_buf bytes = { 0 };

	if (d->media != DX_MEDIA_JSON) {
		*out = d->sha256;
		return;
	}
	dx_json_canon(&d->root, &bytes);
	dx_sha256(bytes.data, bytes.len, out);
	dx_buf_release(&bytes);
}

static bool
is_template(const struct dx_contract *c, const struct dx_doc *d)
{
	struct dx_sha256 digest;

	if (dx_json_is(dx_json_get(&d->root, "template"), DX_JSON_TRUE))
		return true;
	if (c->template_count == 0)
		return false;
	digest_of(d, &digest);
	for (size_t i = 0; i < c->template_count; i++)
		if (memcmp(&digest, &c->templates[i], sizeof(digest)) == 0)
			return true;
	return false;
}

static bool
reported(const struct dx_tally *t, const char *rule, int input)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->failures[i].input == input && strcmp(t->failures[i].rule, rule) == 0)
			return true;
	return false;
}

static void
judge_template(struct dx_run *r, size_t i)
{
	const struct dx_contract_input_spec *spec = &r->contract->inputs[i];
	const struct dx_contract_input *in = &r->c->inputs[i];
	const char *as = dx_json_get_str(spec->as, "artifact.template");
	struct dx_failure f = { .rule = as != NULL ? as : "artifact.template", .at = "", .expected = "evidence", .found = "a blank form",
	    .message = "expected evidence, found a blank form", .remedy = "Fill the form in with what was measured." };

	if (r->c->level != DX_LEVEL_STRICT || in->state != DX_INPUT_READ || !is_template(r->contract, &in->doc) ||
	    reported(r->tally, f.rule, r->outer[i]))
		return;
	f.rule = dx_arena_dup(r->tally->a, f.rule, strlen(f.rule));
	f.offset = in->doc.root.offset;
	dx_tally_fail_input(r->tally, r->outer[i], &f);
	r->own_failures++;
}

/* --- includes --- */

static struct dx_json
json_of(struct dx_arena *a, const struct dx_value *v)
{
	struct dx_buf b = { 0 };
	struct dx_json out = dx_json_null();

	switch (v->type) {
	case DX_VALUE_NULL:
		break;
	case DX_VALUE_BOOL:
		out = dx_json_bool(v->b);
		break;
	case DX_VALUE_NUMBER:
		dx_num_print(v->number, 12, &b);
		out = dx_json_string(a, b.data);
		break;
	case DX_VALUE_TEXT:
		out = dx_json_string(a, v->text);
		break;
	case DX_VALUE_LIST:
		out = dx_json_array();
		for (size_t i = 0; i < v->count && i < 100; i++)
			dx_json_push(a, &out, json_of(a, &v->items[i]));
		break;
	case DX_VALUE_NODE:
		dx_value_show(v, &b);
		out = dx_json_string(a, b.data);
		break;
	}
	dx_buf_release(&b);
	return out;
}

/* A param handed on: whole, and decimals to their last digit; what a report shows is less. */
static struct dx_json
param_of(struct dx_arena *a, const struct dx_value *v)
{
	struct dx_json out = dx_json_array();
	struct dx_buf b = { 0 };

	if (v->type == DX_VALUE_NODE && v->spot != NULL && v->spot->node != NULL)
		return *v->spot->node;
	if (v->type == DX_VALUE_NUMBER) {
		dx_num_print(v->number, DX_NUM_EXPONENT, &b);
		out = dx_json_string(a, b.data);
		dx_buf_release(&b);
		return out;
	}
	if (v->type != DX_VALUE_LIST)
		return json_of(a, v);
	for (size_t i = 0; i < v->count; i++)
		dx_json_push(a, &out, param_of(a, &v->items[i]));
	return out;
}

static int
include_params(struct dx_run *r, const struct dx_contract_include *inc, const struct dx_contract *inner, struct dx_json *out)
{
	const char *const *none = NULL;
	struct dx_json given = dx_json_object();

	for (uint32_t i = 0; inc->params != NULL && i < inc->params->count; i++) {
		const struct dx_member *m = &inc->params->u.members[i];
		const char *text = dx_json_str(&m->value);
		const struct dx_formula *f;
		struct dx_value v;
		struct dx_buf why = { 0 };
		int rc;

		if (text == NULL || text[0] != '$') {
			dx_json_put(&r->keep, &given, m->name, m->value);
			continue;
		}
		if (dx_formula_parse(&r->keep, text, none, &f, r->err) != 0)
			return -1;
		if ((rc = dx_judge_eval(r, f, &v, &why)) != 0)
			dx_err_set(r->err, DX_R_PARAM_INVALID, "include %s, parameter %s: %s", inc->kind, m->name, why.len > 0 ? why.data : "");
		dx_buf_release(&why);
		if (rc != 0)
			return -1;
		if (v.type != DX_VALUE_NULL)
			dx_json_put(&r->keep, &given, m->name, param_of(&r->keep, &v));
	}
	if (dx_contract_params(inner, &given, &r->keep, out, r->err) != 0)
		return dx_err_in(r->err, "include %s", inc->kind);
	return 0;
}

/* The number of this contract's input that serves the inner one's input k; -1: none. */
static int
input_for(const struct dx_run *r, const struct dx_contract_include *inc, const struct dx_contract *inner, size_t k)
{
	const char *role = inner->input_count == 1 ? inc->role : inner->inputs[k].role;

	for (size_t i = 0; i < r->contract->input_count; i++)
		if (strcmp(r->contract->inputs[i].role, role) == 0 && r->contract->inputs[i].media == inner->inputs[k].media)
			return (int)i;
	return -1;
}

static int
include_one(struct dx_run *r, const struct dx_contract_include *inc, const struct dx_contract *inner, bool *passed)
{
	struct dx_contract_input inputs[DX_CONTRACT_INPUTS];
	int outer[DX_CONTRACT_INPUTS], at;
	struct dx_contract_case c = *r->c;
	struct dx_json params;
	struct dx_run in = { .c = &c, .contract = inner, .tally = r->tally, .outer = outer, .depth = r->depth + 1, .err = r->err };
	size_t before = r->tally->count + r->tally->dropped;

	*passed = false;
	for (size_t k = 0; k < inner->input_count; k++) {
		if ((at = input_for(r, inc, inner, k)) < 0)
			return dx_err_set(r->err, INVALID, "include %s: no input of role and media of its %s", inc->kind, inner->inputs[k].role);
		if (dx_failed_covers(&r->failed, &r->roots[at]) || r->c->inputs[at].state != DX_INPUT_READ)
			return 0;
		inputs[k] = r->c->inputs[at];
		outer[k] = r->outer[at];
	}
	if (include_params(r, inc, inner, &params) != 0)
		return -1;
	c.contract = inner;
	c.level = r->c->level == DX_LEVEL_BASE ? DX_LEVEL_BASE : inc->level;
	c.params = &params;
	c.inputs = inputs;
	if (run(&in) != 0)
		return -1;
	*passed = r->tally->count + r->tally->dropped == before;
	return 0;
}

static int
run_includes(struct dx_run *r)
{
	for (size_t i = 0; i < r->contract->include_count; i++) {
		const struct dx_contract_include *inc = &r->contract->includes[i];
		const struct dx_json *known = dx_json_get(&r->included, inc->role);
		const struct dx_contract *inner = NULL;
		bool passed;

		if (r->depth >= DX_INCLUDE_DEPTH || r->c->find == NULL)
			return dx_err_set(r->err, INVALID, "include %s: contracts include each other too deep", inc->kind);
		if (r->c->find(r->c->ctx, inc->kind, &inner, r->err) != 0)
			return dx_err_in(r->err, "include %s", inc->kind);
		if (include_one(r, inc, inner, &passed) != 0)
			return -1;
		if (known != NULL && known->type == DX_JSON_FALSE)
			passed = false;
		dx_json_set(&r->keep, &r->included, inc->role, dx_json_bool(passed));
	}
	return 0;
}

/* --- a run --- */

static void
compute(struct dx_run *r, size_t n)
{
	const struct dx_let *let = &r->lets[n];

	dx_judge_let(r, n);
	if (let->state == DX_LET_VALUE)
		dx_json_put(&r->keep, &r->computed, r->contract->rules[n].let, json_of(&r->keep, &let->value));
}

static int
run_rules(struct dx_run *r)
{
	const struct dx_contract *c = r->contract;

	for (size_t n = 0; n < c->rule_count && !dx_tally_over(r->tally); n++) {
		if (c->rules[n].let != NULL)
			compute(r, n);
		else if ((c->rules[n].level == DX_LEVEL_BASE || r->c->level == DX_LEVEL_STRICT) && dx_judge_rule(r, n) != 0)
			return -1;
	}
	return 0;
}

static int
run(struct dx_run *r)
{
	int rc;

	dx_judge_begin(r);
	for (size_t i = 0; i < r->contract->input_count; i++) {
		if (r->depth == 0)
			judge_file(r, i);
		judge_template(r, i);
	}
	rc = run_includes(r);
	if (rc == 0)
		rc = run_rules(r);
	if (r->depth == 0 && rc == 0)
		r->computed = dx_json_copy(r->tally->a, &r->computed);
	dx_judge_end(r);
	return rc;
}

static void
too_much(struct dx_tally *t, const struct dx_contract *c)
{
	struct dx_failure f = { .rule = "media.too_large", .at = "", .offset = DX_JSON_NOWHERE, .expected = "less to judge",
	    .found = "more values than one run may read", .message = "the artifact has more values than one run may read" };

	if (dx_tally_over(t))
		dx_tally_fail_input(t, c->input_count > 0 ? 0 : -1, &f);
}

int
dx_contract_judge(const struct dx_contract_case *c, struct dx_arena *a, struct dx_json *report, struct dx_err *err)
{
	static const int outer[DX_CONTRACT_INPUTS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct dx_tally t = { .a = a, .left = DX_STEPS_MAX };
	struct dx_run r = { .c = c, .contract = c->contract, .tally = &t, .outer = outer, .err = err };
	int rc = run(&r);

	if (rc == 0)
		too_much(&t, c->contract);
	if (rc == 0 && t.judged == 0 && t.count == 0)
		rc = dx_err_set(err, DX_R_EVIDENCE_NOTHING_JUDGED, "no rule of %s applies to this at level %s", c->contract->kind,
		    dx_level_names[c->level]);
	if (rc == 0)
		dx_tally_report(&t, c, &r.computed, report);
	free(t.failures);
	free(t.skips);
	return rc;
}
