#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/money.h"
#include "crypt/merkle.h"
#include "made_log.h"
#include "tap.h"

static char dir[256];		/* scratch folder of the test */
static char store[300];		/* the store in it */

static void
fresh(void)
{
	char path[600];
	struct dirent *e;
	DIR *d;

	snprintf(store, sizeof(store), "%s/store", dir);
	d = opendir(store);
	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", store, e->d_name);
		unlink(path);
	}
	if (d != NULL)
		closedir(d);
	rmdir(store);
}

static struct dx_store *
opened(bool create)
{
	struct dx_store *s = NULL;
	struct dx_err err = { 0 };

	if (dx_store_open_write(store, create, &s, &err) != 0)
		diag("open: %s [%s]", err.text, dx_reason_code(err.reason));
	return s;
}

/* A store with an open log and `n` decisions that hold 60 of the default budget. */
static struct dx_store *
filled(int64_t n)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_store *s;
	bool good;

	fresh();
	s = opened(true);
	good = made_begin(s, true, &err) == 0 && made_open(s, &a, "default", &err) == 0 &&
	    made_append(s, &a, DX_EVENT_BUDGET_SET, "default", "{\"active\":true,\"monthly_limit_usd\":\"1000.0000\"}", NULL, 0,
		MADE_NOW + 1, &err) == 0;
	for (int64_t i = 1; good && i <= n; i++) {
		struct made_decision m = { .n = i, .verdict = "ALLOW", .mode = "soft", .allocation = "60.0000" };
		good = made_decide(s, &a, &m, MADE_NOW + i * 1000000, &err) == 0;
	}
	good = good && dx_store_commit(s, &err) == 0;
	if (!good)
		diag("filled: %s [%s]", err.text, dx_reason_code(err.reason));
	dx_arena_release(&a);
	return s;
}

/* --- verification --- */

struct found { unsigned count; char codes[512]; int64_t seq; char detail[256]; };

static void
note(void *ctx, enum dx_reason reason, const char *tenant, int64_t seq, const char *detail)
{
	struct found *f = ctx;
	size_t n = strlen(f->codes);

	(void)tenant;
	if (f->count++ == 0) {
		f->seq = seq;
		snprintf(f->detail, sizeof(f->detail), "%s", detail);
	}
	if (strstr(f->codes, dx_reason_code(reason)) == NULL)
		snprintf(f->codes + n, sizeof(f->codes) - n, "%s%s", n > 0 ? " " : "", dx_reason_code(reason));
}

static int
verify_as(bool payloads, struct found *f)
{
	struct dx_store_verdict v;
	struct dx_store *s = NULL;
	struct dx_err err = { 0 };
	int rc;

	memset(f, 0, sizeof(*f));
	if (dx_store_open(store, &s, &err) != 0) {
		snprintf(f->codes, sizeof(f->codes), "%s", dx_reason_code(err.reason));
		return -1;
	}
	rc = dx_store_verify(s, "default", payloads, note, f, &v, &err);
	if (rc != 0) {
		diag("verify: %s [%s]", err.text, dx_reason_code(err.reason));
		snprintf(f->codes, sizeof(f->codes), "%s", dx_reason_code(err.reason));
	}
	dx_store_close(s);
	return rc;
}

static void
clean(const char *when)
{
	struct found f;
	int rc = verify_as(true, &f);

	if (!ok(rc == 0 && f.count == 0, "verify finds nothing: %s", when))
		diag("%s %" PRId64 " %s", f.codes, f.seq, f.detail);
}

/* Runs SQL on the file behind the program's back. */
static int
raw(const char *sql, char *words, size_t room)
{
	char db[400];
	sqlite3 *c = NULL;
	char *msg = NULL;
	int rc;

	snprintf(db, sizeof(db), "%s/store.db", store);
	rc = sqlite3_open(db, &c);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c, sql, NULL, NULL, &msg);
	if (words != NULL)
		snprintf(words, room, "%s", msg != NULL ? msg : "");
	else if (rc != SQLITE_OK)
		diag("raw: %s: %s", sql, msg != NULL ? msg : sqlite3_errmsg(c));
	sqlite3_free(msg);
	sqlite3_close(c);
	return rc;
}

/* --- opening and making --- */

