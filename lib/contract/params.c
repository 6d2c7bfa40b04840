/* params: what a contract lets its user choose (evidence page 2.1, `params`). */
#include <float.h>
#include <math.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "contract/inner.h"
#include "json/pick.h"
#include "json/pointer.h"

#define INVALID		DX_R_EVIDENCE_CONTRACT_INVALID

static const char *const type_names[] = { "number", "integer", "text", "bool", "list", "map", NULL };

static bool
is_numeric(enum dx_param_type t)
{
	return t == DX_PARAM_NUMBER || t == DX_PARAM_INTEGER;
}

/* A number, or one written as text; NULL: neither, or beyond the doubles (1e999 would switch a bound off). */
static const struct dx_num *
number_of(struct dx_nums *nums, const struct dx_json *v)
{
	const struct dx_num *n = NULL;

	if (dx_json_is(v, DX_JSON_NUMBER) || dx_json_is(v, DX_JSON_STRING))
		n = dx_num_parse(nums, v->u.text, v->count);
	return n != NULL && fabs(dx_num_double(n)) < DBL_MAX ? n : NULL;
}

/* --- declarations --- */

static const struct dx_num *
read_bound(struct dx_contract_reader *r, struct dx_pick *p, const char *name, enum dx_param_type type)
{
	const struct dx_json *v = dx_pick_any(p, name);
	const struct dx_num *n;

	if (v == NULL)
		return NULL;
	if ((n = number_of(r->c->nums, v)) == NULL)
		dx_pick_fail(p, name, "must be a number, or one as text");
	else if (!is_numeric(type))
		dx_pick_fail(p, name, "a param of type %s has no bounds", type_names[type]);
	return n;
}

static bool	fits(const struct dx_param *param, const struct dx_json *v, struct dx_nums *nums, char why[static 128]);

static int
read_param(struct dx_contract_reader *r, const struct dx_json *v, const char *at, struct dx_param *out)
{
	const struct dx_json *preset;
	char why[128];
	struct dx_pick p;
	int type;

	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	type = dx_pick_enum(&p, "type", type_names, -1);
	out->type = type < 0 ? DX_PARAM_TEXT : (enum dx_param_type)type;
	out->min = read_bound(r, &p, "min", out->type);
	out->max = read_bound(r, &p, "max", out->type);
	out->above = read_bound(r, &p, "above", out->type);
	preset = dx_pick_any(&p, "default");
	out->preset = preset != NULL ? *preset : dx_json_null();
	if (!p.failed && preset != NULL && !fits(out, preset, r->c->nums, why))
		dx_pick_fail(&p, "default", "%s", why);
	return dx_pick_end(&p);
}

int
dx_params_parse(struct dx_contract_reader *r, const struct dx_json *v)
{
	struct dx_contract *c = r->c;
	struct dx_buf at = { 0 };
	int rc = 0;

	c->params = dx_arena_alloc(&c->arena, v->count * sizeof(*c->params));
	memset(c->params, 0, v->count * sizeof(*c->params));
	for (uint32_t i = 0; i < v->count && rc == 0; i++) {
		const struct dx_member *m = &v->u.members[i];

		dx_buf_reset(&at);
		dx_buf_puts(&at, "/params");
		dx_pointer_name(&at, m->name);
		c->params[i].name = m->name;
		rc = read_param(r, &m->value, at.data, &c->params[i]);
		c->param_count++;
	}
	dx_buf_release(&at);
	return rc;
}

/* --- values --- */

static bool
in_bounds(const struct dx_param *param, const struct dx_num *n, char why[static 128])
{
	const char *what = NULL;
	const struct dx_num *bound = NULL;
	struct dx_buf b = { 0 };

	if (param->min != NULL && dx_num_cmp(n, param->min) < 0) {
		what = "at least";
		bound = param->min;
	} else if (param->above != NULL && dx_num_cmp(n, param->above) <= 0) {
		what = "more than";
		bound = param->above;
	} else if (param->max != NULL && dx_num_cmp(n, param->max) > 0) {
		what = "at most";
		bound = param->max;
	}
	if (what == NULL)
		return true;
	dx_num_print(bound, 12, &b);
	snprintf(why, 128, "must be %s %.60s", what, b.data);
	dx_buf_release(&b);
	return false;
}

static bool
fits(const struct dx_param *param, const struct dx_json *v, struct dx_nums *nums, char why[static 128])
{
	static const char *const needs[] = { "a number", "an integer", "text that is not blank", "true or false", "a list", "an object" };
	const struct dx_num *n;
	bool good = false;

	switch (param->type) {
	case DX_PARAM_NUMBER:
	case DX_PARAM_INTEGER:
		n = number_of(nums, v);
		if (n != NULL && (param->type == DX_PARAM_NUMBER || dx_num_is_integer(n)))
			return in_bounds(param, n, why);
		break;
	case DX_PARAM_TEXT:
		good = dx_json_is(v, DX_JSON_STRING) && !dx_text_blank(v->u.text);
		break;
	case DX_PARAM_BOOL:
		good = dx_json_is_bool(v);
		break;
	case DX_PARAM_LIST:
		good = dx_json_is(v, DX_JSON_ARRAY);
		break;
	case DX_PARAM_MAP:
		good = dx_json_is(v, DX_JSON_OBJECT);
		break;
	}
	if (!good)
		snprintf(why, 128, "must be %s", needs[param->type]);
	return good;
}

