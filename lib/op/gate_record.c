/* What becomes of a decision: its payloads and its entry in the log, its reply. */
#include <string.h>

#include "op/gate_internal.h"

enum dx_exit
dx_gate_verdict_exit(const char *decision)
{
	switch (dx_word(dx_verdict_names, decision)) {
	case DX_ALLOW:
	case DX_ALLOW_WITH_CREDITS:
		return DX_EXIT_YES;
	case DX_REQUIRE_APPROVAL:
		return DX_EXIT_WAIT;
	default:
		return DX_EXIT_NO;
	}
}

void
dx_gate_answer(struct dx_gate *g, struct dx_gate_item *it, const struct dx_decision *d)
{
	struct dx_json response = dx_decision_response(&g->arena, d);
	struct dx_reply_state state = { .reservation_active = dx_decision_active(d), .policy = d->policy };

	it->reply = dx_decision_reply(&g->arena, &response, &state);
	it->exit = dx_gate_verdict_exit(dx_verdict_names[d->verdict]);
	it->fresh = true;
	it->done = true;
}

/* The documents that judged are payloads too, given by option or not. */
static size_t
rule_payloads(const struct dx_gate *g, const struct dx_decision *d, struct dx_payload *out)
{
	const struct dx_rule_set *set = &g->session.rules;

	if (d->findings == NULL)
		return 0;
	for (size_t i = 0; i < set->count; i++) {
		out[i] = (struct dx_payload){ .bytes = set->doc[i]->canon, .len = set->doc[i]->canon_len, .doc = &set->doc[i]->doc };
		memcpy(out[i].sha256, set->doc[i]->sha256, sizeof(out[i].sha256));
	}
	return set->count;
}

static void
seal(const struct dx_json *doc, struct dx_buf *bytes, struct dx_payload *out)
{
	struct dx_sha256 digest;

	dx_buf_reset(bytes);
	dx_json_canon(doc, bytes);
	dx_sha256(bytes->data, bytes->len, &digest);
	*out = (struct dx_payload){ .bytes = bytes->data, .len = bytes->len, .doc = doc };
	dx_sha256_hex(&digest, out->sha256);
}

int
dx_gate_record(struct dx_gate *g, struct dx_gate_item *it, const struct dx_decision *d, const char *ends, struct dx_err *err)
{
	struct dx_json request = dx_decision_request(&g->arena, d);
	struct dx_json response = dx_decision_response(&g->arena, d);
	struct dx_reply_state state = { .persisted = true, .reservation_active = dx_decision_active(d),
	    .approval_status = d->approval_created ? "pending" : NULL, .policy = d->policy };
	struct dx_payload *payload = dx_arena_alloc(&g->arena, dx_size_mul(g->session.rules.count + 2, sizeof(*payload)));
	struct dx_entry_draft draft = {
		.event = d->failsafe ? DX_EVENT_DECISION_FAILSAFE : DX_EVENT_DECISION_CREATED,
		.actor = dx_session_actor(&g->session),
		.ledger_id = it->ledger_id,
		.subject_id = d->ids.decision_id,
		.approval_id = d->approval_created ? d->ids.approval_id : NULL,
		.approval_status = d->approval_created ? "pending" : NULL,
		.details = dx_json_object(),
	};
	int64_t seq;

	seal(&request, &g->request_bytes, &payload[0]);
	seal(&response, &g->response_bytes, &payload[1]);
	payload[1].fresh = true;
	draft.decision = dx_decision_columns(&g->arena, &request, &response, payload[0].sha256, payload[1].sha256,
	    d->ids.actor_id);
	if (d->failsafe)
		dx_json_put(&g->arena, &draft.details, "trigger", dx_json_text(dx_reason_code(d->trigger)));
	else if (ends != NULL)
		dx_json_put(&g->arena, &draft.details, "supersedes", dx_json_text(ends));
	if (dx_store_append(g->session.store, &draft, payload, 2 + rule_payloads(g, d, payload + 2), d->snapshot->now, &seq,
	    err) != 0)
		return -1;
	it->reply = dx_decision_reply(&g->arena, &response, &state);
	it->exit = dx_gate_verdict_exit(dx_verdict_names[d->verdict]);
	it->fresh = true;
	it->done = true;
	return 0;
}
