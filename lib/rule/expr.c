/* The parent's side of expr: starts the child, asks it, keeps the deadline, and says what became of it. */
#include "rule/expr.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "rule/inner.h"

struct dx_expr {
	struct dx_source	*source;
	pid_t			 pid;		/* -1: no child */
	int			 fd;
	bool			 ready;
	int64_t			 ready_by;	/* when the compile must be done */
	int64_t			 left_us;	/* of the processor time of all runs */
	struct dx_buf		 head;		/* of the run being sent */
	volatile uint32_t	*running;	/* shared with the child: 1 + the program it evaluates, 0: none */
};

/* Kills and reaps.  -1 when the status is not known. */
static int
end_child(struct dx_expr *x)
{
	int status = -1;
	pid_t got;

	if (x->pid <= 0)
		return -1;
	(void)kill(x->pid, SIGKILL);
	do
		got = waitpid(x->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	close(x->fd);
	x->pid = -1;
	x->ready = false;
	return got < 0 ? -1 : status;
}

static int
late(const struct dx_budget *b, struct dx_err *err)
{
	return dx_err_set(err, DX_R_RULE_TIMEOUT, "rules did not end within %lld ms of processor time and %lld ms in all",
	    (long long)b->cpu_ms, (long long)b->wall_ms);
}

/* A channel that ends does so when the child is gone, so its status is its own.  jq has no way to fault but recursion that
 * ends its stack. */
static int
explain(int status, enum dx_wire how, const struct dx_budget *b, struct dx_err *err)
{
	if (how == DX_WIRE_LATE)
		return late(b, err);
	if (status != -1 && WIFSIGNALED(status)) {
		if (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGXCPU)
			return late(b, err);
		if (WTERMSIG(status) != SIGSEGV)
			return dx_err_set(err, DX_R_GATE_EVALUATION_ERROR, "rules: the evaluator was ended by signal %d",
			    WTERMSIG(status));
	}
	if (status != -1 && (WIFSIGNALED(status) || WEXITSTATUS(status) == DX_CHILD_MEMORY))
		return dx_err_set(err, DX_R_RULE_MEMORY, "rules needed more than %llu MiB of memory, or gave more than %u results or "
		    "%zu MiB of them", (unsigned long long)(b->memory >> 20), DX_RESULTS_MAX, DX_RESULTS_BYTES >> 20);
	return dx_err_set(err, DX_R_GATE_EVALUATION_ERROR, "rules: the evaluator gave no answer, status %d", status);
}

/* Why the child did not answer, and at which program. */
static int
failed(struct dx_expr *x, enum dx_wire how, const struct dx_budget *b, struct dx_err *err)
{
	int status = end_child(x);
	uint32_t at = *x->running;

	(void)explain(status, how, b, err);
	if (at > 0 && at <= x->source->count)
		(void)dx_err_in(err, "%s", x->source->program[at - 1].name);
	return -1;
}

static int
start(struct dx_expr *x, struct dx_err *err)
{
	struct dx_budget b = dx_budget_compile(x->source->bytes);
	pid_t self = getpid();
	int fd[2];

	*x->running = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) != 0)
		return dx_err_sys(err, DX_R_GATE_EVALUATION_ERROR, errno, "rules: no channel to an evaluator");
	x->pid = fork();
	if (x->pid == 0) {
		close(fd[0]);
		dx_child_run(x->source, fd[1], self, x->running);
	}
	close(fd[1]);
	x->fd = fd[0];
	x->ready = false;
	x->ready_by = dx_clock_mono_ms() + b.wall_ms;
	if (x->pid < 0) {
		close(x->fd);
		return dx_err_sys(err, DX_R_GATE_EVALUATION_ERROR, errno, "rules: no evaluator");
	}
	return 0;
}

int
dx_expr_new(const struct dx_expr_program *programs, size_t n, struct dx_expr **out, struct dx_err *err)
{
	struct dx_source *s;
	struct dx_expr *x;
	void *shared;

	if (dx_source_new(programs, n, &s, err) != 0)
		return -1;
	shared = mmap(NULL, sizeof(*x->running), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		dx_source_free(s);
		return dx_err_sys(err, DX_R_GATE_EVALUATION_ERROR, errno, "rules: no memory to share");
	}
	x = dx_alloc(sizeof(*x));
	*x = (struct dx_expr){ .source = s, .pid = -1, .fd = -1, .left_us = INT64_MAX, .running = shared };
	if (n > 0 && start(x, err) != 0) {
		dx_expr_free(x);
		return -1;
	}
	*out = x;
	return 0;
}

