/* The decision on a release: what the store knows, who signed, and what is kept of it. */
#include <string.h>

#include "base/text.h"
#include "contract/contract.h"
#include "core/signer.h"
#include "op/entries.h"
#include "op/go.h"
#include "op/record.h"

/* --- facts --- */

static int
evidence_of(struct dx_session *s, const char *sha256, struct dx_arena *a, struct dx_go_evidence *out, struct dx_err *err)
{
	const struct dx_json *entry;
	size_t len;
	int found = dx_entry_evidence(s, "evidence_recorded", sha256, a, &entry, err);

	*out = (struct dx_go_evidence){ .kind = NULL };
	if (found <= 0)
		return found;
	out->kind = dx_entry_detail(entry, "kind");
	out->judged = dx_contract_shipped(out->kind, &len) != NULL;
	found = dx_entry_verdict(s, sha256, a, &entry, err);
	if (found > 0)
		out->verdict = dx_entry_detail(entry, "verdict");
	return found < 0 ? -1 : 0;
}

static int
read_evidence(struct dx_session *s, const struct dx_go *g, struct dx_arena *a, struct dx_go_facts *f, struct dx_err *err)
{
	struct dx_go_evidence *list = dx_arena_alloc(a, dx_size_mul(g->digest_count, sizeof(*list)));

	for (size_t i = 0; i < g->digest_count; i++) {
		list[i] = (struct dx_go_evidence){ .kind = NULL };
		if (s->store != NULL && evidence_of(s, g->digest[i], a, &list[i], err) != 0)
			return -1;
	}
	f->evidence = list;
	return 0;
}

static void
read_signer(const struct dx_session *s, const struct dx_go *g, const struct dx_go_signoff *o, int64_t now, struct dx_arena *a,
    struct dx_go_signer *out)
{
	const struct dx_principal *who = NULL;
	struct dx_sshsig_message message;
	struct dx_buf text = { 0 };
	struct dx_err why = { 0 };

	if (o->signature == NULL)
		(void)dx_err_set(&why, DX_R_SIGNOFF_MISSING, "it is not signed");
	else {
		dx_go_statement(g, o->role, o->go, &text);
		dx_sshsig_message(text.data, text.len, &message);
		if (dx_signer_find(s->principals, o->by, o->signature, strlen(o->signature), &message, now, &who, &why) == 0 &&
		    who->service)
			(void)dx_err_set(&why, DX_R_SERVICE_MAY_NOT_REVIEW, "%s is a service", who->id);
		dx_buf_release(&text);
	}
	if (why.reason == DX_OK)
		*out = (struct dx_go_signer){ .by = dx_arena_dup(a, who->id, strlen(who->id)) };
	else
		*out = (struct dx_go_signer){ .why = why.reason, .detail = dx_arena_dup(a, why.text, strlen(why.text)) };
}

static int
read_facts(struct dx_session *s, const struct dx_op_go *g, struct dx_arena *a, struct dx_go_facts *f, struct dx_err *err)
{
	struct dx_go_signer *signer = dx_arena_alloc(a, dx_size_mul(g->go->signoff_count, sizeof(*signer)));

	*f = (struct dx_go_facts){ .signer = signer, .waivers = g->waivers, .now = g->now, .strict = g->strict };
	for (size_t i = 0; i < g->go->signoff_count; i++)
		read_signer(s, g->go, &g->go->signoff[i], g->now, a, &signer[i]);
	return read_evidence(s, g->go, a, f, err);
}

/* --- entering a phase --- */

struct entering { bool change; int from, to; };

/* Only the first phase is entered by a decision; the others by the samples of the one before. */
static int
enter(struct dx_session *s, struct dx_op_go *g, struct entering *out, struct dx_err *err)
{
	struct dx_phase_state state;
	enum dx_phase now;

	if (dx_op_phase_state(s, g->go->release, &state, err) != 0)
		return -1;
	now = dx_phase_steps[state.step].phase;
	*out = (struct entering){ .from = state.step, .to = state.step };
	if (g->enter == DX_PHASE_DARK_LAUNCH && (g->restart || now == DX_PHASE_NONE)) {
		out->to = dx_phase_step(DX_PHASE_DARK_LAUNCH, 0);
		out->change = true;
	} else if (now != g->enter)
		return dx_err_set(err, DX_R_PHASE_SKIP, "%s is in phase %s; dealix-gate go --phase says when %s begins", g->go->release,
		    dx_phases[now], dx_phases[g->enter]);
	return 0;
}

