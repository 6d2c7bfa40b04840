/* judge_run: what one run of a contract knows: its inputs, names, lets and what has failed so far. */
#include <string.h>

#include "base/time.h"
#include "contract/inner.h"

void
dx_judge_touch(struct dx_run *r, const struct dx_spot *s)
{
	(void)dx_scope_spend(&r->scope, 1);
	if (!r->read_failed && dx_failed_covers(&r->failed, s))
		r->read_failed = true;
}

static void
touch(void *ctx, const struct dx_spot *s)
{
	dx_judge_touch(ctx, s);
}

/* --- lets --- */

/* A let is evaluated on the whole document, wherever it is read. */
static int
eval_let(struct dx_run *r, const struct dx_contract_rule *rule, struct dx_arena *arena, struct dx_nums *nums, struct dx_value *out,
    struct dx_buf *why)
{
	struct dx_scope scope = r->scope;
	bool in_for = r->in_for;
	int rc;

	scope.arena = arena;
	scope.nums = nums;
	scope.dot = scope.document != NULL ? scope.document : &r->nowhere;
	r->in_for = false;
	rc = dx_formula_eval(rule->value, &scope, out, why);
	r->in_for = in_for;
	return rc;
}

void
dx_judge_let(struct dx_run *r, size_t n)
{
	struct dx_let *let = &r->lets[n];
	struct dx_buf why = { 0 };
	int rc;

	r->read_failed = false;
	rc = eval_let(r, &r->contract->rules[n], &r->keep, r->kept, &let->value, &why);
	/* $failed lives no longer than a rule does. */
	if (rc == 0 && let->value.type == DX_VALUE_NUMBER)
		let->value.number = dx_num_copy(r->kept, let->value.number);
	let->failed_seen = r->failed.count;
	let->state = r->read_failed ? DX_LET_SKIPPED : rc == 0 ? DX_LET_VALUE : DX_LET_UNEVALUABLE;
	let->why = rc != 0 && why.len > 0 ? dx_arena_dup(&r->keep, why.data, why.len) : "";
	dx_buf_release(&why);
}

/* What a let has read may have failed since: it is read once more for that, when something has failed at all. */
static void
refresh_let(struct dx_run *r, size_t n)
{
	struct dx_let *let = &r->lets[n];
	struct dx_value again;
	struct dx_buf why = { 0 };
	bool before = r->read_failed;

	if (let->state == DX_LET_SKIPPED || let->failed_seen == r->failed.count)
		return;
	let->failed_seen = r->failed.count;
	r->read_failed = false;
	(void)eval_let(r, &r->contract->rules[n], &r->place, r->scratch, &again, &why);
	if (r->read_failed)
		let->state = DX_LET_SKIPPED;
	r->read_failed = before;
	dx_buf_release(&why);
}

static int
name_let(struct dx_run *r, size_t n, struct dx_value *out, struct dx_buf *why)
{
	struct dx_let *let = &r->lets[n];

	refresh_let(r, n);
	switch (let->state) {
	case DX_LET_VALUE:
		*out = let->value;
		return 0;
	case DX_LET_SKIPPED:
		r->read_failed = true;
		dx_buf_printf(why, "$%s reads a value that has failed", r->contract->rules[n].let);
		return -1;
	case DX_LET_UNEVALUABLE:
		dx_buf_printf(why, "$%s: %s", r->contract->rules[n].let, let->why);
		return -1;
	case DX_LET_UNBOUND:
		break;
	}
	dx_buf_printf(why, "$%s is not bound yet", r->contract->rules[n].let);
	return -1;
}

/* --- names --- */

static void
number(struct dx_run *r, int64_t n, struct dx_value *out)
{
	*out = (struct dx_value){ .type = DX_VALUE_NUMBER, .number = dx_num_int(r->scratch, n) };
}

static void
node(const struct dx_spot *spot, struct dx_value *out)
{
	*out = (struct dx_value){ .type = DX_VALUE_NODE, .spot = spot };
}

/* $now, $i, $key, $failed, $sha256, $included.  1: none of them. */
static int
name_reserved(struct dx_run *r, const char *name, struct dx_value *out, struct dx_buf *why)
{
	if (strcmp(name, "now") == 0) {
		*out = (struct dx_value){ .type = DX_VALUE_TEXT, .text = r->now };
	} else if (strcmp(name, "failed") == 0) {
		number(r, (int64_t)r->own_failures, out);
	} else if (strcmp(name, "sha256") == 0) {
		node(&r->sha256_spot, out);
	} else if (strcmp(name, "included") == 0) {
		node(&r->included_spot, out);
	} else if (strcmp(name, "i") != 0 && strcmp(name, "key") != 0) {
		return 1;
	} else if (!r->in_for) {
		dx_buf_printf(why, "$%s has a value only under `for`", name);
		return -1;
	} else if (name[0] == 'i') {
		number(r, (int64_t)r->for_index, out);
	} else if (r->for_spot->name == NULL) {
		dx_buf_puts(why, "$key has a value only for members");
		return -1;
	} else {
		*out = (struct dx_value){ .type = DX_VALUE_TEXT, .text = r->for_spot->name };
	}
	return 0;
}

static int
name_input(struct dx_run *r, size_t i, struct dx_value *out)
{
	const struct dx_spot *root = &r->roots[i];

	dx_judge_touch(r, root);
	*out = (struct dx_value){ .type = root->node != NULL ? DX_VALUE_NODE : DX_VALUE_NULL, .spot = root };
	return 0;
}

