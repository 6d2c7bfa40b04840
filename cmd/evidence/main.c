/* dealix-evidence: what shows it? */
#include <string.h>

#include "around.h"
#include "evidence.h"

void
dx_evidence_print(struct dx_call *c, const struct dx_json *doc)
{
	dx_json_canon(doc, &c->out);
	dx_buf_putc(&c->out, '\n');
}

bool
dx_evidence_commit(struct dx_call *c, const char *commit)
{
	size_t n = commit != NULL ? strspn(commit, "0123456789abcdef") : 40;

	if ((n == 40 || n == 64) && (commit == NULL || commit[n] == '\0'))
		return true;
	(void)dx_tool_usage(c, "--commit takes the 40 or 64 hex digits of a commit");
	return false;
}

static const struct dx_around around = DX_AROUND_SENDS;

int
main(int argc, char *argv[])
{
	struct dx_verb verbs[] = { dx_evidence_add, dx_evidence_attest, dx_evidence_collect, dx_evidence_import, dx_evidence_list, dx_evidence_packet, dx_evidence_review,
	    dx_evidence_seal, dx_evidence_show, { 0 } };
	struct dx_tool tool = { "dealix-evidence", "Keeps the evidence that decisions rest on, and packs it.", verbs, NULL, &around };

	return dx_tool_main(&tool, argc, argv);
}
