#include "base/err.h"
#include "core/apply.h"
#include "core/entry.h"
#include "core/hash.h"
#include "tap.h"
#include "vector_log.h"

/* A sink that writes down what it is told. */
static struct dx_buf told;
static bool sink_fails;

static int
tell(struct dx_err *err, const char *what)
{
	dx_buf_printf(&told, "%s%s", told.len > 0 ? "; " : "", what);
	return sink_fails ? dx_err_set(err, DX_R_STORE_UNAVAILABLE, "full") : 0;
}

#define TELL(...) do { char line_[600]; snprintf(line_, sizeof(line_), __VA_ARGS__); return tell(err, line_); } while (0)

static int
tenant_open(void *s, const char *origin, struct dx_err *err)
{
	(void)s;
	TELL("open %s", origin);
}

static int
tenant_size(void *s, int64_t size, struct dx_err *err)
{
	(void)s;
	TELL("size %lld", (long long)size);
}

static int
money_seq(void *s, int64_t seq, struct dx_err *err)
{
	(void)s;
	TELL("money %lld", (long long)seq);
}

static int
policy_put(void *s, const struct dx_policy_row *r, struct dx_err *err)
{
	(void)s;
	TELL("policy %lld %.4s %.4s %s", (long long)r->version, r->sha256, r->parent_sha256 != NULL ? r->parent_sha256 : "-",
	    r->actor_id);
}

static int
principals_put(void *s, const struct dx_policy_row *r, struct dx_err *err)
{
	(void)s;
	TELL("principals %lld", (long long)r->version);
}

static int
rules_put(void *s, const char *rules_id, int64_t seq, const char *version, const char *sha256, struct dx_err *err)
{
	(void)s;
	TELL("rules %s %lld %s %.4s", rules_id, (long long)seq, version, sha256);
}

static int
budget_put(void *s, const char *scope_key, int64_t limit, bool active, const char *by, struct dx_err *err)
{
	(void)s;
	TELL("budget %s %lld %d %s", scope_key, (long long)limit, active, by);
}

static char rules_sha256[DX_SHA256_HEX];

static int
decision_put(void *s, const struct dx_decision_row *r, struct dx_err *err)
{
	(void)s;
	snprintf(rules_sha256, sizeof(rules_sha256), "%s", r->rules_sha256);
	TELL("decision %.4s %s gen %lld %s derived %d active %d %lld+%lld+%lld month %s scope %s failsafe %d", r->decision_id,
	    r->decision, (long long)r->generation, r->mode, r->derived_key, r->reservation_active,
	    (long long)r->reserved_allocation_micro, (long long)r->reserved_credit_micro, (long long)r->reserved_unbudgeted_micro,
	    r->budget_month, r->budget_scope_key != NULL ? r->budget_scope_key : "-", r->failsafe);
}

static int
decision_release(void *s, const char *decision_id, struct dx_err *err)
{
	(void)s;
	TELL("release %.4s", decision_id);
}

static char trace[4096];

static int
approval_put(void *s, const struct dx_approval_row *r, struct dx_err *err)
{
	(void)s;
	snprintf(trace, sizeof(trace), "%s", r->routing_trace);
	TELL("approval %.4s of %.4s %s %s until %s", r->approval_id, r->decision_id, r->status, r->routing_rule_id, r->expires_at);
}

static int
approval_status(void *s, const char *approval_id, const char *status, const char *at, struct dx_err *err)
{
	(void)s;
	TELL("status %.4s %s %.19s", approval_id, status, at);
}

static int
evidence_put(void *s, const struct dx_evidence_row *r, struct dx_err *err)
{
	(void)s;
	TELL("%s %.6s %s %.6s", r->event, r->subject_id, r->kind != NULL ? r->kind : "-", r->commit_id != NULL ? r->commit_id : "-");
}

static const struct dx_state_ops ops = { tenant_open, tenant_size, money_seq, policy_put, principals_put, rules_put, budget_put,
    decision_put, decision_release, approval_put, approval_status, evidence_put };

/* --- payloads --- */

static struct dx_json response, request;
static struct dx_policy *policy;

static const struct dx_json *
payload(void *ctx, const char *hex)
{
	(void)ctx;
	switch (hex[0]) {
	case 'a':
		return &policy->doc;
	case 'c':
		return request.type == DX_JSON_OBJECT ? &request : NULL;
	case 'd':
		return response.type == DX_JSON_OBJECT ? &response : NULL;
	default:
		return NULL;
	}
}

