#include "pack/envelope.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

/* --- making --- */

static void
put_string(struct dx_buf *out, const char *s)
{
	dx_json_quote(s, strlen(s), out);
}

static void
put_base64(struct dx_buf *out, const void *bytes, size_t n)
{
	dx_buf_putc(out, '"');
	dx_buf_grow(out, dx_size_mul(n / 3 + 2, 4));
	out->len += dx_base64_encode(bytes, n, out->data + out->len);
	dx_buf_putc(out, '"');
}

void
dx_statement_make(const struct dx_subject *subjects, size_t n, const char *predicate_type, const struct dx_json *predicate,
    struct dx_buf *out)
{
	char hex[DX_SHA256_HEX];

	/* The names are in canonical order as they stand. */
	dx_buf_puts(out, "{\"_type\":\"" DX_INTOTO_STATEMENT "\",\"predicate\":");
	dx_json_canon(predicate, out);
	dx_buf_puts(out, ",\"predicateType\":");
	put_string(out, predicate_type);
	dx_buf_puts(out, ",\"subject\":[");
	for (size_t i = 0; i < n; i++) {
		dx_sha256_hex(&subjects[i].sha256, hex);
		dx_buf_printf(out, "%s{\"digest\":{\"sha256\":\"%s\"},\"name\":", i > 0 ? "," : "", hex);
		put_string(out, subjects[i].name);
		dx_buf_putc(out, '}');
	}
	dx_buf_puts(out, "]}");
}

static int
by_name(const void *a, const void *b)
{
	const struct dx_subject *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : memcmp(&x->sha256, &y->sha256, sizeof(x->sha256));
}

void
dx_subject_sort(struct dx_subject *subjects, size_t n)
{
	if (n > 1)
		qsort(subjects, n, sizeof(*subjects), by_name);
}

int
dx_envelope_make(const char *payload_type, const void *payload, size_t n, struct dx_key *const *keys, size_t key_count,
    struct dx_buf *out, struct dx_err *err)
{
	unsigned char sig[DX_SIGN_SIZE];
	char id[DX_SHA256_HEX];
	size_t start = out->len;

	dx_buf_puts(out, "{\"payload\":");
	put_base64(out, payload, n);
	dx_buf_puts(out, ",\"payloadType\":");
	put_string(out, payload_type);
	dx_buf_puts(out, ",\"signatures\":[");
	for (size_t i = 0; i < key_count; i++) {
		if (dx_dsse_sign(keys[i], payload_type, payload, n, sig, err) != 0) {
			out->len = start;
			out->data[start] = '\0';
			return -1;
		}
		dx_dsse_keyid(keys[i], id);
		dx_buf_printf(out, "%s{\"keyid\":\"%s\",\"sig\":", i > 0 ? "," : "", id);
		put_base64(out, sig, sizeof(sig));
		dx_buf_putc(out, '}');
	}
	dx_buf_puts(out, "]}");
	return 0;
}

/* --- reading --- */

/* Either alphabet, but not a mixture, with padding or without.  NULL when malformed. */
static char *
decode(struct dx_arena *a, const struct dx_json *text, size_t *n)
{
	size_t len = text->count, pad;
	bool url = memchr(text->u.text, '-', len) != NULL || memchr(text->u.text, '_', len) != NULL;
	char *copy = dx_arena_alloc(a, len + 4), *out = dx_arena_alloc(a, len + 4);

	memcpy(copy, text->u.text, len);
	if (url && (memchr(copy, '+', len) != NULL || memchr(copy, '/', len) != NULL))
		return NULL;
	for (size_t i = 0; i < len; i++)
		copy[i] = copy[i] == '-' ? '+' : copy[i] == '_' ? '/' : copy[i];
	for (pad = len % 4; pad > 1 && pad < 4; pad++)
		copy[len++] = '=';
	if (dx_base64_decode(copy, len, out, n) != 0)
		return NULL;
	out[*n] = '\0';
	return out;
}

static int
read_signature(const struct dx_json *s, size_t i, enum dx_reason bad, struct dx_arena *a, struct dx_envelope *e,
    struct dx_err *err)
{
	const struct dx_json *sig = dx_json_get(s, "sig"), *keyid = dx_json_get(s, "keyid");
	struct dx_dsse_sig *out = &e->sig[i];

	if (!dx_json_is(sig, DX_JSON_STRING) || (keyid != NULL && !dx_json_is(keyid, DX_JSON_STRING)))
		return dx_err_set(err, bad, "signature %zu of the envelope has no sig, or a keyid that is no text", i);
	if ((out->bytes = decode(a, sig, &out->n)) == NULL)
		return dx_err_set(err, bad, "signature %zu of the envelope is not base64", i);
	e->keyid[i] = keyid != NULL ? keyid->u.text : "";
	return 0;
}

