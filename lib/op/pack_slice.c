/* The slice of the ledger in a pack (evidence page 2.6): the entries that recorded and verified its files, no others and none left out
 * that would say something else. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "core/entry.h"
#include "op/pack_inner.h"

/* A file or a report of the pack, and whether an entry tells of it. */
struct told { struct dx_sha256 sha256; const struct dx_json *report; bool told; };

struct slice {
	struct dx_arena		*a;
	struct dx_pack_view	*v;
	const struct dx_pack	*pack;
	struct told		*file, *report;		/* sorted by digest, each digest once */
	size_t			 files, reports;
	int64_t			 seq;			/* of the entry before, -1: none */
	struct dx_sha256	 leaf;
	char			 recorded_at[DX_TIME_TEXT];
	const char		*origin;
};

static const char *
text_of(const struct dx_json *o, const char *name)
{
	const char *s = dx_json_get_str(o, name);

	return s != NULL ? s : "";
}

static int
by_digest(const void *a, const void *b)
{
	return memcmp(&((const struct told *)a)->sha256, &((const struct told *)b)->sha256, sizeof(struct dx_sha256));
}

static size_t
sort(struct told *t, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(t, n, sizeof(*t), by_digest);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_digest(&t[kept - 1], &t[i]) != 0)
			t[kept++] = t[i];
	return kept;
}

static struct told *
find(struct told *t, size_t n, const char *hex)
{
	struct told key = { .report = NULL };

	return hex != NULL && n > 0 && dx_sha256_unhex(hex, &key.sha256) ? bsearch(&key, t, n, sizeof(*t), by_digest) : NULL;
}

/* --- what an entry says --- */

static bool
reads(const struct dx_json *report, const char *sha256)
{
	const struct dx_json *inputs = dx_json_get(report, "inputs");

	for (uint32_t i = 0; inputs != NULL && i < inputs->count; i++)
		if (strcmp(text_of(&inputs->u.items[i], "sha256"), sha256) == 0)
			return true;
	return false;
}

/* The words of the entry are those of the report that it names, which was made before it. */
static bool
agrees(const struct dx_json *entry, const struct dx_json *report)
{
	static const char *const same[][2] = { { "contract", "kind" }, { "level", "level" }, { "verdict", "verdict" }, { "version", "version" } };
	const struct dx_json *details = dx_json_get(entry, "details");
	int64_t recorded, now;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (!dx_json_equal(dx_json_get(details, same[i][0]), dx_json_get(report, same[i][1])))
			return false;
	return dx_time_parse(text_of(report, "now"), &now, NULL) == 0 &&
	    dx_time_parse(text_of(entry, "recorded_at"), &recorded, NULL) == 0 && now <= recorded;
}

static void
check_verified(struct slice *s, const struct dx_json *entry, const char *subject)
{
	const char *hex = text_of(dx_json_get(entry, "details"), "report_sha256");
	struct told *report = find(s->report, s->reports, hex);

	if (report == NULL)
		dx_pack_found(s->v, DX_R_PAYLOAD_MISSING, DX_PACK_LEDGER, "entry %lld names report %s, which the pack leaves out",
		    (long long)s->seq, hex);
	else if (!reads(report->report, subject) || !agrees(entry, report->report))
		dx_pack_found(s->v, DX_R_PACK_VERDICT, DX_PACK_LEDGER, "entry %lld says something else than report %s", (long long)s->seq, hex);
	else
		report->told = true;
}

static void
check_meaning(struct slice *s, const struct dx_json *entry)
{
	const char *event = text_of(entry, "event"), *subject = text_of(dx_json_get(entry, "subject"), "id");
	struct told *file = find(s->file, s->files, subject);

	if (strcmp(text_of(entry, "tenant_id"), s->pack->tenant_id) != 0)
		dx_pack_found(s->v, DX_R_LEDGER_TENANT_MISMATCH, DX_PACK_LEDGER, "entry %lld is of tenant %s", (long long)s->seq,
		    text_of(entry, "tenant_id"));
	if (s->origin != NULL && strcmp(text_of(entry, "origin"), s->origin) != 0)
		dx_pack_found(s->v, DX_R_ORIGIN_MISMATCH, DX_PACK_LEDGER, "entry %lld is of another log", (long long)s->seq);
	s->origin = text_of(entry, "origin");
	if (file == NULL || (strcmp(event, "evidence_recorded") != 0 && strcmp(event, "evidence_verified") != 0))
		dx_pack_found(s->v, DX_R_PACK_SUBJECT, DX_PACK_LEDGER, "entry %lld neither recorded nor verified a file of the pack",
		    (long long)s->seq);
	else if (strcmp(event, "evidence_verified") == 0)
		check_verified(s, entry, subject);
	else
		file->told = true;
}

/* --- entries --- */

