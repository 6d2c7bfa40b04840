#include "pack/pack_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "json/pick.h"
#include "pack/zip_inner.h"

static const char *const types[] = { "deal_closure", "compliance_audit", "quarterly_review", "incident_response", "board_report",
    "release_evidence", NULL };
static const char *const statuses[] = { "assembling", "ready", "reviewed", "archived", NULL };
static const char *const stages[] = { "pre_approval", "final", NULL };

/* --- digests --- */

static void
canon_hash(const struct dx_json *v, struct dx_sha256 *out)
{
	struct dx_buf b = { 0 };

	dx_json_canon(v, &b);
	dx_sha256(b.data, b.len, out);
	dx_buf_release(&b);
}

/* Of the members that are none of these. */
static void
hash_without(const struct dx_json *doc, const char *const *leave, struct dx_arena *a, struct dx_sha256 *out)
{
	struct dx_json rest = dx_json_object();

	for (size_t i = 0; i < doc->count; i++) {
		const struct dx_member *m = &doc->u.members[i];
		bool left = false;

		for (size_t j = 0; leave[j] != NULL && !left; j++)
			left = strcmp(m->name, leave[j]) == 0;
		if (!left)
			dx_json_put(a, &rest, m->name, m->value);
	}
	canon_hash(&rest, out);
}

void
dx_pack_hash(const struct dx_json *doc, struct dx_arena *a, struct dx_sha256 *out)
{
	static const char *const leave[] = { "status", "reviewed_by", "reviewed_at", "hash", NULL };

	hash_without(doc, leave, a, out);
}

/* --- making --- */

static void
put_text(struct dx_arena *a, struct dx_json *o, const char *name, const char *text)
{
	if (text != NULL)
		dx_json_put(a, o, name, dx_json_string(a, text));
}

static void
put_hex(struct dx_arena *a, struct dx_json *o, const char *name, const struct dx_sha256 *d)
{
	char hex[DX_SHA256_HEX];

	dx_sha256_hex(d, hex);
	dx_json_put(a, o, name, dx_json_string(a, hex));
}

static struct dx_json
make_item(struct dx_pack_item *it, struct dx_arena *a)
{
	struct dx_json o = dx_json_object();
	char hex[DX_SHA256_HEX];

	put_text(a, &o, "type", it->type);
	put_text(a, &o, "source", it->source);
	put_text(a, &o, "source_ref", it->source_ref);
	if (it->absent)
		dx_json_put(a, &o, "absent", dx_json_bool(true));
	if (it->data != NULL) {
		canon_hash(it->data, &it->sha256);
		dx_json_put(a, &o, "data", *it->data);
	} else {
		dx_sha256_hex(&it->sha256, hex);
		dx_json_put(a, &o, "file", dx_json_text(dx_arena_printf(a, "files/%s", hex)));
	}
	put_hex(a, &o, "sha256", &it->sha256);
	return o;
}

static struct dx_json
make_metadata(const struct dx_pack *p, struct dx_arena *a)
{
	struct dx_json o = p->metadata != NULL ? dx_json_copy_top(a, p->metadata) : dx_json_object(), members = dx_json_object();

	for (size_t i = 0; i < p->member_count; i++)
		put_hex(a, &members, p->member[i].name, &p->member[i].sha256);
	dx_json_set(a, &o, "members", members);
	return o;
}

