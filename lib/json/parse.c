/* parse: text to tree in one pass (ledger page 4).  Children wait on one pile until their container closes and are then
 * copied to the arena in one piece. */
#include <stdlib.h>
#include <string.h>

#include "json/inner.h"
#include "json/scan.h"

#define PILE_FIRST	64	/* members that fit before the pile is allocated */

struct reader {
	char		*text;
	char		*end;		/* the NUL behind the text: every loop below stops there */
	struct dx_arena	*arena;
	unsigned	 how;
	unsigned	 depth;
	char		*pile;		/* children of the open containers */
	size_t		 top;
	size_t		 room;
	char		*heap;		/* the pile when it is allocated */
	bool		 loose;		/* something stands there that the canonical form may write otherwise */
	const char	*reached;	/* on failure: how far the text was read */
	struct dx_fault	 fault;
};

static char	*array(struct reader *r, char *at, struct dx_json *out);
static char	*object(struct reader *r, char *at, struct dx_json *out);

static char *
refuse(struct reader *r, enum dx_reason reason, const char *at, const char *reached, const char *what)
{
	r->fault = (struct dx_fault){ reason, (size_t)(at - r->text), what, false };
	r->reached = reached;
	return NULL;
}

/* A byte that does not belong where it is.  NUL and bytes that are not UTF-8 have reasons of their own. */
static char *
unexpected(struct reader *r, const char *at, const char *what)
{
	if (*at == '\0' && at < r->end)
		return refuse(r, DX_R_JSON_NUL, at, at, "a NUL byte");
	if ((unsigned char)*at >= 0x80 && dx_utf8_at(at) == 0)
		return refuse(r, DX_R_JSON_BAD_UTF8, at, at, "a byte that is not UTF-8");
	if (at == r->text && strncmp(at, "\xEF\xBB\xBF", 3) == 0)
		what = "a byte order mark";
	return refuse(r, DX_R_JSON_INVALID, at, at, what);
}

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline char *
blanks(struct reader *r, char *at)
{
	if ((unsigned char)*at > ' ')	/* the common case of a compact text */
		return at;
	for (; is_blank(*at); at++)
		r->loose = true;
	return at;
}

static void
pile_grow(struct reader *r, size_t more)
{
	char *bigger;

	r->room = dx_size_mul(r->room, 2) + more;
	bigger = dx_realloc(r->heap, r->room);
	if (r->heap == NULL)
		memcpy(bigger, r->pile, r->top);
	r->pile = r->heap = bigger;
}

static inline void
pile_add(struct reader *r, const void *child, size_t size)
{
	if (r->room - r->top < size)
		pile_grow(r, size);
	memcpy(r->pile + r->top, child, size);
	r->top += size;
}

/* What stands on the pile from `mark` on, as one piece of the arena. */
static void *
pile_take(struct reader *r, size_t mark)
{
	size_t n = r->top - mark;
	void *kept = NULL;

	if (n > 0) {
		kept = dx_arena_alloc(r->arena, n);
		memcpy(kept, r->pile + mark, n);
	}
	r->top = mark;
	return kept;
}

static inline char *
number(struct reader *r, char *at, struct dx_json *out)
{
	const char *bad;
	char *behind = dx_number_read(at, out, &bad);

	if (behind == NULL)
		return unexpected(r, bad, "a digit was expected");
	if ((out->flags & DX_JSON_PLAIN) != 0)
		return behind;
	r->loose = true;
	if (r->how == DX_JSON_OURS && !dx_number_exact(out))
		return refuse(r, DX_R_NUMBER_NOT_EXACT, at, behind,
		    "a number must be an integer within +-(2^53-1) or a decimal of at most 15 significant digits");
	return behind;
}

static inline char *
literal(struct reader *r, char *at, const char *word, size_t n, enum dx_json_type type, struct dx_json *out)
{
	if ((size_t)(r->end - at) < n || memcmp(at, word, n) != 0)
		return unexpected(r, at, "a value was expected");
	out->type = (uint8_t)type;
	out->flags = 0;
	out->count = 0;
	out->u.text = NULL;
	return at + n;
}

static inline char *
string(struct reader *r, char *at, struct dx_string *s)
{
	const char *bad = at, *stop = dx_scan(at + 1, r->end, true);

	if (*stop == '"') {		/* most strings; the others are read again */
		*s = (struct dx_string){ at + 1, (uint32_t)(stop - at - 1), true };
		at += stop - at;
		*at = '\0';
		return at + 1;
	}
	at = dx_string_read(r->arena, at + 1, r->end, s, &r->fault, &bad);
	if (at == NULL) {
		r->fault.at = (size_t)(bad - r->text);
		r->reached = bad;
		return NULL;
	}
	r->loose |= !s->plain;
	return at;
}

/* Part of both loops below: most values are no containers and need no call. */
static inline __attribute__((always_inline)) char *
value(struct reader *r, char *at, struct dx_json *out)
{
	struct dx_string s;

	out->offset = (uint32_t)(at - r->text);
	out->room = 0;
	switch (*at) {
	case '{':
		return object(r, at, out);
	case '[':
		return array(r, at, out);
	case '"':
		at = string(r, at, &s);
		if (at == NULL)
			return NULL;
		out->type = DX_JSON_STRING;
		out->flags = s.plain ? DX_JSON_PLAIN : 0;
		out->count = s.len;
		out->u.text = s.text;
		return at;
	case 't':
		return literal(r, at, "true", 4, DX_JSON_TRUE, out);
	case 'f':
		return literal(r, at, "false", 5, DX_JSON_FALSE, out);
	case 'n':
		return literal(r, at, "null", 4, DX_JSON_NULL, out);
	default:
		if (*at == '-' || (*at >= '0' && *at <= '9'))
			return number(r, at, out);
		return unexpected(r, at, "a value was expected");
	}
}

