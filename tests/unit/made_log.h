/* made_log: a small story for tests of the ledger and the store: a log opened, budgets set, decisions made, without the gate. */
#ifndef DX_TESTS_MADE_LOG_H
#define DX_TESTS_MADE_LOG_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/time.h"
#include "core/hash.h"
#include "core/policy.h"
#include "core/principals.h"
#include "store/store.h"

#define MADE_NOW	INT64_C(1772020800000000)	/* 2026-02-25T12:00:00Z */
#define MADE_ORIGIN	"ledger.dealix.example/default"

static const struct dx_actor made_actor __attribute__((unused)) = { "kim", "owner", "os-user" };

/* An id that depends on n only. */
static const char * __attribute__((unused))
made_id(struct dx_arena *a, unsigned kind, int64_t n)
{
	return dx_arena_printf(a, "%08x-0000-7000-8000-%012" PRIx64, kind, (uint64_t)n & 0xffffffffffff);
}

/* A document as a payload; its bytes live in the arena. */
static struct dx_payload __attribute__((unused))
made_payload(struct dx_arena *a, const struct dx_json *doc)
{
	struct dx_payload p = { .doc = doc };
	struct dx_buf b = { 0 };

	dx_json_canon(doc, &b);
	p.len = b.len;
	p.bytes = dx_arena_dup(a, b.data, b.len);
	dx_buf_release(&b);
	dx_hash_json_hex(doc, p.sha256);
	return p;
}

static struct dx_json __attribute__((unused))
made_parse(struct dx_arena *a, const char *text)
{
	struct dx_json doc;
	struct dx_err err = { 0 };

	if (dx_json_parse(a, dx_arena_dup(a, text, strlen(text)), strlen(text), DX_JSON_OURS, &doc, &err) != 0) {
		fprintf(stderr, "%s: %s\n", text, err.text);
		abort();
	}
	return doc;
}

static int __attribute__((unused))
made_append(struct dx_store *s, struct dx_arena *a, enum dx_event event, const char *subject, const char *details,
    const struct dx_payload *payloads, size_t n, int64_t now, struct dx_err *err)
{
	struct dx_entry_draft d = {
		.event = event, .actor = event == DX_EVENT_LOG_OPENED ? dx_actor_system : made_actor,
		.ledger_id = made_id(a, 0x11111111, now), .subject_id = subject, .decision = dx_json_null(),
		.details = made_parse(a, details),
	};
	int64_t seq;

	return dx_store_append(s, &d, payloads, n, now, &seq, err);
}

/* The three entries that open a log, inside a write transaction. */
static int __attribute__((unused))
made_open(struct dx_store *s, struct dx_arena *a, const char *tenant, struct dx_err *err)
{
	struct dx_policy *policy = dx_policy_default();
	struct dx_principals *who = dx_principals_first(tenant, "kim");
	struct dx_payload p = { .bytes = policy->canon, .len = policy->canon_len, .doc = &policy->doc };
	struct dx_payload w = { .bytes = who->canon, .len = who->canon_len, .doc = &who->doc };
	const char *origin = dx_arena_printf(a, "ledger.dealix.example/%s", tenant);
	int rc;

	memcpy(p.sha256, policy->sha256, sizeof(p.sha256));
	memcpy(w.sha256, who->sha256, sizeof(w.sha256));
	rc = made_append(s, a, DX_EVENT_LOG_OPENED, origin, "{}", NULL, 0, MADE_NOW, err) != 0 ||
	    made_append(s, a, DX_EVENT_PRINCIPALS_UPDATED, "1",
		dx_arena_printf(a, "{\"principals_sha256\":\"%s\"}", w.sha256), &w, 1, MADE_NOW, err) != 0 ||
	    made_append(s, a, DX_EVENT_POLICY_UPDATED, "1",
		dx_arena_printf(a, "{\"policy_sha256\":\"%s\"}", p.sha256), &p, 1, MADE_NOW, err) != 0 ? -1 : 0;
	dx_policy_free(policy);
	dx_principals_free(who);
	return rc;
}

struct made_decision {
	int64_t		 n;		/* gives the ids and the key */
	const char	*verdict, *mode;
	const char	*allocation;	/* "60.0000": held from the default budget; NULL: nothing */
	const char	*unbudgeted;	/* NULL: nothing */
	bool		 dry_run, approval, derived, failsafe;
	const char	*supersedes;	/* NULL: none */
	const char	*total;		/* NULL: right */
};

static const char * __attribute__((unused))
made_total(struct dx_arena *a, const char *x, const char *y)
{
	struct dx_money l, r;
	char text[DX_MONEY_TEXT];

	if (dx_money_parse(x, DX_MONTHLY, &l, NULL) != 0 || dx_money_parse(y, DX_MONTHLY, &r, NULL) != 0)
		abort();
	dx_money_print((struct dx_money){ l.micro + r.micro }, DX_MONTHLY, text);
	return dx_arena_dup(a, text, strlen(text));
}

