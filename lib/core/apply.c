#include <string.h>
#include "base/err.h"
#include "base/text.h"
#include "core/apply_inner.h"
#include "core/entry.h"

int
dx_apply_violation(const struct dx_applying *x, const char *rule, const char *what, struct dx_err *err)
{
	return dx_err_set(err, DX_R_SEMANTIC_VIOLATION, "%s: entry %lld: %s", rule, (long long)x->seq, what);
}

const struct dx_json *
dx_apply_payload(const struct dx_applying *x, const char *sha256_hex, struct dx_err *err)
{
	const struct dx_json *doc = x->ap->payload(x->ap->payload_ctx, sha256_hex);

	if (doc == NULL)
		(void)dx_err_set(err, DX_R_PAYLOAD_MISSING, "entry %lld: payload %s is missing or is no document",
		    (long long)x->seq, sha256_hex);
	return doc;
}

int64_t
dx_apply_money(const struct dx_json *object, const char *name)
{
	struct dx_money m = { 0 };

	if (dx_money_parse(dx_json_get_str(object, name), DX_MONTHLY, &m, NULL) != 0)
		DX_BUG("an amount of a checked entry cannot be read");
	return m.micro;
}

/* --- one function an event --- */

static int
log_opened(const struct dx_applying *x, struct dx_err *err)
{
	const char *origin = dx_json_get_str(x->entry, "origin"), *tenant = dx_json_get_str(x->entry, "tenant_id");
	size_t n = strlen(origin), t = strlen(tenant);

	if (x->seq != 0)
		return dx_apply_violation(x, "log_opened_once", "log_opened stands at 0 only", err);
	if (strcmp(x->subject_id, origin) != 0)
		return dx_apply_violation(x, "log_opened_origin", "its subject is not the origin", err);
	if (n <= t + 1 || origin[n - t - 1] != '/' || strcmp(origin + n - t, tenant) != 0)
		return dx_apply_violation(x, "log_opened_origin", "the origin does not end with the tenant", err);
	return x->ap->ops->tenant_open(x->ap->state, origin, err);
}

static int
decision_created(const struct dx_applying *x, struct dx_err *err)
{
	return dx_apply_decision(x, false, err);
}

static int
decision_failsafe(const struct dx_applying *x, struct dx_err *err)
{
	return dx_apply_decision(x, true, err);
}

/* The approval ends without a yes, and with it what its decision holds. */
static int
close_approval(const struct dx_applying *x, const char *status, struct dx_err *err)
{
	const struct dx_json *approval = dx_json_get(x->entry, "approval");
	const struct dx_state_ops *ops = x->ap->ops;

	if (strcmp(dx_json_get_str(approval, "status"), status) != 0)
		return dx_apply_violation(x, "approval_status", "the status is not that of the event", err);
	if (strcmp(dx_json_get_str(approval, "id"), x->subject_id) != 0)
		return dx_apply_violation(x, "approval_subject", "its subject is another approval", err);
	if (dx_apply_money(x->decision, "reserved_total_usd") != 0)
		return dx_apply_violation(x, "approval_closed_holds", "a closed approval leaves holds", err);
	if (ops->approval_status(x->ap->state, x->subject_id, status, x->recorded_at, err) != 0)
		return -1;
	return ops->decision_release(x->ap->state, dx_json_get_str(x->decision, "decision_id"), err);
}

static int
approval_cancelled(const struct dx_applying *x, struct dx_err *err)
{
	return close_approval(x, "cancelled", err);
}

static int
approval_expired(const struct dx_applying *x, struct dx_err *err)
{
	return close_approval(x, "expired", err);
}

static int
budget_set(const struct dx_applying *x, struct dx_err *err)
{
	return x->ap->ops->budget_put(x->ap->state, x->subject_id, dx_apply_money(x->details, "monthly_limit_usd"),
	    dx_json_is(dx_json_get(x->details, "active"), DX_JSON_TRUE), x->actor_id, err);
}

static int
document_row(const struct dx_applying *x, const char *member, struct dx_policy_row *r, struct dx_err *err)
{
	*r = (struct dx_policy_row){
		.sha256 = dx_json_get_str(x->details, member),
		.parent_sha256 = dx_json_get_str(x->details, "parent_sha256"),
		.actor_id = x->actor_id,
		.created_at = x->recorded_at,
	};
	(void)dx_int_parse(x->subject_id, 1, INT64_MAX, &r->version);
	if ((r->version > 1) != (r->parent_sha256 != NULL))
		return dx_apply_violation(x, "version_parent", "the first version has no parent, every other one", err);
	return 0;
}

static int
policy_updated(const struct dx_applying *x, struct dx_err *err)
{
	struct dx_policy_row r;

	if (document_row(x, "policy_sha256", &r, err) != 0)
		return -1;
	return x->ap->ops->policy_put(x->ap->state, &r, err);
}

static int
principals_updated(const struct dx_applying *x, struct dx_err *err)
{
	struct dx_policy_row r;

	if (document_row(x, "principals_sha256", &r, err) != 0)
		return -1;
	return x->ap->ops->principals_put(x->ap->state, &r, err);
}

static int
rules_updated(const struct dx_applying *x, struct dx_err *err)
{
	return x->ap->ops->rules_put(x->ap->state, x->subject_id, x->seq, dx_json_get_str(x->details, "version"),
	    dx_json_get_str(x->details, "rules_sha256"), err);
}

