#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "core/lint.h"
#include "json/pointer.h"
#include "op/lint.h"
#include "rule/expr.h"
#include "rule/lint.h"

struct lint {
	struct dx_arena	*a;
	struct dx_json	 findings;
	struct dx_json	 root;
	const struct dx_buf	*text;
	unsigned	 errors;
};

static void
remark(void *ctx, enum dx_reason reason, const char *at, const char *detail)
{
	struct lint *l = ctx;
	const struct dx_json *value = dx_pointer_find(&l->root, at);
	bool warning = dx_reason_class(reason) == DX_CLASS_WARNING;
	struct dx_json o = dx_json_object();
	unsigned line, column;

	dx_json_put(l->a, &o, "code", dx_json_text(dx_reason_code(reason)));
	dx_json_put(l->a, &o, "severity", dx_json_text(warning ? "warning" : "error"));
	dx_json_put(l->a, &o, "at", dx_json_string(l->a, at));
	if (value != NULL) {
		dx_json_position(l->text->data, l->text->len, value->offset, &line, &column);
		dx_json_put(l->a, &o, "line", dx_json_int(l->a, line));
		dx_json_put(l->a, &o, "column", dx_json_int(l->a, column));
	}
	dx_json_put(l->a, &o, "detail", dx_json_string(l->a, detail));
	dx_json_push(l->a, &l->findings, o);
	if (!warning)
		l->errors++;
}

static void
fault(struct lint *l, struct dx_err *err)
{
	remark(l, err->reason, err->at, err->text);
	dx_err_clear(err);
}

static int
lint_policy(struct lint *l, const char *against, struct dx_err *err)
{
	struct dx_policy *p = NULL, *from = NULL;
	struct dx_buf text = { 0 };
	int rc = 0;

	if (dx_policy_new(&l->root, &p, err) != 0) {
		fault(l, err);
		return 0;
	}
	dx_lint_policy(p, remark, l);
	if (against != NULL) {
		rc = dx_file_read(against, DX_POLICY_MAX, DX_R_JSON_TOO_LARGE, &text, err);
		if (rc == 0 && (rc = dx_policy_parse(text.data != NULL ? text.data : "", text.len, &from, err)) != 0)
			(void)dx_err_in(err, "%s", against);
		if (rc == 0)
			dx_lint_policy_change(from, p, remark, l);
	}
	dx_buf_release(&text);
	dx_policy_free(from);
	dx_policy_free(p);
	return rc;
}

/* Each program compiled for itself, so that every fault of the document is told in one run. */
static void
compile(struct lint *l, const struct dx_rules *r, size_t i)
{
	struct dx_expr_program program = { r->rule[i].id, r->rule[i].when };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };

	if (dx_expr_check(&program, &err) != 0 || dx_expr_new(&program, 1, &x, &err) != 0 || dx_expr_ready(x, &err) != 0)
		remark(l, err.reason, dx_arena_printf(l->a, "/rules/%zu/when", i), err.text);
	dx_expr_free(x);
}

struct versions { struct lint *lint; const char *at, *rule; };

static void
version_remark(void *ctx, unsigned line, const char *word, const char *why)
{
	struct versions *v = ctx;

	remark(v->lint, DX_R_LINT_JQ_DIFFERS, v->at,
	    dx_arena_printf(v->lint->a, "rule %s, line %u: %s %s", v->rule, line, word, why));
}

static void
lint_rules(struct lint *l, struct dx_err *err)
{
	struct dx_rules *r;

	if (dx_rules_new(&l->root, &r, err) != 0) {
		fault(l, err);
		return;
	}
	for (size_t i = 0; i < r->count; i++) {
		struct versions v = { l, dx_arena_printf(l->a, "/rules/%zu/when", i), r->rule[i].id };
		struct dx_expr_program program = { r->rule[i].id, r->rule[i].when };
		compile(l, r, i);
		dx_expr_lint(&program, version_remark, &v);
	}
	dx_lint_rules(r, remark, l);
	dx_rules_free(r);
}

static const char *
kind_of(const struct dx_json *root)
{
	const char *schema = dx_json_get_str(root, "schema");

	if (schema == NULL)
		schema = dx_json_get_str(root, "schema_version");
	if (schema != NULL && strcmp(schema, DX_POLICY_SCHEMA) == 0)
		return "policy";
	if (schema != NULL && strcmp(schema, DX_RULES_SCHEMA) == 0)
		return "rules";
	if (schema != NULL && strcmp(schema, "dealix.rules_test.v1") == 0)
		return "test";
	return NULL;
}

int
dx_op_lint_text(const char *path, struct dx_buf *text, const char *against, struct dx_arena *a, struct dx_json *out, unsigned *errors,
    struct dx_err *err)
{
	struct lint l = { .a = a, .findings = dx_json_array(), .text = text };
	const char *kind = NULL;
	int rc;

	dx_buf_add(text, "", 0);
	rc = dx_json_parse(a, text->data, text->len, DX_JSON_OURS, &l.root, err);
	if (rc == 0 && (kind = kind_of(&l.root)) == NULL)
		rc = dx_err_set_at(err, DX_R_FIELD_INVALID, "/schema", "schema is neither %s nor %s", DX_POLICY_SCHEMA, DX_RULES_SCHEMA);
	if (rc != 0)
		return dx_err_in(err, "%s", path);
	if (kind[0] == 'p')
		rc = lint_policy(&l, against, err);
	else if (kind[0] == 'r')
		lint_rules(&l, err);
	if (rc == 0) {
		*out = dx_json_object();
		dx_json_put(a, out, "file", dx_json_words(a, path));
		dx_json_put(a, out, "kind", dx_json_text(kind));
		dx_json_put(a, out, "ok", dx_json_bool(l.errors == 0));
		dx_json_put(a, out, "findings", l.findings);
		*errors = l.errors;
	}
	return rc;
}

int
dx_op_lint(const char *path, const char *against, struct dx_arena *a, struct dx_json *out, unsigned *errors, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = dx_file_read(path, DX_RULES_MAX, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0)
		rc = dx_op_lint_text(path, &text, against, a, out, errors, err);
	dx_buf_release(&text);
	return rc;
}
