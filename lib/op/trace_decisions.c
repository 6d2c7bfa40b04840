/* What was decided under a trace (release-gates pages 6.3 and 11).  A decision names its trace in the metadata of its request, an action
 * by its correlation id. */
#include <string.h>

#include "base/err.h"
#include "core/trace.h"
#include "op/entries.h"
#include "op/pack_state.h"

struct looking { struct dx_session *s; struct dx_arena *a; char trace[DX_TRACE_ID]; struct dx_json *out; };

/* A trace id as 32 digits: a UUID without its hyphens. */
static bool
digits(const char *id, char out[static DX_TRACE_ID])
{
	size_t n = 0;

	for (; *id != '\0'; id++) {
		if (*id == '-')
			continue;
		if (n == DX_TRACE_ID - 1)
			return false;
		out[n++] = *id;
	}
	out[n] = '\0';
	return dx_trace_id_valid(out);
}

static bool
is_it(const struct looking *l, const char *trace_id, const char *correlation_id)
{
	char own[DX_TRACE_ID];

	if (trace_id != NULL)
		return digits(trace_id, own) && strcmp(own, l->trace) == 0;
	return correlation_id != NULL && dx_trace_of_correlation(correlation_id, own) && strcmp(own, l->trace) == 0;
}

static bool
starts_with(const char *s, const char *prefix)
{
	return s != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Whether the entry decides for good. */
static bool
is_final(const struct dx_json *entry)
{
	const char *event = dx_json_get_str(entry, "event"), *verdict = dx_json_get_str(dx_json_get(entry, "decision"), "decision");
	const struct dx_json *details = dx_json_get(entry, "details");

	if (strcmp(event, "action_evaluated") == 0)
		return dx_json_is(dx_json_get(details, "allowed"), DX_JSON_TRUE) ||
		    !starts_with(dx_json_get_str(details, "reason"), "approval_required");
	if (strcmp(event, "decision_created") == 0 || strcmp(event, "decision_failsafe") == 0)
		return verdict != NULL && strcmp(verdict, "REQUIRE_APPROVAL") != 0;
	return true;
}

static int
look(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct looking *l = ctx;
	const struct dx_json *entry = dx_entry_read(l->a, e, err), *metadata;
	const char *request;
	struct dx_json doc;
	bool found;

	if (entry == NULL)
		return -1;
	if (!is_final(entry))
		return 0;
	request = dx_json_get_str(dx_json_get(entry, "decision"), "request_payload_sha256");
	if (request == NULL)
		found = is_it(l, dx_entry_detail(entry, "trace_id"), dx_entry_detail(entry, "correlation_id"));
	else {
		if (dx_session_payload(l->s, request, l->a, &doc, err) != 0)
			return -1;
		metadata = dx_json_get(&doc, "metadata");
		found = is_it(l, dx_json_get_str(metadata, "trace_id"), dx_json_get_str(metadata, "correlation_id"));
	}
	if (found)
		dx_json_push(l->a, l->out, *entry);
	return 0;
}

int
dx_trace_decisions(struct dx_session *s, const char *trace_id, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	static const char *const events[] = { "decision_created", "decision_failsafe", "approval_approved", "approval_denied", "action_evaluated" };
	struct looking l = { .s = s, .a = a, .out = out };

	if (!digits(trace_id, l.trace))
		return 0;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct dx_entry_filter f = { .before_seq = -1, .event = events[i] };
		if (dx_store_entries(s->store, &f, look, &l, err) < 0)
			return -1;
	}
	return 0;
}
