/* The window of samples, and what it says (release-gates page 5.2). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "check/phase_inner.h"

/* --- the window --- */

void
dx_window_begin(struct dx_window *w, enum dx_phase phase, const struct dx_phase_state *state)
{
	memset(w, 0, sizeof(*w));
	w->phase = phase;
	w->state = *state;
	w->previous = INT64_MIN;
	w->from = w->last = state->since;
	if (state->stated)
		w->state.step = 0;
}

/* Everything counted so far was of another step. */
static void
begin_step(struct dx_window *w, const struct dx_sample *s)
{
	struct dx_window before = *w;
	bool same = dx_phase_steps[before.state.step].phase == dx_phase_steps[s->step].phase;

	dx_window_begin(w, before.phase, &before.state);
	w->state.step = s->step;
	w->state.since = w->from = w->last = s->at;
	w->state.phase_since = same ? before.state.phase_since : s->at;
	w->ignored = before.ignored + before.samples;
}

static int
skipped(const struct dx_window *w, const struct dx_sample *s, struct dx_err *err)
{
	const struct dx_phase_step *now = &dx_phase_steps[w->state.step], *is = &dx_phase_steps[s->step];

	return dx_err_set(err, DX_R_PHASE_SKIP, "the sample is of %s at %lld percent, and the release is in %s at %lld",
	    dx_phases[is->phase], (long long)is->traffic, dx_phases[now->phase], (long long)now->traffic);
}

/* Whether the sample is of the window: 1, 0, -1. */
static int
belongs(struct dx_window *w, const struct dx_sample *s, struct dx_err *err)
{
	if (w->state.stated) {
		if (w->state.step != 0 && s->step > w->state.step + 1)
			return skipped(w, s, err);
		if (s->step != w->state.step)
			begin_step(w, s);
		return 1;
	}
	if (s->at <= w->state.since)
		return 0;	/* it tells of the time before */
	if (s->step == w->state.step)
		return 1;
	/* Traffic takes a while to follow; later on, more of it than was decided is a step left out. */
	if (s->step > w->state.step && s->at > w->state.since + DX_GAP_US)
		return skipped(w, s, err);
	return 0;
}

static void
first(int64_t *at, int64_t line)
{
	if (*at == 0)
		*at = line;
}

static void
count_metrics(struct dx_window *w, const struct dx_sample *s, int64_t line)
{
	const struct dx_phase_rule *rule = &dx_phase_rules[dx_phase_steps[w->state.step].phase];

	for (size_t i = 0; i < DX_THRESHOLDS; i++) {
		const struct dx_threshold *t = &dx_thresholds[i];
		int64_t bad, whole;

		if (t->phase != dx_phase_steps[w->state.step].phase || !dx_metric_there(t->metric, s->has))
			continue;
		dx_metric_parts(t->metric, s->count, &bad, &whole);
		w->bad[t->metric] += bad;
		w->whole[t->metric] += whole;
		if (t->each && !dx_metric_good(t, bad, whole)) {
			w->over[t->metric]++;
			first(&w->over_at[t->metric], line);
		}
		if (dx_metric_back(t, bad, whole, rule->least)) {
			w->back[t->metric] = true;
			first(&w->back_at[t->metric], line);
		}
	}
}

static bool
has(const struct dx_sample *s, enum dx_sample_count which)
{
	return (s->has & 1u << which) != 0;
}

/* Throughput or latency worse by more than half, where the sample says what they were before. */
static bool
degraded(const struct dx_sample *s)
{
	return (has(s, DX_S_BASELINE_RPS) && has(s, DX_S_RPS) && 2 * s->count[DX_S_RPS] < s->count[DX_S_BASELINE_RPS]) ||
	    (has(s, DX_S_BASELINE_P95_MS) && has(s, DX_S_P95_MS) && 2 * s->count[DX_S_P95_MS] > 3 * s->count[DX_S_BASELINE_P95_MS]);
}

static void
count_incidents(struct dx_window *w, const struct dx_sample *s, int64_t line)
{
	for (int k = 0; k < DX_INCIDENT_COUNT; k++) {
		int64_t n = s->incidents[k] + (k == DX_INCIDENT_DEGRADATION && degraded(s));
		if (n == 0)
			continue;
		w->incidents[k] += n;
		first(&w->incident_at[k], line);
	}
}

