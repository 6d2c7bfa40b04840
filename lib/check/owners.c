#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "check/owners.h"

const char *const dx_owners_places[] = { ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", NULL };

bool
dx_owners_misplaced(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(slash != NULL ? slash + 1 : path, "CODEOWNERS") != 0)	/* the host tells case apart */
		return false;
	for (size_t i = 0; dx_owners_places[i] != NULL; i++)
		if (strcmp(path, dx_owners_places[i]) == 0)
			return false;
	return true;
}

static bool
alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A login or an organisation: letters, digits, single hyphens inside, and the underscore that managed accounts end with. */
static bool
login(const char *s, size_t n)
{
	if (n == 0 || n > 39 || !alnum(s[0]) || !alnum(s[n - 1]))
		return false;
	for (size_t i = 1; i < n; i++)
		if (!alnum(s[i]) && (s[i] != '-' || s[i - 1] == '-') && s[i] != '_')
			return false;
	return true;
}

static bool
each_of(const char *s, size_t n, const char *others)
{
	for (size_t i = 0; i < n; i++)
		if (!alnum(s[i]) && strchr(others, s[i]) == NULL)
			return false;
	return n > 0;
}

static bool
mailbox(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	size_t user = at != NULL ? (size_t)(at - s) : 0, host = n - user - 1;
	const char *dot;

	if (user == 0 || user > 64 || host == 0 || host > 253 || !each_of(s, user, "._%+-") || !each_of(at + 1, host, ".-"))
		return false;
	dot = memchr(at + 1, '.', host);
	return dot != NULL && at[1] != '.' && s[n - 1] != '.' && memmem(at, host + 1, "..", 2) == NULL;
}

bool
dx_owners_name_valid(const char *s, size_t n)
{
	const char *slash;

	if (n == 0 || memchr(s, '\0', n) != NULL)
		return false;
	if (s[0] != '@')
		return mailbox(s, n);
	slash = memchr(s, '/', n);
	if (slash == NULL)
		return login(s + 1, n - 1);
	return login(s + 1, (size_t)(slash - s) - 1) && each_of(slash + 1, n - (size_t)(slash - s) - 1, "-_");
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Bytes of the word at s: up to a blank that is not escaped. */
static size_t
word(const char *s, size_t n, bool escapes)
{
	size_t i = 0;

	while (i < n && !blank(s[i]))
		i += escapes && s[i] == '\\' && i + 1 < n ? 2 : 1;
	return i;
}

/* NULL, or what the host would not take. */
static const char *
pattern_fault(const char *s, size_t n)
{
	if (s[0] == '!')
		return "a pattern cannot be negated";
	if (n > 1 && s[0] == '\\' && s[1] == '#')
		return "a pattern cannot start with an escaped #";
	if (n > 2 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		return "a byte order mark";
	if (memchr(s, '[', n) != NULL || memchr(s, ']', n) != NULL)
		return "there are no character ranges and no sections";
	if (memchr(s, '#', n) != NULL)
		return "a # inside a pattern is read in two ways";
	if (memmem(s, n, "***", 3) != NULL)
		return "three stars in a row";
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\' && (++i == n || s[i] == '/'))
			return "a backslash with nothing to escape";
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return "a control character";
	}
	return dx_utf8_valid(s, n) ? NULL : "not UTF-8";
}

/* One form for all patterns: relative to the top, anchored, a folder as "folder/" and two stars. */
static const char *
form_of(struct dx_arena *a, const char *s, size_t n)
{
	const char *slash = memchr(s, '/', n);
	bool folder = n > 1 && s[n - 1] == '/';
	bool floats = slash == NULL || (folder && slash == s + n - 1);
	const char *tail = "";

	if (folder)
		tail = n >= 3 && memcmp(s + n - 3, "**", 2) == 0 && (n == 3 || s[n - 4] == '/') ? "*/**" : "**";
	if (slash == s) {
		s++;
		n--;
	}
	if (floats && (n < 2 || memcmp(s, "**", 2) != 0 || (n > 2 && s[2] != '/')))
		return dx_arena_printf(a, "**/%.*s%s", (int)n, s, tail);
	return dx_arena_printf(a, "%.*s%s", (int)n, s, tail);
}

struct reading {
	struct dx_arena		*a;
	struct dx_owners_rule	*rule;
	struct dx_owners_fault	*fault;
	struct dx_owners	*out;
};

static void
fault(struct reading *r, unsigned line, const char *what)
{
	r->fault[r->out->faults++] = (struct dx_owners_fault){ .line = line, .what = what };
}

/* The owners of a line behind its pattern.  False when a word is none. */
static bool
owners(struct reading *r, const char *s, size_t n, struct dx_owners_rule *rule)
{
	const char **list;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += blank(s[i]) && i + 1 < n && !blank(s[i + 1]);
	list = dx_arena_alloc(r->a, dx_size_mul(count + 1, sizeof(*list)));
	for (;;) {
		size_t w;
		while (n > 0 && blank(*s)) {
			s++;
			n--;
		}
		if (n == 0 || *s == '#')
			break;
		w = word(s, n, false);
		if (!dx_owners_name_valid(s, w))
			return false;
		list[rule->owners++] = dx_arena_dup(r->a, s, w);
		s += w;
		n -= w;
	}
	rule->owner = list;
	return true;
}

static void
line(struct reading *r, const char *s, size_t n, unsigned number)
{
	struct dx_owners_rule rule = { .line = number };
	const char *wrong;
	size_t w;

	while (n > 0 && (blank(s[n - 1]) || s[n - 1] == '\r') && (n < 2 || s[n - 2] != '\\'))
		n--;
	while (n > 0 && blank(*s)) {
		s++;
		n--;
	}
	if (n == 0 || *s == '#')
		return;
	if (n > DX_OWNERS_LINE) {
		fault(r, number, "longer than 8192 bytes");
		return;
	}
	w = word(s, n, true);
	wrong = memchr(s, '\0', n) != NULL ? "a NUL" : pattern_fault(s, w);
	if (wrong == NULL && !owners(r, s + w, n - w, &rule))
		wrong = "an owner is @user, @org/team or an e-mail address";
	if (wrong != NULL) {
		fault(r, number, wrong);
		return;
	}
	rule.pattern = dx_arena_dup(r->a, s, w);
	rule.form = form_of(r->a, s, w);
	r->rule[r->out->rules++] = rule;
}

/* Lines that may be rules or faults. */
static size_t
lines_of(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] != '\n' && text[i] != '#' && (i == 0 || text[i - 1] == '\n');
	return n;
}

void
dx_owners_parse(struct dx_arena *a, const char *text, size_t len, struct dx_owners *out)
{
	struct reading r = { .a = a, .out = out };
	size_t n = len <= DX_OWNERS_MAX ? lines_of(text, len) : 0;
	const char *at = text, *end = text + len;

	*out = (struct dx_owners){ .too_large = len > DX_OWNERS_MAX || n > DX_OWNERS_RULES };
	if (out->too_large || n == 0)
		return;
	out->rule = r.rule = dx_arena_alloc(a, dx_size_mul(n, sizeof(*r.rule)));
	out->fault = r.fault = dx_arena_alloc(a, dx_size_mul(n, sizeof(*r.fault)));
	for (unsigned number = 1; at < end; number++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		line(&r, at, (size_t)(stop - at), number);
		at = stop + 1;
	}
}
