/* split: the two sides of `a OP b` and of approx(a, b, n), so that a failure can say what was expected. */
#include <ctype.h>
#include <string.h>

#include "contract/inner.h"

/* Behind the text that begins at s (s[0] is a quote); the end when it is not closed. */
static const char *
past_text(const char *s)
{
	for (s++; *s != '\0' && *s != '"'; s++)
		if (*s == '\\' && s[1] != '\0')
			s++;
	return *s == '"' ? s + 1 : s;
}

static bool
is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Words that bind looser than a comparison: with one of them at the top the expression is no comparison. */
static bool
is_loose(const char *word, size_t n)
{
	static const char *const words[] = { "and", "or", "not", "if", "then", "else" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && memcmp(words[i], word, n) == 0)
			return true;
	return false;
}

static size_t
operator_at(const char *s)
{
	if (*s == '=')
		return s[1] == '=' ? 2 : 0;
	if (*s == '!')
		return s[1] == '=' ? 2 : 0;
	if (*s == '<' || *s == '>')
		return s[1] == '=' ? 2 : 1;
	return 0;
}

/* Behind one token outside all brackets: a text, a bracket with all in it, a word, or one byte. */
static const char *
past_token(const char *s)
{
	int depth = 0;

	if (*s == '"')
		return past_text(s);
	if (is_word_char(*s)) {
		while (is_word_char(*s))
			s++;
		return s;
	}
	do {
		if (*s == '"') {
			s = past_text(s);
			continue;
		}
		depth += (*s == '(' || *s == '[') - (*s == ')' || *s == ']');
		s++;
	} while (depth > 0 && *s != '\0');
	return s;
}

static bool
split_operator(struct dx_arena *a, const char *text, const char **left, const char **op, const char **right)
{
	const char *at = NULL, *prev = "";
	size_t n = 0;

	for (const char *s = text; *s != '\0';) {
		const char *next = past_token(s);
		size_t k = operator_at(s);

		if (is_word_char(*s) && *prev != '.' && *prev != '$' && is_loose(s, (size_t)(next - s)))
			return false;
		if (k != 0) {
			if (at != NULL)
				return false;
			at = s;
			n = k;
			next = s + k;
		}
		if (*s != ' ')
			prev = s;
		s = next;
	}
	if (at == NULL)
		return false;
	*left = dx_arena_dup(a, text, (size_t)(at - text));
	*op = dx_arena_dup(a, at, n);
	*right = dx_arena_dup(a, at + n, strlen(at + n));
	return true;
}

static bool
split_approx(struct dx_arena *a, const char *text, const char **left, const char **op, const char **right)
{
	const char *start, *s, *comma[2] = { NULL, NULL };
	size_t commas = 0;

	while (*text == ' ')
		text++;
	if (strncmp(text, "approx", 6) != 0)
		return false;
	for (s = text + 6; *s == ' '; s++)
		;
	if (*s != '(')
		return false;
	for (start = ++s; *s != '\0' && *s != ')'; s = past_token(s))
		if (*s == ',' && commas < 2)
			comma[commas++] = s;
	if (commas != 2 || *s != ')' || s[1 + strspn(s + 1, " ")] != '\0')
		return false;
	*left = dx_arena_dup(a, start, (size_t)(comma[0] - start));
	*right = dx_arena_dup(a, comma[0] + 1, (size_t)(comma[1] - comma[0] - 1));
	*op = "~";
	return true;
}

bool
dx_comparison_split(struct dx_arena *a, const char *text, const char **left, const char **op, const char **right)
{
	return split_approx(a, text, left, op, right) || split_operator(a, text, left, op, right);
}
