#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/go.h"
#include "report/report_internal.h"

struct made { struct dx_arena a; struct dx_point *point; size_t count, room; };

static void
add(struct made *m, enum dx_point_state state, const char *label, const char *name, const char *reason, const char *detail)
{
	if (m->count == m->room) {
		m->room = m->room == 0 ? 64 : 2 * m->room;
		m->point = dx_realloc(m->point, dx_size_mul(m->room, sizeof(*m->point)));
	}
	m->point[m->count++] = (struct dx_point){ state, label, name, reason, detail };
}

static void
finish(struct made *m, enum dx_format format, struct dx_points *p, struct dx_buf *out)
{
	p->tool = "dealix-gate";
	p->item = m->point;
	p->count = m->count;
	dx_report_points(format, p, out);
	free(m->point);
	dx_arena_release(&m->a);
}

static bool
is(const struct dx_json *o, const char *name, const char *text)
{
	return strcmp(dx_report_member(o, name), text) == 0;
}

/* --- the decision --- */

/* Of an item that is open the condition is what there is to say. */
static void
add_item(struct made *m, const struct dx_json *item)
{
	const char *label = dx_report_member(item, "verdict"), *detail = dx_report_member(item, "detail");
	const char *reason = dx_report_member(item, "reason");
	const char *name = dx_arena_printf(&m->a, "%s/%s", dx_report_member(item, "criterion"), dx_report_member(item, "name"));
	const struct dx_json *c = dx_json_get(item, "condition");
	bool waived = dx_json_get(item, "waiver") != NULL;

	if (strcmp(label, "CONDITIONAL") == 0) {
		bool met = dx_json_is(dx_json_get(c, "met"), DX_JSON_TRUE);
		reason = met ? "" : dx_reason_code(DX_R_CONDITION_UNMET);
		detail = dx_arena_printf(&m->a, "%s%s, %s, due before %s%s%s", met ? "met: " : "", dx_report_member(c, "text"),
		    dx_report_member(c, "owner"), dx_report_member(c, "due_before"), dx_json_get(c, "due_at") != NULL ? ", by " : "",
		    dx_report_member(c, "due_at"));
		add(m, DX_POINT_OPEN, label, name, reason, detail);
	} else if (waived)
		add(m, DX_POINT_WAIVED, "WAIVED", name, "", detail);
	else
		add(m, strcmp(label, "GO") == 0 ? DX_POINT_GOOD : DX_POINT_BAD, label, name, reason, detail);
}

/* What is found of no item: empty criteria, risks, sign-offs.  Conditions stand at their items. */
static void
add_finding(struct made *m, const struct dx_json *f)
{
	const char *code = dx_report_member(f, "code"), *name = dx_report_member(f, "criterion");
	const char *detail = dx_report_member(f, "detail");
	bool open = dx_reason_class(dx_reason_find(code)) == DX_CLASS_WAITING;

	if (dx_json_get(f, "item") != NULL || strcmp(code, dx_reason_code(DX_R_CONDITION_UNMET)) == 0)
		return;
	if (strncmp(code, "signoff", 7) == 0)
		name = dx_arena_printf(&m->a, "signoff/%.*s", (int)strcspn(detail, ":"), detail);
	add(m, open ? DX_POINT_OPEN : DX_POINT_BAD, open ? "OPEN" : "NO_GO", name[0] != '\0' ? name : "risk", code, detail);
}

static const char *
enter_line(struct made *m, const struct dx_json *enter)
{
	if (enter == NULL)
		return "";
	return dx_arena_printf(&m->a, "; %s %s", dx_report_member(enter, "phase"),
	    dx_json_is(dx_json_get(enter, "entered"), DX_JSON_TRUE) ? "is entered" : "is not entered");
}

void
dx_report_go(enum dx_format format, const struct dx_json *document, struct dx_buf *out)
{
	const struct dx_json *items = dx_json_get(document, "items"), *findings = dx_json_get(document, "findings");
	const struct dx_json *enter = dx_json_get(document, "enter");
	struct made m = { .room = 0 };
	struct dx_points p = { .suite = dx_report_member(document, "release") };

	for (uint32_t i = 0; items != NULL && i < items->count; i++)
		add_item(&m, &items->u.items[i]);
	for (uint32_t i = 0; findings != NULL && i < findings->count; i++)
		add_finding(&m, &findings->u.items[i]);
	p.verdict = is(document, "decision", "NO_GO") ? DX_POINT_BAD : is(document, "decision", "GO") ? DX_POINT_GOOD : DX_POINT_OPEN;
	if (enter != NULL && p.verdict == DX_POINT_OPEN && dx_json_is(dx_json_get(enter, "entered"), DX_JSON_TRUE))
		p.verdict = DX_POINT_GOOD;
	if (enter != NULL && p.verdict == DX_POINT_GOOD && !dx_json_is(dx_json_get(enter, "entered"), DX_JSON_TRUE))
		p.verdict = DX_POINT_OPEN;
	p.line = dx_arena_printf(&m.a, "DECISION: %s%s", dx_report_member(document, "decision"), enter_line(&m, enter));
	finish(&m, format, &p, out);
}

/* --- the phase --- */

void
dx_report_phase(enum dx_format format, const struct dx_json *document, struct dx_buf *out)
{
	const struct dx_json *findings = dx_json_get(document, "findings"), *next = dx_json_get(document, "next_phase");
	bool back = is(document, "verdict", "ROLL_BACK");
	int64_t traffic = 0, to = 0;
	struct made m = { .room = 0 };
	struct dx_points p = { .verdict = back ? DX_POINT_BAD : is(document, "verdict", "ADVANCE") ? DX_POINT_GOOD : DX_POINT_OPEN };

	(void)dx_json_int64(dx_json_get(document, "traffic"), &traffic);
	(void)dx_json_int64(dx_json_get(document, "next_traffic"), &to);
	p.suite = dx_report_member(document, "release");
	for (uint32_t i = 0; findings != NULL && i < findings->count; i++) {
		const struct dx_json *f = &findings->u.items[i];
		add(&m, back ? DX_POINT_BAD : DX_POINT_OPEN, dx_report_member(document, "verdict"), dx_report_member(f, "code"),
		    dx_report_member(f, "code"), dx_report_member(f, "detail"));
	}
	p.line = dx_arena_printf(&m.a, "%s %lld%%: %s", dx_report_member(document, "phase"), (long long)traffic,
	    dx_report_member(document, "verdict"));
	if (next != NULL)
		p.line = dx_arena_printf(&m.a, "%s to %s %lld%%", p.line, dx_json_str(next), (long long)to);
	finish(&m, format, &p, out);
}
