/* Facts about HEAD, branches and tags. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "facts/git_walk.h"

#define BRANCHES	"refs/heads/"
#define TAGS		"refs/tags/"
#define ORIGIN		"refs/remotes/origin/"
#define SSH_SIGNATURE	"-----BEGIN SSH SIGNATURE-----"

static int
head_and(struct dx_git *g, const char *ref, bool history, git_oid *id, struct dx_git_seen *seen, struct dx_err *err)
{
	if (dx_git_born(g, err) != 0 || dx_git_resolve(g, ref, history, id, err) != 0)
		return -1;
	seen->observed = dx_json_object();
	dx_json_put(seen->arena, &seen->observed, "head", dx_json_text(g->commit));
	dx_json_put(seen->arena, &seen->observed, "ref", dx_git_id(seen->arena, g, id));
	seen->detail = dx_arena_printf(seen->arena, "HEAD is %s, %s is %s", g->commit, ref,
	    dx_json_get_str(&seen->observed, "ref"));
	return 0;
}

static bool
same(const git_oid *a, const git_oid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

int
dx_git_head_is(struct dx_git *g, const char *ref, struct dx_git_seen *seen, struct dx_err *err)
{
	git_oid id;

	return head_and(g, ref, false, &id, seen, err) == 0 ? same(&id, &g->head) : -1;
}

int
dx_git_branch_matches(struct dx_git *g, const char *glob, struct dx_git_seen *seen, struct dx_err *err)
{
	git_reference *head = NULL;
	const char *target, *name;
	int rc = g->l->git_reference_lookup(&head, g->repo, "HEAD");

	if (rc != 0)
		return dx_git_failed(g, err);
	target = g->l->git_reference_symbolic_target(head);
	seen->observed = dx_json_object();
	if (target == NULL || !dx_starts(target, BRANCHES)) {
		dx_json_put(seen->arena, &seen->observed, "detached", dx_json_bool(true));
		seen->detail = target == NULL ? "HEAD is detached" : "HEAD is on no branch";
	} else {
		name = target + strlen(BRANCHES);
		rc = dx_glob_path(glob, name);
		name = dx_git_quoted(seen->arena, name);
		dx_json_put(seen->arena, &seen->observed, "branch", dx_json_text(name));
		seen->detail = dx_arena_printf(seen->arena, "HEAD is on branch %s, not on %s", name, glob);
	}
	g->l->git_reference_free(head);
	return rc;
}

/* --- history --- */

/* The upstream's copy of a branch, if there is one. */
static const char *
upstream_of(struct dx_git *g, const char *ref, struct dx_arena *a)
{
	const char *copy = dx_arena_printf(a, ORIGIN "%s", ref);
	git_reference *found = NULL;
	bool there = !dx_starts(ref, "refs/") && strcmp(ref, "HEAD") != 0 && g->l->git_reference_lookup(&found, g->repo, copy) == 0;

	g->l->git_reference_free(found);
	g->l->git_error_clear();
	return there ? copy : ref;
}

int
dx_git_descends_from(struct dx_git *g, const char *ref, bool upstream, struct dx_git_seen *seen, struct dx_err *err)
{
	bool cut, unused;
	git_oid id;
	int rc;

	if (upstream)
		ref = upstream_of(g, ref, seen->arena);
	if (head_and(g, ref, true, &id, seen, err) != 0)
		return -1;
	rc = dx_git_reaches(g, &g->head, &id, &cut, err);
	if (rc != 0 || !cut)
		return rc;
	/* HEAD's history is not all here; but an ancestor of another commit cannot descend from it. */
	rc = dx_git_reaches(g, &id, &g->head, &unused, err);
	if (rc != 0)
		return rc > 0 ? 0 : -1;
	return dx_err_set(err, DX_R_GIT_SHALLOW, "whether HEAD descends from %s: the history that is here was cut off", ref);
}

/* --- tags --- */

struct tags {
	struct dx_git	*g;
	struct dx_git_seen *seen;
	const char	*glob;
	bool		 annotated;
	dx_git_signed_fn *signed_by;
	void		*ctx;
	struct dx_json	 shown;		/* names at HEAD that the glob matches */
	bool		 found, broken;
	const char	*broken_name;
};

