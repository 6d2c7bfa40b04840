/* go: may this release go out?  dealix.go.v1 (release-gates page 5.1): ten criteria with items, risks and sign-offs in; a verdict an
 * item, a criterion and for all out.  Pure: what the store knows of evidence, who signed and what time it is are handed in. */
#ifndef DX_CHECK_GO_H
#define DX_CHECK_GO_H

#include "check/phase.h"
#include "check/waivers.h"
#include "num/num.h"

#define DX_GO_TEXT	(1u << 20)	/* bytes of a document */
#define DX_GO_ITEMS	1000		/* in one criterion */
#define DX_GO_CRITERIA	10
#define DX_GO_ROLES	5

extern const char *const dx_go_criteria[];	/* "functionality", ..., NULL: in the order of the page */
extern const char *const dx_go_roles[];		/* "technical_lead", ..., NULL */
extern const char *const dx_go_dues[];		/* "dark_launch", "dark_launch_end", "canary", "full", NULL: in this order */

enum dx_go_status { DX_GO_COMPLETE, DX_GO_PARTIAL, DX_GO_PENDING, DX_GO_PLACEHOLDER, DX_GO_FAILED };
extern const char *const dx_go_statuses[];

enum dx_go_due { DX_DUE_DARK_LAUNCH, DX_DUE_DARK_LAUNCH_END, DX_DUE_CANARY, DX_DUE_FULL, DX_DUE_COUNT };

struct dx_go_condition {
	const char	*text, *owner;		/* owner NULL: nobody */
	const char	*evidence_kind;		/* of what would show it; NULL: not said */
	const char	*due_at;		/* six digits, Z; NULL: no date */
	int64_t		 due_us;		/* the same */
	enum dx_go_due	 due_before;
	bool		 met;
};

/* A figure that is decided by comparison (execution page 23). */
enum dx_go_compare { DX_GO_AT_LEAST, DX_GO_ABOVE, DX_GO_AT_MOST, DX_GO_BELOW };
struct dx_go_measure {
	const struct dx_num	*target, *measured;	/* measured NULL: unknown */
	const char		*target_text, *measured_text, *unit;	/* unit NULL: not said */
	enum dx_go_compare	 compare;
	bool			 row;			/* of the table of floors: its target is no lower than the floor */
};

struct dx_go_item {
	const char		*name;
	unsigned		 criterion;		/* index into dx_go_criteria */
	enum dx_go_status	 status;
	const char	*const	*evidence;		/* SHA-256, lower-case hex */
	size_t			 evidence_count;
	const struct dx_go_condition *condition;	/* NULL: none */
	const struct dx_go_measure *measure;		/* NULL: none */
	bool			 data_safety;
	const char		*check;			/* "<criterion>/<name>": what a waiver calls it */
};

enum dx_go_level { DX_RISK_LOW, DX_RISK_MEDIUM, DX_RISK_HIGH };
extern const char *const dx_go_levels[];
struct dx_go_risk { enum dx_go_level level; bool open; const char *mitigation, *owner, *text; };	/* NULL: not said */

struct dx_go_signoff {
	unsigned	 role;		/* index into dx_go_roles */
	bool		 go;
	const char	*date;		/* as written */
	int64_t		 at;		/* the same, us; of a date its first instant */
	const char	*by;		/* principal who is meant; NULL: whoever owns the key */
	const char	*signature;	/* armoured; NULL: not signed */
};

struct dx_go {
	struct dx_arena		 arena;
	struct dx_json		 document;
	const char		*release;
	char			 sha256[DX_SHA256_HEX];		/* of the document without its sign-offs: what they sign */
	struct dx_go_item	*item;				/* by criterion, then as written */
	size_t			 item_count;
	struct dx_go_risk	*risk;
	size_t			 risk_count;
	struct dx_go_signoff	*signoff;			/* each role at most once */
	size_t			 signoff_count;
	const char		**digest;			/* every digest that an item names, sorted, once */
	size_t			 digest_count;
};

/* release: what --release says, NULL: the document says it.  field_invalid, unknown_field, field_missing, criterion_set,
 * signoff_same_person (two roles by one `by`), time_invalid, and those of reading JSON. */
int	dx_go_parse(const char *text, size_t len, const char *release, struct dx_go **out, struct dx_err *err);
void	dx_go_free(struct dx_go *g);
/* The text that a person signs (approvals page 1.2), to out. */
void	dx_go_statement(const struct dx_go *g, unsigned role, bool go, struct dx_buf *out);

/* --- what is known besides --- */

/* Of one digest: kind NULL: not recorded in this store. */
struct dx_go_evidence {
	const char	*kind;
	const char	*verdict;	/* of the last evidence_verified; NULL: never verified */
	bool		 judged;	/* a contract of that kind exists, so a verdict is wanted */
};
/* Of one sign-off: who signed, or why it does not count. */
struct dx_go_signer { const char *by; enum dx_reason why; const char *detail; };

struct dx_go_facts {
	const struct dx_go_evidence	*evidence;	/* one for each g->digest */
	const struct dx_go_signer	*signer;	/* one for each g->signoff */
	const struct dx_waivers		*waivers;	/* NULL: none */
	int64_t				 now;
	bool				 strict;	/* a condition is met only with valid evidence of its evidence_kind */
};

/* --- the decision --- */

enum dx_go_verdict { DX_GO_GO, DX_GO_CONDITIONAL, DX_GO_UNDECIDED, DX_GO_NO };	/* from good to bad */
extern const char *const dx_go_verdicts[];	/* of an item or criterion: "GO", "CONDITIONAL", "", "NO_GO" */
extern const char *const dx_go_decisions[];	/* of all: "GO", "GO_WITH_CONDITIONS", "UNDECIDED", "NO_GO" */

struct dx_go_finding {
	enum dx_reason	 reason;
	const char	*criterion, *item;	/* NULL: of none */
	const char	*detail;
};
struct dx_go_answer {
	enum dx_go_verdict	 verdict;
	const char		*detail;	/* "" when there is nothing to say */
	enum dx_reason		 reason;	/* DX_OK: none */
	const struct dx_waiver	*waiver;	/* that made it GO; NULL: none */
	bool			 blocks;	/* its condition is not met */
};
struct dx_go_decision {
	struct dx_arena		 arena;
	struct dx_go_answer	*item;				/* one for each g->item */
	enum dx_go_verdict	 criterion[DX_GO_CRITERIA];
	const char		*uncounted[DX_GO_ROLES];	/* one for each g->signoff: why it does not count; NULL: it does */
	enum dx_go_verdict	 overall;
	struct dx_go_finding	*finding;			/* in the order: items, risks, sign-offs, conditions */
	size_t			 finding_count;
	const struct dx_waiver	**unused;			/* waivers of this release that nothing needed */
	size_t			 unused_count;
	bool			 blocked[DX_DUE_COUNT];		/* something due then is not met */
};
/* signoff_same_person (one person signed two roles), waiver_dangling.  Texts of the result are of g, of the facts, or its arena's. */
int	dx_go_decide(const struct dx_go *g, const struct dx_go_facts *f, struct dx_go_decision *out, struct dx_err *err);
void	dx_go_decision_release(struct dx_go_decision *d);
/* Whether conditions still stand in the way of that phase: those due before it or before an earlier one. */
bool	dx_go_blocks(const struct dx_go_decision *d, enum dx_phase phase);
enum dx_exit	dx_go_exit(const struct dx_go_decision *d);

/* dealix.go.decision.v1 */
struct dx_json	dx_go_document(struct dx_arena *a, const struct dx_go *g, const struct dx_go_facts *f, const struct dx_go_decision *d);

#endif
