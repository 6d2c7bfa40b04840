/* The quick way of verifying a store against the thorough one: whatever is damaged, both must come to the same end. */
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include "made_log.h"
#include "tap.h"

#define DECISIONS	150		/* some batches of entries, so that the threads take turns */

static char dir[256], sound_store[300], store[300];

/* --- a store with a story --- */

struct copy { struct dx_arena *a; struct dx_json decision; };

static int
keep_decision(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	static const char *const holds[] = { "reserved_allocation_usd", "reserved_credit_usd", "reserved_total_usd",
	    "reserved_unbudgeted_usd" };
	struct copy *c = ctx;
	struct dx_json doc;

	if (dx_json_parse(c->a, dx_arena_dup(c->a, e->bytes, e->len), e->len, DX_JSON_OURS, &doc, err) != 0)
		return -1;
	c->decision = dx_json_copy_top(c->a, dx_json_get(&doc, "decision"));
	for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++)
		dx_json_set(c->a, &c->decision, holds[i], dx_json_text("0.0000"));
	return 1;
}

/* The approval of decision n ends without a yes. */
static int
close_approval(struct dx_store *s, struct dx_arena *a, int64_t n, enum dx_event event, const char *status, int64_t now, struct dx_err *err)
{
	struct dx_entry_filter f = { .before_seq = -1, .decision_id = made_id(a, 0x44444444, n) };
	struct copy c = { .a = a };
	struct dx_entry_draft d = { .event = event, .actor = dx_actor_system, .ledger_id = made_id(a, 0x66666666, n),
	    .subject_id = made_id(a, 0x55555555, n), .approval_id = made_id(a, 0x55555555, n), .approval_status = status,
	    .details = dx_json_object() };
	int64_t seq;

	if (dx_store_entries(s, &f, keep_decision, &c, err) != 0)
		return -1;
	d.decision = c.decision;
	return dx_store_append(s, &d, NULL, 0, now, &seq, err);
}

static int
budget(struct dx_store *s, struct dx_arena *a, const char *scope, const char *limit, int64_t now, struct dx_err *err)
{
	return made_append(s, a, DX_EVENT_BUDGET_SET, scope, dx_arena_printf(a, "{\"active\":true,\"monthly_limit_usd\":\"%s\"}", limit),
	    NULL, 0, now, err);
}

/* Decisions of all sorts: with and without holds, derived keys (whose request is stored once), released by a later one, waiting,
 * expired, cancelled. */
static int
decide(struct dx_store *s, struct dx_arena *a, int64_t n, int64_t now, struct dx_err *err)
{
	struct made_decision m = { .n = n, .verdict = "ALLOW", .mode = "soft", .allocation = n % 3 == 0 ? "60.0000" : NULL,
	    .derived = n % 7 == 0, .failsafe = n % 11 == 0 && n % 3 != 0 && n % 5 != 0 && n % 10 != 4 };

	if (n % 10 == 5)
		m.unbudgeted = "1.5000";
	if (n % 10 == 4) {
		m.verdict = "REQUIRE_APPROVAL";
		m.approval = true;
		m.unbudgeted = "2.0000";
	}
	if (n % 9 == 6 && !m.failsafe)
		m.supersedes = made_id(a, 0x44444444, n - 3);
	if (made_decide(s, a, &m, now, err) != 0)
		return -1;
	if (n % 20 == 14)
		return close_approval(s, a, n, DX_EVENT_APPROVAL_EXPIRED, "expired", now + 1, err);
	if (n > 20 && n % 20 == 6)
		return close_approval(s, a, n - 2 - 20, DX_EVENT_APPROVAL_CANCELLED, "cancelled", now + 1, err);
	return 0;
}

