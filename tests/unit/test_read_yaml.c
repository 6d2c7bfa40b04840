/* test_read_yaml: the core schema, and what of YAML is refused. */
#include "read_case.h"

static const struct read_row yaml[] = {
	{ "a mapping", "a: x\nb: [1, two]\n", "{\"a\":\"x\",\"b\":[1,\"two\"]}" },
	{ "an empty place in a list", "[null, Null, NULL, ~, , true, True, TRUE, false, False, FALSE]",
	    "media_syntax 1:23" },
	{ "words of the schema, in a block", "- null\n- NULL\n- ~\n-\n- true\n- TRUE\n- False\n", "[null,null,null,null,true,true,false]" },
	{ "words of the old schema are text", "[yes, no, on, off, y, nULL, tRUE, 1_000, 12:30:00, 2026-01-01]",
	    "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"nULL\",\"tRUE\",\"1_000\",\"12:30:00\",\"2026-01-01\"]" },
	{ "numbers", "[1, -2, 0, 3.5, 1e3, -1.5E-2, 007, +4, .5, 1., -.5e1, 0x1F, 0o17]", "[1,-2,0,3.5,1000,-0.015,7,4,0.5,1,-5,31,15]" },
	{ "what is nearly a number", "[1e, ., +, 0x, 0o8, 1.2.3, -, e5, +0x1]", "[\"1e\",\".\",\"+\",\"0x\",\"0o8\",\"1.2.3\",\"-\",\"e5\",\"+0x1\"]" },
	{ "quotes make text", "['1', \"true\", '']", "[\"1\",\"true\",\"\"]" },
	{ "a block text", "a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}" },
	{ "comments and a start", "%YAML 1.2\n---\n# c\na: 1 # d\n...\n", "{\"a\":1}" },
	{ "an empty document", "---\n", "null" },
	{ "no document", "# nothing\n", "media_syntax 2:1" },
	{ "two documents", "a: 1\n---\nb: 2\n", "media_syntax 2:1" },
	{ "infinity", "a: -.inf\n", "media_syntax 1:4" },
	{ "none", "a: .NaN\n", "media_syntax 1:4" },
	{ "beyond a double", "a: 1e999\n", "media_syntax 1:4" },
	{ "beyond 64 bits", "a: 0x10000000000000000\n", "media_syntax 1:4" },
	{ "64 bits", "0xFFFFFFFFFFFFFFFF", "18446744073709552000" },
	{ "an anchor", "a: &x 1\n", "media_syntax 1:4" },
	{ "an alias", "a: 1\nb: *x\n", "media_syntax 2:4" },
	{ "a tag", "a: !!str 1\n", "media_syntax 1:4" },
	{ "a tag that says nothing", "a: ! 1\n", "media_syntax 1:4" },
	{ "a tag of a mapping", "!x {}\n", "media_syntax 1:1" },
	{ "a directive of tags", "%TAG ! tag:x,\n---\na: 1\n", "media_syntax 1:1" },
	{ "a key twice", "a: 1\nb: 2\na: 3\n", "media_syntax 3:1" },
	{ "a key twice in other spelling", "{a: 1, \"a\": 2}", "media_syntax 1:8" },
	{ "a key that is a list", "? [a]\n: 1\n", "media_syntax 1:3" },
	{ "an alias as a key", "*a : 1\n", "media_syntax 1:1" },
	{ "keys that are no text", "{1: a, true: b, ~: c}", "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\"}" },
	{ "a merge key is a key", "<<: {a: 1}", "{\"<<\":{\"a\":1}}" },
	{ "broken", "a: [1, 2\nb: 3\n", "media_syntax 2:2" },
	{ "a tab", "a:\n\t- b\n", "media_syntax 2:1" },
	{ "a NUL character", "a: \"x\\0y\"\n", "media_syntax 1:4" },
	{ "a control character", "a: \x01\n", "media_syntax 1:4" },
	{ NULL, NULL, NULL }
};

int
main(void)
{
	char deep[200];

	read_rows(DX_MEDIA_YAML, yaml);
	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	is_str(read_in(DX_MEDIA_YAML, deep, 130, NULL), "media_syntax 1:65", "65 levels");
	ok(read_n(DX_MEDIA_YAML, deep + 1, 128, NULL) == 0, "64 levels");
	read_as(DX_MEDIA_YAML, "groups:\n  - name: x\n    rules:\n      - {alert: \xC3\xA4, for: 2m}\n");
	is_str(read_place(""), "1:1", "place of the document");
	is_str(read_place("/groups/0"), "2:5", "of an item");
	is_str(read_place("/groups/0/rules/0/for"), "4:25", "of a value; columns are characters");
	is_str(read_place("/groups/0/none"), "2:5", "of an absent one");
	ok(dx_json_get(dx_json_item(dx_json_get(&read_doc.root, "groups"), 0), "name") != NULL, "members are found by name");
	return read_done();
}
