/* The verbs of dealix-evidence, one file each, and what they share. */
#ifndef DX_CMD_EVIDENCE_H
#define DX_CMD_EVIDENCE_H

#include "json/json.h"
#include "tool/tool.h"

extern const struct dx_verb dx_evidence_add, dx_evidence_import, dx_evidence_collect, dx_evidence_list, dx_evidence_show,
    dx_evidence_packet, dx_evidence_review, dx_evidence_seal, dx_evidence_attest;

/* A document as one canonical line on stdout. */
void	dx_evidence_print(struct dx_call *c, const struct dx_json *doc);
/* Whether --commit was given as the whole id of a commit, or not at all; a usage error is noted otherwise. */
bool	dx_evidence_commit(struct dx_call *c, const char *commit);

#endif
