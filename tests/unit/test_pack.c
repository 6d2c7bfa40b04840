/* pack: every code of `dealix-verify pack`, from an archive with exactly one thing wrong. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "pack_made.h"
#include "proc/proc.h"

struct judge { int reruns, slices; const char *says; bool cannot, ledger_bad; size_t proofs; bool checkpoint; };

static int
rerun(void *ctx, struct dx_pack_view *v, const struct dx_json *report, const struct dx_json *contract, struct dx_arena *a,
    const char **verdict, struct dx_err *err)
{
	struct judge *j = ctx;
	struct dx_buf b = { 0 };
	const char *file = dx_json_get_str(dx_json_item(dx_json_get(report, "inputs"), 0), "sha256");
	const char *kind = dx_json_get_str(contract, "kind");

	(void)a;
	j->reruns++;
	if (j->cannot)
		return dx_err_set(err, DX_R_FIELD_INVALID, "no such kind");
	if (kind == NULL || dx_pack_file(v, file, 100, DX_R_FIELD_INVALID, &b, err) != 0)
		return -1;
	/* Contract b passes what has an artifact; a fails all else. */
	*verdict = j->says != NULL ? j->says : strstr(b.data, "artifact") != NULL && strcmp(kind, "b") == 0 ? "pass" : "fail";
	dx_buf_release(&b);
	return 0;
}

static int
ledger(void *ctx, struct dx_pack_view *v, const struct dx_pack_slice *s, bool *proved, struct dx_err *err)
{
	struct judge *j = ctx;

	(void)err;
	j->slices++;
	j->proofs = s->proof_count;
	j->checkpoint = s->checkpoint != NULL;
	if (j->ledger_bad)
		dx_pack_found(v, DX_R_CHAIN_BROKEN, DX_PACK_LEDGER, "at %d", 10);
	*proved = s->checkpoint != NULL && s->proof_count == 2 && s->proof[0].seq == 9 && s->proof[1].seq == 10;
	return 0;
}

/* Canonical text of the answer. */
static char *
answer(int fd, struct judge *j, const struct dx_keys *keys, size_t threshold)
{
	struct dx_pack_hooks hooks = { .ctx = j, .rerun = rerun, .ledger = ledger };
	struct dx_pack_trust trust = { .keys = keys, .threshold = threshold };
	struct dx_arena a = { 0 };
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };
	struct dx_json doc;
	bool valid;

	if (dx_pack_verify(fd, "pack.zip", &trust, &hooks, &a, &doc, &valid, &err) != 0)
		dx_buf_printf(&b, "error %s", err.text);
	else
		dx_json_canon(&doc, &b);
	dx_arena_release(&a);
	return dx_buf_take(&b);
}

static char *
member_text(const char *text, const char *name)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	char *copy = dx_arena_dup(&a, text, strlen(text)), *out;
	struct dx_json doc;

	if (dx_json_parse(&a, copy, strlen(text), DX_JSON_OURS, &doc, &err) != 0)
		out = dx_strdup(text);
	else
		out = dx_strdup(dx_json_get_str(&doc, name) != NULL ? dx_json_get_str(&doc, name) : "");
	dx_arena_release(&a);
	return out;
}

/* The codes of an archive, joined; "" when it is valid.  Each code once in a row. */
static char *
codes_of(int fd, struct judge *j, const struct made *m, size_t threshold)
{
	struct dx_keys keys = { 0 };
	struct dx_arena a = { 0 };
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };
	struct dx_json doc;
	const char *last = "";
	char *text;

	made_public(&keys, m->key);
	text = answer(fd, j, &keys, threshold);
	dx_buf_puts(&b, "");
	if (dx_json_parse(&a, text, strlen(text), DX_JSON_OURS, &doc, &err) != 0) {
		dx_buf_puts(&b, text);
	} else {
		const struct dx_json *f = dx_json_get(&doc, "findings");

		for (size_t i = 0; i < f->count; i++) {
			const char *code = dx_json_get_str(dx_json_item(f, i), "code");

			if (strcmp(code, last) != 0)
				dx_buf_printf(&b, "%s%s", b.len > 0 ? " " : "", code);
			last = code;
		}
		if ((b.len == 0) != dx_json_is(dx_json_get(&doc, "valid"), DX_JSON_TRUE))
			dx_buf_puts(&b, " and valid says otherwise");
	}
	free(text);
	dx_arena_release(&a);
	dx_keys_release(&keys);
	return dx_buf_take(&b);
}

