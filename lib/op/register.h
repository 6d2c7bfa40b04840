/* register: a truth register against the files, the results of tests and the store (release-gates page 13.1).  Reads clock and files; with
 * `record` it writes one entry. */
#ifndef DX_OP_REGISTER_H
#define DX_OP_REGISTER_H

#include "check/register.h"
#include "op/session.h"

struct dx_register_options {
	struct dx_session_options session;
	const char	*root;			/* NULL: dx_op_root */
	const char	*const *results;	/* files: TAP, JUnit, dealix.gate.result.v1 */
	size_t		 result_count;
	int64_t		 now;			/* us */
	bool		 record;		/* register_audited; the auditor is the caller and edited no row */
};
/* file "-" is stdin.  *report: dealix.register.report.v1, in the arena.  0 whatever was found; -1: the register is malformed
 * (field_invalid, unknown_field, json_*), or something could not be looked at.  Recorded and durable when it returns 0. */
int	dx_op_register(const struct dx_register_options *o, const char *file, struct dx_arena *a, struct dx_json *report, char **created,
	    struct dx_err *err);

/* Reads a register for another verb; the caller frees it. */
int	dx_register_load(const char *file, struct dx_register **out, struct dx_err *err);

#endif
