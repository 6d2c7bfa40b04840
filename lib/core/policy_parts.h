/* policy_parts: what the files of policy share: the table of members, and the readers of those that are not plain.
 * Nobody else includes it. */
#ifndef DX_CORE_POLICY_PARTS_H
#define DX_CORE_POLICY_PARTS_H

#include "core/lists.h"
#include "core/policy.h"

enum dx_member_kind {
	DX_MEMBER_BOOL,
	DX_MEMBER_INT,
	DX_MEMBER_INT_OR_NULL,		/* null is kept as -1 */
	DX_MEMBER_MONEY,
	DX_MEMBER_MONEY_OR_NULL,
	DX_MEMBER_WORD,			/* kept as a bool: not the first word */
	DX_MEMBER_WORD_OR_ABSENT,	/* without a default: left out of the canonical form */
	DX_MEMBER_MODE,
	DX_MEMBER_MODE_OR_NULL,		/* null is kept as -1 */
	DX_MEMBER_TREE,			/* read by `read` */
	DX_MEMBER_TREE_OR_ABSENT
};

#define DX_MEMBER_NOWHERE	SIZE_MAX

/* v NULL: the default. */
typedef int	dx_member_read_fn(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
		    struct dx_err *err);

struct dx_policy_member {
	const char		*section, *name;
	enum dx_member_kind	 kind;
	size_t			 to;		/* offset in struct dx_policy, or DX_MEMBER_NOWHERE: only in the document */
	int64_t			 otherwise;	/* the default: index, integer, micro-USD; -1 is null */
	int64_t			 min, max;
	const char *const	*words;
	dx_member_read_fn	*read;
};

/* All members but the schema, in canonical order; ends with a NULL section. */
extern const struct dx_policy_member dx_policy_members[];

int	dx_policy_read_routes(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
	    struct dx_err *err);
int	dx_policy_read_aliases(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
	    struct dx_err *err);
int	dx_policy_read_namespaces(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
	    struct dx_err *err);
int	dx_policy_read_targets(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
	    struct dx_err *err);
int	dx_policy_read_action_types(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
	    struct dx_err *err);
/* The rules of a canonical list. */
const struct dx_route_rule	*dx_policy_load_routes(struct dx_arena *a, const struct dx_json *list, size_t *count);

#endif
