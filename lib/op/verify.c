#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "op/verify.h"

#define FINDINGS_MAX	100
#define WAIT_MS		5000

struct finding { enum dx_reason reason; int64_t seq; const char *detail; };

struct gather {
	struct dx_arena	*a;
	struct finding	*item;
	size_t		 count, room;
	unsigned	 errors, warnings;
};

static void
keep(void *ctx, enum dx_reason reason, const char *tenant, int64_t seq, const char *detail)
{
	struct gather *g = ctx;

	(void)tenant;
	if (dx_reason_class(reason) == DX_CLASS_WARNING)
		g->warnings++;
	else
		g->errors++;
	if (g->count == g->room) {
		g->room = g->room == 0 ? 16 : g->room * 2;
		g->item = dx_realloc(g->item, dx_size_mul(g->room, sizeof(*g->item)));
	}
	/* A wholly broken log must not fill the memory: the count goes on, the texts do not. */
	if (g->count < 100000)
		g->item[g->count++] = (struct finding){ reason, seq, dx_arena_printf(g->a, "%s", detail) };
}

static int
by_seq_then_code(const void *va, const void *vb)
{
	const struct finding *a = va, *b = vb;

	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return strcmp(dx_reason_code(a->reason), dx_reason_code(b->reason));
}

static struct dx_json
findings_array(struct dx_arena *a, struct gather *g, int64_t *first_bad)
{
	struct dx_json list = dx_json_array();

	*first_bad = -1;
	if (g->count > 0)
		qsort(g->item, g->count, sizeof(*g->item), by_seq_then_code);
	for (size_t i = 0; i < g->count; i++) {
		const struct finding *f = &g->item[i];
		struct dx_json o = dx_json_object();

		if (f->seq >= 0 && *first_bad < 0 && dx_reason_class(f->reason) != DX_CLASS_WARNING)
			*first_bad = f->seq;
		if (i >= FINDINGS_MAX)
			continue;
		dx_json_put(a, &o, "code", dx_json_text(dx_reason_code(f->reason)));
		dx_json_put(a, &o, "detail", dx_json_text(f->detail));
		if (f->seq >= 0)
			dx_json_put(a, &o, "seq", dx_json_int(a, f->seq));
		dx_json_put(a, &o, "severity", dx_json_text(dx_reason_class(f->reason) == DX_CLASS_WARNING ? "warning" : "error"));
		dx_json_push(a, &list, o);
	}
	return list;
}

static struct dx_json
report_object(struct dx_arena *a, struct gather *g, const struct dx_store_verdict *v, bool strict)
{
	struct dx_json o = dx_json_object();
	char root[DX_SHA256_HEX];
	int64_t first_bad;
	struct dx_json findings = findings_array(a, g, &first_bad);

	dx_sha256_hex(&v->root, root);
	dx_json_put(a, &o, "findings", findings);
	if (g->count > FINDINGS_MAX)
		dx_json_put(a, &o, "findings_truncated", dx_json_int(a, (int64_t)(g->errors + g->warnings) - FINDINGS_MAX));
	if (first_bad >= 0)
		dx_json_put(a, &o, "first_bad_seq", dx_json_int(a, first_bad));
	dx_json_put(a, &o, "ok", dx_json_bool(g->errors == 0 && (!strict || g->warnings == 0)));
	dx_json_put(a, &o, "origin", dx_json_string(a, v->origin));
	dx_json_put(a, &o, "root_sha256", dx_json_string(a, root));
	dx_json_put(a, &o, "schema", dx_json_text("dealix.verify.report.v1"));
	dx_json_put(a, &o, "size", dx_json_int(a, v->size));
	dx_json_put(a, &o, "tenant_id", dx_json_string(a, v->tenant_id));
	return o;
}

static int
verify_tenant(struct dx_store *s, const char *tenant, const struct dx_verify_options *o, struct dx_arena *a,
    struct dx_json *reports, struct gather *total, struct dx_err *err)
{
	struct gather g = { .a = a };
	struct dx_store_verdict v;
	int rc = dx_store_begin(s, tenant, false, dx_clock_mono_ms() + WAIT_MS, NULL, err);

	if (rc == 0) {
		rc = dx_store_verify(s, tenant, o->no_payloads ? 0 : DX_VERIFY_PAYLOADS, keep, &g, &v, err);
		dx_store_rollback(s);
	}
	if (rc == 0)
		dx_json_push(a, reports, report_object(a, &g, &v, o->strict));
	total->errors += g.errors;
	total->warnings += g.warnings;
	free(g.item);
	return rc;
}

static int
verify_all(struct dx_store *s, const struct dx_verify_options *o, struct dx_arena *a, struct dx_json *reports,
    struct gather *total, struct dx_err *err)
{
	const char **tenant = NULL;
	size_t n = 0;

	if (dx_store_begin(s, o->tenant != NULL ? o->tenant : "default", false, dx_clock_mono_ms() + WAIT_MS, NULL, err) != 0)
		return -1;
	if (dx_store_tenants(s, a, &tenant, &n, err) != 0) {
		dx_store_rollback(s);
		return -1;
	}
	dx_store_rollback(s);
	for (size_t i = 0; i < n; i++)
		if ((o->tenant == NULL || strcmp(o->tenant, tenant[i]) == 0) &&
		    verify_tenant(s, tenant[i], o, a, reports, total, err) != 0)
			return -1;
	if (reports->count == 0)
		return dx_err_set(err, DX_R_TENANT_UNKNOWN, "the store has no tenant %s", o->tenant != NULL ? o->tenant : "at all");
	return 0;
}

int
dx_op_verify_store(const struct dx_verify_options *o, struct dx_arena *a, struct dx_json *reports, unsigned *errors,
    unsigned *warnings, struct dx_err *err)
{
	struct dx_store *s = NULL;
	struct gather total = { .a = a };
	char *path = NULL;
	bool exists;
	int rc;

	*reports = dx_json_array();
	rc = dx_store_locate(o->store, o->store_env, &path, &exists, err);
	if (rc == 0)
		rc = dx_store_open(path, &s, err);
	if (rc == 0)
		rc = verify_all(s, o, a, reports, &total, err);
	dx_store_close(s);
	free(path);
	*errors = total.errors;
	*warnings = total.warnings;
	return rc;
}
