/* Within lib/read/prose*.c. */
#ifndef DX_READ_PROSE_INNER_H
#define DX_READ_PROSE_INNER_H

#include <stdbool.h>
#include "read/prose.h"

/* One block's text: its lines without what holds them (">", "- "), joined by LF. */
struct dx_prose_text {
	const char	*s;
	size_t		 n;
	const struct dx_prose_line { size_t at; unsigned line; } *line;	/* where each begins */
	size_t		 lines;
};
void	dx_prose_part(struct dx_prose *p, enum dx_prose_kind kind, const char *s, size_t n, unsigned line);
/* Takes the text apart into parts. */
void	dx_prose_inline(struct dx_prose *p, const struct dx_prose_text *t);

#endif
