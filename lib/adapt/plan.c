/* A Terraform plan made a gate request (inputs pages 1.1, 1.2). */
#include <string.h>
#include "adapt/adapt.h"
#include "adapt/change.h"
#include "adapt/estimate.h"
#include "base/err.h"
#include "base/text.h"
#include "core/redact.h"

#define METADATA_MAX	65536	/* bytes; dx_request_check refuses more */
#define HOW_TO	"make one with: terraform show -json PLANFILE"

static int
check_version(const struct dx_json *v, struct dx_err *err)
{
	const char *text = dx_json_str(v);
	size_t major;

	if (text == NULL)
		return dx_err_set_at(err, DX_R_PLAN_NOT_RECOGNISED, "/format_version",
		    "this is not a Terraform plan: format_version is not a text; " HOW_TO);
	major = strcspn(text, ".");
	if (major != 1 || (text[0] != '0' && text[0] != '1'))
		return dx_err_set_at(err, DX_R_PLAN_FORMAT_UNSUPPORTED, "/format_version",
		    "plans of format 0 and 1 are read, this one has format %.40s", text);
	return 0;
}

static int
recognise(const struct dx_json *plan, struct dx_err *err)
{
	if (dx_json_get(plan, "format_version") == NULL)
		return dx_err_set_at(err, DX_R_PLAN_NOT_RECOGNISED, "",
		    "this is not a Terraform plan: it has no format_version; " HOW_TO);
	if (check_version(dx_json_get(plan, "format_version"), err) != 0)
		return -1;
	if (dx_json_get(plan, "resource_changes") == NULL && dx_json_get(plan, "planned_values") == NULL)
		return dx_err_set_at(err, DX_R_PLAN_NOT_RECOGNISED, "", "this is not a Terraform plan: it has neither "
		    "resource_changes nor planned_values (a state, perhaps); " HOW_TO);
	if (dx_json_is(dx_json_get(plan, "errored"), DX_JSON_TRUE))
		return dx_err_set_at(err, DX_R_PLAN_ERRORED, "/errored", "the plan ended in an error; plan again");
	return 0;
}

static struct dx_json
changes_object(struct dx_arena *a, const struct dx_tally *t)
{
	static const char *const names[] = { "create", "update", "delete", "replace", "read", "forget", "no_op" };
	struct dx_json o = dx_json_object();

	for (unsigned i = 0; i < DX_CHANGE_COUNT; i++)
		dx_json_put(a, &o, names[i], dx_json_int(a, t->count[i]));
	dx_json_put(a, &o, "import", dx_json_int(a, t->imports));
	return o;
}

/* Addresses may hold keys of for_each, and these may be secrets.  The secrets of the whole plan are learnt only when there is
 * an address to show. */
static struct dx_json
destructive(struct dx_arena *a, const struct dx_json *plan, const struct dx_tally *t)
{
	struct dx_json list = dx_json_array();
	struct dx_redact redact = { 0 };
	size_t bytes = 0;

	for (size_t i = 0; i < t->destructive_count; i++)
		bytes += strlen(t->destructive[i]);
	if (bytes > 0 && bytes <= METADATA_MAX)	/* longer ones are refused in a moment: not worth a search */
		dx_redact_learn(&redact, plan, DX_REDACT_PLAN);
	for (size_t i = 0; i < t->destructive_count; i++)
		dx_json_push(a, &list, dx_json_text(bytes > METADATA_MAX ? t->destructive[i] :
		    dx_redact_text(&redact, a, t->destructive[i])));
	dx_redact_release(&redact);
	return list;
}

static void
plan_metadata(struct dx_arena *a, const struct dx_json *plan, const struct dx_plan_options *o, const struct dx_tally *t,
    struct dx_json *m)
{
	const char *version = dx_json_get_str(plan, "terraform_version");
	const struct dx_json *drift = dx_json_get(plan, "resource_drift");

	dx_json_put(a, m, "plan_sha256", dx_json_text(o->plan_sha256));
	if (o->planfile_sha256 != NULL)
		dx_json_put(a, m, "planfile_sha256", dx_json_text(o->planfile_sha256));
	if (version != NULL)
		dx_json_put(a, m, "terraform_version", dx_json_text(version));
	dx_json_put(a, m, "changes", changes_object(a, t));
	dx_json_put(a, m, "resource_types", dx_change_types(a, plan));
	dx_json_put(a, m, "destructive", destructive(a, plan, t));
	dx_json_put(a, m, "drift", dx_json_int(a, dx_json_is(drift, DX_JSON_ARRAY) ? drift->count : 0));
	dx_json_put(a, m, "providers", dx_change_providers(a, plan));
}

