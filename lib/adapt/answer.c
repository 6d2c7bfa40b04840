/* Answers to an AdmissionReview (decisions page 13.2).  Keys of audit annotations carry no '/': the API server prefixes them. */
#include <inttypes.h>
#include <string.h>
#include "adapt/adapt.h"
#include "base/err.h"
#include "base/text.h"

#define WARNINGS_MAX	8
#define WARNING_MAX	120	/* characters */

static struct dx_json
review(struct dx_arena *a, struct dx_json response)
{
	struct dx_json doc = dx_json_object();

	dx_json_put(a, &doc, "apiVersion", dx_json_text("admission.k8s.io/v1"));
	dx_json_put(a, &doc, "kind", dx_json_text("AdmissionReview"));
	dx_json_put(a, &doc, "response", response);
	return doc;
}

static struct dx_json
status(struct dx_arena *a, int code, const char *reason, const char *message)
{
	struct dx_json s = dx_json_object();

	dx_json_put(a, &s, "code", dx_json_int(a, code));
	dx_json_put(a, &s, "message", dx_json_text(message));
	dx_json_put(a, &s, "reason", dx_json_text(reason));
	return s;
}

static void
warn(struct dx_arena *a, struct dx_json *warnings, const char *reason)
{
	char *text = dx_arena_printf(a, "dealix:%s", reason);

	if (warnings->count >= WARNINGS_MAX)
		return;
	text[dx_utf8_cut(text, strlen(text), WARNING_MAX)] = '\0';
	dx_json_push(a, warnings, dx_json_text(text));
}

/* --- a decision --- */

static bool
is_allowed(const char *decision)
{
	return strcmp(decision, "ALLOW") == 0 || strcmp(decision, "ALLOW_WITH_CREDITS") == 0;
}

static const char *
refusal(struct dx_arena *a, const struct dx_json *reply, const char *decision, const char *approval)
{
	const struct dx_json *reasons = dx_json_get(reply, "reason_codes"), *item;
	struct dx_buf b = { 0 };
	const char *text;

	dx_buf_printf(&b, "Dealix admission decision=%s; reason_codes=", decision);
	for (uint32_t i = 0; (item = dx_json_item(reasons, i)) != NULL; i++)
		dx_buf_printf(&b, "%s%s", i > 0 ? "," : "", dx_json_str(item) != NULL ? dx_json_str(item) : "");
	if (dx_json_item(reasons, 0) == NULL)
		dx_buf_puts(&b, "none");
	if (strcmp(decision, "REQUIRE_APPROVAL") == 0 && *approval != '\0')
		dx_buf_printf(&b, "; approval_request_id=%s", approval);
	text = dx_arena_dup(a, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

static const char *
text_of(const struct dx_json *reply, const char *name)
{
	const char *text = dx_json_get_str(reply, name);

	return text != NULL ? text : "";
}

static struct dx_json
audit(struct dx_arena *a, const struct dx_json *reply, const char *decision, const char *approval)
{
	struct dx_json notes = dx_json_object();
	int64_t version = 0;
	bool required = dx_json_is(dx_json_get(reply, "approval_required"), DX_JSON_TRUE);

	dx_json_int64(dx_json_get(reply, "policy_version"), &version);
	dx_json_put(a, &notes, "approval-request-id", dx_json_text(approval));
	dx_json_put(a, &notes, "approval-required", dx_json_text(required ? "true" : "false"));
	dx_json_put(a, &notes, "decision", dx_json_text(decision));
	dx_json_put(a, &notes, "decision-id", dx_json_text(text_of(reply, "decision_id")));
	dx_json_put(a, &notes, "policy-version", dx_json_text(dx_arena_printf(a, "%" PRId64, version)));
	dx_json_put(a, &notes, "request-fingerprint", dx_json_text(text_of(reply, "request_fingerprint")));
	return notes;
}

struct dx_json
dx_adapt_admission_answer(struct dx_arena *a, const char *uid, const struct dx_json *reply)
{
	const char *decision = text_of(reply, "decision"), *approval = text_of(reply, "approval_request_id");
	const struct dx_json *reasons = dx_json_get(reply, "reason_codes"), *item;
	struct dx_json response = dx_json_object(), warnings = dx_json_array();
	bool allowed = is_allowed(decision);

	for (uint32_t i = 0; i < WARNINGS_MAX && (item = dx_json_item(reasons, i)) != NULL; i++)
		warn(a, &warnings, dx_json_str(item) != NULL ? dx_json_str(item) : "");
	dx_json_put(a, &response, "allowed", dx_json_bool(allowed));
	dx_json_put(a, &response, "auditAnnotations", audit(a, reply, decision, approval));
	if (!allowed)
		dx_json_put(a, &response, "status", status(a, 403, "Forbidden", refusal(a, reply, decision, approval)));
	dx_json_put(a, &response, "uid", dx_json_text(uid));
	dx_json_put(a, &response, "warnings", warnings);
	return review(a, response);
}

/* --- an error --- */

static int
http_code(enum dx_class c)
{
	switch (c) {
	case DX_CLASS_INVALID:
		return 422;
	case DX_CLASS_UNAUTHENTICATED:
		return 401;
	case DX_CLASS_FORBIDDEN:
		return 403;
	case DX_CLASS_NOT_FOUND:
		return 404;
	case DX_CLASS_CONFLICT:
		return 409;
	case DX_CLASS_THROTTLED:
		return 429;
	case DX_CLASS_UNAVAILABLE:
		return 503;
	case DX_CLASS_INTEGRITY:
	case DX_CLASS_WAITING:		/* an answer, not an error; the rest can be no error of a review */
	case DX_CLASS_FINDING:
	case DX_CLASS_REASON:
	case DX_CLASS_WARNING:
	case DX_CLASS_NONE:
		break;
	}
	return 500;
}

struct dx_json
dx_adapt_admission_error(struct dx_arena *a, const char *uid, bool shadow, const struct dx_err *why)
{
	const char *code = dx_reason_code(why->reason);
	int http = http_code(dx_reason_class(why->reason));
	struct dx_json response = dx_json_object(), warnings = dx_json_array(), notes = dx_json_object();

	dx_json_put(a, &response, "allowed", dx_json_bool(shadow));
	dx_json_put(a, &notes, "error", dx_json_text(code));
	dx_json_put(a, &response, "auditAnnotations", notes);
	if (!shadow)
		dx_json_put(a, &response, "status", status(a, http, http < 500 ? "Invalid" : "InternalError",
		    dx_arena_printf(a, "%s: %s", code, why->text)));
	dx_json_put(a, &response, "uid", dx_json_text(uid));
	warn(a, &warnings, code);
	dx_json_put(a, &response, "warnings", warnings);
	return review(a, response);
}
