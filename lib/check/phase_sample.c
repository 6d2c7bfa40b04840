/* dealix.phase_sample.v1. */
#include <string.h>

#include "base/time.h"
#include "check/phase.h"
#include "json/pick.h"

#define SCHEMA		"dealix.phase_sample.v1"
#define INCIDENTS_MAX	1000
#define REF_MAX		500

const char *const dx_incidents[] = { "critical_error", "critical_incident", "complaint", "degradation", "exhaustion", "integrity_fault",
    "security_fault", NULL };

const char *const dx_sample_members[DX_S_COUNT] = { "requests", "errors", "sla_total", "sla_met", "queue_depth", "db_pool", "db_used",
    "p95_ms", "p99_ms", "rps", "up_s", "down_s", "baseline_rps", "baseline_p95_ms", "health_ok", "incidents" };

/* What no count may exceed: another one. */
static const struct { enum dx_sample_count part, whole; } pairs[] = {
	{ DX_S_ERRORS, DX_S_REQUESTS }, { DX_S_SLA_MET, DX_S_SLA_TOTAL }, { DX_S_DB_USED, DX_S_DB_POOL },
};

static void
take(struct dx_sample *s, enum dx_sample_count which, int64_t n)
{
	s->has |= 1u << which;
	s->count[which] = n;
}

static bool
has(const struct dx_sample *s, enum dx_sample_count which)
{
	return (s->has & 1u << which) != 0;
}

static void
read_counts(struct dx_pick *p, struct dx_sample *s)
{
	for (int i = 0; i < DX_S_HEALTH_OK; i++) {
		int64_t n = dx_pick_int(p, dx_sample_members[i], 0, DX_SAMPLE_MAX, -1);
		if (n >= 0)
			take(s, (enum dx_sample_count)i, n);
	}
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		enum dx_sample_count part = pairs[i].part, whole = pairs[i].whole;
		if (has(s, part) && has(s, whole) && s->count[part] > s->count[whole])
			dx_pick_fail(p, dx_sample_members[part], "must not be more than %s, %lld, is %lld", dx_sample_members[whole],
			    (long long)s->count[whole], (long long)s->count[part]);
	}
}

static int
read_incident(const struct dx_json *raw, const char *at, struct dx_sample *s, struct dx_err *err)
{
	struct dx_pick p;
	int kind;

	dx_pick_begin(&p, raw, at, DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	kind = dx_pick_enum(&p, "kind", dx_incidents, -1);
	(void)dx_pick_text(&p, "ref", 0, REF_MAX, false);
	if (dx_pick_end(&p) != 0)
		return -1;
	s->incidents[kind]++;
	return 0;
}

static int64_t
read_time(struct dx_pick *p)
{
	const char *text = dx_pick_text(p, "at", 1, 40, true);
	struct dx_err why = { 0 };
	int64_t us = 0;

	if (text != NULL && dx_time_parse(text, &us, &why) != 0) {
		p->failed = true;
		(void)dx_err_set_at(p->err, why.reason, "/at", "%s", why.text);
	}
	return us;
}

static void
read_step(struct dx_pick *p, struct dx_sample *s)
{
	int phase = dx_pick_enum(p, "phase", dx_phases, -1);
	int64_t traffic = dx_pick_int(p, "traffic", 0, 100, -1);

	if (p->failed)
		return;
	s->step = dx_phase_step((enum dx_phase)phase, traffic);
	if (s->step < 0 || phase == DX_PHASE_NONE)
		dx_pick_fail(p, "traffic", "%s has no step of %lld percent", dx_phases[phase], (long long)traffic);
}

int
dx_sample_read(const struct dx_json *doc, struct dx_sample *out, struct dx_err *err)
{
	const struct dx_json *health, *incidents;
	const char *schema;
	struct dx_pick p;

	memset(out, 0, sizeof(*out));
	dx_pick_begin(&p, doc, "", DX_R_FIELD_INVALID, DX_R_UNKNOWN_FIELD, err);
	schema = dx_pick_text(&p, "schema", 1, 64, false);	/* a line of a stream may leave it out */
	if (schema != NULL && strcmp(schema, SCHEMA) != 0)
		dx_pick_fail(&p, "schema", "must be " SCHEMA ", is \"%s\"", schema);
	read_step(&p, out);
	out->at = read_time(&p);
	read_counts(&p, out);
	health = dx_json_get(doc, "health_ok");
	if (dx_pick_bool(&p, "health_ok", false) || health != NULL)
		take(out, DX_S_HEALTH_OK, dx_json_is(health, DX_JSON_TRUE));
	incidents = dx_pick_type(&p, "incidents", DX_JSON_ARRAY, false);
	if (incidents != NULL && incidents->count > INCIDENTS_MAX)
		dx_pick_fail(&p, "incidents", "has more than %d incidents", INCIDENTS_MAX);
	if (dx_pick_end(&p) != 0)
		return -1;
	for (uint32_t i = 0; incidents != NULL && i < incidents->count; i++)
		if (read_incident(&incidents->u.items[i], "/incidents", out, err) != 0)
			return -1;
	if (incidents != NULL)
		take(out, DX_S_INCIDENTS, incidents->count);
	return 0;
}
