/* Who vouches for an artifact (evidence page 2.4): a second question beside the contract's, asked when principals are given. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "contract/formula.h"
#include "op/evidence_vouch.h"

#define SHOWN	80	/* characters of a value in a report */

/* --- principals and trusted keys --- */

static int
read_principals(const char *path, struct dx_principals **out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc;

	if (strcmp(path, "-") == 0)
		return dx_err_set(err, DX_R_USAGE, "principals are not read from standard input");
	rc = dx_file_read(path, DX_PRINCIPALS_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0 && (rc = dx_principals_parse(text.data != NULL ? text.data : "", text.len, out, err)) != 0)
		(void)dx_err_in(err, "%s", path);
	dx_buf_release(&text);
	return rc;
}

static int
by_identity(const void *x, const void *y)
{
	const struct dx_known *a = x, *b = y;
	int c = strcmp(a->identity, b->identity);

	return c != 0 ? c : strcmp(a->principal->id, b->principal->id);
}

static void
index_principals(struct dx_vouch *v)
{
	const struct dx_principals *p = v->principals;
	struct dx_buf b = { 0 };

	v->known = dx_arena_alloc(&v->arena, dx_size_mul(p->count, sizeof(*v->known)));
	for (size_t i = 0; i < p->count; i++) {
		dx_buf_reset(&b);
		dx_text_identity(p->item[i].id, &b);
		v->known[i] = (struct dx_known){ dx_arena_dup(&v->arena, b.data, b.len), &p->item[i] };
	}
	qsort(v->known, p->count, sizeof(*v->known), by_identity);
	dx_buf_release(&b);
}

int
dx_vouch_open(const struct dx_evidence_options *o, struct dx_vouch **out, struct dx_err *err)
{
	struct dx_vouch *v;

	if (o->principals == NULL && o->trust_count > 0)
		return dx_err_set(err, DX_R_USAGE, "keys are trusted to vouch where principals are given: say --principals FILE too");
	if (o->principals == NULL)
		return 0;
	v = dx_alloc(sizeof(*v));
	*v = (struct dx_vouch){ .principals = NULL };
	for (size_t i = 0; i < o->trust_count; i++)
		if (dx_keys_load(o->trust[i], &v->trusted, err) != 0) {
			(void)dx_err_in(err, "--trust %s", o->trust[i]);
			dx_vouch_close(v);
			return -1;
		}
	if (read_principals(o->principals, &v->principals, err) != 0) {
		dx_vouch_close(v);
		return -1;
	}
	index_principals(v);
	*out = v;
	return 0;
}

void
dx_vouch_close(struct dx_vouch *v)
{
	if (v == NULL)
		return;
	dx_principals_free(v->principals);
	dx_keys_release(&v->trusted);
	dx_arena_release(&v->arena);
	free(v);
}

/* --- one artifact --- */

struct vouching {
	const struct dx_vouch	*v;
	struct dx_arena		*a;
	struct dx_json		*failures;	/* of the report */
	size_t			 dropped;
	struct dx_json		 signatures;	/* those that hold */
	const char		*role;
	const struct dx_doc	*doc;		/* where names stand; NULL: nowhere */
	struct dx_json_place	*places;	/* of the failures of this artifact, tag: index in failures */
	size_t			 place_count, place_room;
};

static const char *
cut(struct dx_arena *a, const char *text)
{
	size_t n = strlen(text);

	if (dx_utf8_count(text, n) <= SHOWN)
		return text;
	return dx_arena_printf(a, "%.*s...", (int)dx_utf8_cut(text, n, SHOWN - 3), text);
}

static void
keep_place(struct vouching *g, uint32_t offset)
{
	if (g->doc == NULL || offset == DX_JSON_NOWHERE)
		return;
	if (g->place_count == g->place_room) {
		g->place_room = g->place_room != 0 ? g->place_room * 2 : 16;
		g->places = dx_realloc(g->places, dx_size_mul(g->place_room, sizeof(*g->places)));
	}
	g->places[g->place_count++] = (struct dx_json_place){ .offset = offset, .tag = g->failures->count - 1 };
}

