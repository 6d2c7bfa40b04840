/* The members of an entry, its decision columns and its details, against the tables of ledger pages 1.1, 1.2 and 2.1. */
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "core/entry.h"
#include "core/entry_value.h"
#include "core/event.h"

#define DETAILS_MAX	64
#define DETAILS_BYTES	16384
#define SUBJECT_POINTS	512

static const char *const statuses[] = { "pending", "approved", "denied", "expired", "cancelled", NULL };
static const char *const auths[] = { "os-user", "sshsig", "server", "system", NULL };
static const char *const risks[] = { "low", "medium", "high", NULL };

/* All tables in canonical order of names: a canonical document then is walked once. */
static const struct dx_entry_field entry_fields[] = {
	{ "actor", 'o', false, 0, NULL },
	{ "approval", 'o', true, 0, NULL },
	{ "decision", 'o', true, 0, NULL },
	{ "details", 'o', false, 0, NULL },
	{ "event", 't', false, 64, NULL },
	{ "ledger_id", 'U', false, 0, NULL },
	{ "origin", 'O', false, 0, NULL },
	{ "prev", 'S', false, 0, NULL },
	{ "recorded_at", 'W', false, 0, NULL },
	{ "schema", 's', false, 0, NULL },
	{ "seq", 'N', false, 0, NULL },
	{ "subject", 'o', false, 0, NULL },
	{ "tenant_id", 'n', false, 0, NULL },
	{ NULL, 0, false, 0, NULL }
};

static const struct dx_entry_field actor_fields[] = {
	{ "auth", 'e', false, 0, auths },
	{ "id", 'A', false, 0, NULL },
	{ "role", 'e', false, 0, dx_role_names },
	{ NULL, 0, false, 0, NULL }
};

static const struct dx_entry_field approval_fields[] = {
	{ "id", 'U', false, 0, NULL },
	{ "status", 'e', false, 0, statuses },
	{ NULL, 0, false, 0, NULL }
};

static const struct dx_entry_field subject_fields[] = {
	{ "id", 't', false, SUBJECT_POINTS, NULL },
	{ "type", 't', false, 64, NULL },
	{ NULL, 0, false, 0, NULL }
};

static const struct dx_entry_field decision_fields[] = {
	{ "action", 't', false, 64, NULL },
	{ "anomaly_signal", 'B', true, 0, NULL },
	{ "approval_required", 'B', false, 0, NULL },
	{ "burn_rate_daily_usd", 'm', true, 0, NULL },
	{ "computed_context_sha256", 'S', true, 0, NULL },
	{ "created_by_user_id", 'A', true, 0, NULL },
	{ "decision", 'e', false, 0, dx_verdict_names },
	{ "decision_created_at", 'W', false, 0, NULL },
	{ "decision_id", 'U', false, 0, NULL },
	{ "dry_run", 'B', false, 0, NULL },
	{ "environment", 't', false, 32, NULL },
	{ "estimated_hourly_delta_usd", 'H', false, 0, NULL },
	{ "estimated_monthly_delta_usd", 'M', false, 0, NULL },
	{ "forecast_eom_usd", 'm', true, 0, NULL },
	{ "generation", 'P', false, 0, NULL },
	{ "idempotency_key", 't', false, 128, NULL },
	{ "mode", 'e', false, 0, dx_mode_names },
	{ "policy_document_schema_version", 't', false, 64, NULL },
	{ "policy_document_sha256", 'S', false, 0, NULL },
	{ "policy_version", 'N', false, 0, NULL },
	{ "project_id", 't', false, 128, NULL },
	{ "reason_codes", 'C', false, 0, NULL },
	{ "request_fingerprint", 'S', false, 0, NULL },
	{ "request_payload_sha256", 'S', false, 0, NULL },
	{ "reserved_allocation_usd", 'M', false, 0, NULL },
	{ "reserved_credit_usd", 'M', false, 0, NULL },
	{ "reserved_total_usd", 'M', false, 0, NULL },
	{ "reserved_unbudgeted_usd", 'M', false, 0, NULL },
	{ "resource_reference", 't', false, 512, NULL },
	{ "response_payload_sha256", 'S', false, 0, NULL },
	{ "risk_class", 'e', true, 0, risks },
	{ "risk_score", 'I', true, 0, NULL },
	{ "source", 'e', false, 0, dx_source_names },
	{ "unfunded_usd", 'M', false, 0, NULL },
	{ NULL, 0, false, 0, NULL }
};

/* --- a table of members --- */

