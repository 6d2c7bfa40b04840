/* evidence_add: artifacts judged and kept (evidence page 2.5): add, import, collect. */
#ifndef DX_OP_EVIDENCE_ADD_H
#define DX_OP_EVIDENCE_ADD_H

#include "op/evidence.h"
#include "op/record.h"

/* The answer of one artifact, or why it was refused; called in order, after what it says is durable. */
typedef void	dx_added_fn(void *ctx, const struct dx_json *answer, const struct dx_err *why);

/* Standard input is read twice, to be judged and to be kept: from here on it is a copy in memory.  Before dx_op_evidence_add where an
 * artifact is "-". */
int	dx_op_evidence_hold_stdin(struct dx_err *err);
/* Everything that `e` has to judge is kept with its report; a failing artifact too.  -1: the run ended early (store, lock). */
int	dx_op_evidence_add(struct dx_session *s, struct dx_evidence *e, const char *commit, dx_added_fn *fn, void *ctx, struct dx_err *err);
/* Files kept without a contract: as kind "artifact", or imported from a format, whose normalised summary becomes part of the
 * provenance.  "-" is standard input. evidence_invalid: not of that format. */
enum dx_import { DX_IMPORT_NONE, DX_IMPORT_JUNIT, DX_IMPORT_TAP, DX_IMPORT_COBERTURA, DX_IMPORT_SARIF, DX_IMPORT_CYCLONEDX,
	DX_IMPORT_SPDX, DX_IMPORT_SETTINGS };
extern const char *const dx_import_names[];	/* "artifact", "junit", ... NULL */
int	dx_op_evidence_import(struct dx_session *s, enum dx_import from, const char *file, const char *root, const char *commit,
	    dx_added_fn *fn, void *ctx, struct dx_err *err);

/* What a command wrote to stdout, kept as an artifact. */
struct dx_collect {
	char *const	*argv;
	int64_t		 timeout_ms;	/* 0: none */
	bool		 no_version;	/* do not ask argv[0] for its --version */
	const char	*name;		/* of the artifact; NULL: argv[0] */
	const char	*traceparent;	/* what the command gets in its environment; NULL: what we have */
	/* filled in */
	int		 status;	/* exit status, or 128 + signal */
	bool		 ended;		/* it ran to an end with status 0 */
	bool		 timed_out;	/* it was stopped */
};
/* Runs and keeps; judged where evidence options name a contract (NULL: kept unjudged, kind "command").  What the command reads is
 * nothing, what it writes to stderr goes to ours. */
int	dx_op_evidence_collect(struct dx_session *s, struct dx_collect *c, const struct dx_evidence_options *judge, const char *commit,
	    dx_added_fn *fn, void *ctx, struct dx_err *err);

#endif
