/* What the files of settings_fetch share.  Nobody else includes it. */
#ifndef DX_OP_SETTINGS_INNER_H
#define DX_OP_SETTINGS_INNER_H

#include "op/settings_fetch.h"

/* What is known so far. */
struct dx_settings_parts {
	const char	*repository;	/* NULL: not yet */
	bool		 has_protection, has_security;	/* false: could not be read */
	struct dx_json	 protection, security;
	int64_t		 fetched_at;
};
/* An answer of the API: of the repository, of the protection of main, or that there is none.  evidence_invalid. */
int	dx_settings_take(struct dx_settings_parts *p, const struct dx_json *answer, struct dx_arena *a, struct dx_err *err);
/* The snapshot, checked by those who will read it. */
int	dx_settings_snapshot(const struct dx_settings_parts *p, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* OWNER/NAME as it can stand in a URL. */
bool	dx_settings_repository_valid(const char *s);

#endif
