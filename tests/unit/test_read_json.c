/* test_read_json: strict documents and statements of envelopes, their faults and places. */
#include "read_case.h"

#include "base/text.h"

static const struct read_row json[] = {
	{ "a document", " {\"a\":[1,2.50]}\n", "{\"a\":[1,2.5]}" },
	{ "any value", "\"x\"", "\"x\"" },
	{ "nothing", "", "json_syntax 1:1" },
	{ "blanks", " \n ", "json_syntax 1:1" },
	{ "a fault has its place", "{\"a\":1,\n \"b\":nul}", "json_syntax 2:6" },
	{ "cut off", "{\"a\":", "json_syntax 1:6" },
	{ "bytes behind", "{} x", "json_syntax 1:4" },
	{ "NaN", "{\"a\":NaN}", "json_syntax 1:6" },
	{ "a byte order mark", "\xEF\xBB\xBF{}", "json_syntax 1:1" },
	{ "bytes that are not UTF-8", "[\"a\xFF\"]", "json_syntax 1:4" },
	{ "half a surrogate pair", "[\"\\ud800\"]", "json_syntax 1:3" },
	{ "a member twice", "{\"a\":1,\"b\":{\"c\":1,\n\"c\":2}}", "json_duplicate_key 2:1" },
	{ "a member twice in other spelling", "{\"a\":1,\"\\u0061\":2}", "json_duplicate_key 1:8" },
	{ "no double is that large", "{\"a\":[0,\n 1e999]}", "json_number_range 2:2" },
	{ "nor that small", "[-1E+309]", "json_number_range 1:2" },
	{ "what vanishes is finite", "[1e-999,1e308,0e99999]", "[0,1e+308,0]" },
	{ NULL, NULL, NULL }
};

static void
ranges(void)
{
	char digits[402];

	memset(digits, '9', 400);
	digits[400] = '\0';
	is_str(read_as(DX_MEDIA_JSON, digits), "json_number_range 1:1", "json: 400 digits are no double");
	read_as(DX_MEDIA_JSON, "{\"a/b\":[{\"c\":1e400}]}");
	is_str(read_err.at, "/a~1b/0/c", "the number is named by a pointer");
	digits[300] = '\0';
	ok(read_n(DX_MEDIA_JSON, digits, 300, NULL) == 0, "300 are one");
}

static void
depth(void)
{
	char deep[200];

	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	is_str(read_in(DX_MEDIA_JSON, deep, 130, NULL), "json_syntax 1:65", "65 levels");
	ok(read_n(DX_MEDIA_JSON, deep + 1, 128, NULL) == 0, "64 levels");
	is_str(read_in(DX_MEDIA_JSON, "[\"a\0b\"]", 8, NULL), "json_syntax 1:4", "a NUL byte");
}

static void
places(void)
{
	char hex[DX_SHA256_HEX];

	read_as(DX_MEDIA_JSON, "{\n  \"\xC3\xA4\": [1,\n  {\"b\": true}]\n}");
	is_str(read_place(""), "1:1", "place of the document");
	is_str(read_place("/\xC3\xA4"), "2:8", "columns are characters");
	is_str(read_place("/\xC3\xA4/1/b"), "3:9", "place of a member's value");
	is_str(read_place("/\xC3\xA4/1/none"), "3:3", "an absent one has its container's");
	is_str(read_place("/none/x"), "1:1", "or the document's");
	dx_sha256_hex(&read_doc.sha256, hex);
	is_int((intmax_t)read_doc.bytes, 30, "bytes are counted");
	ok(read_n(DX_MEDIA_BYTES, "abc", 3, NULL) == 0, "bytes of anything");
	is_str(read_in(DX_MEDIA_BYTES, "abc", 3, NULL),
	    "{\"bytes\":3,\"sha256\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}", "have a digest");
	ok(read_n(DX_MEDIA_JSON, "{\"a\":", 5, NULL) != 0 && read_doc.bytes == 5, "a bad file is counted too");
	dx_sha256_hex(&read_doc.sha256, hex);
	is_str(hex, "ffb38b22ee3e0ca90325ebce953a9846990f292faf44c50498771602e31cb61f", "and has its digest");
}

/* --- dsse --- */

static const char *
envelope(const char *before, const char *payload, const char *behind)
{
	static char text[4096], b64[1024];

	dx_base64_encode(payload, strlen(payload), b64);
	snprintf(text, sizeof(text), "%s{\"payload\":\"%s\",\n\"payloadType\":\"t\",\"signatures\":[{\"keyid\":\"k1\",\"sig\":\"x\"},"
	    "{\"sig\":\"y\"}]}%s", before, b64, behind);
	return text;
}

#define GH_BEFORE "[{\"attestation\":{\"bundle\":{\"dsseEnvelope\":"
#define GH_BEHIND "}},\"verificationResult\":{\"statement\":{\"_type\":\"s\"},\"signature\":{\"certificate\":{\"issuer\":\"i\"}}}}]"

