/* test_json_oracle: jansson and our parser accept the same documents and read the same values from them.  Where the
 * rules differ, and only there, a document is passed over: jansson knows no integer beyond 64 bits and no real beyond a
 * double, it loses a NUL byte that stands behind a number or a word, and ours stops at depth 64. */
#include "tap.h"

#include <jansson.h>

#include "json_gen.h"

#define ROUNDS	100000

static bool	same(const struct dx_json *v, const json_t *j);

/* As jansson has it: an integer when it is written as one, else a double. */
static bool
same_number(const struct dx_json *v, const json_t *j)
{
	char text[40], ours[32], theirs[32];
	int64_t n;

	if (json_is_integer(j))
		return dx_json_int64(v, &n) && n == json_integer_value(j);
	if (!json_is_real(j))
		return false;
	snprintf(text, sizeof(text), "%.17g", json_real_value(j));
	dx_json_number(v->u.text, v->count, ours);
	dx_json_number(text, strlen(text), theirs);
	return strcmp(ours, theirs) == 0;
}

static bool
same_items(const struct dx_json *v, const json_t *j)
{
	bool held = json_is_array(j) && json_array_size(j) == v->count;

	for (size_t i = 0; held && i < v->count; i++)
		held = same(dx_json_item(v, i), json_array_get(j, i));
	return held;
}

static bool
same_members(const struct dx_json *v, const json_t *j)
{
	bool held = json_is_object(j) && json_object_size(j) == v->count;

	for (size_t i = 0; held && i < v->count; i++) {
		const struct dx_member *m = &v->u.members[i];

		held = strlen(m->name) == m->name_len && same(&m->value, json_object_get(j, m->name)) &&
		    dx_json_get(v, m->name) == &m->value;
	}
	return held;
}

static bool
same(const struct dx_json *v, const json_t *j)
{
	switch ((enum dx_json_type)v->type) {
	case DX_JSON_NULL:
		return json_is_null(j);
	case DX_JSON_FALSE:
		return json_is_false(j);
	case DX_JSON_TRUE:
		return json_is_true(j);
	case DX_JSON_NUMBER:
		return same_number(v, j);
	case DX_JSON_STRING:
		return json_is_string(j) && json_string_length(j) == v->count &&
		    strcmp(json_string_value(j), v->u.text) == 0;
	case DX_JSON_ARRAY:
		return same_items(v, j);
	case DX_JSON_OBJECT:
		return same_members(v, j);
	}
	return false;
}

static unsigned both, neither, passed;

static bool
agree(const struct dx_buf *b)
{
	struct doc d;
	json_error_t error;
	json_t *j = json_loadb(b->data, b->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	bool held;

	doc_parse_n(&d, b->data, b->len, DX_JSON_FOREIGN);
	if ((j == NULL && json_error_code(&error) == json_error_numeric_overflow) ||
	    d.err.reason == DX_R_JSON_TOO_DEEP ||
	    (d.err.reason == DX_R_JSON_NUL && memchr(b->data, 0, b->len) != NULL)) {
		passed++;
		held = true;
	} else if (j == NULL || !d.good) {
		held = j == NULL && !d.good;
		neither++;
	} else {
		held = same(&d.v, j);
		both++;
	}
	if (!held)
		diag("ours: %s; jansson: %s", d.good ? "accepted" : d.err.text, j != NULL ? "accepted" : error.text);
	json_decref(j);
	doc_free(&d);
	return held;
}

int
main(int argc, char *argv[])
{
	struct dx_buf b = { 0 };
	uint64_t state = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
	unsigned wrong = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		gen_document(&b, &state);
		for (unsigned n = i % 2 == 0 ? 0 : 1 + pick(&state, 2); n > 0; n--)
			gen_damage(&b, &state);
		if (!agree(&b) && wrong++ < 5)
			diag("round %u: %s", i, b.data);
	}
	is_int(wrong, 0, "%u documents, whole and damaged", ROUNDS);
	diag("%u accepted by both, %u by neither, %u where the rules differ", both, neither, passed);
	ok(both > ROUNDS / 3 && neither > ROUNDS / 5 && passed < ROUNDS / 10, "of both kinds many");
	dx_buf_release(&b);
	return done();
}
