/* Terraform plans, cost files and price books made requests (inputs pages 1 and 2). */
#include <stdlib.h>
#include <unistd.h>
#include "adapt/adapt.h"
#include "adapt/decimal.h"
#include "base/err.h"
#include "base/file.h"
#include "tap.h"

#define SHA	"00000000000000000000000000000000000000000000000000000000000000aa"
#define FIXTURES	"../shared/fixtures/terraform/"

static struct dx_arena arena;

static struct dx_json
parsed(const char *text)
{
	struct dx_err err = { 0 };
	struct dx_json doc = dx_json_null();
	char *copy = dx_arena_dup(&arena, text, strlen(text));

	if (dx_json_parse(&arena, copy, strlen(text), DX_JSON_FOREIGN, &doc, &err) != 0)
		ok(false, "a test document does not parse: %s", err.text);
	return doc;
}

static const char *
canon(const struct dx_json *v)
{
	struct dx_buf b = { 0 };
	const char *text;

	dx_json_canon(v, &b);
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

static struct dx_plan_options
options(void)
{
	return (struct dx_plan_options){ .plan_sha256 = SHA };
}

/* The code of a refusal, "" when there is none. */
static const char *
adapt(const char *plan, const struct dx_plan_options *o, struct dx_request *r, struct dx_err *err)
{
	struct dx_json doc = parsed(plan);

	memset(r, 0, sizeof(*r));
	dx_err_clear(err);
	return dx_adapt_plan(&arena, &doc, o, NULL, r, err) == 0 ? "" : dx_reason_code(err->reason);
}

#define CHANGE(actions, type, address) \
	"{\"address\":\"" address "\",\"mode\":\"managed\",\"type\":\"" type "\",\"provider_name\":\"p/" type "\"," \
	"\"change\":{\"actions\":" actions "}}"
#define PLAN(changes)	"{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"resource_changes\":[" changes "]}"

static void
test_actions(void)
{
	static const struct { const char *plan, *action; } cases[] = {
		{ "{\"format_version\":\"1.2\",\"planned_values\":{}}", "terraform.noop" },
		{ PLAN(""), "terraform.noop" },
		{ PLAN(CHANGE("[\"no-op\"]", "a", "a.x")), "terraform.noop" },
		{ PLAN(CHANGE("[\"read\"]", "a", "a.x")), "terraform.noop" },
		{ "{\"format_version\":\"1.2\",\"resource_changes\":[],\"output_changes\":{\"o\":{\"actions\":[\"no-op\"]}}}",
		    "terraform.noop" },
		{ "{\"format_version\":\"1.2\",\"resource_changes\":[],\"output_changes\":{\"o\":{\"actions\":[\"create\"]}}}",
		    "terraform.apply" },
		{ PLAN(CHANGE("[\"create\"]", "a", "a.x")), "terraform.apply" },
		{ PLAN(CHANGE("[\"update\"]", "a", "a.x")), "terraform.apply" },
		{ PLAN(CHANGE("[\"forget\"]", "a", "a.x")), "terraform.apply" },
		{ PLAN("{\"type\":\"a\",\"change\":{\"actions\":[\"no-op\"],\"importing\":{\"id\":\"x\"}}}"), "terraform.apply" },
		{ PLAN(CHANGE("[\"delete\"]", "a", "a.x") "," CHANGE("[\"no-op\"]", "a", "a.y")), "terraform.destroy" },
		{ PLAN(CHANGE("[\"delete\"]", "a", "a.x") "," CHANGE("[\"create\"]", "a", "a.y")),
		    "terraform.apply_with_destroy" },
		{ PLAN(CHANGE("[\"delete\",\"create\"]", "a", "a.x")), "terraform.apply_with_destroy" },
		{ PLAN(CHANGE("[\"create\",\"delete\"]", "a", "a.x")), "terraform.apply_with_destroy" },
	};
	struct dx_plan_options o = options();
	struct dx_request r;
	struct dx_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_str(adapt(cases[i].plan, &o, &r, &err), "", "action case %zu is a plan", i);
		is_str(r.action, cases[i].action, "action case %zu", i);
		ok(r.cost_estimate_present == (strcmp(cases[i].action, "terraform.noop") == 0) && r.monthly.micro == 0,
		    "action case %zu: only what changes nothing has an estimate", i);
	}
	ok(r.source == DX_SOURCE_TERRAFORM && r.key == NULL, "source, and no key of its own");
	is_str(r.project_id, "default", "project by default");
	is_str(r.resource_reference, "tfplan:" SHA, "reference by digest");
}

