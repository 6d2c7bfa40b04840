/* What the files of repo_settings share.  Within lib/check. */
#ifndef DX_CHECK_REPO_INNER_H
#define DX_CHECK_REPO_INNER_H

#include "check/repo_settings.h"

/* One rule being judged. */
struct dx_repo_case {
	const struct dx_repo_settings	*s;
	const struct dx_repo_asked	*asked;
	enum dx_repo_rule		 rule;
	struct dx_arena			*a;
	bool				 failed;
	struct dx_json			 off;		/* fields that are not as they must be */
	struct dx_json			 unreadable;	/* fields that could not be read */
	struct dx_json			 more;		/* reasons with codes of their own */
};

/* The rule has failed, for a reason with a code of its own.  Members may be put into what comes back. */
struct dx_json	*dx_repo_more(struct dx_repo_case *c, enum dx_reason code);

void	dx_repo_owners_enforced(struct dx_repo_case *c);
void	dx_repo_owners_cover(struct dx_repo_case *c);

#endif
