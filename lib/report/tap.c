#include <string.h>

#include "report/escape.h"
#include "report/report_internal.h"

struct walk { struct dx_report *r; const struct dx_json *reply; struct dx_buf *out; };

static void
rule_case(void *ctx, const struct dx_json *doc, const struct dx_json *rule)
{
	struct walk *w = ctx;
	const char *rules_id = dx_report_member(doc, "id"), *rule_id = dx_report_member(rule, "id");
	const struct dx_json *f = dx_json_get(w->reply, "findings");
	bool failed = dx_report_fired(w->reply, rules_id, rule_id) > 0;
	bool warns = strcmp(dx_report_member(rule, "effect"), "warn") == 0;

	dx_buf_printf(w->out, "%s %u - ", failed && !warns ? "not ok" : "ok", ++w->r->number);
	dx_tap_text(rules_id, w->out);
	dx_buf_putc(w->out, '/');
	dx_tap_text(rule_id, w->out);
	dx_buf_puts(w->out, ": ");
	dx_tap_text(dx_report_member(rule, "title"), w->out);
	if (!dx_report_ran(w->reply, rule))
		dx_buf_puts(w->out, " # SKIP not for this source or environment");
	dx_buf_putc(w->out, '\n');
	for (uint32_t i = 0; failed && i < f->count; i++) {
		const struct dx_json *one = &f->u.items[i];
		if (strcmp(dx_report_member(one, "rules_id"), rules_id) != 0 || strcmp(dx_report_member(one, "rule_id"), rule_id) != 0)
			continue;
		dx_buf_puts(w->out, "# ");
		dx_tap_text(dx_report_member(one, "address"), w->out);
		dx_buf_puts(w->out, dx_report_member(one, "address")[0] != '\0' ? ": " : "");
		dx_tap_text(dx_report_member(one, "message"), w->out);
		dx_buf_putc(w->out, '\n');
	}
}

void
dx_report_tap(struct dx_report *r, const struct dx_json *reply, struct dx_buf *out)
{
	struct walk w = { r, reply, out };

	if (r->number == 0)
		dx_buf_puts(out, "TAP version 13\n");
	dx_buf_printf(out, "%s %u - decision ", dx_report_passes(reply) ? "ok" : "not ok", ++r->number);
	dx_report_verdict(reply, out);
	dx_buf_putc(out, '\n');
	dx_report_each_rule(r, rule_case, &w);
}

void
dx_report_tap_error(struct dx_report *r, const struct dx_err *why, unsigned line, struct dx_buf *out)
{
	if (r->number == 0)
		dx_buf_puts(out, "TAP version 13\n");
	dx_buf_printf(out, "not ok %u - ", ++r->number);
	if (line > 0)
		dx_buf_printf(out, "line %u ", line);
	dx_buf_printf(out, "refused %s: ", dx_reason_code(why->reason));
	dx_tap_text(why->text, out);
	dx_buf_putc(out, '\n');
}
