/* shipped: the contracts of policies/evidence and policies/outputs, built into the program as they are. */
#include <string.h>

#include "contract/contract.h"

/* The assembler reads the file, from the folder that the compiler runs in. */
#define DX_KIND(name, folder, ...) \
	__asm__(".pushsection .rodata\n" \
	    "dx_contract_text_" #name ":\n" \
	    ".incbin \"policies/" #folder "/" #name ".json\"\n" \
	    "dx_contract_end_" #name ":\n" \
	    ".byte 0\n" \
	    ".popsection\n"); \
	extern const char dx_contract_text_##name[], dx_contract_end_##name[];
#include "contract/kinds.def"
#undef DX_KIND

struct shipped { const char *kind, *folder, *text, *end; const char *const *recognise; };

#define DX_KIND(name, folder, ...) \
	static const char *const recognise_##name[] = { __VA_ARGS__ };
#include "contract/kinds.def"
#undef DX_KIND

#define DX_KIND(name, folder, ...)	{ #name, #folder, dx_contract_text_##name, dx_contract_end_##name, recognise_##name },
static const struct shipped shipped[] = {
#include "contract/kinds.def"
};
#undef DX_KIND

#define DX_KIND(name, folder, ...)	#name,
const char *const dx_contract_kinds[] = {
#include "contract/kinds.def"
	NULL
};
#undef DX_KIND

const char *
dx_contract_shipped(const char *kind, size_t *len)
{
	for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
		if (strcmp(shipped[i].kind, kind) == 0) {
			*len = (size_t)(shipped[i].end - shipped[i].text);
			return shipped[i].text;
		}
	return NULL;
}

const char *
dx_contract_output(const char *schema)
{
	size_t n = schema != NULL ? strlen(schema) : 0;

	if (n < 11 || strncmp(schema, "dealix.", 7) != 0 || strcmp(schema + n - 3, ".v1") != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
		if (strcmp(shipped[i].folder, "outputs") == 0 && strlen(shipped[i].kind) == n - 10 &&
		    strncmp(shipped[i].kind, schema + 7, n - 10) == 0 && strcmp(shipped[i].kind, "provenance") != 0)
			return shipped[i].kind;
	return NULL;
}

/* Of a kind without members none is recognised. */
static bool
has_all(const struct dx_json *document, const char *const *names)
{
	bool any = *names != NULL;

	for (; *names != NULL; names++)
		if (dx_json_get(document, *names) == NULL)
			return false;
	return any;
}

size_t
dx_contract_recognise(const struct dx_json *document, const char *found[], size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
		if (has_all(document, shipped[i].recognise)) {
			if (n < max)
				found[n] = shipped[i].kind;
			n++;
		}
	return n;
}
