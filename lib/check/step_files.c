/* file_exists, dir_exists: what is there (release-gates page 1.1). */
#include "check/step_inner.h"

void
dx_body_file(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_file *f = &check->u.file;

	f->path = dx_body_path(b, "path");
	if (f->path == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	f->min_bytes = dx_pick_int(p, "min_bytes", 0, INT64_MAX / 2, 1);
	f->tracked = dx_pick_bool(p, "tracked", false);
}

void
dx_body_dir(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_dir *d = &check->u.dir;

	d->path = dx_body_path(b, "path");
	if (d->path == NULL)
		dx_pick_fail(p, "path", "is missing, must be a string");
	d->glob = dx_pick_text(p, "glob", 1, 1024, false);
	d->min_entries = dx_pick_int(p, "min_entries", 0, 1000000, 0);
}
