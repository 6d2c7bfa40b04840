#include <string.h>

#include "base/text.h"
#include "check/made.h"

bool
dx_check_makes(const struct dx_check *c, const char *path)
{
	for (size_t k = 0; c->type == DX_CHECK_COMMAND && k < c->u.command.outputs.count; k++)
		if (strcmp(c->u.command.outputs.item[k], path) == 0)
			return true;
	return false;
}

static bool
is_in(const char *folder, const char *path)
{
	size_t n = folder != NULL ? strlen(folder) : 0;

	while (n > 0 && folder[n - 1] == '/')
		n--;
	return folder != NULL && strncmp(folder, path, n) == 0 && (n == 0 || path[n] == '/');
}

static bool
names(const char *path, const char *glob, const char *made)
{
	return (path != NULL && strcmp(path, made) == 0) || (glob != NULL && dx_glob_path(glob, made));
}

static bool
evidence_reads(const struct dx_check_evidence *e, const char *made)
{
	for (size_t i = 0; i < e->file_count; i++)
		if (e->file[i].path != NULL && strcmp(e->file[i].path, made) == 0)
			return true;
	return e->kind != NULL && strcmp(e->kind, made) == 0;
}

static bool
reads(const struct dx_check *c, const char *made)
{
	switch (c->type) {
	case DX_CHECK_EVIDENCE:
		return evidence_reads(&c->u.evidence, made);
	case DX_CHECK_JUNIT:
	case DX_CHECK_TAP:
		return names(c->u.tests.path, c->u.tests.glob, made);
	case DX_CHECK_COBERTURA:
		return names(c->u.cobertura.path, NULL, made);
	case DX_CHECK_FILE_EXISTS:
		return names(c->u.file.path, NULL, made);
	case DX_CHECK_DIR_EXISTS:
		return is_in(c->u.dir.path, made);
	case DX_CHECK_TEXT_PRESENT:
	case DX_CHECK_TEXT_ABSENT:
		return names(c->u.text.path, c->u.text.glob, made);
	case DX_CHECK_SETTINGS:
		return names(c->u.settings.snapshot, NULL, made);
	case DX_CHECK_JSON_PREDICATE:
		return names(c->u.json.path, NULL, made);
	case DX_CHECK_COMMAND:
	case DX_CHECK_GATE:
	case DX_CHECK_APPROVAL:
	case DX_CHECK_LEDGER_INTACT:
	case DX_CHECK_GIT:
		break;
	}
	return false;
}

static bool
reads_of(const struct dx_check *c, const struct dx_check *command)
{
	for (size_t k = 0; command->type == DX_CHECK_COMMAND && k < command->u.command.outputs.count; k++)
		if (reads(c, command->u.command.outputs.item[k]) || (c->type != DX_CHECK_COMMAND && c->when != NULL &&
		    reads(c->when, command->u.command.outputs.item[k])))
			return true;
	return false;
}

void
dx_check_link_made(struct dx_check_plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct dx_check *c = &p->check[i];
		size_t n = 0;

		for (size_t k = 0; k < p->count; k++)
			n += reads_of(c, &p->check[k]);
		if (n == 0)
			continue;
		c->needs = dx_arena_alloc(&p->arena, dx_size_mul(n, sizeof(*c->needs)));
		c->only_after = true;
		for (size_t k = 0; k < p->count; k++)
			if (reads_of(c, &p->check[k]))
				c->needs[c->need_count++] = k;
	}
}
