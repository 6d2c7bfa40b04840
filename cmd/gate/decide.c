/* dealix-gate decide: requests in, decisions out. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "crypt/digest.h"
#include "decide.h"
#include "json/lines.h"
#include "op/span.h"

#define TIMEOUT_MIN	50		/* milliseconds (decisions page 11) */
#define TIMEOUT_MAX	30000
#define GROUP_BYTES_MAX	(32u << 20)	/* of lines that wait for one transaction */
#define ACTIONS_MAX	(1u << 20)
#define SMALL_FILE_MAX	(64u << 20)	/* cost files and price books */

static const char *const from_names[] = { "request", "terraform-plan", "admission-review", NULL };

#define AT(member)	offsetof(struct dx_decide_args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'f', "from", "KIND", AT(from), "what the input is: request, terraform-plan or admission-review", 0, 0, DX_FROM_REQUEST, from_names },
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "how to answer: json, ndjson, text, sarif, junit, tap or github", 0, 0, DX_FORMAT_JSON, dx_format_names },
	{ DX_OPT_TEXT, 0, "project", "ID", AT(project), "the project that pays", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "environment", "NAME", AT(environment), "prod, nonprod or another environment", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "resource", "REF", AT(resource), "what the request is about", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "action", "NAME", AT(action), "what is to be done", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "workspace", "NAME", AT(workspace), "terraform workspace the plan belongs to", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "costs", "FILE", AT(costs), "cost estimate of the plan, Infracost JSON", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "cost-project", "NAME", AT(cost_project), "take one project of the cost file, not their sum", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "prices", "FILE", AT(prices), "price book to estimate the plan with, dealix.prices.v1", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "plan-file", "FILE", AT(plan_file), "binary plan that was shown; its digest is bound", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 'k', "key", "KEY", AT(key), "idempotency key; the default is the fingerprint", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 'n', "dry-run", NULL, AT(dry_run), "judge, hold no money, ask for no approval", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "reopen", NULL, AT(reopen), "ask again after a denied, expired or cancelled approval", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "actions", "FILE", AT(actions), "classes of actions, stricter than the built-in ones, dealix.action.policy.v1", 0, 0, 0, NULL },
	DX_WHERE_POLICY(struct dx_decide_args),
	{ DX_OPT_LIST, 'r', "rules", "FILE", AT(rules), "judge by this rule document too", 0, 0, 0, NULL },
	DX_WHERE_STORE(struct dx_decide_args),
	DX_WHERE_DOMAIN(struct dx_decide_args),
	{ DX_OPT_INT, 0, "timeout-ms", "N", AT(timeout_ms), "time for lock and decision, 50 to 30000", 0, INT32_MAX, 2000, NULL },
	DX_OPTIONS_END
};

/* --- input --- */

static int
read_lines(struct dx_decide_run *r, int fd, const char *name, unsigned how, bool many)
{
	struct dx_lines in;
	struct dx_err err = { 0 };
	size_t bytes = 0;
	int rc, lost = 0;

	dx_lines_init(&in, fd, name, DX_JSON_MAX, how);
	in.keep = dx_gate_arena(r->gate);
	while (lost == 0 && (rc = dx_lines_next(&in, &err)) != 0) {
		r->batch = in.batch || many;
		if (rc > 0)
			(void)dx_gate_add(r->gate, &in.doc, in.text, in.text_len, in.number);
		else
			dx_gate_add_error(r->gate, &err, in.number);
		dx_err_clear(&err);
		bytes += in.text_len;
		if (!in.batch || bytes > GROUP_BYTES_MAX || dx_gate_count(r->gate) >= DX_GATE_GROUP_MAX || dx_lines_would_wait(&in)) {
			lost = dx_decide_commit(r);
			bytes = 0;
		}
	}
	if (lost == 0)
		lost = dx_decide_commit(r);
	dx_lines_release(&in);
	return lost;
}

static int
open_input(const char *name, int *fd, struct dx_err *err)
{
	if (strcmp(name, "-") == 0) {
		*fd = STDIN_FILENO;
		return 0;
	}
	*fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return *fd >= 0 ? 0 : dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot be read", name);
}

/* Among several files one that cannot be read is answered in its place, like a refused line. */
static int
answer_unreadable(struct dx_decide_run *r, bool many, struct dx_err *err)
{
	if (!many) {
		dx_tool_error(r->call, err);
		return 0;
	}
	r->batch = true;
	dx_gate_add_error(r->gate, err, 1);
	dx_err_clear(err);
	return dx_decide_commit(r);
}

