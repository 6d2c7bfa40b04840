#include "core/route.h"

#include <string.h>

#include "base/text.h"
#include "core/lists.h"
#include "core/scope.h"

static const char *const levels[] = { "low", "medium", "high", "critical", NULL };	/* ascending */
enum { CRITICAL = 3 };

/* Place on the scale; -1 when nothing is stated.  A word that is not on it counts as the highest (A11). */
static int
level_of(struct dx_arena *a, const struct dx_json *v)
{
	const char *word;
	int level;

	if (v == NULL || v->type == DX_JSON_NULL)
		return -1;
	if (v->type != DX_JSON_STRING)
		return CRITICAL;
	word = dx_word_clean(a, v->u.text);
	if (word[0] == '\0')
		return -1;
	level = dx_word(levels, word);
	return level >= 0 ? level : CRITICAL;
}

/* The higher of what the caller states and what was computed; NULL when neither says anything. */
static const char *
risk_level(struct dx_arena *a, const struct dx_json *metadata, const char *risk_class)
{
	static const char *const names[] = { "risk_level", "risk", "criticality" };
	struct dx_json computed = dx_json_text(risk_class);
	int level = -1, other = level_of(a, &computed);

	for (int i = 0; i < 3 && level < 0; i++)
		level = level_of(a, dx_json_get(metadata, names[i]));
	if (other > level)
		level = other;
	return level < 0 ? NULL : levels[level];
}

/* Words are compared as the policy's aliases make them, because that is how the request got its own. */
static bool
environment_matches(struct dx_arena *a, const struct dx_policy *p, const struct dx_json *list, const char *environment)
{
	if (list->count == 0 || dx_list_has(list, environment))
		return true;
	for (uint32_t i = 0; i < list->count; i++) {
		if (strcmp(dx_environment(a, list->u.items[i].u.text, p->aliases), environment) == 0)
			return true;
	}
	return false;
}

static bool
action_matches(const struct dx_json *prefixes, const char *action)
{
	for (uint32_t i = 0; i < prefixes->count; i++) {
		if (dx_starts(action, prefixes->u.items[i].u.text))
			return true;
	}
	return prefixes->count == 0;
}

static bool
delta_matches(const struct dx_route_rule *r, struct dx_money delta)
{
	return (!r->min.given || r->min.m.micro <= delta.micro) && (!r->max.given || delta.micro <= r->max.m.micro);
}

static const struct dx_route_rule *
match(struct dx_arena *a, const struct dx_policy *p, const struct dx_request *r, const char *risk)
{
	const char *action = dx_word_clean(a, r->action);

	for (size_t i = 0; i < p->route_count; i++) {
		const struct dx_route_rule *rule = &p->routes[i];

		if (rule->enabled && environment_matches(a, p, &rule->environments, r->environment) &&
		    action_matches(&rule->action_prefixes, action) && delta_matches(rule, r->monthly) &&
		    (rule->risk_levels.count == 0 || (risk != NULL && dx_list_has(&rule->risk_levels, risk))))
			return rule;
	}
	return NULL;
}

static struct dx_json
money_or_null(struct dx_arena *a, const struct dx_opt_money *m)
{
	char text[DX_MONEY_TEXT];

	if (!m->given)
		return dx_json_null();
	dx_money_print(m->m, DX_MONTHLY, text);
	return dx_json_string(a, text);
}

/* The route where no rule matches, in the form of one. */
static struct dx_route_rule
default_rule(struct dx_arena *a, const char *environment)
{
	struct dx_route_rule r = {
		.environments = dx_json_array(), .action_prefixes = dx_json_array(), .risk_levels = dx_json_array(),
		.roles = dx_json_array(), .separation = -1, .quorum = 1
	};

	r.rule_id = dx_arena_printf(a, "default-%s", environment);
	dx_json_push(a, &r.roles, dx_json_text("owner"));
	dx_json_push(a, &r.roles, dx_json_text("admin"));
	return r;
}

static struct dx_json
conditions(struct dx_arena *a, const struct dx_route_rule *rule, const struct dx_request *r, const char *risk)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "action_prefixes", dx_json_copy(a, &rule->action_prefixes));
	dx_json_put(a, &o, "environment", dx_json_string(a, r->environment));
	dx_json_put(a, &o, "max_monthly_delta_usd", money_or_null(a, &rule->max));
	dx_json_put(a, &o, "min_monthly_delta_usd", money_or_null(a, &rule->min));
	dx_json_put(a, &o, "risk_level", dx_json_text(risk));
	dx_json_put(a, &o, "risk_levels", dx_json_copy(a, &rule->risk_levels));
	return o;
}

struct dx_json
dx_route_trace(struct dx_arena *a, const struct dx_policy *p, int64_t policy_version, const struct dx_request *r,
    const char *risk_class)
{
	const char *risk = risk_level(a, &r->metadata, risk_class);
	const struct dx_route_rule *matched = match(a, p, r, risk);
	struct dx_route_rule fallback = default_rule(a, r->environment);
	const struct dx_route_rule *rule = matched != NULL ? matched : &fallback;
	bool prod = dx_environment_is_prod(r->environment), separation = prod ? p->separation_prod : p->separation_nonprod;
	const char *permission = prod ? "remediation.approve.prod" : "remediation.approve.nonprod";
	struct dx_json o = dx_json_object();

	if (rule->separation >= 0)
		separation = rule->separation != 0;
	if (rule->permission != NULL)
		permission = rule->permission;
	dx_json_put(a, &o, "allowed_reviewer_roles", dx_json_copy(a, &rule->roles));
	dx_json_put(a, &o, "executor_must_differ", dx_json_bool(rule->executor_must_differ));
	dx_json_put(a, &o, "matched_rule", dx_json_text(matched != NULL ? "policy_rule" : "default"));
	dx_json_put(a, &o, "policy_document_sha256", dx_json_string(a, p->sha256));
	dx_json_put(a, &o, "policy_version", dx_json_int(a, policy_version));
	dx_json_put(a, &o, "quorum", dx_json_int(a, rule->quorum));
	dx_json_put(a, &o, "require_requester_reviewer_separation", dx_json_bool(separation));
	dx_json_put(a, &o, "required_permission", dx_json_string(a, permission));
	dx_json_put(a, &o, "routing_conditions", conditions(a, rule, r, risk));
	dx_json_put(a, &o, "rule_id", dx_json_string(a, rule->rule_id));
	dx_json_put(a, &o, "signed_votes", dx_json_bool(rule->signed_votes));
	return o;
}
