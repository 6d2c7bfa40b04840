/* contract: evidence contracts looked over and listed (evidence page 2.4). */
#ifndef DX_OP_CONTRACT_H
#define DX_OP_CONTRACT_H

#include "base/buf.h"
#include "base/exit.h"
#include "json/json.h"

struct dx_err;

/* `{file, kind: "contract", ok, findings: [{code, severity: error|warning, at, line?, column?, detail}]}` in the arena: a
 * contract that cannot be parsed, jq programs that do not compile or mean different things in versions of jq, unused names,
 * unguarded lists, ids without remedy.  name is a shipped kind or a file.  *errors and *warnings count.  -1 when it cannot be
 * read or is not JSON. */
int	dx_op_contract_lint(const char *name, struct dx_arena *a, struct dx_json *out, unsigned *errors, unsigned *warnings,
	    struct dx_err *err);
/* The same of a text read from name. */
int	dx_op_contract_lint_text(const char *name, const char *text, size_t len, struct dx_arena *a, struct dx_json *out,
	    unsigned *errors, unsigned *warnings, struct dx_err *err);

/* The shipped contracts, an array of `{kind, version, title, sha256, rules, inputs: [{role, media, optional?, recognise?}]}`. */
int	dx_op_contract_list(struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* The text of a shipped one, lent; NULL and evidence_kind_unknown. */
const char	*dx_op_contract_show(const char *kind, size_t *len, struct dx_err *err);

#endif