static bool
make(const char *tenant, int64_t decisions)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_store *s = NULL;
	bool good = dx_store_open_write(sound_store, true, &s, &err) == 0 &&
	    dx_store_begin(s, tenant, true, dx_clock_mono_ms() + 5000, NULL, &err) == 0 && made_open(s, &a, tenant, &err) == 0 &&
	    budget(s, &a, "default", "1000.0000", MADE_NOW + 1, &err) == 0 && budget(s, &a, "other", "5.0000", MADE_NOW + 2, &err) == 0;

	for (int64_t n = 1; good && n <= decisions; n++) {
		good = decide(s, &a, n, MADE_NOW + n * 1000, &err) == 0;
		if (good && n % 50 == 0)
			good = budget(s, &a, "default", "2000.0000", MADE_NOW + n * 1000 + 500, &err) == 0;
	}
	good = good && dx_store_commit(s, &err) == 0;
	if (!good)
		diag("%s: %s [%s]", tenant, err.text, dx_reason_code(err.reason));
	dx_store_close(s);
	dx_arena_release(&a);
	return good;
}

/* --- damage --- */

static void
write_whole(const char *path, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	close(fd);
}

static char *
read_whole(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	char *bytes;

	if (fd < 0 || fstat(fd, &st) != 0)
		abort();
	*n = (size_t)st.st_size;
	bytes = malloc(*n);
	if (read(fd, bytes, *n) != (ssize_t)*n)
		abort();
	close(fd);
	return bytes;
}

static const char *
in(const char *folder, const char *name)
{
	static char path[4][400];
	static unsigned which;
	char *p = path[which++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", folder, name);
	return p;
}

static char *sound;
static size_t sound_len;

static void
restore(const char *bytes, size_t n)
{
	(void)unlink(in(store, "store.db-wal"));
	(void)unlink(in(store, "store.db-shm"));
	write_whole(in(store, "store.db"), bytes, n);
}

static int
raw(const char *sql)
{
	sqlite3 *c = NULL;
	int rc = sqlite3_open(in(store, "store.db"), &c);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c, sql, NULL, NULL, NULL);
	sqlite3_close(c);
	return rc;
}

/* --- both ways --- */

struct found { struct dx_buf text; unsigned count; };

static void
note(void *ctx, enum dx_reason reason, const char *tenant, int64_t seq, const char *detail)
{
	struct found *f = ctx;

	f->count++;
	dx_buf_printf(&f->text, "%s %s %" PRId64 " %s\n", tenant, dx_reason_code(reason), seq, detail);
}

static int
verify(unsigned how, struct found *f, struct dx_store_verdict *v)
{
	struct dx_store *s = NULL;
	struct dx_err err = { 0 };
	int rc = dx_store_open(store, &s, &err);

	dx_buf_reset(&f->text);
	f->count = 0;
	memset(v, 0, sizeof(*v));
	if (rc == 0)
		rc = dx_store_verify(s, "default", how, note, f, v, &err);
	if (rc != 0)
		dx_buf_printf(&f->text, "cannot: %s %s\n", dx_reason_code(err.reason), err.text);
	dx_store_close(s);
	return rc;
}

static unsigned quick_ones, found_ones;

/* The same findings in the same order, the same verdict; with `bad` there must be some. */
static bool
agree(unsigned how, bool bad)
{
	struct found as_is = { 0 }, thorough = { 0 };
	struct dx_store_verdict v, w;
	int rc = verify(how, &as_is, &v), other = verify(how | DX_VERIFY_THOROUGH, &thorough, &w);
	bool same = rc == other && as_is.count == thorough.count && as_is.text.len == thorough.text.len &&
	    (as_is.text.len == 0 || memcmp(as_is.text.data, thorough.text.data, as_is.text.len) == 0) && v.size == w.size &&
	    memcmp(&v.root, &w.root, sizeof(v.root)) == 0 && strcmp(v.origin, w.origin) == 0 && !(v.quick && as_is.count > 0);

	if (!same)
		diag("without: %.300s with: %.300s", as_is.text.len > 0 ? as_is.text.data : "nothing",
		    thorough.text.len > 0 ? thorough.text.data : "nothing");
	quick_ones += v.quick;
	found_ones += rc != 0 || as_is.count > 0;
	bad = bad && rc == 0 && as_is.count == 0;
	dx_buf_release(&as_is.text);
	dx_buf_release(&thorough.text);
	return same && !bad;
}

/* --- tests --- */

