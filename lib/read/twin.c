/* twin: names that stand twice in an object that no JSON parser checked. */
#include <stdlib.h>
#include <string.h>

#include "read/inner.h"

static int
by_name(const void *a, const void *b)
{
	const struct dx_member *const *x = a, *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);

	return order != 0 ? order : *x < *y ? -1 : 1;
}

const struct dx_member *
dx_read_twin(const struct dx_json *object)
{
	const struct dx_member **list, *twin = NULL;

	if (object->count < 2)
		return NULL;
	list = dx_alloc(dx_size_mul(object->count, sizeof(struct dx_member *)));
	for (uint32_t i = 0; i < object->count; i++)
		list[i] = &object->u.members[i];
	qsort(list, object->count, sizeof(struct dx_member *), by_name);
	for (uint32_t i = 1; twin == NULL && i < object->count; i++) {
		if (strcmp(list[i - 1]->name, list[i]->name) == 0)
			twin = list[i];
	}
	free(list);
	return twin;
}
