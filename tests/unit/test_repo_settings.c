/* check/repo_settings: snapshots of repository settings. */
#include <stdlib.h>

#include "base/time.h"
#include "check/repo_settings.h"
#include "json_doc.h"
#include "tap.h"

#define COUNT(x)	(sizeof(x) / sizeof(*(x)))
#define FETCHED		"2026-03-01T09:00:00.000000Z"
#define SECOND		INT64_C(1000000)

static struct dx_arena arena;

static const char good_main[] = "{\"enforce_admins\":{\"enabled\":true},\"allow_force_pushes\":{\"enabled\":false},\"allow_deletions\":"
    "{\"enabled\":false},\"required_pull_request_reviews\":{\"required_approving_review_count\":1,\"dismiss_stale_reviews\":true,"
    "\"require_code_owner_reviews\":true},\"required_status_checks\":{\"strict\":true,\"checks\":[{\"context\":\"architecture-brief\",\"app_id\":1},"
    "{\"context\":\"release-readiness\"},{\"context\":\"tests\"}],\"contexts\":[]}}";
static const char good_security[] = "{\"secret_scanning\":{\"status\":\"enabled\"},\"secret_scanning_push_protection\":{\"status\":\"enabled\"}}";
static const char owners_text[] = "* @acme/all\n/docs/governance/ @acme/board\n";
static const char *const paths[] = { "CHARTER.md", "README", "docs/governance/a.md", "policies/p.json" };

/* A snapshot; texts of JSON, NULL leaves the member out. */
static const char *
snapshot(const char *protection, const char *security)
{
	return dx_arena_printf(&arena, "{\"schema\":\"dealix.settings.v1\",\"provider\":\"github\",\"repository\":\"o/r\",\"fetched_at\":\"" FETCHED "\""
	    "%s%s%s%s%s}", protection != NULL ? ",\"branch_protection\":{\"main\":" : "", protection != NULL ? protection : "",
	    protection != NULL ? "}" : "", security != NULL ? ",\"security\":" : "", security != NULL ? security : "");
}

static struct dx_repo_owners
owners(const char *text)
{
	struct dx_repo_owners o = { .place = text != NULL ? "CODEOWNERS" : NULL, .path = paths, .paths = COUNT(paths) };

	if (text != NULL)
		dx_owners_parse(&arena, text, strlen(text), &o.owners);
	return o;
}

static struct dx_repo_asked
all(const struct dx_repo_owners *o)
{
	struct dx_repo_asked asked = { .owners = o };

	for (int i = 0; i < DX_REPO_RULES; i++)
		asked.rule[i] = true;
	return asked;
}

static void
judge(const char *text, const struct dx_repo_asked *asked, int64_t age_s, struct dx_repo_verdict *v)
{
	static struct doc d;
	struct dx_repo_settings s;
	int64_t at = 0;

	doc_free(&d);
	if (!doc_parse(&d, text, DX_JSON_OURS) || dx_repo_settings_parse(&d.v, &s, &d.err) != 0) {
		*v = (struct dx_repo_verdict){ .worst = d.err.reason, .rules = dx_json_array(), .reasons = dx_json_array() };
		return;
	}
	(void)dx_time_parse(FETCHED, &at, NULL);
	dx_repo_judge(&s, asked, at + age_s * SECOND, &arena, v);
}

/* "rule STATE rule STATE ..." of those that neither pass nor are targets. */
static const char *
states(const struct dx_repo_verdict *v)
{
	char *out = dx_arena_dup(&arena, "", 0);

	for (uint32_t i = 0; i < v->rules.count; i++) {
		const struct dx_json *r = &v->rules.u.items[i];
		const char *state = dx_json_get_str(r, "state");

		if (strcmp(state, "PASS") != 0 && strcmp(state, "TARGET") != 0)
			out = dx_arena_printf(&arena, "%s%s%s %s", out, out[0] != '\0' ? " " : "", dx_json_get_str(r, "id"), state);
	}
	return out;
}

