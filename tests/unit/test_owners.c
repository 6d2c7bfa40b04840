/* check/owners: CODEOWNERS as the host documents it. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/owners.h"
#include "tap.h"

static struct dx_arena a;

static struct dx_owners
parse(const char *text)
{
	struct dx_owners o;

	dx_owners_parse(&a, text, strlen(text), &o);
	return o;
}

/* The owners of a path, joined; "-" without a rule, "" when a rule takes ownership away. */
static const char *
who(const struct dx_owners *o, const char *path)
{
	const struct dx_owners_rule *r;
	char *s = dx_arena_dup(&a, "", 0);

	if (dx_owners_of(o, path, &r) != 0)
		return "too long";
	if (r == NULL)
		return "-";
	for (size_t i = 0; i < r->owners; i++)
		s = dx_arena_printf(&a, "%s%s%s", s, i > 0 ? " " : "", r->owner[i]);
	return s;
}

/* The host's documented example, with names of our own. */
static void
test_documented(void)
{
	struct dx_owners o = parse(
	    "# a comment\n"
	    "*       @global-one @global-two\n"
	    "*.js    @scripts # a comment behind a rule\n"
	    "*.go    docs@example.com\n"
	    "*.txt   @acme/texts\n"
	    "/build/logs/ @doctor\n"
	    "docs/*  docs@example.com\n"
	    "apps/   @octo\n"
	    "/docs/  @doctor\n"
	    "/scripts/ @doctor @octo\n"
	    "**/logs @octo\n"
	    "/apps/  @octo\n"
	    "/apps/github\n"
	    "/apps/shop @doctor\n");
	static const struct { const char *path, *want; } each[] = {
		{ "README", "@global-one @global-two" }, { "a/b/c.c", "@global-one @global-two" },
		{ "x.js", "@scripts" }, { "deep/er/x.js", "@scripts" }, { "x.jsx", "@global-one @global-two" },
		{ "x.js/inner", "@scripts" }, { "cmd/main.go", "docs@example.com" }, { "a/notes.txt", "@acme/texts" },
		{ "build/logs/a", "@octo" }, { "other/build/x", "@global-one @global-two" }, { "build/logs/deep/a", "@octo" },
		{ "docs/start.md", "@doctor" }, { "docs/build-app/fix.md", "@doctor" }, { "a/docs/b", "@global-one @global-two" },
		{ "x/apps/one", "@octo" }, { "apps/one", "@octo" }, { "apps", "@global-one @global-two" },
		{ "apps/github", "" }, { "apps/github/deep/x", "" }, { "apps/shop", "@doctor" }, { "apps/shop/x", "@doctor" },
		{ "apps/shops", "@octo" }, { "scripts/a/b", "@doctor @octo" }, { "scripts/logs/x", "@octo" },
		{ "deeply/nested/logs", "@octo" }, { "deeply/nested/logs/y", "@octo" }, { "logs", "@octo" },
		{ "DOCS/a.xyz", "@global-one @global-two" }, { "X.JS", "@global-one @global-two" },
	};

	is_int((int64_t)o.rules, 13, "documented: every rule is read");
	is_int((int64_t)o.faults, 0, "documented: none is refused");
	for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++)
		is_str(who(&o, each[i].path), each[i].want, "documented: %s", each[i].path);
}

