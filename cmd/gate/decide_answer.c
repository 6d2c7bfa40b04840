/* The answers of dealix-gate decide: replies, refusals in place, where findings stand in the input. */
#include <string.h>

#include "decide.h"
#include "json/pointer.h"
#include "op/span.h"

#define FLUSH_BYTES	(64u << 10)	/* of answers written at once: what a pipe holds */

/* Line, column and file of each finding, from the text of this call (rules page 2). */
static void
place_findings(struct dx_decide_run *r, const struct dx_gate_item *it, struct dx_json *reply)
{
	struct dx_arena *a = dx_gate_arena(r->gate);
	const struct dx_json *findings = dx_json_get(reply, "findings");
	struct dx_json_place *place;
	struct dx_json placed;
	size_t n = 0;

	if (!it->fresh || it->text == NULL || findings == NULL || findings->count == 0)
		return;
	place = dx_arena_alloc(a, dx_size_mul(findings->count, sizeof(*place)));
	placed = dx_json_array();
	for (uint32_t i = 0; i < findings->count; i++) {
		struct dx_json f = dx_json_copy_top(a, &findings->u.items[i]);
		const char *pointer = dx_json_get_str(&f, "pointer");
		const struct dx_json *at = pointer != NULL && pointer[0] != '\0' ? dx_pointer_find(&it->doc, pointer) : NULL;

		if (at != NULL && at->offset != DX_JSON_NOWHERE)
			place[n++] = (struct dx_json_place){ .offset = at->offset, .tag = i };
		if (r->file != NULL)
			dx_json_put(a, &f, "file", dx_json_text(r->file));
		dx_json_push(a, &placed, f);
	}
	dx_json_places(it->text, it->text_len, place, n);
	for (size_t i = 0; i < n; i++) {
		struct dx_json *f = &placed.u.items[place[i].tag];

		dx_json_put(a, f, "line", dx_json_int(a, it->line + place[i].line - 1));
		dx_json_put(a, f, "column", dx_json_int(a, place[i].column));
	}
	*reply = dx_json_copy_top(a, reply);
	dx_json_set(a, reply, "findings", placed);
}

/* The file that a fault lies in: a cost file or a price book is not the plan. */
static const char *
faulty_file(const struct dx_decide_run *r, enum dx_reason reason)
{
	if (r->args->costs != NULL && (reason == DX_R_COST_DOCUMENT_INVALID || reason == DX_R_COST_CURRENCY_UNSUPPORTED))
		return r->args->costs;
	if (r->args->prices != NULL && reason == DX_R_PRICES_DOCUMENT_INVALID)
		return r->args->prices;
	return r->file != NULL ? r->file : "stdin";
}

/* A document of another kind handed in as a request is the commonest slip. */
static void
hint_kind(const struct dx_decide_run *r, const struct dx_gate_item *it, struct dx_err *err)
{
	if (r->args->from != DX_FROM_REQUEST)
		return;
	if (dx_json_get(&it->doc, "format_version") != NULL)
		(void)dx_err_add(err, "; a Terraform plan is read with --from terraform-plan");
	else if (dx_json_get(&it->doc, "apiVersion") != NULL)
		(void)dx_err_add(err, "; an AdmissionReview is read with --from admission-review");
}

static void
answer_error(struct dx_decide_run *r, const struct dx_gate_item *it)
{
	struct dx_err err = it->err;
	struct dx_json review;

	if (it->uid != NULL && r->report != NULL) {
		dx_report_error(r->report, &it->err, r->batch ? it->line : 0, &r->call->out);
		return;		/* the exit of a review that was answered is 0 in every format */
	}
	if (it->uid != NULL) {
		review = dx_adapt_admission_error(dx_gate_arena(r->gate), it->uid, it->shadow, &it->err);
		dx_json_canon(&review, &r->call->out);
		dx_buf_putc(&r->call->out, '\n');
		return;		/* answered in band: the exit is 0 */
	}
	if (r->report != NULL)
		dx_report_error(r->report, &it->err, r->batch ? it->line : 0, &r->call->out);
	else if (r->batch) {
		struct dx_err named = it->err;
		if (r->call->operand_count > 1)
			(void)dx_err_in(&named, "%s", faulty_file(r, named.reason));
		dx_tool_error_document(&named, it->line > 0 ? it->line : 1, &r->call->out);
		dx_buf_putc(&r->call->out, '\n');
	}
	hint_kind(r, it, &err);
	if (r->batch && it->line > 0 && strncmp(err.text, "line ", 5) != 0)
		(void)dx_err_in(&err, "line %u", it->line);
	(void)dx_err_in(&err, "%s", faulty_file(r, err.reason));
	dx_tool_error(r->call, &err);
}

/* What the span of the call says of an answer: ids and codes, nothing that was judged. */
static void
tell_span(struct dx_decide_run *r, const struct dx_json *reply)
{
	struct dx_span *span = r->call->span;
	const struct dx_json *gate = dx_json_get(reply, "gate_decision");
	const char *reason = dx_json_get_str(reply, "reason");

	r->answered++;
	if (r->batch) {
		dx_span_int(span, "dealix.documents", (int64_t)r->answered);
		return;		/* of several documents none has the call to itself */
	}
	gate = gate != NULL ? gate : reply;
	if (reason == NULL)
		reason = dx_json_str(dx_json_item(dx_json_get(gate, "reason_codes"), 0));
	dx_span_join(span, dx_json_get_str(reply, "trace_id"));
	dx_span_text(span, "correlation_id", dx_json_get_str(reply, "correlation_id"));
	dx_span_text(span, "decision", dx_json_get_str(gate, "decision"));
	dx_span_text(span, "decision.id", dx_json_get_str(gate, "decision_id"));
	dx_span_text(span, "decision.reason", reason);
}

static void
answer(struct dx_decide_run *r, struct dx_gate_item *it)
{
	struct dx_json reply;

	if (it->err.reason != DX_OK) {
		answer_error(r, it);
		return;
	}
	reply = it->reply;
	place_findings(r, it, &reply);
	tell_span(r, &reply);
	if (r->report != NULL)
		(dx_report_is_action(&reply) ? dx_report_action : dx_report_decision)(r->report, &reply, r->batch ? it->line : 0, &r->call->out);
	else {
		if (it->uid != NULL)
			reply = dx_adapt_admission_answer(dx_gate_arena(r->gate), it->uid, &reply);
		dx_json_canon(&reply, &r->call->out);
		dx_buf_putc(&r->call->out, '\n');
	}
	if (it->uid == NULL)
		dx_tool_exit(r->call, it->exit);
}

static void
tell_failure(struct dx_decide_run *r)
{
	struct dx_err why = *dx_gate_failure(r->gate);

	if (why.reason != DX_OK)
		dx_tool_note(r->call, "fail-safe decision: %s [%s]", why.text, dx_reason_code(why.reason));
}

int
dx_decide_commit(struct dx_decide_run *r)
{
	const char *created;
	int lost = 0;

	if (dx_gate_count(r->gate) == 0)
		return 0;
	dx_gate_commit(r->gate);
	if ((created = dx_gate_created(r->gate)) != NULL)
		dx_tool_note(r->call, "created the store %s", created);
	tell_failure(r);
	for (size_t i = 0; i < dx_gate_count(r->gate); i++) {
		answer(r, dx_gate_item(r->gate, i));
		if (r->call->out.len >= FLUSH_BYTES)
			lost |= dx_tool_flush(r->call);
	}
	dx_gate_clear(r->gate);
	return lost != 0 ? lost : dx_tool_flush(r->call);
}
