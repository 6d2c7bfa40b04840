/* bench_expr [RULES [PLAN]]: medians of compiling rules in a child and of evaluating them on a 2 KB document, and on PLAN.
 * RULES is a rule document (policies/rules/terraform-aws.json); its first 20 rules are used.
 * bench_expr -p [RULES]: the same rules as one jq program on stdout, to run with jq beside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/file.h"
#include "json/json.h"
#include "rule/expr.h"

#define RULES_MAX	20
#define COLD_RUNS	11
#define WARM_RUNS	11
#define WARM_TURNS	1000

struct bench {
	struct dx_arena		 arena, scratch;
	struct dx_expr_program	 program[RULES_MAX];
	struct dx_expr_input	 rules[RULES_MAX];
	bool			 want[RULES_MAX];
	size_t			 count;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
print(const char *what, double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	printf("%s: %.1f us (best %.1f)\n", what, v[n / 2], v[0]);
}

static void
check(int rc, const struct dx_err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_expr: %s [%s]\n", err->text, dx_reason_code(err->reason));
	exit(2);
}

static struct dx_json
load(struct bench *b, const char *path)
{
	struct dx_buf text = { 0 };
	struct dx_err err = { 0 };
	struct dx_json doc;

	check(dx_file_read(path, (size_t)1 << 30, DX_R_JSON_TOO_LARGE, &text, &err), &err);
	check(dx_json_parse(&b->arena, dx_arena_dup(&b->arena, text.data, text.len), text.len, DX_JSON_FOREIGN, &doc, &err), &err);
	dx_buf_release(&text);
	return doc;
}

static void
load_rules(struct bench *b, const char *path)
{
	struct dx_json doc = load(b, path);
	const struct dx_json *list = dx_json_get(&doc, "rules"), *rule;

	for (; b->count < RULES_MAX && (rule = dx_json_item(list, b->count)) != NULL; b->count++) {
		b->program[b->count] = (struct dx_expr_program){ dx_json_get_str(rule, "id"), dx_json_get_str(rule, "when") };
		b->rules[b->count] = (struct dx_expr_input){ "{\"id\":\"r\",\"version\":\"1\"}", 24 };
		b->want[b->count] = true;
	}
}

static size_t
run(struct bench *b, struct dx_expr *x, struct dx_expr_input doc)
{
	struct dx_expr_input small = { "{\"project\":\"p\"}", 15 };
	struct dx_expr_result *result;
	struct dx_err err = { 0 };
	size_t count;

	dx_arena_reset(&b->scratch);
	check(dx_expr_run(x, doc, small, small, b->rules, b->want, &b->scratch, &result, &count, &err), &err);
	return count;
}

static void
cold(const char *what, const struct dx_expr_program *program, size_t n)
{
	double took[COLD_RUNS];

	for (size_t i = 0; i < COLD_RUNS; i++) {
		struct dx_err err = { 0 };
		struct dx_expr *x;
		double began = now_us();
		check(dx_expr_new(program, n, &x, &err), &err);
		check(dx_expr_ready(x, &err), &err);
		took[i] = now_us() - began;
		dx_expr_free(x);
	}
	print(what, took, COLD_RUNS);
}

static void
warm(struct bench *b, const char *what, const struct dx_expr_program *program, size_t n, struct dx_expr_input doc, size_t turns)
{
	double took[WARM_RUNS];
	struct dx_err err = { 0 };
	struct dx_expr *x;
	size_t found = 0;

	check(dx_expr_new(program, n, &x, &err), &err);
	(void)run(b, x, doc);
	for (size_t i = 0; i < WARM_RUNS; i++) {
		double began = now_us();
		for (size_t k = 0; k < turns; k++)
			found = run(b, x, doc);
		took[i] = (now_us() - began) / (double)turns;
	}
	print(what, took, WARM_RUNS);
	printf("  %zu bytes, %zu results\n", doc.len, found);
	dx_expr_free(x);
}

/* A plan of about 2 KB. */
static struct dx_expr_input
small_plan(struct bench *b)
{
	struct dx_buf t = { 0 };
	struct dx_expr_input in;

	dx_buf_puts(&t, "{\"format_version\":\"1.2\",\"resource_changes\":[");
	for (int i = 0; i < 6; i++)
		dx_buf_printf(&t, "%s{\"address\":\"aws_instance.node[%d]\",\"change\":{\"actions\":[\"create\"],\"after\":{\"ami\":"
		    "\"ami-0123456789abcdef0\",\"instance_type\":\"m5.large\",\"monitoring\":true,\"tags\":{\"cost-center\":\"c%d\","
		    "\"owner\":\"team\"}},\"after_unknown\":{\"id\":true},\"before\":null},\"mode\":\"managed\",\"name\":\"node\","
		    "\"type\":\"aws_instance\"}", i > 0 ? "," : "", i, i);
	dx_buf_puts(&t, "],\"terraform_version\":\"1.9.0\"}");
	in = (struct dx_expr_input){ dx_arena_dup(&b->arena, t.data, t.len), t.len };
	dx_buf_release(&t);
	return in;
}

static int
print_program(const struct bench *b)
{
	puts("{id: \"r\", version: \"1\"} as $rules | {} as $request | {} as $context |");
	for (size_t i = 0; i < b->count; i++)
		printf("%s(\n%s\n)\n", i > 0 ? "," : "", b->program[i].text);
	return 0;
}

static void
plan(struct bench *b, const char *path)
{
	struct dx_json doc = load(b, path);
	struct dx_buf canon = { 0 };

	dx_json_canon(&doc, &canon);
	warm(b, "plan, all rules, warm", b->program, b->count, (struct dx_expr_input){ canon.data, canon.len }, 1);
	dx_buf_release(&canon);
}

int
main(int argc, char *argv[])
{
	static const struct dx_expr_program one = { "one", ".terraform_version == \"0\"" };
	struct bench b = { .count = 0 };
	bool print_only = argc > 1 && strcmp(argv[1], "-p") == 0;
	int at = print_only ? 2 : 1;
	struct dx_expr_input small = small_plan(&b);

	load_rules(&b, argc > at ? argv[at] : "policies/rules/terraform-aws.json");
	if (print_only)
		return print_program(&b);
	printf("libjq %s, %zu rules\n", dx_expr_version(), b.count);
	cold("one rule, cold", &one, 1);
	cold("all rules, cold", b.program, b.count);
	warm(&b, "2 KB, one rule, warm", &one, 1, small, WARM_TURNS);
	warm(&b, "2 KB, all rules, warm", b.program, b.count, small, 100);
	if (argc > 2)
		plan(&b, argv[2]);
	dx_arena_release(&b.arena);
	dx_arena_release(&b.scratch);
	return 0;
}
