/* Names that say a secret: password, api key, connection string, ... (inputs page 1.4, rule 2). */
#include "core/redact_parts.h"

static bool
is_separator(char c)
{
	return c == '_' || c == '-' || c == '.' || c == ' ' || c == '/' || c == ':';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Where the word begins that the first n bytes end in, or SIZE_MAX.  A capital always begins a word, so that DBPASSWORD is
 * one too. */
static size_t
word_at_end(const char *name, size_t n, const char *word)
{
	size_t len = strlen(word), at;

	if (n < len)
		return SIZE_MAX;
	at = n - len;
	for (size_t i = 0; i < len; i++)
		if (lower(name[at + i]) != word[i])
			return SIZE_MAX;
	if (at > 0 && !is_separator(name[at - 1]) && !(name[at] >= 'A' && name[at] <= 'Z'))
		return SIZE_MAX;
	return at;
}

static size_t
without_separators(const char *name, size_t n)
{
	while (n > 0 && is_separator(name[n - 1]))
		n--;
	return n;
}

/* The names that end in one word of the list, and perhaps need another before it. */
static bool
ends_in(const char *name, size_t n, const char *last, const char *before)
{
	size_t at = word_at_end(name, n, last);

	if (at == SIZE_MAX || before == NULL)
		return at != SIZE_MAX;
	return word_at_end(name, without_separators(name, at), before) != SIZE_MAX;
}

static bool
is_secret_key(const char *name, size_t n)
{
	return ends_in(name, n, "apikey", NULL) || ends_in(name, n, "key", "api") || ends_in(name, n, "key", "access") ||
	    ends_in(name, n, "key", "secret") || ends_in(name, n, "key", "private");
}

#define LAST_TWO(a, b)	((unsigned)(a) << 8 | (unsigned)(b))

bool
dx_redact_name(const char *name, size_t n)
{
	n = without_separators(name, n);
	if (n < 3)
		return false;
	switch (LAST_TWO(lower(name[n - 2]), lower(name[n - 1])) & 0xffff) {	/* most names are told by it */
	case LAST_TWO('r', 'd'):
		return ends_in(name, n, "password", NULL);
	case LAST_TWO('w', 'd'):
		return ends_in(name, n, "passwd", NULL) || ends_in(name, n, "pwd", NULL);
	case LAST_TWO('e', 't'):
		return ends_in(name, n, "secret", NULL);
	case LAST_TWO('e', 'n'):
		return ends_in(name, n, "token", NULL);
	case LAST_TWO('e', 'y'):
		return is_secret_key(name, n);
	case LAST_TWO('a', 'l'):
		return ends_in(name, n, "credential", NULL);
	case LAST_TWO('l', 's'):
		return ends_in(name, n, "credentials", NULL);
	case LAST_TWO('i', 'g'):
		return ends_in(name, n, "kubeconfig", NULL);
	case LAST_TWO('n', 'g'):
		return ends_in(name, n, "string", "connection");
	default:
		return false;
	}
}
