/* Waivers: every rule of the document and what is asked of it (release-gates page 1.7). */
#include <stdlib.h>

#include "base/time.h"
#include "check/waivers.h"
#include "tap.h"

#define MAY	"\"created_at\":\"2026-04-17T00:00:00.000000Z\",\"expires_at\":\"2026-05-01T00:00:00.000000Z\""
#define WHO	"\"reason\":\"collector image pins an old proto\",\"owner\":\"ops@example\",\"approved_by\":\"lead@example\""
#define WHAT	"\"id\":\"KI-7\",\"gate\":\"tests\",\"check\":\"suite\""
#define ONE	"{" WHAT "," WHO "," MAY "}"
#define DOC(list) "{\"schema\":\"dealix.waivers.v1\",\"waivers\":[" list "]}"

/* The vector of the page. */
static const char page[] = DOC("{\"id\":\"KI-7\",\"gate\":\"tests\",\"check\":\"suite\",\"match\":\"test_otlp_retry\","
    "\"reason\":\"collector image pins an old proto\",\"owner\":\"ops@example\",\"approved_by\":\"lead@example\","
    "\"created_at\":\"2026-04-17T00:00:00.000000Z\",\"expires_at\":\"2026-05-01T00:00:00.000000Z\","
    "\"issue\":\"https://example/issues/7\",\"renewals\":0}");

static struct dx_waivers *
parse(const char *text)
{
	struct dx_faults f = { 0 };
	struct dx_waivers *w = NULL;

	ok(dx_waivers_parse(text, strlen(text), &w, &f) == 0, "read: %.60s", text);
	for (size_t i = 0; i < f.count; i++)
		diag("%s %s: %s", dx_reason_code(f.item[i].reason), f.item[i].at, f.item[i].text);
	dx_faults_release(&f);
	return w;
}

/* The first fault is that one, at that place, and nothing comes out. */
static void
refused(const char *text, enum dx_reason reason, const char *at, const char *what)
{
	struct dx_faults f = { 0 };
	struct dx_waivers *w = NULL;

	ok(dx_waivers_parse(text, strlen(text), &w, &f) == -1 && w == NULL && f.count > 0, "%s: refused", what);
	is_str(f.count > 0 ? dx_reason_code(f.item[0].reason) : "", dx_reason_code(reason), "%s: code", what);
	is_str(f.count > 0 ? f.item[0].at : "", at, "%s: place", what);
	dx_faults_release(&f);
}

static void
documents(void)
{
	struct dx_waivers *w = parse(page);

	ok(w->count == 1 && strcmp(w->item[0].id, "KI-7") == 0 && strcmp(w->item[0].issue, "https://example/issues/7") == 0,
	    "page: its members");
	is_str(w->item[0].expires_at, "2026-05-01T00:00:00.000000Z", "page: its end");
	dx_waivers_free(w);
	w = parse(DOC(""));
	is_int((intmax_t)w->count, 0, "none is fine");
	dx_waivers_free(w);
	refused("", DX_R_INPUT_EMPTY, "", "empty");
	refused("{\"waivers\":[]}", DX_R_FIELD_INVALID, "/schema", "no schema");
	refused("{\"schema\":\"dealix.waiver.v1\",\"waivers\":[]}", DX_R_FIELD_INVALID, "/schema", "another schema");
	refused("{\"schema\":\"dealix.waivers.v1\"}", DX_R_FIELD_INVALID, "/waivers", "no list");
	refused("{\"schema\":\"dealix.waivers.v1\",\"waivers\":[],\"x\":1}", DX_R_UNKNOWN_FIELD, "/x", "unknown member");
	refused(DOC("7"), DX_R_FIELD_INVALID, "/waivers/0", "a number for a waiver");
	refused(DOC("{" WHAT "," WHO "," MAY ",\"x\":1}"), DX_R_UNKNOWN_FIELD, "/waivers/0/x", "unknown member of a waiver");
	refused(DOC("{" WHAT "," WHO "," MAY "," MAY "}"), DX_R_JSON_DUPLICATE_MEMBER, "", "a member twice");
}

