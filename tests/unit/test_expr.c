/* Rules as jq programs: what they yield, what is refused, and that they know nothing of each other. */
#include "expr_case.h"

#include <unistd.h>

#include <jq.h>

#include "rule/inner.h"
#include "rule/lint.h"

static void
drop_message(void *unused, jv message)
{
	(void)unused;
	jv_free(message);
}

static void
test_outputs(void)
{
	gives("\"text\"", "{}", "0:\"text\"");
	gives("true, false, null", "{}", "0:true 0:false 0:null");
	gives("empty", "{}", "");
	gives(".a[] | {message: \"m \\(.)\", path: [\"a\", .]}", "{\"a\":[0,1]}",
	    "0:{\"message\":\"m 0\",\"path\":[\"a\",0]} 0:{\"message\":\"m 1\",\"path\":[\"a\",1]}");
	gives("1, 1.5, -0.25, 1e3, [], {}", "{}", "0:1 0:1.5 0:-0.25 0:1000 0:[] 0:{}");
	gives("nan, infinite", "{}", "0:null 0:1.7976931348623157e+308");
	gives("$request.project, $context.mode, $rules.id, $rules.version", "{}", "0:\"p\" 0:\"m\" 0:\"r0\" 0:\"1\"");
	gives(".", "{\"b\":\"\xc3\xa9 \\n \\\" \xf0\x9f\x98\x80\",\"a\":[1,{\"c\":null}]}",
	    "0:{\"a\":[1,{\"c\":null}],\"b\":\"\xc3\xa9 \\n \\\" \xf0\x9f\x98\x80\"}");
	gives("1 # a comment at the end", "{}", "0:1");
	gives("# first\n1 # \"\n,2", "{}", "0:1 0:2");
	gives("def f: 1; def g(x): x + 1; g(f)", "{}", "0:2");
	gives("\"a\\(1 + (2 * 3))b\\(\"c\\([4][0])\")\"", "{}", "0:\"a7bc4\"");
	gives("{now: 1, import: 2} | .now, .import, {now}", "{}", "0:1 0:2 0:{\"now\":1}");
	gives("\"now\", \"$ENV # ( [\"", "{}", "0:\"now\" 0:\"$ENV # ( [\"");
	gives("first(range(5;9)), limit(2; repeat(1)), (label $f | 1, break $f, 2)", "{}", "0:5 0:1 0:1 0:1");
	gives("\"2015-03-05T23:51:47Z\" | fromdate, (0 | todate)", "{}", "0:1425599507 0:\"1970-01-01T00:00:00Z\"");
	gives("[0] | implode", "{}", "0:[]");
	gives(".", "{\"\\b\\\"\":[\"\\\\\\t\\u001f/\xc3\xa9\",-1.5,1e-7,100,[],{},\"\"],\"z\":[true,false,null]}",
	    "0:{\"\\b\\\"\":[\"\\\\\\t\\u001f/\xc3\xa9\",-1.5,1e-7,100,[],{},\"\"],\"z\":[true,false,null]}");
	gives("reduce range(70) as $i (0; [.])", "{}", "0:[]");
	gives("reduce range(20000) as $i (0; [.])", "{}", "0:[]");
}

static void
test_errors(void)
{
	gives("error(\"x\")", "{}", "0!x");
	gives("1, error(\"x\"), 2", "{}", "0:1 0!x");
	gives("error({b: 1, a: 2})", "{}", "0!{\"a\":2,\"b\":1} (not a string)");
	gives("error(null)", "{}", "0!null (not a string)");
	gives("null | error", "{}", "0!null (not a string)");
	gives("try error(null) catch [.]", "{}", "0:[\"null (not a string)\"]");
	gives("error({__jq: 0})", "{}", "0!{\"__jq\":0} (not a string)");
	gives("label $f | error({__jq: 7})", "{}", "0!{\"__jq\":7} (not a string)");
	gives("error(\"a\\nb\\u0000\\u007f\")", "{}", "0!a?b??");
	begins("1 | .b", "0!Cannot index number with");
	begins("error(\"x\xc3\xa9\" * 400)", "0!x\xc3\xa9x");
	gives("input", "{}", "rule_builtin_refused d/r0: line 1: rules cannot use input");
}

static void
test_long_message(void)
{
	const char *program = "error(\"x\xc3\xa9\" * 400)";
	char *got = run_once(&program, 1, "{}");

	ok(strlen(got) >= 490 && strlen(got) <= 502, "a message is cut at a character: %zu bytes", strlen(got));
	free(got);
}