static void
gives(int fd, const struct made *m, const char *want, const char *what)
{
	struct judge j = { 0 };
	char *got = codes_of(fd, &j, m, 1);

	is_str(got, want, "%s", what);
	free(got);
	close(fd);
}

/* The archive with the parts as they are in m. */
static void
parts_give(const struct made *m, const char *want, const char *what)
{
	gives(made_archive(m->part, m->parts), m, want, what);
}

/* --- what is good --- */

static void
test_good(void)
{
	struct judge j = { 0 };
	struct dx_keys keys = { 0 };
	struct made m, n;
	char *text, *ledger_says, *verdicts;
	int fd;

	made_begin(&m);
	made_begin(&n);
	ok(m.envelope.len == n.envelope.len && memcmp(m.envelope.data, n.envelope.data, m.envelope.len) == 0 &&
	    m.document_bytes.len == n.document_bytes.len &&
	    memcmp(m.document_bytes.data, n.document_bytes.data, m.document_bytes.len) == 0, "same inputs, same bytes");
	made_end(&n);
	fd = made_archive(m.part, m.parts);
	made_public(&keys, m.key);
	text = answer(fd, &j, &keys, 1);
	diag("%s", text);
	ledger_says = member_text(text, "ledger");
	verdicts = member_text(text, "verdicts");
	ok(strstr(text, "\"valid\":true") != NULL && strstr(text, "\"findings\":[]") != NULL, "a good pack is valid");
	is_str(ledger_says, "proved", "its slice");
	is_str(verdicts, "rerun", "its verdicts");
	ok(j.reruns == 2 && j.slices == 1 && j.proofs == 2 && j.checkpoint, "contracts run again, slice looked at");
	ok(strstr(text, "a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5") != NULL, "who signed");
	free(text);
	free(ledger_says);
	free(verdicts);
	close(fd);
	dx_keys_release(&keys);
	made_end(&m);
}

/* The page's form of the statement, and of the document. */
static void
test_form(void)
{
	static const char head[] = "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"contracts\":[\"";
	static const char tail[] = "\"},\"name\":\"b/two.txt\"},{\"digest\":{\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b785"
	    "2b855\"},\"name\":\"empty\"},{\"digest\":{\"sha256\":\"";
	static const char first[] = "\"predicateType\":\"urn:dealix:pack:v1\",\"subject\":[{\"digest\":{\"sha256\":\"";
	struct made m;
	struct dx_sha256 d;
	char hex[DX_SHA256_HEX], want[200], *canon;
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };
	struct dx_json doc;

	made_begin(&m);
	ok(dx_starts(m.statement.data, head) && strstr(m.statement.data, tail) != NULL, "the statement, subjects by name");
	dx_sha256(m.document_bytes.data, m.document_bytes.len, &d);
	dx_sha256_hex(&d, hex);
	snprintf(want, sizeof(want), "%s%s\"},\"name\":\"pack.json\"}", first, hex);
	ok(strstr(m.statement.data, want) != NULL, "pack.json comes first");
	canon = dx_arena_dup(&a, m.statement.data, m.statement.len);
	ok(dx_json_parse(&a, canon, m.statement.len, DX_JSON_OURS, &doc, &err) == 0, "it is JSON");
	dx_json_canon(&doc, &b);
	is_str(b.data, m.statement.data, "and canonical");
	dx_buf_reset(&b);
	canon = dx_arena_dup(&a, m.envelope.data, m.envelope.len);
	ok(dx_json_parse(&a, canon, m.envelope.len, DX_JSON_OURS, &doc, &err) == 0, "so is the envelope");
	dx_json_canon(&doc, &b);
	is_str(b.data, m.envelope.data, "and canonical too");
	for (size_t i = 0; i < m.parts; i++)
		diag("%s", m.part[i].name);
	is_str(m.part[0].name, "pack.dsse.json", "the envelope is first");
	is_str(m.part[m.parts - 4].name, "ledger.ndjson", "then pack, files, contracts, reports, ledger");
	is_str(m.part[m.parts - 3].name, "proofs/9.json", "proofs by number");
	is_str(m.part[m.parts - 1].name, "checkpoint.note", "the checkpoint last");
	dx_buf_release(&b);
	dx_arena_release(&a);
	made_end(&m);
}

