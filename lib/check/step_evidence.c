/* evidence: a contract run on files (release-gates page 1.3). */
#include <string.h>

#include "check/step_inner.h"

static const char *const levels[] = { "base", "strict", NULL };

static bool
role_valid(const char *s)
{
	return *s >= 'a' && *s <= 'z' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

void
dx_body_evidence(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_evidence *e = &check->u.evidence;
	const struct dx_json *files = dx_pick_type(p, "files", DX_JSON_OBJECT, false), *params;
	struct dx_pick roles;
	int level;

	e->kind = dx_pick_text(p, "kind", 1, 4096, true);
	level = dx_pick_enum(p, "level", levels, b->strict ? 1 : 0);
	e->strict = level == 1;
	params = dx_pick_type(p, "params", DX_JSON_OBJECT, false);
	e->params = dx_json_object();
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
