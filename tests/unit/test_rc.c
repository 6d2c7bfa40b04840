/* check/rc: release candidates, step by step. */
#include <stdlib.h>
#include <strings.h>

#include "check/rc.h"
#include "json_doc.h"
#include "tap.h"

#define C1	"1111111111111111111111111111111111111111"
#define C2	"2222222222222222222222222222222222222222"
#define MAIN	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define MERGE	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define COUNT(x)	(sizeof(x) / sizeof(*(x)))

static struct dx_arena arena;

/* --- people: ci is a service, gone is disabled, the others are persons; ana wrote as ana@x --- */

static enum dx_rc_kind
kind(const void *ctx, const char *who)
{
	(void)ctx;
	if (strcmp(who, "ci") == 0)
		return DX_RC_SERVICE;
	if (strcmp(who, "gone") == 0)
		return DX_RC_DISABLED;
	return strcmp(who, "ana") == 0 || strcmp(who, "omar") == 0 ? DX_RC_PERSON : DX_RC_UNKNOWN;
}

static bool
is_author(const void *ctx, const char *who, const char *address)
{
	(void)ctx;
	return strcasecmp(who, address) == 0 || (strcmp(who, "ana") == 0 && strcasecmp(address, "ana@x") == 0);
}

/* --- what is known, unless a test says otherwise --- */

static const char *const authors[] = { "ana@x" };
static const struct dx_rc_tag tags[] = { { "v1.3.9", MAIN, true }, { "v1.4.0", MERGE, true }, { "vx", MAIN, true } };
static const struct dx_rc_past past[] = {
	{ 6, true, C2 }, { 5, true, C2 }, { 4, true, C2 }, { 3, true, C2 }, { 2, true, C2 }, { 1, true, C1 },
};
#define RUN(gate, actor, document, ready)	{ gate, actor, document, ready }
static const struct dx_rc_gate runs[] = {
	RUN("release-readiness", "omar", "d2", true), RUN("tests", "ci", "d3", true), RUN("release-readiness", "ci", "d2", true),
	RUN("architecture-brief", "ci", "d1", true), RUN("tests", "ana", "d3", true), RUN("release-readiness", "ana", "d2", true),
	RUN("architecture-brief", "ana", "d1", true),
};

struct scene {
	struct dx_rc_facts	 facts;
	struct dx_rc_known	 known;
	const char		*require[2];
	size_t			 requires;
};

static struct scene
with_git(void)
{
	return (struct scene){
		.facts = { .here = true, .head = C2, .branch = true, .head_known = true, .base = MAIN, .target = MAIN, .author = authors,
		    .authors = 1, .tag = tags, .tags = 1, .merged = true, .tree_equal = true },
		.known = { .store = true, .past = past, .pasts = COUNT(past), .gate = runs, .gates = COUNT(runs), .kind = kind,
		    .is_author = is_author },
	};
}

static struct scene
stated(void)
{
	struct scene s = with_git();

	s.facts = (struct dx_rc_facts){ 0 };
	return s;
}

