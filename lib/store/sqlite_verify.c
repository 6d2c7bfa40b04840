/* Everything of one tenant recomputed (ledger page 7): guards, payload digests, chain, tree, and the state that the entries give.
 * One pass over the entries; memory does not grow with their number.  First the quick way (sqlite_verify_quick), which most stores
 * need alone; where that is not satisfied the thorough one, which says what is wrong. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/mem.h"
#include "store/sqlite_verify.h"

void
dx_verify_say(struct dx_verify *v, enum dx_reason reason, int64_t seq, const char *detail)
{
	if (v->quick) {
		v->doubt = true;
		return;
	}
	v->said = true;
	v->report(v->ctx, reason, v->s->tenant, seq, detail);
}

static void
chain_said(void *ctx, enum dx_reason reason, int64_t seq, const char *detail)
{
	dx_verify_say(ctx, reason, seq, detail);
}

static void
guard_differs(void *ctx, const char *text)
{
	dx_verify_say(ctx, DX_R_STORE_GUARD_MISSING, -1, text);
}

static void
state_differs(void *ctx, const char *text)
{
	dx_verify_say(ctx, DX_R_PROJECTION_MISMATCH, -1, text);
}

/* --- entries --- */

/* A store opens a log with both documents (approvals page 1.1). */
static void
check_first(struct dx_verify *v, const struct dx_json *entry)
{
	static const char *const first[] = { NULL, "principals_updated", "policy_updated" };

	if (v->seq >= 1 && v->seq <= 2 && strcmp(dx_json_get_str(entry, "event"), first[v->seq]) != 0)
		dx_verify_say(v, DX_R_SEMANTIC_VIOLATION, v->seq, "first_documents: a log opens with its principals and its policy");
}

static int
keep_size(void *sink, int64_t size, struct dx_err *err)
{
	(void)sink;
	(void)size;
	(void)err;
	return 0;
}

static void
apply(struct dx_verify *v, const struct dx_json *entry)
{
	struct dx_err err = { 0 };

	dx_arena_reset(&v->arena);
	v->entry = entry;
	if (dx_apply_entry(&v->apply, &v->arena, entry, &err) == 0 || v->fatal != 0)
		return;
	v->whole = false;
	if (v->quick) {
		v->doubt = true;
		return;
	}
	if (dx_reason_class(err.reason) == DX_CLASS_UNAVAILABLE) {
		(void)dx_err_set(v->err, err.reason, "scratch: %s", err.text);
		v->fatal = -1;
	} else if (err.reason != DX_R_PAYLOAD_MISSING) {
		dx_verify_say(v, DX_R_SEMANTIC_VIOLATION, v->seq, err.text);
	} else if (v->payloads && !v->named_missing) {
		dx_verify_say(v, DX_R_PAYLOAD_MISSING, v->seq, err.text);
	}
}

static int
check_payloads(struct dx_verify *v, const struct dx_json *entry)
{
	v->named_missing = false;
	return entry != NULL && v->payloads && dx_entry_payloads(entry, dx_verify_named, v) != 0 ? -1 : 0;
}

static int
check_state(struct dx_verify *v, const struct dx_json *entry, uint64_t size, const struct dx_sha256 *node, unsigned nodes)
{
	for (unsigned i = 0; i < nodes && v->fatal == 0; i++)
		dx_verify_node(v, i + 1, (int64_t)(size >> (i + 1)) - 1, &node[i]);
	check_first(v, entry);
	apply(v, entry);
	return v->fatal;
}

int
dx_verify_replay(struct dx_verify *v, const struct dx_json *entry, uint64_t size, const struct dx_sha256 *node, unsigned nodes)
{
	return check_payloads(v, entry) != 0 ? -1 : check_state(v, entry, size, node, nodes);
}

static int
check_entry(void *ctx, const struct dx_stored_entry *e, struct dx_err *err)
{
	struct dx_verify *v = ctx;
	const struct dx_json *entry;

	(void)err;
	dx_chain_next(&v->chain, e->bytes, e->len, e->seq, e->leaf, e->prev, &entry);
	v->seq = e->seq;
	if (check_payloads(v, entry) != 0)
		return -1;
	if (v->chain.bad > 0)
		v->whole = false;	/* what follows from a broken log would only repeat the fault */
	return v->whole ? check_state(v, entry, v->chain.tree.size, v->chain.completed, v->chain.completed_count) : v->fatal;
}

