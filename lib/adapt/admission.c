/* An AdmissionReview made a gate request (decisions page 13.1).  What it does not know it ignores, at every level (D33). */
#include <string.h>
#include "adapt/adapt.h"
#include "base/err.h"
#include "base/text.h"
#include "core/scope.h"
#include "json/pointer.h"

#define PREFIX	"dealix.io/"

struct review {
	struct dx_arena		*a;
	const struct dx_json	*request;
	const struct dx_json	*object;	/* oldObject when object is null (D32); NULL: neither */
	const char		*object_name;	/* its member of the request, for pointers */
	const struct dx_json	*labels, *annotations;
	const char		*resource, *subresource, *operation, *name;
	const char		*namespace;	/* "_" when there is none */
	bool			 has_namespace;
};

static int
bad(const char *at, const char *what, struct dx_err *err)
{
	return dx_err_set_at(err, DX_R_FIELD_INVALID, at, "%s", what);
}

static bool
is_blank(const char *text)
{
	size_t n;

	dx_trim(text, &n);
	return n == 0;
}

static const char *
filled(const struct dx_json *object, const char *name)
{
	const char *text = dx_json_get_str(object, name);

	return text != NULL && !is_blank(text) ? text : NULL;
}

/* The annotation of our prefix, else the label. */
static const char *
stated_by_workload(const struct review *v, const char *name)
{
	const char *text = filled(v->annotations, name);

	return text != NULL ? text : filled(v->labels, name);
}

/* --- reading --- */

static int
read_uid(struct dx_arena *a, const struct dx_json *review, const char **uid, struct dx_err *err)
{
	const struct dx_json *v = dx_json_get(dx_json_get(review, "request"), "uid");
	const char *text = dx_json_str(v);
	size_t n;

	if (v == NULL)
		return dx_err_set_at(err, DX_R_FIELD_MISSING, "/request/uid", "the review has no request.uid");
	if (text == NULL || is_blank(text) || dx_utf8_count(text, strlen(text)) > 256 || dx_has_control(text))
		return bad("/request/uid", "request.uid must be a text of 1 to 256 characters", err);
	n = strlen(text);
	*uid = dx_arena_dup(a, text, n);
	return 0;
}

static void
read_object(struct review *v)
{
	const struct dx_json *metadata;

	v->object_name = "object";
	v->object = dx_json_get(v->request, "object");
	if (!dx_json_is(v->object, DX_JSON_OBJECT)) {
		v->object_name = "oldObject";
		v->object = dx_json_get(v->request, "oldObject");
	}
	metadata = dx_json_get(v->object, "metadata");
	v->labels = dx_json_get(metadata, "labels");
	v->annotations = dx_json_get(metadata, "annotations");
}

/* Whether a resource lies in no namespace.  A review of one in a namespace names it, so only what came without a namespace is
 * asked about: of the API's own groups the list says it; in other groups there is none. */
static bool
is_cluster_scoped(const char *group, const char *resource)
{
	static const char *const groups[] = { "", "apps", "batch", "autoscaling", "policy", "extensions", NULL };
	static const char *const resources[] = {
		"apiservices", "certificatesigningrequests", "clusterrolebindings", "clusterroles", "clustertrustbundles",
		"componentstatuses", "csidrivers", "csinodes", "customresourcedefinitions", "deviceclasses", "flowschemas",
		"ingressclasses", "ipaddresses", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings",
		"mutatingwebhookconfigurations", "namespaces", "nodes", "persistentvolumes", "podsecuritypolicies",
		"priorityclasses", "prioritylevelconfigurations", "resourceslices", "runtimeclasses", "servicecidrs",
		"storageclasses", "storageversions", "validatingadmissionpolicies", "validatingadmissionpolicybindings",
		"validatingwebhookconfigurations", "volumeattachments", "volumeattributesclasses", NULL
	};
	size_t n = strlen(group);
	bool own = n > 7 && strcmp(group + n - 7, ".k8s.io") == 0;

	for (size_t i = 0; groups[i] != NULL; i++)
		own = own || strcmp(group, groups[i]) == 0;
	if (!own)
		return true;
	for (size_t i = 0; resources[i] != NULL; i++)
		if (strcmp(resource, resources[i]) == 0)
			return true;
	return false;
}

