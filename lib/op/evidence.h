/* evidence: artifacts against their contracts (evidence page 2.4): which contract, which files, one report an artifact.  Reads
 * files, writes nothing. */
#ifndef DX_OP_EVIDENCE_H
#define DX_OP_EVIDENCE_H

#include "base/exit.h"
#include "contract/contract.h"
#include "json/json.h"

struct dx_err;

struct dx_evidence_options {
	const char	*contract;	/* a shipped kind or a file; NULL: each artifact is recognised by itself */
	enum dx_level	 level;
	int64_t		 now;		/* us since 1970 */
	const char	*root;		/* what the paths that artifacts name are relative to; NULL: the current folder */
	const char *const	*params;	/* "name=value"; each name once */
	size_t		 param_count;
	const char	*params_file;	/* a JSON object of parameters, which `params` win over; NULL: none */
	const char	*principals;	/* a dealix.principals.v1: asks who vouches for each artifact; NULL: nobody asks */
	const char *const	*trust;	/* with it: PEM files of public keys whose envelopes count */
	size_t		 trust_count;
	bool		 kept;		/* the reports are kept: that on a structured output is its contract's, as of any artifact */
	bool		 beneath;	/* relative files lie below the root, and no link leads out; "-" is a name, not standard input */
};

struct dx_evidence;
/* options is borrowed as long as the result lives.  usage, param_invalid, evidence_contract_invalid, evidence_kind_unknown,
 * key_invalid, what principals give, and what reading gives. */
int	dx_evidence_open(const struct dx_evidence_options *options, struct dx_evidence **out, struct dx_err *err);
/* Whether a run with these options and files of these roles could begin: what opening and its operands would say, without files. */
int	dx_evidence_examine(const struct dx_evidence_options *options, const char *const *roles, size_t n, struct dx_err *err);
void	dx_evidence_close(struct dx_evidence *e);

/* The artifacts: n words `[role=]FILE`, borrowed.  "-" is standard input; a folder stands for the regular files below it, sorted,
 * links not followed; where principals are given, X.sig and X.dsse beside an X are no artifacts of their own.  Of a contract with several files all words are one artifact, and each has its role; else each is one.  No
 * word at all is standard input, or nothing for a contract that reads no file. */
int	dx_evidence_operands(struct dx_evidence *e, char *const words[], size_t n, struct dx_err *err);
/* Whether more than one answer is to be expected, so that an error needs a line of its own. */
bool	dx_evidence_batch(const struct dx_evidence *e);

/* Of one artifact.  Lent until the next call. */
struct dx_evidence_answer {
	struct dx_json	 report;	/* dealix.evidence.report.v1; of a document of ours dealix.verify.report.v1 */
	const struct dx_contract *contract;	/* that judged; NULL: a document of ours */
	enum dx_exit	 exit;		/* what the report says: 0 or 1; 2 for a document of ours that cannot be read as one */
};
/* 1: the next artifact's answer.  0: there is none.  -1: this one has no report (err); the next call goes on with the one behind
 * it. json_missing, json_syntax and others when it is not known which contract would have to judge; evidence_kind_unknown,
 * evidence_kind_ambiguous, evidence_nothing_judged, param_invalid, file_unreadable. */
int	dx_evidence_next(struct dx_evidence *e, struct dx_evidence_answer *out, struct dx_err *err);

/* A rule's id as a reason code, in the arena: a dot is an underscore there. */
const char	*dx_evidence_code(struct dx_arena *a, const char *rule);

#endif