static bool
names(const struct dx_repo_verdict *v, const char *words)
{
	char *text = canon(&v->reasons);
	bool is = strstr(text, words) != NULL;

	if (!is)
		diag("%s", text);
	free(text);
	return is;
}

static const char *
text_of(const char *const *part, size_t n)
{
	char *out = dx_arena_dup(&arena, "", 0);

	for (size_t i = 0; i < n; i++)
		out = dx_arena_printf(&arena, "%s%s", out, part[i]);
	return out;
}

/* good_main with one piece of its text replaced. */
static const char *
but(const char *from, const char *to)
{
	const char *p = strstr(good_main, from);
	const char *part[] = { dx_arena_dup(&arena, good_main, (size_t)(p - good_main)), to, p + strlen(from) };

	return text_of(part, 3);
}

static void
test_good(void)
{
	struct dx_repo_owners o = owners(owners_text);
	struct dx_repo_asked asked = all(&o);
	struct dx_repo_verdict v;
	char *text;

	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(v.pass && v.reasons.count == 0 && v.worst == DX_OK, "good: passes");
	text = canon(&v.rules);
	is_str(text, "[{\"critical\":true,\"id\":\"protect.main\",\"state\":\"PASS\"},{\"critical\":true,\"id\":\"protect.review\",\"state\":\"PASS\"},"
	    "{\"critical\":true,\"id\":\"protect.checks\",\"state\":\"PASS\"},{\"critical\":false,\"id\":\"protect.uptodate\",\"state\":\"PASS\"},"
	    "{\"critical\":true,\"id\":\"owners.enforced\",\"state\":\"PASS\"},{\"critical\":true,\"id\":\"owners.cover\",\"state\":\"PASS\"},"
	    "{\"critical\":true,\"id\":\"secrets.scan\",\"state\":\"PASS\"},{\"critical\":false,\"id\":\"deploy.oidc\",\"state\":\"TARGET\"},"
	    "{\"critical\":false,\"id\":\"attest\",\"state\":\"TARGET\"},{\"critical\":false,\"id\":\"audit.stream\",\"state\":\"TARGET\"},"
	    "{\"critical\":false,\"id\":\"canary\",\"state\":\"TARGET\"}]", "good: every rule of the page, roadmap items as TARGET");
	free(text);
}

static void
test_age(void)
{
	struct dx_repo_owners o = owners(NULL);
	struct dx_repo_asked asked = all(&o);
	struct dx_repo_verdict v;
	char *text;

	judge(snapshot("null", "{}"), &asked, 90000, &v);
	text = canon(&v.reasons);
	is_str(text, "[{\"age_s\":90000,\"code\":\"settings_stale\",\"max_age_s\":86400}]", "age: 25 hours, the page's example");
	free(text);
	ok(!v.pass && v.worst == DX_R_SETTINGS_STALE && v.rules.count == 0, "age: nothing is judged");
	judge(snapshot(good_main, good_security), &asked, 86400, &v);
	ok(v.rules.count > 0, "age: a day is still fresh");
	judge(snapshot(good_main, good_security), &asked, 86401, &v);
	is_int(v.worst, DX_R_SETTINGS_STALE, "age: a second more is not");
	judge(snapshot(good_main, good_security), &asked, -300, &v);
	ok(v.rules.count > 0, "age: a clock that is a little ahead");
	judge(snapshot(good_main, good_security), &asked, -301, &v);
	is_int(v.worst, DX_R_SETTINGS_STALE, "age: the future is not fresh");
}