static bool
enter(struct reader *r, const char *at)
{
	if (r->depth == DX_JSON_DEPTH) {
		refuse(r, DX_R_JSON_TOO_DEEP, at, at, "more than 64 arrays and objects are open");
		return false;
	}
	r->depth++;
	return true;
}

static __attribute__((noinline)) char *
array(struct reader *r, char *at, struct dx_json *out)
{
	size_t mark = r->top;
	uint32_t count = 0;
	struct dx_json item;

	if (!enter(r, at))
		return NULL;
	at = blanks(r, at + 1);
	while (*at != ']' || count > 0) {	/* a comma is followed by a value, never by the end */
		at = value(r, at, &item);
		if (at == NULL)
			return NULL;
		pile_add(r, &item, sizeof(item));
		count++;
		at = blanks(r, at);
		if (*at == ']')
			break;
		if (*at != ',')
			return unexpected(r, at, "a comma or ] was expected");
		at = blanks(r, at + 1);
	}
	r->depth--;
	out->type = DX_JSON_ARRAY;
	out->flags = 0;
	out->count = count;
	out->u.items = pile_take(r, mark);
	return at + 1;
}

/* Name, colon and value onto the pile; flags lose what is no longer true of the members. */
static inline char *
member(struct reader *r, char *at, bool first, uint8_t *flags)
{
	struct dx_member m;
	struct dx_string name;
	const struct dx_member *last;

	if (*at != '"')
		return unexpected(r, at,
		    first ? "a name in quotes or } was expected" : "a name in quotes was expected");
	m.name_offset = (uint32_t)(at - r->text);
	at = string(r, at, &name);
	if (at == NULL)
		return NULL;
	m.name = name.text;
	m.name_len = name.len;
	at = blanks(r, at);
	if (*at != ':')
		return unexpected(r, at, "a colon was expected");
	at = value(r, blanks(r, at + 1), &m.value);
	if (at == NULL)
		return NULL;
	if (!name.plain)
		*flags &= (uint8_t)~DX_JSON_PLAIN;
	if (!first && (*flags & DX_JSON_SORTED) != 0) {
		last = (const void *)(r->pile + r->top - sizeof(m));
		if (dx_json_name_cmp(last->name, last->name_len, m.name, m.name_len) >= 0)
			*flags &= (uint8_t)~DX_JSON_SORTED;
	}
	pile_add(r, &m, sizeof(m));
	return at;
}

static __attribute__((noinline)) char *
object(struct reader *r, char *at, struct dx_json *out)
{
	size_t mark = r->top;
	uint32_t count = 0;
	uint8_t flags = DX_JSON_SORTED | DX_JSON_PLAIN;
	const struct dx_member *twin;

	if (!enter(r, at))
		return NULL;
	at = blanks(r, at + 1);
	while (*at != '}' || count > 0) {
		at = member(r, at, count == 0, &flags);
		if (at == NULL)
			return NULL;
		count++;
		at = blanks(r, at);
		if (*at == '}')
			break;
		if (*at != ',')
			return unexpected(r, at, "a comma or } was expected");
		at = blanks(r, at + 1);
	}
	r->depth--;
	out->type = DX_JSON_OBJECT;
	out->flags = flags;
	out->count = count;
	out->u.members = pile_take(r, mark);
	if ((flags & DX_JSON_SORTED) == 0) {	/* sorted names are all different */
		r->loose = true;
		twin = dx_order_twin(out->u.members, count);
		if (twin != NULL)
			return refuse(r, DX_R_JSON_DUPLICATE_MEMBER, r->text + twin->name_offset, at,
			    "a member stands twice in one object");
	}
	return at + 1;
}

/* One document from the start of the text, and what may follow it. */
static char *
document(struct reader *r, bool alone, struct dx_json *out)
{
	char *at = blanks(r, r->text);

	if (at == r->end)
		return refuse(r, DX_R_INPUT_EMPTY, at, at, NULL);
	at = value(r, at, out);
	if (at == NULL || !alone)
		return at;
	at = blanks(r, at);
	if (at == r->end)
		return at;
	unexpected(r, at, "something follows the document");
	r->fault.behind = true;
	return NULL;
}

bool
dx_json_read(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, size_t *used,
    bool *canonical, struct dx_fault *fault)
{
	struct dx_member first[PILE_FIRST];
	struct reader r = { .text = text, .end = text + len, .arena = a, .how = how, .pile = (char *)first,
	    .room = sizeof(first) };
	struct dx_json got;
	char *at;

	if (len >= UINT32_MAX) {	/* offsets, and one value that means nowhere */
		*fault = (struct dx_fault){ .reason = DX_R_JSON_TOO_LARGE };
		return false;
	}
	at = document(&r, used == NULL, &got);
	free(r.heap);
	if (at == NULL) {
		/* up to there the text held no NUL, so every NUL was a closing quote */
		for (char *q = text; (q = memchr(q, 0, (size_t)(r.reached - q))) != NULL; )
			*q = '"';
		*fault = r.fault;
		return false;
	}
	if (used != NULL)
		*used = (size_t)(at - text);
	if (canonical != NULL)
		*canonical = !r.loose;
	*out = got;
	return true;
}
