/* Media scan: lines that match, in files below a root; and the patterns themselves (evidence page 2.3, 3.13, 3.16). */
#include "base/mem.h"
#include "contract/pattern.h"
#include "contract/strip.h"
#include "contract_case.h"

static const char *
scan(struct dx_arena *a, const char *spec, const char *params, const char *files)
{
	struct dx_json s = json_text(a, spec, DX_JSON_OURS), p = json_text(a, params, DX_JSON_OURS), f = json_text(a, files, DX_JSON_FOREIGN), out;
	struct dx_tree *tree = dx_tree_of(&f);
	struct dx_scan_failure failure;
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };
	const char *text;

	if (dx_contract_scan(&s, &p, tree, a, &out, &failure, &err) != 0)
		dx_buf_printf(&b, "!%s", dx_reason_code(err.reason));
	else if (failure.rule[0] != '\0')
		dx_buf_puts(&b, failure.rule);
	else
		dx_json_canon(&out, &b);
	text = dx_arena_dup(a, b.data, b.len);
	dx_buf_release(&b);
	dx_tree_free(tree);
	return text;
}

#define SPEC(more)	"{\"roots\":[\"src\"],\"extensions\":[\".py\"],\"patterns\":{\"todo\":\"\\\\bTODO\\\\b\",\"fixme\":\"FIXME\"},\"prefix\":\"phg\"" more "}"
#define FILES	"{\"src/b.py\":\"x = 1\\n# TODO: more FIXME\\n\",\"src/a.py\":\"y = 'TODO'\\n\",\"src/c.txt\":\"TODO\",\"src/deep/d.py\":\"TODOS\\n\"," \
	"\"src/.git/e.py\":\"TODO\",\"allow\":\"# fine\\n\\nsrc/b::fixme\\n\",\"bad\":\"a(::x\\n\",\"empty\":\"::x\\n\"}"

static void
scan_case(const char *name, const char *spec, const char *params, const char *files, const char *want)
{
	struct dx_arena a = { 0 };

	is_str(scan(&a, spec, params, files), want, "scan: %s", name);
	dx_arena_release(&a);
}

#define HIT(l, p, f, t)	"{\"line\":" l ",\"path\":\"src/" f "\",\"pattern\":\"" p "\",\"text\":\"" t "\"}"

