/* Action requests among gate calls (release-gates pages 6.1, 6.2): judged, ledgered, and where people are asked made a gate decision by
 * the way that every other request takes. */
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "core/redact.h"
#include "core/token.h"
#include "op/entries.h"
#include "op/gate_internal.h"

#define EVALUATION_SCHEMA	"dealix.action.evaluation.v1"
#define GATE_ACTION_MAX		64	/* of a gate request; longer names end in a digest there */
#define GATE_ACTION_KEPT	47
#define GATE_ACTION_DIGEST	16

int
dx_gate_action_open(struct dx_gate *g, struct dx_err *err)
{
	return dx_action_policy_read(&g->actions_arena, g->opt.actions, &g->actions, err);
}

/* --- the request --- */

/* Who it belongs to: the trace that came in, else that of its correlation id, else a new one. */
static void
find_trace(const struct dx_gate *g, struct dx_gate_action *x)
{
	unsigned char raw[16];

	if (g->opt.session.trace_id != NULL) {
		memcpy(x->trace_id, g->opt.session.trace_id, sizeof(x->trace_id));
		return;
	}
	if (x->request.correlation_id != NULL && dx_trace_of_correlation(x->request.correlation_id, x->trace_id))
		return;
	do
		dx_random(raw, sizeof(raw));
	while (raw[0] == 0);
	dx_hex_encode(raw, sizeof(raw), x->trace_id);
}

/* Only an automatic action may go without a correlation id: it is given one, a new one, and its trace is that one's unless one came
 * in.  Nothing that people are asked about is made to depend on an id that nobody else knows. */
static void
name_automatic(struct dx_gate *g, struct dx_gate_action *x)
{
	char *id;

	if (x->answer.class != DX_ACTION_A || x->request.correlation_id != NULL || !x->answer.allowed)
		return;
	id = dx_arena_alloc(&g->arena, DX_ID_TEXT);
	dx_id_new(dx_clock_now(), id);
	x->request.correlation_id = id;
	find_trace(g, x);
}

static void
judge_token(struct dx_gate *g, struct dx_gate_action *x)
{
	const char *kid;

	if (x->request.token == NULL)
		return;
	x->facts.token = dx_token_form(&g->arena, x->request.token, &kid);
	/* No store holds a key for tokens before there is a verb that issues them, so every kid is unknown (approvals page 7.3). */
	if (x->facts.token == DX_OK)
		x->facts.token = DX_R_TOKEN_INVALID;
}

static int
read_action(struct dx_gate *g, struct dx_gate_item *it, struct dx_gate_action *x)
{
	const struct dx_stated *stated = &g->opt.stated;

	if (stated->action != NULL || stated->resource != NULL)
		return dx_err_set(&it->err, DX_R_USAGE, "--action and --resource are not for an action request, which names both");
	if (dx_action_read(&g->arena, &it->doc, &x->request, &it->err) != 0)
		return -1;
	if (x->request.tenant_id != NULL && strcmp(x->request.tenant_id, g->opt.session.tenant != NULL ? g->opt.session.tenant :
	    "default") != 0)
		return dx_err_set_at(&it->err, DX_R_TENANT_MISMATCH, "/tenant_id", "the request is not of the tenant of this call");
	return 0;
}

static void
digest_of(const struct dx_json *doc, char out[static DX_SHA256_HEX])
{
	struct dx_buf text = { 0 };
	struct dx_sha256 d;

	dx_json_canon(doc, &text);
	dx_sha256(text.data, text.len, &d);
	dx_sha256_hex(&d, out);
	dx_buf_release(&text);
}

/* --- the gate request of an action that waits for people --- */

/* The gate's own name for it is shorter. */
static const char *
gate_name(struct dx_gate *g, const char *action)
{
	char hex[DX_SHA256_HEX];
	struct dx_sha256 d;
	size_t n = strlen(action);

	if (n <= GATE_ACTION_MAX)
		return action;
	dx_sha256(action, n, &d);
	dx_sha256_hex(&d, hex);
	return dx_arena_printf(&g->arena, "%.*s-%.*s", GATE_ACTION_KEPT, action, GATE_ACTION_DIGEST, hex);
}

