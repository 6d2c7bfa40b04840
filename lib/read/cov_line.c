/* cov_line: the line elements of a coverage report are nearly all of its bytes, and nearly all alike; those that are spelled as programs
 * spell them are read here, and anything that is not exactly so is left to expat. */
#include <string.h>

#include "read/cobertura.h"

const char *const dx_cov_names[] = { "number", "hits", "branch", "condition-coverage", "missing-branches", NULL };

/* The word at `at`: behind it, or NULL; *more: it may go on behind end. */
static const char *
word(const char *at, const char *end, const char *w, bool *more)
{
	size_t n = strlen(w), left = (size_t)(end - at);

	*more = left < n && memcmp(at, w, left) == 0;
	return left >= n && memcmp(at, w, n) == 0 ? at + n : NULL;
}

/* name="value", each name once. */
static const char *
attribute(const char *at, const char *end, const char *const *names, struct dx_cov_text value[], bool *more)
{
	const char *p = NULL;
	int i;

	*more = false;
	for (i = 0; names[i] != NULL; i++) {
		p = word(at, end, names[i], more);
		if (p != NULL || *more)
			break;
	}
	if (p == NULL || value[i].at != NULL)
		return NULL;
	p = word(p, end, "=\"", more);
	if (p == NULL)
		return NULL;
	value[i].at = p;
	while (p < end && *p >= ' ' && *p < 0x7F && *p != '"' && *p != '<' && *p != '&')
		p++;
	value[i].n = (size_t)(p - value[i].at);
	*more = p == end;
	return p < end && *p == '"' ? p + 1 : NULL;
}

/* Up to the / or > that ends the tag. */
static const char *
attributes(const char *at, const char *end, const char *const *names, struct dx_cov_text value[], bool *more)
{
	while (at != NULL && at < end && *at != '/' && *at != '>') {
		bool space = *at == ' ';

		while (at < end && *at == ' ')
			at++;
		if (at < end && *at != '/' && *at != '>')
			at = space ? attribute(at, end, names, value, more) : NULL;
	}
	if (at != NULL)
		*more = at == end;
	return at == end ? NULL : at;
}

static const char *
blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || (*at == '\r' && end - at > 1 && at[1] == '\n')))
		at++;
	return at;
}

/* <condition .../>, any number of them. */
static const char *
condition_list(const char *at, const char *end, bool *more)
{
	static const char *const names[] = { "number", "type", "coverage", NULL };
	struct dx_cov_text ignored[3];
	const char *p;

	for (;;) {
		at = blanks(at, end);
		p = word(at, end, "<condition ", more);
		if (p == NULL)
			return *more ? NULL : at;
		memset(ignored, 0, sizeof(ignored));
		p = attributes(p - 1, end, names, ignored, more);
		if (p != NULL)
			p = word(p, end, "/>", more);
		if (p == NULL)
			return NULL;
		at = p;
	}
}

/* What stands in a line that is not empty, and its end. */
static const char *
content(const char *at, const char *end, bool *more)
{
	const char *p = word(blanks(at, end), end, "<conditions>", more);

	if (p == NULL)
		return NULL;
	at = condition_list(p, end, more);
	if (at != NULL)
		at = word(at, end, "</conditions>", more);
	return at != NULL ? word(blanks(at, end), end, "</line>", more) : NULL;
}

size_t
dx_cov_element(const char *at, const char *end, struct dx_cov_text value[static DX_COV_ATTRIBUTES], bool *more)
{
	const char *start = at, *p;

	at = blanks(at, end);
	memset(value, 0, DX_COV_ATTRIBUTES * sizeof(*value));
	*more = end - at == 1 && *at == '\r';
	if (*more)
		return 0;
	p = word(at, end, "<line", more);
	if (p != NULL)
		p = attributes(p, end, dx_cov_names, value, more);
	if (p != NULL)
		p = *p == '/' ? word(p, end, "/>", more) : content(p + 1, end, more);
	return p != NULL ? (size_t)(p - start) : 0;
}
