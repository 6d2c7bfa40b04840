/* contract/formula: every production, every function, what cannot be evaluated, what is read, and faults of a text. */
#include "formula_case.h"

static const char document[] = "{\"a\":1,\"b\":2.50,\"t\":true,\"f\":false,\"s\":\"Pro\",\"nil\":null,\"zero\":0,\"if\":7,"
    "\"x y\":8,\"\":9,"
    "\"o\":{\"k\":1,\"m\":[1,2]},\"p\":{\"m\":[1,2.0],\"k\":1.0},\"e\":[],\"n\":[5,3,4],"
    "\"mixed\":[1,\"1\",true,null,[1],{\"a\":1}],"
    "\"rows\":[{\"id\":\"R1\",\"v\":1,\"on\":true},{\"id\":\" r2 \",\"v\":2},{\"id\":\"r2\",\"v\":null},{\"v\":4},5],"
    "\"at\":\"2026-02-27T10:00:00+02:00\",\"day\":\"2026-02-27\",\"month\":\"2026-02\",\"times\":[\"1970-01-01T00:00:01Z\","
    "\"1970-01-01T00:00:00.5Z\"],\"days\":[\"1970-01-02\",\"1969-12-31\"],\"months\":[\"0001-01\"],\"epoch\":86400,"
    "\"huge\":1e2000,\"deepest\":{\"a\":{\"b\":{\"c\":[{\"d\":1},{\"d\":2},{}]}}},"
    "\"limits\":{\"p95\":2,\"names\":[\"a\",\"b\"]}}";

struct row { const char *text, *want; };

static void
run(struct formula_case *c, const struct row *rows, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		is_str(case_show(c, rows[i].text), rows[i].want, "%s: %s", what, rows[i].text);
}
#define RUN(c, rows, what)	run((c), (rows), sizeof(rows) / sizeof(*(rows)), (what))

static void
test_grammar(struct formula_case *c)
{
	static const struct row rows[] = {
		{ "1", "number 1" }, { "1.50e1", "number 15" }, { "\"x\\u00e9\\n\\\"\"", "text x\xc3\xa9\n\"" },
		{ "true", "true" }, { "false", "false" }, { "null", "null" }, { "(1)", "number 1" }, { "((1))", "number 1" },
		{ "-1", "number -1" }, { "-(1)", "number -1" }, { "2--1", "number 3" }, { "2 - -1", "number 3" },
		{ "1-1", "number 0" }, { "1+2*3", "number 7" }, { "(1+2)*3", "number 9" }, { "8/2/2", "number 2" },
		{ "8/(2/2)", "number 8" }, { "5-2-1", "number 2" }, { "5-(2-1)", "number 4" }, { "2*3/4*2", "number 3" },
		{ "-2*3", "number -6" }, { "1 < 2", "true" }, { "1+1 == 2", "true" }, { "1 ?? 2 == 1", "true" },
		{ "null ?? 1 + 1 == 2", "true" }, { "\"a\" + \"b\" + \"\"", "text ab" }, { "\"\" + \"\"", "text " },
		{ "\"a\" + (\"b\" ?? 1) == \"ab\"", "true" }, { "null ?? null ?? 3", "number 3" }, { "not 1 == 2", "true" },
		{ "not (1 == 2)", "true" }, { "not true or true", "true" }, { "not (true or true)", "false" },
		{ "true or true and false", "true" }, { "(true or true) and false", "false" },
		{ "false and false or true", "true" }, { "if true then 1 else 2", "number 1" },
		{ "if 1 > 2 then 1 else 2", "number 2" }, { "if true then if false then 1 else 2 else 3", "number 2" },
		{ "if false then 1 else if true then 2 else 3", "number 2" },
		{ "if true or false then 1 == 1 and true else false", "true" }, { "1 + (if true then 1 else 2)", "number 2" },
		{ "if.t then.a else.b", "number 1" }, { "1<=1", "true" }, { "1>=2", "false" }, { "1!=2", "true" },
		{ "2>1", "true" }, { "1<2", "true" }, { "\"a\" < \"b\"", "true" }, { "\"10\" < \"9\"", "true" },
		{ "count(.n)>2", "true" }, { "count (.n)", "number 3" }, { "approx( 1 , 1 , 2 )", "true" },
		{ "0.1+0.2 == 0.3", "true" }, { "1/3*3 == 1", "true" },
		{ "notx", "error: byte 1: expected a function, a path or a value, found \"notx\"" },
	};

	RUN(c, rows, "grammar");
	is_str(case_show(c, " \t\r\n1\t+ \n2 "), "number 3", "grammar: blanks");
}