static struct dx_json
gate_metadata(struct dx_gate *g, const struct dx_gate_action *x)
{
	struct dx_arena *a = &g->arena;
	struct dx_json m = dx_json_object();

	dx_json_put(a, &m, "action_class", dx_json_text(dx_action_class_names[x->answer.class]));
	if (strlen(x->request.action) > GATE_ACTION_MAX)
		dx_json_put(a, &m, "action_name", dx_json_text(x->request.action));
	dx_json_put(a, &m, "approval_level", dx_json_int(a, x->answer.class == DX_ACTION_BPLUS ? 2 : 1));
	if (x->request.correlation_id != NULL)
		dx_json_put(a, &m, "correlation_id", dx_json_text(x->request.correlation_id));
	/* What is approved is this payload and no other. */
	if (x->request.payload.type == DX_JSON_OBJECT)
		dx_json_put(a, &m, "payload_sha256", dx_json_string(a, x->payload_sha256));
	if (x->request.correlation_id != NULL || g->opt.session.trace_id != NULL)
		dx_json_put(a, &m, "trace_id", dx_json_string(a, x->trace_id));
	return m;
}

static const char *
or_else(const char *s, const char *otherwise)
{
	return s != NULL ? s : otherwise;
}

static int
make_request(struct dx_gate *g, struct dx_gate_item *it, const struct dx_gate_action *x, const struct dx_policy *policy)
{
	const struct dx_action *r = &x->request;
	struct dx_request *q = &it->request;

	*q = (struct dx_request){
		.source = DX_SOURCE_CI,
		.project_id = r->project_id,
		.environment_raw = r->environment,
		.action = gate_name(g, r->action),
		.resource_reference = dx_arena_printf(&g->arena, "%s/%s", or_else(r->resource_type, "action"),
		    or_else(r->resource_id, or_else(r->correlation_id, r->action))),
		.cost_estimate_present = true,
		.metadata = gate_metadata(g, x),
	};
	if (dx_request_check(&g->arena, &g->opt.stated, q, &it->err) != 0 ||
	    dx_request_finish(&g->arena, policy, q, &it->err) != 0)
		return -1;
	it->key = dx_request_key(q, &it->derived);
	return 0;
}

void
dx_gate_action_prepare(struct dx_gate *g, struct dx_gate_item *it, const struct dx_policy *policy)
{
	struct dx_gate_action *x = it->action;

	if (x == NULL)
		x = it->action = dx_arena_alloc(&g->arena, sizeof(*x));
	memset(x, 0, sizeof(*x));
	if (read_action(g, it, x) != 0) {
		dx_gate_refuse(g, it, policy);
		return;
	}
	if (x->request.payload.type == DX_JSON_OBJECT)
		digest_of(&x->request.payload, x->payload_sha256);
	judge_token(g, x);
	dx_action_judge(&g->actions, &x->request, &x->facts, &x->answer);
	find_trace(g, x);
	it->request.dry_run = g->opt.stated.dry_run;
	if (x->answer.pending && make_request(g, it, x, policy) != 0)
		dx_gate_refuse(g, it, policy);
}

bool
dx_gate_action_alone(const struct dx_gate_item *it)
{
	return it->action != NULL && !it->action->answer.pending;
}

/* --- evidence --- */

struct packs { struct dx_arena *a; const char *trace_id; bool found; };

static int
look_at_pack(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct packs *p = ctx;
	const struct dx_json *entry = dx_entry_read(p->a, e, err);
	const char *trace, *stage;

	if (entry == NULL)
		return -1;
	trace = dx_entry_detail(entry, "trace_id");
	stage = dx_entry_detail(entry, "stage");
	p->found = trace != NULL && stage != NULL && strcmp(trace, p->trace_id) == 0 &&
	    (strcmp(stage, "pre_approval") == 0 || strcmp(stage, "final") == 0);
	return p->found;
}

/* Rule 11 is asked last, and only then. */
static int
judge_evidence(struct dx_gate *g, struct dx_gate_action *x, struct dx_err *err)
{
	struct dx_entry_filter f = { .before_seq = -1, .event = "pack_sealed", .newest_first = true };
	struct packs p = { &g->arena, x->trace_id, false };

	if (x->answer.reason != DX_R_EVIDENCE_REQUIRED)
		return 0;
	if (dx_store_entries(g->session.store, &f, look_at_pack, &p, err) < 0)
		return -1;
	x->facts.pack = p.found;
	dx_action_judge(&g->actions, &x->request, &x->facts, &x->answer);
	return 0;
}

