/* dealix-gate check: gate documents and evidence plans. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "check/gates.h"
#include "check/waived.h"
#include "crypt/dsse.h"
#include "gate.h"
#include "op/check.h"
#include "op/span.h"
#include "report/checks.h"
#include "waivers.h"
#include "where.h"

#define SETTINGS_MAX	(1u << 20)
#define RELEASE_MAX	200	/* characters of a release's name */

struct args {
	int		 format;
	const char	*root, *settings, *waivers, *release, *now;
	struct dx_list	 set, trust;
	int64_t		 jobs;
	bool		 dry_run, one_line, strict;
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
	{ DX_OPT_TEXT, 'w', "waivers", "FILE", AT(waivers), "known issues that checks may fail for", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "release", "NAME", AT(release), "name of the release that the gates are for", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "strict", NULL, AT(strict), "a waiver that covers nothing is a failure", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 'n', "dry-run", NULL, AT(dry_run), "write nothing; of plans show the steps and run none", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "with --dry-run: judge as of this RFC 3339 time", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, '1', "one-line", NULL, AT(one_line), "with text: the score and the verdict on one line", 0, 0, 0, NULL },
	{ DX_OPT_LIST, 0, "trust", "FILE", AT(trust), "evidence that must be signed: trust the public keys in this PEM file", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

/* The run over all documents of one call. */
struct run {
	struct dx_call		*call;
	const struct args	*args;
	struct dx_check_place	 place;
	struct dx_check_options	 o;
	struct dx_arena		 arena;
	struct dx_buf		 settings_text;
	struct dx_json		 settings;
	struct dx_waivers	*waivers;
	struct dx_keys		 trust;
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

static int
read_trust(struct run *r, struct dx_err *err)
{
	for (size_t i = 0; i < r->args->trust.count; i++)
		if (dx_keys_load(r->args->trust.item[i], &r->trust, err) != 0)
			return dx_err_in(err, "--trust");
	r->o.trust = &r->trust;
	return 0;
}

static bool
read_waivers(struct run *r)
{
	bool good = dx_gate_waivers(r->call, r->args->waivers, &r->waivers);

	r->o.waivers = r->waivers;
	return good;
}

static void
show_progress(void *ctx, const char *gate, const struct dx_result *result, size_t done, size_t total)
{
	dx_tool_note(ctx, "%zu/%zu %s %s/%s", done, total, dx_state_names[result->state], gate, result->check);
}

/* What the documents say of each other, and the waivers of them. */
static bool
agree(struct run *r)
{
	const struct dx_check_plan **plan = dx_alloc(dx_size_mul(r->count, sizeof(const struct dx_check_plan *)));
	struct dx_faults documents = { 0 }, waivers = { 0 };
	size_t plans = 0;
	bool good;

	for (size_t i = 0; i < r->count; i++) {
		plan[i] = r->checked[i]->plan;
		plans += plan[i]->steps;
	}
	dx_gates_distinct(plan, r->count, &documents);
	dx_gates_stdin(plan, r->count, &documents);
	dx_plans_cycle(plan, r->count, &documents);
	if (r->args->dry_run && plans > 0 && plans < r->count)
		dx_fault_add(&documents, DX_R_USAGE, "", "a dry run shows the steps of plans and runs gates: one kind a call");
	if (r->waivers != NULL)
		dx_waivers_fit(r->waivers, plan, r->count, &waivers);
	free(plan);
	good = dx_gate_told(r->call, NULL, &documents);
	return dx_gate_told(r->call, r->args->waivers, &waivers) && good;
}

/* Every document is read before any check runs: one that is wrong stops all. */
static bool
read_documents(struct run *r)
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
		good = dx_gate_told(c, c->operands[i], &faults) && good;
		if (err.reason != DX_OK)
			dx_tool_error(c, &err);
	}
	return good && agree(r);
}

/* --- answers --- */

static void
warn(struct run *r, const struct dx_checked *one)
{
	for (size_t i = 0; i < one->plan->count; i++)
		for (size_t k = 0; k < one->result[i].unused_count; k++) {
			struct dx_err err = { 0 };

			(void)dx_err_set(&err, DX_R_WAIVER_UNUSED, "%s: %s covers nothing of %s/%s", r->args->waivers,
			    one->result[i].unused[k]->id, one->plan->id, one->result[i].check);
			dx_tool_error(r->call, &err);
		}
}

static void
put_line(struct dx_call *c, const struct dx_json *o)
{
	dx_json_canon(o, &c->out);
	dx_buf_putc(&c->out, '\n');
}

static void
print(struct run *r)
{
	struct dx_gate_run *g = dx_alloc(dx_size_mul(r->count, sizeof(*g)));
	struct dx_json all;

	for (size_t i = 0; i < r->count; i++) {
		struct dx_checked *one = r->checked[i];
		g[i] = (struct dx_gate_run){ one->plan, one->result, &one->score, &one->document };
		warn(r, one);
	}
	all = dx_gates_document(&r->arena, r->args->release, g, r->count);
	dx_tool_exit(r->call, dx_gates_exit(g, r->count, r->args->strict));
	if (r->args->format != DX_FORMAT_JSON && r->args->format != DX_FORMAT_NDJSON)
		dx_report_checks((enum dx_format)r->args->format, r->args->one_line, g, r->count, &all, &r->call->out);
	else
		put_line(r->call, r->count == 1 ? g[0].document : &all);
	free(g);
}

static void
preview(struct run *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct dx_json o = dx_check_preview(r->checked[i]);
		put_line(r->call, &o);
	}
}