static void
test_sound(void)
{
	struct found f = { 0 };
	struct dx_store_verdict v;

	for (unsigned how = 0; how <= DX_VERIFY_PAYLOADS; how++) {
		is_int(verify(how, &f, &v), 0, "a sound store can be read");
		is_int(f.count, 0, "and nothing is found");
		ok(v.quick, "in the quick way");
		is_int(v.size, 3 + 2 + DECISIONS + 3 + 14, "all of it");
		ok(agree(how, false), "the thorough way says the same");
	}
	dx_buf_release(&f.text);
}

/* Rows that stand in another order than the entries are as good; only the way is longer. */
static void
test_order(void)
{
	struct found f = { 0 };
	struct dx_store_verdict v;

	restore(sound, sound_len);
	raw("UPDATE decision SET rowid=100000-rowid");
	is_int(verify(DX_VERIFY_PAYLOADS, &f, &v), 0, "decisions the other way round");
	ok(f.count == 0 && !v.quick, "nothing is found, but not in the quick way");
	restore(sound, sound_len);
	raw("DROP TRIGGER ledger_payload_no_update; UPDATE ledger_payload SET rowid=100000-rowid; CREATE TRIGGER ledger_payload_no_update "
	    "BEFORE UPDATE ON ledger_payload BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END");
	is_int(verify(DX_VERIFY_PAYLOADS, &f, &v), 0, "payloads the other way round");
	ok(f.count == 0 && v.quick, "nothing is found, and they are looked up");
	dx_buf_release(&f.text);
}

