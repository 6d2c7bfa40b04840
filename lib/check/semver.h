/* semver: versions as semver.org 2.0 has them, and the names that a release gives its branch and its tag (release-gates page 2). */
#ifndef DX_CHECK_SEMVER_H
#define DX_CHECK_SEMVER_H

#include <stdbool.h>
#include <stddef.h>

#define DX_SEMVER_MAX	200	/* bytes; a longer text is no version here */

/* Borrows the text it was read from. */
struct dx_semver {
	struct { const char *s; size_t n; } part[3];	/* major, minor, patch: digits of any number */
	const char	*pre;		/* behind the hyphen; NULL: none */
	size_t		 pre_len;
};

/* The whole of n bytes; build metadata is checked and has no further meaning.  False: no version. */
bool	dx_semver_parse(const char *s, size_t n, struct dx_semver *out);
/* Precedence: <0, 0, >0. */
int	dx_semver_cmp(const struct dx_semver *a, const struct dx_semver *b);
/* "rc/<semver>" of a branch; "v<semver>" of a tag.  *version is the text behind the prefix. */
bool	dx_semver_of_branch(const char *name, struct dx_semver *out, const char **version);
bool	dx_semver_of_tag(const char *name, struct dx_semver *out);

#endif
