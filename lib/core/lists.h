/* lists: arrays and maps of words in documents of ours: bounds, spelling, duplicates.  Knows no field of any document. */
#ifndef DX_CORE_LISTS_H
#define DX_CORE_LISTS_H

#include "base/reason.h"
#include "json/json.h"

struct dx_err;

enum dx_spelling {
	DX_SPELL_EXACT,		/* as written */
	DX_SPELL_CLEAN,		/* dx_word_clean */
	DX_SPELL_ENVIRONMENT	/* dx_environment without aliases */
};

struct dx_list_kind {
	enum dx_spelling	 spelling;
	size_t			 items;		/* at most */
	size_t			 chars;		/* of an item, from 1, after trimming unless exact */
	const char *const	*words;		/* NULL: any; else what an item may be, NULL-terminated */
	enum dx_reason		 not_list, bad, unknown;	/* another type; an item's or the list's bounds; not in words */
};

/* The words in their spelling, each once, in order of first occurrence. */
int	dx_list_read(struct dx_arena *a, const struct dx_json *v, const struct dx_list_kind *k, const char *at,
	    struct dx_json *out, struct dx_err *err);
/* One word of such a list; NULL when it is refused. */
const char	*dx_list_word(struct dx_arena *a, const struct dx_json *v, const struct dx_list_kind *k, const char *at,
	    struct dx_err *err);
bool	dx_list_has(const struct dx_json *list, const char *word);

/* A map of words to values: an object of at most keys->items members whose names are spelled as keys says; two of one
 * spelling are refused.  value turns one member's value into what stands in *out. */
typedef int	dx_map_value_fn(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
		    struct dx_err *err);
int	dx_map_read(struct dx_arena *a, const struct dx_json *v, const struct dx_list_kind *keys, dx_map_value_fn *value,
	    const char *at, struct dx_json *out, struct dx_err *err);

#endif
