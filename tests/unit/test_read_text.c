/* test_read_text: text, key and value lines, registers, tables. */
#include "read_case.h"

static const struct read_row text[] = {
	{ "lines", "a\nb\n", "{\"lines\":2,\"text\":\"a\\nb\\n\"}" },
	{ "a last line without an end", "a\nb", "{\"lines\":2,\"text\":\"a\\nb\"}" },
	{ "nothing", "", "{\"lines\":0,\"text\":\"\"}" },
	{ "bytes that are not UTF-8", "a\n\xC3\xA4\xC3", "media_syntax 2:2" },
	{ "a byte order mark", "\xEF\xBB\xBF" "a", "media_syntax 1:1" },
	{ NULL, NULL, NULL }
};

static const struct read_row kv[] = {
	{ "fields", "# T\n- a: x y \n  - b_2:z\n\t- c:\n", "{\"duplicates\":[],\"fields\":{\"a\":\"x y\",\"b_2\":\"z\",\"c\":\"\"}}" },
	{ "of a repeated key the first counts", "- a: 1\n- b: 2\n- a: 3\n- a: 4\n",
	    "{\"duplicates\":[\"a\"],\"fields\":{\"a\":\"1\",\"b\":\"2\"}}" },
	{ "what is no field", "* a: 1\n-b: 2\n- C: 3\n- d e: 4\n- f\n- : 5\na: 6\n1. - g: 7\n", "{\"duplicates\":[],\"fields\":{}}" },
	{ "carriage returns are trimmed", "- a: x\r\n- b: y\r\n", "{\"duplicates\":[],\"fields\":{\"a\":\"x\",\"b\":\"y\"}}" },
	{ "a colon in the value", "- a: 2026-01-01T00:00:00Z", "{\"duplicates\":[],\"fields\":{\"a\":\"2026-01-01T00:00:00Z\"}}" },
	{ "nothing", "", "{\"duplicates\":[],\"fields\":{}}" },
	{ NULL, NULL, NULL }
};

static const struct read_row table[] = {
	{ "a row", "| ECP-002 | any | DONE |\n", "{\"items\":{\"ECP-002\":[\"DONE\"]},\"text\":\"| ECP-002 | any | DONE |\\n\"}" },
	{ NULL, NULL, NULL }
};

static const struct read_row csv[] = {
	{ "rows", "a,b\r\n1,2\r\n3,4\r\n", "{\"header\":[\"a\",\"b\"],\"rows\":[{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"4\"}]}" },
	{ "line feeds alone, no last one", "a,b\n1,", "{\"header\":[\"a\",\"b\"],\"rows\":[{\"a\":\"1\",\"b\":\"\"}]}" },
	{ "quotes", "a,b\n\"x,\n\"\"y\"\"\",\"\"\n", "{\"header\":[\"a\",\"b\"],\"rows\":[{\"a\":\"x,\\n\\\"y\\\"\",\"b\":\"\"}]}" },
	{ "blanks are text", " a ,b\n 1 ,2", "{\"header\":[\" a \",\"b\"],\"rows\":[{\" a \":\" 1 \",\"b\":\"2\"}]}" },
	{ "a header alone", "a\n", "{\"header\":[\"a\"],\"rows\":[]}" },
	{ "nothing", "", "media_syntax 1:1" },
	{ "a row too short", "a,b\n1,2\n3\n", "media_syntax 3:1" },
	{ "a row too long", "a\n1,2\n", "media_syntax 2:1" },
	{ "an empty line", "a,b\n\n", "media_syntax 2:1" },
	{ "a column twice", "a,b,a\n", "media_syntax 1:1" },
	{ "a quote that is not closed", "a\n\"x", "media_syntax 2:1" },
	{ "a quote within", "a\nx\"y\"\n", "media_syntax 2:2" },
	{ "something behind a quote", "a\n\"x\"y\n", "media_syntax 2:4" },
	{ "a carriage return alone", "a\n1\r2\n", "media_syntax 2:2" },
	{ NULL, NULL, NULL }
};