static void
test_metadata(void)
{
	struct dx_plan_options o = options();
	struct dx_request r;
	struct dx_err err;

	o.workspace = " shop-prod ";
	o.planfile_sha256 = "bb";
	is_str(adapt("{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"complete\":false,\"resource_changes\":["
	    CHANGE("[\"delete\"]", "z", "z.y[\\\"k \\\\\\\"q\\\\\\\"\\\"]") "," CHANGE("[\"delete\",\"create\"]", "b", "b.x") ","
	    "{\"address\":\"b.x\",\"deposed\":\"0a\",\"type\":\"b\",\"change\":{\"actions\":[\"delete\"]}},"
	    "{\"address\":\"c.n\",\"previous_address\":\"c.o\",\"type\":\"c\",\"change\":{\"actions\":[\"no-op\"]}},"
	    "{\"address\":\"data.d.e\",\"mode\":\"data\",\"type\":\"d\",\"change\":{\"actions\":[\"delete\"]}},"
	    "{\"address\":\"c.i\",\"type\":\"c\",\"change\":{\"actions\":[\"update\"],\"importing\":{\"id\":\"i\"}}}],"
	    "\"resource_drift\":[{},{}],\"configuration\":{\"provider_config\":{\"b\":{\"full_name\":\"r/b\"},\"a\":{\"full_name\":"
	    "\"r/a\"},\"b.w\":{\"full_name\":\"r/b\"}}}}", &o, &r, &err), "", "a plan of everything");
	is_str(canon(&r.metadata), "{\"changes\":{\"create\":0,\"delete\":2,\"forget\":0,\"import\":1,\"no_op\":1,\"read\":1,"
	    "\"replace\":1,\"update\":1},\"destructive\":[\"z.y[\\\"k \\\\\\\"q\\\\\\\"\\\"]\",\"b.x\",\"b.x\"],\"drift\":2,"
	    "\"plan_sha256\":\"" SHA "\",\"planfile_sha256\":\"bb\",\"providers\":[\"r/a\",\"r/b\"],\"resource_types\":{\"b\":2,"
	    "\"c\":2,\"d\":1,\"z\":1},\"terraform_version\":\"1.11.4\"}", "metadata");
	is_str(canon(&r.notes), "[\"plan_incomplete\"]", "notes");
	is_str(r.resource_reference, "workspace:shop-prod", "reference by workspace");
	adapt(PLAN(CHANGE("[\"create\"]", "b", "b.x") "," CHANGE("[\"create\"]", "a", "a.x")), &o, &r, &err);
	is_str(canon(dx_json_get(&r.metadata, "providers")), "[\"p/a\",\"p/b\"]", "providers of a plan without configuration");
	o.workspace = "  ";
	is_str(adapt(PLAN(""), &o, &r, &err), "field_empty", "a blank workspace");
}

static void
test_stated(void)
{
	struct dx_stated stated = { .project = "Shop", .environment = "Prod", .resource = "r", .action = "Terraform.Plan",
		.dry_run = true };
	struct dx_plan_options o = options();
	struct dx_json plan = parsed(PLAN(CHANGE("[\"delete\"]", "a", "a.x")));
	struct dx_request r;
	struct dx_err err = { 0 };

	is_int(dx_adapt_plan(&arena, &plan, &o, &stated, &r, &err), 0, "a plan with options");
	is_str(r.project_id, "shop", "--project");
	is_str(r.action, "terraform.plan", "--action");
	is_str(r.resource_reference, "r", "--resource");
	ok(r.dry_run, "--dry-run");
	is_str(canon(dx_json_get(dx_json_get(&r.metadata, "changes"), "delete")), "1", "and the plan still deletes");
}

