/* The decision: an item, a criterion, all (release-gates page 5.1). */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "check/go_inner.h"

#define SECURITY	"security"
#define AHEAD_US	(INT64_C(300) * 1000000)	/* what a clock may be ahead of ours */

const char *const dx_go_verdicts[] = { "GO", "CONDITIONAL", "UNDECIDED", "NO_GO" };
const char *const dx_go_decisions[] = { "GO", "GO_WITH_CONDITIONS", "UNDECIDED", "NO_GO" };

struct deciding {
	const struct dx_go		*go;
	const struct dx_go_facts	*facts;
	struct dx_go_decision		*out;
	size_t				 room;		/* of out->finding */
};

static void
find(struct deciding *d, enum dx_reason reason, const char *criterion, const char *item, const char *detail)
{
	struct dx_go_decision *out = d->out;

	if (out->finding_count == d->room) {
		size_t room = d->room == 0 ? 32 : 2 * d->room;
		struct dx_go_finding *more = dx_arena_alloc(&out->arena, dx_size_mul(room, sizeof(*more)));
		if (d->room > 0)
			memcpy(more, out->finding, d->room * sizeof(*more));
		out->finding = more;
		d->room = room;
	}
	out->finding[out->finding_count++] = (struct dx_go_finding){ reason, criterion, item, detail };
}

static void
worse(enum dx_go_verdict *all, enum dx_go_verdict one)
{
	if (one > *all)
		*all = one;
}

/* --- evidence --- */

static const struct dx_go_evidence *
evidence_of(const struct deciding *d, const char *sha256)
{
	size_t from = 0, to = d->go->digest_count;

	while (from < to) {
		size_t at = from + (to - from) / 2;
		int order = strcmp(d->go->digest[at], sha256);
		if (order == 0)
			return &d->facts->evidence[at];
		if (order < 0)
			from = at + 1;
		else
			to = at;
	}
	DX_BUG("a digest that was listed is not");
}

/* NULL when it is valid, else what is wrong with it. */
static const char *
fault_of(const struct dx_go_evidence *e)
{
	if (e->kind == NULL)
		return "is not recorded in this store";
	if (e->verdict == NULL)
		return e->judged ? "was never verified by the contract of its kind" : NULL;
	return strcmp(e->verdict, "pass") == 0 ? NULL : "did not pass when it was last verified";
}

static void
no_go(struct dx_go_answer *a, enum dx_reason reason, const char *detail)
{
	*a = (struct dx_go_answer){ .verdict = DX_GO_NO, .reason = reason, .detail = detail };
}

static void
judge_complete(const struct deciding *d, const struct dx_go_item *item, struct dx_go_answer *a)
{
	const char *fault = NULL;
	size_t i = 0;

	while (i < item->evidence_count && (fault = fault_of(evidence_of(d, item->evidence[i]))) == NULL)
		i++;
	if (item->evidence_count == 0)
		no_go(a, DX_R_EVIDENCE_MISSING, "it is said to be complete, and nothing shows it");
	else if (fault != NULL)
		no_go(a, DX_R_EVIDENCE_INVALID, dx_arena_printf(&d->out->arena, "%s %s", item->evidence[i], fault));
}

/* --- conditions --- */

static bool
shown(const struct deciding *d, const struct dx_go_item *item)
{
	for (size_t i = 0; i < item->evidence_count; i++) {
		const struct dx_go_evidence *e = evidence_of(d, item->evidence[i]);
		if (fault_of(e) == NULL && strcmp(e->kind, item->condition->evidence_kind) == 0)
			return true;
	}
	return false;
}

static bool
is_met(const struct deciding *d, const struct dx_go_item *item)
{
	const struct dx_go_condition *c = item->condition;

	return c->met && (!d->facts->strict || c->evidence_kind == NULL || shown(d, item));
}

