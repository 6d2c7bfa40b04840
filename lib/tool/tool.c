#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/time.h"
#include "json/json.h"
#include "tool/tool.h"



/* A closed pipe is an error to be answered with 3, not a death in mid-append; and what this process reads stays out of core
 * dumps and debuggers (leak checkers need to attach, so not under a sanitizer). */
static void
harden(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct rlimit none = { 0, 0 };

	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);	/* a file that may not grow is an error to be told, and to clean up after */
	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* Descriptors 0 to 2 must be open, or a store file could be opened as one of them and be written over. */
static int
open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (dx_fd_reserve(fd) != 0)
			return -1;
	return 0;
}

void
dx_tool_exit(struct dx_call *c, enum dx_exit e)
{
	c->exit = dx_exit_worse(c->exit, e);
}

void
dx_tool_error_document(const struct dx_err *err, unsigned line, struct dx_buf *out)
{
	struct dx_arena a = { 0 };
	struct dx_json doc = dx_json_object(), e = dx_json_object();

	dx_json_put(&a, &e, "code", dx_json_text(dx_reason_code(err->reason)));
	dx_json_put(&a, &e, "class", dx_json_text(dx_class_name(dx_reason_class(err->reason))));
	dx_json_put(&a, &e, "detail", dx_json_string(&a, err->text));
	if (err->at[0] != '\0')
		dx_json_put(&a, &e, "at", dx_json_string(&a, err->at));
	dx_json_put(&a, &doc, "schema", dx_json_text("dealix.error.v1"));
	dx_json_put(&a, &doc, "error", e);
	if (line > 0)
		dx_json_put(&a, &doc, "line", dx_json_int(&a, line));
	dx_json_canon(&doc, out);
	dx_arena_release(&a);
}

int
dx_tool_now(const char *text, int64_t *us, struct dx_err *err)
{
	return text == NULL || dx_time_parse(text, us, err) == 0 ? 0 : dx_err_in(err, "--now");
}

void
dx_tool_error(struct dx_call *c, struct dx_err *err)
{
	struct dx_buf line = { 0 };
	struct dx_err at = { 0 };	/* masks what a pointer holds of the input's names */

	if (c->errors_json)
		dx_tool_error_document(err, 0, &line);
	else {
		dx_buf_printf(&line, "%s: %s", c->tool->name, err->text);
		(void)dx_err_set(&at, err->reason, "%s", err->at);
		if (err->at[0] != '\0')
			dx_buf_printf(&line, " at %s", at.text);
		dx_buf_printf(&line, " [%s]", dx_reason_code(err->reason));
	}
	dx_buf_putc(&line, '\n');
	(void)dx_fd_write(STDERR_FILENO, "stderr", line.data, line.len, NULL);
	dx_buf_release(&line);
	dx_tool_exit(c, dx_reason_exit(err->reason));
	if (c->first_error == DX_OK)
		c->first_error = err->reason;
	dx_err_clear(err);
}

void
dx_tool_note(const struct dx_call *c, const char *fmt, ...)
{
	struct dx_err text = { 0 };	/* for its masking of control characters */
	struct dx_buf line = { 0 };
	char words[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	(void)dx_err_set(&text, DX_R_USAGE, "%s", words);
	dx_buf_printf(&line, "%s: %s\n", c->tool->name, text.text);
	(void)dx_fd_write(STDERR_FILENO, "stderr", line.data, line.len, NULL);
	dx_buf_release(&line);
}

int
dx_tool_flush(struct dx_call *c)
{
	struct dx_err err = { 0 };

	if (c->stdout_lost)
		return -1;
	if (c->out.len > 0 && dx_fd_write(STDOUT_FILENO, "stdout", c->out.data, c->out.len, &err) != 0) {
		c->stdout_lost = true;
		err.reason = DX_R_OUTPUT_FAILED;
		dx_tool_error(c, &err);
		return -1;
	}
	dx_buf_reset(&c->out);
	return 0;
}

enum dx_exit
dx_tool_usage(struct dx_call *c, const char *fmt, ...)
{
	struct dx_err err = { 0 };
	char words[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	(void)dx_err_set(&err, DX_R_USAGE, "%s", words);
	dx_tool_error(c, &err);
	return DX_EXIT_INVALID;
}

static int
print_version(struct dx_call *c)
{
	dx_buf_printf(&c->out, "%s %s%s\n", c->tool->name, DX_VERSION,
	    c->tool->version_extra != NULL ? c->tool->version_extra() : "");
	return 0;
}

static int
run_verb(struct dx_call *c, int argc, char *argv[], struct dx_opt_common *common, struct dx_err *err)
{
	int used, rc;

	if (dx_opt_verb(c->tool, argc, argv, &c->verb, &used, err) != 0)
		return -1;
	c->args = dx_alloc(c->verb->args_size);
	rc = dx_opt_parse(c->verb, argc - used, argv + used, c->args, common, &c->operands, &c->operand_count, err);
	c->errors_json = common->errors == 1;
	if (rc == 0 && common->help)
		dx_opt_help_verb(c->tool, c->verb, &c->out);
	else if (rc == 0 && common->version)
		rc = print_version(c);
	else if (rc == 0) {
		if (c->tool->around != NULL)
			c->tool->around->begin(c, common);
		dx_tool_exit(c, c->verb->run(c));
	}
	dx_opt_release(c->verb, c->args);
	free(c->args);
	free(c->operands);
	return rc;
}

/* What stands before the verb: the common options, or --completion alone. */
static int
dispatch(struct dx_call *c, int argc, char *argv[], struct dx_err *err)
{
	struct dx_opt_common common = { .exports = c->tool->around != NULL && c->tool->around->exports };
	int used;

	while (dx_opt_common(argc, argv, &common, &used, err)) {
		argc -= used;
		argv += used;
	}
	c->errors_json = common.errors == 1;
	if (err->reason != DX_OK)
		return -1;
	if (common.version)
		return print_version(c);
	if (common.help && argc == 0) {
		dx_opt_help_tool(c->tool, &c->out);
		return 0;
	}
	if (argc >= 1 && strcmp(argv[0], "--completion") == 0) {
		if (argc != 2 || !dx_opt_completion(c->tool, argv[1], &c->out))
			return dx_err_set(err, DX_R_USAGE, "--completion takes bash, zsh or fish");
		return 0;
	}
	return run_verb(c, argc, argv, &common, err);
}

int
dx_tool_main(const struct dx_tool *t, int argc, char *argv[])
{
	struct dx_call c = { .tool = t };
	struct dx_err err = { 0 };

	if (open_standard() != 0)
		return DX_EXIT_RETRY;
	harden();
	if (argc < 1)
		return DX_EXIT_INVALID;
	if (dispatch(&c, argc - 1, argv + 1, &err) != 0)
		dx_tool_error(&c, &err);
	(void)dx_tool_flush(&c);
	if (!c.stdout_lost && close(STDOUT_FILENO) != 0) {
		(void)dx_err_sys(&err, DX_R_OUTPUT_FAILED, 0, "stdout: cannot be closed");
		dx_tool_error(&c, &err);
	}
	dx_buf_release(&c.out);
	if (c.span != NULL) {
		(void)dx_fd_reserve(STDOUT_FILENO);	/* no socket becomes stdout */
		t->around->end(&c);
	}
	return (int)c.exit;
}