static void
test_destructive(void)
{
	struct dx_plan_options o = options();
	struct dx_buf b = { 0 };
	struct dx_request r;
	struct dx_err err;
	const struct dx_json *list;

	dx_buf_puts(&b, "{\"format_version\":\"1.2\",\"variables\":{\"db_password\":{\"value\":\"planted-secret\"}},"
	    "\"resource_changes\":[");
	for (int i = 0; i < 60; i++)
		dx_buf_printf(&b, "%s{\"address\":\"a.b[\\\"planted-secret-%d\\\"]\",\"type\":\"a\",\"change\":{\"actions\":[\"delete\"]}}",
		    i > 0 ? "," : "", i);
	dx_buf_puts(&b, "]}");
	is_str(adapt(b.data, &o, &r, &err), "", "sixty deletions");
	list = dx_json_get(&r.metadata, "destructive");
	is_int(list->count, 50, "the first fifty are named");
	is_str(dx_json_str(dx_json_item(list, 49)), "a.b[\"(sensitive)-49\"]", "in order, and without the secret");
	dx_buf_release(&b);
}

static void
test_refused(void)
{
	static const struct { const char *plan, *code, *at; } cases[] = {
		{ "{}", "plan_not_recognised", "" },
		{ "[]", "plan_not_recognised", "" },
		{ "null", "plan_not_recognised", "" },
		{ "{\"format_version\":\"1.0\",\"values\":{}}", "plan_not_recognised", "" },
		{ "{\"format_version\":1,\"resource_changes\":[]}", "plan_not_recognised", "/format_version" },
		{ "{\"format_version\":\"1.0\",\"resource_changes\":{}}", "plan_not_recognised", "/resource_changes" },
		{ "{\"format_version\":\"2.0\",\"resource_changes\":[]}", "plan_format_unsupported", "/format_version" },
		{ "{\"format_version\":\"10.0\",\"resource_changes\":[]}", "plan_format_unsupported", "/format_version" },
		{ "{\"format_version\":\"\",\"resource_changes\":[]}", "plan_format_unsupported", "/format_version" },
		{ "{\"format_version\":\"1.0\",\"resource_changes\":[],\"errored\":true}", "plan_errored", "/errored" },
		{ PLAN(CHANGE("[\"no-op\"]", "a", "a") "," CHANGE("[\"transmute\"]", "a", "a")), "plan_action_unknown",
		    "/resource_changes/1/change/actions" },
		{ PLAN(CHANGE("[]", "a", "a")), "plan_action_unknown", "/resource_changes/0/change/actions" },
		{ PLAN(CHANGE("[\"\"]", "a", "a")), "plan_action_unknown", "/resource_changes/0/change/actions" },
		{ PLAN(CHANGE("[\"create\",\"update\"]", "a", "a")), "plan_action_unknown", "/resource_changes/0/change/actions" },
		{ PLAN(CHANGE("[\"create\",\"delete\",\"create\"]", "a", "a")), "plan_action_unknown",
		    "/resource_changes/0/change/actions" },
		{ PLAN(CHANGE("\"create\"", "a", "a")), "plan_action_unknown", "/resource_changes/0/change/actions" },
		{ PLAN("7"), "plan_action_unknown", "/resource_changes/0/change/actions" },
	};
	struct dx_plan_options o = options();
	struct dx_request r;
	struct dx_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_str(adapt(cases[i].plan, &o, &r, &err), cases[i].code, "refused: %s", cases[i].plan);
		is_str(err.at, cases[i].at, "its place");
	}
	adapt("{}", &o, &r, &err);
	ok(strstr(err.text, "terraform show -json") != NULL, "the message says how to make a plan");
}

static void
test_decimals(void)
{
	static const struct { const char *x, *y, *sum, *difference; } cases[] = {
		{ "0", "0", "0", "0" }, { "1", "2", "3", "-1" }, { "0.1", "0.2", "0.3", "-0.1" }, { "-1.5", "1.5", "0.0", "-3.0" },
		{ "99999999999999999999.9", "0.1", "100000000000000000000.0", "99999999999999999999.8" },
		{ "10", "9.999999999999999999999999", "19.999999999999999999999999", "0.000000000000000000000001" },
		{ "-0.05", "-10", "-10.05", "9.95" },
	};
	static const char *const bad[] = { "", "-", "+1", "01", "1.", ".1", "1e3", " 1", "1 ", "--1", "NaN" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_str(dx_decimal_add(&arena, cases[i].x, cases[i].y), cases[i].sum, "%s + %s", cases[i].x, cases[i].y);
		is_str(dx_decimal_sub(&arena, cases[i].x, cases[i].y), cases[i].difference, "%s - %s", cases[i].x, cases[i].y);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!dx_decimal_valid(bad[i]), "not a decimal: \"%s\"", bad[i]);
}

#define APPLY	PLAN(CHANGE("[\"create\"]", "a", "a.x"))
#define COSTS(rest)	"{\"version\":\"0.2\",\"currency\":\"USD\"," rest "}"

