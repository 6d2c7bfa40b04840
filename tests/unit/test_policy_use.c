/* The policy in use: which mode judges, settings that patch a document, differences of two. */
#include "core/scope.h"
#include "policy_case.h"

static void
modes(void)
{
	struct dx_json v = vectors(), doc = json("{" HEAD "}");
	const struct dx_json *list = dx_json_get(&v, "mode_resolution");
	struct dx_policy *p = NULL;
	size_t i;

	dx_json_set(&arena, &doc, "mode_matrix", *dx_json_get(&v, "mode_resolution_policy_patch"));
	if (!ok(dx_policy_new(&doc, &p, NULL) == 0, "the policy of the vectors of modes"))
		return;
	for (i = 0; dx_json_item(list, i) != NULL; i++) {
		const struct dx_json *row = dx_json_item(list, i);
		enum dx_source s = (enum dx_source)dx_word(dx_source_names, dx_json_get_str(row, "source"));
		const char *environment = dx_json_get_str(row, "environment"), *scope = NULL;
		enum dx_mode m = dx_policy_mode(p, s, dx_environment(&arena, environment, NULL), &scope);

		is_str(dx_mode_names[m], dx_json_get_str(row, "mode"), "mode of %s in %s", dx_source_names[s], environment);
		is_str(scope, dx_json_get_str(row, "mode_scope"), "scope of %s in %s", dx_source_names[s], environment);
	}
	is_int((int)i, 8, "all vectors of modes");
	dx_policy_free(p);
}

static const struct { const char *matrix; enum dx_source source; const char *environment, *mode, *scope; } rows[] = {
	{ "'cloud_event_prod':'hard'", DX_SOURCE_CLOUD_EVENT, "prod", "hard", "cloud_event:prod" },
	{ "'cloud_event_prod':'hard'", DX_SOURCE_CLOUD_EVENT, "nonprod", "soft", "fallback:k8s_admission_default" },
	{ "'cloud_event_default':'shadow'", DX_SOURCE_CLOUD_EVENT, "prod", "shadow", "cloud_event:default" },
	{ "'cloud_event_default':'shadow'", DX_SOURCE_CLOUD_EVENT, "qa", "shadow", "cloud_event:default" },
	{ "'cloud_event_default':'shadow','cloud_event_nonprod':'hard'", DX_SOURCE_CLOUD_EVENT, "nonprod", "hard", "cloud_event:nonprod" },
	{ "'ci_nonprod':'shadow'", DX_SOURCE_CI, "nonprod", "shadow", "ci:nonprod" },
	{ "'ci_default':'hard'", DX_SOURCE_CI, "nonprod", "hard", "ci:default" },
	{ "'terraform_default':'hard'", DX_SOURCE_CI, "nonprod", "hard", "fallback:terraform_default" },
	{ "'k8s_admission_default':'hard'", DX_SOURCE_CI, "prod", "soft", "fallback:terraform_default" }
};

static void
rows_of_modes(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dx_json doc = json(dx_arena_printf(&arena, "{" HEAD ",'mode_matrix':{%s}}", rows[i].matrix));
		struct dx_policy *p = NULL;
		const char *scope = NULL;
		enum dx_mode m;

		if (!ok(dx_policy_new(&doc, &p, NULL) == 0, "matrix %s", rows[i].matrix))
			continue;
		m = dx_policy_mode(p, rows[i].source, rows[i].environment, &scope);
		is_str(dx_mode_names[m], rows[i].mode, "%s in %s", rows[i].matrix, rows[i].environment);
		is_str(scope, rows[i].scope, "%s in %s: scope", rows[i].matrix, rows[i].environment);
		dx_policy_free(p);
	}
}

/* want: the document afterwards, or the code of the refusal. */
static const struct { const char *doc, *setting, *want; } settings[] = {
	{ "{}", "entitlements.auto_approve_below_monthly_usd=50", "{'entitlements':{'auto_approve_below_monthly_usd':50}}" },
	{ "{}", "entitlements.auto_approve_below_monthly_usd='50.5'", "{'entitlements':{'auto_approve_below_monthly_usd':'50.5'}}" },
	{ "{'entitlements':{'missing_budget':'allow'}}", "entitlements.plan_monthly_ceiling_usd=null",
	    "{'entitlements':{'missing_budget':'allow','plan_monthly_ceiling_usd':null}}" },
	{ "{'mode_matrix':{'ci_prod':'hard'}}", "mode_matrix.ci_prod=shadow", "{'mode_matrix':{'ci_prod':'shadow'}}" },
	{ "{'mode_matrix':{'ci_prod':'hard'}}", "mode_matrix={'ci_nonprod':'soft'}",
	    "{'mode_matrix':{'ci_nonprod':'soft','ci_prod':'hard'}}" },
	{ "{}", "approval.require_approval_prod=false", "{'approval':{'require_approval_prod':false}}" },
	{ "{}", "approval.routing_rules=[{'rule_id':'a'}]", "{'approval':{'routing_rules':[{'rule_id':'a'}]}}" },
	{ "{}", "environments.aliases.eu.live=prod", "{'environments':{'aliases':{'eu.live':'prod'}}}" },
	{ "{'environments':{'aliases':{'a':'prod'}}}", "environments.aliases.b=x=y", "{'environments':{'aliases':{'a':'prod','b':'x=y'}}}" },
	{ "{'environments':{'aliases':{'a':'prod'}}}", "environments.aliases={}", "{'environments':{'aliases':{}}}" },
	{ "{}", "execution.allowed_action_types.terraform.apply=['start']",
	    "{'execution':{'allowed_action_types':{'terraform.apply':['start']}}}" },
	{ "{}", "execution.backoff=", "{'execution':{'backoff':''}}" },
	{ "{}", "schema=x", "{'schema':'x'}" },
	{ "{}", "entitlements", "usage" }, { "{}", "=1", "usage" }, { "{}", "", "usage" },
	{ "{}", "entitlement.x=1", "policy_document_invalid" }, { "{}", "entitlements.x=1", "policy_document_invalid" },
	{ "{}", "entitlements.missing_budget.x=1", "policy_document_invalid" }, { "{}", ".=1", "policy_document_invalid" },
	{ "{}", "entitlements.=1", "policy_document_invalid" }, { "{}", "entitlements=1", "policy_document_invalid" },
	{ "{}", "entitlements={'x':1}", "policy_document_invalid" }, { "{}", "environments.aliases.=1", "policy_document_invalid" },
	{ "{}", "approval.routing_rules.0=1", "policy_document_invalid" }, { "{'approval':1}", "approval.require_approval_prod=true", "policy_document_invalid" },
	{ "{'environments':{'aliases':1}}", "environments.aliases.a=prod", "policy_document_invalid" },
	{ "[]", "entitlements.missing_budget=allow", "policy_document_invalid" },
	{ "{}", "environments.aliases={'a':1,'a':2}", "json_duplicate_member" },
	{ "{}", "execution.default_ttl_seconds=12345678901234567890", "number_not_exact" },
	{ "{}", "environments.aliases.a=\xff", "json_bad_utf8" }
};

