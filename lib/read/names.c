#include "read/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"

#define PRIME		((UINT64_C(1) << 61) - 1)
#define FIRST_SLOTS	256

__extension__ typedef unsigned __int128 wide;

/* The name as a polynomial at the key, modulo a prime: two names collide for few keys. */
static uint64_t
hash(uint64_t key, const char *s)
{
	uint64_t h = 1;

	for (; *s != '\0'; s++) {
		wide w = (wide)h * key + (unsigned char)*s;

		h = ((uint64_t)w & PRIME) + (uint64_t)(w >> 61);	/* 2^61 is 1 */
		h = h >= PRIME ? h - PRIME : h;
	}
	return h;
}

static uint32_t *
find(const struct dx_names *n, const char *name)
{
	uint64_t at = hash(n->key, name);

	for (;; at++) {
		uint32_t *slot = &n->slot[at & (n->slots - 1)];

		if (*slot == 0 || strcmp(n->name[*slot - 1], name) == 0)
			return slot;
	}
}

static void
grow(struct dx_names *n)
{
	uint32_t *old = n->slot;

	if (n->slots == 0)
		dx_random(&n->key, sizeof(n->key));
	n->key = n->key % (PRIME - 2) + 2;
	n->slots = n->slots > 0 ? n->slots * 2 : FIRST_SLOTS;
	n->room = n->slots / 2;
	n->name = dx_realloc(n->name, n->room * sizeof(*n->name));
	n->slot = dx_alloc(n->slots * sizeof(*n->slot));
	memset(n->slot, 0, n->slots * sizeof(*n->slot));
	for (uint32_t i = 0; i < n->count; i++)
		*find(n, n->name[i]) = i + 1;
	free(old);
}

uint32_t
dx_names_number(struct dx_names *n, struct dx_arena *a, const char *name)
{
	uint32_t *slot;

	if (n->count == n->room)
		grow(n);
	slot = find(n, name);
	if (*slot == 0) {
		n->name[n->count++] = dx_arena_dup(a, name, strlen(name));
		*slot = n->count;
	}
	return *slot - 1;
}

uint32_t
dx_names_find(const struct dx_names *n, const char *name)
{
	const uint32_t *slot = n->slots > 0 ? find(n, name) : NULL;

	return slot != NULL && *slot != 0 ? *slot - 1 : n->count;
}

void
dx_names_release(struct dx_names *n)
{
	free(n->name);
	free(n->slot);
	*n = (struct dx_names){ 0 };
}
