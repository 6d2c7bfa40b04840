/* policy_routes: routing rules of a policy (approvals page 3.1): read with codes of their own, normalised, loaded again. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "core/policy_parts.h"
#include "json/pick.h"

#define RULES_MAX	64
#define RULE_ID_MAX	64
#define INVALID		DX_R_POLICY_DOCUMENT_INVALID
#define NOT_LIST	DX_R_ROUTING_LIST_EXPECTED

static const char *const role_words[] = { "owner", "admin", "member", NULL };
static const char *const permission_words[] = { "remediation.approve.prod", "remediation.approve.nonprod", NULL };

static const struct dx_list_kind environments_kind = { DX_SPELL_ENVIRONMENT, 256, 32, NULL, NOT_LIST, INVALID, INVALID };
static const struct dx_list_kind prefixes_kind = { DX_SPELL_CLEAN, 256, 64, NULL, NOT_LIST, INVALID, INVALID };
static const struct dx_list_kind risks_kind = { DX_SPELL_CLEAN, 256, 64, NULL, NOT_LIST, INVALID, INVALID };
static const struct dx_list_kind roles_kind = {
	DX_SPELL_CLEAN, 256, 64, role_words, NOT_LIST, DX_R_ROUTING_ROLE_UNKNOWN, DX_R_ROUTING_ROLE_UNKNOWN
};
static const struct dx_list_kind permission_kind = {
	DX_SPELL_CLEAN, 1, 64, permission_words, INVALID, DX_R_ROUTING_PERMISSION_UNKNOWN, DX_R_ROUTING_PERMISSION_UNKNOWN
};

/* A rule being read; its canonical members go to `out`. */
struct reader {
	struct dx_arena	*a;
	struct dx_pick	 pick;
	struct dx_json	 out;
	struct dx_err	*err;
};

/* Reports a fault of a member under a code of its own. */
static void
fail(struct reader *r, enum dx_reason reason, const char *name, const char *what)
{
	char where[320];

	if (r->pick.failed)
		return;
	r->pick.failed = true;
	dx_pick_where(&r->pick, name, where);
	dx_err_set_at(r->err, reason, where, "%s %s", name, what);
}

static void
put(struct reader *r, const char *name, struct dx_json v)
{
	dx_json_put(r->a, &r->out, name, v);
}

static void
read_id(struct reader *r)
{
	const struct dx_json *v = dx_pick_any(&r->pick, "rule_id");
	const char *s = dx_json_str(v);
	size_t n = 0;

	if (s != NULL)
		s = dx_trim(s, &n);
	if (n == 0) {
		fail(r, DX_R_ROUTING_RULE_ID_REQUIRED, "rule_id", "must be a string that is not empty");
		return;
	}
	s = dx_arena_dup(r->a, s, n);
	if (dx_utf8_count(s, n) > RULE_ID_MAX)
		fail(r, DX_R_ROUTING_RULE_ID_TOO_LONG, "rule_id", "must have at most 64 characters");
	else if (dx_has_control(s))
		fail(r, INVALID, "rule_id", "must not have control characters");
	put(r, "rule_id", dx_json_text(s));
}

static void
read_list(struct reader *r, const char *name, const struct dx_list_kind *kind)
{
	const struct dx_json *v = dx_pick_any(&r->pick, name);
	struct dx_json list = dx_json_array();
	char where[320];

	dx_pick_where(&r->pick, name, where);
	if (v != NULL && dx_list_read(r->a, v, kind, where, &list, r->err) != 0)
		r->pick.failed = true;
	put(r, name, list);
}

static void
read_roles(struct reader *r)
{
	static const char name[] = "allowed_reviewer_roles";
	struct dx_json list = dx_json_array();

	if (dx_json_get(r->pick.object, name) != NULL) {
		read_list(r, name, &roles_kind);
		if (dx_json_get(&r->out, name)->count == 0)
			fail(r, DX_R_ROUTING_ROLES_EMPTY, name, "must name a role");
		return;
	}
	dx_json_push(r->a, &list, dx_json_text("owner"));
	dx_json_push(r->a, &list, dx_json_text("admin"));
	put(r, name, list);
}

