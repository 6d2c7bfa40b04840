/* proc: what a command may do and what it leaves behind: nothing.  This program is a subreaper, so the kernel itself says
 * whether anybody is left. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "proc/proc.h"
#include "tap.h"

static char dir[] = "/tmp/dealix-proc-XXXXXX";
static char path_var[] = "PATH=/usr/bin:/bin", a_var[] = "A=b", sh[] = "sh", dash_c[] = "-c";
static char *const env[] = { path_var, a_var, NULL };

/* Runs a shell text. */
static int
run(const char *text, struct dx_proc_spec s, struct dx_proc_result *r)
{
	char *const argv[] = { sh, dash_c, (char *)(uintptr_t)text, NULL };
	struct dx_err err = { 0 };
	int rc;

	s.argv = argv;
	if (s.env == NULL)
		s.env = env;
	*r = (struct dx_proc_result){ 0 };
	rc = dx_proc_run(&s, r, &err);
	if (rc != 0)
		diag("%s", err.text);
	return rc;
}

/* Whether all our descendants are gone within the time; the dead are buried. */
static bool
nobody_within(int64_t ms)
{
	int64_t end = dx_clock_mono_ms() + ms;
	pid_t pid;

	for (;;) {
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0 && errno == ECHILD)
			return true;
		if (dx_clock_mono_ms() >= end)
			return false;
		usleep(5000);
	}
}

static void
said(const char *text, const char *want)
{
	struct dx_proc_result r;

	if (ok(run(text, (struct dx_proc_spec){ .keep = 4096 }, &r) == 0 && r.end == DX_PROC_EXITED, "sh -c '%s'", text))
		is_str(r.out.data != NULL ? r.out.data : "", want, "what it said");
	dx_proc_release(&r);
}

/* How it ended, in how many milliseconds at most, and that nobody is left. */
static void
ends(const char *text, struct dx_proc_spec s, enum dx_proc_end end, int status, int64_t at_least, int64_t at_most)
{
	int64_t start = dx_clock_mono_ms(), took;
	struct dx_proc_result r;
	int rc = run(text, s, &r);

	took = dx_clock_mono_ms() - start;
	ok(rc == 0 && r.end == end && (status < 0 || r.status == status), "%s: ends as it should (%d, %d)", text, (int)r.end, r.status);
	ok(took >= at_least && took <= at_most, "%s: took %" PRId64 " ms", text, took);
	ok(nobody_within(0), "%s: nobody is left", text);
	dx_proc_release(&r);
}

/* A command that is over its limit and ends in the same instant: the order to stop it may find a guard that reads no more,
 * which the kernel tells as a reset before it hands out the guard's last word. */
static void
over_and_gone(void)
{
	struct dx_proc_result r;
	int bad = 0;

	for (int i = 0; i < 400; i++) {
		if (run("printf 123456", (struct dx_proc_spec){ .stdout_max = 5 }, &r) != 0 || r.end != DX_PROC_OVER)
			bad++;
		dx_proc_release(&r);
	}
	is_int(bad, 0, "over its limit and gone at once, 400 times");
}

static void
test_plain(void)
{
	struct dx_proc_result r;
	struct dx_sha256 want;

	said("echo hello", "hello\n");
	said("env -u PWD -u OLDPWD -u SHLVL -u _ | sort", "A=b\nPATH=/usr/bin:/bin\n");
	said("cat; echo end", "end\n");
	said("readlink /proc/self/fd/0", "/dev/null\n");
	said("for f in /proc/self/fd/*; do n=${f##*/}; [ -e \"$f\" ] && [ \"$n\" -gt 2 ] && echo \"$n\"; done; echo x", "x\n");
	/* Signals 32 and 33 are libc's own: posix_spawn, which make uses, leaves them ignored, and nobody can send them by name. */
	said("grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\t' | sed s/:0000000180000000/:0000000000000000/", "SigBlk:0000000000000000\nSigIgn:0000000000000000\n");
	said("(echo secret > /dev/tty) 2>/dev/null || echo no terminal", "no terminal\n");
	said("[ \"$(ps -o pgid= -p $$ | tr -d ' ')\" = $$ ] && echo leader", "leader\n");
	ends("exit 7", (struct dx_proc_spec){ .keep = 1 }, DX_PROC_EXITED, 7, 0, 1000);
	ends("kill -SEGV $$", (struct dx_proc_spec){ .keep = 1 }, DX_PROC_SIGNALLED, SIGSEGV, 0, 1000);
	ok(run("echo 12345; echo abc >&2; exit 1", (struct dx_proc_spec){ .keep = 3, .cwd = "/" }, &r) == 0, "two streams");
	dx_sha256("12345\n", 6, &want);
	ok(r.out.len == 3 && memcmp(r.out.data, "123", 3) == 0 && r.out_bytes == 6 && memcmp(&r.out_sha256, &want, 32) == 0,
	    "kept in part, hashed and counted as a whole");
	ok(r.err.len == 3 && r.err_bytes == 4 && r.status == 1, "stderr beside it");
	ok(r.started > 0 && r.ended >= r.started, "begin and end");
	dx_proc_release(&r);
	ok(run("echo 1; echo 2 >&2; pwd", (struct dx_proc_spec){ .keep = 99, .merge_stderr = true, .cwd = "/usr" }, &r) == 0, "merged");
	is_str(r.out.data, "1\n2\n/usr\n", "both streams in order, in its folder");
	is_int((intmax_t)r.err_bytes, 0, "none apart");
	dx_proc_release(&r);
}