static void
test_isolation(void)
{
	static const char *const programs[] = {
		"def f: 1; f as $x | $x, {p: 1, e: \"faked\"}, [[2]]", "error({__jq: 0})", "error(\"one\")", ".v, $rules.id",
		"label $out | (1, break $out)", "empty",
	};
	static const char *const blind[] = { "def f: 1; 1 as $x | f", "try f catch \"caught\"" };
	static const char *const blind_too[] = { "1 as $x | $x", "$x" };
	char *got = run_once(programs, 6, "{\"v\":4}");

	is_str(got, "0:1 0:{\"e\":\"faked\",\"p\":1} 0:[[2]] 1!{\"__jq\":0} (not a string) 2!one 3:4 3:\"r3\" 4:1",
	    "an error or an odd output of one rule is that rule's alone");
	free(got);
	got = run_once(blind, 2, "{}");
	is_str(got, "rules_compile_error d/r1: line 1: f/0 is not defined", "a rule sees no definition of another");
	free(got);
	got = run_once(blind_too, 2, "{}");
	is_str(got, "rules_compile_error d/r1: line 1: $x is not defined", "a rule sees no variable of another");
	free(got);
}

static void
test_compile_errors(void)
{
	static const char *const programs[] = { "1\n|\n2", "\n.a |\n nosuch(1)\n| 3", "4" };
	char *got = run_once(programs, 3, "{}");

	is_str(got, "rules_compile_error d/r1: line 3: nosuch/1 is not defined", "a compile error names rule and line");
	free(got);
	begins("1 |", "rules_compile_error d/r0: line 1: syntax error");
	begins("1 +\n+ 2", "rules_compile_error d/r0: line 2: syntax error");
	begins("def f: 1;", "rules_compile_error d/r0: line 1: syntax error");
	begins("1; 2", "rules_compile_error d/r0: line 1: syntax error");
	begins("if . then 1", "rules_compile_error d/r0: line 1: syntax error");
	begins("$__prog_args", "rules_compile_error d/r0: line 1: $__prog_args is not defined");
	begins("break $x", "rules_compile_error d/r0: line 1: $*label-x is not defined");
	begins("\"\\q\"", "rules_compile_error d/r0: line 1: ");
	begins("def f: reduce", "rules_compile_error d/r0: line 1: ");
	begins("", "rules_compile_error d/r0: no program");
	begins(" # nothing", "rules_compile_error d/r0: no program");
}

static void
test_shape(void)
{
	begins(") | (1", "rules_compile_error d/r0: line 1: a bracket that closes nothing");
	begins("1\n) | [.]) catch 1, (try ((2", "rules_compile_error d/r0: line 2: a bracket that closes nothing");
	begins("(1]", "rules_compile_error d/r0: line 1: a bracket that closes nothing");
	begins("\n[(1)", "rules_compile_error d/r0: line 2: a bracket that is not closed");
	begins("\"abc", "rules_compile_error d/r0: line 1: a string that does not end");
	begins("\"a\\(1\"", "rules_compile_error d/r0: line 1: a string that does not end");
	begins("\"a\\(1]\"", "rules_compile_error d/r0: line 1: a bracket that closes nothing");
	begins("\"a\\", "rules_compile_error d/r0: line 1: a backslash that escapes nothing");
	begins("1 # x \\", "rules_compile_error d/r0: line 1: a comment ends in a backslash");
	begins("1 # x \\\n) | (now", "rules_compile_error d/r0: line 1: a comment ends in a backslash");
	begins("1 # x\r\n", "rules_compile_error d/r0: line 1: a carriage return outside a string");
	begins("1\r\n", "rules_compile_error d/r0: line 1: a carriage return outside a string");
	begins("1 & 2", "rules_compile_error d/r0: line 1: a character that jq does not know");
	begins("\xc3\xa9", "rules_compile_error d/r0: line 1: a character that jq does not know");
	begins("\"\xff\"", "rules_compile_error d/r0: not UTF-8");
}

static void
test_nesting(void)
{
	char text[2048] = "";

	memset(text, '[', 300);
	memset(text + 300, ']', 300);
	begins(text, "rules_compile_error d/r0: line 1: brackets nest too deep");
	memset(text, 0, sizeof(text));
	memset(text, '[', 60);
	memset(text + 60, ']', 60);
	begins(text, "0:[[[");
}

