/* The last good policy file, for when the store cannot be read (decisions page 11). */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "op/session.h"

static void
kept_path(const char *folder, const char *tenant, struct dx_buf *out)
{
	dx_buf_printf(out, "%s/policy-%s.json", folder, tenant);
}

int
dx_session_keep_policy(const struct dx_session *s, const struct dx_policy *p, struct dx_err *err)
{
	struct dx_buf path = { 0 };
	int rc;

	kept_path(dx_store_path(s->store), s->tenant, &path);
	rc = dx_file_replace(path.data, p->canon, p->canon_len, err);
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