static int
name(void *ctx, const char *name, struct dx_value *out, struct dx_buf *why)
{
	struct dx_run *r = ctx;
	const struct dx_contract *c = r->contract;
	int rc = name_reserved(r, name, out, why);

	if (rc <= 0)
		return rc;
	for (size_t i = 0; i < c->param_count; i++)
		if (strcmp(c->params[i].name, name) == 0) {
			*out = r->params[i];
			if (out->spot != NULL)
				dx_judge_touch(r, out->spot);
			return 0;
		}
	for (size_t i = 0; i < c->input_count; i++)
		if (strcmp(c->inputs[i].role, name) == 0)
			return name_input(r, i, out);
	for (size_t i = 0; i < c->rule_count; i++)
		if (c->rules[i].let != NULL && strcmp(c->rules[i].let, name) == 0)
			return name_let(r, i, out, why);
	dx_buf_printf(why, "there is no $%s", name);
	return -1;
}

/* --- the start of a run --- */

static void
bind_params(struct dx_run *r)
{
	const struct dx_contract *c = r->contract;
	struct dx_spot *spots = dx_arena_alloc(&r->keep, (c->param_count + 1) * sizeof(*spots));

	r->params = dx_arena_alloc(&r->keep, (c->param_count + 1) * sizeof(*r->params));
	for (size_t i = 0; i < c->param_count; i++) {
		const struct dx_json *v = dx_json_get(r->c->params, c->params[i].name);
		bool numeric = c->params[i].type == DX_PARAM_NUMBER || c->params[i].type == DX_PARAM_INTEGER;
		struct dx_value *out = &r->params[i];

		spots[i] = (struct dx_spot){ .input = -1, .node = v };
		*out = (struct dx_value){ .type = DX_VALUE_NULL };
		if (v == NULL || v->type == DX_JSON_NULL)
			continue;
		if (!numeric) {
			(void)dx_value_of(&r->scope, &spots[i], out);
			continue;
		}
		out->number = dx_num_parse(r->kept, v->u.text, v->count);
		out->type = out->number != NULL ? DX_VALUE_NUMBER : DX_VALUE_NULL;
	}
}

/* An input that could not be read is a place that has failed. */
static void
bind_inputs(struct dx_run *r)
{
	const struct dx_contract *c = r->contract;
	char hex[DX_SHA256_HEX];

	r->sha256 = dx_json_object();
	for (size_t i = 0; i < c->input_count; i++) {
		const struct dx_contract_input *in = &r->c->inputs[i];
		bool readable = in->state == DX_INPUT_READ;

		r->roots[i] = (struct dx_spot){ .input = (int)i, .index = (uint32_t)i, .node = readable ? &in->doc.root : NULL };
		if (readable && c->inputs[i].media == DX_MEDIA_JSON && in->doc.root.type != DX_JSON_OBJECT)
			readable = false;
		if (!readable && !(in->state == DX_INPUT_NOT_GIVEN && c->inputs[i].optional))
			dx_failed_add(&r->failed, &r->roots[i]);
		if (readable && in->path != NULL) {
			dx_sha256_hex(&in->doc.sha256, hex);
			dx_json_put(&r->keep, &r->sha256, c->inputs[i].role, dx_json_string(&r->keep, hex));
		}
	}
	dx_failed_settle(&r->failed);
	r->sha256_spot = (struct dx_spot){ .input = -1, .node = &r->sha256 };
	r->included = dx_json_object();
	r->included_spot = (struct dx_spot){ .input = -1, .node = &r->included };
	r->computed = dx_json_object();
}

int
dx_judge_begin(struct dx_run *r)
{
	r->kept = dx_nums_new();
	r->scratch = dx_nums_new();
	r->nowhere = (struct dx_spot){ .input = -1 };
	dx_time_print(r->c->now, r->now);
	bind_inputs(r);
	r->scope = (struct dx_scope){ .arena = &r->keep, .nums = r->kept, .dot = &r->nowhere, .ctx = r, .name = name, .touch = touch,
	    .left = &r->tally->left };
	if (r->contract->input_count == 1)
		r->scope.document = r->scope.dot = &r->roots[0];
	bind_params(r);
	r->scope.arena = &r->place;
	r->scope.nums = r->scratch;
	r->lets = dx_arena_alloc(&r->keep, r->contract->rule_count * sizeof(*r->lets));
	memset(r->lets, 0, r->contract->rule_count * sizeof(*r->lets));
	return 0;
}

void
dx_judge_end(struct dx_run *r)
{
	dx_failed_release(&r->failed);
	dx_buf_release(&r->file_bytes);
	dx_nums_free(r->kept);
	dx_nums_free(r->scratch);
	dx_arena_release(&r->keep);
	dx_arena_release(&r->each);
	dx_arena_release(&r->place);
}

int
dx_judge_eval(struct dx_run *r, const struct dx_formula *f, struct dx_value *out, struct dx_buf *why)
{
	return dx_formula_eval(f, &r->scope, out, why);
}

/* Null stands for nothing: a param that was not given bounds nothing, and the rule fails rather than pass. */
int
dx_judge_operand(struct dx_run *r, const struct dx_operand *o, struct dx_value *out, struct dx_buf *why)
{
	if (o->formula == NULL) {
		*out = o->value;
		return 0;
	}
	if (dx_formula_eval(o->formula, &r->scope, out, why) != 0)
		return -1;
	if (out->type != DX_VALUE_NULL)
		return 0;
	dx_buf_printf(why, "%s is null", o->text);
	return -1;
}
