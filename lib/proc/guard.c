#include "proc/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define HIGH	10	/* descriptors are moved above the standard ones before these are made */
#define TALK	3	/* where the guard keeps its socket */
#define TICK_MS	20	/* how often the dying are counted */

static void
tell(enum dx_proc_stage stage, int value)
{
	struct dx_proc_news n = { .stage = stage, .value = value };

	(void)send(TALK, &n, sizeof(n), MSG_NOSIGNAL);
}

/* --- the child --- */

static void __attribute__((noreturn))
child_fail(enum dx_proc_stage stage, int errnum)
{
	tell(stage, errnum);
	_exit(stage == DX_PROC_AT_EXEC && errnum == ENOENT ? 127 : 126);
}

/* Tries every place; answers the errno that says most: of the last file that was there, else that none was. */
static int
child_exec(const struct dx_proc_plan *p)
{
	int why = ENOENT;

	for (char *const *c = p->candidates; *c != NULL; c++) {
		execve(*c, p->argv, p->env);
		if (errno == ENOENT && faccessat(AT_FDCWD, *c, F_OK, 0) == 0)
			why = ENOEXEC;	/* the file is there, the interpreter that it names is not */
		else if (errno != ENOENT && errno != ENOTDIR)
			why = errno;
		if (why != ENOENT && why != EACCES)
			break;
	}
	return why;
}

static void __attribute__((noreturn))
child(const struct dx_proc_plan *p, pid_t guard)
{
	sigset_t none;

	if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		child_fail(DX_PROC_AT_SET_UP, errno);
	if (getppid() != guard)
		_exit(126);
	if (p->cwd != NULL && chdir(p->cwd) != 0)
		child_fail(DX_PROC_AT_CWD, errno);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	child_fail(DX_PROC_AT_EXEC, child_exec(p));
}

/* --- the guard's own house --- */

static void
close_from(unsigned int first)
{
	struct rlimit r;

	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_max > (1 << 20))
		r.rlim_max = 1 << 20;
	for (rlim_t fd = first; fd < r.rlim_max; fd++)
		close((int)fd);
}

static int
move_up(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, HIGH);
}

/* stdin, stdout, stderr as the child shall have them, the socket, and nothing else. */
static bool
set_descriptors(const struct dx_proc_plan *p)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), up = null >= 0 ? move_up(null) : -1;
	int talk = move_up(p->talk), out = move_up(p->out), err = p->err >= 0 ? move_up(p->err) : -1;

	if (up < 0 || talk < 0 || out < 0 || (p->err >= 0 && err < 0))
		return false;
	if (dup2(up, 0) < 0 || dup2(out, 1) < 0 || (err >= 0 && dup2(err, 2) < 0) || dup3(talk, TALK, O_CLOEXEC) < 0)
		return false;
	close_from(TALK + 1);
	return true;
}

static void
set_signals(sigset_t *all)
{
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);	/* fails where it may */
	sigfillset(all);
	sigprocmask(SIG_SETMASK, all, NULL);
}

/* --- the end --- */

struct guard {
	pid_t			child;
	bool			ended;		/* the child; it stays a zombie, so its group's number stays ours */
	int			sig;		/* what is being sent: 0, SIGTERM, SIGKILL */
	int64_t			deadline;	/* of the next step, by dx_clock_mono_ms */
	bool			orphan;		/* nobody listens any more */
	bool			fresh;		/* somebody may not have got `sig` yet */
	struct dx_proc_news	news;
};

/* Only ever our own children, which cannot vanish before we wait for them: none of these numbers can be another's. */
static void
send_one(pid_t pid, int sig)
{
	if (pid <= 1)
		return;
	kill(pid, sig);
	if (sig == SIGTERM)
		kill(pid, SIGCONT);
}

/* The child's group as a whole; the child alone when it has not made it yet or has left it. */
static void
send_group(pid_t child, int sig)
{
	if (child <= 1)
		return;
	if (child == getpgrp() || getpgid(child) != child) {
		send_one(child, sig);
		return;
	}
	kill(-child, sig);
	if (sig == SIGTERM)
		kill(-child, SIGCONT);
}

static void
escalate(struct guard *g, int sig, int64_t ms)
{
	g->sig = sig;
	g->deadline = dx_clock_mono_ms() + ms;
	g->fresh = true;
}

/* Looks at the child without burying it. */
static void
look_at_child(struct guard *g)
{
	siginfo_t si = { 0 };

	if (g->ended || waitid(P_PID, (id_t)g->child, &si, WEXITED | WNOHANG | WNOWAIT) != 0 || si.si_pid != g->child)
		return;
	g->ended = true;
	g->news.signalled = si.si_code != CLD_EXITED;
	g->news.value = si.si_status;
	g->news.ordered = g->sig != 0;
	g->fresh = true;	/* its children are ours now */
	if (g->sig == 0)
		escalate(g, SIGTERM, DX_PROC_GRACE_MS);
}

