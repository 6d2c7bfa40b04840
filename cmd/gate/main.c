/* dealix-gate: may this proceed? */
#include <stdio.h>

#include "around.h"
#include "gate.h"
#include "rule/expr.h"

static const char *
versions(void)
{
	static char text[64];

	(void)snprintf(text, sizeof(text), " (libjq %s)", dx_expr_version());
	return text;
}

static const struct dx_around around = DX_AROUND_SENDS;

int
main(int argc, char *argv[])
{
	struct dx_verb verbs[] = { dx_gate_check, dx_gate_decide, dx_gate_go, dx_gate_policy_show, dx_gate_policy_set, dx_gate_policy_lint,
	    dx_gate_policy_test, dx_gate_policy_history, dx_gate_policy_diff, { 0 } };
	struct dx_tool tool = { "dealix-gate", "Decides whether a change may proceed, and keeps the decision.", verbs, versions, &around };

	return dx_tool_main(&tool, argc, argv);
}
