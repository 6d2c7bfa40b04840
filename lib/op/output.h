/* output: structured outputs made and kept (release-gates pages 7, 10, 11): the documents of a path come in, the next one goes out. */
#ifndef DX_OP_OUTPUT_H
#define DX_OP_OUTPUT_H

#include "op/session.h"

/* A trace id as documents have it: 32 lower-case hex digits, not all zero, or a UUID; NULL is none. */
bool	dx_trace_id_is(const char *s);

struct dx_output_options {
	const char	*kind;		/* one of dx_contract_output */
	char *const	*files;		/* "-" is stdin; each holds one document or one a line */
	size_t		 count;		/* 0: stdin */
	const char *const *params;	/* "name=value" of the contract */
	size_t		 param_count;
	const char	*trace_id;	/* of the call; NULL: none.  Documents win over it */
	const char	*key;		/* idempotency key; NULL: none.  Needs keep */
	int64_t		 now;		/* us */
	bool		 keep;		/* as evidence, in the session's store */
};
/* Documents of other kinds pass through as they are; the one of this kind, or without a schema, is what the new one is made of.  Lines
 * for stdout are appended to out.  *replayed: the key had been used for the same, and out has what it gave then.  schema_*, trace_mix,
 * money_negative (of the document), field_invalid, idempotency_key_reused, what reading and the store give. */
int	dx_op_output(struct dx_session *s, const struct dx_output_options *o, struct dx_buf *out, bool *replayed, struct dx_err *err);

#endif
