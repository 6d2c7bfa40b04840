/* judge_value: the checks of one value, in the order of the page's table: type, bounds, equals, enum, pattern, placeholder. */
#include <string.h>

#include "contract/inner.h"

void
dx_verdict_reset(struct dx_verdict *v)
{
	v->failed = false;
	v->sub = NULL;
	dx_buf_reset(&v->expected);
	dx_buf_reset(&v->found);
}

void
dx_verdict_release(struct dx_verdict *v)
{
	dx_buf_release(&v->expected);
	dx_buf_release(&v->found);
}

void
dx_judge_subject(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_spot *s, struct dx_subject *out)
{
	*out = (struct dx_subject){ .spot = s };
	if (rule->keys) {
		out->absent = s->name == NULL;
		out->value = (struct dx_value){ .type = out->absent ? DX_VALUE_NULL : DX_VALUE_TEXT, .text = s->name, .spot = s };
		return;
	}
	if (s->node == NULL || s->node->type == DX_JSON_NULL) {
		out->absent = true;
		out->value = (struct dx_value){ .type = DX_VALUE_NULL, .spot = s };
		return;
	}
	if (dx_value_of(&r->scope, s, &out->value) != 0) {
		out->unreadable = true;
		out->value = (struct dx_value){ .type = DX_VALUE_NULL, .spot = s };
	}
}

bool
dx_rule_checks_values(const struct dx_contract_rule *rule)
{
	for (enum dx_bound b = DX_MIN; b < DX_BOUNDS; b++)
		if (rule->bounds[b].given)
			return true;
	return rule->type != DX_TYPE_ANY || rule->equals.given || rule->one_of.given || rule->pattern.given || rule->placeholder;
}

/* Fails the value because something that it is compared with has no value. */
static bool
unevaluable(struct dx_verdict *v, const struct dx_operand *o, struct dx_buf *why)
{
	v->failed = true;
	dx_buf_puts(&v->expected, o->text != NULL ? o->text : "a value");
	dx_buf_puts(&v->found, why->len > 0 ? why->data : "no value");
	dx_buf_release(why);
	return false;
}

/* --- bounds --- */

static bool
within(enum dx_bound b, int order)
{
	switch (b) {
	case DX_MIN:
	case DX_MIN_ITEMS:
		return order >= 0;
	case DX_MAX:
	case DX_MAX_ITEMS:
		return order <= 0;
	case DX_ABOVE:
		return order > 0;
	case DX_BELOW:
		return order < 0;
	case DX_BOUNDS:
		break;
	}
	return false;
}

/* The number that the bound is about: the value, or how many items it has; NULL: neither. */
static const struct dx_num *
measure(struct dx_run *r, enum dx_bound b, enum dx_rule_type type, const struct dx_subject *s)
{
	const struct dx_json *node = s->spot->node;

	if (b != DX_MIN_ITEMS && b != DX_MAX_ITEMS && s->value.type == DX_VALUE_TEXT &&
	    (type == DX_TYPE_MONEY || type == DX_TYPE_DECIMAL))
		return dx_num_parse(r->scratch, s->value.text, strlen(s->value.text));
	if (b != DX_MIN_ITEMS && b != DX_MAX_ITEMS)
		return s->value.type == DX_VALUE_NUMBER ? s->value.number : NULL;
	if (s->value.type != DX_VALUE_NODE || node == NULL)
		return NULL;
	return dx_num_int(r->scratch, node->count);
}

static bool
check_bound(struct dx_run *r, const struct dx_contract_rule *rule, enum dx_bound b, const struct dx_subject *s, struct dx_verdict *v)
{
	const struct dx_operand *o = &rule->bounds[b];
	static const char *const words[] = { "at least ", "at most ", "more than ", "less than ", "at least ", "at most " };
	const struct dx_num *n = measure(r, b, rule->type, s);
	struct dx_value bound;
	struct dx_buf why = { 0 };

	if (dx_judge_operand(r, o, &bound, &why) != 0)
		return unevaluable(v, o, &why);
	dx_buf_release(&why);
	if (n != NULL && bound.type == DX_VALUE_NUMBER && within(b, dx_num_cmp(n, bound.number)))
		return true;
	v->failed = true;
	dx_buf_puts(&v->expected, words[b]);
	dx_value_show(&bound, &v->expected);
	if (b == DX_MIN_ITEMS || b == DX_MAX_ITEMS) {
		dx_buf_puts(&v->expected, " items");
		if (n != NULL)
			dx_num_print(n, 0, &v->found);
	}
	return false;
}