static void
test_patterns(void)
{
	static const struct { const char *pattern, *path; bool want; } each[] = {
		{ "docs/*", "docs/a", true }, { "docs/*", "docs/a/b", false }, { "docs/*", "x/docs/a", false },
		{ "docs/*.md", "docs/a.md", true }, { "docs/*.md", "docs/a/b.md", false }, { "docs/*.md", "docs/a.md/b", true },
		{ "/*", "a", true }, { "/*", "a/b", false }, { "*", "a/b/c", true }, { "**", "a/b", true }, { "/**", "a", true },
		{ "/", "a", false }, { "docs", "docs", true }, { "docs", "x/docs/y", true }, { "docs", "docsx", false },
		{ "docs/", "docs", false }, { "docs/", "docs/x", true }, { "docs/", "x/docs/y", true }, { "/docs/", "x/docs/y", false },
		{ "a/b", "a/b/c", true }, { "a/b", "x/a/b", false }, { "a/**", "a/b/c", true }, { "a/**", "a", false },
		{ "a/**/z", "a/z", true }, { "a/**/z", "a/b/c/z", true }, { "a/**/z", "a/b/zz", false }, { "a/**/z", "b/a/z", false },
		{ "a/**/z/**/q", "a/z/z/q", true }, { "a/**/z/**/q", "a/q/z", false }, { "**/a/*", "x/a/a/b", true },
		{ "**/a/*", "a/b/c", false }, { "**/", "a", false }, { "**/", "a/b", true }, { "a/**/", "a/f", false },
		{ "a/**/", "a/d/f", true }, { "**/*.c", "x.c", true }, { "**/*.c", "a/b/x.c", true }, { "/**/x", "x", true },
		{ "a?c", "abc", true }, { "a?c", "a\xc3\xa4" "c", true }, { "a?c", "ac", false }, { "a?c", "a/c", false },
		{ "a*b*c", "axxbyyc", true }, { "a*b*c", "axxbyy", false }, { "a**b", "axxb", true }, { "a**b", "a/b", false },
		{ "with\\ blank", "with blank", true }, { "with\\ blank/", "x/with blank/y", true }, { "a\\*b", "a*b", true },
		{ "a\\*b", "axb", false }, { "a\\?", "ab", false }, { "a\\\\b", "a\\b", true }, { "*/x", "a/x", true },
		{ "*/x", "x", false }, { "*/x", "a/b/x", false }, { "a//b", "a/b", false }, { "./a", "a", false },
		{ "\xd9\x85\xd9\x84\xd9\x81", "x/\xd9\x85\xd9\x84\xd9\x81", true },
	};

	for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++) {
		struct dx_owners o = parse(dx_arena_printf(&a, "%s @u\n", each[i].pattern));
		is_str(who(&o, each[i].path), each[i].want ? "@u" : "-", "pattern %s, path %s", each[i].pattern, each[i].path);
	}
}

static void
test_lines(void)
{
	static const char *const bad[] = {
		"!docs/ @u", "[Section]", "a[bc] @u", "a] @u", "\\#x @u", "a#b @u", "*** @u", "a\\ @u\\", ("a\x01" "b @u"), "a\xff @u",
		"a\\/b @u",
		"a user", "a @", "a @-x", "a @x-", "a @a--b", "a @x/", "a @/t", "a @x/y/z", "a x@", "a @x@y", "a x@y", "a x@.y.z", "a x@y..z",
		"a @u @o/t nobody", "a @\xc3\xa4", "a @x/t.e", "\xef\xbb\xbf* @u",
	};
	struct dx_owners o;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		o = parse(dx_arena_printf(&a, "* @first\n\n%s\n", bad[i]));
		ok(o.faults == 1 && o.rules == 1 && o.fault[0].line == 3, "line: skipped and named: %s", bad[i]);
		is_str(who(&o, "a"), "@first", "line: the others count");
	}
	o = parse("\r\n  # c\r\n\t* \t@u  x@y.example\t# c\r\nlast @o/team_1");
	is_int((int64_t)o.faults, 0, "line: CRLF, blanks, comments, no line end at the end");
	is_int(o.rule[1].line, 4, "line: numbers count every line");
	is_str(who(&o, "x"), "@u x@y.example", "line: blanks of any number");
	is_str(who(&o, "last"), "@o/team_1", "line: the last one");
	is_str(o.rule[1].pattern, "last", "line: the pattern is kept as written");
	o = parse("x @u#v\n");
	is_int((int64_t)o.faults, 1, "line: a # in an owner is not a comment");
	o = parse("x #@u\n");
	is_str(who(&o, "x"), "", "line: a comment after the pattern leaves no owner");
	o = parse("end\\ \n");
	is_str(who(&o, "end "), "", "line: an escaped blank at its end is the pattern's");
	dx_owners_parse(&a, "a\0b @u\nc @u\n", 12, &o);
	ok(o.faults == 1 && o.rules == 1, "line: a NUL spoils its own line");
	dx_owners_parse(&a, "", 0, &o);
	ok(o.rules == 0 && o.faults == 0 && !o.too_large, "line: an empty file has no rules");
	ok(dx_owners_name_valid("@ana_acme", 9) && dx_owners_name_valid("a.b+c@x-y.example", 17) && !dx_owners_name_valid("", 0),
	    "owner: managed accounts and addresses");
}

