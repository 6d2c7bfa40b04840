/* What waivers make of results, and several gates of one verdict (release-gates pages 1.5, 1.6 and 1.7). */
#include <stdlib.h>

#include "base/time.h"
#include "check/gates.h"
#include "check/waived.h"
#include "tap.h"

#define FROM	"2026-04-17T00:00:00Z"
#define TO	"2026-05-01T00:00:00Z"
#define ROW(id, check, from, to, more) "{\"id\":\"" id "\",\"gate\":\"g\",\"check\":\"" check "\",\"reason\":\"a good reason\"," \
	"\"owner\":\"ops\",\"approved_by\":\"lead\",\"created_at\":\"" from "\",\"expires_at\":\"" to "\"" more "}"
#define MATCH(text) ",\"match\":\"" text "\""

static struct dx_arena arena;
static struct dx_waivers *kept[64];
static size_t kept_count;

static struct dx_waivers *
waivers(const char *rows)
{
	char *text = dx_arena_printf(&arena, "{\"schema\":\"dealix.waivers.v1\",\"waivers\":[%s]}", rows);
	struct dx_faults f = { 0 };
	struct dx_waivers *w = NULL;

	if (dx_waivers_parse(text, strlen(text), &w, &f) != 0)
		diag("%s", f.item[0].text);
	return w;
}

static int64_t
at(const char *text)
{
	int64_t us = 0;

	(void)dx_time_parse(text, &us, NULL);
	return us;
}

static struct dx_result
failed(enum dx_reason why)
{
	return (struct dx_result){ .check = "c", .state = DX_STATE_FAIL, .reason = dx_reason_code(why), .detail = "seen",
	    .observed = dx_json_null(), .failures = dx_json_null() };
}

/* Applies rows to r in the middle of their time; waived or not. */
static bool
waived(const char *rows, const struct dx_check *c, const char *now, struct dx_result *r)
{
	struct dx_waivers *w = waivers(rows);

	kept[kept_count++] = w;		/* the result borrows from it */
	dx_waivers_apply(w, "g", c, at(now), &arena, r);
	return r->state == DX_STATE_WAIVED;
}

static void
states(void)
{
	static const char one[] = ROW("KI-1", "c", FROM, TO, "");
	struct dx_check c = { .id = "c", .waivable = true };
	struct dx_result r = failed(DX_R_FILE_MISSING);

	ok(waived(one, &c, FROM, &r) && r.waiver_count == 1 && strcmp(r.waiver[0]->id, "KI-1") == 0, "active: waived, by its id");
	is_str(r.reason, "file_missing", "active: the reason stays");
	r = failed(DX_R_FILE_MISSING);
	ok(!waived(one, &c, TO, &r) && r.waiver_count == 0, "expired at its end: the failure stands");
	ok(r.details.count == 3 && strcmp(r.details.item[0], "waiver_expired") == 0 && strcmp(r.details.item[2], "seen") == 0,
	    "expired: waiver_expired is first in the detail");
	r = failed(DX_R_FILE_MISSING);
	ok(!waived(one, &c, "2026-04-16T23:59:59Z", &r) && strcmp(r.details.item[0], "waiver_not_yet") == 0, "waiver_not_yet");
	c.waivable = false;
	r = failed(DX_R_FILE_MISSING);
	ok(!waived(one, &c, FROM, &r) && strcmp(r.details.item[0], "waiver_forbidden") == 0, "waivable false: waiver_forbidden");
	c = (struct dx_check){ .id = "c", .waivable = true, .never_waivable = true };
	r = failed(DX_R_FILE_MISSING);
	ok(!waived(one, &c, FROM, &r) && strcmp(r.details.item[0], "waiver_forbidden") == 0, "never waivable, whatever the document says");
	c.never_waivable = false;
	r = failed(DX_R_COMMAND_NOT_FOUND);
	r.state = DX_STATE_ERROR;
	ok(!waived(one, &c, FROM, &r) && r.state == DX_STATE_ERROR && r.unused_count == 0, "an error is never covered");
	r = (struct dx_result){ .check = "c", .state = DX_STATE_PASS, .reason = "", .detail = "" };
	ok(!waived(one, &c, FROM, &r) && r.state == DX_STATE_PASS && r.unused_count == 1, "a pass leaves it unused");
	r.state = DX_STATE_NOT_APPLICABLE;
	r.unused_count = 0;
	ok(!waived(one, &c, FROM, &r) && r.state == DX_STATE_NOT_APPLICABLE && r.unused_count == 1, "so does what does not apply");
	r = failed(DX_R_FILE_MISSING);
	ok(!waived(ROW("KI-1", "d", FROM, TO, ""), &c, FROM, &r) && r.details.count == 0, "another check's");
	r = failed(DX_R_FILE_MISSING);
	ok(waived(ROW("KI-1", "c", FROM, "2026-04-18T00:00:00Z", "") "," ROW("KI-2", "c", FROM, TO, ""), &c, "2026-04-20T00:00:00Z", &r) &&
	    r.waiver_count == 1 && strcmp(r.waiver[0]->id, "KI-2") == 0, "an old one and its successor: the successor");
}