/* An older schema has no such rows. */
static int
keep_no_evidence(void *sink, const struct dx_evidence_row *r, struct dx_err *err)
{
	(void)sink;
	(void)r;
	(void)err;
	return 0;
}

/* --- the whole --- */

/* SQLite's own check of one table and its indexes. */
static int
check_table(struct dx_verify *v, enum dx_sql_id check)
{
	sqlite3_stmt *st;
	int rc = dx_sql_row(&v->s->sql, check, &st, v->err, "");

	for (; rc > 0; rc = dx_sql_next(&v->s->sql, st, v->err)) {
		const char *text = (const char *)sqlite3_column_text(st, 0);

		if (text != NULL && strcmp(text, "ok") != 0)
			dx_verify_say(v, DX_R_STORE_CORRUPT, -1, text);
	}
	return rc;
}

int
dx_verify_pages(struct dx_verify *v)
{
	/* the quick way sees for itself whether the index of the payloads is that of the table */
	return check_table(v, v->quick ? DX_SQL_QUICK_PAYLOAD : DX_SQL_CHECK_PAYLOAD) != 0 ||
	    check_table(v, DX_SQL_CHECK_TENANT) != 0 || check_table(v, DX_SQL_CHECK_DECISION) != 0 ||
	    check_table(v, DX_SQL_CHECK_APPROVAL) != 0 ||
	    (v->version >= DX_SQL_VERSION_EVIDENCE && check_table(v, DX_SQL_CHECK_EVIDENCE) != 0) ? -1 : 0;
}

