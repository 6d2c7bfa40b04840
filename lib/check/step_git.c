/* git: facts of a repository (release-gates page 1.4); each has its own members. */
#include <string.h>

#include "base/text.h"
#include "check/step_inner.h"

#define NAME_MAX_POINTS	1024

static const char *const facts[] = {
	[DX_FACT_HEAD_IS] = "head_is", [DX_FACT_BRANCH_MATCHES] = "branch_matches", [DX_FACT_DESCENDS_FROM] = "descends_from",
	[DX_FACT_UP_TO_DATE_WITH] = "up_to_date_with", [DX_FACT_CLEAN] = "clean", [DX_FACT_TAG_AT_HEAD] = "tag_at_head",
	[DX_FACT_NO_TAG] = "no_tag", [DX_FACT_CHANGED] = "changed", [DX_FACT_NOT_CHANGED] = "not_changed",
	[DX_FACT_NO_TRACKED] = "no_tracked", [DX_FACT_TRAILER] = "trailer", [DX_FACT_OWNER_COVERS] = "owner_covers", NULL
};

const char *
dx_check_fact_name(enum dx_check_fact fact)
{
	return facts[fact];
}

static const char *
word(struct dx_pick *p, const char *name)
{
	return dx_pick_text(p, name, 1, NAME_MAX_POINTS, true);
}

/* A name of a commit as rev-parse takes it, but no range, no path in a commit, no search through history. */
static const char *
ref(struct dx_pick *p, const char *name)
{
	const char *s = word(p, name);

	if (s != NULL && (s[0] == '-' || strpbrk(s, ": ?*[\\") != NULL || strstr(s, "..") != NULL || strstr(s, "@{") != NULL ||
	    strstr(s, "^{") != NULL))
		dx_pick_fail(p, name, "must be the name of a commit: a branch, a tag, an id");
	return s;
}

static struct dx_texts
globs(struct dx_body *b, const char *name, bool needed)
{
	struct dx_texts t = dx_body_texts(b, name, needed);

	if (needed && !b->pick->failed && t.count == 0)
		dx_pick_fail(b->pick, name, "must name at least one pattern");
	for (size_t i = 0; i < t.count; i++)
		if (t.item[i] != NULL && (t.item[i][0] == '\0' || strlen(t.item[i]) > NAME_MAX_POINTS))
			dx_pick_fail(b->pick, name, "must have patterns of 1 to %d bytes", NAME_MAX_POINTS);
	return t;
}

static struct dx_texts
paths(struct dx_body *b)
{
	struct dx_texts t = dx_body_texts(b, "paths", true);

	if (!b->pick->failed && t.count == 0)
		dx_pick_fail(b->pick, "paths", "must name at least one path");
	for (size_t i = 0; i < t.count; i++) {
		if (t.item[i] == NULL)
			continue;
		if (t.item[i][0] == '\0' || !dx_body_stays(t.item[i]))
			dx_fault_add(b->faults, DX_R_PATH_ESCAPE, b->pick->at, "path \"%s\" leaves the root", t.item[i]);
		t.item[i] = dx_body_spelling(b, t.item[i]);
	}
	return t;
}

static void
tag(struct dx_pick *p, struct dx_check_git *g)
{
	g->glob = word(p, "glob");
	g->annotated = dx_pick_bool(p, "annotated", false);
	g->is_signed = dx_pick_bool(p, "signed", false);
}

static void
trailer(struct dx_pick *p, struct dx_check_git *g)
{
	g->name = word(p, "name");
	if (g->name != NULL && strpbrk(g->name, ": \t") != NULL)
		dx_pick_fail(p, "name", "must be a trailer's name, without \":\"");
	g->pattern = dx_pick_text(p, "pattern", 1, NAME_MAX_POINTS, false);
	if (g->pattern != NULL && !dx_body_is_pattern(g->pattern))
		dx_pick_fail(p, "pattern", "must be an extended regular expression");
}

void
dx_body_git(struct dx_body *b, struct dx_check *check)
{
	struct dx_check_git *g = &check->u.git;
	struct dx_pick *p = b->pick;
	int fact = dx_pick_enum(p, "fact", facts, -1);

	if (fact < 0)
		return;
	g->fact = (enum dx_check_fact)fact;
	switch (g->fact) {
	case DX_FACT_HEAD_IS:
	case DX_FACT_DESCENDS_FROM:
	case DX_FACT_UP_TO_DATE_WITH:
		g->ref = ref(p, "ref");
		break;
	case DX_FACT_BRANCH_MATCHES:
		g->glob = word(p, "glob");
		break;
	case DX_FACT_CLEAN:
		break;
	case DX_FACT_TAG_AT_HEAD:
		tag(p, g);
		break;
	case DX_FACT_NO_TAG:
		g->name = word(p, "name");
		break;
	case DX_FACT_CHANGED:
	case DX_FACT_NOT_CHANGED:
		g->globs = globs(b, "globs", true);
		g->ref = ref(p, "since");
		break;
	case DX_FACT_NO_TRACKED:
		g->globs = globs(b, "globs", true);
		g->except = globs(b, "except", false);
		break;
	case DX_FACT_TRAILER:
		trailer(p, g);
		break;
	case DX_FACT_OWNER_COVERS:
		g->paths = paths(b);
		break;
	}
}
