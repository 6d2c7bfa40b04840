/* record: evidence in the store (evidence page 2.5): artifacts kept by digest, with where they came from and what contracts said of
 * them.  Judges nothing itself. */
#ifndef DX_OP_RECORD_H
#define DX_OP_RECORD_H

#include "contract/contract.h"
#include "op/session.h"

#define DX_PROVENANCE_SCHEMA	"dealix.evidence.provenance.v1"
#define DX_RECORD_MAX		(256u << 20)	/* bytes of an artifact */
#define DX_RECORD_GROUP		256		/* artifacts of one transaction */

/* One artifact; everything is borrowed. */
struct dx_record {
	const char		*bytes;
	size_t			 len;
	char			 sha256[DX_SHA256_HEX];
	const char		*kind;		/* of its contract; of an import its format; or "artifact" */
	struct dx_json		 provenance;	/* dealix.evidence.provenance.v1 */
	const struct dx_json	*report;	/* dealix.evidence.report.v1; NULL: nobody judged it */
	const char		*contract;	/* canonical bytes of the contract that judged */
	size_t			 contract_len;
	const char		*trace_id;	/* that it belongs to; NULL: nobody says */
	const char		*key;		/* idempotency key of the operation that made it; NULL: none */
	const struct dx_payload	*request;	/* with a key: {operation, request}, kept too */
	/* filled in */
	int64_t			 recorded_seq, verified_seq;	/* -1: no such entry */
};
/* An artifact of those bytes (borrowed), not judged. */
struct dx_record	dx_record_of(const struct dx_buf *bytes, const char *kind);
/* The contract that judged it; its bytes go into the arena. */
void	dx_record_contract(struct dx_record *item, const struct dx_contract *contract, struct dx_arena *a);
/* A name as documents may have it: UTF-8, and without secrets. */
const char	*dx_record_name(struct dx_arena *a, const char *given);
/* What every provenance document begins with; the caller puts more members. name: as given, masked here. */
struct dx_json	dx_provenance(struct dx_arena *a, const char *source, const struct dx_record *item, const char *name,
		    const char *commit);
/* Payloads and entries of one, within a transaction of the caller; `a` and `text` are scratch. */
int	dx_record_append(struct dx_session *s, struct dx_record *item, const char *commit, int64_t now, struct dx_arena *a,
	    struct dx_buf *text, struct dx_err *err);
/* Keeps them in one transaction: payloads, evidence_recorded and, where there is a report, evidence_verified for each.  commit: of
 * the work tree, 40 or 64 hex digits; NULL: none.  Needs a member.  Durable when it returns 0. */
int	dx_op_record(struct dx_session *s, struct dx_record *items, size_t n, const char *commit, int64_t now, struct dx_err *err);
/* A document made here as a record of evidence, within a transaction of the session that somebody else commits: one
 * evidence_recorded.  *out is its canonical form as a payload, whose bytes are those of `text` (reset first). */
int	dx_record_document(struct dx_session *s, const struct dx_json *doc, const char *kind, int64_t now, struct dx_arena *a,
	    struct dx_payload *out, struct dx_buf *text, struct dx_err *err);
/* `{sha256, kind, bytes, name, seq, verdict?, report?}` of a recorded one. */
struct dx_json	dx_record_answer(struct dx_arena *a, const struct dx_record *item, const char *name);

struct dx_record_filter { const char *kind, *commit, *verdict; int64_t limit; };	/* NULL: any; limit 0: none */
/* Rows `{sha256, kind, seq, recorded_at, actor_id, commit?, verdict?, contract?, contract_version?, level?, verified_at?}`, newest
 * first; the verdict is the last one given on these bytes. */
int	dx_op_record_list(struct dx_session *s, const struct dx_record_filter *f, struct dx_arena *a, struct dx_json *out,
	    struct dx_err *err);
/* The SHA-256 of the artifact that `what` begins, within a transaction: the whole of it or the first 8 or more digits, if only one that was
 * recorded begins so.  entry_not_found. */
int	dx_record_find(struct dx_session *s, const char *what, struct dx_arena *a, const char **sha256, struct dx_err *err);
/* An artifact as dx_record_find finds it: `{sha256, kind, bytes, records[],
 * provenance, report?}`.  entry_not_found.  With `bytes` not NULL the artifact itself goes there, too. */
int	dx_op_record_show(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_json *out, struct dx_buf *bytes,
	    struct dx_err *err);

#endif
