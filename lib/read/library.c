#include "read/library.h"

/* The sonames of the headers above. */
#define EXPAT	"libexpat.so.1"
#define YAML	"libyaml-0.so.2"

#define EXPAT_FUNCTION(name)	DX_LIBRARY_FUNCTION(dx_expat, name)
#define YAML_FUNCTION(name)	DX_LIBRARY_FUNCTION(dx_yaml, name)
static const struct dx_function expat_functions[] = { DX_EXPAT_FUNCTIONS(EXPAT_FUNCTION) };
static const struct dx_function yaml_functions[] = { DX_YAML_FUNCTIONS(YAML_FUNCTION) };

const struct dx_expat *
dx_expat(const char **why)
{
	static struct dx_expat lib;
	static bool ready;

	if (!ready)
		ready = dx_library_open(EXPAT, expat_functions, sizeof(expat_functions) / sizeof(*expat_functions), &lib, why);
	return ready ? &lib : NULL;
}

const struct dx_yaml *
dx_yaml(const char **why)
{
	static struct dx_yaml lib;
	static bool ready;

	if (!ready)
		ready = dx_library_open(YAML, yaml_functions, sizeof(yaml_functions) / sizeof(*yaml_functions), &lib, why);
	return ready ? &lib : NULL;
}