static void
test_paths(struct formula_case *c)
{
	static const struct row rows[] = {
		{ ".a", "number 1" }, { "$.a", "number 1" }, { ".b", "number 2.50" }, { ".b*1", "number 2.5" },
		{ ".o.k", "number 1" }, { ".\"x y\"", "number 8" }, { ".\"if\"", "number 7" }, { ".\"\"", "number 9" },
		{ "$.\"x y\"", "number 8" }, { ".o.\"k\"", "number 1" }, { ".[\"if\"]", "number 7" },
		{ ".[\"o\"][\"k\"]", "number 1" }, { "$.[\"a\"]", "number 1" }, { ".n[0]", "number 5" },
		{ ".n[2]", "number 4" }, { ".n[3]", "null" }, { ".n[-1]", "number 4" }, { ".n[-3]", "number 5" },
		{ ".n[-4]", "null" }, { ".n[1e30]", "null" }, { ".n[-1e30]", "null" }, { ".n[9223372036854775807]", "null" },
		{ ".n[4294967295]", "null" }, { ".n[.a]", "number 3" }, { ".n[.a + 1]", "number 4" },
		{ ".n[2 - 1]", "number 3" }, { ".n[ 1 ]", "number 3" }, { ".n[count(.n) - 1]", "number 4" },
		{ ".n[.n[1] - 3]", "number 5" }, { ".o[\"k\"]", "number 1" }, { ".[.s]", "null" }, { ".o[0]", "null" },
		{ ".a[0]", "null" }, { ".a.b.c", "null" }, { ".n.x", "null" }, { ".none", "null" },
		{ ".n[]", "list [5,3,4]" }, { ".n[1:]", "list [3,4]" }, { ".n[0:]", "list [5,3,4]" }, { ".n[3:]", "list []" },
		{ ".n[99:]", "list []" }, { ".n[-2:]", "list [3,4]" }, { ".n[-99:]", "list [5,3,4]" },
		{ ".n[.a:]", "list [3,4]" }, { ".n[-.a:]", "list [4]" }, { ".n[1 + 1 :]", "list [4]" },
		{ ".o[1:]", "list []" }, { ".o[]", "list [1,[1,2]]" }, { ".e[]", "list []" }, { ".a[]", "list []" },
		{ ".none[]", "list []" }, { ".none[].x", "list []" }, { ".rows[].v", "list [1,2,null,4,null]" },
		{ ".rows[id=\"R1\"].v", "number 1" }, { ".rows[id=\" r1\"].v", "number 1" },
		{ ".rows[ id = \"r1\" ].v", "number 1" }, { ".rows[\"id\"=\"r1\"].v", "number 1" },
		{ ".rows[v=4].v", "number 4" }, { ".rows[v=.a+1].id", "text  r2 " }, { ".rows[v=2.000].id", "text  r2 " },
		{ ".rows[on=true].v", "number 1" }, { ".rows[id=\"none\"].v", "null" }, { ".rows[id=\"none\"]", "null" },
		{ ".rows[v=null].id", "text r2" }, { ".rows[id=\"r2\"][v=2].id", "null" },
		{ ".rows[id=\"r2\"].v", "none: .rows[id=\"r2\"].v is found 2 times, where one value is needed" },
		{ "count(.rows[id=\"r2\"])", "number 2" },
		{ "sum(.rows[id=\"R2\"][].v)",
		    "none: .rows[id=\"R2\"][].v yields /rows/1/id/v, which is absent, where a number is needed" },
		{ ".rows[0:][id=\"r1\"].v", "list []" }, { ".[p95=2].names", "node [\"a\",\"b\"]" },
		{ ".deepest.a.b.c[].d", "list [1,2,null]" }, { ".deepest.a.b.c[-1].d", "null" },
		{ ".deepest[].b[][1].d", "list [2]" },
		{ ".",
		    "node {\"\":9,\"a\":1,\"at\":\"2026-02-27T10:00:00+02:00\",\"b\":2.5,\"day\":\"2026-02-27\",\"days..." },
	};

	RUN(c, rows, "path");
	is_str(case_show(c, ".rows[k=1 and true]"), "error: byte 11: expected \"]\", found \"and\"",
	    "path: a bracket holds a sum");
}

static void
test_names(struct formula_case *c)
{
	static const struct row rows[] = {
		{ "$i", "number 2" }, { ".n[$i]", "number 4" }, { "$i + 1", "number 3" },
		{ "$now", "text 2026-03-01T00:00:00.000000Z" }, { "$list", "list [0,10,20]" }, { "$list[1]", "number 10" },
		{ "$list[-1]", "number 20" }, { "$list[3]", "null" }, { "$list[1:]", "list [10,20]" },
		{ "$list[]", "list [0,10,20]" }, { "$list.x", "null" }, { "$list[x=1]", "null" },
		{ "sum($list)", "number 30" }, { "max($list[])", "number 20" }, { "count($list)", "number 3" },
		{ "in(10, $list)", "true" }, { "$second.x", "number 5" }, { "$second.rows[0].k", "text a" },
		{ "$second.rows[k=\"A\"].k", "text a" }, { "$second.", "node {\"rows\":[{\"k\":\"a\"}],\"x\":5}" },
		{ "$second.[\"x\"]", "number 5" }, { "$second[\"x\"]", "number 5" }, { "$second.\"x\"", "number 5" },
		{ "$limits.p95", "number 2" }, { "in(\"b\", $limits.names)", "true" },
		{ "in(\"c\", $limits.names[])", "false" }, { "$nothing", "null" }, { "$nothing ?? 1", "number 1" },
		{ "$nothing == null", "true" }, { "$nothing.x", "null" }, { "$nothing[].x", "list []" },
		{ "$broken", "none: $broken could not be had" }, { "$broken ?? 1", "none: $broken could not be had" },
		{ "$i.x", "null" }, { "$if", "none: $if could not be had" },
	};
	struct dx_scope before = c->scope;

	RUN(c, rows, "name");
	c->scope.dot = &(struct dx_spot){ .up = &c->root, .name = "o", .node = dx_json_get(&c->document, "o") };
	is_str(case_show(c, ".k + $.b"), "number 3.5", "name: . is the place, $. the document");
	is_str(case_show(c, ".m[.k]"), "number 2", "name: brackets see the same .");
	is_str(case_show(c, "$.n[.k]"), "number 3", "name: so they do under $.");
	c->scope.document = NULL;
	is_str(case_show(c, "$.a"), "none: $.a has no document: there are several inputs, and a path names one of them",
	    "name: of several inputs none is the document");
	c->scope = before;
}

