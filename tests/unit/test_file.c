/* base/file: reading under a limit, replacing, the queue lock. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <dirent.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "tap.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static int
entries(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	if (d == NULL)
		return -1;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		continue;
}

static int
reap(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static pid_t
child(void)
{
	sigset_t alarm, old;
	pid_t pid;

	fflush(stdout);
	/* The kernel begins a fork again at each signal, so that a slow one under many would never end. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm, &old);
	pid = fork();
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

/* --- reading and writing --- */

static void
test_read(void)
{
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };
	char *big = malloc(300001);

	memset(big, 'x', 300000);
	big[300000] = '\0';
	put("small", "hello");
	put("empty", "");
	put("big", big);
	is_int(dx_file_read("small", 5, DX_R_JSON_TOO_LARGE, &b, &err), 0, "read: as much as the limit");
	is_str(b.data, "hello", "read: the bytes");
	is_int(dx_file_read("small", 100, DX_R_JSON_TOO_LARGE, &b, &err), 0, "read: once more");
	is_str(b.data, "hellohello", "read: appends");
	is_int(dx_file_read("small", 4, DX_R_JSON_TOO_LARGE, &b, &err), -1, "read: more than the limit");
	ok(err.reason == DX_R_JSON_TOO_LARGE && b.len == 10 && strcmp(b.data, "hellohello") == 0,
	    "read: is the caller's error, and nothing is appended");
	is_str(err.text, "small: more than 4 bytes", "read: and says what the limit is");
	dx_buf_reset(&b);
	is_int(dx_file_read("empty", 0, DX_R_JSON_TOO_LARGE, &b, NULL), 0, "read: an empty file");
	is_str(b.data, "", "read: gives nothing");
	is_int(dx_file_read("big", 1 << 20, DX_R_JSON_TOO_LARGE, &b, NULL), 0, "read: a large file");
	ok(b.len == 300000 && strcmp(b.data, big) == 0 && b.cap < 310000, "read: whole, in memory of its size");
	dx_err_clear(&err);
	is_int(dx_file_read("none", 10, DX_R_JSON_TOO_LARGE, &b, &err), -1, "read: a file that is not there");
	is_int(err.reason, DX_R_FILE_UNREADABLE, "read: is file_unreadable");
	is_str(err.text, "none: cannot open: No such file or directory", "read: with the system's reason");
	dx_err_clear(&err);
	is_int(dx_file_read(".", 10, DX_R_JSON_TOO_LARGE, &b, &err), -1, "read: a folder");
	is_int(err.reason, DX_R_FILE_UNREADABLE, "read: is file_unreadable");
	dx_err_clear(&err);
	is_int(dx_fd_read(-1, "closed", 10, DX_R_JSON_TOO_LARGE, &b, &err), -1, "read: a descriptor that is not open");
	is_int(err.reason, DX_R_FILE_UNREADABLE, "read: is file_unreadable");
	dx_buf_release(&b);
	free(big);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* Signals without SA_RESTART every two milliseconds, while f runs. */
static void
under_signals(void (*f)(void))
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 2000 }, { 0, 2000 } }, never = { { 0, 0 }, { 0, 0 } };

	sigaction(SIGALRM, &act, NULL);		/* and it stays: a last signal may come late */
	setitimer(ITIMER_REAL, &often, NULL);
	f();
	setitimer(ITIMER_REAL, &never, NULL);
}

/* A slow writer, a pipe, both ends through our functions; once with a non-blocking descriptor. */
static void
do_pipe(void)
{
	enum { SIZE = 500000 };
	static char bytes[SIZE];

	for (int i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 31);
	for (int round = 0; round < 2; round++) {
		struct dx_buf b = { 0 };
		int fd[2], rc;
		pid_t pid;

		if (pipe2(fd, round == 1 ? O_NONBLOCK : 0) != 0)
			abort();
		if ((pid = child()) == 0) {
			sleep_ms(20);
			rc = dx_fd_write(fd[1], "pipe", bytes, SIZE / 2, NULL);
			sleep_ms(20);
			_exit(rc != 0 || dx_fd_write(fd[1], "pipe", bytes + SIZE / 2, SIZE / 2, NULL) != 0);
		}
		close(fd[1]);
		rc = dx_fd_read(fd[0], "pipe", SIZE, DX_R_JSON_TOO_LARGE, &b, NULL);
		close(fd[0]);
		ok(rc == 0 && b.len == SIZE && memcmp(b.data, bytes, SIZE) == 0, "pipe: whole, through signals and short writes");
		is_int(reap(pid), 0, "pipe: the writer is content");
		dx_buf_release(&b);
	}
}

