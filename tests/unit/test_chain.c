#include "base/err.h"
#include "core/chain.h"
#include "tap.h"
#include "vector_log.h"

#define COUNT	9

static char *line[VECTOR_COUNT];
static char *text[COUNT];		/* a log of nine entries, well linked */

struct found { char codes[512]; unsigned count; };

static void
note(void *ctx, enum dx_reason reason, int64_t seq, const char *detail)
{
	struct found *f = ctx;
	size_t n = strlen(f->codes);

	(void)detail;
	f->count++;
	snprintf(f->codes + n, sizeof(f->codes) - n, "%s%s@%lld", n > 0 ? " " : "", dx_reason_code(reason), (long long)seq);
}

struct row { const char *bytes; int64_t seq; bool stored; struct dx_sha256 leaf; };

/* Runs the rows and compares the faults; the leaf stored is that of the row unless leaf_of says another text. */
static void
judge(const char *tenant, const char *origin, const struct row *rows, size_t n, const char *want, const char *name)
{
	struct found f = { 0 };
	struct dx_chain c;
	const struct dx_json *doc;

	dx_chain_init(&c, tenant, origin, note, &f);
	for (size_t i = 0; i < n; i++)
		dx_chain_next(&c, rows[i].bytes, strlen(rows[i].bytes), rows[i].seq, rows[i].stored ? &rows[i].leaf : NULL, NULL, &doc);
	is_str(f.codes, want, "%s", name);
	is_int((intmax_t)c.bad, f.count, "%s: counted", name);
	dx_chain_release(&c);
}

static void
plain(struct row *rows, const char *const *texts, size_t n, bool stored)
{
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct row){ .bytes = texts[i], .seq = stored ? (int64_t)i : -1, .stored = stored };
		dx_merkle_leaf(texts[i], strlen(texts[i]), &rows[i].leaf);
	}
}

static void
test_vector(void)
{
	struct row rows[VECTOR_COUNT];
	struct found f = { 0 };
	struct dx_chain c;
	const struct dx_json *doc;
	struct dx_sha256 root;
	char hex[DX_SHA256_HEX];

	plain(rows, (const char *const *)line, VECTOR_COUNT, true);
	judge(VECTOR_TENANT, VECTOR_ORIGIN, rows, VECTOR_COUNT, "", "the vector, stored");
	plain(rows, (const char *const *)line, VECTOR_COUNT, false);
	judge("", "", rows, VECTOR_COUNT, "", "the vector, as a file");
	dx_chain_init(&c, "", "", note, &f);
	for (int i = 0; i < VECTOR_COUNT; i++) {
		dx_chain_next(&c, line[i], strlen(line[i]), -1, NULL, NULL, &doc);
		dx_merkle_root(&c.tree, &root);
		dx_sha256_hex(&root, hex);
		is_str(hex, vector_root[i], "root of %d", i + 1);
		ok(doc != NULL, "entry %d is given on", i);
	}
	is_str(c.origin, VECTOR_ORIGIN, "the origin is learned");
	is_str(c.tenant_id, VECTOR_TENANT, "and the tenant");
	dx_chain_release(&c);
	judge("other", VECTOR_ORIGIN, rows, 2, "ledger_tenant_mismatch@0 ledger_tenant_mismatch@1", "another tenant's log");
	judge(VECTOR_TENANT, "elsewhere/x", rows, 1, "origin_mismatch@0 genesis_mismatch@0", "a log moved");
}

/* Entry i of the long log: budget_set, linked to `prev`. */
static char *
build(int i, const struct dx_sha256 *prev, int second, const char *limit)
{
	struct dx_buf b = { 0 };
	char hex[DX_SHA256_HEX];

	dx_sha256_hex(prev, hex);
	dx_buf_printf(&b, "{\"actor\":{\"auth\":\"os-user\",\"id\":\"kim\",\"role\":\"owner\"},\"details\":{\"active\":true,"
	    "\"monthly_limit_usd\":\"%s\"},\"event\":\"budget_set\",\"ledger_id\":\"22222222-2222-4222-8222-%012d\","
	    "\"origin\":\"" VECTOR_ORIGIN "\",\"prev\":\"%s\",\"recorded_at\":\"2026-02-25T12:00:%02d.000000Z\","
	    "\"schema\":\"dealix.ledger.entry.v1\",\"seq\":%d,\"subject\":{\"id\":\"default\",\"type\":\"budget\"},"
	    "\"tenant_id\":\"" VECTOR_TENANT "\"}", limit, i, hex, second, i);
	return dx_buf_take(&b);
}

static void
build_log(void)
{
	struct dx_sha256 leaf;

	text[0] = strdup(line[0]);
	for (int i = 1; i < COUNT; i++) {
		dx_merkle_leaf(text[i - 1], strlen(text[i - 1]), &leaf);
		text[i] = build(i, &leaf, i, "5.0000");
	}
}

