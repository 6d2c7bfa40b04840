#include "num/library.h"

#include <stdlib.h>

#include "base/mem.h"

#define LIBRARY	"libgmp.so.10"	/* the soname of the header */

#define FUNCTION(name)	DX_LIBRARY_FUNCTION(dx_gmp, name)
static const struct dx_function functions[] = { DX_GMP_FUNCTIONS(FUNCTION) };

static void *
regrow(void *p, size_t before, size_t size)
{
	(void)before;
	return dx_realloc(p, size);
}

static void
drop(void *p, size_t size)
{
	(void)size;
	free(p);
}

const struct dx_gmp *
dx_gmp(void)
{
	static struct dx_gmp lib;
	static bool ready;

	if (ready)
		return &lib;
	dx_library_need(LIBRARY, functions, sizeof(functions) / sizeof(functions[0]), &lib);
	lib.mp_set_memory_functions(dx_alloc, regrow, drop);	/* else GMP ends the process in its own way without memory */
	ready = true;
	return &lib;
}
