/* Hostile rules: each is refused within its budget, and takes nothing of the parent with it. */
#include "expr_case.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static long
peak_kib(void)
{
	struct rusage r;

	(void)getrusage(RUSAGE_SELF, &r);
	return r.ru_maxrss;
}

/* The reason must be one of two (the second may be NULL), within the 2 s that a small document has and half a second, and the
 * parent must not have grown by more than 2 MiB. */
static void
stops(const char *program, const char *reason, const char *other)
{
	struct dx_expr_program p = { "r", program };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	long before = peak_kib();
	int64_t began, took;
	char *got;

	if (!ok(dx_expr_new(&p, 1, &x, &err) == 0 && dx_expr_ready(x, &err) == 0, "%s compiles", shown(program).text)) {
		dx_expr_free(x);
		return;
	}
	began = dx_clock_mono_ms();
	got = run_on(x, 1, "{\"x\":[1,2,3],\"s\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"}", 0);
	took = dx_clock_mono_ms() - began;
	if (!ok(strncmp(got, reason, strlen(reason)) == 0 || (other != NULL && strncmp(got, other, strlen(other)) == 0),
	    "and gives %s%s%s", reason, other != NULL ? " or " : "", other != NULL ? other : ""))
		diag("got: %.300s", got);
	if (limits_hold() && !ok(took <= 2500, "in time"))
		diag("%lld ms", (long long)took);
	if (limits_hold() && !ok(peak_kib() - before < 2048, "and the parent does not grow"))
		diag("%ld KiB", peak_kib() - before);
	free(got);
	dx_expr_free(x);
}

static void
test_time(void)
{
	stops("range(1e12) | select(. < 0)", "rule_timeout", NULL);
	stops("def f: f; f", "rule_timeout", "rule_memory");
	stops("[limit(1e9; repeat(1))] | length", "rule_memory", "rule_timeout");
	stops("last(repeat(1))", "rule_timeout", NULL);
	stops("until(false; .)", "rule_timeout", NULL);
	stops("try until(false; .) catch 1", "rule_timeout", NULL);
	stops(".s | test(\"^(a+)+$\")", "rule_timeout", "0");
	stops("reduce range(1e9) as $i (0; . + $i)", "rule_timeout", NULL);
	}

static void
test_memory(void)
{
	if (!limits_hold()) {
		skip("no memory limit under the sanitizer or valgrind");
		return;
	}
	stops("def f: 1 + f; f", "rule_memory", "rule_timeout");
	stops("def f: [f]; f", "rule_memory", "rule_timeout");
	stops("\"a\" * 1e9 | length", "rule_memory", "rule_timeout");
	stops(".y[536870000] = 1", "rule_memory", NULL);
	stops("[range(1e9)] | length", "rule_memory", "rule_timeout");
	stops("reduce range(40) as $i (\"a\"; . + .) | length", "rule_memory", "gate_evaluation_error");
	stops("reduce range(3e6) as $i (0; [.]) | 1", "rule_memory", "rule_timeout");
	stops("\"a\" * 2e6", "rule_memory", "rule_timeout");
	stops("range(2e5)", "rule_memory", NULL);
	stops("(\"a\" * 1000) as $s | range(9e4) | $s", "rule_memory", "rule_timeout");
	stops("range(1e12)", "rule_memory", "rule_timeout");
}

static void
test_odd(void)
{
	char *got;
	const char *program = "[1, 2, 3] | del(.[nan])";

	got = run_once(&program, 1, "{}");
	ok(strncmp(got, "rule_", 5) == 0 || strncmp(got, "0", 1) == 0, "del(.[nan]) ends: %.40s", got);
	free(got);
	program = "1e300 | todate";
	got = run_once(&program, 1, "{}");
	ok(strncmp(got, "gate_evaluation_error", 21) == 0 || strncmp(got, "0", 1) == 0, "an assertion of jq ends: %.60s", got);
	free(got);
	program = "[1e10, -1, 55296] | implode";
	got = run_once(&program, 1, "{}");
	ok(strncmp(got, "gate_evaluation_error", 21) == 0 || strncmp(got, "0", 1) == 0, "implode of no characters ends: %.60s", got);
	free(got);
}