int
dx_envelope_read(const struct dx_json *doc, enum dx_reason bad, struct dx_arena *a, struct dx_envelope *out, struct dx_err *err)
{
	const struct dx_json *payload = dx_json_get(doc, "payload"), *sigs = dx_json_get(doc, "signatures");
	struct dx_envelope e = { .payload_type = dx_json_get_str(doc, "payloadType") };

	if (!dx_json_is(payload, DX_JSON_STRING) || e.payload_type == NULL || !dx_json_is(sigs, DX_JSON_ARRAY))
		return dx_err_set(err, bad, "not a DSSE envelope: payload, payloadType or signatures is missing");
	if ((e.payload = decode(a, payload, &e.payload_len)) == NULL)
		return dx_err_set(err, bad, "the payload of the envelope is not base64");
	if (sigs->count > DX_ENVELOPE_SIGNATURES)
		return dx_err_set(err, bad, "more than %d signatures in the envelope", DX_ENVELOPE_SIGNATURES);
	for (; e.sig_count < sigs->count; e.sig_count++)
		if (read_signature(dx_json_item(sigs, e.sig_count), e.sig_count, bad, a, &e, err) != 0)
			return -1;
	*out = e;
	return 0;
}

int
dx_envelope_verify(const struct dx_envelope *e, const struct dx_keys *keys, size_t threshold, bool *signed_by,
    struct dx_err *err)
{
	size_t good = dx_dsse_verify(keys, e->payload_type, e->payload, e->payload_len, e->sig, e->sig_count, signed_by);
	char id[DX_SHA256_HEX];

	if (threshold > 0 && good >= threshold)
		return 0;
	/* A keyid proves nothing, but a trusted one beside a signature that is not its says what is wrong. */
	for (size_t k = 0; k < keys->count; k++) {
		const struct dx_keys one = { .key = &keys->key[k], .count = 1 };

		dx_dsse_keyid(keys->key[k], id);
		for (size_t i = 0; i < e->sig_count; i++)
			if (strcmp(e->keyid[i], id) == 0 &&
			    dx_dsse_verify(&one, e->payload_type, e->payload, e->payload_len, &e->sig[i], 1, NULL) == 0)
				return dx_err_set(err, DX_R_EVIDENCE_SIGNATURE, "the signature of key %s does not fit the payload", id);
	}
	return dx_err_set(err, DX_R_EVIDENCE_UNSIGNED, "signed by %zu trusted keys of %zu that are needed", good,
	    threshold > 0 ? threshold : (size_t)1);
}

static int
read_subject(const struct dx_json *s, size_t i, enum dx_reason bad, struct dx_subject *out, struct dx_err *err)
{
	const char *hex = dx_json_get_str(dx_json_get(s, "digest"), "sha256");

	out->name = dx_json_get_str(s, "name");
	if (out->name == NULL || hex == NULL || !dx_sha256_unhex(hex, &out->sha256))
		return dx_err_set(err, bad, "subject %zu of the statement has no name or no sha256", i);
	return 0;
}

int
dx_statement_read(const struct dx_envelope *e, enum dx_reason bad, struct dx_arena *a, struct dx_statement *out,
    struct dx_err *err)
{
	char *text = dx_arena_dup(a, e->payload, e->payload_len);
	struct dx_json *doc = dx_arena_alloc(a, sizeof(*doc));
	const struct dx_json *subjects, *type;
	struct dx_statement s = { 0 };
	struct dx_err why = { 0 };

	if (strcmp(e->payload_type, DX_INTOTO_PAYLOAD) != 0)
		return dx_err_set(err, bad, "the payload is of type %s, not " DX_INTOTO_PAYLOAD, e->payload_type);
	if (dx_json_parse(a, text, e->payload_len, DX_JSON_OURS, doc, &why) != 0)
		return dx_err_set(err, bad, "the payload is no statement: %s", why.text);
	type = dx_json_get(doc, "_type");
	subjects = dx_json_get(doc, "subject");
	s.predicate = dx_json_get(doc, "predicate");
	s.predicate_type = dx_json_get_str(doc, "predicateType");
	if (dx_json_str(type) == NULL || strcmp(dx_json_str(type), DX_INTOTO_STATEMENT) != 0)
		return dx_err_set(err, bad, "the payload is no statement of type " DX_INTOTO_STATEMENT);
	if (s.predicate_type == NULL || !dx_json_is(s.predicate, DX_JSON_OBJECT) || !dx_json_is(subjects, DX_JSON_ARRAY) ||
	    subjects->count == 0)
		return dx_err_set(err, bad, "the statement has no predicateType, predicate or subject");
	s.subject = dx_arena_alloc(a, dx_size_mul(subjects->count, sizeof(*s.subject)));
	for (; s.count < subjects->count; s.count++)
		if (read_subject(dx_json_item(subjects, s.count), s.count, bad, &s.subject[s.count], err) != 0)
			return -1;
	*out = s;
	return 0;
}