static void
test_limits(void)
{
	struct dx_owners o;
	char *big = malloc(DX_OWNERS_MAX + 2);

	if (big == NULL)
		return;
	memset(big, '\n', DX_OWNERS_MAX + 2);
	memcpy(big, "* @u", 4);
	dx_owners_parse(&a, big, DX_OWNERS_MAX, &o);
	ok(!o.too_large && o.rules == 1, "limit: 3 MiB are read");
	dx_owners_parse(&a, big, DX_OWNERS_MAX + 1, &o);
	ok(o.too_large && o.rules == 0, "limit: one byte more, and nothing is");
	for (size_t i = 0; i < DX_OWNERS_RULES + 1; i++)
		memcpy(big + 2 * i, "a\n", 2);
	dx_owners_parse(&a, big, 2 * DX_OWNERS_RULES, &o);
	ok(!o.too_large && o.rules == DX_OWNERS_RULES, "limit: 20000 rules");
	dx_owners_parse(&a, big, 2 * DX_OWNERS_RULES + 2, &o);
	ok(o.too_large && o.rules == 0, "limit: one more, and nothing is read");
	memset(big, 'a', DX_OWNERS_LINE + 1);
	dx_owners_parse(&a, big, DX_OWNERS_LINE, &o);
	ok(o.rules == 1 && o.faults == 0, "limit: a line of 8192 bytes");
	dx_owners_parse(&a, big, DX_OWNERS_LINE + 1, &o);
	ok(o.rules == 0 && o.faults == 1, "limit: a longer line is no rule");
	free(big);
}

/* Patterns that a naive matcher tries for years. */
static void
test_hostile(void)
{
	struct dx_buf text = { 0 };
	struct dx_owners o;
	const struct dx_owners_rule *r;
	char path[4096];
	bool *dead;
	const char *paths[] = { path };

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (int i = 0; i < 300; i++) {
		dx_buf_putc(&text, '*');
		for (int j = 0; j < 2000; j++)
			dx_buf_putc(&text, 'a');
		dx_buf_puts(&text, "b @u\n");
	}
	dx_owners_parse(&a, text.data, text.len, &o);
	is_int((int64_t)o.rules, 300, "hostile: stars are a pattern");
	is_int(dx_owners_of(&o, path, &r), -1, "hostile: given up, not guessed");
	ok(r == NULL, "hostile: no rule is named");
	dead = malloc(o.rules * sizeof(*dead));
	ok(dead != NULL && dx_owners_dead(&o, paths, 1, 100000000, dead) == -1, "hostile: dead patterns are given up too");
	free(dead);
	dx_buf_reset(&text);
	for (int j = 0; j < 1000; j++)
		dx_buf_puts(&text, "**/a/");
	dx_buf_puts(&text, "b @u\n");
	dx_owners_parse(&a, text.data, text.len, &o);
	for (size_t i = 1; i < sizeof(path) - 1; i += 2)
		path[i] = '/';
	path[sizeof(path) - 2] = 'a';
	is_int(dx_owners_of(&o, path, &r), 0, "hostile: runs of folders end");
	ok(r == NULL, "hostile: and do not match");
	dx_buf_release(&text);
}

static void
test_dead(void)
{
	struct dx_owners o = parse("* @u\n/docs/ @u\ngone/ @u\n*.rs\n/ @u\nDocs/ @u\n");
	static const char *const paths[] = { "docs/a.md", "x.c" };
	static const bool want[] = { false, false, true, true, true, true };
	bool dead[6];

	is_int(dx_owners_dead(&o, paths, 2, DX_OWNERS_STEPS, dead), 0, "dead: judged");
	ok(memcmp(dead, want, sizeof(want)) == 0, "dead: those that match no path");
	is_int(dx_owners_dead(&o, NULL, 0, DX_OWNERS_STEPS, dead), 0, "dead: without paths");
	ok(dead[0] && dead[1], "dead: all are");
}

static void
test_places(void)
{
	is_str(dx_owners_places[0], ".github/CODEOWNERS", "place: .github first");
	is_str(dx_owners_places[1], "CODEOWNERS", "place: then the top");
	is_str(dx_owners_places[2], "docs/CODEOWNERS", "place: then docs");
	ok(!dx_owners_misplaced("CODEOWNERS") && !dx_owners_misplaced("docs/CODEOWNERS") && !dx_owners_misplaced(".github/CODEOWNERS"),
	    "place: those three");
	ok(dx_owners_misplaced("platform/.github/CODEOWNERS") && dx_owners_misplaced(".gitlab/CODEOWNERS") &&
	    dx_owners_misplaced("Docs/CODEOWNERS"), "place: elsewhere the host never looks");
	ok(!dx_owners_misplaced("lib/codeowners") && !dx_owners_misplaced("CODEOWNERS/x") && !dx_owners_misplaced("XCODEOWNERS"),
	    "place: other names are other files");
}

int
main(void)
{
	test_documented();
	test_patterns();
	test_lines();
	test_limits();
	test_hostile();
	test_dead();
	test_places();
	dx_arena_release(&a);
	return done();
}
