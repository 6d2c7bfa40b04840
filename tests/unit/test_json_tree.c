/* test_json_tree: looking at values, building them, pointers. */
#include "tap.h"

#include <limits.h>

#include "json/pointer.h"
#include "json_doc.h"

static void
looking(void)
{
	struct doc d;
	const struct dx_json *v = &d.v;

	doc_parse(&d, "{\"s\":\"text\",\"n\":1,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,2],\"o\":{}}", DX_JSON_OURS);
	is_str(dx_json_get_str(v, "s"), "text", "a string member");
	is_str(dx_json_get_str(v, "n"), NULL, "no string");
	ok(dx_json_get(v, "x") == NULL && dx_json_get(NULL, "x") == NULL && dx_json_get(dx_json_get(v, "a"), "x") == NULL,
	    "absent, nothing, no object");
	ok(dx_json_item(dx_json_get(v, "a"), 1) != NULL && dx_json_item(dx_json_get(v, "a"), 2) == NULL &&
	    dx_json_item(v, 0) == NULL && dx_json_item(NULL, 0) == NULL, "items");
	ok(dx_json_is(dx_json_get(v, "z"), DX_JSON_NULL) && !dx_json_is(NULL, DX_JSON_NULL), "null is not absent");
	ok(dx_json_is_bool(dx_json_get(v, "t")) && dx_json_is_bool(dx_json_get(v, "f")) &&
	    !dx_json_is_bool(dx_json_get(v, "z")) && !dx_json_is_bool(NULL), "true and false");
	is_str(dx_json_str(NULL), NULL, "the text of nothing");
	doc_free(&d);
}

static void
flags(void)
{
	static const struct { const char *text; bool sorted; } cases[] = {
		{ "{}", true }, { "{\"a\":1}", true }, { "{\"a\":1,\"aa\":1,\"b\":1}", true }, { "{\"b\":1,\"a\":1}", false },
		{ "{\"\\ud83d\\ude02\":1,\"\\ufb33\":1}", true }, { "{\"\xEF\xAC\xB3\":1,\"\xF0\x9F\x98\x82\":1}", false },
		{ "{\"\":1,\"a\":1}", true }, { "{\"aa\":1,\"a\":1}", false },
	};
	struct dx_arena a = { 0 };
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doc d;

		doc_parse(&d, cases[i].text, DX_JSON_OURS);
		ok(d.good && ((d.v.flags & DX_JSON_SORTED) != 0) == cases[i].sorted, "order of %s", cases[i].text);
		doc_free(&d);
	}
	dx_json_put(&a, &o, "a", dx_json_null());
	dx_json_put(&a, &o, "b", dx_json_null());
	ok((o.flags & DX_JSON_SORTED) != 0, "built in order");
	dx_json_put(&a, &o, "ab", dx_json_null());
	ok((o.flags & DX_JSON_SORTED) == 0, "built out of order");
	dx_arena_release(&a);
}

