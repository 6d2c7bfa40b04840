/* One function a step (release-gates page 2). */
#include <string.h>

#include "check/rc_inner.h"

#define NEEDED	1	/* approvals */

struct dx_json
dx_rc_reason(struct dx_rc_case *c, enum dx_reason code)
{
	struct dx_json r = dx_json_object();

	dx_json_put(c->a, &r, "code", dx_json_text(dx_reason_code(code)));
	return r;
}

void
dx_rc_push(struct dx_rc_case *c, struct dx_json reason)
{
	dx_json_push(c->a, &c->reasons, reason);
}

void
dx_rc_add(struct dx_rc_case *c, enum dx_reason code, const char *name, const char *value)
{
	struct dx_json r = dx_rc_reason(c, code);

	if (name != NULL)
		dx_json_put(c->a, &r, name, dx_json_words(c->a, value));
	dx_rc_push(c, r);
}

static int64_t
behind(const struct dx_rc_case *c)
{
	return c->facts->here && c->facts->head_known ? c->facts->behind : c->rc->behind;
}

/* --- step 1 --- */

static void
from_main(struct dx_rc_case *c)
{
	const struct dx_rc_facts *f = c->facts;
	bool is = f->here ? f->head_known && f->base != NULL && f->target != NULL && strcmp(f->base, f->target) == 0 : c->rc->behind == 0;
	struct dx_json r;

	if (is)
		return;
	r = dx_rc_reason(c, DX_R_RC_NOT_FROM_MAIN);
	if (behind(c) >= 0)
		dx_json_put(c->a, &r, "behind", dx_json_int(c->a, behind(c)));
	if (f->here && f->target != NULL)
		dx_json_put(c->a, &r, "main", dx_json_text(f->target));
	if (f->here && f->head_known && f->base != NULL)
		dx_json_put(c->a, &r, "merge_base", dx_json_text(f->base));
	dx_rc_push(c, r);
}

/* --- step 3 --- */

static void
change_request(struct dx_rc_case *c)
{
	const char *title = c->rc->title != NULL ? c->rc->title : "";

	if (strncmp(title, "[RC] ", 5) != 0 || title[5] == ' ' || title[5] == '\0')
		dx_rc_add(c, DX_R_RC_TITLE, "title", title);
	if (strcmp(c->rc->target, DX_RC_TARGET) != 0)
		dx_rc_add(c, DX_R_RC_TARGET, "target", c->rc->target);
}

/* --- step 6 --- */

/* An earlier valid approval of the same name. */
static bool
counted(const struct dx_rc_case *c, uint32_t before, const char *by)
{
	for (uint32_t i = 0; i < before; i++) {
		const struct dx_json *v = &c->rc->approvals->u.items[i];

		if (strcmp(dx_json_get_str(v, "by"), by) == 0 && strcmp(dx_json_get_str(v, "at_commit"), c->rc->head) == 0)
			return true;
	}
	return false;
}

static bool
approves(struct dx_rc_case *c, uint32_t i)
{
	const struct dx_json *v = &c->rc->approvals->u.items[i];
	const char *by = dx_json_get_str(v, "by"), *at = dx_json_get_str(v, "at_commit");
	enum dx_rc_kind kind = c->known->kind(c->known->ctx, by);
	struct dx_json r;

	if (strcmp(at, c->rc->head) != 0) {
		r = dx_rc_reason(c, DX_R_RC_STALE_APPROVAL);
		dx_json_put(c->a, &r, "approved", dx_json_text(at));
		dx_json_put(c->a, &r, "by", dx_json_text(by));
		dx_json_put(c->a, &r, "head", dx_json_text(c->rc->head));
		dx_rc_push(c, r);
		return false;
	}
	if (dx_rc_wrote(c, by)) {
		dx_rc_add(c, DX_R_RC_SELF_APPROVAL, "by", by);
		return false;
	}
	return kind != DX_RC_SERVICE && kind != DX_RC_DISABLED && !counted(c, i, by);
}

/* A stale approval or one's own stands against the step only while nobody else's is good: the reason then says what was seen. */
static void
approvals(struct dx_rc_case *c)
{
	uint32_t n = c->reasons.count;
	struct dx_json r;
	int64_t valid = 0;

	for (uint32_t i = 0; c->rc->approvals != NULL && i < c->rc->approvals->count; i++)
		valid += approves(c, i);
	if (valid >= NEEDED) {
		c->reasons.count = n;
		return;
	}
	r = dx_rc_reason(c, DX_R_RC_NO_APPROVAL);
	dx_json_put(c->a, &r, "needed", dx_json_int(c->a, NEEDED));
	dx_json_put(c->a, &r, "valid", dx_json_int(c->a, valid));
	dx_rc_push(c, r);
}