static void
test_compare(struct formula_case *c)
{
	static const struct row rows[] = {
		{ ".none == null", "true" }, { ".nil == null", "true" }, { ".none == .nil", "true" },
		{ ".none != null", "false" }, { ".a == null", "false" }, { ".a != null", "true" }, { "null == .s", "false" },
		{ ".none == 1", "false" }, { ".none != 1", "true" }, { ".o == null", "false" }, { ".e != null", "true" },
		{ "null == null", "true" }, { ".n[] == null", "false" },
		{ ".a == \"1\"", "none: .a == \"1\" compares a number with a text" },
		{ ".t == 1", "none: .t == 1 compares a boolean with a number" },
		{ ".t != \"true\"", "none: .t != \"true\" compares a boolean with a text" },
		{ ".n == 1", "none: .n == 1 compares a list with a number" },
		{ ".o == .n", "none: .o == .n compares an object with a list" }, { ".o == .p", "true" },
		{ ".n == .e", "false" }, { ".n == .n[]", "true" }, { ".n[0:] == .n[]", "true" },
		{ ".n[1:] == .n[]", "false" }, { ".mixed == .mixed", "true" }, { ".mixed[] == .mixed", "true" },
		{ ".o == .deepest", "false" }, { ".t == true", "true" }, { ".t != .f", "true" }, { ".s == \"Pro\"", "true" },
		{ ".s == \"pro\"", "false" }, { ".s == \"Pro \"", "false" }, { "1.0 == 1", "true" },
		{ "1e-1 == 0.1", "true" }, { "9007199254740993 == 9007199254740992", "false" },
		{ ".none < 1", "none: .none < 1 compares absent with a number" },
		{ "1 >= .nil", "none: 1 >= .nil compares a number with null" },
		{ "null < null", "none: null < null compares absent with absent" },
		{ "true < false", "none: true < false compares a boolean with a boolean" },
		{ ".n < .n", "none: .n < .n compares a list with a list" },
		{ "1 < \"2\"", "none: 1 < \"2\" compares a number with a text" },
		{ ".huge == 1", "none: .huge is a number of more than 4096 digits or an exponent beyond 1100" },
	};

	RUN(c, rows, "compare");
}

static void
test_unevaluable(struct formula_case *c)
{
	static const struct row rows[] = {
		{ "1/0", "none: 1/0 divides by zero" }, { "1/.zero", "none: 1/.zero divides by zero" },
		{ ".none + 1", "none: .none is absent, where a number is needed" },
		{ "1 - .nil", "none: .nil is null, where a number is needed" },
		{ "1 + \"1\"", "none: \"1\" is a text, not a number" },
		{ "true * 2", "none: true is a boolean, not a number" },
		{ "\"a\" * \"b\"", "none: \"a\" is a text, not a number" }, { "\"a\" + 1", "none: 1 is a number, not a text" },
		{ "\"a\" - \"b\"", "none: \"a\" - \"b\" subtracts from a text" },
		{ "\"a\" + .none", "none: .none is absent, where a text is needed" },
		{ "-.s", "none: .s is a text, not a number" },
		{ "not 1", "none: 1 is a number, not a boolean" },
		{ "not .none", "none: .none is absent, where a boolean is needed" },
		{ "1 and true", "none: 1 is a number, not a boolean" },
		{ "true and \"true\"", "none: \"true\" is a text, not a boolean" },
		{ "false or .none", "none: .none is absent, where a boolean is needed" },
		{ "if 1 then 2 else 3", "none: 1 is a number, not a boolean" },
		{ "if .none then 2 else 3", "none: .none is absent, where a boolean is needed" },
		{ "1/0 ?? 1", "none: 1/0 divides by zero" }, { ".n + 1", "none: .n is a list, not a number" },
		{ ".n[] + 1", "none: .n[] is a list, not a number" },
		{ ".n[.none]", "none: .none is absent, where a number or a text is needed" },
		{ ".n[1.5]", "none: 1.5 is not a whole number, which an index must be" },
		{ ".n[true]", "none: true is a boolean, not a number or a text" },
		{ ".n[(1 == 1)]", "none: 1 == 1 is a boolean, not a number or a text" },
		{ ".n[\"a\":]", "none: \"a\" is a text, not a number" },
		{ ".rows[id=.none].v", "none: .none is absent, where a scalar to look for is needed" },
		{ ".rows[id=.o].v", "none: .o is an object, not a scalar to look for" },
		{ "count(.n[1/0])", "none: 1/0 divides by zero" },
	};

	RUN(c, rows, "unevaluable");
}