static void
test_costs(void)
{
	static const struct { const char *costs, *project, *monthly, *hourly, *notes, *raw, *code; } cases[] = {
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":\"40.561\",\"diffTotalHourlyCost\":\"0.055563013698630118\","
		    "\"totalMonthlyCost\":\"81\""), NULL, "40.5610", "0.055563", "[]", NULL, "" },
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":null,\"totalMonthlyCost\":\"1.00005\",\"pastTotalMonthlyCost\":"
		    "\"0.999999999999999999999\""), NULL, "0.0001", "0.000000", "[]", NULL, "" },
		{ COSTS("\"projects\":[],\"totalMonthlyCost\":\"5\",\"totalHourlyCost\":\"0.0000005\""), NULL, "5.0000", "0.000000",
		    "[\"cost_basis_total\"]", NULL, "" },
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":\"-12.34567\",\"diffTotalHourlyCost\":\"-1\""), NULL, "0.0000",
		    "0.000000", "[]", "-12.3457", "" },
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":\"-0.00001\""), NULL, "0.0000", "0.000000", "[]", NULL, "" },
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":\"0\",\"summary\":{\"totalUnsupportedResources\":0,"
		    "\"totalNoPriceResources\":3}"), NULL, "0.0000", "0.000000", "[\"cost_estimate_partial\"]", NULL, "" },
		{ COSTS("\"projects\":[{\"name\":\"a\",\"metadata\":{\"errors\":[{\"code\":1}]}}],\"diffTotalMonthlyCost\":\"9\""), NULL,
		    NULL, NULL, "[\"cost_estimate_errored\"]", NULL, "" },
		{ COSTS("\"projects\":[{\"name\":\"a\",\"diff\":{\"totalMonthlyCost\":\"1.5\"}},{\"name\":\"b\",\"breakdown\":"
		    "{\"totalMonthlyCost\":\"3\"},\"pastBreakdown\":{\"totalMonthlyCost\":\"1\"}},{\"name\":\"c\"}]"), NULL, "3.5000",
		    "0.000000", "[]", NULL, "" },
		{ COSTS("\"projects\":[{\"name\":\"a\",\"diff\":{\"totalMonthlyCost\":\"1.5\"}},{\"name\":\"b\",\"errors\":[{}]}],"
		    "\"diffTotalMonthlyCost\":\"9\""), "a", "1.5000", "0.000000", "[]", NULL, "" },
		{ COSTS("\"projects\":[{\"name\":\"a\"}],\"diffTotalMonthlyCost\":\"9\""), "b", NULL, NULL, NULL, NULL,
		    "cost_document_invalid" },
		{ COSTS("\"projects\":[{\"name\":\"a\"},{\"name\":\"a\"}],\"diffTotalMonthlyCost\":\"9\""), "a", NULL, NULL, NULL, NULL,
		    "cost_document_invalid" },
		{ COSTS("\"projects\":[]"), NULL, NULL, NULL, NULL, NULL, "cost_document_invalid" },
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":9"), NULL, NULL, NULL, NULL, NULL, "cost_document_invalid" },
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":\"9e3\""), NULL, NULL, NULL, NULL, NULL, "cost_document_invalid" },
		{ COSTS("\"projects\":[],\"diffTotalMonthlyCost\":\"10000000000\""), NULL, NULL, NULL, NULL, NULL,
		    "money_out_of_range" },
		{ COSTS("\"projects\":{}"), NULL, NULL, NULL, NULL, NULL, "cost_document_invalid" },
		{ "{\"version\":\"0.1\",\"currency\":\"USD\",\"projects\":[]}", NULL, NULL, NULL, NULL, NULL, "cost_document_invalid" },
		{ "[]", NULL, NULL, NULL, NULL, NULL, "cost_document_invalid" },
		{ "{\"version\":\"0.2\",\"currency\":\"EUR\",\"projects\":[]}", NULL, NULL, NULL, NULL, NULL,
		    "cost_currency_unsupported" },
		{ "{\"version\":\"0.2\",\"projects\":[]}", NULL, NULL, NULL, NULL, NULL, "cost_currency_unsupported" },
	};
	char text[DX_MONEY_TEXT];
	struct dx_request r;
	struct dx_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dx_json costs = parsed(cases[i].costs);
		struct dx_plan_options o = options();

		o.costs = &costs;
		o.cost_project = cases[i].project;
		if (!is_str(adapt(APPLY, &o, &r, &err), cases[i].code, "costs %zu", i) || *cases[i].code != '\0')
			continue;
		ok(r.cost_estimate_present == (cases[i].monthly != NULL), "costs %zu: an estimate or none", i);
		dx_money_print(r.monthly, DX_MONTHLY, text);
		is_str(text, cases[i].monthly != NULL ? cases[i].monthly : "0.0000", "costs %zu: monthly", i);
		dx_money_print(r.hourly, DX_HOURLY, text);
		is_str(text, cases[i].hourly != NULL ? cases[i].hourly : "0.000000", "costs %zu: hourly", i);
		is_str(canon(&r.notes), cases[i].notes, "costs %zu: notes", i);
		is_str(dx_json_get_str(&r.metadata, "raw_monthly_delta_usd"), cases[i].raw, "costs %zu: raw", i);
	}
}

