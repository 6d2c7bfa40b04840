/* buf: a growing run of bytes, always NUL-terminated, with an optional ceiling.  Starts as { 0 }. */
#ifndef DX_BASE_BUF_H
#define DX_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct dx_buf {
	char	*data;		/* NULL until the first byte */
	size_t	 len;
	size_t	 cap;
	size_t	 max;		/* 0: none; else an append beyond it and all later ones are dropped, `over` is set */
	bool	 over;
};

void	dx_buf_grow(struct dx_buf *b, size_t more);	/* room for `more` bytes and a NUL */
void	dx_buf_add(struct dx_buf *b, const void *bytes, size_t n);
void	dx_buf_puts(struct dx_buf *b, const char *s);
void	dx_buf_putc(struct dx_buf *b, char c);
void	dx_buf_printf(struct dx_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void	dx_buf_reset(struct dx_buf *b);		/* length 0, memory kept, `over` cleared */
void	dx_buf_release(struct dx_buf *b);	/* frees; { 0 } again but for max */
char	*dx_buf_take(struct dx_buf *b);		/* hands over the bytes (free() them); "" when empty */

#endif
