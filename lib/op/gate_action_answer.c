/* What action requests are answered (release-gates pages 6.1, 6.2). */
#include <string.h>

#include "base/clock.h"
#include "base/time.h"
#include "core/redact.h"
#include "core/sla.h"
#include "op/gate_internal.h"

#define DECISION_SCHEMA	"dealix.action.decision.v1"
#define SHOWN_MAX	128	/* of a name that is none */

const char *
dx_gate_action_shown(struct dx_gate *g, const struct dx_gate_action *x)
{
	struct dx_redact none = { 0 };
	const char *masked;
	char *shown;
	size_t n;

	if (x->request.action == NULL)
		return "";
	if (!x->request.malformed)
		return x->request.action;
	masked = dx_redact_text(&none, &g->arena, x->request.action);
	n = dx_utf8_cut(masked, strlen(masked), SHOWN_MAX);
	shown = dx_arena_dup(&g->arena, masked, n);
	dx_redact_release(&none);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)shown[i] < 0x20 || shown[i] == 0x7f)
			shown[i] = '?';
	return shown;
}

static struct dx_json
time_text(struct dx_arena *a, int64_t us)
{
	char text[DX_TIME_TEXT];

	dx_time_print(us, text);
	return dx_json_string(a, text);
}

/* How late the approval is by now. */
static struct dx_json
sla_of(struct dx_gate *g, const struct dx_gate_action *x, int64_t asked)
{
	struct dx_arena *a = &g->arena;
	struct dx_sla sla = dx_sla_of_action(x->request.action);
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "breach_at", time_text(a, asked + sla.breach));
	dx_json_put(a, &o, "escalate_at", time_text(a, asked + sla.escalate));
	dx_json_put(a, &o, "level", dx_json_int(a, dx_sla_level(&sla, dx_clock_now() - asked)));
	dx_json_put(a, &o, "warn_at", time_text(a, asked + sla.warn));
	return o;
}

static void
put_gate_decision(struct dx_gate *g, const struct dx_gate_item *it, const struct dx_gate_action *x, struct dx_json *o)
{
	const char *at = dx_json_get_str(&it->reply, "decided_at");
	int64_t asked;

	dx_json_put(&g->arena, o, "gate_decision", it->reply);
	if (dx_json_get_str(&it->reply, "approval_request_id") != NULL && at != NULL && dx_time_parse(at, &asked, NULL) == 0)
		dx_json_put(&g->arena, o, "sla", sla_of(g, x, asked));
}

static struct dx_json
answer(struct dx_gate *g, const struct dx_gate_item *it, const struct dx_gate_action *x)
{
	struct dx_arena *a = &g->arena;
	struct dx_json o = dx_json_object(), canary = dx_json_object();

	dx_json_put(a, &canary, "enforced", dx_json_bool(x->answer.canary_enforced));
	dx_json_put(a, &canary, "tenant_in_canary", dx_json_bool(x->answer.in_canary));
	dx_json_put(a, &o, "action", dx_json_text(dx_gate_action_shown(g, x)));
	dx_json_put(a, &o, "action_policy_sha256", dx_json_text(g->actions.sha256));
	dx_json_put(a, &o, "allowed", dx_json_bool(x->answer.allowed));
	dx_json_put(a, &o, "canary", canary);
	dx_json_put(a, &o, "class", dx_json_text(dx_action_class_names[x->answer.class]));
	if (!x->answer.known && x->answer.rule > 3)
		dx_json_put(a, &o, "class_reason", dx_json_text(dx_reason_code(DX_R_UNKNOWN_ACTION_REQUIRES_APPROVAL)));
	if (x->request.correlation_id != NULL)
		dx_json_put(a, &o, "correlation_id", dx_json_text(x->request.correlation_id));
	if (x->evaluation_id[0] != '\0')
		dx_json_put(a, &o, "evaluation_id", dx_json_string(a, x->evaluation_id));
	if (x->answer.pending)
		put_gate_decision(g, it, x, &o);
	dx_json_put(a, &o, "reason", dx_json_text(dx_reason_code(x->answer.reason)));
	dx_json_put(a, &o, "requires_approval", dx_json_bool(x->answer.requires_approval));
	dx_json_put(a, &o, "schema", dx_json_text(DECISION_SCHEMA));
	if (x->request.tenant_id != NULL)
		dx_json_put(a, &o, "tenant_id", dx_json_text(x->request.tenant_id));
	dx_json_put(a, &o, "trace_id", dx_json_string(a, x->trace_id));
	return o;
}

void
dx_gate_action_answers(struct dx_gate *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct dx_gate_item *it = &g->item[i];

		if (it->action == NULL || it->err.reason != DX_OK)
			continue;
		it->reply = answer(g, it, it->action);
		it->fresh = false;
		if (it->action->answer.pending)
			it->exit = it->exit == DX_EXIT_YES ? DX_EXIT_WAIT : it->exit;	/* whatever the gate says, nobody has approved */
		else
			it->exit = it->action->answer.allowed ? DX_EXIT_YES : DX_EXIT_NO;
	}
}
