/* scope: tenants and environments (approvals page 0, decisions page 4). */
#ifndef DX_CORE_SCOPE_H
#define DX_CORE_SCOPE_H

#include <stdbool.h>
#include "json/json.h"

#define DX_TENANT_TEXT	64

bool	dx_tenant_valid(const char *s);			/* [a-z0-9][a-z0-9._-]{0,62} */

/* The one environment routine: trim, lower-case, aliases (an object word -> word, or NULL), synonyms, D06.  The result is
 * in the arena or static. */
const char	*dx_environment(struct dx_arena *a, const char *raw, const struct dx_json *aliases);
bool	dx_environment_is_prod(const char *normalised);

#endif
