/* Two databases row by row: what the store holds against what its log gives. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "store/sqlite.h"

#define SAID_MAX	100

struct comparison {
	const char	*what;
	dx_sql_differs_fn	*differs;
	void		*ctx;
	unsigned	 said;
};

static void __attribute__((format(printf, 2, 3)))
say(struct comparison *c, const char *fmt, ...)
{
	char text[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->said++;
	c->differs(c->ctx, text);
}

static const char *
key_of(sqlite3_stmt *st)
{
	const unsigned char *s = sqlite3_column_text(st, 0);

	return s != NULL ? (const char *)s : "";
}

static bool
same_value(sqlite3_stmt *l, sqlite3_stmt *r, int col)
{
	const void *a, *b;
	int n;

	if (sqlite3_column_type(l, col) != sqlite3_column_type(r, col))
		return false;
	if (sqlite3_column_type(l, col) == SQLITE_INTEGER)
		return sqlite3_column_int64(l, col) == sqlite3_column_int64(r, col);
	a = sqlite3_column_blob(l, col);
	b = sqlite3_column_blob(r, col);
	n = sqlite3_column_bytes(l, col);
	return n == sqlite3_column_bytes(r, col) && (n == 0 || memcmp(a, b, (size_t)n) == 0);
}

static void
compare_row(struct comparison *c, sqlite3_stmt *l, sqlite3_stmt *r)
{
	for (int col = 1; col < sqlite3_column_count(l); col++)
		if (!same_value(l, r, col))
			say(c, "%s %s: %s is not what the ledger gives", c->what, key_of(l), sqlite3_column_name(l, col));
}

int
dx_sql_compare(struct dx_sql *store, struct dx_sql *scratch, enum dx_sql_id id, const char *tenant, const char *what,
    dx_sql_differs_fn *differs, void *ctx, struct dx_err *err)
{
	struct comparison c = { what, differs, ctx, 0 };
	sqlite3_stmt *ls, *rs = NULL;
	int l = dx_sql_row(store, id, &ls, err, "t", tenant);
	int r = l >= 0 ? dx_sql_row(scratch, id, &rs, err, "t", tenant) : -1;

	while (l >= 0 && r >= 0 && l + r > 0 && c.said < SAID_MAX) {
		int order = l == 0 ? 1 : r == 0 ? -1 : strcmp(key_of(ls), key_of(rs));

		if (order == 0)
			compare_row(&c, ls, rs);
		else if (order < 0)
			say(&c, "%s %s: not in the ledger", what, key_of(ls));
		else
			say(&c, "%s %s: missing", what, key_of(rs));
		if (order <= 0)
			l = dx_sql_next(store, ls, err);
		if (order >= 0)
			r = dx_sql_next(scratch, rs, err);
	}
	if (l > 0)
		dx_sql_done(ls);
	if (r > 0)
		dx_sql_done(rs);
	return l < 0 || r < 0 ? -1 : 0;
}
