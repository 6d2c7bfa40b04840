/* dealix-evidence add|import|collect: artifacts into the store. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "evidence.h"
#include "facts/git.h"
#include "op/evidence_add.h"
#include "op/settings_fetch.h"
#include "op/span.h"
#include "where.h"

struct args {
	int		 level, from;
	const char	*kind, *root, *params, *commit, *name;
	const char	*repository, *api, *token_file, *ca_file;
	struct dx_list	 param;
	int64_t		 timeout;
	bool		 unjudged, no_version;
	struct dx_where	 where;
};

#define AT(member)	offsetof(struct args, member)
#define COMMIT_OPTION \
	{ DX_OPT_TEXT, 0, "commit", "ID", AT(commit), "commit that the evidence is about; the default is HEAD of the work tree", 0, 0, 0, NULL }
#define ROOT_OPTION \
	{ DX_OPT_TEXT, 'r', "root", "DIR", AT(root), "folder that paths in artifacts start from; the default is here", 0, 0, 0, NULL }
#define CONTRACT_OPTIONS \
	{ DX_OPT_CHOICE, 'l', "level", "LEVEL", AT(level), "base or strict; strict when not given", 0, 0, DX_LEVEL_STRICT, dx_level_names }, \
	{ DX_OPT_LIST, 'p', "param", "NAME=VALUE", AT(param), "give a parameter of the contract its value", 0, 0, 0, NULL }, \
	{ DX_OPT_TEXT, 0, "params", "FILE", AT(params), "parameters, one JSON object; -p wins", 0, 0, 0, NULL }
static const struct dx_opt add_opts[] = {
	{ DX_OPT_TEXT, 'k', "kind", "KIND", AT(kind), "contract that judges: a shipped kind, or a file; else it is recognised", 0, 0, 0, NULL },
	CONTRACT_OPTIONS,
	ROOT_OPTION,
	{ DX_OPT_FLAG, 'u', "unjudged", NULL, AT(unjudged), "keep the files without a verdict", 0, 0, 0, NULL },
	COMMIT_OPTION,
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY_LONG(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt import_opts[] = {
	{ DX_OPT_CHOICE, 'f', "from", "FORMAT", AT(from), "junit, tap, cobertura, sarif, cyclonedx, spdx or github-settings", 1, 0,
	    DX_IMPORT_NONE, dx_import_names },
	{ DX_OPT_TEXT, 0, "repository", "OWNER/NAME", AT(repository), "without files: ask the host for the settings of this repository", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "api", "URL", AT(api), "base of its API; the default is https://api.github.com", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "token-file", "FILE", AT(token_file), "file with the token for it, which nobody else may read", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "ca-file", "FILE", AT(ca_file), "PEM file of the authorities to trust for it", 0, 0, 0, NULL },
	{ DX_OPT_INT, 0, "timeout", "SECONDS", AT(timeout), "give up after this long; 30 when not given", 1, 3600, 30, NULL },
	ROOT_OPTION,
	COMMIT_OPTION,
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt collect_opts[] = {
	{ DX_OPT_TEXT, 'k', "kind", "KIND", AT(kind), "contract that judges the output: a shipped kind, or a file", 0, 0, 0, NULL },
	CONTRACT_OPTIONS,
	ROOT_OPTION,
	{ DX_OPT_INT, 0, "timeout", "SECONDS", AT(timeout), "stop the command after this long", 1, 604800, 0, NULL },
	{ DX_OPT_TEXT, 0, "name", "NAME", AT(name), "name of the artifact; the default is the command", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "no-tool-version", NULL, AT(no_version), "do not run the command with --version first", 0, 0, 0, NULL },
	COMMIT_OPTION,
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY_LONG(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

struct run {
	struct dx_call		*call;
	struct dx_session	 s;
	char			 commit[DX_GIT_ID];
	bool			 batch;
};

static void
answered(void *ctx, const struct dx_json *answer, const struct dx_err *why)
{
	struct run *r = ctx;
	const char *verdict;

	if (why != NULL) {
		struct dx_err copy = *why;
		if (r->batch) {
			dx_tool_error_document(&copy, 0, &r->call->out);
			dx_buf_putc(&r->call->out, '\n');
		}
		dx_tool_error(r->call, &copy);
		return;
	}
	verdict = dx_json_get_str(answer, "verdict");
	if (verdict != NULL && verdict[0] != 'p')
		dx_tool_exit(r->call, DX_EXIT_NO);
	dx_evidence_print(r->call, answer);
}

/* Opens the store and finds out what is checked out. */
static int
begin(struct run *r, const char *commit, struct dx_err *err)
{
	const struct args *args = r->call->args;
	struct dx_session_options o = dx_where_session(&args->where);

	o.trace_id = dx_span_trace_id(r->call->span);
	if (commit == NULL && dx_git_head(".", r->commit, err) < 0)
		return -1;
	return dx_session_open(&o, DX_SESSION_WRITE, &r->s, err);
}

