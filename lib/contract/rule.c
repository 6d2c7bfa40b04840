/* rule: one rule of a contract, strictly read (evidence page 2.1, second table). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "contract/inner.h"
#include "json/pick.h"
#include "json/pointer.h"

#define INVALID		DX_R_EVIDENCE_CONTRACT_INVALID
#define JQ_MAX		(16u << 10)	/* bytes of a program, as in rules.md */
#define IMPLIED_MAX	64

const char *const dx_rule_types[] = { "any", "object", "array", "text", "number", "integer", "bool", "timestamp", "date", "month",
    "https_url", "relpath", "sha256", "money", "decimal", "time", "trace_id", NULL };
const char *const dx_bound_names[] = { "min", "max", "above", "below", "min_items", "max_items" };

/* Dotted words of [a-z0-9_]; at most 128 bytes. */
bool
dx_rule_id_is(const char *s)
{
	size_t n = strlen(s), word = 0;

	if (n > 128)
		return false;
	for (; *s != '\0'; s++) {
		if (*s == '.' && word == 0)
			return false;
		if (*s != '.' && strchr("abcdefghijklmnopqrstuvwxyz0123456789_", *s) == NULL)
			return false;
		word = *s == '.' ? 0 : word + 1;
	}
	return word > 0;
}

static void
read_id(struct dx_contract_reader *r, struct dx_pick *p, struct dx_contract_rule *out)
{
	const char *id = dx_pick_text(p, "id", 1, 128, true);
	size_t n = id != NULL ? strlen(id) : 0;
	char stem[129];

	if (id == NULL)
		return;
	out->sub = n > 2 && strcmp(id + n - 2, ".*") == 0;
	snprintf(stem, sizeof(stem), "%.*s", (int)(out->sub ? n - 2 : n), id);
	if (!dx_rule_id_is(stem))
		dx_pick_fail(p, "id", "must be dotted words of a-z, 0-9 and _, is \"%.70s\"", id);
	out->id = id;
	(void)r;
}

/* --- paths and expressions --- */

static int
read_path(struct dx_contract_reader *r, const char *text, const char *at, struct dx_path *out)
{
	struct dx_err err = { 0 };
	const char *list;

	out->text = text;
	if (dx_formula_parse_path(&r->c->arena, text, r->known, &out->formula, &err) == 0) {
		list = dx_formula_list(out->formula, &r->c->arena);
		if (list[0] == '\0' || dx_formula_parse_path(&r->c->arena, list, r->known, &out->list, &err) == 0)
			return 0;
	}
	return dx_err_set_at(r->err, INVALID, at, "%s", err.text);
}

static void
pick_path(struct dx_contract_reader *r, struct dx_pick *p, const char *name, struct dx_path *out)
{
	const char *text = dx_pick_text(p, name, 1, DX_FORMULA_MAX, false);
	char where[320];

	if (text == NULL)
		return;
	dx_pick_where(p, name, where);
	if (read_path(r, text, where, out) != 0)
		p->failed = true;
}

static void
pick_at(struct dx_contract_reader *r, struct dx_pick *p, struct dx_contract_rule *out)
{
	const struct dx_json *v = dx_pick_any(p, "at");
	const struct dx_json *items = v;
	uint32_t n = 1;
	char where[320];

	if (v == NULL)
		return;
	dx_pick_where(p, "at", where);
	if (v->type == DX_JSON_ARRAY) {
		items = v->u.items;
		n = v->count;
	}
	if (n < 1 || n > DX_RULE_AT_MAX) {
		dx_pick_fail(p, "at", "must be a path or a list of 1 to %d", DX_RULE_AT_MAX);
		return;
	}
	out->at = dx_arena_alloc(&r->c->arena, n * sizeof(*out->at));
	memset(out->at, 0, n * sizeof(*out->at));
	for (uint32_t i = 0; i < n && !p->failed; i++, out->at_count++) {
		const char *text = dx_json_str(&items[i]);

		if (text == NULL)
			dx_pick_fail(p, "at", "must be a path or a list of them");
		else if (read_path(r, text, where, &out->at[i]) != 0)
			p->failed = true;
	}
}