static mode_t
mode_of(const char *name)
{
	char path[400];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s%s", store, name[0] != '\0' ? "/" : "", name);
	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void
test_create(void)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct dx_tenant_row row;
	struct dx_store *s = NULL;
	struct dx_decision_row none;
	mode_t old;

	fresh();
	ok(dx_store_open(store, &s, &err) != 0 && err.reason == DX_R_STORE_UNAVAILABLE, "reading where there is no store");
	dx_err_clear(&err);
	ok(dx_store_open_write(store, false, &s, &err) != 0 && err.reason == DX_R_STORE_UNAVAILABLE,
	    "writing without create where there is no store");
	dx_err_clear(&err);
	s = opened(true);
	ok(s != NULL && access(store, F_OK) != 0, "open for writing makes nothing");
	ok(made_begin(s, false, &err) == 0 && dx_store_tenant(s, &row, &err) == 0 && !row.open, "before there is a store it reads as empty");
	ok(dx_store_decision(s, &a, "x", &none, &err) == 0, "and holds no decision");
	dx_store_rollback(s);
	ok(access(store, F_OK) != 0, "a read makes nothing");
	ok(made_begin(s, true, &err) == 0 && made_open(s, &a, "default", &err) == 0, "a transaction begins");
	dx_store_rollback(s);
	ok(access(store, F_OK) != 0, "a transaction rolled back leaves nothing");
	ok(!dx_store_created(s), "and nothing was created");
	old = umask(0);
	ok(made_begin(s, true, &err) == 0 && made_open(s, &a, "default", &err) == 0 && dx_store_commit(s, &err) == 0,
	    "the first transaction makes the store");
	umask(old);
	ok(dx_store_created(s), "and says so");
	is_int(mode_of(""), 0700, "the folder is 0700 under umask 0");
	is_int(mode_of("store.db"), 0600, "store.db is 0600");
	is_int(mode_of("lock"), 0600, "lock is 0600");
	is_int(mode_of(".gitignore"), 0600, ".gitignore is 0600");
	is_int(mode_of("store.db-wal"), 0600, "the -wal is 0600");
	is_int(mode_of("store.db-shm"), 0600, "the -shm is 0600");
	dx_store_close(s);
	clean("after creation");
	s = opened(false);
	ok(s != NULL && made_begin(s, false, &err) == 0 && dx_store_tenant(s, &row, &err) == 0 && row.open && row.size == 3,
	    "opened again it has three entries");
	is_str(row.origin, MADE_ORIGIN, "and its origin");
	dx_store_close(s);
	dx_arena_release(&a);
}

static void
test_killed_creation(void)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	char db[400], *path;
	bool exists;
	sqlite3 *c;

	fresh();
	mkdir(store, 0700);
	snprintf(db, sizeof(db), "%s/store.db", store);
	close(open(db, O_CREAT | O_WRONLY, 0600));
	ok(dx_store_locate(store, NULL, &path, &exists, &err) == 0 && !exists, "an empty file is not a store yet");
	free(path);
	sqlite3_open(db, &c);
	sqlite3_exec(c, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL", NULL, NULL, NULL);
	sqlite3_close(c);
	ok(dx_store_locate(store, NULL, &path, &exists, &err) == 0 && !exists, "nor is a database without a schema");
	free(path);
	struct dx_store *s = opened(true);
	ok(made_begin(s, true, &err) == 0 && made_open(s, &a, "default", &err) == 0 && dx_store_commit(s, &err) == 0,
	    "the next caller makes it one");
	dx_store_close(s);
	clean("after a creation that was killed before");
	ok(dx_store_locate(store, NULL, &path, &exists, &err) == 0 && exists, "then it exists");
	free(path);
	dx_arena_release(&a);
}

static void
located(const char *option, const char *env, const char *want, bool there, const char *name)
{
	struct dx_err err = { 0 };
	char *path = NULL;
	bool exists = false;

	if (dx_store_locate(option, env, &path, &exists, &err) != 0)
		is_str(dx_reason_code(err.reason), want, "%s", name);
	else if (is_str(path, want, "%s", name))
		ok(exists == there, "%s: %s", name, there ? "there" : "not there");
	free(path);
}

static void
test_locate(void)
{
	char url[400], file[400], deep[400], cwd[400], found[400];

	dx_store_close(filled(1));
	snprintf(url, sizeof(url), "sqlite:%s/", store);
	snprintf(file, sizeof(file), "%s/store.db", store);
	located(url, "/elsewhere", store, true, "an option beats the variable");
	located(file, NULL, store, true, "the database file names its folder");
	located(NULL, store, store, true, "the variable");
	located("store.db", NULL, ".", false, "a bare file name");
	located("git:/x", NULL, "usage", false, "another kind of store");
	located("sqlite:", NULL, "usage", false, "an empty path");
	located("/dev/null", NULL, "usage", false, "a file that is not store.db");
	snprintf(found, sizeof(found), "%s/.dealix", dir);
	snprintf(deep, sizeof(deep), "%s/a", dir);
	if (getcwd(cwd, sizeof(cwd)) == NULL || mkdir(deep, 0700) != 0 || chdir(deep) != 0)
		diag("cannot go to %s", deep);
	snprintf(file, sizeof(file), "%s/a/.dealix", dir);
	located(NULL, "", file, false, "with nothing anywhere, here");
	snprintf(url, sizeof(url), "%s/.git", dir);
	mkdir(url, 0700);
	located(NULL, NULL, found, false, "at the top of the work tree");
	rmdir(url);
	if (rename(store, found) != 0)
		diag("rename failed");
	located(NULL, NULL, found, true, "the nearest upward");
	if (rename(found, store) != 0 || chdir(cwd) != 0)
		diag("cannot go back");
	rmdir(deep);
}