static void
test_stdin(void)
{
	struct dx_buf b = { 0 };
	int saved = dup(STDIN_FILENO), fd = open("small", O_RDONLY);

	dup2(fd, STDIN_FILENO);
	is_int(dx_file_read("-", 10, DX_R_JSON_TOO_LARGE, &b, NULL), 0, "stdin: is \"-\"");
	is_str(b.data, "hello", "stdin: the bytes");
	ok(fcntl(STDIN_FILENO, F_GETFD) >= 0, "stdin: stays open");
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(fd);
	dx_buf_release(&b);
}

static void
test_write_fails(void)
{
	struct dx_err err = { 0 };
	int fd[2], full = open("/dev/full", O_WRONLY);

	signal(SIGPIPE, SIG_IGN);
	if (pipe(fd) != 0)
		abort();
	close(fd[0]);
	is_int(dx_fd_write(fd[1], "out", "x", 1, &err), -1, "write: nobody reads");
	is_int(err.reason, DX_R_FILE_UNWRITABLE, "write: is file_unwritable");
	is_str(err.text, "out: cannot write: Broken pipe", "write: with the system's reason");
	close(fd[1]);
	dx_err_clear(&err);
	is_int(dx_fd_write(full, "full", "x", 1, &err), -1, "write: a full disk");
	close(full);
}

/* A child without standard streams. */
static void
test_reserve(void)
{
	pid_t pid = child();

	if (pid == 0) {
		struct dx_buf b = { 0 };
		struct dx_err err = { 0 };
		int wrong = 0;

		for (int fd = 0; fd <= 2; fd++)
			close(fd);
		for (int fd = 0; fd <= 2; fd++)
			wrong += dx_fd_reserve(fd) != 0;
		wrong += dx_fd_reserve(0) != 0;
		wrong += dx_file_read("-", 10, DX_R_JSON_TOO_LARGE, &b, NULL) != 0 || b.len != 0;
		wrong += dx_fd_write(1, "stdout", "x", 1, &err) != -1 || err.reason != DX_R_FILE_UNWRITABLE;
		close(0);
		wrong += dx_fd_reserve(1) != 0;
		close(1);
		wrong += dx_fd_reserve(1) != -1;	/* 0 is free and comes first */
		wrong += fcntl(0, F_GETFD) >= 0;
		dx_buf_release(&b);
		_exit(wrong);
	}
	is_int(reap(pid), 0, "reserve: closed streams are taken, stdin is empty, stdout refuses");
}

/* --- replacing --- */

static bool
holds(const char *path, const char *want)
{
	struct dx_buf b = { 0 };
	bool same = dx_file_read(path, 1 << 20, DX_R_JSON_TOO_LARGE, &b, NULL) == 0 && strcmp(b.data, want) == 0;

	dx_buf_release(&b);
	return same;
}

static void
test_replace(void)
{
	struct dx_err err = { 0 };
	struct stat st;
	int files;

	mkdir("r", 0700);
	is_int(dx_file_replace("r/f", "one", 3, &err), 0, "replace: makes a file");
	ok(holds("r/f", "one") && stat("r/f", &st) == 0 && (st.st_mode & 07777) == 0600, "replace: for its owner alone");
	is_int(dx_file_replace("r/f", "second", 6, &err), 0, "replace: an existing file");
	ok(holds("r/f", "second") && entries("r") == 3, "replace: nothing else is left");
	is_int(dx_file_replace("here", "", 0, &err), 0, "replace: in the current folder, with nothing");
	ok(holds("here", ""), "replace: it is empty");

	is_int(dx_file_replace("no/f", "x", 1, &err), -1, "replace: in a folder that is not there");
	is_int(err.reason, DX_R_FILE_UNWRITABLE, "replace: is file_unwritable");
	dx_err_clear(&err);
	mkdir("r/d", 0700);
	files = entries("r");
	is_int(dx_file_replace("r/d", "x", 1, &err), -1, "replace: a folder stands there");
	ok(err.reason == DX_R_FILE_UNWRITABLE && entries("r") == files, "replace: and no temporary file is left");
	dx_err_clear(&err);
	is_int(dx_file_replace("r/", "x", 1, &err), -1, "replace: a name is needed");
	is_int(entries("r"), files, "replace: and again none is left");
	if (symlink("../here", "r/link") != 0)
		abort();
	is_int(dx_file_replace("r/link", "x", 1, NULL), 0, "replace: a symbolic link");
	ok(holds("here", "") && lstat("r/link", &st) == 0 && S_ISREG(st.st_mode), "replace: is replaced itself");
	is_int(dx_dir_sync("r", NULL), 0, "sync: a folder");
	dx_err_clear(&err);
	is_int(dx_dir_sync("r/f", &err), -1, "sync: a file is none");
	is_int(err.reason, DX_R_FILE_UNWRITABLE, "sync: file_unwritable");
}

