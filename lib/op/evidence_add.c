#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "op/output.h"
#include "op/evidence_add.h"
#include "op/evidence_inner.h"

#define GROUP_BYTES	(64u << 20)	/* artifacts held before they are written */

/* One answer to come: an artifact of one or more files, or a refusal. */
struct pending {
	struct dx_err	 why;		/* set: refused */
	size_t		 first, count;	/* records */
};
struct group {
	struct dx_session	*s;
	const char		*commit;
	dx_added_fn		*fn;
	void			*ctx;
	struct dx_arena		 arena;
	struct dx_record	 record[DX_RECORD_GROUP];
	struct dx_buf		 bytes[DX_RECORD_GROUP];
	const char		*name[DX_RECORD_GROUP];
	struct pending		 pending[DX_RECORD_GROUP];
	size_t			 records, answers, held;
};

/* Writes what is held, then answers. */
static int
flush(struct group *g, struct dx_err *err)
{
	int rc = 0;

	if (g->records > 0)
		rc = dx_op_record(g->s, g->record, g->records, g->commit, dx_clock_now(), err);
	for (size_t i = 0; rc == 0 && i < g->answers; i++) {
		const struct pending *p = &g->pending[i];

		if (p->why.reason != DX_OK)
			g->fn(g->ctx, NULL, &p->why);
		for (size_t k = p->first; p->why.reason == DX_OK && k < p->first + p->count; k++) {
			struct dx_json answer = dx_record_answer(&g->arena, &g->record[k], g->name[k]);
			g->fn(g->ctx, &answer, NULL);
		}
	}
	for (size_t i = 0; i < g->records; i++)
		dx_buf_release(&g->bytes[i]);
	dx_arena_reset(&g->arena);
	g->records = g->answers = g->held = 0;
	return rc;
}

static void
refuse(struct group *g, const struct dx_err *why)
{
	g->pending[g->answers++] = (struct pending){ .why = *why };
}

int
dx_evidence_stdin(const char *bytes, size_t len, struct dx_err *err)
{
	int fd = memfd_create("input", MFD_CLOEXEC), rc = 0;

	if (fd < 0 || dx_fd_write(fd, "memory", bytes, len, err) != 0 || lseek(fd, 0, SEEK_SET) != 0 || dup2(fd, STDIN_FILENO) < 0)
		rc = dx_err_set(err, DX_R_FILE_UNREADABLE, "standard input cannot be held in memory");
	if (fd >= 0)
		close(fd);
	return rc;
}

int
dx_op_evidence_hold_stdin(struct dx_err *err)
{
	struct dx_buf bytes = { 0 };
	int rc = dx_file_read("-", DX_RECORD_MAX, DX_R_MEDIA_TOO_LARGE, &bytes, err);

	if (rc == 0)
		rc = dx_evidence_stdin(bytes.data != NULL ? bytes.data : "", bytes.len, err);
	dx_buf_release(&bytes);
	return rc;
}

/* The trace that a structured output says it belongs to. */
static const char *
trace_of(struct dx_arena *a, const struct dx_record *r)
{
	struct dx_json doc;
	const char *trace;

	if (dx_contract_output(dx_arena_printf(a, "dealix.%s.v1", r->kind)) == NULL ||
	    dx_json_parse(a, dx_arena_dup(a, r->bytes, r->len), r->len, DX_JSON_OURS, &doc, NULL) != 0)
		return NULL;
	trace = dx_json_get_str(dx_json_get(&doc, "provenance"), "trace_id");
	return dx_trace_id_is(trace) ? trace : NULL;
}

