/* Verdicts on evidence in the formats that are written at the end of a run: JUnit and SARIF. */
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/report_internal.h"
#include "report/sarif.h"

#define VERDICT	"dealix.evidence"

/* --- junit: one suite an artifact, one case for its verdict and one for each failure; rules that passed are counted, not named
 * --- */

static const char *
class_of(const struct dx_json *report)
{
	const char *kind = dx_report_member(report, "kind");

	return kind[0] != '\0' ? kind : dx_report_member(report, "document");
}

static void
failure_case(const struct dx_json *report, const struct dx_report_failure *f, struct dx_buf *raw, struct dx_buf *out)
{
	struct dx_buf text = { 0 };

	dx_buf_reset(raw);
	dx_buf_printf(raw, "%s%s%s", f->rule, f->at[0] != '\0' ? " " : "", f->at);
	dx_junit_open(out, class_of(report), raw->data);
	dx_report_failure_text(f, &text);
	if (f->warning)
		dx_buf_puts(out, "/>\n");
	else {
		dx_buf_reset(raw);
		dx_buf_printf(raw, "%s:%lld:%lld", f->path, (long long)f->line, (long long)f->column);
		if (f->remedy[0] != '\0')
			dx_buf_printf(raw, "\n%s", f->remedy);
		dx_junit_failure(out, text.data, raw->data);
	}
	dx_buf_release(&text);
}

static unsigned
count_warnings(const struct dx_json *report)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < dx_report_failures(report); i++)
		n += dx_report_failure(report, i).warning;
	return n;
}

static void
skipped_cases(const struct dx_json *report, struct dx_buf *raw, struct dx_buf *out)
{
	const struct dx_json *list = dx_json_get(report, "skipped");

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const char *at = dx_report_member(&list->u.items[i], "at");
		dx_buf_reset(raw);
		dx_buf_printf(raw, "%s%s%s", dx_report_member(&list->u.items[i], "rule"), at[0] != '\0' ? " " : "", at);
		dx_junit_open(out, class_of(report), raw->data);
		dx_buf_puts(out, ">\n      <skipped message=\"what it reads has failed\"/>\n    </testcase>\n");
	}
}

static void
open_suite(const char *subject, unsigned tests, unsigned failures, unsigned errors, unsigned skipped, struct dx_buf *out)
{
	dx_buf_puts(out, "  <testsuite name=\"dealix-verify evidence");
	dx_buf_puts(out, subject[0] != '\0' ? " " : "");
	dx_xml_text(subject, out);
	dx_buf_printf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", tests, failures, errors, skipped);
}

static void
suite(const struct dx_json *report, struct dx_buf *out)
{
	const struct dx_json *skipped = dx_json_get(report, "skipped");
	bool passes = dx_report_evidence_passes(report);
	unsigned all = dx_report_failures(report), skips = skipped != NULL ? skipped->count : 0;
	struct dx_buf raw = { 0 };

	dx_report_evidence_subject(report, &raw);
	open_suite(raw.data, 1 + all + skips, all - count_warnings(report) + !passes, 0, skips, out);
	dx_junit_open(out, class_of(report), "verdict");
	dx_buf_reset(&raw);
	dx_report_evidence_verdict(report, &raw);
	if (passes)
		dx_buf_puts(out, "/>\n");
	else
		dx_junit_failure(out, raw.data, "");
	for (uint32_t i = 0; i < all; i++) {
		struct dx_report_failure f = dx_report_failure(report, i);
		failure_case(report, &f, &raw, out);
	}
	skipped_cases(report, &raw, out);
	dx_buf_puts(out, "  </testsuite>\n");
	dx_buf_release(&raw);
}

void
dx_report_evidence_junit(const struct dx_report *r, struct dx_buf *out)
{
	dx_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < r->count; i++) {
		if (r->item[i].err.reason == DX_OK) {
			suite(&r->item[i].reply, out);
			continue;
		}
		open_suite("", 1, 0, 1, 0, out);
		dx_junit_open(out, "dealix", "artifact");
		dx_junit_error(out, &r->item[i].err);
		dx_buf_puts(out, "  </testsuite>\n");
	}
	dx_buf_puts(out, "</testsuites>\n");
}

