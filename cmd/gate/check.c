/* dealix-gate check: gate documents and evidence plans. */
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "gate.h"
#include "op/check.h"
#include "op/span.h"
#include "report/checks.h"
#include "where.h"

#define SETTINGS_MAX	(1u << 20)

struct args {
	int		 format;
	const char	*root, *settings;
	struct dx_list	 set;
	int64_t		 jobs;
	bool		 dry_run, one_line;
	struct dx_where	 where;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "how to print the result", 0, 0, DX_FORMAT_JSON, dx_format_names },
	{ DX_OPT_TEXT, 'C', "root", "DIR", AT(root), "folder that paths start from; the default is the top of the work tree, else here", 0, 0, 0,
	    NULL },
	{ DX_OPT_LIST, 0, "set", "NAME=VALUE", AT(set), "give a setting of the plan its value", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "settings", "FILE", AT(settings), "values of settings, one JSON object; --set wins", 0, 0, 0, NULL },
	{ DX_OPT_INT, 'j', "jobs", "N", AT(jobs), "commands at once; the default is the number of processors", 1, 64, 0, NULL },
	{ DX_OPT_FLAG, 'n', "dry-run", NULL, AT(dry_run), "show the steps with their settings filled in, run none", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, '1', "one-line", NULL, AT(one_line), "with text: the score and the verdict on one line", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

/* The run over all plans of one call. */
struct run {
	struct dx_call		*call;
	const struct args	*args;
	struct dx_check_options	 o;
	struct dx_arena		 arena;
	struct dx_buf		 settings_text;
	struct dx_json		 settings;
	struct dx_checked	**checked;
	size_t			 count;
};

static int
read_settings(struct run *r, struct dx_err *err)
{
	if (r->args->settings == NULL)
		return 0;
	if (dx_file_read(r->args->settings, SETTINGS_MAX, DX_R_JSON_TOO_LARGE, &r->settings_text, err) != 0)
		return -1;
	dx_buf_add(&r->settings_text, "", 0);
	if (dx_json_parse(&r->arena, r->settings_text.data, r->settings_text.len, DX_JSON_OURS, &r->settings, err) != 0)
		return dx_err_in(err, "%s", r->args->settings);
	if (!dx_json_is(&r->settings, DX_JSON_OBJECT))
		return dx_err_set(err, DX_R_PLAN_USAGE, "%s: the settings are no JSON object", r->args->settings);
	r->o.given.settings = &r->settings;
	return 0;
}

static void
show_progress(void *ctx, const struct dx_result *result, size_t done, size_t total)
{
	dx_tool_note(ctx, "%zu/%zu %s %s", done, total, dx_state_names[result->state], result->check);
}

/* Every plan is read before any step runs: one that is wrong stops all. */
static bool
read_plans(struct run *r)
{
	struct dx_call *c = r->call;
	bool good = true;

	r->checked = dx_alloc(dx_size_mul((size_t)c->operand_count, sizeof(struct dx_checked *)));
	for (int i = 0; i < c->operand_count; i++) {
		struct dx_faults faults = { 0 };
		struct dx_err err = { 0 };
		struct dx_checked *one = NULL;

		if (dx_check_read(&r->o, c->operands[i], &one, &faults, &err) == 0)
			r->checked[r->count++] = one;
		else
			good = false;
		for (size_t k = 0; k < faults.count; k++) {
			(void)dx_err_in(&faults.item[k], "%s", c->operands[i]);
			dx_tool_error(c, &faults.item[k]);
		}
		if (err.reason != DX_OK)
			dx_tool_error(c, &err);
		dx_faults_release(&faults);
	}
	return good;
}

static int
run_one(struct run *r, struct dx_checked *one, struct dx_session *s, struct dx_err *err)
{
	if (dx_check_run(one, &r->o, err) != 0)
		return -1;
	return dx_check_keep(one, s, err);
}

static void
print(struct run *r)
{
	struct dx_checks *c = dx_alloc(dx_size_mul(r->count, sizeof(*c)));

	for (size_t i = 0; i < r->count; i++) {
		const struct dx_check_plan *p = r->checked[i]->plan;
		c[i] = (struct dx_checks){ &r->checked[i]->document, r->checked[i]->score, p->title, p->score_label, p->ready_label,
		    p->group, p->group_count };
		if (p->mandatory)
			dx_tool_exit(r->call, dx_score_exit(&r->checked[i]->score));
		if (r->args->format == DX_FORMAT_JSON || r->args->format == DX_FORMAT_NDJSON) {
			dx_json_canon(&r->checked[i]->document, &r->call->out);
			dx_buf_putc(&r->call->out, '\n');
		}
	}
	if (r->args->format != DX_FORMAT_JSON && r->args->format != DX_FORMAT_NDJSON)
		dx_report_checks((enum dx_format)r->args->format, r->args->one_line, c, r->count, &r->call->out);
	free(c);
}

static void
preview(struct run *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct dx_json o = dx_check_preview(r->checked[i]);
		dx_json_canon(&o, &r->call->out);
		dx_buf_putc(&r->call->out, '\n');
	}
}

static void
run_plans(struct run *r)
{
	struct dx_session_options so = dx_where_session(&r->args->where);
	struct dx_session s = { 0 };
	struct dx_err err = { 0 };
	int rc = dx_session_open(&so, DX_SESSION_WRITE, &s, &err);

	for (size_t i = 0; rc == 0 && i < r->count; i++)
		rc = run_one(r, r->checked[i], &s, &err);
	if (rc == 0)
		print(r);
	else
		dx_tool_error(r->call, &err);
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(r->call, "created the store %s", dx_store_path(s.store));
	dx_session_close(&s);
}

static enum dx_exit
check(struct dx_call *c)
{
	const struct args *args = c->args;
	struct run r = { .call = c, .args = args, .o = { .root = args->root, .now = dx_clock_now(), .keep = true } };
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct dx_err err = { 0 };

	r.o.traceparent = dx_span_traceparent(c->span);
	r.o.given.set = args->set.item;
	r.o.given.set_count = args->set.count;
	r.o.jobs = args->jobs > 0 ? (unsigned)args->jobs : processors > 0 ? (unsigned)(processors < 64 ? processors : 64) : 1;
	if (isatty(STDERR_FILENO)) {
		r.o.progress = show_progress;
		r.o.progress_ctx = c;
	}
	if (read_settings(&r, &err) != 0)
		dx_tool_error(c, &err);
	else if (read_plans(&r)) {
		if (args->dry_run)
			preview(&r);
		else
			run_plans(&r);
	}
	for (size_t i = 0; i < r.count; i++)
		dx_check_free(r.checked[i]);
	free(r.checked);
	dx_buf_release(&r.settings_text);
	dx_arena_release(&r.arena);
	return c->exit;
}

const struct dx_verb dx_gate_check = { "check", "GATE...", "run gate documents and release plans: one verdict", opts,
    sizeof(struct args), 1, -1, check };