/* Without anything kept, stderr is ours. */
static void
test_stderr(void)
{
	struct dx_proc_result r;
	char got[16] = "";
	int p[2], ours = dup(2);

	if (pipe(p) != 0 || dup2(p[1], 2) != 2)
		exit(70);
	ok(run("echo seen >&2; echo lost", (struct dx_proc_spec){ .keep = 0 }, &r) == 0 && r.out.len == 0 && r.out_bytes == 5 &&
	    r.err_bytes == 0, "nothing kept");
	dup2(ours, 2);
	close(ours);
	close(p[1]);
	ok(read(p[0], got, sizeof(got) - 1) == 5, "stderr goes to ours");
	is_str(got, "seen\n", "as it is");
	close(p[0]);
	dx_proc_release(&r);
}

static void
cannot(const char *name, const char *path, const char *cwd, int end, const char *why)
{
	char *argv[] = { (char *)(uintptr_t)name, NULL };
	char *const vars[] = { (char *)(uintptr_t)path, NULL };
	struct dx_proc_spec s = { .argv = argv, .env = vars, .cwd = cwd, .keep = 9 };
	struct dx_proc_result r = { 0 };
	struct dx_err err = { 0 };
	int rc = dx_proc_run(&s, &r, &err);

	if (end < 0)
		ok(rc == -1 && err.reason == DX_R_SPAWN_FAILED, "%s: %s", why, err.text);
	else
		ok(rc == 0 && (int)r.end == end, "%s (%d, %s)", why, (int)r.end, strerror(r.status));
	ok(nobody_within(0), "%s: nobody is left", why);
	dx_proc_release(&r);
}

static void
script(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || fchmod(fd, mode) != 0 || close(fd) != 0)
		exit(70);
}

static void
test_exec(void)
{
	script("plain", "echo x\n", 0600);
	script("noshebang", "echo x\n", 0700);
	script("badshebang", "#!/nope/sh\n", 0700);
	script("good", "#!/bin/sh\nexit 0\n", 0700);
	cannot("nope", "PATH=/usr/bin", NULL, DX_PROC_NOT_FOUND, "not in PATH");
	cannot("./nope", "PATH=/usr/bin", NULL, DX_PROC_NOT_FOUND, "no such file");
	cannot("good/x", "PATH=/usr/bin", NULL, DX_PROC_NOT_FOUND, "below a file");
	cannot("", "PATH=/usr/bin", NULL, DX_PROC_NOT_FOUND, "no name");
	cannot("./plain", "PATH=/usr/bin", NULL, DX_PROC_NOT_EXECUTABLE, "not executable");
	cannot(".", "PATH=/usr/bin", NULL, DX_PROC_NOT_EXECUTABLE, "a folder of PATH");
	cannot("/", "PATH=/usr/bin", NULL, DX_PROC_NOT_EXECUTABLE, "a folder");
	cannot("./noshebang", "PATH=/usr/bin", NULL, DX_PROC_NOT_EXECUTABLE, "no shell is put in front");
	cannot("./badshebang", "PATH=/usr/bin", NULL, DX_PROC_NOT_EXECUTABLE, "its interpreter is missing");
	cannot("good", "PATH=/usr/bin::", NULL, DX_PROC_NOT_FOUND, "an empty part of PATH is not this folder");
	cannot("good", "PATH=/nope:.", NULL, DX_PROC_EXITED, "a named part is");
	cannot("true", "HOME=/", NULL, DX_PROC_EXITED, "no PATH at all: the system's folders");
	cannot("true", "PATH=/usr/bin", "/nope", -1, "a folder that is not there");
}

