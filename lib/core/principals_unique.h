/* principals_unique: what may belong to one principal only: an id, a login, a key.  Part of principals. */
#ifndef DX_CORE_PRINCIPALS_UNIQUE_H
#define DX_CORE_PRINCIPALS_UNIQUE_H

#include "json/json.h"

struct dx_err;

/* list: canonical principals, each checked by itself.  principal_duplicate, principal_os_user_duplicate,
 * principal_key_duplicate, at the later of two. */
int	dx_principals_unique(const struct dx_json *list, struct dx_err *err);

#endif
