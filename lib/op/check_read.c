/* Documents of a call, before anything runs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "op/check_inner.h"
#include "op/root.h"

#define PLAN_MAX	(1u << 20)

int
dx_check_place_find(const char *given, struct dx_check_place *out, struct dx_err *err)
{
	out->root = dx_op_root(given);
	out->commit[0] = '\0';
	out->repo = dx_alloc(sizeof(*out->repo));
	memset(out->repo, 0, sizeof(*out->repo));
	return dx_git_head(out->root, out->commit, err) < 0 ? -1 : 0;
}

void
dx_check_place_release(struct dx_check_place *p)
{
	if (p->repo != NULL)
		dx_git_close(p->repo->git);
	free(p->repo);
	free(p->root);
	p->repo = NULL;
	p->root = NULL;
}

int
dx_check_read(const struct dx_check_options *o, const char *file, struct dx_checked **out, struct dx_faults *faults, struct dx_err *err)
{
	struct dx_plan_given given = o->given;
	struct dx_buf text = { 0 };
	struct dx_checked *c = dx_alloc(sizeof(*c));
	struct dx_tree *tree = NULL;
	int rc;

	memset(c, 0, sizeof(*c));
	c->place = o->place;
	rc = dx_tree_open(o->place->root, &tree, err);
	if (rc == 0)
		rc = dx_file_read(file, PLAN_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0 && text.len == 0)
		rc = dx_err_set(err, DX_R_INPUT_EMPTY, "%s is empty", file);
	given.head = o->place->commit[0] != '\0' ? o->place->commit : NULL;
	if (rc == 0)
		rc = dx_check_plan_parse(text.data, text.len, &given, tree, &c->plan, faults);
	if (rc == 0) {
		dx_check_contracts(c->plan, tree, o->place->root, o->now, faults);
		dx_check_predicates(c, faults);
		rc = faults->count > 0 ? -1 : 0;
	}
	dx_tree_free(tree);
	dx_buf_release(&text);
	if (rc == 0)
		*out = c;
	else
		dx_check_free(c);
	return rc;
}

void
dx_check_free(struct dx_checked *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; c->step != NULL && c->plan != NULL && i < c->plan->count; i++)
		dx_arena_release(&c->step[i].arena);
	free(c->step);
	dx_check_predicates_release(c->predicates);
	dx_check_plan_free(c->plan);
	dx_arena_release(&c->arena);
	free(c);
}
