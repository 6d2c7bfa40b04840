/* trace_check: whether the records of a trace are complete (release-gates page 6.3).  Pure. */
#ifndef DX_CORE_TRACE_CHECK_H
#define DX_CORE_TRACE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

enum dx_trace_kind { DX_TRACE_DECISION, DX_TRACE_APPROVAL, DX_TRACE_EXECUTION, DX_TRACE_EVIDENCE, DX_TRACE_KINDS };
extern const char *const dx_trace_kind_names[];	/* "decision", "approval", "execution", "evidence", NULL */

struct dx_trace_record {
	enum dx_trace_kind	 kind;
	int64_t			 seq;		/* in the log; of an execution, of its first entry */
	const char		*tenant;	/* whose it says it is */
	const char		*decision_id;	/* that it is or belongs to; NULL: not said */
	const char		*fingerprint;	/* of the request it is about; NULL: it names none */
	bool			 needs_approval, denied;	/* of a decision */
	int64_t			 named_seq;	/* of a decision or execution: the newest evidence that names a hash of it; -1: none */
};

#define DX_TRACE_ERRORS	9
struct dx_trace_verdict {
	bool		complete;
	unsigned	count[DX_TRACE_KINDS];
	unsigned	error_count;
	enum dx_reason	error[DX_TRACE_ERRORS];	/* each at most once, in the order of the page */
};
/* Records in any order.  A decision that was denied, or whose approval was, needs neither approval, execution nor evidence. */
void	dx_trace_check(const struct dx_trace_record *r, size_t n, struct dx_trace_verdict *out);

#endif
