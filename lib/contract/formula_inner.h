/* formula_inner: what the files of formula share.  Nobody else includes it. */
#ifndef DX_CONTRACT_FORMULA_INNER_H
#define DX_CONTRACT_FORMULA_INNER_H

#include "contract/formula.h"

/* --- the tree of an expression --- */

enum dx_formula_op {
	DX_FORMULA_CONSTANT,
	DX_FORMULA_PATH,
	DX_FORMULA_CALL,
	DX_FORMULA_IF,		/* three operands */
	DX_FORMULA_OR,		/* two or more, as for the following ones */
	DX_FORMULA_AND,
	DX_FORMULA_ALT,		/* ?? */
	DX_FORMULA_SUM,		/* with a sign each */
	DX_FORMULA_PRODUCT,	/* with a sign each */
	DX_FORMULA_NOT,
	DX_FORMULA_NEGATE,
	DX_FORMULA_COMPARE	/* two; sign[0] is an enum dx_formula_compare */
};

enum dx_formula_compare { DX_CMP_EQ, DX_CMP_NE, DX_CMP_LT, DX_CMP_LE, DX_CMP_GT, DX_CMP_GE };

struct dx_formula_node;
struct dx_formula_call;		/* formula_call.c: one row a function */

enum dx_formula_step_kind {
	DX_STEP_NAME,		/* .name, also ["name"] */
	DX_STEP_AT,		/* [n], by index or by name */
	DX_STEP_ALL,		/* [] and the two below yield any number of values */
	DX_STEP_FROM,		/* [n:] */
	DX_STEP_KEY,		/* [name=x], [name~x] */
	DX_STEP_ALSO		/* the second and later conditions of [name=x,name=y]: on the same value */
};

struct dx_formula_step {
	enum dx_formula_step_kind	 kind;
	const char			*name;	/* NAME, KEY, ALSO */
	const struct dx_formula_node	*expr;	/* AT, FROM, KEY, ALSO */
	bool				 glob;	/* KEY, ALSO: a pattern with * and ?, or a list of them */
	uint16_t			 from;	/* byte of the text where the step begins */
};

enum dx_formula_root { DX_ROOT_DOT, DX_ROOT_DOCUMENT, DX_ROOT_NAME };
struct dx_formula_path {
	enum dx_formula_root		 root;
	const char			*name;		/* ROOT_NAME */
	const struct dx_formula_step	*steps;
	size_t				 count;
	bool				 computed;	/* a step has an expression */
	bool				 lists;		/* a step is ALL or FROM */
	bool				 many;		/* or KEY */
};

struct dx_formula_node {
	enum dx_formula_op	 op;
	uint16_t		 from, to;	/* its bytes of the text */
	uint16_t		 count;		/* operands */
	const uint8_t		*sign;		/* one an operand: '+' '-', '*' '/' */
	union {
		const struct dx_formula_node	*const *operand;
		const struct dx_value		*constant;
		const struct dx_formula_path	*path;
	} u;
	const struct dx_formula_call	*call;
};

struct dx_formula {
	const char			*text;
	const struct dx_formula_node	*root;
	const char			*const *names;
	size_t				 name_count;
};

/* --- reading a text --- */

struct dx_formula_reader {
	struct dx_arena			*arena;
	struct dx_formula		*formula;
	const char			*text;
	size_t				 at;		/* next byte */
	size_t				 last;		/* behind the last token */
	unsigned			 depth;
	const char			*const *known;
	struct dx_err			*err;
};

/* Words and signs.  Blanks in front are skipped; on success the reader stands behind the token. */
void	dx_reader_blanks(struct dx_formula_reader *r);
bool	dx_reader_sign(struct dx_formula_reader *r, const char *sign);	/* exactly these bytes, and no longer sign */
bool	dx_reader_word(struct dx_formula_reader *r, const char *word);
size_t	dx_reader_name_len(const char *s);		/* bytes of [A-Za-z_][A-Za-z0-9_]* at s */
bool	dx_reader_reserved(const char *s, size_t n);	/* if then else or and not true false null */
/* A text in quotes, its escapes those of JSON; NULL and the error. */
const char	*dx_reader_text(struct dx_formula_reader *r);
/* Fills the error: "byte N: expected WHAT, found ..."; returns NULL. */
void	*dx_reader_expected(struct dx_formula_reader *r, const char *what);
/* One level deeper; false and the error beyond DX_FORMULA_DEPTH. */
bool	dx_reader_enter(struct dx_formula_reader *r);

