/* dealix.go.decision.v1: what was decided, and on what. */
#include <string.h>

#include "base/time.h"
#include "check/go_inner.h"

static void
put_text(struct dx_arena *a, struct dx_json *o, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		dx_json_put(a, o, name, dx_json_text(text));
}

static struct dx_json
condition(struct dx_arena *a, const struct dx_go_condition *c, const struct dx_go_answer *answer)
{
	struct dx_json o = dx_json_object();

	put_text(a, &o, "due_at", c->due_at);
	dx_json_put(a, &o, "due_before", dx_json_text(dx_go_dues[c->due_before]));
	put_text(a, &o, "evidence_kind", c->evidence_kind);
	dx_json_put(a, &o, "met", dx_json_bool(answer->verdict == DX_GO_CONDITIONAL ? !answer->blocks : c->met));
	put_text(a, &o, "owner", c->owner);
	dx_json_put(a, &o, "text", dx_json_text(c->text));
	return o;
}

static struct dx_json
item(struct dx_arena *a, const struct dx_go_item *i, const struct dx_go_answer *answer)
{
	struct dx_json o = dx_json_object(), evidence = dx_json_array();

	if (i->condition != NULL)
		dx_json_put(a, &o, "condition", condition(a, i->condition, answer));
	dx_json_put(a, &o, "criterion", dx_json_text(dx_go_criteria[i->criterion]));
	put_text(a, &o, "detail", answer->detail);
	for (size_t k = 0; k < i->evidence_count; k++)
		dx_json_push(a, &evidence, dx_json_text(i->evidence[k]));
	dx_json_put(a, &o, "evidence", evidence);
	dx_json_put(a, &o, "name", dx_json_text(i->name));
	if (answer->reason != DX_OK)
		dx_json_put(a, &o, "reason", dx_json_text(dx_reason_code(answer->reason)));
	dx_json_put(a, &o, "status", dx_json_text(dx_go_statuses[i->status]));
	dx_json_put(a, &o, "verdict", dx_json_text(dx_go_verdicts[answer->verdict]));
	if (answer->waiver != NULL)
		dx_json_put(a, &o, "waiver", dx_json_text(answer->waiver->id));
	return o;
}

static struct dx_json
criteria(struct dx_arena *a, const struct dx_go_decision *d)
{
	struct dx_json o = dx_json_object();

	for (unsigned k = 0; k < DX_GO_CRITERIA; k++)
		dx_json_put(a, &o, dx_go_criteria[k], dx_json_text(dx_go_verdicts[d->criterion[k]]));
	return o;
}

/* The names of the items whose conditions are not met, by the phase they are due before. */
static struct dx_json
blocking(struct dx_arena *a, const struct dx_go *g, const struct dx_go_decision *d)
{
	struct dx_json o = dx_json_object();

	for (int due = 0; due < DX_DUE_COUNT; due++) {
		struct dx_json list = dx_json_array();
		for (size_t i = 0; i < g->item_count; i++)
			if (d->item[i].blocks && (int)g->item[i].condition->due_before == due)
				dx_json_push(a, &list, dx_json_text(g->item[i].name));
		if (list.count > 0)
			dx_json_put(a, &o, dx_go_dues[due], list);
	}
	return o;
}

static struct dx_json
findings(struct dx_arena *a, const struct dx_go_decision *d, struct dx_json *reasons)
{
	struct dx_json list = dx_json_array();

	*reasons = dx_json_array();
	for (size_t i = 0; i < d->finding_count; i++) {
		const struct dx_go_finding *f = &d->finding[i];
		struct dx_json o = dx_json_object();

		dx_json_put(a, &o, "code", dx_json_text(dx_reason_code(f->reason)));
		put_text(a, &o, "criterion", f->criterion);
		put_text(a, &o, "detail", f->detail);
		put_text(a, &o, "item", f->item);
		dx_json_push(a, &list, o);
		dx_json_push(a, reasons, dx_json_text(dx_reason_code(f->reason)));
	}
	return list;
}

static struct dx_json
signoffs(struct dx_arena *a, const struct dx_go *g, const struct dx_go_facts *f, const struct dx_go_decision *d)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < g->signoff_count; i++) {
		const struct dx_go_signoff *s = &g->signoff[i];
		const struct dx_go_signer *by = &f->signer[i];
		struct dx_json o = dx_json_object();

		put_text(a, &o, "by", by->by != NULL ? by->by : s->by);
		dx_json_put(a, &o, "counts", dx_json_bool(d->uncounted[i] == NULL));
		dx_json_put(a, &o, "date", dx_json_text(s->date));
		dx_json_put(a, &o, "decision", dx_json_text(s->go ? "go" : "no_go"));
		put_text(a, &o, "detail", d->uncounted[i]);
		if (d->uncounted[i] != NULL)
			dx_json_put(a, &o, "reason", dx_json_text(dx_reason_code(by->by == NULL ? by->why : DX_R_SIGNOFF_MISSING)));
		dx_json_put(a, &o, "role", dx_json_text(dx_go_roles[s->role]));
		dx_json_push(a, &list, o);
	}
	return list;
}

static struct dx_json
warnings(struct dx_arena *a, const struct dx_go_decision *d)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < d->unused_count; i++) {
		struct dx_json o = dx_json_object();
		dx_json_put(a, &o, "check", dx_json_text(d->unused[i]->check));
		dx_json_put(a, &o, "code", dx_json_text(dx_reason_code(DX_R_WAIVER_UNUSED)));
		dx_json_put(a, &o, "waiver", dx_json_text(d->unused[i]->id));
		dx_json_push(a, &list, o);
	}
	return list;
}

struct dx_json
dx_go_document(struct dx_arena *a, const struct dx_go *g, const struct dx_go_facts *f, const struct dx_go_decision *d)
{
	struct dx_json o = dx_json_object(), evidence = dx_json_array(), items = dx_json_array(), reasons;
	char now[DX_TIME_TEXT];

	dx_time_print(f->now, now);
	for (size_t i = 0; i < g->digest_count; i++)
		dx_json_push(a, &evidence, dx_json_text(g->digest[i]));
	for (size_t i = 0; i < g->item_count; i++)
		dx_json_push(a, &items, item(a, &g->item[i], &d->item[i]));
	dx_json_put(a, &o, "blocking", blocking(a, g, d));
	dx_json_put(a, &o, "criteria", criteria(a, d));
	dx_json_put(a, &o, "decision", dx_json_text(dx_go_decisions[d->overall]));
	dx_json_put(a, &o, "document_sha256", dx_json_text(g->sha256));
	dx_json_put(a, &o, "evaluated_at", dx_json_string(a, now));
	dx_json_put(a, &o, "evidence", evidence);
	dx_json_put(a, &o, "findings", findings(a, d, &reasons));
	dx_json_put(a, &o, "items", items);
	dx_json_put(a, &o, "reasons", reasons);
	dx_json_put(a, &o, "release", dx_json_text(g->release));
	dx_json_put(a, &o, "schema", dx_json_text("dealix.go.decision.v1"));
	dx_json_put(a, &o, "signoffs", signoffs(a, g, f, d));
	if (d->unused_count > 0)
		dx_json_put(a, &o, "warnings", warnings(a, d));
	return o;
}