static enum dx_exit
finish(struct run *r, int rc, struct dx_err *err)
{
	if (rc != 0)
		dx_tool_error(r->call, err);
	if (r->s.store != NULL && dx_store_created(r->s.store))
		dx_tool_note(r->call, "created the store %s", dx_store_path(r->s.store));
	dx_session_close(&r->s);
	return r->call->exit;
}

static const char *
commit_of(const struct run *r, const struct args *args)
{
	return args->commit != NULL ? args->commit : r->commit[0] != '\0' ? r->commit : NULL;
}

static struct dx_evidence_options
options(const struct args *args)
{
	return (struct dx_evidence_options){ .contract = args->kind, .level = (enum dx_level)args->level, .now = dx_clock_now(),
	    .root = args->root, .params = args->param.item, .param_count = args->param.count, .params_file = args->params, .kept = true };
}

/* Each file by itself: one that is refused is answered in its place, and the others go on. */
static void
import_all(struct run *r, enum dx_import from)
{
	const struct args *args = r->call->args;
	struct dx_err err = { 0 };

	r->batch = r->call->operand_count > 1;
	for (int i = 0; i < r->call->operand_count; i++) {
		if (dx_op_evidence_import(&r->s, from, r->call->operands[i], args->root, commit_of(r, args), answered, r, &err) == 0)
			continue;
		answered(r, NULL, &err);
		dx_err_clear(&err);
	}
}

static bool
names_stdin(const struct dx_call *c)
{
	for (int i = 0; i < c->operand_count; i++) {
		const char *equals = strchr(c->operands[i], '=');

		if (strcmp(equals != NULL ? equals + 1 : c->operands[i], "-") == 0)
			return true;
	}
	return false;
}

static enum dx_exit
add(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_evidence_options o = options(args);
	struct dx_evidence *e = NULL;
	struct run r = { .call = c };
	struct dx_err err = { 0 };
	int rc;

	if (!dx_evidence_commit(c, args->commit))
		return c->exit;
	if (args->unjudged && (args->kind != NULL || args->param.count > 0 || args->params != NULL))
		return dx_tool_usage(c, "--unjudged goes without a contract: leave out --kind, --param and --params");
	rc = begin(&r, args->commit, &err);
	if (rc == 0 && args->unjudged)
		import_all(&r, DX_IMPORT_NONE);
	else if (rc == 0) {
		rc = names_stdin(c) ? dx_op_evidence_hold_stdin(&err) : 0;
		if (rc == 0)
			rc = dx_evidence_open(&o, &e, &err);
		if (rc == 0)
			rc = dx_evidence_operands(e, c->operands, (size_t)c->operand_count, &err);
		r.batch = rc == 0 && dx_evidence_batch(e);
		if (rc == 0)
			rc = dx_op_evidence_add(&r.s, e, commit_of(&r, args), answered, &r, &err);
		dx_evidence_close(e);
	}
	return finish(&r, rc, &err);
}

