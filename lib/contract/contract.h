/* contract: evidence contracts as documents, and what they say of artifacts (evidence page 2).  Pure: files come through dx_tree, jq and
 * other contracts through the caller.  Nothing here knows a kind. */
#ifndef DX_CONTRACT_CONTRACT_H
#define DX_CONTRACT_CONTRACT_H

#include "crypt/digest.h"
#include "json/json.h"
#include "read/read.h"
#include "tree/tree.h"

struct dx_err;

enum dx_level { DX_LEVEL_BASE, DX_LEVEL_STRICT };
extern const char *const dx_level_names[];	/* "base", "strict", NULL */

#define DX_CONTRACT_INPUTS	8

struct dx_contract_input_spec {
	const char	*role;
	enum dx_media	 media;
	bool		 optional;
	const char	*const *recognise;	/* NULL-terminated; NULL: none */
	const struct dx_json *scan;		/* SCAN: its member `scan` */
	const struct dx_json *as;		/* object: file rule -> id to report instead; NULL: none */
};
struct dx_contract_include {
	const char	*kind, *role;
	const char	*at;		/* path of the object that it is about; NULL: the document */
	enum dx_level	 level;
	const struct dx_json *params;
};
struct dx_contract_rule;		/* contract/inner.h */
struct dx_param;

struct dx_contract {
	struct dx_arena		 arena;		/* everything below */
	struct dx_json		 document;
	struct dx_sha256	 sha256;	/* of the canonical document */
	const char		*kind, *title;
	int64_t			 version;
	struct dx_contract_input_spec	 inputs[DX_CONTRACT_INPUTS];
	size_t			 input_count;	/* 0: rules read only files below the root */
	const char		*time;		/* path of the instant that ages are measured from */
	struct dx_sha256	*templates;
	size_t			 template_count;
	struct dx_param		*params;
	size_t			 param_count;
	struct dx_nums		*nums;		/* numbers of the document */
	struct dx_contract_include	*includes;
	size_t			 include_count;
	struct dx_contract_rule	*rules;		/* rules and lets, in order */
	size_t			 rule_count;
	bool			 uses_jq;
};

/* Strict (2.1): unknown members, bad ids, paths and expressions: evidence_contract_invalid with a pointer.  text is copied. */
int	dx_contract_parse(const char *text, size_t len, struct dx_contract **out, struct dx_err *err);
void	dx_contract_free(struct dx_contract *c);
/* The shipped contract of that kind, its text built into the program; NULL: none.  Static. */
const char	*dx_contract_shipped(const char *kind, size_t *len);
extern const char *const dx_contract_kinds[];	/* every shipped kind, sorted, NULL at the end */
/* The kind of structured output that a document of this schema is (release-gates page 10); NULL: none. */
const char	*dx_contract_output(const char *schema);
/* Kinds among the shipped ones whose single input is recognised in this JSON document (2.4), into found; how many. */
size_t	dx_contract_recognise(const struct dx_json *document, const char *found[], size_t max);

/* Parameters as the contract wants them: `given` (object; NULL: none) over the defaults, types and bounds checked, every declared name
 * present (null without a default).  param_invalid (param_max_age, param_max_source_age where a bound on an age is meant: the param's
 * name ends in _age_hours, _age_days, _age_minutes). */
int	dx_contract_params(const struct dx_contract *c, const struct dx_json *given, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* "name=value" of a command line into the given object, by the declared type (list and map: JSON). param_invalid. */
int	dx_contract_param_text(const struct dx_contract *c, const char *text, struct dx_arena *a, struct dx_json *given, struct dx_err *err);

/* --- judging --- */

enum dx_input_state { DX_INPUT_READ, DX_INPUT_NOT_GIVEN, DX_INPUT_MISSING /* json.missing */, DX_INPUT_REFUSED /* why says how */ };
struct dx_contract_input {
	enum dx_input_state	 state;
	const char		*path;		/* as given; NULL for scan and packet */
	struct dx_doc		 doc;
	struct dx_err		 why;		/* REFUSED: its reason is that of the file rule */
	const char		*rule;		/* REFUSED: the rule itself (a scan's); NULL: as why says */
};
/* jq rules: `rule` is that of struct dx_contract_program.  1 true; 0 failed, with found in words; -1 an error of ours (err). */
typedef int	dx_contract_jq_fn(void *ctx, size_t rule, const struct dx_json *dot, const struct dx_json *params,
		    const struct dx_json *computed, struct dx_buf *found, struct dx_err *err);
/* Another contract for include, judged on the same inputs by role; the caller keeps contracts it lends. */
typedef int	dx_contract_find_fn(void *ctx, const char *kind, const struct dx_contract **out, struct dx_err *err);

struct dx_contract_case {
	const struct dx_contract	*contract;
	enum dx_level			 level;
	int64_t				 now;		/* us */
	const struct dx_json		*params;	/* as dx_contract_params gives them */
	const struct dx_contract_input	*inputs;	/* one per contract->inputs, same order */
	struct dx_tree			*tree;		/* -r ROOT */
	bool				*left_out;	/* not NULL: there is no tree; what rules say of files is left out, which this tells */
	dx_contract_jq_fn		*jq;
	dx_contract_find_fn		*find;
	void				*ctx;
};
/* The report dealix.evidence.report.v1 without its `schema`-independent framing: all members of 2.4.  0 also when rules failed (member
 * `verdict`); -1: evidence_nothing_judged, param_invalid of an include, or an error of jq or find. */
int	dx_contract_judge(const struct dx_contract_case *c, struct dx_arena *a, struct dx_json *report, struct dx_err *err);

/* The instant that ages are measured from, us: what `time` leads to in one input, of that role (NULL: the only one).  False: nothing there,
 * or no instant. */
bool	dx_contract_instant(const struct dx_contract *c, const char *role, const struct dx_doc *doc, struct dx_arena *a, int64_t *us);

/* jq programs of the contract, in the order of their rule numbers (for the caller's evaluator). */
struct dx_contract_program { size_t rule; const char *id, *text; };
size_t	dx_contract_programs(const struct dx_contract *c, struct dx_contract_program *out, size_t max);
/* Every rule id of the contract, in order of first appearance, in the arena; NULL-terminated. */
const char *const	*dx_contract_ids(const struct dx_contract *c, struct dx_arena *a);
/* Whether a rule of that id cannot fail alone (implied_by). */
bool	dx_contract_implied(const struct dx_contract *c, const char *id);
const char	*dx_contract_remedy(const struct dx_contract *c, const char *id);	/* NULL: none */

/* Warnings of lint: array of {code, at, detail}: contract_unguarded_list, unused params and lets, ids without remedy. */
void	dx_contract_lint(const struct dx_contract *c, struct dx_arena *a, struct dx_json *out);

/* Lines found in a tree (2.3, media scan), "$name" members replaced from params.  Failures of the scan itself are members of *why with
 * the rule id `<prefix>.root.missing` and so on in rule; 0 then too.  -1: the tree cannot be read. */
struct dx_scan_failure { char rule[96]; char text[256]; };
int	dx_contract_scan(const struct dx_json *scan, const struct dx_json *params, struct dx_tree *tree, struct dx_arena *a,
	    struct dx_json *out, struct dx_scan_failure *failure, struct dx_err *err);

#endif
