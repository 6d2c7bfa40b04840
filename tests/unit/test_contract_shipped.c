/* The contracts that are built in: each is one, its kind is its name, and the list of members is that of the document. */
#include "contract_case.h"

/* What the list says of the kind, asked for by a document with exactly those members. */
static void
check_recognised(const struct dx_contract *c)
{
	const char *found[32];
	const char *const *names = c->inputs[0].recognise;
	struct dx_arena a = { 0 };
	struct dx_json doc = dx_json_object();
	size_t n;
	bool there = false;

	for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
		n = dx_contract_recognise(&doc, found, 32);
		for (size_t k = 0; k < n; k++)
			ok(strcmp(found[k], c->kind) != 0, "%s needs %s too", c->kind, names[i]);
		dx_json_put(&a, &doc, names[i], dx_json_null());
	}
	n = dx_contract_recognise(&doc, found, 32);
	for (size_t k = 0; k < n && k < 32; k++)
		there |= strcmp(found[k], c->kind) == 0;
	ok(there == (names != NULL), "%s is %s by its members", c->kind, names != NULL ? "recognised" : "not recognised");
	dx_arena_release(&a);
}

int
main(void)
{
	size_t len;

	for (size_t i = 0; dx_contract_kinds[i] != NULL; i++) {
		const char *kind = dx_contract_kinds[i], *text = dx_contract_shipped(kind, &len);
		struct dx_contract *c = NULL;
		struct dx_err err = { 0 };

		ok(i == 0 || strcmp(dx_contract_kinds[i - 1], kind) < 0, "%s stands in its place", kind);
		if (!ok(text != NULL && dx_contract_parse(text, len, &c, &err) == 0, "%s is a contract", kind)) {
			diag("%s: %s", err.at, err.text);
			continue;
		}
		ok(text[len] == '\0' && strlen(text) == len, "its text ends");
		is_str(c->kind, kind, "its kind is the name of its file");
		if (c->input_count > 0)
			check_recognised(c);
		dx_contract_free(c);
	}
	ok(dx_contract_shipped("none", &len) == NULL, "no contract of another kind");
	return done();
}
