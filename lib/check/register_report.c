/* What a truth register comes to: counts, maturity, a stated summary against the rows (release-gates page 13.1). */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "check/register_inner.h"
#include "check/result.h"

struct counts { unsigned of[DX_STATUSES], total; };	/* total: without what is retired */

static void
count_row(struct counts *c, enum dx_status status)
{
	c->of[status]++;
	c->total += status != DX_STATUS_RETIRED;
}

static struct counts
count(const struct dx_register *r, const char *plane)
{
	struct counts c = { .total = 0 };

	for (size_t i = 0; i < r->rows; i++) {
		if (plane != NULL && strcmp(r->row[i].plane, plane) != 0)
			continue;
		count_row(&c, r->row[i].status);
	}
	return c;
}

struct plane { const char *name; size_t first; struct counts counts; };

static int
by_name(const void *va, const void *vb)
{
	const struct plane *a = va, *b = vb;
	int c = strcmp(a->name, b->name);

	return c != 0 ? c : a->first < b->first ? -1 : a->first > b->first;
}

static int
by_first(const void *va, const void *vb)
{
	const struct plane *a = va, *b = vb;

	return a->first < b->first ? -1 : a->first > b->first;
}

/* The planes in the order of their first rows. */
static struct plane *
planes(const struct dx_register *r, struct dx_arena *a, size_t *n)
{
	struct plane *p = dx_arena_alloc(a, dx_size_mul(r->rows, sizeof(*p)));
	size_t kept = 0;

	for (size_t i = 0; i < r->rows; i++)
		p[i] = (struct plane){ .name = r->row[i].plane, .first = i };
	qsort(p, r->rows, sizeof(*p), by_name);
	for (size_t i = 0; i < r->rows; i++) {
		enum dx_status status = r->row[p[i].first].status;
		if (kept == 0 || strcmp(p[kept - 1].name, p[i].name) != 0)
			p[kept++] = p[i];
		count_row(&p[kept - 1].counts, status);
	}
	qsort(p, kept, sizeof(*p), by_first);
	*n = kept;
	return p;
}

static unsigned
maturity(const struct counts *c)
{
	return dx_score_tenths(c->of[DX_STATUS_PRODUCTION], c->total);
}

static unsigned
with_partial(const struct counts *c)
{
	return dx_score_tenths(c->of[DX_STATUS_PRODUCTION] + c->of[DX_STATUS_PARTIAL], c->total);
}

/* --- a stated summary --- */

static void
compare(const struct dx_json *stated, const char *name, unsigned found, struct dx_arena *a, struct dx_json *says, struct dx_json *are,
    struct dx_buf *words)
{
	int64_t n;

	if (!dx_json_int64(dx_json_get(stated, name), &n) || n == (int64_t)found)
		return;
	dx_json_put(a, says, name, dx_json_int(a, n));
	dx_json_put(a, are, name, dx_json_int(a, found));
	dx_buf_printf(words, "%s%s is stated as %lld, the rows give %u", words->len > 0 ? "; " : "", name, (long long)n, found);
}

static void
compare_summary(const struct dx_register *r, const struct dx_json *stated, const char *plane, struct dx_register_found *f)
{
	struct dx_json says = dx_json_object(), are = dx_json_object(), *error;
	struct counts c = count(r, plane);
	struct dx_buf words = { 0 };

	for (int i = DX_STATUS_PRODUCTION; i <= DX_STATUS_WATCH; i++)
		compare(stated, dx_status_names[i], c.of[i], f->arena, &says, &are, &words);
	compare(stated, "total", c.total, f->arena, &says, &are, &words);
	compare(stated, "maturity_tenths", maturity(&c), f->arena, &says, &are, &words);
	compare(stated, "with_partial_tenths", with_partial(&c), f->arena, &says, &are, &words);
	if (says.count > 0) {
		error = dx_register_error(f, DX_R_REGISTER_SUMMARY_MISMATCH, "/summary", "%s%s%s", plane != NULL ? plane : "",
		    plane != NULL ? ": " : "", words.data);
		dx_json_put(f->arena, error, "found", are);
		if (plane != NULL)
			dx_json_put(f->arena, error, "plane", dx_json_string(f->arena, plane));
		dx_json_put(f->arena, error, "stated", says);
	}
	dx_buf_release(&words);
}

