/* Cost files: Infracost JSON, version 0.2 (inputs page 2).  Amounts stay exact texts until the one rounding. */
#include <stdio.h>
#include <string.h>
#include "adapt/decimal.h"
#include "adapt/estimate.h"
#include "base/err.h"

enum figure { DIFF, PAST, TOTAL };
enum span { MONTHLY, HOURLY };

struct scope {			/* the whole file, or one of its projects */
	const struct dx_json	*at;
	bool			 root;
	uint32_t		 index;		/* of the project */
};

static int
invalid(const char *at, struct dx_err *err, const char *what)
{
	return dx_err_set_at(err, DX_R_COST_DOCUMENT_INVALID, at, "the cost file is not Infracost JSON 0.2: %s", what);
}

/* One amount: NULL in *out when it is absent or null. */
static int
read_figure(const struct scope *s, enum figure f, enum span span, const char **out, struct dx_err *err)
{
	static const char *const root[2][3] = {
		{ "diffTotalMonthlyCost", "pastTotalMonthlyCost", "totalMonthlyCost" },
		{ "diffTotalHourlyCost", "pastTotalHourlyCost", "totalHourlyCost" },
	};
	static const char *const part[3] = { "diff", "pastBreakdown", "breakdown" };
	const struct dx_json *v;
	char at[96];

	if (s->root) {
		snprintf(at, sizeof(at), "/%s", root[span][f]);
		v = dx_json_get(s->at, root[span][f]);
	} else {
		snprintf(at, sizeof(at), "/projects/%u/%s/%s", s->index, part[f], root[span][TOTAL]);
		v = dx_json_get(dx_json_get(s->at, part[f]), root[span][TOTAL]);
	}
	*out = NULL;
	if (v == NULL || v->type == DX_JSON_NULL)
		return 0;
	if (v->type != DX_JSON_STRING || !dx_decimal_valid(v->u.text))
		return invalid(at, err, "an amount is not a decimal in a string");
	*out = v->u.text;
	return 0;
}

/* The difference a scope states, exact; NULL in *out when it states no amount at all. */
static int
delta(struct dx_arena *a, const struct scope *s, enum span span, const char **out, bool *basis_total, struct dx_err *err)
{
	const char *diff, *past, *total;

	if (read_figure(s, DIFF, span, &diff, err) != 0 || read_figure(s, PAST, span, &past, err) != 0 ||
	    read_figure(s, TOTAL, span, &total, err) != 0)
		return -1;
	*out = diff;
	if (diff == NULL && total != NULL && past != NULL) {
		*out = dx_decimal_sub(a, total, past);
	} else if (diff == NULL && total != NULL) {
		*out = total;
		*basis_total = true;
	}
	return 0;
}

/* The file's own sum, else the exact sum of its projects. */
static int
sum(struct dx_arena *a, const struct dx_json *doc, enum span span, const char **out, bool *basis_total, struct dx_err *err)
{
	const struct dx_json *projects = dx_json_get(doc, "projects");
	struct scope s = { .at = doc, .root = true };
	const char *one;

	if (delta(a, &s, span, out, basis_total, err) != 0)
		return -1;
	for (uint32_t i = 0; *out == NULL && i < projects->count; i++) {
		s = (struct scope){ .at = &projects->u.items[i], .index = i };
		if (delta(a, &s, span, &one, basis_total, err) != 0)
			return -1;
		if (one == NULL)
			continue;
		for (i++, *out = one; i < projects->count; i++) {
			s = (struct scope){ .at = &projects->u.items[i], .index = i };
			if (delta(a, &s, span, &one, basis_total, err) != 0)
				return -1;
			if (one != NULL)
				*out = dx_decimal_add(a, *out, one);
		}
	}
	return 0;
}

static int
round_once(const char *text, int places, struct dx_money *out, struct dx_err *err)
{
	return text == NULL ? 0 : dx_money_parse_signed(text, places, out, err);
}

