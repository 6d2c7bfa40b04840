/* token: jq text cut into tokens, so far as all versions of jq agree on them: names, strings with interpolation, comments,
 * brackets.  Enough to know that a text is closed in itself and which names it uses; no parser. */
#ifndef DX_RULE_TOKEN_H
#define DX_RULE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#define DX_LEXER_DEPTH	256	/* brackets and strings that may be open at once */

enum dx_token_kind {
	DX_TOKEN_NAME,		/* map, if, a::b; not after a dot or a dollar */
	DX_TOKEN_FIELD,		/* .name */
	DX_TOKEN_VARIABLE,	/* $name: the text is the name alone */
	DX_TOKEN_FORMAT,	/* @base64 */
	DX_TOKEN_NUMBER,
	DX_TOKEN_STRING,	/* a string begins; tokens of its interpolations follow */
	DX_TOKEN_MARK		/* one character; `..` is one mark too */
};

struct dx_token {
	enum dx_token_kind	 kind;
	const char		*text;		/* in the program; len bytes */
	size_t			 len;
	unsigned		 line;		/* from 1 */
	bool			 key;		/* stands where an object has a key: {HERE: 1, HERE} */
};

struct dx_lexer {
	const char	*at;
	unsigned	 line;
	const char	*fault;		/* static; set when the text is not well formed, at `line` */
	unsigned	 depth;
	struct dx_token	 last;
	char		 open[DX_LEXER_DEPTH];		/* ( [ { or " */
	unsigned	 open_line[DX_LEXER_DEPTH];
};

/* text is borrowed. */
void	dx_lexer_init(struct dx_lexer *l, const char *text);
/* False at the end, which is one of a well-formed text when fault is NULL: every bracket and string is closed, no comment
 * reaches into what is written behind it. */
bool	dx_lexer_next(struct dx_lexer *l, struct dx_token *out);
bool	dx_token_is(const struct dx_token *t, enum dx_token_kind kind, const char *text);

#endif
