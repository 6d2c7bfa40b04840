/* Rule documents as data: digests, every fault with its place, sets, and what an output becomes. */
#include "core/hash.h"
#include "core/rules.h"
#include "core_case.h"

#define HEAD	"'schema':'dealix.rules.v1','id':'d','version':'1','title':'T'"
#define RULE	"'id':'r','title':'A rule','when':'.'"

static struct dx_rules *
rules_of(const char *text)
{
	struct dx_json doc = json(text);
	struct dx_rules *r = NULL;
	struct dx_err err = { 0 };

	if (dx_rules_new(&doc, &r, &err) != 0) {
		printf("Bail out! %s %s\n", err.at, err.text);
		exit(1);
	}
	return r;
}

/* The place of the fault, or NULL when there is none. */
static const char *
fault_of(const char *text)
{
	struct dx_json doc = json(text);
	struct dx_rules *r = NULL;
	struct dx_err err = { 0 };

	if (dx_rules_new(&doc, &r, &err) == 0) {
		dx_rules_free(r);
		return NULL;
	}
	if (err.reason != DX_R_RULES_DOCUMENT_INVALID || r != NULL || err.text[0] == '\0')
		return said(&err);
	return dx_arena_dup(&arena, err.at, strlen(err.at));
}

static const char *
fault_of_rule(const char *members)
{
	return fault_of(dx_arena_printf(&arena, "{" HEAD ",'rules':[{%s}]}", members));
}

static const struct { const char *doc, *at; } whole[] = {
	{ "[]", "" }, { "{}", "/schema" }, { "{'schema':'dealix.rules.v2'}", "/schema" }, { "{'schema':'dealix.rules.v1'}", "/id" },
	{ "{'schema':'dealix.rules.v1','id':'A'}", "/id" }, { "{'schema':'dealix.rules.v1','id':''}", "/id" },
	{ "{'schema':'dealix.rules.v1','id':'a'}", "/version" }, { "{'schema':'dealix.rules.v1','id':'a','version':1}", "/version" },
	{ "{'schema':'dealix.rules.v1','id':'a','version':'1'}", "/title" },
	{ "{'schema':'dealix.rules.v1','id':'a','version':'1','title':''}", "/title" }, { "{" HEAD "}", "/rules" },
	{ "{" HEAD ",'rules':[]}", "/rules" }, { "{" HEAD ",'rules':{}}", "/rules" }, { "{" HEAD ",'rules':[1]}", "/rules/0" },
	{ "{" HEAD ",'rules':[{" RULE "}],'x':1}", "/x" }, { "{" HEAD ",'rules':[{" RULE "}]}", NULL },
	{ "{" HEAD ",'rules':[{" RULE "},{'id':'R','title':'t','when':'.'}]}", "/rules/1/id" }
};

static const struct { const char *members, *at; } rules[] = {
	{ "'title':'t','when':'.'", "/rules/0/id" }, { "'id':'','title':'t','when':'.'", "/rules/0/id" },
	{ "'id':'r','when':'.'", "/rules/0/title" }, { "'id':'r','title':'t'", "/rules/0/when" },
	{ "'id':'r','title':'t','when':''", "/rules/0/when" }, { "'id':'r','title':'t','when':1", "/rules/0/when" },
	{ "'id':'r','title':'a\\nb','when':'.'", "/rules/0/title" }, { "'id':'r','title':'t','when':'.a\\n| .b\\t'", NULL },
	{ RULE ",'severity':'severe'", "/rules/0/severity" }, { RULE ",'severity':null", "/rules/0/severity" },
	{ RULE ",'effect':'block'", "/rules/0/effect" }, { RULE ",'sources':'ci'", "/rules/0/sources" },
	{ RULE ",'sources':['github']", "/rules/0/sources/0" }, { RULE ",'sources':[]", NULL },
	{ RULE ",'sources':['ci','terraform','k8s_admission','cloud_event']", NULL },
	{ RULE ",'environments':'prod'", "/rules/0/environments" }, { RULE ",'environments':['']", "/rules/0/environments/0" },
	{ RULE ",'remedy':''", "/rules/0/remedy" }, { RULE ",'remedy':['x']", "/rules/0/remedy" },
	{ RULE ",'references':'https://x'", "/rules/0/references" }, { RULE ",'references':['javascript:x']", "/rules/0/references" },
	{ RULE ",'references':['http://x','https://y']", NULL }, { RULE ",'enabled':'yes'", "/rules/0/enabled" },
	{ RULE ",'priority':1", "/rules/0/priority" }
};

