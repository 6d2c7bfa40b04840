/* dealix-verify docs: documents that agree with each other and with what is there. */
#include "base/clock.h"
#include "op/docs.h"
#include "report/audit.h"
#include "verify.h"

struct args {
	int		 format;
	const char	*root, *reg, *glossary, *charter, *exceptions, *now;
	bool		 strict;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, ndjson, text, sarif, junit, tap or github", 0, 0, DX_FORMAT_JSON,
	    dx_format_names },
	{ DX_OPT_TEXT, 'C', "root", "DIR", AT(root), "folder of the documents; the default is the top of the work tree, else here", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "register", "FILE", AT(reg), "register that says how far each component is; the default is a register.json of the root", 0,
	    0, 0, NULL },
	{ DX_OPT_TEXT, 0, "glossary", "FILE", AT(glossary), "terms and the words they replace; the default is a glossary.json of the root", 0, 0, 0,
	    NULL },
	{ DX_OPT_TEXT, 0, "charter", "PATH", AT(charter), "what governance documents link to; the default is the CHARTER.md that stands highest", 0, 0,
	    0, NULL },
	{ DX_OPT_TEXT, 0, "exceptions", "FILE", AT(exceptions), "lines that may stand for a time all the same", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "judge exceptions as of this RFC 3339 time; the default is the clock", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "strict", NULL, AT(strict), "fail also when a check had nothing to compare with", 0, 0, 0, NULL },
	DX_OPTIONS_END
};

static void
print(struct dx_call *c, const struct args *args, const struct dx_json *report)
{
	struct dx_audit_report r = { .name = "docs", .checks = dx_json_get(report, "checks"), .errors = dx_json_get(report, "findings") };
	const struct dx_json *notes = dx_json_get(report, "notes");
	int64_t passed = 0, documents = 0;
	struct dx_buf line = { 0 };

	(void)dx_json_int64(dx_json_get(report, "passed"), &passed);
	(void)dx_json_int64(dx_json_get(report, "documents"), &documents);
	r.passes = passed == (int64_t)r.checks->count && documents > 0 && !(args->strict && notes->count > 0);
	if (!r.passes)
		dx_tool_exit(c, DX_EXIT_NO);
	if (args->format == DX_FORMAT_JSON || args->format == DX_FORMAT_NDJSON) {
		dx_json_canon(report, &c->out);
		dx_buf_putc(&c->out, '\n');
		return;
	}
	dx_buf_printf(&line, "%lld/%u checks passed over %lld documents", (long long)passed, r.checks->count, (long long)documents);
	for (uint32_t i = 0; i < notes->count; i++)
		dx_buf_printf(&line, "; %s", dx_json_str(&notes->u.items[i]));
	r.summary = line.data;
	dx_report_audit((enum dx_format)args->format, &r, &c->out);
	dx_buf_release(&line);
}

static enum dx_exit
docs(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_op_docs_options o = { .root = args->root, .reg = args->reg, .glossary = args->glossary, .exceptions = args->exceptions,
	    .charter = args->charter, .path = (const char *const *)c->operands, .paths = (size_t)c->operand_count, .now = dx_clock_now() };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json report;

	(void)dx_tool_now(args->now, &o.now, &err);
	if (err.reason != DX_OK || dx_op_docs(&o, &a, &report, &err) != 0)
		dx_tool_error(c, &err);
	else
		print(c, args, &report);
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_verify_docs = { "docs", "[PATH...]", "check that documents agree with each other and with what is there", opts,
    sizeof(struct args), 0, -1, docs };
