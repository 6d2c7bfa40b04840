/* head: the commit that is checked out, from the few small files that say so.  libgit2 costs more than all other work of a short call;
 * this costs a few reads.  It answers only where nothing is unusual. */
#ifndef DX_FACTS_HEAD_H
#define DX_FACTS_HEAD_H

#include "facts/git.h"

/* 1 and the id of the commit that HEAD of the repository around the folder `path` names: a branch, loose or packed, or detached, in a
 * work tree, a linked one or a submodule.  -1 whenever that is not plain to see: no repository, a bare one, another user's, a branch
 * without a commit, another form of storage; libgit2 is to be asked then.  That the object is there is not looked at. */
int	dx_head_read(const char *path, char out[static DX_GIT_ID]);

#endif