/* A child that opens the log if nobody has, then sets a budget of its own. */
static int
racer(int n)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct dx_tenant_row row;
	struct dx_store *s = opened(true);
	const char *scope = dx_arena_printf(&a, "team-%d", n);
	int rc = s == NULL || made_begin(s, true, &err) != 0 || dx_store_tenant(s, &row, &err) != 0 ||
	    (!row.open && made_open(s, &a, "default", &err) != 0) ||
	    made_append(s, &a, DX_EVENT_BUDGET_SET, scope, "{\"active\":true,\"monthly_limit_usd\":\"5.0000\"}", NULL, 0, MADE_NOW + n,
		&err) != 0 || dx_store_commit(s, &err) != 0;

	if (rc != 0)
		diag("racer %d: %s", n, err.text);
	fflush(stdout);
	dx_store_close(s);
	dx_arena_release(&a);
	return rc;
}

static void
test_race(void)
{
	struct dx_err err = { 0 };
	struct dx_tenant_row row;
	struct dx_store *s;
	int bad = 0;

	for (int round = 0; round < 5; round++) {
		fresh();
		for (int i = 0; i < 8; i++)
			if (fork() == 0)
				_exit(racer(i));
		for (int i = 0, st; i < 8; i++)
			bad += wait(&st) < 0 || st != 0;
		s = opened(false);
		bad += s == NULL || made_begin(s, false, &err) != 0 || dx_store_tenant(s, &row, &err) != 0 || row.size != 11;
		dx_store_close(s);
	}
	is_int(bad, 0, "eight first callers at once: one makes the store, all find it");
	clean("after the race");
}

/* Callers whose first transaction is refused, beside callers that make the store. */
static void
test_race_refused(void)
{
	int bad = 0;

	for (int round = 0; round < 10; round++) {
		fresh();
		for (int i = 0; i < 6; i++)
			if (fork() == 0) {
				struct dx_err err = { 0 };
				struct dx_store *s;
				if (i % 2 == 0)
					_exit(racer(i));
				s = opened(true);
				int rc = made_begin(s, true, &err);
				if (rc != 0)
					diag("refused %d: %s", i, err.text);
				fflush(stdout);
				dx_store_close(s);
				_exit(rc != 0);
			}
		for (int i = 0, st; i < 6; i++)
			bad += wait(&st) < 0 || st != 0;
		struct found f;
		bad += verify_as(true, &f) != 0 || f.count != 0;
	}
	is_int(bad, 0, "refused first calls take nothing from those that commit");
}

static void
test_refused_files(void)
{
	struct dx_err err = { 0 };
	struct dx_store *s = NULL;
	char db[400];
	FILE *f;

	fresh();
	mkdir(store, 0700);
	snprintf(db, sizeof(db), "%s/store.db", store);
	f = fopen(db, "w");
	for (int i = 0; i < 1000; i++)
		fputs("not a database ", f);
	fclose(f);
	ok(dx_store_open(store, &s, &err) != 0 && err.reason == DX_R_STORE_VERSION_UNSUPPORTED, "a file that is no database");
	dx_err_clear(&err);
	unlink(db);
	raw("CREATE TABLE t(x)", NULL, 0);
	ok(dx_store_open(store, &s, &err) != 0 && err.reason == DX_R_STORE_VERSION_UNSUPPORTED, "a database of somebody else");
	dx_err_clear(&err);
	dx_store_close(filled(1));
	raw("PRAGMA user_version=3", NULL, 0);
	ok(dx_store_open(store, &s, &err) != 0 && err.reason == DX_R_STORE_VERSION_UNSUPPORTED, "a newer schema, read");
	dx_err_clear(&err);
	ok(dx_store_open_write(store, true, &s, &err) != 0 && err.reason == DX_R_STORE_VERSION_UNSUPPORTED,
	    "a newer schema, written");
	dx_err_clear(&err);
	raw("PRAGMA user_version=2; PRAGMA application_id=7", NULL, 0);
	ok(dx_store_open(store, &s, &err) != 0 && err.reason == DX_R_STORE_VERSION_UNSUPPORTED, "another application");
	dx_store_close(filled(1));
	s = opened(false);
	raw("PRAGMA user_version=3", NULL, 0);
	dx_err_clear(&err);
	ok(made_begin(s, true, &err) != 0 && err.reason == DX_R_STORE_VERSION_UNSUPPORTED, "a schema made newer meanwhile");
	dx_store_close(s);
}

