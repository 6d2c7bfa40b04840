#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "check/waivers.h"
#include "contract/formula.h"
#include "json/pick.h"

#define SCHEMA		"dealix.waivers.v1"
#define WAIVERS_TEXT	(1u << 20)
#define REASON_MIN	10

/* --- one waiver --- */

static bool
id_valid(const char *s)
{
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(s);
}

/* A text somebody has to have written: blanks alone say nothing. */
static const char *
said(struct dx_pick *p, const char *name, size_t min, size_t max, bool required)
{
	const char *s = dx_pick_text(p, name, min, max, required), *core;
	size_t len;

	if (s == NULL)
		return NULL;
	len = strlen(s);
	core = dx_trim(s, &len);
	if (dx_text_blank(s) || dx_utf8_count(core, len) < min)
		dx_pick_fail(p, name, "must have at least %zu characters between blanks", min);
	return p->failed ? NULL : s;
}

static int64_t
instant(struct dx_pick *p, const char *name, const char **text, struct dx_arena *a)
{
	const char *s = dx_pick_text(p, name, 1, 40, true);
	struct dx_err err = { 0 };
	char where[320], printed[DX_TIME_TEXT];
	int64_t us = 0;

	if (s == NULL)
		return 0;
	if (dx_time_parse(s, &us, &err) != 0) {
		dx_pick_where(p, name, where);
		(void)dx_err_set_at(p->err, err.reason, where, "%s", err.text);
		p->failed = true;
		return 0;
	}
	dx_time_print(us, printed);
	*text = dx_arena_dup(a, printed, strlen(printed));
	return us;
}

/* What a sound waiver may not say.  Each fault is told, not the first alone. */
static void
check_rules(const struct dx_waivers *all, const struct dx_waiver *w, struct dx_faults *faults)
{
	if (w->expires <= w->created)
		dx_fault_add(faults, DX_R_WAIVER_BAD_RANGE, w->at, "%s: expires_at %s is not after created_at %s", w->id, w->expires_at,
		    w->created_at);
	else if (w->expires - w->created > DX_WAIVER_DAYS * DX_DAY_US)
		dx_fault_add(faults, DX_R_WAIVER_TOO_LONG, w->at, "%s: %s to %s is more than %d days", w->id, w->created_at, w->expires_at,
		    DX_WAIVER_DAYS);
	if (dx_text_same_person(w->approved_by, w->owner))
		dx_fault_add(faults, DX_R_WAIVER_SELF_APPROVED, w->at, "%s: approved_by \"%s\" is the owner", w->id, w->approved_by);
	if (w->renewals > DX_WAIVER_RENEWALS)
		dx_fault_add(faults, DX_R_WAIVER_RENEWED_TOO_OFTEN, w->at, "%s: %lld renewals, at most %d may be", w->id,
		    (long long)w->renewals, DX_WAIVER_RENEWALS);
	for (const struct dx_waiver *o = all->item; o < w; o++)
		if (o->id != NULL && strcmp(o->id, w->id) == 0) {
			dx_fault_add(faults, DX_R_WAIVER_DUPLICATE, w->at, "id \"%s\" stands on two waivers", w->id);
			break;
		}
}

static void
read_waiver(struct dx_waivers *all, const struct dx_json *raw, uint32_t i, struct dx_faults *faults)
{
	struct dx_waiver *w = &all->item[i];
	struct dx_err err = { 0 };
	struct dx_pick p;

	(void)snprintf(w->at, sizeof(w->at), "/waivers/%u", i);
	dx_pick_begin(&p, raw, w->at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, &err);
	w->id = dx_pick_text(&p, "id", 1, 64, true);
	if (w->id != NULL && !id_valid(w->id))
		dx_pick_fail(&p, "id", "must be [A-Za-z0-9._-]{1,64}");
	w->gate = dx_pick_text(&p, "gate", 1, 128, true);
	w->check = dx_pick_text(&p, "check", 1, 256, true);
	w->match = said(&p, "match", 1, 1024, false);
	w->reason = said(&p, "reason", REASON_MIN, 1000, true);
	w->owner = said(&p, "owner", 1, 200, true);
	w->approved_by = said(&p, "approved_by", 1, 200, true);
	w->created = instant(&p, "created_at", &w->created_at, &all->arena);
	w->expires = instant(&p, "expires_at", &w->expires_at, &all->arena);
	w->issue = dx_pick_text(&p, "issue", 1, 1000, false);
	w->renewals = dx_pick_int(&p, "renewals", 0, 1000000, 0);
	if (dx_pick_end(&p) != 0) {
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
		w->id = NULL;
		return;
	}
	check_rules(all, w, faults);
}

