/* hash: SHA-256 over the RFC 8785 bytes of a document: what "digest" means everywhere in Dealix (decisions page 2). */
#ifndef DX_CORE_HASH_H
#define DX_CORE_HASH_H

#include "crypt/digest.h"
#include "json/json.h"

void	dx_hash_json(const struct dx_json *v, struct dx_sha256 *out);
void	dx_hash_json_hex(const struct dx_json *v, char out[static DX_SHA256_HEX]);

/* A finished document: its canonical bytes in the arena, their digest, and the tree again, in canonical order and with
 * nothing borrowed from `tree`. */
struct dx_sealed { struct dx_json doc; const char *canon; size_t canon_len; char sha256[DX_SHA256_HEX]; };
void	dx_hash_seal(struct dx_arena *a, const struct dx_json *tree, struct dx_sealed *out);

#endif
