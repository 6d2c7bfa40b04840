/* dealix-ledger list|show|trace: reading the log. */
#include <string.h>

#include "base/text.h"
#include "ledger.h"
#include "op/ledger.h"
#include "report/escape.h"
#include "where.h"

struct args {
	int		 format;
	int64_t		 limit, before_seq;
	const char	*event, *subject, *decision, *start, *end;
	bool		 oldest_first;
	struct dx_where	 where;
};

enum { FORMAT_JSON, FORMAT_TEXT, FORMAT_NDJSON };
static const char *const formats[] = { "json", "text", NULL }, *const trace_formats[] = { "json", "text", "ndjson", NULL };

#define AT(member)	offsetof(struct args, member)
#define FORMAT_OPTION \
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats }
static const struct dx_opt list_opts[] = {
	FORMAT_OPTION,
	{ DX_OPT_INT, 'l', "limit", "N", AT(limit), "at most this many, 1 to 1000", 1, 1000, 200, NULL },
	{ DX_OPT_INT, 0, "before-seq", "N", AT(before_seq), "only entries before this number", 0, INT64_MAX - 1, -1, NULL },
	{ DX_OPT_TEXT, 0, "event", "NAME", AT(event), "only entries of this event", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "subject", "ID", AT(subject), "only entries about this subject", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "decision", "ID", AT(decision), "only entries about this decision", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "start", "TIME", AT(start), "recorded at or after this RFC 3339 time", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "end", "TIME", AT(end), "recorded at or before this RFC 3339 time", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "oldest-first", NULL, AT(oldest_first), "in the order they were appended", 0, 0, 0, NULL },
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt one_opts[] = { FORMAT_OPTION, DX_WHERE_STORE(struct args), DX_OPTIONS_END };
static const struct dx_opt trace_opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, ndjson for a line an entry, or text for people", 0, 0, FORMAT_JSON,
	    trace_formats },
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static int
open_session(struct dx_call *c, struct dx_session *s, struct dx_err *err)
{
	const struct args *a = c->args;
	struct dx_session_options o = dx_where_session(&a->where);

	return dx_session_open(&o, DX_SESSION_READ, s, err);
}

/* --- text --- */

/* What tells an event without a decision from the next one of its kind: the short ones of its details. */
static void
text_details(struct dx_buf *out, const struct dx_json *details)
{
	static const char *const shown[] = { "kind", "verdict", "decision", "action", "class", "reason", "pack_type", "stage", "step", "from",
	    "to", "traffic", "ready", "pass" };

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		const struct dx_json *v = dx_json_get(details, shown[i]);
		int64_t n;

		if (dx_json_str(v) != NULL) {
			dx_buf_printf(out, "  %s ", shown[i]);
			dx_plain_text(dx_json_str(v), out);
		} else if (dx_json_is_bool(v))
			dx_buf_printf(out, "  %s %s", shown[i], v->type == DX_JSON_TRUE ? "yes" : "no");
		else if (dx_json_int64(v, &n))
			dx_buf_printf(out, "  %s %lld", shown[i], (long long)n);
	}
}

static void
text_line(struct dx_buf *out, const struct dx_json *entry)
{
	const struct dx_json *decision = dx_json_get(entry, "decision");
	const char *recorded = dx_json_get_str(entry, "recorded_at"), *event = dx_json_get_str(entry, "event");
	const char *actor = dx_json_get_str(dx_json_get(entry, "actor"), "id");
	const char *verdict = dx_json_get_str(decision, "decision"), *amount = dx_json_get_str(decision, "estimated_monthly_delta_usd");
	const char *approval = dx_json_get_str(dx_json_get(entry, "approval"), "status");
	int64_t seq = -1;

	(void)dx_json_int64(dx_json_get(entry, "seq"), &seq);
	dx_buf_printf(out, "%6lld  %s  %-20s  %-12s", (long long)seq, recorded != NULL ? recorded : "-", event != NULL ? event : "-",
	    actor != NULL ? actor : "-");
	if (verdict != NULL)
		dx_buf_printf(out, "  %s%s", verdict, dx_json_is(dx_json_get(decision, "dry_run"), DX_JSON_TRUE) ? " (dry run)" : "");
	if (amount != NULL)
		dx_buf_printf(out, "  %s USD/month", amount);
	if (approval != NULL)
		dx_buf_printf(out, "  approval %s", approval);
	text_details(out, dx_json_get(entry, "details"));
	dx_buf_puts(out, "  ");
	dx_plain_text(dx_json_get_str(dx_json_get(entry, "subject"), "id"), out);
	dx_buf_putc(out, '\n');
}

