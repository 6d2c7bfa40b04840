/* What holds at every step of a release candidate. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "check/rc_inner.h"

/* --- authors --- */

static bool
same_address(const char *a, const char *b)
{
	size_t n, k;

	a = dx_trim(a, &n);
	b = dx_trim(b, &k);
	return n == k && strncasecmp(a, b, n) == 0;
}

static size_t
authors(const struct dx_rc_case *c)
{
	if (c->facts->here)
		return c->facts->authors;
	return c->rc->authors != NULL ? c->rc->authors->count : 0;
}

static const char *
author(const struct dx_rc_case *c, size_t i)
{
	return c->facts->here ? c->facts->author[i] : dx_json_str(&c->rc->authors->u.items[i]);
}

bool
dx_rc_wrote(const struct dx_rc_case *c, const char *who)
{
	for (size_t i = 0; i < authors(c); i++)
		if (c->known->is_author(c->known->ctx, who, author(c, i)))
			return true;
	return false;
}

static bool
stated(const struct dx_json *list, const char *address)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (same_address(list->u.items[i].u.text, address))
			return true;
	return false;
}

static bool
known(const struct dx_rc_facts *f, const char *address)
{
	for (size_t i = 0; i < f->authors; i++)
		if (same_address(f->author[i], address))
			return true;
	return false;
}

static bool
authors_agree(const struct dx_rc_case *c)
{
	const struct dx_json *list = c->rc->authors;

	for (size_t i = 0; i < c->facts->authors; i++)
		if (!stated(list, c->facts->author[i]))
			return false;
	for (uint32_t i = 0; i < list->count; i++)
		if (!known(c->facts, list->u.items[i].u.text))
			return false;
	return true;
}

/* --- facts --- */

static void
disagree(struct dx_rc_case *c, const char *fact, struct dx_json said, struct dx_json seen)
{
	struct dx_json r = dx_rc_reason(c, DX_R_RC_FACTS);

	dx_json_put(c->a, &r, "fact", dx_json_text(fact));
	dx_json_put(c->a, &r, "git", seen);
	dx_json_put(c->a, &r, "stated", said);
	dx_rc_push(c, r);
}

static struct dx_json
author_list(struct dx_rc_case *c)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < c->facts->authors; i++)
		dx_json_push(c->a, &list, dx_json_words(c->a, c->facts->author[i]));
	return list;
}

static const struct dx_rc_tag *
find_tag(const struct dx_rc_facts *f, const char *name)
{
	for (size_t i = 0; i < f->tags; i++)
		if (strcmp(f->tag[i].name, name) == 0)
			return &f->tag[i];
	return NULL;
}

/* After the merge main has the commits, and the branch may be gone. */
static void
facts(struct dx_rc_case *c)
{
	const struct dx_rc_facts *f = c->facts;
	const struct dx_rc *rc = c->rc;

	if ((c->step < 7 || f->branch) && strcmp(f->head != NULL ? f->head : "", rc->head) != 0)
		disagree(c, "head", dx_json_text(rc->head), dx_json_text(f->head != NULL ? f->head : ""));
	else if (!f->head_known)
		disagree(c, "head", dx_json_text(rc->head), dx_json_text(""));
	if (c->step == 7 || !f->head_known)
		return;
	if (rc->authors != NULL && !authors_agree(c))
		disagree(c, "authors", *rc->authors, author_list(c));
	if (rc->behind >= 0 && rc->behind != f->behind)
		disagree(c, "behind", dx_json_int(c->a, rc->behind), dx_json_int(c->a, f->behind));
	if (rc->tag != NULL && find_tag(f, rc->tag) == NULL)
		disagree(c, "tag", dx_json_text(rc->tag), dx_json_text(""));
}

/* --- other candidates, older versions --- */

static bool
duplicate(struct dx_rc_case *c, const char *const *open, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dx_semver v;
		const char *text;

		if (strcmp(open[i], c->rc->rc) != 0 && dx_semver_of_branch(open[i], &v, &text) && dx_semver_cmp(&v, &c->rc->semver) == 0) {
			dx_rc_add(c, DX_R_RC_DUPLICATE, "other", open[i]);
			return true;
		}
	}
	return false;
}

static void
versions(struct dx_rc_case *c)
{
	const char *own = dx_arena_printf(c->a, "v%s", c->rc->version), *newest = NULL;
	struct dx_semver best, v;

	for (size_t i = 0; i < c->facts->tags && c->facts->here; i++) {
		const char *name = c->facts->tag[i].name;

		if (strcmp(name, own) == 0 || !dx_semver_of_tag(name, &v) || (newest != NULL && dx_semver_cmp(&v, &best) <= 0))
			continue;
		newest = name;
		best = v;
	}
	if (newest != NULL && dx_semver_cmp(&c->rc->semver, &best) <= 0)
		dx_rc_add(c, DX_R_RC_VERSION_NOT_NEWER, "newest", newest);
	if (c->step < 7 && (c->facts->here ? find_tag(c->facts, own) != NULL : c->rc->tag != NULL))
		dx_rc_add(c, DX_R_RC_TAG_EARLY, "tag", c->facts->here ? own : c->rc->tag);
}

void
dx_rc_general(struct dx_rc_case *c)
{
	if (c->rc->version == NULL)
		dx_rc_add(c, DX_R_RC_BRANCH_NAME, "branch", c->rc->rc);
	if (c->facts->here)
		facts(c);
	if (c->rc->version == NULL)
		return;
	if (!duplicate(c, c->facts->open, c->facts->here ? c->facts->opens : 0))
		(void)duplicate(c, c->known->open, c->known->opens);
	versions(c);
}

/* --- order --- */

/* The newest word on a step.  Step 1 stands whatever the commit; of the others only what was said since the head came counts: an
 * entry about another commit ends the search. */
static bool
passed(const struct dx_rc_case *c, int step)
{
	for (size_t i = 0; i < c->known->pasts; i++) {
		const struct dx_rc_past *p = &c->known->past[i];

		if (step != 1 && strcmp(p->head, c->rc->head) != 0)
			return false;
		if (p->step == step)
			return p->pass;
	}
	return false;
}

/* Without a store the order cannot be known: that is said where nothing else stands against the step. */
void
dx_rc_order(struct dx_rc_case *c)
{
	if (!c->known->store && c->reasons.count > 0)
		return;
	for (int step = 1; step < c->step; step++) {
		struct dx_json r;

		if (passed(c, step))
			continue;
		r = dx_rc_reason(c, DX_R_RC_OUT_OF_ORDER);
		dx_json_put(c->a, &r, "missing", dx_json_int(c->a, step));
		dx_rc_push(c, r);
		return;
	}
}
