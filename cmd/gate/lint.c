/* dealix-gate policy lint: policy and rule documents looked over. */
#include "gate.h"
#include "op/lint.h"
#include "report/cases.h"
#include "report/escape.h"
#include "where.h"

struct args {
	int		 format;
	const char	*against;
};

enum { FORMAT_TEXT, FORMAT_JSON };
static const char *const formats[] = { "text", "json", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "how to answer: text or json", 0, 0, FORMAT_TEXT, formats },
	{ DX_OPT_TEXT, 0, "against", "FILE", AT(against), "policy that is in force now, for remarks on what changes", 0, 0, 0, NULL },
	DX_OPTIONS_END
};

static void
print_text(struct dx_buf *out, const struct dx_json *report)
{
	const char *kind = dx_json_get_str(report, "kind");
	struct dx_buf none = { 0 };

	dx_report_findings(report, NULL, out);
	if (kind[0] == 't')
		dx_buf_puts(&none, "a test document; policy test runs it");
	else if (dx_json_get(report, "findings")->count == 0)
		dx_buf_printf(&none, "%s, nothing to remark", kind);
	if (none.len > 0) {
		dx_plain_text(dx_json_get_str(report, "file"), out);
		dx_buf_printf(out, ": %s\n", none.data);
	}
	dx_buf_release(&none);
}

static enum dx_exit
lint(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_arena a = { 0 };

	for (int i = 0; i < c->operand_count; i++) {
		struct dx_err err = { 0 };
		struct dx_json report;
		unsigned errors;

		if (dx_op_lint(c->operands[i], args->against, &a, &report, &errors, &err) != 0) {
			dx_tool_error(c, &err);
			continue;
		}
		if (args->format == FORMAT_TEXT)
			print_text(&c->out, &report);
		else {
			dx_json_canon(&report, &c->out);
			dx_buf_putc(&c->out, '\n');
		}
		if (errors > 0)
			dx_tool_exit(c, DX_EXIT_NO);
	}
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_gate_policy_lint = {
	.name = "policy lint",
	.operands = "FILE...",
	.summary = "look over policy and rule documents",
	.opts = opts,
	.args_size = sizeof(struct args),
	.min_operands = 1,
	.max_operands = -1,
	.run = lint,
};
