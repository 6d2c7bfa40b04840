/* The instant that ages of an artifact are measured from: what the contract's `time` leads to in it (evidence page 2.1). */
#include <string.h>

#include "contract/inner.h"

struct artifact { const char *role; const struct dx_spot *root; };

/* The one input at hand has a name where there are several. */
static int
name(void *ctx, const char *wanted, struct dx_value *out, struct dx_buf *why)
{
	const struct artifact *a = ctx;

	if (a->role == NULL || strcmp(a->role, wanted) != 0) {
		dx_buf_puts(why, "another input");
		return -1;
	}
	*out = (struct dx_value){ .type = DX_VALUE_NODE, .spot = a->root };
	return 0;
}

bool
dx_contract_instant(const struct dx_contract *c, const char *role, const struct dx_doc *doc, struct dx_arena *a, int64_t *us)
{
	struct dx_nums *nums = dx_nums_new();
	struct dx_spot root = { .node = &doc->root };
	struct artifact artifact = { role, &root };
	struct dx_scope scope = { .arena = a, .nums = nums, .dot = &root, .document = c->input_count == 1 ? &root : NULL, .ctx = &artifact,
	    .name = name };
	const struct dx_formula *path;
	struct dx_value v = { .type = DX_VALUE_NULL };
	struct dx_buf why = { 0 };
	bool found = (c->input_count == 1 || c->time[0] != '.') && dx_formula_parse_path(a, c->time, NULL, &path, NULL) == 0 &&
	    dx_formula_eval(path, &scope, &v, &why) == 0 && v.type == DX_VALUE_TEXT && dx_time_parse(v.text, us, NULL) == 0;

	dx_buf_release(&why);
	dx_nums_free(nums);
	return found;
}
