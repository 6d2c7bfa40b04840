/* tap: the results of a test program as TAP on stdout.  A main calls the checks and ends with `return done();`.
 * A check says what it got on failure and goes on; it returns whether it held. */
#ifndef DX_TESTS_TAP_H
#define DX_TESTS_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define TAP_FN(fmt, args)	__attribute__((unused, format(printf, fmt, args)))

static int tap_count;
static int tap_failed;

static void __attribute__((format(printf, 3, 0)))
tap_result(bool held, const char *tail, const char *fmt, va_list ap)
{
	tap_count++;
	if (!held)
		tap_failed++;
	printf("%sok %d - ", held ? "" : "not ", tap_count);
	vprintf(fmt, ap);
	printf("%s\n", tail);
	fflush(stdout);		/* a crash must not hide what went before */
}

/* A comment line: "# ...". */
static void TAP_FN(1, 2)
diag(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("# ", stdout);
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
}

static bool TAP_FN(2, 3)
ok(bool held, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_result(held, "", fmt, ap);
	va_end(ap);
	return held;
}

/* NULL equals only NULL. */
static bool TAP_FN(3, 4)
is_str(const char *got, const char *want, const char *fmt, ...)
{
	bool held = got == want || (got != NULL && want != NULL && strcmp(got, want) == 0);
	va_list ap;

	va_start(ap, fmt);
	tap_result(held, "", fmt, ap);
	va_end(ap);
	if (!held) {
		printf("#  got: %s\n", got != NULL ? got : "(null)");
		printf("# want: %s\n", want != NULL ? want : "(null)");
	}
	return held;
}

static bool TAP_FN(3, 4)
is_int(intmax_t got, intmax_t want, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_result(got == want, "", fmt, ap);
	va_end(ap);
	if (got != want)
		printf("#  got: %jd\n# want: %jd\n", got, want);
	return got == want;
}

/* One check that could not be made; the text says why. */
static void TAP_FN(1, 2)
skip(const char *fmt, ...)
{
	va_list ap;

	tap_count++;
	printf("ok %d # SKIP ", tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* The plan and the status of main.  A program that checked nothing has failed. */
static int __attribute__((unused))
done(void)
{
	printf("1..%d\n", tap_count);
	if (tap_failed != 0)
		printf("# %d of %d failed\n", tap_failed, tap_count);
	return fflush(stdout) != 0 || tap_failed != 0 || tap_count == 0;
}

#endif
