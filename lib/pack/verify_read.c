#include "pack/verify_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/* --- reading members --- */

char *
dx_pack_load(struct dx_pack_view *v, const char *name, size_t limit, size_t *n)
{
	const struct dx_zip_member *m = dx_zip_find(v->zip, name);
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };
	char *out = NULL;

	if (m == NULL) {
		dx_pack_found(v, DX_R_PACK_MEMBER, name, "is missing");
	} else if (dx_zip_read(v->zip, m, limit, &b, NULL, &err) == 0) {
		out = dx_arena_dup(v->arena, b.data, b.len);
		*n = b.len;
	} else if (err.reason == DX_R_PACK_MEMBER) {
		dx_pack_found(v, DX_R_PACK_MEMBER, name, "%s", err.text);
	} else {
		*v->err = err;
		v->broken = true;
	}
	dx_buf_release(&b);
	return out;
}

int
dx_pack_file(struct dx_pack_view *v, const char *sha256, size_t limit, int too_large, struct dx_buf *out, struct dx_err *err)
{
	const struct dx_zip_member *m;
	struct dx_sha256 d;
	char name[80];

	if (!dx_sha256_unhex(sha256, &d))
		return dx_err_set(err, DX_R_PACK_MEMBER, "%.64s is no digest of a file", sha256);
	snprintf(name, sizeof(name), "files/%s", sha256);
	if ((m = dx_zip_find(v->zip, name)) == NULL)
		return dx_err_set(err, DX_R_PACK_MEMBER, "the pack does not hold %s", name);
	if (m->size > limit)
		return dx_err_set(err, (enum dx_reason)too_large, "%s: more than %zu bytes", name, limit);
	return dx_zip_read(v->zip, m, limit, out, NULL, err);
}

/* --- what is in it --- */

void
dx_pack_read_document(struct dx_pack_view *v)
{
	struct dx_err err = { 0 };
	size_t n;
	char *text = dx_pack_load(v, DX_PACK_DOCUMENT, DX_PACK_DOC_MAX, &n);

	if (text == NULL)
		return;
	v->has_document = true;
	dx_sha256(text, n, &v->document_sha256);
	if (dx_json_parse(v->arena, text, n, DX_JSON_OURS, &v->document, &err) == 0 &&
	    dx_pack_read(&v->document, DX_R_PACK_HASH, v->arena, &v->pack, &err) == 0) {
		v->has_pack = true;
		return;
	}
	/* Told where the hash is, when the signature has been looked at. */
	v->document = dx_json_string(v->arena, err.text);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Members that pack.json does not name. */
static void
find_strangers(struct dx_pack_view *v, const char *const *want, size_t n)
{
	const char **sorted = dx_alloc(dx_size_mul(n, sizeof(*sorted)));

	memcpy(sorted, want, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 0; i < dx_zip_count(v->zip); i++) {
		const char *name = dx_zip_at(v->zip, i)->name;

		if (bsearch(&name, sorted, n, sizeof(*sorted), by_name) == NULL)
			dx_pack_found(v, DX_R_PACK_MEMBER, name, "is not one that pack.json names");
	}
	free(sorted);
}

/* The names and their order are those that pack.json gives. */
void
dx_pack_check_members(struct dx_pack_view *v)
{
	const char **want;
	size_t n, same = 0, count = dx_zip_count(v->zip);
	uint64_t before = v->found;

	dx_pack_names(&v->pack, v->arena, &want, &n);
	while (same < n && same < count && strcmp(want[same], dx_zip_at(v->zip, same)->name) == 0)
		same++;
	if (same == n && same == count)
		return;
	for (size_t i = same; i < n; i++)
		if (dx_zip_find(v->zip, want[i]) == NULL)
			dx_pack_found(v, DX_R_PACK_MEMBER, want[i], "is missing");
	find_strangers(v, want, n);
	/* No name twice in either, so both have the same names. */
	if (v->found == before)
		dx_pack_found(v, DX_R_PACK_MEMBER, dx_zip_at(v->zip, same)->name, "stands out of order");
}

void
dx_pack_read_envelope(struct dx_pack_view *v)
{
	struct dx_err err = { 0 };
	struct dx_json *doc = dx_arena_alloc(v->arena, sizeof(*doc));
	size_t n;
	char *text;

	/* That it is missing was told with the members, if there was a list of them. */
	if (v->has_pack && dx_zip_find(v->zip, DX_PACK_ENVELOPE) == NULL)
		return;
	if ((text = dx_pack_load(v, DX_PACK_ENVELOPE, DX_PACK_DOC_MAX, &n)) == NULL)
		return;
	if (dx_json_parse(v->arena, text, n, DX_JSON_FOREIGN, doc, &err) == 0 &&
	    dx_envelope_read(doc, DX_R_PACK_ENVELOPE, v->arena, &v->envelope, &err) == 0 &&
	    dx_statement_read(&v->envelope, DX_R_PACK_ENVELOPE, v->arena, &v->statement, &err) == 0) {
		v->has_statement = strcmp(v->statement.predicate_type, DX_PACK_PREDICATE) == 0;
		if (!v->has_statement)
			dx_err_set(&err, DX_R_PACK_ENVELOPE, "the statement is of type %s, not " DX_PACK_PREDICATE,
			    v->statement.predicate_type);
	}
	if (!v->has_statement)
		dx_pack_found(v, DX_R_PACK_ENVELOPE, DX_PACK_ENVELOPE, "%s", err.text);
}

void
dx_pack_check_signature(struct dx_pack_view *v)
{
	const struct dx_keys *keys = v->trust->keys;
	bool *by = dx_arena_alloc(v->arena, keys->count + 1);
	struct dx_err err = { 0 };
	char id[DX_SHA256_HEX];

	if (dx_envelope_verify(&v->envelope, keys, v->trust->threshold, by, &err) != 0)
		dx_pack_found(v, err.reason, DX_PACK_ENVELOPE, "%s", err.text);
	for (size_t i = 0; i < keys->count; i++) {
		if (!by[i])
			continue;
		dx_dsse_keyid(keys->key[i], id);
		dx_json_push(v->arena, &v->signed_by, dx_json_string(v->arena, id));
	}
}
