/* author: who wrote a commit (release-gates page 2: the git author's address), through libgit2, opened when this is asked. */
#ifndef DX_FACTS_AUTHOR_H
#define DX_FACTS_AUTHOR_H

#include "base/mem.h"

struct dx_err;

/* The address of the author of that commit, an id of a commit of the repository around `path`, in the arena.  NULL: git_unavailable. */
const char	*dx_git_author(const char *path, const char *commit, struct dx_arena *a, struct dx_err *err);

#endif
