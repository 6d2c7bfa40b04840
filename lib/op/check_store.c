/* Checks of what the ledger holds: gates evaluated before, and the ledger itself (release-gates page 1.1). */
#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "op/check_inner.h"
#include "op/entries.h"

#define CYCLE_GATES	256	/* results looked up on the way; a gate that rests on more has no end that anybody could follow */

int
dx_step_store(struct dx_step *s)
{
	struct dx_check_store *st = s->store;
	struct dx_err err = { 0 };

	if (st->session == NULL || st->session->store == NULL)
		(void)dx_err_set(&err, DX_R_STORE_UNAVAILABLE, "there is no store");
	else if (st->begun || dx_session_begin(st->session, false, DX_ROLE_MEMBER, &err) == 0)
		st->begun = true;
	if (err.reason == DX_OK)
		return 0;
	dx_step_error(s, &err);
	s->result.state = DX_STATE_ERROR;
	return -1;
}

void
dx_check_store_end(struct dx_check_store *st)
{
	if (st->begun)
		dx_store_rollback(st->session->store);
	st->begun = false;
}

/* --- gate --- */

/* The newest entry of a gate at this commit.  1, 0, -1. */
static int
newest_result(struct dx_step *s, const char *gate, const struct dx_json **out, struct dx_err *err)
{
	struct dx_evidence_filter f = { .event = "gate_evaluated", .subject_id = gate, .commit_id = s->commit, .limit = 1 };
	struct dx_evidence_row *row;
	size_t n;

	if (dx_store_evidence(s->store->session->store, &s->arena, &f, &row, &n, err) != 0)
		return -1;
	if (n == 0)
		return 0;
	*out = dx_entry_of(s->store->session, row, &s->arena, err);
	return *out != NULL ? 1 : -1;
}

/* Gates that a document asks for, in turn asked whether they ask for the gate at hand.  1: one of them does, 0, -1. */
static int
rests_on(struct dx_step *s, const struct dx_json *document, unsigned *left, struct dx_err *err)
{
	const struct dx_json *entry, *groups = dx_json_get(document, "groups"), *group;
	struct dx_json other;
	int found = 0;

	for (size_t i = 0; found == 0 && (group = dx_json_item(groups, i)) != NULL; i++) {
		const struct dx_json *checks = dx_json_get(group, "checks"), *c;

		for (size_t k = 0; found == 0 && (c = dx_json_item(checks, k)) != NULL; k++) {
			const char *gate = dx_check_gate_named(c);
			if (gate == NULL)
				continue;
			if (strcmp(gate, s->gate) == 0 || (*left)-- == 0)
				return 1;
			found = newest_result(s, gate, &entry, err);
			if (found > 0)
				found = dx_session_payload(s->store->session, dx_entry_detail(entry, "document_sha256"), &s->arena, &other,
				    err) != 0 ? -1 : rests_on(s, &other, left, err);
		}
	}
	return found;
}

static void
judge_result(struct dx_step *s, const struct dx_json *entry, struct dx_err *err)
{
	const struct dx_check_gate *g = &s->check->u.gate;
	const char *at = dx_json_get_str(entry, "recorded_at"), *document = dx_entry_detail(entry, "document_sha256");
	struct dx_json doc;
	unsigned left = CYCLE_GATES;
	int64_t us = 0, tenths = 0;
	int cycle;

	if (dx_session_payload(s->store->session, document, &s->arena, &doc, err) != 0 || (cycle = rests_on(s, &doc, &left, err)) < 0)
		return;
	s->result.inputs_sha256 = document;
	(void)dx_time_parse(at, &us, NULL);
	(void)dx_json_int64(dx_json_get(dx_json_get(entry, "details"), "score_tenths"), &tenths);
	if (cycle > 0)
		dx_step_fail(s, DX_R_GATE_CYCLE, "gate %s rests on gate %s itself", g->gate, s->gate);
	else if (!dx_json_is(dx_json_get(dx_json_get(entry, "details"), "ready"), DX_JSON_TRUE))
		dx_step_fail(s, DX_R_GATE_NOT_READY, "gate %s was not ready at %s (%" PRId64 ".%" PRId64 "%%)", g->gate, at, tenths / 10,
		    tenths % 10);
	else if (g->max_age_s >= 0 && s->now - us > g->max_age_s * 1000000)
		dx_step_fail(s, DX_R_GATE_RESULT_STALE, "gate %s was evaluated at %s, at most %" PRId64 " s ago it must have been", g->gate, at,
		    g->max_age_s);
}

