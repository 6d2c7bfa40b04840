/* go: GO or NO-GO of a release, and its rollout (release-gates page 5): facts read from the store, the decision and every change of
 * phase written to it. */
#ifndef DX_OP_GO_H
#define DX_OP_GO_H

#include "check/go.h"
#include "op/session.h"

/* Where the release stands by its newest phase_changed; step none, seq -1 when there is none (or no store).  Within a transaction.
 * store_corrupt: an entry names a step that there is not. */
int	dx_op_phase_state(struct dx_session *s, const char *release, struct dx_phase_state *out, struct dx_err *err);

struct dx_op_go {
	const struct dx_go	*go;
	const struct dx_waivers	*waivers;	/* NULL: none */
	enum dx_phase		 enter;		/* DX_PHASE_NONE: only decide */
	bool			 restart;	/* enter dark_launch from wherever the release is */
	bool			 dry_run, strict;
	int64_t			 now;
	/* filled in */
	struct dx_json		 document;	/* dealix.go.decision.v1 */
	struct dx_buf		 text;		/* its canonical form: the bytes of the record of evidence */
	enum dx_exit		 exit;
	struct dx_arena		 arena;
};
/* Decides, and without dry_run keeps it: evidence_recorded, waiver_used for each, release_decided and, when a phase is entered,
 * phase_changed, in one transaction.  signoff_same_person, waiver_dangling, phase_skip, and those of the store: nothing is kept. */
int	dx_op_go(struct dx_session *s, struct dx_op_go *g, struct dx_err *err);
void	dx_op_go_release(struct dx_op_go *g);

struct dx_op_phase {
	const char	*release;
	enum dx_phase	 phase;
	bool		 dry_run;
	int64_t		 now;
	/* filled in */
	struct dx_json	 document;	/* dealix.phase_verdict.v1 */
	struct dx_buf	 text;
	struct dx_phase_verdict verdict;
	struct dx_arena	 arena;
};
/* Reads samples from fd (name for errors) to their end, one a line, judges them, and without dry_run keeps a change of phase:
 * evidence_recorded and phase_changed in one transaction.  Where another call changed the phase meanwhile, its state is judged.
 * phase_skip, json_too_large (more than DX_SAMPLES_MAX), what reading gives: nothing is kept. */
int	dx_op_phase(struct dx_session *s, struct dx_op_phase *p, int fd, const char *name, struct dx_err *err);
void	dx_op_phase_release(struct dx_op_phase *p);

/* Within a transaction: a change of phase with the report that led to it. */
int	dx_op_phase_change(struct dx_session *s, const char *release, int from, int to, bool complete, const struct dx_payload *report,
	    int64_t now, struct dx_arena *a, struct dx_err *err);
/* Begins a transaction, or without a store (dry run) finds out who calls. */
int	dx_op_go_begin(struct dx_session *s, bool write, struct dx_err *err);

#endif
