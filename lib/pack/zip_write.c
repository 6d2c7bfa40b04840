#include "pack/zip_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

struct dx_zip_writer {
	int			 fd;
	char			*path;
	uint64_t		 at;		/* where the next byte goes */
	struct dx_buf		 directory;
	size_t			 count, room;
	const char		**names;
	char			*name;		/* of the member that is being written */
	struct dx_zip_line	 line;
};

struct dx_zip_writer *
dx_zip_begin(int fd, const char *path)
{
	struct dx_zip_writer *w = dx_alloc(sizeof(*w));

	*w = (struct dx_zip_writer){ .fd = fd, .path = dx_strdup(path) };
	return w;
}

void
dx_zip_abandon(struct dx_zip_writer *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->count; i++)
		free((void *)(uintptr_t)w->names[i]);
	free(w->names);
	free(w->name);
	free(w->path);
	dx_buf_release(&w->directory);
	free(w);
}

static int
write_at(struct dx_zip_writer *w, uint64_t at, const void *bytes, size_t n, struct dx_err *err)
{
	const char *b = bytes;

	while (n > 0) {
		ssize_t put = pwrite(w->fd, b, n, (off_t)at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return dx_err_sys(err, DX_R_FILE_UNWRITABLE, put < 0 ? errno : ENOSPC, "%s: cannot write", w->path);
		b += put;
		at += (uint64_t)put;
		n -= (size_t)put;
	}
	return 0;
}

/* Leaves room for the header, which is written when the length is known. */
static int
member_begin(struct dx_zip_writer *w, const char *name, struct dx_err *err)
{
	size_t n = strlen(name);

	if (!dx_zip_name_is(name))
		return dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s: cannot hold a member called %s", w->path, name);
	if (w->count >= DX_ZIP_MEMBERS)
		return dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s: more than %d members", w->path, DX_ZIP_MEMBERS);
	if (w->at + DX_ZIP_LOCAL + n > DX_ZIP_BYTES)
		return dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s: more than 4 GiB", w->path);
	free(w->name);
	w->name = dx_strdup(name);
	w->line = (struct dx_zip_line){ .crc = (uint32_t)crc32(0, NULL, 0), .name_len = (uint32_t)n, .offset = (uint32_t)w->at };
	w->at += DX_ZIP_LOCAL + n;
	return 0;
}

static int
member_add(struct dx_zip_writer *w, const void *bytes, size_t n, struct dx_err *err)
{
	if (n > DX_ZIP_BYTES - w->at)
		return dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s: more than 4 GiB", w->path);
	if (write_at(w, w->at, bytes, n, err) != 0)
		return -1;
	w->line.crc = (uint32_t)crc32_z(w->line.crc, bytes, n);
	w->line.size += (uint32_t)n;
	w->at += n;
	return 0;
}

static int
member_end(struct dx_zip_writer *w, struct dx_err *err)
{
	unsigned char local[DX_ZIP_LOCAL + DX_ZIP_NAME], central[DX_ZIP_CENTRAL];
	size_t n = w->line.name_len;

	dx_zip_local(&w->line, local);
	memcpy(local + DX_ZIP_LOCAL, w->name, n);
	if (write_at(w, w->line.offset, local, DX_ZIP_LOCAL + n, err) != 0)
		return -1;
	dx_zip_central(&w->line, central);
	dx_buf_add(&w->directory, central, sizeof(central));
	dx_buf_add(&w->directory, w->name, n);
	if (w->count == w->room) {
		w->room = w->room > 0 ? 2 * w->room : 64;
		w->names = dx_realloc(w->names, dx_size_mul(w->room, sizeof(*w->names)));
	}
	w->names[w->count++] = w->name;
	w->name = NULL;
	return 0;
}

int
dx_zip_add(struct dx_zip_writer *w, const char *name, const void *bytes, size_t n, struct dx_err *err)
{
	if (member_begin(w, name, err) != 0 || member_add(w, bytes, n, err) != 0)
		return -1;
	return member_end(w, err);
}

int
dx_zip_add_fd(struct dx_zip_writer *w, const char *name, int from, struct dx_sha256 *sha256, uint64_t *bytes,
    struct dx_err *err)
{
	unsigned char *chunk;
	struct dx_hasher *h;
	ssize_t got;
	int rc = 0;

	if (member_begin(w, name, err) != 0)
		return -1;
	chunk = dx_alloc(DX_ZIP_CHUNK);
	h = dx_hasher_new();
	while (rc == 0 && (got = read(from, chunk, DX_ZIP_CHUNK)) != 0) {
		if (got < 0 && errno != EINTR)
			rc = dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", name);
		if (got <= 0)
			continue;
		dx_hasher_add(h, chunk, (size_t)got);
		rc = member_add(w, chunk, (size_t)got, err);
	}
	dx_hasher_end(h, sha256);
	free(chunk);
	*bytes = w->line.size;
	return rc == 0 ? member_end(w, err) : -1;
}

int
dx_zip_end(struct dx_zip_writer *w, struct dx_err *err)
{
	unsigned char tail[DX_ZIP_END];
	const char *twice = NULL;
	int rc = -1;

	if (dx_zip_repeats(w->names, w->count, &twice)) {
		dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s: two members called %s", w->path, twice);
	} else {
		/* Offsets are below 4 GiB, the directory of so few members too. */
		dx_zip_tail((uint32_t)w->count, (uint32_t)w->directory.len, (uint32_t)w->at, tail);
		dx_buf_add(&w->directory, tail, sizeof(tail));
		rc = write_at(w, w->at, w->directory.data, w->directory.len, err);
	}
	dx_zip_abandon(w);
	return rc;
}
