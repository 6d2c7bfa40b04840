/* formula: paths and expressions of evidence contracts (evidence page 2.2).  Pure: what is evaluated are documents, names and a time
 * that the scope lends.  Arithmetic is exact. */
#ifndef DX_CONTRACT_FORMULA_H
#define DX_CONTRACT_FORMULA_H

#include <stdbool.h>
#include <stdint.h>
#include "json/json.h"
#include "num/num.h"

struct dx_err;

#define DX_FORMULA_MAX		4096	/* bytes */
#define DX_FORMULA_DEPTH	32

/* A place in an input document: the chain of steps to it, and the value there, if any.  Lives in an arena. */
struct dx_spot {
	const struct dx_spot	*up;		/* NULL: the document itself */
	const char		*name;		/* member name, or NULL: an item */
	uint32_t		 index;		/* of the item (also of a member reached with [], in document order) */
	int			 input;		/* index of the input, or -1: not in a file (a param, a let, $sha256) */
	const struct dx_json	*node;		/* NULL: absent */
};
/* JSON Pointer of the spot, appended. */
void	dx_spot_pointer(const struct dx_spot *s, struct dx_buf *out);
/* Whether a is b or contains it (same input). */
bool	dx_spot_covers(const struct dx_spot *a, const struct dx_spot *b);

enum dx_value_type { DX_VALUE_NULL, DX_VALUE_BOOL, DX_VALUE_NUMBER, DX_VALUE_TEXT, DX_VALUE_LIST, DX_VALUE_NODE };
struct dx_value {
	enum dx_value_type	 type;
	bool			 b;
	const struct dx_num	*number;
	const char		*text;		/* NUL after it */
	const struct dx_value	*items;		/* LIST */
	size_t			 count;
	const struct dx_spot	*spot;		/* where it was read; NULL: computed.  NODE (array, object): spot->node */
};

/* What an evaluation may look at.  `name` answers $now, $i, $key, params, lets, inputs and $sha256: 0 and a value, or -1 when the value
 * cannot be had (a let that failed; it says why in words). */
struct dx_scope {
	struct dx_arena		*arena;		/* results and spots */
	struct dx_nums		*nums;
	const struct dx_spot	*dot;		/* "." */
	const struct dx_spot	*document;	/* "$."; NULL where there are several inputs */
	void			*ctx;
	int	(*name)(void *ctx, const char *name, struct dx_value *out, struct dx_buf *why);
	void	(*touch)(void *ctx, const struct dx_spot *spot);	/* each value that was read; NULL: nobody asks.  The spot may
									 * be gone when touch has returned. */
	uint64_t		*left;		/* values that may still be looked at; NULL: any number.  At 0 evaluation is -1. */
};
/* Takes n off what is left; false when there is no more. */
bool	dx_scope_spend(const struct dx_scope *scope, uint64_t n);

struct dx_formula;
/* An expression (or a path alone, with dx_formula_path).  Text is borrowed as long as the arena lives.  evidence_contract_invalid with
 * the byte's position in words.  A name that `known` (NULL-terminated; NULL: no check) does not list is refused. */
int	dx_formula_parse(struct dx_arena *a, const char *text, const char *const *known, const struct dx_formula **out, struct dx_err *err);
int	dx_formula_parse_path(struct dx_arena *a, const char *text, const char *const *known, const struct dx_formula **out,
	    struct dx_err *err);
/* Names used ("now", "i", params ...), in order of first use, for lint; NULL-terminated, in the arena. */
const char *const	*dx_formula_names(const struct dx_formula *f, struct dx_arena *a);
/* For lint: whether the path has a [] step, and the text of the path up to the first one ("" when it has none). */
const char	*dx_formula_list(const struct dx_formula *f, struct dx_arena *a);

/* A path with [] or [n:] is a LIST of what it yields; one with [key=x] but neither of them is the one element found, null without a spot
 * when there is none, -1 when there are several.  Where a list is wanted (count, sum, in ...) it is all of them.
 * 0 and the value; -1 when it cannot be evaluated (absent operand, wrong type, division by zero, sum of nothing, a name that has no
 * value), with why in words. */
int	dx_formula_eval(const struct dx_formula *f, const struct dx_scope *scope, struct dx_value *out, struct dx_buf *why);
/* The places a path yields, in document order, absent ones included (a member that is not there is one absent spot; [] over what is no
 * array or object, or over an empty one, yields none).  Touches each.  -1: an index expression cannot be evaluated. */
int	dx_formula_spots(const struct dx_formula *path, const struct dx_scope *scope, const struct dx_spot *const **out, size_t *count,
	    struct dx_buf *why);
/* A node as a value: scalars by their type (a number beyond the bounds of num is -1), arrays and objects as NODE. */
int	dx_value_of(const struct dx_scope *scope, const struct dx_spot *spot, struct dx_value *out);
/* Text for `expected` and `found`: numbers as written or with at most 12 decimals, text as it is, true, false, null, containers as
 * canonical JSON; cut at 80 characters (with "..." as the last three). */
void	dx_value_show(const struct dx_value *v, struct dx_buf *out);

/* What looking at so many bytes costs in values. */
#define DX_FORMULA_BYTES	16

/* Shared with the rules: section 1 of the page. */
void	dx_text_trim(const char *s, struct dx_buf *out);	/* white space off both ends */
uint32_t	dx_fold_point(uint32_t point);		/* simple case folding */
void	dx_text_fold(const char *s, struct dx_buf *out);	/* trimmed and case-folded (Unicode) */
bool	dx_text_blank(const char *s);				/* nothing in it that can be seen */
void	dx_text_identity(const char *s, struct dx_buf *out);	/* `ident` */
/* Whether two names are one person's: as where duties are separate (evidence page 1). */
bool	dx_text_same_person(const char *a, const char *b);
bool	dx_text_placeholder(const char *s);			/* "Placeholders" */

#endif