static void
test_limits(void)
{
	struct dx_proc_spec t = { .keep = 64, .timeout_ms = 300 };

	ends("sleep 100", t, DX_PROC_TIMEOUT, SIGTERM, 300, 1500);
	ends("trap '' TERM; while :; do sleep 1; done", t, DX_PROC_TIMEOUT, SIGKILL, 2200, 4000);
	ends("trap 'exit 9' TERM; while :; do sleep 0.1; done", t, DX_PROC_TIMEOUT, 9, 300, 1500);
	ends("kill -STOP $$", t, DX_PROC_TIMEOUT, SIGTERM, 300, 1500);
	ends("yes", t, DX_PROC_TIMEOUT, SIGTERM, 300, 1500);
	ends("yes", (struct dx_proc_spec){ .keep = 64, .stdout_max = 100000 }, DX_PROC_OVER, -1, 0, 1500);
	ends("trap '' TERM PIPE; while :; do echo xxxxxxxxxxxxxxxxxxxxx; done 2>/dev/null",
	    (struct dx_proc_spec){ .keep = 64, .stdout_max = 100000 }, DX_PROC_OVER, -1, 2000, 4000);
	ends("printf 12345", (struct dx_proc_spec){ .stdout_max = 5 }, DX_PROC_EXITED, 0, 0, 1000);
	ends("printf 123456", (struct dx_proc_spec){ .stdout_max = 5 }, DX_PROC_OVER, -1, 0, 1000);
	over_and_gone();
	/* The child's own end counts, though what it left takes until after the limit. */
	ends("(trap '' TERM; sleep 50; sleep 50) & sleep 0.1; exit 3", t, DX_PROC_EXITED, 3, 2000, 4000);
}

static void
test_left_behind(void)
{
	struct dx_proc_spec s = { .keep = 64 }, t = { .keep = 64, .timeout_ms = 300 };

	ends("i=0; while [ $i -lt 20 ]; do sleep 100 & i=$((i+1)); done; exit 0", s, DX_PROC_EXITED, 0, 0, 1500);
	ends("i=0; while [ $i -lt 20 ]; do sleep 100 & i=$((i+1)); done; wait", t, DX_PROC_TIMEOUT, SIGTERM, 300, 1500);
	ends("setsid sh -c 'setsid sleep 100 & sleep 100' & sleep 0.1", s, DX_PROC_EXITED, 0, 0, 1500);
	ends("setsid sh -c 'trap \"\" TERM; setsid sh -c \"trap : TERM; sleep 100; sleep 100\" & sleep 100; sleep 100' & sleep 0.1", s,
	    DX_PROC_EXITED, 0, 2000, 4500);
	ends("(setsid sh -c '(setsid sleep 100 &)' &) ; (sleep 100 &); sleep 100", t, DX_PROC_TIMEOUT, SIGTERM, 300, 1500);
	ends("setsid sleep 100 & disown 2>/dev/null; kill -9 $$", s, DX_PROC_SIGNALLED, SIGKILL, 0, 1500);
	/* A chain of processes that each leave before they can be told. */
	ends("cat > c <<'X'\n#!/bin/sh\n[ $1 -gt 0 ] && setsid ./c $(($1-1)) &\nX\nchmod 700 c; ./c 300", s, DX_PROC_EXITED, 0, 0, 4000);
	ends("sleep 100 >&- 2>&- & echo done", s, DX_PROC_EXITED, 0, 0, 1500);
}

/* Zombies that the command orphans are buried while it runs. */
static void
test_zombies(void)
{
	said("i=0; while [ $i -lt 10 ]; do (true &) ; i=$((i+1)); done; sleep 0.3;"
	    "ps -o stat= --ppid $PPID | grep -c Z; true", "0\n");
}

/* A stopped guard hears no order and gives no answer; waiting for it would outlast every time limit. */
static void
test_guard_stopped(void)
{
	struct dx_proc_result r = { 0 };
	int64_t from = dx_clock_mono_ms();

	ok(run("kill -STOP $PPID; sleep 100", (struct dx_proc_spec){ .keep = 64, .timeout_ms = 300 }, &r) == -1, "a command that stops its guard is an error");
	ok(dx_clock_mono_ms() - from < 20000, "and ends soon after its time limit");
}