/* Version 8 of RFC 9562: what the pack is gives its id. */
static char *
derived_id(const struct dx_json *doc, struct dx_arena *a)
{
	static const char *const leave[] = { "id", "status", "reviewed_by", "reviewed_at", "hash", NULL };
	struct dx_sha256 d;
	char h[33];

	hash_without(doc, leave, a, &d);
	d.b[6] = (unsigned char)((d.b[6] & 0x0f) | 0x80);
	d.b[8] = (unsigned char)((d.b[8] & 0x3f) | 0x80);
	dx_hex_encode(d.b, 16, h);
	return dx_arena_printf(a, "%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
}

int
dx_pack_make(struct dx_pack *p, struct dx_arena *a, struct dx_json *doc, struct dx_err *err)
{
	struct dx_json o = dx_json_object(), contents = dx_json_array();
	struct dx_sha256 hash;
	struct dx_pack again;

	if (dx_pack_arrange(p->member, p->member_count, DX_R_FIELD_INVALID, err) != 0)
		return -1;
	for (size_t i = 0; i < p->item_count; i++)
		dx_json_push(a, &contents, make_item(&p->item[i], a));
	dx_json_put(a, &o, "schema", dx_json_text(DX_PACK_SCHEMA));
	put_text(a, &o, "tenant_id", p->tenant_id);
	put_text(a, &o, "title", p->title);
	put_text(a, &o, "title_ar", p->title_ar);
	put_text(a, &o, "pack_type", p->pack_type);
	put_text(a, &o, "entity_type", p->entity_type);
	put_text(a, &o, "entity_id", p->entity_id);
	put_text(a, &o, "status", p->status);
	put_text(a, &o, "trace_id", p->trace_id);
	put_text(a, &o, "stage", p->stage);
	put_text(a, &o, "assembled_by", p->assembled_by);
	put_text(a, &o, "reviewed_by", p->reviewed_by);
	put_text(a, &o, "reviewed_at", p->reviewed_at);
	if (p->incomplete)
		dx_json_put(a, &o, "complete", dx_json_bool(false));
	dx_json_put(a, &o, "contents", contents);
	dx_json_put(a, &o, "metadata", make_metadata(p, a));
	if (p->id == NULL)
		p->id = derived_id(&o, a);
	put_text(a, &o, "id", p->id);
	dx_pack_hash(&o, a, &hash);
	put_hex(a, &o, "hash", &hash);
	p->hash = hash;
	/* What is made must be what is read. */
	if (dx_pack_read(&o, DX_R_FIELD_INVALID, a, &again, err) != 0)
		return -1;
	*doc = o;
	return 0;
}

/* --- reading --- */

static void
read_digest(struct dx_pick *p, const char *name, struct dx_sha256 *out)
{
	const char *hex = dx_pick_text(p, name, 64, 64, true);

	if (hex != NULL && !dx_sha256_unhex(hex, out))
		dx_pick_fail(p, name, "must be 64 lower-case hex digits");
}

static int
read_item(const struct dx_json *v, size_t i, enum dx_reason wrong, struct dx_pack_item *out, struct dx_err *err)
{
	const char *file, *hex;
	struct dx_pick p;
	char at[64];

	snprintf(at, sizeof(at), "/contents/%zu", i);
	dx_pick_begin(&p, v, at, wrong, wrong, err);
	*out = (struct dx_pack_item){ .data = dx_pick_any(&p, "data") };
	file = dx_pick_text(&p, "file", 70, 70, out->data == NULL);
	out->type = dx_pick_text(&p, "type", 1, 200, true);
	out->source = dx_pick_text(&p, "source", 1, 200, true);
	out->source_ref = dx_pick_text(&p, "source_ref", 1, 4096, out->data == NULL);
	out->absent = dx_pick_bool(&p, "absent", false);
	read_digest(&p, "sha256", &out->sha256);
	hex = dx_json_get_str(v, "sha256");
	if (!p.failed && file != NULL && out->data != NULL)
		dx_pick_fail(&p, "file", "and data exclude each other");
	if (!p.failed && file != NULL && (!dx_starts(file, "files/") || strcmp(file + 6, hex) != 0))
		dx_pick_fail(&p, "file", "must be files/ and the sha256");
	if (!p.failed && file != NULL && strcmp(out->source_ref, DX_PACK_DOCUMENT) == 0)
		dx_pick_fail(&p, "source_ref", "must not be " DX_PACK_DOCUMENT ", which is the pack's own name");
	return dx_pick_end(&p);
}

/* No path twice: a subject of the statement is known by its name. */
static int
check_paths(const struct dx_pack *p, enum dx_reason wrong, struct dx_err *err)
{
	const char **path = dx_alloc(dx_size_mul(p->item_count, sizeof(*path))), *which = NULL;
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < p->item_count; i++)
		if (p->item[i].data == NULL)
			path[n++] = p->item[i].source_ref;
	if (dx_zip_repeats(path, n, &which))
		rc = dx_err_set_at(err, wrong, "/contents", "two files with the source_ref %.200s", which);
	free(path);
	return rc;
}

static int
read_contents(const struct dx_json *contents, enum dx_reason wrong, struct dx_arena *a, struct dx_pack *out, struct dx_err *err)
{
	if (contents->count > DX_ZIP_MEMBERS)
		return dx_err_set_at(err, wrong, "/contents", "more than %d items", DX_ZIP_MEMBERS);
	out->item_count = contents->count;
	out->item = dx_arena_alloc(a, dx_size_mul(contents->count, sizeof(*out->item)));
	for (size_t i = 0; i < contents->count; i++)
		if (read_item(dx_json_item(contents, i), i, wrong, &out->item[i], err) != 0)
			return -1;
	return check_paths(out, wrong, err);
}

