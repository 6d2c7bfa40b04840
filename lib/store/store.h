/* store: entries, payloads and the state that follows from them, behind one table of calls (ledger page 6).  A back end is
 * append-only entries plus a projection; SQL has its only home in store/sqlite*.  Decides nothing.
 *
 * Order: dx_store_locate, dx_store_open (read) or dx_store_open_write, then transactions: dx_store_begin, reads,
 * dx_store_append, dx_store_commit or dx_store_rollback; dx_store_close. */
#ifndef DX_STORE_STORE_H
#define DX_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/reason.h"
#include "core/apply.h"
#include "core/entry.h"
#include "crypt/digest.h"

struct dx_err;
struct dx_store;

/* Where the store is: `option` (--store: "sqlite:PATH", or a bare PATH: the folder, or its store.db), else `env` (DEALIX_STORE), else
 * the nearest .dealix/ upward from the working folder.  *path is the folder (malloc).  *exists says whether a store is there.
 * `usage` for a URL of another kind. With nothing found, *path is the .dealix at the top of the git work tree, else here. */
int	dx_store_locate(const char *option, const char *env, char **path, bool *exists, struct dx_err *err);

/* For reading: writes nothing, also on a folder that cannot be written.  store_unavailable (none there, or not readable),
 * store_version_unsupported, store_corrupt. */
int	dx_store_open(const char *path, struct dx_store **out, struct dx_err *err);
/* For writing.  With create, a missing store is prepared, and made in the first transaction that commits. */
int	dx_store_open_write(const char *path, bool create, struct dx_store **out, struct dx_err *err);
void	dx_store_close(struct dx_store *s);
const char	*dx_store_path(const struct dx_store *s);
/* True once this handle has created the store (known after the first commit). */
bool	dx_store_created(const struct dx_store *s);

struct dx_store_wait {			/* filled by dx_store_begin when given */
	int64_t	waited_ms;
};
/* One transaction of one tenant.  write: takes the flock queue, then BEGIN IMMEDIATE, waiting until deadline_ms
 * (dx_clock_mono_ms); store_busy when it passed, so a gate call tells a timeout by it.  A reader sees one snapshot. */
int	dx_store_begin(struct dx_store *s, const char *tenant, bool write, int64_t deadline_ms, struct dx_store_wait *wait,
	    struct dx_err *err);
int	dx_store_commit(struct dx_store *s, struct dx_err *err);	/* durable when it returns 0 */
void	dx_store_rollback(struct dx_store *s);
/* Within a write transaction: a mark, and back to it or past it.  One level. */
int	dx_store_mark(struct dx_store *s, struct dx_err *err);
int	dx_store_mark_back(struct dx_store *s, struct dx_err *err);
int	dx_store_mark_done(struct dx_store *s, struct dx_err *err);

/* --- state of the tenant of this transaction; strings live in the arena given --- */

struct dx_tenant_row { bool open; int64_t size, policy_version, principals_version, money_seq, held_micro; char origin[DX_ORIGIN_MAX + 1]; };
int	dx_store_tenant(struct dx_store *s, struct dx_tenant_row *out, struct dx_err *err);	/* open false: no such log */
/* The head, kept in memory within a transaction. */
int	dx_store_head(struct dx_store *s, const struct dx_head **out, struct dx_err *err);
/* Version 0: the current one.  Returns 1 found, 0 not, -1 error.  Rows' texts are copied into the arena. */
int	dx_store_policy(struct dx_store *s, struct dx_arena *a, int64_t version, struct dx_policy_row *out, struct dx_err *err);
int	dx_store_policies(struct dx_store *s, struct dx_arena *a, struct dx_policy_row **out, size_t *n, struct dx_err *err);	/* newest first */
int	dx_store_principals(struct dx_store *s, struct dx_arena *a, int64_t version, struct dx_policy_row *out, struct dx_err *err);
struct dx_rules_row { const char *rules_id, *version, *sha256; };
int	dx_store_rules(struct dx_store *s, struct dx_arena *a, struct dx_rules_row **out, size_t *n, struct dx_err *err);	/* in force, by id */
struct dx_budget_row { const char *scope_key, *created_by; int64_t limit_micro, held_micro; bool active; };
int	dx_store_budget(struct dx_store *s, struct dx_arena *a, const char *scope_key, struct dx_budget_row *out, struct dx_err *err);	/* 1, 0, -1 */
int	dx_store_budgets(struct dx_store *s, struct dx_arena *a, struct dx_budget_row **out, size_t *n, struct dx_err *err);	/* by scope */
/* The newest generation of a key.  1, 0, -1. */
int	dx_store_decision_by_key(struct dx_store *s, struct dx_arena *a, const char *source, bool dry_run, const char *key,
	    struct dx_decision_row *out, struct dx_err *err);
/* The newest generation of a key that still holds money.  1, 0, -1. */
int	dx_store_decision_holding(struct dx_store *s, struct dx_arena *a, const char *source, bool dry_run, const char *key,
	    struct dx_decision_row *out, struct dx_err *err);
int	dx_store_decision(struct dx_store *s, struct dx_arena *a, const char *decision_id, struct dx_decision_row *out,
	    struct dx_err *err);
