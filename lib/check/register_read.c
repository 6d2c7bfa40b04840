/* Truth registers as they are read (release-gates page 13.1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "check/register_inner.h"
#include "json/pick.h"

#define LIST_MAX	1000

const char *const dx_status_names[] = { "Production", "Partial", "Pilot", "Target", "Watch", "retired", NULL };
static const char *const row_statuses[] = { "Production", "Partial", "Pilot", "Target", "Watch", NULL };
/* The capability form calls the same: live, pilot, partial, roadmap, deprecated. */
static const char *const capability_statuses[] = { "live", "pilot", "partial", "roadmap", "deprecated", NULL };
static const enum dx_status capability_means[] = { DX_STATUS_PRODUCTION, DX_STATUS_PILOT, DX_STATUS_PARTIAL, DX_STATUS_TARGET,
    DX_STATUS_RETIRED };
static const char *const claim_kinds[] = { "approved", "restricted", "forbidden", NULL };

static struct dx_texts
texts(struct dx_pick *p, const char *name, struct dx_arena *a)
{
	const struct dx_json *v = dx_pick_type(p, name, DX_JSON_ARRAY, false);
	struct dx_texts t = { 0 };

	if (v == NULL)
		return t;
	if (v->count > LIST_MAX)
		dx_pick_fail(p, name, "has more than %d items", LIST_MAX);
	t.item = dx_arena_alloc(a, dx_size_mul(v->count, sizeof(*t.item)));
	for (; t.count < v->count && !p->failed; t.count++) {
		const char *s = dx_json_str(&v->u.items[t.count]);
		if (s == NULL || s[0] == '\0' || strlen(s) > 1024 || dx_has_control(s))
			dx_pick_fail(p, name, "item %zu must be a text of 1 to 1024 bytes", t.count);
		t.item[t.count] = s;
	}
	return p->failed ? (struct dx_texts){ 0 } : t;
}

/* An instant, or a day, which begins at midnight. */
static int64_t
instant(struct dx_pick *p, const char *name, const char **text)
{
	const char *s = dx_pick_text(p, name, 1, 40, true);
	struct dx_err err = { 0 };
	int64_t us = 0, day;

	if (s != NULL && dx_date_parse(s, &day))
		us = day * DX_DAY_US;
	else if (s != NULL && dx_time_parse(s, &us, &err) != 0)
		dx_pick_fail(p, name, "%s", err.text);
	if (text != NULL)
		*text = s;
	return us;
}

/* A text with more in it than blanks. */
static const char *
said(struct dx_pick *p, const char *name, size_t max, bool required)
{
	const char *s = dx_pick_text(p, name, 1, max, required);

	if (s != NULL && strspn(s, " ") == strlen(s))
		dx_pick_fail(p, name, "must not be blank");
	return s;
}

/* Words that can be looked for: emphasis alone would never be found. */
static const char *
words(struct dx_pick *p, const char *name, bool required)
{
	const char *s = said(p, name, DX_PHRASE_MAX / 4, required);
	struct dx_phrases set = { 0 };
	struct dx_arena scratch = { 0 };

	if (s != NULL && !dx_phrases_add(&set, &scratch, s, 0))
		dx_pick_fail(p, name, "has no word in it");
	dx_phrases_release(&set);
	dx_arena_release(&scratch);
	return s;
}

int
dx_exceptions_read(const struct dx_json *v, const char *at, struct dx_arena *a, struct dx_exceptions *out, struct dx_err *err)
{
	*out = (struct dx_exceptions){ 0 };
	if (v == NULL)
		return 0;
	if (v->type != DX_JSON_ARRAY || v->count > LIST_MAX)
		return dx_err_set_at(err, DX_R_FIELD_INVALID, at, "exceptions must be an array of at most %d", LIST_MAX);
	out->item = dx_arena_alloc(a, dx_size_mul(v->count, sizeof(*out->item)));
	for (; out->count < v->count; out->count++) {
		struct dx_exception *e = &out->item[out->count];
		struct dx_pick p;
		const char *hash;

		dx_pick_begin(&p, &v->u.items[out->count], dx_arena_printf(a, "%s/%zu", at, out->count), DX_R_FIELD_INVALID,
		    DX_R_UNKNOWN_FIELD, err);
		e->file = dx_pick_text(&p, "file", 1, 1024, false);
		e->code = dx_pick_text(&p, "code", 1, 64, false);
		hash = dx_pick_text(&p, "line_sha256", 64, 64, true);
		if (hash != NULL && !dx_hex_is(hash, 64))
			dx_pick_fail(&p, "line_sha256", "must be 64 lower-case hex digits");
		(void)snprintf(e->line, sizeof(e->line), "%s", hash != NULL ? hash : "");
		e->expires = instant(&p, "expires_at", NULL);
		(void)said(&p, "reason", 1000, true);
		if (dx_pick_end(&p) != 0)
			return -1;
	}
	return 0;
}

