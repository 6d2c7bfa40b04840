/* The table of evidence: rows that follow from entries, an older schema read and brought up, and rows that lie. */
#include <dirent.h>
#include <sqlite3.h>
#include <unistd.h>
#include "made_log.h"
#include "tap.h"

#define ONE	"1111111111111111111111111111111111111111111111111111111111111111"
#define TWO	"1111111122222222222222222222222222222222222222222222222222222222"
#define REPORT	"3333333333333333333333333333333333333333333333333333333333333333"
#define COMMIT	"abcdefabcdefabcdefabcdefabcdefabcdefabcd"
#define VERDICT	"{\"contract\":\"tests\",\"level\":\"strict\",\"report_sha256\":\"%s\",\"verdict\":\"%s\",\"version\":\"1\"}"

static char dir[256], store[300];

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

static void
raw(const char *sql)
{
	char db[400];
	sqlite3 *c = NULL;
	char *msg = NULL;

	snprintf(db, sizeof(db), "%s/store.db", store);
	if (sqlite3_open(db, &c) != SQLITE_OK || sqlite3_exec(c, sql, NULL, NULL, &msg) != SQLITE_OK)
		diag("raw: %s: %s", sql, msg != NULL ? msg : "");
	sqlite3_free(msg);
	sqlite3_close(c);
}

static struct dx_payload
text_payload(struct dx_arena *a, const char *text)
{
	struct dx_json doc = made_parse(a, text);
	struct dx_payload p = made_payload(a, &doc);

	p.doc = NULL;		/* it is parsed again when it is needed */
	return p;
}

static bool
judged(struct dx_store *s, struct dx_arena *a, const char *subject, const char *verdict, int64_t now, struct dx_err *err)
{
	struct dx_payload report = text_payload(a, dx_arena_printf(a, "{\"verdict\":\"%s\"}", verdict));
	const char *details = dx_arena_printf(a, VERDICT, report.sha256, verdict);

	return made_append(s, a, DX_EVENT_EVIDENCE_VERIFIED, subject, details, &report, 1, now, err) == 0;
}

/* Entries 3 to 8: two artifacts, one with a commit, one judged twice, a gate, and the first artifact again. */
static void
filled(void)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_store *s = NULL;
	struct dx_payload report = text_payload(&a, "{}");
	bool good;

	fresh();
	good = dx_store_open_write(store, true, &s, &err) == 0 && made_begin(s, true, &err) == 0 && made_open(s, &a, "default", &err) == 0 &&
	    made_append(s, &a, DX_EVENT_EVIDENCE_RECORDED, ONE, "{\"commit\":\"" COMMIT "\",\"kind\":\"tests\"}", NULL, 0, MADE_NOW + 1,
	    &err) == 0 && judged(s, &a, ONE, "pass", MADE_NOW + 2, &err) &&
	    made_append(s, &a, DX_EVENT_EVIDENCE_RECORDED, TWO, "{\"kind\":\"junit\"}", NULL, 0, MADE_NOW + 3, &err) == 0 &&
	    judged(s, &a, ONE, "fail", MADE_NOW + 4, &err) &&
	    made_append(s, &a, DX_EVENT_GATE_EVALUATED, "release", dx_arena_printf(&a, "{\"commit\":\"" COMMIT "\",\"document_sha256\":\"%s\","
	    "\"ready\":true,\"report_sha256\":\"%s\",\"score_tenths\":1000}", report.sha256, report.sha256), &report, 1, MADE_NOW + 5,
	    &err) == 0 &&
	    made_append(s, &a, DX_EVENT_EVIDENCE_RECORDED, ONE, "{\"kind\":\"tests\"}", NULL, 0, MADE_NOW + 6, &err) == 0 &&
	    dx_store_commit(s, &err) == 0;
	if (!good)
		diag("filled: %s [%s]", err.text, dx_reason_code(err.reason));
	dx_store_close(s);
	dx_arena_release(&a);
}

