/* trace: trace ids and the traceparent header (release-gates page 6.4).  Pure: random ids come from the caller. */
#ifndef DX_CORE_TRACE_H
#define DX_CORE_TRACE_H

#include <stdbool.h>

#define DX_TRACE_ID		33	/* 32 lower-case hex digits, not all zero, and a NUL */
#define DX_SPAN_ID		17	/* 16 of them */
#define DX_TRACEPARENT		56
#define DX_TRACE_SAMPLED	1u

struct dx_traceparent {
	char		trace_id[DX_TRACE_ID];
	char		span_id[DX_SPAN_ID];	/* of the caller's span: the parent */
	unsigned	flags;			/* DX_TRACE_SAMPLED; other bits are dropped */
};
/* False where the page says that the header is ignored; NULL is such a header.  *out is then untouched. */
bool	dx_traceparent_parse(const char *text, struct dx_traceparent *out);
void	dx_traceparent_print(const struct dx_traceparent *t, char out[static DX_TRACEPARENT]);
/* The trace that belongs to a correlation id: the digits of a UUID, else the start of its SHA-256.  False when they are all zero:
 * the trace id must then be random. */
bool	dx_trace_of_correlation(const char *correlation_id, char out[static DX_TRACE_ID]);
bool	dx_trace_id_valid(const char *s);

#endif
