/* promotion: which mode rows a new policy raises (decisions page 18.3).  Pure. */
#ifndef DX_CORE_PROMOTION_H
#define DX_CORE_PROMOTION_H

#include "core/policy.h"

/* The JSON Pointer ("/mode_matrix/terraform_prod") of the first row that `to` raises (shadow < soft < hard) over `from`, or NULL.
 * A row that is null counts as the mode it falls back to.  Static. */
const char	*dx_promotion_raised(const struct dx_policy *from, const struct dx_policy *to);

#endif
