/* gate_case: what the tests of decisions share: policies from settings, requests from text, decisions in one line. */
#ifndef DX_TESTS_GATE_CASE_H
#define DX_TESTS_GATE_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/file.h"
#include "base/time.h"
#include "core/decide.h"
#include "tap.h"

#define UNUSED	__attribute__((unused))
#define NOW	INT64_C(1771588800000000)	/* 2026-02-20T12:00:00Z */

static struct dx_arena arena;

static const struct dx_decide_ids ids_1 = { "acme", "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002",
    "alice", NULL, 1, 3 };

static UNUSED struct dx_json
json(const char *text)
{
	struct dx_err err = { 0 };
	struct dx_json v;

	if (dx_json_parse(&arena, dx_arena_dup(&arena, text, strlen(text)), strlen(text), DX_JSON_OURS, &v, &err) != 0) {
		printf("Bail out! %s: %s\n", err.text, text);
		exit(1);
	}
	return v;
}

static UNUSED const char *
canon(const struct dx_json *v)
{
	struct dx_buf b = { 0 };
	const char *text;

	dx_json_canon(v, &b);
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

static UNUSED struct dx_money
usd(const char *text)
{
	struct dx_money m = { 0 };

	if (dx_money_parse_signed(text, DX_MONTHLY, &m, NULL) != 0) {
		printf("Bail out! amount %s\n", text);
		exit(1);
	}
	return m;
}

/* The default policy with settings applied, "PATH=VALUE" parted by blanks. */
static UNUSED struct dx_policy *
policy_with(const char *settings)
{
	struct dx_policy *standard = dx_policy_default(), *p = NULL;
	struct dx_json doc = dx_json_copy(&arena, &standard->doc);
	struct dx_err err = { 0 };

	for (const char *s = settings + strspn(settings, " "); *s != '\0' && err.reason == DX_OK; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");

		(void)dx_policy_setting(&arena, &doc, dx_arena_dup(&arena, s, n), &err);
		s += n;
	}
	if (err.reason != DX_OK || dx_policy_new(&doc, &p, &err) != 0) {
		printf("Bail out! policy %s: %s %s\n", settings, err.at, err.text);
		exit(1);
	}
	dx_policy_free(standard);
	return p;
}

static UNUSED struct dx_request
request_from(const char *text, const struct dx_policy *p)
{
	struct dx_json doc = json(text);
	struct dx_request r;
	struct dx_err err = { 0 };

	if (dx_request_read(&arena, &doc, NULL, &r, &err) != 0 || dx_request_finish(&arena, p, &r, &err) != 0) {
		printf("Bail out! request %s: %s %s\n", text, err.at, err.text);
		exit(1);
	}
	return r;
}

/* A request of one amount. */
static UNUSED struct dx_request
request_of(const char *environment, const char *amount, const struct dx_policy *p)
{
	return request_from(dx_arena_printf(&arena, "{\"source\":\"terraform\",\"action\":\"terraform.apply\",\"resource_reference\":"
	    "\"module.app.aws_instance.x\",\"environment\":\"%s\",\"estimated_monthly_delta_usd\":\"%s\"}", environment, amount), p);
}

/* No budget, ceiling, credit or cost. */
static UNUSED struct dx_snapshot
snapshot_empty(void)
{
	return (struct dx_snapshot){ .now = NOW, .tenant_tier = "enterprise", .cost_mode = DX_COST_NONE };
}

static UNUSED struct dx_snapshot
snapshot_budget(const char *limit, const char *reserved, const char *emergency)
{
	struct dx_snapshot s = snapshot_empty();

	s.has_budget = true;
	s.budget_scope = "default";
	s.budget_limit = usd(limit);
	s.reserved_credits = usd(reserved);
	s.emergency_credits = usd(emergency);
	return s;
}

/* "DENY: a,b,c" */
static UNUSED const char *
summary(const struct dx_decision *d)
{
	struct dx_buf b = { 0 };
	const char *text;

	dx_buf_puts(&b, dx_verdict_names[d->verdict]);
	for (unsigned i = 0; i < d->reason_count; i++) {
		dx_buf_puts(&b, i == 0 ? ": " : ",");
		dx_buf_puts(&b, dx_reason_code(d->reason[i]));
	}
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

#endif