/* A bound of the monthly delta; false when it is open. */
static bool
read_delta(struct reader *r, const char *name, struct dx_money *m)
{
	const struct dx_json *v = dx_pick_any(&r->pick, name);
	char where[320], text[DX_MONEY_TEXT];

	dx_pick_where(&r->pick, name, where);
	if (v == NULL || v->type == DX_JSON_NULL) {
		put(r, name, dx_json_null());
		return false;
	}
	*m = (struct dx_money){ 0 };
	if (dx_money_json(v, DX_MONTHLY, where, m, r->err) != 0)
		r->pick.failed = true;
	dx_money_print(*m, DX_MONTHLY, text);
	put(r, name, dx_json_string(r->a, text));
	return true;
}

static void
read_deltas(struct reader *r)
{
	static const char low[] = "min_monthly_delta_usd", high[] = "max_monthly_delta_usd";
	struct dx_money min, max;
	bool has_min = read_delta(r, low, &min), has_max = read_delta(r, high, &max);

	if (has_min && has_max && min.micro > max.micro)
		fail(r, DX_R_ROUTING_DELTA_ORDER, low, "is over max_monthly_delta_usd");
}

static void
read_permission(struct reader *r)
{
	static const char name[] = "required_permission";
	const struct dx_json *v = dx_pick_any(&r->pick, name);
	const char *word = NULL;
	char where[320];

	dx_pick_where(&r->pick, name, where);
	if (v != NULL && v->type != DX_JSON_NULL) {
		word = dx_list_word(r->a, v, &permission_kind, where, r->err);
		if (word == NULL)
			r->pick.failed = true;
	}
	put(r, name, dx_json_text(word));
}

/* A boolean with a code of its own for anything else. */
static void
read_flag(struct reader *r, const char *name, struct dx_json otherwise, enum dx_reason reason)
{
	const struct dx_json *v = dx_pick_any(&r->pick, name);
	bool may_be_null = otherwise.type == DX_JSON_NULL;

	if (v == NULL || (may_be_null && v->type == DX_JSON_NULL))
		put(r, name, otherwise);
	else if (dx_json_is_bool(v))
		put(r, name, dx_json_bool(v->type == DX_JSON_TRUE));
	else
		fail(r, reason, name, may_be_null ? "must be true, false or null" : "must be true or false");
}

static void
read_quorum(struct reader *r)
{
	const struct dx_json *v = dx_pick_any(&r->pick, "quorum");
	int64_t n = 1;

	if (v != NULL && (!dx_json_int64(v, &n) || n < 1 || n > 5))
		fail(r, DX_R_ROUTING_QUORUM_RANGE, "quorum", "must be an integer of 1 to 5");
	put(r, "quorum", dx_json_int(r->a, n));
}

static int
read_rule(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out, struct dx_err *err)
{
	struct reader r = { .a = a, .out = dx_json_object(), .err = err };

	if (!dx_json_is(v, DX_JSON_OBJECT))
		return dx_err_set_at(err, DX_R_ROUTING_RULE_NOT_OBJECT, at, "must be an object");
	dx_pick_begin(&r.pick, v, at, INVALID, INVALID, err);
	read_id(&r);
	read_flag(&r, "enabled", dx_json_bool(true), DX_R_ROUTING_ENABLED_NOT_BOOLEAN);
	read_list(&r, "environments", &environments_kind);
	read_list(&r, "action_prefixes", &prefixes_kind);
	read_deltas(&r);
	read_list(&r, "risk_levels", &risks_kind);
	read_permission(&r);
	read_roles(&r);
	read_flag(&r, "require_requester_reviewer_separation", dx_json_null(), DX_R_ROUTING_SEPARATION_NOT_BOOLEAN);
	read_quorum(&r);
	read_flag(&r, "executor_must_differ", dx_json_bool(false), INVALID);
	read_flag(&r, "signed_votes", dx_json_bool(false), INVALID);
	*out = r.out;
	return dx_pick_end(&r.pick);
}

