/* evidence_test: test documents of contracts, dealix.evidence_test.v1 (evidence page 2.4).  Each case goes through the code that
 * judges artifacts. */
#ifndef DX_OP_EVIDENCE_TEST_H
#define DX_OP_EVIDENCE_TEST_H

#include "json/json.h"

struct dx_err;

struct dx_evidence_test;

struct dx_evidence_test	*dx_evidence_test_new(void);
/* path is a test document, or a folder, below which those are taken in order of their names.  Results gather in the same
 * object.  evidence_test_invalid, evidence_contract_invalid, file_unreadable. */
int	dx_evidence_test_run(struct dx_evidence_test *t, const char *path, struct dx_err *err);
/* `{cases: [{file, name, ok, verdict?, missing?: [rule], extra?: [{rule, at, message}], error?}], coverage: {percent, rules,
 * covered, uncovered: [{kind, rule}], never_passes: [kind]}, passed, failed}`; borrowed until free.  percent, rounded down, is of
 * the rule ids of the contracts that some case expects and that fail in it; never_passes lists contracts that no case passes. */
struct dx_json	dx_evidence_test_report(struct dx_evidence_test *t);
void	dx_evidence_test_free(struct dx_evidence_test *t);

#endif