/* --- cases --- */

static struct dx_arena arena;

static struct dx_json
doc(const char *text)
{
	struct dx_json v;
	struct dx_err err = { 0 };

	if (dx_json_parse(&arena, dx_arena_dup(&arena, text, strlen(text)), strlen(text), DX_JSON_OURS, &v, &err) != 0) {
		diag("%s: %s", err.text, text);
		abort();
	}
	return v;
}

/* Applies an entry; what was told, or the reason and the rule. */
static void
applies(const char *text, const char *want, const char *name)
{
	struct dx_apply ap = { .ops = &ops, .payload = payload };
	struct dx_json entry = doc(text);
	struct dx_err err = { 0 };
	char got[800];

	dx_buf_reset(&told);
	if (dx_entry_check(&entry, &err) != 0)
		diag("not an entry: %s %s", err.at, err.text);
	if (dx_apply_entry(&ap, &arena, &entry, &err) == 0)
		snprintf(got, sizeof(got), "%s", told.len > 0 ? told.data : "");
	else
		snprintf(got, sizeof(got), "%s %.*s", dx_reason_code(err.reason), (int)strcspn(err.text, ":"), err.text);
	is_str(got, want, "%s", name);
	dx_apply_release(&ap);
}

static char *line[VECTOR_COUNT];

static void
edited(int i, const char *from, const char *to, const char *want, const char *name)
{
	char *text = vector_edit(line[i], from, to);

	if (ok(text != NULL, "edit for: %s", name))
		applies(text, want, name);
	free(text);
}

#define DECISION	"decision 4444 REQUIRE_APPROVAL gen 1 soft derived 0 active 1 100000000+0+0 month 2026-02 scope default failsafe 0"
#define APPROVAL	"approval 5555 of 4444 pending default-prod until 2026-02-25T12:15:00.000000Z"

static void
test_decisions(void)
{
	char *deny;

	applies(line[0], "open " VECTOR_ORIGIN "; size 1", "log_opened");
	edited(0, "\"seq\":0", "\"seq\":3", "semantic_violation log_opened_once", "log_opened elsewhere");
	edited(0, "\"subject\":{\"id\":\"ledger", "\"subject\":{\"id\":\"badger", "semantic_violation log_opened_origin",
	    "log_opened about another log");
	edited(0, "\"tenant_id\":\"1", "\"tenant_id\":\"2", "semantic_violation log_opened_origin", "an origin of another tenant");
	applies(line[1], DECISION "; " APPROVAL "; size 2", "decision_created with its approval");
	ok(strstr(trace, "\"required_permission\":\"remediation.approve.prod\"") != NULL, "the trace is frozen: %s", trace);
	edited(1, "\"reserved_total_usd\":\"100.0000\"", "\"reserved_total_usd\":\"100.0001\"", "semantic_violation reserved_total",
	    "a total that is not the sum");
	edited(1, "\"details\":{}", "\"details\":{\"supersedes\":\"44444444-4444-4444-8444-444444444445\"}",
	    "release 4444; " DECISION "; " APPROVAL "; money 1; size 2", "one that supersedes");
	edited(1, "\"idempotency_key\":\"plan-42\"", "\"idempotency_key\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"",
	    "decision 4444 REQUIRE_APPROVAL gen 1 soft derived 1 active 1 100000000+0+0 month 2026-02 scope default failsafe 0; "
	    APPROVAL "; size 2", "a derived key");
	edited(1, "\"seq\":1", "\"seq\":0", "semantic_violation log_opened_first", "a decision as entry 0");
	edited(1, "\"status\":\"pending\"", "\"status\":\"approved\"", "semantic_violation approval_status", "born approved");
	edited(1, "\"subject\":{\"id\":\"44444444-4444-4444-8444-444444444444\"",
	    "\"subject\":{\"id\":\"44444444-4444-4444-8444-444444444445\"", "semantic_violation decision_subject", "about another decision");
	edited(1, "\"mode\":\"soft\"", "\"mode\":\"shadow\"", "semantic_violation decision_holds", "shadow holds nothing");
	edited(1, "\"dry_run\":false", "\"dry_run\":true", "semantic_violation decision_holds", "a dry run holds nothing");
	edited(1, "\"decision\":\"REQUIRE_APPROVAL\"", "\"decision\":\"DENY\"", "semantic_violation decision_holds", "a denial holds nothing");
	edited(1, "\"decision\":\"REQUIRE_APPROVAL\"", "\"decision\":\"ALLOW\"", "semantic_violation approval_grounds",
	    "an approval of what is allowed");
	deny = vector_edit(line[1], "\"details\":{},\"event\":\"decision_created\"",
	    "\"details\":{\"trigger\":\"gate_timeout\"},\"event\":\"decision_failsafe\"");
	applies(deny, "semantic_violation decision_holds", "a fail-safe decision holds nothing");
	free(deny);
	request = dx_json_null();
	applies(line[1], "payload_missing entry 1", "no request");
	response = dx_json_null();
	applies(line[1], "payload_missing entry 1", "no response");
}

