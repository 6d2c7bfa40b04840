/* dealix-evidence seal|review|attest: packs and envelopes. */
#include <string.h>

#include "base/file.h"
#include "evidence.h"
#include "facts/git.h"
#include "op/output.h"
#include "op/pack_state.h"
#include "op/seal.h"
#include "op/span.h"
#include "where.h"

#define PREDICATE_MAX	(1u << 20)

struct args {
	const char	*output, *title, *trace, *commit, *predicate_type, *predicate;
	struct dx_list	 sign;
	int		 type, stage;
	bool		 archive;
	struct dx_where	 where;
};

static const char *const types[] = { "deal_closure", "compliance_audit", "quarterly_review", "incident_response", "board_report",
	"release_evidence", NULL };
static const char *const stages[] = { "pre_approval", "final", NULL };	/* NULL when not given */

#define AT(member)	offsetof(struct args, member)
#define SIGN_OPTION \
	{ DX_OPT_LIST, 0, "sign", "KEY", AT(sign), "sign with this Ed25519 key, a PEM file that only you can read", 0, 0, 0, NULL }
static const struct dx_opt seal_opts[] = {
	{ DX_OPT_TEXT, 'o', "output", "FILE", AT(output), "the pack to write", 0, 0, 0, NULL },
	SIGN_OPTION,
	{ DX_OPT_TEXT, 0, "commit", "ID", AT(commit), "take everything recorded with this commit; HEAD is the one checked out", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "title", "TEXT", AT(title), "title of the pack", 0, 0, 0, NULL },
	{ DX_OPT_CHOICE, 0, "type", "TYPE", AT(type), "type of the pack; release_evidence when not given", 0, 0, 5, types },
	{ DX_OPT_CHOICE, 0, "stage", "STAGE", AT(stage), "stage it belongs to: pre_approval or final; of a trace by itself when not given", 0, 0, 2, stages },
	{ DX_OPT_TEXT, 0, "trace", "ID", AT(trace), "trace that it belongs to; the default is that of the call", 0, 0, 0, NULL },
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt review_opts[] = {
	{ DX_OPT_FLAG, 0, "archive", NULL, AT(archive), "archive a pack that was reviewed", 0, 0, 0, NULL },
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};
static const struct dx_opt attest_opts[] = {
	{ DX_OPT_TEXT, 0, "predicate-type", "URI", AT(predicate_type), "what kind of statement is made", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "predicate", "FILE", AT(predicate), "the statement, a JSON object; empty when not given", 0, 0, 0, NULL },
	SIGN_OPTION,
	{ DX_OPT_TEXT, 0, "commit", "ID", AT(commit), "commit that the file is about; the default is HEAD of the work tree", 0, 0, 0, NULL },
	DX_WHERE_DOMAIN(struct args),
	DX_WHERE_POLICY(struct args),
	DX_WHERE_STORE(struct args),
	DX_OPTIONS_END
};

static int
load_keys(const struct dx_list *files, struct dx_keys *keys, struct dx_err *err)
{
	for (size_t i = 0; i < files->count; i++) {
		struct dx_key *k;
		if (dx_key_load(files->item[i], &k, err) != 0)
			return dx_err_in(err, "--sign");
		dx_keys_add(keys, k);
	}
	return 0;
}

static void
end(struct dx_call *c, struct dx_session *s, struct dx_keys *keys, struct dx_err *err)
{
	if (err->reason != DX_OK)
		dx_tool_error(c, err);
	if (s->store != NULL && dx_store_created(s->store))
		dx_tool_note(c, "created the store %s", dx_store_path(s->store));
	dx_session_close(s);
	dx_keys_release(keys);
}

static enum dx_exit
seal(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);
	struct dx_keys keys = { 0 };
	struct dx_seal_options o = { .what = (const char *const *)c->operands, .count = (size_t)c->operand_count, .commit = args->commit,
	    .title = args->title != NULL ? args->title : "Release evidence", .pack_type = types[args->type],
	    .stage = stages[args->stage], .by_trace = dx_trace_id_is(args->trace),
	    .trace_of_call = args->trace == NULL && dx_span_trace_id(c->span) != NULL, .trace_id = args->trace != NULL ? args->trace : dx_span_trace_id(c->span), .keys = &keys, .output = args->output };
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json document;
	char head[DX_GIT_ID] = "";

	if (args->output == NULL || args->sign.count == 0)
		return dx_tool_usage(c, "seal needs -o FILE and --sign KEY");
	if (o.count == 0 && o.commit == NULL && !o.by_trace)
		return dx_tool_usage(c, "say what to seal: artifacts by their SHA-256, --commit ID, or --trace ID of 32 hex digits or a UUID");
	if (o.commit == NULL || strcmp(o.commit, "HEAD") != 0) {
		if (!dx_evidence_commit(c, o.commit))
			return c->exit;
	} else if (dx_git_head(".", head, &err) >= 0) {
		if (head[0] == '\0')
			return dx_tool_usage(c, "--commit HEAD: no commit is checked out here");
		o.commit = head;
	}
	if (err.reason == DX_OK && load_keys(&args->sign, &keys, &err) == 0 && dx_session_open(&so, DX_SESSION_WRITE, &s, &err) == 0 &&
	    dx_op_seal(&s, &o, &a, &document, &err) == 0)
		dx_evidence_print(c, &document);
	end(c, &s, &keys, &err);
	dx_arena_release(&a);
	return c->exit;
}

