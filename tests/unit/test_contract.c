/* Contracts as documents: what is read and what is refused; parameters; lint (evidence page 2.1, 2.4). */
#include "contract_case.h"

struct refused { const char *name, *contract, *at; };

static void
test_refused(void)
{
	static const struct refused cases[] = {
		{ "no JSON", "{", "" },
		{ "another schema", "{\"schema\":\"dealix.evidence.contract.v2\",\"kind\":\"a\",\"version\":1,\"title\":\"t\",\"inputs\":[],\"rules\":[]}", "/schema" },
		{ "an unknown member", CONTRACT_WITH(ONE "\"rule\":1,", "{\"id\":\"a\",\"is\":\"true\"}"), "/rule" },
		{ "an unknown member of a rule", CONTRACT("{\"id\":\"a\",\"is\":\"true\",\"minimum\":1}"), "/rules/0/minimum" },
		{ "an unknown member of an input", CONTRACT_WITH("\"inputs\":[{\"media\":\"json\",\"x\":1}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs/0/x" },
		{ "an unknown medium", CONTRACT_WITH("\"inputs\":[{\"media\":\"pdf\"}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs/0/media" },
		{ "nine inputs", CONTRACT_WITH("\"inputs\":[{},{},{},{},{},{},{},{},{}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs" },
		{ "the only input by another name", CONTRACT_WITH("\"inputs\":[{\"role\":\"x\",\"media\":\"json\"}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs/0/role" },
		{ "two inputs of one role", CONTRACT_WITH("\"inputs\":[{\"role\":\"x\",\"media\":\"json\"},{\"role\":\"x\",\"media\":\"json\"}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs/1" },
		{ "a scan without members", CONTRACT_WITH("\"inputs\":[{\"media\":\"scan\",\"scan\":{}}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs/0/scan" },
		{ "a scan where none belongs", CONTRACT_WITH("\"inputs\":[{\"media\":\"json\",\"scan\":{}}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs/0/scan" },
		{ "a file rule that is none", CONTRACT_WITH("\"inputs\":[{\"media\":\"json\",\"as\":{\"json.none\":\"a.b\"}}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/inputs/0/as" },
		{ "no rules", CONTRACT(""), "/rules" },
		{ "a rule without an id", CONTRACT("{\"is\":\"true\"}"), "/rules/0/id" },
		{ "an id in capitals", CONTRACT("{\"id\":\"A.b\",\"is\":\"true\"}"), "/rules/0/id" },
		{ "an id that ends in a dot", CONTRACT("{\"id\":\"a.\",\"is\":\"true\"}"), "/rules/0/id" },
		{ "a rule that checks nothing", CONTRACT("{\"id\":\"a\",\"at\":\".x\"}"), "/rules/0/id" },
		{ "a level that is none", CONTRACT("{\"id\":\"a\",\"level\":\"lax\",\"is\":\"true\"}"), "/rules/0/level" },
		{ "a type that is none", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"type\":\"any\"}"), "/rules/0/type" },
		{ "a path that is none", CONTRACT("{\"id\":\"a\",\"at\":\"x y\",\"type\":\"text\"}"), "/rules/0/at" },
		{ "an expression that is none", CONTRACT("{\"id\":\"a\",\"is\":\"1 +\"}"), "/rules/0/is" },
		{ "a name that nobody binds", CONTRACT("{\"id\":\"a\",\"is\":\"$x == 1\"}"), "/rules/0/is" },
		{ "a bound by a name that nobody binds", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"min\":\"$x\"}"), "/rules/0/min" },
		{ "a let that is read before it is bound", CONTRACT("{\"id\":\"a\",\"is\":\"$x == 1\"},{\"let\":\"x\",\"value\":\"1\"}"), "/rules/0/is" },
		{ "a let that names itself", CONTRACT("{\"let\":\"x\",\"value\":\"$x\"}"), "/rules/0" },
		{ "a let by a taken name", CONTRACT("{\"let\":\"now\",\"value\":\"1\"}"), "/rules/0" },
		{ "two lets of one name", CONTRACT("{\"let\":\"x\",\"value\":\"1\"},{\"let\":\"x\",\"value\":\"2\"}"), "/rules/1" },
		{ "a bound that is no number", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"min\":\"1x\"}"), "/rules/0/min" },
		{ "half an item", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"min_items\":\"0.5\"}"), "/rules/0/min_items" },
		{ "an enum that is no list", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"enum\":\"x\"}"), "/rules/0/enum" },
		{ "an empty enum", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"enum\":[]}"), "/rules/0/enum" },
		{ "an enum of objects", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"enum\":[{}]}"), "/rules/0/enum" },
		{ "equals null", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"equals\":null}"), "/rules/0/equals" },
		{ "a pattern that is none", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"pattern\":\"a(\"}"), "/rules/0/pattern" },
		{ "a pattern that refers back", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"pattern\":\"(a)\\\\1\"}"), "/rules/0/pattern" },
		{ "a pattern with too many repetitions", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"pattern\":\"((a{100}){100}){100}\"}"), "/rules/0/pattern" },
		{ "a file word that is none", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"file\":\"there\"}"), "/rules/0/file" },
		{ "path and at", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"path\":\"y\",\"file\":\"exists\"}"), "/rules/0/path" },
		{ "some of nothing", CONTRACT("{\"id\":\"a\",\"some\":true,\"is\":\"true\"}"), "/rules/0/some" },
		{ "fold of nothing", CONTRACT("{\"id\":\"a\",\"fold\":true,\"is\":\"true\"}"), "/rules/0/fold" },
		{ "a param of no type", CONTRACT_WITH(ONE "\"params\":{\"p\":{}},", "{\"id\":\"a\",\"is\":\"true\"}"), "/params/p/type" },
		{ "a default out of its bounds", CONTRACT_WITH(ONE "\"params\":{\"p\":{\"type\":\"number\",\"above\":0,\"default\":0}},", "{\"id\":\"a\",\"is\":\"true\"}"), "/params/p/default" },
		{ "bounds of a text", CONTRACT_WITH(ONE "\"params\":{\"p\":{\"type\":\"text\",\"min\":0}},", "{\"id\":\"a\",\"is\":\"true\"}"), "/params/p/min" },
		{ "a param by the name of a role", CONTRACT_WITH(ONE "\"params\":{\"artifact\":{\"type\":\"text\"}},", "{\"id\":\"a\",\"is\":\"true\"}"), "/params" },
		{ "a template that is no digest", CONTRACT_WITH(ONE "\"templates\":[\"00\"],", "{\"id\":\"a\",\"is\":\"true\"}"), "/templates" },
		{ "an include on no input", CONTRACT_WITH(ONE "\"include\":[{\"kind\":\"other\",\"role\":\"x\"}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/include/0" },
		{ "an include at no path", CONTRACT_WITH(ONE "\"include\":[{\"kind\":\"other\",\"role\":\"artifact\",\"at\":\"1 +\"}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/include/0" },
		{ "an include of itself", CONTRACT_WITH(ONE "\"include\":[{\"kind\":\"sample\",\"role\":\"artifact\"}],", "{\"id\":\"a\",\"is\":\"true\"}"), "/include/0" },
		{ "a time that is no path", CONTRACT_WITH(ONE "\"time\":\"x\",", "{\"id\":\"a\",\"is\":\"true\"}"), "/time" },
		{ "a number that is not exact", CONTRACT("{\"id\":\"a\",\"at\":\".x\",\"min\":0.12345678901234567}"), "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dx_contract *c = NULL;
		struct dx_err err = { 0 };
		int rc = dx_contract_parse(cases[i].contract, strlen(cases[i].contract), &c, &err);

		if (!ok(rc == -1 && err.reason == DX_R_EVIDENCE_CONTRACT_INVALID, "refused: %s", cases[i].name))
			diag("%s", dx_reason_code(err.reason));
		if (!is_str(err.at, cases[i].at, "its place"))
			diag("%s", err.text);
		dx_contract_free(c);
	}
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

static void
test_accepted(void)
{
	static const char text[] = CONTRACT_WITH(ONE "\"time\":\".made_at\",", "{\"id\":\"a.*\",\"at\":\".t\",\"type\":\"timestamp\",\"remedy\":\"r\"},"
	    "{\"let\":\"n\",\"value\":\"1\"},{\"id\":\"b\",\"is\":\"true\",\"implied_by\":[\"a.zone\"]},{\"id\":\"c\",\"jq\":\".x\"},"
	    "{\"id\":\"b\",\"is\":\"true\",\"implied_by\":[\"c\"]},{\"id\":\"c\",\"is\":\"true\",\"implied_by\":[\"b\"]}");
	struct dx_contract *c = parsed(text), *again;
	struct dx_arena a = { 0 };
	struct dx_contract_program programs[2];
	const char *const *ids = dx_contract_ids(c, &a);
	static const char *const want[] = { "a.missing", "a.format", "a.zone", "b", "c" };

	for (size_t i = 0; i < 5; i++)
		is_str(ids[i], want[i], "id %zu", i);
	ok(ids[5] == NULL, "no other id");
	is_str(c->time, ".made_at", "time");
	ok(c->uses_jq && dx_contract_programs(c, programs, 2) == 1, "one program");
	ok(programs[0].rule == 3, "its rule number counts lets");
	is_str(programs[0].text, ".x", "its text");
	ok(dx_contract_implied(c, "b"), "b cannot fail alone");
	ok(!dx_contract_implied(c, "c"), "c can: one of its rules says nothing");
	is_str(dx_contract_remedy(c, "a.zone"), "r", "the remedy of a sub-rule");
	ok(dx_contract_remedy(c, "b") == NULL, "no remedy");
	again = parsed("\n" CONTRACT_WITH(ONE "\"time\":\".made_at\",", "{\"id\":\"a.*\",\"at\":\".t\",\"type\":\"timestamp\",\"remedy\":\"r\"},"
	    "{\"let\":\"n\",\"value\":\"1\"},{\"id\":\"b\",\"is\":\"true\",\"implied_by\":[\"a.zone\"]},{\"id\":\"c\",\"jq\":\".x\"},"
	    "{\"id\":\"b\",\"is\":\"true\",\"implied_by\":[\"c\"]},{\"is\":\"true\",\"id\":\"c\",\"implied_by\":[\"b\"]}"));
	ok(memcmp(&c->sha256, &again->sha256, sizeof(c->sha256)) == 0, "the digest is that of the canonical document");
	dx_contract_free(again);
	dx_contract_free(c);
	dx_arena_release(&a);
}

/* As many rules as there may be, and one more. */
static void
test_many(size_t n, bool good)
{
	struct dx_buf b = { 0 };
	struct dx_contract *c = NULL;
	struct dx_err err = { 0 };

	dx_buf_puts(&b, "{\"schema\":\"dealix.evidence.contract.v1\",\"kind\":\"many\",\"version\":1,\"title\":\"Many\"," ONE "\"rules\":[");
	for (size_t i = 0; i < n; i++)
		dx_buf_printf(&b, "%s{\"id\":\"r%zu\",\"at\":\".x\",\"min\":%zu}", i > 0 ? "," : "", i, i);
	dx_buf_puts(&b, "]}");
	ok((dx_contract_parse(b.data, b.len, &c, &err) == 0) == good, "%zu rules %s", n, good ? "are read" : "are too many");
	dx_contract_free(c);
	dx_buf_release(&b);
}

/* --- params --- */

#define PARAMS	"\"params\":{\"max_artifact_age_hours\":{\"type\":\"number\",\"above\":0},\"max_source_age_days\":{\"type\":\"number\",\"min\":1}," \
	"\"n\":{\"type\":\"integer\",\"min\":1,\"max\":9,\"default\":3},\"f\":{\"type\":\"number\",\"default\":\"2.50\"},\"t\":{\"type\":\"text\",\"default\":\"x\"}," \
	"\"b\":{\"type\":\"bool\",\"default\":false},\"l\":{\"type\":\"list\"},\"m\":{\"type\":\"map\"}},"

static void
param_case(const char *given, const char *want)
{
	struct dx_contract *c = parsed(CONTRACT_WITH(ONE PARAMS, "{\"id\":\"a\",\"is\":\"true\"}"));
	struct dx_arena a = { 0 };
	struct dx_json in = json_text(&a, given, DX_JSON_FOREIGN), out;
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };

	if (dx_contract_params(c, &in, &a, &out, &err) == 0)
		dx_json_canon(&out, &b);
	else
		dx_buf_printf(&b, "!%s%s", dx_reason_code(err.reason), err.at);
	is_str(b.data, want, "params %s", given);
	dx_buf_release(&b);
	dx_arena_release(&a);
	dx_contract_free(c);
}

static void
param_text_case(const char *text, const char *want)
{
	struct dx_contract *c = parsed(CONTRACT_WITH(ONE PARAMS, "{\"id\":\"a\",\"is\":\"true\"}"));
	struct dx_arena a = { 0 };
	struct dx_json out = dx_json_object();
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };

	if (dx_contract_param_text(c, text, &a, &out, &err) == 0)
		dx_json_canon(&out, &b);
	else
		dx_buf_printf(&b, "!%s", dx_reason_code(err.reason));
	is_str(b.data, want, "-p %s", text);
	if (want[0] == '{')
		ok(dx_contract_param_text(c, text, &a, &out, NULL) == -1, "but not twice");
	dx_buf_release(&b);
	dx_arena_release(&a);
	dx_contract_free(c);
}

