#include "proc/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "proc/inner.h"

#define CHUNK		((size_t)256 << 10)
#define PIPE_SIZE	(1 << 20)	/* asked for; what the system gives is enough */
#define DRAIN		((size_t)2 << 20)	/* read at most after the end: a full pipe, and no more if somebody escaped */
#define PATIENCE_MS	1000		/* with a guard, beyond what it takes */
#define DEFAULT_PATH	"/usr/bin:/bin"

/* One stream of the command. */
struct stream {
	int			 fd;		/* -1: none, or it is over */
	struct dx_buf		 kept;
	size_t			 keep;
	uint64_t		 bytes;
	struct dx_hasher	*hash;		/* NULL: not hashed */
};

struct run {
	const struct dx_proc_spec *spec;
	struct dx_arena		 arena;
	pid_t			 guard;
	int			 talk;
	struct stream		 out, err;
	char			*chunk;
	bool			 ordered;	/* that the command must end: it is late, or said too much */
	int64_t			 lost;		/* when a guard that was told so must have answered; one that the command stopped never does */
	bool			 late, over;
	int			 failed;	/* errno of what came before the command */
	enum dx_proc_stage	 stage;
	bool			 ended;
	struct dx_proc_news	 news;
	struct dx_proc_heir	 heir;
};

/* --- where the command is --- */

static const char *
path_of(char *const *env)
{
	for (; env != NULL && *env != NULL; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return DEFAULT_PATH;
}

/* The file names to try.  An empty part of PATH would mean the folder we happen to be in; it means nothing here. */
static char **
candidates(struct dx_arena *a, const char *name, const char *path)
{
	char **out = dx_arena_alloc(a, dx_size_mul(strlen(path) + 2, sizeof(*out)));
	size_t count = 0, n;

	if (strchr(name, '/') != NULL)
		out[count++] = dx_arena_dup(a, name, strlen(name));
	else if (name[0] != '\0')
		for (; *path != '\0'; path += n + (path[n] == ':'))
			if ((n = strcspn(path, ":")) > 0)
				out[count++] = dx_arena_printf(a, "%.*s/%s", (int)n, path, name);
	out[count] = NULL;
	return out;
}

/* --- beginning --- */

static int
no_spawn(const struct run *r, struct dx_err *err, const char *what)
{
	return dx_err_sys(err, DX_R_SPAWN_FAILED, errno, "%s: %s", r->spec->argv[0], what);
}

static int
make_pipe(const struct run *r, struct stream *s, int *theirs, struct dx_err *err)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return no_spawn(r, err, "cannot make a pipe");
	s->fd = p[0];
	*theirs = p[1];
	if (fcntl(p[0], F_SETFL, O_NONBLOCK) != 0)
		return no_spawn(r, err, "cannot set up a pipe");
	(void)fcntl(p[1], F_SETPIPE_SZ, PIPE_SIZE);
	return 0;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The guard is born with all signals blocked: no handler of ours may run in it. */
static int
fork_guard(struct run *r, const struct dx_proc_plan *plan, struct dx_err *err)
{
	sigset_t all, old;
	int saved;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	r->guard = fork();
	if (r->guard == 0)
		dx_proc_guard(plan);
	saved = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return r->guard > 0 ? 0 : no_spawn(r, err, "cannot fork");
}

static int
begin(struct run *r, struct dx_err *err)
{
	const struct dx_proc_spec *s = r->spec;
	static char *const none[] = { NULL };
	struct dx_proc_plan plan = { .argv = s->argv, .env = s->env != NULL ? s->env : none, .cwd = s->cwd,
	    .parent = (int)getpid(), .talk = -1, .out = -1, .err = -1 };
	int talk[2], rc = -1;

	dx_proc_heir_begin(&r->heir);
	plan.candidates = candidates(&r->arena, s->argv[0], path_of(s->env));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, talk) != 0)
		return no_spawn(r, err, "cannot make a socket");
	r->talk = talk[0];
	plan.talk = talk[1];
	if (make_pipe(r, &r->out, &plan.out, err) != 0)
		goto out;
	if (s->merge_stderr)
		plan.err = plan.out;
	else if (!s->pass_stderr && s->keep > 0 && make_pipe(r, &r->err, &plan.err, err) != 0)
		goto out;
	rc = fork_guard(r, &plan, err);
