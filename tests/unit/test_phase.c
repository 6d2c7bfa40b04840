/* Phases of a rollout: every row of the table of release-gates page 5.2 below, at and above each threshold, windows, gaps, steps, and
 * the page's examples. */
#include <stdlib.h>

#include "base/time.h"
#include "check/phase_inner.h"
#include "core_case.h"

#define S	INT64_C(1000000)
#define MINUTE	(60 * S)
#define HOUR	(60 * MINUTE)
#define T0	INT64_C(1776000000000000)
#define ALL	((1u << DX_S_COUNT) - 1 - (1u << DX_S_BASELINE_RPS) - (1u << DX_S_BASELINE_P95_MS))

/* A window filled by samples five minutes apart that are all good; the last one carries the figures under test. */
struct run {
	int		 step;
	int64_t		 length;	/* of the window, us */
	int64_t		 gap;		/* between samples, us */
	int64_t		 phase_since;	/* before the step, us */
	int64_t		 late;		/* now, after the last sample */
	struct dx_sample last;
	struct dx_phase_gate gate;
};

static struct dx_sample
good(int step, int64_t at)
{
	struct dx_sample s = { .step = step, .at = at, .has = ALL };

	s.count[DX_S_HEALTH_OK] = 1;
	s.count[DX_S_DB_POOL] = 100;
	s.count[DX_S_UP_S] = 300;
	s.count[DX_S_RPS] = 10;
	return s;
}

static void
figures(struct dx_sample *s, int64_t requests, int64_t errors, int64_t missed)
{
	s->count[DX_S_REQUESTS] = s->count[DX_S_SLA_TOTAL] = requests;
	s->count[DX_S_ERRORS] = errors;
	s->count[DX_S_SLA_MET] = requests - missed;
}

static struct run
make(enum dx_phase phase, int64_t traffic)
{
	int step = dx_phase_step(phase, traffic);
	struct run r = { .step = step, .length = phase == DX_PHASE_CANARY ? 24 * HOUR : 7 * 24 * HOUR, .gap = 5 * MINUTE,
	    .phase_since = phase == DX_PHASE_CANARY ? 6 * 24 * HOUR : 0, .gate = { .decision = "GO", .asked = true } };

	r.last = good(step, T0 + r.length);
	figures(&r.last, 10000, 0, 0);
	return r;
}

static int
fill(const struct run *r, struct dx_window *w, struct dx_err *err)
{
	struct dx_phase_state state = { .step = r->step, .since = T0, .phase_since = T0 - r->phase_since, .seq = 7 };
	int64_t line = 0, now = T0 + r->length + r->late;

	dx_window_begin(w, dx_phase_steps[r->step].phase, &state);
	for (int64_t at = T0 + r->gap; at < r->last.at; at += r->gap) {
		struct dx_sample s = good(r->step, at);
		if (dx_window_add(w, &s, ++line, now, err) != 0)
			return -1;
	}
	return dx_window_add(w, &r->last, ++line, now, err);
}

static struct dx_phase_verdict
judge(const struct run *r)
{
	struct dx_phase_verdict v = { .move = DX_HOLD };
	struct dx_window w;
	struct dx_err err = { 0 };

	if (fill(r, &w, &err) != 0 || dx_window_judge(&w, &r->gate, T0 + r->length + r->late, &arena, &v, &err) != 0)
		diag("%s: %s", dx_reason_code(err.reason), err.text);
	return v;
}

static const char *
told(const struct dx_phase_verdict *v)
{
	const char *text = dx_moves[v->move];

	for (size_t i = 0; i < v->reason_count; i++)
		text = dx_arena_printf(&arena, "%s %s", text, dx_reason_code(v->reason[i].reason));
	return text;
}

static void
says(const struct run *r, const char *want, const char *what)
{
	struct dx_phase_verdict v = judge(r);

	if (!is_str(told(&v), want, "%s", what))
		for (size_t i = 0; i < v.reason_count; i++)
			diag("%s", v.reason[i].detail);
}

/* --- rates, by phase: of 10000 requests --- */

