/* Snapshots of saved answers, and the record of a snapshot. */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "check/rc.h"
#include "check/repo_settings.h"
#include "op/entries.h"
#include "op/record.h"
#include "op/settings_inner.h"

#define WORD_MAX	100	/* of an owner, of a name */

static bool
word_valid(const char *s, size_t n)
{
	if (n == 0 || n > WORD_MAX || (n <= 2 && memcmp(s, "..", n) == 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", s[i]) == NULL)
			return false;
	return true;
}

bool
dx_settings_repository_valid(const char *s)
{
	const char *slash = strchr(s, '/');

	return slash != NULL && word_valid(s, (size_t)(slash - s)) && word_valid(slash + 1, strlen(slash + 1));
}

static int
of_repository(struct dx_settings_parts *p, const char *name, struct dx_err *err)
{
	if (!dx_settings_repository_valid(name))
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "the repository's name cannot be one");
	if (p->repository != NULL && strcasecmp(p->repository, name) != 0)
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "the answer is about %s, not %s", name, p->repository);
	p->repository = name;
	return 0;
}

/* ".../repos/OWNER/NAME/branches/main/protection": the repository in the arena of the document's text; NULL: another address. */
static const char *
of_url(const char *url, struct dx_arena *a)
{
	static const char tail[] = "/branches/" DX_RC_TARGET "/protection";
	const char *from = url != NULL ? strstr(url, "/repos/") : NULL;
	size_t n;

	if (from == NULL)
		return NULL;
	from += 7;
	n = strlen(from);
	if (n <= sizeof(tail) - 1 || strcmp(from + n - (sizeof(tail) - 1), tail) != 0)
		return NULL;
	return dx_arena_dup(a, from, n - (sizeof(tail) - 1));
}

int
dx_settings_take(struct dx_settings_parts *p, const struct dx_json *answer, struct dx_arena *a, struct dx_err *err)
{
	const char *name = dx_json_get_str(answer, "full_name"), *message = dx_json_get_str(answer, "message");
	const struct dx_json *security = dx_json_get(answer, "security_and_analysis");

	if (name != NULL) {
		p->has_security = security != NULL;
		p->security = security != NULL ? *security : dx_json_null();
		return of_repository(p, name, err);
	}
	name = of_url(dx_json_get_str(answer, "url"), a);
	if (name != NULL) {
		p->has_protection = true;
		p->protection = *answer;
		return of_repository(p, name, err);
	}
	if (message == NULL || strcmp(message, "Branch not protected") != 0)
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "this is no answer about a repository or the protection of " DX_RC_TARGET);
	p->has_protection = true;
	p->protection = dx_json_null();
	return 0;
}

int
dx_settings_snapshot(const struct dx_settings_parts *p, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_json branches = dx_json_object();
	struct dx_repo_settings read;
	char at[DX_TIME_TEXT];

	if (p->repository == NULL)
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "no answer says which repository it is about");
	if (p->has_protection)
		dx_json_put(a, &branches, DX_RC_TARGET, p->protection);
	*out = dx_json_object();
	dx_json_put(a, out, "branch_protection", branches);
	dx_time_print(p->fetched_at, at);
	dx_json_put(a, out, "fetched_at", dx_json_string(a, at));
	dx_json_put(a, out, "provider", dx_json_text("github"));
	dx_json_put(a, out, "repository", dx_json_string(a, p->repository));
	dx_json_put(a, out, "schema", dx_json_text(DX_SETTINGS_SCHEMA));
	if (p->has_security)
		dx_json_put(a, out, "security", p->security);
	return dx_repo_settings_parse(out, &read, err);
}

/* --- files --- */

static int
read_answer(const char *file, struct dx_arena *a, struct dx_json *out, int64_t *written, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	struct stat st;
	int rc = dx_file_read_regular(file, DX_SETTINGS_MAX, DX_R_MEDIA_TOO_LARGE, DX_R_JSON_MISSING, &text, err);

	*written = dx_clock_now();
	if (rc == 0 && strcmp(file, "-") != 0 && stat(file, &st) == 0)
		*written = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	if (rc == 0)
		rc = dx_json_parse(a, dx_arena_dup(a, text.data != NULL ? text.data : "", text.len), text.len, DX_JSON_OURS, out, err);
	if (rc != 0)
		(void)dx_err_in(err, "%s", file);
	dx_buf_release(&text);
	return rc;
}

int
dx_op_settings_files(char *const *file, size_t n, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_settings_parts p = { .fetched_at = INT64_MAX };
	struct dx_repo_settings read;

	for (size_t i = 0; i < n; i++) {
		struct dx_json answer;
		const char *schema;
		int64_t written;

		if (read_answer(file[i], a, &answer, &written, err) != 0)
			return -1;
		schema = dx_json_get_str(&answer, "schema");
		if (n == 1 && schema != NULL && strcmp(schema, DX_SETTINGS_SCHEMA) == 0) {
			*out = answer;
			return dx_repo_settings_parse(out, &read, err);
		}
		if (dx_settings_take(&p, &answer, a, err) != 0)
			return dx_err_in(err, "%s", file[i]);
		p.fetched_at = written < p.fetched_at ? written : p.fetched_at;
	}
	return dx_settings_snapshot(&p, a, out, err);
}

/* --- the record --- */

int
dx_op_settings_keep(struct dx_session *s, const struct dx_json *snapshot, const char *commit, dx_added_fn *fn, void *ctx,
    struct dx_err *err)
{
	struct dx_record r = { .kind = dx_import_names[DX_IMPORT_SETTINGS] };
	struct dx_buf text = { 0 };
	struct dx_payload payload = dx_payload_document(snapshot, &text);
	const char *name = dx_json_get_str(snapshot, "repository");
	struct dx_arena a = { 0 };
	struct dx_json answer;
	int rc;

	r.bytes = text.data;
	r.len = text.len;
	memcpy(r.sha256, payload.sha256, sizeof(r.sha256));
	r.provenance = dx_provenance(&a, "import", &r, name, commit);
	rc = dx_op_record(s, &r, 1, commit, dx_clock_now(), err);
	if (rc == 0) {
		answer = dx_record_answer(&a, &r, name);
		dx_json_put(&a, &answer, "snapshot", *snapshot);
		fn(ctx, &answer, NULL);
	}
	dx_buf_release(&text);
	dx_arena_release(&a);
	return rc;
}
