#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "op/entries.h"
#include "op/pack_state.h"
#include "op/seal.h"
#include "op/seal_inner.h"
#include "pack/pack.h"

#define NAME_MAX_POINTS	2000	/* of an artifact's name; a pack's may be twice as long */

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

static int
want_traced(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct sealing *p = ctx;
	const struct dx_json *entry = dx_entry_read(p->a, e, err);
	const char *trace = entry != NULL ? dx_entry_detail(entry, "trace_id") : NULL;

	if (entry == NULL)
		return -1;
	return trace != NULL && strcmp(trace, p->o->trace_id) == 0 ? want(p, entry, err) : 0;
}

/* Everything that was recorded under the trace. */
static int
want_trace(struct sealing *p, struct dx_err *err)
{
	struct dx_entry_filter recorded = { .before_seq = -1, .event = "evidence_recorded" };

	if (dx_store_entries(p->s->store, &recorded, want_traced, p, err) < 0)
		return -1;
	return p->wanted.count > 0 ? 0 : dx_err_set(err, DX_R_ENTRY_NOT_FOUND, "nothing was recorded under trace %s", p->o->trace_id);
}

/* Evidence is final after the decision: before it, whatever is asked for, a pack is a snapshot (release-gates page 11). */
static int
find_stage(struct sealing *p, struct dx_err *err)
{
	p->decisions = dx_json_array();
	p->stage = p->o->stage != NULL ? p->o->stage : "final";
	p->trace_id = p->o->trace_id;
	if (!p->o->by_trace && !p->o->trace_of_call)
		return 0;
	if (dx_trace_decisions(p->s, p->o->trace_id, p->a, &p->decisions, err) != 0)
		return -1;
	if (p->o->trace_of_call) {
		if (p->decisions.count == 0 && strcmp(p->stage, "final") == 0)
			p->trace_id = NULL;
		p->decisions = dx_json_array();
		return 0;
	}
	if (p->decisions.count > 0)
		return 0;
	if (p->o->stage != NULL && strcmp(p->o->stage, "final") == 0)
		return dx_err_set(err, DX_R_TRACE_NO_DECISION, "nothing was decided under trace %s, so nothing of it is final", p->o->trace_id);
	p->stage = "pre_approval";
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
	if (p->o->count == 0 && p->o->commit == NULL && p->o->by_trace)
		return want_trace(p, err);
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

	if (find_stage(p, err) != 0 || want_named(p, err) != 0)
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
	pack->stage = p->stage;
	pack->trace_id = p->trace_id;
	pack->status = "ready";
	pack->assembled_by = dx_session_actor(p->s).id;
	pack->item = dx_arena_alloc(p->a, dx_size_mul(p->wanted.count + p->decisions.count, sizeof(*pack->item)));
	for (; pack->item_count < p->wanted.count; pack->item_count++) {
		const struct dx_member *m = &p->wanted.u.members[pack->item_count];
		struct dx_pack_item *it = &pack->item[pack->item_count];
		*it = (struct dx_pack_item){ .type = dx_json_get_str(&m->value, "kind"), .source = "evidence",
		    .source_ref = dx_json_get_str(&m->value, "name") };
		(void)dx_sha256_unhex(m->name, &it->sha256);
	}
	for (uint32_t i = 0; i < p->decisions.count; i++)
		pack->item[pack->item_count++] = (struct dx_pack_item){ .type = "decision", .source = "ledger",
		    .source_ref = dx_json_get_str(&p->decisions.u.items[i], "ledger_id"), .data = &p->decisions.u.items[i] };
	pack->member = dx_arena_alloc(p->a, dx_size_mul(p->members.count + 1, sizeof(*pack->member)));
	for (; pack->member_count < p->members.count; pack->member_count++) {
		pack->member[pack->member_count].name = p->members.u.members[pack->member_count].name;
		(void)dx_sha256_unhex(dx_json_str(&p->members.u.members[pack->member_count].value), &pack->member[pack->member_count].sha256);
	}
	dx_sha256(p->slice.data, p->slice.len, &slice);
	pack->member[pack->member_count++] = (struct dx_pack_member){ DX_PACK_LEDGER, slice };
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
		rc = dx_seal_sign(&p, &pack, &text, &envelope, err);
	}
	if (rc == 0)
		rc = dx_seal_write(&p, &pack, document, &text, &envelope, err);
	if (rc != 0)
		dx_store_rollback(s->store);
	dx_buf_release(&text);
	dx_buf_release(&envelope);
	dx_buf_release(&p.slice);
	dx_arena_release(&p.held);
	return rc;
}