static void
bounds(void)
{
	is_str(fault_of(repeat("{" HEAD ",'rules':[", "{'id':'r#','title':'t','when':'.'}", ",", 257, "]}")), "/rules", "257 rules");
	is_str(fault_of(repeat("{" HEAD ",'rules':[", "{'id':'r#','title':'t','when':'.'}", ",", 256, "]}")), NULL, "256 rules");
	is_str(fault_of_rule(repeat("'id':'r','title':'t','when':'", ".", "", 16385, "'")), "/rules/0/when", "a program of 16385 bytes");
	is_str(fault_of_rule(repeat("'id':'r','title':'t','when':'", ".", "", 16384, "'")), NULL, "a program of 16384 bytes");
	is_str(fault_of_rule(repeat("'title':'t','when':'.','id':'", "r", "", 65, "'")), "/rules/0/id", "an id of 65 characters");
	is_str(fault_of_rule(repeat("'title':'t','when':'.','id':'", "r", "", 64, "'")), NULL, "an id of 64 characters");
	is_str(fault_of_rule(repeat("'id':'r','when':'.','title':'", "\xc3\xa4", "", 201, "'")), "/rules/0/title", "a title of 201 characters");
	is_str(fault_of_rule(repeat("'id':'r','when':'.','title':'", "\xc3\xa4", "", 200, "'")), NULL, "a title of 200 characters");
	is_str(fault_of_rule(repeat(RULE ",'references':[", "'https://x/#'", ",", 9, "]")), "/rules/0/references", "9 references");
	is_str(fault_of_rule(repeat(RULE ",'references':[", "'https://x/#'", ",", 8, "]")), NULL, "8 references");
}

static void
one_digest(void)
{
	struct dx_rules *a = rules_of("{" HEAD ",'rules':[{" RULE "}]}"), *b = rules_of("{'rules':[{'enabled':true,'effect':'violation',"
	    "'severity':'medium','sources':[],'environments':[]," RULE "}]," HEAD "}"), *c;

	is_str(a->canon, "{\"id\":\"d\",\"rules\":[{\"effect\":\"violation\",\"enabled\":true,\"environments\":[],\"id\":\"r\","
	    "\"severity\":\"medium\",\"sources\":[],\"title\":\"A rule\",\"when\":\".\"}],\"schema\":\"dealix.rules.v1\",\"title\":\"T\","
	    "\"version\":\"1\"}", "defaults are filled in, what has none is left out");
	is_str(b->sha256, a->sha256, "members in another order, defaults stated");
	dx_rules_free(b);
	b = rules_of(a->canon);
	is_str(b->sha256, a->sha256, "the canonical form is a document of itself");
	c = rules_of("{" HEAD ",'rules':[{" RULE ",'environments':['Live','production','qa'],'sources':['ci','ci','terraform'],"
	    "'severity':'critical','effect':'warn','remedy':'Do.','references':['https://x'],'enabled':false}]}");
	is_str(canon(&c->rule[0].environments), "[\"prod\",\"qa\"]", "environments are normalised");
	is_int(c->rule[0].sources, 1 << DX_SOURCE_CI | 1 << DX_SOURCE_TERRAFORM, "sources");
	ok(c->rule[0].severity == DX_CRITICAL && c->rule[0].effect == DX_EFFECT_WARN && !c->rule[0].enabled, "words and flag");
	is_str(c->rule[0].remedy, "Do.", "remedy");
	is_int(c->rule[0].references->count, 1, "references");
	ok(a->rule[0].remedy == NULL && a->rule[0].references == NULL, "absent ones");
	dx_rules_free(a);
	dx_rules_free(b);
	dx_rules_free(c);
	dx_rules_free(NULL);
}

static void
applying(void)
{
	struct dx_rules *r = rules_of("{" HEAD ",'rules':[{'id':'any','title':'t','when':'.'},{'id':'off','title':'t','when':'.',"
	    "'enabled':false},{'id':'tf','title':'t','when':'.','sources':['terraform']},{'id':'prod','title':'t','when':'.',"
	    "'environments':['live']}]}");
	struct dx_rule_set s = { 0 };

	dx_rule_set_add(&s, r, NULL);
	is_int((int)dx_rule_set_applying(&s, DX_SOURCE_TERRAFORM, "prod"), 3, "terraform in prod");
	is_int((int)dx_rule_set_applying(&s, DX_SOURCE_TERRAFORM, "qa"), 2, "terraform in qa");
	is_int((int)dx_rule_set_applying(&s, DX_SOURCE_CI, "qa"), 1, "ci in qa");
	ok(!dx_rule_applies(&r->rule[1], DX_SOURCE_CI, "qa"), "a rule that is off");
	dx_rule_set_release(&s);
}

