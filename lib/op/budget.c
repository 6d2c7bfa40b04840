#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "op/budget.h"
#include "op/entries.h"

static struct dx_json
money_text(struct dx_arena *a, int64_t micro)
{
	char text[DX_MONEY_TEXT];

	dx_money_print((struct dx_money){ micro }, DX_MONTHLY, text);
	return dx_json_string(a, text);
}

static struct dx_json
row_object(struct dx_arena *a, const struct dx_budget_row *r)
{
	struct dx_json o = dx_json_object();
	int64_t left = r->limit_micro > r->held_micro ? r->limit_micro - r->held_micro : 0;

	dx_json_put(a, &o, "active", dx_json_bool(r->active));
	dx_json_put(a, &o, "created_by", dx_json_string(a, r->created_by));
	dx_json_put(a, &o, "headroom_usd", money_text(a, left));
	dx_json_put(a, &o, "held_usd", money_text(a, r->held_micro));
	dx_json_put(a, &o, "monthly_limit_usd", money_text(a, r->limit_micro));
	dx_json_put(a, &o, "scope_key", dx_json_string(a, r->scope_key));
	return o;
}

static int
normal_scope(struct dx_arena *a, const char *raw, const char **out, struct dx_err *err)
{
	size_t len = strlen(raw);
	const char *start = dx_trim(raw, &len);
	char *scope = dx_arena_dup(a, start, len);

	dx_lower(scope);
	if (!dx_utf8_valid(scope, len) || dx_has_control(scope))
		return dx_err_set(err, DX_R_TEXT_INVALID, "the scope key holds control characters or bad UTF-8");
	if (dx_utf8_count(scope, len) > 128)
		return dx_err_set(err, DX_R_FIELD_TOO_LONG, "the scope key has more than 128 characters");
	*out = len == 0 ? "default" : scope;
	return 0;
}

static int
append_budget(struct dx_session *s, const char *scope, struct dx_money limit, bool active, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json details = dx_json_object();
	int64_t now = dx_clock_now();

	if (dx_session_open_log(s, now, err) != 0)
		return -1;
	dx_json_put(a, &details, "active", dx_json_bool(active));
	dx_json_put(a, &details, "monthly_limit_usd", money_text(a, limit.micro));
	return dx_session_append(s, DX_EVENT_BUDGET_SET, scope, details, NULL, 0, now, NULL, err);
}

int
dx_op_budget_set(struct dx_session *s, const char *scope_key, struct dx_money limit, bool active, struct dx_arena *a,
    struct dx_json *answer, struct dx_err *err)
{
	struct dx_budget_row row;
	const char *scope = NULL;

	if (normal_scope(a, scope_key, &scope, err) != 0 || dx_session_begin(s, true, DX_ROLE_ADMIN, err) != 0)
		return -1;
	if (append_budget(s, scope, limit, active, a, err) == 0 && dx_store_budget(s->store, a, scope, &row, err) == 1 &&
	    dx_store_commit(s->store, err) == 0) {
		*answer = row_object(a, &row);
		return 0;
	}
	dx_store_rollback(s->store);
	return -1;
}

int
dx_op_budget_list(struct dx_session *s, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_budget_row *row;
	size_t n;
	int rc;

	if (dx_session_begin(s, false, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = dx_store_budgets(s->store, a, &row, &n, err);
	dx_store_rollback(s->store);
	if (rc != 0)
		return -1;
	*out = dx_json_array();
	for (size_t i = 0; i < n; i++)
		dx_json_push(a, out, row_object(a, &row[i]));
	return 0;
}
