#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "json/pick.h"
#include "op/evidence_case.h"
#include "op/evidence_test.h"

#define INVALID		DX_R_EVIDENCE_TEST_INVALID
#define TEST_MAX	(64u << 20)	/* bytes of a test document */
#define TESTS_MAX	10000u		/* files below a folder */
#define SCHEMA		"dealix.evidence_test.v1"

/* A case as read, kept for those that start from it. */
struct a_case {
	const char	*name;
	enum dx_level	 level;
	int64_t		 now;
	bool		 has_now;
	const struct dx_json	*params, *files, *expect;
	struct dx_case_inputs	 in;
};

/* One test document at work. */
struct doc {
	struct dx_evidence_test	*t;
	const char	*path, *folder;		/* folder ends with '/' or is "" */
	struct dx_covered	*covered;
	struct dx_kind	*kind;
	struct dx_arena	 arena;			/* of the document */
	struct dx_arena	 each;			/* of one case while it is judged */
	struct a_case	*done;			/* cases up to now */
	size_t		 count;
};

/* --- one case --- */

static const struct a_case *
earlier(const struct doc *d, const char *name)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->done[i].name, name) == 0)
			return &d->done[i];
	return NULL;
}

static int
check_expect(const struct dx_json *expect, const char *at, struct dx_err *err)
{
	for (uint32_t i = 0; i < expect->count; i++)
		if (!dx_json_is(&expect->u.items[i], DX_JSON_STRING))
			return dx_err_set_at(err, INVALID, at, "expect is a list of rule ids");
	return 0;
}

static int
read_members(struct doc *d, const struct dx_json *v, const char *at, struct a_case *c, const struct dx_json **edits,
    struct dx_err *err)
{
	const char *base, *now, *name;
	const struct a_case *from = NULL;
	const struct dx_json *params, *files;
	struct dx_pick p;
	int level;

	dx_pick_begin(&p, v, at, INVALID, INVALID, err);
	name = dx_pick_text(&p, "name", 1, 200, true);
	base = dx_pick_text(&p, "base", 1, 200, false);
	if (base != NULL && (from = earlier(d, base)) == NULL)
		dx_pick_fail(&p, "base", "no earlier case is called \"%s\"", base);
	if (name != NULL && earlier(d, name) != NULL)
		dx_pick_fail(&p, "name", "a second case is called \"%s\"", name);
	*c = from != NULL ? *from : (struct a_case){ .level = DX_LEVEL_STRICT };
	c->name = name;
	(void)dx_pick_any(&p, "input");
	(void)dx_pick_any(&p, "input_file");
	(void)dx_pick_any(&p, "text");
	*edits = dx_pick_type(&p, "edit", DX_JSON_ARRAY, false);
	level = dx_pick_enum(&p, "level", dx_level_names, (int)c->level);
	c->level = level == DX_LEVEL_BASE ? DX_LEVEL_BASE : DX_LEVEL_STRICT;
	now = dx_pick_text(&p, "now", 1, 64, !c->has_now);
	if (now != NULL && dx_time_parse(now, &c->now, NULL) != 0)
		dx_pick_fail(&p, "now", "\"%s\" is not an RFC 3339 time", now);
	c->has_now = true;
	params = dx_pick_type(&p, "params", DX_JSON_OBJECT, false);
	files = dx_pick_type(&p, "files", DX_JSON_OBJECT, false);
	c->params = params != NULL ? params : c->params;
	c->files = files != NULL ? files : c->files;
	c->expect = dx_pick_type(&p, "expect", DX_JSON_ARRAY, true);
	return dx_pick_end(&p) != 0 ? -1 : check_expect(c->expect, at, err);
}

static int
read_case(struct doc *d, const struct dx_json *v, size_t i, struct a_case *c, struct dx_err *err)
{
	const char *at = dx_arena_printf(&d->arena, "/cases/%zu", i);
	const struct dx_json *edits;

	if (read_members(d, v, at, c, &edits, err) != 0 || dx_case_load(d->kind, v, d->folder, at, &d->arena, &c->in, err) != 0)
		return -1;
	for (uint32_t e = 0; edits != NULL && e < edits->count; e++)
		if (dx_case_edit(d->kind, &edits->u.items[e], dx_arena_printf(&d->arena, "%s/edit/%u", at, e), &d->arena, &c->in, err) != 0)
			return -1;
	return 0;
}

static int
judge(struct doc *d, const struct a_case *c, struct dx_json *report, struct dx_err *err)
{
	static const struct dx_json none = { .type = DX_JSON_OBJECT, .offset = DX_JSON_NOWHERE };
	struct dx_contract_input in[DX_CONTRACT_INPUTS];
	struct dx_tree *tree = dx_tree_of(c->files != NULL ? c->files : &none);
	struct dx_json params;
	struct dx_judging j = { .kinds = &d->t->kinds, .kind = d->kind, .level = c->level, .now = c->now, .params = &params,
	    .inputs = in, .tree = tree };
	int rc;

	dx_case_read(d->kind, &c->in, tree, &d->each, in);
	rc = dx_contract_params(d->kind->contract, c->params, &d->each, &params, err);
	if (rc == 0)
		rc = dx_kind_judge(&j, &d->each, report, err);
	dx_tree_free(tree);
	return rc;
}

