/* Whether a file is tracked by git and unchanged (release-gates page 1.1). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "facts/git.h"
#include "op/check_inner.h"

#define LINKS_MAX	40

struct dx_git *
dx_step_repo(struct dx_step *s, struct dx_err *err)
{
	struct dx_check_repo *r = s->repo;

	if (!r->tried && dx_git_open(s->root_path, &r->git, &r->err) == 0)
		(void)dx_err_set(&r->err, DX_R_GIT_NO_REPO, "%s is in no git repository", s->root_path);
	r->tried = true;
	if (r->git == NULL)
		*err = r->err;
	return r->git;
}

int
dx_step_top(struct dx_step *s, struct dx_err *err)
{
	const struct dx_git *git = dx_step_repo(s, err);

	if (git == NULL)
		return -1;
	return dx_git_top(git) != NULL ? 0 : dx_err_set(err, DX_R_GIT_NO_WORKTREE, "%s is bare, and has no files to look at", s->root_path);
}

const char *
dx_step_from_top(struct dx_step *s, struct dx_tree *top, const char *path, struct dx_err *err)
{
	char *root = realpath(s->root_path, NULL);
	const char *below = root != NULL ? dx_tree_relative(top, root, &s->arena) : NULL;

	free(root);
	if (below == NULL) {
		(void)dx_err_set(err, DX_R_GIT_NO_WORKTREE, "%s is not below %s", s->root_path, dx_git_top(s->repo->git));
		return NULL;
	}
	return below[0] == '\0' || strcmp(below, ".") == 0 ? path : dx_arena_printf(&s->arena, "%s/%s", below, path);
}

/* One name: false when the step has failed. */
static bool
tracked_name(struct dx_step *s, const char *name)
{
	enum dx_git_file state = DX_GIT_UNTRACKED;
	struct dx_err err = { 0 };

	if (dx_git_file(s->repo->git, name, &state, &err) != 0)
		dx_step_error(s, &err);
	else if (state == DX_GIT_UNTRACKED)
		dx_step_fail(s, DX_R_FILE_UNTRACKED, "%s is not in the git index", name);
	else if (state == DX_GIT_DIRTY)
		dx_step_fail(s, DX_R_FILE_DIRTY, "%s is not as the git index has it", name);
	return s->result.state == DX_STATE_PASS;
}

/* The part of the path that is the first link on the way, its length; 0: there is none.  *target: where it leads. */
static size_t
first_link(struct dx_step *s, const char *path, const char **target)
{
	char text[4096];

	for (size_t n = strcspn(path, "/");; n += 1 + strcspn(path + n + 1, "/")) {
		ssize_t got = readlink(dx_arena_printf(&s->arena, "%s%.*s", dx_git_top(s->repo->git), (int)n, path), text, sizeof(text) - 1);

		if (got > 0) {
			text[got] = '\0';
			*target = dx_arena_dup(&s->arena, text, (size_t)got);
			return n;
		}
		if (path[n] == '\0')
			return 0;
	}
}

/* base/rest without ".", ".." and empty parts; base holds no link.  NULL: it leads above the top. */
static const char *
join(struct dx_step *s, const char *base, size_t base_len, const char *rest)
{
	char *out = dx_arena_alloc(&s->arena, base_len + strlen(rest) + 2);
	size_t len = base_len, n;

	memcpy(out, base, base_len);
	for (; *rest != '\0'; rest += n + (rest[n] == '/')) {
		n = strcspn(rest, "/");
		if (n == 0 || (n == 1 && rest[0] == '.'))
			continue;
		if (n == 2 && rest[0] == '.' && rest[1] == '.') {
			if (len == 0)
				return NULL;
			while (len > 0 && out[--len] != '/')
				;
			continue;
		}
		if (len > 0)
			out[len++] = '/';
		memcpy(out + len, rest, n);
		len += n;
	}
	out[len] = '\0';
	return out;
}

/* The file that the path leads to, and every link on the way, because they too say what the path means. */
void
dx_step_tracked(struct dx_step *s, const char *path)
{
	struct dx_err err = { 0 };
	struct dx_tree *top = NULL;
	const char *target, *slash;
	size_t n;

	if (dx_step_top(s, &err) != 0 || dx_tree_open(dx_git_top(s->repo->git), &top, &err) != 0 || (path = dx_step_from_top(s, top, path, &err)) == NULL) {
		dx_tree_free(top);
		dx_step_error(s, &err);
		return;
	}
	dx_tree_free(top);
	for (unsigned links = 0; path != NULL && links < LINKS_MAX && (n = first_link(s, path, &target)) > 0; links++) {
		if (!tracked_name(s, dx_arena_dup(&s->arena, path, n)))
			return;
		slash = memrchr(path, '/', n);
		target = dx_arena_printf(&s->arena, "%s%s", target, path + n);
		path = target[0] == '/' ? NULL : join(s, path, slash != NULL ? (size_t)(slash - path) : 0, target);
	}
	if (path == NULL)
		dx_step_fail(s, DX_R_FILE_UNTRACKED, "a link leads out of the work tree");
	else
		(void)tracked_name(s, path);
}
