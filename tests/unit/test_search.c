/* The search for phrases against one that is too simple to be wrong (release-gates page 1.1). */
#include <stdlib.h>

#include "check/search.h"
#include "tap.h"

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
folded(char c, bool fold)
{
	return fold && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Length of the match at `at`, 0: none. */
static size_t
simple_at(const char *at, const char *end, const char *phrase, bool fold)
{
	const char *from = at;

	while (*phrase != '\0') {
		if (at == end)
			return 0;
		if (blank(*phrase)) {
			if (!blank(*at))
				return 0;
			while (blank(*phrase))
				phrase++;
			while (at < end && blank(*at))
				at++;
		} else if (folded(*at++, fold) != folded(*phrase++, fold))
			return 0;
	}
	return (size_t)(at - from);
}

/* The matches as "at+length " in order, one way and the other. */
static void
both(const char *text, size_t n, const char *phrase, bool fold, char fast[static 4096], char plain[static 4096])
{
	struct dx_search s;
	size_t len, used = 0;
	const char *at = text, *end = text + n;

	fast[0] = plain[0] = '\0';
	if (!dx_search_new(phrase, fold, &s))
		return;
	while (at < end && used < 4000 && (at = dx_search_next(&s, at, end, &len)) != NULL) {
		used += (size_t)snprintf(fast + used, 4096 - used, "%zu+%zu ", (size_t)(at - text), len);
		at += len;
	}
	for (used = 0, at = text; at < end && used < 4000;) {
		len = simple_at(at, end, phrase, fold);
		if (len > 0)
			used += (size_t)snprintf(plain + used, 4096 - used, "%zu+%zu ", (size_t)(at - text), len);
		at += len > 0 ? len : 1;
	}
}

/* Of text that holds a match, one of two parts says that it may, wherever it is cut. */
static bool
parts(const char *text, size_t n, const char *phrase, bool fold)
{
	struct dx_search s;

	(void)dx_search_new(phrase, fold, &s);
	for (size_t cut = 0; cut <= n; cut++)
		if (!dx_search_may(&s, text, text + cut) && !dx_search_may(&s, text + cut, text + n))
			return false;
	return true;
}

static void
is(const char *text, const char *phrase, bool fold, const char *want)
{
	char fast[4096], plain[4096];

	both(text, strlen(text), phrase, fold, fast, plain);
	is_str(fast, want, "\"%s\"%s", phrase, fold ? ", case ignored" : "");
	is_str(plain, want, "\"%s\": as the simple search", phrase);
}

static void
random_texts(void)
{
	static const char letters[] = "abAB \n\t.";
	char text[65], phrase[9], fast[4096], plain[4096];
	unsigned bad = 0;

	srand(7);
	for (unsigned round = 0; round < 200000; round++) {
		size_t n = (size_t)rand() % 64, m = 1 + (size_t)rand() % 8;

		for (size_t i = 0; i < n; i++)
			text[i] = letters[(unsigned)rand() % 8];
		for (size_t i = 0; i < m; i++)
			phrase[i] = letters[(unsigned)rand() % 8];
		phrase[m] = '\0';
		both(text, n, phrase, round % 2 == 1, fast, plain);
		bad += plain[0] != '\0' && !parts(text, n, phrase, round % 2 == 1);
		if (strcmp(fast, plain) != 0 && bad++ < 3)
			diag("text %.*s phrase %s: %s, want %s", (int)n, text, phrase, fast, plain);
	}
	is_int(bad, 0, "200000 random texts: the simple search finds the same");
}

int
main(void)
{
	static const char none[] = "deal ix dealx";
	char longest[DX_SEARCH_MAX + 2];
	struct dx_search s;

	is("release  \n  notes here", "release notes here", false, "0+22 ");
	is("aXbxc", "x", false, "3+1 ");
	is("aXbxc", "x", true, "1+1 3+1 ");
	is("a b a b a b", "a b", false, "0+3 4+3 8+3 ");
	is("aaaa", "aa", false, "0+2 2+2 ");
	is("  \n x\t\ty ", " ", false, "0+4 5+2 8+1 ");
	is(" a a ", " a ", false, "0+3 ");
	is("end ", "end  ", false, "0+4 ");
	is("end", "end ", false, "");
	is("caf\xe9 forbidden", "\xe9 forbidden", false, "3+11 ");
	is("K", "\xe2\x84\xaa", true, "");
	random_texts();
	(void)dx_search_new("dealix", false, &s);
	ok(!dx_search_may(&s, longest, longest) && !dx_search_may(&s, none, none + strlen(none)), "parts: what is not there is not");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[DX_SEARCH_MAX] = '\0';
	ok(dx_search_new(longest, false, &s), "the longest phrase");
	longest[DX_SEARCH_MAX] = 'a';
	longest[DX_SEARCH_MAX + 1] = '\0';
	ok(!dx_search_new(longest, false, &s) && !dx_search_new("", false, &s), "one longer, and none");
	return done();
}
