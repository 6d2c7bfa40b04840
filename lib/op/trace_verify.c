/* The records of a trace as they follow from its entries, and whether they are complete (release-gates page 6.3). */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "core/action.h"
#include "op/entries.h"
#include "op/trace.h"

#define REPORT_SCHEMA	"dealix.trace.report.v1"
#define WAIT_MS		5000
#define HASHES_MAX	24		/* of one record */
#define ARTIFACT_MAX	(16u << 20)	/* larger ones are not searched */

/* A record, and by which digests evidence may name it. */
struct item {
	struct dx_trace_record	 r;
	const char		*id;		/* of a run or an action, or of an artifact's bytes */
	const char		*hash[HASHES_MAX];
	unsigned		 hashes;
};

struct work {
	struct dx_store		*store;
	struct dx_arena		*a;
	const char		*tenant;
	struct item		*item;
	size_t			 count, room;
};

static struct item *
add(struct work *w, enum dx_trace_kind kind, int64_t seq)
{
	struct item *it;

	if (w->count == w->room) {
		w->room = w->room == 0 ? 16 : w->room * 2;
		w->item = dx_realloc(w->item, dx_size_mul(w->room, sizeof(*w->item)));
	}
	it = &w->item[w->count++];
	memset(it, 0, sizeof(*it));
	it->r = (struct dx_trace_record){ .kind = kind, .seq = seq, .tenant = w->tenant, .named_seq = -1 };
	return it;
}

static void
put_hash(struct item *it, const char *hash)
{
	if (hash != NULL && dx_hex_is(hash, 64) && it->hashes < HASHES_MAX)
		it->hash[it->hashes++] = hash;
}

static struct item *
find(struct work *w, enum dx_trace_kind kind, const char *id)
{
	for (size_t i = 0; id != NULL && i < w->count; i++)
		if (w->item[i].r.kind == kind && w->item[i].id != NULL && strcmp(w->item[i].id, id) == 0)
			return &w->item[i];
	return NULL;
}

static const char *
column(const struct dx_json *entry, const char *name)
{
	return dx_json_get_str(dx_json_get(entry, "decision"), name);
}

/* A payload as a document; null when it is none. */
static struct dx_json
payload(struct work *w, const char *sha256, struct dx_err *err)
{
	struct dx_json doc = dx_json_null();
	char *bytes;
	size_t len;

	if (sha256 != NULL && dx_store_payload(w->store, w->a, sha256, &bytes, &len, err) == 1 &&
	    dx_json_parse(w->a, bytes, len, DX_JSON_FOREIGN, &doc, NULL) != 0)
		doc = dx_json_null();
	return doc;
}

/* --- records of entries --- */

static int
take_decision(struct work *w, const struct dx_trace_row *row, struct dx_err *err)
{
	const struct dx_json *decision = dx_json_get(row->entry, "decision");
	struct dx_json request;
	const char *class, *verdict = dx_json_get_str(decision, "decision");
	struct item *it;

	if (dx_json_is(dx_json_get(decision, "dry_run"), DX_JSON_TRUE))
		return 0;
	request = payload(w, dx_json_get_str(decision, "request_payload_sha256"), err);
	if (err->reason != DX_OK)
		return -1;
	class = dx_json_get_str(dx_json_get(&request, "metadata"), "action_class");
	it = add(w, DX_TRACE_DECISION, row->seq);
	it->id = it->r.decision_id = dx_json_get_str(decision, "decision_id");
	it->r.fingerprint = dx_json_get_str(decision, "request_fingerprint");
	it->r.denied = verdict != NULL && strcmp(verdict, "DENY") == 0;
	it->r.needs_approval = (class != NULL && class[0] == 'B') || dx_json_is(dx_json_get(decision, "approval_required"), DX_JSON_TRUE);
	put_hash(it, it->r.fingerprint);
	put_hash(it, dx_json_get_str(decision, "request_payload_sha256"));
	put_hash(it, dx_json_get_str(decision, "response_payload_sha256"));
	put_hash(it, row->leaf);
	return 0;
}

static void
take_approval(struct work *w, const struct dx_trace_row *row)
{
	struct item *it = add(w, DX_TRACE_APPROVAL, row->seq);

	it->r.decision_id = column(row->entry, "decision_id");
	it->r.fingerprint = column(row->entry, "request_fingerprint");
}

/* A run begins with its first entry that says so; its later ones add digests. */
static void
take_execution(struct work *w, const struct dx_trace_row *row, const char *decision_id)
{
	static const char *const digests[] = { "journal_sha256", "log_sha256", "checkpoint_sha256", "plan_hash" };
	struct item *it = find(w, DX_TRACE_EXECUTION, dx_entry_subject(row->entry));

	if (it == NULL) {
		it = add(w, DX_TRACE_EXECUTION, row->seq);
		it->id = dx_entry_subject(row->entry);
		it->r.decision_id = decision_id != NULL ? decision_id : column(row->entry, "decision_id");
		it->r.fingerprint = column(row->entry, "request_fingerprint");
	}
	put_hash(it, row->leaf);
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
		put_hash(it, dx_entry_detail(row->entry, digests[i]));
}