static void
integers(void)
{
	static const struct { const char *text; bool is; int64_t value; } cases[] = {
		{ "0", true, 0 }, { "-0", true, 0 }, { "-0.0e7", true, 0 }, { "1.0", true, 1 }, { "1e2", true, 100 },
		{ "-1.5e1", true, -15 }, { "1.5", false, 0 }, { "1e-1", false, 0 }, { "120e-1", true, 12 },
		{ "9223372036854775807", true, INT64_MAX }, { "9223372036854775808", false, 0 },
		{ "-9223372036854775808", true, INT64_MIN }, { "-9223372036854775809", false, 0 },
		{ "9223372036854775807.5", false, 0 }, { "1e19", false, 0 }, { "1e18", true, 1000000000000000000 },
		{ "1e999999999999999999999", false, 0 }, { "0e999999999999999999999", true, 0 },
		{ "1e-999999999999999999999", false, 0 }, { "\"1\"", false, 0 }, { "true", false, 0 },
		{ "0.000000000000000000000000000000001e33", true, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t n = 0;
		struct doc d;

		doc_parse(&d, cases[i].text, DX_JSON_FOREIGN);
		ok(dx_json_int64(&d.v, &n) == cases[i].is, "whether %s is an integer", cases[i].text);
		is_int(n, cases[i].value, "and which");
		doc_free(&d);
	}
}

static void
equality(void)
{
	static const struct { const char *a, *b; bool same; } cases[] = {
		{ "{\"a\":1,\"b\":[true,null]}", "{\"b\":[true,null],\"a\":1.0}", true }, { "{\"a\":1}", "{\"a\":2}", false },
		{ "{\"a\":1}", "{\"b\":1}", false }, { "{\"a\":1}", "{\"a\":1,\"b\":1}", false }, { "[1,2]", "[2,1]", false },
		{ "[1,2]", "[1,2,3]", false }, { "\"a\"", "\"\\u0061\"", true }, { "\"a\"", "\"ab\"", false },
		{ "1e2", "100", true }, { "-0", "0", true }, { "true", "false", false }, { "null", "null", true },
		{ "0.1", "0.10000000000000001", true }, { "1", "\"1\"", false }, { "{}", "[]", false }, { "{}", "{}", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doc a, b;

		doc_parse(&a, cases[i].a, DX_JSON_FOREIGN);
		doc_parse(&b, cases[i].b, DX_JSON_FOREIGN);
		ok(dx_json_equal(&a.v, &b.v) == cases[i].same && dx_json_equal(&b.v, &a.v) == cases[i].same,
		    "%s and %s", cases[i].a, cases[i].b);
		doc_free(&a);
		doc_free(&b);
	}
	ok(dx_json_equal(NULL, NULL), "nothing is nothing");
}

static void
is_canon(const struct dx_json *v, const char *want, const char *what)
{
	char *got = canon(v);

	is_str(got, want, "%s", what);
	free(got);
}

static void
building(void)
{
	struct dx_arena a = { 0 };
	struct dx_json o = dx_json_object(), list = dx_json_array();
	char name[16];

	is_canon(&o, "{}", "an empty object");
	is_canon(&list, "[]", "an empty array");
	for (int i = 0; i < 20; i++)
		dx_json_push(&a, &list, dx_json_int(&a, i));
	dx_json_push(&a, &list, dx_json_text(NULL));
	dx_json_push(&a, &list, dx_json_bool(true));
	dx_json_push(&a, &list, dx_json_text_n("q\"\n", 3));
	is_canon(&list, "[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,null,true,\"q\\\"\\n\"]", "an array");
	dx_json_put(&a, &o, "z", dx_json_string(&a, "last"));
	dx_json_put(&a, &o, "a", dx_json_null());
	dx_json_set(&a, &o, "z", dx_json_bool(false));
	dx_json_set(&a, &o, "m\t", dx_json_string(&a, NULL));
	is_canon(&o, "{\"a\":null,\"m\\t\":null,\"z\":false}", "an object");
	ok(o.offset == DX_JSON_NOWHERE, "that stands nowhere");
	o = dx_json_object();
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%02d", i);
		dx_json_put(&a, &o, dx_arena_dup(&a, name, strlen(name)), dx_json_int(&a, i));
	}
	is_int(dx_json_get(&o, "n77") != NULL ? dx_json_get(&o, "n77")->u.text[0] : 0, '7', "found among many");
	is_canon(&(struct dx_json[]){ dx_json_int(&a, INT64_MIN) }[0], "-9223372036854776000", "the smallest integer");
	is_canon(&(struct dx_json[]){ dx_json_int(&a, 9007199254740991) }[0], "9007199254740991", "the largest exact one");
	dx_arena_release(&a);
}

/* A parsed tree is not changed by what is made of it. */
static void
sharing(void)
{
	struct dx_arena a = { 0 };
	struct dx_json o, deep;
	struct doc d;

	doc_parse(&d, "{\"a\":[1,{\"b\":\"x\\n\"}],\"c\":2}", DX_JSON_OURS);
	o = d.v;
	dx_json_put(&a, &o, "d", dx_json_int(&a, 3));
	is_canon(&o, "{\"a\":[1,{\"b\":\"x\\n\"}],\"c\":2,\"d\":3}", "a member more");
	is_canon(&d.v, "{\"a\":[1,{\"b\":\"x\\n\"}],\"c\":2}", "not in the parsed object");
	o = dx_json_copy_top(&a, &d.v);
	dx_json_set(&a, &o, "c", dx_json_null());
	is_canon(&o, "{\"a\":[1,{\"b\":\"x\\n\"}],\"c\":null}", "a member replaced");
	is_canon(&d.v, "{\"a\":[1,{\"b\":\"x\\n\"}],\"c\":2}", "not in the parsed object");
	deep = dx_json_copy(&a, &d.v);
	doc_free(&d);
	is_canon(&deep, "{\"a\":[1,{\"b\":\"x\\n\"}],\"c\":2}", "a deep copy outlives its text");
	o = dx_json_array();
	dx_json_push(&a, &o, deep);
	is_canon(&(struct dx_json[]){ dx_json_copy(&a, &o) }[0], "[{\"a\":[1,{\"b\":\"x\\n\"}],\"c\":2}]", "of an array");
	dx_arena_release(&a);
}

static void
pointers(void)
{
	static const struct { const char *pointer, *want; } cases[] = {	/* RFC 6901 section 5, and ours */
		{ "", NULL }, { "/foo", "[\"bar\",\"baz\"]" }, { "/foo/0", "\"bar\"" }, { "/", "0" }, { "/a~1b", "1" },
		{ "/c%d", "2" }, { "/e^f", "3" }, { "/g|h", "4" }, { "/i\\j", "5" }, { "/k\"l", "6" }, { "/ ", "7" },
		{ "/m~0n", "8" }, { "/foo/1", "\"baz\"" }, { "/foo/2", "" }, { "/foo/-", "" }, { "/foo/00", "" },
		{ "/foo/01", "" }, { "/foo/+1", "" }, { "/foo/18446744073709551616", "" }, { "/foo/4294967296", "" },
		{ "foo", "" }, { "/m~n", "" }, { "/m~2n", "" }, { "/m~", "" }, { "/foo/0/x", "" }, { "/nope", "" },
		{ "/foo/", "" }, { "/o/~01~1/x", "9" }, { "/o//", "10" },
	};
	static const char text[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,"
	    "\"k\\\"l\":6,\" \":7,\"m~n\":8,\"o\":{\"~1/\":{\"x\":9},\"\":{\"\":10}}}";
	struct dx_buf b = { 0 };
	struct doc d;

	doc_parse(&d, text, DX_JSON_OURS);
	ok(dx_pointer_find(&d.v, "") == &d.v, "the root");
	for (size_t i = 1; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct dx_json *v = dx_pointer_find(&d.v, cases[i].pointer);
		char *got = v != NULL ? canon(v) : strdup("");

		is_str(got, cases[i].want, "pointer %s", cases[i].pointer);
		free(got);
	}
	ok(dx_pointer_find(NULL, "/a") == NULL, "of nothing");
	dx_pointer_name(&b, "~1/");
	dx_pointer_index(&b, 17);
	dx_pointer_name(&b, "");
	is_str(b.data, "/~01~1/17/", "a pointer written");
	dx_buf_release(&b);
	doc_free(&d);
}

int
main(void)
{
	looking();
	flags();
	integers();
	equality();
	building();
	sharing();
	pointers();
	return done();
}
