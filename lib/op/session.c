/* A session opened and closed, and who may do what in it.  Its other parts: session_load.c (what is in force), session_log.c
 * (the log's first entries), session_kept.c (the last good policy). */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "core/scope.h"
#include "op/session_inner.h"

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

void
dx_session_close(struct dx_session *s)
{
	dx_session_drop(s);
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
