/* dealix.go.v1 as a document: its members, nothing of what they mean together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "check/go_inner.h"

#define SCHEMA		"dealix.go.v1"
#define RISKS_MAX	1000
#define SIGNATURE_MAX	((size_t)64 << 10)

const char *const dx_go_criteria[] = { "functionality", "testing", "performance", "reliability", "scalability", "observability",
    "security", "documentation", "infrastructure", "operations", NULL };
const char *const dx_go_roles[] = { "technical_lead", "engineering_manager", "product_manager", "security_lead", "operations_lead",
    NULL };
const char *const dx_go_levels[] = { "low", "medium", "high", NULL };

/* --- criteria --- */

struct criterion { const struct dx_json *items; unsigned at; };	/* at: its place in the list */

static int
by_name(const void *x, const void *y)
{
	return strcmp((*(const struct dx_go_item *const *)x)->name, (*(const struct dx_go_item *const *)y)->name);
}

/* A waiver names an item by its criterion and name, so that no two may share one. */
static int
check_names(const struct dx_go_item *item, size_t n, unsigned at, struct dx_err *err)
{
	const struct dx_go_item **list = dx_alloc(dx_size_mul(n, sizeof(*list)));
	char where[64];
	int rc = 0;

	(void)snprintf(where, sizeof(where), "/criteria/%u/items", at);
	for (size_t i = 0; i < n; i++)
		list[i] = &item[i];
	qsort(list, n, sizeof(*list), by_name);
	for (size_t i = 1; i < n && rc == 0; i++)
		if (strcmp(list[i - 1]->name, list[i]->name) == 0)
			rc = dx_err_set_at(err, DX_R_FIELD_INVALID, where, "the name \"%.60s\" stands on two items", list[i]->name);
	free(list);
	return rc;
}

static int
read_items(struct dx_go *g, const struct criterion *c, unsigned index, struct dx_err *err)
{
	struct dx_go_item *first = &g->item[g->item_count];

	for (uint32_t i = 0; i < c->items->count; i++) {
		const char *at = dx_arena_printf(&g->arena, "/criteria/%u/items/%u", c->at, i);
		if (dx_go_item_read(g, &c->items->u.items[i], index, at, &g->item[g->item_count], err) != 0)
			return -1;
		g->item_count++;
	}
	return check_names(first, c->items->count, c->at, err);
}

