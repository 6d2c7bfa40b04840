/* Routing: the first rule that matches, the default route, the higher of stated and computed risk. */
#include "core/policy.h"
#include "core/route.h"
#include "core_case.h"

static struct dx_policy *
policy_of(const char *rules, const char *more)
{
	struct dx_json doc = json(dx_arena_printf(&arena, "{'schema':'" DX_POLICY_SCHEMA "','approval':{'routing_rules':[%s]}%s}",
	    rules, more));
	struct dx_policy *p = NULL;
	struct dx_err err = { 0 };

	if (dx_policy_new(&doc, &p, &err) != 0) {
		printf("Bail out! %s %s\n", err.at, err.text);
		exit(1);
	}
	return p;
}

static struct dx_request
request(const char *environment, const char *action, const char *amount, const char *metadata)
{
	struct dx_request r = { .environment = environment, .action = action, .metadata = json(metadata) };

	dx_money_parse(amount, DX_MONTHLY, &r.monthly, NULL);
	return r;
}

static const char *
rule_of(const char *rules, const struct dx_request *r, const char *risk)
{
	struct dx_policy *p = policy_of(rules, "");
	struct dx_json trace = dx_route_trace(&arena, p, 3, r, risk);

	dx_policy_free(p);
	return dx_json_get_str(&trace, "rule_id");	/* the trace outlives its policy */
}

#define RULE(members)	"{'rule_id':'r'," members "}"

static const struct { const char *rules, *environment, *action, *amount, *want; } cases[] = {
	{ "", "prod", "a", "1", "default-prod" }, { "", "nonprod", "a", "1", "default-nonprod" }, { "", "qa", "a", "1", "default-qa" },
	{ "{'rule_id':'r'}", "qa", "a", "1", "r" }, { RULE("'enabled':false"), "qa", "a", "1", "default-qa" },
	{ "{'rule_id':'off','enabled':false},{'rule_id':'one'},{'rule_id':'two'}", "qa", "a", "1", "one" },
	{ "{'rule_id':'x','quorum':1},{'rule_id':'y','environments':['qa'],'action_prefixes':['a']}", "qa", "a", "1", "x" },
	{ RULE("'environments':['prod']"), "prod", "a", "1", "r" }, { RULE("'environments':['prod']"), "qa", "a", "1", "default-qa" },
	{ RULE("'environments':['Production','qa']"), "qa", "a", "1", "r" },
	{ RULE("'action_prefixes':['terraform.']"), "qa", "terraform.apply", "1", "r" },
	{ RULE("'action_prefixes':['terraform.']"), "qa", "terraform", "1", "default-qa" },
	{ RULE("'action_prefixes':['x','Terraform.']"), "qa", "TERRAFORM.apply", "1", "r" },
	{ RULE("'min_monthly_delta_usd':'10'"), "qa", "a", "10", "r" },
	{ RULE("'min_monthly_delta_usd':'10'"), "qa", "a", "9.9999", "default-qa" },
	{ RULE("'max_monthly_delta_usd':'10'"), "qa", "a", "10.0000", "r" },
	{ RULE("'max_monthly_delta_usd':'10'"), "qa", "a", "10.0001", "default-qa" },
	{ RULE("'min_monthly_delta_usd':0,'max_monthly_delta_usd':0"), "qa", "a", "0", "r" },
	{ RULE("'min_monthly_delta_usd':1,'max_monthly_delta_usd':2,'environments':['qa'],'action_prefixes':['a']"), "qa", "ab", "2", "r" },
	{ RULE("'min_monthly_delta_usd':1,'max_monthly_delta_usd':2,'environments':['qa'],'action_prefixes':['a']"), "qa", "b", "2", "default-qa" }
};

/* stated metadata, computed class -> level of the trace */
static const struct { const char *metadata, *computed, *want; } risks[] = {
	{ "{}", NULL, NULL }, { "{}", "low", "low" }, { "{}", "high", "high" }, { "{'risk_level':'low'}", "high", "high" },
	{ "{'risk_level':'high'}", "low", "high" }, { "{'risk_level':' CRITICAL '}", "high", "critical" },
	{ "{'risk':'medium'}", "low", "medium" }, { "{'criticality':'medium'}", "low", "medium" },
	{ "{'risk_level':'','risk':' ','criticality':'high'}", "low", "high" },
	{ "{'risk_level':null,'risk':'high'}", NULL, "high" },
	{ "{'risk_level':'low','risk':'critical'}", "low", "low" },		/* the first that is not empty counts */
	{ "{'risk_level':'severe'}", "low", "critical" }, { "{'criticality':'tier0'}", "low", "critical" },
	{ "{'risk_level':3}", "low", "critical" }, { "{'risk_level':['low']}", "low", "critical" },
	{ "{'risk_level':false}", "low", "critical" }, { "{'risk_level':'low'}", NULL, "low" },
	{ "{'risk_level':'low'}", "unheard of", "critical" }
};

static void
risk_levels(void)
{
	static const char rule[] = RULE("'risk_levels':['High','critical']");
	struct dx_policy *p = policy_of("", "");

	for (size_t i = 0; i < COUNT(risks); i++) {
		struct dx_request r = request("qa", "a", "1", risks[i].metadata);
		struct dx_json trace = dx_route_trace(&arena, p, 1, &r, risks[i].computed);
		bool high = risks[i].want != NULL && (strcmp(risks[i].want, "high") == 0 || strcmp(risks[i].want, "critical") == 0);

		is_str(dx_json_str(dx_pointer_find(&trace, "/routing_conditions/risk_level")), risks[i].want, "risk of %s and %s",
		    risks[i].metadata, risks[i].computed != NULL ? risks[i].computed : "nothing");
		is_str(rule_of(rule, &r, risks[i].computed), high ? "r" : "default-qa", "a rule for high risk, %s and %s",
		    risks[i].metadata, risks[i].computed != NULL ? risks[i].computed : "nothing");
	}
	dx_policy_free(p);
}

