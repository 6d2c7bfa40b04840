/* Verdicts on evidence, as text, TAP and workflow commands; and what all formats read from a report. */
#include <string.h>

#include "report/escape.h"
#include "report/report_internal.h"

#define SKIPS_SHOWN	8u	/* in text; the report lists all */

static const char *
shown(const char *path)
{
	return strcmp(path, "-") == 0 ? "stdin" : path;
}

/* The file of a role. */
static const char *
path_of(const struct dx_json *report, const char *role)
{
	const struct dx_json *inputs = dx_json_get(report, "inputs");

	for (uint32_t i = 0; inputs != NULL && i < inputs->count; i++)
		if (strcmp(dx_report_member(&inputs->u.items[i], "role"), role) == 0)
			return shown(dx_report_member(&inputs->u.items[i], "path"));
	return "";
}

static const struct dx_json *
list_of(const struct dx_json *report)
{
	const struct dx_json *list = dx_json_get(report, "failures");

	return list != NULL ? list : dx_json_get(report, "findings");
}

uint32_t
dx_report_failures(const struct dx_json *report)
{
	const struct dx_json *list = list_of(report);

	return list != NULL ? list->count : 0;
}

/* The reason of a rule that is one of the tool itself, such as json.syntax; DX_OK for those of contracts. */
enum dx_reason
dx_report_reason(const char *rule)
{
	char code[64];
	size_t n = strlen(rule);

	if (n >= sizeof(code))
		return DX_OK;
	for (size_t i = 0; i <= n; i++)
		code[i] = rule[i] == '.' ? '_' : rule[i];
	return dx_reason_find(code);
}

struct dx_report_failure
dx_report_failure(const struct dx_json *report, uint32_t i)
{
	const struct dx_json *o = &list_of(report)->u.items[i];
	bool finding = dx_json_get(report, "failures") == NULL;
	struct dx_report_failure f = { .rule = dx_report_member(o, finding ? "code" : "rule"),
	    .path = finding ? shown(dx_report_member(report, "path")) : path_of(report, dx_report_member(o, "role")),
	    .at = dx_report_member(o, "at"), .message = dx_report_member(o, finding ? "detail" : "message"),
	    .expected = dx_report_member(o, "expected"), .found = dx_report_member(o, "found"), .remedy = dx_report_member(o, "remedy"),
	    .warning = strcmp(dx_report_member(o, "severity"), "warning") == 0 };

	if (!dx_json_int64(dx_json_get(o, "line"), &f.line) || !dx_json_int64(dx_json_get(o, "column"), &f.column))
		f.line = f.column = 0;
	if (f.remedy[0] == '\0' && !f.warning)
		f.remedy = dx_reason_remedy(dx_report_reason(f.rule));
	return f;
}

bool
dx_report_evidence_passes(const struct dx_json *report)
{
	return strcmp(dx_report_member(report, "verdict"), "pass") == 0 || dx_json_is(dx_json_get(report, "ok"), DX_JSON_TRUE);
}

void
dx_report_evidence_subject(const struct dx_json *report, struct dx_buf *out)
{
	const struct dx_json *inputs = dx_json_get(report, "inputs");
	const char *kind = dx_report_member(report, "kind");

	dx_buf_puts(out, kind[0] != '\0' ? kind : dx_report_member(report, "document"));
	if (inputs == NULL)
		dx_buf_printf(out, " %s", shown(dx_report_member(report, "path")));
	for (uint32_t i = 0; inputs != NULL && i < inputs->count; i++) {
		const char *path = dx_report_member(&inputs->u.items[i], "path");
		if (path[0] == '\0')
			continue;
		dx_buf_putc(out, ' ');
		if (inputs->count > 1)
			dx_buf_printf(out, "%s=", dx_report_member(&inputs->u.items[i], "role"));
		dx_buf_puts(out, shown(path));
	}
}

void
dx_report_evidence_verdict(const struct dx_json *report, struct dx_buf *out)
{
	const struct dx_json *skipped = dx_json_get(report, "skipped");
	uint32_t n = dx_report_failures(report);
	int64_t judged;

	dx_buf_puts(out, dx_report_evidence_passes(report) ? "pass" : "fail");
	if (dx_report_member(report, "level")[0] != '\0')
		dx_buf_printf(out, ", %s", dx_report_member(report, "level"));
	if (dx_json_int64(dx_json_get(report, "judged"), &judged))
		dx_buf_printf(out, ", %lld judged", (long long)judged);
	if (n > 0)
		dx_buf_printf(out, ", %u %s", n, dx_json_get(report, "failures") != NULL ? "failed" : n == 1 ? "finding" : "findings");
	if (skipped != NULL && skipped->count > 0)
		dx_buf_printf(out, ", %u skipped", skipped->count);
}

void
dx_report_failure_text(const struct dx_report_failure *f, struct dx_buf *out)
{
	dx_buf_puts(out, f->message);
	if (strncmp(f->message, "expected ", 9) == 0)	/* says both already */
		return;
	if (f->expected[0] != '\0')
		dx_buf_printf(out, ", expected %s", f->expected);
	if (f->found[0] != '\0')
		dx_buf_printf(out, ", found %s", f->found);
}