static int
run_case(struct doc *d, const struct dx_json *v, size_t i, struct dx_err *err)
{
	struct dx_arena *a = &d->t->arena;
	struct dx_json row = dx_json_object(), report;
	struct a_case *c = &d->done[d->count];
	struct dx_err why = { 0 };
	bool ok = false;

	if (read_case(d, v, i, c, err) != 0)
		return -1;
	d->count++;
	dx_json_put(a, &row, "file", dx_json_words(a, d->path));
	dx_json_put(a, &row, "name", dx_json_string(a, c->name));
	if (judge(d, c, &report, &why) != 0)
		dx_json_put(a, &row, "error", dx_json_text(dx_arena_printf(a, "%s [%s]", why.text, dx_reason_code(why.reason))));
	else {
		const char *verdict = dx_json_get_str(&report, "verdict");
		ok = dx_covered_compare(d->t, d->covered, dx_json_get(&report, "failures"), c->expect, &row);
		if (ok && strcmp(verdict, "pass") == 0)
			d->covered->passes = true;
		dx_json_put(a, &row, "verdict", dx_json_string(a, verdict));
	}
	dx_json_put(a, &row, "ok", dx_json_bool(ok));
	dx_json_push(a, &d->t->cases, row);
	*(ok ? &d->t->passed : &d->t->failed) += 1;
	dx_arena_reset(&d->each);
	return 0;
}

/* --- one document --- */

static int
run_parsed(struct doc *d, const struct dx_json *root, struct dx_err *err)
{
	const char *schema, *contract;
	const struct dx_json *cases;
	struct dx_pick p;
	size_t len;

	dx_pick_begin(&p, root, "", INVALID, INVALID, err);
	schema = dx_pick_text(&p, "schema", 1, 64, true);
	contract = dx_pick_text(&p, "contract", 1, 1024, true);
	cases = dx_pick_type(&p, "cases", DX_JSON_ARRAY, true);
	if (dx_pick_end(&p) != 0)
		return -1;
	if (strcmp(schema, SCHEMA) != 0)
		return dx_err_set_at(err, INVALID, "/schema", "schema is \"%s\", not %s", schema, SCHEMA);
	if (cases->count == 0)
		return dx_err_set_at(err, INVALID, "/cases", "no case: nothing would be tested");
	if (dx_contract_shipped(contract, &len) == NULL)
		contract = contract[0] == '/' ? contract :
		    dx_arena_printf(&d->arena, "%s%s", d->folder[0] != '\0' ? d->folder : "./", contract);
	if (dx_kinds_get(&d->t->kinds, contract, &d->kind, err) != 0)
		return -1;
	d->covered = dx_covered_of(d->t, d->kind);
	d->done = dx_arena_alloc(&d->arena, dx_size_mul(cases->count, sizeof(*d->done)));
	for (uint32_t i = 0; i < cases->count; i++)
		if (run_case(d, &cases->u.items[i], i, err) != 0)
			return -1;
	return 0;
}

static int
run_document(struct dx_evidence_test *t, const char *path, struct dx_err *err)
{
	const char *slash = strrchr(path, '/');
	struct doc d = { .t = t, .path = path };
	struct dx_buf text = { 0 };
	struct dx_json root;
	int rc = dx_file_read(path, TEST_MAX, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0) {
		dx_buf_add(&text, "", 0);
		d.folder = slash != NULL ? dx_arena_dup(&d.arena, path, (size_t)(slash - path) + 1) : "";
		rc = dx_json_parse(&d.arena, text.data, text.len, DX_JSON_FOREIGN, &root, err);
		if (rc == 0)
			rc = run_parsed(&d, &root, err);
		if (rc != 0)
			(void)dx_err_in(err, "%s", path);
	}
	dx_arena_release(&d.arena);
	dx_arena_release(&d.each);
	dx_buf_release(&text);
	return rc;
}

/* Of the JSON files of a folder those are taken that say what they are; one that cannot be read may have meant to. */
static int
is_test(const char *path, bool *yes, struct dx_err *err)
{
	size_t len = strlen(path);
	struct dx_arena a = { 0 };
	struct dx_buf text = { 0 };
	struct dx_json root;
	int rc = 0;

	*yes = false;
	if (len < 5 || strcmp(path + len - 5, ".json") != 0)
		return 0;
	rc = dx_file_read(path, TEST_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0) {
		dx_buf_add(&text, "", 0);
		rc = dx_json_parse(&a, text.data, text.len, DX_JSON_FOREIGN, &root, err) != 0 ? dx_err_in(err, "%s", path) : 0;
	}
	if (rc == 0) {
		const char *schema = dx_json_get_str(&root, "schema");
		*yes = schema != NULL && strcmp(schema, SCHEMA) == 0;
	}
	dx_arena_release(&a);
	dx_buf_release(&text);
	return rc;
}

static int
run_folder(struct dx_evidence_test *t, const char *path, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_tree *tree;
	const char **name;
	size_t n, ran = 0;
	int rc;

	if (dx_tree_open(path, &tree, err) != 0)
		return -1;
	rc = dx_tree_walk(tree, "", TESTS_MAX, &a, &name, &n, err);
	dx_tree_free(tree);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const char *file = dx_arena_printf(&a, "%s/%s", path, name[i]);
		bool yes;

		rc = is_test(file, &yes, err);
		if (rc != 0 || !yes)
			continue;
		rc = run_document(t, file, err);
		ran++;
	}
	if (rc == 0 && ran == 0)
		rc = dx_err_set(err, DX_R_INPUT_EMPTY, "%s: no test document below", path);
	dx_arena_release(&a);
	return rc;
}

int
dx_evidence_test_run(struct dx_evidence_test *t, const char *path, struct dx_err *err)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? run_folder(t, path, err) : run_document(t, path, err);
}