void
dx_register_summary(const struct dx_register *r, struct dx_register_found *f)
{
	const struct dx_json *stated = dx_json_get(&r->document, "summary"), *of = dx_json_get(stated, "planes");

	if (stated == NULL)
		return;
	compare_summary(r, stated, NULL, f);
	for (uint32_t i = 0; of != NULL && i < of->count; i++)
		compare_summary(r, &of->u.members[i].value, of->u.members[i].name, f);
}

/* --- the report --- */

static struct dx_json
counts_object(const struct counts *c, struct dx_arena *a)
{
	struct dx_json o = dx_json_object();

	for (int i = DX_STATUS_PRODUCTION; i <= DX_STATUS_WATCH; i++)
		dx_json_put(a, &o, dx_status_names[i], dx_json_int(a, c->of[i]));
	return o;
}

static struct dx_json
planes_object(const struct dx_register *r, struct dx_arena *a)
{
	struct dx_json o = dx_json_object();
	size_t n;
	const struct plane *plane = planes(r, a, &n);

	for (size_t i = 0; i < n; i++) {
		struct dx_json one = counts_object(&plane[i].counts, a);
		dx_json_put(a, &one, "maturity_tenths", dx_json_int(a, maturity(&plane[i].counts)));
		dx_json_put(a, &one, "total", dx_json_int(a, plane[i].counts.total));
		dx_json_put(a, &o, plane[i].name, one);
	}
	return o;
}

/* Which part each code belongs to: what a gate or a person asks for by name. */
static struct dx_json
checks_object(const struct dx_register_found *f)
{
	static const struct { const char *name, *code[4]; } parts[] = {
		{ "evidence", { "register_no_evidence" } }, { "summary", { "register_summary_mismatch" } },
		{ "duplicates", { "register_duplicate" } }, { "audits", { "register_stale", "register_self_audit" } },
		{ "claims", { "claim_forbidden", "claim_unqualified", "claim_unsupported", "register_public_claim" } },
	};
	struct dx_json o = dx_json_object();

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		bool pass = true;
		for (uint32_t k = 0; k < f->errors.count; k++)
			for (size_t n = 0; n < 4 && parts[i].code[n] != NULL; n++)
				pass = pass && strcmp(dx_json_get_str(&f->errors.u.items[k], "code"), parts[i].code[n]) != 0;
		dx_json_put(f->arena, &o, parts[i].name, dx_json_text(pass ? "PASS" : "FAIL"));
	}
	return o;
}

struct dx_json
dx_register_report(const struct dx_register *r, int64_t now, const struct dx_register_found *f)
{
	struct dx_arena *a = f->arena;
	struct dx_json o = dx_json_object(), verdicts = dx_json_object();
	struct counts c = count(r, NULL);
	char when[DX_TIME_TEXT];

	dx_time_print(now, when);
	dx_json_put(a, &o, "as_of", dx_json_text(r->as_of));
	dx_json_put(a, &o, "audit", f->audit);
	dx_json_put(a, &o, "checks", checks_object(f));
	dx_json_put(a, &o, "counts", counts_object(&c, a));
	dx_json_put(a, &o, "errors", f->errors);
	dx_json_put(a, &o, "evaluated_at", dx_json_string(a, when));
	dx_json_put(a, &o, "maturity_tenths", dx_json_int(a, maturity(&c)));
	dx_json_put(a, &o, "name", dx_json_text(r->name));
	dx_json_put(a, &o, "planes", planes_object(r, a));
	if (c.of[DX_STATUS_RETIRED] > 0)
		dx_json_put(a, &o, "retired", dx_json_int(a, c.of[DX_STATUS_RETIRED]));
	dx_json_put(a, &o, "schema", dx_json_text("dealix.register.report.v1"));
	dx_json_put(a, &o, "total", dx_json_int(a, c.total));
	dx_json_put(a, &o, "verdict", dx_json_text(dx_audit_verdicts[dx_register_verdict(f)]));
	for (int i = 0; dx_audit_verdicts[i] != NULL; i++)
		dx_json_put(a, &verdicts, dx_audit_verdicts[i], dx_json_int(a, f->verdicts[i]));
	dx_json_put(a, &o, "verdicts", verdicts);
	dx_json_put(a, &o, "warnings", f->warnings);
	dx_json_put(a, &o, "with_partial_tenths", dx_json_int(a, with_partial(&c)));
	return o;
}
