/* Under the lock: a group decided in one transaction, or, where nothing is kept, without one. */
#include "base/clock.h"
#include "base/id.h"
#include "op/gate_internal.h"

/* A request is refused before anything of it is written, so no line of a batch needs a mark to go back to: a mark costs as much
 * as the rest of a decision, because SQLite then copies every page that changes. */
static int
decide_line(struct dx_gate *g, struct dx_gate_item *it, struct dx_err *err)
{
	if (dx_gate_decide_one(g, it, err) != 0)
		return -1;
	if (it->err.reason != DX_OK)
		dx_gate_refuse(g, it, g->session.policy);
	return 0;
}

static int
decide_all(struct dx_gate *g, struct dx_err *err)
{
	int64_t now = dx_clock_now(), start = dx_clock_mono_ms();
	size_t decided = 0;

	if (dx_session_open_log(&g->session, now, err) != 0 || dx_gate_expire(g, now, err) != 0)
		return -1;
	for (size_t i = 0; i < g->count; i++) {
		if (g->item[i].done)
			continue;
		/* Others wait for the writer: the rest of a long group has a transaction of its own. */
		if (decided > 0 && dx_clock_mono_ms() - start >= DX_GATE_GROUP_MS)
			break;
		if (decide_line(g, &g->item[i], err) != 0)
			return -1;
		decided++;
	}
	return 0;
}

/* Whether the transaction has anything to keep: a group of refusals opens no log and creates no store. */
static bool
anything_kept(const struct dx_gate *g, const bool *was_done)
{
	for (size_t i = 0; i < g->count; i++)
		if (!was_done[i] && g->item[i].done && g->item[i].err.reason == DX_OK)
			return true;
	return false;
}

static void
forget_answers(struct dx_gate *g, const bool *was_done)
{
	for (size_t i = 0; i < g->count; i++)
		if (!was_done[i]) {
			g->item[i].done = false;
			g->item[i].reply = dx_json_null();
			dx_err_clear(&g->item[i].err);
		}
}

int
dx_gate_under_lock(struct dx_gate *g, int64_t lock_deadline, int64_t deadline, struct dx_err *err)
{
	struct dx_store *store = g->session.store;
	bool changed = false, *was_done = dx_arena_alloc(&g->arena, g->count + 1);
	struct dx_store_wait wait = { 0 };
	int rc;

	for (size_t i = 0; i < g->count; i++)
		was_done[i] = g->item[i].done;
	if (dx_store_begin(store, g->session.tenant, true, lock_deadline, &wait, err) != 0) {
		g->waited_ms = wait.waited_ms;
		return -1;
	}
	rc = dx_session_load(&g->session, &changed, err);
	g->rules_stale |= changed;
	if (rc == 0 && changed) {
		dx_store_rollback(store);
		return 1;
	}
	if (rc == 0)
		rc = dx_session_require(&g->session, DX_ROLE_MEMBER, err);
	if (rc == 0)
		rc = decide_all(g, err);
	if (rc == 0 && !anything_kept(g, was_done)) {
		dx_store_rollback(store);
		return 0;
	}
	if (rc == 0 && dx_clock_mono_ms() > deadline)
		rc = dx_err_set(err, DX_R_GATE_TIMEOUT, "the decision took longer than %lld ms", (long long)g->opt.timeout_ms);
	if (rc == 0 && dx_store_commit(store, err) == 0) {
		dx_session_opened(&g->session);
		return 0;
	}
	dx_store_rollback(store);
	forget_answers(g, was_done);
	return -1;
}

/* --- without a transaction --- */

/* A dry run without a store: judged all the same, kept nowhere (decisions page 6). */
static void
decide_unkept(struct dx_gate *g, struct dx_gate_item *it)
{
	char *id = dx_arena_alloc(&g->arena, DX_ID_TEXT);
	struct dx_snapshot snapshot;
	struct dx_decision d;
	struct dx_decide_ids ids = { .tenant_id = g->session.tenant, .decision_id = id, .approval_id = id,
	    .actor_id = g->session.caller->id, .generation = 1, .policy_version = 1 };

	dx_id_new(dx_clock_now(), id);
	dx_gate_snapshot_empty(g, dx_clock_now(), &snapshot);
	if (it->trigger != DX_OK)
		dx_decide_failsafe(g->session.policy, &it->request, &snapshot, it->trigger, it->trigger_details, &ids, &d);
	else
		dx_decide(g->session.policy, &it->request, &snapshot, it->findings, &ids, &d);
	dx_gate_answer(g, it, &d);
}

void
dx_gate_decide_unkept(struct dx_gate *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->item[i].done)
			continue;
		else if (dx_gate_action_alone(&g->item[i]))
			dx_gate_action_unkept(g, &g->item[i]);
		else
			decide_unkept(g, &g->item[i]);
}

bool
dx_gate_only_dry_runs(const struct dx_gate *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done && !g->item[i].request.dry_run)
			return false;
	return g->session.opening;
}
