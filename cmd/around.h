/* around: what goes on around each verb: its span begins before it, and ends and is sent when the answer is out. */
#ifndef DX_CMD_AROUND_H
#define DX_CMD_AROUND_H

#include "op/span.h"
#include "tool/tool.h"

static inline void
dx_around_begin(struct dx_call *c, const struct dx_opt_common *common)
{
	struct dx_span_options o = { .tool = c->tool->name, .name = c->verb->name, .traceparent = common->traceparent,
	    .otlp = common->otlp, .exports = common->exports };

	c->span = dx_span_new(&o);
	c->verbose = common->verbose;
}

static inline void
dx_around_drop(struct dx_call *c)
{
	dx_span_free(c->span);
	c->span = NULL;
}

/* Nothing of this changes stdout or the exit status. */
static inline void
dx_around_send(struct dx_call *c)
{
	struct dx_err err = { 0 };

	dx_span_end(c->span, (int)c->exit, dx_reason_code(c->first_error));
	if (dx_span_send(c->span, &err) != 0 && c->verbose)
		dx_tool_note(c, "the span was not sent: %s [%s]", err.text, dx_reason_code(err.reason));
	dx_around_drop(c);
}

/* For a tool that sends spans, and for one that holds no code to send anything. */
#define DX_AROUND_SENDS	{ true, dx_around_begin, dx_around_send }
#define DX_AROUND_QUIET	{ false, dx_around_begin, dx_around_drop }

#endif
