/* policy: the decision policy document, dealix.enforcement.policy.v1 (decisions page 6).  Parsed, defaults filled in,
 * canonical, digested.  Knows no store. */
#ifndef DX_CORE_POLICY_H
#define DX_CORE_POLICY_H

#include "core/money.h"
#include "core/words.h"
#include "crypt/digest.h"
#include "json/json.h"

#define DX_POLICY_SCHEMA	"dealix.enforcement.policy.v1"
#define DX_POLICY_MAX		(1u << 20)	/* bytes of a document */

struct dx_opt_money { bool given; struct dx_money m; };

struct dx_route_rule {		/* approvals page 3.1 */
	const char	*rule_id;
	bool		 enabled;
	struct dx_json	 environments, action_prefixes, risk_levels, roles;	/* arrays of text */
	struct dx_opt_money	min, max;
	const char	*permission;		/* NULL: by environment */
	int		 separation;		/* -1: policy default, 0, 1 */
	int64_t		 quorum;
	bool		 executor_must_differ, signed_votes;
};

struct dx_policy {
	int		 mode[DX_SOURCE_COUNT][3];	/* enum dx_mode, -1 null; [..][0 default, 1 prod, 2 nonprod] */
	bool		 require_approval_prod, require_approval_nonprod;
	bool		 separation_prod, separation_nonprod;
	bool		 withhold_high_risk, requires_estimate;
	struct dx_opt_money	plan_ceiling, enterprise_ceiling;
	struct dx_money	 auto_approve_below, hard_deny_above;
	bool		 missing_budget_violates;
	int64_t		 ttl_seconds, derived_replay_seconds, fail_safe_replay_seconds;
	int64_t		 max_cost_age_days;		/* -1: null */
	const struct dx_json	*aliases, *namespaces;	/* objects, never NULL */
	const struct dx_route_rule *routes;
	size_t		 route_count;
	/* the document with every default filled in, in canonical order, and its bytes and digest */
	struct dx_json	 doc;
	const char	*canon;
	size_t		 canon_len;
	char		 sha256[DX_SHA256_HEX];
	struct dx_arena	 arena;			/* owns all of the above */
};

/* From a parsed document (schema given as `schema` or `schema_version`; valdrix/valdrics spellings are not accepted here).
 * *out is owned: dx_policy_free.  policy_document_invalid with the pointer, money_*, routing_*. */
int	dx_policy_new(const struct dx_json *doc, struct dx_policy **out, struct dx_err *err);
/* From text (copied; DX_POLICY_MAX).  json_* too. */
int	dx_policy_parse(const char *text, size_t len, struct dx_policy **out, struct dx_err *err);
/* The default document. */
struct dx_policy	*dx_policy_default(void);
void	dx_policy_free(struct dx_policy *p);

/* One `PATH=VALUE` setting applied to a document (a tree in `a`; replaced in place): VALUE is read as JSON if it is JSON, else
 * as a string.  policy_document_invalid when the path names no member a policy has, usage when there is no '='. */
int	dx_policy_setting(struct dx_arena *a, struct dx_json *doc, const char *setting, struct dx_err *err);

/* Mode and its scope text ("terraform:prod", "fallback:..."; static) for a source and a normalised environment (page 7). */
enum dx_mode	dx_policy_mode(const struct dx_policy *p, enum dx_source s, const char *environment, const char **scope);

/* Differences as an array of {path, from?, to?}, sorted by path; equal documents give []. */
struct dx_json	dx_policy_diff(struct dx_arena *a, const struct dx_json *from, const struct dx_json *to);

#endif
