/* change: what a Terraform plan does, resource by resource (inputs page 1.2). */
#ifndef DX_ADAPT_CHANGE_H
#define DX_ADAPT_CHANGE_H

#include "json/json.h"

struct dx_err;

enum dx_change {
	DX_CHANGE_CREATE, DX_CHANGE_UPDATE, DX_CHANGE_DELETE, DX_CHANGE_REPLACE, DX_CHANGE_READ, DX_CHANGE_FORGET,
	DX_CHANGE_NO_OP, DX_CHANGE_COUNT
};
#define DX_DESTRUCTIVE_MAX	50

struct dx_tally {
	int64_t		 count[DX_CHANGE_COUNT];
	int64_t		 imports;
	bool		 outputs;		/* an output changes */
	const char	*destructive[DX_DESTRUCTIVE_MAX];	/* addresses, as they came */
	size_t		 destructive_count;
};

/* Of one entry of resource_changes; DX_CHANGE_COUNT for a list of actions that is not known.  Data sources are read. */
enum dx_change	dx_change_of(const struct dx_json *resource_change);
/* plan_action_unknown, plan_not_recognised. */
int	dx_change_tally(const struct dx_json *plan, struct dx_tally *out, struct dx_err *err);
/* terraform.noop, terraform.destroy, ...; static. */
const char	*dx_change_action(const struct dx_tally *t);
/* {type: count}; sorted array of providers. */
struct dx_json	dx_change_types(struct dx_arena *a, const struct dx_json *plan);
struct dx_json	dx_change_providers(struct dx_arena *a, const struct dx_json *plan);
/* Sorted, each once; the texts are borrowed and the list is sorted in place. */
struct dx_json	dx_change_names(struct dx_arena *a, const char **names, size_t n);

#endif
