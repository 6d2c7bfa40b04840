/* policy_table: every member of a policy document, its bounds and its default (decisions page 6). */
#include "core/policy_parts.h"

static const char *const change_words[] = { "refuse", "warn", NULL };
static const char *const missing_words[] = { "allow", "violate", NULL };
static const char *const overdue_words[] = { "charge", "release", NULL };
static const char *const backoff_words[] = { "constant", "exponential", NULL };

#define TO(member)	offsetof(struct dx_policy, member)
#define NOWHERE		DX_MEMBER_NOWHERE

#define BOOL(s, n, to, is)		{ s, n, DX_MEMBER_BOOL, to, is, 0, 0, NULL, NULL },
#define INT(s, n, to, is, min, max)	{ s, n, DX_MEMBER_INT, to, is, min, max, NULL, NULL },
#define MONEY(s, n, to, is)		{ s, n, DX_MEMBER_MONEY, to, is, 0, 0, NULL, NULL },
#define CEILING(s, n, to)		{ s, n, DX_MEMBER_MONEY_OR_NULL, to, -1, 0, 0, NULL, NULL },
#define WORD(s, n, to, is, words)	{ s, n, DX_MEMBER_WORD, to, is, 0, 0, words, NULL },
#define TREE(s, n, read)		{ s, n, DX_MEMBER_TREE, NOWHERE, 0, 0, 0, NULL, read },
#define ABSENT(s, n, read)		{ s, n, DX_MEMBER_TREE_OR_ABSENT, NOWHERE, 0, 0, 0, NULL, read },
#define ROW(n, kind, source, row, is)	{ "mode_matrix", n, kind, TO(mode[source][row]), is, 0, 0, dx_mode_names, NULL },
#define MODE(n, source, row)		ROW(n, DX_MEMBER_MODE, source, row, DX_MODE_SOFT)
#define NO_MODE(n, source, row)		ROW(n, DX_MEMBER_MODE_OR_NULL, source, row, -1)

const struct dx_policy_member dx_policy_members[] = {
	BOOL("approval", "auto_approve_requires_estimate", TO(requires_estimate), true)
	BOOL("approval", "auto_approve_withhold_high_risk", TO(withhold_high_risk), true)
	BOOL("approval", "enforce_nonprod_requester_reviewer_separation", TO(separation_nonprod), false)
	BOOL("approval", "enforce_prod_requester_reviewer_separation", TO(separation_prod), true)
	WORD("approval", "on_policy_change_nonprod", NOWHERE, 1, change_words)
	WORD("approval", "on_policy_change_prod", NOWHERE, 0, change_words)
	BOOL("approval", "require_approval_nonprod", TO(require_approval_nonprod), false)
	BOOL("approval", "require_approval_prod", TO(require_approval_prod), true)
	TREE("approval", "routing_rules", dx_policy_read_routes)
	MONEY("entitlements", "auto_approve_below_monthly_usd", TO(auto_approve_below), 25000000)
	CEILING("entitlements", "enterprise_monthly_ceiling_usd", TO(enterprise_ceiling))
	MONEY("entitlements", "hard_deny_above_monthly_usd", TO(hard_deny_above), INT64_C(5000000000))
	WORD("entitlements", "missing_budget", TO(missing_budget_violates), 0, missing_words)
	CEILING("entitlements", "plan_monthly_ceiling_usd", TO(plan_ceiling))
	TREE("environments", "aliases", dx_policy_read_aliases)
	TREE("environments", "namespaces", dx_policy_read_namespaces)
	INT("execution", "action_lease_ttl_seconds", NOWHERE, 300, 30, 3600)
	INT("execution", "action_max_attempts", NOWHERE, 3, 1, 10)
	INT("execution", "action_retry_backoff_seconds", NOWHERE, 60, 1, 86400)
	ABSENT("execution", "allowed_action_types", dx_policy_read_action_types)
	ABSENT("execution", "allowed_targets", dx_policy_read_targets)
	{ "execution", "backoff", DX_MEMBER_WORD_OR_ABSENT, NOWHERE, 0, 0, 0, backoff_words, NULL },
	INT("execution", "default_ttl_seconds", TO(ttl_seconds), 900, 60, 86400)
	INT("execution", "derived_key_replay_seconds", TO(derived_replay_seconds), 86400, 60, 2592000)
	INT("execution", "fail_safe_replay_seconds", TO(fail_safe_replay_seconds), 60, 0, 86400)
	{ "execution", "max_cost_data_age_days", DX_MEMBER_INT_OR_NULL, TO(max_cost_age_days), -1, 1, 365, NULL, NULL },
	WORD("execution", "overdue_policy", NOWHERE, 0, overdue_words)
	NO_MODE("ci_default", DX_SOURCE_CI, 0)
	NO_MODE("ci_nonprod", DX_SOURCE_CI, 2)
	NO_MODE("ci_prod", DX_SOURCE_CI, 1)
	NO_MODE("cloud_event_default", DX_SOURCE_CLOUD_EVENT, 0)
	NO_MODE("cloud_event_nonprod", DX_SOURCE_CLOUD_EVENT, 2)
	NO_MODE("cloud_event_prod", DX_SOURCE_CLOUD_EVENT, 1)
	MODE("k8s_admission_default", DX_SOURCE_K8S, 0)
	MODE("k8s_admission_nonprod", DX_SOURCE_K8S, 2)
	MODE("k8s_admission_prod", DX_SOURCE_K8S, 1)
	MODE("terraform_default", DX_SOURCE_TERRAFORM, 0)
	MODE("terraform_nonprod", DX_SOURCE_TERRAFORM, 2)
	MODE("terraform_prod", DX_SOURCE_TERRAFORM, 1)
	{ NULL, NULL, DX_MEMBER_BOOL, NOWHERE, 0, 0, 0, NULL, NULL }
};
