#include <dlfcn.h>

#include "rule/expr.h"
#include "rule/library.h"

#define LIBRARY	"libjq.so.1"	/* of 1.6, 1.7 and 1.8 */

#define FUNCTION(name)	DX_LIBRARY_FUNCTION(dx_jq, name)
static const struct dx_function functions[] = { DX_JQ_FUNCTIONS(FUNCTION) };

bool
dx_jq_open(struct dx_jq *out, const char **why)
{
	return dx_library_open(LIBRARY, functions, sizeof(functions) / sizeof(functions[0]), out, why);
}

/* libjq tells no version.  Each of these functions came with one. */
const char *
dx_expr_version(void)
{
	void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	const char *version = "1.6";

	if (library == NULL)
		return "missing";
	if (dlsym(library, "jv_string_repeat") != NULL)
		version = "1.8";
	else if (dlsym(library, "jv_number_has_literal") != NULL)
		version = "1.7";
	(void)dlclose(library);
	return version;
}