static void
test_still(void)
{
	struct found f;
	char path[400];
	int st = 0;

	dx_store_close(filled(3));
	raw("PRAGMA wal_checkpoint(TRUNCATE)", NULL, 0);
	snprintf(path, sizeof(path), "%s/store.db-wal", store);
	unlink(path);
	snprintf(path, sizeof(path), "%s/store.db-shm", store);
	unlink(path);
	if (chmod(dir, 0755) != 0 || chmod(store, 0555) != 0)
		diag("chmod failed");
	snprintf(path, sizeof(path), "%s/store.db", store);
	if (chmod(path, 0444) != 0)
		diag("chmod failed");
	pid_t pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(9);
		_exit(verify_as(true, &f) != 0 || f.count != 0);
	}
	waitpid(pid, &st, 0);
	is_int(st, 0, "a folder that cannot be written is read and verified");
	snprintf(path, sizeof(path), "%s/store.db-shm", store);
	ok(access(path, F_OK) != 0, "and no -shm was made");
	chmod(store, 0700);
}

/* --- transactions --- */

static void
test_marks(void)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct dx_tenant_row row;
	struct dx_sha256 root, want;
	struct dx_store *s = filled(5);
	struct made_decision m = { .n = 6, .verdict = "ALLOW", .mode = "soft", .allocation = "60.0000" };
	struct made_decision wrong = { .n = 7, .verdict = "ALLOW", .mode = "soft", .supersedes = DX_ID_NIL };
	struct made_decision again = { .n = 3, .verdict = "ALLOW", .mode = "soft" };

	wrong.supersedes = made_id(&a, 0x44444444, 99);
	made_begin(s, false, &err);
	dx_store_root(s, 9, &want, &err);
	dx_store_rollback(s);
	ok(made_begin(s, true, &err) == 0, "begin");
	ok(dx_store_mark(s, &err) == 0 && made_decide(s, &a, &m, MADE_NOW + 90000000, &err) == 0 && dx_store_mark_back(s, &err) == 0,
	    "a decision behind a mark is taken back");
	ok(dx_store_tenant(s, &row, &err) == 0 && row.size == 9 && row.held_micro == 300000000, "size and holds are as before");
	dx_store_mark(s, &err);
	ok(made_decide(s, &a, &wrong, MADE_NOW + 90000000, &err) != 0 && err.reason == DX_R_SEMANTIC_VIOLATION,
	    "a decision that supersedes none is refused");
	dx_err_clear(&err);
	ok(dx_store_mark_back(s, &err) == 0, "and taken back");
	dx_store_mark(s, &err);
	ok(made_decide(s, &a, &again, MADE_NOW + 90000000, &err) != 0 && err.reason == DX_R_SEMANTIC_VIOLATION,
	    "a second decision of one id is refused");
	dx_err_clear(&err);
	dx_store_mark_back(s, &err);
	dx_store_mark(s, &err);
	ok(made_decide(s, &a, &m, MADE_NOW + 90000000, &err) == 0 && dx_store_mark_done(s, &err) == 0, "the next one goes through");
	ok(dx_store_commit(s, &err) == 0, "commit");
	ok(made_begin(s, false, &err) == 0 && dx_store_tenant(s, &row, &err) == 0 && row.size == 10 &&
	    row.held_micro == 360000000, "one entry and one hold more");
	ok(dx_store_root(s, 9, &root, &err) == 0 && dx_same(&root, &want, sizeof(root)), "the root of the earlier size stands");
	dx_store_rollback(s);
	dx_store_close(s);
	clean("after marks");
	dx_arena_release(&a);
}

static void
test_busy(void)
{
	struct dx_err err = { 0 };
	struct dx_store_wait wait_info;
	struct dx_store *one = filled(1), *two = opened(false);
	int64_t t0;

	ok(made_begin(one, true, &err) == 0, "the first writer has the queue");
	t0 = dx_clock_mono_ms();
	ok(dx_store_begin(two, "default", true, t0 + 80, &wait_info, &err) != 0 && err.reason == DX_R_STORE_BUSY,
	    "the second waits and gives up");
	ok(wait_info.waited_ms >= 60 && dx_clock_mono_ms() - t0 < 1000, "at its deadline");
	dx_err_clear(&err);
	ok(made_begin(two, false, &err) == 0, "a reader does not wait");
	dx_store_rollback(two);
	dx_store_rollback(one);
	ok(made_begin(two, true, &err) == 0, "after that the second has it");
	dx_store_rollback(two);
	dx_store_close(one);
	dx_store_close(two);
}

/* --- reads --- */

struct seen { unsigned count; int64_t first, last; struct dx_merkle tree; };

