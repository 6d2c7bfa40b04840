/* core/action: classes, project tables and the twelve rules, release-gates page 6.1; core/token: the text of tokens. */
#include "base/err.h"
#include "core/action.h"
#include "core/token.h"
#include "tap.h"

static struct dx_arena arena;

static struct dx_json
parse(const char *text)
{
	struct dx_json v = dx_json_null();
	struct dx_err err = { 0 };

	if (dx_json_parse(&arena, dx_arena_dup(&arena, text, strlen(text)), strlen(text), DX_JSON_OURS, &v, &err) != 0)
		diag("%s: %s", text, err.text);
	return v;
}

static struct dx_action_policy
policy(const char *text)
{
	struct dx_action_policy p;
	struct dx_err err = { 0 };
	struct dx_json *doc = dx_arena_alloc(&arena, sizeof(*doc));

	if (text != NULL)
		*doc = parse(text);
	if (dx_action_policy_read(&arena, text != NULL ? doc : NULL, &p, &err) != 0)
		diag("%s", err.text);
	return p;
}

static void
test_classes(void)
{
	static const struct { const char *names; enum dx_action_class class; } table[] = {
		{ "read_status collect_signals summarize classify tag internal_status_update research generate_draft plan predictive_analysis",
		    DX_ACTION_A },
		{ "send_whatsapp send_email send_linkedin trigger_voice_call sync_salesforce create_charge publish_content change_billing_state "
		    "modify_lead_routing send_contract_for_signature video_generate music_generate create_contract activate_partnership",
		    DX_ACTION_B },
		{ "partner_data_sharing", DX_ACTION_BPLUS },
		{ "exfiltrate_secrets delete_data_without_audit bypass_auth publish_without_approval destructive_unchecked", DX_ACTION_C },
	};
	struct dx_action_policy p = policy(NULL);
	unsigned seen = 0;
	bool known;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (const char *s = table[i].names; *s != '\0'; seen++) {
			size_t n = strcspn(s, " ");
			char *name = dx_arena_dup(&arena, s, n);
			is_str(dx_action_class_names[dx_action_class_of(&p, name, &known)], dx_action_class_names[table[i].class], "%s", name);
			ok(known, "%s is known", name);
			s += n + (s[n] == ' ');
		}
	is_int(seen, p.builtin.count, "the page lists all of the built-in table");
	is_int(dx_action_class_of(&p, "launch_rocket", &known), DX_ACTION_B, "an unknown action is of class B");
	ok(!known, "and known to be unknown");
}

#define DOC(actions)	"{\"schema\":\"dealix.action.policy.v1\",\"actions\":" actions "}"
#define WITH(actions, canary)	"{\"schema\":\"dealix.action.policy.v1\",\"actions\":" actions ",\"canary\":" canary "}"

