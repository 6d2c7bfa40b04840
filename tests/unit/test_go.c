/* GO or NO-GO: every verdict and code of release-gates page 5.1, the page's worked cases, and what no order or addition may change. */
#include <stdlib.h>

#include "base/time.h"
#include "check/go.h"
#include "core_case.h"

#define R4(c)	c c c c
#define HEX(c)	R4(R4(R4(c)))
#define GOOD	HEX("a")	/* recorded, of no kind that is judged */
#define ABSENT	HEX("b")
#define FAILED	HEX("c")
#define UNSEEN	HEX("d")	/* of a kind that is judged, and never was */
#define PASSED	HEX("e")
#define Q(text)	"\"" text "\""
#define NOW	INT64_C(1776900000000000)	/* 2026-04-22T23:20:00Z */

#define DONE	"{'name':'n','status':'complete','evidence':'" GOOD "'}"
#define COND(due, met)	"{'text':'t','owner':'o','due_before':'" due "','met':" met "}"
#define FIVE \
	"{'role':'technical_lead','decision':'go','date':'2026-04-20','by':'p1'}," \
	"{'role':'engineering_manager','decision':'go','date':'2026-04-20','by':'p2'}," \
	"{'role':'product_manager','decision':'go','date':'2026-04-20T10:00:00Z','by':'p3'}," \
	"{'role':'security_lead','decision':'go','date':'2026-04-20','by':'p4'}," \
	"{'role':'operations_lead','decision':'go','date':'2026-04-20','by':'p5'}"

/* --- documents --- */

static const char *
criteria(const char *id, const char *items)
{
	const char *text = "";

	for (unsigned k = 0; k < DX_GO_CRITERIA; k++)
		text = dx_arena_printf(&arena, "%s%s{'id':'%s','items':[%s]}", text, k > 0 ? "," : "", dx_go_criteria[k],
		    strcmp(dx_go_criteria[k], id) == 0 ? items : DONE);
	return text;
}