static int
see(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct seen *s = ctx;
	struct dx_sha256 leaf;

	(void)err;
	if (s->count++ == 0)
		s->first = e->seq;
	s->last = e->seq;
	dx_merkle_leaf(e->bytes, e->len, &leaf);
	dx_merkle_add(&s->tree, &leaf, NULL);
	return dx_same(&leaf, e->leaf, sizeof(leaf)) ? 0 : -1;
}

static unsigned
count(struct dx_store *s, struct dx_entry_filter f, struct seen *seen)
{
	struct dx_err err = { 0 };

	memset(seen, 0, sizeof(*seen));
	if (dx_store_entries(s, &f, see, seen, &err) != 0)
		diag("entries: %s", err.text);
	return seen->count;
}

static void
test_entries(void)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct dx_store *s = filled(100);
	struct dx_sha256 root, want;
	struct seen seen;
	unsigned bad = 0;

	made_begin(s, false, &err);
	is_int(count(s, (struct dx_entry_filter){ .before_seq = -1 }, &seen), 104, "all entries");
	dx_merkle_root(&seen.tree, &want);
	ok(dx_store_root(s, 104, &root, &err) == 0 && dx_same(&root, &want, sizeof(root)), "the root is that of the leaves");
	for (int64_t n = 1; n <= 104; n++) {
		count(s, (struct dx_entry_filter){ .before_seq = n }, &seen);
		dx_merkle_root(&seen.tree, &want);
		bad += dx_store_root(s, (uint64_t)n, &root, &err) != 0 || !dx_same(&root, &want, sizeof(root));
	}
	is_int(bad, 0, "and so it is for every size");
	is_int(count(s, (struct dx_entry_filter){ .before_seq = -1, .newest_first = true, .limit = 5 }, &seen), 5, "the newest five");
	ok(seen.first == 103 && seen.last == 99, "from the end");
	is_int(count(s, (struct dx_entry_filter){ .before_seq = -1, .event = "budget_set" }, &seen), 1, "by event");
	is_int(count(s, (struct dx_entry_filter){ .before_seq = -1, .subject_id = made_id(&a, 0x44444444, 7) }, &seen), 1, "by subject");
	is_int(count(s, (struct dx_entry_filter){ .before_seq = -1, .decision_id = made_id(&a, 0x44444444, 7) }, &seen), 1,
	    "by decision");
	is_int(seen.first, 10, "the right one");
	is_int(count(s, (struct dx_entry_filter){ .before_seq = -1, .start_at = "2026-02-25T12:00:10.000000Z",
	    .end_at = "2026-02-25T12:00:19.000000Z" }, &seen), 10, "by time, both ends included");
	is_int(count(s, (struct dx_entry_filter){ .before_seq = -1, .newest_first = true, .start_at = "2026-02-25T12:01:00.000000Z" },
	    &seen), 41, "by time, newest first");
	dx_store_rollback(s);
	dx_store_close(s);
	dx_arena_release(&a);
}

static void
test_rows(void)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct dx_store *s = filled(2);
	struct dx_policy_row p, *ps;
	struct dx_budget_row b, *bs;
	struct dx_decision_row d;
	struct dx_approval_row ap, *aps;
	const char **tenants;
	char *bytes;
	size_t n, len;
	struct made_decision m = { .n = 3, .verdict = "REQUIRE_APPROVAL", .mode = "soft", .allocation = "40.0000",
	    .unbudgeted = "2.5000", .approval = true, .derived = true };

	ok(made_begin(s, true, &err) == 0 && made_decide(s, &a, &m, MADE_NOW + 60000000, &err) == 0 && dx_store_commit(s, &err) == 0,
	    "a decision with an approval");
	if (err.reason != DX_OK)
		diag("%s", err.text);
	made_begin(s, false, &err);
	ok(dx_store_policy(s, &a, 0, &p, &err) == 1 && p.version == 1 && p.parent_sha256 == NULL, "the current policy");
	ok(dx_store_policy(s, &a, 2, &p, &err) == 0, "no second version");
	ok(dx_store_policies(s, &a, &ps, &n, &err) == 0 && n == 1, "one policy");
	ok(dx_store_payload(s, &a, p.sha256, &bytes, &len, &err) == 1 && bytes[len] == '\0', "its document");
	ok(dx_store_principals(s, &a, 0, &p, &err) == 1, "the current principals");
	ok(dx_store_budget(s, &a, "default", &b, &err) == 1 && b.limit_micro == 1000000000 && b.held_micro == 160000000 && b.active,
	    "the budget holds 160");
	ok(dx_store_budgets(s, &a, &bs, &n, &err) == 0 && n == 1, "one budget");
	ok(dx_store_decision_by_key(s, &a, "terraform", false, "key-1", &d, &err) == 1 && d.seq == 4 && !d.derived_key, "by key");
	ok(dx_store_decision_by_key(s, &a, "terraform", true, "key-1", &d, &err) == 0, "no dry run has it");
	ok(dx_store_decision(s, &a, made_id(&a, 0x44444444, 3), &d, &err) == 1 && d.derived_key && d.reservation_active &&
	    d.reserved_unbudgeted_micro == 2500000, "by id, a derived key");
	is_str(d.budget_month, "2026-02", "its month");
	ok(dx_store_approval_of(s, &a, d.decision_id, &ap, &err) == 1, "its approval");
	is_str(ap.expires_at, "2026-02-25T12:16:00.000000Z", "expires 900 seconds after the decision");
	is_str(ap.routing_rule_id, "default-prod", "the default route");
	is_str(ap.requested_by, "kim", "asked by the caller");
	ok(dx_store_approvals_lapsed(s, &a, "2026-02-25T12:15:59.999999Z", 100, &aps, &n, &err) == 0 && n == 0, "not lapsed a moment before");
	ok(dx_store_approvals_lapsed(s, &a, "2026-02-25T12:16:00.000000Z", 100, &aps, &n, &err) == 0 && n == 1, "lapsed at that moment");
	ok(dx_store_tenants(s, &a, &tenants, &n, &err) == 0 && n == 1 && strcmp(tenants[0], "default") == 0, "one tenant");
	dx_store_rollback(s);
	dx_store_close(s);
	clean("with an approval");
	dx_arena_release(&a);
}

