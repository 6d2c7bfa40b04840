/* Tenants and environments. */
#include "core/scope.h"
#include "core/words.h"
#include "core_case.h"

static void
vector(const struct dx_json *v)
{
	const char *input = dx_json_get_str(v, "input"), *row = dx_json_get_str(v, "mode_row");
	const char *got = dx_environment(&arena, input, NULL);

	is_str(got, dx_json_get_str(v, "normalised"), "environment \"%s\"", input);
	is_int(dx_environment_is_prod(got), dx_json_is(dx_json_get(v, "is_production"), DX_JSON_TRUE),
	    "\"%s\" is production or not", input);
	is_str(strcmp(got, "prod") != 0 && strcmp(got, "nonprod") != 0 ? "default" : got, row, "mode row of \"%s\"", input);
}

static const struct { const char *input, *want; } environments[] = {
	{ "PRODUCTION.US", "prod" }, { "prod_eu", "prod" }, { "live-2", "prod" }, { "prd.", "prod" }, { "prodeu", "prodeu" },
	{ "product", "product" }, { "lively", "lively" }, { "production1", "production1" }, { "prdx", "prdx" },
	{ "pre-prod", "pre-prod" }, { "\tPrD\n", "prod" }, { "nonprod-eu", "nonprod-eu" }, { "STAGE", "nonprod" },
	{ "-prod", "-prod" }, { "pro", "pro" }, { "Ünï", "Ünï" }
};

static const struct { const char *input, *want; } aliased[] = {
	{ "EU-Live", "prod" }, { " eu-live ", "prod" }, { "qa", "nonprod" }, { "prod-sandbox", "sandbox" }, { "prod-eu", "prod" },
	{ "", "nonprod" }, { "dev", "nonprod" }, { "sandbox", "sandbox" }
};

static const struct { const char *tenant; bool valid; } tenants[] = {
	{ "default", true }, { "a", true }, { "0", true }, { "a.b-c_d", true }, { "01890000-0000-7000-8000-000000000001", true },
	{ "", false }, { "-a", false }, { ".a", false }, { "_a", false }, { "A", false }, { "a b", false }, { "a/b", false },
	{ "a\n", false }, { "\xc3\xa4", false }, { "..", false },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true },	/* 63 */
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false }	/* 64 */
};

static void
words(void)
{
	is_int(dx_word(dx_source_names, "ci"), DX_SOURCE_CI, "a source by name");
	is_int(dx_word(dx_source_names, "CI"), -1, "names are compared exactly");
	is_int(dx_word(dx_mode_names, NULL), -1, "no word");
	is_str(dx_verdict_names[DX_ALLOW_WITH_CREDITS], "ALLOW_WITH_CREDITS", "a verdict's name");
	is_str(dx_cost_mode_names[DX_COST_ALL_STATUS], "all_status", "a cost mode's name");
	is_str(dx_effect_names[DX_EFFECT_REQUIRE_APPROVAL], "require_approval", "an effect's name");
	is_str(dx_role_names[DX_ROLE_SYSTEM], "system", "a role's name");
	is_int(dx_word(dx_severity_names, "low"), DX_LOW, "a severity by name");
	is_str(dx_word_clean(&arena, " \tA b\n"), "a b", "a clean word");
}

int
main(void)
{
	struct dx_json v = vectors(), aliases = json("{'eu-live':'prod','qa':'nonprod','prod-sandbox':'sandbox'}");
	const struct dx_json *list = dx_json_get(&v, "environment");
	size_t i;

	for (i = 0; dx_json_item(list, i) != NULL; i++)
		vector(dx_json_item(list, i));
	is_int((int)i, 18, "all vectors of environments");
	for (i = 0; i < COUNT(environments); i++)
		is_str(dx_environment(&arena, environments[i].input, NULL), environments[i].want, "environment \"%s\"",
		    shown(environments[i].input));
	for (i = 0; i < COUNT(aliased); i++)
		is_str(dx_environment(&arena, aliased[i].input, &aliases), aliased[i].want, "with aliases \"%s\"",
		    aliased[i].input);
	for (i = 0; i < COUNT(tenants); i++)
		is_int(dx_tenant_valid(tenants[i].tenant), tenants[i].valid, "tenant %zu", i);
	ok(!dx_tenant_valid(NULL), "no tenant is not valid");
	words();
	dx_arena_release(&arena);
	return done();
}
