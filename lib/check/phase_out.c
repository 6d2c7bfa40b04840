/* dealix.phase_verdict.v1: what is to be done with the traffic, and why. */
#include "base/time.h"
#include "check/phase_inner.h"

#define IMMEDIATE_S	300
#define GRACEFUL_S	1800
#define RECOVERY_S	3600

static struct dx_json
instant(struct dx_arena *a, int64_t us)
{
	char text[DX_TIME_TEXT];

	dx_time_print(us, text);
	return dx_json_string(a, text);
}

static struct dx_json
metrics(struct dx_arena *a, const struct dx_window *w)
{
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < DX_THRESHOLDS; i++) {
		const struct dx_threshold *t = &dx_thresholds[i];
		struct dx_json m = dx_json_object();

		if (t->phase != dx_phase_steps[w->state.step].phase)
			continue;
		if (t->each)
			dx_json_put(a, &m, "samples_over", dx_json_int(a, w->over[t->metric]));
		else {
			dx_json_put(a, &m, "bad", dx_json_int(a, w->bad[t->metric]));
			dx_json_put(a, &m, "of", dx_json_int(a, w->whole[t->metric]));
		}
		dx_json_put(a, &o, dx_metrics[t->metric], m);
	}
	return o;
}

/* When it has to be done, by the limits of the page; step by step where nothing burns. */
static struct dx_json
rollback(struct dx_arena *a, const struct dx_window *w, const struct dx_phase_verdict *v, int64_t now)
{
	struct dx_json o = dx_json_object(), path = dx_json_array();
	int64_t limit = v->immediate ? IMMEDIATE_S : GRACEFUL_S, to = dx_phase_steps[v->next].traffic;
	static const int64_t graceful[] = { 100, 50, 25, 0 };

	dx_json_put(a, &o, "done_by", instant(a, now + limit * 1000000));
	dx_json_put(a, &o, "kind", dx_json_text(v->immediate ? "immediate" : "graceful"));
	dx_json_put(a, &o, "limit_s", dx_json_int(a, limit));
	for (size_t i = 0; !v->immediate && i < sizeof(graceful) / sizeof(graceful[0]); i++)
		if (graceful[i] < dx_phase_steps[w->state.step].traffic && graceful[i] > to)
			dx_json_push(a, &path, dx_json_int(a, graceful[i]));
	dx_json_push(a, &path, dx_json_int(a, to));
	dx_json_put(a, &o, "path", path);
	if (v->recovery) {
		dx_json_put(a, &o, "recovered_by", instant(a, now + RECOVERY_S * INT64_C(1000000)));
		dx_json_put(a, &o, "recovery_limit_s", dx_json_int(a, RECOVERY_S));
	}
	return o;
}

static void
put_reasons(struct dx_arena *a, const struct dx_phase_verdict *v, struct dx_json *o)
{
	struct dx_json codes = dx_json_array(), findings = dx_json_array();

	for (size_t i = 0; i < v->reason_count; i++) {
		const char *code = dx_reason_code(v->reason[i].reason);
		struct dx_json f = dx_json_object();

		dx_json_put(a, &f, "code", dx_json_text(code));
		dx_json_put(a, &f, "detail", dx_json_text(v->reason[i].detail));
		dx_json_push(a, &findings, f);
		if (i == 0 || v->reason[i].reason != v->reason[i - 1].reason)
			dx_json_push(a, &codes, dx_json_text(code));
	}
	dx_json_put(a, o, "findings", findings);
	dx_json_put(a, o, "reasons", codes);
}

static struct dx_json
window(struct dx_arena *a, const struct dx_window *w)
{
	const struct dx_phase_rule *rule = &dx_phase_rules[dx_phase_steps[w->state.step].phase];
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "from", instant(a, w->from));
	dx_json_put(a, &o, "ignored", dx_json_int(a, w->ignored));
	dx_json_put(a, &o, "needs_s", dx_json_int(a, rule->step_us / 1000000));
	dx_json_put(a, &o, "phase_since", instant(a, w->state.phase_since));
	dx_json_put(a, &o, "samples", dx_json_int(a, w->samples));
	dx_json_put(a, &o, "seconds", dx_json_int(a, (w->last - w->from) / 1000000));
	dx_json_put(a, &o, "to", instant(a, w->last));
	return o;
}

struct dx_json
dx_phase_document(struct dx_arena *a, const char *release, const struct dx_window *w, const struct dx_phase_verdict *v,
    const char *samples_sha256, int64_t now)
{
	const struct dx_phase_step *at = &dx_phase_steps[w->state.step], *next = &dx_phase_steps[v->next];
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "evaluated_at", instant(a, now));
	dx_json_put(a, &o, "metrics", metrics(a, w));
	if (v->next != w->state.step) {
		dx_json_put(a, &o, "next_phase", dx_json_text(dx_phases[next->phase]));
		dx_json_put(a, &o, "next_traffic", dx_json_int(a, next->traffic));
	}
	if (v->complete)
		dx_json_put(a, &o, "complete", dx_json_bool(true));
	dx_json_put(a, &o, "phase", dx_json_text(dx_phases[at->phase]));
	put_reasons(a, v, &o);
	dx_json_put(a, &o, "release", dx_json_text(release));
	if (v->move == DX_ROLL_BACK)
		dx_json_put(a, &o, "rollback", rollback(a, w, v, now));
	dx_json_put(a, &o, "samples_sha256", dx_json_text(samples_sha256));
	dx_json_put(a, &o, "schema", dx_json_text("dealix.phase_verdict.v1"));
	dx_json_put(a, &o, "state", dx_json_text(w->state.stated ? "stated" : "ledger"));
	dx_json_put(a, &o, "traffic", dx_json_int(a, at->traffic));
	dx_json_put(a, &o, "verdict", dx_json_text(dx_moves[v->move]));
	dx_json_put(a, &o, "window", window(a, w));
	return o;
}