static void
test_lists(struct formula_case *c)
{
	static const struct row rows[] = {
		{ "count(.n[])", "number 3" }, { "count(.n)", "number 3" }, { "count(.e)", "number 0" },
		{ "count(.e[])", "number 0" }, { "count(.none[])", "number 0" }, { "count(.rows[].v)", "number 4" },
		{ "count(.rows[].id)", "number 3" }, { "count(.mixed)", "number 6" }, { "count(.mixed[])", "number 6" },
		{ "count(.none)", "none: .none is absent, where a list is needed" },
		{ "count(.a)", "none: .a is a number, not a list" }, { "count(.o)", "none: .o is an object, not a list" },
		{ "count(.o[])", "number 2" }, { "count(.n[1:])", "number 2" }, { "sum(.n[])", "number 12" },
		{ "sum(.n)", "number 12" }, { "min(.n[])", "number 3" }, { "max(.n[])", "number 5" },
		{ "avg(.n[])", "number 4" }, { "avg(.n[1:])", "number 3.5" }, { "min(.n[1:])", "number 3" },
		{ "sum(.e[])", "none: .e[] yields nothing, and sum of nothing is no number" },
		{ "min(.e[])", "none: .e[] yields nothing, and min of nothing is no number" },
		{ "max(.none[])", "none: .none[] yields nothing, and max of nothing is no number" },
		{ "avg(.e)", "none: .e yields nothing, and avg of nothing is no number" },
		{ "sum(.rows[].v)", "none: .rows[].v yields /rows/2/v, which is null, where a number is needed" },
		{ "sum(.rows[].id)", "none: .rows[].id yields /rows/0/id, which is a text, where a number is needed" },
		{ "max(.mixed[])", "none: .mixed[] yields /mixed/1, which is a text, where a number is needed" },
		{ "sum(.a)", "none: .a is a number, not a list" }, { "all(.rows[id=\"r1\"].on)", "true" },
		{ "all(.rows[].on)", "none: .rows[].on yields /rows/1/on, which is absent, where a boolean is needed" },
		{ "any(.mixed[2:])", "none: .mixed[2:] yields /mixed/3, which is null, where a boolean is needed" },
		{ "all(.e[])", "none: .e[] yields nothing, and all of nothing is neither true nor false" },
		{ "any(.none[])", "none: .none[] yields nothing, and any of nothing is neither true nor false" },
		{ "in(3, .n)", "true" }, { "in(6, .n[])", "false" },
		{ "in(\"3\", .n)", "none: in(\"3\", .n) compares a text with a number" }, { "in(\"1\", .mixed)", "true" },
		{ "in(2, .mixed)", "none: in(2, .mixed) compares a number with a text" },
		{ "in(.none, .n)", "none: .none is absent, where a scalar is needed" },
		{ "in(3, .a)", "none: .a is a number, not a list" }, { "in(3, .e)", "false" },
		{ "in(.o, .n)", "none: .o is an object, not a scalar" },
		{ "in(3, .none)", "none: .none is absent, where a list is needed" }, { "in(\"r1\", .rows[].id)", "false" },
		{ "in(\"R1\", .rows[].id)", "true" },
	};

	RUN(c, rows, "list");
}

