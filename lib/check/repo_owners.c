/* The rules of owners: an owners file where the host reads it, an owner for each protected path. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check/repo_inner.h"

#define SHOWN	100	/* paths, lines or patterns named in one reason */

/* Charter, governance, policy and workflow files (release-gates page 4). */
static const char *const protected[] = {
	"CHARTER*", "docs/governance/**", "policy/**", "policies/**", ".github/workflows/**",
};

void
dx_repo_owners_enforced(struct dx_repo_case *c)
{
	const struct dx_repo_owners *o = c->asked->owners;

	if (o->place == NULL) {
		c->failed = true;
		dx_json_push(c->a, &c->off, dx_json_text("CODEOWNERS"));
	} else if (o->owners.too_large)
		dx_json_put(c->a, dx_repo_more(c, DX_R_OWNERS_TOO_LARGE), "file", dx_json_text(o->place));
	for (size_t i = 0; o->place == NULL && i < o->paths; i++)
		if (dx_owners_misplaced(o->path[i]))
			dx_json_put(c->a, dx_repo_more(c, DX_R_OWNERS_MISPLACED), "file", dx_json_words(c->a, o->path[i]));
}

/* Lines that are no rule, patterns that match nothing. */
static void
faults(struct dx_repo_case *c)
{
	const struct dx_repo_owners *o = c->asked->owners;
	bool *dead = dx_alloc(o->owners.rules + 1);

	for (size_t i = 0; i < o->owners.faults && i < SHOWN; i++) {
		struct dx_json *r = dx_repo_more(c, DX_R_OWNERS_INVALID);
		dx_json_put(c->a, r, "line", dx_json_int(c->a, o->owners.fault[i].line));
		dx_json_put(c->a, r, "text", dx_json_text(o->owners.fault[i].what));
	}
	if (dx_owners_dead(&o->owners, o->path, o->paths, DX_OWNERS_STEPS, dead) != 0)
		dx_json_put(c->a, dx_repo_more(c, DX_R_OWNERS_TOO_LARGE), "file", dx_json_text(o->place));
	else
		for (size_t i = 0, shown = 0; i < o->owners.rules && shown < SHOWN; i++) {
			struct dx_json *r;
			if (!dead[i])
				continue;
			shown++;
			r = dx_repo_more(c, DX_R_OWNERS_PATTERN_DEAD);
			dx_json_put(c->a, r, "line", dx_json_int(c->a, o->owners.rule[i].line));
			dx_json_put(c->a, r, "pattern", dx_json_words(c->a, o->owners.rule[i].pattern));
		}
	free(dead);
}

static bool
is_protected(const struct dx_repo_asked *asked, const char *path, bool *matched)
{
	bool any = false;

	if (asked->protects == 0) {
		for (size_t i = 0; i < sizeof(protected) / sizeof(*protected) && !any; i++)
			any = dx_glob_path(protected[i], path);
		return any;
	}
	for (size_t i = 0; i < asked->protects; i++)
		if (dx_glob_path(asked->protect[i], path))
			any = matched[i] = true;
	return any;
}

/* Counts a path without an owner; the first ones are named. */
static int
judge_path(struct dx_repo_case *c, const char *path, size_t *bare)
{
	const struct dx_owners_rule *r;

	if (dx_owners_of(&c->asked->owners->owners, path, &r) != 0)
		return -1;
	if ((r == NULL || r->owners == 0) && (*bare)++ < SHOWN)
		dx_json_push(c->a, &c->off, dx_json_words(c->a, path));
	return 0;
}

void
dx_repo_owners_cover(struct dx_repo_case *c)
{
	const struct dx_repo_owners *o = c->asked->owners;
	bool *matched = dx_alloc(c->asked->protects + 1);
	size_t bare = 0;

	memset(matched, 0, c->asked->protects + 1);
	for (size_t i = 0; i < o->paths; i++)
		if (is_protected(c->asked, o->path[i], matched) && judge_path(c, o->path[i], &bare) != 0) {
			dx_json_put(c->a, dx_repo_more(c, DX_R_OWNERS_TOO_LARGE), "file", dx_json_text(o->place));
			break;
		}
	/* what was named and is not there may be a slip of the pen */
	for (size_t i = 0; i < c->asked->protects; i++)
		if (!matched[i] && bare++ < SHOWN)
			dx_json_push(c->a, &c->off, dx_json_words(c->a, c->asked->protect[i]));
	c->failed = c->failed || bare > 0 || o->place == NULL;
	if (o->place != NULL)
		faults(c);
	free(matched);
}
