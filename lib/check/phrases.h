/* phrases: words looked for in running text, in whatever case, spacing and emphasis they are written, in English and Arabic
 * (release-gates pages 13.1, 13.2).  Time is linear in the text but for phrases that begin alike.  Pure. */
#ifndef DX_CHECK_PHRASES_H
#define DX_CHECK_PHRASES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/mem.h"

#define DX_PHRASE_MAX	300	/* bytes of a phrase once it is plain */

/* Text as it compares: letters folded, a run of white space one blank, marks of emphasis, invisible characters, tatweel and vowel signs
 * left out, alef, ya and ta marbuta in one spelling.  Starts as { 0 }. */
struct dx_plain {
	struct dx_buf	 text;
	struct dx_plain_mark { size_t at; unsigned line; } *mark;	/* where each line begins */
	size_t		 marks, room;
	bool		 markup;	/* tags, comments, entities and links count as what they show */
};
/* Appends n bytes that begin on that line; LF begins the next. */
void	dx_plain_add(struct dx_plain *p, const char *s, size_t n, unsigned line);
/* No phrase goes over this place. */
void	dx_plain_stop(struct dx_plain *p);
/* The line of an offset of the text. */
unsigned	dx_plain_line(const struct dx_plain *p, size_t at);
void	dx_plain_reset(struct dx_plain *p);	/* empty, memory kept */
void	dx_plain_release(struct dx_plain *p);

struct dx_phrases {
	struct dx_phrase { const char *text; size_t len, tag; } *item;
	size_t	 count, room;
	bool	 names;		/* whole names alone: what "-", "." or "/" join to them makes others */
};
/* False when nothing is left of it, or more than DX_PHRASE_MAX bytes.  tag: the caller's. */
bool	dx_phrases_add(struct dx_phrases *set, struct dx_arena *a, const char *words, size_t tag);
/* To be called once, before the first search.  Of two that are the same the one with the smaller tag stays. */
void	dx_phrases_sort(struct dx_phrases *set);
void	dx_phrases_release(struct dx_phrases *set);

struct dx_hit { size_t at, len, tag; };
/* Calls fn for each occurrence that begins in [from, to) of the text, whole words, in order.  fn says whether to go on. */
typedef bool	dx_hit_fn(void *ctx, const struct dx_hit *hit);
void	dx_phrases_each(const struct dx_phrases *set, const struct dx_buf *text, size_t from, size_t to, dx_hit_fn *fn, void *ctx);
/* Whether there is one that begins there; *hit (may be NULL) is the first. */
bool	dx_phrases_any(const struct dx_phrases *set, const struct dx_buf *text, size_t from, size_t to, struct dx_hit *hit);

#endif
