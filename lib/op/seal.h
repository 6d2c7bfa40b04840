/* seal: evidence packs made from the store, and envelopes over single files (evidence page 2.6). */
#ifndef DX_OP_SEAL_H
#define DX_OP_SEAL_H

#include "crypt/dsse.h"
#include "op/record.h"

struct dx_seal_options {
	const char *const *what;	/* artifacts, by SHA-256 or the first 8 or more digits of it */
	size_t		 count;
	const char	*commit;	/* all recorded with this commit, too; NULL: none */
	const char	*title, *pack_type, *trace_id;	/* trace_id NULL: none */
	const char	*stage;		/* NULL: final, but pre_approval of a trace that is asked for before anything was decided under it */
	bool		 trace_of_call;	/* nobody asked for it: the pack names it only where that says nothing that is not so */
	bool		 by_trace;	/* the trace is asked for: what was recorded under it, when nothing else is, and what was decided */
	const struct dx_keys *keys;	/* that sign, at least one */
	const char	*output;	/* file of the archive */
};
/* Gathers the artifacts with their contracts, reports and ledger entries, signs, writes the archive, and notes pack_sealed.  *document
 * is pack.json.  entry_not_found (nothing of that name, or nothing at all), trace_no_decision (final is asked for, and nothing was
 * decided), payload_missing, file_unwritable. */
int	dx_op_seal(struct dx_session *s, const struct dx_seal_options *o, struct dx_arena *a, struct dx_json *document, struct dx_err *err);

/* An in-toto statement about one file, signed; kept with the file, which is recorded as kind "artifact" unless it is already.  The
 * envelope's canonical bytes are appended to out. */
struct dx_attest_options { const char *file, *predicate_type; const struct dx_json *predicate; const struct dx_keys *keys; const char *commit; };
int	dx_op_attest(struct dx_session *s, const struct dx_attest_options *o, struct dx_arena *a, struct dx_buf *out, struct dx_err *err);

#endif