static void
refuses(const char *program, const char *name)
{
	char want[128];

	(void)snprintf(want, sizeof(want), "rule_builtin_refused d/r0: line 1: rules cannot use %s", name);
	gives(program, "{}", want);
}

static void
test_refused(void)
{
	static const char *const names[] = {
		"_input", "input", "inputs", "debug", "stderr", "input_filename", "input_line_number", "env", "now", "localtime",
		"strflocaltime", "strftime", "strptime", "mktime", "halt", "halt_error", "import", "include", "module",
		"modulemeta", "get_search_list", "get_prog_origin", "get_jq_origin",
	};
	char text[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		refuses(names[i], names[i]);
		(void)snprintf(text, sizeof(text), "try (1 | %s(\"x\")) catch 2", names[i]);
		refuses(text, names[i]);
	}
	refuses("$ENV.PATH", "$ENV");
	begins("$ #\n ENV", "rule_builtin_refused d/r0: line 2: rules cannot use $ENV");
	refuses("\"\\(now)\"", "now");
	refuses("\"\\(\"\\(1 | now)\")\"", "now");
	refuses("@base64 \"\\(env)\"", "env");
	refuses("[.a?, now?] // 1", "now");
	refuses("def now: 1; 2", "now");
	refuses("def f(now): 1; 2", "now");
	refuses("{a: now}", "now");
	refuses("{(now): 1}", "now");
	refuses("{a: [1, now]}", "now");
	refuses("{a: (1, now)}", "now");
	refuses("{\"a\\(1, env)\": 1}", "env");
	refuses("..|now", "now");
	begins("# \"\nnow", "rule_builtin_refused d/r0: line 2: rules cannot use now");
	refuses("import \"a\" as a; 1", "import");
	refuses("include \"a\"; 1", "include");
	begins("\n\nnow", "rule_builtin_refused d/r0: line 3: rules cannot use now");
	begins("# x \\\\\n now", "rules_compile_error");
}

static void
test_allowed(void)
{
	gives("{\"now\": 1}.now, .[\"env\"], .\"input\", (. as {now: $x} | $x)", "{}", "0:1 0:null 0:null 0:null");
	gives("1 as $now | $now, {$now}", "{}", "0:1 0:{\"now\":1}");
	gives("[splits(\"a\")?], ltrimstr(\"a\"), (gmtime? // 0)", "\"bab\"", "0:[\"b\",\"b\"] 0:\"bab\" 0:0");
	begins("a::now", "rules_compile_error");
}

/* The text check refuses before jq sees a program; the definitions in front of it must do so without that, too. */
static void
test_prefix(void)
{
	static const char *const text[] = { "1", "try now catch 2", "{a: (1, input)}", "halt_error(1)", "debug", "$ENV.PATH" };
	struct dx_expr_program p = { "r", NULL };
	struct dx_source s = { .count = 1, .program = &p };
	unsigned before, refused = 0;

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct dx_buf joined = { 0 };
		jq_state *jq = jq_init();
		p.text = text[i];
		dx_source_join(&s, 0, 1, &before, &joined);
		jq_set_error_cb(jq, drop_message, NULL);
		refused |= (unsigned)!jq_compile(jq, joined.data) << i;
		jq_teardown(&jq);
		dx_buf_release(&joined);
	}
	is_int(refused, 0x1e, "the definitions in front of a program refuse builtins by themselves");
}

static void
test_environment(void)
{
	char home[] = "/tmp/dx-expr-XXXXXX", path[64];
	FILE *f;

	if (mkdtemp(home) == NULL) {
		skip("no temporary folder");
		return;
	}
	(void)snprintf(path, sizeof(path), "%s/.jq", home);
	f = fopen(path, "w");
	if (f != NULL) {
		fputs("def map(f): \"from the home folder\"; ) not jq", f);
		fclose(f);
	}
	(void)setenv("HOME", home, 1);
	(void)setenv("JQ_COLORS", "0;31:0;31", 1);
	(void)setenv("JQ_LIBRARY_PATH", home, 1);
	gives("map(1)", "[2]", "0:[1]");
	gives("get_search_list? // 1", "[]", "rule_builtin_refused d/r0: line 1: rules cannot use get_search_list");
	(void)unlink(path);
	(void)rmdir(home);
}

