/* Decisions on random inputs: what must hold for all of them; replay from what a ledger keeps; the columns of an entry. */
#include "core/hash.h"
#include "gate_case.h"

#define ROUNDS	20000

static uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

static unsigned
roll(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

/* Often a round or a zero amount, so that boundaries are met. */
static struct dx_money
amount(void)
{
	static const int64_t some[] = { 0, 100, 25000000, 25000100, 100000000, 5000000000, 5000000100, DX_MONTHLY_MAX };

	return (struct dx_money){ roll(3) > 0 ? some[roll(8)] : (int64_t)roll(200000) * 100 };
}

static struct dx_opt_money
maybe(void)
{
	return (struct dx_opt_money){ roll(2) == 0, amount() };
}

static void
random_snapshot(struct dx_snapshot *s)
{
	*s = snapshot_empty();
	s->now += (int64_t)roll(400) * DX_DAY_US;
	s->plan_ceiling = maybe();
	s->enterprise_ceiling = maybe();
	s->ceiling_used = amount();
	s->allocation_used = amount();
	s->has_budget = roll(3) > 0;
	s->budget_scope = "default";
	s->budget_limit = amount();
	s->reserved_credits = roll(2) == 0 ? amount() : (struct dx_money){ 0 };
	s->emergency_credits = roll(2) == 0 ? amount() : (struct dx_money){ 0 };
	s->cost_mode = (enum dx_cost_mode)roll(4);
	if (s->cost_mode == DX_COST_NONE || s->cost_mode == DX_COST_UNAVAILABLE)
		return;
	for (int64_t age = (int64_t)roll(DX_COST_DAYS); age >= 0; age -= 1 + (int64_t)roll(3)) {
		struct dx_money m = amount();

		m.micro = roll(8) == 0 ? -m.micro : m.micro;
		s->days[s->day_count++] = (struct dx_cost_day){ dx_day_of(s->now) - age, m };
	}
}

static struct dx_request
random_request(const struct dx_policy *p)
{
	static const char *const actions[] = { "terraform.apply", "terraform.destroy", "bucket.undelete" };
	static const char *const metadata[] = { "{}", "{\"approval_level\":1}", "{\"risk_level\":\"low\",\"criticality\":\"P0\"}",
	    "{\"resource_type\":\"db.large\",\"computed_risk_class\":\"none\",\"n\":1.50}", "{\"changes\":{\"delete\":2}}" };
	static const char *const words[] = { "prod", "nonprod", "qa", "production.eu" };
	struct dx_request r = { .source = (enum dx_source)roll(DX_SOURCE_COUNT), .action = actions[roll(3)],
	    .environment_raw = words[roll(4)], .resource_reference = "module.x", .monthly = amount(), .hourly = { roll(1000000) },
	    .metadata = json(metadata[roll(5)]), .dry_run = roll(6) == 0, .cost_estimate_present = roll(4) > 0 };
	struct dx_err err = { 0 };

	if (dx_request_check(&arena, NULL, &r, &err) != 0 || dx_request_finish(&arena, p, &r, &err) != 0)
		ok(false, "a random request: %s", err.text);
	return r;
}

static struct dx_finding items[3];

static const struct dx_findings *
random_findings(struct dx_findings *f)
{
	*f = (struct dx_findings){ .item = items, .count = roll(4) };
	for (size_t i = 0; i < f->count; i++)
		items[i] = (struct dx_finding){ .rules_id = "r", .rule_id = "x", .message = "m", .pointer = "",
		    .code = roll(6) == 0 ? "rule_error" : NULL, .effect = (enum dx_effect)roll(4), .severity = DX_LOW };
	return roll(2) == 0 ? NULL : f;
}

static struct dx_policy *policies[6];

static void
make_policies(void)
{
	static const char *const settings[] = { "", "entitlements.missing_budget=violate execution.max_cost_data_age_days=7",
	    "entitlements.plan_monthly_ceiling_usd=0 entitlements.enterprise_monthly_ceiling_usd=100",
	    "mode_matrix.terraform_prod=shadow mode_matrix.k8s_admission_default=shadow mode_matrix.ci_default=shadow",
	    "mode_matrix.terraform_prod=hard mode_matrix.terraform_default=hard mode_matrix.k8s_admission_nonprod=hard",
	    "approval.require_approval_nonprod=true approval.auto_approve_withhold_high_risk=false" };

	for (size_t i = 0; i < 6; i++)
		policies[i] = policy_with(settings[i]);
}

/* The name of the first rule that does not hold, or NULL. */
static const char *
broken(const struct dx_decision *d)
{
	int64_t held = d->held_allocation.micro + d->held_reserved.micro + d->held_emergency.micro + d->held_unbudgeted.micro;
	bool asked = dx_json_get(&d->request->metadata, "approval_level") != NULL;

	if (d->held_allocation.micro < 0 || d->held_reserved.micro < 0 || d->held_emergency.micro < 0 ||
	    d->held_unbudgeted.micro < 0 || d->unfunded.micro < 0)
		return "no amount is negative";
	if (held + d->unfunded.micro > d->request->monthly.micro)
		return "no more is held than asked for";
	if (held + d->unfunded.micro > 0 && (d->verdict == DX_DENY || d->mode == DX_MODE_SHADOW || d->request->dry_run))
		return "nothing is held in a denial, in shadow or in a dry run";
	if (d->would_hard < d->would_soft)
		return "hard is at least as strict as soft";
	if (d->mode == DX_MODE_SOFT ? d->verdict != d->would_soft : d->mode == DX_MODE_HARD && d->verdict != d->would_hard)
		return "the verdict is what its mode would say";
	if (d->mode == DX_MODE_SHADOW && d->verdict > (asked ? DX_REQUIRE_APPROVAL : DX_ALLOW_WITH_CREDITS))
		return "shadow lets everything pass";
	if (d->approval_created && (d->verdict != DX_REQUIRE_APPROVAL || d->request->dry_run))
		return "an approval belongs to REQUIRE_APPROVAL";
	if (asked && d->verdict < DX_REQUIRE_APPROVAL)
		return "an approval level is never passed by";
	if (d->unfunded.micro > 0 && (d->verdict != DX_REQUIRE_APPROVAL || d->mode != DX_MODE_SOFT))
		return "only soft leaves money unfunded";
	if (!d->snapshot->has_budget && held != d->held_unbudgeted.micro)
		return "without a budget nothing is allocated";
	return NULL;
}

/* Decides again from the two stored documents, as text. */
static const char *
replayed(const struct dx_decision *d)
{
	struct dx_json request = dx_decision_request(&arena, d), response = dx_decision_response(&arena, d), again;
	const char *request_text = canon(&request), *response_text = canon(&response);
	struct dx_json stored_request = json(request_text), stored_response = json(response_text);
	struct dx_snapshot s;
	struct dx_request r;
	struct dx_decision e;

	if (!dx_snapshot_load(dx_json_get(&stored_response, "snapshot"), &s))
		return "the snapshot is read back";
	if (dx_request_load(&arena, &stored_request, &r, NULL) != 0)
		return "the request is read back";
	dx_decide(d->policy, &r, &s, d->findings, &d->ids, &e);
	if (e.verdict != d->verdict || e.reason_count != d->reason_count ||
	    memcmp(e.reason, d->reason, e.reason_count * sizeof e.reason[0]) != 0)
		return "a replay gives the same verdict and reasons";
	again = dx_decision_request(&arena, &e);
	if (strcmp(canon(&again), request_text) != 0)
		return "a replay gives the same request";
	memcpy(r.fingerprint, d->request->fingerprint, sizeof r.fingerprint);
	again = dx_decision_response(&arena, &e);
	return strcmp(canon(&again), response_text) == 0 ? NULL : "a replay gives the same response";
}

/* Whether an object that says its members stand in canonical order is right about it, and all under it. */
static bool
ordered(const struct dx_json *v)
{
	bool good = true;

	for (uint32_t i = 0; v->type == DX_JSON_ARRAY && i < v->count; i++)
		good &= ordered(&v->u.items[i]);
	for (uint32_t i = 0; v->type == DX_JSON_OBJECT && i < v->count; i++) {
		const struct dx_member *m = &v->u.members[i];

		good &= ordered(&m->value) && strlen(m->name) == m->name_len;
		if (i > 0 && (v->flags & DX_JSON_SORTED) != 0)
			good &= dx_json_name_cmp(m[-1].name, m[-1].name_len, m->name, m->name_len) < 0;
	}
	return good;
}

static const char *
repeated(const struct dx_decision *d)
{
	struct dx_json a = dx_decision_response(&arena, d), b, q = dx_decision_request(&arena, d);
	struct dx_json columns = dx_decision_columns(&arena, &q, &a, "aa", "bb", "c");
	struct dx_json reply = dx_decision_reply(&arena, &a, &(struct dx_reply_state){ .persisted = true });
	struct dx_decision e;

	if (!ordered(&a) || !ordered(&q) || !ordered(&columns) || !ordered(&reply))
		return "members stand in canonical order";

	dx_decide(d->policy, d->request, d->snapshot, d->findings, &d->ids, &e);
	b = dx_decision_response(&arena, &e);
	return strcmp(canon(&a), canon(&b)) == 0 ? NULL : "the same inputs give the same bytes";
}

static void
test_random(void)
{
	unsigned verdicts[4] = { 0 }, i;
	const char *why = NULL;

	for (i = 0; i < ROUNDS && why == NULL; i++) {
		const struct dx_policy *p = policies[roll(6)];
		struct dx_request r = random_request(p);
		struct dx_findings f;
		struct dx_snapshot s;
		struct dx_decision d;

		random_snapshot(&s);
		dx_decide(p, &r, &s, random_findings(&f), &ids_1, &d);
		verdicts[d.verdict]++;
		if ((why = broken(&d)) == NULL && (why = repeated(&d)) == NULL && !d.failsafe)
			why = replayed(&d);
		if (why != NULL)
			diag("round %u: %s", i, summary(&d));
		dx_arena_reset(&arena);
	}
	ok(why == NULL, "%u random decisions: %s", i, why != NULL ? why : "everything holds");
	diag("ALLOW %u, with credits %u, REQUIRE_APPROVAL %u, DENY %u", verdicts[0], verdicts[1], verdicts[2], verdicts[3]);
	ok(verdicts[0] > 100 && verdicts[1] > 100 && verdicts[2] > 100 && verdicts[3] > 100, "every verdict is met");
}

static void
test_columns(void)
{
	struct dx_request r = request_of("prod", "100", policies[0]);
	struct dx_snapshot s = snapshot_budget("500", "0", "0");
	struct dx_json request, response, columns, names = dx_json_array();
	char hex[DX_SHA256_HEX];
	struct dx_decision d;

	dx_decide(policies[0], &r, &s, NULL, &ids_1, &d);
	request = dx_decision_request(&arena, &d);
	response = dx_decision_response(&arena, &d);
	columns = dx_decision_columns(&arena, &request, &response, "aa", "bb", "alice");
	for (uint32_t i = 0; i < columns.count; i++)
		dx_json_push(&arena, &names, dx_json_text(columns.u.members[i].name));
	is_str(canon(&names), "[\"action\",\"anomaly_signal\",\"approval_required\",\"burn_rate_daily_usd\","
	    "\"computed_context_sha256\",\"created_by_user_id\",\"decision\",\"decision_created_at\",\"decision_id\",\"dry_run\","
	    "\"environment\",\"estimated_hourly_delta_usd\",\"estimated_monthly_delta_usd\",\"forecast_eom_usd\",\"generation\","
	    "\"idempotency_key\",\"mode\",\"policy_document_schema_version\",\"policy_document_sha256\",\"policy_version\","
	    "\"project_id\",\"reason_codes\",\"request_fingerprint\",\"request_payload_sha256\",\"reserved_allocation_usd\","
	    "\"reserved_credit_usd\",\"reserved_total_usd\",\"reserved_unbudgeted_usd\",\"resource_reference\","
	    "\"response_payload_sha256\",\"risk_class\",\"risk_score\",\"source\",\"unfunded_usd\"]", "the columns, all in order");
	is_str(dx_json_get_str(&columns, "reserved_total_usd"), "100.0000", "the total is a sum");
	dx_hash_json_hex(dx_json_get(&response, "computed_context"), hex);
	is_str(dx_json_get_str(&columns, "computed_context_sha256"), hex, "the digest of the context");
	columns = dx_decision_columns(&arena, &request, &response, "aa", "bb", NULL);
	ok(dx_json_get(&columns, "created_by_user_id") == NULL, "nobody is left out, not null");
}

static void
test_response(void)
{
	struct dx_request r = request_of("prod", "100", policies[0]);
	struct dx_snapshot s = snapshot_empty();
	struct dx_json response, context, later;
	struct dx_json digest, other;
	struct dx_context c;
	struct dx_decision d;

	dx_decide(policies[0], &r, &s, NULL, &ids_1, &d);
	response = dx_decision_response(&arena, &d);
	is_str(canon(dx_json_get(&response, "snapshot")), "{\"committed\":{\"allocation_used_usd\":\"0.0000\",\"ceiling_used_usd\":"
	    "\"0.0000\"},\"cost\":{\"data_source_mode\":\"none\",\"days\":[]},\"emergency_credits_headroom_usd\":\"0.0000\",\"now\":"
	    "\"2026-02-20T12:00:00.000000Z\",\"reserved_credits_headroom_usd\":\"0.0000\",\"tenant_tier\":\"enterprise\"}", "snapshot");
	ok(dx_json_get(&response, "findings") == NULL && dx_json_get(&response, "rules") == NULL &&
	    dx_json_get(&response, "notes") == NULL, "no rules, no notes: absent");
	ok(dx_json_is(dx_json_get(&response, "allocation_headroom_usd"), DX_JSON_NULL) &&
	    dx_json_is(dx_json_get(&response, "supersedes_decision_id"), DX_JSON_NULL), "not applicable: null");
	is_str(dx_json_get_str(&response, "approval_request_id"), ids_1.approval_id, "the approval");
	context = *dx_json_get(&response, "computed_context");
	digest = dx_context_digest(&arena, &context);
	is_str(dx_json_get_str(&response, "context_sha256"), dx_json_str(&digest), "context_sha256");
	dx_context_compute(&s, &c);
	dx_context_risk(&r, &c);
	later = dx_context_object(&arena, &c, s.now + 1000000, 3);
	other = dx_context_digest(&arena, &later);
	is_str(dx_json_str(&other), dx_json_str(&digest), "the time of making does not count (D28)");
	r.notes = json("[\"plan_incomplete\"]");
	dx_decide(policies[0], &r, &s, &(struct dx_findings){ 0 }, &ids_1, &d);
	response = dx_decision_response(&arena, &d);
	is_str(canon(dx_json_get(&response, "notes")), "[\"plan_incomplete\"]", "notes");
	ok(dx_json_is(dx_json_get(&response, "findings"), DX_JSON_ARRAY), "rules that found nothing: an empty list");
}

static void
test_reply(void)
{
	struct dx_policy *p = policy_with("entitlements.hard_deny_above_monthly_usd=50");
	struct dx_request r = request_of("prod", "100", p);
	struct dx_snapshot s = snapshot_budget("10", "5", "3");
	struct dx_json response, loaded, fresh, replayed, trace = json("{\"allowed_reviewer_roles\":[\"owner\"],\"rule_id\":\"r1\"}");
	struct dx_reply_state state = { .persisted = true, .approval_status = "pending", .routing_trace = &trace };
	struct dx_decision d;
	const char *bytes;

	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	state.policy = p;
	response = dx_decision_response(&arena, &d);
	fresh = dx_decision_reply(&arena, &response, &state);
	bytes = canon(&response);
	loaded = json(bytes);
	replayed = dx_decision_reply(&arena, &loaded, &state);
	is_str(canon(&replayed), canon(&fresh), "a loaded response gives the same reply");
	ok((fresh.flags & DX_JSON_SORTED) != 0 && (response.flags & DX_JSON_SORTED) != 0, "both are made in canonical order");
	is_int(fresh.count, response.count + 5, "the reply has six members more, and not the snapshot");
	for (uint32_t i = 0; i < response.count; i++) {		/* 24.17 */
		const struct dx_member *m = &response.u.members[i];

		if (strcmp(m->name, "snapshot") != 0 && !dx_json_equal(&m->value, dx_json_get(&fresh, m->name)))
			ok(false, "%s is another", m->name);
	}
	ok(dx_json_get(&response, "explanation") == NULL, "no explanation is stored");
	is_str(dx_json_get_str(dx_json_get(dx_json_item(dx_json_get(&fresh, "explanation"), 0), "facts"), "threshold_usd"),
	    "50.0000", "the threshold is a fact where the policy is at hand");
	state.policy = NULL;
	state.routing_trace = NULL;
	replayed = dx_decision_reply(&arena, &loaded, &state);
	ok(dx_json_get(dx_json_get(dx_json_item(dx_json_get(&replayed, "explanation"), 0), "facts"), "threshold_usd") == NULL,
	    "and left out where it is not");
	dx_policy_free(p);
}

static void
test_stored_request(void)
{
	struct dx_policy *p = policies[0];
	struct dx_request r = request_from("{\"action\":\" Terraform.Destroy \",\"resource_reference\":\"x\",\"environment\":\"live\","
	    "\"estimated_monthly_delta_usd\":\"7000\",\"metadata\":{\"computed_risk_score\":0,\"criticality\":\"p0\"}}", p);
	struct dx_request plain = r;
	struct dx_snapshot s = snapshot_empty();
	struct dx_json o;
	struct dx_decision d;

	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	o = dx_decision_request(&arena, &d);
	is_str(canon(&o), "{\"action\":\"terraform.destroy\",\"cost_estimate_present\":true,\"dry_run\":false,\"environment\":\"prod\","
	    "\"estimated_hourly_delta_usd\":\"0.000000\",\"estimated_monthly_delta_usd\":\"7000.0000\",\"metadata\":{"
	    "\"computed_risk_class\":\"high\",\"computed_risk_score\":9,\"criticality\":\"p0\",\"risk_level\":\"high\"},"
	    "\"project_id\":\"default\",\"resource_reference\":\"x\",\"schema\":\"dealix.gate.request.v1\",\"source\":\"ci\"}",
	    "the stored request");
	o = dx_request_object(&arena, &plain);
	is_str(canon(dx_json_get(&o, "metadata")), "{\"computed_risk_score\":0,\"criticality\":\"p0\"}", "rules see it as stated");
}

static void
test_bad_documents(void)
{
	static const char *const bad[] = { "{}", "[]", "{\"now\":1}", "{\"now\":\"2026-02-20T12:00:00.000000Z\",\"tenant_tier\":\"x\"}" };
	struct dx_snapshot s = snapshot_budget("1", "0", "0");
	struct dx_err err = { 0 };
	struct dx_request r;
	struct dx_json o;

	for (size_t i = 0; i < 4; i++) {
		o = json(bad[i]);
		ok(!dx_snapshot_load(&o, &s), "no snapshot: %s", bad[i]);
		dx_err_clear(&err);
		ok(dx_request_load(&arena, &o, &r, &err) != 0 && err.reason == DX_R_STORE_CORRUPT, "no request: %s", bad[i]);
	}
	s = snapshot_budget("1", "0", "0");
	o = dx_snapshot_object(&arena, &s);
	dx_json_set(&arena, &o, "reserved_credits_headroom_usd", dx_json_text("-1.0000"));
	ok(!dx_snapshot_load(&o, &s), "a negative headroom");
	dx_json_set(&arena, &o, "reserved_credits_headroom_usd", dx_json_text("1.00"));
	ok(!dx_snapshot_load(&o, &s), "an amount of two decimals");
	dx_json_set(&arena, &o, "reserved_credits_headroom_usd", dx_json_text("99999999999999999999.0000"));
	ok(!dx_snapshot_load(&o, &s), "an amount that no integer holds");
}

int
main(void)
{
	make_policies();
	test_random();
	test_columns();
	test_response();
	test_reply();
	test_stored_request();
	test_bad_documents();
	for (size_t i = 0; i < 6; i++)
		dx_policy_free(policies[i]);
	dx_arena_release(&arena);
	return done();
}
