/* settings: a snapshot of a repository's settings judged (release-gates page 4), with the owners file and the paths of a working copy. */
#ifndef DX_OP_SETTINGS_H
#define DX_OP_SETTINGS_H

#include "check/repo_settings.h"
#include "op/session.h"

/* The owners file where the host reads it and the tracked paths of the repository around `root`; of a folder outside any repository
 * all files below it.  In the arena.  git_unavailable, git_no_worktree, file_unreadable. */
int	dx_op_owners(const char *root, struct dx_arena *a, struct dx_repo_owners *out, struct dx_err *err);

struct dx_settings_options {
	const char		*root;		/* of the working copy */
	struct dx_repo_asked	 asked;		/* owners is filled in */
	int64_t			 now;
};
/* doc: a snapshot, or the record of one as dealix-evidence import prints it.  The answer `{pass, repository, rules, reasons, ...}` is
 * the arena's; *snapshot is the part of doc that was judged. */
int	dx_op_settings(const struct dx_json *doc, struct dx_settings_options *o, struct dx_arena *a, struct dx_json *answer,
	    struct dx_repo_verdict *verdict, const struct dx_json **snapshot, struct dx_err *err);
/* Appends settings_checked in a transaction of its own. */
int	dx_op_settings_record(struct dx_session *s, const struct dx_json *snapshot, bool pass, struct dx_err *err);

#endif
