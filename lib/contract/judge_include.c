/* judge_include: other contracts on the same inputs, or on an object in one of them (evidence page 2.1). */
#include <string.h>

#include "contract/inner.h"

#define INVALID		DX_R_EVIDENCE_CONTRACT_INVALID

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
		return dx_value_json(a, v);
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

/* The object that an include is about: 1; 0: there is none, which is for the rules to say. */
static int
part_of(struct dx_run *r, const struct dx_contract_include *inc, struct dx_contract_input *in, const struct dx_spot **out)
{
	const struct dx_spot *const *spots;
	const struct dx_formula *path;
	struct dx_buf why = { 0 };
	size_t count = 0;
	int rc;

	if (dx_formula_parse_path(&r->keep, inc->at, NULL, &path, r->err) != 0)
		return -1;
	rc = dx_formula_spots(path, &r->scope, &spots, &count, &why);
	dx_buf_release(&why);
	if (rc != 0 || count != 1 || !dx_json_is(spots[0]->node, DX_JSON_OBJECT) || dx_failed_covers(&r->failed, spots[0]))
		return 0;
	*out = dx_spot_keep(&r->keep, spots[0]);
	in->doc.root = *spots[0]->node;
	return 1;
}

/* Pointer of the part, for what is said of it and what is in it. */
static const char *
part_pointer(struct dx_run *r, const struct dx_spot *part)
{
	struct dx_buf b = { 0 };
	const char *out;

	if (r->prefix != NULL)
		dx_buf_puts(&b, r->prefix);
	dx_spot_pointer(part, &b);
	out = dx_arena_dup(r->tally->a, b.data, b.len);
	dx_buf_release(&b);
	return out;
}

static int
include_one(struct dx_run *r, const struct dx_contract_include *inc, const struct dx_contract *inner, bool *passed)
{
	struct dx_contract_input inputs[DX_CONTRACT_INPUTS];
	int outer[DX_CONTRACT_INPUTS], at;
	struct dx_contract_case c = *r->c;
	struct dx_json params;
	struct dx_run in = { .c = &c, .contract = inner, .tally = r->tally, .outer = outer, .depth = r->depth + 1, .err = r->err };
	const struct dx_spot *part = NULL;
	size_t before = r->tally->count + r->tally->dropped;

	in.prefix = r->prefix;
	*passed = false;
	for (size_t k = 0; k < inner->input_count; k++) {
		if ((at = input_for(r, inc, inner, k)) < 0)
			return dx_err_set(r->err, INVALID, "include %s: no input of role and media of its %s", inc->kind, inner->inputs[k].role);
		if (dx_failed_covers(&r->failed, &r->roots[at]) || r->c->inputs[at].state != DX_INPUT_READ)
			return 0;
		inputs[k] = r->c->inputs[at];
		outer[k] = r->outer[at];
	}
	if (inc->at != NULL) {
		if ((at = part_of(r, inc, &inputs[0], &part)) <= 0)
			return at;
		in.prefix = part_pointer(r, part);
	}
	if (include_params(r, inc, inner, &params) != 0)
		return -1;
	c.contract = inner;
	c.level = r->c->level == DX_LEVEL_BASE ? DX_LEVEL_BASE : inc->level;
	c.params = &params;
	c.inputs = inputs;
	if (dx_judge_run(&in) != 0)
		return -1;
	*passed = r->tally->count + r->tally->dropped == before;
	if (!*passed && part != NULL) {
		dx_failed_add(&r->failed, part);
		dx_failed_settle(&r->failed);
	}
	return 0;
}

int
dx_judge_includes(struct dx_run *r)
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
