/* dealix-evidence list|show: what was recorded. */
#include "evidence.h"
#include "op/record.h"
#include "where.h"

struct args {
	int		 format, verdict;
	int64_t		 limit;
	const char	*kind, *commit;
	bool		 raw;
	struct dx_where	 where;
};

enum { FORMAT_JSON, FORMAT_TEXT };
static const char *const formats[] = { "json", "text", NULL };
static const char *const verdicts[] = { "pass", "fail", NULL };

#define AT(member)	offsetof(struct args, member)
#define FORMAT_OPTION \
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats }
static const struct dx_opt list_opts[] = {
	FORMAT_OPTION,
	{ DX_OPT_INT, 'l', "limit", "N", AT(limit), "at most this many, the newest", 1, 1000000, 0, NULL },
	{ DX_OPT_TEXT, 'k', "kind", "KIND", AT(kind), "only artifacts of this kind", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "commit", "ID", AT(commit), "only artifacts recorded with this commit", 0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 0, "verdict", "VERDICT", AT(verdict), "only artifacts whose last verdict is pass, or fail", 0, 0, -1, verdicts },
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt show_opts[] = {
	FORMAT_OPTION,
	{ DX_OPT_FLAG, 'r', "raw", NULL, AT(raw), "write the artifact itself, byte for byte", 0, 0, 0, NULL },
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static const char *
text(const struct dx_json *o, const char *name)
{
	const char *s = dx_json_get_str(o, name);

	return s != NULL ? s : "-";
}

static void
text_row(struct dx_buf *out, const struct dx_json *row)
{
	dx_buf_printf(out, "%.16s  %-24s  %-5s %-7s  %s  %s", text(row, "sha256"), text(row, "kind"), text(row, "verdict"),
	    text(row, "level"), text(row, "recorded_at"), text(row, "actor_id"));
	if (dx_json_get(row, "commit") != NULL)
		dx_buf_printf(out, "  %.12s", text(row, "commit"));
	dx_buf_putc(out, '\n');
}

static void
text_show(struct dx_buf *out, const struct dx_json *doc)
{
	const struct dx_json *provenance = dx_json_get(doc, "provenance"), *records = dx_json_get(doc, "records"),
	    *failures = dx_json_get(dx_json_get(doc, "report"), "failures");
	int64_t bytes = 0;

	(void)dx_json_int64(dx_json_get(doc, "bytes"), &bytes);
	dx_buf_printf(out, "%s  %s  %lld bytes\n", text(doc, "sha256"), text(doc, "kind"), (long long)bytes);
	dx_buf_printf(out, "from  %s  %s  on %s\n", text(provenance, "source"), text(provenance, "name"), text(provenance, "host"));
	for (uint32_t i = 0; records != NULL && i < records->count; i++)
		text_row(out, &records->u.items[i]);
	for (uint32_t i = 0; failures != NULL && i < failures->count; i++) {
		const struct dx_json *f = &failures->u.items[i];
		dx_buf_printf(out, "  %s  %s: %s\n", text(f, "rule"), text(f, "at"), text(f, "message"));
	}
}

static enum dx_exit
list(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options o = dx_where_session(&args->where);
	struct dx_record_filter f = { .kind = args->kind, .commit = args->commit, .limit = args->limit };
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json rows;

	if (!dx_evidence_commit(c, args->commit))
		return c->exit;
	if (args->verdict >= 0)
		f.verdict = verdicts[args->verdict];
	if (dx_session_open(&o, DX_SESSION_READ, &s, &err) != 0 || dx_op_record_list(&s, &f, &a, &rows, &err) != 0)
		dx_tool_error(c, &err);
	else
		for (uint32_t i = 0; i < rows.count; i++) {
			if (args->format == FORMAT_TEXT)
				text_row(&c->out, &rows.u.items[i]);
			else
				dx_evidence_print(c, &rows.u.items[i]);
		}
	dx_session_close(&s);
	dx_arena_release(&a);
	return c->exit;
}

static enum dx_exit
show(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options o = dx_where_session(&args->where);
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json doc;

	if (dx_session_open(&o, DX_SESSION_READ, &s, &err) != 0 ||
	    dx_op_record_show(&s, c->operands[0], &a, &doc, args->raw ? &c->out : NULL, &err) != 0)
		dx_tool_error(c, &err);
	else if (!args->raw && args->format == FORMAT_TEXT)
		text_show(&c->out, &doc);
	else if (!args->raw)
		dx_evidence_print(c, &doc);
	dx_session_close(&s);
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_evidence_list = { "list", NULL, "list what was recorded, newest first", list_opts, sizeof(struct args), 0, 0,
    list };
const struct dx_verb dx_evidence_show = { "show", "SHA256", "show an artifact: where it came from, what was said of it", show_opts,
    sizeof(struct args), 1, 1, show };