static void
test_cost_extras(void)
{
	struct dx_json costs = parsed(COSTS("\"projects\":[],\"diffTotalMonthlyCost\":\"7\",\"summary\":"
	    "{\"totalUnsupportedResources\":2}"));
	struct dx_plan_options o = options();
	struct dx_request r;
	struct dx_err err;

	o.costs = &costs;
	adapt(APPLY, &o, &r, &err);
	is_str(canon(dx_json_get(&r.metadata, "cost_unsupported_resources")), "2", "the counts of a partial estimate");
	is_str(canon(dx_json_get(&r.metadata, "cost_no_price_resources")), "0", "both of them");
	adapt(PLAN(""), &o, &r, &err);
	ok(r.monthly.micro == 0 && r.cost_estimate_present && r.notes.count == 0, "what changes nothing costs nothing");
}

#define BOOK(prices)	"{\"schema\":\"dealix.prices.v1\",\"currency\":\"USD\",\"prices\":[" prices "]}"
#define PRICED(actions, before, after) \
	"{\"type\":\"vm\",\"mode\":\"managed\",\"change\":{\"actions\":" actions ",\"before\":" before ",\"after\":" after "}}"
#define SMALL	"{\"size\":\"small\",\"disk\":[{\"gb\":10}]}"
#define LARGE	"{\"size\":\"large\",\"disk\":[{\"gb\":99}]}"

static void
test_prices(void)
{
	struct dx_json book = parsed(BOOK("{\"type\":\"vm\",\"match\":{\"size\":\"large\",\"disk.0.gb\":99},\"monthly_usd\":\"100\","
	    "\"hourly_usd\":\"0.5\"},{\"type\":\"vm\",\"match\":{\"size\":\"small\"},\"monthly_usd\":\"10\"},"
	    "{\"type\":\"vm\",\"match\":{\"size\":\"small\"},\"monthly_usd\":\"77\"}"));
	static const struct { const char *changes, *monthly, *raw, *unpriced; bool present; } cases[] = {
		{ PRICED("[\"create\"]", "null", LARGE), "100.0000", NULL, NULL, true },
		{ PRICED("[\"create\"]", "null", SMALL), "10.0000", NULL, NULL, true },
		{ PRICED("[\"update\"]", SMALL, LARGE), "90.0000", NULL, NULL, true },
		{ PRICED("[\"delete\",\"create\"]", LARGE, SMALL), "0.0000", "-90.0000", NULL, true },
		{ PRICED("[\"delete\"]", LARGE, "null"), "0.0000", "-100.0000", NULL, true },
		{ PRICED("[\"create\"]", "null", "{\"size\":\"huge\"}"), "0.0000", NULL, "[\"vm\"]", false },
		{ PRICED("[\"create\"]", "null", "{\"size\":\"huge\"}") "," PRICED("[\"create\"]", "null", SMALL) ","
		    CHANGE("[\"create\"]", "db", "db.x") "," CHANGE("[\"create\"]", "db", "db.y") ","
		    CHANGE("[\"read\"]", "q", "q.y"), "10.0000", NULL, "[\"db\",\"vm\"]", true },
	};
	struct dx_plan_options o = options();
	char text[DX_MONEY_TEXT];
	struct dx_request r;
	struct dx_err err;

	o.prices = &book;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_str(adapt(dx_arena_printf(&arena, PLAN("%s"), cases[i].changes), &o, &r, &err), "", "prices %zu", i);
		dx_money_print(r.monthly, DX_MONTHLY, text);
		is_str(text, cases[i].monthly, "prices %zu: monthly", i);
		is_str(dx_json_get_str(&r.metadata, "raw_monthly_delta_usd"), cases[i].raw, "prices %zu: raw", i);
		is_str(cases[i].unpriced == NULL ? NULL : canon(dx_json_get(&r.metadata, "unpriced_types")), cases[i].unpriced,
		    "prices %zu: types without a price", i);
		is_str(canon(&r.notes), cases[i].unpriced != NULL ? "[\"cost_estimate_partial\"]" : "[]", "prices %zu: notes", i);
		ok(r.cost_estimate_present == cases[i].present, "prices %zu: an estimate or none", i);
	}
}

