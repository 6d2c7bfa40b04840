#include <string.h>

#include "report/escape.h"
#include "report/report_internal.h"

static void
put(const struct dx_json *o, const char *name, struct dx_buf *out)
{
	dx_plain_text(dx_report_member(o, name), out);
}

static void
money_line(const struct dx_json *reply, struct dx_buf *out)
{
	const char *left = dx_report_member(reply, "allocation_headroom_usd"), *scope = dx_report_member(reply, "budget_scope_key");

	dx_buf_printf(out, "  cost      %s USD a month", dx_report_member(reply, "estimated_monthly_delta_usd"));
	if (left[0] != '\0') {
		dx_buf_puts(out, ", budget ");
		dx_plain_text(scope[0] != '\0' ? scope : "in force", out);
		dx_buf_printf(out, " has %s USD left", left);
	}
	dx_buf_putc(out, '\n');
}

static void
explanation_lines(const struct dx_json *reply, struct dx_buf *out)
{
	const struct dx_json *list = dx_json_get(reply, "explanation");

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const char *code = dx_report_member(&list->u.items[i], "code");
		enum dx_reason r = dx_reason_find(code);
		dx_buf_printf(out, "  reason    %s: %s", code, dx_reason_text(r));
		if (dx_reason_remedy(r)[0] != '\0')
			dx_buf_printf(out, " %s", dx_reason_remedy(r));
		dx_buf_putc(out, '\n');
	}
}

static void
finding_lines(const struct dx_json *f, struct dx_buf *out)
{
	int64_t line, column;

	dx_buf_printf(out, "  %-9s %s  ", dx_report_member(f, "severity"), dx_report_member(f, "rule_id"));
	put(f, "address", out);
	/* The word in front keeps a message that begins with "::" from being read as a workflow command. */
	dx_buf_puts(out, "\n            found: ");
	put(f, "message", out);
	dx_buf_putc(out, '\n');
	if (dx_json_int64(dx_json_get(f, "line"), &line) && dx_json_int64(dx_json_get(f, "column"), &column)) {
		dx_buf_puts(out, "            at ");
		dx_plain_text(dx_json_get_str(f, "file") != NULL ? dx_json_get_str(f, "file") : "stdin", out);
		dx_buf_printf(out, ":%lld:%lld ", (long long)line, (long long)column);
		put(f, "pointer", out);
		dx_buf_putc(out, '\n');
	}
	if (dx_json_get_str(f, "remedy") != NULL) {
		dx_buf_puts(out, "            remedy: ");
		put(f, "remedy", out);
		dx_buf_putc(out, '\n');
	}
}

void
dx_report_text(const struct dx_json *reply, unsigned line, struct dx_buf *out)
{
	const struct dx_json *findings = dx_json_get(reply, "findings"), *notes = dx_json_get(reply, "notes");
	const char *approval = dx_report_member(reply, "approval_request_id");

	if (line > 0)
		dx_buf_printf(out, "line %u: ", line);
	dx_report_verdict(reply, out);
	dx_buf_puts(out, "\n  what      ");
	put(reply, "action", out);
	dx_buf_putc(out, ' ');
	put(reply, "resource_reference", out);
	dx_buf_puts(out, " in ");
	put(reply, "environment", out);
	dx_buf_puts(out, ", project ");
	put(reply, "project_id", out);
	dx_buf_printf(out, " (%s, mode %s)\n", dx_report_member(reply, "source"), dx_report_member(reply, "mode"));
	money_line(reply, out);
	explanation_lines(reply, out);
	for (uint32_t i = 0; notes != NULL && i < notes->count; i++)
		dx_buf_printf(out, "  note      %s: %s\n", dx_json_str(&notes->u.items[i]),
		    dx_reason_text(dx_reason_find(dx_json_str(&notes->u.items[i]))));
	if (approval[0] != '\0')
		dx_buf_printf(out, "  approval  %s (%s)\n", approval, dx_report_member(reply, "approval_status"));
	dx_buf_printf(out, "  decision  %s at %s%s\n", dx_report_member(reply, "decision_id"), dx_report_member(reply, "decided_at"),
	    dx_json_is(dx_json_get(reply, "replayed"), DX_JSON_TRUE) ? ", replayed" :
	    dx_json_is(dx_json_get(reply, "persisted"), DX_JSON_FALSE) ? ", not kept" : "");
	for (uint32_t i = 0; findings != NULL && i < findings->count; i++)
		finding_lines(&findings->u.items[i], out);
}