static const char *
pick_expression(struct dx_contract_reader *r, struct dx_pick *p, const char *name, const struct dx_formula **out)
{
	const char *text = dx_pick_text(p, name, 1, DX_FORMULA_MAX, false);
	char where[320];

	if (text == NULL)
		return NULL;
	dx_pick_where(p, name, where);
	if (dx_formula_compile(r, text, where, out) != 0)
		p->failed = true;
	return text;
}

static void
pick_is(struct dx_contract_reader *r, struct dx_pick *p, struct dx_contract_rule *out)
{
	struct dx_comparison *sides = &out->sides;
	const char *left, *right;
	struct dx_err unused = { 0 };

	out->is_text = pick_expression(r, p, "is", &out->is);
	if (p->failed || out->is_text == NULL || !dx_comparison_split(&r->c->arena, out->is_text, &left, &sides->op, &right))
		return;
	/* A split that the grammar does not bear is none: the report then shows the expression. */
	if (dx_formula_parse(&r->c->arena, left, r->known, &sides->left, &unused) != 0 ||
	    dx_formula_parse(&r->c->arena, right, r->known, &sides->right, &unused) != 0)
		sides->left = sides->right = NULL;
}

/* --- values asked for --- */

static bool
is_reference(const char *s)
{
	return s[0] == '$' && dx_name_is(s + 1, 64);
}

static struct dx_value
literal(struct dx_contract_reader *r, const struct dx_json *v)
{
	struct dx_value out = { .type = DX_VALUE_NULL };

	if (v->type == DX_JSON_STRING) {
		out.type = DX_VALUE_TEXT;
		out.text = v->u.text;
	} else if (dx_json_is_bool(v)) {
		out.type = DX_VALUE_BOOL;
		out.b = v->type == DX_JSON_TRUE;
	} else if (v->type == DX_JSON_NUMBER && (out.number = dx_num_parse(r->c->nums, v->u.text, v->count)) != NULL) {
		out.type = DX_VALUE_NUMBER;
	}
	return out;
}

/* A scalar, or a list of scalars; "$name" in place of either. */
int
dx_operand_parse(struct dx_contract_reader *r, const struct dx_json *v, const char *at, struct dx_operand *out)
{
	struct dx_value *items;

	out->given = true;
	if (v->type == DX_JSON_STRING && is_reference(v->u.text)) {
		out->text = v->u.text;
		return dx_formula_compile(r, v->u.text, at, &out->formula);
	}
	out->value = literal(r, v);
	if (v->type != DX_JSON_ARRAY)
		return out->value.type != DX_VALUE_NULL ? 0 : dx_err_set_at(r->err, INVALID, at, "must be text, a number, true or false");
	items = dx_arena_alloc(&r->c->arena, (v->count + 1u) * sizeof(*items));
	for (uint32_t i = 0; i < v->count; i++) {
		items[i] = literal(r, &v->u.items[i]);
		if (items[i].type == DX_VALUE_NULL)
			return dx_err_set_at(r->err, INVALID, at, "item %" PRIu32 " must be text, a number, true or false", i);
	}
	out->value = (struct dx_value){ .type = DX_VALUE_LIST, .items = items, .count = v->count };
	return 0;
}

static void
pick_operand(struct dx_contract_reader *r, struct dx_pick *p, const char *name, bool list, struct dx_operand *out)
{
	const struct dx_json *v = dx_pick_any(p, name);
	char where[320];

	if (v == NULL)
		return;
	dx_pick_where(p, name, where);
	if (dx_operand_parse(r, v, where, out) != 0) {
		p->failed = true;
		return;
	}
	if (out->formula == NULL && list != (out->value.type == DX_VALUE_LIST))
		dx_pick_fail(p, name, list ? "must be a list or \"$name\"" : "must be one value or \"$name\"");
	else if (list && out->formula == NULL && out->value.count == 0)
		dx_pick_fail(p, name, "must not be empty");
}