/* --- list --- */

struct listing { struct dx_call *call; int format; struct dx_arena arena; };

static int
print_entry(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct listing *l = ctx;
	struct dx_json entry;

	if (l->format == FORMAT_JSON) {
		dx_buf_add(&l->call->out, e->bytes, e->len);
		dx_buf_putc(&l->call->out, '\n');
	} else {
		if (dx_json_parse(&l->arena, dx_arena_dup(&l->arena, e->bytes, e->len), e->len, DX_JSON_OURS, &entry, err) != 0)
			return -1;
		text_line(&l->call->out, &entry);
		dx_arena_reset(&l->arena);
	}
	return l->call->out.len > 65536 && dx_tool_flush(l->call) != 0 ? 1 : 0;
}

static enum dx_exit
list(struct dx_call *c)
{
	const struct args *a = c->args;
	struct dx_entry_filter f = { .before_seq = a->before_seq, .event = a->event, .subject_id = a->subject,
	    .decision_id = a->decision, .start_at = a->start, .end_at = a->end, .limit = a->limit, .newest_first = !a->oldest_first };
	struct listing l = { .call = c, .format = a->format };
	struct dx_session s = { 0 };
	struct dx_err err = { 0 };

	if (open_session(c, &s, &err) != 0 || dx_op_ledger_list(&s, &f, print_entry, &l, &err) != 0)
		dx_tool_error(c, &err);
	dx_session_close(&s);
	dx_arena_release(&l.arena);
	return c->exit;
}

/* --- show, trace --- */

typedef int	one_fn(struct dx_session *s, const char *what, struct dx_arena *a, struct dx_json *out, struct dx_err *err);

static void
print_one(struct dx_call *c, const struct dx_json *doc)
{
	const struct args *a = c->args;
	const struct dx_json *entries = dx_json_get(doc, "entries"), *entry = dx_json_get(doc, "entry");

	if (a->format == FORMAT_JSON) {
		dx_json_canon(doc, &c->out);
		dx_buf_putc(&c->out, '\n');
		return;
	}
	if (entries != NULL) {
		for (uint32_t i = 0; a->format == FORMAT_NDJSON && i < entries->count; i++) {
			dx_json_canon(&entries->u.items[i], &c->out);
			dx_buf_putc(&c->out, '\n');
		}
		for (uint32_t i = 0; a->format == FORMAT_TEXT && i < entries->count; i++)
			text_line(&c->out, dx_json_get(&entries->u.items[i], "entry"));
		return;
	}
	text_line(&c->out, entry);
	dx_json_pretty(doc, &c->out);
	dx_buf_putc(&c->out, '\n');
}

static enum dx_exit
one(struct dx_call *c, one_fn *fn)
{
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json doc;

	if (open_session(c, &s, &err) != 0 || fn(&s, c->operands[0], &a, &doc, &err) != 0)
		dx_tool_error(c, &err);
	else
		print_one(c, &doc);
	dx_session_close(&s);
	dx_arena_release(&a);
	return c->exit;
}

static enum dx_exit
show(struct dx_call *c)
{
	return one(c, dx_op_ledger_show);
}

static enum dx_exit
trace(struct dx_call *c)
{
	return one(c, dx_op_ledger_trace);
}

const struct dx_verb dx_ledger_list = { "list", NULL, "list entries, newest first", list_opts, sizeof(struct args), 0, 0, list };
const struct dx_verb dx_ledger_show = { "show", "SEQ|ID", "print one entry with its payloads", one_opts, sizeof(struct args), 1, 1,
    show };
const struct dx_verb dx_ledger_trace = { "trace", "ID", "print everything the ledger says about an id or a trace", trace_opts,
    sizeof(struct args), 1, 1, trace };