static struct dx_rules *
named(const char *id, const char *version)
{
	return rules_of(dx_arena_printf(&arena, "{'schema':'dealix.rules.v1','id':'%s','version':'%s','title':'T','rules':[{" RULE "}]}",
	    id, version));
}

static void
sets(void)
{
	struct dx_rule_set s = { 0 }, t = { 0 };
	struct dx_err err = { 0 };
	char empty[DX_SHA256_HEX], x[DX_SHA256_HEX], y[DX_SHA256_HEX];

	dx_rule_set_sha256(&s, empty);
	is_str(empty, "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "digest of no document is that of []");
	ok(dx_rule_set_add(&s, named("b", "1"), &err) == 0 && dx_rule_set_add(&s, named("a", "1"), &err) == 0 &&
	    dx_rule_set_add(&s, named("c", "1"), &err) == 0 && dx_rule_set_add(&s, named("b", "1"), &err) == 0, "four documents, one twice");
	is_int((int)s.count, 3, "are three");
	ok(strcmp(s.doc[0]->id, "a") == 0 && strcmp(s.doc[1]->id, "b") == 0 && strcmp(s.doc[2]->id, "c") == 0, "sorted by id");
	is_int(dx_rule_set_add(&s, named("b", "2"), &err), -1, "one id with two digests is refused");
	is_str(dx_reason_code(err.reason), "rules_id_duplicate", "rules_id_duplicate");
	is_int((int)s.count, 3, "and the set stays");
	dx_rule_set_add(&t, named("c", "1"), NULL);
	dx_rule_set_add(&t, named("a", "1"), NULL);
	dx_rule_set_add(&t, named("b", "1"), NULL);
	dx_rule_set_sha256(&s, x);
	dx_rule_set_sha256(&t, y);
	is_str(x, y, "the order in which documents are given does not matter");
	dx_rule_set_release(&s);
	dx_rule_set_release(&t);
	is_int((int)s.count, 0, "released");
}

#define PLAN	"{'resource_changes':[{'address':'a','change':{'after':{'x/y':[1,{'z':null}]}}},{'address':'b'},{'address':'b'}]}"
#define REVIEW	"{'request':{'object':{'spec':{}}}}"
#define INVALID	"rule_output_invalid"

/* want: "effect severity pointer code message", or NULL when nothing is found. */
static const struct { enum dx_source source; const char *doc, *output, *want; } outputs[] = {
	{ DX_SOURCE_TERRAFORM, PLAN, "false", NULL }, { DX_SOURCE_TERRAFORM, PLAN, "null", NULL },
	{ DX_SOURCE_TERRAFORM, PLAN, "true", "warn high  - A rule" }, { DX_SOURCE_TERRAFORM, PLAN, "'m'", "warn high  - m" },
	{ DX_SOURCE_TERRAFORM, PLAN, "''", "warn high  - A rule" }, { DX_SOURCE_TERRAFORM, PLAN, "{'message':'m'}", "warn high  - m" },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','address':'b'}", "warn high /resource_changes/1 - m" },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','address':'none'}", "warn high  - m" },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':[]}", "warn high  - m" },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':['resource_changes',0,'change','after','x/y',1,'z']}",
	    "warn high /resource_changes/0/change/after/x~1y/1/z - m" },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','address':'a','path':['resource_changes',1.0]}", "warn high /resource_changes/1 - m" },
	{ DX_SOURCE_TERRAFORM, "{}", "{'message':'m','address':'a'}", "warn high  - m" },
	{ DX_SOURCE_TERRAFORM, "{'resource_changes':[1,{'address':2},{'address':'a'}]}", "{'message':'m','address':'a'}", "warn high /resource_changes/2 - m" },
	{ DX_SOURCE_K8S, REVIEW, "'m'", "warn high /request/object - m" }, { DX_SOURCE_K8S, "{}", "'m'", "warn high  - m" },
	{ DX_SOURCE_K8S, REVIEW, "{'message':'m','path':['request']}", "warn high /request - m" },
	{ DX_SOURCE_CI, PLAN, "{'message':'m','address':'b'}", "warn high  - m" },
	{ DX_SOURCE_TERRAFORM, PLAN, "1", INVALID }, { DX_SOURCE_TERRAFORM, PLAN, "[]", INVALID }, { DX_SOURCE_TERRAFORM, PLAN, "{}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':1}", INVALID }, { DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','x':1}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','address':null}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':'resource_changes'}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':['resource_changes',3]}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':['resource_changes',-1]}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':['resource_changes',0.5]}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':['resource_changes','0']}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':[0]}", INVALID }, { DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':[null]}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','path':['resource_changes',{}]}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','facts':[]}", INVALID }, { DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','facts':{'a':null}}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','facts':{'a':1.5}}", INVALID }, { DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','facts':{'a':{}}}", INVALID },
	{ DX_SOURCE_TERRAFORM, PLAN, "{'message':'m','facts':{'a':'x','b':1,'c':true}}", "warn high  - m" }
};

