/* ledger: reading the log: list, show, trace (ledger page 3). */
#ifndef DX_OP_LEDGER_H
#define DX_OP_LEDGER_H

#include "op/session.h"

/* Entries as stored; start_at and end_at of the filter are any RFC 3339 text with an offset and are normalised here.  fn gets each. */
int	dx_op_ledger_list(struct dx_session *s, const struct dx_entry_filter *f, dx_entry_fn *fn, void *ctx, struct dx_err *err);
/* One entry by seq ("17") or ledger id, or a decision by its id: `{entry, seq, leaf_sha256, payloads: {sha256: document}}`.
 * entry_not_found. */
int	dx_op_ledger_show(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* Everything the ledger says about an id (op/trace.h) and what belongs to its trace, oldest first: `{id, correlation_ids[], trace_ids[],
 * state?, entries[], payloads{}}`; state where it is about one decision.  entry_not_found. */
int	dx_op_ledger_trace(struct dx_session *s, const char *id, struct dx_arena *a, struct dx_json *out, struct dx_err *err);

#endif
