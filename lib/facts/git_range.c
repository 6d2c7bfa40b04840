#include "facts/git_range.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "facts/git_walk.h"

#define HEADS		"refs/heads/"
#define REMOTES		"refs/remotes/"
#define ORIGIN		REMOTES "origin/"
#define TAGS		"refs/tags/"
#define TAGS_MAX	100000
#define OTHERS_MAX	1000

struct finding {
	struct dx_git		*g;
	const struct dx_git_range_ask *ask;
	struct dx_arena		*a;
	struct dx_git_range	*out;
	struct dx_err		*err;
	git_oid			 target;	/* if out->target */
	git_oid			 head;		/* if out->head_known */
	struct dx_git_tag	*tag;
	size_t			 tag_room;
};

static const char *
text_of(struct finding *f, const git_oid *id)
{
	char text[DX_GIT_ID];

	(void)f->g->l->git_oid_tostr(text, sizeof(text), id);
	return dx_arena_dup(f->a, text, strlen(text));
}

/* --- names to commits --- */

/* The commit that an object is or leads to.  1; 0: it is none, or not here; -1. */
static int
peel(struct finding *f, const git_oid *id, git_oid *out, bool *annotated)
{
	const struct dx_libgit2 *l = f->g->l;
	git_object *object = NULL, *commit = NULL;
	int rc = l->git_object_lookup(&object, f->g->repo, id, GIT_OBJECT_ANY);

	if (rc == 0 && annotated != NULL)
		*annotated = l->git_object_type(object) == GIT_OBJECT_TAG;
	if (rc == 0)
		rc = l->git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (rc == 0)
		*out = *l->git_object_id(commit);
	else if (rc != GIT_ENOTFOUND && rc != GIT_EPEEL && rc != GIT_EINVALIDSPEC)
		(void)dx_git_failed(f->g, f->err);
	l->git_error_clear();
	l->git_object_free(commit);
	l->git_object_free(object);
	return rc == 0 ? 1 : f->err->reason != DX_OK ? -1 : 0;
}

/* A whole name: what stands in a document is no expression. */
static int
find_ref(struct finding *f, const char *prefix, const char *name, git_oid *out)
{
	const struct dx_libgit2 *l = f->g->l;
	git_oid id;
	int rc = l->git_reference_name_to_id(&id, f->g->repo, dx_arena_printf(f->a, "%s%s", prefix, name));

	if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC || rc == GIT_EUNBORNBRANCH) {
		l->git_error_clear();
		return 0;
	}
	return rc == 0 ? peel(f, &id, out, NULL) : dx_git_failed(f->g, f->err);
}

/* The whole id of a commit.  git_shallow where it may have been cut off. */
static int
find_id(struct finding *f, const char *text, git_oid *out)
{
	git_oid id;
	int rc;

	if (!dx_hex_is(text, 40) || f->g->l->git_oid_fromstr(&id, text) != 0)
		return 0;
	rc = peel(f, &id, out, NULL);
	if (rc > 0 && memcmp(&id, out, sizeof(id)) != 0)
		return 0;	/* the id of a tag */
	if (rc == 0 && dx_git_is_cut(f->g))
		return dx_err_set(f->err, DX_R_GIT_SHALLOW, "%s is not in the history that is here, which was cut off", text);
	return rc;
}

static int
find_tip(struct finding *f)
{
	git_oid id;
	int rc = find_ref(f, HEADS, f->ask->branch, &id);

	if (rc == 0)
		rc = find_ref(f, ORIGIN, f->ask->branch, &id);
	f->out->branch = rc > 0;
	if (rc > 0)
		f->out->tip = text_of(f, &id);
	else if (f->g->commit[0] != '\0')
		f->out->tip = dx_arena_dup(f->a, f->g->commit, strlen(f->g->commit));
	return rc < 0 ? -1 : 0;
}

static int
find_target(struct finding *f)
{
	int rc = find_ref(f, ORIGIN, f->ask->target, &f->target);

	if (rc == 0)
		rc = find_ref(f, HEADS, f->ask->target, &f->target);
	if (rc > 0)
		f->out->target = text_of(f, &f->target);
	return rc < 0 ? -1 : 0;
}

/* --- the commits in between --- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The address of the author line, between its last angle brackets. */
static const char *
address(struct finding *f, const char *text, size_t n)
{
	while (n > 0 && *text != '\n') {
		const char *end = memchr(text, '\n', n), *from, *to;
		size_t len = end != NULL ? (size_t)(end - text) : n;

		if (len > 7 && memcmp(text, "author ", 7) == 0) {
			to = memrchr(text, '>', len);
			from = to != NULL ? memrchr(text, '<', (size_t)(to - text)) : NULL;
			return from != NULL ? dx_arena_dup(f->a, from + 1, (size_t)(to - from) - 1) : "";
		}
		text += len + (end != NULL);
		n -= len + (end != NULL);
	}
	return "";
}