/* Each cell of every table of every hundredth row or so changed, the triggers in place again. */
static const char *const damage[] = {
	"UPDATE decision SET reservation_active=0, reserved_allocation_micro=0, reserved_credit_micro=0, reserved_unbudgeted_micro=0 "
	    "WHERE rowid=(SELECT max(rowid) FROM decision WHERE reservation_active=1 AND tenant_id='default')",
	"UPDATE decision SET reservation_active=1, reserved_allocation_micro=60000000 WHERE rowid=(SELECT min(rowid) FROM decision WHERE "
	    "reservation_active=0)",
	"UPDATE decision SET reservation_active=1, reserved_allocation_micro=60000000 WHERE decision_id LIKE '%000000000003'",
	"UPDATE decision SET reserved_allocation_micro=reserved_allocation_micro+1, reserved_unbudgeted_micro=reserved_unbudgeted_micro-1 "
	    "WHERE reserved_unbudgeted_micro>0",
	"UPDATE decision SET budget_scope_key='other' WHERE budget_scope_key='default' AND seq<40",
	"UPDATE decision SET seq=seq+1 WHERE seq=20",
	"UPDATE decision SET request_sha256=response_sha256 WHERE seq=30",
	"UPDATE decision SET rowid=1000000+rowid WHERE seq=25; UPDATE decision SET mode='hard' WHERE seq=25",
	"UPDATE decision SET tenant_id='beta', decision_id='x', idempotency_key='x' WHERE seq=33 AND tenant_id='default'",
	"INSERT INTO decision SELECT 'default', 'x'||decision_id, 999, source, dry_run, 'x'||idempotency_key, derived_key, generation, "
	    "request_fingerprint, project_id, environment, decision, mode, failsafe, policy_sha256, rules_sha256, request_sha256, "
	    "response_sha256, decided_at, budget_month, budget_scope_key, reservation_active, reserved_allocation_micro, "
	    "reserved_credit_micro, reserved_unbudgeted_micro, unfunded_micro FROM decision WHERE seq=21 AND tenant_id='default'",
	"DELETE FROM decision WHERE seq=(SELECT max(seq) FROM decision WHERE tenant_id='default')",
	"DELETE FROM decision WHERE seq=40 AND tenant_id='default'",
	"UPDATE approval SET status='pending', updated_at=created_at WHERE status='expired' AND rowid=(SELECT min(rowid) FROM approval WHERE "
	    "status='expired')",
	"UPDATE approval SET status='cancelled' WHERE status='expired'",
	"UPDATE approval SET updated_at=created_at WHERE status='expired'",
	"UPDATE approval SET status='approved' WHERE status='pending'",
	"UPDATE approval SET routing_trace=routing_trace||' '",
	"UPDATE approval SET requested_by=NULL",
	"UPDATE approval SET expires_at=created_at",
	"DELETE FROM approval WHERE rowid=(SELECT max(rowid) FROM approval WHERE tenant_id='default')",
	"DELETE FROM approval WHERE rowid=(SELECT min(rowid) FROM approval WHERE tenant_id='default')",
	"UPDATE budget SET held_micro=held_micro+1",
	"UPDATE budget SET active=0 WHERE scope_key='other'",
	"UPDATE budget SET created_by='eve' WHERE scope_key='other'",
	"UPDATE budget SET scope_key='third' WHERE scope_key='other'",
	"DELETE FROM budget WHERE scope_key='other'",
	"INSERT INTO budget VALUES('default','third',1,1,0,'kim')",
	"UPDATE tenant SET held_micro=held_micro+1", "UPDATE tenant SET money_seq=money_seq-1", "UPDATE tenant SET size=size-1",
	"UPDATE tenant SET size=size+1", "UPDATE tenant SET policy_version=2", "UPDATE tenant SET principals_version=0",
	"UPDATE policy SET actor_id='eve'", "UPDATE policy SET version=2", "UPDATE principals SET created_at='2026'",
	"INSERT INTO principals SELECT tenant_id, 2, sha256, sha256, actor_id, created_at FROM principals WHERE tenant_id='default'",
	"INSERT INTO rules VALUES('default','x',3,'1',zeroblob(32))",
	"UPDATE ledger_payload SET bytes=CAST(CAST(bytes AS TEXT)||' ' AS BLOB) WHERE rowid=(SELECT max(rowid) FROM ledger_payload WHERE tenant_id='default')",
	"UPDATE ledger_payload SET bytes=x'' WHERE rowid=20",
	"DELETE FROM ledger_payload WHERE rowid=(SELECT max(rowid) FROM ledger_payload WHERE tenant_id='default')",
	"DELETE FROM ledger_payload WHERE rowid=33",
	"UPDATE ledger_payload SET tenant_id='gamma' WHERE rowid=40",
	"UPDATE ledger_payload SET sha256=zeroblob(32) WHERE rowid=41",
	"UPDATE ledger_node SET hash=zeroblob(32) WHERE level=5 AND idx=2 AND tenant_id='default'",
	"UPDATE ledger_node SET idx=1000 WHERE level=1 AND idx=60 AND tenant_id='default'",
	"DELETE FROM ledger_node WHERE level=7",
	"INSERT INTO ledger_node VALUES('default',20,0,zeroblob(32))",
	"UPDATE ledger_entry SET leaf_hash=zeroblob(32) WHERE seq=100 AND tenant_id='default'",
	"UPDATE ledger_entry SET prev_hash=zeroblob(32) WHERE seq=64 AND tenant_id='default'",
	"UPDATE ledger_entry SET leaf_hash=x'00' WHERE seq=63 AND tenant_id='default'",
	"UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'module.db','module.dc') AS BLOB) WHERE seq=128",
	"UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'module.db','module\\u002edb') AS BLOB) WHERE seq=128",
	"UPDATE ledger_entry SET entry=CAST(CAST(entry AS TEXT)||char(10) AS BLOB) WHERE seq=129",
	"UPDATE ledger_entry SET entry=CAST(replace(CAST(entry AS TEXT),'\"generation\":1','\"generation\":1.0') AS BLOB) WHERE seq=130",
	"UPDATE ledger_entry SET entry=zeroblob(70000) WHERE seq=131",
	"DELETE FROM ledger_entry WHERE seq=(SELECT max(seq) FROM ledger_entry WHERE tenant_id='default') AND tenant_id='default'",
	"DELETE FROM ledger_entry WHERE seq=0", "DELETE FROM ledger_entry WHERE seq=77",
	"UPDATE ledger_entry SET seq=seq+1000 WHERE seq>100",
};

