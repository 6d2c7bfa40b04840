#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "op/deal_close.h"
#include "op/entries.h"
#include "op/pack_state.h"
#include "pack/pack.h"

/* --- files --- */

static int
read_json(const char *path, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = dx_file_read(path, DX_JSON_MAX, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0)
		rc = dx_json_parse(a, dx_arena_dup(a, text.data != NULL ? text.data : "", text.len), text.len, DX_JSON_FOREIGN, out, err);
	dx_buf_release(&text);
	return rc == 0 ? 0 : dx_err_in(err, "%s", strcmp(path, "-") == 0 ? "stdin" : path);
}

int
dx_op_deal_event(const struct dx_deal_files *f, struct dx_arena *a, struct dx_deal_event *out, struct dx_err *err)
{
	struct dx_json doc;

	if (read_json(f->event != NULL ? f->event : "-", a, &doc, err) != 0)
		return -1;
	return dx_deal_event_read(&doc, out, err) != 0 ? dx_err_in(err, "event") : 0;
}

static const struct dx_json *
keep(struct dx_arena *a, struct dx_json v)
{
	struct dx_json *out = dx_arena_alloc(a, sizeof(*out));

	*out = v;
	return out;
}

static int
read_folder(const char *folder, struct dx_arena *a, const struct dx_json *out[static DX_DEAL_SECTIONS], struct dx_err *err)
{
	for (size_t i = 0; i < DX_DEAL_SECTIONS; i++) {
		const char *path = dx_arena_printf(a, "%s/%s.json", folder, dx_deal_sections[i]);
		struct dx_json v;
		struct stat st;

		if (lstat(path, &st) != 0 && errno == ENOENT)
			continue;
		if (read_json(path, a, &v, err) != 0)
			return -1;
		out[i] = keep(a, v);
	}
	return 0;
}

static int
read_object(const char *path, struct dx_arena *a, const struct dx_json *out[static DX_DEAL_SECTIONS], struct dx_err *err)
{
	struct dx_json all;

	if (read_json(path, a, &all, err) != 0)
		return -1;
	if (all.type != DX_JSON_OBJECT)
		return dx_err_set(err, DX_R_FIELD_INVALID, "%s: must be an object of sections", path);
	for (uint32_t i = 0; i < all.count; i++) {
		size_t k = 0;
		while (k < DX_DEAL_SECTIONS && strcmp(dx_deal_sections[k], all.u.members[i].name) != 0)
			k++;
		if (k == DX_DEAL_SECTIONS)
			return dx_err_set(err, DX_R_FIELD_INVALID, "%s: \"%.60s\" is no section of a deal", path, all.u.members[i].name);
		out[k] = keep(a, all.u.members[i].value);
	}
	return 0;
}

static int
read_sections(const struct dx_deal_files *f, struct dx_arena *a, const struct dx_json *out[static DX_DEAL_SECTIONS], struct dx_err *err)
{
	struct stat st;
	int rc = 0;

	if (f->all != NULL)
		rc = stat(f->all, &st) == 0 && S_ISDIR(st.st_mode) ? read_folder(f->all, a, out, err) : read_object(f->all, a, out, err);
	for (size_t i = 0; rc == 0 && i < DX_DEAL_SECTIONS; i++) {
		struct dx_json v;
		if (f->section[i] == NULL)
			continue;
		rc = read_json(f->section[i], a, &v, err);
		if (rc == 0)
			out[i] = keep(a, v);
	}
	return rc;
}

/* --- packs of the deal before --- */

struct search { struct dx_arena *a; const char *key, *deal; const struct dx_json *same; const char *previous; };

/* Newest first: the first that is another transition of the deal is the one before. */
static int
look(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct search *f = ctx;
	const struct dx_json *entry = dx_entry_read(f->a, e, err);
	const char *key = entry != NULL ? dx_entry_detail(entry, "idempotency_key") : NULL;

	if (entry == NULL)
		return -1;
	if (key != NULL && strcmp(key, f->key) == 0)
		f->same = entry;
	else if (key != NULL && f->previous == NULL && strncmp(key, f->deal, strlen(f->deal)) == 0)
		f->previous = dx_entry_subject(entry);
	return f->same != NULL;
}

