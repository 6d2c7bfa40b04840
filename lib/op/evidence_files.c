/* Files that people name as evidence. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "op/evidence_inner.h"

static bool
is_stdin(const struct dx_artifact *f)
{
	return f->tree == NULL && strcmp(f->path, "-") == 0;
}

const char *
dx_artifact_name(const struct dx_artifact *f)
{
	return is_stdin(f) ? "stdin" : f->path;
}

static bool
is_absent(int errnum)
{
	return errnum == ENOENT || errnum == ENOTDIR || errnum == ELOOP || errnum == ENAMETOOLONG || errnum == ENXIO || errnum == ENODEV;
}

static enum dx_opened
open_beneath(const struct dx_artifact *f, int *fd, struct dx_buf *why, struct dx_err *err)
{
	switch (dx_tree_look(f->tree, f->path).kind) {
	case DX_TREE_REGULAR:
	case DX_TREE_UNREADABLE:
		break;
	case DX_TREE_MISSING:
		dx_buf_puts(why, "it is not there");
		return DX_OPENED_MISSING;
	case DX_TREE_OUTSIDE:
		dx_buf_puts(why, "it leads out of the root");
		return DX_OPENED_MISSING;
	case DX_TREE_FOLDER:
	case DX_TREE_OTHER:
		dx_buf_puts(why, "not a regular file");
		return DX_OPENED_MISSING;
	}
	*fd = dx_tree_fd(f->tree, f->path, err);
	return *fd < 0 ? DX_OPENED_NOT : DX_OPENED;
}

enum dx_opened
dx_artifact_open(const struct dx_artifact *f, int *fd, struct dx_buf *why, struct dx_err *err)
{
	struct stat st;

	if (f->tree != NULL)
		return open_beneath(f, fd, why, err);
	*fd = STDIN_FILENO;
	if (is_stdin(f))
		return DX_OPENED;
	/* Not blocking, so that a FIFO nobody writes to is refused instead of waited for. */
	do
		*fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (f->below ? O_NOFOLLOW : 0));
	while (*fd < 0 && errno == EINTR);
	if (*fd < 0 && is_absent(errno)) {
		dx_buf_puts(why, "no such file");
		return DX_OPENED_MISSING;
	}
	if (*fd < 0 || fstat(*fd, &st) != 0) {
		(void)dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot open", f->path);
		if (*fd >= 0)
			close(*fd);
		return DX_OPENED_NOT;
	}
	if (!S_ISREG(st.st_mode)) {
		dx_buf_puts(why, S_ISDIR(st.st_mode) ? "a folder" : "not a regular file; a stream is read as -");
		close(*fd);
		return DX_OPENED_MISSING;
	}
	return DX_OPENED;
}

void
dx_artifact_close(const struct dx_artifact *f, int fd)
{
	if (fd != STDIN_FILENO || !is_stdin(f))
		close(fd);
}

static int
copy_stream(int from, int to, struct dx_err *err)
{
	char chunk[16 << 10];
	size_t all = 0;
	ssize_t got;

	for (;;) {
		got = read(from, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "stdin: cannot read");
		/* What is larger than any artifact may be is found too large by its reader; it need not be copied whole. */
		if (got == 0 || all > DX_READ_MAX_XML)
			return 0;
		if (dx_fd_write(to, "stdin", chunk, (size_t)got, err) != 0)
			return -1;
		all += (size_t)got;
	}
}

int
dx_artifact_again(const struct dx_artifact *f, int *fd, int64_t *start, struct dx_err *err)
{
	int copy;

	*start = lseek(*fd, 0, SEEK_CUR);
	if (*start >= 0)
		return 0;
	copy = memfd_create("stdin", MFD_CLOEXEC);
	if (copy < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: no room for a copy", dx_artifact_name(f));
	if (copy_stream(*fd, copy, err) != 0 || lseek(copy, 0, SEEK_SET) != 0) {
		close(copy);
		return err->reason != DX_OK ? -1 : dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: cannot be read again", dx_artifact_name(f));
	}
	*fd = copy;
	*start = 0;
	return 0;
}

int
dx_artifact_read(const struct dx_artifact *f, int fd, enum dx_media media, struct dx_tree *tree, struct dx_arena *a,
    struct dx_contract_input *out, struct dx_err *err)
{
	*out = (struct dx_contract_input){ .state = DX_INPUT_READ, .path = f->path };
	if (dx_read_fd(media, fd, dx_artifact_name(f), tree, a, &out->doc, &out->why) == 0)
		return 0;
	if (out->why.reason == DX_R_FILE_UNREADABLE || out->why.reason == DX_R_LIBRARY_UNAVAILABLE) {
		*err = out->why;
		return -1;
	}
	out->state = DX_INPUT_REFUSED;
	return 0;
}