static void
test_rules_digest(void)
{
	struct dx_json list;
	char want[DX_SHA256_HEX];
	const char *one = "1111111111111111111111111111111111111111111111111111111111111111";
	const char *two = "2222222222222222222222222222222222222222222222222222222222222222";

	response = doc(dx_arena_printf(&arena, "{\"rules\":[{\"id\":\"b\",\"sha256\":\"%s\"},{\"id\":\"a\",\"sha256\":\"%s\"}]}", two, one));
	applies(line[1], "decision 4444 REQUIRE_APPROVAL gen 1 soft derived 0 active 1 100000000+0+0 month 2026-02 scope - failsafe 0; "
	    APPROVAL "; size 2", "a response with rules, without a budget");
	list = doc(dx_arena_printf(&arena, "[\"%s\",\"%s\"]", one, two));
	dx_hash_json_hex(&list, want);
	is_str(rules_sha256, want, "the digest is that of the sorted list");
	response = doc("{\"rules\":[{\"id\":\"b\"}]}");
	applies(line[1], "semantic_violation response_rules", "a rule document without digest");
	response = doc("{\"budget_scope_key\":\"default\"}");
	applies(line[1], DECISION "; " APPROVAL "; size 2", "a response without rules");
	list = doc("[]");
	dx_hash_json_hex(&list, want);
	is_str(rules_sha256, want, "the digest of none");
}

/* The vote of the vector made one of the ends of an approval. */
static void
closes(const char *event, const char *status, const char *total, const char *want, const char *name)
{
	char *a, *b, *c, *d;

	a = vector_edit(line[3], "\"approval_approved\"", event);
	b = vector_edit(a, "\"status\":\"approved\"", status);
	c = vector_edit(b, "\"details\":{\"approvals\":1,\"jti\":\"AAECAwQFBgcICQoLDA0ODw\",\"quorum\":1,\"token_expires_at\":"
	    "\"2026-02-25T12:16:00.000000Z\",\"token_sha256\":\"72c556f11edf2d1e34fbb03fa0d0b856cc3b90fe28432734c6a5769340d91a2a\"}",
	    "\"details\":{\"reason\":\"superseded\"}");
	d = vector_edit(c, "\"reserved_allocation_usd\":\"100.0000\",\"reserved_credit_usd\":\"0.0000\",\"reserved_total_usd\":\"100.0000\"",
	    total);
	applies(d, want, name);
	free(a);
	free(b);
	free(c);
	free(d);
}

#define ZERO	"\"reserved_allocation_usd\":\"0.0000\",\"reserved_credit_usd\":\"0.0000\",\"reserved_total_usd\":\"0.0000\""
#define KEPT	"\"reserved_allocation_usd\":\"1.0000\",\"reserved_credit_usd\":\"0.0000\",\"reserved_total_usd\":\"1.0000\""

static void
test_closing(void)
{
	closes("\"approval_cancelled\"", "\"status\":\"cancelled\"", ZERO,
	    "status 5555 cancelled 2026-02-25T12:01:00; release 4444; money 3; size 4", "cancelled");
	closes("\"approval_expired\"", "\"status\":\"expired\"", ZERO,
	    "status 5555 expired 2026-02-25T12:01:00; release 4444; money 3; size 4", "expired");
	closes("\"approval_expired\"", "\"status\":\"cancelled\"", ZERO, "semantic_violation approval_status", "another status");
	closes("\"approval_expired\"", "\"status\":\"expired\"", KEPT, "semantic_violation approval_closed_holds", "holds kept");
	applies(line[2], "size 3", "an event of a later part changes the size only");
}

