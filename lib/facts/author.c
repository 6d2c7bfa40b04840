#include "facts/author.h"

#include <git2.h>
#include <string.h>

#include "base/err.h"
#include "base/library.h"

#define FUNCTIONS(USE) USE(git_libgit2_init) USE(git_libgit2_shutdown) USE(git_repository_open_ext) USE(git_repository_free) \
	USE(git_oid_fromstr) USE(git_commit_lookup) USE(git_commit_author) USE(git_commit_free)
struct library { FUNCTIONS(DX_LIBRARY_MEMBER) };
#define FUNCTION(name)	DX_LIBRARY_FUNCTION(library, name)

static const struct dx_function functions[] = { FUNCTIONS(FUNCTION) };

const char *
dx_git_author(const char *path, const char *commit, struct dx_arena *a, struct dx_err *err)
{
	git_repository *repo = NULL;
	git_commit *found = NULL;
	const char *why, *address = NULL;
	struct library l;
	git_oid id;

	if (!dx_library_open("libgit2.so." LIBGIT2_SOVERSION, functions, sizeof(functions) / sizeof(functions[0]), &l, &why) ||
	    l.git_libgit2_init() < 0) {
		(void)dx_err_set(err, DX_R_GIT_UNAVAILABLE, "libgit2.so.%s cannot be used", LIBGIT2_SOVERSION);
		return NULL;
	}
	if (l.git_repository_open_ext(&repo, path, 0, NULL) == 0 && l.git_oid_fromstr(&id, commit) == 0 &&
	    l.git_commit_lookup(&found, repo, &id) == 0)
		address = dx_arena_dup(a, l.git_commit_author(found)->email, strlen(l.git_commit_author(found)->email));
	else
		(void)dx_err_set(err, DX_R_GIT_UNAVAILABLE, "%s: the author of commit %s cannot be read", path, commit);
	l.git_commit_free(found);
	l.git_repository_free(repo);
	(void)l.git_libgit2_shutdown();
	return address;
}