static void
count(struct dx_window *w, const struct dx_sample *s, int64_t line)
{
	unsigned needs = dx_phase_rules[dx_phase_steps[w->state.step].phase].needs, lacks;
	int64_t gap = (s->at - w->last) / 1000000;

	if (has(s, DX_S_BASELINE_RPS))
		needs |= 1u << DX_S_RPS;
	if (has(s, DX_S_BASELINE_P95_MS))
		needs |= 1u << DX_S_P95_MS;
	lacks = needs & ~s->has;
	if (lacks != 0)
		first(&w->lacks_at, line);
	w->lacks |= lacks;
	if (s->at - w->last > DX_GAP_US && gap >= w->gap_s) {
		w->gap_s = gap;
		w->gap_at = s->at;
	}
	w->last = s->at;
	w->samples++;
	count_metrics(w, s, line);
	count_incidents(w, s, line);
}

int
dx_window_add(struct dx_window *w, const struct dx_sample *s, int64_t line, int64_t now, struct dx_err *err)
{
	char text[DX_TIME_TEXT], before[DX_TIME_TEXT];
	int64_t previous = w->previous;
	int mine;

	dx_time_print(s->at, text);
	if (s->at > now + DX_AHEAD_US)
		return dx_err_set_at(err, DX_R_FIELD_INVALID, "/at", "line %lld: %s lies ahead", (long long)line, text);
	if (s->at <= previous) {
		dx_time_print(previous, before);
		return dx_err_set_at(err, DX_R_FIELD_INVALID, "/at", "line %lld: %s is not after the sample before, %s", (long long)line,
		    text, before);
	}
	mine = belongs(w, s, err);
	if (mine < 0)
		return dx_err_in(err, "line %lld", (long long)line);
	if (mine > 0)
		count(w, s, line);
	else
		w->ignored++;
	w->previous = s->at;
	return 0;
}

/* --- the verdict --- */

struct judging {
	const struct dx_window		*w;
	const struct dx_phase_rule	*rule;
	enum dx_phase			 phase;
	struct dx_arena			*a;
	struct dx_phase_verdict		*out;
};

