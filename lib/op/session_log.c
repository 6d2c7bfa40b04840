/* The three entries that open a log (approvals page 1.1). */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/text.h"
#include "op/session.h"

static int
append_first(struct dx_session *s, enum dx_event event, const char *subject, const char *member, const char *sha256,
    const char *bytes, size_t len, int64_t now, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_entry_draft d = { .event = event, .subject_id = subject, .details = dx_json_object() };
	struct dx_payload payload = { .bytes = bytes, .len = len };
	char id[DX_ID_TEXT];
	int64_t seq;
	int rc;

	dx_id_new(now, id);
	d.ledger_id = id;
	d.actor = member != NULL ? dx_session_actor(s) : dx_actor_system;
	if (member != NULL) {
		dx_json_put(&a, &d.details, member, dx_json_text(sha256));
		memcpy(payload.sha256, sha256, sizeof(payload.sha256));
	}
	rc = dx_store_append(s->store, &d, &payload, member != NULL ? 1 : 0, now, &seq, err);
	dx_arena_release(&a);
	return rc;
}

static int
choose_origin(const struct dx_session *s, struct dx_arena *a, char out[static DX_ORIGIN_MAX + 1], struct dx_err *err)
{
	char id[DX_ID_TEXT];
	const char *domain = s->opt.log_domain, *fixed = NULL;
	int n;

	/* The domain of a store is fixed when it is created (ledger page 5.3). */
	if (dx_store_domain(s->store, a, &fixed, err) != 0)
		return -1;
	if (fixed != NULL && domain != NULL && strcmp(domain, fixed) != 0)
		return dx_err_set(err, DX_R_USAGE, "the log domain of this store is %s, not %s", fixed, domain);
	if (fixed != NULL)
		domain = fixed;
	dx_id_new(dx_clock_now(), id);
	if (domain != NULL && (domain[0] == '\0' || strpbrk(domain, " +\t\n") != NULL || dx_has_control(domain)))
		return dx_err_set(err, DX_R_USAGE, "--log-domain takes a name without blanks and '+'");
	n = domain != NULL ? snprintf(out, DX_ORIGIN_MAX + 1, "%s/%s", domain, s->tenant)
	    : snprintf(out, DX_ORIGIN_MAX + 1, "%s.dealix.invalid/%s", id, s->tenant);
	if (n > DX_ORIGIN_MAX)
		return dx_err_set(err, DX_R_USAGE, "--log-domain is too long");
	return 0;
}

void
dx_session_opened(struct dx_session *s)
{
	s->opening = false;
}

int
dx_session_open_log(struct dx_session *s, int64_t now, struct dx_err *err)
{
	char origin[DX_ORIGIN_MAX + 1];
	struct dx_arena a = { 0 };
	int rc;

	if (!s->opening)
		return 0;
	rc = choose_origin(s, &a, origin, err);
	dx_arena_release(&a);
	if (rc != 0 ||
	    append_first(s, DX_EVENT_LOG_OPENED, origin, NULL, NULL, NULL, 0, now, err) != 0 ||
	    append_first(s, DX_EVENT_PRINCIPALS_UPDATED, "1", "principals_sha256", s->principals->sha256, s->principals->canon,
		s->principals->canon_len, now, err) != 0 ||
	    append_first(s, DX_EVENT_POLICY_UPDATED, "1", "policy_sha256", s->policy->sha256, s->policy->canon,
		s->policy->canon_len, now, err) != 0)
		return -1;
	return 0;
}
