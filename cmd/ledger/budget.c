/* dealix-ledger budget set|list. */
#include "ledger.h"
#include "op/budget.h"
#include "where.h"

struct args {
	const char	*limit;
	bool		 inactive;
	struct dx_where	 where;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt set_opts[] = {
	{ DX_OPT_TEXT, 'l', "limit", "USD", AT(limit), "what the scope may spend a month", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "inactive", NULL, AT(inactive), "keep the budget, but let it not count", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt list_opts[] = { DX_WHERE_POLICY(struct args), DX_WHERE_STORE(struct args), DX_OPTIONS_END };

static void
print(struct dx_call *c, const struct dx_json *doc)
{
	dx_json_canon(doc, &c->out);
	dx_buf_putc(&c->out, '\n');
}

static enum dx_exit
set(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options o = dx_where_session(&args->where);
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_money limit;
	struct dx_json answer;

	if (args->limit == NULL)
		return dx_tool_usage(c, "--limit is required: what the scope may spend a month, in USD");
	if (dx_money_parse(args->limit, DX_MONTHLY, &limit, &err) != 0) {
		(void)dx_err_in(&err, "--limit");
		dx_tool_error(c, &err);
		return c->exit;
	}
	if (dx_session_open(&o, DX_SESSION_WRITE, &s, &err) != 0 ||
	    dx_op_budget_set(&s, c->operands[0], limit, !args->inactive, &a, &answer, &err) != 0)
		dx_tool_error(c, &err);
	else
		print(c, &answer);
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(c, "created the store %s", dx_store_path(s.store));
	dx_session_close(&s);
	dx_arena_release(&a);
	return c->exit;
}

static enum dx_exit
list(struct dx_call *c)
{
	struct dx_session_options o = dx_where_session(&((const struct args *)c->args)->where);
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json rows;

	if (dx_session_open(&o, DX_SESSION_READ, &s, &err) != 0 || dx_op_budget_list(&s, &a, &rows, &err) != 0)
		dx_tool_error(c, &err);
	else
		for (uint32_t i = 0; i < rows.count; i++)
			print(c, &rows.u.items[i]);
	dx_session_close(&s);
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_ledger_budget_set = { "budget set", "SCOPE", "set what a project, or default, may spend a month", set_opts,
    sizeof(struct args), 1, 1, set };
const struct dx_verb dx_ledger_budget_list = { "budget list", NULL, "list the budgets and what is held of them", list_opts,
    sizeof(struct args), 0, 0, list };