static const struct { const char *from, *to, *want; } changes[] = {
	{ "\"enforce_admins\":{\"enabled\":true}", "\"enforce_admins\":{\"enabled\":false}", "protect.main FAIL" },
	{ "\"allow_force_pushes\":{\"enabled\":false}", "\"allow_force_pushes\":{\"enabled\":true}", "protect.main FAIL" },
	{ "\"allow_deletions\":{\"enabled\":false}", "\"allow_deletions\":{\"enabled\":true}", "protect.main FAIL" },
	{ "\"enforce_admins\":{\"enabled\":true},", "", "protect.main ERROR" },
	{ "\"enforce_admins\":{\"enabled\":true}", "\"enforce_admins\":true", "protect.main ERROR" },
	{ "\"enforce_admins\":{\"enabled\":true}", "\"enforce_admins\":{\"enabled\":\"true\"}", "protect.main ERROR" },
	{ "\"enforce_admins\":{\"enabled\":true}", "\"enforce_admins\":{\"enabled\":1}", "protect.main ERROR" },
	{ "_review_count\":1", "_review_count\":0", "protect.review FAIL" },
	{ "_review_count\":1", "_review_count\":-1", "protect.review FAIL" },
	{ "_review_count\":1", "_review_count\":\"1\"", "protect.review ERROR" },
	{ "\"dismiss_stale_reviews\":true", "\"dismiss_stale_reviews\":false", "protect.review FAIL" },
	{ "\"dismiss_stale_reviews\":true,", "", "protect.review ERROR" },
	{ "\"context\":\"tests\"", "\"context\":\"Tests\"", "protect.checks FAIL" },
	{ "{\"context\":\"tests\"}", "{}", "protect.checks FAIL" },
	{ "{\"context\":\"tests\"}", "7", "protect.checks FAIL" },
	{ "\"checks\":[", "\"other\":[", "protect.checks FAIL" },
	{ "\"strict\":true", "\"strict\":false", "protect.uptodate FAIL" },
	{ "\"strict\":true,", "", "protect.uptodate ERROR" },
	{ "\"require_code_owner_reviews\":true", "\"require_code_owner_reviews\":false", "owners.enforced FAIL" },
};

static void
test_fields(void)
{
	struct dx_repo_owners o = owners(owners_text);
	struct dx_repo_asked asked = all(&o);
	struct dx_repo_verdict v;

	for (size_t i = 0; i < COUNT(changes); i++) {
		judge(snapshot(but(changes[i].from, changes[i].to), good_security), &asked, 0, &v);
		is_str(states(&v), changes[i].want, "field: %s", changes[i].to[0] != '\0' ? changes[i].to : changes[i].from);
		ok(!v.pass, "field: and that is no pass");
	}
	judge(snapshot("null", good_security), &asked, 0, &v);
	is_str(states(&v), "protect.main FAIL protect.review FAIL protect.checks FAIL protect.uptodate FAIL owners.enforced FAIL",
	    "main: not protected");
	is_int(v.worst, DX_R_SETTINGS_PROTECT_MAIN, "main: that comes first");
	judge(snapshot(NULL, good_security), &asked, 0, &v);
	is_str(states(&v), "protect.main ERROR protect.review ERROR protect.checks ERROR protect.uptodate ERROR owners.enforced ERROR",
	    "main: not readable is not off");
	is_int(v.worst, DX_R_SETTINGS_UNREADABLE, "main: settings_unreadable");
	judge(snapshot("{\"required_status_checks\":null,\"required_pull_request_reviews\":null}", good_security), &asked, 0, &v);
	is_str(states(&v), "protect.main ERROR protect.review FAIL protect.checks FAIL protect.uptodate FAIL owners.enforced FAIL",
	    "main: null is off");
	is_int(v.worst, DX_R_SETTINGS_PROTECT_REVIEW, "main: a failure comes before an error");
	judge(snapshot("{\"enforce_admins\":{\"enabled\":true},\"allow_force_pushes\":{\"enabled\":false},\"allow_deletions\":{\"enabled\":false}}",
	    good_security), &asked, 0, &v);
	is_str(states(&v), "protect.review FAIL protect.checks FAIL protect.uptodate FAIL owners.enforced FAIL",
	    "main: a section that the host leaves out is off");
	judge(snapshot("\"yes\"", good_security), &asked, 0, &v);
	ok(!v.pass && v.worst == DX_R_SETTINGS_UNREADABLE, "main: a text is not readable");
	judge(snapshot("{\"required_status_checks\":{\"contexts\":[\"tests\",\"architecture-brief\",\"release-readiness\",\"x\"]}}", good_security), &asked, 0,
	    &v);
	ok(strstr(states(&v), "protect.checks") == NULL, "checks: the older list");
}