static void
dsse(void)
{
	const char *text;

	is_str(read_as(DX_MEDIA_DSSE, envelope("", "{\"_type\":\"s\"}", "")),
	    "{\"entries\":[{\"keyids\":[\"k1\"],\"payloadType\":\"t\",\"statement\":{\"_type\":\"s\"}}]}", "dsse: an envelope");
	is_str(read_place("/entries/0/statement/_type"), "1:12", "what is in the payload has the payload's place");
	is_str(read_place("/entries/0/payloadType"), "2:15", "what is beside it its own");
	is_str(read_as(DX_MEDIA_DSSE, envelope(GH_BEFORE, "{\"_type\":\"s\"}", GH_BEHIND)),
	    "{\"entries\":[{\"certificate\":{\"issuer\":\"i\"},\"keyids\":[\"k1\"],\"payloadType\":\"t\",\"statement\":{\"_type\":\"s\"},"
	    "\"verified\":{\"_type\":\"s\"}}]}", "dsse: what gh prints");
	text = "{\"payload\":\"eyJhIjoiw7_Dv8O_PiJ9\",\"payloadType\":\"t\",\"signatures\":[]}";
	is_str(read_as(DX_MEDIA_DSSE, text),
	    "{\"entries\":[{\"keyids\":[],\"payloadType\":\"t\",\"statement\":{\"a\":\"\xC3\xBF\xC3\xBF\xC3\xBF>\"}}]}", "dsse: base64url");
	ok(strstr(read_as(DX_MEDIA_DSSE, "{\"payload\":\"e30\"}"), "\"statement\":{}") != NULL, "dsse: without padding");
	is_str(read_as(DX_MEDIA_DSSE, "[]"), "{\"entries\":[]}", "dsse: no entries");
	is_str(read_as(DX_MEDIA_DSSE, "{}"), "{}", "dsse: an empty object has none to count");
	is_str(read_as(DX_MEDIA_DSSE, "3"), "{}", "dsse: nor has a number");
	is_str(read_as(DX_MEDIA_DSSE, "[1,{\"a\":2}]"), "{\"entries\":[{\"keyids\":[]},{\"keyids\":[]}]}", "dsse: entries without an envelope");
	is_str(read_as(DX_MEDIA_DSSE, "not found"), "json_syntax 1:1", "dsse: no JSON");
	is_str(read_as(DX_MEDIA_DSSE, "{\"payload\":\"e3*=\"}"), "media_syntax 1:12", "dsse: no base64");
	is_str(read_as(DX_MEDIA_DSSE, "{\"payload\":\"e\"}"), "media_syntax 1:12", "dsse: too short for base64");
	is_str(read_as(DX_MEDIA_DSSE, "{\"payload\":{}}"), "media_syntax 1:12", "dsse: a payload that is no text");
	is_str(read_as(DX_MEDIA_DSSE, envelope("", "{\"a\":1,\"a\":1}", "")), "json_duplicate_key 1:12", "dsse: the payload is read strictly");
	is_str(read_as(DX_MEDIA_DSSE, envelope("", "[1e999]", "")), "json_number_range 1:12", "dsse: its numbers too");
	is_str(read_as(DX_MEDIA_DSSE, envelope("", "{", "")), "json_syntax 1:12", "dsse: a payload cut off");
}

/* --- look --- */

static void
look(void)
{
	static const struct { const char *text; enum dx_look want; } rows[] = {
		{ "{", DX_LOOK_JSON }, { "\n {\"a\"", DX_LOOK_JSON }, { "[1]", DX_LOOK_UNKNOWN }, { "", DX_LOOK_UNKNOWN },
		{ "<coverage line-rate='1'>", DX_LOOK_COBERTURA }, { "<testsuite>", DX_LOOK_JUNIT }, { "<testsuites/>", DX_LOOK_JUNIT },
		{ "<?xml version='1.0'?>\n<!-- <testsuite> -->\n<coverage\n", DX_LOOK_COBERTURA },
		{ "<!DOCTYPE coverage SYSTEM 'x'>\n<coverage>", DX_LOOK_COBERTURA },
		{ "<!DOCTYPE x [<!ENTITY a 'b'>]><testsuite>", DX_LOOK_JUNIT }, { "\xEF\xBB\xBF<testsuite >", DX_LOOK_JUNIT },
		{ "<coverages>", DX_LOOK_UNKNOWN }, { "<coverage", DX_LOOK_UNKNOWN }, { "<!--", DX_LOOK_UNKNOWN },
		{ "TAP version 14\n", DX_LOOK_TAP }, { "1..3\n", DX_LOOK_TAP }, { "1..0 # SKIP x\n", DX_LOOK_TAP },
		{ "1..\n", DX_LOOK_UNKNOWN }, { "1..3x", DX_LOOK_UNKNOWN }, { "PK\x03\x04", DX_LOOK_ZIP }, { "P", DX_LOOK_UNKNOWN }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		is_int(dx_read_look(rows[i].text, strlen(rows[i].text)), rows[i].want, "look %zu", i + 1);
	is_int(dx_read_look("\xFF\xFE<\0t\0e\0s\0t\0s\0u\0i\0t\0e\0>\0", 24), DX_LOOK_JUNIT, "look: UTF-16");
	is_int(dx_read_look("\xFE\xFF\0<\0c\0o\0v\0e\0r\0a\0g\0e\0 ", 22), DX_LOOK_COBERTURA, "look: UTF-16, the other way");
}

int
main(void)
{
	read_rows(DX_MEDIA_JSON, json);
	ranges();
	depth();
	places();
	dsse();
	look();
	return read_done();
}
