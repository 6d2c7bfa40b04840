/* The policy document: digests, every bound, every fault with its place. */
#include "core/hash.h"
#include "core/policy.h"
#include "core/scope.h"
#include "policy_case.h"

#define DEFAULT_DIGEST	"e490e7ace08fa5d19eabf66a79385cb2c7ce9e79ca6170996de18861368d8aa9"
#define SOURCE_DIGEST	"d0bae241f4092b75df3678e97e3601844907288a2599d8a0e6458593278abf90"

/* Good: the canonical value stands; bad: code and place. */
static const struct { const char *section, *members, *pointer, *want; } members[] = {
	/* modes */
	{ "mode_matrix", "'terraform_prod':'hard'", "/mode_matrix/terraform_prod", "\"hard\"" },
	{ "mode_matrix", "'cloud_event_prod':'shadow'", "/mode_matrix/cloud_event_prod", "\"shadow\"" },
	{ "mode_matrix", "'ci_default':null", "/mode_matrix/ci_default", "null" },
	{ "mode_matrix", "'terraform_prod':null", "", "policy_document_invalid /mode_matrix/terraform_prod" },
	{ "mode_matrix", "'k8s_admission_default':'HARD'", "", "policy_document_invalid /mode_matrix/k8s_admission_default" },
	{ "mode_matrix", "'ci_prod':1", "", "policy_document_invalid /mode_matrix/ci_prod" },
	{ "mode_matrix", "'ci':'hard'", "", "policy_document_invalid /mode_matrix/ci" },
	{ "mode_matrix", "'a/b~c':'hard'", "", "policy_document_invalid /mode_matrix/a~1b~0c" },
	/* approval */
	{ "approval", "'require_approval_prod':false", "/approval/require_approval_prod", "false" },
	{ "approval", "'require_approval_prod':'false'", "", "policy_document_invalid /approval/require_approval_prod" },
	{ "approval", "'require_approval_nonprod':null", "", "policy_document_invalid /approval/require_approval_nonprod" },
	{ "approval", "'enforce_prod_requester_reviewer_separation':0", "",
	    "policy_document_invalid /approval/enforce_prod_requester_reviewer_separation" },
	{ "approval", "'enforce_nonprod_requester_reviewer_separation':true",
	    "/approval/enforce_nonprod_requester_reviewer_separation", "true" },
	{ "approval", "'auto_approve_withhold_high_risk':[]", "", "policy_document_invalid /approval/auto_approve_withhold_high_risk" },
	{ "approval", "'auto_approve_requires_estimate':{}", "", "policy_document_invalid /approval/auto_approve_requires_estimate" },
	{ "approval", "'on_policy_change_prod':'warn'", "/approval/on_policy_change_prod", "\"warn\"" },
	{ "approval", "'on_policy_change_nonprod':'refuse'", "/approval/on_policy_change_nonprod", "\"refuse\"" },
	{ "approval", "'on_policy_change_prod':'ignore'", "", "policy_document_invalid /approval/on_policy_change_prod" },
	{ "approval", "'on_policy_change_nonprod':null", "", "policy_document_invalid /approval/on_policy_change_nonprod" },
	{ "approval", "'unknown':1", "", "policy_document_invalid /approval/unknown" },
	/* entitlements */
	{ "entitlements", "'plan_monthly_ceiling_usd':0", "/entitlements/plan_monthly_ceiling_usd", "\"0.0000\"" },
	{ "entitlements", "'plan_monthly_ceiling_usd':null", "/entitlements/plan_monthly_ceiling_usd", "null" },
	{ "entitlements", "'enterprise_monthly_ceiling_usd':'9999999999.9999'", "/entitlements/enterprise_monthly_ceiling_usd",
	    "\"9999999999.9999\"" },
	{ "entitlements", "'enterprise_monthly_ceiling_usd':'9999999999.99999'", "",
	    "money_out_of_range /entitlements/enterprise_monthly_ceiling_usd" },
	{ "entitlements", "'plan_monthly_ceiling_usd':'-1'", "", "money_negative /entitlements/plan_monthly_ceiling_usd" },
	{ "entitlements", "'plan_monthly_ceiling_usd':-1", "", "money_negative /entitlements/plan_monthly_ceiling_usd" },
	{ "entitlements", "'plan_monthly_ceiling_usd':1.5", "", "money_inexact /entitlements/plan_monthly_ceiling_usd" },
	{ "entitlements", "'plan_monthly_ceiling_usd':true", "", "money_invalid /entitlements/plan_monthly_ceiling_usd" },
	{ "entitlements", "'auto_approve_below_monthly_usd':null", "", "money_invalid /entitlements/auto_approve_below_monthly_usd" },
	{ "entitlements", "'auto_approve_below_monthly_usd':0", "/entitlements/auto_approve_below_monthly_usd", "\"0.0000\"" },
	{ "entitlements", "'auto_approve_below_monthly_usd':5000", "/entitlements/auto_approve_below_monthly_usd", "\"5000.0000\"" },
	{ "entitlements", "'auto_approve_below_monthly_usd':'5000.00005'", "/entitlements/auto_approve_below_monthly_usd",
	    "\"5000.0000\"" },
	{ "entitlements", "'auto_approve_below_monthly_usd':'5000.0001'", "",
	    "policy_document_invalid /entitlements/auto_approve_below_monthly_usd" },
	{ "entitlements", "'hard_deny_above_monthly_usd':'24.9999'", "",
	    "policy_document_invalid /entitlements/hard_deny_above_monthly_usd" },
	{ "entitlements", "'hard_deny_above_monthly_usd':'25'", "/entitlements/hard_deny_above_monthly_usd", "\"25.0000\"" },
	{ "entitlements", "'hard_deny_above_monthly_usd':'0.0001','auto_approve_below_monthly_usd':0",
	    "/entitlements/hard_deny_above_monthly_usd", "\"0.0001\"" },
	{ "entitlements", "'hard_deny_above_monthly_usd':'0.00004','auto_approve_below_monthly_usd':0", "",
	    "policy_document_invalid /entitlements/hard_deny_above_monthly_usd" },
	{ "entitlements", "'hard_deny_above_monthly_usd':0,'auto_approve_below_monthly_usd':0", "",
	    "policy_document_invalid /entitlements/hard_deny_above_monthly_usd" },
	{ "entitlements", "'missing_budget':'violate'", "/entitlements/missing_budget", "\"violate\"" },
	{ "entitlements", "'missing_budget':'deny'", "", "policy_document_invalid /entitlements/missing_budget" },
	/* execution: what is plain has its bounds below */
	{ "execution", "'overdue_policy':'release'", "/execution/overdue_policy", "\"release\"" },
	{ "execution", "'overdue_policy':'forget'", "", "policy_document_invalid /execution/overdue_policy" },
	{ "execution", "'max_cost_data_age_days':null", "/execution/max_cost_data_age_days", "null" },
	{ "execution", "'backoff':'exponential'", "/execution/backoff", "\"exponential\"" },
	{ "execution", "'backoff':'linear'", "", "policy_document_invalid /execution/backoff" },
	{ "execution", "'backoff':null", "", "policy_document_invalid /execution/backoff" },
	{ "execution", "'allowed_targets':[]", "/execution/allowed_targets", "[]" },
	{ "execution", "'allowed_targets':['Db-*','x?']", "/execution/allowed_targets", "[\"Db-*\",\"x?\"]" },
	{ "execution", "'allowed_targets':'db-*'", "", "policy_document_invalid /execution/allowed_targets" },
	{ "execution", "'allowed_targets':['a',1]", "", "policy_document_invalid /execution/allowed_targets/1" },
	{ "execution", "'allowed_targets':['']", "", "policy_document_invalid /execution/allowed_targets/0" },
	{ "execution", "'allowed_action_types':{' Terraform.Apply ':['Start','start ','stop']}", "/execution/allowed_action_types",
	    "{\"terraform.apply\":[\"start\",\"stop\"]}" },
	{ "execution", "'allowed_action_types':[]", "", "policy_document_invalid /execution/allowed_action_types" },
	{ "execution", "'allowed_action_types':{'a':'b'}", "", "policy_document_invalid /execution/allowed_action_types/a" },
	{ "execution", "'allowed_action_types':{'a':[''],'b':[]}", "", "policy_document_invalid /execution/allowed_action_types/a/0" },
	{ "execution", "'allowed_action_types':{'a':[],'A':[]}", "", "policy_document_invalid /execution/allowed_action_types/A" },
	/* environments */
	{ "environments", "'aliases':{' EU-Live ':'Production','qa':' DEV '}", "/environments/aliases",
	    "{\"eu-live\":\"prod\",\"qa\":\"nonprod\"}" },
	{ "environments", "'aliases':{'qa':'sandbox'}", "/environments/aliases", "{\"qa\":\"sandbox\"}" },
	{ "environments", "'aliases':{'qa':''}", "", "policy_document_invalid /environments/aliases/qa" },
	{ "environments", "'aliases':{'qa':null}", "", "policy_document_invalid /environments/aliases/qa" },
	{ "environments", "'aliases':{' ':'prod'}", "", "policy_document_invalid /environments/aliases/ " },
	{ "environments", "'aliases':{'a/b':1}", "", "policy_document_invalid /environments/aliases/a~1b" },
	{ "environments", "'aliases':{'eu':'prod','EU':'prod'}", "", "policy_document_invalid /environments/aliases/EU" },
	{ "environments", "'aliases':[]", "", "policy_document_invalid /environments/aliases" },
	{ "environments", "'aliases':{'a\\u0001b':'prod'}", "", "policy_document_invalid /environments/aliases/a\001b" },
	{ "environments", "'namespaces':{'shop-prod':'production'}", "/environments/namespaces", "{\"shop-prod\":\"prod\"}" },
	{ "environments", "'namespaces':{'Shop':'prod'}", "", "policy_document_invalid /environments/namespaces" },
	{ "environments", "'namespaces':{'-a':'prod'}", "", "policy_document_invalid /environments/namespaces" },
	{ "environments", "'namespaces':{'a':{}}", "", "policy_document_invalid /environments/namespaces/a" },
	{ "environments", "'regions':{}", "", "policy_document_invalid /environments/regions" }
};

