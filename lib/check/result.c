#include <stdio.h>

#include "check/result.h"
#include "check/waivers.h"

const char *const dx_state_names[] = { "PASS", "FAIL", "WAIVED", "NOT_APPLICABLE", "ERROR", NULL };

unsigned
dx_score_tenths(unsigned passed, unsigned applicable)
{
	uint64_t twice, whole;

	if (applicable == 0 || passed == 0)
		return 0;
	if (passed == applicable)
		return 1000;
	twice = 2000 * (uint64_t)passed;
	whole = twice / (2 * (uint64_t)applicable);
	twice -= whole * 2 * applicable;
	if (twice > applicable || (twice == applicable && whole % 2 == 1))
		whole++;
	return whole < 1 ? 1 : whole > 999 ? 999 : (unsigned)whole;
}

struct dx_score
dx_score(const struct dx_result *results, size_t n)
{
	struct dx_score s = { .total = (unsigned)n };

	for (size_t i = 0; i < n; i++) {
		s.applicable += results[i].state != DX_STATE_NOT_APPLICABLE;
		s.passed += results[i].state == DX_STATE_PASS;
		s.waived += results[i].state == DX_STATE_WAIVED;
		s.failed += results[i].state == DX_STATE_FAIL;
		s.errors += results[i].state == DX_STATE_ERROR;
		s.structural += results[i].state == DX_STATE_PASS && !results[i].behavioural;
	}
	s.tenths = dx_score_tenths(s.passed, s.applicable);
	s.ready = s.applicable > 0 && s.failed == 0 && s.errors == 0;
	return s;
}

void
dx_score_print(unsigned tenths_, char out[static 8])
{
	(void)snprintf(out, 8, "%u.%u", (tenths_ / 10) % 1000, tenths_ % 10);
}

void
dx_score_lines(const struct dx_score *s, const char *score_label, const char *ready_label, bool one_line, struct dx_buf *out)
{
	char percent[8];

	dx_score_print(s->tenths, percent);
	dx_buf_printf(out, "%s: %s%% (%u/%u", score_label != NULL ? score_label : "SCORE", percent, s->passed, s->applicable);
	if (s->waived > 0)
		dx_buf_printf(out, ", %u waived", s->waived);
	dx_buf_puts(out, one_line ? ") \xE2\x80\x94 " : ")\n");
	dx_buf_printf(out, "%s: %s", ready_label != NULL ? ready_label : "READY", s->ready ? "YES" : "NO");
	if (s->errors > 0)
		dx_buf_printf(out, " (%u ERROR%s)", s->errors, s->errors == 1 ? "" : "S");
	else if (s->ready && s->waived > 0)
		dx_buf_puts(out, " (WITH WAIVERS)");
	dx_buf_putc(out, '\n');
}

enum dx_exit
dx_score_exit(const struct dx_score *s)
{
	if (s->ready)
		return DX_EXIT_YES;
	return s->failed > 0 || s->applicable == 0 ? DX_EXIT_NO : DX_EXIT_RETRY;
}

static struct dx_json
details(struct dx_arena *a, const struct dx_result *r)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < r->details.count; i++)
		dx_json_push(a, &list, dx_json_text(r->details.item[i]));
	if (r->details.count == 0 && r->detail[0] != '\0')
		dx_json_push(a, &list, dx_json_text(r->detail));
	return list;
}

static struct dx_json
waivers(struct dx_arena *a, const struct dx_result *r)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < r->waiver_count; i++) {
		const struct dx_waiver *w = r->waiver[i];
		struct dx_json o = dx_json_object();

		dx_json_put(a, &o, "approved_by", dx_json_text(w->approved_by));
		dx_json_put(a, &o, "expires_at", dx_json_text(w->expires_at));
		dx_json_put(a, &o, "id", dx_json_text(w->id));
		if (w->issue != NULL)
			dx_json_put(a, &o, "issue", dx_json_text(w->issue));
		dx_json_put(a, &o, "owner", dx_json_text(w->owner));
		dx_json_put(a, &o, "reason", dx_json_text(w->reason));
		dx_json_push(a, &list, o);
	}
	return list;
}

