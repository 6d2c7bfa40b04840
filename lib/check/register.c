/* Truth registers judged: evidence, stale and doubled rows, security claims, the verdicts of the audit (release-gates page 13.1). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"
#include "check/register_inner.h"
#include "contract/formula.h"

#define FUTURE_US	INT64_C(300000000)	/* clocks differ by so much */

const char *const dx_audit_verdicts[] = { "SUPPORTED", "UNSUPPORTED", "AMBIGUOUS", NULL };

void
dx_register_found_init(struct dx_register_found *f, struct dx_arena *a)
{
	*f = (struct dx_register_found){ .arena = a, .errors = dx_json_array(), .warnings = dx_json_array(), .audit = dx_json_array() };
}

struct dx_json *
dx_register_error(struct dx_register_found *f, enum dx_reason code, const char *at, const char *fmt, ...)
{
	struct dx_json *list = dx_reason_class(code) == DX_CLASS_WARNING ? &f->warnings : &f->errors, o = dx_json_object();
	char text[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dx_utf8_mend(text);
	if (at[0] != '\0')
		dx_json_put(f->arena, &o, "at", dx_json_string(f->arena, at));
	dx_json_put(f->arena, &o, "code", dx_json_text(dx_reason_code(code)));
	dx_json_put(f->arena, &o, "detail", dx_json_string(f->arena, text));
	dx_json_push(f->arena, list, o);
	return &list->u.items[list->count - 1];
}

void
dx_register_verdict_of(struct dx_register_found *f, const char *id, enum dx_audit_verdict v, const char *why)
{
	struct dx_json o = dx_json_object();

	f->verdicts[v]++;
	if (v == DX_SUPPORTED)
		return;
	dx_json_put(f->arena, &o, "detail", dx_json_string(f->arena, why));
	dx_json_put(f->arena, &o, "id", dx_json_text(id));
	dx_json_put(f->arena, &o, "verdict", dx_json_text(dx_audit_verdicts[v]));
	dx_json_push(f->arena, &f->audit, o);
}

/* --- evidence --- */

static bool
is_outcome(const char *what)
{
	return dx_starts(what, "test:") || dx_starts(what, "check:") || dx_starts(what, "evidence:");
}

/* Bytes of text in a file, up to as many as matter; -1: it cannot be read. */
static int
text_bytes(struct dx_tree *t, const char *path)
{
	struct dx_err err = { 0 };
	char part[4096];
	ssize_t n = 0;
	int fd = dx_tree_fd(t, path, &err), found = 0;

	if (fd < 0)
		return -1;
	while (found < DX_REGISTER_TEXT && (n = read(fd, part, sizeof(part))) > 0)
		for (ssize_t i = 0; i < n; i++)
			found += (unsigned char)part[i] > ' ';
	(void)close(fd);
	return n < 0 ? -1 : found;
}

/* NULL when it is there, else why it is none; *says is set when it is more than a few bytes. */
static const char *
look_at_path(struct dx_tree *t, const char *path, bool *says)
{
	struct dx_tree_fact fact = dx_tree_look(t, path);
	struct dx_arena scratch = { 0 };
	struct dx_err err = { 0 };
	const char **name;
	size_t count = 0;
	int bytes;

	switch (fact.kind) {
	case DX_TREE_REGULAR:
		bytes = text_bytes(t, path);
		*says = *says || bytes >= DX_REGISTER_TEXT;
		return bytes < 0 ? "cannot be read" : NULL;
	case DX_TREE_FOLDER:
		if (dx_tree_names(t, path, &scratch, &name, &count, &err) == 0)
			*says = *says || count > 0;
		dx_arena_release(&scratch);
		return err.reason != DX_OK ? "cannot be read" : NULL;
	case DX_TREE_OTHER:
		return "is neither a file nor a folder";
	case DX_TREE_MISSING:
		return "is not there";
	case DX_TREE_OUTSIDE:
		return "leads out of the root";
	case DX_TREE_UNREADABLE:
		break;
	}
	return "cannot be looked at";
}

enum dx_audit_verdict
dx_register_evidence(const struct dx_register_world *w, const struct dx_texts *evidence, enum dx_reason wrong, const char *at,
    const char *who, struct dx_register_found *f, const char **why)
{
	bool says = false;
	const char *first = NULL;

	for (size_t i = 0; i < evidence->count; i++) {
		const char *what = evidence->item[i], *bad;
		int outcome;

		if (is_outcome(what)) {
			outcome = w->outcome != NULL ? w->outcome(w->ctx, what) : -1;
			bad = outcome > 0 ? NULL : outcome == 0 ? "did not pass" : "is not among the results that were looked at";
			says = says || outcome > 0;
		} else
			bad = look_at_path(w->tree, what, &says);
		if (bad == NULL)
			continue;
		if (wrong != DX_OK)
			(void)dx_register_error(f, wrong, at, "%s: %s %s", who, what, bad);
		if (first == NULL)
			first = dx_arena_printf(f->arena, "%s %s", what, bad);
	}
	*why = first != NULL ? first : says ? "" : evidence->count == 0 ? "no evidence is listed" : "what is listed has under 40 bytes of text";
	return first != NULL ? DX_UNSUPPORTED : says ? DX_SUPPORTED : DX_AMBIGUOUS;
}

/* --- rows --- */

static const char *
who(struct dx_register_found *f, const struct dx_row *row)
{
	return dx_arena_printf(f->arena, "%s / %s (%s)", row->plane, row->component, dx_status_names[row->status]);
}

static bool
has_proof(const struct dx_register_world *w, const struct dx_row *row)
{
	for (size_t i = 0; i < row->evidence.count; i++)
		if (!dx_starts(row->evidence.item[i], "evidence:") && is_outcome(row->evidence.item[i]) && w->outcome != NULL &&
		    w->outcome(w->ctx, row->evidence.item[i]) > 0)
			return true;
	return false;
}

static void
judge_claimed(const struct dx_register_world *w, const struct dx_row *row, struct dx_register_found *f)
{
	bool must = row->status != DX_STATUS_PILOT || row->public_claim;
	const char *name = who(f, row), *why;
	enum dx_audit_verdict v = dx_register_evidence(w, &row->evidence, DX_R_REGISTER_NO_EVIDENCE, row->at, name, f, &why);

	if (row->evidence.count == 0 && must) {
		(void)dx_register_error(f, DX_R_REGISTER_NO_EVIDENCE, row->at, "%s: no evidence is listed", name);
		v = DX_UNSUPPORTED;
	} else if (row->status == DX_STATUS_PRODUCTION && v != DX_UNSUPPORTED && !has_proof(w, row)) {
		why = "no test and no check that passed is among its evidence";
		(void)dx_register_error(f, DX_R_REGISTER_NO_EVIDENCE, row->at, "%s: %s", name, why);
		v = DX_UNSUPPORTED;
	}
	dx_register_verdict_of(f, row->id, v, why);
}

static bool
is_code(const char *path)
{
	static const char *const ends[] = { "c", "h", "cc", "cpp", "cxx", "hpp", "py", "js", "jsx", "ts", "tsx", "go", "rs", "java", "kt", "rb",
	    "php", "cs", "swift", "scala", "sh", "bash", "sql", "pl", "lua", "ex", "exs", "erl", "hs", "ml", "tf" };
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && strchr(dot, '/') == NULL && i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(dot + 1, ends[i]) == 0)
			return true;
	return false;
}