static int
read_authors(struct finding *f, const git_oid *id, size_t n)
{
	const struct dx_libgit2 *l = f->g->l;
	struct dx_git_range *out = f->out;
	size_t kept = 0;

	out->author = dx_arena_alloc(f->a, dx_size_mul(n + 1, sizeof(*out->author)));
	if (dx_git_need_odb(f->g, f->err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		git_odb_object *object = NULL;
		if (l->git_odb_read(&object, f->g->odb, &id[i]) != 0)
			return dx_git_failed(f->g, f->err);
		out->author[i] = address(f, l->git_odb_object_data(object), l->git_odb_object_size(object));
		l->git_odb_object_free(object);
	}
	qsort(out->author, n, sizeof(*out->author), by_text);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(out->author[kept - 1], out->author[i]) != 0)
			out->author[kept++] = out->author[i];
	out->authors = kept;
	return 0;
}

static int
between(struct finding *f)
{
	const git_oid *target = f->out->target != NULL ? &f->target : NULL;
	git_oid *ahead, base;
	size_t n, behind;
	bool cut;
	int rc = dx_git_apart(f->g, &f->head, target, &ahead, &n, &behind, &cut, f->err);

	f->out->behind = (int64_t)behind;
	if (rc == 0 && cut)
		rc = dx_err_set(f->err, DX_R_GIT_SHALLOW, "the commits since %s are not all here: the history was cut off", f->ask->target);
	if (rc == 0)
		rc = read_authors(f, ahead, n);
	free(ahead);
	if (rc != 0 || target == NULL)
		return rc;
	rc = dx_git_base(f->g, &f->head, target, &base, &cut, f->err);
	if (rc > 0)
		f->out->base = text_of(f, &base);
	return rc < 0 ? -1 : rc == 0 && cut ? dx_err_set(f->err, DX_R_GIT_SHALLOW, "where the branch began was cut off") : 0;
}

/* --- tags and other branches --- */

static int
take_tag(const char *name, git_oid *id, void *ctx)
{
	struct finding *f = ctx;
	struct dx_git_tag tag = { .commit = "" };
	git_oid commit;
	int rc;

	if (!dx_starts(name, TAGS) || !dx_starts(name + strlen(TAGS), f->ask->tags))
		return 0;
	if (f->out->tags == TAGS_MAX)
		return dx_err_set(f->err, DX_R_GIT_UNAVAILABLE, "more than %d tags", TAGS_MAX);
	rc = peel(f, id, &commit, &tag.annotated);
	if (rc < 0)
		return -1;
	if (rc > 0)
		tag.commit = text_of(f, &commit);
	tag.name = dx_arena_dup(f->a, name + strlen(TAGS), strlen(name + strlen(TAGS)));
	if (f->out->tags == f->tag_room) {
		struct dx_git_tag *more;
		f->tag_room = f->tag_room == 0 ? 64 : f->tag_room * 2;
		more = dx_arena_alloc(f->a, dx_size_mul(f->tag_room, sizeof(*more)));
		if (f->out->tags > 0)
			memcpy(more, f->tag, f->out->tags * sizeof(*more));
		f->out->tag = f->tag = more;
	}
	f->tag[f->out->tags++] = tag;
	return 0;
}

static bool
listed(const struct dx_git_range *out, const char *name)
{
	for (size_t i = 0; i < out->others; i++)
		if (strcmp(out->other[i], name) == 0)
			return true;
	return false;
}

/* A branch of this name counts while main does not have its commits. */
static int
take_branch(struct finding *f, const char *ref, const char *name)
{
	git_oid tip;
	bool cut;
	int rc;

	if (!dx_starts(name, f->ask->others) || !f->ask->wanted(f->ask->ctx, name) || listed(f->out, name) || f->out->others == OTHERS_MAX)
		return 0;
	rc = find_ref(f, "", ref, &tip);
	if (rc > 0 && f->out->target != NULL)
		rc = dx_git_reaches(f->g, &f->target, &tip, &cut, f->err) > 0 ? 0 : 1;
	if (rc > 0 && f->err->reason == DX_OK)
		f->out->other[f->out->others++] = dx_arena_dup(f->a, name, strlen(name));
	return f->err->reason == DX_OK ? 0 : -1;
}

