#include <string.h>

#include "report/escape.h"
#include "report/report_internal.h"

static void
place(const struct dx_json *f, struct dx_buf *out)
{
	int64_t line, column;

	if (dx_json_get_str(f, "file") == NULL)
		return;
	dx_buf_puts(out, "file=");
	dx_github_text(dx_json_get_str(f, "file"), true, out);
	if (dx_json_int64(dx_json_get(f, "line"), &line) && dx_json_int64(dx_json_get(f, "column"), &column))
		dx_buf_printf(out, ",line=%lld,col=%lld", (long long)line, (long long)column);
	dx_buf_putc(out, ',');
}

static const char *
level(const struct dx_json *f)
{
	const char *severity = dx_report_member(f, "severity");

	if (strcmp(severity, "low") == 0)
		return "notice";
	if (strcmp(dx_report_member(f, "effect"), "warn") == 0 || strcmp(severity, "medium") == 0)
		return "warning";
	return "error";
}

static void
annotate(const struct dx_json *f, struct dx_buf *out)
{
	const char *address = dx_report_member(f, "address");

	dx_buf_printf(out, "::%s ", level(f));
	place(f, out);
	dx_buf_puts(out, "title=");
	dx_github_text(dx_report_member(f, "rule_id"), true, out);
	dx_buf_puts(out, "::");
	dx_github_text(address, false, out);
	dx_buf_puts(out, address[0] != '\0' ? ": " : "");
	dx_github_text(dx_report_member(f, "message"), false, out);
	if (dx_json_get_str(f, "remedy") != NULL) {
		dx_buf_puts(out, " Remedy: ");
		dx_github_text(dx_report_member(f, "remedy"), false, out);
	}
	dx_buf_putc(out, '\n');
}

void
dx_report_github(const struct dx_json *reply, struct dx_buf *out)
{
	const struct dx_json *f = dx_json_get(reply, "findings");
	const char *decision = dx_report_member(reply, "decision");
	struct dx_buf verdict = { 0 };

	dx_report_verdict(reply, &verdict);
	dx_buf_printf(out, "::%s title=dealix.decision::", strcmp(decision, "DENY") == 0 ? "error" :
	    strcmp(decision, "REQUIRE_APPROVAL") == 0 ? "warning" : "notice");
	dx_github_text(verdict.data, false, out);
	dx_buf_putc(out, '\n');
	dx_buf_release(&verdict);
	for (uint32_t i = 0; f != NULL && i < f->count; i++)
		annotate(&f->u.items[i], out);
}

void
dx_report_github_error(const struct dx_err *why, unsigned line, struct dx_buf *out)
{
	dx_buf_printf(out, "::error title=%s::", dx_reason_code(why->reason));
	if (line > 0)
		dx_buf_printf(out, "line %u: ", line);
	dx_github_text(why->text, false, out);
	dx_buf_putc(out, '\n');
}
