#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

#define CAP_MIN	64

void
dx_buf_grow(struct dx_buf *b, size_t more)
{
	/* Half of all memory makes dx_realloc report an impossible size like any other. */
	size_t need = more < SIZE_MAX / 4 - b->len ? b->len + more + 1 : SIZE_MAX / 2;
	size_t cap = b->cap < SIZE_MAX / 4 ? b->cap * 2 : SIZE_MAX / 2;

	if (need <= b->cap)
		return;
	cap = cap > CAP_MIN ? cap : CAP_MIN;
	b->cap = need > cap ? need : cap;
	b->data = dx_realloc(b->data, b->cap);
	b->data[b->len] = '\0';
}

/* Whether n more bytes may be appended; past the ceiling nothing is until a reset, so that what is there is a prefix. */
static bool
fits(struct dx_buf *b, size_t n)
{
	if (b->max != 0 && (b->over || b->len > b->max || n > b->max - b->len))
		b->over = true;
	return !b->over;
}

void
dx_buf_add(struct dx_buf *b, const void *bytes, size_t n)
{
	if (!fits(b, n))
		return;
	dx_buf_grow(b, n);
	if (n != 0)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
dx_buf_puts(struct dx_buf *b, const char *s)
{
	dx_buf_add(b, s, strlen(s));
}

void
dx_buf_putc(struct dx_buf *b, char c)
{
	dx_buf_add(b, &c, 1);
}

void
dx_buf_printf(struct dx_buf *b, const char *fmt, ...)
{
	size_t room;
	va_list ap;
	int n;

	dx_buf_grow(b, CAP_MIN);
	room = b->cap - b->len;
	va_start(ap, fmt);
	n = vsnprintf(b->data + b->len, room, fmt, ap);
	va_end(ap);
	if (n < 0)
		DX_BUG("dx_buf_printf: a format that cannot be printed");
	if (!fits(b, (size_t)n)) {
		b->data[b->len] = '\0';
		return;
	}
	if ((size_t)n >= room) {
		dx_buf_grow(b, (size_t)n);
		va_start(ap, fmt);
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->len += (size_t)n;
}

void
dx_buf_reset(struct dx_buf *b)
{
	b->len = 0;
	b->over = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
dx_buf_release(struct dx_buf *b)
{
	free(b->data);
	*b = (struct dx_buf){ .max = b->max };
}

char *
dx_buf_take(struct dx_buf *b)
{
	char *data = b->data != NULL ? b->data : dx_strdup("");

	*b = (struct dx_buf){ .max = b->max };
	return data;
}