static int
compare_state(struct dx_verify *v)
{
	static const struct { enum dx_sql_id id; const char *what; int64_t since; } tables[] = {
		{ DX_SQL_ALL_TENANT, "table tenant, id", 1 }, { DX_SQL_ALL_POLICY, "table policy, version", 1 },
		{ DX_SQL_ALL_PRINCIPALS, "table principals, version", 1 }, { DX_SQL_ALL_RULES, "table rules, id", 1 },
		{ DX_SQL_ALL_BUDGET, "table budget, scope", 1 }, { DX_SQL_ALL_DECISION, "table decision, id", 1 },
		{ DX_SQL_ALL_APPROVAL, "table approval, id", 1 },
		{ DX_SQL_ALL_EVIDENCE, "table evidence, seq", DX_SQL_VERSION_EVIDENCE },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (v->version >= tables[i].since && dx_sql_compare(&v->s->sql, &v->scratch, tables[i].id, v->s->tenant, tables[i].what, state_differs, v,
		    v->err) != 0)
			return -1;
	return 0;
}

static void
conclude(struct dx_verify *v, struct dx_store_verdict *out)
{
	(void)snprintf(out->tenant_id, sizeof(out->tenant_id), "%s", v->s->tenant);
	(void)snprintf(out->origin, sizeof(out->origin), "%s", v->chain.origin);
	out->size = (int64_t)v->chain.tree.size;
	dx_merkle_root(&v->chain.tree, &out->root);
}

static int
check_log(struct dx_verify *v, struct dx_store_verdict *out)
{
	struct dx_entry_filter all = { .before_seq = -1 };
	struct dx_tenant_row row;
	char text[96];

	if (dx_store_size_now(v->s, v->err) != 0 || dx_store_tenant(v->s, &row, v->err) != 0)
		return -1;
	dx_chain_init(&v->chain, v->s->tenant, row.origin, chain_said, v);
	if (dx_store_entries(v->s, &all, check_entry, v, v->err) != 0 || v->fatal != 0)
		return -1;
	conclude(v, out);
	if (row.open && row.size > v->chain.next_seq) {
		(void)snprintf(text, sizeof(text), "%" PRId64 " entries, the tenant's row says %" PRId64, v->chain.next_seq, row.size);
		dx_verify_say(v, DX_R_LOG_TRUNCATED, -1, text);
		return 0;
	}
	if (!v->whole)
		return 0;
	if (v->chain.next_seq > 0 && v->chain.next_seq < 3)
		dx_verify_say(v, DX_R_SEMANTIC_VIOLATION, v->chain.next_seq - 1,
		    "first_documents: a log opens with its principals and its policy");
	if (v->chain.next_seq > 0 && dx_sql_state_ops.tenant_size(&v->sink, v->chain.next_seq, v->err) != 0)
		return -1;
	return dx_verify_surplus(v) != 0 ? -1 : compare_state(v);
}

/* As if nothing had been looked at. */
static void
start(struct dx_verify *v)
{
	dx_verify_nodes_release(v);
	dx_chain_release(&v->chain);
	dx_apply_release(&v->apply);
	v->sink = (struct dx_sql_state){ .sql = &v->scratch, .tenant = v->s->tenant };
	v->ops = dx_sql_state_ops;
	v->ops.tenant_size = keep_size;
	if (v->version < DX_SQL_VERSION_EVIDENCE)
		v->ops.evidence_put = keep_no_evidence;
	v->apply = (struct dx_apply){ .ops = &v->ops, .state = &v->sink, .payload = dx_verify_payload, .payload_ctx = v };
	v->whole = true;
	v->doubt = false;
	v->fatal = 0;
}

/* An error met on the quick way is met again on the other. */
static bool
is_sound(struct dx_verify *v, struct dx_store_verdict *out)
{
	struct dx_err *err = v->err;
	struct dx_tenant_row row;
	bool sound = false;

	v->err = NULL;
	if (dx_store_size_now(v->s, NULL) == 0 && dx_store_tenant(v->s, &row, NULL) == 0 && row.open)
		sound = dx_verify_quick(v, &row);
	v->err = err;
	if (sound) {
		conclude(v, out);
		return true;
	}
	start(v);
	(void)sqlite3_db_release_memory(v->s->sql.db);	/* what SQLite says of a broken page depends on what it has of it */
	return false;
}

static int
verify_all(struct dx_verify *v, bool quick, struct dx_store_verdict *out)
{
	if (dx_sql_open(&v->scratch, "", DX_SQL_SCRATCH, v->err) != 0 || dx_sql_migrate(&v->scratch, 0, v->version, v->err) != 0 ||
	    dx_sql_compare(&v->s->sql, &v->scratch, DX_SQL_MASTER, "", "schema,", guard_differs, v, v->err) != 0)
		return -1;
	out->quick = quick && !v->said && is_sound(v, out);
	if (out->quick)
		return 0;
	if (dx_verify_pages(v) != 0 || (v->payloads && dx_verify_payloads(v) != 0) ||
	    dx_sql_run(&v->scratch, DX_SQL_BEGIN_WRITE, v->err, "") < 0)
		return -1;
	return check_log(v, out);
}

static void
release(struct dx_verify *v)
{
	dx_verify_nodes_release(v);
	dx_chain_release(&v->chain);
	dx_apply_release(&v->apply);
	dx_arena_release(&v->arena);
	dx_sql_close(&v->scratch);
	free(v->bad);
	free(v);
}

int
dx_store_verify(struct dx_store *s, const char *tenant, unsigned how, dx_store_report_fn *report, void *ctx,
    struct dx_store_verdict *out, struct dx_err *err)
{
	bool own = s->txn == DX_TXN_NONE;
	struct dx_verify *v;
	int rc;

	if (own && dx_store_begin(s, tenant, false, 0, NULL, err) != 0)
		return -1;
	if (strcmp(s->tenant, tenant) != 0)
		DX_BUG("a verification within another tenant's transaction");
	v = dx_alloc(sizeof(*v));
	memset(v, 0, sizeof(*v));
	v->s = s;
	v->payloads = (how & DX_VERIFY_PAYLOADS) != 0;
	v->report = report;
	v->ctx = ctx;
	v->err = err;
	memset(out, 0, sizeof(*out));
	rc = dx_sql_int(&s->sql, DX_SQL_USER_VERSION, &v->version, err);
	start(v);
	if (rc == 0)
		rc = verify_all(v, (how & DX_VERIFY_THOROUGH) == 0, out);
	release(v);
	if (own)
		dx_store_rollback(s);
	return rc;
}