static void
judge_watch(const struct dx_register_world *w, const struct dx_row *row, struct dx_register_found *f)
{
	for (size_t i = 0; i < row->evidence.count; i++)
		if (is_code(row->evidence.item[i]) && dx_tree_look(w->tree, row->evidence.item[i]).kind == DX_TREE_REGULAR) {
			(void)dx_register_error(f, DX_R_REGISTER_WATCH_CODE, row->at, "%s: %s is code: what is only being evaluated has none",
			    who(f, row), row->evidence.item[i]);
			return;
		}
}

static void
judge_audit(const struct dx_register_world *w, const struct dx_row *row, struct dx_register_found *f)
{
	char when[DX_TIME_TEXT];

	dx_time_print(row->audited_at, when);
	if (row->audited_at > w->now + FUTURE_US)
		(void)dx_register_error(f, DX_R_REGISTER_STALE, row->at, "%s: audited_at %s is later than now", who(f, row), when);
	else if (w->now - row->audited_at > DX_REGISTER_DAYS * DX_DAY_US)
		(void)dx_register_error(f, DX_R_REGISTER_STALE, row->at, "%s: audited at %s, more than %d days ago", who(f, row), when,
		    DX_REGISTER_DAYS);
	if (row->audited_by != NULL && row->edited_by != NULL && dx_text_same_person(row->audited_by, row->edited_by))
		(void)dx_register_error(f, DX_R_REGISTER_SELF_AUDIT, row->at, "%s: %s audited what %s edited last", who(f, row), row->audited_by,
		    row->edited_by);
}

static void
judge_row(const struct dx_register_world *w, const struct dx_row *row, struct dx_register_found *f)
{
	switch (row->status) {
	case DX_STATUS_PRODUCTION:
	case DX_STATUS_PARTIAL:
	case DX_STATUS_PILOT:
		judge_claimed(w, row, f);
		break;
	case DX_STATUS_WATCH:
		judge_watch(w, row, f);
		break;
	case DX_STATUS_TARGET:
		break;
	case DX_STATUS_RETIRED:
	case DX_STATUSES:
		if (row->public_claim)
			break;
		return;
	}
	if (row->status != DX_STATUS_RETIRED)
		judge_audit(w, row, f);
	if (row->public_claim && row->status != DX_STATUS_PRODUCTION && row->status != DX_STATUS_PILOT)
		(void)dx_register_error(f, DX_R_REGISTER_PUBLIC_CLAIM, row->at, "%s: only what is live or in pilot may be claimed in public",
		    who(f, row));
}

