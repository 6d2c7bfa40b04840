#include "rule/token.h"

#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

void
dx_lexer_init(struct dx_lexer *l, const char *text)
{
	memset(l, 0, sizeof(*l));
	l->at = text;
	l->line = 1;
}

bool
dx_token_is(const struct dx_token *t, enum dx_token_kind kind, const char *text)
{
	return t->kind == kind && strlen(text) == t->len && memcmp(t->text, text, t->len) == 0;
}

static bool
fail(struct dx_lexer *l, const char *fault)
{
	l->fault = fault;
	return false;
}

static char
top(const struct dx_lexer *l)
{
	return l->depth > 0 ? l->open[l->depth - 1] : '\0';
}

static bool
push(struct dx_lexer *l, char c)
{
	if (l->depth == DX_LEXER_DEPTH)
		return fail(l, "brackets nest too deep");
	l->open_line[l->depth] = l->line;
	l->open[l->depth++] = c;
	return true;
}

/* Newer versions of jq let a comment go on behind a backslash at the end of its line. */
static bool
skip_comment(struct dx_lexer *l)
{
	while (*l->at != '\0' && *l->at != '\n') {
		if (*l->at == '\r')
			return fail(l, "a carriage return outside a string");
		if (*l->at == '\\' && (l->at[1] == '\n' || l->at[1] == '\0'))
			return fail(l, "a comment ends in a backslash");
		l->at++;
	}
	return true;
}

static bool
skip_blanks(struct dx_lexer *l)
{
	for (;; l->at++) {
		if (*l->at == '#' && !skip_comment(l))
			return false;
		if (*l->at == '\n')
			l->line++;
		else if (*l->at != ' ' && *l->at != '\t')
			return true;
	}
}

/* From within a string behind its closing quote, or behind the `\(` of an interpolation. */
static bool
skip_string(struct dx_lexer *l)
{
	for (; *l->at != '\0'; l->at++) {
		if (*l->at == '"') {
			l->at++;
			l->depth--;
			return true;
		}
		if (*l->at == '\n')
			l->line++;
		if (*l->at != '\\')
			continue;
		l->at++;
		if (*l->at == '(') {
			l->at++;
			return push(l, '(');
		}
		if (*l->at == '\n' || *l->at == '\0')
			return fail(l, "a backslash that escapes nothing");
	}
	l->line = l->open_line[l->depth - 1];
	return fail(l, "a string that does not end");
}

static size_t
name_length(const char *s)
{
	size_t n = 0;

	for (;;) {
		if (is_letter(s[n]) || (n > 0 && is_digit(s[n])))
			n++;
		else if (n > 0 && s[n] == ':' && s[n + 1] == ':' && is_letter(s[n + 2]))
			n += 2;
		else
			return n;
	}
}

static size_t
field_length(const char *s)
{
	size_t n = 1;

	while (is_letter(s[n]) || is_digit(s[n]))
		n++;
	return n;
}

static size_t
number_length(const char *s)
{
	size_t n = 0, e;

	while (is_digit(s[n]))
		n++;
	if (s[n] == '.')
		do
			n++;
		while (is_digit(s[n]));
	if (s[n] != 'e' && s[n] != 'E')
		return n;
	e = n + 1;
	if (s[e] == '+' || s[e] == '-')
		e++;
	if (!is_digit(s[e]))
		return n;
	while (is_digit(s[e]))
		e++;
	return e;
}

static bool
take(struct dx_lexer *l, struct dx_token *out, enum dx_token_kind kind, size_t len)
{
	const struct dx_token *last = &l->last;

	*out = (struct dx_token){ kind, l->at, len, l->line, false };
	out->key = top(l) == '{' && last->kind == DX_TOKEN_MARK && (*last->text == '{' || *last->text == ',');
	if (kind == DX_TOKEN_NAME && last->text != NULL && dx_token_is(last, DX_TOKEN_MARK, "$"))
		out->kind = DX_TOKEN_VARIABLE;
	l->last = *out;
	l->at += len;
	return true;
}

static bool
take_mark(struct dx_lexer *l, struct dx_token *out)
{
	char c = *l->at, wants = c == ')' ? '(' : c == ']' ? '[' : '{';

	if (strchr("([{", c) != NULL)
		return take(l, out, DX_TOKEN_MARK, 1) && push(l, c);
	if (strchr(")]}", c) != NULL) {
		if (top(l) != wants)
			return fail(l, "a bracket that closes nothing");
		l->depth--;
		return take(l, out, DX_TOKEN_MARK, 1);
	}
	if (c == '\r')
		return fail(l, "a carriage return outside a string");
	if (strchr(".?=;,:|+-*%/$<>!", c) == NULL)
		return fail(l, "a character that jq does not know");
	return take(l, out, DX_TOKEN_MARK, c == '.' && l->at[1] == '.' ? 2 : 1);
}

bool
dx_lexer_next(struct dx_lexer *l, struct dx_token *out)
{
	const char *s;

	if (l->fault != NULL || (top(l) == '"' && !skip_string(l)) || !skip_blanks(l))
		return false;
	s = l->at;
	if (*s == '\0') {
		if (l->depth == 0)
			return false;
		l->line = l->open_line[l->depth - 1];
		return fail(l, "a bracket that is not closed");
	}
	if (*s == '"')
		return push(l, '"') && take(l, out, DX_TOKEN_STRING, 1);
	if (is_letter(*s))
		return take(l, out, DX_TOKEN_NAME, name_length(s));
	if (*s == '.' && is_letter(s[1]))
		return take(l, out, DX_TOKEN_FIELD, field_length(s));
	if (is_digit(*s) || (*s == '.' && is_digit(s[1])))
		return take(l, out, DX_TOKEN_NUMBER, number_length(s));
	if (*s == '@' && (is_letter(s[1]) || is_digit(s[1])))
		return take(l, out, DX_TOKEN_FORMAT, field_length(s));
	return take_mark(l, out);
}
