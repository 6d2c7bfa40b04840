#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "core/promotion.h"
#include "op/entries.h"
#include "op/policy.h"
#include "op/programs.h"

static int
read_version(struct dx_session *s, int64_t version, struct dx_arena *a, struct dx_policy_row *row, struct dx_json *doc,
    struct dx_err *err)
{
	char *bytes;
	size_t len;
	int found = dx_store_policy(s->store, a, version, row, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return dx_err_set(err, DX_R_POLICY_NOT_FOUND, "tenant %s has no policy version %lld", s->tenant, (long long)version);
	found = dx_store_payload(s->store, a, row->sha256, &bytes, &len, err);
	if (found == 0)
		return dx_err_set(err, DX_R_POLICY_INTEGRITY_ERROR, "policy version %lld: its document is missing",
		    (long long)row->version);
	if (found < 0)
		return -1;
	return dx_json_parse(a, bytes, len, DX_JSON_OURS, doc, err);
}

int
dx_op_policy_show(struct dx_session *s, int64_t version, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_policy_row row;
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = read_version(s, version, a, &row, out, err);
	dx_store_rollback(s->store);
	return rc;
}

int
dx_op_policy_history(struct dx_session *s, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_policy_row *row;
	size_t n;
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = dx_store_policies(s->store, a, &row, &n, err);
	dx_store_rollback(s->store);
	if (rc != 0)
		return -1;
	*out = dx_json_array();
	for (size_t i = 0; i < n; i++) {
		struct dx_json v = dx_json_object();
		dx_json_put(a, &v, "version", dx_json_int(a, row[i].version));
		dx_json_put(a, &v, "sha256", dx_json_text(row[i].sha256));
		if (row[i].parent_sha256 != NULL)
			dx_json_put(a, &v, "parent_sha256", dx_json_text(row[i].parent_sha256));
		dx_json_put(a, &v, "actor_id", dx_json_text(row[i].actor_id));
		dx_json_put(a, &v, "created_at", dx_json_text(row[i].created_at));
		dx_json_push(a, out, v);
	}
	return 0;
}

/* --- set --- */

/* The document that the change asks for: given whole, or the current one patched; the current one when neither. */
static int
wanted(struct dx_session *s, const struct dx_policy_change *c, struct dx_arena *a, struct dx_policy **out, struct dx_err *err)
{
	struct dx_json doc;

	if (c->document != NULL)
		return dx_policy_parse(c->document, c->document_len, out, err) == 0 ? 0 : dx_err_in(err, "%s", c->document_name);
	doc = dx_json_copy(a, &s->policy->doc);
	for (size_t i = 0; i < c->setting_count; i++)
		if (dx_policy_setting(a, &doc, c->settings[i], err) != 0)
			return -1;
	return dx_policy_new(&doc, out, err);
}

static int
append_document(struct dx_session *s, enum dx_event event, const char *subject, struct dx_json details, const char *sha256,
    const char *bytes, size_t len, const struct dx_json *doc, int64_t now, struct dx_err *err)
{
	struct dx_payload payload = { .bytes = bytes, .len = len, .doc = doc };

	memcpy(payload.sha256, sha256, sizeof(payload.sha256));
	return dx_session_append(s, event, subject, details, &payload, 1, now, NULL, err);
}

static int
append_policy(struct dx_session *s, const struct dx_policy *p, const char *parent, const char *override, int64_t now,
    struct dx_arena *a, struct dx_err *err)
{
	struct dx_json details = dx_json_object();