static void
test_tables(void)
{
	static const struct { const char *text; enum dx_reason reason; const char *at; } bad[] = {
		{ DOC("{\"send_email\":\"A\"}"), DX_R_POLICY_LOOSENED, "/actions/send_email" },
		{ DOC("{\"bypass_auth\":\"B+\"}"), DX_R_POLICY_LOOSENED, "/actions/bypass_auth" },
		{ DOC("{\"partner_data_sharing\":\"B\"}"), DX_R_POLICY_LOOSENED, "/actions/partner_data_sharing" },
		{ DOC("{\"tag\":\"B\",\"my_own\":\"A\"}"), DX_R_POLICY_LOOSENED, "/actions/my_own" },
		{ DOC("{\"Send_Email\":\"C\"}"), DX_R_FIELD_INVALID, "/actions/Send_Email" },
		{ DOC("{\"a b\":\"C\"}"), DX_R_FIELD_INVALID, "/actions/a b" },
		{ DOC("{\"\":\"C\"}"), DX_R_FIELD_INVALID, "/actions/" },
		{ DOC("{\"a\":\"D\"}"), DX_R_FIELD_INVALID, "/actions/a" },
		{ DOC("{\"a\":\"b\"}"), DX_R_FIELD_INVALID, "/actions/a" },
		{ DOC("{\"a\":1}"), DX_R_FIELD_INVALID, "/actions/a" },
		{ DOC("[]"), DX_R_FIELD_INVALID, "/actions" },
		{ "{\"schema\":\"dealix.action.policy.v1\"}", DX_R_FIELD_INVALID, "/actions" },
		{ "{\"schema\":\"dealix.action.policy.v2\",\"actions\":{}}", DX_R_FIELD_INVALID, "/schema" },
		{ "{\"actions\":{}}", DX_R_FIELD_INVALID, "/schema" },
		{ "[]", DX_R_FIELD_INVALID, "" },
		{ "{\"schema\":\"dealix.action.policy.v1\",\"actions\":{},\"more\":1}", DX_R_UNKNOWN_FIELD, "/more" },
		{ WITH("{}", "{\"enforce\":true}"), DX_R_UNKNOWN_FIELD, "/canary/enforce" },
		{ WITH("{}", "{\"enforced\":\"yes\"}"), DX_R_FIELD_INVALID, "/canary/enforced" },
		{ WITH("{}", "{\"tenants\":[\"t1\",\"T 2\"]}"), DX_R_FIELD_INVALID, "/canary/tenants" },
		{ WITH("{}", "{\"tenants\":[1]}"), DX_R_FIELD_INVALID, "/canary/tenants" },
		{ WITH("{}", "true"), DX_R_FIELD_INVALID, "/canary" },
	};
	struct dx_action_policy p, none;
	bool known;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dx_json doc = parse(bad[i].text);
		struct dx_err err = { 0 };
		is_int(dx_action_policy_read(&arena, &doc, &p, &err), -1, "refused: %s", bad[i].text);
		is_str(dx_reason_code(err.reason), dx_reason_code(bad[i].reason), "its code (%s)", err.text);
		is_str(err.at, bad[i].at, "its place");
	}
	p = policy(DOC("{\"send_email\":\"B+\",\"tag\":\"C\",\"my_own\":\"C\",\"summarize\":\"A\",\"other\":\"B\"}"));
	ok(dx_action_class_of(&p, "send_email", &known) == DX_ACTION_BPLUS && dx_action_class_of(&p, "tag", &known) == DX_ACTION_C &&
	    dx_action_class_of(&p, "my_own", &known) == DX_ACTION_C && dx_action_class_of(&p, "summarize", &known) == DX_ACTION_A &&
	    dx_action_class_of(&p, "other", &known) == DX_ACTION_B && known, "stricter or the same is taken");
	is_int(dx_action_class_of(&p, "plan", &known), DX_ACTION_A, "what it does not name is as before");
	none = policy(NULL);
	ok(strcmp(p.sha256, none.sha256) != 0 && strlen(p.sha256) == 64, "the digest is of the document in force");
}

/* Every shipped action with every class: accepted exactly when it is not laxer. */
static void
test_strictness(void)
{
	struct dx_action_policy builtin = policy(NULL);
	int bad = 0;

	for (uint32_t i = 0; i < builtin.builtin.count; i++)
		for (int c = 0; c < 4; c++) {
			const struct dx_member *m = &builtin.builtin.u.members[i];
			struct dx_json doc = parse(dx_arena_printf(&arena, DOC("{\"%s\":\"%s\"}"), m->name, dx_action_class_names[c]));
			struct dx_action_policy p;
			bool known, stricter = c >= (int)dx_action_class_of(&builtin, m->name, &known);

			bad += (dx_action_policy_read(&arena, &doc, &p, NULL) == 0) != stricter;
		}
	is_int(bad, 0, "a table is taken exactly when it is not laxer");
}

/* --- requests --- */

#define ASK(members)	"{\"schema\":\"dealix.action.request.v1\"" members "}"

static struct dx_action_answer
judge(const struct dx_action_policy *p, const char *text, const struct dx_action_facts *facts)
{
	static const struct dx_action_facts nothing;
	struct dx_json doc = parse(text);
	struct dx_action_answer o = { 0 };
	struct dx_action r;
	struct dx_err err = { 0 };

	if (dx_action_read(&arena, &doc, &r, &err) != 0)
		diag("%s: %s at %s", text, err.text, err.at);
	else
		dx_action_judge(p, &r, facts != NULL ? facts : &nothing, &o);
	return o;
}

static const struct dx_action_facts bad_token = { .token = DX_R_TOKEN_INVALID }, packed = { .pack = true };