static void
test_many(void)
{
	struct dx_expr_program p[] = { { "a", ".n" }, { "b", "select(.n % 2 == 1) | \"odd\"" }, { "c", "error(\"c\")" } };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	unsigned right = 0;
	char doc[32], want[64], *got;

	if (!ok(dx_expr_new(p, 3, &x, &err) == 0 && dx_expr_ready(x, &err) == 0 && dx_expr_ready(x, &err) == 0, "a child is ready"))
		return;
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(doc, sizeof(doc), "{\"n\":%d}", i);
		(void)snprintf(want, sizeof(want), "0:%d%s%s", i, i % 2 == 1 ? " 1:\"odd\"" : "", i % 3 == 0 ? "" : " 2!c");
		got = run_on(x, 3, doc, i % 3 == 0 ? 4 : 0);
		right += strcmp(got, want) == 0;
		free(got);
	}
	is_int(right, 1000, "a thousand documents through one child");
	got = run_on(x, 3, "{}", 7);
	is_str(got, "", "nothing wanted, nothing found");
	free(got);
	dx_expr_free(x);
	dx_expr_free(NULL);
}

static void
test_parts(void)
{
	static char text[20][4096];
	const char *program[20];
	struct dx_buf want = { 0 };
	char *got;

	for (int i = 0; i < 20; i++) {
		memset(text[i], ' ', sizeof(text[i]) - 1);
		text[i][4000] = '\n';
		(void)snprintf(text[i] + 4001, 90, "%d, $rules.id", i);
		program[i] = text[i];
		dx_buf_printf(&want, "%s%d:%d %d:\"r%d\"", i > 0 ? " " : "", i, i, i, i);
	}
	got = run_once(program, 20, "{}");
	is_str(got, want.data, "rules that make several programs keep their numbers");
	free(got);
	(void)snprintf(text[17] + 4001, 90, "nosuch");
	got = run_once(program, 20, "{}");
	is_str(got, "rules_compile_error d/r17: line 2: nosuch/0 is not defined", "and their lines");
	free(got);
	dx_buf_release(&want);
}

static void
test_large(void)
{
	struct dx_buf doc = { 0 };
	const char *program = "length, (.[-1] | length)";
	char *got;

	dx_buf_puts(&doc, "[0");
	for (int i = 0; i < 400000; i++)
		dx_buf_printf(&doc, ",%d", i);
	dx_buf_puts(&doc, ",\"end\"]");
	got = run_once(&program, 1, doc.data);
	is_str(got, "0:400002 0:3", "a document of %zu bytes", doc.len);
	free(got);
	dx_buf_release(&doc);
}

struct remarks { struct dx_buf text; };

static void
remark(void *ctx, unsigned line, const char *word, const char *why)
{
	struct remarks *r = ctx;

	(void)why;
	dx_buf_printf(&r->text, "%s%u:%s", r->text.len > 0 ? " " : "", line, word);
}

static void
lints(const char *program, const char *want)
{
	struct dx_expr_program p = { "r", program };
	struct remarks r = { { 0 } };

	(void)dx_expr_lint(&p, remark, &r);
	is_str(r.text.data != NULL ? r.text.data : "", want, "lint: %s", shown(program).text);
	dx_buf_release(&r.text);
}

static void
test_lint(void)
{
	lints(".a | pick(.b) | ltrimstr(\"x\")\n| tojson", "1:pick 1:ltrimstr 2:tojson");
	lints("{pick: 1, abs} | .pick, \"pick\", $abs # pick", "");
	lints("limit(0; .a)", "1:limit");
	lints("limit(.n; .a)", "1:limit");
	lints("limit(3; .a)", "");
	lints("if . then 1 end", "1:if");
	lints("if . then 1 elif 2 then 3 else (if 1 then 2 else 3 end) end", "");
	lints("if . then (if 1 then 2 end) else 1 end", "1:if");
	lints("@text, @json \"x\\(@uri)\"", "1:@text 1:@json 1:@uri");
	lints(".a.[0] | .[0], .b[0]", "1:.[");
	lints("add, add(.[])", "1:add");
	lints("$__loc__", "1:$__loc__");
}

int
main(void)
{
	diag("libjq %s", dx_expr_version());
	ok(strncmp(dx_expr_version(), "1.", 2) == 0, "the library has a version");
	test_outputs();
	test_errors();
	test_long_message();
	test_isolation();
	test_compile_errors();
	test_shape();
	test_nesting();
	test_refused();
	test_allowed();
	test_prefix();
	test_environment();
	test_many();
	if (limits_hold()) {
		test_parts();
		test_large();
	} else {
		skip("large programs and documents take too long under the sanitizer or valgrind");
	}
	test_lint();
	return done();
}
