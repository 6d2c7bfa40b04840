/* test_pick: members with types and bounds, and what is said when they are wrong. */
#include "tap.h"

#include "json/pick.h"
#include "json_doc.h"

static const char text[] = "{\"id\":\"abc\",\"n\":5,\"big\":1e30,\"half\":0.5,\"yes\":true,\"nil\":null,\"list\":[1],"
    "\"o\":{},\"kind\":\"warn\",\"bell\":\"a\\u0007b\",\"del\":\"\x7F\",\"wide\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\","
    "\"a/b~c\":1}";
static const char *const kinds[] = { "off", "warn", "strict", NULL };

static struct doc doc;
static struct dx_err err;
static struct dx_pick p;

static void
begin(void)
{
	dx_err_clear(&err);
	dx_pick_begin(&p, &doc.v, "/x", DX_R_JSON_INVALID, DX_OK, &err);
}

static void
is_fault(const char *at, const char *said)
{
	ok(p.failed && dx_pick_end(&p) == -1 && err.reason == DX_R_JSON_INVALID, "fault at %s", at);
	is_str(err.at, at, "its place");
	is_str(err.text, said, "its words");
	begin();
}

static void
good(void)
{
	begin();
	is_str(dx_pick_text(&p, "id", 1, 3, true), "abc", "a text");
	is_str(dx_pick_text(&p, "wide", 3, 3, true), "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "three characters");
	is_str(dx_pick_text(&p, "none", 1, 3, false), NULL, "no text");
	is_int(dx_pick_int(&p, "n", 1, 5, 9), 5, "an integer");
	is_int(dx_pick_int(&p, "none", 1, 5, 9), 9, "no integer");
	is_int(dx_pick_enum(&p, "kind", kinds, -1), 1, "a word");
	is_int(dx_pick_enum(&p, "none", kinds, 2), 2, "no word");
	ok(dx_pick_bool(&p, "yes", false) && dx_pick_bool(&p, "none", true), "true, and no boolean");
	ok(dx_json_is(dx_pick_any(&p, "nil"), DX_JSON_NULL) && dx_pick_any(&p, "none") == NULL, "anything");
	ok(dx_pick_type(&p, "list", DX_JSON_ARRAY, true) != NULL && dx_pick_type(&p, "none", DX_JSON_OBJECT, false) == NULL,
	    "a type");
	is_int(dx_pick_end(&p), 0, "nothing is wrong");
}

static void
faults(void)
{
	begin();
	ok(dx_pick_text(&p, "none", 1, 3, true) == NULL, "a required text");
	is_fault("/x/none", "is missing, must be a string");
	dx_pick_text(&p, "n", 1, 3, false);
	is_fault("/x/n", "must be a string, is a number");
	dx_pick_text(&p, "nil", 1, 3, false);
	is_fault("/x/nil", "must be a string, is null");
	ok(dx_pick_text(&p, "id", 1, 2, false) == NULL, "a long text");
	is_fault("/x/id", "must have 1 to 2 characters, has 3");
	dx_pick_text(&p, "wide", 4, 9, false);
	is_fault("/x/wide", "must have 4 to 9 characters, has 3");
	ok(dx_pick_text(&p, "bell", 1, 9, false) == NULL, "a bell");
	is_fault("/x/bell", "must not have control characters");
	dx_pick_text(&p, "del", 1, 9, false);
	is_fault("/x/del", "must not have control characters");
	is_int(dx_pick_int(&p, "n", 6, 9, 7), 7, "out of bounds");
	is_fault("/x/n", "must be an integer of 6 to 9, is 5");
	dx_pick_int(&p, "big", 0, INT64_MAX, 0);
	is_fault("/x/big", "must be an integer of 0 to 9223372036854775807, is 1e30");
	dx_pick_int(&p, "half", 0, 9, 0);
	is_fault("/x/half", "must be an integer of 0 to 9, is 0.5");
	dx_pick_int(&p, "yes", 0, 9, 0);
	is_fault("/x/yes", "must be an integer, is true");
	ok(!dx_pick_bool(&p, "n", false), "no boolean");
	is_fault("/x/n", "must be true or false, is a number");
	dx_pick_enum(&p, "id", kinds, 0);
	is_fault("/x/id", "must be off, warn or strict, is \"abc\"");
	is_int(dx_pick_enum(&p, "none", kinds, -1), -1, "a required word");
	is_fault("/x/none", "is missing, must be a string");
	dx_pick_type(&p, "o", DX_JSON_ARRAY, false);
	is_fault("/x/o", "must be an array, is an object");
	dx_pick_fail(&p, "a/b~c", "is %d too many", 1);
	is_fault("/x/a~1b~0c", "is 1 too many");
}

static void
only_the_first(void)
{
	begin();
	dx_pick_int(&p, "yes", 0, 9, 0);
	is_int(dx_pick_int(&p, "n", 0, 9, 3), 3, "after a fault every answer is the default");
	ok(dx_pick_any(&p, "id") == NULL && dx_pick_text(&p, "id", 1, 9, true) == NULL && dx_pick_bool(&p, "yes", false) == false,
	    "of every kind");
	dx_pick_fail(&p, "id", "late");
	is_str(err.at, "/x/yes", "and the first fault stands");
	is_int(dx_pick_end(&p), -1, "to the end");
	dx_err_clear(&err);
	dx_pick_begin(&p, dx_json_get(&doc.v, "list"), "", DX_R_JSON_INVALID, DX_OK, &err);
	is_str(err.text, "must be an object, is an array", "no object");
	ok(dx_pick_any(&p, "id") == NULL && dx_pick_end(&p) == -1, "has no members");
	dx_err_clear(&err);
	dx_pick_begin(&p, NULL, "/gone", DX_R_JSON_INVALID, DX_R_FIELD_MISSING, &err);
	is_str(err.text, "must be an object, is missing", "no value");
	ok(dx_pick_end(&p) == -1, "and no end");
}

static void
strangers(void)
{
	struct doc d;

	doc_parse(&d, "{\"a\":1,\"b/\":2}", DX_JSON_OURS);
	dx_err_clear(&err);
	dx_pick_begin(&p, &d.v, "", DX_R_JSON_INVALID, DX_R_FIELD_MISSING, &err);
	dx_pick_any(&p, "a");
	dx_pick_any(&p, "b/");
	is_int(dx_pick_end(&p), 0, "all members were asked for");
	dx_pick_begin(&p, &d.v, "", DX_R_JSON_INVALID, DX_R_FIELD_MISSING, &err);
	dx_pick_any(&p, "a");
	ok(dx_pick_end(&p) == -1 && err.reason == DX_R_FIELD_MISSING, "one was not");
	is_str(err.at, "/b~1", "and is named");
	dx_err_clear(&err);
	dx_pick_begin(&p, &d.v, "", DX_R_JSON_INVALID, DX_OK, &err);
	is_int(dx_pick_end(&p), 0, "which may be ignored");
	doc_free(&d);
}

/* Pointers longer than their room are cut at a character. */
static void
long_places(void)
{
	char at[600], name[600], where[320];

	for (size_t i = 0; i < sizeof(at) - 2; i += 2)
		memcpy(at + i, "\xC3\xA9", 3);
	at[0] = '/';
	at[1] = 'x';
	memcpy(name, at, sizeof(name) - 2);
	name[598] = '\0';
	at[598] = '\0';
	dx_pick_begin(&p, &doc.v, at, DX_R_JSON_INVALID, DX_OK, &err);
	is_int((intmax_t)strlen(p.at), 254, "a long pointer");
	dx_pick_where(&p, name, where);
	is_int((intmax_t)strlen(where), 318, "a longer one");
	dx_pick_where(&p, "\xC3\xA9", where);
	is_int((intmax_t)strlen(where), 257, "one that fits");
}

int
main(void)
{
	doc_parse(&doc, text, DX_JSON_FOREIGN);
	good();
	faults();
	only_the_first();
	strangers();
	long_places();
	doc_free(&doc);
	return done();
}
