/* Runs of contracts: levels, files that cannot be read, several inputs, includes, jq, and the report (evidence page 2.1 to 2.4). */
#include <time.h>

#include "contract_case.h"

#define JSON_RULE	"{\"id\":\"r\",\"at\":\".x\",\"min\":1}"

static void
test_levels(void)
{
	static const char rules[] = CONTRACT("{\"id\":\"b\",\"at\":\".x\",\"min\":1},{\"id\":\"s\",\"level\":\"strict\",\"at\":\".y\",\"min\":1}");
	struct contract_ask ask = { .contract = rules, .artifacts = { "{\"x\":0,\"y\":0}" } };

	expect(&ask, "b@/x", "base");
	ask.level = DX_LEVEL_STRICT;
	expect(&ask, "b@/x s@/y", "strict");
	ask.contract = CONTRACT("{\"id\":\"s\",\"level\":\"strict\",\"is\":\"false\"}");
	ask.level = DX_LEVEL_BASE;
	expect(&ask, "!evidence_nothing_judged", "nothing to judge is no pass");
	ask.contract = CONTRACT("{\"id\":\"s\",\"at\":\".x[]\",\"min\":1}");
	ask.artifacts[0] = "{\"x\":[]}";
	expect(&ask, "!evidence_nothing_judged", "nor is an empty list");
	ask.contract = CONTRACT("{\"id\":\"s\",\"when\":\"false\",\"at\":\".x\",\"min\":1}");
	expect(&ask, "!evidence_nothing_judged", "nor a rule that does not apply");
	ask.artifacts[0] = NULL;
	expect(&ask, "json.missing@", "a missing file is a failure all the same");
}

static void
test_file_rules(void)
{
	static const struct { const char *artifact, *want; } cases[] = {
		{ NULL, "json.missing@" },
		{ "", "json.syntax@" },
		{ "{\"x\":1", "json.syntax@" },
		{ "{\"x\":NaN}", "json.syntax@" },
		{ "{\"x\":1,\"x\":2}", "json.duplicate_key@" },
		{ "{\"x\":1e999}", "json.number_range@" },
		{ "[1]", "json.not_object@" },
		{ "null", "json.not_object@" },
	};
	struct contract_ask ask = { .contract = CONTRACT(JSON_RULE ",{\"id\":\"e\",\"is\":\"count(.y[]) == 0\"},{\"id\":\"f\",\"for\":\".z[]\",\"is\":\"false\"}") };
	struct contract_run run;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask.artifacts[0] = cases[i].artifact;
		expect(&ask, cases[i].want, cases[i].artifact != NULL ? cases[i].artifact : "no file");
		judge(&ask, &run);
		is_str(listed(&run, "skipped", true), "r@/x e@ f@/z", "and what reads it is skipped");
		end_run(&run);
	}
	ask.contract = CONTRACT_WITH("\"inputs\":[{\"media\":\"cobertura\",\"as\":{\"json.missing\":\"cov.xml.missing\",\"media.syntax\":\"cov.xml.syntax\",\"xml_rejected\":\"cov.xml.syntax\"}}],", JSON_RULE);
	ask.artifacts[0] = NULL;
	expect(&ask, "cov.xml.missing@", "a file rule by the contract's own name");
	ask.artifacts[0] = "<coverage";
	expect(&ask, "cov.xml.syntax@", "another");
	ask.artifacts[0] = "<!DOCTYPE coverage [<!ENTITY a 'b'>]><coverage/>";
	expect(&ask, "cov.xml.syntax@", "and one for what is refused");
	ask.contract = CONTRACT_WITH("\"inputs\":[{\"media\":\"text\"}],", JSON_RULE);
	ask.artifacts[0] = "\xff\xfe";
	expect(&ask, "media.syntax@", "text that is none");
}

