#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/time.h"
#include "check/made.h"
#include "check/waived.h"
#include "op/check_inner.h"

#define FUTURE_US	INT64_C(300000000)	/* so much may clocks differ (release-gates page 1.3) */
#define TICK_US		20000	/* a file's time is that of the kernel's last tick, which may lie before the clock's now */

/* --- results --- */

void
dx_step_fail(struct dx_step *s, enum dx_reason reason, const char *fmt, ...)
{
	struct dx_err err = { 0 };
	char text[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)dx_err_set(&err, reason, "%s", text);
	dx_step_error(s, &err);
}

void
dx_step_error(struct dx_step *s, const struct dx_err *err)
{
	s->result.state = dx_reason_class(err->reason) == DX_CLASS_FINDING ? DX_STATE_FAIL : DX_STATE_ERROR;
	s->result.reason = dx_reason_code(err->reason);
	s->result.detail = dx_arena_dup(&s->arena, err->text, strlen(err->text));
}

bool
dx_step_outside(struct dx_step *s, const char *path, enum dx_tree_kind kind)
{
	if (kind != DX_TREE_OUTSIDE)
		return false;
	dx_step_fail(s, DX_R_PATH_ESCAPE, "%s leads out of the root", path);
	s->result.state = DX_STATE_FAIL;
	return true;
}

bool
dx_step_no_file(struct dx_step *s, const char *path, enum dx_tree_kind kind)
{
	if (kind != DX_TREE_FOLDER && kind != DX_TREE_OTHER)
		return dx_step_outside(s, path, kind);
	dx_step_fail(s, DX_R_NOT_A_FILE, "%s is no regular file", path);
	return true;
}

bool
dx_step_stale(struct dx_step *s, const char *path, int64_t changed)
{
	for (size_t i = 0; i < s->check->need_count; i++) {
		const struct dx_step *need = &s->steps[s->check->needs[i]];

		if (changed + TICK_US < need->started && dx_check_makes(need->check, path)) {
			dx_step_fail(s, DX_R_PLAN_OUTPUT_STALE, "%s is older than the start of step %s that should have made it", path,
			    need->check->id);
			return true;
		}
	}
	return false;
}

bool
dx_step_future(struct dx_step *s, const char *path, int64_t stamp)
{
	char at[DX_TIME_TEXT];

	if (stamp <= s->now + FUTURE_US)
		return false;
	dx_time_print(stamp, at);
	dx_step_fail(s, DX_R_EVIDENCE_FUTURE, "%s is from %s", path, at);
	return true;
}

/* --- running --- */

struct pool {
	struct dx_checked	*checked;
	const struct dx_check_options *o;
	size_t			 done;
	bool			*taken;
	struct dx_check_store	 store;
	struct dx_worker	*worker;	/* o->jobs of them */
};

/* What it needs has passed, or only has to have ended (1), has not passed (-1), is not known yet (0). */
static int
ready(const struct pool *p, size_t i)
{
	const struct dx_check *c = p->checked->step[i].check;
	int answer = 1;

	for (size_t k = 0; k < c->need_count; k++) {
		const struct dx_step *need = &p->checked->step[c->needs[k]];
		if (!need->done)
			return 0;
		if (!c->only_after && need->result.state != DX_STATE_PASS && need->result.state != DX_STATE_WAIVED)
			answer = -1;
	}
	return answer;
}

static bool
apart(const struct dx_step *s)
{
	return dx_step_types[s->check->type].apart;
}

static void
finish(struct pool *p, struct dx_step *s)
{
	if (apart(s))
		dx_check_store_end(&p->store);		/* what it recorded is to be seen */
	dx_waivers_apply(p->o->waivers, p->checked->plan->id, s->check, p->o->now, &s->arena, &s->result);
	s->done = true;
	p->done++;
	if (p->o->progress != NULL)
		p->o->progress(p->o->progress_ctx, p->checked->plan->id, &s->result, p->done, p->checked->plan->count);
}

static struct dx_worker *
idle(struct pool *p)
{
	for (unsigned i = 0; i < p->o->jobs; i++)
		if (p->worker[i].step == NULL)
			return &p->worker[i];
	return NULL;
}