/* --- the document --- */

static void
read_document(struct dx_waivers *w, struct dx_faults *faults)
{
	const struct dx_json *list;
	const char *schema;
	struct dx_err err = { 0 };
	struct dx_pick p;

	dx_pick_begin(&p, &w->document, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, &err);
	schema = dx_pick_text(&p, "schema", 1, 64, true);
	if (schema != NULL && strcmp(schema, SCHEMA) != 0)
		dx_pick_fail(&p, "schema", "must be " SCHEMA ", is \"%s\"", schema);
	list = dx_pick_type(&p, "waivers", DX_JSON_ARRAY, true);
	if (list != NULL && list->count > DX_WAIVERS_MAX)
		dx_pick_fail(&p, "waivers", "has more than %d waivers", DX_WAIVERS_MAX);
	if (dx_pick_end(&p) != 0) {
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
		return;
	}
	w->item = dx_arena_alloc(&w->arena, dx_size_mul(list->count, sizeof(*w->item)));
	memset(w->item, 0, list->count * sizeof(*w->item));
	for (; w->count < list->count; w->count++)
		read_waiver(w, &list->u.items[w->count], (uint32_t)w->count, faults);
}

int
dx_waivers_parse(const char *text, size_t len, struct dx_waivers **out, struct dx_faults *faults)
{
	struct dx_waivers *w = dx_alloc(sizeof(*w));
	struct dx_err err = { 0 };
	struct dx_buf canon = { 0 };
	size_t before = faults->count;

	memset(w, 0, sizeof(*w));
	if (len > WAIVERS_TEXT)
		(void)dx_err_set(&err, DX_R_JSON_TOO_LARGE, "more than %u bytes", WAIVERS_TEXT);
	else if (dx_json_parse(&w->arena, dx_arena_dup(&w->arena, text, len), len, DX_JSON_OURS, &w->document, &err) == 0)
		read_document(w, faults);
	if (err.reason != DX_OK)
		dx_fault_add(faults, err.reason, err.at, "%s", err.text);
	if (faults->count > before) {
		dx_waivers_free(w);
		return -1;
	}
	dx_json_canon(&w->document, &canon);
	dx_sha256(canon.data, canon.len, &w->sha256);
	dx_buf_release(&canon);
	*out = w;
	return 0;
}

void
dx_waivers_free(struct dx_waivers *w)
{
	if (w == NULL)
		return;
	dx_arena_release(&w->arena);
	free(w);
}

/* --- what is asked of it --- */

void
dx_waivers_dangling(const struct dx_waivers *w, bool (*known)(const void *ctx, const char *gate, const char *check), const void *ctx,
    struct dx_faults *faults)
{
	for (size_t i = 0; i < w->count; i++)
		if (!known(ctx, w->item[i].gate, w->item[i].check))
			dx_fault_add(faults, DX_R_WAIVER_DANGLING, w->item[i].at, "%s: there is no check \"%s\" of a gate \"%s\" here", w->item[i].id,
			    w->item[i].check, w->item[i].gate);
}

const struct dx_waiver *
dx_waivers_next(const struct dx_waivers *w, const char *gate, const char *check, const struct dx_waiver *after)
{
	for (size_t i = w == NULL || after == NULL ? 0 : (size_t)(after - w->item) + 1; w != NULL && i < w->count; i++)
		if (strcmp(w->item[i].gate, gate) == 0 && strcmp(w->item[i].check, check) == 0)
			return &w->item[i];
	return NULL;
}

enum dx_waiver_state
dx_waiver_state(const struct dx_waiver *w, int64_t now)
{
	return now < w->created ? DX_WAIVER_NOT_YET : now < w->expires ? DX_WAIVER_ACTIVE : DX_WAIVER_EXPIRED;
}

bool
dx_waiver_matches(const struct dx_waiver *w, const char *group, const char *name)
{
	struct dx_buf both = { 0 };
	bool same;

	if (w->match == NULL || strcmp(w->match, name) == 0 || dx_glob(w->match, name))
		return true;
	dx_buf_printf(&both, "%s.%s", group, name);
	same = strcmp(w->match, both.data) == 0 || dx_glob(w->match, both.data);
	dx_buf_release(&both);
	return same;
}