static int
amounts(struct dx_arena *a, const struct dx_json *doc, const struct scope *project, struct dx_estimate *e, struct dx_err *err)
{
	const char *monthly, *hourly;
	int rc;

	if (project != NULL)
		rc = delta(a, project, MONTHLY, &monthly, &e->basis_total, err) != 0 ? -1 :
		    delta(a, project, HOURLY, &hourly, &e->basis_total, err);
	else
		rc = sum(a, doc, MONTHLY, &monthly, &e->basis_total, err) != 0 ? -1 :
		    sum(a, doc, HOURLY, &hourly, &e->basis_total, err);
	if (rc != 0)
		return -1;
	if (monthly == NULL)
		return invalid("/totalMonthlyCost", err, "it states no monthly cost");
	if (round_once(monthly, DX_MONTHLY, &e->monthly, err) != 0 || round_once(hourly, DX_HOURLY, &e->hourly, err) != 0)
		return dx_err_in(err, "cost file");
	e->present = true;
	return 0;
}

static bool
is_error(const struct dx_json *entry)
{
	return !dx_json_is(dx_json_get(entry, "isError"), DX_JSON_FALSE);
}

static bool
has_errors(const struct dx_json *project)
{
	const struct dx_json *lists[2] = { dx_json_get(project, "errors"),
		dx_json_get(dx_json_get(project, "metadata"), "errors") };

	for (int k = 0; k < 2; k++)
		for (uint32_t i = 0; dx_json_is(lists[k], DX_JSON_ARRAY) && i < lists[k]->count; i++)
			if (is_error(&lists[k]->u.items[i]))
				return true;
	return false;
}

static int
read_count(const struct dx_json *summary, const char *name, int64_t *out, bool *given, struct dx_err *err)
{
	const struct dx_json *v = dx_json_get(summary, name);

	if (v == NULL || v->type == DX_JSON_NULL)
		return 0;
	if (!dx_json_int64(v, out) || *out < 0 || *out > INT32_MAX)
		return invalid("/summary", err, "a count of resources is not a number");
	*given = true;
	return 0;
}

static int
pick(const struct dx_json *projects, const char *name, struct scope *out, struct dx_err *err)
{
	const char *other;
	uint32_t found = 0;

	for (uint32_t i = 0; i < projects->count; i++) {
		other = dx_json_get_str(&projects->u.items[i], "name");
		if (other != NULL && strcmp(other, name) == 0) {
			*out = (struct scope){ .at = &projects->u.items[i], .index = i };
			found++;
		}
	}
	if (found == 1)
		return 0;
	return dx_err_set_at(err, DX_R_COST_DOCUMENT_INVALID, "/projects", "%u projects of the cost file are named %s", found,
	    name);
}

static int
check_head(const struct dx_json *doc, struct dx_err *err)
{
	const char *version = dx_json_get_str(doc, "version"), *currency = dx_json_get_str(doc, "currency");

	if (version == NULL || strcmp(version, "0.2") != 0)
		return invalid("/version", err, "version is not \"0.2\"");
	if (!dx_json_is(dx_json_get(doc, "projects"), DX_JSON_ARRAY))
		return invalid("/projects", err, "projects is not a list");
	if (currency == NULL || strcmp(currency, "USD") != 0)
		return dx_err_set_at(err, DX_R_COST_CURRENCY_UNSUPPORTED, "/currency", "the cost file is in %.16s, not in USD",
		    currency != NULL ? currency : "no stated currency");
	return 0;
}

int
dx_estimate_costs(struct dx_arena *a, const struct dx_json *doc, const char *project, struct dx_estimate *out,
    struct dx_err *err)
{
	const struct dx_json *projects = dx_json_get(doc, "projects"), *summary;
	struct scope picked = { 0 };
	struct dx_estimate e = { 0 };

	if (check_head(doc, err) != 0 || (project != NULL && pick(projects, project, &picked, err) != 0))
		return -1;
	for (uint32_t i = 0; i < projects->count; i++)
		if ((project == NULL || i == picked.index) && has_errors(&projects->u.items[i]))
			e.errored = true;
	summary = dx_json_get(project != NULL ? picked.at : doc, "summary");
	if (read_count(summary, "totalUnsupportedResources", &e.unsupported, &e.counted, err) != 0 ||
	    read_count(summary, "totalNoPriceResources", &e.no_price, &e.counted, err) != 0)
		return -1;
	e.partial = e.unsupported > 0 || e.no_price > 0;
	if (!e.errored && amounts(a, doc, project != NULL ? &picked : NULL, &e, err) != 0)
		return -1;
	*out = e;
	return 0;
}
