/* Transactions: the queue, the store made in the first of them, marks, and the -wal kept short (ledger page 6, measured "SQLite").
 * dx_store_close is here too, because it may have a transaction to end and a -wal to shorten. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "store/locate.h"
#include "store/sqlite.h"

#define WAL_SHORT	64	/* frames: one-shot processes leave no more behind */
#define WAL_LONG	1000	/* frames: a process that commits again and again */
#define QUEUE_TRIES	100	/* a millisecond apart, where there is no store yet */

static void
forget(struct dx_store *s)
{
	s->txn = DX_TXN_NONE;
	s->failed = s->evidence_made = false;
	s->tip.known = s->tip.size_due = s->tip.money_due = s->tip.row_known = false;
	s->tip.have = 0;
}

static void
unlock(struct dx_store *s)
{
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	s->lock_fd = -1;
}

/* --- the making of a store --- */

static int
make_folder(struct dx_store *s, struct dx_err *err)
{
	if (mkdir(s->path, 0700) == 0) {
		s->made_folder = true;
		if (chmod(s->path, 0700) != 0)
			return dx_err_sys(err, DX_R_STORE_UNAVAILABLE, errno, "%s", s->path);
		return 0;
	}
	return errno == EEXIST ? 0 : dx_err_sys(err, DX_R_STORE_UNAVAILABLE, errno, "%s: cannot be made", s->path);
}

/* An empty file of mode 0600 whatever the umask, or the one that is there. */
static int
make_file(const char *path, const char *text, bool *made, struct dx_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc = 0;

	if (fd < 0)
		return errno == EEXIST ? 0 : dx_err_sys(err, DX_R_STORE_UNAVAILABLE, errno, "%s: cannot be made", path);
	*made = true;
	if (fchmod(fd, 0600) != 0)
		rc = dx_err_sys(err, DX_R_STORE_UNAVAILABLE, errno, "%s", path);
	if (rc == 0 && text[0] != '\0')
		rc = dx_fd_write(fd, path, text, strlen(text), err);
	close(fd);
	return rc;
}

static char *
inside(const struct dx_store *s, const char *name)
{
	struct dx_buf b = { 0 };

	dx_buf_printf(&b, "%s/%s", s->path, name);
	return dx_buf_take(&b);
}

/* Under the lock: the files, and an empty database in which the schema will be the transaction's first change. */
static int
prepare_new(struct dx_store *s, struct dx_err *err)
{
	char *ignore = inside(s, DX_STORE_IGNORE);
	int rc = make_file(ignore, "*\n", &s->made_ignore, err);

	free(ignore);
	s->making = true;
	if (rc != 0 || make_file(s->db, "", &s->made_db, err) != 0 || dx_sql_open(&s->sql, s->db, DX_SQL_WRITE, err) != 0)
		return -1;
	dx_store_watch(s);
	if (dx_sql_exec(&s->sql, dx_sql_new, s->db, err) != 0 || dx_sql_exec(&s->sql, dx_sql_setup_write, s->db, err) != 0)
		return -1;
	return 0;
}

static void
remove_inside(const struct dx_store *s, const char *name)
{
	char *path = inside(s, name);

	(void)unlink(path);
	free(path);
}

/* A transaction that was to make the store did not commit: nothing is left.  The lock is held, so nobody else is at it; who
 * waits for it finds its file gone and begins anew. */
static void
unmake(struct dx_store *s)
{
	dx_sql_close(&s->sql);
	if (s->made_db) {
		remove_inside(s, DX_STORE_DB);
		remove_inside(s, DX_STORE_DB "-wal");
		remove_inside(s, DX_STORE_DB "-shm");
	}
	if (s->made_ignore)
		remove_inside(s, DX_STORE_IGNORE);
	if (s->made_lock)
		remove_inside(s, DX_STORE_LOCK);
	if (s->made_folder)
		(void)rmdir(s->path);
	s->making = s->made_db = s->made_ignore = s->made_lock = s->made_folder = false;
}

/* The folder's entries, and the folder's own in the one above, made durable before anybody is told. */
static int
sync_new(const struct dx_store *s, struct dx_err *err)
{
	char *above = inside(s, "..");
	int rc = dx_dir_sync(s->path, err);

	if (rc == 0 && s->made_folder)
		rc = dx_dir_sync(above, err);
	free(above);
	return rc;
}

/* --- begin --- */