/* The codes of the reasons, joined; "" when the step passes. */
static const char *
codes(const struct scene *s, int step, const char *text)
{
	struct doc d;
	struct dx_rc rc;
	struct dx_json reasons;
	char *out = dx_arena_dup(&arena, "", 0), *quoted = dx_arena_dup(&arena, text, strlen(text));

	for (char *c = quoted; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	if (!doc_parse(&d, quoted, DX_JSON_OURS) || dx_rc_parse(&d.v, &rc, &d.err) != 0) {
		out = dx_arena_printf(&arena, "%s %s", dx_reason_code(d.err.reason), d.err.at);
		doc_free(&d);
		return out;
	}
	reasons = dx_rc_judge(&rc, step, &s->facts, &s->known, s->require, s->requires, &arena);
	for (uint32_t i = 0; i < reasons.count; i++)
		out = dx_arena_printf(&arena, "%s%s%s", out, i > 0 ? " " : "", dx_json_get_str(&reasons.u.items[i], "code"));
	doc_free(&d);
	return out;
}

#define RC(more)	"{'rc':'rc/1.4.0','head':'" C2 "'" more "}"
#define GOOD6		",'authors':['ana@x'],'approvals':[{'by':'omar','at_commit':'" C2 "'}],'behind':0,'status':{'gates':'success'}"

static void
test_document(void)
{
	static const struct { const char *text, *want; } each[] = {
		{ "{'rc':'rc/1.4.0'}", "field_invalid /head" }, { "{'head':'" C2 "'}", "field_invalid /rc" },
		{ "[]", "field_invalid " }, { RC(",'schema':'dealix.rc.v2'"), "field_invalid /schema" },
		{ RC(",'extra':1"), "unknown_field /extra" }, { RC(",'authors':'ana'"), "field_invalid /authors" },
		{ RC(",'authors':[1]"), "field_invalid /authors" }, { RC(",'approvals':[{'by':'omar'}]"), "field_invalid /approvals/0/at_commit" },
		{ RC(",'approvals':[{'by':'omar','at_commit':'c','x':1}]"), "unknown_field /approvals/0/x" },
		{ RC(",'approvals':['omar']"), "field_invalid /approvals/0" }, { RC(",'status':{'a':'green'}"), "field_invalid /status/a" },
		{ RC(",'status':[]"), "field_invalid /status" }, { RC(",'behind':-1"), "field_invalid /behind" },
		{ RC(",'behind':'0'"), "field_invalid /behind" }, { RC(",'tag':{'commit':'x'}"), "field_invalid /tag/name" },
		{ RC(",'tag':{'name':'v1','x':1}"), "unknown_field /tag/x" }, { RC(",'tag':7"), "field_invalid /tag" },
		{ RC(",'target':null"), "field_invalid /target" }, { RC(",'change_request':true"), "field_invalid /change_request" },
		{ "{'rc':'rc/1\\u0001','head':'x'}", "field_invalid /rc" },
	};
	struct scene s = with_git();

	for (size_t i = 0; i < COUNT(each); i++)
		is_str(codes(&s, 1, each[i].text), each[i].want, "document: %s", each[i].text);
	is_str(codes(&s, 1, RC(",'schema':'dealix.rc.v1','change_request':17,'title':'x','target':'main','merge_commit':'x'")), "",
	    "document: all members");
}

static void
test_step_1(void)
{
	struct scene s = with_git();

	is_str(codes(&s, 1, RC("")), "", "step 1: from the tip of main");
	s.facts.base = C1;
	s.facts.behind = 2;
	is_str(codes(&s, 1, RC("")), "rc_not_from_main", "step 1: from an older commit");
	s.facts.base = NULL;
	is_str(codes(&s, 1, RC("")), "rc_not_from_main", "step 1: no common history");
	s.facts.target = NULL;
	is_str(codes(&s, 1, RC("")), "rc_not_from_main", "step 1: there is no main");
	s = stated();
	is_str(codes(&s, 1, RC(",'behind':0")), "", "step 1: stated");
	is_str(codes(&s, 1, RC(",'behind':1")), "rc_not_from_main", "step 1: stated to be behind");
	is_str(codes(&s, 1, RC("")), "rc_not_from_main", "step 1: nothing stated is no pass");
	is_str(codes(&s, 1, "{'rc':'rc/v1.4.0','head':'x','behind':0}"), "rc_branch_name", "step 1: a name with a v");
	is_str(codes(&s, 1, "{'rc':'release/1.4.0','head':'x','behind':0}"), "rc_branch_name", "step 1: another branch");
}

static void
test_facts(void)
{
	struct scene s = with_git();

	is_str(codes(&s, 1, RC(",'authors':[' ANA@X '],'behind':0")), "", "facts: they agree, case and blanks aside");
	is_str(codes(&s, 1, RC(",'authors':['eve@x']")), "rc_facts", "facts: other authors");
	is_str(codes(&s, 1, RC(",'authors':[]")), "rc_facts", "facts: an author left out");
	is_str(codes(&s, 1, RC(",'authors':['ana@x','eve@x']")), "rc_facts", "facts: one too many");
	is_str(codes(&s, 1, RC(",'behind':3")), "rc_facts", "facts: behind");
	is_str(codes(&s, 1, RC(",'tag':'v1.4.0'")), "rc_facts", "facts: a tag that is not there");
	s.facts.head = C1;
	is_str(codes(&s, 3, RC(",'title':'[RC] 1.4.0'")), "rc_facts", "facts: the head");
	s.facts.head_known = false;
	s.facts.head = NULL;
	is_str(codes(&s, 1, RC("")), "rc_facts rc_not_from_main", "facts: a head that is no commit");
	s.facts.head = C2;
	is_str(codes(&s, 1, RC("")), "rc_facts rc_not_from_main", "facts: even if the name is right");
}

static void
test_versions(void)
{
	static const struct dx_rc_tag newer[] = { { "v0.9.0", C1, true }, { "v1.10.0", C1, false }, { "v1.4.1", C1, true } };
	static const struct dx_rc_tag same[] = { { "v1.4.0+other", C1, true } };
	static const char *const twice[] = { "rc/1.4.0", "rc/1.5.0", "rc/1.4.0+b" };
	struct scene s = with_git();

	s.facts.tags = 2;
	is_str(codes(&s, 1, RC("")), "rc_tag_early", "version: its tag is there already");
	s.facts.tag = newer;
	s.facts.tags = 3;
	is_str(codes(&s, 1, RC("")), "rc_version_not_newer", "version: a newer tag");
	s.facts.tag = same;
	s.facts.tags = 1;
	is_str(codes(&s, 1, RC("")), "rc_version_not_newer", "version: build metadata makes no newer version");
	s = with_git();
	s.facts.open = twice;
	s.facts.opens = 2;
	is_str(codes(&s, 1, RC("")), "", "duplicate: itself and another version");
	s.facts.opens = 3;
	is_str(codes(&s, 1, RC("")), "rc_duplicate", "duplicate: a branch of that version");
	s.known.open = twice;
	s.known.opens = 3;
	is_str(codes(&s, 1, RC("")), "rc_duplicate", "duplicate: named once");
	s.facts.opens = 0;
	is_str(codes(&s, 1, RC("")), "rc_duplicate", "duplicate: one of the ledger");
	s = stated();
	is_str(codes(&s, 1, RC(",'behind':0,'tag':'v1.4.0'")), "rc_tag_early", "version: a tag that is stated");
}

static void
test_gates(void)
{
	struct dx_rc_gate run[COUNT(runs)];
	struct scene s = with_git();

	s.known.gate = run;
	for (int step = 2; step <= 5; step += step == 2 ? 2 : 1) {
		memcpy(run, runs, sizeof(runs));
		s.known.gates = COUNT(runs);
		is_str(codes(&s, step, RC("")), "", "step %d: the gates are there", step);
		s.known.gates = 0;
		is_str(codes(&s, step, RC("")), step == 2 ? "rc_gates_local rc_gates_local rc_gates_local" :
		    step == 4 ? "rc_gates_ci rc_gates_ci rc_gates_ci" : "rc_review_gate2", "step %d: none is", step);
	}
	s.known.gates = COUNT(runs);
	run[6].ready = false;
	is_str(codes(&s, 2, RC("")), "rc_gates_local", "step 2: one is not ready");
	run[6] = runs[6];
	run[6].actor = "nobody";
	is_str(codes(&s, 2, RC("")), "rc_gates_local", "step 2: by nobody that is known");
	run[6].actor = "ci";
	is_str(codes(&s, 2, RC("")), "rc_gates_local", "step 2: by a service");
	memcpy(run, runs, sizeof(runs));
	run[1].document_sha256 = "other";
	is_str(codes(&s, 4, RC("")), "rc_gates_ci", "step 4: another document");
	run[1] = runs[1];
	run[1].ready = false;
	is_str(codes(&s, 4, RC("")), "rc_gates_ci", "step 4: not ready");
	run[1] = runs[1];
	run[1].actor = "omar";
	is_str(codes(&s, 4, RC("")), "rc_gates_ci", "step 4: by a person");
	memcpy(run, runs, sizeof(runs));
	run[0].actor = "ana";
	is_str(codes(&s, 5, RC("")), "rc_review_gate2", "step 5: by an author");
	run[0].actor = "gone";
	is_str(codes(&s, 5, RC("")), "rc_review_gate2", "step 5: by one who is disabled");
	run[0] = runs[0];
	run[0].document_sha256 = "other";
	is_str(codes(&s, 5, RC("")), "rc_review_gate2", "step 5: another document");
	run[0] = runs[0];
	run[0].ready = false;
	is_str(codes(&s, 5, RC("")), "rc_review_gate2", "step 5: not ready");
	run[0] = (struct dx_rc_gate)RUN("release-readiness", "ana", "d2", false);
	is_str(codes(&s, 2, RC("")), "rc_gates_local", "step 2: the newest run counts");
}

static void
test_step_3(void)
{
	static const char *const bad[] = { "", "1.4.0", "[rc] 1.4.0", "[RC]1.4.0", "[RC]  1.4.0", "[RC] ", " [RC] 1.4.0" };
	struct scene s = with_git();

	is_str(codes(&s, 3, RC(",'title':'[RC] 1.4.0'")), "", "step 3: title and target");
	is_str(codes(&s, 3, RC("")), "rc_title", "step 3: no title");
	for (size_t i = 0; i < COUNT(bad); i++)
		is_str(codes(&s, 3, dx_arena_printf(&arena, "{'rc':'rc/1.4.0','head':'" C2 "','title':'%s'}", bad[i])),
		    i == 0 ? "field_invalid /title" : "rc_title", "step 3: title \"%s\"", bad[i]);
	is_str(codes(&s, 3, RC(",'title':'[RC] 1.4.0','target':'develop'")), "rc_target", "step 3: another target");
}

static void
test_step_6(void)
{
	struct scene s = with_git();

#define AT(by, commit)	"{'by':'" by "','at_commit':'" commit "'}"
#define SIX(approvals)	RC(",'approvals':[" approvals "],'status':{'gates':'success'}")
	is_str(codes(&s, 6, RC(GOOD6)), "", "step 6: approved, up to date, green");
	is_str(codes(&s, 6, SIX("")), "rc_no_approval", "step 6: nobody approved");
	is_str(codes(&s, 6, RC(",'status':{'gates':'success'}")), "rc_no_approval", "step 6: nothing said of approvals");
	is_str(codes(&s, 6, SIX(AT("omar", C1))), "rc_stale_approval rc_no_approval", "step 6: of an older commit");
	is_str(codes(&s, 6, SIX(AT("ana", C2))), "rc_self_approval rc_no_approval", "step 6: by an author");
	is_str(codes(&s, 6, SIX(AT("ANA@X", C2))), "rc_self_approval rc_no_approval", "step 6: by an author's address");
	is_str(codes(&s, 6, SIX(AT("ci", C2))), "rc_no_approval", "step 6: by a service");
	is_str(codes(&s, 6, SIX(AT("gone", C2))), "rc_no_approval", "step 6: by one who is disabled");
	is_str(codes(&s, 6, SIX(AT("omar", C1) "," AT("ana", C2) "," AT("omar", C2))), "", "step 6: one good approval is enough");
	s.facts.behind = 1;
	is_str(codes(&s, 6, SIX(AT("omar", C2))), "rc_behind", "step 6: main went on");
	s = with_git();
	is_str(codes(&s, 6, RC(",'approvals':[" AT("omar", C2) "]")), "rc_status", "step 6: nothing said of checks");
	is_str(codes(&s, 6, RC(",'approvals':[" AT("omar", C2) "],'status':{}")), "rc_status", "step 6: no check at all");
	is_str(codes(&s, 6, RC(",'approvals':[" AT("omar", C2) "],'status':{'a':'failure','b':'pending','c':'success'}")), "rc_status rc_status",
	    "step 6: each that is not green");
	s.require[0] = "gates";
	s.require[1] = "lint";
	s.requires = 2;
	is_str(codes(&s, 6, SIX(AT("omar", C2))), "rc_status", "step 6: a required one is missing");
	s = stated();
	is_str(codes(&s, 6, RC(GOOD6)), "", "step 6: stated");
	is_str(codes(&s, 6, SIX(AT("omar", C2))), "rc_behind", "step 6: nothing stated of main is no pass");
	is_str(codes(&s, 6, RC(",'authors':['Omar'],'behind':0,'approvals':[" AT("omar", C2) "],'status':{'gates':'success'}")),
	    "rc_self_approval rc_no_approval", "step 6: stated authors count");
}

static void
test_step_7(void)
{
	struct dx_rc_tag tag = { "v1.4.0", MERGE, true };
	struct scene s = with_git();

#define MERGED	RC(",'merge_commit':'" MERGE "'")
	s.facts.tag = &tag;
	is_str(codes(&s, 7, MERGED), "", "step 7: tagged on the merge result");
	s.facts.branch = false;
	s.facts.head = MAIN;
	is_str(codes(&s, 7, MERGED), "", "step 7: the branch may be gone");
	s.facts.branch = true;
	is_str(codes(&s, 7, MERGED), "rc_facts", "step 7: but if it is there it is the one");
	s.facts.head = C2;
	s.facts.authors = 0;
	is_str(codes(&s, 7, RC(",'authors':['ana@x'],'behind':3,'merge_commit':'" MERGE "'")), "", "step 7: main has the commits now");
	s.facts.tree_equal = false;
	is_str(codes(&s, 7, MERGED), "rc_tag_wrong_commit", "step 7: another tree");
	s.facts.tree_equal = true;
	s.facts.merged = false;
	is_str(codes(&s, 7, MERGED), "rc_tag_early", "step 7: not on main");
	s.facts.merged = true;
	is_str(codes(&s, 7, RC("")), "rc_tag_early", "step 7: no merge is stated");
	tag.annotated = false;
	is_str(codes(&s, 7, MERGED), "rc_tag_lightweight", "step 7: not annotated");
	tag.commit = C2;
	is_str(codes(&s, 7, MERGED), "rc_tag_lightweight rc_tag_wrong_commit", "step 7: on another commit, too");
	s.facts.tags = 0;
	is_str(codes(&s, 7, MERGED), "rc_tag_missing", "step 7: no tag");
	s.facts.tag = tags;
	s.facts.tags = 3;
	is_str(codes(&s, 7, RC(",'merge_commit':'" MERGE "','tag':'v1.3.9'")), "rc_tag_missing", "step 7: another tag is stated");
	s = stated();
	is_str(codes(&s, 7, RC(",'merge_commit':'m','tag':'v1.4.0'")), "", "step 7: stated");
	is_str(codes(&s, 7, RC(",'merge_commit':'m'")), "rc_tag_missing", "step 7: no tag is stated");
	is_str(codes(&s, 7, RC(",'merge_commit':'m','tag':{'name':'v1.4.0','commit':'n'}")), "rc_tag_wrong_commit", "step 7: stated elsewhere");
	is_str(codes(&s, 7, RC(",'merge_commit':'m','tag':{'name':'v1.4.0','annotated':false}")), "rc_tag_lightweight",
	    "step 7: stated as lightweight");
}

static void
test_order(void)
{
	struct dx_rc_past p[8] = { { 2, true, C1 } };
	struct scene s = with_git();

	s.known.past = p;
	s.known.pasts = 0;
	is_str(codes(&s, 1, RC("")), "", "order: step 1 needs nothing before it");
	is_str(codes(&s, 2, RC("")), "rc_out_of_order", "order: step 2 needs step 1");
	p[0] = (struct dx_rc_past){ 1, true, C1 };
	s.known.pasts = 1;
	is_str(codes(&s, 2, RC("")), "", "order: which stands whatever the commit");
	p[0].pass = false;
	is_str(codes(&s, 2, RC("")), "rc_out_of_order", "order: if it passed");
	memcpy(p, past, sizeof(past));
	s.known.pasts = COUNT(past);
	is_str(codes(&s, 6, RC(GOOD6)), "", "order: all are there");
	p[3].pass = false;
	is_str(codes(&s, 6, RC(GOOD6)), "rc_out_of_order", "order: one in between did not pass");
	p[3] = (struct dx_rc_past){ 3, true, C1 };
	is_str(codes(&s, 6, RC(GOOD6)), "rc_out_of_order", "order: a new commit, and it starts at step 2 again");
	is_str(codes(&s, 3, RC(",'title':'[RC] x'")), "rc_out_of_order", "order: also where the old commit came back");
	is_str(codes(&s, 2, RC("")), "", "order: step 2 may follow a new commit");
	s.known.pasts = 0;
	s.known.store = false;
	is_str(codes(&s, 6, RC("")), "rc_no_approval rc_status", "order: without a store what stands against it is said");
	is_str(codes(&s, 6, RC(GOOD6)), "rc_out_of_order", "order: and where nothing does, that");
}

/* The page's example (page 14). */
static void
test_example(void)
{
	struct scene s = stated();
	struct doc d;
	struct dx_rc rc;
	struct dx_json reasons;
	char *text;

	s.known.store = false;
	doc_parse(&d, "{\"rc\":\"rc/1.4.0\",\"head\":\"c2\",\"title\":\"[RC] 1.4.0\",\"target\":\"main\",\"authors\":[\"ana\"],"
	    "\"approvals\":[{\"by\":\"omar\",\"at_commit\":\"c1\"}],\"behind\":0,\"status\":{\"gates\":\"success\"}}", DX_JSON_OURS);
	is_int(dx_rc_parse(&d.v, &rc, &d.err), 0, "example: it is read");
	reasons = dx_rc_judge(&rc, 6, &s.facts, &s.known, NULL, 0, &arena);
	text = canon(&reasons);
	is_str(text, "[{\"approved\":\"c1\",\"by\":\"omar\",\"code\":\"rc_stale_approval\",\"head\":\"c2\"},"
	    "{\"code\":\"rc_no_approval\",\"needed\":1,\"valid\":0}]", "example: the page's answer");
	free(text);
	doc_free(&d);
}

int
main(void)
{
	test_document();
	test_step_1();
	test_facts();
	test_versions();
	test_gates();
	test_step_3();
	test_step_6();
	test_step_7();
	test_order();
	test_example();
	dx_arena_release(&arena);
	return done();
}
