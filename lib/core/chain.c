#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "base/time.h"
#include "core/chain.h"

void
dx_chain_init(struct dx_chain *c, const char *tenant_id, const char *origin, dx_chain_report_fn *report, void *ctx)
{
	memset(c, 0, sizeof(*c));
	(void)snprintf(c->tenant_id, sizeof(c->tenant_id), "%s", tenant_id);
	(void)snprintf(c->origin, sizeof(c->origin), "%s", origin);
	c->last_recorded_at = INT64_MIN;
	c->report = report;
	c->report_ctx = ctx;
}

/* Digests of a log are no secrets. */
static bool
same(const struct dx_sha256 *l, const struct dx_sha256 *r)
{
	return memcmp(l->b, r->b, sizeof(l->b)) == 0;
}

static void __attribute__((format(printf, 4, 5)))
fault(struct dx_chain *c, enum dx_reason reason, int64_t seq, const char *fmt, ...)
{
	char text[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->bad++;
	c->report(c->report_ctx, reason, seq, text);
}

/* --- the bytes --- */

/* Whether the document's canonical bytes are those of the entry, which reading has changed: they have its leaf hash.  They stay in
 * c->canon. */
static bool
is_canonical(struct dx_chain *c, const struct dx_json *doc, const struct dx_sha256 *leaf)
{
	struct dx_sha256 own;

	dx_json_canon(doc, &c->canon);
	dx_sha256_tagged(0, c->canon.data, c->canon.len, &own);
	return same(&own, leaf);
}

/* The tree, or NULL; *canonical says whether the bytes are its canonical ones. */
static const struct dx_json *
read_entry(struct dx_chain *c, struct dx_arena *a, char *text, size_t n, int64_t seq, const struct dx_sha256 *leaf, bool *canonical)
{
	struct dx_json *doc = dx_arena_alloc(a, sizeof(*doc));
	struct dx_err err = { 0 };

	*canonical = false;
	dx_buf_reset(&c->canon);
	if (n > DX_ENTRY_MAX) {
		fault(c, DX_R_ENTRY_SCHEMA, seq, "%zu bytes, at most %d", n, DX_ENTRY_MAX);
		return NULL;
	}
	if (dx_json_parse_canon(a, text, n, DX_JSON_OURS, doc, canonical, &err) != 0) {
		fault(c, DX_R_ENTRY_NOT_CANONICAL, seq, "%s", err.text);
		return NULL;
	}
	*canonical = *canonical || is_canonical(c, doc, leaf);
	if (!*canonical)
		fault(c, DX_R_ENTRY_NOT_CANONICAL, seq, "%zu bytes, its canonical form has %zu", n, c->canon.len);
	return doc;
}

static bool
has_shape(struct dx_chain *c, const struct dx_json *doc, int64_t seq)
{
	struct dx_err err = { 0 };

	if (dx_entry_check(doc, &err) == 0)
		return true;
	fault(c, DX_R_ENTRY_SCHEMA, seq, "%s%s%s", err.at, err.at[0] != '\0' ? ": " : "", err.text);
	return false;
}

/* --- whose it is and where it stands --- */

static void
check_owner(struct dx_chain *c, const struct dx_json *doc, int64_t seq)
{
	const char *origin = dx_json_get_str(doc, "origin"), *tenant = dx_json_get_str(doc, "tenant_id");

	if (c->origin[0] == '\0')
		(void)snprintf(c->origin, sizeof(c->origin), "%s", origin);
	if (c->tenant_id[0] == '\0')
		(void)snprintf(c->tenant_id, sizeof(c->tenant_id), "%s", tenant);
	if (strcmp(origin, c->origin) != 0)
		fault(c, DX_R_ORIGIN_MISMATCH, seq, "origin %s in the log of %s", origin, c->origin);
	if (strcmp(tenant, c->tenant_id) != 0)
		fault(c, DX_R_LEDGER_TENANT_MISMATCH, seq, "tenant %s in the log of %s", tenant, c->tenant_id);
}

/* Whether a late entry fills a hole; the hole is closed then. */
static bool
was_missing(struct dx_chain *c, int64_t seq)
{
	for (unsigned i = 0; i < c->missing_count; i++) {
		if (seq < c->missing[i].from || seq > c->missing[i].to)
			continue;
		if (seq == c->missing[i].from)
			c->missing[i].from++;
		else if (seq == c->missing[i].to)
			c->missing[i].to--;
		else if (c->missing_count < sizeof(c->missing) / sizeof(c->missing[0])) {
			c->missing[c->missing_count].from = seq + 1;
			c->missing[c->missing_count++].to = c->missing[i].to;
			c->missing[i].to = seq - 1;
		}
		return true;
	}
	return false;
}

enum place { PLACE_NEXT, PLACE_AFTER_GAP, PLACE_LATE };

static enum place
check_seq(struct dx_chain *c, int64_t seq, int64_t stored)
{
	if (stored >= 0 && seq - stored != c->shift) {
		c->shift = seq - stored;
		if (c->shift != 0)
			fault(c, DX_R_SEQ_ORDER, stored, "stored as %" PRId64 ", it says %" PRId64, stored, seq);
	}
	if (seq == c->next_seq)
		return PLACE_NEXT;
	if (seq < c->next_seq) {
		if (was_missing(c, seq))
			fault(c, DX_R_SEQ_ORDER, seq, "entry %" PRId64 " comes after %" PRId64, seq, c->next_seq - 1);
		else
			fault(c, DX_R_SEQ_DUPLICATE, seq, "a second entry %" PRId64, seq);
		return PLACE_LATE;
	}
	fault(c, DX_R_SEQ_GAP, c->next_seq, "entry %" PRId64 " stands where %" PRId64 " should", seq, c->next_seq);
	if (c->missing_count < sizeof(c->missing) / sizeof(c->missing[0])) {
		c->missing[c->missing_count].from = c->next_seq;
		c->missing[c->missing_count++].to = seq - 1;
	}
	return PLACE_AFTER_GAP;
}

/* --- its links --- */

static void
check_prev(struct dx_chain *c, int64_t seq, const struct dx_sha256 *prev)
{
	struct dx_sha256 genesis;

	if (seq == 0) {
		dx_entry_genesis(c->origin, &genesis);
		if (!same(&genesis, prev))
			fault(c, DX_R_GENESIS_MISMATCH, seq, "prev is not the genesis hash of %s", c->origin);
	} else if (!same(prev, &c->last_leaf) &&
	    !(c->has_other && same(prev, &c->last_other))) {
		fault(c, DX_R_CHAIN_BROKEN, seq, "prev is not the hash of entry %" PRId64, seq - 1);
	}
}

static void
check_time(struct dx_chain *c, int64_t seq, int64_t at)
{
	if (at < c->last_recorded_at)
		fault(c, DX_R_RECORDED_AT_REGRESSION, seq, "recorded before entry %" PRId64, seq - 1);
	else
		c->last_recorded_at = at;
}

static void
check_stored(struct dx_chain *c, int64_t seq, const struct dx_sha256 *leaf, const struct dx_sha256 *prev,
    const struct dx_sha256 *stored_leaf, const struct dx_sha256 *stored_prev)
{
	if (stored_leaf != NULL && !same(leaf, stored_leaf))
		fault(c, DX_R_ENTRY_HASH_MISMATCH, seq, "the bytes do not have the stored leaf hash");
	else if (stored_prev != NULL && prev != NULL && !same(prev, stored_prev))
		fault(c, DX_R_ENTRY_HASH_MISMATCH, seq, "the stored prev hash is not that of the entry");
}

/* What the next entry is linked to.  Where the bytes are not what was appended, they are not to be blamed twice. */
static void
remember(struct dx_chain *c, const struct dx_sha256 *leaf, bool canonical, const struct dx_sha256 *stored_leaf)
{
	c->last_leaf = *leaf;
	c->has_other = true;
	if (stored_leaf != NULL && !same(leaf, stored_leaf))
		c->last_other = *stored_leaf;
	else if (!canonical && c->canon.len > 0)
		dx_sha256_tagged(0, c->canon.data, c->canon.len, &c->last_other);
	else
		c->has_other = false;
	c->completed_count = dx_merkle_add(&c->tree, leaf, c->completed);
}

void
dx_chain_take(struct dx_chain *c, struct dx_arena *a, char *text, size_t n, int64_t stored_seq, const struct dx_sha256 *stored_leaf,
    const struct dx_sha256 *stored_prev, const struct dx_json **doc)
{
	int64_t at = stored_seq >= 0 ? stored_seq : c->next_seq, seq = at, time = 0;
	struct dx_sha256 leaf, prev;
	enum place place = PLACE_NEXT;
	bool canonical;

	*doc = NULL;
	dx_sha256_tagged(0, text, n, &leaf);
	const struct dx_json *entry = read_entry(c, a, text, n, at, &leaf, &canonical);
	if (entry != NULL && has_shape(c, entry, at)) {
		(void)dx_json_int64(dx_json_get(entry, "seq"), &seq);
		(void)dx_sha256_unhex(dx_json_get_str(entry, "prev"), &prev);
		(void)dx_time_parse(dx_json_get_str(entry, "recorded_at"), &time, NULL);
		check_owner(c, entry, seq);
		place = check_seq(c, seq, stored_seq);
		if (place == PLACE_NEXT)
			check_prev(c, seq, &prev);
		if (place != PLACE_LATE) {
			check_time(c, seq, time);
			*doc = entry;
		}
		check_stored(c, seq, &leaf, &prev, stored_leaf, stored_prev);
	} else {
		check_stored(c, seq, &leaf, NULL, stored_leaf, NULL);
		c->next_seq = at > c->next_seq ? at : c->next_seq;
	}
	if (place == PLACE_LATE) {
		c->completed_count = 0;
		return;
	}
	remember(c, &leaf, canonical, stored_leaf);
	c->next_seq = *doc != NULL ? seq + 1 : c->next_seq + 1;
}

void
dx_chain_next(struct dx_chain *c, const void *bytes, size_t n, int64_t stored_seq, const struct dx_sha256 *stored_leaf,
    const struct dx_sha256 *stored_prev, const struct dx_json **doc)
{
	dx_arena_reset(&c->arena);
	dx_buf_reset(&c->scratch);
	dx_buf_add(&c->scratch, bytes, n);
	dx_chain_take(c, &c->arena, c->scratch.data, n, stored_seq, stored_leaf, stored_prev, doc);
}

void
dx_chain_release(struct dx_chain *c)
{
	dx_arena_release(&c->arena);
	dx_buf_release(&c->scratch);
	dx_buf_release(&c->canon);
}
