#include <string.h>

#include "base/err.h"
#include "base/time.h"
#include "core/once.h"

static bool
status_is(const struct dx_once *o, const char *status)
{
	return o->approval_status != NULL && strcmp(o->approval_status, status) == 0;
}

static int64_t
decided_at(const struct dx_once *o)
{
	int64_t at;

	/* An unreadable time counts as long ago: the call is judged afresh rather than answered from a damaged row. */
	return dx_time_parse(o->stored->decided_at, &at, NULL) == 0 ? at : INT64_MIN / 2;
}

static bool
older_than(const struct dx_once *o, int64_t seconds)
{
	return o->now - decided_at(o) >= seconds * 1000000;
}

static bool
in_another_month(const struct dx_once *o)
{
	int64_t then, now, next;

	dx_month_of(dx_day_of(decided_at(o)), &then, &next);
	dx_month_of(dx_day_of(o->now), &now, &next);
	return then != now;
}

static bool
judged_by_other_rules(const struct dx_once *o)
{
	return (strcmp(o->stored->policy_sha256, o->policy->sha256) != 0 ||
	    strcmp(o->stored->rules_sha256, o->rules_sha256) != 0) && !status_is(o, "approved");
}

enum dx_once_answer
dx_once_judge(const struct dx_once *o, bool *replaces)
{
	*replaces = false;
	if (o->stored == NULL)
		return DX_ONCE_FIRST;
	if (strcmp(o->stored->request_fingerprint, o->fingerprint) != 0)
		return DX_ONCE_REUSED;
	if (o->derived && judged_by_other_rules(o)) {
		*replaces = true;
		return DX_ONCE_AGAIN;
	}
	if (o->reopen && (status_is(o, "denied") || status_is(o, "expired") || status_is(o, "cancelled")))
		return DX_ONCE_AGAIN;
	if (o->stored->failsafe && !status_is(o, "pending") && !status_is(o, "approved") &&
	    older_than(o, o->policy->fail_safe_replay_seconds))
		return DX_ONCE_AGAIN;
	if (!o->derived)
		return DX_ONCE_REPLAY;
	if (older_than(o, o->policy->derived_replay_seconds) || in_another_month(o))
		return DX_ONCE_AGAIN;
	if (strcmp(o->stored->decision, "DENY") == 0 && o->money_seq > o->stored->seq)
		return DX_ONCE_AGAIN;
	if (status_is(o, "expired") || status_is(o, "cancelled"))
		return DX_ONCE_AGAIN;
	return DX_ONCE_REPLAY;
}
