/* check/semver: versions and their order. */
#include <string.h>

#include "check/semver.h"
#include "tap.h"

static bool
valid(const char *s)
{
	struct dx_semver v;

	return dx_semver_parse(s, strlen(s), &v);
}

static void
test_form(void)
{
	static const char *const good[] = {
		"0.0.0", "0.0.4", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta", "1.1.2+meta-valid", "1.0.0-alpha",
		"1.0.0-beta.2.x", "1.0.0-alpha0.valid", "1.0.0-alpha.0valid", "1.0.0-rc.1+build.1", "1.0.0-0A.is.legal", "1.0.0-0-",
		"2.0.0+build.1848", "1.2.3----R-S.12.9.1--.12+meta", "1.0.0+0.build.1-rc.10000aaa-kk-0.1", "1.0.0--.-",
		"99999999999999999999999.999999999999999999.99999999999999999", "1.0.0-x-y-z.-", "1.0.0+001", "1.0.0-0",
	};
	static const char *const bad[] = {
		"", "1", "1.2", "1.2.3.4", "1.2.3-", "1.2.3+", "1.2.3-+b", "1.2.3-a..b", "1.2.3-.a", "1.2.3-a.", "01.2.3", "1.02.3", "1.2.03",
		"1.2.3-01", "1.2.3-a.00", "v1.2.3", " 1.2.3", "1.2.3 ", "1.2.3-a_b", "1.2.3+a+b", "-1.2.3", "1.-2.3", "a.b.c", "1..3", ".1.2",
		"1.2.3-\xc3\xa4", "+1.2.3", "1.2.3\n", "1.2.3-0.012", "1.2.3+b!", "1.2-3.4",
	};
	char longest[DX_SEMVER_MAX + 2];

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		ok(valid(good[i]), "a version: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!valid(bad[i]), "no version: case %zu", i);
	memset(longest, '1', sizeof(longest));
	memcpy(longest, "1.2.", 4);
	longest[DX_SEMVER_MAX] = '\0';
	ok(valid(longest), "200 bytes are a version");
	longest[DX_SEMVER_MAX] = '1';
	longest[DX_SEMVER_MAX + 1] = '\0';
	ok(!valid(longest), "201 are not");
}

static int
compare(const char *a, const char *b)
{
	struct dx_semver x, y;
	int c;

	if (!dx_semver_parse(a, strlen(a), &x) || !dx_semver_parse(b, strlen(b), &y))
		return 99;
	c = dx_semver_cmp(&x, &y);
	return (c > 0) - (c < 0);
}

static void
test_order(void)
{
	static const char *const rising[] = {
		"0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "1.0.0-0", "1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-99999999999999999999",
		"1.0.0-100000000000000000000", "1.0.0--", "1.0.0-A", "1.0.0-a", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.0", "1.0.0-alpha.beta",
		"1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0-rc.1", "2.0.0", "2.1.0", "2.1.1",
		"10.0.0", "18446744073709551616.0.0",
	};
	size_t n = sizeof(rising) / sizeof(*rising);
	int wrong = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			wrong += compare(rising[i], rising[j]) != (i > j) - (i < j);
	is_int(wrong, 0, "precedence of %zu versions, each with each", n);
	is_int(compare("1.0.0+a", "1.0.0+b"), 0, "build metadata has no precedence");
	is_int(compare("1.0.0-a+1", "1.0.0-a"), 0, "also behind a pre-release");
}

static void
test_names(void)
{
	struct dx_semver v;
	const char *text = NULL;

	ok(dx_semver_of_branch("rc/1.4.0", &v, &text) && strcmp(text, "1.4.0") == 0, "the branch of a release candidate");
	ok(dx_semver_of_branch("rc/1.4.0-rc.1", &v, &text), "with a pre-release");
	ok(!dx_semver_of_branch("rc/v1.4.0", &v, &text) && !dx_semver_of_branch("RC/1.4.0", &v, &text) &&
	    !dx_semver_of_branch("release/1.4.0", &v, &text) && !dx_semver_of_branch("rc/1.4", &v, &text) &&
	    !dx_semver_of_branch("rc/1.4.0/x", &v, &text) && !dx_semver_of_branch("1.4.0", &v, &text) && !dx_semver_of_branch("", &v, &text),
	    "other branches are none");
	ok(dx_semver_of_tag("v1.4.0", &v) && !dx_semver_of_tag("1.4.0", &v) && !dx_semver_of_tag("V1.4.0", &v) && !dx_semver_of_tag("v", &v) &&
	    !dx_semver_of_tag("", &v) && !dx_semver_of_tag("v1.4", &v), "tags");
}

int
main(void)
{
	test_form();
	test_order();
	test_names();
	return done();
}
