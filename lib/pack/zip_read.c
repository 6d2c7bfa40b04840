#include "pack/zip_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"

struct dx_zip {
	int			 fd;
	char			*path;
	enum dx_reason		 bad;
	struct dx_arena		 arena;		/* names */
	struct dx_zip_member	*member;
	size_t			 count;
	struct dx_zip_member	**sorted;	/* by name */
	unsigned char		*chunk;
};

static int
read_at(struct dx_zip *z, uint64_t at, void *to, size_t n, struct dx_err *err)
{
	char *b = to;

	while (n > 0) {
		ssize_t got = pread(z->fd, b, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", z->path);
		if (got == 0)
			return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: it became shorter while it was read", z->path);
		b += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

static int
refuse(const struct dx_zip *z, struct dx_err *err, const char *what)
{
	return dx_err_set(err, z->bad, "%s: %s", z->path, what);
}

/* --- the directory --- */

/* The end record of a file without a comment stands at its very end and says where all begins. */
static int
read_tail(struct dx_zip *z, uint64_t size, uint32_t *bytes, uint32_t *offset, struct dx_err *err)
{
	unsigned char got[DX_ZIP_END], want[DX_ZIP_END];

	if (size < DX_ZIP_END)
		return refuse(z, err, "not an archive: too short");
	if (read_at(z, size - DX_ZIP_END, got, sizeof(got), err) != 0)
		return -1;
	z->count = dx_zip_get16(got + 10);
	*bytes = dx_zip_get32(got + 12);
	*offset = dx_zip_get32(got + 16);
	dx_zip_tail((uint32_t)z->count, *bytes, *offset, want);
	if (memcmp(got, want, sizeof(got)) != 0)
		return refuse(z, err, "not an archive, or one with a comment, bytes behind it, or several parts");
	if (z->count > DX_ZIP_MEMBERS || *offset > DX_ZIP_BYTES || (uint64_t)*offset + *bytes + DX_ZIP_END != size)
		return refuse(z, err, "the directory does not fill the place between the members and the end");
	return 0;
}

/* One line of the directory at *at, which moves behind it. */
static int
read_line(struct dx_zip *z, const unsigned char **at, const unsigned char *end, struct dx_zip_member *m, uint64_t offset,
    struct dx_err *err)
{
	const unsigned char *b = *at;
	unsigned char want[DX_ZIP_CENTRAL];
	struct dx_zip_line l;

	if (end - b < DX_ZIP_CENTRAL)
		return refuse(z, err, "the directory is cut short");
	l = (struct dx_zip_line){ .crc = dx_zip_get32(b + 16), .size = dx_zip_get32(b + 24), .name_len = dx_zip_get16(b + 28),
	    .offset = (uint32_t)offset };
	dx_zip_central(&l, want);
	if (memcmp(b, want, sizeof(want)) != 0)
		return refuse(z, err, "a member is compressed, encrypted, out of place, or has another date, mode or field");
	if ((uint64_t)(end - b) < DX_ZIP_CENTRAL + (uint64_t)l.name_len)
		return refuse(z, err, "the directory is cut short");
	m->name = dx_arena_dup(&z->arena, b + DX_ZIP_CENTRAL, l.name_len);
	if (strlen(m->name) != l.name_len || !dx_zip_name_is(m->name))
		return refuse(z, err, "a member's name is absolute, leaves the folder, or has other characters than it may");
	m->crc = l.crc;
	m->size = l.size;
	m->at = offset + DX_ZIP_LOCAL + l.name_len;
	*at = b + DX_ZIP_CENTRAL + l.name_len;
	return 0;
}

/* The header before the member says the same. */
static int
check_local(struct dx_zip *z, const struct dx_zip_member *m, struct dx_err *err)
{
	unsigned char got[DX_ZIP_LOCAL + DX_ZIP_NAME], want[DX_ZIP_LOCAL];
	size_t n = strlen(m->name);
	struct dx_zip_line l = { .crc = m->crc, .size = m->size, .name_len = (uint32_t)n };

	if (read_at(z, m->at - n - DX_ZIP_LOCAL, got, DX_ZIP_LOCAL + n, err) != 0)
		return -1;
	dx_zip_local(&l, want);
	if (memcmp(got, want, sizeof(want)) != 0 || memcmp(got + DX_ZIP_LOCAL, m->name, n) != 0)
		return dx_err_set(err, z->bad, "%s: the header of %s is not what the directory says", z->path, m->name);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(struct dx_zip_member *const *)a)->name, (*(struct dx_zip_member *const *)b)->name);
}

static int
sort_names(struct dx_zip *z, struct dx_err *err)
{
	z->sorted = dx_alloc(dx_size_mul(z->count, sizeof(struct dx_zip_member *)));
	for (size_t i = 0; i < z->count; i++)
		z->sorted[i] = &z->member[i];
	qsort(z->sorted, z->count, sizeof(*z->sorted), by_name);
	for (size_t i = 1; i < z->count; i++)
		if (strcmp(z->sorted[i - 1]->name, z->sorted[i]->name) == 0)
			return dx_err_set(err, z->bad, "%s: two members called %s", z->path, z->sorted[i]->name);
	return 0;
}

/* Members follow each other without a gap, so where one ends the next begins, and the last ends at the directory. */
static int
read_lines(struct dx_zip *z, const unsigned char *at, uint32_t bytes, uint32_t offset, struct dx_err *err)
{
	const unsigned char *end = at + bytes;
	uint64_t next = 0;

	z->member = dx_alloc(dx_size_mul(z->count, sizeof(*z->member)));
	for (size_t i = 0; i < z->count; i++) {
		struct dx_zip_member *m = &z->member[i];

		if (read_line(z, &at, end, m, next, err) != 0)
			return -1;
		next = m->at + m->size;
		if (next > offset)
			return dx_err_set(err, z->bad, "%s: %s reaches into the directory", z->path, m->name);
		if (check_local(z, m, err) != 0)
			return -1;
	}
	if (at != end || next != offset)
		return refuse(z, err, "bytes that belong to no member");
	return sort_names(z, err);
}

static int
read_directory(struct dx_zip *z, struct dx_err *err)
{
	uint32_t bytes = 0, offset = 0;
	unsigned char *directory;
	struct stat st;
	int rc;

	if (fstat(z->fd, &st) != 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot look at it", z->path);
	if (!S_ISREG(st.st_mode))
		return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: is not a regular file", z->path);
	if (read_tail(z, (uint64_t)st.st_size, &bytes, &offset, err) != 0)
		return -1;
	/* What the members' names can take at most, before memory is asked for. */
	if (bytes > z->count * (DX_ZIP_CENTRAL + DX_ZIP_NAME))
		return refuse(z, err, "the directory is larger than its members need");
	directory = dx_alloc(bytes);
	rc = read_at(z, offset, directory, bytes, err);
	if (rc == 0)
		rc = read_lines(z, directory, bytes, offset, err);
	free(directory);
	return rc;
}

int
dx_zip_open(int fd, const char *path, enum dx_reason bad, struct dx_zip **out, struct dx_err *err)
{
	struct dx_zip *z = dx_alloc(sizeof(*z));

	*z = (struct dx_zip){ .fd = fd, .path = dx_strdup(path), .bad = bad };
	if (read_directory(z, err) != 0) {
		dx_zip_free(z);
		return -1;
	}
	z->chunk = dx_alloc(DX_ZIP_CHUNK);
	*out = z;
	return 0;
}

void
dx_zip_free(struct dx_zip *z)
{
	if (z == NULL)
		return;
	dx_arena_release(&z->arena);
	free(z->member);
	free(z->sorted);
	free(z->chunk);
	free(z->path);
	free(z);
}

size_t
dx_zip_count(const struct dx_zip *z)
{
	return z->count;
}

const struct dx_zip_member *
dx_zip_at(const struct dx_zip *z, size_t i)
{
	return i < z->count ? &z->member[i] : NULL;
}

static int
name_is(const void *key, const void *at)
{
	return strcmp(key, (*(struct dx_zip_member *const *)at)->name);
}

const struct dx_zip_member *
dx_zip_find(const struct dx_zip *z, const char *name)
{
	struct dx_zip_member **at = bsearch(name, z->sorted, z->count, sizeof(*z->sorted), name_is);

	return at != NULL ? *at : NULL;
}

/* --- the members --- */

int
dx_zip_hash(struct dx_zip *z, const struct dx_zip_member *m, struct dx_sha256 *sha256, bool *crc_ok, struct dx_err *err)
{
	struct dx_hasher *h = dx_hasher_new();
	uint32_t crc = (uint32_t)crc32(0, NULL, 0);
	int rc = 0;

	for (uint64_t done = 0; rc == 0 && done < m->size; ) {
		size_t n = m->size - done < DX_ZIP_CHUNK ? (size_t)(m->size - done) : DX_ZIP_CHUNK;

		rc = read_at(z, m->at + done, z->chunk, n, err);
		if (rc != 0)
			break;
		crc = (uint32_t)crc32_z(crc, z->chunk, n);
		dx_hasher_add(h, z->chunk, n);
		done += n;
	}
	dx_hasher_end(h, sha256);
	if (crc_ok != NULL)
		*crc_ok = crc == m->crc;
	return rc;
}

int
dx_zip_read(struct dx_zip *z, const struct dx_zip_member *m, size_t limit, struct dx_buf *out, bool *crc_ok,
    struct dx_err *err)
{
	if (m->size > limit)
		return dx_err_set(err, z->bad, "%s: %s has more than %zu bytes", z->path, m->name, limit);
	dx_buf_grow(out, m->size);
	if (read_at(z, m->at, out->data + out->len, m->size, err) != 0) {
		out->data[out->len] = '\0';
		return -1;
	}
	if (crc_ok != NULL)
		*crc_ok = (uint32_t)crc32_z(crc32(0, NULL, 0), (const unsigned char *)out->data + out->len, m->size) == m->crc;
	out->len += m->size;
	out->data[out->len] = '\0';
	return 0;
}
