/* A step over test results: JUnit and TAP files (release-gates page 1.2). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "check/waived.h"
#include "op/check_inner.h"
#include "read/read.h"

#define FILES_MAX	10000

struct test { const char *class_name, *name, *status; };	/* class_name: of JUnit, else the suite */
struct tally {
	struct dx_step	*step;
	struct test	*test;
	size_t		 count, room;
	int64_t		 total, passed, failed, skipped;
	int64_t		 oldest;	/* us: time of the oldest file */
	struct dx_inputs inputs;
};

/* --- reading --- */

static void
add_tests(struct tally *t, const struct dx_json *doc)
{
	const struct dx_json *list = dx_json_get(doc, "tests");

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct dx_json *row = &list->u.items[i];
		const char *class_name = dx_json_get_str(row, "classname"), *name = dx_json_get_str(row, "name"),
		    *status = dx_json_get_str(row, "status");

		if (class_name == NULL)
			class_name = dx_json_get_str(row, "suite");
		if (t->count == t->room) {
			t->room = t->room == 0 ? 256 : t->room * 2;
			t->test = dx_realloc(t->test, dx_size_mul(t->room, sizeof(*t->test)));
		}
		t->test[t->count++] = (struct test){ class_name != NULL ? class_name : "", name != NULL ? name : "", status != NULL ? status : "" };
	}
}

static int64_t
number(const struct dx_json *doc, const char *name)
{
	int64_t n = 0;

	(void)dx_json_int64(dx_json_get(doc, name), &n);
	return n;
}

/* What the reader found wrong with the file as a whole. */
static bool
problem(struct tally *t, const char *path, const struct dx_json *doc)
{
	const struct dx_json *first = dx_json_item(dx_json_get(doc, "problems"), 0);
	const char *code = dx_json_get_str(first, "code"), *detail = dx_json_get_str(first, "detail");

	if (code == NULL)
		return false;
	dx_step_fail(t->step, dx_reason_find(code), "%s, line %lld: %s", path, (long long)number(first, "line"),
	    detail != NULL ? detail : "");
	return true;
}

static bool
read_one(struct tally *t, const char *path)
{
	struct dx_step *s = t->step;
	struct dx_tree_fact fact = dx_tree_look(s->root, path);
	enum dx_media media = s->check->type == DX_CHECK_TAP ? DX_MEDIA_TAP : DX_MEDIA_JUNIT;
	struct dx_err err = { 0 };
	struct dx_doc doc;
	int64_t stamp;
	int fd, rc;

	if (fact.kind == DX_TREE_MISSING) {
		dx_step_fail(s, DX_R_FILE_MISSING, "%s is not there", path);
		return false;
	}
	if (dx_step_no_file(s, path, fact.kind) || dx_step_stale(s, path, fact.changed))
		return false;
	fd = dx_tree_fd(s->root, path, &err);
	rc = fd < 0 ? -1 : dx_read_fd(media, fd, path, s->root, &s->arena, &doc, &err);
	if (fd >= 0)
		close(fd);
	if (rc != 0) {
		if (err.reason == DX_R_MEDIA_SYNTAX && media == DX_MEDIA_JUNIT)
			err.reason = DX_R_XML_REJECTED;		/* what this page calls XML that is cut or malformed */
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;	/* what cannot be read says nothing about the tests */
		return false;
	}
	dx_inputs_add(&t->inputs, &doc.sha256);
	if (dx_json_get_str(&doc.root, "timestamp") == NULL ||
	    dx_time_parse(dx_json_get_str(&doc.root, "timestamp"), &stamp, NULL) != 0)
		stamp = fact.changed;
	if (stamp < t->oldest)
		t->oldest = stamp;
	if (s->check->u.tests.max_age_s >= 0 && dx_step_future(s, path, stamp))
		return false;
	add_tests(t, &doc.root);
	t->total += number(&doc.root, "total");
	t->passed += number(&doc.root, "passed");
	t->failed += number(&doc.root, "failed");
	t->skipped += number(&doc.root, "skipped");
	return !problem(t, path, &doc.root);
}

static bool
read_all(struct tally *t, const struct dx_check_tests *c)
{
	struct dx_step *s = t->step;
	struct dx_err err = { 0 };
	const char **path;
	size_t n;

	if (c->path != NULL)
		return read_one(t, c->path);
	if (dx_tree_glob(s->root, c->glob, FILES_MAX, &s->arena, &path, &n, &err) != 0) {
		dx_step_error(s, &err);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!read_one(t, path[i]))
			return false;
	if (n == 0)
		dx_step_fail(s, DX_R_NO_FILES_MATCHED, "no file matches %s", c->glob);
	return n > 0;
}

/* --- judging --- */

static int
by_name(const void *a, const void *b)
{
	const struct test *x = a, *y = b;
	int c = strcmp(x->class_name, y->class_name);

	return c != 0 ? c : strcmp(x->name, y->name);
}

static bool
duplicates(struct tally *t, const struct dx_check_tests *c)
{
	if (c->allow_duplicates || t->count == 0)
		return false;
	qsort(t->test, t->count, sizeof(*t->test), by_name);
	for (size_t i = 1; i < t->count; i++)
		if (by_name(&t->test[i - 1], &t->test[i]) == 0) {
			dx_step_fail(t->step, DX_R_DUPLICATE_TEST, "test \"%s\" stands there twice", t->test[i].name);
			return true;
		}
	return false;
}

