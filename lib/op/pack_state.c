#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "op/entries.h"
#include "op/pack_state.h"
#include "pack/pack.h"

/* --- finding --- */

struct search { struct dx_arena *a; const char *what; const char *id; bool several; };

static int
by_digest(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct search *f = ctx;
	const struct dx_json *entry = dx_entry_read(f->a, e, err);
	const char *sha256 = entry != NULL ? dx_entry_detail(entry, "pack_sha256") : NULL;

	if (entry == NULL)
		return -1;
	if (sha256 == NULL || strncmp(sha256, f->what, strlen(f->what)) != 0)
		return 0;
	f->several |= f->id != NULL && strcmp(f->id, dx_entry_subject(entry)) != 0;
	f->id = dx_entry_subject(entry);
	return 0;
}

static int
id_of(struct dx_session *s, const char *what, struct dx_arena *a, const char **id, struct dx_err *err)
{
	static const char *const events[] = { "pack_sealed", "pack_reviewed" };
	struct search f = { .a = a, .what = what };
	size_t n = strlen(what);

	*id = dx_id_valid(what) ? what : NULL;
	if (*id != NULL || n < 8 || n > 64 || strspn(what, "0123456789abcdef") != n)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		struct dx_entry_filter filter = { .before_seq = -1, .event = events[i] };
		if (dx_store_entries(s->store, &filter, by_digest, &f, err) < 0)
			return -1;
	}
	if (f.several)
		return dx_err_set(err, DX_R_PACK_NOT_FOUND, "more than one pack begins with %s", what);
	*id = f.id;
	return 0;
}

static int64_t
seq_of(const struct dx_json *entry)
{
	int64_t seq;

	return entry != NULL && dx_json_int64(dx_json_get(entry, "seq"), &seq) ? seq : -1;
}

int
dx_pack_known(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_pack_known *out, struct dx_err *err)
{
	const struct dx_json *sealed = NULL, *reviewed = NULL, *newest;

	if (id_of(s, what, a, &out->id, err) != 0)
		return -1;
	if (out->id != NULL && (dx_entry_newest(s, "pack_sealed", out->id, a, &sealed, err) < 0 ||
	    dx_entry_newest(s, "pack_reviewed", out->id, a, &reviewed, err) < 0))
		return -1;
	newest = seq_of(reviewed) > seq_of(sealed) ? reviewed : sealed;
	if (newest == NULL)
		return dx_err_set(err, DX_R_PACK_NOT_FOUND, "there is no pack %.80s", what);
	out->sha256 = dx_entry_detail(newest, "pack_sha256");
	return dx_session_payload(s, out->sha256, a, &out->doc, err);
}

/* --- checking --- */

static int
has_payload(struct dx_session *s, const struct dx_sha256 *digest, struct dx_arena *a, const char *what, struct dx_err *err)
{
	char hex[DX_SHA256_HEX], *bytes;
	size_t len;
	int found;

	dx_sha256_hex(digest, hex);
	found = dx_store_payload(s->store, a, hex, &bytes, &len, err);
	return found == 0 ? dx_err_set(err, DX_R_PACK_SOURCE_GONE, "%s: the store has no %s", what, hex) : found < 0 ? -1 : 0;
}

int
dx_pack_known_sound(struct dx_session *s, const struct dx_pack_known *k, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json answer;
	struct dx_pack p;
	const char *reason;
	int rc = 0;

	if (dx_pack_check(&k->doc, DX_R_PACK_INVALID, a, &answer, err) != 0 || dx_pack_read(&k->doc, DX_R_PACK_INVALID, a, &p, err) != 0)
		return -1;
	reason = dx_json_get_str(&answer, "reason");
	if (reason != NULL)
		return dx_err_set(err, dx_reason_find(reason), "pack %s: stored hash %s, computed %s", k->id,
		    dx_json_get_str(&answer, "stored_hash"), dx_json_get_str(&answer, "computed_hash"));
	for (size_t i = 0; rc == 0 && i < p.item_count; i++)
		if (p.item[i].data == NULL)
			rc = has_payload(s, &p.item[i].sha256, a, p.item[i].source_ref, err);
	for (size_t i = 0; rc == 0 && i < p.member_count; i++)
		if (strchr(p.member[i].name, '/') != NULL && !dx_starts(p.member[i].name, "proofs/"))
			rc = has_payload(s, &p.member[i].sha256, a, p.member[i].name, err);
	return rc;
}

/* --- review --- */

static int
step(struct dx_session *s, const struct dx_pack_known *k, bool archive, struct dx_arena *a, int64_t now, struct dx_json *doc,
    struct dx_err *err)
{
	const char *status = dx_json_get_str(&k->doc, "status"), *by = dx_json_get_str(&k->doc, "assembled_by"),
	    *want = archive ? "reviewed" : "ready", *next = archive ? "archived" : "reviewed", *who = dx_session_actor(s).id;
	char text[DX_TIME_TEXT];

	if (strcmp(status, want) != 0)
		return dx_err_set(err, DX_R_PACK_BAD_TRANSITION, "pack %s is %s: it becomes %s from %s only", k->id, status, next, want);
	if (!archive && strcmp(by, who) == 0)
		return dx_err_set(err, DX_R_PACK_SELF_REVIEW, "%s assembled pack %s", who, k->id);
	*doc = dx_json_copy_top(a, &k->doc);
	dx_json_set(a, doc, "status", dx_json_text(next));
	if (archive)
		return 0;
	dx_time_print(now, text);
	dx_json_set(a, doc, "reviewed_by", dx_json_string(a, who));
	dx_json_set(a, doc, "reviewed_at", dx_json_string(a, text));
	return 0;
}

static int
note(struct dx_session *s, const char *id, const struct dx_json *doc, struct dx_arena *a, int64_t now, struct dx_err *err)
{
	static const char *const same[] = { "pack_type", "stage", "trace_id" };
	struct dx_buf text = { 0 };
	struct dx_payload payload = dx_payload_document(doc, &text);
	struct dx_json details = dx_json_object();
	int rc;

	dx_json_put(a, &details, "pack_sha256", dx_json_text(payload.sha256));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (dx_json_get(doc, same[i]) != NULL)
			dx_json_put(a, &details, same[i], *dx_json_get(doc, same[i]));
	if (dx_json_get(&details, "stage") == NULL)
		dx_json_put(a, &details, "stage", dx_json_text("final"));
	rc = dx_session_append(s, DX_EVENT_PACK_REVIEWED, id, details, &payload, 1, now, NULL, err);
	dx_buf_release(&text);
	return rc;
}

int
dx_op_pack_review(struct dx_session *s, const char *what, bool archive, struct dx_arena *a, struct dx_json *doc, struct dx_err *err)
{
	struct dx_pack_known k;
	int64_t now = dx_clock_now();
	int rc;

	if (dx_session_begin(s, true, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = dx_pack_known(s, what, a, &k, err);
	if (rc == 0 && (rc = dx_pack_known_sound(s, &k, a, err)) == 0 && (rc = step(s, &k, archive, a, now, doc, err)) == 0 &&
	    (rc = note(s, k.id, doc, a, now, err)) == 0)
		rc = dx_store_commit(s->store, err);
	if (rc != 0)
		dx_store_rollback(s->store);
	return rc;
}
