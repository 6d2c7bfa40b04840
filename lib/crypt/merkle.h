/* merkle: RFC 6962 / RFC 9162 trees over SHA-256: incremental roots, inclusion and consistency (ledger page 5.1, 5.2). */
#ifndef DX_CRYPT_MERKLE_H
#define DX_CRYPT_MERKLE_H

#include <stdbool.h>
#include <stdint.h>
#include "crypt/digest.h"

#define DX_MERKLE_DEPTH	63	/* hashes of a proof; levels of a tree */

/* The frontier of a log of `size` leaves: one root per set bit of size.  O(log n) memory.  Starts as { 0 }. */
struct dx_merkle {
	uint64_t		size;
	struct dx_sha256	root[DX_MERKLE_DEPTH];	/* [k]: complete subtree of 2^k leaves, valid where bit k of size is set */
};

void	dx_merkle_leaf(const void *bytes, size_t n, struct dx_sha256 *out);
/* Adds a leaf hash.  *completed (may be NULL) gets the levels 1..count that this leaf completed: completed[i] is the root of
 * the subtree of 2^(i+1) leaves ending here. Returns how many. */
unsigned	dx_merkle_add(struct dx_merkle *m, const struct dx_sha256 *leaf, struct dx_sha256 completed[DX_MERKLE_DEPTH]);
void	dx_merkle_root(const struct dx_merkle *m, struct dx_sha256 *out);

bool	dx_merkle_check_inclusion(const struct dx_sha256 *leaf, uint64_t index, uint64_t size, const struct dx_sha256 *path,
	    unsigned path_len, const struct dx_sha256 *root);
bool	dx_merkle_check_consistency(uint64_t old_size, const struct dx_sha256 *old_root, uint64_t size,
	    const struct dx_sha256 *root, const struct dx_sha256 *path, unsigned path_len);

/* Proofs are made from stored subtree roots: node(ctx, level, idx) gives the root of leaves [idx<<level, (idx+1)<<level),
 * level 0 being the leaf.  0 or -1 (it has set its own error). */
typedef int	dx_merkle_node_fn(void *ctx, unsigned level, uint64_t idx, struct dx_sha256 *out);
int	dx_merkle_root_at(uint64_t size, dx_merkle_node_fn *node, void *ctx, struct dx_sha256 *out);
/* *len hashes into path.  -1 only when node failed or index >= size (old_size > size). */
int	dx_merkle_inclusion(uint64_t index, uint64_t size, dx_merkle_node_fn *node, void *ctx,
	    struct dx_sha256 path[DX_MERKLE_DEPTH], unsigned *len);
int	dx_merkle_consistency(uint64_t old_size, uint64_t size, dx_merkle_node_fn *node, void *ctx,
	    struct dx_sha256 path[DX_MERKLE_DEPTH], unsigned *len);

#endif
