/* decide: what its two files share: reading (decide.c) and answering (decide_answer.c). */
#ifndef DX_GATE_DECIDE_H
#define DX_GATE_DECIDE_H

#include "gate.h"
#include "op/gate.h"
#include "report/report.h"
#include "where.h"

struct dx_decide_args {
	int		 from, format;
	const char	*project, *environment, *resource, *action, *workspace, *costs, *cost_project, *prices, *plan_file, *key, *actions;
	bool		 dry_run, reopen;
	struct dx_where	 where;
	struct dx_list	 rules;
	int64_t		 timeout_ms;
};

struct dx_decide_run {
	struct dx_call		*call;
	const struct dx_decide_args	*args;
	struct dx_gate_options	 options;
	struct dx_gate		*gate;
	struct dx_report	*report;	/* NULL for json and ndjson */
	const char		*file;		/* operand at hand, NULL: stdin */
	size_t			 answered;	/* documents */
	bool			 batch;		/* several documents: refused ones are answered in place */
	struct dx_arena		 arena;		/* of the run: cost file, price book, table of actions */
	struct dx_json		 costs, prices, actions;
	char			 planfile_sha256[DX_SHA256_HEX], plan_sha256[DX_SHA256_HEX];
};

/* Decides what has gathered, then prints it: nothing is answered before it is durable.  -1 when stdout is lost. */
int	dx_decide_commit(struct dx_decide_run *r);

#endif