static void
test_checks(void)
{
	static const char *const require[] = { "tests", "backend" };
	struct dx_repo_owners o = owners(owners_text);
	struct dx_repo_asked asked = all(&o);
	struct dx_repo_verdict v;

	asked.require = require;
	asked.requires = 1;
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(v.pass, "require: instead of the three gates");
	asked.requires = 2;
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(names(&v, "{\"checks\":[\"backend\"],\"code\":\"settings_protect_checks\",\"rule\":\"protect.checks\"}"), "require: what is missing is named");
}

static void
test_security(void)
{
	static const struct { const char *text, *want; } each[] = {
		{ NULL, "secrets.scan ERROR" }, { "null", "secrets.scan ERROR" }, { "{}", "secrets.scan ERROR" }, { "[]", "secrets.scan ERROR" },
		{ "{\"secret_scanning\":{\"status\":\"enabled\"}}", "secrets.scan ERROR" },
		{ "{\"secret_scanning\":{\"status\":\"disabled\"},\"secret_scanning_push_protection\":{\"status\":\"enabled\"}}", "secrets.scan FAIL" },
		{ "{\"secret_scanning\":{\"status\":\"enabled\"},\"secret_scanning_push_protection\":{\"status\":\"disabled\"}}", "secrets.scan FAIL" },
		{ "{\"secret_scanning\":{\"status\":\"Enabled\"},\"secret_scanning_push_protection\":{\"status\":\"enabled\"}}", "secrets.scan ERROR" },
		{ "{\"secret_scanning\":null,\"secret_scanning_push_protection\":{\"status\":\"disabled\"}}", "secrets.scan FAIL" },
	};
	struct dx_repo_owners o = owners(owners_text);
	struct dx_repo_asked asked = all(&o);
	struct dx_repo_verdict v;

	for (size_t i = 0; i < COUNT(each); i++) {
		judge(snapshot(good_main, each[i].text), &asked, 0, &v);
		is_str(states(&v), each[i].want, "security: %s", each[i].text != NULL ? each[i].text : "absent");
	}
}

