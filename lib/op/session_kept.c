/* The last good policy file, for when the store cannot be read (decisions page 11). */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "op/session.h"

#define LOCK_MS	5000	/* as every operation but the gate waits for the writer */

static void
kept_path(const char *folder, const char *tenant, struct dx_buf *out)
{
	dx_buf_printf(out, "%s/policy-%s.json", folder, tenant);
}

/* The document in force, from a snapshot of its own. */
static int
read_current(struct dx_session *s, struct dx_arena *a, char **bytes, size_t *len, struct dx_err *err)
{
	struct dx_policy_row row;
	int found;

	if (dx_store_begin(s->store, s->tenant, false, dx_clock_mono_ms() + LOCK_MS, NULL, err) != 0)
		return -1;
	found = dx_store_policy(s->store, a, 0, &row, err);
	if (found == 1)
		found = dx_store_payload(s->store, a, row.sha256, bytes, len, err);
	dx_store_rollback(s->store);
	if (found == 0)
		(void)dx_err_set(err, DX_R_POLICY_NOT_FOUND, "tenant %s has no policy", s->tenant);
	return found == 1 ? 0 : -1;
}

/* Two that set a policy at once must not leave the older copy: each writes what is in force, and only one at a time. */
int
dx_session_keep_policy(struct dx_session *s, struct dx_err *err)
{
	struct dx_buf path = { 0 }, lock = { 0 };
	struct dx_arena a = { 0 };
	char *bytes;
	size_t len;
	int fd = -1, rc;

	kept_path(dx_store_path(s->store), s->tenant, &path);
	dx_buf_printf(&lock, "%s/lock", dx_store_path(s->store));
	rc = dx_file_lock(lock.data, dx_clock_mono_ms() + LOCK_MS, &fd, NULL, err);
	if (rc == 0)
		(void)dx_err_set(err, DX_R_STORE_BUSY, "%s is held by another process", lock.data);
	rc = rc == 1 ? read_current(s, &a, &bytes, &len, err) : -1;
	if (rc == 0)
		rc = dx_file_replace(path.data, bytes, len, err);
	if (fd >= 0)
		close(fd);
	dx_arena_release(&a);
	dx_buf_release(&lock);
	dx_buf_release(&path);
	return rc;
}

/* The folder may hold anything under that name: a FIFO must not hang the answer. */
static int
read_regular(const char *path, struct dx_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int rc = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		rc = dx_fd_read(fd, path, DX_POLICY_MAX, DX_R_JSON_TOO_LARGE, out, NULL);
	close(fd);
	return rc;
}

struct dx_policy *
dx_session_kept_policy(const struct dx_session_options *o)
{
	struct dx_buf path = { 0 }, text = { 0 };
	struct dx_policy *p = NULL;
	char *folder = NULL;
	bool exists;

	if (dx_store_locate(o->store, o->store_env, &folder, &exists, NULL) == 0) {
		kept_path(folder, o->tenant != NULL ? o->tenant : "default", &path);
		if (read_regular(path.data, &text) == 0 &&
		    dx_policy_parse(text.data, text.len, &p, NULL) != 0)
			p = NULL;
	}
	free(folder);
	dx_buf_release(&path);
	dx_buf_release(&text);
	return p;
}