out:
	if (plan.err != plan.out)
		close_fd(&plan.err);
	close_fd(&plan.out);
	close_fd(&plan.talk);
	return rc;
}

/* --- while it runs --- */

static void
order(struct run *r)
{
	if (!r->ordered)
		(void)send(r->talk, "T", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (!r->ordered)
		r->lost = dx_clock_mono_ms() + DX_PROC_GRACE_MS + DX_PROC_KILL_MS + PATIENCE_MS;
	r->ordered = true;
}

/* Bytes taken, 0 when there are none now or any more. */
static size_t
take(struct run *r, struct stream *s)
{
	ssize_t got;
	size_t room;

	if (s->fd < 0)
		return 0;
	got = read(s->fd, r->chunk, CHUNK);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		close_fd(&s->fd);
		return 0;
	}
	room = s->keep - s->kept.len;
	if (room > 0)
		dx_buf_add(&s->kept, r->chunk, (size_t)got < room ? (size_t)got : room);
	if (s->hash != NULL)
		dx_hasher_add(s->hash, r->chunk, (size_t)got);
	s->bytes += (uint64_t)got;
	return (size_t)got;
}

static size_t
take_out(struct run *r)
{
	size_t got = take(r, &r->out);

	if (r->spec->stdout_max != 0 && r->out.bytes > r->spec->stdout_max && !r->over) {
		r->over = true;
		close_fd(&r->out.fd);
		order(r);
	}
	return got;
}

/* False when the guard says no more.  A guard that ended with our order unread makes the kernel tell a reset once, ahead of
 * the last word that still waits in the queue. */
static bool
hear(struct run *r)
{
	struct dx_proc_news n;
	ssize_t got;

	do
		got = recv(r->talk, &n, sizeof(n), 0);
	while (got < 0 && (errno == EINTR || errno == ECONNRESET));
	if (got != (ssize_t)sizeof(n))
		return false;
	if (n.stage == DX_PROC_AT_ENDED) {
		r->news = n;
		r->ended = true;
		return false;
	}
	r->stage = n.stage;
	r->failed = n.value;
	return true;
}

