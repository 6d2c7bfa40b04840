#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "facts/git_graph.h"
#include "facts/git_inner.h"
#include "facts/head.h"

/* --- faults --- */

int
dx_git_failed(const struct dx_git *g, struct dx_err *err)
{
	const git_error *e = g->l->git_error_last();

	(void)dx_err_set(err, DX_R_GIT_UNAVAILABLE, "%s: %s", g->path, e != NULL ? e->message : "libgit2 says nothing");
	g->l->git_error_clear();
	return -1;
}

int
dx_git_born(const struct dx_git *g, struct dx_err *err)
{
	return g->commit[0] != '\0' ? 0 : dx_err_set(err, DX_R_GIT_UNBORN, "%s has no commit yet", g->path);
}

int
dx_git_worktree(const struct dx_git *g, const char *what, struct dx_err *err)
{
	return dx_git_top(g) != NULL ? 0 : dx_err_set(err, DX_R_GIT_NO_WORKTREE, "%s is bare: %s needs a work tree", g->path, what);
}

/* --- a repository --- */

static bool
has(const char *dir, const char *name, struct stat *st)
{
	struct dx_buf path = { 0 };
	bool there;

	dx_buf_printf(&path, "%s/%s", dir, name);
	there = lstat(path.data, st) == 0;
	dx_buf_release(&path);
	return there;
}

/* Whether a folder may be the top of a work tree or a bare repository. */
static bool
may_be(void *ctx, const char *dir)
{
	struct stat st;

	(void)ctx;
	return has(dir, ".git", &st) || has(dir, "HEAD", &st);
}

/* Whether it must be one, as git sees it: a .git that is a file, or a folder with what a repository has.  On the device where the
 * search began (ctx). */
static bool
must_be(void *ctx, const char *dir)
{
	const dev_t *device = ctx;
	struct stat st;

	if (stat(dir, &st) != 0 || st.st_dev != *device)
		return false;
	return (has(dir, ".git", &st) && S_ISREG(st.st_mode)) || (has(dir, ".git/HEAD", &st) && has(dir, ".git/objects", &st)) ||
	    (has(dir, "HEAD", &st) && has(dir, "objects", &st) && has(dir, "refs", &st));
}

/* libgit2 finds no repository: neither where there is none, nor where a .git points nowhere, nor in one of another user. */
static int
not_found(const char *path, struct dx_err *err)
{
	struct stat st;
	char *top = stat(path, &st) == 0 ? dx_dir_upward(path, must_be, &st.st_dev) : NULL;

	if (top == NULL)
		return 0;
	if (has(top, ".git", &st) && S_ISREG(st.st_mode))
		(void)dx_err_set(err, DX_R_GIT_UNAVAILABLE, "%s/.git leads to no repository that may be read", top);
	else
		(void)dx_err_set(err, DX_R_GIT_UNAVAILABLE, "%s is no sound repository, or belongs to another user and is not named by "
		    "safe.directory", top);
	free(top);
	return -1;
}

static int
read_head(struct dx_git *g, struct dx_err *err)
{
	git_object *object = NULL, *commit = NULL;
	git_oid id;
	int rc = g->l->git_reference_name_to_id(&id, g->repo, "HEAD");

	if (rc == GIT_ENOTFOUND || rc == GIT_EUNBORNBRANCH)
		return 0;
	if (rc != 0 || g->l->git_object_lookup(&object, g->repo, &id, GIT_OBJECT_ANY) != 0 ||
	    g->l->git_object_peel(&commit, object, GIT_OBJECT_COMMIT) != 0)
		rc = dx_git_failed(g, err);
	else {
		g->head = *g->l->git_object_id(commit);
		(void)g->l->git_oid_tostr(g->commit, DX_GIT_ID, &g->head);
	}
	g->l->git_object_free(commit);
	g->l->git_object_free(object);
	return rc;
}

/* What a linked work tree sets for itself alone: git reads it too, libgit2 does not. */
static int
add_worktree_config(struct dx_git *g, struct dx_err *err)
{
	struct dx_buf path = { 0 };
	git_config *config = NULL;
	struct stat st;
	int on = 0, rc = 0;

	dx_buf_printf(&path, "%sconfig.worktree", g->l->git_repository_path(g->repo));
	if (stat(path.data, &st) == 0) {
		rc = g->l->git_repository_config(&config, g->repo);
		if (rc == 0 && g->l->git_config_get_bool(&on, config, "extensions.worktreeconfig") == 0 && on)
			rc = g->l->git_config_add_file_ondisk(config, path.data, GIT_CONFIG_LEVEL_APP, g->repo, 0);
		if (rc != 0)
			rc = dx_git_failed(g, err);
		g->l->git_error_clear();
		g->l->git_config_free(config);
	}
	dx_buf_release(&path);
	return rc;
}

