#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "op/gate_internal.h"

#define FAILSAFE_MS	250	/* what a fail-safe decision may take (decisions page D30) */

/* --- open and close --- */

/* The pins and given documents must be right before anything is judged; the store may fail later. */
static int
open_session(struct dx_gate *g, struct dx_err *err)
{
	enum dx_session_how how = g->opt.no_store ? DX_SESSION_NONE :
	    g->opt.stated.dry_run ? DX_SESSION_OPTIONAL : DX_SESSION_WRITE;
	enum dx_reason trigger;

	if (dx_session_open(&g->opt.session, how, &g->session, err) == 0)
		return 0;
	if (!dx_gate_is_failsafe(err->reason, &trigger) || err->reason == DX_R_FILE_UNREADABLE)
		return -1;
	g->broken = *err;
	dx_err_clear(err);
	return 0;
}

/* What is in force, read before the requests are, so that rule programs compile meanwhile. */
static int
read_session(struct dx_gate *g, bool *changed, struct dx_err *err)
{
	int rc;

	if (g->session.store == NULL)
		return dx_session_load(&g->session, changed, err);
	if (dx_store_begin(g->session.store, g->session.tenant, false, dx_clock_mono_ms() + g->opt.timeout_ms, NULL, err) != 0)
		return -1;
	rc = dx_session_load(&g->session, changed, err);
	if (rc == 0)
		rc = dx_session_require(&g->session, DX_ROLE_MEMBER, err);
	dx_store_rollback(g->session.store);
	return rc;
}

static int
first_load(struct dx_gate *g, struct dx_err *err)
{
	enum dx_reason trigger;
	bool changed;

	if (g->broken.reason != DX_OK)
		return 0;
	if (read_session(g, &changed, err) != 0) {
		if (!dx_gate_is_failsafe(err->reason, &trigger))
			return -1;
		g->broken = *err;
		dx_err_clear(err);
		return 0;
	}
	return dx_gate_rules_start(g, err);
}

int
dx_gate_open(const struct dx_gate_options *o, struct dx_gate **out, struct dx_err *err)
{
	struct dx_gate *g = dx_alloc(sizeof(*g));

	memset(g, 0, sizeof(*g));
	g->opt = *o;
	if (open_session(g, err) != 0 || first_load(g, err) != 0) {
		dx_gate_close(g);
		return -1;
	}
	*out = g;
	return 0;
}

void
dx_gate_close(struct dx_gate *g)
{
	if (g == NULL)
		return;
	dx_expr_free(g->expr);
	dx_session_close(&g->session);
	dx_arena_release(&g->arena);
	dx_buf_release(&g->request_bytes);
	dx_buf_release(&g->response_bytes);
	free(g->item);
	free(g);
}

/* --- the group --- */

static struct dx_gate_item *
new_item(struct dx_gate *g, unsigned line)
{
	struct dx_gate_item *it;

	if (g->count == g->room) {
		g->room = g->room == 0 ? 1 : g->room * 2;
		g->item = dx_realloc(g->item, dx_size_mul(g->room, sizeof(*g->item)));
	}
	it = &g->item[g->count++];
	memset(it, 0, sizeof(*it));
	it->line = line;
	return it;
}

void
dx_gate_state(struct dx_gate *g, const struct dx_stated *stated)
{
	g->opt.stated = *stated;
}

struct dx_gate_item *
dx_gate_add(struct dx_gate *g, const struct dx_json *doc, const char *text, size_t text_len, unsigned line)
{
	struct dx_gate_item *it = new_item(g, line);

	it->doc = *doc;
	it->text = text;
	it->text_len = text_len;
	return it;
}

void
dx_gate_add_error(struct dx_gate *g, const struct dx_err *why, unsigned line)
{
	struct dx_gate_item *it = new_item(g, line);

	it->err = *why;
	it->exit = dx_reason_exit(why->reason);
	it->done = true;
}

size_t
dx_gate_count(const struct dx_gate *g)
{
	return g->count;
}

struct dx_gate_item *
dx_gate_item(struct dx_gate *g, size_t i)
{
	return &g->item[i];
}

struct dx_arena *
dx_gate_arena(struct dx_gate *g)
{
	return &g->arena;
}

const struct dx_rule_set *
dx_gate_rules(const struct dx_gate *g)
{
	return &g->session.rules;
}

const struct dx_err *
dx_gate_failure(const struct dx_gate *g)
{
	return &g->failure;
}

const char *
dx_gate_created(struct dx_gate *g)
{
	if (g->told_created || g->session.store == NULL || !dx_store_created(g->session.store))
		return NULL;
	g->told_created = true;
	return dx_store_path(g->session.store);
}

void
dx_gate_clear(struct dx_gate *g)
{
	g->count = 0;
	dx_err_clear(&g->failure);
	dx_session_reap(&g->session);
	dx_arena_reset(&g->arena);
}

/* --- before the lock --- */

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

static void
refuse(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy)
{
	it->exit = dx_reason_exit(it->err.reason);
	it->done = true;
	note_shadow(g, it, policy);
}

