/* evidence: a contract run on files, or evidence of the store (release-gates page 1.3). */
#include <string.h>

#include "base/text.h"
#include "check/step_inner.h"
#include "crypt/digest.h"

static const char *const levels[] = { "base", "strict", NULL };

static bool
role_valid(const char *s)
{
	return *s >= 'a' && *s <= 'z' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

/* Evidence that is judged now. */
static void
files_of(struct dx_body *b, struct dx_check_evidence *e)
{
	struct dx_pick *p = b->pick;
	const struct dx_json *files = dx_pick_type(p, "files", DX_JSON_OBJECT, false), *params;
	struct dx_pick roles;

	params = dx_pick_type(p, "params", DX_JSON_OBJECT, false);
	for (uint32_t i = 0; params != NULL && i < params->count; i++)
		if (strchr(params->u.members[i].name, '=') != NULL)
			dx_pick_fail(p, "params", "must have names without \"=\"");
		else if (params->u.members[i].value.type != DX_JSON_NULL)
			dx_json_put(b->arena, &e->params, params->u.members[i].name, params->u.members[i].value);
	if (files == NULL)
		return;
	if (files->count > DX_PLAN_ROLES) {
		dx_pick_fail(p, "files", "has more than %d roles", DX_PLAN_ROLES);
		return;
	}
	dx_pick_begin(&roles, files, p->at, DX_R_FIELD_INVALID, DX_OK, p->err);
	for (; e->file_count < files->count; e->file_count++) {
		const struct dx_json *v = &files->u.members[e->file_count].value;
		if (!role_valid(files->u.members[e->file_count].name))
			dx_pick_fail(p, "files", "must have roles [a-z][a-z0-9_]*");
		e->file[e->file_count].role = files->u.members[e->file_count].name;
		e->file[e->file_count].path = NULL;
		if (v->type != DX_JSON_NULL)
			e->file[e->file_count].path = dx_pick_text(&roles, e->file[e->file_count].role, 1, 4096, true);
		if (e->file[e->file_count].path != NULL && e->file[e->file_count].path[0] != '/')
			e->file[e->file_count].path = dx_body_spelling(b, e->file[e->file_count].path);
	}
	p->failed = p->failed || roles.failed;
}

/* Evidence that was judged when it was recorded. */
static void
recorded(struct dx_body *b, struct dx_check_evidence *e)
{
	struct dx_pick *p = b->pick;
	bool head;

	e->subject = dx_pick_text(p, "subject", 1, 64, true);
	head = e->subject != NULL && strcmp(e->subject, "HEAD") == 0;
	if (e->subject != NULL && !head && !dx_hex_is(e->subject, DX_SHA256_HEX - 1))
		dx_pick_fail(p, "subject", "must be HEAD or a SHA-256");
	e->max_age_s = dx_pick_int(p, "max_age_s", 1, DX_BODY_AGE_MAX, -1);
	e->min_count = dx_pick_int(p, "min_count", 1, 1000, 1);
	if (!head && e->min_count > 1)
		dx_pick_fail(p, "min_count", "cannot be more than 1 where the subject is one artifact");
	e->require_review = dx_pick_bool(p, "require_review", false);
	e->require_signature = dx_pick_bool(p, "require_signature", false);
	e->trace = dx_pick_bool(p, "trace", false);
}

void
dx_body_evidence(struct dx_body *b, struct dx_check *check)
{
	struct dx_check_evidence *e = &check->u.evidence;

	e->kind = dx_pick_text(b->pick, "kind", 1, 4096, true);
	e->strict = dx_pick_enum(b->pick, "level", levels, b->strict ? 1 : 0) == 1;
	e->params = dx_json_object();
	if (dx_json_get(b->pick->object, "subject") != NULL)
		recorded(b, e);
	else
		files_of(b, e);
}
