/* gates: several gates of one call: one verdict, and what to do next (release-gates pages 1.5, 1.6 and 3). */
#ifndef DX_CHECK_GATES_H
#define DX_CHECK_GATES_H

#include "check/result.h"

/* One gate that ran. */
struct dx_gate_run {
	const struct dx_check_plan	*plan;
	const struct dx_result		*result;	/* plan->count of them */
	const struct dx_score		*score;
	const struct dx_json		*document;	/* dealix.gate.result.v1 */
};

/* An id that stands on two of the documents: gate_duplicate_id. */
void	dx_gates_distinct(const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults);
/* Standard input is there once: two documents with a check that reads it are field_invalid. */
void	dx_gates_stdin(const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults);
/* Every mandatory gate is ready. */
bool	dx_gates_ready(const struct dx_gate_run *g, size_t n);
/* The exit status: of the mandatory gates the worst (1 before 3); with strict a waiver that covers nothing is 1. */
enum dx_exit	dx_gates_exit(const struct dx_gate_run *g, size_t n, bool strict);
/* dealix.gate.results.v1 {release?, ready, gates[], next[]}.  release NULL: none. */
struct dx_json	dx_gates_document(struct dx_arena *a, const char *release, const struct dx_gate_run *g, size_t n);

#endif
