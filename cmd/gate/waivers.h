/* waivers: what dealix-gate check and go share. */
#ifndef DX_GATE_WAIVERS_H
#define DX_GATE_WAIVERS_H

#include "check/waivers.h"
#include "tool/tool.h"

/* Prints the faults of a file (NULL: they name it themselves), a line each, and releases them; true when there are none. */
bool	dx_gate_told(struct dx_call *c, const char *file, struct dx_faults *faults);
/* The waivers of --waivers; file NULL: none are given.  False: all that is wrong with them is told. */
bool	dx_gate_waivers(struct dx_call *c, const char *file, struct dx_waivers **out);

#endif
