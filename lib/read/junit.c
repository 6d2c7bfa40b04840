/* junit: test cases of a JUnit report, and whether its totals are theirs (release-gates page 1.2).  Counts come from elements. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/xml.h"

#define TEXT_MAX	((size_t)64 << 20)	/* bytes of all names that are kept */

enum element { FOREIGN, KNOWN, SUITES, SUITE, CASE, FAILURE, ERROR, SKIPPED, FLAKY };
enum total { TESTS, FAILURES, ERRORS, SKIPS, DISABLED, TOTALS };
static const char *const total_names[] = { "tests", "failures", "errors", "skipped", "disabled" };

struct counts { int64_t n[TOTALS]; };

/* A testsuites or testsuite that is open: what it states, and what is in it. */
struct suite {
	const char	*name;
	unsigned	 line;
	struct counts	 stated;	/* -1: not stated, -2: no count */
	struct counts	 below;		/* in it and the suites in it */
	struct counts	 own;		/* in it alone */
};

struct junit {
	struct dx_xml	 xml;		/* first: handlers get its address */
	struct suite	 suites[DX_XML_DEPTH];
	unsigned	 open;
	struct dx_buf	 tests;		/* struct dx_json */
	struct dx_buf	 places;
	struct dx_json	 problems;
	size_t		 text;
	int64_t		 passed, failed, skipped, flaky_count;
	bool		 mismatch;
	const char	*timestamp;
	/* the case being read: */
	struct dx_json	 test;
	bool		 in_case, failure, error, skip, flaky, not_run;
};

static const char *
keep_text(struct junit *j, const char *s)
{
	size_t n = strlen(s);

	j->text += n;
	if (j->text > TEXT_MAX)
		dx_xml_fail(&j->xml, DX_R_MEDIA_TOO_LARGE, "names of more than %zu bytes", TEXT_MAX);
	return j->xml.stopped ? "" : dx_arena_dup(j->xml.r->arena, s, n);
}

static uint32_t
keep_place(struct junit *j)
{
	struct dx_spot_place at = dx_xml_place(&j->xml);

	dx_buf_add(&j->places, &at, sizeof(at));
	return (uint32_t)(j->places.len / sizeof(at) - 1);
}

/* --- suites --- */

static int64_t
stated(const char *s)
{
	uint64_t n;

	if (s == NULL)
		return -1;
	return dx_xml_count(s, &n) && n <= UINT32_MAX ? (int64_t)n : -2;
}

static void
begin_suite(struct junit *j, const char **atts)
{
	static const char *const names[] = { "tests", "failures", "errors", "skipped", "disabled", "name", "timestamp", "time",
		"assertions", "hostname", "package", "id", "file", "flakes", "log", NULL };
	const char *v[15];
	struct suite *s = &j->suites[j->open++];	/* no more than levels */

	if (j->xml.depth == 0)
		keep_place(j);		/* the first: the root's */

	dx_xml_attributes(&j->xml, atts, names, v);
	*s = (struct suite){ .line = dx_xml_place(&j->xml).line };
	s->name = v[5] != NULL ? keep_text(j, v[5]) : "";
	for (int i = 0; i < TOTALS; i++)
		s->stated.n[i] = stated(v[i]);
	if (v[6] != NULL && j->timestamp == NULL)
		j->timestamp = keep_text(j, v[6]);
}

/* Whether what a suite states is c.  A test that is disabled is stated as skipped by some programs, apart by others. */
static bool
agrees(const struct suite *s, const struct counts *c, enum total i)
{
	int64_t said = s->stated.n[i];

	if (said == -1 || said == c->n[i])
		return true;
	if (i == SKIPS)
		return said == c->n[SKIPS] + c->n[DISABLED] ||
		    (s->stated.n[DISABLED] >= 0 && said + s->stated.n[DISABLED] == c->n[SKIPS] + c->n[DISABLED]);
	if (i == DISABLED)
		return s->stated.n[SKIPS] >= 0 && said + s->stated.n[SKIPS] == c->n[SKIPS] + c->n[DISABLED];
	return false;
}