/* A condition stands for what is not done yet, as long as somebody owns it and its day has not passed. */
static void
judge_condition(const struct deciding *d, const struct dx_go_item *item, struct dx_go_answer *a)
{
	const struct dx_go_condition *c = item->condition;

	a->blocks = !is_met(d, item);
	if (a->blocks && c->due_at != NULL && c->due_us <= d->facts->now)
		no_go(a, DX_R_CONDITION_OVERDUE, dx_arena_printf(&d->out->arena, "%s was to meet it by %s: %s", c->owner, c->due_at,
		    c->text));
	else
		worse(&a->verdict, DX_GO_CONDITIONAL);
}

static void
judge_open(const struct deciding *d, const struct dx_go_item *item, enum dx_go_status status, struct dx_go_answer *a)
{
	if (status == DX_GO_PENDING && item->data_safety)
		no_go(a, DX_R_DATA_SAFETY_PENDING, "what keeps data safe is not done");
	else if (item->condition == NULL)
		no_go(a, DX_R_ITEM_WITHOUT_CONDITION, dx_arena_printf(&d->out->arena, "it is %s, without a condition",
		    dx_go_statuses[status]));
	else if (item->condition->owner == NULL)
		no_go(a, DX_R_ITEM_WITHOUT_CONDITION, "nobody owns its condition");
	else
		judge_condition(d, item, a);
}

/* Done, but on a condition that is not met. */
static void
judge_done(const struct deciding *d, const struct dx_go_item *item, struct dx_go_answer *a)
{
	judge_complete(d, item, a);
	if (a->verdict != DX_GO_GO || item->condition == NULL || is_met(d, item))
		return;
	if (item->condition->owner == NULL)
		no_go(a, DX_R_ITEM_WITHOUT_CONDITION, "nobody owns its condition");
	else
		judge_condition(d, item, a);
}

static void
judge_placeholder(const struct deciding *d, const struct dx_go_item *item, struct dx_go_answer *a)
{
	const struct dx_go_condition *c = item->condition;

	if (strcmp(dx_go_criteria[item->criterion], SECURITY) == 0)
		no_go(a, DX_R_PLACEHOLDER_IN_SECURITY, "a stand-in protects nothing");
	else if (c == NULL || c->owner == NULL || c->due_before != DX_DUE_DARK_LAUNCH)
		no_go(a, DX_R_PLACEHOLDER_LATE, "a stand-in must be replaced before dark_launch, on a condition that somebody owns");
	else
		judge_condition(d, item, a);
}

/* --- items --- */

/* Figures never make an item better than it says it is. */
static enum dx_go_status
status_of(const struct deciding *d, const struct dx_go_item *item, const char **detail)
{
	enum dx_go_status measured = item->measure != NULL ? dx_go_measure_status(&d->out->arena, item->measure, detail) : item->status;

	return measured > item->status ? measured : item->status;
}

static void
judge_status(const struct deciding *d, const struct dx_go_item *item, struct dx_go_answer *a)
{
	const char *figures = "";
	enum dx_go_status status = status_of(d, item, &figures);

	*a = (struct dx_go_answer){ .detail = figures };
	switch (status) {
	case DX_GO_COMPLETE:
		judge_done(d, item, a);
		break;
	case DX_GO_PARTIAL:
	case DX_GO_PENDING:
		judge_open(d, item, status, a);
		break;
	case DX_GO_PLACEHOLDER:
		judge_placeholder(d, item, a);
		break;
	case DX_GO_FAILED:
		no_go(a, DX_R_ITEM_FAILED, figures[0] != '\0' ? figures : "it is said to have failed");
		break;
	}
}

/* As page 1.7: a NO_GO may be waived for a time; one that may not any more says so first. */
static void
waive(const struct deciding *d, const struct dx_go_item *item, struct dx_go_answer *a)
{
	const struct dx_waiver *w = NULL;

	while ((w = dx_waivers_next(d->facts->waivers, d->go->release, item->check, w)) != NULL) {
		enum dx_waiver_state state = dx_waiver_state(w, d->facts->now);
		if (w->match != NULL)
			continue;	/* it speaks of one test, and an item is none */
		if (state == DX_WAIVER_ACTIVE) {
			*a = (struct dx_go_answer){ .verdict = DX_GO_GO, .reason = a->reason, .waiver = w,
			    .detail = dx_arena_printf(&d->out->arena, "%s, waived by %s until %s: %s", dx_reason_code(a->reason), w->id,
			    w->expires_at, w->reason) };
			return;
		}
		a->detail = dx_arena_printf(&d->out->arena, "%s: %s; %s",
		    dx_reason_code(state == DX_WAIVER_EXPIRED ? DX_R_WAIVER_EXPIRED : DX_R_WAIVER_NOT_YET), w->id, a->detail);
	}
}

