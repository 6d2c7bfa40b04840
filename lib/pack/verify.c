#include "pack/verify_inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

void
dx_pack_found(struct dx_pack_view *v, enum dx_reason code, const char *member, const char *fmt, ...)
{
	struct dx_json f = dx_json_object();
	struct dx_err text = { 0 };
	char words[DX_ERR_TEXT];
	va_list ap;

	if (v->found++ == 0)
		v->first = code;
	if (v->found > DX_PACK_FINDINGS)
		return;
	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	dx_err_set(&text, code, "%s", words);	/* printable, whole characters */
	dx_json_put(v->arena, &f, "code", dx_json_text(dx_reason_code(code)));
	if (member[0] != '\0')
		dx_json_put(v->arena, &f, "member", dx_json_string(v->arena, member));
	dx_json_put(v->arena, &f, "text", dx_json_string(v->arena, text.text));
	dx_json_push(v->arena, &v->findings, f);
}

/* --- what others check --- */

/* The contract that a report names, from the archive. */
static const struct dx_json *
contract_of(struct dx_pack_view *v, const struct dx_json *report)
{
	const char *hex = dx_json_get_str(report, "contract_sha256");
	struct dx_json *doc = dx_arena_alloc(v->arena, sizeof(*doc));
	struct dx_err err = { 0 };
	struct dx_sha256 d;
	char name[96], *text;
	size_t n;

	if (hex == NULL || !dx_sha256_unhex(hex, &d)) {
		dx_pack_found(v, DX_R_PACK_VERDICT, "", "a report names no contract");
		return NULL;
	}
	snprintf(name, sizeof(name), "contracts/%s.json", hex);
	if (dx_zip_find(v->zip, name) == NULL) {
		dx_pack_found(v, DX_R_PACK_VERDICT, name, "a report was made with it, and the pack does not hold it");
		return NULL;
	}
	if ((text = dx_pack_load(v, name, DX_PACK_DOC_MAX, &n)) == NULL)
		return NULL;
	if (dx_json_parse(v->arena, text, n, DX_JSON_OURS, doc, &err) == 0)
		return doc;
	dx_pack_found(v, DX_R_PACK_VERDICT, name, "%s", err.text);
	return NULL;
}

static void
check_verdicts(struct dx_pack_view *v)
{
	v->rerun = true;
	for (size_t i = 0; i < v->reports && !v->broken; i++) {
		const struct dx_json *contract = contract_of(v, v->report[i]);
		const char *had = dx_json_get_str(v->report[i], "verdict"), *now = NULL;
		struct dx_err err = { 0 };

		if (contract == NULL)
			continue;
		if (v->hooks->rerun(v->hooks->ctx, v, v->report[i], contract, v->arena, &now, &err) != 0)
			dx_pack_found(v, DX_R_PACK_VERDICT, "", "a contract cannot be run again: %s", err.text);
		else if (had == NULL || now == NULL || strcmp(had, now) != 0)
			dx_pack_found(v, DX_R_PACK_VERDICT, "", "a contract run again says %s, the report says %s",
			    now != NULL ? now : "nothing", had != NULL ? had : "nothing");
	}
}

static void
check_ledger(struct dx_pack_view *v)
{
	struct dx_pack_proof *proof = dx_arena_alloc(v->arena, dx_size_mul(v->pack.member_count, sizeof(*proof)));
	struct dx_pack_slice s = { .proof = proof, .pack = &v->pack, .report = v->report, .report_sha256 = v->report_sha256,
	    .report_count = v->reports };
	struct dx_err err = { 0 };
	struct dx_sha256 unused;

	s.entries = dx_pack_load(v, DX_PACK_LEDGER, DX_PACK_LEDGER_MAX, &s.entries_len);
	if (dx_zip_find(v->zip, DX_PACK_CHECKPOINT) != NULL)
		s.checkpoint = dx_pack_load(v, DX_PACK_CHECKPOINT, DX_PACK_DOC_MAX, &s.checkpoint_len);
	for (size_t i = 0; i < v->pack.member_count; i++) {
		struct dx_pack_proof *p = &proof[s.proof_count];

		if (dx_pack_place(v->pack.member[i].name, &unused, &p->seq) != DX_PACK_AT_PROOF)
			continue;
		p->text = dx_pack_load(v, v->pack.member[i].name, DX_PACK_DOC_MAX, &p->len);
		if (p->text == NULL)
			return;
		s.proof_count++;
	}
	if (s.entries == NULL)
		return;
	v->sliced = true;
	if (v->hooks->ledger(v->hooks->ctx, v, &s, &v->proved, &err) != 0) {
		*v->err = err;
		v->broken = true;
	}
}

