#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "json/lines.h"
#include "op/entries.h"
#include "op/evidence_inner.h"
#include "op/output.h"
#include "op/record.h"
#include "packet/output.h"

#define DOCUMENTS_MAX	64
#define KEY_US		(INT64_C(24) * 3600 * 1000000)	/* how long a key is remembered */

struct making {
	struct dx_session	*s;
	const struct dx_output_options *o;
	struct dx_arena		 a;
	struct dx_json		 earlier;	/* documents of the path so far */
	struct dx_json		 given;
	bool			 has_given;
	const char		*trace_id;
	struct dx_json		 doc;
	struct dx_buf		 text;		/* of doc, with its LF: what is kept is what is printed */
	struct dx_json		 report;
	struct dx_buf		 contract;
};

bool
dx_trace_id_is(const char *s)
{
	return s != NULL && (dx_hex_is(s, 32) ? strspn(s, "0") < 32 : dx_id_valid(s));
}

/* --- what comes in --- */

static int
take(struct making *m, const struct dx_json *doc, struct dx_err *err)
{
	const char *schema = dx_json_get_str(doc, "schema"), *kind = dx_contract_output(schema);

	if (doc->type != DX_JSON_OBJECT)
		return dx_err_set(err, DX_R_FIELD_INVALID, "a document must be an object");
	if (kind == NULL && dx_json_get(doc, "schema") != NULL)
		return dx_err_set_at(err, DX_R_FIELD_INVALID, "/schema", "\"%.80s\" is no structured output", schema != NULL ? schema : "");
	if (kind != NULL && strcmp(kind, m->o->kind) != 0) {
		dx_json_push(&m->a, &m->earlier, dx_json_copy(&m->a, doc));
		return m->earlier.count <= DOCUMENTS_MAX ? 0 :
		    dx_err_set(err, DX_R_FIELD_INVALID, "more than %d documents before it", DOCUMENTS_MAX);
	}
	if (m->has_given)
		return dx_err_set(err, DX_R_FIELD_INVALID, "two documents to make a %s of", m->o->kind);
	m->given = dx_json_copy(&m->a, doc);
	m->has_given = true;
	return 0;
}

static int
read_file(struct making *m, const char *path, struct dx_err *err)
{
	bool stdin_is = strcmp(path, "-") == 0;
	int fd = stdin_is ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), got;
	struct dx_lines lines;
	int rc = 0;

	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s", path);
	dx_lines_init(&lines, fd, stdin_is ? "stdin" : path, DX_JSON_MAX, DX_JSON_OURS);
	while (rc == 0 && (got = dx_lines_next(&lines, err)) != 0)
		rc = got < 0 ? -1 : take(m, &lines.doc, err);
	dx_lines_release(&lines);
	if (!stdin_is)
		close(fd);
	return rc == 0 ? 0 : dx_err_in(err, "%s", stdin_is ? "stdin" : path);
}

static int
read_all(struct making *m, struct dx_err *err)
{
	int rc = m->o->count == 0 ? read_file(m, "-", err) : 0;

	for (size_t i = 0; rc == 0 && i < m->o->count; i++)
		rc = read_file(m, m->o->files[i], err);
	if (rc == 0 && !m->has_given && m->earlier.count == 0)
		rc = dx_err_set(err, DX_R_INPUT_EMPTY, "nothing to make a %s of", m->o->kind);
	if (!m->has_given)
		m->given = dx_json_object();
	return rc;
}

/* --- the trace --- */

static int
join(struct making *m, const char *trace, const char *at, struct dx_err *err)
{
	if (!dx_trace_id_is(trace))
		return dx_err_set_at(err, DX_R_SCHEMA_TYPE, at, "%s is no trace id: 32 hex digits, or a UUID", at);
	if (m->trace_id != NULL && strcmp(m->trace_id, trace) != 0)
		return dx_err_set_at(err, DX_R_TRACE_MIX, at, "%s is of another trace than the documents before: %s, not %s", at, trace, m->trace_id);
	m->trace_id = trace;
	return 0;
}

static int
join_member(struct making *m, const struct dx_json *object, const char *name, const char *at, struct dx_err *err)
{
	const struct dx_json *v = dx_json_get(object, name);

	return v == NULL ? 0 : join(m, dx_json_str(v), at, err);
}

/* That of the documents, else the call's; only what begins a path mints one (page 11). */
static int
find_trace(struct making *m, struct dx_err *err)
{
	static const char *const go_on[] = { "economics_model", "approval_packet" };
	unsigned char random[16];
	char hex[33];

	for (uint32_t i = 0; i < m->earlier.count; i++)
		if (join_member(m, dx_json_get(&m->earlier.u.items[i], "provenance"), "trace_id", "/provenance/trace_id", err) != 0)
			return -1;
	if (join_member(m, &m->given, "trace_id", "/trace_id", err) != 0 ||
	    join_member(m, dx_json_get(&m->given, "provenance"), "trace_id", "/provenance/trace_id", err) != 0)
		return -1;
	if (m->trace_id == NULL)
		m->trace_id = m->o->trace_id;
	for (size_t i = 0; m->trace_id == NULL && i < sizeof(go_on) / sizeof(go_on[0]); i++)
		if (strcmp(go_on[i], m->o->kind) == 0)
			return dx_err_set_at(err, DX_R_SCHEMA_MISSING, "/trace_id", "trace_id is missing: it is that of the partner dossier");
	if (m->trace_id == NULL) {
		do
			dx_random(random, sizeof(random));
		while (random[0] == 0);
		dx_hex_encode(random, sizeof(random), hex);
		m->trace_id = dx_arena_dup(&m->a, hex, 32);
	}
	return 0;
}