static enum dx_exit
review(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);
	struct dx_keys none = { 0 };
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json document;

	if (dx_session_open(&so, DX_SESSION_WRITE, &s, &err) == 0 &&
	    dx_op_pack_review(&s, c->operands[0], args->archive, &a, &document, &err) == 0)
		dx_evidence_print(c, &document);
	end(c, &s, &none, &err);
	dx_arena_release(&a);
	return c->exit;
}

static int
read_predicate(const char *file, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc;

	*out = dx_json_object();
	if (file == NULL)
		return 0;
	rc = dx_file_read(file, PREDICATE_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0) {
		rc = dx_json_parse(a, dx_arena_dup(a, text.data != NULL ? text.data : "", text.len), text.len, DX_JSON_FOREIGN, out, err);
		if (rc == 0 && !dx_json_is(out, DX_JSON_OBJECT))
			rc = dx_err_set(err, DX_R_FIELD_INVALID, "a predicate is a JSON object");
		if (rc != 0)
			(void)dx_err_in(err, "%s", file);
	}
	dx_buf_release(&text);
	return rc;
}

static enum dx_exit
attest(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_session_options so = dx_where_session(&args->where);
	struct dx_keys keys = { 0 };
	struct dx_json predicate;
	struct dx_attest_options o = { .file = c->operands[0], .predicate_type = args->predicate_type, .predicate = &predicate, .keys = &keys,
	    .commit = args->commit };
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	char head[DX_GIT_ID] = "";

	if (args->predicate_type == NULL || args->sign.count == 0)
		return dx_tool_usage(c, "attest needs --predicate-type URI and --sign KEY");
	if (!dx_evidence_commit(c, o.commit))
		return c->exit;
	if (o.commit == NULL && dx_git_head(".", head, &err) == 1)
		o.commit = head;
	so.trace_id = dx_span_trace_id(c->span);
	if (err.reason == DX_OK && load_keys(&args->sign, &keys, &err) == 0 && read_predicate(args->predicate, &a, &predicate, &err) == 0 &&
	    dx_session_open(&so, DX_SESSION_WRITE, &s, &err) == 0 && dx_op_attest(&s, &o, &a, &c->out, &err) == 0)
		dx_buf_putc(&c->out, '\n');
	end(c, &s, &keys, &err);
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_evidence_seal = { "seal", "[SHA256...]", "pack artifacts with contracts, verdicts and entries, signed", seal_opts,
    sizeof(struct args), 0, -1, seal };
const struct dx_verb dx_evidence_review = { "review", "PACK", "check a pack in the store and note that it was reviewed", review_opts,
    sizeof(struct args), 1, 1, review };
const struct dx_verb dx_evidence_attest = { "attest", "FILE", "make a signed statement about a file", attest_opts, sizeof(struct args), 1, 1,
    attest };