/* --- all --- */

static void
check(struct dx_pack_view *v)
{
	dx_pack_read_document(v);
	if (v->has_pack)
		dx_pack_check_members(v);
	if (!v->broken)
		dx_pack_read_envelope(v);
	if (v->has_statement)
		dx_pack_check_signature(v);
	if (v->has_pack && !v->broken)
		dx_pack_read_reports(v);
	if (v->has_statement && v->has_document)
		dx_pack_check_subjects(v);
	if (v->has_statement && v->has_pack && !v->report_lost && !v->broken)
		dx_pack_check_predicate(v);
	if (v->has_document)
		dx_pack_check_hash(v);
	if (v->has_pack)
		dx_pack_check_items(v);
	/* What nobody vouched for is not run. */
	if (v->found == 0 && !v->broken)
		check_verdicts(v);
	if (v->found == 0 && !v->broken)
		check_ledger(v);
}

static void
put_hex(struct dx_arena *a, struct dx_json *o, const char *name, const struct dx_sha256 *d)
{
	char hex[DX_SHA256_HEX];

	dx_sha256_hex(d, hex);
	dx_json_put(a, o, name, dx_json_string(a, hex));
}

static struct dx_json
answer_of(struct dx_pack_view *v)
{
	struct dx_arena *a = v->arena;
	struct dx_json o = dx_json_object();
	int64_t files = 0;

	for (size_t i = 0; v->has_pack && i < v->pack.item_count; i++)
		files += v->pack.item[i].data == NULL;
	dx_json_put(a, &o, "schema", dx_json_text("dealix.pack.report.v1"));
	dx_json_put(a, &o, "valid", dx_json_bool(v->found == 0));
	if (v->found > 0)
		dx_json_put(a, &o, "reason", dx_json_text(dx_reason_code(v->first)));
	dx_json_put(a, &o, "findings", v->findings);
	dx_json_put(a, &o, "findings_total", dx_json_int(a, (int64_t)v->found));
	if (v->has_pack) {
		put_hex(a, &o, "stored_hash", &v->pack.hash);
		put_hex(a, &o, "computed_hash", &v->hash);
	}
	if (v->has_document)
		put_hex(a, &o, "pack_sha256", &v->document_sha256);
	dx_json_put(a, &o, "files", dx_json_int(a, files));
	dx_json_put(a, &o, "signed_by", v->signed_by);
	dx_json_put(a, &o, "verdicts", dx_json_text(v->rerun ? "rerun" : "unchecked"));
	dx_json_put(a, &o, "ledger", dx_json_text(!v->sliced ? "unchecked" : v->proved ? "proved" : "unproved"));
	return o;
}

int
dx_pack_verify(int fd, const char *path, const struct dx_pack_trust *trust, const struct dx_pack_hooks *hooks,
    struct dx_arena *a, struct dx_json *answer, bool *valid, struct dx_err *err)
{
	struct dx_err why = { 0 };
	struct dx_pack_view v = { .arena = a, .trust = trust, .hooks = hooks, .err = &why, .findings = dx_json_array(),
	    .signed_by = dx_json_array() };

	if (trust->keys == NULL || hooks == NULL || hooks->rerun == NULL || hooks->ledger == NULL)
		DX_BUG("a pack cannot be verified in part");
	if (dx_zip_open(fd, path, DX_R_PACK_MEMBER, &v.zip, &why) == 0) {
		check(&v);
		dx_zip_free(v.zip);
	} else if (why.reason == DX_R_PACK_MEMBER) {
		dx_pack_found(&v, DX_R_PACK_MEMBER, "", "%s", why.text);
	} else {
		v.broken = true;
	}
	if (v.broken)
		return dx_err_set(err, why.reason != DX_OK ? why.reason : DX_R_FILE_UNREADABLE, "%s", why.text);
	*answer = answer_of(&v);
	*valid = v.found == 0;
	return 0;
}
