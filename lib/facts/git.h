/* git: facts of a repository, through libgit2, which is opened when first asked (it costs milliseconds that most calls need not
 * pay).  The only home of git2.h. */
#ifndef DX_FACTS_GIT_H
#define DX_FACTS_GIT_H

struct dx_err;

#define DX_GIT_ID	65	/* 40 or 64 hex digits and a NUL */

/* The commit that HEAD of the repository around `path` leads to.  1 and its id; 0 where there is no repository, or no commit yet.
 * -1: git_unavailable (libgit2 is not installed, or cannot read it). */
int	dx_git_head(const char *path, char out[static DX_GIT_ID], struct dx_err *err);

#endif
