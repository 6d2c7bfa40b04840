/* rules_test: test documents of rule documents, dealix.rules_test.v1 (rules page 3).  Each case goes through the gate itself, without
 * a store, so that what is tested is what judges. */
#ifndef DX_OP_RULES_TEST_H
#define DX_OP_RULES_TEST_H

#include "json/json.h"

struct dx_err;

struct dx_rules_test;

/* path is a test document, or a folder whose *.test.json (also below) are taken in order of their names.  Results gather in the
 * same object.  rules_test_invalid, file_unreadable, and what rule documents and inputs give. */
struct dx_rules_test	*dx_rules_test_new(void);
int	dx_rules_test_run(struct dx_rules_test *t, const char *path, struct dx_err *err);
/* `{cases: [{file, name, ok, missing?, extra?, decision?, error?}], coverage: {percent, rules, covered, uncovered: [{rules_id,
 * rule_id, never}]}, passed, failed}`; borrowed until free.  percent is of rules that fired in one case and stayed silent in
 * another, rounded down. */
struct dx_json	dx_rules_test_report(struct dx_rules_test *t);
void	dx_rules_test_free(struct dx_rules_test *t);

#endif
