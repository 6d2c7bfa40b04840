#include <string.h>

#include "check/gates.h"

void
dx_gates_distinct(const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(plan[i]->id, plan[k]->id) == 0) {
				dx_fault_add(faults, DX_R_GATE_DUPLICATE_ID, "/id", "gate \"%s\" stands in two of the documents", plan[i]->id);
				break;
			}
}

static bool
reads_stdin(const struct dx_check *c)
{
	return c != NULL && c->type == DX_CHECK_JSON_PREDICATE && strcmp(c->u.json.path, "-") == 0;
}

void
dx_gates_stdin(const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults)
{
	const char *first = NULL;

	for (size_t i = 0; i < n; i++) {
		bool reads = false;

		for (size_t k = 0; k < plan[i]->count; k++)
			reads = reads || reads_stdin(&plan[i]->check[k]) || reads_stdin(plan[i]->check[k].when);
		if (reads && first != NULL)
			dx_fault_add(faults, DX_R_FIELD_INVALID, "/groups", "gates \"%s\" and \"%s\" both read standard input: one check at most may",
			    first, plan[i]->id);
		else if (reads)
			first = plan[i]->id;
	}
}

bool
dx_gates_ready(const struct dx_gate_run *g, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g[i].plan->mandatory && !g[i].score->ready)
			return false;
	return true;
}

static bool
has_unused(const struct dx_gate_run *g)
{
	for (size_t i = 0; i < g->plan->count; i++)
		if (g->result[i].unused_count > 0)
			return true;
	return false;
}

enum dx_exit
dx_gates_exit(const struct dx_gate_run *g, size_t n, bool strict)
{
	enum dx_exit worst = DX_EXIT_YES;

	for (size_t i = 0; i < n; i++) {
		if (g[i].plan->mandatory)
			worst = dx_exit_worse(worst, dx_score_exit(g[i].score));
		if (strict && has_unused(&g[i]))
			worst = dx_exit_worse(worst, DX_EXIT_NO);
	}
	return worst;
}

/* --- what to do --- */

/* By the reason where page 1.6 has words for it. */
static const char *
advice(const struct dx_check *c, const struct dx_result *r)
{
	enum dx_reason reason = dx_reason_find(r->reason);
	const char *remedy = dx_reason_remedy(reason);

	if (c->remedy != NULL)
		return c->remedy;
	if (reason == DX_R_TESTS_FAILED || reason == DX_R_REQUIRED_TEST_NOT_PASSED)
		return c->waivable && !c->never_waivable ? "fix the failing test or file a known issue with owner and expiry" :
		    "fix the failing test";
	if (reason == DX_R_FILE_MISSING || reason == DX_R_DIR_MISSING)
		return "add or move the file";
	return remedy[0] != '\0' ? remedy : "mend what the check shows";
}

static void
add_once(struct dx_arena *a, struct dx_json *list, const char *text)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strcmp(list->u.items[i].u.text, text) == 0)
			return;
	dx_json_push(a, list, dx_json_text(text));
}

static struct dx_json
next(struct dx_arena *a, const struct dx_gate_run *g, size_t n)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < n; i++) {
		if (!g[i].plan->mandatory)
			continue;
		if (g[i].score->applicable == 0)
			add_once(a, &list, dx_reason_remedy(DX_R_GATE_NOTHING_APPLICABLE));
		for (size_t k = 0; k < g[i].plan->count; k++)
			if (g[i].result[k].state == DX_STATE_FAIL || g[i].result[k].state == DX_STATE_ERROR)
				add_once(a, &list, advice(&g[i].plan->check[k], &g[i].result[k]));
	}
	return list;
}

struct dx_json
dx_gates_document(struct dx_arena *a, const char *release, const struct dx_gate_run *g, size_t n)
{
	struct dx_json o = dx_json_object(), gates = dx_json_array();

	for (size_t i = 0; i < n; i++)
		dx_json_push(a, &gates, *g[i].document);
	dx_json_put(a, &o, "gates", gates);
	dx_json_put(a, &o, "next", next(a, g, n));
	dx_json_put(a, &o, "ready", dx_json_bool(dx_gates_ready(g, n)));
	if (release != NULL)
		dx_json_put(a, &o, "release", dx_json_text(release));
	dx_json_put(a, &o, "schema", dx_json_text("dealix.gate.results.v1"));
	return o;
}