static bool
ends(const char *s, const char *tail)
{
	size_t n = strlen(s), k = strlen(tail);

	return n >= k && strcmp(s + n - k, tail) == 0;
}

/* Bounds on ages have reasons of their own (evidence page 1, "Freshness"). */
static enum dx_reason
reason_of(const char *name)
{
	if (!ends(name, "_age_hours") && !ends(name, "_age_days") && !ends(name, "_age_minutes"))
		return DX_R_PARAM_INVALID;
	return strstr(name, "_source_age_") != NULL ? DX_R_PARAM_MAX_SOURCE_AGE : DX_R_PARAM_MAX_AGE;
}

static const struct dx_param *
find(const struct dx_contract *c, const char *name, size_t n)
{
	for (size_t i = 0; i < c->param_count; i++)
		if (strlen(c->params[i].name) == n && memcmp(c->params[i].name, name, n) == 0)
			return &c->params[i];
	return NULL;
}

static int
refuse(const struct dx_param *param, struct dx_err *err, const char *why)
{
	struct dx_buf at = { 0 };

	dx_pointer_name(&at, param->name);
	dx_err_set_at(err, reason_of(param->name), at.data, "parameter %s: %s", param->name, why);
	dx_buf_release(&at);
	return -1;
}

/* One form for one number: integers as such, decimals as text (conventions, "Input and output"). */
static struct dx_json
plain(const struct dx_param *param, const struct dx_json *v, struct dx_nums *nums, struct dx_arena *a)
{
	const struct dx_num *n;
	struct dx_json out;
	struct dx_buf b = { 0 };
	int64_t i;

	if (!is_numeric(param->type) || (n = number_of(nums, v)) == NULL)
		return *v;
	if (dx_num_int64(n, &i) && i <= INT64_C(9007199254740991) && i >= -INT64_C(9007199254740991))
		return dx_json_int(a, i);
	/* Written as it was when that is a plain decimal; else (an exponent) without it: a bound of 1e-13 is not one of 0. */
	if (memchr(v->u.text, 'e', v->count) == NULL && memchr(v->u.text, 'E', v->count) == NULL)
		dx_buf_add(&b, v->u.text, v->count);
	else
		dx_num_print(n, DX_NUM_DIGITS, &b);
	out = dx_json_string(a, b.data);
	dx_buf_release(&b);
	return out;
}

int
dx_contract_params(const struct dx_contract *c, const struct dx_json *given, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_nums *nums = dx_nums_new();
	char why[128];
	int rc = 0;

	*out = dx_json_object();
	if (given != NULL && !dx_json_is(given, DX_JSON_OBJECT))
		rc = dx_err_set(err, DX_R_PARAM_INVALID, "parameters must be an object");
	for (uint32_t i = 0; rc == 0 && given != NULL && i < given->count; i++)
		if (find(c, given->u.members[i].name, given->u.members[i].name_len) == NULL)
			rc = dx_err_set(err, DX_R_PARAM_INVALID, "%s has no parameter \"%.64s\"", c->kind, given->u.members[i].name);
	for (size_t i = 0; i < c->param_count && rc == 0; i++) {
		const struct dx_param *param = &c->params[i];
		const struct dx_json *v = dx_json_get(given, param->name);

		if (v == NULL || (v->type == DX_JSON_NULL && param->preset.type == DX_JSON_NULL))
			v = &param->preset;
		else if (!fits(param, v, nums, why))
			rc = refuse(param, err, why);
		dx_json_put(a, out, param->name, plain(param, v, nums, a));
	}
	dx_nums_free(nums);
	return rc;
}

/* The text of a value, read as the declared type says. */
static int
value_of(const struct dx_param *param, const char *text, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_err why = { 0 };
	size_t n = strlen(text);

	switch (param->type) {
	case DX_PARAM_NUMBER:
	case DX_PARAM_INTEGER:
	case DX_PARAM_TEXT:
		*out = dx_json_string(a, text);
		return 0;
	case DX_PARAM_BOOL:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			return refuse(param, err, "must be true or false");
		*out = dx_json_bool(text[0] == 't');
		return 0;
	case DX_PARAM_LIST:
	case DX_PARAM_MAP:
		break;
	}
	if (dx_json_parse(a, dx_arena_dup(a, text, n), n, DX_JSON_OURS, out, &why) != 0)
		return refuse(param, err, why.text);
	return 0;
}

int
dx_contract_param_text(const struct dx_contract *c, const char *text, struct dx_arena *a, struct dx_json *given, struct dx_err *err)
{
	const char *equals = strchr(text, '=');
	const struct dx_param *param;
	struct dx_nums *nums;
	struct dx_json v;
	char why[128];
	bool good;

	if (equals == NULL)
		return dx_err_set(err, DX_R_PARAM_INVALID, "\"%.64s\" must be name=value", text);
	if ((param = find(c, text, (size_t)(equals - text))) == NULL)
		return dx_err_set(err, DX_R_PARAM_INVALID, "%s has no parameter \"%.*s\"", c->kind,
		    (int)(equals - text < 64 ? equals - text : 64), text);
	if (dx_json_get(given, param->name) != NULL)
		return refuse(param, err, "is given twice");
	if (value_of(param, equals + 1, a, &v, err) != 0)
		return -1;
	nums = dx_nums_new();
	good = fits(param, &v, nums, why);
	if (good)
		dx_json_put(a, given, param->name, plain(param, &v, nums, a));
	dx_nums_free(nums);
	return good ? 0 : refuse(param, err, why);
}
