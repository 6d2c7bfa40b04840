#include "pack/pack_inner.h"

#include <string.h>
#include <unistd.h>

#include "base/err.h"

static int
add_member(struct dx_zip_writer *w, const char *name, const struct dx_sha256 *want, dx_pack_open_fn *open, void *ctx,
    struct dx_err *err)
{
	struct dx_pack_bytes b = { .fd = -1 };
	struct dx_sha256 got;
	uint64_t n;
	int rc;

	if (open(ctx, name, &b, err) != 0)
		return -1;
	if (b.fd >= 0) {
		rc = dx_zip_add_fd(w, name, b.fd, &got, &n, err);
		close(b.fd);
	} else {
		dx_sha256(b.bytes, b.n, &got);
		rc = dx_zip_add(w, name, b.bytes, b.n, err);
	}
	if (rc == 0 && memcmp(&got, want, sizeof(got)) != 0)
		rc = dx_err_set(err, DX_R_PACK_ITEM_HASH, "%s: is not any more what it was when the pack was made", name);
	return rc;
}

/* The digest that a member of a valid pack has. */
static const struct dx_sha256 *
digest_of(const struct dx_pack *p, const char *name, size_t i, size_t count, struct dx_sha256 *of_file)
{
	if (dx_sha256_unhex(name + sizeof("files/") - 1, of_file))
		return of_file;
	return &p->member[p->member_count - (count - i)].sha256;
}

int
dx_pack_write(int fd, const char *path, const struct dx_pack *p, const struct dx_buf *document,
    const struct dx_buf *envelope, dx_pack_open_fn *open, void *ctx, struct dx_err *err)
{
	struct dx_zip_writer *w = dx_zip_begin(fd, path);
	struct dx_arena a = { 0 };
	struct dx_sha256 of_file;
	const char **names;
	size_t n;
	int rc;

	dx_pack_names(p, &a, &names, &n);
	rc = dx_zip_add(w, names[0], envelope->data, envelope->len, err);
	if (rc == 0)
		rc = dx_zip_add(w, names[1], document->data, document->len, err);
	for (size_t i = 2; rc == 0 && i < n; i++)
		rc = add_member(w, names[i], digest_of(p, names[i], i, n, &of_file), open, ctx, err);
	if (rc == 0)
		rc = dx_zip_end(w, err);
	else
		dx_zip_abandon(w);
	dx_arena_release(&a);
	return rc;
}
