/* prose: a Markdown document as blocks of text, code and links with their lines (release-gates page 13.2).  As GitHub reads it where that
 * matters to what is looked for; never fails on what it is given, in time linear in its size. */
#ifndef DX_READ_PROSE_H
#define DX_READ_PROSE_H

#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"

struct dx_err;

#define DX_PROSE_MAX	(16u << 20)	/* bytes of a document */

enum dx_prose_kind {
	DX_PROSE_TEXT,		/* as it is read; escapes and marks of emphasis stand in it */
	DX_PROSE_CODE,		/* between backticks; in a fence one a line */
	DX_PROSE_LINK,		/* the target of a link, an image or a definition, as written */
	DX_PROSE_REF,		/* the label of a reference link */
	DX_PROSE_ANCHOR		/* id or name of a tag */
};
struct dx_prose_part { enum dx_prose_kind kind; unsigned line; const char *s; size_t n; };	/* s: the arena's, no NUL behind */

enum dx_prose_block_kind { DX_PROSE_PARAGRAPH, DX_PROSE_HEADING, DX_PROSE_ROW, DX_PROSE_FENCE };
struct dx_prose_block { enum dx_prose_block_kind kind; unsigned line; size_t first, count; };	/* parts */

struct dx_prose {
	struct dx_prose_block	*block;
	size_t			 blocks, block_room;
	struct dx_prose_part	*part;
	size_t			 parts, part_room;
	struct dx_prose_part	*label;		/* of definitions */
	size_t			 labels, label_room;
};

/* Starts as { 0 }.  Comments and front matter are left out.  media_too_large: more than 2^20 parts. */
int	dx_prose_read(const char *bytes, size_t len, struct dx_arena *a, struct dx_prose *out, struct dx_err *err);
void	dx_prose_release(struct dx_prose *p);

#endif
