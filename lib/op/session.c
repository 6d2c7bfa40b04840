#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/id.h"
#include "base/text.h"
#include "core/hash.h"
#include "core/scope.h"
#include "op/session.h"

#define LOCK_WAIT_MS	5000	/* every operation but the gate (approvals page 11) */

static void
find_login(char out[static 256])
{
	uid_t uid = geteuid();
	const struct passwd *pw = getpwuid(uid);

	if (pw != NULL && pw->pw_name[0] != '\0' && strlen(pw->pw_name) < 200)
		(void)snprintf(out, 256, "%s", pw->pw_name);
	else
		(void)snprintf(out, 256, "uid:%lu", (unsigned long)uid);
}

/* A document given by option; the error names the file. */
static int
read_document(const char *path, size_t max, struct dx_buf *out, struct dx_err *err)
{
	if (dx_file_read(path, max, DX_R_JSON_TOO_LARGE, out, err) != 0)
		return -1;
	dx_buf_add(out, "", 0);
	return 0;
}

/* A document of another tenant, or one that leaves nobody to change it, is a slip that could not be mended later. */
static int
check_principals(const struct dx_session *s, struct dx_err *err)
{
	const struct dx_principals *p = s->principals_given;

	if (strcmp(p->tenant_id, s->tenant) != 0)
		return dx_err_set_at(err, DX_R_PRINCIPALS_DOCUMENT_INVALID, "/tenant_id", "the document is of tenant %s, not %s",
		    p->tenant_id, s->tenant);
	for (size_t i = 0; i < p->count; i++)
		if (p->item[i].role == DX_ROLE_OWNER && !p->item[i].disabled)
			return 0;
	return dx_err_set_at(err, DX_R_PRINCIPALS_DOCUMENT_INVALID, "/principals", "no enabled owner is among them");
}

static int
read_given(struct dx_session *s, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = 0;

	if (s->opt.policy != NULL) {
		rc = read_document(s->opt.policy, DX_POLICY_MAX, &text, err);
		if (rc == 0 && (rc = dx_policy_parse(text.data, text.len, &s->policy_given, err)) != 0)
			(void)dx_err_in(err, "%s", s->opt.policy);
		dx_buf_reset(&text);
	}
	if (rc == 0 && s->opt.principals != NULL) {
		rc = read_document(s->opt.principals, DX_PRINCIPALS_MAX, &text, err);
		if (rc == 0 && ((rc = dx_principals_parse(text.data, text.len, &s->principals_given, err)) != 0 ||
		    (rc = check_principals(s, err)) != 0))
			(void)dx_err_in(err, "%s", s->opt.principals);
	}
	dx_buf_release(&text);
	for (size_t i = 0; rc == 0 && i < s->opt.rule_count; i++)
		rc = read_document(s->opt.rules[i], DX_RULES_MAX, &s->rules_given[i], err);
	return rc;
}

static int
open_store(struct dx_session *s, enum dx_session_how how, struct dx_err *err)
{
	char *path = NULL;
	bool exists = false;
	int rc;

	if (how == DX_SESSION_NONE)
		return 0;
	rc = dx_store_locate(s->opt.store, s->opt.store_env, &path, &exists, err);
	if (rc == 0 && how == DX_SESSION_READ)
		rc = dx_store_open(path, &s->store, err);
	else if (rc == 0 && (exists || how == DX_SESSION_WRITE))
		rc = dx_store_open_write(path, how == DX_SESSION_WRITE, &s->store, err);
	free(path);
	return rc;
}

int
dx_session_open(const struct dx_session_options *o, enum dx_session_how how, struct dx_session *out, struct dx_err *err)
{
	memset(out, 0, sizeof(*out));
	out->opt = *o;
	out->tenant = o->tenant != NULL ? o->tenant : "default";
	if (!dx_tenant_valid(out->tenant))
		return dx_err_set(err, DX_R_TENANT_INVALID, "tenant \"%s\" is not [a-z0-9][a-z0-9._-]{0,62}", out->tenant);
	find_login(out->login);
	out->rules_given = dx_alloc(dx_size_mul(o->rule_count, sizeof(*out->rules_given)));
	memset(out->rules_given, 0, o->rule_count * sizeof(*out->rules_given));
	out->rules_given_sha256 = dx_alloc(dx_size_mul(o->rule_count, sizeof(*out->rules_given_sha256)));
	if (read_given(out, err) != 0 || open_store(out, how, err) != 0)
		return -1;
	return 0;
}

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

static void
drop_loaded(struct dx_session *s)
{
	drop_policy(s);
	drop_principals(s);
}

