#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/redact.h"
#include "op/gate_internal.h"
#include "op/programs.h"

int
dx_gate_rules_start(struct dx_gate *g, struct dx_err *err)
{
	dx_expr_free(g->expr);
	g->expr = NULL;
	if (dx_programs_start(&g->session.rules, &g->expr, err) != 0)
		return -1;
	g->rules_stale = false;
	return 0;
}

static void
count_used(struct dx_gate *g, struct dx_gate_item *it)
{
	const struct dx_rule_set *set = &g->session.rules;
	struct dx_findings *f = dx_arena_alloc(&g->arena, sizeof(*f));

	memset(f, 0, sizeof(*f));
	f->used = dx_arena_alloc(&g->arena, dx_size_mul(set->count, sizeof(*f->used)));
	f->used_count = set->count;
	for (size_t i = 0; i < set->count; i++) {
		const struct dx_rules *r = set->doc[i];
		f->used[i] = (struct dx_rules_used){ r->id, r->version, r->sha256, 0 };
		for (size_t k = 0; k < r->count; k++)
			f->used[i].applied += dx_rule_applies(&r->rule[k], it->request.source, it->request.environment);
	}
	it->findings = f;
}

static struct dx_expr_input
canon(struct dx_gate *g, const struct dx_json *v)
{
	struct dx_buf b = { 0 };
	struct dx_expr_input in;

	dx_json_canon(v, &b);
	in = (struct dx_expr_input){ dx_arena_dup(&g->arena, b.data, b.len), b.len };
	dx_buf_release(&b);
	return in;
}

static struct dx_expr_input
context_input(struct dx_gate *g, const struct dx_gate_item *it)
{
	struct dx_snapshot s;
	struct dx_context c;
	struct dx_json object;

	dx_gate_snapshot_empty(g, dx_clock_now(), &s);
	dx_context_compute(&s, &c);
	dx_context_risk(&it->request, &c);
	object = dx_context_object(&g->arena, &c, s.now, g->session.policy_version);
	return canon(g, &object);
}

/* Facts are a flat object: its texts are masked like the message. */
static struct dx_json
mask_facts(struct dx_gate *g, const struct dx_redact *r, const struct dx_json *facts)
{
	struct dx_json out = *facts;

	if (facts->type != DX_JSON_OBJECT)
		return out;
	out = dx_json_copy_top(&g->arena, facts);
	for (uint32_t i = 0; i < out.count; i++)
		if (out.u.members[i].value.type == DX_JSON_STRING)
			out.u.members[i].value = dx_json_text(dx_redact_text(r, &g->arena, out.u.members[i].value.u.text));
	return out;
}

/* Where the findings stand that the reply will list; looking for all of them would cost a walk over the plan each. */
static void
place(struct dx_gate *g, struct dx_gate_item *it, const struct dx_json *doc)
{
	struct dx_findings listed = *it->findings;

	if (listed.count > DX_FINDINGS_MAX)
		listed.count = DX_FINDINGS_MAX;
	for (size_t i = 0; i < listed.count; i++)
		dx_rules_place(&g->arena, it->request.source, doc, &listed.item[i]);
	dx_findings_sort(&listed);
}

static void
collect(struct dx_gate *g, struct dx_gate_item *it, const struct dx_redact *redact, const struct dx_json *doc,
    const struct dx_expr_result *result, size_t n)
{
	struct dx_program_walk w = { .set = &g->session.rules };
	struct dx_findings *f = it->findings;
	const struct dx_rules *rules = NULL;
	const struct dx_rule *rule = NULL;
	size_t program = 0, at = 0;

	f->item = dx_arena_alloc(&g->arena, dx_size_mul(n, sizeof(*f->item)));
	for (; dx_programs_next(&w, &rules, &rule); program++)
		for (; at < n && result[at].program == program; at++) {
			struct dx_finding *out = &f->item[f->count];
			if (!dx_rules_finding(&g->arena, rules, rule, result[at].message != NULL ? NULL : &result[at].output,
			    result[at].message, it->request.source, doc, out))
				continue;
			out->message = dx_redact_text(redact, &g->arena, out->message);
			if (out->address != NULL)
				out->address = dx_redact_text(redact, &g->arena, out->address);
			out->facts = mask_facts(g, redact, &out->facts);
			f->count++;
		}
	dx_findings_sort(f);
	place(g, it, doc);
}