static void
end_suite(struct junit *j)
{
	struct suite *s = &j->suites[--j->open];
	char said[24];

	for (int i = 0; i < TOTALS; i++) {
		if (!agrees(s, &s->below, (enum total)i) && !agrees(s, &s->own, (enum total)i)) {
			j->mismatch = true;
			if (s->stated.n[i] >= 0)
				snprintf(said, sizeof(said), "%" PRId64, s->stated.n[i]);
			else
				memcpy(said, "no count", sizeof("no count"));
			dx_read_problem(j->xml.r, &j->problems, DX_R_JUNIT_COUNT_MISMATCH, s->line,
			    "%s: %s stated, %" PRId64 " counted, in %.80s", total_names[i], said, s->below.n[i],
			    *s->name != '\0' ? s->name : "a suite without a name");
		}
		if (j->open > 0)
			s[-1].below.n[i] += s->below.n[i];
	}
}

/* --- cases --- */

static void
begin_case(struct junit *j, const char **atts)
{
	static const char *const names[] = { "name", "classname", "status", "result", "time", "file", "line", "assertions", "class", "id",
		"timestamp", NULL };
	const char *v[11];

	dx_xml_attributes(&j->xml, atts, names, v);
	if (j->in_case || j->open == 0 || v[0] == NULL) {
		dx_xml_fail(&j->xml, DX_R_MEDIA_SYNTAX, j->in_case ? "a testcase within a testcase" : v[0] == NULL ?
		    "a testcase without a name" : "a testcase outside of a testsuite");
		return;
	}
	if (j->tests.len / sizeof(struct dx_json) == DX_KEEP_TESTS) {
		dx_xml_fail(&j->xml, DX_R_MEDIA_TOO_LARGE, "more than %u test cases", DX_KEEP_TESTS);
		return;
	}
	j->in_case = true;
	j->failure = j->error = j->skip = j->flaky = false;
	j->not_run = (v[2] != NULL && (strcmp(v[2], "notrun") == 0 || strcmp(v[2], "disabled") == 0)) ||
	    (v[3] != NULL && strcmp(v[3], "suppressed") == 0);
	j->test = dx_json_object();
	j->test.offset = keep_place(j);
	dx_json_put(j->xml.r->arena, &j->test, "suite", dx_json_text(j->suites[j->open - 1].name));
	dx_json_put(j->xml.r->arena, &j->test, "name", dx_json_text(keep_text(j, v[0])));
	if (v[1] != NULL)
		dx_json_put(j->xml.r->arena, &j->test, "classname", dx_json_text(keep_text(j, v[1])));
}

static void
end_case(struct junit *j)
{
	struct counts *own = &j->suites[j->open - 1].own, *below = &j->suites[j->open - 1].below;
	bool bad = j->failure || j->error, skipped = !bad && (j->skip || j->not_run);
	const bool is[TOTALS] = { true, j->failure, j->error, j->skip, j->not_run && !j->skip };

	for (int i = 0; i < TOTALS; i++) {
		own->n[i] += is[i];
		below->n[i] += is[i];
	}
	j->failed += bad;
	j->skipped += skipped;
	j->passed += !bad && !skipped;
	j->flaky_count += !bad && !skipped && j->flaky;
	dx_json_put(j->xml.r->arena, &j->test, "status",
	    dx_json_text(j->error ? "error" : j->failure ? "fail" : skipped ? "skip" : "pass"));
	if (!bad && !skipped && j->flaky)
		dx_json_put(j->xml.r->arena, &j->test, "flaky", dx_json_bool(true));
	dx_buf_add(&j->tests, &j->test, sizeof(j->test));
	j->in_case = false;
}

/* --- elements --- */

static uint8_t
outcome(struct junit *j, const char *name)
{
	static const struct { const char *name; enum element element; } known[] = {
		{ "failure", FAILURE }, { "error", ERROR }, { "skipped", SKIPPED }, { "flakyFailure", FLAKY }, { "flakyError", FLAKY },
		{ "properties", KNOWN }, { "property", KNOWN }, { "system-out", KNOWN }, { "system-err", KNOWN },
		{ "rerunFailure", KNOWN }, { "rerunError", KNOWN }, { "stackTrace", KNOWN }, { NULL, FOREIGN }
	};
	struct dx_xml *x = &j->xml;
	int i;

	for (i = 0; known[i].name != NULL && strcmp(known[i].name, name) != 0; i++)
		;
	if (x->depth == 0 || x->stack[x->depth - 1] != CASE)
		return known[i].element != FOREIGN ? KNOWN : FOREIGN;
	j->failure |= known[i].element == FAILURE;
	j->error |= known[i].element == ERROR;
	j->skip |= known[i].element == SKIPPED;
	j->flaky |= known[i].element == FLAKY;
	return (uint8_t)known[i].element;
}