static void __attribute__((format(printf, 3, 4)))
because(struct judging *j, enum dx_reason reason, const char *fmt, ...)
{
	char text[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (j->out->reason_count == DX_MOVE_REASONS)
		DX_BUG("more reasons than there are rows");
	j->out->reason[j->out->reason_count].reason = reason;
	j->out->reason[j->out->reason_count++].detail = dx_arena_dup(j->a, text, strlen(text));
}

static const enum dx_reason incident_reasons[DX_INCIDENT_COUNT] = {
	DX_R_CRITICAL_ERROR, DX_R_CRITICAL_INCIDENT, DX_R_COMPLAINTS, DX_R_DEGRADATION, DX_R_EXHAUSTION, DX_R_INTEGRITY_FAULT,
	DX_R_SECURITY_FAULT
};

/* What is wrong with the incidents that are among those (or are not). */
static void
judge_incidents(struct judging *j, unsigned which)
{
	for (unsigned k = 0; k < DX_INCIDENT_COUNT; k++)
		if (j->w->incidents[k] > 0 && (which & 1u << k) != 0)
			because(j, incident_reasons[k], "%lld in the window, the first in line %lld", (long long)j->w->incidents[k],
			    (long long)j->w->incident_at[k]);
}

static void
judge_back(struct judging *j)
{
	for (size_t i = 0; i < DX_THRESHOLDS; i++) {
		const struct dx_threshold *t = &dx_thresholds[i];
		int64_t bad = j->w->bad[t->metric], whole = j->w->whole[t->metric];

		if (t->phase != j->phase)
			continue;
		if (dx_metric_back(t, bad, whole, j->rule->least))
			because(j, t->back, "%lld of %lld, more than %lld of %lld", (long long)bad, (long long)whole,
			    (long long)t->back_num, (long long)t->back_den);
		else if (j->w->back[t->metric])
			because(j, t->back, "the sample of line %lld alone has more than %lld of %lld",
			    (long long)j->w->back_at[t->metric], (long long)t->back_num, (long long)t->back_den);
	}
	judge_incidents(j, j->rule->back);
}

static void
judge_lacks(struct judging *j)
{
	struct dx_buf names = { 0 };

	for (int i = 0; i < DX_S_COUNT; i++)
		if ((j->w->lacks & 1u << i) != 0)
			dx_buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", dx_sample_members[i]);
	because(j, DX_R_INSUFFICIENT_EVIDENCE, "%s needs %s; the first sample without is that of line %lld", dx_phases[j->phase],
	    names.data, (long long)j->w->lacks_at);
	dx_buf_release(&names);
}

static void
judge_metrics(struct judging *j)
{
	for (size_t i = 0; i < DX_THRESHOLDS; i++) {
		const struct dx_threshold *t = &dx_thresholds[i];
		int64_t bad = j->w->bad[t->metric], whole = j->w->whole[t->metric];
		const char *name = dx_metrics[t->metric];

		if (t->phase != j->phase)
			continue;
		if (t->each) {
			if (j->w->over[t->metric] > 0)
				because(j, DX_R_BETWEEN_THRESHOLDS, "%s: %lld samples are not below %lld of %lld, the first in line %lld",
				    name, (long long)j->w->over[t->metric], (long long)t->good_num, (long long)t->good_den,
				    (long long)j->w->over_at[t->metric]);
		} else if (whole == 0 || (t->metric != DX_M_DOWN && whole < j->rule->least))
			because(j, DX_R_INSUFFICIENT_EVIDENCE, "%s: %lld of %lld; at least %lld show anything", name, (long long)bad,
			    (long long)whole, (long long)(t->metric != DX_M_DOWN ? j->rule->least : 1));
		else if (!dx_metric_good(t, bad, whole))
			because(j, DX_R_BETWEEN_THRESHOLDS, "%s: %lld of %lld is not below %lld of %lld", name, (long long)bad,
			    (long long)whole, (long long)t->good_num, (long long)t->good_den);
	}
}

static void
judge_time(struct judging *j, int64_t now)
{
	const struct dx_window *w = j->w;
	const struct dx_phase_step *step = &dx_phase_steps[w->state.step];
	int64_t have = w->last - w->from, phase = w->last - w->state.phase_since;
	char at[DX_TIME_TEXT];

	if (w->gap_s > 0) {
		dx_time_print(w->gap_at, at);
		because(j, DX_R_SAMPLE_GAP, "nothing for %lld s before %s", (long long)w->gap_s, at);
	} else if (now - w->last > DX_GAP_US)
		because(j, DX_R_SAMPLE_GAP, "nothing for %lld s up to now", (long long)((now - w->last) / 1000000));
	if (have < j->rule->step_us)
		because(j, DX_R_WINDOW_OPEN, "%lld s of %lld s", (long long)(have / 1000000), (long long)(j->rule->step_us / 1000000));
	else if (dx_phase_after(w->state.step) != step->phase && phase < j->rule->window_us)
		because(j, DX_R_WINDOW_OPEN, "%lld s of %lld s since %s began", (long long)(phase / 1000000),
		    (long long)(j->rule->window_us / 1000000), dx_phases[step->phase]);
}

static void
judge_gate(struct judging *j, const struct dx_phase_gate *gate)
{
	if (!gate->asked)
		return;
	if (gate->decision == NULL)
		because(j, DX_R_CONDITION_UNMET, "no decision on this release is recorded");
	else if (strcmp(gate->decision, "GO") != 0 && strcmp(gate->decision, "GO_WITH_CONDITIONS") != 0)
		because(j, DX_R_CONDITION_UNMET, "the newest decision on this release is %s", gate->decision);
	else if (gate->blocked)
		because(j, DX_R_CONDITION_UNMET, "conditions due before %s are not met", dx_phases[dx_phase_after(j->w->state.step)]);
}

static void
roll_back(struct judging *j)
{
	struct dx_phase_verdict *out = j->out;

	out->move = DX_ROLL_BACK;
	out->next = j->rule->back_step;
	for (size_t i = 0; i < out->reason_count; i++) {
		enum dx_reason r = out->reason[i].reason;
		bool fault = r == DX_R_INTEGRITY_FAULT || r == DX_R_SECURITY_FAULT;

		out->recovery = out->recovery || r == DX_R_INTEGRITY_FAULT;
		out->immediate = out->immediate || fault || r == DX_R_CRITICAL_ERROR || r == DX_R_CRITICAL_INCIDENT;
		if (fault)
			out->next = 0;
	}
}

int
dx_window_judge(const struct dx_window *w, const struct dx_phase_gate *gate, int64_t now, struct dx_arena *a,
    struct dx_phase_verdict *out, struct dx_err *err)
{
	enum dx_phase phase = dx_phase_steps[w->state.step].phase;
	struct judging j = { w, &dx_phase_rules[phase], phase, a, out };

	memset(out, 0, sizeof(*out));
	if (phase != w->phase)
		return dx_err_set(err, DX_R_PHASE_SKIP, "the release is in phase %s, not %s", dx_phases[phase], dx_phases[w->phase]);
	out->next = w->state.step;
	judge_back(&j);
	if (out->reason_count > 0) {
		roll_back(&j);
		return 0;
	}
	if (w->lacks != 0)
		judge_lacks(&j);
	judge_metrics(&j);
	judge_incidents(&j, ~j.rule->back);
	judge_time(&j, now);
	judge_gate(&j, gate);
	out->move = out->reason_count > 0 ? DX_HOLD : DX_ADVANCE;
	if (out->move == DX_ADVANCE && dx_phase_after(w->state.step) == DX_PHASE_NONE)
		out->complete = true;
	else if (out->move == DX_ADVANCE)
		out->next++;
	return 0;
}
