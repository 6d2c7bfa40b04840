/* Each member of a rule, passing and failing (evidence page 2.1). */
#include "contract_case.h"

struct sample { const char *name, *rules, *artifact, *want; };

static void
run_samples(const struct sample *s, size_t n, const char *files)
{
	for (size_t i = 0; i < n; i++) {
		size_t room = strlen(s[i].rules) + 256;
		char *text = dx_alloc(room);
		struct contract_ask ask = { .contract = text, .artifacts = { s[i].artifact }, .level = DX_LEVEL_STRICT, .files = files };

		snprintf(text, room, CONTRACT("%s"), s[i].rules);
		expect(&ask, s[i].want, s[i].name);
		free(text);
	}
}
#define RUN(samples)	run_samples(samples, sizeof(samples) / sizeof((samples)[0]), NULL)
#define RUN_FILES(samples, files)	run_samples(samples, sizeof(samples) / sizeof((samples)[0]), files)

#define TYPE(t)	"{\"id\":\"t\",\"at\":\".x[]\",\"type\":\"" t "\"}"

static void
test_types(void)
{
	static const struct sample samples[] = {
		{ "object", TYPE("object"), "{\"x\":[{},{\"a\":1},[],\"\",1,null,true]}", "t@/x/2 t@/x/3 t@/x/4 t@/x/5 t@/x/6" },
		{ "array", TYPE("array"), "{\"x\":[[],[1],{},\"\",1,null]}", "t@/x/2 t@/x/3 t@/x/4 t@/x/5" },
		{ "text is not blank", TYPE("text"), "{\"x\":[\"a\",\" b \",\"\",\" \\t\\n\",1,null]}", "t@/x/2 t@/x/3 t@/x/4 t@/x/5" },
		{ "text is not what cannot be seen", TYPE("text"), "{\"x\":[\"\xc2\xa0\",\"\xe3\x80\x80 \xe2\x80\x8b\",\"\xe2\x80\x8bx\"]}", "t@/x/0 t@/x/1" },
		{ "nor is a time that", TYPE("timestamp"), "{\"x\":[\"\xc2\xa0\"]}", "t@/x/0" },
		{ "number: nothing is converted", TYPE("number"), "{\"x\":[1,-0.5,1e3,\"1\",true,null]}", "t@/x/3 t@/x/4 t@/x/5" },
		{ "integer: 3.0 is one", TYPE("integer"), "{\"x\":[3,3.0,30e-1,-1,3.5,1e-1,\"3\"]}", "t@/x/4 t@/x/5 t@/x/6" },
		{ "bool", TYPE("bool"), "{\"x\":[true,false,0,\"true\",null]}", "t@/x/2 t@/x/3 t@/x/4" },
		{ "date", TYPE("date"), "{\"x\":[\"2026-02-28\",\"2024-02-29\",\"2026-02-29\",\"20260228\",\"2026-W09-6\",\"2026-02-28T00:00:00Z\",1]}",
		    "t@/x/2 t@/x/3 t@/x/4 t@/x/5 t@/x/6" },
		{ "month", TYPE("month"), "{\"x\":[\"2026-02\",\"2026-13\",\"2026-2\",\"2026-02-01\"]}", "t@/x/1 t@/x/2 t@/x/3" },
		{ "timestamp", TYPE("timestamp"), "{\"x\":[\"2026-02-28T15:00:00Z\",\"2026-02-28T15:00:00.5+01:00\",\"2026-02-28T15:00:00\",\"2026-02-28\",\"x\",null,5]}",
		    "t@/x/2 t@/x/3 t@/x/4 t@/x/5 t@/x/6" },
		{ "https_url", TYPE("https_url"), "{\"x\":[\"https://a.b/c?d#e\",\"HTTPS://a:443\",\"https://u@h/\",\"https://[::1]:8/\",\"http://a\",\"https://\",\"https:///p\",\"https://a b\",\"https://a:x/\",\"https://a..b/\",\"ftp://a\"]}",
		    "t@/x/4 t@/x/5 t@/x/6 t@/x/7 t@/x/8 t@/x/9 t@/x/10" },
		{ "relpath", TYPE("relpath"), "{\"x\":[\"a\",\"a/b.c\",\"a..b/.c\",\"/a\",\"../a\",\"a/../b\",\"a//b\",\"./a\",\"a/\",\"\",\"a\\\\b\"]}",
		    "t@/x/3 t@/x/4 t@/x/5 t@/x/6 t@/x/7 t@/x/8 t@/x/9 t@/x/10" },
		{ "sha256", TYPE("sha256"), "{\"x\":[\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\",\"00\"]}",
		    "t@/x/1 t@/x/2" },
		{ "a type demands a value", "{\"id\":\"t\",\"at\":\".y\",\"type\":\"text\"}", "{}", "t@/y" },
		{ "optional: absent and null are none", "{\"id\":\"t\",\"at\":[\".y\",\".z\",\".w\"],\"type\":\"text\",\"optional\":true}", "{\"z\":null,\"w\":\"\"}", "t@/w" },
		{ "sub-rules of a timestamp", "{\"id\":\"t.*\",\"at\":\".x[]\",\"type\":\"timestamp\"}",
		    "{\"x\":[null,\" \",\"soon\",7,\"2026-02-28\",\"2026-02-28T10:00:00\",\"2026-02-28T10:00:00Z\"]}",
		    "t.missing@/x/0 t.missing@/x/1 t.format@/x/2 t.format@/x/3 t.zone@/x/4 t.zone@/x/5" },
	};

	RUN(samples);
}

