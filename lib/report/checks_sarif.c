#include "report/checks.h"
#include "report/report_internal.h"
#include "report/sarif.h"

static void
add(struct dx_arena *a, const struct dx_json *document, const struct dx_json *r, struct dx_json *rules, struct dx_json *results)
{
	const char *id = dx_arena_printf(a, "%s/%s", dx_report_member(document, "gate"), dx_report_member(r, "check"));
	struct dx_buf detail = { 0 };
	const char *title = dx_report_member(r, "title"), *remedy = dx_report_member(r, "remedy"), *state = dx_report_member(r, "state");

	dx_json_push(a, rules, dx_sarif_rule(a, id, title[0] != '\0' ? title : id, remedy, "error"));
	if (state[0] != 'F' && state[0] != 'E')
		return;
	dx_report_check_detail(r, &detail);
	dx_json_push(a, results, dx_sarif_result(a, id, "error", dx_arena_printf(a, "%s: %s", dx_report_member(r, "reason"),
	    detail.data != NULL ? detail.data : "")));
	dx_buf_release(&detail);
}

void
dx_report_checks_sarif(const struct dx_checks *c, size_t n, struct dx_buf *out)
{
	struct dx_arena a = { 0 };
	struct dx_json rules = dx_json_array(), results = dx_json_array();

	for (size_t i = 0; i < n; i++) {
		const struct dx_json *list = dx_json_get(c[i].document, "results");
		for (uint32_t k = 0; list != NULL && k < list->count; k++)
			add(&a, c[i].document, &list->u.items[k], &rules, &results);
	}
	dx_sarif_log(&a, "dealix-gate", rules, results, out);
	dx_arena_release(&a);
}
