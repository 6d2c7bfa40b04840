/* dealix-gate policy test: rule documents against their test documents. */
#include "base/file.h"
#include "gate.h"
#include "op/rules_test.h"
#include "report/cases.h"
#include "where.h"

struct args {
	int	format;
	int64_t	min_coverage;
};

enum { FORMAT_TAP, FORMAT_JUNIT, FORMAT_JSON };
static const char *const formats[] = { "tap", "junit", "json", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "how to answer: tap, junit or json", 0, 0, FORMAT_TAP, formats },
	{ DX_OPT_INT, 0, "min-coverage", "PERCENT", AT(min_coverage), "fail below this coverage of rules, 0 to 100", 0, 100, 100, NULL },
	DX_OPTIONS_END
};

static bool
is_ok(const struct dx_json *row)
{
	return dx_json_is(dx_json_get(row, "ok"), DX_JSON_TRUE);
}

static void
list_findings(struct dx_case *c, const char *what, const struct dx_json *list)
{
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const char *address = dx_json_get_str(&list->u.items[i], "address");
		dx_case_why(c, "%s: %s%s%s", what, dx_json_get_str(&list->u.items[i], "rule_id"), address != NULL ? " " : "",
		    address != NULL ? address : "");
	}
}

/* Why a case failed, a line each. */
static void
explain(struct dx_case *c, const struct dx_json *row)
{
	const char *error = dx_json_get_str(row, "error"), *want = dx_json_get_str(row, "expected_decision");

	if (error != NULL)
		dx_case_why(c, "error: %s", error);
	list_findings(c, "missing", dx_json_get(row, "missing"));
	list_findings(c, "extra", dx_json_get(row, "extra"));
	if (want != NULL)
		dx_case_why(c, "decision: %s, expected %s",
		    dx_json_get_str(row, "decision") != NULL ? dx_json_get_str(row, "decision") : "none", want);
}

static void
gather(struct dx_cases *cases, struct dx_arena *a, const struct dx_json *report, bool covered, int64_t percent)
{
	const struct dx_json *list = dx_json_get(report, "cases"), *un = dx_json_get(dx_json_get(report, "coverage"), "uncovered");
	struct dx_case *c;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct dx_json *row = &list->u.items[i];
		c = dx_cases_add(cases, dx_json_get_str(row, "file"), dx_json_get_str(row, "name"), is_ok(row), "findings differ");
		if (!is_ok(row))
			explain(c, row);
	}
	c = dx_cases_add(cases, "coverage", "coverage of rules", covered, dx_arena_printf(a, "%lld %%", (long long)percent));
	c->title = dx_arena_printf(a, "coverage of rules is %lld %%", (long long)percent);
	for (uint32_t i = 0; un != NULL && i < un->count; i++)
		dx_case_why(c, "%s/%s never %s", dx_json_get_str(&un->u.items[i], "rules_id"), dx_json_get_str(&un->u.items[i], "rule_id"),
		    dx_json_get_str(&un->u.items[i], "never")[0] == 'f' ? "fires" : "stays silent");
}

static void
print(struct dx_call *c, const struct dx_json *report)
{
	const struct args *a = c->args;
	struct dx_cases cases = { .suite = "dealix-gate policy test" };
	struct dx_arena arena = { 0 };
	int64_t percent = 0, failed = 1;
	bool covered;

	(void)dx_json_int64(dx_json_get(dx_json_get(report, "coverage"), "percent"), &percent);
	(void)dx_json_int64(dx_json_get(report, "failed"), &failed);
	covered = percent >= a->min_coverage;
	gather(&cases, &arena, report, covered, percent);
	if (a->format == FORMAT_JSON) {
		dx_json_canon(report, &c->out);
		dx_buf_putc(&c->out, '\n');
	} else if (a->format == FORMAT_TAP)
		dx_cases_tap(&cases, &c->out);
	else
		dx_cases_junit(&cases, &c->out);
	dx_cases_release(&cases);
	dx_arena_release(&arena);
	if (failed > 0 || !covered)
		dx_tool_exit(c, DX_EXIT_NO);
}

static enum dx_exit
test(struct dx_call *c)
{
	struct dx_rules_test *t = dx_rules_test_new();
	struct dx_err err = { 0 };
	struct dx_json report;
	int rc = 0;

	for (int i = 0; rc == 0 && i < c->operand_count; i++)
		rc = dx_rules_test_run(t, c->operands[i], &err);
	if (rc != 0)
		dx_tool_error(c, &err);
	else {
		report = dx_rules_test_report(t);
		print(c, &report);
	}
	dx_rules_test_free(t);
	return c->exit;
}

const struct dx_verb dx_gate_policy_test = {
	.name = "policy test",
	.operands = "PATH...",
	.summary = "run the test documents of rule documents",
	.opts = opts,
	.args_size = sizeof(struct args),
	.min_operands = 1,
	.max_operands = -1,
	.run = test,
};