/* --- equals, enum --- */

/* Texts of ASCII, which most are, without copies.  -1: one has other bytes. */
static int
same_ascii(const char *a, const char *b, bool fold)
{
	static const char blanks[] = " \t\r\n\v\f";
	size_t i = 0;

	a += strspn(a, blanks);
	b += strspn(b, blanks);
	for (;; i++) {
		unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

		if (x >= 0x7f || y >= 0x7f)
			return -1;
		if (fold && x >= 'A' && x <= 'Z')
			x += 'a' - 'A';
		if (fold && y >= 'A' && y <= 'Z')
			y += 'a' - 'A';
		if (x != y || x == '\0')
			break;
	}
	/* What differs may be blanks at the end, and what follows them is not looked at: only blanks and graphs are sure. */
	a += i + strspn(a + i, blanks);
	b += i + strspn(b + i, blanks);
	if ((*a != '\0' && (*a <= ' ' || *a == 0x7f)) || (*b != '\0' && (*b <= ' ' || *b == 0x7f)) || (*a & 0x80) || (*b & 0x80))
		return -1;
	return *a == '\0' && *b == '\0';
}

static bool
same_text(const struct dx_contract_rule *rule, const char *a, const char *b)
{
	struct dx_buf x = { 0 }, y = { 0 };
	int quick = same_ascii(a, b, rule->fold);
	bool same;

	if (quick >= 0)
		return quick == 1;
	if (rule->fold) {
		dx_text_fold(a, &x);
		dx_text_fold(b, &y);
	} else {
		dx_text_trim(a, &x);
		dx_text_trim(b, &y);
	}
	same = x.len == y.len && (x.len == 0 || memcmp(x.data, y.data, x.len) == 0);
	dx_buf_release(&x);
	dx_buf_release(&y);
	return same;
}

bool
dx_rule_same(const struct dx_contract_rule *rule, const struct dx_value *a, const struct dx_value *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case DX_VALUE_BOOL:
		return a->b == b->b;
	case DX_VALUE_NUMBER:
		return dx_num_cmp(a->number, b->number) == 0;
	case DX_VALUE_TEXT:
		return same_text(rule, a->text, b->text);
	case DX_VALUE_NULL:
	case DX_VALUE_LIST:
	case DX_VALUE_NODE:
		break;
	}
	return false;
}

bool
dx_rule_item(struct dx_run *r, const struct dx_value *list, size_t i, struct dx_value *out)
{
	const struct dx_spot *up = list->spot;
	struct dx_spot *spot;
	bool array;

	if (list->type == DX_VALUE_LIST) {
		if (i < list->count)
			*out = list->items[i];
		return i < list->count;
	}
	if (list->type != DX_VALUE_NODE || up == NULL || up->node == NULL || i >= up->node->count)
		return false;
	array = up->node->type == DX_JSON_ARRAY;
	spot = dx_arena_alloc(&r->place, sizeof(*spot));
	*spot = (struct dx_spot){ .up = up, .index = (uint32_t)i, .input = up->input };
	spot->name = array ? NULL : up->node->u.members[i].name;
	spot->node = array ? &up->node->u.items[i] : &up->node->u.members[i].value;
	if (dx_value_of(&r->scope, spot, out) != 0)
		*out = (struct dx_value){ .type = DX_VALUE_NULL, .spot = spot };
	return true;
}

static bool
check_equals(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v)
{
	struct dx_value want;
	struct dx_buf why = { 0 };

	if (dx_judge_operand(r, &rule->equals, &want, &why) != 0)
		return unevaluable(v, &rule->equals, &why);
	dx_buf_release(&why);
	if (dx_rule_same(rule, &s->value, &want))
		return true;
	v->failed = true;
	dx_value_show(&want, &v->expected);
	return false;
}

static void
print_list(struct dx_run *r, const struct dx_value *list, struct dx_buf *out)
{
	struct dx_value item;

	dx_buf_puts(out, "one of ");
	for (size_t i = 0; out->len < 100 && dx_rule_item(r, list, i, &item); i++) {
		if (i > 0)
			dx_buf_puts(out, ", ");
		dx_value_show(&item, out);
	}
}

