#include "pack/verify_inner.h"

#include <string.h>

#include "base/err.h"

/* The reports of the archive; those that cannot be read are findings. */
void
dx_pack_read_reports(struct dx_pack_view *v)
{
	v->report = dx_arena_alloc(v->arena, dx_size_mul(v->pack.member_count, sizeof(*v->report)));
	v->report_sha256 = dx_arena_alloc(v->arena, dx_size_mul(v->pack.member_count, sizeof(*v->report_sha256)));
	for (size_t i = 0; i < v->pack.member_count && !v->broken; i++) {
		const char *name = v->pack.member[i].name;
		struct dx_json *doc = dx_arena_alloc(v->arena, sizeof(*doc));
		struct dx_err err = { 0 };
		struct dx_sha256 d;
		uint64_t seq;
		size_t n;
		char *text;

		if (dx_pack_place(name, &d, &seq) != DX_PACK_AT_REPORT)
			continue;
		/* That one is missing was told with the members. */
		text = dx_zip_find(v->zip, name) != NULL ? dx_pack_load(v, name, DX_PACK_DOC_MAX, &n) : NULL;
		if (text == NULL)
			v->report_lost = true;
		else if (dx_json_parse(v->arena, text, n, DX_JSON_OURS, doc, &err) == 0) {
			v->report_sha256[v->reports] = d;
			v->report[v->reports++] = doc;
		} else
			dx_pack_found(v, DX_R_PACK_VERDICT, name, "is no report: %s", err.text);
	}
}

void
dx_pack_check_predicate(struct dx_pack_view *v)
{
	struct dx_pack_verdict *verdicts;
	struct dx_err err = { 0 };
	struct dx_json want;
	size_t n;

	if (dx_pack_verdicts(v->report, v->reports, DX_R_PACK_SUBJECT, v->arena, &verdicts, &n, &err) != 0) {
		dx_pack_found(v, DX_R_PACK_SUBJECT, "", "%s", err.text);
		return;
	}
	want = dx_pack_predicate(&v->pack, &v->document_sha256, verdicts, n, v->arena);
	if (!dx_json_equal(dx_json_get(&want, "contracts"), dx_json_get(v->statement.predicate, "contracts")))
		dx_pack_found(v, DX_R_PACK_SUBJECT, DX_PACK_ENVELOPE, "the statement names other contracts than the pack holds");
	if (!dx_json_equal(dx_json_get(&want, "verdicts"), dx_json_get(v->statement.predicate, "verdicts")))
		dx_pack_found(v, DX_R_PACK_SUBJECT, DX_PACK_ENVELOPE, "the statement has other verdicts than the reports");
}

static bool
same_subject(const struct dx_subject *a, const struct dx_subject *b)
{
	return strcmp(a->name, b->name) == 0 && memcmp(&a->sha256, &b->sha256, sizeof(a->sha256)) == 0;
}

void
dx_pack_check_subjects(struct dx_pack_view *v)
{
	const struct dx_subject document = { .name = DX_PACK_DOCUMENT, .sha256 = v->document_sha256 };
	const char *h = dx_json_get_str(v->statement.predicate, "pack_sha256");
	struct dx_subject *files;
	struct dx_sha256 stated;
	size_t n;

	if (h == NULL || !dx_sha256_unhex(h, &stated) || memcmp(&stated, &v->document_sha256, sizeof(stated)) != 0 ||
	    !same_subject(&v->statement.subject[0], &document))
		dx_pack_found(v, DX_R_PACK_SUBJECT, DX_PACK_DOCUMENT, "is not the document that was signed");
	if (!v->has_pack)
		return;
	dx_pack_subjects(&v->pack, v->arena, &files, &n);
	for (size_t i = 0; i < n && i + 1 < v->statement.count; i++) {
		if (same_subject(&v->statement.subject[i + 1], &files[i]))
			continue;
		dx_pack_found(v, DX_R_PACK_SUBJECT, DX_PACK_ENVELOPE, "the statement has %s where pack.json has %s",
		    v->statement.subject[i + 1].name, files[i].name);
		return;
	}
	if (v->statement.count != n + 1)
		dx_pack_found(v, DX_R_PACK_SUBJECT, DX_PACK_ENVELOPE, "the statement has %zu files, pack.json has %zu",
		    v->statement.count - 1, n);
}

void
dx_pack_check_hash(struct dx_pack_view *v)
{
	char want[DX_SHA256_HEX], got[DX_SHA256_HEX];

	if (!v->has_pack) {
		dx_pack_found(v, DX_R_PACK_HASH, DX_PACK_DOCUMENT, "%s", dx_json_str(&v->document));
		return;
	}
	dx_pack_hash(&v->document, v->arena, &v->hash);
	if (memcmp(&v->hash, &v->pack.hash, sizeof(v->hash)) == 0)
		return;
	dx_sha256_hex(&v->pack.hash, want);
	dx_sha256_hex(&v->hash, got);
	dx_pack_found(v, DX_R_PACK_HASH, DX_PACK_DOCUMENT, "states %s, is %s", want, got);
}

/* A member's bytes against its digest.  The checksum of the archive is looked at last: it says less. */
static void
check_bytes(struct dx_pack_view *v, const char *name, const struct dx_sha256 *want)
{
	const struct dx_zip_member *m = dx_zip_find(v->zip, name);
	struct dx_sha256 got;
	bool crc_ok;

	if (m == NULL || v->broken)
		return;
	if (dx_zip_hash(v->zip, m, &got, &crc_ok, v->err) != 0)
		v->broken = true;
	else if (want != NULL && memcmp(&got, want, sizeof(got)) != 0)
		dx_pack_found(v, DX_R_PACK_ITEM_HASH, name, "does not have the digest that the pack states");
	else if (!crc_ok)
		dx_pack_found(v, DX_R_PACK_MEMBER, name, "does not have the checksum that the archive states");
}

void
dx_pack_check_items(struct dx_pack_view *v)
{
	struct dx_sha256 d;
	const char **names;
	struct dx_buf b = { 0 };
	size_t n;

	for (size_t i = 0; i < v->pack.item_count; i++) {
		if (v->pack.item[i].data == NULL)
			continue;
		dx_buf_reset(&b);
		dx_json_canon(v->pack.item[i].data, &b);
		dx_sha256(b.data, b.len, &d);
		if (memcmp(&d, &v->pack.item[i].sha256, sizeof(d)) != 0)
			dx_pack_found(v, DX_R_PACK_ITEM_HASH, DX_PACK_DOCUMENT, "item %zu of contents does not have its digest", i);
	}
	dx_buf_release(&b);
	dx_pack_names(&v->pack, v->arena, &names, &n);
	check_bytes(v, names[0], NULL);
	check_bytes(v, names[1], NULL);
	for (size_t i = 2; i + v->pack.member_count < n; i++)
		if (dx_sha256_unhex(names[i] + sizeof("files/") - 1, &d))
			check_bytes(v, names[i], &d);
	for (size_t i = 0; i < v->pack.member_count; i++)
		check_bytes(v, v->pack.member[i].name, &v->pack.member[i].sha256);
}