	dx_json_put(a, &details, "policy_sha256", dx_json_text(p->sha256));
	if (parent != NULL)
		dx_json_put(a, &details, "parent_sha256", dx_json_text(parent));
	if (override != NULL)
		dx_json_put(a, &details, "override_reason", dx_json_text(override));
	return append_document(s, DX_EVENT_POLICY_UPDATED, dx_arena_printf(a, "%lld", (long long)s->policy_version + 1), details,
	    p->sha256, p->canon, p->canon_len, &p->doc, now, err);
}

/* Rule documents given by option replace the stored ones of their id; what is stored already stays as it is. */
static int
append_rules(struct dx_session *s, const struct dx_json *stored, int64_t now, struct dx_arena *a, struct dx_json *list,
    bool *changed, struct dx_err *err)
{
	struct dx_rule_set set = { 0 };
	int rc = 0;

	*list = dx_json_array();
	for (size_t i = 0; rc == 0 && i < s->opt.rule_count; i++) {
		struct dx_rules *r;
		rc = dx_rules_parse(s->rules_given[i].data, s->rules_given[i].len, &r, err);
		if (rc == 0)
			rc = dx_rule_set_add(&set, r, err);
		if (rc != 0)
			(void)dx_err_in(err, "%s", s->opt.rules[i]);
	}
	for (size_t i = 0; rc == 0 && i < set.count; i++) {
		const struct dx_rules *r = set.doc[i];
		const char *old = dx_json_get_str(stored, r->id);
		struct dx_json details = dx_json_object(), row = dx_json_object();

		dx_json_put(a, &row, "id", dx_json_string(a, r->id));
		dx_json_put(a, &row, "version", dx_json_string(a, r->version));
		dx_json_put(a, &row, "sha256", dx_json_string(a, r->sha256));
		dx_json_push(a, list, row);
		if (old != NULL && strcmp(old, r->sha256) == 0)
			continue;
		*changed = true;
		dx_json_put(a, &details, "rules_sha256", dx_json_text(r->sha256));
		dx_json_put(a, &details, "version", dx_json_text(r->version));
		rc = append_document(s, DX_EVENT_RULES_UPDATED, r->id, details, r->sha256, r->canon, r->canon_len, &r->doc, now, err);
	}
	dx_rule_set_release(&set);
	return rc;
}

static int
stored_rules(struct dx_session *s, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_rules_row *row = NULL;
	size_t n = 0;

	*out = dx_json_object();
	if (!s->opening && dx_store_rules(s->store, a, &row, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		dx_json_put(a, out, row[i].rules_id, dx_json_text(row[i].sha256));
	return 0;
}

static int
check_change(const struct dx_session *s, const struct dx_policy_change *c, const struct dx_policy *next, struct dx_err *err)
{
	const char *row = dx_promotion_raised(s->policy, next);

	if (c->expect_version > 0 && c->expect_version != (s->opening ? 0 : s->policy_version))
		return dx_err_set(err, DX_R_POLICY_VERSION_CONFLICT, "the policy is at version %lld, not %lld",
		    (long long)(s->opening ? 0 : s->policy_version), (long long)c->expect_version);
	if (row == NULL || s->opening)
		return 0;
	if (c->override_reason == NULL)
		return dx_err_set_at(err, DX_R_PROMOTION_RECORD_MISSING, row, "the mode is raised without a promotion record; an owner may "
		    "give --override-reason");
	if (s->caller->role < DX_ROLE_OWNER)
		return dx_err_set(err, DX_R_ROLE_INSUFFICIENT, "%s is %s; --override-reason needs owner", s->caller->id,
		    dx_role_names[s->caller->role]);
	return 0;
}

static void
make_answer(const struct dx_session *s, const struct dx_policy *p, int64_t version, const char *parent, bool changed,
    const struct dx_json *rules, struct dx_arena *a, struct dx_json *answer)
{
	(void)s;
	*answer = dx_json_object();
	dx_json_put(a, answer, "changed", dx_json_bool(changed));
	dx_json_put(a, answer, "policy_version", dx_json_int(a, version));
	dx_json_put(a, answer, "policy_document_sha256", dx_json_string(a, p->sha256));
	if (parent != NULL)
		dx_json_put(a, answer, "parent_sha256", dx_json_string(a, parent));
	dx_json_put(a, answer, "rules", *rules);
}

/* In a log that does not exist yet the document becomes version 1 with the log's first entries; in one that does it is the next
 * version, unless it is the current one. */
static int
apply_policy(struct dx_session *s, const struct dx_policy_change *c, struct dx_policy *next, int64_t now, struct dx_arena *a,
    bool *changed, const char **parent, struct dx_err *err)
{
	*parent = NULL;
	if (s->opening) {
		dx_session_first_policy(s, next);
		*changed = true;
		return dx_session_open_log(s, now, err);
	}
	if (strcmp(next->sha256, s->policy->sha256) == 0)
		return 0;
	*changed = true;
	*parent = dx_arena_printf(a, "%s", s->policy->sha256);
	return append_policy(s, next, *parent, c->override_reason, now, a, err);
}

static int
set_in_transaction(struct dx_session *s, const struct dx_policy_change *c, struct dx_policy **next, struct dx_arena *a,
    struct dx_json *answer, bool *policy_changed, struct dx_err *err)
{
	int64_t now = dx_clock_now(), version;
	struct dx_json stored, rules;
	const char *parent;
	bool changed = false, opening = s->opening;

	if (wanted(s, c, a, next, err) != 0 || check_change(s, c, *next, err) != 0 || stored_rules(s, a, &stored, err) != 0 ||
	    apply_policy(s, c, *next, now, a, &changed, &parent, err) != 0)
		return -1;
	*policy_changed = changed;
	version = opening ? 1 : s->policy_version + (changed ? 1 : 0);
	if (append_rules(s, &stored, now, a, &rules, &changed, err) != 0)
		return -1;
	make_answer(s, *next, version, parent, changed, &rules, a, answer);
	if (!changed) {
		dx_store_rollback(s->store);
		return 0;
	}
	return dx_store_commit(s->store, err);
}

int
dx_op_policy_set(struct dx_session *s, const struct dx_policy_change *c, struct dx_arena *a, struct dx_json *answer,
    struct dx_err *err)
{
	struct dx_policy *next = NULL;
	bool policy_changed = false;
	int rc;

	s->may_open_log = true;
	s->rules_apart = true;
	if (dx_programs_check(s, err) != 0)
		return -1;
	if (dx_session_begin(s, true, DX_ROLE_ADMIN, err) != 0)
		return -1;
	rc = set_in_transaction(s, c, &next, a, answer, &policy_changed, err);
	if (rc != 0)
		dx_store_rollback(s->store);
	/* The copy is for a gate whose store cannot be read; the store itself holds the policy already. */
	else if (policy_changed && dx_session_keep_policy(s, err) != 0)
		rc = dx_err_in(err, "the policy is set, but its copy is not written");
	dx_policy_free(next);
	return rc;
}
