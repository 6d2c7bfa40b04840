/* inner: what the files of this folder share and nobody else needs: a rule as parsed, and a run that judges. */
#ifndef DX_CONTRACT_INNER_H
#define DX_CONTRACT_INNER_H

#include "base/err.h"
#include "base/reason.h"
#include "base/time.h"
#include "contract/contract.h"
#include "contract/formula.h"
#include "contract/pattern.h"

#define DX_RULES_MAX		1000
#define DX_RULE_AT_MAX		64	/* paths of one `at` */
#define DX_FAILURES_MAX		10000	/* written into a report; the rest is counted */
#define DX_PLACES_MAX		1000000	/* judged in one run, includes counted */
#define DX_STEPS_MAX		20000000	/* values read in one run; long texts and numbers, files, and what is kept count for several */
#define DX_INCLUDE_DEPTH	4

/* --- a contract as parsed --- */

/* A value asked for by a rule: a literal, or a name or expression that is evaluated where the rule is judged. */
struct dx_operand {
	bool			 given;
	struct dx_value		 value;		/* the literal; a list of literals for enum and covers */
	const struct dx_formula	*formula;	/* not NULL: evaluate this instead */
	const char		*text;		/* of the formula */
};

enum dx_rule_type {
	DX_TYPE_ANY, DX_TYPE_OBJECT, DX_TYPE_ARRAY, DX_TYPE_TEXT, DX_TYPE_NUMBER, DX_TYPE_INTEGER, DX_TYPE_BOOL, DX_TYPE_TIMESTAMP,
	DX_TYPE_DATE, DX_TYPE_MONTH, DX_TYPE_HTTPS_URL, DX_TYPE_RELPATH, DX_TYPE_SHA256,
	/* as documents of ours have them: text with four decimals, any decimal as text, a printed time, a trace id */
	DX_TYPE_MONEY, DX_TYPE_DECIMAL, DX_TYPE_TIME, DX_TYPE_TRACE_ID
};
extern const char *const dx_rule_types[];	/* "any" (never written), "object", ... */

enum { DX_FILE_RELATIVE = 1, DX_FILE_INSIDE = 2, DX_FILE_EXISTS = 4, DX_FILE_REGULAR = 8 };

enum dx_bound { DX_MIN, DX_MAX, DX_ABOVE, DX_BELOW, DX_MIN_ITEMS, DX_MAX_ITEMS, DX_BOUNDS };
extern const char *const dx_bound_names[];

/* A comparison at the top of `is`, taken apart for `expected` and `found`. */
struct dx_comparison {
	const struct dx_formula	*left, *right;	/* NULL: `is` is none */
	const char		*op;		/* "==", "<=" ...; "~" for approx */
};

struct dx_path {
	const struct dx_formula	*formula;
	const struct dx_formula	*list;		/* the path up to its first []; NULL: it has none */
	const char		*text;
};

struct dx_contract_rule {
	const char		*id;		/* NULL: a let */
	const char		*let;
	const struct dx_formula	*value;		/* of the let */
	bool			 sub;		/* the id ends in ".*": of a timestamp .missing, .format, .zone; else dx_rule_subs */
	enum dx_level		 level;
	struct dx_path		 each;		/* `for`; formula NULL: the document */
	struct dx_path		*at;
	size_t			 at_count;	/* 0: the value of `for` */
	const struct dx_formula	*when;
	const char		*when_text;
	enum dx_rule_type	 type;
	struct dx_operand	 bounds[DX_BOUNDS];
	struct dx_operand	 equals, one_of, pattern, covers;
	struct dx_pattern	*compiled;	/* of a literal pattern */
	bool			 fold, placeholder, some, unique, optional, keys;
	unsigned		 file;		/* DX_FILE_ bits */
	struct dx_operand	 path, contains, digest, size;
	const char		*until;		/* the path ends before it */
	const struct dx_formula	*is;
	const char		*is_text;
	struct dx_comparison	 sides;
	const char		*jq;
	const char		*const *implied_by;	/* NULL: none */
	const char		*remedy;
};

