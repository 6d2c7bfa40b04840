#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "check/rc.h"
#include "check/repo_inner.h"
#include "json/pick.h"

/* --- the document --- */

int
dx_repo_settings_parse(const struct dx_json *doc, struct dx_repo_settings *out, struct dx_err *err)
{
	static const char *const schemas[] = { DX_SETTINGS_SCHEMA, NULL }, *const providers[] = { "github", NULL };
	const struct dx_json *protection;
	const char *fetched, *slash;
	struct dx_pick p;

	memset(out, 0, sizeof(*out));
	dx_pick_begin(&p, doc, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	(void)dx_pick_enum(&p, "schema", schemas, -1);
	(void)dx_pick_enum(&p, "provider", providers, -1);
	out->repository = dx_pick_text(&p, "repository", 3, 200, true);
	slash = out->repository != NULL ? strchr(out->repository, '/') : NULL;
	if (out->repository != NULL && (slash == NULL || slash == out->repository || slash[1] == '\0' || strchr(slash + 1, '/') != NULL))
		dx_pick_fail(&p, "repository", "must be OWNER/NAME");
	fetched = dx_pick_text(&p, "fetched_at", 1, 64, true);
	protection = dx_pick_type(&p, "branch_protection", DX_JSON_OBJECT, false);
	out->protection = dx_json_get(protection, DX_RC_TARGET);
	out->security = dx_pick_any(&p, "security");
	if (dx_pick_end(&p) != 0)
		return -1;
	if (dx_time_parse(fetched, &out->fetched_at, err) != 0)
		return dx_err_in(err, "fetched_at");
	return 0;
}

/* --- fields --- */

struct dx_json *
dx_repo_more(struct dx_repo_case *c, enum dx_reason code)
{
	struct dx_json r = dx_json_object();

	dx_json_put(c->a, &r, "code", dx_json_text(dx_reason_code(code)));
	dx_json_put(c->a, &r, "rule", dx_json_text(dx_repo_rule_id(c->rule)));
	dx_json_push(c->a, &c->more, r);
	c->failed = true;
	return &c->more.u.items[c->more.count - 1];
}

static void
off(struct dx_repo_case *c, const char *field)
{
	c->failed = true;
	dx_json_push(c->a, &c->off, dx_json_words(c->a, field));
}

static void
unreadable(struct dx_repo_case *c, const char *field)
{
	dx_json_push(c->a, &c->unreadable, dx_json_text(field));
}

/* The value at a path of names with dots between, below v.  NULL: it could not be read.  A null on the way is the value: what would
 * hold it is switched off. */
static const struct dx_json *
at(const struct dx_json *v, const char *path)
{
	while (v != NULL && *path != '\0' && v->type == DX_JSON_OBJECT) {
		size_t n = strcspn(path, ".");
		v = dx_json_get_n(v, path, n);
		path += n + (path[n] == '.');
	}
	return *path == '\0' || dx_json_is(v, DX_JSON_NULL) ? v : NULL;
}

/* A field of the protection.  GitHub leaves these two sections out of it where they are switched off, and tells a token that may not
 * read nothing at all: so a section that is not there is off, a field of one that is there was not read. */
static const struct dx_json *
protection(const struct dx_repo_case *c, const char *path)
{
	static const char *const left_out[] = { "required_pull_request_reviews", "required_status_checks" };
	static const struct dx_json none = { .type = DX_JSON_NULL };
	size_t n = strcspn(path, ".");

	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (strlen(left_out[i]) == n && memcmp(path, left_out[i], n) == 0 && dx_json_is(c->s->protection, DX_JSON_OBJECT) &&
		    dx_json_get(c->s->protection, left_out[i]) == NULL)
			return &none;
	return at(c->s->protection, path);
}

static void
want_bool(struct dx_repo_case *c, const char *field, bool want)
{
	const struct dx_json *v = protection(c, field);

	if (dx_json_is(v, DX_JSON_NULL) || (dx_json_is_bool(v) && dx_json_is(v, DX_JSON_TRUE) != want))
		off(c, field);
	else if (!dx_json_is_bool(v))
		unreadable(c, field);
}

static void
want_enabled(struct dx_repo_case *c, const char *field)
{
	const struct dx_json *v = dx_json_is(c->s->security, DX_JSON_NULL) ? NULL : at(c->s->security, field);
	const char *status = dx_json_str(v);

	if (status == NULL || (strcmp(status, "enabled") != 0 && strcmp(status, "disabled") != 0))
		unreadable(c, field);
	else if (strcmp(status, "enabled") != 0)
		off(c, field);
}

/* --- rules --- */

static void
protect_main(struct dx_repo_case *c)
{
	want_bool(c, "enforce_admins.enabled", true);
	want_bool(c, "allow_force_pushes.enabled", false);
	want_bool(c, "allow_deletions.enabled", false);
}

static void
protect_review(struct dx_repo_case *c)
{
	static const char field[] = "required_pull_request_reviews.required_approving_review_count";
	const struct dx_json *v = protection(c, field);
	int64_t count;

	if (dx_json_is(v, DX_JSON_NULL))
		off(c, field);
	else if (!dx_json_int64(v, &count))
		unreadable(c, field);
	else if (count < 1)
		off(c, field);
	want_bool(c, "required_pull_request_reviews.dismiss_stale_reviews", true);
}

/* The name of a required check, in either list; NULL where an item has none. */
static const char *
check_name(const struct dx_json *item)
{
	return dx_json_is(item, DX_JSON_OBJECT) ? dx_json_get_str(item, "context") : dx_json_str(item);
}

static bool
required(const struct dx_json *list, const char *name)
{
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const char *is = check_name(&list->u.items[i]);
		if (is != NULL && strcmp(is, name) == 0)
			return true;
	}
	return false;
}