static void
test_bounds(void)
{
	static const struct sample samples[] = {
		{ "min is inclusive", "{\"id\":\"b\",\"at\":\".x[]\",\"min\":3}", "{\"x\":[3,3.0,4,2.999,\"3\",null]}", "b@/x/3 b@/x/4 b@/x/5" },
		{ "max is inclusive", "{\"id\":\"b\",\"at\":\".x[]\",\"max\":\"0.3\"}", "{\"x\":[0.3,0.30000000000000001,1]}", "b@/x/1 b@/x/2" },
		{ "above is exclusive", "{\"id\":\"b\",\"at\":\".x[]\",\"above\":0}", "{\"x\":[0,0.0,-1,1e-300]}", "b@/x/0 b@/x/1 b@/x/2" },
		{ "below is exclusive", "{\"id\":\"b\",\"at\":\".x[]\",\"below\":1}", "{\"x\":[1,0.9999]}", "b@/x/0" },
		{ "min_items and max_items", "{\"id\":\"b\",\"at\":\".x[]\",\"min_items\":1,\"max_items\":2}", "{\"x\":[[],[1],[1,2],[1,2,3],\"ab\",null]}", "b@/x/0 b@/x/3 b@/x/4 b@/x/5" },
		{ "an absent value fails a bound", "{\"id\":\"b\",\"at\":\".y\",\"min\":0}", "{}", "b@/y" },
		{ "a number beyond all bounds fails", "{\"id\":\"b\",\"at\":\".x\",\"type\":\"number\"}", "{\"x\":1e-2000}", "b@/x" },
	};

	RUN(samples);
}

static void
test_words(void)
{
	static const struct sample samples[] = {
		{ "equals, trimmed", "{\"id\":\"e\",\"at\":\".x[]\",\"equals\":\"PASS\"}", "{\"x\":[\"PASS\",\" PASS\\n\",\"pass\",1,null]}", "e@/x/2 e@/x/3 e@/x/4" },
		{ "equals, folded", "{\"id\":\"e\",\"at\":\".x[]\",\"equals\":\"Pass\",\"fold\":true}", "{\"x\":[\"PASS\",\"pAss \",\"passed\"]}", "e@/x/2" },
		{ "equals of numbers is by value", "{\"id\":\"e\",\"at\":\".x[]\",\"equals\":2}", "{\"x\":[2,2.0,2e0,2.1,\"2\",true]}", "e@/x/3 e@/x/4 e@/x/5" },
		{ "equals of booleans", "{\"id\":\"e\",\"at\":\".x[]\",\"equals\":true}", "{\"x\":[true,false,1,\"true\"]}", "e@/x/1 e@/x/2 e@/x/3" },
		{ "enum", "{\"id\":\"e\",\"at\":\".x[]\",\"enum\":[\"a\",\"b\",3]}", "{\"x\":[\"a\",\"b \",3,3.0,\"A\",\"\",null,4]}", "e@/x/4 e@/x/5 e@/x/6 e@/x/7" },
		{ "enum, folded", "{\"id\":\"e\",\"at\":\".x[]\",\"enum\":[\"caf\xc3\xa9\"],\"fold\":true}", "{\"x\":[\"CAF\xc3\x89\",\" Caf\xc3\xa9\",\"cafe\"]}", "e@/x/2" },
		{ "pattern is searched", "{\"id\":\"p\",\"at\":\".x[]\",\"pattern\":\"^VAL-[A-Z]+-[0-9]+$\"}", "{\"x\":[\"VAL-DB-1\",\" VAL-DB-1 \",\"xVAL-DB-1\",\"val-db-1\",7,null]}", "p@/x/2 p@/x/3 p@/x/4 p@/x/5" },
		{ "pattern, folded", "{\"id\":\"p\",\"at\":\".x[]\",\"pattern\":\"b.c\",\"fold\":true}", "{\"x\":[\"aBxCd\",\"bc\"]}", "p@/x/1" },
		{ "placeholder", "{\"id\":\"p\",\"at\":\".x[]\",\"placeholder\":true}", "{\"x\":[\"done\",\"TODO later\",\"TODO_later\",\"x@example.com\",\"YYYY-01\",\"mastodon\",5,null]}", "p@/x/1 p@/x/2 p@/x/3 p@/x/4" },
		{ "keys: names instead of values", "{\"id\":\"k\",\"at\":\".x[]\",\"keys\":true,\"pattern\":\"^a\"}", "{\"x\":{\"ab\":1,\"b\":2}}", "k@/x/b" },
	};

	RUN(samples);
}

