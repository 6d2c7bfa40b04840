/* value: amounts, times and dates as members of documents, and back.  For core's own files.
 * A decision is three hundred members and forty amounts, so what is here asks nothing twice: objects get their room at once, names
 * are literals in canonical order, amounts are written without printf. */
#ifndef DX_CORE_VALUE_H
#define DX_CORE_VALUE_H

#include "base/err.h"
#include "core/money.h"
#include "core/policy.h"
#include "json/json.h"

/* An object with room for so many members, to be filled with dx_value_put in canonical order, the names needing no escape: the
 * caller sees to both. */
struct dx_json	dx_value_object(struct dx_arena *a, uint32_t room);
static inline void
dx_value_put(struct dx_json *o, const char *name, size_t len, struct dx_json v)
{
	struct dx_member *m = &o->u.members[o->count];

	if (o->count++ >= o->room)
		DX_BUG("an object without room");
	m->name = name;
	m->name_len = (uint32_t)len;
	m->name_offset = DX_JSON_NOWHERE;
	m->value = v;
}
#define DX_PUT(o, name, v)	dx_value_put((o), "" name, sizeof(name) - 1, (v))
/* Two members, the lesser name first. */
struct dx_json	dx_value_two(struct dx_arena *a, const char *name1, struct dx_json v1, const char *name2, struct dx_json v2);

/* As dx_money_print; returns the length. */
size_t	dx_value_print(struct dx_money m, int places, char buf[static DX_MONEY_TEXT]);
struct dx_json	dx_value_money(struct dx_arena *a, struct dx_money m, int places);
struct dx_json	dx_value_opt(struct dx_arena *a, struct dx_opt_money m);	/* 4 decimals; null when not given */
struct dx_json	dx_value_time(struct dx_arena *a, int64_t us);
struct dx_json	dx_value_date(struct dx_arena *a, int64_t day);

/* The digest as a text. */
struct dx_json	dx_value_digest(struct dx_arena *a, const struct dx_json *v);

/* An amount exactly as dx_value_money writes it; sums may be larger than any stated amount. */
bool	dx_value_read_money(const struct dx_json *v, int places, struct dx_money *out);

#endif
