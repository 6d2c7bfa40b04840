/* Routing rules of a policy: every fault with its own code and its place, and the one spelling of what is good. */
#include "policy_case.h"

#define ROUTE(members)		"'routing_rules':[{'rule_id':'r1'" members "}]"
#define AT			" /approval/routing_rules/0"

static const struct { const char *members, *pointer, *want; } routes[] = {
	{ ROUTE(), "/approval/routing_rules/0",
	    "{\"action_prefixes\":[],\"allowed_reviewer_roles\":[\"owner\",\"admin\"],\"enabled\":true,\"environments\":[],"
	    "\"executor_must_differ\":false,\"max_monthly_delta_usd\":null,\"min_monthly_delta_usd\":null,\"quorum\":1,"
	    "\"require_requester_reviewer_separation\":null,\"required_permission\":null,\"risk_levels\":[],\"rule_id\":\"r1\","
	    "\"signed_votes\":false}" },
	{ ROUTE(",'environments':[' Live','prod','Production','qa']"), "/approval/routing_rules/0/environments", "[\"prod\",\"qa\"]" },
	{ ROUTE(",'action_prefixes':['Terraform.','terraform. ','b']"), "/approval/routing_rules/0/action_prefixes",
	    "[\"terraform.\",\"b\"]" },
	{ ROUTE(",'risk_levels':['HIGH','critical','high']"), "/approval/routing_rules/0/risk_levels", "[\"high\",\"critical\"]" },
	{ ROUTE(",'allowed_reviewer_roles':['Member',' OWNER','member']"), "/approval/routing_rules/0/allowed_reviewer_roles",
	    "[\"member\",\"owner\"]" },
	{ ROUTE(",'required_permission':' Remediation.Approve.PROD '"), "/approval/routing_rules/0/required_permission",
	    "\"remediation.approve.prod\"" },
	{ ROUTE(",'min_monthly_delta_usd':1,'max_monthly_delta_usd':'1.00005'"), "/approval/routing_rules/0/max_monthly_delta_usd",
	    "\"1.0000\"" },
	{ ROUTE(",'quorum':5"), "/approval/routing_rules/0/quorum", "5" },
	{ "'routing_rules':[{'rule_id':'  Big spend '}]", "/approval/routing_rules/0/rule_id", "\"Big spend\"" },
	{ "'routing_rules':{}", "", "routing_list_expected /approval/routing_rules" },
	{ "'routing_rules':null", "", "routing_list_expected /approval/routing_rules" },
	{ "'routing_rules':['r1']", "", "routing_rule_not_object" AT },
	{ "'routing_rules':[{}]", "", "routing_rule_id_required" AT "/rule_id" },
	{ "'routing_rules':[{'rule_id':' '}]", "", "routing_rule_id_required" AT "/rule_id" },
	{ "'routing_rules':[{'rule_id':7}]", "", "routing_rule_id_required" AT "/rule_id" },
	{ "'routing_rules':[{'rule_id':'a\\nb'}]", "", "policy_document_invalid" AT "/rule_id" },
	{ "'routing_rules':[{'rule_id':'Ab'},{'rule_id':'aB '}]", "", "routing_rule_id_duplicate /approval/routing_rules/1/rule_id" },
	{ ROUTE(",'enabled':'yes'"), "", "routing_enabled_not_boolean" AT "/enabled" },
	{ ROUTE(",'enabled':null"), "", "routing_enabled_not_boolean" AT "/enabled" },
	{ ROUTE(",'environments':'prod'"), "", "routing_list_expected" AT "/environments" },
	{ ROUTE(",'environments':null"), "", "routing_list_expected" AT "/environments" },
	{ ROUTE(",'environments':['prod','']"), "", "policy_document_invalid" AT "/environments/1" },
	{ ROUTE(",'action_prefixes':'terraform'"), "", "routing_list_expected" AT "/action_prefixes" },
	{ ROUTE(",'action_prefixes':[' ']"), "", "policy_document_invalid" AT "/action_prefixes/0" },
	{ ROUTE(",'action_prefixes':[1]"), "", "policy_document_invalid" AT "/action_prefixes/0" },
	{ ROUTE(",'risk_levels':'high'"), "", "routing_list_expected" AT "/risk_levels" },
	{ ROUTE(",'allowed_reviewer_roles':'owner'"), "", "routing_list_expected" AT "/allowed_reviewer_roles" },
	{ ROUTE(",'allowed_reviewer_roles':[]"), "", "routing_roles_empty" AT "/allowed_reviewer_roles" },
	{ ROUTE(",'allowed_reviewer_roles':['owner','amdin']"), "", "routing_role_unknown" AT "/allowed_reviewer_roles/1" },
	{ ROUTE(",'allowed_reviewer_roles':['system']"), "", "routing_role_unknown" AT "/allowed_reviewer_roles/0" },
	{ ROUTE(",'allowed_reviewer_roles':[null]"), "", "routing_role_unknown" AT "/allowed_reviewer_roles/0" },
	{ ROUTE(",'required_permission':'remediation.approve'"), "", "routing_permission_unknown" AT "/required_permission" },
	{ ROUTE(",'required_permission':1"), "", "routing_permission_unknown" AT "/required_permission" },
	{ ROUTE(",'required_permission':''"), "", "routing_permission_unknown" AT "/required_permission" },
	{ ROUTE(",'min_monthly_delta_usd':'-1'"), "", "money_negative" AT "/min_monthly_delta_usd" },
	{ ROUTE(",'max_monthly_delta_usd':2.5"), "", "money_inexact" AT "/max_monthly_delta_usd" },
	{ ROUTE(",'min_monthly_delta_usd':'2','max_monthly_delta_usd':'1.9999'"), "", "routing_delta_order" AT "/min_monthly_delta_usd" },
	{ ROUTE(",'require_requester_reviewer_separation':'true'"), "",
	    "routing_separation_not_boolean" AT "/require_requester_reviewer_separation" },
	{ ROUTE(",'quorum':0"), "", "routing_quorum_range" AT "/quorum" },
	{ ROUTE(",'quorum':6"), "", "routing_quorum_range" AT "/quorum" },
	{ ROUTE(",'quorum':'2'"), "", "routing_quorum_range" AT "/quorum" },
	{ ROUTE(",'quorum':1.5"), "", "routing_quorum_range" AT "/quorum" },
	{ ROUTE(",'quorum':null"), "", "routing_quorum_range" AT "/quorum" },
	{ ROUTE(",'executor_must_differ':1"), "", "policy_document_invalid" AT "/executor_must_differ" },
	{ ROUTE(",'signed_votes':null"), "", "policy_document_invalid" AT "/signed_votes" },
	{ ROUTE(",'priority':1"), "", "policy_document_invalid" AT "/priority" }
};

