/* text_present, text_absent: what stands in files (release-gates page 1.1). */
#include "check/step_inner.h"

void
dx_body_text(struct dx_body *b, struct dx_check *check)
{
	static const char *const modes[] = { "literal", "ere", NULL }, *const pers[] = { "any", "every", NULL };
	struct dx_pick *p = b->pick;
	struct dx_check_text *t = &check->u.text;

	t->path = dx_body_path(b, "path");
	t->glob = dx_body_path(b, "glob");
	if (!p->failed && (t->path == NULL) == (t->glob == NULL))
		dx_pick_fail(p, "path", "one of path and glob is needed");
	t->pattern = dx_pick_text(p, "pattern", 1, 1024, true);
	t->ere = dx_pick_enum(p, "mode", modes, 0) == 1;
	if (t->ere && t->pattern != NULL && !dx_body_is_pattern(t->pattern))
		dx_pick_fail(p, "pattern", "must be an extended regular expression, without back-references and with few repetitions");
	t->ignore_case = dx_pick_bool(p, "ignore_case", false);
	t->min_count = 1;
	if (check->type == DX_CHECK_TEXT_ABSENT)
		t->allow_no_files = dx_pick_bool(p, "allow_no_files", false);
	else {
		t->min_count = dx_pick_int(p, "min_count", 1, 1000000000, 1);
		t->every = dx_pick_enum(p, "per", pers, 0) == 1;
	}
}
