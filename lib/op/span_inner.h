/* What the files of op/span share. */
#ifndef DX_OP_SPAN_INNER_H
#define DX_OP_SPAN_INNER_H

#include "core/trace.h"
#include "json/json.h"
#include "op/span.h"

struct dx_span {
	struct dx_span_options	 o;
	struct dx_arena		 arena;
	struct dx_traceparent	 at;		/* this span, as children see it */
	char			 parent[DX_SPAN_ID];	/* "" at the root */
	char			 header[DX_TRACEPARENT];
	bool			 came_in, exporting;
	int64_t			 started, ended;	/* us */
	struct dx_json		 attributes;	/* object */
	int			 exit_status;
	const char		*error_code;	/* NULL: none */
};

/* The endpoint in force (malloc), or NULL. */
char	*dx_otlp_endpoint(const char *option);

#endif