/* All files together, or the host, give one snapshot. */
static int
import_settings(struct run *r, struct dx_err *err)
{
	const struct args *args = r->call->args;
	struct dx_settings_fetch f = { .api = args->api, .repository = args->repository, .token_file = args->token_file,
	    .ca_file = args->ca_file, .timeout_ms = args->timeout * 1000 };
	struct dx_arena a = { 0 };
	struct dx_json snapshot;
	int rc;

	if (args->repository != NULL)
		rc = dx_op_settings_fetch(&f, &a, &snapshot, err);
	else
		rc = dx_op_settings_files(r->call->operands, (size_t)r->call->operand_count, &a, &snapshot, err);
	if (rc == 0)
		rc = dx_op_settings_keep(&r->s, &snapshot, commit_of(r, args), answered, r, err);
	dx_arena_release(&a);
	return rc;
}

static enum dx_exit
import(struct dx_call *c)
{
	const struct args *args = c->args;
	struct run r = { .call = c };
	struct dx_err err = { 0 };
	int rc;

	if (args->from == DX_IMPORT_NONE)
		return dx_tool_usage(c, "--from says what the files are: junit, tap, cobertura, sarif, cyclonedx, spdx or github-settings");
	if (args->repository != NULL && (args->from != DX_IMPORT_SETTINGS || c->operand_count > 0))
		return dx_tool_usage(c, "--repository goes with --from github-settings, and without files");
	if (args->repository == NULL && (args->api != NULL || args->token_file != NULL || args->ca_file != NULL))
		return dx_tool_usage(c, "--api, --token-file and --ca-file go with --repository");
	if (args->repository == NULL && c->operand_count == 0)
		return dx_tool_usage(c, "name the files, or with --from github-settings the --repository");
	if (!dx_evidence_commit(c, args->commit))
		return c->exit;
	rc = begin(&r, args->commit, &err);
	if (rc == 0 && args->from == DX_IMPORT_SETTINGS)
		rc = import_settings(&r, &err);
	else if (rc == 0)
		import_all(&r, (enum dx_import)args->from);
	return finish(&r, rc, &err);
}

static enum dx_exit
collect(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_evidence_options o = options(args);
	struct dx_collect job = { .argv = c->operands, .timeout_ms = args->timeout * 1000, .no_version = args->no_version, .name = args->name,
	    .traceparent = dx_span_traceparent(c->span) };
	struct run r = { .call = c };
	struct dx_err err = { 0 };
	int rc;

	if (!dx_evidence_commit(c, args->commit))
		return c->exit;
	if (args->kind == NULL && (args->param.count > 0 || args->params != NULL))
		return dx_tool_usage(c, "parameters belong to a contract: name it with --kind");
	rc = begin(&r, args->commit, &err);
	if (rc == 0)
		rc = dx_op_evidence_collect(&r.s, &job, args->kind != NULL ? &o : NULL, commit_of(&r, args), answered, &r, &err);
	if (rc == 0 && !job.ended) {
		if (job.timed_out)
			dx_tool_note(c, "%s was stopped after %lld s; what it wrote is kept", job.argv[0], (long long)args->timeout);
		else if (job.status > 128)
			dx_tool_note(c, "%s ended with status %d, as if by signal %d; what it wrote is kept", job.argv[0], job.status,
			    job.status - 128);
		else
			dx_tool_note(c, "%s ended with status %d; what it wrote is kept", job.argv[0], job.status);
		dx_tool_exit(c, DX_EXIT_NO);
	}
	return finish(&r, rc, &err);
}

const struct dx_verb dx_evidence_add = { "add", "[ROLE=]FILE...", "judge artifacts and keep them with their verdict", add_opts,
    sizeof(struct args), 1, -1, add };
const struct dx_verb dx_evidence_import = { "import", "[FILE...]", "keep reports of other tools with a summary", import_opts,
    sizeof(struct args), 0, -1, import };
const struct dx_verb dx_evidence_collect = { "collect", "-- COMMAND...", "run a command and keep what it prints", collect_opts,
    sizeof(struct args), 1, -1, collect };