static void
test_templates(void)
{
	/* The canonical form {"x":1}, however it is written. */
	static const char by_digest[] = CONTRACT_WITH(ONE "\"templates\":[\"5041bf1f713df204784353e82f6a4a535931cb64f1f4b4a5aeaffcb720918b22\"],", JSON_RULE);
	static const char raw[] = CONTRACT_WITH("\"inputs\":[{\"media\":\"text\"}],\"templates\":[\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\"],",
	    "{\"id\":\"r\",\"at\":\".text\",\"type\":\"text\"}");
	struct contract_ask ask = { .contract = by_digest, .artifacts = { " {\"x\" : 1 }\n" }, .level = DX_LEVEL_STRICT };

	expect(&ask, "artifact.template@", "a blank form by its digest");
	ask.artifacts[0] = "{\"x\":0}";
	expect(&ask, "r@/x", "another document");
	ask.artifacts[0] = "{\"x\":0,\"template\":true}";
	expect(&ask, "artifact.template@ r@/x", "a blank form by its word, and the rules are judged");
	ask.artifacts[0] = "{\"x\":1,\"template\":\"true\"}";
	expect(&ask, "", "another word");
	ask.artifacts[0] = "{\"x\":1}";
	ask.level = DX_LEVEL_BASE;
	expect(&ask, "", "base takes blank forms");
	ask = (struct contract_ask){ .contract = raw, .artifacts = { "a" }, .level = DX_LEVEL_STRICT };
	expect(&ask, "artifact.template@", "raw bytes where there is no canonical form");
}

/* --- several inputs --- */

#define TWO	"\"inputs\":[{\"role\":\"a\",\"media\":\"json\"},{\"role\":\"b\",\"media\":\"json\",\"optional\":true}],"

static void
test_inputs(void)
{
	static const char rules[] = CONTRACT_WITH(TWO, "{\"id\":\"x\",\"at\":\"$a.x\",\"min\":1},"
	    "{\"id\":\"same\",\"at\":\"$b.x\",\"when\":\"$b != null\",\"is\":\"$a.x == $b.x\"},"
	    "{\"id\":\"dig\",\"at\":\"$b.of\",\"when\":\"$b != null\",\"is\":\"$b.of == $sha256.a\"}");
	static const char digest[] = "{\"x\":1,\"of\":\"5041bf1f713df204784353e82f6a4a535931cb64f1f4b4a5aeaffcb720918b22\"}";
	struct contract_ask ask = { .contract = rules, .artifacts = { "{\"x\":1}", digest } };
	struct contract_run run;

	expect(&ask, "", "two inputs that agree, one names the other's digest");
	ask.artifacts[0] = "{\"x\":2}";
	expect(&ask, "same@/x dig@/of", "two that do not");
	judge(&ask, &run);
	is_str(first(&run, "role"), "b", "the role of the failure");
	is_str(first(&run, "expected"), "2", "what is declared is found, the rest expected");
	is_str(first(&run, "found"), "1", "also from the right side");
	end_run(&run);
	ask.artifacts[1] = NULL;
	expect(&ask, "json.missing@", "an optional input that was given and is missing");
	ask.absent_given = true;
	expect(&ask, "", "one that was not given");
	ask.artifacts[0] = NULL;
	expect(&ask, "json.missing@", "one that had to be given");
	ask.contract = CONTRACT_WITH(TWO, "{\"id\":\"x\",\"at\":\".x\",\"min\":1}");
	ask.artifacts[0] = "{\"x\":2}";
	expect(&ask, "x@", "a path that names no input fails");
	ask.contract = CONTRACT_WITH("\"inputs\":[],", "{\"id\":\"x\",\"path\":\"f\",\"file\":\"regular\"}");
	expect(&ask, "x@", "no inputs at all");
	ask.files = "{\"f\":\"\"}";
	expect(&ask, "", "and the file is there");
}

/* --- includes --- */

struct library { const struct dx_contract *inner, *loop; };

static int
find(void *ctx, const char *kind, const struct dx_contract **out, struct dx_err *err)
{
	const struct library *l = ctx;

	if (strcmp(kind, "inner") == 0)
		*out = l->inner;
	else if (strcmp(kind, "loop") == 0)
		*out = l->loop;
	else
		return dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "no contract of the kind %s", kind);
	return 0;
}