static int
queue(struct dx_store *s, int64_t deadline_ms, struct dx_store_wait *wait, struct dx_err *err)
{
	struct dx_err why = { 0 };
	const struct timespec moment = { 0, 1000000 };
	int64_t waited = 0;
	bool absent;
	int rc;

	for (int tries = 1;; tries++) {
		if (s->create && make_folder(s, err) != 0)
			return -1;
		absent = access(s->lock, F_OK) != 0;
		dx_err_clear(&why);
		rc = dx_file_lock(s->lock, deadline_ms, &s->lock_fd, &waited, &why);
		if (rc >= 0 || !s->create || tries == QUEUE_TRIES)
			break;
		(void)nanosleep(&moment, NULL);		/* perhaps another one took its folder back between mkdir and lock */
	}
	if (wait != NULL)
		wait->waited_ms = waited;
	if (rc < 0) {
		s->lock_fd = -1;
		return dx_err_set(err, DX_R_STORE_UNAVAILABLE, "%s", why.text);
	}
	if (rc == 0) {
		s->lock_fd = -1;
		return dx_err_set(err, DX_R_STORE_BUSY, "%s: still taken after %lld ms", s->lock, (long long)waited);
	}
	s->made_lock = absent;
	if (absent && fchmod(s->lock_fd, 0600) != 0)
		return dx_err_sys(err, DX_R_STORE_UNAVAILABLE, errno, "%s", s->lock);
	return 0;
}

/* Steps of the schema that a newer program brought, each a transaction of its own, under the lock. */
static int
bring_up(struct dx_store *s, struct dx_err *err)
{
	int64_t version;

	if (dx_sql_int(&s->sql, DX_SQL_USER_VERSION, &version, err) != 0)
		return -1;
	if (version > DX_SQL_VERSION || version < 1)
		return dx_err_set(err, DX_R_STORE_VERSION_UNSUPPORTED, "%s: the store has schema version %lld, this program knows %d",
		    s->db, (long long)version, DX_SQL_VERSION);
	for (; version < DX_SQL_VERSION; version++) {
		if (dx_sql_run(&s->sql, DX_SQL_BEGIN_WRITE, err, "") < 0)
			return -1;
		if (dx_sql_migrate(&s->sql, version, version + 1, err) != 0 ||
		    dx_sql_run(&s->sql, DX_SQL_COMMIT, err, "") < 0) {
			(void)dx_sql_run(&s->sql, DX_SQL_ROLLBACK, NULL, "");
			return -1;
		}
	}
	return 0;
}

static int
begin_write(struct dx_store *s, int64_t deadline_ms, struct dx_store_wait *wait, struct dx_err *err)
{
	int64_t rest;
	int rc = 1;

	if (!s->write)
		DX_BUG("a store that was opened for reading was to be written");
	if (queue(s, deadline_ms, wait, err) != 0)
		return -1;
	if (s->sql.db == NULL)
		rc = dx_store_connect(s, err);
	if (rc == 0)
		rc = prepare_new(s, err);
	else if (rc > 0)
		rc = bring_up(s, err);
	if (rc != 0)
		return -1;
	rest = deadline_ms - dx_clock_mono_ms();
	(void)sqlite3_busy_timeout(s->sql.db, rest > 0 ? rest < 60000 ? (int)rest : 60000 : 0);
	if (dx_sql_run(&s->sql, DX_SQL_BEGIN_WRITE, err, "") < 0)
		return -1;
	return s->making ? dx_sql_migrate(&s->sql, 0, DX_SQL_VERSION, err) : 0;
}

/* No store yet: what a reader sees is an empty one. */
static int
begin_read(struct dx_store *s, struct dx_err *err)
{
	struct dx_tenant_row row;
	int rc = s->sql.db != NULL ? 1 : dx_store_connect(s, err);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		if (dx_sql_open(&s->sql, "", DX_SQL_SCRATCH, err) != 0 || dx_sql_migrate(&s->sql, 0, DX_SQL_VERSION, err) != 0)
			return -1;
		s->standin = true;
	}
	(void)sqlite3_busy_timeout(s->sql.db, DX_STORE_READ_WAIT_MS);
	if (dx_sql_run(&s->sql, DX_SQL_BEGIN_READ, err, "") < 0)
		return -1;
	return dx_store_tenant(s, &row, err);	/* the snapshot is taken by the first read */
}

int
dx_store_begin(struct dx_store *s, const char *tenant, bool write, int64_t deadline_ms, struct dx_store_wait *wait,
    struct dx_err *err)
{
	if (s->txn != DX_TXN_NONE)
		DX_BUG("a transaction within a transaction");
	if (strlen(tenant) >= sizeof(s->tenant))
		DX_BUG("a tenant's name that is too long");
	memcpy(s->tenant, tenant, strlen(tenant) + 1);
	forget(s);
	s->txn = write ? DX_TXN_WRITE : DX_TXN_READ;
	if (wait != NULL)
		wait->waited_ms = 0;
	if ((write ? begin_write(s, deadline_ms, wait, err) : begin_read(s, err)) == 0)
		return 0;
	dx_store_rollback(s);
	return -1;
}

