/* dealix-gate policy test: rule documents against their test documents. */
#include "base/file.h"
#include "gate.h"
#include "op/rules_test.h"
#include "report/escape.h"
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
list_findings(struct dx_buf *out, const char *prefix, const char *what, const struct dx_json *list)
{
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const char *address = dx_json_get_str(&list->u.items[i], "address");
		dx_buf_printf(out, "%s%s: %s%s%s\n", prefix, what, dx_json_get_str(&list->u.items[i], "rule_id"),
		    address != NULL ? " " : "", address != NULL ? address : "");
	}
}

/* Why a case failed, a line each. */
static void
explain(struct dx_buf *out, const char *prefix, const struct dx_json *row)
{
	const char *error = dx_json_get_str(row, "error"), *want = dx_json_get_str(row, "expected_decision");

	if (error != NULL)
		dx_buf_printf(out, "%serror: %s\n", prefix, error);
	list_findings(out, prefix, "missing", dx_json_get(row, "missing"));
	list_findings(out, prefix, "extra", dx_json_get(row, "extra"));
	if (want != NULL)
		dx_buf_printf(out, "%sdecision: %s, expected %s\n", prefix,
		    dx_json_get_str(row, "decision") != NULL ? dx_json_get_str(row, "decision") : "none", want);
}

static void
print_tap(struct dx_buf *out, const struct dx_json *report, bool covered, int64_t percent)
{
	const struct dx_json *cases = dx_json_get(report, "cases"), *un = dx_json_get(dx_json_get(report, "coverage"), "uncovered");

	dx_buf_printf(out, "1..%u\n", cases->count + 1);
	for (uint32_t i = 0; i < cases->count; i++) {
		const struct dx_json *row = &cases->u.items[i];
		dx_buf_printf(out, "%s %u - ", is_ok(row) ? "ok" : "not ok", i + 1);
		dx_tap_text(dx_json_get_str(row, "file"), out);
		dx_buf_puts(out, ": ");
		dx_tap_text(dx_json_get_str(row, "name"), out);
		dx_buf_putc(out, '\n');
		if (!is_ok(row))
			explain(out, "# ", row);
	}
	dx_buf_printf(out, "%s %u - coverage of rules is %lld %%\n", covered ? "ok" : "not ok", cases->count + 1, (long long)percent);
	for (uint32_t i = 0; un != NULL && i < un->count; i++)
		dx_buf_printf(out, "# %s/%s never %s\n", dx_json_get_str(&un->u.items[i], "rules_id"),
		    dx_json_get_str(&un->u.items[i], "rule_id"),
		    dx_json_get_str(&un->u.items[i], "never")[0] == 'f' ? "fires" : "stays silent");
}

static void
print_junit(struct dx_buf *out, const struct dx_json *report, bool covered, int64_t percent)
{
	const struct dx_json *cases = dx_json_get(report, "cases");
	int64_t failed = 0;
	struct dx_buf why = { 0 };

	(void)dx_json_int64(dx_json_get(report, "failed"), &failed);
	failed += covered ? 0 : 1;
	dx_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"dealix-gate policy test\" "
	    "tests=\"%u\" failures=\"%lld\">\n", cases->count + 1, (long long)failed);
	for (uint32_t i = 0; i < cases->count; i++) {
		const struct dx_json *row = &cases->u.items[i];
		dx_buf_puts(out, "    <testcase classname=\"");
		dx_xml_text(dx_json_get_str(row, "file"), out);
		dx_buf_puts(out, "\" name=\"");
		dx_xml_text(dx_json_get_str(row, "name"), out);
		if (is_ok(row)) {
			dx_buf_puts(out, "\"/>\n");
			continue;
		}
		dx_buf_reset(&why);
		explain(&why, "", row);
		dx_buf_puts(out, "\">\n      <failure message=\"findings differ\">");
		dx_xml_text(why.data != NULL ? why.data : "", out);
		dx_buf_puts(out, "</failure>\n    </testcase>\n");
	}
	dx_buf_printf(out, "    <testcase classname=\"coverage\" name=\"coverage of rules\"%s", covered ? "/>\n" : ">\n");
	if (!covered)
		dx_buf_printf(out, "      <failure message=\"%lld %%\"/>\n    </testcase>\n", (long long)percent);
	dx_buf_puts(out, "  </testsuite>\n</testsuites>\n");
	dx_buf_release(&why);
}

static void
print(struct dx_call *c, const struct dx_json *report)
{
	const struct args *a = c->args;
	int64_t percent = 0, failed = 1;
	bool covered;

	(void)dx_json_int64(dx_json_get(dx_json_get(report, "coverage"), "percent"), &percent);
	(void)dx_json_int64(dx_json_get(report, "failed"), &failed);
	covered = percent >= a->min_coverage;
	if (a->format == FORMAT_JSON) {
		dx_json_canon(report, &c->out);
		dx_buf_putc(&c->out, '\n');
	} else if (a->format == FORMAT_TAP)
		print_tap(&c->out, report, covered, percent);
	else
		print_junit(&c->out, report, covered, percent);
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
