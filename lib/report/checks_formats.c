/* Gates as TAP, JUnit and workflow commands of GitHub: whoever reads them comes to the verdict that JSON has. */
#include <string.h>

#include "check/waivers.h"
#include "report/checks_inner.h"
#include "report/escape.h"

/* A mandatory gate to which nothing applied is not ready, though no check of it failed. */
static bool
nothing(const struct dx_gate_run *g)
{
	return g->plan->mandatory && g->score->applicable == 0;
}

/* --- tap --- */

static void
tap_point(const struct dx_gate_run *g, const struct dx_result *r, unsigned number, struct dx_buf *out)
{
	enum dx_outcome how = dx_check_outcome(g, r);
	struct dx_buf raw = { 0 };

	dx_buf_printf(out, "%s %u - ", how == DX_OUTCOME_GOOD || how == DX_OUTCOME_SKIPPED ? "ok" : "not ok", number);
	dx_tap_text(g->plan->id, out);
	dx_buf_putc(out, '/');
	dx_tap_text(r->check, out);
	if (how == DX_OUTCOME_SKIPPED)
		dx_buf_puts(out, " # SKIP not applicable");
	else if (how == DX_OUTCOME_WAIVED) {
		dx_check_waived(r, false, &raw);
		dx_buf_puts(out, " # TODO ");
		dx_tap_text(raw.data, out);
		dx_buf_reset(&raw);
	} else if (how == DX_OUTCOME_OPTIONAL)
		dx_buf_puts(out, " # TODO not mandatory");
	dx_buf_putc(out, '\n');
	if (how != DX_OUTCOME_GOOD && how != DX_OUTCOME_SKIPPED) {
		dx_check_why(r, &raw);
		dx_buf_puts(out, "# ");
		dx_tap_text(raw.data, out);
		dx_buf_putc(out, '\n');
	}
	dx_buf_release(&raw);
}

void
dx_report_checks_tap(const struct dx_gate_run *g, size_t n, struct dx_buf *out)
{
	unsigned number = 0, planned = 0;

	for (size_t i = 0; i < n; i++)
		planned += g[i].score->total + nothing(&g[i]);
	dx_buf_printf(out, "TAP version 14\n1..%u\n", planned);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < g[i].plan->count; k++)
			tap_point(&g[i], &g[i].result[k], ++number, out);
		if (nothing(&g[i]))
			dx_buf_printf(out, "not ok %u - %s: %s\n", ++number, g[i].plan->id, dx_reason_code(DX_R_GATE_NOTHING_APPLICABLE));
	}
}

/* --- junit --- */

static void
junit_skipped(const char *text, struct dx_buf *out)
{
	dx_buf_puts(out, ">\n      <skipped message=\"");
	dx_xml_text(text, out);
	dx_buf_puts(out, "\"/>\n    </testcase>\n");
}

static void
junit_failed(const struct dx_result *r, struct dx_buf *out)
{
	struct dx_buf raw = { 0 };
	size_t skip = strlen(r->reason) + 2;

	dx_check_why(r, &raw);
	dx_buf_printf(out, ">\n      <%s type=\"", r->state == DX_STATE_FAIL ? "failure" : "error");
	dx_xml_text(r->reason, out);
	dx_buf_puts(out, "\" message=\"");
	dx_xml_text(raw.len > skip ? raw.data + skip : "", out);
	dx_buf_puts(out, "\"/>\n    </testcase>\n");
	dx_buf_release(&raw);
}

static void
junit_case(const struct dx_gate_run *g, const struct dx_result *r, struct dx_buf *out)
{
	struct dx_buf raw = { 0 };

	dx_buf_puts(out, "    <testcase classname=\"");
	dx_xml_text(g->plan->id, out);
	dx_buf_puts(out, "\" name=\"");
	dx_xml_text(r->check, out);
	dx_buf_printf(out, "\" time=\"%lld.%03lld\"", (long long)(r->duration_ms / 1000), (long long)(r->duration_ms % 1000));
	switch (dx_check_outcome(g, r)) {
	case DX_OUTCOME_GOOD:
		dx_buf_puts(out, "/>\n");
		break;
	case DX_OUTCOME_BAD:
		junit_failed(r, out);
		break;
	case DX_OUTCOME_SKIPPED:
		junit_skipped("not applicable", out);
		break;
	case DX_OUTCOME_WAIVED:
		dx_check_waived(r, true, &raw);
		junit_skipped(raw.data, out);
		break;
	case DX_OUTCOME_OPTIONAL:
		dx_buf_puts(&raw, "not mandatory: ");
		dx_check_why(r, &raw);
		junit_skipped(raw.data, out);
		break;
	}
	dx_buf_release(&raw);
}