/* A gate of this call that has run: newer than anything that the store has. */
static bool
of_this_call(struct dx_step *s, const char *gate)
{
	for (size_t i = 0; i < s->store->call_count; i++) {
		const struct dx_checked *c = s->store->call[i];

		if (strcmp(c->plan->id, gate) != 0 || c->result == NULL)
			continue;
		if (!c->score.ready)
			dx_step_fail(s, DX_R_GATE_NOT_READY, "gate %s is not ready (%u.%u%%)", gate, c->score.tenths / 10, c->score.tenths % 10);
		return true;
	}
	return false;
}

void
dx_step_gate(struct dx_step *s)
{
	const struct dx_check_gate *g = &s->check->u.gate;
	const struct dx_json *entry = NULL;
	struct dx_err err = { 0 };
	int found;

	if (of_this_call(s, g->gate) || dx_step_store(s) != 0)
		return;
	found = s->commit[0] != '\0' ? newest_result(s, g->gate, &entry, &err) : 0;
	if (s->commit[0] == '\0')
		dx_step_fail(s, DX_R_GATE_RESULT_MISSING, "there is no commit here that a result of gate %s could be of", g->gate);
	else if (found == 0)
		dx_step_fail(s, DX_R_GATE_RESULT_MISSING, "gate %s was not evaluated at commit %.12s", g->gate, s->commit);
	else if (found > 0)
		judge_result(s, entry, &err);
	if (err.reason != DX_OK) {
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
	}
}

void
dx_preview_gate(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	dx_json_put(a, o, "gate", dx_json_text(c->u.gate.gate));
	if (c->u.gate.max_age_s >= 0)
		dx_json_put(a, o, "max_age_s", dx_json_int(a, c->u.gate.max_age_s));
}

/* --- ledger_intact --- */

struct faults { struct dx_step *s; unsigned count; int64_t seq; enum dx_reason reason; const char *detail; };

static void
note(void *ctx, enum dx_reason reason, const char *tenant, int64_t seq, const char *detail)
{
	struct faults *f = ctx;
	const struct dx_check_ledger *l = &f->s->check->u.ledger;

	(void)tenant;
	if (dx_reason_class(reason) == DX_CLASS_WARNING || (seq >= 0 && (seq < l->from || seq > l->to)))
		return;
	/* the first entry that is wrong; what no entry has comes behind */
	if (f->count++ == 0 || (seq >= 0 && (f->seq < 0 || seq < f->seq))) {
		f->seq = seq;
		f->reason = reason;
		f->detail = dx_arena_dup(&f->s->arena, detail, strlen(detail));
	}
}

void
dx_step_ledger(struct dx_step *s)
{
	struct faults f = { .s = s, .seq = -1 };
	struct dx_store_verdict v;
	struct dx_err err = { 0 };
	char root[DX_SHA256_HEX];

	if (dx_step_store(s) != 0)
		return;
	if (s->store->session->opening) {
		dx_step_fail(s, DX_R_STORE_UNAVAILABLE, "there is no ledger yet");
		return;
	}
	if (dx_store_verify(s->store->session->store, s->store->session->tenant, DX_VERIFY_PAYLOADS, note, &f, &v, &err) != 0) {
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
		return;
	}
	dx_sha256_hex(&v.root, root);
	s->result.observed = dx_json_object();
	dx_json_put(&s->arena, &s->result.observed, "root_sha256", dx_json_string(&s->arena, root));
	dx_json_put(&s->arena, &s->result.observed, "size", dx_json_int(&s->arena, v.size));
	if (f.count == 0 && v.size <= s->check->u.ledger.from)
		dx_step_fail(s, DX_R_LEDGER_BROKEN, "entry %" PRId64 " is not there: the log has %" PRId64 " entries", s->check->u.ledger.from,
		    (int64_t)v.size);
	if (f.count == 0)
		return;
	if (f.seq >= 0)
		dx_json_put(&s->arena, &s->result.observed, "first_bad_seq", dx_json_int(&s->arena, f.seq));
	if (f.seq >= 0)
		dx_step_fail(s, DX_R_LEDGER_BROKEN, "entry %" PRId64 ": %s: %s (of %u faults)", f.seq, dx_reason_code(f.reason), f.detail,
		    f.count);
	else
		dx_step_fail(s, DX_R_LEDGER_BROKEN, "%s: %s (of %u faults)", dx_reason_code(f.reason), f.detail, f.count);
}

void
dx_preview_ledger(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	dx_json_put(a, o, "from", dx_json_int(a, c->u.ledger.from));
	if (c->u.ledger.to < INT64_MAX)
		dx_json_put(a, o, "to", dx_json_int(a, c->u.ledger.to));
}
