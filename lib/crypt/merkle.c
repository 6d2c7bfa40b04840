#include "crypt/merkle.h"

#include <stddef.h>
#include "base/err.h"

void
dx_merkle_leaf(const void *bytes, size_t n, struct dx_sha256 *out)
{
	dx_sha256_tagged(0x00, bytes, n, out);
}

unsigned
dx_merkle_add(struct dx_merkle *m, const struct dx_sha256 *leaf, struct dx_sha256 completed[DX_MERKLE_DEPTH])
{
	struct dx_sha256 h = *leaf;
	unsigned level = 0;

	/* Like adding one to a binary number: each carry joins two subtrees of a size. */
	for (; m->size >> level & 1; level++) {
		dx_sha256_node(&m->root[level], &h, &h);
		if (completed != NULL)
			completed[level] = h;
	}
	if (level >= DX_MERKLE_DEPTH)
		DX_BUG("a Merkle tree of 2^63 leaves");
	m->root[level] = h;
	m->size++;
	return level;
}

void
dx_merkle_root(const struct dx_merkle *m, struct dx_sha256 *out)
{
	struct dx_sha256 r;
	bool have = false;

	if (m->size == 0) {
		dx_sha256("", 0, out);
		return;
	}
	for (unsigned level = 0; level < DX_MERKLE_DEPTH; level++) {
		if ((m->size >> level & 1) == 0)
			continue;
		if (have)
			dx_sha256_node(&m->root[level], &r, &r);
		else
			r = m->root[level];
		have = true;
	}
	*out = r;
}

static bool
same(const struct dx_sha256 *a, const struct dx_sha256 *b)
{
	return dx_same(a->b, b->b, sizeof(a->b));
}

bool
dx_merkle_check_inclusion(const struct dx_sha256 *leaf, uint64_t index, uint64_t size, const struct dx_sha256 *path,
    unsigned path_len, const struct dx_sha256 *root)
{
	struct dx_sha256 r = *leaf;
	uint64_t fn = index, sn = size - 1;

	if (index >= size || path_len > DX_MERKLE_DEPTH)
		return false;
	for (unsigned i = 0; i < path_len; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			dx_sha256_node(&path[i], &r, &r);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			dx_sha256_node(&r, &path[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&r, root);
}

bool
dx_merkle_check_consistency(uint64_t old_size, const struct dx_sha256 *old_root, uint64_t size,
    const struct dx_sha256 *root, const struct dx_sha256 *path, unsigned path_len)
{
	uint64_t fn = old_size - 1, sn = size - 1;
	struct dx_sha256 fr, sr;
	unsigned i = 0;

	if (old_size == size)
		return path_len == 0 && same(old_root, root);
	if (old_size == 0)
		return path_len == 0;
	if (old_size > size || path_len == 0 || path_len > DX_MERKLE_DEPTH)
		return false;
	/* The root of a complete old tree is a node of the new one and left out of the proof. */
	fr = (old_size & (old_size - 1)) == 0 ? *old_root : path[i++];
	sr = fr;
	for (; (fn & 1) != 0; fn >>= 1)
		sn >>= 1;
	for (; i < path_len; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			dx_sha256_node(&path[i], &fr, &fr);
			dx_sha256_node(&path[i], &sr, &sr);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			dx_sha256_node(&sr, &path[i], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&fr, old_root) && same(&sr, root);
}

/* Root of leaves [first, end): first is a multiple of a power of two not below their number, so they are complete
 * subtrees of falling sizes, one for each bit of the number; folded from the last one on. */
static int
edge(uint64_t first, uint64_t end, dx_merkle_node_fn *node, void *ctx, struct dx_sha256 *out)
{
	uint64_t count = end - first, idx;
	struct dx_sha256 r, h;
	bool have = false;

	for (unsigned level = 0; level < 64; level++) {
		if ((count >> level & 1) == 0)
			continue;
		idx = (end >> level) - 1;
		if (node(ctx, level, idx, &h) != 0)
			return -1;
		end = idx << level;
		if (have)
			dx_sha256_node(&h, &r, &r);
		else
			r = h;
		have = true;
	}
	*out = r;
	return 0;
}

/* The siblings on the way from the complete subtree (level, idx) up to the root, nearest first, behind the *len there
 * are. */
static int
climb(unsigned level, uint64_t idx, uint64_t size, dx_merkle_node_fn *node, void *ctx,
    struct dx_sha256 path[DX_MERKLE_DEPTH], unsigned *len)
{
	uint64_t last = (size - 1) >> level;	/* of its level; perhaps not complete */
	unsigned n = *len;
	int rc;

	for (; last != 0; idx >>= 1, last >>= 1, level++) {
		uint64_t sibling = idx ^ 1;

		if (sibling > last)
			continue;	/* the last one of its level goes up alone */
		if (n == DX_MERKLE_DEPTH)
			return -1;
		if (sibling == last)
			rc = edge(sibling << level, size, node, ctx, &path[n++]);
		else
			rc = node(ctx, level, sibling, &path[n++]);
		if (rc != 0)
			return -1;
	}
	*len = n;
	return 0;
}

int
dx_merkle_root_at(uint64_t size, dx_merkle_node_fn *node, void *ctx, struct dx_sha256 *out)
{
	if (size != 0)
		return edge(0, size, node, ctx, out);
	dx_sha256("", 0, out);
	return 0;
}

int
dx_merkle_inclusion(uint64_t index, uint64_t size, dx_merkle_node_fn *node, void *ctx,
    struct dx_sha256 path[DX_MERKLE_DEPTH], unsigned *len)
{
	unsigned n = 0;

	if (index >= size || climb(0, index, size, node, ctx, path, &n) != 0)
		return -1;
	*len = n;
	return 0;
}

int
dx_merkle_consistency(uint64_t old_size, uint64_t size, dx_merkle_node_fn *node, void *ctx,
    struct dx_sha256 path[DX_MERKLE_DEPTH], unsigned *len)
{
	unsigned n = 0, level = 0;
	uint64_t idx = old_size - 1;

	if (old_size > size)
		return -1;
	if (old_size != 0 && old_size != size) {
		/* From the last complete subtree of the old tree; the proof leaves it out when it is all of it. */
		for (; (idx & 1) != 0; idx >>= 1)
			level++;
		if (idx != 0 && node(ctx, level, idx, &path[n++]) != 0)
			return -1;
		if (climb(level, idx, size, node, ctx, path, &n) != 0)
			return -1;
	}
	*len = n;
	return 0;
}
