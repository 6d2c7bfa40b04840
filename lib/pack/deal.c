#include "pack/deal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "json/pick.h"
#include "pack/pack.h"

enum { DEAL, LEAD, ACTIVITIES, MESSAGES, APPROVALS, DECISIONS, CONSENTS };
const char *const dx_deal_sections[] = { "deal", "lead", "activities", "messages", "approvals", "decisions", "consents", NULL };

static const char *const stages[] = { "new", "negotiation", "proposal", "closed_won", "closed_lost", NULL };

/* --- the event --- */

static int
check_stage(const char *stage, const char *at, struct dx_err *err)
{
	for (size_t i = 0; stages[i] != NULL; i++)
		if (strcmp(stages[i], stage) == 0)
			return 0;
	return dx_err_set_at(err, DX_R_BAD_STAGE, at, "\"%.40s\" is no stage of a deal", stage);
}

/* Ids become part of the key, whose parts a colon ends. */
static const char *
pick_id(struct dx_pick *p, const char *name)
{
	const char *id = dx_pick_text(p, name, 1, 100, true);

	if (id != NULL && (strchr(id, ':') != NULL || strlen(id) > 100))
		dx_pick_fail(p, name, "must have at most 100 bytes and no colon");
	return id;
}

int
dx_deal_event_read(const struct dx_json *doc, struct dx_deal_event *out, struct dx_err *err)
{
	struct dx_pick p;
	int64_t t;

	memset(out, 0, sizeof(*out));
	dx_pick_begin(&p, doc, "", DX_R_FIELD_INVALID, DX_R_FIELD_INVALID, err);
	out->tenant_id = pick_id(&p, "tenant_id");
	out->deal_id = pick_id(&p, "deal_id");
	out->from = dx_pick_text(&p, "from", 1, 40, true);
	out->to = dx_pick_text(&p, "to", 1, 40, true);
	out->at = dx_pick_text(&p, "at", 1, 40, true);
	out->transition_id = pick_id(&p, "transition_id");
	out->trace_id = dx_pick_text(&p, "trace_id", 32, 36, true);
	if (out->at != NULL && dx_time_parse(out->at, &t, NULL) != 0)
		dx_pick_fail(&p, "at", "must be a time");
	if (out->trace_id != NULL && !dx_id_valid(out->trace_id) &&
	    (!dx_hex_is(out->trace_id, 32) || strspn(out->trace_id, "0") == 32))
		dx_pick_fail(&p, "trace_id", "must be 32 hex digits, or a UUID");
	if (dx_pick_end(&p) != 0 || check_stage(out->from, "/from", err) != 0 || check_stage(out->to, "/to", err) != 0)
		return -1;
	(void)snprintf(out->key, sizeof(out->key), "deal-close:%s:%s:%s", out->tenant_id, out->deal_id, out->transition_id);
	return 0;
}

bool
dx_deal_is_won(const struct dx_deal_event *e)
{
	return strcmp(e->to, "closed_won") == 0 && strcmp(e->from, "closed_won") != 0;
}

/* --- sections --- */

static bool
is_ours(const struct dx_json *row, const char *tenant)
{
	const struct dx_json *t = dx_json_get(row, "tenant_id");

	return t == NULL || (dx_json_str(t) != NULL && strcmp(dx_json_str(t), tenant) == 0);
}

/* What is required must be understood: a list of actions, or nothing. */
static int
check_required(const struct dx_json *deal, struct dx_err *err)
{
	const struct dx_json *required = dx_json_get(deal, "required_approvals");
	bool good = required == NULL || required->type == DX_JSON_NULL || required->type == DX_JSON_ARRAY;

	for (uint32_t i = 0; dx_json_is(required, DX_JSON_ARRAY) && i < required->count; i++)
		good = good && dx_json_str(&required->u.items[i]) != NULL;
	return good ? 0 : dx_err_set_at(err, DX_R_FIELD_INVALID, "/deal/required_approvals", "required_approvals must be a list of actions");
}

