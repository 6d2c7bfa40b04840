/* What is in force: policy, principals and rule documents of the tenant, the pins, and who calls. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "core/hash.h"
#include "op/session_inner.h"

/* --- what was in force before --- */

static void
retire(struct dx_session *s, struct dx_policy *policy, struct dx_principals *principals, struct dx_rule_set rules)
{
	struct dx_retired *r = dx_alloc(sizeof(*r));

	*r = (struct dx_retired){ policy, principals, rules, s->retired };
	s->retired = r;
}

void
dx_session_reap(struct dx_session *s)
{
	while (s->retired != NULL) {
		struct dx_retired *r = s->retired;

		s->retired = r->next;
		dx_policy_free(r->policy);
		dx_principals_free(r->principals);
		dx_rule_set_release(&r->rules);
		free(r);
	}
}

static void
drop_policy(struct dx_session *s)
{
	if (s->policy != NULL && s->policy != s->policy_given && !s->policy_borrowed)
		retire(s, s->policy, NULL, (struct dx_rule_set){ 0 });
	s->policy_borrowed = false;
	s->policy = NULL;
}

static void
drop_principals(struct dx_session *s)
{
	s->caller = NULL;	/* it points into them */
	if (s->principals != NULL && s->principals != s->principals_given)
		retire(s, NULL, s->principals, (struct dx_rule_set){ 0 });
	s->principals = NULL;
}

static void
drop_rules(struct dx_session *s)
{
	if (s->rules.count > 0)
		retire(s, NULL, NULL, s->rules);
	else
		dx_rule_set_release(&s->rules);
	s->rules = (struct dx_rule_set){ 0 };
}

void
dx_session_drop(struct dx_session *s)
{
	drop_policy(s);
	drop_principals(s);
}

void
dx_session_first_policy(struct dx_session *s, struct dx_policy *p)
{
	drop_policy(s);
	s->policy = p;
	s->policy_borrowed = true;
}

/* --- what is in force --- */

