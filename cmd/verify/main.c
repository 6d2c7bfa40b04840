/* dealix-verify: is it what it claims to be? */
#include <stdio.h>

#include "around.h"
#include "rule/expr.h"
#include "verify.h"

static const char *
versions(void)
{
	static char text[64];

	(void)snprintf(text, sizeof(text), " (libjq %s)", dx_expr_version());
	return text;
}

static const struct dx_around around = DX_AROUND_QUIET;

int
main(int argc, char *argv[])
{
	struct dx_verb verbs[] = { dx_verify_evidence, dx_verify_contract_lint, dx_verify_contract_test, dx_verify_contract_list,
	    dx_verify_contract_show, dx_verify_pack, dx_verify_register, dx_verify_docs, dx_verify_outputs, dx_verify_closure,
	    dx_verify_release, dx_verify_settings, dx_verify_store, dx_verify_trace, dx_verify_files, { 0 } };
	struct dx_tool tool = { "dealix-verify", "Says whether a thing is what it claims to be.", verbs, versions, &around };

	return dx_tool_main(&tool, argc, argv);
}
