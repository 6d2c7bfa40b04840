#include "base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/reason.h"

bool
dx_library_open(const char *soname, const struct dx_function *functions, size_t n, void *table, const char **why)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL), *function;

	*why = NULL;
	for (size_t i = 0; library != NULL && i < n; i++) {
		function = dlsym(library, functions[i].name);
		if (function == NULL)
			library = NULL;
		memcpy((char *)table + functions[i].at, &function, sizeof(function));
	}
	if (library == NULL)
		*why = dlerror();
	return library != NULL;
}

void
dx_library_need(const char *soname, const struct dx_function *functions, size_t n, void *table)
{
	const char *why;

	if (dx_library_open(soname, functions, n, table, &why))
		return;
	dprintf(STDERR_FILENO, "%s: %s cannot be used: %s [%s]\n", program_invocation_short_name, soname, why,
	    dx_reason_code(DX_R_LIBRARY_UNAVAILABLE));
	_exit(DX_EXIT_RETRY);
}
