#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "check/rc.h"
#include "json/pick.h"

#define INVALID		DX_R_FIELD_INVALID
#define UNKNOWN		DX_R_UNKNOWN_FIELD
#define LIST_MAX	1000

static void
read_authors(struct dx_pick *p, struct dx_rc *out)
{
	out->authors = dx_pick_type(p, "authors", DX_JSON_ARRAY, false);
	for (uint32_t i = 0; out->authors != NULL && i < out->authors->count; i++)
		if (dx_json_str(&out->authors->u.items[i]) == NULL || out->authors->count > LIST_MAX) {
			dx_pick_fail(p, "authors", "must be a list of at most %d texts", LIST_MAX);
			return;
		}
}

static void
read_approvals(struct dx_pick *p, struct dx_rc *out)
{
	out->approvals = dx_pick_type(p, "approvals", DX_JSON_ARRAY, false);
	if (out->approvals != NULL && out->approvals->count > LIST_MAX)
		dx_pick_fail(p, "approvals", "must be a list of at most %d", LIST_MAX);
	for (uint32_t i = 0; out->approvals != NULL && !p->failed && i < out->approvals->count; i++) {
		struct dx_pick one;
		char at[64];

		(void)snprintf(at, sizeof(at), "/approvals/%u", (unsigned)i);
		dx_pick_begin(&one, &out->approvals->u.items[i], at, INVALID, UNKNOWN, p->err);
		(void)dx_pick_text(&one, "by", 1, 320, true);
		(void)dx_pick_text(&one, "at_commit", 1, 128, true);
		if (dx_pick_end(&one) != 0)
			p->failed = true;
	}
}

static void
read_status(struct dx_pick *p, struct dx_rc *out)
{
	static const char *const words[] = { "success", "failure", "pending", NULL };
	struct dx_pick one;

	out->status = dx_pick_type(p, "status", DX_JSON_OBJECT, false);
	if (out->status == NULL)
		return;
	if (out->status->count > LIST_MAX) {
		dx_pick_fail(p, "status", "must have at most %d members", LIST_MAX);
		return;
	}
	dx_pick_begin(&one, out->status, "/status", INVALID, DX_OK, p->err);
	for (uint32_t i = 0; !one.failed && i < out->status->count; i++)
		(void)dx_pick_enum(&one, out->status->u.members[i].name, words, 0);
	if (dx_pick_end(&one) != 0)
		p->failed = true;
}

/* A name, or what is known of it where no repository can be asked: {name, commit?, annotated?}. */
static void
read_tag(struct dx_pick *p, struct dx_rc *out)
{
	const struct dx_json *v = dx_pick_any(p, "tag");
	struct dx_pick one;

	if (v == NULL || v->type == DX_JSON_STRING) {
		out->tag = dx_pick_text(p, "tag", 1, 255, false);
		return;
	}
	dx_pick_begin(&one, v, "/tag", INVALID, UNKNOWN, p->err);
	out->tag = dx_pick_text(&one, "name", 1, 255, true);
	out->tag_commit = dx_pick_text(&one, "commit", 1, 128, false);
	out->tag_lightweight = !dx_pick_bool(&one, "annotated", true);
	if (dx_pick_end(&one) != 0)
		p->failed = true;
}

int
dx_rc_parse(const struct dx_json *doc, struct dx_rc *out, struct dx_err *err)
{
	static const char *const schemas[] = { "dealix.rc.v1", NULL };
	const struct dx_json *request;
	struct dx_pick p;

	*out = (struct dx_rc){ .target = DX_RC_TARGET };
	dx_pick_begin(&p, doc, "", INVALID, UNKNOWN, err);
	(void)dx_pick_enum(&p, "schema", schemas, 0);
	out->rc = dx_pick_text(&p, "rc", 1, 255, true);
	out->head = dx_pick_text(&p, "head", 1, 128, true);
	if (dx_pick_any(&p, "target") != NULL)
		out->target = dx_pick_text(&p, "target", 1, 255, true);
	out->title = dx_pick_text(&p, "title", 1, 1000, false);
	request = dx_pick_any(&p, "change_request");
	if (request != NULL && request->type != DX_JSON_NUMBER)
		(void)dx_pick_text(&p, "change_request", 1, 1000, true);
	read_authors(&p, out);
	read_approvals(&p, out);
	read_status(&p, out);
	out->behind = dx_pick_int(&p, "behind", 0, INT32_MAX, -1);
	out->merge_commit = dx_pick_text(&p, "merge_commit", 1, 128, false);
	read_tag(&p, out);
	if (dx_pick_end(&p) != 0)
		return -1;
	if (!dx_semver_of_branch(out->rc, &out->semver, &out->version))
		out->version = NULL;
	return 0;
}