/* The disk ends in the middle: the limit on file sizes does the same. */
static void
test_replace_full(void)
{
	char many[8192];
	pid_t pid;

	memset(many, 'x', sizeof(many));
	if ((pid = child()) == 0) {
		struct rlimit small = { 4096, 4096 };
		struct dx_err err = { 0 };

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &small);
		_exit(dx_file_replace("r/f", many, sizeof(many), &err) == -1 && err.reason == DX_R_FILE_UNWRITABLE ? 0 : 1);
	}
	is_int(reap(pid), 0, "replace: a disk that fills up is an error");
	ok(holds("r/f", "second") && entries("r") == 5, "replace: the old file stands, no temporary file is left");
}

/* Whoever reads sees one of the two contents, whole. */
static void
test_replace_atomic(void)
{
	enum { SIZE = 20000 };
	static char a[SIZE], b[SIZE];
	int wrong = 0, reads = 0, status = 0;
	pid_t pid;

	memset(a, 'a', SIZE);
	memset(b, 'b', SIZE);
	dx_file_replace("r/atomic", a, SIZE, NULL);
	if ((pid = child()) == 0) {
		for (int i = 0; i < 100; i++)
			if (dx_file_replace("r/atomic", i % 2 == 0 ? b : a, SIZE, NULL) != 0)
				_exit(1);
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		struct dx_buf got = { 0 };

		wrong += dx_file_read("r/atomic", SIZE, DX_R_JSON_TOO_LARGE, &got, NULL) != 0 || got.len != SIZE ||
		    (memcmp(got.data, a, SIZE) != 0 && memcmp(got.data, b, SIZE) != 0);
		reads++;
		dx_buf_release(&got);
	}
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "replace: a hundred times");
	is_int(wrong, 0, "replace: %d readers saw whole contents", reads);
}

/* --- the lock --- */

/* A child that holds the lock for ms; returns once it does. */
static pid_t
holder(const char *path, long ms, void (*before_release)(void))
{
	int ready[2];
	char c;
	pid_t pid;

	if (pipe(ready) != 0)
		abort();
	if ((pid = child()) == 0) {
		int fd = -1;

		close(ready[0]);
		if (dx_file_lock(path, dx_clock_mono_ms() + 5000, &fd, NULL, NULL) != 1)
			_exit(1);
		close(ready[1]);
		sleep_ms(ms);
		if (before_release != NULL)
			before_release();
		close(fd);
		_exit(0);
	}
	close(ready[1]);
	while (read(ready[0], &c, 1) < 0 && errno == EINTR)
		continue;
	close(ready[0]);
	return pid;
}

static void
test_lock(void)
{
	struct dx_err err = { 0 };
	struct sigaction before, after;
	sigset_t mask;
	struct stat st;
	int64_t start, waited = -1;
	int fd = -1, other = -1;
	pid_t pid;

	is_int(dx_file_lock("lock", dx_clock_mono_ms() + 1000, &fd, &waited, &err), 1, "lock: free");
	ok(fd >= 0 && waited >= 0 && waited < 500, "lock: taken at once");
	ok(fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0600 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0,
	    "lock: a file for its owner alone, closed on exec");
	is_int(dx_file_lock("lock", 0, &other, &waited, &err), 0, "lock: held, the deadline is over");
	is_int(other, -1, "lock: nothing is handed out");
	is_int(dx_file_lock("lock", INT64_MIN, &other, NULL, &err), 0, "lock: long over");
	close(fd);
	is_int(dx_file_lock("lock", INT64_MIN, &fd, NULL, &err), 1, "lock: a free one is taken whatever the deadline");
	close(fd);
	is_int(dx_file_lock("no/lock", 0, &fd, NULL, &err), -1, "lock: in a folder that is not there");
	is_int(err.reason, DX_R_FILE_UNWRITABLE, "lock: is file_unwritable");

	/* The worst mask to inherit: the signal of the lock's timer is blocked. */
	sigemptyset(&mask);
	sigaddset(&mask, SIGRTMIN + 5);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGRTMIN + 5, NULL, &before);
	pid = holder("lock", 1000, NULL);
	start = dx_clock_mono_ms();
	is_int(dx_file_lock("lock", start + 100, &fd, &waited, &err), 0, "lock: held until after the deadline");
	start = dx_clock_mono_ms() - start;
	ok(start >= 100 && start < 950 && waited >= 99 && waited <= start, "lock: gave up in time, after %d ms", (int)start);
	is_int(dx_file_lock("lock", dx_clock_mono_ms() + 5000, &fd, &waited, &err), 1, "lock: released before the deadline");
	ok(waited >= 0 && waited < 4000, "lock: waited %d ms", (int)waited);
	close(fd);
	is_int(reap(pid), 0, "lock: the holder is content");
	sigaction(SIGRTMIN + 5, NULL, &after);
	ok(before.sa_handler == after.sa_handler, "lock: signal handlers are as before");
	sigprocmask(SIG_SETMASK, NULL, &mask);
	ok(sigismember(&mask, SIGRTMIN + 5) == 1 && sigismember(&mask, SIGALRM) == 0, "lock: so is the mask");
	sigemptyset(&mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sleep_ms(20);
	ok(true, "lock: no late signal kills");
}

