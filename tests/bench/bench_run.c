/* bench_run [-n RUNS] [-p PROCESSES] [-i FILE] -- COMMAND...: runs the command that often, so many at a time, and prints
 *   median wall ms, median processor ms, largest resident set KiB, longest wall ms, runs a second
 * %N in FILE, which each run reads, and in the arguments is the number of the run.  Output is thrown away.  Ends with 2 when
 * a run fails.
 * bench_run -s FILE: the disk alone: 8 KiB written and synced, again and again: median ms and longest ms. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

#define SYNCS		200
#define ARGS_MAX	64
#define FAILED		2

struct run { double wall, cpu; long rss; };

static void __attribute__((noreturn))
die(const char *what)
{
	perror(what);
	exit(FAILED);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static char *
numbered(const char *text, unsigned n)
{
	struct dx_buf b = { 0 };
	const char *at;

	for (; (at = strstr(text, "%N")) != NULL; text = at + 2) {
		dx_buf_add(&b, text, (size_t)(at - text));
		dx_buf_printf(&b, "%u", n);
	}
	dx_buf_puts(&b, text);
	return dx_buf_take(&b);
}

/* A descriptor to read the text from. */
static int
input_of(const char *text, unsigned n)
{
	int fd = text != NULL ? memfd_create("input", 0) : open("/dev/null", O_RDONLY);
	char *own = text != NULL ? numbered(text, n) : NULL;
	struct dx_err err = { 0 };

	if (fd < 0 || (own != NULL && (dx_fd_write(fd, "input", own, strlen(own), &err) != 0 || lseek(fd, 0, SEEK_SET) != 0)))
		die("input");
	free(own);
	return fd;
}

static void
become(char **argv, const char *text, unsigned n)
{
	char *own[ARGS_MAX + 1] = { NULL };
	int null = open("/dev/null", O_WRONLY);

	for (int i = 0; i < ARGS_MAX && argv[i] != NULL; i++)
		own[i] = numbered(argv[i], n);
	if (null < 0 || dup2(input_of(text, n), STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		die("redirection");
	execvp(own[0], own);
	die(own[0]);
}

static void
run_once(char **argv, const char *text, unsigned n, struct run *out)
{
	struct rusage use;
	double start = now_ms();
	pid_t pid = fork();
	int status;

	if (pid == 0)
		become(argv, text, n);
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid)
		die("wait");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench_run: run %u of %s ended with status %d\n", n, argv[0], status);
		_exit(FAILED);
	}
	*out = (struct run){ now_ms() - start, ms_of(use.ru_utime) + ms_of(use.ru_stime), use.ru_maxrss };
}

/* Runs number first, first + step, ... up to runs. */
static pid_t
worker(char **argv, const char *text, unsigned first, unsigned step, unsigned runs, struct run *all)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (unsigned i = first; i < runs; i += step)
		run_once(argv, text, i, &all[i]);
	_exit(0);
}

static void
report(const struct run *all, unsigned runs, double took_ms)
{
	double *v = malloc(runs * sizeof(*v)), wall, longest;
	long rss = 0;

	for (unsigned i = 0; i < runs; i++) {
		v[i] = all[i].wall;
		rss = all[i].rss > rss ? all[i].rss : rss;
	}
	qsort(v, runs, sizeof(*v), by_value);
	wall = v[runs / 2];
	longest = v[runs - 1];
	for (unsigned i = 0; i < runs; i++)
		v[i] = all[i].cpu;
	qsort(v, runs, sizeof(*v), by_value);
	printf("%.3f %.3f %ld %.3f %.1f\n", wall, v[runs / 2], rss, longest, runs * 1e3 / took_ms);
	free(v);
}

static int
run_all(char **argv, const char *text, unsigned runs, unsigned processes)
{
	struct run *all = mmap(NULL, runs * sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double start = now_ms();
	int status, rc = 0;

	if (all == MAP_FAILED)
		die("mmap");
	for (unsigned w = 0; w < processes; w++)
		if (worker(argv, text, w, processes, runs, all) < 0)
			die("fork");
	while (wait(&status) > 0)
		rc |= status != 0;
	if (rc == 0)
		report(all, runs, now_ms() - start);
	return rc != 0 ? FAILED : 0;
}

static int
sync_alone(const char *path)
{
	static char page[8192];
	double v[SYNCS];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		die(path);
	for (int i = 0; i < SYNCS; i++) {
		double start = now_ms();

		if (write(fd, page, sizeof(page)) != (ssize_t)sizeof(page) || fdatasync(fd) != 0)
			die(path);
		v[i] = now_ms() - start;
	}
	close(fd);
	qsort(v, SYNCS, sizeof(*v), by_value);
	printf("%.3f %.3f\n", v[SYNCS / 2], v[SYNCS - 1]);
	return 0;
}

int
main(int argc, char *argv[])
{
	unsigned runs = 1, processes = 1;
	struct dx_buf text = { 0 };
	struct dx_err err = { 0 };
	int c;

	while ((c = getopt(argc, argv, "+n:p:i:s:")) != -1) {
		if (c == 's')
			return sync_alone(optarg);
		if (c == 'n')
			runs = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'p')
			processes = (unsigned)strtoul(optarg, NULL, 10);
		else if (c != 'i' || dx_file_read(optarg, 1 << 20, DX_R_JSON_TOO_LARGE, &text, &err) != 0)
			runs = 0;
	}
	if (runs == 0 || processes == 0 || optind >= argc || argc - optind > ARGS_MAX) {
		fprintf(stderr, "usage: bench_run [-n RUNS] [-p PROCESSES] [-i FILE] -- COMMAND... | -s FILE\n");
		return FAILED;
	}
	return run_all(argv + optind, text.data, runs, processes);
}
