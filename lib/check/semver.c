#include <string.h>

#include "base/text.h"
#include "check/semver.h"

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static size_t
digits(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && digit(s[i]))
		i++;
	return i;
}

/* Identifiers between dots; numbers strictly: no zero in front. */
static bool
identifiers(const char *s, size_t n, bool strict)
{
	for (;;) {
		size_t len = 0;
		while (len < n && (digit(s[len]) || letter(s[len])))
			len++;
		if (len == 0 || (strict && len > 1 && s[0] == '0' && digits(s, len) == len))
			return false;
		if (len == n)
			return true;
		if (s[len] != '.')
			return false;
		s += len + 1;
		n -= len + 1;
	}
}

bool
dx_semver_parse(const char *s, size_t n, struct dx_semver *out)
{
	const char *plus = memchr(s, '+', n);

	memset(out, 0, sizeof(*out));
	if (n > DX_SEMVER_MAX)
		return false;
	if (plus != NULL) {
		if (!identifiers(plus + 1, n - (size_t)(plus - s) - 1, false))
			return false;
		n = (size_t)(plus - s);
	}
	for (int i = 0; i < 3; i++) {
		size_t len = digits(s, n);
		if (len == 0 || (len > 1 && s[0] == '0'))
			return false;
		out->part[i].s = s;
		out->part[i].n = len;
		s += len;
		n -= len;
		if (i < 2) {
			if (n == 0 || *s != '.')
				return false;
			s++;
			n--;
		}
	}
	if (n == 0)
		return true;
	out->pre = s + 1;
	out->pre_len = n - 1;
	return *s == '-' && identifiers(out->pre, out->pre_len, true);
}

/* Numbers without zeros in front: the longer one is greater. */
static int
number_cmp(const char *a, size_t an, const char *b, size_t bn)
{
	if (an != bn)
		return an < bn ? -1 : 1;
	return memcmp(a, b, an);
}

static int
identifier_cmp(const char *a, size_t an, const char *b, size_t bn)
{
	bool a_number = digits(a, an) == an, b_number = digits(b, bn) == bn;
	int c;

	if (a_number && b_number)
		return number_cmp(a, an, b, bn);
	if (a_number != b_number)
		return a_number ? -1 : 1;
	c = memcmp(a, b, an < bn ? an : bn);
	return c != 0 || an == bn ? c : an < bn ? -1 : 1;
}

/* Bytes up to a dot. */
static size_t
word(const char *s, size_t n)
{
	const char *dot = memchr(s, '.', n);

	return dot != NULL ? (size_t)(dot - s) : n;
}

static int
pre_cmp(const char *a, size_t an, const char *b, size_t bn)
{
	for (;;) {
		size_t aw = word(a, an), bw = word(b, bn);
		int c = identifier_cmp(a, aw, b, bw);
		if (c != 0 || (aw == an && bw == bn))
			return c;
		if (aw == an || bw == bn)
			return aw == an ? -1 : 1;
		a += aw + 1;
		an -= aw + 1;
		b += bw + 1;
		bn -= bw + 1;
	}
}

int
dx_semver_cmp(const struct dx_semver *a, const struct dx_semver *b)
{
	for (int i = 0; i < 3; i++) {
		int c = number_cmp(a->part[i].s, a->part[i].n, b->part[i].s, b->part[i].n);
		if (c != 0)
			return c;
	}
	if (a->pre == NULL || b->pre == NULL)
		return (a->pre == NULL) - (b->pre == NULL);
	return pre_cmp(a->pre, a->pre_len, b->pre, b->pre_len);
}

bool
dx_semver_of_branch(const char *name, struct dx_semver *out, const char **version)
{
	if (!dx_starts(name, "rc/"))
		return false;
	*version = name + 3;
	return dx_semver_parse(name + 3, strlen(name + 3), out);
}

bool
dx_semver_of_tag(const char *name, struct dx_semver *out)
{
	return name[0] == 'v' && dx_semver_parse(name + 1, strlen(name + 1), out);
}
