#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "op/entries.h"
#include "op/outputs_audit.h"
#include "op/record.h"

#define WEEKLY	"exec_weekly_pack"

static const char *const kinds[DX_OUTPUT_KINDS] = { "approval_packet", "board_pack_draft", "dd_plan", "economics_model", WEEKLY,
    "expansion_plan", "ic_memo", "lead_score_card", "partner_dossier", "pmi_program_plan", "pricing_decision_record", "proposal_pack",
    "qualification_memo", "stop_loss_policy", "synergy_model", "target_profile", "valuation_memo" };

struct audit {
	struct dx_session	*s;
	struct dx_arena		*a;
	struct dx_json		 rows, errors;
	int64_t			 now, since, checked;
	bool			 used[DX_OUTPUT_KINDS], weekly, opened;
};

static const char *
text(const struct dx_json *o, const char *name)
{
	const char *s = dx_json_get_str(o, name);

	return s != NULL ? s : "";
}

static void
error(struct audit *x, enum dx_reason code, const char *detail)
{
	struct dx_json o = dx_json_object();

	dx_json_put(x->a, &o, "code", dx_json_text(dx_reason_code(code)));
	dx_json_put(x->a, &o, "detail", dx_json_text(detail));
	dx_json_push(x->a, &x->errors, o);
}

static void
validate(struct audit *x)
{
	for (uint32_t i = 0; i < x->rows.count; i++) {
		const struct dx_json *row = &x->rows.u.items[i];
		const char *verdict = text(row, "verdict");
		int64_t at;

		if (dx_time_parse(text(row, "recorded_at"), &at, NULL) != 0 || at < x->since)
			continue;
		for (size_t k = 0; k < DX_OUTPUT_KINDS; k++) {
			if (strcmp(kinds[k], text(row, "kind")) != 0)
				continue;
			x->used[k] = true;
			x->checked++;
			if (strcmp(verdict, "pass") != 0)
				error(x, DX_R_EVIDENCE_INVALID, dx_arena_printf(x->a, "%s %s: its last verdict is %s", kinds[k], text(row, "sha256"),
				    verdict[0] != '\0' ? verdict : "none"));
		}
	}
}

/* Collected from live sources: the document names where each figure came from. */
static bool
has_sources(struct audit *x, const char *sha256)
{
	struct dx_err err = { 0 };
	struct dx_json doc;
	const struct dx_json *sources;

	if (dx_session_payload(x->s, sha256, x->a, &doc, &err) != 0)
		return false;
	sources = dx_json_get(dx_json_get(&doc, "provenance"), "sources");
	return dx_json_is(sources, DX_JSON_ARRAY) && sources->count > 0;
}

struct reading { struct audit *x; const char *sha256, *by; bool read; };

/* Somebody else than who recorded it noted that it was opened. */
static int
look(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct reading *r = ctx;
	const struct dx_json *entry = dx_entry_read(r->x->a, e, err), *details = dx_json_get(entry, "details");

	if (entry == NULL)
		return -1;
	r->read = r->read || (strcmp(text(details, "kind"), "opened") == 0 && strcmp(text(details, "document_sha256"), r->sha256) == 0 &&
	    strcmp(text(dx_json_get(entry, "actor"), "id"), r->by) != 0);
	return 0;
}

static int
was_opened(struct audit *x, const struct dx_json *row, bool *opened, struct dx_err *err)
{
	struct dx_entry_filter f = { .before_seq = -1, .event = "external_recorded" };
	struct reading r = { x, text(row, "sha256"), text(row, "actor_id"), false };

	if (dx_store_entries(x->s->store, &f, look, &r, err) < 0)
		return -1;
	*opened = *opened || r.read;
	return 0;
}