static char *
quoted(const char *text)
{
	char *copy = dx_arena_dup(&arena, text, strlen(text));

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

/* All complete, all signed, but for the items of one criterion. */
static char *
document(const char *id, const char *items, const char *risks, const char *signoffs)
{
	return quoted(dx_arena_printf(&arena, "{'schema':'dealix.go.v1','release':'1.4.0','criteria':[%s],'risks':[%s],'signoffs':[%s]}",
	    criteria(id, items), risks, signoffs));
}

/* --- facts --- */

static struct dx_go_evidence
evidence(const char *sha256)
{
	switch (sha256[0]) {
	case 'a':
		return (struct dx_go_evidence){ .kind = "artifact" };
	case 'b':
		return (struct dx_go_evidence){ .kind = NULL };
	case 'c':
		return (struct dx_go_evidence){ .kind = "slo_burn", .verdict = "fail", .judged = true };
	case 'd':
		return (struct dx_go_evidence){ .kind = "slo_burn", .judged = true };
	default:
		return (struct dx_go_evidence){ .kind = "slo_burn", .verdict = "pass", .judged = true };
	}
}

struct tried { int rc; struct dx_err err; struct dx_go *go; struct dx_go_decision d; struct dx_json document; };

static struct tried
try_with(const char *text, const struct dx_waivers *waivers, int64_t now, bool strict)
{
	struct tried t = { .rc = -1 };
	struct dx_go_evidence known[64];
	struct dx_go_signer signer[DX_GO_ROLES];
	struct dx_go_facts f = { known, signer, waivers, now, strict };

	if (dx_go_parse(text, strlen(text), NULL, &t.go, &t.err) != 0)
		return t;
	for (size_t i = 0; i < t.go->digest_count; i++)
		known[i] = evidence(t.go->digest[i]);
	for (size_t i = 0; i < t.go->signoff_count; i++) {
		const char *by = t.go->signoff[i].by;
		signer[i] = by == NULL || by[0] == 'x' ? (struct dx_go_signer){ NULL, DX_R_SIGNATURE_KEY_UNKNOWN, "no such key" } :
		    (struct dx_go_signer){ by, DX_OK, NULL };
	}
	t.rc = dx_go_decide(t.go, &f, &t.d, &t.err);
	if (t.rc == 0) {
		struct dx_json o = dx_go_document(&arena, t.go, &f, &t.d);
		t.document = dx_json_copy(&arena, &o);
	}
	return t;
}

static struct tried
try(const char *text)
{
	return try_with(text, NULL, NOW, false);
}

static void
drop(struct tried *t)
{
	dx_go_decision_release(&t->d);
	dx_go_free(t->go);
}

static const char *
reasons(const struct tried *t)
{
	const struct dx_json *list = dx_json_get(&t->document, "reasons");
	const char *text = "";

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		text = dx_arena_printf(&arena, "%s%s%s", text, i > 0 ? " " : "", dx_json_str(&list->u.items[i]));
	return text;
}

/* --- items --- */

static const struct { const char *what, *id, *items, *decision, *reasons; } items[] = {
	{ "complete, shown", "testing", DONE, "GO", "" },
	{ "complete, nothing shows it", "testing", "{'name':'n','status':'complete','evidence':null}", "NO_GO", "evidence_missing" },
	{ "complete, no member evidence", "testing", "{'name':'n','status':'complete'}", "NO_GO", "evidence_missing" },
	{ "complete, an empty list", "testing", "{'name':'n','status':'complete','evidence':[]}", "NO_GO", "evidence_missing" },
	{ "complete, not recorded", "testing", "{'name':'n','status':'complete','evidence':'" ABSENT "'}", "NO_GO", "evidence_invalid" },
	{ "complete, failed", "testing", "{'name':'n','status':'complete','evidence':'" FAILED "'}", "NO_GO", "evidence_invalid" },
	{ "complete, never judged", "testing", "{'name':'n','status':'complete','evidence':'" UNSEEN "'}", "NO_GO", "evidence_invalid" },
	{ "complete, passed", "testing", "{'name':'n','status':'complete','evidence':['" PASSED "','" GOOD "']}", "GO", "" },
	{ "complete, one of two failed", "testing", "{'name':'n','status':'complete','evidence':['" PASSED "','" FAILED "']}", "NO_GO",
	    "evidence_invalid" },
	{ "pending, with a condition", "testing", "{'name':'n','status':'pending','condition':" COND("full", "false") "}",
	    "GO_WITH_CONDITIONS", "condition_unmet" },
	{ "partial, with a condition", "testing", "{'name':'n','status':'partial','condition':" COND("canary", "true") "}",
	    "GO_WITH_CONDITIONS", "" },
	{ "pending without one", "testing", "{'name':'n','status':'pending'}", "NO_GO", "item_without_condition" },
	{ "partial, null for one", "testing", "{'name':'n','status':'partial','condition':null}", "NO_GO", "item_without_condition" },
	{ "a condition that nobody owns", "testing",
	    "{'name':'n','status':'pending','condition':{'text':'t','due_before':'full','met':true}}", "NO_GO", "item_without_condition" },
	{ "a condition that a blank owns", "testing",
	    "{'name':'n','status':'pending','condition':{'text':'t','owner':'  ','due_before':'full','met':true}}", "NO_GO",
	    "item_without_condition" },
	{ "pending, data at stake", "reliability",
	    "{'name':'n','status':'pending','data_safety':true,'condition':" COND("dark_launch", "true") "}", "NO_GO", "data_safety_pending" },
	{ "partial, data at stake", "reliability",
	    "{'name':'n','status':'partial','data_safety':true,'condition':" COND("dark_launch", "true") "}", "GO_WITH_CONDITIONS", "" },
	{ "a stand-in in security", "security", "{'name':'n','status':'placeholder','condition':" COND("dark_launch", "true") "}", "NO_GO",
	    "placeholder_in_security" },
	{ "a stand-in, due in time", "testing", "{'name':'n','status':'placeholder','condition':" COND("dark_launch", "true") "}",
	    "GO_WITH_CONDITIONS", "" },
	{ "a stand-in, due at the end", "testing", "{'name':'n','status':'placeholder','condition':" COND("dark_launch_end", "true") "}",
	    "NO_GO", "placeholder_late" },
	{ "a stand-in, due later", "testing", "{'name':'n','status':'placeholder','condition':" COND("canary", "true") "}", "NO_GO",
	    "placeholder_late" },
	{ "a stand-in for good", "testing", "{'name':'n','status':'placeholder'}", "NO_GO", "placeholder_late" },
	{ "failed", "testing", "{'name':'n','status':'failed','evidence':'" GOOD "','condition':" COND("full", "true") "}", "NO_GO",
	    "item_failed" },
	{ "nothing under a criterion", "testing", "", "NO_GO", "criterion_empty" },
	{ "the worst of two", "testing", DONE ",{'name':'m','status':'failed'}", "NO_GO", "item_failed" },
	{ "complete, on a condition", "testing", "{'name':'n','status':'complete','evidence':'" GOOD "','condition':" COND("full", "false") "}",
	    "GO_WITH_CONDITIONS", "condition_unmet" },
	{ "complete, its condition met", "testing", "{'name':'n','status':'complete','evidence':'" GOOD "','condition':" COND("full", "true") "}",
	    "GO", "" },
	{ "complete, on a condition that nobody owns", "testing", "{'name':'n','status':'complete','evidence':'" GOOD "','condition':{'text':'t',"
	    "'due_before':'full','met':false}}", "NO_GO", "item_without_condition" },
	{ "complete, on an overdue condition", "testing", "{'name':'n','status':'complete','evidence':'" GOOD "','condition':{'text':'t',"
	    "'owner':'o','due_before':'full','due_at':'2026-04-01','met':false}}", "NO_GO", "condition_overdue" },
	{ "overdue", "testing", "{'name':'n','status':'pending','condition':{'text':'t','owner':'o','due_before':'full',"
	    "'due_at':'2026-04-22T23:20:00Z','met':false}}", "NO_GO", "condition_overdue" },
	{ "due in a moment", "testing", "{'name':'n','status':'pending','condition':{'text':'t','owner':'o','due_before':'full',"
	    "'due_at':'2026-04-22T23:20:00.000001Z','met':false}}", "GO_WITH_CONDITIONS", "condition_unmet" },
	{ "overdue, but met", "testing", "{'name':'n','status':'pending','condition':{'text':'t','owner':'o','due_before':'full',"
	    "'due_at':'2026-04-01','met':true}}", "GO_WITH_CONDITIONS", "" },
};

/* Figures: the six floors and others, on both sides of the target and exactly there. */
#define BENCH(name, measured)	"{'name':'" name "','status':'complete','evidence':'" GOOD "','measured':" measured "}"
#define FIGURE(compare, target, measured) \
	"{'name':'n','evidence':'" GOOD "','compare':'" compare "','target':" target ",'measured':" measured "}"
static const struct { const char *items, *decision, *reasons; } figures[] = {
	{ BENCH("idempotency", "1000"), "GO", "" }, { BENCH("idempotency", "'999.999999'"), "NO_GO", "item_failed" },
	{ BENCH("lock", "500"), "GO", "" }, { BENCH("lock", "499"), "NO_GO", "item_failed" },
	{ BENCH("queue", "'500.0'"), "GO", "" }, { BENCH("queue", "499"), "NO_GO", "item_failed" },
	{ BENCH("progress", "200"), "GO", "" }, { BENCH("progress", "199"), "NO_GO", "item_failed" },
	{ BENCH("events", "1000"), "GO", "" }, { BENCH("events", "999"), "NO_GO", "item_failed" },
	{ BENCH("mask", "2000"), "GO", "" }, { BENCH("mask", "1999"), "NO_GO", "item_failed" },
	{ BENCH("mask", "'unknown'"), "NO_GO", "item_without_condition" }, { BENCH("mask", "null"), "NO_GO", "item_without_condition" },
	{ "{'name':'mask','status':'complete','evidence':'" GOOD "'}", "NO_GO", "item_without_condition" },
	{ "{'name':'mask','status':'complete','measured':'unknown','condition':" COND("full", "true") "}", "GO_WITH_CONDITIONS", "" },
	{ "{'name':'mask','status':'complete','evidence':'" GOOD "','target':'1','measured':'1999'}", "NO_GO", "item_failed" },
	{ "{'name':'mask','status':'complete','evidence':'" GOOD "','target':'5000','measured':'4999'}", "NO_GO", "item_failed" },
	{ "{'name':'mask','status':'complete','measured':'9999'}", "NO_GO", "evidence_missing" },
	{ "{'name':'mask','status':'failed','evidence':'" GOOD "','measured':'9999'}", "NO_GO", "item_failed" },
	{ "{'name':'mask','status':'partial','measured':'9999'}", "NO_GO", "item_without_condition" },
	{ FIGURE(">=", "5", "5"), "GO", "" }, { FIGURE(">", "5", "5"), "NO_GO", "item_failed" },
	{ FIGURE(">", "5", "'5.000000000000000000000000000001'"), "GO", "" }, { FIGURE("<=", "5", "5"), "GO", "" },
	{ FIGURE("<", "5", "5"), "NO_GO", "item_failed" }, { FIGURE("<", "5", "'4.999999999999999999999999999999'"), "GO", "" },
	{ FIGURE("<", "'0.3'", "'0.1'"), "GO", "" }, { FIGURE("<=", "'50'", "'50.0'"), "GO", "" },
	{ FIGURE("<=", "'-1'", "'-2'"), "GO", "" },
};

static void
decided(const char *what, const char *text, const char *decision, const char *want)
{
	struct tried t = try(text);

	if (!ok(t.rc == 0, "%s: decided", what))
		diag("%s %s: %s", dx_reason_code(t.err.reason), t.err.at, t.err.text);
	is_str(dx_json_get_str(&t.document, "decision"), decision, "%s: decision", what);
	is_str(reasons(&t), want, "%s: reasons", what);
	drop(&t);
}

static void
test_items(void)
{
	for (size_t i = 0; i < COUNT(items); i++)
		decided(items[i].what, document(items[i].id, items[i].items, "", FIVE), items[i].decision, items[i].reasons);
	for (size_t i = 0; i < COUNT(figures); i++)
		decided(shown(figures[i].items), document("performance", figures[i].items, "", FIVE), figures[i].decision, figures[i].reasons);
}

/* --- risks, sign-offs --- */

#define RISK(level, open, rest)	"{'level':'" level "','open':" open rest "}"
static void
test_risks(void)
{
	static const struct { const char *risks, *decision, *reasons; } rows[] = {
		{ RISK("high", "true", ",'mitigation':'m','owner':'o'"), "NO_GO", "risk_high_open" },
		{ RISK("high", "false", ""), "GO", "" },
		{ RISK("medium", "true", ",'mitigation':'m','owner':'o'"), "GO", "" },
		{ RISK("medium", "true", ",'mitigation':'m'"), "NO_GO", "risk_medium_unowned" },
		{ RISK("medium", "true", ",'mitigation':null,'owner':'o'"), "NO_GO", "risk_medium_unowned" },
		{ RISK("medium", "true", ",'mitigation':'m','owner':' '"), "NO_GO", "risk_medium_unowned" },
		{ RISK("medium", "false", ""), "GO", "" }, { RISK("low", "true", ""), "GO", "" },
		{ RISK("high", "true", "") "," RISK("medium", "true", ""), "NO_GO", "risk_high_open risk_medium_unowned" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		decided(shown(rows[i].risks), document("", "", rows[i].risks, FIVE), rows[i].decision, rows[i].reasons);
}

#define SIGN(role, vote, by)	"{'role':'" role "','decision':'" vote "','date':'2026-04-20','by':" by "}"
#define THREE	SIGN("product_manager", "go", "'p3'") "," SIGN("security_lead", "go", "'p4'") "," SIGN("operations_lead", "go", "'p5'")
#define FOUR	SIGN("engineering_manager", "go", "'p2'") "," THREE
static void
test_signoffs(void)
{
	static const struct { const char *signoffs, *decision, *reasons; } rows[] = {
		{ FIVE, "GO", "" }, { FOUR, "UNDECIDED", "signoff_missing" },
		{ "", "UNDECIDED", "signoff_missing signoff_missing signoff_missing signoff_missing signoff_missing" },
		{ SIGN("technical_lead", "no_go", "'p1'") "," FOUR, "NO_GO", "signoff_no_go" },
		{ SIGN("technical_lead", "no_go", "'p1'") "," THREE, "NO_GO", "signoff_no_go signoff_missing" },
		{ SIGN("technical_lead", "go", "'x1'") "," FOUR, "UNDECIDED", "signoff_missing" },
		{ SIGN("technical_lead", "no_go", "'x1'") "," FOUR, "UNDECIDED", "signoff_missing" },
		{ "{'role':'technical_lead','decision':'go','date':'2026-04-23T00:00:00Z','by':'p1'}," FOUR, "UNDECIDED", "signoff_missing" },
		{ "{'role':'technical_lead','decision':'go','date':'2026-04-22T23:25:00Z','by':'p1'}," FOUR, "GO", "" },
	};
	struct tried t;
	struct dx_buf text = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		decided(dx_arena_printf(&arena, "sign-offs %zu", i), document("", "", "", rows[i].signoffs), rows[i].decision, rows[i].reasons);
	/* Known only by the key that signed: the facts say p2 for both. */
	t = try(document("", "", "", SIGN("technical_lead", "go", "'p2'") "," FOUR));
	is_int(t.rc, -1, "one person, two roles");
	is_str(dx_reason_code(t.err.reason), "signoff_same_person", "one person, two roles: code");
	is_str(t.err.at, "/signoffs/1", "and where");
	drop(&t);
	t = try(document("", "", "", FIVE));
	dx_go_statement(t.go, 3, false, &text);
	is_str(text.data, dx_arena_printf(&arena, "dealix.go.signoff.v1\n1.4.0\n%s\nsecurity_lead\nno_go\n", t.go->sha256), "what is signed");
	dx_buf_release(&text);
	drop(&t);
}

static void
test_same_person_by_key(void)
{
	struct dx_go *g = NULL;
	struct dx_err err = { 0 };
	struct dx_go_decision d;
	char *text = quoted(dx_arena_printf(&arena, "{'schema':'dealix.go.v1','release':'1','criteria':[%s],'risks':[],'signoffs':["
	    "{'role':'technical_lead','decision':'go','date':'2026-04-20','signature':'s'},"
	    "{'role':'security_lead','decision':'go','date':'2026-04-20','signature':'s'}]}", criteria("", "")));
	struct dx_go_evidence known[1] = { { .kind = "artifact" } };
	struct dx_go_signer signer[2] = { { "ana", DX_OK, NULL }, { "ana", DX_OK, NULL } };
	struct dx_go_facts f = { known, signer, NULL, NOW, false };

	ok(dx_go_parse(text, strlen(text), NULL, &g, &err) == 0, "nobody is named");
	is_int(dx_go_decide(g, &f, &d, &err), -1, "one key, two roles");
	is_str(dx_reason_code(err.reason), "signoff_same_person", "one key, two roles: code");
	dx_go_decision_release(&d);
	dx_go_free(g);
}

/* --- documents that are none --- */

static void
refused(const char *what, const char *text, const char *code, const char *at)
{
	struct dx_go *g = NULL;
	struct dx_err err = { 0 };
	int rc = dx_go_parse(text, strlen(text), NULL, &g, &err);

	ok(rc == -1 && g == NULL, "%s: refused", what);
	is_str(dx_reason_code(err.reason), code, "%s: code", what);
	if (at != NULL)
		is_str(err.at, at, "%s: where", what);
	dx_go_free(g);
}

static void
test_shape(void)
{
	static const struct { const char *item, *code; } bad[] = {
		{ "{'name':'n'}", "field_invalid" }, { "{'status':'pending'}", "field_invalid" },
		{ "{'name':'n','status':'done'}", "field_invalid" }, { "{'name':'','status':'pending'}", "field_invalid" },
		{ "{'name':'a\\nb','status':'pending'}", "field_invalid" }, { "{'name':'n','status':'pending','evidence':'abc'}", "field_invalid" },
		{ "{'name':'n','status':'pending','evidence':[null]}", "field_invalid" },
		{ "{'name':'n','status':'pending','evidence':7}", "field_invalid" },
		{ "{'name':'n','status':'pending','data_safety':'yes'}", "field_invalid" },
		{ "{'name':'n','status':'pending','note':'x'}", "unknown_field" },
		{ "{'name':'n','status':'pending','target':1,'measured':2}", "unknown_field" },
		{ "{'name':'n','status':'pending','condition':{'text':'t','owner':'o','due_before':'later','met':true}}", "field_invalid" },
		{ "{'name':'n','status':'pending','condition':{'text':'t','owner':'o','due_before':'full'}}", "field_invalid" },
		{ "{'name':'n','status':'pending','condition':{'text':'t','owner':'o','due_before':'full','met':1}}", "field_invalid" },
		{ "{'name':'n','status':'pending','condition':{'text':'t','owner':'o','due_before':'full','met':true,'x':1}}", "unknown_field" },
		{ "{'name':'n','status':'pending','condition':{'text':'t','due_before':'full','due_at':'soon','met':true}}", "time_invalid" },
		{ "{'name':'n','status':'pending','condition':[]}", "field_invalid" }, { "[]", "field_invalid" },
		{ "{'name':'n','status':'pending','status':'pending'}", "json_duplicate_member" },
		{ DONE "," DONE, "field_invalid" },
	};
	static const char *const figures_not[] = { "'NaN'", "'1e999'", "'5e3'", "'-'", "' 5000'", "'+5000'", "'0x1000'", "'1_000'", "'5000.'", "''",
	    "true", "[]", "'10000000000000000000000000000000000000000'" };
	const char *all = criteria("", "");
	const char *tail = ",'risks':[]}";

	for (size_t i = 0; i < COUNT(bad); i++)
		refused(shown(bad[i].item), document("testing", bad[i].item, "", ""), bad[i].code, NULL);
	for (size_t i = 0; i < COUNT(figures_not); i++)
		refused(figures_not[i], document("performance", dx_arena_printf(&arena, BENCH("lock", "%s"), figures_not[i]), "", ""), "field_invalid",
		    "/criteria/2/items/0/measured");
	refused("a criterion missing", quoted(dx_arena_printf(&arena, "{'schema':'dealix.go.v1','release':'1','criteria':[%s]%s",
	    strchr(all, ',') != NULL ? strstr(all, "{'id':'testing'") : "", tail)), "criterion_set", "/criteria");
	refused("one twice", quoted(dx_arena_printf(&arena, "{'schema':'dealix.go.v1','release':'1','criteria':[%s,{'id':'testing','items':[]}]%s",
	    all, tail)), "criterion_set", "/criteria/10");
	refused("one of another name", quoted(dx_arena_printf(&arena,
	    "{'schema':'dealix.go.v1','release':'1','criteria':[%s,{'id':'beauty','items':[]}]%s", all, tail)), "criterion_set", "/criteria/10");
	refused("no release", quoted(dx_arena_printf(&arena, "{'schema':'dealix.go.v1','criteria':[%s]%s", all, tail)), "field_missing", "/release");
	refused("no risks", quoted(dx_arena_printf(&arena, "{'schema':'dealix.go.v1','release':'1','criteria':[%s]}", all)), "field_invalid",
	    "/risks");
	refused("another schema", quoted(dx_arena_printf(&arena, "{'schema':'dealix.go.v2','release':'1','criteria':[%s]%s", all, tail)),
	    "field_invalid", "/schema");
	refused("no schema", quoted(dx_arena_printf(&arena, "{'release':'1','criteria':[%s]%s", all, tail)), "field_invalid", "/schema");
	refused("a member too many", document("", "", "", FIVE "],'x':["), "unknown_field", "/x");
	refused("a level", document("", "", RISK("huge", "true", ""), FIVE), "field_invalid", "/risks/0/level");
	refused("open or not", document("", "", "{'level':'low'}", FIVE), "field_invalid", "/risks/0/open");
	refused("a role", document("", "", "", SIGN("janitor", "go", "'p'")), "field_invalid", "/signoffs/0/role");
	refused("a vote", document("", "", "", SIGN("security_lead", "maybe", "'p'")), "field_invalid", "/signoffs/0/decision");
	refused("a role twice", document("", "", "", SIGN("security_lead", "go", "'p'") "," SIGN("security_lead", "go", "'q'")),
	    "field_invalid", "/signoffs/1/role");
	refused("a date", document("", "", "", "{'role':'security_lead','decision':'go','date':'2026-02-30','by':'p'}"), "time_invalid",
	    "/signoffs/0/date");
	refused("a date without offset", document("", "", "", "{'role':'security_lead','decision':'go','date':'2026-02-20T10:00:00'}"),
	    "time_without_offset", "/signoffs/0/date");
	refused("no date", document("", "", "", "{'role':'security_lead','decision':'go'}"), "field_invalid", "/signoffs/0/date");
	refused("empty", "", "input_empty", NULL);
	refused("no JSON", "go", "json_invalid", NULL);
	refused("a figure", document("performance", "{'name':'n','target':'x','measured':1}", "", FIVE), "field_invalid", NULL);
	refused("a figure without its target", document("performance", "{'name':'n','measured':1}", "", FIVE), "field_invalid", NULL);
	refused("a floor as a ceiling", document("performance", "{'name':'mask','compare':'<=','target':9,'measured':1}", "", FIVE), "field_invalid",
	    NULL);
	refused("huge", document("performance", "{'name':'n','target':1e9999,'measured':1}", "", FIVE), "number_not_exact", NULL);
}

/* --- phases --- */

static void
test_blocking(void)
{
	static const struct { const char *due; bool dark, canary, full; } rows[] = {
		{ "dark_launch", true, true, true }, { "dark_launch_end", false, true, true }, { "canary", false, true, true },
		{ "full", false, false, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int met = 0; met < 2; met++) {
			struct tried t = try(document("testing", dx_arena_printf(&arena, "{'name':'n','status':'pending','condition':"
			    "{'text':'t','owner':'o','due_before':'%s','met':%s}}", rows[i].due, met ? "true" : "false"), "", FIVE));
			is_int(dx_go_blocks(&t.d, DX_PHASE_DARK_LAUNCH), !met && rows[i].dark, "%s %d: dark_launch", rows[i].due, met);
			is_int(dx_go_blocks(&t.d, DX_PHASE_CANARY), !met && rows[i].canary, "%s %d: canary", rows[i].due, met);
			is_int(dx_go_blocks(&t.d, DX_PHASE_FULL), !met && rows[i].full, "%s %d: full", rows[i].due, met);
			is_int(dx_go_exit(&t.d), DX_EXIT_WAIT, "%s %d: exit", rows[i].due, met);
			drop(&t);
		}
}

/* --- waivers --- */

static struct dx_waivers *
waivers(const char *gate, const char *check, const char *from, const char *to)
{
	char *text = quoted(dx_arena_printf(&arena, "{'schema':'dealix.waivers.v1','waivers':[{'id':'KI-1','gate':'%s','check':'%s',"
	    "'reason':'the report comes on Monday','owner':'o','approved_by':'l','created_at':'%s','expires_at':'%s'}]}", gate, check, from, to));
	struct dx_faults f = { 0 };
	struct dx_waivers *w = NULL;

	if (dx_waivers_parse(text, strlen(text), &w, &f) != 0)
		diag("%s", f.item[0].text);
	dx_faults_release(&f);
	return w;
}

static void
waived(const char *what, const char *check, const char *from, const char *to, const char *decision, const char *detail, size_t unused)
{
	struct dx_waivers *w = waivers("1.4.0", check, from, to);
	struct tried t = try_with(document("testing", "{'name':'n','status':'failed'}", "", FIVE), w, NOW, false);

	is_str(dx_json_get_str(&t.document, "decision"), decision, "%s: decision", what);
	for (size_t i = 0; t.rc == 0 && i < t.go->item_count; i++)
		if (strcmp(dx_go_criteria[t.go->item[i].criterion], "testing") == 0)
			ok(strncmp(t.d.item[i].detail, detail, strlen(detail)) == 0, "%s: %s", what, t.d.item[i].detail);
	is_int((intmax_t)t.d.unused_count, (intmax_t)unused, "%s: unused", what);
	drop(&t);
	dx_waivers_free(w);
}

static void
test_waivers(void)
{
	struct dx_waivers *w;
	struct tried t;

	waived("in force", "testing/n", "2026-04-20T00:00:00Z", "2026-04-22T23:20:00.000001Z", "GO", "item_failed, waived by KI-1", 0);
	waived("expired", "testing/n", "2026-04-20T00:00:00Z", "2026-04-22T23:20:00Z", "NO_GO", "waiver_expired: KI-1", 1);
	waived("not yet", "testing/n", "2026-04-22T23:20:00.000001Z", "2026-04-25T00:00:00Z", "NO_GO", "waiver_not_yet: KI-1", 1);
	waived("not needed", "security/n", "2026-04-20T00:00:00Z", "2026-04-25T00:00:00Z", "NO_GO", "it is said to have failed", 1);
	w = waivers("1.4.0", "testing/other", "2026-04-20T00:00:00Z", "2026-04-25T00:00:00Z");
	t = try_with(document("", "", "", FIVE), w, NOW, false);
	is_str(dx_reason_code(t.err.reason), "waiver_dangling", "of an item that is not there");
	drop(&t);
	dx_waivers_free(w);
	w = waivers("tests", "suite", "2026-04-20T00:00:00Z", "2026-04-25T00:00:00Z");
	t = try_with(document("", "", "", FIVE), w, NOW, false);
	is_str(dx_json_get_str(&t.document, "decision"), "GO", "of another gate: nothing to do with it");
	is_int((intmax_t)t.d.unused_count, 0, "and not unused");
	drop(&t);
	dx_waivers_free(w);
}

/* --- strict --- */

static void
test_strict(void)
{
	static const struct { const char *evidence, *kind; bool blocks; } rows[] = {
		{ "null", "'evidence_kind':'slo_burn',", true }, { "'" PASSED "'", "'evidence_kind':'slo_burn',", false },
		{ "'" FAILED "'", "'evidence_kind':'slo_burn',", true }, { "'" GOOD "'", "'evidence_kind':'slo_burn',", true },
		{ "null", "", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int strict = 0; strict < 2; strict++) {
			struct tried t = try_with(document("testing", dx_arena_printf(&arena, "{'name':'n','status':'pending','evidence':%s,"
			    "'condition':{'text':'t','owner':'o',%s'due_before':'full','met':true}}", rows[i].evidence, rows[i].kind), "", FIVE),
			    NULL, NOW, strict != 0);
			is_int(dx_go_blocks(&t.d, DX_PHASE_FULL), strict && rows[i].blocks, "strict %d, row %zu", strict, i);
			drop(&t);
		}
}

/* --- properties --- */

static unsigned seed = 20261121;
static unsigned
roll(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static const char *
random_item(unsigned number)
{
	static const char *const statuses[] = { "complete", "complete", "complete", "partial", "pending", "placeholder" };
	static const char *const shown_by[] = { "'" GOOD "'", "'" GOOD "'", "'" PASSED "'", "null", "'" ABSENT "'" };
	static const char *const conditions[] = { COND("dark_launch", "false"), COND("full", "true"), COND("canary", "false"), "null" };

	return dx_arena_printf(&arena, "{'name':'i%u','status':'%s','evidence':%s,'condition':%s}", number, statuses[roll(6)],
	    shown_by[roll(5)], conditions[roll(4)]);
}

static void
test_properties(void)
{
	unsigned same = 0, no_better = 0;

	for (unsigned round = 0; round < 400; round++) {
		const char *item[4], *there = "", *back = "";
		struct tried t, reversed, worse;

		for (unsigned i = 0; i < 4; i++)
			item[i] = random_item(i);
		for (unsigned i = 0; i < 4; i++) {
			there = dx_arena_printf(&arena, "%s%s%s", there, i > 0 ? "," : "", item[i]);
			back = dx_arena_printf(&arena, "%s%s%s", back, i > 0 ? "," : "", item[3 - i]);
		}
		t = try(document("testing", there, "", FIVE));
		reversed = try(document("testing", back, "", FIVE));
		worse = try(document("testing", dx_arena_printf(&arena, "%s,{'name':'bad','status':'failed'}", there), "", FIVE));
		same += t.rc == 0 && t.d.overall == reversed.d.overall && memcmp(t.d.blocked, reversed.d.blocked, sizeof(t.d.blocked)) == 0;
		no_better += worse.rc == 0 && worse.d.overall >= t.d.overall && worse.d.overall == DX_GO_NO;
		drop(&t);
		drop(&reversed);
		drop(&worse);
		dx_arena_reset(&arena);
	}
	is_int(same, 400, "the order of items does not matter");
	is_int(no_better, 400, "an item that failed never makes it better");
}

/* --- what is shipped --- */

static char *
shipped(const char *name)
{
	struct dx_buf text = { 0 };
	struct dx_err err = { 0 };
	char *copy;

	if (dx_file_read(dx_arena_printf(&arena, "policies/go/%s", name), DX_GO_TEXT, DX_R_JSON_TOO_LARGE, &text, &err) != 0)
		diag("%s", err.text);
	copy = dx_arena_dup(&arena, text.data, text.len);
	dx_buf_release(&text);
	return copy;
}

/* The digest of policies/go/acceptance.txt stands for evidence: its first digit makes it recorded here or not, so the facts are
 * given by hand. */
static void
test_worked(void)
{
	static const struct { const char *file; size_t items; const char *decision; size_t security; } rows[] = {
		{ "template.json", 74, "NO_GO", 0 }, { "placeholders.json", 74, "NO_GO", 2 }, { "conditions.json", 74, "UNDECIDED", 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = shipped(rows[i].file);
		struct dx_go_evidence known[1] = { { .kind = "artifact" } };
		struct dx_go_facts f = { known, NULL, NULL, NOW, false };
		struct dx_go_decision d = { .overall = DX_GO_NO };
		struct dx_go *g = NULL;
		struct dx_err err = { 0 };
		size_t found = 0, others = 0;

		if (!ok(dx_go_parse(text, strlen(text), NULL, &g, &err) == 0 && dx_go_decide(g, &f, &d, &err) == 0, "%s: decided", rows[i].file)) {
			diag("%s %s", err.at, err.text);
			continue;
		}
		is_int((intmax_t)g->item_count, (intmax_t)rows[i].items, "%s: items", rows[i].file);
		is_str(dx_go_decisions[d.overall], rows[i].decision, "%s: decision", rows[i].file);
		for (size_t k = 0; k < d.finding_count; k++) {
			found += d.finding[k].reason == DX_R_PLACEHOLDER_IN_SECURITY;
			others += d.finding[k].reason == DX_R_ITEM_WITHOUT_CONDITION;
		}
		is_int((intmax_t)found, (intmax_t)rows[i].security, "%s: placeholder_in_security", rows[i].file);
		is_int((intmax_t)others, strcmp(rows[i].file, "template.json") == 0 ? 74 : 0, "%s: item_without_condition", rows[i].file);
		dx_go_decision_release(&d);
		dx_go_free(g);
	}
}

int
main(void)
{
	test_items();
	test_risks();
	test_signoffs();
	test_same_person_by_key();
	test_shape();
	test_blocking();
	test_waivers();
	test_strict();
	test_properties();
	test_worked();
	dx_arena_release(&arena);
	return done();
}