static void
test_lists(void)
{
	static const struct sample samples[] = {
		{ "each value must pass", "{\"id\":\"l\",\"at\":\".x[]\",\"min\":2}", "{\"x\":[1,2,0]}", "l@/x/0 l@/x/2" },
		{ "some: one is enough", "{\"id\":\"l\",\"at\":\".x[]\",\"some\":true,\"min\":2}", "{\"x\":[1,2,0]}", "" },
		{ "some: none fails at the list", "{\"id\":\"l\",\"at\":\".x[]\",\"some\":true,\"min\":2}", "{\"x\":[1,0]}", "l@/x" },
		{ "some: none of an empty list", "{\"id\":\"l\",\"at\":\".x[]\",\"some\":true,\"min\":2}", "{\"x\":[]}", "l@/x" },
		{ "unique: at the repeated value", "{\"id\":\"l\",\"at\":\".x[].id\",\"unique\":true}",
		    "{\"x\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\" a\"},{\"id\":\"A\"},{},{},{\"id\":\"a\"}]}", "l@/x/2/id l@/x/6/id" },
		{ "unique, folded, numbers by value", "{\"id\":\"l\",\"at\":\".x[]\",\"unique\":true,\"fold\":true}", "{\"x\":[\"a\",\"A\",1,1.0,\"1\",true,[1],[1.0]]}", "l@/x/1 l@/x/3 l@/x/7" },
		{ "covers", "{\"id\":\"l\",\"at\":\".x[]\",\"covers\":[\"a\",\"b\"]}", "{\"x\":[\"b\",\"c\",\" a\"]}", "" },
		{ "covers: what is missing fails at the list", "{\"id\":\"l\",\"at\":\".x[]\",\"covers\":[\"a\",\"b\"]}", "{\"x\":[\"B\",\"a\"]}", "l@/x" },
		{ "covers of an empty list", "{\"id\":\"l\",\"at\":\".x[]\",\"covers\":[\"a\"]}", "{\"x\":[]}", "l@/x" },
		{ "covers: what is asked for is a list of values", "{\"let\":\"q\",\"value\":\".q\"},{\"id\":\"l\",\"at\":\".x[]\",\"covers\":\"$q\"}", "{\"x\":[\"a\"],\"q\":\"b\"}", "l@/x" },
		{ "covers: an object is no list", "{\"let\":\"q\",\"value\":\".q\"},{\"id\":\"l\",\"at\":\".x[]\",\"covers\":\"$q\"}", "{\"x\":[\"a\"],\"q\":{\"b\":\"a\"}}", "l@/x" },
		{ "covers: an empty list asks for nothing", "{\"let\":\"q\",\"value\":\".q\"},{\"id\":\"l\",\"at\":\".x[]\",\"covers\":\"$q\"}", "{\"x\":[\"a\"],\"q\":[]}", "l@/x" },
		{ "covers: null is among no values", "{\"let\":\"q\",\"value\":\".q\"},{\"id\":\"l\",\"at\":\".x[]\",\"covers\":\"$q\"}", "{\"x\":[\"a\",null],\"q\":[\"a\",null]}", "l@/x" },
		{ "unique: a number beyond all bounds", "{\"id\":\"l\",\"at\":\".x[]\",\"unique\":true}", "{\"x\":[1e-2000,2,1e-2000]}", "l@/x/0 l@/x/2" },
		{ "covers: a number beyond all bounds", "{\"let\":\"q\",\"value\":\".q\"},{\"id\":\"l\",\"at\":\".x[]\",\"covers\":\"$q\"}", "{\"x\":[1e-2000],\"q\":[1e-2000]}", "l@/x" },
		{ "covers member names", "{\"id\":\"l\",\"at\":\".x[]\",\"keys\":true,\"covers\":[\"a\",\"b\"]}", "{\"x\":{\"a\":0}}", "l@/x" },
	};

	RUN(samples);
}