int
dx_git_open(const char *path, struct dx_git **out, struct dx_err *err)
{
	char *top = dx_dir_upward(path, may_be, NULL);
	struct dx_git *g;
	int rc;

	*out = NULL;
	if (top == NULL)
		return 0;	/* nearly always answers without libgit2 */
	free(top);
	g = dx_alloc(sizeof(*g));
	memset(g, 0, sizeof(*g));
	g->path = dx_strdup(path);
	g->l = dx_libgit2(err);
	rc = g->l == NULL ? -1 : g->l->git_repository_open_ext(&g->repo, path, 0, NULL);
	if (rc == GIT_ENOTFOUND) {
		dx_git_close(g);
		return not_found(path, err);
	}
	if (g->l != NULL && rc != 0)
		(void)dx_git_failed(g, err);
	if (rc == 0)
		rc = add_worktree_config(g, err);
	if (rc == 0)
		rc = read_head(g, err);
	if (rc != 0) {
		dx_git_close(g);
		return -1;
	}
	*out = g;
	return 1;
}

void
dx_git_close(struct dx_git *g)
{
	if (g == NULL)
		return;
	if (g->l != NULL) {
		g->l->git_index_free(g->index);
		g->l->git_odb_free(g->odb);
		g->l->git_repository_free(g->repo);
	}
	dx_git_graph_close(g->graph);
	free(g->cut);
	free(g->path);
	free(g);
}

const char *
dx_git_top(const struct dx_git *g)
{
	return g->l->git_repository_workdir(g->repo);
}

int
dx_git_head(const char *path, char out[static DX_GIT_ID], struct dx_err *err)
{
	struct dx_git *g;
	int rc;

	if (dx_head_read(path, out) == 1)
		return 1;
	rc = dx_git_open(path, &g, err);
	if (rc <= 0)
		return rc;
	(void)snprintf(out, DX_GIT_ID, "%s", g->commit);
	rc = g->commit[0] != '\0';
	dx_git_close(g);
	return rc;
}

/* --- parts of it --- */

int
dx_git_need_odb(struct dx_git *g, struct dx_err *err)
{
	return g->odb != NULL || g->l->git_repository_odb(&g->odb, g->repo) == 0 ? 0 : dx_git_failed(g, err);
}

/* The index that git works on while it runs a hook: `git commit -a` fills one beside the usual, in the same folder.  One elsewhere
 * that the environment names is of another repository.  malloc; NULL: the usual. */
static char *
hook_index(const struct dx_git *g)
{
	const char *named = getenv("GIT_INDEX_FILE");
	char *file = named != NULL && named[0] != '\0' ? realpath(named, NULL) : NULL;
	char *folder = file != NULL ? realpath(g->l->git_repository_path(g->repo), NULL) : NULL;
	size_t n = folder != NULL ? strlen(folder) : 0;
	bool own = folder != NULL && strncmp(file, folder, n) == 0 && file[n] == '/' && strchr(file + n + 1, '/') == NULL &&
	    strcmp(file + n, "/index") != 0;

	free(folder);
	if (own)
		return file;
	free(file);
	return NULL;
}

static int
open_index(struct dx_git *g)
{
	char *hook = hook_index(g);
	int rc = hook != NULL ? g->l->git_index_open(&g->index, hook) : g->l->git_repository_index(&g->index, g->repo);

	free(hook);
	return rc;
}

int
dx_git_need_index(struct dx_git *g, struct dx_err *err)
{
	int rc = g->index == NULL ? open_index(g) : g->l->git_index_read(g->index, 0);

	return rc == 0 ? 0 : dx_git_failed(g, err);	/* a command of the same gate may have changed it since */
}

void
dx_git_verify(const struct dx_git *g, bool on)
{
	(void)g->l->git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, on ? 1 : 0);
}

static bool
is_id(const char *ref)
{
	return dx_hex_is(ref, 40) || dx_hex_is(ref, 64);
}

int
dx_git_resolve(struct dx_git *g, const char *ref, bool history, git_oid *out, struct dx_err *err)
{
	git_object *object = NULL, *commit = NULL;
	int rc = g->l->git_revparse_single(&object, g->repo, ref);

	if (rc == 0)
		rc = g->l->git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (rc == 0)
		*out = *g->l->git_object_id(commit);
	else if (rc == GIT_ENOTFOUND && object == NULL && history && is_id(ref) && dx_git_is_cut(g))
		(void)dx_err_set(err, DX_R_GIT_SHALLOW, "%s is not in the history that is here, which was cut off", ref);
	else if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC || rc == GIT_EAMBIGUOUS || rc == GIT_EPEEL)
		(void)dx_err_set(err, DX_R_GIT_REF_MISSING, "\"%s\" leads to no commit", ref);
	else
		(void)dx_git_failed(g, err);
	g->l->git_error_clear();
	g->l->git_object_free(commit);
	g->l->git_object_free(object);
	return rc == 0 ? 0 : -1;
}

struct dx_json
dx_git_id(struct dx_arena *a, const struct dx_git *g, const git_oid *id)
{
	char text[DX_GIT_ID];

	(void)g->l->git_oid_tostr(text, sizeof(text), id);
	return dx_json_string(a, text);
}
