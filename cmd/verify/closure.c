/* dealix-verify closure: the six closure tests. */
#include <unistd.h>

#include "base/clock.h"
#include "op/closure.h"
#include "report/escape.h"
#include "verify.h"
#include "where.h"

struct args {
	int		 format;
	const char	*root, *dir;
	struct dx_list	 set;
	struct dx_where	 where;
};

enum { FORMAT_JSON, FORMAT_TEXT };
static const char *const formats[] = { "json", "text", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats },
	{ DX_OPT_TEXT, 'C', "root", "DIR", AT(root), "folder that paths start from; the default is the top of the work tree, else here", 0, 0, 0,
	    NULL },
	{ DX_OPT_TEXT, 0, "dir", "DIR", AT(dir), "folder of the six documents; the default is policies/closure of the root", 0, 0, 0, NULL },
	{ DX_OPT_LIST, 0, "set", "NAME=VALUE", AT(set), "give a setting of the documents its value", 0, 0, 0, NULL },
	DX_WHERE_POLICY_LONG(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static void
print_text(const struct dx_closure *c, struct dx_buf *out)
{
	for (size_t i = 0; i < DX_CLOSURES; i++) {
		dx_buf_printf(out, "[%s] %s\n", dx_closure_word(c, i), dx_closure_names[i]);
		for (size_t k = 0; k < c->checked[i]->plan->count; k++) {
			const struct dx_result *r = &c->checked[i]->result[k];
			if (r->state != DX_STATE_FAIL && r->state != DX_STATE_ERROR)
				continue;
			dx_buf_printf(out, "       %s: %s: ", r->check, r->reason);
			dx_plain_text(r->detail, out);
			dx_buf_putc(out, '\n');
		}
	}
	dx_score_lines(&c->score, NULL, "TIER-1 READY", true, out);
}

static enum dx_exit
closure(struct dx_call *c)
{
	const struct args *args = c->args;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct dx_closure_options o = { .session = dx_where_session(&args->where), .root = args->root, .dir = args->dir, .set = args->set.item,
	    .set_count = args->set.count, .jobs = processors > 0 && processors < 64 ? (unsigned)processors : 1, .now = dx_clock_now() };
	struct dx_faults faults = { 0 };
	struct dx_err err = { 0 };
	struct dx_closure done;

	if (dx_op_closure(&o, &done, &faults, &err) != 0) {
		for (size_t i = 0; i < faults.count; i++)
			dx_tool_error(c, &faults.item[i]);
		if (err.reason != DX_OK)
			dx_tool_error(c, &err);
	} else {
		if (args->format == FORMAT_TEXT)
			print_text(&done, &c->out);
		else {
			dx_json_canon(&done.document, &c->out);
			dx_buf_putc(&c->out, '\n');
		}
		dx_tool_exit(c, dx_score_exit(&done.score));
	}
	dx_closure_release(&done);
	dx_faults_release(&faults);
	return c->exit;
}

const struct dx_verb dx_verify_closure = { "closure", NULL, "run the six closure tests", opts, sizeof(struct args), 0, 0, closure };