/* The statuses of an id in a register. */
static const char *
statuses(const char *register_text, const char *id)
{
	const struct dx_json *v;

	if (read_n(DX_MEDIA_TABLE_MD, register_text, strlen(register_text), NULL) != 0)
		return "refused";
	v = dx_json_get(dx_json_get(&read_doc.root, "items"), id);
	dx_buf_reset(&read_out);
	if (v == NULL)
		return "none";
	dx_json_canon(v, &read_out);
	return read_out.data;
}

static void
registers(void)
{
	const char *mixed = "| ECP-002 | x | PLANNED | y |\n\nNow `ecp-002` (`in_progress`, since June).\n  |ECP-002|a \\| b|DONE|\r\n";

	is_str(statuses(mixed, "ECP-002"), "[\"PLANNED\",\"IN_PROGRESS\",\"DONE\"]", "rows and prose from top to bottom");
	is_str(read_place("/items/ECP-002/0"), "1:1", "a row has its line's place");
	statuses(mixed, "ECP-002");
	is_str(read_place("/items/ECP-002/1"), "3:5", "prose its own");
	is_str(statuses("| PKG-1234 | x | DONE |\n", "PKG-1234"), "none", "four digits");
	is_str(statuses("| PKG-123 | x | done |\n", "PKG-123"), "none", "a row's status is upper case");
	is_str(statuses("| PKG-123 | x |\n", "PKG-123"), "none", "two columns");
	is_str(statuses("| PKG-123 | DONE\n", "PKG-123"), "none", "no third bar");
	is_str(statuses("| A | PKG-123 | x | DONE |\n", "PKG-123"), "none", "the id is the first column");
	is_str(statuses("`PKG-123`\n (`DONE`)", "PKG-123"), "[\"DONE\"]", "prose over a line's end");
	is_str(statuses("`PKG-123` is (`DONE`)", "PKG-123"), "none", "prose with a word between");
	is_str(statuses("`PKG-123` (`DO NE`)", "PKG-123"), "none", "a status of two words");
	is_str(statuses("| PKG-123 | `PKG-123` (`A`) | B |\n", "PKG-123"), "[\"A\",\"B\"]", "prose within a row comes before its status");
}

static void
places(void)
{
	read_as(DX_MEDIA_KV_MD, "# T\n\n  - a: 1\n- b: 2\n- a: 3\n");
	is_str(read_place("/fields/a"), "3:1", "kv-md: the key's line");
	is_str(read_place("/duplicates/0"), "5:1", "kv-md: the repeated line");
	is_str(read_place("/fields/none"), "1:1", "kv-md: absent");
	read_as(DX_MEDIA_CSV, "a,b\n\"x\ny\",2\n3,4\n");
	is_str(read_place("/rows/0/a"), "2:1", "csv: the row");
	is_str(read_place("/rows/1/b"), "4:1", "csv: the row behind one of two lines");
	is_str(read_place("/header/1"), "1:1", "csv: the header");
	is_str(read_in(DX_MEDIA_TEXT, "a\nb\0", 4, NULL), "media_syntax 2:2", "text: a NUL byte");
}

static void
many(void)
{
	struct dx_buf b = { 0 };

	for (unsigned i = 0; i < 300000; i++)
		dx_buf_printf(&b, "- k%x: v\n", i * 7919u % 250000);
	ok(read_n(DX_MEDIA_KV_MD, b.data, b.len, NULL) == 0, "kv-md: 300000 fields, in any order");
	is_int(dx_json_get(&read_doc.root, "fields")->count, 250000, "kv-md: different ones");
	is_int(dx_json_get(&read_doc.root, "duplicates")->count, 50000, "kv-md: repeated ones, each once");
	dx_buf_release(&b);
}

int
main(void)
{
	read_rows(DX_MEDIA_TEXT, text);
	read_rows(DX_MEDIA_KV_MD, kv);
	read_rows(DX_MEDIA_TABLE_MD, table);
	read_rows(DX_MEDIA_CSV, csv);
	registers();
	places();
	many();
	return read_done();
}
