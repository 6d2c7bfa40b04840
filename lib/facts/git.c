#include <dlfcn.h>
#include <git2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "facts/git.h"
#include "facts/head.h"

/* What is called of libgit2; the soname is that of the headers. */
struct library {
	void	*handle;
	__typeof__(&git_libgit2_init)		init;
	__typeof__(&git_libgit2_shutdown)	shutdown;
	__typeof__(&git_libgit2_opts)		opts;
	__typeof__(&git_repository_open_ext)	open;
	__typeof__(&git_repository_free)	close;
	__typeof__(&git_reference_name_to_id)	name_to_id;
	__typeof__(&git_object_lookup)		lookup;
	__typeof__(&git_object_peel)		peel;
	__typeof__(&git_object_id)		id;
	__typeof__(&git_object_free)		free_object;
	__typeof__(&git_oid_tostr)		to_text;
	__typeof__(&git_error_last)		last_error;
};

static bool
bind_all(struct library *l)
{
	struct { const char *name; void *at; } const names[] = {
		{ "git_libgit2_init", &l->init }, { "git_libgit2_shutdown", &l->shutdown }, { "git_libgit2_opts", &l->opts },
		{ "git_repository_open_ext", &l->open }, { "git_repository_free", &l->close },
		{ "git_reference_name_to_id", &l->name_to_id }, { "git_object_lookup", &l->lookup },
		{ "git_object_peel", &l->peel }, { "git_object_id", &l->id }, { "git_object_free", &l->free_object },
		{ "git_oid_tostr", &l->to_text }, { "git_error_last", &l->last_error },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		void *at = dlsym(l->handle, names[i].name);
		if (at == NULL)
			return false;
		memcpy(names[i].at, &at, sizeof(at));	/* every member is a pointer to a function */
	}
	return true;
}

static int
load(struct library *l, struct dx_err *err)
{
	l->handle = dlopen("libgit2.so." LIBGIT2_SOVERSION, RTLD_NOW | RTLD_LOCAL);
	if (l->handle == NULL || !bind_all(l) || l->init() < 0) {
		if (l->handle != NULL)
			dlclose(l->handle);
		return dx_err_set(err, DX_R_GIT_UNAVAILABLE, "libgit2.so.%s cannot be used", LIBGIT2_SOVERSION);
	}
	return 0;
}

static void
unload(struct library *l)
{
	l->shutdown();
	dlclose(l->handle);
}

/* Whether any folder from path upward may be a repository: nearly always answers without libgit2. */
static bool
near(const char *path)
{
	char at[4096];
	struct stat root, st, up;

	if (stat("/", &root) != 0 || (size_t)snprintf(at, sizeof(at), "%s", path) >= sizeof(at))
		return true;
	for (size_t len = strlen(at); len + 8 < sizeof(at); len = strlen(at)) {
		memcpy(at + len, "/.git", 6);
		if (lstat(at, &st) == 0)
			return true;
		memcpy(at + len, "/HEAD", 6);	/* a bare one */
		if (lstat(at, &st) == 0)
			return true;
		at[len] = '\0';
		if (stat(at, &up) != 0 || (up.st_dev == root.st_dev && up.st_ino == root.st_ino))
			return false;
		memcpy(at + len, "/..", 4);
	}
	return true;
}

static int
failed(const struct library *l, const char *path, struct dx_err *err)
{
	const git_error *e = l->last_error();

	return dx_err_set(err, DX_R_GIT_UNAVAILABLE, "%s: %s", path, e != NULL ? e->message : "libgit2 says nothing");
}

static int
head(const struct library *l, git_repository *repo, const char *path, char out[static DX_GIT_ID], struct dx_err *err)
{
	git_object *object = NULL, *commit = NULL;
	git_oid id;
	int rc = l->name_to_id(&id, repo, "HEAD");

	if (rc == GIT_ENOTFOUND || rc == GIT_EUNBORNBRANCH)
		return 0;
	if (rc != 0 || l->lookup(&object, repo, &id, GIT_OBJECT_ANY) != 0 || l->peel(&commit, object, GIT_OBJECT_COMMIT) != 0)
		rc = failed(l, path, err);
	else {
		(void)l->to_text(out, DX_GIT_ID, l->id(commit));
		rc = 1;
	}
	l->free_object(commit);
	l->free_object(object);
	return rc;
}

int
dx_git_head(const char *path, char out[static DX_GIT_ID], struct dx_err *err)
{
	struct library l = { 0 };
	git_repository *repo = NULL;
	int rc;

	if (dx_head_read(path, out) == 1)
		return 1;
	if (!near(path))
		return 0;
	if (load(&l, err) != 0)
		return -1;
	rc = l.open(&repo, path, 0, NULL);
	if (rc == GIT_ENOTFOUND)
		rc = 0;
	else
		rc = rc != 0 ? failed(&l, path, err) : head(&l, repo, path, out, err);
	l.close(repo);
	unload(&l);
	return rc;
}
