#include "core/scope.h"

#include <string.h>

#include "base/text.h"
#include "core/words.h"

static const char *const prod_words[] = { "prod", "production", "live", NULL };
static const char *const nonprod_words[] = { "nonprod", "non-prod", "dev", "test", "stage", "staging", NULL };

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
dx_tenant_valid(const char *s)
{
	size_t n = 0;

	if (s == NULL || !is_alnum(s[0]))
		return false;
	while (is_alnum(s[n]) || s[n] == '.' || s[n] == '_' || s[n] == '-')
		n++;
	return s[n] == '\0' && n < DX_TENANT_TEXT;
}

/* D06: a name that begins as production does is production, whatever region or cell follows. */
static bool
begins_as_prod(const char *word)
{
	static const char *const stems[] = { "production", "prod", "prd", "live", NULL };

	for (size_t i = 0; stems[i] != NULL; i++) {
		size_t n = strlen(stems[i]);

		/* strchr finds the NUL too: the bare stem counts. */
		if (strncmp(word, stems[i], n) == 0 && strchr("-_.", word[n]) != NULL)
			return true;
	}
	return false;
}

const char *
dx_environment(struct dx_arena *a, const char *raw, const struct dx_json *aliases)
{
	const char *word = dx_word_clean(a, raw);
	const char *alias;

	if (word[0] == '\0')
		return "nonprod";
	alias = dx_json_get_str(aliases, word);
	if (alias != NULL)
		return dx_arena_dup(a, alias, strlen(alias));
	if (dx_word(prod_words, word) >= 0)
		return "prod";
	if (dx_word(nonprod_words, word) >= 0)
		return "nonprod";
	return begins_as_prod(word) ? "prod" : word;
}

bool
dx_environment_is_prod(const char *normalised)
{
	return strcmp(normalised, "prod") == 0;
}
