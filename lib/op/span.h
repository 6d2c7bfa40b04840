/* span: what a call tells of itself to whoever traces (release-gates page 6.4): its place in a trace, for the ledger and for child
 * processes, and a span that may be sent when the answer is out.  Reads the environment, clock and random numbers; every function
 * takes NULL for a span and then does nothing. */
#ifndef DX_OP_SPAN_H
#define DX_OP_SPAN_H

#include <stdbool.h>
#include <stdint.h>

struct dx_err;
struct dx_span;

struct dx_span_options {
	const char	*tool;		/* "dealix-gate": the service */
	const char	*name;		/* "decide", "policy set" */
	const char	*traceparent;	/* --traceparent, or NULL; one that is ignored leaves the environment's TRACEPARENT */
	const char	*otlp;		/* --otlp, or NULL */
	bool		 exports;	/* the tool can send at all */
};
/* Borrows the options' texts. */
struct dx_span	*dx_span_new(const struct dx_span_options *o);
void	dx_span_free(struct dx_span *s);

/* The header that child processes get, with this span as their parent; NULL for no span. */
const char	*dx_span_traceparent(const struct dx_span *s);
/* The trace that ledger entries name: one that came in, or that the span is sent with; NULL: nobody would know it. */
const char	*dx_span_trace_id(const struct dx_span *s);
/* The trace that came in, or NULL. */
const char	*dx_span_came_in(const struct dx_span *s);
/* The call turned out to belong to that trace: counts unless one came in.  Before any child is started. */
void	dx_span_join(struct dx_span *s, const char *trace_id);
/* Attributes; never payloads, tokens or personal data.  Texts are copied; a name that was there is replaced; NULL values are left
 * out. */
void	dx_span_text(struct dx_span *s, const char *name, const char *value);
void	dx_span_int(struct dx_span *s, const char *name, int64_t value);
/* How it ended: exit status, and the code of an error ("" or NULL: it was answered). */
void	dx_span_end(struct dx_span *s, int exit_status, const char *error_code);

/* op/span_export: sends an ended span where --otlp or the OTEL_ variables say; 0 also when nothing is to be sent.  Takes at most
 * OTEL_EXPORTER_OTLP_TIMEOUT in all.  http_failed, http_unavailable, usage (of the URL). */
int	dx_span_send(struct dx_span *s, struct dx_err *err);

#endif