/* Which decision a run was created for. */
static const char *
run_decision(const struct dx_trace *t, const char *run)
{
	for (size_t i = 0; run != NULL && i < t->count; i++)
		if (strcmp(dx_json_get_str(t->row[i].entry, "event"), "run_created") == 0 &&
		    strcmp(dx_entry_subject(t->row[i].entry), run) == 0)
			return dx_entry_detail(t->row[i].entry, "decision_id");
	return NULL;
}

/* An action that went ahead, or was denied, without a gate decision. */
static int
take_action(struct work *w, const struct dx_trace_row *row, struct dx_err *err)
{
	const struct dx_json *details = dx_json_get(row->entry, "details");
	const char *sha256 = dx_entry_detail(row->entry, "request_sha256"), *class = dx_entry_detail(row->entry, "class"), *tenant;
	struct dx_json doc = payload(w, sha256, err);
	struct item *it = add(w, DX_TRACE_DECISION, row->seq);

	if (err->reason != DX_OK)
		return -1;
	it->r.denied = !dx_json_is(dx_json_get(details, "allowed"), DX_JSON_TRUE);
	it->r.needs_approval = class != NULL && class[0] == 'B';
	tenant = dx_json_get_str(dx_json_get(&doc, "request"), "tenant_id");
	if (tenant != NULL)
		it->r.tenant = tenant;
	put_hash(it, sha256);
	put_hash(it, row->leaf);
	return 0;
}

static bool
begins_run(const char *event)
{
	return strcmp(event, "run_started") == 0 || strcmp(event, "run_checkpoint") == 0 || strcmp(event, "run_ended") == 0;
}

static bool
is_action_work(const char *event)
{
	return strcmp(event, "action_queued") == 0 || strcmp(event, "action_succeeded") == 0 || strcmp(event, "action_failed") == 0;
}

static int
take_row(struct work *w, const struct dx_trace *t, const struct dx_trace_row *row, struct dx_err *err)
{
	const char *event = dx_json_get_str(row->entry, "event");

	if (strcmp(event, "decision_created") == 0 || strcmp(event, "decision_failsafe") == 0)
		return take_decision(w, row, err);
	if (strcmp(event, "approval_approved") == 0)
		take_approval(w, row);
	else if (begins_run(event))
		take_execution(w, row, run_decision(t, dx_entry_subject(row->entry)));
	else if (is_action_work(event))
		take_execution(w, row, NULL);
	else if (strcmp(event, "evidence_recorded") == 0)
		add(w, DX_TRACE_EVIDENCE, row->seq)->id = dx_entry_subject(row->entry);
	else if (strcmp(event, "pack_sealed") == 0)
		add(w, DX_TRACE_EVIDENCE, row->seq)->id = dx_entry_detail(row->entry, "pack_sha256");
	return 0;
}

/* What people, or time, said no to is as denied as what the policy did. */
static void
take_refusals(struct work *w, const struct dx_trace *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const char *event = dx_json_get_str(t->row[i].entry, "event");
		struct item *d = NULL;

		if (strcmp(event, "approval_denied") == 0 || strcmp(event, "approval_expired") == 0 || strcmp(event, "approval_cancelled") == 0)
			d = find(w, DX_TRACE_DECISION, column(t->row[i].entry, "decision_id"));
		if (d != NULL)
			d->r.denied = true;
	}
	for (size_t i = 0; i < w->count; i++)
		for (size_t k = 0; w->item[i].r.kind == DX_TRACE_APPROVAL && k < w->count; k++)
			if (w->item[k].r.kind == DX_TRACE_DECISION && w->item[k].r.decision_id != NULL && w->item[i].r.decision_id != NULL &&
			    strcmp(w->item[k].r.decision_id, w->item[i].r.decision_id) == 0)
				w->item[k].r.denied = false;
}

/* Actions that became gate decisions are told by those. */
static int
take_actions(struct work *w, const struct dx_trace *t, struct dx_err *err)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->item[i].r.kind == DX_TRACE_DECISION)
			return 0;
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(dx_json_get_str(t->row[i].entry, "event"), "action_evaluated") == 0 && take_action(w, &t->row[i], err) != 0)
			return -1;
	return 0;
}

/* --- what evidence names --- */

static void
names_in(struct work *w, const char *bytes, size_t len, int64_t seq)
{
	for (size_t i = 0; i < w->count; i++)
		for (unsigned h = 0; h < w->item[i].hashes; h++)
			if (seq > w->item[i].r.named_seq && memmem(bytes, len, w->item[i].hash[h], 64) != NULL)
				w->item[i].r.named_seq = seq;
}