/* One member of `params`. */
enum dx_param_type { DX_PARAM_NUMBER, DX_PARAM_INTEGER, DX_PARAM_TEXT, DX_PARAM_BOOL, DX_PARAM_LIST, DX_PARAM_MAP };
struct dx_param {
	const char		*name;
	enum dx_param_type	 type;
	const struct dx_num	*min, *max, *above;
	struct dx_json		 preset;	/* null: none */
};

/* What the parsing of a contract carries along. */
struct dx_contract_reader {
	struct dx_contract	*c;
	const char		**known;	/* names an expression may use now; NULL at the end */
	size_t			 known_count;
	struct dx_err		*err;
};
/* Each -1 with evidence_contract_invalid and the pointer. */
int	dx_rule_parse(struct dx_contract_reader *r, const struct dx_json *v, const char *at, struct dx_contract_rule *out);
int	dx_params_parse(struct dx_contract_reader *r, const struct dx_json *v);
int	dx_formula_compile(struct dx_contract_reader *r, const char *text, const char *at, const struct dx_formula **out);
int	dx_operand_parse(struct dx_contract_reader *r, const struct dx_json *v, const char *at, struct dx_operand *out);
/* Whether an expression is `a OP b` at its top, or approx(a, b, n): both sides, in the arena. */
bool	dx_comparison_split(struct dx_arena *a, const char *text, const char **left, const char **op, const char **right);
bool	dx_name_is(const char *s, size_t max);		/* [a-z][a-z0-9_]* of at most max bytes */
bool	dx_rule_id_is(const char *s);
/* Endings that a rule whose id ends in .* may report, by which of its checks fails; NULL at the end. */
void	dx_rule_subs(const struct dx_contract_rule *rule, const char *out[static 6]);
/* Whether a name is one that every contract has ($now, $i ...). */
bool	dx_name_reserved(const char *s);

/* --- a run --- */

struct dx_failure {
	const char	*rule, *at, *expected, *found, *message, *remedy;
	const char	*relation;	/* what has to hold, of an id that ends in .relation; NULL else */
	int		 input;		/* of the outermost contract; -1: in no file */
	uint32_t	 offset;	/* of the value or its nearest container; DX_JSON_NOWHERE: unknown */
	unsigned	 line, column;	/* known already, else 0 */
};
struct dx_skip { const char *rule, *at; };

/* What a run and the runs of its includes have in common. */
struct dx_tally {
	struct dx_arena		*a;		/* the report's */
	struct dx_failure	*failures;
	size_t			 count, room, dropped;
	struct dx_skip		*skips;
	size_t			 skip_count, skip_room, skip_dropped;
	size_t			 judged, places;
	uint64_t		 left;		/* values that may still be read */
};

/* Whether there is too much to judge; nothing is judged or told any more. */
static inline bool
dx_tally_over(const struct dx_tally *t)
{
	return t->left == 0 || t->places > DX_PLACES_MAX;
}

/* Places where an earlier rule failed: a set of spots.  Those of the rule being judged wait until it is done. */
struct dx_failed {
	const struct dx_spot	**slots;
	size_t			  room, count;
	const struct dx_spot	**waiting;
	size_t			  waiting_count, waiting_room;
};
void	dx_failed_add(struct dx_failed *f, const struct dx_spot *s);	/* the spot must outlive the set */
void	dx_failed_settle(struct dx_failed *f);
bool	dx_failed_covers(const struct dx_failed *f, const struct dx_spot *s);
void	dx_failed_release(struct dx_failed *f);

enum dx_let_state { DX_LET_UNBOUND, DX_LET_VALUE, DX_LET_UNEVALUABLE, DX_LET_SKIPPED };
struct dx_let {
	enum dx_let_state	 state;
	struct dx_value		 value;
	const char		*why;
	size_t			 failed_seen;	/* failed places when it was last looked at */
};