static void
read_names(struct review *v)
{
	const struct dx_json *metadata = dx_json_get(v->object, "metadata"), *kind = dx_json_get(v->request, "resource");
	const char *group = dx_json_get_str(kind, "group"), *generated;

	v->resource = filled(kind, "resource");
	v->subresource = filled(v->request, "subResource");
	v->operation = dx_json_get_str(v->request, "operation");
	v->namespace = filled(v->request, "namespace");
	if (v->namespace == NULL)
		v->namespace = filled(metadata, "namespace");
	v->has_namespace = true;
	if (v->namespace == NULL) {
		v->has_namespace = !is_cluster_scoped(group != NULL ? group : "", v->resource != NULL ? v->resource : "");
		v->namespace = v->has_namespace ? "default" : "_";
	}
	v->name = filled(v->request, "name");
	if (v->name == NULL)
		v->name = filled(metadata, "name");
	generated = filled(metadata, "generateName");
	if (v->name == NULL)
		v->name = generated != NULL ? dx_arena_printf(v->a, "%s*", generated) : "unnamed";
}

static int
check_request(const struct review *v, struct dx_err *err)
{
	static const char *const operations[] = { "CREATE", "UPDATE", "DELETE", "CONNECT", NULL };
	const struct dx_json *run = dx_json_get(v->request, "dryRun");
	bool known = false;

	if (v->resource == NULL)
		return dx_err_set_at(err, DX_R_FIELD_MISSING, "/request/resource/resource", "the review names no resource");
	if (filled(dx_json_get(v->request, "kind"), "kind") == NULL)
		return dx_err_set_at(err, DX_R_FIELD_MISSING, "/request/kind/kind", "the review names no kind");
	for (size_t i = 0; v->operation != NULL && operations[i] != NULL; i++)
		known = known || strcmp(v->operation, operations[i]) == 0;
	if (!known)
		return bad("/request/operation", "operation must be CREATE, UPDATE, DELETE or CONNECT", err);
	if (run != NULL && run->type != DX_JSON_NULL && !dx_json_is_bool(run))
		return bad("/request/dryRun", "dryRun must be true or false", err);
	return 0;
}

/* --- the members of the gate request --- */

/* The namespace decides before the workload does, or a workload could call itself nonprod. */
static const char *
environment(const struct review *v, const struct dx_policy *policy)
{
	const char *by_namespace = v->has_namespace ? dx_json_get_str(policy->namespaces, v->namespace) : NULL, *stated;

	if (by_namespace != NULL)
		return by_namespace;
	stated = stated_by_workload(v, PREFIX "environment");
	return stated != NULL ? stated : "";
}

static int
read_cost(const struct review *v, const char *name, int places, struct dx_money *out, bool *given, struct dx_err *err)
{
	const struct dx_json *value = dx_json_get(v->annotations, name);
	const char *text = dx_json_str(value);
	struct dx_buf at = { 0 };
	size_t n;

	*given = false;
	if (value == NULL || (text != NULL && is_blank(text)))
		return 0;
	if (text != NULL) {
		text = dx_trim(text, &n);
		text = dx_arena_dup(v->a, text, n);
	}
	*given = text != NULL && dx_money_parse(text, places, out, NULL) == 0;
	if (*given)
		return 0;
	dx_buf_printf(&at, "/request/%s/metadata/annotations", v->object_name);
	dx_pointer_name(&at, name);
	dx_err_set_at(err, DX_R_ADMISSION_ANNOTATION_INVALID, at.data, "annotation %s is not an amount of dollars: %.64s", name,
	    text != NULL ? text : "not a text");
	dx_buf_release(&at);
	return -1;
}

/* Those of our prefix: the others are none of the gate's business and would change the fingerprint. */
static struct dx_json
ours(struct dx_arena *a, const struct dx_json *all)
{
	struct dx_json out = dx_json_object();

	for (uint32_t i = 0; dx_json_is(all, DX_JSON_OBJECT) && i < all->count; i++)
		if (dx_starts(all->u.members[i].name, PREFIX) && all->u.members[i].value.type == DX_JSON_STRING)
			dx_json_put(a, &out, all->u.members[i].name, all->u.members[i].value);
	return out;
}

/* group, version and the last member of a kind or resource, as far as they are texts. */
static struct dx_json
triple(struct dx_arena *a, const struct dx_json *v, const char *last)
{
	const char *const names[] = { "group", "version", last };
	struct dx_json out = dx_json_object();

	for (int i = 0; i < 3; i++)
		dx_json_put(a, &out, names[i], dx_json_text(dx_json_get_str(v, names[i]) != NULL ?
		    dx_json_get_str(v, names[i]) : ""));
	return out;
}