static int
estimate(struct dx_arena *a, const struct dx_json *plan, const struct dx_plan_options *o, bool noop,
    struct dx_estimate *e, struct dx_err *err)
{
	*e = (struct dx_estimate){ 0 };
	if (o->costs != NULL && dx_estimate_costs(a, o->costs, o->cost_project, e, err) != 0)
		return -1;
	if (o->costs == NULL && o->prices != NULL && dx_estimate_prices(a, plan, o->prices, e, err) != 0)
		return -1;
	if (noop)		/* what changes nothing costs nothing, whatever a file says */
		*e = (struct dx_estimate){ .present = true };
	return 0;
}

static void
note(struct dx_arena *a, struct dx_request *r, bool holds, enum dx_reason reason)
{
	if (holds)
		dx_json_push(a, &r->notes, dx_json_text(dx_reason_code(reason)));
}

static void
take_estimate(struct dx_arena *a, const struct dx_estimate *e, struct dx_request *r)
{
	char text[DX_MONEY_TEXT];

	r->cost_estimate_present = e->present;
	r->monthly = e->monthly;
	r->hourly = e->hourly;
	if (r->monthly.micro < 0) {
		dx_money_print(r->monthly, DX_MONTHLY, text);
		dx_json_put(a, &r->metadata, "raw_monthly_delta_usd", dx_json_string(a, text));
		r->monthly.micro = 0;
	}
	if (r->hourly.micro < 0)
		r->hourly.micro = 0;
	if (e->counted && e->partial) {
		dx_json_put(a, &r->metadata, "cost_unsupported_resources", dx_json_int(a, e->unsupported));
		dx_json_put(a, &r->metadata, "cost_no_price_resources", dx_json_int(a, e->no_price));
	}
	if (e->unpriced.type == DX_JSON_ARRAY && e->unpriced.count > 0)
		dx_json_put(a, &r->metadata, "unpriced_types", e->unpriced);
	note(a, r, e->basis_total, DX_R_COST_BASIS_TOTAL);
	note(a, r, e->errored, DX_R_COST_ESTIMATE_ERRORED);
	note(a, r, e->partial, DX_R_COST_ESTIMATE_PARTIAL);
}

static int
reference(struct dx_arena *a, const struct dx_plan_options *o, const char **out, struct dx_err *err)
{
	const char *name;
	size_t n;

	if (o->workspace == NULL) {
		*out = dx_arena_printf(a, "tfplan:%s", o->plan_sha256);
		return 0;
	}
	name = dx_trim(o->workspace, &n);
	if (n == 0)
		return dx_err_set(err, DX_R_FIELD_EMPTY, "--workspace is empty");
	*out = dx_arena_printf(a, "workspace:%s", dx_arena_dup(a, name, n));
	return 0;
}

int
dx_adapt_plan(struct dx_arena *a, const struct dx_json *plan, const struct dx_plan_options *o,
    const struct dx_stated *stated, struct dx_request *out, struct dx_err *err)
{
	struct dx_request r = { .source = DX_SOURCE_TERRAFORM, .metadata = dx_json_object(), .notes = dx_json_array() };
	struct dx_estimate e;
	struct dx_tally t;

	if (recognise(plan, err) != 0 || dx_change_tally(plan, &t, err) != 0 ||
	    reference(a, o, &r.resource_reference, err) != 0)
		return -1;
	r.action = dx_change_action(&t);
	if (estimate(a, plan, o, strcmp(r.action, "terraform.noop") == 0, &e, err) != 0)
		return -1;
	plan_metadata(a, plan, o, &t, &r.metadata);
	take_estimate(a, &e, &r);
	note(a, &r, dx_json_is(dx_json_get(plan, "complete"), DX_JSON_FALSE), DX_R_PLAN_INCOMPLETE);
	if (dx_request_check(a, stated, &r, err) != 0)
		return -1;
	*out = r;
	return 0;
}
