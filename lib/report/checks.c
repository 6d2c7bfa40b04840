#include <string.h>

#include "check/waivers.h"
#include "report/checks_inner.h"

enum dx_outcome
dx_check_outcome(const struct dx_gate_run *g, const struct dx_result *r)
{
	switch (r->state) {
	case DX_STATE_PASS:
		break;
	case DX_STATE_FAIL:
	case DX_STATE_ERROR:
		return g->plan->mandatory ? DX_OUTCOME_BAD : DX_OUTCOME_OPTIONAL;
	case DX_STATE_WAIVED:
		return DX_OUTCOME_WAIVED;
	case DX_STATE_NOT_APPLICABLE:
		return DX_OUTCOME_SKIPPED;
	}
	return DX_OUTCOME_GOOD;
}

static void
details(const struct dx_result *r, struct dx_buf *out)
{
	int64_t failed, total;

	if (r->details.count == 0)
		dx_buf_puts(out, r->detail);
	else if (strcmp(r->reason, dx_reason_code(DX_R_TESTS_FAILED)) == 0 && dx_json_int64(dx_json_get(&r->observed, "failed"), &failed) &&
	    dx_json_int64(dx_json_get(&r->observed, "total"), &total))
		dx_buf_printf(out, "%lld of %lld: ", (long long)failed, (long long)total);
	for (size_t i = 0; i < r->details.count; i++)
		dx_buf_printf(out, "%s%s", i > 0 ? "; " : "", r->details.item[i]);
}

void
dx_check_why(const struct dx_result *r, struct dx_buf *out)
{
	dx_buf_puts(out, r->reason);
	if (r->details.count > 0 || r->detail[0] != '\0')
		dx_buf_puts(out, ": ");
	details(r, out);
}

void
dx_check_waived(const struct dx_result *r, bool in_full, struct dx_buf *out)
{
	for (size_t i = 0; i < r->waiver_count; i++) {
		const struct dx_waiver *w = r->waiver[i];

		dx_buf_printf(out, "%s%s", i == 0 ? "waived " : ", ", w->id);
		if (in_full)
			dx_buf_printf(out, " until %s (%s, approved by %s): %s", w->expires_at, w->owner, w->approved_by, w->reason);
	}
}

void
dx_report_checks(enum dx_format format, bool one_line, const struct dx_gate_run *g, size_t n, const struct dx_json *all,
    struct dx_buf *out)
{
	switch (format) {
	case DX_FORMAT_TAP:
		dx_report_checks_tap(g, n, out);
		break;
	case DX_FORMAT_JUNIT:
		dx_report_checks_junit(g, n, out);
		break;
	case DX_FORMAT_SARIF:
		dx_report_checks_sarif(g, n, out);
		break;
	case DX_FORMAT_GITHUB:
		dx_report_checks_github(g, n, out);
		break;
	case DX_FORMAT_TEXT:
	case DX_FORMAT_JSON:
	case DX_FORMAT_NDJSON:
		dx_report_checks_text(one_line, g, n, all, out);
		break;
	}
}
