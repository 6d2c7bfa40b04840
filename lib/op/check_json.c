/* Checks by a jq program over a JSON file (release-gates page 1.1). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "op/check_inner.h"
#include "read/read.h"
#include "rule/expr.h"

#define JQ_US	INT64_C(1000000)	/* processor time of a check */
#define EXACT_MAX	(INT64_C(1) << 53)

/* --- before anything runs --- */

static int
compiles(const struct dx_expr_program *programs, size_t n, struct dx_expr **x, struct dx_err *err)
{
	if (dx_expr_new(programs, n, x, err) == 0 && dx_expr_ready(*x, err) == 0)
		return 0;
	dx_expr_free(*x);
	*x = NULL;
	return -1;
}

static void
compile_one(const struct dx_check *k, struct dx_faults *faults)
{
	struct dx_expr_program one = { k->id, k->u.json.jq };
	struct dx_err err = { 0 };
	struct dx_expr *x;

	if (compiles(&one, 1, &x, &err) == 0)
		dx_expr_free(x);
	else
		dx_fault_add(faults, DX_R_GATE_JQ_COMPILE, k->at, "%s", err.text);
}

static bool
is_predicate(const struct dx_check *k)
{
	return k != NULL && k->type == DX_CHECK_JSON_PREDICATE;
}

/* One evaluator for all programs; where they do not all compile, each alone, so that every fault names its check. */
static void
compile_all(struct dx_predicates *all, const struct dx_check_plan *p, struct dx_faults *faults)
{
	struct dx_err err = { 0 };

	if (all->count == 0 || compiles(all->program, all->count, &all->expr, &err) == 0)
		return;
	for (size_t i = 0; i < p->count; i++) {
		if (is_predicate(p->check[i].when))
			compile_one(p->check[i].when, faults);
		if (is_predicate(&p->check[i]))
			compile_one(&p->check[i], faults);
	}
}

static void
add_predicate(struct dx_predicates *all, const struct dx_check *k, unsigned *stdin_readers, struct dx_faults *faults)
{
	if (!is_predicate(k))
		return;
	if (strcmp(k->u.json.path, "-") == 0 && ++*stdin_readers > 1)
		dx_fault_add(faults, DX_R_FIELD_INVALID, k->at, "one check at most reads standard input");
	all->program[all->count++] = (struct dx_expr_program){ k->id, k->u.json.jq };
}

void
dx_check_predicates(struct dx_checked *c, struct dx_faults *faults)
{
	const struct dx_check_plan *p = c->plan;
	struct dx_predicates *all = dx_arena_alloc(&c->arena, sizeof(*all));
	size_t room = dx_size_mul(p->count + 1, 2);
	unsigned stdin_readers = 0;

	*all = (struct dx_predicates){ .program = dx_arena_alloc(&c->arena, dx_size_mul(room, sizeof(*all->program))) };
	for (size_t i = 0; i < p->count; i++) {
		add_predicate(all, p->check[i].when, &stdin_readers, faults);
		add_predicate(all, &p->check[i], &stdin_readers, faults);
	}
	compile_all(all, p, faults);
	c->predicates = all;
}

void
dx_check_predicates_release(struct dx_predicates *all)
{
	if (all != NULL)
		dx_expr_free(all->expr);
}

/* --- running --- */

/* An integer beyond 2^53, which jq would see as another one; what has a point or an exponent it sees as the nearest double. */
static bool
inexact(const struct dx_json *v)
{
	int64_t n;

	if (v->type == DX_JSON_NUMBER)
		return memchr(v->u.text, '.', v->count) == NULL && memchr(v->u.text, 'e', v->count) == NULL &&
		    memchr(v->u.text, 'E', v->count) == NULL &&
		    (!dx_json_int64(v, &n) || n > EXACT_MAX || n < -EXACT_MAX);
	for (uint32_t i = 0; (v->type == DX_JSON_ARRAY || v->type == DX_JSON_OBJECT) && i < v->count; i++)
		if (inexact(v->type == DX_JSON_ARRAY ? &v->u.items[i] : &v->u.members[i].value))
			return true;
	return false;
}

