/* register: what is claimed of each component, and whether it holds: truth registers, dealix.register.v1 (release-gates page 13.1).
 * Pure but for the tree that evidence and documents are looked up in; time and outcomes of tests are handed in. */
#ifndef DX_CHECK_REGISTER_H
#define DX_CHECK_REGISTER_H

#include "base/err.h"
#include "check/phrases.h"
#include "check/plan.h"
#include "crypt/digest.h"
#include "json/json.h"
#include "tree/tree.h"

#define DX_REGISTER_MAX		(16u << 20)	/* bytes of a document */
#define DX_REGISTER_ROWS	10000
#define DX_REGISTER_CLAIMS	512
#define DX_REGISTER_DAYS	90		/* an older audit is stale */
#define DX_REGISTER_TEXT	40		/* bytes of text that evidence needs to say something */

enum dx_status { DX_STATUS_PRODUCTION, DX_STATUS_PARTIAL, DX_STATUS_PILOT, DX_STATUS_TARGET, DX_STATUS_WATCH, DX_STATUS_RETIRED, DX_STATUSES };
extern const char *const dx_status_names[];	/* "Production", ..., "retired", NULL */

/* A line of a public document that may stand though a claim forbids it, or a finding of a check on documents is accepted. */
struct dx_exception {
	const char	*file;		/* NULL: any */
	const char	*code;		/* NULL: any */
	char		 line[DX_SHA256_HEX];	/* SHA-256 of the line's bytes without its end */
	int64_t		 expires;	/* us; at this instant it is expired */
};
struct dx_exceptions { struct dx_exception *item; size_t count; };
enum dx_excused { DX_EXCUSED_NOT, DX_EXCUSED, DX_EXCUSED_NO_MORE };
/* Whether that line (n bytes, no line end but perhaps CR) of that file is excused of that code. */
enum dx_excused	dx_excuse(const struct dx_exceptions *e, const char *file, const char *code, const char *line, size_t n, int64_t now);
/* Reads an array of {file?, code?, line_sha256, expires_at, reason}; v NULL: none. */
int	dx_exceptions_read(const struct dx_json *v, const char *at, struct dx_arena *a, struct dx_exceptions *out, struct dx_err *err);

/* Texts are the document's. */
struct dx_row {
	const char	*id, *plane, *component, *owner;
	const char	*audited_by, *edited_by;	/* NULL: not said */
	enum dx_status	 status;
	int64_t		 audited_at;			/* us */
	bool		 public_claim;			/* public_claim_allowed */
	struct dx_texts	 evidence;
	struct dx_texts	 allows;			/* words that documents may join to it all the same */
	char		 at[48];
};
enum dx_claim_kind { DX_CLAIM_APPROVED, DX_CLAIM_RESTRICTED, DX_CLAIM_FORBIDDEN };
struct dx_claim {
	const char	*id, *text, *text_ar, *qualifier, *qualifier_ar, *reason;	/* NULL: not said */
	enum dx_claim_kind kind;
	bool		 is_public;
	struct dx_texts	 evidence;
	struct dx_exceptions exceptions;
	char		 at[48];
};
struct dx_security { const char *name; bool claimed, certification; struct dx_texts evidence; char at[48]; };

struct dx_register {
	struct dx_arena		 arena;
	struct dx_json		 document;
	struct dx_sha256	 sha256;	/* of the canonical document */
	const char		*name, *as_of;
	bool			 capabilities;	/* the capability form */
	struct dx_row		*row;
	size_t			 rows;
	struct dx_claim		*claim;
	size_t			 claims;
	struct dx_security	*security;
	size_t			 securities;
	struct dx_texts		 publics;	/* globs of public documents; none: every document */
};

/* field_invalid, unknown_field, and those of reading JSON, with the pointer.  text is copied. */
int	dx_register_parse(const char *text, size_t len, struct dx_register **out, struct dx_err *err);
void	dx_register_free(struct dx_register *r);

/* What is asked while judging. */
struct dx_register_world {
	struct dx_tree	*tree;		/* of evidence paths */
	int64_t		 now;		/* us */
	/* Of "test:NAME", "check:GATE/CHECK" and "evidence:SHA256": 1 passed, 0 did not, -1 nothing says anything of it. */
	int		(*outcome)(void *ctx, const char *what);
	void		*ctx;
};

/* What was found, in the arena; each finding is {code, detail, ...}. */
struct dx_register_found {
	struct dx_arena	*arena;
	struct dx_json	 errors, warnings;	/* arrays */
	struct dx_json	 audit;			/* array of {id, verdict, detail}, those that are not SUPPORTED */
	unsigned	 verdicts[3];		/* how many of each, by dx_audit_verdicts */
};
enum dx_audit_verdict { DX_SUPPORTED, DX_UNSUPPORTED, DX_AMBIGUOUS };
extern const char *const dx_audit_verdicts[];
void	dx_register_found_init(struct dx_register_found *f, struct dx_arena *a);

/* Rows, summary, security claims and the evidence of claims. */
void	dx_register_judge(const struct dx_register *r, const struct dx_register_world *w, struct dx_register_found *f);
/* Claims in one public document: claim_forbidden, claim_unqualified. */
void	dx_register_scan(const struct dx_register *r, const char *file, const char *bytes, size_t len, int64_t now,
	    struct dx_register_found *f);
/* Whether any claim is looked for in documents. */
bool	dx_register_scans(const struct dx_register *r);
/* Whether that path is a public document by `publics` and its name. */
bool	dx_register_is_public(const struct dx_register *r, const char *path);
/* dealix.register.report.v1 */
struct dx_json	dx_register_report(const struct dx_register *r, int64_t now, const struct dx_register_found *f);
/* The audit as a whole: UNSUPPORTED with an error, else AMBIGUOUS with such a verdict, else SUPPORTED. */
enum dx_audit_verdict	dx_register_verdict(const struct dx_register_found *f);

#endif