static int
keep_text(void *out, int n, char **v, char **names)
{
	(void)n;
	(void)names;
	dx_buf_printf(out, "%s;\n", v[0]);
	return 0;
}

static void
test_damage(void)
{
	static const char drop[] = "SELECT 'DROP TRIGGER '||name FROM sqlite_master WHERE type='trigger'";
	struct dx_buf free_it = { 0 }, guard = { 0 };
	sqlite3 *c = NULL;

	restore(sound, sound_len);
	if (sqlite3_open(in(store, "store.db"), &c) != SQLITE_OK)
		abort();
	sqlite3_exec(c, drop, keep_text, &free_it, NULL);
	sqlite3_exec(c, "SELECT sql FROM sqlite_master WHERE type='trigger'", keep_text, &guard, NULL);
	sqlite3_close(c);
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		struct dx_buf sql = { 0 };

		restore(sound, sound_len);
		dx_buf_printf(&sql, "PRAGMA ignore_check_constraints=on;%s%s;%s", free_it.data, damage[i], guard.data);
		is_int(raw(sql.data), SQLITE_OK, "%.100s", damage[i]);
		ok(agree(DX_VERIFY_PAYLOADS, true), "found alike");
		ok(agree(0, false), "without payloads alike");
		dx_buf_release(&sql);
	}
	dx_buf_release(&free_it);
	dx_buf_release(&guard);
}

/* Bytes of the file changed wherever the digest of a payload stands, in tables and in indexes: an index that no longer agrees with
 * its table has no other sign. */
static void
test_digests(void)
{
	unsigned places = 0, bad = 0;
	unsigned char name[32];
	sqlite3 *c = NULL;
	sqlite3_stmt *st;

	restore(sound, sound_len);
	if (sqlite3_open(in(store, "store.db"), &c) != SQLITE_OK || sqlite3_prepare_v2(c,
	    "SELECT sha256 FROM ledger_payload WHERE rowid=50", -1, &st, NULL) != SQLITE_OK || sqlite3_step(st) != SQLITE_ROW)
		abort();
	memcpy(name, sqlite3_column_blob(st, 0), sizeof(name));
	sqlite3_finalize(st);
	sqlite3_close(c);
	for (char *at = sound; (at = memmem(at, sound_len - (size_t)(at - sound), name, sizeof(name))) != NULL; at++) {
		*at ^= 1;
		restore(sound, sound_len);
		*at ^= 1;
		places++;
		bad += !agree(DX_VERIFY_PAYLOADS, false);
	}
	ok(places >= 3, "a digest stands in the table, in its index and in a row of state (%u places)", places);
	is_int(bad, 0, "a byte of it changed is found alike in each");
}

/* Any byte of the file. */
static void
test_bytes(void)
{
	uint64_t x = UINT64_C(88172645463325252);
	unsigned bad = 0, before = found_ones;

	for (int i = 0; i < 400; i++) {
		size_t at;
		char was;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		at = (size_t)(x % sound_len);
		was = sound[at];
		sound[at] ^= (char)(1 + (x >> 32) % 255);
		restore(sound, sound_len);
		if (!agree(DX_VERIFY_PAYLOADS, false)) {
			bad++;
			diag("byte %zu", at);
		}
		sound[at] = was;
	}
	is_int(bad, 0, "400 bytes changed: both ways come to the same end");
	ok(found_ones - before > 200, "most of them are found (%u)", found_ones - before);
}

int
main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/dx-verify-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(sound_store, sizeof(sound_store), "%s/sound", dir);
	snprintf(store, sizeof(store), "%s/store", dir);
	mkdir(store, 0700);
	ok(make("default", DECISIONS) && make("beta", 20), "a store of two tenants");
	{
		sqlite3 *c = NULL;

		if (sqlite3_open(in(sound_store, "store.db"), &c) == SQLITE_OK)
			sqlite3_exec(c, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
		sqlite3_close(c);
	}
	sound = read_whole(in(sound_store, "store.db"), &sound_len);
	restore(sound, sound_len);
	test_sound();
	test_order();
	test_damage();
	test_digests();
	test_bytes();
	free(sound);
	return done();
}
