/* inner of tree: a back end is one table; what a path means without the kernel's help is told once, for both. */
#ifndef DX_TREE_INNER_H
#define DX_TREE_INNER_H

#include "tree/tree.h"

#define DX_TREE_LINKS	40	/* links followed on one path, as Linux does */
#define DX_TREE_DEPTH	256	/* folders above a file; deeper ones are missing */
#define DX_TREE_PATH	4096	/* bytes of a path and its NUL, as Linux has it */

/* Names gathered by a walk, in the caller's arena. */
struct dx_tree_list {
	struct dx_arena	*arena;
	const char	**name;
	size_t		 count, room, limit;
	const char	*start;		/* for errors */
	const char	*pattern;	/* NULL: all names */
	size_t		 within;	/* so much of the pattern, up to its last '/', is what the names begin with */
};
/* Whether names in the folder (relative to the root) may be wanted. */
bool	dx_tree_leads(const struct dx_tree_list *l, const char *folder);

/* Whether a link is a name that a pattern looks for: one that matches and leads to a file, or out of the root. */
bool	dx_tree_wants_link(struct dx_tree *t, const struct dx_tree_list *l, const char *name);

struct dx_tree_ops {
	struct dx_tree_fact	(*look)(struct dx_tree *t, const char *path);
	/* Descriptor of what look calls regular; *kind and, when -1 was caused by the system, errno say why not. */
	int	(*open)(struct dx_tree *t, const char *path, enum dx_tree_kind *kind);
	int	(*walk)(struct dx_tree *t, const char *path, struct dx_tree_list *l, struct dx_err *err);
	int	(*list)(struct dx_tree *t, const char *path, struct dx_tree_list *l, struct dx_err *err);
};

struct dx_tree {
	const struct dx_tree_ops *ops;
	int			 fd;		/* disk: the root, O_PATH; else -1 */
	bool			 plain;		/* disk: openat2 is not to be had */
	const struct dx_json	*files;		/* memory */
};

extern const struct dx_tree_ops dx_tree_disk, dx_tree_memory;

/* What stands at a path that has no link, "." or ".." in it, itself not followed.  DX_TREE_STEP_LINK fills target. */
enum dx_tree_step { DX_TREE_STEP_FILE, DX_TREE_STEP_FOLDER, DX_TREE_STEP_LINK, DX_TREE_STEP_MISSING, DX_TREE_STEP_UNREADABLE };
typedef enum dx_tree_step dx_tree_step_fn(struct dx_tree *t, const char *plain, char target[static DX_TREE_PATH]);

/* The plain path that `path` leads to, "" for the root.  DX_TREE_REGULAR: something that is no folder is there (the caller
 * looks what), DX_TREE_FOLDER, or why there is none. */
enum dx_tree_kind	dx_tree_resolve(struct dx_tree *t, const char *path, dx_tree_step_fn *step,
	    char plain[static DX_TREE_PATH]);
/* Whether ".." climb over the root when links are left aside. */
bool	dx_tree_climbs(const char *path);
/* The path without "." and empty parts. */
const char	*dx_tree_tidy(struct dx_arena *a, const char *path);
/* -1 with file_unreadable when that was one too many. */
int	dx_tree_list_add(struct dx_tree_list *l, const char *name, struct dx_err *err);
/* For every kind but DX_TREE_REGULAR; always -1, file_unreadable. */
int	dx_tree_refuse(const char *path, enum dx_tree_kind kind, int errnum, struct dx_err *err);

#endif