void
dx_session_close(struct dx_session *s)
{
	drop_loaded(s);
	dx_session_reap(s);
	dx_policy_free(s->policy_given);
	dx_principals_free(s->principals_given);
	for (size_t i = 0; s->rules_given != NULL && i < s->opt.rule_count; i++)
		dx_buf_release(&s->rules_given[i]);
	free(s->rules_given);
	free(s->rules_given_sha256);
	dx_rule_set_release(&s->rules);
	dx_store_close(s->store);
	memset(s, 0, sizeof(*s));
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
	drop_loaded(s);
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
		drop_loaded(s);		/* somebody else opened the log meanwhile */
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

int
dx_session_require(const struct dx_session *s, enum dx_role role, struct dx_err *err)
{
	const char *tier = s->principals->tier;

	if (s->caller->role < role)
		return dx_err_set(err, DX_R_ROLE_INSUFFICIENT, "%s is %s; this needs %s", s->caller->id,
		    dx_role_names[s->caller->role], dx_role_names[role]);
	if (strcmp(tier, "pro") != 0 && strcmp(tier, "enterprise") != 0)
		return dx_err_set(err, DX_R_FEATURE_NOT_ENABLED, "tier %s has neither api_access nor policy_configuration", tier);
	return 0;
}

struct dx_actor
dx_session_actor(const struct dx_session *s)
{
	return (struct dx_actor){ .id = s->caller->id, .role = dx_role_names[s->caller->role], .auth = "os-user" };
}

int
dx_session_begin(struct dx_session *s, bool write, enum dx_role role, struct dx_err *err)
{
	if (dx_store_begin(s->store, s->tenant, write, dx_clock_mono_ms() + LOCK_WAIT_MS, NULL, err) != 0)
		return -1;
	if (dx_session_load(s, NULL, err) != 0 || dx_session_require(s, role, err) != 0) {
		dx_store_rollback(s->store);
		return -1;
	}
	return 0;
}

/* --- the log --- */

static int
append_first(struct dx_session *s, enum dx_event event, const char *subject, const char *member, const char *sha256,
    const char *bytes, size_t len, int64_t now, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_entry_draft d = { .event = event, .subject_id = subject, .details = dx_json_object() };
	struct dx_payload payload = { .bytes = bytes, .len = len };
	char id[DX_ID_TEXT];
	int64_t seq;
	int rc;

	dx_id_new(now, id);
	d.ledger_id = id;
	d.actor = member != NULL ? dx_session_actor(s) : dx_actor_system;
	if (member != NULL) {
		dx_json_put(&a, &d.details, member, dx_json_text(sha256));
		memcpy(payload.sha256, sha256, sizeof(payload.sha256));
	}
	rc = dx_store_append(s->store, &d, &payload, member != NULL ? 1 : 0, now, &seq, err);
	dx_arena_release(&a);
	return rc;
}

static int
choose_origin(const struct dx_session *s, struct dx_arena *a, char out[static DX_ORIGIN_MAX + 1], struct dx_err *err)
{
	char id[DX_ID_TEXT];
	const char *domain = s->opt.log_domain, *fixed = NULL;
	int n;

	/* The domain of a store is fixed when it is created (ledger page 5.3). */
	if (dx_store_domain(s->store, a, &fixed, err) != 0)
		return -1;
	if (fixed != NULL && domain != NULL && strcmp(domain, fixed) != 0)
		return dx_err_set(err, DX_R_USAGE, "the log domain of this store is %s, not %s", fixed, domain);
	if (fixed != NULL)
		domain = fixed;
	dx_id_new(dx_clock_now(), id);
	if (domain != NULL && (domain[0] == '\0' || strpbrk(domain, " +\t\n") != NULL || dx_has_control(domain)))
		return dx_err_set(err, DX_R_USAGE, "--log-domain takes a name without blanks and '+'");
	n = domain != NULL ? snprintf(out, DX_ORIGIN_MAX + 1, "%s/%s", domain, s->tenant)
	    : snprintf(out, DX_ORIGIN_MAX + 1, "%s.dealix.invalid/%s", id, s->tenant);
	if (n > DX_ORIGIN_MAX)
		return dx_err_set(err, DX_R_USAGE, "--log-domain is too long");
	return 0;
}

void
dx_session_first_policy(struct dx_session *s, struct dx_policy *p)
{
	drop_policy(s);
	s->policy = p;
	s->policy_borrowed = true;
}

void
dx_session_opened(struct dx_session *s)
{
	s->opening = false;
}

int
dx_session_open_log(struct dx_session *s, int64_t now, struct dx_err *err)
{
	char origin[DX_ORIGIN_MAX + 1];
	struct dx_arena a = { 0 };
	int rc;

	if (!s->opening)
		return 0;
	rc = choose_origin(s, &a, origin, err);
	dx_arena_release(&a);
	if (rc != 0 ||
	    append_first(s, DX_EVENT_LOG_OPENED, origin, NULL, NULL, NULL, 0, now, err) != 0 ||
	    append_first(s, DX_EVENT_PRINCIPALS_UPDATED, "1", "principals_sha256", s->principals->sha256, s->principals->canon,
		s->principals->canon_len, now, err) != 0 ||
	    append_first(s, DX_EVENT_POLICY_UPDATED, "1", "policy_sha256", s->policy->sha256, s->policy->canon,
		s->policy->canon_len, now, err) != 0)
		return -1;
	return 0;
}

/* --- the last good policy --- */

static void
kept_path(const char *folder, const char *tenant, struct dx_buf *out)
{
	dx_buf_printf(out, "%s/policy-%s.json", folder, tenant);
}

int
dx_session_keep_policy(const struct dx_session *s, const struct dx_policy *p, struct dx_err *err)
{
	struct dx_buf path = { 0 };
	int rc;

	kept_path(dx_store_path(s->store), s->tenant, &path);
	rc = dx_file_replace(path.data, p->canon, p->canon_len, err);
	dx_buf_release(&path);
	return rc;
}

/* The folder may hold anything under that name: a FIFO must not hang the answer. */
static int
read_regular(const char *path, struct dx_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int rc = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		rc = dx_fd_read(fd, path, DX_POLICY_MAX, DX_R_JSON_TOO_LARGE, out, NULL);
	close(fd);
	return rc;
}

struct dx_policy *
dx_session_kept_policy(const struct dx_session_options *o)
{
	struct dx_buf path = { 0 }, text = { 0 };
	struct dx_policy *p = NULL;
	char *folder = NULL;
	bool exists;

	if (dx_store_locate(o->store, o->store_env, &folder, &exists, NULL) == 0) {
		kept_path(folder, o->tenant != NULL ? o->tenant : "default", &path);
		if (read_regular(path.data, &text) == 0 &&
		    dx_policy_parse(text.data, text.len, &p, NULL) != 0)
			p = NULL;
	}
	free(folder);
	dx_buf_release(&path);
	dx_buf_release(&text);
	return p;
}
