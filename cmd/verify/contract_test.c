/* dealix-verify contract test: contracts against their test documents. */
#include "base/err.h"
#include "op/evidence_test.h"
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

/* A line, its texts masked. */
static void
put_line(struct dx_buf *out, const char *prefix, struct dx_buf *raw)
{
	dx_buf_puts(out, prefix);
	dx_plain_text(raw->data != NULL ? raw->data : "", out);
	dx_buf_putc(out, '\n');
	dx_buf_reset(raw);
}

/* Why a case failed, a line each. */
static void
explain(struct dx_buf *out, const char *prefix, const struct dx_json *row)
{
	const struct dx_json *missing = dx_json_get(row, "missing"), *extra = dx_json_get(row, "extra");
	struct dx_buf raw = { 0 };

	if (dx_json_get_str(row, "error") != NULL) {
		dx_buf_printf(&raw, "error: %s", dx_json_get_str(row, "error"));
		put_line(out, prefix, &raw);
	}
	for (uint32_t i = 0; missing != NULL && i < missing->count; i++) {
		dx_buf_printf(&raw, "does not fail: %s", dx_json_str(&missing->u.items[i]));
		put_line(out, prefix, &raw);
	}
	for (uint32_t i = 0; extra != NULL && i < extra->count; i++) {
		const struct dx_json *f = &extra->u.items[i];
		const char *at = dx_json_get_str(f, "at") != NULL ? dx_json_get_str(f, "at") : "";
		dx_buf_printf(&raw, "fails: %s%s%s: %s", dx_json_get_str(f, "rule"), at[0] != '\0' ? " at " : "", at,
		    dx_json_get_str(f, "message"));
		put_line(out, prefix, &raw);
	}
	dx_buf_release(&raw);
}

static void
explain_coverage(struct dx_buf *out, const char *prefix, const struct result *r)
{
	struct dx_buf raw = { 0 };

	for (uint32_t i = 0; i < r->uncovered->count; i++) {
		dx_buf_printf(&raw, "no case makes %s fail (%s)", dx_json_get_str(&r->uncovered->u.items[i], "rule"),
		    dx_json_get_str(&r->uncovered->u.items[i], "kind"));
		put_line(out, prefix, &raw);
	}
	for (uint32_t i = 0; i < r->never->count; i++) {
		dx_buf_printf(&raw, "no case passes (%s)", dx_json_str(&r->never->u.items[i]));
		put_line(out, prefix, &raw);
	}
	dx_buf_release(&raw);
}

static void
print_text(struct dx_buf *out, const struct result *r)
{
	struct dx_buf raw = { 0 };

	for (uint32_t i = 0; i < r->cases->count; i++) {
		const struct dx_json *row = &r->cases->u.items[i];
		if (is_ok(row))
			continue;
		dx_buf_printf(&raw, "%s: %s", dx_json_get_str(row, "file"), dx_json_get_str(row, "name"));
		put_line(out, "", &raw);
		explain(out, "    ", row);
	}
	explain_coverage(out, "", r);
	dx_buf_printf(out, "%s %lld cases, %lld failed; %lld of %lld rule ids covered, %lld %%\n",
	    r->failed == 0 && r->enough ? "PASS" : "FAIL", (long long)(r->passed + r->failed), (long long)r->failed,
	    (long long)r->covered, (long long)r->rules, (long long)r->percent);
	dx_buf_release(&raw);
}

static void
print_tap(struct dx_buf *out, const struct result *r)
{
	dx_buf_printf(out, "TAP version 13\n1..%u\n", r->cases->count + 1);
	for (uint32_t i = 0; i < r->cases->count; i++) {
		const struct dx_json *row = &r->cases->u.items[i];
		dx_buf_printf(out, "%s %u - ", is_ok(row) ? "ok" : "not ok", i + 1);
		dx_tap_text(dx_json_get_str(row, "file"), out);
		dx_buf_puts(out, ": ");
		dx_tap_text(dx_json_get_str(row, "name"), out);
		dx_buf_putc(out, '\n');
		if (!is_ok(row))
			explain(out, "# ", row);
	}
	dx_buf_printf(out, "%s %u - coverage of rule ids is %lld %%\n", r->enough ? "ok" : "not ok", r->cases->count + 1,
	    (long long)r->percent);
	explain_coverage(out, "# ", r);
}

static void
junit_case(struct dx_buf *out, const char *class_name, const char *name, bool ok, const char *message, const struct dx_buf *why)
{
	dx_buf_puts(out, "    <testcase classname=\"");
	dx_xml_text(class_name, out);
	dx_buf_puts(out, "\" name=\"");
	dx_xml_text(name, out);
	if (ok) {
		dx_buf_puts(out, "\"/>\n");
		return;
	}
	dx_buf_printf(out, "\">\n      <failure message=\"%s\">", message);
	dx_xml_text(why->data != NULL ? why->data : "", out);
	dx_buf_puts(out, "</failure>\n    </testcase>\n");
}

static void
print_junit(struct dx_buf *out, const struct result *r)
{
	struct dx_buf why = { 0 };

	dx_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"dealix-verify contract test\" "
	    "tests=\"%u\" failures=\"%lld\" errors=\"0\" skipped=\"0\">\n", r->cases->count + 1, (long long)(r->failed + !r->enough));
	for (uint32_t i = 0; i < r->cases->count; i++) {
		const struct dx_json *row = &r->cases->u.items[i];
		dx_buf_reset(&why);
		explain(&why, "", row);
		junit_case(out, dx_json_get_str(row, "file"), dx_json_get_str(row, "name"), is_ok(row), "other rules fail than are expected",
		    &why);
	}
	dx_buf_reset(&why);
	explain_coverage(&why, "", r);
	junit_case(out, "coverage", "coverage of rule ids", r->enough, "not every rule id is covered", &why);
	dx_buf_puts(out, "  </testsuite>\n</testsuites>\n");
	dx_buf_release(&why);
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

	switch (args->format) {
	case FORMAT_TEXT:
		print_text(&c->out, &r);
		break;
	case FORMAT_TAP:
		print_tap(&c->out, &r);
		break;
	case FORMAT_JUNIT:
		print_junit(&c->out, &r);
		break;
	default:
		dx_json_canon(report, &c->out);
		dx_buf_putc(&c->out, '\n');
	}
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