static int
week(struct audit *x, int64_t n, struct dx_err *err)
{
	int64_t end = x->now - n * 7 * DX_DAY_US, begin = end - 7 * DX_DAY_US, at;
	char from[DX_TIME_TEXT];
	bool found = false, opened = false;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < x->rows.count; i++) {
		const struct dx_json *row = &x->rows.u.items[i];
		if (strcmp(text(row, "kind"), WEEKLY) != 0 || strcmp(text(row, "verdict"), "pass") != 0 ||
		    dx_time_parse(text(row, "recorded_at"), &at, NULL) != 0 || at <= begin || at > end || !has_sources(x, text(row, "sha256")))
			continue;
		found = true;
		rc = was_opened(x, row, &opened, err);
	}
	dx_time_print(begin, from);
	if (rc == 0 && !found)
		error(x, DX_R_EVIDENCE_MISSING, dx_arena_printf(x->a, "no weekly pack from live sources in the seven days from %s", from));
	if (rc == 0 && found && !opened)
		error(x, DX_R_EVIDENCE_UNREVIEWED, dx_arena_printf(x->a, "nobody opened the weekly pack of the seven days from %s", from));
	x->weekly = x->weekly && found;
	x->opened = x->opened && opened;
	return rc;
}

static struct dx_json
report_of(struct audit *x, int64_t weeks)
{
	struct dx_json o = dx_json_object(), checks = dx_json_object();
	char since[DX_TIME_TEXT];
	int64_t used = 0;
	bool valid = true;

	for (size_t k = 0; k < DX_OUTPUT_KINDS; k++)
		used += x->used[k];
	for (uint32_t i = 0; i < x->errors.count; i++)
		valid = valid && strcmp(text(&x->errors.u.items[i], "code"), dx_reason_code(DX_R_EVIDENCE_INVALID)) != 0;
	if (x->checked == 0)
		error(x, DX_R_EVIDENCE_MISSING, "no structured output was stored in the period");
	dx_json_put(x->a, &checks, "validate", dx_json_text(valid && x->checked > 0 ? "PASS" : "FAIL"));
	if (weeks > 0) {
		dx_json_put(x->a, &checks, "weekly", dx_json_text(x->weekly ? "PASS" : "FAIL"));
		dx_json_put(x->a, &checks, "opened", dx_json_text(x->opened ? "PASS" : "FAIL"));
	}
	dx_time_print(x->since, since);
	dx_json_put(x->a, &o, "checked", dx_json_int(x->a, x->checked));
	dx_json_put(x->a, &o, "checks", checks);
	dx_json_put(x->a, &o, "errors", x->errors);
	dx_json_put(x->a, &o, "of", dx_json_int(x->a, DX_OUTPUT_KINDS));
	dx_json_put(x->a, &o, "schema", dx_json_text("dealix.outputs.report.v1"));
	dx_json_put(x->a, &o, "since", dx_json_string(x->a, since));
	dx_json_put(x->a, &o, "used", dx_json_int(x->a, used));
	return o;
}

int
dx_op_outputs_audit(const struct dx_session_options *o, int64_t days, int64_t weeks, int64_t now, struct dx_arena *a,
    struct dx_json *report, struct dx_err *err)
{
	struct audit x = { .a = a, .now = now, .since = now - days * DX_DAY_US, .errors = dx_json_array(), .weekly = true, .opened = true };
	struct dx_record_filter every = { .limit = 0 };
	struct dx_session s = { 0 };
	int rc = dx_session_open(o, DX_SESSION_READ, &s, err);

	x.s = &s;
	if (rc == 0)
		rc = dx_op_record_list(&s, &every, a, &x.rows, err);
	if (rc == 0)
		validate(&x);
	if (rc == 0 && weeks > 0 && (rc = dx_session_begin(&s, false, DX_ROLE_MEMBER, err)) == 0) {
		for (int64_t n = 0; rc == 0 && n < weeks; n++)
			rc = week(&x, n, err);
		dx_store_rollback(s.store);
	}
	if (rc == 0)
		*report = report_of(&x, weeks);
	dx_session_close(&s);
	return rc;
}
