#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "core/principals.h"
#include "op/entries.h"
#include "op/outcomes.h"
#include "op/register.h"
#include "op/root.h"

#define FILES_MAX	(1u << 20)	/* below the root */
#define DOCUMENT_MAX	(16u << 20)	/* bytes of a public document */

int
dx_register_load(const char *file, struct dx_register **out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = dx_file_read(file, DX_REGISTER_MAX, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0 && text.len == 0)
		rc = dx_err_set(err, DX_R_INPUT_EMPTY, "%s is empty", file);
	if (rc == 0 && (rc = dx_register_parse(text.data, text.len, out, err)) != 0)
		(void)dx_err_in(err, "%s", strcmp(file, "-") == 0 ? "stdin" : file);
	dx_buf_release(&text);
	return rc;
}

/* --- public documents --- */

static int
scan_documents(const struct dx_register *r, struct dx_tree *tree, int64_t now, struct dx_register_found *f, struct dx_err *err)
{
	struct dx_arena names = { 0 };
	struct dx_buf bytes = { 0 };
	const char **path = NULL;
	size_t n = 0;
	int rc = dx_register_scans(r) ? dx_tree_walk(tree, "", FILES_MAX, &names, &path, &n, err) : 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (!dx_register_is_public(r, path[i]))
			continue;
		dx_buf_reset(&bytes);
		rc = dx_tree_read(tree, path[i], DOCUMENT_MAX, DX_R_MEDIA_TOO_LARGE, &bytes, err);
		if (rc == 0 && bytes.len > 0)
			dx_register_scan(r, path[i], bytes.data, bytes.len, now, f);
	}
	dx_buf_release(&bytes);
	dx_arena_release(&names);
	return rc;
}

/* --- the entry --- */

/* By the id or an address, however that is written. */
static int
not_the_editor(const struct dx_register *r, const struct dx_principal *auditor, struct dx_err *err)
{
	for (size_t i = 0; i < r->rows; i++)
		if (r->row[i].edited_by != NULL && dx_principal_is_author(auditor, auditor->id, r->row[i].edited_by))
			return dx_err_set_at(err, DX_R_REGISTER_SELF_AUDIT, r->row[i].at, "%s edited row %s last and may not audit it", auditor->id,
			    r->row[i].id);
	return 0;
}

static int
record(const struct dx_register_options *o, const struct dx_register *r, const struct dx_register_found *f, char **created,
    struct dx_err *err)
{
	struct dx_json details = dx_json_object();
	struct dx_buf text = { 0 };
	struct dx_payload payload = dx_payload_document(&r->document, &text);
	struct dx_session s = { 0 };
	int64_t now = dx_clock_now();
	int rc = dx_session_open(&o->session, DX_SESSION_WRITE, &s, err);

	dx_json_put(f->arena, &details, "document_sha256", dx_json_text(payload.sha256));
	dx_json_put(f->arena, &details, "verdict", dx_json_text(dx_audit_verdicts[dx_register_verdict(f)]));
	if (rc == 0 && (rc = dx_session_begin(&s, true, DX_ROLE_MEMBER, err)) == 0) {
		rc = not_the_editor(r, s.caller, err);
		if (rc == 0)
			rc = dx_session_open_log(&s, now, err);
		if (rc == 0)
			rc = dx_session_append(&s, DX_EVENT_REGISTER_AUDITED, r->name, details, &payload, 1, now, NULL, err);
		if (rc == 0)
			rc = dx_store_commit(s.store, err);
		if (rc != 0)
			dx_store_rollback(s.store);
	}
	if (rc == 0 && dx_store_created(s.store))
		*created = dx_strdup(dx_store_path(s.store));
	dx_session_close(&s);
	dx_buf_release(&text);
	return rc;
}

static int
judge(const struct dx_register_options *o, const struct dx_register *r, struct dx_tree *tree, struct dx_register_found *f,
    struct dx_err *err)
{
	struct dx_outcomes *outcomes = NULL;
	struct dx_register_world w = { .tree = tree, .now = o->now, .outcome = dx_outcomes_ask };
	int rc = dx_outcomes_open(&o->session, &outcomes, err);

	for (size_t i = 0; rc == 0 && i < o->result_count; i++)
		rc = dx_outcomes_add(outcomes, o->results[i], err);
	if (rc == 0) {
		dx_outcomes_sort(outcomes);
		w.ctx = outcomes;
		dx_register_judge(r, &w, f);
		rc = scan_documents(r, tree, o->now, f, err);
	}
	return dx_outcomes_close(outcomes, err) != 0 ? -1 : rc;
}

int
dx_op_register(const struct dx_register_options *o, const char *file, struct dx_arena *a, struct dx_json *report, char **created,
    struct dx_err *err)
{
	struct dx_register *r = NULL;
	struct dx_register_found f;
	struct dx_tree *tree = NULL;
	char *root = dx_op_root(o->root);
	int rc = dx_register_load(file, &r, err);

	*created = NULL;
	dx_register_found_init(&f, a);
	if (rc == 0)
		rc = dx_tree_open(root, &tree, err);
	if (rc == 0)
		rc = judge(o, r, tree, &f, err);
	if (rc == 0 && o->record)
		rc = record(o, r, &f, created, err);
	if (rc == 0) {
		struct dx_json doc = dx_register_report(r, o->now, &f);
		*report = dx_json_copy(a, &doc);
	}
	dx_tree_free(tree);
	dx_register_free(r);
	free(root);
	return rc;
}