static const struct { const char *name; int64_t min, max; } integers[] = {
	{ "default_ttl_seconds", 60, 86400 }, { "action_max_attempts", 1, 10 }, { "action_retry_backoff_seconds", 1, 86400 },
	{ "action_lease_ttl_seconds", 30, 3600 }, { "derived_key_replay_seconds", 60, 2592000 },
	{ "fail_safe_replay_seconds", 0, 86400 }, { "max_cost_data_age_days", 1, 365 }
};

static void
integer(const char *name, int64_t min, int64_t max)
{
	const char *refusal = dx_arena_printf(&arena, "policy_document_invalid /execution/%s", name);
	const char *pointer = dx_arena_printf(&arena, "/execution/%s", name);
	static const char *const never[] = { "'60'", "true", "[]", "61.5", "-1" };

	for (int i = 0; i < 4; i++) {
		int64_t n = (int64_t[]){ min - 1, min, max, max + 1 }[i];
		const char *got = canonical("execution", dx_arena_printf(&arena, "'%s':%" PRId64, name, n), pointer);

		is_str(got, i == 0 || i == 3 ? refusal : dx_arena_printf(&arena, "%" PRId64, n), "%s %" PRId64, name, n);
	}
	for (size_t i = 0; i < COUNT(never); i++)
		is_str(with("execution", dx_arena_printf(&arena, "'%s':%s", name, never[i])), refusal, "%s %s", name, never[i]);
	if (strcmp(name, "max_cost_data_age_days") != 0)
		is_str(with("execution", dx_arena_printf(&arena, "'%s':null", name)), refusal, "%s null", name);
}

