/* digest: SHA-256 and SHA-512 over libcrypto, without its configuration file.  Knows no JSON. */
#ifndef DX_CRYPT_DIGEST_H
#define DX_CRYPT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define DX_SHA256_SIZE	32
#define DX_SHA256_HEX	65	/* lower-case hex and a NUL */

#define DX_SHA512_SIZE	64

struct dx_sha256 { unsigned char b[DX_SHA256_SIZE]; };
struct dx_sha512 { unsigned char b[DX_SHA512_SIZE]; };

void	dx_sha256(const void *bytes, size_t n, struct dx_sha256 *out);
/* Of a byte, then n bytes: RFC 6962 leaves. */
void	dx_sha256_tagged(unsigned char tag, const void *bytes, size_t n, struct dx_sha256 *out);
/* Of 0x01 || l || r: RFC 6962 nodes. */
void	dx_sha256_node(const struct dx_sha256 *l, const struct dx_sha256 *r, struct dx_sha256 *out);
void	dx_sha256_hex(const struct dx_sha256 *d, char out[static DX_SHA256_HEX]);
bool	dx_sha256_unhex(const char *hex, struct dx_sha256 *out);	/* 64 lower-case digits, else false */

/* In parts.  _new, any _add, one _end, which frees. */
struct dx_hasher;
struct dx_hasher	*dx_hasher_new(void);
void	dx_hasher_add(struct dx_hasher *h, const void *bytes, size_t n);
void	dx_hasher_end(struct dx_hasher *h, struct dx_sha256 *out);

void	dx_sha512(const void *bytes, size_t n, struct dx_sha512 *out);
/* Both digests of the same bytes in parts, for signatures that may be over either.  The same order of calls. */
struct dx_hasher_both;
struct dx_hasher_both	*dx_hasher_both_new(void);
void	dx_hasher_both_add(struct dx_hasher_both *h, const void *bytes, size_t n);
void	dx_hasher_both_end(struct dx_hasher_both *h, struct dx_sha256 *sha256, struct dx_sha512 *sha512);

/* Constant time in n. */
bool	dx_same(const void *a, const void *b, size_t n);

#endif
