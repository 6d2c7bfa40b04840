/* The join: entries are read once, what each is known by is noted, and from the id asked for everything is reached that shares a name
 * with what was reached before. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "core/trace.h"
#include "op/entries.h"
#include "op/trace.h"

#define KEYS_MAX	12	/* of one entry */
#define METADATA_MAX	(1u << 20)

/* What an id is the id of: the same text may be several. */
enum space { OF_DECISION = 'd', OF_APPROVAL = 'a', OF_CORRELATION = 'c', OF_TRACE = 't', OF_EVIDENCE = 'e', OF_RUN = 'r' };

struct key { enum space space; const char *id; };
struct known {
	int64_t		 seq;
	struct key	*key;
	unsigned	 count;
	bool		 gives;		/* once reached, its names lead on; not so what is only said about an artifact */
	bool		 reached;
};

struct join {
	struct dx_store	*store;
	struct dx_arena	*a, scratch;
	struct known	*known;
	size_t		 count, room;
	struct key	*set;		/* sorted */
	size_t		 set_count, set_room;
	struct key	 found[KEYS_MAX];
	unsigned	 found_count;
};

/* --- what an entry is known by --- */

static void
note(struct join *j, enum space space, const char *id)
{
	if (id != NULL && id[0] != '\0' && j->found_count < KEYS_MAX)
		j->found[j->found_count++] = (struct key){ space, id };
}

/* A payload as a document when it may hold what is looked for. */
static int
read_payload(struct join *j, const char *sha256, struct dx_json *out, struct dx_err *err)
{
	char *bytes;
	size_t len;
	int found = sha256 != NULL ? dx_store_payload(j->store, &j->scratch, sha256, &bytes, &len, err) : 0;

	*out = dx_json_null();
	if (found <= 0)
		return found;
	if (len <= METADATA_MAX && (memmem(bytes, len, "\"trace_id\"", 10) != NULL || memmem(bytes, len, "\"correlation_id\"", 16) != NULL) &&
	    dx_json_parse(&j->scratch, bytes, len, DX_JSON_FOREIGN, out, NULL) != 0)
		*out = dx_json_null();
	return 0;
}

static int
note_decision(struct join *j, const struct dx_json *entry, const char *event, struct dx_err *err)
{
	const struct dx_json *decision = dx_json_get(entry, "decision"), *metadata;
	struct dx_json request;

	note(j, OF_DECISION, dx_json_get_str(decision, "decision_id"));
	note(j, OF_APPROVAL, dx_json_get_str(dx_json_get(entry, "approval"), "id"));
	if (decision == NULL || !dx_starts(event, "decision_"))
		return 0;
	if (read_payload(j, dx_json_get_str(decision, "request_payload_sha256"), &request, err) < 0)
		return -1;
	metadata = dx_json_get(&request, "metadata");
	note(j, OF_CORRELATION, dx_json_get_str(metadata, "correlation_id"));
	note(j, OF_TRACE, dx_json_get_str(metadata, "trace_id"));
	return 0;
}

static int
note_report(struct join *j, const struct dx_json *entry, const char *member, struct dx_err *err)
{
	struct dx_json doc;

	if (read_payload(j, dx_entry_detail(entry, member), &doc, err) < 0)
		return -1;
	note(j, OF_TRACE, dx_json_get_str(&doc, "trace_id"));
	return 0;
}

