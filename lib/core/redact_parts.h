/* redact_parts: what redaction is made of, for core/redact*.c only: names that say a secret, parts of a text that look like
 * one, marks that a plan makes, and the set of secrets found. */
#ifndef DX_CORE_REDACT_PARTS_H
#define DX_CORE_REDACT_PARTS_H

#include "core/redact.h"

/* --- rule 2 --- */

/* Whether the words of a name end in one of the list: password, api key, ... */
bool	dx_redact_name(const char *name, size_t n);

/* --- rule 3 --- */

struct dx_span { size_t start, end; };
struct dx_spans {			/* starts as { .arena = ... } */
	struct dx_arena	*arena;
	struct dx_span	*v;
	size_t		 count;
	size_t		 room;
};
void	dx_spans_add(struct dx_spans *s, size_t start, size_t end);
/* The text with every span replaced; spans that overlap or touch are one.  Sorts the spans. */
char	*dx_spans_mask(struct dx_spans *s, struct dx_arena *a, const char *text, size_t n, size_t *len);
/* Adds the parts that the patterns match.  Linear in n, whatever the text. */
void	dx_shape_find(const char *text, size_t n, struct dx_spans *out);

/* One text being searched.  A run is remembered with its end, so that no byte is scanned twice for the same class. */
enum dx_shape_run {
	DX_RUN_TOKEN,		/* letters, digits, _ - . ~ + / = */
	DX_RUN_AWS,		/* letters, digits, / + = */
	DX_RUN_UPPER,		/* A-Z 0-9 */
	DX_RUN_PART,		/* letters, digits, _ - */
	DX_RUN_PART2,		/* the same, for a second part */
	DX_RUN_DOTTED,		/* letters, digits, _ - . */
	DX_RUN_FULL,		/* no white space */
	DX_RUN_LISTED,		/* no white space, no , } ] */
	DX_RUN_URL,		/* no white space, no quote */
	DX_RUN_COUNT
};
#define DX_QUOTES	6	/* " and ', each bare, escaped once, escaped more */
struct dx_shape {
	const unsigned char	*t;
	size_t		 n;
	struct dx_spans	*out;
	struct { size_t from, end; }	run[DX_RUN_COUNT];
	struct { size_t from, at; }	close[DX_QUOTES];
	size_t		 quote_pos;	/* quotes before it are counted in `open` */
	bool		 open[DX_QUOTES];	/* an odd number of them */
	size_t		 pem_end;
	struct { size_t end, at; }	host;	/* last '@' before `end` */
};
size_t	dx_shape_run(struct dx_shape *s, enum dx_shape_run which, size_t pos);
/* At a '=' or ':'; at a blank.  Assignment forms, `Bearer V`, `--password V`. */
void	dx_shape_assign(struct dx_shape *s, size_t i);
void	dx_shape_blank(struct dx_shape *s, size_t i);

/* --- rule 4 --- */

struct dx_redact_secret { const char *text; size_t len; size_t parent; /* the longest that this one begins with */ };

void	dx_secrets_add(struct dx_redact *r, const char *text, size_t len);
/* After the last add and before the first look. */
void	dx_secrets_seal(struct dx_redact *r);
bool	dx_secrets_has(const struct dx_redact *r, const char *text, size_t len);
/* Adds every part of the text that is a secret. */
void	dx_secrets_find(const struct dx_redact *r, const char *text, size_t n, struct dx_spans *out);

/* --- rule 1 --- */

/* Marks of one kind of document, as a tree whose `true` leaves say what to replace: names of sensitive variables and outputs
 * of a plan; the data of a Secret in a review. */
struct dx_json	dx_redact_marks(struct dx_arena *a, const struct dx_json *doc, enum dx_redact_kind kind);
struct dx_json	dx_redact_secret_marks(struct dx_arena *a);
/* For the `expressions` of a module call: constants that go to its sensitive variables. */
struct dx_json	dx_redact_call_marks(struct dx_arena *a, const struct dx_json *module);
/* Rules 1 and 2: true and *out filled when something under `in` was replaced; secrets are added to r. */
bool	dx_redact_marked(struct dx_redact *r, struct dx_arena *a, const struct dx_json *in, enum dx_redact_kind kind,
	    struct dx_json *out);

/* The replacement of a value, at its place. */
struct dx_json	dx_redact_value(const struct dx_json *in);
/* A container of its own on the first change, then child i of it set. */
void	dx_redact_set(struct dx_arena *a, const struct dx_json *in, bool *owned, struct dx_json *out, uint32_t i,
	    struct dx_json value);

#endif