static enum dx_redact_kind
kind_of(enum dx_from from)
{
	switch (from) {
	case DX_FROM_PLAN:
		return DX_REDACT_PLAN;
	case DX_FROM_ADMISSION:
		return DX_REDACT_ADMISSION;
	case DX_FROM_REQUEST:
		break;
	}
	return DX_REDACT_OTHER;
}

static int
evaluate(struct dx_gate *g, struct dx_gate_item *it, struct dx_redact *redact, struct dx_err *err)
{
	size_t n = dx_programs_count(&g->session.rules), count = 0, i = 0;
	bool *want = dx_arena_alloc(&g->arena, n + 1);
	struct dx_expr_input *vars = dx_arena_alloc(&g->arena, dx_size_mul(n, sizeof(*vars)));
	struct dx_program_walk w = { .set = &g->session.rules };
	const struct dx_rules *rules;
	const struct dx_rule *rule;
	struct dx_expr_result *result;
	struct dx_buf bytes = { 0 };		/* of the document: too many to stay in the arena */
	int rc;
	struct dx_json doc = dx_redact_document(redact, &g->arena, &it->doc, kind_of(g->opt.from));
	struct dx_json object = dx_request_object(&g->arena, &it->request);
	struct dx_json request = dx_redact_document(redact, &g->arena, &object, DX_REDACT_OTHER);

	for (; dx_programs_next(&w, &rules, &rule); i++) {
		struct dx_json self = dx_json_object();
		dx_json_put(&g->arena, &self, "id", dx_json_text(rules->id));
		dx_json_put(&g->arena, &self, "version", dx_json_text(rules->version));
		vars[i] = canon(g, &self);
		want[i] = dx_rule_applies(rule, it->request.source, it->request.environment);
	}
	dx_json_canon(&doc, &bytes);
	rc = dx_expr_run(g->expr, (struct dx_expr_input){ bytes.data, bytes.len }, canon(g, &request), context_input(g, it), vars,
	    want, &g->arena, &result, &count, err);
	dx_buf_release(&bytes);
	if (rc != 0)
		return -1;
	collect(g, it, redact, &doc, result, count);
	return 0;
}

void
dx_gate_rules_run(struct dx_gate *g, struct dx_gate_item *it)
{
	struct dx_redact redact = { 0 };
	struct dx_err err = { 0 };

	if (g->session.opt.rule_count > 0 &&
	    dx_session_given_applying(&g->session, it->request.source, it->request.environment) == 0) {
		(void)dx_err_set(&it->err, DX_R_RULES_NONE_APPLY, "no enabled rule of --rules is for source %s and environment %s",
		    dx_source_names[it->request.source], it->request.environment);
		return;
	}
	if (g->session.rules.count == 0)
		return;
	count_used(g, it);
	if (g->expr == NULL && dx_programs_count(&g->session.rules) > 0) {
		it->trigger = DX_R_GATE_EVALUATION_ERROR;	/* rules without their evaluator are no permission */
		return;
	}
	if (g->expr == NULL || dx_rule_set_applying(&g->session.rules, it->request.source, it->request.environment) == 0)
		return;
	if (evaluate(g, it, &redact, &err) != 0) {
		if (err.reason == DX_R_RULES_COMPILE_ERROR || err.reason == DX_R_RULE_BUILTIN_REFUSED)
			it->err = err;
		else {
			it->trigger = err.reason == DX_R_RULE_TIMEOUT || err.reason == DX_R_RULE_MEMORY ? err.reason :
			    DX_R_GATE_EVALUATION_ERROR;
			g->failure = err;
		}
	}
	dx_redact_release(&redact);
}
