/* Checks of git facts (release-gates page 1.4), and conditions of other checks. */
#include <string.h>

#include "base/err.h"
#include "check/owners.h"
#include "core/signer.h"
#include "facts/git.h"
#include "op/check_inner.h"

/* --- a tag that a principal signed --- */

struct people { const struct dx_principals *known; int64_t now; };

static bool
signed_by(void *ctx, const char *bytes, size_t n, const char *signature, size_t signature_len)
{
	const struct people *p = ctx;
	const struct dx_principal *who;
	struct dx_sshsig_message m;
	struct dx_err err = { 0 };

	dx_sshsig_message(bytes, n, &m);
	return dx_signer_find_in(DX_SIGNER_GIT, p->known, NULL, signature, signature_len, &m, p->now, &who, &err) == 0;
}

/* Its key must be good now: the date of a tag is what its maker wrote. */
static int
tag_at_head(struct dx_step *s, const struct dx_check_git *c, struct dx_git_seen *seen, struct dx_err *err)
{
	struct people p = { .now = s->now };

	if (!c->is_signed)
		return dx_git_tag_at_head(s->repo->git, c->glob, c->annotated, NULL, NULL, seen, err);
	if (s->store->session->store != NULL ? dx_step_store(s) != 0 : dx_session_load(s->store->session, NULL, err) != 0)
		return -1;
	p.known = s->store->session->principals;
	return dx_git_tag_at_head(s->repo->git, c->glob, c->annotated, signed_by, &p, seen, err);
}

/* --- owners --- */

/* Of each path without an owner one entry. */
static int
find_unowned(struct dx_step *s, struct dx_tree *top, const struct dx_owners *owners, const struct dx_texts *paths,
    struct dx_json *unowned, struct dx_err *err)
{
	for (size_t i = 0; i < paths->count; i++) {
		const struct dx_owners_rule *rule;
		const char *path = dx_step_from_top(s, top, paths->item[i], err);

		if (path == NULL)
			return -1;
		if (dx_owners_of(owners, path, &rule) != 0)
			return dx_err_set(err, DX_R_FILE_TOO_BIG, "the patterns of CODEOWNERS take too long to try");
		if (rule == NULL || rule->owners == 0)
			dx_json_push(&s->arena, unowned, dx_json_text(path));
	}
	return 0;
}

/* The file that the host reads; "" and no rules where there is none. */
static int
read_owners(struct dx_step *s, struct dx_tree *top, struct dx_owners *owners, const char **place, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = 0;

	*place = "";
	for (size_t i = 0; rc == 0 && (*place)[0] == '\0' && dx_owners_places[i] != NULL; i++)
		if (dx_tree_look(top, dx_owners_places[i]).kind == DX_TREE_REGULAR) {
			*place = dx_owners_places[i];
			rc = dx_tree_read(top, *place, DX_OWNERS_MAX, DX_R_FILE_TOO_BIG, &text, err);
		}
	if (rc == 0)
		dx_owners_parse(&s->arena, text.data != NULL ? text.data : "", text.len, owners);
	dx_buf_release(&text);
	return rc;
}

static int
owner_covers(struct dx_step *s, const struct dx_check_git *c, struct dx_git_seen *seen, struct dx_err *err)
{
	struct dx_json unowned = dx_json_array();
	struct dx_owners owners = { 0 };
	struct dx_tree *top;
	const char *place = "";
	int rc;

	if (dx_step_top(s, err) != 0 || dx_tree_open(dx_git_top(s->repo->git), &top, err) != 0)
		return -1;
	rc = read_owners(s, top, &owners, &place, err);
	if (rc == 0)
		rc = find_unowned(s, top, &owners, &c->paths, &unowned, err);
	dx_tree_free(top);
	if (rc != 0)
		return -1;
	seen->observed = dx_json_object();
	dx_json_put(&s->arena, &seen->observed, "file", dx_json_text(place));
	dx_json_put(&s->arena, &seen->observed, "unowned", unowned);
	if (unowned.count == 0)
		return 1;
	seen->detail = place[0] == '\0' ? "there is no CODEOWNERS where the host reads one" : dx_arena_printf(&s->arena,
	    "%s gives %s%s no owner", place, dx_json_str(&unowned.u.items[0]), unowned.count > 1 ? " and others" : "");
	return 0;
}

/* --- all facts --- */