/* What poll may wait: -1, or the rest of the time limit. */
static int
patience(const struct run *r, int64_t deadline)
{
	int64_t left;

	if (deadline == 0 && !r->ordered)
		return -1;
	left = (r->ordered ? r->lost : deadline) - dx_clock_mono_ms();
	return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void
watch(struct run *r)
{
	int64_t limit = r->spec->timeout_ms, now = dx_clock_mono_ms();
	int64_t deadline = limit <= 0 ? 0 : limit > INT64_MAX - now ? INT64_MAX : now + limit;
	struct pollfd p[3];

	for (;;) {
		p[0] = (struct pollfd){ .fd = r->talk, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = r->out.fd, .events = POLLIN };
		p[2] = (struct pollfd){ .fd = r->err.fd, .events = POLLIN };
		if (poll(p, 3, patience(r, deadline)) < 0) {
			if (errno != EINTR)
				return;		/* unwatched it must not go on: the guard sees the socket close */
			p[0].revents = p[1].revents = p[2].revents = 0;
		}
		if (p[1].revents != 0)
			take_out(r);
		if (p[2].revents != 0)
			take(r, &r->err);
		if (p[0].revents != 0 && !hear(r))
			return;
		if (r->ordered && dx_clock_mono_ms() >= r->lost)
			return;			/* what it watched becomes ours */
		if (deadline != 0 && !r->ordered && dx_clock_mono_ms() >= deadline) {
			r->late = true;
			order(r);
		}
	}
}

/* What the dead left in the pipes. */
static void
drain(struct run *r)
{
	size_t most = DRAIN, got;

	while ((got = take_out(r)) > 0 && got < most)
		most -= got;
	most = DRAIN;
	while ((got = take(r, &r->err)) > 0 && got < most)
		most -= got;
}

/* --- the end --- */

static int
judge(struct run *r, struct dx_proc_result *out, struct dx_err *err)
{
	const char *name = r->spec->argv[0];

	if (r->failed != 0 && r->stage == DX_PROC_AT_CWD)
		return dx_err_sys(err, DX_R_SPAWN_FAILED, r->failed, "%s: cannot change to %s", name, r->spec->cwd);
	if (r->failed != 0 && r->stage == DX_PROC_AT_SET_UP)
		return dx_err_sys(err, DX_R_SPAWN_FAILED, r->failed, "%s: cannot set up its process", name);
	if (!r->ended)
		return dx_err_set(err, DX_R_SPAWN_FAILED, "%s: the process that guards it was lost%s", name,
		    dx_proc_heir_kill(&r->heir) ? "" : ", and perhaps something of it still runs");
	if (r->news.unkillable)
		return dx_err_set(err, DX_R_SPAWN_FAILED, "%s: a process that it left cannot be killed", name);
	out->status = r->failed != 0 ? r->failed : r->news.value;
	if (r->failed != 0)
		out->end = r->failed == ENOENT || r->failed == ENOTDIR ? DX_PROC_NOT_FOUND : DX_PROC_NOT_EXECUTABLE;
	else if (r->over)
		out->end = DX_PROC_OVER;
	else if (r->late && r->news.ordered)
		out->end = DX_PROC_TIMEOUT;
	else
		out->end = r->news.signalled ? DX_PROC_SIGNALLED : DX_PROC_EXITED;
	return 0;
}

static void
run_release(struct run *r)
{
	struct dx_sha256 unused;

	dx_proc_heir_end(&r->heir);
	close_fd(&r->talk);
	close_fd(&r->out.fd);
	close_fd(&r->err.fd);
	if (r->out.hash != NULL)
		dx_hasher_end(r->out.hash, &unused);
	dx_buf_release(&r->out.kept);
	dx_buf_release(&r->err.kept);
	dx_arena_release(&r->arena);
	free(r->chunk);
}

int
dx_proc_run(const struct dx_proc_spec *s, struct dx_proc_result *out, struct dx_err *err)
{
	struct run r = { .spec = s, .talk = -1, .out = { .fd = -1, .keep = s->keep }, .err = { .fd = -1, .keep = s->keep } };
	struct dx_proc_result res = { .started = dx_clock_now() };
	int rc = -1;

	r.chunk = dx_alloc(CHUNK);
	r.out.hash = dx_hasher_new();
	if (begin(&r, err) != 0)
		goto out;
	watch(&r);
	/* Also tells a guard that is still busy with the unkillable that nobody waits for it. */
	close_fd(&r.talk);
	if (!r.ended)
		kill(r.guard, SIGKILL);		/* not waited for yet, so the number is still its own */
	while (waitpid(r.guard, NULL, 0) < 0 && errno == EINTR)
		;
	drain(&r);
	if ((rc = judge(&r, &res, err)) != 0)
		goto out;
	res.ended = dx_clock_now();
	res.out = r.out.kept;
	res.err = r.err.kept;
	res.out_bytes = r.out.bytes;
	res.err_bytes = r.err.bytes;
	r.out.kept = r.err.kept = (struct dx_buf){ 0 };
	dx_hasher_end(r.out.hash, &res.out_sha256);
	r.out.hash = NULL;
	*out = res;
out:
	run_release(&r);
	return rc;
}

void
dx_proc_release(struct dx_proc_result *r)
{
	dx_buf_release(&r->out);
	dx_buf_release(&r->err);
}
