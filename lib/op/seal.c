#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "op/entries.h"
#include "op/seal.h"
#include "pack/pack.h"

#define NAME_MAX_POINTS	2000	/* of an artifact's name; a pack's may be twice as long */

/* What goes into the pack, gathered in one view of the store. */
struct sealing {
	struct dx_session	*s;
	const struct dx_seal_options *o;
	struct dx_arena		*a;
	struct dx_json		 wanted;	/* sha256 -> name as it was given */
	struct dx_json		 needed;	/* sha256 of what the reports rest on besides */
	struct dx_json		 members;	/* member name -> sha256 of a payload */
	struct dx_json		 reports;	/* list of report documents */
	struct dx_evidence_row	*row;		/* at hand */
	size_t			 row_count;
	struct dx_buf		 slice;		/* ledger.ndjson */
	struct dx_arena		 held;		/* the payload being written */
};

/* --- which artifacts --- */

static bool
taken(const struct sealing *p, const char *name)
{
	for (uint32_t i = 0; i < p->wanted.count; i++)
		if (strcmp(dx_json_str(dx_json_get(&p->wanted.u.members[i].value, "name")), name) == 0)
			return true;
	return strcmp(name, DX_PACK_DOCUMENT) == 0;
}

/* The name as a pack may have it: printable, not too long, and no other artifact's, nor the pack's own; then the digest tells them apart. */
static const char *
name_of(const struct sealing *p, const char *given, const char *sha256)
{
	size_t n = given != NULL ? dx_utf8_cut(given, strlen(given), NAME_MAX_POINTS) : 0;
	char *name = dx_arena_dup(p->a, n > 0 ? given : sha256, n > 0 ? n : strlen(sha256));

	for (char *at = name; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7F)
			*at = '?';
	if (taken(p, name))
		name = dx_arena_printf(p->a, "%s@%.12s", name, sha256);
	return taken(p, name) ? dx_arena_printf(p->a, "%s@%s", name, sha256) : name;
}

static int
want(struct sealing *p, const struct dx_json *entry, struct dx_err *err)
{
	const char *sha256 = dx_entry_subject(entry), *from = dx_entry_detail(entry, "provenance_sha256"), *name;
	struct dx_json provenance, row = dx_json_object();

	if (dx_json_get(&p->wanted, sha256) != NULL || from == NULL)
		return 0;
	if (dx_session_payload(p->s, from, p->a, &provenance, err) != 0)
		return -1;
	name = dx_json_get_str(&provenance, "name");
	dx_json_put(p->a, &row, "kind", *dx_json_get(dx_json_get(entry, "details"), "kind"));
	dx_json_put(p->a, &row, "name", dx_json_text(name_of(p, name, sha256)));
	dx_json_put(p->a, &p->wanted, sha256, row);
	return 0;
}

/* Rows of an event by one of the two keys (the other NULL), added to those at hand. */
static int
add_rows(struct sealing *p, const char *event, const char *sha256, const char *commit, struct dx_err *err)
{
	struct dx_evidence_filter f = { .event = event, .subject_id = sha256, .commit_id = commit };
	struct dx_evidence_row *found, *all;
	size_t n;

	if (dx_store_evidence(p->s->store, p->a, &f, &found, &n, err) != 0)
		return -1;
	all = dx_arena_alloc(p->a, dx_size_mul(p->row_count + n + 1, sizeof(*all)));
	if (p->row_count > 0)
		memcpy(all, p->row, p->row_count * sizeof(*all));
	if (n > 0)
		memcpy(all + p->row_count, found, n * sizeof(*all));
	p->row = all;
	p->row_count += n;
	return 0;
}

static int
oldest_first(const void *a, const void *b)
{
	int64_t x = ((const struct dx_evidence_row *)a)->seq, y = ((const struct dx_evidence_row *)b)->seq;

	return x < y ? -1 : x > y;
}