int
main(void)
{
	struct dx_json doc = json("{" HEAD ",'approval':{'routing_rules':[{'rule_id':'a'},{'rule_id':'b','quorum':9}]}}");
	struct dx_policy *p = NULL;
	struct dx_err err = { 0 };

	for (size_t i = 0; i < COUNT(routes); i++)
		is_str(canonical("approval", routes[i].members, routes[i].pointer), routes[i].want, "%s", routes[i].members);
	is_str(with("approval", repeat("'routing_rules':[", "{'rule_id':'r#'}", ",", 65, "]")),
	    "routing_too_many_rules /approval/routing_rules", "65 routing rules");
	ok(strlen(with("approval", repeat("'routing_rules':[", "{'rule_id':'r#'}", ",", 64, "]"))) == 64, "64 routing rules");
	is_str(with("approval", repeat("'routing_rules':[{'rule_id':'", "x", "", 65, "'}]")), "routing_rule_id_too_long" AT "/rule_id",
	    "a rule_id of 65 characters");
	ok(strlen(with("approval", repeat("'routing_rules':[{'rule_id':'  ", "x", "", 64, " '}]"))) == 64,
	    "a rule_id of 64 characters and blanks");
	is_int(dx_policy_new(&doc, &p, &err), -1, "a second rule with a fault is refused");
	ok(strncmp(err.text, "routing rule 2: ", 16) == 0, "the text counts rules from 1: %s", err.text);
	dx_policy_free(p);
	dx_arena_release(&arena);
	return done();
}