/* --- what is kept --- */

/* The request without its token, and without what is secret in its payload. */
static struct dx_json
kept_request(struct dx_gate *g, const struct dx_gate_item *it, const struct dx_gate_action *x)
{
	struct dx_redact r = { 0 };
	struct dx_json doc = dx_json_object(), redacted;

	for (uint32_t i = 0; i < it->doc.count; i++) {
		const struct dx_member *m = &it->doc.u.members[i];

		if (strcmp(m->name, "approval_token") == 0)
			dx_json_put(&g->arena, &doc, m->name, dx_json_text(DX_REDACTED));
		else if (strcmp(m->name, "action") == 0)
			dx_json_put(&g->arena, &doc, m->name, dx_json_text(dx_gate_action_shown(g, x)));
		else
			dx_json_put(&g->arena, &doc, m->name, m->value);
	}
	redacted = dx_redact_document(&r, &g->arena, &doc, DX_REDACT_OTHER);
	redacted = dx_json_copy(&g->arena, &redacted);
	dx_redact_release(&r);
	return redacted;
}

static struct dx_json
evaluation(struct dx_gate *g, const struct dx_gate_item *it, const struct dx_gate_action *x)
{
	struct dx_arena *a = &g->arena;
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "action_policy_sha256", dx_json_text(g->actions.sha256));
	if (x->payload_sha256[0] != '\0')
		dx_json_put(a, &o, "payload_sha256", dx_json_string(a, x->payload_sha256));
	dx_json_put(a, &o, "request", kept_request(g, it, x));
	dx_json_put(a, &o, "schema", dx_json_text(EVALUATION_SCHEMA));
	dx_json_put(a, &o, "trace_id", dx_json_string(a, x->trace_id));
	return o;
}

static int
append(struct dx_gate *g, const struct dx_gate_item *it, struct dx_gate_action *x, int64_t now, struct dx_err *err)
{
	struct dx_arena *a = &g->arena;
	struct dx_json doc = evaluation(g, it, x), details = dx_json_object();
	struct dx_buf text = { 0 };
	struct dx_payload payload = dx_payload_document(&doc, &text);
	int rc;

	dx_id_new(now, x->evaluation_id);
	dx_json_put(a, &details, "action", dx_json_text(dx_gate_action_shown(g, x)));
	dx_json_put(a, &details, "allowed", dx_json_bool(x->answer.allowed));
	dx_json_put(a, &details, "class", dx_json_text(dx_action_class_names[x->answer.class]));
	if (x->request.correlation_id != NULL)
		dx_json_put(a, &details, "correlation_id", dx_json_text(x->request.correlation_id));
	dx_json_put(a, &details, "reason", dx_json_text(dx_reason_code(x->answer.reason)));
	dx_json_put(a, &details, "request_sha256", dx_json_text(payload.sha256));
	rc = dx_session_append(&g->session, DX_EVENT_ACTION_EVALUATED, x->evaluation_id, details, &payload, 1, now, NULL, err);
	dx_buf_release(&text);
	return rc;
}

int
dx_gate_action_note(struct dx_gate *g, struct dx_gate_item *it, int64_t now, struct dx_err *err)
{
	return it->action == NULL || it->request.dry_run ? 0 : append(g, it, it->action, now, err);
}

int
dx_gate_action_decide(struct dx_gate *g, struct dx_gate_item *it, struct dx_err *err)
{
	struct dx_gate_action *x = it->action;

	if (judge_evidence(g, x, err) != 0)
		return -1;
	name_automatic(g, x);
	if (dx_gate_action_note(g, it, dx_clock_now(), err) != 0)
		return -1;
	it->done = true;
	return 0;
}

void
dx_gate_action_unkept(struct dx_gate *g, struct dx_gate_item *it)
{
	name_automatic(g, it->action);
	it->done = true;
}

void
dx_gate_action_refuse(struct dx_gate *g, const struct dx_err *why)
{
	for (size_t i = 0; i < g->count; i++) {
		struct dx_gate_item *it = &g->item[i];

		if (it->done || !dx_gate_action_alone(it))
			continue;
		it->err = *why;
		/* What explains a decision is no error of its own. */
		if (dx_reason_class(why->reason) == DX_CLASS_REASON)
			it->err.reason = DX_R_STORE_UNAVAILABLE;
		dx_gate_refuse(g, it, g->session.policy);
	}
}