/* The page's example without one member. */
static void
required(void)
{
	static const char *const names[] = { "id", "gate", "check", "reason", "owner", "approved_by", "created_at", "expires_at" };
	struct dx_arena a = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dx_json doc, less = dx_json_object();
		struct dx_buf text = { 0 };
		const struct dx_json *one;
		char at[64];

		(void)dx_json_parse(&a, dx_arena_dup(&a, page, strlen(page)), strlen(page), DX_JSON_OURS, &doc, NULL);
		one = dx_json_item(dx_json_get(&doc, "waivers"), 0);
		for (uint32_t m = 0; m < one->count; m++)
			if (strcmp(one->u.members[m].name, names[i]) != 0)
				dx_json_put(&a, &less, one->u.members[m].name, one->u.members[m].value);
		dx_buf_puts(&text, "{\"schema\":\"dealix.waivers.v1\",\"waivers\":[");
		dx_json_canon(&less, &text);
		dx_buf_puts(&text, "]}");
		(void)snprintf(at, sizeof(at), "/waivers/0/%s", names[i]);
		refused(text.data, DX_R_FIELD_INVALID, at, names[i]);
		dx_buf_release(&text);
	}
	dx_arena_release(&a);
}

#define TIMES(from, to)	DOC("{" WHAT "," WHO ",\"created_at\":\"" from "\",\"expires_at\":\"" to "\"}")
#define PEOPLE(owner, by) DOC("{" WHAT ",\"reason\":\"a good reason\",\"owner\":\"" owner "\",\"approved_by\":\"" by "\"," MAY "}")
#define REASON(text)	DOC("{" WHAT ",\"reason\":\"" text "\",\"owner\":\"a\",\"approved_by\":\"b\"," MAY "}")

static void
rules(void)
{
	dx_waivers_free(parse(TIMES("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")));	/* thirty days to the instant */
	refused(TIMES("2026-04-01T00:00:00Z", "2026-05-01T00:00:00.000001Z"), DX_R_WAIVER_TOO_LONG, "/waivers/0", "a microsecond over");
	refused(TIMES("2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z"), DX_R_WAIVER_BAD_RANGE, "/waivers/0", "no time at all");
	refused(TIMES("2026-04-02T00:00:00Z", "2026-04-01T00:00:00Z"), DX_R_WAIVER_BAD_RANGE, "/waivers/0", "ends before");
	dx_waivers_free(parse(TIMES("2026-04-01T02:00:00+02:00", "2026-05-01T00:00:00Z")));
	refused(TIMES("2026-04-01T03:00:00+04:00", "2026-05-01T00:00:00Z"), DX_R_WAIVER_TOO_LONG, "/waivers/0", "an hour by the offset");
	refused(TIMES("yesterday", "2026-05-01T00:00:00Z"), DX_R_TIME_INVALID, "/waivers/0/created_at", "no time");
	refused(TIMES("2026-04-01T00:00:00Z", "2026-05-01T00:00:00"), DX_R_TIME_WITHOUT_OFFSET, "/waivers/0/expires_at", "no offset");
	refused(PEOPLE("ops@example", "ops@example"), DX_R_WAIVER_SELF_APPROVED, "/waivers/0", "one person");
	refused(PEOPLE("ops@example", "  OPS@Example "), DX_R_WAIVER_SELF_APPROVED, "/waivers/0", "in another case, with blanks");
	refused(PEOPLE("\xc3\x84nne", "\xc3\xa4nne"), DX_R_WAIVER_SELF_APPROVED, "/waivers/0", "letters beyond ASCII");
	refused(PEOPLE("ops@example", "ops+me@example"), DX_R_WAIVER_SELF_APPROVED, "/waivers/0", "a tag of the same box");
	refused(PEOPLE("ops@example", "o\xe2\x80\x8bps@example"), DX_R_WAIVER_SELF_APPROVED, "/waivers/0", "what cannot be seen");
	refused(PEOPLE("ops", "   "), DX_R_FIELD_INVALID, "/waivers/0/approved_by", "blanks approve nothing");
	dx_waivers_free(parse(REASON("0123456789")));
	refused(REASON("012345678"), DX_R_FIELD_INVALID, "/waivers/0/reason", "nine characters");
	refused(REASON("  0123456  "), DX_R_FIELD_INVALID, "/waivers/0/reason", "seven and blanks");
	dx_waivers_free(parse(REASON("\xd8\xb3\xd8\xa8\xd8\xa8 \xd9\x88\xd8\xac\xd9\x8a\xd9\x87 \xd9\x84\xd9\x84")));
	refused(REASON("a\\nb is a line"), DX_R_FIELD_INVALID, "/waivers/0/reason", "a line break");
	refused(DOC(ONE "," ONE), DX_R_WAIVER_DUPLICATE, "/waivers/1", "one id twice");
	dx_waivers_free(parse(DOC("{" WHAT "," WHO "," MAY ",\"renewals\":1}")));
	refused(DOC("{" WHAT "," WHO "," MAY ",\"renewals\":2}"), DX_R_WAIVER_RENEWED_TOO_OFTEN, "/waivers/0", "renewed twice");
	refused(DOC("{" WHAT "," WHO "," MAY ",\"renewals\":-1}"), DX_R_FIELD_INVALID, "/waivers/0/renewals", "less than none");
	refused(DOC("{\"id\":\"KI 7 # SKIP\",\"gate\":\"g\",\"check\":\"c\"," WHO "," MAY "}"), DX_R_FIELD_INVALID, "/waivers/0/id",
	    "an id that a report would stumble on");
}

