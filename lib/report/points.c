#include <string.h>

#include "report/escape.h"
#include "report/points.h"
#include "report/report_internal.h"
#include "report/sarif.h"

/* "reason: detail", what there is of it. */
static const char *
why(const struct dx_point *p, struct dx_buf *text)
{
	dx_buf_reset(text);
	dx_buf_puts(text, p->reason);
	if (p->reason[0] != '\0' && p->detail[0] != '\0')
		dx_buf_puts(text, ": ");
	dx_buf_puts(text, p->detail);
	return text->data;
}

static struct dx_point
verdict(const struct dx_points *p)
{
	return (struct dx_point){ p->verdict, "", "verdict", "", p->line };
}

/* --- text --- */

static void
text(const struct dx_points *p, struct dx_buf *out)
{
	struct dx_buf reason = { 0 };

	for (size_t i = 0; i < p->count; i++) {
		const struct dx_point *one = &p->item[i];
		dx_buf_printf(out, "[%s] ", one->label);
		dx_plain_text(one->name, out);
		dx_buf_putc(out, '\n');
		if (why(one, &reason)[0] == '\0')
			continue;
		dx_buf_puts(out, "       ");
		dx_plain_text(reason.data, out);
		dx_buf_putc(out, '\n');
	}
	dx_plain_text(p->line, out);
	dx_buf_putc(out, '\n');
	dx_buf_release(&reason);
}

/* --- tap --- */

static void
tap_point(const struct dx_point *one, size_t number, struct dx_buf *reason, struct dx_buf *out)
{
	bool good = one->state == DX_POINT_GOOD;

	dx_buf_printf(out, "%s %zu - ", good ? "ok" : "not ok", number);
	dx_tap_text(one->name, out);
	(void)why(one, reason);
	if (one->state == DX_POINT_OPEN || one->state == DX_POINT_WAIVED) {
		dx_buf_puts(out, one->state == DX_POINT_OPEN ? " # TODO " : " # TODO waived: ");
		dx_tap_text(reason->data, out);
	} else if (reason->data[0] != '\0' && !good) {
		dx_buf_puts(out, "\n# ");
		dx_tap_text(reason->data, out);
	}
	dx_buf_putc(out, '\n');
}

static void
tap(const struct dx_points *p, struct dx_buf *out)
{
	struct dx_buf reason = { 0 };

	dx_buf_puts(out, "TAP version 13\n");
	for (size_t i = 0; i < p->count; i++)
		tap_point(&p->item[i], i + 1, &reason, out);
	/* A harness that lets TODO pass must still see that the whole is not good. */
	dx_buf_printf(out, "%s %zu - ", p->verdict == DX_POINT_GOOD ? "ok" : "not ok", p->count + 1);
	dx_tap_text(p->line, out);
	dx_buf_printf(out, "\n1..%zu\n", p->count + 1);
	dx_buf_release(&reason);
}

/* --- junit --- */

static void
junit_case(const struct dx_points *p, const struct dx_point *one, bool whole, struct dx_buf *out)
{
	struct dx_buf reason = { 0 };

	dx_junit_open(out, p->suite, one->name);
	(void)why(one, &reason);
	if (one->state == DX_POINT_GOOD)
		dx_buf_puts(out, "/>\n");
	else if (one->state == DX_POINT_BAD || whole) {
		dx_buf_puts(out, ">\n      <failure type=\"");
		dx_xml_text(one->reason, out);
		dx_buf_puts(out, "\" message=\"");
		dx_xml_text(one->detail, out);
		dx_buf_puts(out, "\"/>\n    </testcase>\n");
	} else {
		dx_buf_puts(out, ">\n      <skipped message=\"");
		dx_xml_text(reason.data, out);
		dx_buf_puts(out, "\"/>\n    </testcase>\n");
	}
	dx_buf_release(&reason);
}

static void
junit(const struct dx_points *p, struct dx_buf *out)
{
	struct dx_point whole = verdict(p);
	size_t bad = p->verdict != DX_POINT_GOOD, open = 0;

	for (size_t i = 0; i < p->count; i++) {
		bad += p->item[i].state == DX_POINT_BAD;
		open += p->item[i].state == DX_POINT_OPEN || p->item[i].state == DX_POINT_WAIVED;
	}
	dx_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"");
	dx_xml_text(p->suite, out);
	dx_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", p->count + 1, bad, open);
	for (size_t i = 0; i < p->count; i++)
		junit_case(p, &p->item[i], false, out);
	junit_case(p, &whole, true, out);
	dx_buf_puts(out, "  </testsuite>\n</testsuites>\n");
}

/* --- sarif --- */

static void
sarif(const struct dx_points *p, struct dx_buf *out)
{
	struct dx_arena a = { 0 };
	struct dx_json rules = dx_json_array(), results = dx_json_array();
	struct dx_buf reason = { 0 };

	for (size_t i = 0; i < p->count; i++) {
		const struct dx_point *one = &p->item[i];
		const char *id = dx_arena_printf(&a, "%s/%s", p->suite, one->name), *text;
		const char *level = one->state == DX_POINT_BAD ? "error" : one->state == DX_POINT_GOOD ? "none" : "warning";
		enum dx_reason code = dx_reason_find(one->reason);

		dx_json_push(&a, &rules, dx_sarif_rule(&a, id, one->name, dx_reason_remedy(code), "error"));
		if (one->state == DX_POINT_GOOD)
			continue;
		text = why(one, &reason);
		dx_json_push(&a, &results, dx_sarif_result(&a, id, level, dx_arena_dup(&a, text, strlen(text))));
	}
	dx_json_push(&a, &rules, dx_sarif_rule(&a, p->suite, "the verdict", "", "error"));
	if (p->verdict != DX_POINT_GOOD)
		dx_json_push(&a, &results, dx_sarif_result(&a, p->suite, p->verdict == DX_POINT_BAD ? "error" : "warning", p->line));
	dx_sarif_log(&a, p->tool, rules, results, out);
	dx_buf_release(&reason);
	dx_arena_release(&a);
}

/* --- github --- */

static void
github_line(const char *level, const char *suite, const char *name, const char *text, struct dx_buf *out)
{
	dx_buf_printf(out, "::%s title=", level);
	dx_github_text(suite, true, out);
	if (name != NULL) {
		dx_buf_putc(out, '/');
		dx_github_text(name, true, out);
	}
	dx_buf_puts(out, "::");
	dx_github_text(text, false, out);
	dx_buf_putc(out, '\n');
}

static void
github(const struct dx_points *p, struct dx_buf *out)
{
	struct dx_buf reason = { 0 };

	for (size_t i = 0; i < p->count; i++)
		if (p->item[i].state != DX_POINT_GOOD)
			github_line(p->item[i].state == DX_POINT_BAD ? "error" : "warning", p->suite, p->item[i].name,
			    why(&p->item[i], &reason), out);
	github_line(p->verdict == DX_POINT_GOOD ? "notice" : p->verdict == DX_POINT_BAD ? "error" : "warning", p->suite, NULL, p->line,
	    out);
	dx_buf_release(&reason);
}

void
dx_report_points(enum dx_format format, const struct dx_points *p, struct dx_buf *out)
{
	if (format == DX_FORMAT_TEXT)
		text(p, out);
	else if (format == DX_FORMAT_TAP)
		tap(p, out);
	else if (format == DX_FORMAT_JUNIT)
		junit(p, out);
	else if (format == DX_FORMAT_SARIF)
		sarif(p, out);
	else if (format == DX_FORMAT_GITHUB)
		github(p, out);
}
