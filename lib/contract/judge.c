/* judge: a contract over its inputs (evidence page 2): the files themselves, includes, then the rules in their order. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/inner.h"

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

/* --- a run --- */

struct dx_json
dx_value_json(struct dx_arena *a, const struct dx_value *v)
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
			dx_json_push(a, &out, dx_value_json(a, &v->items[i]));
		break;
	case DX_VALUE_NODE:
		dx_value_show(v, &b);
		out = dx_json_string(a, b.data);
		break;
	}
	dx_buf_release(&b);
	return out;
}

static void
compute(struct dx_run *r, size_t n)
{
	const struct dx_let *let = &r->lets[n];

	dx_judge_let(r, n);
	if (let->state == DX_LET_VALUE)
		dx_json_put(&r->keep, &r->computed, r->contract->rules[n].let, dx_value_json(&r->keep, &let->value));
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

int
dx_judge_run(struct dx_run *r)
{
	int rc;

	dx_judge_begin(r);
	for (size_t i = 0; i < r->contract->input_count; i++) {
		if (r->depth == 0)
			judge_file(r, i);
		judge_template(r, i);
	}
	rc = dx_judge_includes(r);
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
	int rc = dx_judge_run(&r);

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