static void
test_expressions(void)
{
	static const struct sample samples[] = {
		{ "is", "{\"id\":\"i\",\"at\":\".a\",\"is\":\".a == .b + 1\"}", "{\"a\":2,\"b\":1}", "" },
		{ "is, false", "{\"id\":\"i\",\"at\":\".a\",\"is\":\".a == .b + 1\"}", "{\"a\":2,\"b\":2}", "i@/a" },
		{ "is without a value fails", "{\"id\":\"i\",\"at\":\".a\",\"is\":\".a > .b\"}", "{\"a\":2}", "i@/a" },
		{ "division by zero fails", "{\"id\":\"i\",\"at\":\".a\",\"is\":\".a / .b > 0\"}", "{\"a\":2,\"b\":0}", "i@/a" },
		{ "sum of nothing fails", "{\"id\":\"i\",\"at\":\".a\",\"is\":\"sum(.x[]) == 0\"}", "{\"a\":2,\"x\":[]}", "i@/a" },
		{ "is that is no boolean fails", "{\"id\":\"i\",\"at\":\".a\",\"is\":\".a\"}", "{\"a\":2}", "i@/a" },
		{ "without at: at the document", "{\"id\":\"i\",\"is\":\".a == 1\"},{\"id\":\"j\",\"at\":\".b\",\"min\":1}", "{\"a\":2,\"b\":0}", "i@ j@/b" },
		{ "when", "{\"id\":\"w\",\"when\":\".on\",\"at\":\".a\",\"min\":3},{\"id\":\"v\",\"at\":\".a\",\"type\":\"number\"}", "{\"a\":2,\"on\":false}", "" },
		{ "when it cannot be evaluated", "{\"id\":\"w\",\"when\":\".on > 1\",\"at\":\".a\",\"min\":1}", "{\"a\":2}", "w@" },
		{ "for, $i, $key", "{\"id\":\"f\",\"for\":\".x[]\",\"at\":\".n\",\"is\":\".n == $i and $key == .k\"}",
		    "{\"x\":{\"p\":{\"n\":0,\"k\":\"p\"},\"q\":{\"n\":1,\"k\":\"r\"},\"r\":{\"n\":3,\"k\":\"r\"}}}", "f@/x/q/n f@/x/r/n" },
		{ "for: each value found is a failure", "{\"id\":\"f\",\"for\":\".x[]\",\"is\":\"false\"},{\"id\":\"g\",\"at\":\".x\",\"type\":\"array\"}", "{\"x\":[1,2]}", "f@/x/0 f@/x/1" },
		{ "let", "{\"let\":\"n\",\"value\":\"count(.x[])\"},{\"id\":\"l\",\"at\":\".n\",\"equals\":\"$n\"}", "{\"x\":[1,2],\"n\":3}", "l@/n" },
		{ "a let without a value", "{\"let\":\"n\",\"value\":\"1 / .z\"},{\"id\":\"l\",\"at\":\".n\",\"equals\":\"$n\"}", "{\"z\":0,\"n\":3}", "l@/n" },
		{ "a filter of two members", "{\"id\":\"f\",\"for\":\".x[]\",\"is\":\"count($.base[path=.path, line = .line]) == 1\"}",
		    "{\"base\":[{\"path\":\"a\",\"line\":1,\"kind\":0},{\"path\":\"a\",\"line\":2},{\"path\":\"b\",\"line\":3}],\"x\":[{\"path\":\"a\",\"line\":1},{\"path\":\"a\",\"line\":3},{\"path\":\"A\",\"line\":2.0}]}", "f@/x/1" },
		{ "a filter by globs", "{\"let\":\"two\",\"value\":\".globs\"},{\"id\":\"f\",\"at\":\".n\",\"is\":\"sum(.x[path~\\\"lib/*\\\"].n) == .n and sum(.x[path~$two].n) == 6 and count(.x[path~.globs,n=4]) == 1\"}",
		    "{\"n\":3,\"globs\":[\"lib/a*\",\"cmd/*\"],\"x\":[{\"path\":\"lib/a/b.c\",\"n\":2},{\"path\":\"lib/c.c\",\"n\":1},{\"path\":\"cmd/d.c\",\"n\":4},{\"path\":5,\"n\":9}]}", "" },
		{ "$failed", "{\"id\":\"a\",\"at\":\".a\",\"min\":1},{\"id\":\"hold\",\"is\":\"$failed == 0\"}", "{\"a\":0}", "a@/a hold@" },
	};

	RUN(samples);
}

