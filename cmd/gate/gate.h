/* The verbs of dealix-gate, one file each. */
#ifndef DX_CMD_GATE_H
#define DX_CMD_GATE_H

#include "tool/tool.h"

extern const struct dx_verb dx_gate_decide, dx_gate_policy_show, dx_gate_policy_set, dx_gate_policy_lint, dx_gate_policy_test,
    dx_gate_policy_history, dx_gate_policy_diff, dx_gate_check, dx_gate_go;

#endif