static void
pick_bound(struct dx_contract_reader *r, struct dx_pick *p, enum dx_bound which, struct dx_operand *out)
{
	const char *name = dx_bound_names[which];
	struct dx_value *v = &out->value;
	int64_t n;

	pick_operand(r, p, name, false, out);
	if (p->failed || !out->given || out->formula != NULL)
		return;
	if (v->type == DX_VALUE_TEXT) {
		v->number = dx_num_parse(r->c->nums, v->text, strlen(v->text));
		v->type = v->number != NULL ? DX_VALUE_NUMBER : DX_VALUE_TEXT;
	}
	if (v->type != DX_VALUE_NUMBER)
		dx_pick_fail(p, name, "must be a number, one as text, or \"$name\"");
	else if (which >= DX_MIN_ITEMS && (!dx_num_int64(v->number, &n) || n < 0))
		dx_pick_fail(p, name, "must be an integer from 0 on");
}

/* text, "$name", or {"is": expression}. */
static void
pick_computed(struct dx_contract_reader *r, struct dx_pick *p, const char *name, struct dx_operand *out)
{
	const struct dx_json *v = dx_pick_any(p, name);
	struct dx_pick inner;
	char where[320];

	if (v == NULL || v->type != DX_JSON_OBJECT) {
		pick_operand(r, p, name, false, out);
		return;
	}
	dx_pick_where(p, name, where);
	dx_pick_begin(&inner, v, where, INVALID, INVALID, r->err);
	out->given = true;
	out->text = pick_expression(r, &inner, "is", &out->formula);
	if (!inner.failed && out->text == NULL)
		dx_pick_fail(&inner, "is", "is missing");
	if (dx_pick_end(&inner) != 0)
		p->failed = true;
}

static void
pick_pattern(struct dx_contract_reader *r, struct dx_pick *p, struct dx_contract_rule *out)
{
	struct dx_buf why = { 0 };

	pick_operand(r, p, "pattern", false, &out->pattern);
	if (!p->failed && out->pattern.given && out->pattern.formula == NULL) {
		if (out->pattern.value.type != DX_VALUE_TEXT)
			dx_pick_fail(p, "pattern", "must be text");
		else if ((out->compiled = dx_pattern_new(out->pattern.value.text, out->fold, &why)) == NULL)
			dx_pick_fail(p, "pattern", "%s", why.data);
	}
	dx_buf_release(&why);
}

static void
pick_file(struct dx_contract_reader *r, struct dx_pick *p, struct dx_contract_rule *out)
{
	static const char *const words[] = { "relative", "inside", "exists", "regular", NULL };
	const struct dx_json *v = dx_pick_any(p, "file");
	const struct dx_json *items = v;
	uint32_t n = v == NULL ? 0 : 1;

	if (v != NULL && v->type == DX_JSON_ARRAY) {
		items = v->u.items;
		n = v->count;
	}
	for (uint32_t i = 0; i < n; i++) {
		const char *word = dx_json_str(&items[i]);
		unsigned k = 0;

		while (word != NULL && words[k] != NULL && strcmp(words[k], word) != 0)
			k++;
		if (word == NULL || words[k] == NULL)
			dx_pick_fail(p, "file", "must be relative, inside, exists, regular, or a list of them");
		else
			out->file |= 1u << k;
	}
	if (v != NULL && out->file == 0)
		dx_pick_fail(p, "file", "must not be empty");
	pick_operand(r, p, "path", false, &out->path);
	out->until = dx_pick_text(p, "until", 1, 16, false);
	pick_computed(r, p, "contains", &out->contains);
	pick_computed(r, p, "digest", &out->digest);
	pick_computed(r, p, "size", &out->size);
	if (out->path.given && out->at_count > 0)
		dx_pick_fail(p, "path", "stands instead of `at`");
	if (out->path.given && !dx_rule_checks_files(out))
		dx_pick_fail(p, "path", "needs `file` or `contains`");
	if (out->until != NULL && !dx_rule_checks_files(out))
		dx_pick_fail(p, "until", "needs `file` or `contains`");
}