static const struct { const char *doc, *want; } whole[] = {
	{ "{}", "policy_document_invalid /schema" }, { "[]", "policy_document_invalid " }, { "null", "policy_document_invalid " },
	{ "{'schema':'dealix.enforcement.policy.v2'}", "policy_document_invalid /schema" },
	{ "{'schema':'valdrix.enforcement.policy.v1'}", "policy_document_invalid /schema" },
	{ "{'schema':1}", "policy_document_invalid /schema" },
	{ "{'schema_version':null}", "policy_document_invalid /schema_version" },
	{ "{" HEAD ",'schema_version':'" DX_POLICY_SCHEMA "'}", DEFAULT_DIGEST },
	{ "{" HEAD ",'schema_version':'x'}", "policy_document_invalid /schema_version" },
	{ "{'schema':'x','schema_version':'" DX_POLICY_SCHEMA "'}", "policy_document_invalid /schema" },
	{ "{" HEAD ",'approval':null}", "policy_document_invalid /approval" },
	{ "{" HEAD ",'entitlements':[]}", "policy_document_invalid /entitlements" },
	{ "{" HEAD ",'execution':1}", "policy_document_invalid /execution" },
	{ "{" HEAD ",'mode_matrix':'soft'}", "policy_document_invalid /mode_matrix" },
	{ "{" HEAD ",'environments':true}", "policy_document_invalid /environments" },
	{ "{" HEAD ",'extra':{}}", "policy_document_invalid /extra" },
	{ "{" HEAD ",'Approval':{}}", "policy_document_invalid /Approval" }
};

