/* dealix-verify release: a step of a release candidate. */
#include <stdlib.h>

#include "base/clock.h"
#include "check/rc.h"
#include "op/rc.h"
#include "verify.h"
#include "where.h"

#define RC_MAX	(1u << 20)	/* bytes of the document */

struct args {
	int		 format;
	int64_t		 step;
	const char	*root, *now;
	struct dx_list	 require;
	bool		 record;
	struct dx_where	 where;
};

enum { FORMAT_JSON, FORMAT_TEXT };
static const char *const formats[] = { "json", "text", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_INT, 0, "step", "N", AT(step), "step of the release candidate, 1 to 7", 1, DX_RC_STEPS, 0, NULL },
	{ DX_OPT_TEXT, 'C', "root", "DIR", AT(root), "repository to ask; the default is the one around here", 0, 0, 0, NULL },
	{ DX_OPT_LIST, 0, "require", "NAME", AT(require), "status check that step 6 must find green", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "record", NULL, AT(record), "put the outcome on record", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "without --record: judge as of this RFC 3339 time", 0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

/* Without --record a store is read if there is one. */
static int
open_session(const struct args *args, struct dx_session *s, struct dx_err *err)
{
	struct dx_session_options o = dx_where_session(&args->where);
	char *path = NULL;
	bool exists = false;
	int rc = 0;

	if (!args->record)
		rc = dx_store_locate(o.store, o.store_env, &path, &exists, err);
	free(path);
	if (rc != 0 || (!args->record && !exists))
		return rc;
	return dx_session_open(&o, args->record ? DX_SESSION_WRITE : DX_SESSION_READ, s, err);
}

static void
print(struct dx_call *c, const struct dx_json *answer, bool pass)
{
	const struct args *args = c->args;

	if (args->format == FORMAT_JSON) {
		dx_json_canon(answer, &c->out);
		dx_buf_putc(&c->out, '\n');
		return;
	}
	dx_buf_printf(&c->out, "%s step %lld: %s (facts %s)\n", dx_json_get_str(answer, "rc"), (long long)args->step, pass ? "PASS" : "FAIL",
	    dx_json_get_str(answer, "facts"));
	dx_verify_reasons(dx_json_get(answer, "reasons"), &c->out);
}

static int
judge(struct dx_call *c, struct dx_session *s, int64_t now, struct dx_err *err)
{
	const struct args *args = c->args;
	struct dx_rc_options o = { .step = (int)args->step, .root = args->root != NULL ? args->root : ".", .record = args->record,
	    .require = args->require.item,
	    .requires = args->require.count, .now = now };
	struct dx_arena a = { 0 };
	struct dx_json doc, answer;
	bool pass;
	int rc = dx_verify_document(c, RC_MAX, &a, &doc, err);

	if (rc == 0)
		rc = open_session(args, s, err);
	if (rc == 0)
		rc = dx_op_rc(s, &o, &doc, &a, &answer, &pass, err);
	if (rc != 0 && err->at[0] != '\0' && c->operand_count > 0)
		(void)dx_err_in(err, "%s", c->operands[0]);
	if (rc == 0) {
		print(c, &answer, pass);
		if (!pass)
			dx_tool_exit(c, DX_EXIT_NO);
	}
	dx_arena_release(&a);
	return rc;
}

static enum dx_exit
release(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session s = { 0 };
	struct dx_err err = { 0 };
	int64_t now = dx_clock_now();

	if (args->step == 0)
		return dx_tool_usage(c, "--step says which of the seven steps is judged");
	if (args->record && args->now != NULL)
		return dx_tool_usage(c, "what is recorded has the time of the clock: --now goes without --record");
	if (dx_tool_now(args->now, &now, &err) != 0) {
		dx_tool_error(c, &err);
		return c->exit;
	}
	if (judge(c, &s, now, &err) != 0)
		dx_tool_error(c, &err);
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(c, "created the store %s", dx_store_path(s.store));
	dx_session_close(&s);
	return c->exit;
}

const struct dx_verb dx_verify_release = { "release", "[FILE]", "judge a step of a release candidate", opts, sizeof(struct args), 0, 1,
    release };
