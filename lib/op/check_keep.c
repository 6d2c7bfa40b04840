/* What a plan's run leaves in the ledger, and what a dry run shows. */
#include "base/clock.h"
#include "op/check_inner.h"
#include "op/entries.h"

static int
append(struct dx_session *s, const struct dx_checked *c, const char *subject, bool is_ready, unsigned tenths, const struct dx_json *report,
    int64_t now, struct dx_arena *a, struct dx_err *err)
{
	struct dx_buf text[2] = { { 0 }, { 0 } };
	struct dx_payload payload[2] = { dx_payload_document(&c->plan->document, &text[0]), dx_payload_document(report, &text[1]) };
	struct dx_json details = dx_json_object();
	int rc;

	if (c->place->commit[0] != '\0')
		dx_json_put(a, &details, "commit", dx_json_text(c->place->commit));
	dx_json_put(a, &details, "document_sha256", dx_json_text(payload[0].sha256));
	dx_json_put(a, &details, "ready", dx_json_bool(is_ready));
	dx_json_put(a, &details, "report_sha256", dx_json_text(payload[1].sha256));
	dx_json_put(a, &details, "score_tenths", dx_json_int(a, tenths));
	rc = dx_session_append(s, DX_EVENT_GATE_EVALUATED, subject, details, payload, 2, now, NULL, err);
	dx_buf_release(&text[0]);
	dx_buf_release(&text[1]);
	return rc;
}

/* A step's own report is that of its contract, else its result. */
static int
append_step(struct dx_session *s, const struct dx_checked *c, size_t i, int64_t now, struct dx_arena *a, struct dx_err *err)
{
	const struct dx_step *step = &c->step[i];
	const struct dx_json *results = dx_json_get(&c->document, "results");
	/* As of a plan: what was not applicable showed nothing. */
	bool ok = step->result.state == DX_STATE_PASS || step->result.state == DX_STATE_WAIVED;

	return append(s, c, dx_arena_printf(a, "%s/%s", c->plan->id, step->check->id), ok,
	    step->result.state == DX_STATE_PASS ? 1000 : 0, step->report.type == DX_JSON_OBJECT ? &step->report : dx_json_item(results, i),
	    now, a, err);
}

/* Each use of a waiver is on record with the run that used it (page 1.7). */
static int
append_waivers(struct dx_session *s, const struct dx_checked *c, int64_t now, struct dx_arena *a, struct dx_err *err)
{
	for (size_t i = 0; i < c->plan->count; i++)
		for (size_t k = 0; k < c->result[i].waiver_count; k++) {
			const struct dx_waiver *w = c->result[i].waiver[k];
			struct dx_json details = dx_json_object();

			dx_json_put(a, &details, "check", dx_json_text(w->check));
			dx_json_put(a, &details, "expires_at", dx_json_text(w->expires_at));
			dx_json_put(a, &details, "gate", dx_json_text(w->gate));
			if (dx_session_append(s, DX_EVENT_WAIVER_USED, w->id, details, NULL, 0, now, NULL, err) != 0)
				return -1;
		}
	return 0;
}

static int
append_run(struct dx_session *s, const struct dx_checked *c, int64_t now, struct dx_arena *a, struct dx_err *err)
{
	int rc = append_waivers(s, c, now, a, err);

	for (size_t i = 0; rc == 0 && c->plan->steps && i < c->plan->count; i++)
		rc = append_step(s, c, i, now, a, err);
	return rc == 0 ? append(s, c, c->plan->id, c->score.ready, c->score.tenths, &c->document, now, a, err) : rc;
}

int
dx_check_keep(struct dx_checked *const *c, size_t n, struct dx_session *s, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	int64_t now = dx_clock_now();
	int rc;

	if (dx_session_begin(s, true, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = dx_session_open_log(s, now, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = append_run(s, c[i], now, &a, err);
	if (rc == 0)
		rc = dx_store_commit(s->store, err);
	if (rc != 0)
		dx_store_rollback(s->store);
	dx_arena_release(&a);
	return rc;
}

/* --- dry run --- */

struct dx_json
dx_check_preview(struct dx_checked *c)
{
	struct dx_arena *a = &c->arena;
	struct dx_json steps = dx_json_array(), o = dx_json_object();

	for (size_t i = 0; i < c->plan->count; i++) {
		const struct dx_check *k = &c->plan->check[i];
		struct dx_json step = dx_json_object(), needs = dx_json_array();

		for (size_t n = 0; n < k->need_count; n++)
			dx_json_push(a, &needs, dx_json_text(c->plan->check[k->needs[n]].id));
		dx_json_put(a, &step, "applicable", dx_json_bool(k->applicable));
		dx_json_put(a, &step, "id", dx_json_text(k->id));
		dx_json_put(a, &step, "needs", needs);
		dx_json_put(a, &step, "type", dx_json_text(dx_check_type_name(k->type)));
		dx_step_types[k->type].preview(a, k, &step);
		dx_json_push(a, &steps, step);
	}
	dx_json_put(a, &o, "dry_run", dx_json_bool(true));
	dx_json_put(a, &o, "gate", dx_json_text(c->plan->id));
	dx_json_put(a, &o, "settings", c->plan->settings);
	dx_json_put(a, &o, "steps", steps);
	return o;
}