static void
bounds_of_maps(void)
{
	const char *at = "policy_document_invalid /environments/aliases";

	is_str(with("environments", repeat("'aliases':{", "'w#':'prod'", ",", 65, "}")), at, "65 aliases");
	ok(strlen(with("environments", repeat("'aliases':{", "'w#':'prod'", ",", 64, "}"))) == 64, "64 aliases");
	is_str(with("environments", repeat("'namespaces':{", "'n#':'prod'", ",", 257, "}")),
	    "policy_document_invalid /environments/namespaces", "257 namespaces");
	ok(strlen(with("environments", repeat("'namespaces':{", "'n#':'prod'", ",", 256, "}"))) == 64, "256 namespaces");
	is_str(with("execution", repeat("'allowed_targets':[", "'t#'", ",", 257, "]")),
	    "policy_document_invalid /execution/allowed_targets", "257 targets");
	ok(strlen(with("execution", repeat("'allowed_targets':[", "'t#'", ",", 256, "]"))) == 64, "256 targets");
	is_str(with("environments", repeat("'aliases':{'", "a", "", 33, "':'prod'}")),
	    dx_arena_printf(&arena, "%s/%s", at, repeat("", "a", "", 33, "")), "an alias of 33 characters");
	ok(strlen(with("environments", repeat("'aliases':{'", "a", "", 32, "':'prod'}"))) == 64, "an alias of 32 characters");
	ok(strlen(with("environments", repeat("'aliases':{'", "\xc3\xa4", "", 32, "':'prod'}"))) == 64,
	    "characters are counted, not bytes");
}

/* decisions 24.16 */
static void
one_digest(void)
{
	struct dx_json v = vectors(), shipped = json(file("policies/default.json"));
	const struct dx_json *vector = dx_json_get(&v, "policy_default");
	struct dx_policy *p = dx_policy_default();
	struct dx_json again;
	const char *changed;

	is_str(p->sha256, DEFAULT_DIGEST, "digest of the default policy");
	is_str(p->sha256, dx_json_get_str(vector, "sha256"), "digest of the vector");
	is_str(p->canon, dx_json_get_str(vector, "canonical"), "canonical bytes of the vector");
	is_int((int)p->canon_len, (int)strlen(p->canon), "their length");
	is_str(canon(&p->doc), p->canon, "the tree says the same");
	is_str(digest_of(&shipped), DEFAULT_DIGEST, "policies/default.json is the default policy");
	again = json(p->canon);
	is_str(digest_of(&again), DEFAULT_DIGEST, "the canonical form is a document of itself");
	is_str(digest_of_text("{'schema_version':'" DX_POLICY_SCHEMA "'}"), DEFAULT_DIGEST, "all members left out");
	is_str(digest_of_text("{'environments':{},'execution':{},'approval':{'routing_rules':[]}," HEAD "}"), DEFAULT_DIGEST,
	    "members in another order");
	is_str(with("entitlements", "'hard_deny_above_monthly_usd':5000,'auto_approve_below_monthly_usd':25"), DEFAULT_DIGEST, "25");
	is_str(with("entitlements", "'auto_approve_below_monthly_usd':'25.0000'"), DEFAULT_DIGEST, "\"25.0000\"");
	is_str(with("entitlements", "'auto_approve_below_monthly_usd':'25'"), DEFAULT_DIGEST, "\"25\"");
	is_str(with("execution", "'default_ttl_seconds':9e2"), DEFAULT_DIGEST, "900 in another spelling");
	changed = with("approval", "'require_approval_nonprod':true");
	ok(strlen(changed) == 64 && strcmp(changed, DEFAULT_DIGEST) != 0, "one flag changed: another digest");
	changed = with("execution", "'backoff':'constant'");
	ok(strlen(changed) == 64 && strcmp(changed, DEFAULT_DIGEST) != 0, "a member without default that is stated counts");
	dx_policy_free(p);
}