static void
test_params(void)
{
	static const char *const bad_ages[] = { "0", "-1", "nan", "inf", "-inf", "1e999999", "", " 1", "0x10", "1_000" };
	char text[64];

	param_case("{}", "{\"b\":false,\"f\":\"2.50\",\"l\":null,\"m\":null,\"max_artifact_age_hours\":null,\"max_source_age_days\":null,\"n\":3,\"t\":\"x\"}");
	param_case("{\"n\":\"4.0\",\"f\":25e-1,\"l\":[1],\"m\":{\"a\":1},\"max_artifact_age_hours\":0.01}",
	    "{\"b\":false,\"f\":\"2.5\",\"l\":[1],\"m\":{\"a\":1},\"max_artifact_age_hours\":\"0.01\",\"max_source_age_days\":null,\"n\":4,\"t\":\"x\"}");
	param_case("{\"max_artifact_age_hours\":null}", "{\"b\":false,\"f\":\"2.50\",\"l\":null,\"m\":null,\"max_artifact_age_hours\":null,\"max_source_age_days\":null,\"n\":3,\"t\":\"x\"}");
	param_case("{\"other\":1}", "!param_invalid");
	param_case("[]", "!param_invalid");
	param_case("{\"n\":null}", "!param_invalid/n");
	param_case("{\"n\":0}", "!param_invalid/n");
	param_case("{\"n\":10}", "!param_invalid/n");
	param_case("{\"n\":2.5}", "!param_invalid/n");
	param_case("{\"n\":true}", "!param_invalid/n");
	param_case("{\"t\":\"  \"}", "!param_invalid/t");
	param_case("{\"t\":1}", "!param_invalid/t");
	param_case("{\"b\":\"false\"}", "!param_invalid/b");
	param_case("{\"l\":{}}", "!param_invalid/l");
	param_case("{\"m\":[]}", "!param_invalid/m");
	param_case("{\"max_source_age_days\":0.5}", "!param_max_source_age/max_source_age_days");
	for (size_t i = 0; i < sizeof(bad_ages) / sizeof(bad_ages[0]); i++) {
		snprintf(text, sizeof(text), "max_artifact_age_hours=%s", bad_ages[i]);
		param_text_case(text, "!param_max_age");
	}
	param_text_case("max_artifact_age_hours=744", "{\"max_artifact_age_hours\":744}");
	param_text_case("max_source_age_days=nan", "!param_max_source_age");
	param_text_case("f=1e-3", "{\"f\":\"0.001\"}");
	param_text_case("f=15e-14", "{\"f\":\"0.00000000000015\"}");
	param_text_case("t=a=b", "{\"t\":\"a=b\"}");
	param_text_case("b=true", "{\"b\":true}");
	param_text_case("b=yes", "!param_invalid");
	param_text_case("l=[\"a\",\"b\"]", "{\"l\":[\"a\",\"b\"]}");
	param_text_case("l=a", "!param_invalid");
	param_text_case("m={}", "{\"m\":{}}");
	param_text_case("other=1", "!param_invalid");
	param_text_case("n", "!param_invalid");
}

