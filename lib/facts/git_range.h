/* git_range: what a branch is to the one it comes from, for release candidates (release-gates page 2), and which paths git tracks. */
#ifndef DX_FACTS_GIT_RANGE_H
#define DX_FACTS_GIT_RANGE_H

#include "facts/git.h"

struct dx_git_range_ask {
	const char	*branch;	/* short name: refs/heads/ is looked at, then refs/remotes/origin/ */
	const char	*target;	/* the same, the upstream's copy first */
	const char	*head;		/* id of a commit, as somebody states it */
	const char	*merge;		/* the same; NULL: not stated */
	const char	*others;	/* branches whose short names begin so are looked for, if `wanted` says so */
	bool		(*wanted)(const void *ctx, const char *name);
	const void	*ctx;
	const char	*tags;		/* tags whose names begin so are looked for */
};

struct dx_git_tag { const char *name, *commit; bool annotated; };	/* commit "": it leads to none */

/* Texts live in the arena. */
struct dx_git_range {
	const char	*tip;		/* of the branch, else HEAD; NULL: neither is there */
	bool		 branch;
	bool		 head_known;	/* head is the whole id of a commit here; if not, the next five and tree_equal mean nothing */
	const char	*base, *target;	/* best common ancestor of head and target, target's tip; NULL: none */
	const char	**author;	/* addresses of the commits of head that target does not have, each once */
	size_t		 authors;
	int64_t		 behind;	/* commits of target that head does not have */
	const struct dx_git_tag *tag;
	size_t		 tags;
	const char	**other;	/* wanted branches that target does not contain; each once */
	size_t		 others;
	bool		 merged;	/* merge is target's tip or an ancestor of it */
	bool		 tree_equal;	/* merge has the tree of head */
};
/* 0; -1: git_shallow where history that is cut off is needed, git_unavailable. */
int	dx_git_range(struct dx_git *g, const struct dx_git_range_ask *ask, struct dx_arena *a, struct dx_git_range *out,
	    struct dx_err *err);

/* The paths of the index, sorted by bytes, each once, in the arena. */
int	dx_git_tracked(struct dx_git *g, struct dx_arena *a, const char ***out, size_t *n, struct dx_err *err);

#endif