static bool
check_enum(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v)
{
	struct dx_value list, item;
	struct dx_buf why = { 0 };
	size_t price = 1 + (s->value.type == DX_VALUE_TEXT ? strlen(s->value.text) / DX_FORMULA_BYTES : 0);

	if (dx_judge_operand(r, &rule->one_of, &list, &why) != 0)
		return unevaluable(v, &rule->one_of, &why);
	dx_buf_release(&why);
	for (size_t i = 0; dx_scope_spend(&r->scope, price) && dx_rule_item(r, &list, i, &item); i++)
		if (dx_rule_same(rule, &s->value, &item))
			return true;
	v->failed = true;
	print_list(r, &list, &v->expected);
	return false;
}

/* --- pattern, placeholder --- */

static bool
search(struct dx_pattern *p, const struct dx_subject *s)
{
	struct dx_buf trimmed = { 0 };
	bool found = false;

	if (s->value.type == DX_VALUE_TEXT) {
		dx_text_trim(s->value.text, &trimmed);
		found = dx_pattern_find(p, trimmed.len > 0 ? trimmed.data : "", trimmed.len) == 1;
		dx_buf_release(&trimmed);
	}
	return found;
}

static bool
check_pattern(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v)
{
	struct dx_pattern *p = rule->compiled;
	struct dx_value text = rule->pattern.value;
	struct dx_buf why = { 0 };
	bool found;

	if (p == NULL) {
		if (dx_judge_operand(r, &rule->pattern, &text, &why) != 0)
			return unevaluable(v, &rule->pattern, &why);
		if (text.type != DX_VALUE_TEXT || (p = dx_pattern_new(text.text, rule->fold, &why)) == NULL)
			return unevaluable(v, &rule->pattern, &why);
	}
	found = search(p, s);
	if (p != rule->compiled)
		dx_pattern_free(p);
	dx_buf_release(&why);
	if (found)
		return true;
	v->failed = true;
	dx_buf_puts(&v->expected, "matching ");
	dx_value_show(&text, &v->expected);
	return false;
}

static bool
check_placeholder(const struct dx_subject *s, struct dx_verdict *v)
{
	if (s->value.type != DX_VALUE_TEXT || !dx_text_placeholder(s->value.text))
		return true;
	v->failed = true;
	dx_buf_puts(&v->expected, "no placeholder");
	return false;
}

void
dx_rule_subs(const struct dx_contract_rule *rule, const char *out[static 6])
{
	bool bounds = false, listed = rule->equals.given || rule->one_of.given || rule->placeholder, plain = rule->when == NULL;
	size_t n = 0;

	if (rule->type == DX_TYPE_TIMESTAMP) {
		memcpy(out, (const char *const[]){ ".missing", ".format", ".zone", NULL }, 4 * sizeof(*out));
		return;
	}
	for (enum dx_bound b = DX_MIN; b < DX_BOUNDS; b++)
		bounds |= rule->bounds[b].given && (b != DX_MIN_ITEMS || rule->bounds[b].formula != NULL ||
		    dx_num_sign(rule->bounds[b].value.number) > 0);
	if (plain && rule->type != DX_TYPE_ANY && (!rule->optional || rule->type == DX_TYPE_TEXT))
		out[n++] = ".missing";
	if (plain && (rule->type != DX_TYPE_ANY || rule->pattern.given))
		out[n++] = ".type";
	if (plain && bounds)
		out[n++] = ".range";
	if (plain && listed)
		out[n++] = ".enum";
	if (!plain || rule->is != NULL || rule->jq != NULL || rule->unique || rule->covers.given || dx_rule_checks_files(rule))
		out[n++] = ".relation";
	out[n] = NULL;
}

/* What a value did not pass, as an ending of the id.  Under a condition everything is a relation. */
static void
name_check(const struct dx_contract_rule *rule, const char *sub, struct dx_verdict *v)
{
	if (rule->when == NULL && rule->type != DX_TYPE_TIMESTAMP)
		v->sub = sub;
}

void
dx_judge_check(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v)
{
	if (s->absent && rule->optional)
		return;
	if (rule->type != DX_TYPE_ANY && !dx_type_check(rule, s, v))
		return;
	name_check(rule, ".range", v);
	for (enum dx_bound b = DX_MIN; b < DX_BOUNDS; b++)
		if (rule->bounds[b].given && !check_bound(r, rule, b, s, v))
			return;
	name_check(rule, ".enum", v);
	if (rule->equals.given && !check_equals(r, rule, s, v))
		return;
	if (rule->one_of.given && !check_enum(r, rule, s, v))
		return;
	if (rule->placeholder && !check_placeholder(s, v))
		return;
	name_check(rule, ".type", v);
	if (rule->pattern.given && !check_pattern(r, rule, s, v))
		return;
	v->sub = NULL;
}