static int
read_documents(struct dx_decide_run *r, unsigned how, struct dx_err *err)
{
	int count = r->call->operand_count;

	for (int i = 0; i < (count > 0 ? count : 1); i++) {
		const char *name = count > 0 ? r->call->operands[i] : "-";
		int fd, lost;

		r->file = strcmp(name, "-") != 0 ? name : NULL;
		if (open_input(name, &fd, err) != 0) {
			if (answer_unreadable(r, count > 1, err) != 0)
				break;
			continue;
		}
		r->file = fd == STDIN_FILENO ? NULL : name;
		lost = read_lines(r, fd, r->file != NULL ? name : "stdin", how, count > 1);
		if (fd != STDIN_FILENO)
			(void)close(fd);
		if (lost != 0)
			break;
	}
	return 0;
}

static void
digest_hex(const struct dx_buf *b, char out[static DX_SHA256_HEX])
{
	struct dx_sha256 d;

	dx_sha256(b->data, b->len, &d);
	dx_sha256_hex(&d, out);
}

static int
read_plan(struct dx_decide_run *r, struct dx_err *err)
{
	const char *name = r->call->operand_count > 0 ? r->call->operands[0] : "-";
	struct dx_buf text = { 0 };
	struct dx_arena a = { 0 };
	struct dx_json plan;
	int rc;

	r->file = strcmp(name, "-") != 0 ? name : NULL;
	rc = dx_file_read(name, DX_PLAN_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0) {
		digest_hex(&text, r->plan_sha256);
		rc = dx_adapt_text(&text, err);
		if (rc == 0)
			rc = dx_json_parse(&a, text.data, text.len, DX_JSON_FOREIGN, &plan, err);
		if (rc != 0)
			(void)dx_err_in(err, "%s", r->file != NULL ? r->file : "stdin");
	}
	if (rc == 0) {
		(void)dx_gate_add(r->gate, &plan, text.data, text.len, 1);
		(void)dx_decide_commit(r);
	}
	dx_arena_release(&a);
	dx_buf_release(&text);
	return rc;
}

/* --- options --- */

static int
read_foreign(struct dx_decide_run *r, const char *path, struct dx_json *out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = dx_file_read(path, SMALL_FILE_MAX, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0 && (rc = dx_adapt_text(&text, err)) == 0)
		rc = dx_json_parse(&r->arena, dx_arena_dup(&r->arena, text.data, text.len), text.len, DX_JSON_FOREIGN, out, err);
	if (rc != 0)
		(void)dx_err_in(err, "%s", path);
	dx_buf_release(&text);
	return rc;
}

static int
digest_file(const char *path, char out[static DX_SHA256_HEX], struct dx_err *err)
{
	struct dx_buf bytes = { 0 };
	int rc = dx_file_read(path, DX_PLAN_MAX, DX_R_JSON_TOO_LARGE, &bytes, err);

	if (rc == 0)
		digest_hex(&bytes, out);
	dx_buf_release(&bytes);
	return rc;
}

static int
plan_options(struct dx_decide_run *r, struct dx_err *err)
{
	const struct dx_decide_args *a = r->args;
	struct dx_plan_options *p = &r->options.plan;

	p->workspace = a->workspace;
	p->cost_project = a->cost_project;
	p->plan_sha256 = r->plan_sha256;
	if (a->costs != NULL) {
		if (read_foreign(r, a->costs, &r->costs, err) != 0)
			return -1;
		p->costs = &r->costs;
	}
	if (a->prices != NULL) {
		if (read_foreign(r, a->prices, &r->prices, err) != 0)
			return -1;
		p->prices = &r->prices;
	}
	if (a->plan_file != NULL) {
		if (digest_file(a->plan_file, r->planfile_sha256, err) != 0)
			return -1;
		p->planfile_sha256 = r->planfile_sha256;
	}
	return 0;
}

static int
actions_option(struct dx_decide_run *r, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc;

	if (r->args->actions == NULL)
		return 0;
	rc = dx_file_read(r->args->actions, ACTIONS_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0)
		rc = dx_json_parse(&r->arena, dx_arena_dup(&r->arena, text.data != NULL ? text.data : "", text.len), text.len, DX_JSON_OURS,
		    &r->actions, err);
	if (rc != 0)
		(void)dx_err_in(err, "%s", r->args->actions);
	r->options.actions = &r->actions;
	dx_buf_release(&text);
	return rc;
}