static void
test_functions(struct formula_case *c)
{
	static const struct row rows[] = {
		{ "abs(-2)", "number 2" }, { "abs(.b)", "number 2.5" },
		{ "abs(\"x\")", "none: \"x\" is a text, not a number" }, { "approx(1, 1.005, 2)", "true" },
		{ "approx(1, 1.005000001, 2)", "true" }, { "approx(1, 1.0050000011, 2)", "false" },
		{ "approx(1, 1.5, 0)", "true" },
		{ "round(0.25, 1)", "number 0.2" }, { "round(0.75, 1)", "number 0.8" }, { "round(-0.25, 1)", "number -0.2" }, { "round(2.5, 0)", "number 2" },
		{ "round(1, 13)", "none: 13 is not a whole number of places from 0 to 12" },
		{ "num(\"80000.0000\") + 1", "number 80001" }, { "num(2)", "number 2" }, { "num(\"-0.1\") + 0.1 == 0", "true" },
		{ "num(\"1,5\")", "none: \"1,5\" is \"1,5\", not a decimal" }, { "num(true)", "none: true is a boolean, not a decimal" },
		{ "approx(1, 2, 1.5)", "none: 1.5 is not a whole number of places from 0 to 12" },
		{ "approx(1, 2, 13)", "none: 13 is not a whole number of places from 0 to 12" },
		{ "approx(1, 2, -1)", "none: -1 is not a whole number of places from 0 to 12" },
		{ "approx(1, .none, 2)", "none: .none is absent, where a number is needed" },
		{ "margin(100, 15.4)", "number 84.6" }, { "margin(3, 1)", "number 66.666666666667" },
		{ "margin(1, 3)", "number -200" }, { "margin(0, 3)", "none: 0 is zero, which has no margin" },
		{ "ts(.at)", "number 1772179200" }, { "ts(\"1970-01-01T00:00:00.25Z\")", "number 0.25" },
		{ "ts(.times[])", "list [1,0.5]" }, { "max(ts(.times[]))", "number 1" },
		{ "ts($now) - ts(.at)", "number 144000" }, { "ts(.day)", "none: .day is \"2026-02-27\", not a time" },
		{ "ts(ts(.at))", "number 1772179200" }, { "ts(.epoch)", "none: .epoch is a number, not a time" },
		{ "ts(\"2026-02-27T10:00:00\")", "none: \"2026-02-27T10:00:00\" is \"2026-02-27T10:00:00\", not a time" },
		{ "ts(.none)", "none: .none is absent, where a time is needed" },
		{ "ts(.times)", "none: .times is a list, not a time" },
		{ "ts(.mixed[])", "none: .mixed[] is a number, not a time" }, { "date(.day)", "number 20511" },
		{ "date(.at)", "number 20511" }, { "date(\"2026-02-27T01:00:00+02:00\")", "number 20510" },
		{ "date(.days[])", "list [1,-1]" }, { "date(.days[-1:])", "list [-1]" }, { "date($now)", "number 20513" },
		{ "date(ts($now))", "number 20513" }, { "date(-1/2 + 0)", "number -1" },
		{ "date(1e30)", "none: 1e30 is a number, not a date" },
		{ "date(300000000000)", "none: 300000000000 is a number, not a date" },
		{ "date(.month)", "none: .month is \"2026-02\", not a date" },
		{ "date(\"20260227\")", "none: \"20260227\" is \"20260227\", not a date" },
		{ "date(\"2026-02-30\")", "none: \"2026-02-30\" is \"2026-02-30\", not a date" },
		{ "month(.month)", "number 24313" }, { "month(.day)", "number 24313" }, { "month(.at)", "number 24313" },
		{ "month(.months[])", "list [12]" },
		{ "month(\"2026-13\")", "none: \"2026-13\" is \"2026-13\", not a month" },
		{ "month(\"2026-2\")", "none: \"2026-2\" is \"2026-2\", not a month" },
		{ "month(\"2026-01\") - month(\"2025-12\")", "number 1" },
		{ "lower(\" \xc3\x84" "bC \")", "text  \xc3\xa4" "bc " }, { "lower(1)", "none: 1 is a number, not a text" },
		{ "lower(\"\")", "text " }, { "starts(\"/api/v1\", \"/api\")", "true" },
		{ "starts(\"/ap\", \"/api\")", "false" }, { "starts(\"a\", \"\")", "true" },
		{ "starts(.none, \"a\")", "none: .none is absent, where a text is needed" },
		{ "ident(\" Jo  Smith (Acting) \")", "text jo  smith" },
		{ "ident(\"Jo+x@Corp.com\") == ident(\"jo@corp.COM\")", "true" },
		{ "ident(null)", "none: null is absent, where a text is needed" },
		{ "engine(\" PostgreSQL+asyncpg://u:p@h/db\")", "text postgresql" },
		{ "engine(\"Postgres\")", "text postgresql" }, { "engine(\"sqlite:///x\")", "text sqlite" },
		{ "engine(\"sqlite3\")", "text sqlite" }, { "engine(\"MySQL+pymysql\")", "text mysql" },
		{ "engine(\" \")", "text " }, { "engine(\"mysql://postgres\")", "text mysql" },
	};

	RUN(c, rows, "function");
}