/* --- lint --- */

static void
lint_case(const char *name, const char *contract, const char *want)
{
	struct dx_contract *c = parsed(contract);
	struct dx_arena a = { 0 };
	struct dx_json out;
	struct dx_buf b = { 0 };

	dx_contract_lint(c, &a, &out);
	for (uint32_t i = 0; i < out.count; i++)
		if (strcmp(dx_json_get_str(&out.u.items[i], "code"), "lint_remedy_missing") != 0)
			dx_buf_printf(&b, "%s%s@%s", b.len > 0 ? " " : "", dx_json_get_str(&out.u.items[i], "code"), dx_json_get_str(&out.u.items[i], "at"));
	is_str(b.len > 0 ? b.data : "", want, "lint: %s", name);
	dx_buf_release(&b);
	dx_arena_release(&a);
	dx_contract_free(c);
}

static void
test_lint(void)
{
	struct dx_contract *c = parsed(CONTRACT("{\"id\":\"a\",\"is\":\"true\",\"remedy\":\"x\"},{\"id\":\"b\",\"is\":\"true\"}"));
	struct dx_arena a = { 0 };
	struct dx_json out;

	dx_contract_lint(c, &a, &out);
	ok(out.count == 1, "one warning");
	is_str(dx_json_get_str(dx_json_item(&out, 0), "code"), "lint_remedy_missing", "an id without remedy");
	dx_contract_free(c);
	dx_arena_release(&a);
	lint_case("an unguarded list", CONTRACT("{\"id\":\"a\",\"at\":\".x[]\",\"type\":\"text\"}"), "contract_unguarded_list@/rules/0");
	lint_case("an unguarded list of for", CONTRACT("{\"id\":\"a\",\"for\":\".x[]\",\"at\":\".y\",\"type\":\"text\"}"), "contract_unguarded_list@/rules/0");
	lint_case("min_items guards", CONTRACT("{\"id\":\"g\",\"at\":\".x\",\"min_items\":1},{\"id\":\"a\",\"at\":\".x[]\",\"type\":\"text\"}"), "");
	lint_case("min_items 0 says that it may be empty", CONTRACT("{\"id\":\"g\",\"at\":\".x\",\"min_items\":0},{\"id\":\"a\",\"at\":\".x[]\",\"type\":\"text\"}"), "");
	lint_case("covers guards", CONTRACT("{\"id\":\"g\",\"at\":\".x[]\",\"covers\":[\"a\"]},{\"id\":\"a\",\"at\":\".x[]\",\"type\":\"text\"}"), "");
	lint_case("a list in a list", CONTRACT("{\"id\":\"g\",\"at\":\".x\",\"min_items\":1},{\"id\":\"a\",\"for\":\".x[]\",\"at\":\".y[]\",\"type\":\"text\"}"), "contract_unguarded_list@/rules/1");
	lint_case("a list in a list, guarded", CONTRACT("{\"id\":\"g\",\"at\":\".x\",\"min_items\":1},{\"id\":\"h\",\"for\":\".x[]\",\"at\":\".y\",\"min_items\":1},"
	    "{\"id\":\"a\",\"for\":\".x[]\",\"at\":\".y[]\",\"type\":\"text\"}"), "");
	lint_case("each value is a failure", CONTRACT("{\"id\":\"a\",\"for\":\".x[]\",\"is\":\"false\"}"), "");
	lint_case("unused params and lets", CONTRACT_WITH(ONE "\"params\":{\"p\":{\"type\":\"text\"},\"q\":{\"type\":\"text\"}},",
	    "{\"let\":\"x\",\"value\":\"1\"},{\"let\":\"y\",\"value\":\"2\"},{\"id\":\"a\",\"at\":\".z\",\"equals\":\"$p\"},{\"id\":\"b\",\"is\":\"$y == 2\"}"),
	    "lint_name_unused@/params/q lint_name_unused@/rules/0/let");
	lint_case("a param that only jq reads", CONTRACT_WITH(ONE "\"params\":{\"p\":{\"type\":\"text\"}},", "{\"id\":\"a\",\"jq\":\".x == $params.p\"}"), "");
}

int
main(void)
{
	test_refused();
	test_accepted();
	test_many(1000, true);
	test_many(1001, false);
	test_params();
	test_lint();
	return done();
}