static void
test_rules(void)
{
	static const struct { const char *text; const struct dx_action_facts *facts; unsigned rule; const char *reason, *class; char outcome; } row[] = {
		{ ASK(""), NULL, 1, "missing_tenant_id", "C", 'd' },
		{ ASK(",\"tenant_id\":\"  \",\"action\":\"tag\""), NULL, 1, "missing_tenant_id", "C", 'd' },
		{ ASK(",\"tenant_id\":null,\"action\":\"tag\""), NULL, 1, "missing_tenant_id", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\""), NULL, 2, "empty_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\" \\t\\n\""), NULL, 2, "empty_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send email\""), NULL, 3, "malformed_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send/email\""), NULL, 3, "malformed_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"s\\u00e9nd\""), NULL, 3, "malformed_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"bypass_auth\""), NULL, 4, "forbidden_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"exfiltrate_secrets\",\"correlation_id\":\"c\""), NULL, 4, "forbidden_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"EXFILTRATE_SECRETS\""), NULL, 4, "forbidden_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\" Exfiltrate_Secrets \""), NULL, 4, "forbidden_action", "C", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"cross_tenant_context\":true"), NULL, 5, "cross_tenant_context_blocked", "A", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"cross_tenant_context\":{}"), NULL, 5, "cross_tenant_context_blocked", "A", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"cross_tenant_context\":0"), NULL, 5, "cross_tenant_context_blocked", "A", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"cross_tenant_context\":\"\""), NULL, 5, "cross_tenant_context_blocked", "A", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"cross_tenant_context\":1"), NULL, 5, "cross_tenant_context_blocked", "B", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"payload\":{\"to\":\"a@example.com\"}"), NULL, 6, "missing_correlation_id", "B", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"partner_data_sharing\",\"correlation_id\":\" \""), NULL, 6, "missing_correlation_id", "B+", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"launch_rocket\""), NULL, 6, "missing_correlation_id", "B", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\",\"payload\":{\"correlation_id\":\"b\"}"), NULL, 7,
		    "correlation_id_mismatch", "B", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"correlation_id\":\"a\",\"payload\":{\"correlation_id\":\"b\"}"), NULL, 7,
		    "correlation_id_mismatch", "A", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\""), NULL, 9, "approval_required", "B", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"payload\":{\"correlation_id\":\"a\"}"), NULL, 9, "approval_required", "B", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\",\"payload\":{\"correlation_id\":\"a\"}"), NULL, 9,
		    "approval_required", "B", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\",\"cross_tenant_context\":false"), NULL, 9,
		    "approval_required", "B", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\",\"cross_tenant_context\":null"), NULL, 9,
		    "approval_required", "B", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\",\"approval_token\":\" \""), NULL, 9, "approval_required",
		    "B", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"partner_data_sharing\",\"correlation_id\":\"a\""), &packed, 9, "approval_required", "B+", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"launch_rocket\",\"correlation_id\":\"a\""), NULL, 9, "approval_required", "B", 'p' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\",\"approval_token\":\"x\""), &bad_token, 10, "token_invalid",
		    "B", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"approval_token\":\"x\""), &bad_token, 10, "token_invalid", "A", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"partner_data_sharing\",\"correlation_id\":\"a\",\"approval_token\":\"x\""), NULL, 11,
		    "evidence_required", "B+", 'd' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"partner_data_sharing\",\"correlation_id\":\"a\",\"approval_token\":\"x\""), &packed, 12, "ok",
		    "B+", 'a' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\",\"approval_token\":\"x\""), NULL, 12, "ok", "B", 'a' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\""), NULL, 12, "ok", "A", 'a' },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"TAG\",\"approval_token\":\"x\""), NULL, 12, "ok", "A", 'a' },
	};
	struct dx_action_policy p = policy(NULL);

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct dx_action_answer o = judge(&p, row[i].text, row[i].facts);
		is_int(o.rule, row[i].rule, "rule %u: %s", row[i].rule, row[i].text);
		is_str(dx_reason_code(o.reason), row[i].reason, "its reason");
		is_str(dx_action_class_names[o.class], row[i].class, "its class");
		ok(o.allowed == (row[i].outcome == 'a') && o.pending == (row[i].outcome == 'p'), "its outcome");
		ok(o.requires_approval == (row[i].rule > 5 && row[i].class[0] == 'B'), "whether people are needed");
		ok(!o.canary_enforced && o.in_canary, "no canary");
	}
}

