#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/cases.h"
#include "report/escape.h"
#include "report/report_internal.h"

#define WHY_LINE	4096	/* bytes of a line of why */

struct dx_case *
dx_cases_add(struct dx_cases *c, const char *group, const char *name, bool ok, const char *message)
{
	if (c->count == c->room) {
		c->room = c->room > 0 ? 2 * c->room : 64;
		c->item = dx_realloc(c->item, dx_size_mul(c->room, sizeof(*c->item)));
	}
	c->item[c->count] = (struct dx_case){ .group = group, .name = name, .ok = ok, .message = message };
	return &c->item[c->count++];
}

void
dx_case_why(struct dx_case *c, const char *fmt, ...)
{
	char raw[WHY_LINE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	dx_plain_text(raw, &c->why);
	dx_buf_putc(&c->why, '\n');
}

void
dx_case_lines(const struct dx_case *c, const char *mark, struct dx_buf *out)
{
	for (const char *at = c->why.data, *lf; at != NULL && (lf = strchr(at, '\n')) != NULL; at = lf + 1) {
		dx_buf_puts(out, mark);
		dx_buf_add(out, at, (size_t)(lf - at) + 1);
	}
}

void
dx_cases_tap(const struct dx_cases *c, struct dx_buf *out)
{
	dx_buf_printf(out, "TAP version 13\n1..%zu\n", c->count);
	for (size_t i = 0; i < c->count; i++) {
		const struct dx_case *one = &c->item[i];

		dx_buf_printf(out, "%s %zu - ", one->ok ? "ok" : "not ok", i + 1);
		if (one->title == NULL) {
			dx_tap_text(one->group, out);
			dx_buf_puts(out, ": ");
		}
		dx_tap_text(one->title != NULL ? one->title : one->name, out);
		dx_buf_putc(out, '\n');
		dx_case_lines(one, "# ", out);
	}
}

static void
junit_case(const struct dx_case *one, struct dx_buf *out)
{
	dx_buf_puts(out, "    <testcase classname=\"");
	dx_xml_text(one->group, out);
	dx_buf_puts(out, "\" name=\"");
	dx_xml_text(one->name, out);
	if (one->ok) {
		dx_buf_puts(out, "\"/>\n");
		return;
	}
	dx_buf_puts(out, "\">\n      <failure message=\"");
	dx_xml_text(one->message, out);
	dx_buf_puts(out, "\">");
	dx_xml_text(one->why.data, out);
	dx_buf_puts(out, "</failure>\n    </testcase>\n");
}

void
dx_cases_junit(const struct dx_cases *c, struct dx_buf *out)
{
	size_t failed = 0;

	for (size_t i = 0; i < c->count; i++)
		failed += !c->item[i].ok;
	dx_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"");
	dx_xml_text(c->suite, out);
	dx_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n", c->count, failed);
	for (size_t i = 0; i < c->count; i++)
		junit_case(&c->item[i], out);
	dx_buf_puts(out, "  </testsuite>\n</testsuites>\n");
}

void
dx_cases_release(struct dx_cases *c)
{
	for (size_t i = 0; i < c->count; i++)
		dx_buf_release(&c->item[i].why);
	free(c->item);
	*c = (struct dx_cases){ .suite = c->suite };
}

/* --- remarks --- */

static void
finding(const char *file, const struct dx_json *f, struct dx_buf *out)
{
	const char *at = dx_report_member(f, "at");
	int64_t line = 1, column = 1;

	(void)dx_json_int64(dx_json_get(f, "line"), &line);
	(void)dx_json_int64(dx_json_get(f, "column"), &column);
	dx_plain_text(file, out);
	dx_buf_printf(out, ":%lld:%lld: %s: ", (long long)line, (long long)column, dx_report_member(f, "severity"));
	dx_plain_text(dx_report_member(f, "detail"), out);
	dx_buf_puts(out, at[0] != '\0' ? " at " : "");
	dx_plain_text(at, out);
	dx_buf_printf(out, " [%s]\n", dx_report_member(f, "code"));
}

void
dx_report_findings(const struct dx_json *report, const char *none, struct dx_buf *out)
{
	const struct dx_json *list = dx_json_get(report, "findings");
	const char *file = dx_report_member(report, "file");

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		finding(file, &list->u.items[i], out);
	if (none == NULL || (list != NULL && list->count > 0))
		return;
	dx_plain_text(file, out);
	dx_buf_printf(out, ": %s\n", none);
}