static int
note_entry(struct join *j, const struct dx_json *entry, bool *gives, struct dx_err *err)
{
	const char *event = dx_json_get_str(entry, "event"), *subject = dx_entry_subject(entry),
	    *trace = dx_entry_detail(entry, "trace_id");

	*gives = true;
	note(j, OF_CORRELATION, dx_entry_detail(entry, "correlation_id"));
	/* Packs may name a trace by its correlation id. */
	note(j, dx_trace_id_valid(trace) ? OF_TRACE : OF_CORRELATION, trace);
	if (note_decision(j, entry, event, err) != 0)
		return -1;
	if (strcmp(event, "action_evaluated") == 0)
		return note_report(j, entry, "request_sha256", err);
	if (strcmp(event, "gate_evaluated") == 0)
		return note_report(j, entry, "report_sha256", err);
	if (dx_starts(event, "run_")) {
		note(j, OF_RUN, subject);
		note(j, OF_RUN, dx_entry_detail(entry, "parent_id"));
		note(j, OF_DECISION, dx_entry_detail(entry, "decision_id"));
	} else if (dx_starts(event, "lock_")) {
		note(j, OF_RUN, dx_entry_detail(entry, "run_id"));
	} else if (strcmp(event, "evidence_recorded") == 0) {
		note(j, OF_EVIDENCE, subject);
	} else if (dx_starts(event, "evidence_") && strcmp(event, "evidence_pending") != 0) {
		note(j, OF_EVIDENCE, subject);
		*gives = false;
	}
	return 0;
}

struct reading {
	struct join	*j;
	const char	*what;
	char		 trace_id[DX_TRACE_ID];	/* of `what` as a correlation id; "" when it has none */
	int64_t		 number;		/* of an entry; -1: it is no number */
	size_t		 at;			/* of that entry in known; SIZE_MAX: there is none */
};

/* Whether the id asked for is one of this entry. */
static bool
is_meant(const struct reading *r, const struct dx_json *entry)
{
	const char *subject = dx_entry_subject(entry), *id = dx_json_get_str(entry, "ledger_id");
	const struct join *j = r->j;

	if ((subject != NULL && strcmp(subject, r->what) == 0) || (id != NULL && strcmp(id, r->what) == 0))
		return true;
	for (unsigned i = 0; i < j->found_count; i++)
		if (strcmp(j->found[i].id, r->what) == 0 ||
		    (j->found[i].space == OF_TRACE && r->trace_id[0] != '\0' && strcmp(j->found[i].id, r->trace_id) == 0))
			return true;
	return false;
}

static int
read_entry(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct reading *r = ctx;
	struct join *j = r->j;
	const struct dx_json *entry;
	struct known *k;
	bool gives;

	dx_arena_reset(&j->scratch);
	j->found_count = 0;
	entry = dx_entry_read(&j->scratch, e, err);
	if (entry == NULL || note_entry(j, entry, &gives, err) != 0)
		return -1;
	if (j->count == j->room) {
		j->room = j->room == 0 ? 64 : j->room * 2;
		j->known = dx_realloc(j->known, dx_size_mul(j->room, sizeof(*j->known)));
	}
	k = &j->known[j->count++];
	*k = (struct known){ .seq = e->seq, .count = j->found_count, .gives = gives, .reached = is_meant(r, entry) };
	if (e->seq == r->number)
		r->at = j->count - 1;
	k->key = dx_arena_alloc(j->a, dx_size_mul(k->count + 1u, sizeof(*k->key)));
	for (unsigned i = 0; i < k->count; i++)
		k->key[i] = (struct key){ j->found[i].space, dx_arena_dup(j->a, j->found[i].id, strlen(j->found[i].id)) };
	return 0;
}

/* --- reaching --- */

static int
by_key(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;

	return a->space != b->space ? (a->space < b->space ? -1 : 1) : strcmp(a->id, b->id);
}

static void
add_key(struct join *j, struct key k)
{
	if (j->set_count == j->set_room) {
		j->set_room = j->set_room == 0 ? 16 : j->set_room * 2;
		j->set = dx_realloc(j->set, dx_size_mul(j->set_room, sizeof(*j->set)));
	}
	j->set[j->set_count++] = k;
}

static void
sort_set(struct join *j)
{
	size_t kept = 0;

	if (j->set_count > 1)
		qsort(j->set, j->set_count, sizeof(*j->set), by_key);
	for (size_t i = 0; i < j->set_count; i++)
		if (kept == 0 || by_key(&j->set[kept - 1], &j->set[i]) != 0)
			j->set[kept++] = j->set[i];
	j->set_count = kept;
}