static const enum dx_reason failed[] = {
	[DX_FACT_HEAD_IS] = DX_R_GIT_HEAD_IS, [DX_FACT_BRANCH_MATCHES] = DX_R_GIT_BRANCH_MATCHES,
	[DX_FACT_DESCENDS_FROM] = DX_R_GIT_DESCENDS_FROM, [DX_FACT_UP_TO_DATE_WITH] = DX_R_GIT_UP_TO_DATE_WITH,
	[DX_FACT_CLEAN] = DX_R_GIT_CLEAN, [DX_FACT_TAG_AT_HEAD] = DX_R_GIT_TAG_AT_HEAD, [DX_FACT_NO_TAG] = DX_R_GIT_NO_TAG,
	[DX_FACT_CHANGED] = DX_R_GIT_CHANGED, [DX_FACT_NOT_CHANGED] = DX_R_GIT_NOT_CHANGED, [DX_FACT_NO_TRACKED] = DX_R_GIT_NO_TRACKED,
	[DX_FACT_TRAILER] = DX_R_GIT_TRAILER, [DX_FACT_OWNER_COVERS] = DX_R_GIT_OWNER_COVERS,
};

static int
ask(struct dx_step *s, const struct dx_check_git *c, struct dx_git_seen *seen, struct dx_err *err)
{
	struct dx_git_words globs = { c->globs.item, c->globs.count }, except = { c->except.item, c->except.count };
	struct dx_git *git = dx_step_repo(s, err);
	int rc;

	if (git == NULL)
		return -1;
	switch (c->fact) {
	case DX_FACT_HEAD_IS:
		return dx_git_head_is(git, c->ref, seen, err);
	case DX_FACT_BRANCH_MATCHES:
		return dx_git_branch_matches(git, c->glob, seen, err);
	case DX_FACT_DESCENDS_FROM:
	case DX_FACT_UP_TO_DATE_WITH:
		return dx_git_descends_from(git, c->ref, c->fact == DX_FACT_UP_TO_DATE_WITH, seen, err);
	case DX_FACT_CLEAN:
		return dx_git_clean(git, seen, err);
	case DX_FACT_TAG_AT_HEAD:
		return tag_at_head(s, c, seen, err);
	case DX_FACT_NO_TAG:
		return dx_git_no_tag(git, c->name, seen, err);
	case DX_FACT_CHANGED:
		return dx_git_changed(git, &globs, c->ref, seen, err);
	case DX_FACT_NOT_CHANGED:
		rc = dx_git_changed(git, &globs, c->ref, seen, err);
		return rc < 0 ? rc : !rc;
	case DX_FACT_NO_TRACKED:
		return dx_git_no_tracked(git, &globs, &except, seen, err);
	case DX_FACT_TRAILER:
		return dx_git_trailer(git, c->name, c->pattern, seen, err);
	case DX_FACT_OWNER_COVERS:
		return owner_covers(s, c, seen, err);
	}
	return -1;
}

void
dx_step_git(struct dx_step *s)
{
	const struct dx_check_git *c = &s->check->u.git;
	struct dx_git_seen seen = { .arena = &s->arena, .observed = dx_json_null(), .detail = "" };
	struct dx_err err = { 0 };
	int rc = ask(s, c, &seen, &err);

	if (rc >= 0)
		s->result.observed = seen.observed;
	if (rc < 0) {
		if (err.reason != DX_OK)
			dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
	} else if (rc == 0)
		dx_step_fail(s, failed[c->fact], "%s", seen.detail);
}

void
dx_preview_git(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	const struct dx_check_git *g = &c->u.git;
	const struct { const char *name, *value; } text[] = { { "glob", g->glob }, { "name", g->name }, { "pattern", g->pattern },
	    { g->globs.count > 0 ? "since" : "ref", g->ref } };
	const struct { const char *name; const struct dx_texts *list; } lists[] = { { "globs", &g->globs }, { "except", &g->except },
	    { "paths", &g->paths } };

	dx_json_put(a, o, "fact", dx_json_text(dx_check_fact_name(g->fact)));
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		if (text[i].value != NULL)
			dx_json_put(a, o, text[i].name, dx_json_text(text[i].value));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i].list->count > 0)
			dx_json_put(a, o, lists[i].name, dx_preview_list(a, lists[i].list));
	if (g->fact == DX_FACT_TAG_AT_HEAD) {
		dx_json_put(a, o, "annotated", dx_json_bool(g->annotated));
		dx_json_put(a, o, "signed", dx_json_bool(g->is_signed));
	}
}

/* --- conditions --- */

bool
dx_step_wanted(struct dx_step *s)
{
	const struct dx_check *check = s->check;
	bool no;

	if (check->when == NULL)
		return true;
	s->check = check->when;
	dx_step_judge(s);
	s->check = check;
	if (s->result.state == DX_STATE_PASS) {
		s->result.observed = dx_json_null();
		s->result.inputs_sha256 = NULL;
		return true;
	}
	/* A predicate that yields nothing, or no truth, says neither. */
	no = s->result.state == DX_STATE_FAIL && (check->when->type == DX_CHECK_GIT || strcmp(s->result.reason, "json_false") == 0);
	s->result.state = no ? DX_STATE_NOT_APPLICABLE : DX_STATE_ERROR;
	s->result.reason = no ? "" : s->result.reason;
	s->result.detail = dx_arena_printf(&s->arena, "when: %s", s->result.detail);
	return false;
}
