/* Risk (decisions page 10): points for what a change touches, how much it costs and what it destroys. */
#include <string.h>
#include "base/text.h"
#include "core/context.h"
#include "core/scope.h"

#define LARGE_DELTA	INT64_C(5000000000)	/* micro-USD */
#define MODERATE_DELTA	INT64_C(1000000000)

enum place { ANYWHERE, TOKEN_START, TOKEN_EDGE };

/* D29: the short ones count only where they stand as an abbreviation. */
static const struct { const char *word; enum place place; } impact[] = {
	{ "gpu", ANYWHERE }, { "db", TOKEN_EDGE }, { "database", ANYWHERE }, { "cluster", ANYWHERE },
	{ "k8s", ANYWHERE }, { "kubernetes", ANYWHERE }, { "warehouse", ANYWHERE }, { "redshift", ANYWHERE },
	{ "bigquery", ANYWHERE }, { "rds", TOKEN_START }, { "postgres", ANYWHERE }, { "mysql", ANYWHERE },
	{ "elasticsearch", ANYWHERE }
};
static const char *const destructive[] = {
	"destroy", "delete", "terminate", "remove", "revoke", "detach", "scale_down", "downscale", NULL
};
static const char *const critical_words[] = { "critical", "high", "tier0", "tier1", "p0", "sev0", NULL };
static const char *const medium_words[] = { "medium", "tier2", "p1", "sev1", NULL };

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
in_token(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Length of the word when it stands at s, else 0. */
static size_t
stands(const char *s, const char *word)
{
	size_t i = 0;

	while (word[i] != '\0' && lower(s[i]) == word[i])
		i++;
	return word[i] == '\0' ? i : 0;
}

/* Whether any of the words begins with it. */
static bool
may_begin(char c)
{
	switch (c) {
	case 'b': case 'c': case 'd': case 'e': case 'g': case 'k': case 'm': case 'p': case 'r': case 'w':
		return true;
	default:
		return false;
	}
}

static bool
high_impact(const char *text)
{
	for (const char *s = text; s != NULL && *s != '\0'; s++) {
		bool start = s == text || !in_token(s[-1]);

		if (!may_begin(lower(*s)))
			continue;
		for (size_t i = 0; i < sizeof impact / sizeof impact[0]; i++) {
			size_t n = stands(s, impact[i].word);

			if (n != 0 && (impact[i].place == ANYWHERE || start ||
			    (impact[i].place == TOKEN_EDGE && !in_token(s[n]))))
				return true;
		}
	}
	return false;
}

static bool
destroys(const char *action)
{
	for (size_t i = 0; destructive[i] != NULL; i++)
		for (const char *s = action; (s = strstr(s, destructive[i])) != NULL; s++)
			if (s - action < 2 || s[-2] != 'u' || s[-1] != 'n')
				return true;
	return false;
}

/* A Terraform plan that deletes is destructive whatever its action is called (inputs page 1.2). */
static bool
plan_destroys(const struct dx_request *r)
{
	const struct dx_json *changes = dx_json_get(&r->metadata, "changes");
	int64_t deleted = 0, replaced = 0;

	if (r->source != DX_SOURCE_TERRAFORM || changes == NULL)
		return false;
	(void)dx_json_int64(dx_json_get(changes, "delete"), &deleted);
	(void)dx_json_int64(dx_json_get(changes, "replace"), &replaced);
	return deleted > 0 || replaced > 0;
}

static bool
is_one_of(const char *s, size_t n, const char *const words[])
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == n && stands(s, words[i]) == n)
			return true;
	return false;
}

/* The first that is stated, without blanks around it; NULL when none is. */
static const char *
criticality(const struct dx_json *metadata, size_t *n)
{
	static const char *const names[] = { "criticality", "business_criticality", "service_criticality" };

	for (size_t i = 0; i < 3; i++) {
		const char *s = dx_json_get_str(metadata, names[i]);

		if (s != NULL && (s = dx_trim(s, n)) != NULL && *n != 0)
			return s;
	}
	return NULL;
}

static void
factor(struct dx_context *c, int points, const char *name)
{
	c->risk_score += points;
	c->factors[c->factor_count++] = name;
}

static void
stated(const struct dx_request *r, struct dx_context *c)
{
	size_t n = 0;
	const char *said = criticality(&r->metadata, &n);
	const char *type = dx_json_get_str(&r->metadata, "resource_type");

	if (said != NULL && is_one_of(said, n, critical_words))
		factor(c, 2, "criticality_high");
	else if (said != NULL && is_one_of(said, n, medium_words))
		factor(c, 1, "criticality_medium");
	if (high_impact(dx_json_get_str(&r->metadata, "resource_class")) || high_impact(type) ||
	    high_impact(r->resource_reference))
		factor(c, 1, "high_impact_resource_class");
}

void
dx_context_risk(const struct dx_request *r, struct dx_context *c)
{
	c->risk_score = 0;
	c->factor_count = 0;
	if (dx_environment_is_prod(r->environment))
		factor(c, 3, "production_environment");
	if (destroys(r->action) || plan_destroys(r))
		factor(c, 2, "destructive_action");
	stated(r, c);
	if (r->monthly.micro >= LARGE_DELTA)
		factor(c, 2, "large_monthly_delta");
	else if (r->monthly.micro >= MODERATE_DELTA)
		factor(c, 1, "moderate_monthly_delta");
	if (c->anomaly_kind != NULL)
		factor(c, 1, "anomaly_spike_signal");
	c->risk_class = c->risk_score >= 6 ? "high" : c->risk_score >= 3 ? "medium" : "low";
}