static void
test_skipping(void)
{
	static const struct sample samples[] = {
		{ "what has failed is not read again", "{\"id\":\"t\",\"at\":\".a\",\"type\":\"number\"},{\"id\":\"m\",\"at\":\".a\",\"min\":1},{\"id\":\"s\",\"at\":\".b\",\"is\":\".b == .a\"}",
		    "{\"a\":\"1\",\"b\":1}", "t@/a" },
		{ "nor what lies in it", "{\"id\":\"t\",\"at\":\".a\",\"type\":\"object\"},{\"id\":\"m\",\"at\":\".a.b\",\"min\":1}", "{\"a\":[]}", "t@/a" },
		{ "other places are judged", "{\"id\":\"t\",\"at\":\".x[]\",\"type\":\"number\"},{\"id\":\"m\",\"at\":\".x[]\",\"min\":5}", "{\"x\":[\"a\",1,9]}", "t@/x/0 m@/x/1" },
		{ "one rule does not skip itself", "{\"id\":\"t\",\"for\":\".x[]\",\"at\":\"$.n\",\"min\":\"5\"}", "{\"x\":[1,2],\"n\":1}", "t@/n t@/n" },
		{ "a container of what failed is read", "{\"id\":\"t\",\"at\":\".x[]\",\"type\":\"number\"},{\"id\":\"c\",\"at\":\".n\",\"is\":\".n == count(.x)\"}", "{\"x\":[\"a\"],\"n\":2}", "t@/x/0 c@/n" },
		{ "through a let", "{\"let\":\"s\",\"value\":\"sum(.x[])\"},{\"id\":\"t\",\"at\":\".x[]\",\"below\":5},{\"id\":\"c\",\"at\":\".n\",\"is\":\".n == $s\"}", "{\"x\":[1,9],\"n\":2}", "t@/x/1" },
		{ "a let of what failed before", "{\"id\":\"t\",\"at\":\".x[]\",\"below\":5},{\"let\":\"s\",\"value\":\"sum(.x[])\"},{\"id\":\"c\",\"at\":\".n\",\"is\":\".n == $s\"}", "{\"x\":[1,9],\"n\":2}", "t@/x/1" },
		{ "a list that failed is not gone over", "{\"id\":\"t\",\"at\":\".x\",\"type\":\"array\"},{\"id\":\"c\",\"at\":\".x[]\",\"covers\":[\"a\"]},{\"id\":\"s\",\"at\":\".x[]\",\"some\":true,\"min\":1},{\"id\":\"i\",\"is\":\"sum(.x[]) == 1\"}",
		    "{\"x\":5}", "t@/x" },
		{ "an absent value that failed", "{\"id\":\"t\",\"at\":\".a.b\",\"type\":\"text\"},{\"id\":\"e\",\"at\":\".a.b\",\"equals\":\"x\"},{\"id\":\"c\",\"at\":\".a.c\",\"equals\":\"x\"}", "{}", "t@/a/b c@/a/c" },
		{ "what is not looked at is not read", "{\"id\":\"t\",\"at\":\".a\",\"type\":\"number\"},{\"id\":\"o\",\"at\":\".b\",\"is\":\".b > 1 or .a > 1\"}", "{\"a\":\"x\",\"b\":2}", "t@/a" },
		{ "when reads what failed", "{\"id\":\"t\",\"at\":\".a\",\"type\":\"bool\"},{\"id\":\"w\",\"when\":\".a\",\"at\":\".b\",\"min\":5}", "{\"a\":\"x\",\"b\":2}", "t@/a" },
		{ "three rules at once, in their order", "{\"id\":\"c\",\"at\":\".c\",\"min\":1},{\"id\":\"a\",\"at\":\".a\",\"min\":1},{\"id\":\"b\",\"at\":\".b\",\"min\":1}", "{\"a\":0,\"b\":0,\"c\":0}", "c@/c a@/a b@/b" },
	};

	RUN(samples);
}

