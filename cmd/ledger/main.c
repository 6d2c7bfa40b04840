/* dealix-ledger: what happened, and where is the money? */
#include "around.h"
#include "ledger.h"

static const struct dx_around around = DX_AROUND_SENDS;

int
main(int argc, char *argv[])
{
	struct dx_verb verbs[] = { dx_ledger_list, dx_ledger_show, dx_ledger_trace, dx_ledger_budget_list, dx_ledger_budget_set, { 0 } };
	struct dx_tool tool = { "dealix-ledger", "Shows what was decided, and keeps the budgets.", verbs, NULL, &around };

	return dx_tool_main(&tool, argc, argv);
}