static void
test_books(void)
{
	static const struct { const char *book, *code, *at; } cases[] = {
		{ "[]", "prices_document_invalid", "" },
		{ "{\"currency\":\"USD\",\"prices\":[]}", "prices_document_invalid", "/schema" },
		{ "{\"schema\":\"dealix.prices.v2\",\"currency\":\"USD\",\"prices\":[]}", "prices_document_invalid", "/schema" },
		{ "{\"schema\":\"dealix.prices.v1\",\"currency\":\"EUR\",\"prices\":[]}", "cost_currency_unsupported", "/currency" },
		{ "{\"schema\":\"dealix.prices.v1\",\"currency\":\"USD\"}", "prices_document_invalid", "/prices" },
		{ "{\"schema\":\"dealix.prices.v1\",\"currency\":\"USD\",\"prices\":[],\"x\":1}", "prices_document_invalid", "/x" },
		{ BOOK("7"), "prices_document_invalid", "/prices/0" },
		{ BOOK("{\"monthly_usd\":\"1\"}"), "prices_document_invalid", "/prices/0/type" },
		{ BOOK("{\"type\":\"a\"}"), "prices_document_invalid", "/prices/0/monthly_usd" },
		{ BOOK("{\"type\":\"a\",\"monthly_usd\":\"1\",\"y\":1}"), "prices_document_invalid", "/prices/0/y" },
		{ BOOK("{\"type\":\"a\",\"monthly_usd\":\"1\",\"match\":[]}"), "prices_document_invalid", "/prices/0/match" },
		{ BOOK("{\"type\":\"a\",\"monthly_usd\":\"1\",\"match\":{\"a\":{}}}"), "prices_document_invalid", "/prices/0/match" },
		{ BOOK("{\"type\":\"a\",\"monthly_usd\":\"-1\"}"), "money_negative", "/prices/0/monthly_usd" },
		{ BOOK("{\"type\":\"a\",\"monthly_usd\":1.5}"), "money_inexact", "/prices/0/monthly_usd" },
		{ BOOK("{\"type\":\"a\",\"monthly_usd\":1,\"hourly_usd\":\"x\"}"), "money_invalid", "/prices/0/hourly_usd" },
	};
	struct dx_request r;
	struct dx_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dx_json book = parsed(cases[i].book);
		struct dx_plan_options o = options();

		o.prices = &book;
		is_str(adapt(APPLY, &o, &r, &err), cases[i].code, "book: %s", cases[i].book);
		is_str(err.at, cases[i].at, "its place");
	}
}

/* --- texts --- */

static void
is_text(const char *bytes, size_t n, const char *want, const char *what)
{
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };

	dx_buf_add(&b, bytes, n);
	if (dx_adapt_text(&b, &err) != 0)
		is_str(dx_reason_code(err.reason), want == NULL ? "json_invalid" : "", "%s", what);
	else
		is_str(b.len > 0 ? b.data : "", want, "%s", what);
	dx_buf_release(&b);
}

#define TEXT(bytes, want, what)	is_text(bytes, sizeof(bytes) - 1, want, what)

