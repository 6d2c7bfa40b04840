/* entries: an entry and its payloads as every verb writes them, and reads them back.  Within a transaction of the session. */
#ifndef DX_OP_ENTRIES_H
#define DX_OP_ENTRIES_H

#include "op/session.h"

/* A document, or any bytes, as a payload.  text (reset first) holds the canonical form and must live until the append; bytes are
 * borrowed. */
struct dx_payload	dx_payload_document(const struct dx_json *doc, struct dx_buf *text);
struct dx_payload	dx_payload_bytes(const void *bytes, size_t len);

/* Appends an entry of the caller: a new ledger_id, no decision, no approval.  details: object of page 2.1.  *seq (may be NULL) is its
 * number.  Failures are those of dx_store_append. */
int	dx_session_append(struct dx_session *s, enum dx_event event, const char *subject, struct dx_json details,
	    const struct dx_payload *payloads, size_t n, int64_t now, int64_t *seq, struct dx_err *err);

/* A stored entry, copied and parsed; everything is the arena's.  NULL: err. */
const struct dx_json	*dx_entry_read(struct dx_arena *a, const struct dx_stored_entry *e, struct dx_err *err);
/* The newest entry of that event on that subject.  1 and *out; 0: there is none; -1. */
int	dx_entry_newest(struct dx_session *s, const char *event, const char *subject, struct dx_arena *a, const struct dx_json **out,
	    struct dx_err *err);
/* The entry that a row of evidence tells of, copied and parsed.  projection_mismatch: there is none, or it says something else. */
const struct dx_json	*dx_entry_of(struct dx_session *s, const struct dx_evidence_row *row, struct dx_arena *a, struct dx_err *err);
/* The newest entry about an artifact, evidence_recorded or evidence_verified: 1 and *out, 0: there is none, -1. */
int	dx_entry_evidence(struct dx_session *s, const char *event, const char *sha256, struct dx_arena *a, const struct dx_json **out,
	    struct dx_err *err);
/* The last verdict on an artifact: 1 and the entry evidence_verified, 0: none was given, -1. */
int	dx_entry_verdict(struct dx_session *s, const char *sha256, struct dx_arena *a, const struct dx_json **out, struct dx_err *err);
/* A payload as a document (of anybody's making); payload_missing when the store has it not. */
int	dx_session_payload(struct dx_session *s, const char *sha256, struct dx_arena *a, struct dx_json *out, struct dx_err *err);

#endif
