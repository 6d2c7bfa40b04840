/* What the files of check share.  Nobody else includes it. */
#ifndef DX_OP_CHECK_INNER_H
#define DX_OP_CHECK_INNER_H

#include "op/check.h"
#include "rule/expr.h"

/* One step at work: its arena is its own, so that steps may run side by side. */
struct dx_step {
	const struct dx_check	*check;
	struct dx_tree		*root;
	const char		*root_path;
	const char		*traceparent;	/* NULL: none */
	struct dx_check_repo	*repo;		/* the repository around the root: dx_step_repo */
	int64_t			 now;
	const struct dx_step	*steps;		/* all, for what this one needs */
	const char		*gate, *commit;	/* the document's id; HEAD, "" without one */
	struct dx_check_store	*store;		/* what the ledger holds */
	struct dx_predicates	*predicates;	/* NULL: none were compiled beforehand */
	struct dx_arena		 arena;
	struct dx_result	 result;
	struct dx_json		 report;	/* null: the result itself */
	int64_t			 started;	/* of a command, us; 0: it did not run */
	bool			 done;
};

/* A step has failed, or could not be judged, by the class of the reason. */
void	dx_step_fail(struct dx_step *s, enum dx_reason reason, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same from an error: what cannot be looked at is ERROR. */
void	dx_step_error(struct dx_step *s, const struct dx_err *err);

/* Judges it, whatever its type. */
void	dx_step_judge(struct dx_step *s);

/* One line a type (check_types.c), one file or part of one a type.  Judges a step whose state is PASS so far; puts the members of a
 * check as they will run into o; apart: by a process of its own, side by side with the others. */
typedef void	dx_step_fn(struct dx_step *s);
typedef void	dx_preview_fn(struct dx_arena *a, const struct dx_check *c, struct dx_json *o);
extern const struct dx_step_type { dx_step_fn *judge; dx_preview_fn *preview; bool apart; } dx_step_types[];
dx_step_fn	dx_step_evidence, dx_step_command, dx_step_tests, dx_step_cobertura, dx_step_file, dx_step_dir, dx_step_text, dx_step_json,
		dx_step_gate, dx_step_approval, dx_step_ledger, dx_step_git, dx_step_settings;
dx_preview_fn	dx_preview_evidence, dx_preview_command, dx_preview_tests, dx_preview_cobertura, dx_preview_file, dx_preview_dir,
		dx_preview_text, dx_preview_json, dx_preview_gate, dx_preview_approval, dx_preview_ledger, dx_preview_git,
		dx_preview_settings;
struct dx_json	dx_preview_list(struct dx_arena *a, const struct dx_texts *t);

/* What a step reads, as inputs_sha256 has it (check_inputs.c).  Starts as { 0 }. */
#define DX_INPUTS_MAX	(64u << 20)	/* bytes beyond which contents are not taken the digest of where nothing else reads them whole */
struct dx_inputs {
	struct dx_hasher	*list;		/* over "DIGEST\n" of each */
	struct dx_sha256	 last;
	size_t			 count;
	bool			 left_out;	/* not all that was read is in it: the result has none */
};
void	dx_inputs_add(struct dx_inputs *in, const struct dx_sha256 *digest);
/* Into the step's result; releases it. */
void	dx_inputs_end(struct dx_inputs *in, struct dx_step *s);
/* One file whose contents nothing else looks at; none where it cannot be read. */
void	dx_inputs_file(struct dx_step *s, const char *path);

/* The store as checks see it: one snapshot, from the first of them that looks until a command has ended, because what the command
 * recorded is to be seen. */
struct dx_check_store {
	struct dx_session	*session;
	bool			 begun;
	const struct dx_keys	*trust;
	struct dx_checked *const *call;		/* documents of this call */
	size_t			 call_count;
};
/* 0 with the snapshot; else -1, and the step is an error. */
int	dx_step_store(struct dx_step *s);
void	dx_check_store_end(struct dx_check_store *st);
/* Evidence of the store by kind and subject (check_subject.c). */
void	dx_step_subject(struct dx_step *s);

/* Whether the step is to be made at all: its `when`.  False: it is not applicable, or the condition cannot be evaluated, and its
 * result says so. */
bool	dx_step_wanted(struct dx_step *s);

/* The repository around the root, opened at the first call.  NULL: git_no_repo, git_unavailable. */
struct dx_git	*dx_step_repo(struct dx_step *s, struct dx_err *err);
/* 0 where the root lies in a work tree: git_no_repo, git_no_worktree. */
int	dx_step_top(struct dx_step *s, struct dx_err *err);
/* A path of the check, which starts at the root, as one that starts at the top of the work tree.  NULL: git_no_worktree. */
const char	*dx_step_from_top(struct dx_step *s, struct dx_tree *top, const char *path, struct dx_err *err);
/* The path must lead to a file that is tracked by git and unchanged: file_untracked, file_dirty. */
void	dx_step_tracked(struct dx_step *s, const char *path);

/* Before anything runs: the jq programs of all json_predicate checks compile and stay in one evaluator, at most one check reads standard
 * input; contracts can be read, take the parameters and have the roles. */
struct dx_predicates { struct dx_expr *expr; struct dx_expr_program *program; size_t count; };
void	dx_check_predicates(struct dx_checked *c, struct dx_faults *faults);
void	dx_check_predicates_release(struct dx_predicates *all);
void	dx_check_contracts(const struct dx_check_plan *p, struct dx_tree *root, const char *root_path, int64_t now, struct dx_faults *faults);

/* Not to be opened: a link of the tree leads out of the root (path_escape; the document is sound, so it is a failure, not an error), or
 * it is no regular file (not_a_file).  True then. */
bool	dx_step_no_file(struct dx_step *s, const char *path, enum dx_tree_kind kind);
bool	dx_step_outside(struct dx_step *s, const char *path, enum dx_tree_kind kind);
/* A line as expressions are to see it: "." is no NUL to libc, and nothing may hide behind one, so another byte stands in its place.  The
 * line itself, or a copy in room. */
const char	*dx_step_line(const char *line, size_t n, struct dx_buf *room);

/* The file is older than the start of a command that this step needs and that lists it as output: plan_output_stale, true. */
bool	dx_step_stale(struct dx_step *s, const char *path, int64_t changed);

/* The file, or what it says of itself, is from later than now, beyond what clocks differ: no age can be told of it.  evidence_future,
 * true. */
bool	dx_step_future(struct dx_step *s, const char *path, int64_t stamp);

/* Commands run side by side, each watched by a process of its own, which dies with this one and takes its command with it. */
struct dx_worker {
	struct dx_step	*step;		/* NULL: idle */
	int		 pid, fd;
	struct dx_buf	 answer;	/* as far as it has come */
};
/* 0; or -1, and the step is an error. */
int	dx_worker_start(struct dx_worker *w, struct dx_step *s);
/* Waits until one has answered; its step, with the result filled in.  NULL: none is at work. */
struct dx_step	*dx_workers_wait(struct dx_worker *w, unsigned n);

#endif
