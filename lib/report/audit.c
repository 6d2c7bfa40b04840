#include <stdlib.h>
#include <string.h>

#include "report/audit.h"
#include "report/escape.h"
#include "report/report_internal.h"
#include "report/sarif.h"

static int64_t
number(const struct dx_json *o, const char *name)
{
	int64_t n = 0;

	(void)dx_json_int64(dx_json_get(o, name), &n);
	return n;
}

/* "file:line: " or "/rows/3: " */
static void
place(const struct dx_json *f, struct dx_buf *out)
{
	const char *file = dx_report_member(f, "file"), *at = dx_report_member(f, "at");

	if (file[0] != '\0')
		dx_buf_printf(out, "%s:%lld: ", file, (long long)number(f, "line"));
	else if (at[0] != '\0')
		dx_buf_printf(out, "%s: ", at);
}

static bool
passed(const struct dx_json *checks, uint32_t i)
{
	const char *state = dx_json_str(&checks->u.members[i].value);

	return state != NULL && strcmp(state, "PASS") == 0;
}

typedef void	finding_fn(void *ctx, const struct dx_json *f, bool warning);

static void
each(const struct dx_audit_report *r, finding_fn *fn, void *ctx)
{
	for (uint32_t i = 0; i < r->errors->count; i++)
		fn(ctx, &r->errors->u.items[i], false);
	for (uint32_t i = 0; r->warnings != NULL && i < r->warnings->count; i++)
		fn(ctx, &r->warnings->u.items[i], true);
}

struct lines { struct dx_buf *out, raw; unsigned number; const char *class_name; };

/* --- text, tap, github --- */

static void
text_line(void *ctx, const struct dx_json *f, bool warning)
{
	struct lines *l = ctx;

	dx_buf_reset(&l->raw);
	place(f, &l->raw);
	dx_buf_printf(&l->raw, "%s%s [%s]", warning ? "warning: " : "", dx_report_member(f, "detail"), dx_report_member(f, "code"));
	dx_plain_text(l->raw.data, l->out);
	dx_buf_putc(l->out, '\n');
}

static void
text(const struct dx_audit_report *r, struct lines *l)
{
	each(r, text_line, l);
	for (uint32_t i = 0; i < r->checks->count; i++)
		dx_buf_printf(l->out, "[%s] %s\n", passed(r->checks, i) ? "PASS" : "FAIL", r->checks->u.members[i].name);
	dx_plain_text(r->summary, l->out);
	dx_buf_putc(l->out, '\n');
}

static void
tap_line(void *ctx, const struct dx_json *f, bool warning)
{
	struct lines *l = ctx;

	dx_buf_reset(&l->raw);
	place(f, &l->raw);
	dx_buf_printf(&l->raw, "%s%s: %s", warning ? "warning: " : "", dx_report_member(f, "code"), dx_report_member(f, "detail"));
	dx_buf_puts(l->out, "# ");
	dx_tap_text(l->raw.data, l->out);
	dx_buf_putc(l->out, '\n');
}

static void
tap(const struct dx_audit_report *r, struct lines *l)
{
	dx_buf_printf(l->out, "TAP version 13\n1..%u\n", r->checks->count);
	for (uint32_t i = 0; i < r->checks->count; i++)
		dx_buf_printf(l->out, "%s %u - %s/%s\n", passed(r->checks, i) ? "ok" : "not ok", i + 1, r->name, r->checks->u.members[i].name);
	each(r, tap_line, l);
}

static void
github_line(void *ctx, const struct dx_json *f, bool warning)
{
	struct lines *l = ctx;
	const char *file = dx_report_member(f, "file"), *code = dx_report_member(f, "code"),
	    *remedy = dx_reason_remedy(dx_reason_find(code));

	dx_buf_printf(l->out, "::%s ", warning ? "warning" : "error");
	if (file[0] != '\0') {
		dx_buf_puts(l->out, "file=");
		dx_github_text(file, true, l->out);
		dx_buf_printf(l->out, ",line=%lld,", (long long)number(f, "line"));
	}
	dx_buf_printf(l->out, "title=%s::", code);
	dx_buf_reset(&l->raw);
	if (file[0] == '\0')
		place(f, &l->raw);
	dx_buf_printf(&l->raw, "%s%s%s", dx_report_member(f, "detail"), remedy[0] != '\0' ? ". Remedy: " : "", remedy);
	dx_github_text(l->raw.data, false, l->out);
	dx_buf_putc(l->out, '\n');
}

