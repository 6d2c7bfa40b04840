/* What documents of ours need of contracts (evidence page 2.1): includes of a part of the document, ids whose ending says which check
 * failed, decimals as text. */
#include "contract_case.h"

struct library { struct dx_contract *inner, *outer; };

static int
find(void *ctx, const char *kind, const struct dx_contract **out, struct dx_err *err)
{
	const struct library *l = ctx;

	(void)err;
	*out = strcmp(kind, "inner") == 0 ? l->inner : l->outer;
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

#define NAMED(kind, more, rules)	"{\"schema\":\"dealix.evidence.contract.v1\",\"kind\":\"" kind "\",\"version\":1,\"title\":\"t\"," \
	"\"inputs\":[{\"media\":\"json\"}]," more "\"rules\":[" rules "]}"

static void
test_parts(void)
{
	static const struct { const char *artifact, *want, *name; } cases[] = {
		{ "{\"a\":{\"b\":{\"x\":1}},\"y\":1}", "", "a part of a part that is right" },
		{ "{\"a\":{\"b\":{\"x\":9}},\"y\":1}", "in.x@/a/b/x", "its failure has the place in the whole, and what reads the part is skipped" },
		{ "{\"a\":{\"b\":{}},\"y\":1}", "in.x@/a/b/x", "what is absent in it, too" },
		{ "{\"a\":{\"b\":{\"x\":1}},\"y\":2}", "y@/y", "what reads the part is judged when it is right" },
		{ "{\"a\":{},\"y\":1}", "y@/y", "of a part that is not there nothing is said" },
		{ "{\"a\":7,\"y\":1}", "y@/y", "nor of one that is no object" },
		{ "{\"a\":{\"b\":[{\"x\":9}]},\"y\":1}", "y@/y", "nor of a list" },
		{ "{\"y\":1}", "y@/y", "nor without any of it" },
	};
	struct library l = { parsed(NAMED("inner", "", "{\"id\":\"in.x\",\"at\":\".x\",\"type\":\"integer\",\"max\":1}")),
	    parsed(NAMED("outer", "\"include\":[{\"kind\":\"inner\",\"role\":\"artifact\",\"at\":\".b\"}],", "{\"id\":\"out\",\"is\":\"true\"}")) };
	struct contract_ask ask = { .contract = NAMED("sample", "\"include\":[{\"kind\":\"outer\",\"role\":\"artifact\",\"at\":\".a\"}],",
	    "{\"id\":\"y\",\"at\":\".y\",\"is\":\".y == .a.b.x\"}"), .find = find, .ctx = &l };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask.artifacts[0] = cases[i].artifact;
		expect(&ask, cases[i].want, cases[i].name);
	}
	ask.contract = NAMED("sample", "\"include\":[{\"kind\":\"inner\",\"role\":\"artifact\",\"at\":\".a[]\"}],", "{\"id\":\"y\",\"is\":\"true\"}");
	ask.artifacts[0] = "{\"a\":[{\"x\":9},{\"x\":9}]}";
	expect(&ask, "", "a path to several objects is none to one");
	dx_contract_free(l.inner);
	dx_contract_free(l.outer);
}

