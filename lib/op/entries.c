#include <string.h>

#include "base/err.h"
#include "base/id.h"
#include "op/entries.h"

static struct dx_payload
payload(const struct dx_json *doc, const void *bytes, size_t len)
{
	struct dx_payload p = { .bytes = bytes, .len = len, .doc = doc };
	struct dx_sha256 digest;

	dx_sha256(bytes, len, &digest);
	dx_sha256_hex(&digest, p.sha256);
	return p;
}

struct dx_payload
dx_payload_document(const struct dx_json *doc, struct dx_buf *text)
{
	dx_buf_reset(text);
	dx_json_canon(doc, text);
	return payload(doc, text->data, text->len);
}

struct dx_payload
dx_payload_bytes(const void *bytes, size_t len)
{
	return payload(NULL, bytes, len);
}

int
dx_session_append(struct dx_session *s, enum dx_event event, const char *subject, struct dx_json details,
    const struct dx_payload *payloads, size_t n, int64_t now, int64_t *seq, struct dx_err *err)
{
	struct dx_entry_draft d = { .event = event, .actor = dx_session_actor(s), .subject_id = subject, .details = details };
	char id[DX_ID_TEXT];
	int64_t unused;

	dx_id_new(now, id);
	d.ledger_id = id;
	return dx_store_append(s->store, &d, payloads, n, now, seq != NULL ? seq : &unused, err);
}

const struct dx_json *
dx_entry_read(struct dx_arena *a, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct dx_json *entry = dx_arena_alloc(a, sizeof(*entry));

	if (dx_json_parse(a, dx_arena_dup(a, e->bytes, e->len), e->len, DX_JSON_OURS, entry, err) != 0)
		return NULL;
	return entry;
}

struct newest { struct dx_arena *a; const struct dx_json *entry; };

static int
take(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct newest *n = ctx;

	n->entry = dx_entry_read(n->a, e, err);
	return n->entry != NULL ? 0 : -1;
}

int
dx_entry_newest(struct dx_session *s, const char *event, const char *subject, struct dx_arena *a, const struct dx_json **out,
    struct dx_err *err)
{
	struct dx_entry_filter f = { .before_seq = -1, .event = event, .subject_id = subject, .limit = 1, .newest_first = true };
	struct newest n = { a, NULL };

	if (dx_store_entries(s->store, &f, take, &n, err) < 0)
		return -1;
	*out = n.entry;
	return n.entry != NULL;
}

static bool
is(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

const struct dx_json *
dx_entry_of(struct dx_session *s, const struct dx_evidence_row *row, struct dx_arena *a, struct dx_err *err)
{
	struct dx_entry_filter f = { .before_seq = row->seq + 1, .limit = 1, .newest_first = true };
	struct newest n = { a, NULL };
	struct dx_evidence_row told;

	if (dx_store_entries(s->store, &f, take, &n, err) < 0)
		return NULL;
	if (n.entry != NULL && dx_evidence_row(n.entry, &told) && told.seq == row->seq && is(told.event, row->event) &&
	    is(told.subject_id, row->subject_id) && is(told.kind, row->kind) && is(told.commit_id, row->commit_id))
		return n.entry;
	(void)dx_err_set(err, DX_R_PROJECTION_MISMATCH, "entry %lld is not what the table of evidence says", (long long)row->seq);
	return NULL;
}

int
dx_entry_evidence(struct dx_session *s, const char *event, const char *sha256, struct dx_arena *a, const struct dx_json **out,
    struct dx_err *err)
{
	struct dx_evidence_filter f = { .event = event, .subject_id = sha256, .limit = 1 };
	struct dx_evidence_row *row;
	size_t n;

	*out = NULL;
	if (dx_store_evidence(s->store, a, &f, &row, &n, err) != 0)
		return -1;
	if (n == 0)
		return 0;
	*out = dx_entry_of(s, row, a, err);
	return *out != NULL ? 1 : -1;
}

int
dx_entry_verdict(struct dx_session *s, const char *sha256, struct dx_arena *a, const struct dx_json **out, struct dx_err *err)
{
	return dx_entry_evidence(s, "evidence_verified", sha256, a, out, err);
}

int
dx_session_payload(struct dx_session *s, const char *sha256, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	char *bytes;
	size_t len;
	int found = dx_store_payload(s->store, a, sha256, &bytes, &len, err);

	if (found == 0)
		return dx_err_set(err, DX_R_PAYLOAD_MISSING, "payload %s is missing", sha256);
	return found < 0 ? -1 : dx_json_parse(a, bytes, len, DX_JSON_FOREIGN, out, err);
}
