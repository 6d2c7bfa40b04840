/* What the child of expr gives up before it runs a program, and its limits.  Failing to give something up ends it. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "rule/inner.h"

/* The shadow memory of the address sanitizer does not fit under any limit. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NO_MEMORY_LIMIT 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define NO_MEMORY_LIMIT 1
#endif

static void
must(bool done)
{
	if (!done)
		_exit(DX_CHILD_BROKEN);
}

/* The interrupt of a terminal is the parent's to handle: this process ends with it. */
static void
reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, i == SIGINT || i == SIGQUIT || i == SIGHUP ? SIG_IGN : SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Kernels before 5.9 have no close_range. */
static void
close_from(int first)
{
	long end = sysconf(_SC_OPEN_MAX);

	if (close_range((unsigned)first, ~0u, 0) == 0)
		return;
	must(end > 0 && end <= 1 << 20);
	for (int i = first; i < end; i++)
		(void)close(i);
}

static void
keep_only(int fd)
{
	int null = open("/dev/null", O_RDWR);

	must(null >= 0);
	if (null <= DX_CHILD_CHANNEL) {
		null = fcntl(null, F_DUPFD, DX_CHILD_CHANNEL + 1);
		must(null >= 0);
	}
	if (fd != DX_CHILD_CHANNEL)
		must(dup2(fd, DX_CHILD_CHANNEL) == DX_CHILD_CHANNEL);
	for (int i = 0; i < DX_CHILD_CHANNEL; i++)
		must(dup2(null, i) == i);
	close_from(DX_CHILD_CHANNEL + 1);
}

/* A guess where /proc is not mounted. */
static uint64_t
mapped_bytes(void)
{
	char text[64];
	int fd = open("/proc/self/statm", O_RDONLY);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return (uint64_t)256 << 20;
	text[n] = '\0';
	return (uint64_t)strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
limit_to_zero(int resource)
{
	struct rlimit none = { 0, 0 };

	must(setrlimit((__rlimit_resource_t)resource, &none) == 0);
}

static void
limit_softly(int resource, uint64_t value)
{
	struct rlimit r;

	must(getrlimit((__rlimit_resource_t)resource, &r) == 0);
	r.rlim_cur = r.rlim_max != RLIM_INFINITY && r.rlim_max < value ? r.rlim_max : value;
	must(setrlimit((__rlimit_resource_t)resource, &r) == 0);
}

uint64_t
dx_jail_enter(int fd, pid_t parent)
{
	uint64_t mapped;

	must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent);
	reset_signals();
	must(clearenv() == 0);
	mapped = mapped_bytes();
	keep_only(fd);
	must(prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	limit_to_zero(RLIMIT_CORE);
	limit_to_zero(RLIMIT_FSIZE);
	limit_softly(RLIMIT_NOFILE, 0);
	limit_softly(RLIMIT_STACK, DX_STACK_BYTES);
	return mapped;
}

void
dx_jail_arm(const struct dx_budget *b, uint64_t mapped)
{
	struct itimerval cpu = { .it_value = { b->cpu_ms / 1000, b->cpu_ms % 1000 * 1000 } };
	struct timespec used;

#ifndef NO_MEMORY_LIMIT
	limit_softly(RLIMIT_AS, mapped + b->memory);
#else
	(void)mapped;
#endif
	must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0);
	limit_softly(RLIMIT_CPU, (uint64_t)(used.tv_sec + b->cpu_ms / 1000 + 2));
	must(setitimer(ITIMER_PROF, &cpu, NULL) == 0);
}

void
dx_jail_disarm(void)
{
	struct itimerval off = { 0 };

	(void)setitimer(ITIMER_PROF, &off, NULL);
}