static void
test_tenants(void)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct dx_store *s = filled(2);
	struct dx_tenant_row row;
	const char **tenants;
	size_t n;

	ok(dx_store_begin(s, "other", true, dx_clock_mono_ms() + 1000, NULL, &err) == 0 && made_open(s, &a, "other", &err) == 0 &&
	    dx_store_commit(s, &err) == 0, "a second log");
	ok(dx_store_begin(s, "third", true, dx_clock_mono_ms() + 1000, NULL, &err) == 0 && made_append(s, &a, DX_EVENT_BUDGET_SET,
	    "default", "{\"active\":true,\"monthly_limit_usd\":\"5.0000\"}", NULL, 0, MADE_NOW, &err) != 0 &&
	    err.reason == DX_R_TENANT_UNKNOWN, "a log that is not open takes nothing");
	dx_store_rollback(s);
	dx_err_clear(&err);
	made_begin(s, false, &err);
	ok(dx_store_tenant(s, &row, &err) == 0 && row.size == 6, "the first log is as it was");
	ok(dx_store_tenants(s, &a, &tenants, &n, &err) == 0 && n == 2, "two tenants");
	dx_store_rollback(s);
	dx_store_close(s);
	clean("with two tenants");
	dx_arena_release(&a);
}

static void
test_wal(void)
{
	struct dx_err err = { 0 };
	struct dx_arena a = { 0 };
	struct stat st;
	char wal[400];
	off_t longest = 0;

	dx_store_close(filled(1));
	snprintf(wal, sizeof(wal), "%s/store.db-wal", store);
	for (int i = 0; i < 60; i++) {
		struct dx_store *s = opened(false);
		struct made_decision m = { .n = 100 + i, .verdict = "ALLOW", .mode = "soft" };
		if (made_begin(s, true, &err) != 0 || made_decide(s, &a, &m, MADE_NOW + i, &err) != 0 || dx_store_commit(s, &err) != 0)
			diag("%s", err.text);
		dx_store_close(s);
		if (stat(wal, &st) == 0 && st.st_size > longest)
			longest = st.st_size;
	}
	ok(longest > 0 && longest < 100 * 8300, "one-shot writers keep the -wal short (longest %lld bytes)", (long long)longest);
	clean("after sixty one-shot writers");
	dx_arena_release(&a);
}

/* --- guards --- */

