/* dealix-gate go: GO or NO-GO of a release, and the phases of its rollout. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "gate.h"
#include "op/go.h"
#include "report/go.h"
#include "waivers.h"
#include "where.h"

#define NOT_ASKED	-1		/* neither is; else a phase less 1, for none cannot be asked for */

struct args {
	int		 format, enter, phase;
	const char	*release, *waivers, *now, *statement;
	bool		 dry_run, strict, restart;
	struct dx_where	 where;
};

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "how to print the answer", 0, 0, DX_FORMAT_JSON, dx_format_names },
	{ DX_OPT_TEXT, 0, "release", "NAME", AT(release), "the release; what the document says must be the same", 0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 0, "enter", "PHASE", AT(enter), "begin that phase, if no condition stands in its way", 0, 0, NOT_ASKED, &dx_phases[1] },
	{ DX_OPT_CHOICE, 0, "phase", "PHASE", AT(phase), "judge samples of that phase: go on, go back or wait", 0, 0, NOT_ASKED, &dx_phases[1] },
	{ DX_OPT_FLAG, 0, "restart", NULL, AT(restart), "with --enter dark_launch: begin again, wherever the release is", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 'w', "waivers", "FILE", AT(waivers), "known issues of the release, dealix.waivers.v1", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "statement", "ROLE:VOTE", AT(statement), "print the text that somebody signs for go or no_go, decide nothing", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "strict", NULL, AT(strict), "want evidence for a met condition that names a kind, and no unused waiver", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 'n', "dry-run", NULL, AT(dry_run), "judge, write nothing", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "now", "TIME", AT(now), "with --dry-run: judge as of this RFC 3339 time", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static const char *
operand(const struct dx_call *c)
{
	return c->operand_count > 0 ? c->operands[0] : "-";
}

static bool
machine(const struct args *args)
{
	return args->format == DX_FORMAT_JSON || args->format == DX_FORMAT_NDJSON;
}

static void
print(struct dx_call *c, const struct dx_buf *text)
{
	dx_buf_add(&c->out, text->data, text->len);
	dx_buf_putc(&c->out, '\n');
}

static void
close_session(struct dx_call *c, struct dx_session *s)
{
	if (s->store != NULL && dx_store_created(s->store))
		dx_tool_note(c, "created the store %s", dx_store_path(s->store));
	dx_session_close(s);
}

/* --- the decision --- */

static int
read_document(const struct dx_call *c, struct dx_go **out, struct dx_err *err)
{
	const struct args *args = c->args;
	const char *file = operand(c);
	struct dx_buf text = { 0 };
	int rc = dx_file_read(file, DX_GO_TEXT, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0) {
		dx_buf_add(&text, "", 0);
		rc = dx_go_parse(text.data, text.len, args->release, out, err);
		if (rc != 0)
			(void)dx_err_in(err, "%s", strcmp(file, "-") == 0 ? "stdin" : file);
	}
	dx_buf_release(&text);
	return rc;
}

static void
decide(struct dx_call *c, const struct dx_go *go, const struct dx_waivers *waivers, int64_t now)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);
	struct dx_op_go g = { .go = go, .waivers = waivers, .enter = (enum dx_phase)(args->enter + 1), .restart = args->restart,
	    .dry_run = args->dry_run, .strict = args->strict, .now = now != 0 ? now : dx_clock_now() };
	struct dx_session s = { 0 };
	struct dx_err err = { 0 };

	if (dx_session_open(&so, args->dry_run ? DX_SESSION_OPTIONAL : DX_SESSION_WRITE, &s, &err) != 0 || dx_op_go(&s, &g, &err) != 0)
		dx_tool_error(c, &err);
	else {
		if (machine(args))
			print(c, &g.text);
		else
			dx_report_go((enum dx_format)args->format, &g.document, &c->out);
		dx_tool_exit(c, g.exit);
	}
	dx_op_go_release(&g);
	close_session(c, &s);
}

static int
find_word(const char *const *words, const char *text, size_t len)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0)
			return i;
	return -1;
}

