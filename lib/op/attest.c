/* An in-toto statement about one file. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "op/entries.h"
#include "op/seal.h"
#include "pack/envelope.h"

static int
make(const struct dx_attest_options *o, const struct dx_record *r, struct dx_arena *a, struct dx_buf *out, struct dx_err *err)
{
	struct dx_subject subject = { .name = dx_record_name(a, o->file) };
	struct dx_buf statement = { 0 };
	int rc;

	(void)dx_sha256_unhex(r->sha256, &subject.sha256);
	dx_statement_make(&subject, 1, o->predicate_type, o->predicate, &statement);
	rc = dx_envelope_make(DX_INTOTO_PAYLOAD, statement.data, statement.len, o->keys->key, o->keys->count, out, err);
	dx_buf_release(&statement);
	return rc;
}

static int
keep(struct dx_session *s, const struct dx_record *r, const struct dx_buf *envelope, struct dx_arena *a, struct dx_err *err)
{
	struct dx_payload payload = dx_payload_bytes(envelope->data, envelope->len);
	struct dx_json details = dx_json_object();
	int rc;

	if (dx_session_begin(s, true, DX_ROLE_MEMBER, err) != 0)
		return -1;
	dx_json_put(a, &details, "attestation_sha256", dx_json_text(payload.sha256));
	rc = dx_session_append(s, DX_EVENT_EVIDENCE_ATTESTED, r->sha256, details, &payload, 1, dx_clock_now(), NULL, err);
	if (rc == 0)
		rc = dx_store_commit(s->store, err);
	if (rc != 0)
		dx_store_rollback(s->store);
	return rc;
}

/* Whether the artifact is on record already; a store without a log has nothing. */
static int
recorded(struct dx_session *s, const char *sha256, struct dx_arena *a, bool *known, struct dx_err *err)
{
	char *bytes;
	size_t len;
	int found;

	if (dx_session_begin(s, true, DX_ROLE_MEMBER, err) != 0)
		return -1;
	found = s->opening ? 0 : dx_store_payload(s->store, a, sha256, &bytes, &len, err);
	dx_store_rollback(s->store);
	*known = found == 1;
	return found < 0 ? -1 : 0;
}

int
dx_op_attest(struct dx_session *s, const struct dx_attest_options *o, struct dx_arena *a, struct dx_buf *out, struct dx_err *err)
{
	struct dx_buf bytes = { 0 };
	struct dx_record r;
	bool known = false;
	int rc = dx_file_read_regular(o->file, DX_RECORD_MAX, DX_R_MEDIA_TOO_LARGE, DX_R_JSON_MISSING, &bytes, err);

	if (rc == 0) {
		r = dx_record_of(&bytes, "artifact");
		rc = make(o, &r, a, out, err);
	}
	if (rc == 0)
		rc = recorded(s, r.sha256, a, &known, err);
	if (rc == 0 && !known) {
		r.provenance = dx_provenance(a, "attest", &r, o->file, o->commit);
		rc = dx_op_record(s, &r, 1, o->commit, dx_clock_now(), err);
	}
	if (rc == 0)
		rc = keep(s, &r, out, a, err);
	dx_buf_release(&bytes);
	return rc;
}