/* --- end --- */

/* A full disk or the like makes SQLite take the whole transaction back by itself. */
static int
still_open(struct dx_store *s, struct dx_err *err)
{
	if (sqlite3_get_autocommit(s->sql.db) == 0)
		return 0;
	return dx_err_set(err, DX_R_STORE_UNAVAILABLE, "%s: the transaction was taken back", s->db);
}

/* While the lock is held nobody writes, so only a reader can keep the -wal from being emptied; then the next one does it. */
static void
shorten(struct dx_store *s, int more_than, int how)
{
	if (s->wal_frames <= more_than)
		return;
	(void)sqlite3_busy_timeout(s->sql.db, 0);
	if (sqlite3_wal_checkpoint_v2(s->sql.db, NULL, how, NULL, NULL) != SQLITE_OK)
		return;
	s->wal_frames = 0;
	s->wal_left = how != SQLITE_CHECKPOINT_TRUNCATE;
}

static void
drop_standin(struct dx_store *s)
{
	if (s->standin)
		dx_sql_close(&s->sql);
	s->standin = false;
}

int
dx_store_commit(struct dx_store *s, struct dx_err *err)
{
	bool write = s->txn == DX_TXN_WRITE;

	if (s->txn == DX_TXN_NONE)
		DX_BUG("a commit without a transaction");
	if (s->failed)
		DX_BUG("a commit after an append that failed");
	if (still_open(s, err) != 0 || dx_store_size_now(s, err) != 0 || dx_sql_run(&s->sql, DX_SQL_COMMIT, err, "") < 0) {
		dx_store_rollback(s);
		return -1;
	}
	if (s->making) {
		s->making = false;
		s->created = true;
		s->wal_frames = WAL_LONG + 1;	/* so that the file's header tells what it is */
		if (sync_new(s, err) != 0) {
			forget(s);
			unlock(s);
			return -1;
		}
	}
	if (write && s->committed)
		shorten(s, WAL_LONG, SQLITE_CHECKPOINT_RESTART);	/* the next frames go where these were: no room is sought */
	else if (write)
		shorten(s, WAL_SHORT, SQLITE_CHECKPOINT_TRUNCATE);
	s->committed |= write;
	forget(s);
	drop_standin(s);
	unlock(s);
	return 0;
}

void
dx_store_rollback(struct dx_store *s)
{
	if (s->txn == DX_TXN_NONE)
		return;
	if (s->sql.db != NULL && sqlite3_get_autocommit(s->sql.db) == 0)
		(void)dx_sql_run(&s->sql, DX_SQL_ROLLBACK, NULL, "");
	if (s->making)
		unmake(s);
	s->made_db = s->made_folder = s->made_lock = s->made_ignore = false;
	forget(s);
	drop_standin(s);
	unlock(s);
}

int
dx_store_mark(struct dx_store *s, struct dx_err *err)
{
	s->mark = s->tip;
	return dx_sql_run(&s->sql, DX_SQL_MARK, err, "") < 0 ? -1 : 0;
}

int
dx_store_mark_back(struct dx_store *s, struct dx_err *err)
{
	if (still_open(s, err) != 0 || dx_sql_run(&s->sql, DX_SQL_MARK_BACK, err, "") < 0 || dx_sql_run(&s->sql, DX_SQL_MARK_DONE, err, "") < 0)
		return -1;
	s->tip = s->mark;
	s->tip.row_known = false;
	s->failed = false;
	return 0;
}

int
dx_store_mark_done(struct dx_store *s, struct dx_err *err)
{
	return dx_sql_run(&s->sql, DX_SQL_MARK_DONE, err, "") < 0 ? -1 : 0;
}

void
dx_store_close(struct dx_store *s)
{
	if (s == NULL)
		return;
	dx_store_rollback(s);
	/* after many commits the -wal may be long; when others are at it, they shorten it */
	if ((s->wal_left || s->wal_frames > WAL_SHORT) && dx_file_lock(s->lock, 0, &s->lock_fd, NULL, NULL) > 0)
		shorten(s, -1, SQLITE_CHECKPOINT_TRUNCATE);
	unlock(s);
	dx_sql_close(&s->sql);
	dx_apply_release(&s->apply);
	dx_arena_release(&s->arena);
	dx_buf_release(&s->bytes);
	free(s->path);
	free(s->db);
	free(s->lock);
	free(s);
}
