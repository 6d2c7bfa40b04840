/* pick: typed access to the members of one object, with errors that name the place.  A picker remembers the object, its
 * pointer and which members were asked for; dx_pick_end refuses the others.  Knows no policy. */
#ifndef DX_JSON_PICK_H
#define DX_JSON_PICK_H

#include "base/reason.h"
#include "json/json.h"

struct dx_err;

#define DX_PICK_MAX	64	/* members of one object that may be asked for */

struct dx_pick {
	const struct dx_json	*object;
	char			 at[256];	/* pointer of the object, "" at the root */
	enum dx_reason		 wrong;		/* reason of a member of the wrong type, out of bounds, or missing */
	enum dx_reason		 unknown;	/* reason of a member nobody asked for; DX_OK: they are ignored */
	struct dx_err		*err;
	bool			 failed;	/* once set, every call does nothing and answers the default */
	unsigned		 asked_count;
	const char		*asked[DX_PICK_MAX];
};

/* object must be an object, else `wrong` at `at`.  err is borrowed until dx_pick_end. */
void	dx_pick_begin(struct dx_pick *p, const struct dx_json *object, const char *at, enum dx_reason wrong,
	    enum dx_reason unknown, struct dx_err *err);
/* The member as it is, or NULL when absent. */
const struct dx_json	*dx_pick_any(struct dx_pick *p, const char *name);
/* The member when it has that type; NULL when absent and not required. */
const struct dx_json	*dx_pick_type(struct dx_pick *p, const char *name, enum dx_json_type type, bool required);
/* A string of min..max code points without C0 or DEL; NULL when absent and not required.  Lends. */
const char	*dx_pick_text(struct dx_pick *p, const char *name, size_t min, size_t max, bool required);
bool	dx_pick_bool(struct dx_pick *p, const char *name, bool otherwise);
int64_t	dx_pick_int(struct dx_pick *p, const char *name, int64_t min, int64_t max, int64_t otherwise);
/* Index into names (ends with NULL) of a string member; `otherwise` when absent (-1: required). */
int	dx_pick_enum(struct dx_pick *p, const char *name, const char *const names[], int otherwise);
/* The pointer of a member, into out. */
void	dx_pick_where(const struct dx_pick *p, const char *name, char out[static 320]);
/* Reports a fault at a member in the caller's own words. */
void	dx_pick_fail(struct dx_pick *p, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* 0 when nothing failed and no unknown member is there, else -1. */
int	dx_pick_end(struct dx_pick *p);

#endif