static struct dx_contract *
parsed(const char *text)
{
	struct dx_contract *c = NULL;
	struct dx_err err = { 0 };

	if (dx_contract_parse(text, strlen(text), &c, &err) != 0) {
		printf("Bail out! %s: %s\n", err.at, err.text);
		exit(1);
	}
	return c;
}

#define INNER(more)	"{\"schema\":\"dealix.evidence.contract.v1\",\"kind\":\"inner\",\"version\":1,\"title\":\"t\",\"inputs\":[{\"media\":\"json\"}]," more \
	"\"rules\":[{\"id\":\"in.x\",\"at\":\".x\",\"min\":\"$low\"},{\"id\":\"in.s\",\"level\":\"strict\",\"at\":\".s\",\"type\":\"text\"}]}"
#define LOOP	"{\"schema\":\"dealix.evidence.contract.v1\",\"kind\":\"loop\",\"version\":1,\"title\":\"t\",\"inputs\":[{\"media\":\"json\"}]," \
	"\"include\":[{\"kind\":\"pool\",\"role\":\"artifact\"}],\"rules\":[{\"id\":\"l\",\"is\":\"true\"}]}"
#define INCLUDE(members)	"\"include\":[{\"kind\":\"inner\",\"role\":\"a\"" members "}],"

static void
test_includes(void)
{
	struct dx_contract *inner = parsed(INNER("\"params\":{\"low\":{\"type\":\"number\",\"min\":0,\"default\":2}},"));
	struct library l = { .inner = inner };
	static const char plain[] = CONTRACT_WITH(TWO INCLUDE(), "{\"id\":\"mine\",\"at\":\"$a.x\",\"min\":3},{\"id\":\"member\",\"at\":\"$a\",\"is\":\"$included.a\"}");
	static const char with[] = CONTRACT_WITH(TWO "\"params\":{\"half\":{\"type\":\"number\",\"default\":1}}," INCLUDE(",\"level\":\"strict\",\"params\":{\"low\":\"$half * 2 - 1\"}"),
	    "{\"id\":\"member\",\"at\":\"$a\",\"is\":\"$included.a\"}");
	static const char tiny[] = CONTRACT_WITH(TWO "\"params\":{\"little\":{\"type\":\"number\",\"default\":\"0.0000000000000000001\"}},"
	    INCLUDE(",\"params\":{\"low\":\"$little\"}"), "{\"id\":\"member\",\"at\":\"$a\",\"is\":\"$included.a\"}");
	static const char bad[] = CONTRACT_WITH(TWO INCLUDE(",\"params\":{\"low\":-1}"), "{\"id\":\"r\",\"is\":\"true\"}");
	struct contract_ask ask = { .contract = plain, .artifacts = { "{\"x\":2}" }, .absent_given = true, .find = find, .ctx = &l };
	struct contract_run run;

	expect(&ask, "mine@/x", "an include that passes");
	ask.artifacts[0] = "{\"x\":1}";
	expect(&ask, "in.x@/x mine@/x member@", "one that fails spoils nothing for the contract itself");
	judge(&ask, &run);
	is_str(first(&run, "role"), "a", "its failure has the outer role");
	end_run(&run);
	ask.artifacts[0] = NULL;
	expect(&ask, "json.missing@", "an include of what is not there");
	ask.contract = with;
	ask.artifacts[0] = "{\"x\":1}";
	expect(&ask, "", "params of an include are expressions; base stays base");
	ask.level = DX_LEVEL_STRICT;
	expect(&ask, "in.s@/s member@", "strict where the include says so");
	ask.level = DX_LEVEL_BASE;
	ask.contract = tiny;
	ask.artifacts[0] = "{\"x\":0}";
	expect(&ask, "in.x@/x member@", "a small param is handed on to its last digit");
	ask.contract = plain;
	ask.artifacts[0] = "{\"x\":2}";
	expect(&ask, "mine@/x", "and base where it says so");
	ask.contract = bad;
	expect(&ask, "!param_invalid", "params of an include are checked");
	ask.contract = CONTRACT_WITH(TWO "\"include\":[{\"kind\":\"loop\",\"role\":\"a\"}],", "{\"id\":\"r\",\"is\":\"true\"}");
	l.loop = parsed(LOOP);
	expect(&ask, "!evidence_kind_unknown", "an include of what nobody has");
	dx_contract_free(inner);
	dx_contract_free((struct dx_contract *)(uintptr_t)l.loop);
}