static const char *
summary(const struct dx_finding *f)
{
	return dx_arena_printf(&arena, "%s %s %s %s %s", dx_effect_names[f->effect], dx_severity_names[f->severity], f->pointer,
	    f->code != NULL ? f->code : "-", f->message);
}

static void
output(const struct dx_rules *r, size_t i)
{
	struct dx_json doc = json(outputs[i].doc), out = json(outputs[i].output);
	struct dx_finding f;
	bool found = dx_rules_finding(&arena, r, &r->rule[0], &out, NULL, outputs[i].source, &doc, &f);

	if (found)
		dx_rules_place(&arena, outputs[i].source, &doc, &f);

	if (outputs[i].want != NULL && strcmp(outputs[i].want, INVALID) == 0) {
		is_str(found ? f.code : NULL, INVALID, "output %s", outputs[i].output);
		ok(found && f.effect == DX_EFFECT_VIOLATION && f.address == NULL && f.facts.type == DX_JSON_NULL,
		    "output %s counts as a violation and says nothing else", outputs[i].output);
	} else {
		is_str(found ? summary(&f) : NULL, outputs[i].want, "output %s", outputs[i].output);
	}
}

static void
errors_and_sizes(const struct dx_rules *r)
{
	struct dx_json doc = json(REVIEW), out, facts;
	struct dx_finding f;

	ok(dx_rules_finding(&arena, r, &r->rule[0], NULL, "Cannot index number", DX_SOURCE_K8S, &doc, &f), "an error is a finding");
	dx_rules_place(&arena, DX_SOURCE_K8S, &doc, &f);
	is_str(summary(&f), "violation high /request/object rule_error the rule failed: Cannot index number", "of its rule, never below violation");
	dx_rules_finding(&arena, r, &r->rule[1], NULL, "x", DX_SOURCE_CI, &doc, &f);
	is_int(f.effect, DX_EFFECT_DENY, "a rule that denies denies when it breaks");
	is_str(f.remedy, "Mend it.", "the remedy of the rule goes with it");
	is_str(f.rules_id, "d", "and its document");
	is_str(f.rule_id, "deny", "and its id");
	out = json(repeat("'", "\xc3\xa4", "", 1000, "'"));
	dx_rules_finding(&arena, r, &r->rule[0], &out, NULL, DX_SOURCE_CI, &doc, &f);
	is_int((int)strlen(f.message), 2000, "a message of 1000 characters");
	out = json(repeat("'", "\xc3\xa4", "", 1001, "'"));
	dx_rules_finding(&arena, r, &r->rule[0], &out, NULL, DX_SOURCE_CI, &doc, &f);
	is_int((int)strlen(f.message), 1997, "a longer one is cut at a character");
	ok(strcmp(f.message + 1994, "...") == 0, "and says so");
	out = json(repeat("{'message':'m','facts':{", "'f#':1", ",", 65, "}}"));
	dx_rules_finding(&arena, r, &r->rule[0], &out, NULL, DX_SOURCE_CI, &doc, &f);
	is_str(f.code, INVALID, "65 facts");
	out = json("{'message':'m','facts':{'b':1.0,'a':'x','t':false,'n':-9007199254740991}}");
	dx_rules_finding(&arena, r, &r->rule[0], &out, NULL, DX_SOURCE_CI, &doc, &f);
	facts = f.facts;
	is_str(canon(&facts), "{\"a\":\"x\",\"b\":1,\"n\":-9007199254740991,\"t\":false}", "facts are kept");
}

