/* Gate requests read and checked (decisions pages 3.1, 5.2).  Stored requests are request_object.c. */
#include <string.h>
#include "base/err.h"
#include "base/text.h"
#include "core/request.h"
#include "core/request_inner.h"

#define KEY_MIN	4
#define KEY_PREFIX_MAX	32

enum field {
	F_ACTION, F_DRY_RUN, F_ENVIRONMENT, F_HOURLY, F_MONTHLY, F_EXPECTED, F_KEY, F_METADATA, F_PROJECT, F_REOPEN,
	F_RESOURCE, F_SCHEMA, F_SOURCE, F_COUNT
};
static const char *const field_at[F_COUNT] = {
	"/action", "/dry_run", "/environment", "/estimated_hourly_delta_usd", "/estimated_monthly_delta_usd",
	"/expected_request_fingerprint", "/idempotency_key", "/metadata", "/project_id", "/reopen",
	"/resource_reference", "/schema", "/source"
};

struct text_rule { enum field field; size_t max; bool lower, may_be_empty; };
static const struct text_rule project_rule = { F_PROJECT, 128, true, false };
static const struct text_rule environment_rule = { F_ENVIRONMENT, 32, false, true };
static const struct text_rule action_rule = { F_ACTION, 64, true, false };
static const struct text_rule resource_rule = { F_RESOURCE, 512, false, false };

/* --- texts --- */

/* Without blanks around it, in lower case when asked; the text itself when there is nothing to do. */
static const char *
tidy(struct dx_arena *a, const char *text, bool lower)
{
	size_t n, whole = strlen(text);
	const char *at = dx_trim(text, &n);
	bool upper = false;
	char *copy;

	for (size_t i = 0; lower && i < n; i++)
		upper |= at[i] >= 'A' && at[i] <= 'Z';
	if (!upper && at + n == text + whole)
		return at;
	copy = dx_arena_dup(a, at, n);
	if (lower)
		dx_lower(copy);
	return copy;
}

/* The pointer of a member, or "" when an option stated it instead. */
static const char *
where(enum field f, bool option)
{
	return option ? "" : field_at[f];
}

static int
check_text(struct dx_arena *a, const struct text_rule *rule, const char *option, const char **text, struct dx_err *err)
{
	const char *at = where(rule->field, option != NULL), *name = field_at[rule->field] + 1;
	size_t n;

	if (option != NULL)
		*text = option;
	if (*text == NULL)
		return dx_err_set_at(err, DX_R_FIELD_MISSING, at, "%s is required", name);
	*text = tidy(a, *text, rule->lower);
	if (**text == '\0' && !rule->may_be_empty)
		return dx_err_set_at(err, DX_R_FIELD_EMPTY, at, "%s is empty", name);
	if (dx_has_control(*text))
		return dx_err_set_at(err, DX_R_TEXT_INVALID, at, "%s holds a control character", name);
	n = strlen(*text);
	if (n > rule->max && (n = dx_utf8_count(*text, n)) > rule->max)
		return dx_err_set_at(err, DX_R_FIELD_TOO_LONG, at, "%s has %zu characters, at most %zu are allowed",
		    name, n, rule->max);
	return 0;
}

/* --- keys --- */

static bool
printable(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < 0x21 || *s > 0x7e)
			return false;
	return true;
}

/* A key that somebody chose. */
static int
check_key(struct dx_arena *a, const char *at, const char **key, struct dx_err *err)
{
	size_t n;

	*key = tidy(a, *key, false);
	n = strlen(*key);
	if (!printable(*key))
		return dx_err_set_at(err, DX_R_TEXT_INVALID, at,
		    "idempotency_key may hold printable ASCII characters only");
	if (n < KEY_MIN || n > DX_KEY_MAX)
		return dx_err_set_at(err, DX_R_IDEMPOTENCY_KEY_LENGTH, at,
		    "idempotency_key has %zu characters, %d to %d are allowed", n, KEY_MIN, DX_KEY_MAX);
	return 0;
}