void
dx_expr_allow(struct dx_expr *x, int64_t us)
{
	x->left_us = us;
}

void
dx_expr_free(struct dx_expr *x)
{
	if (x == NULL)
		return;
	(void)end_child(x);
	(void)munmap((void *)(uintptr_t)x->running, sizeof(*x->running));
	dx_source_free(x->source);
	dx_buf_release(&x->head);
	free(x);
}

/* Cleaned in place: one line, printable. */
static const char *
clean(char *text, size_t len)
{
	bool wide = dx_utf8_valid(text, len);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f || (!wide && (unsigned char)text[i] >= 0x80))
			text[i] = '?';
	return text;
}

/* jq's words about a program; the child ends behind them. */
static int
refused(struct dx_expr *x, const struct dx_wire_answer *a, const struct dx_budget *b, struct dx_err *err)
{
	char text[600];
	size_t n = a->bytes < sizeof(text) ? (size_t)a->bytes : sizeof(text) - 1;
	const char *name = a->program < x->source->count ? x->source->program[a->program].name : "?";
	enum dx_reason reason = a->builtin ? DX_R_RULE_BUILTIN_REFUSED : DX_R_RULES_COMPILE_ERROR;
	enum dx_wire how = dx_wire_recv(x->fd, text, n, x->ready_by);

	if (how != DX_WIRE_OK)
		return failed(x, how, b, err);
	(void)end_child(x);
	text[n] = '\0';
	if (a->line == 0)
		return dx_err_set(err, reason, "%s: %s", name, clean(text, n));
	return dx_err_set(err, reason, "%s: line %llu: %s", name, (unsigned long long)a->line, clean(text, n));
}

/* Without libjq nothing is judged; the child ends behind these words. */
static int
absent(struct dx_expr *x, const struct dx_wire_answer *a, const struct dx_budget *b, struct dx_err *err)
{
	char text[300];
	size_t n = a->bytes < sizeof(text) ? (size_t)a->bytes : sizeof(text) - 1;
	enum dx_wire how = dx_wire_recv(x->fd, text, n, x->ready_by);

	if (how != DX_WIRE_OK)
		return failed(x, how, b, err);
	(void)end_child(x);
	text[n] = '\0';
	return dx_err_set(err, DX_R_GATE_EVALUATION_ERROR, "rules: libjq cannot be used: %s", clean(text, n));
}

int
dx_expr_ready(struct dx_expr *x, struct dx_err *err)
{
	struct dx_budget b = dx_budget_compile(x->source->bytes);
	struct dx_wire_answer a;
	enum dx_wire how;

	if (x->ready || x->source->count == 0)
		return 0;
	if (x->pid < 0 && start(x, err) != 0)
		return -1;
	how = dx_wire_recv(x->fd, &a, sizeof(a), x->ready_by);
	if (how == DX_WIRE_OK && a.kind == DX_WIRE_REFUSED)
		return refused(x, &a, &b, err);
	if (how == DX_WIRE_OK && a.kind == DX_WIRE_ABSENT)
		return absent(x, &a, &b, err);
	if (how != DX_WIRE_OK || a.kind != DX_WIRE_READY)
		return failed(x, how, &b, err);
	x->ready = true;
	return 0;
}

/* All but the document, which may be large and is sent from where it is. */
static void
put_head(struct dx_expr *x, const struct dx_wire_run *run, const struct dx_expr_input *request,
    const struct dx_expr_input *context, const struct dx_expr_input *rules, const bool *want)
{
	dx_buf_reset(&x->head);
	dx_buf_add(&x->head, run, sizeof(*run));
	for (size_t i = 0; i < x->source->count; i++)
		if (want[i]) {
			struct dx_wire_want w = { i, rules[i].len };
			dx_buf_add(&x->head, &w, sizeof(w));
		}
	for (size_t i = 0; i < x->source->count; i++)
		if (want[i])
			dx_buf_add(&x->head, rules[i].bytes, rules[i].len);
	dx_buf_add(&x->head, request->bytes, request->len);
	dx_buf_add(&x->head, context->bytes, context->len);
}

static struct dx_wire_run
describe(const struct dx_expr *x, size_t doc, size_t request, size_t context, const struct dx_expr_input *rules,
    const bool *want)
{
	struct dx_wire_run run = { doc, request, context, 0, 0, x->left_us };

	for (size_t i = 0; i < x->source->count; i++)
		if (want[i]) {
			run.wanted++;
			run.rules += rules[i].len;
		}
	return run;
}