static void
test_scan(void)
{
	scan_case("hits by path, line, pattern", SPEC(""), "{}", FILES,
	    "{\"files\":3,\"hits\":[" HIT("1", "todo", "a.py", "y = 'TODO'") "," HIT("2", "fixme", "b.py", "# TODO: more FIXME") ","
	    HIT("2", "todo", "b.py", "# TODO: more FIXME") "]}");
	scan_case("comments taken out", SPEC(",\"strip\":\"comments\""), "{}", FILES, "{\"files\":3,\"hits\":[" HIT("1", "todo", "a.py", "y = 'TODO'") "]}");
	scan_case("texts too", SPEC(",\"strip\":\"texts\""), "{}", FILES, "{\"files\":3,\"hits\":[]}");
	scan_case("allowed by path and marker", SPEC(",\"allow\":\"allow\""), "{}", FILES,
	    "{\"files\":3,\"hits\":[" HIT("1", "todo", "a.py", "y = 'TODO'") "," HIT("2", "todo", "b.py", "# TODO: more FIXME") "]}");
	scan_case("no allow list", SPEC(",\"allow\":\"none\""), "{}", FILES, "phg.allowlist.missing");
	scan_case("an entry that is no expression", SPEC(",\"allow\":\"bad\""), "{}", FILES, "phg.allowlist.entry");
	scan_case("an entry that is empty", SPEC(",\"allow\":\"empty\""), "{}", FILES, "phg.allowlist.entry");
	scan_case("no file", SPEC(""), "{}", "{\"src/a.txt\":\"\"}", "phg.zero_match");
	scan_case("no root", SPEC(""), "{}", "{\"lib/a.py\":\"\"}", "phg.root.missing");
	scan_case("roots that may be missing", SPEC(",\"allow_missing_roots\":true"), "{}", "{\"lib/a.py\":\"\"}", "phg.zero_match");
	scan_case("a root outside", "{\"roots\":[\"../x\"],\"extensions\":[\".py\"],\"patterns\":{\"a\":\"a\"},\"prefix\":\"p\"}", "{}", "{\"a.py\":\"\"}", "p.root.missing");
	scan_case("overlapping roots count a file once", "{\"roots\":[\"src\",\"src/a.py\",\".\"],\"extensions\":[\".py\"],\"patterns\":{\"a\":\"z\"},\"prefix\":\"p\"}", "{}",
	    "{\"src/a.py\":\"z\"}", "{\"files\":1,\"hits\":[" HIT("1", "a", "a.py", "z") "]}");
	scan_case("members from params", "{\"roots\":\"$roots\",\"extensions\":\"$ext\",\"patterns\":\"$marks\",\"ignore_case\":\"$fold\",\"allow\":\"$allow\",\"prefix\":\"p\"}",
	    "{\"roots\":[\"src\"],\"ext\":[\".py\"],\"marks\":{\"m\":\"TODO\"},\"fold\":true,\"allow\":null}", "{\"src/a.py\":\"\\ntodo\"}",
	    "{\"files\":1,\"hits\":[" HIT("2", "m", "a.py", "todo") "]}");
	scan_case("a param that is null", "{\"roots\":\"$roots\",\"extensions\":[\".py\"],\"patterns\":{\"a\":\"a\"},\"prefix\":\"p\"}", "{\"roots\":null}", "{}", "!evidence_contract_invalid");
	scan_case("a pattern that is none", "{\"roots\":[\".\"],\"extensions\":[\".py\"],\"patterns\":{\"a\":\"(\"},\"prefix\":\"p\"}", "{}", "{}", "!evidence_contract_invalid");
	scan_case("lines joined in a parenthesis", "{\"roots\":[\"src\"],\"extensions\":[\".py\"],\"patterns\":{\"gate\":\"require\\\\(.*Flag\\\\.A([^A-Z_]|$)\"},\"prefix\":\"p\"}", "{}",
	    "{\"src/a.py\":\"x\\nrequire(\\n  user, ')',\\n  Flag.A,\\n)\\nFlag.A\\nrequire(Flag.AB)\\n\"}",
	    "{\"files\":1,\"hits\":[" HIT("2", "gate", "a.py", "require(   user, ')',   Flag.A, )") "]}");
	scan_case("bytes that are no text", "{\"roots\":[\"src\"],\"extensions\":[\".py\"],\"patterns\":{\"a\":\"a\"},\"prefix\":\"p\"}", "{}", "{\"src/a.py\":\"a\\u0001b\"}",
	    "{\"files\":1,\"hits\":[" HIT("1", "a", "a.py", "a\\u0001b") "]}");
}

/* In a contract: each hit is a failure at its line. */
static void
test_scan_failures(void)
{
	static const char text[] = "{\"files\":1,\"hits\":[{\"line\":7,\"path\":\"src/b.py\",\"pattern\":\"todo\",\"text\":\"TODO\"}]}";
	static const char contract[] = CONTRACT_WITH("\"inputs\":[{\"media\":\"scan\",\"scan\":{\"roots\":[\"src\"],\"extensions\":[\".py\"],\"patterns\":{\"a\":\"a\"},\"prefix\":\"phg\"}}],",
	    "{\"id\":\"phg.marker\",\"for\":\".hits[]\",\"is\":\"false\"},{\"id\":\"phg.files\",\"at\":\".files\",\"min\":1}");
	struct dx_contract *c = NULL;
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct dx_json params = dx_json_object(), report;
	struct dx_contract_input in = { .state = DX_INPUT_READ };
	struct dx_contract_case cs = { .now = NOW, .inputs = &in, .params = &params };
	const struct dx_json *f;
	int64_t line = 0;

	ok(dx_contract_parse(contract, strlen(contract), &c, &err) == 0, "a contract over a scan");
	in.doc.root = json_text(&a, text, DX_JSON_FOREIGN);
	in.doc.media = DX_MEDIA_SCAN;
	cs.contract = c;
	ok(dx_contract_judge(&cs, &a, &report, &err) == 0, "is judged");
	f = dx_json_item(dx_json_get(&report, "failures"), 0);
	is_str(dx_json_get_str(f, "at"), "/hits/0", "a hit is a failure");
	ok(dx_json_int64(dx_json_get(f, "line"), &line) && line == 7, "at its line");
	in = (struct dx_contract_input){ .state = DX_INPUT_REFUSED, .rule = "phg.root.missing" };
	ok(dx_contract_judge(&cs, &a, &report, &err) == 0, "a scan that failed");
	is_str(dx_json_get_str(dx_json_item(dx_json_get(&report, "failures"), 0), "rule"), "phg.root.missing", "by its rule");
	is_int(dx_json_get(&report, "failures")->count, 1, "alone");
	dx_contract_free(c);
	dx_arena_release(&a);
}

