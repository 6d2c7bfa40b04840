/* Gates as SARIF: a rule a check; what is waived is a suppressed result. */
#include "check/waivers.h"
#include "report/checks_inner.h"
#include "report/sarif.h"

static void
suppress(struct dx_arena *a, const struct dx_result *r, struct dx_json *o)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < r->waiver_count; i++) {
		const struct dx_waiver *w = r->waiver[i];
		struct dx_json one = dx_json_object();

		dx_json_put(a, &one, "justification", dx_json_text(dx_arena_printf(a, "%s until %s (%s, approved by %s): %s", w->id, w->expires_at,
		    w->owner, w->approved_by, w->reason)));
		dx_json_put(a, &one, "kind", dx_json_text("external"));
		dx_json_put(a, &one, "status", dx_json_text("accepted"));
		dx_json_push(a, &list, one);
	}
	dx_json_put(a, o, "suppressions", list);
}

static void
add(struct dx_arena *a, const struct dx_gate_run *g, const struct dx_result *r, struct dx_json *rules, struct dx_json *results)
{
	const char *id = dx_arena_printf(a, "%s/%s", g->plan->id, r->check);
	enum dx_outcome how = dx_check_outcome(g, r);
	struct dx_buf why = { 0 };
	struct dx_json o;

	dx_json_push(a, rules, dx_sarif_rule(a, id, r->title != NULL ? r->title : id, r->remedy != NULL ? r->remedy : "", "error"));
	if (how != DX_OUTCOME_GOOD && how != DX_OUTCOME_SKIPPED) {
		dx_check_why(r, &why);
		o = dx_sarif_result(a, id, how == DX_OUTCOME_BAD ? "error" : "warning", why.data);
		if (how == DX_OUTCOME_WAIVED)
			suppress(a, r, &o);
		dx_json_push(a, results, o);
	}
	for (size_t k = 0; k < r->unused_count; k++)
		dx_json_push(a, results, dx_sarif_result(a, id, "note", dx_arena_printf(a, "%s: waiver %s covers nothing",
		    dx_reason_code(DX_R_WAIVER_UNUSED), r->unused[k]->id)));
	dx_buf_release(&why);
}

void
dx_report_checks_sarif(const struct dx_gate_run *g, size_t n, struct dx_buf *out)
{
	struct dx_arena a = { 0 };
	struct dx_json rules = dx_json_array(), results = dx_json_array();

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < g[i].plan->count; k++)
			add(&a, &g[i], &g[i].result[k], &rules, &results);
	for (size_t i = 0; i < n; i++)
		if (g[i].plan->mandatory && g[i].score->applicable == 0)
			dx_json_push(&a, &results, dx_sarif_result(&a, dx_arena_printf(&a, "%s/%s", g[i].plan->id, g[i].plan->check[0].id), "error",
			    dx_reason_code(DX_R_GATE_NOTHING_APPLICABLE)));
	dx_sarif_log(&a, "dealix-gate", rules, results, out);
	dx_arena_release(&a);
}
