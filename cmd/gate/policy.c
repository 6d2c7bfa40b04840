/* dealix-gate policy show|set|history|diff. */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "gate.h"
#include "op/policy.h"
#include "where.h"

struct args {
	int64_t		 version, expect_version;
	const char	*override_reason;
	struct dx_where	 where;
	struct dx_list	 settings, rules;
	bool		 pretty;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt show_opts[] = {
	{ DX_OPT_INT, 'v', "version", "N", AT(version), "this version, not the current one", 1, INT64_C(1000000000), 0, NULL },
	{ DX_OPT_FLAG, 0, "pretty", NULL, AT(pretty), "indented, for reading", 0, 0, 0, NULL },
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt set_opts[] = {
	{ DX_OPT_LIST, 0, "setting", "PATH=VALUE", AT(settings), "change one member of the current policy", 0, 0, 0, NULL },
	{ DX_OPT_LIST, 'r', "rules", "FILE", AT(rules), "keep this rule document in the store", 0, 0, 0, NULL },
	{ DX_OPT_INT, 0, "expect-version", "N", AT(expect_version), "refuse unless the policy is at this version", 1, INT64_C(1000000000), 0, NULL },
	{ DX_OPT_TEXT, 0, "override-reason", "TEXT", AT(override_reason), "raise a mode without a promotion record: why", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt plain_opts[] = { DX_WHERE_STORE(struct args), DX_OPTIONS_END };

static void
print(struct dx_call *c, const struct dx_json *doc)
{
	dx_json_canon(doc, &c->out);
	dx_buf_putc(&c->out, '\n');
}

/* Opens the session, runs `work`, reports what went wrong. */
typedef int	work_fn(struct dx_call *c, struct dx_session *s, struct dx_arena *a, struct dx_err *err);

static enum dx_exit
with_session(struct dx_call *c, const struct dx_session_options *o, enum dx_session_how how, work_fn *work)
{
	struct dx_session s;
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };

	if (dx_session_open(o, how, &s, &err) != 0 || work(c, &s, &a, &err) != 0)
		dx_tool_error(c, &err);
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(c, "created the store %s", dx_store_path(s.store));
	dx_session_close(&s);
	dx_arena_release(&a);
	return c->exit;
}

/* --- show --- */

static int
show_work(struct dx_call *c, struct dx_session *s, struct dx_arena *a, struct dx_err *err)
{
	const struct args *args = c->args;
	struct dx_json doc;

	if (dx_op_policy_show(s, args->version, a, &doc, err) != 0)
		return -1;
	if (args->pretty) {
		dx_json_pretty(&doc, &c->out);
		dx_buf_putc(&c->out, '\n');
	} else
		print(c, &doc);
	return 0;
}

static enum dx_exit
show(struct dx_call *c)
{
	struct dx_session_options o = dx_where_session(&((const struct args *)c->args)->where);

	return with_session(c, &o, DX_SESSION_READ, show_work);
}

/* --- history --- */

static int
history_work(struct dx_call *c, struct dx_session *s, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json list;

	if (dx_op_policy_history(s, a, &list, err) != 0)
		return -1;
	for (uint32_t i = 0; i < list.count; i++)
		print(c, &list.u.items[i]);
	return 0;
}

static enum dx_exit
history(struct dx_call *c)
{
	struct dx_session_options o = dx_where_session(&((const struct args *)c->args)->where);

	return with_session(c, &o, DX_SESSION_READ, history_work);
}

/* --- set --- */

static int
set_work(struct dx_call *c, struct dx_session *s, struct dx_arena *a, struct dx_err *err)
{
	const struct args *args = c->args;
	struct dx_buf text = { 0 };
	struct dx_json answer;
	struct dx_policy_change change = { .settings = args->settings.item, .setting_count = args->settings.count,
	    .expect_version = args->expect_version, .override_reason = args->override_reason };
	int rc = 0;

	if (c->operand_count == 1) {
		rc = dx_file_read(c->operands[0], DX_POLICY_MAX, DX_R_JSON_TOO_LARGE, &text, err);
		change.document = text.data != NULL ? text.data : "";
		change.document_len = text.len;
		change.document_name = c->operands[0];
	}
	if (rc == 0)
		rc = dx_op_policy_set(s, &change, a, &answer, err);
	if (rc == 0)
		print(c, &answer);
	dx_buf_release(&text);
	return rc;
}

static enum dx_exit
set(struct dx_call *c)
{
	const struct args *a = c->args;
	struct dx_session_options o = dx_where_session(&a->where);
	size_t len = a->override_reason != NULL ? strlen(a->override_reason) : 1;
	const char *words = a->override_reason != NULL ? dx_trim(a->override_reason, &len) : NULL;

	o.rules = a->rules.item;
	o.rule_count = a->rules.count;
	if (c->operand_count == 1 && a->settings.count > 0)
		return dx_tool_usage(c, "FILE and --setting exclude each other");
	if (c->operand_count == 0 && a->settings.count == 0 && a->rules.count == 0)
		return dx_tool_usage(c, "nothing to set: give FILE, --setting or --rules");
	if ((words != NULL && len == 0) || len > 500 || (a->override_reason != NULL && dx_has_control(a->override_reason)))
		return dx_tool_usage(c, "--override-reason takes 1 to 500 printable characters");
	return with_session(c, &o, DX_SESSION_WRITE, set_work);
}

/* --- diff --- */

static int
load_side(const char *what, struct dx_session *s, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	struct dx_policy *p;
	int64_t version;
	int rc;

	if (dx_int_parse(what, 1, INT64_C(1000000000), &version))
		return dx_op_policy_show(s, version, a, out, err);
	rc = dx_file_read(what, DX_POLICY_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0 && (rc = dx_policy_parse(text.data != NULL ? text.data : "", text.len, &p, err)) != 0)
		(void)dx_err_in(err, "%s", what);
	if (rc == 0) {
		*out = dx_json_copy(a, &p->doc);
		dx_policy_free(p);
	}
	dx_buf_release(&text);
	return rc;
}

/* Without operands: the version before the current one, and the current one. */
static int
load_both(struct dx_call *c, struct dx_session *s, struct dx_arena *a, struct dx_json *from, struct dx_json *to, struct dx_err *err)
{
	struct dx_json list;
	int64_t newest = 0;

	if (c->operand_count == 2)
		return load_side(c->operands[0], s, a, from, err) != 0 ? -1 : load_side(c->operands[1], s, a, to, err);
	if (dx_op_policy_history(s, a, &list, err) != 0)
		return -1;
	(void)dx_json_int64(dx_json_get(dx_json_item(&list, 0), "version"), &newest);
	if (newest < 2)
		return dx_err_set(err, DX_R_POLICY_NOT_FOUND, "the policy has one version only");
	if (dx_op_policy_show(s, newest - 1, a, from, err) != 0)
		return -1;
	return dx_op_policy_show(s, newest, a, to, err);
}

static int
diff_work(struct dx_call *c, struct dx_session *s, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json from, to, list;

	if (load_both(c, s, a, &from, &to, err) != 0)
		return -1;
	list = dx_policy_diff(a, &from, &to);
	print(c, &list);
	if (list.count > 0)
		dx_tool_exit(c, DX_EXIT_NO);
	return 0;
}

static bool
is_version(const char *s)
{
	int64_t n;

	return dx_int_parse(s, 1, INT64_C(1000000000), &n);
}

static enum dx_exit
diff(struct dx_call *c)
{
	struct dx_session_options o = dx_where_session(&((const struct args *)c->args)->where);
	bool files = c->operand_count == 2 && !is_version(c->operands[0]) && !is_version(c->operands[1]);

	if (c->operand_count == 1)
		return dx_tool_usage(c, "diff takes two operands, each a version or a file, or none");
	return with_session(c, &o, files ? DX_SESSION_NONE : DX_SESSION_READ, diff_work);
}

const struct dx_verb dx_gate_policy_show = { "policy show", NULL, "print the policy in force", show_opts, sizeof(struct args), 0, 0, show };
const struct dx_verb dx_gate_policy_set = { "policy set", "[FILE]", "set the policy, a member of it, or rule documents", set_opts,
    sizeof(struct args), 0, 1, set };
const struct dx_verb dx_gate_policy_history = { "policy history", NULL, "list the versions of the policy, newest first", plain_opts,
    sizeof(struct args), 0, 0, history };
const struct dx_verb dx_gate_policy_diff = { "policy diff", "[A B]", "compare two versions or files", plain_opts, sizeof(struct args),
    0, 2, diff };