static int
wrong(struct dx_err *err, const char *at, const char *name, const char *what)
{
	char where[DX_ERR_AT];

	(void)snprintf(where, sizeof(where), "%s/%s", at, name);
	return dx_err_set_at(err, DX_R_ENTRY_SCHEMA, where, "%s", what);
}

/* The member of that name; *next is where a canonical object has it. */
static const struct dx_json *
member(const struct dx_json *object, const char *name, uint32_t *next)
{
	if (*next < object->count && strcmp(object->u.members[*next].name, name) == 0)
		return &object->u.members[(*next)++].value;
	if ((object->flags & DX_JSON_SORTED) != 0 && *next < object->count && strcmp(object->u.members[*next].name, name) > 0)
		return NULL;		/* names are ASCII, so their order is that of bytes */
	return dx_json_get(object, name);
}

static int
unknown_member(const struct dx_json *object, const struct dx_entry_field *f, const char *at, struct dx_err *err)
{
	struct dx_buf name = { 0 };
	int rc = 0;

	for (uint32_t i = 0; i < object->count && rc == 0; i++) {
		const struct dx_entry_field *k = f;

		while (k->name != NULL && strcmp(k->name, object->u.members[i].name) != 0)
			k++;
		if (k->name != NULL)
			continue;
		dx_json_quote(object->u.members[i].name, object->u.members[i].name_len, &name);
		rc = dx_err_set_at(err, DX_R_ENTRY_SCHEMA, at, "unknown member %s", name.data);
	}
	dx_buf_release(&name);
	return rc;
}

static int
check_fields(const struct dx_json *object, const struct dx_entry_field *f, const char *at, struct dx_err *err)
{
	uint32_t next = 0, found = 0;

	for (const struct dx_entry_field *k = f; k->name != NULL; k++) {
		const struct dx_json *v = member(object, k->name, &next);

		if (v == NULL && !k->optional)
			return wrong(err, at, k->name, "missing");
		if (v != NULL && !dx_entry_value_is(v, k->type, k))
			return wrong(err, at, k->name, "not a value of the right type, form or range");
		found += v != NULL;
	}
	return found == object->count ? 0 : unknown_member(object, f, at, err);
}

/* --- details --- */

/* "name?:E(a,b)" of one event: the next word, false at the end. */
struct detail { const char *name, *type; size_t name_len; bool optional; };

static bool
next_detail(const char **spec, struct detail *d)
{
	const char *s = *spec + strspn(*spec, " "), *colon = strchr(s, ':');

	if (colon == NULL)
		return false;
	d->name = s;
	d->optional = colon[-1] == '?';
	d->name_len = (size_t)(colon - s) - d->optional;
	d->type = colon + 1;
	*spec = colon + strcspn(colon, " ");
	return true;
}

/* words: "(a,b)". */
static bool
one_of(const char *words, const char *s)
{
	size_t n = s != NULL ? strlen(s) : 0;

	for (const char *w = words + 1; s != NULL && *w != '\0'; w++) {
		size_t len = strcspn(w, ",)");

		if (len == n && memcmp(w, s, n) == 0)
			return true;
		w += len;
		if (*w == ')')
			break;
	}
	return false;
}

static int
check_named(const struct dx_json *details, const char *spec, uint32_t *found, struct dx_err *err)
{
	struct detail d;
	char name[64];

	while (next_detail(&spec, &d)) {
		const struct dx_json *v;

		memcpy(name, d.name, d.name_len);
		name[d.name_len] = '\0';
		v = dx_json_get(details, name);
		if (v == NULL && !d.optional)
			return wrong(err, "/details", name, "missing");
		if (v != NULL && !(*d.type == 'E' ? one_of(d.type + 1, dx_json_str(v)) : dx_entry_value_is(v, *d.type, NULL)))
			return wrong(err, "/details", name, "not a value of the right type, form or range");
		*found += v != NULL;
	}
	return 0;
}

static bool
named_in(const char *spec, const char *name)
{
	struct detail d;

	while (next_detail(&spec, &d))
		if (strlen(name) == d.name_len && memcmp(name, d.name, d.name_len) == 0)
			return true;
	return false;
}

/* Bytes that the canonical form cannot pass. */
static size_t
bytes_at_most(const struct dx_json *v)
{
	size_t n = 2;

	switch (v->type) {
	case DX_JSON_STRING:
		return n + 6 * (size_t)v->count;
	case DX_JSON_ARRAY:
		for (uint32_t i = 0; i < v->count; i++)
			n += bytes_at_most(&v->u.items[i]) + 1;
		return n;
	case DX_JSON_OBJECT:
		for (uint32_t i = 0; i < v->count; i++)
			n += 6 * (size_t)v->u.members[i].name_len + 4 + bytes_at_most(&v->u.members[i].value);
		return n;
	default:
		return 32;
	}
}