static void
findings(void)
{
	struct dx_finding f[] = {
		{ "d", "r", "m", "/b", NULL, NULL, NULL, DX_EFFECT_WARN, DX_LOW, { 0 } },
		{ "d", "r", "n", "/a", "x", "Do.", "rule_error", DX_EFFECT_DENY, DX_CRITICAL, { 0 } },
		{ "d", "q", "m", "/z", "y", NULL, NULL, DX_EFFECT_WARN, DX_CRITICAL, { 0 } },
		{ "c", "z", "m", "", "z", NULL, NULL, DX_EFFECT_WARN, DX_CRITICAL, { 0 } },
		{ "d", "r", "m", "/a", "x", NULL, NULL, DX_EFFECT_DENY, DX_CRITICAL, { 0 } },
		{ "d", "r", "m", "/a", NULL, NULL, NULL, DX_EFFECT_DENY, DX_CRITICAL, { 0 } }
	};
	struct dx_rules_used used[] = { { "b", "2", "ff", 3 }, { "a", "1", "ee", 0 } };
	struct dx_findings all = { f, COUNT(f), used, COUNT(used) }, many = { NULL, 201, NULL, 0 };
	struct dx_json list;

	dx_findings_sort(&all);
	list = dx_findings_array(&arena, &all);
	is_str(canon(&list), "[{\"address\":\"z\",\"effect\":\"warn\",\"message\":\"m\",\"pointer\":\"\",\"rule_id\":\"z\",\"rules_id\":\"c\",\"severity\":\"critical\"},"
	    "{\"address\":\"y\",\"effect\":\"warn\",\"message\":\"m\",\"pointer\":\"/z\",\"rule_id\":\"q\",\"rules_id\":\"d\",\"severity\":\"critical\"},"
	    "{\"effect\":\"deny\",\"message\":\"m\",\"pointer\":\"/a\",\"rule_id\":\"r\",\"rules_id\":\"d\",\"severity\":\"critical\"},"
	    "{\"address\":\"x\",\"effect\":\"deny\",\"message\":\"m\",\"pointer\":\"/a\",\"rule_id\":\"r\",\"rules_id\":\"d\",\"severity\":\"critical\"},"
	    "{\"address\":\"x\",\"code\":\"rule_error\",\"effect\":\"deny\",\"message\":\"n\",\"pointer\":\"/a\",\"remedy\":\"Do.\",\"rule_id\":\"r\",\"rules_id\":\"d\",\"severity\":\"critical\"},"
	    "{\"effect\":\"warn\",\"message\":\"m\",\"pointer\":\"/b\",\"rule_id\":\"r\",\"rules_id\":\"d\",\"severity\":\"low\"}]", "findings in order");
	list = dx_rules_array(&arena, &all);
	is_str(canon(&list), "[{\"applied\":0,\"id\":\"a\",\"sha256\":\"ee\",\"version\":\"1\"},{\"applied\":3,\"id\":\"b\",\"sha256\":\"ff\",\"version\":\"2\"}]",
	    "documents in order");
	many.item = calloc(201, sizeof(*many.item));
	for (size_t i = 0; i < 201; i++)
		many.item[i] = f[0];
	dx_findings_sort(&many);
	list = dx_findings_array(&arena, &many);
	is_int(list.count, DX_FINDINGS_MAX, "at most 200 are listed");
	free(many.item);
	many = (struct dx_findings){ 0 };
	dx_findings_sort(&many);
	list = dx_findings_array(&arena, &many);
	is_str(canon(&list), "[]", "none");
}

static void
shipped(void)
{
	const char *text = file("policies/rules/terraform-aws.json");
	struct dx_rules *r = NULL;
	struct dx_err err = { 0 };

	if (!is_int(dx_rules_parse(text, strlen(text), &r, &err), 0, "the shipped document is read"))
		diag("%s %s", err.at, err.text);
	ok(r != NULL && r->count >= 20, "it has 20 rules and more");
	dx_rules_free(r);
	r = NULL;
	dx_err_clear(&err);
	is_int(dx_rules_parse("{", 1, &r, &err), -1, "text that is no JSON");
	is_str(dx_reason_code(err.reason), "json_invalid", "is json_invalid");
	dx_err_clear(&err);
	is_int(dx_rules_parse("", DX_RULES_MAX + 1u, &r, &err), -1, "text that is too large");
	is_str(dx_reason_code(err.reason), "json_too_large", "is json_too_large");
}

int
main(void)
{
	struct dx_rules *r = rules_of("{" HEAD ",'rules':[{" RULE ",'severity':'high','effect':'warn'},{'id':'deny','title':'t','when':'.',"
	    "'effect':'deny','remedy':'Mend it.'}]}");
	size_t i;

	for (i = 0; i < COUNT(whole); i++)
		is_str(fault_of(whole[i].doc), whole[i].at, "document %s", whole[i].doc);
	for (i = 0; i < COUNT(rules); i++)
		is_str(fault_of_rule(rules[i].members), rules[i].at, "rule %s", shown(rules[i].members));
	bounds();
	one_digest();
	applying();
	sets();
	for (i = 0; i < COUNT(outputs); i++)
		output(r, i);
	errors_and_sizes(r);
	findings();
	shipped();
	dx_rules_free(r);
	dx_arena_release(&arena);
	return done();
}
