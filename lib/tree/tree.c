#include "tree/inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

void
dx_tree_free(struct dx_tree *t)
{
	if (t == NULL)
		return;
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

struct dx_tree_fact
dx_tree_look(struct dx_tree *t, const char *path)
{
	return t->ops->look(t, path);
}

int
dx_tree_refuse(const char *path, enum dx_tree_kind kind, int errnum, struct dx_err *err)
{
	const char *why = "cannot be looked at";

	switch (kind) {
	case DX_TREE_REGULAR:
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errnum, "%s: cannot open", path);
	case DX_TREE_UNREADABLE:
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errnum, "%s: %s", path, why);
	case DX_TREE_FOLDER:
		why = "is a folder, not a file";
		break;
	case DX_TREE_OTHER:
		why = "is not a regular file";
		break;
	case DX_TREE_MISSING:
		why = "is not there";
		break;
	case DX_TREE_OUTSIDE:
		why = "leads out of the root";
		break;
	}
	return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: %s", path, why);
}

int
dx_tree_fd(struct dx_tree *t, const char *path, struct dx_err *err)
{
	enum dx_tree_kind kind = DX_TREE_UNREADABLE;
	int fd;

	errno = 0;
	fd = t->ops->open(t, path, &kind);
	if (fd < 0)
		dx_tree_refuse(path, kind, errno, err);
	return fd;
}

int
dx_tree_read(struct dx_tree *t, const char *path, size_t limit, int too_large, struct dx_buf *out, struct dx_err *err)
{
	int fd = dx_tree_fd(t, path, err), rc;

	if (fd < 0)
		return -1;
	rc = dx_fd_read(fd, path, limit, too_large, out, err);
	close(fd);
	return rc;
}

/* --- lists --- */

int
dx_tree_list_add(struct dx_tree_list *l, const char *name, struct dx_err *err)
{
	if (l->pattern != NULL && !dx_glob_path(l->pattern, name))
		return 0;
	if (l->count >= l->limit)
		return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: more than %zu files below it", l->start, l->limit);
	if (l->count == l->room) {
		size_t room = l->room > 0 ? 2 * l->room : 64;
		const char **names = dx_arena_alloc(l->arena, dx_size_mul(room, sizeof(*names)));

		if (l->count > 0)
			memcpy(names, l->name, l->count * sizeof(*names));
		l->name = names;
		l->room = room;
	}
	l->name[l->count++] = dx_arena_dup(l->arena, name, strlen(name));
	return 0;
}

bool
dx_tree_leads(const struct dx_tree_list *l, const char *folder)
{
	size_t n = strlen(folder);

	/* The folder stands above what is wanted, or below it. */
	if (n < l->within)
		return strncmp(folder, l->pattern, n) == 0 && l->pattern[n] == '/';
	return l->within == 0 || (strncmp(folder, l->pattern, l->within - 1) == 0 && (n == l->within - 1 || folder[l->within - 1] == '/'));
}

bool
dx_tree_wants_link(struct dx_tree *t, const struct dx_tree_list *l, const char *name)
{
	enum dx_tree_kind kind;

	if (l->pattern == NULL || !dx_glob_path(l->pattern, name))
		return false;
	kind = t->ops->look(t, name).kind;
	return kind == DX_TREE_REGULAR || kind == DX_TREE_OUTSIDE;
}

#define NAMES_MAX	1000000	/* of one folder */

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
walk(struct dx_tree *t, struct dx_tree_list *l, const char ***out, size_t *count, struct dx_err *err)
{
	if (t->ops->walk(t, l->start, l, err) != 0)
		return -1;
	if (l->count > 0)
		qsort(l->name, l->count, sizeof(*l->name), by_bytes);
	*out = l->name;
	*count = l->count;
	return 0;
}

int
dx_tree_walk(struct dx_tree *t, const char *path, size_t limit, struct dx_arena *a, const char ***out, size_t *count,
    struct dx_err *err)
{
	struct dx_tree_list l = { .arena = a, .limit = limit, .start = path };

	return walk(t, &l, out, count, err);
}

int
dx_tree_glob(struct dx_tree *t, const char *pattern, size_t limit, struct dx_arena *a, const char ***out, size_t *count,
    struct dx_err *err)
{
	struct dx_tree_list l = { .arena = a, .limit = limit, .start = ".", .pattern = pattern };
	size_t plain = pattern[0] == '/' ? 0 : strcspn(pattern, "*?");

	for (size_t i = 0; i < plain; i++)
		if (pattern[i] == '/')
			l.within = i + 1;
	return walk(t, &l, out, count, err);
}

int
dx_tree_names(struct dx_tree *t, const char *path, struct dx_arena *a, const char ***out, size_t *count, struct dx_err *err)
{
	struct dx_tree_list l = { .arena = a, .limit = NAMES_MAX, .start = path };

	if (t->ops->list(t, path, &l, err) != 0)
		return -1;
	if (l.count > 0)
		qsort(l.name, l.count, sizeof(*l.name), by_bytes);
	*out = l.name;
	*count = l.count;
	return 0;
}

const char *
dx_tree_join(struct dx_arena *a, const char *folder, const char *name)
{
	char *path = dx_arena_printf(a, "%s/%s", folder, name), *out = path;
	const char *at = path;

	while (*at != '\0') {
		size_t n = strcspn(at, "/");

		if (n == 2 && at[0] == '.' && at[1] == '.') {
			if (out == path)
				return NULL;
			while (out > path && *--out != '/')
				;
		} else if (n > 0 && !(n == 1 && *at == '.')) {
			if (out > path)
				*out++ = '/';
			memmove(out, at, n);
			out += n;
		}
		at += n + (at[n] == '/');
	}
	*out = '\0';
	return path;
}
