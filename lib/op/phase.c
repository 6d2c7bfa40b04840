/* The rollout of a release: where it stands by the ledger, samples judged, a change of phase kept. */
#include <string.h>

#include "base/clock.h"
#include "base/time.h"
#include "json/lines.h"
#include "op/entries.h"
#include "op/go.h"
#include "op/record.h"

#define COMPLETE	"complete"	/* what follows on full */

/* --- where it stands --- */

struct standing { struct dx_phase_state *out; const char *release; bool found, whole; };

static int
word_step(const struct dx_json *entry, bool *complete)
{
	const char *to = dx_entry_detail(entry, "to");
	int64_t traffic = -1;

	*complete = to != NULL && strcmp(to, COMPLETE) == 0;
	(void)dx_json_int64(dx_json_get(dx_json_get(entry, "details"), "traffic"), &traffic);
	if (*complete)
		return traffic == 100 ? DX_PHASE_STEPS - 1 : -1;
	for (int k = 0; to != NULL && dx_phases[k] != NULL; k++)
		if (strcmp(dx_phases[k], to) == 0)
			return dx_phase_step((enum dx_phase)k, traffic);
	return -1;
}

/* The newest entry says which step it is; those before it, back to the one that came from another phase, when the phase began. */
static int
stand(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct standing *st = ctx;
	struct dx_arena a = { 0 };
	const struct dx_json *entry = dx_entry_read(&a, e, err);
	const char *from = entry != NULL ? dx_entry_detail(entry, "from") : NULL;
	bool complete;
	int step = entry != NULL ? word_step(entry, &complete) : -1, rc = 0;
	int64_t at;

	if (entry == NULL)
		rc = -1;
	else if (step < 0 || from == NULL || dx_time_parse(dx_json_get_str(entry, "recorded_at"), &at, err) != 0)
		rc = dx_err_set(err, DX_R_STORE_CORRUPT, "entry %lld: a phase_changed of %s names a step that there is not",
		    (long long)e->seq, st->release);
	else {
		if (!st->found) {
			*st->out = (struct dx_phase_state){ .step = step, .since = at, .phase_since = at, .seq = e->seq,
			    .complete = complete };
			st->found = true;
		}
		st->out->phase_since = at;
		if (step == st->out->step && st->out->complete)
			st->out->since = at;	/* that it is complete does not begin it anew */
		rc = strcmp(from, dx_phases[dx_phase_steps[step].phase]) != 0;
	}
	dx_arena_release(&a);
	return rc;
}

int
dx_op_phase_state(struct dx_session *s, const char *release, struct dx_phase_state *out, struct dx_err *err)
{
	struct dx_entry_filter f = { .before_seq = -1, .event = dx_event_name(DX_EVENT_PHASE_CHANGED), .subject_id = release,
	    .newest_first = true };
	struct standing st = { .out = out, .release = release };

	*out = (struct dx_phase_state){ .seq = -1 };
	return s->store != NULL && !s->opening && dx_store_entries(s->store, &f, stand, &st, err) < 0 ? -1 : 0;
}

/* --- what the decision on the release says --- */

static int
read_gate(struct dx_session *s, const char *release, enum dx_phase next, struct dx_arena *a, struct dx_phase_gate *out,
    struct dx_err *err)
{
	const struct dx_json *entry, *blocking;
	struct dx_json report;
	int found = dx_entry_newest(s, dx_event_name(DX_EVENT_RELEASE_DECIDED), release, a, &entry, err);

	*out = (struct dx_phase_gate){ .asked = true };
	if (found <= 0)
		return found;
	out->decision = dx_entry_detail(entry, "decision");
	if (dx_session_payload(s, dx_entry_detail(entry, "report_sha256"), a, &report, err) != 0)
		return -1;
	blocking = dx_json_get(&report, "blocking");
	for (int due = 0; due < DX_DUE_COUNT; due++)
		if (dx_json_get(blocking, dx_go_dues[due]) != NULL && (due <= DX_DUE_CANARY || next == DX_PHASE_FULL))
			out->blocked = true;
	return 0;
}

/* --- keeping --- */

int
dx_op_phase_change(struct dx_session *s, const char *release, int from, int to, bool complete, const struct dx_payload *report,
    int64_t now, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json details = dx_json_object();

	dx_json_put(a, &details, "from", dx_json_text(dx_phases[dx_phase_steps[from].phase]));
	dx_json_put(a, &details, "report_sha256", dx_json_text(report->sha256));
	dx_json_put(a, &details, "to", dx_json_text(complete ? COMPLETE : dx_phases[dx_phase_steps[to].phase]));
	dx_json_put(a, &details, "traffic", dx_json_int(a, dx_phase_steps[to].traffic));
	return dx_session_append(s, DX_EVENT_PHASE_CHANGED, release, details, report, 1, now, NULL, err);
}

