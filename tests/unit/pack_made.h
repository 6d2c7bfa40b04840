/* A pack of three files, two contracts, two reports and a slice of a ledger, sealed by the key of the seed 00..1f, and
 * archives with a member changed. */
#ifndef DX_TESTS_PACK_MADE_H
#define DX_TESTS_PACK_MADE_H

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "pack/pack.h"
#include "tap.h"

struct part { char name[100]; const char *bytes; size_t n; };
struct made {
	struct dx_arena	 arena;
	struct dx_key	*key;
	struct dx_pack	 pack;
	struct dx_json	 document;
	struct dx_buf	 document_bytes, statement, envelope;
	struct part	 part[64];	/* of the archive, in order */
	size_t		 parts;
	struct dx_pack_item	item[8];
	struct dx_pack_member	member[16];
	/* What the others are made from. */
	struct part	 source[32];
	size_t		 sources;
	struct dx_json	 report[2];
	struct dx_pack_verdict	*verdicts;
	size_t		 verdict_count;
};

static struct dx_key *
made_key(unsigned char first)
{
	unsigned char seed[DX_SIGN_KEY];

	for (unsigned int i = 0; i < sizeof(seed); i++)
		seed[i] = (unsigned char)(first + i);
	return dx_key_from_seed(seed);
}

static void
made_public(struct dx_keys *keys, const struct dx_key *k)
{
	unsigned char pub[DX_SIGN_KEY];

	dx_key_public(k, pub);
	dx_keys_add(keys, dx_key_from_public(pub));
}

/* Bytes as files/, contracts/ or reports/ under their own digest. */
static struct dx_sha256
made_source(struct made *m, const char *folder, const char *end, const char *bytes)
{
	struct part *p = &m->source[m->sources++];
	struct dx_sha256 d;
	char hex[DX_SHA256_HEX];

	dx_sha256(bytes, strlen(bytes), &d);
	dx_sha256_hex(&d, hex);
	snprintf(p->name, sizeof(p->name), "%s%s%s", folder, hex, end);
	p->bytes = bytes;
	p->n = strlen(bytes);
	return d;
}

static void
made_member(struct made *m, const char *name, const char *bytes)
{
	struct part *p = &m->source[m->sources++];
	struct dx_pack_member *e = &m->member[m->pack.member_count++];

	snprintf(p->name, sizeof(p->name), "%s", name);
	p->bytes = bytes;
	p->n = strlen(bytes);
	e->name = p->name;
	dx_sha256(bytes, p->n, &e->sha256);
}

static void
made_named(struct made *m, const char *folder, const char *bytes)
{
	struct dx_pack_member *e = &m->member[m->pack.member_count];

	e->sha256 = made_source(m, folder, ".json", bytes);
	e->name = m->source[m->sources - 1].name;
	m->pack.member_count++;
}

static const char *
made_report(struct made *m, int i, const struct dx_sha256 *contract, const struct dx_sha256 *file, const char *verdict)
{
	struct dx_json o = dx_json_object(), input = dx_json_object(), inputs = dx_json_array();
	struct dx_buf b = { 0 };
	char hex[DX_SHA256_HEX];
	const char *text;

	dx_sha256_hex(contract, hex);
	dx_json_put(&m->arena, &o, "schema", dx_json_text("dealix.evidence.report.v1"));
	dx_json_put(&m->arena, &o, "contract_sha256", dx_json_string(&m->arena, hex));
	dx_json_put(&m->arena, &o, "now", dx_json_text("2026-03-01T00:00:00.000000Z"));
	dx_json_put(&m->arena, &o, "verdict", dx_json_text(verdict));
	dx_sha256_hex(file, hex);
	dx_json_put(&m->arena, &input, "sha256", dx_json_string(&m->arena, hex));
	dx_json_push(&m->arena, &inputs, input);
	dx_json_put(&m->arena, &o, "inputs", inputs);
	dx_json_canon(&o, &b);
	text = dx_arena_dup(&m->arena, b.data, b.len);
	dx_buf_release(&b);
	m->report[i] = o;
	return text;
}

/* Document, statement and envelope again, after a change of the pack. */
static void
made_seal(struct made *m)
{
	struct dx_err err = { 0 };
	struct dx_sha256 d;

	dx_buf_reset(&m->document_bytes);
	dx_buf_reset(&m->statement);
	dx_buf_reset(&m->envelope);
	dx_json_canon(&m->document, &m->document_bytes);
	dx_sha256(m->document_bytes.data, m->document_bytes.len, &d);
	dx_pack_statement(&m->pack, &d, m->verdicts, m->verdict_count, &m->arena, &m->statement);
	if (dx_envelope_make(DX_INTOTO_PAYLOAD, m->statement.data, m->statement.len, &m->key, 1, &m->envelope, &err) != 0) {
		puts(err.text);
		exit(70);
	}
}

