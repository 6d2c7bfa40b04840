/* A decision's row, and the row of the approval that came with it. */
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/time.h"
#include "core/apply_inner.h"
#include "core/hash.h"
#include "core/request.h"
#include "core/route.h"

#define TTL_MIN	60
#define TTL_MAX	86400

static int
compare_text(const void *l, const void *r)
{
	return strcmp(((const struct dx_json *)l)->u.text, ((const struct dx_json *)r)->u.text);
}

/* Digest of the sorted list of the digests that a response's rules[] names. */
static int
rules_digest(const struct dx_applying *x, const struct dx_json *response, char out[static DX_SHA256_HEX], struct dx_err *err)
{
	const struct dx_json *rules = dx_json_get(response, "rules");
	struct dx_json list = dx_json_array();
	struct dx_sha256 digest;

	for (size_t i = 0; dx_json_item(rules, i) != NULL; i++) {
		const char *hex = dx_json_get_str(dx_json_item(rules, i), "sha256");

		if (hex == NULL || !dx_sha256_unhex(hex, &digest))
			return dx_apply_violation(x, "response_rules", "its response names a rule document without digest", err);
		dx_json_push(x->a, &list, dx_json_text(hex));
	}
	if (list.count > 1)
		qsort(list.u.items, list.count, sizeof(*list.u.items), compare_text);
	dx_hash_json_hex(&list, out);
	return 0;
}

static bool
holds_nothing(const struct dx_decision_row *r)
{
	return r->reserved_allocation_micro == 0 && r->reserved_credit_micro == 0 && r->reserved_unbudgeted_micro == 0;
}

/* What dx_entry_check has seen, as a row. */
static void
copy_columns(const struct dx_applying *x, struct dx_decision_row *r)
{
	const struct dx_json *d = x->decision;

	r->decision_id = dx_json_get_str(d, "decision_id");
	r->seq = x->seq;
	r->source = dx_json_get_str(d, "source");
	r->dry_run = dx_json_is(dx_json_get(d, "dry_run"), DX_JSON_TRUE);
	r->idempotency_key = dx_json_get_str(d, "idempotency_key");
	r->request_fingerprint = dx_json_get_str(d, "request_fingerprint");
	r->derived_key = strcmp(r->idempotency_key, r->request_fingerprint) == 0;
	(void)dx_json_int64(dx_json_get(d, "generation"), &r->generation);
	r->project_id = dx_json_get_str(d, "project_id");
	r->environment = dx_json_get_str(d, "environment");
	r->decision = dx_json_get_str(d, "decision");
	r->mode = dx_json_get_str(d, "mode");
	r->policy_sha256 = dx_json_get_str(d, "policy_document_sha256");
	r->request_sha256 = dx_json_get_str(d, "request_payload_sha256");
	r->response_sha256 = dx_json_get_str(d, "response_payload_sha256");
	r->decided_at = dx_json_get_str(d, "decision_created_at");
	r->reserved_allocation_micro = dx_apply_money(d, "reserved_allocation_usd");
	r->reserved_credit_micro = dx_apply_money(d, "reserved_credit_usd");
	r->reserved_unbudgeted_micro = dx_apply_money(d, "reserved_unbudgeted_usd");
	r->unfunded_micro = dx_apply_money(d, "unfunded_usd");
	r->reservation_active = !holds_nothing(r);
}

static int
check_story(const struct dx_applying *x, const struct dx_decision_row *r, struct dx_err *err)
{
	const struct dx_json *approval = dx_json_get(x->entry, "approval");
	bool may_hold = strcmp(r->decision, "DENY") != 0 && strcmp(r->mode, "shadow") != 0 && !r->dry_run && !r->failsafe;

	if (strcmp(x->subject_id, r->decision_id) != 0)
		return dx_apply_violation(x, "decision_subject", "its subject is another decision", err);
	if (!may_hold && !holds_nothing(r))
		return dx_apply_violation(x, "decision_holds", "a decision of this kind holds no money", err);
	if (approval == NULL)
		return 0;
	if (strcmp(dx_json_get_str(approval, "status"), "pending") != 0)
		return dx_apply_violation(x, "approval_status", "an approval begins as pending", err);
	/* In shadow too: a request of approval level 1 and above is never waived (decisions page 8.5). */
	if (strcmp(r->decision, "REQUIRE_APPROVAL") != 0 || r->dry_run)
		return dx_apply_violation(x, "approval_grounds", "a decision of this kind has no approval", err);
	return 0;
}

/* --- the approval --- */

static int
find_policy(const struct dx_applying *x, const char *sha256, struct dx_err *err)
{
	struct dx_apply *ap = x->ap;
	const struct dx_json *doc;

	if (ap->policy != NULL && strcmp(ap->policy->sha256, sha256) == 0)
		return 0;
	dx_policy_free(ap->policy);
	ap->policy = NULL;
	doc = dx_apply_payload(x, sha256, err);
	if (doc == NULL)
		return -1;
	if (dx_policy_new(doc, &ap->policy, err) != 0)
		return dx_err_in(err, "entry %lld: policy %s", (long long)x->seq, sha256);
	return 0;
}

/* The engine writes the risk it computed into a stored request's metadata as risk_level where the caller stated none; that must not
 * hide a risk that the caller stated under another name (approvals A11). */
