#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "crypt/digest.h"
#include "json/pick.h"
#include "op/gate.h"
#include "op/rules_test.h"

#define TEST_MAX	(64u << 20)	/* bytes of a test document or an input */
#define DEPTH_MAX	8		/* folders below each other */

struct seen { const char *rules_id, *rule_id; unsigned fired, silent; };

struct dx_rules_test {
	struct dx_arena	 arena;
	struct dx_json	 cases;
	struct seen	*seen;
	size_t		 seen_count;
	int64_t		 passed, failed;
};

/* One test document at work. */
struct doc {
	struct dx_rules_test	*t;
	const char	*path, *folder;		/* folder ends with '/' or is "" */
	const char	**rules;
	size_t		 rule_count;
	struct dx_gate	*gate[3];		/* one a kind of input, made when needed */
};

struct dx_rules_test *
dx_rules_test_new(void)
{
	struct dx_rules_test *t = dx_alloc(sizeof(*t));

	memset(t, 0, sizeof(*t));
	t->cases = dx_json_array();
	return t;
}

void
dx_rules_test_free(struct dx_rules_test *t)
{
	if (t == NULL)
		return;
	free(t->seen);
	dx_arena_release(&t->arena);
	free(t);
}

/* --- coverage --- */

static struct seen *
seen_rule(struct dx_rules_test *t, const char *rules_id, const char *rule_id)
{
	struct seen *s;

	for (size_t i = 0; i < t->seen_count; i++)
		if (strcmp(t->seen[i].rules_id, rules_id) == 0 && strcmp(t->seen[i].rule_id, rule_id) == 0)
			return &t->seen[i];
	t->seen = dx_realloc(t->seen, dx_size_mul(t->seen_count + 1, sizeof(*t->seen)));
	s = &t->seen[t->seen_count++];
	*s = (struct seen){ dx_arena_printf(&t->arena, "%s", rules_id), dx_arena_printf(&t->arena, "%s", rule_id), 0, 0 };
	return s;
}

/* Every enabled rule is to be covered, also one whose every case is refused. */
static void
expect_rules(struct dx_rules_test *t, const struct dx_rule_set *set)
{
	for (size_t d = 0; d < set->count; d++)
		for (size_t r = 0; r < set->doc[d]->count; r++)
			if (set->doc[d]->rule[r].enabled)
				(void)seen_rule(t, set->doc[d]->id, set->doc[d]->rule[r].id);
}

static void
note_coverage(struct dx_rules_test *t, const struct dx_rule_set *set, const struct dx_gate_item *it)
{
	const struct dx_findings *f = it->findings;

	for (size_t d = 0; d < set->count; d++)
		for (size_t r = 0; r < set->doc[d]->count; r++) {
			const struct dx_rule *rule = &set->doc[d]->rule[r];
			struct seen *s;
			bool fired = false;

			if (!rule->enabled)
				continue;
			s = seen_rule(t, set->doc[d]->id, rule->id);
			if (!dx_rule_applies(rule, it->request.source, it->request.environment))
				continue;
			for (size_t i = 0; f != NULL && i < f->count && !fired; i++)
				fired = strcmp(f->item[i].rules_id, set->doc[d]->id) == 0 && strcmp(f->item[i].rule_id, rule->id) == 0;
			if (fired)
				s->fired++;
			else
				s->silent++;
		}
}

/* --- one case --- */

struct wanted { const char *rule_id, *address; bool met; };

static int
read_expect(struct doc *d, const struct dx_json *expect, const char *at, struct wanted **out, size_t *n, struct dx_err *err)
{
	*n = expect != NULL ? expect->count : 0;
	*out = dx_arena_alloc(&d->t->arena, dx_size_mul(*n, sizeof(**out)));
	for (size_t i = 0; i < *n; i++) {
		struct dx_pick p;
		dx_pick_begin(&p, dx_json_item(expect, i), dx_arena_printf(&d->t->arena, "%s/expect/%zu", at, i),
		    DX_R_RULES_TEST_INVALID, DX_R_RULES_TEST_INVALID, err);
		(*out)[i] = (struct wanted){ dx_pick_text(&p, "rule_id", 1, 64, true), dx_pick_text(&p, "address", 1, 2048, false), false };
		if (dx_pick_end(&p) != 0)
			return -1;
	}
	return 0;
}

