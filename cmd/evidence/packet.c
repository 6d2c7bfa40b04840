/* dealix-evidence packet KIND: computed documents. */
#include <string.h>

#include "base/clock.h"
#include "base/time.h"
#include "evidence.h"
#include "op/packet.h"
#include "where.h"

struct args {
	const char	*folder, *now, *webhook, *ca, *max_age;
	int		 level;
	bool		 require, fail_on_webhook;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_TEXT, 'o', "output", "DIR", AT(folder), "folder that the files are written to", 0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 'l', "level", "LEVEL", AT(level), "level at which the telemetry must verify: base, or strict when not given", 0, 0,
	    DX_LEVEL_STRICT, dx_level_names },
	{ DX_OPT_TEXT, 0, "max-age-hours", "N", AT(max_age), "how old the telemetry may be", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "require-gates", NULL, AT(require), "end with 1 when a gate is false", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "captured_at of what is made, RFC 3339; the default is the clock", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "webhook", "URL", AT(webhook), "https URL that is told when a gate is false", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "webhook-ca", "FILE", AT(ca), "PEM file of the authorities to trust for it", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "fail-on-webhook", NULL, AT(fail_on_webhook), "end with 3 when it cannot be told", 0, 0, 0, NULL },
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

static enum dx_exit
packet(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_packet_options o = { .folder = args->folder, .level = (enum dx_level)args->level, .max_age_hours = args->max_age,
	    .now = dx_clock_now(), .webhook = args->webhook, .webhook_ca = args->ca };
	struct dx_err err = { 0 };

	if (strcmp(c->operands[0], "finance_packet") != 0)
		return dx_tool_usage(c, "\"%s\" is no packet that can be made here: finance_packet is", c->operands[0]);
	for (int i = 1; i < c->operand_count; i++)
		if (!take(c->operands[i], "telemetry", &o.telemetry) && !take(c->operands[i], "assumptions", &o.assumptions))
			return dx_tool_usage(c, "finance_packet takes telemetry=FILE and assumptions=FILE, once each");
	if (o.telemetry == NULL || o.assumptions == NULL || o.folder == NULL)
		return dx_tool_usage(c, "finance_packet needs telemetry=FILE, assumptions=FILE and -o DIR");
	if (args->webhook == NULL && (args->fail_on_webhook || args->ca != NULL))
		return dx_tool_usage(c, "--fail-on-webhook and --webhook-ca go with --webhook");
	if (args->webhook != NULL && strncmp(args->webhook, "https://", 8) != 0)
		return dx_tool_usage(c, "--webhook takes an https:// URL");
	if (args->now != NULL && dx_time_parse(args->now, &o.now, &err) != 0) {
		(void)dx_err_in(&err, "--now");
		dx_tool_error(c, &err);
		return c->exit;
	}
	return make(c, &o);
}

const struct dx_verb dx_evidence_packet = { "packet", "KIND ROLE=FILE...", "compute a document from others: finance_packet", opts,
    sizeof(struct args), 3, -1, packet };
