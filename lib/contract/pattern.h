/* pattern: POSIX extended regular expressions (libc's) within bounds: short, without back-references, few repetitions, and an
 * automaton that is thrown away before it grows large. */
#ifndef DX_CONTRACT_PATTERN_H
#define DX_CONTRACT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct dx_buf;

#define DX_PATTERN_MAX		1024		/* bytes of an expression */
#define DX_PATTERN_WINDOW	(64u << 10)	/* a longer text is searched in windows of this size, 4 KiB of them shared */

struct dx_pattern;
/* NULL: not such an expression, or refused; why in words. */
struct dx_pattern	*dx_pattern_new(const char *text, bool fold, struct dx_buf *why);
void	dx_pattern_free(struct dx_pattern *p);
/* Whether it is found anywhere in the len bytes: 1, 0, or -1 when libc gave up.  A NUL matches nothing. */
int	dx_pattern_find(struct dx_pattern *p, const char *subject, size_t len);
/* Where it is found first within the first 4 KiB; false: not there. */
bool	dx_pattern_span(const struct dx_pattern *p, const char *subject, size_t len, size_t *start, size_t *end);

#endif