/* The deal's own members, amounts as they are written: a number becomes text and is never one of the machine's. */
static int
take_deal(const struct dx_deal_close *c, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	static const char *const names[] = { "id", "title", "value", "stage", "currency" };
	const struct dx_json *deal = c->section[DEAL], *v;
	const char *id = dx_json_get_str(deal, "id");

	if (deal == NULL || id == NULL || strcmp(id, c->event->deal_id) != 0 || dx_json_get(deal, "tenant_id") == NULL ||
	    !is_ours(deal, c->event->tenant_id))
		return dx_err_set(err, DX_R_DEAL_NOT_FOUND, "tenant %s has no deal %s", c->event->tenant_id, c->event->deal_id);
	if (check_required(deal, err) != 0)
		return -1;
	*out = dx_json_object();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = dx_json_get(deal, names[i]);
		if (!dx_json_is(v, DX_JSON_STRING) && !dx_json_is(v, DX_JSON_NUMBER))
			return dx_err_set_at(err, DX_R_FIELD_INVALID, dx_arena_printf(a, "/deal/%s", names[i]), "the deal has no %s", names[i]);
		dx_json_put(a, out, names[i], dx_json_text_n(dx_arena_dup(a, v->u.text, v->count), v->count));
	}
	return 0;
}

static int
take_rows(const struct dx_deal_close *c, int section, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	const struct dx_json *rows = c->section[section];

	*out = dx_json_array();
	if (!dx_json_is(rows, DX_JSON_ARRAY))
		return dx_err_set_at(err, DX_R_FIELD_INVALID, dx_arena_printf(a, "/%s", dx_deal_sections[section]), "%s must be a list",
		    dx_deal_sections[section]);
	for (uint32_t i = 0; i < rows->count; i++) {
		if (rows->u.items[i].type != DX_JSON_OBJECT)
			return dx_err_set_at(err, DX_R_FIELD_INVALID, dx_arena_printf(a, "/%s/%u", dx_deal_sections[section], i),
			    "%s must be a list of objects", dx_deal_sections[section]);
		if (is_ours(&rows->u.items[i], c->event->tenant_id))
			dx_json_push(a, out, rows->u.items[i]);
	}
	return 0;
}

/* --- required approvals --- */

static bool
says(const struct dx_json *row, const char *name, const char *value)
{
	const char *s = dx_json_get_str(row, name);

	return s != NULL && value != NULL && strcmp(s, value) == 0;
}

static bool
is_approved(const struct dx_json *approvals, const char *name, const char *value)
{
	for (uint32_t i = 0; approvals != NULL && i < approvals->count; i++)
		if (says(&approvals->u.items[i], "status", "approved") &&
		    (says(&approvals->u.items[i], name, value) || says(&approvals->u.items[i], "id", value)))
			return true;
	return false;
}

/* Records of other machines: whatever does not say that nobody was asked means that somebody was. */
static bool
left_to_people(const struct dx_json *decision)
{
	const struct dx_json *required = dx_json_get(decision, "approval_required");
	const char *word = dx_json_get_str(decision, "decision");

	return (required != NULL && required->type != DX_JSON_FALSE && required->type != DX_JSON_NULL) ||
	    (word != NULL && strcasecmp(word, "REQUIRE_APPROVAL") == 0);
}

/* What the deal asks for by action, and what decisions left to people. */
static void
find_missing(const struct dx_deal_close *c, const struct dx_json *approvals, const struct dx_json *decisions, struct dx_arena *a,
    struct dx_json *missing)
{
	const struct dx_json *required = dx_json_get(c->section[DEAL], "required_approvals");

