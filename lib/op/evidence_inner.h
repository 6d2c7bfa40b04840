/* What the files of evidence share.  Nobody else includes it. */
#ifndef DX_OP_EVIDENCE_INNER_H
#define DX_OP_EVIDENCE_INNER_H

#include "base/err.h"
#include "op/evidence.h"

/* --- jq: the evaluator of one contract's jq rules --- */

struct dx_evidence_jq;
/* Starts the child, which compiles while the artifact is read.  now is what programs see as $now. */
int	dx_evidence_jq_new(const struct dx_contract *c, int64_t now, struct dx_evidence_jq **out, struct dx_err *err);
/* Waits until the programs are compiled: evidence_contract_invalid. */
int	dx_evidence_jq_ready(struct dx_evidence_jq *j, struct dx_err *err);
/* The next artifact, for which all programs together have a second of processor time, and may see another time. */
void	dx_evidence_jq_begin(struct dx_evidence_jq *j, int64_t now);
/* As dx_contract_jq_fn says. */
int	dx_evidence_jq_run(struct dx_evidence_jq *j, size_t rule, const struct dx_json *dot, const struct dx_json *params,
	    const struct dx_json *computed, struct dx_buf *found, struct dx_err *err);
void	dx_evidence_jq_free(struct dx_evidence_jq *j);
/* The text that is compiled for a jq rule: the program with the names it may use before it, on its first line. */
void	dx_evidence_jq_wrap(const char *program, struct dx_buf *out);

/* --- kinds: contracts, each parsed once --- */

struct dx_kind {
	struct dx_kind		*next;
	char			*name;		/* as asked for */
	struct dx_contract	*contract;
	struct dx_evidence_jq	*jq;		/* NULL: no jq rules */
	size_t			 files;		/* inputs that are files */
	bool			 params_known;
	struct dx_json		 params;
	struct dx_arena		 arena;		/* of params */
};
struct dx_kinds { struct dx_kind *first; int64_t now; bool idle; };	/* idle: nothing will be judged, so no evaluator is started */

/* The contract of a shipped kind, else of a file of that name.  evidence_kind_unknown, evidence_contract_invalid,
 * file_unreadable. */
int	dx_kinds_get(struct dx_kinds *all, const char *name, struct dx_kind **out, struct dx_err *err);
void	dx_kinds_release(struct dx_kinds *all);
/* Whether an input is a file somebody names. */
bool	dx_kind_is_file(enum dx_media m);
/* Index of the input of that role, -1: none. */
int	dx_kind_role(const struct dx_kind *k, const char *role);
/* usage, unless the contract has a file of that role. */
int	dx_kind_check_role(const struct dx_kind *k, const char *role, const char *path, struct dx_err *err);
/* Index of the first input that is a file; there is one. */
size_t	dx_kind_file(const struct dx_kind *k);

struct dx_judging {
	struct dx_kinds	*kinds;
	struct dx_kind	*kind;
	enum dx_level	 level;
	int64_t		 now;
	const struct dx_json	*params;	/* complete */
	struct dx_contract_input	*inputs;	/* one an input of the contract; those that are no file are filled in here */
	struct dx_tree	*tree;
	bool		*left_out;	/* as that of struct dx_contract_case */
};
/* Makes the packet from the inputs of roles telemetry and assumptions, or refuses it with what the generator says. */
void	dx_evidence_packet(const struct dx_judging *j, struct dx_arena *a, struct dx_contract_input *out);
int	dx_kind_judge(const struct dx_judging *j, struct dx_arena *a, struct dx_json *report, struct dx_err *err);

/* --- files --- */

