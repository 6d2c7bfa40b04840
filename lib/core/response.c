/* A decision as the two documents that are stored and hashed (decisions page 17). */
#include "core/decide.h"
#include "core/scope.h"
#include "core/value.h"

#define MEMBERS		64
#define DEFAULT_TTL	900

struct dx_json
dx_decision_request(struct dx_arena *a, const struct dx_decision *d)
{
	const struct dx_json *stated = &d->request->metadata;
	struct dx_json o = dx_request_object(a, d->request), metadata = dx_value_object(a, stated->count + 3);

	for (uint32_t i = 0; i < stated->count; i++)
		metadata.u.members[i] = stated->u.members[i];
	metadata.count = stated->count;
	metadata.flags = stated->flags;
	dx_json_set(a, &metadata, "computed_risk_class", dx_json_text(d->context.risk_class));
	dx_json_set(a, &metadata, "computed_risk_score", dx_json_int(a, d->context.risk_score));
	if (dx_json_get(&metadata, "risk_level") == NULL)
		dx_json_put(a, &metadata, "risk_level", dx_json_text(d->context.risk_class));
	dx_json_set(a, &o, "metadata", metadata);
	return o;
}

/* A code of the table, or null. */
static struct dx_json
code(enum dx_reason r)
{
	return r == DX_OK ? dx_json_null() : dx_json_text(dx_reason_code(r));
}

static struct dx_json
codes(struct dx_arena *a, const struct dx_decision *d)
{
	struct dx_json list = dx_json_array();

	for (unsigned i = 0; i < d->reason_count; i++)
		dx_json_push(a, &list, code(d->reason[i]));
	return list;
}

static struct dx_json
month(struct dx_arena *a, struct dx_money m)
{
	return dx_value_money(a, m, DX_MONTHLY);
}

/* A figure of money that a fail-safe decision does not have. */
static struct dx_json
figure(struct dx_arena *a, const struct dx_decision *d, struct dx_money m)
{
	return d->failsafe ? dx_json_null() : month(a, m);
}

static struct dx_money
sum(struct dx_money x, struct dx_money y)
{
	return (struct dx_money){ x.micro + y.micro };	/* dx_decide has seen to it that this holds */
}

/* The members are put in canonical order, so that nothing is sorted later. */

static void
put_a_to_d(struct dx_arena *a, struct dx_json *o, const struct dx_decision *d)
{
	struct dx_json context = dx_context_object(a, &d->context, d->snapshot->now, d->ids.policy_version);
	const struct dx_snapshot *s = d->snapshot;

	DX_PUT(o, "action", dx_json_text(d->request->action));
	DX_PUT(o, "allocation_headroom_usd", dx_value_opt(a, d->allocation_headroom));
	DX_PUT(o, "approval_request_id", dx_json_text(d->approval_created ? d->ids.approval_id : NULL));
	DX_PUT(o, "approval_required", dx_json_bool(d->verdict == DX_REQUIRE_APPROVAL));
	DX_PUT(o, "approval_token_contract", dx_json_text("approval_flow_only"));
	DX_PUT(o, "budget_scope_key", dx_json_text(!d->failsafe && s->has_budget ? s->budget_scope : NULL));
	DX_PUT(o, "computed_context", context);
	DX_PUT(o, "context_sha256", dx_context_digest(a, &context));
	DX_PUT(o, "credit_reservation_allocations", dx_json_null());
	DX_PUT(o, "credits_headroom_usd", d->failsafe ? dx_json_null() :
	    month(a, sum(s->reserved_credits, s->emergency_credits)));
	DX_PUT(o, "decided_at", dx_value_time(a, s->now));
	DX_PUT(o, "decision", dx_json_text(dx_verdict_names[d->verdict]));
	DX_PUT(o, "decision_id", dx_json_text(d->ids.decision_id));
	DX_PUT(o, "dry_run", dx_json_bool(d->request->dry_run));
}

static void
put_findings(struct dx_arena *a, struct dx_json *o, const struct dx_findings *f)
{
	if (f == NULL)
		return;
	DX_PUT(o, "findings", dx_findings_array(a, f));
	if (f->count > DX_FINDINGS_MAX)
		DX_PUT(o, "findings_truncated", dx_json_int(a, (int64_t)(f->count - DX_FINDINGS_MAX)));
}

