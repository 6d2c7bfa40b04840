/* trace: what of a log belongs together (release-gates page 6.3): decisions, approvals, actions, runs, evidence, packs and gates of one
 * decision, correlation id or trace. */
#ifndef DX_OP_TRACE_H
#define DX_OP_TRACE_H

#include "core/trace_check.h"
#include "store/store.h"

struct dx_err;

struct dx_trace_row { int64_t seq; const struct dx_json *entry; char leaf[DX_SHA256_HEX]; };
struct dx_trace {
	struct dx_trace_row	*row;		/* in the order of the log */
	size_t			 count;
	struct dx_json		 trace_ids, correlation_ids;	/* arrays of text, sorted */
};
/* Everything the log says about an id: of a decision, approval, run, action, pack or entry, a number of an entry, a subject, a correlation
 * id or a trace id; and what belongs to the same trace.  Within a read transaction; everything is the arena's.  Nothing found: 0 rows. */
int	dx_trace_gather(struct dx_store *s, const char *what, struct dx_arena *a, struct dx_trace *out, struct dx_err *err);
/* The same, and whether it is complete: decision, approval, execution and evidence, in order. */
int	dx_trace_judge(struct dx_store *s, const char *tenant, const char *what, struct dx_arena *a, struct dx_trace *t,
	    struct dx_trace_verdict *verdict, struct dx_err *err);

struct dx_trace_options { const char *store, *store_env, *tenant; };	/* as for a session; NULL: not given */
/* `{schema, id, tenant_id, complete, records{}, errors[], trace_ids[], correlation_ids[]}` of an id.  Needs no principal: reading the
 * files is enough.  An id nobody knows is an empty trace, not an error. */
int	dx_op_trace_verify(const struct dx_trace_options *o, const char *what, struct dx_arena *a, struct dx_json *report,
	    struct dx_trace_verdict *verdict, struct dx_err *err);

#endif
