/* check: the score of page 1.5, settings and plans. */
#include <string.h>

#include "base/err.h"
#include "check/plan.h"
#include "check/result.h"
#include "tap.h"

/* --- score --- */

static struct dx_score
score_of(unsigned passed, unsigned failed, unsigned waived, unsigned errors, unsigned skipped)
{
	static struct dx_result r[4000];
	size_t n = 0;
	const struct { unsigned count; enum dx_state state; } part[] = { { passed, DX_STATE_PASS }, { failed, DX_STATE_FAIL },
	    { waived, DX_STATE_WAIVED }, { errors, DX_STATE_ERROR }, { skipped, DX_STATE_NOT_APPLICABLE } };

	for (size_t i = 0; i < 5; i++)
		for (unsigned k = 0; k < part[i].count; k++)
			r[n++] = (struct dx_result){ .state = part[i].state, .behavioural = true };
	return dx_score(r, n);
}

static void
test_score(void)
{
	static const struct { unsigned passed, applicable; const char *printed; } row[] = {
		{ 40, 40, "100.0" }, { 39, 40, "97.5" }, { 40, 41, "97.6" }, { 1, 16, "6.2" }, { 2999, 3000, "99.9" }, { 1, 3000, "0.1" },
		{ 0, 5, "0.0" }, { 3, 16, "18.8" },
	};
	char text[8];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct dx_score s = score_of(row[i].passed, row[i].applicable - row[i].passed, 0, 0, 2);
		dx_score_print(s.tenths, text);
		ok(strcmp(text, row[i].printed) == 0, "score %u/%u is %s", row[i].passed, row[i].applicable, row[i].printed);
	}
}

static void
line(const struct dx_score *s, bool one_line, const char *want)
{
	struct dx_buf b = { 0 };

	dx_score_lines(s, "OVERALL SCORE", "TIER-1 READY", one_line, &b);
	ok(strcmp(b.data, want) == 0, "line: %.*s", (int)strcspn(want, "\n"), want);
	dx_buf_release(&b);
}

static void
test_lines(void)
{
	struct dx_score all = score_of(40, 0, 0, 0, 0), waived = score_of(39, 0, 1, 0, 0), errors = score_of(38, 0, 0, 2, 0),
	    none = score_of(0, 0, 0, 0, 3), failed = score_of(1, 1, 0, 1, 0);

	line(&all, false, "OVERALL SCORE: 100.0% (40/40)\nTIER-1 READY: YES\n");
	line(&all, true, "OVERALL SCORE: 100.0% (40/40) \xE2\x80\x94 TIER-1 READY: YES\n");
	line(&waived, false, "OVERALL SCORE: 97.5% (39/40, 1 waived)\nTIER-1 READY: YES (WITH WAIVERS)\n");
	line(&errors, false, "OVERALL SCORE: 95.0% (38/40)\nTIER-1 READY: NO (2 ERRORS)\n");
	line(&none, false, "OVERALL SCORE: 0.0% (0/0)\nTIER-1 READY: NO\n");
	ok(dx_score_exit(&all) == DX_EXIT_YES, "ready is 0");
	ok(dx_score_exit(&waived) == DX_EXIT_YES, "ready with waivers is 0");
	ok(dx_score_exit(&errors) == DX_EXIT_RETRY, "errors alone are 3");
	ok(dx_score_exit(&none) == DX_EXIT_NO, "nothing applicable is 1");
	ok(dx_score_exit(&failed) == DX_EXIT_NO, "a failure is 1 whatever else");
}

/* --- plans --- */

#define HEAD "{\"schema\":\"dealix.gate.plan.v1\",\"id\":\"p\",\"version\":\"1\",\"title\":\"t\","
#define STEP "{\"id\":\"a\",\"type\":\"evidence\",\"kind\":\"slo_burn\",\"files\":{\"artifact\":\"here.json\"}}"

static int
parse(const char *text, const struct dx_plan_given *given, struct dx_check_plan **out, struct dx_faults *faults)
{
	struct dx_arena a = { 0 };
	struct dx_json files = dx_json_object();
	struct dx_plan_given none = { 0 };
	struct dx_tree *tree;
	int rc;

	dx_json_put(&a, &files, "here.json", dx_json_text("{}"));
	tree = dx_tree_of(&files);
	rc = dx_check_plan_parse(text, strlen(text), given != NULL ? given : &none, tree, out, faults);
	dx_tree_free(tree);
	dx_arena_release(&a);
	return rc;
}

/* The faults are exactly these codes, in order. */
static void
faulty(const char *name, const char *text, const struct dx_plan_given *given, const char *codes)
{
	struct dx_faults faults = { 0 };
	struct dx_check_plan *p = NULL;
	struct dx_buf seen = { 0 };

	dx_buf_puts(&seen, "");
	if (parse(text, given, &p, &faults) == 0)
		dx_buf_puts(&seen, "no fault");
	for (size_t i = 0; i < faults.count; i++)
		dx_buf_printf(&seen, "%s%s", i > 0 ? " " : "", dx_reason_code(faults.item[i].reason));
	ok(strcmp(seen.data, codes) == 0, "plan: %s: %s (%s)", name, codes, seen.data);
	dx_buf_release(&seen);
	dx_faults_release(&faults);
	dx_check_plan_free(p);
}

