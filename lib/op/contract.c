#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "contract/contract.h"
#include "json/pointer.h"
#include "op/contract.h"
#include "op/evidence_inner.h"
#include "rule/expr.h"
#include "rule/lint.h"

struct lint {
	struct dx_arena	*a;
	const char	*text;
	size_t		 len;
	struct dx_json	 root;
	struct dx_json	 findings;
	unsigned	 errors, warnings;
};

static void
remark(struct lint *l, const char *code, bool warning, const char *at, const char *detail)
{
	const struct dx_json *value = dx_pointer_find(&l->root, at);
	struct dx_json o = dx_json_object();
	unsigned line, column;

	dx_json_put(l->a, &o, "code", dx_json_string(l->a, code));
	dx_json_put(l->a, &o, "severity", dx_json_text(warning ? "warning" : "error"));
	dx_json_put(l->a, &o, "at", dx_json_string(l->a, at));
	if (value != NULL) {
		dx_json_position(l->text, l->len, value->offset, &line, &column);
		dx_json_put(l->a, &o, "line", dx_json_int(l->a, line));
		dx_json_put(l->a, &o, "column", dx_json_int(l->a, column));
	}
	dx_json_put(l->a, &o, "detail", dx_json_string(l->a, detail));
	dx_json_push(l->a, &l->findings, o);
	*(warning ? &l->warnings : &l->errors) += 1;
}

struct versions { struct lint *lint; const char *at; };

static void
version_remark(void *ctx, unsigned line, const char *word, const char *why)
{
	struct versions *v = ctx;

	remark(v->lint, dx_reason_code(DX_R_LINT_JQ_DIFFERS), true, v->at,
	    dx_arena_printf(v->lint->a, "line %u: %s %s", line, word, why));
}

/* Each program compiled for itself, so that every fault of the contract is told in one run. */
static void
lint_program(struct lint *l, const struct dx_contract_program *p)
{
	struct versions v = { l, dx_arena_printf(l->a, "/rules/%zu/jq", p->rule) };
	struct dx_expr_program raw = { p->id, p->text }, wrapped = { p->id, NULL };
	struct dx_buf text = { 0 };
	struct dx_expr *x = NULL;
	struct dx_err err = { 0 };

	dx_evidence_jq_wrap(p->text, &text);
	wrapped.text = text.data;
	if (dx_expr_check(&raw, &err) != 0 || dx_expr_new(&wrapped, 1, &x, &err) != 0 || dx_expr_ready(x, &err) != 0)
		remark(l, dx_reason_code(err.reason), false, v.at, err.text);
	else
		dx_expr_lint(&raw, version_remark, &v);
	dx_expr_free(x);
	dx_buf_release(&text);
}

static void
lint_contract(struct lint *l, const struct dx_contract *c)
{
	size_t n = dx_contract_programs(c, NULL, 0);
	struct dx_contract_program *p = dx_arena_alloc(l->a, dx_size_mul(n, sizeof(*p)));
	struct dx_json found = dx_json_array();

	n = dx_contract_programs(c, p, n);
	for (size_t i = 0; i < n; i++)
		lint_program(l, &p[i]);
	dx_contract_lint(c, l->a, &found);
	for (uint32_t i = 0; i < found.count; i++)
		remark(l, dx_json_get_str(&found.u.items[i], "code"), true, dx_json_get_str(&found.u.items[i], "at"),
		    dx_json_get_str(&found.u.items[i], "detail"));
}