static void
test_errors(struct formula_case *c)
{
	static const struct row rows[] = {
		{ "", "error: byte 1: expected a value, found the end" },
		{ " ", "error: byte 2: expected a value, found the end" },
		{ "1 +", "error: byte 4: expected a value, found the end" },
		{ "1 2", "error: byte 3: expected an operator or the end, found \"2\"" },
		{ ".a .b", "error: byte 4: expected an operator or the end, found \".\"" },
		{ ".a [0]", "error: byte 4: expected an operator or the end, found \"[\"" },
		{ "(1", "error: byte 3: expected \")\" or an operator, found the end" },
		{ ")", "error: byte 1: expected a value, found \")\"" },
		{ "1 = 1", "error: byte 3: expected an operator or the end, found \"=\"" },
		{ "1 == 1 == 1", "error: byte 8: expected an operator or the end, found \"==\"" },
		{ "not not true", "error: byte 5: expected a value, found \"not\"" },
		{ "--1", "error: byte 2: expected a value, found \"-\"" },
		{ "+1", "error: byte 1: expected a value, found \"+\"" },
		{ "1 + not true", "error: byte 5: expected a value, found \"not\"" },
		{ "1 + if true then 1 else 2", "error: byte 5: expected a value, found \"if\"" },
		{ "if true", "error: byte 8: expected \"then\" or an operator, found the end" },
		{ "if true then 1", "error: byte 15: expected \"else\" or an operator, found the end" },
		{ "then", "error: byte 1: expected a value, found \"then\"" },
		{ "abs", "error: byte 4: expected \"(\" behind a function (a member is written .name), found the end" },
		{ "abs()", "error: byte 5: expected a value, found \")\"" },
		{ "abs(1, 2)", "error: byte 1: expected 1 operand for abs, found 2" },
		{ "margin(1)", "error: byte 1: expected 2 operands for margin, found 1" },
		{ "abs(1", "error: byte 6: expected \")\" or an operator, found the end" },
		{ "floor(1)", "error: byte 1: expected a function, a path or a value, found \"floor\"" },
		{ "\"abc", "error: byte 1: expected a closing quote for the text that begins here" },
		{ "\"a\\\"", "error: byte 1: expected a closing quote for the text that begins here" },
		{ "'a'", "error: byte 1: expected a value, found \"'\"" },
		{ "\xc3\xa9", "error: byte 1: expected a value, found \"\xc3\xa9\"" },
		{ "01",
		    "error: byte 1: expected a JSON number of at most 4096 digits and an exponent up to 1100, found \"01\"" },
		{ "1.",
		    "error: byte 1: expected a JSON number of at most 4096 digits and an exponent up to 1100, found \"1\"" },
		{ "1e9999",
		    "error: byte 1: expected a JSON number of at most 4096 digits and an exponent up to 1100, found \"1\"" },
		{ ".5", "error: byte 2: expected an operator or the end, found \"5\"" },
		{ ".a.", "error: byte 4: expected a member name, found the end" },
		{ "..a", "error: byte 2: expected a member name or \"[\", found \".\"" },
		{ ".a..b", "error: byte 4: expected a member name, found \".\"" },
		{ "$", "error: byte 2: expected a name or \".\" behind \"$\", found the end" },
		{ "$ x", "error: byte 3: expected a name or \".\" behind \"$\", found \"x\"" },
		{ "$1", "error: byte 2: expected a name or \".\" behind \"$\", found \"1\"" },
		{ ".if",
		    "error: byte 2: expected a member name (a word of the grammar stands in quotes), found \"if\"" },
		{ ".a.null",
		    "error: byte 4: expected a member name (a word of the grammar stands in quotes), found \"null\"" },
		{ ".n[", "error: byte 4: expected a value, found the end" },
		{ ".n[1", "error: byte 5: expected \"]\", \":\" or an operator, found the end" },
		{ ".n[:]", "error: byte 4: expected a value, found \":\"" },
		{ ".n[1:2]", "error: byte 6: expected \"]\", found \"2\"" },
		{ ".n[a=1:]", "error: byte 7: expected \"]\", found \":\"" },
		{ ".n[a==1]", "error: byte 4: expected a function, a path or a value, found \"a\"" },
		{ ".n[if=1]", "error: byte 4: expected a value, found \"if\"" },
		{ ".n[1 == 1]", "error: byte 6: expected \"]\", \":\" or an operator, found \"==\"" },
		{ "1 & 2", "error: byte 3: expected an operator or the end, found \"&\"" },
		{ "true or", "error: byte 8: expected a value, found the end" },
		{ "true orfalse", "error: byte 6: expected an operator or the end, found \"orfalse\"" },
		{ ".a ? 1", "error: byte 4: expected an operator or the end, found \"?\"" },
	};

	RUN(c, rows, "error");
	ok(strstr(case_show(c, "\"\\x\""), "error: byte 1: expected a text as in JSON: ") != NULL,
	    "error: an escape that JSON has not");
	ok(strstr(case_show(c, "\"\\ud800\""), "error: byte 1: ") != NULL, "error: a lone surrogate");
	ok(strstr(case_show(c, "\"\\u0000\""), "error: byte 1: ") != NULL, "error: a NUL");
	ok(strstr(case_show(c, "\"\xff\""), "error: byte 1: ") != NULL, "error: no UTF-8");
}

/* head, n times open, middle, n times close. */
static const char *
nested(struct formula_case *c, const char *open, const char *middle, const char *close, size_t n)
{
	struct dx_buf b = { 0 };
	const char *out;

	for (size_t i = 0; i < n; i++)
		dx_buf_puts(&b, open);
	dx_buf_puts(&b, middle);
	for (size_t i = 0; i < n; i++)
		dx_buf_puts(&b, close);
	out = dx_arena_dup(&c->arena, b.data, b.len);
	dx_buf_release(&b);
	return out;
}

