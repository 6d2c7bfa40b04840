/* A step that runs a command (release-gates page 1.1): no shell, PATH and the names listed, its own process group. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "contract/pattern.h"
#include "core/redact.h"
#include "op/check_inner.h"
#include "proc/proc.h"

#define KEEP	(1u << 20)	/* bytes of a stream that are kept */
#define TAIL	400		/* bytes of stderr in the detail */

/* What is always given, whether or not it is listed. */
static bool
is_given(const char *name)
{
	return strcmp(name, "PATH") == 0 || strcmp(name, "TRACEPARENT") == 0;
}

static char *const *
environment(struct dx_arena *a, const struct dx_texts *names, const char *traceparent)
{
	char **env = dx_arena_alloc(a, (names->count + 3) * sizeof(*env));
	const char *path = getenv("PATH"), *value;
	size_t n = 0;

	env[n++] = dx_arena_printf(a, "PATH=%s", path != NULL ? path : "/usr/local/bin:/usr/bin:/bin");
	if (traceparent != NULL)
		env[n++] = dx_arena_printf(a, "TRACEPARENT=%s", traceparent);
	for (size_t i = 0; i < names->count; i++)
		if (!is_given(names->item[i]) && (value = getenv(names->item[i])) != NULL)
			env[n++] = dx_arena_printf(a, "%s=%s", names->item[i], value);
	env[n] = NULL;
	return env;
}

static char *const *
words(struct dx_arena *a, const struct dx_texts *argv)
{
	char **copy = dx_arena_alloc(a, (argv->count + 1) * sizeof(*copy));

	for (size_t i = 0; i < argv->count; i++)
		copy[i] = dx_arena_dup(a, argv->item[i], strlen(argv->item[i]));
	copy[argv->count] = NULL;
	return copy;
}

/* Outputs of an earlier run must not be taken for this one's. */
static int
remove_outputs(struct dx_step *s, const struct dx_texts *outputs, struct dx_err *err)
{
	for (size_t i = 0; i < outputs->count; i++) {
		const char *path = dx_arena_printf(&s->arena, "%s/%s", s->root_path, outputs->item[i]);
		struct dx_tree_fact fact = dx_tree_look(s->root, outputs->item[i]);

		if (fact.kind != DX_TREE_REGULAR && fact.kind != DX_TREE_MISSING)
			return dx_err_set(err, DX_R_FILE_UNWRITABLE, "output %s is no regular file below the root", outputs->item[i]);
		if (unlink(path) != 0 && errno != ENOENT)
			return dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "output %s cannot be removed", outputs->item[i]);
	}
	return 0;
}