static void
up_to_date(struct dx_rc_case *c)
{
	int64_t n = behind(c);
	struct dx_json r;

	if (n == 0)
		return;
	r = dx_rc_reason(c, DX_R_RC_BEHIND);
	if (n > 0)
		dx_json_put(c->a, &r, "behind", dx_json_int(c->a, n));
	dx_rc_push(c, r);
}

static void
not_green(struct dx_rc_case *c, const char *name, const char *status)
{
	struct dx_json r = dx_rc_reason(c, DX_R_RC_STATUS);

	dx_json_put(c->a, &r, "name", dx_json_words(c->a, name));
	dx_json_put(c->a, &r, "status", dx_json_text(status));
	dx_rc_push(c, r);
}

static void
status(struct dx_rc_case *c, const char *const *require, size_t requires)
{
	const struct dx_json *s = c->rc->status;

	for (size_t i = 0; i < requires; i++)
		if (dx_json_get(s, require[i]) == NULL)
			not_green(c, require[i], "missing");
	for (uint32_t i = 0; s != NULL && i < s->count; i++)
		if (strcmp(dx_json_str(&s->u.members[i].value), "success") != 0)
			not_green(c, s->u.members[i].name, dx_json_str(&s->u.members[i].value));
	if (requires == 0 && (s == NULL || s->count == 0))
		dx_rc_add(c, DX_R_RC_STATUS, "status", "missing");
}

/* --- step 7 --- */

static void
wrong_commit(struct dx_rc_case *c, const char *tag, const char *why)
{
	struct dx_json r = dx_rc_reason(c, DX_R_RC_TAG_WRONG_COMMIT);

	dx_json_put(c->a, &r, "tag", dx_json_words(c->a, tag));
	dx_json_put(c->a, &r, "why", dx_json_text(why));
	dx_rc_push(c, r);
}

/* The tag as git has it, or as it is stated where nothing can be asked. */
static bool
find_tag(const struct dx_rc_case *c, const char *name, struct dx_rc_tag *out)
{
	const struct dx_rc *rc = c->rc;

	if (!c->facts->here) {
		*out = (struct dx_rc_tag){ rc->tag, rc->tag_commit != NULL ? rc->tag_commit : rc->merge_commit, !rc->tag_lightweight };
		return rc->tag != NULL && strcmp(rc->tag, name) == 0;
	}
	for (size_t i = 0; i < c->facts->tags; i++)
		if (strcmp(c->facts->tag[i].name, name) == 0) {
			*out = c->facts->tag[i];
			return true;
		}
	return false;
}

static void
tagged(struct dx_rc_case *c)
{
	const struct dx_rc *rc = c->rc;
	const char *name = rc->version != NULL ? dx_arena_printf(c->a, "v%s", rc->version) : NULL;
	struct dx_rc_tag tag;

	if (name == NULL)
		return;		/* rc_branch_name says it */
	if (!find_tag(c, name, &tag)) {
		dx_rc_add(c, DX_R_RC_TAG_MISSING, "tag", name);
		return;
	}
	if (rc->tag != NULL && strcmp(rc->tag, name) != 0)
		dx_rc_add(c, DX_R_RC_TAG_MISSING, "tag", rc->tag);
	if (rc->merge_commit == NULL || (c->facts->here && !c->facts->merged)) {
		dx_rc_add(c, DX_R_RC_TAG_EARLY, "tag", name);
		return;
	}
	if (!tag.annotated)
		dx_rc_add(c, DX_R_RC_TAG_LIGHTWEIGHT, "tag", name);
	if (strcmp(tag.commit, rc->merge_commit) != 0)
		wrong_commit(c, name, "other_commit");
	else if (c->facts->here && !c->facts->tree_equal)
		wrong_commit(c, name, "other_tree");
}

struct dx_json
dx_rc_judge(const struct dx_rc *rc, int step, const struct dx_rc_facts *facts, const struct dx_rc_known *known,
    const char *const *require, size_t requires, struct dx_arena *a)
{
	struct dx_rc_case c = { .rc = rc, .step = step, .facts = facts, .known = known, .a = a, .reasons = dx_json_array() };

	dx_rc_general(&c);
	if (known->store)
		dx_rc_order(&c);
	if (step == 1)
		from_main(&c);
	else if (step == 2)
		dx_rc_gates_local(&c);
	else if (step == 3)
		change_request(&c);
	else if (step == 4)
		dx_rc_gates_ci(&c);
	else if (step == 5)
		dx_rc_gates_review(&c);
	else if (step == 6) {
		approvals(&c);
		up_to_date(&c);
		status(&c, require, requires);
	} else
		tagged(&c);
	if (!known->store)
		dx_rc_order(&c);
	return c.reasons;
}
