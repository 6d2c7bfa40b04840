/* docs: the documents below a root against each other, a register and a glossary (release-gates page 13.2).  Reads files. */
#ifndef DX_OP_DOCS_H
#define DX_OP_DOCS_H

#include <stddef.h>
#include <stdint.h>
#include "json/json.h"

struct dx_err;

struct dx_op_docs_options {
	const char	*root;		/* NULL: dx_op_root */
	const char	*reg, *glossary, *exceptions;	/* files; NULL: register.json, glossary.json of the root, docs, governance or policies */
	const char	*charter;	/* below the root; NULL: the CHARTER.md that stands highest */
	const char *const *path;	/* documents and folders below the root; none: all */
	size_t		 paths;
	int64_t		 now;		/* us */
};
/* *report: dealix.docs.report.v1 in the arena, with the members register and glossary: what was compared with. */
int	dx_op_docs(const struct dx_op_docs_options *o, struct dx_arena *a, struct dx_json *report, struct dx_err *err);

#endif