/* The entries of the rows at hand, oldest first and each once, so that the same entries make the same pack. */
static int
each_row(struct sealing *p, int (*fn)(struct sealing *p, const struct dx_json *entry, struct dx_err *err), struct dx_err *err)
{
	const struct dx_json *entry;

	if (p->row_count > 0)
		qsort(p->row, p->row_count, sizeof(*p->row), oldest_first);
	for (size_t i = 0; i < p->row_count; i++) {
		if (i > 0 && p->row[i].seq == p->row[i - 1].seq)
			continue;
		entry = dx_entry_of(p->s, &p->row[i], p->a, err);
		if (entry == NULL || fn(p, entry, err) != 0)
			return -1;
	}
	p->row = NULL;
	p->row_count = 0;
	return 0;
}

/* What the operator named. */
static int
want_named(struct sealing *p, struct dx_err *err)
{
	const char *sha256;

	for (size_t i = 0; i < p->o->count; i++)
		if (dx_record_find(p->s, p->o->what[i], p->a, &sha256, err) != 0 ||
		    add_rows(p, "evidence_recorded", sha256, NULL, err) != 0)
			return -1;
	if (p->o->commit != NULL && add_rows(p, "evidence_recorded", NULL, p->o->commit, err) != 0)
		return -1;
	if (each_row(p, want, err) != 0)
		return -1;
	return p->wanted.count > 0 ? 0 : dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "nothing was recorded with commit %s",
	    p->o->commit != NULL ? p->o->commit : "-");
}

static int
want_needed(struct sealing *p, struct dx_err *err)
{
	for (uint32_t i = 0; i < p->needed.count; i++)
		if (add_rows(p, "evidence_recorded", p->needed.u.members[i].name, NULL, err) != 0)
			return -1;
	return each_row(p, want, err);
}

/* --- what belongs to them --- */

static void
member(struct sealing *p, const char *name, const char *sha256)
{
	if (dx_json_get(&p->members, name) == NULL)
		dx_json_put(p->a, &p->members, name, dx_json_text(sha256));
}

/* A report on several files can only be checked where all of them are. */
static void
need_inputs(struct sealing *p, const struct dx_json *report)
{
	const struct dx_json *inputs = dx_json_get(report, "inputs");

	for (uint32_t i = 0; inputs != NULL && i < inputs->count; i++) {
		const char *sha256 = dx_json_get_str(&inputs->u.items[i], "sha256");

		if (sha256 != NULL && dx_json_get(&p->wanted, sha256) == NULL && dx_json_get(&p->needed, sha256) == NULL)
			dx_json_put(p->a, &p->needed, sha256, dx_json_bool(true));
	}
}

static int
add_report(struct sealing *p, const char *sha256, struct dx_err *err)
{
	const char *name = dx_arena_printf(p->a, "reports/%s.json", sha256), *contract;
	struct dx_json report;

	if (dx_json_get(&p->members, name) != NULL)
		return 0;
	if (dx_session_payload(p->s, sha256, p->a, &report, err) != 0)
		return -1;
	member(p, name, sha256);
	dx_json_push(p->a, &p->reports, report);
	need_inputs(p, &report);
	contract = dx_json_get_str(&report, "contract_sha256");
	if (contract != NULL)
		member(p, dx_arena_printf(p->a, "contracts/%s.json", contract), contract);
	return 0;
}

/* An entry that recorded or verified what is wanted. */
static int
belong(struct sealing *p, const struct dx_json *entry, struct dx_err *err)
{
	const char *report = dx_entry_detail(entry, "report_sha256");

	dx_json_canon(entry, &p->slice);
	dx_buf_putc(&p->slice, '\n');
	return report != NULL ? add_report(p, report, err) : 0;
}