static void
prepare(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy)
{
	memset(&it->request, 0, sizeof(it->request));
	it->findings = NULL;
	it->trigger = DX_OK;
	if (adapt(g, it, policy, &it->err) != 0 ||
	    dx_request_finish(&g->arena, policy, &it->request, &it->err) != 0) {
		refuse(g, it, policy);
		return;
	}
	it->key = dx_request_key(&it->request, &it->derived);
}

static bool
all_done(const struct dx_gate *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done)
			return false;
	return true;
}

/* What was decided before is answered from the store, which needs no writer.  Unless all are looked up, the first that is new ends
 * it: the lock is to be taken anyway, and under it every request is looked up. */
static int
look_up(struct dx_gate *g, bool all, struct dx_err *err)
{
	int64_t now = dx_clock_now();

	for (size_t i = 0; i < g->count; i++) {
		struct dx_gate_item *it = &g->item[i];

		if (it->done)
			continue;
		if (dx_gate_replay(g, it, now, err) < 0)
			return -1;
		if (it->err.reason != DX_OK)
			refuse(g, it, g->session.policy);
		else if (!it->done && !all)
			break;
	}
	return 0;
}

/* Requests made, replays answered, rules run.  -1: a fault of the store or the caller's standing. */
static int
before_lock(struct dx_gate *g, struct dx_err *err)
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
			prepare(g, &g->item[i], g->session.policy);
	if (rc == 0 && store != NULL && !g->session.opening)
		rc = look_up(g, g->session.rules.count > 0, err);	/* no rule runs for a replay */
	if (store != NULL)
		dx_store_rollback(store);
	if (rc == 0 && g->rules_stale && !all_done(g))
		rc = dx_gate_rules_start(g, err);
	for (size_t i = 0; rc == 0 && i < g->count; i++) {
		if (g->item[i].done)
			continue;
		dx_gate_rules_run(g, &g->item[i]);
		if (g->item[i].err.reason != DX_OK)
			refuse(g, &g->item[i], g->session.policy);
	}
	return rc;
}

/* --- under the lock --- */

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

/* A request is refused before anything of it is written, so no line of a batch needs a mark to go back to: a mark costs as much
 * as the rest of a decision, because SQLite then copies every page that changes. */
static int
decide_line(struct dx_gate *g, struct dx_gate_item *it, struct dx_err *err)
{
	if (dx_gate_decide_one(g, it, err) != 0)
		return -1;
	if (it->err.reason != DX_OK)
		refuse(g, it, g->session.policy);
	return 0;
}

static void
decide_all_unkept(struct dx_gate *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done)
			decide_unkept(g, &g->item[i]);
}

/* Nothing but dry runs, and no log yet: a dry run never makes one, also where the document says it is one. */
static bool
only_dry_runs(const struct dx_gate *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!g->item[i].done && !g->item[i].request.dry_run)
			return false;
	return g->session.opening;
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

/* 0 committed; 1 policy or rules changed since the rules ran: start again; -1 a fault, nothing kept. */
static int
under_lock(struct dx_gate *g, int64_t lock_deadline, int64_t deadline, struct dx_err *err)
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
	    trigger != DX_R_POLICY_INTEGRITY_ERROR && under_lock(g, deadline, deadline + g->opt.timeout_ms, &again) == 0)
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
		(void)look_up(g, true, &err);
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
			prepare(g, &g->item[i], p);
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
			refuse(g, &g->item[i], p);
		}
	dx_policy_free(plain);
}

static void
settle_fault(struct dx_gate *g, struct dx_err *why)
{
	enum dx_reason trigger;

	if (!dx_gate_is_failsafe(why->reason, &trigger)) {
		refuse_all(g, why);
		return;
	}
	prepare_without_store(g);
	look_up_apart(g);
	if (!all_done(g))
		fail_safe(g, why);
}

void
dx_gate_commit(struct dx_gate *g)
{
	struct dx_err err = g->broken;
	int64_t start;

	if (all_done(g))
		return;
	if (err.reason != DX_OK) {
		settle_fault(g, &err);
		return;
	}
	for (int attempt = 0; attempt < 2; attempt++) {
		int rc = before_lock(g, &err);
		if (rc == 0 && all_done(g))
			return;
		if (rc == 0 && g->session.store == NULL) {
			decide_all_unkept(g);
			return;
		}
		if (rc == 0 && only_dry_runs(g)) {
			decide_all_unkept(g);
			return;
		}
		while (rc == 0 && !all_done(g)) {
			start = dx_clock_mono_ms();
			rc = under_lock(g, start + dx_gate_lock_ms(g->opt.timeout_ms), start + g->opt.timeout_ms, &err);
		}
		if (rc == 0)
			return;
		if (rc < 0) {
			settle_fault(g, &err);
			return;
		}
	}
	(void)dx_err_set(&err, DX_R_GATE_EVALUATION_ERROR, "policy or rules changed twice while the call was judged");
	settle_fault(g, &err);
}
