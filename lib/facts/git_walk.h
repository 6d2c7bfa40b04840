/* git_walk: what history says of two commits.  Within lib/facts. */
#ifndef DX_FACTS_GIT_WALK_H
#define DX_FACTS_GIT_WALK_H

#include "facts/git_inner.h"

/* Whether `to` is `from` or an ancestor of it, as far as the history reaches that is here.  1, 0, -1 (git_unavailable).  *cut: where
 * the answer is 0, history was met that is not here. */
int	dx_git_reaches(struct dx_git *g, const git_oid *from, const git_oid *to, bool *cut, struct dx_err *err);
/* The best common ancestor of two commits (of several one with the newest date). 1; 0: there is none; -1.  *cut: history that is not
 * here might give another answer. */
int	dx_git_base(struct dx_git *g, const git_oid *one, const git_oid *two, git_oid *base, bool *cut, struct dx_err *err);
/* The commits that `one` has and `two` (NULL: none) has not, in *ahead (the caller's to free), and the number of those the other way
 * round.  0; -1.  *cut: history that is not here might give another answer. */
int	dx_git_apart(struct dx_git *g, const git_oid *one, const git_oid *two, git_oid **ahead, size_t *count, size_t *behind, bool *cut,
	    struct dx_err *err);

#endif