static int
run_each(struct run *r, struct dx_err *err)
{
	const struct dx_check_plan **plan = dx_alloc(dx_size_mul(r->count, sizeof(const struct dx_check_plan *)));
	size_t *order = dx_alloc(dx_size_mul(r->count, sizeof(*order)));
	int rc = 0;

	for (size_t i = 0; i < r->count; i++)
		plan[i] = r->checked[i]->plan;
	dx_plans_order(plan, r->count, order);
	for (size_t i = 0; rc == 0 && i < r->count; i++)
		rc = dx_check_run(r->checked[order[i]], &r->o, err);
	free(order);
	free(plan);
	return rc;
}

static void
run_all(struct run *r)
{
	struct dx_session_options so = dx_where_session(&r->args->where);
	struct dx_session s = { 0 };
	struct dx_err err = { 0 };
	int rc = dx_session_open(&so, r->args->dry_run ? DX_SESSION_OPTIONAL : DX_SESSION_WRITE, &s, &err);

	r->o.session = &s;
	r->o.call = r->checked;
	r->o.call_count = r->count;
	if (rc == 0)
		rc = run_each(r, &err);
	if (rc == 0 && !r->args->dry_run)
		rc = dx_check_keep(r->checked, r->count, &s, &err);
	if (rc == 0)
		print(r);
	else
		dx_tool_error(r->call, &err);
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(r->call, "created the store %s", dx_store_path(s.store));
	dx_session_close(&s);
}

/* --- the call --- */

static int
options(struct run *r, struct dx_err *err)
{
	const struct args *args = r->args;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (args->now != NULL && !args->dry_run)
		return dx_err_set(err, DX_R_USAGE, "--now is for --dry-run: what is written has the clock's time");
	if (args->release != NULL && (args->release[0] == '\0' || dx_has_control(args->release) ||
	    !dx_utf8_valid(args->release, strlen(args->release)) || dx_utf8_count(args->release, strlen(args->release)) > RELEASE_MAX))
		return dx_err_set(err, DX_R_USAGE, "--release must be 1 to %d characters without control characters", RELEASE_MAX);
	r->o.now = dx_clock_now();
	if (dx_tool_now(args->now, &r->o.now, err) != 0)
		return -1;
	r->o.traceparent = dx_span_traceparent(r->call->span);
	r->o.trace_id = dx_span_trace_id(r->call->span);
	r->o.given.set = args->set.item;
	r->o.given.set_count = args->set.count;
	r->o.release = args->release;
	r->o.jobs = args->jobs > 0 ? (unsigned)args->jobs : processors > 0 ? (unsigned)(processors < 64 ? processors : 64) : 1;
	if (isatty(STDERR_FILENO)) {
		r->o.progress = show_progress;
		r->o.progress_ctx = r->call;
	}
	r->o.place = &r->place;
	return dx_check_place_find(args->root, &r->place, err);
}

static enum dx_exit
check(struct dx_call *c)
{
	struct run r = { .call = c, .args = c->args };
	struct dx_err err = { 0 };

	if (options(&r, &err) != 0 || read_settings(&r, &err) != 0 || read_trust(&r, &err) != 0)
		dx_tool_error(c, &err);
	else if (read_waivers(&r) && read_documents(&r)) {
		if (r.args->dry_run && r.checked[0]->plan->steps)
			preview(&r);
		else
			run_all(&r);
	}
	for (size_t i = 0; i < r.count; i++)
		dx_check_free(r.checked[i]);
	free(r.checked);
	dx_waivers_free(r.waivers);
	dx_keys_release(&r.trust);
	dx_buf_release(&r.settings_text);
	dx_arena_release(&r.arena);
	dx_check_place_release(&r.place);
	return c->exit;
}

const struct dx_verb dx_gate_check = { "check", "GATE...", "run gate documents and release plans: one verdict", opts,
    sizeof(struct args), 1, -1, check };
