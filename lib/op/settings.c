#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/time.h"
#include "facts/git_range.h"
#include "op/entries.h"
#include "op/settings.h"
#include "tree/tree.h"

#define PATHS_MAX	500000	/* files of a folder that is no repository */

/* --- owners --- */

static int
by_text(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

/* What is not tracked is not on the host. */
static bool
tracked(const struct dx_repo_owners *o, const char *path)
{
	return o->paths > 0 && bsearch(path, o->path, o->paths, sizeof(*o->path), by_text) != NULL;
}

static int
read_owners(struct dx_tree *t, struct dx_arena *a, struct dx_repo_owners *out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	struct dx_err why = { 0 };
	int rc = 0;

	for (size_t i = 0; dx_owners_places[i] != NULL && out->place == NULL; i++)
		if (tracked(out, dx_owners_places[i]) && dx_tree_look(t, dx_owners_places[i]).kind == DX_TREE_REGULAR)
			out->place = dx_owners_places[i];
	if (out->place == NULL)
		return 0;
	if (dx_tree_read(t, out->place, DX_OWNERS_MAX, DX_R_OWNERS_TOO_LARGE, &text, &why) == 0)
		dx_owners_parse(a, text.data != NULL ? text.data : "", text.len, &out->owners);
	else if (why.reason == DX_R_OWNERS_TOO_LARGE)
		out->owners.too_large = true;
	else
		rc = dx_err_set(err, why.reason, "%s", why.text);
	dx_buf_release(&text);
	return rc;
}

int
dx_op_owners(const char *root, struct dx_arena *a, struct dx_repo_owners *out, struct dx_err *err)
{
	struct dx_git *g = NULL;
	struct dx_tree *t = NULL;
	const char **path = NULL;
	int rc = dx_git_open(root, &g, err);

	*out = (struct dx_repo_owners){ 0 };
	if (rc > 0 && dx_git_top(g) == NULL)
		rc = dx_err_set(err, DX_R_GIT_NO_WORKTREE, "%s is bare: the owners file is read from a work tree", root);
	else if (rc > 0 && (rc = dx_git_tracked(g, a, &path, &out->paths, err)) == 0)
		rc = dx_tree_open(dx_git_top(g), &t, err);
	else if (rc == 0 && (rc = dx_tree_open(root, &t, err)) == 0)
		rc = dx_tree_walk(t, "", PATHS_MAX, a, &path, &out->paths, err);
	out->path = path;
	if (rc == 0)
		rc = read_owners(t, a, out, err);
	dx_tree_free(t);
	dx_git_close(g);
	return rc;
}

/* --- a snapshot --- */

/* What import prints has the snapshot as a member. */
static const struct dx_json *
unwrap(const struct dx_json *doc)
{
	const char *schema = dx_json_get_str(doc, "schema");
	const struct dx_json *inner = dx_json_get(doc, "snapshot");

	return schema != NULL && strcmp(schema, "dealix.evidence.record.v1") == 0 && inner != NULL ? inner : doc;
}

static bool
asks_owners(const struct dx_repo_asked *asked)
{
	return asked->rule[DX_REPO_OWNERS_ENFORCED] || asked->rule[DX_REPO_OWNERS_COVER];
}

static void
put_time(struct dx_arena *a, struct dx_json *o, const char *name, int64_t at)
{
	char text[DX_TIME_TEXT];

	dx_time_print(at, text);
	dx_json_put(a, o, name, dx_json_string(a, text));
}

int
dx_op_settings(const struct dx_json *doc, struct dx_settings_options *o, struct dx_arena *a, struct dx_json *answer,
    struct dx_repo_verdict *verdict, const struct dx_json **snapshot, struct dx_err *err)
{
	struct dx_repo_settings s;
	struct dx_repo_owners owners = { 0 };
	struct dx_payload payload;
	struct dx_buf text = { 0 };

	*snapshot = unwrap(doc);
	if (dx_repo_settings_parse(*snapshot, &s, err) != 0)
		return -1;
	if (asks_owners(&o->asked) && dx_op_owners(o->root, a, &owners, err) != 0)
		return -1;
	o->asked.owners = &owners;
	dx_repo_judge(&s, &o->asked, o->now, a, verdict);
	o->asked.owners = NULL;
	payload = dx_payload_document(*snapshot, &text);
	dx_buf_release(&text);
	*answer = dx_json_object();
	put_time(a, answer, "evaluated_at", o->now);
	put_time(a, answer, "fetched_at", s.fetched_at);
	dx_json_put(a, answer, "pass", dx_json_bool(verdict->pass));
	dx_json_put(a, answer, "reasons", verdict->reasons);
	dx_json_put(a, answer, "repository", dx_json_string(a, s.repository));
	if (verdict->rules.count > 0)
		dx_json_put(a, answer, "rules", verdict->rules);
	dx_json_put(a, answer, "snapshot_sha256", dx_json_string(a, payload.sha256));
	return 0;
}

int
dx_op_settings_record(struct dx_session *s, const struct dx_json *snapshot, bool pass, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_buf text = { 0 };
	struct dx_payload payload = dx_payload_document(snapshot, &text);
	struct dx_json details = dx_json_object();
	int64_t now = dx_clock_now();
	int rc = dx_session_begin(s, true, DX_ROLE_MEMBER, err);

	if (rc == 0) {
		dx_json_put(&a, &details, "pass", dx_json_bool(pass));
		dx_json_put(&a, &details, "snapshot_sha256", dx_json_text(payload.sha256));
		rc = dx_session_open_log(s, now, err);
		if (rc == 0)
			rc = dx_session_append(s, DX_EVENT_SETTINGS_CHECKED, dx_json_get_str(snapshot, "repository"), details, &payload, 1, now, NULL,
			    err);
		if (rc == 0)
			rc = dx_store_commit(s->store, err);
		if (rc != 0)
			dx_store_rollback(s->store);
	}
	dx_buf_release(&text);
	dx_arena_release(&a);
	return rc;
}
