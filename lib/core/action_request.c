/* Reading action requests, release-gates page 6.1. */
#include <string.h>

#include "base/err.h"
#include "base/id.h"
#include "base/text.h"
#include "core/action.h"
#include "core/action_inner.h"
#include "core/redact.h"
#include "core/request_inner.h"
#include "core/scope.h"
#include "json/pick.h"

#define CORRELATION_MAX	200	/* code points */
#define TYPE_MAX	128
#define ID_MAX		256

bool
dx_action_is(const struct dx_json *doc)
{
	const char *schema = dx_json_get_str(doc, "schema");

	return schema != NULL && strcmp(schema, DX_ACTION_REQUEST_SCHEMA) == 0;
}

/* Without the blanks around it; NULL when nothing is left. */
static const char *
trimmed(struct dx_arena *a, const char *s)
{
	size_t n;
	const char *at = s != NULL ? dx_trim(s, &n) : NULL;

	return at == NULL || n == 0 ? NULL : dx_arena_dup(a, at, n);
}

/* A text, or nothing: absent, null, empty. */
static const char *
optional(struct dx_pick *p, struct dx_arena *a, const char *name)
{
	const struct dx_json *v = dx_pick_any(p, name);

	if (v == NULL || v->type == DX_JSON_NULL)
		return NULL;
	if (v->type != DX_JSON_STRING) {
		dx_pick_fail(p, name, "must be a string");
		return NULL;
	}
	return trimmed(a, v->u.text);
}

static void
fail(struct dx_pick *p, enum dx_reason reason, const char *name, const char *what)
{
	char at[320];

	if (p->failed)
		return;
	dx_pick_where(p, name, at);
	(void)dx_err_set_at(p->err, reason, at, "%s %s", name, what);
	p->failed = true;
}

/* What is kept and shown as it is holds no secret by its shape. */
static bool
is_secret(struct dx_arena *a, const char *s)
{
	struct dx_redact none = { 0 };
	bool masked = strcmp(dx_redact_text(&none, a, s), s) != 0;

	dx_redact_release(&none);
	return masked;
}

/* The same of an id that goes into the ledger as it is: bounded, without control characters, and no secret by its shape. */
static const char *
identifier(struct dx_pick *p, struct dx_arena *a, const char *name, size_t max)
{
	const char *s = optional(p, a, name);

	if (s == NULL)
		return NULL;
	if (dx_utf8_count(s, strlen(s)) > max)
		fail(p, DX_R_FIELD_TOO_LONG, name, "is too long");
	else if (dx_has_control(s))
		fail(p, DX_R_TEXT_INVALID, name, "holds a control character");
	else if (is_secret(a, s))
		fail(p, DX_R_FIELD_INVALID, name, "looks like a secret; an identifier is kept and shown");
	return p->failed ? NULL : s;
}

static void
read_action(struct dx_pick *p, struct dx_arena *a, struct dx_action *out)
{
	const char *name = optional(p, a, "action");
	char *folded;

	if (name == NULL)
		return;
	if (is_secret(a, name) && strpbrk(name, " \t\r\n") == NULL)	/* others are malformed, and shown masked */
		fail(p, DX_R_FIELD_INVALID, "action", "looks like a secret; a name is kept and shown");
	folded = dx_arena_dup(a, name, strlen(name));
	dx_lower(folded);
	out->action = folded;
	out->malformed = !dx_action_name_valid(folded);
}

static void
read_tenant(struct dx_pick *p, struct dx_arena *a, struct dx_action *out)
{
	out->tenant_id = optional(p, a, "tenant_id");
	if (out->tenant_id != NULL && (!dx_tenant_valid(out->tenant_id) || strcmp(out->tenant_id, DX_ID_NIL) == 0))
		fail(p, DX_R_TENANT_INVALID, "tenant_id", "is no name of a tenant");
}

/* The payload may name it too, as requests that were passed on do. */
static void
read_correlation(struct dx_pick *p, struct dx_arena *a, struct dx_action *out)
{
	const char *mine = identifier(p, a, "correlation_id", CORRELATION_MAX), *other = NULL;
	struct dx_pick payload;

	if (out->payload.type == DX_JSON_OBJECT && !p->failed) {
		dx_pick_begin(&payload, &out->payload, "/payload", DX_R_FIELD_INVALID, DX_OK, p->err);
		other = identifier(&payload, a, "correlation_id", CORRELATION_MAX);
		p->failed |= dx_pick_end(&payload) != 0;
	}
	out->correlation_id = mine != NULL ? mine : other;
	out->correlation_differs = mine != NULL && other != NULL && strcmp(mine, other) != 0;
}

int
dx_action_read(struct dx_arena *a, const struct dx_json *doc, struct dx_action *out, struct dx_err *err)
{
	const struct dx_json *payload, *cross;
	struct dx_pick p;

	memset(out, 0, sizeof(*out));
	out->payload = dx_json_null();
	dx_pick_begin(&p, doc, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	(void)dx_pick_any(&p, "schema");
	read_tenant(&p, a, out);
	read_action(&p, a, out);
	payload = dx_pick_type(&p, "payload", DX_JSON_OBJECT, false);
	if (payload != NULL)
		out->payload = *payload;
	read_correlation(&p, a, out);
	cross = dx_pick_any(&p, "cross_tenant_context");
	out->cross_tenant = cross != NULL && cross->type != DX_JSON_FALSE && cross->type != DX_JSON_NULL;
	out->token = optional(&p, a, "approval_token");
	out->resource_type = identifier(&p, a, "resource_type", TYPE_MAX);
	out->resource_id = identifier(&p, a, "resource_id", ID_MAX);
	out->project_id = identifier(&p, a, "project_id", ID_MAX);
	out->environment = identifier(&p, a, "environment", ID_MAX);
	if (dx_pick_end(&p) != 0)
		return -1;
	return payload != NULL ? dx_metadata_check(payload, "/payload", err) : 0;
}