static void
add_failure(void *ctx, const struct dx_vouch_failure *f)
{
	struct vouching *g = ctx;
	struct dx_json o = dx_json_object();
	const char *expected = cut(g->a, f->expected), *found = cut(g->a, f->found);

	if (g->failures->count >= DX_VOUCH_LISTED) {
		g->dropped++;
		return;
	}
	dx_json_put(g->a, &o, "rule", dx_json_text(f->rule));
	dx_json_put(g->a, &o, "role", dx_json_text(g->role));
	dx_json_put(g->a, &o, "at", dx_json_text(f->at));
	dx_json_put(g->a, &o, "message", dx_json_text(dx_arena_printf(g->a, "expected %s, found %s", expected, found)));
	dx_json_put(g->a, &o, "expected", dx_json_text(expected));
	dx_json_put(g->a, &o, "found", dx_json_text(found));
	dx_json_put(g->a, &o, "remedy", dx_json_text(f->remedy));
	dx_json_push(g->a, g->failures, o);
	keep_place(g, f->offset);
}

static int
by_offset(const void *x, const void *y)
{
	const struct dx_json_place *a = x, *b = y;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->tag < b->tag ? -1 : 1;
}

/* Lines and columns of this artifact's failures: one walk over its text. */
static void
put_places(struct vouching *g)
{
	if (g->place_count > 0 && g->doc->places == NULL && g->doc->text != NULL) {
		qsort(g->places, g->place_count, sizeof(*g->places), by_offset);
		dx_json_places(g->doc->text, g->doc->len, g->places, g->place_count);
	}
	for (size_t i = 0; i < g->place_count; i++) {
		struct dx_json_place *p = &g->places[i];

		if (g->doc->places != NULL && p->offset < g->doc->place_count) {
			p->line = g->doc->places[p->offset].line;
			p->column = g->doc->places[p->offset].column;
		}
		if (p->line == 0)
			continue;
		dx_json_put(g->a, &g->failures->u.items[p->tag], "line", dx_json_int(g->a, p->line));
		dx_json_put(g->a, &g->failures->u.items[p->tag], "column", dx_json_int(g->a, p->column));
	}
	g->place_count = 0;
}

static void
put_signature(struct vouching *g, const char *path, const char *end, const char *who, const char *id)
{
	struct dx_json o = dx_json_object();

	if (g->role != NULL)
		dx_json_put(g->a, &o, "role", dx_json_text(g->role));
	dx_json_put(g->a, &o, "path", dx_json_text(dx_arena_printf(g->a, "%s%s", path, end)));
	dx_json_put(g->a, &o, who, dx_json_string(g->a, id));
	dx_json_push(g->a, &g->signatures, o);
}

static void
put_signatures(struct vouching *g, const char *path, const struct dx_voucher *beside)
{
	char id[DX_SHA256_HEX];

	for (size_t i = 0; i < beside->signers; i++)
		put_signature(g, path, ".sig", "principal", beside->signer[i]->id);
	for (size_t i = 0; beside->signed_by != NULL && i < g->v->trusted.count; i++)
		if (beside->signed_by[i]) {
			dx_dsse_keyid(g->v->trusted.key[i], id);
			put_signature(g, path, ".dsse", "keyid", id);
		}
}

/* Media in which people name themselves; attested statements, reports of tests and lines found in a tree have other members. */
static bool
names_people(enum dx_media m)
{
	return m == DX_MEDIA_JSON || m == DX_MEDIA_KV_MD || m == DX_MEDIA_YAML || m == DX_MEDIA_CSV;
}

static int
vouch_for(struct vouching *g, const struct dx_artifact *f, const struct dx_contract_input *in, int64_t now, struct dx_err *err)
{
	struct dx_vouch_failure failure = { .at = "", .expected = "a signature of an enabled principal, or a trusted envelope",
	    .offset = DX_JSON_NOWHERE };
	struct dx_voucher beside;

	if (dx_vouch_look(g->v, f, in->state == DX_INPUT_READ ? &in->doc.sha256 : NULL, now, g->a, &beside, err) != 0)
		return -1;
	if (beside.why.reason != DX_OK) {
		failure.rule = dx_reason_code(beside.why.reason);
		failure.found = dx_arena_printf(g->a, "%s", beside.why.text);
		failure.remedy = dx_reason_remedy(beside.why.reason);
		add_failure(g, &failure);
	}
	put_signatures(g, f->path, &beside);
	g->doc = in->state == DX_INPUT_READ && names_people(in->doc.media) ? &in->doc : NULL;
	if (g->doc != NULL) {
		dx_vouch_people(g->v, &beside, &in->doc.root, g->a, add_failure, g);
		put_places(g);
	}
	return 0;
}

