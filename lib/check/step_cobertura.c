/* cobertura: bars of coverage (release-gates page 1.2, evidence page 4.2). */
#include "check/step_inner.h"
#include "num/num.h"

/* A number, or a decimal as text, of 0 to 100. */
static bool
is_percent(const struct dx_json *v)
{
	struct dx_nums *nums = dx_nums_new();
	const struct dx_num *n = NULL;
	bool good;

	if (dx_json_is(v, DX_JSON_NUMBER) || dx_json_is(v, DX_JSON_STRING))
		n = dx_num_parse(nums, v->u.text, v->count);
	good = n != NULL && dx_num_sign(n) >= 0 && dx_num_cmp(n, dx_num_int(nums, 100)) <= 0;
	dx_nums_free(nums);
	return good;
}

void
dx_body_cobertura(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_cobertura *c = &check->u.cobertura;
	const struct dx_json *percent = dx_pick_any(p, "min_percent");

	if (dx_json_get(p->object, "path") == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	c->path = dx_body_path(b, "path");
	c->include = dx_body_texts(b, "include", false);
	c->min_percent = percent != NULL ? *percent : dx_json_null();
	if (percent != NULL && !is_percent(percent))
		dx_pick_fail(p, "min_percent", "must be a number of 0 to 100, or one as text");
	c->min_line_bp = dx_pick_int(p, "min_line_bp", 0, 10000, -1);
	c->min_branch_bp = dx_pick_int(p, "min_branch_bp", 0, 10000, -1);
	if (!p->failed && percent == NULL && c->min_line_bp < 0 && c->min_branch_bp < 0)
		dx_pick_fail(p, "min_percent", "one of min_percent, min_line_bp and min_branch_bp is needed");
	c->max_age_s = dx_pick_int(p, "max_age_s", 1, DX_BODY_AGE_MAX, -1);
	c->per_file = dx_pick_bool(p, "per_file", false);
	c->files = dx_pick_text(p, "files", 1, 1024, false);
}
