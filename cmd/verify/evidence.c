/* dealix-verify evidence, and dealix-verify FILE...: artifacts against their contracts. */
#include <string.h>

#include "base/clock.h"
#include "base/time.h"
#include "op/evidence.h"
#include "report/report.h"
#include "verify.h"

#define FLUSH_BYTES	((size_t)64 << 10)

struct args {
	int		 format, level;
	const char	*kind, *now, *root, *params_file, *principals;
	struct dx_list	 params, trust;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_TEXT, 'k', "kind", "KIND", AT(kind), "contract: a shipped kind, or a file; the default is to recognise it",
	    0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 'l', "level", "LEVEL", AT(level), "base or strict; the default is strict", 0, 0, DX_LEVEL_STRICT,
	    dx_level_names },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "judge as of this RFC 3339 time; the default is the clock", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 'r', "root", "FOLDER", AT(root), "what paths in artifacts are relative to; the default is here", 0, 0, 0, NULL },
	{ DX_OPT_LIST, 'p', "param", "NAME=VALUE", AT(params), "parameter of the contract", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "params", "FILE", AT(params_file), "parameters as one JSON object", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "principals", "FILE", AT(principals), "ask who vouches: one of these people has signed each artifact", 0, 0, 0, NULL },
	{ DX_OPT_LIST, 0, "trust", "FILE", AT(trust), "with --principals: envelopes by the public keys in this PEM file count too", 0, 0, 0,
	    NULL },
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, ndjson, text, sarif, junit, tap or github", 0, 0, DX_FORMAT_JSON,
	    dx_format_names },
	DX_OPTIONS_END
};

struct run {
	struct dx_call		*call;
	struct dx_evidence	*evidence;
	struct dx_report	*report;	/* NULL for json and ndjson */
	enum dx_format		 format;
	bool			 batch;
};

static void
put_answer(struct run *r, const struct dx_evidence_answer *a)
{
	dx_tool_exit(r->call, a->exit);
	if (r->report != NULL)
		dx_report_evidence(r->report, &a->report, &r->call->out);
	else {
		dx_json_canon(&a->report, &r->call->out);
		dx_buf_putc(&r->call->out, '\n');
	}
}

/* Where several are judged an error stands in its place; of one it leaves stdout empty, but for formats that make one whole of
 * the run. */
static void
put_error(struct run *r, struct dx_err *err)
{
	if (r->report != NULL && (r->batch || r->format != DX_FORMAT_TEXT))
		dx_report_error(r->report, err, 0, &r->call->out);
	else if (r->report == NULL && r->batch) {
		dx_tool_error_document(err, 0, &r->call->out);
		dx_buf_putc(&r->call->out, '\n');
	}
	dx_tool_error(r->call, err);
}

static void
judge_all(struct run *r)
{
	struct dx_evidence_answer answer;
	struct dx_err err = { 0 };
	int rc;

	while ((rc = dx_evidence_next(r->evidence, &answer, &err)) != 0) {
		if (rc > 0)
			put_answer(r, &answer);
		else
			put_error(r, &err);
		if (r->call->out.len >= FLUSH_BYTES && dx_tool_flush(r->call) != 0)
			return;
	}
	if (r->report != NULL)
		dx_report_end(r->report, &r->call->out);
}

static int
options(const struct args *args, struct dx_evidence_options *o, struct dx_err *err)
{
	*o = (struct dx_evidence_options){ .contract = args->kind, .level = (enum dx_level)args->level, .root = args->root,
	    .params = args->params.item, .param_count = args->params.count, .params_file = args->params_file,
	    .principals = args->principals, .trust = args->trust.item, .trust_count = args->trust.count };
	if (args->now == NULL)
		o->now = dx_clock_now();
	else if (dx_time_parse(args->now, &o->now, err) != 0)
		return dx_err_in(err, "--now");
	return 0;
}

static enum dx_exit
evidence(struct dx_call *c)
{
	const struct args *args = c->args;
	struct run r = { .call = c, .format = (enum dx_format)args->format };
	struct dx_evidence_options o;
	struct dx_err err = { 0 };

	if (options(args, &o, &err) != 0 || dx_evidence_open(&o, &r.evidence, &err) != 0 ||
	    dx_evidence_operands(r.evidence, c->operands, (size_t)c->operand_count, &err) != 0)
		dx_tool_error(c, &err);
	else {
		r.batch = dx_evidence_batch(r.evidence);
		if (r.format != DX_FORMAT_JSON && r.format != DX_FORMAT_NDJSON)
			r.report = dx_report_new_evidence(r.format);
		judge_all(&r);
	}
	dx_report_free(r.report);
	dx_evidence_close(r.evidence);
	return c->exit;
}

const struct dx_verb dx_verify_evidence = {
	.name = "evidence",
	.operands = "[[ROLE=]FILE...]",
	.summary = "judge artifacts by their contracts",
	.opts = opts,
	.args_size = sizeof(struct args),
	.max_operands = -1,
	.run = evidence,
};

const struct dx_verb dx_verify_files = {
	.name = "",
	.operands = "[[ROLE=]FILE...]",
	.summary = "verify documents, recognised by what they are",
	.opts = opts,
	.args_size = sizeof(struct args),
	.max_operands = -1,
	.run = evidence,
};