static bool
take_wanted(struct wanted *w, size_t n, const struct dx_finding *f)
{
	/* Those that name an address go first, so that one without cannot take their finding. */
	for (int named = 1; named >= 0; named--)
		for (size_t i = 0; i < n; i++) {
			if (w[i].met || strcmp(w[i].rule_id, f->rule_id) != 0 || (w[i].address != NULL) != (named == 1))
				continue;
			if (named == 1 && (f->address == NULL || strcmp(w[i].address, f->address) != 0))
				continue;
			w[i].met = true;
			return true;
		}
	return false;
}

static struct dx_json
named(struct dx_arena *a, const char *rule_id, const char *address)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "rule_id", dx_json_string(a, rule_id));
	if (address != NULL)
		dx_json_put(a, &o, "address", dx_json_string(a, address));
	return o;
}

static bool
compare_findings(struct doc *d, const struct dx_gate_item *it, struct wanted *w, size_t n, struct dx_json *row)
{
	struct dx_arena *a = &d->t->arena;
	struct dx_json missing = dx_json_array(), extra = dx_json_array();
	const struct dx_findings *f = it->findings;

	for (size_t i = 0; f != NULL && i < f->count; i++)
		if (!take_wanted(w, n, &f->item[i])) {
			struct dx_json o = named(a, f->item[i].rule_id, f->item[i].address);
			dx_json_put(a, &o, "message", dx_json_string(a, f->item[i].message));
			dx_json_push(a, &extra, o);
		}
	for (size_t i = 0; i < n; i++)
		if (!w[i].met)
			dx_json_push(a, &missing, named(a, w[i].rule_id, w[i].address));
	if (missing.count > 0)
		dx_json_put(a, row, "missing", missing);
	if (extra.count > 0)
		dx_json_put(a, row, "extra", extra);
	return missing.count == 0 && extra.count == 0;
}

static struct dx_gate *
gate_for(struct doc *d, enum dx_from from, struct dx_err *err)
{
	struct dx_gate_options o = { .from = from, .timeout_ms = 30000, .no_store = true };

	if (d->gate[from] != NULL)
		return d->gate[from];
	o.stated.dry_run = true;
	o.plan.plan_sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
	o.session.rules = d->rules;
	o.session.rule_count = d->rule_count;
	if (dx_gate_open(&o, &d->gate[from], err) != 0)
		return NULL;
	expect_rules(d->t, dx_gate_rules(d->gate[from]));
	return d->gate[from];
}

static int
load_input(struct doc *d, struct dx_arena *a, const struct dx_json *inline_doc, const char *file, struct dx_buf *text,
    struct dx_json *out, struct dx_err *err)
{
	const char *path;

	if ((inline_doc != NULL) == (file != NULL))
		return dx_err_set(err, DX_R_RULES_TEST_INVALID, "a case has either input or input_file");
	if (inline_doc != NULL) {
		*out = *inline_doc;
		return 0;
	}
	path = file[0] == '/' ? file : dx_arena_printf(a, "%s%s", d->folder, file);
	if (dx_file_read(path, DX_PLAN_MAX, DX_R_JSON_TOO_LARGE, text, err) != 0 || dx_adapt_text(text, err) != 0 ||
	    dx_json_parse(a, text->data, text->len, DX_JSON_FOREIGN, out, err) != 0)
		return dx_err_in(err, "%s", path);
	return 0;
}

struct a_case {
	const char	*name, *environment, *decision;
	enum dx_from	 from;
	const struct dx_json	*input;
	const char	*input_file;
	struct wanted	*want;
	size_t		 want_count;
};

static int
read_case(struct doc *d, const struct dx_json *v, size_t i, struct a_case *c, struct dx_err *err)
{
	static const char *const sources[] = { "terraform", "k8s_admission", "ci", NULL };
	static const enum dx_from from[] = { DX_FROM_PLAN, DX_FROM_ADMISSION, DX_FROM_REQUEST };
	const char *at = dx_arena_printf(&d->t->arena, "/cases/%zu", i);
	const struct dx_json *expect;
	struct dx_pick p;
	int source;

	dx_pick_begin(&p, v, at, DX_R_RULES_TEST_INVALID, DX_R_RULES_TEST_INVALID, err);
	c->name = dx_pick_text(&p, "name", 1, 200, true);
	source = dx_pick_enum(&p, "source", sources, -1);
	c->environment = dx_pick_text(&p, "environment", 1, 32, false);
	c->decision = dx_pick_text(&p, "decision", 1, 32, false);
	c->input = dx_pick_any(&p, "input");
	c->input_file = dx_pick_text(&p, "input_file", 1, 1024, false);
	expect = dx_pick_type(&p, "expect", DX_JSON_ARRAY, true);
	if (dx_pick_end(&p) != 0)
		return -1;
	if (c->decision != NULL && dx_word(dx_verdict_names, c->decision) < 0)
		return dx_err_set_at(err, DX_R_RULES_TEST_INVALID, at, "decision \"%s\" is not one", c->decision);
	c->from = from[source];
	return read_expect(d, expect, at, &c->want, &c->want_count, err);
}