/* --- judging --- */

static int
judge_text(struct making *m, const char *kind, const struct dx_buf *text, struct dx_json *report, struct dx_buf *contract, struct dx_err *err)
{
	struct dx_json files = dx_json_object(), given = dx_json_object(), params;
	struct dx_contract_input in[DX_CONTRACT_INPUTS];
	struct dx_kinds kinds = { .now = m->o->now };
	struct dx_kind *k;
	struct dx_judging j = { .kinds = &kinds, .level = DX_LEVEL_STRICT, .now = m->o->now, .params = &params, .inputs = in,
	    .tree = dx_tree_of(&files) };
	int rc;

	dx_evidence_no_inputs(in);
	rc = dx_kinds_get(&kinds, kind, &k, err);
	for (size_t i = 0; rc == 0 && strcmp(kind, m->o->kind) == 0 && i < m->o->param_count; i++)
		rc = dx_contract_param_text(k->contract, m->o->params[i], &m->a, &given, err);
	if (rc == 0)
		rc = dx_contract_params(k->contract, &given, &m->a, &params, err);
	if (rc == 0)
		rc = dx_read_bytes(DX_MEDIA_JSON, text->data, text->len, kind, NULL, &m->a, &in[0].doc, err);
	if (rc == 0) {
		in[0].state = DX_INPUT_READ;
		in[0].path = dx_arena_printf(&m->a, "%s.json", kind);
		j.kind = k;
		rc = dx_kind_judge(&j, &m->a, report, err);
	}
	if (rc == 0 && contract != NULL)
		dx_json_canon(&k->contract->document, contract);
	dx_kinds_release(&kinds);
	dx_tree_free(j.tree);
	return rc;
}

/* The first thing that is wrong with it, under the code of the rule. */
static int
refuse(struct making *m, const char *kind, const struct dx_json *report, struct dx_err *err)
{
	const struct dx_json *f = dx_json_item(dx_json_get(report, "failures"), 0);
	const char *rule = dx_json_get_str(f, "rule"), *at = dx_json_get_str(f, "at"), *remedy = dx_json_get_str(f, "remedy");
	char *code;
	enum dx_reason reason;

	if (rule == NULL)
		return 0;
	code = dx_arena_dup(&m->a, rule, strlen(rule));
	for (char *p = code; *p != '\0'; p++)
		if (*p == '.')
			*p = '_';
	reason = dx_reason_find(code);
	return dx_err_set_at(err, reason != DX_OK ? reason : DX_R_SCHEMA_RELATION, at, "%s%s: %s; %s", kind, at,
	    dx_json_get_str(f, "message"), remedy != NULL ? remedy : "");
}

static int
judge_earlier(struct making *m, struct dx_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < m->earlier.count; i++) {
		const char *kind = dx_contract_output(dx_json_get_str(&m->earlier.u.items[i], "schema"));
		struct dx_buf text = { 0 };
		struct dx_json report;

		dx_json_canon(&m->earlier.u.items[i], &text);
		rc = judge_text(m, kind, &text, &report, NULL, err);
		if (rc == 0)
			rc = refuse(m, kind, &report, err);
		dx_buf_release(&text);
	}
	return rc;
}

/* --- the document --- */

static const struct dx_json *
earlier_of(const struct making *m, const char *kind)
{
	for (uint32_t i = 0; i < m->earlier.count; i++)
		if (strcmp(dx_contract_output(dx_json_get_str(&m->earlier.u.items[i], "schema")), kind) == 0)
			return &m->earlier.u.items[i];
	return NULL;
}

static int
make(struct making *m, struct dx_err *err)
{
	char now[DX_TIME_TEXT];
	struct dx_output_in in = { .kind = m->o->kind, .given = &m->given, .now = now, .by = "dealix-evidence/" DX_VERSION,
	    .trace_id = m->trace_id, .tenant_id = m->s->tenant, .requested_by = m->s->login, .dossier = earlier_of(m, "partner_dossier"),
	    .economics = earlier_of(m, "economics_model") };

	dx_time_print(m->o->now, now);
	if (dx_output_make(&in, &m->a, &m->doc, err) != 0)
		return -1;
	dx_json_canon(&m->doc, &m->text);
	dx_buf_putc(&m->text, '\n');
	if (judge_text(m, m->o->kind, &m->text, &m->report, &m->contract, err) != 0)
		return -1;
	return refuse(m, m->o->kind, &m->report, err);
}

