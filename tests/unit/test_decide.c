/* Decisions by the vectors of the specification (tests/data/decisions-examples.json). */
#include "core/context.h"
#include "core/waterfall.h"
#include "gate_case.h"

static struct dx_json vectors;

static const char *
text_of(const struct dx_json *o, const char *name)
{
	return dx_json_get_str(o, name);
}

/* got equals want, as documents. */
static void
same(const struct dx_json *got, const struct dx_json *want, const char *what, const char *name)
{
	const char *g = got != NULL ? canon(got) : NULL, *w = want != NULL ? canon(want) : NULL;

	if (g == NULL || w == NULL || strcmp(g, w) != 0)
		is_str(g, w, "%s: %s", what, name);
	else
		ok(true, "%s: %s", what, name);
}

/* Every member of want stands in got with that value. */
static void
holds(const struct dx_json *got, const struct dx_json *want, const char *what)
{
	for (uint32_t i = 0; i < want->count; i++)
		same(dx_json_get(got, want->u.members[i].name), &want->u.members[i].value, what, want->u.members[i].name);
}

static void
set_opt(const struct dx_json *o, const char *name, struct dx_opt_money *out)
{
	const char *s = text_of(o, name);

	out->given = s != NULL;
	out->m = usd(s != NULL ? s : "0");
}

/* --- waterfall --- */

static void
test_waterfall(const struct dx_json *v)
{
	const struct dx_json *want = dx_json_get(v, "expect");
	struct dx_waterfall_in in = { .requested = usd(text_of(v, "requested")) };
	const char *name = text_of(v, "name"), *code;
	struct dx_json trace;
	struct dx_waterfall w;

	set_opt(v, "plan_headroom", &in.plan);
	set_opt(v, "allocation_headroom", &in.allocation);
	set_opt(v, "enterprise_headroom", &in.enterprise);
	in.reserved = usd(text_of(v, "reserved_credits"));
	in.emergency = usd(text_of(v, "emergency_credits"));
	dx_waterfall(&in, &w);
	trace = dx_waterfall_trace(&arena, &w);
	code = w.reason == DX_OK ? NULL : dx_reason_code(w.reason);
	is_str(code, text_of(want, "reason_code"), "%s: reason", name);
	is_str(w.first_limiting_stage, text_of(want, "first_limiting_stage"), "%s: first limiting stage", name);
	same(&trace, dx_json_get(want, "trace"), name, "trace");
}

/* The decision and the holds of the same vector, through the whole of dx_decide. */
static void
test_waterfall_decision(const struct dx_json *v)
{
	const struct dx_json *want = dx_json_get(v, "expect"), *reserve = dx_json_get(want, "reserve");
	struct dx_policy *p = policy_with(dx_arena_printf(&arena, "mode_matrix.terraform_nonprod=%s", text_of(v, "mode")));
	struct dx_request r = request_of("nonprod", text_of(v, "requested"), p);
	struct dx_snapshot s = snapshot_empty();
	struct dx_opt_money allocation;
	struct dx_decision d;

	set_opt(v, "plan_headroom", &s.plan_ceiling);
	set_opt(v, "enterprise_headroom", &s.enterprise_ceiling);
	set_opt(v, "allocation_headroom", &allocation);
	s.has_budget = allocation.given;
	s.budget_scope = "default";
	s.budget_limit = allocation.m;
	s.reserved_credits = usd(text_of(v, "reserved_credits"));
	s.emergency_credits = usd(text_of(v, "emergency_credits"));
	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	is_str(dx_verdict_names[d.verdict], text_of(want, "decision"), "%s: decision", text_of(v, "name"));
	is_int(d.held_allocation.micro, usd(dx_json_str(dx_json_item(reserve, 0))).micro, "  allocation held");
	is_int(d.held_reserved.micro, usd(dx_json_str(dx_json_item(reserve, 1))).micro, "  reserved credit held");
	is_int(d.held_emergency.micro, usd(dx_json_str(dx_json_item(reserve, 2))).micro, "  emergency credit held");
	dx_policy_free(p);
}

/* --- context and risk --- */

