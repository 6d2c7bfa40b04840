/* dealix-verify contract lint: evidence contracts looked over. */
#include "base/err.h"
#include "op/contract.h"
#include "report/cases.h"
#include "verify.h"

struct args {
	int	format;
	bool	strict;
};

enum { FORMAT_TEXT, FORMAT_JSON };
static const char *const formats[] = { "text", "json", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "how to answer: text or json", 0, 0, FORMAT_TEXT, formats },
	{ DX_OPT_FLAG, 0, "strict", NULL, AT(strict), "count warnings as errors", 0, 0, 0, NULL },
	DX_OPTIONS_END
};

static enum dx_exit
lint(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_arena a = { 0 };

	for (int i = 0; i < c->operand_count; i++) {
		struct dx_err err = { 0 };
		struct dx_json report;
		unsigned errors, warnings;

		dx_arena_reset(&a);
		if (dx_op_contract_lint(c->operands[i], &a, &report, &errors, &warnings, &err) != 0) {
			dx_tool_error(c, &err);
			continue;
		}
		if (args->format == FORMAT_TEXT)
			dx_report_findings(&report, "contract, nothing to remark", &c->out);
		else {
			dx_json_canon(&report, &c->out);
			dx_buf_putc(&c->out, '\n');
		}
		if (errors > 0)
			dx_tool_exit(c, DX_EXIT_INVALID);	/* a document of ours that cannot be read as one */
		else if (args->strict && warnings > 0)
			dx_tool_exit(c, DX_EXIT_NO);
	}
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_verify_contract_lint = {
	.name = "contract lint",
	.operands = "FILE...",
	.summary = "look over evidence contracts",
	.opts = opts,
	.args_size = sizeof(struct args),
	.min_operands = 1,
	.max_operands = -1,
	.run = lint,
};
