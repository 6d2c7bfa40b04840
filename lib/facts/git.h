/* git: facts of a repository (release-gates page 1.4), through libgit2, which is opened when first asked (it costs milliseconds that
 * most calls need not pay).  The only home of git2.h.
 *
 * Nothing is written, no hook, filter or other program of the repository's configuration is run, nothing is fetched.  A repository
 * that belongs to another user is refused unless safe.directory names it, as git does.  Replacements (refs/replace) and
 * info/grafts are not looked at: an id means the object that has it. */
#ifndef DX_FACTS_GIT_H
#define DX_FACTS_GIT_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "json/json.h"

struct dx_err;

#define DX_GIT_ID	65	/* 40 or 64 hex digits and a NUL */
#define DX_GIT_SHOWN	20	/* paths, tags or values that an answer shows at most */

/* The commit that HEAD of the repository around `path` leads to.  1 and its id; 0 where there is no repository, or no commit yet.
 * -1: git_unavailable (libgit2 is not installed, or cannot read it). */
int	dx_git_head(const char *path, char out[static DX_GIT_ID], struct dx_err *err);

/* --- a repository --- */

struct dx_git;

/* The repository around the folder `path`.  1; 0: there is none; -1: git_unavailable. */
int	dx_git_open(const char *path, struct dx_git **out, struct dx_err *err);
void	dx_git_close(struct dx_git *g);
/* Top of the work tree with a slash behind it; NULL: a bare repository.  Lent. */
const char	*dx_git_top(const struct dx_git *g);

/* --- facts --- */

/* What a fact saw.  Starts as { .arena = A }. */
struct dx_git_seen {
	struct dx_arena	*arena;
	struct dx_json	 observed;	/* an object; paths in it are quoted */
	const char	*detail;	/* of an answer that is no: what stands against it, for people */
};
struct dx_git_words { const char *const *item; size_t count; };

/* The addresses of who wrote that commit, an id, in the arena: the git author's first (release-gates page 2), then those of its
 * Co-authored-by trailers.  0; or -1 and git_unavailable. */
int	dx_git_authors(struct dx_git *g, const char *commit, struct dx_arena *a, struct dx_git_words *out, struct dx_err *err);

/* Every fact answers 1 (it holds), 0 (it does not) or -1: git_unborn, git_ref_missing, git_shallow, git_no_worktree, git_unavailable.
 *
 * Globs are those of dx_glob_path, over bytes: "main" is the branch topic/main too, "/main" is not. */
int	dx_git_head_is(struct dx_git *g, const char *ref, struct dx_git_seen *seen, struct dx_err *err);
int	dx_git_branch_matches(struct dx_git *g, const char *glob, struct dx_git_seen *seen, struct dx_err *err);
/* upstream: a name means refs/remotes/origin/NAME if there is one. */
int	dx_git_descends_from(struct dx_git *g, const char *ref, bool upstream, struct dx_git_seen *seen, struct dx_err *err);
int	dx_git_clean(struct dx_git *g, struct dx_git_seen *seen, struct dx_err *err);
int	dx_git_no_tag(struct dx_git *g, const char *name, struct dx_git_seen *seen, struct dx_err *err);
/* Some path that one of the globs matches differs between the merge base of `since` and HEAD, and HEAD.  A path that was renamed
 * differs under both names. */
int	dx_git_changed(struct dx_git *g, const struct dx_git_words *globs, const char *since, struct dx_git_seen *seen,
	    struct dx_err *err);
int	dx_git_no_tracked(struct dx_git *g, const struct dx_git_words *globs, const struct dx_git_words *except,
	    struct dx_git_seen *seen, struct dx_err *err);
/* HEAD's message ends with a trailer of that name, case aside, and a value that the extended regular expression finds something in;
 * NULL: any value. */
int	dx_git_trailer(struct dx_git *g, const char *name, const char *pattern, struct dx_git_seen *seen, struct dx_err *err);

/* Whether a signature counts: the bytes of the tag in front of it, and its armour. */
typedef bool	dx_git_signed_fn(void *ctx, const char *bytes, size_t n, const char *signature, size_t signature_len);
/* A tag whose name the glob matches leads to HEAD's commit; annotated: one with an object of its own; signed_by (NULL: not asked
 * for): one with an SSH signature that counts. */
int	dx_git_tag_at_head(struct dx_git *g, const char *glob, bool annotated, dx_git_signed_fn *signed_by, void *ctx,
	    struct dx_git_seen *seen, struct dx_err *err);

/* --- one file --- */

enum dx_git_file { DX_GIT_UNTRACKED, DX_GIT_DIRTY, DX_GIT_TRACKED };
/* Whether the path (relative to the top of the work tree) stands in the index and the work tree has it as it stands there. */
int	dx_git_file(struct dx_git *g, const char *path, enum dx_git_file *out, struct dx_err *err);

/* --- words --- */

/* A path as git writes it: in double quotes with escapes if it holds a quote, a backslash, a control character or a byte over 0x7F
 * (core.quotePath), else as it is. */
void	dx_git_quote(const char *path, struct dx_buf *out);

#endif