static int
read_evidence(struct work *w, struct dx_err *err)
{
	for (size_t i = 0; i < w->count; i++) {
		struct item *it = &w->item[i];
		struct dx_json doc;
		char *bytes;
		size_t len;
		int found;

		if (it->r.kind != DX_TRACE_EVIDENCE || it->id == NULL)
			continue;
		found = dx_store_payload(w->store, w->a, it->id, &bytes, &len, err);
		if (found < 0)
			return -1;
		if (found == 0 || len > ARTIFACT_MAX)
			continue;
		names_in(w, bytes, len, it->r.seq);
		if (dx_json_parse(w->a, bytes, len, DX_JSON_FOREIGN, &doc, NULL) == 0 && dx_json_get_str(&doc, "tenant_id") != NULL)
			it->r.tenant = dx_json_get_str(&doc, "tenant_id");
	}
	return 0;
}

/* --- the report --- */

static struct dx_json
report_of(struct dx_arena *a, const char *what, const char *tenant, const struct dx_trace *t, const struct dx_trace_verdict *v)
{
	struct dx_json o = dx_json_object(), records = dx_json_object(), errors = dx_json_array();

	for (int k = 0; k < DX_TRACE_KINDS; k++)
		dx_json_put(a, &records, dx_trace_kind_names[k], dx_json_int(a, v->count[k]));
	for (unsigned i = 0; i < v->error_count; i++)
		dx_json_push(a, &errors, dx_json_text(dx_reason_code(v->error[i])));
	dx_json_put(a, &o, "complete", dx_json_bool(v->complete));
	dx_json_put(a, &o, "correlation_ids", t->correlation_ids);
	dx_json_put(a, &o, "errors", errors);
	dx_json_put(a, &o, "id", dx_json_words(a, what));
	dx_json_put(a, &o, "records", records);
	dx_json_put(a, &o, "schema", dx_json_text(REPORT_SCHEMA));
	dx_json_put(a, &o, "tenant_id", dx_json_text(tenant));
	dx_json_put(a, &o, "trace_ids", t->trace_ids);
	return o;
}

static int
judge(struct work *w, const struct dx_trace *t, struct dx_trace_verdict *verdict, struct dx_err *err)
{
	struct dx_trace_record *r;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->count; i++)
		rc = take_row(w, t, &t->row[i], err);
	if (rc == 0)
		rc = take_actions(w, t, err);
	take_refusals(w, t);
	if (rc == 0)
		rc = read_evidence(w, err);
	if (rc != 0)
		return -1;
	r = dx_arena_alloc(w->a, dx_size_mul(w->count + 1, sizeof(*r)));
	for (size_t i = 0; i < w->count; i++)
		r[i] = w->item[i].r;
	dx_trace_check(r, w->count, verdict);
	return 0;
}

int
dx_trace_judge(struct dx_store *s, const char *tenant, const char *what, struct dx_arena *a, struct dx_trace *t,
    struct dx_trace_verdict *verdict, struct dx_err *err)
{
	struct work w = { .store = s, .a = a, .tenant = tenant };
	int rc = dx_trace_gather(s, what, a, t, err);

	if (rc == 0)
		rc = judge(&w, t, verdict, err);
	free(w.item);
	return rc;
}

static int
verify_in(struct dx_store *s, const char *tenant, const char *what, struct dx_arena *a, struct dx_json *report,
    struct dx_trace_verdict *verdict, struct dx_err *err)
{
	struct dx_tenant_row row;
	struct dx_trace t;
	int rc;

	if (dx_store_begin(s, tenant, false, dx_clock_mono_ms() + WAIT_MS, NULL, err) != 0)
		return -1;
	rc = dx_store_tenant(s, &row, err);
	if (rc == 0 && !row.open)
		rc = dx_err_set(err, DX_R_TENANT_UNKNOWN, "the store has no tenant %s", tenant);
	if (rc == 0)
		rc = dx_trace_judge(s, tenant, what, a, &t, verdict, err);
	if (rc == 0)
		*report = report_of(a, what, tenant, &t, verdict);
	dx_store_rollback(s);
	return rc;
}

int
dx_op_trace_verify(const struct dx_trace_options *o, const char *what, struct dx_arena *a, struct dx_json *report,
    struct dx_trace_verdict *verdict, struct dx_err *err)
{
	const char *tenant = o->tenant != NULL ? o->tenant : "default";
	struct dx_store *s = NULL;
	char *path = NULL;
	bool exists;
	int rc = dx_store_locate(o->store, o->store_env, &path, &exists, err);

	if (rc == 0)
		rc = dx_store_open(path, &s, err);
	if (rc == 0)
		rc = verify_in(s, tenant, what, a, report, verdict, err);
	dx_store_close(s);
	free(path);
	return rc;
}