static void
test_tamper(void)
{
	struct row rows[COUNT + 1];
	const char *t[COUNT + 1];
	struct dx_sha256 leaf;
	char *changed;

#define RESET()	do { memcpy(t, text, sizeof(text)); plain(rows, t, COUNT, true); } while (0)
	RESET();
	judge("", "", rows, COUNT, "", "untouched");

	changed = vector_edit(text[4], "5.0000", "6.0000");
	rows[4].bytes = changed;
	judge("", "", rows, COUNT, "entry_hash_mismatch@4", "a byte changed, stored leaf left");
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, COUNT, "chain_broken@5", "the same, stored leaf recomputed");
	RESET();
	rows[8].bytes = changed;
	free(changed);
	changed = vector_edit(text[8], "5.0000", "6.0000");
	rows[8].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[8].leaf);
	judge("", "", rows, COUNT, "", "the last entry, leaf recomputed: only the root tells");
	free(changed);

	RESET();
	changed = vector_edit(text[4], "5.0000\"", "5.0000\" ");
	rows[4].bytes = changed;
	judge("", "", rows, COUNT, "entry_not_canonical@4 entry_hash_mismatch@4", "a blank added, leaf left");
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, COUNT, "entry_not_canonical@4", "a blank added, leaf recomputed");
	free(changed);
	changed = vector_edit(text[4], "\"seq\":4", "\"seq\":4,\"seq\":4");
	rows[4].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, COUNT, "entry_not_canonical@4 chain_broken@5", "a member twice");
	free(changed);
	changed = vector_edit(text[4], "\"seq\":4", "\"seq\":4.0");
	rows[4].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, COUNT, "entry_not_canonical@4", "another form of number");
	free(changed);
	changed = vector_edit(text[4], "\"kim\"", "\"\\u006bim\"");
	rows[4].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, COUNT, "entry_not_canonical@4", "an escape");
	free(changed);
	changed = vector_edit(text[4], "\"active\":true", "\"active\":1");
	rows[4].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, COUNT, "entry_schema@4 chain_broken@5", "a wrong type");
	free(changed);
	RESET();
	changed = vector_edit(text[4], "\"budget_set\"", "\"budget_zet\"");
	rows[4].bytes = changed;
	judge("", "", rows, COUNT, "entry_schema@4 entry_hash_mismatch@4", "an unknown event");
	free(changed);

	for (int stored = 0; stored < 2; stored++) {
		memcpy(t, text, sizeof(text));
		memmove(t + 4, t + 5, (COUNT - 5) * sizeof(*t));
		plain(rows, t, COUNT - 1, stored);
		for (size_t i = 4; stored && i < COUNT - 1; i++)
			rows[i].seq++;
		judge("", "", rows, COUNT - 1, "seq_gap@4", "one removed");
	}
	memcpy(t, text, sizeof(text));
	memmove(t + 5, t + 4, (COUNT - 4) * sizeof(*t));
	plain(rows, t, COUNT + 1, false);
	judge("", "", rows, COUNT + 1, "seq_duplicate@4", "one twice");
	memcpy(t, text, sizeof(text));
	t[4] = text[5];
	t[5] = text[4];
	plain(rows, t, COUNT, false);
	judge("", "", rows, COUNT, "seq_gap@4 seq_order@4", "two swapped");

	RESET();		/* 4 removed and 5 renumbered as 4 */
	changed = vector_edit(text[5], "\"seq\":5", "\"seq\":4");
	rows[4].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, 5, "chain_broken@4", "renumbered to hide a removal");
	free(changed);

	RESET();
	dx_merkle_leaf(text[3], strlen(text[3]), &leaf);
	changed = build(4, &leaf, 1, "5.0000");
	rows[4].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[4].leaf);
	judge("", "", rows, 5, "recorded_at_regression@4", "a clock set back");
	free(changed);

	RESET();
	changed = vector_edit(text[4], "\"tenant_id\":\"1", "\"tenant_id\":\"2");
	rows[4].bytes = changed;
	judge("", "", rows, COUNT, "ledger_tenant_mismatch@4 entry_hash_mismatch@4", "another tenant's entry");
	free(changed);

	RESET();
	changed = vector_edit(text[0], "\"prev\":\"17", "\"prev\":\"18");
	rows[0].bytes = changed;
	dx_merkle_leaf(changed, strlen(changed), &rows[0].leaf);
	judge("", "", rows, 1, "genesis_mismatch@0", "another genesis");
	free(changed);

	RESET();
	rows[4].bytes = "";
	judge("", "", rows, COUNT, "entry_not_canonical@4 entry_hash_mismatch@4", "an empty entry");
	RESET();
	rows[4].bytes = "[1,2]";
	judge("", "", rows, COUNT, "entry_schema@4 entry_hash_mismatch@4", "no object");
}

/* Every byte of an entry in the middle changed: always a fault, at that entry. */
static void
test_every_byte(void)
{
	struct row rows[COUNT];
	const char *t[COUNT];
	unsigned silent = 0;

	for (size_t k = 0; text[4][k] != '\0'; k++) {
		struct found f = { 0 };
		struct dx_chain c;
		const struct dx_json *doc;
		char *changed = strdup(text[4]);

		RESET();
		changed[k] = (char)(changed[k] ^ 2);
		rows[4].bytes = changed;
		dx_chain_init(&c, "", "", note, &f);
		for (size_t i = 0; i < COUNT; i++)
			dx_chain_next(&c, rows[i].bytes, strlen(rows[i].bytes), rows[i].seq, &rows[i].leaf, NULL, &doc);
		silent += strstr(f.codes, "entry_hash_mismatch@") == NULL;
		dx_chain_release(&c);
		free(changed);
	}
	is_int(silent, 0, "every changed byte is found");
}

int
main(void)
{
	vector_read(line);
	build_log();
	test_vector();
	test_tamper();
	test_every_byte();
	for (int i = 0; i < VECTOR_COUNT; i++)
		free(line[i]);
	for (int i = 0; i < COUNT; i++)
		free(text[i]);
	return done();
}