/* The bytes of the records, in the arena. */
static int
ask(struct dx_expr *x, const struct dx_expr_input *doc, struct dx_arena *a, struct dx_wire_answer *got, char **bytes,
    struct dx_err *err)
{
	struct dx_budget b = dx_budget_run(doc->len);
	int64_t deadline = dx_clock_mono_ms() + b.wall_ms;
	enum dx_wire how = dx_wire_send(x->fd, x->head.data, x->head.len, deadline);

	if (how == DX_WIRE_OK)
		how = dx_wire_send(x->fd, doc->bytes, doc->len, deadline);
	if (how == DX_WIRE_OK)
		how = dx_wire_recv(x->fd, got, sizeof(*got), deadline);
	if (how == DX_WIRE_OK && (got->kind != DX_WIRE_DONE || got->count > DX_RESULTS_MAX ||
	    got->bytes > DX_RESULTS_BYTES + got->count * (sizeof(struct dx_wire_record) + 1)))
		how = DX_WIRE_LOST;
	if (how == DX_WIRE_OK) {
		*bytes = dx_arena_alloc(a, (size_t)got->bytes);
		how = dx_wire_recv(x->fd, *bytes, (size_t)got->bytes, deadline);
	}
	return how == DX_WIRE_OK ? 0 : failed(x, how, &b, err);
}

/* What no finding can be (deeper than documents are, a NUL in a string) becomes an empty array, which is none either. */
static bool
read_output(struct dx_arena *a, char *text, size_t len, struct dx_json *out)
{
	struct dx_err err = { 0 };

	if (dx_json_parse(a, text, len, DX_JSON_FOREIGN, out, &err) == 0)
		return true;
	*out = dx_json_array();
	return err.reason == DX_R_JSON_TOO_DEEP || err.reason == DX_R_JSON_NUL;
}

static bool
read_records(struct dx_arena *a, char *at, const struct dx_wire_answer *got, const bool *want, size_t programs,
    struct dx_expr_result *out)
{
	size_t left = (size_t)got->bytes, last = 0;
	struct dx_wire_record r;

	for (uint64_t i = 0; i < got->count; i++, last = r.program) {
		if (left < sizeof(r))
			return false;
		memcpy(&r, at, sizeof(r));
		at += sizeof(r);
		left -= sizeof(r);
		if (r.len >= left || at[r.len] != '\0' || r.program < last || r.program >= programs || !want[r.program])
			return false;
		out[i] = (struct dx_expr_result){ .program = r.program, .output = dx_json_null() };
		if (r.kind == DX_WIRE_ERROR)
			out[i].message = clean(at, r.len);
		else if (!read_output(a, at, r.len, &out[i].output))
			return false;
		at += r.len + 1;
		left -= r.len + 1;
	}
	return left == 0;
}

int
dx_expr_run(struct dx_expr *x, struct dx_expr_input doc, struct dx_expr_input request, struct dx_expr_input context,
    const struct dx_expr_input *rules, const bool *want, struct dx_arena *a, struct dx_expr_result **out, size_t *count,
    struct dx_err *err)
{
	struct dx_wire_run run = describe(x, doc.len, request.len, context.len, rules, want);
	struct dx_budget b = dx_budget_run(doc.len);
	struct dx_wire_answer got;
	struct dx_expr_result *result;
	char *bytes = NULL;

	if (run.wanted == 0) {
		*out = NULL;
		*count = 0;
		return 0;
	}
	if (doc.len > DX_RUN_BYTES || request.len > DX_RUN_BYTES || context.len > DX_RUN_BYTES || run.rules > DX_RUN_BYTES)
		return dx_err_set(err, DX_R_RULE_MEMORY, "document too large for rules: %zu bytes", doc.len);
	if (x->left_us <= 0)
		return dx_err_set(err, DX_R_RULE_TIMEOUT, "the processor time of all rules together is used up");
	if (dx_expr_ready(x, err) != 0)
		return -1;
	put_head(x, &run, &request, &context, rules, want);
	if (ask(x, &doc, a, &got, &bytes, err) != 0) {
		x->left_us = x->left_us == INT64_MAX ? INT64_MAX : 0;
		return -1;
	}
	if (x->left_us != INT64_MAX)
		x->left_us -= got.cpu_us < x->left_us ? got.cpu_us : x->left_us;
	result = dx_arena_alloc(a, dx_size_mul((size_t)got.count, sizeof(*result)));
	if (!read_records(a, bytes, &got, want, x->source->count, result))
		return failed(x, DX_WIRE_LOST, &b, err);
	if (got.last)
		(void)end_child(x);
	*out = result;
	*count = (size_t)got.count;
	return 0;
}