/* Takes a step on, if it can be done now: commands by a worker, the others here. */
static bool
take(struct pool *p, size_t i)
{
	struct dx_step *s = &p->checked->step[i];
	struct dx_worker *w = NULL;
	int may = s->check->applicable ? ready(p, i) : 1;

	if (may > 0 && s->check->applicable && !dx_step_wanted(s)) {
		p->taken[i] = true;
		finish(p, s);
		return true;
	}
	if (may == 0 || (may > 0 && s->check->applicable && apart(s) && (w = idle(p)) == NULL))
		return false;
	p->taken[i] = true;
	if (!s->check->applicable)
		s->result.state = DX_STATE_NOT_APPLICABLE;
	else if (may < 0)
		dx_step_fail(s, DX_R_PLAN_STEP_SKIPPED, "a step that it needs has not passed");
	else if (!apart(s))
		dx_step_judge(s);
	else if (dx_worker_start(w, s) == 0)
		return true;		/* finished when the worker has answered */
	finish(p, s);
	return true;
}

/* Commands first, so that they run while the rest is judged here. */
static bool
take_any(struct pool *p)
{
	bool took = false;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < p->checked->plan->count; i++)
			if (!p->taken[i] && apart(&p->checked->step[i]) == (pass == 0))
				took = take(p, i) || took;
	return took;
}

static void
run_all(struct pool *p)
{
	struct dx_step *s;

	while (p->done < p->checked->plan->count) {
		if (take_any(p))
			continue;
		s = dx_workers_wait(p->worker, p->o->jobs);
		if (s == NULL)
			DX_BUG("a plan waits for nothing");
		finish(p, s);
	}
}

int
dx_check_run(struct dx_checked *c, const struct dx_check_options *o, struct dx_err *err)
{
	struct pool p = { .checked = c, .o = o, .store = { .session = o->session, .trust = o->trust,
	    .call = o->call, .call_count = o->call_count } };
	struct dx_result_head head = { .gate = c->plan->id, .evaluated_at = c->evaluated_at,
	    .title = c->plan->title, .title_ar = c->plan->title_ar, .release = o->release, .mandatory = c->plan->mandatory };
	struct dx_tree *tree;
	char gate[DX_SHA256_HEX];

	if (dx_tree_open(c->place->root, &tree, err) != 0)
		return -1;
	c->step = dx_alloc(dx_size_mul(c->plan->count, sizeof(*c->step)));
	memset(c->step, 0, c->plan->count * sizeof(*c->step));
	for (size_t i = 0; i < c->plan->count; i++)
		c->step[i] = (struct dx_step){ .check = &c->plan->check[i], .root = tree, .root_path = c->place->root, .repo = c->place->repo,
		    .traceparent = o->traceparent, .now = o->now, .steps = c->step,
		    .gate = c->plan->id, .commit = c->place->commit, .store = &p.store, .predicates = c->predicates,
		    .result = { .check = c->plan->check[i].id, .title = c->plan->check[i].title, .title_ar = c->plan->check[i].title_ar,
		    .remedy = c->plan->check[i].remedy,
		    .reason = "", .detail = "", .behavioural = c->plan->check[i].behavioural, .observed = dx_json_null(),
		    .failures = dx_json_null() }, .report = dx_json_null() };
	p.taken = dx_alloc(c->plan->count);
	memset(p.taken, 0, c->plan->count);
	dx_time_print(o->now, c->evaluated_at);
	p.worker = dx_alloc(dx_size_mul(o->jobs, sizeof(*p.worker)));
	memset(p.worker, 0, o->jobs * sizeof(*p.worker));
	run_all(&p);
	dx_check_store_end(&p.store);
	free(p.worker);
	free(p.taken);
	dx_tree_free(tree);
	c->result = dx_arena_alloc(&c->arena, dx_size_mul(c->plan->count, sizeof(*c->result)));
	for (size_t i = 0; i < c->plan->count; i++)
		c->result[i] = c->step[i].result;
	c->score = dx_score(c->result, c->plan->count);
	dx_sha256_hex(&c->plan->sha256, gate);
	head.gate_sha256 = dx_arena_dup(&c->arena, gate, strlen(gate));
	if (o->waivers != NULL) {
		dx_sha256_hex(&o->waivers->sha256, gate);
		head.waivers_sha256 = dx_arena_dup(&c->arena, gate, strlen(gate));
	}
	head.trace_id = o->trace_id;
	head.commit = c->place->commit[0] != '\0' ? c->place->commit : NULL;
	c->document = dx_result_document(&c->arena, &head, c->result, c->plan->count, &c->score);
	return 0;
}