static void
test_limits(struct formula_case *c)
{
	static const struct { const char *open, *middle, *close; } nests[] = {
		{ "(", "1", ")" }, { "abs(", "1", ")" }, { ".n[", "0", "]" }, { ".n[a=", "0", "]" }, { "if true then 1 else ",
		"1", "" },
		{ "if ", "true", " then true else true" }, { "-(", "1", ")" }, { "not (", "true", ")" },
	};
	const char *deep = "expected no more than 32 levels of nesting", *text;
	struct dx_value v;

	for (size_t i = 0; i < sizeof(nests) / sizeof(*nests); i++) {
		text = nested(c, nests[i].open, nests[i].middle, nests[i].close, 31);
		ok(case_eval(c, text, &v) != -2, "limit: 32 levels of \"%s\" are read", nests[i].open);
		text = nested(c, nests[i].open, nests[i].middle, nests[i].close, 32);
		ok(case_eval(c, text, &v) == -2 && strstr(c->why.data, deep) != NULL, "limit: 33 levels are not");
		text = nested(c, nests[i].open, "", "", 4000 / strlen(nests[i].open));
		ok(case_eval(c, text, &v) == -2 && strstr(c->why.data, deep) != NULL,
		    "limit: a thousand levels are refused early");
	}
	text = nested(c, "1+", "1", "", 2047);
	is_str(case_show(c, text), "number 2048", "limit: a sum of 4095 bytes");
	text = nested(c, "1+", " 1", "", 2047);
	is_str(case_show(c, text), "number 2048", "limit: an expression of 4096 bytes");
	text = nested(c, "1+", "  1", "", 2047);
	is_str(case_show(c, text), "error: byte 4097: expected the end: an expression has at most 4096 bytes",
	    "limit: one byte more");
	text = nested(c, ".a", "", "", 2048);
	is_str(case_show(c, text), "null", "limit: two thousand steps");
	text = nested(c, "[]", "", "", 2047);
	is_str(case_show(c, nested(c, ".", text, "", 1)), "list []", "limit: two thousand lists in one another");
	ok(case_eval(c, nested(c, "true and ", "true", "", 400), &v) == 0 && v.b, "limit: a chain of and");
	is_str(case_show(c, nested(c, "null??", "1", "", 600)), "number 1", "limit: a chain of ??");
	text = nested(c, "1e1000*", "1", "", 500);
	is_str(case_show(c, text) + strlen(case_show(c, text)) - 39, "... is a figure of more than 65536 bits",
	    "limit: a product that grows without end");
	is_str(case_show(c, "1e1000*1e1000/1e1000 == 1e1000"), "true", "limit: large figures on the way are exact");
}

static const char *
touched(struct formula_case *c, const char *text)
{
	struct dx_value v;

	c->scope.touch = case_touch;
	(void)case_eval(c, text, &v);
	c->scope.touch = NULL;
	return c->touched.data != NULL ? c->touched.data : "";
}