/* The bytes that were judged, read again: another digest means that somebody changed them meanwhile. */
static int
take_file(struct group *g, const struct dx_json *input, const struct dx_json *report, const struct dx_contract *contract, struct dx_err *err)
{
	const char *path = dx_json_get_str(input, "path"), *sha256 = dx_json_get_str(input, "sha256");
	struct dx_record *r = &g->record[g->records];
	struct dx_buf *bytes = &g->bytes[g->records];

	if (path == NULL || sha256 == NULL)
		return 0;		/* an input without a file */
	*bytes = (struct dx_buf){ 0 };
	if (strcmp(path, "-") == 0 && lseek(STDIN_FILENO, 0, SEEK_SET) != 0)
		return dx_err_set(err, DX_R_FILE_UNREADABLE, "stdin cannot be read again");
	if (dx_file_read_regular(path, DX_RECORD_MAX, DX_R_MEDIA_TOO_LARGE, DX_R_JSON_MISSING, bytes, err) != 0)
		return -1;
	*r = dx_record_of(bytes, contract->kind);
	r->report = report;
	if (strcmp(r->sha256, sha256) != 0) {
		dx_buf_release(bytes);
		return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s changed while it was read", path);
	}
	dx_record_contract(r, contract, &g->arena);
	g->name[g->records] = dx_arena_dup(&g->arena, path, strlen(path));
	r->trace_id = trace_of(&g->arena, r);
	r->provenance = dx_provenance(&g->arena, "add", r, g->name[g->records], g->commit);
	if (dx_json_get_str(input, "role") != NULL)
		dx_json_put(&g->arena, &r->provenance, "role", *dx_json_get(input, "role"));
	g->held += r->len;
	g->records++;
	return 0;
}

static void
take(struct group *g, const struct dx_evidence_answer *answer, const struct dx_contract *contract)
{
	struct dx_json *report = dx_arena_alloc(&g->arena, sizeof(*report));
	struct pending p = { .first = g->records };
	const struct dx_json *inputs;
	struct dx_err err = { 0 };
	bool missing = true;

	*report = dx_json_copy(&g->arena, &answer->report);
	inputs = dx_json_get(report, "inputs");
	for (uint32_t i = 0; contract != NULL && inputs != NULL && i < inputs->count; i++) {
		missing = missing && dx_json_get_str(&inputs->u.items[i], "sha256") == NULL;
		if (take_file(g, &inputs->u.items[i], report, contract, &err) != 0)
			break;
	}
	if (err.reason == DX_OK && contract == NULL)
		(void)dx_err_set(&err, DX_R_EVIDENCE_KIND_UNKNOWN, "this is a document of Dealix, no evidence");
	else if (err.reason == DX_OK && missing)
		(void)dx_err_set(&err, DX_R_JSON_MISSING, "there is no file to keep");
	if (err.reason != DX_OK) {
		while (g->records > p.first)
			dx_buf_release(&g->bytes[--g->records]);
		refuse(g, &err);
		return;
	}
	p.count = g->records - p.first;
	g->pending[g->answers++] = p;
}

static struct group *
group_new(struct dx_session *s, const char *commit, dx_added_fn *fn, void *ctx)
{
	struct group *g = dx_alloc(sizeof(*g));

	memset(g, 0, sizeof(*g));
	g->s = s;
	g->commit = commit;
	g->fn = fn;
	g->ctx = ctx;
	return g;
}

static void
group_free(struct group *g)
{
	for (size_t i = 0; i < g->records; i++)
		dx_buf_release(&g->bytes[i]);
	dx_arena_release(&g->arena);
	free(g);
}

int
dx_op_evidence_add(struct dx_session *s, struct dx_evidence *e, const char *commit, dx_added_fn *fn, void *ctx, struct dx_err *err)
{
	struct group *g = group_new(s, commit, fn, ctx);
	struct dx_evidence_answer answer;
	struct dx_err why = { 0 };
	int got, rc = 0;

	while (rc == 0 && (got = dx_evidence_next(e, &answer, &why)) != 0) {
		if (got < 0)
			refuse(g, &why);
		else
			take(g, &answer, answer.contract);
		dx_err_clear(&why);
		if (g->answers + DX_CONTRACT_INPUTS >= DX_RECORD_GROUP || g->records + DX_CONTRACT_INPUTS >= DX_RECORD_GROUP ||
		    g->held > GROUP_BYTES)
			rc = flush(g, err);
	}
	if (rc == 0)
		rc = flush(g, err);
	group_free(g);
	return rc;
}
