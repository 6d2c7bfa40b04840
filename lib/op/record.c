#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "core/redact.h"
#include "op/entries.h"
#include "op/record.h"

struct dx_record
dx_record_of(const struct dx_buf *bytes, const char *kind)
{
	struct dx_record r = { .bytes = bytes->data != NULL ? bytes->data : "", .len = bytes->len, .kind = kind, .verified_seq = -1 };
	struct dx_sha256 digest;

	dx_sha256(r.bytes, r.len, &digest);
	dx_sha256_hex(&digest, r.sha256);
	return r;
}

void
dx_record_contract(struct dx_record *item, const struct dx_contract *contract, struct dx_arena *a)
{
	struct dx_buf canon = { 0 };

	dx_json_canon(&contract->document, &canon);
	item->kind = dx_arena_dup(a, contract->kind, strlen(contract->kind));
	item->contract = dx_arena_dup(a, canon.data, canon.len);
	item->contract_len = canon.len;
	dx_buf_release(&canon);
}

const char *
dx_record_name(struct dx_arena *a, const char *given)
{
	struct dx_redact none = { 0 };
	char *name = dx_arena_dup(a, given, strlen(given));
	const char *masked;

	dx_utf8_mend(name);
	masked = dx_redact_text(&none, a, name);
	dx_redact_release(&none);
	return masked;
}

struct dx_json
dx_provenance(struct dx_arena *a, const char *source, const struct dx_record *item, const char *name, const char *commit)
{
	struct dx_json p = dx_json_object();
	char host[256] = "";

	(void)gethostname(host, sizeof(host) - 1);
	dx_json_put(a, &p, "bytes", dx_json_int(a, (int64_t)item->len));
	if (commit != NULL)
		dx_json_put(a, &p, "commit", dx_json_string(a, commit));
	if (dx_utf8_valid(host, strlen(host)))
		dx_json_put(a, &p, "host", dx_json_string(a, host));
	dx_json_put(a, &p, "kind", dx_json_string(a, item->kind));
	if (dx_utf8_valid(name, strlen(name)))
		dx_json_put(a, &p, "name", dx_json_string(a, dx_record_name(a, name)));
	dx_json_put(a, &p, "schema", dx_json_text(DX_PROVENANCE_SCHEMA));
	dx_json_put(a, &p, "sha256", dx_json_string(a, item->sha256));
	dx_json_put(a, &p, "source", dx_json_text(source));
	return p;
}

static int
record(struct dx_session *s, struct dx_record *item, const char *commit, int64_t now, struct dx_arena *a, struct dx_buf *text,
    struct dx_err *err)
{
	struct dx_json details = dx_json_object();
	struct dx_payload payload[3] = { { .bytes = item->bytes, .len = item->len }, dx_payload_document(&item->provenance, text) };
	size_t n = 2;

	memcpy(payload[0].sha256, item->sha256, sizeof(payload[0].sha256));
	if (commit != NULL)
		dx_json_put(a, &details, "commit", dx_json_text(commit));
	dx_json_put(a, &details, "kind", dx_json_text(item->kind));
	dx_json_put(a, &details, "provenance_sha256", dx_json_text(payload[1].sha256));
	if (item->trace_id != NULL || s->opt.trace_id != NULL)
		dx_json_put(a, &details, "trace_id", dx_json_text(item->trace_id != NULL ? item->trace_id : s->opt.trace_id));
	if (item->key != NULL) {
		dx_json_put(a, &details, "idempotency_key", dx_json_text(item->key));
		dx_json_put(a, &details, "request_sha256", dx_json_text(item->request->sha256));
		dx_json_put(a, &details, "reply_sha256", dx_json_text(item->sha256));
		payload[n++] = *item->request;
	}
	return dx_session_append(s, DX_EVENT_EVIDENCE_RECORDED, item->sha256, details, payload, n, now, &item->recorded_seq, err);
}

static int
verified(struct dx_session *s, struct dx_record *item, int64_t now, struct dx_arena *a, struct dx_buf *text, struct dx_err *err)
{
	struct dx_json details = dx_json_object();
	struct dx_payload payload[2] = { dx_payload_document(item->report, text),
	    dx_payload_bytes(item->contract, item->contract_len) };
	const struct dx_json *version = dx_json_get(item->report, "version");

	dx_json_put(a, &details, "contract", *dx_json_get(item->report, "kind"));
	dx_json_put(a, &details, "level", *dx_json_get(item->report, "level"));
	dx_json_put(a, &details, "report_sha256", dx_json_text(payload[0].sha256));
	dx_json_put(a, &details, "verdict", *dx_json_get(item->report, "verdict"));
	dx_json_put(a, &details, "version", *version);
	return dx_session_append(s, DX_EVENT_EVIDENCE_VERIFIED, item->sha256, details, payload, 2, now, &item->verified_seq, err);
}

int
dx_record_document(struct dx_session *s, const struct dx_json *doc, const char *kind, int64_t now, struct dx_arena *a,
    struct dx_payload *out, struct dx_buf *text, struct dx_err *err)
{
	struct dx_buf provenance = { 0 };
	struct dx_record item = { .kind = kind };
	int rc;

	*out = dx_payload_document(doc, text);
	item.bytes = out->bytes;
	item.len = out->len;
	memcpy(item.sha256, out->sha256, sizeof(item.sha256));
	item.provenance = dx_provenance(a, "decided", &item, kind, NULL);
	rc = record(s, &item, NULL, now, a, &provenance, err);
	dx_buf_release(&provenance);
	return rc;
}

int
dx_record_append(struct dx_session *s, struct dx_record *item, const char *commit, int64_t now, struct dx_arena *a, struct dx_buf *text,
    struct dx_err *err)
{
	item->verified_seq = -1;
	if (record(s, item, commit, now, a, text, err) != 0)
		return -1;
	return item->report != NULL ? verified(s, item, now, a, text, err) : 0;
}

int
dx_op_record(struct dx_session *s, struct dx_record *items, size_t n, const char *commit, int64_t now, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_buf text = { 0 };
	int rc;

	if (dx_session_begin(s, true, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = dx_session_open_log(s, now, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = dx_record_append(s, &items[i], commit, now, &a, &text, err);
		dx_arena_reset(&a);
	}
	if (rc == 0)
		rc = dx_store_commit(s->store, err);
	if (rc != 0)
		dx_store_rollback(s->store);
	dx_buf_release(&text);
	dx_arena_release(&a);
	return rc;
}

struct dx_json
dx_record_answer(struct dx_arena *a, const struct dx_record *item, const char *name)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "bytes", dx_json_int(a, (int64_t)item->len));
	dx_json_put(a, &o, "kind", dx_json_string(a, item->kind));
	if (dx_utf8_valid(name, strlen(name)))
		dx_json_put(a, &o, "name", dx_json_string(a, name));
	if (item->report != NULL)
		dx_json_put(a, &o, "report", *item->report);
	dx_json_put(a, &o, "schema", dx_json_text("dealix.evidence.record.v1"));
	dx_json_put(a, &o, "seq", dx_json_int(a, item->recorded_seq));
	dx_json_put(a, &o, "sha256", dx_json_string(a, item->sha256));
	if (item->report != NULL)
		dx_json_put(a, &o, "verdict", *dx_json_get(item->report, "verdict"));
	return o;
}
