/* The table of release-gates page 5.2 as data. */
#include "base/time.h"
#include "check/phase_inner.h"

__extension__ typedef __int128 wide;

const char *const dx_phases[] = { "none", "dark_launch", "canary", "full", NULL };
const char *const dx_moves[] = { "ADVANCE", "ROLL_BACK", "HOLD" };
const char *const dx_metrics[DX_METRICS] = { "error_rate", "sla_missed", "unavailable", "health", "queue_depth", "connections", "p95_ms",
    "p99_ms" };

const struct dx_phase_step dx_phase_steps[DX_PHASE_STEPS] = {
	{ DX_PHASE_NONE, 0 }, { DX_PHASE_DARK_LAUNCH, 0 }, { DX_PHASE_CANARY, 5 }, { DX_PHASE_CANARY, 10 }, { DX_PHASE_CANARY, 25 },
	{ DX_PHASE_CANARY, 50 }, { DX_PHASE_FULL, 100 },
};

const struct dx_threshold dx_thresholds[DX_THRESHOLDS] = {
	{ DX_PHASE_DARK_LAUNCH, DX_M_ERRORS, false, 1, 100, 0, 0, DX_OK },
	{ DX_PHASE_DARK_LAUNCH, DX_M_HEALTH, true, 1, 1, 0, 0, DX_OK },
	{ DX_PHASE_DARK_LAUNCH, DX_M_QUEUE, true, 1000, 1, 0, 0, DX_OK },
	{ DX_PHASE_DARK_LAUNCH, DX_M_CONNECTIONS, true, 80, 100, 0, 0, DX_OK },
	{ DX_PHASE_CANARY, DX_M_ERRORS, false, 5, 1000, 1, 100, DX_R_ERROR_RATE },
	{ DX_PHASE_CANARY, DX_M_SLA, false, 5, 100, 5, 100, DX_R_SLA_MISSED },
	{ DX_PHASE_FULL, DX_M_ERRORS, false, 1, 1000, 5, 1000, DX_R_ERROR_RATE },
	{ DX_PHASE_FULL, DX_M_SLA, false, 1, 100, 1, 100, DX_R_SLA_MISSED },
	{ DX_PHASE_FULL, DX_M_DOWN, false, 1, 1000, 0, 0, DX_OK },
	{ DX_PHASE_FULL, DX_M_P95, true, 30000, 1, 0, 0, DX_OK },
	{ DX_PHASE_FULL, DX_M_P99, true, 60000, 1, 0, 0, DX_OK },
};

#define HAS(member)	(1u << DX_S_##member)
#define ON(kind)	(1u << DX_INCIDENT_##kind)
#define FAULTS		(ON(CRITICAL_ERROR) | ON(CRITICAL_INCIDENT) | ON(INTEGRITY_FAULT) | ON(SECURITY_FAULT))

/* Nobody sees shadow traffic, so that a complaint in a dark launch is looked into first; so is what full traffic wears down. */
const struct dx_phase_rule dx_phase_rules[DX_PHASE_COUNT] = {
	[DX_PHASE_DARK_LAUNCH] = { 7 * DX_DAY_US, 7 * DX_DAY_US, 300,
	    HAS(REQUESTS) | HAS(ERRORS) | HAS(HEALTH_OK) | HAS(QUEUE_DEPTH) | HAS(DB_USED) | HAS(DB_POOL) | HAS(P95_MS) | HAS(RPS) |
		HAS(INCIDENTS),
	    FAULTS | ON(DEGRADATION) | ON(EXHAUSTION), 0 },
	[DX_PHASE_CANARY] = { 7 * DX_DAY_US, DX_DAY_US, 600,
	    HAS(REQUESTS) | HAS(ERRORS) | HAS(SLA_MET) | HAS(SLA_TOTAL) | HAS(INCIDENTS),
	    FAULTS | ON(COMPLAINT) | ON(DEGRADATION) | ON(EXHAUSTION), 1 },
	[DX_PHASE_FULL] = { 7 * DX_DAY_US, 7 * DX_DAY_US, 3000,
	    HAS(REQUESTS) | HAS(ERRORS) | HAS(SLA_MET) | HAS(SLA_TOTAL) | HAS(UP_S) | HAS(DOWN_S) | HAS(P95_MS) | HAS(P99_MS) |
		HAS(INCIDENTS),
	    FAULTS | ON(COMPLAINT), 5 },
};

enum { ONE = -1, ZERO = -2 };
/* bad = plus - minus, whole = first + second */
static const struct { int plus, minus, first, second; } parts[DX_METRICS] = {
	[DX_M_ERRORS] = { DX_S_ERRORS, ZERO, DX_S_REQUESTS, ZERO },
	[DX_M_SLA] = { DX_S_SLA_TOTAL, DX_S_SLA_MET, DX_S_SLA_TOTAL, ZERO },
	[DX_M_DOWN] = { DX_S_DOWN_S, ZERO, DX_S_DOWN_S, DX_S_UP_S },
	[DX_M_HEALTH] = { ONE, DX_S_HEALTH_OK, ONE, ZERO },
	[DX_M_QUEUE] = { DX_S_QUEUE_DEPTH, ZERO, ONE, ZERO },
	[DX_M_CONNECTIONS] = { DX_S_DB_USED, ZERO, DX_S_DB_POOL, ZERO },
	[DX_M_P95] = { DX_S_P95_MS, ZERO, ONE, ZERO },
	[DX_M_P99] = { DX_S_P99_MS, ZERO, ONE, ZERO },
};

static int64_t
value(const int64_t *counts, int which)
{
	return which == ONE ? 1 : which == ZERO ? 0 : counts[which];
}

void
dx_metric_parts(enum dx_metric m, const int64_t counts[static DX_S_COUNT], int64_t *bad, int64_t *whole)
{
	*bad = value(counts, parts[m].plus) - value(counts, parts[m].minus);
	*whole = value(counts, parts[m].first) + value(counts, parts[m].second);
}

static bool
there(unsigned has, int which)
{
	return which < 0 || (has & 1u << which) != 0;
}

bool
dx_metric_there(enum dx_metric m, unsigned has)
{
	return there(has, parts[m].plus) && there(has, parts[m].minus) && there(has, parts[m].first) && there(has, parts[m].second);
}

bool
dx_metric_good(const struct dx_threshold *t, int64_t bad, int64_t whole)
{
	return (wide)bad * t->good_den < (wide)whole * t->good_num;
}

bool
dx_metric_back(const struct dx_threshold *t, int64_t bad, int64_t whole, int64_t least)
{
	return t->back_den != 0 && (wide)bad * t->back_den > (wide)(whole > least ? whole : least) * t->back_num;
}

int
dx_phase_step(enum dx_phase phase, int64_t traffic)
{
	for (int i = 0; i < DX_PHASE_STEPS; i++)
		if (dx_phase_steps[i].phase == phase && dx_phase_steps[i].traffic == traffic)
			return i;
	return -1;
}

enum dx_phase
dx_phase_after(int step)
{
	return step + 1 < DX_PHASE_STEPS ? dx_phase_steps[step + 1].phase : DX_PHASE_NONE;
}

enum dx_exit
dx_move_exit(enum dx_move m)
{
	return m == DX_ADVANCE ? DX_EXIT_YES : m == DX_ROLL_BACK ? DX_EXIT_NO : DX_EXIT_WAIT;
}
