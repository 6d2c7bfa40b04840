/* dealix-verify contract list and show: the contracts that are built in. */
#include <string.h>

#include "base/err.h"
#include "op/contract.h"
#include "report/escape.h"
#include "verify.h"

struct args {
	int	format;
};

enum { FORMAT_TEXT, FORMAT_JSON };
static const char *const formats[] = { "text", "json", NULL };

static const struct dx_opt list_opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", offsetof(struct args, format), "how to answer: text, or json, one contract a line",
	    0, 0, FORMAT_TEXT, formats },
	DX_OPTIONS_END
};
static const struct dx_opt show_opts[] = { DX_OPTIONS_END };

static void
print_line(struct dx_buf *out, const struct dx_json *c)
{
	const struct dx_json *inputs = dx_json_get(c, "inputs");
	struct dx_buf media = { 0 };
	int64_t version = 0, rules = 0;

	(void)dx_json_int64(dx_json_get(c, "version"), &version);
	(void)dx_json_int64(dx_json_get(c, "rules"), &rules);
	for (uint32_t i = 0; i < inputs->count; i++) {
		const struct dx_json *in = &inputs->u.items[i];
		if (inputs->count > 1)
			dx_buf_printf(&media, "%s%s:", i > 0 ? " " : "", dx_json_get_str(in, "role"));
		dx_buf_puts(&media, dx_json_get_str(in, "media"));
	}
	dx_buf_printf(out, "%-24s v%-2lld %3lld rules  %s  (%s)\n", dx_json_get_str(c, "kind"), (long long)version, (long long)rules,
	    dx_json_get_str(c, "title"), media.len > 0 ? media.data : "no file");
	dx_buf_release(&media);
}

static enum dx_exit
list(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json all;

	if (dx_op_contract_list(&a, &all, &err) != 0)
		dx_tool_error(c, &err);
	else
		for (uint32_t i = 0; i < all.count; i++) {
			if (args->format == FORMAT_TEXT) {
				print_line(&c->out, &all.u.items[i]);
				continue;
			}
			dx_json_canon(&all.u.items[i], &c->out);
			dx_buf_putc(&c->out, '\n');
		}
	dx_arena_release(&a);
	return c->exit;
}

static enum dx_exit
show(struct dx_call *c)
{
	struct dx_err err = { 0 };
	size_t len;
	const char *text = dx_op_contract_show(c->operands[0], &len, &err);

	if (text == NULL)
		dx_tool_error(c, &err);
	else {
		dx_buf_add(&c->out, text, len);
		if (len > 0 && text[len - 1] != '\n')
			dx_buf_putc(&c->out, '\n');
	}
	return c->exit;
}

const struct dx_verb dx_verify_contract_list = {
	.name = "contract list",
	.summary = "list the contracts that are shipped",
	.opts = list_opts,
	.args_size = sizeof(struct args),
	.run = list,
};

const struct dx_verb dx_verify_contract_show = {
	.name = "contract show",
	.operands = "KIND",
	.summary = "print a contract that is shipped",
	.opts = show_opts,
	.args_size = sizeof(struct args),
	.min_operands = 1,
	.max_operands = 1,
	.run = show,
};