/* The members that the source has, under its own schema name, hash to the source's digest. */
static void
source_digest(void)
{
	struct dx_json doc = json("{'schema_version':'valdrics.enforcement.policy.v1',"
	    "'approval':{'enforce_nonprod_requester_reviewer_separation':false,'enforce_prod_requester_reviewer_separation':true,"
	    "'require_approval_nonprod':false,'require_approval_prod':true,'routing_rules':[]},"
	    "'entitlements':{'auto_approve_below_monthly_usd':'25.0000','enterprise_monthly_ceiling_usd':null,"
	    "'hard_deny_above_monthly_usd':'5000.0000','plan_monthly_ceiling_usd':null},"
	    "'execution':{'action_lease_ttl_seconds':300,'action_max_attempts':3,'action_retry_backoff_seconds':60,"
	    "'default_ttl_seconds':900},'mode_matrix':{'k8s_admission_default':'soft','k8s_admission_nonprod':'soft',"
	    "'k8s_admission_prod':'soft','terraform_default':'soft','terraform_nonprod':'soft','terraform_prod':'soft'}}");
	char hex[DX_SHA256_HEX];

	dx_hash_json_hex(&doc, hex);
	is_str(hex, SOURCE_DIGEST, "digest of the source's default document");
	is_str(digest_of(&doc), "policy_document_invalid /schema_version", "which is not one of ours");
	dx_json_set(&arena, &doc, "schema_version", dx_json_text(DX_POLICY_SCHEMA));
	is_str(digest_of(&doc), DEFAULT_DIGEST, "under our schema its values are our defaults");
}

static void
values_of_default(void)
{
	struct dx_policy *p = dx_policy_default();

	ok(p->require_approval_prod && !p->require_approval_nonprod, "approval flags");
	ok(p->separation_prod && !p->separation_nonprod, "separation flags");
	ok(p->withhold_high_risk && p->requires_estimate && !p->missing_budget_violates, "other flags");
	ok(!p->plan_ceiling.given && !p->enterprise_ceiling.given, "no ceilings");
	is_int(p->auto_approve_below.micro, 25000000, "auto-approve");
	is_int(p->hard_deny_above.micro, 5000000000, "hard deny");
	is_int(p->ttl_seconds, 900, "time to live");
	is_int(p->derived_replay_seconds, 86400, "replay of derived keys");
	is_int(p->fail_safe_replay_seconds, 60, "replay of fail-safe decisions");
	is_int(p->max_cost_age_days, -1, "no age limit of costs");
	ok(p->route_count == 0 && p->aliases->count == 0 && p->namespaces->count == 0, "no rules and maps");
	dx_policy_free(p);
}

static void
values_of_full(void)
{
	static const char text[] = "{'schema_version':'" DX_POLICY_SCHEMA "','approval':{'require_approval_prod':false,"
	    "'enforce_prod_requester_reviewer_separation':false,'auto_approve_withhold_high_risk':false,'routing_rules':["
	    "{'rule_id':'r','enabled':false,'min_monthly_delta_usd':'10.00005','required_permission':'remediation.approve.nonprod',"
	    "'require_requester_reviewer_separation':true,'quorum':2,'executor_must_differ':true,'signed_votes':true}]},"
	    "'entitlements':{'plan_monthly_ceiling_usd':0,'missing_budget':'violate'},'execution':{'max_cost_data_age_days':7,"
	    "'fail_safe_replay_seconds':0},'environments':{'aliases':{'q':'prod'}}}";
	struct dx_json doc = json(text);
	struct dx_policy *p = NULL;
	const struct dx_route_rule *r;

	if (!ok(dx_policy_new(&doc, &p, NULL) == 0, "a document that states much"))
		return;
	ok(!p->require_approval_prod && !p->separation_prod && !p->withhold_high_risk, "flags off");
	ok(p->plan_ceiling.given && p->plan_ceiling.m.micro == 0, "a ceiling of 0 is a ceiling");
	ok(p->missing_budget_violates && p->max_cost_age_days == 7 && p->fail_safe_replay_seconds == 0, "other members");
	is_str(dx_environment(&arena, "Q", p->aliases), "prod", "its alias");
	r = &p->routes[0];
	ok(p->route_count == 1 && !r->enabled && r->executor_must_differ && r->signed_votes, "flags of a rule");
	ok(r->min.given && r->min.m.micro == 10000000 && !r->max.given, "bounds of a rule");
	is_int(r->quorum, 2, "quorum of a rule");
	is_int(r->separation, 1, "separation of a rule");
	is_str(r->permission, "remediation.approve.nonprod", "permission of a rule");
	ok(dx_json_item(&r->roles, 1) != NULL, "roles of a rule");
	dx_policy_free(p);
}

