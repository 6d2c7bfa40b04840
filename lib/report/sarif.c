#include <string.h>

#include "report/escape.h"
#include "report/report_internal.h"
#include "report/sarif.h"

/* SARIF 2.1.0: one run; a rule is named "<document>/<rule>". */
#define SCHEMA_URI	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
#define DECISION	"dealix.decision"

static struct dx_json
message(struct dx_arena *a, const char *text)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "text", dx_json_string(a, text[0] != '\0' ? text : "(no message)"));
	return o;
}

static const char *
level_of(const char *severity, const char *effect)
{
	if (strcmp(severity, "low") == 0)
		return "note";
	if (strcmp(severity, "medium") == 0 || strcmp(effect, "warn") == 0)
		return "warning";
	return "error";
}

static void
put_level(struct dx_arena *a, struct dx_json *rule, const char *level)
{
	struct dx_json c = dx_json_object();

	dx_json_put(a, &c, "level", dx_json_text(level));
	dx_json_put(a, rule, "defaultConfiguration", c);
}

struct walk { struct dx_arena *a; struct dx_json *list; };

static void
describe_rule(void *ctx, const struct dx_json *doc, const struct dx_json *rule)
{
	struct walk *w = ctx;
	struct dx_json o = dx_json_object(), help;
	const struct dx_json *references = dx_json_get(rule, "references");
	const char *remedy = dx_report_member(rule, "remedy");

	dx_json_put(w->a, &o, "id", dx_json_text(dx_arena_printf(w->a, "%s/%s", dx_report_member(doc, "id"),
	    dx_report_member(rule, "id"))));
	dx_json_put(w->a, &o, "shortDescription", message(w->a, dx_report_member(rule, "title")));
	help = message(w->a, remedy[0] != '\0' ? remedy : dx_report_member(rule, "title"));
	dx_json_put(w->a, &o, "help", help);
	if (references != NULL && references->count > 0)
		dx_json_put(w->a, &o, "helpUri", references->u.items[0]);
	put_level(w->a, &o, level_of(dx_report_member(rule, "severity"), dx_report_member(rule, "effect")));
	dx_json_push(w->a, w->list, o);
}

static struct dx_json
rules_array(const struct dx_report *r, struct dx_arena *a)
{
	struct dx_json list = dx_json_array(), own = dx_json_object();
	struct walk w = { a, &list };

	dx_json_put(a, &own, "id", dx_json_text(DECISION));
	dx_json_put(a, &own, "shortDescription", message(a, "The decision itself"));
	dx_json_put(a, &own, "help", message(a, "man 7 dealix-reasons explains each reason code."));
	put_level(a, &own, "error");
	dx_json_push(a, &list, own);
	dx_report_each_rule(r, describe_rule, &w);
	return list;
}

struct dx_json
dx_sarif_place(struct dx_arena *a, const char *file, int64_t line, int64_t column)
{
	struct dx_json one = dx_json_object(), physical = dx_json_object(), artifact = dx_json_object(), region = dx_json_object();
	struct dx_buf uri = { 0 };

	if (file[0] == '/')
		dx_buf_puts(&uri, "file://");
	dx_uri_text(file, &uri);
	dx_json_put(a, &artifact, "uri", dx_json_string(a, uri.data));
	dx_buf_release(&uri);
	dx_json_put(a, &physical, "artifactLocation", artifact);
	if (line > 0) {
		dx_json_put(a, &region, "startLine", dx_json_int(a, line));
		dx_json_put(a, &region, "startColumn", dx_json_int(a, column));
		dx_json_put(a, &physical, "region", region);
	}
	dx_json_put(a, &one, "physicalLocation", physical);
	return one;
}

/* file and line when the input was a file, the address as logical location. */
static struct dx_json
locations(struct dx_arena *a, const struct dx_json *f)
{
	struct dx_json list = dx_json_array(), one = dx_json_object();
	const char *file = dx_json_get_str(f, "file"), *address = dx_json_get_str(f, "address");
	int64_t line, column;

	if (!dx_json_int64(dx_json_get(f, "line"), &line) || !dx_json_int64(dx_json_get(f, "column"), &column))
		line = column = 0;
	if (file != NULL)
		one = dx_sarif_place(a, file, line, column);
	if (address != NULL) {
		struct dx_json logical = dx_json_object(), all = dx_json_array();
		dx_json_put(a, &logical, "fullyQualifiedName", dx_json_string(a, address));
		dx_json_put(a, &logical, "kind", dx_json_text("resource"));
		dx_json_push(a, &all, logical);
		dx_json_put(a, &one, "logicalLocations", all);
	}
	if (file != NULL || address != NULL)
		dx_json_push(a, &list, one);
	return list;
}

