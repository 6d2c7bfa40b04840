/* settings_fetch: a snapshot of a repository's settings, dealix.settings.v1 (release-gates page 4): asked of GitHub's API, or made of its
 * saved answers, and kept as evidence. */
#ifndef DX_OP_SETTINGS_FETCH_H
#define DX_OP_SETTINGS_FETCH_H

#include "op/evidence_add.h"
#include "op/session.h"

struct dx_settings_fetch {
	const char	*api;		/* base of the API; NULL: GitHub's own */
	const char	*repository;	/* OWNER/NAME */
	const char	*token_file;	/* NULL: no token */
	const char	*ca_file;	/* NULL: the authorities of the system */
	int64_t		 timeout_ms;	/* for everything */
};
/* usage, key_file_permissions, key_invalid, file_unreadable, http_failed, http_unavailable.  *out is the arena's. */
int	dx_op_settings_fetch(const struct dx_settings_fetch *f, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* The same of saved answers: of the repository, of the branch protection, or of both, or a snapshot alone.  Fetched when the oldest of
 * the files was written.  evidence_invalid: something else, or not of one repository. */
int	dx_op_settings_files(char *const *file, size_t n, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* Keeps it; the answer is that of a record with the snapshot as a member. */
int	dx_op_settings_keep(struct dx_session *s, const struct dx_json *snapshot, const char *commit, dx_added_fn *fn, void *ctx,
	    struct dx_err *err);

#endif
