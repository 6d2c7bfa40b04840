/* core/trace_check: what makes a trace complete, release-gates page 6.3. */
#include "core/trace_check.h"
#include "tap.h"

#define D	{ .kind = DX_TRACE_DECISION, .seq = 10, .tenant = "t1", .decision_id = "d1", .fingerprint = "f1", .needs_approval = true, .named_seq = 40 }
#define A	{ .kind = DX_TRACE_APPROVAL, .seq = 20, .tenant = "t1", .decision_id = "d1", .fingerprint = "f1", .named_seq = -1 }
#define X	{ .kind = DX_TRACE_EXECUTION, .seq = 30, .tenant = "t1", .decision_id = "d1", .fingerprint = "f1", .named_seq = 40 }
#define E	{ .kind = DX_TRACE_EVIDENCE, .seq = 40, .tenant = "t1", .named_seq = -1 }

static void
is(const struct dx_trace_record *r, size_t n, const char *want, const char *what)
{
	struct dx_trace_verdict v;
	char got[300] = "";
	size_t len = 0;

	dx_trace_check(r, n, &v);
	for (unsigned i = 0; i < v.error_count; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%s", i > 0 ? " " : "", dx_reason_code(v.error[i]));
	is_str(got, want, "%s", what);
	ok(v.complete == (want[0] == '\0'), "complete when nothing is wrong");
}
#define IS(r, want, what)	is((r), sizeof(r) / sizeof((r)[0]), (want), (what))

static void
test_complete(void)
{
	struct dx_trace_record whole[] = { D, A, X, E }, other[] = { E, X, A, D }, unexecuted[] = { D, A, E }, automatic[] = { D, E };
	struct dx_trace_verdict v;

	IS(whole, "", "all four");
	IS(other, "", "in any order of the list");
	IS(unexecuted, "", "nothing need have been executed");
	automatic[0].needs_approval = false;
	IS(automatic, "", "what needs nobody's approval has none");
	dx_trace_check(whole, 4, &v);
	ok(v.count[DX_TRACE_DECISION] == 1 && v.count[DX_TRACE_APPROVAL] == 1 && v.count[DX_TRACE_EXECUTION] == 1 && v.count[DX_TRACE_EVIDENCE] == 1,
	    "they are counted");
}

static void
test_faults(void)
{
	struct dx_trace_record r[] = { D, A, X, E, X };

	is(NULL, 0, "trace_empty", "no record");
	is(r + 1, 3, "trace_no_decision", "no decision");
	{
		struct dx_trace_record x[] = { D, E };
		IS(x, "trace_no_approval", "nobody approved");
	}
	{
		struct dx_trace_record x[] = { D, X, E };
		IS(x, "trace_no_approval trace_unapproved_execution", "executed, and nobody approved");
	}
	{	/* the page's example: execution stored before its approval, no evidence */
		struct dx_trace_record x[] = { D, A, X };
		x[0].named_seq = x[2].named_seq = -1;
		x[2].seq = 15;
		IS(x, "trace_order trace_no_evidence", "executed before the approval, no evidence");
	}
	{
		struct dx_trace_record x[] = { D, A, X, E };
		x[1].tenant = "t2";
		IS(x, "trace_tenant_mix", "an approval of another tenant");
		x[1].tenant = "t1";
		x[1].fingerprint = "f2";
		IS(x, "trace_fingerprint", "an approval of another request");
		x[1].fingerprint = "f1";
		x[2].fingerprint = "f2";
		IS(x, "trace_fingerprint", "an execution of another request");
		x[2].fingerprint = NULL;
		IS(x, "", "one that names no request");
		x[2].named_seq = -1;
		IS(x, "trace_no_evidence", "evidence that names the decision alone");
		x[2].named_seq = 25;
		IS(x, "trace_order", "evidence from before the execution");
	}
	IS(r, "trace_double_execution", "two executions");
	{
		struct dx_trace_record x[] = { D, A, X, E };
		x[0].named_seq = -1;
		IS(x, "trace_no_evidence", "evidence that names the execution alone");
		x[0].named_seq = 5;
		IS(x, "trace_order", "evidence from before the decision");
		x[0].named_seq = 40;
		x[1].seq = 5;
		IS(x, "trace_order", "approved before the decision");
		x[1].seq = 20;
		x[2].seq = 5;
		IS(x, "trace_order", "executed before the decision");
	}
}

static void
test_denied(void)
{
	struct dx_trace_record x[] = { D, X }, two[] = { D, D, A, X, E };

	x[0].denied = true;
	x[0].named_seq = -1;
	is(x, 1, "", "a denied decision is complete");
	IS(x, "trace_unapproved_execution", "unless it was executed");
	x[0].needs_approval = false;
	IS(x, "trace_unapproved_execution", "also where no approval would have helped");
	/* An expired one, and the one that was asked for again. */
	two[0].decision_id = "d0";
	two[0].denied = true;
	two[0].named_seq = -1;
	IS(two, "", "a denied decision beside one that was approved");
	two[2].decision_id = "d0";
	IS(two, "trace_no_approval trace_unapproved_execution", "an approval of the one is none of the other");
}

int
main(void)
{
	test_complete();
	test_faults();
	test_denied();
	return done();
}
