#include "tree/inner.h"

#include <string.h>

/* The path as far as it is resolved, and what is left of it. */
struct way {
	char	*plain;
	size_t	 len;
	size_t	 depth;
	unsigned links;
	char	 rest[DX_TREE_PATH];
};

static void
way_up(struct way *w)
{
	while (w->len > 0 && w->plain[w->len - 1] != '/')
		w->len--;
	if (w->len > 0)
		w->len--;
	w->plain[w->len] = '\0';
	w->depth--;
}

static bool
way_down(struct way *w, const char *name, size_t n)
{
	if (w->len + n + 2 > DX_TREE_PATH || w->depth >= DX_TREE_DEPTH)
		return false;
	if (w->len > 0)
		w->plain[w->len++] = '/';
	memcpy(w->plain + w->len, name, n);
	w->len += n;
	w->plain[w->len] = '\0';
	w->depth++;
	return true;
}

/* Puts a link's target in front of what is left of the path: nothing, or a slash and more. */
static enum dx_tree_kind
way_turn(struct way *w, const char *target, const char *left)
{
	size_t t = strlen(target), l = strlen(left);

	if (target[0] == '/')
		return DX_TREE_OUTSIDE;
	if (t == 0 || ++w->links > DX_TREE_LINKS || t + l >= DX_TREE_PATH)
		return DX_TREE_MISSING;
	way_up(w);
	memmove(w->rest + t, left, l + 1);
	memcpy(w->rest, target, t);
	return DX_TREE_FOLDER;
}

/* Goes over one part; DX_TREE_FOLDER as long as there is a way on. */
static enum dx_tree_kind
way_part(struct way *w, struct dx_tree *t, dx_tree_step_fn *step, size_t n)
{
	const char *left = w->rest + n;
	char target[DX_TREE_PATH];

	if (n == 2 && memcmp(w->rest, "..", 2) == 0) {
		if (w->depth == 0)
			return DX_TREE_OUTSIDE;
		way_up(w);
	} else if (n > 0 && !(n == 1 && w->rest[0] == '.')) {
		if (n > 255 || !way_down(w, w->rest, n))
			return DX_TREE_MISSING;
		switch (step(t, w->plain, target)) {
		case DX_TREE_STEP_LINK:
			return way_turn(w, target, left);
		case DX_TREE_STEP_FILE:
			return *left == '\0' ? DX_TREE_REGULAR : DX_TREE_MISSING;
		case DX_TREE_STEP_MISSING:
			return DX_TREE_MISSING;
		case DX_TREE_STEP_UNREADABLE:
			return DX_TREE_UNREADABLE;
		case DX_TREE_STEP_FOLDER:
			break;
		}
	}
	while (*left == '/')
		left++;
	memmove(w->rest, left, strlen(left) + 1);
	return DX_TREE_FOLDER;
}

enum dx_tree_kind
dx_tree_resolve(struct dx_tree *t, const char *path, dx_tree_step_fn *step, char plain[static DX_TREE_PATH])
{
	enum dx_tree_kind kind = DX_TREE_FOLDER;
	struct way w = { .plain = plain };
	size_t n = strlen(path);

	plain[0] = '\0';
	if (path[0] == '/')
		return DX_TREE_OUTSIDE;
	if (n >= DX_TREE_PATH)
		return dx_tree_climbs(path) ? DX_TREE_OUTSIDE : DX_TREE_MISSING;
	memcpy(w.rest, path, n + 1);
	while (kind == DX_TREE_FOLDER && w.rest[0] != '\0')
		kind = way_part(&w, t, step, strcspn(w.rest, "/"));
	return kind == DX_TREE_MISSING && dx_tree_climbs(path) ? DX_TREE_OUTSIDE : kind;
}

bool
dx_tree_climbs(const char *path)
{
	size_t depth = 0, n;

	for (; *path != '\0'; path += n + (path[n] == '/')) {
		n = strcspn(path, "/");
		if (n == 2 && memcmp(path, "..", 2) == 0) {
			if (depth-- == 0)
				return true;
		} else if (n > 1 || (n == 1 && *path != '.')) {
			depth++;
		}
	}
	return false;
}

const char *
dx_tree_tidy(struct dx_arena *a, const char *path)
{
	char *out = dx_arena_alloc(a, strlen(path) + 1);
	size_t len = 0, n;

	for (; *path != '\0'; path += n + (path[n] == '/')) {
		n = strcspn(path, "/");
		if (n == 0 || (n == 1 && *path == '.'))
			continue;
		if (len > 0)
			out[len++] = '/';
		memcpy(out + len, path, n);
		len += n;
	}
	out[len] = '\0';
	return out;
}