/* As a program that knew no table of evidence left it. */
static void
made_old(void)
{
	raw("DROP TABLE evidence; PRAGMA user_version=1");
}

/* --- what verification says --- */

static void
note(void *ctx, enum dx_reason reason, const char *tenant, int64_t seq, const char *detail)
{
	char *codes = ctx;

	(void)tenant;
	(void)seq;
	diag("%s: %s", dx_reason_code(reason), detail);
	snprintf(codes, 64, "%s", dx_reason_code(reason));
}

static const char *
verdict(bool *quick)
{
	static char codes[64];
	struct dx_store_verdict v;
	struct dx_err err = { 0 };
	struct dx_store *s = NULL;

	codes[0] = '\0';
	if (dx_store_open(store, &s, &err) != 0 || dx_store_verify(s, "default", 0, note, codes, &v, &err) != 0)
		snprintf(codes, sizeof(codes), "%s", dx_reason_code(err.reason));
	else if (quick != NULL)
		*quick = v.quick;
	dx_store_close(s);
	return codes;
}

/* --- what is found --- */

static void
finds(struct dx_store *s, struct dx_evidence_filter f, const char *seqs, const char *name)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_evidence_row *row;
	struct dx_buf got = { 0 };
	size_t n;

	dx_buf_puts(&got, "");
	if (dx_store_evidence(s, &a, &f, &row, &n, &err) != 0)
		dx_buf_puts(&got, dx_reason_code(err.reason));
	for (size_t i = 0; err.reason == DX_OK && i < n; i++)
		dx_buf_printf(&got, "%s%" PRId64, i > 0 ? " " : "", row[i].seq);
	is_str(got.data, seqs, "%s", name);
	dx_buf_release(&got);
	dx_arena_release(&a);
}

static void
test_finds(const char *when)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_store *s = NULL;
	const char *one = NULL;

	diag("%s", when);
	ok(dx_store_open(store, &s, &err) == 0 && made_begin(s, false, &err) == 0, "opened for reading");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded" }, "8 5 3", "all that was recorded, newest first");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded", .limit = 2 }, "8 5", "two of them");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded", .kind = "junit" }, "5", "of a kind");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded", .commit_id = COMMIT }, "3", "with a commit");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded", .subject_id = ONE }, "8 3", "of an artifact");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded", .subject_id = ONE, .commit_id = COMMIT, .kind = "tests" }, "3",
	    "of an artifact with a commit");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_verified", .subject_id = ONE, .limit = 1 }, "6", "the last verdict");
	finds(s, (struct dx_evidence_filter){ .event = "gate_evaluated", .subject_id = "release" }, "7", "a gate");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded", .kind = "nothing" }, "", "none");
	ok(dx_store_evidence_named(s, &a, "evidence_recorded", "11111111", &one, &err) == 2, "two begin so");
	ok(dx_store_evidence_named(s, &a, "evidence_recorded", "111111112", &one, &err) == 1 && strcmp(one, TWO) == 0, "one begins so");
	ok(dx_store_evidence_named(s, &a, "evidence_recorded", "9", &one, &err) == 0, "none begins so");
	dx_store_rollback(s);
	dx_store_close(s);
	dx_arena_release(&a);
}

