/* plan: gate documents, dealix.gate.v1 (release-gates page 1), and evidence plans, dealix.gate.plan.v1 (evidence page 4.1): checks, in
 * groups or as steps whose members may name settings.  Pure: whether a path is there is asked of a tree. */
#ifndef DX_CHECK_PLAN_H
#define DX_CHECK_PLAN_H

#include "base/err.h"
#include "crypt/digest.h"
#include "json/json.h"
#include "tree/tree.h"

#define DX_PLAN_STEPS	1000
#define DX_PLAN_ROLES	8

/* What was wrong, all of it.  Starts as { 0 }. */
struct dx_faults { struct dx_err *item; size_t count; };
void	dx_fault_add(struct dx_faults *f, enum dx_reason reason, const char *at, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
void	dx_faults_release(struct dx_faults *f);

enum dx_check_type {
	DX_CHECK_EVIDENCE, DX_CHECK_COMMAND, DX_CHECK_JUNIT, DX_CHECK_TAP, DX_CHECK_COBERTURA, DX_CHECK_FILE_EXISTS, DX_CHECK_DIR_EXISTS,
	DX_CHECK_TEXT_PRESENT, DX_CHECK_TEXT_ABSENT, DX_CHECK_JSON_PREDICATE, DX_CHECK_GATE, DX_CHECK_APPROVAL, DX_CHECK_LEDGER_INTACT,
	DX_CHECK_GIT, DX_CHECK_SETTINGS
};
const char	*dx_check_type_name(enum dx_check_type type);	/* "evidence", "command" ... */

struct dx_texts { const char **item; size_t count; };

struct dx_check_evidence {
	const char	*kind;			/* a shipped kind, or the path of a contract */
	struct { const char *role, *path; } file[DX_PLAN_ROLES];	/* path NULL: not set */
	size_t		 file_count;
	bool		 strict;
	struct dx_json	 params;		/* object; members without a value are left out */
	/* evidence of the store (release-gates page 1.3) */
	const char	*subject;		/* a SHA-256, or "HEAD"; NULL: files are judged */
	int64_t		 max_age_s;		/* -1: of any age */
	int64_t		 min_count;		/* so many artifacts, the newest, each in order */
	bool		 require_review, require_signature, trace;
};
struct dx_check_command {
	struct dx_texts	 argv, env, outputs;
	const char	*cwd, *stdout_ere;	/* NULL: the root; NULL: anything */
	int64_t		 timeout_s;
	int		 expect_exit[16];
	size_t		 expect_count;
};
struct dx_check_tests {				/* junit, tap (release-gates page 1.2) */
	const char	*path, *glob;		/* one of them */
	int64_t		 max_age_s, min_tests, max_skipped, max_failures;	/* -1: no bound */
	struct dx_texts	 required;
	bool		 allow_duplicates;
};
struct dx_check_cobertura {
	const char	*path;
	struct dx_texts	 include;		/* none: every file */
	struct dx_json	 min_percent;		/* a number or a decimal as text; null: no such bar */
	int64_t		 min_line_bp, min_branch_bp;	/* basis points; -1: none */
	int64_t		 max_age_s;
	bool		 per_file;
	const char	*files;			/* glob of the files that must each meet the bar; NULL: all */
};

struct dx_check_file { const char *path; int64_t min_bytes; bool tracked; };
struct dx_check_dir { const char *path, *glob; int64_t min_entries; };	/* glob NULL: any name */
struct dx_check_text {
	const char	*path, *glob;		/* one of them */
	const char	*pattern;
	bool		 ere, ignore_case, every, allow_no_files;
	int64_t		 min_count;
};
struct dx_check_json { const char *path, *jq; };	/* path "-": standard input */
struct dx_check_gate { const char *gate; int64_t max_age_s; };	/* -1: of any age */
struct dx_check_approval { const char *action, *resource; int64_t min; bool exclude_author; };
struct dx_check_ledger { int64_t from, to; };	/* faults of entries in between count, and those that no entry has */
struct dx_check_settings { const char *snapshot; unsigned rules; /* a bit for each dx_repo_rule */ struct dx_texts require, protect; };

enum dx_check_fact {				/* release-gates page 1.4 */
	DX_FACT_HEAD_IS, DX_FACT_BRANCH_MATCHES, DX_FACT_DESCENDS_FROM, DX_FACT_UP_TO_DATE_WITH, DX_FACT_CLEAN, DX_FACT_TAG_AT_HEAD,
	DX_FACT_NO_TAG, DX_FACT_CHANGED, DX_FACT_NOT_CHANGED, DX_FACT_NO_TRACKED, DX_FACT_TRAILER, DX_FACT_OWNER_COVERS
};
const char	*dx_check_fact_name(enum dx_check_fact fact);	/* "head_is" ... */
struct dx_check_git {				/* what the fact has no use for is NULL, false or empty */
	enum dx_check_fact fact;
	const char	*ref;			/* `since` too */
	const char	*glob, *name, *pattern;	/* pattern: extended regular expression; NULL: any value */
	struct dx_texts	 globs, except, paths;
	bool		 annotated, is_signed;
};

struct dx_check {
	const char		*id, *title, *title_ar, *remedy;	/* titles and remedy NULL: none */
	enum dx_check_type	 type;
	char			 at[64];	/* pointer of the step */
	bool			 waivable, behavioural;
	bool			 never_waivable;	/* by what it checks, whatever the document says (page 1.7) */
	const struct dx_check	*when;		/* a git or json_predicate check: where it is false this one is not applicable; NULL: always */
	bool			 required;	/* false: without its path it is not applicable */
	bool			 applicable;
	size_t			*needs;		/* indices of steps; of a gate document's check the commands that make what it reads */
	size_t			 need_count;
	bool			 only_after;	/* what it needs must have ended, not passed */
	union {
		struct dx_check_evidence	evidence;
		struct dx_check_command		command;
		struct dx_check_tests		tests;
		struct dx_check_cobertura	cobertura;
		struct dx_check_file		file;
		struct dx_check_dir		dir;
		struct dx_check_text		text;
		struct dx_check_json		json;
		struct dx_check_gate		gate;
		struct dx_check_approval	approval;
		struct dx_check_ledger		ledger;
		struct dx_check_git		git;
		struct dx_check_settings	settings;
	} u;
};

struct dx_check_group { const char *id, *label, *label_ar; size_t first, count; };	/* labels NULL: none */

struct dx_check_plan {
	struct dx_arena		 arena;
	struct dx_json		 document;
	struct dx_json		 settings;	/* name -> value in force; unset ones are null */
	struct dx_sha256	 sha256;	/* of the canonical document */
	const char		*id, *version, *title, *title_ar;
	const char		*score_label, *ready_label;
	bool			 mandatory;
	struct dx_check		*check;
	size_t			 count;
	bool			 steps;		/* an evidence plan; else a gate document */
	struct dx_check_group	*group;		/* of a gate document; their checks stand in a row */
	size_t			 group_count;
};

/* Settings from a command line and a file: "NAME=VALUE" texts win over members of the object (NULL: none).  head: the commit that
 * "$head" stands for, NULL: none. */
struct dx_plan_given { const char *const *set; size_t set_count; const struct dx_json *settings; const char *head; };

/* The gate whose result a check of a document asks for; NULL: it is of another type. */
const char	*dx_check_gate_named(const struct dx_json *check);

/* Reads the document, fills its settings in, and checks everything that can be known before a step runs: schema and members
 * (gate_unknown_field, gate_unknown_check, gate_duplicate_id, gate_empty, gate_total_mismatch, field_invalid, path_escape), settings
 * (plan_usage, plan_positive, plan_engine), paths (plan_required_without_path, plan_file, plan_runtime_only).  0; or -1 with every fault
 * in `faults`. */
int	dx_check_plan_parse(const char *text, size_t len, const struct dx_plan_given *given, struct dx_tree *root,
	    struct dx_check_plan **out, struct dx_faults *faults);
/* Documents of one call of which one asks for its own result, by way of the others perhaps: gate_cycle for each. */
void	dx_plans_cycle(const struct dx_check_plan *const *plan, size_t n, struct dx_faults *faults);
/* The order to run them in: as given, but behind those whose results are asked for.  order has n places. */
void	dx_plans_order(const struct dx_check_plan *const *plan, size_t n, size_t order[]);
void	dx_check_plan_free(struct dx_check_plan *p);

#endif