static void
test_canary(void)
{
	struct dx_action_policy in = policy(WITH("{}", "{\"enforced\":true,\"tenants\":[\"t0\",\"t1\"]}")),
	    out = policy(WITH("{}", "{\"enforced\":true,\"tenants\":[\"t0\"]}")), empty = policy(WITH("{}", "{\"enforced\":true,\"tenants\":[]}")),
	    all = policy(WITH("{}", "{\"enforced\":true}")), off = policy(WITH("{}", "{\"enforced\":false,\"tenants\":[\"t0\"]}"));
	const char *ask = ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\""),
	    *with_token = ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"approval_token\":\"x\"");
	struct dx_action_answer o = judge(&out, ask, NULL);

	ok(o.rule == 8 && o.pending && o.requires_approval && o.canary_enforced && !o.in_canary && o.reason == DX_R_APPROVAL_REQUIRED_OUTSIDE_CANARY,
	    "a tenant outside waits for people");
	o = judge(&out, with_token, NULL);
	ok(o.rule == 12 && o.allowed, "unless a valid token comes along");
	o = judge(&out, with_token, &bad_token);
	ok(o.rule == 8 && o.pending, "one that is not valid does not count");
	ok(judge(&in, ask, NULL).allowed, "a tenant inside goes ahead");
	ok(judge(&empty, ask, NULL).allowed && judge(&all, ask, NULL).allowed, "an empty list holds everybody");
	o = judge(&off, ask, NULL);
	ok(o.allowed && !o.in_canary, "a list that is not enforced is only shown");
	o = judge(&out, ASK(",\"tenant_id\":\"t1\",\"action\":\"send_email\",\"correlation_id\":\"a\""), NULL);
	ok(o.rule == 9, "the canary is for class A");
	o = judge(&out, ASK(",\"action\":\"tag\""), NULL);
	ok(o.rule == 1 && !o.in_canary, "no tenant is in no canary");
}

static void
test_requests(void)
{
	static const struct { const char *text; enum dx_reason reason; const char *at; } bad[] = {
		{ ASK(",\"tenant\":\"t1\""), DX_R_UNKNOWN_FIELD, "/tenant" },
		{ ASK(",\"tenant_id\":1"), DX_R_FIELD_INVALID, "/tenant_id" },
		{ ASK(",\"tenant_id\":\"T 1\""), DX_R_TENANT_INVALID, "/tenant_id" },
		{ ASK(",\"tenant_id\":\"00000000-0000-0000-0000-000000000000\""), DX_R_TENANT_INVALID, "/tenant_id" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":[]"), DX_R_FIELD_INVALID, "/action" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"payload\":\"x\""), DX_R_FIELD_INVALID, "/payload" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"correlation_id\":7"), DX_R_FIELD_INVALID, "/correlation_id" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"correlation_id\":\"a\\u0007b\""), DX_R_TEXT_INVALID, "/correlation_id" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"correlation_id\":\"ghp_0123456789abcdefghijklmnopqrstuvwxyz\""), DX_R_FIELD_INVALID,
		    "/correlation_id" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"payload\":{\"correlation_id\":7}"), DX_R_FIELD_INVALID, "/payload/correlation_id" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"approval_token\":true"), DX_R_FIELD_INVALID, "/approval_token" },
		{ ASK(",\"tenant_id\":\"t1\",\"action\":\"tag\",\"resource_id\":\"a\\u0001\""), DX_R_TEXT_INVALID, "/resource_id" },
		{ "[]", DX_R_FIELD_INVALID, "" },
	};
	struct dx_action r;
	struct dx_json doc;
	char name[DX_ACTION_NAME_MAX + 2], long_id[300], deep[200];
	struct dx_err err = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		doc = parse(bad[i].text);
		memset(&err, 0, sizeof(err));
		is_int(dx_action_read(&arena, &doc, &r, &err), -1, "refused: %s", bad[i].text);
		is_str(dx_reason_code(err.reason), dx_reason_code(bad[i].reason), "its code (%s)", err.text);
		is_str(err.at, bad[i].at, "its place");
	}
	memset(name, 'a', sizeof(name));
	name[DX_ACTION_NAME_MAX + 1] = '\0';
	doc = parse(dx_arena_printf(&arena, ASK(",\"tenant_id\":\"t\",\"action\":\"%s\""), name));
	ok(dx_action_read(&arena, &doc, &r, NULL) == 0 && r.malformed, "129 characters are too many for a name");
	doc = parse(dx_arena_printf(&arena, ASK(",\"tenant_id\":\"t\",\"action\":\"%s\""), name + 1));
	ok(dx_action_read(&arena, &doc, &r, NULL) == 0 && !r.malformed, "128 are not");
	memset(long_id, 'c', sizeof(long_id));
	long_id[201] = '\0';
	doc = parse(dx_arena_printf(&arena, ASK(",\"correlation_id\":\"%s\""), long_id));
	memset(&err, 0, sizeof(err));
	ok(dx_action_read(&arena, &doc, &r, &err) != 0 && err.reason == DX_R_FIELD_TOO_LONG, "201 characters are too many for a correlation id");
	doc = parse(dx_arena_printf(&arena, ASK(",\"correlation_id\":\" %s \""), long_id + 1));
	ok(dx_action_read(&arena, &doc, &r, NULL) == 0 && strlen(r.correlation_id) == 200, "200 are not, blanks around them left out");
	memset(deep, '[', 16);
	memset(deep + 16, ']', 16);
	deep[32] = '\0';
	doc = parse(dx_arena_printf(&arena, ASK(",\"payload\":{\"a\":%s}"), deep));
	memset(&err, 0, sizeof(err));
	ok(dx_action_read(&arena, &doc, &r, &err) != 0 && err.reason == DX_R_METADATA_TOO_DEEP && strncmp(err.at, "/payload/a/0", 12) == 0,
	    "a payload of 17 levels is too deep");
	ok(strncmp(err.text, "payload ", 8) == 0, "and called by its name");
	doc = parse("{\"schema\":\"dealix.gate.request.v1\"}");
	ok(!dx_action_is(&doc), "a gate request is no action request");
	doc = parse("[]");
	ok(!dx_action_is(&doc) && !dx_action_is(NULL), "nor is a list");
}

