/* Checks of what is there: files and folders (release-gates page 1.1). */
#include <string.h>

#include "base/text.h"
#include "op/check_inner.h"

static bool
report(struct dx_step *s, const char *path, enum dx_tree_kind kind, enum dx_reason missing)
{
	if (kind == DX_TREE_MISSING)
		dx_step_fail(s, missing, "%s is not there", path);
	else if (kind == DX_TREE_UNREADABLE)
		dx_step_fail(s, DX_R_FILE_UNREADABLE, "%s cannot be looked at", path);
	else
		return dx_step_outside(s, path, kind);
	return true;
}

void
dx_step_file(struct dx_step *s)
{
	const struct dx_check_file *f = &s->check->u.file;
	struct dx_tree_fact fact = dx_tree_look(s->root, f->path);

	if (report(s, f->path, fact.kind, DX_R_FILE_MISSING))
		return;
	if (fact.kind != DX_TREE_REGULAR) {
		dx_step_fail(s, DX_R_NOT_A_FILE, "%s is no regular file", f->path);
		return;
	}
	if (fact.size <= DX_INPUTS_MAX)
		dx_inputs_file(s, f->path);
	if (fact.size < (uint64_t)f->min_bytes)
		dx_step_fail(s, DX_R_FILE_TOO_SMALL, "%s has %llu bytes, at least %lld are asked for", f->path, (unsigned long long)fact.size,
		    (long long)f->min_bytes);
	else if (f->tracked)
		dx_step_tracked(s, f->path);
}

/* Names directly below the folder that match, each counted once.  What is read are all of them, each with its NUL. */
static int
count_entries(struct dx_step *s, const struct dx_check_dir *d, int64_t *count, struct dx_err *err)
{
	struct dx_hasher *h;
	struct dx_inputs in = { 0 };
	struct dx_sha256 digest;
	const char **name;
	size_t n;

	if (dx_tree_names(s->root, d->path, &s->arena, &name, &n, err) != 0)
		return -1;
	h = dx_hasher_new();
	*count = 0;
	for (size_t i = 0; i < n; i++) {
		dx_hasher_add(h, name[i], strlen(name[i]) + 1);
		*count += d->glob == NULL || dx_glob_path(d->glob, name[i]);
	}
	dx_hasher_end(h, &digest);
	dx_inputs_add(&in, &digest);
	dx_inputs_end(&in, s);
	return 0;
}

void
dx_step_dir(struct dx_step *s)
{
	const struct dx_check_dir *d = &s->check->u.dir;
	struct dx_tree_fact fact = dx_tree_look(s->root, d->path);
	struct dx_err err = { 0 };
	int64_t count;

	if (report(s, d->path, fact.kind, DX_R_DIR_MISSING))
		return;
	if (fact.kind != DX_TREE_FOLDER)
		dx_step_fail(s, DX_R_NOT_A_DIR, "%s is no folder", d->path);
	else if (count_entries(s, d, &count, &err) != 0)
		dx_step_error(s, &err);
	else if (count < d->min_entries)
		dx_step_fail(s, DX_R_DIR_TOO_FEW, "%s has %lld matching names, at least %lld are asked for", d->path, (long long)count,
		    (long long)d->min_entries);
}

void
dx_preview_file(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	dx_json_put(a, o, "path", dx_json_text(c->u.file.path));
	if (c->u.file.tracked)
		dx_json_put(a, o, "tracked", dx_json_bool(true));
}

void
dx_preview_dir(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	dx_json_put(a, o, "path", dx_json_text(c->u.dir.path));
}