static void
drop_computed_level(struct dx_arena *a, struct dx_request *r)
{
	const char *level = dx_json_get_str(&r->metadata, "risk_level");
	const char *computed = dx_json_get_str(&r->metadata, "computed_risk_class");
	struct dx_json without = dx_json_object();

	if (level == NULL || computed == NULL || strcmp(level, computed) != 0)
		return;
	for (uint32_t i = 0; i < r->metadata.count; i++)
		if (strcmp(r->metadata.u.members[i].name, "risk_level") != 0)
			dx_json_put(a, &without, r->metadata.u.members[i].name, r->metadata.u.members[i].value);
	r->metadata = without;
}

static int
freeze_trace(const struct dx_applying *x, const struct dx_decision_row *d, struct dx_json *out, struct dx_err *err)
{
	const struct dx_json *object;
	struct dx_request request;
	int64_t version = 0;

	if (find_policy(x, d->policy_sha256, err) != 0)
		return -1;
	object = dx_apply_payload(x, d->request_sha256, err);
	if (object == NULL || dx_request_load(x->a, object, &request, err) != 0)
		return -1;
	drop_computed_level(x->a, &request);
	(void)dx_json_int64(dx_json_get(x->decision, "policy_version"), &version);
	*out = dx_route_trace(x->a, x->ap->policy, version, &request, dx_json_get_str(x->decision, "risk_class"));
	return 0;
}

static const char *
expiry(const struct dx_applying *x, const char *created_at)
{
	int64_t at = 0, ttl = x->ap->policy->ttl_seconds;
	char *text = dx_arena_alloc(x->a, DX_TIME_TEXT);

	ttl = ttl < TTL_MIN ? TTL_MIN : ttl > TTL_MAX ? TTL_MAX : ttl;
	(void)dx_time_parse(created_at, &at, NULL);
	dx_time_print(at + ttl * 1000000, text);
	return text;
}

static int
put_approval(const struct dx_applying *x, const struct dx_decision_row *d, struct dx_err *err)
{
	struct dx_json trace;
	struct dx_buf text = { 0 };
	struct dx_approval_row r = {
		.approval_id = dx_json_get_str(dx_json_get(x->entry, "approval"), "id"),
		.decision_id = d->decision_id,
		.status = "pending",
		.requested_by = dx_json_get_str(x->decision, "created_by_user_id"),
		.created_at = d->decided_at,
		.updated_at = d->decided_at,
	};
	int rc;

	if (freeze_trace(x, d, &trace, err) != 0)
		return -1;
	dx_json_canon(&trace, &text);
	r.routing_rule_id = dx_json_get_str(&trace, "rule_id");
	r.routing_trace = text.data;
	r.expires_at = expiry(x, d->decided_at);
	rc = x->ap->ops->approval_put(x->ap->state, &r, err);
	dx_buf_release(&text);
	return rc;
}

/* --- the decision --- */

/* The member of that name; when both stand in canonical order *next is where to go on, so that one walk finds all. */
static const struct dx_json *
told_by(const struct dx_json *response, bool sorted, const struct dx_member *column, uint32_t *next)
{
	if (!sorted)
		return dx_json_get(response, column->name);
	for (; *next < response->count; (*next)++) {
		const struct dx_member *m = &response->u.members[*next];
		int order = dx_json_name_cmp(m->name, m->name_len, column->name, column->name_len);

		if (order >= 0)
			return order == 0 ? &m->value : NULL;
	}
	return NULL;
}

/* The columns are copies (ledger page 1.1): of the response's members of the same name, and of who acted.  So an entry that was
 * edited, and its leaf with it, contradicts its payloads even where no later entry links to it. */
static int
check_columns(const struct dx_applying *x, const struct dx_json *response, struct dx_err *err)
{
	const char *creator = dx_json_get_str(x->decision, "created_by_user_id");
	bool sorted = (x->decision->flags & DX_JSON_SORTED) != 0 && dx_json_is(response, DX_JSON_OBJECT) &&
	    (response->flags & DX_JSON_SORTED) != 0;
	uint32_t next = 0;

	for (uint32_t i = 0; i < x->decision->count; i++) {
		const struct dx_member *m = &x->decision->u.members[i];
		const struct dx_json *told = told_by(response, sorted, m, &next);

		if (told != NULL && !dx_json_equal(told, &m->value))
			return dx_apply_violation(x, "decision_columns", "its columns are not those of its response", err);
	}
	if (creator != NULL && strcmp(creator, x->actor_id) != 0)
		return dx_apply_violation(x, "decision_columns", "its creator is not who acted", err);
	return 0;
}

int
dx_apply_decision(const struct dx_applying *x, bool failsafe, struct dx_err *err)
{
	const char *supersedes = dx_json_get_str(x->details, "supersedes");
	struct dx_decision_row r = { .failsafe = failsafe };
	char rules[DX_SHA256_HEX], month[8];
	const struct dx_json *response;

	copy_columns(x, &r);
	if (check_story(x, &r, err) != 0)
		return -1;
	response = dx_apply_payload(x, r.response_sha256, err);
	if (response == NULL || check_columns(x, response, err) != 0 || rules_digest(x, response, rules, err) != 0)
		return -1;
	r.rules_sha256 = rules;
	memcpy(month, r.decided_at, 7);
	month[7] = '\0';
	r.budget_month = month;
	r.budget_scope_key = dx_json_get_str(response, "budget_scope_key");
	if (supersedes != NULL && x->ap->ops->decision_release(x->ap->state, supersedes, err) != 0)
		return -1;
	if (x->ap->ops->decision_put(x->ap->state, &r, err) != 0)
		return -1;
	return dx_json_get(x->entry, "approval") != NULL ? put_approval(x, &r, err) : 0;
}