static void
put_properties(struct dx_arena *a, struct dx_json *result, unsigned line, const char *pointer)
{
	struct dx_json p = dx_json_object();

	if (line > 0)
		dx_json_put(a, &p, "line", dx_json_int(a, line));
	if (pointer[0] != '\0')
		dx_json_put(a, &p, "pointer", dx_json_string(a, pointer));
	if (p.count > 0)
		dx_json_put(a, result, "properties", p);
}

static void
finding_result(struct dx_arena *a, const struct dx_json *f, unsigned line, struct dx_json *results)
{
	struct dx_json o = dx_json_object(), where = locations(a, f);

	dx_json_put(a, &o, "ruleId", dx_json_text(dx_arena_printf(a, "%s/%s", dx_report_member(f, "rules_id"),
	    dx_report_member(f, "rule_id"))));
	dx_json_put(a, &o, "level", dx_json_text(level_of(dx_report_member(f, "severity"), dx_report_member(f, "effect"))));
	dx_json_put(a, &o, "message", message(a, dx_report_member(f, "message")));
	if (where.count > 0)
		dx_json_put(a, &o, "locations", where);
	put_properties(a, &o, line, dx_report_member(f, "pointer"));
	dx_json_push(a, results, o);
}

static void
own_result(struct dx_arena *a, const char *level, const char *text, unsigned line, struct dx_json *results)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "ruleId", dx_json_text(DECISION));
	dx_json_put(a, &o, "level", dx_json_text(level));
	dx_json_put(a, &o, "message", message(a, text));
	put_properties(a, &o, line, "");
	dx_json_push(a, results, o);
}

static void
item_results(struct dx_arena *a, const struct dx_report_item *it, struct dx_json *results)
{
	const struct dx_json *f = dx_json_get(&it->reply, "findings");
	const char *decision = dx_report_member(&it->reply, "decision");
	struct dx_buf verdict = { 0 };

	if (it->err.reason != DX_OK) {
		own_result(a, "error", dx_arena_printf(a, "refused: %s [%s]", it->err.text, dx_reason_code(it->err.reason)), it->line,
		    results);
		return;
	}
	dx_report_verdict(&it->reply, &verdict);
	own_result(a, strcmp(decision, "DENY") == 0 ? "error" : strcmp(decision, "REQUIRE_APPROVAL") == 0 ? "warning" : "none",
	    verdict.data, it->line, results);
	dx_buf_release(&verdict);
	for (uint32_t i = 0; f != NULL && i < f->count; i++)
		finding_result(a, &f->u.items[i], it->line, results);
}

struct dx_json
dx_sarif_rule(struct dx_arena *a, const char *id, const char *title, const char *help, const char *level)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "id", dx_json_text(id));
	dx_json_put(a, &o, "shortDescription", message(a, title));
	dx_json_put(a, &o, "help", message(a, help[0] != '\0' ? help : title));
	put_level(a, &o, level);
	return o;
}

struct dx_json
dx_sarif_result(struct dx_arena *a, const char *rule, const char *level, const char *text)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "ruleId", dx_json_text(rule));
	dx_json_put(a, &o, "level", dx_json_text(level));
	dx_json_put(a, &o, "message", message(a, text));
	return o;
}

void
dx_sarif_log(struct dx_arena *a, const char *tool_name, struct dx_json rules, struct dx_json results, struct dx_buf *out)
{
	struct dx_json log = dx_json_object(), runs = dx_json_array(), run = dx_json_object(), tool = dx_json_object(),
	    driver = dx_json_object();

	dx_json_put(a, &driver, "name", dx_json_text(tool_name));
	dx_json_put(a, &driver, "version", dx_json_text(DX_VERSION));
	dx_json_put(a, &driver, "rules", rules);
	dx_json_put(a, &tool, "driver", driver);
	dx_json_put(a, &run, "tool", tool);
	dx_json_put(a, &run, "columnKind", dx_json_text("unicodeCodePoints"));
	dx_json_put(a, &run, "results", results);
	dx_json_push(a, &runs, run);
	dx_json_put(a, &log, "$schema", dx_json_text(SCHEMA_URI));
	dx_json_put(a, &log, "version", dx_json_text("2.1.0"));
	dx_json_put(a, &log, "runs", runs);
	dx_json_canon(&log, out);
	dx_buf_putc(out, '\n');
}

void
dx_report_sarif(const struct dx_report *r, struct dx_buf *out)
{
	struct dx_arena a = { 0 };
	struct dx_json results = dx_json_array();

	for (size_t i = 0; i < r->count; i++)
		item_results(&a, &r->item[i], &results);
	dx_sarif_log(&a, "dealix-gate", rules_array(r, &a), results, out);
	dx_arena_release(&a);
}