static int
load_policy(struct dx_session *s, struct dx_arena *a, bool *changed, struct dx_err *err)
{
	struct dx_policy_row row;
	char *bytes;
	size_t len;
	int found = dx_store_policy(s->store, a, 0, &row, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return dx_err_set(err, DX_R_POLICY_INTEGRITY_ERROR, "tenant %s: its log holds no policy", s->tenant);
	if (s->policy_given != NULL && strcmp(s->policy_given->sha256, row.sha256) != 0)
		return dx_err_set(err, DX_R_POLICY_MISMATCH, "%s is not the policy in force (version %lld)", s->opt.policy,
		    (long long)row.version);
	if (s->policy != NULL && s->policy_version == row.version && strcmp(s->policy->sha256, row.sha256) == 0)
		return 0;
	*changed = true;
	drop_policy(s);
	s->policy_version = row.version;
	found = dx_store_payload(s->store, a, row.sha256, &bytes, &len, err);
	if (found < 0 && err->reason == DX_R_STORE_CORRUPT)
		err->reason = DX_R_POLICY_INTEGRITY_ERROR;	/* never healed (D17) */
	if (found < 0)
		return -1;
	if (found == 0 || dx_policy_parse(bytes, len, &s->policy, err) != 0 || strcmp(s->policy->sha256, row.sha256) != 0) {
		dx_err_clear(err);
		return dx_err_set(err, DX_R_POLICY_INTEGRITY_ERROR, "tenant %s: policy version %lld is not the document that was set",
		    s->tenant, (long long)row.version);
	}
	return 0;
}

static int
load_principals(struct dx_session *s, struct dx_arena *a, struct dx_err *err)
{
	struct dx_policy_row row;
	char *bytes;
	size_t len;
	int found = dx_store_principals(s->store, a, 0, &row, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return dx_err_set(err, DX_R_STORE_CORRUPT, "tenant %s: its log holds no principals", s->tenant);
	if (s->principals_given != NULL && strcmp(s->principals_given->sha256, row.sha256) != 0)
		return dx_err_set(err, DX_R_PRINCIPALS_MISMATCH, "%s is not the document in force (version %lld)",
		    s->opt.principals, (long long)row.version);
	if (s->principals != NULL && s->principals_version == row.version && strcmp(s->principals->sha256, row.sha256) == 0)
		return 0;
	drop_principals(s);
	s->principals_version = row.version;
	found = dx_store_payload(s->store, a, row.sha256, &bytes, &len, err);
	if (found < 0)
		return -1;
	if (found == 0 || dx_principals_parse(bytes, len, &s->principals, err) != 0) {
		dx_err_clear(err);
		return dx_err_set(err, DX_R_STORE_CORRUPT, "tenant %s: principals version %lld cannot be read", s->tenant,
		    (long long)row.version);
	}
	return 0;
}

static int
add_stored_rules(struct dx_session *s, struct dx_arena *a, const struct dx_rules_row *row, size_t n, struct dx_err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct dx_rules *r;
		char *bytes;
		size_t len;
		int found = dx_store_payload(s->store, a, row[i].sha256, &bytes, &len, err);

		if (found < 0)
			return -1;
		if (found == 0 || dx_rules_parse(bytes, len, &r, err) != 0) {
			dx_err_clear(err);
			return dx_err_set(err, DX_R_STORE_CORRUPT, "rules %s: the stored document cannot be read", row[i].rules_id);
		}
		if (dx_rule_set_add(&s->rules, r, err) != 0)
			return -1;
	}
	return 0;
}

static int
add_given_rules(struct dx_session *s, struct dx_err *err)
{
	for (size_t i = 0; i < s->opt.rule_count; i++) {
		struct dx_rules *r;

		if (dx_rules_parse(s->rules_given[i].data, s->rules_given[i].len, &r, err) != 0)
			return dx_err_in(err, "%s", s->opt.rules[i]);
		memcpy(s->rules_given_sha256[i], r->sha256, sizeof(r->sha256));
		if (dx_rule_set_add(&s->rules, r, err) != 0)
			return dx_err_in(err, "%s", s->opt.rules[i]);
	}
	return 0;
}

static int
load_rules(struct dx_session *s, struct dx_arena *a, bool *changed, struct dx_err *err)
{
	struct dx_rules_row *row = NULL;
	size_t n = 0;
	struct dx_json list = dx_json_array();
	char digest[DX_SHA256_HEX];

	if (s->store != NULL && !s->opening && dx_store_rules(s->store, a, &row, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		dx_json_push(a, &list, dx_json_text(row[i].sha256));
	dx_hash_json_hex(&list, digest);
	if (s->loaded && strcmp(digest, s->stored_rules) == 0)
		return 0;
	*changed = true;
	s->stored_rules[0] = '\0';	/* a set that is loaded by half must not pass for loaded */
	drop_rules(s);
	if ((!s->rules_apart && add_given_rules(s, err) != 0) || add_stored_rules(s, a, row, n, err) != 0)
		return -1;
	dx_rule_set_sha256(&s->rules, s->rules_sha256);
	memcpy(s->stored_rules, digest, sizeof(digest));
	return 0;
}

/* No log yet: what its first entries will hold. */
static int
load_first(struct dx_session *s, bool *changed, struct dx_err *err)
{
	if (s->policy != NULL && s->principals != NULL && s->opening)
		return 0;
	dx_session_drop(s);
	s->policy = s->policy_given != NULL ? s->policy_given : dx_policy_default();
	s->principals = s->principals_given != NULL ? s->principals_given : dx_principals_first(s->tenant, s->login);
	if (s->principals == NULL)
		return dx_err_set(err, DX_R_PRINCIPAL_UNKNOWN, "login \"%s\" cannot stand in a principals document; give --principals",
		    s->login);
	s->policy_version = s->principals_version = 1;
	*changed = true;
	return 0;
}

static int
load_tenant(struct dx_session *s, struct dx_arena *a, bool *changed, struct dx_err *err)
{
	struct dx_tenant_row row = { 0 };

	if (s->store != NULL && dx_store_tenant(s->store, &row, err) != 0)
		return -1;
	if (!row.open) {
		const char **tenants = NULL;
		size_t n = 0;
		if (s->store != NULL && dx_store_tenants(s->store, a, &tenants, &n, err) != 0)
			return -1;
		if (n > 0 && !s->may_open_log)
			return dx_err_set(err, DX_R_TENANT_UNKNOWN, "the store has no tenant %s", s->tenant);
		if (load_first(s, changed, err) != 0)
			return -1;
		s->opening = true;
		return 0;
	}
	if (s->opening)
		dx_session_drop(s);		/* somebody else opened the log meanwhile */
	s->opening = false;
	if (load_policy(s, a, changed, err) != 0)
		return -1;
	return load_principals(s, a, err);
}

static int
find_caller(struct dx_session *s, struct dx_err *err)
{
	if (dx_principals_login(s->principals, s->login, &s->caller, err) != 0)
		return -1;
	if (s->opt.actor != NULL && strcmp(s->opt.actor, s->caller->id) != 0)
		return dx_err_set(err, DX_R_ACTOR_MISMATCH, "the caller is %s, not %s", s->caller->id, s->opt.actor);
	return 0;
}

size_t
dx_session_given_applying(const struct dx_session *s, enum dx_source source, const char *environment)
{
	size_t n = 0;

	for (size_t i = 0; i < s->rules.count; i++) {
		const struct dx_rules *r = s->rules.doc[i];
		bool given = false;
		for (size_t k = 0; k < s->opt.rule_count && !given; k++)
			given = strcmp(s->rules_given_sha256[k], r->sha256) == 0;
		for (size_t k = 0; given && k < r->count; k++)
			n += dx_rule_applies(&r->rule[k], source, environment);
	}
	return n;
}

int
dx_session_load(struct dx_session *s, bool *changed, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	bool differs = false;
	int rc = load_tenant(s, &a, &differs, err);

	if (rc == 0)
		rc = load_rules(s, &a, &differs, err);
	if (rc == 0)
		rc = find_caller(s, err);
	if (rc == 0)
		s->loaded = true;
	dx_arena_release(&a);
	if (changed != NULL)
		*changed = differs;
	return rc;
}
