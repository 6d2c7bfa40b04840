/* sqlite: what the parts of the SQLite store share.  A connection with its named statements; the open store. */
#ifndef DX_STORE_SQLITE_H
#define DX_STORE_SQLITE_H

#include <sqlite3.h>
#include "store/sqlite_sql.h"
#include "store/store.h"

/* --- a connection --- */

struct dx_sql {
	sqlite3		*db;		/* NULL: none */
	sqlite3_stmt	*stmt[DX_SQL_COUNT];	/* prepared when first used */
};

enum dx_sql_open { DX_SQL_READ, DX_SQL_IMMUTABLE, DX_SQL_WRITE, DX_SQL_SCRATCH };
/* path is ignored for a scratch, which is a private empty database, kept in memory and spilled to a temporary file. */
int	dx_sql_open(struct dx_sql *q, const char *path, enum dx_sql_open how, struct dx_err *err);
void	dx_sql_close(struct dx_sql *q);
const char	*dx_sql_vfs(void);	/* for those that write; NULL: the system's */
/* The reason of a result code and sqlite's words. */
int	dx_sql_fail(struct dx_sql *q, int rc, const char *what, struct dx_err *err);
int	dx_sql_exec(struct dx_sql *q, const char *texts, const char *what, struct dx_err *err);

/* Binds by a letter each: t text, T text or NULL, i int64_t, h const struct dx_sha256 *, x hex digest as 32 bytes, X that or
 * NULL, b bytes and size_t.  What is bound is borrowed until the statement is done. */
/* Steps to its end.  Returns the rows changed, or -1. */
int	dx_sql_run(struct dx_sql *q, enum dx_sql_id id, struct dx_err *err, const char *types, ...);
/* Steps once: 1 with a row in *st (dx_sql_done afterwards), 0 without, -1. */
int	dx_sql_row(struct dx_sql *q, enum dx_sql_id id, sqlite3_stmt **st, struct dx_err *err, const char *types, ...);
/* The next row of a statement that gave one.  As above. */
int	dx_sql_next(struct dx_sql *q, sqlite3_stmt *st, struct dx_err *err);
void	dx_sql_done(sqlite3_stmt *st);
/* A statement of its own, bound and not yet stepped, where one is not enough; sqlite3_finalize. */
int	dx_sql_cursor(struct dx_sql *q, enum dx_sql_id id, sqlite3_stmt **st, struct dx_err *err, const char *types, ...);
/* One integer; store_corrupt where there is none. */
int	dx_sql_int(struct dx_sql *q, enum dx_sql_id id, int64_t *out, struct dx_err *err);

/* Columns.  Texts are copied into the arena; NULL stays NULL.  A digest that is none answers false. */
const char	*dx_sql_text_at(struct dx_arena *a, sqlite3_stmt *st, int col);
bool	dx_sql_digest_at(sqlite3_stmt *st, int col, struct dx_sha256 *out);	/* NULL or wrong length: false */
const char	*dx_sql_hex_at(struct dx_arena *a, sqlite3_stmt *st, int col);	/* NULL: none, or no digest */

/* Application and version: 1 ours, 0 an empty database, -1 (store_version_unsupported, ...).  *version may be older. */
int	dx_sql_identify(struct dx_sql *q, int64_t *version, struct dx_err *err);
/* The schema steps from one version to another, inside a transaction of the caller; tables that an existing store gets are filled from
 * its log. */
int	dx_sql_migrate(struct dx_sql *q, int64_t version, int64_t to, struct dx_err *err);

/* The table of evidence filled from the log of a tenant, or of each (NULL). */
int	dx_sql_fill_evidence(struct dx_sql *q, const char *tenant, struct dx_err *err);

/* --- state: the sink of apply --- */

struct dx_sql_state {
	struct dx_sql	*sql;
	const char	*tenant;
	bool		 moved;		/* the tenant's row was changed, since somebody said it was not */
};
extern const struct dx_state_ops dx_sql_state_ops;

/* --- the open store --- */

enum dx_txn { DX_TXN_NONE, DX_TXN_READ, DX_TXN_WRITE };

/* Where the log stands; a copy of it is what a mark goes back to. */
struct dx_tip {
	bool		 known;
	bool		 size_due;		/* tenant.size is behind head.size: written at the commit */
	bool		 money_due;		/* and tenant.money_seq behind this */
	int64_t		 money_seq;
	bool		 row_known;		/* row is that of the tenant, unless the sink moved it */
	struct dx_tenant_row row;
	struct dx_head	 head;
	uint64_t	 have;			/* bit k: frontier[k] is loaded */
	struct dx_sha256 frontier[DX_SHA256_SIZE * 2];	/* [k]: root of the complete subtree of 2^k leaves that ends the log */
};

struct dx_store {
	char		*path, *db, *lock;
	bool		 write, create;
	struct dx_sql	 sql;
	bool		 standin;		/* sql is an empty scratch, because there is no store yet */
	int		 lock_fd;		/* -1: not held */
	enum dx_txn	 txn;
	bool		 failed;		/* an append left something half done */
	bool		 making;		/* this transaction makes the store */
	bool		 made_folder, made_lock, made_db, made_ignore;	/* by this handle, to be taken back on rollback */
	bool		 created;
	bool		 evidence_made;		/* in this transaction's own memory, because the schema is older */
	bool		 committed;		/* something was, since the store was opened */
	unsigned	 appended;		/* by this handle */
	int		 wal_frames;		/* after the last commit */
	bool		 wal_left;		/* all of the -wal is copied back, but the file is still long */
	char		 tenant[64];
	struct dx_tip	 tip, mark;
	struct dx_state_ops	 ops;		/* those of the sink, but for tenant_size */
	struct dx_apply	 apply;
	struct dx_sql_state sink;
	struct dx_arena	 arena;			/* of the append at hand */
	struct dx_buf	 bytes;
	const struct dx_payload *payloads;	/* of the append at hand */
	size_t		 payload_count;
};

/* --- verification --- */

/* The rows of a statement (its first column the key, in its order; ?1 the tenant) in the store against those of the scratch.
 * Says "<what> <key>: ..." of each that differs, at most 100. */
typedef void	dx_sql_differs_fn(void *ctx, const char *text);
int	dx_sql_compare(struct dx_sql *store, struct dx_sql *scratch, enum dx_sql_id id, const char *tenant, const char *what,
	    dx_sql_differs_fn *differs, void *ctx, struct dx_err *err);

/* tenant_size and money_seq of a store's apply: a transaction writes the figures once, at its end. */
int	dx_store_size_later(void *sink, int64_t size, struct dx_err *err);
int	dx_store_money_later(void *sink, int64_t seq, struct dx_err *err);
int	dx_store_size_now(struct dx_store *s, struct dx_err *err);	/* both of them */
/* The payload callback of apply: the append's own payloads first, then those stored. */
const struct dx_json	*dx_store_apply_payload(void *store, const char *sha256_hex);
/* Learns the length of the -wal from each commit of the connection. */
void	dx_store_watch(struct dx_store *s);
#define DX_STORE_READ_WAIT_MS	5000	/* a reader meets a lock only while another process recovers the -wal */
/* Where there is a store at s->db, opens it; 1 opened, 0 there is none, -1. */
int	dx_store_connect(struct dx_store *s, struct dx_err *err);

#endif