/* The end of what a command said, without its secrets: those go first, because a cut may part a name from its value. */
static const char *
tail(struct dx_step *s, const struct dx_buf *text)
{
	struct dx_redact none = { 0 };
	const char *said;
	char *whole, *end;
	size_t len;

	if (text->len == 0)
		return "";
	whole = dx_arena_dup(&s->arena, text->data, text->len);
	for (char *nul = whole; (nul = memchr(nul, '\0', text->len - (size_t)(nul - whole))) != NULL;)
		*nul = ' ';
	said = dx_redact_text(&none, &s->arena, whole);
	dx_redact_release(&none);
	len = strlen(said);
	said += len > TAIL ? len - TAIL : 0;
	while (((unsigned char)*said & 0xC0) == 0x80)
		said++;
	len = strlen(said);
	said = dx_trim(said, &len);
	end = dx_arena_dup(&s->arena, said, len);
	for (char *p = end; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			*p = ' ';
	return len > 0 && dx_utf8_valid(end, len) ? dx_arena_printf(&s->arena, ": %s", end) : "";
}

static bool
expected(const struct dx_check_command *c, int status)
{
	for (size_t i = 0; i < c->expect_count; i++)
		if (c->expect_exit[i] == status)
			return true;
	return false;
}

/* A pattern over what was kept of stdout, line by line; bytes that are no text stop nothing. */
static void
match(struct dx_step *s, const char *text, const struct dx_buf *out)
{
	const char *at = out->data != NULL ? out->data : "", *end = at + out->len, *lf;
	struct dx_buf why = { 0 }, room = { 0 };
	struct dx_pattern *p = dx_pattern_new(text, false, &why);
	int found = p != NULL ? 0 : -1;

	for (; found == 0 && at <= end; at = lf + 1) {
		lf = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		if (lf == NULL)
			lf = end;
		found = dx_pattern_find(p, dx_step_line(at, (size_t)(lf - at), &room), (size_t)(lf - at));
	}
	if (found <= 0)
		dx_step_fail(s, DX_R_COMMAND_OUTPUT, found == 0 ? "stdout does not match %s" : "stdout cannot be searched for %s", text);
	if (found < 0)
		s->result.state = DX_STATE_ERROR;
	dx_pattern_free(p);
	dx_buf_release(&room);
	dx_buf_release(&why);
}

static void
judge(struct dx_step *s, const struct dx_check_command *c, const struct dx_proc_result *r)
{
	switch (r->end) {
	case DX_PROC_NOT_FOUND:
		dx_step_fail(s, DX_R_COMMAND_NOT_FOUND, "%s is not found in PATH", c->argv.item[0]);
		break;
	case DX_PROC_NOT_EXECUTABLE:
		dx_step_fail(s, DX_R_COMMAND_NOT_FOUND, "%s cannot be executed", c->argv.item[0]);
		break;
	case DX_PROC_TIMEOUT:
		dx_step_fail(s, DX_R_COMMAND_TIMEOUT, "not done after %lld s", (long long)c->timeout_s);
		break;
	case DX_PROC_SIGNALLED:
		dx_step_fail(s, DX_R_COMMAND_SIGNALLED, "ended by signal %d%s", r->status, tail(s, &r->err));
		break;
	case DX_PROC_OVER:		/* no bound is set that it could have passed */
		dx_step_fail(s, DX_R_SPAWN_FAILED, "stopped for what it wrote");
		break;
	case DX_PROC_EXITED:
		if (!expected(c, r->status))
			dx_step_fail(s, DX_R_COMMAND_EXIT, "exit status %d%s", r->status, tail(s, &r->err));
		else if (c->stdout_ere != NULL)
			match(s, c->stdout_ere, &r->out);
		break;
	}
}

static struct dx_json
observed(struct dx_step *s, const struct dx_check_command *c, const struct dx_proc_result *r)
{
	struct dx_arena *a = &s->arena;
	struct dx_json o = dx_json_object();
	struct dx_buf argv = { 0 };
	struct dx_sha256 digest;
	char hex[DX_SHA256_HEX];

	for (size_t i = 0; i < c->argv.count; i++)
		dx_buf_add(&argv, c->argv.item[i], strlen(c->argv.item[i]) + 1);
	dx_sha256(argv.data, argv.len, &digest);
	dx_sha256_hex(&digest, hex);
	dx_buf_release(&argv);
	dx_json_put(a, &o, "argv_sha256", dx_json_string(a, hex));
	if (r->end == DX_PROC_EXITED)
		dx_json_put(a, &o, "exit_status", dx_json_int(a, r->status));
	else if (r->end == DX_PROC_SIGNALLED)
		dx_json_put(a, &o, "signal", dx_json_int(a, r->status));
	dx_sha256_hex(&r->out_sha256, hex);
	dx_json_put(a, &o, "stdout_bytes", dx_json_int(a, (int64_t)r->out_bytes));
	dx_json_put(a, &o, "stdout_sha256", dx_json_string(a, hex));
	return o;
}

void
dx_step_command(struct dx_step *s)
{
	const struct dx_check_command *c = &s->check->u.command;
	const char *cwd = c->cwd != NULL ? dx_arena_printf(&s->arena, "%s/%s", s->root_path, c->cwd) : s->root_path;
	struct dx_proc_spec spec = { .argv = words(&s->arena, &c->argv), .env = environment(&s->arena, &c->env, s->traceparent), .cwd = cwd,
	    .timeout_ms = c->timeout_s * 1000, .keep = KEEP };
	struct dx_proc_result r = { 0 };
	struct dx_err err = { 0 };

	if (c->cwd != NULL && dx_tree_look(s->root, c->cwd).kind == DX_TREE_OUTSIDE) {
		dx_step_fail(s, DX_R_PATH_ESCAPE, "cwd \"%s\" leaves the root by a link", c->cwd);
		return;
	}
	if (remove_outputs(s, &c->outputs, &err) != 0 || dx_proc_run(&spec, &r, &err) != 0) {
		dx_step_error(s, &err);
		return;
	}
	s->started = r.started;
	s->result.observed = observed(s, c, &r);
	judge(s, c, &r);
	dx_proc_release(&r);
}

void
dx_preview_command(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	dx_json_put(a, o, "argv", dx_preview_list(a, &c->u.command.argv));
	dx_json_put(a, o, "timeout_s", dx_json_int(a, c->u.command.timeout_s));
}