static void
trace_of_rule(void)
{
	struct dx_policy *p = policy_of("{'rule_id':'Big','environments':['prod'],'action_prefixes':['terraform.'],"
	    "'min_monthly_delta_usd':'100','risk_levels':['high'],'required_permission':'remediation.approve.nonprod',"
	    "'allowed_reviewer_roles':['member'],'require_requester_reviewer_separation':false,'quorum':2,'executor_must_differ':true,"
	    "'signed_votes':true}", "");
	struct dx_request r = request("prod", "terraform.apply", "100", "{}");
	struct dx_json trace = dx_route_trace(&arena, p, 7, &r, "high");

	is_str(canon(&trace), dx_arena_printf(&arena, "{\"allowed_reviewer_roles\":[\"member\"],\"executor_must_differ\":true,"
	    "\"matched_rule\":\"policy_rule\",\"policy_document_sha256\":\"%s\",\"policy_version\":7,\"quorum\":2,"
	    "\"require_requester_reviewer_separation\":false,\"required_permission\":\"remediation.approve.nonprod\","
	    "\"routing_conditions\":{\"action_prefixes\":[\"terraform.\"],\"environment\":\"prod\",\"max_monthly_delta_usd\":null,"
	    "\"min_monthly_delta_usd\":\"100.0000\",\"risk_level\":\"high\",\"risk_levels\":[\"high\"]},\"rule_id\":\"Big\","
	    "\"signed_votes\":true}", p->sha256), "trace of a rule");
	dx_policy_free(p);
}

static const struct { const char *more, *environment, *permission; bool separation; } defaults[] = {
	{ "", "prod", "remediation.approve.prod", true }, { "", "nonprod", "remediation.approve.nonprod", false },
	{ "", "qa", "remediation.approve.nonprod", false }
};

static void
trace_of_default(void)
{
	struct dx_policy *p = policy_of("", "");

	for (size_t i = 0; i < COUNT(defaults); i++) {
		struct dx_request r = request(defaults[i].environment, "a", "1", "{}");
		struct dx_json trace = dx_route_trace(&arena, p, 1, &r, "low");

		is_str(canon(&trace), dx_arena_printf(&arena, "{\"allowed_reviewer_roles\":[\"owner\",\"admin\"],\"executor_must_differ\":false,"
		    "\"matched_rule\":\"default\",\"policy_document_sha256\":\"%s\",\"policy_version\":1,\"quorum\":1,"
		    "\"require_requester_reviewer_separation\":%s,\"required_permission\":\"%s\",\"routing_conditions\":{"
		    "\"action_prefixes\":[],\"environment\":\"%s\",\"max_monthly_delta_usd\":null,\"min_monthly_delta_usd\":null,"
		    "\"risk_level\":\"low\",\"risk_levels\":[]},\"rule_id\":\"default-%s\",\"signed_votes\":false}", p->sha256,
		    defaults[i].separation ? "true" : "false", defaults[i].permission, defaults[i].environment, defaults[i].environment),
		    "default route of %s", defaults[i].environment);
	}
	dx_policy_free(p);
}

/* What a rule leaves open follows the environment; its words mean what the policy's aliases make of them. */
static void
inherited(void)
{
	struct dx_json doc = json("{'schema':'" DX_POLICY_SCHEMA "','approval':{'enforce_nonprod_requester_reviewer_separation':true,"
	    "'enforce_prod_requester_reviewer_separation':false,'routing_rules':[{'rule_id':'eu','environments':['eu-live']},"
	    "{'rule_id':'rest'}]},'environments':{'aliases':{'eu-live':'prod'}}}");
	struct dx_request prod = request("prod", "a", "1", "{}"), qa = request("qa", "a", "1", "{}");
	struct dx_policy *p = NULL;
	struct dx_json trace;

	dx_policy_new(&doc, &p, NULL);
	trace = dx_route_trace(&arena, p, 1, &prod, "low");
	is_str(dx_json_get_str(&trace, "rule_id"), "eu", "a rule for an alias matches what the alias stands for");
	is_str(dx_json_get_str(&trace, "required_permission"), "remediation.approve.prod", "permission follows production");
	ok(dx_json_is(dx_json_get(&trace, "require_requester_reviewer_separation"), DX_JSON_FALSE), "and so does separation");
	trace = dx_route_trace(&arena, p, 1, &qa, "low");
	is_str(dx_json_get_str(&trace, "rule_id"), "rest", "and nothing else");
	is_str(dx_json_get_str(&trace, "required_permission"), "remediation.approve.nonprod", "permission of another environment");
	ok(dx_json_is(dx_json_get(&trace, "require_requester_reviewer_separation"), DX_JSON_TRUE), "and its separation");
	dx_policy_free(p);
}

int
main(void)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dx_request r = request(cases[i].environment, cases[i].action, cases[i].amount, "{}");

		is_str(rule_of(cases[i].rules, &r, "low"), cases[i].want, "%s: %s %s %s", cases[i].rules, cases[i].environment,
		    cases[i].action, cases[i].amount);
	}
	risk_levels();
	trace_of_rule();
	trace_of_default();
	inherited();
	dx_arena_release(&arena);
	return done();
}
