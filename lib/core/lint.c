#include <stdio.h>
#include <string.h>

#include "core/lint.h"

#define AT_MAX	96

/* --- policy --- */

static bool
list_covers(const struct dx_json *wide, const struct dx_json *narrow)
{
	if (wide->count == 0)
		return true;		/* any */
	if (narrow->count == 0)
		return false;
	for (uint32_t i = 0; i < narrow->count; i++) {
		bool found = false;
		for (uint32_t k = 0; k < wide->count && !found; k++)
			found = strcmp(wide->u.items[k].u.text, narrow->u.items[i].u.text) == 0;
		if (!found)
			return false;
	}
	return true;
}

static bool
prefixes_cover(const struct dx_json *wide, const struct dx_json *narrow)
{
	if (wide->count == 0)
		return true;
	if (narrow->count == 0)
		return false;
	for (uint32_t i = 0; i < narrow->count; i++) {
		bool found = false;
		for (uint32_t k = 0; k < wide->count && !found; k++)
			found = strncmp(narrow->u.items[i].u.text, wide->u.items[k].u.text, wide->u.items[k].count) == 0;
		if (!found)
			return false;
	}
	return true;
}

static bool
deltas_cover(const struct dx_route_rule *wide, const struct dx_route_rule *narrow)
{
	if (wide->min.given && (!narrow->min.given || narrow->min.m.micro < wide->min.m.micro) && wide->min.m.micro > 0)
		return false;
	if (wide->max.given && (!narrow->max.given || narrow->max.m.micro > wide->max.m.micro))
		return false;
	return true;
}

static bool
route_covers(const struct dx_route_rule *wide, const struct dx_route_rule *narrow)
{
	return wide->enabled && narrow->enabled && list_covers(&wide->environments, &narrow->environments) &&
	    prefixes_cover(&wide->action_prefixes, &narrow->action_prefixes) && deltas_cover(wide, narrow) &&
	    list_covers(&wide->risk_levels, &narrow->risk_levels);
}

void
dx_lint_policy(const struct dx_policy *p, dx_lint_fn *fn, void *ctx)
{
	char at[AT_MAX], text[300];

	for (size_t i = 1; i < p->route_count; i++)
		for (size_t k = 0; k < i; k++) {
			if (!route_covers(&p->routes[k], &p->routes[i]))
				continue;
			(void)snprintf(at, sizeof(at), "/approval/routing_rules/%zu", i);
			(void)snprintf(text, sizeof(text), "routing rule \"%s\" is never reached: \"%s\" before it takes the same requests",
			    p->routes[i].rule_id, p->routes[k].rule_id);
			fn(ctx, DX_R_LINT_ROUTE_SHADOWED, at, text);
			break;
		}
}

void
dx_lint_policy_change(const struct dx_policy *from, const struct dx_policy *to, dx_lint_fn *fn, void *ctx)
{
	static const char *const environments[3] = { "custom", "prod", "nonprod" };
	const char *scope;
	char text[160];

	for (int s = 0; s < DX_SOURCE_COUNT; s++)
		for (int e = 0; e < 3; e++) {
			if (dx_policy_mode(from, (enum dx_source)s, environments[e], &scope) != DX_MODE_SHADOW ||
			    dx_policy_mode(to, (enum dx_source)s, environments[e], &scope) != DX_MODE_HARD)
				continue;
			(void)snprintf(text, sizeof(text), "mode of %s goes from shadow to hard and skips soft", scope);
			fn(ctx, DX_R_LINT_PROMOTION_SKIPS, "/mode_matrix", text);
		}
}

/* --- rules --- */

static bool
trimmed_is(const char *program, const char *word)
{
	size_t len = strlen(word);

	program += strspn(program, " \t\r\n");
	return strncmp(program, word, len) == 0 && program[len + strspn(program + len, " \t\r\n")] == '\0';
}

/* A program that cannot speak for its sources: a constant nothing, or a look at the part that only documents of another source
 * have, and at nothing of its own. */
static bool
never_fires(const struct dx_rule *r)
{
	unsigned plan = 1u << DX_SOURCE_TERRAFORM, review = 1u << DX_SOURCE_K8S;
	bool of_plan = strstr(r->when, "resource_changes") != NULL || strstr(r->when, "planned_values") != NULL ||
	    strstr(r->when, "configuration") != NULL;
	bool of_review = strstr(r->when, ".request.object") != NULL || strstr(r->when, ".request.oldObject") != NULL;

	if (trimmed_is(r->when, "empty") || trimmed_is(r->when, "false") || trimmed_is(r->when, "null"))
		return true;
	if (r->sources != 0 && (r->sources & plan) == 0 && of_plan && !of_review && (r->sources & review) != 0)
		return true;
	return r->sources != 0 && (r->sources & review) == 0 && of_review && !of_plan;
}

void
dx_lint_rules(const struct dx_rules *r, dx_lint_fn *fn, void *ctx)
{
	char at[AT_MAX], text[200];

	for (size_t i = 0; i < r->count; i++) {
		const struct dx_rule *rule = &r->rule[i];

		(void)snprintf(at, sizeof(at), "/rules/%zu", i);
		if (rule->severity <= DX_HIGH && rule->remedy == NULL) {
			(void)snprintf(text, sizeof(text), "rule %s has severity %s and no remedy", rule->id, dx_severity_names[rule->severity]);
			fn(ctx, DX_R_LINT_REMEDY_MISSING, at, text);
		}
		if (rule->severity <= DX_HIGH && (rule->references == NULL || rule->references->count == 0)) {
			(void)snprintf(text, sizeof(text), "rule %s has severity %s and no references", rule->id,
			    dx_severity_names[rule->severity]);
			fn(ctx, DX_R_LINT_REFERENCES_MISSING, at, text);
		}
		if (never_fires(rule)) {
			(void)snprintf(text, sizeof(text), "rule %s can never find anything for its sources", rule->id);
			fn(ctx, DX_R_LINT_NEVER_FIRES, at, text);
		}
	}
}
