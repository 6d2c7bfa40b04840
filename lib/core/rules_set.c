/* rules_set: the rule documents that judge together (rules page 1). */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "core/hash.h"
#include "core/rules.h"

int
dx_rule_set_add(struct dx_rule_set *s, struct dx_rules *taken, struct dx_err *err)
{
	size_t at = 0;

	while (at < s->count && strcmp(s->doc[at]->id, taken->id) < 0)
		at++;
	if (at < s->count && strcmp(s->doc[at]->id, taken->id) == 0) {
		int result = 0;

		if (strcmp(s->doc[at]->sha256, taken->sha256) != 0)
			result = dx_err_set(err, DX_R_RULES_ID_DUPLICATE,
			    "two rule documents have the id \"%s\": %.12s and %.12s", taken->id, s->doc[at]->sha256, taken->sha256);
		dx_rules_free(taken);
		return result;
	}
	s->doc = dx_realloc(s->doc, dx_size_mul(s->count + 1, sizeof(struct dx_rules *)));
	memmove(s->doc + at + 1, s->doc + at, (s->count - at) * sizeof(struct dx_rules *));
	s->doc[at] = taken;
	s->count++;
	return 0;
}

void
dx_rule_set_release(struct dx_rule_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		dx_rules_free(s->doc[i]);
	free(s->doc);
	*s = (struct dx_rule_set){ 0 };
}

static int
by_text(const void *a, const void *b)
{
	const struct dx_json *x = a, *y = b;

	return strcmp(x->u.text, y->u.text);
}

void
dx_rule_set_sha256(const struct dx_rule_set *s, char out[static DX_SHA256_HEX])
{
	struct dx_arena a = { 0 };
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < s->count; i++)
		dx_json_push(&a, &list, dx_json_text(s->doc[i]->sha256));
	if (list.count > 1)
		qsort(list.u.items, list.count, sizeof(*list.u.items), by_text);
	dx_hash_json_hex(&list, out);
	dx_arena_release(&a);
}

size_t
dx_rule_set_applying(const struct dx_rule_set *s, enum dx_source source, const char *environment)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		for (size_t k = 0; k < s->doc[i]->count; k++)
			n += dx_rule_applies(&s->doc[i]->rule[k], source, environment);
	}
	return n;
}