/* --- sarif --- */

struct rule { const char *id, *remedy; };

static int
by_id(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static struct dx_json
describe(struct dx_arena *a, const struct rule *rule)
{
	enum dx_reason reason = dx_report_reason(rule->id);

	if (reason == DX_OK)
		return dx_sarif_rule(a, rule->id, rule->id, rule->remedy, "error");
	return dx_sarif_rule(a, rule->id, dx_reason_text(reason), dx_reason_remedy(reason),
	    dx_reason_class(reason) == DX_CLASS_WARNING ? "warning" : "error");
}

/* The rules that failed, each once. */
static struct dx_json
rules_array(const struct dx_report *r, struct dx_arena *a)
{
	struct dx_json list = dx_json_array();
	struct rule *rule;
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += dx_report_failures(&r->item[i].reply);
	rule = dx_alloc(dx_size_mul(n, sizeof(*rule)));
	n = 0;
	for (size_t i = 0; i < r->count; i++)
		for (uint32_t k = 0; k < dx_report_failures(&r->item[i].reply); k++) {
			struct dx_report_failure f = dx_report_failure(&r->item[i].reply, k);
			rule[n++] = (struct rule){ f.rule, f.remedy };
		}
	qsort(rule, n, sizeof(*rule), by_id);
	dx_json_push(a, &list, dx_sarif_rule(a, VERDICT, "The verdict itself", "man 1 dealix-verify explains verdicts.", "error"));
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(rule[i - 1].id, rule[i].id) != 0)
			dx_json_push(a, &list, describe(a, &rule[i]));
	free(rule);
	return list;
}

static void
put_result(struct dx_arena *a, struct dx_json *results, const char *id, const char *level, const char *text,
    const struct dx_report_failure *f)
{
	struct dx_json o = dx_sarif_result(a, id, level, text), list = dx_json_array(), properties = dx_json_object();

	if (f != NULL && f->path[0] != '\0') {
		dx_json_push(a, &list, dx_sarif_place(a, f->path, f->line, f->column));
		dx_json_put(a, &o, "locations", list);
	}
	if (f != NULL && f->at[0] != '\0') {
		dx_json_put(a, &properties, "pointer", dx_json_string(a, f->at));
		dx_json_put(a, &o, "properties", properties);
	}
	dx_json_push(a, results, o);
}

static void
report_results(struct dx_arena *a, const struct dx_json *report, struct dx_json *results)
{
	struct dx_buf text = { 0 };

	dx_report_evidence_subject(report, &text);
	dx_buf_puts(&text, ": ");
	dx_report_evidence_verdict(report, &text);
	put_result(a, results, VERDICT, dx_report_evidence_passes(report) ? "none" : "error", text.data, NULL);
	for (uint32_t i = 0; i < dx_report_failures(report); i++) {
		struct dx_report_failure f = dx_report_failure(report, i);
		dx_buf_reset(&text);
		dx_report_failure_text(&f, &text);
		put_result(a, results, f.rule, f.warning ? "warning" : "error", text.data != NULL ? text.data : "", &f);
	}
	dx_buf_release(&text);
}

void
dx_report_evidence_sarif(const struct dx_report *r, struct dx_buf *out)
{
	struct dx_arena a = { 0 };
	struct dx_json results = dx_json_array();

	for (size_t i = 0; i < r->count; i++) {
		const struct dx_err *why = &r->item[i].err;
		if (why->reason == DX_OK)
			report_results(&a, &r->item[i].reply, &results);
		else
			put_result(&a, &results, VERDICT, "error", dx_arena_printf(&a, "%s [%s]", why->text, dx_reason_code(why->reason)), NULL);
	}
	dx_sarif_log(&a, "dealix-verify", rules_array(r, &a), results, out);
	dx_arena_release(&a);
}
