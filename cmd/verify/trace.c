/* dealix-verify trace: whether everything that belongs to a decision is there, in order. */
#include <stdlib.h>

#include "op/trace.h"
#include "report/escape.h"
#include "verify.h"

struct args {
	int		 format;
	const char	*tenant, *store;
};

enum { FORMAT_JSON, FORMAT_TEXT };
static const char *const formats[] = { "json", "text", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats },
	{ DX_OPT_TEXT, 't', "tenant", "NAME", AT(tenant), "tenant; the default is default", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 's', "store", "URL", AT(store), "store: a folder, or sqlite:PATH", 0, 0, 0, NULL },
	{ DX_OPT_END, 0, NULL, NULL, 0, NULL, 0, 0, 0, NULL },
};

static void
print_text(struct dx_buf *out, const struct dx_json *report, const struct dx_trace_verdict *v)
{
	dx_buf_printf(out, "%s  ", v->complete ? "complete  " : "INCOMPLETE");
	dx_plain_text(dx_json_get_str(report, "id"), out);
	dx_buf_putc(out, ' ');
	for (int k = 0; k < DX_TRACE_KINDS; k++)
		dx_buf_printf(out, " %s %u", dx_trace_kind_names[k], v->count[k]);
	dx_buf_putc(out, '\n');
	for (unsigned i = 0; i < v->error_count; i++)
		dx_buf_printf(out, "  %s [%s]\n", dx_reason_text(v->error[i]), dx_reason_code(v->error[i]));
}

static enum dx_exit
verify_trace(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_trace_options o = { .store = args->store, .store_env = getenv("DEALIX_STORE"), .tenant = args->tenant };
	struct dx_trace_verdict verdict;
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json report;

	if (dx_op_trace_verify(&o, c->operands[0], &a, &report, &verdict, &err) != 0)
		dx_tool_error(c, &err);
	else {
		if (args->format == FORMAT_TEXT)
			print_text(&c->out, &report, &verdict);
		else {
			dx_json_canon(&report, &c->out);
			dx_buf_putc(&c->out, '\n');
		}
		if (!verdict.complete)
			dx_tool_exit(c, DX_EXIT_NO);
	}
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_verify_trace = { "trace", "ID", "check that decision, approval, execution and evidence are there", opts,
    sizeof(struct args), 1, 1, verify_trace };