/* Two contracts that include each other. */
static int
find_loop(void *ctx, const char *kind, const struct dx_contract **out, struct dx_err *err)
{
	(void)kind;
	(void)err;
	*out = ctx;
	return 0;
}

static void
test_include_loop(void)
{
	struct dx_contract *loop = parsed(LOOP);
	struct contract_ask ask = { .contract = LOOP, .artifacts = { "{}" }, .find = find_loop, .ctx = loop };

	expect(&ask, "!evidence_contract_invalid", "contracts that include each other for ever");
	dx_contract_free(loop);
}

/* --- jq --- */

/* Yields what .y says, as an evaluator would report it. */
static int
fake_jq(void *ctx, size_t rule, const struct dx_json *dot, const struct dx_json *params, const struct dx_json *computed, struct dx_buf *found,
    struct dx_err *err)
{
	const char *what = dx_json_get_str(dot, "y");
	int *calls = ctx;

	++*calls;
	if (rule != 1 || !dx_json_is(params, DX_JSON_OBJECT) || dx_json_get_str(computed, "n") == NULL)
		return dx_err_set(err, DX_R_RULE_ERROR, "called wrongly");
	if (what != NULL && strcmp(what, "true") == 0)
		return 1;
	if (what != NULL && strcmp(what, "broken") == 0)
		return dx_err_set(err, DX_R_RULE_ERROR, "no evaluator");
	dx_buf_puts(found, what != NULL ? what : "nothing");
	return 0;
}

static void
test_jq(void)
{
	static const char rules[] = CONTRACT("{\"let\":\"n\",\"value\":\"1 / 3\"},{\"id\":\"j\",\"for\":\".x[]\",\"at\":\".z\",\"jq\":\".y\"}");
	static const char *const yields[] = { "false", "null", "two values", "an error", "nothing" };
	char artifact[128];
	int calls = 0;
	struct contract_ask ask = { .contract = rules, .artifacts = { "{\"x\":[{\"y\":\"true\"}]}" }, .jq = fake_jq, .ctx = &calls };
	struct contract_run run;

	expect(&ask, "", "a jq rule that yields true");
	is_int(calls, 1, "asked once a place");
	for (size_t i = 0; i < sizeof(yields) / sizeof(yields[0]); i++) {
		snprintf(artifact, sizeof(artifact), "{\"x\":[{\"y\":\"true\"},{\"y\":\"%s\"}]}", yields[i]);
		ask.artifacts[0] = artifact;
		expect(&ask, "j@/x/1/z", yields[i]);
		judge(&ask, &run);
		is_str(first(&run, "found"), yields[i], "and the report says what came");
		end_run(&run);
	}
	ask.artifacts[0] = "{\"x\":[{\"y\":\"broken\"}]}";
	expect(&ask, "!rule_error", "an evaluator that is broken");
	ask.jq = NULL;
	expect(&ask, "!evidence_contract_invalid", "no evaluator");
}

/* --- the report --- */

static const char shown_artifact[] = "{\n  \"a\": 4.50,\n  \"b\": 0.50,\n  \"c\": 1,\n  \"list\": [\n    {\"name\": \"w\"}\n  ],\n"
    "  \"t\": \"2026-03-01T00:00:00+00:00\",\n  \"long\": \"\xc3\xa9xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n}\n";

struct row { const char *rule, *at, *expected, *found; int line, column; };

static void
check_row(const struct dx_json *f, const struct row *want)
{
	int64_t line = 0, column = 0;

	dx_json_int64(dx_json_get(f, "line"), &line);
	dx_json_int64(dx_json_get(f, "column"), &column);
	is_str(dx_json_get_str(f, "rule"), want->rule, "rule");
	is_str(dx_json_get_str(f, "at"), want->at, "%s: at", want->rule);
	is_str(dx_json_get_str(f, "expected"), want->expected, "%s: expected", want->rule);
	is_str(dx_json_get_str(f, "found"), want->found, "%s: found", want->rule);
	is_int(line, want->line, "%s: line", want->rule);
	is_int(column, want->column, "%s: column", want->rule);
}