static void
texts(void)
{
	static const struct { const char *text, *code; } bad[] = {
		{ "", "input_empty" }, { "{", "json_invalid" }, { "{\"schema\":\"x\",\"schema\":\"x\"}", "json_duplicate_member" },
		{ "{\"schema\":1e400}", "number_not_exact" }, { "{} {}", "json_invalid" }
	};
	struct dx_policy *p = NULL;
	struct dx_err err = { 0 };
	char *large = malloc(DX_POLICY_MAX + 1);

	for (size_t i = 0; i < COUNT(bad); i++) {
		dx_err_clear(&err);
		is_int(dx_policy_parse(bad[i].text, strlen(bad[i].text), &p, &err), -1, "text %zu is refused", i);
		is_str(dx_reason_code(err.reason), bad[i].code, "text %zu is %s", i, bad[i].code);
	}
	memset(large, ' ', DX_POLICY_MAX + 1);
	memcpy(large, "{\"schema\":\"" DX_POLICY_SCHEMA "\"}", sizeof("{\"schema\":\"" DX_POLICY_SCHEMA "\"}") - 1);
	dx_err_clear(&err);
	is_int(dx_policy_parse(large, DX_POLICY_MAX + 1, &p, &err), -1, "a byte too many");
	is_str(dx_reason_code(err.reason), "json_too_large", "is json_too_large");
	is_int(dx_policy_parse(large, DX_POLICY_MAX, &p, NULL), 0, "as large as may be");
	dx_policy_free(p);
	dx_policy_free(NULL);
	free(large);
}

/* However a good document is written, its canonical form is a document with the same canonical form. */
static void
fixpoint(void)
{
	static const char text[] = "{" HEAD ",'approval':{'routing_rules':[{'rule_id':' A b ','environments':['LIVE','eu-live','q'],"
	    "'allowed_reviewer_roles':['ADMIN'],'min_monthly_delta_usd':3}]},'environments':{'aliases':{'prod':'nonprod','Eu-Live':'live',"
	    "'q':'eu-live'},'namespaces':{'a':'Prod-EU'}},'execution':{'allowed_action_types':{'B':['X','x']},'allowed_targets':[' a ']}}";
	struct dx_json doc = json(text);
	struct dx_policy *p = NULL, *q = NULL;

	ok(dx_policy_new(&doc, &p, NULL) == 0 && dx_policy_new(&p->doc, &q, NULL) == 0, "a document and its canonical form");
	is_str(q->canon, p->canon, "have the same canonical form");
	dx_policy_free(p);
	dx_policy_free(q);
}

int
main(void)
{
	size_t i;

	one_digest();
	source_digest();
	values_of_default();
	values_of_full();
	for (i = 0; i < COUNT(members); i++)
		is_str(canonical(members[i].section, members[i].members, members[i].pointer), members[i].want, "%s {%s}",
		    members[i].section, shown(members[i].members));
	for (i = 0; i < COUNT(integers); i++)
		integer(integers[i].name, integers[i].min, integers[i].max);
	for (i = 0; i < COUNT(whole); i++)
		is_str(digest_of_text(whole[i].doc), whole[i].want, "document %s", whole[i].doc);
	bounds_of_maps();
	texts();
	fixpoint();
	dx_arena_release(&arena);
	return done();
}