static bool
knows(const void *ctx, const char *gate, const char *check)
{
	return strcmp(gate, "tests") == 0 && strcmp(check, ctx) == 0;
}

static void
dangling(void)
{
	struct dx_waivers *w = parse(page);
	struct dx_faults f = { 0 };

	dx_waivers_dangling(w, knows, "suite", &f);
	is_int((intmax_t)f.count, 0, "dangling: a known check");
	dx_waivers_dangling(w, knows, "other", &f);
	ok(f.count == 1 && f.item[0].reason == DX_R_WAIVER_DANGLING && strcmp(f.item[0].at, "/waivers/0") == 0, "dangling: an unknown one");
	dx_faults_release(&f);
	dx_waivers_free(w);
}

static int64_t
at(const char *text)
{
	int64_t us = 0;

	(void)dx_time_parse(text, &us, NULL);
	return us;
}

static void
asked(void)
{
	struct dx_waivers *w = parse(DOC(ONE ",{\"id\":\"KI-8\",\"gate\":\"tests\",\"check\":\"suite\",\"match\":\"io.*retry\"," WHO "," MAY "},"
	    "{\"id\":\"KI-9\",\"gate\":\"other\",\"check\":\"suite\"," WHO "," MAY "}"));
	const struct dx_waiver *first = dx_waivers_next(w, "tests", "suite", NULL), *second = dx_waivers_next(w, "tests", "suite", first);

	ok(first == &w->item[0] && second == &w->item[1] && dx_waivers_next(w, "tests", "suite", second) == NULL, "next: in order");
	ok(dx_waivers_next(w, "tests", "suit", NULL) == NULL && dx_waivers_next(NULL, "tests", "suite", NULL) == NULL, "next: none");
	is_int(dx_waiver_state(first, at("2026-04-16T23:59:59.999999Z")), DX_WAIVER_NOT_YET, "state: before");
	is_int(dx_waiver_state(first, at("2026-04-17T00:00:00Z")), DX_WAIVER_ACTIVE, "state: from its begin on");
	is_int(dx_waiver_state(first, at("2026-04-30T23:59:59.999999Z")), DX_WAIVER_ACTIVE, "state: to the last instant");
	is_int(dx_waiver_state(first, at("2026-05-01T00:00:00Z")), DX_WAIVER_EXPIRED, "state: at its end it is over");
	ok(dx_waiver_matches(first, "", "anything"), "match: none is every test");
	ok(dx_waiver_matches(second, "io", "test_retry") && !dx_waiver_matches(second, "oi", "test_retry") &&
	    !dx_waiver_matches(second, "io", "test_retry_2"), "match: group and name");
	dx_waivers_free(w);
	w = parse(page);
	ok(dx_waiver_matches(w->item, "suite.otlp", "test_otlp_retry") && !dx_waiver_matches(w->item, "", "test_otlp_retry_late"),
	    "match: the name alone, whole");
	dx_waivers_free(w);
}

int
main(void)
{
	documents();
	required();
	rules();
	dangling();
	asked();
	return done();
}