/* Header {"alg":"EdDSA","kid":"k","typ":"dealix-approval+jwt"}, claims {}. */
#define HEADER	"eyJhbGciOiJFZERTQSIsImtpZCI6ImsiLCJ0eXAiOiJkZWFsaXgtYXBwcm92YWwrand0In0"

static void
test_tokens(void)
{
	static const struct { const char *text; enum dx_reason reason; const char *why; } row[] = {
		{ HEADER ".e30.AAAA", DX_OK, "a token" },
		{ "x", DX_R_TOKEN_MALFORMED, "one character" },
		{ "0123456789012345678901234567890", DX_R_TOKEN_MALFORMED, "31 characters" },
		{ "01234567890123456789012345678901", DX_R_TOKEN_INVALID, "32 characters of nothing" },
		{ HEADER ".e30", DX_R_TOKEN_INVALID, "two segments" },
		{ HEADER ".e30.AAAA.AAAA", DX_R_TOKEN_INVALID, "four segments" },
		{ HEADER ".e30.", DX_R_TOKEN_INVALID, "no signature" },
		{ HEADER "..AAAA", DX_R_TOKEN_INVALID, "no claims" },
		{ HEADER ".e30.AA=A", DX_R_TOKEN_INVALID, "padding" },
		{ HEADER ".e30.AA+A", DX_R_TOKEN_INVALID, "the other alphabet" },
		{ HEADER ".e31.AAAA", DX_R_TOKEN_INVALID, "bits that stand for nothing" },
		{ HEADER ".W10.AAAA", DX_R_TOKEN_INVALID, "claims that are a list" },
		{ HEADER ".eyJhIjoxLCJhIjoyfQ.AAAA", DX_R_TOKEN_INVALID, "claims with a member twice" },
		/* {"alg":"none","typ":"dealix-approval+jwt"} */
		{ "eyJhbGciOiJub25lIiwidHlwIjoiZGVhbGl4LWFwcHJvdmFsK2p3dCJ9.e30.AAAA", DX_R_TOKEN_INVALID, "no algorithm" },
		/* {"alg":"EdDSA","typ":"JWT"} */
		{ "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.e30.AAAA", DX_R_TOKEN_INVALID, "another type" },
		/* {"alg":"EdDSA","kid":1,"typ":"dealix-approval+jwt"} */
		{ "eyJhbGciOiJFZERTQSIsImtpZCI6MSwidHlwIjoiZGVhbGl4LWFwcHJvdmFsK2p3dCJ9.e30.AAAA", DX_R_TOKEN_INVALID, "a kid that is a number" },
		/* {"alg":"EdDSA","crit":[],"typ":"dealix-approval+jwt"} */
		{ "eyJhbGciOiJFZERTQSIsImNyaXQiOltdLCJ0eXAiOiJkZWFsaXgtYXBwcm92YWwrand0In0.e30.AAAA", DX_R_TOKEN_INVALID, "critical members" },
	};
	char *big = dx_arena_alloc(&arena, 9001);
	const char *kid;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_str(dx_reason_code(dx_token_form(&arena, row[i].text, &kid)), dx_reason_code(row[i].reason), "%s", row[i].why);
	ok(dx_token_form(&arena, HEADER ".e30.AAAA", &kid) == DX_OK && kid != NULL && strcmp(kid, "k") == 0, "its key");
	memset(big, 'a', 9000);
	big[9000] = '\0';
	is_int(dx_token_form(&arena, big, &kid), DX_R_TOKEN_MALFORMED, "9000 characters");
	big[8192] = '\0';
	is_int(dx_token_form(&arena, big, &kid), DX_R_TOKEN_INVALID, "8192 are looked at");
}

int
main(void)
{
	test_classes();
	test_tables();
	test_strictness();
	test_rules();
	test_canary();
	test_requests();
	test_tokens();
	dx_arena_release(&arena);
	return done();
}
