/* policy_case: what the tests of the policy share: documents from the members of one section. */
#ifndef DX_TESTS_POLICY_CASE_H
#define DX_TESTS_POLICY_CASE_H

#include "core/policy.h"
#include "core_case.h"

#define HEAD	"'schema':'" DX_POLICY_SCHEMA "'"

/* The digest of a document, or "code at" of its refusal. */
static CASE_FN const char *
digest_of(const struct dx_json *doc)
{
	struct dx_policy *p = NULL;
	struct dx_err err = { 0 };
	const char *answer;

	if (dx_policy_new(doc, &p, &err) != 0)
		return p == NULL && err.text[0] != '\0' ? said(&err) : "a refusal without words";
	answer = dx_arena_dup(&arena, p->sha256, 64);
	dx_policy_free(p);
	return answer;
}

static CASE_FN const char *
digest_of_text(const char *text)
{
	struct dx_json doc = json(text);

	return digest_of(&doc);
}

/* One section with the given members. */
static CASE_FN const char *
with(const char *section, const char *members)
{
	return digest_of_text(dx_arena_printf(&arena, "{" HEAD ",'%s':{%s}}", section, members));
}

/* The canonical value at a pointer, or the refusal. */
static CASE_FN const char *
canonical(const char *section, const char *members, const char *pointer)
{
	struct dx_json doc = json(dx_arena_printf(&arena, "{" HEAD ",'%s':{%s}}", section, members));
	struct dx_policy *p = NULL;
	struct dx_err err = { 0 };
	const char *answer;

	if (dx_policy_new(&doc, &p, &err) != 0)
		return said(&err);
	answer = canon(dx_pointer_find(&p->doc, pointer));
	dx_policy_free(p);
	return answer;
}

#endif
