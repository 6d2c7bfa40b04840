/* Parts of lib/check/go*.c among themselves. */
#ifndef DX_CHECK_GO_INNER_H
#define DX_CHECK_GO_INNER_H

#include "check/go.h"
#include "json/pick.h"

/* A text that may be absent, null or blank: NULL then. */
const char	*dx_go_said(struct dx_pick *p, const char *name, size_t max);
/* A boolean that must be there. */
bool	dx_go_flag(struct dx_pick *p, const char *name);
/* A time, or a date: then its first instant.  *text is not NULL when the member must be there; it becomes what was written. */
int64_t	dx_go_instant(struct dx_pick *p, const char *name, const char **text);
/* at: its pointer, which the item borrows not. */
int	dx_go_item_read(struct dx_go *g, const struct dx_json *raw, unsigned criterion, const char *at, struct dx_go_item *item,
	    struct dx_err *err);

/* Figures of an item of the criterion performance, into item->measure.  False: it has none. */
bool	dx_go_measure_read(struct dx_go *g, struct dx_pick *p, struct dx_go_item *item);
/* What the figures say: complete, failed, or pending when unknown; *detail says it in words. */
enum dx_go_status	dx_go_measure_status(struct dx_arena *a, const struct dx_go_measure *m, const char **detail);

#endif