static void
put_text(struct dx_arena *a, struct dx_json *o, const char *name, const char *text)
{
	if (text != NULL)
		dx_json_put(a, o, name, dx_json_text(text));
}

static struct dx_json
result_object(struct dx_arena *a, const struct dx_result *r)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "check", dx_json_text(r->check));
	dx_json_put(a, &o, "detail", details(a, r));
	dx_json_put(a, &o, "duration_ms", dx_json_int(a, r->duration_ms));
	if (r->failures.type == DX_JSON_ARRAY)
		dx_json_put(a, &o, "failures", r->failures);
	put_text(a, &o, "inputs_sha256", r->inputs_sha256);
	if (r->observed.type != DX_JSON_NULL)
		dx_json_put(a, &o, "observed", r->observed);
	dx_json_put(a, &o, "reason", dx_json_text(r->reason));
	if (r->state != DX_STATE_PASS)
		put_text(a, &o, "remedy", r->remedy);
	dx_json_put(a, &o, "state", dx_json_text(dx_state_names[r->state]));
	dx_json_put(a, &o, "strength", dx_json_text(r->behavioural ? "behavioural" : "structural"));
	put_text(a, &o, "title", r->title);
	put_text(a, &o, "title_ar", r->title_ar);
	if (r->waiver_count > 0)
		dx_json_put(a, &o, "waivers", waivers(a, r));
	return o;
}

/* Waivers that the run had no use for. */
static struct dx_json
warnings(struct dx_arena *a, const struct dx_result *results, size_t n)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < results[i].unused_count; k++) {
			struct dx_json o = dx_json_object();

			dx_json_put(a, &o, "check", dx_json_text(results[i].check));
			dx_json_put(a, &o, "code", dx_json_text(dx_reason_code(DX_R_WAIVER_UNUSED)));
			dx_json_put(a, &o, "waiver", dx_json_text(results[i].unused[k]->id));
			dx_json_push(a, &list, o);
		}
	return list;
}

struct dx_json
dx_result_document(struct dx_arena *a, const struct dx_result_head *head, const struct dx_result *results, size_t n,
    const struct dx_score *s)
{
	struct dx_json o = dx_json_object(), list = dx_json_array(), remarks = warnings(a, results, n);

	for (size_t i = 0; i < n; i++)
		dx_json_push(a, &list, result_object(a, &results[i]));
	dx_json_put(a, &o, "applicable", dx_json_int(a, s->applicable));
	put_text(a, &o, "commit", head->commit);
	dx_json_put(a, &o, "errors", dx_json_int(a, s->errors));
	dx_json_put(a, &o, "evaluated_at", dx_json_text(head->evaluated_at));
	dx_json_put(a, &o, "failed", dx_json_int(a, s->failed));
	dx_json_put(a, &o, "gate", dx_json_text(head->gate));
	dx_json_put(a, &o, "gate_sha256", dx_json_text(head->gate_sha256));
	if (!head->mandatory)
		dx_json_put(a, &o, "mandatory", dx_json_bool(false));
	dx_json_put(a, &o, "passed", dx_json_int(a, s->passed));
	dx_json_put(a, &o, "ready", dx_json_bool(s->ready));
	if (s->applicable == 0)
		dx_json_put(a, &o, "reason", dx_json_text(dx_reason_code(DX_R_GATE_NOTHING_APPLICABLE)));
	put_text(a, &o, "release", head->release);
	dx_json_put(a, &o, "results", list);
	dx_json_put(a, &o, "schema", dx_json_text("dealix.gate.result.v1"));
	dx_json_put(a, &o, "score_tenths", dx_json_int(a, s->tenths));
	dx_json_put(a, &o, "structural", dx_json_int(a, s->structural));
	put_text(a, &o, "title", head->title);
	put_text(a, &o, "title_ar", head->title_ar);
	dx_json_put(a, &o, "total", dx_json_int(a, s->total));
	put_text(a, &o, "trace_id", head->trace_id);
	dx_json_put(a, &o, "waived", dx_json_int(a, s->waived));
	put_text(a, &o, "waivers_sha256", head->waivers_sha256);
	if (remarks.count > 0)
		dx_json_put(a, &o, "warnings", remarks);
	return o;
}