static int
keep(struct dx_session *s, struct dx_op_phase *p, const struct dx_window *w, struct dx_err *err)
{
	bool complete = p->verdict.complete && !w->state.complete;
	struct dx_payload report;

	if (p->verdict.next == w->state.step && !complete) {
		(void)dx_payload_document(&p->document, &p->text);
		return 0;
	}
	if (dx_record_document(s, &p->document, "phase_verdict", p->now, &p->arena, &report, &p->text, err) != 0)
		return -1;
	return dx_op_phase_change(s, p->release, w->state.step, p->verdict.next, complete, &report, p->now, &p->arena, err);
}

/* --- reading --- */

struct reading { const struct dx_op_phase *p; struct dx_window *w; struct dx_hasher *hash; };

static int
read_samples(struct reading *r, int fd, const char *name, struct dx_err *err)
{
	struct dx_lines in;
	struct dx_sample sample;
	int64_t count = 0;
	int rc;

	dx_lines_init(&in, fd, name, DX_SAMPLE_BYTES, DX_JSON_OURS);
	while ((rc = dx_lines_next(&in, err)) > 0) {
		dx_hasher_add(r->hash, in.text, in.text_len);
		dx_hasher_add(r->hash, "\n", 1);
		if (++count > DX_SAMPLES_MAX)
			rc = dx_err_set(err, DX_R_JSON_TOO_LARGE, "more than %d samples", DX_SAMPLES_MAX);
		else if (dx_sample_read(&in.doc, &sample, err) != 0)
			rc = in.batch ? dx_err_in(err, "line %u", in.number) : -1;
		else
			rc = dx_window_add(r->w, &sample, in.number, r->p->now != 0 ? r->p->now : dx_clock_now(), err);
		if (rc < 0)
			break;
	}
	dx_lines_release(&in);
	return rc < 0 ? dx_err_in(err, "%s", name) : 0;
}

static int
look(struct dx_session *s, const struct dx_op_phase *p, struct dx_phase_state *out, struct dx_err *err)
{
	int rc;

	if (dx_op_go_begin(s, false, err) != 0)
		return -1;
	rc = dx_op_phase_state(s, p->release, out, err);
	if (s->store != NULL)
		dx_store_rollback(s->store);
	if (rc == 0 && p->dry_run && out->seq < 0)
		out->stated = true;
	else if (rc == 0 && out->seq < 0)
		rc = dx_err_set(err, DX_R_PHASE_SKIP, "%s has not entered any phase; dealix-gate go --enter dark_launch is the first step",
		    p->release);
	return rc;
}

/* --- all --- */

static int
judge(struct dx_session *s, struct dx_op_phase *p, struct dx_window *w, const char *sha256, struct dx_err *err)
{
	struct dx_phase_state now;
	struct dx_phase_gate gate = { .asked = false };

	if (dx_op_phase_state(s, p->release, &now, err) != 0)
		return -1;
	if (!w->state.stated && now.seq != w->state.seq)
		dx_window_begin(w, p->phase, &now);	/* changed meanwhile: what was read tells of the time before */
	if (!w->state.stated && dx_phase_after(w->state.step) != DX_PHASE_NONE &&
	    read_gate(s, p->release, dx_phase_after(w->state.step), &p->arena, &gate, err) != 0)
		return -1;
	if (dx_window_judge(w, &gate, p->now, &p->arena, &p->verdict, err) != 0)
		return -1;
	p->document = dx_phase_document(&p->arena, p->release, w, &p->verdict, dx_arena_dup(&p->arena, sha256, strlen(sha256)), p->now);
	return 0;
}

static int
decide(struct dx_session *s, struct dx_op_phase *p, struct dx_window *w, const char *sha256, struct dx_err *err)
{
	int rc;

	if (dx_op_go_begin(s, !p->dry_run, err) != 0)
		return -1;
	rc = judge(s, p, w, sha256, err);
	if (rc == 0 && p->dry_run)
		(void)dx_payload_document(&p->document, &p->text);
	else if (rc == 0 && (rc = keep(s, p, w, err)) == 0)
		rc = dx_store_commit(s->store, err);
	if (s->store != NULL && (rc != 0 || p->dry_run))
		dx_store_rollback(s->store);
	return rc;
}

int
dx_op_phase(struct dx_session *s, struct dx_op_phase *p, int fd, const char *name, struct dx_err *err)
{
	struct dx_window w;
	struct dx_phase_state state;
	struct reading r = { .p = p, .w = &w };
	struct dx_sha256 digest;
	char hex[DX_SHA256_HEX];
	int rc;

	if (look(s, p, &state, err) != 0)
		return -1;
	dx_window_begin(&w, p->phase, &state);
	r.hash = dx_hasher_new();
	rc = read_samples(&r, fd, name, err);
	dx_hasher_end(r.hash, &digest);
	dx_sha256_hex(&digest, hex);
	if (p->now == 0)
		p->now = dx_clock_now();	/* reading may have taken a while */
	return rc == 0 ? decide(s, p, &w, hex, err) : -1;
}

void
dx_op_phase_release(struct dx_op_phase *p)
{
	dx_buf_release(&p->text);
	dx_arena_release(&p->arena);
}