struct dx_run {
	const struct dx_contract_case	*c;
	const struct dx_contract	*contract;
	struct dx_tally			*tally;
	const int			*outer;		/* this contract's inputs as numbers of the outermost */
	const char			*prefix;	/* pointer of the value that the include is about; NULL: the document */
	unsigned			 depth;		/* of includes */
	struct dx_arena			 keep;		/* as long as the run */
	struct dx_arena			 each;		/* one rule */
	struct dx_arena			 place;		/* one place of a rule */
	struct dx_nums			*kept, *scratch;
	struct dx_scope			 scope;
	struct dx_spot			 roots[DX_CONTRACT_INPUTS];
	struct dx_spot			 nowhere;	/* "." where there are several inputs */
	char				 now[DX_TIME_TEXT];
	struct dx_value			*params;	/* one per contract->params */
	struct dx_let			*lets;		/* one per rule entry */
	struct dx_json			 sha256, included;	/* $sha256 and $included */
	struct dx_spot			 sha256_spot, included_spot;
	struct dx_json			 computed;
	struct dx_failed		 failed;
	size_t				 own_failures;	/* $failed */
	bool				 read_failed;	/* what was read since the last reset has failed */
	bool				 in_for;
	size_t				 for_index;
	const struct dx_spot		*for_spot;
	const char			*file_path;	/* the file read last, by `contains` and `digest` */
	struct dx_buf			 file_bytes;
	struct dx_err			*err;
};

/* judge_run.c */
int	dx_judge_begin(struct dx_run *r);
void	dx_judge_end(struct dx_run *r);
void	dx_judge_let(struct dx_run *r, size_t n);		/* binds let n */
/* Evaluates with `.` as the scope has it: 0, or -1 with why. */
int	dx_judge_eval(struct dx_run *r, const struct dx_formula *f, struct dx_value *out, struct dx_buf *why);
int	dx_judge_operand(struct dx_run *r, const struct dx_operand *o, struct dx_value *out, struct dx_buf *why);
void	dx_judge_touch(struct dx_run *r, const struct dx_spot *s);

/* judge_rule.c: 0, or -1 with the run's err. */
int	dx_judge_rule(struct dx_run *r, size_t n);
int	dx_judge_run(struct dx_run *r);			/* judge.c: a contract with its includes */
int	dx_judge_includes(struct dx_run *r);		/* judge_include.c */
struct dx_json	dx_value_json(struct dx_arena *a, const struct dx_value *v);	/* as a report shows it */

/* What a check has to say of a value that did not pass. */
struct dx_verdict {
	bool		 failed;
	const char	*sub;		/* ".missing", ".format" ...; NULL: .relation, or the id as it is */
	struct dx_buf	 expected, found;
};
void	dx_verdict_reset(struct dx_verdict *v);
void	dx_verdict_release(struct dx_verdict *v);

/* A value under judgement. */
struct dx_subject {
	const struct dx_spot	*spot;
	struct dx_value		 value;
	bool			 absent;	/* or null */
	bool			 unreadable;	/* a number beyond all bounds */
};
void	dx_judge_subject(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_spot *s, struct dx_subject *out);
/* types.c: false and v filled when the value is none of that type. */
bool	dx_type_check(const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v);
/* judge_value.c: type, bounds, equals, enum, pattern, placeholder. */
void	dx_judge_check(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v);
bool	dx_rule_checks_values(const struct dx_contract_rule *rule);
/* judge_file.c */
void	dx_judge_file(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v);
bool	dx_rule_checks_files(const struct dx_contract_rule *rule);
/* judge_list.c: indices of repeated values into repeated (room for count), in the order of the document; how many. */
size_t	dx_judge_repeated(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, size_t count, size_t *repeated);
/* Whether every value of `covers` is among them. */
void	dx_judge_covers(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, size_t count, struct dx_verdict *v);
/* judge_value.c: text trimmed and folded as the rule says, numbers by value.  False for values of different types. */
bool	dx_rule_same(const struct dx_contract_rule *rule, const struct dx_value *a, const struct dx_value *b);
/* The i-th value of a list (of literals, of a let, of a param); false behind its end. */
bool	dx_rule_item(struct dx_run *r, const struct dx_value *list, size_t i, struct dx_value *out);

/* judge_report.c */
void	dx_tally_fail(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_spot *place, const struct dx_verdict *v);
/* A failure of an input as a whole; its texts must outlive the report's arena or be in it. */
void	dx_tally_fail_input(struct dx_tally *t, int input, const struct dx_failure *what);
void	dx_tally_skip(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_spot *place);
void	dx_tally_report(struct dx_tally *t, const struct dx_contract_case *c, const struct dx_json *computed, struct dx_json *out);
const struct dx_spot	*dx_spot_keep(struct dx_arena *a, const struct dx_spot *s);

#endif
