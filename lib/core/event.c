#include <stdlib.h>
#include <string.h>
#include "core/entry.h"
#include "core/event.h"

/* Sorted by name, for the search. */
static const struct dx_event_spec events[] = {
	{ "abuse_signal", "quota", 'T', '-', '-', "ip_bucket:X risk:X" },
	{ "action_cancelled", "action", 'T', 'D', 'a', "action_type:T target_reference:T attempt:N code?:T" },
	{ "action_evaluated", "action", 'T', '-', '-',
	    "action:T class:X allowed:B reason:T correlation_id?:T request_sha256:S" },
	{ "action_failed", "action", 'T', 'D', 'a', "action_type:T target_reference:T attempt:N code?:T" },
	{ "action_lease_lost", "action", 'T', 'D', 'a', "action_type:T target_reference:T attempt:N code?:T" },
	{ "action_queued", "action", 'T', 'D', 'a', "action_type:T target_reference:T attempt:N code?:T" },
	{ "action_succeeded", "action", 'T', 'D', 'a', "action_type:T target_reference:T attempt:N code?:T" },
	{ "approval_approved", "approval", 'U', 'D', 'A',
	    "approvals:P quorum:P jti:T token_sha256:S token_expires_at:W" },
	{ "approval_cancelled", "approval", 'U', 'D', 'A', "reason?:T" },
	{ "approval_denied", "approval", 'U', 'D', 'A', "reason?:T" },
	{ "approval_expired", "approval", 'U', 'D', 'A', "reason?:T" },
	{ "approval_requested", "approval", 'U', 'D', 'A', "" },
	{ "approval_vote", "approval", 'U', 'D', 'A',
	    "vote:E(approve,deny) binding_sha256:S permission_source:T signature_sha256?:S lapsed?:L" },
	{ "budget_set", "budget", 'T', '-', '-', "monthly_limit_usd:M active:B" },
	{ "connector_called", "connector", 'T', '-', '-',
	    "operation:T receipt_id:T status:X attempts:N result_sha256?:S" },
	{ "connector_probed", "connector", 'T', '-', '-', "outcome:T latency_ms:N code?:T" },
	{ "connector_switched", "connector", 'T', '-', '-', "enabled:B approval_id:T" },
	{ "contradiction_changed", "contradiction", 'T', '-', '-', "from:T to:T owner?:T expires_at?:T" },
	{ "control_checked", "control", 'T', '-', '-', "result:X status:X report_sha256:S" },
	{ "credit_granted", "credit", 'U', '-', '-',
	    "pool_type:E(reserved,emergency) scope_key:T total_amount_usd:M expires_at?:W reason?:T" },
	{ "credit_revoked", "credit", 'U', '-', '-', "reason:T" },
	{ "decision_created", "decision", 'U', 'D', 'a', "supersedes?:U" },
	{ "decision_failsafe", "decision", 'U', 'D', 'a', "trigger:T" },
	{ "drift_acknowledged", "reservation", 'U', 'D', 'a', "notes?:T" },
	{ "evidence_attested", "evidence", 'S', '-', '-', "attestation_sha256:S" },
	{ "evidence_pending", "evidence", 'T', '-', '-', "reason:T trace_id?:T" },
	{ "evidence_recorded", "evidence", 'S', '-', '-', "kind:T provenance_sha256?:S commit?:T trace_id?:T" },
	{ "evidence_verified", "evidence", 'S', '-', '-', "contract:T version:X level:X verdict:X report_sha256:S" },
	{ "export_created", "export", 'U', '-', '-',
	    "window_start:T window_end:T manifest_sha256:S archive_sha256:S" },
	{ "external_recorded", "external", 'T', '-', '-', "kind:T document_sha256?:S reference?:T" },
	{ "gate_evaluated", "gate", 'T', '-', '-',
	    "commit?:T document_sha256:S ready:B score_tenths:I report_sha256:S" },
	{ "key_drill_recorded", "key", 'T', '-', '-', "status:T report_sha256:S" },
	{ "key_rotated", "key", 'T', '-', '-', "kid:T from:T to:T" },
	{ "lock_forced", "lock", 'T', '-', '-', "run_id:T reason:T" },
	{ "lock_quarantined", "lock", 'T', '-', '-', "run_id:T reason:T" },
	{ "log_opened", "log", 'O', '-', '-', "" },
	{ "pack_reviewed", "pack", 'T', '-', '-', "pack_sha256:S pack_type:T stage:T trace_id?:T" },
	{ "pack_sealed", "pack", 'T', '-', '-', "pack_sha256:S pack_type:T stage:T trace_id?:T" },
	{ "phase_changed", "release", 'T', '-', '-', "from:T to:T traffic:X report_sha256:S" },
	{ "policy_updated", "policy", 'V', '-', '-', "policy_sha256:S parent_sha256?:S override_reason?:T" },
	{ "principals_updated", "principal", 'V', '-', '-', "principals_sha256:S parent_sha256?:S" },
	{ "promotion_recorded", "promotion", 'T', '-', '-', "from:T to:T passed:B policy_sha256:S report_sha256:S" },
	{ "quota_settled", "quota", 'T', '-', '-', "limits:X amount_usd:H" },
	{ "quota_taken", "quota", 'T', '-', '-', "limits:X amount_usd:H" },
	{ "rc_step", "release", 'T', '-', '-', "step:X pass:B head:T" },
	{ "register_audited", "register", 'T', '-', '-', "document_sha256:S verdict:X" },
	{ "release_decided", "release", 'T', '-', '-', "decision:T report_sha256:S" },
	{ "report_sealed", "report", 'T', '-', '-', "kind:T report_sha256:S" },
	{ "reservation_auto_charged", "reservation", 'U', 'D', 'a',
	    "settled_usd:M older_than_seconds:N report_sha256:S" },
	{ "reservation_auto_released", "reservation", 'U', 'D', 'a',
	    "settled_usd:M older_than_seconds:N report_sha256:S" },
	{ "reservation_reconciled", "reservation", 'U', 'D', 'a',
	    "status:T actual_monthly_delta_usd:M drift_usd:m report_sha256:S" },
	{ "routing_trace_replaced", "approval", 'U', 'D', 'A', "old_sha256:S new_sha256:S" },
	{ "rules_updated", "policy", 'T', '-', '-', "rules_sha256:S version:T" },
	{ "run_approved", "run", 'T', '-', '-', "from:T reason?:T" },
	{ "run_archived", "run", 'T', '-', '-', "code:T new_run_id?:T" },
	{ "run_cancel_requested", "run", 'T', '-', '-', "from:T reason?:T" },
	{ "run_checkpoint", "run", 'T', '-', '-', "seq:N phase:X checkpoint_sha256:S" },
	{ "run_created", "run", 'T', '-', '-', "plan_hash:T class:X level:X assets:X decision_id?:T parent_id?:T" },
	{ "run_dead", "run", 'T', '-', '-', "code:T new_run_id?:T" },
	{ "run_ended", "run", 'T', '-', '-',
	    "from:T status:T exit_code?:I code?:T journal_sha256:S log_sha256?:S" },
	{ "run_queued", "run", 'T', '-', '-', "from:T reason?:T" },
	{ "run_requeued", "run", 'T', '-', '-', "code:T new_run_id?:T" },
	{ "run_started", "run", 'T', '-', '-', "from:T reason?:T" },
	{ "settings_checked", "settings", 'T', '-', '-', "snapshot_sha256:S pass:B" },
	{ "sla_escalated", "approval", 'U', 'D', 'A', "level:X" },
	{ "spend_imported", "spend", 'T', '-', '-', "file_sha256:S days:N total_usd:m report_sha256:S" },
	{ "token_consumed", "token", 'T', 'D', 'A', "via:E(token,fingerprint) jti?:T" },
	{ "token_issued", "token", 'T', 'D', 'A', "jti:T token_sha256:S" },
	{ "token_rejected", "token", 'T', 'D', 'A', "jti:T code:T" },
	{ "waiver_used", "waiver", 'T', '-', '-', "gate:T check:T expires_at:T" },
};

