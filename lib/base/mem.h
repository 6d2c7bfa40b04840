/* mem: allocation that never returns NULL, and arenas: memory that is given back all at once. */
#ifndef DX_BASE_MEM_H
#define DX_BASE_MEM_H

#include <stddef.h>

/* Without memory the process ends with 3 and one line on stderr; nothing is committed by then.  The size may be 0. */
void	*dx_alloc(size_t size) __attribute__((malloc, warn_unused_result));
void	*dx_realloc(void *p, size_t size) __attribute__((warn_unused_result));
char	*dx_strdup(const char *s) __attribute__((warn_unused_result));
char	*dx_strndup(const char *s, size_t n) __attribute__((warn_unused_result));
/* a * b, or the end described above on overflow. */
size_t	dx_size_mul(size_t a, size_t b);

/* An arena starts as { 0 }, hands out memory aligned for any type, and frees nothing before reset or release. */
struct dx_block;
struct dx_arena {
	struct dx_block	*block;
	char		*at;		/* next free byte of the newest block */
	char		*end;
	size_t		 total;		/* bytes taken from the system */
};

void	*dx_arena_alloc(struct dx_arena *a, size_t size) __attribute__((warn_unused_result));
char	*dx_arena_dup(struct dx_arena *a, const void *bytes, size_t n);	/* n bytes and a NUL */
char	*dx_arena_printf(struct dx_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void	 dx_arena_reset(struct dx_arena *a);	/* keeps one block for the next use */
void	 dx_arena_release(struct dx_arena *a);	/* frees all; the arena is { 0 } again */

#endif
