/* strip: source text without its comments and quoted texts, by the language that the file's name says. */
#ifndef DX_CONTRACT_STRIP_H
#define DX_CONTRACT_STRIP_H

#include <stdbool.h>
#include <stddef.h>

struct dx_strip_language;
/* NULL: not known, and nothing is a comment. */
const struct dx_strip_language	*dx_strip_language(const char *path);
/* Comments, and with `texts` what stands in quotes, become blanks; line breaks stay.  out has room for n bytes. */
void	dx_strip(const struct dx_strip_language *l, const char *s, size_t n, bool texts, char *out);

#endif