	for (uint32_t i = 0; dx_json_is(required, DX_JSON_ARRAY) && i < required->count; i++) {
		const char *action = dx_json_str(&required->u.items[i]);
		if (!is_approved(approvals, "action", action))
			dx_json_push(a, missing, dx_json_text(action));
	}
	for (uint32_t i = 0; decisions != NULL && i < decisions->count; i++) {
		const struct dx_json *d = &decisions->u.items[i];
		const char *id = dx_json_get_str(d, "decision_id");
		if (left_to_people(d) && !is_approved(approvals, "decision_id", id))
			dx_json_push(a, missing, dx_json_text(id != NULL ? id : "?"));
	}
}

/* --- the pack --- */

static struct dx_json *
keep(struct dx_arena *a, struct dx_json v)
{
	struct dx_json *out = dx_arena_alloc(a, sizeof(*out));

	*out = v;
	return out;
}

static int
gather(const struct dx_deal_close *c, struct dx_arena *a, struct dx_pack_item item[static DX_DEAL_SECTIONS], struct dx_json *missing,
    struct dx_err *err)
{
	const struct dx_json *rows[DX_DEAL_SECTIONS] = { NULL };
	struct dx_json v, section;

	for (int i = 0; i < DX_DEAL_SECTIONS; i++) {
		bool absent = c->section[i] == NULL || (i == LEAD && !is_ours(c->section[i], c->event->tenant_id));
		section = dx_json_null();
		if (i == DEAL && take_deal(c, a, &section, err) != 0)
			return -1;
		if (i == LEAD && !absent && (section = *c->section[i]).type != DX_JSON_OBJECT)
			return dx_err_set_at(err, DX_R_FIELD_INVALID, "/lead", "lead must be an object");
		if (i > LEAD && !absent) {
			if (take_rows(c, i, a, &v, err) != 0)
				return -1;
			rows[i] = keep(a, v);
			section = dx_json_object();
			dx_json_put(a, &section, "count", dx_json_int(a, v.count));
			dx_json_put(a, &section, "items", v);
		}
		item[i] = (struct dx_pack_item){ .type = dx_deal_sections[i], .source = "deal_close", .data = keep(a, section),
		    .absent = i != DEAL && absent };
	}
	find_missing(c, rows[APPROVALS], rows[DECISIONS], a, missing);
	return 0;
}

int
dx_deal_pack_make(const struct dx_deal_close *c, struct dx_arena *a, struct dx_deal_pack *out, struct dx_err *err)
{
	const struct dx_deal_event *e = c->event;
	struct dx_pack_item item[DX_DEAL_SECTIONS];
	struct dx_json metadata = dx_json_object();
	struct dx_pack_member slice = { .name = DX_PACK_LEDGER };	/* of no file, so of no entry */
	struct dx_pack pack = { .tenant_id = e->tenant_id, .pack_type = "deal_closure", .status = "ready", .assembled_by = c->assembled_by,
	    .entity_type = "deal", .entity_id = e->deal_id, .trace_id = e->trace_id, .item = item, .item_count = DX_DEAL_SECTIONS,
	    .metadata = &metadata, .member = &slice, .member_count = 1 };

	dx_sha256("", 0, &slice.sha256);
	out->missing = dx_json_array();
	out->contents = DX_DEAL_SECTIONS;
	if (gather(c, a, item, &out->missing, err) != 0)
		return -1;
	pack.title = dx_arena_printf(a, "Deal %s, closed", e->deal_id);
	pack.incomplete = out->missing.count > 0;
	pack.stage = pack.incomplete ? "pre_approval" : "final";
	dx_json_put(a, &metadata, "closed_at", dx_json_string(a, e->at));
	dx_json_put(a, &metadata, "from", dx_json_string(a, e->from));
	dx_json_put(a, &metadata, "transition_id", dx_json_string(a, e->transition_id));
	if (pack.incomplete)
		dx_json_put(a, &metadata, "missing_approvals", out->missing);
	if (c->previous != NULL)
		dx_json_put(a, &metadata, "previous_pack_id", dx_json_string(a, c->previous));
	return dx_pack_make(&pack, a, &out->doc, err);
}
