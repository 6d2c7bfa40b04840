/* json_predicate: a jq program over a document (release-gates page 1.1). */
#include <string.h>

#include "check/step_inner.h"

void
dx_body_json(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_json *j = &check->u.json;

	j->path = dx_json_get_str(p->object, "path") != NULL && strcmp(dx_json_get_str(p->object, "path"), "-") == 0 ?
	    dx_pick_text(p, "path", 1, 1, true) : dx_body_path(b, "path");
	if (j->path == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	j->jq = dx_pick_text(p, "jq", 1, 16384, true);
}