/* -1 with routing_rule_id_duplicate when one of the rules before has the id of the new one, in whatever case. */
static int
check_duplicate(const struct dx_json *list, const struct dx_json *rule, const char *at, struct dx_err *err)
{
	const char *id = dx_json_get_str(rule, "rule_id");
	char where[320];

	for (uint32_t i = 0; i < list->count; i++) {
		if (strcasecmp(dx_json_get_str(&list->u.items[i], "rule_id"), id) != 0)
			continue;
		snprintf(where, sizeof(where), "%s/rule_id", at);
		return dx_err_set_at(err, DX_R_ROUTING_RULE_ID_DUPLICATE, where, "rule_id \"%s\" is that of rule %u too", id,
		    i + 1);
	}
	return 0;
}

int
dx_policy_read_routes(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out, struct dx_err *err)
{
	struct dx_json list = dx_json_array(), rule;
	char where[160];

	*out = list;
	if (v == NULL)
		return 0;
	if (!dx_json_is(v, DX_JSON_ARRAY))
		return dx_err_set_at(err, NOT_LIST, at, "must be an array of rules");
	if (v->count > RULES_MAX)
		return dx_err_set_at(err, DX_R_ROUTING_TOO_MANY_RULES, at, "has %u rules, at most %d are taken", v->count,
		    RULES_MAX);
	for (uint32_t i = 0; i < v->count; i++) {
		snprintf(where, sizeof(where), "%s/%u", at, i);
		if (read_rule(a, &v->u.items[i], where, &rule, err) != 0 ||
		    check_duplicate(&list, &rule, where, err) != 0)
			return dx_err_in(err, "routing rule %u", i + 1);
		dx_json_push(a, &list, rule);
	}
	*out = list;
	return 0;
}

static struct dx_opt_money
load_money(const struct dx_json *v)
{
	struct dx_opt_money m = { 0 };

	if (dx_json_is(v, DX_JSON_STRING)) {
		m.given = true;
		if (dx_money_parse(v->u.text, DX_MONTHLY, &m.m, NULL) != 0)
			DX_BUG("a canonical amount that cannot be read");
	}
	return m;
}

static bool
load_bool(const struct dx_json *rule, const char *name)
{
	return dx_json_is(dx_json_get(rule, name), DX_JSON_TRUE);
}

static void
load_rule(const struct dx_json *v, struct dx_route_rule *r)
{
	const struct dx_json *separation = dx_json_get(v, "require_requester_reviewer_separation");

	r->rule_id = dx_json_get_str(v, "rule_id");
	r->enabled = load_bool(v, "enabled");
	r->environments = *dx_json_get(v, "environments");
	r->action_prefixes = *dx_json_get(v, "action_prefixes");
	r->risk_levels = *dx_json_get(v, "risk_levels");
	r->roles = *dx_json_get(v, "allowed_reviewer_roles");
	r->min = load_money(dx_json_get(v, "min_monthly_delta_usd"));
	r->max = load_money(dx_json_get(v, "max_monthly_delta_usd"));
	r->permission = dx_json_get_str(v, "required_permission");
	r->separation = dx_json_is_bool(separation) ? separation->type == DX_JSON_TRUE : -1;
	if (!dx_json_int64(dx_json_get(v, "quorum"), &r->quorum))
		DX_BUG("a canonical rule without a quorum");
	r->executor_must_differ = load_bool(v, "executor_must_differ");
	r->signed_votes = load_bool(v, "signed_votes");
}

const struct dx_route_rule *
dx_policy_load_routes(struct dx_arena *a, const struct dx_json *list, size_t *count)
{
	struct dx_route_rule *rules = dx_arena_alloc(a, dx_size_mul(list->count, sizeof(*rules)));

	for (uint32_t i = 0; i < list->count; i++)
		load_rule(&list->u.items[i], &rules[i]);
	*count = list->count;
	return rules;
}
