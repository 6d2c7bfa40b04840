/* route: which reviewers a decision needs (approvals page 3): the frozen trace of an approval.  Pure. */
#ifndef DX_CORE_ROUTE_H
#define DX_CORE_ROUTE_H

#include "core/policy.h"
#include "core/request.h"

/* The trace object (page 3.3) for a finished request under a policy; risk_class is the computed one. */
struct dx_json	dx_route_trace(struct dx_arena *a, const struct dx_policy *p, int64_t policy_version, const struct dx_request *r,
	    const char *risk_class);

#endif
