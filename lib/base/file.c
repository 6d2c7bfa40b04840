#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"

#define CHUNK	((size_t)64 << 10)
#define TRIES	8
#define RING_AGAIN_NS	2000000		/* a signal that came just before flock slept is repeated after this */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id	_sigev_un._tid	/* an older glibc has no name for it */
#endif

static int
open_eintr(int dir, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dir, path, flags | O_CLOEXEC | O_NOCTTY, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* Whether the call that just failed is worth repeating; waits where the descriptor is non-blocking. */
static bool
again(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	return poll(&p, 1, -1) >= 0 || errno == EINTR;
}

int
dx_fd_read(int fd, const char *name, size_t limit, int too_large, struct dx_buf *out, struct dx_err *err)
{
	size_t start = out->len, chunk = CHUNK;
	struct stat st;
	ssize_t got;
	off_t at;

	/* The size is a hint; one byte more shows the end without growing the buffer again. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (at = lseek(fd, 0, SEEK_CUR)) >= 0 && st.st_size >= at) {
		if ((uintmax_t)(st.st_size - at) > limit)
			return dx_err_set(err, (enum dx_reason)too_large, "%s: more than %zu bytes", name, limit);
		chunk = (size_t)(st.st_size - at) + 1;
	}
	for (;;) {
		dx_buf_grow(out, chunk);
		got = read(fd, out->data + out->len, out->cap - out->len - 1);
		if (got == 0)
			return 0;
		if (got < 0 && !again(fd, POLLIN)) {
			dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", name);
			break;
		}
		if (got < 0)
			continue;
		out->len += (size_t)got;
		out->data[out->len] = '\0';
		if (out->len - start > limit) {
			dx_err_set(err, (enum dx_reason)too_large, "%s: more than %zu bytes", name, limit);
			break;
		}
		chunk = out->cap - out->len > 1 ? out->cap - out->len - 1 : CHUNK;
	}
	out->len = start;
	out->data[start] = '\0';
	return -1;
}

int
dx_file_read(const char *path, size_t limit, int too_large, struct dx_buf *out, struct dx_err *err)
{
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return dx_fd_read(STDIN_FILENO, "stdin", limit, too_large, out, err);
	fd = open_eintr(AT_FDCWD, path, O_RDONLY, 0);
	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot open", path);
	rc = dx_fd_read(fd, path, limit, too_large, out, err);
	close(fd);
	return rc;
}

int
dx_file_read_regular(const char *path, size_t limit, int too_large, int missing, struct dx_buf *out, struct dx_err *err)
{
	struct stat st;
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return dx_fd_read(STDIN_FILENO, "stdin", limit, too_large, out, err);
	/* A pipe that nobody writes to must not stop us, so it is not waited for. */
	fd = open_eintr(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP && errno != ENXIO && errno != ENAMETOOLONG)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot open", path);
	if (fd < 0)
		return dx_err_sys(err, (enum dx_reason)missing, errno, "%s", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = dx_err_set(err, (enum dx_reason)missing, "%s is no regular file", path);
	else
		rc = dx_fd_read(fd, path, limit, too_large, out, err);
	close(fd);
	return rc;
}

int
dx_fd_write(int fd, const char *name, const void *bytes, size_t n, struct dx_err *err)
{
	const char *b = bytes;

	while (n > 0) {
		ssize_t put = write(fd, b, n);

		if (put < 0 && !again(fd, POLLOUT))
			return dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot write", name);
		if (put > 0) {
			b += put;
			n -= (size_t)put;
		}
	}
	return 0;
}

int
dx_fd_reserve(int fd)
{
	int got;

	if (fcntl(fd, F_GETFD) >= 0)
		return 0;
	/* For reading only: a write to a closed stdout must fail, not vanish.  The lowest free descriptor is fd itself. */
	got = open("/dev/null", O_RDONLY);
	if (got >= 0 && got != fd)
		close(got);
	return got == fd ? 0 : -1;
}

static int
sync_dir(int fd, const char *path, struct dx_err *err)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc != 0 && errno == EINTR);
	/* Some file systems have nothing to sync in a folder and say so. */
	if (rc != 0 && errno != EINVAL && errno != ENOTSUP)
		return dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot sync the folder", path);
	return 0;
}

static int
open_dir(const char *path, struct dx_err *err)
{
	int fd = open_eintr(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0)
		dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot open the folder", path);
	return fd;
}

char *
dx_dir_upward(const char *from, bool (*is)(void *ctx, const char *dir), void *ctx)
{
	char *at = realpath(from, NULL), *slash;

	while (at != NULL && !is(ctx, at)) {
		slash = strrchr(at, '/');
		if (slash == NULL || at[1] == '\0') {
			free(at);
			return NULL;
		}
		slash[slash == at] = '\0';
	}
	return at;
}

int
dx_dir_sync(const char *path, struct dx_err *err)
{
	int fd = open_dir(path, err), rc;

	if (fd < 0)
		return -1;
	rc = sync_dir(fd, path, err);
	close(fd);
	return rc;
}