static int
read_row(struct dx_register *r, const struct dx_json *raw, struct dx_row *row, struct dx_err *err)
{
	struct dx_pick p;

	dx_pick_begin(&p, raw, row->at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	row->id = said(&p, "id", 200, true);
	row->plane = said(&p, "plane", 200, true);
	row->component = said(&p, "component", 200, true);
	if (r->capabilities) {
		int i = dx_pick_enum(&p, "status", capability_statuses, -1);
		row->status = i >= 0 ? capability_means[i] : DX_STATUS_TARGET;
	} else {
		int i = dx_pick_enum(&p, "status", row_statuses, -1);
		row->status = i >= 0 ? (enum dx_status)i : DX_STATUS_TARGET;
	}
	row->evidence = texts(&p, "evidence", &r->arena);
	(void)dx_pick_text(&p, "gap", 0, 2000, false);
	row->owner = said(&p, "owner", 200, true);
	row->audited_at = instant(&p, "audited_at", NULL);
	row->audited_by = said(&p, "audited_by", 200, false);
	row->edited_by = said(&p, "edited_by", 200, false);
	row->public_claim = dx_pick_bool(&p, "public_claim_allowed", false);
	row->allows = texts(&p, "allows", &r->arena);
	return dx_pick_end(&p);
}

static int
read_claim(struct dx_register *r, const struct dx_json *raw, struct dx_claim *c, struct dx_err *err)
{
	const struct dx_json *exceptions;
	struct dx_pick p;
	int kind;

	dx_pick_begin(&p, raw, c->at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	c->id = said(&p, "id", 200, true);
	c->text = words(&p, "text", true);
	c->text_ar = words(&p, "text_ar", false);
	kind = dx_pick_enum(&p, "kind", claim_kinds, -1);
	c->kind = kind >= 0 ? (enum dx_claim_kind)kind : DX_CLAIM_FORBIDDEN;
	c->qualifier = words(&p, "qualifier", c->kind == DX_CLAIM_RESTRICTED);
	c->qualifier_ar = words(&p, "qualifier_ar", c->kind == DX_CLAIM_RESTRICTED && c->text_ar != NULL);
	c->reason = said(&p, "reason", 1000, c->kind == DX_CLAIM_FORBIDDEN);
	c->is_public = dx_pick_bool(&p, "public", false);
	c->evidence = texts(&p, "evidence", &r->arena);
	exceptions = dx_pick_any(&p, "exceptions");
	if (dx_pick_end(&p) != 0)
		return -1;
	return dx_exceptions_read(exceptions, dx_arena_printf(&r->arena, "%s/exceptions", c->at), &r->arena, &c->exceptions, err);
}

static int
read_security(struct dx_register *r, const struct dx_json *raw, struct dx_security *s, struct dx_err *err)
{
	static const char *const marks[] = { "soc 1", "soc 2", "soc 3", "soc1", "soc2", "soc3", "iso 27001", "iso/iec 27001", "iso27001", "iso 27017",
	    "iso 27018", "iso 27701", "iso 22301", "iso 9001", "pci dss", "pci-dss", "fedramp", "hitrust", "csa star", "certified", "certification" };
	struct dx_phrases known = { 0 };
	struct dx_plain plain = { 0 };
	struct dx_arena scratch = { 0 };
	struct dx_pick p;

	dx_pick_begin(&p, raw, s->at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	s->name = said(&p, "name", 200, true);
	s->claimed = dx_pick_bool(&p, "claimed", false);
	s->certification = dx_pick_bool(&p, "certification", false);
	s->evidence = texts(&p, "evidence", &r->arena);
	if (dx_pick_end(&p) != 0)
		return -1;
	/* What has the name of a certification is one, whatever is said of it. */
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		(void)dx_phrases_add(&known, &scratch, marks[i], i);
	dx_phrases_sort(&known);
	dx_plain_add(&plain, s->name, strlen(s->name), 1);
	s->certification = s->certification || dx_phrases_any(&known, &plain.text, 0, plain.text.len, NULL);
	dx_plain_release(&plain);
	dx_phrases_release(&known);
	dx_arena_release(&scratch);
	return 0;
}

/* {total?, Production?, ..., maturity_tenths?, with_partial_tenths?}; of the whole also planes. */
static int
read_summary(const struct dx_json *raw, const char *at, bool whole, struct dx_arena *a, struct dx_err *err)
{
	const struct dx_json *planes;
	struct dx_pick p;

	dx_pick_begin(&p, raw, at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	(void)dx_pick_int(&p, "total", 0, DX_REGISTER_ROWS, 0);
	for (int i = 0; row_statuses[i] != NULL; i++)
		(void)dx_pick_int(&p, row_statuses[i], 0, DX_REGISTER_ROWS, 0);
	(void)dx_pick_int(&p, "maturity_tenths", 0, 1000, 0);
	(void)dx_pick_int(&p, "with_partial_tenths", 0, 1000, 0);
	planes = whole ? dx_pick_type(&p, "planes", DX_JSON_OBJECT, false) : NULL;
	if (dx_pick_end(&p) != 0)
		return -1;
	if (planes != NULL && planes->count > LIST_MAX)
		return dx_err_set_at(err, DX_R_FIELD_INVALID, at, "has more than %d planes", LIST_MAX);
	for (uint32_t i = 0; planes != NULL && i < planes->count; i++) {
		struct dx_buf where = { 0 };
		int rc;

		dx_buf_printf(&where, "%s/planes/%u", at, i);
		rc = read_summary(&planes->u.members[i].value, where.data, false, a, err);
		dx_buf_release(&where);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Each item of a list by its reader. */
#define READ_LIST(r, list, into, number, name, read_one, err) do { \
	const struct dx_json *list_ = (list); \
	(r)->into = dx_arena_alloc(&(r)->arena, dx_size_mul(list_->count, sizeof(*(r)->into))); \
	memset((r)->into, 0, list_->count * sizeof(*(r)->into)); \
	for (; (r)->number < list_->count; (r)->number++) { \
		(void)snprintf((r)->into[(r)->number].at, sizeof((r)->into[0].at), "/%s/%zu", name, (r)->number); \
		if (read_one(r, &list_->u.items[(r)->number], &(r)->into[(r)->number], err) != 0) \
			return -1; \
	} \
} while (0)

static void
bounded(struct dx_pick *p, const char *name, const struct dx_json *list, uint32_t max)
{
	if (list != NULL && list->count > max)
		dx_pick_fail(p, name, "has more than %u items", max);
}

static int
read_document(struct dx_register *r, struct dx_err *err)
{
	const struct dx_json *rows, *claims, *summary, *security;
	const char *schema, *list;
	struct dx_pick p;

	r->capabilities = dx_json_get(&r->document, "capabilities") != NULL;
	list = r->capabilities ? "capabilities" : "rows";
	dx_pick_begin(&p, &r->document, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	schema = dx_pick_text(&p, "schema", 1, 64, false);
	if (schema != NULL && strcmp(schema, "dealix.register.v1") != 0)
		dx_pick_fail(&p, "schema", "must be dealix.register.v1, is \"%s\"", schema);
	r->name = said(&p, "name", 200, true);
	(void)instant(&p, "as_of", &r->as_of);
	rows = dx_pick_type(&p, list, DX_JSON_ARRAY, true);
	claims = dx_pick_type(&p, "claims", DX_JSON_ARRAY, false);
	summary = dx_pick_any(&p, "summary");
	security = dx_pick_type(&p, "security_claims", DX_JSON_ARRAY, r->capabilities);
	(void)said(&p, "version", 64, r->capabilities);
	(void)said(&p, "canonical_orchestrator", 200, r->capabilities);
	(void)said(&p, "primary_policy", 200, r->capabilities);
	(void)said(&p, "residency_region", 200, r->capabilities);
	r->publics = texts(&p, "public_documents", &r->arena);
	bounded(&p, list, rows, DX_REGISTER_ROWS);
	bounded(&p, "claims", claims, DX_REGISTER_CLAIMS);
	bounded(&p, "security_claims", security, DX_REGISTER_CLAIMS);
	if (rows != NULL && rows->count == 0)
		dx_pick_fail(&p, list, "is empty: nothing is claimed");
	if (dx_pick_end(&p) != 0)
		return -1;
	READ_LIST(r, rows, row, rows, list, read_row, err);
	if (claims != NULL)
		READ_LIST(r, claims, claim, claims, "claims", read_claim, err);
	if (security != NULL)
		READ_LIST(r, security, security, securities, "security_claims", read_security, err);
	return summary != NULL ? read_summary(summary, "/summary", true, &r->arena, err) : 0;
}

int
dx_register_parse(const char *text, size_t len, struct dx_register **out, struct dx_err *err)
{
	struct dx_register *r = dx_alloc(sizeof(*r));
	struct dx_buf canon = { 0 };

	memset(r, 0, sizeof(*r));
	if (dx_json_parse(&r->arena, dx_arena_dup(&r->arena, text, len), len, DX_JSON_OURS, &r->document, err) != 0 ||
	    read_document(r, err) != 0) {
		dx_register_free(r);
		return -1;
	}
	dx_json_canon(&r->document, &canon);
	dx_sha256(canon.data, canon.len, &r->sha256);
	dx_buf_release(&canon);
	*out = r;
	return 0;
}

void
dx_register_free(struct dx_register *r)
{
	if (r == NULL)
		return;
	dx_arena_release(&r->arena);
	free(r);
}