/* One made decision appended. */
static int __attribute__((unused))
made_decide(struct dx_store *s, struct dx_arena *a, const struct made_decision *m, int64_t now, struct dx_err *err)
{
	const char *id = made_id(a, 0x44444444, m->n), *allocation = m->allocation != NULL ? m->allocation : "0.0000";
	const char *unbudgeted = m->unbudgeted != NULL ? m->unbudgeted : "0.0000", *fingerprint, *key;
	char policy[DX_SHA256_HEX], at[DX_TIME_TEXT];
	struct dx_policy *p = dx_policy_default();
	struct dx_json request, response;
	struct dx_payload payload[2];
	struct dx_entry_draft d = {
		.event = m->failsafe ? DX_EVENT_DECISION_FAILSAFE : DX_EVENT_DECISION_CREATED, .actor = made_actor,
		.ledger_id = made_id(a, 0x22222222, m->n), .subject_id = id,
		.approval_id = m->approval ? made_id(a, 0x55555555, m->n) : NULL,
		.approval_status = m->approval ? "pending" : NULL,
	};
	int64_t seq;

	memcpy(policy, p->sha256, sizeof(policy));
	dx_policy_free(p);
	dx_time_print(now, at);
	request = made_parse(a, dx_arena_printf(a, "{\"action\":\"terraform.apply\",\"cost_estimate_present\":true,"
	    "\"dry_run\":%s,\"environment\":\"prod\",\"estimated_hourly_delta_usd\":\"0.000000\","
	    "\"estimated_monthly_delta_usd\":\"60.0000\",\"metadata\":{\"n\":%" PRId64 "},\"project_id\":\"default\","
	    "\"resource_reference\":\"module.db\",\"schema\":\"dealix.gate.request.v1\",\"source\":\"terraform\"}",
	    m->dry_run ? "true" : "false", m->n));
	response = made_parse(a, dx_arena_printf(a, "{\"decision_id\":\"%s\",\"budget_scope_key\":%s}", id,
	    m->allocation != NULL ? "\"default\"" : "null"));
	payload[0] = made_payload(a, &request);
	payload[1] = made_payload(a, &response);
	fingerprint = payload[0].sha256;
	key = m->derived ? fingerprint : dx_arena_printf(a, "key-%" PRId64, m->n);
	d.decision = made_parse(a, dx_arena_printf(a, "{\"action\":\"terraform.apply\",\"approval_required\":%s,"
	    "\"created_by_user_id\":\"kim\",\"decision\":\"%s\",\"decision_created_at\":\"%s\",\"decision_id\":\"%s\","
	    "\"dry_run\":%s,\"environment\":\"prod\",\"estimated_hourly_delta_usd\":\"0.000000\","
	    "\"estimated_monthly_delta_usd\":\"60.0000\",\"generation\":1,\"idempotency_key\":\"%s\",\"mode\":\"%s\","
	    "\"policy_document_schema_version\":\"dealix.enforcement.policy.v1\",\"policy_document_sha256\":\"%s\","
	    "\"policy_version\":1,\"project_id\":\"default\",\"reason_codes\":[\"budget_exceeded\"],"
	    "\"request_fingerprint\":\"%s\",\"request_payload_sha256\":\"%s\",\"reserved_allocation_usd\":\"%s\","
	    "\"reserved_credit_usd\":\"0.0000\",\"reserved_total_usd\":\"%s\",\"reserved_unbudgeted_usd\":\"%s\","
	    "\"resource_reference\":\"module.db\",\"response_payload_sha256\":\"%s\",\"risk_class\":\"medium\","
	    "\"risk_score\":3,\"source\":\"terraform\",\"unfunded_usd\":\"0.0000\"}",
	    m->approval ? "true" : "false", m->verdict, at, id, m->dry_run ? "true" : "false", key, m->mode, policy, fingerprint,
	    payload[0].sha256, allocation, m->total != NULL ? m->total : made_total(a, allocation, unbudgeted), unbudgeted,
	    payload[1].sha256));
	d.details = made_parse(a, m->failsafe ? "{\"trigger\":\"gate_timeout\"}" : m->supersedes != NULL ?
	    dx_arena_printf(a, "{\"supersedes\":\"%s\"}", m->supersedes) : "{}");
	return dx_store_append(s, &d, payload, 2, now, &seq, err);
}

static int __attribute__((unused))
made_begin(struct dx_store *s, bool write, struct dx_err *err)
{
	return dx_store_begin(s, "default", write, dx_clock_mono_ms() + 5000, NULL, err);
}

#endif
