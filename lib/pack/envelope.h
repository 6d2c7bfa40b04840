/* envelope: DSSE envelopes and in-toto statements as documents (evidence page 2.6).  Knows no pack. */
#ifndef DX_PACK_ENVELOPE_H
#define DX_PACK_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/reason.h"
#include "crypt/dsse.h"
#include "json/json.h"

#define DX_INTOTO_PAYLOAD	"application/vnd.in-toto+json"
#define DX_INTOTO_STATEMENT	"https://in-toto.io/Statement/v1"
#define DX_ENVELOPE_SIGNATURES	64	/* of one envelope; more are refused */

struct dx_subject { const char *name; struct dx_sha256 sha256; };

/* Canonical bytes, no line end, appended.  Subjects stand in the order given. */
void	dx_statement_make(const struct dx_subject *subjects, size_t n, const char *predicate_type, const struct dx_json *predicate,
	    struct dx_buf *out);
/* By name, then digest: what a statement wants of all subjects but those that come first. */
void	dx_subject_sort(struct dx_subject *subjects, size_t n);

/* Canonical bytes of an envelope with one signature a key, no line end, appended.  key_invalid. */
int	dx_envelope_make(const char *payload_type, const void *payload, size_t n, struct dx_key *const *keys, size_t key_count,
	    struct dx_buf *out, struct dx_err *err);

struct dx_envelope {
	const char		*payload_type;
	const char		*payload;		/* decoded; NUL behind it */
	size_t			 payload_len;
	size_t			 sig_count;
	struct dx_dsse_sig	 sig[DX_ENVELOPE_SIGNATURES];
	const char		*keyid[DX_ENVELOPE_SIGNATURES];	/* "" when there is none; proves nothing */
};
/* From a document; members that DSSE does not name are ignored, standard and URL-safe base64 both taken.  Strings are in the
 * arena.  -1 with `bad`. */
int	dx_envelope_read(const struct dx_json *doc, enum dx_reason bad, struct dx_arena *a, struct dx_envelope *out,
	    struct dx_err *err);
/* At least `threshold` (>= 1) different keys signed.  -1: evidence_signature when a signature is under the id of a trusted key
 * and is not its, else evidence_unsigned.  signed_by (may be NULL) has keys->count places. */
int	dx_envelope_verify(const struct dx_envelope *e, const struct dx_keys *keys, size_t threshold, bool *signed_by,
	    struct dx_err *err);

struct dx_statement {
	struct dx_subject	*subject;
	size_t			 count;
	const char		*predicate_type;
	const struct dx_json	*predicate;	/* an object */
};
/* The payload of an envelope as a statement; every subject must have a name and a sha256.  -1 with `bad`. */
int	dx_statement_read(const struct dx_envelope *e, enum dx_reason bad, struct dx_arena *a, struct dx_statement *out,
	    struct dx_err *err);

#endif
