/* dealix-evidence packet KIND: computed documents. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "contract/contract.h"
#include "evidence.h"
#include "op/output.h"
#include "op/packet.h"
#include "op/span.h"
#include "packet.h"
#include "where.h"

struct args {
	const char	*folder, *now, *webhook, *ca, *max_age, *key;
	int		 level;
	bool		 require, fail_on_webhook, keep;
	struct dx_list	 param;
	struct dx_where	 where;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_TEXT, 'o', "output", "PATH", AT(folder), "folder that the files are written to; of deal_closure the file for pack.json", 0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 'l', "level", "LEVEL", AT(level), "level at which the telemetry must verify: base, or strict when not given", 0, 0,
	    DX_LEVEL_STRICT, dx_level_names },
	{ DX_OPT_TEXT, 0, "max-age-hours", "N", AT(max_age), "how old the telemetry may be", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "require-gates", NULL, AT(require), "end with 1 when a gate is false", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "captured_at or generated_at of what is made, RFC 3339; the default is the clock", 0, 0, 0,
	    NULL },
	{ DX_OPT_TEXT, 0, "webhook", "URL", AT(webhook), "https URL that is told when a gate is false", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "webhook-ca", "FILE", AT(ca), "PEM file of the authorities to trust for it", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "fail-on-webhook", NULL, AT(fail_on_webhook), "end with 3 when it cannot be told", 0, 0, 0, NULL },
	{ DX_OPT_LIST, 0, "param", "NAME=VALUE", AT(param), "give a parameter of the contract its value", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 'K', "keep", NULL, AT(keep), "keep the output in the store, as evidence", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "idempotency-key", "KEY", AT(key), "keep it once: the same again gives what it gave before", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static bool
take(const char *word, const char *role, const char **out)
{
	size_t n = strlen(role);

	if (strncmp(word, role, n) != 0 || word[n] != '=' || word[n + 1] == '\0' || *out != NULL)
		return false;
	*out = word + n + 1;
	return true;
}

static enum dx_exit
make(struct dx_call *c, const struct dx_packet_options *o)
{
	const struct args *args = c->args;
	struct dx_packet_made made;
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };

	if (dx_op_packet_finance(o, &a, &made, &err) != 0)
		dx_tool_error(c, &err);
	else {
		dx_evidence_print(c, &made.packet);
		if (made.told.reason != DX_OK && args->fail_on_webhook)
			dx_tool_error(c, &made.told);
		else if (made.told.reason != DX_OK)
			dx_tool_note(c, "%s", made.told.text);
		if (args->require && !made.gates_passed) {
			(void)dx_err_set(&err, DX_R_PKT_GATES_FAILED, "gate_results holds a gate that is false");
			dx_tool_error(c, &err);
		}
	}
	dx_arena_release(&a);
	return c->exit;
}

/* --- structured outputs --- */

static bool
key_is_good(const char *key)
{
	size_t n = key != NULL ? strlen(key) : 4;

	for (size_t i = 0; key != NULL && i < n; i++)
		if (key[i] < '!' || key[i] > '~')
			return false;
	return n >= 4 && n <= 128;
}

/* Which options there are depends on the kind. */
static bool
output_options(struct dx_call *c)
{
	const struct args *args = c->args;

	if (args->folder != NULL || args->max_age != NULL || args->require || args->webhook != NULL || args->ca != NULL || args->fail_on_webhook)
		(void)dx_tool_usage(c, "-o, --max-age-hours, --require-gates and --webhook go with finance_packet");
	else if (!key_is_good(args->key))
		(void)dx_tool_usage(c, "--idempotency-key takes 4 to 128 printable characters without blanks");
	else if (args->now != NULL && (args->keep || args->key != NULL))
		(void)dx_tool_usage(c, "what is kept is made now: leave out --now");
	else
		return true;
	return false;
}

static enum dx_exit
output(struct dx_call *c, struct dx_output_options *o)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);
	struct dx_session s = { 0 };
	struct dx_buf out = { 0 };
	struct dx_err err = { 0 };
	bool replayed = false;

	if (!output_options(c))
		return c->exit;
	o->trace_id = dx_span_trace_id(c->span);
	if (dx_session_open(&so, o->keep ? DX_SESSION_WRITE : DX_SESSION_NONE, &s, &err) != 0 ||
	    dx_op_output(&s, o, &out, &replayed, &err) != 0)
		dx_tool_error(c, &err);
	else
		dx_buf_add(&c->out, out.data, out.len);
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(c, "created the store %s", dx_store_path(s.store));
	if (replayed)
		dx_tool_note(c, "replayed");
	dx_session_close(&s);
	dx_buf_release(&out);
	return c->exit;
}

static enum dx_exit
finance(struct dx_call *c, int64_t now)
{
	const struct args *args = c->args;
	struct dx_packet_options o = { .folder = args->folder, .level = (enum dx_level)args->level, .max_age_hours = args->max_age,
	    .now = now, .webhook = args->webhook, .webhook_ca = args->ca };

	if (args->keep || args->key != NULL || args->param.count > 0)
		return dx_tool_usage(c, "--keep, --idempotency-key and --param go with structured outputs");
	for (int i = 1; i < c->operand_count; i++)
		if (!take(c->operands[i], "telemetry", &o.telemetry) && !take(c->operands[i], "assumptions", &o.assumptions))
			return dx_tool_usage(c, "finance_packet takes telemetry=FILE and assumptions=FILE, once each");
	if (o.telemetry == NULL || o.assumptions == NULL || o.folder == NULL)
		return dx_tool_usage(c, "finance_packet needs telemetry=FILE, assumptions=FILE and -o DIR");
	if (args->webhook == NULL && (args->fail_on_webhook || args->ca != NULL))
		return dx_tool_usage(c, "--fail-on-webhook and --webhook-ca go with --webhook");
	if (args->webhook != NULL && strncmp(args->webhook, "https://", 8) != 0)
		return dx_tool_usage(c, "--webhook takes an https:// URL");
	return make(c, &o);
}

static enum dx_exit
deal(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);

	if (args->max_age != NULL || args->require || args->webhook != NULL || args->ca != NULL || args->fail_on_webhook || args->now != NULL ||
	    args->keep || args->key != NULL || args->param.count > 0)
		return dx_tool_usage(c, "of deal_closure the options are -o and those that say where the store is");
	return dx_packet_deal(c, &so, args->folder);
}

static enum dx_exit
packet(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_output_options o = { .files = c->operands + 1, .count = (size_t)c->operand_count - 1, .params = args->param.item,
	    .param_count = args->param.count, .key = args->key, .now = dx_clock_now(), .keep = args->keep || args->key != NULL };
	char schema[128];
	struct dx_err err = { 0 };

	if (dx_tool_now(args->now, &o.now, &err) != 0) {
		dx_tool_error(c, &err);
		return c->exit;
	}
	if (strcmp(c->operands[0], "finance_packet") == 0)
		return finance(c, o.now);
	if (strcmp(c->operands[0], "deal_closure") == 0)
		return deal(c);
	(void)snprintf(schema, sizeof(schema), "dealix.%.100s.v1", c->operands[0]);
	if ((o.kind = dx_contract_output(schema)) == NULL)
		return dx_tool_usage(c, "\"%s\" is no packet: finance_packet and deal_closure are, and each kind of dealix-outputs(5)", c->operands[0]);
	return output(c, &o);
}

const struct dx_verb dx_evidence_packet = { "packet", "KIND [[ROLE=]FILE...]", "compute a document from others", opts,
    sizeof(struct args), 1, -1, packet };
