/* What the files of git share.  Within lib/facts. */
#ifndef DX_FACTS_GIT_INNER_H
#define DX_FACTS_GIT_INNER_H

#include <git2.h>
#include <git2/sys/repository.h>

#include "base/library.h"
#include "facts/git.h"

/* What is called of libgit2; the soname is that of the headers, so that the layouts of its structs agree. */
#define DX_GIT_FUNCTIONS(USE) \
	USE(git_commit_author) USE(git_commit_message_raw) USE(git_commit_tree_id) USE(git_config_add_file_ondisk) USE(git_config_free) \
	USE(git_config_get_bool) USE(git_diff_free) USE(git_diff_get_delta) USE(git_diff_num_deltas) \
	USE(git_diff_index_to_workdir) USE(git_diff_options_init) USE(git_diff_tree_to_index) USE(git_diff_tree_to_tree) \
	USE(git_error_clear) USE(git_error_last) USE(git_ignore_path_is_ignored) USE(git_index_add) USE(git_index_entrycount) \
	USE(git_index_free) USE(git_index_get_byindex) USE(git_index_get_bypath) USE(git_index_open) USE(git_index_path) USE(git_index_read) \
	USE(git_index_write_tree_to) \
	USE(git_libgit2_init) USE(git_libgit2_opts) USE(git_message_trailer_array_free) USE(git_message_trailers) \
	USE(git_object_free) USE(git_object_id) USE(git_object_lookup) USE(git_object_peel) USE(git_object_type) USE(git_odb_free) \
	USE(git_odb_new) USE(git_odb_object_data) USE(git_odb_object_free) USE(git_odb_object_size) USE(git_odb_object_type) \
	USE(git_odb_read) USE(git_oid_fromstr) USE(git_oid_tostr) USE(git_reference_free) USE(git_reference_lookup) \
	USE(git_reference_name_to_id) USE(git_reference_symbolic_target) USE(git_repository_commondir) USE(git_repository_config) \
	USE(git_repository_free) USE(git_repository_index) USE(git_repository_odb) USE(git_repository_open_ext) \
	USE(git_repository_path) USE(git_repository_workdir) USE(git_repository_wrap_odb) USE(git_revparse_single) \
	USE(git_reference_iterator_free) USE(git_reference_iterator_glob_new) USE(git_reference_next_name) USE(git_tag_foreach)

struct dx_libgit2 { DX_GIT_FUNCTIONS(DX_LIBRARY_MEMBER) };

/* Opened at the first call, for the rest of the process.  NULL and git_unavailable. */
const struct dx_libgit2	*dx_libgit2(struct dx_err *err);

struct dx_git_graph;
struct dx_git {
	const struct dx_libgit2	*l;
	git_repository		*repo;
	git_odb			*odb;		/* once asked for, as the next two */
	git_index		*index;
	struct dx_git_graph	*graph;
	bool			 graph_tried, shallow_read;
	git_oid			 head;
	char			 commit[DX_GIT_ID];
	char			*path;		/* for messages */
	git_oid			*cut;		/* commits of a shallow clone whose parents are not there, sorted */
	size_t			 cut_count;
};

/* -1 and what libgit2 says. */
int	dx_git_failed(const struct dx_git *g, struct dx_err *err);
/* 0, or -1 and git_unborn. */
int	dx_git_born(const struct dx_git *g, struct dx_err *err);
/* 0, or -1 and git_no_worktree. */
int	dx_git_worktree(const struct dx_git *g, const char *what, struct dx_err *err);
int	dx_git_need_odb(struct dx_git *g, struct dx_err *err);
int	dx_git_need_index(struct dx_git *g, struct dx_err *err);
/* Whether the repository is a shallow clone. */
bool	dx_git_is_cut(struct dx_git *g);
/* The commit that the ref leads to: git_ref_missing; history: what is not there may have been cut off a shallow clone, then
 * git_shallow. */
int	dx_git_resolve(struct dx_git *g, const char *ref, bool history, git_oid *out, struct dx_err *err);
/* Objects are checked against their ids, which costs more than reading them; walks of history do without, as git does. */
void	dx_git_verify(const struct dx_git *g, bool on);
struct dx_json	dx_git_id(struct dx_arena *a, const struct dx_git *g, const git_oid *id);
/* The path quoted, in the arena. */
const char	*dx_git_quoted(struct dx_arena *a, const char *path);
bool	dx_git_glob_any(const struct dx_git_words *globs, const char *path);

/* A list of quoted paths that is shown, cut at DX_GIT_SHOWN; all are counted. */
struct dx_git_list { struct dx_arena *arena; struct dx_json shown; size_t count; };
struct dx_git_list	dx_git_list_new(struct dx_arena *a);
void	dx_git_list_add(struct dx_git_list *l, const char *path);
/* {"count", "paths"} into observed. */
void	dx_git_list_put(struct dx_git_list *l, struct dx_json *observed);
/* "a, b and 3 more" */
const char	*dx_git_list_words(struct dx_git_list *l);

/* True: the work tree is as the index has it and holds nothing else but ignored files.  False says nothing. */
bool	dx_git_surely_clean(struct dx_git *g);

#endif