/* NULL and the error. */
const struct dx_formula_node	*dx_reader_expr(struct dx_formula_reader *r);
const struct dx_formula_node	*dx_reader_sum(struct dx_formula_reader *r);
const struct dx_formula_node	*dx_reader_path(struct dx_formula_reader *r);
bool	dx_reader_path_ahead(const struct dx_formula_reader *r);
/* A growing list in the arena. */
struct dx_reader_list { void *items; size_t count, room, size; };
void	*dx_reader_add(struct dx_formula_reader *r, struct dx_reader_list *l);

/* --- functions --- */

struct dx_formula_run;
typedef int	dx_formula_call_fn(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out);
struct dx_formula_call {
	const char		*name;
	unsigned		 operands;
	dx_formula_call_fn	*fn;
};
const struct dx_formula_call	*dx_formula_call_find(const char *name, size_t len);	/* NULL: none */

/* --- evaluating --- */

struct dx_formula_run {
	const struct dx_formula	*formula;
	const struct dx_scope	*scope;
	struct dx_buf		*why;		/* may be NULL */
};

/* All return 0, or -1 with the reason in words. */
int	dx_eval_node(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out);
int	dx_eval_number(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_num **out);
int	dx_eval_text(struct dx_formula_run *run, const struct dx_formula_node *n, const char **out);
int	dx_eval_path(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out);
/* "TEXT OF THE EXPRESSION words".  Returns -1. */
int	dx_eval_fail(struct dx_formula_run *run, const struct dx_formula_node *n, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* The value is of another type than what is wanted ("a number"). */
int	dx_eval_wrong(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_value *v,
    const char *wanted);
/* A figure that came back NULL is too long. */
int	dx_eval_figure(struct dx_formula_run *run, const struct dx_formula_node *n, const struct dx_num *x,
    struct dx_value *out);

/* What a list yields, one at a time: `spot` in an input, or NULL and a value.  Anything but 0 ends it. */
typedef int	dx_formula_emit(void *ctx, const struct dx_spot *spot, const struct dx_value *v);
/* The path of n.  keep: spots live as long as the scope's arena, else until emit returns. */
int	dx_eval_walk(struct dx_formula_run *run, const struct dx_formula_node *n, bool keep, dx_formula_emit *emit, void *ctx);
/* The values of n: of a path that may yield several, of a list, of an array. */
int	dx_eval_each(struct dx_formula_run *run, const struct dx_formula_node *n, dx_formula_emit *emit, void *ctx);
/* What functions make of a list, their first operand (of `in` the second). */
enum dx_formula_figure { DX_FIGURE_SUM, DX_FIGURE_MIN, DX_FIGURE_MAX, DX_FIGURE_AVG };
int	dx_eval_figures(struct dx_formula_run *run, const struct dx_formula_node *n, enum dx_formula_figure what,
    struct dx_value *out);
int	dx_eval_count(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out);
int	dx_eval_votes(struct dx_formula_run *run, const struct dx_formula_node *n, bool all, struct dx_value *out);
int	dx_eval_in(struct dx_formula_run *run, const struct dx_formula_node *n, struct dx_value *out);
void	dx_eval_touch(const struct dx_formula_run *run, const struct dx_spot *spot);
/* dx_scope_spend, with the reason in words.  Returns 0 or -1. */
int	dx_eval_spend(struct dx_formula_run *run, const struct dx_formula_node *n, uint64_t values);

/* --- values --- */

const char	*dx_formula_kind(const struct dx_value *v);	/* "a number", "absent" ... */
bool	dx_formula_is_array(const struct dx_value *v);		/* a JSON array */
struct dx_value	dx_formula_bool(bool b);
struct dx_value	dx_formula_number(const struct dx_num *n);
struct dx_value	dx_formula_text(const char *s);
/* Whether both are the same value: 1, 0, or -1 where types differ and neither is null. */
int	dx_formula_same(const struct dx_scope *scope, const struct dx_value *a, const struct dx_value *b);

/* --- text --- */

const char	*dx_fold_full(uint32_t point);		/* UTF-8 of those that fold to several, else NULL */
void	dx_text_lower(const char *s, struct dx_buf *out);	/* folded, not trimmed */
bool	dx_text_same_folded(const char *s, const char *folded);	/* dx_text_fold(s) is `folded` */

#endif
