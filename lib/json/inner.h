/* inner: what the files of json share.  Nobody else includes it. */
#ifndef DX_JSON_INNER_H
#define DX_JSON_INNER_H

#include "base/reason.h"
#include "json/json.h"

#define DX_JSON_EXACT_MAX	INT64_C(9007199254740991)	/* 2^53 - 1 */

/* --- reading --- */

struct dx_fault {
	enum dx_reason	 reason;
	size_t		 at;		/* offset of the place */
	const char	*what;		/* static; NULL when the reason needs no place */
	bool		 behind;	/* a whole document was read before it */
};

/* dx_json_parse (used == NULL) or dx_json_parse_first, with the words still to be found.  On failure the text is what
 * it was before.  canonical, which may be NULL: as of dx_json_parse_canon. */
bool	dx_json_read(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, size_t *used,
	    bool *canonical, struct dx_fault *fault);
/* Fills err, returns -1.  line is the number of the text's first line.  In a batch the text is that one line and the
 * place reads "line L: column C", else "line L, column C". */
int	dx_fault_report(const struct dx_fault *f, const char *text, size_t len, unsigned line, bool batch,
	    struct dx_err *err);

struct dx_string {
	const char	*text;
	uint32_t	 len;
	bool		 plain;
};

/* The string whose first byte is at `at`, behind its opening quote; end is the NUL behind the text.  Returns the byte
 * behind the closing quote, which became NUL, or NULL with the fault set but for its offset, which is *bad. */
char	*dx_string_read(struct dx_arena *a, char *at, const char *end, struct dx_string *out, struct dx_fault *fault,
	    const char **bad);
/* Bytes of the UTF-8 sequence at s, 0 when it is none; s is followed by a NUL somewhere. */
unsigned	dx_utf8_at(const char *s);

/* The number at `at`, into all of out but its offset and room; returns the byte behind it, or NULL where *bad is not
 * the digit that must be there. */
char	*dx_number_read(char *at, struct dx_json *out, const char **bad);
bool	dx_number_exact(const struct dx_json *v);

/* --- order --- */

#define DX_ORDER_SMALL	32

struct dx_order_key {
	uint64_t		 prefix;	/* eight bytes of the name, so mapped that integers compare as names */
	const struct dx_member	*member;
};

/* The members of an object in canonical order: begin, at(0..count-1), end. */
struct dx_order {
	const struct dx_member	*members;	/* when they stand in that order themselves */
	struct dx_order_key	*keys;
	struct dx_order_key	 small[DX_ORDER_SMALL];
};

void	dx_order_begin(struct dx_order *o, const struct dx_json *object);
const struct dx_member	*dx_order_at(const struct dx_order *o, size_t i);
void	dx_order_end(struct dx_order *o);
/* A member whose name another has too, the later of the two; NULL when there is none. */
const struct dx_member	*dx_order_twin(const struct dx_member *members, uint32_t count);

#endif