static void
put_enter(struct dx_op_go *g, bool entered, const struct entering *e)
{
	struct dx_json o = dx_json_object();

	dx_json_put(&g->arena, &o, "entered", dx_json_bool(entered));
	if (entered)
		dx_json_put(&g->arena, &o, "from", dx_json_text(dx_phases[dx_phase_steps[e->from].phase]));
	dx_json_put(&g->arena, &o, "phase", dx_json_text(dx_phases[g->enter]));
	if (entered)
		dx_json_put(&g->arena, &o, "traffic", dx_json_int(&g->arena, dx_phase_steps[e->to].traffic));
	dx_json_put(&g->arena, &g->document, "enter", o);
}

static int
decide(struct dx_session *s, struct dx_op_go *g, struct dx_go_decision *d, struct entering *e, struct dx_err *err)
{
	struct dx_go_facts facts;
	struct dx_json document;
	bool may;

	if (read_facts(s, g, &g->arena, &facts, err) != 0 || dx_go_decide(g->go, &facts, d, err) != 0)
		return -1;
	document = dx_go_document(&g->arena, g->go, &facts, d);
	g->document = dx_json_copy(&g->arena, &document);	/* it outlives the decision */
	g->exit = dx_go_exit(d);
	if (g->strict && g->exit == DX_EXIT_YES && d->unused_count > 0)
		g->exit = DX_EXIT_NO;
	if (g->enter == DX_PHASE_NONE)
		return 0;
	may = d->overall <= DX_GO_CONDITIONAL && g->exit != DX_EXIT_NO;
	if (may && dx_go_blocks(d, g->enter))
		g->exit = DX_EXIT_WAIT;
	else if (may) {
		if (enter(s, g, e, err) != 0)
			return -1;
		g->exit = DX_EXIT_YES;
	}
	put_enter(g, g->exit == DX_EXIT_YES, e);
	return 0;
}

/* --- keeping --- */

static int
keep_waivers(struct dx_session *s, const struct dx_op_go *g, const struct dx_go_decision *d, struct dx_arena *a, struct dx_err *err)
{
	for (size_t i = 0; i < g->go->item_count; i++) {
		const struct dx_waiver *w = d->item[i].waiver;
		struct dx_json details = dx_json_object();

		if (w == NULL)
			continue;
		dx_json_put(a, &details, "check", dx_json_text(w->check));
		dx_json_put(a, &details, "expires_at", dx_json_text(w->expires_at));
		dx_json_put(a, &details, "gate", dx_json_text(w->gate));
		if (dx_session_append(s, DX_EVENT_WAIVER_USED, w->id, details, NULL, 0, g->now, NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int
keep(struct dx_session *s, struct dx_op_go *g, const struct dx_go_decision *d, const struct entering *e, struct dx_err *err)
{
	struct dx_arena *a = &g->arena;
	struct dx_json details = dx_json_object();
	struct dx_payload report;

	if (dx_session_open_log(s, g->now, err) != 0 ||
	    dx_record_document(s, &g->document, "go_decision", g->now, a, &report, &g->text, err) != 0 ||
	    keep_waivers(s, g, d, a, err) != 0)
		return -1;
	dx_json_put(a, &details, "decision", dx_json_text(dx_go_decisions[d->overall]));
	dx_json_put(a, &details, "report_sha256", dx_json_text(report.sha256));
	if (dx_session_append(s, DX_EVENT_RELEASE_DECIDED, g->go->release, details, &report, 1, g->now, NULL, err) != 0)
		return -1;
	return e->change ? dx_op_phase_change(s, g->go->release, e->from, e->to, false, &report, g->now, a, err) : 0;
}

int
dx_op_go_begin(struct dx_session *s, bool write, struct dx_err *err)
{
	if (s->store != NULL)
		return dx_session_begin(s, write, DX_ROLE_MEMBER, err);
	return dx_session_load(s, NULL, err) != 0 || dx_session_require(s, DX_ROLE_MEMBER, err) != 0 ? -1 : 0;
}

int
dx_op_go(struct dx_session *s, struct dx_op_go *g, struct dx_err *err)
{
	struct dx_go_decision d = { .overall = DX_GO_NO };
	struct entering e = { false, 0, 0 };
	int rc;

	if (dx_op_go_begin(s, !g->dry_run, err) != 0)
		return -1;
	rc = decide(s, g, &d, &e, err);
	if (rc == 0 && g->dry_run)
		(void)dx_payload_document(&g->document, &g->text);
	else if (rc == 0 && (rc = keep(s, g, &d, &e, err)) == 0)
		rc = dx_store_commit(s->store, err);
	if (s->store != NULL && (rc != 0 || g->dry_run))
		dx_store_rollback(s->store);
	dx_go_decision_release(&d);
	return rc;
}

void
dx_op_go_release(struct dx_op_go *g)
{
	dx_buf_release(&g->text);
	dx_arena_release(&g->arena);
}
