/* A connection: opened with the settings of ledger page 6.1, statements prepared when first used, values bound. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "store/sqlite.h"

int
dx_sql_fail(struct dx_sql *q, int rc, const char *what, struct dx_err *err)
{
	const char *words = q->db != NULL ? sqlite3_errmsg(q->db) : sqlite3_errstr(rc);
	enum dx_reason reason = DX_R_STORE_UNAVAILABLE;

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		reason = DX_R_STORE_BUSY;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_FORMAT:
	case SQLITE_MISMATCH:
	case SQLITE_ERROR:		/* no such table, no such column: the schema is not ours */
		reason = DX_R_STORE_CORRUPT;
		break;
	case SQLITE_NOTADB:
		reason = DX_R_STORE_VERSION_UNSUPPORTED;
		break;
	case SQLITE_CONSTRAINT:
		reason = strcmp(words, "ledger_immutable") == 0 ? DX_R_LEDGER_IMMUTABLE :
		    strcmp(words, "ledger_seq_conflict") == 0 || strcmp(words, "ledger_prev_mismatch") == 0 ?
		    DX_R_LEDGER_CONTENDED : DX_R_SEMANTIC_VIOLATION;
		break;
	default:			/* full disk, I/O, permissions, memory */
		break;
	}
	return dx_err_set(err, reason, "%s: %s", what, words);
}

int
dx_sql_exec(struct dx_sql *q, const char *texts, const char *what, struct dx_err *err)
{
	int rc = sqlite3_exec(q->db, texts, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : dx_sql_fail(q, rc, what, err);
}

/* --- opening --- */

/* "file:" and the path with the three characters that mean something in a URI escaped. */
static void
immutable_uri(const char *path, struct dx_buf *out)
{
	dx_buf_puts(out, "file:");
	for (; *path != '\0'; path++) {
		if (strchr("%?#", *path) != NULL)
			dx_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*path);
		else
			dx_buf_putc(out, *path);
	}
	dx_buf_puts(out, "?immutable=1");
}