static void
test_texts(void)
{
	TEXT("{\"a\":\"\xc3\xa9\"}", "{\"a\":\"\xc3\xa9\"}", "UTF-8");
	TEXT("\xef\xbb\xbf{}", "{}", "UTF-8 with a mark");
	TEXT("\xff\xfe{\0\"\0\xe9\0\"\0}\0", "{\"\xc3\xa9\"}", "UTF-16, little end first");
	TEXT("\xfe\xff\0{\0\"\0\xe9\0\"\0}", "{\"\xc3\xa9\"}", "UTF-16, big end first");
	TEXT("\xff\xfe\x3d\xd8\x00\xde", "\xf0\x9f\x98\x80", "a pair of surrogates");
	TEXT("", "", "nothing");
	TEXT("\xff\xfe", "", "a mark alone");
	TEXT("\xff\xfe{", NULL, "an odd byte");
	TEXT("\xff\xfe\x3d\xd8", NULL, "half a pair at the end");
	TEXT("\xff\xfe\x3d\xd8{\0", NULL, "half a pair");
	TEXT("\xff\xfe\x00\xde", NULL, "the second half first");
	TEXT("{\0}\0", NULL, "UTF-16 without a mark");
	TEXT("\xff\xfe\0\0{\0\0\0", NULL, "UTF-32");
	TEXT("{\"a\":\"\xe9\"}", NULL, "Latin-1");
}

/* --- files --- */

static bool
load(const char *path, struct dx_buf *b, struct dx_json *doc)
{
	struct dx_err err = { 0 };

	*doc = dx_json_null();
	return ok(dx_file_read(path, DX_PLAN_MAX, DX_R_JSON_TOO_LARGE, b, &err) == 0 && dx_adapt_text(b, &err) == 0 &&
	    dx_json_parse(&arena, b->data, b->len, DX_JSON_FOREIGN, doc, &err) == 0, "%s is read%s%s", path,
	    *err.text != '\0' ? ": " : "", err.text);
}

static void
is_pair(const char *plan, const char *costs, const char *monthly, const char *hourly, const char *notes)
{
	struct dx_plan_options o = options();
	struct dx_buf p = { 0 }, c = { 0 };
	struct dx_json plan_doc, costs_doc;
	struct dx_request r = { 0 };
	struct dx_err err = { 0 };
	char text[DX_MONEY_TEXT];

	load(plan, &p, &plan_doc);
	if (costs != NULL && load(costs, &c, &costs_doc))
		o.costs = &costs_doc;
	if (ok(dx_adapt_plan(&arena, &plan_doc, &o, NULL, &r, &err) == 0, "%s makes a request %s", plan, err.text)) {
		dx_money_print(r.monthly, DX_MONTHLY, text);
		is_str(text, monthly, "its monthly figure");
		dx_money_print(r.hourly, DX_HOURLY, text);
		is_str(text, hourly, "its hourly figure");
		is_str(canon(&r.notes), notes, "its notes");
	}
	dx_buf_release(&p);
	dx_buf_release(&c);
}

static void
test_files(void)
{
	if (access(FIXTURES, R_OK) != 0) {
		skip("no fixtures here");
		return;
	}
	is_pair(FIXTURES "aws-example-plan.json", FIXTURES "aws-example-infracost.json", "1361.3075", "1.864805",
	    "[\"cost_basis_total\"]");
	is_pair(FIXTURES "aws-example-plan.json", FIXTURES "aws-example-infracost-diff.json", "1361.3075", "1.864805",
	    "[\"cost_basis_total\"]");
	is_pair(FIXTURES "aws-large-plan.json", FIXTURES "aws-large-infracost.json", "40.5610", "0.055563",
	    "[\"cost_estimate_partial\"]");
	is_pair(FIXTURES "aws-small-plan.json", NULL, "0.0000", "0.000000", "[]");
	is_pair(FIXTURES "aws-security-plan.json", NULL, "0.0000", "0.000000", "[]");
}

/* A plan cut anywhere is refused by the reader and not half judged. */
static void
test_cut(void)
{
	static const char whole[] = PLAN(CHANGE("[\"create\"]", "a", "a.x") "," CHANGE("[\"delete\"]", "a", "a.y"));
	size_t refused = 0;

	for (size_t n = 1; n < sizeof(whole) - 1; n++) {
		char *copy = dx_strndup(whole, n);
		struct dx_json doc;

		refused += dx_json_parse(&arena, copy, n, DX_JSON_FOREIGN, &doc, NULL) != 0;
		free(copy);
	}
	is_int((intmax_t)refused, sizeof(whole) - 2, "every cut plan is refused");
}

int
main(void)
{
	test_actions();
	test_metadata();
	test_stated();
	test_destructive();
	test_refused();
	test_decimals();
	test_costs();
	test_cost_extras();
	test_prices();
	test_books();
	test_texts();
	test_files();
	test_cut();
	dx_arena_release(&arena);
	return done();
}
