/* dealix-verify contract test: contracts against their test documents. */
#include "base/err.h"
#include "op/evidence_test.h"
#include "report/cases.h"
#include "report/escape.h"
#include "verify.h"

struct args {
	int	format;
	int64_t	min_coverage;
};

enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_TAP, FORMAT_JUNIT };
static const char *const formats[] = { "text", "json", "tap", "junit", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "how to answer: text, json, tap or junit", 0, 0, FORMAT_TEXT, formats },
	{ DX_OPT_INT, 0, "min-coverage", "PERCENT", AT(min_coverage), "fail below this coverage of rule ids, 0 to 100",
	    0, 100, 100, NULL },
	DX_OPTIONS_END
};

struct result {
	const struct dx_json	*report, *cases, *uncovered, *never;
	int64_t	passed, failed, percent, rules, covered;
	bool	enough;		/* coverage */
};

static bool
is_ok(const struct dx_json *row)
{
	return dx_json_is(dx_json_get(row, "ok"), DX_JSON_TRUE);
}

/* Why a case failed, a line each. */
static void
explain(struct dx_case *c, const struct dx_json *row)
{
	const struct dx_json *missing = dx_json_get(row, "missing"), *extra = dx_json_get(row, "extra");

	if (dx_json_get_str(row, "error") != NULL)
		dx_case_why(c, "error: %s", dx_json_get_str(row, "error"));
	for (uint32_t i = 0; missing != NULL && i < missing->count; i++)
		dx_case_why(c, "does not fail: %s", dx_json_str(&missing->u.items[i]));
	for (uint32_t i = 0; extra != NULL && i < extra->count; i++) {
		const struct dx_json *f = &extra->u.items[i];
		const char *at = dx_json_get_str(f, "at") != NULL ? dx_json_get_str(f, "at") : "";
		dx_case_why(c, "fails: %s%s%s: %s", dx_json_get_str(f, "rule"), at[0] != '\0' ? " at " : "", at, dx_json_get_str(f, "message"));
	}
}

static void
explain_coverage(struct dx_case *c, const struct result *r)
{
	for (uint32_t i = 0; i < r->uncovered->count; i++)
		dx_case_why(c, "no case makes %s fail (%s)", dx_json_get_str(&r->uncovered->u.items[i], "rule"),
		    dx_json_get_str(&r->uncovered->u.items[i], "kind"));
	for (uint32_t i = 0; i < r->never->count; i++)
		dx_case_why(c, "no case passes (%s)", dx_json_str(&r->never->u.items[i]));
}

static void
gather(struct dx_cases *cases, struct dx_arena *a, const struct result *r)
{
	struct dx_case *c;

	for (uint32_t i = 0; i < r->cases->count; i++) {
		const struct dx_json *row = &r->cases->u.items[i];
		c = dx_cases_add(cases, dx_json_get_str(row, "file"), dx_json_get_str(row, "name"), is_ok(row),
		    "other rules fail than are expected");
		if (!is_ok(row))
			explain(c, row);
	}
	c = dx_cases_add(cases, "coverage", "coverage of rule ids", r->enough, "not every rule id is covered");
	c->title = dx_arena_printf(a, "coverage of rule ids is %lld %%", (long long)r->percent);
	explain_coverage(c, r);
}

/* The cases that failed, and what no case covers. */
static void
print_text(struct dx_buf *out, const struct result *r, const struct dx_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct dx_case *one = &cases->item[i];
		bool coverage = i + 1 == cases->count;

		if (!one->ok && !coverage) {
			dx_plain_text(one->group, out);
			dx_buf_puts(out, ": ");
			dx_plain_text(one->name, out);
			dx_buf_putc(out, '\n');
		}
		dx_case_lines(one, coverage ? "" : "    ", out);
	}
	dx_buf_printf(out, "%s %lld cases, %lld failed; %lld of %lld rule ids covered, %lld %%\n",
	    r->failed == 0 && r->enough ? "PASS" : "FAIL", (long long)(r->passed + r->failed), (long long)r->failed,
	    (long long)r->covered, (long long)r->rules, (long long)r->percent);
}

static struct result
result_of(const struct dx_json *report, int64_t min_coverage)
{
	const struct dx_json *coverage = dx_json_get(report, "coverage");
	struct result r = { .report = report, .cases = dx_json_get(report, "cases"), .uncovered = dx_json_get(coverage, "uncovered"),
	    .never = dx_json_get(coverage, "never_passes"), .failed = 1 };

	(void)dx_json_int64(dx_json_get(report, "passed"), &r.passed);
	(void)dx_json_int64(dx_json_get(report, "failed"), &r.failed);
	(void)dx_json_int64(dx_json_get(coverage, "percent"), &r.percent);
	(void)dx_json_int64(dx_json_get(coverage, "rules"), &r.rules);
	(void)dx_json_int64(dx_json_get(coverage, "covered"), &r.covered);
	r.enough = r.percent >= min_coverage && (r.never->count == 0 || min_coverage == 0);
	return r;
}

static void
print(struct dx_call *c, const struct dx_json *report)
{
	const struct args *args = c->args;
	struct result r = result_of(report, args->min_coverage);
	struct dx_cases cases = { .suite = "dealix-verify contract test" };
	struct dx_arena arena = { 0 };

	gather(&cases, &arena, &r);
	switch (args->format) {
	case FORMAT_TEXT:
		print_text(&c->out, &r, &cases);
		break;
	case FORMAT_TAP:
		dx_cases_tap(&cases, &c->out);
		break;
	case FORMAT_JUNIT:
		dx_cases_junit(&cases, &c->out);
		break;
	default:
		dx_json_canon(report, &c->out);
		dx_buf_putc(&c->out, '\n');
	}
	dx_cases_release(&cases);
	dx_arena_release(&arena);
	if (r.failed > 0 || !r.enough)
		dx_tool_exit(c, DX_EXIT_NO);
}

static enum dx_exit
test(struct dx_call *c)
{
	struct dx_evidence_test *t = dx_evidence_test_new();
	struct dx_err err = { 0 };
	struct dx_json report;
	int rc = 0;

	for (int i = 0; rc == 0 && i < c->operand_count; i++)
		rc = dx_evidence_test_run(t, c->operands[i], &err);
	if (rc != 0)
		dx_tool_error(c, &err);
	else {
		report = dx_evidence_test_report(t);
		print(c, &report);
	}
	dx_evidence_test_free(t);
	return c->exit;
}

const struct dx_verb dx_verify_contract_test = {
	.name = "contract test",
	.operands = "PATH...",
	.summary = "run the test documents of contracts",
	.opts = opts,
	.args_size = sizeof(struct args),
	.min_operands = 1,
	.max_operands = -1,
	.run = test,
};