/* "file:line:col: " or less. */
static void
place(const struct dx_report_failure *f, struct dx_buf *out)
{
	if (f->path[0] != '\0')
		dx_buf_puts(out, f->path);
	if (f->path[0] != '\0' && f->line > 0)
		dx_buf_printf(out, ":%lld:%lld", (long long)f->line, (long long)f->column);
	if (f->path[0] != '\0')
		dx_buf_puts(out, ": ");
}

/* --- text --- */

static void
failure_lines(const struct dx_report_failure *f, struct dx_buf *raw, struct dx_buf *out)
{
	dx_buf_reset(raw);
	place(f, raw);
	dx_buf_printf(raw, "%s: ", f->rule);
	dx_report_failure_text(f, raw);
	if (f->at[0] != '\0')
		dx_buf_printf(raw, " at %s", f->at);
	dx_plain_text(raw->data, out);
	dx_buf_putc(out, '\n');
	if (f->remedy[0] != '\0') {
		dx_buf_puts(out, "    remedy: ");
		dx_plain_text(f->remedy, out);
		dx_buf_putc(out, '\n');
	}
}

static void
skipped_lines(const struct dx_json *report, struct dx_buf *out)
{
	const struct dx_json *list = dx_json_get(report, "skipped");

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		if (i == SKIPS_SHOWN) {
			dx_buf_printf(out, "    and %u more\n", list->count - i);
			return;
		}
		dx_buf_puts(out, "    not judged, for what it reads has failed: ");
		dx_plain_text(dx_report_member(&list->u.items[i], "rule"), out);
		if (dx_report_member(&list->u.items[i], "at")[0] != '\0') {
			dx_buf_puts(out, " at ");
			dx_plain_text(dx_report_member(&list->u.items[i], "at"), out);
		}
		dx_buf_putc(out, '\n');
	}
}

/* The places first, as a compiler does, and the verdict last.  A line never begins with what comes from the input alone. */
void
dx_report_evidence_text(const struct dx_json *report, struct dx_buf *out)
{
	struct dx_buf raw = { 0 };

	for (uint32_t i = 0; i < dx_report_failures(report); i++) {
		struct dx_report_failure f = dx_report_failure(report, i);
		failure_lines(&f, &raw, out);
	}
	skipped_lines(report, out);
	dx_buf_reset(&raw);
	dx_report_evidence_subject(report, &raw);
	dx_buf_puts(&raw, " (");
	dx_report_evidence_verdict(report, &raw);
	dx_buf_puts(out, dx_report_evidence_passes(report) ? "PASS " : "FAIL ");
	dx_plain_text(raw.data, out);
	dx_buf_puts(out, ")\n");
	dx_buf_release(&raw);
}

/* --- tap --- */

void
dx_report_evidence_tap(struct dx_report *r, const struct dx_json *report, struct dx_buf *out)
{
	struct dx_buf raw = { 0 };

	if (r->number == 0)
		dx_buf_puts(out, "TAP version 13\n");
	dx_report_evidence_subject(report, &raw);
	dx_buf_puts(&raw, ": ");
	dx_report_evidence_verdict(report, &raw);
	dx_buf_printf(out, "%s %u - ", dx_report_evidence_passes(report) ? "ok" : "not ok", ++r->number);
	dx_tap_text(raw.data, out);
	dx_buf_putc(out, '\n');
	for (uint32_t i = 0; i < dx_report_failures(report); i++) {
		struct dx_report_failure f = dx_report_failure(report, i);
		dx_buf_reset(&raw);
		dx_buf_printf(&raw, "%s ", f.rule);
		place(&f, &raw);
		dx_report_failure_text(&f, &raw);
		dx_buf_printf(out, "%s %u - ", f.warning ? "ok" : "not ok", ++r->number);
		dx_tap_text(raw.data, out);
		dx_buf_putc(out, '\n');
	}
	dx_buf_release(&raw);
}

/* --- github --- */

static void
annotate(const struct dx_report_failure *f, struct dx_buf *raw, struct dx_buf *out)
{
	dx_buf_printf(out, "::%s ", f->warning ? "warning" : "error");
	if (f->path[0] != '\0') {
		dx_buf_puts(out, "file=");
		dx_github_text(f->path, true, out);
		if (f->line > 0)
			dx_buf_printf(out, ",line=%lld,col=%lld", (long long)f->line, (long long)f->column);
		dx_buf_putc(out, ',');
	}
	dx_buf_puts(out, "title=");
	dx_github_text(f->rule, true, out);
	dx_buf_puts(out, "::");
	dx_buf_reset(raw);
	dx_report_failure_text(f, raw);
	if (f->remedy[0] != '\0')
		dx_buf_printf(raw, ". Remedy: %s", f->remedy);
	dx_github_text(raw->data, false, out);
	dx_buf_putc(out, '\n');
}

void
dx_report_evidence_github(const struct dx_json *report, struct dx_buf *out)
{
	struct dx_buf raw = { 0 };

	dx_report_evidence_subject(report, &raw);
	dx_buf_puts(&raw, ": ");
	dx_report_evidence_verdict(report, &raw);
	dx_buf_printf(out, "::%s title=dealix.evidence::", dx_report_evidence_passes(report) ? "notice" : "error");
	dx_github_text(raw.data, false, out);
	dx_buf_putc(out, '\n');
	for (uint32_t i = 0; i < dx_report_failures(report); i++) {
		struct dx_report_failure f = dx_report_failure(report, i);
		annotate(&f, &raw, out);
	}
	dx_buf_release(&raw);
}