static struct dx_result
tests(size_t n, bool only)
{
	struct dx_result r = failed(DX_R_TESTS_FAILED);

	r.failing = dx_arena_alloc(&arena, n * sizeof(*r.failing));
	r.failing_only = only;
	for (size_t i = 0; i < n; i++)
		r.failing[r.failing_count++] = (struct dx_test_name){ "suite", dx_arena_printf(&arena, "test_%zu", i) };
	return r;
}

static void
matches(void)
{
	struct dx_check c = { .id = "c", .type = DX_CHECK_JUNIT, .waivable = true };
	struct dx_result r = tests(1, true);

	ok(waived(ROW("KI-1", "c", FROM, TO, MATCH("test_0")), &c, FROM, &r), "match: the one that failed");
	r = tests(2, true);
	ok(!waived(ROW("KI-1", "c", FROM, TO, MATCH("test_0")), &c, FROM, &r), "match: one other failure leaves it FAIL");
	ok(r.details.count == 2 && strcmp(r.details.item[0], "test_1") == 0, "match: what is not covered stands first");
	r = tests(2, true);
	ok(waived(ROW("KI-1", "c", FROM, TO, MATCH("test_0")) "," ROW("KI-2", "c", FROM, TO, MATCH("suite.test_1")), &c, FROM, &r) &&
	    r.waiver_count == 2, "match: two waivers, a test each");
	r = tests(1, true);
	ok(waived(ROW("KI-1", "c", FROM, TO, MATCH("test_0")) "," ROW("KI-2", "c", FROM, TO, MATCH("test_9")), &c, FROM, &r) &&
	    r.waiver_count == 1 && r.unused_count == 1 && strcmp(r.unused[0]->id, "KI-2") == 0, "match: one whose test passes is unused");
	r = tests(1, false);
	ok(!waived(ROW("KI-1", "c", FROM, TO, MATCH("test_0")), &c, FROM, &r), "match: something else is wrong with the check");
	r = tests(1, false);
	ok(waived(ROW("KI-1", "c", FROM, TO, ""), &c, FROM, &r), "no match: the whole check");
	r = tests(0, true);
	r.reason = dx_reason_code(DX_R_NO_TESTS);
	ok(!waived(ROW("KI-1", "c", FROM, TO, MATCH("*")), &c, FROM, &r), "match: without a failing test there is nothing to match");
	/* The detail has room for twenty names; the twenty-first must not hide behind them. */
	r = tests(200, true);
	r.failing[199].name = "unknown";
	ok(!waived(ROW("KI-1", "c", FROM, TO, MATCH("test_*")), &c, FROM, &r), "match: the last of 200 is another");
	ok(r.details.count == DX_DETAIL_NAMES && strcmp(r.details.item[0], "unknown") == 0, "match: and it is the first that is named");
	r = tests(200, true);
	ok(waived(ROW("KI-1", "c", FROM, TO, MATCH("test_*")), &c, FROM, &r), "match: all of 200");
}

static void
fits(void)
{
	struct dx_check check[2] = { { .id = "c", .type = DX_CHECK_FILE_EXISTS }, { .id = "t", .type = DX_CHECK_TAP } };
	struct dx_check_plan plan = { .id = "g", .check = check, .count = 2 };
	const struct dx_check_plan *all = &plan, *twice[] = { &plan, &plan };
	struct dx_faults f = { 0 };
	struct dx_waivers *w = waivers(ROW("1", "c", FROM, TO, "") "," ROW("2", "t", FROM, TO, MATCH("x")));

	dx_waivers_fit(w, &all, 1, &f);
	is_int((intmax_t)f.count, 0, "fit: both are known");
	dx_waivers_free(w);
	w = waivers(ROW("1", "no", FROM, TO, "") "," ROW("2", "c", FROM, TO, MATCH("x")));
	dx_waivers_fit(w, &all, 1, &f);
	ok(f.count == 2 && f.item[0].reason == DX_R_WAIVER_DANGLING && f.item[1].reason == DX_R_FIELD_INVALID,
	    "fit: an unknown check; a match of a check that lists no tests");
	dx_waivers_free(w);
	dx_faults_release(&f);
	dx_gates_distinct(twice, 2, &f);
	ok(f.count == 1 && f.item[0].reason == DX_R_GATE_DUPLICATE_ID, "distinct: one gate twice");
	dx_faults_release(&f);
}

