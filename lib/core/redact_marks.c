/* Marks (inputs page 1.4, rule 1): what a document says is sensitive somewhere else than at the value itself, as a tree whose
 * `true` leaves name the places. */
#include "core/redact_parts.h"

#define LAST_APPLIED	"kubectl.kubernetes.io/last-applied-configuration"

static bool
says_sensitive(const struct dx_json *declaration)
{
	return dx_json_is(dx_json_get(declaration, "sensitive"), DX_JSON_TRUE);
}

static struct dx_json
one(struct dx_arena *a, const char *name, struct dx_json value)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, name, value);
	return o;
}

/* {name: what} for every member of `declarations` that says sensitive, and with `by_name` for names that say a secret. */
static void
collect(struct dx_arena *a, const struct dx_json *declarations, bool by_name, struct dx_json what, struct dx_json *out)
{
	const struct dx_member *m;

	if (!dx_json_is(declarations, DX_JSON_OBJECT))
		return;
	for (uint32_t i = 0; i < declarations->count; i++) {
		m = &declarations->u.members[i];
		if (says_sensitive(&m->value) || (by_name && dx_redact_name(m->name, m->name_len)))
			dx_json_put(a, out, m->name, what);
	}
}

/* Old plans say that an output is sensitive in one place and print it in three; a variable says it in its declaration. */
static struct dx_json
plan_marks(struct dx_arena *a, const struct dx_json *plan)
{
	const struct dx_json *module = dx_json_get(dx_json_get(plan, "configuration"), "root_module");
	const struct dx_json *planned = dx_json_get(dx_json_get(plan, "planned_values"), "outputs");
	const struct dx_json *prior = dx_json_get(dx_json_get(dx_json_get(plan, "prior_state"), "values"), "outputs");
	struct dx_json marks = dx_json_object(), variables = dx_json_object(), outputs = dx_json_object();
	struct dx_json variable = one(a, "value", dx_json_bool(true)), output = one(a, "value", dx_json_bool(true));

	dx_json_put(a, &output, "before", dx_json_bool(true));
	dx_json_put(a, &output, "after", dx_json_bool(true));
	collect(a, dx_json_get(module, "variables"), false, variable, &variables);
	collect(a, dx_json_get(module, "outputs"), false, output, &outputs);
	collect(a, planned, false, output, &outputs);
	collect(a, prior, false, output, &outputs);
	collect(a, dx_json_get(plan, "output_changes"), true, output, &outputs);
	dx_json_put(a, &marks, "variables", variables);
	dx_json_put(a, &marks, "output_changes", outputs);
	dx_json_put(a, &marks, "planned_values", one(a, "outputs", outputs));
	dx_json_put(a, &marks, "prior_state", one(a, "values", one(a, "outputs", outputs)));
	return marks;
}

struct dx_json
dx_redact_secret_marks(struct dx_arena *a)
{
	struct dx_json marks = one(a, "data", dx_json_bool(true));

	dx_json_put(a, &marks, "stringData", dx_json_bool(true));
	dx_json_put(a, &marks, "metadata", one(a, "annotations", one(a, LAST_APPLIED, dx_json_bool(true))));
	return marks;
}

/* The review says what kind its objects are, whether or not they say it themselves. */
static struct dx_json
review_marks(struct dx_arena *a, const struct dx_json *review)
{
	const char *kind = dx_json_get_str(dx_json_get(dx_json_get(review, "request"), "kind"), "kind");
	struct dx_json objects, secret;

	if (kind == NULL || strcmp(kind, "Secret") != 0)
		return dx_json_null();
	secret = dx_redact_secret_marks(a);
	objects = one(a, "object", secret);
	dx_json_put(a, &objects, "oldObject", secret);
	return one(a, "request", objects);
}

struct dx_json
dx_redact_marks(struct dx_arena *a, const struct dx_json *doc, enum dx_redact_kind kind)
{
	if (kind == DX_REDACT_PLAN)
		return plan_marks(a, doc);
	if (kind == DX_REDACT_ADMISSION)
		return review_marks(a, doc);
	return dx_json_null();
}

struct dx_json
dx_redact_call_marks(struct dx_arena *a, const struct dx_json *module)
{
	struct dx_json out = dx_json_object();

	collect(a, dx_json_get(module, "variables"), false, one(a, "constant_value", dx_json_bool(true)), &out);
	return out;
}