static void
test_guards(void)
{
	static const struct { const char *sql, *words; } cases[] = {
		{ "UPDATE ledger_entry SET entry=x'7b7d' WHERE seq=2", "ledger_immutable" },
		{ "DELETE FROM ledger_entry WHERE seq=3", "ledger_immutable" },
		{ "INSERT INTO ledger_entry SELECT tenant_id, 900, entry, leaf_hash, prev_hash FROM ledger_entry WHERE seq=1",
		    "ledger_seq_conflict" },
		{ "INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry WHERE seq=2", "ledger_seq_conflict" },
		{ "INSERT OR IGNORE INTO ledger_entry SELECT * FROM ledger_entry WHERE seq=2", "ledger_seq_conflict" },
		{ "INSERT INTO ledger_entry SELECT * FROM ledger_entry WHERE seq=2 ON CONFLICT DO UPDATE SET entry=x'7b7d'",
		    "ledger_seq_conflict" },
		{ "INSERT INTO ledger_entry SELECT tenant_id, (SELECT max(seq)+1 FROM ledger_entry), entry, leaf_hash, prev_hash "
		    "FROM ledger_entry WHERE seq=1", "ledger_prev_mismatch" },
		{ "UPDATE ledger_payload SET bytes=x'7b7d'", "ledger_immutable" },
		{ "DELETE FROM ledger_payload", "ledger_immutable" },
		{ "INSERT OR REPLACE INTO ledger_payload SELECT * FROM ledger_payload LIMIT 1", "ledger_immutable" },
		{ "INSERT OR REPLACE INTO ledger_payload(rowid, tenant_id, sha256, bytes) VALUES((SELECT min(rowid) FROM "
		    "ledger_payload),'default',zeroblob(32),x'7b7d')", "ledger_immutable" },
		{ "UPDATE ledger_node SET hash=zeroblob(32)", "ledger_immutable" },
		{ "DELETE FROM ledger_node", "ledger_immutable" },
		{ "INSERT OR REPLACE INTO ledger_node SELECT * FROM ledger_node LIMIT 1", "ledger_immutable" },
	};
	char words[256];

	dx_store_close(filled(4));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = raw(cases[i].sql, words, sizeof(words));
		ok(rc != SQLITE_OK && strcmp(words, cases[i].words) == 0, "%s: %s", cases[i].words, cases[i].sql);
	}
	clean("after every attempt");
}

/* --- tampering --- */

#define FREE	"DROP TRIGGER ledger_entry_guard; DROP TRIGGER ledger_entry_no_update; DROP TRIGGER ledger_entry_no_delete; " \
    "DROP TRIGGER ledger_payload_guard; DROP TRIGGER ledger_payload_no_update; DROP TRIGGER ledger_payload_no_delete; " \
    "DROP TRIGGER ledger_node_guard; DROP TRIGGER ledger_node_no_update; DROP TRIGGER ledger_node_no_delete; "

/* Puts the triggers back, so that only the change itself is to be found. */
static char *triggers;

static int
keep_text(void *ctx, int n, char **v, char **names)
{
	size_t len = triggers != NULL ? strlen(triggers) : 0;

	(void)ctx;
	(void)n;
	(void)names;
	triggers = realloc(triggers, len + strlen(v[0]) + 3);
	if (triggers == NULL)
		abort();
	snprintf(triggers + len, strlen(v[0]) + 3, "%s;\n", v[0]);
	return 0;
}

static void
read_triggers(void)
{
	char db[400];
	sqlite3 *c;

	snprintf(db, sizeof(db), "%s/store.db", store);
	sqlite3_open(db, &c);
	sqlite3_exec(c, "SELECT sql FROM sqlite_master WHERE type='trigger'", keep_text, NULL, NULL);
	sqlite3_close(c);
}

static void
tampered(const char *sql, const char *codes, const char *name)
{
	struct found f;

	dx_store_close(filled(6));
	if (triggers == NULL)
		read_triggers();
	raw(FREE, NULL, 0);
	raw(sql, NULL, 0);
	raw(triggers, NULL, 0);
	verify_as(true, &f);
	if (!is_str(f.codes, codes, "%s", name))
		diag("%u found, first at %" PRId64 ": %s", f.count, f.seq, f.detail);
}

