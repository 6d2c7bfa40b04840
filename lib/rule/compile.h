/* compile: parts of a source made jq machines, in the child. */
#ifndef DX_RULE_COMPILE_H
#define DX_RULE_COMPILE_H

#include "rule/inner.h"
#include "rule/library.h"

struct dx_compile_fault {
	size_t		 program;	/* index */
	unsigned	 line;		/* within the program; 0: unknown */
	bool		 builtin;	/* a refused one */
	char		*text;		/* jq's words; free() */
};

/* One machine a part, into machines (room for all).  False with the fault; then some machines may be there. */
bool	dx_compile(const struct dx_jq *lib, const struct dx_source *s, jq_state **machines, struct dx_compile_fault *fault);

#endif
