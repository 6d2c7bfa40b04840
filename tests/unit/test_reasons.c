/* Reason codes that no call of a tool can be made to give: guards behind guards. */
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "core/entry.h"
#include "store/sqlite.h"
#include "tap.h"

static void
test_large_entry(void)
{
	struct dx_arena a = { 0 };
	struct dx_buf bytes = { 0 };
	struct dx_err err = { 0 };
	struct dx_sha256 leaf;
	char *text = dx_arena_alloc(&a, DX_ENTRY_MAX);
	struct dx_json doc;

	/* Two quotes: the canonical form is exactly as long as an entry may be, then a byte longer. */
	memset(text, 'x', DX_ENTRY_MAX);
	text[DX_ENTRY_MAX - 2] = '\0';
	doc = dx_json_text(text);
	ok(dx_entry_seal(&doc, &bytes, &leaf, &err) == 0, "an entry of the largest size is sealed");
	text[DX_ENTRY_MAX - 2] = 'x';
	text[DX_ENTRY_MAX - 1] = '\0';
	doc = dx_json_text(text);
	ok(dx_entry_seal(&doc, &bytes, &leaf, &err) == -1, "a larger one is not");
	is_int((intmax_t)err.reason, (intmax_t)DX_R_ENTRY_TOO_LARGE, "entry_too_large");
	dx_buf_release(&bytes);
	dx_arena_release(&a);
}

/* The lock keeps writers apart; where it did not, the guard of the table turns the second one away. */
static void
test_contended(void)
{
	struct dx_sql q = { 0 };
	struct dx_err err = { 0 };
	struct dx_sha256 first = { { 1 } }, other = { { 2 } };
	char path[] = "/tmp/dealix-reasons-XXXXXX";
	int fd = mkstemp(path);

	if (!ok(fd >= 0 && dx_sql_open(&q, path, DX_SQL_WRITE, &err) == 0 && dx_sql_exec(&q, "BEGIN", "begin", &err) == 0 &&
	    dx_sql_migrate(&q, 0, 1, &err) == 0, "a database with the schema"))
		return;
	ok(dx_sql_run(&q, DX_SQL_ENTRY_PUT, &err, "tibhh", "default", (int64_t)3, "{}", (size_t)2, &first, &first) == -1,
	    "an entry out of turn is refused");
	is_int((intmax_t)err.reason, (intmax_t)DX_R_LEDGER_CONTENDED, "ledger_contended for a taken number");
	dx_err_clear(&err);
	ok(dx_sql_run(&q, DX_SQL_ENTRY_PUT, &err, "tibhh", "default", (int64_t)0, "{}", (size_t)2, &first, &first) == 1, "entry 0");
	ok(dx_sql_run(&q, DX_SQL_ENTRY_PUT, &err, "tibhh", "default", (int64_t)1, "{}", (size_t)2, &other, &other) == -1,
	    "an entry linked to another one is refused");
	is_int((intmax_t)err.reason, (intmax_t)DX_R_LEDGER_CONTENDED, "ledger_contended for another link");
	dx_sql_close(&q);
	(void)close(fd);
	(void)unlink(path);
}

int
main(void)
{
	test_large_entry();
	test_contended();
	return done();
}
