/* Evidence as the ledger tells it: the entries evidence_recorded and evidence_verified, joined by the digest of the artifact. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "op/entries.h"
#include "op/record.h"

#define PREFIX_MIN	8	/* digits that may stand for a digest */

struct row {
	char			 sha256[DX_SHA256_HEX];
	const struct dx_json	*recorded, *verified;	/* entries; verified NULL: never */
};
struct rows {
	struct dx_arena	*a;
	struct row	*row;
	size_t		 count, room;
};

static int
add_recorded(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct rows *r = ctx;
	const struct dx_json *entry = dx_entry_read(r->a, e, err);

	if (entry == NULL)
		return -1;
	if (dx_entry_subject(entry) == NULL || !dx_hex_is(dx_entry_subject(entry), DX_SHA256_HEX - 1))
		return 0;
	if (r->count == r->room) {
		r->room = r->room == 0 ? 64 : r->room * 2;
		r->row = dx_realloc(r->row, dx_size_mul(r->room, sizeof(*r->row)));
	}
	r->row[r->count].recorded = entry;
	r->row[r->count].verified = NULL;
	memcpy(r->row[r->count++].sha256, dx_entry_subject(entry), DX_SHA256_HEX);
	return 0;
}

static int
by_digest(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->sha256, ((const struct row *)b)->sha256);
}

static int64_t
seq_of(const struct dx_json *entry)
{
	int64_t seq = -1;

	(void)dx_json_int64(dx_json_get(entry, "seq"), &seq);
	return seq;
}

static int
newest_first(const void *a, const void *b)
{
	int64_t x = seq_of(((const struct row *)a)->recorded), y = seq_of(((const struct row *)b)->recorded);

	return x < y ? 1 : x > y ? -1 : 0;
}

/* Entries come oldest first, so the last verdict stays. */
static int
add_verified(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct rows *r = ctx;
	const struct dx_json *entry = dx_entry_read(r->a, e, err);
	struct row key, *row;

	if (entry == NULL)
		return -1;
	if (dx_entry_subject(entry) == NULL || strlen(dx_entry_subject(entry)) >= sizeof(key.sha256) || r->count == 0)
		return 0;
	memcpy(key.sha256, dx_entry_subject(entry), strlen(dx_entry_subject(entry)) + 1);
	row = bsearch(&key, r->row, r->count, sizeof(*row), by_digest);
	if (row == NULL)
		return 0;
	while (row > r->row && by_digest(row - 1, &key) == 0)
		row--;
	for (; row < r->row + r->count && by_digest(row, &key) == 0; row++)
		row->verified = entry;
	return 0;
}

static int
read_rows(struct dx_session *s, struct rows *r, struct dx_err *err)
{
	struct dx_entry_filter recorded = { .before_seq = -1, .event = "evidence_recorded" },
	    verdicts = { .before_seq = -1, .event = "evidence_verified" };

	if (dx_store_entries(s->store, &recorded, add_recorded, r, err) < 0)
		return -1;
	if (r->count > 0)
		qsort(r->row, r->count, sizeof(*r->row), by_digest);
	if (dx_store_entries(s->store, &verdicts, add_verified, r, err) < 0)
		return -1;
	if (r->count > 0)
		qsort(r->row, r->count, sizeof(*r->row), newest_first);
	return 0;
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

int
dx_op_record_list(struct dx_session *s, const struct dx_record_filter *f, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct rows r = { .a = a };
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = read_rows(s, &r, err);
	dx_store_rollback(s->store);
	*out = dx_json_array();
	for (size_t i = 0; rc == 0 && i < r.count && (f->limit == 0 || out->count < f->limit); i++)
		if (is(f->kind, dx_entry_detail(r.row[i].recorded, "kind")) && is(f->commit, dx_entry_detail(r.row[i].recorded, "commit")) &&
		    is(f->verdict, dx_entry_detail(r.row[i].verified, "verdict")))
			dx_json_push(a, out, row_object(a, &r.row[i]));
	free(r.row);
	return rc;
}

/* --- show --- */

static int
find(const struct rows *r, const char *what, const char **sha256, struct dx_err *err)
{
	size_t n = strlen(what);

	*sha256 = NULL;
	if (n < PREFIX_MIN || n >= DX_SHA256_HEX || !dx_hex_is(what, n))
		return dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "\"%s\" is not a SHA-256, nor the first %d or more digits of one", what,
		    PREFIX_MIN);
	for (size_t i = 0; i < r->count; i++) {
		if (strncmp(r->row[i].sha256, what, n) != 0)
			continue;
		if (*sha256 != NULL && strcmp(*sha256, r->row[i].sha256) != 0)
			return dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "more than one artifact begins with %s", what);
		*sha256 = r->row[i].sha256;
	}
	if (*sha256 == NULL)
		return dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "no artifact %s was recorded", what);
	return 0;
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
show(struct dx_session *s, const struct rows *r, const char *sha256, struct dx_arena *a, struct dx_json *out, struct dx_buf *bytes,
    struct dx_err *err)
{
	struct dx_json records = dx_json_array();
	const struct row *newest = NULL;
	char *artifact;
	size_t len;
	int found;

	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->row[i].sha256, sha256) != 0)
			continue;
		if (newest == NULL)
			newest = &r->row[i];
		dx_json_push(a, &records, row_object(a, &r->row[i]));
	}
	found = dx_store_payload(s->store, a, sha256, &artifact, &len, err);
	if (found <= 0)
		return found < 0 ? -1 : dx_err_set(err, DX_R_PAYLOAD_MISSING, "the bytes of artifact %s are missing", sha256);
	if (bytes != NULL)
		dx_buf_add(bytes, artifact, len);
	*out = dx_json_object();
	dx_json_put(a, out, "bytes", dx_json_int(a, (int64_t)len));
	dx_json_put(a, out, "kind", *dx_json_get(dx_json_get(newest->recorded, "details"), "kind"));
	if (put_payload(s, a, dx_entry_detail(newest->recorded, "provenance_sha256"), out, "provenance", err) != 0)
		return -1;
	dx_json_put(a, out, "records", records);
	if (put_payload(s, a, dx_entry_detail(newest->verified, "report_sha256"), out, "report", err) != 0)
		return -1;
	dx_json_put(a, out, "sha256", dx_json_string(a, sha256));
	return 0;
}

int
dx_op_record_show(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_json *out, struct dx_buf *bytes,
    struct dx_err *err)
{
	struct rows r = { .a = a };
	const char *sha256;
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = read_rows(s, &r, err);
	if (rc == 0)
		rc = find(&r, what, &sha256, err);
	if (rc == 0)
		rc = show(s, &r, sha256, a, out, bytes, err);
	dx_store_rollback(s->store);
	free(r.row);
	return rc;
}