/* --- the pack --- */

struct closing {
	struct dx_session	*s;
	const struct dx_deal_event *e;
	struct dx_arena		*a;
	struct dx_deal_closed	*out;
	struct dx_payload	 request;	/* {operation, request} */
	struct dx_buf		 request_text;
};

/* {operation, request} of the transition: what the key stands for. */
static struct dx_payload
request_of(const struct dx_deal_event *e, struct dx_arena *a, struct dx_buf *text)
{
	const char *const member[][2] = { { "tenant_id", e->tenant_id }, { "deal_id", e->deal_id }, { "transition_id", e->transition_id },
	    { "from", e->from }, { "to", e->to }, { "at", e->at }, { "trace_id", e->trace_id } };
	struct dx_json o = dx_json_object(), request = dx_json_object();

	for (size_t i = 0; i < sizeof(member) / sizeof(member[0]); i++)
		dx_json_put(a, &request, member[i][0], dx_json_text(member[i][1]));
	dx_json_put(a, &o, "operation", dx_json_text("deal.close"));
	dx_json_put(a, &o, "request", request);
	return dx_payload_document(&o, text);
}

static void
answer(struct closing *c)
{
	const struct dx_json *pack = &c->out->pack, *contents = dx_json_get(pack, "contents");
	struct dx_json o = dx_json_object();

	c->out->complete = !dx_json_is(dx_json_get(pack, "complete"), DX_JSON_FALSE);
	dx_json_put(c->a, &o, "status", dx_json_text("evidence_pack_assembled"));
	dx_json_put(c->a, &o, "evidence_pack_id", *dx_json_get(pack, "id"));
	dx_json_put(c->a, &o, "hash", *dx_json_get(pack, "hash"));
	dx_json_put(c->a, &o, "deal_id", dx_json_text(c->e->deal_id));
	dx_json_put(c->a, &o, "contents_count", dx_json_int(c->a, contents->count));
	dx_json_put(c->a, &o, "complete", dx_json_bool(c->out->complete));
	if (!c->out->complete)
		dx_json_put(c->a, &o, "missing_approvals", *dx_json_get(dx_json_get(pack, "metadata"), "missing_approvals"));
	c->out->answer = o;
}

static int
replay(struct closing *c, const struct dx_json *entry, struct dx_err *err)
{
	const char *request = dx_entry_detail(entry, "request_sha256");

	if (request == NULL || strcmp(request, c->request.sha256) != 0)
		return dx_err_set(err, DX_R_IDEMPOTENCY_KEY_REUSED, "transition %s of deal %s said something else before", c->e->transition_id,
		    c->e->deal_id);
	c->out->replayed = true;
	return dx_session_payload(c->s, dx_entry_detail(entry, "pack_sha256"), c->a, &c->out->pack, err);
}

static int
append(struct closing *c, struct dx_err *err)
{
	const struct dx_json *doc = &c->out->pack;
	struct dx_buf text = { 0 };
	struct dx_payload payload[2] = { dx_payload_document(doc, &text), c->request };
	struct dx_json details = dx_json_object();
	int rc;

	dx_json_put(c->a, &details, "idempotency_key", dx_json_text(c->e->key));
	dx_json_put(c->a, &details, "pack_sha256", dx_json_text(payload[0].sha256));
	dx_json_put(c->a, &details, "pack_type", dx_json_text("deal_closure"));
	dx_json_put(c->a, &details, "reply_sha256", dx_json_text(payload[0].sha256));
	dx_json_put(c->a, &details, "request_sha256", dx_json_text(c->request.sha256));
	dx_json_put(c->a, &details, "stage", *dx_json_get(doc, "stage"));
	dx_json_put(c->a, &details, "trace_id", dx_json_text(c->e->trace_id));
	rc = dx_session_append(c->s, DX_EVENT_PACK_SEALED, dx_json_get_str(doc, "id"), details, payload, 2, dx_clock_now(), NULL, err);
	dx_buf_release(&text);
	return rc;
}

