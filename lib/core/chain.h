/* chain: whether a run of stored entries holds together (ledger page 7): streamed once, O(log n) memory.  Pure. */
#ifndef DX_CORE_CHAIN_H
#define DX_CORE_CHAIN_H

#include "base/reason.h"
#include "core/entry.h"
#include "crypt/merkle.h"

struct dx_err;

/* A fault found; seq < 0: of the whole.  detail is borrowed for the call. */
typedef void	dx_chain_report_fn(void *ctx, enum dx_reason reason, int64_t seq, const char *detail);

struct dx_chain {
	char		 tenant_id[64];		/* expected; "" takes the first entry's */
	char		 origin[DX_ORIGIN_MAX + 1];	/* expected; "" takes the first entry's */
	int64_t		 next_seq;
	struct dx_sha256 last_leaf;		/* as computed */
	struct dx_sha256 last_other;		/* a hash the next entry may name instead, because its cause was reported already */
	bool		 has_other;
	int64_t		 last_recorded_at;
	struct dx_merkle tree;			/* over the leaves as computed from the bytes */
	struct dx_sha256 completed[DX_MERKLE_DEPTH];	/* levels 1..completed_count that the last leaf completed */
	unsigned	 completed_count;
	uint64_t	 bad;			/* faults reported */
	int64_t		 shift;			/* seq said minus seq stored under, of the last entry */
	struct { int64_t from, to; } missing[16];	/* seqs passed over, so that a late entry is told from a second one */
	unsigned	 missing_count;
	dx_chain_report_fn	*report;
	void		*report_ctx;
	struct dx_arena	 arena;			/* of the entry at hand */
	struct dx_buf	 scratch;		/* the text that is parsed */
	struct dx_buf	 canon;			/* the canonical bytes of an entry that is not plainly canonical */
};

void	dx_chain_init(struct dx_chain *c, const char *tenant_id, const char *origin, dx_chain_report_fn *report, void *ctx);
/* The next entry as stored: its bytes, the seq it is stored under (-1: not known), and the stored leaf and prev hashes (NULL when there are none,
 * as in a file of entries).  *doc is the parsed entry, borrowed until the next call, or NULL when it cannot be used further. */
void	dx_chain_next(struct dx_chain *c, const void *bytes, size_t n, int64_t stored_seq, const struct dx_sha256 *stored_leaf,
	    const struct dx_sha256 *stored_prev, const struct dx_json **doc);
/* The same for a text of n bytes and a NUL that is the caller's: it is written to, and *doc lives as long as it and the arena. */
void	dx_chain_take(struct dx_chain *c, struct dx_arena *a, char *text, size_t n, int64_t stored_seq,
	    const struct dx_sha256 *stored_leaf, const struct dx_sha256 *stored_prev, const struct dx_json **doc);
void	dx_chain_release(struct dx_chain *c);

#endif
