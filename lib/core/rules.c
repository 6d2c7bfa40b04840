#include "core/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "core/hash.h"
#include "core/lists.h"
#include "json/pick.h"

#define INVALID		DX_R_RULES_DOCUMENT_INVALID
#define RULES_MAX	256
#define REFERENCES_MAX	8
#define URL_MAX		2048
#define REMEDY_MAX	2000

static const char *const schema_words[] = { DX_RULES_SCHEMA, NULL };

/* A document being read; the canonical form is built in `scratch`. */
struct reader {
	struct dx_arena	 scratch;
	struct dx_err	*err;
};

static void
put_text(struct reader *r, struct dx_pick *p, const char *name, size_t max, bool required, struct dx_json *out)
{
	const char *s = dx_pick_text(p, name, 1, max, required);

	if (s != NULL)
		dx_json_put(&r->scratch, out, name, dx_json_text(s));
}

static void
put_word(struct reader *r, struct dx_pick *p, const char *name, const char *const words[], int otherwise, struct dx_json *out)
{
	int i = dx_pick_enum(p, name, words, otherwise);

	if (i >= 0)
		dx_json_put(&r->scratch, out, name, dx_json_text(words[i]));
}

static void
put_list(struct reader *r, struct dx_pick *p, const char *name, const struct dx_list_kind *kind, struct dx_json *out)
{
	const struct dx_json *v = dx_pick_any(p, name);
	struct dx_json list = dx_json_array();
	char where[320];

	dx_pick_where(p, name, where);
	if (v != NULL && dx_list_read(&r->scratch, v, kind, where, &list, r->err) != 0)
		p->failed = true;
	dx_json_put(&r->scratch, out, name, list);
}

static void
put_references(struct reader *r, struct dx_pick *p, struct dx_json *out)
{
	static const struct dx_list_kind kind = {
		DX_SPELL_EXACT, REFERENCES_MAX, URL_MAX, NULL, INVALID, INVALID, INVALID
	};
	const struct dx_json *list;

	if (dx_json_get(p->object, "references") == NULL)
		return;
	put_list(r, p, "references", &kind, out);
	list = dx_json_get(out, "references");
	for (uint32_t i = 0; i < list->count; i++) {
		const char *url = list->u.items[i].u.text;

		if (!dx_starts(url, "https://") && !dx_starts(url, "http://"))
			dx_pick_fail(p, "references", "\"%.*s\" must be a URL, https:// or http://",
			    (int)dx_utf8_cut(url, strlen(url), 40), url);
	}
}

/* A program has line breaks and may have more than that; the compiler judges it. */
static void
put_when(struct reader *r, struct dx_pick *p, struct dx_json *out)
{
	const struct dx_json *v = dx_pick_type(p, "when", DX_JSON_STRING, true);

	if (v == NULL)
		return;
	if (v->count < 1 || v->count > DX_RULE_WHEN_MAX)
		dx_pick_fail(p, "when", "must have 1 to %u bytes, has %" PRIu32, DX_RULE_WHEN_MAX, v->count);
	dx_json_put(&r->scratch, out, "when", *v);
}

static int
read_rule(struct reader *r, const struct dx_json *v, const char *at, struct dx_json *out)
{
	static const struct dx_list_kind environments = {
		DX_SPELL_ENVIRONMENT, 256, 32, NULL, INVALID, INVALID, INVALID
	};
	static const struct dx_list_kind sources = {
		DX_SPELL_EXACT, 16, 32, dx_source_names, INVALID, INVALID, INVALID
	};
	struct dx_pick p;
	bool enabled;

	*out = dx_json_object();
	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	put_word(r, &p, "effect", dx_effect_names, DX_EFFECT_VIOLATION, out);
	enabled = dx_pick_bool(&p, "enabled", true);
	dx_json_put(&r->scratch, out, "enabled", dx_json_bool(enabled));
	put_list(r, &p, "environments", &environments, out);
	put_text(r, &p, "id", 64, true, out);
	put_references(r, &p, out);
	put_text(r, &p, "remedy", REMEDY_MAX, false, out);
	put_word(r, &p, "severity", dx_severity_names, DX_MEDIUM, out);
	put_list(r, &p, "sources", &sources, out);
	put_text(r, &p, "title", 200, true, out);
	put_when(r, &p, out);
	return dx_pick_end(&p);
}

/* rules is short enough to compare each with each. */
static int
check_duplicate(const struct dx_json *list, const char *id, uint32_t index, struct dx_err *err)
{
	char at[64];

	for (uint32_t i = 0; i < list->count; i++) {
		if (strcasecmp(dx_json_get_str(&list->u.items[i], "id"), id) != 0)
			continue;
		snprintf(at, sizeof(at), "/rules/%" PRIu32 "/id", index);
		return dx_err_set_at(err, INVALID, at, "\"%s\" is the id of an earlier rule too", id);
	}
	return 0;
}

