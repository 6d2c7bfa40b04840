/* What is made of a checked request: environment and fingerprint (decisions page 5.1), the stored object, and a request
 * again from that. */
#include <string.h>
#include "base/err.h"
#include "core/policy.h"
#include "core/request.h"
#include "core/scope.h"
#include "core/value.h"

static void
member(struct dx_buf *b, const char *name, const char *text)
{
	dx_buf_puts(b, name);
	dx_json_quote(text, strlen(text), b);
}

/* The canonical form, written down directly: the members are few and their order is known. */
static void
fingerprint(struct dx_request *r)
{
	char monthly[DX_MONEY_TEXT], hourly[DX_MONEY_TEXT];
	struct dx_buf b = { 0 };
	struct dx_sha256 digest;

	(void)dx_value_print(r->monthly, DX_MONTHLY, monthly);
	(void)dx_value_print(r->hourly, DX_HOURLY, hourly);
	dx_buf_grow(&b, 4096);
	member(&b, "{\"action\":", r->action);
	member(&b, ",\"environment\":", r->environment);
	member(&b, ",\"estimated_hourly_delta_usd\":", hourly);
	member(&b, ",\"estimated_monthly_delta_usd\":", monthly);
	dx_buf_puts(&b, ",\"metadata\":");
	dx_json_canon(&r->metadata, &b);
	member(&b, ",\"project_id\":", r->project_id);
	member(&b, ",\"resource_reference\":", r->resource_reference);
	member(&b, ",\"source\":", dx_source_names[r->source]);
	dx_buf_putc(&b, '}');
	dx_sha256(b.data, b.len, &digest);
	dx_sha256_hex(&digest, r->fingerprint);
	dx_buf_release(&b);
}

int
dx_request_finish(struct dx_arena *a, const struct dx_policy *policy, struct dx_request *r, struct dx_err *err)
{
	r->environment = dx_environment(a, r->environment_raw, policy != NULL ? policy->aliases : NULL);
	fingerprint(r);
	if (r->expected_fingerprint == NULL || strcmp(r->expected_fingerprint, r->fingerprint) == 0)
		return 0;
	return dx_err_set_at(err, DX_R_REQUEST_FINGERPRINT_MISMATCH, "/expected_request_fingerprint",
	    "the request has fingerprint %s, %s was expected", r->fingerprint, r->expected_fingerprint);
}

struct dx_json
dx_request_object(struct dx_arena *a, const struct dx_request *r)
{
	struct dx_json o = dx_value_object(a, 11);

	DX_PUT(&o, "action", dx_json_text(r->action));
	DX_PUT(&o, "cost_estimate_present", dx_json_bool(r->cost_estimate_present));
	DX_PUT(&o, "dry_run", dx_json_bool(r->dry_run));
	DX_PUT(&o, "environment", dx_json_text(r->environment));
	DX_PUT(&o, "estimated_hourly_delta_usd", dx_value_money(a, r->hourly, DX_HOURLY));
	DX_PUT(&o, "estimated_monthly_delta_usd", dx_value_money(a, r->monthly, DX_MONTHLY));
	DX_PUT(&o, "metadata", r->metadata);
	DX_PUT(&o, "project_id", dx_json_text(r->project_id));
	DX_PUT(&o, "resource_reference", dx_json_text(r->resource_reference));
	DX_PUT(&o, "schema", dx_json_text(DX_REQUEST_SCHEMA));
	DX_PUT(&o, "source", dx_json_text(dx_source_names[r->source]));
	return o;
}

static bool
text(const struct dx_json *o, const char *name, const char **out)
{
	return (*out = dx_json_get_str(o, name)) != NULL;
}

static bool
flag(const struct dx_json *o, const char *name, bool *out)
{
	const struct dx_json *v = dx_json_get(o, name);

	*out = dx_json_is(v, DX_JSON_TRUE);
	return dx_json_is_bool(v);
}

int
dx_request_load(struct dx_arena *a, const struct dx_json *object, struct dx_request *out, struct dx_err *err)
{
	const struct dx_json *metadata = dx_json_get(object, "metadata");
	int source = dx_word(dx_source_names, dx_json_get_str(object, "source"));
	struct dx_request r = { 0 };

	(void)a;
	if (source < 0 || !dx_json_is(metadata, DX_JSON_OBJECT) || !text(object, "action", &r.action) ||
	    !text(object, "environment", &r.environment) || !text(object, "project_id", &r.project_id) ||
	    !text(object, "resource_reference", &r.resource_reference) || !flag(object, "dry_run", &r.dry_run) ||
	    !flag(object, "cost_estimate_present", &r.cost_estimate_present) ||
	    !dx_value_read_money(dx_json_get(object, "estimated_hourly_delta_usd"), DX_HOURLY, &r.hourly) ||
	    !dx_value_read_money(dx_json_get(object, "estimated_monthly_delta_usd"), DX_MONTHLY, &r.monthly) ||
	    r.hourly.micro < 0 || r.monthly.micro < 0)
		return dx_err_set(err, DX_R_STORE_CORRUPT, "a stored request cannot be read");
	r.source = (enum dx_source)source;
	r.environment_raw = r.environment;
	r.metadata = *metadata;
	*out = r;
	return 0;
}