static void
test_context(const struct dx_json *v)
{
	const struct dx_json *days = dx_json_get(v, "days");
	struct dx_snapshot s = snapshot_empty();
	struct dx_request r = request_of("nonprod", "1", NULL);
	struct dx_context c;
	struct dx_json o;
	int64_t today;

	ok(dx_date_parse(text_of(v, "today"), &today), "%s: a date", text_of(v, "name"));
	s.now = today * DX_DAY_US + 3600 * INT64_C(1000000);
	s.cost_mode = days->count > 0 ? DX_COST_FINAL : DX_COST_NONE;
	for (; s.day_count < days->count; s.day_count++) {
		const struct dx_member *m = &days->u.members[s.day_count];

		(void)dx_date_parse(m->name, &s.days[s.day_count].day);
		s.days[s.day_count].amount = usd(dx_json_str(&m->value));
	}
	dx_context_compute(&s, &c);
	dx_context_risk(&r, &c);
	o = dx_context_object(&arena, &c, s.now, 1);
	holds(&o, dx_json_get(v, "expect"), text_of(v, "name"));
}

static void
test_risk(const struct dx_json *v)
{
	struct dx_request r = { .source = DX_SOURCE_TERRAFORM, .action = text_of(v, "action"),
	    .resource_reference = text_of(v, "resource_reference"), .metadata = *dx_json_get(v, "metadata") };
	struct dx_snapshot s = snapshot_empty();
	struct dx_context c;
	struct dx_json o;

	r.environment = dx_json_is(dx_json_get(v, "is_production"), DX_JSON_TRUE) ? "prod" : "nonprod";
	r.monthly = usd(text_of(v, "monthly"));
	dx_context_compute(&s, &c);
	c.anomaly_kind = dx_json_is(dx_json_get(v, "anomaly_signal"), DX_JSON_TRUE) ? "spike" : NULL;
	dx_context_risk(&r, &c);
	o = dx_context_object(&arena, &c, s.now, 1);
	holds(&o, dx_json_get(v, "expect"), text_of(v, "name"));
}

/* --- gate --- */

static const char *
settings_of(const struct dx_json *changes)
{
	const char *s = "";

	for (uint32_t i = 0; i < changes->count; i++)
		s = dx_arena_printf(&arena, "%s %s=%s", s, changes->u.members[i].name, canon(&changes->u.members[i].value));
	return s;
}

static struct dx_snapshot
snapshot_of(const struct dx_json *v)
{
	const char *mode = text_of(v, "data_source_mode"), *credits = text_of(v, "reserved_credits_headroom_usd");
	const char *emergency = text_of(v, "emergency_credits_headroom_usd"), *budget = text_of(v, "allocation_headroom_usd");
	struct dx_snapshot s = snapshot_budget(budget != NULL ? budget : "0", credits != NULL ? credits : "0",
	    emergency != NULL ? emergency : "0");
	int64_t age;

	s.has_budget = budget != NULL;
	set_opt(v, "plan_headroom_usd", &s.plan_ceiling);
	set_opt(v, "enterprise_headroom_usd", &s.enterprise_ceiling);
	if (mode != NULL)
		s.cost_mode = (enum dx_cost_mode)dx_word(dx_cost_mode_names, mode);
	if (dx_json_int64(dx_json_get(v, "cost_data_age_days"), &age)) {
		s.days[0] = (struct dx_cost_day){ dx_day_of(NOW) - age, { 1000000 } };
		s.day_count = 1;
	}
	return s;
}

static struct dx_request
gate_request(const struct dx_json *v, const struct dx_policy *p)
{
	const struct dx_json *q = dx_json_get(v, "request");
	struct dx_request r = { .source = (enum dx_source)dx_word(dx_source_names, text_of(v, "source")),
	    .project_id = text_of(q, "project_id"), .environment_raw = text_of(q, "environment"), .action = text_of(q, "action"),
	    .resource_reference = text_of(q, "resource_reference"), .metadata = *dx_json_get(q, "metadata") };
	struct dx_err err = { 0 };

	r.monthly = usd(text_of(q, "estimated_monthly_delta_usd"));
	r.dry_run = dx_json_is(dx_json_get(q, "dry_run"), DX_JSON_TRUE);
	r.cost_estimate_present = dx_json_is(dx_json_get(q, "cost_estimate_present"), DX_JSON_TRUE);
	ok(dx_request_check(&arena, NULL, &r, &err) == 0 && dx_request_finish(&arena, p, &r, &err) == 0, "%s: a request",
	    text_of(v, "name"));
	return r;
}

