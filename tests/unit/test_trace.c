/* core/trace: traceparent and trace ids, release-gates page 6.4; core/sla: levels of page 6.2. */
#include "core/sla.h"
#include "core/trace.h"
#include "tap.h"

#define T	"39cde477ed1c6f25265ffc24c3cd62e5"
#define S	"00f067aa0ba902b7"

static void
test_parse(void)
{
	static const struct { const char *text; bool good; const char *why; } cases[] = {
		{ "00-" T "-" S "-01", true, "version 00" },
		{ "00-" T "-" S "-00", true, "not sampled" },
		{ "00-" T "-" S "-ff", true, "flags of a later level" },
		{ "cc-" T "-" S "-01", true, "a higher version of the same length" },
		{ "cc-" T "-" S "-01-", true, "a higher version that goes on" },
		{ "fe-" T "-" S "-01-what-the-future-holds", true, "a higher version with more members" },
		{ "cc-" T "-" S "-01.x", false, "a higher version that goes on without a dash" },
		{ "cc-" T "-" S "-0", false, "a higher version that is too short" },
		{ "ff-" T "-" S "-01", false, "version ff" },
		{ "00-" T "-" S "-01-", false, "version 00 that goes on" },
		{ "00-" T "-" S "-01-x", false, "version 00 with more members" },
		{ "00-" T "-" S "-011", false, "three digits of flags" },
		{ "00-" T "-" S "-1", false, "one digit of flags" },
		{ "00-" T "-" S "-0g", false, "flags that are no hex" },
		{ "00-" T "-" S, false, "no flags" },
		{ "00-00000000000000000000000000000000-" S "-01", false, "a trace id of zeros" },
		{ "00-" T "-0000000000000000-01", false, "a span id of zeros" },
		{ "00-39CDE477ED1C6F25265FFC24C3CD62E5-" S "-01", false, "capitals in the trace id" },
		{ "00-" T "-00F067AA0BA902B7-01", false, "capitals in the span id" },
		{ "0A-" T "-" S "-01", false, "capitals in the version" },
		{ "00-" T "-" S "-0A", false, "capitals in the flags" },
		{ "00_" T "-" S "-01", false, "another mark" },
		{ "00-" T "_" S "-01", false, "another mark behind the trace id" },
		{ "00-" T "-" S "_01", false, "another mark behind the span id" },
		{ "0-0" T "-" S "-01", false, "marks in other places" },
		{ " 00-" T "-" S "-01", false, "a blank in front" },
		{ "00-" T "-" S "-01 ", false, "a blank behind" },
		{ "", false, "nothing" },
		{ "00", false, "a version alone" },
	};
	struct dx_traceparent t;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&t, 'x', sizeof(t));
		is_int(dx_traceparent_parse(cases[i].text, &t), cases[i].good, "%s is %s", cases[i].why, cases[i].good ? "read" : "ignored");
		if (cases[i].good)
			ok(strcmp(t.trace_id, T) == 0 && strcmp(t.span_id, S) == 0, "%s: the ids", cases[i].why);
		else
			ok(t.trace_id[0] == 'x' && t.flags == 0x78787878u, "%s: nothing is written", cases[i].why);
	}
	ok(!dx_traceparent_parse(NULL, &t), "no header is ignored");
}

/* Every prefix of a good header and every byte of it changed. */
static void
test_parse_all(void)
{
	static const char good[] = "00-" T "-" S "-01";
	char text[sizeof(good)];
	struct dx_traceparent t;
	int bad = 0;

	for (size_t n = 0; n + 1 < sizeof(good); n++) {
		memcpy(text, good, sizeof(good));
		text[n] = '\0';
		bad += dx_traceparent_parse(text, &t);
		for (int c = 1; c < 256; c++) {
			bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'), mark = n == 2 || n == 35 || n == 52;

			memcpy(text, good, sizeof(good));
			text[n] = (char)c;
			bad += dx_traceparent_parse(text, &t) != (mark ? c == '-' : hex);
		}
	}
	is_int(bad, 0, "a header cut anywhere is ignored, and one with another byte unless that is a digit");
}

static void
test_print(void)
{
	struct dx_traceparent t;
	char text[DX_TRACEPARENT];

	ok(dx_traceparent_parse("cc-" T "-" S "-ff-more", &t), "read");
	dx_traceparent_print(&t, text);
	is_str(text, "00-" T "-" S "-01", "printed as version 00 with the flag that is known");
	ok(dx_traceparent_parse(text, &t), "and read again");
}