static void
put_rules(struct reader *r, struct dx_pick *p, struct dx_json *out)
{
	const struct dx_json *v = dx_pick_type(p, "rules", DX_JSON_ARRAY, true);
	struct dx_json list = dx_json_array(), rule;
	char at[64];

	if (v != NULL && (v->count < 1 || v->count > RULES_MAX))
		dx_pick_fail(p, "rules", "must have 1 to %d rules, has %" PRIu32, RULES_MAX, v->count);
	for (uint32_t i = 0; v != NULL && !p->failed && i < v->count; i++) {
		snprintf(at, sizeof(at), "/rules/%" PRIu32, i);
		if (read_rule(r, &v->u.items[i], at, &rule) != 0 ||
		    check_duplicate(&list, dx_json_get_str(&rule, "id"), i, r->err) != 0)
			p->failed = true;
		else
			dx_json_push(&r->scratch, &list, rule);
	}
	dx_json_put(&r->scratch, out, "rules", list);
}

static int
read_document(struct reader *r, const struct dx_json *doc, struct dx_json *out)
{
	struct dx_pick p;
	const char *id;

	*out = dx_json_object();
	dx_pick_begin(&p, doc, "", INVALID, INVALID, r->err);
	put_word(r, &p, "schema", schema_words, -1, out);
	id = dx_pick_text(&p, "id", 1, 64, true);
	if (id != NULL && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789._-")] != '\0')
		dx_pick_fail(&p, "id", "must be of [a-z0-9._-], is \"%s\"", id);
	dx_json_put(&r->scratch, out, "id", dx_json_text(id));
	put_text(r, &p, "version", 32, true, out);
	put_text(r, &p, "title", 200, true, out);
	put_rules(r, &p, out);
	return dx_pick_end(&p);
}

static void
load_rule(const struct dx_json *v, struct dx_rule *out)
{
	const struct dx_json *sources = dx_json_get(v, "sources");

	out->id = dx_json_get_str(v, "id");
	out->title = dx_json_get_str(v, "title");
	out->when = dx_json_get_str(v, "when");
	out->remedy = dx_json_get_str(v, "remedy");
	out->severity = (enum dx_severity)dx_word(dx_severity_names, dx_json_get_str(v, "severity"));
	out->effect = (enum dx_effect)dx_word(dx_effect_names, dx_json_get_str(v, "effect"));
	out->sources = 0;
	for (uint32_t i = 0; i < sources->count; i++)
		out->sources |= 1u << dx_word(dx_source_names, sources->u.items[i].u.text);
	out->environments = *dx_json_get(v, "environments");
	out->references = dx_json_get(v, "references");
	out->enabled = dx_json_is(dx_json_get(v, "enabled"), DX_JSON_TRUE);
}

static void
seal(struct dx_rules *r, const struct dx_json *root)
{
	const struct dx_json *list;
	struct dx_sealed s;

	dx_hash_seal(&r->arena, root, &s);
	r->doc = s.doc;
	r->canon = s.canon;
	r->canon_len = s.canon_len;
	memcpy(r->sha256, s.sha256, sizeof(r->sha256));
	r->id = dx_json_get_str(&r->doc, "id");
	r->version = dx_json_get_str(&r->doc, "version");
	r->title = dx_json_get_str(&r->doc, "title");
	list = dx_json_get(&r->doc, "rules");
	r->count = list->count;
	r->rule = dx_arena_alloc(&r->arena, dx_size_mul(r->count, sizeof(*r->rule)));
	for (uint32_t i = 0; i < list->count; i++)
		load_rule(&list->u.items[i], &r->rule[i]);
}

int
dx_rules_new(const struct dx_json *doc, struct dx_rules **out, struct dx_err *err)
{
	struct reader reader = { .err = err };
	struct dx_rules *r;
	struct dx_json root;
	int result = read_document(&reader, doc, &root);

	if (result == 0) {
		r = dx_alloc(sizeof(*r));
		memset(r, 0, sizeof(*r));
		seal(r, &root);
		*out = r;
	}
	dx_arena_release(&reader.scratch);
	return result;
}

int
dx_rules_parse(const char *text, size_t len, struct dx_rules **out, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_json doc;
	int result = -1;

	if (len > DX_RULES_MAX)
		return dx_err_set(err, DX_R_JSON_TOO_LARGE, "a rule document has at most %u bytes, this one has %zu",
		    DX_RULES_MAX, len);
	if (dx_json_parse(&a, dx_arena_dup(&a, text, len), len, DX_JSON_OURS, &doc, err) == 0)
		result = dx_rules_new(&doc, out, err);
	dx_arena_release(&a);
	return result;
}

void
dx_rules_free(struct dx_rules *r)
{
	if (r == NULL)
		return;
	dx_arena_release(&r->arena);
	free(r);
}

bool
dx_rule_applies(const struct dx_rule *r, enum dx_source source, const char *environment)
{
	return r->enabled && (r->sources == 0 || (r->sources & 1u << source) != 0) &&
	    (r->environments.count == 0 || dx_list_has(&r->environments, environment));
}