static void
test_gate(const struct dx_json *v)
{
	const struct dx_json *want = dx_json_get(v, "expect");
	struct dx_policy *p = policy_with(settings_of(dx_json_get(v, "policy_changes")));
	struct dx_snapshot s = snapshot_of(dx_json_get(v, "snapshot"));
	struct dx_request r = gate_request(v, p);
	struct dx_json response, reply, flat;
	struct dx_decision d;

	dx_decide(p, &r, &s, NULL, &ids_1, &d);
	response = dx_decision_response(&arena, &d);
	reply = dx_decision_reply(&arena, &response, &(struct dx_reply_state){ .reservation_active = dx_decision_active(&d) });
	flat = dx_json_copy_top(&arena, &reply);
	dx_json_put(&arena, &flat, "approval_created", dx_json_bool(d.approval_created));
	dx_json_put(&arena, &flat, "risk_class", *dx_json_get(dx_json_get(&reply, "computed_context"), "risk_class"));
	holds(&flat, want, text_of(v, "name"));
	dx_policy_free(p);
}

/* --- the rest --- */

static void
test_fingerprint(const struct dx_json *v)
{
	const char *base = text_of(dx_json_item(dx_json_get(&vectors, "fingerprint"), 0), "canonical");
	const char *change = text_of(v, "change"), *equals = change != NULL ? strchr(change, '=') : NULL;
	struct dx_json doc = json(base);
	struct dx_request r;

	if (equals != NULL)
		dx_json_set(&arena, &doc, dx_arena_dup(&arena, change, (size_t)(equals - change)), dx_json_text(equals + 1));
	r = request_from(canon(&doc), NULL);
	is_str(r.fingerprint, text_of(v, "sha256"), "fingerprint %s", change != NULL ? change : "of the example");
}

static void
test_key(const struct dx_json *v)
{
	const char *run = text_of(v, "run_id");
	enum dx_source source = (enum dx_source)dx_word(dx_source_names, text_of(v, "source"));

	if (run != NULL)
		is_str(dx_request_default_key(&arena, source, dx_arena_printf(&arena, "terraform:%s:%s", run,
		    text_of(v, "stage"))), text_of(v, "key"), "default key of run %.20s", run);
}

static void
test_lock(const struct dx_json *v)
{
	int64_t gate = 0, lock = 0;

	(void)dx_json_int64(dx_json_get(v, "gate_timeout_ms"), &gate);
	(void)dx_json_int64(dx_json_get(v, "lock_ms"), &lock);
	is_int(dx_gate_lock_ms(gate), lock, "lock wait of a gate with %d ms", (int)gate);
}

static void
each(const char *name, size_t at_least, void (*test)(const struct dx_json *))
{
	const struct dx_json *list = dx_json_get(&vectors, name);

	ok(list != NULL && list->count >= at_least, "%s: at least %zu vectors", name, at_least);
	for (size_t i = 0; list != NULL && i < list->count; i++)
		test(dx_json_item(list, i));
}

int
main(void)
{
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };
	struct dx_policy *standard = dx_policy_default();

	if (!ok(dx_file_read("tests/data/decisions-examples.json", DX_JSON_MAX, DX_R_JSON_TOO_LARGE, &b, &err) == 0 &&
	    dx_json_parse(&arena, b.data, b.len, DX_JSON_FOREIGN, &vectors, &err) == 0, "vectors: %s", err.text))
		return done();
	is_str(DX_POLICY_DEFAULT_SHA256, standard->sha256, "the digest that stands for no policy is the default document's");
	each("waterfall", 16, test_waterfall);
	each("waterfall", 16, test_waterfall_decision);
	each("computed_context", 10, test_context);
	each("risk", 8, test_risk);
	each("gate", 31, test_gate);
	each("fingerprint", 3, test_fingerprint);
	each("default_idempotency_keys", 3, test_key);
	each("lock_timeout_ms", 6, test_lock);
	dx_policy_free(standard);
	dx_arena_release(&arena);
	dx_buf_release(&b);
	return done();
}