static void
test_report(void)
{
	static const struct row rows[] = {
		{ "s.a", "/a", "1.5", "4.50", 2, 8 },
		{ "s.b", "/b", "at least 0.75", "0.50", 3, 8 },
		{ "s.d", "/list/1/name", "x", "absent", 5, 11 },
		{ "s.e", "/list/0/name", "one of u, v", "w", 6, 14 },
		{ "s.f", "/t", "ts(.t) <= ts($now)", "2026-03-01T00:00:00+00:00", 8, 8 },
		{ "s.g", "/long", "matching ^y", "\xc3\xa9xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...", 9, 11 },
		{ "s.h", "/list", "at least 2 items", "1", 5, 11 },
		{ "s.k", "/u~1v", "1", "absent", 1, 1 },
	};
	struct contract_ask ask = { .contract = CONTRACT(JSON_RULE), .artifacts = { shown_artifact }, .level = DX_LEVEL_STRICT };
	struct contract_run run;
	const struct dx_json *failures;
	struct dx_buf b = { 0 };

	/* "u/v" is no member name of the grammar: written in quotes. */
	ask.contract = CONTRACT("{\"id\":\"s.k\",\"at\":\".\\\"u/v\\\"\",\"equals\":1}");
	judge(&ask, &run);
	check_row(dx_json_item(dx_json_get(&run.report, "failures"), 0), &rows[7]);
	end_run(&run);
	ask.contract = CONTRACT("{\"id\":\"s.a\",\"at\":\".a\",\"is\":\".a == .b + .c\",\"remedy\":\"Add up.\"},{\"id\":\"s.b\",\"at\":\".b\",\"min\":\"0.75\"},"
	    "{\"id\":\"s.d\",\"at\":\".list[1].name\",\"equals\":\"x\"},{\"id\":\"s.e\",\"at\":\".list[0].name\",\"enum\":[\"u\",\"v\"]},"
	    "{\"id\":\"s.f\",\"at\":\".t\",\"is\":\"ts(.t) <= ts($now)\"},{\"id\":\"s.g\",\"at\":\".long\",\"pattern\":\"^y\"},"
	    "{\"let\":\"third\",\"value\":\".c / 3\"},{\"let\":\"names\",\"value\":\".list\"},{\"let\":\"none\",\"value\":\".q + 1\"},"
	    "{\"id\":\"s.h\",\"at\":\".list\",\"min_items\":2},{\"id\":\"s.n\",\"at\":\".a\",\"is\":\".a > 100\"},{\"id\":\"s.o\",\"is\":\"$third > 0 and $none == null\"}");
	judge(&ask, &run);
	failures = dx_json_get(&run.report, "failures");
	for (size_t i = 0; i < 7; i++)
		check_row(dx_json_item(failures, i), &rows[i]);
	is_int(failures != NULL ? (intmax_t)failures->count : 0, 8, "and the rule whose let has no value");
	is_str(dx_json_get_str(dx_json_item(failures, 0), "remedy"), "Add up.", "remedy");
	is_str(dx_json_get_str(dx_json_item(failures, 0), "message"), "expected 1.5, found 4.50", "message");
	is_str(dx_json_get_str(dx_json_item(failures, 0), "role"), "artifact", "role");
	is_str(listed(&run, "skipped", true), "s.n@/a", "skipped");
	dx_json_canon(dx_json_get(&run.report, "computed"), &b);
	is_str(b.data, "{\"names\":\"[{\\\"name\\\":\\\"w\\\"}]\",\"third\":\"0.333333333333\"}", "computed");
	is_str(dx_json_get_str(&run.report, "verdict"), "fail", "verdict");
	is_str(dx_json_get_str(&run.report, "now"), "2026-02-28T15:00:00.000000Z", "now");
	dx_buf_release(&b);
	end_run(&run);
}