static void
test_owners(void)
{
	static const char *const elsewhere[] = { "CHARTER.md", "platform/.github/CODEOWNERS" };
	static const char *const protect[] = { "*.md", "gone/**" };
	struct dx_repo_owners o = owners(NULL);
	struct dx_repo_asked asked = all(&o);
	struct dx_repo_verdict v;

	judge(snapshot(good_main, good_security), &asked, 0, &v);
	is_str(states(&v), "owners.enforced FAIL owners.cover FAIL", "owners: no file");
	ok(names(&v, "\"fields\":[\"CODEOWNERS\"]") && names(&v, "\"paths\":[\"CHARTER.md\",\"docs/governance/a.md\",\"policies/p.json\"]"),
	    "owners: what is missing, and for which paths");
	o.path = elsewhere;
	o.paths = 2;
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(names(&v, "{\"code\":\"owners_misplaced\",\"file\":\"platform/.github/CODEOWNERS\",\"rule\":\"owners.enforced\"}"),
	    "owners: a file where the host never looks");
	o = owners("* @acme/all\n/docs/governance/\n");
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	is_str(states(&v), "owners.cover FAIL", "owners: taken away");
	ok(names(&v, "\"code\":\"settings_owners_cover\",\"paths\":[\"docs/governance/a.md\"]"), "owners: of which path");
	o = owners("* @acme/all\n/gone/ @x\n");
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(names(&v, "{\"code\":\"owners_pattern_dead\",\"line\":2,\"pattern\":\"/gone/\",\"rule\":\"owners.cover\"}") &&
	    names(&v, "\"code\":\"settings_owners_cover\""), "owners: a dead pattern fails the rule");
	o = owners("* @acme/all\n!x @y\n");
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(names(&v, "\"code\":\"owners_invalid\",\"line\":2"), "owners: a line that is no rule");
	o = owners("");
	o.owners.too_large = true;
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(names(&v, "\"code\":\"owners_too_large\"") && strstr(states(&v), "owners.enforced FAIL") != NULL, "owners: too large a file");
	o = owners("*.md @a\n");
	asked.protect = protect;
	asked.protects = 1;
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(v.pass, "protect: instead of the page's list");
	asked.protects = 2;
	judge(snapshot(good_main, good_security), &asked, 0, &v);
	ok(names(&v, "\"paths\":[\"gone/**\"]"), "protect: what matches nothing is no pass");
	memset(asked.rule, 0, sizeof(asked.rule));
	asked.rule[dx_repo_rule_find("secrets.scan")] = true;
	judge(snapshot("null", good_security), &asked, 0, &v);
	ok(v.pass && v.rules.count == 1, "rules: only those asked for");
	ok(dx_repo_rule_find("nothing") == DX_REPO_RULES && dx_repo_rule_target(DX_REPO_CANARY) && !dx_repo_rule_critical(DX_REPO_PROTECT_UPTODATE),
	    "rules: found by id");
}

static void
test_document(void)
{
	static const struct { const char *text; enum dx_reason want; } each[] = {
		{ "[]", DX_R_FIELD_INVALID }, { "{}", DX_R_FIELD_INVALID },
#define HEAD "{\"schema\":\"dealix.settings.v1\",\"provider\":\"github\","
		{ HEAD "\"repository\":\"o/r\"}", DX_R_FIELD_INVALID },
		{ HEAD "\"repository\":\"o/r\",\"fetched_at\":\"yesterday\"}", DX_R_TIME_INVALID },
		{ HEAD "\"repository\":\"o/r\",\"fetched_at\":\"2026-03-01T09:00:00\"}", DX_R_TIME_WITHOUT_OFFSET },
		{ HEAD "\"repository\":\"o\",\"fetched_at\":\"" FETCHED "\"}", DX_R_FIELD_INVALID },
		{ HEAD "\"repository\":\"o/r/x\",\"fetched_at\":\"" FETCHED "\"}", DX_R_FIELD_INVALID },
		{ HEAD "\"repository\":\"o/r\",\"fetched_at\":\"" FETCHED "\",\"extra\":1}", DX_R_UNKNOWN_FIELD },
		{ HEAD "\"repository\":\"o/r\",\"fetched_at\":\"" FETCHED "\",\"branch_protection\":[]}", DX_R_FIELD_INVALID },
		{ "{\"schema\":\"dealix.settings.v2\",\"provider\":\"github\",\"repository\":\"o/r\",\"fetched_at\":\"" FETCHED "\"}", DX_R_FIELD_INVALID },
		{ "{\"schema\":\"dealix.settings.v1\",\"provider\":\"other\",\"repository\":\"o/r\",\"fetched_at\":\"" FETCHED "\"}", DX_R_FIELD_INVALID },
	};
	struct dx_repo_owners o = owners(owners_text);
	struct dx_repo_asked asked = all(&o);
	struct dx_repo_verdict v;

	for (size_t i = 0; i < COUNT(each); i++) {
		judge(each[i].text, &asked, 0, &v);
		is_str(dx_reason_code(v.worst), dx_reason_code(each[i].want), "document: %s", each[i].text);
	}
}

int
main(void)
{
	test_good();
	test_age();
	test_fields();
	test_checks();
	test_security();
	test_owners();
	test_document();
	return done();
}