static void
test_files(void)
{
	static const char files[] = "{\"docs/a.md\":\"one TOKEN two\",\"docs/b.md\":\"\",\"out\":{\"link\":\"/etc/passwd\"},\"in\":{\"link\":\"docs/a.md\"},\"up\":{\"link\":\"../x\"}}";
	static const struct sample samples[] = {
		{ "relative", "{\"id\":\"f\",\"at\":\".x[]\",\"file\":\"relative\"}", "{\"x\":[\"a/b\",\"/a\",\"c:\\\\x\",\"\",3,null]}", "f@/x/1 f@/x/2 f@/x/3 f@/x/4 f@/x/5" },
		{ "inside", "{\"id\":\"f\",\"at\":\".x[]\",\"file\":\"inside\"}", "{\"x\":[\"docs/a.md\",\"none\",\"docs/../docs/a.md\",\"../a\",\"out\",\"up\",\"in\"]}", "f@/x/3 f@/x/4 f@/x/5" },
		{ "exists", "{\"id\":\"f\",\"at\":\".x[]\",\"file\":\"exists\"}", "{\"x\":[\"docs/a.md\",\"docs\",\"in\",\"none\",\"out\"]}", "f@/x/3 f@/x/4" },
		{ "regular", "{\"id\":\"f\",\"at\":\".x[]\",\"file\":\"regular\"}", "{\"x\":[\"docs/a.md\",\"in\",\"docs\",\"none\",\"out\"]}", "f@/x/2 f@/x/3 f@/x/4" },
		{ "a list of them, in order", "{\"id\":\"f\",\"at\":\".x[]\",\"file\":[\"regular\",\"relative\"]}", "{\"x\":[\"docs/a.md\",\"/docs/a.md\"]}", "f@/x/1" },
		{ "until", "{\"id\":\"f\",\"at\":\".x[]\",\"file\":\"regular\",\"until\":\"::\"}", "{\"x\":[\"docs/a.md::test\",\"docs/c.md::test\",\"::x\"]}", "f@/x/1 f@/x/2" },
		{ "path instead of at", "{\"id\":\"f\",\"path\":\"docs/a.md\",\"file\":\"regular\"},{\"id\":\"g\",\"path\":\"docs/c.md\",\"file\":\"exists\"}", "{}", "g@" },
		{ "contains, case-sensitively", "{\"id\":\"f\",\"at\":\".x[]\",\"contains\":\"TOKEN\"},{\"id\":\"g\",\"at\":\".x[]\",\"contains\":\"token\"}", "{\"x\":[\"docs/a.md\",\"docs/b.md\",\"none\"]}",
		    "f@/x/1 f@/x/2 g@/x/0" },
		{ "contains an expression's value", "{\"id\":\"f\",\"for\":\".x[]\",\"at\":\".file\",\"contains\":{\"is\":\".token\"}}",
		    "{\"x\":[{\"file\":\"docs/a.md\",\"token\":\"one\"},{\"file\":\"docs/a.md\",\"token\":\"three\"},{\"file\":\"docs/a.md\"},{\"file\":\"docs/a.md\",\"token\":\"\"}]}", "f@/x/1/file f@/x/2/file f@/x/3/file" },
		{ "digest and size", "{\"id\":\"f\",\"for\":\".x[]\",\"at\":\".path\",\"digest\":{\"is\":\".sha256\"}},{\"id\":\"g\",\"for\":\".x[]\",\"at\":\".path\",\"size\":{\"is\":\".bytes\"}}",
		    "{\"x\":[{\"path\":\"docs/b.md\",\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"bytes\":0},"
		    "{\"path\":\"docs/a.md\",\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"bytes\":13},{\"path\":\"in\",\"bytes\":14}]}",
		    "f@/x/1/path f@/x/2/path" },
		{ "an absent path", "{\"id\":\"f\",\"at\":\".y\",\"file\":\"exists\"},{\"id\":\"g\",\"at\":\".y\",\"file\":\"exists\",\"optional\":true}", "{}", "f@/y" },
	};

	RUN_FILES(samples, files);
}

int
main(void)
{
	test_types();
	test_bounds();
	test_words();
	test_lists();
	test_expressions();
	test_skipping();
	test_files();
	return done();
}
