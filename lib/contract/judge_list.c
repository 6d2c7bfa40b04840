/* judge_list: the checks of all values together: unique and covers. */
#include <stdlib.h>
#include <string.h>

#include "contract/inner.h"

/* A value in a form that sorts: its kind, then a number or bytes. */
struct key {
	enum dx_value_type	 type;
	const struct dx_num	*number;
	const char		*text;		/* of texts and containers; "0" and "1" of booleans */
	size_t			 index;
};

static int
compare(const struct key *a, const struct key *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return a->type == DX_VALUE_NUMBER ? dx_num_cmp(a->number, b->number) : strcmp(a->text, b->text);
}

/* Equal ones in the order of the document. */
static int
compare_all(const void *x, const void *y)
{
	const struct key *a = x, *b = y;
	int c = compare(a, b);

	return c != 0 ? c : a->index < b->index ? -1 : 1;
}

static int
compare_index(const void *x, const void *y)
{
	const size_t *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

static int
compare_key(const void *x, const void *y)
{
	return compare(x, y);
}

/* False: nothing to compare (absent, null). */
static bool
make_key(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_value *v, size_t index, struct key *out)
{
	struct dx_buf b = { 0 };

	*out = (struct key){ .type = v->type, .text = "", .index = index };
	switch (v->type) {
	case DX_VALUE_NULL:
	case DX_VALUE_LIST:
		return false;
	case DX_VALUE_NUMBER:
		out->number = v->number;
		return true;
	case DX_VALUE_BOOL:
		out->text = v->b ? "1" : "0";
		return true;
	case DX_VALUE_TEXT:
		if (rule->fold)
			dx_text_fold(v->text, &b);
		else
			dx_text_trim(v->text, &b);
		break;
	case DX_VALUE_NODE:
		if (v->spot == NULL || v->spot->node == NULL)
			return false;
		dx_json_canon(v->spot->node, &b);
		break;
	}
	out->text = dx_arena_dup(&r->place, b.len > 0 ? b.data : "", b.len);
	dx_buf_release(&b);
	return true;
}

static size_t
sorted_keys(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, size_t count, struct key **out)
{
	struct key *keys = dx_alloc(dx_size_mul(count + 1, sizeof(*keys)));
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += make_key(r, rule, &s[i].value, i, &keys[n]);
	qsort(keys, n, sizeof(*keys), compare_all);
	*out = keys;
	return n;
}

size_t
dx_judge_repeated(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, size_t count, size_t *repeated)
{
	struct key *keys;
	size_t n = sorted_keys(r, rule, s, count, &keys), found = 0;

	for (size_t i = 1; i < n; i++)
		if (compare(&keys[i - 1], &keys[i]) == 0)
			repeated[found++] = keys[i].index;
	qsort(repeated, found, sizeof(*repeated), compare_index);
	free(keys);
	return found;
}

static void
name_value(const struct dx_value *v, struct dx_buf *out)
{
	if (out->len > 100)
		return;
	dx_buf_puts(out, out->len > 0 ? ", " : "");
	dx_value_show(v, out);
}

/* Whether covers is a list, and of something: an artifact or a param may be what says so. */
static bool
asks(const struct dx_value *list)
{
	if (list->type == DX_VALUE_LIST)
		return list->count > 0;
	return list->type == DX_VALUE_NODE && dx_json_is(list->spot->node, DX_JSON_ARRAY) && list->spot->node->count > 0;
}

void
dx_judge_covers(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, size_t count, struct dx_verdict *v)
{
	struct dx_value list, item;
	struct dx_buf why = { 0 }, missing = { 0 };
	struct key *keys, key;
	size_t n;

	if (dx_judge_operand(r, &rule->covers, &list, &why) != 0) {
		v->failed = true;
		dx_buf_puts(&v->expected, rule->covers.text);
		dx_buf_puts(&v->found, why.len > 0 ? why.data : "no value");
		dx_buf_release(&why);
		return;
	}
	if (!asks(&list)) {
		v->failed = true;
		dx_buf_printf(&v->expected, "%s: a list that is not empty", rule->covers.text != NULL ? rule->covers.text : "covers");
		dx_value_show(&list, &v->found);
		dx_buf_release(&why);
		return;
	}
	n = sorted_keys(r, rule, s, count, &keys);
	for (size_t i = 0; dx_scope_spend(&r->scope, 1) && dx_rule_item(r, &list, i, &item); i++) {
		name_value(&item, &v->expected);
		if (!make_key(r, rule, &item, 0, &key) || bsearch(&key, keys, n, sizeof(*keys), compare_key) == NULL)
			name_value(&item, &missing);
	}
	free(keys);
	v->failed = missing.len > 0;
	if (v->failed)
		dx_buf_printf(&v->found, "without %s", missing.data);
	dx_buf_release(&missing);
	dx_buf_release(&why);
}