static struct dx_json
metadata(const struct review *v)
{
	static const struct { const char *member, *annotation, *other; } stated[] = {
		{ "criticality", PREFIX "criticality", NULL },
		{ "resource_class", PREFIX "resource-class", PREFIX "resource_class" },
	};
	const struct dx_json *kind = dx_json_get(v->request, "kind");
	const char *user = dx_json_get_str(dx_json_get(v->request, "userInfo"), "username"), *text;
	char *type = dx_arena_printf(v->a, "%s", dx_json_get_str(kind, "kind"));
	struct dx_json m = dx_json_object();

	dx_lower(type);
	dx_json_put(v->a, &m, "admission_annotations", ours(v->a, v->annotations));
	dx_json_put(v->a, &m, "admission_kind", triple(v->a, kind, "kind"));
	dx_json_put(v->a, &m, "admission_labels", ours(v->a, v->labels));
	dx_json_put(v->a, &m, "admission_name", dx_json_text(v->name));
	dx_json_put(v->a, &m, "admission_namespace", dx_json_text(v->namespace));
	dx_json_put(v->a, &m, "admission_operation", dx_json_text(v->operation));
	dx_json_put(v->a, &m, "admission_resource", triple(v->a, dx_json_get(v->request, "resource"), "resource"));
	dx_json_put(v->a, &m, "admission_user", dx_json_text(user != NULL ? user : ""));
	for (size_t i = 0; i < sizeof(stated) / sizeof(stated[0]); i++) {
		text = filled(v->annotations, stated[i].annotation);
		if (text == NULL && stated[i].other != NULL)
			text = filled(v->annotations, stated[i].other);
		if (text != NULL)
			dx_json_put(v->a, &m, stated[i].member, dx_json_text(text));
	}
	dx_json_put(v->a, &m, "resource_type", dx_json_text(type));
	return m;
}

static int
map(const struct review *v, struct dx_request *r, struct dx_err *err)
{
	const char *project = stated_by_workload(v, PREFIX "project-id");
	bool hourly;
	char *action;

	if (read_cost(v, PREFIX "estimated-monthly-delta-usd", DX_MONTHLY, &r->monthly, &r->cost_estimate_present, err) != 0 ||
	    read_cost(v, PREFIX "estimated-hourly-delta-usd", DX_HOURLY, &r->hourly, &hourly, err) != 0)
		return -1;
	r->project_id = project != NULL ? project : v->has_namespace ? v->namespace : "default";
	action = dx_arena_printf(v->a, "admission.%s", v->operation);
	dx_lower(action);
	r->action = action;
	r->resource_reference = dx_arena_printf(v->a, "%s%s%s/%s/%s", v->resource, v->subresource != NULL ? "/" : "",
	    v->subresource != NULL ? v->subresource : "", v->namespace, v->name);
	r->metadata = metadata(v);
	r->dry_run = dx_json_is(dx_json_get(v->request, "dryRun"), DX_JSON_TRUE);
	return 0;
}

static int
check_kind(const struct dx_json *review, struct dx_err *err)
{
	const char *version = dx_json_get_str(review, "apiVersion"), *kind = dx_json_get_str(review, "kind");

	if (version == NULL || strcmp(version, "admission.k8s.io/v1") != 0)
		return dx_err_set_at(err, DX_R_ADMISSION_VERSION_UNSUPPORTED, "/apiVersion",
		    "apiVersion must be admission.k8s.io/v1, not %.64s", version != NULL ? version : "absent");
	if (kind == NULL || strcmp(kind, "AdmissionReview") != 0)
		return dx_err_set_at(err, DX_R_ADMISSION_VERSION_UNSUPPORTED, "/kind", "kind must be AdmissionReview, not %.64s",
		    kind != NULL ? kind : "absent");
	return 0;
}

int
dx_adapt_admission(struct dx_arena *a, const struct dx_json *review, const struct dx_policy *policy,
    const struct dx_stated *stated, struct dx_request *out, const char **uid, struct dx_err *err)
{
	struct dx_request r = { .source = DX_SOURCE_K8S, .notes = dx_json_array() };
	struct review v = { .a = a, .request = dx_json_get(review, "request") };

	*uid = NULL;
	if (read_uid(a, review, uid, err) != 0)
		return -1;
	r.key = *uid;
	read_object(&v);
	read_names(&v);
	r.environment_raw = environment(&v, policy);
	if (check_kind(review, err) != 0 || check_request(&v, err) != 0 || map(&v, &r, err) != 0 ||
	    dx_request_check(a, stated, &r, err) != 0) {
		/* the answer to this error depends on the mode, and so on where the workload is */
		if (stated != NULL && stated->environment != NULL)
			r.environment_raw = stated->environment;
		out->environment = dx_environment(a, r.environment_raw, policy->aliases);
		return -1;
	}
	*out = r;
	return 0;
}
