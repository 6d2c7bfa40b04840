/* look: what a file seems to be, from its first bytes (evidence page 2.4). */
#include <string.h>
#include <strings.h>

#include "read/inner.h"

#define LOOK_MAX	((size_t)4 << 10)

static const char *
blanks(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

/* What follows `end` in s, or its NUL. */
static const char *
behind(const char *s, const char *end)
{
	const char *found = strstr(s, end);

	return found != NULL ? found + strlen(end) : s + strlen(s);
}

/* A document type is read over here, so that the reader can refuse it by its name. */
static enum dx_look
look_xml(const char *s)
{
	static const char ends[] = " \t\r\n/>";
	size_t n;

	for (s = blanks(s); s[0] == '<' && (s[1] == '?' || s[1] == '!'); s = blanks(s)) {
		if (s[1] == '?')
			s = behind(s, "?>");
		else if (strncmp(s, "<!--", 4) == 0)
			s = behind(s + 4, "-->");
		else
			s = behind(s, strcspn(s, "[") < strcspn(s, ">") ? "]>" : ">");
	}
	if (*s != '<')
		return DX_LOOK_UNKNOWN;
	n = strcspn(++s, ends);
	if (s[n] == '\0')
		return DX_LOOK_UNKNOWN;
	if (n == 8 && memcmp(s, "coverage", 8) == 0)
		return DX_LOOK_COBERTURA;
	if ((n == 10 && memcmp(s, "testsuites", 10) == 0) || (n == 9 && memcmp(s, "testsuite", 9) == 0))
		return DX_LOOK_JUNIT;
	return DX_LOOK_UNKNOWN;
}

static bool
is_tap(const char *s)
{
	size_t n;

	if (strncasecmp(s, "TAP version ", 12) == 0)
		return true;
	if (strncmp(s, "1..", 3) != 0)
		return false;
	n = strspn(s + 3, "0123456789");
	s += 3 + n;
	s += strspn(s, " \t");
	return n > 0 && (*s == '\0' || *s == '#' || *s == '\r' || *s == '\n');
}

enum dx_look
dx_read_look(const char *bytes, size_t len)
{
	char head[LOOK_MAX + 1];
	size_t n = 0, step = 1, from = 0;

	if (len >= 2 && memcmp(bytes, "PK", 2) == 0)
		return DX_LOOK_ZIP;
	if (len >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
		step = 2;		/* UTF-16: the bytes of ASCII are enough to know the root element */
		from = bytes[0] == '\xFE' ? 3 : 2;
	} else if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		from = 3;
	}
	for (size_t i = from; i < len && i < LOOK_MAX; i += step)
		head[n++] = bytes[i] != '\0' ? bytes[i] : '\x01';
	head[n] = '\0';
	if (*blanks(head) == '<')
		return look_xml(head);
	if (from != 0)
		return DX_LOOK_UNKNOWN;
	if (*blanks(head) == '{')
		return DX_LOOK_JSON;
	return is_tap(head) ? DX_LOOK_TAP : DX_LOOK_UNKNOWN;
}