struct dx_artifact {
	const char	*role;		/* NULL: none was given */
	const char	*path;
	bool		 below;		/* found in a folder, so no link is followed */
	struct dx_tree	*tree;		/* path is beneath this; NULL: as the process sees it */
};
enum dx_opened { DX_OPENED, DX_OPENED_NOT, DX_OPENED_MISSING };
/* A regular file, or standard input.  NOT: err is set; MISSING: nothing of that name, or no regular file, with why in words. */
enum dx_opened	dx_artifact_open(const struct dx_artifact *f, int *fd, struct dx_buf *why, struct dx_err *err);
void	dx_artifact_close(const struct dx_artifact *f, int fd);
/* What is read from fd can be read again: when it cannot, fd is replaced by a copy in memory.  Where it starts is in *start. */
int	dx_artifact_again(const struct dx_artifact *f, int *fd, int64_t *start, struct dx_err *err);
/* An input of the contract from a file.  -1: file_unreadable. */
int	dx_artifact_read(const struct dx_artifact *f, int fd, enum dx_media media, struct dx_tree *tree, struct dx_arena *a,
	    struct dx_contract_input *out, struct dx_err *err);
const char	*dx_artifact_name(const struct dx_artifact *f);	/* for people */

/* --- who vouches --- */

struct dx_vouch;
/* *out stays NULL when no principals are given.  usage, key_invalid, what principals give, file_unreadable. */
int	dx_vouch_open(const struct dx_evidence_options *o, struct dx_vouch **out, struct dx_err *err);
void	dx_vouch_close(struct dx_vouch *v);

/* --- a run --- */

struct dx_evidence {
	const struct dx_evidence_options	*opt;
	struct dx_kinds		 kinds;
	struct dx_kind		*kind;		/* NULL: each artifact is recognised */
	struct dx_tree		*tree;
	struct dx_arena		 keep;		/* operands and the parameter file */
	struct dx_arena		 arena;		/* of the current artifact */
	struct dx_json		 given;		/* parameters of the file that no option names too */
	struct dx_artifact	*item;
	size_t			 count, room, at;
	bool			 together;	/* all items are one artifact */
	bool			 folder;	/* some item was found in a folder */
	bool			 stdin_used;
	struct dx_vouch		*vouch;		/* NULL: nobody asks who vouches */
};

/* The parameters of a kind into k->params, once. */
int	dx_evidence_params(struct dx_evidence *e, struct dx_kind *k, struct dx_err *err);
void	dx_evidence_no_inputs(struct dx_contract_input in[static DX_CONTRACT_INPUTS]);
int	dx_evidence_judge(struct dx_evidence *e, struct dx_kind *k, struct dx_contract_input *in, struct dx_evidence_answer *out,
	    struct dx_err *err);
/* What stands beside the inputs, and whom they name, into the report: failures behind those of the contract, member `vouched`.
 * file_unreadable; evidence_nothing_judged when no input is a file. */
int	dx_evidence_vouch(const struct dx_evidence *e, const struct dx_kind *k, const struct dx_contract_input *in, struct dx_arena *a,
	    struct dx_json *report, struct dx_err *err);
/* The same for a document of ours, of whose report the findings say it; people it names are not looked at. */
int	dx_evidence_vouch_own(const struct dx_evidence *e, const struct dx_artifact *f, const struct dx_doc *doc, struct dx_arena *a,
	    struct dx_json *report, struct dx_err *err);
/* Finds out what the artifact is, and answers. */
int	dx_evidence_recognise(struct dx_evidence *e, const struct dx_artifact *f, struct dx_evidence_answer *out, struct dx_err *err);

/* --- documents of ours --- */

/* Verifies a document by its schema.  1: done; 0: this program has nothing to verify it by; -1: err. */
int	dx_own_verify(const struct dx_artifact *f, int fd, const struct dx_doc *doc, struct dx_arena *a,
	    struct dx_evidence_answer *out, struct dx_err *err);

/* The contract's report on a structured output becomes that on a document of ours. */
void	dx_evidence_output(const struct dx_artifact *f, const struct dx_doc *doc, struct dx_arena *a, struct dx_evidence_answer *out);

/* These bytes are the standard input of this process from here on. */
int	dx_evidence_stdin(const char *bytes, size_t len, struct dx_err *err);

#endif