static void
strip_case(const char *path, const char *text, bool texts, const char *want)
{
	const struct dx_strip_language *l = dx_strip_language(path);
	char out[256] = "";

	if (!ok(l != NULL, "%s is known", path))
		return;
	dx_strip(l, text, strlen(text), texts, out);
	is_str(out, want, "%s without %s", path, texts ? "texts" : "comments");
}

static void
test_strip(void)
{
	strip_case("a.py", "a # b\n'#' # c", false, "a    \n'#'    ");
	strip_case("a.py", "\"\"\"x\n# y\"\"\" # z", true, "\"\"\" \n   \"\"\"    ");
	strip_case("a.py", "'a\\'b' c", true, "'    ' c");
	strip_case("a.py", "'open\nb", true, "'    \nb");
	strip_case("b.c", "a /* b\n c */ d // e", false, "a     \n      d     ");
	strip_case("b.c", "\"/*\" a", false, "\"/*\" a");
	strip_case("b.c", "a /*/ b", false, "a      ");
	strip_case("c.ts", "`a\n//` b", true, "` \n  ` b");
	strip_case("d.sql", "a -- b", false, "a     ");
	strip_case("e.md", "a <!-- b --> c", false, "a            c");
	ok(dx_strip_language("f") == NULL && dx_strip_language("g.unknown") == NULL && dx_strip_language("a.p") == NULL, "other names are not known");
}

static void
test_patterns(void)
{
	static const char *const refused[] = { "", "a\\1", "\\d", "(", "[a", "a{300}", "a{2,1}", "a{1", "((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))", "(a{90}){99}" };
	static const char *const taken[] = { "[\\1]", "[[:alpha:]]", "[]a]", "[^]a]", "a{2,3}", "\\bx\\b", "a|b", "\\(", "[a-f0-9]{64}", "a{3,}" };
	struct dx_buf why = { 0 }, text = { 0 };
	struct dx_pattern *p;
	size_t start = 0, end = 0;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		p = dx_pattern_new(refused[i], false, &why);
		ok(p == NULL, "refused: %s", refused[i]);
		dx_pattern_free(p);
	}
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		p = dx_pattern_new(taken[i], false, &why);
		ok(p != NULL, "taken: %s", taken[i]);
		dx_pattern_free(p);
	}
	/* Longer than a window, and over the seam of two. */
	for (size_t i = 0; i < 300000; i++)
		dx_buf_putc(&text, i == 65530 + 5 ? 'Z' : 'a');
	p = dx_pattern_new("aZa{20}", false, &why);
	ok(dx_pattern_find(p, text.data, text.len) == 1, "found behind the first window");
	ok(!dx_pattern_span(p, text.data, text.len, &start, &end), "but not near the start");
	ok(dx_pattern_span(p, text.data + 65000, 1000, &start, &end) && start == 534 && end == 556, "its span");
	dx_pattern_free(p);
	p = dx_pattern_new("^Z|Z$", false, &why);
	ok(dx_pattern_find(p, text.data, text.len) == 0, "a window's edge is no line's edge");
	dx_pattern_free(p);
	/* An automaton that would grow with every byte. */
	p = dx_pattern_new("(a|b)*b(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)c", false, &why);
	for (size_t i = 0; i < text.len; i++)
		text.data[i] = (i * 2654435761u >> 13) & 1 ? 'a' : 'b';
	ok(dx_pattern_find(p, text.data, text.len) == 0, "a hostile pattern ends");
	dx_pattern_free(p);
	dx_buf_release(&why);
	dx_buf_release(&text);
}

int
main(void)
{
	test_scan();
	test_scan_failures();
	test_strip();
	test_patterns();
	return done();
}