static void
setting(size_t i)
{
	struct dx_json doc = json(settings[i].doc), before = dx_json_copy(&arena, &doc), shared = doc, want;
	char *text = dx_arena_dup(&arena, settings[i].setting, strlen(settings[i].setting));
	struct dx_err err = { 0 };
	bool refused = settings[i].want[0] != '{';

	for (char *c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	is_int(dx_policy_setting(&arena, &doc, text, &err), refused ? -1 : 0, "setting %zu %s", i, shown(text));
	if (refused) {
		is_str(dx_reason_code(err.reason), settings[i].want, "setting %zu is refused", i);
		ok(dx_json_equal(&doc, &before), "setting %zu leaves the document alone", i);
	} else {
		want = json(settings[i].want);
		is_str(canon(&doc), canon(&want), "setting %zu patches", i);
		ok(dx_json_equal(&shared, &before), "setting %zu leaves alone what shares the tree", i);
	}
}

/* D15: a patch of the canonical document keeps everything else. */
static void
patch(void)
{
	struct dx_json doc = json("{" HEAD ",'execution':{'action_max_attempts':7},'environments':{'aliases':{'q':'prod'}}}"), list;
	struct dx_policy *p = NULL, *q = NULL;

	dx_policy_new(&doc, &p, NULL);
	doc = p->doc;
	ok(dx_policy_setting(&arena, &doc, "entitlements.auto_approve_below_monthly_usd=50", NULL) == 0 &&
	    dx_policy_setting(&arena, &doc, "execution.backoff=constant", NULL) == 0 &&
	    dx_policy_setting(&arena, &doc, "environments.aliases.eu=prod", NULL) == 0 &&
	    dx_policy_new(&doc, &q, NULL) == 0, "three patches");
	list = dx_policy_diff(&arena, &p->doc, &q->doc);
	is_str(canon(&list), "[{\"from\":\"25.0000\",\"path\":\"entitlements.auto_approve_below_monthly_usd\",\"to\":\"50.0000\"},"
	    "{\"path\":\"environments.aliases.eu\",\"to\":\"prod\"},{\"path\":\"execution.backoff\",\"to\":\"constant\"}]",
	    "the difference is the patches");
	list = dx_policy_diff(&arena, &q->doc, &q->doc);
	is_str(canon(&list), "[]", "equal documents do not differ");
	dx_policy_free(p);
	dx_policy_free(q);
}

static const struct { const char *from, *to, *want; } diffs[] = {
	{ "{'a':{'b':1},'a-b':1}", "{'a':{'b':2},'a-b':2}", "[{'from':1,'path':'a-b','to':2},{'from':1,'path':'a.b','to':2}]" },
	{ "{'a':[1,2]}", "{'a':[1,3]}", "[{'from':[1,2],'path':'a','to':[1,3]}]" },
	{ "{'a':{'b':1}}", "{'a':null}", "[{'from':{'b':1},'path':'a','to':null}]" },
	{ "{'a':1.0}", "{'a':1}", "[]" }, { "{'a':1}", "{}", "[{'from':1,'path':'a'}]" },
	{ "{'a':{'x':1}}", "{'a':{'y':1}}", "[{'from':1,'path':'a.x'},{'path':'a.y','to':1}]" }
};

int
main(void)
{
	size_t i;

	modes();
	rows_of_modes();
	for (i = 0; i < COUNT(settings); i++)
		setting(i);
	patch();
	for (i = 0; i < COUNT(diffs); i++) {
		struct dx_json from = json(diffs[i].from), to = json(diffs[i].to), want = json(diffs[i].want);
		struct dx_json got = dx_policy_diff(&arena, &from, &to);

		is_str(canon(&got), canon(&want), "difference of %s and %s", diffs[i].from, diffs[i].to);
	}
	dx_arena_release(&arena);
	return done();
}
