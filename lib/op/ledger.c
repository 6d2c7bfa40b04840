#include <string.h>

#include "base/err.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "core/event.h"
#include "op/ledger.h"
#include "op/trace.h"

/* An instant of the command line as the ledger prints it, so that text compares as time. */
static int
normal_time(const char **text, char out[static DX_TIME_TEXT], struct dx_err *err)
{
	int64_t us;

	if (*text == NULL)
		return 0;
	if (dx_time_parse(*text, &us, err) != 0)
		return -1;
	dx_time_print(us, out);
	*text = out;
	return 0;
}

int
dx_op_ledger_list(struct dx_session *s, const struct dx_entry_filter *f, dx_entry_fn *fn, void *ctx, struct dx_err *err)
{
	char start[DX_TIME_TEXT], end[DX_TIME_TEXT];
	struct dx_entry_filter normal = *f;
	int rc;

	if (f->event != NULL && dx_event_find(f->event) == NULL)
		return dx_err_set(err, DX_R_LEDGER_EVENT_UNKNOWN, "\"%s\" is no event of a ledger", f->event);
	if (normal_time(&normal.start_at, start, err) != 0 || normal_time(&normal.end_at, end, err) != 0 ||
	    dx_session_begin(s, false, DX_ROLE_ADMIN, err) != 0)
		return -1;
	rc = dx_store_entries(s->store, &normal, fn, ctx, err);
	dx_store_rollback(s->store);
	return rc < 0 ? -1 : 0;
}

/* --- gathering --- */

struct gather {
	struct dx_session	*s;
	struct dx_arena		*a;
	struct dx_json		*entries;	/* array of {entry, leaf_sha256, seq} */
	const char		*only;		/* keep only entries with this ledger or approval id, NULL: all */
};

static bool
names(const struct dx_json *entry, const char *id)
{
	const char *ledger_id = dx_json_get_str(entry, "ledger_id"), *approval = dx_json_get_str(dx_json_get(entry, "approval"), "id");

	return (ledger_id != NULL && strcmp(ledger_id, id) == 0) || (approval != NULL && strcmp(approval, id) == 0);
}

static int
keep_entry(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct gather *g = ctx;
	struct dx_json entry, row = dx_json_object();
	char leaf[DX_SHA256_HEX];

	if (dx_json_parse(g->a, dx_arena_dup(g->a, e->bytes, e->len), e->len, DX_JSON_OURS, &entry, err) != 0)
		return -1;
	if (g->only != NULL && !names(&entry, g->only))
		return 0;
	dx_sha256_hex(e->leaf, leaf);
	dx_json_put(g->a, &row, "entry", entry);
	dx_json_put(g->a, &row, "leaf_sha256", dx_json_string(g->a, leaf));
	dx_json_put(g->a, &row, "seq", dx_json_int(g->a, e->seq));
	dx_json_push(g->a, g->entries, row);
	return 0;
}

static int
gather(struct gather *g, const struct dx_entry_filter *f, struct dx_err *err)
{
	return dx_store_entries(g->s->store, f, keep_entry, g, err) < 0 ? -1 : 0;
}

struct payloads { struct gather *g; struct dx_json *out; struct dx_err *err; };

static int
keep_payload(void *ctx, const char *sha256)
{
	struct payloads *p = ctx;
	struct dx_json doc;
	char *bytes;
	size_t len;
	int found;

	if (dx_json_get(p->out, sha256) != NULL)
		return 0;
	found = dx_store_payload(p->g->s->store, p->g->a, sha256, &bytes, &len, p->err);
	if (found < 0)
		return -1;
	/* A payload that is not a document of ours (the raw bytes of a foreign file) is named, not shown. */
	if (found == 1 && dx_json_parse(p->g->a, bytes, len, DX_JSON_FOREIGN, &doc, NULL) == 0)
		dx_json_put(p->g->a, p->out, dx_arena_printf(p->g->a, "%s", sha256), doc);
	return 0;
}

static int
add_payloads(struct gather *g, struct dx_json *out, struct dx_err *err)
{
	struct dx_json map = dx_json_object();
	struct payloads p = { g, &map, err };

	for (uint32_t i = 0; i < g->entries->count; i++)
		if (dx_entry_payloads(dx_json_get(&g->entries->u.items[i], "entry"), keep_payload, &p) != 0)
			return -1;
	dx_json_put(g->a, out, "payloads", map);
	return 0;
}

