/* Evidence as the ledger tells it: the entries evidence_recorded and evidence_verified, joined by the digest of the artifact. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "op/entries.h"
#include "op/record.h"

#define PREFIX_MIN	8	/* digits that may stand for a digest */

struct row { const struct dx_json *recorded, *verified; };	/* entries; verified NULL: never */

static int
read_row(struct dx_session *s, const struct dx_evidence_row *from, struct dx_arena *a, struct row *out, struct dx_err *err)
{
	out->recorded = dx_entry_of(s, from, a, err);
	return out->recorded == NULL || dx_entry_verdict(s, from->subject_id, a, &out->verified, err) < 0 ? -1 : 0;
}

static void
put(struct dx_arena *a, struct dx_json *o, const char *name, const struct dx_json *v)
{
	if (v != NULL)
		dx_json_put(a, o, name, *v);
}

static struct dx_json
row_object(struct dx_arena *a, const struct row *r)
{
	const struct dx_json *details = dx_json_get(r->recorded, "details"), *verdict = dx_json_get(r->verified, "details");
	struct dx_json o = dx_json_object();

	put(a, &o, "actor_id", dx_json_get(dx_json_get(r->recorded, "actor"), "id"));
	put(a, &o, "commit", dx_json_get(details, "commit"));
	put(a, &o, "contract", dx_json_get(verdict, "contract"));
	put(a, &o, "contract_version", dx_json_get(verdict, "version"));
	put(a, &o, "kind", dx_json_get(details, "kind"));
	put(a, &o, "level", dx_json_get(verdict, "level"));
	put(a, &o, "recorded_at", dx_json_get(r->recorded, "recorded_at"));
	put(a, &o, "seq", dx_json_get(r->recorded, "seq"));
	put(a, &o, "sha256", dx_json_get(dx_json_get(r->recorded, "subject"), "id"));
	put(a, &o, "verdict", dx_json_get(verdict, "verdict"));
	put(a, &o, "verified_at", dx_json_get(r->verified, "recorded_at"));
	return o;
}

static bool
is(const char *wanted, const char *found)
{
	return wanted == NULL || (found != NULL && strcmp(wanted, found) == 0);
}

static int
list(struct dx_session *s, const struct dx_record_filter *f, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_evidence_filter recorded = { .event = "evidence_recorded", .kind = f->kind, .commit_id = f->commit };
	struct dx_evidence_row *found;
	struct row row;
	size_t n;

	*out = dx_json_array();
	if (dx_store_evidence(s->store, a, &recorded, &found, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n && (f->limit == 0 || out->count < f->limit); i++) {
		if (read_row(s, &found[i], a, &row, err) != 0)
			return -1;
		if (is(f->verdict, dx_entry_detail(row.verified, "verdict")))
			dx_json_push(a, out, row_object(a, &row));
	}
	return 0;
}

int
dx_op_record_list(struct dx_session *s, const struct dx_record_filter *f, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = list(s, f, a, out, err);
	dx_store_rollback(s->store);
	return rc;
}

/* --- show --- */

int
dx_record_find(struct dx_session *s, const char *what, struct dx_arena *a, const char **sha256, struct dx_err *err)
{
	size_t n = strlen(what);
	int found;

	if (n < PREFIX_MIN || n >= DX_SHA256_HEX || !dx_hex_is(what, n))
		return dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "\"%s\" is not a SHA-256, nor the first %d or more digits of one", what,
		    PREFIX_MIN);
	found = dx_store_evidence_named(s->store, a, "evidence_recorded", what, sha256, err);
	if (found == 0)
		return dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "no artifact %s was recorded", what);
	if (found > 1)
		return dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "more than one artifact begins with %s", what);
	return found < 0 ? -1 : 0;
}

/* The payload of a digest (NULL: none) as a document, put as a member. */
static int
put_payload(struct dx_session *s, struct dx_arena *a, const char *sha256, struct dx_json *out, const char *name, struct dx_err *err)
{
	struct dx_json doc;

	if (sha256 == NULL)
		return 0;
	if (dx_session_payload(s, sha256, a, &doc, err) != 0)
		return -1;
	dx_json_put(a, out, name, doc);
	return 0;
}

static int
show(struct dx_session *s, const char *sha256, struct dx_arena *a, struct dx_json *out, struct dx_buf *bytes, struct dx_err *err)
{
	struct dx_evidence_filter recorded = { .event = "evidence_recorded", .subject_id = sha256 };
	struct dx_json records = dx_json_array();
	struct dx_evidence_row *found;
	struct row newest = { NULL, NULL }, row;
	char *artifact;
	size_t len, n;
	int there;

	if (dx_store_evidence(s->store, a, &recorded, &found, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (read_row(s, &found[i], a, &row, err) != 0)
			return -1;
		newest = i == 0 ? row : newest;
		dx_json_push(a, &records, row_object(a, &row));
	}
	there = dx_store_payload(s->store, a, sha256, &artifact, &len, err);
	if (there <= 0)
		return there < 0 ? -1 : dx_err_set(err, DX_R_PAYLOAD_MISSING, "the bytes of artifact %s are missing", sha256);
	if (bytes != NULL)
		dx_buf_add(bytes, artifact, len);
	*out = dx_json_object();
	dx_json_put(a, out, "bytes", dx_json_int(a, (int64_t)len));
	dx_json_put(a, out, "kind", *dx_json_get(dx_json_get(newest.recorded, "details"), "kind"));
	if (put_payload(s, a, dx_entry_detail(newest.recorded, "provenance_sha256"), out, "provenance", err) != 0)
		return -1;
	dx_json_put(a, out, "records", records);
	if (put_payload(s, a, dx_entry_detail(newest.verified, "report_sha256"), out, "report", err) != 0)
		return -1;
	dx_json_put(a, out, "sha256", dx_json_string(a, sha256));
	return 0;
}

int
dx_op_record_show(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_json *out, struct dx_buf *bytes,
    struct dx_err *err)
{
	const char *sha256;
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = dx_record_find(s, what, a, &sha256, err);
	if (rc == 0)
		rc = show(s, sha256, a, out, bytes, err);
	dx_store_rollback(s->store);
	return rc;
}