const char *
dx_request_default_key(struct dx_arena *a, enum dx_source source, const char *full)
{
	char hex[DX_SHA256_HEX];
	struct dx_sha256 digest;
	const char *colon = strchr(full, ':'), *prefix = dx_source_names[source];
	size_t n = strlen(full);

	if (n <= DX_KEY_MAX && printable(full))
		return full;
	dx_sha256(full, n, &digest);
	dx_sha256_hex(&digest, hex);
	if (colon != NULL && colon > full && colon - full <= KEY_PREFIX_MAX) {
		const char *stated = dx_arena_dup(a, full, (size_t)(colon - full));

		prefix = printable(stated) ? stated : prefix;
	}
	return dx_arena_printf(a, "%s:sha256:%s", prefix, hex);
}

static int
apply_key(struct dx_arena *a, const struct dx_stated *stated, struct dx_request *r, struct dx_err *err)
{
	const char *key = stated != NULL ? stated->key : NULL;

	if (key != NULL) {
		if (check_key(a, "", &key, err) != 0)
			return -1;
		r->key = key;
	} else if (r->key != NULL) {
		r->key = dx_request_default_key(a, r->source, r->key);
	}
	return 0;
}

/* --- the whole --- */

int
dx_request_check(struct dx_arena *a, const struct dx_stated *stated, struct dx_request *r, struct dx_err *err)
{
	static const struct dx_stated nothing;

	if (stated == NULL)
		stated = &nothing;
	if (r->project_id == NULL)
		r->project_id = "default";
	if (r->environment_raw == NULL)
		r->environment_raw = "";
	if (r->metadata.type == DX_JSON_NULL)
		r->metadata = dx_json_object();
	r->dry_run |= stated->dry_run;
	r->reopen |= stated->reopen;
	if (check_text(a, &project_rule, stated->project, &r->project_id, err) != 0 ||
	    check_text(a, &environment_rule, stated->environment, &r->environment_raw, err) != 0 ||
	    check_text(a, &action_rule, stated->action, &r->action, err) != 0 ||
	    check_text(a, &resource_rule, stated->resource, &r->resource_reference, err) != 0)
		return -1;
	return dx_metadata_check(&r->metadata, "/metadata", err) != 0 ? -1 : apply_key(a, stated, r, err);
}

static int
wrong(enum field f, const char *what, struct dx_err *err)
{
	return dx_err_set_at(err, DX_R_FIELD_INVALID, field_at[f], "%s must be %s", field_at[f] + 1, what);
}

/* The members by field; one that no request has is refused. */
static int
members(const struct dx_json *doc, const struct dx_json *v[F_COUNT], struct dx_err *err)
{
	for (uint32_t i = 0; i < doc->count; i++) {
		const struct dx_member *m = &doc->u.members[i];
		int f = 0;

		while (f < F_COUNT && strcmp(field_at[f] + 1, m->name) != 0)
			f++;
		if (f == F_COUNT) {
			struct dx_buf at = { 0 };

			dx_pointer_name(&at, m->name);
			dx_err_set_at(err, DX_R_UNKNOWN_FIELD, at.data, "a request has no member %s", m->name);
			dx_buf_release(&at);
			return -1;
		}
		v[f] = &m->value;
	}
	return 0;
}

static int
take_text(const struct dx_json *v, enum field f, const char **out, struct dx_err *err)
{
	if (v == NULL)
		return 0;
	*out = dx_json_str(v);
	return *out != NULL ? 0 : wrong(f, "a string", err);
}

static int
take_bool(const struct dx_json *v, enum field f, bool *out, struct dx_err *err)
{
	if (v == NULL)
		return 0;
	*out = dx_json_is(v, DX_JSON_TRUE);
	return dx_json_is_bool(v) ? 0 : wrong(f, "true or false", err);
}

/* As take_text; null counts as not given. */
static int
take_nullable(const struct dx_json *v, enum field f, const char **out, struct dx_err *err)
{
	return dx_json_is(v, DX_JSON_NULL) ? 0 : take_text(v, f, out, err);
}

static int
take_source(const struct dx_json *v, enum dx_source *out, struct dx_err *err)
{
	const char *word = NULL;
	int source;

	*out = DX_SOURCE_CI;
	if (v == NULL)
		return 0;
	if (take_text(v, F_SOURCE, &word, err) != 0)
		return -1;
	source = dx_word(dx_source_names, word);
	if (source < 0 || source == DX_SOURCE_CLOUD_EVENT)	/* an event comes in an envelope of its own */
		return dx_err_set_at(err, DX_R_SOURCE_UNKNOWN, field_at[F_SOURCE],
		    "source must be terraform, k8s_admission or ci, not %s", word);
	*out = (enum dx_source)source;
	return 0;
}