static int
gather(struct sealing *p, struct dx_err *err)
{
	uint32_t before;

	if (want_named(p, err) != 0)
		return -1;
	do {
		before = p->wanted.count;
		p->members = dx_json_object();
		p->reports = dx_json_array();
		dx_buf_reset(&p->slice);
		for (uint32_t i = 0; i < p->wanted.count; i++)
			if (add_rows(p, "evidence_recorded", p->wanted.u.members[i].name, NULL, err) != 0 ||
			    add_rows(p, "evidence_verified", p->wanted.u.members[i].name, NULL, err) != 0)
				return -1;
		if (each_row(p, belong, err) != 0 || want_needed(p, err) != 0)
			return -1;
	} while (p->wanted.count > before);
	return 0;
}

/* --- the pack --- */

static void
describe(struct sealing *p, struct dx_pack *pack)
{
	struct dx_sha256 slice;

	pack->tenant_id = p->s->tenant;
	pack->title = p->o->title;
	pack->pack_type = p->o->pack_type;
	pack->stage = p->o->stage;
	pack->trace_id = p->o->trace_id;
	pack->status = "ready";
	pack->assembled_by = dx_session_actor(p->s).id;
	pack->item = dx_arena_alloc(p->a, dx_size_mul(p->wanted.count, sizeof(*pack->item)));
	for (; pack->item_count < p->wanted.count; pack->item_count++) {
		const struct dx_member *m = &p->wanted.u.members[pack->item_count];
		struct dx_pack_item *it = &pack->item[pack->item_count];
		*it = (struct dx_pack_item){ .type = dx_json_get_str(&m->value, "kind"), .source = "evidence",
		    .source_ref = dx_json_get_str(&m->value, "name") };
		(void)dx_sha256_unhex(m->name, &it->sha256);
	}
	pack->member = dx_arena_alloc(p->a, dx_size_mul(p->members.count + 1, sizeof(*pack->member)));
	for (; pack->member_count < p->members.count; pack->member_count++) {
		pack->member[pack->member_count].name = p->members.u.members[pack->member_count].name;
		(void)dx_sha256_unhex(dx_json_str(&p->members.u.members[pack->member_count].value), &pack->member[pack->member_count].sha256);
	}
	dx_sha256(p->slice.data, p->slice.len, &slice);
	pack->member[pack->member_count++] = (struct dx_pack_member){ DX_PACK_LEDGER, slice };
}

static int
sign(struct sealing *p, const struct dx_pack *pack, const struct dx_buf *document, struct dx_buf *envelope, struct dx_err *err)
{
	const struct dx_json **report = dx_arena_alloc(p->a, dx_size_mul(p->reports.count + 1, sizeof(*report)));
	struct dx_pack_verdict *verdict;
	struct dx_buf statement = { 0 };
	struct dx_sha256 digest;
	size_t n;
	int rc;

	for (uint32_t i = 0; i < p->reports.count; i++)
		report[i] = &p->reports.u.items[i];
	if (dx_pack_verdicts(report, p->reports.count, DX_R_STORE_CORRUPT, p->a, &verdict, &n, err) != 0)
		return -1;
	dx_sha256(document->data, document->len, &digest);
	dx_pack_statement(pack, &digest, verdict, n, p->a, &statement);
	rc = dx_envelope_make(DX_INTOTO_PAYLOAD, statement.data, statement.len, p->o->keys->key, p->o->keys->count, envelope, err);
	dx_buf_release(&statement);
	return rc;
}

/* The bytes of a member, from the store. */
static int
open_member(void *ctx, const char *name, struct dx_pack_bytes *out, struct dx_err *err)
{
	struct sealing *p = ctx;
	const char *slash = strchr(name, '/');
	char sha256[DX_SHA256_HEX], *bytes;
	int found;

	out->fd = -1;
	if (strcmp(name, DX_PACK_LEDGER) == 0) {
		out->bytes = p->slice.data;
		out->n = p->slice.len;
		return 0;
	}
	if (slash == NULL || strlen(slash + 1) < DX_SHA256_HEX - 1)
		return dx_err_set(err, DX_R_PACK_MEMBER, "no member %s", name);
	memcpy(sha256, slash + 1, DX_SHA256_HEX - 1);
	sha256[DX_SHA256_HEX - 1] = '\0';
	dx_arena_reset(&p->held);
	found = dx_store_payload(p->s->store, &p->held, sha256, &bytes, &out->n, err);
	if (found == 0)
		return dx_err_set(err, DX_R_PAYLOAD_MISSING, "payload %s is missing", sha256);
	out->bytes = bytes;
	return found < 0 ? -1 : 0;
}

