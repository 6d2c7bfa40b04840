/* A store opened: for reading without a write, for writing with what is missing left to the first transaction. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/err.h"
#include "base/mem.h"
#include "store/locate.h"
#include "store/sqlite.h"

#define HEADER_SIZE	100
#define HEADER_MAGIC	"SQLite format 3"	/* and its NUL */
#define HEADER_APP	68		/* big-endian, 4 bytes */

/* --- whose it is --- */

int
dx_sql_identify(struct dx_sql *q, int64_t *version, struct dx_err *err)
{
	int64_t application, objects;

	if (dx_sql_int(q, DX_SQL_APPLICATION_ID, &application, err) != 0 ||
	    dx_sql_int(q, DX_SQL_USER_VERSION, version, err) != 0)
		return -1;
	if (application == 0 && *version == 0) {
		if (dx_sql_int(q, DX_SQL_OBJECTS, &objects, err) != 0)
			return -1;
		if (objects == 0)
			return 0;
	}
	if (application != DX_SQL_APPLICATION)
		return dx_err_set(err, DX_R_STORE_VERSION_UNSUPPORTED, "this database is not a store of dealix");
	if (*version < 1 || *version > DX_SQL_VERSION)
		return dx_err_set(err, DX_R_STORE_VERSION_UNSUPPORTED, "the store has schema version %lld, this program knows %d",
		    (long long)*version, DX_SQL_VERSION);
	return 1;
}

int
dx_sql_migrate(struct dx_sql *q, int64_t version, int64_t to, struct dx_err *err)
{
	bool exists = version > 0;

	for (; version < to; version++) {
		for (const char *const *text = dx_sql_steps[version]; *text != NULL; text++)
			if (dx_sql_exec(q, *text, "schema", err) != 0)
				return -1;
		if (exists && version + 1 == DX_SQL_VERSION_EVIDENCE && dx_sql_fill_evidence(q, NULL, err) != 0)
			return -1;
	}
	return 0;
}

/* While the schema is in the -wal only, the header of the file does not tell. */
static bool
is_made(const char *db)
{
	struct dx_sql q;
	int64_t version;
	bool empty;

	if (dx_sql_open(&q, db, DX_SQL_READ, NULL) != 0)
		return true;
	empty = dx_sql_identify(&q, &version, NULL) == 0;
	dx_sql_close(&q);
	return !empty;
}

enum header { HEADER_NONE, HEADER_UNNAMED, HEADER_NAMED };

/* What the first bytes tell, without a lock: nothing there or nothing in it; a database that nobody has put a name to (yet: it may
 * be in the making, or its -wal not copied back); anything else. */
static enum header
read_header(const char *db)
{
	static const unsigned char none[4] = { 0, 0, 0, 0 };
	unsigned char head[HEADER_SIZE];
	struct stat st;
	int fd = open(db, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n;

	/* A link whose file is away (a volume not mounted), or what is no file, is no place to make a new store in. */
	if (fd < 0)
		return (errno == ENOENT || errno == ENOTDIR) && lstat(db, &st) != 0 ? HEADER_NONE : HEADER_NAMED;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return HEADER_NAMED;
	}
	n = read(fd, head, sizeof(head));
	close(fd);
	if (n == 0)
		return HEADER_NONE;
	if (n != (ssize_t)sizeof(head) || memcmp(head, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0 ||
	    memcmp(head + HEADER_APP, none, sizeof(none)) != 0)
		return HEADER_NAMED;
	return HEADER_UNNAMED;
}

bool
dx_store_is_at(const char *db)
{
	enum header h = read_header(db);

	return h == HEADER_NAMED || (h == HEADER_UNNAMED && is_made(db));
}

/* --- handles --- */

static char *
name_in(const char *folder, const char *name)
{
	struct dx_buf b = { 0 };

	dx_buf_printf(&b, "%s/%s", folder, name);
	return dx_buf_take(&b);
}

static struct dx_store *
handle_new(const char *path, bool write, bool create)
{
	struct dx_store *s = dx_alloc(sizeof(*s));

	memset(s, 0, sizeof(*s));
	s->path = dx_strdup(path);
	s->db = name_in(path, DX_STORE_DB);
	s->lock = name_in(path, DX_STORE_LOCK);
	s->write = write;
	s->create = create;
	s->lock_fd = -1;
	s->sink = (struct dx_sql_state){ .sql = &s->sql, .tenant = s->tenant };
	s->ops = dx_sql_state_ops;
	s->ops.tenant_size = dx_store_size_later;
	s->ops.money_seq = dx_store_money_later;
	s->apply = (struct dx_apply){ .ops = &s->ops, .state = &s->sink, .payload = dx_store_apply_payload,
	    .payload_ctx = s };
	return s;
}

static int
note_frames(void *store, sqlite3 *db, const char *name, int frames)
{
	(void)db;
	(void)name;
	((struct dx_store *)store)->wal_frames = frames;
	return SQLITE_OK;
}

void
dx_store_watch(struct dx_store *s)
{
	(void)sqlite3_wal_hook(s->sql.db, note_frames, s);	/* takes the place of the automatic checkpoint */
}

/* A folder that cannot be written and has nothing in its -wal is read as it lies, without lock or -shm. */
static bool
is_still(const char *db, const char *folder)
{
	char *wal;
	struct stat st;
	bool still;

	if (access(folder, W_OK) == 0)
		return false;
	wal = name_in(folder, DX_STORE_DB "-wal");
	still = stat(wal, &st) != 0 ? errno == ENOENT : st.st_size == 0;
	free(wal);
	return still && access(db, R_OK) == 0;
}

static int
connect_file(struct dx_store *s, struct dx_err *err)
{
	enum dx_sql_open how = s->write ? DX_SQL_WRITE : is_still(s->db, s->path) ? DX_SQL_IMMUTABLE : DX_SQL_READ;

	if (dx_sql_open(&s->sql, s->db, how, err) != 0)
		return -1;
	if (s->write)
		dx_store_watch(s);
	return 0;
}

int
dx_store_connect(struct dx_store *s, struct dx_err *err)
{
	int64_t version;
	enum header h = read_header(s->db);
	int rc;

	/* who may make the store looks at a half-made one under the lock only, so as not to be in its maker's way */
	if (h == HEADER_NONE || (h == HEADER_UNNAMED && s->create && s->lock_fd < 0))
		return 0;
	if (connect_file(s, err) != 0)
		return -1;
	rc = dx_sql_identify(&s->sql, &version, err);
	if (rc > 0 && s->write)
		rc = dx_sql_exec(&s->sql, dx_sql_setup_write, s->db, err) == 0 ? 1 : -1;
	if (rc <= 0)
		dx_sql_close(&s->sql);
	if (rc < 0)
		(void)dx_err_in(err, "%s", s->db);
	return rc;
}

static int
open_handle(const char *path, bool write, bool create, struct dx_store **out, struct dx_err *err)
{
	struct dx_store *s = handle_new(path, write, create);
	int rc = dx_store_connect(s, err);

	if (rc == 0 && !create)
		rc = dx_err_set(err, DX_R_STORE_UNAVAILABLE, "%s: there is no store", path);
	if (rc < 0) {
		dx_store_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

int
dx_store_open(const char *path, struct dx_store **out, struct dx_err *err)
{
	return open_handle(path, false, false, out, err);
}

int
dx_store_open_write(const char *path, bool create, struct dx_store **out, struct dx_err *err)
{
	return open_handle(path, true, create, out, err);
}

const char *
dx_store_path(const struct dx_store *s)
{
	return s->path;
}

bool
dx_store_created(const struct dx_store *s)
{
	return s->created;
}
