/* People whom an artifact names (evidence page 2.4): names typed into a file prove nothing. */
#include <string.h>
#include <strings.h>

#include "contract/formula.h"
#include "json/pointer.h"
#include "op/evidence_vouch.h"

struct walk {
	const struct dx_vouch	*v;
	const struct dx_voucher	*beside;
	struct dx_arena		*a;
	struct dx_buf		 pointer;
	struct dx_buf		 scratch;
	dx_vouch_fail_fn	*fail;
	void			*ctx;
};

enum names { NAMES_NOBODY, NAMES_SOMEBODY, NAMES_APPROVER };

static bool
ends(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n >= k && strcasecmp(name + n - k, end) == 0;
}

/* `owner`, and `finance_owner` as well, but not `owner_function`; a column's title may begin with a capital. */
static enum names
names_of(const char *member)
{
	if (strcasecmp(member, "approved_by") == 0 || strcasecmp(member, "approver") == 0 || ends(member, "_approver"))
		return NAMES_APPROVER;
	return strcasecmp(member, "executed_by") == 0 || strcasecmp(member, "owner") == 0 || ends(member, "_owner") ? NAMES_SOMEBODY :
	    NAMES_NOBODY;
}

static void
put_failure(struct walk *w, enum dx_reason reason, const char *expected, const char *found, uint32_t offset)
{
	struct dx_vouch_failure f = { .rule = reason == DX_R_IDENTITY_UNKNOWN ? "identity.unknown" : "approval.unsigned",
	    .expected = expected, .found = found, .remedy = dx_reason_remedy(reason), .offset = offset };

	f.at = w->pointer.len > 0 ? dx_arena_dup(w->a, w->pointer.data, w->pointer.len) : "";
	w->fail(w->ctx, &f);
}

/* The first principal of that identity, and how many there are: ids that differ in a +tag alone are one person. */
static size_t
find(const struct dx_vouch *v, const char *identity, size_t *count)
{
	size_t low = 0, high = v->principals->count, n = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(v->known[middle].identity, identity) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + n < v->principals->count && strcmp(v->known[low + n].identity, identity) == 0)
		n++;
	*count = n;
	return low;
}

static bool
has_signed(const struct dx_voucher *beside, const struct dx_principal *p)
{
	for (size_t i = 0; i < beside->signers; i++)
		if (beside->signer[i] == p)
			return true;
	return false;
}

/* A signature that holds is of an enabled principal; a service never reviews (approvals page 1.1). */
static void
check_approver(struct walk *w, size_t first, size_t count, uint32_t offset)
{
	const struct dx_principal *p = w->v->known[first].principal;
	bool person = false;

	for (size_t i = 0; i < count; i++) {
		const struct dx_principal *one = w->v->known[first + i].principal;

		if (!one->service && has_signed(w->beside, one))
			return;
		if (!one->service && !person)
			p = one;
		person = person || !one->service;
	}
	put_failure(w, DX_R_APPROVAL_UNSIGNED, dx_arena_printf(w->a, "a signature of %s beside the artifact", p->id),
	    !person ? "a service, which approves nothing" : p->disabled ? "a principal who is disabled" :
	    w->beside->signers > 0 ? "signatures of others" : "no signature of a principal", offset);
}

static void
check_name(struct walk *w, const struct dx_json *v, enum names what)
{
	size_t first, count;

	dx_buf_reset(&w->scratch);
	dx_text_trim(v->u.text, &w->scratch);
	if (w->scratch.len == 0)
		return;		/* nobody is named; whether somebody must be is the contract's to say */
	dx_buf_reset(&w->scratch);
	dx_text_identity(v->u.text, &w->scratch);
	first = find(w->v, w->scratch.data, &count);
	if (count == 0)
		put_failure(w, DX_R_IDENTITY_UNKNOWN, "the id of a principal", dx_arena_dup(w->a, v->u.text, v->count), v->offset);
	else if (what == NAMES_APPROVER)
		check_approver(w, first, count, v->offset);
}

static void	visit(struct walk *w, const struct dx_json *v, enum names what);

static void
visit_items(struct walk *w, const struct dx_json *v, enum names what)
{
	size_t len = w->pointer.len;

	for (uint32_t i = 0; i < v->count; i++) {
		dx_pointer_index(&w->pointer, i);
		visit(w, &v->u.items[i], what);
		w->pointer.len = len;
	}
}

static void
visit_members(struct walk *w, const struct dx_json *v)
{
	size_t len = w->pointer.len;

	for (uint32_t i = 0; i < v->count; i++) {
		dx_pointer_name(&w->pointer, v->u.members[i].name);
		visit(w, &v->u.members[i].value, names_of(v->u.members[i].name));
		w->pointer.len = len;
	}
}

/* Documents are at most 64 deep.  Null, true and false name nobody, as blank text does; what is no text names nobody who could be
 * found, and says that it names somebody. */
static void
visit(struct walk *w, const struct dx_json *v, enum names what)
{
	if (v->type == DX_JSON_ARRAY)
		visit_items(w, v, what);
	else if (what != NAMES_NOBODY && v->type == DX_JSON_STRING)
		check_name(w, v, what);
	else if (what != NAMES_NOBODY && (v->type == DX_JSON_NUMBER || v->type == DX_JSON_OBJECT))
		put_failure(w, DX_R_IDENTITY_UNKNOWN, "the id of a principal", v->type == DX_JSON_OBJECT ? "an object" : "a number", v->offset);
	if (v->type == DX_JSON_OBJECT)
		visit_members(w, v);
}

void
dx_vouch_people(const struct dx_vouch *v, const struct dx_voucher *beside, const struct dx_json *root, struct dx_arena *a,
    dx_vouch_fail_fn *fail, void *ctx)
{
	struct walk w = { .v = v, .beside = beside, .a = a, .fail = fail, .ctx = ctx };

	visit(&w, root, NAMES_NOBODY);
	dx_buf_release(&w.pointer);
	dx_buf_release(&w.scratch);
}
