/* dsse: in-toto statements from an envelope, or from what `gh attestation verify --format json` prints: a list of {"attestation":
 * {"bundle": {"dsseEnvelope": ...}}, "verificationResult": {"statement", "signature": {"certificate"}}}.  Who signed is not asked here. */
#include <string.h>

#include "base/text.h"
#include "read/inner.h"

/* Standard alphabet or that of URLs, with padding or without; NUL behind.  NULL: not base64. */
static char *
decode(struct dx_arena *a, const struct dx_json *text, size_t *len)
{
	size_t n = text->count, room = n + 3;
	char *copy = dx_arena_alloc(a, room), *out = dx_arena_alloc(a, room);

	memcpy(copy, text->u.text, n);
	for (size_t i = 0; i < n; i++)
		copy[i] = copy[i] == '-' ? '+' : copy[i] == '_' ? '/' : copy[i];
	while (n % 4 != 0 && n < text->count + (size_t)2)
		copy[n++] = '=';
	if (dx_base64_decode(copy, n, out, len) != 0)
		return NULL;
	out[*len] = '\0';
	return out;
}

/* What was read from a payload has the payload's place. */
static void
set_offset(struct dx_json *v, uint32_t offset)
{
	v->offset = offset;
	for (uint32_t i = 0; v->type == DX_JSON_ARRAY && i < v->count; i++)
		set_offset(&v->u.items[i], offset);
	for (uint32_t i = 0; v->type == DX_JSON_OBJECT && i < v->count; i++)
		set_offset(&v->u.members[i].value, offset);
}

static int
statement(struct dx_reading *r, const struct dx_json *payload, struct dx_json *out)
{
	struct dx_spot_place at;
	size_t len;
	char *text;

	if (!dx_json_is(payload, DX_JSON_STRING))
		return dx_reading_fail_at(r, DX_R_MEDIA_SYNTAX, payload->offset, "a payload that is no text");
	text = decode(r->arena, payload, &len);
	if (text == NULL)
		return dx_reading_fail_at(r, DX_R_MEDIA_SYNTAX, payload->offset, "a payload that is not base64");
	if (dx_read_json_text(r, text, len, false, "the payload: ", out) != 0) {
		dx_json_position(r->doc->text, r->doc->len, payload->offset, &at.line, &at.column);
		r->doc->line = at.line;
		r->doc->column = at.column;
		return -1;
	}
	set_offset(out, payload->offset);
	return 0;
}

static struct dx_json
key_ids(struct dx_arena *a, const struct dx_json *envelope)
{
	const struct dx_json *signatures = dx_json_get(envelope, "signatures"), *id;
	struct dx_json list = dx_json_array();

	if (dx_json_is(signatures, DX_JSON_ARRAY))
		list.offset = signatures->offset;
	for (size_t i = 0; (id = dx_json_item(signatures, i)) != NULL; i++) {
		id = dx_json_get(id, "keyid");
		if (dx_json_is(id, DX_JSON_STRING))
			dx_json_push(a, &list, *id);
	}
	return list;
}

/* The envelope of an entry: itself, that of its bundle, or that of its attestation's bundle. */
static const struct dx_json *
envelope_of(const struct dx_json *entry)
{
	const struct dx_json *bundle = dx_json_get(dx_json_get(entry, "attestation"), "bundle"), *e;

	if (dx_json_get(entry, "payload") != NULL)
		return entry;
	e = dx_json_get(bundle, "dsseEnvelope");
	return e != NULL ? e : dx_json_get(entry, "dsseEnvelope");
}

static void
put_found(struct dx_reading *r, struct dx_json *object, const char *name, const struct dx_json *value)
{
	if (value != NULL)
		dx_json_put(r->arena, object, name, *value);
}

static int
entry(struct dx_reading *r, const struct dx_json *from, struct dx_json *out)
{
	const struct dx_json *envelope = envelope_of(from), *result = dx_json_get(from, "verificationResult");
	const struct dx_json *payload = dx_json_get(envelope, "payload"), *verified = dx_json_get(result, "statement");
	struct dx_json said;

	*out = dx_json_object();
	out->offset = from->offset;
	put_found(r, out, "payloadType", dx_json_get(envelope, "payloadType"));
	if (payload != NULL) {
		if (statement(r, payload, &said) != 0)
			return -1;
		dx_json_put(r->arena, out, "statement", said);
	} else {
		put_found(r, out, "statement", verified);
	}
	dx_json_put(r->arena, out, "keyids", key_ids(r->arena, envelope));
	put_found(r, out, "verified", verified);
	put_found(r, out, "certificate", dx_json_get(dx_json_get(result, "signature"), "certificate"));
	return 0;
}

int
dx_read_dsse(struct dx_reading *r)
{
	struct dx_json file, entries = dx_json_array(), one;
	struct dx_json *root = &r->doc->root;
	bool list;

	if (dx_read_json_text(r, r->doc->text, r->doc->len, true, "", &file) != 0)
		return -1;
	list = file.type == DX_JSON_ARRAY;
	*root = dx_json_object();
	root->offset = file.offset;
	if (!list && (file.type != DX_JSON_OBJECT || file.count == 0))
		return 0;		/* no entries: for a rule to say */
	entries.offset = file.offset;
	for (uint32_t i = 0; i < (list ? file.count : 1); i++) {
		if (entry(r, list ? &file.u.items[i] : &file, &one) != 0)
			return -1;
		dx_json_push(r->arena, &entries, one);
	}
	dx_json_put(r->arena, root, "entries", entries);
	return 0;
}