static int
find_branches(struct finding *f, const char *glob, bool remote)
{
	const struct dx_libgit2 *l = f->g->l;
	git_reference_iterator *iterator = NULL;
	const char *ref;
	int rc = l->git_reference_iterator_glob_new(&iterator, f->g->repo, glob), more = GIT_ITEROVER;

	if (rc != 0)
		return dx_git_failed(f->g, f->err);
	while (rc == 0 && (more = l->git_reference_next_name(&ref, iterator)) == 0) {
		const char *name = ref + strlen(remote ? REMOTES : HEADS);
		if (remote)
			name = strchr(name, '/') != NULL ? strchr(name, '/') + 1 : name;
		rc = take_branch(f, ref, name);
	}
	if (rc == 0 && more != GIT_ITEROVER)
		rc = dx_git_failed(f->g, f->err);
	l->git_error_clear();
	l->git_reference_iterator_free(iterator);
	return rc;
}

/* --- the merge --- */

static int
tree_of(struct finding *f, const git_oid *commit, git_oid *out)
{
	git_object *object = NULL;

	if (f->g->l->git_object_lookup(&object, f->g->repo, commit, GIT_OBJECT_COMMIT) != 0)
		return dx_git_failed(f->g, f->err);
	*out = *f->g->l->git_commit_tree_id((const git_commit *)object);
	f->g->l->git_object_free(object);
	return 0;
}

static int
merge(struct finding *f)
{
	git_oid commit, one, two;
	bool cut = false;
	int rc = f->ask->merge != NULL ? find_id(f, f->ask->merge, &commit) : 0;

	if (rc <= 0)
		return rc;
	if (f->out->target != NULL) {
		rc = dx_git_reaches(f->g, &f->target, &commit, &cut, f->err);
		if (rc == 0 && cut)
			return dx_err_set(f->err, DX_R_GIT_SHALLOW, "whether %s has the merge was cut off", f->ask->target);
		f->out->merged = rc > 0;
	}
	if (rc < 0 || !f->out->head_known)
		return rc < 0 ? -1 : 0;
	if (tree_of(f, &commit, &one) != 0 || tree_of(f, &f->head, &two) != 0)
		return -1;
	f->out->tree_equal = memcmp(&one, &two, sizeof(one)) == 0;
	return 0;
}

int
dx_git_range(struct dx_git *g, const struct dx_git_range_ask *ask, struct dx_arena *a, struct dx_git_range *out, struct dx_err *err)
{
	struct dx_err why = { 0 };
	struct finding f = { .g = g, .ask = ask, .a = a, .out = out, .err = &why };
	int rc;

	*out = (struct dx_git_range){ .other = dx_arena_alloc(a, OTHERS_MAX * sizeof(*out->other)) };
	rc = find_tip(&f) != 0 || find_target(&f) != 0 ? -1 : find_id(&f, ask->head, &f.head);
	out->head_known = rc > 0;
	if (rc > 0)
		rc = between(&f);
	if (rc == 0)
		rc = g->l->git_tag_foreach(g->repo, take_tag, &f);
	if (rc == 0 && ask->wanted != NULL)
		rc = find_branches(&f, dx_arena_printf(a, HEADS "%s*", ask->others), false);
	if (rc == 0 && ask->wanted != NULL)
		rc = find_branches(&f, dx_arena_printf(a, REMOTES "*/%s*", ask->others), true);
	if (rc == 0)
		rc = merge(&f);
	if (rc == 0)
		return 0;
	if (why.reason == DX_OK)
		return dx_git_failed(g, err);
	return dx_err_set(err, why.reason, "%s", why.text);
}

int
dx_git_tracked(struct dx_git *g, struct dx_arena *a, const char ***out, size_t *n, struct dx_err *err)
{
	size_t count;

	if (dx_git_need_index(g, err) != 0)
		return -1;
	count = g->l->git_index_entrycount(g->index);
	*out = dx_arena_alloc(a, dx_size_mul(count, sizeof(**out)));
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		const git_index_entry *e = g->l->git_index_get_byindex(g->index, i);
		(*out)[i] = dx_arena_dup(a, e->path, strlen(e->path));
	}
	qsort(*out, count, sizeof(**out), by_text);	/* an index may be in an order without case */
	for (size_t i = 0; i < count; i++)
		if (*n == 0 || strcmp((*out)[*n - 1], (*out)[i]) != 0)	/* a conflict has one for each side */
			(*out)[(*n)++] = (*out)[i];
	return 0;
}