/* --- one thing wrong --- */

/* Part i with one byte changed. */
static void
flip(struct made *m, size_t i, size_t at)
{
	char *copy = dx_arena_dup(&m->arena, m->part[i].bytes, m->part[i].n);

	copy[at] = (char)(copy[at] ^ 1);
	m->part[i].bytes = copy;
}

static void
test_flips(void)
{
	struct made m;

	for (size_t i = 0; ; i++) {
		const char *name, *want;
		char what[160];

		made_begin(&m);
		if (i >= m.parts) {
			made_end(&m);
			break;
		}
		name = m.part[i].name;
		want = i == 0 ? "pack_envelope" : i == 1 ? "pack_subject pack_hash" : "pack_item_hash";
		snprintf(what, sizeof(what), "a byte of %.30s", name);
		if (m.part[i].n > 0) {
			const char *at = i == 1 ? strstr(m.part[1].bytes, "Release") : NULL;

			flip(&m, i, at != NULL ? (size_t)(at - m.part[1].bytes) : 2);
			parts_give(&m, want, what);
		}
		made_end(&m);
	}
}

/* Straight in the archive, checksums left alone: never valid, wherever. */
static void
test_raw_flips(void)
{
	struct made m;
	struct judge j = { 0 };
	struct dx_buf all = { 0 };
	struct dx_err err = { 0 };
	int fd, passed = 0, wrong = 0;
	size_t tried = 0;

	made_begin(&m);
	fd = made_archive(m.part, m.parts);
	if (lseek(fd, 0, SEEK_SET) != 0)
		exit(70);
	for (ssize_t got; dx_buf_grow(&all, 65536), (got = read(fd, all.data + all.len, 65536)) > 0; )
		all.len += (size_t)got;
	for (size_t i = 0; i < all.len; i++, tried++) {
		char c = (char)(all.data[i] ^ (1 << (i % 8))), *codes;

		if (pwrite(fd, &c, 1, (off_t)i) != 1)
			exit(70);
		codes = codes_of(fd, &j, &m, 1);
		passed += codes[0] == '\0';
		wrong += dx_starts(codes, "error");
		free(codes);
		if (pwrite(fd, all.data + i, 1, (off_t)i) != 1)
			exit(70);
	}
	is_int(passed, 0, "a bit of any of %zu bytes", tried);
	is_int(wrong, 0, "is told as a finding");
	gives(fd, &m, "", "whole again");
	(void)err;
	dx_buf_release(&all);
	made_end(&m);
}

static void
test_members(void)
{
	struct part t;
	struct made m;
	size_t n;
	char what[160];

	made_begin(&m);
	n = m.parts;
	made_end(&m);
	for (size_t i = 0; i < n; i++) {
		made_begin(&m);
		snprintf(what, sizeof(what), "without %.30s", m.part[i].name);
		memmove(&m.part[i], &m.part[i + 1], (n - i - 1) * sizeof(m.part[0]));
		m.parts--;
		parts_give(&m, "pack_member", what);
		made_end(&m);
	}
	made_begin(&m);
	m.part[m.parts++] = (struct part){ .name = "extra", .bytes = "x", .n = 1 };
	parts_give(&m, "pack_member", "one more");
	m.parts--;
	t = m.part[2];
	m.part[2] = m.part[3];
	m.part[3] = t;
	parts_give(&m, "pack_member", "two in another order");
	made_end(&m);
	made_begin(&m);
	t.bytes = m.part[2].bytes;
	t.n = m.part[2].n;
	m.part[2].bytes = m.part[3].bytes;
	m.part[2].n = m.part[3].n;
	m.part[3].bytes = t.bytes;
	m.part[3].n = t.n;
	parts_give(&m, "pack_item_hash", "two files exchanged");
	made_end(&m);
	made_begin(&m);
	snprintf(m.part[2].name, sizeof(m.part[2].name), "files/../../etc");
	gives(memfd_create("x", 0), &m, "pack_member", "an empty file is no pack");
	made_end(&m);
}

