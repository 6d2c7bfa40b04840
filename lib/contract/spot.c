/* spot: places in input documents. */
#include <stdlib.h>

#include "contract/formula_inner.h"
#include "json/pointer.h"

#define CHAIN	96	/* steps kept without memory: documents are not deeper */

static size_t
depth(const struct dx_spot *s)
{
	size_t n = 0;

	for (; s->up != NULL; s = s->up)
		n++;
	return n;
}

static void
print_step(const struct dx_spot *s, struct dx_buf *out)
{
	if (s->name != NULL)
		dx_pointer_name(out, s->name);
	else if (s->index == UINT32_MAX)	/* counted from the end of a list that is too short */
		dx_buf_puts(out, "/-");
	else
		dx_pointer_index(out, s->index);
}

void
dx_spot_pointer(const struct dx_spot *s, struct dx_buf *out)
{
	const struct dx_spot *few[CHAIN], **chain = few;
	size_t n = depth(s);

	if (n > CHAIN)
		chain = dx_alloc(dx_size_mul(n, sizeof(*chain)));
	for (size_t i = n; i > 0; i--, s = s->up)
		chain[i - 1] = s;
	for (size_t i = 0; i < n; i++)
		print_step(chain[i], out);
	if (chain != few)
		free(chain);
}

static bool
same_step(const struct dx_spot *a, const struct dx_spot *b)
{
	if (a->name == NULL || b->name == NULL)
		return a->name == b->name && a->index == b->index;
	return a->name == b->name || strcmp(a->name, b->name) == 0;
}

bool
dx_spot_covers(const struct dx_spot *a, const struct dx_spot *b)
{
	size_t da, db;

	if (a->input != b->input)
		return false;
	da = depth(a);
	for (db = depth(b); db > da; db--)
		b = b->up;
	if (db < da)
		return false;
	for (; a != b; a = a->up, b = b->up) {
		if (a->up == NULL)
			return a->input >= 0 || a->node == b->node;
		if (!same_step(a, b))
			return false;
	}
	return true;
}
