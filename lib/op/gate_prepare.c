/* Before the lock: requests made of documents, replays answered, rules run. */
#include <string.h>

#include "base/clock.h"
#include "op/gate_internal.h"

static int
adapt(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy, struct dx_err *err)
{
	switch (g->opt.from) {
	case DX_FROM_PLAN:
		return dx_adapt_plan(&g->arena, &it->doc, &g->opt.plan, &g->opt.stated, &it->request, err);
	case DX_FROM_ADMISSION:
		return dx_adapt_admission(&g->arena, &it->doc, policy, &g->opt.stated, &it->request, &it->uid, err);
	case DX_FROM_REQUEST:
		break;
	}
	return dx_request_read(&g->arena, &it->doc, &g->opt.stated, &it->request, err);
}

/* A refused review is still allowed in shadow: the mode of the environment it names, as far as it could be read. */
static void
note_shadow(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy)
{
	const char *environment, *scope;

	if (g->opt.from != DX_FROM_ADMISSION)
		return;
	environment = it->request.environment != NULL ? it->request.environment : "nonprod";
	it->shadow = dx_policy_mode(policy, DX_SOURCE_K8S, environment, &scope) == DX_MODE_SHADOW;
}

void
dx_gate_refuse(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy)
{
	it->exit = dx_reason_exit(it->err.reason);
	it->done = true;
	note_shadow(g, it, policy);
}

void
dx_gate_prepare(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy)
{
	memset(&it->request, 0, sizeof(it->request));
	it->findings = NULL;
	it->trigger = DX_OK;
	if (g->opt.from == DX_FROM_REQUEST && dx_action_is(&it->doc)) {
		dx_gate_action_prepare(g, it, policy);
		return;
	}
	if (adapt(g, it, policy, &it->err) != 0 ||
	    dx_request_finish(&g->arena, policy, &it->request, &it->err) != 0) {
		dx_gate_refuse(g, it, policy);
		return;
	}
	it->key = dx_request_key(&it->request, &it->derived);
}

bool
dx_gate_all_done(const struct dx_gate *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done)
			return false;
	return true;
}

/* What was decided before is answered from the store, which needs no writer.  Unless all are looked up, the first that is new
 * ends it: the lock is to be taken anyway, and under it every request is looked up. */
int
dx_gate_look_up(struct dx_gate *g, bool all, struct dx_err *err)
{
	int64_t now = dx_clock_now();

	for (size_t i = 0; i < g->count; i++) {
		struct dx_gate_item *it = &g->item[i];

		if (it->done)
			continue;
		if (!dx_gate_action_alone(it) && dx_gate_replay(g, it, now, err) < 0)
			return -1;
		if (it->err.reason != DX_OK)
			dx_gate_refuse(g, it, g->session.policy);
		else if (!it->done && !all)
			break;
	}
	return 0;
}

int
dx_gate_before_lock(struct dx_gate *g, struct dx_err *err)
{
	struct dx_store *store = g->session.store;
	bool changed = false;
	int rc = 0;

	if (store != NULL && dx_store_begin(store, g->session.tenant, false, dx_clock_mono_ms() + g->opt.timeout_ms, NULL, err) != 0)
		return -1;
	rc = dx_session_load(&g->session, &changed, err);
	g->rules_stale |= changed;
	if (rc == 0)
		rc = dx_session_require(&g->session, DX_ROLE_MEMBER, err);
	for (size_t i = 0; rc == 0 && i < g->count; i++)
		if (!g->item[i].done)
			dx_gate_prepare(g, &g->item[i], g->session.policy);
	if (rc == 0 && store != NULL && !g->session.opening)
		rc = dx_gate_look_up(g, g->session.rules.count > 0, err);	/* no rule runs for a replay */
	if (store != NULL)
		dx_store_rollback(store);
	if (rc == 0 && g->rules_stale && !dx_gate_all_done(g))
		rc = dx_gate_rules_start(g, err);
	for (size_t i = 0; rc == 0 && i < g->count; i++) {
		if (g->item[i].done || dx_gate_action_alone(&g->item[i]))
			continue;
		dx_gate_rules_run(g, &g->item[i]);
		if (g->item[i].err.reason != DX_OK)
			dx_gate_refuse(g, &g->item[i], g->session.policy);
	}
	return rc;
}
