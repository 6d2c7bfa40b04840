/* Checks of approvals (release-gates page 1.1): what the ledger holds of them.  An approval is what the newest entry about it says
 * (approvals page 2.3); its votes are entries, too. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "facts/git.h"
#include "op/check_inner.h"
#include "op/entries.h"

#define APPROVALS_MAX	10000	/* of one action on one resource; older ones are not looked at */

enum verdict { GOOD, OTHER_COMMIT, EXPIRED, SELF, NOT_APPROVED };

/* One approval, as entries come, newest first. */
struct approval {
	const char	*id, *status, *requester, *request_sha256;
	bool		 consumed, self;
	const char	*token_expires_at;	/* NULL: no entry has told yet */
	const struct dx_json *voter[64];	/* their ids */
	unsigned	 voters;
};
struct hunt {
	struct dx_step	*s;
	struct approval	*item;
	size_t		 count;
};

static bool
is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static struct approval *
approval_of(struct hunt *h, const struct dx_json *entry, const struct dx_json *decision)
{
	const char *id = dx_json_get_str(dx_json_get(entry, "approval"), "id");
	struct approval *a;

	for (size_t i = 0; i < h->count; i++)
		if (is(h->item[i].id, id))
			return &h->item[i];
	if (id == NULL || h->count == APPROVALS_MAX)
		return NULL;
	if (h->item == NULL)
		h->item = dx_arena_alloc(&h->s->arena, APPROVALS_MAX * sizeof(*h->item));
	a = &h->item[h->count++];
	*a = (struct approval){ .id = id, .status = dx_json_get_str(dx_json_get(entry, "approval"), "status"),
	    .requester = dx_json_get_str(decision, "created_by_user_id"),
	    .request_sha256 = dx_json_get_str(decision, "request_payload_sha256") };
	return a;
}

/* What one entry adds.  A vote of somebody who lost standing since is told by a later vote. */
static void
learn(struct approval *a, const struct dx_json *entry)
{
	const char *event = dx_json_get_str(entry, "event"), *expires = dx_entry_detail(entry, "token_expires_at");

	if (is(event, "token_consumed"))
		a->consumed = true;
	if (expires != NULL && a->token_expires_at == NULL)
		a->token_expires_at = expires;
	if (is(event, "approval_requested"))
		a->requester = dx_json_get_str(dx_json_get(entry, "actor"), "id");
	if ((is(event, "approval_vote") && is(dx_entry_detail(entry, "vote"), "approve")) || is(event, "approval_approved")) {
		if (a->voters == sizeof(a->voter) / sizeof(a->voter[0]))
			a->self = true;		/* more than anybody can look at: not to be trusted */
		else
			a->voter[a->voters++] = dx_json_get(dx_json_get(entry, "actor"), "id");
	}
}

static int
take(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	static const char mark[] = "\"approval\":{";
	struct hunt *h = ctx;
	const struct dx_check_approval *c = &h->s->check->u.approval;
	const struct dx_json *entry, *decision;
	struct approval *a;

	if (memmem(e->bytes, e->len, mark, sizeof(mark) - 1) == NULL)
		return 0;
	entry = dx_entry_read(&h->s->arena, e, err);
	if (entry == NULL)
		return -1;
	decision = dx_json_get(entry, "decision");
	if (!is(dx_json_get_str(decision, "action"), c->action) || !is(dx_json_get_str(decision, "resource_reference"), c->resource))
		return 0;
	a = approval_of(h, entry, decision);
	if (a != NULL)
		learn(a, entry);
	return 0;
}

/* --- judging --- */

static bool
is_of_commit(struct dx_step *s, const struct approval *a, struct dx_err *err)
{
	struct dx_json request;

	if (a->request_sha256 == NULL || dx_session_payload(s->store->session, a->request_sha256, &s->arena, &request, err) != 0)
		return false;
	return s->commit[0] != '\0' && is(dx_json_get_str(dx_json_get(&request, "metadata"), "commit"), s->commit);
}