static void
test_rates(void)
{
	static const struct { enum dx_phase phase; int64_t traffic, errors, missed; const char *want; } rows[] = {
		/* dark_launch: below 1 % advances, nothing rolls back */
		{ DX_PHASE_DARK_LAUNCH, 0, 0, 0, "ADVANCE" }, { DX_PHASE_DARK_LAUNCH, 0, 99, 0, "ADVANCE" },
		{ DX_PHASE_DARK_LAUNCH, 0, 100, 0, "HOLD between_thresholds" }, { DX_PHASE_DARK_LAUNCH, 0, 101, 0, "HOLD between_thresholds" },
		{ DX_PHASE_DARK_LAUNCH, 0, 10000, 0, "HOLD between_thresholds" }, { DX_PHASE_DARK_LAUNCH, 0, 0, 9999, "ADVANCE" },
		/* canary: below 0.5 %, above 1 %; missed below 5 %, above 5 % */
		{ DX_PHASE_CANARY, 5, 49, 0, "ADVANCE" }, { DX_PHASE_CANARY, 5, 50, 0, "HOLD between_thresholds" },
		{ DX_PHASE_CANARY, 5, 51, 0, "HOLD between_thresholds" }, { DX_PHASE_CANARY, 5, 100, 0, "HOLD between_thresholds" },
		{ DX_PHASE_CANARY, 5, 101, 0, "ROLL_BACK error_rate" }, { DX_PHASE_CANARY, 5, 0, 499, "ADVANCE" },
		{ DX_PHASE_CANARY, 5, 0, 500, "HOLD between_thresholds" }, { DX_PHASE_CANARY, 5, 0, 501, "ROLL_BACK sla_missed" },
		{ DX_PHASE_CANARY, 25, 101, 501, "ROLL_BACK error_rate sla_missed" },
		/* full: below 0.1 %, above 0.5 %; missed below 1 %, above 1 % */
		{ DX_PHASE_FULL, 100, 9, 0, "ADVANCE" }, { DX_PHASE_FULL, 100, 10, 0, "HOLD between_thresholds" },
		{ DX_PHASE_FULL, 100, 50, 0, "HOLD between_thresholds" }, { DX_PHASE_FULL, 100, 51, 0, "ROLL_BACK error_rate" },
		{ DX_PHASE_FULL, 100, 0, 99, "ADVANCE" }, { DX_PHASE_FULL, 100, 0, 100, "HOLD between_thresholds" },
		{ DX_PHASE_FULL, 100, 0, 101, "ROLL_BACK sla_missed" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run r = make(rows[i].phase, rows[i].traffic);
		figures(&r.last, 10000, rows[i].errors, rows[i].missed);
		says(&r, rows[i].want, dx_arena_printf(&arena, "%s: %lld errors, %lld missed", dx_phases[rows[i].phase], (long long)rows[i].errors,
		    (long long)rows[i].missed));
	}
}

/* --- the page's examples (14) --- */

static void
test_page(void)
{
	static const struct { int64_t errors; const char *want; } rows[] = {
		{ 8, "ADVANCE" }, { 15, "HOLD between_thresholds" }, { 21, "ROLL_BACK error_rate" }, { 20, "HOLD between_thresholds" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run r = make(DX_PHASE_CANARY, 5);
		struct dx_phase_verdict v;
		figures(&r.last, 2000, rows[i].errors, 70);
		says(&r, rows[i].want, dx_arena_printf(&arena, "page: %lld of 2000", (long long)rows[i].errors));
		v = judge(&r);
		is_int(dx_phase_steps[v.next].traffic, i == 0 ? 10 : i == 2 ? 0 : 5, "page: next traffic");
	}
}

/* The same requests spread over all samples of a day: 288 of them, 7 requests each but for some, errors one at a time. */
static void
test_spread(void)
{
	static const struct { int64_t errors; const char *want; } rows[] = {
		{ 9, "ADVANCE" }, { 15, "HOLD between_thresholds" }, { 21, "ROLL_BACK error_rate" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dx_phase_state state = { .step = 2, .since = T0, .phase_since = T0 };
		struct dx_phase_gate gate = { .decision = "GO", .asked = true };
		struct dx_phase_verdict v;
		struct dx_window w;
		struct dx_err err = { 0 };

		dx_window_begin(&w, DX_PHASE_CANARY, &state);
		for (int64_t k = 1; k <= 288; k++) {
			struct dx_sample s = good(2, T0 + k * 5 * MINUTE);
			figures(&s, 7, k <= rows[i].errors, 0);
			if (dx_window_add(&w, &s, k, T0 + 24 * HOUR, &err) != 0)
				diag("%s", err.text);
		}
		(void)dx_window_judge(&w, &gate, T0 + 24 * HOUR, &arena, &v, &err);
		is_str(told(&v), rows[i].want, "spread: %lld errors, one a sample", (long long)rows[i].errors);
	}
}

/* --- each sample by itself --- */

static void
test_each(void)
{
	static const struct { enum dx_phase phase; int64_t traffic; enum dx_sample_count member; int64_t value; const char *want; } rows[] = {
		{ DX_PHASE_DARK_LAUNCH, 0, DX_S_QUEUE_DEPTH, 999, "ADVANCE" },
		{ DX_PHASE_DARK_LAUNCH, 0, DX_S_QUEUE_DEPTH, 1000, "HOLD between_thresholds" },
		{ DX_PHASE_DARK_LAUNCH, 0, DX_S_QUEUE_DEPTH, 1001, "HOLD between_thresholds" },
		{ DX_PHASE_DARK_LAUNCH, 0, DX_S_DB_USED, 79, "ADVANCE" }, { DX_PHASE_DARK_LAUNCH, 0, DX_S_DB_USED, 80, "HOLD between_thresholds" },
		{ DX_PHASE_DARK_LAUNCH, 0, DX_S_DB_USED, 81, "HOLD between_thresholds" },
		{ DX_PHASE_DARK_LAUNCH, 0, DX_S_HEALTH_OK, 0, "HOLD between_thresholds" },
		{ DX_PHASE_DARK_LAUNCH, 0, DX_S_P95_MS, 999999, "ADVANCE" },
		{ DX_PHASE_CANARY, 5, DX_S_QUEUE_DEPTH, 99999, "ADVANCE" }, { DX_PHASE_CANARY, 5, DX_S_HEALTH_OK, 0, "ADVANCE" },
		{ DX_PHASE_FULL, 100, DX_S_P95_MS, 29999, "ADVANCE" }, { DX_PHASE_FULL, 100, DX_S_P95_MS, 30000, "HOLD between_thresholds" },
		{ DX_PHASE_FULL, 100, DX_S_P95_MS, 30001, "HOLD between_thresholds" },
		{ DX_PHASE_FULL, 100, DX_S_P99_MS, 59999, "ADVANCE" }, { DX_PHASE_FULL, 100, DX_S_P99_MS, 60000, "HOLD between_thresholds" },
		/* 2015 samples of 300 s up, and the last one: 0.1 % of all is 604.8 s */
		{ DX_PHASE_FULL, 100, DX_S_DOWN_S, 605, "ADVANCE" }, { DX_PHASE_FULL, 100, DX_S_DOWN_S, 606, "HOLD between_thresholds" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run r = make(rows[i].phase, rows[i].traffic);
		r.last.count[rows[i].member] = rows[i].value;
		says(&r, rows[i].want, dx_arena_printf(&arena, "%s: %s %lld", dx_phases[rows[i].phase], dx_sample_members[rows[i].member],
		    (long long)rows[i].value));
	}
}

/* Exactly 99.9 % neither. */
static void
test_availability(void)
{
	struct run r = make(DX_PHASE_FULL, 100);

	r.last.count[DX_S_UP_S] = 99900 - 2015 * 300 % 99900;
	for (int64_t down = 99; down <= 101; down++) {
		struct dx_window w;
		struct dx_err err = { 0 };
		struct dx_phase_verdict v;
		(void)fill(&r, &w, &err);
		w.bad[DX_M_DOWN] = down;
		w.whole[DX_M_DOWN] = 100000;
		(void)dx_window_judge(&w, &r.gate, T0 + r.length, &arena, &v, &err);
		is_str(told(&v), down < 100 ? "ADVANCE" : "HOLD between_thresholds", "down %lld of 100000", (long long)down);
	}
}

/* --- least samples --- */

static void
test_least(void)
{
	static const struct { enum dx_phase phase; int64_t traffic, least; } rows[] = {
		{ DX_PHASE_DARK_LAUNCH, 0, 300 }, { DX_PHASE_CANARY, 5, 600 }, { DX_PHASE_FULL, 100, 3000 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int64_t d = -1; d <= 1; d++) {
			struct run r = make(rows[i].phase, rows[i].traffic);
			struct dx_phase_verdict v;
			figures(&r.last, rows[i].least + d, 0, 0);
			v = judge(&r);
			is_str(dx_moves[v.move], d < 0 ? "HOLD" : "ADVANCE", "%s: %lld requests", dx_phases[rows[i].phase], (long long)(rows[i].least + d));
			if (d < 0)
				is_str(dx_reason_code(v.reason[0].reason), "insufficient_evidence", "%s: too few", dx_phases[rows[i].phase]);
		}
}

/* One error of two requests is no rate of 50 %; seven are more than the least sample may have. */
static void
test_few(void)
{
	struct run r = make(DX_PHASE_CANARY, 5);

	figures(&r.last, 2, 1, 1);
	says(&r, "HOLD insufficient_evidence insufficient_evidence", "one error of two requests");
	figures(&r.last, 100, 6, 0);
	says(&r, "HOLD insufficient_evidence insufficient_evidence", "6 errors of 100 requests");
	figures(&r.last, 100, 7, 0);
	says(&r, "ROLL_BACK error_rate", "7 errors of 100 requests");
	figures(&r.last, 0, 0, 0);
	says(&r, "HOLD insufficient_evidence insufficient_evidence", "no request at all");
}

/* One sample that alone is bad enough is not outweighed by the others. */
static void
test_any_sample(void)
{
	struct dx_phase_state state = { .step = 2, .since = T0, .phase_since = T0 };
	struct dx_phase_gate gate = { .decision = "GO", .asked = true };
	struct dx_phase_verdict v;
	struct dx_window w;
	struct dx_err err = { 0 };

	dx_window_begin(&w, DX_PHASE_CANARY, &state);
	for (int64_t k = 1; k <= 288; k++) {
		struct dx_sample s = good(2, T0 + k * 5 * MINUTE);
		figures(&s, 1000, k == 9 ? 11 : 0, 0);
		(void)dx_window_add(&w, &s, k, T0 + 24 * HOUR, &err);
	}
	(void)dx_window_judge(&w, &gate, T0 + 24 * HOUR, &arena, &v, &err);
	is_str(told(&v), "ROLL_BACK error_rate", "11 of 1000 in one sample, 11 of 288000 in all");
}

/* --- windows --- */

static void
test_windows(void)
{
	struct run r;

	for (int phase = DX_PHASE_DARK_LAUNCH; phase <= DX_PHASE_FULL; phase++) {
		r = make((enum dx_phase)phase, phase == DX_PHASE_CANARY ? 5 : phase == DX_PHASE_FULL ? 100 : 0);
		r.length -= 1;
		r.last.at -= 1;
		says(&r, "HOLD window_open", dx_arena_printf(&arena, "%s: a microsecond early", dx_phases[phase]));
		r.length += 2;
		r.last.at += 2;
		r.gap -= 1;
		says(&r, "ADVANCE", dx_arena_printf(&arena, "%s: a microsecond later", dx_phases[phase]));
	}
	r = make(DX_PHASE_CANARY, 50);
	says(&r, "ADVANCE", "canary 50: 24 h, and 7 d since it began");
	is_int(judge(&r).next, 6, "then full");
	r.phase_since -= 1;
	says(&r, "HOLD window_open", "canary 50: 24 h, and a microsecond less than 7 d since it began");
	r = make(DX_PHASE_CANARY, 25);
	r.phase_since = 0;
	says(&r, "ADVANCE", "canary 25: 24 h are enough for the next step");
}

static void
test_gaps(void)
{
	struct run r = make(DX_PHASE_CANARY, 5);

	r.gap += 1;
	says(&r, "HOLD sample_gap", "a microsecond over five minutes between samples");
	r = make(DX_PHASE_CANARY, 5);
	r.late = 5 * MINUTE;
	says(&r, "ADVANCE", "five minutes since the last");
	r.late++;
	says(&r, "HOLD sample_gap", "a microsecond more");
	r = make(DX_PHASE_CANARY, 5);
	r.gap = 24 * HOUR;
	says(&r, "HOLD sample_gap", "nothing but the last sample of a day");
}

/* --- incidents --- */

static void
test_incidents(void)
{
	static const struct { enum dx_incident kind; const char *dark, *canary, *full; int64_t to_canary, to_full; } rows[] = {
		{ DX_INCIDENT_CRITICAL_ERROR, "ROLL_BACK critical_error", "ROLL_BACK critical_error", "ROLL_BACK critical_error", 0, 50 },
		{ DX_INCIDENT_CRITICAL_INCIDENT, "ROLL_BACK critical_incident", "ROLL_BACK critical_incident", "ROLL_BACK critical_incident", 0, 50 },
		{ DX_INCIDENT_COMPLAINT, "HOLD complaints", "ROLL_BACK complaints", "ROLL_BACK complaints", 0, 50 },
		{ DX_INCIDENT_DEGRADATION, "ROLL_BACK degradation", "ROLL_BACK degradation", "HOLD degradation", 0, 100 },
		{ DX_INCIDENT_EXHAUSTION, "ROLL_BACK exhaustion", "ROLL_BACK exhaustion", "HOLD exhaustion", 0, 100 },
		{ DX_INCIDENT_INTEGRITY_FAULT, "ROLL_BACK integrity_fault", "ROLL_BACK integrity_fault", "ROLL_BACK integrity_fault", 0, 0 },
		{ DX_INCIDENT_SECURITY_FAULT, "ROLL_BACK security_fault", "ROLL_BACK security_fault", "ROLL_BACK security_fault", 0, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int phase = DX_PHASE_DARK_LAUNCH; phase <= DX_PHASE_FULL; phase++) {
			const char *want = phase == DX_PHASE_DARK_LAUNCH ? rows[i].dark : phase == DX_PHASE_CANARY ? rows[i].canary : rows[i].full;
			struct run r = make((enum dx_phase)phase, phase == DX_PHASE_CANARY ? 50 : phase == DX_PHASE_FULL ? 100 : 0);
			struct dx_phase_verdict v;
			r.last.incidents[rows[i].kind] = 1;
			says(&r, want, dx_arena_printf(&arena, "%s: %s", dx_phases[phase], dx_incidents[rows[i].kind]));
			v = judge(&r);
			if (phase != DX_PHASE_DARK_LAUNCH)
				is_int(dx_phase_steps[v.next].traffic, phase == DX_PHASE_CANARY ? rows[i].to_canary : rows[i].to_full, "%s: %s: traffic",
				    dx_phases[phase], dx_incidents[rows[i].kind]);
			is_int(v.recovery, rows[i].kind == DX_INCIDENT_INTEGRITY_FAULT, "%s: recovery", dx_incidents[rows[i].kind]);
		}
}

static void
test_degradation(void)
{
	static const struct { enum dx_sample_count base, member; int64_t before, now; bool worse; } rows[] = {
		{ DX_S_BASELINE_RPS, DX_S_RPS, 100, 50, false }, { DX_S_BASELINE_RPS, DX_S_RPS, 100, 49, true },
		{ DX_S_BASELINE_RPS, DX_S_RPS, 101, 50, true }, { DX_S_BASELINE_P95_MS, DX_S_P95_MS, 100, 150, false },
		{ DX_S_BASELINE_P95_MS, DX_S_P95_MS, 100, 151, true }, { DX_S_BASELINE_P95_MS, DX_S_P95_MS, 101, 151, false },
		{ DX_S_BASELINE_P95_MS, DX_S_P95_MS, 101, 152, true },
	};
	struct run r;

	for (size_t i = 0; i < COUNT(rows); i++) {
		r = make(DX_PHASE_CANARY, 5);
		r.last.has |= 1u << rows[i].base;
		r.last.count[rows[i].base] = rows[i].before;
		r.last.count[rows[i].member] = rows[i].now;
		says(&r, rows[i].worse ? "ROLL_BACK degradation" : "ADVANCE", dx_arena_printf(&arena, "%s %lld after %lld",
		    dx_sample_members[rows[i].member], (long long)rows[i].now, (long long)rows[i].before));
	}
	r = make(DX_PHASE_CANARY, 5);
	r.last.has = (r.last.has | 1u << DX_S_BASELINE_RPS) & ~(1u << DX_S_RPS);
	says(&r, "HOLD insufficient_evidence", "a baseline and nothing to compare with");
}

/* --- what a phase needs --- */

static void
test_needs(void)
{
	static const unsigned needs[] = { [DX_PHASE_DARK_LAUNCH] = 9, [DX_PHASE_CANARY] = 5, [DX_PHASE_FULL] = 9 };

	for (int phase = DX_PHASE_DARK_LAUNCH; phase <= DX_PHASE_FULL; phase++) {
		unsigned held = 0;
		for (int m = 0; m < DX_S_BASELINE_RPS; m++) {
			struct run r = make((enum dx_phase)phase, phase == DX_PHASE_CANARY ? 10 : phase == DX_PHASE_FULL ? 100 : 0);
			struct dx_phase_verdict v;
			r.last.has &= ~(1u << m);
			v = judge(&r);
			held += v.move == DX_HOLD && v.reason[0].reason == DX_R_INSUFFICIENT_EVIDENCE;
		}
		for (int m = DX_S_HEALTH_OK; m <= DX_S_INCIDENTS; m++) {
			struct run r = make((enum dx_phase)phase, phase == DX_PHASE_CANARY ? 10 : phase == DX_PHASE_FULL ? 100 : 0);
			struct dx_phase_verdict v;
			r.last.has &= ~(1u << m);
			v = judge(&r);
			held += v.move == DX_HOLD && v.reason[0].reason == DX_R_INSUFFICIENT_EVIDENCE;
		}
		is_int(held, needs[phase], "%s: members without which it holds", dx_phases[phase]);
	}
}

/* --- steps --- */

static void
test_steps(void)
{
	static const struct { int now, sample; int64_t after; int rc; int64_t counted; } rows[] = {
		{ 2, 2, 10 * MINUTE, 0, 1 }, { 2, 2, 0, 0, 0 }, { 2, 2, -1, 0, 0 },
		{ 2, 3, 5 * MINUTE, 0, 0 }, { 2, 3, 5 * MINUTE + 1, -1, 0 }, { 2, 6, HOUR, -1, 0 },
		{ 3, 2, HOUR, 0, 0 }, { 2, 3, -HOUR, 0, 0 }, { 1, 2, HOUR, -1, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dx_phase_state state = { .step = rows[i].now, .since = T0, .phase_since = T0 };
		struct dx_sample s = good(rows[i].sample, T0 + rows[i].after);
		struct dx_window w;
		struct dx_err err = { 0 };

		dx_window_begin(&w, dx_phase_steps[rows[i].now].phase, &state);
		is_int(dx_window_add(&w, &s, 1, T0 + 2 * HOUR, &err), rows[i].rc, "step %d in step %d: row %zu", rows[i].sample, rows[i].now, i);
		is_int(w.samples, rows[i].counted, "counted");
		is_str(dx_reason_code(err.reason), rows[i].rc != 0 ? "phase_skip" : "", "code");
	}
	for (int k = 0; k < DX_PHASE_STEPS; k++)
		is_int(dx_phase_step(dx_phase_steps[k].phase, dx_phase_steps[k].traffic), k, "step %d", k);
	is_int(dx_phase_step(DX_PHASE_CANARY, 11), -1, "there is no canary of 11 percent");
}

/* No ledger: the samples say where the release is, and may leave no step out. */
static void
test_stated(void)
{
	struct dx_phase_state state = { .seq = -1, .stated = true };
	struct dx_phase_gate none = { .asked = false };
	struct dx_phase_verdict v;
	struct dx_window w;
	struct dx_err err = { 0 };
	struct dx_sample s;
	int64_t k = 0;

	dx_window_begin(&w, DX_PHASE_CANARY, &state);
	for (; k <= 288; k++) {
		s = good(2, T0 + k * 5 * MINUTE);
		figures(&s, 100, 1, 0);
		(void)dx_window_add(&w, &s, k + 1, T0 + 48 * HOUR, &err);
	}
	(void)dx_window_judge(&w, &none, T0 + 24 * HOUR, &arena, &v, &err);
	is_str(told(&v), "HOLD between_thresholds", "stated: a day at 5 percent");
	for (; k <= 2 * 288 + 1; k++) {
		s = good(3, T0 + k * 5 * MINUTE);
		figures(&s, 100, 0, 0);
		(void)dx_window_add(&w, &s, k + 1, T0 + 49 * HOUR, &err);
	}
	(void)dx_window_judge(&w, &none, T0 + 48 * HOUR + 5 * MINUTE, &arena, &v, &err);
	is_str(told(&v), "ADVANCE", "stated: then a day at 10 percent, without the errors before");
	is_int(w.state.phase_since, T0, "stated: the phase began with the first sample");
	is_int(dx_phase_steps[v.next].traffic, 25, "stated: next");
	s = good(5, T0 + 60 * HOUR);
	is_int(dx_window_add(&w, &s, 999, T0 + 60 * HOUR, &err), -1, "stated: 10 to 50");
	is_str(dx_reason_code(err.reason), "phase_skip", "stated: is a step left out");
	dx_err_clear(&err);
	dx_window_begin(&w, DX_PHASE_FULL, &state);
	s = good(2, T0);
	(void)dx_window_add(&w, &s, 1, T0, &err);
	is_int(dx_window_judge(&w, &none, T0, &arena, &v, &err), -1, "stated: samples of another phase");
	is_str(dx_reason_code(err.reason), "phase_skip", "and their code");
}

static void
test_times(void)
{
	struct dx_phase_state state = { .step = 2, .since = T0, .phase_since = T0 };
	struct dx_window w;
	struct dx_err err = { 0 };
	struct dx_sample s = good(2, T0 + HOUR);

	dx_window_begin(&w, DX_PHASE_CANARY, &state);
	is_int(dx_window_add(&w, &s, 1, T0 + HOUR - 300 * S, &err), 0, "300 s ahead of the clock");
	is_int(dx_window_add(&w, &s, 2, T0 + HOUR, &err), -1, "the same instant twice");
	is_str(dx_reason_code(err.reason), "field_invalid", "is refused");
	dx_err_clear(&err);
	s.at--;
	is_int(dx_window_add(&w, &s, 2, T0 + HOUR, &err), -1, "an earlier one");
	dx_err_clear(&err);
	s.at = T0 + 2 * HOUR;
	is_int(dx_window_add(&w, &s, 2, T0 + 2 * HOUR - 300 * S - 1, &err), -1, "a microsecond more than 300 s ahead");
	is_str(err.at, "/at", "where");
}

/* --- what the decision on the release says --- */

static void
test_gate(void)
{
	static const struct { const char *decision; bool blocked, asked; const char *want; } rows[] = {
		{ "GO", false, true, "ADVANCE" }, { "GO_WITH_CONDITIONS", false, true, "ADVANCE" }, { "GO", true, true, "HOLD condition_unmet" },
		{ "NO_GO", false, true, "HOLD condition_unmet" }, { "UNDECIDED", false, true, "HOLD condition_unmet" },
		{ NULL, false, true, "HOLD condition_unmet" }, { NULL, false, false, "ADVANCE" },
	};
	struct run r = make(DX_PHASE_FULL, 100);
	struct dx_phase_verdict v;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run c = make(DX_PHASE_CANARY, 50);
		c.gate = (struct dx_phase_gate){ rows[i].decision, rows[i].blocked, rows[i].asked };
		says(&c, rows[i].want, dx_arena_printf(&arena, "decision %zu", i));
	}
	v = judge(&r);
	ok(v.move == DX_ADVANCE && v.complete && v.next == r.step, "full, advanced: the rollout is complete");
	is_int(dx_move_exit(DX_ADVANCE), 0, "ADVANCE is 0");
	is_int(dx_move_exit(DX_ROLL_BACK), 1, "ROLL_BACK is 1");
	is_int(dx_move_exit(DX_HOLD), 4, "HOLD is 4");
}

/* --- properties --- */

static unsigned seed = 20261121;
static int64_t
roll(int64_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (int64_t)(seed >> 8) % n;
}

/* More requests without errors never make it worse: no roll back where there was none, no hold where there was none. */
static void
test_properties(void)
{
	unsigned held = 0;

	for (int round = 0; round < 200; round++) {
		int phase = DX_PHASE_DARK_LAUNCH + (int)roll(3);
		struct run r = make((enum dx_phase)phase, phase == DX_PHASE_CANARY ? 5 : phase == DX_PHASE_FULL ? 100 : 0);
		int64_t requests = 1 + roll(20000), errors = roll(requests / 50 + 2);
		enum dx_move before, after;

		errors = errors > requests ? requests : errors;
		r.length = 24 * HOUR;	/* the samples between matter not here */
		r.last.at = T0 + r.length;
		r.gap = HOUR;
		figures(&r.last, requests, errors, 0);
		before = judge(&r).move;
		figures(&r.last, requests + 1 + roll(5000), errors, 0);
		after = judge(&r).move;
		held += before == after || (before == DX_ROLL_BACK && after != DX_ROLL_BACK) || (before == DX_HOLD && after == DX_ADVANCE);
		dx_arena_reset(&arena);
	}
	is_int(held, 200, "more requests without errors never make it worse");
}

/* No sum leaves 63 bits, however large the counts. */
static void
test_huge(void)
{
	struct run r = make(DX_PHASE_CANARY, 5);

	figures(&r.last, DX_SAMPLE_MAX, DX_SAMPLE_MAX / 200, 0);
	says(&r, "HOLD between_thresholds", "5 of 1000, of a million million");
	figures(&r.last, DX_SAMPLE_MAX, DX_SAMPLE_MAX / 200 - 1, 0);
	says(&r, "ADVANCE", "one less");
	figures(&r.last, DX_SAMPLE_MAX, DX_SAMPLE_MAX / 100 + 1, 0);
	says(&r, "ROLL_BACK error_rate", "one more than 1 of 100");
	ok(DX_SAMPLES_MAX <= INT64_MAX / 2 / DX_SAMPLE_MAX, "sums of all samples stay within 63 bits");
}

/* --- documents --- */

#define AT	"'phase':'canary','traffic':5,'at':'2026-04-20T10:00:00Z'"
static void
test_documents(void)
{
	static const struct { const char *text, *code; } rows[] = {
		{ "{" AT "}", "" }, { "{'schema':'dealix.phase_sample.v1'," AT ",'requests':9007199254,'errors':0,'incidents':[]}", "" },
		{ "{" AT ",'incidents':[{'kind':'complaint','ref':'T-1'},{'kind':'complaint'}]}", "" },
		{ "{" AT ",'health_ok':false}", "" }, { "{'schema':'dealix.phase_sample.v2'," AT "}", "field_invalid" },
		{ "{'phase':'canary','traffic':5}", "field_invalid" }, { "{'phase':'canary','at':'2026-04-20T10:00:00Z'}", "field_invalid" },
		{ "{'traffic':5,'at':'2026-04-20T10:00:00Z'}", "field_invalid" },
		{ "{'phase':'none','traffic':0,'at':'2026-04-20T10:00:00Z'}", "field_invalid" },
		{ "{'phase':'canary','traffic':0,'at':'2026-04-20T10:00:00Z'}", "field_invalid" },
		{ "{'phase':'canary','traffic':11,'at':'2026-04-20T10:00:00Z'}", "field_invalid" },
		{ "{'phase':'full','traffic':50,'at':'2026-04-20T10:00:00Z'}", "field_invalid" },
		{ "{'phase':'dark','traffic':0,'at':'2026-04-20T10:00:00Z'}", "field_invalid" },
		{ "{'phase':'canary','traffic':5,'at':'2026-04-20T10:00:00'}", "time_without_offset" },
		{ "{'phase':'canary','traffic':5,'at':'yesterday'}", "time_invalid" },
		{ "{" AT ",'requests':-1}", "field_invalid" }, { "{" AT ",'requests':1.5}", "field_invalid" },
		{ "{" AT ",'requests':'1'}", "field_invalid" }, { "{" AT ",'requests':1000000000001}", "field_invalid" },
		{ "{" AT ",'requests':null}", "field_invalid" }, { "{" AT ",'errors':2,'requests':1}", "field_invalid" },
		{ "{" AT ",'sla_met':2,'sla_total':1}", "field_invalid" }, { "{" AT ",'db_used':2,'db_pool':1}", "field_invalid" },
		{ "{" AT ",'health_ok':1}", "field_invalid" }, { "{" AT ",'incidents':{}}", "field_invalid" },
		{ "{" AT ",'incidents':[{'kind':'rain'}]}", "field_invalid" }, { "{" AT ",'incidents':[{}]}", "field_invalid" },
		{ "{" AT ",'incidents':['complaint']}", "field_invalid" }, { "{" AT ",'incidents':[{'kind':'complaint','x':1}]}", "unknown_field" },
		{ "{" AT ",'note':'x'}", "unknown_field" }, { "[]", "field_invalid" }, { "7", "field_invalid" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dx_json doc = json(rows[i].text);
		struct dx_sample s;
		struct dx_err err = { 0 };
		int rc = dx_sample_read(&doc, &s, &err);

		is_int(rc, rows[i].code[0] != '\0' ? -1 : 0, "%s", shown(rows[i].text));
		is_str(dx_reason_code(err.reason), rows[i].code, "code of %s", shown(rows[i].text));
	}
}

static void
test_answer(void)
{
	struct run r = make(DX_PHASE_FULL, 100);
	struct dx_window w;
	struct dx_err err = { 0 };
	struct dx_phase_verdict v;
	struct dx_json o;

	r.last.incidents[DX_INCIDENT_INTEGRITY_FAULT] = 1;
	(void)fill(&r, &w, &err);
	(void)dx_window_judge(&w, &r.gate, T0 + r.length, &arena, &v, &err);
	o = dx_phase_document(&arena, "1.4.0", &w, &v, "00", T0 + r.length);
	is_str(canon(dx_json_get(&o, "rollback")), "{\"done_by\":\"2026-04-19T13:25:00.000000Z\",\"kind\":\"immediate\",\"limit_s\":300,\"path\":[0],"
	    "\"recovered_by\":\"2026-04-19T14:20:00.000000Z\",\"recovery_limit_s\":3600}", "an integrity fault: at once to 0, and data recovered");
	is_str(dx_json_get_str(&o, "next_phase"), "none", "to no phase at all");
	r = make(DX_PHASE_CANARY, 50);
	figures(&r.last, 10000, 101, 0);
	(void)fill(&r, &w, &err);
	(void)dx_window_judge(&w, &r.gate, T0 + r.length, &arena, &v, &err);
	o = dx_phase_document(&arena, "1.4.0", &w, &v, "00", T0 + r.length);
	is_str(canon(dx_json_get(dx_json_get(&o, "rollback"), "path")), "[25,0]", "errors: step by step");
	is_str(dx_json_get_str(dx_json_get(&o, "rollback"), "kind"), "graceful", "within half an hour");
	is_str(canon(dx_json_get(dx_json_get(&o, "metrics"), "error_rate")), "{\"bad\":101,\"of\":10000}", "the sums");
}

int
main(void)
{
	test_rates();
	test_page();
	test_spread();
	test_each();
	test_availability();
	test_least();
	test_few();
	test_any_sample();
	test_windows();
	test_gaps();
	test_incidents();
	test_degradation();
	test_needs();
	test_steps();
	test_stated();
	test_times();
	test_gate();
	test_properties();
	test_huge();
	test_documents();
	test_answer();
	dx_arena_release(&arena);
	return done();
}
