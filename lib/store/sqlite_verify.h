/* sqlite_verify: what the parts of a verification share. */
#ifndef DX_STORE_SQLITE_VERIFY_H
#define DX_STORE_SQLITE_VERIFY_H

#include "core/chain.h"
#include "store/sqlite.h"

#define DX_VERIFY_BAD	1024		/* damaged payloads that are remembered, to name the entries that need them */
#define DX_VERIFY_NOTES	16384		/* of a kind; what needs more is no quick matter */

struct dx_verify_ahead;
struct dx_verify_state;

struct dx_verify {
	struct dx_store		*s;
	bool			 payloads;
	dx_store_report_fn	*report;
	void			*ctx;
	struct dx_err		*err;
	int64_t			 version;	/* of the store's schema, which an older program may have made */
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
	bool			 said;		/* something was reported */
	bool			 quick, doubt;	/* nothing is reported but that there would be something */
	struct dx_verify_ahead	*ahead;		/* both of the quick way, else NULL */
	struct dx_verify_state	*state;
	struct dx_sha256	*bad;
	size_t			 bad_count;
	struct { sqlite3_stmt *st; bool more; } level[DX_MERKLE_DEPTH + 1];
};

void	dx_verify_say(struct dx_verify *v, enum dx_reason reason, int64_t seq, const char *detail);

/* The entry at hand (v->seq), which is well linked, the size of the log with it and the tree nodes that it completed: replayed.
 * 0 or v->fatal. */
int	dx_verify_replay(struct dx_verify *v, const struct dx_json *entry, uint64_t size, const struct dx_sha256 *node, unsigned nodes);

/* The pages of the tables and indexes, as SQLite checks them, and what the schema demands of each row.  0 or -1. */
int	dx_verify_pages(struct dx_verify *v);

/* --- the quick way --- */

/* Whether all of the log, the payloads, the tree and the state is certainly sound.  False: it may be so all the same. */
bool	dx_verify_quick(struct dx_verify *v, const struct dx_tenant_row *row);

/* The tenant's payloads in the order of storage; with digests each is compared with its name. */
struct dx_verify_ahead	*dx_verify_ahead_new(struct dx_store *s, bool digests);
void	dx_verify_ahead_free(struct dx_verify_ahead *p);
/* False: look it up.  What is true of a damaged payload too, which dx_verify_ahead_sound tells. */
bool	dx_verify_ahead_has(struct dx_verify_ahead *p, const struct dx_sha256 *name);
/* NULL: look it up.  Borrowed until the next call. */
const struct dx_buf	*dx_verify_ahead_bytes(struct dx_verify_ahead *p, const struct dx_sha256 *name);
/* Reads the rest; whether every payload could be read and, with digests, has its name, and the index is that of the table. */
bool	dx_verify_ahead_sound(struct dx_verify_ahead *p);

/* Every row of the table of payloads, then the index against them. */
struct dx_verify_index	*dx_verify_index_new(void);
void	dx_verify_index_free(struct dx_verify_index *x);
/* The row that a statement is at, whose first columns are tenant, name and rowid.  False: it cannot be one. */
bool	dx_verify_index_row(struct dx_verify_index *x, sqlite3_stmt *st);
bool	dx_verify_index_sound(struct dx_verify_index *x, struct dx_sql *q);

/* Notes by key; both structs start as { 0 }.  Texts are copied; word and stamp may be NULL. */
struct dx_note { char *key, *word, *stamp; int64_t a, b; bool on; };
struct dx_notes { void *root; unsigned count; };
struct dx_note	*dx_note_find(const struct dx_notes *n, const char *key);	/* NULL: none */
/* A key that is not there yet.  NULL where there are too many notes. */
struct dx_note	*dx_note_put(struct dx_notes *n, const char *key, const char *word, const char *stamp, int64_t a, int64_t b);
void	dx_note_drop(struct dx_notes *n, struct dx_note *note);
void	dx_notes_release(struct dx_notes *n);

/* The rows of state against what apply tells of them; *seq is that of the entry at hand. */
extern const struct dx_state_ops	dx_verify_state_ops;
struct dx_verify_state	*dx_verify_state_new(struct dx_store *s, int64_t version, const int64_t *seq);
void	dx_verify_state_free(struct dx_verify_state *t);
/* After the last entry of a log of that size: whether no row is left over and all sums are those stored. */
bool	dx_verify_state_sound(struct dx_verify_state *t, int64_t size);

/* --- the thorough way --- */

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
