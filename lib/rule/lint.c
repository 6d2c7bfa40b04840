#include "rule/lint.h"

#include "rule/token.h"

#define IFS_MAX	128

struct note { const char *name, *why; };

static const struct note names[] = {
	{ "ltrimstr", "differs between versions of jq on what is not a string" },
	{ "rtrimstr", "differs between versions of jq on what is not a string" },
	{ "trimstr", "is not in jq 1.6 and 1.7" },
	{ "implode", "differs between versions of jq on numbers that are no characters" },
	{ "tojson", "differs between versions of jq on large numbers" },
	{ "index", "differs between versions of jq on text that is not ASCII" },
	{ "rindex", "differs between versions of jq on text that is not ASCII and on overlaps" },
	{ "indices", "differs between versions of jq on text that is not ASCII and on overlaps" },
	{ "nth", "differs between versions of jq when there are too few outputs" },
	{ "last", "differs between versions of jq when there is no output" },
	{ "sub", "differs between versions of jq on empty matches and several outputs" },
	{ "gsub", "differs between versions of jq on empty matches and several outputs" },
	{ "tonumber", "differs between versions of jq on blanks around the digits" },
	{ "builtins", "differs between versions of jq" },
	{ "pick", "is not in jq 1.6" },
	{ "abs", "is not in jq 1.6" },
	{ "toarray", "is not in jq 1.6" },
	{ "have_decnum", "is not in jq 1.6" },
	{ "have_literal_numbers", "is not in jq 1.6" },
	{ "trim", "is not in jq 1.6" },
	{ "ltrim", "is not in jq 1.6" },
	{ "rtrim", "is not in jq 1.6" },
	{ "skip", "is not in jq 1.6 and 1.7" },
	{ "pow10", "is not in every build of jq" },
};
static const struct note formats[] = {
	{ "@text", "differs between versions of jq on large numbers" },
	{ "@json", "differs between versions of jq on large numbers" },
	{ "@uri", "differs between versions of jq on the characters ! * ' ( )" },
	{ "@urid", "is not in jq 1.6 and 1.7" },
	{ "@base32d", "is not in jq 1.6" },
};

struct lint {
	dx_expr_lint_fn	*report;
	void		*ctx;
	size_t		 count;
	struct dx_token	 last[2];		/* newest first */
	unsigned	 seen;			/* tokens in last */
	unsigned	 ifs;			/* open ones */
	bool		 has_else[IFS_MAX];
};

static void
say(struct lint *l, unsigned line, const char *word, const char *why)
{
	l->report(l->ctx, line, word, why);
	l->count++;
}

static void
look_up(struct lint *l, const struct dx_token *t, const struct note *notes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (dx_token_is(t, t->kind, notes[i].name))
			say(l, t->line, notes[i].name, notes[i].why);
}

static bool
is_mark(const struct dx_token *t, const char *mark)
{
	return dx_token_is(t, DX_TOKEN_MARK, mark);
}

/* `if` without `else` came with 1.7. */
static void
look_at_if(struct lint *l, const struct dx_token *t)
{
	if (dx_token_is(t, DX_TOKEN_NAME, "if")) {
		if (l->ifs < IFS_MAX)
			l->has_else[l->ifs] = false;
		l->ifs++;
	} else if (l->ifs > 0 && dx_token_is(t, DX_TOKEN_NAME, "else")) {
		if (l->ifs <= IFS_MAX)
			l->has_else[l->ifs - 1] = true;
	} else if (l->ifs > 0 && dx_token_is(t, DX_TOKEN_NAME, "end")) {
		l->ifs--;
		if (l->ifs < IFS_MAX && !l->has_else[l->ifs])
			say(l, t->line, "if", "without else is not in jq 1.6");
	}
}

/* limit(0; f) gives outputs of f on 1.6; a count written down and not 0 is the same everywhere. */
static void
look_at_limit(struct lint *l, const struct dx_token *t)
{
	if (l->seen == 2 && is_mark(&l->last[0], "(") && dx_token_is(&l->last[1], DX_TOKEN_NAME, "limit") &&
	    (t->kind != DX_TOKEN_NUMBER || t->text[0] < '1' || t->text[0] > '9'))
		say(l, t->line, "limit", "with a count of 0 differs between versions of jq");
}

static bool
ends_term(const struct dx_token *t)
{
	return t->kind == DX_TOKEN_FIELD || t->kind == DX_TOKEN_VARIABLE || is_mark(t, "]") || is_mark(t, ")") || is_mark(t, "?");
}

static void
look_at_place(struct lint *l, const struct dx_token *t)
{
	if (l->seen == 2 && is_mark(t, "[") && is_mark(&l->last[0], ".") && ends_term(&l->last[1]))
		say(l, t->line, ".[", "behind a term is not in jq 1.6; leave the dot out");
	if (l->seen > 0 && is_mark(t, "(") && dx_token_is(&l->last[0], DX_TOKEN_NAME, "add"))
		say(l, t->line, "add", "with an argument is not in jq 1.6 and 1.7");
	if (dx_token_is(t, DX_TOKEN_VARIABLE, "__loc__"))
		say(l, t->line, "$__loc__", "differs with the rules that are loaded together");
}

static void
look(struct lint *l, const struct dx_token *t)
{
	look_at_limit(l, t);
	look_at_place(l, t);
	if (t->kind == DX_TOKEN_NAME && !t->key) {
		look_up(l, t, names, sizeof(names) / sizeof(names[0]));
		look_at_if(l, t);
	}
	if (t->kind == DX_TOKEN_FORMAT)
		look_up(l, t, formats, sizeof(formats) / sizeof(formats[0]));
	l->last[1] = l->last[0];
	l->last[0] = *t;
	if (l->seen < 2)
		l->seen++;
}

size_t
dx_expr_lint(const struct dx_expr_program *p, dx_expr_lint_fn *report, void *ctx)
{
	struct lint l = { .report = report, .ctx = ctx };
	struct dx_lexer lexer;
	struct dx_token t;

	dx_lexer_init(&lexer, p->text);
	while (dx_lexer_next(&lexer, &t))
		look(&l, &t);
	return l.count;
}