/* --- duplicates --- */

struct key { char *text; const struct dx_row *row; };

static int
by_key(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;
	int c = strcmp(a->text, b->text);

	return c != 0 ? c : a->row < b->row ? -1 : a->row > b->row;
}

static char *
folded(struct dx_arena *a, const char *x, const char *y)
{
	struct dx_buf b = { 0 };
	char *text;

	dx_text_fold(x, &b);
	dx_buf_putc(&b, '\n');
	dx_text_fold(y, &b);
	text = dx_arena_dup(a, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

/* Rows with one id, or one component twice in a plane, in whatever case. */
static void
duplicates(const struct dx_register *r, bool ids, struct dx_register_found *f)
{
	struct dx_arena scratch = { 0 };
	struct key *key = dx_arena_alloc(&scratch, dx_size_mul(r->rows, sizeof(*key)));

	for (size_t i = 0; i < r->rows; i++)
		key[i] = (struct key){ ids ? folded(&scratch, r->row[i].id, "") : folded(&scratch, r->row[i].plane, r->row[i].component),
		    &r->row[i] };
	qsort(key, r->rows, sizeof(*key), by_key);
	for (size_t i = 1; i < r->rows; i++)
		if (strcmp(key[i - 1].text, key[i].text) == 0 && ids)
			(void)dx_register_error(f, DX_R_REGISTER_DUPLICATE, key[i].row->at, "id %s stands on %s too", key[i].row->id,
			    key[i - 1].row->at);
		else if (strcmp(key[i - 1].text, key[i].text) == 0)
			(void)dx_register_error(f, DX_R_REGISTER_DUPLICATE, key[i].row->at, "%s stands on %s too", who(f, key[i].row),
			    key[i - 1].row->at);
	dx_arena_release(&scratch);
}

/* --- claims and the whole --- */

/* An auditor's evidence record: evidence that the store holds, and that passed. */
static bool
has_record(const struct dx_register_world *w, const struct dx_texts *evidence)
{
	for (size_t i = 0; i < evidence->count; i++)
		if (dx_starts(evidence->item[i], "evidence:") && w->outcome != NULL && w->outcome(w->ctx, evidence->item[i]) > 0)
			return true;
	return false;
}

static void
judge_security(const struct dx_register_world *w, const struct dx_security *s, struct dx_register_found *f)
{
	const char *why;
	enum dx_audit_verdict v;

	if (!s->claimed)
		return;
	v = dx_register_evidence(w, &s->evidence, DX_R_CLAIM_UNSUPPORTED, s->at, s->name, f, &why);
	if (v != DX_UNSUPPORTED && s->certification && !has_record(w, &s->evidence)) {
		why = "a certification needs an auditor's evidence record (evidence:SHA256) that the store holds and that passed";
		(void)dx_register_error(f, DX_R_CLAIM_UNSUPPORTED, s->at, "%s: %s", s->name, why);
		v = DX_UNSUPPORTED;
	} else if (s->evidence.count == 0) {
		(void)dx_register_error(f, DX_R_CLAIM_UNSUPPORTED, s->at, "%s: no evidence is listed", s->name);
		v = DX_UNSUPPORTED;
	}
	dx_register_verdict_of(f, s->name, v, why);
}

static void
judge_claim(const struct dx_register_world *w, const struct dx_claim *c, struct dx_register_found *f)
{
	const char *why;
	enum dx_audit_verdict v;

	if (c->kind == DX_CLAIM_FORBIDDEN)
		return;
	v = dx_register_evidence(w, &c->evidence, DX_R_CLAIM_UNSUPPORTED, c->at, c->id, f, &why);
	if (c->evidence.count == 0 && c->is_public) {
		(void)dx_register_error(f, DX_R_CLAIM_UNSUPPORTED, c->at, "%s: it is public and no evidence is listed", c->id);
		v = DX_UNSUPPORTED;
	}
	dx_register_verdict_of(f, c->id, v, why);
}

void
dx_register_judge(const struct dx_register *r, const struct dx_register_world *w, struct dx_register_found *f)
{
	dx_register_summary(r, f);
	for (size_t i = 0; i < r->rows; i++)
		judge_row(w, &r->row[i], f);
	duplicates(r, true, f);
	duplicates(r, false, f);
	for (size_t i = 0; i < r->claims; i++)
		judge_claim(w, &r->claim[i], f);
	for (size_t i = 0; i < r->securities; i++)
		judge_security(w, &r->security[i], f);
}

enum dx_audit_verdict
dx_register_verdict(const struct dx_register_found *f)
{
	return f->errors.count > 0 ? DX_UNSUPPORTED : f->verdicts[DX_AMBIGUOUS] > 0 ? DX_AMBIGUOUS : DX_SUPPORTED;
}
