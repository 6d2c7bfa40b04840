/* What a step has read, by its digest (release-gates page 1): of one file or document its own, of several that of their digests. */
#include <errno.h>
#include <unistd.h>

#include "op/check_inner.h"

#define BLOCK	(64u << 10)

void
dx_inputs_add(struct dx_inputs *in, const struct dx_sha256 *digest)
{
	char line[DX_SHA256_HEX];

	if (in->list == NULL)
		in->list = dx_hasher_new();
	dx_sha256_hex(digest, line);
	line[DX_SHA256_HEX - 1] = '\n';
	dx_hasher_add(in->list, line, DX_SHA256_HEX);
	in->last = *digest;
	in->count++;
}

void
dx_inputs_end(struct dx_inputs *in, struct dx_step *s)
{
	struct dx_sha256 digest;
	char hex[DX_SHA256_HEX];

	if (in->count == 0)
		return;
	dx_hasher_end(in->list, &digest);
	dx_sha256_hex(in->count == 1 ? &in->last : &digest, hex);
	if (!in->left_out)
		s->result.inputs_sha256 = dx_arena_dup(&s->arena, hex, sizeof(hex) - 1);
	*in = (struct dx_inputs){ 0 };
}

static bool
hash_all(int fd, struct dx_hasher *h)
{
	char block[BLOCK];
	size_t left = DX_INPUTS_MAX;
	ssize_t got;

	while ((got = read(fd, block, sizeof(block))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || (size_t)got > left)
			return false;
		dx_hasher_add(h, block, (size_t)got);
		left -= (size_t)got;
	}
	return true;
}

void
dx_inputs_file(struct dx_step *s, const char *path)
{
	struct dx_inputs in = { 0 };
	struct dx_sha256 digest;
	struct dx_err err = { 0 };
	struct dx_hasher *h;
	int fd = dx_tree_fd(s->root, path, &err);

	if (fd < 0)
		return;
	h = dx_hasher_new();
	in.left_out = !hash_all(fd, h);
	dx_hasher_end(h, &digest);
	close(fd);
	dx_inputs_add(&in, &digest);
	dx_inputs_end(&in, s);
}