static void
test_correlation(void)
{
	char id[DX_TRACE_ID];

	ok(dx_trace_of_correlation("ORD-2026-0001", id), "a correlation id has a trace id");
	is_str(id, "39cde477ed1c6f25265ffc24c3cd62e5", "the start of its SHA-256");
	ok(dx_trace_of_correlation("0191f2c4-7a10-7c3e-9d2e-0242ac120002", id), "a UUID has one");
	is_str(id, "0191f2c47a107c3e9d2e0242ac120002", "its digits");
	ok(dx_trace_of_correlation("0191F2C4-7A10-7C3E-9D2E-0242AC120002", id), "in capitals too");
	is_str(id, "0191f2c47a107c3e9d2e0242ac120002", "in lower case");
	ok(!dx_trace_of_correlation("00000000-0000-0000-0000-000000000000", id), "the nil UUID has none");
	ok(dx_trace_of_correlation("0191f2c4-7a10-7c3e-9d2e-0242ac12000g", id), "what only looks like a UUID is text");
	ok(strncmp(id, "0191f2c4", 8) != 0, "and hashed");
	ok(dx_trace_of_correlation("0191f2c47a107c3e9d2e0242ac120002", id), "32 digits without marks are text");
	ok(strcmp(id, "0191f2c47a107c3e9d2e0242ac120002") != 0, "and hashed");
	ok(dx_trace_of_correlation("", id), "the empty text is hashed");
	is_str(id, "e3b0c44298fc1c149afbf4c8996fb924", "to the start of the digest of nothing");
	ok(dx_trace_id_valid(T) && !dx_trace_id_valid("00000000000000000000000000000000") && !dx_trace_id_valid(T "0") &&
	    !dx_trace_id_valid("39CDE477ED1C6F25265FFC24C3CD62E5") && !dx_trace_id_valid(NULL), "what a trace id is");
}

#define HOURS(h)	((int64_t)((h) * 3600000000.0))

static void
test_sla(void)
{
	static const struct { double age; unsigned level; } vector[] = {
		{ 1, 0 }, { 3.99, 0 }, { 4, 1 }, { 10, 1 }, { 24, 2 }, { 30, 2 }, { 48, 3 }, { 60, 3 },
	};
	struct dx_sla sla = dx_sla_of_action("send_email");

	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++)
		is_int(dx_sla_level(&sla, HOURS(vector[i].age)), vector[i].level, "%.2f hours", vector[i].age);
	is_int(dx_sla_level(&sla, -1), 0, "an age below zero");
	is_int(dx_sla_level(&sla, HOURS(4) - 1), 0, "a microsecond before the warning");
	is_int(dx_sla_level(&sla, HOURS(48) - 1), 2, "a microsecond before level 3");
	is_int(dx_sla_level(&sla, INT64_MAX), 3, "any age");
	sla = dx_sla_of_action("activate_partnership");
	is_int(dx_sla_level(&sla, HOURS(7.99)), 0, "the golden path is warned later");
	is_int(dx_sla_level(&sla, HOURS(8)), 1, "after 8 hours");
	is_int(dx_sla_level(&sla, HOURS(24)), 2, "and breached after 24");
	sla = dx_sla_of_action("partner_data_sharing");
	is_int(dx_sla_level(&sla, HOURS(12)), 2, "restricted data sharing is breached after 12");
	is_int(dx_sla_level(&sla, HOURS(24)), 3, "and escalated after 24");
}

static void
test_sla_bounds(void)
{
	struct dx_sla sla;

	ok(dx_sla_profile(1, 1, 1010000, &sla), "the smallest profile");
	is_int(dx_sla_level(&sla, 3636000000 - 1), 2, "1.01 hours: not yet");
	is_int(dx_sla_level(&sla, 3636000000), 3, "1.01 hours");
	ok(dx_sla_profile(8760, 8760, 100000000, &sla) && sla.escalate == INT64_C(8760) * 3600 * 100000000, "the largest");
	ok(!dx_sla_profile(0, 1, 2000000, &sla), "warn below an hour");
	ok(!dx_sla_profile(5, 4, 2000000, &sla), "breach before warn");
	ok(!dx_sla_profile(4, 24, 1009999, &sla), "a multiplier below 1.01");
	ok(!dx_sla_profile(4, 8761, 2000000, &sla) && !dx_sla_profile(4, 24, 100000001, &sla), "out of bounds");
	ok(dx_sla_hours(24, &sla), "a packet of 24 hours");
	ok(sla.warn == HOURS(18) && sla.breach == HOURS(24) && sla.escalate == HOURS(36), "75, 100 and 150 percent");
	ok(dx_sla_hours(1, &sla) && sla.warn == HOURS(0.75) && sla.escalate == HOURS(1.5), "of one hour too");
	ok(!dx_sla_hours(0, &sla) && !dx_sla_hours(8761, &sla), "hours out of bounds");
}

int
main(void)
{
	test_parse();
	test_parse_all();
	test_print();
	test_correlation();
	test_sla();
	test_sla_bounds();
	return done();
}