static void
test_tamper(void)
{
	tampered("UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'module.db','module.dc') AS BLOB) WHERE seq=6",
	    "entry_hash_mismatch", "a byte of an entry changed");
	tampered("UPDATE ledger_entry SET leaf_hash=zeroblob(32) WHERE seq=6", "entry_hash_mismatch", "a stored leaf changed");
	tampered("UPDATE ledger_entry SET prev_hash=zeroblob(32) WHERE seq=6", "entry_hash_mismatch", "a stored prev changed");
	tampered("UPDATE ledger_entry SET entry=CAST(' '||CAST(entry AS TEXT) AS BLOB) WHERE seq=6",
	    "entry_not_canonical entry_hash_mismatch", "an entry re-encoded");
	tampered("UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'\"details\":{}','\"details\":{\"x\":1}') AS BLOB) "
	    "WHERE seq=6", "entry_schema entry_hash_mismatch", "a member added");
	tampered("UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'\"event\":\"decision_created\"','\"event\":\"decision_imagined\"') "
	    "AS BLOB) WHERE seq=6", "entry_schema entry_hash_mismatch", "an unknown event");
	tampered("DELETE FROM ledger_entry WHERE seq=5", "seq_gap", "an entry removed");
	tampered("DELETE FROM ledger_entry WHERE seq=9", "log_truncated", "the tail removed");
	tampered("DELETE FROM ledger_entry WHERE seq=9; UPDATE tenant SET size=9", "projection_mismatch", "and the size changed too");
	tampered("DELETE FROM ledger_entry WHERE seq=5; UPDATE ledger_entry SET seq=seq-1 WHERE seq>5",
	    "seq_order seq_gap", "rows renumbered");
	tampered("INSERT INTO ledger_entry SELECT tenant_id, 10, entry, leaf_hash, prev_hash FROM ledger_entry WHERE seq=9",
	    "seq_order seq_duplicate", "an entry duplicated");
	tampered("UPDATE ledger_entry SET seq=100 WHERE seq=6; UPDATE ledger_entry SET seq=6 WHERE seq=7; "
	    "UPDATE ledger_entry SET seq=7 WHERE seq=100", "seq_order seq_gap", "two entries swapped");
	tampered("UPDATE ledger_node SET hash=zeroblob(32) WHERE level=1 AND idx=1", "root_mismatch", "a tree node changed");
	tampered("DELETE FROM ledger_node WHERE level=2 AND idx=1", "projection_mismatch", "a tree node removed");
	tampered("INSERT INTO ledger_node VALUES('default',1,77,zeroblob(32))", "projection_mismatch", "a tree node added");
	tampered("INSERT INTO ledger_node VALUES('default',9,0,zeroblob(32))", "projection_mismatch", "a tree node above added");
	tampered("UPDATE ledger_payload SET bytes=x'7b7d' WHERE rowid=4", "payload_hash_mismatch", "a payload changed");
	tampered("DELETE FROM ledger_payload WHERE rowid=3", "payload_missing", "a request removed");
	tampered("DELETE FROM ledger_payload WHERE rowid=1", "payload_missing", "a document removed");
	tampered("UPDATE decision SET decision='DENY' WHERE seq=6", "projection_mismatch", "a decision changed");
	tampered("DELETE FROM decision WHERE seq=6", "projection_mismatch", "a decision removed");
	tampered("UPDATE budget SET held_micro=0", "projection_mismatch", "the holds of a budget changed");
	tampered("UPDATE tenant SET held_micro=0", "projection_mismatch", "the holds of the tenant changed");
	tampered("UPDATE tenant SET money_seq=9", "projection_mismatch", "money_seq changed");
	tampered("UPDATE policy SET sha256=zeroblob(32)", "projection_mismatch", "the policy changed");
	tampered("UPDATE principals SET actor_id='eve'", "projection_mismatch", "the principals changed");
	tampered("INSERT INTO rules VALUES('default','x',3,'1',zeroblob(32))", "projection_mismatch", "a rule document added");
	tampered("INSERT INTO approval VALUES('default','a','b','approved',NULL,NULL,'{}','','','')", "projection_mismatch",
	    "an approval added");
	tampered("DELETE FROM tenant", "projection_mismatch", "the tenant's row removed");
	tampered("UPDATE tenant SET origin='elsewhere/default'", "origin_mismatch genesis_mismatch", "the log moved");
	tampered("UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'\"tenant_id\":\"default\"','\"tenant_id\":\"other\"') "
	    "AS BLOB) WHERE seq=6", "ledger_tenant_mismatch entry_hash_mismatch", "an entry of another tenant");
	tampered("UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'\"recorded_at\":\"2026-02-25','"
	    "\"recorded_at\":\"2025-02-25') AS BLOB) WHERE seq=6", "recorded_at_regression entry_hash_mismatch", "a clock set back");
	tampered("DROP INDEX decision_active", "store_guard_missing", "an index dropped");
	tampered("CREATE TRIGGER quiet BEFORE INSERT ON decision BEGIN SELECT RAISE(IGNORE); END", "store_guard_missing", "a trigger added");
	tampered("ALTER TABLE budget ADD COLUMN note TEXT", "store_guard_missing", "a table changed");
}

static void
test_guard_removed(void)
{
	struct found f;

	dx_store_close(filled(2));
	raw("DROP TRIGGER ledger_entry_no_delete", NULL, 0);
	verify_as(true, &f);
	is_str(f.codes, "store_guard_missing", "a guard dropped");
	raw("CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT 1; END", NULL, 0);
	verify_as(true, &f);
	is_str(f.codes, "store_guard_missing", "a guard made toothless");
	dx_store_close(filled(2));
	raw("DROP TRIGGER ledger_payload_no_delete; DELETE FROM ledger_payload WHERE rowid=3; "
	    "CREATE TRIGGER ledger_payload_no_delete BEFORE DELETE ON ledger_payload BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END",
	    NULL, 0);
	verify_as(false, &f);
	is_str(f.codes, "", "without payloads a missing one is not looked for");
}

int
main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/dx-store-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	test_create();
	test_killed_creation();
	test_locate();
	test_race();
	test_race_refused();
	test_refused_files();
	test_still();
	test_marks();
	test_busy();
	test_entries();
	test_rows();
	test_tenants();
	test_wal();
	test_guards();
	test_tamper();
	test_guard_removed();
	fresh();
	rmdir(dir);
	free(triggers);
	return done();
}
