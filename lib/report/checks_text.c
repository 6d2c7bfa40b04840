/* Gates as text: groups, checks, and the exact lines of page 1.5. */
#include "check/waivers.h"
#include "report/checks_inner.h"
#include "report/escape.h"

/* "English / Arabic", or the one there is. */
static void
titles(const char *title, const char *title_ar, struct dx_buf *out)
{
	dx_plain_text(title, out);
	if (title != NULL && title_ar != NULL)
		dx_buf_puts(out, " / ");
	dx_plain_text(title_ar, out);
}

static void
line(const char *in, const char *mark, struct dx_buf *raw, struct dx_buf *out)
{
	dx_buf_printf(out, "%s       %s", in, mark);
	dx_plain_text(raw->data, out);
	dx_buf_putc(out, '\n');
	dx_buf_reset(raw);
}

static void
failures(const struct dx_result *r, const char *in, struct dx_buf *out)
{
	for (uint32_t i = 0; r->failures.type == DX_JSON_ARRAY && i < r->failures.count; i++) {
		const struct dx_json *one = &r->failures.u.items[i];
		dx_buf_printf(out, "%s         ", in);
		dx_plain_text(dx_report_member(one, "rule"), out);
		dx_buf_puts(out, "  ");
		dx_plain_text(dx_report_member(one, "at"), out);
		dx_buf_puts(out, "  ");
		dx_plain_text(dx_report_member(one, "message"), out);
		dx_buf_putc(out, '\n');
	}
}

static void
result(const struct dx_result *r, const char *in, struct dx_buf *out)
{
	struct dx_buf raw = { 0 };

	dx_buf_printf(out, "%s[%s] ", in, r->state == DX_STATE_NOT_APPLICABLE ? "N/A" : dx_state_names[r->state]);
	dx_plain_text(r->check, out);
	if (r->title != NULL || r->title_ar != NULL) {
		dx_buf_puts(out, "  ");
		titles(r->title, r->title_ar, out);
	}
	dx_buf_putc(out, '\n');
	if (r->state == DX_STATE_PASS || r->state == DX_STATE_NOT_APPLICABLE)
		return;
	dx_check_why(r, &raw);
	line(in, "", &raw, out);
	failures(r, in, out);
	if (r->waiver_count > 0) {
		dx_check_waived(r, true, &raw);
		line(in, "", &raw, out);
	}
	if (r->remedy != NULL && r->state != DX_STATE_WAIVED) {
		dx_buf_puts(&raw, r->remedy);
		line(in, "-> ", &raw, out);
	}
	dx_buf_release(&raw);
}

/* [PASS], [FAIL] when none passed, [PARTIAL] for some; what does not apply counts neither way. */
static void
group(const struct dx_gate_run *g, const struct dx_check_group *group, struct dx_buf *out)
{
	size_t good = 0, applicable = 0;

	for (size_t i = 0; i < group->count; i++) {
		enum dx_state state = g->result[group->first + i].state;
		good += state == DX_STATE_PASS || state == DX_STATE_WAIVED;
		applicable += state != DX_STATE_NOT_APPLICABLE;
	}
	dx_buf_printf(out, "[%s] ", applicable == 0 ? "N/A" : good == applicable ? "PASS" : good == 0 ? "FAIL" : "PARTIAL");
	titles(group->label != NULL ? group->label : group->id, group->label_ar, out);
	dx_buf_putc(out, '\n');
	for (size_t i = 0; i < group->count; i++)
		result(&g->result[group->first + i], "  ", out);
}

static void
unused(const struct dx_gate_run *g, struct dx_buf *out)
{
	for (size_t i = 0; i < g->plan->count; i++)
		for (size_t k = 0; k < g->result[i].unused_count; k++)
			dx_buf_printf(out, "waiver %s covers nothing of %s\n", g->result[i].unused[k]->id, g->result[i].check);
}

static void
gate(const struct dx_gate_run *g, struct dx_buf *out)
{
	for (size_t i = 0; i < g->plan->group_count; i++)
		group(g, &g->plan->group[i], out);
	for (size_t i = 0; g->plan->steps && i < g->plan->count; i++)
		result(&g->result[i], "", out);
	dx_score_lines(g->score, g->plan->score_label, g->plan->ready_label, false, out);
	if (g->score->structural > 0)
		dx_buf_printf(out, "%u of the %u that passed are structural: they say that a thing is there, not that it works\n",
		    g->score->structural, g->score->passed);
	if (!g->plan->mandatory)
		dx_buf_puts(out, "not mandatory: it changes no verdict\n");
	unused(g, out);
}

/* Behind several: the verdict on all, and what to do. */
static void
verdict(const struct dx_json *all, struct dx_buf *out)
{
	const struct dx_json *next = dx_json_get(all, "next");
	const char *release = dx_report_member(all, "release");

	dx_buf_putc(out, '\n');
	dx_plain_text(release[0] != '\0' ? release : "all gates", out);
	dx_buf_printf(out, ": %s\n", dx_json_is(dx_json_get(all, "ready"), DX_JSON_TRUE) ? "YES" : "NO");
	for (uint32_t i = 0; next != NULL && i < next->count; i++) {
		dx_buf_puts(out, "-> ");
		dx_plain_text(dx_json_str(&next->u.items[i]), out);
		dx_buf_putc(out, '\n');
	}
}

void
dx_report_checks_text(bool one_line, const struct dx_gate_run *g, size_t n, const struct dx_json *all, struct dx_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (one_line) {
			dx_score_lines(g[i].score, g[i].plan->score_label, g[i].plan->ready_label, true, out);
			continue;
		}
		if (n > 1 || g[i].plan->title_ar != NULL) {
			dx_buf_printf(out, "%s%s  ", i > 0 ? "\n" : "", g[i].plan->id);
			titles(g[i].plan->title, g[i].plan->title_ar, out);
			dx_buf_putc(out, '\n');
		}
		gate(&g[i], out);
	}
	if (n > 1 && !one_line)
		verdict(all, out);
}
