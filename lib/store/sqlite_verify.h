/* sqlite_verify: what the parts of a verification share. */
#ifndef DX_STORE_SQLITE_VERIFY_H
#define DX_STORE_SQLITE_VERIFY_H

#include "core/chain.h"
#include "store/sqlite.h"

#define DX_VERIFY_BAD	1024		/* damaged payloads that are remembered, to name the entries that need them */

struct dx_verify {
	struct dx_store		*s;
	bool			 payloads;
	dx_store_report_fn	*report;
	void			*ctx;
	struct dx_err		*err;
	struct dx_sql		 scratch;	/* the state as the entries give it */
	struct dx_sql_state	 sink;
	struct dx_state_ops	 ops;		/* those of the sink, but for tenant_size: written once, at the end */
	struct dx_apply		 apply;
	struct dx_arena		 arena;
	struct dx_chain		 chain;
	const struct dx_json	*entry;		/* at hand */
	int64_t			 seq;
	bool			 named_missing;	/* this entry's payloads were complained of already */
	bool			 whole;		/* every entry so far was applied */
	int			 fatal;		/* -1: reading failed, err is set */
	struct dx_sha256	*bad;
	size_t			 bad_count;
	struct { sqlite3_stmt *st; bool more; } level[DX_MERKLE_DEPTH + 1];
};

void	dx_verify_say(struct dx_verify *v, enum dx_reason reason, int64_t seq, const char *detail);

/* Hashes every payload of the tenant.  0 or -1. */
int	dx_verify_payloads(struct dx_verify *v);
/* dx_entry_payloads' call for the entry at hand. */
int	dx_verify_named(void *verify, const char *sha256_hex);
/* The payload callback of apply. */
const struct dx_json	*dx_verify_payload(void *verify, const char *sha256_hex);

/* A node that an entry completed against the stored one; failures are in v->fatal. */
void	dx_verify_node(struct dx_verify *v, unsigned level, int64_t idx, const struct dx_sha256 *hash);
/* Stored nodes that no entry completed.  0 or -1. */
int	dx_verify_surplus(struct dx_verify *v);
void	dx_verify_nodes_release(struct dx_verify *v);

#endif