/* Read, appended to, and read again by one handle. */
static void
test_old_written(void)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_store *s = NULL;
	bool quick = false;

	filled();
	made_old();
	is_str(verdict(&quick), "", "an older store is sound");
	ok(quick, "found so the quick way");
	test_finds("an older schema, read");
	is_str(verdict(NULL), "", "and reading has written nothing");
	ok(dx_store_open_write(store, false, &s, &err) == 0 && made_begin(s, false, &err) == 0, "opened for writing, begun for reading");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded" }, "8 5 3", "read from memory");
	ok(dx_store_commit(s, &err) == 0, "ended like a transaction that wrote");
	ok(made_begin(s, true, &err) == 0 &&
	    made_append(s, &a, DX_EVENT_EVIDENCE_RECORDED, TWO, "{\"kind\":\"junit\"}", NULL, 0, MADE_NOW + 7, &err) == 0, "then written");
	finds(s, (struct dx_evidence_filter){ .event = "evidence_recorded" }, "9 8 5 3", "the new row beside those of the log");
	ok(dx_store_commit(s, &err) == 0, "committed");
	dx_store_close(s);
	quick = false;
	is_str(verdict(&quick), "", "sound after it was brought up");
	ok(quick, "the quick way, too");
	dx_arena_release(&a);
	filled();
	made_old();
	ok(dx_store_open_write(store, false, &s, &err) == 0 && made_begin(s, true, &err) == 0 && dx_store_commit(s, &err) == 0, "brought up");
	dx_store_close(s);
	test_finds("brought up");
}

static void
lies(const char *sql, const char *code, const char *name)
{
	filled();
	raw(sql);
	is_str(verdict(NULL), code, "%s", name);
}

static void
test_lies(void)
{
	filled();
	is_str(verdict(NULL), "", "nothing is wrong");
	lies("DELETE FROM evidence WHERE seq=6", "projection_mismatch", "a verdict left out");
	lies("UPDATE evidence SET subject_id='" TWO "' WHERE seq=4", "projection_mismatch", "a verdict moved");
	lies("UPDATE evidence SET kind='other' WHERE seq=3", "projection_mismatch", "another kind");
	lies("UPDATE evidence SET commit_id=NULL WHERE seq=7", "projection_mismatch", "a commit taken off");
	lies("INSERT INTO evidence VALUES('default',9,'evidence_recorded','" ONE "','tests',NULL)", "projection_mismatch", "a row too many");
	lies("INSERT INTO evidence VALUES('default',1,'evidence_recorded','" ONE "','tests',NULL)", "projection_mismatch", "one in between");
	lies("DROP INDEX evidence_subject", "store_guard_missing", "an index away");
	filled();
	made_old();
	raw("CREATE TABLE evidence(x)");
	is_str(verdict(NULL), "store_guard_missing", "a table that an older schema has not");
}

/* A log of many entries: what is about one artifact is found without reading it. */
static void
test_many(void)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_store *s = NULL;
	int64_t from, took;
	char subject[DX_SHA256_HEX];
	bool good = true;

	filled();
	good = dx_store_open_write(store, false, &s, &err) == 0 && made_begin(s, true, &err) == 0;
	for (int i = 0; good && i < 20000; i++) {
		snprintf(subject, sizeof(subject), "%064x", i + 1);
		good = made_append(s, &a, DX_EVENT_EVIDENCE_RECORDED, subject, "{\"kind\":\"tests\"}", NULL, 0, MADE_NOW + 10 + i, &err) == 0;
		dx_arena_reset(&a);
	}
	ok(good && dx_store_commit(s, &err) == 0, "20000 more entries");
	ok(made_begin(s, false, &err) == 0, "begun");
	from = dx_clock_mono_ms();
	for (int i = 0; i < 200; i++) {
		struct dx_evidence_filter f = { .event = "evidence_verified", .subject_id = ONE, .limit = 1 };
		struct dx_evidence_row *row;
		size_t n;

		good = good && dx_store_evidence(s, &a, &f, &row, &n, &err) == 0 && n == 1;
	}
	took = dx_clock_mono_ms() - from;
	ok(good, "found 200 times");
	/* a look at each of 20000 entries takes some milliseconds; this one some microseconds */
	if (!ok(took < 200, "in less than a millisecond each"))
		diag("%" PRId64 " ms", took);
	dx_store_rollback(s);
	dx_store_close(s);
	dx_arena_release(&a);
}

int
main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/dx-evidence-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	filled();
	test_finds("a store of today");
	test_old_written();
	test_lies();
	test_many();
	fresh();
	rmdir(dir);
	return done();
}