/* Signed again by the right key, so that only what is under test is wrong. */
static void
test_disagreeing(void)
{
	struct dx_sha256 other;
	struct made m;

	made_begin(&m);
	dx_json_set(&m.arena, &m.document, "title", dx_json_text("Release 2"));
	made_seal(&m);
	made_parts(&m);
	parts_give(&m, "pack_hash", "a title edited, signed, its hash left");
	made_end(&m);

	made_begin(&m);
	m.pack.title = "Release 2";
	m.pack.id = NULL;
	if (dx_pack_make(&m.pack, &m.arena, &m.document, &(struct dx_err){ 0 }) != 0)
		exit(70);
	dx_buf_reset(&m.document_bytes);
	dx_json_canon(&m.document, &m.document_bytes);
	made_parts(&m);
	parts_give(&m, "pack_subject", "another pack.json, right in itself, under the old signature");
	made_end(&m);

	made_begin(&m);
	dx_sha256("x", 1, &other);
	m.verdicts[0].file = other;
	made_seal(&m);
	made_parts(&m);
	parts_give(&m, "pack_subject", "verdicts that no report gives");
	made_end(&m);

	made_begin(&m);
	m.item[0].source_ref = "evidence/other.json";
	made_seal(&m);
	made_parts(&m);
	parts_give(&m, "pack_subject", "a statement with another path");
	made_end(&m);

	made_begin(&m);
	m.pack.item_count = 2;
	made_seal(&m);
	m.pack.item_count = 4;
	made_parts(&m);
	parts_give(&m, "pack_subject", "a statement with fewer files");
	made_end(&m);

	made_begin(&m);
	m.pack.member_count = 1;
	made_seal(&m);
	m.pack.member_count = 8;
	made_parts(&m);
	parts_give(&m, "pack_subject", "a statement with fewer contracts");
	made_end(&m);
}

/* A data item, a hash made anew and a new signature: its own digest still tells. */
static void
test_data(void)
{
	struct dx_json contents, item, data = dx_json_object();
	struct dx_sha256 hash;
	struct made m;
	char hex[DX_SHA256_HEX];

	made_begin(&m);
	contents = dx_json_copy_top(&m.arena, dx_json_get(&m.document, "contents"));
	item = dx_json_copy_top(&m.arena, dx_json_item(&contents, 3));
	dx_json_put(&m.arena, &data, "value", dx_json_text("1.0000"));
	dx_json_set(&m.arena, &item, "data", data);
	contents.u.items[3] = item;
	dx_json_set(&m.arena, &m.document, "contents", contents);
	dx_pack_hash(&m.document, &m.arena, &hash);
	dx_sha256_hex(&hash, hex);
	dx_json_set(&m.arena, &m.document, "hash", dx_json_string(&m.arena, hex));
	made_seal(&m);
	made_parts(&m);
	parts_give(&m, "pack_item_hash", "a data item edited");
	dx_json_put(&m.arena, &m.document, "more", dx_json_bool(true));
	made_seal(&m);
	made_parts(&m);
	parts_give(&m, "pack_hash", "an unknown member of pack.json");
	m.document_bytes.data[0] = '[';
	made_parts(&m);
	parts_give(&m, "pack_subject pack_hash", "a pack.json that is no JSON");
	made_end(&m);
}

/* --- signatures --- */

/* The envelope with one text replaced by another. */
static void
envelope_with(struct made *m, const char *from, const char *to)
{
	char *at = strstr(m->envelope.data, from);
	struct dx_buf b = { 0 };

	if (at == NULL) {
		printf("Bail out! no %s in the envelope\n", from);
		exit(70);
	}
	dx_buf_add(&b, m->envelope.data, (size_t)(at - m->envelope.data));
	dx_buf_puts(&b, to);
	dx_buf_puts(&b, at + strlen(from));
	dx_buf_reset(&m->envelope);
	dx_buf_add(&m->envelope, b.data, b.len);
	dx_buf_release(&b);
	made_parts(m);
}

static void
envelope_gives(const char *from, const char *to, const char *want, const char *what)
{
	struct made m;

	made_begin(&m);
	envelope_with(&m, from, to);
	parts_give(&m, want, what);
	made_end(&m);
}