static void
junit_suite(const struct dx_gate_run *g, struct dx_buf *out)
{
	unsigned count[5] = { 0 }, errors = 0;

	for (size_t i = 0; i < g->plan->count; i++) {
		enum dx_outcome how = dx_check_outcome(g, &g->result[i]);
		count[how]++;
		errors += how == DX_OUTCOME_BAD && g->result[i].state == DX_STATE_ERROR;
	}
	dx_buf_puts(out, "  <testsuite name=\"");
	dx_xml_text(g->plan->id, out);
	dx_buf_printf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", g->score->total + nothing(g),
	    count[DX_OUTCOME_BAD] - errors + nothing(g), errors,
	    count[DX_OUTCOME_SKIPPED] + count[DX_OUTCOME_WAIVED] + count[DX_OUTCOME_OPTIONAL]);
	for (size_t i = 0; i < g->plan->count; i++)
		junit_case(g, &g->result[i], out);
	if (nothing(g)) {
		dx_buf_puts(out, "    <testcase classname=\"");
		dx_xml_text(g->plan->id, out);
		dx_buf_printf(out, "\" name=\"applicable\">\n      <failure type=\"%s\" message=\"%s\"/>\n    </testcase>\n",
		    dx_reason_code(DX_R_GATE_NOTHING_APPLICABLE), dx_reason_text(DX_R_GATE_NOTHING_APPLICABLE));
	}
	dx_buf_puts(out, "  </testsuite>\n");
}

void
dx_report_checks_junit(const struct dx_gate_run *g, size_t n, struct dx_buf *out)
{
	dx_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < n; i++)
		junit_suite(&g[i], out);
	dx_buf_puts(out, "</testsuites>\n");
}

/* --- github --- */

static void
github_line(const char *command, const struct dx_gate_run *g, const char *check, const char *text, struct dx_buf *out)
{
	dx_buf_printf(out, "::%s title=", command);
	dx_github_text(g->plan->id, true, out);
	if (check != NULL) {
		dx_buf_putc(out, '/');
		dx_github_text(check, true, out);
	}
	dx_buf_puts(out, "::");
	dx_github_text(text, false, out);
	dx_buf_putc(out, '\n');
}

static void
github_result(const struct dx_gate_run *g, const struct dx_result *r, struct dx_buf *out)
{
	enum dx_outcome how = dx_check_outcome(g, r);
	struct dx_buf raw = { 0 };

	if (how == DX_OUTCOME_WAIVED) {
		dx_check_waived(r, true, &raw);
		dx_buf_puts(&raw, "; ");
	}
	dx_check_why(r, &raw);
	if (how != DX_OUTCOME_GOOD && how != DX_OUTCOME_SKIPPED)
		github_line(how == DX_OUTCOME_BAD ? "error" : "warning", g, r->check, raw.data, out);
	for (size_t k = 0; k < r->unused_count; k++) {
		dx_buf_reset(&raw);
		dx_buf_printf(&raw, "waiver %s covers nothing", r->unused[k]->id);
		github_line("warning", g, r->check, raw.data, out);
	}
	dx_buf_release(&raw);
}

void
dx_report_checks_github(const struct dx_gate_run *g, size_t n, struct dx_buf *out)
{
	struct dx_buf raw = { 0 };

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < g[i].plan->count; k++)
			github_result(&g[i], &g[i].result[k], out);
		dx_buf_reset(&raw);
		dx_score_lines(g[i].score, g[i].plan->score_label, g[i].plan->ready_label, true, &raw);
		raw.data[raw.len - 1] = '\0';
		github_line(g[i].score->ready ? "notice" : g[i].plan->mandatory ? "error" : "warning", &g[i], NULL, raw.data, out);
	}
	dx_buf_release(&raw);
}