static enum dx_exit
state(struct dx_call *c, const struct dx_go *go)
{
	const struct args *args = c->args;
	static const char *const votes[] = { "go", "no_go", NULL };
	size_t n = strcspn(args->statement, ":");
	int role = find_word(dx_go_roles, args->statement, n);
	int vote = args->statement[n] == ':' ? find_word(votes, &args->statement[n + 1], strlen(&args->statement[n + 1])) : -1;

	if (role < 0 || vote < 0)
		return dx_tool_usage(c, "--statement takes ROLE:go or ROLE:no_go, of technical_lead, engineering_manager, product_manager, "
		    "security_lead, operations_lead");
	dx_go_statement(go, (unsigned)role, vote == 0, &c->out);
	return c->exit;
}

static enum dx_exit
judge_release(struct dx_call *c, int64_t now)
{
	const struct args *args = c->args;
	struct dx_waivers *waivers = NULL;
	struct dx_go *go = NULL;
	struct dx_err err = { 0 };

	if (read_document(c, &go, &err) != 0)
		dx_tool_error(c, &err);
	else if (args->statement != NULL)
		(void)state(c, go);
	else if (dx_gate_waivers(c, args->waivers, &waivers))
		decide(c, go, waivers, now);
	dx_waivers_free(waivers);
	dx_go_free(go);
	return c->exit;
}

/* --- phases --- */

static void
judge_samples(struct dx_call *c, int fd, const char *name, int64_t now)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);
	struct dx_op_phase p = { .release = args->release, .phase = (enum dx_phase)(args->phase + 1), .dry_run = args->dry_run,
	    .now = now };
	struct dx_session s = { 0 };
	struct dx_err err = { 0 };

	/* A release that no store knows is in no phase, so there is nothing to create one for. */
	if (dx_session_open(&so, DX_SESSION_OPTIONAL, &s, &err) != 0 || dx_op_phase(&s, &p, fd, name, &err) != 0)
		dx_tool_error(c, &err);
	else {
		if (machine(args))
			print(c, &p.text);
		else
			dx_report_phase((enum dx_format)args->format, &p.document, &c->out);
		dx_tool_exit(c, dx_move_exit(p.verdict.move));
	}
	dx_op_phase_release(&p);
	close_session(c, &s);
}

static enum dx_exit
judge_phase(struct dx_call *c, int64_t now)
{
	const char *file = operand(c);
	bool input = strcmp(file, "-") == 0;
	struct dx_err err = { 0 };
	int fd = input ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		(void)dx_err_sys(&err, DX_R_FILE_UNREADABLE, errno, "%s: cannot be read", file);
		dx_tool_error(c, &err);
		return c->exit;
	}
	judge_samples(c, fd, input ? "stdin" : file, now);
	if (!input)
		(void)close(fd);
	return c->exit;
}

static enum dx_exit
go(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_err err = { 0 };
	int64_t now = 0;

	if (args->now != NULL && !args->dry_run)
		return dx_tool_usage(c, "--now goes with --dry-run: what is written has the time of the clock");
	if (args->phase != NOT_ASKED && (args->enter != NOT_ASKED || args->waivers != NULL || args->statement != NULL || args->strict))
		return dx_tool_usage(c, "--phase reads samples; --enter, --waivers, --statement and --strict are for the decision");
	if (args->phase != NOT_ASKED && args->release == NULL)
		return dx_tool_usage(c, "--phase needs --release");
	if (args->restart && args->enter + 1 != DX_PHASE_DARK_LAUNCH)
		return dx_tool_usage(c, "--restart goes with --enter dark_launch");
	if (args->release != NULL && (args->release[0] == '\0' || !dx_utf8_valid(args->release, strlen(args->release)) ||
	    dx_has_control(args->release) || dx_utf8_count(args->release, strlen(args->release)) > DX_RELEASE_MAX))
		return dx_tool_usage(c, "--release takes 1 to %d characters, none of them a control character", DX_RELEASE_MAX);
	if (dx_tool_now(args->now, &now, &err) != 0) {
		dx_tool_error(c, &err);
		return c->exit;
	}
	return args->phase != NOT_ASKED ? judge_phase(c, now) : judge_release(c, now);
}

const struct dx_verb dx_gate_go = { "go", "[FILE]", "decide on a release: GO, NO-GO, and the phases of its rollout", opts,
    sizeof(struct args), 0, 1, go };