/* --- keeping --- */

struct search { struct making *m; const char *request, *reply; bool reused; };

static int
look(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct search *f = ctx;
	const struct dx_json *entry = dx_entry_read(&f->m->a, e, err);
	const char *key = entry != NULL ? dx_entry_detail(entry, "idempotency_key") : NULL, *request;

	if (entry == NULL)
		return -1;
	if (key == NULL || strcmp(key, f->m->o->key) != 0)
		return 0;
	request = dx_entry_detail(entry, "request_sha256");
	f->reused = request == NULL || strcmp(request, f->request) != 0;
	f->reply = dx_entry_detail(entry, "reply_sha256");
	return 1;
}

/* What the key gave before, into m->text: 1; 0: nothing. */
static int
replay(struct making *m, const char *request, struct dx_err *err)
{
	char from[DX_TIME_TEXT];
	struct dx_entry_filter f = { .before_seq = -1, .event = "evidence_recorded", .start_at = from, .newest_first = true };
	struct search s = { .m = m, .request = request };
	char *bytes;
	size_t len;
	int found;

	dx_time_print(m->o->now - KEY_US, from);
	if (dx_store_entries(m->s->store, &f, look, &s, err) < 0)
		return -1;
	if (s.reused)
		return dx_err_set(err, DX_R_IDEMPOTENCY_KEY_REUSED, "the key %.128s stands for another request", m->o->key);
	if (s.reply == NULL)
		return 0;
	found = dx_store_payload(m->s->store, &m->a, s.reply, &bytes, &len, err);
	if (found == 0)
		return dx_err_set(err, DX_R_PAYLOAD_MISSING, "payload %s is missing", s.reply);
	if (found < 0)
		return -1;
	dx_buf_reset(&m->text);
	dx_buf_add(&m->text, bytes, len);
	return 1;
}

/* {operation, request} (page 7), whose digest is the fingerprint; text holds its bytes. */
static struct dx_payload
request_of(struct making *m, struct dx_buf *text)
{
	struct dx_json request = dx_json_object(), o = dx_json_object();

	dx_json_put(&m->a, &request, "kind", dx_json_text(m->o->kind));
	dx_json_put(&m->a, &request, "earlier", m->earlier);
	dx_json_put(&m->a, &request, "document", m->given);
	dx_json_put(&m->a, &o, "operation", dx_json_text("evidence.packet"));
	dx_json_put(&m->a, &o, "request", request);
	return dx_payload_document(&o, text);
}

static int
append(struct making *m, const struct dx_payload *request, struct dx_err *err)
{
	struct dx_record r = { .bytes = m->text.data, .len = m->text.len, .kind = m->o->kind, .report = &m->report, .contract = m->contract.data,
	    .contract_len = m->contract.len, .trace_id = m->trace_id, .key = m->o->key, .request = request };
	struct dx_sha256 digest;
	struct dx_buf text = { 0 };
	int rc;

	dx_sha256(r.bytes, r.len, &digest);
	dx_sha256_hex(&digest, r.sha256);
	r.provenance = dx_provenance(&m->a, "packet", &r, dx_arena_printf(&m->a, "%s.json", m->o->kind), NULL);
	rc = dx_record_append(m->s, &r, NULL, m->o->now, &m->a, &text, err);
	dx_buf_release(&text);
	return rc;
}

static int
keep(struct making *m, bool *replayed, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	struct dx_payload request = request_of(m, &text);
	int rc;

	if (dx_session_begin(m->s, true, DX_ROLE_MEMBER, err) != 0)
		rc = -1;
	else {
		rc = dx_session_open_log(m->s, m->o->now, err);
		if (rc == 0 && m->o->key != NULL)
			rc = replay(m, request.sha256, err);
		*replayed = rc == 1;
		if (rc == 0 && (rc = append(m, &request, err)) == 0)
			rc = dx_store_commit(m->s->store, err);
		if (rc != 0 || *replayed)
			dx_store_rollback(m->s->store);
	}
	dx_buf_release(&text);
	return rc < 0 ? -1 : 0;
}

int
dx_op_output(struct dx_session *s, const struct dx_output_options *o, struct dx_buf *out, bool *replayed, struct dx_err *err)
{
	struct making m = { .s = s, .o = o, .earlier = dx_json_array() };
	int rc = read_all(&m, err);

	*replayed = false;
	if (rc == 0 && (rc = judge_earlier(&m, err)) == 0 && (rc = find_trace(&m, err)) == 0 && (rc = make(&m, err)) == 0 && o->keep)
		rc = keep(&m, replayed, err);
	for (uint32_t i = 0; rc == 0 && i < m.earlier.count; i++) {
		dx_json_canon(&m.earlier.u.items[i], out);
		dx_buf_putc(out, '\n');
	}
	if (rc == 0)
		dx_buf_add(out, m.text.data, m.text.len);
	dx_buf_release(&m.text);
	dx_buf_release(&m.contract);
	dx_arena_release(&m.a);
	return rc;
}
