/* repo_settings: a snapshot of a repository's settings, dealix.settings.v1, against the rules of release-gates page 4.  Pure: the owners
 * file and the tracked paths are handed in. */
#ifndef DX_CHECK_REPO_SETTINGS_H
#define DX_CHECK_REPO_SETTINGS_H

#include "base/reason.h"
#include "check/owners.h"
#include "json/json.h"

struct dx_err;

#define DX_SETTINGS_SCHEMA	"dealix.settings.v1"
#define DX_SETTINGS_AGE_S	86400	/* a snapshot of that age is still fresh */
#define DX_SETTINGS_AHEAD_S	300	/* and so is one from a clock that is so much ahead */
#define DX_SETTINGS_MAX		(4u << 20)	/* bytes of a snapshot */

enum dx_repo_rule {
	DX_REPO_PROTECT_MAIN, DX_REPO_PROTECT_REVIEW, DX_REPO_PROTECT_CHECKS, DX_REPO_PROTECT_UPTODATE, DX_REPO_OWNERS_ENFORCED,
	DX_REPO_OWNERS_COVER, DX_REPO_SECRETS_SCAN, DX_REPO_DEPLOY_OIDC, DX_REPO_ATTEST, DX_REPO_AUDIT_STREAM, DX_REPO_CANARY,
	DX_REPO_RULES
};
const char	*dx_repo_rule_id(enum dx_repo_rule r);		/* "protect.main" */
bool	dx_repo_rule_critical(enum dx_repo_rule r);
bool	dx_repo_rule_target(enum dx_repo_rule r);		/* a roadmap item: reported, never judged */
/* DX_REPO_RULES when there is none of that id. */
enum dx_repo_rule	dx_repo_rule_find(const char *id);

/* Borrows the document. */
struct dx_repo_settings {
	const char		*repository;
	int64_t			 fetched_at;	/* us */
	const struct dx_json	*protection;	/* of main: object; null: it is not protected; NULL: it could not be read */
	const struct dx_json	*security;	/* security_and_analysis; NULL: it could not be read */
};
/* field_invalid, unknown_field, field_missing, time_invalid, time_without_offset. */
int	dx_repo_settings_parse(const struct dx_json *doc, struct dx_repo_settings *out, struct dx_err *err);

/* What the working copy says of owners. */
struct dx_repo_owners {
	const char		*place;		/* of the owners file; NULL: none where the host looks */
	struct dx_owners	 owners;
	const char *const	*path;		/* tracked, sorted */
	size_t			 paths;
};
struct dx_repo_asked {
	const char *const	*require;	/* status checks; none: the three mandatory gates */
	size_t			 requires;
	const char *const	*protect;	/* globs of paths that need an owner, each has to match one; none: those of page 4 */
	size_t			 protects;
	bool			 rule[DX_REPO_RULES];	/* those to judge */
	const struct dx_repo_owners *owners;
};

enum dx_repo_state { DX_REPO_UNASKED, DX_REPO_PASS, DX_REPO_FAIL, DX_REPO_ERROR, DX_REPO_TARGET };
struct dx_repo_verdict {
	bool			 pass;		/* every rule asked for, targets aside */
	enum dx_reason		 worst;		/* DX_OK, the first failure, else the first error */
	struct dx_json		 rules;		/* [{id, state, critical}] */
	struct dx_json		 reasons;	/* [{code, rule?, ...}] */
};
/* A stale snapshot is not judged: settings_stale is then the only reason and there are no rules. */
void	dx_repo_judge(const struct dx_repo_settings *s, const struct dx_repo_asked *asked, int64_t now, struct dx_arena *a,
	    struct dx_repo_verdict *out);

#endif
