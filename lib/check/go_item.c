/* Items of dealix.go.v1: status, evidence, condition, figures; and the members that say something or nothing. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "check/go_inner.h"

#define EVIDENCE_MAX	64

const char *const dx_go_dues[] = { "dark_launch", "dark_launch_end", "canary", "full", NULL };
const char *const dx_go_statuses[] = { "complete", "partial", "pending", "placeholder", "failed", NULL };

/* A text that may be absent, null or blank: all of them say nothing. */
const char *
dx_go_said(struct dx_pick *p, const char *name, size_t max)
{
	const struct dx_json *v = dx_json_get(p->object, name);
	const char *s;
	size_t len;

	if (dx_json_is(v, DX_JSON_NULL)) {
		(void)dx_pick_any(p, name);
		return NULL;
	}
	s = dx_pick_text(p, name, 0, max, false);
	if (s == NULL)
		return NULL;
	len = strlen(s);
	(void)dx_trim(s, &len);
	return len > 0 ? s : NULL;
}

bool
dx_go_flag(struct dx_pick *p, const char *name)
{
	if (dx_json_get(p->object, name) == NULL)
		dx_pick_fail(p, name, "is missing, must be true or false");
	return dx_pick_bool(p, name, false);
}

/* A time, or a date: then its first instant. */
int64_t
dx_go_instant(struct dx_pick *p, const char *name, const char **text)
{
	const char *s = dx_pick_text(p, name, 1, 40, *text != NULL);
	struct dx_err why = { 0 };
	int64_t us = 0, day;
	char where[320];

	*text = s;
	if (s == NULL || (strlen(s) == DX_DATE_TEXT - 1 && dx_date_parse(s, &day)))
		return s != NULL ? day * DX_DAY_US : 0;
	if (dx_time_parse(s, &us, &why) != 0) {
		dx_pick_where(p, name, where);
		p->failed = true;
		(void)dx_err_set_at(p->err, why.reason, where, "%s", why.text);
	}
	return us;
}

/* --- items --- */

static int
read_condition(struct dx_go *g, const struct dx_json *raw, const char *at, struct dx_go_item *item, struct dx_err *err)
{
	struct dx_go_condition *c = dx_arena_alloc(&g->arena, sizeof(*c));
	char printed[DX_TIME_TEXT];
	struct dx_pick p;

	dx_pick_begin(&p, raw, at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	*c = (struct dx_go_condition){ .text = dx_pick_text(&p, "text", 1, 1000, true) };
	c->owner = dx_go_said(&p, "owner", 200);
	c->due_before = (enum dx_go_due)dx_pick_enum(&p, "due_before", dx_go_dues, -1);
	c->due_us = dx_go_instant(&p, "due_at", &c->due_at);
	c->evidence_kind = dx_go_said(&p, "evidence_kind", 200);
	c->met = dx_go_flag(&p, "met");
	if (c->due_at != NULL) {
		dx_time_print(c->due_us, printed);
		c->due_at = dx_arena_dup(&g->arena, printed, strlen(printed));
	}
	item->condition = c;
	return dx_pick_end(&p);
}

static bool
add_digest(struct dx_pick *p, const struct dx_json *v, const char **out)
{
	const char *s = dx_json_str(v);

	if (s == NULL || !dx_hex_is(s, 64)) {
		dx_pick_fail(p, "evidence", "must be null, a SHA-256 in lower-case hex, or a list of them");
		return false;
	}
	*out = s;
	return true;
}

static void
read_evidence(struct dx_go *g, struct dx_pick *p, struct dx_go_item *item)
{
	const struct dx_json *v = dx_pick_any(p, "evidence");
	size_t n = dx_json_is(v, DX_JSON_ARRAY) ? v->count : 1;
	const char **list;

	if (v == NULL || v->type == DX_JSON_NULL)
		return;
	if (n > EVIDENCE_MAX) {
		dx_pick_fail(p, "evidence", "has more than %d digests", EVIDENCE_MAX);
		return;
	}
	list = dx_arena_alloc(&g->arena, dx_size_mul(n, sizeof(*list)));
	for (size_t i = 0; i < n; i++)
		if (!add_digest(p, v->type == DX_JSON_ARRAY ? dx_json_item(v, i) : v, &list[i]))
			return;
	item->evidence = list;
	item->evidence_count = n;
}

int
dx_go_item_read(struct dx_go *g, const struct dx_json *raw, unsigned criterion, const char *at, struct dx_go_item *item,
    struct dx_err *err)
{
	const struct dx_json *condition;
	struct dx_pick p;
	bool measured;
	int status;

	dx_pick_begin(&p, raw, at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	*item = (struct dx_go_item){ .criterion = criterion, .name = dx_pick_text(&p, "name", 1, 200, true) };
	measured = strcmp(dx_go_criteria[criterion], "performance") == 0 && dx_go_measure_read(g, &p, item);
	status = dx_pick_enum(&p, "status", dx_go_statuses, measured ? DX_GO_COMPLETE : -1);
	item->status = (enum dx_go_status)status;
	read_evidence(g, &p, item);
	item->data_safety = dx_pick_bool(&p, "data_safety", false);
	condition = dx_pick_any(&p, "condition");
	if (dx_pick_end(&p) != 0)
		return -1;
	item->check = dx_arena_printf(&g->arena, "%s/%s", dx_go_criteria[criterion], item->name);
	if (condition == NULL || condition->type == DX_JSON_NULL)
		return 0;
	return read_condition(g, condition, dx_arena_printf(&g->arena, "%s/condition", at), item, err);
}