int
dx_op_contract_lint_text(const char *name, const char *text, size_t len, struct dx_arena *a, struct dx_json *out,
    unsigned *errors, unsigned *warnings, struct dx_err *err)
{
	struct lint l = { .a = a, .text = text, .len = len, .findings = dx_json_array() };
	struct dx_contract *c;
	struct dx_err why = { 0 };

	if (dx_json_parse(a, dx_arena_dup(a, text, len), len, DX_JSON_OURS, &l.root, err) != 0)
		return dx_err_in(err, "%s", name);
	if (dx_contract_parse(text, len, &c, &why) != 0)
		remark(&l, dx_reason_code(why.reason), false, why.at, why.text);
	else {
		lint_contract(&l, c);
		dx_contract_free(c);
	}
	*out = dx_json_object();
	dx_json_put(a, out, "file", dx_json_words(a, name));
	dx_json_put(a, out, "kind", dx_json_text("contract"));
	dx_json_put(a, out, "ok", dx_json_bool(l.errors == 0));
	dx_json_put(a, out, "findings", l.findings);
	*errors = l.errors;
	*warnings = l.warnings;
	return 0;
}

int
dx_op_contract_lint(const char *name, struct dx_arena *a, struct dx_json *out, unsigned *errors, unsigned *warnings,
    struct dx_err *err)
{
	struct dx_buf text = { 0 };
	size_t len;
	const char *shipped = dx_contract_shipped(name, &len);
	int rc;

	if (shipped != NULL)
		return dx_op_contract_lint_text(name, shipped, len, a, out, errors, warnings, err);
	rc = dx_file_read(name, DX_JSON_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0) {
		dx_buf_add(&text, "", 0);
		rc = dx_op_contract_lint_text(name, text.data, text.len, a, out, errors, warnings, err);
	}
	dx_buf_release(&text);
	return rc;
}

/* --- what is shipped --- */

static struct dx_json
describe_input(const struct dx_contract_input_spec *in, struct dx_arena *a)
{
	struct dx_json o = dx_json_object(), names = dx_json_array();

	dx_json_put(a, &o, "role", dx_json_string(a, in->role));
	dx_json_put(a, &o, "media", dx_json_text(dx_media_names[in->media]));
	if (in->optional)
		dx_json_put(a, &o, "optional", dx_json_bool(true));
	for (size_t i = 0; in->recognise != NULL && in->recognise[i] != NULL; i++)
		dx_json_push(a, &names, dx_json_string(a, in->recognise[i]));
	if (names.count > 0)
		dx_json_put(a, &o, "recognise", names);
	return o;
}

static struct dx_json
describe(const struct dx_contract *c, struct dx_arena *a)
{
	struct dx_json o = dx_json_object(), inputs = dx_json_array();
	const char *const *id = dx_contract_ids(c, a);
	char hex[DX_SHA256_HEX];
	size_t ids = 0;

	while (id[ids] != NULL)
		ids++;
	dx_sha256_hex(&c->sha256, hex);
	dx_json_put(a, &o, "kind", dx_json_string(a, c->kind));
	dx_json_put(a, &o, "version", dx_json_int(a, c->version));
	dx_json_put(a, &o, "title", dx_json_string(a, c->title));
	dx_json_put(a, &o, "sha256", dx_json_string(a, hex));
	dx_json_put(a, &o, "rules", dx_json_int(a, (int64_t)ids));
	for (size_t i = 0; i < c->input_count; i++)
		dx_json_push(a, &inputs, describe_input(&c->inputs[i], a));
	dx_json_put(a, &o, "inputs", inputs);
	return o;
}

int
dx_op_contract_list(struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_json list = dx_json_array();

	for (const char *const *kind = dx_contract_kinds; *kind != NULL; kind++) {
		struct dx_contract *c;
		size_t len;
		const char *text = dx_contract_shipped(*kind, &len);

		if (dx_contract_parse(text, len, &c, err) != 0)
			return dx_err_in(err, "shipped contract %s", *kind);
		dx_json_push(a, &list, describe(c, a));
		dx_contract_free(c);
	}
	*out = list;
	return 0;
}

const char *
dx_op_contract_show(const char *kind, size_t *len, struct dx_err *err)
{
	const char *text = dx_contract_shipped(kind, len);

	if (text == NULL)
		(void)dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "no contract of the kind \"%s\" is shipped", kind);
	return text;
}