/* --- a report --- */

static const struct dx_artifact *
artifact_of(const struct dx_evidence *e, const char *path)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->item[i].path == path)
			return &e->item[i];
	DX_BUG("an input that no operand names");
}

/* A member of the report that may be written to. */
static struct dx_json *
member(struct dx_json *report, const char *name)
{
	for (uint32_t i = 0; i < report->count; i++)
		if (strcmp(report->u.members[i].name, name) == 0)
			return &report->u.members[i].value;
	DX_BUG("a report without its list");
}

static void
finish(struct vouching *g, struct dx_json *report)
{
	struct dx_json o = dx_json_object();
	int64_t before = 0;

	dx_json_put(g->a, &o, "principals_sha256", dx_json_string(g->a, g->v->principals->sha256));
	dx_json_put(g->a, &o, "signatures", g->signatures);
	if (g->dropped > 0) {
		(void)dx_json_int64(dx_json_get(report, "failures_truncated"), &before);
		dx_json_set(g->a, report, "failures_truncated", dx_json_int(g->a, before + (int64_t)g->dropped));
	}
	dx_json_put(g->a, report, "vouched", o);
	free(g->places);
}

/* What is not there, or too large to be looked at, has failed already. */
static bool
can_be_signed(const struct dx_contract_input *in)
{
	return in->path != NULL && (in->state == DX_INPUT_READ ||
	    (in->state == DX_INPUT_REFUSED && in->why.reason != DX_R_MEDIA_TOO_LARGE));
}

int
dx_evidence_vouch(const struct dx_evidence *e, const struct dx_kind *k, const struct dx_contract_input *in, struct dx_arena *a,
    struct dx_json *report, struct dx_err *err)
{
	struct vouching g = { .v = e->vouch, .a = a, .signatures = dx_json_array(), .failures = member(report, "failures") };
	size_t files = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < k->contract->input_count; i++) {
		if (in[i].state == DX_INPUT_NOT_GIVEN || !dx_kind_is_file(k->contract->inputs[i].media))
			continue;
		files++;
		g.role = dx_arena_printf(a, "%s", k->contract->inputs[i].role);
		if (can_be_signed(&in[i]))
			rc = vouch_for(&g, artifact_of(e, in[i].path), &in[i], e->opt->now, err);
	}
	if (rc == 0 && files == 0)
		rc = dx_err_set(err, DX_R_EVIDENCE_NOTHING_JUDGED, "contract %s reads no file, so nobody can vouch for one", k->contract->kind);
	if (rc != 0) {
		free(g.places);
		return -1;
	}
	if (g.failures->count > 0 || g.dropped > 0)
		*member(report, "verdict") = dx_json_text("fail");
	finish(&g, report);
	return 0;
}

int
dx_evidence_vouch_own(const struct dx_evidence *e, const struct dx_artifact *f, const struct dx_doc *doc, struct dx_arena *a,
    struct dx_json *report, struct dx_err *err)
{
	struct vouching g = { .v = e->vouch, .a = a, .signatures = dx_json_array() };
	struct dx_json o = dx_json_object();
	struct dx_voucher beside;

	if (dx_vouch_look(e->vouch, f, &doc->sha256, e->opt->now, a, &beside, err) != 0)
		return -1;
	if (beside.why.reason != DX_OK) {
		dx_json_put(a, &o, "code", dx_json_text(dx_reason_code(beside.why.reason)));
		dx_json_put(a, &o, "severity", dx_json_text("error"));
		dx_json_put(a, &o, "at", dx_json_text(""));
		dx_json_put(a, &o, "detail", dx_json_text(dx_arena_printf(a, "%s", beside.why.text)));
		dx_json_push(a, member(report, "findings"), o);
		*member(report, "ok") = dx_json_bool(false);
	}
	put_signatures(&g, f->path, &beside);
	finish(&g, report);
	return 0;
}
