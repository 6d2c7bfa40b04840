/* Whether a work tree is as HEAD's commit has it, and one file as the index has it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "facts/git_inner.h"

/* Differences as they are found, with the letters of `git status --porcelain`; enough of them end the search. */
struct found {
	struct dx_git	*g;
	struct dx_git_list list;
	bool		 staged, kept;	/* kept: what the search kept is looked at now */
};

static const char *
letters(git_delta_t status, bool staged)
{
	switch (status) {
	case GIT_DELTA_UNTRACKED:
		return "??";
	case GIT_DELTA_CONFLICTED:
		return "UU";
	case GIT_DELTA_ADDED:
	case GIT_DELTA_COPIED:
	case GIT_DELTA_RENAMED:
		return staged ? "A " : " A";
	case GIT_DELTA_DELETED:
		return staged ? "D " : " D";
	case GIT_DELTA_TYPECHANGE:
		return staged ? "T " : " T";
	case GIT_DELTA_UNMODIFIED:
	case GIT_DELTA_MODIFIED:
	case GIT_DELTA_IGNORED:
	case GIT_DELTA_UNREADABLE:
		break;
	}
	return staged ? "M " : " M";
}

/* Not there, and not meant to be: git looks at neither. */
static bool
left_out(const struct dx_git *g, const git_diff_delta *delta)
{
	const git_index_entry *e = delta->status == GIT_DELTA_DELETED ?
	    g->l->git_index_get_bypath(g->index, delta->old_file.path, 0) : NULL;

	return e != NULL && ((e->flags & GIT_INDEX_ENTRY_VALID) != 0 || (e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0);
}

static int
note(const git_diff *diff, const git_diff_delta *delta, const char *pathspec, void *payload)
{
	struct found *f = payload;
	const char *path = delta->new_file.path != NULL ? delta->new_file.path : delta->old_file.path;
	struct dx_buf line = { 0 };

	(void)diff;
	(void)pathspec;
	if (!f->staged && left_out(f->g, delta))
		return 1;
	/* whether there is anything in a folder that is not ignored is only found out afterwards */
	if (!f->kept && delta->status == GIT_DELTA_UNTRACKED && path[strlen(path) - 1] == '/')
		return 0;
	dx_buf_printf(&line, "%s ", letters(delta->status, f->staged));
	dx_git_quote(path, &line);
	if (f->list.count++ < DX_GIT_SHOWN)
		dx_json_push(f->list.arena, &f->list.shown, dx_json_text(dx_arena_dup(f->list.arena, line.data, line.len)));
	dx_buf_release(&line);
	return f->list.count > DX_GIT_SHOWN ? GIT_EUSER : 1;	/* 1: it need not be kept */
}

static void
note_kept(struct found *f, const git_diff *diff)
{
	const struct dx_libgit2 *l = f->g->l;

	f->kept = true;
	for (size_t i = 0; i < l->git_diff_num_deltas(diff) && f->list.count <= DX_GIT_SHOWN; i++)
		(void)note(diff, l->git_diff_get_delta(diff, i), NULL, f);
	f->kept = false;
}

static int
options(const struct dx_libgit2 *l, struct found *f, git_diff_options *o)
{
	int rc = l->git_diff_options_init(o, GIT_DIFF_OPTIONS_VERSION);

	o->flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_INCLUDE_UNREADABLE | GIT_DIFF_SKIP_BINARY_CHECK;
	o->notify_cb = note;
	o->payload = f;
	return rc;
}

/* --- the index against HEAD --- */

/* The tree that the index stands for, if it remembers one: it is written to a repository without any place to write to. */
static bool
remembered_tree(struct dx_git *g, git_oid *tree)
{
	git_odb *nowhere = NULL;
	git_repository *fake = NULL;
	bool known = g->l->git_odb_new(&nowhere) == 0 && g->l->git_repository_wrap_odb(&fake, nowhere) == 0 &&
	    g->l->git_index_write_tree_to(tree, g->index, fake) == 0;

	g->l->git_error_clear();
	g->l->git_repository_free(fake);
	g->l->git_odb_free(nowhere);
	return known;
}

static int
compare_head(struct dx_git *g, struct found *f, struct dx_err *err)
{
	const struct dx_libgit2 *l = g->l;
	git_object *commit = NULL, *tree = NULL;
	git_diff_options o;
	git_diff *diff = NULL;
	git_oid index;
	bool born = g->commit[0] != '\0';
	int rc = born ? l->git_object_lookup(&commit, g->repo, &g->head, GIT_OBJECT_COMMIT) : 0;

	if (rc == 0 && born)
		rc = l->git_object_peel(&tree, commit, GIT_OBJECT_TREE);
	if (rc == 0 && !(born && remembered_tree(g, &index) && memcmp(&index, l->git_object_id(tree), sizeof(index)) == 0)) {
		f->staged = true;
		rc = options(l, f, &o);
		if (rc == 0)
			rc = l->git_diff_tree_to_index(&diff, g->repo, (git_tree *)tree, g->index, &o);
		f->staged = false;
	}
	l->git_diff_free(diff);
	l->git_object_free(tree);
	l->git_object_free(commit);
	return rc == 0 || rc == GIT_EUSER ? 0 : dx_git_failed(g, err);
}

/* --- the work tree against the index --- */

/* A file that a sparse checkout leaves out and that is there all the same is looked at by git.  In memory only. */
static int
look_at_present(struct dx_git *g)
{
	const struct dx_libgit2 *l = g->l;
	git_config *config = NULL;
	struct dx_buf path = { 0 };
	struct stat st;
	int sparse = 0, rc = l->git_repository_config(&config, g->repo);

	if (rc == 0 && l->git_config_get_bool(&sparse, config, "core.sparsecheckout") != 0)
		sparse = 0;
	for (size_t i = 0; rc == 0 && sparse && i < l->git_index_entrycount(g->index); i++) {
		git_index_entry e = *l->git_index_get_byindex(g->index, i);

		if ((e.flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) == 0)
			continue;
		dx_buf_reset(&path);
		dx_buf_printf(&path, "%s%s", dx_git_top(g), e.path);
		if (lstat(path.data, &st) != 0)
			continue;
		e.flags_extended = (uint16_t)(e.flags_extended & ~GIT_INDEX_ENTRY_SKIP_WORKTREE);
		rc = l->git_index_add(g->index, &e);
	}
	dx_buf_release(&path);
	l->git_config_free(config);
	return rc;
}

static int
compare_worktree(struct dx_git *g, struct found *f, struct dx_err *err)
{
	git_diff_options o;
	git_diff *diff = NULL;
	int rc = look_at_present(g);

	if (rc == 0)
		rc = options(g->l, f, &o);
	if (rc == 0)
		rc = g->l->git_diff_index_to_workdir(&diff, g->repo, g->index, &o);
	if (rc == 0)
		note_kept(f, diff);
	g->l->git_diff_free(diff);
	return rc == 0 || rc == GIT_EUSER ? 0 : dx_git_failed(g, err);
}

int
dx_git_clean(struct dx_git *g, struct dx_git_seen *seen, struct dx_err *err)
{
	struct found f = { .g = g, .list = dx_git_list_new(seen->arena) };

	if (dx_git_worktree(g, "clean", err) != 0 || dx_git_need_index(g, err) != 0 || compare_head(g, &f, err) != 0)
		return -1;
	if (f.list.count == 0 && dx_git_surely_clean(g))
		;
	else if (f.list.count <= DX_GIT_SHOWN && compare_worktree(g, &f, err) != 0)
		return -1;
	seen->observed = dx_json_object();
	dx_json_put(seen->arena, &seen->observed, f.list.count > DX_GIT_SHOWN ? "at_least" : "count",
	    dx_json_int(seen->arena, (int64_t)f.list.count));
	dx_json_put(seen->arena, &seen->observed, "paths", f.list.shown);
	seen->detail = f.list.count == 0 ? "" : dx_arena_printf(seen->arena, "not clean: %s", dx_git_list_words(&f.list));
	return f.list.count == 0;
}

/* --- one file --- */

static int
one(const git_diff *diff, const git_diff_delta *delta, const char *pathspec, void *payload)
{
	struct found *f = payload;

	(void)diff;
	(void)pathspec;
	f->list.count += !left_out(f->g, delta);
	return 1;
}

int
dx_git_file(struct dx_git *g, const char *path, enum dx_git_file *out, struct dx_err *err)
{
	struct found f = { .g = g };
	git_diff_options o;
	git_diff *diff = NULL;
	char *word = dx_strdup(path);
	int rc;

	*out = DX_GIT_UNTRACKED;
	rc = dx_git_worktree(g, "a tracked file", err) != 0 || dx_git_need_index(g, err) != 0 ? -1 : 0;
	if (rc == 0 && g->l->git_index_get_bypath(g->index, path, 0) == NULL) {
		/* no entry, or one of each side of a conflict */
		for (int stage = 1; stage <= 3; stage++)
			if (g->l->git_index_get_bypath(g->index, path, stage) != NULL)
				*out = DX_GIT_DIRTY;
	} else if (rc == 0) {
		rc = options(g->l, &f, &o);
		o.flags |= GIT_DIFF_DISABLE_PATHSPEC_MATCH;
		o.notify_cb = one;
		o.pathspec = (git_strarray){ &word, 1 };
		if (rc == 0)
			rc = g->l->git_diff_index_to_workdir(&diff, g->repo, g->index, &o);
		if (rc != 0)
			rc = dx_git_failed(g, err);
		*out = f.list.count > 0 ? DX_GIT_DIRTY : DX_GIT_TRACKED;
		g->l->git_diff_free(diff);
	}
	g->l->git_error_clear();
	free(word);
	return rc;
}