static void
protect_checks(struct dx_repo_case *c)
{
	const struct dx_json *checks = protection(c, "required_status_checks.checks"), *list = checks;
	const char *const *want = c->asked->requires > 0 ? c->asked->require : dx_rc_gates;
	size_t n = c->asked->requires > 0 ? c->asked->requires : DX_RC_GATES;

	if (list == NULL)
		list = protection(c, "required_status_checks.contexts");
	if (list == NULL || (list->type != DX_JSON_ARRAY && list->type != DX_JSON_NULL)) {
		unreadable(c, "required_status_checks.checks");
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (list->type != DX_JSON_ARRAY || !required(list, want[i]))
			off(c, want[i]);
}

static void
protect_uptodate(struct dx_repo_case *c)
{
	want_bool(c, "required_status_checks.strict", true);
}

static void
owners_enforced(struct dx_repo_case *c)
{
	want_bool(c, "required_pull_request_reviews.require_code_owner_reviews", true);
	dx_repo_owners_enforced(c);
}

static void
secrets_scan(struct dx_repo_case *c)
{
	want_enabled(c, "secret_scanning.status");
	want_enabled(c, "secret_scanning_push_protection.status");
}

static const struct rule {
	const char	*id;
	bool		 critical;
	enum dx_reason	 code;
	const char	*about;		/* what its reason lists */
	void		(*judge)(struct dx_repo_case *c);	/* NULL: a target */
} rules[DX_REPO_RULES] = {
	[DX_REPO_PROTECT_MAIN] = { "protect.main", true, DX_R_SETTINGS_PROTECT_MAIN, "fields", protect_main },
	[DX_REPO_PROTECT_REVIEW] = { "protect.review", true, DX_R_SETTINGS_PROTECT_REVIEW, "fields", protect_review },
	[DX_REPO_PROTECT_CHECKS] = { "protect.checks", true, DX_R_SETTINGS_PROTECT_CHECKS, "checks", protect_checks },
	[DX_REPO_PROTECT_UPTODATE] = { "protect.uptodate", false, DX_R_SETTINGS_PROTECT_UPTODATE, "fields", protect_uptodate },
	[DX_REPO_OWNERS_ENFORCED] = { "owners.enforced", true, DX_R_SETTINGS_OWNERS_ENFORCED, "fields", owners_enforced },
	[DX_REPO_OWNERS_COVER] = { "owners.cover", true, DX_R_SETTINGS_OWNERS_COVER, "paths", dx_repo_owners_cover },
	[DX_REPO_SECRETS_SCAN] = { "secrets.scan", true, DX_R_SETTINGS_SECRETS_SCAN, "fields", secrets_scan },
	[DX_REPO_DEPLOY_OIDC] = { "deploy.oidc", false, DX_OK, NULL, NULL },
	[DX_REPO_ATTEST] = { "attest", false, DX_OK, NULL, NULL },
	[DX_REPO_AUDIT_STREAM] = { "audit.stream", false, DX_OK, NULL, NULL },
	[DX_REPO_CANARY] = { "canary", false, DX_OK, NULL, NULL },
};

const char *
dx_repo_rule_id(enum dx_repo_rule r)
{
	return rules[r].id;
}

bool
dx_repo_rule_critical(enum dx_repo_rule r)
{
	return rules[r].critical;
}

bool
dx_repo_rule_target(enum dx_repo_rule r)
{
	return rules[r].judge == NULL;
}

enum dx_repo_rule
dx_repo_rule_find(const char *id)
{
	int r = 0;

	while (r < DX_REPO_RULES && strcmp(rules[r].id, id) != 0)
		r++;
	return (enum dx_repo_rule)r;
}

/* --- verdict --- */

/* A reason with what it is about: fields, names of checks, or paths. */
static void
about(struct dx_repo_case *c, enum dx_reason code, const char *what, const struct dx_json *list, struct dx_repo_verdict *v)
{
	struct dx_json r = dx_json_object();

	dx_json_put(c->a, &r, "code", dx_json_text(dx_reason_code(code)));
	if (list->count > 0)
		dx_json_put(c->a, &r, what, *list);
	dx_json_put(c->a, &r, "rule", dx_json_text(rules[c->rule].id));
	dx_json_push(c->a, &v->reasons, r);
}

static enum dx_repo_state
judge(struct dx_repo_case *c, struct dx_repo_verdict *v)
{
	const struct rule *rule = &rules[c->rule];

	if (rule->judge == NULL)
		return DX_REPO_TARGET;
	rule->judge(c);
	if (c->failed)
		about(c, rule->code, rule->about, &c->off, v);
	for (uint32_t i = 0; i < c->more.count; i++)
		dx_json_push(c->a, &v->reasons, c->more.u.items[i]);
	if (c->unreadable.count > 0)
		about(c, DX_R_SETTINGS_UNREADABLE, "fields", &c->unreadable, v);
	return c->failed ? DX_REPO_FAIL : c->unreadable.count > 0 ? DX_REPO_ERROR : DX_REPO_PASS;
}

static bool
stale(const struct dx_repo_settings *s, int64_t now, struct dx_arena *a, struct dx_repo_verdict *v)
{
	int64_t age = now - s->fetched_at;
	struct dx_json r = dx_json_object();

	if (age <= DX_SETTINGS_AGE_S * INT64_C(1000000) && age >= -DX_SETTINGS_AHEAD_S * INT64_C(1000000))
		return false;
	dx_json_put(a, &r, "age_s", dx_json_int(a, age / 1000000));
	dx_json_put(a, &r, "code", dx_json_text(dx_reason_code(DX_R_SETTINGS_STALE)));
	dx_json_put(a, &r, "max_age_s", dx_json_int(a, DX_SETTINGS_AGE_S));
	dx_json_push(a, &v->reasons, r);
	v->worst = DX_R_SETTINGS_STALE;
	return true;
}

void
dx_repo_judge(const struct dx_repo_settings *s, const struct dx_repo_asked *asked, int64_t now, struct dx_arena *a,
    struct dx_repo_verdict *out)
{
	static const char *const words[] = { "", "PASS", "FAIL", "ERROR", "TARGET" };
	bool failed = false, error = false;

	*out = (struct dx_repo_verdict){ .rules = dx_json_array(), .reasons = dx_json_array() };
	if (stale(s, now, a, out))
		return;
	for (int i = 0; i < DX_REPO_RULES; i++) {
		struct dx_repo_case c = { .s = s, .asked = asked, .rule = (enum dx_repo_rule)i, .a = a, .off = dx_json_array(),
		    .unreadable = dx_json_array(), .more = dx_json_array() };
		struct dx_json o = dx_json_object();
		enum dx_repo_state state;

		if (!asked->rule[i])
			continue;
		state = judge(&c, out);
		failed = failed || state == DX_REPO_FAIL;
		error = error || state == DX_REPO_ERROR;
		if (state == DX_REPO_FAIL && (out->worst == DX_OK || out->worst == DX_R_SETTINGS_UNREADABLE))
			out->worst = rules[i].code;
		else if (state == DX_REPO_ERROR && out->worst == DX_OK)
			out->worst = DX_R_SETTINGS_UNREADABLE;
		dx_json_put(a, &o, "critical", dx_json_bool(rules[i].critical));
		dx_json_put(a, &o, "id", dx_json_text(rules[i].id));
		dx_json_put(a, &o, "state", dx_json_text(words[state]));
		dx_json_push(a, &out->rules, o);
	}
	out->pass = !failed && !error;
}
