#include <string.h>

#include "report/checks.h"
#include "report/escape.h"
#include "report/report_internal.h"

static const struct dx_json *
result(const struct dx_json *document, uint32_t i)
{
	return dx_json_item(dx_json_get(document, "results"), i);
}

static bool
is(const struct dx_json *r, const char *state)
{
	return strcmp(dx_report_member(r, "state"), state) == 0;
}

void
dx_report_check_detail(const struct dx_json *r, struct dx_buf *out)
{
	const struct dx_json *list = dx_json_get(r, "detail"), *observed = dx_json_get(r, "observed");
	int64_t failed, total;

	if (strcmp(dx_report_member(r, "reason"), dx_reason_code(DX_R_TESTS_FAILED)) == 0 &&
	    dx_json_int64(dx_json_get(observed, "failed"), &failed) && dx_json_int64(dx_json_get(observed, "total"), &total))
		dx_buf_printf(out, "%lld of %lld failed: ", (long long)failed, (long long)total);
	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		dx_buf_printf(out, "%s%s", i > 0 ? "; " : "", dx_json_str(&list->u.items[i]));
}

/* "reason: detail" */
static void
why(const struct dx_json *r, struct dx_buf *out)
{
	const struct dx_json *list = dx_json_get(r, "detail");

	dx_buf_puts(out, dx_report_member(r, "reason"));
	if (list != NULL && list->count > 0)
		dx_buf_puts(out, ": ");
	dx_report_check_detail(r, out);
}

/* --- text --- */

static void
text_failures(const struct dx_json *r, const char *in, struct dx_buf *out)
{
	const struct dx_json *f = dx_json_get(r, "failures");

	for (uint32_t i = 0; f != NULL && i < f->count; i++) {
		const struct dx_json *one = &f->u.items[i];
		dx_buf_printf(out, "%s         ", in);
		dx_plain_text(dx_report_member(one, "rule"), out);
		dx_buf_puts(out, "  ");
		dx_plain_text(dx_report_member(one, "at"), out);
		dx_buf_puts(out, "  ");
		dx_plain_text(dx_report_member(one, "message"), out);
		dx_buf_putc(out, '\n');
	}
}

static void
text_result(const struct dx_json *r, const char *in, struct dx_buf *out)
{
	struct dx_buf reason = { 0 };

	dx_buf_printf(out, "%s[%s] ", in, is(r, "NOT_APPLICABLE") ? "N/A" : dx_report_member(r, "state"));
	dx_plain_text(dx_report_member(r, "check"), out);
	if (dx_report_member(r, "title")[0] != '\0') {
		dx_buf_puts(out, "  ");
		dx_plain_text(dx_report_member(r, "title"), out);
	}
	dx_buf_putc(out, '\n');
	if (!is(r, "FAIL") && !is(r, "ERROR"))
		return;
	why(r, &reason);
	dx_buf_printf(out, "%s       ", in);
	dx_plain_text(reason.data, out);
	dx_buf_putc(out, '\n');
	dx_buf_release(&reason);
	text_failures(r, in, out);
	if (dx_report_member(r, "remedy")[0] != '\0') {
		dx_buf_printf(out, "%s       -> ", in);
		dx_plain_text(dx_report_member(r, "remedy"), out);
		dx_buf_putc(out, '\n');
	}
}

/* [PASS], [FAIL] when none passed, [PARTIAL] for some; what does not apply counts neither way. */
static void
text_group(const struct dx_checks *c, const struct dx_check_group *g, struct dx_buf *out)
{
	size_t good = 0, applicable = 0;

	for (size_t i = 0; i < g->count; i++) {
		const struct dx_json *r = result(c->document, (uint32_t)(g->first + i));
		good += is(r, "PASS") || is(r, "WAIVED");
		applicable += !is(r, "NOT_APPLICABLE");
	}
	dx_buf_printf(out, "[%s] ", applicable == 0 ? "N/A" : good == applicable ? "PASS" : good == 0 ? "FAIL" : "PARTIAL");
	dx_plain_text(g->label != NULL ? g->label : g->id, out);
	dx_buf_putc(out, '\n');
	for (size_t i = 0; i < g->count; i++)
		text_result(result(c->document, (uint32_t)(g->first + i)), "  ", out);
}

static void
text(const struct dx_checks *c, bool one_line, struct dx_buf *out)
{
	const struct dx_json *results = dx_json_get(c->document, "results");

	for (size_t i = 0; !one_line && i < c->group_count; i++)
		text_group(c, &c->group[i], out);
	for (uint32_t i = 0; !one_line && c->group_count == 0 && results != NULL && i < results->count; i++)
		text_result(&results->u.items[i], "", out);
	dx_score_lines(&c->score, c->score_label, c->ready_label, one_line, out);
	if (!one_line && c->score.structural > 0)
		dx_buf_printf(out, "%u of the %u that passed are structural: they say that a thing is there, not that it works\n",
		    c->score.structural, c->score.passed);
}

/* --- tap, junit, github --- */