static void
test_report_framing(void)
{
	struct contract_ask ask = { .contract = CONTRACT_WITH(ONE "\"params\":{\"p\":{\"type\":\"number\",\"default\":\"0.5\"},\"q\":{\"type\":\"text\"}},",
	    "{\"id\":\"r\",\"at\":\".x\",\"min\":\"$p\"}"), .artifacts = { "{\"x\":1}" }, .level = DX_LEVEL_STRICT };
	static const char want[] = "\"failures\":[],\"inputs\":[{\"bytes\":7,\"path\":\"artifact\",\"role\":\"artifact\","
	    "\"sha256\":\"5041bf1f713df204784353e82f6a4a535931cb64f1f4b4a5aeaffcb720918b22\"}],\"judged\":1,\"kind\":\"sample\",\"level\":\"strict\","
	    "\"now\":\"2026-02-28T15:00:00.000000Z\",\"params\":{\"p\":\"0.5\",\"q\":null},\"schema\":\"dealix.evidence.report.v1\",\"skipped\":[],"
	    "\"verdict\":\"pass\",\"version\":1}";
	struct contract_run run, again;
	struct dx_buf b = { 0 }, c = { 0 };

	judge(&ask, &run);
	dx_json_canon(&run.report, &b);
	ok(b.data != NULL && strstr(b.data, want) != NULL, "the members of a report");
	judge(&ask, &again);
	dx_json_canon(&again.report, &c);
	is_str(c.data, b.data, "the same bytes again");
	end_run(&again);
	end_run(&run);
	dx_buf_release(&b);
	dx_buf_release(&c);
	ask.params = "{\"p\":2}";
	expect(&ask, "r@/x", "a bound by a param");
	ask.contract = CONTRACT_WITH(ONE "\"params\":{\"p\":{\"type\":\"number\"}},", "{\"id\":\"r\",\"at\":\".x\",\"min\":\"$p\"}");
	ask.params = NULL;
	expect(&ask, "r@/x", "a bound that is null fails");
}

/* --- hostile sizes --- */

