#include "tree/inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

struct dx_tree *
dx_tree_of(const struct dx_json *files)
{
	struct dx_tree *t = dx_alloc(sizeof(*t));

	*t = (struct dx_tree){ .ops = &dx_tree_memory, .fd = -1, .files = files };
	return t;
}

/* The name behind a folder's name, or NULL when it lies elsewhere. */
static const char *
below(const char *name, const char *folder)
{
	size_t n = strlen(folder);

	if (n == 0)
		return name;
	return strncmp(name, folder, n) == 0 && name[n] == '/' ? name + n + 1 : NULL;
}

static enum dx_tree_step
step(struct dx_tree *t, const char *plain, char target[static DX_TREE_PATH])
{
	const struct dx_json *v = dx_json_get(t->files, plain);
	const char *link = dx_json_get_str(v, "link");

	if (link != NULL && strlen(link) < DX_TREE_PATH) {
		memcpy(target, link, strlen(link) + 1);
		return DX_TREE_STEP_LINK;
	}
	if (v != NULL)
		return DX_TREE_STEP_FILE;
	if (dx_json_is(t->files, DX_JSON_OBJECT))
		for (size_t i = 0; i < t->files->count; i++)
			if (below(t->files->u.members[i].name, plain) != NULL)
				return DX_TREE_STEP_FOLDER;
	return DX_TREE_STEP_MISSING;
}

/* *v is the value of what is no folder. */
static enum dx_tree_kind
find(struct dx_tree *t, const char *path, char plain[static DX_TREE_PATH], const struct dx_json **v)
{
	enum dx_tree_kind kind = dx_tree_resolve(t, path, step, plain);

	if (kind != DX_TREE_REGULAR)
		return kind;
	*v = dx_json_get(t->files, plain);
	return dx_json_is(*v, DX_JSON_STRING) ? DX_TREE_REGULAR : DX_TREE_OTHER;
}

static struct dx_tree_fact
memory_look(struct dx_tree *t, const char *path)
{
	struct dx_tree_fact fact = { 0 };
	const struct dx_json *v = NULL;
	char plain[DX_TREE_PATH];

	fact.kind = find(t, path, plain, &v);
	if (fact.kind == DX_TREE_REGULAR)
		fact.size = v->count;
	return fact;
}

static int
memory_open(struct dx_tree *t, const char *path, enum dx_tree_kind *kind)
{
	const struct dx_json *v = NULL;
	char plain[DX_TREE_PATH];
	int fd;

	*kind = find(t, path, plain, &v);
	if (*kind != DX_TREE_REGULAR)
		return -1;
	fd = memfd_create("dealix", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	if (dx_fd_write(fd, path, v->u.text, v->count, NULL) != 0 || lseek(fd, 0, SEEK_SET) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* Whether a part of the name is `.git`. */
static bool
is_git(const char *name)
{
	for (size_t n; *name != '\0'; name += n + (name[n] == '/')) {
		n = strcspn(name, "/");
		if (n == 4 && memcmp(name, ".git", 4) == 0)
			return true;
	}
	return false;
}

static int
memory_walk(struct dx_tree *t, const char *path, struct dx_tree_list *l, struct dx_err *err)
{
	const char *tidy = dx_tree_tidy(l->arena, path);
	const struct dx_json *v = NULL;
	char plain[DX_TREE_PATH];
	enum dx_tree_kind kind = find(t, path, plain, &v);

	if (kind == DX_TREE_REGULAR)
		return dx_tree_list_add(l, tidy, err);
	if (kind != DX_TREE_FOLDER)
		return dx_tree_refuse(path, kind, 0, err);
	for (size_t i = 0; dx_json_is(t->files, DX_JSON_OBJECT) && i < t->files->count; i++) {
		const struct dx_member *m = &t->files->u.members[i];
		const char *rest = below(m->name, plain);

		if (rest == NULL || is_git(rest) || (!dx_json_is(&m->value, DX_JSON_STRING) && !dx_tree_wants_link(t, l, rest)))
			continue;
		if (dx_tree_list_add(l, tidy[0] == '\0' ? rest : dx_arena_printf(l->arena, "%s/%s", tidy, rest), err) != 0)
			return -1;
	}
	return 0;
}

static bool
listed(const struct dx_tree_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->name[i], name) == 0)
			return true;
	return false;
}

static int
memory_list(struct dx_tree *t, const char *path, struct dx_tree_list *l, struct dx_err *err)
{
	const struct dx_json *v = NULL;
	char plain[DX_TREE_PATH];
	enum dx_tree_kind kind = find(t, path, plain, &v);

	if (kind != DX_TREE_FOLDER)
		return dx_tree_refuse(path, kind, 0, err);
	for (size_t i = 0; dx_json_is(t->files, DX_JSON_OBJECT) && i < t->files->count; i++) {
		const char *rest = below(t->files->u.members[i].name, plain), *name;

		if (rest == NULL)
			continue;
		name = dx_arena_dup(l->arena, rest, strcspn(rest, "/"));
		if (!listed(l, name) && dx_tree_list_add(l, name, err) != 0)
			return -1;
	}
	return 0;
}

const struct dx_tree_ops dx_tree_memory = { memory_look, memory_open, memory_walk, memory_list };
