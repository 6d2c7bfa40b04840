/* What the ledger knows of a release candidate. */
#include <string.h>

#include "base/err.h"
#include "op/entries.h"
#include "op/rc_inner.h"

#define STEPS_MAX	100000	/* entries that are looked at */
#define RUNS_MAX	10000	/* of one gate */

static enum dx_rc_kind
kind(const void *ctx, const char *who)
{
	const struct dx_session *s = ctx;
	const struct dx_principal *p = dx_principals_find(s->principals, who);

	return p == NULL ? DX_RC_UNKNOWN : p->disabled ? DX_RC_DISABLED : p->service ? DX_RC_SERVICE : DX_RC_PERSON;
}

static bool
is_author(const void *ctx, const char *who, const char *address)
{
	const struct dx_session *s = ctx;

	return dx_principal_is_author(dx_principals_find(s->principals, who), who, address);
}

/* A list that grows. */
struct grown { void *item; size_t count, room, size; };

static void *
grow(struct grown *g, struct dx_arena *a)
{
	if (g->count == g->room) {
		size_t room = g->room == 0 ? 16 : g->room * 2;
		void *more = dx_arena_alloc(a, dx_size_mul(room, g->size));

		if (g->count > 0)
			memcpy(more, g->item, g->count * g->size);
		g->item = more;
		g->room = room;
	}
	return (char *)g->item + g->count++ * g->size;
}

struct history {
	struct dx_arena		*a;
	const struct dx_rc	*rc;
	struct grown		 past, gate, seen, open;
	const char		*gate_id;
};

/* --- steps --- */

/* Candidates come newest first: the first time that step 7 passed is the last word on one. */
static void
see(struct history *h, const char *name, bool closed)
{
	const char **seen = h->seen.item;

	for (size_t i = 0; i < h->seen.count; i++)
		if (strcmp(seen[i], name) == 0)
			return;
	*(const char **)grow(&h->seen, h->a) = name;
	if (!closed)
		*(const char **)grow(&h->open, h->a) = name;
}

static int
take_step(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct history *h = ctx;
	const struct dx_json *entry = dx_entry_read(h->a, e, err), *details;
	const char *name, *head;
	int64_t step = 0;
	bool pass;

	if (entry == NULL)
		return -1;
	name = dx_entry_subject(entry);
	head = dx_entry_detail(entry, "head");
	details = dx_json_get(entry, "details");
	pass = dx_json_is(dx_json_get(details, "pass"), DX_JSON_TRUE);
	if (name == NULL || head == NULL || !dx_json_int64(dx_json_get(details, "step"), &step) || step < 1 || step > DX_RC_STEPS)
		return 0;
	see(h, name, step == DX_RC_STEPS && pass);
	if (strcmp(name, h->rc->rc) == 0)
		*(struct dx_rc_past *)grow(&h->past, h->a) = (struct dx_rc_past){ (int)step, pass, head };
	return 0;
}

/* --- gates --- */

static int
take_gate(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct history *h = ctx;
	const struct dx_json *entry = dx_entry_read(h->a, e, err);
	const char *commit, *document, *actor;

	if (entry == NULL)
		return -1;
	commit = dx_entry_detail(entry, "commit");
	document = dx_entry_detail(entry, "document_sha256");
	actor = dx_json_get_str(dx_json_get(entry, "actor"), "id");
	if (commit != NULL && document != NULL && actor != NULL && strcmp(commit, h->rc->head) == 0)
		*(struct dx_rc_gate *)grow(&h->gate, h->a) = (struct dx_rc_gate){ h->gate_id, actor, document,
		    dx_json_is(dx_json_get(dx_json_get(entry, "details"), "ready"), DX_JSON_TRUE) };
	return 0;
}

int
dx_rc_history(struct dx_session *s, const struct dx_rc *rc, struct dx_arena *a, struct dx_rc_known *out, struct dx_err *err)
{
	struct history h = { .a = a, .rc = rc, .past = { .size = sizeof(struct dx_rc_past) }, .gate = { .size = sizeof(struct dx_rc_gate) },
	    .seen = { .size = sizeof(const char *) }, .open = { .size = sizeof(const char *) } };
	struct dx_entry_filter f = { .before_seq = -1, .event = dx_event_name(DX_EVENT_RC_STEP), .limit = STEPS_MAX, .newest_first = true };

	*out = (struct dx_rc_known){ .store = s->store != NULL, .kind = kind, .is_author = is_author, .ctx = s };
	if (s->store == NULL)
		return 0;
	if (dx_store_entries(s->store, &f, take_step, &h, err) < 0)
		return -1;
	for (size_t i = 0; dx_rc_gates[i] != NULL; i++) {
		f = (struct dx_entry_filter){ .before_seq = -1, .event = dx_event_name(DX_EVENT_GATE_EVALUATED), .subject_id = dx_rc_gates[i],
		    .limit = RUNS_MAX, .newest_first = true };
		h.gate_id = dx_rc_gates[i];
		if (dx_store_entries(s->store, &f, take_gate, &h, err) < 0)
			return -1;
	}
	out->past = h.past.item;
	out->pasts = h.past.count;
	out->gate = h.gate.item;
	out->gates = h.gate.count;
	out->open = h.open.item;
	out->opens = h.open.count;
	return 0;
}