static int
read_criterion(const struct dx_json *raw, unsigned at, struct criterion of[static DX_GO_CRITERIA], struct dx_err *err)
{
	char where[64];
	const char *id;
	const struct dx_json *items;
	struct dx_pick p;
	unsigned k = 0;

	(void)snprintf(where, sizeof(where), "/criteria/%u", at);
	dx_pick_begin(&p, raw, where, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	id = dx_pick_text(&p, "id", 1, 64, true);
	items = dx_pick_type(&p, "items", DX_JSON_ARRAY, true);
	if (items != NULL && items->count > DX_GO_ITEMS)
		dx_pick_fail(&p, "items", "has more than %d items", DX_GO_ITEMS);
	if (dx_pick_end(&p) != 0)
		return -1;
	while (k < DX_GO_CRITERIA && strcmp(dx_go_criteria[k], id) != 0)
		k++;
	if (k == DX_GO_CRITERIA)
		return dx_err_set_at(err, DX_R_CRITERION_SET, where, "\"%s\" is none of the ten criteria", id);
	if (of[k].items != NULL)
		return dx_err_set_at(err, DX_R_CRITERION_SET, where, "criterion %s stands there twice", id);
	of[k] = (struct criterion){ items, at };
	return 0;
}

static int
read_criteria(struct dx_go *g, const struct dx_json *list, struct dx_err *err)
{
	struct criterion of[DX_GO_CRITERIA] = { { NULL, 0 } };
	size_t n = 0;

	for (uint32_t i = 0; i < list->count; i++)
		if (read_criterion(&list->u.items[i], i, of, err) != 0)
			return -1;
	for (unsigned k = 0; k < DX_GO_CRITERIA; k++) {
		if (of[k].items == NULL)
			return dx_err_set_at(err, DX_R_CRITERION_SET, "/criteria", "criterion %s is missing", dx_go_criteria[k]);
		n += of[k].items->count;
	}
	g->item = dx_arena_alloc(&g->arena, dx_size_mul(n, sizeof(*g->item)));
	for (unsigned k = 0; k < DX_GO_CRITERIA; k++)
		if (read_items(g, &of[k], k, err) != 0)
			return -1;
	return 0;
}

/* --- risks, sign-offs --- */

static int
read_risk(struct dx_go *g, const struct dx_json *raw, uint32_t i, struct dx_err *err)
{
	struct dx_go_risk *r = &g->risk[i];
	char where[64];
	struct dx_pick p;

	(void)snprintf(where, sizeof(where), "/risks/%u", i);
	dx_pick_begin(&p, raw, where, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	*r = (struct dx_go_risk){ .level = (enum dx_go_level)dx_pick_enum(&p, "level", dx_go_levels, -1) };
	r->open = dx_go_flag(&p, "open");
	r->mitigation = dx_go_said(&p, "mitigation", 1000);
	r->owner = dx_go_said(&p, "owner", 200);
	r->text = dx_go_said(&p, "text", 1000);
	return dx_pick_end(&p);
}

static int
read_signoff(struct dx_go *g, const struct dx_json *raw, uint32_t i, struct dx_err *err)
{
	static const char *const votes[] = { "go", "no_go", NULL };
	struct dx_go_signoff *s = &g->signoff[i];
	const struct dx_json *signature;
	char where[64];
	struct dx_pick p;

	(void)snprintf(where, sizeof(where), "/signoffs/%u", i);
	dx_pick_begin(&p, raw, where, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	*s = (struct dx_go_signoff){ .role = (unsigned)dx_pick_enum(&p, "role", dx_go_roles, -1) };
	s->go = dx_pick_enum(&p, "decision", votes, -1) == 0;
	s->date = "";		/* required */
	s->at = dx_go_instant(&p, "date", &s->date);
	s->by = dx_go_said(&p, "by", 128);
	signature = dx_pick_any(&p, "signature");
	if (signature != NULL && signature->type != DX_JSON_NULL) {
		s->signature = dx_json_str(signature);
		if (s->signature == NULL || signature->count > SIGNATURE_MAX)
			dx_pick_fail(&p, "signature", "must be an armoured SSH signature of at most %zu bytes", SIGNATURE_MAX);
	}
	for (uint32_t k = 0; k < i && !p.failed; k++) {
		if (g->signoff[k].role == s->role)
			dx_pick_fail(&p, "role", "%s has signed off already", dx_go_roles[s->role]);
		else if (s->by != NULL && g->signoff[k].by != NULL && strcmp(s->by, g->signoff[k].by) == 0)
			return dx_err_set_at(err, DX_R_SIGNOFF_SAME_PERSON, where, "%s is both %s and %s", s->by,
			    dx_go_roles[g->signoff[k].role], dx_go_roles[s->role]);
	}
	return dx_pick_end(&p);
}

static int
read_people(struct dx_go *g, const struct dx_json *risks, const struct dx_json *signoffs, struct dx_err *err)
{
	g->risk = dx_arena_alloc(&g->arena, dx_size_mul(risks->count, sizeof(*g->risk)));
	for (; g->risk_count < risks->count; g->risk_count++)
		if (read_risk(g, &risks->u.items[g->risk_count], (uint32_t)g->risk_count, err) != 0)
			return -1;
	g->signoff = dx_arena_alloc(&g->arena, DX_GO_ROLES * sizeof(*g->signoff));
	for (; signoffs != NULL && g->signoff_count < signoffs->count; g->signoff_count++)
		if (read_signoff(g, &signoffs->u.items[g->signoff_count], (uint32_t)g->signoff_count, err) != 0)
			return -1;
	return 0;
}

/* --- the whole --- */

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void
list_digests(struct dx_go *g)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < g->item_count; i++)
		n += g->item[i].evidence_count;
	g->digest = dx_arena_alloc(&g->arena, dx_size_mul(n, sizeof(*g->digest)));
	n = 0;
	for (size_t i = 0; i < g->item_count; i++)
		for (size_t k = 0; k < g->item[i].evidence_count; k++)
			g->digest[n++] = g->item[i].evidence[k];
	qsort(g->digest, n, sizeof(*g->digest), by_text);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(g->digest[kept - 1], g->digest[i]) != 0)
			g->digest[kept++] = g->digest[i];
	g->digest_count = kept;
}