/* Where the signature begins: the last line that looks like its first one, as git has it. */
static size_t
signature_at(const char *text, size_t len)
{
	size_t at = len, n = strlen(SSH_SIGNATURE);

	for (size_t i = 0; i + n <= len; i++)
		if ((i == 0 || text[i - 1] == '\n') && memcmp(text + i, SSH_SIGNATURE, n) == 0)
			at = i;
	return at;
}

static bool
is_signed(struct tags *t, const git_oid *id)
{
	const struct dx_libgit2 *l = t->g->l;
	git_odb_object *object = NULL;
	const char *text;
	bool good = false;
	size_t at, len;

	if (l->git_odb_read(&object, t->g->odb, id) == 0) {
		text = l->git_odb_object_data(object);
		len = l->git_odb_object_size(object);
		at = signature_at(text, len);
		good = at < len && t->signed_by(t->ctx, text, at, text + at, len - at);
	}
	l->git_odb_object_free(object);
	return good;
}

static int
look_at_tag(const char *name, git_oid *id, void *payload)
{
	struct tags *t = payload;
	const struct dx_libgit2 *l = t->g->l;
	git_object *object = NULL, *commit = NULL;
	bool annotated = false, here = false;

	name += dx_starts(name, TAGS) ? strlen(TAGS) : 0;
	if (!dx_glob_path(t->glob, name))
		return 0;
	name = dx_git_quoted(t->seen->arena, name);
	if (l->git_object_lookup(&object, t->g->repo, id, GIT_OBJECT_ANY) != 0) {
		t->broken = true;
		t->broken_name = name;
	} else {
		annotated = l->git_object_type(object) == GIT_OBJECT_TAG;
		here = l->git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0 && same(l->git_object_id(commit), &t->g->head);
	}
	if (here && t->shown.count < DX_GIT_SHOWN)
		dx_json_push(t->seen->arena, &t->shown, dx_json_text(name));
	if (here && (!t->annotated || annotated) && (t->signed_by == NULL || (annotated && is_signed(t, id))))
		t->found = true;
	l->git_error_clear();
	l->git_object_free(commit);
	l->git_object_free(object);
	return 0;
}

int
dx_git_tag_at_head(struct dx_git *g, const char *glob, bool annotated, dx_git_signed_fn *signed_by, void *ctx,
    struct dx_git_seen *seen, struct dx_err *err)
{
	struct tags t = { .g = g, .seen = seen, .glob = glob, .annotated = annotated, .signed_by = signed_by, .ctx = ctx,
	    .shown = dx_json_array() };

	if (dx_git_born(g, err) != 0 || dx_git_need_odb(g, err) != 0)
		return -1;
	if (g->l->git_tag_foreach(g->repo, look_at_tag, &t) != 0)
		return dx_git_failed(g, err);
	if (!t.found && t.broken)
		return dx_err_set(err, DX_R_GIT_UNAVAILABLE, "%s: the object of tag %s is not there", g->path, t.broken_name);
	seen->observed = dx_json_object();
	dx_json_put(seen->arena, &seen->observed, "head", dx_json_text(g->commit));
	dx_json_put(seen->arena, &seen->observed, "tags", t.shown);
	seen->detail = dx_arena_printf(seen->arena, "no %stag %s at HEAD, %s%s", signed_by != NULL ? "tag with a signature that counts, " :
	    annotated ? "annotated " : "", glob, g->commit, t.shown.count > 0 ? "; another kind of tag is" : "");
	return t.found;
}

int
dx_git_no_tag(struct dx_git *g, const char *name, struct dx_git_seen *seen, struct dx_err *err)
{
	git_reference *tag = NULL;
	int rc = g->l->git_reference_lookup(&tag, g->repo, dx_arena_printf(seen->arena, TAGS "%s", name));

	g->l->git_reference_free(tag);
	if (rc != 0 && rc != GIT_ENOTFOUND && rc != GIT_EINVALIDSPEC)
		return dx_git_failed(g, err);
	g->l->git_error_clear();
	seen->observed = dx_json_object();
	dx_json_put(seen->arena, &seen->observed, "present", dx_json_bool(rc == 0));
	seen->detail = dx_arena_printf(seen->arena, "tag %s is there", name);
	return rc != 0;
}
