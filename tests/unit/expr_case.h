/* expr_case: programs run on one document, their results as one line of text. */
#ifndef DX_TESTS_EXPR_CASE_H
#define DX_TESTS_EXPR_CASE_H

#include <stdlib.h>
#include "base/clock.h"
#include "base/err.h"
#include "rule/expr.h"
#include "tap.h"

#define EXPR_CASE_MAX	64

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EXPR_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define EXPR_ASAN 1
#endif

/* Whether limits of memory and time mean what they say: not under the sanitizer or valgrind. */
static bool __attribute__((unused))
limits_hold(void)
{
#ifdef EXPR_ASAN
	return false;
#else
	const char *preload = getenv("LD_PRELOAD");

	return preload == NULL || strstr(preload, "vgpreload") == NULL;
#endif
}

static struct dx_expr_input
input(const char *text)
{
	return (struct dx_expr_input){ text, strlen(text) };
}

/* "0:OUTPUT 0:OUTPUT 2!MESSAGE". */
static void
print_results(const struct dx_expr_result *r, size_t n, struct dx_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		dx_buf_printf(out, "%s%zu%c", i > 0 ? " " : "", r[i].program, r[i].message != NULL ? '!' : ':');
		if (r[i].message != NULL)
			dx_buf_puts(out, r[i].message);
		else
			dx_json_canon(&r[i].output, out);
	}
}

/* The results, or "REASON TEXT".  All programs are wanted but those whose bit is set in `skipped`. */
static char *
run_on(struct dx_expr *x, size_t n, const char *doc, uint64_t skipped)
{
	struct dx_expr_input rules[EXPR_CASE_MAX];
	bool want[EXPR_CASE_MAX];
	char names[EXPR_CASE_MAX][64];
	struct dx_arena a = { 0 };
	struct dx_buf out = { 0 };
	struct dx_expr_result *r;
	struct dx_err err = { 0 };
	size_t count;

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "{\"id\":\"r%zu\",\"version\":\"1\"}", i);
		rules[i] = input(names[i]);
		want[i] = (skipped >> i & 1) == 0;
	}
	if (dx_expr_run(x, input(doc), input("{\"project\":\"p\"}"), input("{\"mode\":\"m\"}"), rules, want, &a, &r, &count,
	    &err) == 0)
		print_results(r, count, &out);
	else
		dx_buf_printf(&out, "%s %s", dx_reason_code(err.reason), err.text);
	dx_arena_release(&a);
	return dx_buf_take(&out);
}

/* One child for n programs and one document.  The same answer; free() it. */
static char *
run_once(const char *const *programs, size_t n, const char *doc)
{
	struct dx_expr_program p[EXPR_CASE_MAX];
	char names[EXPR_CASE_MAX][32];
	struct dx_buf out = { 0 };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	char *text;

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "d/r%zu", i);
		p[i] = (struct dx_expr_program){ names[i], programs[i] };
	}
	if (dx_expr_new(p, n, &x, &err) != 0) {
		dx_buf_printf(&out, "%s %s", dx_reason_code(err.reason), err.text);
		return dx_buf_take(&out);
	}
	text = run_on(x, n, doc, 0);
	dx_expr_free(x);
	return text;
}

/* The start of a program on one line, for the name of a check. */
struct shown { char text[64]; };

static struct shown
shown(const char *program)
{
	struct shown s;

	(void)snprintf(s.text, sizeof(s.text), "%s", program);
	for (char *p = s.text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f || *p == '#' || *p == '\\')
			*p = '_';
	return s;
}

/* One program on a document. */
static void __attribute__((unused))
gives(const char *program, const char *doc, const char *want)
{
	char *got = run_once(&program, 1, doc);

	is_str(got, want, "%s", shown(program).text);
	free(got);
}

/* The answer to one program on {} begins with this. */
static void __attribute__((unused))
begins(const char *program, const char *want)
{
	char *got = run_once(&program, 1, "{}");

	if (!ok(strncmp(got, want, strlen(want)) == 0, "%s: %s", shown(program).text, want))
		diag("got: %.300s", got);
	free(got);
}

#endif