static int
find_entries(struct gather *g, const char *what, struct dx_err *err)
{
	struct dx_entry_filter by_seq = { .newest_first = true, .limit = 1 }, by_decision = { .before_seq = -1, .decision_id = what },
	    by_subject = { .before_seq = -1, .subject_id = what }, all = { .before_seq = -1 };
	int64_t seq;

	if (dx_int_parse(what, 0, INT64_MAX - 1, &seq)) {
		by_seq.before_seq = seq + 1;
		if (gather(g, &by_seq, err) != 0)
			return -1;
		/* The newest entry answers when the number is past the end: that is not the one asked for. */
		if (g->entries->count == 1) {
			int64_t got;
			if (dx_json_int64(dx_json_get(&g->entries->u.items[0], "seq"), &got) && got != seq)
				g->entries->count = 0;
		}
		return 0;
	}
	if (dx_id_valid(what) && gather(g, &by_decision, err) != 0)
		return -1;
	if (g->entries->count == 0 && gather(g, &by_subject, err) != 0)
		return -1;
	if (g->entries->count > 0 || !dx_id_valid(what))
		return 0;
	g->only = what;
	return gather(g, &all, err);
}

int
dx_op_ledger_show(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_json entries = dx_json_array();
	struct gather g = { .s = s, .a = a, .entries = &entries };
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_ADMIN, err) != 0)
		return -1;
	rc = find_entries(&g, what, err);
	if (rc == 0 && entries.count == 0)
		rc = dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "no entry with seq, id or subject \"%s\"", what);
	if (rc == 0) {
		*out = dx_json_copy_top(a, &entries.u.items[0]);
		entries.count = 1;
		rc = add_payloads(&g, out, err);
	}
	dx_store_rollback(s->store);
	return rc;
}

static int
add_state(struct gather *g, const char *decision_id, struct dx_json *out, struct dx_err *err)
{
	struct dx_decision_row row;
	struct dx_approval_row ap;
	struct dx_json o = dx_json_object();
	int found = dx_store_decision(g->s->store, g->a, decision_id, &row, err);

	if (found <= 0)
		return found;
	dx_json_put(g->a, &o, "decision", dx_json_text(row.decision));
	dx_json_put(g->a, &o, "decision_id", dx_json_text(row.decision_id));
	dx_json_put(g->a, &o, "generation", dx_json_int(g->a, row.generation));
	dx_json_put(g->a, &o, "reservation_active", dx_json_bool(row.reservation_active));
	found = dx_store_approval_of(g->s->store, g->a, decision_id, &ap, err);
	if (found < 0)
		return -1;
	if (found == 1) {
		dx_json_put(g->a, &o, "approval_id", dx_json_text(ap.approval_id));
		dx_json_put(g->a, &o, "approval_status", dx_json_text(ap.status));
		dx_json_put(g->a, &o, "approval_expires_at", dx_json_text(ap.expires_at));
	}
	dx_json_put(g->a, out, "state", o);
	return 0;
}

/* The rows of a trace as those of one id are. */
static void
take_rows(struct gather *g, const struct dx_trace *t)
{
	*g->entries = dx_json_array();
	for (size_t i = 0; i < t->count; i++) {
		struct dx_json row = dx_json_object();

		dx_json_put(g->a, &row, "entry", *t->row[i].entry);
		dx_json_put(g->a, &row, "leaf_sha256", dx_json_string(g->a, t->row[i].leaf));
		dx_json_put(g->a, &row, "seq", dx_json_int(g->a, t->row[i].seq));
		dx_json_push(g->a, g->entries, row);
	}
}

/* The decision that all entries are about; NULL when there are several, or none. */
static const char *
only_decision(const struct dx_json *entries)
{
	const char *only = NULL;

	for (uint32_t i = 0; i < entries->count; i++) {
		const char *id = dx_json_get_str(dx_json_get(dx_json_get(&entries->u.items[i], "entry"), "decision"), "decision_id");
		if (id != NULL && only != NULL && strcmp(id, only) != 0)
			return NULL;
		only = id != NULL ? id : only;
	}
	return only;
}

int
dx_op_ledger_trace(struct dx_session *s, const char *id, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_json entries = dx_json_array();
	struct gather g = { .s = s, .a = a, .entries = &entries };
	const char *decision_id;
	struct dx_trace trace;
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_ADMIN, err) != 0)
		return -1;
	*out = dx_json_object();
	rc = dx_trace_gather(s->store, id, a, &trace, err);
	if (rc == 0 && trace.count == 0)
		rc = dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "the ledger says nothing about \"%s\"", id);
	if (rc == 0) {
		take_rows(&g, &trace);
		dx_json_put(a, out, "correlation_ids", trace.correlation_ids);
		dx_json_put(a, out, "entries", entries);
		dx_json_put(a, out, "id", dx_json_string(a, id));
		dx_json_put(a, out, "trace_ids", trace.trace_ids);
		decision_id = only_decision(&entries);
		rc = decision_id != NULL ? add_state(&g, decision_id, out, err) : 0;
	}
	if (rc == 0)
		rc = add_payloads(&g, out, err);
	dx_store_rollback(s->store);
	return rc;
}