int	dx_store_approval_of(struct dx_store *s, struct dx_arena *a, const char *decision_id, struct dx_approval_row *out,
	    struct dx_err *err);
/* Pending approvals with expires_at <= now_text, oldest first, at most max. */
int	dx_store_approvals_lapsed(struct dx_store *s, struct dx_arena *a, const char *now_text, size_t max,
	    struct dx_approval_row **out, size_t *n, struct dx_err *err);

/* Entries about evidence (core/apply.h), newest first, without reading the log.  event must be given; the others NULL or 0: any.  Rows
 * say where to look: what counts is the entry. */
struct dx_evidence_filter { const char *event, *subject_id, *kind, *commit_id; size_t limit; };
int	dx_store_evidence(struct dx_store *s, struct dx_arena *a, const struct dx_evidence_filter *f, struct dx_evidence_row **out, size_t *n,
	    struct dx_err *err);
/* How many subjects of the event begin so: 0, 1 with it in *out, 2 for more than one; -1. */
int	dx_store_evidence_named(struct dx_store *s, struct dx_arena *a, const char *event, const char *beginning, const char **out,
	    struct dx_err *err);

/* --- entries and payloads --- */

/* 1 with the bytes in the arena (NUL-terminated), 0 when absent, -1. The digest is checked against the bytes: a difference is
 * store_corrupt. */
int	dx_store_payload(struct dx_store *s, struct dx_arena *a, const char *sha256_hex, char **bytes, size_t *len,
	    struct dx_err *err);

struct dx_payload {
	char		 sha256[DX_SHA256_HEX];
	const void	*bytes;
	size_t		 len;
	const struct dx_json *doc;	/* its tree, or NULL: parsed when needed */
	bool		 fresh;		/* holds an id made for it: no other payload has its digest, so none is looked for */
};
/* Makes the entry that follows the head, stores payloads that are not there yet, the entry and the tree nodes it completes, and
 * applies it.  *seq is its number.  Everything is of this transaction.  On a log without entries, log_opened is the only event, and
 * its subject_id is the origin.  entry_too_large (nothing was written); after ledger_contended, semantic_violation or
 * store_unavailable (full disk, I/O) the transaction can only go back to the mark, or altogether. */
int	dx_store_append(struct dx_store *s, const struct dx_entry_draft *d, const struct dx_payload *payloads, size_t n, int64_t now,
	    int64_t *seq, struct dx_err *err);

struct dx_entry_filter {
	int64_t		 before_seq;		/* -1: none; entries with seq < it */
	const char	*event;			/* NULL: any */
	const char	*subject_id;		/* NULL: any */
	const char	*decision_id;		/* NULL: any */
	const char	*start_at, *end_at;	/* inclusive, printed times; NULL: open */
	int64_t		 limit;			/* 0: none */
	bool		 newest_first;
};
struct dx_stored_entry { int64_t seq; const char *bytes; size_t len; const struct dx_sha256 *leaf, *prev; };	/* lent for the call; bytes have a NUL */
/* Calls fn for each; stops when fn answers non-zero (returned when negative). */
typedef int	dx_entry_fn(void *ctx, const struct dx_stored_entry *e, struct dx_err *err);
int	dx_store_entries(struct dx_store *s, const struct dx_entry_filter *f, dx_entry_fn *fn, void *ctx, struct dx_err *err);
/* Root of a subtree: for roots and proofs (dx_merkle_node_fn with a struct dx_store_nodes). */
int	dx_store_node(struct dx_store *s, unsigned level, uint64_t idx, struct dx_sha256 *out, struct dx_err *err);
int	dx_store_root(struct dx_store *s, uint64_t size, struct dx_sha256 *out, struct dx_err *err);

/* --- verification --- */

/* A fault of the store. */
typedef void	dx_store_report_fn(void *ctx, enum dx_reason reason, const char *tenant, int64_t seq, const char *detail);
/* quick: found sound in one pass over the tables, so nothing had to be named. */
struct dx_store_verdict { char tenant_id[64]; char origin[DX_ORIGIN_MAX + 1]; int64_t size; struct dx_sha256 root; bool quick; };
enum {
	DX_VERIFY_PAYLOADS = 1,	/* their digests too, and that none is missing */
	DX_VERIFY_THOROUGH = 2	/* at once in the way that names each fault: what it finds is what is found without this, later */
};
/* Recomputes everything of one tenant inside a read transaction: guards, chain, tree nodes, payload digests, projections (applied to
 * an empty state and compared row by row), against the built-in schema.  how: a sum of the above.  Faults go to report; -1 only when
 * it cannot be read. */
int	dx_store_verify(struct dx_store *s, const char *tenant, unsigned how, dx_store_report_fn *report, void *ctx,
	    struct dx_store_verdict *out, struct dx_err *err);
/* The log domain of the store: that of its tenants' origins, in the arena; NULL in *out when it has no tenant yet. */
int	dx_store_domain(struct dx_store *s, struct dx_arena *a, const char **out, struct dx_err *err);
/* The tenants of the store, sorted. */
int	dx_store_tenants(struct dx_store *s, struct dx_arena *a, const char ***out, size_t *n, struct dx_err *err);

#endif
