/* outcomes: which tests, gate checks and evidence passed, as result files and the store tell. */
#ifndef DX_OP_OUTCOMES_H
#define DX_OP_OUTCOMES_H

#include "op/session.h"

struct dx_outcomes;
/* Opens the nearest store for reading when there is one. */
int	dx_outcomes_open(const struct dx_session_options *o, struct dx_outcomes **out, struct dx_err *err);
/* Adds a file: TAP, JUnit, or one or more dealix.gate.result.v1. */
int	dx_outcomes_add(struct dx_outcomes *o, const char *file, struct dx_err *err);
/* To be called once after the last file. */
void	dx_outcomes_sort(struct dx_outcomes *o);
/* Of "test:NAME" (JUnit also "test:CLASS.NAME"), "check:GATE/CHECK", "evidence:SHA256": 1 passed, 0 did not, -1 nobody says.  What a
 * file says of a check wins over the store.  The first fault of the store is kept. */
int	dx_outcomes_ask(void *outcomes, const char *what);
/* 0, or -1 with that fault. */
int	dx_outcomes_close(struct dx_outcomes *o, struct dx_err *err);

#endif
