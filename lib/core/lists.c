#include "core/lists.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "core/scope.h"
#include "core/words.h"
#include "json/pointer.h"

static const char *
spell(struct dx_arena *a, const char *s, enum dx_spelling how)
{
	if (how == DX_SPELL_CLEAN)
		return dx_word_clean(a, s);
	return how == DX_SPELL_ENVIRONMENT ? dx_environment(a, s, NULL) : s;
}

/* The text in its spelling, or NULL.  Bounds are those of what was written: an environment is never empty once spelled. */
static const char *
word_of(struct dx_arena *a, const char *s, const struct dx_list_kind *k, const char *at, struct dx_err *err)
{
	size_t n = strlen(s), points;
	const char *word;

	if (k->spelling != DX_SPELL_EXACT)
		dx_trim(s, &n);
	points = n == 0 ? 0 : dx_utf8_count(s, strlen(s)) - (strlen(s) - n);	/* blanks are one byte each */
	if (points < 1 || points > k->chars) {
		dx_err_set_at(err, k->bad, at, "must have 1 to %zu characters, has %zu", k->chars, points);
		return NULL;
	}
	word = spell(a, s, k->spelling);
	if (dx_has_control(word)) {
		dx_err_set_at(err, k->bad, at, "must not have control characters");
		return NULL;
	}
	if (k->words != NULL && dx_word(k->words, word) < 0) {
		dx_err_set_at(err, k->unknown, at, "\"%.*s\" is not known here", (int)dx_utf8_cut(word, strlen(word), 40),
		    word);
		return NULL;
	}
	return word;
}

const char *
dx_list_word(struct dx_arena *a, const struct dx_json *v, const struct dx_list_kind *k, const char *at, struct dx_err *err)
{
	if (dx_json_is(v, DX_JSON_STRING))
		return word_of(a, v->u.text, k, at, err);
	dx_err_set_at(err, k->words != NULL ? k->unknown : k->bad, at, "must be a string");
	return NULL;
}

bool
dx_list_has(const struct dx_json *list, const char *word)
{
	for (uint32_t i = 0; dx_json_is(list, DX_JSON_ARRAY) && i < list->count; i++) {
		const char *s = dx_json_str(&list->u.items[i]);

		if (s != NULL && strcmp(s, word) == 0)
			return true;
	}
	return false;
}

int
dx_list_read(struct dx_arena *a, const struct dx_json *v, const struct dx_list_kind *k, const char *at, struct dx_json *out,
    struct dx_err *err)
{
	struct dx_json list = dx_json_array();
	char where[DX_ERR_AT];

	if (!dx_json_is(v, DX_JSON_ARRAY))
		return dx_err_set_at(err, k->not_list, at, "must be an array");
	if (v->count > k->items)
		return dx_err_set_at(err, k->bad, at, "must have at most %zu items, has %" PRIu32, k->items, v->count);
	for (uint32_t i = 0; i < v->count; i++) {
		const char *word;

		snprintf(where, sizeof(where), "%s/%" PRIu32, at, i);
		word = dx_list_word(a, &v->u.items[i], k, where, err);
		if (word == NULL)
			return -1;
		if (!dx_list_has(&list, word))
			dx_json_push(a, &list, dx_json_text(word));
	}
	*out = list;
	return 0;
}

static void
member_at(const char *at, const char *name, char out[static DX_ERR_AT])
{
	struct dx_buf b = { 0 };

	dx_buf_puts(&b, at);
	dx_pointer_name(&b, name);
	snprintf(out, DX_ERR_AT, "%.*s", (int)dx_utf8_cut(b.data, b.len, DX_ERR_AT / 4 - 1), b.data);
	dx_buf_release(&b);
}

int
dx_map_read(struct dx_arena *a, const struct dx_json *v, const struct dx_list_kind *keys, dx_map_value_fn *value,
    const char *at, struct dx_json *out, struct dx_err *err)
{
	struct dx_json map = dx_json_object(), to;
	char where[DX_ERR_AT];

	if (!dx_json_is(v, DX_JSON_OBJECT))
		return dx_err_set_at(err, keys->not_list, at, "must be an object");
	if (v->count > keys->items)
		return dx_err_set_at(err, keys->bad, at, "must have at most %zu members, has %" PRIu32, keys->items, v->count);
	for (uint32_t i = 0; i < v->count; i++) {
		const struct dx_member *m = &v->u.members[i];
		const char *key;

		member_at(at, m->name, where);
		key = word_of(a, m->name, keys, where, err);
		if (key == NULL || value(a, &m->value, where, &to, err) != 0)
			return -1;
		if (dx_json_get(&map, key) != NULL)
			return dx_err_set_at(err, keys->bad, where, "\"%s\" is there twice in another spelling", key);
		dx_json_put(a, &map, key, to);
	}
	*out = map;
	return 0;
}
