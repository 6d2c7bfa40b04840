/* dealix-verify contract lint: evidence contracts looked over. */
#include "base/err.h"
#include "op/contract.h"
#include "report/escape.h"
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

static void
print_text(struct dx_buf *out, const struct dx_json *report)
{
	const struct dx_json *findings = dx_json_get(report, "findings");

	for (uint32_t i = 0; i < findings->count; i++) {
		const struct dx_json *f = &findings->u.items[i];
		const char *at = dx_json_get_str(f, "at");
		int64_t line = 1, column = 1;

		(void)dx_json_int64(dx_json_get(f, "line"), &line);
		(void)dx_json_int64(dx_json_get(f, "column"), &column);
		dx_plain_text(dx_json_get_str(report, "file"), out);
		dx_buf_printf(out, ":%lld:%lld: %s: ", (long long)line, (long long)column, dx_json_get_str(f, "severity"));
		dx_plain_text(dx_json_get_str(f, "detail"), out);
		dx_buf_puts(out, at[0] != '\0' ? " at " : "");
		dx_plain_text(at, out);
		dx_buf_printf(out, " [%s]\n", dx_json_get_str(f, "code"));
	}
	if (findings->count == 0) {
		dx_plain_text(dx_json_get_str(report, "file"), out);
		dx_buf_puts(out, ": contract, nothing to remark\n");
	}
}

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
			print_text(&c->out, &report);
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