static int
open_file(struct dx_sql *q, const char *path, enum dx_sql_open how)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	struct dx_buf uri = { 0 };
	int rc;

	switch (how) {
	case DX_SQL_IMMUTABLE:
		immutable_uri(path, &uri);
		rc = sqlite3_open_v2(uri.data, &q->db, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
		dx_buf_release(&uri);
		return rc;
	case DX_SQL_SCRATCH:
		return sqlite3_open_v2("", &q->db, flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	case DX_SQL_WRITE:
		return sqlite3_open_v2(path, &q->db, flags | SQLITE_OPEN_READWRITE, dx_sql_vfs());
	case DX_SQL_READ:
	default:
		return sqlite3_open_v2(path, &q->db, flags | SQLITE_OPEN_READONLY, NULL);
	}
}

static void
configure(sqlite3 *db)
{
	(void)sqlite3_busy_timeout(db, DX_STORE_READ_WAIT_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
}

int
dx_sql_open(struct dx_sql *q, const char *path, enum dx_sql_open how, struct dx_err *err)
{
	int rc, on = 1;

	/* before the first connection; later calls are refused and change nothing */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	memset(q, 0, sizeof(*q));
	rc = open_file(q, path, how);
	if (rc != SQLITE_OK) {
		(void)dx_sql_fail(q, rc, path, err);
		dx_sql_close(q);
		return -1;
	}
	configure(q->db);
	if (dx_sql_exec(q, dx_sql_setup, path, err) != 0)
		goto fail;
	if (how == DX_SQL_WRITE)
		(void)sqlite3_file_control(q->db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	if (how == DX_SQL_SCRATCH && dx_sql_exec(q, dx_sql_setup_scratch, "scratch", err) != 0)
		goto fail;
	return 0;
fail:
	dx_sql_close(q);
	return -1;
}

void
dx_sql_close(struct dx_sql *q)
{
	for (size_t i = 0; i < DX_SQL_COUNT; i++) {
		(void)sqlite3_finalize(q->stmt[i]);
		q->stmt[i] = NULL;
	}
	if (q->db != NULL && sqlite3_close(q->db) != SQLITE_OK)
		DX_BUG("a statement of a closed store is still open");
	q->db = NULL;
}

/* --- statements --- */

static int
prepare(struct dx_sql *q, enum dx_sql_id id, struct dx_err *err)
{
	int rc;

	if (q->stmt[id] != NULL) {
		(void)sqlite3_reset(q->stmt[id]);
		return 0;
	}
	rc = sqlite3_prepare_v3(q->db, dx_sql_text[id], -1, SQLITE_PREPARE_PERSISTENT, &q->stmt[id], NULL);
	return rc == SQLITE_OK ? 0 : dx_sql_fail(q, rc, "store", err);
}

static int
bind_hex(sqlite3_stmt *st, int i, const char *hex)
{
	struct dx_sha256 d;

	if (hex == NULL)
		return sqlite3_bind_null(st, i);
	if (!dx_sha256_unhex(hex, &d))
		DX_BUG("a digest that is none was to be stored");
	return sqlite3_bind_blob(st, i, d.b, sizeof(d.b), SQLITE_TRANSIENT);
}

static int
bind_all(sqlite3_stmt *st, const char *types, va_list ap)
{
	int rc = SQLITE_OK;
	const void *bytes;

	for (int i = 1; *types != '\0' && rc == SQLITE_OK; types++, i++) {
		switch (*types) {
		case 't':
		case 'T':		/* a NULL pointer binds NULL; NOT NULL is the schema's to refuse */
			rc = sqlite3_bind_text(st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'i':
			rc = sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
			break;
		case 'h':
			rc = sqlite3_bind_blob(st, i, va_arg(ap, const struct dx_sha256 *), DX_SHA256_SIZE, SQLITE_STATIC);
			break;
		case 'x':
		case 'X':
			rc = bind_hex(st, i, va_arg(ap, const char *));
			break;
		case 'b':
			bytes = va_arg(ap, const void *);
			rc = sqlite3_bind_blob64(st, i, bytes, va_arg(ap, size_t), SQLITE_STATIC);
			break;
		default:
			DX_BUG("a letter that binds nothing");
		}
	}
	return rc;
}

int
dx_sql_run(struct dx_sql *q, enum dx_sql_id id, struct dx_err *err, const char *types, ...)
{
	va_list ap;
	int rc;

	if (prepare(q, id, err) != 0)
		return -1;
	va_start(ap, types);
	rc = bind_all(q->stmt[id], types, ap);
	va_end(ap);
	while (rc == SQLITE_OK || rc == SQLITE_ROW)
		rc = sqlite3_step(q->stmt[id]);
	if (rc != SQLITE_DONE)
		(void)dx_sql_fail(q, rc, "store", err);
	(void)sqlite3_reset(q->stmt[id]);
	return rc == SQLITE_DONE ? sqlite3_changes(q->db) : -1;
}

int
dx_sql_row(struct dx_sql *q, enum dx_sql_id id, sqlite3_stmt **st, struct dx_err *err, const char *types, ...)
{
	va_list ap;
	int rc;

	*st = NULL;
	if (prepare(q, id, err) != 0)
		return -1;
	va_start(ap, types);
	rc = bind_all(q->stmt[id], types, ap);
	va_end(ap);
	if (rc != SQLITE_OK)
		return dx_sql_fail(q, rc, "store", err);
	rc = dx_sql_next(q, q->stmt[id], err);
	if (rc > 0)
		*st = q->stmt[id];
	return rc;
}

int
dx_sql_next(struct dx_sql *q, sqlite3_stmt *st, struct dx_err *err)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		(void)dx_sql_fail(q, rc, "store", err);
	(void)sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

void
dx_sql_done(sqlite3_stmt *st)
{
	(void)sqlite3_reset(st);
}

int
dx_sql_cursor(struct dx_sql *q, enum dx_sql_id id, sqlite3_stmt **st, struct dx_err *err, const char *types, ...)
{
	va_list ap;
	int rc = sqlite3_prepare_v2(q->db, dx_sql_text[id], -1, st, NULL);

	if (rc == SQLITE_OK) {
		va_start(ap, types);
		rc = bind_all(*st, types, ap);
		va_end(ap);
	}
	return rc == SQLITE_OK ? 0 : dx_sql_fail(q, rc, "store", err);
}

int
dx_sql_int(struct dx_sql *q, enum dx_sql_id id, int64_t *out, struct dx_err *err)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(q, id, &st, err, "");

	if (rc < 0)
		return -1;
	if (rc == 0)
		return dx_err_set(err, DX_R_STORE_CORRUPT, "store: a figure is missing");
	*out = sqlite3_column_int64(st, 0);
	dx_sql_done(st);
	return 0;
}

/* --- columns --- */

const char *
dx_sql_text_at(struct dx_arena *a, sqlite3_stmt *st, int col)
{
	const unsigned char *s = sqlite3_column_text(st, col);

	return s == NULL ? NULL : dx_arena_dup(a, s, (size_t)sqlite3_column_bytes(st, col));
}

bool
dx_sql_digest_at(sqlite3_stmt *st, int col, struct dx_sha256 *out)
{
	const void *p = sqlite3_column_blob(st, col);

	if (p == NULL || sqlite3_column_bytes(st, col) != DX_SHA256_SIZE)
		return false;
	memcpy(out->b, p, DX_SHA256_SIZE);
	return true;
}

const char *
dx_sql_hex_at(struct dx_arena *a, sqlite3_stmt *st, int col)
{
	struct dx_sha256 d;
	char *hex;

	if (!dx_sql_digest_at(st, col, &d))
		return NULL;
	hex = dx_arena_alloc(a, DX_SHA256_HEX);
	dx_sha256_hex(&d, hex);
	return hex;
}