static bool
passed(const char *status)
{
	return strcmp(status, "pass") == 0;
}

/* By its name alone, or as "class.name". */
static bool
is_named(const struct test *t, const char *name)
{
	size_t n = strlen(t->class_name);

	return strcmp(t->name, name) == 0 || (strncmp(name, t->class_name, n) == 0 && name[n] == '.' && strcmp(name + n + 1, t->name) == 0);
}

static bool
failed(const char *status)
{
	return strcmp(status, "fail") == 0 || strcmp(status, "error") == 0;
}

static const struct test *
find(const struct tally *t, const char *name)
{
	const struct test *found = NULL;

	for (size_t k = 0; k < t->count && (found == NULL || passed(found->status)); k++)
		if (is_named(&t->test[k], name))
			found = &t->test[k];
	return found;
}

/* The required tests, the first that is not as it must be; *other: one is missing or did not run, which is no failing test. */
static void
required(struct tally *t, const struct dx_check_tests *c, bool *other)
{
	for (size_t i = 0; i < c->required.count; i++) {
		const struct test *found = find(t, c->required.item[i]);

		if (found != NULL && passed(found->status))
			continue;
		*other = *other || found == NULL || !failed(found->status);
		if (t->step->result.state != DX_STATE_PASS)
			continue;
		if (found == NULL)
			dx_step_fail(t->step, DX_R_REQUIRED_TEST_MISSING, "test \"%s\" is not among the %lld that ran", c->required.item[i],
			    (long long)t->total);
		else
			dx_step_fail(t->step, DX_R_REQUIRED_TEST_NOT_PASSED, "test \"%s\" has status %s", c->required.item[i], found->status);
	}
}

/* The tests that failed, all of them, for waivers; the detail has the first. */
static void
list_failed(struct tally *t)
{
	struct dx_result *r = &t->step->result;
	struct dx_arena *a = &t->step->arena;

	r->failing = dx_arena_alloc(a, dx_size_mul(t->count, sizeof(*r->failing)));
	for (size_t i = 0; i < t->count; i++)
		if (failed(t->test[i].status))
			r->failing[r->failing_count++] = (struct dx_test_name){ t->test[i].class_name, t->test[i].name };
}

static void
fail_tests(struct tally *t)
{
	struct dx_result *r = &t->step->result;

	dx_step_fail(t->step, DX_R_TESTS_FAILED, "%lld of %lld failed", (long long)t->failed, (long long)t->total);
	dx_result_list_failing(r, NULL, &t->step->arena);
}

/* Too many skipped, or too old; nothing is said twice. */
static bool
beside(struct tally *t, const struct dx_check_tests *c)
{
	struct dx_step *s = t->step;
	bool skipped = c->max_skipped >= 0 && t->skipped > c->max_skipped,
	    old = c->max_age_s >= 0 && s->now - t->oldest > c->max_age_s * 1000000;

	if (s->result.state == DX_STATE_PASS && skipped)
		dx_step_fail(s, DX_R_TOO_MANY_SKIPPED, "%lld were skipped, at most %lld may be", (long long)t->skipped,
		    (long long)c->max_skipped);
	else if (s->result.state == DX_STATE_PASS && old)
		dx_step_fail(s, DX_R_EVIDENCE_STALE, "the results are %lld s old, at most %lld s may be",
		    (long long)((s->now - t->oldest) / 1000000), (long long)c->max_age_s);
	return skipped || old;
}

static void
judge(struct tally *t, const struct dx_check_tests *c)
{
	struct dx_step *s = t->step;
	bool other = false;

	list_failed(t);
	if (t->total - t->skipped < c->min_tests) {
		dx_step_fail(s, DX_R_NO_TESTS, "%lld tests ran, at least %lld must", (long long)(t->total - t->skipped), (long long)c->min_tests);
		return;
	}
	if (duplicates(t, c))
		return;
	required(t, c, &other);
	if (s->result.state == DX_STATE_PASS && t->failed > c->max_failures)
		fail_tests(t);
	other = beside(t, c) || other;
	s->result.failing_only = !other;
}

void
dx_step_tests(struct dx_step *s)
{
	const struct dx_check_tests *c = &s->check->u.tests;
	struct tally t = { .step = s, .oldest = INT64_MAX };
	bool read = read_all(&t, c);

	dx_inputs_end(&t.inputs, s);
	if (read) {
		s->result.observed = dx_json_object();
		dx_json_put(&s->arena, &s->result.observed, "failed", dx_json_int(&s->arena, t.failed));
		dx_json_put(&s->arena, &s->result.observed, "passed", dx_json_int(&s->arena, t.passed));
		dx_json_put(&s->arena, &s->result.observed, "skipped", dx_json_int(&s->arena, t.skipped));
		dx_json_put(&s->arena, &s->result.observed, "total", dx_json_int(&s->arena, t.total));
		judge(&t, c);
	}
	free(t.test);
}

void
dx_preview_tests(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	const struct dx_check_tests *t = &c->u.tests;

	dx_json_put(a, o, t->path != NULL ? "path" : "glob", dx_json_text(t->path != NULL ? t->path : t->glob));
}
