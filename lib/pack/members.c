#include "pack/pack_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

/* <folder><64 hex>.json */
static bool
hex_name(const char *name, const char *folder, struct dx_sha256 *sha256)
{
	char hex[DX_SHA256_HEX];
	size_t n = strlen(folder);

	if (!dx_starts(name, folder) || strlen(name) != n + 64 + 5 || strcmp(name + n + 64, ".json") != 0)
		return false;
	memcpy(hex, name + n, 64);
	hex[64] = '\0';
	return dx_sha256_unhex(hex, sha256);
}

static bool
proof_name(const char *name, uint64_t *seq)
{
	char digits[24];
	size_t n = strlen(name);
	int64_t v;

	if (!dx_starts(name, "proofs/") || n < 7 + 1 + 5 || n - 12 >= sizeof(digits) || strcmp(name + n - 5, ".json") != 0)
		return false;
	memcpy(digits, name + 7, n - 12);
	digits[n - 12] = '\0';
	if (!dx_int_parse(digits, 0, INT64_MAX, &v))
		return false;
	*seq = (uint64_t)v;
	return true;
}

enum dx_pack_place
dx_pack_place(const char *name, struct dx_sha256 *sha256, uint64_t *seq)
{
	if (hex_name(name, "contracts/", sha256))
		return DX_PACK_AT_CONTRACT;
	if (hex_name(name, "reports/", sha256))
		return DX_PACK_AT_REPORT;
	if (strcmp(name, DX_PACK_LEDGER) == 0)
		return DX_PACK_AT_LEDGER;
	if (proof_name(name, seq))
		return DX_PACK_AT_PROOF;
	return strcmp(name, DX_PACK_CHECKPOINT) == 0 ? DX_PACK_AT_CHECKPOINT : DX_PACK_AT_NOWHERE;
}

static int
by_place(const void *a, const void *b)
{
	const struct dx_pack_member *x = a, *y = b;
	struct dx_sha256 unused;
	uint64_t xs = 0, ys = 0;
	enum dx_pack_place xp = dx_pack_place(x->name, &unused, &xs), yp = dx_pack_place(y->name, &unused, &ys);

	if (xp != yp)
		return xp < yp ? -1 : 1;
	if (xs != ys)
		return xs < ys ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int
wrong_member(struct dx_err *err, enum dx_reason wrong, const char *name, const char *what)
{
	return dx_err_set_at(err, wrong, "/metadata/members", "%.80s %s", name, what);
}

int
dx_pack_arrange(struct dx_pack_member *m, size_t n, enum dx_reason wrong, struct dx_err *err)
{
	unsigned seen[DX_PACK_AT_NOWHERE + 1] = { 0 };
	struct dx_sha256 named;
	uint64_t seq;

	for (size_t i = 0; i < n; i++) {
		enum dx_pack_place p = dx_pack_place(m[i].name, &named, &seq);

		seen[p]++;
		if (p == DX_PACK_AT_NOWHERE)
			return wrong_member(err, wrong, m[i].name, "is no member of a pack");
		if ((p == DX_PACK_AT_CONTRACT || p == DX_PACK_AT_REPORT) && memcmp(&named, &m[i].sha256, sizeof(named)) != 0)
			return wrong_member(err, wrong, m[i].name, "has another digest than its name says");
	}
	if (n > 1)
		qsort(m, n, sizeof(*m), by_place);
	for (size_t i = 1; i < n; i++)
		if (strcmp(m[i - 1].name, m[i].name) == 0)
			return wrong_member(err, wrong, m[i].name, "stands twice");
	if (seen[DX_PACK_AT_LEDGER] == 0)
		return wrong_member(err, wrong, DX_PACK_LEDGER, "is missing");
	if ((seen[DX_PACK_AT_PROOF] > 0) != (seen[DX_PACK_AT_CHECKPOINT] > 0))
		return wrong_member(err, wrong, DX_PACK_CHECKPOINT, "and the proofs need each other");
	return 0;
}

static int
by_digest(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct dx_sha256));
}

void
dx_pack_names(const struct dx_pack *p, struct dx_arena *a, const char ***names, size_t *count)
{
	const char **out = dx_arena_alloc(a, dx_size_mul(p->item_count + p->member_count + 2, sizeof(*out)));
	struct dx_sha256 *file = dx_arena_alloc(a, dx_size_mul(p->item_count, sizeof(*file)));
	char hex[DX_SHA256_HEX];
	size_t files = 0, n = 0;

	for (size_t i = 0; i < p->item_count; i++)
		if (p->item[i].data == NULL)
			file[files++] = p->item[i].sha256;
	if (files > 1)
		qsort(file, files, sizeof(*file), by_digest);
	out[n++] = DX_PACK_ENVELOPE;
	out[n++] = DX_PACK_DOCUMENT;
	for (size_t i = 0; i < files; i++) {
		if (i > 0 && memcmp(&file[i - 1], &file[i], sizeof(*file)) == 0)
			continue;	/* two paths, one file */
		dx_sha256_hex(&file[i], hex);
		out[n++] = dx_arena_printf(a, "files/%s", hex);
	}
	for (size_t i = 0; i < p->member_count; i++)
		out[n++] = p->member[i].name;
	*names = out;
	*count = n;
}

