#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "op/programs.h"

bool
dx_programs_next(struct dx_program_walk *w, const struct dx_rules **doc, const struct dx_rule **rule)
{
	for (; w->doc < w->set->count; w->doc++, w->rule = 0)
		while (w->rule < w->set->doc[w->doc]->count) {
			const struct dx_rule *r = &w->set->doc[w->doc]->rule[w->rule++];
			if (!r->enabled)
				continue;
			*doc = w->set->doc[w->doc];
			*rule = r;
			return true;
		}
	return false;
}

size_t
dx_programs_count(const struct dx_rule_set *set)
{
	struct dx_program_walk w = { .set = set };
	const struct dx_rules *doc;
	const struct dx_rule *rule;
	size_t n = 0;

	while (dx_programs_next(&w, &doc, &rule))
		n++;
	return n;
}

int
dx_programs_start(const struct dx_rule_set *set, struct dx_expr **out, struct dx_err *err)
{
	struct dx_program_walk w = { .set = set };
	size_t n = dx_programs_count(set), i = 0;
	struct dx_expr_program *program = dx_alloc(dx_size_mul(n, sizeof(*program)));
	struct dx_arena a = { 0 };
	const struct dx_rules *doc;
	const struct dx_rule *rule;
	int rc = 0;

	*out = NULL;
	while (dx_programs_next(&w, &doc, &rule))
		program[i++] = (struct dx_expr_program){ dx_arena_printf(&a, "%s/%s", doc->id, rule->id), rule->when };
	if (n > 0)
		rc = dx_expr_new(program, n, out, err);
	free(program);
	dx_arena_release(&a);
	return rc;
}

int
dx_programs_check(const struct dx_session *s, struct dx_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->opt.rule_count; i++) {
		struct dx_rule_set set = { 0 };
		struct dx_rules *r;
		struct dx_expr *x = NULL;

		rc = dx_rules_parse(s->rules_given[i].data, s->rules_given[i].len, &r, err);
		if (rc == 0)
			rc = dx_rule_set_add(&set, r, err);
		if (rc == 0)
			rc = dx_programs_start(&set, &x, err);
		if (rc == 0 && x != NULL)
			rc = dx_expr_ready(x, err);
		if (rc != 0)
			(void)dx_err_in(err, "%s", s->opt.rules[i]);
		dx_expr_free(x);
		dx_rule_set_release(&set);
	}
	return rc;
}
