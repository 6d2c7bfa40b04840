/* once: what a repeated gate call gets, the stored answer or a fresh one (decisions page 5.3).  Pure. */
#ifndef DX_CORE_ONCE_H
#define DX_CORE_ONCE_H

#include <stdbool.h>
#include <stdint.h>
#include "core/apply.h"
#include "core/policy.h"

enum dx_once_answer {
	DX_ONCE_FIRST,		/* nothing stored: generation 1 */
	DX_ONCE_REPLAY,		/* the stored answer stands */
	DX_ONCE_AGAIN,		/* evaluated afresh as the next generation, which supersedes the stored one */
	DX_ONCE_REUSED		/* same key, another request: idempotency_key_reused */
};

struct dx_once {
	const struct dx_decision_row	*stored;	/* newest generation of the key, NULL: none */
	const char	*approval_status;		/* of the stored decision, NULL: it has no approval */
	const char	*fingerprint;			/* of the call */
	bool		 derived, reopen;
	int64_t		 now;				/* microseconds */
	const struct dx_policy	*policy;		/* in force */
	const char	*rules_sha256;			/* in force, of the sorted list */
	int64_t		 money_seq;			/* of the tenant */
};

/* *replaces: the stored decision's holds end with the new one and its pending approval is cancelled (D47 a). */
enum dx_once_answer	dx_once_judge(const struct dx_once *o, bool *replaces);

#endif
