#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "op/gate_internal.h"

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
	if (dx_gate_action_open(g, err) != 0 || open_session(g, err) != 0 || first_load(g, err) != 0) {
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
	dx_arena_release(&g->actions_arena);
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

/* --- the decision of a group --- */

static void
decide_group(struct dx_gate *g)
{
	struct dx_err err = g->broken;
	int64_t start;

	if (dx_gate_all_done(g))
		return;
	if (err.reason != DX_OK) {
		dx_gate_settle_fault(g, &err);
		return;
	}
	for (int attempt = 0; attempt < 2; attempt++) {
		int rc = dx_gate_before_lock(g, &err);
		if (rc == 0 && dx_gate_all_done(g))
			return;
		if (rc == 0 && g->session.store == NULL) {
			dx_gate_decide_unkept(g);
			return;
		}
		if (rc == 0 && dx_gate_only_dry_runs(g)) {
			dx_gate_decide_unkept(g);
			return;
		}
		while (rc == 0 && !dx_gate_all_done(g)) {
			start = dx_clock_mono_ms();
			rc = dx_gate_under_lock(g, start + dx_gate_lock_ms(g->opt.timeout_ms), start + g->opt.timeout_ms, &err);
		}
		if (rc == 0)
			return;
		if (rc < 0) {
			dx_gate_settle_fault(g, &err);
			return;
		}
	}
	(void)dx_err_set(&err, DX_R_GATE_EVALUATION_ERROR, "policy or rules changed twice while the call was judged");
	dx_gate_settle_fault(g, &err);
}

void
dx_gate_commit(struct dx_gate *g)
{
	decide_group(g);
	dx_gate_action_answers(g);
}
