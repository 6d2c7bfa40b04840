/* A process a command: it watches the command and hands the result over as one JSON object.  lib/proc runs one command at a time in a
 * process, so several at once are several processes. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "op/check_inner.h"

static void
put_answer(const struct dx_step *s, struct dx_arena *a, struct dx_buf *out)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "detail", dx_json_text(s->result.detail));
	dx_json_put(a, &o, "duration_ms", dx_json_int(a, s->result.duration_ms));
	dx_json_put(a, &o, "observed", s->result.observed);
	dx_json_put(a, &o, "reason", dx_json_text(s->result.reason));
	dx_json_put(a, &o, "started", dx_json_int(a, s->started));
	dx_json_put(a, &o, "state", dx_json_int(a, s->result.state));
	dx_json_canon(&o, out);
}

static void __attribute__((noreturn))
work(struct dx_step *s, int fd, pid_t parent)
{
	struct dx_arena a = { 0 };
	struct dx_buf out = { 0 };

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	dx_step_judge(s);
	put_answer(s, &a, &out);
	_exit(dx_fd_write(fd, "pipe", out.data, out.len, NULL) == 0 ? 0 : 1);
}

int
dx_worker_start(struct dx_worker *w, struct dx_step *s)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		dx_step_fail(s, DX_R_SPAWN_FAILED, "no pipe: %s", strerror(errno));
		return -1;
	}
	w->pid = fork();
	if (w->pid == 0) {
		close(ends[0]);
		work(s, ends[1], parent);
	}
	close(ends[1]);
	if (w->pid < 0) {
		close(ends[0]);
		dx_step_fail(s, DX_R_SPAWN_FAILED, "cannot fork: %s", strerror(errno));
		return -1;
	}
	w->fd = ends[0];
	w->step = s;
	dx_buf_reset(&w->answer);
	return 0;
}

static bool
take_answer(struct dx_worker *w)
{
	struct dx_step *s = w->step;
	struct dx_json o;
	const struct dx_json *observed;
	int64_t state = -1;

	if (w->answer.len == 0 ||
	    dx_json_parse(&s->arena, dx_arena_dup(&s->arena, w->answer.data, w->answer.len), w->answer.len, DX_JSON_OURS, &o, NULL) != 0 ||
	    !dx_json_int64(dx_json_get(&o, "state"), &state) || state < DX_STATE_PASS || state > DX_STATE_ERROR)
		return false;
	observed = dx_json_get(&o, "observed");
	s->result.state = (enum dx_state)state;
	s->result.reason = dx_json_get_str(&o, "reason");
	s->result.detail = dx_json_get_str(&o, "detail");
	s->result.observed = observed != NULL ? *observed : dx_json_null();
	(void)dx_json_int64(dx_json_get(&o, "duration_ms"), &s->result.duration_ms);
	(void)dx_json_int64(dx_json_get(&o, "started"), &s->started);
	return s->result.reason != NULL && s->result.detail != NULL;
}

/* Reads what there is; true once the worker is done. */
static bool
read_some(struct dx_worker *w)
{
	char chunk[4096];
	ssize_t got = read(w->fd, chunk, sizeof(chunk));
	int status;

	if (got > 0) {
		dx_buf_add(&w->answer, chunk, (size_t)got);
		return false;
	}
	if (got < 0 && errno == EINTR)
		return false;
	close(w->fd);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!take_answer(w))
		dx_step_fail(w->step, DX_R_SPAWN_FAILED, "the process that watched the command was lost");
	dx_buf_release(&w->answer);
	return true;
}

struct dx_step *
dx_workers_wait(struct dx_worker *w, unsigned n)
{
	struct pollfd p[64];
	struct dx_worker *of[64];
	nfds_t busy;

	for (;;) {
		busy = 0;
		for (unsigned i = 0; i < n && busy < 64; i++)
			if (w[i].step != NULL) {
				p[busy] = (struct pollfd){ .fd = w[i].fd, .events = POLLIN };
				of[busy++] = &w[i];
			}
		if (busy == 0)
			return NULL;
		if (poll(p, busy, -1) < 0)
			continue;
		for (nfds_t i = 0; i < busy; i++)
			if (p[i].revents != 0 && read_some(of[i])) {
				struct dx_step *s = of[i]->step;
				of[i]->step = NULL;
				return s;
			}
	}
}
