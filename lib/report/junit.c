#include <string.h>

#include "report/report_internal.h"
#include "report/escape.h"

struct walk { const struct dx_json *reply; struct dx_buf *out; unsigned tests, failures, skipped; };

void
dx_junit_open(struct dx_buf *out, const char *class_name, const char *name)
{
	dx_buf_puts(out, "    <testcase classname=\"");
	dx_xml_text(class_name, out);
	dx_buf_puts(out, "\" name=\"");
	dx_xml_text(name, out);
	dx_buf_putc(out, '"');
}

void
dx_junit_failure(struct dx_buf *out, const char *message, const char *text)
{
	dx_buf_puts(out, ">\n      <failure message=\"");
	dx_xml_text(message, out);
	dx_buf_puts(out, "\">");
	dx_xml_text(text, out);
	dx_buf_puts(out, "</failure>\n    </testcase>\n");
}

void
dx_junit_error(struct dx_buf *out, const struct dx_err *why)
{
	dx_buf_printf(out, ">\n      <error type=\"%s\" message=\"", dx_reason_code(why->reason));
	dx_xml_text(why->text, out);
	dx_buf_puts(out, "\"/>\n    </testcase>\n");
}

static void
finding_text(const struct dx_json *reply, const char *rules_id, const char *rule_id, struct dx_buf *out)
{
	const struct dx_json *f = dx_json_get(reply, "findings");

	for (uint32_t i = 0; f != NULL && i < f->count; i++) {
		const struct dx_json *one = &f->u.items[i];
		int64_t line;
		if (strcmp(dx_report_member(one, "rules_id"), rules_id) != 0 || strcmp(dx_report_member(one, "rule_id"), rule_id) != 0)
			continue;
		dx_buf_printf(out, "%s %s", dx_report_member(one, "address"), dx_report_member(one, "message"));
		if (dx_json_int64(dx_json_get(one, "line"), &line))
			dx_buf_printf(out, " (%s line %lld)", dx_json_get_str(one, "file") != NULL ? dx_json_get_str(one, "file") : "stdin",
			    (long long)line);
		dx_buf_putc(out, '\n');
	}
}

static void
rule_case(void *ctx, const struct dx_json *doc, const struct dx_json *rule)
{
	struct walk *w = ctx;
	const char *rules_id = dx_report_member(doc, "id"), *rule_id = dx_report_member(rule, "id");
	bool failed = dx_report_fired(w->reply, rules_id, rule_id) > 0 && strcmp(dx_report_member(rule, "effect"), "warn") != 0;
	struct dx_buf text = { 0 };

	w->tests++;
	dx_junit_open(w->out, rules_id, rule_id);
	if (!dx_report_ran(w->reply, rule)) {
		dx_buf_puts(w->out, ">\n      <skipped message=\"not for this source or environment\"/>\n    </testcase>\n");
		w->skipped++;
		return;
	}
	if (!failed) {
		dx_buf_puts(w->out, "/>\n");
		return;
	}
	w->failures++;
	finding_text(w->reply, rules_id, rule_id, &text);
	dx_junit_failure(w->out, dx_report_member(rule, "title"), text.data);
	dx_buf_release(&text);
}

static void
decision_case(struct walk *w)
{
	struct dx_buf verdict = { 0 };

	w->tests++;
	dx_junit_open(w->out, "dealix", "decision");
	dx_report_verdict(w->reply, &verdict);
	if (dx_report_passes(w->reply))
		dx_buf_puts(w->out, "/>\n");
	else {
		w->failures++;
		dx_junit_failure(w->out, verdict.data, dx_report_member(w->reply, "decision_id"));
	}
	dx_buf_release(&verdict);
}

static void
suite(const struct dx_report *r, const struct dx_report_item *it, struct dx_buf *out)
{
	struct dx_buf body = { 0 };
	struct walk w = { &it->reply, &body, 0, 0, 0 };

	if (it->err.reason != DX_OK) {
		w.tests = 1;
		dx_junit_open(&body, "dealix", "request");
		dx_junit_error(&body, &it->err);
	} else {
		decision_case(&w);
		dx_report_each_rule(r, rule_case, &w);
	}
	dx_buf_puts(out, "  <testsuite name=\"dealix-gate decide");
	if (it->line > 0)
		dx_buf_printf(out, " line %u", it->line);
	dx_buf_printf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%d\" skipped=\"%u\">\n", w.tests, w.failures, it->err.reason != DX_OK,
	    w.skipped);
	dx_buf_add(out, body.data, body.len);
	dx_buf_puts(out, "  </testsuite>\n");
	dx_buf_release(&body);
}

void
dx_report_junit(const struct dx_report *r, struct dx_buf *out)
{
	dx_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < r->count; i++)
		suite(r, &r->item[i], out);
	dx_buf_puts(out, "</testsuites>\n");
}
