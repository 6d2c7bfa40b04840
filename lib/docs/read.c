/* What comes with the documents: the glossary and the list of accepted findings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "docs/docs.h"
#include "json/pick.h"

#define TERMS_MAX	2000
#define TEXT_MAX	(4u << 20)

static int
parse(const char *text, size_t len, const char *schema, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	const char *given;

	if (len > TEXT_MAX)
		return dx_err_set(err, DX_R_JSON_TOO_LARGE, "more than %u bytes", TEXT_MAX);
	if (dx_json_parse(a, dx_arena_dup(a, text, len), len, DX_JSON_OURS, out, err) != 0)
		return -1;
	given = dx_json_get_str(out, "schema");
	if (given != NULL && strcmp(given, schema) != 0)
		return dx_err_set_at(err, DX_R_FIELD_INVALID, "/schema", "must be %s, is \"%s\"", schema, given);
	return 0;
}

/* The words of a list, each under that number. */
static int
add_all(struct dx_phrases *set, struct dx_arena *a, struct dx_pick *p, const char *name, size_t tag, bool required)
{
	const struct dx_json *list = dx_pick_type(p, name, DX_JSON_ARRAY, required);

	for (uint32_t i = 0; list != NULL && i < list->count && !p->failed; i++) {
		const char *s = dx_json_str(&list->u.items[i]);
		if (s == NULL || strlen(s) > DX_PHRASE_MAX / 2 || !dx_phrases_add(set, a, s, tag))
			dx_pick_fail(p, name, "item %u must be words", i);
	}
	return p->failed ? -1 : 0;
}

static int
read_term(struct dx_glossary *g, const struct dx_json *raw, uint32_t i, struct dx_err *err)
{
	const char *term, *term_ar;
	struct dx_pick p;
	char at[32];

	(void)snprintf(at, sizeof(at), "/terms/%u", i);
	dx_pick_begin(&p, raw, at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	term = dx_pick_text(&p, "term", 1, DX_PHRASE_MAX / 4, true);
	term_ar = dx_pick_text(&p, "term_ar", 1, DX_PHRASE_MAX / 4, false);
	(void)add_all(&g->banned, &g->arena, &p, "banned", i, true);
	(void)dx_pick_text(&p, "note", 0, 1000, false);
	if (dx_pick_end(&p) != 0)
		return -1;
	if (!dx_phrases_add(&g->terms, &g->arena, term, i) || (term_ar != NULL && !dx_phrases_add(&g->terms, &g->arena, term_ar, i)))
		return dx_err_set_at(err, DX_R_FIELD_INVALID, at, "the term has no word in it");
	g->term.item[i] = term;
	return 0;
}

int
dx_glossary_parse(const char *text, size_t len, struct dx_glossary **out, struct dx_err *err)
{
	struct dx_glossary *g = dx_alloc(sizeof(*g));
	const struct dx_json *terms = NULL;
	struct dx_json doc;
	struct dx_pick p;
	int rc;

	memset(g, 0, sizeof(*g));
	rc = parse(text, len, "dealix.glossary.v1", &g->arena, &doc, err);
	if (rc == 0) {
		dx_pick_begin(&p, &doc, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
		(void)dx_pick_any(&p, "schema");
		terms = dx_pick_type(&p, "terms", DX_JSON_ARRAY, true);
		if (terms != NULL && terms->count > TERMS_MAX)
			dx_pick_fail(&p, "terms", "has more than %d", TERMS_MAX);
		rc = dx_pick_end(&p);
	}
	if (rc == 0) {
		g->term.item = dx_arena_alloc(&g->arena, dx_size_mul(terms->count, sizeof(*g->term.item)));
		g->term.count = terms->count;
	}
	for (uint32_t i = 0; rc == 0 && i < terms->count; i++)
		rc = read_term(g, &terms->u.items[i], i, err);
	dx_phrases_sort(&g->terms);
	dx_phrases_sort(&g->banned);
	if (rc == 0)
		*out = g;
	else
		dx_glossary_free(g);
	return rc;
}

void
dx_glossary_free(struct dx_glossary *g)
{
	if (g == NULL)
		return;
	dx_phrases_release(&g->terms);
	dx_phrases_release(&g->banned);
	dx_arena_release(&g->arena);
	free(g);
}

int
dx_docs_exceptions_parse(const char *text, size_t len, struct dx_arena *a, struct dx_exceptions *out, struct dx_err *err)
{
	const struct dx_json *list;
	struct dx_json *doc = dx_arena_alloc(a, sizeof(*doc));
	struct dx_pick p;

	if (parse(text, len, "dealix.docs.exceptions.v1", a, doc, err) != 0)
		return -1;
	dx_pick_begin(&p, doc, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	(void)dx_pick_any(&p, "schema");
	list = dx_pick_type(&p, "exceptions", DX_JSON_ARRAY, true);
	if (dx_pick_end(&p) != 0)
		return -1;
	return dx_exceptions_read(list, "/exceptions", a, out, err);
}
