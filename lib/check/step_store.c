/* gate, approval, ledger_intact: what the ledger holds (release-gates page 1.1). */
#include <string.h>

#include "base/text.h"
#include "check/step_inner.h"

void
dx_body_gate(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_gate *g = &check->u.gate;

	g->gate = dx_pick_text(p, "gate", 1, 64, false);
	if (g->gate == NULL)
		g->gate = check->id;
	g->max_age_s = dx_pick_int(p, "max_age_s", 1, DX_BODY_AGE_MAX, -1);
}

const char *
dx_check_gate_named(const struct dx_json *check)
{
	const char *type = dx_json_get_str(check, "type"), *gate = dx_json_get_str(check, "gate");

	if (type == NULL || strcmp(type, "gate") != 0)
		return NULL;
	return gate != NULL ? gate : dx_json_get_str(check, "id");
}

void
dx_body_approval(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_approval *a = &check->u.approval;

	a->action = dx_pick_text(p, "action", 1, 64, true);
	a->resource = dx_pick_text(p, "resource", 1, 512, true);
	a->min = dx_pick_int(p, "min", 1, 1000, 1);
	a->exclude_author = dx_pick_bool(p, "exclude_author", true);
}

/* "FROM-TO", "FROM-" or "-TO": sequence numbers, both counted in. */
static bool
read_range(const char *text, struct dx_check_ledger *l)
{
	const char *dash = strchr(text, '-');
	char from[24];

	if (dash == NULL || (size_t)(dash - text) >= sizeof(from) || (dash == text && dash[1] == '\0'))
		return false;
	memcpy(from, text, (size_t)(dash - text));
	from[dash - text] = '\0';
	return (from[0] == '\0' || dx_int_parse(from, 0, INT64_MAX, &l->from)) &&
	    (dash[1] == '\0' || dx_int_parse(dash + 1, 0, INT64_MAX, &l->to)) && l->from <= l->to;
}

/* A broken ledger cannot be excused: the waiver would stand on it. */
void
dx_body_ledger(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	const char *range = dx_pick_text(p, "range", 1, 64, false);

	check->u.ledger = (struct dx_check_ledger){ 0, INT64_MAX };
	if (range != NULL && !read_range(range, &check->u.ledger))
		dx_pick_fail(p, "range", "must be FROM-TO, FROM- or -TO, of sequence numbers");
	if (dx_json_is(dx_json_get(p->object, "waivable"), DX_JSON_TRUE))
		dx_pick_fail(p, "waivable", "cannot be true of this type");
	check->waivable = false;
}