static void
do_lock_under_signals(void)
{
	int64_t start = dx_clock_mono_ms();
	int fd;
	pid_t pid = holder("lock", 1000, NULL);

	is_int(dx_file_lock("lock", start + 100, &fd, NULL, NULL), 0, "lock: foreign signals do not take the lock");
	ok(dx_clock_mono_ms() - start >= 100, "lock: nor do they end the wait");
	is_int(dx_file_lock("lock", start + 9000, &fd, NULL, NULL), 1, "lock: taken in the end");
	close(fd);
	is_int(reap(pid), 0, "lock: the holder is content");
}

static void
swap_lock(void)
{
	put("lock.new", "");
	rename("lock.new", "lock");
}

static void
remove_lock(void)
{
	unlink("lock");
}

static void
test_lock_replaced(void)
{
	struct stat held, named;
	int fd = -1;
	pid_t pid = holder("lock", 100, swap_lock);

	is_int(dx_file_lock("lock", dx_clock_mono_ms() + 5000, &fd, NULL, NULL), 1, "lock: the file was replaced meanwhile");
	ok(fstat(fd, &held) == 0 && stat("lock", &named) == 0 && held.st_ino == named.st_ino, "lock: the new file is held");
	close(fd);
	reap(pid);
	pid = holder("lock", 100, remove_lock);
	is_int(dx_file_lock("lock", dx_clock_mono_ms() + 5000, &fd, NULL, NULL), 1, "lock: the file was removed meanwhile");
	ok(fstat(fd, &held) == 0 && stat("lock", &named) == 0 && held.st_ino == named.st_ino, "lock: a new one is held");
	close(fd);
	reap(pid);
}

/* Thirty-two processes, each locks, adds one to an unprotected count, unlocks. */
static void
test_lock_many(void)
{
	enum { WRITERS = 32, TIMES = 30 };
	struct shared { volatile int inside, count, overlaps; volatile int64_t longest[WRITERS]; } *s;
	int failed = 0;
	int64_t longest = 0, start = dx_clock_mono_ms();
	pid_t pid[WRITERS];

	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int w = 0; w < WRITERS; w++)
		if ((pid[w] = child()) == 0) {
			for (int i = 0; i < TIMES; i++) {
				int64_t waited = 0;
				int fd;

				if (dx_file_lock("queue", dx_clock_mono_ms() + 30000, &fd, &waited, NULL) != 1)
					_exit(1);
				if (s->inside++ != 0)
					s->overlaps++;
				s->count++;
				s->inside--;
				close(fd);
				if (waited > s->longest[w])
					s->longest[w] = waited;
			}
			_exit(0);
		}
	for (int w = 0; w < WRITERS; w++)
		failed += reap(pid[w]) != 0;
	for (int w = 0; w < WRITERS; w++)
		longest = s->longest[w] > longest ? s->longest[w] : longest;
	is_int(failed, 0, "lock: 32 writers all get it");
	is_int(s->count, WRITERS * TIMES, "lock: nothing is lost");
	is_int(s->overlaps, 0, "lock: never two at once");
	diag("%d turns in %d ms, longest wait %d ms", WRITERS * TIMES, (int)(dx_clock_mono_ms() - start), (int)longest);
	munmap(s, sizeof(*s));
}

int
main(void)
{
	char dir[] = "/tmp/dealix-test-file-XXXXXX";
	char clean[sizeof(dir) + 16];
	int before, after;

	if (mkdtemp(dir) == NULL || chdir(dir) != 0) {
		perror(dir);
		return 1;
	}
	umask(022);
	before = entries("/proc/self/fd");
	test_read();
	under_signals(do_pipe);
	test_stdin();
	test_write_fails();
	test_reserve();
	test_replace();
	test_replace_full();
	test_replace_atomic();
	test_lock();
	under_signals(do_lock_under_signals);
	test_lock_replaced();
	test_lock_many();
	after = entries("/proc/self/fd");
	is_int(after, before, "file: no descriptor is left open");
	snprintf(clean, sizeof(clean), "rm -rf %s", dir);
	if (chdir("/") != 0 || system(clean) != 0)
		diag("%s is left", dir);
	return done();
}