static int
note(struct sealing *p, const struct dx_json *doc, const struct dx_buf *document, struct dx_err *err)
{
	struct dx_payload payload = dx_payload_bytes(document->data, document->len);
	struct dx_json details = dx_json_object();

	payload.doc = doc;
	dx_json_put(p->a, &details, "pack_sha256", dx_json_text(payload.sha256));
	dx_json_put(p->a, &details, "pack_type", dx_json_text(p->o->pack_type));
	dx_json_put(p->a, &details, "stage", dx_json_text(p->o->stage));
	if (p->o->trace_id != NULL)
		dx_json_put(p->a, &details, "trace_id", dx_json_text(p->o->trace_id));
	return dx_session_append(p->s, DX_EVENT_PACK_SEALED, dx_json_get_str(doc, "id"), details, &payload, 1, dx_clock_now(), NULL, err);
}

/* The archive beside its name, synced; committed; renamed: a name that is there is a pack that the ledger knows. */
static int
write_and_commit(struct sealing *p, const struct dx_pack *pack, const struct dx_json *doc, const struct dx_buf *document,
    const struct dx_buf *envelope, struct dx_err *err)
{
	char *temporary = dx_arena_printf(p->a, "%s.XXXXXX", p->o->output), *slash;
	struct stat st;
	int fd, rc;

	/* The ledger would know of a pack that cannot have its name. */
	if (stat(p->o->output, &st) == 0 && !S_ISREG(st.st_mode))
		return dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s is there and no regular file", p->o->output);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	rc = dx_pack_write(fd, p->o->output, pack, document, envelope, open_member, p, err);
	if (rc == 0 && fsync(fd) != 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	if (close(fd) != 0 && rc == 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	if (rc == 0 && (rc = note(p, doc, document, err)) == 0)
		rc = dx_store_commit(p->s->store, err);
	if (rc == 0 && rename(temporary, p->o->output) != 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	if (rc != 0) {
		(void)unlink(temporary);
		return -1;
	}
	slash = strrchr(temporary, '/');
	if (slash != NULL)
		*slash = '\0';
	return dx_dir_sync(slash == NULL ? "." : slash == temporary ? "/" : temporary, err);
}

int
dx_op_seal(struct dx_session *s, const struct dx_seal_options *o, struct dx_arena *a, struct dx_json *document, struct dx_err *err)
{
	struct sealing p = { .s = s, .o = o, .a = a, .wanted = dx_json_object(), .needed = dx_json_object() };
	struct dx_pack pack = { 0 };
	struct dx_buf text = { 0 }, envelope = { 0 };
	int rc;

	if (dx_session_begin(s, true, DX_ROLE_MEMBER, err) != 0)
		return -1;
	rc = gather(&p, err);
	if (rc == 0) {
		describe(&p, &pack);
		rc = dx_pack_make(&pack, a, document, err);
	}
	if (rc == 0) {
		dx_json_canon(document, &text);
		rc = sign(&p, &pack, &text, &envelope, err);
	}
	if (rc == 0)
		rc = write_and_commit(&p, &pack, document, &text, &envelope, err);
	if (rc != 0)
		dx_store_rollback(s->store);
	dx_buf_release(&text);
	dx_buf_release(&envelope);
	dx_buf_release(&p.slice);
	dx_arena_release(&p.held);
	return rc;
}