/* Whoever signs cannot sign the signatures. */
static void
digest_unsigned(struct dx_go *g)
{
	struct dx_json bare = dx_json_object();
	struct dx_buf text = { 0 };
	struct dx_sha256 d;

	for (uint32_t i = 0; i < g->document.count; i++)
		if (strcmp(g->document.u.members[i].name, "signoffs") != 0)
			dx_json_put(&g->arena, &bare, g->document.u.members[i].name, g->document.u.members[i].value);
	dx_json_canon(&bare, &text);
	dx_sha256(text.data, text.len, &d);
	dx_sha256_hex(&d, g->sha256);
	dx_buf_release(&text);
}

static int
read_document(struct dx_go *g, const char *release, struct dx_err *err)
{
	const struct dx_json *criteria, *risks, *signoffs;
	const char *schema;
	struct dx_pick p;

	dx_pick_begin(&p, &g->document, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	schema = dx_pick_text(&p, "schema", 1, 64, true);
	if (schema != NULL && strcmp(schema, SCHEMA) != 0)
		dx_pick_fail(&p, "schema", "must be " SCHEMA ", is \"%s\"", schema);
	g->release = dx_pick_text(&p, "release", 1, DX_RELEASE_MAX, false);
	if (!p.failed && g->release == NULL && release == NULL)
		return dx_err_set_at(err, DX_R_FIELD_MISSING, "/release", "neither the document nor --release names the release");
	if (!p.failed && g->release != NULL && release != NULL && strcmp(g->release, release) != 0)
		dx_pick_fail(&p, "release", "is \"%s\", not \"%s\"", g->release, release);
	criteria = dx_pick_type(&p, "criteria", DX_JSON_ARRAY, true);
	risks = dx_pick_type(&p, "risks", DX_JSON_ARRAY, true);
	signoffs = dx_pick_type(&p, "signoffs", DX_JSON_ARRAY, false);
	if (risks != NULL && risks->count > RISKS_MAX)
		dx_pick_fail(&p, "risks", "has more than %d risks", RISKS_MAX);
	if (signoffs != NULL && signoffs->count > DX_GO_ROLES)
		dx_pick_fail(&p, "signoffs", "has more than %d sign-offs", DX_GO_ROLES);
	if (dx_pick_end(&p) != 0)
		return -1;
	if (g->release == NULL)
		g->release = dx_arena_dup(&g->arena, release, strlen(release));
	if (read_criteria(g, criteria, err) != 0 || read_people(g, risks, signoffs, err) != 0)
		return -1;
	list_digests(g);
	digest_unsigned(g);
	return 0;
}

int
dx_go_parse(const char *text, size_t len, const char *release, struct dx_go **out, struct dx_err *err)
{
	struct dx_go *g = dx_alloc(sizeof(*g));
	int rc;

	memset(g, 0, sizeof(*g));
	rc = len > DX_GO_TEXT ? dx_err_set(err, DX_R_JSON_TOO_LARGE, "the document has more than %u bytes", DX_GO_TEXT) :
	    dx_json_parse(&g->arena, dx_arena_dup(&g->arena, text, len), len, DX_JSON_OURS, &g->document, err);
	if (rc == 0)
		rc = read_document(g, release, err);
	if (rc == 0)
		*out = g;
	else
		dx_go_free(g);
	return rc;
}

void
dx_go_free(struct dx_go *g)
{
	if (g == NULL)
		return;
	dx_arena_release(&g->arena);
	free(g);
}

void
dx_go_statement(const struct dx_go *g, unsigned role, bool go, struct dx_buf *out)
{
	dx_buf_printf(out, "dealix.go.signoff.v1\n%s\n%s\n%s\n%s\n", g->release, g->sha256, dx_go_roles[role], go ? "go" : "no_go");
}
