/* dealix-verify register: a truth register against files, results and the store. */
#include <stdlib.h>

#include "base/clock.h"
#include "check/result.h"
#include "op/register.h"
#include "report/audit.h"
#include "verify.h"
#include "where.h"

struct args {
	int		 format;
	const char	*root, *now;
	struct dx_list	 results;
	bool		 strict, record;
	struct dx_where	 where;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, ndjson, text, sarif, junit, tap or github", 0, 0, DX_FORMAT_JSON,
	    dx_format_names },
	{ DX_OPT_TEXT, 'C', "root", "DIR", AT(root), "folder that evidence is in; the default is the top of the work tree, else here", 0, 0, 0,
	    NULL },
	{ DX_OPT_LIST, 0, "results", "FILE", AT(results), "results that tests and checks are looked up in: TAP, JUnit, or what a gate printed",
	    0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "strict", NULL, AT(strict), "ambiguous verdicts and warnings fail, too", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "record", NULL, AT(record), "write the verdict to the ledger; the caller is the auditor", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "judge as of this RFC 3339 time; the default is the clock; not with --record", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY_LONG(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static int64_t
count(const struct dx_json *report, const char *object, const char *name)
{
	int64_t n = 0;

	(void)dx_json_int64(dx_json_get(object != NULL ? dx_json_get(report, object) : report, name), &n);
	return n;
}

/* "NAME: 50.4% (69.5%) of 141: Production 71, ...; SUPPORTED" */
static void
summary(const struct dx_json *report, struct dx_buf *out)
{
	char percent[2][8];

	dx_score_print((unsigned)count(report, NULL, "maturity_tenths"), percent[0]);
	dx_score_print((unsigned)count(report, NULL, "with_partial_tenths"), percent[1]);
	dx_buf_printf(out, "%s: %s%% (%s%%) of %lld:", dx_json_get_str(report, "name"), percent[0], percent[1],
	    (long long)count(report, NULL, "total"));
	for (int i = 0; i <= DX_STATUS_WATCH; i++)
		dx_buf_printf(out, "%s %s %lld", i > 0 ? "," : "", dx_status_names[i], (long long)count(report, "counts", dx_status_names[i]));
	dx_buf_printf(out, "; %s", dx_json_get_str(report, "verdict"));
}

static void
print(struct dx_call *c, const struct args *args, const struct dx_json *report)
{
	struct dx_audit_report r = { .name = "register", .checks = dx_json_get(report, "checks"), .errors = dx_json_get(report, "errors"),
	    .warnings = dx_json_get(report, "warnings") };
	bool ambiguous = count(report, "verdicts", dx_audit_verdicts[DX_AMBIGUOUS]) > 0;
	struct dx_buf line = { 0 };

	r.passes = r.errors->count == 0 && !(args->strict && (ambiguous || r.warnings->count > 0));
	if (!r.passes)
		dx_tool_exit(c, DX_EXIT_NO);
	if (args->format == DX_FORMAT_JSON || args->format == DX_FORMAT_NDJSON) {
		dx_json_canon(report, &c->out);
		dx_buf_putc(&c->out, '\n');
		return;
	}
	summary(report, &line);
	r.summary = line.data;
	dx_report_audit((enum dx_format)args->format, &r, &c->out);
	dx_buf_release(&line);
}

static enum dx_exit
verify_register(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_register_options o = { .session = dx_where_session(&args->where), .root = args->root, .results = args->results.item,
	    .result_count = args->results.count, .now = dx_clock_now(), .record = args->record };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json report;
	char *created = NULL;

	if (args->now != NULL && args->record)
		return dx_tool_usage(c, "--record uses the clock: it does not go with --now");
	(void)dx_tool_now(args->now, &o.now, &err);
	if (err.reason != DX_OK || dx_op_register(&o, c->operand_count > 0 ? c->operands[0] : "-", &a, &report, &created, &err) != 0)
		dx_tool_error(c, &err);
	else
		print(c, args, &report);
	if (created != NULL)
		dx_tool_note(c, "created the store %s", created);
	free(created);
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_verify_register = { "register", "[FILE]", "hold a truth register against its evidence and its claims", opts,
    sizeof(struct args), 0, 1, verify_register };