static void
judge_items(struct deciding *d)
{
	struct dx_go_decision *out = d->out;
	size_t count[DX_GO_CRITERIA] = { 0 };

	out->item = dx_arena_alloc(&out->arena, dx_size_mul(d->go->item_count, sizeof(*out->item)));
	for (size_t i = 0; i < d->go->item_count; i++) {
		const struct dx_go_item *item = &d->go->item[i];
		struct dx_go_answer *a = &out->item[i];

		judge_status(d, item, a);
		if (a->verdict == DX_GO_NO)
			waive(d, item, a);
		if (a->verdict == DX_GO_NO)
			find(d, a->reason, dx_go_criteria[item->criterion], item->name, a->detail);
		count[item->criterion]++;
		worse(&out->criterion[item->criterion], a->verdict);
	}
	for (unsigned k = 0; k < DX_GO_CRITERIA; k++) {
		if (count[k] == 0) {
			out->criterion[k] = DX_GO_NO;
			find(d, DX_R_CRITERION_EMPTY, dx_go_criteria[k], NULL, "nothing stands under it");
		}
		worse(&out->overall, out->criterion[k]);
	}
}

/* --- risks, sign-offs, conditions --- */

static void
judge_risks(struct deciding *d)
{
	for (size_t i = 0; i < d->go->risk_count; i++) {
		const struct dx_go_risk *r = &d->go->risk[i];
		const char *text = r->text != NULL ? r->text : dx_arena_printf(&d->out->arena, "risk %zu", i + 1);

		if (!r->open || r->level == DX_RISK_LOW || (r->level == DX_RISK_MEDIUM && r->mitigation != NULL && r->owner != NULL))
			continue;
		find(d, r->level == DX_RISK_HIGH ? DX_R_RISK_HIGH_OPEN : DX_R_RISK_MEDIUM_UNOWNED, NULL, NULL, text);
		d->out->overall = DX_GO_NO;
	}
}

/* Why a sign-off does not count; NULL: it does. */
static const char *
uncounted(const struct deciding *d, size_t i)
{
	if (d->facts->signer[i].by == NULL)
		return d->facts->signer[i].detail;
	return d->go->signoff[i].at > d->facts->now + AHEAD_US ? "its date lies ahead" : NULL;
}

/* The signers by role, of those that count. */
static int
take_signoff(struct deciding *d, size_t i, const char *by_role[static DX_GO_ROLES], struct dx_err *err)
{
	const struct dx_go_signoff *s = &d->go->signoff[i];
	const char *by = d->facts->signer[i].by;

	for (unsigned k = 0; k < DX_GO_ROLES; k++)
		if (by_role[k] != NULL && strcmp(by_role[k], by) == 0)
			return dx_err_set(err, DX_R_SIGNOFF_SAME_PERSON, "%s signed as %s and as %s", by, dx_go_roles[k],
			    dx_go_roles[s->role]);
	by_role[s->role] = by;
	if (!s->go) {
		find(d, DX_R_SIGNOFF_NO_GO, NULL, NULL, dx_arena_printf(&d->out->arena, "%s: %s", dx_go_roles[s->role], by));
		d->out->overall = DX_GO_NO;
	}
	return 0;
}

