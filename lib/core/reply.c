/* What is made of the stored documents: the reply, and the columns of a ledger entry. */
#include <string.h>
#include "core/decide.h"
#include "core/value.h"

#define ADDED	6

struct dx_json
dx_decision_reply(struct dx_arena *a, const struct dx_json *response, const struct dx_reply_state *state)
{
	const struct { const char *name; struct dx_json value; } added[ADDED] = {
		{ "approval_status", dx_json_text(state->approval_status) },
		{ "approval_token", dx_json_null() },
		{ "explanation", dx_explain_with(a, response, state->policy, state->routing_trace) },
		{ "persisted", dx_json_bool(state->persisted) },
		{ "replayed", dx_json_bool(state->replayed) },
		{ "reservation_active", dx_json_bool(state->reservation_active) },
	};
	struct dx_json o = dx_value_object(a, response->count + ADDED);
	unsigned next = 0;

	/* Both run in canonical order, so merging them keeps it. */
	for (uint32_t i = 0; i < response->count; i++) {
		const struct dx_member *m = &response->u.members[i];

		for (; next < ADDED && added[next].name[0] <= m->name[0] && strcmp(added[next].name, m->name) < 0; next++)
			dx_value_put(&o, added[next].name, strlen(added[next].name), added[next].value);
		if (m->name[0] != 's' || strcmp(m->name, "snapshot") != 0)
			dx_value_put(&o, m->name, m->name_len, m->value);
	}
	for (; next < ADDED; next++)
		dx_value_put(&o, added[next].name, strlen(added[next].name), added[next].value);
	o.flags &= response->flags;
	return o;
}

/* --- columns --- */

/* Members are asked for in the order in which they stand, so a search begins where the last one ended. */
struct source {
	const struct dx_json	*object;	/* NULL: none */
	uint32_t		 next;
};

static const struct dx_json *
find(struct source *s, const char *name)
{
	size_t len = strlen(name);
	uint32_t n = s->object != NULL ? s->object->count : 0;

	for (uint32_t tried = 0; tried < n; tried++) {
		const struct dx_member *m = &s->object->u.members[s->next];

		s->next = s->next + 1 < n ? s->next + 1 : 0;
		if (m->name_len == len && memcmp(m->name, name, len) == 0)
			return &m->value;
	}
	return NULL;
}

/* A member as it is; what is absent stays absent, and null is absent too. */
static void
column(struct dx_json *o, const char *name, const struct dx_json *value)
{
	if (value != NULL && value->type != DX_JSON_NULL)
		dx_value_put(o, name, strlen(name), *value);
}

static void
copy(struct dx_json *o, struct source *from, const char *name)
{
	column(o, name, find(from, name));
}

static struct dx_json
total(struct dx_arena *a, const struct dx_json *response)
{
	static const char *const parts[] = { "reserved_allocation_usd", "reserved_credit_usd", "reserved_unbudgeted_usd" };
	struct source r = { response, 0 };
	struct dx_money sum = { 0 }, part;

	for (size_t i = 0; i < 3; i++)
		if (!dx_value_read_money(find(&r, parts[i]), DX_MONTHLY, &part) ||
		    !dx_money_add(sum, part, &sum))
			return dx_json_null();
	return dx_value_money(a, sum, DX_MONTHLY);
}

static void
copy_all(struct dx_json *o, struct source *from, const char *const names[])
{
	for (size_t i = 0; names[i] != NULL; i++)
		copy(o, from, names[i]);
}

struct dx_json
dx_decision_columns(struct dx_arena *a, const struct dx_json *request, const struct dx_json *response,
    const char *request_sha256, const char *response_sha256, const char *created_by)
{
	static const char *const d_to_f[] = { "decision_id", "dry_run", "environment", "estimated_hourly_delta_usd",
	    "estimated_monthly_delta_usd", NULL };
	static const char *const g_to_r[] = { "generation", "idempotency_key", "mode", "policy_document_schema_version",
	    "policy_document_sha256", "policy_version", "project_id", "reason_codes", "request_fingerprint", NULL };
	struct source q = { request, 0 }, r = { response, 0 }, c = { dx_json_get(response, "computed_context"), 0 };
	struct dx_json o = dx_value_object(a, 36), author = dx_json_text(created_by);
	struct dx_json request_digest = dx_json_text(request_sha256), response_digest = dx_json_text(response_sha256);
	struct dx_json held = total(a, response), lineage = c.object != NULL ? dx_value_digest(a, c.object) : dx_json_null();

	copy(&o, &q, "action");
	copy(&o, &c, "anomaly_signal");
	copy(&o, &r, "approval_required");
	copy(&o, &c, "burn_rate_daily_usd");
	column(&o, "computed_context_sha256", &lineage);
	column(&o, "created_by_user_id", &author);
	column(&o, "decision", dx_json_get(response, "decision"));
	column(&o, "decision_created_at", dx_json_get(response, "decided_at"));
	copy_all(&o, &r, d_to_f);
	copy(&o, &c, "forecast_eom_usd");
	copy_all(&o, &r, g_to_r);
	column(&o, "request_payload_sha256", &request_digest);
	copy(&o, &r, "reserved_allocation_usd");
	copy(&o, &r, "reserved_credit_usd");
	column(&o, "reserved_total_usd", &held);
	copy(&o, &r, "reserved_unbudgeted_usd");
	copy(&o, &r, "resource_reference");
	column(&o, "response_payload_sha256", &response_digest);
	copy(&o, &c, "risk_class");
	copy(&o, &c, "risk_score");
	copy(&o, &r, "source");
	copy(&o, &r, "unfunded_usd");
	return o;
}
