/* A fault on the way to a decision: refusals of what is wrong with the call, fail-safe answers for what is wrong with us
 * (decisions page 11). */
#include "base/clock.h"
#include "op/gate_internal.h"

#define FAILSAFE_MS	250	/* what a fail-safe decision may take (D30) */

static struct dx_json
trigger_details(struct dx_gate *g, enum dx_reason trigger, const struct dx_err *why)
{
	struct dx_json o = dx_json_object();

	if (trigger == DX_R_GATE_TIMEOUT)
		dx_json_put(&g->arena, &o, "timeout_ms", dx_json_int(&g->arena, g->opt.timeout_ms));
	else if (trigger == DX_R_GATE_LOCK_TIMEOUT || trigger == DX_R_GATE_LOCK_CONTENDED) {
		dx_json_put(&g->arena, &o, "lock_wait_ms", dx_json_int(&g->arena, g->waited_ms));
		dx_json_put(&g->arena, &o, "lock_timeout_ms", dx_json_int(&g->arena, dx_gate_lock_ms(g->opt.timeout_ms)));
	} else
		dx_json_put(&g->arena, &o, "error_kind", dx_json_text(dx_reason_code(why->reason)));
	return o;
}

/* A fault of the machinery: fail-safe decisions, kept if the store lets us within a short time, else only answered. */
static void
fail_safe(struct dx_gate *g, struct dx_err *why)
{
	enum dx_reason trigger;
	struct dx_err again = { 0 };
	struct dx_json details;
	int64_t deadline = dx_clock_mono_ms() + FAILSAFE_MS;

	(void)dx_gate_is_failsafe(why->reason, &trigger);
	details = trigger_details(g, trigger, why);
	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done) {
			g->item[i].trigger = trigger;
			g->item[i].trigger_details = details;
		}
	g->failure = *why;
	if (g->session.store != NULL && g->session.loaded && trigger != DX_R_STORE_UNAVAILABLE && trigger != DX_R_STORE_CORRUPT &&
	    trigger != DX_R_POLICY_INTEGRITY_ERROR && dx_gate_under_lock(g, deadline, deadline + g->opt.timeout_ms, &again) == 0)
		return;
	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done)
			dx_gate_failsafe_unpersisted(g, &g->item[i], trigger, details);
}

/* A replay needs no fail-safe answer, as long as the store can be read and the caller's standing with it. */
static void
look_up_apart(struct dx_gate *g)
{
	struct dx_store *store = g->session.store;
	struct dx_err err = { 0 };
	bool changed = false;

	if (store == NULL || dx_store_begin(store, g->session.tenant, false, dx_clock_mono_ms() + FAILSAFE_MS, NULL, &err) != 0)
		return;
	if (dx_session_load(&g->session, &changed, &err) == 0 && dx_session_require(&g->session, DX_ROLE_MEMBER, &err) == 0 &&
	    !g->session.opening)
		(void)dx_gate_look_up(g, true, &err);
	g->rules_stale |= changed;
	dx_store_rollback(store);
}

/* Requests of a run whose store never opened: their shape is still checked, under the best policy there is. */
static void
prepare_without_store(struct dx_gate *g)
{
	const struct dx_policy *known = g->session.policy != NULL ? g->session.policy : g->session.policy_given;
	struct dx_policy *kept = known == NULL ? dx_session_kept_policy(&g->opt.session) : NULL;
	struct dx_policy *plain = known == NULL && kept == NULL ? dx_policy_default() : NULL;
	const struct dx_policy *p = known != NULL ? known : kept != NULL ? kept : plain;

	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done && g->item[i].key == NULL) {
			dx_gate_prepare(g, &g->item[i], p);
			if (g->item[i].request.environment != NULL)
				g->item[i].request.environment = dx_arena_printf(&g->arena, "%s", g->item[i].request.environment);
		}
	dx_policy_free(kept);
	dx_policy_free(plain);
}

static void
refuse_all(struct dx_gate *g, const struct dx_err *why)
{
	struct dx_policy *plain = g->session.policy == NULL ? dx_policy_default() : NULL;
	const struct dx_policy *p = plain != NULL ? plain : g->session.policy;

	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done) {
			g->item[i].err = *why;
			dx_gate_refuse(g, &g->item[i], p);
		}
	dx_policy_free(plain);
}

void
dx_gate_settle_fault(struct dx_gate *g, struct dx_err *why)
{
	enum dx_reason trigger;

	if (!dx_gate_is_failsafe(why->reason, &trigger)) {
		refuse_all(g, why);
		return;
	}
	prepare_without_store(g);
	dx_gate_action_refuse(g, why);
	look_up_apart(g);
	if (!dx_gate_all_done(g))
		fail_safe(g, why);
}
