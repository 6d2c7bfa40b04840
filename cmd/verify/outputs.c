/* dealix-verify outputs: what the store holds of structured outputs. */
#include "base/clock.h"
#include "op/outputs_audit.h"
#include "report/audit.h"
#include "verify.h"
#include "where.h"

struct args {
	int		 format;
	int64_t		 days, weeks;
	const char	*now;
	struct dx_where	 where;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, ndjson, text, sarif, junit, tap or github", 0, 0, DX_FORMAT_JSON,
	    dx_format_names },
	{ DX_OPT_INT, 0, "days", "N", AT(days), "period that is looked at; 28 when not given", 1, 3660, 28, NULL },
	{ DX_OPT_INT, 0, "weeks", "N", AT(weeks), "also ask for a weekly pack, opened by a reader, in each of so many weeks", 0, 520, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "judge as of this RFC 3339 time; the default is the clock", 0, 0, 0, NULL },
	DX_WHERE_POLICY_LONG(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static int64_t
number(const struct dx_json *report, const char *name)
{
	int64_t n = 0;

	(void)dx_json_int64(dx_json_get(report, name), &n);
	return n;
}

static enum dx_exit
outputs(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_buf line = { 0 };
	struct dx_json report;
	int64_t now = dx_clock_now();

	(void)dx_tool_now(args->now, &now, &err);
	if (err.reason != DX_OK || dx_op_outputs_audit(&so, args->days, args->weeks, now, &a, &report, &err) != 0)
		dx_tool_error(c, &err);
	else {
		struct dx_audit_report r = { .name = "outputs", .checks = dx_json_get(&report, "checks"), .errors = dx_json_get(&report, "errors") };
		r.passes = r.errors->count == 0;
		if (!r.passes)
			dx_tool_exit(c, DX_EXIT_NO);
		dx_buf_printf(&line, "%lld outputs, %lld/%d kinds used", (long long)number(&report, "checked"), (long long)number(&report, "used"),
		    DX_OUTPUT_KINDS);
		r.summary = line.data;
		if (args->format == DX_FORMAT_JSON || args->format == DX_FORMAT_NDJSON) {
			dx_json_canon(&report, &c->out);
			dx_buf_putc(&c->out, '\n');
		} else
			dx_report_audit((enum dx_format)args->format, &r, &c->out);
	}
	dx_buf_release(&line);
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_verify_outputs = { "outputs", NULL, "check the structured outputs of a period, and the weekly packs", opts,
    sizeof(struct args), 0, 0, outputs };
