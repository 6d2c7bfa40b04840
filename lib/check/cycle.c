/* Gates that rest on gates, among the documents of one call. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/plan.h"

struct walk { const struct dx_check_plan *const *plan; size_t n; bool *seen; };

/* Whether the plan asks for the result of the one with that id, itself or by way of the others. */
static bool
rests_on(struct walk *w, size_t at, const char *id)
{
	const struct dx_check_plan *p = w->plan[at];

	w->seen[at] = true;
	for (size_t i = 0; i < p->count; i++) {
		const char *gate = p->check[i].u.gate.gate;

		if (p->check[i].type != DX_CHECK_GATE)
			continue;
		if (strcmp(gate, id) == 0)
			return true;
		for (size_t k = 0; k < w->n; k++)
			if (!w->seen[k] && strcmp(w->plan[k]->id, gate) == 0 && rests_on(w, k, id))
				return true;
	}
	return false;
}

void
dx_plans_cycle(const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults)
{
	struct walk w = { plan, n, dx_alloc(n) };

	for (size_t i = 0; i < n; i++) {
		memset(w.seen, 0, n);
		if (rests_on(&w, i, plan[i]->id))
			dx_fault_add(faults, DX_R_GATE_CYCLE, "", "gate %s asks for its own result", plan[i]->id);
	}
	free(w.seen);
}

static void
place(struct walk *w, size_t at, size_t order[], size_t *n)
{
	const struct dx_check_plan *p = w->plan[at];

	if (w->seen[at])
		return;
	w->seen[at] = true;
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; p->check[i].type == DX_CHECK_GATE && k < w->n; k++)
			if (strcmp(w->plan[k]->id, p->check[i].u.gate.gate) == 0)
				place(w, k, order, n);
	order[(*n)++] = at;
}

void
dx_plans_order(const struct dx_check_plan *const *plan, size_t n, size_t order[])
{
	struct walk w = { plan, n, dx_alloc(n) };
	size_t placed = 0;

	memset(w.seen, 0, n);
	for (size_t i = 0; i < n; i++)
		place(&w, i, order, &placed);
	free(w.seen);
}
