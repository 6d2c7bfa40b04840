/* tree: the files under one root, seen without ever leaving it.  One interface over a folder on disk and over files in memory
 * (tests of contracts).  Reads, never writes. */
#ifndef DX_TREE_TREE_H
#define DX_TREE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/mem.h"
#include "json/json.h"

struct dx_err;

enum dx_tree_kind {
	DX_TREE_REGULAR,
	DX_TREE_FOLDER,
	DX_TREE_OTHER,		/* FIFO, socket, device: never opened */
	DX_TREE_MISSING,	/* nothing of that name, a dangling link, a loop */
	DX_TREE_OUTSIDE,	/* absolute, or ".." or a link lead out of the root */
	DX_TREE_UNREADABLE	/* it is there and cannot be looked at */
};
struct dx_tree_fact { enum dx_tree_kind kind; uint64_t size; int64_t changed; /* modification time, us */ };

struct dx_tree;
/* A folder.  file_unreadable (or not_found class) when it is none.  The root is pinned by a descriptor: renaming it does not
 * move the view. */
int	dx_tree_open(const char *root, struct dx_tree **out, struct dx_err *err);
/* Files in memory: an object path -> text, or {"link": TARGET}; folders follow from the names.  Borrows the object. */
struct dx_tree	*dx_tree_of(const struct dx_json *files);
void	dx_tree_free(struct dx_tree *t);

/* path is relative to the root ("" and "." are the root).  Links are followed while they stay inside; what the path leads to
 * is described. */
struct dx_tree_fact	dx_tree_look(struct dx_tree *t, const char *path);
/* A regular file's bytes, appended.  More than limit bytes: too_large (a dx_reason).  Otherwise not regular, outside or
 * unreadable: file_unreadable, missing: file_unreadable too, with words that tell them apart. */
int	dx_tree_read(struct dx_tree *t, const char *path, size_t limit, int too_large, struct dx_buf *out, struct dx_err *err);
/* Descriptor of a regular file for streaming; the caller closes it.  -1 and file_unreadable. In-memory trees give a memfd. */
int	dx_tree_fd(struct dx_tree *t, const char *path, struct dx_err *err);
/* The regular files below `path` (itself, when it is a file), sorted by name bytes, relative to the root, in the arena.  Links
 * and folders named .git are not followed.  More than `limit` files: file_unreadable. */
int	dx_tree_walk(struct dx_tree *t, const char *path, size_t limit, struct dx_arena *a, const char ***out, size_t *count,
	    struct dx_err *err);
/* Those of the whole tree that the pattern matches (dx_glob_path), and the links that it matches and that lead to a file or out of the
 * root, which is for the caller to see; folders that hold none of them are not looked into. */
int	dx_tree_glob(struct dx_tree *t, const char *pattern, size_t limit, struct dx_arena *a, const char ***out, size_t *count,
	    struct dx_err *err);
/* The names in a folder, whatever they are, sorted by bytes, without "." and "..". file_unreadable. */
int	dx_tree_names(struct dx_tree *t, const char *path, struct dx_arena *a, const char ***out, size_t *count, struct dx_err *err);
/* Path of an absolute file name below the root, or NULL when it is not below it (links of both resolved).  Lends from a. */
const char	*dx_tree_relative(struct dx_tree *t, const char *absolute, struct dx_arena *a);
/* "FOLDER/NAME" below the root by its words alone: without empty and "." parts, ".." taken back.  NULL: it leads out. */
const char	*dx_tree_join(struct dx_arena *a, const char *folder, const char *name);

#endif
