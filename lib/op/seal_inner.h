/* What the files of seal share.  Nobody else includes it. */
#ifndef DX_OP_SEAL_INNER_H
#define DX_OP_SEAL_INNER_H

#include "op/seal.h"
#include "pack/pack.h"

/* What goes into the pack, gathered in one view of the store. */
struct sealing {
	struct dx_session	*s;
	const struct dx_seal_options *o;
	struct dx_arena		*a;
	struct dx_json		 wanted;	/* sha256 -> name as it was given */
	struct dx_json		 needed;	/* sha256 of what the reports rest on besides */
	struct dx_json		 members;	/* member name -> sha256 of a payload */
	struct dx_json		 decisions;	/* entries of what was decided under the trace */
	const char		*stage, *trace_id;	/* trace_id NULL: none */
	struct dx_json		 reports;	/* list of report documents */
	struct dx_evidence_row	*row;		/* at hand */
	size_t			 row_count;
	struct dx_buf		 slice;		/* ledger.ndjson */
	struct dx_arena		 held;		/* the payload being written */
};

int	dx_seal_sign(struct sealing *p, const struct dx_pack *pack, const struct dx_buf *document, struct dx_buf *envelope, struct dx_err *err);
/* The archive beside its name, synced; committed; renamed: a name that is there is a pack that the ledger knows. */
int	dx_seal_write(struct sealing *p, const struct dx_pack *pack, const struct dx_json *doc, const struct dx_buf *document,
	    const struct dx_buf *envelope, struct dx_err *err);

#endif
