/* dealix-ledger: what happened, and where is the money? */
#include "ledger.h"

int
main(int argc, char *argv[])
{
	struct dx_verb verbs[] = { dx_ledger_list, dx_ledger_show, dx_ledger_trace, dx_ledger_budget_list, dx_ledger_budget_set, { 0 } };
	struct dx_tool tool = { "dealix-ledger", "Shows what was decided, and keeps the budgets.", verbs, NULL };

	return dx_tool_main(&tool, argc, argv);
}