static void
put_e_to_o(struct dx_arena *a, struct dx_json *o, const struct dx_decision *d)
{
	const struct dx_request *r = d->request;
	bool derived;

	DX_PUT(o, "emergency_credits_headroom_usd", figure(a, d, d->snapshot->emergency_credits));
	DX_PUT(o, "enterprise_headroom_usd", dx_value_opt(a, d->enterprise_headroom));
	DX_PUT(o, "enterprise_monthly_ceiling_usd", dx_value_opt(a, d->enterprise_ceiling));
	DX_PUT(o, "entitlement_reason_code", code(d->entitlement_reason));
	DX_PUT(o, "entitlement_waterfall", d->has_waterfall ? dx_waterfall_trace(a, &d->waterfall) : dx_json_null());
	DX_PUT(o, "environment", dx_json_text(r->environment));
	DX_PUT(o, "estimated_hourly_delta_usd", dx_value_money(a, r->hourly, DX_HOURLY));
	DX_PUT(o, "estimated_monthly_delta_usd", month(a, r->monthly));
	DX_PUT(o, "evaluation_path", dx_json_text(d->failsafe ? "failsafe" : "normal"));
	DX_PUT(o, "fail_safe_details", d->trigger_details);
	DX_PUT(o, "fail_safe_trigger", code(d->trigger));
	put_findings(a, o, d->findings);
	DX_PUT(o, "first_limiting_stage", dx_json_text(d->first_limiting_stage));
	DX_PUT(o, "generation", dx_json_int(a, d->ids.generation));
	DX_PUT(o, "idempotency_key", dx_json_text(dx_request_key(r, &derived)));
	DX_PUT(o, "is_production", dx_json_bool(dx_environment_is_prod(r->environment)));
	DX_PUT(o, "mode", dx_json_text(dx_mode_names[d->mode]));
	DX_PUT(o, "mode_scope", dx_json_text(d->mode_scope));
	if (r->notes.type == DX_JSON_ARRAY && r->notes.count > 0)
		DX_PUT(o, "notes", r->notes);
}

static void
put_p_to_r(struct dx_arena *a, struct dx_json *o, const struct dx_decision *d)
{
	const char *digest = d->policy != NULL ? d->policy->sha256 : DX_POLICY_DEFAULT_SHA256;
	struct dx_money credit = sum(d->held_reserved, d->held_emergency);

	DX_PUT(o, "plan_headroom_usd", dx_value_opt(a, d->plan_headroom));
	DX_PUT(o, "plan_monthly_ceiling_usd", dx_value_opt(a, d->plan_ceiling));
	DX_PUT(o, "policy_document_schema_version", dx_json_text(DX_POLICY_SCHEMA));
	DX_PUT(o, "policy_document_sha256", dx_json_text(digest));
	DX_PUT(o, "policy_version", dx_json_int(a, d->ids.policy_version));
	DX_PUT(o, "project_id", dx_json_text(d->request->project_id));
	DX_PUT(o, "reason_codes", codes(a, d));
	DX_PUT(o, "request_fingerprint", dx_json_text(d->request->fingerprint));
	DX_PUT(o, "reserved_allocation_usd", month(a, d->held_allocation));
	DX_PUT(o, "reserved_credit_split_usd", dx_value_two(a, "emergency", month(a, d->held_emergency), "reserved",
	    month(a, d->held_reserved)));
	DX_PUT(o, "reserved_credit_usd", month(a, credit));
	DX_PUT(o, "reserved_credits_headroom_usd", figure(a, d, d->snapshot->reserved_credits));
	DX_PUT(o, "reserved_unbudgeted_usd", month(a, d->held_unbudgeted));
	DX_PUT(o, "resource_reference", dx_json_text(d->request->resource_reference));
	if (d->findings != NULL)
		DX_PUT(o, "rules", dx_rules_array(a, d->findings));
}

static void
put_s_to_z(struct dx_arena *a, struct dx_json *o, const struct dx_decision *d)
{
	struct dx_json snapshot = dx_snapshot_object(a, d->snapshot);

	DX_PUT(o, "schema", dx_json_text(DX_DECISION_SCHEMA));
	DX_PUT(o, "snapshot", snapshot);
	DX_PUT(o, "snapshot_sha256", dx_value_digest(a, &snapshot));
	DX_PUT(o, "source", dx_json_text(dx_source_names[d->request->source]));
	DX_PUT(o, "supersedes_decision_id", dx_json_text(d->ids.supersedes));
	DX_PUT(o, "tenant_id", dx_json_text(d->ids.tenant_id));
	DX_PUT(o, "tenant_tier", dx_json_text(d->snapshot->tenant_tier));
	DX_PUT(o, "ttl_seconds", dx_json_int(a, d->policy != NULL ? d->policy->ttl_seconds : DEFAULT_TTL));
	DX_PUT(o, "unfunded_usd", month(a, d->unfunded));
	DX_PUT(o, "would", dx_value_two(a, "hard", dx_json_text(dx_verdict_names[d->would_hard]), "soft",
	    dx_json_text(dx_verdict_names[d->would_soft])));
}

struct dx_json
dx_decision_response(struct dx_arena *a, const struct dx_decision *d)
{
	struct dx_json o = dx_value_object(a, MEMBERS);

	put_a_to_d(a, &o, d);
	put_e_to_o(a, &o, d);
	put_p_to_r(a, &o, d);
	put_s_to_z(a, &o, d);
	return o;
}
