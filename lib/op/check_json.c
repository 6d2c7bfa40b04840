/* Checks by a jq program over a JSON file (release-gates page 1.1). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "op/check_inner.h"
#include "read/read.h"
#include "rule/expr.h"

#define JQ_US	INT64_C(1000000)	/* processor time of a check */

/* Every program compiles, one at a time, so that each fault names its check. */
void
dx_check_predicates(const struct dx_check_plan *p, struct dx_faults *faults)
{
	unsigned stdin_readers = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct dx_check *c = &p->check[i];
		struct dx_expr_program program = { c->id, c->u.json.jq };
		struct dx_err err = { 0 };
		struct dx_expr *x = NULL;

		if (c->type != DX_CHECK_JSON_PREDICATE)
			continue;
		if (strcmp(c->u.json.path, "-") == 0 && ++stdin_readers > 1)
			dx_fault_add(faults, DX_R_FIELD_INVALID, c->at, "one check at most reads standard input");
		if (dx_expr_new(&program, 1, &x, &err) != 0 || dx_expr_ready(x, &err) != 0)
			dx_fault_add(faults, DX_R_GATE_JQ_COMPILE, c->at, "%s", err.text);
		dx_expr_free(x);
	}
}

/* An integer that jq would see as another one. */
static bool
inexact(const struct dx_json *v)
{
	char text[32];

	if (v->type == DX_JSON_NUMBER)
		return memchr(v->u.text, '.', v->count) == NULL && memchr(v->u.text, 'e', v->count) == NULL &&
		    memchr(v->u.text, 'E', v->count) == NULL && !dx_json_number(v->u.text, v->count, text);
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

static void
run(struct dx_step *s, const struct dx_doc *doc)
{
	const struct dx_check_json *c = &s->check->u.json;
	struct dx_expr_program program = { s->check->id, c->jq };
	struct dx_expr_input none = { "null", 4 }, in;
	struct dx_expr_result *result;
	struct dx_buf text = { 0 };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };
	bool want = true;
	size_t n = 0;

	dx_json_canon(&doc->root, &text);
	in = (struct dx_expr_input){ text.data, text.len };
	if (dx_expr_new(&program, 1, &x, &err) == 0) {
		dx_expr_allow(x, JQ_US);
		if (dx_expr_run(x, in, none, none, &none, &want, &s->arena, &result, &n, &err) == 0)
			judge(s, result, n);
	}
	if (err.reason != DX_OK) {
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
	}
	dx_expr_free(x);
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
	fd = input ? STDIN_FILENO : dx_tree_fd(s->root, c->path, &err);
	rc = fd < 0 ? -1 : dx_read_fd(DX_MEDIA_JSON, fd, c->path, s->root, &s->arena, &doc, &err);
	if (fd > 0)
		close(fd);
	if (rc != 0) {
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