bool
dx_evidence_row(const struct dx_json *entry, struct dx_evidence_row *out)
{
	/* the member of details that is the kind */
	static const struct { const char *event, *kind; } about[] = {
		{ "evidence_attested", NULL }, { "evidence_pending", NULL }, { "evidence_recorded", "kind" },
		{ "evidence_verified", "contract" }, { "gate_evaluated", NULL }, { "pack_reviewed", "pack_type" },
		{ "pack_sealed", "pack_type" },
	};
	const struct dx_json *details = dx_json_get(entry, "details");
	size_t i = 0;

	*out = (struct dx_evidence_row){ .event = dx_json_get_str(entry, "event"),
	    .subject_id = dx_json_get_str(dx_json_get(entry, "subject"), "id"), .commit_id = dx_json_get_str(details, "commit") };
	if (out->event == NULL || out->subject_id == NULL || !dx_json_int64(dx_json_get(entry, "seq"), &out->seq))
		return false;
	while (i < sizeof(about) / sizeof(about[0]) && strcmp(about[i].event, out->event) != 0)
		i++;
	if (i == sizeof(about) / sizeof(about[0]))
		return false;
	out->kind = about[i].kind != NULL ? dx_json_get_str(details, about[i].kind) : NULL;
	return about[i].kind == NULL || out->kind != NULL;
}

static int
evidence(const struct dx_applying *x, struct dx_err *err)
{
	struct dx_evidence_row r;

	if (!dx_evidence_row(x->entry, &r))
		return dx_apply_violation(x, "evidence_row", "the entry does not say of what kind its evidence is", err);
	return x->ap->ops->evidence_put(x->ap->state, &r, err);
}

/* Events that have state here; a later part adds rows.  money: whether tenant.money_seq moves (page 6.1). */
enum money { MONEY_NEVER, MONEY_ALWAYS, MONEY_SUPERSEDES };
static const struct {
	const char	*event;
	int		(*apply)(const struct dx_applying *x, struct dx_err *err);
	enum money	 money;
} table[] = {
	{ "approval_cancelled", approval_cancelled, MONEY_ALWAYS },
	{ "approval_expired", approval_expired, MONEY_ALWAYS },
	{ "budget_set", budget_set, MONEY_ALWAYS },
	{ "decision_created", decision_created, MONEY_SUPERSEDES },
	{ "decision_failsafe", decision_failsafe, MONEY_NEVER },
	{ "evidence_attested", evidence, MONEY_NEVER },
	{ "evidence_pending", evidence, MONEY_NEVER },
	{ "evidence_recorded", evidence, MONEY_NEVER },
	{ "evidence_verified", evidence, MONEY_NEVER },
	{ "gate_evaluated", evidence, MONEY_NEVER },
	{ "log_opened", log_opened, MONEY_NEVER },
	{ "pack_reviewed", evidence, MONEY_NEVER },
	{ "pack_sealed", evidence, MONEY_NEVER },
	{ "policy_updated", policy_updated, MONEY_NEVER },
	{ "principals_updated", principals_updated, MONEY_NEVER },
	{ "rules_updated", rules_updated, MONEY_NEVER },
};

/* --- all of them --- */

static int
check_amounts(const struct dx_applying *x, struct dx_err *err)
{
	dx_int128 sum;

	if (x->decision == NULL)
		return 0;
	sum = (dx_int128)dx_apply_money(x->decision, "reserved_allocation_usd") +
	    dx_apply_money(x->decision, "reserved_credit_usd") + dx_apply_money(x->decision, "reserved_unbudgeted_usd");
	if (sum != dx_apply_money(x->decision, "reserved_total_usd"))
		return dx_apply_violation(x, "reserved_total", "reserved_total_usd is not the sum of its three parts", err);
	return 0;
}

static int
dispatch(const struct dx_applying *x, struct dx_err *err)
{
	const char *event = dx_json_get_str(x->entry, "event");

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].event, event) != 0)
			continue;
		if (table[i].apply(x, err) != 0)
			return -1;
		if (table[i].money == MONEY_ALWAYS ||
		    (table[i].money == MONEY_SUPERSEDES && dx_json_get(x->details, "supersedes") != NULL))
			return x->ap->ops->money_seq(x->ap->state, x->seq, err);
		return 0;
	}
	return 0;
}

int
dx_apply_entry(struct dx_apply *ap, struct dx_arena *a, const struct dx_json *entry, struct dx_err *err)
{
	struct dx_applying x = {
		.ap = ap,
		.a = a,
		.entry = entry,
		.decision = dx_json_get(entry, "decision"),
		.details = dx_json_get(entry, "details"),
		.subject_id = dx_json_get_str(dx_json_get(entry, "subject"), "id"),
		.actor_id = dx_json_get_str(dx_json_get(entry, "actor"), "id"),
		.recorded_at = dx_json_get_str(entry, "recorded_at"),
	};

	(void)dx_json_int64(dx_json_get(entry, "seq"), &x.seq);
	if (x.seq == 0 && strcmp(dx_json_get_str(entry, "event"), "log_opened") != 0)
		return dx_apply_violation(&x, "log_opened_first", "entry 0 is not log_opened", err);
	if (check_amounts(&x, err) != 0 || dispatch(&x, err) != 0)
		return -1;
	return ap->ops->tenant_size(ap->state, x.seq + 1, err);
}

void
dx_apply_release(struct dx_apply *ap)
{
	dx_policy_free(ap->policy);
	ap->policy = NULL;
}