static const char *
many(struct dx_buf *b, size_t n, const char *item)
{
	dx_buf_puts(b, "{\"x\":[");
	for (size_t i = 0; i < n; i++) {
		dx_buf_puts(b, i > 0 ? "," : "");
		dx_buf_puts(b, item);
	}
	dx_buf_puts(b, "]}");
	return b->data;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
test_limits(void)
{
	struct dx_buf b = { 0 };
	struct contract_ask ask = { .contract = CONTRACT("{\"id\":\"r\",\"at\":\".x[]\",\"min\":1}"), .artifacts = { many(&b, 10050, "0") } };
	struct contract_run run;
	int64_t dropped = 0;
	double start = seconds();

	judge(&ask, &run);
	is_int(dx_json_get(&run.report, "failures")->count, 10000, "failures are cut at 10000");
	ok(dx_json_int64(dx_json_get(&run.report, "failures_truncated"), &dropped) && dropped == 50, "and the rest is counted");
	end_run(&run);
	/* Every place reads every value: quadratic, so it ends with a failure and not with the night. */
	dx_buf_reset(&b);
	ask.artifacts[0] = many(&b, 100000, "1");
	ask.contract = CONTRACT("{\"id\":\"q\",\"for\":\".x[]\",\"is\":\"sum($.x[]) > 0\"}");
	expect(&ask, "media.too_large@", "more values than a run may read");
	dx_buf_reset(&b);
	ask.artifacts[0] = many(&b, 1000001, "1");
	ask.contract = CONTRACT("{\"id\":\"q\",\"at\":\".x[]\",\"min\":1}");
	expect(&ask, "media.too_large@", "more places than a run may judge");
	ask.contract = CONTRACT("{\"let\":\"s\",\"value\":\"sum(.x[])\"},{\"id\":\"u\",\"at\":\".x[1:]\",\"when\":\"$s < 0\",\"unique\":true},{\"id\":\"c\",\"is\":\"count(.x) == $s\"}");
	expect(&ask, "", "a million values are read");
	ok(seconds() - start < 60, "in good time");
	dx_buf_release(&b);
}

struct costly { const char *name, *rules, *item; size_t items; };

/* What one expression, one list or one value costs is paid for too: each of these took minutes or gigabytes. */
static void
test_costs(void)
{
	static const struct costly samples[] = {
		{ "a list of a let is gone over for each value", "{\"let\":\"q\",\"value\":\".x[]\"},{\"id\":\"i\",\"for\":\".x[]\",\"is\":\"in(., $q)\"}",
		    "1", 200000 },
		{ "an enumeration is", "{\"let\":\"q\",\"value\":\".x[]\"},{\"id\":\"i\",\"at\":\".x[]\",\"some\":true,\"enum\":\"$q\"}", "null", 200000 },
		{ "lists are compared", "{\"let\":\"q\",\"value\":\".x[]\"},{\"id\":\"i\",\"for\":\".x[]\",\"is\":\"$q == $.x\"}", "1", 200000 },
		{ "many sums in one expression", "{\"id\":\"i\",\"is\":\"sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])"
		    "+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[])+sum(.x[]) > 0\"}",
		    "1", 1000000 },
		{ "figures of a thousand digits", "{\"id\":\"i\",\"is\":\"sum(.x[]) > 0\"}", "1e-1000,3e-1003,7e-1100", 500000 },
		{ "more values are kept than there should be", "{\"let\":\"a\",\"value\":\".x[]\"},{\"let\":\"b\",\"value\":\".x[]\"},"
		    "{\"let\":\"c\",\"value\":\".x[]\"},{\"id\":\"i\",\"is\":\"count($a) == count($b)\"}", "1", 2000000 },
		{ "all are compared with each other", "{\"id\":\"u\",\"at\":\".x[]\",\"unique\":true}", "1", 3000000 },
	};
	double start = seconds();

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct costly *s = &samples[i];
		struct dx_buf b = { 0 };
		char contract[2048];
		struct contract_ask ask = { .contract = contract, .artifacts = { many(&b, s->items, s->item) } };

		snprintf(contract, sizeof(contract), CONTRACT("%s"), s->rules);
		expect(&ask, "media.too_large@", s->name);
		dx_buf_release(&b);
	}
	ok(seconds() - start < 120, "all of them in good time");
}

/* A text of megabytes is folded for each of many values. */
static void
test_long_text(void)
{
	struct dx_buf b = { 0 };
	struct contract_ask ask = { .contract = CONTRACT("{\"id\":\"i\",\"for\":\".x[]\",\"is\":\"lower($.t) != .\"}") };
	double start = seconds();

	many(&b, 100000, "\"a\"");
	b.data[--b.len] = '\0';
	dx_buf_puts(&b, ",\"t\":\"");
	for (size_t i = 0; i < 4000000; i++)
		dx_buf_puts(&b, "A");
	dx_buf_puts(&b, "\"}");
	ask.artifacts[0] = b.data;
	expect(&ask, "media.too_large@", "a long text is folded for each value");
	dx_buf_reset(&b);
	dx_buf_puts(&b, "{\"g\":[\"*");
	for (size_t i = 0; i < 1000000; i++)
		dx_buf_puts(&b, "a");
	dx_buf_puts(&b, "b\"],\"l\":[{\"k\":\"");
	for (size_t i = 0; i < 3000000; i++)
		dx_buf_puts(&b, "a");
	dx_buf_puts(&b, "\"}]}");
	ask.artifacts[0] = b.data;
	ask.contract = CONTRACT("{\"id\":\"i\",\"is\":\"count(.l[k~.g]) == 0\"}");
	expect(&ask, "media.too_large@", "a long pattern is looked for in a long text");
	ok(seconds() - start < 60, "in good time");
	dx_buf_release(&b);
}

int
main(void)
{
	test_levels();
	test_file_rules();
	test_templates();
	test_inputs();
	test_includes();
	test_include_loop();
	test_jq();
	test_report();
	test_report_framing();
	test_limits();
	test_costs();
	test_long_text();
	return done();
}