/* Buries the dead that the command left to us while it runs. */
static void
bury(const struct guard *g)
{
	siginfo_t si;

	while (si.si_pid = 0, waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 && si.si_pid > 1 &&
	    si.si_pid != g->child)
		(void)waitpid(si.si_pid, NULL, WNOHANG | __WALL);
}

/* Buries the dead, counts the living apart from the child, and sends them what is due.  -1: /proc does not say. */
static int
round_up(struct guard *g)
{
	pid_t who[DX_PROC_SEEN];
	bool fresh = g->fresh;
	size_t n;
	int alive = 0;

	g->fresh = false;
	if (g->sig != 0 && fresh)
		send_group(g->child, g->sig);
	if (!dx_proc_children(who, &n))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (who[i] == g->child)
			continue;
		if (waitpid(who[i], NULL, WNOHANG | __WALL) == who[i]) {
			g->fresh = true;	/* its children are ours now */
			continue;
		}
		alive++;
		if (g->sig != 0 && (fresh || g->sig == SIGKILL))
			send_one(who[i], g->sig);
	}
	return alive;
}

/* The child is buried last; then the kernel itself must say that nobody is left. */
static bool
nobody_left(struct guard *g)
{
	pid_t pid;

	if (g->child != 0 && waitpid(g->child, NULL, WNOHANG | __WALL) != g->child)
		return false;
	g->child = 0;
	do
		pid = waitpid(-1, NULL, WNOHANG | __WALL);
	while (pid > 0);
	return pid < 0 && errno == ECHILD;
}

static void
hear(struct guard *g, const struct pollfd *talk, const struct pollfd *signals)
{
	struct signalfd_siginfo si;
	char order;

	if (talk->revents != 0 && !g->orphan) {
		/* The end of file says that we died, a byte that the command must. */
		if (recv(TALK, &order, 1, MSG_DONTWAIT) <= 0)
			g->orphan = true;
		if (g->sig == 0)
			escalate(g, SIGTERM, DX_PROC_GRACE_MS);
	}
	while (signals->revents != 0 && read(signals->fd, &si, sizeof(si)) == (ssize_t)sizeof(si))
		if (si.ssi_signo != SIGCHLD && g->sig == 0)
			escalate(g, SIGTERM, DX_PROC_GRACE_MS);	/* the parent's death, or somebody who means us */
}

/* Until all are dead, or will not die. */
static void
watch(struct guard *g, int signals)
{
	struct pollfd p[2] = { { .fd = TALK, .events = POLLIN }, { .fd = signals, .events = POLLIN } };
	int alive;

	for (;;) {
		bury(g);
		look_at_child(g);
		alive = g->sig != 0 ? round_up(g) : 1;
		if (g->ended && alive <= 0 && nobody_left(g))
			return;
		if (g->sig == SIGTERM && dx_clock_mono_ms() >= g->deadline) {
			escalate(g, SIGKILL, DX_PROC_KILL_MS);
			continue;
		}
		if (g->sig == SIGKILL && dx_clock_mono_ms() >= g->deadline) {
			g->news.unkillable = true;
			return;
		}
		p[0].fd = g->orphan ? -1 : TALK;
		p[0].revents = p[1].revents = 0;
		(void)poll(p, 2, g->sig == 0 ? -1 : TICK_MS);
		hear(g, &p[0], &p[1]);
	}
}

void
dx_proc_guard(const struct dx_proc_plan *p)
{
	struct guard g = { 0 };
	pid_t self = getpid();
	sigset_t all;
	int signals, null;

	set_signals(&all);
	if (!set_descriptors(p))
		_exit(126);
	if (setsid() < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 ||
	    (signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK)) < 0) {
		tell(DX_PROC_AT_SET_UP, errno);
		_exit(126);
	}
	if (getppid() != p->parent)
		_exit(126);
	g.child = fork();
	if (g.child == 0)
		child(p, self);
	if (g.child < 0) {
		tell(DX_PROC_AT_SET_UP, errno);
		_exit(126);
	}
	/* The pipes' ends must be the command's alone, or nobody would see that it closed them. */
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		escalate(&g, SIGKILL, DX_PROC_KILL_MS);
	watch(&g, signals);
	(void)send(TALK, &g.news, sizeof(g.news), MSG_NOSIGNAL);
	_exit(0);
}
