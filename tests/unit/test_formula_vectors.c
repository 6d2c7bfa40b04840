/* contract/formula against random expressions, whose values an evaluator in Python knows (tests/data/gen-formula.py). */
#include "formula_case.h"

static bool
same_number(struct formula_case *c, const struct dx_num *got, const char *want)
{
	const char *bar = strchr(want, '/');
	const struct dx_num *n = dx_num_parse(c->nums, want, (size_t)(bar - want)), *d = dx_num_parse(c->nums, bar + 1,
	    strlen(bar + 1));

	return n != NULL && d != NULL && dx_num_cmp(got, dx_num_div(c->nums, n, d)) == 0;
}

static bool
holds(struct formula_case *c, const char *type, const char *want, const char *text)
{
	struct dx_value v;
	int rc = case_eval(c, text, &v);

	if (strcmp(type, "none") == 0)
		return rc == -1 && c->why.len != 0;
	if (rc != 0)
		return false;
	switch (v.type) {
	case DX_VALUE_NULL:
		return strcmp(type, "null") == 0;
	case DX_VALUE_BOOL:
		return strcmp(type, "bool") == 0 && strcmp(v.b ? "true" : "false", want) == 0;
	case DX_VALUE_NUMBER:
		return strcmp(type, "number") == 0 && same_number(c, v.number, want);
	case DX_VALUE_TEXT:
		return strcmp(type, "text") == 0 && strcmp(v.text, want) == 0;
	case DX_VALUE_LIST:
	case DX_VALUE_NODE:
		break;
	}
	return false;
}

int
main(void)
{
	static const char *const types[] = { "number", "bool", "text", "null", "none" };
	FILE *f = fopen("tests/data/formula-vectors.txt", "r");
	size_t room = 0, seen[5] = { 0 }, wrong[5] = { 0 };
	struct formula_case c = { 0 };
	char *line = NULL;

	if (!ok(f != NULL, "formula: the vectors are there"))
		return done();
	while (getline(&line, &room, f) > 0) {
		char *rest = line, *type = strsep(&rest, "\t"), *want = strsep(&rest, "\t");

		if (rest == NULL)
			continue;
		rest[strcspn(rest, "\n")] = '\0';
		if (strcmp(type, "doc") == 0) {
			case_begin(&c, rest);
			continue;
		}
		for (size_t i = 0; i < 5; i++) {
			if (strcmp(type, types[i]) != 0)
				continue;
			seen[i]++;
			if (holds(&c, type, want, rest))
				continue;
			wrong[i]++;
			diag("%s is %s, not %s %s", rest, case_show(&c, rest), type, want);
		}
	}
	for (size_t i = 0; i < 5; i++)
		ok(seen[i] >= 10 && wrong[i] == 0, "formula: %zu random expressions of type %s", seen[i], types[i]);
	ok(seen[4] >= 200, "formula: many of them cannot be evaluated");
	free(line);
	fclose(f);
	case_end(&c);
	return done();
}
