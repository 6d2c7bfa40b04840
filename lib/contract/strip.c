#include "contract/strip.h"

#include <string.h>

struct dx_strip_language {
	const char	*extensions;	/* each between blanks */
	const char	*line;		/* what begins a comment to the end of the line; NULL: nothing */
	const char	*open, *close;	/* of a comment over lines; NULL: there is none */
	const char	*quotes;	/* of texts that end on their line */
	const char	*long_quotes;	/* of texts over lines, one byte each */
	bool		 triple;	/* three quotes in a row begin a text over lines */
};

static const struct dx_strip_language languages[] = {
	{ " .py .pyi ", "#", NULL, NULL, "'\"", "", true },
	{ " .sh .bash .yaml .yml .toml .rb .pl .mk .cfg .ini .conf .env ", "#", NULL, NULL, "'\"", "", false },
	{ " .tf .hcl ", "#", "/*", "*/", "\"", "", false },
	{ " .js .jsx .ts .tsx .mjs .cjs .go ", "//", "/*", "*/", "'\"", "`", false },
	{ " .c .h .cc .cpp .hpp .cxx .java .kt .cs .swift .scala .proto .php ", "//", "/*", "*/", "'\"", "", false },
	{ " .rs ", "//", "/*", "*/", "\"", "", false },
	{ " .sql ", "--", "/*", "*/", "'\"", "", false },
	{ " .html .htm .xml .svg .md ", NULL, "<!--", "-->", "", "", false },
};

const struct dx_strip_language *
dx_strip_language(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot == NULL || strchr(dot, '/') != NULL || strchr(dot, ' ') != NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		const char *at = strstr(languages[i].extensions, dot);

		while (at != NULL && at[strlen(dot)] != ' ')
			at = strstr(at + 1, dot);
		if (at != NULL)
			return &languages[i];
	}
	return NULL;
}

struct cursor {
	const struct dx_strip_language	*l;
	const char	*s;
	size_t		 n, at;
	char		*out;
};

static bool
ahead(const struct cursor *c, const char *word)
{
	size_t n = word != NULL ? strlen(word) : 0;

	return n > 0 && c->n - c->at >= n && memcmp(c->s + c->at, word, n) == 0;
}

static void
pass(struct cursor *c, bool blank)
{
	char byte = c->s[c->at];

	c->out[c->at++] = blank && byte != '\n' ? ' ' : byte;
}

static void
pass_many(struct cursor *c, size_t n, bool blank)
{
	for (; n > 0; n--)
		pass(c, blank);
}

static void
pass_comment(struct cursor *c)
{
	if (ahead(c, c->l->line)) {
		while (c->at < c->n && c->s[c->at] != '\n')
			pass(c, true);
		return;
	}
	pass_many(c, strlen(c->l->open), true);
	while (c->at < c->n && !ahead(c, c->l->close))
		pass(c, true);
	if (c->at < c->n)
		pass_many(c, strlen(c->l->close), true);
}

/* From behind the opening quotes to behind the closing ones.  A short text that is not closed ends with its line. */
static void
pass_text(struct cursor *c, const char *close, bool lines, bool blank)
{
	while (c->at < c->n && !ahead(c, close)) {
		if (!lines && c->s[c->at] == '\n')
			return;
		if (c->s[c->at] == '\\' && c->at + 1 < c->n && (lines || c->s[c->at + 1] != '\n'))
			pass(c, blank);
		pass(c, blank);
	}
	if (c->at < c->n)
		pass_many(c, strlen(close), false);
}

void
dx_strip(const struct dx_strip_language *l, const char *s, size_t n, bool texts, char *out)
{
	struct cursor c = { .l = l, .s = s, .n = n, .out = out };

	while (c.at < n) {
		const char quote[] = { s[c.at], '\0' }, triple[] = { s[c.at], s[c.at], s[c.at], '\0' };
		bool is_long = quote[0] != '\0' && strchr(l->long_quotes, quote[0]) != NULL;
		bool is_short = quote[0] != '\0' && strchr(l->quotes, quote[0]) != NULL;

		if (ahead(&c, l->line) || ahead(&c, l->open)) {
			pass_comment(&c);
		} else if (is_short && l->triple && ahead(&c, triple)) {
			pass_many(&c, 3, false);
			pass_text(&c, triple, true, texts);
		} else if (is_long || is_short) {
			pass(&c, false);
			pass_text(&c, quote, is_long, texts);
		} else {
			pass(&c, false);
		}
	}
}
