#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/text.h"

/* Longest valid sequence at s is this long; 0 when s does not start a character. */
static size_t
character(const char *s, size_t left)
{
	for (size_t n = 1; n <= 4 && n <= left; n++)
		if (dx_utf8_valid(s, n))
			return n;
	return 0;
}

/* Bytes that could move a cursor, start an escape sequence or break a line of JSON become '?'. */
static void
mask(char *s)
{
	size_t len = strlen(s), at = 0;

	while (at < len) {
		size_t n = character(s + at, len - at);
		unsigned char c = (unsigned char)s[at];

		if (n == 2 && c == 0xc2 && (unsigned char)s[at + 1] < 0xa0) {	/* C1 */
			s[at] = '?';
			memmove(s + at + 1, s + at + 2, len - at - 1);	/* with the NUL */
			len--;
			n = 1;
		} else if (n == 0 || c < 0x20 || c == 0x7f) {
			s[at] = '?';
			n = 1;
		}
		at += n;
	}
}

/* Copies as many whole characters of from as fit into size bytes with a NUL. */
static void
copy_cut(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)from[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(to, from, len);
	to[len] = '\0';
}

/* fmt and ap into out, masked, cut to size.  Longer texts are printed no further than the local buffer. */
static void __attribute__((format(printf, 3, 0)))
print_cut(char *out, size_t size, const char *fmt, va_list ap)
{
	char buf[2 * DX_ERR_TEXT];

	if (vsnprintf(buf, sizeof(buf), fmt, ap) < 0)
		copy_cut(buf, sizeof(buf), fmt);
	/* vsnprintf cuts within a character; copy_cut finds its start, unless everything fits. */
	copy_cut(out, size, buf);
	mask(out);
}

static bool
begin(struct dx_err *err, enum dx_reason reason, const char *at)
{
	if (err == NULL || err->reason != DX_OK)
		return false;
	err->reason = reason;
	copy_cut(err->at, sizeof(err->at), at);
	return true;
}

int
dx_err_set(struct dx_err *err, enum dx_reason reason, const char *fmt, ...)
{
	va_list ap;

	if (begin(err, reason, "")) {
		va_start(ap, fmt);
		print_cut(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return -1;
}

int
dx_err_set_at(struct dx_err *err, enum dx_reason reason, const char *at, const char *fmt, ...)
{
	va_list ap;

	if (begin(err, reason, at)) {
		va_start(ap, fmt);
		print_cut(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return -1;
}

int
dx_err_in(struct dx_err *err, const char *fmt, ...)
{
	char front[DX_ERR_TEXT], all[2 * DX_ERR_TEXT + 2];
	va_list ap;

	if (err == NULL || err->reason == DX_OK)
		return -1;
	va_start(ap, fmt);
	print_cut(front, sizeof(front), fmt, ap);
	va_end(ap);
	if (strncmp(err->text, front, strlen(front)) == 0 && strncmp(err->text + strlen(front), ": ", 2) == 0)
		return -1;
	snprintf(all, sizeof(all), "%s: %s", front, err->text);
	copy_cut(err->text, sizeof(err->text), all);
	return -1;
}

int
dx_err_add(struct dx_err *err, const char *fmt, ...)
{
	char behind[DX_ERR_TEXT], all[2 * DX_ERR_TEXT];
	va_list ap;

	if (err == NULL || err->reason == DX_OK)
		return -1;
	va_start(ap, fmt);
	print_cut(behind, sizeof(behind), fmt, ap);
	va_end(ap);
	snprintf(all, sizeof(all), "%s%s", err->text, behind);
	copy_cut(err->text, sizeof(err->text), all);
	return -1;
}

int
dx_err_sys(struct dx_err *err, enum dx_reason reason, int errnum, const char *fmt, ...)
{
	const char *why = strerror(errnum);
	size_t room = sizeof(err->text), tail = strlen(why) + 2;
	va_list ap;

	if (!begin(err, reason, ""))
		return -1;
	va_start(ap, fmt);
	/* The front is cut, not the cause. */
	print_cut(err->text, tail < room ? room - tail : 1, fmt, ap);
	va_end(ap);
	tail = strlen(err->text);
	snprintf(err->text + tail, room - tail, ": %s", why);
	return -1;
}

void
dx_err_clear(struct dx_err *err)
{
	if (err == NULL)
		return;
	err->reason = DX_OK;
	err->at[0] = '\0';
	err->text[0] = '\0';
}

void
dx_bug(const char *file, int line, const char *what)
{
	/* _exit: what stdout holds back unwritten must not look like an answer. */
	dprintf(STDERR_FILENO, "%s: bug at %s:%d: %s\n", program_invocation_short_name, file, line, what);
	_exit(DX_EXIT_BUG);
}
