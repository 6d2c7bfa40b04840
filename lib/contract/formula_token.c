/* formula_token: the words and signs of a formula, and what is said of a wrong one. */
#include "base/err.h"
#include "base/text.h"
#include "contract/formula_inner.h"

static const char *const reserved[] = { "if", "then", "else", "or", "and", "not", "true", "false", "null" };

static bool
is_name(char c, bool first)
{
	return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (!first && c >= '0' && c <= '9');
}

size_t
dx_reader_name_len(const char *s)
{
	size_t n = 0;

	while (is_name(s[n], n == 0))
		n++;
	return n;
}

bool
dx_reader_reserved(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if (strlen(reserved[i]) == n && memcmp(s, reserved[i], n) == 0)
			return true;
	}
	return false;
}

void
dx_reader_blanks(struct dx_formula_reader *r)
{
	while (r->text[r->at] != '\0' && strchr(" \t\r\n", r->text[r->at]) != NULL)
		r->at++;
}

static bool
took(struct dx_formula_reader *r, size_t n)
{
	r->at += n;
	r->last = r->at;
	return true;
}

bool
dx_reader_word(struct dx_formula_reader *r, const char *word)
{
	size_t n = strlen(word);

	dx_reader_blanks(r);
	return dx_reader_name_len(r->text + r->at) == n && memcmp(r->text + r->at, word, n) == 0 && took(r, n);
}

bool
dx_reader_sign(struct dx_formula_reader *r, const char *sign)
{
	size_t n = strlen(sign);
	const char *s;

	dx_reader_blanks(r);
	s = r->text + r->at;
	if (strncmp(s, sign, n) != 0 || (n == 1 && strchr("<>=", *sign) != NULL && s[1] == '='))
		return false;
	return took(r, n);
}

const char *
dx_reader_text(struct dx_formula_reader *r)
{
	struct dx_err why = { 0 };
	struct dx_json string;
	const char *s;
	size_t n = 1;

	dx_reader_blanks(r);
	s = r->text + r->at;
	while (s[n] != '"' && s[n] != '\0')
		n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
	if (s[n] == '\0') {
		dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID,
		    "byte %zu: expected a closing quote for the text that begins here",
		    r->at + 1);
		return NULL;
	}
	if (dx_json_parse(r->arena, dx_arena_dup(r->arena, s, n + 1), n + 1, DX_JSON_FOREIGN, &string, &why) != 0) {
		dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID, "byte %zu: expected a text as in JSON: %s", r->at + 1,
		    why.text);
		return NULL;
	}
	took(r, n + 1);
	return string.u.text;
}

/* The next token, to be shown. */
static size_t
token_len(const char *s)
{
	size_t n = dx_reader_name_len(s);

	if (n != 0)
		return n < 40 ? n : 40;
	while (s[n] >= '0' && s[n] <= '9' && n < 40)
		n++;
	if (n == 0)
		n = strspn(s, "=!<>?");
	n = n < 40 ? n : 40;
	return n != 0 ? n : dx_utf8_cut(s, strlen(s), 1);
}

void *
dx_reader_expected(struct dx_formula_reader *r, const char *what)
{
	const char *s;

	dx_reader_blanks(r);
	s = r->text + r->at;
	if (*s == '\0')
		dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID, "byte %zu: expected %s, found the end", r->at + 1, what);
	else
		dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID, "byte %zu: expected %s, found \"%.*s\"", r->at + 1, what,
		    (int)token_len(s), s);
	return NULL;
}

bool
dx_reader_enter(struct dx_formula_reader *r)
{
	if (++r->depth <= DX_FORMULA_DEPTH)
		return true;
	dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID, "byte %zu: expected no more than %d levels of nesting", r->at + 1,
	    DX_FORMULA_DEPTH);
	return false;
}

void *
dx_reader_add(struct dx_formula_reader *r, struct dx_reader_list *l)
{
	if (l->count == l->room) {
		size_t room = l->room != 0 ? l->room * 2 : 4;
		void *items = dx_arena_alloc(r->arena, dx_size_mul(room, l->size));

		if (l->count != 0)
			memcpy(items, l->items, l->count * l->size);
		l->items = items;
		l->room = room;
	}
	return (char *)l->items + l->size * l->count++;
}