static const struct part *
made_find(const struct made *m, const char *name)
{
	for (size_t i = 0; i < m->sources; i++)
		if (strcmp(m->source[i].name, name) == 0)
			return &m->source[i];
	return NULL;
}

/* The archive's members in order, from the pack as it is now. */
static void
made_parts(struct made *m)
{
	const char **names;
	size_t n;

	dx_pack_names(&m->pack, &m->arena, &names, &n);
	m->parts = n;
	for (size_t i = 0; i < n; i++) {
		const struct part *p = made_find(m, names[i]);

		snprintf(m->part[i].name, sizeof(m->part[i].name), "%s", names[i]);
		m->part[i].bytes = i == 0 ? m->envelope.data : i == 1 ? m->document_bytes.data : p != NULL ? p->bytes : "";
		m->part[i].n = i == 0 ? m->envelope.len : i == 1 ? m->document_bytes.len : p != NULL ? p->n : 0;
	}
}

static void
made_build(struct made *m)
{
	struct dx_err err = { 0 };

	if (dx_pack_make(&m->pack, &m->arena, &m->document, &err) != 0) {
		printf("%s: %s\n", err.at, err.text);
		exit(70);
	}
	made_seal(m);
	made_parts(m);
}

static void
made_begin(struct made *m)
{
	static const char one[] = "{\"artifact\":1}\n", two[] = "second file", three[] = "";
	static const char contract_a[] = "{\"kind\":\"a\",\"schema\":\"dealix.evidence.contract.v1\"}";
	static const char contract_b[] = "{\"kind\":\"b\",\"schema\":\"dealix.evidence.contract.v1\"}";
	const struct dx_json *reports[2] = { &m->report[0], &m->report[1] };
	struct dx_json *data;
	struct dx_err err = { 0 };

	memset(m, 0, sizeof(*m));
	m->key = made_key(0);
	m->pack = (struct dx_pack){ .tenant_id = "default", .title = "Release 1", .title_ar = "\xd8\xa5\xd8\xb5\xd8\xaf\xd8\xa7\xd8\xb1",
	    .pack_type = "release_evidence", .status = "ready", .assembled_by = "ci", .stage = "final", .item = m->item,
	    .item_count = 4, .member = m->member };
	m->item[0] = (struct dx_pack_item){ .type = "evidence", .source = "file", .source_ref = "evidence/one.json",
	    .sha256 = made_source(m, "files/", "", one) };
	m->item[1] = (struct dx_pack_item){ .type = "evidence", .source = "file", .source_ref = "b/two.txt",
	    .sha256 = made_source(m, "files/", "", two) };
	m->item[2] = (struct dx_pack_item){ .type = "evidence", .source = "file", .source_ref = "empty",
	    .sha256 = made_source(m, "files/", "", three) };
	data = dx_arena_alloc(&m->arena, sizeof(*data));
	*data = dx_json_object();
	dx_json_put(&m->arena, data, "value", dx_json_text("100.0000"));
	dx_json_put(&m->arena, data, "deal", dx_json_text("d1"));
	m->item[3] = (struct dx_pack_item){ .type = "deal", .source = "crm", .data = data };
	made_named(m, "contracts/", contract_b);
	made_named(m, "contracts/", contract_a);
	made_named(m, "reports/", made_report(m, 0, &m->member[0].sha256, &m->item[0].sha256, "pass"));
	made_named(m, "reports/", made_report(m, 1, &m->member[1].sha256, &m->item[1].sha256, "fail"));
	made_member(m, "checkpoint.note", "note\n");
	made_member(m, "proofs/10.json", "{\"proof\":10}");
	made_member(m, "proofs/9.json", "{\"proof\":9}");
	made_member(m, "ledger.ndjson", "{\"seq\":9}\n{\"seq\":10}\n");
	if (dx_pack_verdicts(reports, 2, DX_R_FIELD_INVALID, &m->arena, &m->verdicts, &m->verdict_count, &err) != 0)
		exit(70);
	made_build(m);
}

static void
made_end(struct made *m)
{
	dx_key_free(m->key);
	dx_buf_release(&m->document_bytes);
	dx_buf_release(&m->statement);
	dx_buf_release(&m->envelope);
	dx_arena_release(&m->arena);
}

/* An archive of some parts. */
static int
made_archive(const struct part *p, size_t n)
{
	int fd = memfd_create("pack", MFD_CLOEXEC);
	struct dx_zip_writer *w = dx_zip_begin(fd, "pack.zip");
	struct dx_err err = { 0 };

	for (size_t i = 0; i < n; i++)
		if (dx_zip_add(w, p[i].name, p[i].bytes, p[i].n, &err) != 0)
			exit(70);
	if (dx_zip_end(w, &err) != 0)
		exit(70);
	return fd;
}

#endif