static int
judge_signoffs(struct deciding *d, struct dx_err *err)
{
	const char *by_role[DX_GO_ROLES] = { NULL }, *why[DX_GO_ROLES] = { NULL };

	for (size_t i = 0; i < d->go->signoff_count; i++) {
		d->out->uncounted[i] = why[d->go->signoff[i].role] = uncounted(d, i);
		if (d->out->uncounted[i] == NULL && take_signoff(d, i, by_role, err) != 0)
			return -1;
	}
	for (unsigned k = 0; k < DX_GO_ROLES; k++) {
		if (by_role[k] != NULL)
			continue;
		find(d, DX_R_SIGNOFF_MISSING, NULL, NULL, dx_arena_printf(&d->out->arena, "%s: %s", dx_go_roles[k],
		    why[k] != NULL ? why[k] : "nobody has signed off"));
		worse(&d->out->overall, DX_GO_UNDECIDED);
	}
	return 0;
}

static void
judge_conditions(struct deciding *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->go->item_count; i++)
		if (d->out->item[i].blocks) {
			d->out->blocked[d->go->item[i].condition->due_before] = true;
			n++;
		}
	if (n > 0)
		find(d, DX_R_CONDITION_UNMET, NULL, NULL, dx_arena_printf(&d->out->arena, "%zu condition%s not met yet", n,
		    n == 1 ? "" : "s"));
}

/* --- waivers --- */

static bool
known(const void *ctx, const char *gate, const char *check)
{
	const struct dx_go *g = ctx;

	if (strcmp(gate, g->release) != 0)
		return true;		/* of a gate that is not judged here */
	for (size_t i = 0; i < g->item_count; i++)
		if (strcmp(g->item[i].check, check) == 0)
			return true;
	return false;
}

static int
check_waivers(const struct deciding *d, struct dx_err *err)
{
	struct dx_faults faults = { 0 };
	int rc = 0;

	if (d->facts->waivers != NULL)
		dx_waivers_dangling(d->facts->waivers, known, d->go, &faults);
	if (faults.count > 0)
		rc = dx_err_set_at(err, faults.item[0].reason, faults.item[0].at, "%s", faults.item[0].text);
	dx_faults_release(&faults);
	return rc;
}

static void
list_unused(struct deciding *d)
{
	const struct dx_waivers *w = d->facts->waivers;
	struct dx_go_decision *out = d->out;

	out->unused = dx_arena_alloc(&out->arena, dx_size_mul(w != NULL ? w->count : 0, sizeof(*out->unused)));
	for (size_t i = 0; w != NULL && i < w->count; i++) {
		bool used = false;
		for (size_t k = 0; k < d->go->item_count && !used; k++)
			used = out->item[k].waiver == &w->item[i];
		if (!used && strcmp(w->item[i].gate, d->go->release) == 0)
			out->unused[out->unused_count++] = &w->item[i];
	}
}

/* --- all --- */

int
dx_go_decide(const struct dx_go *g, const struct dx_go_facts *f, struct dx_go_decision *out, struct dx_err *err)
{
	struct deciding d = { .go = g, .facts = f, .out = out };

	memset(out, 0, sizeof(*out));
	if (check_waivers(&d, err) != 0)
		return -1;
	judge_items(&d);
	judge_risks(&d);
	if (judge_signoffs(&d, err) != 0)
		return -1;
	judge_conditions(&d);
	list_unused(&d);
	return 0;
}

void
dx_go_decision_release(struct dx_go_decision *d)
{
	dx_arena_release(&d->arena);
	memset(d, 0, sizeof(*d));
}

bool
dx_go_blocks(const struct dx_go_decision *d, enum dx_phase phase)
{
	static const enum dx_go_due last[] = { [DX_PHASE_DARK_LAUNCH] = DX_DUE_DARK_LAUNCH, [DX_PHASE_CANARY] = DX_DUE_CANARY,
	    [DX_PHASE_FULL] = DX_DUE_FULL };

	for (int due = 0; phase != DX_PHASE_NONE && due <= (int)last[phase]; due++)
		if (d->blocked[due])
			return true;
	return false;
}

enum dx_exit
dx_go_exit(const struct dx_go_decision *d)
{
	return d->overall == DX_GO_GO ? DX_EXIT_YES : d->overall == DX_GO_NO ? DX_EXIT_NO : DX_EXIT_WAIT;
}
