/* The output of a command as evidence: who ran what, when, with which version, and how it ended. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "core/redact.h"
#include "op/evidence_add.h"
#include "op/evidence_inner.h"
#include "proc/proc.h"

#define VERSION_MS	5000	/* for `CMD --version` */
#define VERSION_MAX	200	/* bytes of its first line that are kept */

extern char **environ;

/* Ours, but for the trace, where the command's parent is this call. */
static char *const *
environment(const char *traceparent, struct dx_arena *a)
{
	size_t n = 0, kept = 0;
	char **env;

	if (traceparent == NULL)
		return environ;
	while (environ[n] != NULL)
		n++;
	env = dx_arena_alloc(a, (n + 2) * sizeof(*env));
	for (size_t i = 0; i < n; i++)
		if (!dx_starts(environ[i], "TRACEPARENT="))
			env[kept++] = environ[i];
	env[kept++] = dx_arena_printf(a, "TRACEPARENT=%s", traceparent);
	env[kept] = NULL;
	return env;
}

/* The first line that argv[0] --version prints, or NULL. */
static const char *
tool_version(const char *command, struct dx_arena *a)
{
	char *argv[] = { dx_arena_dup(a, command, strlen(command)), dx_arena_dup(a, "--version", 9), NULL };
	struct dx_proc_spec spec = { .argv = argv, .env = environ, .timeout_ms = VERSION_MS, .keep = 4096 };
	struct dx_proc_result r = { 0 };
	struct dx_redact none = { 0 };
	const char *line = NULL;
	size_t n;

	if (dx_proc_run(&spec, &r, NULL) != 0)
		return NULL;
	if (r.end == DX_PROC_EXITED && r.status == 0 && r.out.len > 0) {
		n = strcspn(r.out.data, "\r\n");
		if (dx_utf8_valid(r.out.data, n) && n > 0 && strlen(r.out.data) >= n)
			line = dx_arena_dup(a, r.out.data, dx_utf8_cut(r.out.data, n, VERSION_MAX));
	}
	dx_proc_release(&r);
	if (line == NULL || dx_has_control(line))
		return NULL;
	line = dx_redact_text(&none, a, line);
	dx_redact_release(&none);
	return line;
}

static struct dx_json
time_text(struct dx_arena *a, int64_t us)
{
	char text[DX_TIME_TEXT];

	dx_time_print(us, text);
	return dx_json_string(a, text);
}

static void
describe(struct dx_collect *c, const struct dx_proc_result *r, const char *version, struct dx_arena *a, struct dx_json *p)
{
	char cwd[4096];

	dx_json_put(a, p, "argv", dx_redact_argv(a, c->argv));
	if (getcwd(cwd, sizeof(cwd)) != NULL && dx_utf8_valid(cwd, strlen(cwd)))
		dx_json_put(a, p, "cwd", dx_json_string(a, cwd));
	dx_json_put(a, p, "ended_at", time_text(a, r->ended));
	if (r->end == DX_PROC_EXITED)
		dx_json_put(a, p, "exit_status", dx_json_int(a, r->status));
	else if (r->end == DX_PROC_SIGNALLED)
		dx_json_put(a, p, "signal", dx_json_int(a, r->status));
	else
		dx_json_put(a, p, "timed_out", dx_json_bool(true));
	dx_json_put(a, p, "started_at", time_text(a, r->started));
	if (version != NULL)
		dx_json_put(a, p, "tool_version", dx_json_text(version));
}

static int
run(struct dx_collect *c, struct dx_proc_result *r, struct dx_arena *a, struct dx_err *err)
{
	struct dx_proc_spec spec = { .argv = c->argv, .env = environment(c->traceparent, a), .timeout_ms = c->timeout_ms, .keep = DX_RECORD_MAX,
	    .stdout_max = DX_RECORD_MAX, .pass_stderr = true };

	if (dx_proc_run(&spec, r, err) != 0)
		return -1;
	if (r->end == DX_PROC_NOT_FOUND || r->end == DX_PROC_NOT_EXECUTABLE)
		return dx_err_set(err, DX_R_COMMAND_NOT_FOUND, "%s %s", c->argv[0],
		    r->end == DX_PROC_NOT_FOUND ? "is not found in PATH" : "cannot be executed");
	if (r->end == DX_PROC_OVER)
		return dx_err_set(err, DX_R_MEDIA_TOO_LARGE, "%s wrote more than %u bytes", c->argv[0], DX_RECORD_MAX);
	c->status = r->end == DX_PROC_EXITED ? r->status : r->end == DX_PROC_TIMEOUT ? 124 : 128 + r->status;
	c->ended = r->end == DX_PROC_EXITED && r->status == 0;
	c->timed_out = r->end == DX_PROC_TIMEOUT;
	return 0;
}

/* A contract's words on the output, which it reads as its standard input. */
static int
judge(const struct dx_evidence_options *o, const struct dx_buf *out, struct dx_arena *a, struct dx_record *rec, struct dx_json *report,
    struct dx_err *err)
{
	char dash[] = "-", *words[] = { dash };
	struct dx_evidence_answer answer;
	struct dx_evidence *e = NULL;
	int got = -1;

	if (dx_evidence_stdin(out->data != NULL ? out->data : "", out->len, err) == 0 && dx_evidence_open(o, &e, err) == 0 &&
	    dx_evidence_operands(e, words, 1, err) == 0)
		got = dx_evidence_next(e, &answer, err);
	if (got == 1 && answer.contract != NULL) {
		*report = dx_json_copy(a, &answer.report);
		rec->report = report;
		dx_record_contract(rec, answer.contract, a);
	} else if (err->reason == DX_OK)
		(void)dx_err_set(err, DX_R_EVIDENCE_NOTHING_JUDGED, "nothing was judged");
	dx_evidence_close(e);
	return rec->report != NULL ? 0 : -1;
}

int
dx_op_evidence_collect(struct dx_session *s, struct dx_collect *c, const struct dx_evidence_options *contract, const char *commit,
    dx_added_fn *fn, void *ctx, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_proc_result r = { 0 };
	struct dx_record rec = { .kind = "command" };
	const char *name = c->name != NULL ? c->name : c->argv[0], *version = c->no_version ? NULL : tool_version(c->argv[0], &a);
	struct dx_json report, answer;
	int rc = run(c, &r, &a, err);

	if (rc == 0) {
		rec.bytes = r.out.data != NULL ? r.out.data : "";
		rec.len = r.out.len;
		dx_sha256_hex(&r.out_sha256, rec.sha256);
		if (contract != NULL) {
			/* what a long run says of its end is not ahead of the clock */
			struct dx_evidence_options then = *contract;
			then.now = r.ended;
			rc = judge(&then, &r.out, &a, &rec, &report, err);
		}
	}
	if (rc == 0) {
		rec.provenance = dx_provenance(&a, "collect", &rec, name, commit);
		describe(c, &r, version, &a, &rec.provenance);
		rc = dx_op_record(s, &rec, 1, commit, dx_clock_now(), err);
	}
	if (rc == 0) {
		answer = dx_record_answer(&a, &rec, name);
		fn(ctx, &answer, NULL);
	}
	dx_proc_release(&r);
	dx_arena_release(&a);
	return rc;
}