static int
assemble(struct closing *c, const struct dx_deal_files *f, struct dx_err *err)
{
	struct dx_entry_filter filter = { .before_seq = -1, .event = "pack_sealed", .newest_first = true };
	struct search s = { .a = c->a, .key = c->e->key, .deal = dx_arena_printf(c->a, "deal-close:%s:%s:", c->e->tenant_id, c->e->deal_id) };
	struct dx_deal_close made = { .event = c->e, .assembled_by = dx_session_actor(c->s).id };
	struct dx_deal_pack pack;

	if (dx_store_entries(c->s->store, &filter, look, &s, err) < 0)
		return -1;
	if (s.same != NULL)
		return replay(c, s.same, err);
	made.previous = s.previous;
	if (read_sections(f, c->a, made.section, err) != 0 || dx_deal_pack_make(&made, c->a, &pack, err) != 0)
		return -1;
	c->out->pack = pack.doc;
	return append(c, err);
}

/* The deal is closed all the same; that its evidence is not there is for a gate to see. */
static void
leave_pending(struct closing *c, const struct dx_err *why)
{
	struct dx_json details = dx_json_object();
	struct dx_err unused = { 0 };

	dx_json_put(c->a, &details, "reason", dx_json_text(dx_reason_code(why->reason)));
	dx_json_put(c->a, &details, "trace_id", dx_json_text(c->e->trace_id));
	if (dx_session_begin(c->s, true, DX_ROLE_MEMBER, &unused) != 0)
		return;
	if (dx_session_open_log(c->s, dx_clock_now(), &unused) != 0 ||
	    dx_session_append(c->s, DX_EVENT_EVIDENCE_PENDING, c->e->key, details, NULL, 0, dx_clock_now(), NULL, &unused) != 0 ||
	    dx_store_commit(c->s->store, &unused) != 0)
		dx_store_rollback(c->s->store);
}

int
dx_op_deal_close(struct dx_session *s, const struct dx_deal_files *f, const struct dx_deal_event *e, struct dx_arena *a,
    struct dx_deal_closed *out, struct dx_err *err)
{
	struct closing c = { .s = s, .e = e, .a = a, .out = out };
	int rc;

	*out = (struct dx_deal_closed){ .pack = dx_json_null(), .answer = dx_json_object(), .complete = true };
	if (!dx_deal_is_won(e)) {
		dx_json_put(a, &out->answer, "status", dx_json_text("evidence_pack_not_due"));
		dx_json_put(a, &out->answer, "deal_id", dx_json_text(e->deal_id));
		return 0;
	}
	if (strcmp(s->tenant, e->tenant_id) != 0)
		return dx_err_set(err, DX_R_DEAL_NOT_FOUND, "tenant %s has no deal %s", s->tenant, e->deal_id);
	c.request = request_of(e, a, &c.request_text);
	rc = dx_session_begin(s, true, DX_ROLE_MEMBER, err);
	if (rc != 0) {
		dx_buf_release(&c.request_text);
		return -1;
	}
	rc = dx_session_open_log(s, dx_clock_now(), err);
	if (rc == 0 && (rc = assemble(&c, f, err)) == 0 && !out->replayed)
		rc = dx_store_commit(s->store, err);
	if (rc != 0 || out->replayed)
		dx_store_rollback(s->store);
	if (rc == 0)
		answer(&c);
	else if (err->reason != DX_R_DEAL_NOT_FOUND && err->reason != DX_R_IDEMPOTENCY_KEY_REUSED)
		leave_pending(&c, err);
	dx_buf_release(&c.request_text);
	return rc;
}
