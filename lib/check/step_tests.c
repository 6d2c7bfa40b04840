/* junit, tap: results of tests (release-gates page 1.2). */
#include "check/step_inner.h"

void
dx_body_tests(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_tests *t = &check->u.tests;

	t->path = dx_body_path(b, "path");
	t->glob = dx_body_path(b, "glob");
	if (!p->failed && (dx_json_get(p->object, "path") == NULL) == (dx_json_get(p->object, "glob") == NULL))
		dx_pick_fail(p, "path", "one of path and glob is needed");
	t->max_age_s = dx_pick_int(p, "max_age_s", 1, DX_BODY_AGE_MAX, -1);
	t->min_tests = dx_pick_int(p, "min_tests", 1, 1000000000, 1);
	t->max_skipped = dx_pick_int(p, "max_skipped", 0, 1000000000, -1);
	t->max_failures = dx_pick_int(p, "max_failures", 0, 1000000000, 0);
	if (dx_json_is(dx_json_get(p->object, "required"), DX_JSON_ARRAY))	/* else it says whether the step is */
		t->required = dx_body_texts(b, "required", false);
	t->allow_duplicates = dx_pick_bool(p, "allow_duplicates", false);
}