/* --- what is signed --- */

void
dx_pack_subjects(const struct dx_pack *p, struct dx_arena *a, struct dx_subject **out, size_t *n)
{
	struct dx_subject *s = dx_arena_alloc(a, dx_size_mul(p->item_count + 1, sizeof(*s)));
	size_t count = 0;

	for (size_t i = 0; i < p->item_count; i++)
		if (p->item[i].data == NULL)
			s[count++] = (struct dx_subject){ .name = p->item[i].source_ref, .sha256 = p->item[i].sha256 };
	dx_subject_sort(s, count);
	*out = s;
	*n = count;
}

static struct dx_json
hex_text(struct dx_arena *a, const struct dx_sha256 *d)
{
	char hex[DX_SHA256_HEX];

	dx_sha256_hex(d, hex);
	return dx_json_string(a, hex);
}

struct dx_json
dx_pack_predicate(const struct dx_pack *p, const struct dx_sha256 *document_sha256, const struct dx_pack_verdict *verdicts,
    size_t verdict_count, struct dx_arena *a)
{
	struct dx_json predicate = dx_json_object(), contracts = dx_json_array(), said = dx_json_object();
	struct dx_sha256 d;
	uint64_t seq;

	for (size_t i = 0; i < p->member_count; i++)
		if (dx_pack_place(p->member[i].name, &d, &seq) == DX_PACK_AT_CONTRACT)
			dx_json_push(a, &contracts, hex_text(a, &d));
	for (size_t i = 0; i < verdict_count; i++)
		dx_json_put(a, &said, hex_text(a, &verdicts[i].file).u.text, dx_json_string(a, verdicts[i].verdict));
	dx_json_put(a, &predicate, "pack_sha256", hex_text(a, document_sha256));
	dx_json_put(a, &predicate, "contracts", contracts);
	dx_json_put(a, &predicate, "verdicts", said);
	return predicate;
}

void
dx_pack_statement(const struct dx_pack *p, const struct dx_sha256 *document_sha256, const struct dx_pack_verdict *verdicts,
    size_t verdict_count, struct dx_arena *a, struct dx_buf *out)
{
	struct dx_json predicate = dx_pack_predicate(p, document_sha256, verdicts, verdict_count, a);
	struct dx_subject *files, *all;
	size_t n;

	dx_pack_subjects(p, a, &files, &n);
	all = dx_arena_alloc(a, dx_size_mul(n + 1, sizeof(*all)));
	all[0] = (struct dx_subject){ .name = DX_PACK_DOCUMENT, .sha256 = *document_sha256 };
	if (n > 0)
		memcpy(all + 1, files, n * sizeof(*all));
	dx_statement_make(all, n + 1, DX_PACK_PREDICATE, &predicate, out);
}

/* --- verdicts of reports --- */

static int
by_file(const void *a, const void *b)
{
	const struct dx_pack_verdict *x = a, *y = b;
	int c = memcmp(&x->file, &y->file, sizeof(x->file));

	return c != 0 ? c : strcmp(x->verdict, y->verdict);	/* "fail" before "pass" */
}

/* Verdict of one report, and its inputs; NULL when it says neither. */
static const char *
verdict_of(const struct dx_json *report, const struct dx_json **inputs)
{
	const char *verdict = dx_json_get_str(report, "verdict");

	*inputs = dx_json_get(report, "inputs");
	if (verdict == NULL || !dx_json_is(*inputs, DX_JSON_ARRAY) || (strcmp(verdict, "pass") != 0 && strcmp(verdict, "fail") != 0))
		return NULL;
	return verdict;
}

int
dx_pack_verdicts(const struct dx_json *const *reports, size_t n, enum dx_reason wrong, struct dx_arena *a,
    struct dx_pack_verdict **out, size_t *count, struct dx_err *err)
{
	const struct dx_json *inputs;
	struct dx_pack_verdict *all;
	size_t room = 0, found = 0, kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (verdict_of(reports[i], &inputs) == NULL)
			return dx_err_set(err, wrong, "report %zu has no verdict or no inputs", i);
		room += inputs->count;
	}
	all = dx_arena_alloc(a, dx_size_mul(room, sizeof(*all)));
	for (size_t i = 0; i < n; i++) {
		const char *verdict = verdict_of(reports[i], &inputs);

		for (size_t j = 0; j < inputs->count; j++) {
			const struct dx_json *sha256 = dx_json_get(dx_json_item(inputs, j), "sha256");

			if (sha256 == NULL)
				continue;
			if (dx_json_str(sha256) == NULL || !dx_sha256_unhex(dx_json_str(sha256), &all[found].file))
				return dx_err_set(err, wrong, "input %zu of report %zu has a sha256 that is none", j, i);
			all[found++].verdict = verdict;
		}
	}
	if (found > 1)
		qsort(all, found, sizeof(*all), by_file);
	for (size_t i = 0; i < found; i++)
		if (kept == 0 || memcmp(&all[kept - 1].file, &all[i].file, sizeof(all[i].file)) != 0)
			all[kept++] = all[i];
	*out = all;
	*count = kept;
	return 0;
}