/* One entry: canonical, of the right form, behind the one before it, and linked to it where it is the next. */
static void
check_entry(struct slice *s, const char *line, size_t len)
{
	struct dx_json entry;
	struct dx_err err = { 0 };
	struct dx_buf canon = { 0 };
	char prev[DX_SHA256_HEX];
	int64_t seq = -1;
	bool same;

	if (dx_json_parse(s->a, dx_arena_dup(s->a, line, len), len, DX_JSON_OURS, &entry, &err) != 0 || dx_entry_check(&entry, &err) != 0) {
		dx_pack_found(s->v, err.reason == DX_R_ENTRY_SCHEMA ? DX_R_ENTRY_SCHEMA : DX_R_ENTRY_NOT_CANONICAL, DX_PACK_LEDGER, "%s",
		    err.text);
		return;
	}
	dx_json_canon(&entry, &canon);
	same = canon.len == len && memcmp(canon.data, line, len) == 0;
	dx_buf_release(&canon);
	if (!same)
		dx_pack_found(s->v, DX_R_ENTRY_NOT_CANONICAL, DX_PACK_LEDGER, "an entry is not in canonical form");
	(void)dx_json_int64(dx_json_get(&entry, "seq"), &seq);
	dx_sha256_hex(&s->leaf, prev);
	if (seq <= s->seq)
		dx_pack_found(s->v, DX_R_SEQ_ORDER, DX_PACK_LEDGER, "entry %lld stands behind entry %lld", (long long)seq, (long long)s->seq);
	else if (s->seq >= 0 && seq == s->seq + 1 && strcmp(text_of(&entry, "prev"), prev) != 0)
		dx_pack_found(s->v, DX_R_CHAIN_BROKEN, DX_PACK_LEDGER, "entry %lld does not name the hash of the entry before it",
		    (long long)seq);
	if (strcmp(text_of(&entry, "recorded_at"), s->recorded_at) < 0)
		dx_pack_found(s->v, DX_R_RECORDED_AT_REGRESSION, DX_PACK_LEDGER, "entry %lld is older than the one before it", (long long)seq);
	s->seq = seq;
	dx_sha256_tagged(0, line, len, &s->leaf);
	memcpy(s->recorded_at, text_of(&entry, "recorded_at"), sizeof(s->recorded_at) - 1);
	check_meaning(s, &entry);
}

static void
check_lines(struct slice *s, const struct dx_pack_slice *p)
{
	const char *at = p->entries, *end = p->entries + p->entries_len, *lf;

	for (; at < end; at = lf + 1) {
		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL) {
			dx_pack_found(s->v, DX_R_ENTRY_NOT_CANONICAL, DX_PACK_LEDGER, "the last line has no end");
			return;
		}
		check_entry(s, at, (size_t)(lf - at));
	}
}

/* Every file from the store was recorded, and every report told of. */
static void
check_told(struct slice *s)
{
	char hex[DX_SHA256_HEX];

	for (size_t i = 0; i < s->files; i++)
		if (!s->file[i].told) {
			dx_sha256_hex(&s->file[i].sha256, hex);
			dx_pack_found(s->v, DX_R_PACK_SUBJECT, DX_PACK_LEDGER, "no entry recorded file %s", hex);
		}
	for (size_t i = 0; i < s->reports; i++)
		if (!s->report[i].told) {
			dx_sha256_hex(&s->report[i].sha256, hex);
			dx_pack_found(s->v, DX_R_PACK_VERDICT, DX_PACK_LEDGER, "no entry tells of report %s", hex);
		}
}

int
dx_pack_check_slice(void *ctx, struct dx_pack_view *v, const struct dx_pack_slice *p, bool *proved, struct dx_err *err)
{
	struct slice s = { .a = ctx, .v = v, .pack = p->pack, .seq = -1, .recorded_at = "" };

	(void)err;
	*proved = false;
	s.file = dx_arena_alloc(ctx, dx_size_mul(p->pack->item_count + 1, sizeof(*s.file)));
	for (size_t i = 0; i < p->pack->item_count; i++)
		if (p->pack->item[i].data == NULL && strcmp(p->pack->item[i].source, "evidence") == 0)
			s.file[s.files++] = (struct told){ .sha256 = p->pack->item[i].sha256 };
	s.files = sort(s.file, s.files);
	s.report = dx_arena_alloc(ctx, dx_size_mul(p->report_count + 1, sizeof(*s.report)));
	for (size_t i = 0; i < p->report_count; i++)
		s.report[s.reports++] = (struct told){ .sha256 = p->report_sha256[i], .report = p->report[i] };
	s.reports = sort(s.report, s.reports);
	check_lines(&s, p);
	check_told(&s);
	if (p->checkpoint != NULL)
		dx_pack_found(v, DX_R_PACK_MEMBER, DX_PACK_CHECKPOINT, "checkpoints cannot be checked by this version");
	return 0;
}