/* What was recorded of an artifact in another trace does not join two traces. */
static bool
leads(const struct known *k, const struct key *key)
{
	return key->space != OF_EVIDENCE || !k->gives;
}

static bool
touches(const struct join *j, const struct known *k)
{
	for (unsigned i = 0; i < k->count; i++)
		if (leads(k, &k->key[i]) && j->set_count > 0 &&
		    bsearch(&k->key[i], j->set, j->set_count, sizeof(*j->set), by_key) != NULL)
			return true;
	return false;
}

/* Once around: the names of what was reached are known, and what has one of them is reached.  The set grows or it is the end. */
static bool
reach(struct join *j)
{
	size_t before = j->set_count;

	for (size_t i = 0; i < j->count; i++)
		for (unsigned n = 0; j->known[i].reached && j->known[i].gives && n < j->known[i].count; n++)
			add_key(j, j->known[i].key[n]);
	sort_set(j);
	for (size_t i = 0; i < j->count; i++)
		j->known[i].reached |= touches(j, &j->known[i]);
	return j->set_count > before;
}

/* A number is that of an entry, if there is one. */
static void
start(struct join *j, const struct reading *r)
{
	for (size_t i = 0; r->at < j->count && i < j->count; i++)
		j->known[i].reached = i == r->at;
}

/* --- the rows --- */

struct keeping { struct join *j; struct dx_trace *out; size_t at; };

static int
keep_row(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct keeping *k = ctx;
	struct dx_trace_row *row;

	while (k->at < k->j->count && k->j->known[k->at].seq < e->seq)
		k->at++;
	if (k->at >= k->j->count || !k->j->known[k->at].reached)
		return 0;
	row = &k->out->row[k->out->count++];
	row->seq = e->seq;
	dx_sha256_hex(e->leaf, row->leaf);
	row->entry = dx_entry_read(k->j->a, e, err);
	return row->entry != NULL ? 0 : -1;
}

static struct dx_json
names_of(const struct join *j, enum space space)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < j->set_count; i++)
		if (j->set[i].space == space)
			dx_json_push(j->a, &list, dx_json_string(j->a, j->set[i].id));
	return list;
}

static int
keep_rows(struct join *j, struct dx_trace *out, struct dx_err *err)
{
	struct dx_entry_filter all = { .before_seq = -1 };
	struct keeping k = { j, out, 0 };
	size_t n = 0;

	for (size_t i = 0; i < j->count; i++)
		n += j->known[i].reached;
	if (n == 0)
		return 0;
	out->row = dx_arena_alloc(j->a, dx_size_mul(n, sizeof(*out->row)));
	return dx_store_entries(j->store, &all, keep_row, &k, err) < 0 ? -1 : 0;
}

int
dx_trace_gather(struct dx_store *s, const char *what, struct dx_arena *a, struct dx_trace *out, struct dx_err *err)
{
	struct dx_entry_filter all = { .before_seq = -1 };
	struct join j = { .store = s, .a = a };
	struct reading r = { .j = &j, .what = what, .number = -1, .at = SIZE_MAX };
	int rc;

	if (!dx_trace_of_correlation(what, r.trace_id))
		r.trace_id[0] = '\0';
	(void)dx_int_parse(what, 0, INT64_MAX - 1, &r.number);

	*out = (struct dx_trace){ .trace_ids = dx_json_array(), .correlation_ids = dx_json_array() };
	rc = dx_store_entries(s, &all, read_entry, &r, err) < 0 ? -1 : 0;
	if (rc == 0) {
		start(&j, &r);
		while (reach(&j))
			continue;
		rc = keep_rows(&j, out, err);
		out->trace_ids = names_of(&j, OF_TRACE);
		out->correlation_ids = names_of(&j, OF_CORRELATION);
	}
	free(j.known);
	free(j.set);
	dx_arena_release(&j.scratch);
	return rc;
}