static int
read_members(const struct dx_json *metadata, enum dx_reason wrong, struct dx_arena *a, struct dx_pack *out, struct dx_err *err)
{
	const struct dx_json *m = dx_json_get(metadata, "members");

	if (!dx_json_is(m, DX_JSON_OBJECT) || m->count > DX_ZIP_MEMBERS)
		return dx_err_set_at(err, wrong, "/metadata/members", "must be an object of at most %d digests", DX_ZIP_MEMBERS);
	out->member_count = m->count;
	out->member = dx_arena_alloc(a, dx_size_mul(m->count, sizeof(*out->member)));
	for (size_t i = 0; i < m->count; i++) {
		const char *hex = dx_json_str(&m->u.members[i].value);

		out->member[i].name = m->u.members[i].name;
		if (hex == NULL || !dx_sha256_unhex(hex, &out->member[i].sha256))
			return dx_err_set_at(err, wrong, "/metadata/members", "%.80s has no digest", out->member[i].name);
	}
	return dx_pack_arrange(out->member, out->member_count, wrong, err);
}

static const char *
read_choice(struct dx_pick *p, const char *name, const char *const *names)
{
	int i = dx_pick_enum(p, name, names, -1);

	return i >= 0 ? names[i] : NULL;
}

static void
read_fields(struct dx_pick *p, struct dx_pack *out)
{
	const char *schema = dx_pick_text(p, "schema", 1, 64, true);
	int64_t us;

	if (schema != NULL && strcmp(schema, DX_PACK_SCHEMA) != 0)
		dx_pick_fail(p, "schema", "must be " DX_PACK_SCHEMA);
	out->id = dx_pick_text(p, "id", 36, 36, true);
	if (out->id != NULL && !dx_id_valid(out->id))
		dx_pick_fail(p, "id", "must be a UUID");
	out->tenant_id = dx_pick_text(p, "tenant_id", 1, 63, true);
	out->title = dx_pick_text(p, "title", 1, 500, true);
	out->title_ar = dx_pick_text(p, "title_ar", 1, 500, false);
	out->pack_type = read_choice(p, "pack_type", types);
	out->entity_type = dx_pick_text(p, "entity_type", 1, 200, false);
	out->entity_id = dx_pick_text(p, "entity_id", 1, 200, false);
	out->status = read_choice(p, "status", statuses);
	out->trace_id = dx_pick_text(p, "trace_id", 1, 200, false);
	out->stage = dx_pick_any(p, "stage") != NULL ? read_choice(p, "stage", stages) : NULL;
	out->assembled_by = dx_pick_text(p, "assembled_by", 1, 200, true);
	out->reviewed_by = dx_pick_text(p, "reviewed_by", 1, 200, false);
	out->reviewed_at = dx_pick_text(p, "reviewed_at", 1, 64, false);
	if (out->reviewed_at != NULL && dx_time_parse(out->reviewed_at, &us, NULL) != 0)
		dx_pick_fail(p, "reviewed_at", "must be a time");
	out->incomplete = !dx_pick_bool(p, "complete", true);
	read_digest(p, "hash", &out->hash);
}

int
dx_pack_read(const struct dx_json *doc, enum dx_reason wrong, struct dx_arena *a, struct dx_pack *out, struct dx_err *err)
{
	const struct dx_json *contents;
	struct dx_pack pack = { 0 };
	struct dx_pick p;

	dx_pick_begin(&p, doc, "", wrong, wrong, err);
	read_fields(&p, &pack);
	contents = dx_pick_type(&p, "contents", DX_JSON_ARRAY, true);
	pack.metadata = dx_pick_type(&p, "metadata", DX_JSON_OBJECT, true);
	if (dx_pick_end(&p) != 0 || read_contents(contents, wrong, a, &pack, err) != 0 ||
	    read_members(pack.metadata, wrong, a, &pack, err) != 0)
		return -1;
	*out = pack;
	return 0;
}

int
dx_pack_check(const struct dx_json *doc, enum dx_reason wrong, struct dx_arena *a, struct dx_json *answer, struct dx_err *err)
{
	enum dx_reason reason = DX_OK;
	struct dx_sha256 hash, item;
	struct dx_pack p;

	if (dx_pack_read(doc, wrong, a, &p, err) != 0)
		return -1;
	dx_pack_hash(doc, a, &hash);
	if (memcmp(&hash, &p.hash, sizeof(hash)) != 0)
		reason = DX_R_PACK_HASH;
	for (size_t i = 0; reason == DX_OK && i < p.item_count; i++) {
		if (p.item[i].data == NULL)
			continue;
		canon_hash(p.item[i].data, &item);
		if (memcmp(&item, &p.item[i].sha256, sizeof(item)) != 0)
			reason = DX_R_PACK_ITEM_HASH;
	}
	*answer = dx_json_object();
	dx_json_put(a, answer, "valid", dx_json_bool(reason == DX_OK));
	if (reason != DX_OK)
		put_text(a, answer, "reason", dx_reason_code(reason));
	put_hex(a, answer, "stored_hash", &p.hash);
	put_hex(a, answer, "computed_hash", &hash);
	return 0;
}
