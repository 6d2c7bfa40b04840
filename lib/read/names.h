/* names: texts and the numbers given to them, in the order of their first appearance. */
#ifndef DX_READ_NAMES_H
#define DX_READ_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"

struct dx_names {
	const char	**name;		/* by number; in the arena */
	uint32_t	 count;
	uint32_t	 room;
	uint32_t	*slot;		/* number + 1; 0: free */
	uint32_t	 slots;		/* a power of two */
	uint64_t	 key;		/* random: nobody can choose names that collide */
};

/* Starts as { 0 }. */
uint32_t	dx_names_number(struct dx_names *n, struct dx_arena *a, const char *name);
/* Its number, or n->count when it has none. */
uint32_t	dx_names_find(const struct dx_names *n, const char *name);
void	dx_names_release(struct dx_names *n);

#endif