static void
test_guard_lost(void)
{
	struct dx_proc_result r;
	int64_t start = dx_clock_mono_ms();

	ok(run("kill -9 $PPID; sleep 100", (struct dx_proc_spec){ .keep = 1 }, &r) == -1, "a command that kills its guard is an error");
	ok(dx_clock_mono_ms() - start < 1500, "at once");
	ok(nobody_within(0), "and it dies with it");
	ok(run("setsid sh -c 'setsid sleep 100 & sleep 100' & sleep 0.1; kill -9 $PPID; sleep 100", (struct dx_proc_spec){ .keep = 1 },
	    &r) == -1 && nobody_within(0), "so does all that it started");
}

static void
test_much(void)
{
	static const char gib[] = "49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14";	/* 2^30 zero bytes */
	struct dx_proc_result r;
	char hex[DX_SHA256_HEX];
	int64_t start = dx_clock_mono_ms();

	ok(run("head -c 1073741824 /dev/zero", (struct dx_proc_spec){ .keep = 1000 }, &r) == 0 && r.end == DX_PROC_EXITED, "1 GiB");
	diag("%" PRId64 " ms", dx_clock_mono_ms() - start);
	dx_sha256_hex(&r.out_sha256, hex);
	is_str(hex, gib, "its digest");
	ok(r.out_bytes == (UINT64_C(1) << 30) && r.out.len == 1000, "counted, and a little kept");
	dx_proc_release(&r);
	ok(run("head -c 100000000 /dev/zero >&2 & head -c 100000000 /dev/zero; wait", (struct dx_proc_spec){ .keep = 7 }, &r) == 0 &&
	    r.out_bytes == 100000000 && r.err_bytes == 100000000, "both streams at once do not block each other");
	dx_proc_release(&r);
}

/* The tool is killed at some instant; whatever it was doing, nobody survives it. */
static void
test_killed(void)
{
	static const char text[] = "setsid sh -c 'setsid sleep 100 & sleep 100' & sleep 100 & sleep 100";
	struct dx_proc_result r;
	int bad = 0;

	srandom(12345);
	for (int i = 0; i < 60; i++) {
		pid_t tool = fork();

		if (tool == 0) {
			run(text, (struct dx_proc_spec){ .keep = 64 }, &r);
			_exit(0);
		}
		usleep((useconds_t)(random() % 40000) / (i % 3 == 0 ? 20 : 1));
		if (tool <= 1 || kill(tool, SIGKILL) != 0)
			exit(70);
		if (!nobody_within(6000))
			bad++;
	}
	is_int(bad, 0, "killed at 60 instants, nobody was left");
}

/* With SIGKILL to the tool while the command ignores TERM: gone after the grace. */
static void
test_killed_stubborn(void)
{
	struct dx_proc_result r;
	pid_t tool = fork();

	if (tool == 0) {
		run("trap '' TERM; sleep 100; sleep 100", (struct dx_proc_spec){ .keep = 64 }, &r);
		_exit(0);
	}
	usleep(100000);
	if (tool <= 1 || kill(tool, SIGKILL) != 0)
		exit(70);
	ok(!nobody_within(1000), "a command that ignores TERM outlives the tool by the grace");
	ok(nobody_within(3000), "and no longer");
}

static void
test_many(void)
{
	struct dx_proc_result r;
	int64_t start = dx_clock_mono_ms();
	int good = 0, fd = open("/dev/null", O_RDONLY), after;

	for (int i = 0; i < 200; i++) {
		good += run(":", (struct dx_proc_spec){ .keep = 64 }, &r) == 0 && r.end == DX_PROC_EXITED && r.status == 0;
		dx_proc_release(&r);
	}
	is_int(good, 200, "200 runs in %" PRId64 " ms", dx_clock_mono_ms() - start);
	after = dup(fd);
	is_int(after, fd + 1, "no descriptor is left open");
	close(fd);
	close(after);
}

int
main(void)
{
	sigset_t usr1;

	if (mkdtemp(dir) == NULL || chdir(dir) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return 70;
	/* What a tool does to its own signals must not reach the command. */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	test_plain();
	test_stderr();
	test_exec();
	test_limits();
	test_left_behind();
	test_zombies();
	test_guard_stopped();
	test_guard_lost();
	test_much();
	test_killed();
	test_killed_stubborn();
	test_many();
	(void)unlink("plain"), (void)unlink("noshebang"), (void)unlink("badshebang"), (void)unlink("good"), (void)unlink("c");
	rmdir(dir);
	return done();
}
