/* failed: the set of places at which a rule has failed (evidence page 2.1, "Order and skipping").  A place that is there is its
 * node; one that is not is the nearest node and the steps from it. */
#include <stdlib.h>
#include <string.h>

#include "contract/inner.h"

static size_t
mix(size_t h, size_t v)
{
	h ^= v + (size_t)0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
	return h * (size_t)0xff51afd7ed558ccdu;
}

static size_t
hash(const struct dx_spot *s)
{
	size_t h = 0;

	for (; s != NULL && s->node == NULL; s = s->up) {
		if (s->name == NULL) {
			h = mix(h, s->index + 1u);
			continue;
		}
		for (const char *c = s->name; *c != '\0'; c++)
			h = mix(h, (unsigned char)*c);
	}
	return mix(h, s != NULL ? (size_t)(uintptr_t)s->node >> 3 : 1);
}

static bool
same_step(const struct dx_spot *a, const struct dx_spot *b)
{
	if (a->input != b->input || (a->name == NULL) != (b->name == NULL))
		return false;
	return a->name != NULL ? strcmp(a->name, b->name) == 0 : a->index == b->index;
}

static bool
same(const struct dx_spot *a, const struct dx_spot *b)
{
	for (; a != NULL && b != NULL; a = a->up, b = b->up) {
		if (a == b)
			return true;
		if (a->node != NULL || b->node != NULL)
			return a->node == b->node;
		if (!same_step(a, b))
			return false;
	}
	return a == b;
}

/* The slot of the spot, or the free one where it belongs. */
static const struct dx_spot **
slot(const struct dx_failed *f, const struct dx_spot *s)
{
	size_t i = hash(s) & (f->room - 1);

	while (f->slots[i] != NULL && !same(f->slots[i], s))
		i = (i + 1) & (f->room - 1);
	return &f->slots[i];
}

static void
grow(struct dx_failed *f)
{
	const struct dx_spot **old = f->slots;
	size_t room = f->room;

	f->room = room != 0 ? room * 2 : 64;
	f->slots = dx_alloc(dx_size_mul(f->room, sizeof(struct dx_spot *)));
	memset(f->slots, 0, f->room * sizeof(struct dx_spot *));
	for (size_t i = 0; i < room; i++)
		if (old[i] != NULL)
			*slot(f, old[i]) = old[i];
	free(old);
}

void
dx_failed_add(struct dx_failed *f, const struct dx_spot *s)
{
	if (f->waiting_count == f->waiting_room) {
		f->waiting_room = f->waiting_room != 0 ? f->waiting_room * 2 : 16;
		f->waiting = dx_realloc(f->waiting, dx_size_mul(f->waiting_room, sizeof(struct dx_spot *)));
	}
	f->waiting[f->waiting_count++] = s;
}

void
dx_failed_settle(struct dx_failed *f)
{
	for (size_t i = 0; i < f->waiting_count; i++) {
		const struct dx_spot **p;

		if (f->count * 2 >= f->room)
			grow(f);
		p = slot(f, f->waiting[i]);
		if (*p == NULL) {
			*p = f->waiting[i];
			f->count++;
		}
	}
	f->waiting_count = 0;
}

bool
dx_failed_covers(const struct dx_failed *f, const struct dx_spot *s)
{
	if (f->count == 0)
		return false;
	for (; s != NULL; s = s->up)
		if (*slot(f, s) != NULL)
			return true;
	return false;
}

void
dx_failed_release(struct dx_failed *f)
{
	free(f->slots);
	free(f->waiting);
}
