/* search: a phrase in bytes, where a run of white space in either stands for any other (release-gates page 1.1).  Pure; bytes are
 * never decoded, so that nothing hides in a file that is not UTF-8. */
#ifndef DX_CHECK_SEARCH_H
#define DX_CHECK_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#define DX_SEARCH_MAX	4096	/* bytes of a phrase */

/* A phrase made ready.  It is looked for by its rarest byte, so that what is not there costs little more than reading. */
struct dx_search {
	char	 text[DX_SEARCH_MAX + 1];	/* each run of white space is one blank; lower case when case is ignored */
	size_t	 len, anchor;			/* anchor: index of the rarest byte; len when it is all white space */
	bool	 ignore_case;			/* of ASCII letters */
};

/* False: longer than DX_SEARCH_MAX, or empty. */
bool	dx_search_new(const char *phrase, bool ignore_case, struct dx_search *out);
/* Whether a match may have its anchor within these bytes, which are a part of more: false is certain.  A search of all bytes in parts
 * that says false of each says there is none. */
bool	dx_search_may(const struct dx_search *s, const char *at, const char *end);
/* The first match that begins at `at` or later: *len its bytes.  NULL: none before end. */
const char	*dx_search_next(const struct dx_search *s, const char *at, const char *end, size_t *len);

#endif
