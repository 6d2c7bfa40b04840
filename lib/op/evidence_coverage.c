/* What cases say of reports, and which rules they have covered. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "op/evidence_case.h"

struct dx_evidence_test *
dx_evidence_test_new(void)
{
	struct dx_evidence_test *t = dx_alloc(sizeof(*t));

	*t = (struct dx_evidence_test){ .cases = dx_json_array() };
	return t;
}

void
dx_evidence_test_free(struct dx_evidence_test *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->count; i++)
		free(t->of[i].seen);
	free(t->of);
	dx_kinds_release(&t->kinds);
	dx_arena_release(&t->arena);
	free(t);
}

struct dx_covered *
dx_covered_of(struct dx_evidence_test *t, const struct dx_kind *k)
{
	struct dx_covered c = { .kind = k };
	size_t i = 0;

	/* The same contract may be named in two ways. */
	while (i < t->count && memcmp(&t->of[i].kind->contract->sha256, &k->contract->sha256, sizeof(k->contract->sha256)) != 0)
		i++;
	if (i < t->count)
		return &t->of[i];
	c.id = dx_contract_ids(k->contract, &t->arena);
	while (c.id[c.count] != NULL)
		c.count++;
	c.seen = dx_alloc(c.count);
	memset(c.seen, 0, c.count);
	t->of = dx_realloc(t->of, dx_size_mul(t->count + 1, sizeof(*t->of)));
	t->of[t->count++] = c;
	return &t->of[i];
}

static void
note(struct dx_covered *c, const char *id)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->id[i], id) == 0)
			c->seen[i] = true;
}

/* --- what a case says of a report --- */

static bool
lists(const struct dx_json *ids, const char *id)
{
	for (uint32_t i = 0; i < ids->count; i++)
		if (strcmp(dx_json_str(&ids->u.items[i]), id) == 0)
			return true;
	return false;
}

static bool
has_failed(const struct dx_json *failures, const char *id)
{
	for (uint32_t i = 0; i < failures->count; i++)
		if (strcmp(dx_json_get_str(&failures->u.items[i], "rule"), id) == 0)
			return true;
	return false;
}

/* A rule with implied_by need not be expected where one it follows from fails; by itself it is one failure too many. */
static bool
is_extra(const struct dx_covered *covered, const struct dx_json *failures, const struct dx_json *expect, const char *id)
{
	if (lists(expect, id))
		return false;
	if (!dx_contract_implied(covered->kind->contract, id))
		return true;
	for (uint32_t i = 0; i < failures->count; i++)
		if (!dx_contract_implied(covered->kind->contract, dx_json_get_str(&failures->u.items[i], "rule")))
			return false;
	return true;
}

static struct dx_json
describe_extra(struct dx_arena *a, const struct dx_json *failure)
{
	static const char *const names[] = { "rule", "at", "message" };
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (dx_json_get_str(failure, names[i]) != NULL)
			dx_json_put(a, &o, names[i], dx_json_string(a, dx_json_get_str(failure, names[i])));
	return o;
}

bool
dx_covered_compare(struct dx_evidence_test *t, struct dx_covered *covered, const struct dx_json *failures,
    const struct dx_json *expect, struct dx_json *row)
{
	struct dx_arena *a = &t->arena;
	struct dx_json missing = dx_json_array(), extra = dx_json_array();

	for (uint32_t i = 0; i < expect->count; i++) {
		const char *id = dx_json_str(&expect->u.items[i]);
		if (has_failed(failures, id))
			note(covered, id);
		else
			dx_json_push(a, &missing, dx_json_string(a, id));
	}
	for (uint32_t i = 0; i < failures->count && extra.count < 20; i++)
		if (is_extra(covered, failures, expect, dx_json_get_str(&failures->u.items[i], "rule")))
			dx_json_push(a, &extra, describe_extra(a, &failures->u.items[i]));
	if (missing.count > 0)
		dx_json_put(a, row, "missing", missing);
	if (extra.count > 0)
		dx_json_put(a, row, "extra", extra);
	return missing.count == 0 && extra.count == 0;
}

struct dx_json
dx_evidence_test_report(struct dx_evidence_test *t)
{
	struct dx_arena *a = &t->arena;
	struct dx_json o = dx_json_object(), coverage = dx_json_object(), uncovered = dx_json_array(), never = dx_json_array();
	int64_t rules = 0, covered = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct dx_covered *c = &t->of[i];

		if (!c->passes)
			dx_json_push(a, &never, dx_json_string(a, c->kind->contract->kind));
		for (size_t k = 0; k < c->count; k++, rules++) {
			struct dx_json row = dx_json_object();
			covered += c->seen[k];
			if (c->seen[k])
				continue;
			dx_json_put(a, &row, "kind", dx_json_string(a, c->kind->contract->kind));
			dx_json_put(a, &row, "rule", dx_json_text(c->id[k]));
			dx_json_push(a, &uncovered, row);
		}
	}
	dx_json_put(a, &coverage, "percent", dx_json_int(a, rules > 0 ? covered * 100 / rules : 0));
	dx_json_put(a, &coverage, "rules", dx_json_int(a, rules));
	dx_json_put(a, &coverage, "covered", dx_json_int(a, covered));
	dx_json_put(a, &coverage, "uncovered", uncovered);
	dx_json_put(a, &coverage, "never_passes", never);
	dx_json_put(a, &o, "cases", t->cases);
	dx_json_put(a, &o, "coverage", coverage);
	dx_json_put(a, &o, "passed", dx_json_int(a, t->passed));
	dx_json_put(a, &o, "failed", dx_json_int(a, t->failed));
	return o;
}