static void
test_faults(void)
{
	static const char *const two[] = { "age=0", "what=1" }, *const twice[] = { "age=1", "age=2" }, *const bad[] = { "age=x" };
	struct dx_plan_given zero = { .set = two, .set_count = 2 }, doubled = { .set = twice, .set_count = 2 },
	    word = { .set = bad, .set_count = 1 };

	faulty("no steps", HEAD "\"steps\":[]}", NULL, "gate_empty");
	faulty("not JSON", "{", NULL, "json_invalid");
	faulty("another schema", "{\"schema\":\"x\",\"id\":\"p\",\"version\":\"1\",\"title\":\"t\",\"steps\":[" STEP "]}", NULL, "field_invalid");
	faulty("an unknown member", HEAD "\"stepz\":1,\"steps\":[" STEP "]}", NULL, "gate_unknown_field");
	faulty("an unknown member of a step", HEAD "\"steps\":[{\"id\":\"a\",\"type\":\"tap\",\"path\":\"x\",\"max_fail\":1}]}", NULL,
	    "gate_unknown_field");
	faulty("an unknown type", HEAD "\"steps\":[{\"id\":\"a\",\"type\":\"shell\"}]}", NULL, "gate_unknown_check");
	faulty("one id twice", HEAD "\"steps\":[" STEP "," STEP "]}", NULL, "gate_duplicate_id");
	faulty("a list that shrank", HEAD "\"expected_total\":2,\"steps\":[" STEP "]}", NULL, "gate_total_mismatch");
	faulty("a file that is not there", HEAD "\"steps\":[{\"id\":\"a\",\"type\":\"evidence\",\"kind\":\"k\",\"files\":{\"artifact\":\"no\"}}]}",
	    NULL, "plan_file");
	faulty("a path that leaves the root", HEAD "\"steps\":[{\"id\":\"a\",\"type\":\"tap\",\"path\":\"../x\"}]}", NULL, "path_escape");
	faulty("needs a step that comes later", HEAD "\"steps\":[{\"id\":\"a\",\"type\":\"tap\",\"path\":\"x\",\"needs\":[\"b\"]},{\"id\":\"b\","
	    "\"type\":\"command\",\"argv\":[\"true\"]}]}", NULL, "field_invalid");
	faulty("a setting nobody declared", HEAD "\"steps\":[{\"id\":\"a\",\"type\":\"tap\",\"path\":\"$x\"}]}", NULL, "plan_usage");
	faulty("settings out of bounds and unknown, all told", HEAD "\"settings\":{\"age\":{\"type\":\"number\",\"above\":0}},\"steps\":[" STEP "]}",
	    &zero, "plan_usage plan_positive");
	faulty("a setting twice", HEAD "\"settings\":{\"age\":{\"type\":\"number\"}},\"steps\":[" STEP "]}", &doubled, "plan_usage");
	faulty("a setting of the wrong type", HEAD "\"settings\":{\"age\":{\"type\":\"number\"}},\"steps\":[" STEP "]}", &word, "plan_usage");
	faulty("a blank engine", HEAD "\"settings\":{\"db_engine\":{\"type\":\"text\",\"default\":\" \"}},\"steps\":[" STEP "]}", NULL,
	    "plan_engine");
	faulty("required without a path", HEAD "\"settings\":{\"f\":{\"type\":\"path\"},\"g\":{\"type\":\"path\"}},\"steps\":[{\"id\":\"a\","
	    "\"type\":\"evidence\",\"kind\":\"k\",\"files\":{\"one\":\"$f\",\"two\":\"$g\"}}]}", NULL,
	    "plan_required_without_path plan_required_without_path");
	faulty("a committed default in a run of its own", HEAD "\"runtime_only\":true,\"settings\":{\"f\":{\"type\":\"path\",\"default\":"
	    "\"here.json\"}},\"steps\":[{\"id\":\"a\",\"type\":\"evidence\",\"kind\":\"k\",\"files\":{\"artifact\":\"$f\"}}]}", NULL,
	    "plan_runtime_only");
}

static void
test_plan(void)
{
	static const char *const set[] = { "age=1.50", "f=here.json" };
	struct dx_plan_given given = { .set = set, .set_count = 2, .head = "0123" };
	struct dx_faults faults = { 0 };
	struct dx_check_plan *p = NULL;
	const struct dx_json *age;

	ok(parse(HEAD "\"settings\":{\"age\":{\"type\":\"number\",\"above\":0,\"default\":9},\"f\":{\"type\":\"path\"},\"g\":{\"type\":\"path\"},"
	    "\"must\":{\"type\":\"bool\",\"default\":false}},\"steps\":[{\"id\":\"a\",\"type\":\"evidence\",\"kind\":\"k\",\"files\":{\"artifact\":"
	    "\"$f\"},\"params\":{\"max\":\"$age\",\"commit\":\"$head\",\"none\":\"$g\"}},{\"id\":\"b\",\"type\":\"evidence\",\"kind\":\"k\","
	    "\"files\":{\"artifact\":\"$g\"},\"required\":\"$must\"}]}", &given, &p, &faults) == 0, "a plan with settings is read");
	if (p == NULL) {
		dx_faults_release(&faults);
		return;
	}
	age = dx_json_get(&p->check[0].u.evidence.params, "max");
	ok(age != NULL && age->count == 4 && memcmp(age->u.text, "1.50", 4) == 0, "a number stays as it was written");
	ok(strcmp(dx_json_get_str(&p->check[0].u.evidence.params, "commit"), "0123") == 0, "$head is the commit");
	ok(dx_json_get(&p->check[0].u.evidence.params, "none") == NULL, "a parameter without a value is left out");
	ok(p->check[0].applicable && !p->check[1].applicable, "a step that need not be and has no path is not applicable");
	dx_check_plan_free(p);
	dx_faults_release(&faults);
}

int
main(void)
{
	test_score();
	test_lines();
	test_faults();
	test_plan();
	return done();
}