static int
judge_case(struct doc *d, const struct a_case *c, struct dx_json *row, bool *ok, struct dx_err *err)
{
	struct dx_gate *g = gate_for(d, c->from, err);
	struct dx_stated stated = { .environment = c->environment, .dry_run = true };
	struct dx_arena a = { 0 };
	struct dx_buf text = { 0 };
	struct dx_json input;
	struct dx_gate_item *it;
	const char *decision;

	if (g == NULL || load_input(d, &a, c->input, c->input_file, &text, &input, err) != 0) {
		dx_arena_release(&a);
		dx_buf_release(&text);
		return -1;
	}
	dx_gate_state(g, &stated);
	it = dx_gate_add(g, &input, NULL, 0, 1);
	dx_gate_commit(g);
	if (it->err.reason != DX_OK) {
		*ok = false;
		dx_json_put(&d->t->arena, row, "error", dx_json_string(&d->t->arena, it->err.text));
	} else {
		*ok = compare_findings(d, it, c->want, c->want_count, row);
		decision = dx_json_get_str(&it->reply, "decision");
		if (c->decision != NULL && strcmp(c->decision, decision) != 0)
			*ok = false;
		dx_json_put(&d->t->arena, row, "decision", dx_json_string(&d->t->arena, decision));
		note_coverage(d->t, dx_gate_rules(g), it);
	}
	dx_gate_clear(g);
	dx_arena_release(&a);
	dx_buf_release(&text);
	return 0;
}

static int
run_case(struct doc *d, const struct dx_json *v, size_t i, struct dx_err *err)
{
	struct dx_arena *a = &d->t->arena;
	struct dx_json row = dx_json_object();
	struct a_case c = { 0 };
	bool ok = false;

	if (read_case(d, v, i, &c, err) != 0)
		return -1;
	dx_json_put(a, &row, "file", dx_json_words(a, d->path));
	dx_json_put(a, &row, "name", dx_json_string(a, c.name));
	if (judge_case(d, &c, &row, &ok, err) != 0)
		return dx_err_in(err, "case \"%s\"", c.name);
	if (!ok && c.decision != NULL)
		dx_json_put(a, &row, "expected_decision", dx_json_string(a, c.decision));
	dx_json_put(a, &row, "ok", dx_json_bool(ok));
	dx_json_push(a, &d->t->cases, row);
	if (ok)
		d->t->passed++;
	else
		d->t->failed++;
	return 0;
}

/* --- one document --- */

static int
read_rules(struct doc *d, const struct dx_json *list, struct dx_err *err)
{
	d->rules = dx_arena_alloc(&d->t->arena, dx_size_mul(list->count, sizeof(*d->rules)));
	d->rule_count = list->count;
	if (list->count == 0)
		return dx_err_set_at(err, DX_R_RULES_TEST_INVALID, "/rules", "no rule document is named");
	for (uint32_t i = 0; i < list->count; i++) {
		const char *name = dx_json_str(&list->u.items[i]);
		size_t len = name != NULL ? strlen(name) : 0;

		if (len == 0 || len > 1024)
			return dx_err_set_at(err, DX_R_RULES_TEST_INVALID, "/rules", "a rule document is a path or an id");
		/* An id stands for the document of that name beside the test. */
		d->rules[i] = len > 5 && strcmp(name + len - 5, ".json") == 0 ?
		    dx_arena_printf(&d->t->arena, "%s%s", name[0] == '/' ? "" : d->folder, name) :
		    dx_arena_printf(&d->t->arena, "%s%s.json", d->folder, name);
	}
	return 0;
}