static void
test_touch(struct formula_case *c)
{
	static const struct row rows[] = {
		{ ".a", "/a " }, { ".a + .b", "/a /b " }, { ".none", "/none " }, { ".o.k", "/o/k " }, { ".", " " },
		{ "1", "" }, { "false and .a == 1", "" }, { ".f and .a == 1", "/f " }, { ".t and .a == 1", "/t /a " },
		{ "true or .a", "" }, { ".t or .a", "/t " }, { ".f or .t or .a", "/f /t " },
		{ "if .t then .a else .b", "/t /a " }, { "if .f then .a else .b", "/f /b " }, { ".a ?? .b", "/a " },
		{ ".none ?? .b ?? .a", "/none /b " }, { ".nil ?? .a", "/nil /a " }, { ".n[]", "/n/0 /n/1 /n/2 " },
		{ ".n[-1:]", "/n/2 " }, { ".n[.a]", "/a /n/1 " }, { ".n[-9]", "/n/- " }, { ".n[9]", "/n/9 " },
		{ "sum(.n[])", "/n/0 /n/1 /n/2 " }, { "sum(.n)", "/n /n/0 /n/1 /n/2 " }, { "count(.n)", "/n " },
		{ "count(.n[])", "/n/0 /n/1 /n/2 " }, { "count(.e[])", "/e " }, { "count(.none[].x)", "/none " },
		{ ".n[9:]", "/n " }, { ".rows[id=\"r1\"].v", "/rows/0/id /rows/0/v /rows/1/id /rows/2/id /rows/3/id /rows/4 " },
		{ ".rows[id=\"none\"].v", "/rows/0/id /rows/1/id /rows/2/id /rows/3/id /rows/4 /rows " },
		{ "in(1, .n)", "/n /n/0 /n/1 /n/2 " }, { "$second.x", "/x " }, { "$limits.p95", "" }, { "$i", "" },
		{ "in(\"a\", $limits.names)", "" }, { ".o[]", "/o/k /o/m " }, { ".\"x y\" + .\"\"", "/x y / " },
		{ "ts(.times[])", "/times/0 /times/1 " }, { "1/0 + .a", "" }, { ".s + .a", "/s /a " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(touched(c, rows[i].text), rows[i].want, "read: %s", rows[i].text);
}

static void
spots(struct formula_case *c, const char *text, const char *want)
{
	const struct dx_spot *const *all = NULL;
	const struct dx_formula *f;
	struct dx_buf out = { 0 };
	struct dx_err err = { 0 };
	size_t n = 0;

	dx_buf_reset(&c->why);
	if (dx_formula_parse_path(&c->arena, text, NULL, &f, &err) != 0)
		dx_buf_printf(&out, "error: %s", err.text);
	else if (dx_formula_spots(f, &c->scope, &all, &n, &c->why) != 0)
		dx_buf_printf(&out, "none: %s", c->why.data);
	dx_buf_grow(&out, 1);
	for (size_t i = 0; i < n; i++) {
		dx_spot_pointer(all[i], &out);
		dx_buf_puts(&out, all[i]->node == NULL ? "! " : " ");
	}
	is_str(out.data != NULL ? out.data : "", want, "places: %s", text);
	dx_buf_release(&out);
}

static void
test_spots(struct formula_case *c)
{
	spots(c, ".a", "/a ");
	spots(c, " .none.x ", "/none/x! ");
	spots(c, ".", " ");
	spots(c, ".rows[].v", "/rows/0/v /rows/1/v /rows/2/v /rows/3/v /rows/4/v! ");
	spots(c, ".rows[id=\"r2\"].v", "/rows/1/v /rows/2/v ");
	spots(c, ".rows[id=\"none\"].v", "");
	spots(c, ".e[]", "");
	spots(c, ".a[]", "");
	spots(c, ".o[]", "/o/k /o/m ");
	spots(c, ".n[-2:]", "/n/1 /n/2 ");
	spots(c, ".n[7]", "/n/7! ");
	spots(c, "$second.rows[].k", "/rows/0/k ");
	spots(c, "$limits.names[]", "/names/0 /names/1 ");
	spots(c, "$list[]", "none: $list[] is computed and has no place in a document");
	spots(c, "$broken.x", "none: $broken could not be had");
	spots(c, ".n[.none]", "none: .none is absent, where a number or a text is needed");
	spots(c, ".a + 1", "error: byte 4: expected \".\", \"[\" or the end of the path, found \"+\"");
	spots(c, "1", "error: byte 1: expected a path, found \"1\"");
	spots(c, "", "error: byte 1: expected a path, found the end");
}

static void
test_lint(struct formula_case *c)
{
	static const char *const known[] = { "a", "now", NULL };
	static const struct row lists[] = {
		{ ".a[].b[]", ".a" }, { ".a.b", "" }, { ".[]", "." }, { " $role.\"x y\"[1:].z", "$role.\"x y\"" },
		{ "$.a[0][k=1]", "$.a[0]" }, { ".a[0]", "" },
	};
	const struct dx_formula *f;
	struct dx_err err = { 0 };
	const char *const *names;

	ok(dx_formula_parse(&c->arena, "$b + .x[$a] + $b * $now + $.y", NULL, &f, &err) == 0,
	    "lint: names without a list of them");
	names = dx_formula_names(f, &c->arena);
	ok(strcmp(names[0], "b") == 0 && strcmp(names[1], "a") == 0 && strcmp(names[2], "now") == 0 && names[3] == NULL,
	    "lint: names in order of first use");
	ok(dx_formula_parse(&c->arena, ".x", known, &f, &err) == 0 && dx_formula_names(f, &c->arena)[0] == NULL,
	    "lint: no names");
	ok(dx_formula_parse(&c->arena, "$now + $a", known, &f, &err) == 0, "lint: known names");
	ok(dx_formula_parse(&c->arena, "$now + $b", known, &f, &err) == -1 && err.reason == DX_R_EVIDENCE_CONTRACT_INVALID,
	    "lint: an unknown one");
	is_str(err.text, "byte 8: expected the name of a param, a let above or an input, found \"$b\"",
	    "lint: and where it stands");
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		dx_err_clear(&err);
		if (ok(dx_formula_parse_path(&c->arena, lists[i].text, NULL, &f, &err) == 0, "lint: %s is a path",
		    lists[i].text))
			is_str(dx_formula_list(f, &c->arena), lists[i].want, "lint: the list of %s", lists[i].text);
	}
}

/* Memory of a figure over a long list does not grow with it. */
static void
test_long_list(void)
{
	struct dx_buf text = { 0 };
	struct formula_case c;

	dx_buf_puts(&text, "{\"n\":[0");
	for (int i = 1; i <= 100000; i++)
		dx_buf_printf(&text, ",%d.5", i);
	dx_buf_puts(&text, "]}");
	case_begin(&c, text.data);
	is_str(case_show(&c, "sum(.n[])"), "number 5000100000", "long: sum");
	is_str(case_show(&c, "max(.n[])"), "number 100000.5", "long: max");
	is_str(case_show(&c, "avg(.n[1:]) - min(.n)"), "number 50001", "long: avg and min");
	is_str(case_show(&c, "count(.n[])"), "number 100001", "long: count");
	case_end(&c);
	dx_buf_release(&text);
}

int
main(void)
{
	struct formula_case c;

	case_begin(&c, document);
	test_grammar(&c);
	test_paths(&c);
	test_names(&c);
	test_compare(&c);
	test_unevaluable(&c);
	test_lists(&c);
	test_functions(&c);
	test_errors(&c);
	test_limits(&c);
	test_touch(&c);
	test_spots(&c);
	test_lint(&c);
	case_end(&c);
	test_long_list();
	return done();
}