#define KEYID	"a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5"

static void
url_safe(struct made *m, bool padded)
{
	char *type = strstr(m->envelope.data, DX_INTOTO_PAYLOAD), *at = m->envelope.data, *to = at;

	for (; *at != '\0'; at++) {
		bool media = at >= type && at < type + strlen(DX_INTOTO_PAYLOAD);

		if (!media && *at == '=' && !padded)
			continue;
		*to++ = media ? *at : (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
	}
	*to = '\0';
	m->envelope.len = (size_t)(to - m->envelope.data);
	made_parts(m);
}

static void
test_envelope(void)
{
	static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
	struct made m;

	envelope_gives(DX_INTOTO_PAYLOAD, "application/json", "pack_envelope", "another payloadType");
	envelope_gives(KEYID, zeros, "", "a keyid that lies proves nothing either way");
	envelope_gives("\"keyid\":\"" KEYID "\",", "", "", "no keyid at all");
	envelope_gives("\"payload\"", "\"Payload\"", "pack_envelope", "no payload");
	envelope_gives("\"signatures\":[", "\"signatures\":[7,", "pack_envelope", "a signature that is none");
	envelope_gives("\"sig\":\"", "\"sig\":\"AAAA", "evidence_signature", "a signature of another length");
	envelope_gives("\"sig\":\"", "\"sig\":\"*", "pack_envelope", "a signature that is no base64");
	envelope_gives("\"signatures\"", "\"note\":\"x\",\"signatures\"", "", "a member that DSSE does not know");
	made_begin(&m);
	url_safe(&m, true);
	parts_give(&m, "", "URL-safe base64");
	url_safe(&m, false);
	parts_give(&m, "", "without padding");
	made_end(&m);
}

/* Statements of another kind under a good signature. */
static void
statement_gives(const char *statement, const char *want, const char *what)
{
	struct dx_err err = { 0 };
	struct made m;

	made_begin(&m);
	dx_buf_reset(&m.envelope);
	if (dx_envelope_make(DX_INTOTO_PAYLOAD, statement, strlen(statement), &m.key, 1, &m.envelope, &err) != 0)
		exit(70);
	made_parts(&m);
	parts_give(&m, want, what);
	made_end(&m);
}

static void
test_statement(void)
{
	static const char digest[] = "{\"digest\":{\"sha256\":\"" KEYID "\"},\"name\":\"pack.json\"}";
	char text[1000];

	statement_gives("{}", "pack_envelope", "no statement");
	statement_gives("x", "pack_envelope", "no JSON");
	snprintf(text, sizeof(text), "{\"_type\":\"" DX_INTOTO_STATEMENT "\",\"predicate\":{},\"predicateType\":\"urn:other\",\"subject\":[%s]}",
	    digest);
	statement_gives(text, "pack_envelope", "a statement about something else");
	snprintf(text, sizeof(text), "{\"_type\":\"" DX_INTOTO_STATEMENT "\",\"predicate\":{},\"predicateType\":\"urn:dealix:pack:v1\","
	    "\"subject\":[]}");
	statement_gives(text, "pack_envelope", "no subject");
	snprintf(text, sizeof(text), "{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicate\":{},"
	    "\"predicateType\":\"urn:dealix:pack:v1\",\"subject\":[%s]}", digest);
	statement_gives(text, "pack_envelope", "an older statement");
	snprintf(text, sizeof(text), "{\"_type\":\"" DX_INTOTO_STATEMENT "\",\"predicate\":{},\"predicateType\":\"urn:dealix:pack:v1\","
	    "\"subject\":[{\"name\":\"pack.json\"}]}");
	statement_gives(text, "pack_envelope", "a subject without a digest");
	snprintf(text, sizeof(text), "{\"_type\":\"" DX_INTOTO_STATEMENT "\",\"predicate\":{},\"predicateType\":\"urn:dealix:pack:v1\","
	    "\"subject\":[%s]}", digest);
	statement_gives(text, "pack_subject", "a statement about another pack");
}

static void
keys_give(struct made *m, const struct dx_keys *keys, size_t threshold, const char *want, const char *what)
{
	struct judge j = { 0 };
	int fd = made_archive(m->part, m->parts);
	char *text = answer(fd, &j, keys, threshold), *reason = member_text(text, "reason");

	is_str(reason, want, "%s", what);
	ok(want[0] == '\0' || j.reruns + j.slices == 0, "%s: nothing of it is run", what);
	free(text);
	free(reason);
	close(fd);
}

static void
test_keys(void)
{
	struct dx_keys stranger = { 0 }, both = { 0 }, none = { 0 };
	struct dx_key *other = made_key(32), *pair[2], *twice[2];
	struct dx_err err = { 0 };
	struct made m;

	made_begin(&m);
	made_public(&stranger, other);
	made_public(&both, other);
	made_public(&both, m.key);
	keys_give(&m, &stranger, 1, "evidence_unsigned", "a key that nobody trusts");
	keys_give(&m, &none, 1, "evidence_unsigned", "no key trusted");
	keys_give(&m, &both, 1, "", "one of two keys");
	keys_give(&m, &both, 2, "evidence_unsigned", "one of two, two wanted");
	keys_give(&m, &both, 0, "evidence_unsigned", "a threshold of nothing is none");
	twice[0] = twice[1] = m.key;
	dx_buf_reset(&m.envelope);
	ok(dx_envelope_make(DX_INTOTO_PAYLOAD, m.statement.data, m.statement.len, twice, 2, &m.envelope, &err) == 0, "signed twice");
	made_parts(&m);
	keys_give(&m, &both, 2, "evidence_unsigned", "the same key twice");
	pair[0] = other;
	pair[1] = m.key;
	dx_buf_reset(&m.envelope);
	ok(dx_envelope_make(DX_INTOTO_PAYLOAD, m.statement.data, m.statement.len, pair, 2, &m.envelope, &err) == 0, "signed by two");
	made_parts(&m);
	keys_give(&m, &both, 2, "", "two of two");
	/* The payload of one pack under the signature of another. */
	dx_buf_reset(&m.envelope);
	if (dx_envelope_make(DX_INTOTO_PAYLOAD, m.statement.data, m.statement.len - 1, &m.key, 1, &m.envelope, &err) != 0)
		exit(70);
	made_seal(&m);
	envelope_with(&m, "\"sig\":\"", "\"sig\":\"dWG98CPWh3lAzt/mxzJ7Nc6Avgf2tjap4msM5gNmMV9Lpu+TWkZMk3lP/u6Su450zcqkLQw21MTZfwU07XgjCw==\",\"x\":\"");
	keys_give(&m, &both, 1, "evidence_signature", "a good signature of another payload");
	dx_keys_release(&stranger);
	dx_keys_release(&both);
	dx_key_free(other);
	made_end(&m);
}

/* --- what others check --- */

static void
hooks_give(struct judge j, const char *want, const char *what)
{
	struct made m;
	char *got;
	int fd;

	made_begin(&m);
	fd = made_archive(m.part, m.parts);
	got = codes_of(fd, &j, &m, 1);
	is_str(got, want, "%s", what);
	free(got);
	close(fd);
	made_end(&m);
}

static void
test_hooks(void)
{
	struct made m;
	struct judge j = { 0 };
	char *got;
	int fd;

	hooks_give((struct judge){ .says = "pass" }, "pack_verdict", "a contract says otherwise now");
	hooks_give((struct judge){ .cannot = true }, "pack_verdict", "a contract cannot be run");
	hooks_give((struct judge){ .ledger_bad = true }, "chain_broken", "the slice is broken");
	/* A report made with a contract that the pack does not hold. */
	made_begin(&m);
	memmove(&m.member[0], &m.member[1], 7 * sizeof(m.member[0]));
	m.pack.member_count = 7;
	m.pack.id = NULL;
	made_build(&m);
	parts_give(&m, "pack_verdict", "a contract is not there");
	made_end(&m);
	/* A store without a checkpoint. */
	made_begin(&m);
	m.pack.member_count = 5;
	m.pack.id = NULL;
	made_build(&m);
	fd = made_archive(m.part, m.parts);
	got = codes_of(fd, &j, &m, 1);
	is_str(got, "", "without proofs and checkpoint");
	ok(j.slices == 1 && !j.checkpoint && j.proofs == 0, "its slice is looked at");
	free(got);
	close(fd);
	made_end(&m);
}

/* --- pack.json alone, and making --- */

static void
check_gives(struct made *m, const char *want, const char *what)
{
	struct dx_err err = { 0 };
	struct dx_json got = dx_json_null();
	int rc = dx_pack_check(&m->document, DX_R_FIELD_INVALID, &m->arena, &got, &err);
	const char *reason = dx_json_get_str(&got, "reason");

	is_str(rc != 0 ? err.text : reason != NULL ? reason : "valid", want, "alone: %s", what);
}

static void
test_alone(void)
{
	struct made m;

	made_begin(&m);
	check_gives(&m, "valid", "as it was made");
	dx_json_set(&m.arena, &m.document, "status", dx_json_text("archived"));
	dx_json_set(&m.arena, &m.document, "reviewed_by", dx_json_text("r"));
	dx_json_set(&m.arena, &m.document, "reviewed_at", dx_json_text("2026-03-01T00:00:00.000000Z"));
	check_gives(&m, "valid", "status and review may change");
	dx_json_set(&m.arena, &m.document, "tenant_id", dx_json_text("other"));
	check_gives(&m, "pack_hash", "the tenant may not");
	dx_json_set(&m.arena, &m.document, "status", dx_json_text("opened"));
	check_gives(&m, "must be assembling, ready, reviewed or archived, is \"opened\"", "a status that is none");
	made_end(&m);
}

static void
make_fails(struct made *m, const char *what)
{
	struct dx_err err = { 0 };
	struct dx_json doc;

	ok(dx_pack_make(&m->pack, &m->arena, &doc, &err) == -1 && err.reason == DX_R_FIELD_INVALID, "%s: %s", what, err.text);
	made_end(m);
	made_begin(m);
}

static void
test_make(void)
{
	struct made m;

	made_begin(&m);
	m.pack.title = NULL;
	make_fails(&m, "no title");
	m.pack.pack_type = "holiday";
	make_fails(&m, "a type that is none");
	m.pack.id = "1";
	make_fails(&m, "an id that is none");
	m.item[1].source_ref = m.item[0].source_ref;
	make_fails(&m, "one path twice");
	m.item[1].source_ref = "pack.json";
	make_fails(&m, "the pack's own name");
	m.item[1].source_ref = NULL;
	make_fails(&m, "no path");
	m.member[1] = m.member[0];
	make_fails(&m, "a member twice");
	m.member[1].name = "secrets.txt";
	make_fails(&m, "a member that packs do not have");
	m.member[2].sha256 = m.member[0].sha256;
	make_fails(&m, "a member under another name than its digest");
	m.pack.member_count = 3;
	make_fails(&m, "no ledger");
	m.pack.member_count = 7;
	make_fails(&m, "proofs without a checkpoint");
	made_end(&m);
}

/* --- writing, and others' opinion --- */

struct source { const struct made *m; bool changed; };

static int
open_source(void *ctx, const char *name, struct dx_pack_bytes *out, struct dx_err *err)
{
	const struct source *s = ctx;
	const struct part *p = made_find(s->m, name);

	if (p == NULL)
		return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: is not there", name);
	if (!dx_starts(name, "files/")) {
		*out = (struct dx_pack_bytes){ .fd = -1, .bytes = p->bytes, .n = p->n };
		return 0;
	}
	out->fd = memfd_create("file", MFD_CLOEXEC);
	if (out->fd < 0 || write(out->fd, p->bytes, p->n) != (ssize_t)p->n || (s->changed && write(out->fd, "!", 1) != 1) ||
	    lseek(out->fd, 0, SEEK_SET) != 0)
		exit(70);
	return 0;
}

static char dir[] = "/tmp/dealix-pack-XXXXXX";

static const char judge_py[] = "import base64, hashlib, json, sys, zipfile\n"
    "try:\n    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n"
    "    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat\n"
    "except ImportError:\n    sys.exit(77)\n"
    "z = zipfile.ZipFile('pack.zip')\nassert z.testzip() is None\n"
    "e = json.loads(z.read('pack.dsse.json'))\np = base64.b64decode(e['payload'], validate=True)\nt = e['payloadType'].encode()\n"
    "pae = b'DSSEv1 %d %s %d %s' % (len(t), t, len(p), p)\n"
    "k = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()\n"
    "k.verify(base64.b64decode(e['signatures'][0]['sig'], validate=True), pae)\n"
    "spki = k.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)\n"
    "assert e['signatures'][0]['keyid'] == hashlib.sha256(spki).hexdigest()\n"
    "s = json.loads(p)\ncanon = lambda v: json.dumps(v, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()\n"
    "assert canon(s) == p\n"
    "h = hashlib.sha256(z.read('pack.json')).hexdigest()\n"
    "assert s['predicate']['pack_sha256'] == h == s['subject'][0]['digest']['sha256'] and s['subject'][0]['name'] == 'pack.json'\n"
    "d = json.loads(z.read('pack.json'))\nassert canon(d) == z.read('pack.json')\n"
    "rest = {k: v for k, v in d.items() if k not in ('status', 'reviewed_by', 'reviewed_at', 'hash')}\n"
    "assert hashlib.sha256(canon(rest)).hexdigest() == d['hash']\n"
    "for i in d['contents']:\n"
    "    b = z.read(i['file']) if 'file' in i else canon(i['data'])\n"
    "    assert hashlib.sha256(b).hexdigest() == i['sha256']\n"
    "for n, x in d['metadata']['members'].items():\n    assert hashlib.sha256(z.read(n)).hexdigest() == x\n"
    "assert [x['name'] for x in s['subject'][1:]] == sorted(i['source_ref'] for i in d['contents'] if 'file' in i)\n"
    "for x in s['subject'][1:]:\n    assert z.read('files/' + x['digest']['sha256']) is not None\n";

static void
test_write(void)
{
	char python[] = "python3", dash_c[] = "-c", path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *const argv[] = { python, dash_c, (char *)(uintptr_t)judge_py, NULL }, *const env[] = { path, NULL };
	struct dx_proc_spec spec = { .argv = argv, .env = env, .keep = 4000, .merge_stderr = true, .timeout_ms = 60000 };
	struct dx_proc_result r = { 0 };
	struct dx_err err = { 0 };
	struct source s = { 0 };
	struct made m;
	int fd;

	made_begin(&m);
	s.m = &m;
	fd = open("pack.zip", O_RDWR | O_CREAT | O_TRUNC, 0644);
	ok(dx_pack_write(fd, "pack.zip", &m.pack, &m.document_bytes, &m.envelope, open_source, &s, &err) == 0, "written: %s", err.text);
	gives(fd, &m, "", "what is written verifies");
	ok(dx_proc_run(&spec, &r, &err) == 0, "python3: %s", err.text);
	if (r.end == DX_PROC_NOT_FOUND || (r.end == DX_PROC_EXITED && r.status == 77))
		skip("no python3 with cryptography here");
	else if (!ok(r.end == DX_PROC_EXITED && r.status == 0, "an independent judge agrees"))
		diag("%s", r.out.data != NULL ? r.out.data : "");
	dx_proc_release(&r);
	s.changed = true;
	fd = open("pack.zip", O_RDWR | O_CREAT | O_TRUNC, 0644);
	dx_err_clear(&err);
	ok(dx_pack_write(fd, "pack.zip", &m.pack, &m.document_bytes, &m.envelope, open_source, &s, &err) == -1 &&
	    err.reason == DX_R_PACK_ITEM_HASH, "a file that changed meanwhile: %s", err.text);
	close(fd);
	m.sources -= 1;		/* the ledger */
	fd = open("pack.zip", O_RDWR | O_CREAT | O_TRUNC, 0644);
	dx_err_clear(&err);
	s.changed = false;
	ok(dx_pack_write(fd, "pack.zip", &m.pack, &m.document_bytes, &m.envelope, open_source, &s, &err) == -1 &&
	    err.reason == DX_R_FILE_UNREADABLE, "a file that is gone: %s", err.text);
	close(fd);
	unlink("pack.zip");
	made_end(&m);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		return 70;
	test_good();
	test_form();
	test_flips();
	test_raw_flips();
	test_members();
	test_disagreeing();
	test_data();
	test_envelope();
	test_statement();
	test_keys();
	test_hooks();
	test_alone();
	test_make();
	test_write();
	rmdir(dir);
	return done();
}