static int
run_parsed(struct doc *d, const struct dx_json *root, struct dx_err *err)
{
	const struct dx_json *rules, *cases;
	const char *schema;
	struct dx_pick p;

	dx_pick_begin(&p, root, "", DX_R_RULES_TEST_INVALID, DX_R_RULES_TEST_INVALID, err);
	schema = dx_pick_text(&p, "schema", 1, 64, true);
	rules = dx_pick_type(&p, "rules", DX_JSON_ARRAY, true);
	cases = dx_pick_type(&p, "cases", DX_JSON_ARRAY, true);
	if (dx_pick_end(&p) != 0)
		return -1;
	if (strcmp(schema, "dealix.rules_test.v1") != 0)
		return dx_err_set_at(err, DX_R_RULES_TEST_INVALID, "/schema", "schema is \"%s\", not dealix.rules_test.v1", schema);
	if (cases->count == 0)
		return dx_err_set_at(err, DX_R_RULES_TEST_INVALID, "/cases", "no case: nothing would be tested");
	if (read_rules(d, rules, err) != 0)
		return -1;
	for (uint32_t i = 0; i < cases->count; i++)
		if (run_case(d, &cases->u.items[i], i, err) != 0)
			return -1;
	return 0;
}

static int
run_document(struct dx_rules_test *t, const char *path, struct dx_err *err)
{
	const char *slash = strrchr(path, '/');
	struct doc d = { .t = t, .path = path };
	struct dx_buf text = { 0 };
	struct dx_arena a = { 0 };
	struct dx_json root;
	int rc;

	d.folder = slash != NULL ? dx_arena_dup(&t->arena, path, (size_t)(slash - path) + 1) : "";
	rc = dx_file_read(path, TEST_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0) {
		rc = text.len == 0 ? dx_err_set(err, DX_R_INPUT_EMPTY, "no document") :
		    dx_json_parse(&a, text.data, text.len, DX_JSON_FOREIGN, &root, err);
		if (rc == 0)
			rc = run_parsed(&d, &root, err);
		if (rc != 0)
			(void)dx_err_in(err, "%s", path);
	}
	for (size_t i = 0; i < 3; i++)
		dx_gate_close(d.gate[i]);
	dx_arena_release(&a);
	dx_buf_release(&text);
	return rc;
}

static bool
is_test_name(const char *name)
{
	size_t len = strlen(name);

	return len > 10 && strcmp(name + len - 10, ".test.json") == 0;
}

static int
run_path(struct dx_rules_test *t, const char *path, int depth, bool named_by_user, struct dx_err *err)
{
	struct dirent **entry;
	struct stat st;
	int n, rc = 0;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return named_by_user || is_test_name(path) ? run_document(t, path, err) : 0;
	if (depth >= DEPTH_MAX)
		return 0;
	if ((n = scandir(path, &entry, NULL, alphasort)) < 0)
		return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: cannot be listed", path);
	for (int i = 0; i < n; i++) {
		if (rc == 0 && entry[i]->d_name[0] != '.')
			rc = run_path(t, dx_arena_printf(&t->arena, "%s/%s", path, entry[i]->d_name), depth + 1, false, err);
		free(entry[i]);
	}
	free(entry);
	return rc;
}

int
dx_rules_test_run(struct dx_rules_test *t, const char *path, struct dx_err *err)
{
	uint32_t before = t->cases.count;

	if (run_path(t, path, 0, true, err) != 0)
		return -1;
	if (t->cases.count == before)
		return dx_err_set(err, DX_R_INPUT_EMPTY, "%s: no *.test.json below", path);
	return 0;
}

struct dx_json
dx_rules_test_report(struct dx_rules_test *t)
{
	struct dx_arena *a = &t->arena;
	struct dx_json o = dx_json_object(), coverage = dx_json_object(), uncovered = dx_json_array();
	int64_t covered = 0;

	for (size_t i = 0; i < t->seen_count; i++) {
		const struct seen *s = &t->seen[i];
		struct dx_json row;
		if (s->fired > 0 && s->silent > 0) {
			covered++;
			continue;
		}
		row = dx_json_object();
		dx_json_put(a, &row, "rules_id", dx_json_text(s->rules_id));
		dx_json_put(a, &row, "rule_id", dx_json_text(s->rule_id));
		dx_json_put(a, &row, "never", dx_json_text(s->fired > 0 ? "silent" : "fires"));
		dx_json_push(a, &uncovered, row);
	}
	dx_json_put(a, &coverage, "percent", dx_json_int(a, t->seen_count > 0 ? covered * 100 / (int64_t)t->seen_count : 0));
	dx_json_put(a, &coverage, "rules", dx_json_int(a, (int64_t)t->seen_count));
	dx_json_put(a, &coverage, "covered", dx_json_int(a, covered));
	dx_json_put(a, &coverage, "uncovered", uncovered);
	dx_json_put(a, &o, "cases", t->cases);
	dx_json_put(a, &o, "coverage", coverage);
	dx_json_put(a, &o, "passed", dx_json_int(a, t->passed));
	dx_json_put(a, &o, "failed", dx_json_int(a, t->failed));
	return o;
}
