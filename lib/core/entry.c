#include <string.h>
#include "base/err.h"
#include "base/id.h"
#include "base/time.h"
#include "core/entry.h"
#include "core/event.h"

const struct dx_actor dx_actor_system = { DX_ID_NIL, "system", "system" };

void
dx_entry_genesis(const char *origin, struct dx_sha256 *out)
{
	struct dx_hasher *h = dx_hasher_new();

	dx_hasher_add(h, "dealix-ledger-genesis-v1\n", 25);
	dx_hasher_add(h, origin, strlen(origin));
	dx_hasher_add(h, "\n", 1);
	dx_hasher_end(h, out);
}

static struct dx_json
pair(struct dx_arena *a, const char *n1, const char *v1, const char *n2, const char *v2)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, n1, dx_json_text(v1));
	dx_json_put(a, &o, n2, dx_json_text(v2));
	return o;
}

static struct dx_json
actor_object(struct dx_arena *a, const struct dx_actor *actor)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "auth", dx_json_text(actor->auth));
	dx_json_put(a, &o, "id", dx_json_text(actor->id));
	dx_json_put(a, &o, "role", dx_json_text(actor->role));
	return o;
}

static const char *
prev_hex(struct dx_arena *a, const struct dx_head *head)
{
	struct dx_sha256 genesis;
	const struct dx_sha256 *prev = &head->leaf;
	char *hex = dx_arena_alloc(a, DX_SHA256_HEX);

	if (head->size == 0) {
		dx_entry_genesis(head->origin, &genesis);
		prev = &genesis;
	}
	dx_sha256_hex(prev, hex);
	return hex;
}

static const char *
recorded_at(struct dx_arena *a, const struct dx_head *head, int64_t now)
{
	char *text = dx_arena_alloc(a, DX_TIME_TEXT);

	if (head->size > 0 && head->recorded_at > now)
		now = head->recorded_at;
	dx_time_print(now, text);
	return text;
}

struct dx_json
dx_entry_make(struct dx_arena *a, const struct dx_head *head, const struct dx_entry_draft *d, int64_t now)
{
	const char *event = dx_event_name(d->event);
	const struct dx_event_spec *spec = dx_event_find(event);
	struct dx_err err = { 0 };
	struct dx_json e = dx_json_object();

	/* in canonical order, so that writing it need not sort */
	dx_json_put(a, &e, "actor", actor_object(a, &d->actor));
	if (d->approval_id != NULL)
		dx_json_put(a, &e, "approval", pair(a, "id", d->approval_id, "status", d->approval_status));
	if (dx_json_is(&d->decision, DX_JSON_OBJECT))
		dx_json_put(a, &e, "decision", d->decision);
	dx_json_put(a, &e, "details", d->details);
	dx_json_put(a, &e, "event", dx_json_text(event));
	dx_json_put(a, &e, "ledger_id", dx_json_text(d->ledger_id));
	dx_json_put(a, &e, "origin", dx_json_text(head->origin));
	dx_json_put(a, &e, "prev", dx_json_text(prev_hex(a, head)));
	dx_json_put(a, &e, "recorded_at", dx_json_text(recorded_at(a, head, now)));
	dx_json_put(a, &e, "schema", dx_json_text(DX_ENTRY_SCHEMA));
	dx_json_put(a, &e, "seq", dx_json_int(a, head->size));
	dx_json_put(a, &e, "subject", pair(a, "id", d->subject_id, "type", spec->subject));
	dx_json_put(a, &e, "tenant_id", dx_json_text(head->tenant_id));
	if (dx_entry_check(&e, &err) != 0) {
		char *why = dx_arena_printf(a, "ledger entry of %s: %s: %s", event, err.at, err.text);

		DX_BUG(why);
	}
	return e;
}

int
dx_entry_seal(const struct dx_json *entry, struct dx_buf *out, struct dx_sha256 *leaf, struct dx_err *err)
{
	dx_buf_reset(out);
	dx_json_canon(entry, out);
	if (out->len > DX_ENTRY_MAX)
		return dx_err_set(err, DX_R_ENTRY_TOO_LARGE, "a ledger entry has at most %d bytes, this one would have %zu",
		    DX_ENTRY_MAX, out->len);
	dx_sha256_tagged(0, out->data, out->len, leaf);
	return 0;
}

/* Few details have a name of that kind. */
static bool
may_name_payloads(const struct dx_json *details)
{
	static const char behind[] = "_sha256";
	size_t n = sizeof(behind) - 1;

	for (uint32_t i = 0; i < details->count; i++) {
		const struct dx_member *m = &details->u.members[i];

		if (m->name_len > n && memcmp(m->name + m->name_len - n, behind, n) == 0)
			return true;
	}
	return false;
}

int
dx_entry_payloads(const struct dx_json *entry, int (*fn)(void *ctx, const char *sha256_hex), void *ctx)
{
	static const char *const columns[] = { "request_payload_sha256", "response_payload_sha256" };
	static const char *const details[] = {
		"report_sha256", "document_sha256", "policy_sha256", "rules_sha256", "principals_sha256",
		"snapshot_sha256", "checkpoint_sha256", "attestation_sha256", "pack_sha256", "request_sha256",
		"reply_sha256", "signature_sha256", "provenance_sha256",
	};
	const struct dx_json *d = dx_json_get(entry, "decision");
	const char *hex;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		hex = dx_json_get_str(d, columns[i]);
		if (hex != NULL && fn(ctx, hex) != 0)
			return -1;
	}
	hex = dx_json_get_str(entry, "event");
	if (hex != NULL && strcmp(hex, "evidence_recorded") == 0) {
		hex = dx_json_get_str(dx_json_get(entry, "subject"), "id");
		if (hex != NULL && fn(ctx, hex) != 0)
			return -1;
	}
	d = dx_json_get(entry, "details");
	if (!dx_json_is(d, DX_JSON_OBJECT) || !may_name_payloads(d))
		return 0;
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
		hex = dx_json_get_str(d, details[i]);
		if (hex != NULL && fn(ctx, hex) != 0)
			return -1;
	}
	return 0;
}

const char *
dx_entry_subject(const struct dx_json *entry)
{
	return dx_json_get_str(dx_json_get(entry, "subject"), "id");
}

const char *
dx_entry_detail(const struct dx_json *entry, const char *name)
{
	return dx_json_get_str(dx_json_get(entry, "details"), name);
}