/* --- several gates --- */

struct made { struct dx_check_plan plan; struct dx_check check; struct dx_result result; struct dx_score score; struct dx_json document; };

static struct dx_gate_run
gate(struct made *m, const char *id, enum dx_state state, enum dx_reason why, bool mandatory)
{
	struct dx_result_head head = { .gate = id, .gate_sha256 = "", .evaluated_at = "", .mandatory = mandatory };

	*m = (struct made){ .check = { .id = "c", .waivable = true }, .plan = { .id = id, .count = 1, .mandatory = mandatory } };
	m->plan.check = &m->check;
	m->result = failed(why);
	m->result.state = state;
	m->score = dx_score(&m->result, 1);
	m->document = dx_result_document(&arena, &head, &m->result, 1, &m->score);
	return (struct dx_gate_run){ &m->plan, &m->result, &m->score, &m->document };
}

static void
several(void)
{
	static const struct { enum dx_state a, b; bool b_mandatory; enum dx_exit exit; bool ready; } row[] = {
		{ DX_STATE_PASS, DX_STATE_PASS, true, DX_EXIT_YES, true }, { DX_STATE_PASS, DX_STATE_FAIL, true, DX_EXIT_NO, false },
		{ DX_STATE_ERROR, DX_STATE_PASS, true, DX_EXIT_RETRY, false }, { DX_STATE_ERROR, DX_STATE_FAIL, true, DX_EXIT_NO, false },
		{ DX_STATE_PASS, DX_STATE_FAIL, false, DX_EXIT_YES, true }, { DX_STATE_PASS, DX_STATE_ERROR, false, DX_EXIT_YES, true },
		{ DX_STATE_FAIL, DX_STATE_PASS, false, DX_EXIT_NO, false }, { DX_STATE_PASS, DX_STATE_NOT_APPLICABLE, true, DX_EXIT_NO, false },
		{ DX_STATE_PASS, DX_STATE_WAIVED, true, DX_EXIT_YES, true },
	};
	struct made m[2];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct dx_gate_run g[2] = { gate(&m[0], "a", row[i].a, DX_R_FILE_MISSING, true),
		    gate(&m[1], "b", row[i].b, DX_R_TESTS_FAILED, row[i].b_mandatory) };

		is_int(dx_gates_exit(g, 2, false), row[i].exit, "several: %s and %s%s", dx_state_names[row[i].a], dx_state_names[row[i].b],
		    row[i].b_mandatory ? "" : ", not mandatory");
		is_int(dx_gates_ready(g, 2), row[i].ready, "several: ready");
	}
}

static void
next(enum dx_reason why, const char *remedy, bool waivable, const char *want)
{
	struct made m;
	struct dx_gate_run g = gate(&m, "a", DX_STATE_FAIL, why, true);
	struct dx_json all;
	const struct dx_json *list;

	m.check.remedy = remedy;
	m.check.waivable = waivable;
	all = dx_gates_document(&arena, "rc/1.4.0", &g, 1);
	list = dx_json_get(&all, "next");
	ok(list->count == 1 && strcmp(dx_json_get_str(&all, "release"), "rc/1.4.0") == 0, "next of %s: one", dx_reason_code(why));
	is_str(dx_json_str(dx_json_item(list, 0)), want, "next of %s", dx_reason_code(why));
}

static void
strict(void)
{
	struct made m;
	struct dx_gate_run g = gate(&m, "g", DX_STATE_PASS, DX_R_FILE_MISSING, true);

	ok(!waived(ROW("KI-1", "c", FROM, TO, ""), &m.check, FROM, &m.result), "strict: a waiver of what passes");
	is_int(dx_gates_exit(&g, 1, false), DX_EXIT_YES, "strict: a warning");
	is_int(dx_gates_exit(&g, 1, true), DX_EXIT_NO, "strict: with --strict a failure");
}

int
main(void)
{
	states();
	matches();
	fits();
	several();
	next(DX_R_TESTS_FAILED, NULL, true, "fix the failing test or file a known issue with owner and expiry");
	next(DX_R_TESTS_FAILED, NULL, false, "fix the failing test");
	next(DX_R_FILE_MISSING, NULL, true, "add or move the file");
	next(DX_R_FILE_MISSING, "write the charter", true, "write the charter");
	next(DX_R_COMMAND_EXIT, NULL, true, dx_reason_remedy(DX_R_COMMAND_EXIT));
	strict();
	while (kept_count > 0)
		dx_waivers_free(kept[--kept_count]);
	dx_arena_release(&arena);
	return done();
}