static int
check_details(const struct dx_json *details, const struct dx_event_spec *spec, struct dx_err *err)
{
	struct dx_buf bytes = { 0 };
	uint32_t found = 0;
	size_t len;

	if (details->count > DETAILS_MAX)
		return dx_err_set_at(err, DX_R_ENTRY_SCHEMA, "/details", "more than %d members", DETAILS_MAX);
	if (check_named(details, spec->details, &found, err) != 0)
		return -1;
	for (uint32_t i = 0; found < details->count && i < details->count; i++)
		if (!named_in(spec->details, details->u.members[i].name) &&
		    !named_in(DX_EVENT_ANY_DETAILS, details->u.members[i].name))
			return dx_err_set_at(err, DX_R_ENTRY_SCHEMA, "/details", "unknown member \"%.64s\" for %s",
			    details->u.members[i].name, spec->name);
	if (details->count == 0)
		return 0;
	if (found < details->count && check_named(details, DX_EVENT_ANY_DETAILS, &found, err) != 0)
		return -1;
	if (bytes_at_most(details) <= DETAILS_BYTES)
		return 0;
	dx_json_canon(details, &bytes);
	len = bytes.len;
	dx_buf_release(&bytes);
	return len <= DETAILS_BYTES ? 0 :
	    dx_err_set_at(err, DX_R_ENTRY_SCHEMA, "/details", "%zu bytes, at most %d", len, DETAILS_BYTES);
}

/* --- the entry --- */

static int
check_parts(const struct dx_json *entry, const struct dx_event_spec *spec, struct dx_err *err)
{
	const struct dx_json *approval = dx_json_get(entry, "approval"), *decision = dx_json_get(entry, "decision");

	if ((decision != NULL) != (spec->decision == 'D'))
		return wrong(err, "", "decision", decision != NULL ? "this event has none" : "missing");
	if (approval != NULL && spec->approval == '-')
		return wrong(err, "", "approval", "this event has none");
	if (approval == NULL && spec->approval == 'A')
		return wrong(err, "", "approval", "missing");
	if (decision != NULL && check_fields(decision, decision_fields, "/decision", err) != 0)
		return -1;
	if (approval != NULL && check_fields(approval, approval_fields, "/approval", err) != 0)
		return -1;
	return 0;
}

static int
check_subject(const struct dx_json *subject, const struct dx_event_spec *spec, struct dx_err *err)
{
	const struct dx_json *id = dx_json_get(subject, "id");

	if (check_fields(subject, subject_fields, "/subject", err) != 0)
		return -1;
	if (strcmp(dx_json_get_str(subject, "type"), spec->subject) != 0)
		return wrong(err, "/subject", "type", "not the one of this event");
	if (spec->id != 'T' && !dx_entry_value_is(id, spec->id, NULL))
		return wrong(err, "/subject", "id", "not of the form that this event has");
	return 0;
}

/* A vote that came by a signature names it, another does not. */
static int
check_signature(const struct dx_json *entry, struct dx_err *err)
{
	bool signed_vote = strcmp(dx_json_get_str(dx_json_get(entry, "actor"), "auth"), "sshsig") == 0;

	if (signed_vote != (dx_json_get(dx_json_get(entry, "details"), "signature_sha256") != NULL))
		return wrong(err, "/details", "signature_sha256", "present iff the actor signed");
	return 0;
}

int
dx_entry_check(const struct dx_json *entry, struct dx_err *err)
{
	const struct dx_event_spec *spec;

	if (!dx_json_is(entry, DX_JSON_OBJECT))
		return dx_err_set(err, DX_R_ENTRY_SCHEMA, "not an object");
	if (check_fields(entry, entry_fields, "", err) != 0)
		return -1;
	spec = dx_event_find(dx_json_get_str(entry, "event"));
	if (spec == NULL)
		return wrong(err, "", "event", "not an event of the ledger");
	if (check_fields(dx_json_get(entry, "actor"), actor_fields, "/actor", err) != 0 ||
	    check_subject(dx_json_get(entry, "subject"), spec, err) != 0 ||
	    check_parts(entry, spec, err) != 0 ||
	    check_details(dx_json_get(entry, "details"), spec, err) != 0)
		return -1;
	return strcmp(spec->name, "approval_vote") == 0 ? check_signature(entry, err) : 0;
}