/* One expr over several runs: what fails is gone afterwards. */
static void
test_after_failure(void)
{
	struct dx_expr_program p = { "r", "if . == 1 then until(false; .) else . end" };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	char *got;

	if (!ok(dx_expr_new(&p, 1, &x, &err) == 0, "a child"))
		return;
	got = run_on(x, 1, "2", 0);
	is_str(got, "0:2", "a document");
	free(got);
	got = run_on(x, 1, "1", 0);
	ok(strncmp(got, "rule_timeout r: ", 16) == 0, "a document without end, and the rule that ran");
	free(got);
	got = run_on(x, 1, "3", 0);
	is_str(got, "0:3", "the next document has a new child");
	free(got);
	dx_expr_free(x);
}

/* The only child of this process, or 0. */
static pid_t
find_child(void)
{
	char path[64], text[64] = "";
	long pid = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fgets(text, sizeof(text), f) != NULL)
		pid = strtol(text, NULL, 10);
	fclose(f);
	return pid > 1 ? (pid_t)pid : 0;
}

/* False when there is none.  Any number below 1 would mean other processes than the child. */
static bool
signal_child(int sig)
{
	pid_t child = find_child();

	return child > 1 && kill(child, sig) == 0;
}

static void
on_alarm(int sig)
{
	(void)sig;
	(void)signal_child(SIGKILL);
}

static void
test_killed(void)
{
	struct dx_expr_program p = { "r", "if . == 1 then until(false; .) else . end" };
	struct itimerval soon = { .it_value = { 0, 300000 } };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	char *got;

	if (find_child() > 0 || dx_expr_new(&p, 1, &x, &err) != 0 || dx_expr_ready(x, &err) != 0 || find_child() == 0) {
		skip("the child is not found");
		dx_expr_free(x);
		return;
	}
	(void)signal(SIGALRM, on_alarm);
	(void)setitimer(ITIMER_REAL, &soon, NULL);
	got = run_on(x, 1, "1", 0);
	is_str(got, "gate_evaluation_error r: rules: the evaluator was ended by signal 9", "a child killed in the middle");
	free(got);
	(void)signal(SIGALRM, SIG_DFL);
	got = run_on(x, 1, "2", 0);
	is_str(got, "0:2", "and another after it");
	free(got);
	signal_child(SIGKILL);
	got = run_on(x, 1, "2", 0);
	is_str(got, "gate_evaluation_error rules: the evaluator was ended by signal 9", "a child killed between two documents");
	free(got);
	signal_child(SIGSTOP);
	dx_expr_free(x);
	ok(waitpid(-1, NULL, WNOHANG) < 0, "no child is left");
}

/* What the child holds, by looking at it from outside. */
static void
test_jail(void)
{
	struct dx_expr_program p = { "r", "." };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	char path[64];
	unsigned files = 0;
	pid_t child;
	DIR *dir;

	if (!ok(dx_expr_new(&p, 1, &x, &err) == 0 && dx_expr_ready(x, &err) == 0, "a child"))
		return;
	child = find_child();
	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)child);
	dir = child > 0 && limits_hold() ? opendir(path) : NULL;
	if (dir == NULL) {
		skip("the child cannot be looked at");
		dx_expr_free(x);
		return;
	}
	for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
		files += e->d_name[0] != '.';
	closedir(dir);
	is_int(files, 4, "the child has three standard streams and the channel");
	dx_expr_free(x);
}

/* Small leaks of libjq must not add up to the memory limit. */
static void
test_leaks(void)
{
	struct dx_expr_program p = { "r", "[range(20000) | ltrimstr(\"a\")] | length" };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	unsigned right = 0;
	char *got;

	if (!limits_hold()) {
		skip("no memory limit under the sanitizer or valgrind");
		return;
	}
	if (!ok(dx_expr_new(&p, 1, &x, &err) == 0, "a child"))
		return;
	for (int i = 0; i < 400; i++) {
		got = run_on(x, 1, "{}", 0);
		right += strcmp(got, "0:20000") == 0;
		if (strcmp(got, "0:20000") != 0)
			diag("%d: %s", i, got);
		free(got);
	}
	is_int(right, 400, "a leak of jq does not end a batch");
	dx_expr_free(x);
}

int
main(void)
{
	diag("libjq %s", dx_expr_version());
	test_jail();
	test_killed();
	test_time();
	test_memory();
	test_odd();
	test_after_failure();
	test_leaks();
	return done();
}
