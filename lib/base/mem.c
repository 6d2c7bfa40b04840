#include "base/mem.h"

#include <errno.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/exit.h"

/* Under ASan what an arena has not handed out is poisoned, and a gap stands behind each piece; so an overrun and a use
 * after reset are found as in memory of malloc. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)	ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n)	ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define GAP		16
#else
#define POISON(p, n)	((void)(p), (void)(n))
#define UNPOISON(p, n)	((void)(p), (void)(n))
#define GAP		0
#endif

#define BLOCK_MIN	((size_t)4 << 10)
#define BLOCK_MAX	((size_t)1 << 20)

struct dx_block {
	alignas(max_align_t) struct dx_block	*next;
	size_t					 size;	/* bytes of data */
	alignas(max_align_t) char		 data[];
};

static void __attribute__((noreturn))
out_of_memory(void)
{
	dprintf(STDERR_FILENO, "%s: out of memory\n", program_invocation_short_name);
	_exit(DX_EXIT_RETRY);
}

void *
dx_alloc(size_t size)
{
	void *p = malloc(size != 0 ? size : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
dx_realloc(void *p, size_t size)
{
	p = realloc(p, size != 0 ? size : 1);
	if (p == NULL)
		out_of_memory();
	return p;
}

char *
dx_strdup(const char *s)
{
	return dx_strndup(s, strlen(s));
}

char *
dx_strndup(const char *s, size_t n)
{
	char *p;

	n = strnlen(s, n);
	p = dx_alloc(n + 1);
	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

size_t
dx_size_mul(size_t a, size_t b)
{
	size_t all;

	if (__builtin_mul_overflow(a, b, &all))
		out_of_memory();
	return all;
}

static struct dx_block *
block_new(struct dx_arena *a, size_t size)
{
	struct dx_block *b = dx_alloc(sizeof(*b) + size);

	b->size = size;
	a->total += sizeof(*b) + size;
	POISON(b->data, size);
	return b;
}

/* `size` bytes at the next multiple of align, a power of two not above that of max_align_t. */
static void *
arena_take(struct dx_arena *a, size_t size, size_t align)
{
	size_t grown = a->block != NULL ? a->block->size * 2 : BLOCK_MIN, pad;
	struct dx_block *b;
	char *p;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	if (a->at != NULL) {
		pad = (size_t)(-(uintptr_t)a->at & (align - 1));
		if ((size_t)(a->end - a->at) >= pad && (size_t)(a->end - a->at) - pad >= size) {
			p = a->at + pad;
			a->at = (size_t)(a->end - p) - size > GAP ? p + size + GAP : a->end;
			UNPOISON(p, size);
			return p;
		}
	}
	grown = grown < BLOCK_MAX ? grown : BLOCK_MAX;
	if (a->block != NULL && size > grown / 4) {
		/* A block of its own, behind the newest one, whose rest stays in use. */
		b = block_new(a, size);
		b->next = a->block->next;
		a->block->next = b;
		UNPOISON(b->data, size);
		return b->data;
	}
	b = block_new(a, size + GAP > grown ? size + GAP : grown);
	b->next = a->block;
	a->block = b;
	a->at = b->data + size + GAP;
	a->end = b->data + b->size;
	UNPOISON(b->data, size);
	return b->data;
}

void *
dx_arena_alloc(struct dx_arena *a, size_t size)
{
	return arena_take(a, size, alignof(max_align_t));
}

char *
dx_arena_dup(struct dx_arena *a, const void *bytes, size_t n)
{
	char *p = arena_take(a, n + 1, 1);

	if (n != 0)
		memcpy(p, bytes, n);
	p[n] = '\0';
	return p;
}

char *
dx_arena_printf(struct dx_arena *a, const char *fmt, ...)
{
	char small[256], *p;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		DX_BUG("dx_arena_printf: a format that cannot be printed");
	if ((size_t)n < sizeof(small))
		return dx_arena_dup(a, small, (size_t)n);
	p = arena_take(a, (size_t)n + 1, 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

static void
free_blocks(struct dx_block *b)
{
	while (b != NULL) {
		struct dx_block *next = b->next;

		free(b);
		b = next;
	}
}

void
dx_arena_reset(struct dx_arena *a)
{
	if (a->block == NULL)
		return;
	free_blocks(a->block->next);
	a->block->next = NULL;
	a->at = a->block->data;
	a->total = sizeof(*a->block) + a->block->size;
	POISON(a->block->data, a->block->size);
}

void
dx_arena_release(struct dx_arena *a)
{
	free_blocks(a->block);
	*a = (struct dx_arena){ 0 };
}
