/* Answers to action requests: text of their own, elsewhere told like the decision that they are. */
#include <string.h>

#include "base/reason.h"
#include "report/escape.h"
#include "report/report_internal.h"

bool
dx_report_is_action(const struct dx_json *reply)
{
	return strcmp(dx_report_member(reply, "schema"), "dealix.action.decision.v1") == 0;
}

static bool
allowed(const struct dx_json *reply)
{
	return dx_json_is(dx_json_get(reply, "allowed"), DX_JSON_TRUE);
}

static void
text(const struct dx_json *reply, unsigned line, struct dx_buf *out)
{
	const struct dx_json *gate = dx_json_get(reply, "gate_decision");
	const char *reason = dx_report_member(reply, "reason"), *correlation = dx_report_member(reply, "correlation_id"),
	    *approval = dx_report_member(gate, "approval_request_id");
	enum dx_reason code = dx_reason_find(reason);

	if (line > 0)
		dx_buf_printf(out, "line %u: ", line);
	dx_buf_printf(out, "%s: %s\n  what      ", allowed(reply) ? "ALLOW" : gate != NULL ? dx_report_member(gate, "decision") : "DENY", reason);
	dx_plain_text(dx_report_member(reply, "action"), out);
	dx_buf_printf(out, " (class %s)\n  reason    %s: %s", dx_report_member(reply, "class"), reason, dx_reason_text(code));
	if (dx_reason_remedy(code)[0] != '\0')
		dx_buf_printf(out, " %s", dx_reason_remedy(code));
	dx_buf_printf(out, "\n  trace     %s", dx_report_member(reply, "trace_id"));
	if (correlation[0] != '\0') {
		dx_buf_puts(out, ", correlation ");
		dx_plain_text(correlation, out);
	}
	dx_buf_putc(out, '\n');
	if (approval[0] != '\0')
		dx_buf_printf(out, "  approval  %s (%s)\n", approval, dx_report_member(gate, "approval_status"));
	if (gate != NULL)
		dx_buf_printf(out, "  decision  %s at %s\n", dx_report_member(gate, "decision_id"), dx_report_member(gate, "decided_at"));
}

/* A decision on an action that no people were asked about. */
static struct dx_json
as_decision(struct dx_arena *a, const struct dx_json *reply)
{
	struct dx_json o = dx_json_object(), codes = dx_json_array();

	dx_json_push(a, &codes, dx_json_text(dx_report_member(reply, "reason")));
	dx_json_put(a, &o, "action", dx_json_text(dx_report_member(reply, "action")));
	dx_json_put(a, &o, "decision", dx_json_text(allowed(reply) ? "ALLOW" : "DENY"));
	dx_json_put(a, &o, "findings", dx_json_array());
	dx_json_put(a, &o, "reason_codes", codes);
	dx_json_put(a, &o, "resource_reference", dx_json_text(dx_report_member(reply, "correlation_id")));
	dx_json_put(a, &o, "source", dx_json_text("ci"));
	return o;
}

void
dx_report_action(struct dx_report *r, const struct dx_json *reply, unsigned line, struct dx_buf *out)
{
	const struct dx_json *gate = dx_json_get(reply, "gate_decision");
	struct dx_json plain;

	if (r->format == DX_FORMAT_TEXT) {
		text(reply, line, out);
		return;
	}
	plain = gate != NULL ? *gate : as_decision(&r->arena, reply);
	dx_report_decision(r, &plain, line, out);
}
