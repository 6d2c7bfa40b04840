/* The verbs of dealix-ledger, one file each. */
#ifndef DX_CMD_LEDGER_H
#define DX_CMD_LEDGER_H

#include "tool/tool.h"

extern const struct dx_verb dx_ledger_list, dx_ledger_show, dx_ledger_trace, dx_ledger_budget_set, dx_ledger_budget_list;

#endif