static uint8_t
begin(struct dx_xml *x, const char *name, const char **atts)
{
	static const char *const names[] = { "name", "value", "message", "type", "time", NULL };
	struct junit *j = (void *)x;
	uint8_t up = x->depth > 0 ? x->stack[x->depth - 1] : FOREIGN, element;
	const char *v[5];

	if (strcmp(name, "testcase") == 0) {
		if (up != SUITE && up != SUITES && !j->in_case)
			dx_xml_fail(x, DX_R_MEDIA_SYNTAX, "a testcase outside of a testsuite");
		else
			begin_case(j, atts);
		return CASE;
	}
	if (strcmp(name, "testsuite") == 0 || (x->depth == 0 && strcmp(name, "testsuites") == 0)) {
		if (x->depth > 0 && up != SUITE && up != SUITES)
			dx_xml_fail(x, DX_R_MEDIA_SYNTAX, "a testsuite within another element");
		else
			begin_suite(j, atts);
		return name[9] == 's' ? SUITES : SUITE;
	}
	if (x->depth == 0) {
		dx_xml_fail(x, DX_R_MEDIA_SYNTAX, "the root element is %.60s, not testsuites or testsuite", name);
		return FOREIGN;
	}
	element = outcome(j, name);
	if (element != FOREIGN)
		dx_xml_attributes(x, atts, names, v);
	return element;
}

static void
finish(struct dx_xml *x, uint8_t element)
{
	if (element == CASE)
		end_case((void *)x);
	else if (element == SUITE || element == SUITES)
		end_suite((void *)x);
}

/* --- the document --- */

static struct dx_json
tests(struct junit *j)
{
	struct dx_json *items = dx_arena_alloc(j->xml.r->arena, j->tests.len), v;

	if (j->tests.len > 0)
		memcpy(items, j->tests.data, j->tests.len);
	v = dx_read_array(items, j->tests.len / sizeof(*items));
	v.offset = 0;
	return v;
}

static void
document(struct junit *j)
{
	const int64_t total = (int64_t)(j->tests.len / sizeof(struct dx_json));
	struct dx_arena *a = j->xml.r->arena;
	struct dx_doc *d = j->xml.r->doc;

	d->places = dx_arena_alloc(a, j->places.len);
	memcpy(d->places, j->places.data, j->places.len);
	d->place_count = j->places.len / sizeof(*d->places);
	d->root = dx_json_object();
	d->root.offset = 0;
	dx_json_put(a, &d->root, "tests", tests(j));
	dx_json_put(a, &d->root, "total", dx_json_int(a, total));
	dx_json_put(a, &d->root, "passed", dx_json_int(a, j->passed));
	dx_json_put(a, &d->root, "failed", dx_json_int(a, j->failed));
	dx_json_put(a, &d->root, "skipped", dx_json_int(a, j->skipped));
	dx_json_put(a, &d->root, "flaky", dx_json_int(a, j->flaky_count));
	dx_json_put(a, &d->root, "mismatch", dx_json_bool(j->mismatch));
	dx_json_put(a, &d->root, "problems", j->problems);
	if (j->timestamp != NULL)
		dx_json_put(a, &d->root, "timestamp", dx_json_text(j->timestamp));
}

int
dx_read_junit(struct dx_reading *r)
{
	struct junit *j = dx_alloc(sizeof(*j));
	int rc;

	*j = (struct junit){ .xml = { .r = r, .start = begin, .end = finish }, .problems = dx_json_array() };
	rc = dx_xml_read(&j->xml);
	dx_xml_release(&j->xml);
	if (rc == 0)
		document(j);
	dx_buf_release(&j->tests);
	dx_buf_release(&j->places);
	free(j);
	return rc;
}