static void
test_endings(void)
{
	static const struct { const char *rule, *x, *want; } cases[] = {
		{ "\"type\":\"integer\",\"min\":1,\"enum\":[1,2]", "null", "s.missing@/x" },
		{ "\"type\":\"integer\",\"min\":1,\"enum\":[1,2]", "\"1\"", "s.type@/x" },
		{ "\"type\":\"integer\",\"min\":1,\"enum\":[1,2]", "0", "s.range@/x" },
		{ "\"type\":\"integer\",\"min\":1,\"enum\":[1,2]", "3", "s.enum@/x" }, { "\"type\":\"integer\",\"min\":1,\"enum\":[1,2]", "2", "" },
		{ "\"type\":\"text\"", "\" \"", "s.missing@/x" }, { "\"type\":\"text\",\"pattern\":\"^a\"", "\"b\"", "s.type@/x" },
		{ "\"type\":\"text\",\"equals\":\"a\"", "\"b\"", "s.enum@/x" }, { "\"type\":\"text\",\"placeholder\":true", "\"todo\"", "s.enum@/x" },
		{ "\"is\":\".x == 1\"", "2", "s.relation@/x" }, { "\"when\":\"true\",\"type\":\"integer\"", "\"1\"", "s.relation@/x" },
		{ "\"when\":\"true\",\"min\":1", "0", "s.relation@/x" }, { "\"when\":\"true\",\"equals\":1", "0", "s.relation@/x" },
		{ "\"type\":\"timestamp\"", "\"x\"", "s.format@/x" }, { "\"type\":\"timestamp\"", "null", "s.missing@/x" },
		{ "\"type\":\"array\",\"min_items\":1", "[]", "s.range@/x" }, { "\"type\":\"integer\",\"optional\":true", "null", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dx_arena a = { 0 };
		struct contract_ask ask = { .contract = dx_arena_printf(&a, CONTRACT("{\"id\":\"s.*\",\"at\":\".x\",%s},{\"id\":\"t\",\"is\":\"true\"}"),
		    cases[i].rule), .artifacts = { dx_arena_printf(&a, "{\"x\":%s}", cases[i].x) } };
		expect(&ask, cases[i].want, dx_arena_printf(&a, "%s of %s", cases[i].rule, cases[i].x));
		dx_arena_release(&a);
	}
}

static void
test_types(void)
{
	static const struct { const char *type, *good, *bad; } types[] = {
		{ "money", "0.0000 -1.5000 12345678901.2345 -0.0001", "1 1.0 1.00000 01.0000 -0.0000 1e2 +1.0000 1,0000 123456789012.3456 .5000 1. x" },
		{ "decimal", "0 1 -1 0.7 10.25 123456789012345 -0.5", "01 -0 1. .5 1e2 0x1 +1 1234567890123456 --1 1-" },
		{ "time", "2026-04-17T10:00:00.000000Z", "2026-04-17T10:00:00Z 2026-04-17T10:00:00.000000+00:00 2026-04-17 x 2026-02-30T10:00:00.000000Z" },
		{ "trace_id", "0f6d1c2b3a4958677584930211abcdef 0f6d1c2b-3a49-4867-8584-930211abcdef",
		    "00000000000000000000000000000000 00000000-0000-0000-0000-000000000000 0F6D1C2B3A4958677584930211ABCDEF 0f6d 1" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		for (int bad = 0; bad < 2; bad++)
			for (const char *p = bad ? types[i].bad : types[i].good; *p != '\0'; p += strspn(p, " ")) {
				struct dx_arena a = { 0 };
				size_t n = strcspn(p, " ");
				struct contract_ask ask = { .contract = dx_arena_printf(&a, CONTRACT("{\"id\":\"t\",\"at\":\".x\",\"type\":\"%s\"}"), types[i].type),
				    .artifacts = { dx_arena_printf(&a, "{\"x\":\"%.*s\"}", (int)n, p) } };
				expect(&ask, bad ? "t@/x" : "", dx_arena_printf(&a, "%.*s is %s %s", (int)n, p, bad ? "no" : "a", types[i].type));
				dx_arena_release(&a);
				p += n;
			}
}

static void
test_bounds(void)
{
	static const struct { const char *x, *want; } cases[] = { { "0.9999", "b@/x" }, { "1.0000", "" }, { "10.0000", "" }, { "10.0001", "b@/x" } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dx_arena a = { 0 };
		struct contract_ask ask = { .contract = CONTRACT("{\"id\":\"b\",\"at\":\".x\",\"type\":\"money\",\"min\":1,\"max\":\"10\"}"),
		    .artifacts = { dx_arena_printf(&a, "{\"x\":\"%s\"}", cases[i].x) } };
		expect(&ask, cases[i].want, dx_arena_printf(&a, "bounds of an amount as text: %s", cases[i].x));
		ask.contract = CONTRACT("{\"id\":\"b\",\"at\":\".x\",\"type\":\"text\",\"min\":1}");
		expect(&ask, "b@/x", "of another text there are none");
		dx_arena_release(&a);
	}
}

int
main(void)
{
	test_parts();
	test_endings();
	test_types();
	test_bounds();
	return done();
}