static void
judge(struct dx_step *s, const struct dx_expr_result *r, size_t n)
{
	if (n == 0)
		dx_step_fail(s, DX_R_JSON_NO_OUTPUT, "the program yields nothing");
	for (size_t i = 0; i < n && s->result.state == DX_STATE_PASS; i++) {
		if (r[i].message != NULL)
			dx_step_fail(s, DX_R_JQ_RUNTIME, "%s", r[i].message);
		else if (!dx_json_is_bool(&r[i].output))
			dx_step_fail(s, DX_R_JSON_NOT_BOOLEAN, "output %zu is neither true nor false", i + 1);
		else if (r[i].output.type != DX_JSON_TRUE)
			dx_step_fail(s, DX_R_JSON_FALSE, "output %zu of %zu is false", i + 1, n);
	}
}

/* The program among those that were compiled together; one that was not gets an evaluator of its own. */
static struct dx_expr *
evaluator(struct dx_step *s, size_t *at, size_t *n, struct dx_expr **own, struct dx_err *err)
{
	const struct dx_predicates *all = s->predicates;
	struct dx_expr_program one = { s->check->id, s->check->u.json.jq };

	for (*at = 0; all != NULL && *at < all->count; (*at)++)
		if (all->program[*at].text == one.text && all->expr != NULL) {
			*n = all->count;
			return all->expr;
		}
	*at = 0;
	*n = 1;
	return dx_expr_new(&one, 1, own, err) == 0 ? *own : NULL;
}

static void
run(struct dx_step *s, const struct dx_doc *doc)
{
	struct dx_expr_input null = { "null", 4 }, in, *rules;
	struct dx_expr_result *result;
	struct dx_buf text = { 0 };
	struct dx_expr *own = NULL, *x;
	struct dx_err err = { 0 };
	size_t at, n, count = 0;
	bool *want;

	dx_json_canon(&doc->root, &text);
	in = (struct dx_expr_input){ text.data, text.len };
	x = evaluator(s, &at, &n, &own, &err);
	rules = dx_arena_alloc(&s->arena, dx_size_mul(n, sizeof(*rules)));
	want = dx_arena_alloc(&s->arena, n);
	for (size_t i = 0; i < n; i++) {
		rules[i] = null;
		want[i] = i == at;
	}
	if (x != NULL) {
		dx_expr_allow(x, JQ_US);
		if (dx_expr_run(x, in, null, null, rules, want, &s->arena, &result, &count, &err) == 0)
			judge(s, result, count);
	}
	if (err.reason != DX_OK) {
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
	}
	dx_expr_free(own);
	dx_buf_release(&text);
}

void
dx_step_json(struct dx_step *s)
{
	const struct dx_check_json *c = &s->check->u.json;
	bool input = strcmp(c->path, "-") == 0;
	struct dx_tree_fact fact = { .kind = DX_TREE_REGULAR };
	struct dx_err err = { 0 };
	struct dx_doc doc;
	char hex[DX_SHA256_HEX];
	int fd, rc;

	if (!input)
		fact = dx_tree_look(s->root, c->path);
	if (fact.kind == DX_TREE_MISSING) {
		dx_step_fail(s, DX_R_FILE_MISSING, "%s is not there", c->path);
		return;
	}
	if (dx_step_no_file(s, c->path, fact.kind))
		return;
	fd = input ? STDIN_FILENO : dx_tree_fd(s->root, c->path, &err);
	rc = fd < 0 ? -1 : dx_read_fd(DX_MEDIA_JSON, fd, c->path, s->root, &s->arena, &doc, &err);
	if (fd > 0)
		close(fd);
	if (rc != 0) {
		if (err.reason == DX_R_JSON_SYNTAX || err.reason == DX_R_JSON_DUPLICATE_KEY || err.reason == DX_R_JSON_NUMBER_RANGE)
			err.reason = DX_R_JSON_INVALID;		/* what this page calls a file that is no JSON */
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
		return;
	}
	dx_sha256_hex(&doc.sha256, hex);
	s->result.inputs_sha256 = dx_arena_dup(&s->arena, hex, sizeof(hex) - 1);
	if (inexact(&doc.root))
		dx_step_fail(s, DX_R_NUMBER_NOT_EXACT, "%s holds an integer that jq would see as another one", c->path);
	else
		run(s, &doc);
}

void
dx_preview_json(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	dx_json_put(a, o, "jq", dx_json_text(c->u.json.jq));
	dx_json_put(a, o, "path", dx_json_text(c->u.json.path));
}