static int
check_options(const struct dx_decide_run *r, struct dx_err *err)
{
	const struct dx_decide_args *a = r->args;

	if (a->from != DX_FROM_PLAN && (a->workspace != NULL || a->costs != NULL || a->prices != NULL || a->plan_file != NULL ||
	    a->cost_project != NULL))
		return dx_err_set(err, DX_R_USAGE, "--workspace, --costs, --cost-project, --prices and --plan-file belong to --from "
		    "terraform-plan");
	if (a->timeout_ms < TIMEOUT_MIN || a->timeout_ms > TIMEOUT_MAX)
		return dx_err_set(err, DX_R_CONFIG_INVALID, "--timeout-ms takes %d to %d, got %lld", TIMEOUT_MIN, TIMEOUT_MAX,
		    (long long)a->timeout_ms);
	if (a->costs != NULL && a->prices != NULL)
		return dx_err_set(err, DX_R_USAGE, "--costs and --prices exclude each other");
	if (a->cost_project != NULL && a->costs == NULL)
		return dx_err_set(err, DX_R_USAGE, "--cost-project needs --costs");
	if (a->actions != NULL && a->from != DX_FROM_REQUEST)
		return dx_err_set(err, DX_R_USAGE, "--actions belongs to --from request");
	if (a->from == DX_FROM_PLAN && r->call->operand_count > 1)
		return dx_err_set(err, DX_R_USAGE, "a plan stands alone: one FILE");
	return 0;
}

static void
fill_options(struct dx_decide_run *r)
{
	const struct dx_decide_args *a = r->args;

	r->options.from = (enum dx_from)a->from;
	r->options.timeout_ms = a->timeout_ms;
	r->options.stated = (struct dx_stated){ .project = a->project, .environment = a->environment, .resource = a->resource,
	    .action = a->action, .key = a->key, .dry_run = a->dry_run, .reopen = a->reopen };
	r->options.session = dx_where_session(&a->where);
	r->options.session.trace_id = dx_span_came_in(r->call->span);
	r->options.session.rules = a->rules.item;
	r->options.session.rule_count = a->rules.count;
}

static void
start_report(struct dx_decide_run *r)
{
	const struct dx_rule_set *rules = dx_gate_rules(r->gate);

	if (r->args->format == DX_FORMAT_JSON || r->args->format == DX_FORMAT_NDJSON)
		return;
	r->report = dx_report_new((enum dx_format)r->args->format, r->args->from != DX_FROM_PLAN);
	for (size_t i = 0; i < rules->count; i++)
		dx_report_rules(r->report, &rules->doc[i]->doc);
}

static int
run_gate(struct dx_decide_run *r, struct dx_err *err)
{
	int rc;

	if (check_options(r, err) != 0 || actions_option(r, err) != 0 || (r->args->from == DX_FROM_PLAN && plan_options(r, err) != 0) ||
	    dx_gate_open(&r->options, &r->gate, err) != 0)
		return -1;
	start_report(r);
	if (r->args->from == DX_FROM_PLAN)
		rc = read_plan(r, err);
	else
		rc = read_documents(r, r->args->from == DX_FROM_REQUEST ? DX_JSON_OURS : DX_JSON_FOREIGN, err);
	if (r->report != NULL && rc == 0)
		dx_report_end(r->report, &r->call->out);
	return rc;
}

static enum dx_exit
decide(struct dx_call *call)
{
	struct dx_decide_run r = { .call = call, .args = call->args };
	struct dx_err err = { 0 };

	fill_options(&r);
	if (run_gate(&r, &err) != 0)
		dx_tool_error(call, &err);
	(void)dx_tool_flush(call);
	dx_report_free(r.report);
	dx_gate_close(r.gate);
	dx_arena_release(&r.arena);
	return call->exit;
}

const struct dx_verb dx_gate_decide = {
	.name = "decide",
	.operands = "[FILE]...",
	.summary = "judge a request, an action, a terraform plan or an AdmissionReview",
	.opts = opts,
	.args_size = sizeof(struct dx_decide_args),
	.max_operands = -1,
	.run = decide,
};
