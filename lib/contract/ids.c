/* ids: what a contract says of its rules, for those who test and report. */
#include <string.h>

#include "contract/inner.h"

size_t
dx_contract_programs(const struct dx_contract *c, struct dx_contract_program *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < c->rule_count; i++)
		if (c->rules[i].jq != NULL) {
			if (n < max)
				out[n] = (struct dx_contract_program){ .rule = i, .id = c->rules[i].id, .text = c->rules[i].jq };
			n++;
		}
	return n;
}

/* Whether a failure of the rule can bear that id. */
static bool
bears(const struct dx_contract_rule *rule, const char *id)
{
	const char *subs[6];
	size_t n;

	if (rule->id == NULL)
		return false;
	if (!rule->sub)
		return strcmp(rule->id, id) == 0;
	n = strlen(rule->id) - 2;
	if (strncmp(rule->id, id, n) != 0)
		return false;
	dx_rule_subs(rule, subs);
	for (size_t i = 0; subs[i] != NULL; i++)
		if (strcmp(id + n, subs[i]) == 0)
			return true;
	return false;
}

static void
add_once(const char **ids, size_t *n, const char *id)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(ids[i], id) == 0)
			return;
	ids[(*n)++] = id;
}

const char *const *
dx_contract_ids(const struct dx_contract *c, struct dx_arena *a)
{
	const char **ids = dx_arena_alloc(a, (5 * c->rule_count + 1) * sizeof(*ids));
	size_t n = 0;

	for (size_t i = 0; i < c->rule_count; i++) {
		const struct dx_contract_rule *rule = &c->rules[i];
		const char *subs[6] = { NULL };

		if (rule->id == NULL)
			continue;
		if (!rule->sub)
			add_once(ids, &n, rule->id);
		else
			dx_rule_subs(rule, subs);
		for (size_t k = 0; subs[k] != NULL; k++)
			add_once(ids, &n, dx_arena_printf(a, "%.*s%s", (int)strlen(rule->id) - 2, rule->id, subs[k]));
	}
	ids[n] = NULL;
	return ids;
}

bool
dx_contract_implied(const struct dx_contract *c, const char *id)
{
	bool any = false;

	for (size_t i = 0; i < c->rule_count; i++)
		if (bears(&c->rules[i], id)) {
			if (c->rules[i].implied_by == NULL)
				return false;
			any = true;
		}
	return any;
}

const char *
dx_contract_remedy(const struct dx_contract *c, const char *id)
{
	for (size_t i = 0; i < c->rule_count; i++)
		if (bears(&c->rules[i], id) && c->rules[i].remedy != NULL)
			return c->rules[i].remedy;
	return NULL;
}