static int
compare(const void *name, const void *spec)
{
	return strcmp(name, ((const struct dx_event_spec *)spec)->name);
}

const struct dx_event_spec *
dx_event_find(const char *name)
{
	if (name == NULL)
		return NULL;
	return bsearch(name, events, sizeof(events) / sizeof(events[0]), sizeof(events[0]), compare);
}

const char *
dx_event_name(enum dx_event e)
{
	static const char *const names[DX_EVENT_COUNT] = {
		[DX_EVENT_LOG_OPENED] = "log_opened",
		[DX_EVENT_DECISION_CREATED] = "decision_created",
		[DX_EVENT_DECISION_FAILSAFE] = "decision_failsafe",
		[DX_EVENT_APPROVAL_CANCELLED] = "approval_cancelled",
		[DX_EVENT_APPROVAL_EXPIRED] = "approval_expired",
		[DX_EVENT_BUDGET_SET] = "budget_set",
		[DX_EVENT_POLICY_UPDATED] = "policy_updated",
		[DX_EVENT_RULES_UPDATED] = "rules_updated",
		[DX_EVENT_PRINCIPALS_UPDATED] = "principals_updated",
		[DX_EVENT_EVIDENCE_RECORDED] = "evidence_recorded",
		[DX_EVENT_EVIDENCE_VERIFIED] = "evidence_verified",
		[DX_EVENT_EVIDENCE_ATTESTED] = "evidence_attested",
		[DX_EVENT_PACK_SEALED] = "pack_sealed",
		[DX_EVENT_GATE_EVALUATED] = "gate_evaluated",
		[DX_EVENT_WAIVER_USED] = "waiver_used",
		[DX_EVENT_RELEASE_DECIDED] = "release_decided",
		[DX_EVENT_PHASE_CHANGED] = "phase_changed",
		[DX_EVENT_RC_STEP] = "rc_step",
		[DX_EVENT_SETTINGS_CHECKED] = "settings_checked",
		[DX_EVENT_ACTION_EVALUATED] = "action_evaluated",
		[DX_EVENT_EVIDENCE_PENDING] = "evidence_pending",
		[DX_EVENT_PACK_REVIEWED] = "pack_reviewed",
		[DX_EVENT_REGISTER_AUDITED] = "register_audited",
	};

	return names[e];
}
