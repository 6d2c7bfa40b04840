#include <string.h>

#include "core/trace_check.h"

const char *const dx_trace_kind_names[] = { "decision", "approval", "execution", "evidence", NULL };

struct records { const struct dx_trace_record *r; size_t n; };
typedef bool	fault_fn(const struct records *x);

/* Whether a record belongs to a decision; what names none belongs to each. */
static bool
belongs(const struct dx_trace_record *r, const struct dx_trace_record *decision)
{
	return r->decision_id == NULL || decision->decision_id == NULL || strcmp(r->decision_id, decision->decision_id) == 0;
}

static size_t
count_of(const struct records *x, enum dx_trace_kind kind, const struct dx_trace_record *decision)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++)
		n += x->r[i].kind == kind && (decision == NULL || belongs(&x->r[i], decision));
	return n;
}

/* Each decision in turn; NULL at the end. */
static const struct dx_trace_record *
next_decision(const struct records *x, const struct dx_trace_record *d)
{
	for (d = d == NULL ? x->r : d + 1; d < x->r + x->n; d++)
		if (d->kind == DX_TRACE_DECISION)
			return d;
	return NULL;
}

static bool
empty(const struct records *x)
{
	return x->n == 0;
}

static bool
no_decision(const struct records *x)
{
	return x->n > 0 && count_of(x, DX_TRACE_DECISION, NULL) == 0;
}

static bool
no_approval(const struct records *x)
{
	for (const struct dx_trace_record *d = next_decision(x, NULL); d != NULL; d = next_decision(x, d))
		if (d->needs_approval && !d->denied && count_of(x, DX_TRACE_APPROVAL, d) == 0)
			return true;
	return false;
}

static bool
unapproved_execution(const struct records *x)
{
	for (const struct dx_trace_record *d = next_decision(x, NULL); d != NULL; d = next_decision(x, d)) {
		bool missing = d->needs_approval && count_of(x, DX_TRACE_APPROVAL, d) == 0;

		for (size_t i = 0; i < x->n; i++)
			if (x->r[i].kind == DX_TRACE_EXECUTION && belongs(&x->r[i], d) &&
			    (missing || (d->denied && x->r[i].decision_id != NULL)))
				return true;
	}
	return false;
}

/* The first of a kind that belongs to a decision, INT64_MAX for none. */
static int64_t
first_of(const struct records *x, enum dx_trace_kind kind, const struct dx_trace_record *d)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < x->n; i++)
		if (x->r[i].kind == kind && belongs(&x->r[i], d) && x->r[i].seq < first)
			first = x->r[i].seq;
	return first;
}

static bool
evidence_too_early(const struct dx_trace_record *r)
{
	return (r->kind == DX_TRACE_DECISION || r->kind == DX_TRACE_EXECUTION) && !r->denied && r->named_seq >= 0 && r->named_seq < r->seq;
}

static bool
order(const struct records *x)
{
	for (const struct dx_trace_record *d = next_decision(x, NULL); d != NULL; d = next_decision(x, d)) {
		int64_t approval = first_of(x, DX_TRACE_APPROVAL, d), execution = first_of(x, DX_TRACE_EXECUTION, d);

		if (approval < d->seq || execution < d->seq || (approval != INT64_MAX && execution < approval))
			return true;
	}
	for (size_t i = 0; i < x->n; i++)
		if (evidence_too_early(&x->r[i]))
			return true;
	return false;
}

static bool
tenant_mix(const struct records *x)
{
	for (size_t i = 1; i < x->n; i++)
		if (strcmp(x->r[i].tenant, x->r[0].tenant) != 0)
			return true;
	return false;
}

static bool
fingerprint(const struct records *x)
{
	for (const struct dx_trace_record *d = next_decision(x, NULL); d != NULL; d = next_decision(x, d))
		for (size_t i = 0; i < x->n; i++)
			if (d->fingerprint != NULL && d->decision_id != NULL && x->r[i].fingerprint != NULL && x->r[i].decision_id != NULL &&
			    belongs(&x->r[i], d) && strcmp(x->r[i].fingerprint, d->fingerprint) != 0)
				return true;
	return false;
}

static bool
no_evidence(const struct records *x)
{
	for (size_t i = 0; i < x->n; i++)
		if ((x->r[i].kind == DX_TRACE_DECISION || x->r[i].kind == DX_TRACE_EXECUTION) && !x->r[i].denied && x->r[i].named_seq < 0)
			return true;
	return x->n > 0 && count_of(x, DX_TRACE_DECISION, NULL) == 0 && count_of(x, DX_TRACE_EVIDENCE, NULL) == 0;
}

static bool
double_execution(const struct records *x)
{
	for (const struct dx_trace_record *d = next_decision(x, NULL); d != NULL; d = next_decision(x, d))
		if (count_of(x, DX_TRACE_EXECUTION, d) > 1)
			return true;
	return count_of(x, DX_TRACE_DECISION, NULL) == 0 && count_of(x, DX_TRACE_EXECUTION, NULL) > 1;
}

void
dx_trace_check(const struct dx_trace_record *r, size_t n, struct dx_trace_verdict *out)
{
	static const struct { fault_fn *is; enum dx_reason reason; } faults[DX_TRACE_ERRORS] = {
		{ empty, DX_R_TRACE_EMPTY },
		{ no_decision, DX_R_TRACE_NO_DECISION },
		{ no_approval, DX_R_TRACE_NO_APPROVAL },
		{ unapproved_execution, DX_R_TRACE_UNAPPROVED_EXECUTION },
		{ order, DX_R_TRACE_ORDER },
		{ tenant_mix, DX_R_TRACE_TENANT_MIX },
		{ fingerprint, DX_R_TRACE_FINGERPRINT },
		{ no_evidence, DX_R_TRACE_NO_EVIDENCE },
		{ double_execution, DX_R_TRACE_DOUBLE_EXECUTION },
	};
	struct records x = { r, n };

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		out->count[r[i].kind]++;
	for (size_t i = 0; i < DX_TRACE_ERRORS; i++)
		if (faults[i].is(&x))
			out->error[out->error_count++] = faults[i].reason;
	out->complete = out->error_count == 0;
}