static void
tap(const struct dx_checks *c, unsigned *number, struct dx_buf *out)
{
	struct dx_buf reason = { 0 };
	const struct dx_json *r;

	for (uint32_t i = 0; (r = result(c->document, i)) != NULL; i++) {
		bool bad = is(r, "FAIL") || is(r, "ERROR");
		dx_buf_printf(out, "%s %u - ", bad ? "not ok" : "ok", ++*number);
		dx_tap_text(dx_report_member(c->document, "gate"), out);
		dx_buf_putc(out, '/');
		dx_tap_text(dx_report_member(r, "check"), out);
		if (is(r, "NOT_APPLICABLE"))
			dx_buf_puts(out, " # SKIP not applicable");
		dx_buf_putc(out, '\n');
		if (!bad)
			continue;
		dx_buf_reset(&reason);
		why(r, &reason);
		dx_buf_puts(out, "# ");
		dx_tap_text(reason.data, out);
		dx_buf_putc(out, '\n');
	}
	dx_buf_release(&reason);
}

static void
junit_case(const struct dx_json *document, const struct dx_json *r, struct dx_buf *out)
{
	struct dx_buf detail = { 0 };
	int64_t ms = 0;

	(void)dx_json_int64(dx_json_get(r, "duration_ms"), &ms);
	dx_buf_puts(out, "    <testcase classname=\"");
	dx_xml_text(dx_report_member(document, "gate"), out);
	dx_buf_puts(out, "\" name=\"");
	dx_xml_text(dx_report_member(r, "check"), out);
	dx_buf_printf(out, "\" time=\"%lld.%03lld\"", (long long)(ms / 1000), (long long)(ms % 1000));
	if (is(r, "FAIL") || is(r, "ERROR")) {
		dx_buf_printf(out, ">\n      <%s type=\"", is(r, "FAIL") ? "failure" : "error");
		dx_xml_text(dx_report_member(r, "reason"), out);
		dx_buf_puts(out, "\" message=\"");
		dx_report_check_detail(r, &detail);
		dx_xml_text(detail.data, out);
		dx_buf_puts(out, "\"/>\n    </testcase>\n");
	} else if (is(r, "NOT_APPLICABLE"))
		dx_buf_puts(out, ">\n      <skipped message=\"not applicable\"/>\n    </testcase>\n");
	else
		dx_buf_puts(out, "/>\n");
	dx_buf_release(&detail);
}

static void
junit(const struct dx_checks *c, struct dx_buf *out)
{
	const struct dx_json *r;

	dx_buf_puts(out, "  <testsuite name=\"");
	dx_xml_text(dx_report_member(c->document, "gate"), out);
	dx_buf_printf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", c->score.total, c->score.failed, c->score.errors,
	    c->score.total - c->score.applicable);
	for (uint32_t i = 0; (r = result(c->document, i)) != NULL; i++)
		junit_case(c->document, r, out);
	dx_buf_puts(out, "  </testsuite>\n");
}

static void
github(const struct dx_checks *c, struct dx_buf *out)
{
	struct dx_buf reason = { 0 };
	const struct dx_json *r;

	for (uint32_t i = 0; (r = result(c->document, i)) != NULL; i++) {
		if (!is(r, "FAIL") && !is(r, "ERROR"))
			continue;
		dx_buf_reset(&reason);
		why(r, &reason);
		dx_buf_puts(out, "::error title=");
		dx_github_text(dx_report_member(c->document, "gate"), true, out);
		dx_buf_putc(out, '/');
		dx_github_text(dx_report_member(r, "check"), true, out);
		dx_buf_puts(out, "::");
		dx_github_text(reason.data, false, out);
		dx_buf_putc(out, '\n');
	}
	dx_buf_reset(&reason);
	dx_score_lines(&c->score, c->score_label, c->ready_label, true, &reason);
	dx_buf_printf(out, "::%s title=", c->score.ready ? "notice" : "error");
	dx_github_text(dx_report_member(c->document, "gate"), true, out);
	dx_buf_puts(out, "::");
	reason.data[reason.len - 1] = '\0';
	dx_github_text(reason.data, false, out);
	dx_buf_putc(out, '\n');
	dx_buf_release(&reason);
}

void
dx_report_checks(enum dx_format format, bool one_line, const struct dx_checks *c, size_t n, struct dx_buf *out)
{
	unsigned number = 0;

	if (format == DX_FORMAT_TAP)
		dx_buf_puts(out, "TAP version 13\n");
	if (format == DX_FORMAT_JUNIT)
		dx_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < n; i++) {
		if (format == DX_FORMAT_TEXT) {
			if (n > 1 && !one_line)
				dx_buf_printf(out, "%s%s\n", i > 0 ? "\n" : "", dx_report_member(c[i].document, "gate"));
			text(&c[i], one_line, out);
		} else if (format == DX_FORMAT_TAP)
			tap(&c[i], &number, out);
		else if (format == DX_FORMAT_JUNIT)
			junit(&c[i], out);
		else if (format == DX_FORMAT_GITHUB)
			github(&c[i], out);
	}
	if (format == DX_FORMAT_TAP)
		dx_buf_printf(out, "1..%u\n", number);
	if (format == DX_FORMAT_JUNIT)
		dx_buf_puts(out, "</testsuites>\n");
	if (format == DX_FORMAT_SARIF)
		dx_report_checks_sarif(c, n, out);
}