static bool
is_by_self(struct dx_step *s, const struct approval *a, const struct dx_git_words *authors)
{
	const struct dx_principals *all = s->store->session->principals;

	for (unsigned i = 0; i < a->voters; i++) {
		const char *id = dx_json_str(a->voter[i]);

		if (id == NULL || a->requester == NULL || strcasecmp(id, a->requester) == 0)
			return true;
		for (size_t k = 0; k < authors->count; k++)
			if (dx_principal_is_author(dx_principals_find(all, id), id, authors->item[k]))
				return true;
	}
	return a->self || a->voters == 0;
}

static enum verdict
judge(struct dx_step *s, const struct approval *a, const struct dx_git_words *authors, struct dx_err *err)
{
	int64_t until = INT64_MAX;

	if (!is(a->status, "approved"))
		return is(a->status, "expired") ? EXPIRED : NOT_APPROVED;
	if (!is_of_commit(s, a, err))
		return OTHER_COMMIT;
	if (!a->consumed && (a->token_expires_at == NULL || dx_time_parse(a->token_expires_at, &until, NULL) != 0 || s->now >= until))
		return EXPIRED;
	return s->check->u.approval.exclude_author && is_by_self(s, a, authors) ? SELF : GOOD;
}

static void
conclude(struct dx_step *s, const unsigned of[static NOT_APPROVED + 1])
{
	const struct dx_check_approval *c = &s->check->u.approval;

	s->result.observed = dx_json_object();
	dx_json_put(&s->arena, &s->result.observed, "approvals", dx_json_int(&s->arena, of[GOOD]));
	if (of[GOOD] >= c->min)
		return;
	if (of[SELF] > 0)
		dx_step_fail(s, DX_R_APPROVAL_SELF, "%u of the approvals of %s on %s came from who asked for it or wrote the commit", of[SELF],
		    c->action, c->resource);
	else if (of[OTHER_COMMIT] + of[EXPIRED] > 0)
		dx_step_fail(s, DX_R_APPROVAL_STALE, "of the approvals of %s on %s %u are of another commit and %u have expired", c->action,
		    c->resource, of[OTHER_COMMIT], of[EXPIRED]);
	else
		dx_step_fail(s, DX_R_APPROVAL_MISSING, "the ledger holds %u approvals of %s on %s%s; at least %" PRId64 " must be there", of[GOOD],
		    c->action, c->resource, of[NOT_APPROVED] > 0 ? ", and others that are not approved" : "", c->min);
}

void
dx_step_approval(struct dx_step *s)
{
	struct dx_entry_filter all = { .before_seq = -1, .newest_first = true };
	struct hunt h = { .s = s };
	unsigned of[NOT_APPROVED + 1] = { 0 };
	struct dx_git_words authors = { NULL, 0 };
	struct dx_err err = { 0 };

	if (dx_step_store(s) != 0)
		return;
	if (dx_store_entries(s->store->session->store, &all, take, &h, &err) >= 0 && h.count > 0 && s->check->u.approval.exclude_author &&
	    s->commit[0] != '\0') {
		struct dx_git *git = dx_step_repo(s, &err);
		if (git != NULL)
			(void)dx_git_authors(git, s->commit, &s->arena, &authors, &err);
	}
	if (err.reason == DX_OK)
		for (size_t i = 0; i < h.count && err.reason == DX_OK; i++)
			of[judge(s, &h.item[i], &authors, &err)]++;
	if (err.reason != DX_OK) {
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
		return;
	}
	conclude(s, of);
}

void
dx_preview_approval(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	dx_json_put(a, o, "action", dx_json_text(c->u.approval.action));
	dx_json_put(a, o, "exclude_author", dx_json_bool(c->u.approval.exclude_author));
	dx_json_put(a, o, "min", dx_json_int(a, c->u.approval.min));
	dx_json_put(a, o, "resource", dx_json_text(c->u.approval.resource));
}