/* A new file with a name of its own in dir.  tmp holds the name. */
static int
open_temporary(int dir, char tmp[static 32], const char *path, struct dx_err *err)
{
	unsigned char r[8];
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0; i++) {
		dx_random(r, sizeof(r));
		memcpy(tmp, ".dealix-", 8);
		dx_hex_encode(r, sizeof(r), tmp + 8);
		fd = open_eintr(dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot make a temporary file beside it", path);
	return fd;
}

/* Written, synced and closed, or -1. */
static int
fill(int fd, const char *path, const void *bytes, size_t n, struct dx_err *err)
{
	int rc = dx_fd_write(fd, path, bytes, n, err);

	if (rc == 0) {
		do
			rc = fsync(fd);
		while (rc != 0 && errno == EINTR);
		if (rc != 0)
			dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot sync", path);
	}
	if (close(fd) != 0 && rc == 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot close", path);
	return rc;
}

int
dx_file_replace(const char *path, const void *bytes, size_t n, struct dx_err *err)
{
	const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
	/* "/x" lies in "/", "x" in ".". */
	char *folder = slash == NULL ? dx_strdup(".") : dx_strndup(path, slash == path ? 1 : (size_t)(slash - path));
	char tmp[32];
	int dir = open_dir(folder, err), fd, rc = -1;

	if (dir < 0)
		goto out;
	if ((fd = open_temporary(dir, tmp, path, err)) < 0)
		goto out;
	if (fill(fd, path, bytes, n, err) != 0)
		goto unlink;
	if (renameat(dir, tmp, dir, base) != 0) {
		dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot replace", path);
		goto unlink;
	}
	rc = sync_dir(dir, folder, err);
	goto out;
unlink:
	unlinkat(dir, tmp, 0);
out:
	if (dir >= 0)
		close(dir);
	free(folder);
	return rc;
}

/* --- the lock --- */

/* Waiting is flock's own: whoever came first goes first and nobody polls.  Only a signal ends it, so a timer sends one to
 * this thread.  A real-time signal of our own, because SIGALRM may be somebody else's. */
static volatile sig_atomic_t rang;

static void
ring(int sig)
{
	(void)sig;
	rang = 1;
}

struct alarm {
	timer_t			timer;
	int			signo;
	struct sigaction	old;
	sigset_t		old_mask;
};

static void
alarm_end(struct alarm *a)
{
	int saved = errno;

	/* A last signal is delivered before timer_delete returns, while our handler still stands. */
	timer_delete(a->timer);
	sigprocmask(SIG_SETMASK, &a->old_mask, NULL);
	sigaction(a->signo, &a->old, NULL);
	errno = saved;
}

/* From now on flock fails with EINTR once `ms` have passed, again and again until alarm_end. */
static int
alarm_begin(struct alarm *a, int64_t ms)
{
	struct sigaction act = { .sa_handler = ring };	/* without SA_RESTART */
	struct sigevent ev = { .sigev_notify = SIGEV_THREAD_ID };
	struct itimerspec when = { .it_interval.tv_nsec = RING_AGAIN_NS };
	sigset_t mask;

	a->signo = SIGRTMIN + 5;
	ev.sigev_signo = a->signo;
	ev.sigev_notify_thread_id = gettid();
	when.it_value.tv_sec = (time_t)(ms / 1000);
	when.it_value.tv_nsec = (long)(ms % 1000) * 1000000;
	sigemptyset(&act.sa_mask);
	sigemptyset(&mask);
	sigaddset(&mask, a->signo);
	rang = 0;
	if (timer_create(CLOCK_MONOTONIC, &ev, &a->timer) != 0)
		return -1;
	sigaction(a->signo, &act, &a->old);
	sigprocmask(SIG_UNBLOCK, &mask, &a->old_mask);
	if (timer_settime(a->timer, 0, &when, NULL) != 0) {
		alarm_end(a);
		return -1;
	}
	return 0;
}

/* 1 held, 0 the deadline passed, -1 with errno. */
static int
wait_for(int fd, int64_t deadline_ms)
{
	struct alarm a;
	int64_t now;
	int rc;

	do {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 1;
	} while (errno == EINTR);
	if (errno != EWOULDBLOCK)
		return -1;
	now = dx_clock_mono_ms();
	if (deadline_ms <= now)
		return 0;
	if (alarm_begin(&a, deadline_ms - now) != 0)
		return -1;
	do
		rc = flock(fd, LOCK_EX);
	while (rc != 0 && errno == EINTR && !rang);
	alarm_end(&a);
	if (rc == 0)
		return 1;
	return errno == EINTR ? 0 : -1;
}

/* Whether path still names the open file: a lock on a file that was removed or replaced excludes nobody. */
static bool
still_there(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
	    held.st_ino == named.st_ino;
}

int
dx_file_lock(const char *path, int64_t deadline_ms, int *fd, int64_t *waited_ms, struct dx_err *err)
{
	int64_t start = dx_clock_mono_ms();
	struct stat st;
	int f, rc;

	for (;;) {
		do
			f = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK, 0600);
		while (f < 0 && errno == EINTR);
		if (f < 0)
			return dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot open", path);
		if (fstat(f, &st) != 0 || !S_ISREG(st.st_mode)) {
			close(f);
			return dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s: is no regular file", path);
		}
		rc = wait_for(f, deadline_ms);
		if (rc < 0)
			dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s: cannot lock", path);
		if (rc > 0 && still_there(f, path)) {
			*fd = f;
			break;
		}
		close(f);
		if (rc <= 0)
			break;
	}
	if (rc >= 0 && waited_ms != NULL)
		*waited_ms = dx_clock_mono_ms() - start;
	return rc;
}
