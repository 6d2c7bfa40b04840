#include "proc/inner.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static bool
children_listed(pid_t who[static DX_PROC_SEEN], size_t *n)
{
	char name[64], text[4096], *at, *end;
	size_t len = 0, seen = 0;
	ssize_t got = 0;
	int fd;

	snprintf(name, sizeof(name), "/proc/self/task/%d/children", (int)getpid());
	if ((fd = open(name, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	while (len < sizeof(text) - 1 && (got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	close(fd);
	if (got < 0)
		return false;
	text[len] = '\0';
	for (at = text; seen < DX_PROC_SEEN; at = end) {
		long pid = strtol(at, &end, 10);

		/* A number at the very end of a full buffer may be cut short, and then it is somebody else. */
		if (end == at || *end != ' ')
			break;
		if (pid > 1)
			who[seen++] = (pid_t)pid;
	}
	*n = seen;
	return true;
}

/* Parent of a process, or -1. */
static long
parent_of(long pid)
{
	char name[64], text[512], *at;
	ssize_t got;
	int fd;

	snprintf(name, sizeof(name), "/proc/%ld/stat", pid);
	if ((fd = open(name, O_RDONLY | O_CLOEXEC)) < 0)
		return -1;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return -1;
	text[got] = '\0';
	at = strrchr(text, ')');	/* the name before it may contain anything */
	if (at == NULL || strlen(at) < 5)
		return -1;
	return strtol(at + 3, NULL, 10);
}

/* The same by looking at everybody, for kernels without lists of children. */
static bool
children_searched(pid_t who[static DX_PROC_SEEN], size_t *n)
{
	DIR *d = opendir("/proc");
	const struct dirent *e;
	size_t seen = 0;

	if (d == NULL)
		return false;
	while (seen < DX_PROC_SEEN && (e = readdir(d)) != NULL) {
		long pid = strtol(e->d_name, NULL, 10);

		if (pid > 1 && parent_of(pid) == (long)getpid())
			who[seen++] = (pid_t)pid;
	}
	closedir(d);
	*n = seen;
	return true;
}

bool
dx_proc_children(pid_t who[static DX_PROC_SEEN], size_t *n)
{
	return children_listed(who, n) || children_searched(who, n);
}

/* --- orphans of a guard that was lost --- */

void
dx_proc_heir_begin(struct dx_proc_heir *h)
{
	int was = 1;

	h->begun = prctl(PR_GET_CHILD_SUBREAPER, &was) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
	h->was_subreaper = was != 0;
	h->knows = h->begun && dx_proc_children(h->ours, &h->count) && h->count < DX_PROC_SEEN;
}

void
dx_proc_heir_end(const struct dx_proc_heir *h)
{
	if (h->begun && !h->was_subreaper)
		(void)prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static bool
is_ours(const struct dx_proc_heir *h, pid_t pid)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->ours[i] == pid)
			return true;
	return pid <= 1;
}

bool
dx_proc_heir_kill(const struct dx_proc_heir *h)
{
	int64_t end = dx_clock_mono_ms() + DX_PROC_KILL_MS;
	pid_t who[DX_PROC_SEEN];
	size_t n, left;

	do {
		if (!h->knows || !dx_proc_children(who, &n))
			return false;
		left = 0;
		for (size_t i = 0; i < n; i++) {
			if (is_ours(h, who[i]))
				continue;
			left++;
			kill(who[i], SIGKILL);
			if (waitpid(who[i], NULL, WNOHANG) == 0)
				usleep(1000);	/* its own children are ours when it is gone */
		}
	} while (left > 0 && dx_clock_mono_ms() < end);
	return left == 0;
}
