/* formula_case: a document, and expressions evaluated on it. */
#ifndef DX_TESTS_FORMULA_CASE_H
#define DX_TESTS_FORMULA_CASE_H

#include <stdlib.h>

#include "base/err.h"
#include "contract/formula.h"
#include "tap.h"

struct formula_case {
	struct dx_arena	 arena;
	struct dx_nums	*nums;
	struct dx_json	 document, second;
	struct dx_spot	 root, other, param;
	struct dx_scope	 scope;
	struct dx_buf	 why, touched;		/* pointers, a blank behind each */
	struct dx_value	 list[3];
};

static struct dx_json
case_json(struct formula_case *c, const char *text)
{
	struct dx_err err = { 0 };
	struct dx_json out;

	if (dx_json_parse(&c->arena, dx_arena_dup(&c->arena, text, strlen(text)), strlen(text), DX_JSON_FOREIGN, &out,
	    &err) != 0) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	return out;
}

/* $now, $i, $list (computed), $second (an input), $limits (a param), $nothing (a null), $broken (a let that failed). */
static int
case_name(void *ctx, const char *name, struct dx_value *out, struct dx_buf *why)
{
	struct formula_case *c = ctx;

	*out = (struct dx_value){ .type = DX_VALUE_NULL };
	if (strcmp(name, "now") == 0) {
		*out = (struct dx_value){ .type = DX_VALUE_TEXT, .text = "2026-03-01T00:00:00.000000Z" };
	} else if (strcmp(name, "i") == 0) {
		*out = (struct dx_value){ .type = DX_VALUE_NUMBER, .number = dx_num_int(c->nums, 2) };
	} else if (strcmp(name, "list") == 0) {
		for (int i = 0; i < 3; i++)
			c->list[i] = (struct dx_value){ .type = DX_VALUE_NUMBER, .number = dx_num_int(c->nums, i * 10) };
		*out = (struct dx_value){ .type = DX_VALUE_LIST, .items = c->list, .count = 3 };
	} else if (strcmp(name, "second") == 0) {
		return dx_value_of(&c->scope, &c->other, out);
	} else if (strcmp(name, "limits") == 0) {
		return dx_value_of(&c->scope, &c->param, out);
	} else if (strcmp(name, "nothing") != 0) {
		dx_buf_printf(why, "$%s could not be had", name);
		return -1;
	}
	return 0;
}

static __attribute__((unused)) void
case_touch(void *ctx, const struct dx_spot *spot)
{
	struct formula_case *c = ctx;

	dx_spot_pointer(spot, &c->touched);
	dx_buf_putc(&c->touched, ' ');
}

static __attribute__((unused)) void
case_begin(struct formula_case *c, const char *document)
{
	*c = (struct formula_case){ .nums = dx_nums_new() };
	c->document = case_json(c, document);
	c->second = case_json(c, "{\"x\":5,\"rows\":[{\"k\":\"a\"}]}");
	c->root = (struct dx_spot){ .node = &c->document };
	c->other = (struct dx_spot){ .input = 1, .node = &c->second };
	c->param = (struct dx_spot){ .input = -1, .node = dx_json_get(&c->document, "limits") };
	c->scope = (struct dx_scope){ .arena = &c->arena, .nums = c->nums, .dot = &c->root, .document = &c->root, .ctx = c,
	    .name = case_name };
}

static __attribute__((unused)) void
case_end(struct formula_case *c)
{
	dx_nums_free(c->nums);
	dx_arena_release(&c->arena);
	dx_buf_release(&c->why);
	dx_buf_release(&c->touched);
}

/* 0 a value, -1 none (words in why), -2 no formula (words in why). */
static int
case_eval(struct formula_case *c, const char *text, struct dx_value *out)
{
	const struct dx_formula *f;
	struct dx_err err = { 0 };

	dx_buf_reset(&c->why);
	dx_buf_reset(&c->touched);
	if (dx_formula_parse(&c->arena, text, NULL, &f, &err) != 0) {
		dx_buf_puts(&c->why, err.text);
		return err.reason == DX_R_EVIDENCE_CONTRACT_INVALID ? -2 : -3;
	}
	return dx_formula_eval(f, &c->scope, out, &c->why);
}

/* As text: "number 3", "text abc", "true", "list [1,2]", "none: words", "error: words". */
static __attribute__((unused)) const char *
case_show(struct formula_case *c, const char *text)
{
	static const char *const kinds[] = { "", "", "number ", "text ", "list ", "node " };
	struct dx_value v = { 0 };
	struct dx_buf out = { 0 };
	const char *shown;
	int rc = case_eval(c, text, &v);

	if (rc != 0) {
		dx_buf_puts(&out, rc == -1 ? "none: " : rc == -2 ? "error: " : "another error: ");
		dx_buf_puts(&out, c->why.data != NULL ? c->why.data : "");
	} else {
		dx_buf_puts(&out, kinds[v.type]);
		dx_value_show(&v, &out);
	}
	shown = dx_arena_dup(&c->arena, out.data, out.len);
	dx_buf_release(&out);
	return shown;
}

#endif
