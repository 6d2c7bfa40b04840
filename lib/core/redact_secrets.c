/* The secrets that rules 1 and 2 replaced, to be found again elsewhere (inputs page 1.4, rule 4).  A sorted array, so that no
 * input makes a search slow; two filters in front, because nearly every text is none of them. */
#include <stdlib.h>
#include "base/text.h"
#include "core/redact_parts.h"

#define SHORTEST	8	/* characters, so at least as many bytes */
#define NONE		SIZE_MAX

void
dx_secrets_add(struct dx_redact *r, const char *text, size_t len)
{
	struct dx_redact_secret *wider;

	if (len < SHORTEST || dx_utf8_count(text, len) < SHORTEST || strcmp(text, DX_REDACTED) == 0)
		return;
	if (r->count == r->room) {
		r->room = r->room == 0 ? 64 : dx_size_mul(r->room, 2);
		wider = dx_arena_alloc(&r->arena, dx_size_mul(r->room, sizeof(*wider)));
		if (r->count > 0)
			memcpy(wider, r->secret, r->count * sizeof(*wider));
		r->secret = wider;
	}
	/* the document may be gone when the messages are masked */
	r->secret[r->count++] = (struct dx_redact_secret){ dx_arena_dup(&r->arena, text, len), len, NONE };
}

static int
compare(const void *x, const void *y)
{
	const struct dx_redact_secret *a = x, *b = y;
	size_t n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->text, b->text, n);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

static uint64_t
load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static size_t
mix(uint64_t v, size_t bits)
{
	v ^= v >> 29;
	v *= UINT64_C(0xbf58476d1ce4e5b9);
	v ^= v >> 32;
	return (size_t)v & (bits - 1);
}

static size_t
whole_bit(const char *text, size_t len, size_t bits)
{
	return mix(load(text) * 31 + load(text + len - sizeof(uint64_t)) * 17 + len, bits);
}

static bool
bit(const uint64_t *set, size_t i)
{
	return (set[i / 64] >> (i % 64) & 1) != 0;
}

static void
fill_filters(struct dx_redact *r)
{
	size_t bytes, b;

	r->bits = 1024;
	while (r->bits / 16 < r->count)
		r->bits = dx_size_mul(r->bits, 2);
	bytes = r->bits / 8;
	r->whole = dx_arena_alloc(&r->arena, bytes);
	r->start = dx_arena_alloc(&r->arena, bytes);
	memset(r->whole, 0, bytes);
	memset(r->start, 0, bytes);
	for (size_t i = 0; i < r->count; i++) {
		b = whole_bit(r->secret[i].text, r->secret[i].len, r->bits);
		r->whole[b / 64] |= UINT64_C(1) << (b % 64);
		b = mix(load(r->secret[i].text), r->bits);
		r->start[b / 64] |= UINT64_C(1) << (b % 64);
	}
}

static bool
begins(const char *text, size_t n, const struct dx_redact_secret *s)
{
	return s->len <= n && memcmp(text, s->text, s->len) == 0;
}

void
dx_secrets_seal(struct dx_redact *r)
{
	size_t kept = 0, up;

	if (r->sealed == r->count)
		return;
	qsort(r->secret, r->count, sizeof(*r->secret), compare);
	for (size_t i = 0; i < r->count; i++)
		if (kept == 0 || compare(&r->secret[kept - 1], &r->secret[i]) != 0)
			r->secret[kept++] = r->secret[i];
	r->count = kept;
	for (size_t i = 0; i < kept; i++) {
		up = i == 0 ? NONE : i - 1;
		while (up != NONE && !begins(r->secret[i].text, r->secret[i].len, &r->secret[up]))
			up = r->secret[up].parent;
		r->secret[i].parent = up;
	}
	fill_filters(r);
	r->sealed = r->count;
}

bool
dx_secrets_has(const struct dx_redact *r, const char *text, size_t len)
{
	struct dx_redact_secret key = { text, len, NONE };

	if (r->sealed == 0 || len < SHORTEST || !bit(r->whole, whole_bit(text, len, r->bits)))
		return false;
	return bsearch(&key, r->secret, r->sealed, sizeof(key), compare) != NULL;
}

/* The longest secret that the text begins with, or NULL: the last one that sorts at or before the text, or one that this
 * begins with. */
static const struct dx_redact_secret *
longest(const struct dx_redact *r, const char *text, size_t n)
{
	struct dx_redact_secret key = { text, n, NONE };
	size_t low = 0, high = r->sealed, middle, i;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare(&r->secret[middle], &key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	i = low == 0 ? NONE : low - 1;
	while (i != NONE && !begins(text, n, &r->secret[i]))
		i = r->secret[i].parent;
	return i == NONE ? NULL : &r->secret[i];
}

void
dx_secrets_find(const struct dx_redact *r, const char *text, size_t n, struct dx_spans *out)
{
	const struct dx_redact_secret *s;

	if (r->sealed == 0 || n < SHORTEST)
		return;
	for (size_t i = 0; i + SHORTEST <= n; i++) {
		if (!bit(r->start, mix(load(text + i), r->bits)))
			continue;
		s = longest(r, text + i, n - i);
		if (s != NULL)
			dx_spans_add(out, i, i + s->len);
	}
}