static int
take_money(const struct dx_json *const v[F_COUNT], struct dx_request *r, struct dx_err *err)
{
	if (v[F_MONTHLY] == NULL)
		return dx_err_set_at(err, DX_R_FIELD_MISSING, field_at[F_MONTHLY], "%s is required",
		    field_at[F_MONTHLY] + 1);
	if (dx_money_json(v[F_MONTHLY], DX_MONTHLY, field_at[F_MONTHLY], &r->monthly, err) != 0)
		return -1;
	r->cost_estimate_present = true;
	return v[F_HOURLY] == NULL ? 0 : dx_money_json(v[F_HOURLY], DX_HOURLY, field_at[F_HOURLY], &r->hourly, err);
}

static int
take_expected(struct dx_arena *a, const struct dx_json *v, const char **out, struct dx_err *err)
{
	if (take_nullable(v, F_EXPECTED, out, err) != 0)
		return -1;
	if (*out == NULL)
		return 0;
	*out = tidy(a, *out, true);
	return dx_hex_is(*out, 64) ? 0 : wrong(F_EXPECTED, "64 hex digits", err);
}

static int
take_key(struct dx_arena *a, const struct dx_json *v, const struct dx_stated *stated, struct dx_request *r,
    struct dx_err *err)
{
	const char *option = stated != NULL ? stated->key : NULL;

	if (take_nullable(v, F_KEY, &r->key, err) != 0)
		return -1;
	if (r->key == NULL)
		return 0;
	if (check_key(a, field_at[F_KEY], &r->key, err) != 0)
		return -1;
	if (option != NULL && strcmp(tidy(a, option, false), r->key) != 0)
		return dx_err_set_at(err, DX_R_IDEMPOTENCY_KEY_CONFLICT, field_at[F_KEY],
		    "the request and the call state different idempotency keys");
	return 0;
}

static int
take_rest(const struct dx_json *const v[F_COUNT], struct dx_request *r, struct dx_err *err)
{
	const char *schema = DX_REQUEST_SCHEMA;

	if (take_text(v[F_SCHEMA], F_SCHEMA, &schema, err) != 0)
		return -1;
	if (strcmp(schema, DX_REQUEST_SCHEMA) != 0)
		return wrong(F_SCHEMA, DX_REQUEST_SCHEMA, err);
	if (v[F_METADATA] != NULL && !dx_json_is(v[F_METADATA], DX_JSON_OBJECT))
		return wrong(F_METADATA, "an object", err);
	if (v[F_METADATA] != NULL)
		r->metadata = *v[F_METADATA];
	return take_bool(v[F_DRY_RUN], F_DRY_RUN, &r->dry_run, err) != 0 ? -1 :
	    take_bool(v[F_REOPEN], F_REOPEN, &r->reopen, err);
}

int
dx_request_read(struct dx_arena *a, const struct dx_json *doc, const struct dx_stated *stated, struct dx_request *out,
    struct dx_err *err)
{
	const struct dx_json *v[F_COUNT] = { NULL };
	struct dx_request r = { 0 };

	if (!dx_json_is(doc, DX_JSON_OBJECT))
		return dx_err_set_at(err, DX_R_FIELD_INVALID, "", "a request must be an object");
	if (members(doc, v, err) != 0 || take_rest(v, &r, err) != 0 || take_source(v[F_SOURCE], &r.source, err) != 0 ||
	    take_text(v[F_PROJECT], F_PROJECT, &r.project_id, err) != 0 ||
	    take_text(v[F_ENVIRONMENT], F_ENVIRONMENT, &r.environment_raw, err) != 0 ||
	    take_text(v[F_ACTION], F_ACTION, &r.action, err) != 0 ||
	    take_text(v[F_RESOURCE], F_RESOURCE, &r.resource_reference, err) != 0 || take_money(v, &r, err) != 0 ||
	    take_expected(a, v[F_EXPECTED], &r.expected_fingerprint, err) != 0 ||
	    take_key(a, v[F_KEY], stated, &r, err) != 0 || dx_request_check(a, stated, &r, err) != 0)
		return -1;
	*out = r;
	return 0;
}

const char *
dx_request_key(const struct dx_request *r, bool *derived)
{
	*derived = r->key == NULL;
	return *derived ? r->fingerprint : r->key;
}
