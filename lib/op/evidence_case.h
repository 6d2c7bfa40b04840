/* evidence_case: what a case of a test document hands to a contract: documents and texts, from the case itself, from files or
 * from an earlier case, and edits of them.  Shared by the files of evidence_test alone. */
#ifndef DX_OP_EVIDENCE_CASE_H
#define DX_OP_EVIDENCE_CASE_H

#include "op/evidence_inner.h"
#include "op/evidence_test.h"

struct dx_case_input {
	bool		 given;
	bool		 is_tree;	/* `tree` is what will be judged, else `text` */
	struct dx_json	 tree;
	const char	*text;
	size_t		 len;
};

/* One for each input of the contract. */
struct dx_case_inputs { struct dx_case_input of[DX_CONTRACT_INPUTS]; };

/* The members input, input_file and text of a case, of which it has one at most: the value of the only file of the contract, or
 * of several an object role -> value.  folder stands before paths.  at is the pointer of the case.  evidence_test_invalid,
 * file_unreadable. */
int	dx_case_load(const struct dx_kind *k, const struct dx_json *a_case, const char *folder, const char *at, struct dx_arena *a,
	    struct dx_case_inputs *out, struct dx_err *err);
/* One edit: {at, set} or {at, delete: true}.  Of a document `at` is a JSON Pointer, whose first name is the role where the
 * contract has several files, and "-" behind an array appends; of a text it is what stands there exactly once, and `role` says in
 * which. */
int	dx_case_edit(const struct dx_kind *k, const struct dx_json *edit, const char *at, struct dx_arena *a,
	    struct dx_case_inputs *in, struct dx_err *err);
/* As inputs of the contract; a file that is not given is missing, unless it is optional. */
void	dx_case_read(const struct dx_kind *k, const struct dx_case_inputs *in, struct dx_tree *tree, struct dx_arena *a,
	    struct dx_contract_input *out);

/* --- coverage --- */

/* What is known of one contract by now. */
struct dx_covered { const struct dx_kind *kind; const char *const *id; bool *seen; size_t count; bool passes; };

struct dx_evidence_test {
	struct dx_kinds	 kinds;
	struct dx_arena	 arena;		/* results */
	struct dx_json	 cases;
	struct dx_covered	*of;
	size_t		 count;
	int64_t		 passed, failed;
};

/* The contract's row of the table, made when it is new; valid until the next call. */
struct dx_covered	*dx_covered_of(struct dx_evidence_test *t, const struct dx_kind *k);
/* Whether exactly the expected rules failed; what differs is put into row as `missing` and `extra`. */
bool	dx_covered_compare(struct dx_evidence_test *t, struct dx_covered *covered, const struct dx_json *failures,
	    const struct dx_json *expect, struct dx_json *row);

#endif