static void
pick_implied(struct dx_contract_reader *r, struct dx_pick *p, struct dx_contract_rule *out)
{
	const struct dx_json *v = dx_pick_type(p, "implied_by", DX_JSON_ARRAY, false);
	const char **ids;

	if (v == NULL)
		return;
	if (v->count < 1 || v->count > IMPLIED_MAX) {
		dx_pick_fail(p, "implied_by", "must have 1 to %d ids", IMPLIED_MAX);
		return;
	}
	ids = dx_arena_alloc(&r->c->arena, (v->count + 1u) * sizeof(*ids));
	for (uint32_t i = 0; i < v->count; i++)
		if ((ids[i] = dx_json_str(&v->u.items[i])) == NULL || !dx_rule_id_is(ids[i]))
			dx_pick_fail(p, "implied_by", "item %" PRIu32 " is no rule id", i);
	ids[v->count] = NULL;
	out->implied_by = ids;
}

static void
pick_jq(struct dx_pick *p, struct dx_contract_rule *out)
{
	const struct dx_json *v = dx_pick_type(p, "jq", DX_JSON_STRING, false);

	if (v == NULL)
		return;
	if (v->count < 1 || v->count > JQ_MAX)
		dx_pick_fail(p, "jq", "must have 1 to %u bytes", JQ_MAX);
	out->jq = v->u.text;
}

/* What the members say together. */
static void
check_rule(struct dx_pick *p, const struct dx_contract_rule *rule)
{
	if (!dx_rule_checks_values(rule) && !dx_rule_checks_files(rule) && !rule->unique && !rule->covers.given &&
	    rule->is == NULL && rule->jq == NULL)
		dx_pick_fail(p, "id", "the rule checks nothing");
	if (rule->some && !dx_rule_checks_values(rule) && !dx_rule_checks_files(rule))
		dx_pick_fail(p, "some", "needs a check of single values");
	if (rule->fold && !rule->equals.given && !rule->one_of.given && !rule->pattern.given && !rule->unique && !rule->covers.given)
		dx_pick_fail(p, "fold", "needs equals, enum, pattern, unique or covers");
}

int
dx_rule_parse(struct dx_contract_reader *r, const struct dx_json *v, const char *at, struct dx_contract_rule *out)
{
	struct dx_pick p;

	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	read_id(r, &p, out);
	out->level = (enum dx_level)dx_pick_enum(&p, "level", dx_level_names, DX_LEVEL_BASE);
	pick_path(r, &p, "for", &out->each);
	pick_at(r, &p, out);
	out->when_text = pick_expression(r, &p, "when", &out->when);
	if (dx_json_get(v, "type") != NULL)
		out->type = (enum dx_rule_type)(dx_pick_enum(&p, "type", dx_rule_types + 1, -1) + 1);
	for (enum dx_bound b = DX_MIN; b < DX_BOUNDS; b++)
		pick_bound(r, &p, b, &out->bounds[b]);
	out->fold = dx_pick_bool(&p, "fold", false);
	out->placeholder = dx_pick_bool(&p, "placeholder", false);
	out->some = dx_pick_bool(&p, "some", false);
	out->unique = dx_pick_bool(&p, "unique", false);
	out->optional = dx_pick_bool(&p, "optional", false);
	out->keys = dx_pick_bool(&p, "keys", false);
	pick_operand(r, &p, "equals", false, &out->equals);
	pick_operand(r, &p, "enum", true, &out->one_of);
	pick_operand(r, &p, "covers", true, &out->covers);
	pick_pattern(r, &p, out);
	pick_file(r, &p, out);
	pick_is(r, &p, out);
	pick_jq(&p, out);
	pick_implied(r, &p, out);
	out->remedy = dx_pick_text(&p, "remedy", 1, 2000, false);
	if (!p.failed)
		check_rule(&p, out);
	return dx_pick_end(&p);
}
