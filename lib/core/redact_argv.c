/* The words of a command: where a text has names in it, here the words themselves say which of them is a secret. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "core/redact_parts.h"

#define NAME_MAX_BYTES	128

/* "--password" and the like: the next word is its value. */
static bool
asks_for_secret(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && strchr(word, '=') == NULL && dx_redact_name(word, strlen(word));
}

/* NAME=VALUE, --name=value, Name: value: where the value of a name that says a secret begins, or 0. */
static size_t
value_of_secret(const char *word)
{
	size_t n = strcspn(word, "=: \t\r\n\"'{[");

	if (n == 0 || n > NAME_MAX_BYTES || (word[n] != '=' && word[n] != ':') || !dx_redact_name(word, n))
		return 0;
	for (n++; word[n] == ' ' || word[n] == '\t';)
		n++;
	return word[n] != '\0' ? n : 0;
}

static char *
canonical(struct dx_arena *a, const struct dx_json *doc)
{
	struct dx_buf text = { 0 };
	char *out;

	dx_json_canon(doc, &text);
	out = dx_arena_dup(a, text.data, text.len);
	dx_buf_release(&text);
	return out;
}

/* A word that is a document with secrets, redacted; NULL when it is none. */
static const char *
document(struct dx_redact *r, struct dx_arena *a, const char *word)
{
	size_t len = strlen(word);
	struct dx_json doc, redacted;
	const char *out;

	if ((word[0] != '{' && word[0] != '[') ||
	    dx_json_parse(a, dx_arena_dup(a, word, len), len, DX_JSON_FOREIGN, &doc, NULL) != 0)
		return NULL;
	redacted = dx_redact_document(r, a, &doc, DX_REDACT_OTHER);
	out = canonical(a, &redacted);
	return strcmp(out, canonical(a, &doc)) != 0 ? out : NULL;
}

static const char *
one_word(struct dx_redact *r, struct dx_arena *a, const char *word, bool is_value)
{
	const char *doc;
	size_t at;

	if (!dx_utf8_valid(word, strlen(word)))
		return "(not UTF-8)";
	if (is_value && strncmp(word, "--", 2) != 0) {
		dx_secrets_add(r, word, strlen(word));
		return DX_REDACTED;
	}
	if ((doc = document(r, a, word)) != NULL)
		return doc;
	if ((at = value_of_secret(word)) == 0)
		return word;
	dx_secrets_add(r, word + at, strlen(word + at));
	return dx_arena_printf(a, "%.*s%s", (int)at, word, DX_REDACTED);
}

struct dx_json
dx_redact_argv(struct dx_arena *a, char *const *argv)
{
	struct dx_redact r = { 0 };
	struct dx_json list = dx_json_array();
	bool is_value = false;

	for (; *argv != NULL; argv++) {
		dx_json_push(a, &list, dx_json_text(one_word(&r, a, *argv, is_value)));
		is_value = asks_for_secret(*argv);
	}
	dx_secrets_seal(&r);
	for (uint32_t i = 0; i < list.count; i++)
		list.u.items[i] = dx_json_string(a, dx_redact_text(&r, a, list.u.items[i].u.text));
	dx_redact_release(&r);
	return list;
}