static void
github(const struct dx_audit_report *r, struct lines *l)
{
	each(r, github_line, l);
	dx_buf_printf(l->out, "::%s title=dealix.%s::", r->passes ? "notice" : "error", r->name);
	dx_github_text(r->summary, false, l->out);
	dx_buf_putc(l->out, '\n');
}

/* --- junit: a case for each check and one for each finding --- */

static void
junit_line(void *ctx, const struct dx_json *f, bool warning)
{
	struct lines *l = ctx;

	dx_buf_reset(&l->raw);
	place(f, &l->raw);
	dx_buf_puts(&l->raw, dx_report_member(f, "code"));
	dx_junit_open(l->out, l->class_name, l->raw.data);
	if (warning)
		dx_buf_puts(l->out, "/>\n");
	else
		dx_junit_failure(l->out, dx_report_member(f, "detail"), "");
}

static void
junit(const struct dx_audit_report *r, struct lines *l)
{
	unsigned warnings = r->warnings != NULL ? r->warnings->count : 0, failures = r->errors->count;

	for (uint32_t i = 0; i < r->checks->count; i++)
		failures += !passed(r->checks, i);
	dx_buf_printf(l->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	    "  <testsuite name=\"dealix-verify %s\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"0\">\n", r->name,
	    r->checks->count + r->errors->count + warnings, failures);
	for (uint32_t i = 0; i < r->checks->count; i++) {
		dx_junit_open(l->out, r->name, r->checks->u.members[i].name);
		if (passed(r->checks, i))
			dx_buf_puts(l->out, "/>\n");
		else
			dx_junit_failure(l->out, "FAIL", "");
	}
	l->class_name = r->name;
	each(r, junit_line, l);
	dx_buf_puts(l->out, "  </testsuite>\n</testsuites>\n");
}

/* --- sarif --- */

struct sarif { struct dx_arena a; struct dx_json results; bool seen[DX_REASON_COUNT]; };

static void
sarif_line(void *ctx, const struct dx_json *f, bool warning)
{
	struct sarif *s = ctx;
	const char *file = dx_report_member(f, "file"), *at = dx_report_member(f, "at");
	struct dx_json o = dx_sarif_result(&s->a, dx_report_member(f, "code"), warning ? "warning" : "error", dx_report_member(f, "detail"));
	struct dx_json list = dx_json_array(), properties = dx_json_object();
	enum dx_reason reason = dx_reason_find(dx_report_member(f, "code"));
	int64_t column = number(f, "column");

	s->seen[reason] = true;
	if (file[0] != '\0') {
		dx_json_push(&s->a, &list, dx_sarif_place(&s->a, file, number(f, "line"), column > 0 ? column : 1));
		dx_json_put(&s->a, &o, "locations", list);
	}
	if (at[0] != '\0') {
		dx_json_put(&s->a, &properties, "pointer", dx_json_string(&s->a, at));
		dx_json_put(&s->a, &o, "properties", properties);
	}
	dx_json_push(&s->a, &s->results, o);
}

static void
sarif(const struct dx_audit_report *r, struct dx_buf *out)
{
	struct sarif *s = dx_alloc(sizeof(*s));
	struct dx_json rules = dx_json_array();

	memset(s, 0, sizeof(*s));
	s->results = dx_json_array();
	each(r, sarif_line, s);
	for (int i = DX_OK + 1; i < DX_REASON_COUNT; i++) {
		enum dx_reason reason = (enum dx_reason)i;
		if (s->seen[i])
			dx_json_push(&s->a, &rules, dx_sarif_rule(&s->a, dx_reason_code(reason), dx_reason_text(reason), dx_reason_remedy(reason),
			    dx_reason_class(reason) == DX_CLASS_WARNING ? "warning" : "error"));
	}
	dx_sarif_log(&s->a, "dealix-verify", rules, s->results, out);
	dx_arena_release(&s->a);
	free(s);
}

void
dx_report_audit(enum dx_format format, const struct dx_audit_report *r, struct dx_buf *out)
{
	struct lines l = { .out = out };

	switch (format) {
	case DX_FORMAT_TEXT:
		text(r, &l);
		break;
	case DX_FORMAT_TAP:
		tap(r, &l);
		break;
	case DX_FORMAT_GITHUB:
		github(r, &l);
		break;
	case DX_FORMAT_JUNIT:
		junit(r, &l);
		break;
	case DX_FORMAT_SARIF:
		sarif(r, out);
		break;
	case DX_FORMAT_JSON:
	case DX_FORMAT_NDJSON:
		DX_BUG("a report that is no report");
	}
	dx_buf_release(&l.raw);
}
