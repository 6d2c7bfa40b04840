#include "rule/inner.h"

#include <string.h>

/* What rules page 2 refuses, with the numbers of arguments that some version of jq defines. */
static const struct { const char *name; const char *arities; } refused[] = {
	{ "_input", "0" }, { "input", "0" }, { "inputs", "0" }, { "debug", "01" }, { "stderr", "0" },
	{ "input_filename", "0" }, { "input_line_number", "0" }, { "env", "0" }, { "now", "0" }, { "localtime", "0" },
	{ "strflocaltime", "1" }, { "strftime", "1" }, { "strptime", "1" }, { "mktime", "0" }, { "halt", "0" },
	{ "halt_error", "01" }, { "modulemeta", "0" }, { "get_search_list", "0" }, { "get_prog_origin", "0" },
	{ "get_jq_origin", "0" },
	/* words of the language, which no definition can take */
	{ "import", "" }, { "include", "" }, { "module", "" },
};

const char *
dx_prefix_refused(const struct dx_token *t)
{
	if (dx_token_is(t, DX_TOKEN_VARIABLE, "ENV"))
		return "$ENV";
	if (t->kind != DX_TOKEN_NAME || t->key)
		return NULL;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (dx_token_is(t, DX_TOKEN_NAME, refused[i].name))
			return refused[i].name;
	return NULL;
}

static bool
mentions(const struct dx_expr_program *p, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(p[i].text, name) != NULL)
			return true;
	return false;
}

/* A definition nobody calls is dropped by jq; one that is called fails to compile for the name in its body, and no `try` can
 * hide that.  Each costs jq a walk over the whole program, so those whose name is nowhere in it are left out.
 * error(null) is as silent as empty on 1.6, so null gets a text on all versions. */
void
dx_prefix_put(const struct dx_expr_program *p, size_t n, struct dx_buf *out)
{
	if (mentions(p, n, "ENV"))
		dx_buf_puts(out, "{} as $ENV | ");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		for (const char *k = mentions(p, n, refused[i].name) ? refused[i].arities : ""; *k != '\0'; k++)
			dx_buf_printf(out, "def %s%s: refused_%s; ", refused[i].name, *k == '1' ? "(f)" : "", refused[i].name);
	if (mentions(p, n, "error"))
		dx_buf_puts(out, "def _dx_error(f): error(f); "
		    "def error(f): _dx_error(f | if . == null then \"null (not a string)\" else . end); "
		    "def error: error(.); ");
}
