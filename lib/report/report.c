#include <stdlib.h>
#include <string.h>

#include "report/report_internal.h"

const char *const dx_format_names[] = { "json", "ndjson", "text", "sarif", "junit", "tap", "github", NULL };

const char *
dx_report_member(const struct dx_json *o, const char *name)
{
	const char *s = dx_json_get_str(o, name);

	return s != NULL ? s : "";
}

void
dx_report_verdict(const struct dx_json *reply, struct dx_buf *out)
{
	const struct dx_json *codes = dx_json_get(reply, "reason_codes");

	dx_buf_puts(out, dx_report_member(reply, "decision"));
	for (uint32_t i = 0; codes != NULL && i < codes->count; i++)
		dx_buf_printf(out, "%s%s", i == 0 ? ": " : ", ", dx_json_str(&codes->u.items[i]));
}

bool
dx_report_passes(const struct dx_json *reply)
{
	return strncmp(dx_report_member(reply, "decision"), "ALLOW", 5) == 0;
}

unsigned
dx_report_fired(const struct dx_json *reply, const char *rules_id, const char *rule_id)
{
	const struct dx_json *f = dx_json_get(reply, "findings");
	unsigned n = 0;

	for (uint32_t i = 0; f != NULL && i < f->count; i++)
		if (strcmp(dx_report_member(&f->u.items[i], "rules_id"), rules_id) == 0 &&
		    strcmp(dx_report_member(&f->u.items[i], "rule_id"), rule_id) == 0)
			n++;
	return n;
}

static bool
lists(const struct dx_json *list, const char *word)
{
	if (list == NULL || list->count == 0)
		return true;		/* any */
	for (uint32_t i = 0; i < list->count; i++)
		if (dx_json_str(&list->u.items[i]) != NULL && strcmp(dx_json_str(&list->u.items[i]), word) == 0)
			return true;
	return false;
}

bool
dx_report_ran(const struct dx_json *reply, const struct dx_json *rule)
{
	return lists(dx_json_get(rule, "sources"), dx_report_member(reply, "source")) &&
	    lists(dx_json_get(rule, "environments"), dx_report_member(reply, "environment"));
}

void
dx_report_each_rule(const struct dx_report *r, dx_report_rule_fn *fn, void *ctx)
{
	for (uint32_t d = 0; d < r->rules.count; d++) {
		const struct dx_json *doc = &r->rules.u.items[d], *rules = dx_json_get(doc, "rules");
		for (uint32_t i = 0; rules != NULL && i < rules->count; i++)
			if (!dx_json_is(dx_json_get(&rules->u.items[i], "enabled"), DX_JSON_FALSE))
				fn(ctx, doc, &rules->u.items[i]);
	}
}

struct dx_report *
dx_report_new(enum dx_format format, bool batch)
{
	struct dx_report *r = dx_alloc(sizeof(*r));

	memset(r, 0, sizeof(*r));
	r->format = format;
	r->batch = batch;
	r->rules = dx_json_array();
	return r;
}

struct dx_report *
dx_report_new_evidence(enum dx_format format)
{
	struct dx_report *r = dx_report_new(format, false);

	r->evidence = true;
	return r;
}

void
dx_report_rules(struct dx_report *r, const struct dx_json *rules)
{
	dx_json_push(&r->arena, &r->rules, *rules);
}

static void
keep(struct dx_report *r, const struct dx_json *reply, const struct dx_err *why, unsigned line)
{
	struct dx_report_item *it;

	if (r->count == r->room) {
		r->room = r->room == 0 ? 4 : r->room * 2;
		r->item = dx_realloc(r->item, dx_size_mul(r->room, sizeof(*r->item)));
	}
	it = &r->item[r->count++];
	memset(it, 0, sizeof(*it));
	it->line = line;
	it->reply = reply != NULL ? dx_json_copy(&r->arena, reply) : dx_json_null();
	if (why != NULL)
		it->err = *why;
}

void
dx_report_decision(struct dx_report *r, const struct dx_json *reply, unsigned line, struct dx_buf *out)
{
	switch (r->format) {
	case DX_FORMAT_TEXT:
		dx_report_text(reply, line, out);
		break;
	case DX_FORMAT_TAP:
		dx_report_tap(r, reply, out);
		break;
	case DX_FORMAT_GITHUB:
		dx_report_github(reply, out);
		break;
	case DX_FORMAT_SARIF:
	case DX_FORMAT_JUNIT:
		keep(r, reply, NULL, line);
		break;
	case DX_FORMAT_JSON:
	case DX_FORMAT_NDJSON:
		DX_BUG("a report that is no report");
	}
}

void
dx_report_evidence(struct dx_report *r, const struct dx_json *report, struct dx_buf *out)
{
	switch (r->format) {
	case DX_FORMAT_TEXT:
		dx_report_evidence_text(report, out);
		break;
	case DX_FORMAT_TAP:
		dx_report_evidence_tap(r, report, out);
		break;
	case DX_FORMAT_GITHUB:
		dx_report_evidence_github(report, out);
		break;
	case DX_FORMAT_SARIF:
	case DX_FORMAT_JUNIT:
		keep(r, report, NULL, 0);
		break;
	case DX_FORMAT_JSON:
	case DX_FORMAT_NDJSON:
		DX_BUG("a report that is no report");
	}
}

void
dx_report_error(struct dx_report *r, const struct dx_err *why, unsigned line, struct dx_buf *out)
{
	switch (r->format) {
	case DX_FORMAT_TEXT:
		if (r->evidence)
			dx_buf_printf(out, "ERROR %s [%s]\n", why->text, dx_reason_code(why->reason));
		else if (line > 0)
			dx_buf_printf(out, "line %u: refused: %s [%s]\n", line, why->text, dx_reason_code(why->reason));
		break;
	case DX_FORMAT_TAP:
		dx_report_tap_error(r, why, line, out);
		break;
	case DX_FORMAT_GITHUB:
		dx_report_github_error(why, line, out);
		break;
	case DX_FORMAT_SARIF:
	case DX_FORMAT_JUNIT:
		keep(r, NULL, why, line);
		break;
	case DX_FORMAT_JSON:
	case DX_FORMAT_NDJSON:
		DX_BUG("a report that is no report");
	}
}

void
dx_report_end(struct dx_report *r, struct dx_buf *out)
{
	if (r->format == DX_FORMAT_TAP)
		dx_buf_printf(out, "1..%u\n", r->number);
	else if (r->format == DX_FORMAT_SARIF)
		(r->evidence ? dx_report_evidence_sarif : dx_report_sarif)(r, out);
	else if (r->format == DX_FORMAT_JUNIT)
		(r->evidence ? dx_report_evidence_junit : dx_report_junit)(r, out);
}

void
dx_report_free(struct dx_report *r)
{
	if (r == NULL)
		return;
	free(r->item);
	dx_arena_release(&r->arena);
	free(r);
}
