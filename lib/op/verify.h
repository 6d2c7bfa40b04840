/* verify: whether a store is what it claims to be (ledger page 7).  Needs no principal: reading the files is enough. */
#ifndef DX_OP_VERIFY_H
#define DX_OP_VERIFY_H

#include "store/store.h"

struct dx_err;

struct dx_verify_options {
	const char	*store, *store_env;
	const char	*tenant;	/* NULL: every tenant */
	bool		 no_payloads, strict;
};
/* `dealix.verify.report.v1` per tenant, in the order of their names, as an array.  *errors counts the error findings,
 * *warnings the others. */
int	dx_op_verify_store(const struct dx_verify_options *o, struct dx_arena *a, struct dx_json *reports, unsigned *errors,
	    unsigned *warnings, struct dx_err *err);

#endif
