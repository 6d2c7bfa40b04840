#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "op/closure.h"

#define DOCUMENT_MAX	(1u << 20)

const char *const dx_closure_names[] = { "truth", "schema", "workflow", "trust", "release", "executive", NULL };

/* Those of the given settings that the document has. */
static int
settings_of(const struct dx_closure_options *o, const char *file, struct dx_arena *a, struct dx_plan_given *given, bool *known,
    struct dx_err *err)
{
	const char **mine = dx_arena_alloc(a, dx_size_mul(o->set_count, sizeof(*mine)));
	struct dx_buf text = { 0 };
	struct dx_json doc;
	int rc = dx_file_read(file, DOCUMENT_MAX, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0) {
		dx_buf_add(&text, "", 0);
		rc = dx_json_parse(a, dx_arena_dup(a, text.data != NULL ? text.data : "", text.len), text.len, DX_JSON_OURS, &doc, err);
	}
	dx_buf_release(&text);
	if (rc != 0)
		return dx_err_in(err, "%s", file);
	*given = (struct dx_plan_given){ .set = mine };
	for (size_t i = 0; i < o->set_count; i++) {
		size_t n = strcspn(o->set[i], "=");
		if (dx_json_get_n(dx_json_get(&doc, "settings"), o->set[i], n) == NULL)
			continue;
		mine[given->set_count++] = o->set[i];
		known[i] = true;
	}
	return 0;
}

static int
read_all(const struct dx_closure_options *o, struct dx_check_options *co, struct dx_closure *c, struct dx_faults *faults, struct dx_err *err)
{
	bool *known = dx_arena_alloc(&c->arena, o->set_count);
	const char *dir = o->dir != NULL ? o->dir : dx_arena_printf(&c->arena, "%s/policies/closure", c->place.root);

	memset(known, 0, o->set_count);
	for (size_t i = 0; i < DX_CLOSURES; i++) {
		const char *file = dx_arena_printf(&c->arena, "%s/%s.json", dir, dx_closure_names[i]);
		size_t before = faults->count;

		if (settings_of(o, file, &c->arena, &co->given, known, err) != 0)
			return -1;
		if (dx_check_read(co, file, &c->checked[i], faults, err) != 0) {
			for (size_t k = before; k < faults->count; k++)
				(void)dx_err_in(&faults->item[k], "%s", file);
			return -1;
		}
	}
	for (size_t i = 0; i < o->set_count; i++)
		if (!known[i])
			return dx_err_set(err, DX_R_PLAN_USAGE, "--set %s: no closure test has that setting", o->set[i]);
	return 0;
}

const char *
dx_closure_word(const struct dx_closure *c, size_t i)
{
	return c->result[i].state == DX_STATE_PASS ? "PASS" : c->checked[i]->score.passed > 0 ? "PARTIAL" : "FAIL";
}

static void
conclude(struct dx_closure *c)
{
	struct dx_arena *a = &c->arena;
	struct dx_json tests = dx_json_object(), gates = dx_json_array();

	for (size_t i = 0; i < DX_CLOSURES; i++) {
		const struct dx_score *s = &c->checked[i]->score;
		c->result[i] = (struct dx_result){ .check = dx_closure_names[i], .reason = "", .detail = "", .behavioural = true,
		    .state = s->ready ? DX_STATE_PASS : dx_score_exit(s) == DX_EXIT_RETRY ? DX_STATE_ERROR : DX_STATE_FAIL };
		dx_json_put(a, &tests, dx_closure_names[i], dx_json_text(dx_closure_word(c, i)));
		dx_json_push(a, &gates, c->checked[i]->document);
	}
	c->score = dx_score(c->result, DX_CLOSURES);
	c->document = dx_json_object();
	dx_json_put(a, &c->document, "evaluated_at", dx_json_text(c->checked[0]->evaluated_at));
	dx_json_put(a, &c->document, "gates", gates);
	dx_json_put(a, &c->document, "of", dx_json_int(a, DX_CLOSURES));
	dx_json_put(a, &c->document, "passed", dx_json_int(a, c->score.passed));
	dx_json_put(a, &c->document, "ready", dx_json_bool(c->score.ready));
	dx_json_put(a, &c->document, "schema", dx_json_text("dealix.closure.report.v1"));
	dx_json_put(a, &c->document, "score_tenths", dx_json_int(a, c->score.tenths));
	dx_json_put(a, &c->document, "tests", tests);
}

int
dx_op_closure(const struct dx_closure_options *o, struct dx_closure *c, struct dx_faults *faults, struct dx_err *err)
{
	struct dx_session s = { 0 };
	struct dx_check_options co = { .place = &c->place, .jobs = o->jobs, .now = o->now, .traceparent = o->traceparent, .session = &s };
	int rc;

	memset(c, 0, sizeof(*c));
	rc = dx_check_place_find(o->root, &c->place, err);
	if (rc == 0)
		rc = read_all(o, &co, c, faults, err);
	if (rc == 0)
		rc = dx_session_open(&o->session, DX_SESSION_OPTIONAL, &s, err);
	co.call = c->checked;
	co.call_count = DX_CLOSURES;
	for (size_t i = 0; rc == 0 && i < DX_CLOSURES; i++)
		rc = dx_check_run(c->checked[i], &co, err);
	if (rc == 0)
		conclude(c);
	dx_session_close(&s);
	return rc;
}

void
dx_closure_release(struct dx_closure *c)
{
	for (size_t i = 0; i < DX_CLOSURES; i++)
		dx_check_free(c->checked[i]);
	dx_check_place_release(&c->place);
	dx_arena_release(&c->arena);
}
