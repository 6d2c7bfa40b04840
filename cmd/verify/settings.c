/* dealix-verify settings: a snapshot of a repository's settings. */
#include "base/clock.h"
#include "op/settings.h"
#include "verify.h"
#include "where.h"

struct args {
	int		 format;
	const char	*root, *now;
	struct dx_list	 require, protect;
	bool		 record;
	struct dx_where	 where;
};

enum { FORMAT_JSON, FORMAT_TEXT };
static const char *const formats[] = { "json", "text", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_LIST, 0, "require", "NAME", AT(require), "status check that must be required; the default is the three mandatory gates", 0, 0, 0,
	    NULL },
	{ DX_OPT_LIST, 0, "protect", "GLOB", AT(protect), "paths that need an owner; the default is charter, governance, policies, workflows", 0, 0,
	    0, NULL },
	{ DX_OPT_TEXT, 'C', "root", "DIR", AT(root), "working copy with the owners file; the default is the one around here", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "record", NULL, AT(record), "put the outcome on record", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "without --record: judge as of this RFC 3339 time", 0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static void
print(struct dx_call *c, const struct dx_json *answer)
{
	const struct args *args = c->args;
	const struct dx_json *rules = dx_json_get(answer, "rules");

	if (args->format == FORMAT_JSON) {
		dx_json_canon(answer, &c->out);
		dx_buf_putc(&c->out, '\n');
		return;
	}
	dx_buf_printf(&c->out, "%s as of %s: %s\n", dx_json_get_str(answer, "repository"), dx_json_get_str(answer, "fetched_at"),
	    dx_json_is(dx_json_get(answer, "pass"), DX_JSON_TRUE) ? "PASS" : "FAIL");
	for (uint32_t i = 0; rules != NULL && i < rules->count; i++) {
		const struct dx_json *r = &rules->u.items[i];
		dx_buf_printf(&c->out, "[%s] %s%s\n", dx_json_get_str(r, "state"), dx_json_get_str(r, "id"),
		    dx_json_is(dx_json_get(r, "critical"), DX_JSON_TRUE) ? " (critical)" : "");
	}
	dx_verify_reasons(dx_json_get(answer, "reasons"), &c->out);
}

/* A snapshot that was not judged leaves nothing to record. */
static int
record(struct dx_call *c, const struct dx_json *snapshot, bool pass, struct dx_err *err)
{
	const struct args *args = c->args;
	struct dx_session_options o = dx_where_session(&args->where);
	struct dx_session s = { 0 };
	int rc = dx_session_open(&o, DX_SESSION_WRITE, &s, err);

	if (rc == 0)
		rc = dx_op_settings_record(&s, snapshot, pass, err);
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(c, "created the store %s", dx_store_path(s.store));
	dx_session_close(&s);
	return rc;
}

static int
judge(struct dx_call *c, int64_t now, struct dx_err *err)
{
	const struct args *args = c->args;
	struct dx_settings_options o = { .root = args->root != NULL ? args->root : ".", .now = now, .asked = { .require = args->require.item,
	    .requires = args->require.count, .protect = args->protect.item, .protects = args->protect.count } };
	struct dx_arena a = { 0 };
	struct dx_json doc, answer;
	const struct dx_json *snapshot;
	struct dx_repo_verdict verdict;
	int rc = dx_verify_document(c, 2 * DX_SETTINGS_MAX, &a, &doc, err);

	for (int i = 0; i < DX_REPO_RULES; i++)
		o.asked.rule[i] = true;
	if (rc == 0)
		rc = dx_op_settings(&doc, &o, &a, &answer, &verdict, &snapshot, err);
	if (rc == 0 && args->record && verdict.worst != DX_R_SETTINGS_STALE)
		rc = record(c, snapshot, verdict.pass, err);
	if (rc == 0) {
		print(c, &answer);
		if (!verdict.pass)
			dx_tool_exit(c, dx_reason_exit(verdict.worst));
	}
	dx_arena_release(&a);
	return rc;
}

static enum dx_exit
settings(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_err err = { 0 };
	int64_t now = dx_clock_now();

	if (args->record && args->now != NULL)
		return dx_tool_usage(c, "what is recorded has the time of the clock: --now goes without --record");
	if (dx_tool_now(args->now, &now, &err) != 0) {
		dx_tool_error(c, &err);
		return c->exit;
	}
	if (judge(c, now, &err) != 0)
		dx_tool_error(c, &err);
	return c->exit;
}

const struct dx_verb dx_verify_settings = { "settings", "[FILE]", "judge a snapshot of repository settings", opts, sizeof(struct args), 0, 1,
    settings };
