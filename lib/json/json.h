/* json: documents as trees in an arena.  Strict reading (ledger page 4), numbers kept as written, a place for every
 * value, RFC 8785 bytes out.  Nodes are small values: copying one shares what is under it, so a tree that somebody
 * else holds is never changed.  Knows no field of any document. */
#ifndef DX_JSON_JSON_H
#define DX_JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"

struct dx_err;

enum dx_json_type {
	DX_JSON_NULL,
	DX_JSON_FALSE,
	DX_JSON_TRUE,
	DX_JSON_NUMBER,
	DX_JSON_STRING,
	DX_JSON_ARRAY,
	DX_JSON_OBJECT
};

#define DX_JSON_NOWHERE		UINT32_MAX	/* offset of a value that was not read from a text */
#define DX_JSON_DEPTH		64		/* arrays and objects that may be open at once */
#define DX_JSON_MAX		(16u << 20)	/* bytes, where a page states no other limit */
#define DX_JSON_SORTED		1u		/* flag: members are known to stand in canonical order */
/* Flag: nothing to change when it is written.  Of a number: its text is canonical; of a string: its bytes need no escape; of
 * an object: so do its names.  Not set where nobody looked. */
#define DX_JSON_PLAIN		2u

struct dx_member;

struct dx_json {
	uint8_t		type;		/* enum dx_json_type */
	uint8_t		flags;		/* DX_JSON_SORTED, DX_JSON_PLAIN; 0 in a node made by hand or changed so */
	uint32_t	offset;		/* of the value's first byte in the text it was read from */
	uint32_t	count;		/* bytes of text, items, or members */
	uint32_t	room;		/* allocated items or members while building */
	union {
		const char		*text;		/* string: decoded UTF-8 with a NUL after it (a string never
							 * contains one); number: as written, no NUL */
		struct dx_json		*items;
		struct dx_member	*members;
	} u;
};

struct dx_member {
	const char	*name;		/* decoded, NUL after it */
	uint32_t	 name_len;
	uint32_t	 name_offset;
	struct dx_json	 value;
};

/* --- reading --- */

enum {
	DX_JSON_FOREIGN = 0,	/* a number is any JSON number */
	DX_JSON_OURS = 1	/* a number is an integer within +-(2^53-1) or a decimal of at most 15 significant digits,
				 * never -0: else number_not_exact */
};

/* One document and nothing but white space around it.  text has len bytes and text[len] == 0; it is written to (string
 * ends become NUL), must outlive the tree, and keeps its line breaks.  On failure: json_invalid, json_duplicate_member,
 * json_bad_utf8, json_nul, json_too_deep, number_not_exact, the place as "line L, column C" in the error's text;
 * input_empty when there is nothing but white space; json_too_large from 4 GiB on.  The text is then what it was. */
int	dx_json_parse(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, struct dx_err *err);
/* The same.  *canonical: the text is certainly its own RFC 8785 form; false says nothing, it may be all the same. */
int	dx_json_parse_canon(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, bool *canonical,
	    struct dx_err *err);
/* The first document of the text; *used is the offset behind it.  Same failures. */
int	dx_json_parse_first(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, size_t *used,
	    struct dx_err *err);
/* Line and column (from 1; columns count characters) of an offset of a text that was parsed. */
void	dx_json_position(const char *text, size_t len, uint32_t offset, unsigned *line, unsigned *column);
/* The same of many, which are sorted by their offsets: the text is walked once.  tag is the caller's. */
struct dx_json_place { uint32_t offset; unsigned line, column; size_t tag; };
void	dx_json_places(const char *text, size_t len, struct dx_json_place *place, size_t n);

/* --- looking --- (every function takes NULL and answers as for a value of another type; the small ones are part of their callers,
 * who ask for a dozen members of each entry by names whose length the compiler knows) */

static inline bool
dx_json_is(const struct dx_json *v, enum dx_json_type type)
{
	return v != NULL && v->type == type;
}

/* NULL unless a string. */
static inline const char *
dx_json_str(const struct dx_json *v)
{
	return dx_json_is(v, DX_JSON_STRING) ? v->u.text : NULL;
}

/* NULL: absent. */
const struct dx_json	*dx_json_get_n(const struct dx_json *object, const char *name, size_t len);
static inline const struct dx_json *
dx_json_get(const struct dx_json *object, const char *name)
{
	return dx_json_get_n(object, name, strlen(name));
}

/* dx_json_get and dx_json_str in one. */
static inline const char *
dx_json_get_str(const struct dx_json *object, const char *name)
{
	return dx_json_str(dx_json_get_n(object, name, strlen(name)));
}

const struct dx_json	*dx_json_item(const struct dx_json *array, size_t i);		/* NULL: out of range */
bool	dx_json_is_bool(const struct dx_json *v);
/* A number whose value is an integer in int64 ("1.0" and "1e2" are).  False otherwise. */
bool	dx_json_int64(const struct dx_json *v, int64_t *out);
/* Same value: members in any order, numbers by canonical form. */
bool	dx_json_equal(const struct dx_json *a, const struct dx_json *b);

/* --- building --- (names are borrowed: literals or arena memory) */

struct dx_json	dx_json_null(void);
struct dx_json	dx_json_bool(bool b);
struct dx_json	dx_json_text(const char *s);			/* borrows s; NULL gives null */
struct dx_json	dx_json_text_n(const char *s, size_t n);	/* borrows; s[n] must be NUL */
struct dx_json	dx_json_string(struct dx_arena *a, const char *s);	/* copies s; NULL gives null */
/* The same of words from outside, as file names: a byte that is no UTF-8 becomes '?'. */
struct dx_json	dx_json_words(struct dx_arena *a, const char *s);
struct dx_json	dx_json_int(struct dx_arena *a, int64_t n);
struct dx_json	dx_json_object(void);
struct dx_json	dx_json_array(void);
/* Appends; the caller sees to it that the name is new.  Members may share no node with a tree still being built. */
void	dx_json_put(struct dx_arena *a, struct dx_json *object, const char *name, struct dx_json value);
/* Replaces the member of that name, else appends.  A node that shares its members with another tree must be copied
 * first (dx_json_copy_top). */
void	dx_json_set(struct dx_arena *a, struct dx_json *object, const char *name, struct dx_json value);
void	dx_json_push(struct dx_arena *a, struct dx_json *array, struct dx_json value);
/* A container of its own with the same children. */
struct dx_json	dx_json_copy_top(struct dx_arena *a, const struct dx_json *v);
/* Everything copied into the arena, texts too. */
struct dx_json	dx_json_copy(struct dx_arena *a, const struct dx_json *v);

/* --- writing --- */

/* RFC 8785 bytes appended to out.  A number that is not exact is printed as the nearest double (the largest finite one
 * where it overflows). */
void	dx_json_canon(const struct dx_json *v, struct dx_buf *out);
/* As a JSON string with its quotes, RFC 8785 escapes. */
void	dx_json_quote(const char *s, size_t n, struct dx_buf *out);
/* Two-space indented, members in canonical order; for people. */
void	dx_json_pretty(const struct dx_json *v, struct dx_buf *out);
/* Canonical order of two member names: by UTF-16 code units.  <0, 0, >0. */
int	dx_json_name_cmp(const char *a, size_t alen, const char *b, size_t blen);
/* Canonical text of a number as written (n bytes).  True when exact: an integer within +-(2^53-1) or a decimal of at most
 * 15 significant digits, not -0; else false, and out has the RFC 8785 form of the nearest double. */
bool	dx_json_number(const char *text, size_t n, char out[static 32]);

#endif
