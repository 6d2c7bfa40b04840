/* phase: the rollout of a release (release-gates page 5.2): samples of a phase in, ADVANCE, ROLL_BACK or HOLD out.  Pure: the present
 * state and the time are handed in; samples are taken one by one, and nothing of them is kept but sums. */
#ifndef DX_CHECK_PHASE_H
#define DX_CHECK_PHASE_H

#include "base/err.h"
#include "json/json.h"

#define DX_RELEASE_MAX	128		/* characters of a release's name */

enum dx_phase { DX_PHASE_NONE, DX_PHASE_DARK_LAUNCH, DX_PHASE_CANARY, DX_PHASE_FULL, DX_PHASE_COUNT };
extern const char *const dx_phases[];		/* "none", "dark_launch", "canary", "full", NULL */

/* The steps of a rollout in order: a phase and its traffic in percent. */
struct dx_phase_step { enum dx_phase phase; int64_t traffic; };
#define DX_PHASE_STEPS	7			/* none 0, dark_launch 0, canary 5 10 25 50, full 100 */
extern const struct dx_phase_step dx_phase_steps[DX_PHASE_STEPS];
/* -1: there is no such step. */
int	dx_phase_step(enum dx_phase phase, int64_t traffic);

/* Where a release stands. */
struct dx_phase_state {
	int	 step;		/* index into dx_phase_steps */
	int64_t	 since;		/* us: the step began */
	int64_t	 phase_since;	/* us: its phase began */
	int64_t	 seq;		/* of the entry that says so; -1: none */
	bool	 stated;	/* no entry says so: the samples do, and where they change the step the window begins anew */
	bool	 complete;	/* full, and its window was shown */
};

/* --- samples --- */

enum dx_incident { DX_INCIDENT_CRITICAL_ERROR, DX_INCIDENT_CRITICAL_INCIDENT, DX_INCIDENT_COMPLAINT, DX_INCIDENT_DEGRADATION,
	DX_INCIDENT_EXHAUSTION, DX_INCIDENT_INTEGRITY_FAULT, DX_INCIDENT_SECURITY_FAULT, DX_INCIDENT_COUNT };
extern const char *const dx_incidents[];	/* "critical_error", ..., NULL */

/* Counts of a sample; each 0 to DX_SAMPLE_MAX. */
enum dx_sample_count { DX_S_REQUESTS, DX_S_ERRORS, DX_S_SLA_TOTAL, DX_S_SLA_MET, DX_S_QUEUE_DEPTH, DX_S_DB_POOL, DX_S_DB_USED,
	DX_S_P95_MS, DX_S_P99_MS, DX_S_RPS, DX_S_UP_S, DX_S_DOWN_S, DX_S_BASELINE_RPS, DX_S_BASELINE_P95_MS, DX_S_HEALTH_OK,
	DX_S_INCIDENTS, DX_S_COUNT };
extern const char *const dx_sample_members[DX_S_COUNT];
#define DX_SAMPLE_MAX	INT64_C(1000000000000)
#define DX_SAMPLE_BYTES	(64u << 10)		/* of one */
#define DX_SAMPLES_MAX	4000000			/* of one call: so that no sum leaves 63 bits */

struct dx_sample {
	int		 step;
	int64_t		 at;
	unsigned	 has;			/* bits 1 << enum dx_sample_count */
	int64_t		 count[DX_S_COUNT];	/* health_ok: 0 or 1; incidents: how many */
	unsigned	 incidents[DX_INCIDENT_COUNT];
};
/* dealix.phase_sample.v1: field_invalid, unknown_field, time_invalid, time_without_offset. */
int	dx_sample_read(const struct dx_json *doc, struct dx_sample *out, struct dx_err *err);

/* --- the window --- */

#define DX_METRICS	8		/* error rate, SLA missed, unavailability, health, queue, connections, p95, p99 */

struct dx_window {
	enum dx_phase		 phase;		/* that was asked for */
	struct dx_phase_state	 state;
	int64_t			 samples, ignored;
	int64_t			 previous;	/* at of the sample before, any; INT64_MIN: none */
	int64_t			 from, last;	/* of the window; from is its beginning, last its newest sample or `from` */
	int64_t			 bad[DX_METRICS], whole[DX_METRICS];	/* sums of the samples that have both */
	int64_t			 gap_s;		/* the longest between two samples */
	int64_t			 gap_at;	/* where it ends */
	unsigned		 lacks;		/* members that some sample has not, of those the phase needs */
	int64_t			 lacks_at;	/* line of the first such sample */
	int64_t			 over[DX_METRICS];	/* each: samples in which it is not good; 0 for those judged by sums */
	int64_t			 over_at[DX_METRICS];	/* line of the first */
	bool			 back[DX_METRICS];	/* one sample alone is bad enough to roll back */
	int64_t			 back_at[DX_METRICS];
	int64_t			 incidents[DX_INCIDENT_COUNT];
	int64_t			 incident_at[DX_INCIDENT_COUNT];
};
void	dx_window_begin(struct dx_window *w, enum dx_phase phase, const struct dx_phase_state *state);
/* line: of the sample, from 1.  field_invalid: it lies ahead of now by more than 300 s, or not behind the one before; phase_skip:
 * a step was left out. */
int	dx_window_add(struct dx_window *w, const struct dx_sample *s, int64_t line, int64_t now, struct dx_err *err);

/* --- the verdict --- */

enum dx_move { DX_ADVANCE, DX_ROLL_BACK, DX_HOLD };
extern const char *const dx_moves[];

#define DX_MOVE_REASONS	24
struct dx_phase_verdict {
	enum dx_move		 move;
	struct { enum dx_reason reason; const char *detail; } reason[DX_MOVE_REASONS];
	size_t			 reason_count;
	int			 next;		/* step after it; that of the window when it stays */
	bool			 complete;	/* full has been shown; the state stays at its step */
	bool			 immediate;	/* of a roll back: at once, not step by step */
	bool			 recovery;	/* data has to be recovered too */
};
/* What the ledger says of the release itself; an advance needs both. */
struct dx_phase_gate {
	const char	*decision;	/* of the newest release_decided; NULL: there is none, or nobody asked (a stated state) */
	bool		 blocked;	/* its conditions stand in the way of the next phase */
	bool		 asked;
};
/* phase_skip: the release is not in that phase.  Details are the arena's. */
int	dx_window_judge(const struct dx_window *w, const struct dx_phase_gate *gate, int64_t now, struct dx_arena *a,
	    struct dx_phase_verdict *out, struct dx_err *err);
/* The phase that an advance from this step leads to; DX_PHASE_NONE: none is left. */
enum dx_phase	dx_phase_after(int step);
enum dx_exit	dx_move_exit(enum dx_move m);
/* dealix.phase_verdict.v1; samples_sha256: of the bytes that were read. */
struct dx_json	dx_phase_document(struct dx_arena *a, const char *release, const struct dx_window *w, const struct dx_phase_verdict *v,
		    const char *samples_sha256, int64_t now);

#endif