static const char *
simple(int seq, const char *event, const char *type, const char *id, const char *details)
{
	return dx_arena_printf(&arena, "{\"actor\":{\"auth\":\"os-user\",\"id\":\"kim\",\"role\":\"owner\"},\"details\":%s,\"event\":\"%s\","
	    "\"ledger_id\":\"22222222-2222-4222-8222-000000000009\",\"origin\":\"" VECTOR_ORIGIN "\",\"prev\":\"%s\","
	    "\"recorded_at\":\"2026-02-25T12:00:00.000000Z\",\"schema\":\"dealix.ledger.entry.v1\",\"seq\":%d,"
	    "\"subject\":{\"id\":\"%s\",\"type\":\"%s\"},\"tenant_id\":\"" VECTOR_TENANT "\"}", details, event, vector_leaf[0], seq, id,
	    type);
}

static void
test_documents(void)
{
	const char *sha = vector_leaf[1], *parent = vector_leaf[2];

	applies(simple(4, "budget_set", "budget", "team", "{\"active\":false,\"monthly_limit_usd\":\"12.5000\"}"),
	    "budget team 12500000 0 kim; money 4; size 5", "budget_set");
	applies(simple(2, "policy_updated", "policy", "1", dx_arena_printf(&arena, "{\"policy_sha256\":\"%s\"}", sha)),
	    "policy 1 0dae - kim; size 3", "the first policy");
	applies(simple(5, "policy_updated", "policy", "2", dx_arena_printf(&arena,
	    "{\"parent_sha256\":\"%s\",\"policy_sha256\":\"%s\"}", parent, sha)), "policy 2 0dae 74b9 kim; size 6", "the next");
	applies(simple(5, "policy_updated", "policy", "2", dx_arena_printf(&arena, "{\"policy_sha256\":\"%s\"}", sha)),
	    "semantic_violation version_parent", "without its parent");
	applies(simple(5, "policy_updated", "policy", "1", dx_arena_printf(&arena,
	    "{\"parent_sha256\":\"%s\",\"policy_sha256\":\"%s\"}", parent, sha)), "semantic_violation version_parent", "a first with a parent");
	applies(simple(1, "principals_updated", "principal", "1", dx_arena_printf(&arena, "{\"principals_sha256\":\"%s\"}", sha)),
	    "principals 1; size 2", "principals_updated");
	applies(simple(6, "rules_updated", "policy", "aws", dx_arena_printf(&arena, "{\"rules_sha256\":\"%s\",\"version\":\"7\"}", sha)),
	    "rules aws 6 7 0dae; size 7", "rules_updated");
	sink_fails = true;
	applies(simple(4, "budget_set", "budget", "team", "{\"active\":false,\"monthly_limit_usd\":\"12.5000\"}"),
	    "store_unavailable full", "what the sink says is passed on");
	sink_fails = false;
}

/* The risk level that the engine wrote must not hide what the caller stated (approvals A11). */
static void
test_stated_risk(void)
{
	static const char form[] = "{\"action\":\"terraform.apply\",\"cost_estimate_present\":true,\"dry_run\":false,\"environment\":\"prod\","
	    "\"estimated_hourly_delta_usd\":\"0.140000\",\"estimated_monthly_delta_usd\":\"100.0000\",\"metadata\":{%s},"
	    "\"project_id\":\"default\",\"resource_reference\":\"module.db\",\"schema\":\"dealix.gate.request.v1\",\"source\":\"terraform\"}";

	request = doc(dx_arena_printf(&arena, form, "\"computed_risk_class\":\"medium\",\"risk\":\"critical\",\"risk_level\":\"medium\""));
	applies(line[1], DECISION "; " APPROVAL "; size 2", "a request with a stated risk");
	ok(strstr(trace, "\"risk_level\":\"critical\"") != NULL, "the stated risk routes: %s", trace);
	request = doc(dx_arena_printf(&arena, form, "\"computed_risk_class\":\"medium\",\"risk_level\":\"medium\""));
	applies(line[1], DECISION "; " APPROVAL "; size 2", "a request without one");
	ok(strstr(trace, "\"risk_level\":\"medium\"") != NULL, "the computed risk routes");
}

int
main(void)
{
	vector_read(line);
	policy = dx_policy_default();
	response = doc("{\"budget_scope_key\":\"default\"}");
	test_stated_risk();
	test_rules_digest();
	test_closing();
	test_documents();
	test_decisions();
	for (int i = 0; i < VECTOR_COUNT; i++)
		free(line[i]);
	dx_policy_free(policy);
	dx_buf_release(&told);
	dx_arena_release(&arena);
	return done();
}
